/* The generated tables say what the contract says: paths, parameters, bodies, and the document itself. */
#include "json/contract.h"
#include "json/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const route *find(const char *operation) {
    for (size_t i = 0; i < route_count; i++)
        if (strcmp(routes[i].operation, operation) == 0) return &routes[i];
    fail_msg("no operation %s", operation);
    return NULL;
}

/* Walks the template next to the segments. */
static void check_path(const route *r) {
    char path[256] = "";
    size_t len = 0, parameters = 0;
    for (size_t i = 0; i < r->segment_count; i++) {
        const path_segment *s = &r->segments[i];
        assert_int_equal(strlen(s->text), s->len);
        len += (size_t)snprintf(path + len, sizeof path - len, s->kind != SEGMENT_TEXT ? "/{%s}" : "/%s", s->text);
        parameters += s->kind != SEGMENT_TEXT;
    }
    assert_string_equal(path, r->template);
    assert_int_equal(parameters, r->parameter_count);
}

static bool lists(const route *r, int status) {
    for (size_t i = 0; i < r->status_count; i++)
        if (r->statuses[i] == status) return true;
    return false;
}

static void check_statuses(const route *r) {
    for (size_t i = 1; i < r->status_count; i++) assert_true(r->statuses[i - 1] < r->statuses[i]);
    assert_true(lists(r, r->success) && r->success >= 200 && r->success < 300);
    assert_true(lists(r, 400)); /* an unknown query parameter is never ignored */
    bool session = r->course == COURSE_READ || r->course == COURSE_WRITE;
    assert_true(lists(r, 401) == (session || r->course == COURSE_LOGIN));
    assert_true(lists(r, 503) == (r->course != COURSE_PUBLIC || strcmp(r->operation, "readyz") == 0));
    assert_true(lists(r, 403)); /* nor is a page of somebody else's */
    /* The operator has none; the search and the signs are there for the auditor alone. */
    bool apart = strcmp(r->operation, "family_list") == 0 || strcmp(r->operation, "log_search") == 0 || strcmp(r->operation, "sign_list") == 0;
    bool of_families = r->parameter_count > 0 || apart;
    assert_true(lists(r, 404) == of_families);
    assert_true(lists(r, 415) == (r->body != NULL));
    assert_true(lists(r, 428) == r->if_match && lists(r, 412) == r->if_match);
    if (r->idempotent) assert_true(lists(r, 422));
}

static void every_route(void **state) {
    (void)state;
    assert_true(route_count >= 24);
    for (size_t i = 0; i < route_count; i++) {
        const route *r = &routes[i];
        assert_non_null(r->endpoint);
        check_path(r);
        check_statuses(r);
        bool reads = r->course == COURSE_PUBLIC || r->course == COURSE_LOG || r->course == COURSE_READ;
        bool asks = r->method == M_POST && r->course == COURSE_READ && r->body && !r->idempotent && !r->if_match; /* in a body */
        assert_true(reads == (r->method == M_GET || asks));
        assert_true(!r->body || r->body->kind == SCHEMA_OBJECT);
        assert_true(!(r->method == M_GET && (r->body || r->idempotent || r->if_match)));
        for (size_t other = 0; other < i; other++)
            assert_false(routes[other].method == r->method && strcmp(routes[other].template, r->template) == 0);
    }
}

/* Nothing that comes in is unbounded. */
static void check_bounds(const schema *s) {
    switch (s->kind) {
    case SCHEMA_OBJECT:
        for (uint32_t i = 0; i < s->object.count; i++) check_bounds(s->object.members[i].type);
        return;
    case SCHEMA_ARRAY:
        assert_true(s->array.min <= s->array.max && s->array.max <= 100);
        check_bounds(s->array.items);
        return;
    case SCHEMA_STRING: assert_true(s->string.min <= s->string.max && s->string.max <= 4000); return;
    case SCHEMA_INTEGER: assert_true(s->integer.min <= s->integer.max); return;
    case SCHEMA_ENUM: assert_true(s->choice.count > 0); return;
    case SCHEMA_BOOL: return;
    }
    fail();
}

static void every_input_is_bounded(void **state) {
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].body) check_bounds(routes[i].body);
        for (size_t q = 0; q < routes[i].query_count; q++) {
            const query_param *p = &routes[i].query[q];
            check_bounds(p->type);
            assert_true(p->type->kind != SCHEMA_OBJECT && p->type->kind != SCHEMA_ARRAY && p->times_max > 0);
        }
    }
}

