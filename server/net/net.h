/* All connections of a server: how many there may be, the one timer behind their deadlines, their shared scratch
 * memory, and the way to an orderly end. Single-threaded: everything happens on the loop. */
#ifndef KRING_NET_NET_H
#define KRING_NET_NET_H

#include "flow/exchange.h"
#include "net/limits.h"
#include "net/tls.h"

#include <uv.h>

typedef struct net net;

/* Copies the limits; holds a count of the context. The process must ignore SIGPIPE. */
net *net_new(uv_loop_t *loop, const net_limits *limits, service *s, tls_context *t);
/* For new connections; those that exist keep theirs. */
void net_set_tls(net *n, tls_context *t);
/* Takes one waiting connection, or closes it at once if there are too many. */
void net_accept(net *n, uv_stream_t *listener);

/* Lets running requests finish, closes what is idle, answers with `Connection: close`. `done(owner)` is called once,
 * when the last connection has gone; at once if there is none. */
void net_drain(net *n, void (*done)(void *owner), void *owner);
/* Ends every connection now and releases what is in work. */
void net_close_all(net *n);
/* After the last connection has gone. The memory is freed by the loop's next turn. */
void net_release(net *n);

typedef struct {
    uint32_t connections, running; /* now */
    uint64_t accepted, refused, requests, failed_handshakes, timeouts;
} net_counts;
net_counts net_count(const net *n);

#endif
