/* Fuzzes the paths of tiles and the proofs that a stranger hands over.
 *
 * Target functions: tile_parse, tile_write, tile_width, tile_node, merkle_check_inclusion, merkle_check_consistency. Held to: a path
 * that is read is the one that is written for what was read; a proof of any bytes never makes a root of ours hold for a leaf or an
 * older tree that is not in it. */
#include "crypto/tile.h"

enum { LEAVES = 21 };
typedef uint8_t hash[MERKLE_HASH];
static hash leaves[LEAVES], roots[LEAVES + 1];

static result own_node(void *ctx, unsigned level, uint64_t index, hash out) {
    (void)ctx;
    return tile_node(bytes_make(leaves, sizeof leaves), level, (unsigned)(index << level), out);
}

static void make_own(void) {
    static bool made;
    if (made) return;
    made = true;
    for (uint8_t i = 0; i < LEAVES; i++) merkle_leaf(bytes_make(&i, 1), leaves[i]);
    for (unsigned size = 0; size <= LEAVES; size++) must(ok(merkle_root(size, own_node, NULL, roots[size])));
}

static void read_path(bytes input) {
    tile t;
    char text[TILE_PATH_MAX];
    if (!ok(tile_parse(input, &t))) return;
    must(t.level <= TILE_LEVEL_MAX && t.number <= TILE_NUMBER_MAX && t.width >= 1 && t.width <= TILE_WIDTH && !(t.entries && t.level));
    must(bytes_equal(bytes_make(text, tile_write(&t, text)), input));
    must(tile_width(t.level, t.number, MERKLE_SIZE_MAX) <= TILE_WIDTH);
}

/* The input as a proof for a leaf that is not the one at that place. */
static void lie_about_a_leaf(bytes input) {
    if (input.len < 3 + MERKLE_HASH) return;
    unsigned size = input.at[0] % (LEAVES + 1), index = input.at[1];
    bytes rest = bytes_make(input.at + 2 + MERKLE_HASH, input.len - 2 - MERKLE_HASH);
    const uint8_t *leaf = input.at + 2;
    bool holds = merkle_check_inclusion(index, size, leaf, (const uint8_t (*)[MERKLE_HASH])rest.at, rest.len / MERKLE_HASH, roots[size]);
    must(!holds || (index < size && memcmp(leaf, leaves[index], MERKLE_HASH) == 0));
}

static void lie_about_a_tree(bytes input) {
    if (input.len < 3 + MERKLE_HASH) return;
    unsigned size = input.at[0] % (LEAVES + 1), old = input.at[1];
    bytes rest = bytes_make(input.at + 2 + MERKLE_HASH, input.len - 2 - MERKLE_HASH);
    const uint8_t *before = input.at + 2;
    bool holds = merkle_check_consistency(old, size, (const uint8_t (*)[MERKLE_HASH])rest.at, rest.len / MERKLE_HASH, before, roots[size]);
    must(!holds || (old <= size && memcmp(before, roots[old], MERKLE_HASH) == 0));
}

/* A good proof with the input XORed over it. */
static void change_a_proof(bytes input) {
    hash proof[MERKLE_PROOF_MAX];
    uint8_t *flat = &proof[0][0];
    size_t count;
    if (input.len < 2) return;
    unsigned size = input.at[0] % LEAVES + 1, index = input.at[1] % size;
    must(ok(merkle_inclusion(index, size, own_node, NULL, proof, &count)));
    bool same = true;
    for (size_t at = 2; at < input.len && at - 2 < count * MERKLE_HASH; at++) flat[at - 2] ^= input.at[at], same &= input.at[at] == 0;
    must(merkle_check_inclusion(index, size, leaves[index], (const uint8_t (*)[MERKLE_HASH])proof, count, roots[size]) == same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 8192) return 0;
    bytes input = bytes_make(data + 1, size - 1);
    hash out;
    make_own();
    switch (data[0] % 5) {
    case 0: read_path(input); break;
    case 1: lie_about_a_leaf(input); break;
    case 2: lie_about_a_tree(input); break;
    case 3: change_a_proof(input); break;
    default: (void)ok(tile_node(input, data[0] % (TILE_HEIGHT + 1), data[0], out)); break;
    }
    return 0;
}
