/* What the endpoints write, without a server: bodies, pages, tags, the log. */
#include "api/texts.h"
#include "api/view.h"

#include "../flow/fake.h"

#include <stdio.h>
#include <stdlib.h>

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

static exchange *run(exchange *x) {
    exchange_run(x);
    while (!t.told) fake_step();
    return x;
}

/* ---- the author in a body ---- */

static void the_author_leaves_the_body(void **state) {
    (void)state;
    static const struct {
        const char *body, *rest, *author; /* author: NULL if none */
    } table[] = {
        {"{\"author\":\"Els\",\"text\":\"x\"}", "{\"text\":\"x\"}", "\"Els\""},
        {"{\"text\":\"x\",\"author\":\"Els\"}", "{\"text\":\"x\"}", "\"Els\""},
        {"{\"text\":\"x\",\"author\":\"Els\",\"kind\":\"fact\"}", "{\"text\":\"x\",\"kind\":\"fact\"}",
         "\"Els\""},
        {"{\"author\":\"Els\"}", "{}", "\"Els\""},
        {"{\"author\":\"\"}", "{}", "\"\""},
        {"{\"text\":\"x\"}", "{\"text\":\"x\"}", NULL},
        {"{}", "{}", NULL},
        /* quotes and backslashes inside strings */
        {"{\"text\":\"a\\\"b\",\"author\":\"E\\\"l\\\\\",\"k\":1}", "{\"text\":\"a\\\"b\",\"k\":1}",
         "\"E\\\"l\\\\\""},
        {"{\"text\":\"\\\\\",\"author\":\"Els\"}", "{\"text\":\"\\\\\"}", "\"Els\""},
        {"{\"text\":\",\\\"author\\\":\\\"no\\\"\"}", "{\"text\":\",\\\"author\\\":\\\"no\\\"\"}", NULL},
        {"{\"text\":\"{[\",\"author\":\"Els\"}", "{\"text\":\"{[\"}", "\"Els\""},
        /* only the body's own */
        {"{\"a\":{\"author\":\"no\"},\"b\":1}", "{\"a\":{\"author\":\"no\"},\"b\":1}", NULL},
        {"{\"a\":{\"author\":\"no\"},\"author\":\"Els\"}", "{\"a\":{\"author\":\"no\"}}", "\"Els\""},
        {"{\"a\":[{\"author\":\"no\"},\"author\"],\"author\":\"Els\"}",
         "{\"a\":[{\"author\":\"no\"},\"author\"]}", "\"Els\""},
        {"{\"text\":\"author\",\"author\":\"Els\"}", "{\"text\":\"author\"}", "\"Els\""},
        {"{\"coauthor\":\"no\"}", "{\"coauthor\":\"no\"}", NULL},
        {"{\"authors\":\"no\"}", "{\"authors\":\"no\"}", NULL},
        {"{\"author\":null,\"text\":\"x\"}", "{\"author\":null,\"text\":\"x\"}",
         NULL}, /* not a text: left alone, and still JSON */
        {"{\"author\":[\"a\"],\"text\":\"x\"}", "{\"author\":[\"a\"],\"text\":\"x\"}", NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        arena *a = arena_new();
        size_t len = strlen(table[i].body);
        uint8_t *exact = malloc(len); /* so that a sanitizer sees a step too far */
        memcpy(exact, table[i].body, len);
        bytes author, rest = view_body(a, bytes_make(exact, len), &author);
        if (!bytes_is(rest, table[i].rest)) fail_msg("%s: %.*s", table[i].body, (int)rest.len, (const char *)rest.at);
        if (table[i].author) assert_true(bytes_is(author, table[i].author));
        else assert_null(author.at);
        free(exact);
        arena_release(a);
    }
}

/* Bodies that we sealed are whole; one that is not must still not be read past its end. */
static void a_cut_body_is_read_within_its_bounds(void **state) {
    (void)state;
    static const char body[] =
        "{\"a\":[{\"b\":\"c\\\\\"}],\"text\":\"x\\\"y\",\"author\":\"E\\\"ls\",\"k\":{\"author\":\"no\"}}";
    for (size_t len = 0; len < sizeof body; len++) {
        arena *a = arena_new();
        uint8_t *exact = malloc(len ? len : 1);
        memcpy(exact, body, len);
        bytes author, rest = view_body(a, bytes_make(exact, len), &author);
        assert_true(rest.len <= len && author.len <= len);
        free(exact);
        arena_release(a);
    }
}

/* ---- pages ---- */

/* The cursor of the page just read, or "". */
static void next_of(char out[256]) {
    const char *p = strstr(t.body, "\"next\":\"");
    out[0] = 0;
    if (p) snprintf(out, 256, "%.*s", (int)strcspn(p + 8, "\""), p + 8);
}

static unsigned times_in(const char *what) {
    unsigned n = 0;
    for (const char *p = t.body; (p = strstr(p, what)) != NULL; p++) n++;
    return n;
}

static void pages_show_each_entry_once(void **state) {
    (void)state;
    for (unsigned limit = 1; limit <= PERSON_ENTRIES + 1; limit++) {
        unsigned seen[PERSON_ENTRIES] = {0}, pages = 0;
        char query[320], next[256] = "";
        do {
            snprintf(query, sizeof query, next[0] ? "limit=%u&cursor=%s" : "limit=%u%s", limit, next);
            assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), query, NULL)), 200);
            assert_true(times_in("\"level\"") <= limit);
            for (unsigned i = 0; i < PERSON_ENTRIES; i++) {
                char id[UUID_TEXT + 1], member[64];
                snprintf(member, sizeof member, "{\"id\":\"%s\"", id_text(f_.entries[i], id));
                seen[i] += times_in(member);
            }
            next_of(next);
        } while (next[0] && ++pages < 20);
        for (unsigned i = 0; i < PERSON_ENTRIES; i++) assert_int_equal(seen[i], 1);
        assert_int_equal(pages, (PERSON_ENTRIES - 1) / limit);
    }
    assert_int_equal(
        whole(&t, ask(&t, METHOD_GET, in_family("/plan"), "cursor=AAAAAAAAAAAAAAAAAAAAAAAA", NULL)), 400);
}

