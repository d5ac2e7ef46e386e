/* An envelope opens as what it was sealed, where it was sealed, or not at all. */
#include "try.h"

#include "crypto/envelope.h"
#include "crypto/frame.h"
#include "crypto/gcm.h"

#include <stdlib.h>

static cipher_key *key_of(uint8_t n) {
    uint8_t key[KEY_SIZE];
    memset(key, n, sizeof key);
    return cipher_key_new(key);
}

static const envelope_alg algorithms[] = {ENVELOPE_XAES, ENVELOPE_GCM};

/* The table of the design: 32 times a power of two up to 4 KiB, then multiples of 4 KiB. */
static void sizes_are_a_coarse_ladder(void **state) {
    (void)state;
    static const struct {
        size_t len, padded;
    } table[] = {{0, 32},      {1, 32},       {28, 32},
                 {29, 64},     {60, 64},      {61, 128},
                 {124, 128},   {125, 256},    {252, 256},
                 {253, 512},   {508, 512},    {509, 1024},
                 {1020, 1024}, {1021, 2048},  {2044, 2048},
                 {2045, 4096}, {4092, 4096},  {4093, 8192},
                 {8188, 8192}, {8189, 12288}, {ENVELOPE_PLAIN_MAX, ENVELOPE_PLAIN_MAX + 4096}};
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(envelope_padded_size(table[i].len), table[i].padded);
        assert_int_equal(envelope_size(ENVELOPE_GCM, table[i].len), 6 + 12 + table[i].padded + 16);
        assert_int_equal(envelope_size(ENVELOPE_XAES, table[i].len), 6 + 24 + table[i].padded + 16);
    }
}

static void every_length_comes_back(void **state) {
    (void)state;
    static uint8_t plain[ENVELOPE_PLAIN_MAX + 1];
    for (size_t i = 0; i < sizeof plain; i++) plain[i] = (uint8_t)(i * 131 >> 3);
    static const size_t large[] = {4091, 4092, 4093, 8188, 8189, 65536, ENVELOPE_PLAIN_MAX - 1, ENVELOPE_PLAIN_MAX};
    cipher_key *k = key_of(1);
    for (size_t a = 0; a < COUNT(algorithms); a++)
        for (size_t i = 0; i < 300 + COUNT(large); i++) {
            size_t len = i < 300 ? i : large[i - 300];
            arena *mem = arena_new();
            buf out = buf_new(2 * sizeof plain);
            bytes opened;
            assert_ok(envelope_seal(k, algorithms[a], 3, BYTES("here"), bytes_make(plain, len), &out));
            assert_int_equal(out.len, envelope_size(algorithms[a], len));
            assert_ok(envelope_open(k, algorithms[a], 3, BYTES("here"), buf_bytes(&out), mem, &opened));
            assert_true(bytes_equal(opened, bytes_make(plain, len)));
            assert_int_equal(opened.at[len], 0);
            buf_release(&out);
            arena_release(mem);
        }
    buf out = buf_new(4 * sizeof plain);
    assert_fails(envelope_seal(k, ENVELOPE_GCM, 3, BYTES(""), BYTES_OF(plain), &out), TOO_LARGE);
    assert_int_equal(out.len, 0);
    buf_release(&out);
    cipher_key_release(k);
}

/* Sealing appends, so one buffer takes a whole write; what does not fit leaves no part of itself. */
static void sealing_appends_or_nothing(void **state) {
    (void)state;
    cipher_key *k = key_of(1);
    buf out = buf_new(envelope_size(ENVELOPE_GCM, 5) + 20);
    assert_ok(envelope_seal(k, ENVELOPE_GCM, 0, BYTES(""), BYTES("hello"), &out));
    size_t one = out.len;
    assert_fails(envelope_seal(k, ENVELOPE_GCM, 0, BYTES(""), BYTES("again"), &out), TOO_MUCH);
    assert_int_equal(out.len, one);
    assert_int_equal(cipher_key_seals(k), 1);
    buf_release(&out);
    cipher_key_release(k);
}

static result try_open(cipher_key *k, envelope_alg alg, uint32_t epoch, bytes aad, bytes envelope) {
    arena *a = arena_new_sized(4096);
    bytes plain;
    result r = envelope_open(k, alg, epoch, aad, envelope, a, &plain);
    arena_release(a);
    return r;
}

