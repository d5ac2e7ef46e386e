/* Target functions: envelope_open, envelope_epoch, frame_read, unwrap_key, phc_read, secret_token_hash,
 * secret_prepare_password, secret_prepare_login.
 *
 * The first byte chooses. Random bytes never pass a tag, so the frame behind it is fuzzed by itself, and a sealed
 * envelope is changed by the input: whatever opens must be what was sealed. */
#include "crypto/envelope.h"
#include "crypto/frame.h"
#include "crypto/phc.h"
#include "crypto/wrap.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cipher_key *key(void) {
    static cipher_key *k;
    static const uint8_t raw[KEY_SIZE] = "a key that is the same each time";
    if (!k) k = cipher_key_new(raw);
    return k;
}

static void open_raw(bytes input, envelope_alg alg) {
    arena *a = arena_new();
    uint32_t epoch = 0;
    bytes plain;
    if (ok(envelope_epoch(input, &epoch)))
        must(!ok(envelope_open(key(), alg, epoch, BYTES("context"), input, a, &plain)));
    arena_release(a);
}

static void unwrap_raw(bytes input) {
    uint8_t out[KEY_SIZE];
    uint32_t epoch = 0;
    if (ok(envelope_epoch(input, &epoch))) must(!ok(unwrap_key(key(), epoch, BYTES("context"), input, out)));
}

/* A frame that is accepted is the frame that its data makes. */
static void read_frame(bytes input) {
    bytes data;
    if (!ok(frame_read(input, &data))) return;
    uint8_t *again = malloc(input.len);
    must(again != NULL && frame_size(data.len) == input.len);
    frame_write(data, again);
    must(bytes_equal(input, bytes_make(again, input.len)));
    free(again);
}

/* Seals one half of the input and XORs the other over the envelope: it opens only if that changed nothing. */
static void change_sealed(bytes input, envelope_alg alg) {
    bytes plain = bytes_make(input.at, input.len / 2),
          change = bytes_make(input.at + plain.len, input.len - plain.len);
    buf sealed = buf_new(ENVELOPE_PLAIN_MAX * 2);
    arena *a = arena_new();
    bytes opened;
    must(ok(envelope_seal(key(), alg, 1, BYTES("context"), plain, &sealed)));
    uint8_t changed = 0;
    for (size_t i = 0; i < change.len && i < sealed.len; i++) changed |= change.at[i], sealed.at[i] ^= change.at[i];
    result got = envelope_open(key(), alg, 1, BYTES("context"), buf_bytes(&sealed), a, &opened);
    must(ok(got) == (changed == 0));
    if (ok(got)) must(bytes_equal(opened, plain));
    arena_release(a);
    buf_release(&sealed);
}

static void read_phc(bytes input) {
    phc p;
    char again[PHC_SIZE];
    if (!ok(phc_read(input, &p))) return;
    phc_write(&p, again);
    must(bytes_is(input, again) && password_cost_ok(p.cost));
}

/* What was prepared is bounded, and preparing it again changes nothing. */
static void prepare(bytes input, result (*with)(bytes, arena *, bytes *), size_t max) {
    arena *a = arena_new();
    bytes once, twice;
    if (ok(with(input, a, &once))) {
        must(once.len > 0 && once.len <= max);
        if (ok(with(once, a, &twice))) must(twice.len > 0 && twice.len <= max);
    }
    arena_release(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 20000) return 0;
    bytes input = bytes_make(data + 1, size - 1);
    uint8_t hash[SHA256_SIZE];
    switch (data[0] % 10) {
    case 0: open_raw(input, ENVELOPE_XAES); break;
    case 1: open_raw(input, ENVELOPE_GCM); break;
    case 2: unwrap_raw(input); break;
    case 3: read_frame(input); break;
    case 4: change_sealed(input, ENVELOPE_XAES); break;
    case 5: change_sealed(input, ENVELOPE_GCM); break;
    case 6: read_phc(input); break;
    case 7: prepare(input, secret_prepare_password, 1024); break;
    case 8: prepare(input, secret_prepare_login, 254); break;
    default: must(!ok(secret_token_hash(input, hash)) || input.len == TOKEN_TEXT); break;
    }
    return 0;
}
