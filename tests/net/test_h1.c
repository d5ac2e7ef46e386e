/* HTTP/1.1 without a socket: what is refused and with which status, the bounds on both sides, and that the result
 * never depends on how the bytes were cut. */
#include "net/h1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct {
    int status; /* 200: a whole request; 0: more bytes are wanted */
    request message;
    bool close;
    size_t left;
} seen;

/* Each piece is in a block of its own size, so that ASan sees a read past its end and a span that was not copied. */
static h1_event feed_piece(h1 *h, arena *a, request *r, bytes piece, size_t *left) {
    uint8_t *copy = malloc(piece.len ? piece.len : 1);
    assert_non_null(copy);
    memcpy(copy, piece.at, piece.len);
    bytes in = bytes_make(copy, piece.len);
    h1_event e = h1_feed(h, &in);
    if (e == H1_HEAD) e = ok(h1_begin(h, a, r)) ? h1_feed(h, &in) : H1_BROKEN;
    *left = in.len;
    free(copy);
    return e;
}

static seen parse_with(const net_limits *l, arena *a, bytes text, size_t cut) {
    h1 h;
    seen s = {0};
    h1_event e = H1_WANT;
    h1_init(&h, l);
    size_t at = 0;
    while (at < text.len && e == H1_WANT) {
        size_t n = text.len - at < cut ? text.len - at : cut, left;
        e = feed_piece(&h, a, &s.message, bytes_make(text.at + at, n), &left);
        at += n - left;
        if (e == H1_WANT) assert_int_equal(left, 0);
    }
    s.left = text.len - at;
    s.status = e == H1_READY ? 200 : e == H1_BROKEN ? result_status(h1_why(&h)) : 0;
    s.close = h1_close_asked(&h);
    h1_release(&h);
    return s;
}

static bool same(const seen *a, const seen *b) {
    if (a->status != b->status) return false;
    if (a->status != 200) return true;
    bool equal = a->message.header_count == b->message.header_count &&
                 bytes_equal(a->message.path, b->message.path) && bytes_equal(a->message.query, b->message.query) &&
                 bytes_equal(a->message.body, b->message.body) && a->message.method == b->message.method &&
                 a->left == b->left && a->close == b->close;
    for (unsigned i = 0; equal && i < a->message.header_count; i++)
        equal = bytes_equal(a->message.headers[i].name, b->message.headers[i].name) &&
                bytes_equal(a->message.headers[i].value, b->message.headers[i].value);
    return equal;
}

/* Whole, byte by byte, and in odd pieces: always the same. */
static int status_with(const net_limits *l, bytes text) {
    static const size_t cuts[] = {1, 2, 3, 7, 64};
    arena *a = arena_new();
    seen whole = parse_with(l, a, text, text.len);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        if (text.len > 50000 && cuts[i] < 7) continue;
        arena *b = arena_new();
        seen pieces = parse_with(l, b, text, cuts[i]);
        if (!same(&whole, &pieces))
            fail_msg("cut %zu gives %d, whole %d: %.200s", cuts[i], pieces.status, whole.status,
                     (const char *)text.at);
        arena_release(b);
    }
    arena_release(a);
    return whole.status;
}

static int status_of(bytes text) {
    net_limits l = net_limits_default();
    return status_with(&l, text);
}

