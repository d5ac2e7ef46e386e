/* Bodies against schema tables: every limit from both sides, every fault with its place, all faults at once. */
#include "json/schema.h"
#include "json/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const schema line_1_to_5 = {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 5, .format = FORMAT_LINE}};
static const schema text_1_to_5 = {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 5, .format = FORMAT_TEXT}};
static const schema token_3_to_4 = {.kind = SCHEMA_STRING, .string = {.min = 3, .max = 4, .format = FORMAT_TOKEN}};
static const schema anything = {.kind = SCHEMA_STRING, .string = {.min = 0, .max = 3, .format = FORMAT_NONE}};
static const schema an_id = {.kind = SCHEMA_STRING, .string = {.min = 36, .max = 36, .format = FORMAT_UUID}};
static const schema a_field = {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 31, .format = FORMAT_FIELD}};
static const schema a_moment = {.kind = SCHEMA_STRING, .string = {.min = 20, .max = 40, .format = FORMAT_MOMENT}};
static const schema a_date = {.kind = SCHEMA_STRING, .string = {.min = 10, .max = 10, .format = FORMAT_DATE}};
static const schema digit = {.kind = SCHEMA_INTEGER, .integer = {.min = -1, .max = 9}};
static const schema widest = {.kind = SCHEMA_INTEGER, .integer = {.min = -JSON_INT_MAX, .max = JSON_INT_MAX}};
static const schema yes_no = {.kind = SCHEMA_BOOL};
static const char *const kinds[] = {"fact", "quote"};
static const schema kind = {.kind = SCHEMA_ENUM, .choice = {.words = kinds, .count = 2}};
static const schema two_to_three = {.kind = SCHEMA_ARRAY,
                                    .array = {.items = &line_1_to_5, .min = 2, .max = 3, .unique = true}};
static const schema numbers = {.kind = SCHEMA_ARRAY, .array = {.items = &digit, .min = 0, .max = 3, .unique = true}};
static const schema twins = {.kind = SCHEMA_ARRAY, .array = {.items = &digit, .min = 0, .max = 3, .unique = false}};
static const schema_member inner_members[] = {{"x", &digit, true}, {"y~/z", &digit, false}};
static const schema inner = {.kind = SCHEMA_OBJECT, .object = {.members = inner_members, .count = 2}};
static const schema inners = {.kind = SCHEMA_ARRAY, .array = {.items = &inner, .min = 0, .max = 40, .unique = false}};
static const schema_member outer_members[] = {{"id", &an_id, true}, {"name", &line_1_to_5, true},
                                              {"list", &inners, false}};
static const schema outer = {.kind = SCHEMA_OBJECT, .object = {.members = outer_members, .count = 3}};

#define ONES "{\"x\":1},{\"x\":1},{\"x\":1},{\"x\":1},{\"x\":1}"
#define ID "\"0a0b0c0d-0102-4304-8506-0708090a0b0c\""

typedef struct {
    const schema *type;
    const char *body;
    const char *faults; /* "pointer: detail; pointer: detail"; NULL: fits */
} row;

