#include "crypto/envelope.h"

#include "crypto/cipher_use.h"
#include "crypto/frame.h"
#include "crypto/secret.h"

enum { FORMAT = 1 };
_Static_assert((int)ENVELOPE_TAG == (int)GCM_TAG, "one tag");
_Static_assert((int)KEY_SIZE == (int)GCM_KEY, "one key size");

static size_t nonce_size(envelope_alg alg) {
    must(alg == ENVELOPE_XAES || alg == ENVELOPE_GCM);
    return alg == ENVELOPE_XAES ? XAES_NONCE : GCM_NONCE;
}

size_t envelope_padded_size(size_t len) { return frame_size(len); }

size_t envelope_size(envelope_alg alg, size_t len) {
    return ENVELOPE_HEAD + nonce_size(alg) + frame_size(len) + ENVELOPE_TAG;
}

typedef struct {
    uint8_t at[ENVELOPE_HEAD + AAD_MAX];
    size_t len;
} sealed_to;

/* The head comes first and has one width, so the whole stays injective. */
static bytes bind(const uint8_t head[ENVELOPE_HEAD], bytes aad, sealed_to *to) {
    must(aad.len <= AAD_MAX);
    memcpy(to->at, head, ENVELOPE_HEAD);
    if (aad.len) memcpy(to->at + ENVELOPE_HEAD, aad.at, aad.len);
    return bytes_make(to->at, ENVELOPE_HEAD + aad.len);
}

static void write_head(uint8_t head[ENVELOPE_HEAD], envelope_alg alg, uint32_t epoch) {
    head[0] = FORMAT;
    head[1] = (uint8_t)alg;
    put_u32(head + 2, epoch);
}

static void seal_with(const cipher_key *k, const uint8_t *nonce, bytes bound, uint8_t *frame, size_t framed) {
    const uint8_t *key;
    EVP_CIPHER_CTX *c = cipher_key_gcm(k, &key);
    gcm_seal(c, key, nonce, bound, frame, framed, frame + framed);
}

static bool open_with(const cipher_key *k, const uint8_t *nonce, bytes bound, bytes sealed, const uint8_t *tag, uint8_t *opened) {
    const uint8_t *key;
    EVP_CIPHER_CTX *c = cipher_key_gcm(k, &key);
    return gcm_open(c, key, nonce, bound, sealed, tag, opened);
}

result envelope_seal(cipher_key *k, envelope_alg alg, uint32_t epoch, bytes aad, bytes plain, buf *out) {
    ENSURE(plain.len <= ENVELOPE_PLAIN_MAX, TOO_LARGE);
    size_t framed = frame_size(plain.len), whole = envelope_size(alg, plain.len);
    uint8_t *head = buf_room(out, whole);
    ENSURE(head != NULL, TOO_MUCH);
    if (alg == ENVELOPE_GCM) TRY(cipher_key_count_seal(k));
    uint8_t *nonce = head + ENVELOPE_HEAD, *frame = nonce + nonce_size(alg);
    sealed_to to;
    write_head(head, alg, epoch);
    secret_nonce(nonce, nonce_size(alg));
    frame_write(plain, frame);
    bytes bound = bind(head, aad, &to);
    if (alg == ENVELOPE_GCM) seal_with(k, nonce, bound, frame, framed);
    else xaes_seal(cipher_key_xaes(k), nonce, bound, frame, framed, frame + framed);
    buf_wrote(out, whole);
    return OK;
}

result envelope_epoch(bytes envelope, uint32_t *epoch) {
    ENSURE(envelope.len > ENVELOPE_HEAD && envelope.at[0] == FORMAT, BAD_ENVELOPE);
    ENSURE(envelope.at[1] == ENVELOPE_XAES || envelope.at[1] == ENVELOPE_GCM, BAD_ENVELOPE);
    *epoch = get_u32(envelope.at + 2);
    return OK;
}

static result check_head(bytes envelope, envelope_alg allowed, uint32_t epoch) {
    uint32_t told;
    TRY(envelope_epoch(envelope, &told));
    ENSURE(envelope.at[1] == allowed && told == epoch, BAD_ENVELOPE);
    ENSURE(envelope.len <= envelope_size(allowed, ENVELOPE_PLAIN_MAX), BAD_ENVELOPE);
    ENSURE(envelope.len >= envelope_size(allowed, 0), BAD_ENVELOPE);
    return OK;
}

result envelope_open(cipher_key *k, envelope_alg allowed, uint32_t epoch, bytes aad, bytes envelope, arena *a,
                     bytes *plain) {
    TRY(check_head(envelope, allowed, epoch));
    const uint8_t *nonce = envelope.at + ENVELOPE_HEAD, *frame = nonce + nonce_size(allowed);
    bytes sealed = bytes_make(frame, (size_t)(envelope.at + envelope.len - frame) - ENVELOPE_TAG);
    const uint8_t *tag = frame + sealed.len;
    sealed_to to;
    bytes bound = bind(envelope.at, aad, &to);
    uint8_t *opened = arena_take(a, sealed.len + 1);
    bool right = allowed == ENVELOPE_GCM ? open_with(k, nonce, bound, sealed, tag, opened)
                                         : xaes_open(cipher_key_xaes(k), nonce, bound, sealed, tag, opened);
    ENSURE(right, BAD_ENVELOPE);
    result read = frame_read(bytes_make(opened, sealed.len), plain);
    if (!ok(read)) wipe(opened, sealed.len);
    return read;
}
