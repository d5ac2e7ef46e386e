/* The signs of unusual reading, counted by the statements themselves as the role that serves: each is raised exactly once, at its
 * threshold and not one below; nights are those of the family's zone, over a change of the clock; and two who count raise nothing twice. */
#include "try.h"

#define FAMILY "aaaaaaaa-0000-4000-8000-00000000000"
#define ACCOUNT "cccccccc-0000-4000-8000-00000000000"
#define A1 ACCOUNT "1"
#define F1 FAMILY "1"

enum { SQL_MAX = 2048 };
static PGconn *app, *second, *super;

static const statement *const used[] = {
    &stmt_look_insert,         &stmt_tie_insert,  &stmt_watch_new,  &stmt_watch_lock,  &stmt_watch_examined, &stmt_watch_decoy, &stmt_watch_families_hour,
    &stmt_watch_families_week, &stmt_watch_nights, &stmt_watch_left, &stmt_watch_tie, &stmt_watch_no_aim,   &stmt_look_forget, &stmt_sign_review,
};

static void prepare(PGconn *c) {
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        Oid types[PARAMS_MAX];
        for (size_t p = 0; p < used[i]->param_count; p++) types[p] = used[i]->params[p].type;
        PGresult *r = PQprepare(c, used[i]->name, used[i]->sql, used[i]->param_count, types);
        if (PQresultStatus(r) != PGRES_COMMAND_OK) fail_msg("%s: %s", used[i]->name, PQerrorMessage(c));
        PQclear(r);
    }
    do_sql(c, "SET timezone = 'UTC'");
}

static int set_up(void **state) {
    (void)state;
    app = session("KRING_TEST_DATA_DB"), second = session("KRING_TEST_DATA_DB"), super = session("KRING_TEST_SUPER_DB");
    prepare(app), prepare(second);
    do_sql(super, "SET client_min_messages = warning");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    PQfinish(app), PQfinish(second), PQfinish(super);
    return 0;
}

static int start(void **state) {
    (void)state;
    do_sql(super, "TRUNCATE look, alarm, account_tie, decoy, record, membership, device, account, family CASCADE;"
                  "INSERT INTO family (id, jurisdiction, time_zone, language, intake_at, recorded_at) "
                  "SELECT ('" FAMILY "' || n)::uuid, 'BE-VLG', CASE n WHEN 9 THEN 'America/New_York' ELSE 'Europe/Brussels' END, 'nl', "
                  "'epoch', 'epoch' FROM generate_series(0, 9) n;"
                  "INSERT INTO account SELECT ('" ACCOUNT "' || n)::uuid, 'helper', substr(sha256(n::text::bytea), 1, 16), '', '', "
                  "'infinity', 'epoch' FROM generate_series(0, 9) n");
    return 0;
}

/* One committed look: its record, and what it leaves. */
static void look_with(const char *account, int family, const char *standing, const char *at, bool emergency, bool aim, bool recorded) {
    char sql[SQL_MAX];
    snprintf(sql, sizeof sql,
             "BEGIN; SELECT set_config('kring.families', '{" FAMILY "%d}', true);"
             "INSERT INTO record (id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed) SELECT "
             "'dddddddd-0000-4000-8000-000000000000', '" FAMILY "%d', '%s', '" F1 "', 0, 'plan.read', 'done', %s, '%s', '' WHERE %s "
             "ON CONFLICT DO NOTHING;"
             "EXECUTE look_insert(ARRAY['dddddddd-0000-4000-8000-000000000000'::uuid], ARRAY['" FAMILY "%d'::uuid], ARRAY['%s'::uuid], "
             "ARRAY['" FAMILY "%d'::uuid], ARRAY['%s'], ARRAY[%s], ARRAY['00000000-0000-0000-0000-000000000000'::uuid], ARRAY[%s], '%s'); COMMIT",
             family, family, at, emergency ? "true" : "false", account, recorded ? "true" : "false", family, account, family, standing,
             emergency ? "true" : "false", aim ? "true" : "false", at);
    do_sql(app, sql);
}

