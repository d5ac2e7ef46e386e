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

/* ---- codes ---- */

enum { CODE_LETTERS = 28, CODE_GROUP = 4 };
static const char code_letters[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's */

void secret_code(char text[CODE_TEXT]) {
    uint8_t random[CODE_LETTERS];
    secret_random(random, sizeof random);
    for (size_t i = 0, n = 0; i < CODE_LETTERS; i++) {
        if (i > 0 && i % CODE_GROUP == 0) text[n++] = '-';
        text[n++] = code_letters[random[i] & 31];
    }
    wipe(random, sizeof random);
}

/* What a hand writes for it: small letters, an O for a zero, an I or L for a one. */
static char code_letter(uint8_t c) {
    if (c >= 'a' && c <= 'z') c = (uint8_t)(c - 'a' + 'A');
    if (c == 'O') return '0';
    if (c == 'I' || c == 'L') return '1';
    return c != 0 && strchr(code_letters, c) ? (char)c : 0;
}

result secret_code_hash(bytes text, uint8_t out[SHA256_SIZE]) {
    char letters[CODE_LETTERS];
    size_t n = 0;
    bool fits = true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '-' || text.at[i] == ' ') continue;
        char c = code_letter(text.at[i]);
        fits = fits && c != 0 && n < CODE_LETTERS;
        if (fits) letters[n++] = c;
    }
    fits = fits && n == CODE_LETTERS;
    secret_sha256(bytes_make(letters, fits ? n : 0), out);
    wipe(letters, sizeof letters);
    return fits ? OK : FAIL(BAD_CODE);
}
