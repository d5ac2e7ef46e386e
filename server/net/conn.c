#include "net/conn.h"

#include "base/memory.h"

#include <netinet/in.h>

static void advance(conn *c);

/* ---- the end of a connection ---- */

static void on_closed(uv_handle_t *socket) {
    conn *c = socket->data;
    net *n = c->net;
    if (c->counted) peers_leave(n->peers, c->peer);
    memory_give(c, sizeof *c);
    net_gone(n);
}

static void leave_list(conn *c) {
    net *n = c->net;
    if (c->newer) c->newer->older = c->older;
    else if (n->newest == c) n->newest = c->older;
    if (c->older) c->older->newer = c->newer;
    /* c's own links stay: somebody may be walking the list */
}

/* The work of this connection ends here, whatever it waits for. */
static void release_exchange(conn *c) {
    exchange *x = c->exchange;
    c->exchange = NULL;
    if (c->in_work) c->net->counts.running--;
    c->in_work = false;
    exchange_release(x);
}

void conn_close(conn *c) {
    if (c->state == CONN_CLOSED) return;
    c->state = CONN_CLOSED;
    c->deadline = UINT64_MAX;
    leave_list(c);
    release_exchange(c);
    tls_release(&c->tls);
    h1_release(&c->h1);
    buf_release(&c->ahead);
    buf_release(&c->plain);
    uv_close((uv_handle_t *)&c->socket, on_closed);
    if (!c->writing) buf_release(&c->unsent);
}

/* ---- writing ciphertext ---- */

/* What the socket takes at once; a broken one is noted and closed by advance(), never from under OpenSSL. */
static bytes try_write(conn *c, bytes what) {
    if (c->failed || what.len == 0) return (bytes){0};
    uv_buf_t b = {.base = (char *)(uintptr_t)what.at, .len = what.len};
    int n = uv_try_write((uv_stream_t *)&c->socket, &b, 1);
    if (n < 0 && n != UV_EAGAIN) {
        c->failed = true;
        return (bytes){0};
    }
    size_t written = n > 0 ? (size_t)n : 0;
    return bytes_make(what.at + written, what.len - written);
}

/* A record that travels alone goes from OpenSSL's buffer straight into the socket; others wait for their company. */
static void on_record(void *owner, bytes record) {
    conn *c = owner;
    net *n = c->net;
    if (!c->more && !c->writing && n->flight.len == 0) record = try_write(c, record);
    buf_put(&n->flight, record);
    if (!buf_ok(&n->flight)) c->failed = true;
}

static void on_written(uv_write_t *w, int status) {
    conn *c = w->data;
    c->writing = false;
    buf_release(&c->unsent);
    if (c->state == CONN_CLOSED) return;
    if (status < 0) c->failed = true;
    if (c->state == CONN_IDLE) net_deadline(c->net, c, c->net->limits.idle_time);
    advance(c);
}

/* Sends what on_record has collected. The rest, if any, is the connection's one write under way. */
static void flush(conn *c) {
    buf *flight = &c->net->flight;
    bytes rest = try_write(c, buf_bytes(flight));
    if (rest.len > 0) {
        must(!c->writing);
        c->unsent = buf_new(rest.len);
        buf_put(&c->unsent, rest);
        uv_buf_t b = {.base = (char *)c->unsent.at, .len = c->unsent.len};
        c->write.data = c;
        c->writing = uv_write(&c->write, (uv_stream_t *)&c->socket, &b, 1, on_written) == 0;
        if (!c->writing) c->failed = true;
    }
    buf_clear(flight);
}

/* ---- saying goodbye ---- */

static void on_shut(uv_shutdown_t *s, int status) {
    conn *c = s->data;
    if (status < 0 && c->state != CONN_CLOSED) conn_close(c);
}

/* Our end is closed first and the peer's bytes are thrown away until he closes his: a close() with unread input would
 * make the kernel send a reset, which can destroy an answer that he has not read yet (RFC 9112, 9.6). */
static bool step_linger(conn *c) {
    if (c->shut) return false;
    c->shut = true;
    net_deadline(c->net, c, c->net->limits.linger_time);
    tls_goodbye(&c->tls);
    flush(c);
    if (c->writing) return c->shut = false; /* again when the goodbye is sent; it is only said once */
    c->tls.in = (bytes){0};
    buf_release(&c->ahead);
    buf_release(&c->plain);
    h1_release(&c->h1);
    c->shutdown.data = c;
    c->failed |= uv_shutdown(&c->shutdown, (uv_stream_t *)&c->socket, on_shut) != 0;
    return false;
}

