#include "consent.h"

#include "crypto/secret.h"
#include "deed.h"
#include "policy/catalogue.h"
#include "show.h"
#include "typed.h"

#include <time.h>

enum { RENDERED_MAX = 256 << 10, RECONFIRM_DAYS = 90, ANSWER_DAYS = 14 };

typedef struct {
    kring *k;
    const json_value *texts, *screens;
} words_of_server;

static const char *language_code(kring *k) {
    static const char *const codes[] = {"nl", "fr", "en"};
    return codes[k->lang];
}

static bytes text_named(const words_of_server *s, bytes key) {
    for (const json_value *t = first_of(s->texts); t; t = json_next(t))
        if (bytes_equal(text_at(s->k, t, "key", ONE_LINE), key)) return text_at(s->k, t, "text", MANY_LINES);
    return BYTES("");
}

typedef struct {
    const char *name;
    bytes value;
} hole;

/* What is filled in is never looked at again, so a name with a brace in it stays a name. */
static void fill(buf *out, bytes text, const hole *holes, size_t count) {
    for (size_t i = 0; i < text.len;) {
        const uint8_t *end = text.at[i] == '{' ? memchr(text.at + i, '}', text.len - i) : NULL;
        size_t n = end ? (size_t)(end - text.at) - i - 1 : 0;
        const hole *found = NULL;
        for (size_t h = 0; end && h < count && !found; h++)
            if (bytes_is(bytes_make(text.at + i + 1, n), holes[h].name)) found = &holes[h];
        if (found) buf_put(out, found->value);
        else buf_put_byte(out, text.at[i]);
        i += found ? n + 2 : 1;
    }
}

/* A local day "2026-01-01" as "1 januari 2026"; what is no day stays as it is. */
static bytes day_in_words(const words_of_server *s, bytes day) {
    uint64_t month, number;
    arena *a = s->k->memory;
    if (day.len != 10 || !ok(bytes_to_u64(bytes_make(day.at + 5 + (day.at[5] == '0'), day.at[5] == '0' ? 1 : 2), 12, &month)) ||
        !ok(bytes_to_u64(bytes_make(day.at + 8 + (day.at[8] == '0'), day.at[8] == '0' ? 1 : 2), 31, &number)))
        return day;
    bytes first = text_named(s, BYTES("date.first"));
    const hole holes[] = {{"day", number == 1 ? first : arena_format(a, "%u", (unsigned)number)},
                          {"month", text_named(s, arena_format(a, "date.month.%u", (unsigned)month))},
                          {"year", bytes_make(day.at, 4)}};
    buf b = buf_new(RENDERED_MAX);
    fill(&b, text_named(s, BYTES("date.day")), holes, sizeof holes / sizeof *holes);
    bytes out = arena_copy(a, buf_bytes(&b));
    buf_release(&b);
    return out;
}

static bytes secrecy_key(bytes secrecy) {
    if (bytes_is(secrecy, "professional")) return BYTES("secrecy.professional");
    if (bytes_is(secrecy, "discretion")) return BYTES("warning.discretion");
    return bytes_is(secrecy, "none") ? BYTES("warning.none") : BYTES("");
}

/* Is every hole of that line, which may be left out, filled? */
static bool fits(bytes key, const consent_question *q) {
    if (bytes_is(key, "consent.asked_by")) return q->asked_by.len > 0;
    if (bytes_is(key, "consent.goal")) return q->goal.len > 0;
    if (bytes_is(key, "step.reconfirm")) return q->reconfirm;
    if (bytes_is(key, "consent.unanswered")) return q->asked;
    return !bytes_is(key, "consent.more_givers") && !bytes_is(key, "own_space.help");
}

static void render(const words_of_server *s, const char *wanted, const consent_question *q, buf *out) {
    arena *a = s->k->memory;
    bytes key_of_law = arena_format(a, "information.legal_basis.%.*s", (int)q->basis.len, (const char *)q->basis.at);
    bytes law = q->told ? text_named(s, key_of_law) : BYTES("");
    const hole holes[] = {{"person", q->asked_by}, {"fields", q->fields}, {"about", q->about}, {"recipient", q->recipient},
                          {"recipient_card", q->recipient}, {"secrecy", text_named(s, secrecy_key(q->secrecy))},
                          {"purpose", q->purpose}, {"goal", q->goal}, {"basis", law}, {"from", day_in_words(s, q->from)},
                          {"until", day_in_words(s, q->until)}, {"every_days", arena_format(a, "%d", RECONFIRM_DAYS)},
                          {"answer_days", arena_format(a, "%d", ANSWER_DAYS)}};
    for (const json_value *one = first_of(s->screens); one; one = json_next(one)) {
        if (!bytes_is(text_at(s->k, one, "screen", ONE_LINE), wanted)) continue;
        for (const json_value *line = first_of(list_at(one, "lines")); line; line = json_next(line)) {
            bytes key = text_at(s->k, line, "key", ONE_LINE);
            if (true_at(line, "optional") && !fits(key, q)) continue;
            if (out->len) buf_put_byte(out, '\n');
            fill(out, text_named(s, key), holes, sizeof holes / sizeof *holes);
        }
    }
}

