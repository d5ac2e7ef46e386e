/* ROUTE: which endpoint a method and a path name. 404 and 405 are told apart; an id in a path has one spelling. */
#include "flow/flow.h"

static bool same_method(const route *r, request_method m) {
    static const request_method of[] = {
        [M_GET] = METHOD_GET, [M_POST] = METHOD_POST, [M_PUT] = METHOD_PUT, [M_DELETE] = METHOD_DELETE};
    return of[r->method] == m;
}

/* The next segment of a path, and the rest behind it. */
static bool next_segment(bytes *path, bytes *segment) {
    if (path->len == 0 || path->at[0] != '/') return false;
    const uint8_t *start = path->at + 1, *end = path->at + path->len;
    const uint8_t *slash = memchr(start, '/', (size_t)(end - start));
    const uint8_t *stop = slash ? slash : end;
    *segment = bytes_make(start, (size_t)(stop - start));
    *path = bytes_make(stop, (size_t)(end - stop));
    return true;
}

static bool fits(const route *r, bytes path, uuid ids[PATH_IDS_MAX], bytes *rest) {
    unsigned n = 0;
    for (unsigned i = 0; i < r->segment_count; i++) {
        bytes segment;
        if (!next_segment(&path, &segment)) return false;
        const path_segment *segment_wanted = &r->segments[i];
        if (segment_wanted->kind == SEGMENT_REST) {
            *rest = bytes_make(segment.at, segment.len + path.len);
            return rest->len > 0;
        }
        if (segment_wanted->kind == SEGMENT_ID) {
            must(n < PATH_IDS_MAX);
            if (!ok(uuid_parse(segment, &ids[n++]))) return false;
        } else if (!bytes_equal(segment, bytes_make(segment_wanted->text, segment_wanted->len))) {
            return false;
        }
    }
    return path.len == 0;
}

static void tell_allowed(exchange *x, unsigned methods) {
    static const char *const names[] = {[M_GET] = "GET, HEAD", [M_POST] = "POST", [M_PUT] = "PUT", [M_DELETE] = "DELETE"};
    buf allowed = buf_new(64);
    for (unsigned m = M_GET; m <= M_DELETE; m++)
        if (methods >> m & 1) {
            if (allowed.len) buf_put_string(&allowed, ", ");
            buf_put_string(&allowed, names[m]);
        }
    response_add_header(&x->response, "Allow", arena_copy(x->arena, buf_bytes(&allowed)));
    buf_release(&allowed);
}

verdict step_route(exchange *x) {
    const service_settings *set = &x->service->set;
    unsigned methods = 0;
    for (size_t i = 0; i < set->route_count; i++) {
        const route *r = &set->routes[i];
        uuid ids[PATH_IDS_MAX];
        bytes rest = {0};
        if (!fits(r, x->request.path, ids, &rest)) continue;
        methods |= 1u << r->method;
        if (!same_method(r, x->request.method)) continue;
        memcpy(x->path_ids, ids, sizeof ids);
        x->path_rest = rest;
        x->route = r;
        x->kind = r->endpoint->kind;
        return GO_ON;
    }
    if (!methods) return fail(x, FAIL(NOT_FOUND));
    tell_allowed(x, methods);
    return fail(x, FAIL(METHOD));
}

bool route_names_family(const route *r) {
    for (unsigned i = 0; i < r->segment_count; i++)
        if (r->segments[i].kind == SEGMENT_ID) return bytes_is(bytes_make(r->segments[i].text, r->segments[i].len), "family");
    return false;
}
