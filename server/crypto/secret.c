#include "crypto/secret.h"

#include "crypto/algorithms.h"

#include <limits.h>
#include <openssl/rand.h>

void secret_random(void *out, size_t len) {
    must(len <= INT_MAX);
    must(RAND_priv_bytes(out, (int)len) == 1);
}

void secret_nonce(uint8_t *out, size_t len) {
    must(len <= INT_MAX);
    must(RAND_bytes(out, (int)len) == 1);
}

void secret_sha256(bytes message, uint8_t out[SHA256_SIZE]) {
    must(EVP_Digest(message.at, message.len, out, NULL, algorithm_sha256(), NULL) == 1);
}

static void hmac(const uint8_t key[SECRET_KEY], bytes first, bytes second, bytes third, uint8_t out[SHA256_SIZE]) {
    EVP_MAC_CTX *c = EVP_MAC_CTX_dup(algorithm_hmac());
    size_t len = 0;
    must(c != NULL && EVP_MAC_init(c, key, SECRET_KEY, NULL) == 1);
    must(EVP_MAC_update(c, first.at, first.len) == 1);
    must(EVP_MAC_update(c, second.at, second.len) == 1);
    must(EVP_MAC_update(c, third.at, third.len) == 1);
    must(EVP_MAC_final(c, out, &len, SHA256_SIZE) == 1 && len == SHA256_SIZE);
    EVP_MAC_CTX_free(c);
}

void secret_hmac(const uint8_t key[SECRET_KEY], bytes label, bytes message, uint8_t out[SHA256_SIZE]) {
    must(label.len <= UINT8_MAX);
    uint8_t len = (uint8_t)label.len;
    hmac(key, bytes_make(&len, 1), label, message, out);
}

void secret_login_index(const uint8_t key[SECRET_KEY], bytes prepared, uint8_t out[LOGIN_INDEX]) {
    uint8_t whole[SHA256_SIZE];
    hmac(key, prepared, BYTES(""), BYTES(""), whole);
    memcpy(out, whole, LOGIN_INDEX);
}

void secret_token(char text[TOKEN_TEXT]) {
    uint8_t raw[32];
    secret_random(raw, sizeof raw);
    must(base64url_encode(bytes_make(raw, sizeof raw), text) == TOKEN_TEXT);
    wipe(raw, sizeof raw);
}

result secret_token_hash(bytes text, uint8_t out[SHA256_SIZE]) {
    uint8_t raw[32];
    size_t len = 0;
    ENSURE(text.len == TOKEN_TEXT, UNAUTHENTICATED);
    result decoded = base64url_decode(text, raw, sizeof raw, &len);
    wipe(raw, sizeof raw);
    ENSURE(ok(decoded) && len == sizeof raw, UNAUTHENTICATED);
    secret_sha256(text, out);
    return OK;
}
