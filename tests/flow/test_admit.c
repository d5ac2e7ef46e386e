/* ROUTE and ADMIT: what is not exactly what the contract says goes no further. */
#include "fake.h"

#include <stdio.h>

static told t;

static int start(void **state) {
    (void)state;
    fake_start();
    return 0;
}

static int stop(void **state) {
    (void)state;
    fake_stop();
    return 0;
}

/* Runs it and leaves the exchange to be looked at. */
static int run(exchange *x) {
    exchange_run(x);
    while (!t.told) fake_step();
    return t.status;
}

/* ---- routes ---- */

#define ID "10101010-1010-1010-1010-101010101010"

static void a_path_is_a_route_or_nothing(void **state) {
    (void)state;
    static const struct {
        request_method method;
        const char *path;
        int status;
        const char *allow;
    } table[] = {
        {METHOD_GET, "/healthz", 200, NULL},
        {METHOD_GET, "/healthz/", 404, NULL},
        {METHOD_GET, "//healthz", 404, NULL},
        {METHOD_GET, "/Healthz", 404, NULL},
        {METHOD_GET, "/", 404, NULL},
        {METHOD_GET, "*", 404, NULL},
        {METHOD_GET, "/health", 404, NULL},
        {METHOD_GET, "/healthz%00", 404, NULL},
        {METHOD_GET, "/%68ealthz", 404, NULL},
        {METHOD_GET, "/v1/../healthz", 404, NULL},
        {METHOD_POST, "/healthz", 405, "GET, HEAD"},
        {METHOD_OTHER, "/healthz", 405, "GET, HEAD"},
        {METHOD_OTHER, "/nowhere", 404, NULL},
        {METHOD_PUT, "/v1/session", 405, "POST, DELETE"},
        {METHOD_GET, "/v1/families/" ID "/plan", 200, NULL},
        {METHOD_GET, "/v1/families/" ID "/plan/", 404, NULL},
        {METHOD_GET, "/v1/families//plan", 404, NULL},
        {METHOD_GET, "/v1/families/10101010-1010-1010-1010-10101010101/plan", 404, NULL},
        {METHOD_GET, "/v1/families/{10101010-1010-1010-1010-101010101010}/plan", 404, NULL},
        {METHOD_GET, "/v1/families/10101010101010101010101010101010/plan", 404, NULL},
        {METHOD_GET, "/v1/families/1010101%30-1010-1010-1010-101010101010/plan", 404, NULL},
        {METHOD_DELETE, "/v1/families/" ID "/plan", 405, "GET, HEAD"},
        {METHOD_GET, "/v1/families/" ID "/log", 200, NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        exchange *x = ask(&t, table[i].method, table[i].path, NULL, NULL);
        int status = run(x);
        if (status != table[i].status) fail_msg("%s: %d", table[i].path, status);
        if (table[i].allow) assert_string_equal(header_of(x, "Allow"), table[i].allow);
        else assert_null(header_of(x, "Allow"));
        exchange_release(x);
    }
}

static void an_id_in_capitals_is_no_id(void **state) {
    (void)state;
    f_.family = id_of(0xab);
    exchange *x = ask(&t, METHOD_GET, "/v1/families/abABABAB-ABAB-ABAB-ABAB-ABABABABABAB/plan", NULL, NULL);
    assert_int_equal(run(x), 404);
    assert_null(x->route); /* it got no further than ROUTE */
    exchange_release(x);
}

/* Every route answers 405 to what it does not know, with what it does. */
static void every_route_tells_its_methods(void **state) {
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        char path[256];
        size_t n = 0;
        for (unsigned s = 0; s < routes[i].segment_count; s++) {
            const path_segment *seg = &routes[i].segments[s];
            n += (size_t)snprintf(path + n, sizeof path - n, "/%.*s", seg->kind != SEGMENT_TEXT ? UUID_TEXT : seg->len,
                                  seg->kind != SEGMENT_TEXT ? ID : seg->text);
        }
        exchange *x = ask(&t, METHOD_OTHER, path, NULL, NULL);
        assert_int_equal(run(x), 405);
        const char *allow = header_of(x, "Allow");
        static const char *const names[] = {
            [M_GET] = "GET", [M_POST] = "POST", [M_PUT] = "PUT", [M_DELETE] = "DELETE"};
        assert_non_null(strstr(allow, names[routes[i].method]));
        exchange_release(x);
    }
}

/* ---- queries, on a route of our own ---- */

