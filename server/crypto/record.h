/* The commitment of one audit record: what becomes public of it, and how parts of it are shown without the rest.
 *
 * A record is a list of parts (flow/record.h says which). Each has a salted hash; the list of hashes, filled up with random bytes
 * to RECORD_SLOTS or four, sixteen ... times that, is hashed once more and becomes the leaf of the tree. So whoever may see some
 * parts is given those, their salts and all hashes, and can check them; of the others he learns neither content nor number (R-64,
 * T8). Salts and filling are the key stream of AES-256-CTR under the record's own secret, which is sealed with it: whoever has the
 * whole record can make everything again, and erasing the secret leaves a leaf that hides what it was, with every proof as it stood
 * (security.md 2b). */
#ifndef KRING_CRYPTO_RECORD_H
#define KRING_CRYPTO_RECORD_H

#include "base/bytes.h"

enum { RECORD_SECRET = 32, RECORD_SALT = 16, RECORD_HASH = 32, RECORD_SLOTS = 64, RECORD_ENTRY = 34 };

/* How many hashes stand for `n` parts. */
uint32_t record_slots(uint32_t n);
/* SHA-256(salt | part). */
void record_part_hash(const uint8_t salt[RECORD_SALT], bytes part, uint8_t out[RECORD_HASH]);
/* The salts of `n` parts, and record_slots(n) hashes with the filling behind them. `salts` may be NULL. */
void record_hashes(const uint8_t secret[RECORD_SECRET], const bytes *parts, uint32_t n, uint8_t (*salts)[RECORD_SALT],
                   uint8_t (*hashes)[RECORD_HASH]);
/* SHA-256("kring-audit-1\0" | hashes). */
void record_commit(const uint8_t (*hashes)[RECORD_HASH], uint32_t slots, uint8_t out[RECORD_HASH]);
/* What the log holds for it: a version, a kind and the commitment. */
void record_entry(const uint8_t commitment[RECORD_HASH], uint8_t out[RECORD_ENTRY]);

#endif
