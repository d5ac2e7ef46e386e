#include "crypto/keytable.h"

#include "base/memory.h"
#include "crypto/secret.h"

_Static_assert(sizeof(key_name) == 40, "no padding");

#define NONE UINT32_MAX

typedef struct {
    key_name name;
    cipher_key *key;       /* NULL: the slot is free, and `older` is the next free one */
    uint32_t newer, older; /* the order of use */
    uint32_t hash;
} slot;

/* `index` is open addressing with linear probing, at most half full, over slot numbers plus one; 0 is empty. */
struct keytable {
    slot *slots;
    uint32_t *index;
    uint32_t max, count, mask, newest, oldest, free;
    uint64_t seed; /* ids can be chosen by an import; their places in this table can't */
};

static uint32_t index_size(size_t max) {
    uint32_t size = 16;
    while (size < 2 * max) size *= 2;
    return size;
}

keytable *keytable_new(size_t max) {
    must(max > 0 && max <= UINT32_C(1) << 24);
    keytable *t = memory_take(sizeof *t);
    t->max = (uint32_t)max;
    t->mask = index_size(max) - 1;
    t->slots = memory_take(max * sizeof *t->slots);
    t->index = memory_take((t->mask + (size_t)1) * sizeof *t->index);
    t->newest = t->oldest = NONE;
    secret_random(&t->seed, sizeof t->seed);
    for (uint32_t i = 0; i < t->max; i++) t->slots[i].older = i + 1 < t->max ? i + 1 : NONE;
    return t;
}

void keytable_release(keytable *t) {
    if (!t) return;
    for (uint32_t i = 0; i < t->max; i++) cipher_key_release(t->slots[i].key);
    memory_give(t->slots, t->max * sizeof *t->slots);
    memory_give(t->index, (t->mask + (size_t)1) * sizeof *t->index);
    memory_give(t, sizeof *t);
}

size_t keytable_count(const keytable *t) { return t->count; }

static uint32_t hash_of(const keytable *t, const key_name *name) {
    uint64_t words[5], h = t->seed;
    memcpy(words, name, sizeof words);
    for (int i = 0; i < 5; i++) {
        h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return (uint32_t)h;
}

static bool is_named(const slot *s, uint32_t hash, const key_name *name) {
    return s->hash == hash && memcmp(&s->name, name, sizeof *name) == 0;
}

/* The place in the index that holds the name, or the empty one where it would go. */
static uint32_t place_of(const keytable *t, uint32_t hash, const key_name *name) {
    uint32_t at = hash & t->mask;
    while (t->index[at] != 0 && !is_named(&t->slots[t->index[at] - 1], hash, name)) at = (at + 1) & t->mask;
    return at;
}

static void leave_order(keytable *t, uint32_t i) {
    slot *s = &t->slots[i];
    if (s->newer == NONE) t->newest = s->older;
    else t->slots[s->newer].older = s->older;
    if (s->older == NONE) t->oldest = s->newer;
    else t->slots[s->older].newer = s->newer;
}

static void become_newest(keytable *t, uint32_t i) {
    slot *s = &t->slots[i];
    s->newer = NONE;
    s->older = t->newest;
    if (t->newest == NONE) t->oldest = i;
    else t->slots[t->newest].newer = i;
    t->newest = i;
}

/* Closes the gap by moving back whatever would no longer be found past it, so there are no tombstones to collect. */
static void empty_place(keytable *t, uint32_t hole) {
    for (uint32_t at = (hole + 1) & t->mask; t->index[at] != 0; at = (at + 1) & t->mask) {
        uint32_t home = t->slots[t->index[at] - 1].hash & t->mask;
        if (((at - home) & t->mask) < ((at - hole) & t->mask)) continue;
        t->index[hole] = t->index[at];
        hole = at;
    }
    t->index[hole] = 0;
}

static void drop(keytable *t, uint32_t i) {
    slot *s = &t->slots[i];
    empty_place(t, place_of(t, s->hash, &s->name));
    leave_order(t, i);
    cipher_key_release(s->key);
    *s = (slot){.older = t->free};
    t->free = i;
    t->count--;
}

static uint32_t take_free(keytable *t) {
    if (t->free == NONE) drop(t, t->oldest);
    uint32_t i = t->free;
    t->free = t->slots[i].older;
    t->count++;
    return i;
}

cipher_key *keytable_find(keytable *t, const key_name *name) {
    uint32_t found = t->index[place_of(t, hash_of(t, name), name)];
    if (found == 0) return NULL;
    uint32_t i = found - 1;
    if (t->newest != i) {
        leave_order(t, i);
        become_newest(t, i);
    }
    return t->slots[i].key;
}

/* The same key loaded twice goes on counting where it was. */
static void replace(slot *s, cipher_key *key) {
    cipher_key_sealed_before(key, cipher_key_seals(s->key));
    cipher_key_release(s->key);
    s->key = key;
}

void keytable_put(keytable *t, const key_name *name, cipher_key *key) {
    if (keytable_find(t, name)) {
        replace(&t->slots[t->newest], key);
        return;
    }
    uint32_t hash = hash_of(t, name), i = take_free(t);
    t->slots[i] = (slot){.name = *name, .key = key, .hash = hash};
    t->index[place_of(t, hash, name)] = i + 1;
    become_newest(t, i);
}

void keytable_drop_family(keytable *t, uuid family) {
    for (uint32_t i = 0; i < t->max; i++)
        if (t->slots[i].key && uuid_equal(t->slots[i].name.family, family)) drop(t, i);
}
