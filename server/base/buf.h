/* A buffer that grows up to a ceiling which its maker must name.
 *
 * Overflow is sticky (Varnish): write freely, ask once at the end with buf_ok. What was in it is wiped when it goes. */
#ifndef KRING_BASE_BUF_H
#define KRING_BASE_BUF_H

#include "base/bytes.h"

typedef struct {
    uint8_t *at;
    size_t len, cap, max;
    bool overflowed;
} buf;

/* `max` in bytes. Nothing is allocated until the first write. */
buf buf_new(size_t max);
/* Wipes and frees; the buffer is then empty and usable again. */
void buf_release(buf *b);
/* Forgets (and wipes) the content, keeps the memory. */
void buf_clear(buf *b);

void buf_put(buf *b, bytes what);
void buf_put_byte(buf *b, uint8_t c);
void buf_put_string(buf *b, const char *s);
void buf_put_u64(buf *b, uint64_t v);
void buf_put_uuid(buf *b, uuid id);
void buf_format(buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes to be written in place, or NULL after an overflow; follow with buf_wrote. */
uint8_t *buf_room(buf *b, size_t len);
void buf_wrote(buf *b, size_t len);
/* Drops the first `len` bytes. */
void buf_eat(buf *b, size_t len);

static inline bool buf_ok(const buf *b) { return !b->overflowed; }
static inline bytes buf_bytes(const buf *b) { return (bytes){b->at, b->len}; }

#endif
