/* What the pool does for transactions. Inside db/ only. */
#ifndef KRING_DB_POOL_INSIDE_H
#define KRING_DB_POOL_INSIDE_H

#include "db/link.h"
#include "db/pool.h"

/* There is something to do at the end of this loop turn. */
void pool_soon(pool *p);
/* The unit's callback comes at the end of this loop turn, with what its outcome is by then. */
void pool_answer(pool *p, unit *u);

#endif
