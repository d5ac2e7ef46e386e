/* The tree of the log while it grows: its right edge in memory, and the tiles that grow with it.
 *
 * Only the sequencer has one. Between two batches it equals what the database holds for its size; whatever fails on the way, it is
 * loaded anew. Tiles are made as they are served (C2SP tlog-tiles), the entries with their lengths in front. */
#ifndef KRING_LOG_TREE_H
#define KRING_LOG_TREE_H

#include "crypto/record.h"
#include "crypto/tile.h"

enum {
    TREE_LEVELS = 8,
    TREE_ENTRIES = -1,
    TREE_ENTRY = 2 + RECORD_ENTRY,
    TREE_TILE_MAX = TILE_WIDTH * TREE_ENTRY,
    TREE_EDGES_MAX = 1 + TREE_LEVELS
};

typedef struct {
    int32_t level; /* TREE_ENTRIES, 0, 1 ... */
    uint64_t number;
    bytes hashes;
} tree_tile;

typedef struct {
    uint64_t size;
    uint8_t root[MERKLE_HASH];
    uint8_t entries[TREE_TILE_MAX], edge[TREE_LEVELS][TILE_WIDTH * MERKLE_HASH];
} tree;

/* Which tiles its edge is made of, in a tree of that size: level and number only. */
size_t tree_edges(uint64_t size, tree_tile out[TREE_EDGES_MAX]);
/* From those tiles, in any order. BAD_FILE: one is missing or too short, or they don't make `root`. */
result tree_load(tree *t, uint64_t size, const uint8_t root[MERKLE_HASH], const tree_tile *tiles, size_t n) MUST_USE;
/* `full` is called for each tile that becomes full, with bytes that live until it returns. */
void tree_append(tree *t, const uint8_t commitment[RECORD_HASH], void (*full)(void *ctx, tree_tile tile), void *ctx);
/* After a batch: makes the root, and gives the partial tiles, whose bytes are the tree's own. */
size_t tree_settle(tree *t, tree_tile out[TREE_EDGES_MAX]);

#endif
