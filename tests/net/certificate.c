#include "certificate.h"

#include "base/result.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <sys/stat.h>

static EVP_PKEY *new_key(key_type type) {
    if (type == KEY_P256) return EVP_EC_gen("P-256");
    return EVP_RSA_gen(type == KEY_RSA_2048 ? 2048u : 1024u);
}

static X509 *new_certificate(EVP_PKEY *key, const char *name, long from, long until) {
    static long serial;
    X509 *x = X509_new();
    must(x && X509_set_version(x, 2) && ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial));
    must(X509_gmtime_adj(X509_getm_notBefore(x), from) && X509_gmtime_adj(X509_getm_notAfter(x), until));
    X509_NAME *n = X509_get_subject_name(x);
    must(X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0));
    must(X509_set_issuer_name(x, n) && X509_set_pubkey(x, key) && X509_sign(x, key, EVP_sha256()));
    return x;
}

void certificate_make(const char *cert, const char *key, key_type type, const char *name, long from, long until,
                      int mode) {
    EVP_PKEY *k = new_key(type);
    must(k != NULL);
    X509 *x = new_certificate(k, name, from, until);
    FILE *f = fopen(cert, "w");
    must(f && PEM_write_X509(f, x));
    fclose(f);
    f = fopen(key, "w");
    must(f && PEM_write_PrivateKey(f, k, NULL, NULL, 0, NULL, NULL));
    fclose(f);
    must(chmod(key, (mode_t)mode) == 0);
    X509_free(x);
    EVP_PKEY_free(k);
}
