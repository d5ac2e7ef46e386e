#include "crypto/phc.h"

#include <stdio.h>

enum { SALT_TEXT = 22, TAG_TEXT = 43 };

/* PHC strings use the standard alphabet, base/ the one for URLs: they differ in two characters. */
static void encode(const uint8_t *raw, size_t len, char *out) {
    size_t n = base64url_encode(bytes_make(raw, len), out);
    for (size_t i = 0; i < n; i++) {
        if (out[i] == '-') out[i] = '+';
        if (out[i] == '_') out[i] = '/';
    }
    out[n] = 0;
}

/* Takes both alphabets; that only the standard one is ours shows when the hash is written again. */
static result decode(bytes text, uint8_t *out, size_t len) {
    uint8_t turned[TAG_TEXT];
    size_t got = 0;
    ENSURE(text.len <= sizeof turned, BAD_REQUEST);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.at[i];
        turned[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    TRY(base64url_decode(bytes_make(turned, text.len), out, len, &got));
    ENSURE(got == len, BAD_REQUEST);
    return OK;
}

void phc_write(const phc *p, char text[PHC_SIZE]) {
    char salt[SALT_TEXT + 1], tag[TAG_TEXT + 1];
    encode(p->salt, PHC_SALT, salt);
    encode(p->tag, PHC_TAG, tag);
    int n = snprintf(text, PHC_SIZE, "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", p->cost.memory_kib, p->cost.passes,
                     salt, tag);
    must(n > 0 && n < PHC_SIZE);
    wipe(tag, sizeof tag);
}

/* Takes `literal` off the front. */
static result eat(bytes *rest, const char *literal) {
    ENSURE(bytes_starts(*rest, literal), BAD_REQUEST);
    size_t n = strlen(literal);
    *rest = bytes_make(rest->at + n, rest->len - n);
    return OK;
}

/* Takes everything up to `stop` off the front, and `stop` with it. */
static result eat_until(bytes *rest, char stop, bytes *part) {
    const uint8_t *at = rest->len ? memchr(rest->at, stop, rest->len) : NULL;
    ENSURE(at != NULL, BAD_REQUEST);
    size_t n = (size_t)(at - rest->at);
    *part = bytes_make(rest->at, n);
    *rest = bytes_make(at + 1, rest->len - n - 1);
    return OK;
}

static result eat_number(bytes *rest, char stop, uint32_t *out) {
    bytes digits;
    uint64_t value;
    TRY(eat_until(rest, stop, &digits));
    TRY(bytes_to_u64(digits, UINT32_MAX, &value));
    *out = (uint32_t)value;
    return OK;
}

static result parse(bytes rest, phc *out) {
    bytes salt;
    TRY(eat(&rest, "$argon2id$v=19$m="));
    TRY(eat_number(&rest, ',', &out->cost.memory_kib));
    TRY(eat(&rest, "t="));
    TRY(eat_number(&rest, ',', &out->cost.passes));
    TRY(eat(&rest, "p=1$"));
    TRY(eat_until(&rest, '$', &salt));
    TRY(decode(salt, out->salt, PHC_SALT));
    TRY(decode(rest, out->tag, PHC_TAG));
    ENSURE(password_cost_ok(out->cost), BAD_REQUEST);
    return OK;
}

result phc_read(bytes text, phc *out) {
    phc read;
    char again[PHC_SIZE];
    ENSURE(text.len < PHC_SIZE, BAD_REQUEST);
    TRY(parse(text, &read));
    phc_write(&read, again);
    ENSURE(bytes_is(text, again), BAD_REQUEST);
    *out = read;
    return OK;
}
