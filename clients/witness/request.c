#include "request.h"

#include "crypto/base64.h"

#define OLD "old "

static result read_old(bytes line, uint64_t *old) {
    ENSURE(bytes_starts(line, OLD), BAD_REQUEST);
    return bytes_to_u64(bytes_make(line.at + sizeof OLD - 1, line.len - (sizeof OLD - 1)), UINT64_MAX, old);
}

static result read_hash(bytes line, request *r) {
    size_t len = 0;
    ENSURE(r->count < MERKLE_PROOF_MAX, BAD_REQUEST);
    TRY(base64_decode(line, r->proof[r->count++], MERKLE_HASH, &len));
    ENSURE(len == MERKLE_HASH, BAD_REQUEST);
    return OK;
}

result request_parse(bytes body, request *out) {
    bytes line;
    out->count = 0;
    ENSURE(body.len <= REQUEST_MAX && bytes_cut(&body, '\n', &line), BAD_REQUEST);
    TRY(read_old(line, &out->old));
    for (;;) {
        ENSURE(bytes_cut(&body, '\n', &line), BAD_REQUEST);
        if (line.len == 0) break;
        TRY(read_hash(line, out));
    }
    TRY(note_open(body, &out->note));
    return checkpoint_parse(out->note.text, &out->head);
}
