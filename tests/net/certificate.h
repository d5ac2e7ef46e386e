/* Throw-away self-signed certificates, written as PEM files. */
#ifndef KRING_TESTS_NET_CERTIFICATE_H
#define KRING_TESTS_NET_CERTIFICATE_H

#include <stdbool.h>

typedef enum { KEY_P256, KEY_RSA_2048, KEY_RSA_1024 } key_type;

/* Valid from now + `from` seconds until now + `until`. The key file gets `mode`. */
void certificate_make(const char *cert, const char *key, key_type type, const char *name, long from, long until,
                      int mode);

#endif
