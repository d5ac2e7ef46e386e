/* LOGIN: an unknown login costs and answers the same; whose failures count for whom; and the threads that hash. */
#include "fake.h"

#include <stdio.h>

static told t;
static const char right[] = "correct horse battery";

static int start(void **state) {
    (void)state;
    fake_start();
    f_.account_known = true;
    must(ok(secret_hash_password(bytes_of_string(right), f_.service->pepper, PASSWORD_COST_FLOOR, f_.phc)));
    return 0;
}

static int stop(void **state) {
    (void)state;
    fake_stop();
    return 0;
}

static exchange *attempt(const char *password) {
    char body[256];
    snprintf(body, sizeof body, "{\"login\":\"leen\",\"password\":\"%s\"}", password);
    exchange *x = ask(&t, METHOD_POST, "/v1/session", NULL, body);
    request *r = exchange_request(x);
    r->header_count = 1; /* only its Content-Type */
    return x;
}

static int finish(exchange *x) {
    exchange_run(x);
    while (!t.told)
        if (!fake_step()) uv_run(&f_.loop, UV_RUN_ONCE);
    return t.status;
}

static const char *cookie(exchange *x, const char *name) {
    const response *r = exchange_response(x);
    for (unsigned i = 0; i < r->header_count; i++) {
        const char *v = arena_string(exchange_arena(x), r->headers[i].value);
        if (strcmp(r->headers[i].name, "Set-Cookie") == 0 && strncmp(v, name, strlen(name)) == 0 &&
            v[strlen(name)] == '=')
            return v;
    }
    return NULL;
}

/* ---- answers ---- */

static void the_right_password_opens_a_session(void **state) {
    (void)state;
    exchange *x = attempt(right);
    assert_int_equal(finish(x), 201);
    assert_non_null(strstr(t.body, "\"token\":\""));
    assert_null(strstr(t.body, "csrf"));
    assert_true(f_.sessions_made && f_.device_made && f_.throttle_cleared);
    assert_string_equal(f_.records[0].kind, "session.create");
    assert_string_equal(f_.records[0].outcome, "done");
    const char *c = cookie(x, "__Host-kring");
    assert_non_null(c);
    assert_non_null(strstr(c, "; Path=/; Secure; HttpOnly; SameSite=Strict"));
    assert_null(strstr(c, "Domain"));
    assert_non_null(cookie(x, "__Host-kring-device"));
    exchange_release(x);
}

/* A page's token stays where no script reads it. */
static void a_page_gets_no_token_in_the_body(void **state) {
    (void)state;
    exchange *x = attempt(right);
    add_header(x, "Origin", "https://localhost:8443");
    assert_int_equal(finish(x), 201);
    assert_null(strstr(t.body, "\"token\""));
    assert_non_null(strstr(t.body, "\"csrf\":\""));
    exchange_release(x);
}

static void unknown_and_wrong_are_one_answer(void **state) {
    (void)state;
    static char wrong[sizeof t.body];
    exchange *x = attempt("not the right one");
    assert_int_equal(finish(x), 401);
    memcpy(wrong, t.body, sizeof wrong);
    exchange_release(x);
    unsigned units = f_.sent;
    f_.account_known = false;
    x = attempt(right);
    assert_int_equal(finish(x), 401);
    assert_string_equal(t.body, wrong);
    assert_int_equal(f_.sent - units, 2); /* the same units: what is known, and the failure */
    exchange_release(x);
    x = attempt("short"); /* no password can be that short: the same again */
    assert_int_equal(finish(x), 401);
    assert_string_equal(t.body, wrong);
    exchange_release(x);
    assert_int_equal(f_.record_count, 3);
    for (size_t i = 0; i < 3; i++) assert_string_equal(f_.records[i].outcome, "refused");
    assert_false(f_.sessions_made);
}

static void a_failure_that_is_not_recorded_is_not_told(void **state) {
    (void)state;
    f_.fail_with = &stmt_record_insert, f_.fail_how = R_UNAVAILABLE, f_.fail_times = 2;
    exchange *x = attempt("not the right one");
    assert_int_equal(finish(x), 503);
    exchange_release(x);
    x = attempt(right);
    assert_int_equal(finish(x), 503);
    assert_null(strstr(t.body, "token"));
    exchange_release(x);
    assert_int_equal(f_.service->freed_count, 1);
}

