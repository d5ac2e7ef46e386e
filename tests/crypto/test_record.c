/* The commitment of a record: what a verifier of its own making computes, and what its number of parts shows. */
#include "crypto/record.h"
#include "crypto/secret.h"
#include "try.h"

#include <math.h>

enum { PARTS_MAX = 300, FIXED = 5 };

static uint8_t secret[RECORD_SECRET];
static bytes parts[PARTS_MAX];

static record_opening open_parts(arena *a, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) parts[i] = bytes_make(&"abcdefghij"[i % 8], 1 + i % 3);
    return record_opening_make(secret, parts, n, n < FIXED ? n : FIXED, a);
}

static void a_part_is_checked_by_its_salt_alone(void **state) {
    (void)state;
    uint8_t both[RECORD_SALT + 3], wanted[RECORD_HASH], again[RECORD_HASH];
    arena *a = arena_new();
    memset(secret, 7, sizeof secret);
    record_opening o = open_parts(a, 9);
    for (uint32_t i = 0; i < 9; i++) {
        memcpy(both, o.salts[i], RECORD_SALT);
        memcpy(both + RECORD_SALT, parts[i].at, parts[i].len);
        secret_sha256(bytes_make(both, RECORD_SALT + parts[i].len), wanted);
        assert_memory_equal(o.hashes[o.places[i]], wanted, RECORD_HASH);
        record_part_hash(o.salts[i], parts[i], again);
        assert_memory_equal(again, wanted, RECORD_HASH);
    }
    arena_release(a);
}

static void the_leaf_is_the_hash_of_all_hashes_under_a_label(void **state) {
    (void)state;
    static uint8_t whole[14 + RECORD_SLOTS * RECORD_HASH] = "kring-audit-1";
    uint8_t leaf[RECORD_HASH], wanted[RECORD_HASH], entry[RECORD_ENTRY];
    arena *a = arena_new();
    record_opening o = open_parts(a, 4);
    assert_int_equal(o.slots, RECORD_SLOTS);
    memcpy(whole + 14, o.hashes, sizeof whole - 14);
    secret_sha256(BYTES_OF(whole), wanted);
    record_commit((const uint8_t (*)[RECORD_HASH])o.hashes, o.slots, leaf);
    assert_memory_equal(leaf, wanted, RECORD_HASH);
    record_entry(leaf, entry);
    assert_int_equal(entry[0], 1);
    assert_int_equal(entry[1], 1);
    assert_memory_equal(entry + 2, leaf, RECORD_HASH);
    arena_release(a);
}

/* Filling and hashes can't be told apart: none repeats, none is zero, none is what another record has. */
static void the_number_of_parts_does_not_show(void **state) {
    (void)state;
    static const uint8_t zero[RECORD_HASH];
    static const struct { uint32_t parts, slots; } table[] = {{1, 64}, {4, 64}, {63, 64}, {64, 64}, {65, 256}, {256, 256}, {257, 1024}};
    for (size_t t = 0; t < sizeof table / sizeof *table; t++) assert_int_equal(record_slots(table[t].parts), table[t].slots);
    arena *a = arena_new();
    record_opening other = open_parts(a, 12);
    secret[0] ^= 1;
    record_opening o = open_parts(a, 12);
    for (uint32_t i = 0; i < o.slots; i++) {
        assert_memory_not_equal(o.hashes[i], zero, RECORD_HASH);
        for (uint32_t k = 0; k < o.slots; k++) {
            assert_memory_not_equal(o.hashes[i], other.hashes[k], RECORD_HASH);
            if (k != i) assert_memory_not_equal(o.hashes[i], o.hashes[k], RECORD_HASH);
        }
    }
    arena_release(a);
}

static void each_part_has_a_place_of_its_own(void **state) {
    (void)state;
    arena *a = arena_new();
    for (uint32_t n = 1; n <= PARTS_MAX; n++) {
        bool taken[1024] = {false};
        secret[1] = (uint8_t)n;
        record_opening o = open_parts(a, n);
        for (uint32_t i = 0; i < n; i++) {
            if (i < FIXED) assert_int_equal(o.places[i], i);
            assert_true(o.places[i] < o.slots && !taken[o.places[i]]);
            taken[o.places[i]] = true;
        }
        arena_reset(a);
    }
    arena_release(a);
}

/* T8: whoever sees two items learns nothing of what lies between them. Each place, and each order of two, is as likely for a record
 * of two items as for one of fifty: counted over some thousand secrets, within six deviations of the mean. */
static void places_say_nothing(void **state) {
    (void)state;
    enum { TRIES = 6000, PLACES = RECORD_SLOTS - FIXED };
    arena *a = arena_new();
    for (uint32_t n = FIXED + 2; n <= FIXED + 50; n += 48) {
        double counts[RECORD_SLOTS] = {0}, ascending = 0, distance = 0;
        const double mean = (double)TRIES / PLACES;
        for (uint32_t t = 0; t < TRIES; t++) {
            memcpy(secret, &t, sizeof t);
            record_opening o = open_parts(a, n);
            uint32_t first = o.places[FIXED], last = o.places[n - 1];
            counts[first]++;
            ascending += first < last, distance += first < last ? last - first : first - last;
            arena_reset(a);
        }
        for (uint32_t i = FIXED; i < RECORD_SLOTS; i++) assert_true(counts[i] > mean - 6 * sqrt(mean) && counts[i] < mean + 6 * sqrt(mean));
        assert_true(fabs(ascending - TRIES / 2.0) < 6 * sqrt(TRIES / 4.0));
        assert_true(fabs(distance / TRIES - (PLACES + 1) / 3.0) < 6 * PLACES / sqrt(18.0 * TRIES)); /* |a - b| of two lots */
    }
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_checked_by_its_salt_alone),
        cmocka_unit_test(the_leaf_is_the_hash_of_all_hashes_under_a_label),
        cmocka_unit_test(the_number_of_parts_does_not_show),
        cmocka_unit_test(each_part_has_a_place_of_its_own),
        cmocka_unit_test(places_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
