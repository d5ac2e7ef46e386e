#include "crypto/tile.h"

#include <stdio.h>

/* ---- paths ---- */

static bool take(bytes *from, const char *prefix) {
    if (!bytes_starts(*from, prefix)) return false;
    size_t n = strlen(prefix);
    *from = bytes_make(from->at + n, from->len - n);
    return true;
}

/* The bytes up to the first `c`, or all. */
static bytes part_before(bytes from, char c) {
    const uint8_t *end = from.len ? memchr(from.at, c, from.len) : NULL;
    return bytes_make(from.at, end ? (size_t)(end - from.at) : from.len);
}

static bool three_digits(bytes at, uint64_t *number) {
    if (at.len < 3) return false;
    for (int i = 0; i < 3; i++) {
        if (at.at[i] < '0' || at.at[i] > '9') return false;
        *number = *number * 10 + (uint64_t)(at.at[i] - '0');
    }
    return *number <= TILE_NUMBER_MAX;
}

/* "x001/x234/067": groups of three, x before all but the last, and no group of zeros in front, or a tile had many names. */
static bool take_number(bytes *from, uint64_t *number) {
    *number = 0;
    for (bool first = true; take(from, "x"); first = false) {
        if (!three_digits(*from, number) || (first && *number == 0)) return false;
        *from = bytes_make(from->at + 3, from->len - 3);
        if (!take(from, "/")) return false;
    }
    if (!three_digits(*from, number)) return false;
    *from = bytes_make(from->at + 3, from->len - 3);
    return true;
}

static bool take_level(bytes *from, tile *t) {
    uint64_t level = 0;
    if (take(from, "entries/")) {
        t->entries = true;
        return true;
    }
    bytes text = part_before(*from, '/');
    if (!ok(bytes_to_u64(text, TILE_LEVEL_MAX, &level))) return false;
    t->level = (uint8_t)level;
    *from = bytes_make(from->at + text.len, from->len - text.len);
    return take(from, "/");
}

result tile_parse(bytes path, tile *out) {
    tile t = {.width = TILE_WIDTH};
    uint64_t width = 0;
    ENSURE(take_level(&path, &t) && take_number(&path, &t.number), BAD_REQUEST);
    if (take(&path, ".p/")) {
        TRY(bytes_to_u64(path, TILE_WIDTH - 1, &width));
        ENSURE(width > 0, BAD_REQUEST);
        t.width = (uint16_t)width;
        path.len = 0;
    }
    ENSURE(path.len == 0, BAD_REQUEST);
    *out = t;
    return OK;
}

size_t tile_write(const tile *t, char out[TILE_PATH_MAX]) {
    must(t->level <= TILE_LEVEL_MAX && t->number <= TILE_NUMBER_MAX && t->width >= 1 && t->width <= TILE_WIDTH);
    uint64_t above = 1;
    size_t n = (size_t)(t->entries ? snprintf(out, TILE_PATH_MAX, "entries/") : snprintf(out, TILE_PATH_MAX, "%u/", t->level));
    while (t->number / above >= 1000) above *= 1000;
    for (; above > 1; above /= 1000)
        n += (size_t)snprintf(out + n, TILE_PATH_MAX - n, "x%03u/", (unsigned)(t->number / above % 1000));
    n += (size_t)snprintf(out + n, TILE_PATH_MAX - n, "%03u", (unsigned)(t->number % 1000));
    if (t->width < TILE_WIDTH) n += (size_t)snprintf(out + n, TILE_PATH_MAX - n, ".p/%u", t->width);
    must(n < TILE_PATH_MAX);
    return n;
}

/* ---- where a node is ---- */

unsigned tile_width(unsigned level, uint64_t number, uint64_t size) {
    if (level > 62 / TILE_HEIGHT) return 0;
    uint64_t hashes = size >> (level * TILE_HEIGHT);
    if (number < hashes / TILE_WIDTH) return TILE_WIDTH;
    return number == hashes / TILE_WIDTH ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

void tile_of(unsigned level, uint64_t index, tile *out, unsigned *at) {
    must(level <= 62 && index <= (MERKLE_SIZE_MAX >> level) - 1);
    unsigned k = level % TILE_HEIGHT;
    uint64_t first = index << k;
    *at = (unsigned)(first % TILE_WIDTH);
    *out = (tile){.level = (uint8_t)(level / TILE_HEIGHT), .number = first / TILE_WIDTH, .width = (uint16_t)(*at + (1u << k))};
}

result tile_node(bytes hashes, unsigned k, unsigned at, uint8_t out[MERKLE_HASH]) {
    uint8_t row[TILE_WIDTH][MERKLE_HASH];
    must(k <= TILE_HEIGHT);
    size_t n = (size_t)1 << k, have = hashes.len / MERKLE_HASH;
    ENSURE(at <= have && n <= have - at && have <= TILE_WIDTH, BAD_FILE);
    memcpy(row, hashes.at + (size_t)at * MERKLE_HASH, n * MERKLE_HASH);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++) merkle_node(row[2 * i], row[2 * i + 1], row[i]);
    memcpy(out, row[0], MERKLE_HASH);
    return OK;
}

/* ---- sources ---- */

static bool same_tile(const tile *a, const tile *b) {
    return a->level == b->level && a->number == b->number && a->entries == b->entries;
}

result tile_read(void *reader, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    const tile_reader *r = reader;
    tile wanted;
    unsigned at;
    tile_of(level, index, &wanted, &at);
    for (size_t i = 0; i < r->count; i++)
        if (same_tile(&r->tiles[i].which, &wanted)) return tile_node(r->tiles[i].hashes, level % TILE_HEIGHT, at, out);
    return FAIL(BAD_FILE);
}

typedef struct {
    uint64_t size;
    tile *tiles;
    size_t count;
} listing;

/* A merkle_read that only notes where it would have read. */
static result list(void *ctx, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    listing *l = ctx;
    tile wanted;
    unsigned at;
    tile_of(level, index, &wanted, &at);
    memset(out, 0, MERKLE_HASH);
    for (size_t i = 0; i < l->count; i++)
        if (same_tile(&l->tiles[i], &wanted)) return OK;
    must(l->count < TILES_MAX);
    wanted.width = (uint16_t)tile_width(wanted.level, wanted.number, l->size);
    l->tiles[l->count++] = wanted;
    return OK;
}

result tiles_for_root(uint64_t size, tile out[TILES_MAX], size_t *n) {
    listing l = {size, out, 0};
    uint8_t root[MERKLE_HASH];
    TRY(merkle_root(size, list, &l, root));
    *n = l.count;
    return OK;
}

result tiles_for_inclusion(uint64_t index, uint64_t size, tile out[TILES_MAX], size_t *n) {
    listing l = {size, out, 0};
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    size_t count;
    TRY(merkle_inclusion(index, size, list, &l, proof, &count));
    *n = l.count;
    return OK;
}

result tiles_for_consistency(uint64_t old, uint64_t size, tile out[TILES_MAX], size_t *n) {
    listing l = {size, out, 0};
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    size_t count;
    TRY(merkle_consistency(old, size, list, &l, proof, &count));
    *n = l.count;
    return OK;
}
