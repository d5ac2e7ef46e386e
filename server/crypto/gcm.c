#include "crypto/gcm.h"

#include "crypto/algorithms.h"

#include <limits.h>
#include <openssl/err.h>

EVP_CIPHER_CTX *gcm_context_new(const uint8_t *key) {
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    must(c != NULL && EVP_CipherInit_ex2(c, algorithm_gcm(), key, NULL, 1, NULL) == 1);
    return c;
}

void gcm_context_release(EVP_CIPHER_CTX *c) { EVP_CIPHER_CTX_free(c); }

/* Starting with the direction in the same call keeps the key schedule when `key` is NULL: only the nonce is set. */
static void start(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t *nonce, bytes aad, int sealing) {
    must(EVP_CipherInit_ex2(c, NULL, key, nonce, sealing, NULL) == 1);
    must(aad.len <= INT_MAX);
    int n;
    if (aad.len) must(EVP_CipherUpdate(c, NULL, &n, aad.at, (int)aad.len) == 1);
}

static void run(EVP_CIPHER_CTX *c, uint8_t *out, const uint8_t *in, size_t len) {
    must(len <= INT_MAX);
    if (len == 0) return;
    int n = 0;
    must(EVP_CipherUpdate(c, out, &n, in, (int)len) == 1 && (size_t)n == len);
}

void gcm_seal(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t nonce[GCM_NONCE], bytes aad, uint8_t *data,
              size_t len, uint8_t tag[GCM_TAG]) {
    uint8_t none[GCM_TAG];
    int n;
    start(c, key, nonce, aad, 1);
    run(c, data, data, len);
    must(EVP_CipherFinal_ex(c, none, &n) == 1);
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) == 1);
}

bool gcm_open(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t nonce[GCM_NONCE], bytes aad, bytes sealed,
              const uint8_t tag[GCM_TAG], uint8_t *out) {
    uint8_t none[GCM_TAG], expected[GCM_TAG];
    int n;
    memcpy(expected, tag, GCM_TAG);
    start(c, key, nonce, aad, 0);
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, expected) == 1);
    run(c, out, sealed.at, sealed.len);
    if (EVP_CipherFinal_ex(c, none, &n) == 1) return true;
    wipe(out, sealed.len);
    ERR_clear_error(); /* an entry left in the queue would be taken for the TLS connection's next failure */
    return false;
}