/* ---- a request and its answer ---- */

static void on_ready(void *owner, exchange *x) {
    conn *c = owner;
    must(c->exchange == x && c->state == CONN_RUNNING);
    c->state = CONN_WRITING;
    c->answered = 0;
    c->head_sent = false;
    net_deadline(c->net, c, c->net->limits.write_time);
    advance(c);
}

static void make_exchange(conn *c) {
    c->exchange = exchange_new(c->net->service, on_ready, c);
    memcpy(exchange_request(c->exchange)->peer, c->peer, sizeof c->peer);
}

/* Both may be answered before they return: advance() is on the stack already and takes the next step. */
static void run(conn *c) {
    net *n = c->net;
    c->state = CONN_RUNNING;
    c->expired = false;
    c->last = c->last || n->draining || h1_close_asked(&c->h1) || ++c->requests >= n->limits.keepalive_requests;
    n->counts.requests++;
    net_deadline(n, c, n->limits.handler_time);
    if (n->counts.running >= n->limits.running) {
        exchange_fail(c->exchange, FAIL(UNAVAILABLE));
        return;
    }
    n->counts.running++;
    c->in_work = true;
    exchange_run(c->exchange);
}

static void fail(conn *c, result why) {
    if (!c->exchange) make_exchange(c);
    c->state = CONN_RUNNING;
    c->expired = false;
    c->last = true;
    c->net->counts.requests++;
    net_deadline(c->net, c, c->net->limits.handler_time);
    exchange_fail(c->exchange, why);
}

/* Head and beginning of the body are one record and one write(): the only time a body's byte is copied. */
static void start_answer(conn *c, const response *r, bytes body) {
    buf *start = &c->net->start;
    c->last = c->last || r->close || c->net->draining;
    h1_write_head(start, r, c->last, net_date(c->net));
    size_t room = start->len < ANSWER_START ? ANSWER_START - start->len : 0;
    c->answered = body.len < room ? body.len : room;
    buf_put(start, bytes_make(body.at, c->answered));
    c->more = c->answered < body.len;
    c->failed |= !buf_ok(start) || !tls_write(&c->tls, buf_bytes(start));
    buf_clear(start);
    c->head_sent = true;
}

static void continue_answer(conn *c, bytes body) {
    const net *n = c->net;
    c->more = c->more || body.len - c->answered > TLS_RECORD;
    while (c->answered < body.len && n->flight.len < n->limits.write_queue && !c->failed) {
        size_t left = body.len - c->answered, len = left < TLS_RECORD ? left : TLS_RECORD;
        c->failed |= !tls_write(&c->tls, bytes_make(body.at + c->answered, len));
        c->answered += len;
    }
    c->more = false;
}

static void finish_answer(conn *c) {
    release_exchange(c);
    h1_next(&c->h1);
    c->state = c->last ? CONN_LINGER : CONN_IDLE;
    c->expired = false;
    if (!c->writing) net_deadline(c->net, c, c->net->limits.idle_time);
}

static bool step_write(conn *c) {
    const response *r = exchange_response(c->exchange);
    bytes body = h1_body(r, exchange_request(c->exchange)->head);
    if (!c->head_sent) start_answer(c, r, body);
    continue_answer(c, body);
    flush(c);
    if (c->answered == body.len && !c->failed) finish_answer(c);
    return true;
}

/* ---- reading a request ---- */

static bool decrypt(conn *c, bytes *out) {
    size_t len = 0;
    tls_outcome t = tls_read(&c->tls, c->net->text, sizeof c->net->text, &len);
    flush(c);
    *out = bytes_make(c->net->text, t == TLS_DONE ? len : 0);
    if (t == TLS_FAILED) c->failed = true;
    if (t == TLS_CLOSED) c->state = CONN_LINGER;
    return t == TLS_DONE;
}

static h1_event take(conn *c, bytes *in) {
    h1_event e = h1_feed(&c->h1, in);
    if (e != H1_HEAD) return e;
    make_exchange(c);
    result r = h1_begin(&c->h1, exchange_arena(c->exchange), exchange_request(c->exchange));
    return ok(r) ? h1_feed(&c->h1, in) : H1_BROKEN;
}

