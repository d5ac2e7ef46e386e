/* The body of add-checkpoint (C2SP tlog-witness): "old N", up to 63 lines of a consistency proof, an empty line, a checkpoint.
 *
 * Bytes of a stranger become types here, once, or are refused whole. Nothing is believed yet: the signature comes next. */
#ifndef KRING_WITNESS_REQUEST_H
#define KRING_WITNESS_REQUEST_H

#include "crypto/checkpoint.h"

enum { REQUEST_MAX = 64 * 1024 };

typedef struct {
    uint64_t old;
    size_t count;
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    note_view note;
    checkpoint head; /* what the note says */
} request;

/* Spans of `body`. BAD_REQUEST for whatever else it is. */
result request_parse(bytes body, request *out) MUST_USE;

#endif