static void families_come_in_pages(void **state) {
    (void)state;
    f_.member_of = 3;
    char query[320], next[256] = "";
    unsigned pages = 0, families = 0;
    do {
        snprintf(query, sizeof query, next[0] ? "limit=2&cursor=%s" : "limit=2%s", next);
        assert_int_equal(whole(&t, ask(&t, METHOD_GET, "/v1/families", query, NULL)), 200);
        families += times_in("\"jurisdiction\"");
        next_of(next);
    } while (next[0] && ++pages < 9);
    assert_int_equal(families, 3);
    assert_int_equal(pages, 1);
}

/* ---- tags ---- */

static void tag_of_answer(const char *path, char out[32]) {
    exchange *x = run(ask(&t, METHOD_GET, in_family(path), NULL, NULL));
    assert_int_equal(t.status, 200);
    snprintf(out, 32, "%s", header_of(x, "ETag"));
    exchange_release(x);
}

static void a_new_version_has_a_new_tag(void **state) {
    (void)state;
    char first[32], same[32], other[32];
    tag_of_answer("/team", first);
    f_.version++; /* something else was written: nothing of it shows */
    tag_of_answer("/team", same);
    assert_string_equal(first, same);
    f_.version++, f_.helper_version++;
    tag_of_answer("/team", other);
    assert_string_not_equal(first, other);
    tag_of_answer("/plan", first);
    f_.version++, f_.entry_count--;
    tag_of_answer("/plan", other);
    assert_string_not_equal(first, other);
}

static void an_answer_that_is_known_is_not_sent_again(void **state) {
    (void)state;
    static const char *const paths[] = {"/plan", "/team", "/people", "/households", "/grants", ""};
    for (size_t i = 0; i < COUNT(paths); i++) {
        char tag[32];
        tag_of_answer(paths[i], tag);
        size_t records = f_.record_count;
        exchange *x = ask(&t, METHOD_GET, in_family(paths[i]), NULL, NULL);
        add_header(x, "If-None-Match", tag);
        run(x);
        assert_int_equal(t.status, 304);
        assert_int_equal(t.body_len, 0);
        assert_string_equal(header_of(x, "ETag"), tag);
        exchange_release(x);
        assert_int_equal(f_.record_count, records + 1); /* a look is a look */
    }
}