/* ---- throttles ---- */

enum { NETWORK = 1, ACCOUNT = 2, TOTAL = 4, DEVICE = 8 };

static void give_device(exchange *x, const char *before) {
    char text[256], token[TOKEN_TEXT + 1] = {0};
    memset(token, 'A', TOKEN_TEXT); /* 32 zero bytes: a well-formed token */
    snprintf(text, sizeof text, "%s__Host-kring-device=%s", before, token);
    add_header(x, "Cookie", text);
}

/* A known device has a bucket of its own: nobody else's failures lock it out, and its own do not lock out others. */
static void whose_failures_count(void **state) {
    (void)state;
    static const struct {
        bool device;
        unsigned closed;
        bool passes;
    } table[] = {
        {false, 0, true},        {false, NETWORK, false}, {false, ACCOUNT, false},           {false, TOTAL, false},
        {false, DEVICE, true},   {true, 0, true},         {true, NETWORK, true},             {true, ACCOUNT, true},
        {true, TOTAL, true},     {true, DEVICE, false},   {true, NETWORK | ACCOUNT | TOTAL, true},
        {true, 15, false},       {false, 15, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        f_.closed = table[i].closed;
        f_.device_known = table[i].device;
        exchange *x = attempt(right);
        if (table[i].device) give_device(x, "");
        int status = finish(x);
        if (status != (table[i].passes ? 201 : 429)) fail_msg("row %zu: %d", i, status);
        if (!table[i].passes) assert_string_equal(header_of(x, "Retry-After"), "601");
        exchange_release(x);
    }
}

static void where_a_failure_counts(void **state) {
    (void)state;
    exchange *x = attempt("not the right one");
    assert_int_equal(finish(x), 401);
    exchange_release(x);
    assert_int_equal(f_.failed_buckets, 3);
    f_.device_known = true;
    x = attempt("not the right one");
    give_device(x, "");
    assert_int_equal(finish(x), 401);
    exchange_release(x);
    assert_int_equal(f_.failed_buckets, 1);
    f_.account_known = false; /* somebody's device, and a login that nobody has: nothing is known */
    x = attempt("not the right one");
    give_device(x, "");
    assert_int_equal(finish(x), 401);
    exchange_release(x);
    assert_int_equal(f_.failed_buckets, 3);
}

static void a_closed_bucket_makes_no_record(void **state) {
    (void)state;
    f_.closed = ACCOUNT;
    exchange *x = attempt("not the right one");
    assert_int_equal(finish(x), 429);
    exchange_release(x);
    assert_int_equal(f_.record_count, 0);
    assert_int_equal(f_.failed_buckets, 0);
}

/* ---- devices ---- */

static void hash_of_zero_token(uint8_t out[SHA256_SIZE]) {
    char token[TOKEN_TEXT];
    memset(token, 'A', TOKEN_TEXT);
    assert_ok(secret_token_hash(bytes_make(token, TOKEN_TEXT), out));
}

static void a_known_device_stays_what_it_is(void **state) {
    (void)state;
    uint8_t known[SHA256_SIZE];
    hash_of_zero_token(known);
    f_.device_known = true;
    exchange *x = attempt(right);
    give_device(x, "other=1; ");
    assert_int_equal(finish(x), 201);
    assert_null(cookie(x, "__Host-kring-device"));
    assert_memory_equal(f_.made_device, known, SHA256_SIZE);
    exchange_release(x);
}

/* Somebody who got his own token into her browser must not become her known device. */
static void a_token_that_we_did_not_give_is_not_taken_up(void **state) {
    (void)state;
    uint8_t planted[SHA256_SIZE];
    hash_of_zero_token(planted);
    static const char *const before[] = {"", "a=", "x"};
    for (size_t i = 0; i < COUNT(before); i++) {
        exchange *x = attempt(right);
        give_device(x, before[i]);
        assert_int_equal(finish(x), 201);
        assert_non_null(cookie(x, "__Host-kring-device"));
        assert_memory_not_equal(f_.made_device, planted, SHA256_SIZE);
        exchange_release(x);
    }
}

static void a_cheap_hash_is_made_anew(void **state) {
    (void)state;
    hasher_release(f_.service->hasher);
    f_.service->set.cost.passes++;
    f_.service->hasher = hasher_new(f_.service);
    exchange *x = attempt(right);
    assert_int_equal(finish(x), 201);
    assert_int_equal(f_.passwords_made, 1);
    exchange_release(x);
}

/* ---- the hasher ---- */

static unsigned done_count;
static result_code last_code;

static void hashed(void *ctx, result r, const char *new_phc) {
    (void)new_phc;
    done_count++;
    last_code = r.code;
    ++*(unsigned *)ctx;
}

static void a_full_queue_says_so(void **state) {
    (void)state;
    hasher *h = f_.service->hasher; /* 2 at once, 4 waiting */
    arena *a = arena_new();
    unsigned mine = 0;
    for (int i = 0; i < 6; i++) assert_ok(hasher_verify(h, a, BYTES("whatever it is"), f_.phc, hashed, &mine));
    assert_fails(hasher_verify(h, a, BYTES("whatever it is"), f_.phc, hashed, &mine), UNAVAILABLE);
    while (mine < 6) uv_run(&f_.loop, UV_RUN_ONCE);
    assert_int_equal(last_code, R_BAD_LOGIN);
    assert_ok(hasher_verify(h, a, bytes_of_string(right), f_.phc, hashed, &mine));
    while (mine < 7) uv_run(&f_.loop, UV_RUN_ONCE);
    assert_int_equal(last_code, R_DONE);
    arena_release(a);
}

static void who_went_away_is_not_called(void **state) {
    (void)state;
    hasher *h = f_.service->hasher;
    unsigned gone = 0, here = 0;
    arena *stays = arena_new();
    for (unsigned k = 0; k < 6; k++) { /* two run, four wait: three of each kind go */
        arena *a = k % 2 ? stays : arena_new();
        assert_ok(hasher_verify(h, a, BYTES("whatever it is"), f_.phc, hashed, k % 2 ? &here : &gone));
        if (k % 2 == 0) arena_release(a);
    }
    while (here < 3) uv_run(&f_.loop, UV_RUN_ONCE);
    assert_int_equal(gone, 0);
    arena_release(stays);
}

static void one_without_a_queue_still_hashes(void **state) {
    (void)state;
    hasher_release(f_.service->hasher);
    f_.service->set.hashes_waiting = 0;
    f_.service->set.hashes_at_once = 1;
    f_.service->hasher = hasher_new(f_.service);
    arena *a = arena_new();
    unsigned mine = 0;
    assert_ok(hasher_verify(f_.service->hasher, a, bytes_of_string(right), f_.phc, hashed, &mine));
    assert_fails(hasher_verify(f_.service->hasher, a, bytes_of_string(right), f_.phc, hashed, &mine), UNAVAILABLE);
    while (mine < 1) uv_run(&f_.loop, UV_RUN_ONCE);
    arena_release(a);
}

/* Its deadline passes while a thread hashes: one 503, and what the thread found is dropped. */
static void expired_at_any_event(void **state) {
    (void)state;
    for (unsigned k = 0; k < 12; k++) {
        exchange *x = attempt(right);
        exchange_run(x);
        for (unsigned n = 0; n < k && !t.told; n++)
            if (!fake_step()) uv_run(&f_.loop, UV_RUN_ONCE);
        bool over = t.told;
        exchange_expire(x);
        assert_int_equal(t.told, 1);
        if (!over) assert_int_equal(t.status, 503);
        for (int n = 0; n < 3; n++) fake_run(), uv_run(&f_.loop, UV_RUN_NOWAIT);
        assert_int_equal(t.told, 1);
        exchange_release(x);
    }
}

int main(void) {
#define WALK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        WALK(the_right_password_opens_a_session),
        WALK(a_page_gets_no_token_in_the_body),
        WALK(unknown_and_wrong_are_one_answer),
        WALK(a_failure_that_is_not_recorded_is_not_told),
        WALK(whose_failures_count),
        WALK(where_a_failure_counts),
        WALK(a_closed_bucket_makes_no_record),
        WALK(a_known_device_stays_what_it_is),
        WALK(a_token_that_we_did_not_give_is_not_taken_up),
        WALK(a_cheap_hash_is_made_anew),
        WALK(a_full_queue_says_so),
        WALK(who_went_away_is_not_called),
        WALK(one_without_a_queue_still_hashes),
        WALK(expired_at_any_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
