/* What envelopes do with a key; for this layer only. Contexts are made at the first use that needs them: most keys
 * only open. */
#ifndef KRING_CRYPTO_CIPHER_USE_H
#define KRING_CRYPTO_CIPHER_USE_H

#include "crypto/cipher.h"
#include "crypto/xaes.h"

/* Makes the context if there is none yet. Counts; NO_KEY when the key has sealed enough. */
result cipher_key_to_seal(cipher_key *k, EVP_CIPHER_CTX **gcm) MUST_USE;
EVP_CIPHER_CTX *cipher_key_to_open(cipher_key *k);
xaes *cipher_key_xaes(cipher_key *k);

#endif
