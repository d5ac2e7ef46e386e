/* Tiles: one spelling for each, the examples of C2SP tlog-tiles, and that a proof read from tiles is the proof. */
#include "try.h"

#include "crypto/secret.h"
#include "crypto/tile.h"

#include <stdlib.h>

static const struct {
    const char *path;
    tile what;
} good[] = {
    {"0/000", {0, false, 0, 256}},
    {"0/000.p/1", {0, false, 0, 1}},
    {"0/000.p/255", {0, false, 0, 255}},
    {"0/x001/x234/067", {0, false, 1234067, 256}}, /* the specification's */
    {"1/x001/000", {1, false, 1000, 256}},
    {"7/999.p/10", {7, false, 999, 10}},
    {"63/000", {63, false, 0, 256}},
    {"10/x100/000.p/99", {10, false, 100000, 99}},
    {"entries/000", {0, true, 0, 256}},
    {"entries/x273/112.p/17", {0, true, 273112, 17}},
    {"0/x018/x014/x398/x509/x481/983", {0, false, TILE_NUMBER_MAX, 256}},
};

static void a_tile_has_one_path(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        tile t;
        char text[TILE_PATH_MAX];
        assert_ok(tile_parse(bytes_of_string(good[i].path), &t));
        assert_int_equal(t.level, good[i].what.level);
        assert_int_equal(t.entries, good[i].what.entries);
        assert_int_equal(t.number, good[i].what.number);
        assert_int_equal(t.width, good[i].what.width);
        assert_int_equal(tile_write(&t, text), strlen(good[i].path));
        assert_string_equal(text, good[i].path);
    }
}

static void whatever_else_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "/", "0", "0/", "/000", "0/0", "0/00", "0/0000", "0/000/", "0//000", "00/000", "01/000", "64/000", "100/000", "-1/000", "+1/000",
        " 0/000", "0 /000", "0/ 00", "0/-01", "0/+01", "0/000 ", "0/000\n", "a/000", "0/00a", "0/x000", "0/x001", "0/x001/", "0/001/002",
        "0/x000/001", "0/x000/000", "0/x000/x001/234", "0/X001/234", "0/x1/234", "0/x01/234", "0/x0001/234", "0/xx01/234", "0/x001/x234",
        "0/x001x234", "0/x001//234", "0/x001/23", "0/x001/2345", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/256", "0/000.p/257",
        "0/000.p/01", "0/000.p/001", "0/000.p/-1", "0/000.p/1/", "0/000.p/1 ", "0/000.p//1", "0/000.P/1", "0/000p/1", "0/000./1", "0/000.p1",
        "0/000.p/18446744073709551617", "0/000.p/1.p/1", "0/.p/1", "0/x001.p/1", "entries", "entries/", "Entries/000", "entries/0/000",
        "entries/entries/000", "entries/000.p/256", "entries/x000/000", "0/000/entries", "0/../000", "0/x001/../000", "0/%30%30%30",
        "0/x018/x014/x398/x509/x481/984", "0/x999/x999/x999/x999/x999/999", "0/x001/x000/x000/x000/x000/x000/000",
        "0/x018/x446/x744/x073/x709/x551/616", "18446744073709551616/000"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        tile t;
        if (ok(tile_parse(bytes_of_string(bad[i]), &t))) fail_msg("\"%s\" was read", bad[i]);
    }
    tile t;
    assert_fails(tile_parse(bytes_make("0/000\0", 6), &t), BAD_REQUEST);
    assert_fails(tile_parse(bytes_make("0/000", 4), &t), BAD_REQUEST);
}

static void a_changed_path_is_another_tile_or_none(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        char text[TILE_PATH_MAX], again[TILE_PATH_MAX];
        size_t len = strlen(good[i].path);
        for (size_t at = 0; at < len; at++)
            for (unsigned c = 0; c < 256; c++) {
                tile t;
                memcpy(text, good[i].path, len + 1);
                text[at] = (char)c;
                if (!ok(tile_parse(bytes_make(text, len), &t))) continue;
                assert_int_equal(tile_write(&t, again), len);
                assert_memory_equal(again, text, len);
            }
    }
}