static const row table[] = {
    {&line_1_to_5, "\"a\"", NULL},
    {&line_1_to_5, "\"abcde\"", NULL},
    {&line_1_to_5, "\"\"", ": is too short"},
    {&line_1_to_5, "\"abcdef\"", ": is too long"},
    {&line_1_to_5, "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"", NULL}, /* characters, not bytes */
    {&line_1_to_5, "\"\xF0\x9D\x84\x9E\xF0\x9D\x84\x9E\xF0\x9D\x84\x9E\xF0\x9D\x84\x9E\xF0\x9D\x84\x9E\"", NULL},
    {&line_1_to_5, "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"", ": is too long"},
    {&line_1_to_5, "\"a\\nb\"", ": has line breaks or control characters"},
    {&line_1_to_5, "\"a\\tb\"", ": has line breaks or control characters"},
    {&line_1_to_5, "\"\\u007f\"", ": has line breaks or control characters"},
    {&line_1_to_5, "\"\\u0085\"", ": has line breaks or control characters"},
    {&line_1_to_5, "\"\\u2028\"", ": has line breaks or control characters"},
    {&line_1_to_5, "\"\\u00a0\"", NULL},
    {&line_1_to_5, "1", ": must be a string"},
    {&line_1_to_5, "null", ": must be a string"},
    {&line_1_to_5, "[\"a\"]", ": must be a string"},
    {&text_1_to_5, "\"a\\n\\tb\"", NULL},
    {&text_1_to_5, "\"a\\rb\"", ": has control characters"},
    {&text_1_to_5, "\"\\u0001\"", ": has control characters"},
    {&text_1_to_5, "\"\\u2029\"", ": has control characters"},
    {&token_3_to_4, "\"aZ09\"", NULL},
    {&token_3_to_4, "\"._~-\"", NULL},
    {&token_3_to_4, "\"ab\"", ": is too short"},
    {&token_3_to_4, "\"a b\"", ": has characters other than letters, digits and . _ ~ -"},
    {&token_3_to_4, "\"a/b\"", ": has characters other than letters, digits and . _ ~ -"},
    {&token_3_to_4, "\"ab@\"", ": has characters other than letters, digits and . _ ~ -"},
    {&token_3_to_4, "\"ab[\"", ": has characters other than letters, digits and . _ ~ -"},
    {&token_3_to_4, "\"ab\xC3\xA9\"", ": has characters other than letters, digits and . _ ~ -"},
    {&anything, "\"\"", NULL},
    {&anything, "\"\\n\\u0001x\"", NULL},
    {&anything, "\"abcd\"", ": is too long"},
    {&an_id, ID, NULL},
    {&an_id, "\"0A0B0C0D-0102-4304-8506-0708090A0B0C\"", ": is not a UUID in lower case"},
    {&an_id, "\"0a0b0c0d-0102-4304-8506-0708090a0b0\"", ": is too short"},
    {&an_id, "\"0a0b0c0d-0102-4304-8506-0708090a0b0cc\"", ": is too long"},
    {&an_id, "\"0a0b0c0d001020430408506007080900a0b0\"", ": is not a UUID in lower case"},
    {&a_field, "\"need_money\"", NULL},
    {&a_field, "\"private_note_youth\"", NULL},
    {&a_field, "\"Need_money\"", ": is not a field of the catalogue"},
    {&a_field, "\"need_mone\"", ": is not a field of the catalogue"},
    {&a_field, "\"need_money_\"", ": is not a field of the catalogue"},
    {&a_moment, "\"2026-01-20T11:00:00Z\"", NULL},
    {&a_moment, "\"2026-01-20T12:00:00.5+01:00\"", NULL},
    {&a_moment, "\"2026-01-20T11:00:00\"", ": is too short"},
    {&a_moment, "\"2026-13-20T11:00:00Z\"", ": is not a moment as RFC 3339 writes it"},
    {&a_moment, "\"2026-01-20 11h00m00Z\"", ": is not a moment as RFC 3339 writes it"},
    {&a_date, "\"2026-02-28\"", NULL},
    {&a_date, "\"2028-02-29\"", NULL},
    {&a_date, "\"2026-02-29\"", ": is not a date (YYYY-MM-DD)"},
    {&a_date, "\"2026-2-028\"", ": is not a date (YYYY-MM-DD)"},
    {&a_date, "\"2026-01-0\"", ": is too short"},
    {&a_date, "\"2026-01\xC3\xA9" "01\"", ": is not a date (YYYY-MM-DD)"},
    {&digit, "-1", NULL},
    {&digit, "9", NULL},
    {&digit, "-0", NULL},
    {&digit, "-2", ": is too small"},
    {&digit, "10", ": is too large"},
    {&digit, "\"1\"", ": must be an integer"},
    {&digit, "true", ": must be an integer"},
    {&widest, "9007199254740991", NULL},
    {&widest, "-9007199254740991", NULL},
    {&yes_no, "true", NULL},
    {&yes_no, "false", NULL},
    {&yes_no, "0", ": must be true or false"},
    {&yes_no, "\"true\"", ": must be true or false"},
    {&kind, "\"fact\"", NULL},
    {&kind, "\"quote\"", NULL},
    {&kind, "\"Fact\"", ": is none of the allowed values"},
    {&kind, "\"\"", ": is none of the allowed values"},
    {&kind, "\"factx\"", ": is none of the allowed values"},
    {&two_to_three, "[\"a\",\"b\"]", NULL},
    {&two_to_three, "[\"a\",\"b\",\"c\"]", NULL},
    {&two_to_three, "[\"a\"]", ": has too few items"},
    {&two_to_three, "[]", ": has too few items"},
    {&two_to_three, "[\"a\",\"b\",\"c\",\"d\"]", ": has too many items"},
    {&two_to_three, "[\"a\",\"b\",\"a\"]", "/2: stands here twice"},
    {&two_to_three, "[\"a\",\"\\u0061\"]", "/1: stands here twice"},
    {&two_to_three, "[\"a\",\"A\"]", NULL},
    {&two_to_three, "[\"a\",1,\"\"]", "/1: must be a string; /2: is too short"},
    {&two_to_three, "{}", ": must be an array"},
    {&numbers, "[1,2,1]", "/2: stands here twice"},
    {&numbers, "[0,-0]", "/1: stands here twice"},
    {&twins, "[1,1,1]", NULL},
    {&outer, "{\"id\":" ID ",\"name\":\"a\"}", NULL},
    {&outer, "{\"id\":" ID ",\"name\":\"a\",\"list\":[{\"x\":1},{\"x\":2,\"y~/z\":3}]}", NULL},
    {&outer, "{}", "/id: is required; /name: is required"},
    {&outer, "[]", ": must be an object"},
    {&outer, "{\"id\":" ID ",\"Name\":\"a\"}", "/name: is required; /Name: is not known here"},
    {&outer, "{\"id\":null,\"name\":\"a\"}", "/id: must be a string"},
    {&outer, "{\"id\":" ID ",\"name\":\"a\",\"admin\":true}", "/admin: is not known here"},
    {&outer, "{\"id\":" ID ",\"name\":\"a\",\"a/b~c\":1}", "/a~1b~0c: is not known here"},
    {&outer, "{\"id\":" ID ",\"name\":\"a\",\"\":1}", "/: is not known here"},
    {&outer, "{\"id\":" ID ",\"name\":\"a\",\"list\":[{\"x\":1},{\"y~/z\":99,\"q\":0}]}",
     "/list/1/x: is required; /list/1/y~0~1z: is too large; /list/1/q: is not known here"},
    {&outer, "{\"list\":[" ONES "," ONES ",{\"x\":\"\"}],\"id\":" ID ",\"name\":\"\"}",
     "/list/10/x: must be an integer; /name: is too short"},
};

static char *describe(const json_faults *faults) {
    enum { ROOM = 8192 };
    char *text = calloc(1, ROOM);
    for (size_t i = 0, len = 0; i < faults->count; i++)
        len += (size_t)snprintf(text + len, ROOM - len, "%s%.*s: %s", i ? "; " : "", (int)faults->items[i].path.len,
                                (const char *)faults->items[i].path.at, faults->items[i].detail);
    return text;
}

static const json_value *parse(arena *a, const char *body) {
    json_fault fault;
    const json_value *root = NULL;
    if (!ok(json_parse(a, bytes_of_string(body), &root, &fault))) fail_msg("%s: %s", body, fault.detail);
    return root;
}

static void each_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        arena *a = arena_new();
        json_faults faults;
        result r = schema_check(table[i].type, parse(a, table[i].body), a, &faults);
        char *got = describe(&faults);
        if (strcmp(got, table[i].faults ? table[i].faults : "") != 0)
            fail_msg("%s: got '%s', expected '%s'", table[i].body, got, table[i].faults ? table[i].faults : "");
        assert_true(table[i].faults ? failed_as(r, R_BAD_BODY) : ok(r));
        free(got);
        arena_release(a);
    }
}

