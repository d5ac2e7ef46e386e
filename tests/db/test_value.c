/* Values without a server: what we write is what PostgreSQL's binary format says, and a result that is not what sql/
 * declares aborts instead of being read. */
#include "try.h"

typedef struct {
    arena *memory;
    PGresult *result;
} made;

/* One row of one column. */
static made make(Oid type, int format, const void *at, int len) {
    made m = {.result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK)};
    PGresAttDesc column = {.name = (char[]){"c"}, .typid = type, .format = format};
    assert_true(PQsetResultAttrs(m.result, 1, &column));
    assert_true(PQsetvalue(m.result, 0, 0, (char *)(uintptr_t)at, len));
    return m;
}

static rows rows_of(const made *m) { return (rows){m->result}; }

static bytes pushed(const params *p) {
    assert_int_equal(params_count(p), 1);
    return bytes_make(params_values(p)[0], (size_t)params_lengths(p)[0]);
}

static void moments_are_shifted(void **state) {
    (void)state;
    static const struct {
        moment m;
        int64_t raw;
    } table[] = {
        {MOMENT_NEVER, INT64_MAX},      {MOMENT_MIN, INT64_MIN},
        {0, INT64_C(-946684800000000)}, {INT64_C(946684800000000), 0},
        {INT64_C(946684800000001), 1},  {INT64_C(-62135596800000000), INT64_C(-63082281600000000)},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        arena *a = arena_new();
        params *p = params_new(a);
        param_moment(p, table[i].m);
        assert_int_equal(params_types(p)[0], TYPE_TIMESTAMPTZ);
        assert_int_equal((int64_t)get_u64(pushed(p).at), table[i].raw);
        made m = make(TYPE_TIMESTAMPTZ, 1, pushed(p).at, 8);
        assert_int_equal(row_moment(rows_of(&m), 0, 0), table[i].m);
        PQclear(m.result);
        arena_release(a);
    }
}

static void dates_are_days(void **state) {
    (void)state;
    static const struct {
        int32_t days, raw;
    } table[] = {{0, -10957}, {10957, 0}, {INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}, {-719162, -730119}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        arena *a = arena_new();
        params *p = params_new(a);
        param_date(p, table[i].days);
        assert_int_equal((int32_t)get_u32(pushed(p).at), table[i].raw);
        made m = make(TYPE_DATE, 1, pushed(p).at, 4);
        assert_int_equal(row_date(rows_of(&m), 0, 0), table[i].days);
        PQclear(m.result);
        arena_release(a);
    }
}

static void an_empty_value_is_not_null(void **state) {
    (void)state;
    arena *a = arena_new();
    params *p = params_new(a);
    param_bytes(p, (bytes){0});
    assert_non_null(params_values(p)[0]);
    param_uuid_or_null(p, (uuid){0});
    assert_null(params_values(p)[1]);
    param_uuid_or_null(p, uuid_random());
    assert_non_null(params_values(p)[2]);
    arena_release(a);
}

static void an_empty_array_has_no_dimension(void **state) {
    (void)state;
    arena *a = arena_new();
    params *p = params_new(a);
    param_uuids(p, NULL, 0);
    assert_int_equal(pushed(p).len, 12);
    assert_int_equal(get_u32(pushed(p).at), 0);
    assert_int_equal(get_u32(pushed(p).at + 8), TYPE_UUID);
    made m = make(TYPE_UUID_ARRAY, 1, pushed(p).at, 12);
    assert_int_equal(row_uuid_array(rows_of(&m), 0, 0).left, 0);
    assert_int_equal(row_uuids(rows_of(&m), 0, 0, NULL, 0), 0);
    PQclear(m.result);
    arena_release(a);
}

static void many_params_keep_their_order(void **state) {
    (void)state;
    arena *a = arena_new();
    params *p = params_new(a);
    for (int32_t i = 0; i < PARAMS_MAX; i++) param_int4(p, i);
    for (size_t i = 0; i < PARAMS_MAX; i++) assert_int_equal(get_u32((const uint8_t *)params_values(p)[i]), i);
    arena_release(a);
}

