#include "crypto/cipher_use.h"

#include "base/memory.h"

/* Keys are many and contexts are large (1.2 KB and more): setting a key anew costs 0.15 us, less than fetching a context that is
 * no longer in the processor's cache. So a thread has one set of contexts, for the key that it used last. */
struct cipher_key {
    uint8_t key[KEY_SIZE];
    uint64_t references, seals;
};

static _Thread_local struct {
    const cipher_key *gcm_of, *xaes_of;
    EVP_CIPHER_CTX *gcm;
    xaes xaes;
} last;

static void forget(const cipher_key *k) {
    if (last.gcm_of == k) {
        gcm_context_release(last.gcm);
        last.gcm = NULL;
        last.gcm_of = NULL;
    }
    if (last.xaes_of == k) {
        xaes_end(&last.xaes);
        last.xaes_of = NULL;
    }
}

cipher_key *cipher_key_new(const uint8_t key[KEY_SIZE]) {
    cipher_key *k = memory_take(sizeof *k);
    memcpy(k->key, key, KEY_SIZE);
    k->references = 1;
    return k;
}

cipher_key *cipher_key_hold(cipher_key *k) {
    must(k->references > 0);
    k->references++;
    return k;
}

void cipher_key_release(cipher_key *k) {
    if (!k) return;
    must(k->references > 0);
    if (--k->references > 0) return;
    forget(k);
    memory_give(k, sizeof *k);
}

uint64_t cipher_key_seals(const cipher_key *k) { return k->seals; }

void cipher_key_sealed_before(cipher_key *k, uint64_t seals) {
    if (k->seals < seals) k->seals = seals;
}

result cipher_key_count_seal(cipher_key *k) {
    ENSURE(k->seals < CIPHER_SEALS_MAX, NO_KEY);
    k->seals++;
    return OK;
}

EVP_CIPHER_CTX *cipher_key_gcm(const cipher_key *k, const uint8_t **key) {
    *key = last.gcm_of == k ? NULL : k->key;
    last.gcm_of = k;
    if (!last.gcm) last.gcm = gcm_context_new(NULL);
    return last.gcm;
}

xaes *cipher_key_xaes(const cipher_key *k) {
    if (last.xaes_of != k) xaes_start(&last.xaes, k->key);
    last.xaes_of = k;
    return &last.xaes;
}
