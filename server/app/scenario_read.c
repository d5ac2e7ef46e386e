#include "app/scenario_read.h"

/* ---- where ---- */

static bytes escaped(arena *a, bytes name) {
    uint8_t *to = arena_take(a, name.len * 2);
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        bool special = name.at[i] == '~' || name.at[i] == '/';
        if (special) to[n++] = '~';
        to[n++] = !special ? name.at[i] : name.at[i] == '~' ? '0' : '1';
    }
    return (bytes){to, n};
}

static bytes below(arena *a, bytes path, bytes name) {
    bytes step = escaped(a, name);
    return arena_format(a, "%.*s/%.*s", (int)path.len, path.at, (int)step.len, step.at);
}

/* Places carry no path of their own; only a refusal needs one, so it is searched then. Depth is bounded by the JSON
 * gate. */
static bool path_to(arena *a, const json_value *from, const json_value *sought, bytes path, bytes *out) {
    *out = path;
    if (from == sought) return true;
    if (!json_is_object(from) && !json_is_array(from)) return false;
    size_t index = 0;
    for (const json_value *v = json_first(from); v; v = json_next(v), index++) {
        bytes step = json_is_object(from) ? json_name_of(v) : arena_format(a, "%zu", index);
        if (path_to(a, v, sought, below(a, path, step), out)) return true;
    }
    return false;
}

result refuse(reading *in, place at, const char *sentence) {
    bytes path;
    must(path_to(in->a, in->root, at.v ? at.v : at.parent, BYTES(""), &path));
    if (!at.v) path = below(in->a, path, bytes_of_string(at.name));
    *in->fault = (scenario_fault){path, sentence};
    return FAIL(BAD_BODY);
}

place member(place object, const char *name) {
    return (place){.v = json_member(object.v, name), .parent = object.v, .name = name};
}

item_walk items_of(place container) {
    return (item_walk){.at = {.v = container.v && !json_is_null(container.v) ? json_first(container.v) : NULL}};
}

void next_item(item_walk *w) {
    w->at.v = json_next(w->at.v);
    w->index++;
}

/* ---- shapes ---- */

static bool absent(place at) { return !at.v || json_is_null(at.v); }

