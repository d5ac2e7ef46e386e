/* The proof that comes with a line of the log (C2SP tlog-proof), and what it opens of the record.
 *
 * `extra` is u8 version=1 | u16 n | n hashes | for each part that is shown: u16 place | salt 16 | u16 length | bytes. Which part
 * says what: server/flow/record.h. Everything is read as strictly as it is written, so that a proof has one spelling. */
#ifndef KRING_CLI_LOG_PROOF_H
#define KRING_CLI_LOG_PROOF_H

#include "base/arena.h"
#include "crypto/checkpoint.h"

typedef enum { PART_HEAD, PART_ACCESS, PART_RULING, PART_NOTE, PART_GROUNDS, PART_ITEMS } part_position;

typedef struct {
    uint16_t position;
    bytes content;
} shown_part;

typedef struct {
    uint64_t index;
    size_t hash_count;
    uint8_t hashes[MERKLE_PROOF_MAX][MERKLE_HASH];
    note_view note;
    checkpoint head;
    uint8_t leaf[MERKLE_HASH];
    shown_part *parts; /* the head first, items as the line has them; each with its hash in its place */
    size_t part_count;
} log_proof;

/* What is wrong with it, as a constant sentence, or NULL. Views of `text` and of `a`. */
const char *log_proof_read(arena *a, bytes text, log_proof *out) MUST_USE;
/* The same: whether that log signed its checkpoint, and the leaf stands in it. */
const char *log_proof_check(const log_proof *p, const note_key *log) MUST_USE;

#endif
