#include "crypto/merkle.h"

#include "crypto/algorithms.h"
#include "crypto/secret.h"

void merkle_leaf(bytes entry, uint8_t out[MERKLE_HASH]) {
    static const uint8_t prefix = 0;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL && EVP_DigestInit_ex2(c, algorithm_sha256(), NULL) == 1);
    must(EVP_DigestUpdate(c, &prefix, 1) == 1);
    must(EVP_DigestUpdate(c, entry.at, entry.len) == 1);
    must(EVP_DigestFinal_ex(c, out, NULL) == 1);
    EVP_MD_CTX_free(c);
}

/* `out` may be one of the two. */
void merkle_node(const uint8_t left[MERKLE_HASH], const uint8_t right[MERKLE_HASH], uint8_t out[MERKLE_HASH]) {
    uint8_t both[1 + 2 * MERKLE_HASH] = {1};
    memcpy(both + 1, left, MERKLE_HASH);
    memcpy(both + 1 + MERKLE_HASH, right, MERKLE_HASH);
    secret_sha256(BYTES_OF(both), out);
}

void merkle_empty(uint8_t out[MERKLE_HASH]) { secret_sha256(BYTES(""), out); }

/* ---- making ---- */

typedef struct {
    merkle_read read;
    void *ctx;
} source;

typedef struct {
    uint8_t (*at)[MERKLE_HASH];
    size_t count;
} path;

/* Leaves [begin, begin + n), n > 0: a complete subtree for each bit of n, the largest first; folded from the right, since RFC 6962
 * always splits off the largest one on the left. */
static result range(source s, uint64_t begin, uint64_t n, uint8_t out[MERKLE_HASH]) {
    bool have = false;
    for (unsigned level = 0; level <= 62 && n >> level; level++) {
        if (!(n >> level & 1)) continue;
        uint8_t piece[MERKLE_HASH];
        uint64_t from = begin + (n >> level << level) - (UINT64_C(1) << level);
        TRY(s.read(s.ctx, level, from >> level, piece));
        if (have)
            merkle_node(piece, out, out);
        else
            memcpy(out, piece, MERKLE_HASH);
        have = true;
    }
    return OK;
}

/* The largest power of two below n > 1: where RFC 6962 splits. */
static uint64_t split_of(uint64_t n) { return UINT64_C(1) << (63 - __builtin_clzll(n - 1)); }

static result add(path *p, source s, uint64_t begin, uint64_t n) {
    must(p->count < MERKLE_PROOF_MAX);
    return range(s, begin, n, p->at[p->count++]);
}

/* We go down from the root; RFC 6962 lists from the leaf up. */
static void turn_round(path p) {
    for (size_t i = 0; i < p.count / 2; i++) {
        uint8_t *a = p.at[i], *b = p.at[p.count - 1 - i], kept[MERKLE_HASH];
        memcpy(kept, a, MERKLE_HASH);
        memcpy(a, b, MERKLE_HASH);
        memcpy(b, kept, MERKLE_HASH);
    }
}

result merkle_root(uint64_t size, merkle_read read, void *ctx, uint8_t out[MERKLE_HASH]) {
    ENSURE(size <= MERKLE_SIZE_MAX, BAD_REQUEST);
    if (size > 0) return range((source){read, ctx}, 0, size, out);
    merkle_empty(out);
    return OK;
}

result merkle_inclusion(uint64_t index, uint64_t size, merkle_read read, void *ctx, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH],
                        size_t *count) {
    ENSURE(index < size && size <= MERKLE_SIZE_MAX, BAD_REQUEST);
    source s = {read, ctx};
    path p = {.at = proof};
    for (uint64_t begin = 0, n = size; n > 1;) {
        uint64_t k = split_of(n);
        if (index - begin < k) {
            TRY(add(&p, s, begin + k, n - k));
            n = k;
        } else {
            TRY(add(&p, s, begin, k));
            begin += k, n -= k;
        }
    }
    turn_round(p);
    *count = p.count;
    return OK;
}

