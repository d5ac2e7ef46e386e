#include "judge.h"

#include "request.h"
#include "trouble.h"

static unsigned refuse(unsigned status, const char *why, buf *answer) {
    buf_put_string(answer, why);
    buf_put_byte(answer, '\n');
    return status;
}

/* The log may be at another size than it thinks: it learns ours, and asks again with a proof from there. */
static unsigned conflict(const seen *last, buf *answer) {
    buf_put_u64(answer, last->size);
    buf_put_byte(answer, '\n');
    return 409;
}

static bool is_known(const witness *w, bytes origin) {
    for (size_t i = 0; i < w->count; i++)
        if (bytes_equal(w->logs[i].name, origin)) return true;
    return false;
}

static bool is_signed(const witness *w, const request *r) {
    for (size_t i = 0; i < w->count; i++)
        if (bytes_equal(w->logs[i].name, r->head.origin) && note_verify(&r->note, &w->logs[i])) return true;
    return false;
}

/* The log signed what does not extend what we cosigned: it may be a mistake in the proof, it may be a log that shows two families
 * two histories. Whoever runs the witness should ask. */
static void tell(const request *r, const seen *last, const char *what) {
    char root[2 * MERKLE_HASH];
    hex_encode(BYTES_OF(r->head.root), root);
    trouble(0, "%s: %.*s signed size %llu, root %.*s, and this witness last cosigned size %llu", what,
            (int)r->head.origin.len, (const char *)r->head.origin.at, (unsigned long long)r->head.size, 2 * MERKLE_HASH, root,
            (unsigned long long)last->size);
}

static bool is_same(const request *r, const seen *last) {
    return r->head.size == last->size && memcmp(r->head.root, last->root, MERKLE_HASH) == 0;
}

/* Kept first, cosigned then; what is kept already needs no second write. */
static unsigned cosign(const witness *w, const request *r, const seen *last, uint64_t now, buf *answer) {
    if (!is_same(r, last) && !ok(state_keep(w->seen, &r->head))) {
        trouble(0, "nothing was cosigned: the state could not be written");
        return refuse(503, "The state could not be written", answer);
    }
    cosignature_make(w->key->signer, w->key->shown.name, now, r->note.text, answer);
    return 200;
}

unsigned judge(const witness *w, bytes body, uint64_t now, buf *answer) {
    request r;
    if (!ok(request_parse(body, &r))) return refuse(400, "This is not an add-checkpoint request", answer);
    if (!is_known(w, r.head.origin)) return refuse(404, "This witness does not know that log", answer);
    if (!is_signed(w, &r)) return refuse(403, "No key of that log signed this", answer);
    if (r.old > r.head.size) return refuse(400, "The old size is larger than the checkpoint's", answer);
    seen last = state_of(w->seen, r.head.origin);
    if (r.old != last.size) return conflict(&last, answer);
    if (r.head.size == last.size && !is_same(&r, &last)) {
        tell(&r, &last, "TWO TREES OF ONE SIZE");
        return conflict(&last, answer);
    }
    if (!merkle_check_consistency(r.old, r.head.size, (const uint8_t(*)[MERKLE_HASH])r.proof, r.count, last.root, r.head.root)) {
        tell(&r, &last, "no proof");
        return refuse(422, "The proof does not lead from the old tree to this one", answer);
    }
    return cosign(w, &r, &last, now, answer);
}
