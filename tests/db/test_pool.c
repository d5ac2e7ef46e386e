/* The pool against a real server: many units at once, cancelled, killed, refused, timed out, and never one unit's
 * context in another. */
#include "try.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void clear_rows(stage *t) {
    asked a;
    asked_begin(&a);
    unit_add(a.u, &stmt_test_clear, NULL);
    assert_ok(asked_run(&a, t));
    asked_end(&a);
}

static int count_rows(stage *t, const bytes *buckets, size_t n) {
    asked a;
    asked_begin(&a);
    params *p = params_new(a.memory);
    param_byteas(p, buckets, n);
    unit_add(a.u, &stmt_test_count, p);
    assert_ok(asked_run(&a, t));
    int rows_there = row_int4(unit_rows(a.u, 0), 0, test_count__n);
    asked_end(&a);
    return rows_there;
}

static void many_units_each_get_their_own_answer(void **state) {
    (void)state;
    enum { MANY = 1000 };
    stage *t = stage_usual();
    static asked all[MANY];
    int told = 0;
    for (int i = 0; i < MANY; i++) {
        asked_begin(&all[i]);
        all[i].counter = &told;
        for (int j = 0; j <= i % 4; j++) add_number(&all[i], &stmt_test_number, i * 10 + j);
        asked_submit(&all[i], t);
    }
    assert_int_equal(told, 0);
    assert_true(TURN_UNTIL(t, 10000, told == MANY));
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(all[i].told, 1);
        assert_ok(all[i].outcome);
        for (int j = 0; j <= i % 4; j++)
            assert_int_equal(row_int4(unit_rows(all[i].u, (size_t)j), 0, test_number__n), i * 10 + j);
        asked_end(&all[i]);
    }
    assert_true(pool_ready(t->pool));
    assert_int_equal(pool_stats(t->pool).units, MANY);
    assert_int_equal(pool_stats(t->pool).links_up, 3);
    stage_end(t);
}

/* What is released is never told of; what was sent is there or is not, and nothing else breaks. */
static void release_cancels_at_any_moment(void **state) {
    (void)state;
    enum { MANY = 3000 };
    stage *t = stage_usual();
    clear_rows(t);
    uint32_t seed = 7;
    static asked all[MANY];
    int released = 0;
    for (int i = 0; i < MANY; i++) {
        uint8_t bucket[16] = {[14] = (uint8_t)(i >> 8), [15] = (uint8_t)i};
        asked_begin(&all[i]);
        add_bytes(&all[i], &stmt_test_insert, bytes_make(bucket, 16));
        asked_submit(&all[i], t);
        if (next_random(&seed) % 3 == 0) turn(t, next_random(&seed) % 3);
        int victim = (int)(next_random(&seed) % (uint32_t)(i + 1));
        if (next_random(&seed) % 2 && all[victim].memory && !all[victim].told) {
            asked_end(&all[victim]);
            released++;
        }
    }
    assert_true(TURN_UNTIL(t, 10000, pool_stats(t->pool).waiting == 0 && pool_stats(t->pool).links_busy == 0));
    int answered = 0;
    for (int i = 0; i < MANY; i++) {
        if (!all[i].memory) {
            assert_int_equal(all[i].told, 0);
            continue;
        }
        assert_int_equal(all[i].told, 1);
        assert_true(ok(all[i].outcome) || failed_as(all[i].outcome, R_UNAVAILABLE)); /* the queue has a bound */
        uint8_t bucket[16] = {[14] = (uint8_t)(i >> 8), [15] = (uint8_t)i};
        answered += ok(all[i].outcome);
        if (i % 50 == 0) assert_int_equal(count_rows(t, &(bytes){bucket, 16}, 1), ok(all[i].outcome));
        asked_end(&all[i]);
    }
    assert_true(released > 500 && answered > 500);
    assert_int_equal(pool_stats(t->pool).losses, 0);
    stage_end(t);
}

static void released_before_it_was_sent_it_never_runs(void **state) {
    (void)state;
    stage *t = stage_usual();
    clear_rows(t);
    asked a;
    asked_begin(&a);
    add_bytes(&a, &stmt_test_insert, BYTES("0123456789abcdef"));
    asked_submit(&a, t);
    asked_end(&a);
    assert_serves(t);
    assert_int_equal(count_rows(t, &BYTES("0123456789abcdef"), 1), 0);
    stage_end(t);
}

