/* A request and a response, free of any protocol: net/ fills the one and writes the other, and never looks at what they mean. */
#ifndef KRING_FLOW_MESSAGE_H
#define KRING_FLOW_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"

typedef enum { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_OTHER } request_method;

enum { HEADERS_MAX = 64, RESPONSE_HEADERS_MAX = 12 };

typedef struct {
    bytes name, value; /* the name as sent (compare without case); the value without surrounding blanks */
} header;

/* All spans point into the exchange's arena, or into memory that outlives the exchange. */
typedef struct {
    request_method method;
    bool head;      /* a HEAD: METHOD_GET whose body net/ does not send */
    bytes path;     /* as sent, begins with '/', percent-encoding untouched; without the query */
    bytes query;    /* without '?' */
    uint8_t header_count;
    header headers[HEADERS_MAX];
    bytes body;
    uint8_t peer[16]; /* IPv6, IPv4 as mapped: for throttling and the record's coarse access point */
} request;

typedef struct {
    const char *name; /* a literal */
    bytes value;      /* in the arena or a literal */
} response_header;

/* net/ adds the status line, Date, Content-Length, Connection and the fixed security headers; Cache-Control: no-store unless the
 * response names one itself. */
typedef struct {
    int status;
    const char *content_type; /* NULL: no body */
    uint8_t header_count;
    response_header headers[RESPONSE_HEADERS_MAX];
    buf body;                 /* wiped when the exchange ends */
    bytes fixed_body;         /* instead of `body` for constant bytes (the contract) */
    bool close;               /* end the connection after this answer */
} response;

/* The first header of that name, or an empty span with at == NULL. */
bytes request_header(const request *r, const char *name);
/* How often it is there: some headers must not come twice. */
unsigned request_header_count(const request *r, const char *name);
/* The first cookie of exactly that name: never a part of another one's name or value. at == NULL: there is none. */
bytes request_cookie(const request *r, const char *name);
/* must()s on too many: the set is ours. */
void response_add_header(response *r, const char *name, bytes value);

#endif
