#include "net/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>


/* ---- the BIO: reads from tls.in, writes to tls.out ---- */

static int bio_read(BIO *b, char *to, size_t cap, size_t *len) {
    tls *t = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    size_t n = t->in.len < cap ? t->in.len : cap;
    *len = n;
    if (n == 0) {
        BIO_set_retry_read(b);
        return 0;
    }
    memcpy(to, t->in.at, n);
    t->in = bytes_make(t->in.at + n, t->in.len - n);
    return 1;
}

static int bio_write(BIO *b, const char *from, size_t n, size_t *len) {
    tls *t = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    t->out(t->owner, bytes_make(from, n));
    *len = n;
    return 1;
}

static long bio_ctrl(BIO *b, int what, long number, void *p) {
    (void)b, (void)number, (void)p;
    return what == BIO_CTRL_FLUSH || what == BIO_CTRL_DUP;
}

static int bio_create(BIO *b) {
    BIO_set_init(b, 1);
    return 1;
}

/* One for the program, made at the first context and kept until the process ends. */
static BIO_METHOD *span_bio(void) {
    static BIO_METHOD *m;
    if (m) return m;
    m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "spans");
    must(m != NULL);
    BIO_meth_set_read_ex(m, bio_read);
    BIO_meth_set_write_ex(m, bio_write);
    BIO_meth_set_ctrl(m, bio_ctrl);
    BIO_meth_set_create(m, bio_create);
    return m;
}

/* ---- the context ---- */

/* A prompt on the terminal would hang the server; an encrypted key simply does not load. */
static int no_password(char *to, int size, int writing, void *user) {
    (void)to, (void)size, (void)writing, (void)user;
    return 0;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in, unsigned n,
                       void *arg) {
    (void)ssl, (void)arg;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, len, ours, sizeof ours - 1, in, n) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL; /* ALPACA: a client that came for another protocol gets none */
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* AES-128 before AES-256: the key exchange offers 128 bits, and the handshake's hash is the cheaper one. */
static const char ciphers_13[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
static const char ciphers_12[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                 "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                 "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

static bool set_policy(SSL_CTX *c) {
    SSL_CTX_set_security_level(c, 2);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(c, no_password);
    SSL_CTX_set_alpn_select_cb(c, choose_alpn, NULL);
    /* X25519 first: with P-256 a handshake costs the server a third more (performance.md). */
    return SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) && SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) &&
           SSL_CTX_set_num_tickets(c, 0) && SSL_CTX_set_max_early_data(c, 0) &&
           SSL_CTX_set1_groups_list(c, "X25519:P-256") && SSL_CTX_set_ciphersuites(c, ciphers_13) &&
           SSL_CTX_set_cipher_list(c, ciphers_12);
}

static const char *load_certificate(SSL_CTX *c, const char *path) {
    FILE *f = fopen(path, "re");
    if (!f) return "the certificate file is missing or unreadable";
    fclose(f);
    if (SSL_CTX_use_certificate_chain_file(c, path) != 1)
        return "the certificate file is not a PEM chain, or its key is too short";
    const X509 *x = SSL_CTX_get0_certificate(c);
    if (X509_cmp_current_time(X509_get0_notBefore(x)) >= 0) return "the certificate is not valid yet";
    if (X509_cmp_current_time(X509_get0_notAfter(x)) <= 0) return "the certificate has expired";
    return NULL;
}

/* The mode is asked of the open file, so that nobody can put another one in its place in between. */
static FILE *open_key(const char *path, const char **why) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat s;
    FILE *f = NULL;
    if (fd < 0) *why = "the key file is missing or unreadable";
    else if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) *why = "the key is not a file";
    else if (s.st_mode & (S_IRWXG | S_IRWXO)) *why = "the key file is open to group or others: chmod 600 it";
    else if (!(f = fdopen(fd, "r"))) *why = "the key file is unreadable";
    if (!f && fd >= 0) close(fd);
    return f;
}

static const char *load_key(SSL_CTX *c, const char *path) {
    const char *why = NULL;
    FILE *f = open_key(path, &why);
    if (!f) return why;
    setvbuf(f, NULL, _IONBF, 0); /* no copy of the key in a buffer that nobody wipes */
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
    fclose(f);
    if (!key) return "the key file is not a PEM private key without a password";
    if (SSL_CTX_use_PrivateKey(c, key) != 1) why = "the key does not belong to the certificate";
    else if (SSL_CTX_check_private_key(c) != 1) why = "the key does not belong to the certificate";
    EVP_PKEY_free(key);
    return why;
}

result tls_context_load(const char *cert, const char *key, tls_context **out, const char **why) {
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    must(c != NULL && set_policy(c));
    *out = NULL;
    *why = load_certificate(c, cert);
    if (!*why) *why = load_key(c, key);
    ERR_clear_error();
    if (*why) {
        SSL_CTX_free(c);
        return FAIL(BAD_FILE);
    }
    *out = c;
    return OK;
}

void tls_context_hold(tls_context *t) { must(SSL_CTX_up_ref(t) == 1); }
void tls_context_release(tls_context *t) { SSL_CTX_free(t); }

/* ---- a connection ---- */

void tls_open(tls *t, tls_context *c, void (*out)(void *owner, bytes record), void *owner) {
    *t = (tls){.ssl = SSL_new(c), .out = out, .owner = owner};
    BIO *b = BIO_new(span_bio());
    must(t->ssl != NULL && b != NULL);
    BIO_set_data(b, t);
    SSL_set_bio(t->ssl, b, b);
    SSL_set_accept_state(t->ssl);
}

static tls_outcome outcome_of(const tls *t, int returned) {
    switch (SSL_get_error(t->ssl, returned)) {
    case SSL_ERROR_NONE: return TLS_DONE;
    case SSL_ERROR_WANT_READ: return TLS_WANT;
    case SSL_ERROR_ZERO_RETURN: return TLS_CLOSED;
    default: ERR_clear_error(); return TLS_FAILED;
    }
}

tls_outcome tls_handshake(tls *t) {
    ERR_clear_error();
    return outcome_of(t, SSL_do_handshake(t->ssl));
}

tls_outcome tls_read(tls *t, uint8_t *to, size_t cap, size_t *len) {
    ERR_clear_error();
    return outcome_of(t, SSL_read_ex(t->ssl, to, cap, len));
}

bool tls_write(tls *t, bytes plain) {
    if (plain.len == 0) return true;
    size_t written;
    ERR_clear_error();
    bool done = SSL_write_ex(t->ssl, plain.at, plain.len, &written) == 1 && written == plain.len;
    if (!done) ERR_clear_error();
    return done;
}

void tls_goodbye(tls *t) {
    if (!SSL_is_init_finished(t->ssl) || (SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN)) return;
    ERR_clear_error();
    if (SSL_shutdown(t->ssl) < 0) ERR_clear_error();
}

void tls_release(tls *t) {
    SSL_free(t->ssl);
    *t = (tls){0};
}
