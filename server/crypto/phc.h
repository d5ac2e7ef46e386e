/* The one spelling of a stored password hash: $argon2id$v=19$m=M,t=T,p=1$salt$tag, with 16 and 32 bytes in unpadded
 * base64.
 *
 * Only what phc_write makes is read back: the parser's answer, written again, must be the same text. For this layer
 * only. */
#ifndef KRING_CRYPTO_PHC_H
#define KRING_CRYPTO_PHC_H

#include "crypto/secret.h"

enum { PHC_SALT = 16, PHC_TAG = 32 };

typedef struct {
    password_cost cost;
    uint8_t salt[PHC_SALT], tag[PHC_TAG];
} phc;

/* Terminated. */
void phc_write(const phc *p, char text[PHC_SIZE]);
/* BAD_REQUEST unless it is well formed and its cost within the bounds: a row must not be able to ask for
 * gigabytes. */
result phc_read(bytes text, phc *out) MUST_USE;

#endif
