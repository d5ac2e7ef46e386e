/* The service itself: the contract, and whether it can do its work. No family's data, no log-in. */
#include "api/view.h"

static shaped shape_contract(exchange *x) {
    x->response.status = 200;
    x->response.content_type = "application/json; charset=utf-8";
    x->response.fixed_body = bytes_make(openapi_json, openapi_json_len);
    return SHAPED;
}

static shaped shape_health(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "status"), json_string(&w, BYTES("ok"));
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static void write_check(json_writer *w, const readiness_check *c) {
    json_open_object(w);
    json_key(w, "name"), json_string(w, bytes_of_string(c->name));
    json_key(w, "ok"), json_bool(w, c->ok || c->warning);
    if (c->why) json_key(w, "warning"), json_string(w, bytes_of_string(c->why));
    json_close_object(w);
}

static shaped shape_ready(exchange *x) {
    readiness_check checks[READINESS_MAX];
    size_t n = service_readiness(x->service, checks);
    bool ready = service_is_ready(x->service);
    json_writer w = answer_json(x, ready ? 200 : 503);
    json_open_object(&w);
    json_key(&w, "status"), json_string(&w, ready ? BYTES("ready") : BYTES("unready"));
    json_key(&w, "checks");
    json_open_array(&w);
    for (size_t i = 0; i < n; i++) write_check(&w, &checks[i]);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_openapi_get = {.kind = "service.contract", .shape = shape_contract};
const endpoint endpoint_healthz = {.kind = "service.health", .shape = shape_health};
const endpoint endpoint_readyz = {.kind = "service.ready", .shape = shape_ready};
