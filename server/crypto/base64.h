/* base64 with padding (RFC 4648 section 4), as signed notes want it; base/bytes.h has the spelling for URLs. */
#ifndef KRING_CRYPTO_BASE64_H
#define KRING_CRYPTO_BASE64_H

#include "base/bytes.h"

#define BASE64_TEXT(len) (((size_t)(len) + 2) / 3 * 4)

/* `out` holds BASE64_TEXT(raw.len) characters, which is what it returns. */
size_t base64_encode(bytes raw, char *out);
/* Strict: whole groups, padding only where it must be, no stray bits, so that bytes have one spelling. `out` may be NULL to ask
 * only whether it is base64, and how long. BAD_REQUEST otherwise. */
result base64_decode(bytes text, uint8_t *out, size_t cap, size_t *len) MUST_USE;

#endif
