/* Checkpoints (C2SP tlog-checkpoint): the text that a log signs about its tree, and what witnesses add to it.
 *
 * A cosignature (C2SP tlog-cosignature, version 1) says: at that time, this was the largest tree that I had seen of this log, and
 * it extends every other that I saw. It is a line of the same note. Whoever makes one must have checked that, and must have
 * stored it, before. */
#ifndef KRING_CRYPTO_CHECKPOINT_H
#define KRING_CRYPTO_CHECKPOINT_H

#include "crypto/merkle.h"
#include "crypto/note.h"

typedef struct {
    bytes origin;
    uint64_t size;
    uint8_t root[MERKLE_HASH];
    bytes extension; /* whole lines, or none; nobody but the log vouches for them */
} checkpoint;

/* `text` is a note's, with its final newline. BAD_REQUEST: another spelling than the one that there is, or too large a tree. */
result checkpoint_parse(bytes text, checkpoint *out) MUST_USE;
/* Three lines and no extension. The origin must be a fine key name, which is what our logs are called. */
void checkpoint_write(bytes origin, uint64_t size, const uint8_t root[MERKLE_HASH], buf *out);

/* One signature line, to be put behind the note's. `time` is in seconds since 1970; `body` is the checkpoint's text. */
void cosignature_make(const signer *s, bytes name, uint64_t time, bytes body, buf *line);
/* The key, of type NOTE_COSIGNATURE, cosigned the text: it has a line, and every line of its holds. `time` is the newest. */
bool cosignature_verify(const note_view *note, const note_key *key, uint64_t *time) MUST_USE;

#endif
