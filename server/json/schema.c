#include "json/schema.h"
#include "json/utf8.h"
#include "json/validate.h"
#include "policy/catalogue.h"

/* ------ strings and numbers ------ */

static size_t count_characters(bytes text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += (text.at[i] & 0xC0) != 0x80;
    return count;
}

static bool is_token(bytes text) {
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.at[i], letter = c | 0x20;
        bool word = (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'z');
        if (!word && c != '-' && c != '.' && c != '_' && c != '~') return false;
    }
    return true;
}

/* C0, DEL, C1 and the two separators that JavaScript takes for line breaks. */
static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }

static bool is_written(bytes text, bool lines) {
    for (size_t i = 0; i < text.len;) {
        size_t length = utf8_length(text.at + i, text.len - i);
        if (length == 0) return false;
        uint32_t c = utf8_decode(text.at + i, length);
        if (is_control(c) && !(lines && (c == '\n' || c == '\t'))) return false;
        i += length;
    }
    return true;
}

static bool is_uuid(bytes text) {
    uuid id;
    return ok(uuid_parse(text, &id));
}

static bool is_moment(bytes text) {
    moment m;
    return ok(moment_parse(text, &m));
}

/* A date is a moment without its time, so that there is one calendar in the program. */
static bool is_date(bytes text) {
    char midnight[] = "0000-00-00T00:00:00Z";
    if (text.len != 10) return false;
    memcpy(midnight, text.at, text.len);
    return is_moment(bytes_of_string(midnight));
}

static bool has_format(string_format format, bytes text) {
    switch (format) {
    case FORMAT_NONE: return true;
    case FORMAT_UUID: return is_uuid(text);
    case FORMAT_FIELD: return field_by_name(text) != FIELD_NONE;
    case FORMAT_MOMENT: return is_moment(text);
    case FORMAT_DATE: return is_date(text);
    case FORMAT_TOKEN: return is_token(text);
    case FORMAT_LINE: return is_written(text, false);
    case FORMAT_TEXT: return is_written(text, true);
    }
    return false;
}

static const char *format_fault(string_format format) {
    static const char *const details[] = {
        [FORMAT_NONE] = "is not allowed",
        [FORMAT_UUID] = "is not a UUID in lower case",
        [FORMAT_FIELD] = "is not a field of the catalogue",
        [FORMAT_MOMENT] = "is not a moment as RFC 3339 writes it",
        [FORMAT_DATE] = "is not a date (YYYY-MM-DD)",
        [FORMAT_TOKEN] = "has characters other than letters, digits and . _ ~ -",
        [FORMAT_LINE] = "has line breaks or control characters",
        [FORMAT_TEXT] = "has control characters",
    };
    return details[format];
}

static const char *string_fault(const schema *s, bytes text) {
    size_t length = count_characters(text);
    if (length < s->string.min) return "is too short";
    if (length > s->string.max) return "is too long";
    return has_format(s->string.format, text) ? NULL : format_fault(s->string.format);
}

static const char *choice_fault(const schema *s, bytes text) {
    for (uint32_t i = 0; i < s->choice.count; i++)
        if (bytes_is(text, s->choice.words[i])) return NULL;
    return "is none of the allowed values";
}

static const char *integer_fault(const schema *s, int64_t value) {
    if (value < s->integer.min) return "is too small";
    return value > s->integer.max ? "is too large" : NULL;
}

/* ------ faults ------ */

/* The way down to a value: a member's name, or a position in an array when `name` is NULL. Lives on the stack of
 * the descent. */
typedef struct step {
    const struct step *up;
    const char *name;
    size_t position;
} step;

typedef struct {
    arena *memory;
    json_faults *faults;
} check;

/* A name from outside is shown only as far as it could be a slip of the pen. */
enum { SHOWN_NAME_MAX = 64 };

static void write_name(char *out, size_t *len, const char *name) {
    for (const char *c = name; *c; c++) {
        if (*c == '~' || *c == '/') out[(*len)++] = '~'; /* RFC 6901: ~0 is a tilde, ~1 a slash */
        out[(*len)++] = *c == '~' ? '0' : *c == '/' ? '1' : *c;
    }
}

static size_t steps_size(const step *at) {
    size_t size = 0;
    for (; at; at = at->up) size += at->name ? 1 + 2 * strlen(at->name) : 1 + 20;
    return size;
}

static void write_position(char *out, size_t *len, size_t position) {
    char digits[20];
    size_t count = 0;
    do digits[count++] = (char)('0' + position % 10);
    while (position /= 10);
    while (count) out[(*len)++] = digits[--count];
}

static void write_steps(const step *at, char *out, size_t *len) {
    if (!at) return;
    write_steps(at->up, out, len);
    out[(*len)++] = '/';
    if (at->name)
        write_name(out, len, at->name);
    else
        write_position(out, len, at->position);
}

static void add_fault(const check *c, const step *at, const char *detail) {
    if (c->faults->count == FAULTS_MAX) return;
    if (at && at->name && strlen(at->name) > SHOWN_NAME_MAX) at = at->up;
    char *path = arena_take(c->memory, steps_size(at) + 1);
    size_t len = 0;
    write_steps(at, path, &len);
    c->faults->items[c->faults->count++] = (json_fault){.path = bytes_make(path, len), .detail = detail};
}

static bool full(const check *c) { return c->faults->count == FAULTS_MAX; }

/* ------ the descent ------ */

