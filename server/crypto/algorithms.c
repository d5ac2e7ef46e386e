#include "crypto/algorithms.h"

#include "crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <pthread.h>

static struct {
    EVP_CIPHER *gcm, *block, *ctr;
    EVP_MD *sha256;
    EVP_MAC_CTX *hmac;
} fetched;

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A keyless HMAC whose digest is already chosen: duplicating it is half the price of choosing the digest by name
 * each time. */
static EVP_MAC_CTX *fetch_hmac(void) {
    char digest[] = "SHA256";
    OSSL_PARAM params[2] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0)};
    params[1] = OSSL_PARAM_construct_end();
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(mac != NULL);
    EVP_MAC_CTX *keyless = EVP_MAC_CTX_new(mac);
    must(keyless != NULL && EVP_MAC_CTX_set_params(keyless, params) == 1);
    EVP_MAC_free(mac);
    return keyless;
}

static void fetch(void) {
    fetched.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    fetched.block = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    fetched.ctr = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(fetched.gcm != NULL && fetched.block != NULL && fetched.ctr != NULL && fetched.sha256 != NULL);
    fetched.hmac = fetch_hmac();
}

void crypto_init(void) { must(pthread_once(&once, fetch) == 0); }

const EVP_CIPHER *algorithm_gcm(void) {
    crypto_init();
    return fetched.gcm;
}

const EVP_CIPHER *algorithm_block(void) {
    crypto_init();
    return fetched.block;
}

const EVP_CIPHER *algorithm_ctr(void) {
    crypto_init();
    return fetched.ctr;
}

const EVP_MD *algorithm_sha256(void) {
    crypto_init();
    return fetched.sha256;
}

const EVP_MAC_CTX *algorithm_hmac(void) {
    crypto_init();
    return fetched.hmac;
}
