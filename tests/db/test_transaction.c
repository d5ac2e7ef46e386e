/* Open transactions: commit is durable, everything else is as if it had never been, and the link comes back clean. */
#include "try.h"

typedef struct {
    stage *t;
    arena *memory;
    transaction *x;
    unsigned begun, ended, ran;
    result begin, end, run;
    unit *u;
} story;

static void on_begun(void *ctx, result r) { ((story *)ctx)->begun++, ((story *)ctx)->begin = r; }
static void on_ended(void *ctx, result r) { ((story *)ctx)->ended++, ((story *)ctx)->end = r; }
static void on_ran(void *ctx, unit *u) { ((story *)ctx)->ran++, ((story *)ctx)->run = unit_result(u); }

static const char bucket[17] = "tttttttttttttttt";

static story *story_new(stage *t) {
    story *s = calloc(1, sizeof *s);
    s->t = t;
    s->memory = arena_new();
    return s;
}

static void story_end(story *s) {
    arena_release(s->memory);
    free(s);
}

static void begin(story *s) { s->x = transaction_begin(s->t->pool, s->memory, on_begun, s); }

static void begin_wait(story *s) {
    begin(s);
    assert_int_equal(s->begun, 0);
    assert_true(TURN_UNTIL(s->t, 5000, s->begun));
    assert_ok(s->begin);
}

static void run_unit(story *s, const statement *what, int32_t n) {
    s->u = unit_new(s->memory);
    params *p = params_new(s->memory);
    if (what == &stmt_test_insert)
        param_bytes(p, bytes_make(bucket, 16));
    else
        param_int4(p, n);
    unit_add(s->u, what, p);
    s->ran = 0;
    transaction_run(s->x, s->u, on_ran, s);
}

static result run_wait(story *s, const statement *what, int32_t n) {
    run_unit(s, what, n);
    assert_int_equal(s->ran, 0);
    assert_true(TURN_UNTIL(s->t, 5000, s->ran));
    assert_int_equal(s->ran, 1);
    return s->run;
}

static result commit_wait(story *s) {
    transaction_commit(s->x, on_ended, s);
    assert_int_equal(s->ended, 0);
    assert_true(TURN_UNTIL(s->t, 5000, s->ended));
    return s->end;
}

static int rows_there(stage *t) {
    asked a;
    asked_begin(&a);
    params *p = params_new(a.memory);
    param_byteas(p, &(bytes){(const uint8_t *)bucket, 16}, 1);
    unit_add(a.u, &stmt_test_count, p);
    assert_ok(asked_run(&a, t));
    int n = row_int4(unit_rows(a.u, 0), 0, test_count__n);
    asked_end(&a);
    return n;
}

static stage *stage_of_one(void) {
    pool_settings s = usual_settings();
    s.links = 1;
    stage *t = stage_with(s);
    asked a;
    asked_begin(&a);
    unit_add(a.u, &stmt_test_clear, NULL);
    assert_ok(asked_run(&a, t));
    asked_end(&a);
    return t;
}

static void a_commit_is_durable(void **state) {
    (void)state;
    stage *t = stage_of_one();
    story *s = story_new(t);
    begin_wait(s);
    assert_ok(run_wait(s, &stmt_test_insert, 0));
    assert_ok(run_wait(s, &stmt_test_number, 5));
    assert_int_equal(row_int4(unit_rows(s->u, 0), 0, test_number__n), 5);
    PGconn *other = session("KRING_TEST_SUPER_DB");
    assert_int_equal(number_of(other, "SELECT count(*) FROM throttle"), 0); /* not yet */
    assert_ok(commit_wait(s));
    assert_int_equal(number_of(other, "SELECT count(*) FROM throttle"), 1);
    PQfinish(other);
    story_end(s);
    assert_serves(t);
    stage_end(t);
}

/* Releases at every moment of a transaction's life; afterwards nothing is stored and the one link serves again,
 * without a context. */
static void releasing_rolls_back(void **state) {
    (void)state;
    enum { WAITING, BEGINNING, OPEN, RUN_QUEUED, RUNNING, RAN, FAILED, MOMENTS };
    stage *t = stage_of_one();
    for (int moment_of_end = WAITING; moment_of_end < MOMENTS; moment_of_end++)
        for (unsigned turns = 0; turns < 4; turns++) {
            story *s = story_new(t);
            begin(s);
            if (moment_of_end == BEGINNING) turn(t, 1);
            if (moment_of_end >= OPEN) assert_true(TURN_UNTIL(t, 5000, s->begun));
            if (moment_of_end == RUN_QUEUED || moment_of_end == RUNNING) run_unit(s, &stmt_test_insert, 0);
            if (moment_of_end == RUNNING) turn(t, 1);
            if (moment_of_end == RAN || moment_of_end == FAILED) assert_ok(run_wait(s, &stmt_test_insert, 0));
            if (moment_of_end == FAILED) assert_result(run_wait(s, &stmt_test_divide, 0), INTERNAL);
            story_end(s);
            turn(t, turns);
            assert_int_equal(rows_there(t), 0);
            asked a;
            asked_begin(&a);
            unit_add(a.u, &stmt_test_context, NULL);
            assert_ok(asked_run(&a, t));
            assert_int_equal(row_text(unit_rows(a.u, 0), 0, 0).len, 0);
            asked_end(&a);
        }
    assert_int_equal(pool_stats(t->pool).losses, 0); /* rolled back, not dropped */
    stage_end(t);
}

