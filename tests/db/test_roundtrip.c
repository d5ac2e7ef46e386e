/* Every type there and back through a real server, in binary, and what the server's own words for them are. */
#include "try.h"

#include "db/sync.h"

static sync_link *open_link(arena *a) {
    sync_link *l;
    assert_ok(sync_connect(a, env("KRING_TEST_DATA_DB"), NULL, &l));
    return l;
}

typedef struct {
    uuid a;
    bytes b, c;
    int32_t d;
    int64_t e;
    bool f;
    moment g;
    int32_t h;
} value;

static params *push_value(arena *a, const value *v) {
    params *p = params_new(a);
    param_uuid(p, v->a), param_bytes(p, v->b), param_text(p, v->c), param_int4(p, v->d), param_int8(p, v->e);
    param_bool(p, v->f), param_moment(p, v->g), param_date(p, v->h);
    return p;
}

static const value edges[] = {
    {.a = {{0}}, .b = {0}, .c = {0}, .d = 0, .e = 0, .f = false, .g = 0, .h = 0},
    {.a = {{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
     .b = {(const uint8_t *)"\0\xff\0", 3},
     .c = {(const uint8_t *)"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa0 '\"\\$1", 15},
     .d = INT32_MAX,
     .e = INT64_MAX,
     .f = true,
     .g = MOMENT_NEVER,
     .h = INT32_MAX},
    {.a = {{1}},
     .b = {(const uint8_t *)"x", 1},
     .c = {(const uint8_t *)"y", 1},
     .d = INT32_MIN,
     .e = INT64_MIN,
     .f = true,
     .g = MOMENT_MIN,
     .h = INT32_MIN},
    {.d = -1, .e = -1, .g = INT64_C(-62135596800000000), .h = -719162}, /* 0001-01-01 */
    {.d = 1, .e = 1, .g = INT64_C(253402300799999999), .h = 2932896},   /* 9999-12-31 */
    {.g = INT64_C(946684800000000) - 1, .h = 10956},                    /* around PostgreSQL's own epoch */
};

static void scalars_come_back(void **state) {
    (void)state;
    arena *a = arena_new();
    sync_link *l = open_link(a);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        const value *v = &edges[i];
        rows r;
        assert_ok(sync_ask(l, a, &stmt_test_echo, push_value(a, v), &r));
        assert_int_equal(rows_count(r), 1);
        assert_true(uuid_equal(row_uuid(r, 0, test_echo__a), v->a));
        assert_true(bytes_equal(row_bytes(r, 0, test_echo__b), v->b));
        assert_true(bytes_equal(row_text(r, 0, test_echo__c), v->c));
        assert_int_equal(row_int4(r, 0, test_echo__d), v->d);
        assert_int_equal(row_int8(r, 0, test_echo__e), v->e);
        assert_int_equal(row_bool(r, 0, test_echo__f), v->f);
        assert_int_equal(row_moment(r, 0, test_echo__g), v->g);
        assert_int_equal(row_date(r, 0, test_echo__h), v->h);
    }
    arena_release(a);
}

/* That both directions agree proves nothing if both are wrong in the same way. */
static void the_server_reads_what_was_meant(void **state) {
    (void)state;
    static const char *const words[] = {
        "00000000-0000-0000-0000-000000000000||"
        "|0|0|f|1970-01-01 00:00:00+00|1970-01-01",
        "ffffffff-ffff-ffff-ffff-ffffffffffff|00ff00|\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\xa0 "
        "'\"\\$1|2147483647|9223372036854775807|t"
        "|infinity|infinity",
        "01000000-0000-0000-0000-000000000000|78|y|-2147483648|-9223372036854775808|t|-infinity|-infinity",
        "00000000-0000-0000-0000-000000000000|||-1|-1|f|0001-01-01 00:00:00+00|0001-01-01",
        "00000000-0000-0000-0000-000000000000|||1|1|f|9999-12-31 23:59:59.999999+00|9999-12-31",
        "00000000-0000-0000-0000-000000000000|||0|0|f|1999-12-31 23:59:59.999999+00|1999-12-31",
    };
    arena *a = arena_new();
    sync_link *l = open_link(a);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        rows r;
        assert_ok(sync_ask(l, a, &stmt_test_words, push_value(a, &edges[i]), &r));
        assert_string_equal(arena_string(a, row_text(r, 0, 0)), words[i]);
    }
    arena_release(a);
}

