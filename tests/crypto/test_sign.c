/* Ed25519 against the vectors of RFC 8032 and RFC 8037, and against everything that is almost a signature. */
#include "try.h"

#include "crypto/keyring.h"
#include "crypto/secret.h"
#include "crypto/sign.h"

#include <openssl/err.h>
#include <pthread.h>

/* RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc). */
static const struct {
    const char *seed, *public_key, *message, *signature;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
     "655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
     "b00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
     "c027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
     "2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
     "d9bef1177331a704"},
};

typedef struct {
    uint8_t seed[SIGN_SEED], public_key[SIGN_PUBLIC], message[64], signature[SIGN_SIZE];
    size_t len;
} example;

static example example_of(size_t i) {
    example e;
    assert_int_equal(from_hex(vectors[i].seed, e.seed, sizeof e.seed), SIGN_SEED);
    assert_int_equal(from_hex(vectors[i].public_key, e.public_key, sizeof e.public_key), SIGN_PUBLIC);
    assert_int_equal(from_hex(vectors[i].signature, e.signature, sizeof e.signature), SIGN_SIZE);
    e.len = from_hex(vectors[i].message, e.message, sizeof e.message);
    return e;
}

static void it_keeps_the_vectors_of_rfc_8032(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        example e = example_of(i);
        uint8_t signature[SIGN_SIZE];
        signer *s = signer_new(e.seed);
        assert_memory_equal(signer_public(s), e.public_key, SIGN_PUBLIC);
        for (int again = 0; again < 2; again++) {
            memset(signature, 0, sizeof signature);
            signer_sign(s, bytes_make(e.message, e.len), signature);
            assert_memory_equal(signature, e.signature, SIGN_SIZE);
        }
        assert_true(signature_holds(e.public_key, bytes_make(e.message, e.len), e.signature));
        signer_release(s);
    }
}

/* RFC 8037, appendix A: the key of TEST 1, its thumbprint, and a JWS. */
static void it_keeps_the_vectors_of_rfc_8037(void **state) {
    (void)state;
    static const char input[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    example e = example_of(0);
    char thumbprint[SIGN_THUMBPRINT], text[SIGN_PUBLIC_TEXT], signed_text[2 * SIGN_SIZE];
    uint8_t signature[SIGN_SIZE];
    assert_int_equal(base64url_encode(BYTES_OF(e.public_key), text), SIGN_PUBLIC_TEXT);
    assert_memory_equal(text, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", SIGN_PUBLIC_TEXT);
    public_key_thumbprint(e.public_key, thumbprint);
    assert_memory_equal(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", SIGN_THUMBPRINT);
    signer *s = signer_new(e.seed);
    signer_sign(s, bytes_of_string(input), signature);
    bytes written = bytes_make(signed_text, base64url_encode(BYTES_OF(signature), signed_text));
    assert_true(
        bytes_is(written, "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
    signer_release(s);
}

static void no_bit_can_be_changed(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        example e = example_of(i), bad = e;
        for (size_t bit = 0; bit < 8 * SIGN_SIZE; bit++) {
            bad.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(signature_holds(e.public_key, bytes_make(e.message, e.len), bad.signature));
            bad = e;
        }
        for (size_t bit = 0; bit < 8 * e.len; bit++) {
            bad.message[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(signature_holds(e.public_key, bytes_make(bad.message, e.len), e.signature));
            bad = e;
        }
        for (size_t bit = 0; bit < 8 * SIGN_PUBLIC; bit++) {
            bad.public_key[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(signature_holds(bad.public_key, bytes_make(e.message, e.len), e.signature));
            bad = e;
        }
        if (e.len) assert_false(signature_holds(e.public_key, bytes_make(e.message, e.len - 1), e.signature));
        assert_false(signature_holds(e.public_key, bytes_make(e.message, e.len + 1 <= 64 ? e.len + 1 : 0), e.signature));
    }
}

/* The second spelling of a signature, S + L, must not count (RFC 8032 section 5.1.7). */
static void a_signature_has_one_spelling(void **state) {
    (void)state;
    uint8_t order[32];
    from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order, sizeof order);
    for (size_t i = 0; i < COUNT(vectors); i++) {
        example e = example_of(i);
        unsigned carry = 0;
        for (int b = 0; b < 32; b++) {
            carry += (unsigned)e.signature[32 + b] + order[b];
            e.signature[32 + b] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_int_equal(carry, 0);
        assert_false(signature_holds(e.public_key, bytes_make(e.message, e.len), e.signature));
    }
}

static void what_is_no_point_is_no_key_and_leaves_no_error(void **state) {
    (void)state;
    example e = example_of(0);
    uint8_t none[SIGN_PUBLIC];
    memset(none, 0xff, sizeof none);
    ERR_clear_error();
    assert_false(signature_holds(none, BYTES(""), e.signature));
    e.signature[0] ^= 1;
    assert_false(signature_holds(e.public_key, BYTES(""), e.signature));
    assert_int_equal(ERR_peek_error(), 0);
}

static void two_seeds_are_two_keys(void **state) {
    (void)state;
    uint8_t seed[SIGN_SEED] = {0}, signature[SIGN_SIZE];
    signer *a = signer_new(seed);
    seed[31] = 1;
    signer *b = signer_new(seed);
    char names[2][SIGN_THUMBPRINT];
    public_key_thumbprint(signer_public(a), names[0]);
    public_key_thumbprint(signer_public(b), names[1]);
    assert_memory_not_equal(names[0], names[1], SIGN_THUMBPRINT);
    signer_sign(a, BYTES("given"), signature);
    assert_true(signature_holds(signer_public(a), BYTES("given"), signature));
    assert_false(signature_holds(signer_public(b), BYTES("given"), signature));
    signer_release(a);
    signer_release(b);
    signer_release(NULL);
}

static void the_ring_keeps_a_seed_for_receipts(void **state) {
    (void)state;
    bool there = false;
    for (int i = 0; i < SERVICE_PURPOSES; i++) there |= strcmp(service_purposes[i], "receipt") == 0;
    assert_true(there);
    assert_int_equal(SIGN_SEED, KEY_SIZE);
}

/* One key, many threads: nothing of a signature is shared. */
static void *sign_on(void *s) {
    uint8_t message[64], signature[SIGN_SIZE];
    for (unsigned i = 0; i < 200; i++) {
        secret_random(message, sizeof message);
        signer_sign(s, BYTES_OF(message), signature);
        if (!signature_holds(signer_public(s), BYTES_OF(message), signature)) return s;
    }
    return NULL;
}

static void threads_share_a_key(void **state) {
    (void)state;
    pthread_t threads[4];
    void *failed = NULL;
    example e = example_of(2);
    signer *s = signer_new(e.seed);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, sign_on, s), 0);
    for (int i = 0; i < 4; i++) {
        void *bad = NULL;
        assert_int_equal(pthread_join(threads[i], &bad), 0);
        if (bad) failed = bad;
    }
    assert_null(failed);
    signer_release(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_keeps_the_vectors_of_rfc_8032),
        cmocka_unit_test(it_keeps_the_vectors_of_rfc_8037),
        cmocka_unit_test(no_bit_can_be_changed),
        cmocka_unit_test(a_signature_has_one_spelling),
        cmocka_unit_test(what_is_no_point_is_no_key_and_leaves_no_error),
        cmocka_unit_test(two_seeds_are_two_keys),
        cmocka_unit_test(the_ring_keeps_a_seed_for_receipts),
        cmocka_unit_test(threads_share_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
