/* What the tests of db/ share: a loop with a pool, waiting with a limit, and looking on as another role. */
#ifndef KRING_TESTS_DB_TRY_H
#define KRING_TESTS_DB_TRY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/pool.h"
#include "db/transaction.h"
#include "statements.h"
#include "test_statements.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static inline const char *env(const char *name) {
    const char *v = getenv(name);
    if (!v) fail_msg("%s is not set: run this under tests/with_postgres.sh", name);
    return v;
}

/* must() is for bugs: it aborts, and so the case runs in a child. */
static inline bool aborts(void (*f)(void *), void *ctx) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        f(ctx);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* Another session, for looking and for disturbing. */
static inline PGconn *session(const char *variable) {
    PGconn *c = PQconnectdb(env(variable));
    if (PQstatus(c) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(c));
    return c;
}

static inline PGresult *ask(PGconn *c, const char *sql) { return PQexec(c, sql); }

static inline void do_sql(PGconn *c, const char *sql) {
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) fail_msg("%s\n%s", sql, PQerrorMessage(c));
    PQclear(r);
}

/* The SQLSTATE of something that is expected to fail; "" if it does not. */
static inline const char *sqlstate_of(PGconn *c, const char *sql) {
    static char state[6];
    PGresult *r = PQexec(c, sql);
    const char *s = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    snprintf(state, sizeof state, "%s", s ? s : "");
    PQclear(r);
    return state;
}

static inline char *text_of(PGconn *c, const char *sql) {
    static char text[64 * 1024];
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) fail_msg("%s\n%s", sql, PQerrorMessage(c));
    size_t n = 0;
    text[0] = 0;
    for (int i = 0; i < PQntuples(r) && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? "\n" : "", PQgetvalue(r, i, 0));
    PQclear(r);
    return text;
}

static inline int number_of(PGconn *c, const char *sql) { return (int)strtol(text_of(c, sql), NULL, 10); }

/* ---- a loop with a pool ---- */

typedef struct {
    uv_loop_t loop;
    pool *pool;
    bool closed;
} stage;

static inline pool_settings usual_settings(void) {
    return (pool_settings){.conninfo = env("KRING_TEST_DATA_DB"), .which = DATABASE_DATA, .links = 3};
}

static inline stage *stage_with(pool_settings s) {
    stage *t = calloc(1, sizeof *t);
    uv_loop_init(&t->loop);
    t->pool = pool_new(&t->loop, &s);
    return t;
}

static inline stage *stage_usual(void) { return stage_with(usual_settings()); }

static inline void beat(uv_timer_t *timer) { (void)timer; }

/* Turns the loop until the condition holds; false after `ms`. The timer only keeps a turn from sleeping too long. */
#define TURN_UNTIL(t, ms, condition)                                                                                 \
    __extension__({                                                                                                  \
        uv_timer_t beat_;                                                                                            \
        uv_timer_init(&(t)->loop, &beat_);                                                                           \
        uv_timer_start(&beat_, beat, 5, 5);                                                                          \
        uint64_t end_ = clock_ticks() + (ms);                                                                        \
        while (!(condition) && clock_ticks() < end_) uv_run(&(t)->loop, UV_RUN_ONCE);                                \
        bool held_ = (condition);                                                                                    \
        uv_close((uv_handle_t *)&beat_, NULL);                                                                       \
        uv_run(&(t)->loop, UV_RUN_NOWAIT);                                                                           \
        held_;                                                                                                       \
    })

static inline void turn(stage *t, unsigned times) {
    while (times--) uv_run(&t->loop, UV_RUN_NOWAIT);
}

static inline void set_true(void *flag) { *(bool *)flag = true; }

static inline void stage_end(stage *t) {
    if (!t->closed) pool_close(t->pool, set_true, &t->closed);
    assert_true(TURN_UNTIL(t, 5000, t->closed));
    assert_int_equal(uv_loop_close(&t->loop), 0); /* no handle is left */
    free(t);
}

/* A unit in an arena of its own, and what came of it. */
typedef struct {
    arena *memory;
    unit *u;
    unsigned told;
    result outcome;
    bool inside; /* pool_submit is running: the callback must not come now */
    int *counter;
} asked;

static inline void on_asked(void *ctx, unit *u) {
    asked *a = ctx;
    assert_ptr_equal(a->u, u);
    assert_false(a->inside);
    a->told++;
    a->outcome = unit_result(u);
    if (a->counter) ++*a->counter;
}

static inline void asked_begin(asked *a) {
    *a = (asked){.memory = arena_new()};
    a->u = unit_new(a->memory);
}

static inline void add_number(asked *a, const statement *s, int32_t n) {
    params *p = params_new(a->memory);
    param_int4(p, n);
    unit_add(a->u, s, p);
}

static inline void add_bytes(asked *a, const statement *s, bytes v) {
    params *p = params_new(a->memory);
    param_bytes(p, v);
    unit_add(a->u, s, p);
}

static inline void asked_submit(asked *a, stage *t) {
    a->inside = true;
    pool_submit(t->pool, a->u, on_asked, a);
    a->inside = false;
}

static inline void asked_end(asked *a) {
    arena_release(a->memory);
    a->memory = NULL;
}

/* Submits and waits. */
static inline result asked_run(asked *a, stage *t) {
    asked_submit(a, t);
    assert_true(TURN_UNTIL(t, 10000, a->told > 0));
    assert_int_equal(a->told, 1);
    return a->outcome;
}

#define assert_result(r, name) assert_string_equal(result_type(r), result_type(FAIL(name)))
#define assert_ok(r) assert_string_equal(result_type(r), result_type(OK))

/* One number through the pool: it works. */
static inline void assert_serves(stage *t) {
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_number, 42);
    assert_ok(asked_run(&a, t));
    assert_int_equal(row_int4(unit_rows(a.u, 0), 0, test_number__n), 42);
    asked_end(&a);
}

#endif