static void nulls_are_told(void **state) {
    (void)state;
    arena *a = arena_new();
    sync_link *l = open_link(a);
    params *p = params_new(a);
    for (size_t i = 0; i < stmt_test_echo.param_count; i++) param_null(p, stmt_test_echo.params[i].type);
    rows r;
    assert_ok(sync_ask(l, a, &stmt_test_echo, p, &r));
    for (int i = 0; i < 8; i++) assert_true(row_is_null(r, 0, i));
    assert_true(uuid_is_zero(row_uuid_or_zero(r, 0, test_echo__a)));
    arena_release(a);
}

static params *push_arrays(arena *a, size_t n) {
    params *p = params_new(a);
    uuid *ids = ARENA_ARRAY(a, uuid, n + 1);
    bytes *spans = ARENA_ARRAY(a, bytes, n + 1);
    int32_t *fours = ARENA_ARRAY(a, int32_t, n + 1);
    int64_t *eights = ARENA_ARRAY(a, int64_t, n + 1);
    bool *flags = ARENA_ARRAY(a, bool, n + 1);
    moment *moments = ARENA_ARRAY(a, moment, n + 1);
    for (size_t i = 0; i < n; i++) {
        ids[i].b[15] = (uint8_t)i;
        spans[i] = arena_format(a, "%.*s", (int)(i % 7), "{\",NULL}");
        fours[i] = (int32_t)i - 3;
        eights[i] = ((int64_t)i - 3) << 40;
        flags[i] = i % 3 == 0;
        moments[i] = i == 0 ? MOMENT_NEVER : i == 1 ? MOMENT_MIN : (moment)i * DAY;
    }
    param_uuids(p, ids, n), param_byteas(p, spans, n), param_texts(p, spans, n), param_int4s(p, fours, n);
    param_int8s(p, eights, n), param_bools(p, flags, n), param_moments(p, moments, n);
    return p;
}

static void assert_arrays(rows r, size_t n) {
    array_walk ids = row_uuid_array(r, 0, 0), blobs = row_bytes_array(r, 0, 1), texts = row_text_array(r, 0, 2);
    array_walk fours = row_int4_array(r, 0, 3), eights = row_int8_array(r, 0, 4), flags = row_bool_array(r, 0, 5);
    array_walk moments = row_moment_array(r, 0, 6);
    assert_true(ids.left == n && blobs.left == n && texts.left == n && fours.left == n && eights.left == n &&
                moments.left == n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(array_uuid(&ids).b[15], (uint8_t)i);
        bytes text = array_bytes(&texts);
        assert_true(bytes_equal(text, bytes_make("{\",NULL}", i % 7)));
        assert_true(bytes_equal(array_bytes(&blobs), text));
        assert_int_equal(array_int4(&fours), (int32_t)i - 3);
        assert_int_equal(array_int8(&eights), ((int64_t)i - 3) << 40);
        assert_int_equal(array_bool(&flags), i % 3 == 0);
        assert_int_equal(array_moment(&moments), i == 0 ? MOMENT_NEVER : i == 1 ? MOMENT_MIN : (moment)i * DAY);
    }
}

static void arrays_come_back(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 7, 255, 256, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        arena *a = arena_new();
        rows r;
        assert_ok(sync_ask(open_link(a), a, &stmt_test_echo_arrays, push_arrays(a, sizes[i]), &r));
        assert_arrays(r, sizes[i]);
        arena_release(a);
    }
}

static void the_server_reads_the_arrays(void **state) {
    (void)state;
    arena *a = arena_new();
    sync_link *l = open_link(a);
    rows r;
    assert_ok(sync_ask(l, a, &stmt_test_words_arrays, push_arrays(a, 2), &r));
    assert_string_equal(
        arena_string(a, row_text(r, 0, 0)),
        "{00000000-0000-0000-0000-000000000000,00000000-0000-0000-0000-000000000001}|{\"\\\\x\",\"\\\\x7b\"}"
        "|{\"\",\"{\"}|{-3,-2}|{-3298534883328,-2199023255552}|{t,f}|{infinity,-infinity}");
    assert_ok(sync_ask(l, a, &stmt_test_words_arrays, push_arrays(a, 0), &r));
    assert_string_equal(arena_string(a, row_text(r, 0, 0)), "{}|{}|{}|{}|{}|{}|{}");
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_come_back),
        cmocka_unit_test(the_server_reads_what_was_meant),
        cmocka_unit_test(nulls_are_told),
        cmocka_unit_test(arrays_come_back),
        cmocka_unit_test(the_server_reads_the_arrays),
    };
    return cmocka_run_group_tests_name("db round trips", tests, NULL, NULL);
}
