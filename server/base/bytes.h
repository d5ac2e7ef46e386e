/* Spans of bytes that somebody else owns, and 16-byte ids.
 *
 * Whatever comes from outside is a span with a length; nothing here reads past it or needs a terminating zero. */
#ifndef KRING_BASE_BYTES_H
#define KRING_BASE_BYTES_H

#include "base/result.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *at;
    size_t len;
} bytes;

/* A random (version 4) UUID, in network order. */
typedef struct {
    uint8_t b[16];
} uuid;

enum { UUID_TEXT = 36 };

#define BYTES(literal) ((bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})
#define BYTES_OF(object) ((bytes){(const uint8_t *)&(object), sizeof(object)})

static inline bytes bytes_make(const void *at, size_t len) { return (bytes){(const uint8_t *)at, len}; }
static inline bytes bytes_of_string(const char *s) { return (bytes){(const uint8_t *)s, s ? strlen(s) : 0}; }
static inline bool bytes_equal(bytes a, bytes b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
static inline bool bytes_is(bytes a, const char *s) { return bytes_equal(a, bytes_of_string(s)); }
/* ASCII only; for header names and schemes. */
bool bytes_is_nocase(bytes a, const char *s);
bool bytes_starts(bytes a, const char *prefix);
/* What stands before the first `end`, which goes with it; false, and nothing taken, if there is none. */
bool bytes_cut(bytes *from, char end, bytes *part) MUST_USE;
/* Constant time in the content; the lengths are public. For tokens, MACs and hashes. */
bool bytes_equal_secret(bytes a, bytes b);

static inline bool uuid_equal(uuid a, uuid b) { return memcmp(a.b, b.b, 16) == 0; }
static inline int uuid_compare(uuid a, uuid b) { return memcmp(a.b, b.b, 16); }
static inline bool uuid_is_zero(uuid a) {
    static const uuid zero;
    return uuid_equal(a, zero);
}
/* Exactly 36 characters, lower-case hex; anything else is BAD_REQUEST, so that an id has one spelling. */
result uuid_parse(bytes text, uuid *out) MUST_USE;
/* Writes 36 characters and no terminator. */
void uuid_write(uuid id, char out[UUID_TEXT]);
/* Random; aborts if the system has no randomness. */
uuid uuid_random(void);

/* Unsigned decimal without sign, space or leading zero, at most `max`. */
result bytes_to_u64(bytes text, uint64_t max, uint64_t *out) MUST_USE;

/* base64url without padding (RFC 4648 section 5). `out` holds 4*ceil(len/3) characters; returns how many were written. */
size_t base64url_encode(bytes raw, char *out);
/* Strict: no padding, no stray bits. `cap` bounds `out`; BAD_REQUEST otherwise. */
result base64url_decode(bytes text, uint8_t *out, size_t cap, size_t *len) MUST_USE;
/* Lower-case hex; `out` holds 2*len characters. */
void hex_encode(bytes raw, char *out);
result hex_decode(bytes text, uint8_t *out, size_t cap, size_t *len) MUST_USE;

/* Writes zeros that the compiler may not drop. */
void wipe(void *at, size_t len);

/* Big-endian stores and loads, for formats that must have one byte order. */
static inline void put_u16(uint8_t *p, uint16_t v) { p[0] = (uint8_t)(v >> 8), p[1] = (uint8_t)v; }
static inline void put_u32(uint8_t *p, uint32_t v) { put_u16(p, (uint16_t)(v >> 16)), put_u16(p + 2, (uint16_t)v); }
static inline void put_u64(uint8_t *p, uint64_t v) { put_u32(p, (uint32_t)(v >> 32)), put_u32(p + 4, (uint32_t)v); }
static inline uint16_t get_u16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t get_u32(const uint8_t *p) { return (uint32_t)get_u16(p) << 16 | get_u16(p + 2); }
static inline uint64_t get_u64(const uint8_t *p) { return (uint64_t)get_u32(p) << 32 | get_u32(p + 4); }

#endif
