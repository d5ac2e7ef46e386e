#include "db/transaction_inside.h"

#include "db/pool_inside.h"
#include "statements.h"

struct transaction {
    pool *pool;
    arena *memory;
    db_link *on; /* NULL before BEGIN is sent, and after the end */
    bool open;
    result failed;
    transaction_done *done;
    void *ctx;
};

void transaction_on(transaction *t, db_link *l) { t->on = l; }
void transaction_over(transaction *t) { t->on = NULL; }

void transaction_failed(transaction *t, result why) {
    if (ok(t->failed)) t->failed = why;
}

void transaction_lost(transaction *t) {
    t->on = NULL;
    transaction_failed(t, FAIL(UNAVAILABLE));
}

/* The arena ends: the pool finds the link leased by nobody and rolls it back. */
static void abandon(void *object) {
    transaction *t = object;
    if (!t->on) return;
    t->on->holder = NULL;
    t->on = NULL;
    pool_soon(t->pool);
}

static void tell(transaction *t, result r) {
    transaction_done *done = t->done;
    t->done = NULL;
    if (done) done(t->ctx, r);
}

static void on_begun(void *ctx, unit *u) {
    transaction *t = ctx;
    result r = unit_result(u);
    if (ok(r) && !t->on) r = FAIL(UNAVAILABLE); /* lost between the answer and now */
    t->open = ok(r);
    tell(t, r);
}

transaction *transaction_begin(pool *p, arena *a, transaction_done *done, void *ctx) {
    transaction *t = ARENA_NEW(a, transaction);
    *t = (transaction){.pool = p, .memory = a, .failed = OK, .done = done, .ctx = ctx};
    arena_on_free(a, abandon, t);
    unit *u = unit_new(a);
    unit_add(u, &stmt_transaction_begin, NULL);
    u->of = t;
    pool_submit(p, u, on_begun, t);
    return t;
}

static void forget_next(unit *u) {
    db_link *l = u->holder;
    l->next = NULL;
}

static void put_next(transaction *t, unit *u) {
    if (!t->on) {
        unit_fail(u, ok(t->failed) ? FAIL(UNAVAILABLE) : t->failed);
        pool_answer(t->pool, u);
        return;
    }
    must(!t->on->next && !t->on->now);
    u->state = UNIT_WAITING;
    u->holder = t->on;
    u->forget = forget_next;
    t->on->next = u;
    pool_soon(t->pool);
}

void transaction_run(transaction *t, unit *u, unit_done *done, void *ctx) {
    must(t->open && u->state == UNIT_NEW && u->count > 0);
    u->done = done;
    u->ctx = ctx;
    put_next(t, u);
}

/* COMMIT in a failed transaction answers "ROLLBACK" and no error, so the word itself is looked at. */
static void on_ended(void *ctx, unit *u) {
    transaction *t = ctx;
    result r = unit_result(u);
    if (ok(r) && !unit_said(u, "COMMIT")) r = ok(t->failed) ? FAIL(INTERNAL) : t->failed;
    tell(t, r);
}

void transaction_commit(transaction *t, transaction_done *done, void *ctx) {
    must(t->open);
    t->open = false;
    t->done = done;
    t->ctx = ctx;
    unit *u = unit_new(t->memory);
    u->done = on_ended;
    u->ctx = t;
    unit_add(u, ok(t->failed) ? &stmt_transaction_commit : &stmt_transaction_rollback, NULL);
    put_next(t, u);
}