static bool lists_name(const char *known, bytes name) {
    for (const char *p = known; *p;) {
        size_t n = strcspn(p, " ");
        if (bytes_equal(bytes_make(p, n), name)) return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

result read_keys(reading *in, place at, const char *known) {
    if (!at.v) return refuse(in, at, "is missing");
    if (!json_is_object(at.v)) return refuse(in, at, "must be an object");
    for (item_walk w = items_of(at); has_item(&w); next_item(&w))
        if (!lists_name(known, json_name_of(w.at.v))) return refuse(in, w.at, "is no key of the scenario format");
    return OK;
}

result read_object(reading *in, place at) {
    return absent(at) || json_is_object(at.v) ? OK : refuse(in, at, "must be an object");
}

result read_list(reading *in, place at, size_t max, size_t *count) {
    *count = 0;
    if (absent(at)) return OK;
    if (!json_is_array(at.v)) return refuse(in, at, "must be a list");
    *count = json_count(at.v);
    return *count <= max ? OK : refuse(in, at, "is longer than this program can hold");
}

result read_some(reading *in, place at, size_t max, size_t *count) {
    if (!at.v) return refuse(in, at, "is missing");
    TRY(read_list(in, at, max, count));
    return *count ? OK : refuse(in, at, "must not be empty");
}

/* ---- values ---- */

result read_text(reading *in, place at, bytes *out) {
    if (!at.v) return refuse(in, at, "is missing");
    if (!json_is_string(at.v)) return refuse(in, at, "must be a text");
    *out = json_bytes_of(at.v);
    if (out->len == 0) return refuse(in, at, "must not be empty");
    return out->len <= SCENARIO_TEXT_MAX ? OK : refuse(in, at, "is too long");
}

result read_maybe_text(reading *in, place at, bytes *out) {
    *out = BYTES("");
    if (absent(at) || (json_is_string(at.v) && json_bytes_of(at.v).len == 0)) return OK;
    return read_text(in, at, out);
}

static bool fits_id(bytes id) {
    for (size_t i = 0; i < id.len; i++)
        if (id.at[i] <= ' ' || id.at[i] == 0x7F || memchr(",@\"\\", id.at[i], 4)) return false;
    return id.len <= SCENARIO_ID_MAX;
}

result read_id(reading *in, place at, bytes *out) {
    TRY(read_text(in, at, out));
    return fits_id(*out) ? OK : refuse(in, at, "must be a short id without blanks, commas, quotes or @");
}

result read_bool(reading *in, place at, bool *out) {
    if (!at.v) return refuse(in, at, "is missing");
    if (!json_is_bool(at.v)) return refuse(in, at, "must be true or false");
    *out = json_bool_of(at.v);
    return OK;
}

result read_maybe_bool(reading *in, place at, bool *out) { return absent(at) ? OK : read_bool(in, at, out); }

result read_maybe_int(reading *in, place at, int64_t least, int64_t most, int64_t *out) {
    if (absent(at)) return OK;
    if (!json_is_integer(at.v)) return refuse(in, at, "must be a whole number");
    int64_t value = json_int_of(at.v);
    if (value < least || value > most) return refuse(in, at, "is out of bounds");
    *out = value;
    return OK;
}

/* ---- moments ---- */

static bool number_at(bytes text, size_t from, size_t digits, unsigned least, unsigned most, unsigned *out) {
    unsigned n = 0;
    for (size_t i = from; i < from + digits; i++) {
        if (i >= text.len || text.at[i] < '0' || text.at[i] > '9') return false;
        n = n * 10 + (unsigned)(text.at[i] - '0');
    }
    *out = n;
    return n >= least && n <= most;
}

static bool is_date(bytes t) {
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned y, m, d;
    /* Far enough for any life, and clear of the ends of every calendar between here and PostgreSQL. */
    if (t.len != 10 || t.at[4] != '-' || t.at[7] != '-') return false;
    if (!number_at(t, 0, 4, 1850, 2999, &y) || !number_at(t, 5, 2, 1, 12, &m) || !number_at(t, 8, 2, 1, 31, &d))
        return false;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return d <= lengths[m - 1] + (unsigned)(m == 2 && leap);
}

bool is_when(bytes t) {
    unsigned n;
    if (t.len == 10) return is_date(t);
    if ((t.len != 16 && t.len != 19) || !is_date((bytes){t.at, 10}) || t.at[10] != 'T') return false;
    if (!number_at(t, 11, 2, 0, 23, &n) || t.at[13] != ':' || !number_at(t, 14, 2, 0, 59, &n)) return false;
    return t.len == 16 || (t.at[16] == ':' && number_at(t, 17, 2, 0, 59, &n));
}

result read_date(reading *in, place at, bytes *out) {
    TRY(read_text(in, at, out));
    return is_date(*out) ? OK : refuse(in, at, "must be a day of the calendar, as 2026-01-31");
}

result read_when(reading *in, place at, bytes *out) {
    TRY(read_text(in, at, out));
    return is_when(*out) ? OK : refuse(in, at, "must be a day or a local moment, as 2026-01-31 or 2026-01-31T14:30");
}

result read_maybe_when(reading *in, place at, bytes *out) {
    *out = BYTES("");
    return absent(at) ? OK : read_when(in, at, out);
}

/* The form is fixed-width and goes from years to seconds, so the order of the texts is the order of the moments. */
bool when_before(bytes a, bytes b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.at, b.at, common);
    return order < 0 || (order == 0 && a.len < b.len);
}

result ends_after(reading *in, bytes from, place at, bytes until) {
    if (until.len == 0) return OK;
    if (until.len == 10 && from.len > 10) from.len = 10;
    return when_before(until, from) ? refuse(in, at, "ends before it begins") : OK;
}
