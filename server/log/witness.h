/* What asks witnesses to cosign a checkpoint (C2SP tlog-witness), until the policy is met (C2SP tlog-policy).
 *
 * A witness that is away, slow or wrong is left alone for some seconds and asked again; what it says counts only under its key.
 * Data goes on being served meanwhile: a record that is durable needs no witness. Waits: the sequencer's process only. */
#ifndef KRING_LOG_WITNESS_H
#define KRING_LOG_WITNESS_H

#include "crypto/log_policy.h"

#include "base/arena.h"

typedef struct witnesses witnesses;

/* The proof that the tree of this size extends the one of `old` leaves. */
typedef result witness_prove(void *ctx, uint64_t old, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count);

/* BAD_FILE: `why` says what is wrong with the policy, in words that live as long as `a`. The policy must list `log`. */
result witnesses_open(const char *policy_path, const note_key *log, arena *a, witnesses **out, const char **why) MUST_USE;
/* NULL is fine. */
void witnesses_release(witnesses *w);
/* Asks those that are not resting; `cosigned` becomes the note with all lines that hold. True: the policy is met. */
bool witnesses_gather(witnesses *w, uint64_t size, bytes note, witness_prove *prove, void *ctx, buf *cosigned);

#endif
