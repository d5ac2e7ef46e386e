#include "base/bytes.h"

#include <stdlib.h>
#include <sys/random.h>

static uint8_t lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c; }

bool bytes_is_nocase(bytes a, const char *s) {
    if (a.len != strlen(s)) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower((uint8_t)s[i])) return false;
    return true;
}

bool bytes_starts(bytes a, const char *prefix) {
    size_t n = strlen(prefix);
    return a.len >= n && memcmp(a.at, prefix, n) == 0;
}

bool bytes_cut(bytes *from, char end, bytes *part) {
    const uint8_t *found = from->len ? memchr(from->at, end, from->len) : NULL;
    if (!found) return false;
    *part = bytes_make(from->at, (size_t)(found - from->at));
    *from = bytes_make(found + 1, from->len - part->len - 1);
    return true;
}

bool bytes_equal_secret(bytes a, bytes b) {
    if (a.len != b.len) return false;
    volatile uint8_t difference = 0;
    for (size_t i = 0; i < a.len; i++) difference |= a.at[i] ^ b.at[i];
    return difference == 0;
}

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

result uuid_parse(bytes text, uuid *out) {
    ENSURE(text.len == UUID_TEXT, BAD_REQUEST);
    uuid id;
    size_t n = 0;
    for (size_t i = 0; i < UUID_TEXT;) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            ENSURE(text.at[i] == '-', BAD_REQUEST);
            i++;
            continue;
        }
        int high = hex_digit(text.at[i]), low = hex_digit(text.at[i + 1]);
        ENSURE(high >= 0 && low >= 0, BAD_REQUEST);
        id.b[n++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    *out = id;
    return OK;
}

static const char hex[] = "0123456789abcdef";

void uuid_write(uuid id, char out[UUID_TEXT]) {
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        *p++ = hex[id.b[i] >> 4];
        *p++ = hex[id.b[i] & 15];
    }
}

uuid uuid_random(void) {
    uuid id;
    must(getrandom(id.b, sizeof id.b, 0) == (ssize_t)sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

result bytes_to_u64(bytes text, uint64_t max, uint64_t *out) {
    ENSURE(text.len > 0 && text.len <= 20, BAD_REQUEST);
    ENSURE(text.len == 1 || text.at[0] != '0', BAD_REQUEST);
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        ENSURE(text.at[i] >= '0' && text.at[i] <= '9', BAD_REQUEST);
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        ENSURE(value <= (UINT64_MAX - digit) / 10, BAD_REQUEST);
        value = value * 10 + digit;
    }
    ENSURE(value <= max, BAD_REQUEST);
    *out = value;
    return OK;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t base64url_encode(bytes raw, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i += 3) {
        size_t left = raw.len - i;
        uint32_t v = (uint32_t)raw.at[i] << 16;
        if (left > 1) v |= (uint32_t)raw.at[i + 1] << 8;
        if (left > 2) v |= raw.at[i + 2];
        out[n++] = alphabet[v >> 18];
        out[n++] = alphabet[v >> 12 & 63];
        if (left > 1) out[n++] = alphabet[v >> 6 & 63];
        if (left > 2) out[n++] = alphabet[v & 63];
    }
    return n;
}

static int base64_digit(uint8_t c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '-') return 62;
    if (c == '_') return 63;
    return -1;
}

result base64url_decode(bytes text, uint8_t *out, size_t cap, size_t *len) {
    ENSURE(text.len % 4 != 1, BAD_REQUEST);
    size_t n = text.len / 4 * 3 + (text.len % 4 ? text.len % 4 - 1 : 0);
    ENSURE(n <= cap, BAD_REQUEST);
    uint32_t v = 0;
    size_t bits = 0, written = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = base64_digit(text.at[i]);
        ENSURE(digit >= 0, BAD_REQUEST);
        v = v << 6 | (uint32_t)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[written++] = (uint8_t)(v >> bits);
            v &= (1u << bits) - 1;
        }
    }
    ENSURE(v == 0, BAD_REQUEST); /* stray bits would give one value two spellings */
    *len = written;
    return OK;
}

void hex_encode(bytes raw, char *out) {
    for (size_t i = 0; i < raw.len; i++) {
        out[2 * i] = hex[raw.at[i] >> 4];
        out[2 * i + 1] = hex[raw.at[i] & 15];
    }
}

result hex_decode(bytes text, uint8_t *out, size_t cap, size_t *len) {
    ENSURE(text.len % 2 == 0 && text.len / 2 <= cap, BAD_REQUEST);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_digit(text.at[i]), low = hex_digit(text.at[i + 1]);
        ENSURE(high >= 0 && low >= 0, BAD_REQUEST);
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *len = text.len / 2;
    return OK;
}

void wipe(void *at, size_t len) {
    if (len) explicit_bzero(at, len);
}