/* A commit under way when the arena goes: it happens or it does not, and the link is free in either case. */
static void releasing_during_the_commit(void **state) {
    (void)state;
    stage *t = stage_of_one();
    for (unsigned turns = 0; turns < 4; turns++) {
        story *s = story_new(t);
        begin_wait(s);
        assert_ok(run_wait(s, &stmt_test_number, 1));
        transaction_commit(s->x, on_ended, s);
        turn(t, turns);
        story_end(s);
        assert_serves(t);
    }
    assert_int_equal(pool_stats(t->pool).losses, 0);
    stage_end(t);
}

/* COMMIT of a failed transaction says "ROLLBACK" and no error: that must not read as success. */
static void a_failed_unit_fails_the_commit(void **state) {
    (void)state;
    static const struct {
        bool twice; /* a unique key, or a division by zero */
        const char *type;
    } table[] = {{true, "conflict"}, {false, "internal"}};
    for (size_t i = 0; i < 2; i++) {
        stage *t = stage_of_one();
        story *s = story_new(t);
        begin_wait(s);
        assert_ok(run_wait(s, &stmt_test_insert, 0));
        result r = table[i].twice ? run_wait(s, &stmt_test_insert, 0) : run_wait(s, &stmt_test_divide, 0);
        assert_string_equal(result_type(r), table[i].type);
        result again = run_wait(s, &stmt_test_number, 1); /* 25P02 */
        assert_false(ok(again));
        assert_string_equal(result_type(commit_wait(s)), table[i].type);
        story_end(s);
        assert_int_equal(rows_there(t), 0);
        assert_int_equal(pool_stats(t->pool).losses, 0);
        stage_end(t);
    }
}

static void others_wait_for_the_link(void **state) {
    (void)state;
    stage *t = stage_of_one();
    story *s = story_new(t);
    begin_wait(s);
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_number, 1);
    asked_submit(&a, t);
    assert_false(TURN_UNTIL(t, 100, a.told));
    assert_ok(run_wait(s, &stmt_test_number, 2)); /* the holder goes on meanwhile */
    story_end(s);
    assert_true(TURN_UNTIL(t, 5000, a.told));
    assert_ok(a.outcome);
    asked_end(&a);
    stage_end(t);
}

static void kill_ours(void) {
    PGconn *super = session("KRING_TEST_SUPER_DB");
    do_sql(super, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'kringd'");
    PQfinish(super);
}

static void a_lost_link_loses_the_transaction(void **state) {
    (void)state;
    for (int way = 0; way < 3; way++) {
        stage *t = stage_of_one();
        story *s = story_new(t);
        begin_wait(s);
        assert_ok(run_wait(s, &stmt_test_insert, 0));
        if (way == 1) {
            run_unit(s, &stmt_test_sleep, 3000);
            turn(t, 3);
        }
        kill_ours();
        if (way == 0) assert_result(run_wait(s, &stmt_test_number, 1), UNAVAILABLE);
        if (way == 1) assert_true(TURN_UNTIL(t, 5000, s->ran) && failed_as(s->run, R_UNAVAILABLE));
        assert_result(commit_wait(s), UNAVAILABLE);
        story_end(s);
        assert_int_equal(rows_there(t), 0);
        stage_end(t);
    }
}

/* Who holds a link and forgets it is ended by the server. */
static void an_idle_transaction_is_ended(void **state) {
    (void)state;
    pool_settings settings = usual_settings();
    settings.links = 1;
    settings.idle_transaction_ms = 150;
    stage *t = stage_with(settings);
    story *s = story_new(t);
    begin_wait(s);
    assert_true(TURN_UNTIL(t, 3000, pool_stats(t->pool).losses == 1));
    assert_result(commit_wait(s), UNAVAILABLE);
    assert_serves(t);
    story_end(s);
    stage_end(t);
}

static void closing_ends_open_transactions(void **state) {
    (void)state;
    stage *t = stage_of_one();
    story *s = story_new(t), *waits = story_new(t);
    begin_wait(s);
    begin(waits);
    run_unit(s, &stmt_test_sleep, 3000);
    turn(t, 3);
    pool_close(t->pool, set_true, &t->closed);
    assert_true(TURN_UNTIL(t, 2000, t->closed));
    assert_int_equal(s->ran, 1);
    assert_result(s->run, UNAVAILABLE);
    assert_int_equal(waits->begun, 1);
    assert_result(waits->begin, UNAVAILABLE);
    story_end(s);
    story_end(waits);
    stage_end(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_is_durable),          cmocka_unit_test(releasing_rolls_back),
        cmocka_unit_test(releasing_during_the_commit),  cmocka_unit_test(a_failed_unit_fails_the_commit),
        cmocka_unit_test(others_wait_for_the_link),     cmocka_unit_test(a_lost_link_loses_the_transaction),
        cmocka_unit_test(an_idle_transaction_is_ended), cmocka_unit_test(closing_ends_open_transactions),
    };
    return cmocka_run_group_tests_name("db transactions", tests, NULL, NULL);
}
