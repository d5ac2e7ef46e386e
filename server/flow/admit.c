/* ADMIT: headers, query and body are what the contract says, or nothing else happens.
 *
 * Bytes become types here, once: the query is decoded once, the body passes the strict validator and its schema. What comes with a
 * cookie, or from a page (an Origin), must come from our own pages (CSRF). */
#include "flow/flow.h"

/* ---- query ---- */

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Decoded once (ASVS 1.1.1); '+' stays a plus, so that a moment's offset survives. */
static result decode(arena *a, bytes raw, bytes *out) {
    uint8_t *p = arena_take(a, raw.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        uint8_t c = raw.at[i];
        if (c == '%') {
            ENSURE(i + 2 < raw.len, BAD_QUERY);
            int high = hex_value(raw.at[i + 1]), low = hex_value(raw.at[i + 2]);
            ENSURE(high >= 0 && low >= 0 && (high | low) != 0, BAD_QUERY);
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        p[n++] = c;
    }
    *out = (bytes){p, n};
    return OK;
}

static const query_param *param_named(const route *r, bytes name) {
    for (unsigned i = 0; i < r->query_count; i++)
        if (bytes_is(name, r->query[i].name)) return &r->query[i];
    return NULL;
}

static unsigned times(const exchange *x, const query_param *p) {
    unsigned n = 0;
    for (unsigned i = 0; i < x->query_count; i++) n += x->query[i].param == p;
    return n;
}

static result bad_parameter(exchange *x, const char *name, const char *detail) {
    if (x->faults.count < FAULTS_MAX)
        x->faults.items[x->faults.count++] = (json_fault){arena_format(x->arena, "?%s", name), detail};
    return FAIL(BAD_QUERY);
}

static result admit_pair(exchange *x, bytes pair) {
    const uint8_t *equals = memchr(pair.at, '=', pair.len);
    ENSURE(equals != NULL, BAD_QUERY);
    bytes name, value;
    TRY(decode(x->arena, bytes_make(pair.at, (size_t)(equals - pair.at)), &name));
    TRY(decode(x->arena, bytes_make(equals + 1, pair.len - (size_t)(equals - pair.at) - 1), &value));
    const query_param *p = param_named(x->route, name);
    if (!p) return bad_parameter(x, "", "this parameter is not known here");
    if (x->query_count == QUERY_MAX || times(x, p) >= p->times_max) return bad_parameter(x, p->name, "is there too often");
    const char *wrong = schema_check_text(p->type, value);
    if (wrong) return bad_parameter(x, p->name, wrong);
    x->query[x->query_count++] = (query_value){p, value};
    return OK;
}

static result admit_query(exchange *x) {
    bytes rest = x->request.query;
    while (rest.len > 0) {
        const uint8_t *amp = memchr(rest.at, '&', rest.len);
        size_t len = amp ? (size_t)(amp - rest.at) : rest.len;
        TRY(admit_pair(x, bytes_make(rest.at, len)));
        size_t eaten = amp ? len + 1 : len;
        rest.at += eaten, rest.len -= eaten;
    }
    for (unsigned i = 0; i < x->route->query_count; i++)
        if (x->route->query[i].required && times(x, &x->route->query[i]) == 0)
            return bad_parameter(x, x->route->query[i].name, "is required");
    return OK;
}

bytes query_text(const exchange *x, const char *name) {
    for (unsigned i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].param->name, name) == 0) return x->query[i].value;
    return (bytes){0};
}

bool query_uuid(const exchange *x, const char *name, uuid *out) {
    bytes v = query_text(x, name);
    return v.at && ok(uuid_parse(v, out));
}

bool query_moment(const exchange *x, const char *name, moment *out) {
    bytes v = query_text(x, name);
    return v.at && ok(moment_parse(v, out));
}

uint32_t query_number(const exchange *x, const char *name, uint32_t otherwise) {
    uint64_t n;
    bytes v = query_text(x, name);
    return v.at && ok(bytes_to_u64(v, UINT32_MAX, &n)) ? (uint32_t)n : otherwise;
}

/* ---- headers ---- */

static bool our_origin(const exchange *x, bytes origin) {
    for (const char *const *o = x->service->set.origins; *o; o++)
        if (bytes_is(origin, *o)) return true;
    return false;
}