static void no_bit_can_be_changed(void **state) {
    (void)state;
    cipher_key *k = key_of(1);
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        buf out = buf_new(4096);
        assert_ok(
            envelope_seal(k, algorithms[a], 7, BYTES("here"), BYTES("a sealed note of thirty-odd bytes"), &out));
        for (size_t bit = 0; bit < out.len * 8; bit++) {
            out.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
            for (uint32_t epoch = 0; epoch < 16; epoch++) /* agreeing with a changed epoch must not help */
                assert_fails(try_open(k, algorithms[a], epoch, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
            uint32_t told;
            if (bit < 48 && ok(envelope_epoch(buf_bytes(&out), &told)))
                assert_fails(try_open(k, algorithms[a], told, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
            out.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_ok(try_open(k, algorithms[a], 7, BYTES("here"), buf_bytes(&out)));
        buf_release(&out);
    }
    cipher_key_release(k);
}

/* Copied into memory of exactly that length, so that reading past the end is seen. */
static void no_length_can_be_changed(void **state) {
    (void)state;
    cipher_key *k = key_of(1);
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        buf out = buf_new(4096);
        assert_ok(
            envelope_seal(k, algorithms[a], 7, BYTES("here"), BYTES("a sealed note of thirty-odd bytes"), &out));
        size_t whole = out.len;
        for (int i = 0; i < 4096 - (int)whole; i++) buf_put_byte(&out, (uint8_t)i);
        for (size_t len = 0; len <= 400; len++) {
            uint8_t *exact = malloc(len ? len : 1);
            memcpy(exact, out.at, len);
            result r = try_open(k, algorithms[a], 7, BYTES("here"), bytes_make(exact, len));
            if (len == whole)
                assert_ok(r);
            else
                assert_fails(r, BAD_ENVELOPE);
            free(exact);
        }
        buf_release(&out);
    }
    cipher_key_release(k);
}

static void the_reader_chooses_the_algorithm(void **state) {
    (void)state;
    cipher_key *k = key_of(1);
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        buf out = buf_new(4096);
        envelope_alg other = algorithms[1 - a];
        assert_ok(envelope_seal(k, algorithms[a], 7, BYTES("here"), BYTES("note"), &out));
        assert_fails(try_open(k, other, 7, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
        out.at[1] = (uint8_t)other; /* and lying about it does not help */
        assert_fails(try_open(k, other, 7, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
        assert_fails(try_open(k, algorithms[a], 7, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
        buf_release(&out);
    }
    cipher_key_release(k);
}

/* Even who has the key can't make an envelope that says one algorithm and is of the other. */
static void a_lying_algorithm_byte_is_refused(void **state) {
    (void)state;
    static const uint8_t raw[KEY_SIZE] = {1};
    uint8_t head[ENVELOPE_HEAD] = {1, ENVELOPE_XAES, 0, 0, 0, 7}, nonce[GCM_NONCE] = {0}, frame[32], tag[GCM_TAG];
    EVP_CIPHER_CTX *c = gcm_context_new(raw);
    cipher_key *k = cipher_key_new(raw);
    for (uint8_t alg = 1; alg <= 3; alg++) {
        buf forged = buf_new(256);
        head[1] = alg;
        frame_write(BYTES("note"), frame);
        gcm_seal(c, NULL, nonce, BYTES_OF(head), frame, sizeof frame, tag);
        buf_put(&forged, BYTES_OF(head)), buf_put(&forged, BYTES_OF(nonce));
        buf_put(&forged, BYTES_OF(frame)), buf_put(&forged, BYTES_OF(tag));
        assert_int_equal(ok(try_open(k, ENVELOPE_GCM, 7, BYTES(""), buf_bytes(&forged))), alg == ENVELOPE_GCM);
        buf_release(&forged);
    }
    gcm_context_release(c);
    cipher_key_release(k);
}

static void the_epoch_is_told_and_kept(void **state) {
    (void)state;
    static const uint32_t epochs[] = {0, 1, 255, 256, 0x01020304, UINT32_MAX};
    cipher_key *k = key_of(1);
    for (size_t i = 0; i < COUNT(epochs); i++) {
        buf out = buf_new(4096);
        uint32_t told;
        assert_ok(envelope_seal(k, ENVELOPE_GCM, epochs[i], BYTES(""), BYTES("note"), &out));
        assert_ok(envelope_epoch(buf_bytes(&out), &told));
        assert_int_equal(told, epochs[i]);
        for (size_t j = 0; j < COUNT(epochs); j++)
            assert_int_equal(ok(try_open(k, ENVELOPE_GCM, epochs[j], BYTES(""), buf_bytes(&out))), i == j);
        buf_release(&out);
    }
    uint32_t told = 99;
    static const char *const bad[] = {"",
                                      "01",
                                      "010200000001",
                                      "00020000000100",
                                      "02020000000100",
                                      "01000000000100",
                                      "01030000000100",
                                      "ffff0000000100"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t raw[8];
        assert_fails(envelope_epoch(bytes_make(raw, from_hex(bad[i], raw, sizeof raw)), &told), BAD_ENVELOPE);
    }
    assert_int_equal(told, 99);
    cipher_key_release(k);
}

/* Frames come out of the cipher authenticated, but a bug of a former version is not stopped by a tag. */
static void only_one_frame_for_each_value(void **state) {
    (void)state;
    bytes data;
    for (size_t len = 0; len < 200; len++) {
        uint8_t plain[200], frame[256];
        memset(plain, 'p', sizeof plain);
        size_t size = frame_size(len);
        frame_write(bytes_make(plain, len), frame);
        assert_ok(frame_read(bytes_make(frame, size), &data));
        assert_int_equal(data.len, len);
        for (size_t i = 4 + len; i < size; i++) {
            frame[i] = 1;
            assert_fails(frame_read(bytes_make(frame, size), &data), BAD_ENVELOPE);
            frame[i] = 0;
        }
        for (size_t cut = 0; cut < size; cut++)
            assert_fails(frame_read(bytes_make(frame, cut), &data), BAD_ENVELOPE);
    }
    uint8_t zeros[64] = {0}; /* the empty value is 32 bytes, not 64 */
    assert_fails(frame_read(BYTES_OF(zeros), &data), BAD_ENVELOPE);
    memset(zeros, 0xff, 4);
    assert_fails(frame_read(BYTES_OF(zeros), &data), BAD_ENVELOPE);
}

/* Contexts that differ in as little as they can, and some that a concatenation without widths would confuse. */
static size_t body_contexts(body_context *out) {
    const body_context base = {id_of(1), id_of(2), id_of(3), 4, 5, 6};
    size_t n = 0;
    out[n++] = base;
    for (int at = 0; at < 16; at += 5) {
        body_context c = base;
        c.family.b[at] ^= 1, out[n++] = c, c = base;
        c.owner.b[at] ^= 1, out[n++] = c, c = base;
        c.entry.b[at] ^= 1, out[n++] = c;
    }
    out[n++] = (body_context){id_of(2), id_of(1), id_of(3), 4, 5, 6};
    out[n++] = (body_context){id_of(1), id_of(3), id_of(2), 4, 5, 6};
    out[n++] = (body_context){id_of(3), id_of(2), id_of(1), 4, 5, 6};
    out[n++] = (body_context){id_of(1), id_of(2), id_of(3), 5, 4, 6};
    out[n++] = (body_context){id_of(1), id_of(2), id_of(3), 4, 6, 5};
    out[n++] = (body_context){id_of(1), id_of(2), id_of(3), 6, 5, 4};
    for (int bit = 0; bit < 32; bit += 3) {
        body_context c = base;
        c.field ^= 1u << bit, out[n++] = c, c = base;
        c.version ^= 1u << bit, out[n++] = c, c = base;
        c.epoch ^= 1u << bit, out[n++] = c;
    }
    return n;
}

enum { CONTEXTS = 128 };

typedef struct {
    uint8_t at[AAD_MAX];
    size_t len;
} context;

/* Every kind of associated data that there is, over the same few ids and numbers. */
static size_t all_contexts(context out[CONTEXTS]) {
    body_context bodies[CONTEXTS];
    size_t n = body_contexts(bodies);
    for (size_t i = 0; i < n; i++) aad_body(&bodies[i], out[i].at), out[i].len = AAD_BODY;
    for (uint8_t a = 1; a <= 3; a++) {
        const uint8_t kek[KEK_ID] = {a};
        aad_account(id_of(1), a, out[n].at), out[n++].len = AAD_ACCOUNT;
        aad_account(id_of((uint8_t)(a + 3)), 1, out[n].at), out[n++].len = AAD_ACCOUNT;
        aad_audit_key(id_of(1), kek, out[n].at), out[n++].len = AAD_AUDIT_KEY;
        aad_family_key(id_of(1), 1, kek, out[n].at), out[n++].len = AAD_FAMILY_KEY;
        aad_family_key(id_of(1), 1u + a, kek, out[n].at), out[n++].len = AAD_FAMILY_KEY;
        for (uint8_t b = 1; b <= 3; b++) {
            aad_record(id_of(a), id_of(b), out[n].at), out[n++].len = AAD_RECORD;
            aad_owner_key(id_of(a), id_of(b), 1, out[n].at), out[n++].len = AAD_OWNER_KEY;
        }
    }
    static const char *const purposes[] = {"cursor", "cursor1", "password-pepper", "sixteen-letters!"};
    for (size_t i = 0; i < COUNT(purposes); i++)
        aad_service_key(purposes[i], (const uint8_t *)"12345678", out[n].at), out[n++].len = AAD_SERVICE_KEY;
    assert_true(n <= CONTEXTS);
    return n;
}

static void is_hex(const uint8_t *aad, size_t len, const char *hex) {
    uint8_t wanted[AAD_MAX];
    assert_int_equal(from_hex(hex, wanted, sizeof wanted), len);
    assert_memory_equal(aad, wanted, len);
}

#define ONES "01010101010101010101010101010101"
#define TWOS "02020202020202020202020202020202"
#define THREES "03030303030303030303030303030303"

/* What is sealed today must open for ever, and no two uses share a label: the bytes themselves. */
static void associated_data_is_as_stored(void **state) {
    (void)state;
    const uint8_t *kek = (const uint8_t *)"KEKKEK12";
    const body_context body = {id_of(1), id_of(2), id_of(3), 4, 0x05060708, 9};
    uint8_t aad[AAD_MAX];
    aad_body(&body, aad);
    is_hex(aad, AAD_BODY, "6b72696e67626431" ONES TWOS THREES "000000040506070800000009");
    aad_record(id_of(1), id_of(2), aad);
    is_hex(aad, AAD_RECORD, "6b72696e67726331" ONES TWOS);
    aad_account(id_of(1), 7, aad);
    is_hex(aad, AAD_ACCOUNT, "6b72696e67616331" ONES "00000007");
    aad_family_key(id_of(1), 7, kek, aad);
    is_hex(aad, AAD_FAMILY_KEY,
           "6b72696e67666b31" ONES "00000007"
           "4b454b4b454b3132");
    aad_owner_key(id_of(1), id_of(2), 7, aad);
    is_hex(aad, AAD_OWNER_KEY, "6b72696e67706b31" ONES TWOS "00000007");
    aad_audit_key(id_of(1), kek, aad);
    is_hex(aad, AAD_AUDIT_KEY, "6b72696e67616b31" ONES "4b454b4b454b3132");
    aad_service_key("cursor", kek, aad);
    is_hex(aad, AAD_SERVICE_KEY,
           "6b72696e67736b31"
           "637572736f7200000000000000000000"
           "4b454b4b454b3132");
}

static bytes aad_of(const context *c) { return bytes_make(c->at, c->len); }

/* T13: each envelope tried in each place, under one key, so that only the associated data can refuse it. */
static void swapped_envelopes_are_refused(void **state) {
    (void)state;
    static context contexts[CONTEXTS];
    static buf envelopes[CONTEXTS];
    size_t n = all_contexts(contexts), opened = 0;
    cipher_key *k = key_of(1);
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        for (size_t i = 0; i < n; i++) {
            envelopes[i] = buf_new(4096);
            assert_ok(envelope_seal(k, algorithms[a], 6, aad_of(&contexts[i]), BYTES("note"), &envelopes[i]));
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                result r = try_open(k, algorithms[a], 6, aad_of(&contexts[j]), buf_bytes(&envelopes[i]));
                if (i == j)
                    assert_ok(r), opened++;
                else
                    assert_fails(r, BAD_ENVELOPE);
            }
        for (size_t i = 0; i < n; i++) buf_release(&envelopes[i]);
    }
    assert_int_equal(opened, COUNT(algorithms) * n);
    assert_true(n > 80);
    cipher_key_release(k);
}

static void another_key_is_refused(void **state) {
    (void)state;
    for (size_t a = 0; a < COUNT(algorithms); a++) {
        cipher_key *k = key_of(1), *other = key_of(2);
        buf out = buf_new(4096);
        assert_ok(envelope_seal(k, algorithms[a], 1, BYTES("here"), BYTES("note"), &out));
        assert_fails(try_open(other, algorithms[a], 1, BYTES("here"), buf_bytes(&out)), BAD_ENVELOPE);
        assert_ok(try_open(k, algorithms[a], 1, BYTES("here"), buf_bytes(&out)));
        buf_release(&out);
        cipher_key_release(k);
        cipher_key_release(other);
    }
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, 12); }

/* A million seals of one value: no nonce twice, and each of its bits as often 1 as 0, which no counter would give.
 */
static void nonces_never_repeat(void **state) {
    (void)state;
    enum { N = 1000000 };
    uint8_t(*nonces)[12] = malloc(N * sizeof *nonces);
    size_t ones[96] = {0};
    cipher_key *k = key_of(1);
    buf out = buf_new(4096);
    for (size_t i = 0; i < N; i++) {
        buf_clear(&out);
        assert_ok(envelope_seal(k, ENVELOPE_GCM, 1, BYTES(""), BYTES("note"), &out));
        memcpy(nonces[i], out.at + ENVELOPE_HEAD, 12);
        for (size_t bit = 0; bit < 96; bit++) ones[bit] += nonces[i][bit / 8] >> bit % 8 & 1;
    }
    qsort(nonces, N, sizeof *nonces, by_bytes);
    for (size_t i = 1; i < N; i++) assert_memory_not_equal(nonces[i - 1], nonces[i], 12);
    for (size_t bit = 0; bit < 96; bit++) assert_in_range(ones[bit], N / 2 - 4000, N / 2 + 4000); /* 8 sigma */
    assert_int_equal(cipher_key_seals(k), N);
    buf_release(&out);
    cipher_key_release(k);
    free(nonces);
}

static void a_key_stops_in_time(void **state) {
    (void)state;
    cipher_key *k = key_of(1);
    buf out = buf_new(4096);
    cipher_key_sealed_before(k, CIPHER_SEALS_MAX - 1);
    cipher_key_sealed_before(k, 5); /* a count never goes back */
    assert_ok(envelope_seal(k, ENVELOPE_GCM, 1, BYTES(""), BYTES("the last one"), &out));
    assert_fails(envelope_seal(k, ENVELOPE_GCM, 1, BYTES(""), BYTES("one too many"), &out), NO_KEY);
    assert_int_equal(out.len, envelope_size(ENVELOPE_GCM, 12));
    assert_ok(try_open(k, ENVELOPE_GCM, 1, BYTES(""), buf_bytes(&out)));
    assert_ok(envelope_seal(k, ENVELOPE_XAES, 1, BYTES(""), BYTES("has no such bound"), &out));
    buf_release(&out);
    cipher_key_release(k);
}

static void a_held_key_lives_on(void **state) {
    (void)state;
    cipher_key *k = key_of(1), *held = cipher_key_hold(k);
    assert_ptr_equal(k, held);
    cipher_key_release(k);
    buf out = buf_new(4096);
    assert_ok(envelope_seal(held, ENVELOPE_GCM, 1, BYTES(""), BYTES("note"), &out));
    cipher_key_release(held);
    cipher_key_release(NULL);
    buf_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_a_coarse_ladder),
        cmocka_unit_test(every_length_comes_back),
        cmocka_unit_test(sealing_appends_or_nothing),
        cmocka_unit_test(no_bit_can_be_changed),
        cmocka_unit_test(no_length_can_be_changed),
        cmocka_unit_test(the_reader_chooses_the_algorithm),
        cmocka_unit_test(a_lying_algorithm_byte_is_refused),
        cmocka_unit_test(associated_data_is_as_stored),
        cmocka_unit_test(the_epoch_is_told_and_kept),
        cmocka_unit_test(only_one_frame_for_each_value),
        cmocka_unit_test(swapped_envelopes_are_refused),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(nonces_never_repeat),
        cmocka_unit_test(a_key_stops_in_time),
        cmocka_unit_test(a_held_key_lives_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
