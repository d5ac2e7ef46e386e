/* What the process does once about cryptography: fetch the algorithms, and keep its memory to itself.
 *
 * Fetching from OpenSSL's providers costs more than sealing a value does, so it happens once;
 * what was fetched is constant afterwards and shared by all threads. Every file of this layer fetches on first use,
 * so calling crypto_init is about failing at the start and not in the middle of a request. */
#ifndef KRING_CRYPTO_CRYPTO_H
#define KRING_CRYPTO_CRYPTO_H

#include "base/result.h"

/* Aborts if this OpenSSL lacks AES-256-GCM, AES-256-ECB, SHA-256 or HMAC. Any thread, any number of times. */
void crypto_init(void);
/* No core files and no ptrace by our own user: keys are in this memory. UNAVAILABLE if the kernel refuses. */
result crypto_harden(void) MUST_USE;

#endif
