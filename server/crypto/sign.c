#include "crypto/sign.h"

#include "base/memory.h"
#include "crypto/secret.h"

#include <openssl/err.h>
#include <openssl/evp.h>

struct signer {
    EVP_PKEY *key;
    uint8_t public_key[SIGN_PUBLIC];
};

signer *signer_new(const uint8_t seed[SIGN_SEED]) {
    signer *s = MEMORY_NEW(signer);
    size_t len = SIGN_PUBLIC;
    s->key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, SIGN_SEED);
    must(s->key != NULL && EVP_PKEY_get_raw_public_key(s->key, s->public_key, &len) == 1 && len == SIGN_PUBLIC);
    return s;
}

void signer_release(signer *s) {
    if (!s) return;
    EVP_PKEY_free(s->key);
    memory_give(s, sizeof *s);
}

const uint8_t *signer_public(const signer *s) { return s->public_key; }

void signer_sign(const signer *s, bytes message, uint8_t signature[SIGN_SIZE]) {
    size_t len = SIGN_SIZE;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL && EVP_DigestSignInit_ex(c, NULL, NULL, NULL, NULL, s->key, NULL) == 1);
    must(EVP_DigestSign(c, signature, &len, message.at, message.len) == 1 && len == SIGN_SIZE);
    EVP_MD_CTX_free(c);
}

/* What fails here was given by a stranger: it must leave no trace in the thread's error queue, which TLS reads. */
bool signature_holds(const uint8_t public_key[SIGN_PUBLIC], bytes message, const uint8_t signature[SIGN_SIZE]) {
    ERR_set_mark();
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, public_key, SIGN_PUBLIC);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL);
    bool holds = key && EVP_DigestVerifyInit_ex(c, NULL, NULL, NULL, NULL, key, NULL) == 1 &&
                 EVP_DigestVerify(c, signature, SIGN_SIZE, message.at, message.len) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    ERR_pop_to_mark();
    return holds;
}

/* RFC 7638: only the members that make the key, by name, without white space. */
void public_key_thumbprint(const uint8_t public_key[SIGN_PUBLIC], char out[SIGN_THUMBPRINT]) {
    static const char head[] = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"", tail[] = "\"}";
    uint8_t jwk[sizeof head - 1 + SIGN_PUBLIC_TEXT + sizeof tail - 1], hash[SHA256_SIZE];
    memcpy(jwk, head, sizeof head - 1);
    must(base64url_encode(bytes_make(public_key, SIGN_PUBLIC), (char *)jwk + sizeof head - 1) == SIGN_PUBLIC_TEXT);
    memcpy(jwk + sizeof head - 1 + SIGN_PUBLIC_TEXT, tail, sizeof tail - 1);
    secret_sha256(BYTES_OF(jwk), hash);
    must(base64url_encode(BYTES_OF(hash), out) == SIGN_THUMBPRINT);
}
