#include "json/validate.h"
#include "json/utf8.h"

/* Names are kept as 64-bit hashes of their unescaped form. Equal names always have equal hashes, so a duplicate
 * can't slip through; two different names that collide are refused too, which only harms whoever searched for
 * them. */
typedef struct {
    const uint8_t *start, *at, *end;
    const char *why;
    unsigned depth, tokens, tokens_max, names_count;
    uint64_t names[JSON_TOKENS_MAX]; /* of all open objects, the innermost last */
} gate;

static result refuse(gate *g, const char *why) {
    g->why = why;
    return FAIL(BAD_JSON);
}

static void skip_space(gate *g) {
    while (g->at < g->end && (*g->at == ' ' || *g->at == '\t' || *g->at == '\n' || *g->at == '\r')) g->at++;
}

static bool next_is(gate *g, uint8_t c) {
    if (g->at == g->end || *g->at != c) return false;
    g->at++;
    return true;
}

static result count_token(gate *g) {
    if (g->tokens == g->tokens_max) return refuse(g, "too many values");
    g->tokens++;
    return OK;
}

/* FNV-1a. */
#define HASH_START UINT64_C(14695981039346656037)
static uint64_t hash_byte(uint64_t h, uint8_t byte) { return (h ^ byte) * UINT64_C(1099511628211); }

/* A name hashes alike however it is escaped: an escape goes in as the UTF-8 of its character. */
static uint64_t hash_character(uint64_t h, uint32_t c) {
    if (c < 0x80) return hash_byte(h, (uint8_t)c);
    if (c < 0x800) return hash_byte(hash_byte(h, (uint8_t)(0xC0 | c >> 6)), (uint8_t)(0x80 | (c & 0x3F)));
    if (c < 0x10000)
        h = hash_byte(h, (uint8_t)(0xE0 | c >> 12));
    else
        h = hash_byte(hash_byte(h, (uint8_t)(0xF0 | c >> 18)), (uint8_t)(0x80 | (c >> 12 & 0x3F)));
    return hash_byte(hash_byte(h, (uint8_t)(0x80 | (c >> 6 & 0x3F))), (uint8_t)(0x80 | (c & 0x3F)));
}

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind `\u`: four hex digits. */
static result read_unit(gate *g, uint32_t *out) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++, g->at++) {
        int value = g->at < g->end ? hex_value(*g->at) : -1;
        if (value < 0) return refuse(g, "\\u needs four hex digits");
        unit = unit << 4 | (uint32_t)value;
    }
    *out = unit;
    return OK;
}

static result read_unicode_escape(gate *g, uint32_t *c) {
    const uint8_t *escape = g->at - 2;
    TRY(read_unit(g, c));
    uint32_t low = 0;
    if (*c == 0) {
        g->at = escape;
        return refuse(g, "U+0000 is not allowed in a string");
    }
    if (*c < 0xD800 || *c > 0xDFFF) return OK;
    bool paired = *c < 0xDC00 && next_is(g, '\\') && next_is(g, 'u');
    if (paired) TRY(read_unit(g, &low));
    if (!paired || low < 0xDC00 || low > 0xDFFF) {
        g->at = escape;
        return refuse(g, "a surrogate stands alone");
    }
    *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    return OK;
}

/* At the character behind a backslash. */
static result read_escape(gate *g, uint32_t *c) {
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (g->at == g->end) return refuse(g, "the string does not end");
    if (next_is(g, 'u')) return read_unicode_escape(g, c);
    const char *found = *g->at ? strchr(letters, *g->at) : NULL;
    if (!found) return refuse(g, "no such escape");
    g->at++;
    *c = (uint32_t)meant[found - letters];
    return OK;
}

static result read_plain(gate *g, uint64_t *hash) {
    size_t length = utf8_length(g->at, (size_t)(g->end - g->at));
    if (length == 0) return refuse(g, "not well-formed UTF-8");
    for (size_t i = 0; i < length; i++) *hash = hash_byte(*hash, *g->at++);
    return OK;
}

/* At the opening quote. */
static result read_string(gate *g, uint64_t *hash) {
    TRY(count_token(g));
    *hash = HASH_START;
    g->at++;
    while (g->at < g->end && *g->at != '"') {
        if (*g->at < 0x20) return refuse(g, "a control character must be escaped");
        if (*g->at != '\\') {
            TRY(read_plain(g, hash));
            continue;
        }
        uint32_t c = 0;
        g->at++;
        TRY(read_escape(g, &c));
        *hash = hash_character(*hash, c);
    }
    return next_is(g, '"') ? OK : refuse(g, "the string does not end");
}

static bool at_digit(const gate *g) { return g->at < g->end && *g->at >= '0' && *g->at <= '9'; }

