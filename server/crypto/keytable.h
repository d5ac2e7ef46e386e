/* Opened keys by name, bounded, the least recently used out first; for this layer only.
 *
 * Looking up is on every read's path: one hash of fixed-width words and usually one comparison, no strings, no
 * allocation. */
#ifndef KRING_CRYPTO_KEYTABLE_H
#define KRING_CRYPTO_KEYTABLE_H

#include "crypto/cipher.h"

typedef enum { KEY_OF_FAMILY = 1, KEY_OF_OWNER, KEY_OF_AUDIT } key_kind;

/* No padding, so that it compares and hashes as bytes. */
typedef struct {
    uuid family, owner;
    uint32_t epoch, kind;
} key_name;

typedef struct keytable keytable;

keytable *keytable_new(size_t max);
/* Releases every key. NULL is fine. */
void keytable_release(keytable *t);

/* NULL if absent. Makes it the most recently used. */
cipher_key *keytable_find(keytable *t, const key_name *name);
/* Takes the reference over; replaces a key of the same name, or evicts the least recently used when full. */
void keytable_put(keytable *t, const key_name *name, cipher_key *key);
void keytable_drop_family(keytable *t, uuid family);
size_t keytable_count(const keytable *t);

#endif
