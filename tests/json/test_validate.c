/* The gate before the parser: each edge of RFC 8259, and each strictness beyond it, with its reason and its place. */
#include "json/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct {
    const char *name;
    bytes text;
    const char *why; /* NULL: accepted */
    size_t offset;
} sample;

#define SPAN(text) {(const uint8_t *)("" text), sizeof(text) - 1}
#define YES(text) {text, SPAN(text), NULL, 0}
#define NO(text, why, offset) {text, SPAN(text), why, offset}

#define VALUE "a value is missing"
#define BEGIN "a value can't begin so"
#define BEHIND "something stands behind the value"
#define BRACE "a comma or a closing brace is missing"
#define BRACKET "a comma or a closing bracket is missing"
#define NAME "a member name is missing"
#define COLON "a colon is missing"
#define DIGIT "a number needs a digit"
#define LEADING "a number has no leading zero"
#define INTEGER "only integers are used here"
#define LARGE "the integer is too large"
#define WORD "no such word"
#define ENDS "the string does not end"
#define CONTROL "a control character must be escaped"
#define ESCAPE "no such escape"
#define HEX "\\u needs four hex digits"
#define NUL "U+0000 is not allowed in a string"
#define LONE "a surrogate stands alone"
#define CROOKED "not well-formed UTF-8"
#define TWICE "a member name stands twice in one object"
#define DEEP "nested too deep"
#define MANY "too many values"

