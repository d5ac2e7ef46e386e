#include "log_tree.h"

#include "crypto/record.h"

enum { ENTRY = 2 + RECORD_ENTRY };

typedef struct {
    log_source *source;
    log_tree *tree;
    faults *faults;
} loader;

/* ---------------------------------------------------------------------------- as a source of nodes */

static bytes tile_at(const log_tree *t, unsigned level, uint64_t number) {
    const buf *b = &t->level[level];
    uint64_t have = b->len / MERKLE_HASH, first = number * TILE_WIDTH;
    if (level >= LOG_LEVELS || first >= have) return BYTES("");
    uint64_t width = have - first < TILE_WIDTH ? have - first : TILE_WIDTH;
    return bytes_make(b->at + first * MERKLE_HASH, (size_t)width * MERKLE_HASH);
}

static result read_node(void *tree, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    tile wanted;
    unsigned at;
    tile_of(level, index, &wanted, &at);
    return tile_node(tile_at(tree, wanted.level, wanted.number), level % TILE_HEIGHT, at, out);
}

result log_tree_root(const log_tree *t, uint64_t size, uint8_t root[MERKLE_HASH]) {
    ENSURE(size <= t->size, BAD_REQUEST);
    return merkle_root(size, read_node, (void *)(uintptr_t)t, root);
}

const uint8_t *log_tree_leaf(const log_tree *t, uint64_t index) {
    must(index < t->level[0].len / MERKLE_HASH);
    return t->level[0].at + index * MERKLE_HASH;
}

/* ---------------------------------------------------------------------------- one tile */

/* "tile 0/x001/234.p/7", as its address is; of entries the number is enough. */
static bytes name_of(const loader *l, const tile *t) {
    char path[TILE_PATH_MAX];
    if (t->entries) return arena_format(l->source->page, "entries tile %llu", (unsigned long long)t->number);
    size_t n = tile_write(t, path);
    return arena_format(l->source->page, "tile %.*s", (int)n, path);
}

/* Empty, and told, when it is not there or not as long as it must be. */
static outcome take_tile(loader *l, const tile *t, bytes *out) {
    size_t one = t->entries ? ENTRY : MERKLE_HASH, wanted = t->width * one;
    GO(log_fetch_tile(l->source, t, one, out));
    if (out->at && out->len == wanted) return DONE;
    bytes name = name_of(l, t);
    if (!out->at) FAULT(l->faults, "%.*s: it is not there", (int)name.len, (const char *)name.at);
    else FAULT(l->faults, "%.*s: %zu bytes, not %zu", (int)name.len, (const char *)name.at, out->len, wanted);
    *out = (bytes){0};
    return DONE;
}

/* ---------------------------------------------------------------------------- leaves */

static bool is_entry(const uint8_t *p) { return get_u16(p) == RECORD_ENTRY && p[2] == 1 && p[3] == 1; }

/* The leaves that the entries make; those of `hashes` are what they are held against. */
static void compare_entries(loader *l, const tile *t, bytes entries, bytes hashes, uint8_t (*leaves)[MERKLE_HASH]) {
    bytes other = name_of(l, t);
    for (unsigned i = 0; i < t->width; i++) {
        const uint8_t *p = entries.at + (size_t)i * ENTRY;
        unsigned long long number = t->number, leaf = number * TILE_WIDTH + i;
        merkle_leaf(bytes_make(p + 2, RECORD_ENTRY), leaves[i]);
        if (!is_entry(p))
            FAULT(l->faults, "entries tile %llu, entry %u (leaf %llu): it is no commitment to a record", number, i, leaf);
        else if (hashes.at && memcmp(leaves[i], hashes.at + (size_t)i * MERKLE_HASH, MERKLE_HASH) != 0)
            FAULT(l->faults, "entries tile %llu, entry %u (leaf %llu): its hash is not the one in %.*s", number, i, leaf,
                  (int)other.len, (const char *)other.at);
    }
}

/* Goes on with the tile's own hashes where there are any: then the level above tells which of the two was changed. */
static outcome load_leaves(loader *l, uint64_t number) {
    uint8_t leaves[TILE_WIDTH][MERKLE_HASH] = {0};
    bytes entries, hashes;
    tile t = {.number = number, .width = (uint16_t)tile_width(0, number, l->tree->size)}, e = t;
    e.entries = true;
    GO(take_tile(l, &t, &hashes));
    GO(take_tile(l, &e, &entries));
    if (entries.at) compare_entries(l, &t, entries, hashes, leaves);
    if (!entries.at && !hashes.at) l->tree->whole = false;
    buf_put(&l->tree->level[0], hashes.at ? hashes : bytes_make(leaves, t.width * (size_t)MERKLE_HASH));
    return DONE;
}

/* ---------------------------------------------------------------------------- the levels above */

static outcome load_tile(loader *l, unsigned level, uint64_t number) {
    bytes hashes;
    tile t = {.level = (uint8_t)level, .number = number, .width = (uint16_t)tile_width(level, number, l->tree->size)};
    GO(take_tile(l, &t, &hashes));
    bytes name = name_of(l, &t);
    for (unsigned i = 0; i < t.width; i++) {
        uint8_t made[MERKLE_HASH];
        tile below = {.level = (uint8_t)(level - 1), .number = number * TILE_WIDTH + i, .width = TILE_WIDTH};
        must(ok(tile_node(tile_at(l->tree, level - 1, below.number), TILE_HEIGHT, 0, made)));
        bytes under = name_of(l, &below);
        const uint8_t *told = hashes.at ? hashes.at + (size_t)i * MERKLE_HASH : made;
        if (memcmp(told, made, MERKLE_HASH) != 0)
            FAULT(l->faults, "%.*s, hash %u: it is not that of %.*s", (int)name.len, (const char *)name.at, i, (int)under.len,
                  (const char *)under.at);
        buf_put(&l->tree->level[level], bytes_make(told, MERKLE_HASH));
    }
    return DONE;
}

static outcome load_level(loader *l, unsigned level) {
    uint64_t hashes = l->tree->size >> (level * TILE_HEIGHT);
    for (uint64_t n = 0; n * TILE_WIDTH < hashes && !faults_full(l->faults); n++) {
        GO(level == 0 ? load_leaves(l, n) : load_tile(l, level, n));
        log_forget(l->source);
    }
    return DONE;
}

/* What a signed checkpoint says of its size is still only said: memory is taken as tiles come. */
outcome log_tree_load(log_source *s, uint64_t size, log_tree *t, faults *f) {
    *t = (log_tree){.size = size, .whole = true};
    loader l = {s, t, f};
    for (unsigned i = 0; i < LOG_LEVELS; i++) t->level[i] = buf_new(SIZE_MAX / 2);
    for (unsigned i = 0; i < LOG_LEVELS && !faults_full(f); i++) GO(load_level(&l, i));
    if (faults_full(f)) t->whole = false;
    return DONE;
}

void log_tree_release(log_tree *t) {
    for (unsigned i = 0; i < LOG_LEVELS; i++) buf_release(&t->level[i]);
}
