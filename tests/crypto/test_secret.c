/* Tokens, hashes and the keyed hashes. */
#include "try.h"

#include "crypto/crypto.h"
#include "crypto/secret.h"

#include <ctype.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>

static void sha256_is_sha256(void **state) {
    (void)state;
    static const struct {
        const char *message, *hash;
    } table[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        uint8_t got[32], wanted[32];
        secret_sha256(bytes_of_string(table[i].message), got);
        from_hex(table[i].hash, wanted, sizeof wanted);
        assert_memory_equal(got, wanted, 32);
    }
}

/* Against the library's own one-shot HMAC, and the frame against what the header says. */
static void hmac_is_hmac(void **state) {
    (void)state;
    static const size_t lengths[] = {0, 1, 31, 55, 56, 63, 64, 65, 1000};
    uint8_t key[SECRET_KEY], message[1100], got[32], wanted[32], index[LOGIN_INDEX];
    memset(key, 9, sizeof key);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        memcpy(message, "\6cursor", 7);
        memset(message + 7, 'm', lengths[i]);
        secret_hmac(key, BYTES("cursor"), bytes_make(message + 7, lengths[i]), got);
        assert_non_null(HMAC(EVP_sha256(), key, sizeof key, message, 7 + lengths[i], wanted, NULL));
        assert_memory_equal(got, wanted, 32);
        secret_login_index(key, bytes_make(message, lengths[i]), index);
        assert_non_null(HMAC(EVP_sha256(), key, sizeof key, message, lengths[i], wanted, NULL));
        assert_memory_equal(index, wanted, LOGIN_INDEX);
    }
}

static void a_label_does_not_run_into_its_message(void **state) {
    (void)state;
    uint8_t key[SECRET_KEY] = {1}, a[32], b[32];
    secret_hmac(key, BYTES("ab"), BYTES("c"), a);
    secret_hmac(key, BYTES("a"), BYTES("bc"), b);
    assert_memory_not_equal(a, b, 32);
    secret_hmac(key, BYTES(""), BYTES("abc"), b);
    assert_memory_not_equal(a, b, 32);
    key[31] ^= 1;
    secret_hmac(key, BYTES("ab"), BYTES("c"), b);
    assert_memory_not_equal(a, b, 32);
}

static int by_text(const void *a, const void *b) { return memcmp(a, b, TOKEN_TEXT); }

static void tokens_are_random_and_well_formed(void **state) {
    (void)state;
    enum { N = 20000 };
    char(*tokens)[TOKEN_TEXT] = malloc(N * sizeof *tokens);
    size_t ones[256] = {0};
    for (size_t i = 0; i < N; i++) {
        uint8_t raw[32], hash[32], wanted[32];
        size_t len = 0;
        secret_token(tokens[i]);
        bytes text = bytes_make(tokens[i], TOKEN_TEXT);
        assert_ok(base64url_decode(text, raw, sizeof raw, &len));
        for (size_t bit = 0; bit < 256; bit++) ones[bit] += raw[bit / 8] >> bit % 8 & 1;
        assert_ok(secret_token_hash(text, hash));
        secret_sha256(text, wanted);
        assert_memory_equal(hash, wanted, 32);
    }
    qsort(tokens, N, sizeof *tokens, by_text);
    for (size_t i = 1; i < N; i++) assert_memory_not_equal(tokens[i - 1], tokens[i], TOKEN_TEXT);
    for (size_t bit = 0; bit < 256; bit++) assert_in_range(ones[bit], N / 2 - 600, N / 2 + 600); /* 8 sigma */
    free(tokens);
}

static void a_token_has_one_spelling(void **state) {
    (void)state;
    static const char good[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    static const char *const bad[] = {
        "",
        "A",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* stray bits */
        "+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAA",
    };
    uint8_t hash[32];
    assert_ok(secret_token_hash(bytes_of_string(good), hash));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_fails(secret_token_hash(bytes_of_string(bad[i]), hash), UNAUTHENTICATED);
    size_t accepted = 0;
    for (int c = 0; c < 256; c++) {
        char text[43];
        memcpy(text, good, sizeof text);
        text[20] = (char)c;
        accepted += ok(secret_token_hash(bytes_make(text, sizeof text), hash));
    }
    assert_int_equal(accepted, 64);
}

/* Pool threads share the fetched algorithms, from the very first use on. */
static void *hash_often(void *wanted) {
    uint8_t key[SECRET_KEY] = {5}, got[32];
    crypto_init();
    for (int i = 0; i < 3000; i++) {
        secret_hmac(key, BYTES("label"), BYTES("message"), got);
        if (memcmp(got, wanted, 32) != 0) return wanted;
        secret_random(got, sizeof got);
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state) {
    (void)state;
    uint8_t key[SECRET_KEY] = {5}, framed[] = "\5labelmessage", wanted[32];
    pthread_t threads[4];
    assert_non_null(HMAC(EVP_sha256(), key, sizeof key, framed, 13, wanted, NULL));
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, wanted), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

/* 140 bits that a person can read out and type; however the groups were typed, one hash, and nothing else has it. */
static void a_code_is_typed_as_it_is_read(void **state) {
    (void)state;
    char code[CODE_TEXT], other[CODE_TEXT], typed[CODE_TEXT + 8];
    uint8_t wanted[SHA256_SIZE], got[SHA256_SIZE];
    for (int i = 0; i < 64; i++) {
        secret_code(code);
        for (size_t n = 0; n < CODE_TEXT; n++) {
            assert_int_equal(code[n] == '-', n % 5 == 4);
            if (code[n] != '-') assert_non_null(strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code[n]));
        }
    }
    secret_code(other);
    assert_memory_not_equal(code, other, CODE_TEXT);
    assert_true(ok(secret_code_hash(bytes_make(code, CODE_TEXT), wanted)));
    size_t len = 0;
    for (size_t n = 0; n < CODE_TEXT; n++) {
        char c = code[n];
        if (c == '-') c = ' ';
        if (c == '0') c = 'o';
        if (c == '1') c = n % 2 ? 'l' : 'I';
        typed[len++] = (char)tolower(c);
    }
    assert_true(ok(secret_code_hash(bytes_make(typed, len), got)));
    assert_memory_equal(got, wanted, SHA256_SIZE);
    assert_true(ok(secret_code_hash(bytes_make(other, CODE_TEXT), got)));
    assert_memory_not_equal(got, wanted, SHA256_SIZE);
    const bytes bad[] = {bytes_make(code, CODE_TEXT - 1), BYTES(""), BYTES("UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU"),
                         BYTES("0000-0000-0000-0000-0000-0000-00000"), bytes_make("0000-0000-0000-0000-0000-0000-000\0", 34)};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(ok(secret_code_hash(bad[i], got)));
        assert_memory_not_equal(got, wanted, SHA256_SIZE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_disturb_each_other), /* first, so that they race for the fetching */
        cmocka_unit_test(sha256_is_sha256),
        cmocka_unit_test(hmac_is_hmac),
        cmocka_unit_test(a_label_does_not_run_into_its_message),
        cmocka_unit_test(tokens_are_random_and_well_formed),
        cmocka_unit_test(a_token_has_one_spelling),
        cmocka_unit_test(a_code_is_typed_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
