#include "show.h"

#include "policy/catalogue.h"

#include <time.h>

const json_value *member_at(const json_value *object, const char *name) {
    return json_is_object(object) ? json_member(object, name) : NULL;
}

const json_value *list_at(const json_value *object, const char *name) {
    const json_value *v = member_at(object, name);
    return json_is_array(v) ? v : NULL;
}

bool true_at(const json_value *object, const char *name) {
    const json_value *v = member_at(object, name);
    return json_is_bool(v) && json_bool_of(v);
}

bytes number_at(kring *k, const json_value *object, const char *name) {
    const json_value *v = member_at(object, name);
    return json_is_integer(v) ? arena_format(k->memory, "%lld", (long long)json_int_of(v)) : BYTES("");
}

bytes text_at(kring *k, const json_value *object, const char *name, line_kind lines) {
    const json_value *v = member_at(object, name);
    return json_is_string(v) ? text_clean(k->memory, json_bytes_of(v), lines) : BYTES("");
}

static bytes show_moment(kring *k, moment m, const char *format) {
    time_t seconds = (time_t)((m - (m < 0 ? SECOND - 1 : 0)) / SECOND);
    struct tm t;
    char text[32];
    if (!localtime_r(&seconds, &t)) return BYTES("");
    /* The two formats are literals of this file. */
    size_t n = *format == 'd' ? strftime(text, sizeof text, "%Y-%m-%d", &t)
                              : strftime(text, sizeof text, "%Y-%m-%d %H:%M", &t);
    return arena_copy(k->memory, bytes_make(text, n));
}

bytes time_at(kring *k, const json_value *object, const char *name) {
    bytes text = text_at(k, object, name, ONE_LINE);
    moment m;
    return ok(moment_parse(text, &m)) ? show_moment(k, m, "time") : text;
}

bytes last_day_at(kring *k, const json_value *object, const char *name) {
    bytes text = text_at(k, object, name, ONE_LINE);
    moment m;
    if (!ok(moment_parse(text, &m))) return text;
    time_t seconds = (time_t)(m / SECOND);
    struct tm t;
    bool midnight = localtime_r(&seconds, &t) && t.tm_hour == 0 && t.tm_min == 0 && t.tm_sec == 0;
    return midnight ? show_moment(k, m - SECOND, "day") : show_moment(k, m, "time");
}

bytes field_label(kring *k, const json_value *field) {
    if (!json_is_string(field)) return BYTES("");
    field_id f = field_by_name(json_bytes_of(field));
    if (f == FIELD_NONE) return text_clean(k->memory, json_bytes_of(field), ONE_LINE);
    const field_row *row = &catalogue[f];
    return bytes_of_string(k->lang == LANG_NL ? row->nl : k->lang == LANG_FR ? row->fr : row->en);
}

/* ---------------------------------------------------------------------------- printing */

bool show_json(kring *k, const api_answer *a) {
    if (!has(k->args, O_JSON)) return false;
    bytes body = a->raw.body;
    if (k->out.terminal)
        put_json_for_terminal(&k->out.out, body);
    else
        buf_put(&k->out.out, body);
    if (body.len && body.at[body.len - 1] != '\n') buf_put_byte(&k->out.out, '\n');
    return true;
}

outcome show_table(kring *k, const table *t) {
    if (has(k->args, O_JSON)) return DONE;
    if (t->rows > 1)
        table_print(t, &k->out);
    else
        screen_line(&k->out, bytes_of_string(word_in(k->lang, W_NOTHING)));
    return DONE;
}

void show_pair(kring *k, word label, bytes clean) {
    enum { LABELS = 22 };
    if (clean.len) screen_pair(&k->out, LABELS, bytes_of_string(word_in(k->lang, label)), clean);
}

outcome show_done(kring *k, word sentence, bytes clean) {
    put_word(&k->out.out, k->lang, sentence, clean);
    buf_put_byte(&k->out.out, '\n');
    return DONE;
}

bytes join(kring *k, bytes left, const char *between, bytes right) {
    if (!left.len || !right.len) return left.len ? left : right;
    return arena_format(k->memory, "%.*s%s%.*s", (int)left.len, (const char *)left.at, between, (int)right.len,
                        (const char *)right.at);
}

bytes in_brackets(kring *k, bytes left, bytes right) {
    if (!right.len) return left;
    return arena_format(k->memory, "%.*s%s(%.*s)", (int)left.len, (const char *)left.at, left.len ? " " : "",
                        (int)right.len, (const char *)right.at);
}

bytes filled(kring *k, word sentence, bytes clean) {
    buf b = buf_new(DETAIL_MAX);
    put_word(&b, k->lang, sentence, clean);
    bytes out = arena_copy(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}
