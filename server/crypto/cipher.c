#include "crypto/cipher_use.h"

#include "base/memory.h"

struct cipher_key {
    uint8_t key[KEY_SIZE]; /* kept, since contexts are made late */
    uint64_t references, seals;
    EVP_CIPHER_CTX *seal, *open;
    xaes xaes;
};

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
    gcm_context_release(k->seal);
    gcm_context_release(k->open);
    xaes_end(&k->xaes);
    memory_give(k, sizeof *k);
}

uint64_t cipher_key_seals(const cipher_key *k) { return k->seals; }

void cipher_key_sealed_before(cipher_key *k, uint64_t seals) {
    if (k->seals < seals) k->seals = seals;
}

result cipher_key_to_seal(cipher_key *k, EVP_CIPHER_CTX **gcm) {
    ENSURE(k->seals < CIPHER_SEALS_MAX, NO_KEY);
    k->seals++;
    if (!k->seal) k->seal = gcm_context_new(k->key);
    *gcm = k->seal;
    return OK;
}

EVP_CIPHER_CTX *cipher_key_to_open(cipher_key *k) {
    if (!k->open) k->open = gcm_context_new(k->key);
    return k->open;
}

xaes *cipher_key_xaes(cipher_key *k) {
    if (!k->xaes.block) xaes_start(&k->xaes, k->key);
    return &k->xaes;
}
