/* One exchange with the server over TLS, and nothing that could weaken it.
 *
 * Certificates are always verified and no option turns that off; only https; redirects are not followed (a token must
 * not travel to where an answer points); no proxy, whatever the environment says; no cookies, no decompression;
 * bounded in size and time. */
#ifndef KRING_CLI_HTTP_H
#define KRING_CLI_HTTP_H

#include "base/arena.h"
#include "base/buf.h"

enum { ANSWER_MAX = 16 << 20, ETAG_MAX = 256 };

typedef struct http http;

typedef struct {
    const char *method;   /* a literal */
    const char *path;     /* "/v1/…" with its query, already encoded */
    bytes token;          /* empty: none is sent */
    bytes body;           /* at == NULL: no body */
    const char *key;      /* Idempotency-Key, or NULL */
    const char *if_match; /* an entity tag with its quotes, or NULL */
    bool
        repeatable; /* doing it twice is doing it once: after a lost connection it is sent again, with the same key */
} http_request;

typedef enum {
    HTTP_DONE,        /* an answer is there, whatever its status */
    HTTP_UNREACHABLE, /* nothing was sent: no such name, nobody listens, no time left */
    HTTP_UNSAFE,      /* TLS failed or the certificate is not right: nothing was sent */
    HTTP_LOST,        /* it broke off: the server may have acted */
    HTTP_TOO_LARGE,   /* the answer passed ANSWER_MAX */
    HTTP_STRANGE      /* what answered does not speak HTTP */
} http_outcome;

typedef struct {
    long status;
    bool json;            /* application/json or application/problem+json */
    bytes body;           /* in the arena */
    char etag[ETAG_MAX];  /* with its quotes; empty when there is none or it is not plain */
    unsigned retry_after; /* seconds; 0: not said */
    bytes why;            /* what libcurl says when it is not HTTP_DONE; plain ASCII or text to be cleaned */
} http_answer;

/* `url` as url_parse gave it; `ca` is the path of the only authority to trust, or NULL for the system's. The arena
 * releases it. */
http *http_new(arena *a, bytes url, const char *ca);
/* From now on what a request takes is taken there instead: for many answers, of which few are kept. */
void http_answers_in(http *h, arena *a);
/* A repeatable request is sent again, twice at most, when the connection broke off. */
http_outcome http_run(http *h, const http_request *q, http_answer *out) MUST_USE;

#endif