static result find_token(exchange *x) {
    const request *r = &x->request;
    ENSURE(request_header_count(r, "Authorization") <= 1 && request_header_count(r, "Cookie") <= 1, BAD_REQUEST);
    bytes authorization = request_header(r, "Authorization"), token = {0};
    if (authorization.at) {
        ENSURE(authorization.len > 7 && bytes_is_nocase(bytes_make(authorization.at, 7), "Bearer "), UNAUTHENTICATED);
        token = bytes_make(authorization.at + 7, authorization.len - 7);
    } else {
        token = request_cookie(r, "__Host-kring");
        x->by_cookie = token.at != NULL;
    }
    ENSURE(token.at != NULL, UNAUTHENTICATED);
    return secret_token_hash(token, x->token_hash);
}

/* A page of somebody else's can make a browser send our cookie; it can't forge Origin, nor know the session's MAC. */
static result check_site(exchange *x) {
    const request *r = &x->request;
    bytes origin = request_header(r, "Origin"), site = request_header(r, "Sec-Fetch-Site");
    if (origin.at) ENSURE(our_origin(x, origin), CSRF);
    bool unsafe = r->method != METHOD_GET;
    if (!x->by_cookie) return OK;
    if (site.at) ENSURE(bytes_is(site, "same-origin") || (!unsafe && bytes_is(site, "none")), CSRF);
    if (!unsafe) return OK;
    ENSURE(origin.at != NULL, CSRF);
    uint8_t mac[SHA256_SIZE];
    char text[TOKEN_TEXT];
    secret_hmac(x->service->csrf_key, BYTES("csrf"), bytes_make(x->token_hash, sizeof x->token_hash), mac);
    base64url_encode(bytes_make(mac, sizeof mac), text);
    ENSURE(bytes_equal_secret(request_header(r, "X-CSRF"), bytes_make(text, sizeof text)), CSRF);
    return OK;
}

static bool is_json(bytes type) {
    if (bytes_is_nocase(type, "application/json")) return true;
    return type.len >= 17 && bytes_is_nocase(bytes_make(type.at, 17), "application/json;") &&
           (bytes_is_nocase(bytes_make(type.at + 17, type.len - 17), " charset=utf-8") ||
            bytes_is_nocase(bytes_make(type.at + 17, type.len - 17), "charset=utf-8"));
}

static result admit_body(exchange *x) {
    const request *r = &x->request;
    if (!x->route->body) {
        ENSURE(r->body.len == 0, BAD_BODY);
        return OK;
    }
    ENSURE(request_header_count(r, "Content-Type") == 1 && is_json(request_header(r, "Content-Type")), MEDIA_TYPE);
    json_fault fault = {0};
    result parsed = json_parse(x->arena, r->body, &x->body, &fault);
    if (!ok(parsed)) {
        x->faults.items[x->faults.count++] = fault;
        return parsed;
    }
    return schema_check(x->route->body, x->body, x->arena, &x->faults);
}

static bool is_key(bytes key) {
    if (key.len < IDEMPOTENCY_KEY_MIN || key.len > IDEMPOTENCY_KEY_MAX) return false;
    for (size_t i = 0; i < key.len; i++) {
        uint8_t c = key.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.' && c != '~') return false;
    }
    return true;
}

static result admit_conditions(exchange *x) {
    const request *r = &x->request;
    x->if_match = request_header(r, "If-Match");
    if (x->route->if_match) ENSURE(x->if_match.at != NULL, PRECONDITION_REQUIRED);
    if (!x->route->idempotent) return OK;
    x->idempotency_key = request_header(r, "Idempotency-Key");
    x->detail = "a POST that creates something needs one Idempotency-Key of 16 to 64 letters, digits, '.', '_', '~' or '-'";
    ENSURE(request_header_count(r, "Idempotency-Key") == 1 && is_key(x->idempotency_key), BAD_REQUEST);
    x->detail = NULL;
    return OK;
}

/* Who it is comes before what is wrong with it: a stranger learns nothing of the contract's finer points from a family's
 * address. */
verdict step_admit(exchange *x) {
    x->now = clock_now(x->service->set.clock);
    bool public = x->route->course == COURSE_PUBLIC || x->route->course == COURSE_LOG;
    if (!public && readiness_log_refused(x->service)) return fail(x, FAIL(UNAVAILABLE));
    if (x->route->course == COURSE_READ || x->route->course == COURSE_WRITE) {
        result r = find_token(x);
        if (!ok(r)) return fail(x, FAIL(UNAUTHENTICATED));
    }
    result r = check_site(x);
    if (ok(r)) r = admit_query(x);
    if (ok(r)) r = admit_conditions(x);
    if (ok(r)) r = admit_body(x);
    return go_or_fail(x, r);
}
