/* A bounded cache with least-recently-used eviction, for sessions and families.
 *
 * It is only ever a shortcut: DISCLOSE and COMMIT check session and version in the database, so a stale item costs a second look
 * and can never be an answer. Items are counted: what an exchange holds stays until it lets go, in the cache or out of it. */
#ifndef KRING_FLOW_CACHE_H
#define KRING_FLOW_CACHE_H

#include "base/bytes.h"

/* First member of whatever is cached. */
typedef struct cached {
    struct cached *chain, *newer, *older;
    uuid key;
    size_t weight; /* bytes, more or less */
    uint32_t holders;
    bool inside;
} cached;

typedef struct {
    cached **buckets;
    size_t mask, weight, max;
    cached ends; /* ends.older: the newest; ends.newer: the oldest */
    void (*release)(cached *item);
} cache;

/* `max` bounds the weight; `release` frees one item. */
void cache_init(cache *c, size_t max, void (*release)(cached *item));
/* Everything must have been let go. */
void cache_done(cache *c);
/* Held for the caller, or NULL. */
cached *cache_find(cache *c, uuid key);
/* Takes the item in, replacing one of the same key, and holds it for the caller; may evict others. */
void cache_put(cache *c, cached *item, uuid key, size_t weight);
/* The item has grown. */
void cache_add_weight(cache *c, cached *item, size_t more);
void cache_let_go(cache *c, cached *item);
/* Forgets that item (it turned out stale), whoever still holds it. */
void cache_drop(cache *c, cached *item);

#endif
