/* Ed25519 signatures (RFC 8032) for what leaves the service and must be believed without it.
 *
 * A signature is a function of key and message alone, so whoever signs the same facts again gets the same bytes and
 * nothing has to be kept. The seed never leaves this layer; the public key is known by its thumbprint (RFC 7638),
 * which names exactly one key. */
#ifndef KRING_CRYPTO_SIGN_H
#define KRING_CRYPTO_SIGN_H

#include "base/bytes.h"

enum { SIGN_SEED = 32, SIGN_PUBLIC = 32, SIGN_SIZE = 64, SIGN_THUMBPRINT = 43, SIGN_PUBLIC_TEXT = 43 };

typedef struct signer signer;

/* Any 32 bytes are a seed. */
signer *signer_new(const uint8_t seed[SIGN_SEED]);
/* NULL is fine. */
void signer_release(signer *s);
const uint8_t *signer_public(const signer *s);
void signer_sign(const signer *s, bytes message, uint8_t signature[SIGN_SIZE]);

/* False for every other message, key or signature, and for bytes that are no point of the curve. */
bool signature_holds(const uint8_t public_key[SIGN_PUBLIC], bytes message, const uint8_t signature[SIGN_SIZE]) MUST_USE;
/* SHA-256 of the key as a JWK (RFC 8037), in base64url without a terminator. */
void public_key_thumbprint(const uint8_t public_key[SIGN_PUBLIC], char out[SIGN_THUMBPRINT]);

#endif