static const sample samples[] = {
    /* whole texts */
    YES("{}"), YES("[]"), YES("\"\""), YES("0"), YES("true"), YES("false"), YES("null"), YES(" \t\r\n1\n\r\t "),
    YES("{\"a\":[1,{\"b\":null}],\"c\":\"d\"}"), YES("[ ]"), YES("{ }"), YES("[\n1\t,\r2 ]"),
    YES("{ \"a\" : 1 , \"b\" : 2 }"), NO("", VALUE, 0), NO(" ", VALUE, 1), NO("1 1", BEHIND, 2),
    NO("{}{}", BEHIND, 2), NO("[]]", BEHIND, 2), NO("[]\0", BEHIND, 2), NO("\0", BEGIN, 0), NO("[1]x", BEHIND, 3),
    NO("//x\n1", BEGIN, 0), NO("1/**/", BEHIND, 1), NO("\xEF\xBB\xBF{}", BEGIN, 0), NO("\xFE\xFF", BEGIN, 0),
    NO("[\xC2\xA0" "1]", BEGIN, 1), NO("[\f1]", BEGIN, 1), NO("[\v1]", BEGIN, 1),
    /* arrays */
    NO("[", VALUE, 1), NO("]", BEGIN, 0), NO("[1", BRACKET, 2), NO("[1,", VALUE, 3), NO("[1,]", BEGIN, 3),
    NO("[,1]", BEGIN, 1), NO("[1,,2]", BEGIN, 3), NO("[1 2]", BRACKET, 3), NO("[1:2]", BRACKET, 2),
    NO("[1}", BRACKET, 2), NO("[\"a\"", BRACKET, 4),
    /* objects */
    NO("{", NAME, 1), NO("}", BEGIN, 0), NO("{1:2}", NAME, 1), NO("{a:1}", NAME, 1), NO("{'a':1}", NAME, 1),
    NO("{\"a\"}", COLON, 4), NO("{\"a\":}", BEGIN, 5), NO("{\"a\":1,}", NAME, 7), NO("{\"a\":1", BRACE, 6),
    NO("{\"a\":1]", BRACE, 6), NO("{\"a\" 1}", COLON, 5), NO("{,}", NAME, 1), NO("{\"a\":1 \"b\":2}", BRACE, 7),
    NO("{\"a\"::1}", BEGIN, 5), NO("{\"a\":", VALUE, 5), NO("{\"a\"", COLON, 4), NO("{\"a\":1;\"b\":2}", BRACE, 6),
    NO("{null:1}", NAME, 1),
    /* words */
    NO("True", BEGIN, 0), NO("tru", WORD, 3), NO("truE", WORD, 3), NO("nul", WORD, 3), NO("falsee", BEHIND, 5),
    NO("NaN", BEGIN, 0), NO("Infinity", BEGIN, 0), NO("-Infinity", DIGIT, 1), NO("undefined", BEGIN, 0),
    NO("nan", WORD, 1), NO("[t\0]", WORD, 2),
    /* numbers */
    YES("-0"), YES("10"), YES("-1"), YES("9007199254740991"), YES("-9007199254740991"), YES("9007199254740990"),
    NO("9007199254740992", LARGE, 15), NO("-9007199254740992", LARGE, 16), NO("90071992547409910", LARGE, 16),
    NO("99999999999999999999999999999999999999", LARGE, 15), NO("18446744073709551617", LARGE, 16),
    NO("01", LEADING, 1), NO("-01", LEADING, 2), NO("00", LEADING, 1), NO("+1", BEGIN, 0), NO("-", DIGIT, 1),
    NO("--1", DIGIT, 1), NO("- 1", DIGIT, 1), NO("1.0", INTEGER, 1), NO("1.", INTEGER, 1), NO(".5", BEGIN, 0),
    NO("1e3", INTEGER, 1), NO("1E3", INTEGER, 1), NO("1e400", INTEGER, 1), NO("0e1", INTEGER, 1),
    NO("0.0", INTEGER, 1), NO("-0.0", INTEGER, 2), NO("0x1", BEHIND, 1), NO("1_000", BEHIND, 1),
    NO("\xEF\xBC\x91", BEGIN, 0),
    /* strings and escapes */
    YES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), YES("\"\\u0001\\u001f\\u007F\""), YES("\"\x7F\""), YES("\"/\""),
    YES("\"\\uABCD\\uabcd\""), NO("\"", ENDS, 1), NO("\"a", ENDS, 2), NO("\"\\", ENDS, 2), NO("\"\\\"", ENDS, 3),
    NO("'a'", BEGIN, 0), NO("\"\n\"", CONTROL, 1), NO("\"\t\"", CONTROL, 1), NO("\"a\0b\"", CONTROL, 2),
    NO("\"\x1F\"", CONTROL, 1), NO("\"\\a\"", ESCAPE, 2), NO("\"\\x41\"", ESCAPE, 2), NO("\"\\'\"", ESCAPE, 2),
    NO("\"\\0\"", ESCAPE, 2), NO("\"\\\0\"", ESCAPE, 2), NO("\"\\U0041\"", ESCAPE, 2), NO("\"\\\n\"", ESCAPE, 2),
    NO("\"\\u\"", HEX, 3), NO("\"\\u00\"", HEX, 5), NO("\"\\u00g0\"", HEX, 5), NO("\"\\u 041\"", HEX, 3),
    NO("\"\\u+041\"", HEX, 3), NO("\"\\u004", HEX, 6), NO("\"\\u00\\u0041\"", HEX, 5), NO("\"\\u0000\"", NUL, 1),
    NO("\"ro\\u0000le\"", NUL, 3), NO("{\"ro\\u0000le\":1}", NUL, 4),
    /* surrogates in escapes */
    YES("\"\\uD834\\uDD1E\""), YES("\"\\ud800\\udc00\""), YES("\"\\uDBFF\\uDFFF\""), YES("\"\\uD7FF\\uE000\""),
    NO("\"\\uD800\"", LONE, 1), NO("\"\\uDC00\"", LONE, 1), NO("\"\\uD800\\uD800\"", LONE, 1),
    NO("\"\\uDC00\\uD800\"", LONE, 1), NO("\"\\uD800\\n\"", LONE, 1), NO("\"\\uD800a\"", LONE, 1),
    NO("\"\\uD800\\u0041\"", LONE, 1), NO("\"\\uD800\\uDC0\"", HEX, 12), NO("\"\\uD834\\uDD1E\\uD834\"", LONE, 13),
    NO("\"\\uDFFF\"", LONE, 1), NO("\"\\uD800", LONE, 1),
    /* UTF-8 */
    YES("\"\xC2\x80\""), YES("\"\xDF\xBF\""), YES("\"\xE0\xA0\x80\""), YES("\"\xED\x9F\xBF\""),
    YES("\"\xEE\x80\x80\""), YES("\"\xEF\xBF\xBF\""), YES("\"\xF0\x90\x80\x80\""), YES("\"\xF4\x8F\xBF\xBF\""),
    YES("\"\xEF\xBB\xBF\""), YES("\"\xE2\x80\xA8\""), NO("\"\x80\"", CROOKED, 1), NO("\"\xBF\"", CROOKED, 1),
    NO("\"\xC0\x80\"", CROOKED, 1), NO("\"\xC1\xBF\"", CROOKED, 1), NO("\"\xC0\xAF\"", CROOKED, 1),
    NO("\"\xC2\"", CROOKED, 1), NO("\"\xC2\x41\"", CROOKED, 1), NO("\"\xE0\x80\x80\"", CROOKED, 1),
    NO("\"\xE0\x9F\xBF\"", CROOKED, 1), NO("\"\xED\xA0\x80\"", CROOKED, 1), NO("\"\xED\xBF\xBF\"", CROOKED, 1),
    NO("\"\xE2\x82\"", CROOKED, 1), NO("\"\xE2\x28\xA1\"", CROOKED, 1), NO("\"\xF0\x80\x80\x80\"", CROOKED, 1),
    NO("\"\xF0\x8F\xBF\xBF\"", CROOKED, 1), NO("\"\xF4\x90\x80\x80\"", CROOKED, 1),
    NO("\"\xF5\x80\x80\x80\"", CROOKED, 1), NO("\"\xF8\x88\x80\x80\x80\"", CROOKED, 1), NO("\"\xFE\"", CROOKED, 1),
    NO("\"\xFF\"", CROOKED, 1), NO("\"\xF0\x90\x80\"", CROOKED, 1), NO("\"ok\xE9\"", CROOKED, 3),
    NO("\"\xF0\x90\x80", CROOKED, 1), NO("\"\xE2", CROOKED, 1), NO("{\"\xE9\":1}", CROOKED, 2),
    /* names */
    YES("{\"a\":1,\"A\":2}"), YES("{\"\":1}"), YES("{\"a\":{\"a\":{\"a\":1}}}"), YES("[{\"a\":1},{\"a\":1}]"),
    YES("{\"a\":{\"b\":1},\"b\":{\"a\":1}}"),
    /* not normalised: two spellings are two names */
    YES("{\"a\":1,\"a \":2,\"aa\":3}"), YES("{\"\\u00e9\":1,\"e\xCC\x81\":2}"), NO("{\"a\":1,\"a\":1}", TWICE, 13),
    NO("{\"\":1,\"\":2}", TWICE, 11), NO("{\"a\":1,\"\\u0061\":2}", TWICE, 18),
    NO("{\"\\u00e9\":1,\"\xC3\xA9\":2}", TWICE, 19), NO("{\"\\uD834\\uDD1E\":1,\"\xF0\x9D\x84\x9E\":2}", TWICE, 27),
    NO("{\"\\/\":1,\"/\":2}", TWICE, 14), NO("{\"\\u20AC\":1,\"\xE2\x82\xAC\":2}", TWICE, 20),
    NO("{\"b\":1,\"a\":2,\"c\":3,\"a\":4}", TWICE, 25), NO("[{\"x\":{\"a\":1,\"b\":{},\"a\":2}}]", TWICE, 26),
    NO("{\"a\":{\"a\":1},\"a\":2}", TWICE, 19), NO("{\"a\":{\"x\":{\"y\":1}},\"b\":{\"x\":1,\"x\":2}}", TWICE, 36),
};

