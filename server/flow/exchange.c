/* The life of one exchange: made, and wiped with all that hangs on it. */
#include "flow/flow.h"

static void let_go_of_session(exchange *x) {
    if (x->session) cache_let_go(&x->service->sessions, &x->session->node);
    x->session = NULL;
}

void let_go_of_families(exchange *x) {
    for (unsigned i = 0; i < x->families_read; i++) {
        if (x->families[i]) cache_let_go(&x->service->families, &x->families[i]->node);
        cipher_key_release(x->audit_keys[i]);
        x->families[i] = NULL;
        x->audit_keys[i] = NULL;
    }
    x->families_read = 0;
}

void forget_facts(exchange *x) {
    for (unsigned i = 0; i < x->families_read; i++)
        if (x->families[i]) cache_drop(&x->service->families, &x->families[i]->node);
    if (x->session) cache_drop(&x->service->sessions, &x->session->node);
    let_go_of_families(x);
    let_go_of_session(x);
}

static void exchange_end(void *x_) {
    exchange *x = x_;
    let_go_of_families(x);
    let_go_of_session(x);
    for (unsigned i = 0; i < TEXTS_MAX; i++) buf_release(&x->texts[i].sealed);
    buf_release(&x->response.body);
}

/* Holds the largest page: 500 entries of 4,000 characters and a reason of 600, all of them written as \u003c. */
enum { RESPONSE_MAX = 16 * 1024 * 1024 };

exchange *exchange_new(service *s, void (*ready)(void *, exchange *), void *owner) {
    arena *a = arena_new();
    exchange *x = ARENA_NEW(a, exchange);
    x->service = s;
    x->arena = a;
    x->ready = ready;
    x->owner = owner;
    x->viewer = ACTOR_NONE;
    x->response.body = buf_new(RESPONSE_MAX);
    arena_on_free(a, exchange_end, x); /* the first hook, so it runs last: whatever is in flight is cancelled before */
    return x;
}

arena *exchange_arena(exchange *x) { return x->arena; }
request *exchange_request(exchange *x) { return &x->request; }

response *exchange_response(exchange *x) {
    must(x->answered);
    return &x->response;
}

void exchange_release(exchange *x) {
    if (x) arena_release(x->arena);
}
