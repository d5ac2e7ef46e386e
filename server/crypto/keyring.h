/* The opened keys of this process: KEK -> family key -> owner key, KEK -> audit key, KEK -> service keys
 * (security.md 2a).
 *
 * Nothing here waits: a key that is not in the ring is NULL, and the caller loads its wrapped form from the keys
 * database and adds it. The ring is bounded; what was least recently used leaves first. A borrowed key is good
 * until the next call that adds, forgets or releases; cipher_key_hold keeps it longer. One thread.
 *
 * Making a key does not put it into the ring. Store the wrapped form first and add what the database then holds: of
 * two servers that make the same key at once one loses, and values sealed under the lost key could never be opened
 * again (key before data). A whole new family may be added before its transaction commits, if a failure is answered
 * with keyring_forget. */
#ifndef KRING_CRYPTO_KEYRING_H
#define KRING_CRYPTO_KEYRING_H

#include "crypto/kek.h"

typedef struct keyring keyring;

enum { KEYRING_MIN = 64, FIRST_EPOCH = 1 /* of each key; a rotation takes the next */ };

/* Takes the KEK over. Fewer than KEYRING_MIN keys would not hold one family: `max_keys` is raised to it. */
keyring *keyring_new(kek *k, size_t max_keys);
/* Wipes everything; keys that are still held live on until they are released. NULL is fine. */
void keyring_release(keyring *r);
const kek *keyring_kek(const keyring *r);
/* Opened keys at present, without the service keys. */
size_t keyring_count(const keyring *r);

/* The key that seals bodies: `owner` is a person, a household, or the family itself. NULL: not in the ring. */
cipher_key *keyring_find(keyring *r, uuid family, uuid owner, uint32_t epoch);
/* The key of a family's log contents (its envelopes' epoch is 0); the zero family is the service's own log. NULL:
 * not in the ring. */
cipher_key *keyring_find_audit(keyring *r, uuid family);
/* Whether the family's own key is there, which adding and making its owners' keys needs. */
bool keyring_has_family(keyring *r, uuid family, uint32_t epoch);

/* NO_KEY: wrapped under another KEK, or the family key of that epoch is not in the ring. BAD_ENVELOPE: damaged or
 * moved. */
result keyring_add_family(keyring *r, uuid family, uint32_t epoch, bytes wrapped) MUST_USE;
result keyring_add_owner(keyring *r, uuid family, uuid owner, uint32_t epoch, uint32_t family_epoch,
                         bytes wrapped) MUST_USE;
result keyring_add_audit(keyring *r, uuid family, bytes wrapped) MUST_USE;
/* All keys of a family leave the ring, its audit key too: after an erasure, or to read them again. */
void keyring_forget(keyring *r, uuid family);

/* A new random key, wrapped. */
result keyring_make_family(keyring *r, uuid family, uint32_t epoch, buf *wrapped) MUST_USE;
/* NO_KEY: the family key of that epoch is not in the ring. */
result keyring_make_owner(keyring *r, uuid family, uuid owner, uint32_t epoch, uint32_t family_epoch,
                          buf *wrapped) MUST_USE;
result keyring_make_audit(keyring *r, uuid family, buf *wrapped) MUST_USE;

/* Service keys stay until the ring goes. */
enum { SERVICE_PURPOSES = 7 };
extern const char *const service_purposes[SERVICE_PURPOSES];

/* Both: NO_KEY if there is no such purpose. */
result keyring_make_service(keyring *r, const char *purpose, buf *wrapped) MUST_USE;
result keyring_add_service(keyring *r, const char *purpose, bytes wrapped) MUST_USE;
/* 32 bytes, at the same place until the ring goes, so that pool threads may read them; NULL if absent. */
const uint8_t *keyring_service(const keyring *r, const char *purpose);
/* The same key for envelopes (the texts of accounts; their epoch is 0); NULL if absent. */
cipher_key *keyring_service_cipher(keyring *r, const char *purpose);

#endif
