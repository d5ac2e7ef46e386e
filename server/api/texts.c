#include "api/texts.h"

bool text_language_by_code(bytes code, text_language *out) {
    static const char *const codes[TEXT_LANGUAGES] = {"nl", "fr", "en"};
    for (unsigned i = 0; i < TEXT_LANGUAGES; i++)
        if (bytes_is(code, codes[i])) return *out = (text_language)i, true;
    return false;
}

bytes text_of(text_key key, text_language language) {
    must((unsigned)key < TEXT_COUNT && (unsigned)language < TEXT_LANGUAGES);
    return bytes_of_string(text_rows[key].in[language]);
}

bytes text_version(void) { return bytes_make(text_set_version, TEXT_VERSION); }

void text_hash(bytes rendered, uint8_t out[SHA256_SIZE]) { secret_sha256(rendered, out); }

/* ---- filling in ---- */

static bool has_values(text_key key, const text_values *with) {
    for (unsigned p = 0; p < TEXT_PARAMS; p++)
        if (text_rows[key].needs >> p & 1 && !(with && with->of[p].at)) return false;
    return true;
}

static bytes value_named(bytes name, const void *values) {
    const text_values *with = values;
    for (unsigned p = 0; p < TEXT_PARAMS; p++)
        if (bytes_is(name, text_param_names[p])) return with->of[p];
    must(false); /* a hole whose name the generator did not know */
}

/* The generator has seen to it that each brace opens or closes the name of a parameter. */
void text_fill(buf *out, bytes text, bytes (*named)(bytes name, const void *values), const void *values) {
    const uint8_t *open;
    while (text.len && (open = memchr(text.at, '{', text.len)) != NULL) {
        size_t before = (size_t)(open - text.at);
        const uint8_t *close = memchr(open, '}', text.len - before);
        must(close != NULL);
        buf_put(out, bytes_make(text.at, before));
        buf_put(out, named(bytes_make(open + 1, (size_t)(close - open - 1)), values));
        text = bytes_make(close + 1, text.len - (size_t)(close + 1 - text.at));
    }
    buf_put(out, text);
}

void text_write(buf *out, text_key key, text_language language, const text_values *with) {
    must(has_values(key, with));
    text_fill(out, text_of(key, language), value_named, with);
}

void text_write_screen(buf *out, text_screen screen, text_language language, const text_values *with) {
    must((unsigned)screen < TEXT_SCREENS);
    const text_screen_row *row = &text_screens[screen];
    bool any = false;
    for (size_t i = 0; i < row->count; i++) {
        if (row->lines[i].optional && !has_values(row->lines[i].key, with)) continue;
        if (any) buf_put_byte(out, '\n');
        text_write(out, row->lines[i].key, language, with);
        any = true;
    }
}

void text_json(json_writer *w, text_key key, text_language language, const text_values *with) {
    buf text = buf_new(TEXT_MAX);
    text_write(&text, key, language, with);
    json_string(w, buf_bytes(&text));
    if (!buf_ok(&text)) w->out->overflowed = true;
    buf_release(&text);
}

/* ---- values ---- */

static const char *label_of(field_id field, text_language language) {
    const field_row *row = &catalogue[field];
    return language == IN_NL ? row->nl : language == IN_FR ? row->fr : row->en;
}

void text_fields(buf *out, text_language language, const field_set fields) {
    bool any = false;
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(fields, f)) continue;
        if (any) buf_put_byte(out, '\n');
        buf_put_string(out, label_of(f, language));
        any = true;
    }
}

/* The one that follows "date.month.1" by `number` - 1; the table keeps them in order. */
static text_key month_key(uint64_t number) { return (text_key)(TEXT_DATE_MONTH_1 + (number - 1)); }
_Static_assert(TEXT_DATE_MONTH_12 == TEXT_DATE_MONTH_1 + 11, "the months stand in their order");

/* PostgreSQL made the day, so another shape than YYYY-MM-DD is a bug of ours. */
void text_day(buf *out, text_language language, bytes iso_day) {
    uint64_t month, day;
    must(iso_day.len == 10 && iso_day.at[4] == '-' && iso_day.at[7] == '-');
    bool tens_of_month = iso_day.at[5] != '0', tens_of_day = iso_day.at[8] != '0';
    must(ok(bytes_to_u64(bytes_make(iso_day.at + 6 - tens_of_month, 1u + tens_of_month), 12, &month)) && month > 0);
    bytes digits = bytes_make(iso_day.at + 9 - tens_of_day, 1u + tens_of_day);
    must(ok(bytes_to_u64(digits, 31, &day)) && day > 0);
    text_values with = {.of = {[WITH_DAY] = day == 1 ? text_of(TEXT_DATE_FIRST, language) : digits,
                               [WITH_MONTH] = text_of(month_key(month), language),
                               [WITH_YEAR] = bytes_make(iso_day.at, 4)}};
    text_write(out, TEXT_DATE_DAY, language, &with);
}
