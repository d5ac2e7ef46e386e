/* AES-256-GCM over a context that keeps its key schedule; for this layer only.
 *
 * Sealing can't fail for a reason that comes from outside. Opening fails in one way, the tag, and then nothing is
 * left in `out`. */
#ifndef KRING_CRYPTO_GCM_H
#define KRING_CRYPTO_GCM_H

#include "base/bytes.h"

#include <openssl/evp.h>

enum { GCM_KEY = 32, GCM_NONCE = 12, GCM_TAG = 16 };

/* `key` NULL: a context without a key yet, for calls that bring one each. */
EVP_CIPHER_CTX *gcm_context_new(const uint8_t *key);
/* Wipes the key schedule (OpenSSL clears what a context owns). NULL is fine. */
void gcm_context_release(EVP_CIPHER_CTX *c);

/* Seals `len` bytes of `data` in place. `key` NULL: the key that the context keeps. */
void gcm_seal(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t nonce[GCM_NONCE], bytes aad, uint8_t *data,
              size_t len, uint8_t tag[GCM_TAG]);
/* `out` holds sealed.len bytes. False, and `out` wiped, unless the tag is right. */
bool gcm_open(EVP_CIPHER_CTX *c, const uint8_t *key, const uint8_t nonce[GCM_NONCE], bytes aad, bytes sealed,
              const uint8_t tag[GCM_TAG], uint8_t *out) MUST_USE;

#endif
