/* A few pipelined connections to one database, on one event loop.
 *
 * Promises: every unit's callback is called exactly once, later, never from within pool_submit, unless its arena was
 * released first. A unit never sees another's context: a link that is not back in idle state is dropped. Never blocks
 * the loop (but for a host name in the connection string, which libpq resolves synchronously: use a socket or an
 * address).
 *
 * All work happens at the end of a loop turn, so what arrives in one turn shares a group; there is no batching timer.
 */
#ifndef KRING_DB_POOL_H
#define KRING_DB_POOL_H

#include "db/unit.h"

typedef struct uv_loop_s uv_loop_t; /* libuv's own typedef */

typedef struct {
    const char *conninfo;          /* of the app role */
    const char *application_name;  /* NULL: kringd */
    database which;                /* a unit with the other database's statement is a bug */
    unsigned links;                /* 3 or 4 that group commits beat sixteen that do not (performance.md) */
    uint32_t connect_timeout_ms;   /* 0: 5000 */
    uint32_t statement_timeout_ms; /* 0: 5000; the server ends the statement, and a second later we end the link */
    uint32_t lock_timeout_ms;      /* 0: 2000 */
    uint32_t idle_transaction_ms;  /* 0: 5000 */
    size_t waiting_max;            /* 0: 1024; more are UNAVAILABLE at once */
} pool_settings;

typedef struct pool pool;

/* Copies the settings; connects from the next loop turn on, and again for ever with a growing pause (at most 2 s). */
pool *pool_new(uv_loop_t *loop, const pool_settings *settings);
/* Units that wait or are under way end as UNAVAILABLE; then `closed` is called and the pool is gone. */
void pool_close(pool *p, void (*closed)(void *ctx), void *ctx);

/* The unit is sent in the order of submission as soon as a link is free. While no link is up and connecting has
 * failed, it ends as UNAVAILABLE without waiting. */
void pool_submit(pool *p, unit *u, unit_done *done, void *ctx);

/* One unit, waited for by running `loop`: for start-up and the command line, never while serving. */
result unit_wait(uv_loop_t *loop, pool *p, unit *u) MUST_USE;

/* Natural group commit: whenever a link is free and no submitted unit waits, the pool asks `next` for a unit made by
 * unit_new_with_done, until it says NULL. While no link can be had it asks too, and answers UNAVAILABLE. */
void pool_set_source(pool *p, unit *(*next)(void *ctx), void *ctx);
/* The source has something: asked at the end of this loop turn. */
void pool_wake(pool *p);

/* At least one link is up. */
bool pool_ready(const pool *p);

typedef struct {
    uint32_t links, links_up, links_busy;
    size_t waiting, waiting_peak;
    uint64_t units, groups; /* completed; those that came from the source */
    uint64_t unavailable, conflicts, internal;
    uint64_t connects, losses, connect_failures;
} pool_statistics;
pool_statistics pool_stats(const pool *p);

#endif
