/* One pipelined connection: makes itself, sends one unit at a time, counts the answers to the Sync, and knows when it
 * is no longer to be trusted. Inside db/ only.
 *
 * A link is free only when the server has said that it is idle, outside any transaction; anything else ends the link,
 * so that no setting or open transaction reaches the next unit (security.md 2d, pitfall 3). */
#ifndef KRING_DB_LINK_H
#define KRING_DB_LINK_H

#include "db/unit_inside.h"

#include <libpq-fe.h>
#include <uv.h>

typedef enum { LINK_DOWN, LINK_CONNECTING, LINK_FREE, LINK_BUSY } link_state;
/* A poll handle's memory and its descriptor are ours again only in its close callback. */
typedef enum { POLL_NONE, POLL_OPEN, POLL_CLOSING } poll_state;

/* Which statements this connection has prepared: open addressing by the statement's address. */
enum { PREPARED_SLOTS = 512, PREPARED_MOST = 400 };
typedef struct {
    const statement *what;
    bool ready;
} prepared;

typedef struct {
    prepared *preparing; /* NULL: an execution, of part `part` */
    const statement *what;
    size_t part;
} expectation;

typedef struct db_link db_link; /* link alone is a system call's name */

typedef struct {
    void (*up)(db_link *l);
    void (*down)(db_link *l, bool was_up);
    /* After `down`: its handle is closed, it may connect again. */
    void (*closed)(db_link *l);
    /* Answered (its outcome is set) or lost; never called for a unit that was forgotten. */
    void (*answered)(db_link *l, unit *u);
} link_events;

struct db_link {
    uv_loop_t *loop;
    const link_events *events;
    void *pool;
    const char *const *keywords, *const *values; /* of the connection */
    uint32_t connect_timeout_ms, answer_timeout_ms;

    link_state state;
    PGconn *conn;
    uv_poll_t poll;
    poll_state polling;
    int fd, wanted; /* the descriptor under `poll`, and the events it waits for */
    uint64_t deadline, retry_at;
    unsigned failures; /* since the last round that was answered */

    unit *now;  /* under way; NULL if it was forgotten meanwhile */
    unit *next; /* of the transaction that holds this db_link */
    struct transaction *holder;
    bool leased, rolling_back, doomed;

    arena *scratch; /* what is expected of the round under way */
    expectation *expected;
    size_t expected_count, at;
    unsigned nulls;
    size_t prepared_count;
    prepared slots[PREPARED_SLOTS];
};

void link_init(db_link *l, uv_loop_t *loop);
/* From LINK_DOWN with POLL_NONE. */
void link_connect(db_link *l);
/* From LINK_FREE. */
void link_send(db_link *l, unit *u);
/* Ends the transaction that nobody holds any more. From LINK_FREE. */
void link_roll_back(db_link *l);
/* Ends the connection; a unit under way is answered UNAVAILABLE. */
void link_drop(db_link *l);
/* Drops it if its deadline has passed. */
void link_tick(db_link *l, uint64_t now);
/* Frees what link_init took; only when down and POLL_NONE. */
void link_release(db_link *l);

#endif