static void kill_backends(const char *where) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'kringd' AND %s",
             where);
    PGconn *super = session("KRING_TEST_SUPER_DB");
    do_sql(super, sql);
    PQfinish(super);
}

static void wait_for_sleepers(int n) {
    PGconn *super = session("KRING_TEST_SUPER_DB");
    while (number_of(super, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != n) usleep(2000);
    PQfinish(super);
}

static void a_killed_link_is_unavailable_and_comes_back(void **state) {
    (void)state;
    stage *t = stage_usual();
    clear_rows(t);
    static const char names[] = "kkkkkkkkkkkkkkk01234";
    asked a[5];
    int told = 0;
    for (int i = 0; i < 5; i++) {
        asked_begin(&a[i]);
        a[i].counter = &told;
        add_bytes(&a[i], &stmt_test_insert, bytes_make(&names[i], 16));
        add_number(&a[i], &stmt_test_sleep, 1500);
        asked_submit(&a[i], t);
    }
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_busy == 3));
    wait_for_sleepers(3);
    kill_backends("true");
    assert_true(TURN_UNTIL(t, 10000, told == 5));
    for (int i = 0; i < 3; i++) assert_result(a[i].outcome, UNAVAILABLE);
    for (int i = 3; i < 5; i++) assert_ok(a[i].outcome); /* these waited for a new link */
    for (int i = 0; i < 5; i++) {
        assert_int_equal(count_rows(t, &(bytes){(const uint8_t *)&names[i], 16}, 1), i >= 3);
        asked_end(&a[i]);
    }
    assert_int_equal(pool_stats(t->pool).losses, 3);
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_up == 3));
    stage_end(t);
}

static void a_link_killed_while_free_is_made_again(void **state) {
    (void)state;
    stage *t = stage_usual();
    assert_serves(t);
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_up == 3));
    kill_backends("true");
    assert_serves(t); /* it waits a moment rather than fail */
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_up == 3 && pool_stats(t->pool).losses == 3));
    stage_end(t);
}

/* The unit under way was released, and then its link dies: nobody is told, and nothing is touched twice. */
static void a_killed_link_of_a_released_unit_tells_nobody(void **state) {
    (void)state;
    stage *t = stage_usual();
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_sleep, 3000);
    asked_submit(&a, t);
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_busy == 1));
    wait_for_sleepers(1);
    asked_end(&a);
    kill_backends("true");
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).losses >= 1));
    assert_serves(t);
    assert_int_equal(a.told, 0);
    stage_end(t);
}

/* A unit is one transaction: what stood before the failure is undone, and the link is clean afterwards. */
static void a_failure_undoes_the_whole_unit(void **state) {
    (void)state;
    stage *t = stage_usual();
    static const struct {
        const char *name;
        const statement *fails;
        const char *type;
    } table[] = {
        {"unique", NULL, "conflict"},
        {"division", &stmt_test_divide, "internal"},
        {"no such table", &stmt_test_no_table, "internal"},
    };
    for (int again = 0; again < 3;
         again++) /* the second time on links where it was not prepared, was, or failed to be */
        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
            clear_rows(t);
            asked a;
            asked_begin(&a);
            add_bytes(&a, &stmt_test_insert, BYTES("aaaaaaaaaaaaaaaa"));
            if (!table[i].fails)
                add_bytes(&a, &stmt_test_insert, BYTES("aaaaaaaaaaaaaaaa"));
            else if (table[i].fails == &stmt_test_divide)
                add_number(&a, &stmt_test_divide, 0);
            else
                unit_add(a.u, table[i].fails, NULL);
            add_bytes(&a, &stmt_test_insert, BYTES("bbbbbbbbbbbbbbbb"));
            add_number(&a, &stmt_test_sleep, 0); /* prepared for the first time after the failure */
            if (strcmp(result_type(asked_run(&a, t)), table[i].type))
                fail_msg("%s: %s", table[i].name, result_type(a.outcome));
            asked_end(&a);
            assert_int_equal(count_rows(t, (bytes[]){BYTES("aaaaaaaaaaaaaaaa"), BYTES("bbbbbbbbbbbbbbbb")}, 2), 0);
        }
    assert_int_equal(pool_stats(t->pool).losses, 0);
    assert_int_equal(pool_stats(t->pool).conflicts, 3);
    assert_int_equal(pool_stats(t->pool).internal, 6);
    stage_end(t);
}

