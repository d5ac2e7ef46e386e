/* A unit: a few statements, one Sync, one round trip, one transaction.
 *
 * All of it happens or nothing does. A unit completes only when the server has said that it is ready again, which is
 * after the commit: a result in hand is not yet a durable record (design.md 10). It lives in an arena; releasing that
 * arena cancels it: what was not sent never runs, what was sent runs to its end and nobody hears of it. Its PGresults
 * go with the arena. */
#ifndef KRING_DB_UNIT_H
#define KRING_DB_UNIT_H

#include "db/value.h"

typedef struct unit unit;
typedef void unit_done(void *ctx, unit *u);

unit *unit_new(arena *a);
/* For a pool's source: it completes through its own callback. */
unit *unit_new_with_done(arena *a, unit_done *done, void *ctx);
/* The parameters must fit the declared types and live until the unit is sent; they do if they share the unit's arena.
 * `p` may be NULL for a statement without parameters. Returns the statement's place, for unit_rows. */
size_t unit_add(unit *u, const statement *s, const params *p);
size_t unit_count(const unit *u);

/* After completion: OK, or
 *   UNAVAILABLE  not connected, connection lost, timed out, shutting down, disk or memory full, read-only, queue
 * full; if it had been sent, whether it was committed is not known CONFLICT     a unique or foreign key, a
 * serialization failure, a deadlock (which of them is not told: pitfall 5) STALE        a statement raised KR001: its
 * version check found nothing, and the whole unit is as if it had never been INTERNAL     anything else: logged with
 * SQLSTATE and the statement's name, never with the server's text */
result unit_result(const unit *u);
/* Its link went away after it was sent: whether it was committed is not known. */
bool unit_is_lost(const unit *u);
/* Of the i-th statement; empty unless the unit is OK. */
rows unit_rows(const unit *u, size_t i);
/* How many rows the i-th statement inserted, updated, deleted or selected; 0 unless OK. */
size_t unit_affected(const unit *u, size_t i);

/* ---- For the pool, and for tests that answer a unit without a server ---- */

const statement *unit_statement(const unit *u, size_t i);
const params *unit_params(const unit *u, size_t i);
/* Takes over `answer` (PQmakeEmptyPGresult). */
void unit_take(unit *u, size_t i, PGresult *answer);
/* The first failure stays. */
void unit_fail(unit *u, result why);
/* Marks it complete and calls its callback; the unit may be gone afterwards. */
void unit_finish(unit *u);

#endif
