/* One connection, the only owner of its socket. Private to net.c and conn.c: the two halves of one machine.
 *
 * States follow each other as the enum does; a request is answered before the next one is looked at. Nothing of TLS
 * runs while a write is under way, so what waits to be sent is bounded by one flight. While it is idle a connection
 * holds no buffers. */
#ifndef KRING_NET_CONN_H
#define KRING_NET_CONN_H

#include "net/h1.h"
#include "net/net.h"
#include "net/peers.h"

typedef struct conn conn;

typedef enum {
    CONN_HANDSHAKE,
    CONN_IDLE,
    CONN_HEAD,
    CONN_BODY,
    CONN_RUNNING, /* the exchange has it */
    CONN_WRITING,
    CONN_LINGER, /* we have said goodbye and wait for the peer's end, or a reset would eat our last answer */
    CONN_CLOSED
} conn_state;

enum {
    WIRE_SIZE = 64 * 1024,          /* one read() of the socket */
    AHEAD_MAX = TLS_RECORD + 1024,  /* ciphertext kept while a request is in work; then reading stops */
    ANSWER_START = TLS_RECORD,      /* head and beginning of a body leave in one record */
};

struct conn {
    uv_tcp_t socket;
    union {
        uv_write_t write;
        uv_shutdown_t shutdown;
    };
    net *net;
    conn *newer, *older;
    tls tls;
    h1 h1;
    buf ahead;  /* ciphertext that came while a request was in work */
    buf plain;  /* decrypted bytes behind the request in work */
    buf unsent; /* ciphertext of the write under way */
    exchange *exchange;
    uint64_t deadline, body_since;
    size_t answered; /* body bytes of the answer that are encrypted */
    uint32_t requests;
    uint8_t peer[16];
    conn_state state;
    bool reading, writing, advancing, counted, in_work, failed, expired, shut;
    bool last;      /* close after this answer */
    bool head_sent; /* of the answer */
    bool more;      /* another record follows at once: do not write this one alone */
};

struct net {
    uv_loop_t *loop;
    uv_timer_t timer;
    arena *memory;
    net_limits limits;
    service *service;
    tls_context *tls;
    peers *peers;
    conn *newest;
    uint64_t wake; /* when the timer is due; UINT64_MAX if it is not */
    net_counts counts;
    bool draining;
    void (*done)(void *owner);
    void *owner;
    int64_t date_second;
    char date[H1_DATE];
    buf start;   /* head and beginning of the answer being written */
    buf flight;  /* records on their way to the socket */
    /* Never live while an exchange runs, fails or is released: another connection may become ready within that. */
    uint8_t wire[WIRE_SIZE], text[TLS_RECORD];
};

void conn_accept(net *n, uv_stream_t *listener);
void conn_close(conn *c);
void conn_overdue(conn *c);
/* Idle: goodbye now. Busy: after this answer. */
void conn_drain(conn *c);

/* For conn.c. */
void net_deadline(net *n, conn *c, uint64_t milliseconds);
void net_gone(net *n);
const char *net_date(net *n);

#endif
