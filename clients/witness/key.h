/* The witness's own key: a file that nobody else may read, made once.
 *
 * Its one line is "PRIVATE+KEY+name+keyid+base64(0x04 | seed)": name and seed stay together, because a cosignature does not say the
 * name, so one key must never be two witnesses (C2SP tlog-cosignature). */
#ifndef KRING_WITNESS_KEY_H
#define KRING_WITNESS_KEY_H

#include "base/arena.h"
#include "crypto/note.h"

#define KEY_FILE "key"

typedef struct {
    signer *signer;
    note_key shown; /* of type NOTE_COSIGNATURE */
} witness_key;

/* CONFLICT: there is one already. UNAVAILABLE: the disk did not take it. */
result key_create(int dir, bytes name, arena *a, witness_key *out) MUST_USE;
/* BAD_FILE: missing or damaged. BAD_SETTING: others may read it. */
result key_read(int dir, arena *a, witness_key *out) MUST_USE;
void key_release(witness_key *k);

#endif
