/* What envelopes do with a key; for this layer only. */
#ifndef KRING_CRYPTO_CIPHER_USE_H
#define KRING_CRYPTO_CIPHER_USE_H

#include "crypto/cipher.h"
#include "crypto/xaes.h"

/* Before each sealing with AES-256-GCM; NO_KEY when the key has sealed enough. */
result cipher_key_count_seal(cipher_key *k) MUST_USE;
/* This thread's context, and the key that it must be given with the nonce: NULL if it has it already. */
EVP_CIPHER_CTX *cipher_key_gcm(const cipher_key *k, const uint8_t **key);
xaes *cipher_key_xaes(const cipher_key *k);

#endif
