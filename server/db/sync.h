/* One blocking connection, for what runs before or beside serving: migrations, the start-up check, tests.
 *
 * The same statements and values as a pool's, one after the other, each a transaction of its own unless one is begun.
 */
#ifndef KRING_DB_SYNC_H
#define KRING_DB_SYNC_H

#include "db/unit.h"

typedef struct sync_link sync_link;

/* UNAVAILABLE when it does not connect. `user` replaces the one of the connection string; NULL keeps it. Lives in the
 * arena and closes with it. */
result sync_connect(arena *a, const char *conninfo, const char *user, sync_link **out) MUST_USE;
/* Runs all statements of the unit and completes it; its callback is called before this returns. */
result sync_run(sync_link *l, unit *u) MUST_USE;
/* One statement whose rows (if any) live as long as the arena. */
result sync_ask(sync_link *l, arena *a, const statement *s, const params *p, rows *out) MUST_USE;
/* A whole migration: the only text that is not a named statement. */
result sync_script(sync_link *l, const migration *m) MUST_USE;

#endif
