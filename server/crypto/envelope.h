/* The sealed bytes of one value: u8 format=1 | u8 algorithm | u32be epoch | nonce | ciphertext | tag 16.
 *
 * Nonces are random and never counters, which die with a restored backup. The head is authenticated together with
 * the associated data, so no byte of an envelope can be changed. Which algorithm a column holds is decided by its
 * reader: the byte in the envelope must agree, it never chooses. */
#ifndef KRING_CRYPTO_ENVELOPE_H
#define KRING_CRYPTO_ENVELOPE_H

#include "base/arena.h"
#include "base/buf.h"
#include "crypto/aad.h"
#include "crypto/cipher.h"

typedef enum {
    ENVELOPE_XAES = 1, /* XAES-256-GCM, 192-bit nonce: where a key's use has no bound (wraps, contents of the log) */
    ENVELOPE_GCM = 2   /* AES-256-GCM, 96-bit nonce, counted: bodies, 0.2 µs each */
} envelope_alg;

enum {
    ENVELOPE_HEAD = 6,
    ENVELOPE_TAG = 16,
    ENVELOPE_PLAIN_MAX = 1 << 20 /* far above any body's limit; a bound for every size that follows */
};

/* Appends one envelope to `out`. `aad` is made by crypto/aad.h, at most AAD_MAX bytes. `epoch` is the key's.
 * TOO_LARGE: the plaintext; TOO_MUCH: `out` is full; NO_KEY: the key has sealed enough and must be rotated. */
result envelope_seal(cipher_key *k, envelope_alg alg, uint32_t epoch, bytes aad, bytes plain, buf *out) MUST_USE;

/* The plaintext lies in `a` and has a zero behind it that is not counted. BAD_ENVELOPE, with nothing of it left in
 * memory, unless every byte is as it was sealed: under this key, algorithm, epoch and associated data. */
result envelope_open(cipher_key *k, envelope_alg allowed, uint32_t epoch, bytes aad, bytes envelope, arena *a,
                     bytes *plain) MUST_USE;

/* Which epoch's key opens it, before there is a key; only envelope_open tells whether that is true. */
result envelope_epoch(bytes envelope, uint32_t *epoch) MUST_USE;

/* The size of the envelope for `len` bytes of plaintext. */
size_t envelope_size(envelope_alg alg, size_t len);
/* The part of it that is encrypted: the length, the data and the padding. */
size_t envelope_padded_size(size_t len);

#endif
