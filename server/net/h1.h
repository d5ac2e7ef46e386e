/* HTTP/1.1 without any I/O: bytes to requests, responses to bytes.
 *
 * Two parsers must agree before a request exists: a strict line splitter of our own, and llhttp for the framing
 * (Content-Length, chunks). What only one of them would accept is refused, so no proxy in front of us can read a
 * message in another way than we do (request smuggling, security.md 2f). The first fault ends the connection: after
 * it nobody knows where a message begins. Nothing is held between requests, and a head that has not arrived whole
 * costs no more than its own bytes. */
#ifndef KRING_NET_H1_H
#define KRING_NET_H1_H

#include "base/clock.h"
#include "flow/message.h"
#include "net/limits.h"

#include <llhttp.h>

typedef enum {
    H1_WANT,   /* all input is taken; more is needed */
    H1_HEAD,   /* a whole head is here: call h1_begin now, before the input goes away */
    H1_READY,  /* the request is whole; input behind it is left untouched */
    H1_BROKEN, /* h1_why says what is wrong */
} h1_event;

typedef enum { H1_IN_HEAD, H1_AT_HEAD, H1_IN_BODY, H1_AT_END, H1_AT_FAULT } h1_state;

typedef struct {
    const net_limits *limits;
    llhttp_t llhttp;
    buf partial; /* the head so far, only if it comes in pieces */
    bytes head;  /* between H1_HEAD and h1_begin: in `partial` or in the caller's input */
    arena *memory;
    request *message;
    uint8_t *body;
    uint32_t body_len, body_cap;
    uint64_t body_wire; /* body bytes as they came, with the chunks' framing */
    uint8_t last_wire;  /* the newest of them */
    uint32_t line;      /* where the unfinished line of the head begins */
    uint32_t first;     /* where the request line begins: one empty line before it is forgiven (RFC 9112, 2.2) */
    uint32_t header_at, header_lines;
    h1_state state;
    result why;
    bool head_parsed, chunked, whole, close;
} h1;

void h1_init(h1 *h, const net_limits *limits);
/* Takes what it can from the front of `in`. */
h1_event h1_feed(h1 *h, bytes *in) MUST_USE;
/* After H1_HEAD: copies the head into `a`, fills in `r` (whose spans stay in `a`, as will the body). Feed on if it is
 * OK. */
result h1_begin(h1 *h, arena *a, request *r) MUST_USE;
result h1_why(const h1 *h);
/* Does the peer want the connection closed after this request? */
bool h1_close_asked(const h1 *h);
/* A request has begun to arrive. */
bool h1_begun(const h1 *h);
bool h1_in_body(const h1 *h);
/* Bytes of the body so far, as they came. */
uint64_t h1_body_received(const h1 *h);
/* Ready for the next request; wipes what is left of the last one. */
void h1_next(h1 *h);
void h1_release(h1 *h);

enum { H1_DATE = 29 };
/* IMF-fixdate (RFC 9110, 5.6.7), no terminator. */
void h1_date(moment now, char out[H1_DATE]);
/* The status line and every header, the same set in the same order for every answer. */
void h1_write_head(buf *out, const response *r, bool close, const char date[H1_DATE]);
/* The bytes that follow the head: none for HEAD, 204 and 304. */
bytes h1_body(const response *r, bool head_only);

#endif
