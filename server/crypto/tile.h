/* Tiles: how a log's tree is kept and served (C2SP tlog-tiles v0.1).
 *
 * A tile holds up to 256 neighbouring hashes of every eighth level of the tree; what lies between is computed. A full tile never
 * changes, a partial one is named by its width. Nothing here reads or waits: the lists say beforehand which tiles a root or a
 * proof needs, so that they are fetched at once. */
#ifndef KRING_CRYPTO_TILE_H
#define KRING_CRYPTO_TILE_H

#include "crypto/merkle.h"

enum { TILE_WIDTH = 256, TILE_HEIGHT = 8, TILE_LEVEL_MAX = 63, TILE_PATH_MAX = 48 };
#define TILE_NUMBER_MAX ((MERKLE_SIZE_MAX >> TILE_HEIGHT) - 1)

typedef struct {
    uint8_t level;
    bool entries; /* the log's entries themselves, beside the leaves of level 0 */
    uint64_t number;
    uint16_t width; /* 1..256 */
} tile;

/* What follows "/audit/tile/": "0/x001/234", "entries/000.p/17". One spelling each; BAD_REQUEST for all others. */
result tile_parse(bytes path, tile *out) MUST_USE;
/* The same spelling, terminated; returns its length. The tile must be one that tile_parse could give. */
size_t tile_write(const tile *t, char out[TILE_PATH_MAX]);

/* How wide that tile is in a tree of `size` leaves; 0: it is not there. Entries are as wide as level 0. */
unsigned tile_width(unsigned level, uint64_t number, uint64_t size);

/* Which tile has the node at `level` of the tree (0 is the leaves), and from which place on: 2^(level % 8) of its hashes make the
 * node. `width` becomes the least that has them all. */
void tile_of(unsigned level, uint64_t index, tile *out, unsigned *at);
/* The node 2^k hashes make, from place `at` on; k <= 8. BAD_FILE: the tile has not so many. */
result tile_node(bytes hashes, unsigned k, unsigned at, uint8_t out[MERKLE_HASH]) MUST_USE;

/* ---- tiles in memory, as a source for merkle_root and the proofs ---- */

typedef struct {
    tile which;   /* its width does not matter */
    bytes hashes; /* 32 bytes each */
} tile_held;

typedef struct {
    const tile_held *tiles;
    size_t count;
} tile_reader;

/* A merkle_read; ctx is a tile_reader. BAD_FILE: a tile is missing or too short. */
result tile_read(void *reader, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) MUST_USE;

/* ---- which tiles those need, before they are fetched: each once, in its width in a tree of `size` ---- */

/* Two edges of eight levels each. */
enum { TILES_MAX = 16 };

result tiles_for_root(uint64_t size, tile out[TILES_MAX], size_t *n) MUST_USE;
result tiles_for_inclusion(uint64_t index, uint64_t size, tile out[TILES_MAX], size_t *n) MUST_USE;
result tiles_for_consistency(uint64_t old, uint64_t size, tile out[TILES_MAX], size_t *n) MUST_USE;

#endif
