/* The commitment of one audit record: what becomes public of it.
 *
 * The salt is random and secret until the record is shown to somebody who may see it, so that the hash tells
 * nothing of a record that can be guessed; erasing salt and record leaves the leaf and every proof as they were
 * (security.md 2b). */
#ifndef KRING_CRYPTO_RECORD_H
#define KRING_CRYPTO_RECORD_H

#include "base/bytes.h"

enum { RECORD_SALT = 32, RECORD_HASH = 32 };

/* SHA-256("kring-audit-1\0" | salt | record); `record` is the exact bytes that are stored. */
void record_commit(const uint8_t salt[RECORD_SALT], bytes record, uint8_t out[RECORD_HASH]);

#endif
