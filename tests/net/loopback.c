#include "loopback.h"

#include <stdlib.h>

struct exchange {
    arena *memory;
    service *service;
    request request;
    response response;
    void (*ready)(void *owner, exchange *x);
    void *owner;
    bool answered;
};

static void on_end(void *object) {
    exchange *x = object;
    x->service->live--;
    buf_release(&x->response.body);
}

exchange *exchange_new(service *s, void (*ready)(void *owner, exchange *x), void *owner) {
    arena *a = arena_new();
    exchange *x = ARENA_NEW(a, exchange);
    *x = (exchange){.memory = a, .service = s, .ready = ready, .owner = owner};
    x->response.body = buf_new(LOOPBACK_BYTES_MAX);
    s->live++;
    arena_on_free(a, on_end, x);
    return x;
}

arena *exchange_arena(exchange *x) { return x->memory; }
request *exchange_request(exchange *x) { return &x->request; }

response *exchange_response(exchange *x) {
    must(x->answered);
    return &x->response;
}

static void answer(exchange *x, int status) {
    must(!x->answered);
    x->answered = true;
    x->response.status = status;
    if (!x->response.content_type) x->response.content_type = "text/plain";
    x->ready(x->owner, x);
}

static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "OTHER"};

static void echo(exchange *x) {
    const request *r = &x->request;
    buf *b = &x->response.body;
    buf_format(b, "%s%s %.*s?%.*s\n", methods[r->method], r->head ? "(HEAD)" : "", (int)r->path.len,
               (const char *)r->path.at, (int)r->query.len, (const char *)r->query.at);
    for (unsigned i = 0; i < r->header_count; i++) {
        buf_put(b, r->headers[i].name);
        buf_put(b, BYTES("="));
        buf_put(b, r->headers[i].value);
        buf_put(b, BYTES("\n"));
    }
    buf_put(b, BYTES("\n"));
    buf_put(b, r->body);
    answer(x, 200);
}

static uint64_t number(const exchange *x) {
    uint64_t n = 0;
    return ok(bytes_to_u64(x->request.query, LOOPBACK_BYTES_MAX, &n)) ? n : 0;
}

static void many_bytes(exchange *x) {
    uint64_t n = number(x);
    for (uint64_t i = 0; i < n; i++) buf_put_byte(&x->response.body, (uint8_t)('a' + i % 26));
    answer(x, 200);
}

typedef struct {
    uv_timer_t timer;
    exchange *x;
} wait;

static void on_timer_closed(uv_handle_t *h) { free(h->data); }

static void stop_waiting(void *object) {
    wait *w = object;
    uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}

static void on_time(uv_timer_t *t) {
    wait *w = t->data;
    buf_put(&w->x->response.body, BYTES("later"));
    answer(w->x, 200);
}

static void later(exchange *x) {
    wait *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->x = x;
    uv_timer_init(x->service->loop, &w->timer);
    w->timer.data = w;
    arena_on_free(x->memory, stop_waiting, w);
    uv_timer_start(&w->timer, on_time, number(x), 0);
}

static void with_headers(exchange *x) {
    response_add_header(&x->response, "Cache-Control", BYTES("max-age=60"));
    response_add_header(&x->response, "X-Evil", BYTES("a\r\nSet-Cookie: b"));
    response_add_header(&x->response, "ETag", BYTES("\"e\""));
    answer(x, 200);
}

static void counts(exchange *x) {
    const service *s = x->service;
    buf_format(&x->response.body, "%u %u %u %u", s->live, s->run, s->failed, s->expired);
    answer(x, 200);
}

void exchange_run(exchange *x) {
    bytes p = x->request.path;
    x->service->run++;
    if (bytes_is(p, "/echo")) echo(x);
    else if (bytes_is(p, "/bytes")) many_bytes(x);
    else if (bytes_is(p, "/later")) later(x);
    else if (bytes_is(p, "/empty")) answer(x, 204);
    else if (bytes_is(p, "/fixed")) x->response.fixed_body = BYTES("constant"), answer(x, 200);
    else if (bytes_is(p, "/close")) x->response.close = true, answer(x, 200);
    else if (bytes_is(p, "/headers")) with_headers(x);
    else if (bytes_is(p, "/counts")) counts(x);
    else if (!bytes_is(p, "/never")) answer(x, 404);
}

void exchange_fail(exchange *x, result why) {
    x->service->failed++;
    buf_put_string(&x->response.body, result_type(why));
    answer(x, result_status(why));
}

void exchange_expire(exchange *x) {
    x->service->expired++;
    buf_put_string(&x->response.body, "expired");
    answer(x, 503);
}

void exchange_release(exchange *x) {
    if (x) arena_release(x->memory);
}

void response_add_header(response *r, const char *name, bytes value) {
    must(r->header_count < RESPONSE_HEADERS_MAX);
    r->headers[r->header_count++] = (response_header){name, value};
}