static bytes hash_of(arena *a, bytes text) {
    uint8_t hash[SHA256_SIZE];
    char hex[HASH_TEXT];
    secret_sha256(text, hash);
    hex_encode(bytes_make(hash, sizeof hash), hex);
    return arena_copy(a, bytes_make(hex, sizeof hex));
}

/* Before anything is sent: whoever answers has the words on his screen. */
static outcome put_before_him(kring *k, bytes text) {
    if (has(k->args, O_JSON)) {
        buf_put(&k->trouble, text);
        buf_put_byte(&k->trouble, '\n');
        return DONE;
    }
    for (size_t i = 0; i <= text.len; i++) {
        const uint8_t *end = i < text.len ? memchr(text.at + i, '\n', text.len - i) : NULL;
        size_t n = end ? (size_t)(end - text.at) - i : text.len - i;
        screen_paragraph(&k->out, 0, bytes_make(text.at + i, n));
        i += n;
    }
    screen_line(&k->out, BYTES(""));
    return flush(k);
}

static outcome show(kring *k, const char *wanted, const consent_question *q) {
    api_answer a;
    GO(api_get(k, (const char *)arena_format(k->memory, "/v1/texts/%s%c", language_code(k), 0).at, &a));
    words_of_server s = {k, list_at(a.root, "texts"), list_at(a.root, "screens")};
    buf b = buf_new(RENDERED_MAX);
    render(&s, wanted, q, &b);
    bytes text = arena_copy(k->memory, buf_bytes(&b));
    bool whole = buf_ok(&b) && text.len > 0;
    buf_release(&b);
    if (!whole) return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("no words"));
    bytes warning = bytes_is(q->secrecy, "professional") ? BYTES("") : text_named(&s, secrecy_key(q->secrecy));
    k->shown = ARENA_NEW(k->memory, consent_shown);
    *k->shown = (consent_shown){.version = text_at(k, a.root, "version", ONE_LINE), .hash = hash_of(k->memory, text),
                                .language = bytes_of_string(language_code(k)), .purpose = q->purpose,
                                .warning_hash = warning.len ? hash_of(k->memory, warning) : BYTES("")};
    return put_before_him(k, text);
}

outcome consent_show(kring *k, const consent_question *q) { return show(k, q->told ? "information" : "consent", q); }

/* What a line may be left out for is not known here: it is. */
outcome consent_show_screen(kring *k, const char *wanted) {
    const consent_question none = {.secrecy = BYTES("professional")};
    return show(k, wanted, &none);
}

/* ---------------------------------------------------------------------------- out of options */

static bytes name_of(kring *k, uuid id) {
    for (size_t i = 0; i < k->names.count; i++)
        if (uuid_equal(k->names.all[i].id, id)) return k->names.all[i].call_name;
    char text[UUID_TEXT];
    uuid_write(id, text);
    return arena_copy(k->memory, bytes_make(text, sizeof text));
}

/* The team's list says it of a helper; a member of the family has none. */
static outcome find_secrecy(kring *k, uuid id, bytes *out) {
    api_answer a;
    char text[UUID_TEXT];
    uuid_write(id, text);
    *out = BYTES("");
    GO(api_get(k, family_path(k, "/team"), &a));
    if (!(k->names.fetched & LIST_TEAM)) names_take(k, LIST_TEAM, a.root);
    for (const json_value *h = first_of(list_at(a.root, "team")); h; h = json_next(h))
        if (bytes_equal(text_at(k, h, "id", ONE_LINE), bytes_make(text, sizeof text))) {
            *out = text_at(k, h, "secrecy", ONE_LINE);
            if (out->len == 0) *out = BYTES("none");
        }
    return DONE;
}

static bytes local_day(kring *k, const char *typed) {
    char day[16];
    time_t now = time(NULL);
    struct tm t;
    if (typed) return text_clean(k->memory, bytes_make(typed, strlen(typed) < 10 ? strlen(typed) : 10), ONE_LINE);
    localtime_r(&now, &t);
    size_t n = strftime(day, sizeof day, "%Y-%m-%d", &t);
    return arena_copy(k->memory, bytes_make(day, n));
}

