/* What this witness has cosigned last, for each log: the promise that it can't take back.
 *
 * A tree is kept on the disk before its cosignature leaves, so no crash makes the witness forget what it signed. A log that is no
 * longer served keeps its line: served again, it must go on from there. */
#ifndef KRING_WITNESS_STATE_H
#define KRING_WITNESS_STATE_H

#include "crypto/checkpoint.h"

enum { STATE_LOGS_MAX = 1024 };

typedef struct {
    bytes origin;
    uint64_t size;
    uint8_t root[MERKLE_HASH];
} seen;

typedef struct state state;

/* An empty one, which must not exist yet: CONFLICT, UNAVAILABLE. */
result state_create(int dir) MUST_USE;
/* BAD_FILE: missing or damaged. A witness without its memory must not go on; it needs a new key. */
result state_open(int dir, state **out) MUST_USE;
/* NULL is fine. */
void state_close(state *s);

/* What was cosigned last; the empty tree before that. Valid until the next state_keep. */
seen state_of(const state *s, bytes origin);
/* Durable when it returns OK; else nothing has changed: UNAVAILABLE, or TOO_MUCH for a log too many. */
result state_keep(state *s, const checkpoint *head) MUST_USE;

#endif
