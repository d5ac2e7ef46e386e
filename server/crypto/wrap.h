/* A key sealed under another key; for this layer only. Always XAES-256-GCM: a wrapping key's use has no bound. */
#ifndef KRING_CRYPTO_WRAP_H
#define KRING_CRYPTO_WRAP_H

#include "base/buf.h"
#include "crypto/cipher.h"

result wrap_key(cipher_key *with, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) MUST_USE;
/* BAD_ENVELOPE, and `key` untouched, unless it is exactly what wrap_key made of 32 bytes. */
result unwrap_key(cipher_key *with, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]) MUST_USE;

#endif
