#include "net/conn.h"

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static void on_timer(uv_timer_t *timer);

static void arm(net *n, uint64_t at) {
    uint64_t now = uv_now(n->loop);
    n->wake = at;
    must(uv_timer_start(&n->timer, on_timer, at > now ? at - now : 0, 0) == 0);
}

/* One timer for all: it is set to the nearest deadline, and a connection whose deadline only moves away does not
 * touch it. So a busy server sweeps about once a shortest deadline, and an idle one sleeps. */
void net_deadline(net *n, conn *c, uint64_t milliseconds) {
    c->deadline = uv_now(n->loop) + milliseconds;
    if (c->deadline < n->wake) arm(n, c->deadline);
}

/* Any call on a connection may end any other. Its memory stays until its close callback, which cannot run inside this
 * one, and leaving the list keeps its own links, so the walk always finds its way back. */
static void on_timer(uv_timer_t *timer) {
    net *n = timer->data;
    uint64_t now = uv_now(n->loop), next = UINT64_MAX;
    n->wake = 0; /* nobody arms it while we look */
    for (conn *c = n->newest; c; c = c->older)
        if (c->state != CONN_CLOSED && c->deadline <= now) conn_overdue(c);
    for (conn *c = n->newest; c; c = c->older) next = least(next, c->deadline);
    n->wake = UINT64_MAX;
    if (next != UINT64_MAX) arm(n, next);
}

net *net_new(uv_loop_t *loop, const net_limits *limits, service *s, tls_context *t) {
    arena *memory = arena_new();
    net *n = ARENA_NEW(memory, net);
    n->loop = loop;
    n->memory = memory;
    n->limits = *limits;
    n->service = s;
    n->wake = UINT64_MAX;
    n->date_second = -1;
    n->peers = peers_new(memory, limits->connections);
    n->start = buf_new(64 * 1024);
    n->flight = buf_new((size_t)limits->write_queue + 4 * TLS_RECORD);
    must(uv_timer_init(loop, &n->timer) == 0);
    n->timer.data = n;
    net_set_tls(n, t);
    return n;
}

void net_set_tls(net *n, tls_context *t) {
    tls_context_hold(t);
    tls_context_release(n->tls);
    n->tls = t;
}

void net_accept(net *n, uv_stream_t *listener) { conn_accept(n, listener); }

const char *net_date(net *n) {
    moment now = clock_real();
    if (now / SECOND != n->date_second) {
        n->date_second = now / SECOND;
        h1_date(now, n->date);
    }
    return n->date;
}

static void tell_if_drained(net *n) {
    if (!n->done || n->counts.connections > 0) return;
    void (*done)(void *) = n->done;
    n->done = NULL;
    done(n->owner);
}

void net_gone(net *n) {
    n->counts.connections--;
    tell_if_drained(n);
}

void net_drain(net *n, void (*done)(void *owner), void *owner) {
    n->draining = true;
    n->done = done;
    n->owner = owner;
    for (conn *c = n->newest; c; c = c->older)
        if (c->state != CONN_CLOSED) conn_drain(c);
    tell_if_drained(n);
}

void net_close_all(net *n) {
    while (n->newest) conn_close(n->newest);
}

static void on_timer_closed(uv_handle_t *timer) {
    net *n = timer->data;
    arena_release(n->memory);
}

void net_release(net *n) {
    must(n->newest == NULL && n->counts.connections == 0);
    buf_release(&n->start);
    buf_release(&n->flight);
    tls_context_release(n->tls);
    n->tls = NULL;
    uv_close((uv_handle_t *)&n->timer, on_timer_closed);
}

net_counts net_count(const net *n) { return n->counts; }
