#include "crypto/wrap.h"

#include "crypto/envelope.h"

result wrap_key(cipher_key *with, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) {
    return envelope_seal(with, ENVELOPE_XAES, epoch, aad, bytes_make(key, KEY_SIZE), out);
}

result unwrap_key(cipher_key *with, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]) {
    arena *a = arena_new_sized(256);
    bytes plain = {0};
    result opened = envelope_open(with, ENVELOPE_XAES, epoch, aad, wrapped, a, &plain);
    if (ok(opened) && plain.len != KEY_SIZE) opened = FAIL(BAD_ENVELOPE);
    if (ok(opened)) memcpy(key, plain.at, KEY_SIZE);
    arena_release(a);
    return opened;
}
