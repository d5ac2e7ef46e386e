/* The fetched algorithms, for this layer only. Constant after the first call; safe from any thread. */
#ifndef KRING_CRYPTO_ALGORITHMS_H
#define KRING_CRYPTO_ALGORITHMS_H

#include <openssl/evp.h>

const EVP_CIPHER *algorithm_gcm(void);
const EVP_CIPHER *algorithm_block(void);
const EVP_CIPHER *algorithm_ctr(void);
const EVP_MD *algorithm_sha256(void);
/* HMAC-SHA-256 without a key: duplicate it, then give the copy its key. */
const EVP_MAC_CTX *algorithm_hmac(void);

#endif