/* A query's value is the same thing without quotes: the scalar rows of the table hold for it too. */
static void each_scalar_as_a_query(void **state) {
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const row *t = &table[i];
        bool is_text = t->type->kind == SCHEMA_STRING || t->type->kind == SCHEMA_ENUM;
        if (!is_text || t->body[0] != '"' || t->type == &anything) continue;
        arena *a = arena_new();
        const char *fault = schema_check_text(t->type, json_bytes_of(parse(a, t->body)));
        if ((fault == NULL) != (t->faults == NULL))
            fail_msg("%s as a query: %s", t->body, fault ? fault : "accepted");
        arena_release(a);
        tried++;
    }
    assert_true(tried > 30);
}

static void numbers_in_a_query(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool fits;
    } cases[] = {
        {"-1", true},   {"9", true},   {"0", true},   {"-2", false},  {"10", false},  {"", false},    {"-", false},
        {"01", false},  {"+1", false}, {" 1", false}, {"1 ", false},  {"1.0", false}, {"--1", false}, {"0x1", false},
        {"9007199254740992", false},   {"18446744073709551617", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *fault = schema_check_text(&digit, bytes_of_string(cases[i].text));
        if ((fault == NULL) != cases[i].fits) fail_msg("%s: %s", cases[i].text, fault ? fault : "accepted");
    }
    assert_null(schema_check_text(&yes_no, BYTES("true")));
    assert_non_null(schema_check_text(&yes_no, BYTES("1")));
    assert_null(schema_check_text(&widest, BYTES("-9007199254740991")));
}