/* 70,000 leaves and 256 leaves are the specification's examples. */
static void widths_are_those_of_the_specification(void **state) {
    (void)state;
    static const struct {
        unsigned level;
        uint64_t number, size;
        unsigned width;
    } table[] = {
        {0, 0, 0, 0},       {0, 0, 1, 1},         {0, 0, 255, 255},     {0, 0, 256, 256},    {0, 1, 256, 0},      {1, 0, 255, 0},
        {1, 0, 256, 1},     {1, 1, 256, 0},       {2, 0, 256, 0},       {0, 272, 70000, 256}, {0, 273, 70000, 112}, {0, 274, 70000, 0},
        {1, 0, 70000, 256}, {1, 1, 70000, 17},    {1, 2, 70000, 0},     {2, 0, 70000, 1},    {2, 1, 70000, 0},    {3, 0, 70000, 0},
        {7, 0, MERKLE_SIZE_MAX, 64}, {7, 1, MERKLE_SIZE_MAX, 0}, {8, 0, MERKLE_SIZE_MAX, 0}, {63, 0, MERKLE_SIZE_MAX, 0},
        {0, TILE_NUMBER_MAX, MERKLE_SIZE_MAX, 256}, {0, TILE_NUMBER_MAX, MERKLE_SIZE_MAX - 1, 255}, {0, UINT64_MAX, MERKLE_SIZE_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(tile_width(table[i].level, table[i].number, table[i].size), table[i].width);
}

static void a_node_is_in_the_tile_of_its_level(void **state) {
    (void)state;
    static const struct {
        unsigned level;
        uint64_t index;
        tile in;
        unsigned at;
    } table[] = {
        {0, 0, {0, false, 0, 1}, 0},       {0, 255, {0, false, 0, 256}, 255}, {0, 256, {0, false, 1, 1}, 0},
        {1, 0, {0, false, 0, 2}, 0},       {1, 128, {0, false, 1, 2}, 0},     {7, 1, {0, false, 0, 256}, 128},
        {7, 3, {0, false, 1, 256}, 128},   {8, 0, {1, false, 0, 1}, 0},       {8, 300, {1, false, 1, 45}, 44},
        {13, 9, {1, false, 1, 64}, 32},    {62, 0, {7, false, 0, 64}, 0},     {61, 1, {7, false, 0, 64}, 32},
        {0, MERKLE_SIZE_MAX - 1, {0, false, TILE_NUMBER_MAX, 256}, 255},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        tile t;
        unsigned at;
        tile_of(table[i].level, table[i].index, &t, &at);
        assert_int_equal(t.level, table[i].in.level);
        assert_int_equal(t.number, table[i].in.number);
        assert_int_equal(t.width, table[i].in.width);
        assert_false(t.entries);
        assert_int_equal(at, table[i].at);
    }
}

/* ---- a log of 70,000 leaves, kept as tiles ---- */

enum { SIZE = 70000, LEVELS = 17 };
typedef uint8_t hash[MERKLE_HASH];
typedef const uint8_t (*path)[MERKLE_HASH];
static hash *levels[LEVELS]; /* every complete node */

static int grow(void **state) {
    (void)state;
    for (unsigned level = 0; level < LEVELS; level++) {
        size_t n = SIZE >> level;
        levels[level] = calloc(n, MERKLE_HASH);
        for (size_t i = 0; i < n; i++) {
            if (level == 0)
                merkle_leaf(BYTES_OF(i), levels[0][i]);
            else
                merkle_node(levels[level - 1][2 * i], levels[level - 1][2 * i + 1], levels[level][i]);
        }
    }
    return 0;
}

static int fell(void **state) {
    (void)state;
    for (unsigned level = 0; level < LEVELS; level++) free(levels[level]);
    return 0;
}

static result from_levels(void *ctx, unsigned level, uint64_t index, hash out) {
    (void)ctx;
    memcpy(out, levels[level][index], MERKLE_HASH);
    return OK;
}

static tile_held fetched(const tile *t) {
    return (tile_held){*t, bytes_make(levels[t->level * TILE_HEIGHT][t->number * TILE_WIDTH], (size_t)t->width * MERKLE_HASH)};
}

static tile_reader fetch(const tile *list, size_t n, tile_held held[TILES_MAX]) {
    assert_true(n <= TILES_MAX);
    for (size_t i = 0; i < n; i++) held[i] = fetched(&list[i]);
    return (tile_reader){held, n};
}

static const uint64_t some_sizes[] = {1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537, 65792, 69999, SIZE};

static void listed_tiles_make_the_root(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(some_sizes); i++) {
        tile list[TILES_MAX];
        tile_held held[TILES_MAX];
        hash got, wanted;
        size_t n;
        assert_ok(tiles_for_root(some_sizes[i], list, &n));
        tile_reader r = fetch(list, n, held);
        assert_ok(merkle_root(some_sizes[i], tile_read, &r, got));
        assert_ok(merkle_root(some_sizes[i], from_levels, NULL, wanted));
        assert_memory_equal(got, wanted, MERKLE_HASH);
    }
}

/* A list is enough, and nothing of it is too much: without any one tile there is no proof. */
static void assert_each_is_needed(tile_reader r, uint64_t first, uint64_t size, bool inclusion) {
    tile_held fewer[TILES_MAX];
    for (size_t without = 0; without < r.count; without++) {
        hash proof[MERKLE_PROOF_MAX];
        size_t count, n = 0;
        for (size_t i = 0; i < r.count; i++)
            if (i != without) fewer[n++] = r.tiles[i];
        tile_reader less = {fewer, n};
        if (inclusion)
            assert_fails(merkle_inclusion(first, size, tile_read, &less, proof, &count), BAD_FILE);
        else
            assert_fails(merkle_consistency(first, size, tile_read, &less, proof, &count), BAD_FILE);
    }
}

static void try_proofs(uint64_t index, uint64_t size) {
    tile list[TILES_MAX];
    tile_held held[TILES_MAX];
    hash proof[MERKLE_PROOF_MAX], root, old_root;
    size_t n, count;
    assert_ok(merkle_root(size, from_levels, NULL, root));
    assert_ok(tiles_for_inclusion(index, size, list, &n));
    tile_reader r = fetch(list, n, held);
    assert_ok(merkle_inclusion(index, size, tile_read, &r, proof, &count));
    assert_true(merkle_check_inclusion(index, size, levels[0][index], (path)proof, count, root));
    assert_each_is_needed(r, index, size, true);
    assert_ok(merkle_root(index + 1, from_levels, NULL, old_root));
    assert_ok(tiles_for_consistency(index + 1, size, list, &n));
    r = fetch(list, n, held);
    assert_ok(merkle_consistency(index + 1, size, tile_read, &r, proof, &count));
    assert_true(merkle_check_consistency(index + 1, size, (path)proof, count, old_root, root));
    assert_each_is_needed(r, index + 1, size, false);
}

static void listed_tiles_make_the_proofs(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(some_sizes); i++) {
        for (size_t j = 0; j < COUNT(some_sizes) && some_sizes[j] <= some_sizes[i]; j++) try_proofs(some_sizes[j] - 1, some_sizes[i]);
        for (int j = 0; j < 20; j++) {
            uint64_t random;
            secret_nonce((uint8_t *)&random, sizeof random);
            try_proofs(random % some_sizes[i], some_sizes[i]);
        }
    }
}

