#include "flow/cache.h"

#include "base/memory.h"

#include <string.h>

enum { BUCKETS = 1 << 14 };

void cache_init(cache *c, size_t max, void (*release)(cached *)) {
    *c = (cache){.mask = BUCKETS - 1, .max = max, .release = release};
    c->buckets = memory_take(BUCKETS * sizeof *c->buckets);
    c->ends.older = c->ends.newer = &c->ends;
}

static cached **bucket_of(cache *c, uuid key) {
    uint64_t h;
    memcpy(&h, key.b, sizeof h); /* the first bytes of ids and hashes are random; the ninth of an id is not */
    return &c->buckets[h & c->mask];
}

static void unlink_order(cached *item) {
    item->newer->older = item->older;
    item->older->newer = item->newer;
}

static void link_newest(cache *c, cached *item) {
    item->older = c->ends.older;
    item->newer = &c->ends;
    c->ends.older->newer = item;
    c->ends.older = item;
}

static void take_out(cache *c, cached *item) {
    cached **p = bucket_of(c, item->key);
    while (*p != item) p = &(*p)->chain;
    *p = item->chain;
    unlink_order(item);
    c->weight -= item->weight;
    item->inside = false;
    if (item->holders == 0) c->release(item);
}

static void evict(cache *c) {
    cached *item = c->ends.newer;
    while (c->weight > c->max && item != &c->ends) {
        cached *next = item->newer;
        if (item->holders == 0) take_out(c, item);
        item = next;
    }
}

void cache_done(cache *c) {
    while (c->ends.newer != &c->ends) {
        must(c->ends.newer->holders == 0);
        take_out(c, c->ends.newer);
    }
    memory_give(c->buckets, BUCKETS * sizeof *c->buckets);
    c->buckets = NULL;
}

static cached *look(cache *c, uuid key) {
    cached *item = *bucket_of(c, key);
    while (item && !uuid_equal(item->key, key)) item = item->chain;
    return item;
}

cached *cache_find(cache *c, uuid key) {
    cached *item = look(c, key);
    if (!item) return NULL;
    unlink_order(item);
    link_newest(c, item);
    item->holders++;
    return item;
}

void cache_put(cache *c, cached *item, uuid key, size_t weight) {
    cached *old = look(c, key);
    if (old) take_out(c, old);
    item->key = key;
    item->weight = weight;
    item->inside = true;
    item->holders = 1;
    cached **p = bucket_of(c, key);
    item->chain = *p;
    *p = item;
    link_newest(c, item);
    c->weight += weight;
    evict(c);
}

void cache_add_weight(cache *c, cached *item, size_t more) {
    item->weight += more;
    if (!item->inside) return;
    c->weight += more;
    evict(c);
}

void cache_let_go(cache *c, cached *item) {
    must(item->holders > 0);
    if (--item->holders == 0 && !item->inside) c->release(item);
}

void cache_drop(cache *c, cached *item) {
    if (item->inside) take_out(c, item);
}