static void look(int family, const char *standing, const char *at) { look_with(A1, family, standing, at, false, true, true); }

static int count(const char *sql) { return atoi(text_of(super, sql)); }

/* How many it raised: what a watch does with one row that it took. */
static int raised(PGconn *c, const statement *s, bool with_family, int family, const char *at, int least) {
    char sql[SQL_MAX], its[128] = "";
    if (with_family) snprintf(its, sizeof its, ", ARRAY['" FAMILY "%d'::uuid]", family);
    snprintf(sql, sizeof sql, "EXECUTE %s(ARRAY['" A1 "'::uuid]%s, ARRAY['%s'::timestamptz], %d)", s->name, its, at, least);
    PGresult *r = ask(c, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) fail_msg("%s\n%s", sql, PQerrorMessage(c));
    int n = PQntuples(r);
    PQclear(r);
    return n;
}

/* ---- what a look leaves ---- */

static void only_what_stands_on_the_log_is_a_look(void **state) {
    (void)state;
    look_with(A1, 1, "helper", "2026-02-04 12:00Z", false, true, false);
    assert_int_equal(count("SELECT count(*) FROM look"), 0);
    look(1, "helper", "2026-02-04 12:00Z");
    look(1, "helper", "2026-02-04 12:40Z");
    look(1, "helper", "2026-02-04 13:00Z");
    assert_string_equal(text_of(super, "SELECT to_char(hour AT TIME ZONE 'UTC', 'HH24') || ' ' || looks FROM look ORDER BY hour"), "12 1\n13 1");
}

/* Each try after he left is counted, and examined anew; nothing else is. */
static void what_comes_after_leaving_is_counted(void **state) {
    (void)state;
    look(1, "left", "2026-02-04 12:00Z");
    do_sql(app, "UPDATE look SET examined = true");
    look(1, "left", "2026-02-04 12:01Z");
    look(1, "left", "2026-02-04 12:02Z");
    assert_string_equal(text_of(super, "SELECT looks || ' ' || examined FROM look"), "3 false");
}

static void nights_are_those_of_the_family(void **state) {
    (void)state;
    static const struct {
        const char *at, *night; /* empty: no night */
        int family;
    } table[] = {
        {"2026-02-04 21:59:59.999999Z", "", 1},          {"2026-02-04 22:00Z", "2026-02-04", 1}, /* 23:00 in winter */
        {"2026-02-05 04:59:59.999999Z", "2026-02-04", 1}, {"2026-02-05 05:00Z", "", 1},           /* 6:00 */
        {"2026-07-04 20:59Z", "", 1},                     {"2026-07-04 21:00Z", "2026-07-04", 1}, /* 23:00 in summer */
        {"2026-07-05 03:59Z", "2026-07-04", 1},           {"2026-07-05 04:00Z", "", 1},
        {"2026-10-24 21:00Z", "2026-10-24", 1}, /* the night in which summer time ends: 23:00 before, */
        {"2026-10-25 00:30Z", "2026-10-24", 1}, /* 2:30 for the first time */
        {"2026-10-25 01:30Z", "2026-10-24", 1}, /* and again */
        {"2026-10-25 04:59Z", "2026-10-24", 1}, /* 5:59 after it */
        {"2026-10-25 05:00Z", "", 1},           {"2026-10-25 21:00Z", "", 1}, /* 22:00 by now */
        {"2026-10-25 22:00Z", "2026-10-25", 1},
        {"2026-03-28 22:00Z", "2026-03-28", 1}, /* the night in which it begins */
        {"2026-03-29 00:59Z", "2026-03-28", 1}, {"2026-03-29 01:00Z", "2026-03-28", 1}, /* 1:59, then 3:00 */
        {"2026-03-29 03:59Z", "2026-03-28", 1}, {"2026-03-29 04:00Z", "", 1},
        {"2026-03-29 20:59Z", "", 1},           {"2026-03-29 21:00Z", "2026-03-29", 1},
        {"2026-02-04 22:00Z", "", 9},           {"2026-02-05 04:00Z", "2026-02-04", 9}, /* another zone */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        start(NULL);
        look(table[i].family, "helper", table[i].at);
        const char *night = text_of(super, "SELECT coalesce(night::text, '') FROM look");
        if (strcmp(night, table[i].night)) fail_msg("%s: '%s', not '%s'", table[i].at, night, table[i].night);
    }
    start(NULL);
    look(1, "person", "2026-02-04 22:00Z"), look(1, "left", "2026-02-04 22:00Z");
    assert_int_equal(count("SELECT count(*) FROM look WHERE night IS NOT NULL"), 0); /* a family is at home at night */
}

