#include "log/tree.h"

static unsigned width_at(uint64_t size, unsigned level) { return (unsigned)(size >> (TILE_HEIGHT * level) & (TILE_WIDTH - 1)); }
static uint64_t number_at(uint64_t size, unsigned level) { return size >> (TILE_HEIGHT * level) >> TILE_HEIGHT; }

size_t tree_edges(uint64_t size, tree_tile out[TREE_EDGES_MAX]) {
    size_t n = 0;
    if (width_at(size, 0)) out[n++] = (tree_tile){.level = TREE_ENTRIES, .number = number_at(size, 0)};
    for (unsigned level = 0; level < TREE_LEVELS; level++)
        if (width_at(size, level)) out[n++] = (tree_tile){.level = (int32_t)level, .number = number_at(size, level)};
    return n;
}

/* ---- the root: every complete subtree that makes it up lies in the edge ---- */

static result read_edge(void *tree_, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    const tree *t = tree_;
    tile which;
    unsigned at;
    tile_of(level, index, &which, &at);
    must(which.level < TREE_LEVELS && which.number == number_at(t->size, which.level));
    return tile_node(BYTES_OF(t->edge[which.level]), level % TILE_HEIGHT, at, out);
}

static void make_root(tree *t) { must(ok(merkle_root(t->size, read_edge, t, t->root))); }

/* ---- loading ---- */

static uint8_t *place_of(tree *t, int32_t level) { return level == TREE_ENTRIES ? t->entries : t->edge[level]; }

static size_t size_of(uint64_t size, int32_t level) {
    return level == TREE_ENTRIES ? width_at(size, 0) * (size_t)TREE_ENTRY : width_at(size, (unsigned)level) * (size_t)MERKLE_HASH;
}

static result load_one(tree *t, tree_tile wanted, const tree_tile *tiles, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (tiles[i].level != wanted.level || tiles[i].number != wanted.number) continue;
        size_t len = size_of(t->size, wanted.level);
        ENSURE(tiles[i].hashes.len == len, BAD_FILE);
        memcpy(place_of(t, wanted.level), tiles[i].hashes.at, len);
        return OK;
    }
    return FAIL(BAD_FILE);
}

result tree_load(tree *t, uint64_t size, const uint8_t root[MERKLE_HASH], const tree_tile *tiles, size_t n) {
    tree_tile edges[TREE_EDGES_MAX];
    ENSURE(size < MERKLE_SIZE_MAX, BAD_FILE);
    t->size = size;
    size_t count = tree_edges(size, edges);
    for (size_t i = 0; i < count; i++)
        TRY(load_one(t, edges[i], tiles, n));
    make_root(t);
    ENSURE(memcmp(t->root, root, MERKLE_HASH) == 0, BAD_FILE);
    return OK;
}

/* ---- growing ---- */

typedef struct {
    void (*full)(void *ctx, tree_tile tile);
    void *ctx;
} listener;

static void carry(tree *t, unsigned level, const uint8_t hash[MERKLE_HASH], const listener *l) {
    must(level < TREE_LEVELS);
    unsigned at = width_at(t->size, level);
    uint8_t up[MERKLE_HASH];
    memcpy(t->edge[level] + (size_t)at * MERKLE_HASH, hash, MERKLE_HASH);
    if (at + 1 < TILE_WIDTH) return;
    l->full(l->ctx, (tree_tile){(int32_t)level, number_at(t->size, level), BYTES_OF(t->edge[level])});
    must(ok(tile_node(BYTES_OF(t->edge[level]), TILE_HEIGHT, 0, up)));
    carry(t, level + 1, up, l);
}

void tree_append(tree *t, const uint8_t commitment[RECORD_HASH], void (*full)(void *ctx, tree_tile tile), void *ctx) {
    const listener l = {full, ctx};
    unsigned at = width_at(t->size, 0);
    uint8_t *entry = t->entries + (size_t)at * TREE_ENTRY, leaf[MERKLE_HASH];
    must(t->size < MERKLE_SIZE_MAX);
    put_u16(entry, RECORD_ENTRY);
    record_entry(commitment, entry + 2);
    merkle_leaf(bytes_make(entry + 2, RECORD_ENTRY), leaf);
    if (at + 1 == TILE_WIDTH) full(ctx, (tree_tile){TREE_ENTRIES, number_at(t->size, 0), BYTES_OF(t->entries)});
    carry(t, 0, leaf, &l);
    t->size++;
}

size_t tree_settle(tree *t, tree_tile out[TREE_EDGES_MAX]) {
    size_t n = tree_edges(t->size, out);
    for (size_t i = 0; i < n; i++)
        out[i].hashes = bytes_make(place_of(t, out[i].level), size_of(t->size, out[i].level));
    make_root(t);
    return n;
}