/* A key that is looked at only at the commit: every statement has its result, and the transaction fails all the same.
 * What answered before the Sync would have told of a record that does not exist. */
static void a_commit_that_fails_is_no_success(void **state) {
    (void)state;
    PGconn *super = session("KRING_TEST_SUPER_DB");
    do_sql(super, "ALTER TABLE throttle ADD CONSTRAINT late UNIQUE (failures) DEFERRABLE INITIALLY DEFERRED");
    stage *t = stage_usual();
    for (int again = 0; again < 2; again++) {
        clear_rows(t);
        asked a;
        asked_begin(&a);
        add_number(&a, &stmt_test_insert_deferred, 1);
        add_number(&a, &stmt_test_insert_deferred, 2);
        assert_result(asked_run(&a, t), CONFLICT);
        asked_end(&a);
        assert_int_equal(number_of(super, "SELECT count(*) FROM throttle"), 0);
        assert_serves(t);
    }
    assert_int_equal(pool_stats(t->pool).losses, 0);
    stage_end(t);
    do_sql(super, "ALTER TABLE throttle DROP CONSTRAINT late");
    PQfinish(super);
}

/* ---- the source ---- */

typedef struct {
    stage *t;
    int waiting, most, groups, answered, refused;
    const asked *before; /* what must have been answered first */
} batcher;

typedef struct {
    batcher *of;
    arena *memory;
    int size;
} group;

static void group_done(void *ctx, unit *u) {
    group *g = ctx;
    batcher *b = g->of;
    if (ok(unit_result(u))) {
        b->answered += g->size;
        for (int i = 0; i < g->size; i++) assert_int_equal(row_int4(unit_rows(u, (size_t)i), 0, test_number__n), i);
    } else
        b->refused += g->size;
    arena_release(g->memory);
}

static unit *next_group(void *ctx) {
    batcher *b = ctx;
    if (b->waiting == 0) return NULL;
    if (b->before) assert_int_equal(b->before->told, 1);
    arena *a = arena_new();
    group *g = ARENA_NEW(a, group);
    *g = (group){b, a, b->waiting < b->most ? b->waiting : b->most};
    unit *u = unit_new_with_done(a, group_done, g);
    for (int i = 0; i < g->size; i++) {
        params *p = params_new(a);
        param_int4(p, i);
        unit_add(u, &stmt_test_number, p);
    }
    b->waiting -= g->size;
    b->groups++;
    return u;
}

static void what_waits_shares_a_group(void **state) {
    (void)state;
    stage *t = stage_usual();
    assert_serves(t);
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_up == 3));
    batcher b = {.t = t, .most = 16};
    pool_set_source(t->pool, next_group, &b);
    turn(t, 2);
    for (int i = 0; i < 480; i++) {
        b.waiting++;
        pool_wake(t->pool);
    }
    assert_int_equal(b.groups, 0); /* not before the end of the turn: one unit for many */
    assert_true(TURN_UNTIL(t, 5000, b.answered == 480));
    assert_int_equal(b.groups, 30);
    assert_int_equal(pool_stats(t->pool).groups, 30);
    stage_end(t);
}

static void submitted_units_go_before_the_source(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.links = 1;
    stage *t = stage_with(s);
    assert_serves(t);
    asked a;
    batcher b = {.t = t, .most = 1, .waiting = 1, .before = &a};
    asked_begin(&a);
    add_number(&a, &stmt_test_number, 1);
    pool_set_source(t->pool, next_group, &b);
    asked_submit(&a, t);
    assert_true(TURN_UNTIL(t, 5000, b.answered == 1));
    asked_end(&a);
    stage_end(t);
}

/* ---- refusals ---- */

static void the_queue_has_a_bound(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.links = 1;
    s.waiting_max = 4;
    stage *t = stage_with(s);
    assert_serves(t);
    asked a[11];
    int told = 0;
    for (int i = 0; i < 11; i++) {
        asked_begin(&a[i]);
        a[i].counter = &told;
        add_number(&a[i], &stmt_test_sleep, i ? 0 : 300);
        asked_submit(&a[i], t);
        if (i == 0) turn(t, 2);
    }
    assert_true(TURN_UNTIL(t, 250, told == 6)); /* at once, while the first still sleeps */
    assert_true(TURN_UNTIL(t, 5000, told == 11));
    for (int i = 0; i < 11; i++) {
        if (i < 5)
            assert_ok(a[i].outcome);
        else
            assert_result(a[i].outcome, UNAVAILABLE);
        asked_end(&a[i]);
    }
    assert_int_equal(pool_stats(t->pool).waiting_peak, 4);
    stage_end(t);
}