/* ---- signs: one below, at it, and once ---- */

static void many_families_in_an_hour(void **state) {
    (void)state;
    const statement *s = &stmt_watch_families_hour;
    look(0, "helper", "2026-02-04 11:15Z"), look(1, "helper", "2026-02-04 11:30Z"), look(2, "stranger", "2026-02-04 12:10Z");
    look(2, "stranger", "2026-02-04 12:12Z"); /* the same again */
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 12:15Z", 3), 0); /* the first is an hour old */
    look(3, "helper", "2026-02-04 12:20Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 12:20Z", 4), 0);
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 12:20Z", 3), 1);
    assert_string_equal(text_of(super, "SELECT severe || ' ' || count || ' ' || cardinality(families) || ' ' || (family_id = '00000000-0000-0000-0000-000000000000') FROM alarm"), "true 3 3 true");
    look(4, "helper", "2026-02-04 13:05Z"), look(5, "helper", "2026-02-04 13:06Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 13:06Z", 3), 0); /* within the hour that was told */
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 12:20Z", 3), 0);
    look(6, "helper", "2026-02-04 13:30Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 13:30Z", 3), 1); /* it goes on */
}

static void many_families_in_a_week(void **state) {
    (void)state;
    const statement *s = &stmt_watch_families_week;
    look(0, "helper", "2026-02-01 23:59Z"); /* a Sunday */
    look(1, "helper", "2026-02-02 00:00Z"), look(2, "helper", "2026-02-05 12:00Z"), look(1, "helper", "2026-02-06 12:00Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-06 12:00Z", 3), 0);
    look(3, "helper", "2026-02-08 23:59Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-08 23:59Z", 3), 1);
    assert_int_equal(raised(app, s, false, 0, "2026-02-08 23:59Z", 2), 0);
    assert_string_equal(text_of(super, "SELECT severe || ' ' || count FROM alarm"), "false 3");
}

static void many_nights(void **state) {
    (void)state;
    const statement *s = &stmt_watch_nights;
    look(1, "helper", "2026-02-02 23:00Z"), look(2, "helper", "2026-02-03 03:00Z"); /* one night */
    look(1, "helper", "2026-02-03 12:00Z");
    look_with(A1, 3, "helper", "2026-02-04 23:00Z", true, true, true); /* an emergency */
    assert_int_equal(raised(app, s, false, 0, "2026-02-04 23:00Z", 2), 0);
    look(1, "helper", "2026-02-09 02:00Z"); /* Monday morning: still Sunday's night, of that week */
    assert_int_equal(raised(app, s, false, 0, "2026-02-09 02:00Z", 3), 0);
    assert_int_equal(raised(app, s, false, 0, "2026-02-09 02:00Z", 2), 1);
    look(1, "helper", "2026-02-09 23:00Z");
    assert_int_equal(raised(app, s, false, 0, "2026-02-09 23:00Z", 2), 0); /* the first of the next */
    assert_string_equal(text_of(super, "SELECT severe || ' ' || count || ' ' || cardinality(families) FROM alarm"), "false 2 2");
}