/* SUBPROOF of RFC 6962 2.1.2: `whole` while what is left of the old tree is the old tree, whose root the reader has. */
result merkle_consistency(uint64_t old, uint64_t size, merkle_read read, void *ctx, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH],
                          size_t *count) {
    ENSURE(old <= size && size <= MERKLE_SIZE_MAX, BAD_REQUEST);
    source s = {read, ctx};
    path p = {.at = proof};
    uint64_t begin = 0, n = size, m = old;
    while (m > 0 && m < n) {
        uint64_t k = split_of(n);
        if (m <= k) {
            TRY(add(&p, s, begin + k, n - k));
            n = k;
        } else {
            TRY(add(&p, s, begin, k));
            begin += k, n -= k, m -= k;
        }
    }
    if (begin > 0) TRY(add(&p, s, begin, m));
    turn_round(p);
    *count = p.count;
    return OK;
}

/* ---- checking ---- */

static bool same(const uint8_t a[MERKLE_HASH], const uint8_t b[MERKLE_HASH]) { return memcmp(a, b, MERKLE_HASH) == 0; }

/* The way up from a leaf `at` beside the last one: RFC 9162 calls them fn and sn. */
typedef struct {
    uint64_t at, last;
} climb;

static void climb_up(climb *c) { c->at >>= 1, c->last >>= 1; }

/* Whether the next hash belongs on the left; a node without a right neighbour goes up as it is until it has a left one. */
static bool climb_turns_left(climb *c) {
    if (!(c->at & 1) && c->at != c->last) return false;
    while (!(c->at & 1) && c->at != 0) climb_up(c);
    return true;
}

bool merkle_check_inclusion(uint64_t index, uint64_t size, const uint8_t leaf[MERKLE_HASH], const uint8_t (*proof)[MERKLE_HASH],
                            size_t count, const uint8_t root[MERKLE_HASH]) {
    if (index >= size || size > MERKLE_SIZE_MAX) return false;
    climb c = {index, size - 1};
    uint8_t r[MERKLE_HASH];
    memcpy(r, leaf, MERKLE_HASH);
    for (size_t i = 0; i < count; i++) {
        if (c.last == 0) return false;
        if (climb_turns_left(&c))
            merkle_node(proof[i], r, r);
        else
            merkle_node(r, proof[i], r);
        climb_up(&c);
    }
    return c.last == 0 && same(r, root);
}

/* 0 < old < size. One walk computes both roots: what is left of the path is in both trees, what is right of it only in the new. */
static bool extends(uint64_t old, uint64_t size, const uint8_t (*proof)[MERKLE_HASH], size_t count,
                    const uint8_t old_root[MERKLE_HASH], const uint8_t root[MERKLE_HASH]) {
    climb c = {old - 1, size - 1};
    while (c.at & 1) climb_up(&c);
    bool complete = (old & (old - 1)) == 0; /* then the proof leaves out its first hash, which is the old root itself */
    if (count == 0) return false;
    uint8_t before[MERKLE_HASH], after[MERKLE_HASH];
    memcpy(before, complete ? old_root : proof[0], MERKLE_HASH);
    memcpy(after, before, MERKLE_HASH);
    for (size_t i = complete ? 0 : 1; i < count; i++) {
        if (c.last == 0) return false;
        if (climb_turns_left(&c)) {
            merkle_node(proof[i], before, before);
            merkle_node(proof[i], after, after);
        } else
            merkle_node(after, proof[i], after);
        climb_up(&c);
    }
    return c.last == 0 && same(before, old_root) && same(after, root);
}

bool merkle_check_consistency(uint64_t old, uint64_t size, const uint8_t (*proof)[MERKLE_HASH], size_t count,
                              const uint8_t old_root[MERKLE_HASH], const uint8_t root[MERKLE_HASH]) {
    if (old > size || size > MERKLE_SIZE_MAX) return false;
    uint8_t empty[MERKLE_HASH];
    merkle_empty(empty);
    if (old == 0 && !same(old_root, empty)) return false;
    if (old == size) return count == 0 && same(old_root, root);
    if (old == 0) return count == 0;
    return extends(old, size, proof, count, old_root, root);
}
