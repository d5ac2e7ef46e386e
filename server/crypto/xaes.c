#include "crypto/xaes.h"

#include "crypto/algorithms.h"

enum { BLOCK = 16 };

static void encrypt_blocks(EVP_CIPHER_CTX *block, const uint8_t *in, uint8_t *out, int len) {
    int n = 0;
    must(EVP_EncryptUpdate(block, out, &n, in, len) == 1 && n == len);
}

/* NIST SP 800-38B 6.1: L doubled in GF(2^128); the reduction is a mask and not a branch, since L is secret. */
static void double_block(const uint8_t l[BLOCK], uint8_t k1[BLOCK]) {
    uint8_t carry = (uint8_t)-(l[0] >> 7);
    for (int i = 0; i < BLOCK - 1; i++) k1[i] = (uint8_t)(l[i] << 1 | l[i + 1] >> 7);
    k1[BLOCK - 1] = (uint8_t)((uint8_t)(l[BLOCK - 1] << 1) ^ (carry & 0x87));
}

static void make_contexts(xaes *x) {
    x->block = EVP_CIPHER_CTX_new();
    must(x->block != NULL && EVP_EncryptInit_ex2(x->block, algorithm_block(), NULL, NULL, NULL) == 1);
    must(EVP_CIPHER_CTX_set_padding(x->block, 0) == 1);
    x->gcm = gcm_context_new(NULL);
}

void xaes_start(xaes *x, const uint8_t key[GCM_KEY]) {
    static const uint8_t zeros[BLOCK];
    uint8_t l[BLOCK];
    if (!x->block) make_contexts(x);
    must(EVP_EncryptInit_ex2(x->block, NULL, key, NULL, NULL) == 1);
    encrypt_blocks(x->block, zeros, l, BLOCK);
    double_block(l, x->k1);
    wipe(l, sizeof l);
}

void xaes_end(xaes *x) {
    EVP_CIPHER_CTX_free(x->block);
    gcm_context_release(x->gcm);
    wipe(x, sizeof *x);
}

/* The SP 800-108 counter KDF with CMAC: one block each for counters 1 and 2, label 'X', context = the nonce's first
 * 96 bits. */
static void derive(xaes *x, const uint8_t nonce[XAES_NONCE], uint8_t key[GCM_KEY]) {
    uint8_t m[2 * BLOCK];
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t *block = m + BLOCK * i;
        put_u16(block, (uint16_t)(i + 1));
        block[2] = 'X';
        block[3] = 0;
        memcpy(block + 4, nonce, 12);
        for (int j = 0; j < BLOCK; j++) block[j] ^= x->k1[j];
    }
    encrypt_blocks(x->block, m, key, sizeof m);
    wipe(m, sizeof m);
}

void xaes_seal(xaes *x, const uint8_t nonce[XAES_NONCE], bytes aad, uint8_t *data, size_t len, uint8_t tag[GCM_TAG]) {
    uint8_t key[GCM_KEY];
    derive(x, nonce, key);
    gcm_seal(x->gcm, key, nonce + 12, aad, data, len, tag);
    wipe(key, sizeof key);
}

bool xaes_open(xaes *x, const uint8_t nonce[XAES_NONCE], bytes aad, bytes sealed, const uint8_t tag[GCM_TAG],
               uint8_t *out) {
    uint8_t key[GCM_KEY];
    derive(x, nonce, key);
    bool right = gcm_open(x->gcm, key, nonce + 12, aad, sealed, tag, out);
    wipe(key, sizeof key);
    return right;
}