static void tries_after_leaving(void **state) {
    (void)state;
    const statement *s = &stmt_watch_left;
    look(1, "left", "2026-02-04 12:00Z");
    assert_int_equal(raised(app, s, true, 1, "2026-02-04 12:00Z", 3), 1); /* for the list */
    assert_string_equal(text_of(super, "SELECT sign || ' ' || severe FROM alarm"), "left false");
    look(1, "left", "2026-02-04 12:01Z"), look(2, "left", "2026-02-04 12:01Z");
    assert_int_equal(raised(app, s, true, 1, "2026-02-04 12:01Z", 3), 0);
    look(1, "left", "2026-02-05 10:30Z");
    assert_int_equal(raised(app, s, true, 1, "2026-02-05 10:30Z", 3), 1);
    assert_string_equal(text_of(super, "SELECT severe || ' ' || count FROM alarm WHERE sign = 'left_again'"), "true 3");
    look(1, "left", "2026-02-05 10:31Z"), look(1, "left", "2026-02-05 11:31Z");
    assert_int_equal(raised(app, s, true, 1, "2026-02-05 11:31Z", 3), 0);
    look(1, "left", "2026-02-10 10:00Z");
    assert_int_equal(raised(app, s, true, 1, "2026-02-10 10:00Z", 3), 1); /* the next week's list */
    assert_int_equal(count("SELECT count(*) FROM alarm WHERE sign = 'left_again'"), 1);
}

static void nothing_to_do_there(void **state) {
    (void)state;
    const statement *s = &stmt_watch_no_aim;
    look_with(A1, 1, "helper", "2026-02-03 09:00Z", false, false, true), look_with(A1, 1, "helper", "2026-02-03 10:00Z", false, false, true);
    look_with(A1, 2, "helper", "2026-02-04 10:00Z", false, false, true);
    assert_int_equal(raised(app, s, true, 1, "2026-02-04 10:00Z", 2), 0); /* one day here, one there */
    look_with(A1, 1, "helper", "2026-02-05 10:00Z", false, false, true), look_with(A1, 2, "helper", "2026-02-05 10:00Z", false, true, true);
    assert_int_equal(raised(app, s, true, 2, "2026-02-05 10:00Z", 2), 0); /* by then he had something to do */
    assert_int_equal(raised(app, s, true, 1, "2026-02-05 10:00Z", 2), 1);
    assert_int_equal(raised(app, s, true, 1, "2026-02-05 10:00Z", 2), 0);
}

/* A helper's browser that a person of the family had used before. */
static void a_shared_computer(void **state) {
    (void)state;
    char sql[SQL_MAX];
#define TIE "EXECUTE watch_tie(ARRAY['" A1 "'::uuid], ARRAY['%s'::uuid], ARRAY['%s'::uuid], ARRAY['2026-02-04 12:00Z'::timestamptz])"
    do_sql(super, "INSERT INTO membership VALUES ('" ACCOUNT "2', '" F1 "', 'person', '" F1 "', 1), ('" ACCOUNT "2', '" FAMILY "2', 'helper', '" FAMILY "2', 2);"
                  "INSERT INTO device VALUES (sha256('x'), '" ACCOUNT "2', 'epoch'), (sha256('y'), '" A1 "', 'epoch')");
    snprintf(sql, sizeof sql, TIE, F1, "00000000-0000-0000-0000-000000000000");
    assert_string_equal(text_of(app, sql), "");
    do_sql(app, "EXECUTE tie_insert(sha256('y'), '" A1 "', 'epoch')"); /* his own */
    assert_int_equal(count("SELECT count(*) FROM account_tie"), 0);
    do_sql(app, "EXECUTE tie_insert(sha256('x'), '" A1 "', 'epoch'); EXECUTE tie_insert(sha256('x'), '" A1 "', 'epoch')");
    assert_int_equal(count("SELECT count(*) FROM account_tie"), 1);
    assert_true(strlen(text_of(app, sql)) == 36);
    assert_string_equal(text_of(app, sql), ""); /* once a week */
    snprintf(sql, sizeof sql, TIE, FAMILY "2", "00000000-0000-0000-0000-000000000000");
    assert_string_equal(text_of(app, sql), ""); /* there that account helps */
}