/* A query is percent-decoded, so its bytes may be anything: crooked UTF-8 and zeros never fit a string. */
static void bytes_in_a_query(void **state) {
    (void)state;
    assert_non_null(schema_check_text(&line_1_to_5, BYTES("\xC0\x80")));
    assert_non_null(schema_check_text(&line_1_to_5, BYTES("a\0b")));
    assert_non_null(schema_check_text(&anything, BYTES("\xFF")));
    assert_non_null(schema_check_text(&anything, BYTES("\xED\xA0\x80")));
    assert_non_null(schema_check_text(&kind, BYTES("fact\0")));
    assert_non_null(schema_check_text(&a_field, BYTES("need_money\0")));
}

static void only_the_first_16_faults(void **state) {
    (void)state;
    arena *a = arena_new();
    json_faults faults;
    char body[4096] = "{";
    size_t len = 1;
    for (int i = 0; i < 40; i++) len += (size_t)snprintf(body + len, sizeof body - len, "\"unknown%d\":1,", i);
    body[len - 1] = '}';
    assert_true(failed_as(schema_check(&outer, parse(a, body), a, &faults), R_BAD_BODY));
    assert_int_equal(faults.count, FAULTS_MAX);
    assert_true(bytes_is(faults.items[0].path, "/id") && bytes_is(faults.items[2].path, "/unknown0"));
    arena_release(a);
}

/* An absurd name is told by its place only: the answer must not grow with what came in. */
static void long_names_are_not_repeated(void **state) {
    (void)state;
    for (int len = 63; len <= 66; len++) {
        arena *a = arena_new();
        json_faults faults;
        char body[256];
        snprintf(body, sizeof body, "{\"list\":[{\"x\":1,\"%0*d\":1}],\"id\":" ID ",\"name\":\"a\"}", len, 0);
        assert_true(failed_as(schema_check(&outer, parse(a, body), a, &faults), R_BAD_BODY));
        assert_int_equal(faults.count, 1);
        assert_int_equal(faults.items[0].path.len, len <= 64 ? 8 + len : 7);
        arena_release(a);
    }
}

static void reading(void **state) {
    (void)state;
    arena *a = arena_new();
    const json_value *v = parse(a, "{\"n\":-9007199254740991,\"s\":\"a\\u00e9\",\"b\":false,"
                                   "\"z\":null,\"l\":[1,2,3],\"A\":1}");
    assert_true(json_int_of(json_member(v, "n")) == -JSON_INT_MAX);
    assert_true(bytes_is(json_bytes_of(json_member(v, "s")), "a\xC3\xA9"));
    assert_false(json_bool_of(json_member(v, "b")));
    assert_true(json_is_null(json_member(v, "z")));
    assert_null(json_member(v, "N")); /* exact, not cJSON's own look-up without case */
    assert_null(json_member(v, "a"));
    assert_int_equal(json_count(json_member(v, "l")), 3);
    int64_t sum = 0;
    for (const json_value *i = json_first(json_member(v, "l")); i; i = json_next(i)) sum = sum * 10 + json_int_of(i);
    assert_int_equal(sum, 123);
    assert_true(bytes_is(json_name_of(json_first(v)), "n"));
    assert_false(json_is_object(NULL) || json_is_string(NULL) || json_is_integer(NULL) || json_is_null(NULL));
    json_fault fault;
    assert_true(failed_as(json_parse(a, BYTES("{\"a\":1,\"a\":2}"), &v, &fault), R_BAD_JSON));
    assert_true(fault.path.len == 0 && fault.detail != NULL);
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(each_scalar_as_a_query),
        cmocka_unit_test(numbers_in_a_query),
        cmocka_unit_test(bytes_in_a_query),
        cmocka_unit_test(only_the_first_16_faults),
        cmocka_unit_test(long_names_are_not_repeated),
        cmocka_unit_test(reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