/* ---- the log ---- */

static void as(account_kind kind) {
    f_.kind = kind;
    fake_forget_session();
}

static void look(unsigned times) {
    for (unsigned i = 0; i < times; i++) {
        assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)), 200);
        f_.clock.shift += 1000;
    }
}

static void the_log_shows_each_line_once(void **state) {
    (void)state;
    enum { LOOKS = 45, LIMIT = 7 };
    look(LOOKS);
    char query[320], next[256] = "";
    unsigned lines = 0, pages = 0;
    do {
        snprintf(query, sizeof query, next[0] ? "limit=7&cursor=%s" : "limit=7%s", next);
        assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), query, NULL)), 200);
        lines += times_in("\"kind\":\"plan.read\"");
        next_of(next);
    } while (next[0] && ++pages < 50);
    assert_int_equal(lines, LOOKS);
    assert_int_equal(pages, (LOOKS - 1) / LIMIT);
}

/* What lies between is not his to see, and is read past in further rounds. */
static void the_log_is_searched_to_its_end(void **state) {
    (void)state;
    as(ACCOUNT_HELPER);
    look(3);
    as(ACCOUNT_PERSON);
    look(1200);
    as(ACCOUNT_HELPER);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), NULL, NULL)), 200);
    assert_int_equal(times_in("\"kind\":\"plan.read\""), 3);
    assert_null(strstr(t.body, "\"next\""));
}

static void whose_looks_one_sees(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)), 200);
    as(ACCOUNT_HELPER);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)), 200);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), NULL, NULL)), 200);
    assert_int_equal(times_in("\"kind\":\"plan.read\""), 1); /* his own */
    assert_int_equal(times_in("\"kind\":\"helper\""), 1);
    assert_int_equal(times_in("R-02"), PERSON_ENTRIES);
    assert_int_equal(times_in("\"40404040-"), PERSON_ENTRIES); /* on the ground of her grant */
    as(ACCOUNT_PERSON);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), NULL, NULL)), 200);
    assert_int_equal(times_in("\"kind\":\"plan.read\""), 2);
    assert_int_equal(times_in("\"emergency\":true"), 0);
}

/* A line that was changed does not open, and is not told. */
static void a_bent_record_is_no_line(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)), 200);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)), 200);
    f_.records[0].sealed[f_.records[0].sealed_len - 1] ^= 1;
    uint8_t kept[sizeof f_.records[0].sealed];
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), NULL, NULL)), 200);
    assert_int_equal(times_in("\"kind\":\"plan.read\""), 1);
    f_.records[0].sealed[f_.records[0].sealed_len - 1] ^= 1;
    memcpy(kept, f_.records[1].sealed, sizeof kept); /* one record's content under another's id */
    memcpy(f_.records[1].sealed, f_.records[0].sealed, sizeof kept);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/log"), NULL, NULL)), 200);
    assert_int_equal(times_in("\"kind\":\"plan.read\""), 1);
}

/* ---- grants ---- */

static int give(const char *from, const char *until, const char *key) {
    char body[1024], person[UUID_TEXT + 1], helper[UUID_TEXT + 1];
    snprintf(body, sizeof body,
             "{\"recipient\":\"%s\",\"about\":[\"%s\"],\"fields\":[\"debts_detail\"],\"purpose\":\"to "
             "help\",\"from\":\"%s\",\"until\":\"%s\",\"secrecy_ground\":\"subject_release\","
             "\"text\":{\"version\":\"%s\",\"language\":\"nl\",\"hash\":\"%064d\"}}",
             id_text(f_.helper, helper), id_text(f_.person, person), from, until, text_set_version, 0);
    exchange *x = ask(&t, METHOD_POST, in_family("/grants"), NULL, body);
    add_header(x, "Idempotency-Key", key);
    return whole(&t, x);
}

