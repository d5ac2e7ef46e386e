#include "net/peers.h"

typedef struct {
    uint64_t key[2];
    uint32_t count; /* 0: the slot is free */
} slot;

struct peers {
    slot *slots;
    uint32_t mask, used, most;
    uint64_t seed[2];
};

typedef struct {
    uint64_t part[2];
} peer_key;

static peer_key key_of(const uint8_t address[16]) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    bool v4 = memcmp(address, mapped, sizeof mapped) == 0;
    return (peer_key){{get_u64(address), v4 ? get_u64(address + 8) : 0}};
}

static uint64_t mix(uint64_t v) {
    v = (v ^ v >> 32) * 0xd6e8feb86659fd93u;
    v = (v ^ v >> 32) * 0xd6e8feb86659fd93u;
    return v ^ v >> 32;
}

static uint32_t home_of(const peers *p, peer_key k) {
    return (uint32_t)mix(mix(k.part[0] ^ p->seed[0]) ^ k.part[1] ^ p->seed[1]) & p->mask;
}

peers *peers_new(arena *a, uint32_t most) {
    peers *p = ARENA_NEW(a, peers);
    uint32_t size = 16;
    while (size < most + most / 2) size *= 2;
    uuid random[2] = {uuid_random(), uuid_random()};
    *p = (peers){.slots = ARENA_ARRAY(a, slot, size), .mask = size - 1, .most = most};
    p->seed[0] = get_u64(random[0].b) ^ get_u64(random[0].b + 8);
    p->seed[1] = get_u64(random[1].b) ^ get_u64(random[1].b + 8);
    return p;
}

/* The peer's slot, or the free one where it would go. A free one always exists: the table is larger than `most`. */
static slot *find(const peers *p, peer_key k) {
    for (uint32_t i = home_of(p, k);; i = (i + 1) & p->mask) {
        slot *s = &p->slots[i];
        if (s->count == 0 || (s->key[0] == k.part[0] && s->key[1] == k.part[1])) return s;
    }
}

bool peers_enter(peers *p, const uint8_t address[16], uint32_t limit) {
    peer_key k = key_of(address);
    slot *s = find(p, k);
    if (s->count >= limit) return false;
    if (s->count == 0) {
        if (p->used >= p->most) return false;
        p->used++;
        *s = (slot){{k.part[0], k.part[1]}, 0};
    }
    s->count++;
    return true;
}

/* Linear probing without tombstones: what follows a freed slot moves up if its home lies before the gap (Knuth 6.4
 * R). */
static void close_gap(peers *p, uint32_t gap) {
    for (uint32_t i = (gap + 1) & p->mask; p->slots[i].count; i = (i + 1) & p->mask) {
        slot *s = &p->slots[i];
        uint32_t home = home_of(p, (peer_key){{s->key[0], s->key[1]}});
        if (((i - home) & p->mask) < ((i - gap) & p->mask)) continue;
        p->slots[gap] = *s;
        s->count = 0;
        gap = i;
    }
}

void peers_leave(peers *p, const uint8_t address[16]) {
    slot *s = find(p, key_of(address));
    must(s->count > 0);
    if (--s->count) return;
    p->used--;
    close_gap(p, (uint32_t)(s - p->slots));
}

uint32_t peers_count(const peers *p, const uint8_t address[16]) { return find(p, key_of(address))->count; }
