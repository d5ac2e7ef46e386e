/* What is encrypted: u32be length | data | zero padding.
 *
 * The size tells only a step on a coarse ladder (32, 64, 128, ... 4096, then multiples of 4096), or a reader of the
 * database could tell "yes" from "no" (T5). A length has exactly one size, so a frame has one spelling; the padding
 * is checked. For this layer only. */
#ifndef KRING_CRYPTO_FRAME_H
#define KRING_CRYPTO_FRAME_H

#include "base/bytes.h"

enum { FRAME_HEAD = 4, FRAME_LEAST = 32, FRAME_STEP = 4096 };

/* The whole frame's size for `len` bytes of data. */
size_t frame_size(size_t len);
/* `out` holds frame_size(data.len) bytes. */
void frame_write(bytes data, uint8_t *out);
/* The data is a span inside `frame`. BAD_ENVELOPE unless the frame is exactly what frame_write makes. */
result frame_read(bytes frame, bytes *data) MUST_USE;

#endif
