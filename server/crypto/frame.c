#include "crypto/frame.h"

size_t frame_size(size_t len) {
    must(len <= SIZE_MAX / 2);
    size_t need = FRAME_HEAD + len;
    if (need > FRAME_STEP) return (need + FRAME_STEP - 1) / FRAME_STEP * FRAME_STEP;
    size_t size = FRAME_LEAST;
    while (size < need) size *= 2;
    return size;
}

void frame_write(bytes data, uint8_t *out) {
    must(data.len <= UINT32_MAX);
    size_t used = FRAME_HEAD + data.len;
    put_u32(out, (uint32_t)data.len);
    if (data.len) memcpy(out + FRAME_HEAD, data.at, data.len);
    memset(out + used, 0, frame_size(data.len) - used);
}

result frame_read(bytes frame, bytes *data) {
    ENSURE(frame.len >= FRAME_LEAST, BAD_ENVELOPE);
    size_t len = get_u32(frame.at);
    ENSURE(len <= frame.len - FRAME_HEAD && frame_size(len) == frame.len, BAD_ENVELOPE);
    uint8_t stray = 0;
    for (size_t i = FRAME_HEAD + len; i < frame.len; i++) stray |= frame.at[i];
    ENSURE(stray == 0, BAD_ENVELOPE);
    *data = bytes_make(frame.at + FRAME_HEAD, len);
    return OK;
}
