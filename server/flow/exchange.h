/* One request on its way to its answer: the only object that net/ and flow/ share.
 *
 * net/ makes it, fills in the request, runs it, and is told once when the response is ready. Releasing it at any moment (the peer
 * went away, a deadline passed) cancels whatever is in flight: everything hangs on its arena. A response is only ready after the
 * course has proved what it must (design.md 3); net/ cannot reach a body before that. */
#ifndef KRING_FLOW_EXCHANGE_H
#define KRING_FLOW_EXCHANGE_H

#include "flow/message.h"

typedef struct exchange exchange;
typedef struct service service; /* everything an exchange runs on: routes, pools, keys, clock; made by app/ (flow/service.h) */

/* `ready(owner, x)` is called exactly once, later or from within exchange_run/exchange_fail, unless the exchange is released
 * first. */
exchange *exchange_new(service *s, void (*ready)(void *owner, exchange *x), void *owner);
arena *exchange_arena(exchange *x);
request *exchange_request(exchange *x);
/* Only after `ready`. */
response *exchange_response(exchange *x);

/* Walks the course of the route that the request names. */
void exchange_run(exchange *x);
/* The bytes never became a request (malformed, too large, too slow): walks ERROR with this result. */
void exchange_fail(exchange *x, result why);
/* The handler's deadline: if the response is not ready, what is in flight is cancelled and the answer becomes 503. */
void exchange_expire(exchange *x);
/* Wipes and frees; cancels what is in flight. NULL is fine. */
void exchange_release(exchange *x);

#endif