#define ID "\"0a0b0c0d-0102-4304-8506-0708090a0b0c\""
#define ENTRY "\"field\":\"goals\",\"about\":[" ID "],\"text\":\"x\""
#define UNTIL "\"until\":\"2026-10-01T00:00:00Z\""
#define GRANT "\"about\":[" ID "],\"recipient\":" ID ",\"fields\":[\"goals\"],\"purpose\":\"x\"," UNTIL

static void bodies(void **state) {
    (void)state;
    static const struct {
        const char *operation, *body;
        bool fits;
    } cases[] = {
        {"session_create", "{\"login\":\"els\",\"password\":\"x\"}", true},
        {"session_create", "{\"login\":\"els\",\"password\":\"x\",\"code\":\"123456\"}", true},
        {"session_create", "{\"login\":\"els\"}", false},
        {"session_create", "{\"login\":\"els\",\"password\":\"x\",\"Login\":\"leen\"}", false},
        {"session_create", "{\"login\":\"els\\n\",\"password\":\"x\"}", false},
        {"session_create", "{\"login\":\"els\",\"password\":\"\"}", false},
        {"entry_create", "{" ENTRY "}", true},
        {"entry_create", "{" ENTRY ",\"kind\":\"quote\",\"assignee\":" ID ",\"review_at\":\"2026-03-01\"}", true},
        {"entry_create", "{" ENTRY ",\"author\":" ID "}", false},
        {"entry_create", "{" ENTRY ",\"kind\":\"gossip\"}", false},
        {"entry_create", "{\"field\":\"goals\",\"about\":[],\"text\":\"x\"}", false},
        {"entry_create", "{\"field\":\"goals\",\"about\":[" ID "," ID "],\"text\":\"x\"}", false},
        {"entry_create", "{\"field\":\"goal\",\"about\":[" ID "],\"text\":\"x\"}", false},
        {"entry_revise", "{\"text\":\"x\",\"reason\":\"y\"}", true},
        {"entry_revise", "{\"text\":\"x\",\"field\":\"goals\"}", false},
        {"grant_create", "{" GRANT "}", true},
        {"grant_create", "{" GRANT ",\"from\":\"2026-01-01T00:00:00Z\",\"goal\":" ID "}", true},
        {"grant_create", "{" GRANT ",\"basis\":\"vital\"}", true},
        {"grant_create", "{" GRANT ",\"basis\":\"habit\"}", false},
        {"grant_create", "{" GRANT ",\"givers\":[" ID "]}", false}, /* computed, never chosen */
        {"grant_withdraw", "{}", true},
        {"grant_withdraw", "{\"fields\":[\"need_money\",\"goals\"]}", true},
        {"grant_withdraw", "{\"fields\":[]}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena *a = arena_new();
        const json_value *v = NULL;
        json_fault fault;
        json_faults faults;
        assert_true(ok(json_parse(a, bytes_of_string(cases[i].body), &v, &fault)));
        result r = schema_check(find(cases[i].operation)->body, v, a, &faults);
        if (ok(r) != cases[i].fits) fail_msg("%s %s", cases[i].operation, cases[i].body);
        arena_release(a);
    }
}

static void particulars(void **state) {
    (void)state;
    assert_true(find("entry_create")->idempotent && find("grant_create")->idempotent);
    assert_true(find("entry_revise")->if_match && find("entry_withdraw")->if_match);
    assert_int_equal(find("session_create")->course, COURSE_LOGIN);
    assert_int_equal(find("entry_create")->success, 201);
    assert_int_equal(find("entry_withdraw")->method, M_DELETE);
    assert_int_equal(find("entry_get")->parameter_count, 2);
    const route *access = find("access_get");
    assert_int_equal(access->query_count, 6);
    assert_true(access->query[0].required && strcmp(access->query[0].name, "viewer") == 0);
    assert_true(access->query[2].times_max == 63 && strcmp(access->query[2].name, "about") == 0);
}

/* Our own document passes our own gate, and names every operation. */
static void the_document(void **state) {
    (void)state;
    bytes doc = bytes_make(openapi_json, openapi_json_len);
    size_t offset;
    const char *why;
    if (!ok(json_validate_within(doc, JSON_FILE_TOKENS_MAX, &offset, &why))) fail_msg("%s at %zu", why, offset);
    for (size_t i = 0; i < route_count; i++) {
        char named[96];
        int len = snprintf(named, sizeof named, "\"operationId\":\"%s\"", routes[i].operation);
        assert_non_null(memmem(doc.at, doc.len, named, (size_t)len));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route), cmocka_unit_test(every_input_is_bounded), cmocka_unit_test(bodies),
        cmocka_unit_test(particulars), cmocka_unit_test(the_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
