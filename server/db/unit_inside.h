/* What a unit is made of, for unit.c, link.c, pool.c and transaction.c only.
 *
 * A unit is always in exactly one place: nobody's (new), a queue, a link, or done. `forget` takes it out of that
 * place when its arena ends, so no list ever holds a unit whose memory is gone. */
#ifndef KRING_DB_UNIT_INSIDE_H
#define KRING_DB_UNIT_INSIDE_H

#include "db/unit.h"

typedef struct {
    const statement *what;
    const params *with;
    PGresult *answer;
} unit_part;

typedef enum { UNIT_NEW, UNIT_WAITING, UNIT_SENT, UNIT_DONE } unit_state;

struct transaction;

struct unit {
    arena *memory;
    unit_state state;
    result outcome;
    unit_done *done;
    void *ctx;
    size_t count, room;
    unit_part *parts;
    void (*forget)(unit *u); /* set while somebody holds it */
    void *holder;            /* for `forget`: a queue or a link */
    unit *next, *previous;   /* in a queue */
    struct transaction *of;  /* NULL for a unit of its own */
    uint64_t deadline;       /* of waiting, in the loop's milliseconds */
    bool from_source, lost;
};

typedef struct {
    unit *first, *last;
    size_t count;
} unit_queue;

void queue_add(unit_queue *q, unit *u);
/* NULL when empty. */
unit *queue_take(unit_queue *q);
void queue_remove(unit_queue *q, unit *u);

/* Whether the only statement's command tag is `tag`. */
bool unit_said(const unit *u, const char *tag);

/* What a SQLSTATE means for us; also which of them must end the link: a plan or a prepared statement that is no
 * longer good. */
result sqlstate_result(const char *sqlstate);
bool sqlstate_ends_link(const char *sqlstate);

#endif