static void without_a_server_the_answer_is_quick(void **state) {
    (void)state;
    static const char *const conninfos[] = {"host=/tmp/there-is-none-such dbname=kring", "this is = not a 'conninfo"};
    for (size_t i = 0; i < 2; i++) {
        pool_settings s = usual_settings();
        s.conninfo = conninfos[i];
        stage *t = stage_with(s);
        batcher b = {.t = t, .most = 16, .waiting = 40};
        pool_set_source(t->pool, next_group, &b);
        asked a;
        for (int again = 0; again < 3; again++) {
            asked_begin(&a);
            add_number(&a, &stmt_test_number, 1);
            asked_submit(&a, t);
            assert_true(TURN_UNTIL(t, 1000, a.told == 1));
            assert_result(a.outcome, UNAVAILABLE);
            asked_end(&a);
        }
        assert_int_equal(b.refused, 40);
        assert_false(pool_ready(t->pool));
        stage_end(t);
    }
}

static void server(const char *verb) {
    char command[512];
    snprintf(command, sizeof command, "%s %s >/dev/null 2>&1", env("KRING_TEST_PG_CTL"), verb);
    if (system(command) != 0) fail_msg("%s", command);
}

static void the_server_goes_and_comes_back(void **state) {
    (void)state;
    stage *t = stage_usual();
    assert_serves(t);
    server("stop");
    assert_true(TURN_UNTIL(t, 5000, !pool_ready(t->pool) && pool_stats(t->pool).connect_failures > 0));
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_number, 1);
    uint64_t begun = clock_ticks();
    assert_result(asked_run(&a, t), UNAVAILABLE);
    assert_true(clock_ticks() - begun < 500);
    asked_end(&a);
    server("start");
    assert_true(TURN_UNTIL(t, 5000, pool_ready(t->pool)));
    assert_serves(t);
    stage_end(t);
}

/* ---- time ---- */

static void the_server_ends_a_long_statement(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.statement_timeout_ms = 200;
    stage *t = stage_with(s);
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_sleep, 5000);
    uint64_t begun = clock_ticks();
    assert_result(asked_run(&a, t), UNAVAILABLE);
    assert_true(clock_ticks() - begun < 1000);
    asked_end(&a);
    assert_int_equal(pool_stats(t->pool).losses, 0); /* the link lives on */
    assert_serves(t);
    stage_end(t);
}

/* A server that no longer answers at all. */
static void a_silent_server_is_given_up(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.links = 1;
    s.statement_timeout_ms = 200;
    stage *t = stage_with(s);
    asked a, waits;
    asked_begin(&a);
    unit_add(a.u, &stmt_test_pid, NULL);
    assert_ok(asked_run(&a, t));
    pid_t backend = row_int4(unit_rows(a.u, 0), 0, test_pid__pid);
    asked_end(&a);
    assert_int_equal(kill(backend, SIGSTOP), 0);
    asked_begin(&a);
    asked_begin(&waits);
    add_number(&a, &stmt_test_number, 1);
    add_number(&waits, &stmt_test_number, 1);
    asked_submit(&waits, t);
    asked_submit(&a, t);
    uint64_t begun = clock_ticks();
    bool both = TURN_UNTIL(t, 4000, a.told && waits.told);
    uint64_t took = clock_ticks() - begun;
    kill(backend, SIGCONT);
    assert_true(both && took > 1000 && took < 2500);
    assert_result(a.outcome, UNAVAILABLE);     /* waited longer than a statement may take */
    assert_result(waits.outcome, UNAVAILABLE); /* was under way */
    asked_end(&a);
    asked_end(&waits);
    assert_serves(t);
    stage_end(t);
}

/* ---- what one unit leaves to the next: nothing ---- */

static void add_context(asked *a, uuid family) {
    params *p = params_new(a->memory);
    param_uuids(p, &family, 1);
    unit_add(a->u, &stmt_test_set_context, p);
}