static void each_sample(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const sample *s = &samples[i];
        /* In a block of exactly its size, so that a read past the end is a sanitizer's error. */
        uint8_t *copy = malloc(s->text.len ? s->text.len : 1);
        if (s->text.len) memcpy(copy, s->text.at, s->text.len);
        size_t offset = SIZE_MAX;
        const char *why = NULL;
        result r = json_validate(bytes_make(copy, s->text.len), &offset, &why);
        free(copy);
        if (ok(r) != (s->why == NULL) || (s->why && strcmp(why, s->why) != 0) || (s->why && offset != s->offset))
            fail_msg("%s: %s at %zu, expected %s at %zu", s->name, why ? why : "accepted", offset,
                     s->why ? s->why : "accepted", s->offset);
        if (ok(r)) assert_true(why == NULL && offset == SIZE_MAX);
        if (!ok(r)) assert_true(failed_as(r, R_BAD_JSON));
    }
}

static char *nested(const char *open, const char *inside, const char *close, size_t depth) {
    size_t size = depth * (strlen(open) + strlen(close)) + strlen(inside) + 1;
    char *text = calloc(1, size), *at = text;
    for (size_t i = 0; i < depth; i++) at = stpcpy(at, open);
    at = stpcpy(at, inside);
    for (size_t i = 0; i < depth; i++) at = stpcpy(at, close);
    return text;
}

static const char *verdict(const char *text) {
    size_t offset;
    const char *why = NULL;
    result r = json_validate(bytes_of_string(text), &offset, &why);
    return ok(r) ? NULL : why;
}

