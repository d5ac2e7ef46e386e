/* The tree of the log: Certificate Transparency's vectors for RFC 6962, then every proof of small trees, made, checked, and then
 * changed in every way that a liar could try. */
#include "try.h"

#include "crypto/merkle.h"

static const char *const entries[8] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

typedef uint8_t hash[MERKLE_HASH];
typedef const uint8_t (*path)[MERKLE_HASH];

/* ---- a tree by the definition of RFC 6962 2.1, sharing nothing with what is tested but the two hashes ---- */

enum { LEAVES = 130 };
static hash leaves[LEAVES], tree_roots[LEAVES + 1];

static void mth(uint64_t begin, uint64_t n, hash out) {
    hash left, right;
    uint64_t k = 1;
    if (n == 1) {
        memcpy(out, leaves[begin], MERKLE_HASH);
        return;
    }
    while (2 * k < n) k *= 2;
    mth(begin, k, left);
    mth(begin + k, n - k, right);
    merkle_node(left, right, out);
}

static result from_leaves(void *ctx, unsigned level, uint64_t index, hash out) {
    uint64_t size = *(const uint64_t *)ctx;
    assert_true((index + 1) << level <= size); /* only complete subtrees of this tree may be asked for */
    mth(index << level, UINT64_C(1) << level, out);
    return OK;
}

static int grow(void **state) {
    (void)state;
    for (unsigned i = 0; i < LEAVES; i++) {
        uint8_t entry[34] = {1, 1, (uint8_t)i};
        merkle_leaf(BYTES_OF(entry), leaves[i]);
        mth(0, i + 1, tree_roots[i + 1]);
    }
    merkle_empty(tree_roots[0]);
    return 0;
}

/* ---- vectors ---- */

static result from_vectors(void *ctx, unsigned level, uint64_t index, hash out) {
    (void)ctx;
    hash left, right;
    uint8_t entry[16];
    if (level == 0) {
        merkle_leaf(bytes_make(entry, from_hex(entries[index], entry, sizeof entry)), out);
        return OK;
    }
    TRY(from_vectors(NULL, level - 1, 2 * index, left));
    TRY(from_vectors(NULL, level - 1, 2 * index + 1, right));
    merkle_node(left, right, out);
    return OK;
}

static void roots_are_those_of_the_vectors(void **state) {
    (void)state;
    hash got, wanted;
    assert_ok(merkle_root(0, from_vectors, NULL, got));
    from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", wanted, sizeof wanted);
    assert_memory_equal(got, wanted, MERKLE_HASH);
    for (unsigned size = 1; size <= 8; size++) {
        from_hex(roots[size - 1], wanted, sizeof wanted);
        assert_ok(merkle_root(size, from_vectors, NULL, got));
        assert_memory_equal(got, wanted, MERKLE_HASH);
    }
}

static void assert_proof(path got, size_t count, const char *const wanted[3]) {
    size_t n = 0;
    for (; n < 3 && wanted[n]; n++) {
        hash h;
        from_hex(wanted[n], h, sizeof h);
        assert_true(n < count);
        assert_memory_equal(got[n], h, MERKLE_HASH);
    }
    assert_int_equal(n, count);
}