/* However large the tree: no more than two edges of tiles, each as wide as the tree makes it. */
static void a_list_is_short(void **state) {
    (void)state;
    for (int i = 0; i < 2000; i++) {
        uint64_t random[2];
        tile list[TILES_MAX];
        size_t n;
        secret_nonce((uint8_t *)random, sizeof random);
        uint64_t size = (random[0] >> (random[0] % 62 + 2)) + 1, index = random[1] % size;
        if (i == 0) size = MERKLE_SIZE_MAX - 1, index = MERKLE_SIZE_MAX / 3;
        assert_ok(tiles_for_inclusion(index, size, list, &n));
        assert_ok(tiles_for_consistency(index, size, list, &n));
        assert_ok(tiles_for_root(size, list, &n));
        for (size_t j = 0; j < n; j++) {
            assert_true(list[j].width > 0);
            assert_int_equal(list[j].width, tile_width(list[j].level, list[j].number, size));
        }
    }
    tile list[TILES_MAX];
    size_t n;
    assert_fails(tiles_for_inclusion(5, 5, list, &n), BAD_REQUEST);
    assert_fails(tiles_for_consistency(6, 5, list, &n), BAD_REQUEST);
    assert_fails(tiles_for_root(MERKLE_SIZE_MAX + 1, list, &n), BAD_REQUEST);
}

static void entries_are_no_hashes(void **state) {
    (void)state;
    const tile_held held = {{0, true, 0, 256}, bytes_make(levels[0], TILE_WIDTH * MERKLE_HASH)};
    tile_reader r = {&held, 1};
    hash out;
    assert_fails(tile_read(&r, 0, 0, out), BAD_FILE);
}

static void a_short_tile_is_refused(void **state) {
    (void)state;
    hash out;
    for (unsigned k = 0; k <= TILE_HEIGHT; k++) {
        bytes enough = bytes_make(levels[0], ((size_t)1 << k) * MERKLE_HASH), less = bytes_make(enough.at, enough.len - 1);
        assert_ok(tile_node(enough, k, 0, out));
        assert_memory_equal(out, levels[k][0], MERKLE_HASH);
        assert_fails(tile_node(less, k, 0, out), BAD_FILE);
        assert_fails(tile_node(enough, k, 1, out), BAD_FILE);
        assert_fails(tile_node(enough, k, UINT32_MAX, out), BAD_FILE);
    }
    assert_fails(tile_node(bytes_make(levels[0], (TILE_WIDTH + 1) * MERKLE_HASH), 0, 0, out), BAD_FILE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_has_one_path),
        cmocka_unit_test(whatever_else_is_refused),
        cmocka_unit_test(a_changed_path_is_another_tile_or_none),
        cmocka_unit_test(widths_are_those_of_the_specification),
        cmocka_unit_test(a_node_is_in_the_tile_of_its_level),
        cmocka_unit_test(listed_tiles_make_the_root),
        cmocka_unit_test(listed_tiles_make_the_proofs),
        cmocka_unit_test(a_list_is_short),
        cmocka_unit_test(entries_are_no_hashes),
        cmocka_unit_test(a_short_tile_is_refused),
    };
    return cmocka_run_group_tests(tests, grow, fell);
}