static result read_number(gate *g) {
    TRY(count_token(g));
    next_is(g, '-');
    if (!at_digit(g)) return refuse(g, "a number needs a digit");
    int64_t value = *g->at++ - '0';
    if (value == 0 && at_digit(g)) return refuse(g, "a number has no leading zero");
    while (at_digit(g)) {
        value = value * 10 + (*g->at - '0');
        if (value > JSON_INT_MAX) return refuse(g, "the integer is too large");
        g->at++;
    }
    bool fraction = g->at < g->end && (*g->at == '.' || *g->at == 'e' || *g->at == 'E');
    return fraction ? refuse(g, "only integers are used here") : OK;
}

static result read_word(gate *g, const char *word) {
    TRY(count_token(g));
    for (const char *c = word; *c; c++)
        if (!next_is(g, (uint8_t)*c)) return refuse(g, "no such word");
    return OK;
}

/* Heapsort: never quadratic, needs no room, allocates nothing. */
static void sift(uint64_t *a, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && a[child + 1] > a[child]) child++;
        if (a[root] >= a[child]) return;
        uint64_t held = a[root];
        a[root] = a[child], a[child] = held;
    }
}

static void sort(uint64_t *a, size_t count) {
    for (size_t i = count / 2; i > 0; i--) sift(a, i - 1, count);
    for (size_t last = count; last > 1; last--) {
        uint64_t held = a[0];
        a[0] = a[last - 1], a[last - 1] = held;
        sift(a, 0, last - 1);
    }
}

static result names_differ(gate *g, unsigned first) {
    uint64_t *names = g->names + first;
    size_t count = g->names_count - first;
    sort(names, count);
    for (size_t i = 1; i < count; i++)
        if (names[i] == names[i - 1]) return refuse(g, "a member name stands twice in one object");
    g->names_count = first;
    return OK;
}

static result read_value(gate *g);

static result read_name(gate *g) {
    uint64_t hash;
    if (g->at == g->end || *g->at != '"') return refuse(g, "a member name is missing");
    TRY(read_string(g, &hash));
    if (g->names_count == JSON_TOKENS_MAX) return refuse(g, "too many values");
    g->names[g->names_count++] = hash;
    skip_space(g);
    return next_is(g, ':') ? OK : refuse(g, "a colon is missing");
}

static result read_members(gate *g) {
    unsigned first = g->names_count;
    for (;;) {
        skip_space(g);
        TRY(read_name(g));
        TRY(read_value(g));
        if (next_is(g, '}')) return names_differ(g, first);
        if (!next_is(g, ',')) return refuse(g, "a comma or a closing brace is missing");
    }
}

static result read_items(gate *g) {
    for (;;) {
        TRY(read_value(g));
        if (next_is(g, ']')) return OK;
        if (!next_is(g, ',')) return refuse(g, "a comma or a closing bracket is missing");
    }
}

/* The only recursion, and its bound. */
static result read_container(gate *g, uint8_t close, result (*content)(gate *)) {
    TRY(count_token(g));
    if (g->depth == JSON_DEPTH_MAX) return refuse(g, "nested too deep");
    g->depth++;
    g->at++;
    skip_space(g);
    if (!next_is(g, close)) TRY(content(g));
    g->depth--;
    return OK;
}

static result read_bare(gate *g) {
    uint64_t hash;
    if (at_digit(g)) return read_number(g);
    switch (g->at < g->end ? *g->at : 0) {
    case '{': return read_container(g, '}', read_members);
    case '[': return read_container(g, ']', read_items);
    case '"': return read_string(g, &hash);
    case 't': return read_word(g, "true");
    case 'f': return read_word(g, "false");
    case 'n': return read_word(g, "null");
    case '-': return read_number(g);
    default: return refuse(g, g->at < g->end ? "a value can't begin so" : "a value is missing");
    }
}

static result read_value(gate *g) {
    skip_space(g);
    TRY(read_bare(g));
    skip_space(g);
    return OK;
}

static result read_text(gate *g) {
    TRY(read_value(g));
    return g->at == g->end ? OK : refuse(g, "something stands behind the value");
}

result json_validate(bytes text, size_t *fault_offset, const char **why) {
    return json_validate_within(text, JSON_TOKENS_MAX, fault_offset, why);
}

result json_validate_within(bytes text, unsigned tokens_max, size_t *fault_offset, const char **why) {
    /* 80 KB that must not be cleared for each body: only what names_count covers is ever read. */
    gate g __attribute__((uninitialized));
    g.start = g.at = text.at;
    g.end = text.len ? text.at + text.len : text.at;
    g.why = NULL;
    g.tokens_max = tokens_max;
    g.depth = g.tokens = g.names_count = 0;
    result read = read_text(&g);
    if (!ok(read)) {
        *fault_offset = (size_t)(g.at - g.start);
        *why = g.why;
    }
    return read;
}
