/* What signs checkpoints, and remembers what it signed.
 *
 * A log must never sign two trees of which one does not extend the other: whoever holds both signatures has proof that it lied. So
 * the signer keeps the last size and root that it signed in a file of its own, outside PostgreSQL, written and synced before the
 * signature leaves, and signs only what extends it. A database that was restored or rewritten is refused, by whoever's hand it was
 * (T1, T2); what to do then is in SECURITY.md. */
#ifndef KRING_LOG_SIGNER_H
#define KRING_LOG_SIGNER_H

#include "base/arena.h"
#include "crypto/checkpoint.h"

typedef struct log_signer log_signer;

/* The key (SIGN_SEED raw bytes) and the state of a log that signed nothing yet. Never over an existing file. BAD_FILE with errno.
 */
result log_signer_make(const char *key_path, const char *state_path, bytes origin) MUST_USE;
/* BAD_FILE: a file is missing, readable by others or no such file; then `why` is a constant sentence. */
result log_signer_open(const char *key_path, const char *state_path, bytes origin, log_signer **out, const char **why) MUST_USE;
/* NULL is fine. */
void log_signer_release(log_signer *s);

bytes log_signer_origin(const log_signer *s);
note_key log_signer_key(const log_signer *s);
/* The newest that it signed; size 0 for nothing yet. */
uint64_t log_signer_size(const log_signer *s);
const uint8_t *log_signer_root(const log_signer *s);

/* The whole note for a tree that extends the last one by `proof`. FORBIDDEN: it does not. BAD_FILE: the state could not be kept, so
 * nothing is signed. */
result log_signer_sign(log_signer *s, uint64_t size, const uint8_t root[MERKLE_HASH], const uint8_t (*proof)[MERKLE_HASH],
                       size_t count, buf *note) MUST_USE;

#endif