static void fitting_looks_at_count_and_types(void **state) {
    (void)state;
    arena *a = arena_new();
    params *p = params_new(a);
    assert_true(params_fit(NULL, &stmt_test_pid));
    assert_true(params_fit(p, &stmt_test_pid));
    assert_false(params_fit(p, &stmt_test_number));
    param_int4(p, 1);
    assert_true(params_fit(p, &stmt_test_number));
    assert_false(params_fit(p, &stmt_test_pid));
    assert_false(params_fit(p, &stmt_test_insert)); /* a bytea */
    arena_release(a);
}

/* ---- what must abort ---- */

typedef struct {
    Oid type;
    int format, len;
    const uint8_t *at;
    enum { GET_UUID, GET_INT4, GET_INT8, GET_BOOL, GET_MOMENT, GET_TEXT, GET_UUIDS, GET_TEXTS } get;
} wrong;

static void read_wrong(void *ctx) {
    const wrong *w = ctx;
    made m = make(w->type, w->format, w->at, w->len);
    rows r = rows_of(&m);
    switch (w->get) {
    case GET_UUID: row_uuid(r, 0, 0); break;
    case GET_INT4: row_int4(r, 0, 0); break;
    case GET_INT8: row_int8(r, 0, 0); break;
    case GET_BOOL: row_bool(r, 0, 0); break;
    case GET_MOMENT: row_moment(r, 0, 0); break;
    case GET_TEXT: row_text(r, 0, 0); break;
    case GET_UUIDS: row_uuid_array(r, 0, 0); break;
    case GET_TEXTS: row_text_array(r, 0, 0); break;
    }
    PQclear(m.result);
}

/* Header of an array of one: dimensions, flags, element, length, lower bound; then the element. */
#define HEAD(dims, element, n) 0, 0, 0, dims, 0, 0, 0, 0, 0, 0, (element) >> 8, (element)&255, 0, 0, 0, n, 0, 0, 0, 1
#define SIXTEEN 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16