static shaped echo(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    for (unsigned i = 0; i < x->query_count; i++) {
        json_key(&w, "v");
        json_string(&w, x->query[i].value);
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static const endpoint echoes = {.kind = "test.echo", .shape = echo};
static const schema text = {.kind = SCHEMA_STRING, .string = {0, 20, FORMAT_NONE}};
static const schema number = {.kind = SCHEMA_INTEGER, .integer = {1, 500}};
static const schema id = {.kind = SCHEMA_STRING, .string = {36, 36, FORMAT_UUID}};
static const query_param parameters[] = {{"q", &text, true, 1}, {"n", &number, false, 1}, {"id", &id, false, 3}};
static const path_segment segment = {"echo", 4, false};
static const route echo_route = {
    .method = M_GET,
    .operation = "echo",
    .template = "/echo",
    .segments = &segment,
    .segment_count = 1,
    .course = COURSE_PUBLIC,
    .endpoint = &echoes,
    .query = parameters,
    .query_count = 3,
    .success = 200,
};

static void a_query_is_decoded_once_and_checked(void **state) {
    (void)state;
    static const struct {
        const char *query, *value; /* NULL: 400 */
    } table[] = {
        {"q=a", "{\"v\":\"a\"}"},
        {"q=", "{\"v\":\"\"}"},
        {"q=a%20b", "{\"v\":\"a b\"}"},
        {"q=a+b", "{\"v\":\"a+b\"}"},
        {"%71=a", "{\"v\":\"a\"}"},
        {"q=%2541", "{\"v\":\"%41\"}"}, /* once */
        {"q=%41", "{\"v\":\"A\"}"},
        {"q=a%3Db%26c", "{\"v\":\"a=b\\u0026c\"}"},
        {"q=a=b", "{\"v\":\"a=b\"}"},
        {"q=a&n=500", "{\"v\":\"a\",\"v\":\"500\"}"},
        {"q=a&id=" ID "&id=" ID "&id=" ID, "{\"v\":\"a\",\"v\":\"" ID "\",\"v\":\"" ID "\",\"v\":\"" ID "\"}"},
        {"q=%00", NULL},
        {"q=%4", NULL},
        {"q=%", NULL},
        {"q=%g0", NULL},
        {"q=%-1", NULL},
        {"q", NULL},
        {"", NULL},          /* required */
        {"n=5", NULL},
        {"q=a&q=b", NULL},   /* once only */
        {"q=a&id=" ID "&id=" ID "&id=" ID "&id=" ID, NULL},
        {"q=a&x=b", NULL},   /* not known */
        {"q=a&Q=b", NULL},
        {"q=a&&n=1", NULL},
        {"&q=a", NULL},
        {"=a&q=a", NULL},
        {"q=a&n=0", NULL},
        {"q=a&n=501", NULL},
        {"q=a&n=01", NULL},
        {"q=a&n=1e2", NULL},
        {"q=a&n=-1", NULL},
        {"q=a&n=99999999999999999999", NULL},
        {"q=a&id=", NULL},
        {"q=a&id=1", NULL},
        {"q=%ff", NULL},     /* not UTF-8 */
        {"q=123456789012345678901", NULL},
    };
    f_.service->set.routes = &echo_route;
    f_.service->set.route_count = 1;
    for (size_t i = 0; i < COUNT(table); i++) {
        exchange *x = ask(&t, METHOD_GET, "/echo", table[i].query, NULL);
        int status = run(x);
        if (table[i].value ? status != 200 || strcmp(t.body, table[i].value) != 0 : status != 400)
            fail_msg("%s: %d %s", table[i].query, status, t.body);
        if (!table[i].value) assert_non_null(strstr(t.body, "/problems/bad-query"));
        exchange_release(x);
    }
}

static void values_are_converted_as_they_were_checked(void **state) {
    (void)state;
    exchange *x = ask(&t, METHOD_GET, "/echo", "q=2026-01-20T12:00:00%2B01:00&n=7&id=" ID, NULL);
    static const schema moments = {.kind = SCHEMA_STRING, .string = {0, 40, FORMAT_MOMENT}};
    static const query_param with_moment[] = {
        {"q", &moments, true, 1}, {"n", &number, false, 1}, {"id", &id, false, 1}};
    route r = echo_route;
    r.query = with_moment;
    f_.service->set.routes = &r;
    f_.service->set.route_count = 1;
    assert_int_equal(run(x), 200);
    uuid found;
    moment m, expected;
    assert_ok(moment_parse(BYTES("2026-01-20T11:00:00Z"), &expected));
    assert_true(query_uuid(x, "id", &found) && uuid_equal(found, id_of(0x10)));
    assert_true(query_moment(x, "q", &m) && m == expected);
    assert_int_equal(query_number(x, "n", 3), 7);
    assert_int_equal(query_number(x, "absent", 3), 3);
    assert_false(query_uuid(x, "absent", &found) || query_moment(x, "absent", &m));
    assert_null(query_text(x, "absent").at);
    exchange_release(x);
}

/* ---- who it is, and from where ---- */

static exchange *bare(request_method m, const char *path) {
    exchange *x = ask(&t, m, path, NULL, NULL);
    exchange_request(x)->header_count = 0;
    return x;
}

static void add_cookie(exchange *x, const char *prefix) {
    char cookie[256];
    snprintf(cookie, sizeof cookie, "%s__Host-kring=%s", prefix, f_.token);
    add_header(x, "Cookie", cookie);
}

static void a_token_comes_in_one_way(void **state) {
    (void)state;
    char good[64], text_[128];
    snprintf(good, sizeof good, "Bearer %s", f_.token);
    static const char *const bad[] = {"Bearer ", "Bearer", "Basic dTpw", "", "Bearer  x", "Token x", "bearer,x"};
    exchange *x;
    for (size_t i = 0; i < COUNT(bad); i++) {
        x = bare(METHOD_GET, "/v1/account");
        add_header(x, "Authorization", bad[i]);
        add_cookie(x, ""); /* a cookie does not mend it */
        assert_int_equal(run(x), 401);
        exchange_release(x);
    }
    static const char *const around[] = {"%s ", "%s=", "%sA"};
    for (size_t i = 0; i < COUNT(around); i++) {
        snprintf(text_, sizeof text_, "%s%s", good, around[i] + 2);
        x = bare(METHOD_GET, "/v1/account");
        add_header(x, "Authorization", text_);
        assert_int_equal(run(x), 401);
        exchange_release(x);
    }
    x = bare(METHOD_GET, "/v1/account");
    assert_int_equal(run(x), 401);
    exchange_release(x);
    x = bare(METHOD_GET, "/v1/account");
    add_header(x, "Authorization", good), add_header(x, "authorization", good);
    assert_int_equal(run(x), 401);
    exchange_release(x);
    x = bare(METHOD_GET, "/v1/account");
    add_header(x, "AUTHORIZATION", good);
    assert_int_equal(run(x), 200);
    exchange_release(x);
    x = bare(METHOD_GET, "/v1/account");
    add_cookie(x, "other=1; ");
    assert_int_equal(run(x), 200);
    exchange_release(x);
    x = bare(METHOD_GET, "/v1/account");
    add_cookie(x, "other="); /* the cookie stands in another one's value */
    assert_int_equal(run(x), 401);
    exchange_release(x);
    x = bare(METHOD_GET, "/v1/account");
    add_cookie(x, ""), add_cookie(x, "");
    assert_int_equal(run(x), 401);
    exchange_release(x);
}

static const char *csrf_of_session(void) {
    static char mac_text[TOKEN_TEXT + 1];
    uint8_t mac[SHA256_SIZE];
    secret_hmac(f_.service->csrf_key, BYTES("csrf"), bytes_make(f_.token_hash, SHA256_SIZE), mac);
    base64url_encode(bytes_make(mac, sizeof mac), mac_text);
    return mac_text;
}

#define OURS "https://localhost:8443"
#define RIGHT "right"

static void a_strange_page_can_do_nothing(void **state) {
    (void)state;
    static const struct {
        bool cookie, unsafe;
        const char *origin, *site, *mac;
        bool passes;
    } table[] = {
        {false, false, NULL, NULL, NULL, true},
        {false, true, NULL, NULL, NULL, true},                  /* a program with a bearer token */
        {false, true, OURS, NULL, NULL, true},
        {false, true, "https://evil.example", NULL, NULL, false},
        {false, false, "https://evil.example", NULL, NULL, false},
        {false, false, "null", NULL, NULL, false},
        {false, false, "https://localhost:8443/", NULL, NULL, false},
        {false, false, "HTTPS://localhost:8443", NULL, NULL, false},
        {false, false, "https://localhost:84433", NULL, NULL, false},
        {false, false, "", NULL, NULL, false},
        {true, false, NULL, NULL, NULL, true},
        {true, false, NULL, "none", NULL, true},                /* typed into the address bar */
        {true, false, NULL, "same-origin", NULL, true},
        {true, false, NULL, "same-site", NULL, false},
        {true, false, NULL, "cross-site", NULL, false},
        {true, false, OURS, "cross-site", NULL, false},
        {true, true, OURS, "same-origin", RIGHT, true},
        {true, true, OURS, NULL, RIGHT, true},
        {true, true, NULL, NULL, RIGHT, false},
        {true, true, OURS, "none", RIGHT, false},
        {true, true, OURS, "cross-site", RIGHT, false},
        {true, true, OURS, "same-origin", NULL, false},
        {true, true, OURS, "same-origin", "", false},
        {true, true, OURS, "same-origin", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false},
        {true, true, "https://evil.example", "same-origin", RIGHT, false},
    };
    unsigned passed = 0;
    for (size_t i = 0; i < COUNT(table); i++) {
        exchange *x = table[i].unsafe ? bare(METHOD_DELETE, "/v1/session") : bare(METHOD_GET, "/v1/account");
        char bearer[64];
        snprintf(bearer, sizeof bearer, "Bearer %s", f_.token);
        if (table[i].cookie) add_cookie(x, "");
        else add_header(x, "Authorization", bearer);
        if (table[i].origin) add_header(x, "Origin", table[i].origin);
        if (table[i].site) add_header(x, "Sec-Fetch-Site", table[i].site);
        if (table[i].mac)
            add_header(x, "X-CSRF", strcmp(table[i].mac, RIGHT) == 0 ? csrf_of_session() : table[i].mac);
        int status = run(x);
        if ((status == 403) == table[i].passes) fail_msg("row %zu: %d %s", i, status, t.body);
        assert_true(status == 403 || status < 300);
        passed += status < 300;
        exchange_release(x);
    }
    assert_int_equal(f_.record_count, passed); /* what was stopped here left no record */
}

/* ---- bodies ---- */

#define ABOUT "\"20202020-2020-2020-2020-202020202020\""
#define GOOD "{\"field\":\"debts_detail\",\"about\":[" ABOUT "],\"text\":\"x\"}"

static int write_with(const char *body, const char *type, const char *key) {
    exchange *x = ask(&t, METHOD_POST, in_family("/entries"), NULL, NULL);
    exchange_request(x)->body = arena_copy(exchange_arena(x), bytes_of_string(body));
    if (type) add_header(x, "Content-Type", type);
    if (key) add_header(x, "Idempotency-Key", key);
    int status = run(x);
    exchange_release(x);
    return status;
}

#define KEY "0123456789abcdef"

static void a_body_says_that_it_is_json(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int status;
    } table[] = {
        {"application/json", 201},      {"Application/JSON", 201},  {"application/json; charset=utf-8", 201},
        {"application/json;charset=UTF-8", 201},                    {NULL, 415},
        {"", 415},                      {"text/plain", 415},        {"application/jsonx", 415},
        {"application/json;", 415},     {"application/json; charset=latin1", 415},
        {"application/x-www-form-urlencoded", 415},                 {"multipart/form-data", 415},
    };
    char key[] = "0123456789abcde?";
    for (size_t i = 0; i < COUNT(table); i++) {
        key[15] = (char)('a' + i);
        f_.idempotent = false;
        int status = write_with(GOOD, table[i].type, key);
        if (status != table[i].status) fail_msg("%s: %d %s", table[i].type, status, t.body);
    }
}

static void a_key_is_one_token_of_a_certain_length(void **state) {
    (void)state;
    static const struct {
        const char *key;
        bool good;
    } table[] = {
        {KEY, true},
        {"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", true},
        {"a.b_c~d-e.f_g~h-i", true},
        {"0123456789abcde", false},
        {"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_x", false},
        {"0123456789abcde ", false},
        {"0123456789abcde/", false},
        {"0123456789abcd\"\"", false},
        {"0123456789abcd\xc3\xa9", false},
        {"", false},
        {NULL, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        f_.idempotent = false;
        assert_int_equal(write_with(GOOD, "application/json", table[i].key), table[i].good ? 201 : 400);
    }
    exchange *x = ask(&t, METHOD_POST, in_family("/entries"), NULL, GOOD);
    add_header(x, "Idempotency-Key", KEY), add_header(x, "Idempotency-Key", KEY);
    assert_int_equal(run(x), 400);
    exchange_release(x);
}

static void a_body_is_refused_whole_with_every_place(void **state) {
    (void)state;
    static const struct {
        const char *body;
        const char *pointers[3];
    } table[] = {
        {"{}", {"\"pointer\":\"/field\"", "\"pointer\":\"/about\"", "\"pointer\":\"/text\""}},
        {"{\"field\":\"debts_detail\",\"about\":[" ABOUT "],\"text\":\"x\",\"admin\":true}", {"/admin"}},
        {"{\"field\":\"no_such_field\",\"about\":[" ABOUT "],\"text\":\"x\"}", {"\"/field\""}},
        {"{\"field\":\"debts_detail\",\"about\":[],\"text\":\"x\"}", {"\"/about\""}},
        {"{\"field\":\"debts_detail\",\"about\":[" ABOUT "," ABOUT "],\"text\":\"x\"}", {"/about"}},
        {"{\"field\":\"debts_detail\",\"about\":[1],\"text\":\"\"}", {"\"/about/0\"", "\"/text\""}},
        {"[]", {"errors"}},
        {"{\"field\":1", {"bad-json"}},
        {"", {"bad-json"}},
        {"{\"text\":\"x\",\"text\":\"y\"}", {"bad-json"}},
        {GOOD " x", {"bad-json"}},
        {"\xef\xbb\xbf" GOOD, {"bad-json"}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        int status = write_with(table[i].body, "application/json", KEY);
        if (status != 400) fail_msg("%s: %d %s", table[i].body, status, t.body);
        for (size_t k = 0; k < 3 && table[i].pointers[k]; k++)
            if (!strstr(t.body, table[i].pointers[k])) fail_msg("%s\n%s", table[i].body, t.body);
    }
    assert_int_equal(f_.record_count, 0);
}

static void where_no_body_belongs_there_is_none(void **state) {
    (void)state;
    exchange *x = ask(&t, METHOD_GET, in_family("/plan"), NULL, "{}");
    assert_int_equal(run(x), 400);
    exchange_release(x);
}

/* A stranger learns nothing of the finer points: who it is comes first. */
static void who_it_is_comes_before_what_is_wrong(void **state) {
    (void)state;
    exchange *x = ask(&t, METHOD_POST, in_family("/entries"), "nonsense=1", "{");
    exchange_request(x)->header_count = 0;
    assert_int_equal(run(x), 401);
    assert_null(strstr(t.body, "errors"));
    exchange_release(x);
}

static void a_revision_says_what_it_saw(void **state) {
    (void)state;
    char path[128], entry[UUID_TEXT + 1];
    snprintf(path, sizeof path, "/entries/%s", id_text(f_.entries[0], entry));
    exchange *x = ask(&t, METHOD_PUT, in_family(path), NULL, "{\"text\":\"new\"}");
    assert_int_equal(run(x), 428);
    exchange_release(x);
    static const char *const wrong[] = {"*", "\"AAAAAAAAAAAAAAAAAAAAAA\"", "", "W/\"x\""};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        x = ask(&t, METHOD_PUT, in_family(path), NULL, "{\"text\":\"new\"}");
        add_header(x, "If-Match", wrong[i]);
        assert_int_equal(run(x), 412);
        exchange_release(x);
    }
    assert_int_equal(f_.version, 1);
    x = ask(&t, METHOD_GET, in_family(path), NULL, NULL);
    assert_int_equal(run(x), 200);
    char tag[32];
    snprintf(tag, sizeof tag, "%s", header_of(x, "ETag"));
    exchange_release(x);
    x = ask(&t, METHOD_GET, in_family(path), NULL, NULL);
    add_header(x, "If-None-Match", tag);
    assert_int_equal(run(x), 304);
    assert_int_equal(t.body_len, 0);
    exchange_release(x);
    x = ask(&t, METHOD_PUT, in_family(path), NULL, "{\"text\":\"new\"}");
    add_header(x, "If-Match", tag);
    assert_int_equal(run(x), 200);
    exchange_release(x);
    assert_int_equal(f_.version, 2);
}

int main(void) {
#define WALK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        WALK(a_path_is_a_route_or_nothing),
        WALK(an_id_in_capitals_is_no_id),
        WALK(every_route_tells_its_methods),
        WALK(a_query_is_decoded_once_and_checked),
        WALK(values_are_converted_as_they_were_checked),
        WALK(a_token_comes_in_one_way),
        WALK(a_strange_page_can_do_nothing),
        WALK(a_body_says_that_it_is_json),
        WALK(a_key_is_one_token_of_a_certain_length),
        WALK(a_body_is_refused_whole_with_every_place),
        WALK(where_no_body_belongs_there_is_none),
        WALK(who_it_is_comes_before_what_is_wrong),
        WALK(a_revision_says_what_it_saw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