static outcome question_of_options(kring *k, uuid to, consent_question *q) {
    uuid about;
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) {
        bytes field, level;
        GO(consent_field(k, k->args->values[O_FIELD][i], &field, &level));
        const field_row *row = &catalogue[field_by_name(field)];
        const char *const labels[] = {row->nl, row->fr, row->en};
        q->fields = join(k, q->fields, "\n", bytes_of_string(labels[k->lang]));
        q->reconfirm |= consent_lapses(field);
    }
    if (has(k->args, O_PACKAGE)) q->fields = join(k, q->fields, "\n", bytes_of_string(value_of(k->args, O_PACKAGE)));
    for (uint8_t i = 0; i < k->args->times[O_ABOUT]; i++) {
        GO(names_resolve(k, k->args->values[O_ABOUT][i], LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, &about));
        q->about = join(k, q->about, "\n", name_of(k, about));
    }
    GO(find_secrecy(k, to, &q->secrecy));
    q->recipient = name_of(k, to);
    q->from = local_day(k, value_of(k->args, O_FROM));
    q->until = local_day(k, value_of(k->args, O_UNTIL));
    return DONE;
}

outcome consent_show_options(kring *k) {
    moment m;
    uuid to;
    consent_question q = {.basis = BYTES("")};
    if (has(k->args, O_FROM)) GO(parse_time(k, value_of(k->args, O_FROM), false, &m));
    if (has(k->args, O_UNTIL)) GO(parse_time(k, value_of(k->args, O_UNTIL), true, &m));
    GO(names_resolve(k, value_of(k->args, O_TO), LIST_PEOPLE | LIST_TEAM, &to));
    GO(question_of_options(k, to, &q));
    if (has(k->args, O_BASIS)) q.told = true, q.basis = bytes_of_string(value_of(k->args, O_BASIS));
    if (bytes_is(q.basis, "vital")) q.basis = BYTES("vital_interest");
    if (bytes_is(q.basis, "legitimate")) q.basis = BYTES("legitimate_interest");
    GO(read_text(k, value_of(k->args, O_PURPOSE_FILE), &q.purpose));
    bytes purpose = q.purpose;
    q.purpose = text_clean(k->memory, purpose, MANY_LINES);
    GO(consent_show(k, &q));
    k->shown->purpose = purpose;
    k->shown->recipient = to;
    return DONE;
}

/* ---------------------------------------------------------------------------- into a body */

static void put_shown(json_writer *w, const consent_shown *shown) {
    json_key(w, "text");
    json_open_object(w);
    json_key(w, "version"), json_string(w, shown->version);
    json_key(w, "hash"), json_string(w, shown->hash);
    json_key(w, "language"), json_string(w, shown->language);
    json_close_object(w);
}

outcome consent_put_shown(kring *k, json_writer *w) {
    put_shown(w, k->shown);
    return DONE;
}

outcome consent_put(kring *k, json_writer *w) {
    if (k->shown) put_shown(w, k->shown);
    if (has(k->args, O_TICKS)) {
        json_key(w, "ticks");
        json_open_array(w);
        for (int i = 0; i < 5; i++) json_bool(w, true);
        json_close_array(w);
    }
    if (!has(k->args, O_CHILD_ASKED) && !has(k->args, O_REASON_FILE)) return DONE;
    json_key(w, "child_view");
    json_open_object(w);
    json_key(w, "asked"), json_bool(w, has(k->args, O_CHILD_ASKED));
    if (has(k->args, O_REASON_FILE)) GO(put_option_text(k, w, "reason", O_REASON_FILE));
    json_close_object(w);
    return DONE;
}

bool consent_released(kring *k, bytes field) {
    if (!k->shown || k->shown->warning_hash.len == 0) return false;
    for (uint8_t i = 0; i < k->args->times[O_RELEASE]; i++)
        if (bytes_is(field, k->args->values[O_RELEASE][i])) return true;
    return false;
}

bool consent_lapses(bytes field) {
    field_id f = field_by_name(field);
    return f != FIELD_NONE && !catalogue[f].safety && (catalogue[f].steps & STEP_NAMED || catalogue[f].class_ == C4);
}

void consent_put_package(kring *k, json_writer *w) {
    if (!has(k->args, O_PACKAGE)) return;
    json_key(w, "package");
    json_open_object(w);
    json_key(w, "name"), json_string(w, bytes_of_string(value_of(k->args, O_PACKAGE)));
    json_close_object(w);
}

outcome consent_field(kring *k, const char *typed, bytes *field, bytes *level) {
    const char *equals = strchr(typed, '=');
    *field = equals ? bytes_make(typed, (size_t)(equals - typed)) : bytes_of_string(typed);
    *level = bytes_of_string(equals ? equals + 1 : "");
    bool known = !equals || bytes_is(*level, "exact") || bytes_is(*level, "derived") || bytes_is(*level, "exists");
    if (known && field_by_name(*field) != FIELD_NONE) return DONE;
    return complain(k, EXIT_USAGE, W_NO_SUCH_FIELD, bytes_of_string(typed));
}
