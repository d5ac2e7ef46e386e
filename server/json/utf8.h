/* UTF-8 as RFC 3629 and Unicode table 3-7 allow it: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Strictness is a wall: two parsers that read a crooked sequence differently see two different texts. */
#ifndef KRING_JSON_UTF8_H
#define KRING_JSON_UTF8_H

#include "base/bytes.h"

/* How many bytes the well-formed character at `p` takes (1 to 4), or 0 if it is none. `left` is at least 1. */
static inline size_t utf8_length(const uint8_t *p, size_t left) {
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
    size_t length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (left < length) return 0;
    /* The second byte rules out overlong forms (E0, F0), surrogates (ED) and what lies beyond Unicode (F4). */
    uint8_t low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    return length;
}

/* The character of a well-formed sequence of that length. */
static inline uint32_t utf8_decode(const uint8_t *p, size_t length) {
    static const uint8_t first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = p[0] & first[length];
    for (size_t i = 1; i < length; i++) c = c << 6 | (p[i] & 0x3Fu);
    return c;
}

#endif