/* What is behind the request waits its turn; the shared text is wiped before anybody else runs. */
static void keep_rest(conn *c, bool kept, bytes in, bytes rest) {
    if (kept) {
        buf_eat(&c->plain, in.len - rest.len);
    } else {
        if (rest.len > 0) c->plain = buf_new(sizeof c->net->text);
        buf_put(&c->plain, rest);
        wipe(c->net->text, in.len);
    }
    if (c->plain.len == 0) buf_release(&c->plain);
}

/* A body has its whole time, and a pace: 1 KiB/s on the whole, so that many small bytes do not hold a place for long.
 */
static void await_body(conn *c) {
    const net_limits *l = &c->net->limits;
    uint64_t now = uv_now(c->net->loop);
    if (c->state != CONN_BODY) c->body_since = now;
    c->state = CONN_BODY;
    uint64_t paced = l->body_grace + h1_body_received(&c->h1) * 1000 / l->body_rate;
    uint64_t until = c->body_since + (paced < l->body_time ? paced : l->body_time);
    net_deadline(c->net, c, until > now ? until - now : 0);
}

static void await_more(conn *c) {
    if (h1_in_body(&c->h1)) {
        await_body(c);
    } else if (c->state == CONN_IDLE && h1_begun(&c->h1)) {
        c->state = CONN_HEAD;
        net_deadline(c->net, c, c->net->limits.header_time);
    }
}

static bool step_read(conn *c) {
    bool kept = c->plain.len > 0;
    bytes in = buf_bytes(&c->plain);
    if (!kept && c->tls.in.len == 0) return false;
    if (!kept && !decrypt(c, &in)) return c->state == CONN_LINGER;
    bytes rest = in;
    h1_event e = take(c, &rest);
    keep_rest(c, kept, in, rest);
    if (e == H1_READY) run(c);
    else if (e == H1_BROKEN) fail(c, h1_why(&c->h1));
    else await_more(c);
    return true;
}

static bool step_handshake(conn *c) {
    if (c->tls.in.len == 0) return false;
    tls_outcome t = tls_handshake(&c->tls);
    flush(c);
    if (t == TLS_WANT) return false;
    if (t != TLS_DONE) {
        c->net->counts.failed_handshakes++;
        c->failed = true;
        return false;
    }
    c->state = CONN_IDLE;
    net_deadline(c->net, c, c->net->limits.idle_time);
    return true;
}

/* ---- the machine ---- */

static bool step(conn *c) {
    switch (c->state) {
    case CONN_HANDSHAKE: return step_handshake(c);
    case CONN_IDLE:
    case CONN_HEAD:
    case CONN_BODY: return step_read(c);
    case CONN_WRITING: return step_write(c);
    case CONN_LINGER: return step_linger(c);
    case CONN_RUNNING:
    case CONN_CLOSED: break;
    }
    return false;
}

static bool busy(const conn *c) { return c->state == CONN_RUNNING || c->state == CONN_WRITING || c->writing; }

/* Ciphertext that OpenSSL has not taken moves from the shared read buffer into the connection's own. */
static void keep_ahead(conn *c) {
    bytes in = c->tls.in;
    if (c->ahead.len > 0) {
        buf_eat(&c->ahead, c->ahead.len - in.len);
    } else if (in.len > 0) {
        c->ahead = buf_new(AHEAD_MAX + WIRE_SIZE);
        buf_put(&c->ahead, in);
    }
    if (c->ahead.len == 0) buf_release(&c->ahead);
    c->tls.in = buf_bytes(&c->ahead);
}

static void on_room(uv_handle_t *socket, size_t suggested, uv_buf_t *out) {
    (void)suggested;
    conn *c = socket->data;
    size_t len = busy(c) && c->state != CONN_LINGER ? AHEAD_MAX - c->ahead.len : WIRE_SIZE;
    *out = uv_buf_init((char *)c->net->wire, (unsigned)len);
}