#define CASE(status, text) {status, sizeof(text) - 1, text}
#define GET "GET /v1/x HTTP/1.1\r\nHost: a\r\n"
#define POST "POST /v1/x HTTP/1.1\r\nHost: a\r\n"
#define LINE(target) "GET " target " HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct {
    int status;
    size_t len;
    const char *text;
} corpus[] = {
    /* well formed */
    CASE(200, GET "\r\n"),
    CASE(200, "\r\n" GET "\r\n"),
    CASE(200, POST "Content-Length: 3\r\n\r\nabc"),
    CASE(200, POST "Content-Length: 0\r\n\r\n"),
    CASE(200, POST "Content-Length: 003\r\n\r\nabc"),
    CASE(200, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    CASE(200, POST "Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n"),
    CASE(200, POST "\r\n"),
    CASE(200, "BREW /v1/x HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(200, "CONNECT /v1/x HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(200, GET "X: \xc3\xa9\r\n\r\n"),
    CASE(200, GET "X:\r\nY:   \t \r\n\r\n"),
    CASE(200, LINE("/a%20b/...%2e?x=%2F&y=%c3%a9")),
    CASE(200, LINE("/..a/.b/a.")),
    CASE(200, "GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n"),
    /* not whole yet */
    CASE(0, GET),
    CASE(0, POST "Content-Length: 3\r\n\r\nab"),
    CASE(0, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"),
    /* length against coding, and lengths in disguise */
    CASE(400, POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
    CASE(400, POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    CASE(400, POST "Content-Length: 3, 3\r\n\r\nabc"),
    CASE(400, POST "Content-Length: +3\r\n\r\nabc"),
    CASE(400, POST "Content-Length: -1\r\n\r\nabc"),
    CASE(400, POST "Content-Length: 0x3\r\n\r\nabc"),
    CASE(400, POST "Content-Length: 3 3\r\n\r\nabc"),
    CASE(400, POST "Content-Length: \r\n\r\nabc"),
    CASE(400, POST "Content-Length: 99999999999999999999999\r\n\r\nabc"),
    CASE(413, POST "Content-Length: 18446744073709551615\r\n\r\nabc"),
    CASE(400, POST "Content-Length : 3\r\n\r\nabc"),
    CASE(400, POST " Content-Length: 3\r\n\r\nabc"),
    CASE(400, POST "Content_Length\x0b: 3\r\n\r\nabc"),
    CASE(400, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: identity\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding:\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    /* chunks */
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3\rabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3;\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    CASE(413, POST "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\n\r\n0\n\r\n"),
    /* lines and controls */
    CASE(400, "GET /v1/x HTTP/1.1\nHost: a\n\n"),
    CASE(400, "GET /v1/x HTTP/1.1\r\nHost: a\n\r\n"),
    CASE(400, "GET /v1/x HTTP/1.1\r\nHost: a\r\rX: y\r\n\r\n"),
    CASE(400, GET "\n"),
    CASE(400, GET "X: a\rb\r\n\r\n"),
    CASE(400, GET "X: a\0b\r\n\r\n"),
    CASE(400, GET "X\0: b\r\n\r\n"),
    CASE(400, GET "X: a\x01\r\n\r\n"),
    CASE(400, GET "X: a\x7f\r\n\r\n"),
    CASE(400, GET "X: a\r\n folded\r\n\r\n"),
    CASE(400, GET "X: a\r\n\tfolded\r\n\r\n"),
    CASE(400, "GET /v1/x HTTP/1.1\r\n Host: a\r\n\r\n"),
    CASE(400, GET "X : a\r\n\r\n"),
    CASE(400, GET "X\t: a\r\n\r\n"),
    CASE(400, GET ": a\r\n\r\n"),
    CASE(400, GET "no colon\r\n\r\n"),
    CASE(400, GET "X(Y): a\r\n\r\n"),
    CASE(400, GET "X\xc3\xa9: a\r\n\r\n"),
    CASE(400, "\r\n\r\n" GET "\r\n"),
    CASE(400, "\n" GET "\r\n"),
    /* Host */
    CASE(400, "GET /v1/x HTTP/1.1\r\n\r\n"),
    CASE(400, GET "Host: a\r\n\r\n"),
    CASE(400, GET "host: b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    /* the request line */
    CASE(400, "GET /v1/x\r\n"),
    CASE(400, "GET /v1/x\r\nHost: a\r\n\r\n"),
    CASE(400, "GET\r\n\r\n"),
    CASE(400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    CASE(400, "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, "GET / HTTP/11\r\nHost: a\r\n\r\n"),
    CASE(400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    CASE(505, "GET / HTTP/1.0\r\nHost: a\r\n\r\n"),
    CASE(505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    CASE(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    CASE(400, LINE("http://a/x")),
    CASE(400, LINE("https://a/x")),
    CASE(400, LINE("*")),
    CASE(400, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
    CASE(400, LINE("x")),
    CASE(400, LINE("/a#b")),
    CASE(400, LINE("/a?b#c")),
    CASE(400, LINE("/..")),
    CASE(400, LINE("/a/../b")),
    CASE(400, LINE("/a/.")),
    CASE(400, LINE("/./a")),
    CASE(400, LINE("/a/%2e%2e/b")),
    CASE(400, LINE("/a/.%2E")),
    CASE(400, LINE("/a%2fb")),
    CASE(400, LINE("/a%2Fb")),
    CASE(400, LINE("/a%5cb")),
    CASE(400, LINE("/a\\b")),
    CASE(400, LINE("/a%00b")),
    CASE(400, LINE("/a%0db")),
    CASE(400, LINE("/a%7f")),
    CASE(400, LINE("/a%c0%af")),
    CASE(400, LINE("/a%")),
    CASE(400, LINE("/a%4")),
    CASE(400, LINE("/a%4g")),
    CASE(400, LINE("/a\xc3\xa9")),
    CASE(400, LINE("/a\x01")),
    CASE(400, LINE("/a\"b")),
    CASE(400, LINE("/a<b>")),
    CASE(400, LINE("/a?%00")),
    CASE(400, LINE("/a?%4")),
    CASE(400, LINE("/a?b\xff")),
    CASE(400, LINE("?a")),
    /* what we do not speak */
    CASE(417, POST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
    CASE(417, POST "expect:\r\n\r\n"),
    CASE(415, POST "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    CASE(415, POST "Content-Encoding: identity\r\n\r\n"),
    CASE(400, GET "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
    CASE(400, GET "Upgrade: h2c\r\n\r\n"),
    CASE(400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n"),
};

static void refuses_the_corpus(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        int status = status_of(bytes_make(corpus[i].text, corpus[i].len));
        if (status != corpus[i].status)
            fail_msg("case %zu: %d, not %d: %s", i, status, corpus[i].status, corpus[i].text);
    }
}

/* ---- bounds, one below and one above ---- */

static int status_of_buf(const net_limits *l, buf *b) {
    assert_true(buf_ok(b));
    int status = status_with(l, buf_bytes(b));
    buf_release(b);
    return status;
}

static void put_many(buf *b, char c, size_t n) {
    while (n--) buf_put_byte(b, (uint8_t)c);
}

static buf text_buf(void) { return buf_new(2 * 1024 * 1024); }

static int with_line(const net_limits *l, size_t len) {
    buf b = text_buf();
    buf_put_string(&b, "GET /");
    put_many(&b, 'a', len - strlen("GET / HTTP/1.1"));
    buf_put_string(&b, " HTTP/1.1\r\nHost: a\r\n\r\n");
    return status_of_buf(l, &b);
}

static int with_header(const net_limits *l, size_t len) {
    buf b = text_buf();
    buf_put_string(&b, GET "X: ");
    put_many(&b, 'a', len - 3);
    buf_put_string(&b, "\r\n\r\n");
    return status_of_buf(l, &b);
}

/* `total` bytes of headers, their line ends counted. */
static int with_headers_of(const net_limits *l, size_t total) {
    buf b = text_buf();
    buf_put_string(&b, GET);
    size_t left = total - strlen("Host: a\r\n");
    while (left > 0) {
        size_t n = left > 2000 ? 1000 : left;
        buf_put_string(&b, "X: ");
        put_many(&b, 'a', n - 5);
        buf_put_string(&b, "\r\n");
        left -= n;
    }
    buf_put_string(&b, "\r\n");
    return status_of_buf(l, &b);
}

static int with_header_count(const net_limits *l, size_t count) {
    buf b = text_buf();
    buf_put_string(&b, GET);
    while (--count) buf_put_string(&b, "X: y\r\n");
    buf_put_string(&b, "\r\n");
    return status_of_buf(l, &b);
}

static int with_body(const net_limits *l, size_t len) {
    buf b = text_buf();
    buf_format(&b, POST "Content-Length: %zu\r\n\r\n", len);
    put_many(&b, 'b', len);
    return status_of_buf(l, &b);
}

static int with_chunks(const net_limits *l, size_t len) {
    buf b = text_buf();
    buf_put_string(&b, POST "Transfer-Encoding: chunked\r\n\r\n");
    while (len > 0) {
        size_t n = len < 1000 ? len : 1000;
        buf_format(&b, "%zx\r\n", n);
        put_many(&b, 'b', n);
        buf_put_string(&b, "\r\n");
        len -= n;
    }
    buf_put_string(&b, "0\r\n\r\n");
    return status_of_buf(l, &b);
}

static void keeps_every_bound(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    const struct {
        int (*request)(const net_limits *, size_t);
        size_t bound;
        int status;
    } bounds[] = {{with_line, l.request_line, 414},         {with_header, l.header_line, 431},
                  {with_headers_of, l.headers_size, 431},   {with_header_count, l.header_count, 431},
                  {with_body, l.body_size, 413},            {with_chunks, l.body_size, 413}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        assert_int_equal(bounds[i].request(&l, bounds[i].bound - 1), 200);
        assert_int_equal(bounds[i].request(&l, bounds[i].bound), 200);
        assert_int_equal(bounds[i].request(&l, bounds[i].bound + 1), bounds[i].status);
    }
}

/* A head without an end, and framing without a body, must not grow for ever. */
static void gives_up_endless_input(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    buf b = text_buf();
    put_many(&b, 'a', 1000000);
    assert_int_equal(status_of_buf(&l, &b), 414);
    b = text_buf();
    buf_put_string(&b, GET);
    for (int i = 0; i < 100000; i++) buf_put_string(&b, "abcdefgh");
    assert_int_equal(status_of_buf(&l, &b), 431);
    l.body_size = 1024;
    b = text_buf();
    buf_put_string(&b, POST "Transfer-Encoding: chunked\r\n\r\n");
    put_many(&b, '0', 100000);
    int status = status_of_buf(&l, &b);
    assert_true(status == 413 || status == 400);
}

static void understands_a_request(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    arena *a = arena_new();
    bytes text = BYTES(
        "PUT /v1/a%20b?q=1&r=%2F HTTP/1.1\r\nHost: x.example:8443\r\nAccept:  a, b \t\r\nCONNECTION: TE, Close\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0003\r\ncde\r\n0\r\n\r\nGET /next");
    seen s = parse_with(&l, a, text, text.len);
    const request *r = &s.message;
    assert_int_equal(s.status, 200);
    assert_int_equal(r->method, METHOD_PUT);
    assert_true(bytes_is(r->path, "/v1/a%20b"));
    assert_true(bytes_is(r->query, "q=1&r=%2F"));
    assert_int_equal(r->header_count, 4);
    assert_true(bytes_is(r->headers[1].name, "Accept"));
    assert_true(bytes_is(r->headers[1].value, "a, b"));
    assert_true(bytes_is(r->body, "abcde"));
    assert_true(s.close);
    assert_int_equal(s.left, strlen("GET /next"));
    arena_release(a);
}

static void tells_methods_apart(void **state) {
    (void)state;
    static const struct {
        const char *name;
        request_method method;
        bool head;
    } methods[] = {
        {"GET", METHOD_GET, false},       {"HEAD", METHOD_GET, true},       {"POST", METHOD_POST, false},
        {"PUT", METHOD_PUT, false},       {"DELETE", METHOD_DELETE, false}, {"PATCH", METHOD_OTHER, false},
        {"OPTIONS", METHOD_OTHER, false}, {"get", METHOD_OTHER, false},     {"GETS", METHOD_OTHER, false},
        {"TRACE", METHOD_OTHER, false},   {"PRI", METHOD_OTHER, false},     {"SOURCE", METHOD_OTHER, false}};
    net_limits l = net_limits_default();
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        arena *a = arena_new();
        bytes text = arena_format(a, "%s / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", methods[i].name);
        seen s = parse_with(&l, a, text, text.len);
        assert_int_equal(s.status, 200);
        assert_int_equal(s.message.method, methods[i].method);
        assert_int_equal(s.message.head, methods[i].head);
        assert_true(bytes_is(s.message.body, "hi")); /* the method never changes the framing */
        arena_release(a);
    }
}

static void takes_pipelined_requests_in_order(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    bytes in = BYTES(POST "Content-Length: 3\r\n\r\nabc" GET "\r\n" POST
                          "Transfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n" GET);
    static const char *const bodies[] = {"abc", "", "z"};
    h1 h;
    h1_init(&h, &l);
    for (size_t i = 0; i < 3; i++) {
        arena *a = arena_new();
        request r = {0};
        assert_int_equal(h1_feed(&h, &in), H1_HEAD);
        assert_true(ok(h1_begin(&h, a, &r)));
        assert_int_equal(h1_feed(&h, &in), H1_READY);
        assert_true(bytes_is(r.body, bodies[i]));
        size_t left = in.len;
        assert_int_equal(h1_feed(&h, &in), H1_READY); /* nothing moves until it is answered */
        assert_int_equal(in.len, left);
        h1_next(&h);
        arena_release(a);
    }
    assert_int_equal(h1_feed(&h, &in), H1_WANT);
    assert_true(h1_begun(&h));
    h1_release(&h);
}

static void stays_broken(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    h1 h;
    h1_init(&h, &l);
    bytes in = BYTES("bad\r\n" GET "\r\n");
    assert_int_equal(h1_feed(&h, &in), H1_BROKEN);
    in = BYTES(GET "\r\n");
    assert_int_equal(h1_feed(&h, &in), H1_BROKEN);
    h1_release(&h);
}

/* A promise of a large body costs nothing before its bytes come. */
static void a_promised_length_takes_no_memory(void **state) {
    (void)state;
    net_limits l = net_limits_default();
    arena *a = arena_new();
    h1 h;
    request r = {0};
    h1_init(&h, &l);
    bytes in = BYTES(POST "Content-Length: 262144\r\n\r\nx");
    assert_int_equal(h1_feed(&h, &in), H1_HEAD);
    assert_true(ok(h1_begin(&h, a, &r)));
    assert_int_equal(h1_feed(&h, &in), H1_WANT);
    assert_true(arena_used(a) < 4096);
    h1_release(&h);
    arena_release(a);
}

/* ---- responses ---- */

#define FIXED                                                                                                           \
    "X-Content-Type-Options: nosniff\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n"             \
    "Referrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n"                                       \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                                     \
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
#define API_CSP "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox\r\n"

static void assert_head(const response *r, bool close, const char *expected) {
    buf b = buf_new(8192);
    char date[H1_DATE];
    h1_date(INT64_C(784111777) * SECOND, date);
    h1_write_head(&b, r, close, date);
    buf_put_byte(&b, 0);
    assert_string_equal((const char *)b.at, expected);
    buf_release(&b);
}

static void writes_answers(void **state) {
    (void)state;
    response r = {.status = 200, .content_type = "application/json", .fixed_body = BYTES("{}")};
    assert_head(
        &r, false,
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\nConnection: keep-alive\r\n"
        "Content-Type: application/json\r\nCache-Control: no-store\r\n" API_CSP FIXED "\r\n");
    r.headers[r.header_count++] = (response_header){"ETag", BYTES("\"a\"")};
    r.headers[r.header_count++] = (response_header){"cache-control", BYTES("max-age=1")};
    r.headers[r.header_count++] = (response_header){"Content-Security-Policy", BYTES("default-src 'self'")};
    r.headers[r.header_count++] = (response_header){"X-Evil", BYTES("a\r\nb: c")};
    assert_head(&r, true,
                "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\nConnection: close\r\n"
                "Content-Type: application/json\r\n" FIXED
                "ETag: \"a\"\r\ncache-control: max-age=1\r\nContent-Security-Policy: default-src 'self'\r\n\r\n");
    response none = {.status = 204};
    assert_head(&none, false,
                "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\n"
                "Cache-Control: no-store\r\n" API_CSP FIXED "\r\n");
}

static void knows_which_answers_have_a_body(void **state) {
    (void)state;
    response r = {.status = 200, .fixed_body = BYTES("abc")};
    assert_int_equal(h1_body(&r, false).len, 3);
    assert_int_equal(h1_body(&r, true).len, 0);
    r.status = 304;
    assert_int_equal(h1_body(&r, false).len, 0);
    r.status = 204;
    assert_int_equal(h1_body(&r, false).len, 0);
}

/* Every status that a result can have gets a reason phrase. */
static void every_result_has_a_reason(void **state) {
    (void)state;
    for (int code = 0; code < R_COUNT; code++) {
        response r = {.status = result_status((result){(result_code)code})};
        char date[H1_DATE] = {0};
        buf b = buf_new(8192);
        h1_write_head(&b, &r, false, date);
        assert_int_equal(b.at[12], ' ');
        assert_int_not_equal(b.at[13], '\r');
        buf_release(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_the_corpus),
        cmocka_unit_test(keeps_every_bound),
        cmocka_unit_test(gives_up_endless_input),
        cmocka_unit_test(understands_a_request),
        cmocka_unit_test(tells_methods_apart),
        cmocka_unit_test(takes_pipelined_requests_in_order),
        cmocka_unit_test(stays_broken),
        cmocka_unit_test(a_promised_length_takes_no_memory),
        cmocka_unit_test(writes_answers),
        cmocka_unit_test(knows_which_answers_have_a_body),
        cmocka_unit_test(every_result_has_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
