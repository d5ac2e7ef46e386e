/* TLS without any I/O: ciphertext in and out by spans, through one small BIO of our own that copies nothing twice.
 *
 * TLS 1.3, and 1.2 with ECDHE and AEAD only, for old phones. No renegotiation, compression, tickets or early data.
 * Between two records a connection holds no record buffers, so ten thousand idle ones stay cheap (design.md 10,
 * security.md 2f). */
#ifndef KRING_NET_TLS_H
#define KRING_NET_TLS_H

#include "base/bytes.h"

/* OpenSSL's own counted type, so that nobody else needs its headers. A connection keeps the context that it began
 * with. */
typedef struct ssl_ctx_st tls_context;
struct ssl_st;

/* Reads and checks a PEM chain and its key: they match, are valid now, strong enough, and the key file is its owner's
 * alone. BAD_FILE, with *why a sentence without any content of the files. */
result tls_context_load(const char *cert, const char *key, tls_context **out, const char **why) MUST_USE;
void tls_context_hold(tls_context *t);
void tls_context_release(tls_context *t);

typedef enum {
    TLS_DONE,
    TLS_WANT,   /* needs more ciphertext */
    TLS_CLOSED, /* the peer said goodbye */
    TLS_FAILED, /* an alert may have been written; close */
} tls_outcome;

typedef struct {
    struct ssl_st *ssl;
    bytes in; /* ciphertext not yet taken; the caller's memory, which may move between calls */
    void (*out)(void *owner, bytes record);
    void *owner;
} tls;

/* `out` is called from within the functions below, with whole flights or records; it must take all. `t` may not move.
 */
void tls_open(tls *t, tls_context *c, void (*out)(void *owner, bytes record), void *owner);
tls_outcome tls_handshake(tls *t) MUST_USE;
/* At most one record; `*len` plain bytes after TLS_DONE. */
tls_outcome tls_read(tls *t, uint8_t *to, size_t cap, size_t *len) MUST_USE;
/* One record for each 16 KiB. */
bool tls_write(tls *t, bytes plain) MUST_USE;
/* Says goodbye, once, if the handshake is done. */
void tls_goodbye(tls *t);
void tls_release(tls *t);

enum { TLS_RECORD = 16384 };

#endif