static void on_read(uv_stream_t *socket, ssize_t n, const uv_buf_t *from) {
    conn *c = socket->data;
    if (n < 0) conn_close(c); /* the peer is gone, and with him whoever wanted the answer */
    if (n <= 0 || c->state == CONN_LINGER) return;
    bytes came = bytes_make(from->base, (size_t)n);
    if (c->ahead.len > 0) {
        buf_put(&c->ahead, came);
        must(buf_ok(&c->ahead));
        c->tls.in = buf_bytes(&c->ahead);
    } else {
        c->tls.in = came;
    }
    advance(c);
}

/* Reading goes on while a request is in work, so that a disconnect is seen; only a full buffer stops it. */
static void adjust_reading(conn *c) {
    bool want = c->state == CONN_LINGER || !busy(c) || c->ahead.len < AHEAD_MAX;
    if (want == c->reading) return;
    c->reading = want;
    uv_stream_t *s = (uv_stream_t *)&c->socket;
    if (!want) uv_read_stop(s);
    else c->failed |= uv_read_start(s, on_room, on_read) != 0;
}

/* Takes steps until one has to wait. An exchange that answers at once comes back in here from within a step: the
 * outer call, still on the stack, goes on with it. */
static void advance(conn *c) {
    if (c->advancing) return;
    c->advancing = true;
    while (!c->failed && !c->writing && step(c)) continue;
    c->advancing = false;
    if (c->state == CONN_CLOSED) return;
    if (!c->failed) {
        keep_ahead(c);
        adjust_reading(c);
    }
    if (c->failed) conn_close(c);
}

/* ---- what net.c asks for ---- */

static void expire(conn *c) {
    c->expired = true;
    net_deadline(c->net, c, c->net->limits.write_time);
    c->advancing = true;
    exchange_expire(c->exchange);
    c->advancing = false;
    advance(c);
}

static void give_up_request(conn *c) {
    c->advancing = true;
    fail(c, FAIL(TIMEOUT));
    c->advancing = false;
    advance(c);
}

static void leave(conn *c) {
    c->state = CONN_LINGER;
    advance(c);
}

void conn_overdue(conn *c) {
    c->net->counts.timeouts++;
    if (c->writing || c->expired) {
        conn_close(c);
        return;
    }
    switch (c->state) {
    case CONN_IDLE: leave(c); break;
    case CONN_HEAD:
    case CONN_BODY: give_up_request(c); break;
    case CONN_RUNNING: expire(c); break;
    default: conn_close(c); break;
    }
}

void conn_drain(conn *c) {
    if (c->state == CONN_HANDSHAKE) conn_close(c);
    else if (c->state == CONN_IDLE) leave(c);
    else c->last = true;
}

static bool peer_of(conn *c) {
    struct sockaddr_storage s = {0};
    int len = sizeof s;
    if (uv_tcp_getpeername(&c->socket, (struct sockaddr *)&s, &len) != 0) return false;
    if (s.ss_family == AF_INET6) {
        memcpy(c->peer, &((struct sockaddr_in6 *)&s)->sin6_addr, 16);
        return true;
    }
    memset(c->peer + 10, 0xff, 2);
    memcpy(c->peer + 12, &((struct sockaddr_in *)&s)->sin_addr, 4);
    return s.ss_family == AF_INET;
}

/* Not from an arena: libuv owns the handle until its close callback, which comes after everything else has ended. */
static conn *conn_new(net *n) {
    conn *c = MEMORY_NEW(conn);
    must(uv_tcp_init(n->loop, &c->socket) == 0);
    c->socket.data = c;
    c->net = n;
    c->deadline = UINT64_MAX;
    c->older = n->newest;
    if (c->older) c->older->newer = c;
    n->newest = c;
    n->counts.connections++;
    h1_init(&c->h1, &n->limits);
    return c;
}

static bool welcome(conn *c) {
    net *n = c->net;
    if (n->draining || n->counts.connections > n->limits.connections || !peer_of(c)) return false;
    c->counted = peers_enter(n->peers, c->peer, n->limits.connections_per_address);
    return c->counted;
}

void conn_accept(net *n, uv_stream_t *listener) {
    conn *c = conn_new(n);
    if (uv_accept(listener, (uv_stream_t *)&c->socket) != 0 || !welcome(c)) {
        n->counts.refused++;
        conn_close(c);
        return;
    }
    n->counts.accepted++;
    uv_tcp_nodelay(&c->socket, 1);
    tls_open(&c->tls, n->tls, on_record, c);
    net_deadline(n, c, n->limits.handshake_time);
    advance(c);
}