static void inclusion_proofs_are_those_of_the_vectors(void **state) {
    (void)state;
    static const struct {
        uint64_t index, size;
        const char *proof[3];
    } table[] = {
        {0, 1, {NULL}},
        {0, 8, {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5, 8, {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1, 5, {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        hash proof[MERKLE_PROOF_MAX], leaf, root;
        size_t count;
        assert_ok(merkle_inclusion(table[i].index, table[i].size, from_vectors, NULL, proof, &count));
        assert_proof((path)proof, count, table[i].proof);
        from_hex(roots[table[i].size - 1], root, sizeof root);
        assert_ok(from_vectors(NULL, 0, table[i].index, leaf));
        assert_true(merkle_check_inclusion(table[i].index, table[i].size, leaf, (path)proof, count, root));
    }
}

static void consistency_proofs_are_those_of_the_vectors(void **state) {
    (void)state;
    static const struct {
        uint64_t old, size;
        const char *proof[3];
    } table[] = {
        {1, 1, {NULL}},
        {1, 8, {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {6, 8, {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 5, {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        hash proof[MERKLE_PROOF_MAX], old_root, root;
        size_t count;
        assert_ok(merkle_consistency(table[i].old, table[i].size, from_vectors, NULL, proof, &count));
        assert_proof((path)proof, count, table[i].proof);
        from_hex(roots[table[i].old - 1], old_root, sizeof old_root);
        from_hex(roots[table[i].size - 1], root, sizeof root);
        assert_true(merkle_check_consistency(table[i].old, table[i].size, (path)proof, count, old_root, root));
    }
}

/* ---- every proof ---- */

/* The turns from a leaf up to the root, left (0) or right (1) neighbour, behind a leading 1: a proof can't tell two places apart
 * that have the same. */
static uint64_t turns(uint64_t index, uint64_t size) {
    uint64_t down[64], n = 0, all = 1;
    while (size > 1) {
        uint64_t k = 1;
        while (2 * k < size) k *= 2;
        down[n++] = index < k;
        if (index < k)
            size = k;
        else
            index -= k, size -= k;
    }
    while (n > 0) all = all << 1 | down[--n];
    return all;
}

static void change_inclusion(uint64_t index, uint64_t size, hash *proof, size_t count) {
    hash leaf, root;
    uint8_t *flat = (uint8_t *)proof;
    memcpy(leaf, leaves[index], MERKLE_HASH);
    memcpy(root, tree_roots[size], MERKLE_HASH);
    for (size_t byte = 0; byte < count * MERKLE_HASH; byte++) {
        flat[byte] ^= 0x10;
        assert_false(merkle_check_inclusion(index, size, leaf, (path)proof, count, root));
        flat[byte] ^= 0x10;
    }
    for (size_t byte = 0; byte < MERKLE_HASH; byte++) {
        leaf[byte] ^= 1;
        assert_false(merkle_check_inclusion(index, size, leaf, (path)proof, count, root));
        leaf[byte] ^= 1, root[byte] ^= 1;
        assert_false(merkle_check_inclusion(index, size, leaf, (path)proof, count, root));
        root[byte] ^= 1;
    }
    if (count > 0) assert_false(merkle_check_inclusion(index, size, leaf, (path)proof, count - 1, root));
    memcpy(proof[count], root, MERKLE_HASH);
    assert_false(merkle_check_inclusion(index, size, leaf, (path)proof, count + 1, root));
}

static void every_inclusion_proof_holds_where_it_is(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= LEAVES; size++)
        for (uint64_t index = 0; index < size; index++) {
            hash proof[MERKLE_PROOF_MAX];
            size_t count;
            assert_ok(merkle_inclusion(index, size, from_leaves, &size, proof, &count));
            assert_true(merkle_check_inclusion(index, size, leaves[index], (path)proof, count, tree_roots[size]));
            for (uint64_t other = 0; other <= size; other++)
                if (other != index)
                    assert_false(merkle_check_inclusion(other, size, leaves[index], (path)proof, count, tree_roots[size]));
            for (uint64_t other = 0; other <= LEAVES; other++) {
                if (other == size) continue;
                assert_false(merkle_check_inclusion(index, other, leaves[index], (path)proof, count, tree_roots[other]));
                if (other > index && turns(index, other) != turns(index, size))
                    assert_false(merkle_check_inclusion(index, other, leaves[index], (path)proof, count, tree_roots[size]));
            }
            if (size <= 20 || size % 33 == 0) change_inclusion(index, size, proof, count);
        }
}

static void change_consistency(uint64_t old, uint64_t size, hash *proof, size_t count) {
    hash before, after;
    uint8_t *flat = (uint8_t *)proof;
    memcpy(before, tree_roots[old], MERKLE_HASH);
    memcpy(after, tree_roots[size], MERKLE_HASH);
    for (size_t byte = 0; byte < count * MERKLE_HASH; byte++) {
        flat[byte] ^= 0x80;
        assert_false(merkle_check_consistency(old, size, (path)proof, count, before, after));
        flat[byte] ^= 0x80;
    }
    for (size_t byte = 0; byte < MERKLE_HASH; byte++) {
        before[byte] ^= 1;
        assert_false(merkle_check_consistency(old, size, (path)proof, count, before, after));
        before[byte] ^= 1, after[byte] ^= 1;
        /* any tree extends the empty one: nothing could be wrong with its root */
        assert_int_equal(merkle_check_consistency(old, size, (path)proof, count, before, after), old == 0 && size > 0);
        after[byte] ^= 1;
    }
    if (count > 0) assert_false(merkle_check_consistency(old, size, (path)proof, count - 1, before, after));
    memcpy(proof[count], after, MERKLE_HASH);
    assert_false(merkle_check_consistency(old, size, (path)proof, count + 1, before, after));
    memcpy(proof[count], before, MERKLE_HASH);
    assert_false(merkle_check_consistency(old, size, (path)proof, count + 1, before, after));
}

static void every_consistency_proof_holds_between_its_two_trees(void **state) {
    (void)state;
    for (uint64_t size = 0; size <= LEAVES; size++)
        for (uint64_t old = 0; old <= size; old++) {
            hash proof[MERKLE_PROOF_MAX];
            size_t count;
            assert_ok(merkle_consistency(old, size, from_leaves, &size, proof, &count));
            assert_true(merkle_check_consistency(old, size, (path)proof, count, tree_roots[old], tree_roots[size]));
            if (old == 0 || old == size) assert_int_equal(count, 0);
            for (uint64_t other = 1; other <= LEAVES; other++) {
                if (other != old && old > 0 && count > 0)
                    assert_false(merkle_check_consistency(other, size, (path)proof, count, tree_roots[other], tree_roots[size]));
                if (other != size && old > 0)
                    assert_int_equal(merkle_check_consistency(old, other, (path)proof, count, tree_roots[old], tree_roots[other]),
                                     other == old && count == 0);
            }
            if (old != size) assert_false(merkle_check_consistency(size, old, (path)proof, count, tree_roots[size], tree_roots[old]));
            if (size <= 20 || size % 33 == 0) change_consistency(old, size, proof, count);
        }
}

/* Whoever may choose the root builds a tree around a good proof: a level on top, and one hash more. */
static void a_proof_does_not_go_past_the_root(void **state) {
    (void)state;
    for (uint64_t size = 1; size <= 40; size++)
        for (uint64_t old = 1; old <= size; old++) {
            hash proof[MERKLE_PROOF_MAX], before, after;
            size_t count;
            assert_ok(merkle_inclusion(old - 1, size, from_leaves, &size, proof, &count));
            memset(proof[count], 7, MERKLE_HASH);
            merkle_node(proof[count], tree_roots[size], after);
            assert_false(merkle_check_inclusion(old - 1, size, leaves[old - 1], (path)proof, count + 1, after));
            merkle_node(tree_roots[size], proof[count], after);
            assert_false(merkle_check_inclusion(old - 1, size, leaves[old - 1], (path)proof, count + 1, after));
            assert_ok(merkle_consistency(old, size, from_leaves, &size, proof, &count));
            memset(proof[count], 7, MERKLE_HASH);
            merkle_node(proof[count], tree_roots[old], before);
            merkle_node(proof[count], tree_roots[size], after);
            assert_false(merkle_check_consistency(old, size, (path)proof, count + 1, before, after));
        }
}

/* A root says nothing of its size, but its proof does: it has as many hashes as the walk between the two sizes has steps. */
static void a_root_does_not_hold_for_a_size_of_another_shape(void **state) {
    (void)state;
    static size_t counts[LEAVES + 1][LEAVES + 1];
    hash proof[MERKLE_PROOF_MAX];
    for (uint64_t size = 0; size <= LEAVES; size++)
        for (uint64_t old = 0; old <= size; old++) assert_ok(merkle_consistency(old, size, from_leaves, &size, proof, &counts[old][size]));
    for (uint64_t size = 2; size <= LEAVES; size++)
        for (uint64_t old = 1; old < size; old++) {
            size_t count;
            assert_ok(merkle_consistency(old, size, from_leaves, &size, proof, &count));
            for (uint64_t other = old; other <= LEAVES; other++)
                if (counts[old][other] != count)
                    assert_false(merkle_check_consistency(old, other, (path)proof, count, tree_roots[old], tree_roots[size]));
        }
}

/* ---- the ends of what there is ---- */

static void a_rewritten_leaf_has_no_proof(void **state) {
    (void)state;
    uint64_t size = 100;
    hash kept, proof[MERKLE_PROOF_MAX], forged;
    size_t count;
    memcpy(kept, leaves[3], MERKLE_HASH);
    leaves[3][0] ^= 1;
    mth(0, size, forged);
    for (uint64_t old = 4; old < size; old++) {
        assert_ok(merkle_consistency(old, size, from_leaves, &size, proof, &count));
        assert_false(merkle_check_consistency(old, size, (path)proof, count, tree_roots[old], forged));
    }
    memcpy(leaves[3], kept, MERKLE_HASH);
}

static void what_is_no_leaf_has_no_proof(void **state) {
    (void)state;
    static const uint64_t far[] = {MERKLE_SIZE_MAX + 1, UINT64_C(1) << 63, UINT64_MAX};
    hash proof[MERKLE_PROOF_MAX], root;
    size_t count;
    uint64_t size = LEAVES;
    assert_fails(merkle_inclusion(0, 0, from_leaves, &size, proof, &count), BAD_REQUEST);
    assert_fails(merkle_inclusion(5, 5, from_leaves, &size, proof, &count), BAD_REQUEST);
    assert_fails(merkle_consistency(6, 5, from_leaves, &size, proof, &count), BAD_REQUEST);
    for (size_t i = 0; i < COUNT(far); i++) {
        assert_fails(merkle_root(far[i], from_leaves, &size, root), BAD_REQUEST);
        assert_fails(merkle_inclusion(0, far[i], from_leaves, &size, proof, &count), BAD_REQUEST);
        assert_fails(merkle_consistency(1, far[i], from_leaves, &size, proof, &count), BAD_REQUEST);
        assert_false(merkle_check_inclusion(0, far[i], leaves[0], (path)proof, 0, leaves[0]));
        assert_false(merkle_check_consistency(far[i], far[i], (path)proof, 0, leaves[0], leaves[0]));
        assert_false(merkle_check_consistency(0, far[i], (path)proof, 0, tree_roots[0], leaves[0]));
    }
    /* the last leaf of a tree that is one too large, beside the largest one: right but for its size */
    memcpy(proof[0], tree_roots[1], MERKLE_HASH);
    merkle_node(proof[0], leaves[1], root);
    assert_false(merkle_check_inclusion(MERKLE_SIZE_MAX, MERKLE_SIZE_MAX + 1, leaves[1], (path)proof, 1, root));
}

/* A tree of equal leaves, of which only one hash a level is needed: as large as may be. */
static result from_equal(void *ctx, unsigned level, uint64_t index, hash out) {
    (void)ctx;
    assert_true(level <= 62 && index <= (MERKLE_SIZE_MAX >> level) - 1);
    merkle_leaf(BYTES(""), out);
    for (; level > 0; level--) merkle_node(out, out, out);
    return OK;
}

static void the_largest_trees_do_not_overflow(void **state) {
    (void)state;
    static const uint64_t sizes[] = {MERKLE_SIZE_MAX, MERKLE_SIZE_MAX - 1, (MERKLE_SIZE_MAX >> 1) + 1, (UINT64_C(1) << 40) + 7};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const uint64_t at[] = {0, 1, sizes[i] / 2, sizes[i] / 3, sizes[i] - 2, sizes[i] - 1};
        hash root, old_root, leaf, proof[MERKLE_PROOF_MAX];
        merkle_leaf(BYTES(""), leaf);
        assert_ok(merkle_root(sizes[i], from_equal, NULL, root));
        for (size_t j = 0; j < COUNT(at); j++) {
            size_t count;
            assert_ok(merkle_inclusion(at[j], sizes[i], from_equal, NULL, proof, &count));
            assert_true(merkle_check_inclusion(at[j], sizes[i], leaf, (path)proof, count, root));
            assert_ok(merkle_root(at[j] + 1, from_equal, NULL, old_root));
            assert_ok(merkle_consistency(at[j] + 1, sizes[i], from_equal, NULL, proof, &count));
            assert_true(merkle_check_consistency(at[j] + 1, sizes[i], (path)proof, count, old_root, root));
        }
    }
}

static result broken(void *ctx, unsigned level, uint64_t index, hash out) {
    (void)level, (void)index, (void)out;
    return --*(int *)ctx < 0 ? FAIL(BAD_FILE) : OK;
}

static void a_failing_source_ends_it(void **state) {
    (void)state;
    hash proof[MERKLE_PROOF_MAX], root;
    size_t count;
    for (int i = 0; i < 2; i++) {
        int left = i;
        assert_fails(merkle_root(7, broken, &left, root), BAD_FILE);
        left = i;
        assert_fails(merkle_inclusion(3, 7, broken, &left, proof, &count), BAD_FILE);
        left = i;
        assert_fails(merkle_consistency(3, 7, broken, &left, proof, &count), BAD_FILE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_the_vectors),
        cmocka_unit_test(inclusion_proofs_are_those_of_the_vectors),
        cmocka_unit_test(consistency_proofs_are_those_of_the_vectors),
        cmocka_unit_test(every_inclusion_proof_holds_where_it_is),
        cmocka_unit_test(every_consistency_proof_holds_between_its_two_trees),
        cmocka_unit_test(a_proof_does_not_go_past_the_root),
        cmocka_unit_test(a_root_does_not_hold_for_a_size_of_another_shape),
        cmocka_unit_test(a_rewritten_leaf_has_no_proof),
        cmocka_unit_test(what_is_no_leaf_has_no_proof),
        cmocka_unit_test(the_largest_trees_do_not_overflow),
        cmocka_unit_test(a_failing_source_ends_it),
    };
    return cmocka_run_group_tests(tests, grow, NULL);
}
