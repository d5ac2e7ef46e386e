/* Units answered without a server: outcomes, lifetimes, and what each SQLSTATE means. */
#include "try.h"

#include "db/unit_inside.h"

static PGresult *number(int32_t n) {
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc column = {.name = (char[]){"n"}, .typid = TYPE_INT4, .format = 1};
    uint8_t be[4];
    put_u32(be, (uint32_t)n);
    assert_true(PQsetResultAttrs(r, 1, &column) && PQsetvalue(r, 0, 0, (char *)be, 4));
    return r;
}

static void told(void *ctx, unit *u) {
    (void)u;
    ++*(int *)ctx;
}

static void answers_are_read_after_the_end(void **state) {
    (void)state;
    int count = 0;
    arena *a = arena_new();
    unit *u = unit_new_with_done(a, told, &count);
    params *p = params_new(a);
    param_int4(p, 7);
    for (size_t i = 0; i < 20; i++) assert_int_equal(unit_add(u, &stmt_test_number, p), i);
    for (size_t i = 0; i < 20; i++) unit_take(u, i, number((int32_t)i));
    unit_finish(u);
    assert_int_equal(count, 1);
    for (size_t i = 0; i < 20; i++) assert_int_equal(row_int4(unit_rows(u, i), 0, test_number__n), i);
    arena_release(a); /* and the results with it: the leak checker looks */
}

static void a_failed_unit_shows_nothing(void **state) {
    (void)state;
    arena *a = arena_new();
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int4(p, 7);
    unit_add(u, &stmt_test_number, p);
    unit_take(u, 0, number(1));
    unit_fail(u, FAIL(STALE));
    unit_fail(u, FAIL(INTERNAL)); /* the first stays */
    unit_finish(u);
    assert_result(unit_result(u), STALE);
    assert_int_equal(rows_count(unit_rows(u, 0)), 0);
    assert_int_equal(unit_affected(u, 0), 0);
    arena_release(a);
}

static void early_rows(void *ctx) { unit_rows(ctx, 0); }
static void finish_twice(void *ctx) { unit_finish(ctx), unit_finish(ctx); }
static void wrong_params(void *ctx) { unit_add(ctx, &stmt_test_insert, NULL); }
static void wrong_columns(void *ctx) { unit_take(ctx, 0, PQmakeEmptyPGresult(NULL, PGRES_COMMAND_OK)); }

static void bugs_abort(void **state) {
    (void)state;
    arena *a = arena_new();
    unit *u = unit_new(a);
    unit_add(u, &stmt_test_pid, NULL);
    assert_true(aborts(early_rows, u));
    assert_true(aborts(finish_twice, u));
    assert_true(aborts(wrong_params, u));
    assert_true(aborts(wrong_columns, u));
    arena_release(a);
}

static void every_sqlstate_has_its_meaning(void **state) {
    (void)state;
    static const struct {
        const char *sqlstate;
        result_code means;
        bool ends_link;
    } table[] = {
        {"KR001", R_STALE, false},       {"23505", R_CONFLICT, false},    {"23503", R_CONFLICT, false},
        {"40001", R_CONFLICT, false},    {"40P01", R_CONFLICT, false},    {"53100", R_UNAVAILABLE, false},
        {"53200", R_UNAVAILABLE, false}, {"53300", R_UNAVAILABLE, false}, {"57014", R_UNAVAILABLE, false},
        {"57P01", R_UNAVAILABLE, true},  {"57P02", R_UNAVAILABLE, true},  {"57P03", R_UNAVAILABLE, true},
        {"57P05", R_UNAVAILABLE, true},  {"58030", R_UNAVAILABLE, false}, {"25006", R_UNAVAILABLE, false},
        {"25P03", R_UNAVAILABLE, true},  {"55P03", R_UNAVAILABLE, false}, {"08006", R_UNAVAILABLE, true},
        {"26000", R_INTERNAL, true},     {"0A000", R_INTERNAL, true},     {"42501", R_INTERNAL, false},
        {"22012", R_INTERNAL, false},    {"23514", R_INTERNAL, false},    {"23502", R_INTERNAL, false},
        {"42P01", R_INTERNAL, false},    {"XX000", R_INTERNAL, false},    {"25P02", R_INTERNAL, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (sqlstate_result(table[i].sqlstate).code != table[i].means ||
            sqlstate_ends_link(table[i].sqlstate) != table[i].ends_link)
            fail_msg("%s", table[i].sqlstate);
    }
    assert_result(sqlstate_result(NULL), UNAVAILABLE);
    assert_true(sqlstate_ends_link(NULL));
}

/* A queue against an array that does the same the slow way. */
static void queues_keep_their_order(void **state) {
    (void)state;
    arena *a = arena_new();
    unit_queue q = {0};
    unit *model[64];
    size_t n = 0;
    uint32_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t what = seed >> 16;
        if (what % 3 == 0 && n < 64) {
            model[n] = unit_new(a);
            queue_add(&q, model[n++]);
        } else if (what % 3 == 1) {
            unit *u = queue_take(&q);
            assert_ptr_equal(u, n ? model[0] : NULL);
            if (n) memmove(model, model + 1, --n * sizeof *model);
        } else if (n) {
            size_t at = what / 3 % n;
            queue_remove(&q, model[at]);
            memmove(model + at, model + at + 1, (--n - at) * sizeof *model);
        }
        assert_int_equal(q.count, n);
        assert_ptr_equal(q.first, n ? model[0] : NULL);
        assert_ptr_equal(q.last, n ? model[n - 1] : NULL);
    }
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_read_after_the_end),
        cmocka_unit_test(a_failed_unit_shows_nothing),
        cmocka_unit_test(bugs_abort),
        cmocka_unit_test(every_sqlstate_has_its_meaning),
        cmocka_unit_test(queues_keep_their_order),
    };
    return cmocka_run_group_tests_name("db units", tests, NULL, NULL);
}
