/* The commitment of one audit record: what becomes public of it, and how parts of it are shown without the rest.
 *
 * A record is a list of parts (flow/record.h says which). Each has a salted hash; the hashes stand in RECORD_SLOTS places, or four,
 * sixteen ... times that, random bytes fill the others, and the whole is hashed once more and becomes the leaf of the tree. So
 * whoever may see some parts is given those, their salts and all hashes, and can check them; of the others he learns neither
 * content nor number (R-64, T8). The first parts, which every record has, stand at the beginning; the places of the others are
 * drawn by lot, since a hole between two of his items would tell him that something stands there which he is not shown. Salts,
 * lots and filling are the key stream of AES-256-CTR under the record's own secret, which is sealed with it: whoever has the whole
 * record can make everything again, and erasing the secret leaves a leaf that hides what it was, with every proof as it stood
 * (security.md 2b). */
#ifndef KRING_CRYPTO_RECORD_H
#define KRING_CRYPTO_RECORD_H

#include "base/arena.h"

enum { RECORD_SECRET = 32, RECORD_SALT = 16, RECORD_HASH = 32, RECORD_SLOTS = 64, RECORD_ENTRY = 34 };

typedef struct {
    uint32_t slots;
    uint8_t (*hashes)[RECORD_HASH]; /* by place */
    uint8_t (*salts)[RECORD_SALT];  /* by part, as the places are */
    uint32_t *places;
} record_opening;

/* How many hashes stand for `n` parts. */
uint32_t record_slots(uint32_t n);
/* SHA-256(salt | part). */
void record_part_hash(const uint8_t salt[RECORD_SALT], bytes part, uint8_t out[RECORD_HASH]);
/* All that opens a record of `n` parts, of which the first `fixed` stand at the beginning; in `a`. */
record_opening record_opening_make(const uint8_t secret[RECORD_SECRET], const bytes *parts, uint32_t n, uint32_t fixed, arena *a);
/* SHA-256("kring-audit-1\0" | hashes). */
void record_commit(const uint8_t (*hashes)[RECORD_HASH], uint32_t slots, uint8_t out[RECORD_HASH]);
/* What the log holds for it: a version, a kind and the commitment. */
void record_entry(const uint8_t commitment[RECORD_HASH], uint8_t out[RECORD_ENTRY]);

#endif
