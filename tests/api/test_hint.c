/* The endpoint of writing hints, without a server: what it answers, records and keeps. */
#include "../flow/fake.h"

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

static void as(account_kind kind) {
    f_.kind = kind;
    fake_forget_session();
}

static const char *body_of(const char *field, uuid about, const char *text, const char *more) {
    static char body[20000];
    char id[UUID_TEXT + 1];
    snprintf(body, sizeof body, "{\"field\":\"%s\",\"about\":[\"%s\"],\"text\":\"%s\"%s}", field, id_text(about, id), text, more);
    return body;
}

static int hints(const char *query, const char *body) { return whole(&t, ask(&t, METHOD_POST, in_family("/hints"), query, body)); }

static bool has(const char *what) { return strstr(t.body, what) != NULL; }

static void what_is_told_and_what_is_kept(void **state) {
    (void)state;
    int64_t version = f_.version;
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, "Het geld is op.", "")), 200);
    assert_true(has("\"kind\":\"money_word\"") && has("\"from\":4,\"to\":8,\"from_char\":4,\"to_char\":8"));
    assert_true(has("\"field\":\"need_money\"") && has("Geld: wat is nodig"));
    assert_true(has("\"kind\":\"kind_missing\"") && has("\"more\":false"));
    assert_int_equal(f_.version, version); /* a look, and no more */
    assert_int_equal(f_.record_count, 1);
    assert_string_equal(f_.records[0].kind, "hint.ask");
    assert_string_equal(f_.records[0].outcome, "done");
}

static void in_the_language_asked_for(void **state) {
    (void)state;
    static const char *const table[][2] = {{"language=nl", "Geld: wat is nodig"}, {"language=fr", "Argent : ce qu'il faut"},
                                          {"language=en", "Money: what is needed"}};
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(hints(table[i][0], body_of("parent_view", f_.person, "geld", ",\"kind\":\"fact\"")), 200);
        if (!has(table[i][1])) fail_msg("%s: %s", table[i][0], t.body);
        assert_false(has("kind_missing"));
    }
    assert_int_equal(hints("language=de", body_of("parent_view", f_.person, "geld", "")), 400);
}

/* Whom the text is about, and who else would read it. */
static void who_would_read_it(void **state) {
    (void)state;
    char helper[UUID_TEXT + 1];
    id_text(f_.helper, helper);
    assert_int_equal(hints(NULL, body_of("debts_detail", f_.person, "Rust.", "")), 200);
    assert_true(has("\"at\":\"elsewhere\",\"readers\":[]") && has(helper)); /* by her grant */
    assert_int_equal(hints(NULL, body_of("need_work", f_.person, "Rust.", "")), 200);
    assert_true(has("\"at\":\"team\",\"readers\":[]"));
    as(ACCOUNT_HELPER); /* it is not his to know, of himself neither */
    assert_int_equal(hints(NULL, body_of("debts_detail", f_.person, "Rust.", "")), 200);
    assert_false(has("preview"));
    as(ACCOUNT_AUDITOR);
    assert_int_equal(hints(NULL, body_of("debts_detail", f_.person, "Rust.", "")), 404);
}

/* The call name that the fake family gives is "body .." */
static void a_name_is_known_by_its_permit(void **state) {
    (void)state;
    char name[32], id[UUID_TEXT + 1];
    snprintf(name, sizeof name, "body %02x", f_.entries[PERSON_ENTRIES].b[15]);
    as(ACCOUNT_HELPER);
    assert_int_equal(hints(NULL, body_of("contact_log", f_.family, name, ",\"kind\":\"fact\"")), 200);
    assert_true(has("names_other_person") && has(id_text(f_.person, id)));
    assert_int_equal(hints(NULL, body_of("contact_log", f_.person, name, ",\"kind\":\"fact\"")), 200);
    assert_false(has("names_other_person"));
    f_.grant_ended = clock_now(&f_.clock) - DAY; /* he knows of nobody any more */
    f_.version++;
    assert_int_equal(hints(NULL, body_of("contact_log", f_.family, name, ",\"kind\":\"fact\"")), 200);
    assert_string_equal(t.body, "{\"hints\":[],\"more\":false}");
}

static void an_unknown_id_counts_for_nothing(void **state) {
    (void)state;
    static char absent[sizeof t.body];
    assert_int_equal(hints(NULL, body_of("parent_view", id_of(0x99), "Het geld is op.", "")), 200);
    memcpy(absent, t.body, sizeof absent);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.helper, "Het geld is op.", "")), 200); /* no subject */
    assert_string_equal(t.body, absent);
    assert_false(has("preview"));
}

static void bodies_that_do_not_fit(void **state) {
    (void)state;
    static char text[4001 + 1];
    memset(text, 'a', 4001);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, text, "")), 400);
    text[4000] = 0;
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, text, "")), 200);
    assert_int_equal(hints(NULL, body_of("nonsense", f_.person, "x", "")), 400);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, "", "")), 400);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, "x", ",\"kind\":\"rumour\"")), 400);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, "x", ",\"assignee\":\"x\"")), 400);
    assert_int_equal(hints(NULL, body_of("parent_view", f_.person, "\\u0000", "")), 400);
    assert_int_equal(hints(NULL, "{}"), 400);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/hints"), NULL, NULL)), 405);
    assert_int_equal(f_.record_count, 1); /* only what was answered */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_told_and_what_is_kept, start, stop),
        cmocka_unit_test_setup_teardown(in_the_language_asked_for, start, stop),
        cmocka_unit_test_setup_teardown(who_would_read_it, start, stop),
        cmocka_unit_test_setup_teardown(a_name_is_known_by_its_permit, start, stop),
        cmocka_unit_test_setup_teardown(an_unknown_id_counts_for_nothing, start, stop),
        cmocka_unit_test_setup_teardown(bodies_that_do_not_fit, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
