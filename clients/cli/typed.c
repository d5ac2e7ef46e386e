#include "typed.h"

#include "input.h"
#include "names.h"
#include "policy/catalogue.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

static bool digits(const char *at, size_t count, int *out) {
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return false;
        value = value * 10 + (uint64_t)(at[i] - '0');
    }
    *out = (int)value;
    return true;
}

/* "2026-01-31" or "2026-01-31T12:00[:00]" in local time. mktime mends days that are not (31 April); such a date is
 * refused. */
static bool parse_local(const char *typed, bool through, moment *out) {
    size_t n = strlen(typed);
    struct tm t = {.tm_isdst = -1};
    bool day = n == 10, time = n == 16 || n == 19;
    if ((!day && !time) || typed[4] != '-' || typed[7] != '-' || !digits(typed, 4, &t.tm_year) ||
        !digits(typed + 5, 2, &t.tm_mon) || !digits(typed + 8, 2, &t.tm_mday))
        return false;
    if (time && ((typed[10] != 'T' && typed[10] != ' ') || typed[13] != ':' || !digits(typed + 11, 2, &t.tm_hour) ||
                 !digits(typed + 14, 2, &t.tm_min)))
        return false;
    if (n == 19 && (typed[16] != ':' || !digits(typed + 17, 2, &t.tm_sec))) return false;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    struct tm asked = t;
    time_t seconds = mktime(&t);
    if (t.tm_mday != asked.tm_mday || t.tm_mon != asked.tm_mon || asked.tm_hour > 23 || asked.tm_min > 59 ||
        asked.tm_sec > 59)
        return false;
    if (day && through) {
        asked.tm_mday++;
        asked.tm_isdst = -1;
        seconds = mktime(&asked);
    }
    *out = (moment)seconds * SECOND;
    return true;
}

outcome parse_time(kring *k, const char *typed, bool through, moment *out) {
    if (ok(moment_parse(bytes_of_string(typed), out)) || parse_local(typed, through, out)) return DONE;
    return complain(k, EXIT_USAGE, W_BAD_TIME, bytes_of_string(typed));
}

outcome parse_field(kring *k, const char *typed) {
    if (field_by_name(bytes_of_string(typed)) != FIELD_NONE) return DONE;
    return complain(k, EXIT_USAGE, W_NO_SUCH_FIELD, bytes_of_string(typed));
}

outcome parse_id(kring *k, const char *typed, uuid *out) {
    if (ok(uuid_parse(bytes_of_string(typed), out))) return DONE;
    return complain(k, EXIT_USAGE, W_NOT_AN_ID, bytes_of_string(typed));
}

static bool is_utf8(bytes text) {
    for (size_t i = 0; i < text.len;) {
        int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(text.at + i, (utf8proc_ssize_t)(text.len - i), &c);
        if (step <= 0 || c == 0) return false;
        i += (size_t)step;
    }
    return true;
}

/* The contract knows one line end. */
static bytes settle_lines(arena *a, bytes text) {
    uint8_t *out = arena_take(a, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\r' && i + 1 < text.len && text.at[i + 1] == '\n') continue;
        out[n++] = text.at[i] == '\r' ? '\n' : text.at[i];
    }
    while (n && (out[n - 1] == '\n' || out[n - 1] == ' ' || out[n - 1] == '\t'))
        n--;
    return bytes_make(out, n);
}

outcome read_text(kring *k, const char *path, bytes *out) {
    const char *from = path ? path : "-";
    bool typed = strcmp(from, "-") == 0 && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    if (typed) {
        buf prompt = buf_new(1024);
        put_word(&prompt, k->lang, W_TEXT_PROMPT, BYTES(""));
        buf_put_byte(&prompt, '\n');
        if (write(STDERR_FILENO, prompt.at, prompt.len) < 0) errno = 0; /* who sees no prompt can still type */
        buf_release(&prompt);
    }
    bytes raw;
    if (!read_all(k->memory, from, TEXT_MAX, &raw)) return complain_errno(k, EXIT_USAGE, W_BAD_FILE, from);
    if (!is_utf8(raw)) return complain(k, EXIT_USAGE, W_NOT_TEXT, bytes_of_string(from));
    *out = settle_lines(k->memory, raw);
    return out->len ? DONE : complain(k, EXIT_USAGE, W_NO_TEXT, BYTES(""));
}

/* ---------------------------------------------------------------------------- writing */

outcome make_body(kring *k, outcome (*put)(kring *k, json_writer *w), bytes *out) {
    buf b = buf_new(ANSWER_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    outcome o = put(k, &w);
    if (o.code == EXIT_DONE) {
        json_close_object(&w);
        json_end(&w);
        must(buf_ok(&b)); /* a text of TEXT_MAX fits, however it is escaped */
        *out = arena_copy(k->memory, buf_bytes(&b));
    }
    buf_release(&b);
    return o;
}

outcome put_about(kring *k, json_writer *w) {
    json_key(w, "about");
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_ABOUT]; i++) {
        uuid id;
        GO(names_resolve(k, k->args->values[O_ABOUT][i], LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, &id));
        json_uuid(w, id);
    }
    json_close_array(w);
    return DONE;
}

const char *new_key(kring *k) {
    char *key = arena_take(k->memory, UUID_TEXT + 1);
    uuid_write(uuid_random(), key);
    return key;
}

/* ---------------------------------------------------------------------------- queries */

void put_query(buf *path, const char *name, bytes value) {
    static const char hex[] = "0123456789ABCDEF";
    bool first = !path->len || !memchr(path->at, '?', path->len);
    buf_put_byte(path, first ? '?' : '&');
    buf_put_string(path, name);
    buf_put_byte(path, '=');
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.at[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || memchr("-._~", c, 4);
        if (plain)
            buf_put_byte(path, c);
        else
            buf_put(path, bytes_make((char[]){'%', hex[c >> 4], hex[c & 15]}, 3));
    }
}

void put_id_query(buf *path, const char *name, uuid id) {
    char text[UUID_TEXT];
    uuid_write(id, text);
    put_query(path, name, bytes_make(text, UUID_TEXT));
}

outcome put_time_query(kring *k, buf *path, const char *name, option_id o, bool through) {
    moment m;
    char text[MOMENT_TEXT];
    if (!has(k->args, o)) return DONE;
    GO(parse_time(k, value_of(k->args, o), through, &m));
    moment_write(m, text);
    put_query(path, name, bytes_make(text, MOMENT_TEXT));
    return DONE;
}

outcome make_path(kring *k, const char *base, outcome (*put)(kring *k, buf *path), const char **out) {
    buf path = buf_new(QUERY_MAX);
    buf_put_string(&path, base);
    outcome o = put(k, &path);
    must(buf_ok(&path)); /* at most TIMES_MAX ids of 36 characters */
    *out = arena_string(k->memory, buf_bytes(&path));
    buf_release(&path);
    return o;
}
