/* The commitment of a record: what a verifier of its own making computes, and what its number of parts shows. */
#include "crypto/record.h"
#include "crypto/secret.h"
#include "try.h"

enum { PARTS_MAX = 300 };

static uint8_t secret[RECORD_SECRET], salts[PARTS_MAX][RECORD_SALT], hashes[1024][RECORD_HASH];

static uint32_t hash_parts(bytes *parts, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) parts[i] = bytes_make(&"abcdefghij"[i % 8], 1 + i % 3);
    record_hashes(secret, parts, n, salts, hashes);
    return record_slots(n);
}

static void a_part_is_checked_by_its_salt_alone(void **state) {
    (void)state;
    bytes parts[PARTS_MAX];
    uint8_t both[RECORD_SALT + 3], wanted[RECORD_HASH];
    memset(secret, 7, sizeof secret);
    hash_parts(parts, 5);
    for (uint32_t i = 0; i < 5; i++) {
        memcpy(both, salts[i], RECORD_SALT);
        memcpy(both + RECORD_SALT, parts[i].at, parts[i].len);
        secret_sha256(bytes_make(both, RECORD_SALT + parts[i].len), wanted);
        assert_memory_equal(hashes[i], wanted, RECORD_HASH);
        uint8_t again[RECORD_HASH];
        record_part_hash(salts[i], parts[i], again);
        assert_memory_equal(again, wanted, RECORD_HASH);
    }
}

static void the_leaf_is_the_hash_of_all_hashes_under_a_label(void **state) {
    (void)state;
    bytes parts[PARTS_MAX];
    static uint8_t whole[14 + RECORD_SLOTS * RECORD_HASH] = "kring-audit-1";
    uint8_t leaf[RECORD_HASH], wanted[RECORD_HASH], entry[RECORD_ENTRY];
    uint32_t slots = hash_parts(parts, 4);
    assert_int_equal(slots, RECORD_SLOTS);
    memcpy(whole + 14, hashes, sizeof whole - 14);
    secret_sha256(BYTES_OF(whole), wanted);
    record_commit((const uint8_t (*)[RECORD_HASH])hashes, slots, leaf);
    assert_memory_equal(leaf, wanted, RECORD_HASH);
    record_entry(leaf, entry);
    assert_int_equal(entry[0], 1);
    assert_int_equal(entry[1], 1);
    assert_memory_equal(entry + 2, leaf, RECORD_HASH);
}

/* Filling and hashes can't be told apart: none repeats, none is zero, none is what another record has. */
static void the_number_of_parts_does_not_show(void **state) {
    (void)state;
    static uint8_t other[1024][RECORD_HASH];
    bytes parts[PARTS_MAX];
    static const uint8_t zero[RECORD_HASH];
    static const struct { uint32_t parts, slots; } table[] = {{1, 64}, {4, 64}, {63, 64}, {64, 64}, {65, 256}, {256, 256}, {257, 1024}};
    for (size_t t = 0; t < sizeof table / sizeof *table; t++) assert_int_equal(record_slots(table[t].parts), table[t].slots);
    uint32_t slots = hash_parts(parts, 12);
    memcpy(other, hashes, sizeof other);
    secret[0] ^= 1;
    hash_parts(parts, 12);
    for (uint32_t i = 0; i < slots; i++) {
        assert_memory_not_equal(hashes[i], zero, RECORD_HASH);
        for (uint32_t k = 0; k < slots; k++) {
            assert_memory_not_equal(hashes[i], other[k], RECORD_HASH);
            if (k != i) assert_memory_not_equal(hashes[i], hashes[k], RECORD_HASH);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_checked_by_its_salt_alone),
        cmocka_unit_test(the_leaf_is_the_hash_of_all_hashes_under_a_label),
        cmocka_unit_test(the_number_of_parts_does_not_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
