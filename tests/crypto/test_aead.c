/* The two algorithms against published vectors: NIST (AES-256-GCM) and C2SP (XAES-256-GCM). */
#include "try.h"

#include "crypto/xaes.h"

#include <stdlib.h>

typedef struct {
    const char *key, *nonce, *aad, *plain, *sealed, *tag;
} vector;

#define KEY_15 "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define PLAIN_15                                               \
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d" \
    "8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657" \
    "ba637b39"
#define SEALED_15                                              \
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd" \
    "2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a" \
    "bcc9f662"
#define ZEROS_32 "0000000000000000000000000000000000000000000000000000000000000000"

/* The first four are 13 to 16 of the GCM specification, the others from NIST's gcmEncryptExtIV256.rsp. */
static const vector gcm_vectors[] = {
    {ZEROS_32, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {ZEROS_32, "000000000000000000000000", "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    {KEY_15, "cafebabefacedbaddecaf888", "", PLAIN_15 "1aafd255", SEALED_15 "898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {KEY_15, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", PLAIN_15, SEALED_15,
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {"b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4", "516c33929df5a3284ff463d7", "", "", "",
     "bdc1ac884d332457a1d2664f168c76f0"},
    {"31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22", "0d18e06c7c725ac9e362e1ce", "",
     "2db5168e932556f8089a0622981d017d", "fa4362189661d163fcd6a56d8bf0405a", "d636ac1bbedd5cc3ee727dc2ab4a9489"},
};

static void gcm_keeps_nist_vectors(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(gcm_vectors); i++) {
        const vector *v = &gcm_vectors[i];
        uint8_t key[32], nonce[12], aad[64], data[64], sealed[64], tag[16], wanted[16];
        from_hex(v->key, key, sizeof key);
        from_hex(v->nonce, nonce, sizeof nonce);
        bytes with = bytes_make(aad, from_hex(v->aad, aad, sizeof aad));
        size_t len = from_hex(v->plain, data, sizeof data);
        from_hex(v->sealed, sealed, sizeof sealed);
        from_hex(v->tag, wanted, sizeof wanted);
        EVP_CIPHER_CTX *kept = gcm_context_new(key), *bare = gcm_context_new(NULL);
        gcm_seal(kept, NULL, nonce, with, data, len, tag);
        assert_memory_equal(tag, wanted, 16);
        if (len) assert_memory_equal(data, sealed, len);
        uint8_t opened[64], plain[64];
        from_hex(v->plain, plain, sizeof plain);
        assert_true(gcm_open(kept, NULL, nonce, with, bytes_make(sealed, len), wanted, opened));
        assert_true(gcm_open(bare, key, nonce, with, bytes_make(sealed, len), wanted, opened));
        if (len) assert_memory_equal(opened, plain, len);
        gcm_context_release(kept);
        gcm_context_release(bare);
    }
}

/* Whoever forges a tag must not find the keystream's work in memory. */
static void a_wrong_tag_leaves_nothing(void **state) {
    (void)state;
    uint8_t key[32] = {7}, nonce[12] = {1}, data[100], opened[100], tag[16];
    static const uint8_t zeros[100];
    memset(data, 'x', sizeof data);
    EVP_CIPHER_CTX *c = gcm_context_new(key);
    gcm_seal(c, NULL, nonce, BYTES("context"), data, sizeof data, tag);
    for (int bit = 0; bit < 128; bit++) {
        uint8_t bad[16];
        memcpy(bad, tag, 16);
        bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
        memset(opened, 'y', sizeof opened);
        assert_false(gcm_open(c, NULL, nonce, BYTES("context"), BYTES_OF(data), bad, opened));
        assert_memory_equal(opened, zeros, sizeof zeros);
    }
    /* The key is still kept. */
    assert_true(gcm_open(c, NULL, nonce, BYTES("context"), BYTES_OF(data), tag, opened));
    gcm_context_release(c);
}

static const struct {
    uint8_t key_byte;
    const char *aad, *sealed;
} xaes_vectors[] = {
    {0x01, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
    {0x03, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
};

static void xaes_keeps_c2sp_vectors(void **state) {
    (void)state;
    static const uint8_t nonce[] = "ABCDEFGHIJKLMNOPQRSTUVWX";
    for (size_t i = 0; i < COUNT(xaes_vectors); i++) {
        uint8_t key[32], data[28], wanted[28], opened[12];
        xaes x = {0};
        memset(key, xaes_vectors[i].key_byte, sizeof key);
        memcpy(data, "XAES-256-GCM", 12);
        from_hex(xaes_vectors[i].sealed, wanted, sizeof wanted);
        xaes_start(&x, key);
        bytes aad = bytes_of_string(xaes_vectors[i].aad);
        xaes_seal(&x, nonce, aad, data, 12, data + 12);
        assert_memory_equal(data, wanted, sizeof wanted);
        assert_true(xaes_open(&x, nonce, aad, bytes_make(data, 12), data + 12, opened));
        assert_memory_equal(opened, "XAES-256-GCM", 12);
        xaes_end(&x);
    }
}

/* SHAKE-128 as a stream, which OpenSSL 3.0 has not: FIPS 202, bit by bit from its text. */
typedef struct {
    uint64_t lane[25];
    size_t at;
    bool squeezing;
} shake;

static uint64_t turn(uint64_t v, unsigned n) { return n ? v << n | v >> (64 - n) : v; }

static void keccak(uint64_t a[25]) {
    uint8_t lfsr = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], b[25];
        for (int x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int i = 0; i < 25; i++) a[i] ^= c[(i + 4) % 5] ^ turn(c[(i + 1) % 5], 1);
        b[0] = a[0];
        for (int t = 0, x = 1, y = 0; t < 24; t++) {
            int y2 = (2 * x + 3 * y) % 5;
            b[y + 5 * y2] = turn(a[x + 5 * y], (unsigned)((t + 1) * (t + 2) / 2 % 64));
            x = y, y = y2;
        }
        for (int y = 0; y < 25; y += 5)
            for (int x = 0; x < 5; x++) a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
        for (int j = 0; j <= 6; j++) {
            if (lfsr & 1) a[0] ^= UINT64_C(1) << ((1 << j) - 1);
            lfsr = (uint8_t)(lfsr << 1 ^ (lfsr & 0x80 ? 0x71 : 0));
        }
    }
}

static void shake_xor(shake *s, uint8_t v) { s->lane[s->at / 8] ^= (uint64_t)v << 8 * (s->at % 8); }

static void shake_absorb(shake *s, const uint8_t *in, size_t len) {
    for (size_t i = 0; i < len; i++) {
        shake_xor(s, in[i]);
        if (++s->at == 168) keccak(s->lane), s->at = 0;
    }
}

static void shake_squeeze(shake *s, uint8_t *out, size_t len) {
    if (!s->squeezing) {
        shake_xor(s, 0x1f);
        s->lane[20] ^= UINT64_C(1) << 63;
        keccak(s->lane);
        s->squeezing = true;
        s->at = 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (s->at == 168) keccak(s->lane), s->at = 0;
        out[i] = (uint8_t)(s->lane[s->at / 8] >> 8 * (s->at % 8));
        s->at++;
    }
}

static size_t squeeze_span(shake *s, uint8_t out[255]) {
    uint8_t len;
    shake_squeeze(s, &len, 1);
    shake_squeeze(s, out, len);
    return len;
}

static void accumulate(int rounds, const char *wanted) {
    shake random = {0}, sum = {0};
    for (int i = 0; i < rounds; i++) {
        uint8_t key[32], nonce[24], data[255 + 16], aad[255], plain[255], opened[255];
        xaes x = {0};
        shake_squeeze(&random, key, sizeof key);
        shake_squeeze(&random, nonce, sizeof nonce);
        size_t len = squeeze_span(&random, plain);
        bytes with = bytes_make(aad, squeeze_span(&random, aad));
        memcpy(data, plain, len);
        xaes_start(&x, key);
        xaes_seal(&x, nonce, with, data, len, data + len);
        shake_absorb(&sum, data, len + 16);
        assert_true(xaes_open(&x, nonce, with, bytes_make(data, len), data + len, opened));
        if (len) assert_memory_equal(opened, plain, len);
        xaes_end(&x);
    }
    uint8_t hash[32], expected[32];
    shake_squeeze(&sum, hash, sizeof hash);
    from_hex(wanted, expected, sizeof expected);
    assert_memory_equal(hash, expected, 32);
}

static void shake_is_shake(void **state) {
    (void)state;
    shake s = {0};
    uint8_t out[16], wanted[16];
    shake_squeeze(&s, out, sizeof out);
    from_hex("7f9c2ba4e88f827d616045507605853e", wanted, sizeof wanted);
    assert_memory_equal(out, wanted, sizeof out);
}

static void xaes_keeps_ten_thousand(void **state) {
    (void)state;
    accumulate(10000, "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
}

/* Half a minute with sanitizers, so only on demand: KRING_SLOW_TESTS=1. */
static void xaes_keeps_a_million(void **state) {
    (void)state;
    if (!getenv("KRING_SLOW_TESTS")) skip();
    accumulate(1000000, "2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gcm_keeps_nist_vectors),  cmocka_unit_test(a_wrong_tag_leaves_nothing),
        cmocka_unit_test(xaes_keeps_c2sp_vectors), cmocka_unit_test(shake_is_shake),
        cmocka_unit_test(xaes_keeps_ten_thousand), cmocka_unit_test(xaes_keeps_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
