/* Target functions: h1_feed, h1_begin, h1_write_head.
 *
 * The first byte says how the rest is cut. Held to: cutting never changes the result; a request keeps its bounds, and
 * every span lies in its own memory; an accepted body is what a naive chunk reader of our own makes of the same
 * bytes. */
#include "net/h1.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    arena *memory;
    request *message;
    size_t taken;
    int status;
} outcome;

static h1_event feed_copy(h1 *h, outcome *o, bytes piece, size_t *left) {
    uint8_t *copy = malloc(piece.len ? piece.len : 1);
    must(copy != NULL);
    memcpy(copy, piece.at, piece.len);
    bytes in = bytes_make(copy, piece.len);
    h1_event e = h1_feed(h, &in);
    if (e == H1_HEAD) e = ok(h1_begin(h, o->memory, o->message)) ? h1_feed(h, &in) : H1_BROKEN;
    *left = in.len;
    free(copy);
    return e;
}

static outcome parse(bytes text, size_t cut) {
    net_limits l = net_limits_default();
    l.body_size = 2048, l.header_count = 16, l.headers_size = 1024, l.request_line = 256;
    outcome o = {.memory = arena_new()};
    o.message = ARENA_NEW(o.memory, request);
    h1 h;
    h1_init(&h, &l);
    h1_event e = H1_WANT;
    while (o.taken < text.len && e == H1_WANT) {
        size_t n = text.len - o.taken < cut ? text.len - o.taken : cut, left;
        e = feed_copy(&h, &o, bytes_make(text.at + o.taken, n), &left);
        o.taken += n - left;
        must(e != H1_WANT || left == 0);
    }
    o.status = e == H1_READY ? 200 : e == H1_BROKEN ? result_status(h1_why(&h)) : 0;
    must(o.message->header_count <= l.header_count && o.message->body.len <= l.body_size);
    h1_release(&h);
    return o;
}

static uint64_t sum_of(bytes b) {
    uint64_t sum = b.len;
    for (size_t i = 0; i < b.len; i++) sum = sum * 31 + b.at[i];
    return sum;
}

/* Touches every byte of every span, so that ASan judges where they lie. */
static uint64_t digest(const request *r) {
    uint64_t sum = (uint64_t)r->method * 7 + r->head;
    sum = sum * 31 + sum_of(r->path);
    sum = sum * 31 + sum_of(r->query);
    for (unsigned i = 0; i < r->header_count; i++)
        sum = (sum * 31 + sum_of(r->headers[i].name)) * 31 + sum_of(r->headers[i].value);
    return sum * 31 + sum_of(r->body);
}

static int hex(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 9112 7.1 as one would write it on a napkin; the body so far must have been accepted already. */
static void check_chunks(bytes wire, bytes body) {
    size_t at = 0, done = 0;
    for (;;) {
        size_t n = 0, digits = 0;
        for (; at < wire.len && hex(wire.at[at]) >= 0; at++, digits++) n = n * 16 + (size_t)hex(wire.at[at]);
        must(digits > 0 && wire.len - at >= 2 && wire.at[at] == '\r' && wire.at[at + 1] == '\n');
        at += 2;
        must(n <= wire.len - at && n <= body.len - done);
        must(bytes_equal(bytes_make(wire.at + at, n), bytes_make(n ? body.at + done : NULL, n)));
        at += n, done += n;
        must(wire.len - at >= 2 && wire.at[at] == '\r' && wire.at[at + 1] == '\n');
        at += 2;
        if (n == 0) break;
    }
    must(at == wire.len && done == body.len);
}

static void check_body(bytes text, const outcome *o) {
    const uint8_t *end = memmem(text.at, text.len, "\r\n\r\n", 4);
    must(end != NULL);
    size_t head = (size_t)(end - text.at) + 4;
    bytes wire = bytes_make(text.at + head, o->taken - head);
    bool chunked = false;
    for (unsigned i = 0; i < o->message->header_count; i++)
        chunked |= bytes_is_nocase(o->message->headers[i].name, "transfer-encoding");
    if (chunked) check_chunks(wire, o->message->body);
    else must(bytes_equal(wire, o->message->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    bytes text = bytes_make(data + 1, size - 1);
    outcome whole = parse(text, text.len), pieces = parse(text, (size_t)data[0] % 61 + 1);
    must(whole.status == pieces.status);
    if (whole.status == 200) {
        must(whole.taken == pieces.taken && digest(whole.message) == digest(pieces.message));
        check_body(text, &whole);
    }
    arena_release(whole.memory);
    arena_release(pieces.memory);
    return 0;
}