static void wrong_results_abort(void **state) {
    (void)state;
    static const uint8_t id[] = {SIXTEEN, 17};
    static const uint8_t fine[] = {HEAD(1, 2950, 1), 0, 0, 0, 16, SIXTEEN};
    static const uint8_t more[] = {HEAD(1, 2950, 2), 0, 0, 0, 16, SIXTEEN};
    static const uint8_t rest[] = {HEAD(1, 2950, 1), 0, 0, 0, 16, SIXTEEN, 0};
    static const uint8_t null[] = {HEAD(1, 2950, 1), 255, 255, 255, 255};
    static const uint8_t thin[] = {HEAD(1, 2950, 1), 0, 0, 0, 15, SIXTEEN};
    static const uint8_t flat[] = {HEAD(2, 2950, 1), 0, 0, 0, 16, SIXTEEN};
    static const uint8_t text[] = {HEAD(1, 25, 1), 0, 0, 0, 4, 'a', 'b', 'c'};
    static const uint8_t huge[] = {HEAD(1, 25, 255), 0, 0, 0, 1, 'a'};
    static const struct {
        const char *name;
        bool bad;
        wrong w;
    } table[] = {
        {"a uuid", false, {TYPE_UUID, 1, 16, id, GET_UUID}},
        {"another type", true, {TYPE_BYTEA, 1, 16, id, GET_UUID}},
        {"text format", true, {TYPE_UUID, 0, 16, id, GET_UUID}},
        {"a byte short", true, {TYPE_UUID, 1, 15, id, GET_UUID}},
        {"a byte long", true, {TYPE_UUID, 1, 17, id, GET_UUID}},
        {"NULL", true, {TYPE_UUID, 1, -1, id, GET_UUID}},
        {"int4 as int8", true, {TYPE_INT4, 1, 4, id, GET_INT8}},
        {"int8 as int4", true, {TYPE_INT8, 1, 8, id, GET_INT4}},
        {"short int4", true, {TYPE_INT4, 1, 3, id, GET_INT4}},
        {"bool of two bytes", true, {TYPE_BOOL, 1, 2, id, GET_BOOL}},
        {"date as moment", true, {TYPE_DATE, 1, 4, id, GET_MOMENT}},
        {"varchar as text", true, {1043, 1, 4, id, GET_TEXT}},
        {"an array", false, {TYPE_UUID_ARRAY, 1, sizeof fine, fine, GET_UUIDS}},
        {"array: an element missing", true, {TYPE_UUID_ARRAY, 1, sizeof more, more, GET_UUIDS}},
        {"array: a byte left over", true, {TYPE_UUID_ARRAY, 1, sizeof rest, rest, GET_UUIDS}},
        {"array: NULL inside", true, {TYPE_UUID_ARRAY, 1, sizeof null, null, GET_UUIDS}},
        {"array: short element", true, {TYPE_UUID_ARRAY, 1, sizeof thin, thin, GET_UUIDS}},
        {"array: two dimensions", true, {TYPE_UUID_ARRAY, 1, sizeof flat, flat, GET_UUIDS}},
        {"array: cut header", true, {TYPE_UUID_ARRAY, 1, 19, fine, GET_UUIDS}},
        {"array: cut before the header's end", true, {TYPE_UUID_ARRAY, 1, 11, fine, GET_UUIDS}},
        {"array: of something else", true, {TYPE_TEXT_ARRAY, 1, sizeof fine, fine, GET_TEXTS}},
        {"text array: element past the end", true, {TYPE_TEXT_ARRAY, 1, sizeof text, text, GET_TEXTS}},
        {"text array: says more than there is", true, {TYPE_TEXT_ARRAY, 1, sizeof huge, huge, GET_TEXTS}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        wrong w = table[i].w;
        if (aborts(read_wrong, &w) != table[i].bad) fail_msg("%s", table[i].name);
    }
}

static void read_outside(void *ctx) {
    static const uint8_t zero[4];
    made m = make(TYPE_INT4, 1, zero, 4);
    const int *place = ctx;
    row_int4(rows_of(&m), (size_t)place[0], place[1]);
    PQclear(m.result);
}

static void cells_outside_abort(void **state) {
    (void)state;
    assert_false(aborts(read_outside, (int[]){0, 0}));
    assert_true(aborts(read_outside, (int[]){1, 0}));
    assert_true(aborts(read_outside, (int[]){0, 1}));
    assert_true(aborts(read_outside, (int[]){0, -1}));
}

static void too_many_params(void *ctx) {
    params *p = params_new(ctx);
    for (int32_t i = 0; i <= PARAMS_MAX; i++) param_int4(p, i);
}

static void moment_out_of_range(void *ctx) { param_moment(params_new(ctx), MOMENT_MIN + 1); }

static void more_subjects_than_room(void *ctx) {
    static const uint8_t two[] = {HEAD(1, 2950, 2), 0, 0, 0, 16, SIXTEEN, 0, 0, 0, 16, SIXTEEN};
    made m = make(TYPE_UUID_ARRAY, 1, two, sizeof two);
    uuid out[2];
    row_uuids(rows_of(&m), 0, 0, out, *(size_t *)ctx);
    PQclear(m.result);
}

static void bounds_abort(void **state) {
    (void)state;
    arena *a = arena_new();
    assert_true(aborts(too_many_params, a));
    assert_true(aborts(moment_out_of_range, a));
    assert_true(aborts(more_subjects_than_room, &(size_t){1}));
    assert_false(aborts(more_subjects_than_room, &(size_t){2}));
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_shifted),
        cmocka_unit_test(dates_are_days),
        cmocka_unit_test(an_empty_value_is_not_null),
        cmocka_unit_test(an_empty_array_has_no_dimension),
        cmocka_unit_test(many_params_keep_their_order),
        cmocka_unit_test(fitting_looks_at_count_and_types),
        cmocka_unit_test(wrong_results_abort),
        cmocka_unit_test(cells_outside_abort),
        cmocka_unit_test(bounds_abort),
    };
    return cmocka_run_group_tests_name("db values", tests, NULL, NULL);
}