static void assert_no_context(stage *t) {
    asked a;
    asked_begin(&a);
    unit_add(a.u, &stmt_test_context, NULL);
    unit_add(a.u, &stmt_test_people, NULL); /* '' is no uuid[]: it must not raise either (pitfall 2) */
    assert_ok(asked_run(&a, t));
    assert_int_equal(row_text(unit_rows(a.u, 0), 0, test_context__families).len, 0);
    assert_int_equal(row_int4(unit_rows(a.u, 1), 0, test_people__people), 0);
    asked_end(&a);
}

static void no_context_reaches_the_next_unit(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.links = 1; /* so that it is the same connection */
    stage *t = stage_with(s);
    assert_no_context(t);
    for (int way = 0; way < 4; way++) {
        asked a;
        asked_begin(&a);
        add_context(&a, uuid_random());
        unit_add(a.u, &stmt_test_context, NULL);
        if (way == 1) add_number(&a, &stmt_test_divide, 0);
        if (way == 2) {
            asked_submit(&a, t);
            turn(t, 1);
            asked_end(&a);
        } else if (way == 3) {
            unit_add(a.u, &stmt_transaction_begin, NULL);
            assert_result(asked_run(&a, t),
                          INTERNAL); /* it would have kept the transaction open: the link is ended */
            asked_end(&a);
        } else {
            result r = asked_run(&a, t);
            assert_true(ok(r) == (way == 0));
            if (way == 0) assert_int_equal(row_text(unit_rows(a.u, 1), 0, test_context__families).len, UUID_TEXT + 2);
            asked_end(&a);
        }
        assert_no_context(t);
    }
    assert_int_equal(pool_stats(t->pool).losses, 1);
    stage_end(t);
}

static void the_session_is_as_the_statements_expect(void **state) {
    (void)state;
    stage *t = stage_usual();
    asked a;
    asked_begin(&a);
    unit_add(a.u, &stmt_test_settings, NULL);
    assert_ok(asked_run(&a, t));
    bytes words = row_text(unit_rows(a.u, 0), 0, test_settings__words);
    assert_true(bytes_is(words, "5s off force_generic_plan public,pg_temp UTC UTF8 kringd read committed"));
    asked_end(&a);
    stage_end(t);
}

/* ---- size ---- */

/* Both directions fill their socket buffers: neither side may wait for the other. */
static void large_units_pass_both_ways(void **state) {
    (void)state;
    enum { SIZE = 3 << 20, TIMES = 6 };
    stage *t = stage_usual();
    asked a;
    asked_begin(&a);
    uint8_t *big = arena_take(a.memory, SIZE);
    for (size_t i = 0; i < SIZE; i++) big[i] = (uint8_t)(i * 31 >> 7);
    for (int i = 0; i < TIMES; i++) add_bytes(&a, &stmt_test_length, bytes_make(big, SIZE));
    add_number(&a, &stmt_test_numbers, 30000);
    assert_ok(asked_run(&a, t));
    for (size_t i = 0; i < TIMES; i++) {
        assert_int_equal(row_int4(unit_rows(a.u, i), 0, test_length__n), SIZE);
        assert_true(bytes_equal(row_bytes(unit_rows(a.u, i), 0, test_length__back), bytes_make(big, SIZE)));
    }
    rows many = unit_rows(a.u, TIMES);
    assert_int_equal(rows_count(many), 30000);
    assert_int_equal(row_int4(many, 29999, test_numbers__n), 30000);
    assert_int_equal(unit_affected(a.u, TIMES), 30000);
    asked_end(&a);
    stage_end(t);
}

/* ---- closing ---- */

static void closing_tells_everybody_once(void **state) {
    (void)state;
    pool_settings s = usual_settings();
    s.links = 2;
    stage *t = stage_with(s);
    assert_serves(t);
    asked a[6];
    int told = 0;
    for (int i = 0; i < 6; i++) {
        asked_begin(&a[i]);
        a[i].counter = &told;
        add_number(&a[i], &stmt_test_sleep, 2000);
        asked_submit(&a[i], t);
    }
    assert_true(TURN_UNTIL(t, 5000, pool_stats(t->pool).links_busy == 2));
    pool_close(t->pool, set_true, &t->closed);
    assert_int_equal(told, 0);
    assert_true(TURN_UNTIL(t, 1000, t->closed));
    for (int i = 0; i < 6; i++) {
        assert_int_equal(a[i].told, 1);
        assert_result(a[i].outcome, UNAVAILABLE);
        asked_end(&a[i]);
    }
    stage_end(t);
}

