/* Memory that lives as long as one exchange.
 *
 * Everything a request needs is taken from its arena and dies with it, wiped. What is in flight (a database unit, a thread-pool
 * job) hangs a hook on the arena: releasing the arena IS the cancellation, so nobody has to remember to cancel (h2o). Hooks run
 * once each, newest first. Out of memory aborts; limits are kept where bytes enter, so the arena itself has none. */
#ifndef KRING_BASE_ARENA_H
#define KRING_BASE_ARENA_H

#include "base/bytes.h"

typedef struct arena arena;

arena *arena_new(void);
/* With a first block of `first` bytes, for something whose size is known beforehand. */
arena *arena_new_sized(size_t first);
/* Runs the hooks, wipes everything and frees it. NULL is fine. */
void arena_release(arena *a);
/* Runs the hooks and wipes everything, but keeps the first block for the next exchange on the connection. */
void arena_reset(arena *a);

/* Zeroed, aligned for any type; never NULL. */
void *arena_take(arena *a, size_t size);
#define ARENA_NEW(a, type) ((type *)arena_take((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_take_array((a), sizeof(type), (count)))
void *arena_take_array(arena *a, size_t size, size_t count);
/* A copy with a terminating zero behind it that is not counted. */
bytes arena_copy(arena *a, bytes source);
char *arena_string(arena *a, bytes source);
/* printf into the arena. */
bytes arena_format(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Calls `hook(object)` when the arena ends, unless arena_drop_hook with the same two came first. */
void arena_on_free(arena *a, void (*hook)(void *object), void *object);
void arena_drop_hook(arena *a, void (*hook)(void *object), void *object);

/* Bytes taken at present, for the tests and the memory report. */
size_t arena_used(const arena *a);

#endif
