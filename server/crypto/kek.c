#include "crypto/kek.h"

#include "base/memory.h"

struct kek {
    const kek_provider *provider;
    void *state;
    uint8_t id[KEK_ID];
};

kek *kek_new(const kek_provider *provider, void *state, const uint8_t id[KEK_ID]) {
    kek *k = memory_take(sizeof *k);
    k->provider = provider;
    k->state = state;
    memcpy(k->id, id, KEK_ID);
    return k;
}

void kek_release(kek *k) {
    if (!k) return;
    k->provider->close(k->state);
    memory_give(k, sizeof *k);
}

const uint8_t *kek_id(const kek *k) { return k->id; }
const char *kek_provider_name(const kek *k) { return k->provider->name; }

result kek_wrap(kek *k, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) {
    buf_put(out, bytes_make(k->id, KEK_ID));
    return k->provider->wrap(k->state, epoch, aad, key, out);
}

result kek_unwrap(kek *k, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]) {
    ENSURE(wrapped.len > KEK_ID, BAD_ENVELOPE);
    ENSURE(memcmp(wrapped.at, k->id, KEK_ID) == 0, NO_KEY);
    return k->provider->unwrap(k->state, epoch, aad, bytes_make(wrapped.at + KEK_ID, wrapped.len - KEK_ID), key);
}
