#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

buf buf_new(size_t max) { return (buf){.max = max}; }

void buf_release(buf *b) {
    if (b->at) wipe(b->at, b->cap);
    free(b->at);
    *b = (buf){.max = b->max};
}

void buf_clear(buf *b) {
    if (b->at) wipe(b->at, b->len);
    b->len = 0;
    b->overflowed = false;
}

/* Not realloc: the old copy would stay in the heap unwiped. */
static bool grow(buf *b, size_t need) {
    if (need > b->max) return false;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < need) cap *= 2;
    if (cap > b->max) cap = b->max;
    uint8_t *p = malloc(cap);
    must(p != NULL);
    if (b->len) memcpy(p, b->at, b->len);
    if (b->at) wipe(b->at, b->cap);
    free(b->at);
    b->at = p;
    b->cap = cap;
    return true;
}

uint8_t *buf_room(buf *b, size_t len) {
    if (b->overflowed) return NULL;
    size_t need;
    if (__builtin_add_overflow(b->len, len, &need) || (need > b->cap && !grow(b, need))) {
        b->overflowed = true;
        return NULL;
    }
    return b->at + b->len;
}

void buf_wrote(buf *b, size_t len) {
    must(len <= b->cap - b->len);
    b->len += len;
}

void buf_put(buf *b, bytes what) {
    if (what.len == 0) return;
    uint8_t *p = buf_room(b, what.len);
    if (!p) return;
    memcpy(p, what.at, what.len);
    b->len += what.len;
}

void buf_put_byte(buf *b, uint8_t c) { buf_put(b, (bytes){&c, 1}); }
void buf_put_string(buf *b, const char *s) { buf_put(b, bytes_of_string(s)); }

void buf_put_u64(buf *b, uint64_t v) {
    char digits[20];
    size_t n = sizeof digits;
    do digits[--n] = (char)('0' + v % 10);
    while (v /= 10);
    buf_put(b, bytes_make(digits + n, sizeof digits - n));
}

void buf_put_uuid(buf *b, uuid id) {
    char *p = (char *)buf_room(b, UUID_TEXT);
    if (!p) return;
    uuid_write(id, p);
    b->len += UUID_TEXT;
}

void buf_format(buf *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char probe[1];
    int n = vsnprintf(probe, sizeof probe, format, args);
    va_end(args);
    must(n >= 0);
    char *p = (char *)buf_room(b, (size_t)n + 1);
    if (p) {
        vsnprintf(p, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_eat(buf *b, size_t len) {
    must(len <= b->len);
    b->len -= len;
    if (b->len) memmove(b->at, b->at + len, b->len);
    wipe(b->at + b->len, len);
}