static void a_grant_is_replayed_after_it_began(void **state) {
    (void)state;
    char from[MOMENT_TEXT + 1] = {0}, until[MOMENT_TEXT + 1] = {0};
    static char first[sizeof t.body];
    moment now = clock_now(&f_.clock);
    moment_write(now + MINUTE, from), moment_write(now + 30 * DAY, until);
    assert_int_equal(give(from, until, "0123456789abcdef"), 201);
    memcpy(first, t.body, sizeof first);
    f_.clock.shift += 10 * MINUTE;
    assert_int_equal(give(from, until, "0123456789abcdef"), 201);
    assert_string_equal(t.body, first);
    assert_int_equal(f_.version, 2);
    f_.idempotent = false; /* another one of the same words comes too late */
    assert_int_equal(give(from, until, "0123456789abcdeg"), 422);
    assert_non_null(strstr(t.body, "\"/from\""));
}

static void a_grant_has_a_window(void **state) {
    (void)state;
    static const struct {
        moment from, until;
        int status;
        const char *pointer;
    } table[] = {
        {HOUR, DAY, 201, ""},
        {HOUR, HOUR, 422, "/until"},
        {2 * HOUR, HOUR, 422, "/until"},
        {-HOUR, DAY, 422, "/from"},
        {HOUR, HOUR + 372 * DAY, 201, ""},
        {HOUR, HOUR + 372 * DAY + 1, 422, "/until"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char from[MOMENT_TEXT + 1] = {0}, until[MOMENT_TEXT + 1] = {0};
        f_.idempotent = false;
        moment now = clock_now(&f_.clock);
        moment_write(now + table[i].from, from), moment_write(now + table[i].until, until);
        int status = give(from, until, "0123456789abcdef");
        if (status != table[i].status) fail_msg("row %zu: %d %s", i, status, t.body);
        assert_non_null(strstr(t.body, table[i].pointer));
    }
}

/* ---- the access question ---- */

static void a_question_always_has_an_answer(void **state) {
    (void)state;
    static char absent[sizeof t.body];
    as(ACCOUNT_HELPER);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/access"),
                                   "viewer=30303030-3030-3030-3030-303030303030&field=debts_detail"
                                   "&about=20202020-2020-2020-2020-202020202020",
                                   NULL)),
                     200);
    assert_non_null(strstr(t.body, "\"allowed\":true"));
    assert_non_null(strstr(t.body, "40404040"));
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/access"),
                                   "viewer=99999999-9999-9999-9999-999999999999&field=debts_detail"
                                   "&about=20202020-2020-2020-2020-202020202020",
                                   NULL)),
                     200);
    memcpy(absent, t.body, sizeof absent);
    assert_non_null(strstr(absent, "\"allowed\":false"));
    /* Another's standing is not his to know, and reads like nobody's. */
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/access"),
                                   "viewer=20202020-2020-2020-2020-202020202020&field=debts_detail"
                                   "&about=20202020-2020-2020-2020-202020202020",
                                   NULL)),
                     200);
    assert_string_equal(t.body, absent);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/access"), "viewer=30303030-3030-3030-3030-303030303030"
                                   "&entry=99999999-9999-9999-9999-999999999999", NULL)), 200);
    assert_string_equal(t.body, absent);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/access"),
                                   "viewer=30303030-3030-3030-3030-303030303030", NULL)),
                     400);
}

int main(void) {
#define WALK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_author_leaves_the_body),
        cmocka_unit_test(a_cut_body_is_read_within_its_bounds),
        WALK(pages_show_each_entry_once),
        WALK(families_come_in_pages),
        WALK(a_new_version_has_a_new_tag),
        WALK(an_answer_that_is_known_is_not_sent_again),
        WALK(the_log_shows_each_line_once),
        WALK(the_log_is_searched_to_its_end),
        WALK(whose_looks_one_sees),
        WALK(a_bent_record_is_no_line),
        WALK(a_grant_is_replayed_after_it_began),
        WALK(a_grant_has_a_window),
        WALK(a_question_always_has_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