static void expect(char *text, const char *why) {
    const char *got = verdict(text);
    if (why)
        assert_string_equal(got, why);
    else
        assert_null(got);
    free(text);
}

static void depth_ends_at_32(void **state) {
    (void)state;
    expect(nested("[", "", "]", JSON_DEPTH_MAX), NULL);
    expect(nested("[", "1", "]", JSON_DEPTH_MAX), NULL);
    expect(nested("[", "", "]", JSON_DEPTH_MAX + 1), DEEP);
    expect(nested("{\"a\":", "1", "}", JSON_DEPTH_MAX), NULL);
    expect(nested("{\"a\":", "1", "}", JSON_DEPTH_MAX + 1), DEEP);
    expect(nested("[", "", "", 200000), DEEP); /* an unclosed tower never reaches the stack's end */
    expect(nested("[[[[],", "1", "]]]", 10), NULL);
}

/* What was closed does not count: breadth is no depth. */
static void depth_is_given_back(void **state) {
    (void)state;
    char *flat = nested("[[[]]],", "[]", "", 500), *whole = calloc(1, strlen(flat) + 3);
    stpcpy(stpcpy(stpcpy(whole, "["), flat), "]");
    free(flat);
    expect(whole, NULL);
}

static char *many_items(size_t count) {
    char *text = calloc(1, 2 * count + 2), *at = text;
    *at++ = '[';
    for (size_t i = 0; i < count; i++) *at++ = '1', *at++ = ',';
    at[-1] = ']';
    return text;
}

static char *many_members(size_t count, bool last_twice) {
    size_t size = 16 * count + 3, len = 1;
    char *text = calloc(1, size);
    text[0] = '{';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, size - len, "\"k%zu\":1,", last_twice && i + 1 == count ? 0 : i);
    text[len - 1] = '}';
    return text;
}

static void tokens_end_at_10000(void **state) {
    (void)state;
    expect(many_items(JSON_TOKENS_MAX - 1), NULL); /* the array itself is one */
    expect(many_items(JSON_TOKENS_MAX), MANY);
    expect(many_members((JSON_TOKENS_MAX - 1) / 2, false), NULL);
    expect(many_members(JSON_TOKENS_MAX, false), MANY);
    expect(many_members((JSON_TOKENS_MAX - 1) / 2, true), TWICE);
}

/* Names of sibling objects never meet; names of an outer object are kept while an inner one is read. */
static void names_are_kept_by_object(void **state) {
    (void)state;
    for (size_t count = 1; count < 64; count++) {
        expect(many_members(count, false), NULL);
        if (count > 1) expect(many_members(count, true), TWICE);
    }
    expect(strdup("{\"a\":[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2}],\"b\":{\"a\":1},\"c\":1}"), NULL);
    expect(strdup("{\"a\":[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2}],\"b\":{\"a\":1},\"a\":1}"), TWICE);
}

static unsigned next_random(unsigned *seed) { return *seed = *seed * 1664525u + 1013904223u; }

/* Cutting a whole text anywhere, or flipping any byte, never crashes and never passes what is not whole. */
static void cut_and_flipped_texts(void **state) {
    (void)state;
    const char *text = "{\"field\":\"need_money\",\"about\":[\"\\u00e9\\uD834\\uDD1E\",-12],"
                       "\"n\":{\"x\":[true,false,null]}}";
    size_t len = strlen(text), offset;
    const char *why;
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *copy = malloc(cut ? cut : 1);
        memcpy(copy, text, cut);
        assert_false(ok(json_validate(bytes_make(copy, cut), &offset, &why)));
        assert_true(offset <= cut);
        free(copy);
    }
    unsigned seed = 7;
    for (int i = 0; i < 20000; i++) {
        uint8_t *copy = malloc(len);
        memcpy(copy, text, len);
        for (int flips = 0; flips < 3; flips++) copy[next_random(&seed) % len] = (uint8_t)(next_random(&seed) >> 16);
        if (!ok(json_validate(bytes_make(copy, len), &offset, &why))) assert_true(offset <= len && why);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sample),
        cmocka_unit_test(depth_ends_at_32),
        cmocka_unit_test(depth_is_given_back),
        cmocka_unit_test(tokens_end_at_10000),
        cmocka_unit_test(names_are_kept_by_object),
        cmocka_unit_test(cut_and_flipped_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