static void closing_while_connecting(void **state) {
    (void)state;
    for (unsigned turns = 0; turns < 6; turns++) {
        stage *t = stage_usual();
        turn(t, turns);
        stage_end(t);
    }
}

typedef struct {
    stage *t;
    asked first, second;
} nested;

static void close_from_inside(void *ctx, unit *u) {
    nested *n = ctx;
    (void)u;
    pool_close(n->t->pool, set_true, &n->t->closed);
    asked_end(&n->first);
    add_number(&n->second, &stmt_test_number, 2);
    asked_submit(&n->second, n->t); /* too late: told so, once */
}

static void closing_from_a_callback(void **state) {
    (void)state;
    nested n = {.t = stage_usual()};
    asked_begin(&n.first);
    asked_begin(&n.second);
    add_number(&n.first, &stmt_test_number, 1);
    pool_submit(n.t->pool, n.first.u, close_from_inside, &n);
    assert_true(TURN_UNTIL(n.t, 5000, n.t->closed));
    assert_int_equal(n.second.told, 1);
    assert_result(n.second.outcome, UNAVAILABLE);
    asked_end(&n.second);
    stage_end(n.t);
}

/* ---- the log ---- */

/* The server's message quotes the word; ours must not. */
static void no_parameter_reaches_the_log(void **state) {
    (void)state;
    stage *t = stage_usual();
    assert_serves(t);
    char path[] = "/tmp/kring-log-XXXXXX", text[4096] = {0};
    int file = mkstemp(path), kept = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    asked a;
    asked_begin(&a);
    params *p = params_new(a.memory);
    param_string(p, "plantedword");
    unit_add(a.u, &stmt_test_cast, p);
    result r = asked_run(&a, t);
    dup2(kept, STDERR_FILENO);
    ssize_t n = pread(file, text, sizeof text - 1, 0);
    close(file), close(kept), unlink(path);
    assert_result(r, INTERNAL);
    assert_true(n > 0);
    assert_null(strstr(text, "plantedword"));
    assert_non_null(strstr(text, "\"statement\":\"test_cast\""));
    assert_non_null(strstr(text, "\"sqlstate\":\"22P02\""));
    asked_end(&a);
    stage_end(t);
}

static void submit_to_the_wrong_database(void *ctx) {
    stage *t = ctx;
    arena *a = arena_new();
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_uuid(p, uuid_random());
    unit_add(u, &stmt_keys_family, p);
    pool_submit(t->pool, u, NULL, NULL);
}

static void the_other_databases_statements_abort(void **state) {
    (void)state;
    stage *t = stage_usual();
    assert_true(aborts(submit_to_the_wrong_database, t));
    stage_end(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_units_each_get_their_own_answer),
        cmocka_unit_test(release_cancels_at_any_moment),
        cmocka_unit_test(released_before_it_was_sent_it_never_runs),
        cmocka_unit_test(a_killed_link_is_unavailable_and_comes_back),
        cmocka_unit_test(a_link_killed_while_free_is_made_again),
        cmocka_unit_test(a_killed_link_of_a_released_unit_tells_nobody),
        cmocka_unit_test(a_failure_undoes_the_whole_unit),
        cmocka_unit_test(a_commit_that_fails_is_no_success),
        cmocka_unit_test(what_waits_shares_a_group),
        cmocka_unit_test(submitted_units_go_before_the_source),
        cmocka_unit_test(the_queue_has_a_bound),
        cmocka_unit_test(without_a_server_the_answer_is_quick),
        cmocka_unit_test(the_server_goes_and_comes_back),
        cmocka_unit_test(the_server_ends_a_long_statement),
        cmocka_unit_test(a_silent_server_is_given_up),
        cmocka_unit_test(no_context_reaches_the_next_unit),
        cmocka_unit_test(the_session_is_as_the_statements_expect),
        cmocka_unit_test(large_units_pass_both_ways),
        cmocka_unit_test(closing_tells_everybody_once),
        cmocka_unit_test(closing_while_connecting),
        cmocka_unit_test(closing_from_a_callback),
        cmocka_unit_test(no_parameter_reaches_the_log),
        cmocka_unit_test(the_other_databases_statements_abort),
    };
    return cmocka_run_group_tests_name("db pool", tests, NULL, NULL);
}