static void check_value(const check *c, const schema *s, const json_value *v, const step *at);

static const schema_member *find_member(const schema *s, bytes name) {
    for (uint32_t i = 0; i < s->object.count; i++)
        if (bytes_is(name, s->object.members[i].name)) return &s->object.members[i];
    return NULL;
}

static void check_present(const check *c, const schema *s, const json_value *v, const step *at) {
    for (uint32_t i = 0; i < s->object.count && !full(c); i++) {
        const schema_member *m = &s->object.members[i];
        step here = {.up = at, .name = m->name};
        if (m->required && !json_member(v, m->name)) add_fault(c, &here, "is required");
    }
}

static void check_object(const check *c, const schema *s, const json_value *v, const step *at) {
    check_present(c, s, v, at);
    for (const json_value *m = json_first(v); m && !full(c); m = json_next(m)) {
        bytes name = json_name_of(m);
        const schema_member *known = find_member(s, name);
        step here = {.up = at, .name = (const char *)name.at};
        if (known)
            check_value(c, known->type, m, &here);
        else
            add_fault(c, &here, "is not known here");
    }
}

static bool same_scalar(const json_value *a, const json_value *b) {
    if (json_is_string(a)) return json_is_string(b) && bytes_equal(json_bytes_of(a), json_bytes_of(b));
    return json_is_integer(a) && json_is_integer(b) && json_int_of(a) == json_int_of(b);
}

static bool stood_before(const json_value *list, const json_value *item) {
    for (const json_value *v = json_first(list); v != item; v = json_next(v))
        if (same_scalar(v, item)) return true;
    return false;
}

/* The size comes first: it bounds the work, which is quadratic where items must differ. */
static void check_array(const check *c, const schema *s, const json_value *v, const step *at) {
    size_t count = json_count(v);
    if (count < s->array.min) add_fault(c, at, "has too few items");
    if (count > s->array.max) {
        add_fault(c, at, "has too many items");
        return;
    }
    size_t position = 0;
    for (const json_value *item = json_first(v); item && !full(c); item = json_next(item)) {
        step here = {.up = at, .position = position++};
        if (s->array.unique && stood_before(v, item))
            add_fault(c, &here, "stands here twice");
        else
            check_value(c, s->array.items, item, &here);
    }
}

static bool is_kind(schema_kind kind, const json_value *v) {
    switch (kind) {
    case SCHEMA_OBJECT: return json_is_object(v);
    case SCHEMA_ARRAY: return json_is_array(v);
    case SCHEMA_STRING:
    case SCHEMA_ENUM: return json_is_string(v);
    case SCHEMA_INTEGER: return json_is_integer(v);
    case SCHEMA_BOOL: return json_is_bool(v);
    }
    return false;
}

static const char *kind_fault(schema_kind kind) {
    static const char *const details[] = {
        [SCHEMA_OBJECT] = "must be an object",
        [SCHEMA_ARRAY] = "must be an array",
        [SCHEMA_STRING] = "must be a string",
        [SCHEMA_ENUM] = "must be a string",
        [SCHEMA_INTEGER] = "must be an integer",
        [SCHEMA_BOOL] = "must be true or false",
    };
    return details[kind];
}

static const char *scalar_fault(const schema *s, const json_value *v) {
    switch (s->kind) {
    case SCHEMA_STRING: return string_fault(s, json_bytes_of(v));
    case SCHEMA_ENUM: return choice_fault(s, json_bytes_of(v));
    case SCHEMA_INTEGER: return integer_fault(s, json_int_of(v));
    default: return NULL;
    }
}

static void check_value(const check *c, const schema *s, const json_value *v, const step *at) {
    if (!is_kind(s->kind, v)) {
        add_fault(c, at, kind_fault(s->kind));
    } else if (s->kind == SCHEMA_OBJECT) {
        check_object(c, s, v, at);
    } else if (s->kind == SCHEMA_ARRAY) {
        check_array(c, s, v, at);
    } else {
        const char *fault = scalar_fault(s, v);
        if (fault) add_fault(c, at, fault);
    }
}

result schema_check(const schema *s, const json_value *v, arena *a, json_faults *faults) {
    faults->count = 0;
    check_value(&(check){.memory = a, .faults = faults}, s, v, NULL);
    return faults->count ? FAIL(BAD_BODY) : OK;
}

/* ------ query parameters ------ */

static const char *integer_text_fault(const schema *s, bytes text) {
    bool negative = bytes_starts(text, "-");
    uint64_t size;
    bytes digits = negative ? bytes_make(text.at + 1, text.len - 1) : text;
    if (!ok(bytes_to_u64(digits, (uint64_t)JSON_INT_MAX, &size))) return "is not an integer";
    return integer_fault(s, negative ? -(int64_t)size : (int64_t)size);
}

const char *schema_check_text(const schema *s, bytes text) {
    must(s->kind != SCHEMA_OBJECT && s->kind != SCHEMA_ARRAY); /* the generator makes no such parameter */
    switch (s->kind) {
    case SCHEMA_STRING: return is_written(text, true) ? string_fault(s, text) : "is not well-formed";
    case SCHEMA_ENUM: return choice_fault(s, text);
    case SCHEMA_INTEGER: return integer_text_fault(s, text);
    case SCHEMA_BOOL: return bytes_is(text, "true") || bytes_is(text, "false") ? NULL : "must be true or false";
    default: return "is not allowed";
    }
}
