/* An open transaction with a link of its own, for the rare course that must judge between its statements.
 *
 * The link is held from BEGIN to COMMIT, so there are few of these: design.md 3 uses one after two misses of the
 * version check. Releasing the arena before the commit rolls back, whatever is under way. */
#ifndef KRING_DB_TRANSACTION_H
#define KRING_DB_TRANSACTION_H

#include "db/pool.h"

typedef struct transaction transaction;
typedef void transaction_done(void *ctx, result r);

/* Waits for a link and begins (read committed). `done` comes exactly once, later; after a failure the transaction is
 * over. */
transaction *transaction_begin(pool *p, arena *a, transaction_done *done, void *ctx);
/* One at a time. A unit that fails fails the transaction: only releasing the arena is left, or a commit that will not
 * commit. */
void transaction_run(transaction *t, unit *u, unit_done *done, void *ctx);
/* OK only if the server said COMMIT. After a failed unit it rolls back and hands that unit's failure on. */
void transaction_commit(transaction *t, transaction_done *done, void *ctx);

#endif
