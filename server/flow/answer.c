/* SHAPE and SEND: the response, problems, entity tags and cursors.
 *
 * What an answer is made of is what the reader sees and nothing else: no totals, no stamps of hidden things, tags and cursors over
 * visible items only. */
#include "flow/flow.h"

static bool is_public(const exchange *x) { return x->route->course == COURSE_PUBLIC || x->route->course == COURSE_LOG; }

verdict step_shape(exchange *x) {
    if (!is_public(x)) must(x->receipt.issued);
    switch (x->route->endpoint->shape(x)) {
    case REPEAT: return GO_ROUND;
    case NOTHING_THERE: return must(is_public(x)), fail(x, x->path_rest.len ? FAIL(NOT_FOUND) : FAIL(UNAVAILABLE));
    case SHAPED: break;
    }
    return buf_ok(&x->response.body) ? GO_ON : fail(x, FAIL(INTERNAL));
}

verdict step_send(exchange *x) {
    if (x->retry_after) {
        response_add_header(&x->response, "Retry-After", arena_format(x->arena, "%llu", (unsigned long long)x->retry_after));
    }
    return FINISHED;
}

json_writer answer_json(exchange *x, int status) {
    x->response.status = status;
    x->response.content_type = "application/json; charset=utf-8";
    return json_to(&x->response.body);
}

static void write_faults(exchange *x, json_writer *w) {
    if (x->faults.count == 0) return;
    json_key(w, "errors");
    json_open_array(w);
    for (size_t i = 0; i < x->faults.count; i++) {
        json_open_object(w);
        json_key(w, "pointer"), json_string(w, x->faults.items[i].path);
        json_key(w, "detail"), json_string(w, bytes_of_string(x->faults.items[i].detail));
        json_close_object(w);
    }
    json_close_array(w);
}

/* Constant but for the places of faults in what the caller himself sent. */
void answer_problem(exchange *x) {
    result why = x->outcome;
    response *r = &x->response;
    buf_clear(&r->body);
    r->fixed_body = (bytes){0};
    if (!failed_as(why, R_METHOD)) r->header_count = 0;
    r->status = result_status(why);
    r->content_type = "application/problem+json; charset=utf-8";
    json_writer w = json_to(&r->body);
    json_open_object(&w);
    json_key(&w, "type"), json_string(&w, arena_format(x->arena, "/problems/%s", result_type(why)));
    json_key(&w, "title"), json_string(&w, bytes_of_string(result_title(why)));
    json_key(&w, "status"), json_int(&w, r->status);
    if (x->detail) json_key(&w, "detail"), json_string(&w, bytes_of_string(x->detail));
    write_faults(x, &w);
    json_close_object(&w);
    json_end(&w);
    if (r->status == 401) response_add_header(r, "WWW-Authenticate", BYTES("Bearer realm=\"kring\""));
    if (r->status == 503 && !x->retry_after) x->retry_after = 2;
    if (r->status == 429 && !x->retry_after) x->retry_after = 60;
}

/* ---- entity tags ---- */

static void fold(etag_maker *e) {
    uint8_t both[SHA256_SIZE + sizeof e->seen];
    memcpy(both, e->chain, SHA256_SIZE);
    memcpy(both + SHA256_SIZE, e->seen, e->len);
    secret_sha256(bytes_make(both, SHA256_SIZE + e->len), e->chain);
    e->len = 0;
}

void etag_start(etag_maker *e, const char *what) {
    e->len = 0;
    memset(e->chain, 0, sizeof e->chain);
    etag_add(e, what, strlen(what) + 1);
}

void etag_add(etag_maker *e, const void *at, size_t len) {
    must(len <= sizeof e->seen);
    if (e->len + len > sizeof e->seen) fold(e);
    memcpy(e->seen + e->len, at, len);
    e->len += len;
}

bytes etag_end(etag_maker *e, arena *a) {
    fold(e);
    char *tag = arena_take(a, 24);
    tag[0] = '"';
    base64url_encode(bytes_make(e->chain, 16), tag + 1);
    tag[23] = '"';
    return bytes_make(tag, 24);
}

bool answer_not_modified(exchange *x, bytes etag) {
    response_add_header(&x->response, "ETag", etag);
    bytes known = request_header(&x->request, "If-None-Match");
    if (!known.at || !bytes_equal(known, etag)) return false;
    x->response.status = 304;
    x->response.content_type = NULL;
    return true;
}

/* ---- cursors ---- */

enum { CURSOR_MAC = 12, CURSOR_PLACE_MAX = 48 };

static void cursor_mac(exchange *x, bytes place, uint8_t out[SHA256_SIZE]) {
    uint8_t message[16 + 64 + CURSOR_PLACE_MAX] = {0};
    must(place.len <= CURSOR_PLACE_MAX);
    memcpy(message, x->family_ids[0].b, 16);
    size_t n = strlen(x->route->operation);
    memcpy(message + 16, x->route->operation, n < 63 ? n : 63);
    memcpy(message + 80, place.at, place.len);
    secret_hmac(x->service->cursor_key, BYTES("cursor"), bytes_make(message, 80 + place.len), out);
}

bytes cursor_make(exchange *x, bytes place) {
    uint8_t mac[SHA256_SIZE], both[CURSOR_PLACE_MAX + CURSOR_MAC];
    cursor_mac(x, place, mac);
    memcpy(both, place.at, place.len);
    memcpy(both + place.len, mac, CURSOR_MAC);
    char *text = arena_take(x->arena, (place.len + CURSOR_MAC + 2) / 3 * 4 + 1);
    return bytes_make(text, base64url_encode(bytes_make(both, place.len + CURSOR_MAC), text));
}

result cursor_read(exchange *x, bytes text, uint8_t *place, size_t cap, size_t *len) {
    uint8_t both[CURSOR_PLACE_MAX + CURSOR_MAC], mac[SHA256_SIZE];
    size_t n;
    ENSURE(ok(base64url_decode(text, both, sizeof both, &n)) && n > CURSOR_MAC && n - CURSOR_MAC <= cap, BAD_CURSOR);
    n -= CURSOR_MAC;
    cursor_mac(x, bytes_make(both, n), mac);
    ENSURE(bytes_equal_secret(bytes_make(mac, CURSOR_MAC), bytes_make(both + n, CURSOR_MAC)), BAD_CURSOR);
    memcpy(place, both, n);
    *len = n;
    return OK;
}

bytes cursor_behind(exchange *x, moment at, uuid id) {
    uint8_t place[24];
    put_u64(place, (uint64_t)at);
    memcpy(place + 8, id.b, sizeof id.b);
    return cursor_make(x, BYTES_OF(place));
}

result cursor_before(exchange *x, moment *at, uuid *id) {
    uint8_t place[24];
    size_t len;
    bytes cursor = query_text(x, "cursor");
    *at = MOMENT_NEVER;
    memset(id->b, 0xff, sizeof id->b);
    if (!cursor.at) return OK;
    TRY(cursor_read(x, cursor, place, sizeof place, &len));
    ENSURE(len == sizeof place, BAD_CURSOR);
    *at = (moment)get_u64(place);
    memcpy(id->b, place + 8, sizeof id->b);
    return OK;
}
