/* Whether to cosign (C2SP tlog-witness): the one decision that a witness makes.
 *
 * Asked by one thread only: between looking at what was cosigned last and keeping the new tree nobody else may be answered, or two
 * branches could both be cosigned. */
#ifndef KRING_WITNESS_JUDGE_H
#define KRING_WITNESS_JUDGE_H

#include "key.h"
#include "state.h"

typedef struct {
    const witness_key *key;
    const note_key *logs; /* of type NOTE_ED25519; a log's origin is the name of its key, and it may have several */
    size_t count;
    state *seen;
} witness;

/* Room for whatever is answered. */
enum { ANSWER_MAX = 1024 };

/* The HTTP status of the answer to `body`, and the answer: a cosignature line for 200, the size for 409, else a sentence. `now` in
 * seconds since 1970. */
unsigned judge(const witness *w, bytes body, uint64_t now, buf *answer);

#endif