/* ---- the queue, and two who take it ---- */

static void two_watches_raise_nothing_twice(void **state) {
    (void)state;
    look(1, "helper", "2026-02-04 12:00Z"), look(2, "helper", "2026-02-04 12:01Z"), look(3, "left", "2026-02-04 12:02Z");
    do_sql(app, "BEGIN; EXECUTE watch_lock");
    assert_string_equal(sqlstate_of(second, "EXECUTE watch_lock"), "KR001");
    assert_int_equal(raised(app, &stmt_watch_families_hour, false, 0, "2026-02-04 12:02Z", 3), 1);
    do_sql(app, "COMMIT");
    do_sql(second, "EXECUTE watch_lock"); /* whoever took the same rows before */
    assert_int_equal(raised(second, &stmt_watch_families_hour, false, 0, "2026-02-04 12:02Z", 3), 0);
    do_sql(app, "EXECUTE watch_examined(ARRAY['" A1 "','" A1 "','" A1 "']::uuid[], array_fill('2026-02-04 12:00Z'::timestamptz, ARRAY[3]), "
                "ARRAY['" F1 "','" FAMILY "2','" FAMILY "3']::uuid[], ARRAY['helper','helper','left'], ARRAY[false,false,false], ARRAY[1,1,2])");
    PGresult *r = ask(app, "EXECUTE watch_new(10)");
    assert_int_equal(PQntuples(r), 1); /* that one was not taken as it is by now */
    PQclear(r);
    do_sql(app, "EXECUTE look_forget('2026-02-05')");
    assert_string_equal(text_of(super, "SELECT standing FROM look"), "left"); /* nothing unexamined is forgotten */
}

static void a_decoy_is_told_once_an_hour(void **state) {
    (void)state;
#define TOUCH "EXECUTE watch_decoy('decoy_family', ARRAY['" A1 "','" A1 "','" ACCOUNT "2']::uuid[], ARRAY['" F1 "','" F1 "','" F1 "']::uuid[]," \
                        "array_fill('00000000-0000-0000-0000-000000000000'::uuid, ARRAY[3]), array_fill('2026-02-04 12:%s'::timestamptz, ARRAY[3]))"
    char sql[SQL_MAX];
    snprintf(sql, sizeof sql, TOUCH, "10Z");
    PGresult *r = ask(app, sql);
    assert_int_equal(PQntuples(r), 2);
    PQclear(r);
    snprintf(sql, sizeof sql, TOUCH, "50Z");
    assert_string_equal(text_of(app, sql), "");
}

static void a_sign_is_reviewed_once(void **state) {
    (void)state;
    look(1, "left", "2026-02-04 12:00Z");
    assert_int_equal(raised(app, &stmt_watch_left, true, 1, "2026-02-04 12:00Z", 9), 1);
    char sql[SQL_MAX], id[64];
    snprintf(id, sizeof id, "%s", text_of(super, "SELECT id FROM alarm"));
    snprintf(sql, sizeof sql, "EXECUTE sign_review('%s', 'explained', '" A1 "', '2026-02-05')", id);
    do_sql(app, sql);
    assert_string_equal(sqlstate_of(app, sql), "KR002");
    assert_string_equal(sqlstate_of(app, "EXECUTE sign_review('" F1 "', 'explained', '" A1 "', '2026-02-05')"), "KR002");
    assert_string_equal(text_of(super, "SELECT outcome FROM alarm"), "explained");
}

#define CASE(name) cmocka_unit_test_setup(name, start)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(only_what_stands_on_the_log_is_a_look), CASE(what_comes_after_leaving_is_counted), CASE(nights_are_those_of_the_family),
        CASE(many_families_in_an_hour), CASE(many_families_in_a_week), CASE(many_nights), CASE(tries_after_leaving),
        CASE(nothing_to_do_there), CASE(a_shared_computer), CASE(two_watches_raise_nothing_twice), CASE(a_decoy_is_told_once_an_hour),
        CASE(a_sign_is_reviewed_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
