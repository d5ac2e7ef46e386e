#include "crypto/record.h"

#include "crypto/algorithms.h"

uint32_t record_slots(uint32_t n) {
    uint32_t slots = RECORD_SLOTS;
    while (slots < n)
        slots *= 4; /* coarse: how many parts there are must not show in how many hashes there are */
    return slots;
}

static void hash_of(EVP_MD_CTX *c, bytes first, bytes second, uint8_t out[RECORD_HASH]) {
    must(EVP_DigestInit_ex2(c, algorithm_sha256(), NULL) == 1);
    must(EVP_DigestUpdate(c, first.at, first.len) == 1 && EVP_DigestUpdate(c, second.at, second.len) == 1);
    must(EVP_DigestFinal_ex(c, out, NULL) == 1);
}

static EVP_MD_CTX *hasher(void) {
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL);
    return c;
}

void record_part_hash(const uint8_t salt[RECORD_SALT], bytes part, uint8_t out[RECORD_HASH]) {
    EVP_MD_CTX *c = hasher();
    hash_of(c, bytes_make(salt, RECORD_SALT), part, out);
    EVP_MD_CTX_free(c);
}

/* The secret serves one record only, so a counter that begins at zero never meets the same key twice. */
static void key_stream(const uint8_t secret[RECORD_SECRET], uint8_t *out, size_t len) {
    static const uint8_t start[16];
    int wrote = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    must(c != NULL && len <= INT32_MAX);
    memset(out, 0, len);
    must(EVP_EncryptInit_ex2(c, algorithm_ctr(), secret, start, NULL) == 1);
    must(EVP_EncryptUpdate(c, out, &wrote, out, (int)len) == 1 && (size_t)wrote == len);
    EVP_CIPHER_CTX_free(c);
}

/* Fisher and Yates, for as many places as are taken. A lot of 32 bits favours none of some thousand places by more than one in a
 * million. */
static void draw_places(const uint8_t *lots, uint32_t fixed, uint32_t n, uint32_t slots, uint32_t *order) {
    for (uint32_t i = 0; i < slots; i++) order[i] = i;
    for (uint32_t i = fixed; i < n; i++) {
        uint32_t k = i + (uint32_t)((uint64_t)get_u32(lots + (size_t)(i - fixed) * 4) * (slots - i) >> 32), was = order[i];
        order[i] = order[k], order[k] = was;
    }
}

record_opening record_opening_make(const uint8_t secret[RECORD_SECRET], const bytes *parts, uint32_t n, uint32_t fixed, arena *a) {
    record_opening o = {.slots = record_slots(n)};
    must(fixed <= n);
    size_t salts = (size_t)n * RECORD_SALT, lots = (size_t)(n - fixed) * 4, filling = (size_t)(o.slots - n) * RECORD_HASH;
    uint8_t *stream = arena_take(a, salts + lots + filling);
    key_stream(secret, stream, salts + lots + filling);
    o.salts = (uint8_t(*)[RECORD_SALT])(void *)stream;
    o.hashes = arena_take_array(a, RECORD_HASH, o.slots);
    o.places = ARENA_ARRAY(a, uint32_t, o.slots);
    draw_places(stream + salts, fixed, n, o.slots, o.places);
    EVP_MD_CTX *c = hasher();
    for (uint32_t i = 0; i < n; i++) hash_of(c, bytes_make(o.salts[i], RECORD_SALT), parts[i], o.hashes[o.places[i]]);
    EVP_MD_CTX_free(c);
    for (uint32_t i = n; i < o.slots; i++)
        memcpy(o.hashes[o.places[i]], stream + salts + lots + (size_t)(i - n) * RECORD_HASH, RECORD_HASH);
    return o;
}

void record_commit(const uint8_t (*hashes)[RECORD_HASH], uint32_t slots, uint8_t out[RECORD_HASH]) {
    static const char label[] = "kring-audit-1"; /* with its zero */
    EVP_MD_CTX *c = hasher();
    hash_of(c, bytes_make((const uint8_t *)label, sizeof label), bytes_make(hashes, (size_t)slots * RECORD_HASH), out);
    EVP_MD_CTX_free(c);
}

void record_entry(const uint8_t commitment[RECORD_HASH], uint8_t out[RECORD_ENTRY]) {
    out[0] = out[1] = 1;
    memcpy(out + 2, commitment, RECORD_HASH);
}
