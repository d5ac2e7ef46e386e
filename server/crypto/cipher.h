/* An opened 32-byte key, ready for use.
 *
 * It keeps its key schedules, which is what makes a value cost 0.2 µs and not 0.5. It counts what AES-256-GCM has
 * sealed under it: with random 96-bit nonces a key must stop long before 2^32 (NIST SP 800-38D 8.3), so it refuses
 * past 2^31. Shared by reference count; the last release wipes it. One thread at a time. */
#ifndef KRING_CRYPTO_CIPHER_H
#define KRING_CRYPTO_CIPHER_H

#include "base/bytes.h"

enum { KEY_SIZE = 32 };
#define CIPHER_SEALS_MAX (UINT64_C(1) << 31)

typedef struct cipher_key cipher_key;

cipher_key *cipher_key_new(const uint8_t key[KEY_SIZE]);
/* Keeps it alive beyond the keyring's next eviction; release it as often. Returns the same key. */
cipher_key *cipher_key_hold(cipher_key *k);
/* NULL is fine. */
void cipher_key_release(cipher_key *k);

/* How many values AES-256-GCM has sealed under this key, as far as this process knows. */
uint64_t cipher_key_seals(const cipher_key *k);
/* At least so many were sealed before (by the database's count of a person's bodies): the bound then outlives a
 * restart. */
void cipher_key_sealed_before(cipher_key *k, uint64_t seals);

#endif
