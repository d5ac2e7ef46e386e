/* The tree that grows is the tree of RFC 6962, tile by tile, whatever the batches, and survives being loaded again. */
#include "log/tree.h"

#include "crypto/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LEAVES = 66000, TILES = 700 };

typedef struct {
    int32_t level;
    uint64_t number;
    size_t len;
    uint8_t bytes_[TREE_TILE_MAX];
} kept;

static uint8_t (*leaves)[MERKLE_HASH], (*commitments)[RECORD_HASH];
static kept *tiles;
static size_t tile_count;

/* As a database would: by level and number, the newest bytes. */
static void keep(void *ctx, tree_tile t) {
    (void)ctx;
    size_t at = 0;
    while (at < tile_count && (tiles[at].level != t.level || tiles[at].number != t.number)) at++;
    if (at == tile_count) tile_count++;
    assert_true(tile_count <= TILES && t.hashes.len <= TREE_TILE_MAX);
    tiles[at].level = t.level, tiles[at].number = t.number, tiles[at].len = t.hashes.len;
    memcpy(tiles[at].bytes_, t.hashes.at, t.hashes.len);
}

static void settle(tree *t) {
    tree_tile edge[TREE_EDGES_MAX];
    size_t n = tree_settle(t, edge);
    for (size_t i = 0; i < n; i++) keep(NULL, edge[i]);
}

static result read_leaf(void *ctx, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    (void)ctx;
    if (level == 0) {
        memcpy(out, leaves[index], MERKLE_HASH);
        return OK;
    }
    uint8_t left[MERKLE_HASH], right[MERKLE_HASH];
    TRY(read_leaf(NULL, level - 1, 2 * index, left));
    TRY(read_leaf(NULL, level - 1, 2 * index + 1, right));
    merkle_node(left, right, out);
    return OK;
}

static void assert_root(const tree *t) {
    uint8_t root[MERKLE_HASH];
    assert_true(ok(merkle_root(t->size, read_leaf, NULL, root)));
    assert_memory_equal(t->root, root, MERKLE_HASH);
}

static tree *empty_tree(void) {
    tree *t = calloc(1, sizeof *t);
    uint8_t root[MERKLE_HASH];
    merkle_empty(root);
    assert_non_null(t);
    assert_true(ok(tree_load(t, 0, root, NULL, 0)));
    tile_count = 0;
    return t;
}

static int set_up(void **state) {
    (void)state;
    leaves = calloc(LEAVES, sizeof *leaves), commitments = calloc(LEAVES, sizeof *commitments), tiles = calloc(TILES + 1, sizeof *tiles);
    assert_true(leaves && commitments && tiles);
    for (uint32_t i = 0; i < LEAVES; i++) {
        uint8_t entry[RECORD_ENTRY];
        secret_sha256(bytes_make(&i, sizeof i), commitments[i]);
        record_entry(commitments[i], entry);
        merkle_leaf(BYTES_OF(entry), leaves[i]);
    }
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(leaves), free(commitments), free(tiles);
    return 0;
}

static void grow_to(tree *t, uint64_t size) {
    while (t->size < size) tree_append(t, commitments[t->size], keep, NULL);
    settle(t);
}

static void every_small_tree_has_its_root(void **state) {
    (void)state;
    tree *t = empty_tree();
    for (uint64_t n = 1; n <= 1100; n++) grow_to(t, n), assert_root(t);
    free(t);
}

/* Each tile, whoever reads it later, is what the specification says it is: of the hashes below, and of the entries. */
static void assert_tiles(uint64_t size) {
    for (size_t i = 0; i < tile_count; i++) {
        const kept *k = &tiles[i];
        bool entries = k->level == TREE_ENTRIES;
        unsigned level = entries ? 0 : (unsigned)k->level, width = tile_width(level, k->number, size);
        assert_int_equal(k->len, width * (size_t)(entries ? TREE_ENTRY : MERKLE_HASH));
        for (unsigned w = 0; w < width; w++) {
            uint64_t index = k->number * TILE_WIDTH + w;
            uint8_t wanted[MERKLE_HASH];
            if (entries) {
                assert_int_equal(get_u16(k->bytes_ + (size_t)w * TREE_ENTRY), RECORD_ENTRY);
                assert_memory_equal(k->bytes_ + (size_t)w * TREE_ENTRY + 4, commitments[index], RECORD_HASH);
                continue;
            }
            assert_true(ok(read_leaf(NULL, TILE_HEIGHT * level, index, wanted)));
            assert_memory_equal(k->bytes_ + (size_t)w * MERKLE_HASH, wanted, MERKLE_HASH);
        }
    }
}

static void batches_and_reloads_change_nothing(void **state) {
    (void)state;
    static const uint64_t sizes[] = {1, 2, 255, 256, 257, 511, 512, 4096, 4097, 65535, 65536, 65537, 65792, LEAVES};
    tree *t = empty_tree();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        grow_to(t, sizes[i]);
        assert_root(t);
        assert_tiles(sizes[i]);
        tree_tile edges[TREE_EDGES_MAX], found[TREE_EDGES_MAX];
        size_t n = tree_edges(sizes[i], edges);
        for (size_t e = 0; e < n; e++)
            for (size_t k = 0; k < tile_count; k++)
                if (tiles[k].level == edges[e].level && tiles[k].number == edges[e].number)
                    found[n - 1 - e] = (tree_tile){tiles[k].level, tiles[k].number, bytes_make(tiles[k].bytes_, tiles[k].len)};
        tree *again = calloc(1, sizeof *again);
        assert_non_null(again);
        assert_true(ok(tree_load(again, sizes[i], t->root, found, n)));
        free(t);
        t = again;
    }
    free(t);
}

/* T1: whoever changed the database is told at the next start, before anything is signed. */
static void what_is_no_tree_is_not_loaded(void **state) {
    (void)state;
    tree *t = empty_tree(), *other = empty_tree();
    grow_to(t, 700);
    tree_tile edges[TREE_EDGES_MAX];
    size_t n = tree_edges(700, edges);
    assert_int_equal(n, 3);
    for (size_t e = 0; e < n; e++)
        for (size_t k = 0; k < tile_count; k++)
            if (tiles[k].level == edges[e].level && tiles[k].number == edges[e].number)
                edges[e].hashes = bytes_make(tiles[k].bytes_, tiles[k].len);
    assert_true(ok(tree_load(other, 700, t->root, edges, n)));
    for (size_t e = 1; e < n; e++) { /* of the entries no hash is made: that they fit is the verifier's to see */
        uint8_t *at = (uint8_t *)(uintptr_t)edges[e].hashes.at;
        for (size_t i = 0; i < edges[e].hashes.len; i += 37) {
            at[i] ^= 1;
            assert_true(failed_as(tree_load(other, 700, t->root, edges, n), R_BAD_FILE));
            at[i] ^= 1;
        }
    }
    assert_true(failed_as(tree_load(other, 700, t->root, edges, n - 1), R_BAD_FILE));
    assert_true(failed_as(tree_load(other, 701, t->root, edges, n), R_BAD_FILE));
    edges[0].hashes.len -= 1;
    assert_true(failed_as(tree_load(other, 700, t->root, edges, n), R_BAD_FILE));
    free(t), free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_tree_has_its_root),
        cmocka_unit_test(batches_and_reloads_change_nothing),
        cmocka_unit_test(what_is_no_tree_is_not_loaded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
