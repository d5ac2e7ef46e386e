/* XAES-256-GCM (C2SP, c2sp.org/XAES-256-GCM): AES-256-GCM under a key derived from the key and half of a 192-bit
 * nonce, so that random nonces never repeat, however often a key is used. For this layer only. */
#ifndef KRING_CRYPTO_XAES_H
#define KRING_CRYPTO_XAES_H

#include "crypto/gcm.h"

enum { XAES_NONCE = 24 };

typedef struct {
    EVP_CIPHER_CTX *block; /* AES-256 of the key itself, kept */
    EVP_CIPHER_CTX *gcm;   /* gets a derived key each time */
    uint8_t k1[16];        /* the CMAC subkey, the part that does not depend on the nonce */
} xaes;

/* Of a zeroed xaes, or of one that was started with another key. */
void xaes_start(xaes *x, const uint8_t key[GCM_KEY]);
/* Wipes. A zeroed xaes is fine. */
void xaes_end(xaes *x);

void xaes_seal(xaes *x, const uint8_t nonce[XAES_NONCE], bytes aad, uint8_t *data, size_t len, uint8_t tag[GCM_TAG]);
bool xaes_open(xaes *x, const uint8_t nonce[XAES_NONCE], bytes aad, bytes sealed, const uint8_t tag[GCM_TAG],
               uint8_t *out) MUST_USE;

#endif
