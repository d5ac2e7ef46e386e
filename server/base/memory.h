/* The few things that outlive an exchange (caches, connections) are taken and given back here; all else lives in an arena.
 * Out of memory aborts: a half-answered request must not be a state of its own. */
#ifndef KRING_BASE_MEMORY_H
#define KRING_BASE_MEMORY_H

#include "base/bytes.h"

/* Zeroed, never NULL. */
void *memory_take(size_t size);
#define MEMORY_NEW(type) ((type *)memory_take(sizeof(type)))
/* Wipes `size` bytes and frees. NULL is fine. */
void memory_give(void *p, size_t size);

#endif
