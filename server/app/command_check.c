/* kringd --check-config: are the files that the settings name there, ours alone and of the right kind? It opens no socket, asks no
 * database and writes nothing, so it may run beside a server. */
#include "app/command.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

static int file_check(const char *name, const char *path, bool secret) {
    struct stat st;
    if (!*path) return command_failed(EXIT_CONFIG, "%s is not set", name);
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        return command_failed(EXIT_CONFIG, "%s: %s: %s", name, path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return command_failed(EXIT_CONFIG, "%s: %s: not a regular file", name, path);
    if (secret && (st.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        return command_failed(EXIT_CONFIG, "%s: %s: others may read or change it (mode %03o); chmod 0400", name, path,
                              (unsigned)st.st_mode & 0777u);
    return 0;
}

static int pair_check(const settings *s) {
    BIO *chain = BIO_new_file(s->certificate, "r"), *key = BIO_new_file(s->certificate_key, "r");
    X509 *certificate = chain ? PEM_read_bio_X509(chain, NULL, NULL, NULL) : NULL;
    EVP_PKEY *private = key ? PEM_read_bio_PrivateKey(key, NULL, NULL, NULL) : NULL;
    bool match = certificate && private && X509_check_private_key(certificate, private) == 1;
    const char *path = certificate ? s->certificate_key : s->certificate;
    const char *what = !certificate ? "not a certificate in PEM"
                       : !private   ? "not a private key in PEM"
                                    : "the key of another certificate";
    EVP_PKEY_free(private);
    X509_free(certificate);
    BIO_free(chain);
    BIO_free(key);
    return match ? 0 : command_failed(EXIT_CONFIG, "%s: %s", path, what);
}

int check_command(command *c) {
    if (!command_flags_read(c, 1, NULL, 0)) return EXIT_USAGE;
    const settings *s = &c->set;
    int bad = file_check("certificate", s->certificate, false);
    if (!bad) bad = file_check("certificate_key", s->certificate_key, true);
    if (!bad) bad = pair_check(s);
    if (!bad) bad = file_check("kek_file", s->kek_file, true);
    if (!bad && *s->clock_file) bad = file_check("clock_file", s->clock_file, false);
    if (!bad) puts("kringd: the settings are good");
    return bad;
}
