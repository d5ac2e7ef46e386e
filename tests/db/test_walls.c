/* The second wall: one test for each of the sixteen pitfalls of row-level security (security.md 2d), each reproduced
 * against our own schema. Where the pitfall is a mistake that somebody could make later, the test makes it and shows
 * what still holds and that the start-up check tells of it. */
#include "try.h"

#include "db/check.h"
#include "db/unit_inside.h"

#define FAMILY_A "aaaaaaaa-0000-4000-8000-000000000000"
#define FAMILY_B "bbbbbbbb-0000-4000-8000-000000000000"
#define PERSON_A "aaaaaaaa-0000-4000-8000-000000000001"
#define PERSON_B "bbbbbbbb-0000-4000-8000-000000000001"
#define IN_A "BEGIN; SELECT set_config('kring.families', '{" FAMILY_A "}', true)"
#define IN_B "BEGIN; SELECT set_config('kring.families', '{" FAMILY_B "}', true)"
#define ADD_PERSON(family, id)                                                                                       \
    "INSERT INTO person (family_id, id, member, ordinal, recorded_at) VALUES ('" family "', '" id                    \
    "', true, 1, 'epoch')"
#define COUNT_PEOPLE "SELECT count(*) FROM person"

static PGconn *app, *owner, *super;

/* Tables with the wall, as the catalogue says. */
#define WALLED                                                                                                       \
    "pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity"

static int set_up(void **state) {
    (void)state;
    app = session("KRING_TEST_DATA_DB");
    owner = session("KRING_TEST_OWNER_DB");
    super = session("KRING_TEST_SUPER_DB");
    do_sql(super, "SET client_min_messages = warning");
    do_sql(super, "INSERT INTO family (id, jurisdiction, time_zone, language, intake_at, recorded_at) "
                  "SELECT f::uuid, 'BE-VLG', 'Europe/Brussels', 'nl', 'epoch', 'epoch' FROM unnest(ARRAY['" FAMILY_A
                  "', '" FAMILY_B "']) f");
    do_sql(super, ADD_PERSON(FAMILY_A, PERSON_A) ";" ADD_PERSON(FAMILY_B, PERSON_B));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    PQfinish(app), PQfinish(owner), PQfinish(super);
    return 0;
}

static uint32_t faults(void) {
    check_report c;
    assert_ok(roles_check(env("KRING_TEST_DATA_DB"), DATABASE_DATA, &c));
    return c.faults;
}

/* The mistake is made, looked at and undone; the check must tell. */
static void make_mistake(const char *sql) { do_sql(super, sql); }
static void undo_mistake(const char *sql, check_kind told) {
    uint32_t f = faults();
    do_sql(super, sql);
    assert_true(f & 1U << told);
    assert_int_equal(faults(), 0);
}

static int people_in(PGconn *c, const char *begin) {
    do_sql(c, begin);
    int n = number_of(c, COUNT_PEOPLE);
    do_sql(c, "ROLLBACK");
    return n;
}

/* 1: the owner sees all unless FORCE; superuser and BYPASSRLS always. */
static void pitfall_01_the_owner_is_behind_the_wall_too(void **state) {
    (void)state;
    assert_int_equal(number_of(owner, COUNT_PEOPLE), 0);
    assert_int_equal(people_in(owner, IN_A), 0); /* no permissive policy is the owner's */
    assert_int_equal(number_of(app, COUNT_PEOPLE), 0);
    assert_int_equal(people_in(app, IN_A), 1);
    assert_int_equal(number_of(super, COUNT_PEOPLE), 2); /* so it must never serve */
    assert_int_equal(faults(), 0);
    assert_string_equal(
        text_of(super, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'kring%' AND "
                       "(rolsuper OR rolbypassrls OR rolinherit OR rolreplication OR rolcreaterole OR rolcreatedb)"),
        "0");
    assert_int_equal(number_of(super, "SELECT count(*) FROM " WALLED " AND NOT c.relforcerowsecurity"), 0);
}

/* 2: after a transaction-local setting the connection reads '', not NULL, and ''::uuid[] would raise. */
static void pitfall_02_an_emptied_context_is_no_family(void **state) {
    (void)state;
    assert_int_equal(people_in(app, IN_A), 1);
    assert_string_equal(text_of(app, "SELECT (current_setting('kring.families', true) = '')::text"), "true");
    assert_int_equal(number_of(app, COUNT_PEOPLE), 0); /* and no error */
    assert_string_equal(sqlstate_of(app, "SELECT current_setting('kring.families', true)::uuid[]"), "22P02");
    assert_int_equal(people_in(app, "BEGIN; SELECT set_config('kring.families', '{}', true)"), 0);
}

/* 3: a plain SET survives the commit. Ours are local; the pool's units leave nothing behind. */
static void pitfall_03_no_context_survives_its_unit(void **state) {
    (void)state;
    PGconn *c = session("KRING_TEST_DATA_DB");
    do_sql(c, "SET kring.families = '{" FAMILY_A "}'");
    assert_int_equal(number_of(c, COUNT_PEOPLE), 1); /* the pitfall */
    PQfinish(c);
    pool_settings s = usual_settings();
    s.links = 1;
    stage *t = stage_with(s);
    for (int i = 0; i < 4; i++) {
        asked a;
        asked_begin(&a);
        params *p = params_new(a.memory);
        uuid family;
        assert_ok(uuid_parse(bytes_of_string(FAMILY_A), &family));
        param_uuids(p, &family, 1);
        if (i % 2 == 0) unit_add(a.u, &stmt_test_set_context, p);
        size_t at = unit_add(a.u, &stmt_test_people, NULL);
        assert_ok(asked_run(&a, t));
        assert_int_equal(row_int4(unit_rows(a.u, at), 0, test_people__people), i % 2 == 0);
        asked_end(&a);
    }
    stage_end(t);
    for (size_t i = 0; i < statements_count; i++) {
        const char *set = strstr(statements_all[i]->sql, "set_config(");
        if (set && !strstr(set, ", true)")) fail_msg("%s", statements_all[i]->name);
    }
}

/* 4: whoever can inject SQL can set the context, so there is no way to inject any: the text of a statement is a
 * constant, and libpq's text-taking calls appear only where a constant goes in. */
static void pitfall_04_no_sql_is_made_at_run_time(void **state) {
    (void)state;
    const char *source = getenv("KRING_SOURCE");
    if (!source) skip();
    char command[1024], line[512];
    snprintf(command, sizeof command,
             "grep -rnE "
             "'PQ(exec|execParams|prepare|sendQuery|sendQueryParams|sendPrepare|execPrepared|sendQueryPrepared)[[:"
             "space:]]*\\(' "
             "%s/server --include=*.c --include=*.h",
             source);
    FILE *found = popen(command, "r");
    assert_non_null(found);
    static const char *const allowed[] = {
        "PQexec(l->conn, m->sql)",
        "PQexecParams(l->conn, s->sql, s->param_count",
        "PQsendPrepare(l->conn, s->name, s->sql, s->param_count",
        "PQsendQueryPrepared(l->conn, s->name, s->param_count",
    };
    unsigned seen = 0;
    while (fgets(line, sizeof line, found)) {
        bool fine = false;
        for (size_t i = 0; i < 4; i++) fine = fine || strstr(line, allowed[i]);
        if (!fine) fail_msg("%s", line);
        seen++;
    }
    pclose(found);
    assert_int_equal(seen, 4);
    /* and what looks like SQL in a parameter is only text */
    stage *t = stage_usual();
    asked ask_;
    asked_begin(&ask_);
    params *p = params_new(ask_.memory);
    param_bytes(p, BYTES("'; SET kring.families = '{" FAMILY_A "}'; --"));
    unit_add(ask_.u, &stmt_test_length, p);
    assert_ok(asked_run(&ask_, t));
    asked_end(&ask_);
    stage_end(t);
}

/* 5: unique and foreign keys look past the wall: what they say must not tell what is there. */
static void pitfall_05_keys_are_no_oracle(void **state) {
    (void)state;
    /* a foreign id, taken or free: the same refusal, from the wall, before any key is looked at */
    static const char *const tries[] = {ADD_PERSON(FAMILY_B, PERSON_B),
                                        ADD_PERSON(FAMILY_B, "bbbbbbbb-0000-4000-8000-00000000dead")};
    for (size_t i = 0; i < 2; i++) {
        do_sql(app, IN_A);
        assert_string_equal(sqlstate_of(app, tries[i]), "42501");
        do_sql(app, "ROLLBACK");
    }
    /* the other family's id in one's own family is free, since the key begins with the family */
    do_sql(app, IN_A);
    do_sql(app, ADD_PERSON(FAMILY_A, PERSON_B));
    assert_string_equal(sqlstate_of(app, "INSERT INTO birth VALUES ('" FAMILY_A
                                         "', 'bbbbbbbb-0000-4000-8000-000000000002', 'epoch', 'epoch')"),
                        "23503"); /* nor does a foreign key reach across */
    do_sql(app, "ROLLBACK");
}

static void pitfall_05_every_key_begins_with_the_family(void **state) {
    (void)state;
    assert_string_equal(
        text_of(
            super,
            "SELECT coalesce(string_agg(k.conrelid::regclass || '.' || k.conname, ' '), '') FROM pg_constraint k "
            "JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid "
            "WHERE k.contype = 'f' AND (c.relrowsecurity OR r.relrowsecurity) AND ("
            "(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = k.conkey[1]) <> 'family_id' OR "
            "(SELECT attname FROM pg_attribute WHERE attrelid = r.oid AND attnum = k.confkey[1]) <> "
            "CASE r.relname WHEN 'family' THEN 'id' ELSE 'family_id' END)"),
        "");
    /* the only unique keys without a family: accounts and what hangs on them, random ids and MACs all */
    assert_string_equal(
        text_of(super,
                "SELECT string_agg(i.indexrelid::regclass::text, ' ' ORDER BY i.indexrelid::regclass::text) FROM "
                "pg_index i "
                "JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace AND "
                "i.indisunique AND "
                "(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0]) <> 'family_id'"),
        "account_login_index_key account_pkey account_tie_pkey alarm_pkey alarm_sign_account_id_family_id_window_at_key boot_pkey "
        "decoy_pkey device_pkey family_pkey idempotency_pkey invitation_code_hash_key "
        "log_head_pkey log_pending_pkey log_published_pkey log_run_boot_id_first_counter_key log_run_pkey log_tile_pkey "
        "look_pkey membership_pkey schema_version_pkey "
        "session_id_key session_pkey throttle_pkey");
    /* which of the two keys refused is not told on */
    assert_int_equal(sqlstate_result("23505").code, sqlstate_result("23503").code);
}

/* 6: TRUNCATE and REFERENCES are not filtered by policies. */
static void pitfall_06_truncate_and_references_are_not_granted(void **state) {
    (void)state;
    assert_string_equal(sqlstate_of(app, "TRUNCATE record"), "42501");
    assert_string_equal(sqlstate_of(app, "CREATE TABLE spy (f uuid, i uuid, FOREIGN KEY (f, i) REFERENCES person)"),
                        "42501");
    assert_string_equal(sqlstate_of(app, "CREATE TEMP TABLE spy (f uuid)"), "42501");
    assert_int_equal(number_of(super, "SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
                                      "AND c.relkind IN ('r', 'p') "
                                      "AND has_table_privilege('kring_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')"),
                     0);
    make_mistake("GRANT TRUNCATE ON record TO kring_app");
    undo_mistake("REVOKE TRUNCATE ON record FROM kring_app", CHECK_VERBS);
}

/* 7: a view looks with its owner's eyes. */
static void pitfall_07_a_view_is_its_owners_eye(void **state) {
    (void)state;
    assert_int_equal(
        number_of(
            super,
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"),
        0);
    make_mistake("CREATE VIEW everyone AS SELECT * FROM person; GRANT SELECT ON everyone TO kring_app");
    assert_int_equal(number_of(app, "SELECT count(*) FROM everyone"), 2); /* the pitfall */
    undo_mistake("ALTER VIEW everyone SET (security_invoker = true)", CHECK_FUNCTION);
    assert_int_equal(number_of(app, "SELECT count(*) FROM everyone"), 0);
    do_sql(super, "DROP VIEW everyone");
}

/* 8: SECURITY DEFINER runs as its owner. */
static void pitfall_08_no_function_runs_as_its_owner(void **state) {
    (void)state;
    make_mistake(
        "CREATE FUNCTION headcount() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS "
        "'SELECT count(*) FROM person';"
        "REVOKE ALL ON FUNCTION headcount() FROM PUBLIC; GRANT EXECUTE ON FUNCTION headcount() TO kring_app");
    assert_int_equal(number_of(app, "SELECT headcount()"), 2); /* the pitfall */
    undo_mistake("DROP FUNCTION headcount()", CHECK_FUNCTION);
    /* ours: none of them, each with a fixed search_path, none open to everybody */
    assert_int_equal(
        number_of(super, "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR "
                         "proconfig IS NULL OR (proname <> 'kring_one' AND has_function_privilege('kring_log', oid, 'EXECUTE')))"),
        0);
}

static int noticed_foreign;
static void on_notice(void *ctx, const char *message) {
    (void)ctx;
    if (strstr(message, PERSON_B)) noticed_foreign++;
}

/* 9: a cheap leaky function in WHERE must not see a row before the policy does. */
static void pitfall_09_a_leaky_function_sees_only_own_rows(void **state) {
    (void)state;
    make_mistake(
        "CREATE FUNCTION peep(uuid) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS "
        "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$; GRANT EXECUTE ON FUNCTION peep(uuid) TO kring_app;"
        "REVOKE ALL ON FUNCTION peep(uuid) FROM PUBLIC");
    PGconn *c = session("KRING_TEST_DATA_DB");
    PQsetNoticeProcessor(c, on_notice, NULL);
    do_sql(c, IN_A);
    noticed_foreign = 0;
    assert_int_equal(number_of(c, COUNT_PEOPLE " WHERE peep(id)"), 1);
    assert_int_equal(noticed_foreign, 0);
    do_sql(c, "ROLLBACK");
    do_sql(super, "ALTER FUNCTION peep(uuid) LEAKPROOF");
    undo_mistake("DROP FUNCTION peep(uuid)", CHECK_FUNCTION);
    PQfinish(c);
    assert_int_equal(
        number_of(super, "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proleakproof"),
        0);
}

/* 10: USING and WITH CHECK are both written, and the permissive policies are per command: a verb granted by mistake
 * finds no row. */
static void pitfall_10_policies_say_both_and_per_command(void **state) {
    (void)state;
    assert_int_equal(
        number_of(
            super,
            "SELECT count(*) FROM pg_policy WHERE NOT polpermissive AND (polqual IS NULL OR polwithcheck IS NULL "
            "OR polcmd <> '*')"),
        0);
    assert_int_equal(number_of(super, "SELECT count(*) FROM pg_policy WHERE polpermissive AND polcmd NOT IN ('r', "
                                      "'a') AND (polrelid::regclass::text, polcmd) NOT IN (('family', 'w'), ('body', 'd'), "
                                      "('body', 'w'), ('record', 'd'))"),
                     0);
    make_mistake("GRANT UPDATE, DELETE ON person TO kring_app");
    do_sql(app, IN_A);
    assert_string_equal(text_of(app, "WITH u AS (UPDATE person SET ordinal = 9 RETURNING 1) SELECT count(*) FROM u"),
                        "0");
    assert_string_equal(text_of(app, "WITH d AS (DELETE FROM person RETURNING 1) SELECT count(*) FROM d"), "0");
    do_sql(app, "ROLLBACK");
    undo_mistake("REVOKE UPDATE, DELETE ON person FROM kring_app", CHECK_HISTORY);
    /* the one table that changes: its row stays in its family */
    do_sql(app, IN_A);
    assert_string_equal(
        text_of(app, "WITH u AS (UPDATE family SET version = version + 1 RETURNING 1) SELECT count(*) FROM u"), "1");
    assert_string_equal(sqlstate_of(app, "UPDATE family SET id = '" FAMILY_B "'"), "42501");
    do_sql(app, "ROLLBACK");
    make_mistake("GRANT UPDATE (id) ON family TO kring_app");
    do_sql(app, IN_A);
    assert_string_equal(sqlstate_of(app, "UPDATE family SET id = 'cccccccc-0000-4000-8000-000000000000'"), "42501");
    do_sql(app, "ROLLBACK");
    undo_mistake("REVOKE UPDATE (id) ON family FROM kring_app", CHECK_HISTORY);
}

/* 11: a generic plan, made once, asks for the context each time. */
static void pitfall_11_a_generic_plan_asks_again(void **state) {
    (void)state;
    PGconn *c = session("KRING_TEST_DATA_DB");
    do_sql(c,
           "SET plan_cache_mode = force_generic_plan; PREPARE who AS SELECT string_agg(id::text, ' ') FROM person");
    static const struct {
        const char *begin, *sees;
    } turns[] = {{IN_A, PERSON_A}, {IN_B, PERSON_B}, {"BEGIN", ""}, {IN_A, PERSON_A}};
    for (size_t i = 0; i < 4; i++) {
        do_sql(c, turns[i].begin);
        assert_string_equal(text_of(c, "EXECUTE who"), turns[i].sees);
        do_sql(c, "COMMIT");
    }
    PQfinish(c);
    assert_true(number_of(super, "SELECT current_setting('server_version_num')") >= 150000);
}

/* 12: with row_security off the app gets an error, not all rows and not a silent subset. */
static void pitfall_12_switching_the_wall_off_is_an_error(void **state) {
    (void)state;
    do_sql(app, "BEGIN; SET LOCAL row_security = off");
    assert_string_equal(sqlstate_of(app, COUNT_PEOPLE), "42501");
    do_sql(app, "ROLLBACK");
    do_sql(owner,
           "BEGIN; SET LOCAL row_security = off"); /* FORCE: the owner's dump fails loudly rather than be empty */
    assert_string_equal(sqlstate_of(owner, COUNT_PEOPLE), "42501");
    do_sql(owner, "ROLLBACK");
}

/* 13: permissive policies are OR-ed: one forgotten "debugging" policy would open everything, were the family's not
 * restrictive. */
static void pitfall_13_a_forgotten_policy_opens_nothing(void **state) {
    (void)state;
    make_mistake("CREATE POLICY debugging ON person AS PERMISSIVE FOR ALL TO PUBLIC USING (true) WITH CHECK (true)");
    assert_int_equal(number_of(app, COUNT_PEOPLE), 0);
    assert_int_equal(people_in(app, IN_A), 1);
    undo_mistake("DROP POLICY debugging ON person", CHECK_POLICY);
    assert_int_equal(number_of(super, "SELECT count(*) FROM " WALLED
                                      " AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid "
                                      "AND NOT p.polpermissive) <> 1"),
                     0);
}

/* The snapshot: which tables have the wall, which have none and why. A new table changes this list on purpose or not
 * at all. */
static void pitfall_13_the_catalogue_is_as_reviewed(void **state) {
    (void)state;
    assert_string_equal(
        text_of(super, "SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM " WALLED),
        "agreement_accepted authority_conflict birth block body capacity child_view_asked conflict_end consent_grant contact_check correction_answer "
        "correction_request court_decision death emergency emergency_delay emergency_end emergency_review emergency_role "
        "entry entry_end entry_left entry_version erasure_decision erasure_done erasure_request family four_eyes grant_confirm grant_end "
        "grant_field grant_stop grant_stop_end handover handover_step helper hold hold_end household limits_shown lock_lift notice "
        "notice_seen objection owner_epoch person person_contact person_informed place plan_event record relation relation_end reply_witness "
        "request request_end request_field request_reply restriction restriction_end safety_lock task task_done "
        "trusted_end trusted_person");
    assert_string_equal(text_of(super, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE "
                                       "relnamespace = 'public'::regnamespace "
                                       "AND relkind IN ('r', 'p') AND NOT relrowsecurity"),
                        "account account_tie alarm boot decoy device emergency_tally family_due idempotency invitation log_head "
                        "log_pending log_published log_run log_tile look membership schema_version "
                        "session throttle");
    assert_string_equal(text_of(super, "SELECT string_agg(DISTINCT polname || ' ' || polcmd::text || ' ' || "
                                       "polpermissive || ' ' || polroles::regrole[]::text, ', ' "
                                       "ORDER BY polname || ' ' || polcmd::text || ' ' || polpermissive || ' ' || "
                                       "polroles::regrole[]::text) FROM pg_policy"),
                        "app_adds a true {kring_app}, app_changes w true {kring_app}, app_erases d true {kring_app}, "
                        "app_reads r true {kring_app}, "
                        "one_family * false {-}");
}

/* 14: a new table has no wall. */
static void pitfall_14_a_new_table_is_told_of(void **state) {
    (void)state;
    make_mistake("CREATE TABLE newcomer (family_id uuid, secret text)");
    undo_mistake(
        "ALTER TABLE newcomer ENABLE ROW LEVEL SECURITY; ALTER TABLE newcomer FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY one_family ON newcomer AS RESTRICTIVE FOR ALL TO PUBLIC USING "
        "((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE) "
        "WITH CHECK "
        "((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE)",
        CHECK_ROW_SECURITY);
    do_sql(super, "DROP TABLE newcomer");
    make_mistake("CREATE TABLE newcomer (family_id uuid, secret text) PARTITION BY HASH (family_id)");
    undo_mistake("DROP TABLE newcomer", CHECK_ROW_SECURITY);
}

/* 15: estimates and messages come from all rows: no statement explains, and no message is passed on. */
static void pitfall_15_estimates_and_messages_stay_inside(void **state) {
    (void)state;
    for (size_t i = 0; i < statements_count; i++) assert_null(strcasestr(statements_all[i]->sql, "explain"));
    stage *t = stage_usual();
    asked a;
    asked_begin(&a);
    params *p = params_new(a.memory);
    param_string(p, "not a number");
    unit_add(a.u, &stmt_test_cast, p);
    assert_result(asked_run(&a, t), INTERNAL);
    assert_null(unit_rows(a.u, 0).from); /* not even the PGresult with its message */
    asked_end(&a);
    stage_end(t);
}

/* 16: a partition that is read directly knows nothing of its parent's policy. */
static void pitfall_16_a_partition_has_a_wall_and_no_grants(void **state) {
    (void)state;
    assert_int_equal(
        number_of(super,
                  "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relispartition"),
        0);
    make_mistake(
        "CREATE TABLE parted (family_id uuid, n int) PARTITION BY HASH (family_id);"
        "ALTER TABLE parted ENABLE ROW LEVEL SECURITY; ALTER TABLE parted FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY app_reads ON parted FOR SELECT TO kring_app USING (true);"
        "CREATE POLICY one_family ON parted AS RESTRICTIVE FOR ALL TO PUBLIC USING "
        "((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE) "
        "WITH CHECK "
        "((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE);"
        "GRANT SELECT ON parted TO kring_app;"
        "CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
        "INSERT INTO parted VALUES ('" FAMILY_A "', 1), ('" FAMILY_B "', 2)");
    do_sql(app, IN_A);
    assert_int_equal(number_of(app, "SELECT count(*) FROM parted"), 1);
    assert_string_equal(sqlstate_of(app, "SELECT count(*) FROM parted_0"), "42501"); /* not granted */
    do_sql(app, "ROLLBACK");
    make_mistake("GRANT SELECT ON parted_0 TO kring_app");
    assert_int_equal(number_of(app, "SELECT count(*) FROM parted_0"), 2); /* the pitfall */
    assert_true(faults() & 1U << CHECK_ROW_SECURITY);
    undo_mistake("DROP TABLE parted", CHECK_VERBS);
}

/* ---- the wall costs one look-up a statement ---- */

static const char *plan_of(const char *sql) {
    do_sql(app, "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin "
                "= off;" /* as a pool */
                "SELECT set_config('kring.families', '{" FAMILY_A "," FAMILY_B "}', true)");
    char explain[4096];
    snprintf(explain, sizeof explain, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) %s", sql);
    static char plan[16 * 1024];
    snprintf(plan, sizeof plan, "%s", text_of(app, explain));
    do_sql(app, "ROLLBACK");
    return plan;
}

static int times(const char *text, const char *what) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what)) n++;
    return n;
}

/* One InitPlan, evaluated once whatever the number of rows, never a SubPlan for each row; and the key is used. */
static void the_wall_is_asked_once_a_statement(void **state) {
    (void)state;
    do_sql(super, "INSERT INTO person (family_id, id, member, ordinal, recorded_at) "
                  "SELECT '" FAMILY_A "', gen_random_uuid(), true, n, 'epoch' FROM generate_series(10, 500) n");
    static const char once[] = "InitPlan 1 (returns $0)\n    ->  Result (actual rows=1 loops=1)";
    const char *plan = plan_of("SELECT id FROM person WHERE family_id = '" FAMILY_A "'");
    if (times(plan, once) != 1 || times(plan, "InitPlan") != 1 || times(plan, "SubPlan") ||
        !strstr(plan, "Index Cond: (family_id =") || !strstr(plan, "rows=492"))
        fail_msg("%s", plan);
    /* a batch over two families: one look-up for the statement, one index probe for each row asked for */
    plan = plan_of("SELECT b.ordinal FROM unnest(ARRAY['" FAMILY_A "', '" FAMILY_B "']::uuid[], ARRAY['" PERSON_A
                   "', '" PERSON_B "']::uuid[]) w(f, i) "
                   "JOIN person b ON b.family_id = w.f AND b.id = w.i");
    if (times(plan, once) != 1 || times(plan, "InitPlan") != 1 || times(plan, "SubPlan") ||
        !strstr(plan, "Index Cond: ((family_id = w.f) AND (id = w.i))"))
        fail_msg("%s", plan);
    do_sql(super, "DELETE FROM person WHERE ordinal >= 10");
}

/* A batch whose context names one of its two families does nothing at all, rather than half. */
static void a_batch_past_its_context_fails_whole(void **state) {
    (void)state;
    do_sql(app, IN_A);
    assert_string_equal(sqlstate_of(app, "INSERT INTO person (family_id, id, member, ordinal, recorded_at) "
                                         "SELECT f, gen_random_uuid(), true, 5, 'epoch' FROM unnest(ARRAY['" FAMILY_A
                                         "', '" FAMILY_B "']::uuid[]) f"),
                        "42501");
    do_sql(app, "ROLLBACK");
    do_sql(app, "BEGIN; SELECT set_config('kring.families', '{" FAMILY_A "," FAMILY_B "}', true)");
    do_sql(app, "INSERT INTO person (family_id, id, member, ordinal, recorded_at) "
                "SELECT f, gen_random_uuid(), true, 5, 'epoch' FROM unnest(ARRAY['" FAMILY_A "', '" FAMILY_B
                "']::uuid[]) f");
    assert_int_equal(number_of(app, COUNT_PEOPLE), 4);
    do_sql(app, "ROLLBACK");
}

/* ---- every table, from both sides ---- */

/* One row in each table for each family. The ids are the same in both families, as the keys allow. */
#define ID(n) "'cccccccc-0000-4000-8000-0000000000" n "'"
#define NOBODY ID("ff")
static const char *const one_row_each[] = {
    "person (family_id, id, member, ordinal, recorded_at) SELECT id, " ID("01") ", true, 2, 'epoch'",
    "birth SELECT id, " ID("01") ", 'epoch', 'epoch'",
    "household (family_id, id, ordinal, recorded_at) SELECT id, " ID("02") ", 1, 'epoch'",
    "helper SELECT id, " ID("03") ", 1, 'epoch'",
    "relation (family_id, kind, person_id, of_id, recorded_at, valid_from) SELECT id, 'manages', " ID("01") ", "
    ID("02") ", 'epoch', 'epoch'",
    "relation_end SELECT id, 'manages', " ID("01") ", " ID("02") ", 'epoch', 'epoch'",
    "capacity (family_id, id, person_id, able, recorded_at, valid_from) SELECT id, " ID("04") ", " ID("01")
    ", true, 'epoch', 'epoch'",
    "authority_conflict (family_id, id, child_id, recorded_at, valid_from) SELECT id, " ID("05") ", " ID("01")
    ", 'epoch', 'epoch'",
    "conflict_end SELECT id, " ID("05") ", " NOBODY ", 'epoch', 'epoch'",
    "block SELECT id, " ID("06") ", " ID("01") ", '{}', 'epoch', 'epoch', 'infinity'",
    "court_decision (family_id, id, kind, person_id, protects, evidence, valid_from, recorded_at) " "SELECT id, "
    ID("07") ", 'contact_ban', " ID("01") ", '{}', 'order', 'epoch', 'epoch'",
    "safety_lock (family_id, id, not_for, about, set_by, valid_from, recorded_at) SELECT id, " ID("08") ", " NOBODY
    ", '{}', " NOBODY ", 'epoch', 'epoch'",
    "lock_lift SELECT id, " ID("08") ", " NOBODY ", 'epoch', 'epoch'",
    "trusted_person SELECT id, " ID("09") ", " ID("01") ", " NOBODY ", " ID("01") ", NULL, 'epoch', 'epoch'",
    "trusted_end SELECT id, " ID("09") ", NULL, 'epoch', 'epoch'",
    "place (family_id, helper_id, coordinator, authority_role, listed, secrecy, recorded_at, "
    "valid_from) SELECT id, " ID("03") ", false, false, false, 'none', 'epoch', 'epoch'",
    "handover (family_id, id, from_id, to_id, recorded_at) SELECT id, " ID("0a") ", " ID("03") ", " ID("03")
    ", 'epoch'",
    "handover_step SELECT id, " ID("0a") ", 'agreed', " NOBODY ", 'epoch', 'epoch'",
    "emergency_role (family_id, helper_id, recorded_at, valid_from) SELECT id, " ID("03") ", 'epoch', 'epoch'",
    "request (family_id, id, asker_id, recipient_id, about, basis, ordinal, recorded_at, lapses_at, "
    "valid_from, valid_until) SELECT id, " ID("0b") ", " NOBODY ", " NOBODY
    ", '{}', 'consent', 1, 'epoch', 'epoch', 'epoch', 'epoch'",
    "request_field SELECT id, " ID("0b") ", 'goals', 'exact'",
    "request_end SELECT id, " ID("0b") ", " NOBODY ", 'epoch', 'epoch'",
    "request_reply (family_id, id, request_id, person_id, yes, no, channel, recorded_at) SELECT id, " ID("0c") ", "
    ID("0b") ", " ID("01") ", '{}', '{}', 'app', 'epoch'",
    "reply_witness SELECT id, " ID("0c") ", " NOBODY ", 'epoch'",
    "consent_grant (family_id, id, recipient_id, about, givers, basis, ordinal, recorded_at, "
    "valid_from, valid_until, request_id) SELECT id, " ID("0d") ", " NOBODY
    ", '{}', '{}', 'consent', 1, 'epoch', 'epoch', 'epoch', " ID("0b"),
    "grant_field (family_id, grant_id, field) SELECT id, " ID("0d") ", 'goals'",
    "grant_end SELECT id, " ID("0d") ", 'goals', 'withdrawn', NULL, 'epoch', 'epoch'",
    "grant_confirm SELECT id, " ID("0d") ", 'epoch'",
    "four_eyes SELECT id, " ID("0d") ", 'goals', " NOBODY ", 'epoch', 'epoch'",
    "grant_stop SELECT id, " ID("0e") ", " ID("0d") ", 'paused', NULL, NULL, 'epoch', 'epoch'",
    "grant_stop_end SELECT id, " ID("0e") ", NULL, 'epoch', 'epoch'",
    "hold (family_id, id, about, from_whom, fields, recorded_at, valid_from) SELECT id, " ID("10")
    ", '{}', '{}', '{}', 'epoch', 'epoch'",
    "hold_end SELECT id, " ID("10") ", NULL, 'epoch', 'epoch'",
    "emergency (family_id, id, helper_id, about, fields, reason_code, recorded_at, valid_from, "
    "valid_until) SELECT id, " ID("11") ", " ID("03") ", '{}', '{}', 'other', 'epoch', 'epoch', 'epoch'",
    "emergency_delay SELECT id, " ID("11") ", " NOBODY ", 'epoch', NULL, 'epoch'",
    "emergency_end SELECT id, " ID("11") ", NULL, 'epoch', 'epoch'",
    "emergency_review SELECT id, " ID("11") ", " NOBODY ", 'outside', 'justified', 'epoch'",
    "entry (family_id, id, kind, about, owner_id, ordinal) SELECT id, " ID("12") ", 'statement', '{}', id, 1",
    "entry_version SELECT id, " ID("12") ", 1, NULL, '{}', '{}', 'epoch', 'epoch'",
    "entry_end SELECT id, " ID("12") ", NULL, 'epoch', 'epoch'",
    "entry_left SELECT id, " ID("12") ", " NOBODY ", 'epoch', 'epoch'",
    "body SELECT id, " ID("12") ", 1, ''",
    "restriction SELECT id, " ID("13") ", " ID("12") ", " NOBODY ", 'epoch', 'epoch'",
    "restriction_end SELECT id, " ID("13") ", NULL, 'epoch', 'epoch'",
    "child_view_asked SELECT id, " ID("0d") ", " ID("01") ", true, NULL, 'epoch'",
    "plan_event SELECT id, " ID("14") ", 'paused', NULL, 'epoch', NULL, 'epoch'",
    "objection SELECT id, " ID("15") ", " ID("0d") ", NULL, " NOBODY ", 'epoch'",
    "correction_request SELECT id, " ID("16") ", " ID("12") ", " NOBODY ", NULL, 'epoch'",
    "correction_answer SELECT id, " ID("16") ", 'refused', NULL, " NOBODY ", 'epoch'",
    "erasure_request SELECT id, " ID("17") ", " NOBODY ", NULL, 'epoch'",
    "erasure_decision SELECT id, " ID("17") ", " ID("12") ", 'kept_law', " NOBODY ", 'epoch'",
    "erasure_done SELECT id, " ID("12") ", 'epoch', 'epoch'",
    "owner_epoch SELECT id, " ID("1e") ", 2, 'epoch'",
    "death SELECT id, " ID("01") ", " NOBODY ", 'epoch', 'epoch'",
    "task SELECT id, " ID("18") ", 'review', NULL, NULL, '{}', 'epoch', 'epoch'",
    "task_done SELECT id, " ID("18") ", NULL, 'epoch', 'epoch'",
    "notice SELECT id, " ID("19") ", " NOBODY ", 'emergency', NULL, 'epoch', 'epoch'",
    "notice_seen SELECT id, " ID("19") ", 'epoch'",
    "person_contact SELECT id, " ID("01") ", '\\x00112233445566778899aabbccddeeff', '', 'epoch', 'epoch'",
    "contact_check SELECT id, '\\x00112233445566778899aabbccddeeff', 'epoch', 'epoch'",
    "limits_shown SELECT id, " ID("01") ", '1', sha256(''), 'epoch', 'epoch'",
    "agreement_accepted SELECT id, " ID("03") ", '1', 'nl', sha256(''), 'epoch', 'epoch'",
    "person_informed SELECT id, " ID("01") ", 'informed', NULL, " NOBODY ", 'epoch', 'epoch'",
    "record SELECT " ID("1a") ", id, 'epoch', " NOBODY ", 1, 'test', 'done', false, " NOBODY ", ''",
};

static void fill_both_families(void) {
    char sql[2048];
    for (size_t i = 0; i < sizeof one_row_each / sizeof *one_row_each; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO %s FROM family", one_row_each[i]);
        do_sql(super, sql);
    }
}

/* As the one family everybody sees his own rows and no other's, without one nobody sees any; a row cannot be written into the other
 * family; and no row is changed or taken away but where this file says it. */
static void look_at(const char *t) {
    char sql[4096], row[2048];
    const char *key = strcmp(t, "family") ? "family_id" : "id";
    snprintf(sql, sizeof sql, "SELECT count(DISTINCT %s) FROM %s", key, t);
    if (number_of(super, sql) != 2) fail_msg("%s has no rows of both families", t);
    if (number_of(app, sql) != 0) fail_msg("%s is open without a family", t);
    snprintf(row, sizeof row, "SELECT row_to_json(t) FROM %s t WHERE %s = '" FAMILY_B "' LIMIT 1", t, key);
    snprintf(row, sizeof row, "%s", text_of(super, row));
    do_sql(app, IN_A);
    snprintf(sql, sizeof sql, "SELECT string_agg(DISTINCT %s::text, ' ') FROM %s", key, t);
    if (strcmp(text_of(app, sql), FAMILY_A)) fail_msg("%s shows another family", t);
    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM json_populate_record(NULL::public.%s, '%s')", t, t, row);
    if (strcmp(sqlstate_of(app, sql), "42501")) fail_msg("%s takes a row of another family", t);
    do_sql(app, "ROLLBACK");
    for (int deletes = 0; deletes < (strcmp(t, "body") && strcmp(t, "record") ? 2 : 1); deletes++) {
        do_sql(app, IN_A);
        snprintf(sql, sizeof sql, "%s %s%s%s", deletes ? "DELETE FROM" : "UPDATE", t, deletes ? "" : " SET ",
                 deletes ? "" : strcmp(t, "family") ? "family_id = family_id" : "id = id");
        if (strcmp(sqlstate_of(app, sql), "42501")) fail_msg("it may: %s", sql);
        do_sql(app, "ROLLBACK");
    }
}

static void every_table_has_the_wall(void **state) {
    (void)state;
    fill_both_families();
    char tables[4096];
    snprintf(tables, sizeof tables, "%s", text_of(super, "SELECT c.relname FROM " WALLED " ORDER BY 1"));
    size_t seen = 0;
    for (char *save = NULL, *t = strtok_r(tables, "\n", &save); t; t = strtok_r(NULL, "\n", &save), seen++) look_at(t);
    assert_int_equal(seen, sizeof one_row_each / sizeof *one_row_each + 1); /* and family */
}

/* A body goes once its erasure was decided, in its own family, and nothing else goes with it. */
static void only_what_is_erased_goes(void **state) {
    (void)state;
    static const char erase[] = "WITH gone AS (DELETE FROM body RETURNING 1) SELECT count(*) FROM gone";
    static const char decide[] = "INSERT INTO erasure_decision SELECT '" FAMILY_A "', " ID("1b") ", " ID("12")
                                 ", 'erased', " NOBODY ", 'epoch'";
    do_sql(super, "INSERT INTO erasure_request SELECT '" FAMILY_A "', " ID("1b") ", " NOBODY ", NULL, 'epoch'");
    do_sql(app, IN_A);
    assert_string_equal(text_of(app, erase), "0"); /* kept by law */
    do_sql(app, decide);
    do_sql(app, "COMMIT;" IN_B);
    assert_string_equal(text_of(app, erase), "0"); /* the other family's has no decision */
    do_sql(app, "COMMIT;" IN_A);
    assert_string_equal(text_of(app, erase), "1");
    assert_string_equal(text_of(app, "SELECT count(*) FROM entry_version"), "1");
    do_sql(app, "ROLLBACK;" IN_A);
    do_sql(app, "INSERT INTO erasure_request SELECT '" FAMILY_A "', " ID("1c") ", " NOBODY ", NULL, 'epoch'");
    assert_string_equal(sqlstate_of(app, "INSERT INTO erasure_decision SELECT '" FAMILY_A "', " ID("1c") ", " ID("12")
                                         ", 'erased', " NOBODY ", 'epoch'"),
                        "23505"); /* once */
    do_sql(app, "ROLLBACK;" IN_B);
    do_sql(app, "INSERT INTO plan_event SELECT '" FAMILY_B "', " ID("1d") ", 'erased', NULL, 'epoch', NULL, 'epoch'");
    assert_string_equal(text_of(app, erase), "1"); /* the whole plan goes */
    do_sql(app, "ROLLBACK");
}

/* A record goes once it is older than a moment that only kring_log writes, in its own family; what says that records went stays for ever.
 * The fixture's records are of 1970. */
static void only_an_old_record_goes(void **state) {
    (void)state;
    static const char retire[] = "WITH gone AS (DELETE FROM record RETURNING 1) SELECT count(*) FROM gone";
    static const struct {
        const char *before, *gone;
    } turns[] = {{"-infinity", "0"}, {"1969-12-31 00:00+00", "0"}, {"epoch", "0"}, {"1970-01-01 00:00:00.000001+00", "1"}, {"infinity", "1"}};
    PGconn *signer = session("KRING_TEST_LOG_DB");
    char sql[256];
    assert_string_equal(text_of(super, "SELECT retire_before FROM log_head"), "-infinity"); /* until the signer has said it */
    do_sql(super, "INSERT INTO record SELECT " ID("1e") ", id, 'epoch', " NOBODY ", 2, 'log.retire', 'done', false, " NOBODY ", '' FROM family");
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        snprintf(sql, sizeof sql, "UPDATE log_head SET retire_before = '%s'", turns[i].before);
        do_sql(signer, sql);
        do_sql(app, IN_A);
        assert_string_equal(text_of(app, retire), turns[i].gone);
        do_sql(app, "ROLLBACK");
    }
    assert_string_equal(text_of(app, retire), "0"); /* of no family */
    static const char *const others[] = {"UPDATE log_head SET retire_before = 'infinity'", "UPDATE record SET at = 'epoch'",
                                         "UPDATE record SET kind = 'test'", "TRUNCATE record",
                                         "CREATE FUNCTION log_head() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                                         "CREATE TABLE log_head (retire_before timestamptz)",
                                         "CREATE TEMP TABLE log_head (retire_before timestamptz)"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_string_equal(sqlstate_of(app, others[i]), "42501");
    assert_string_equal(sqlstate_of(signer, "DELETE FROM record"), "42501"); /* the one says when, the other may */
    /* whatever moments the records have: exactly what is older goes, and the rest is untouched */
    do_sql(super, "INSERT INTO record SELECT gen_random_uuid(), f.id, timestamptz '2020-01-01 00:00+00' + n * n * interval '1 second' * (n % 2 * 2 - 1), "
                  "f.id, n, 'many', 'done', false, f.id, '' FROM family f, generate_series(1, 500) n");
    do_sql(signer, "UPDATE log_head SET retire_before = '2020-01-01 00:00+00'");
    do_sql(app, IN_A);
    assert_string_equal(text_of(app, "WITH gone AS (DELETE FROM record WHERE kind = 'many' RETURNING at) SELECT count(*) || ' ' || "
                                     "count(*) FILTER (WHERE at >= '2020-01-01 00:00+00') FROM gone"), "250 0");
    do_sql(app, "COMMIT");
    assert_string_equal(text_of(super, "SELECT string_agg(n::text, ' ' ORDER BY family_id) FROM (SELECT family_id, count(*) AS n FROM record "
                                       "WHERE kind = 'many' GROUP BY 1) x"), "250 500");
    do_sql(super, "DELETE FROM record WHERE kind = 'many'; UPDATE log_head SET retire_before = '-infinity'");
    make_mistake("ALTER POLICY app_erases ON record USING (true)");
    undo_mistake("ALTER POLICY app_erases ON record USING (at < (SELECT h.retire_before FROM log_head h) AND kind <> 'log.retire')",
                 CHECK_POLICY);
    PQfinish(signer);
}

/* A body is sealed anew only once its owner has a newer key, and nothing but its envelope changes. */
static void only_a_newer_key_seals_anew(void **state) {
    (void)state;
    static const char seal[] = "WITH anew AS (UPDATE body SET envelope = '\\x01' RETURNING 1) SELECT count(*) FROM anew";
    do_sql(app, IN_A);
    assert_string_equal(text_of(app, seal), "0"); /* the epoch is another owner's */
    do_sql(app, "INSERT INTO owner_epoch SELECT family_id, owner_id, 2, 'epoch' FROM entry WHERE id = " ID("12"));
    assert_string_equal(text_of(app, seal), "1");
    assert_string_equal(sqlstate_of(app, "UPDATE body SET version = 2"), "42501");
    do_sql(app, "ROLLBACK");
}

/* What has no wall is read before a family is known, or across families: it holds nothing but ids, hashes and moments, and of it
 * only what is told here may change. */
static void the_open_tables_hold_no_word(void **state) {
    (void)state;
    assert_string_equal(
        text_of(super, "SELECT string_agg(DISTINCT format_type(a.atttypid, NULL), ' ') FROM pg_attribute a "
                       "WHERE a.attnum > 0 AND a.attrelid IN ('invitation'::regclass, 'emergency_tally'::regclass, "
                       "'family_due'::regclass) AND "
                       "NOT a.attisdropped AND a.attname <> 'for_kind'"),
        "bytea timestamp with time zone uuid");
    assert_string_equal(
        text_of(super, "SELECT string_agg(a.attrelid::regclass || '.' || a.attname, ' ' ORDER BY a.attrelid::regclass::text, "
                       "a.attname) FROM pg_attribute a "
                       "WHERE a.attnum > 0 AND a.attrelid IN ('invitation'::regclass, 'emergency_tally'::regclass, "
                       "'family_due'::regclass, 'membership'::regclass) AND "
                       "has_column_privilege('kring_app', a.attrelid, a.attnum, 'UPDATE')"),
        "emergency_tally.reviewed_at family_due.done_until family_due.due_at family_due.log_ended_at invitation.handed_over_at "
        "invitation.revoked_at invitation.used_at");
    static const char *const open[] = {"DELETE FROM invitation", "DELETE FROM emergency_tally", "DELETE FROM family_due"};
    for (size_t i = 0; i < 3; i++) assert_string_equal(sqlstate_of(app, open[i]), "42501");
}

/* What watching keeps (R-66) names fields, bodies and people nowhere: ids, moments, counts and words of ours. Only what was counted is
 * forgotten; a sign stays, and of it only the officer's word is added. */
static void watching_holds_no_content(void **state) {
    (void)state;
    static const char *const stays[] = {"DELETE FROM alarm", "DELETE FROM decoy", "DELETE FROM account_tie", "UPDATE alarm SET severe = false",
                                        "UPDATE alarm SET account_id = family_id", "UPDATE decoy SET mark = mark",
                                        "UPDATE look SET family_id = account_id", "TRUNCATE look"};
    assert_string_equal(
        text_of(super, "SELECT string_agg(a.attrelid::regclass || '.' || a.attname, ' ' ORDER BY a.attrelid::regclass::text, a.attname) "
                       "FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ('look'::regclass, "
                       "'alarm'::regclass, 'decoy'::regclass, 'account_tie'::regclass) AND format_type(a.atttypid, NULL) NOT IN "
                       "('uuid', 'timestamp with time zone', 'boolean', 'integer', 'date', 'uuid[]')"),
        "alarm.outcome alarm.sign decoy.mark look.standing");
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++) assert_string_equal(sqlstate_of(app, stays[i]), "42501");
}

/* Three working days (R-53): not the weekend, over a change of the clock, and to the local midnight behind the last. */
static void working_days_are_counted_in_the_zone(void **state) {
    (void)state;
    static const struct {
        const char *after, *zone, *due;
    } table[] = {
        {"2026-01-24 00:40+01", "Europe/Brussels", "2026-01-28 23:00:00+00"},  /* a Saturday: Monday to Wednesday */
        {"2026-01-21 15:00+01", "Europe/Brussels", "2026-01-26 23:00:00+00"},  /* a Wednesday: Thursday, Friday, Monday */
        {"2026-03-26 15:00+01", "Europe/Brussels", "2026-03-31 22:00:00+00"},  /* summer time begins on the Sunday */
        {"2026-10-23 23:30+02", "Europe/Amsterdam", "2026-10-28 23:00:00+00"}, /* and ends */
        {"2026-10-23 22:30+00", "Europe/Amsterdam", "2026-10-28 23:00:00+00"}, /* already Saturday there */
        {"2026-10-25 22:30+00", "Europe/Amsterdam", "2026-10-28 23:00:00+00"},
        {"2026-10-25 23:30+00", "Europe/Amsterdam", "2026-10-29 23:00:00+00"}, /* a Monday there */
    };
    char sql[256];
    do_sql(super, "SET timezone = 'UTC'");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        snprintf(sql, sizeof sql, "SELECT kring_working_days('%s', 3, '%s')", table[i].after, table[i].zone);
        assert_string_equal(text_of(super, sql), table[i].due);
    }
}

/* The keys have the same wall. */
static void the_keys_database_has_the_wall_too(void **state) {
    (void)state;
    PGconn *c = session("KRING_TEST_KEYS_DB"), *root = session("KRING_TEST_SUPER_KEYS_DB");
    do_sql(root,
           "INSERT INTO audit_key VALUES ('" FAMILY_A "', '\\x00', 'epoch'), ('" FAMILY_B "', '\\x00', 'epoch')");
    assert_int_equal(number_of(c, "SELECT count(*) FROM audit_key"), 0);
    do_sql(c, IN_A);
    assert_int_equal(number_of(c, "SELECT count(*) FROM audit_key"), 1);
    assert_string_equal(
        sqlstate_of(c, "INSERT INTO audit_key VALUES ('" FAMILY_B "', '\\x01', 'epoch') ON CONFLICT DO NOTHING"),
        "42501");
    do_sql(c, "ROLLBACK;" IN_A);
    assert_string_equal(text_of(c, "WITH gone AS (DELETE FROM audit_key RETURNING 1) SELECT count(*) FROM gone"), "0");
    assert_string_equal(sqlstate_of(c, "UPDATE audit_key SET wrapped = ''"), "42501");
    do_sql(c, "ROLLBACK");
    assert_string_equal(text_of(root, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE "
                                      "relnamespace = 'public'::regnamespace "
                                      "AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"),
                        "schema_version service_key");
    PQfinish(c), PQfinish(root);
}

/* A key goes only with the row that says which: up to that epoch of that owner, or all of the family but its log's. */
static void only_a_key_that_ended_goes(void **state) {
    (void)state;
    static const char owners[] = "WITH gone AS (DELETE FROM owner_key RETURNING epoch) "
                                 "SELECT coalesce(string_agg(epoch::text, ' '), '') FROM gone";
    static const char families[] = "WITH gone AS (DELETE FROM family_key RETURNING 1) SELECT count(*) FROM gone";
    PGconn *c = session("KRING_TEST_KEYS_DB"), *root = session("KRING_TEST_SUPER_KEYS_DB");
    do_sql(root, "INSERT INTO family_key SELECT f::uuid, 1, '', 'epoch' FROM unnest(ARRAY['" FAMILY_A "', '" FAMILY_B "']) f");
    do_sql(root, "INSERT INTO owner_key SELECT family_id, family_id, n, 1, '', 'epoch' FROM family_key, generate_series(1, 2) n");
    do_sql(c, IN_A);
    assert_string_equal(text_of(c, owners), "");
    assert_string_equal(text_of(c, families), "0");
    do_sql(c, "INSERT INTO key_end VALUES ('" FAMILY_A "', '" FAMILY_A "', 1, 'epoch')");
    assert_string_equal(text_of(c, owners), "1"); /* the newer one stays */
    assert_string_equal(text_of(c, families), "0");
    do_sql(c, "INSERT INTO key_end VALUES ('" FAMILY_A "', '00000000-0000-0000-0000-000000000000', 0, 'epoch')");
    assert_string_equal(text_of(c, owners), "2");
    assert_string_equal(text_of(c, families), "1");
    do_sql(c, "COMMIT;" IN_B);
    assert_string_equal(text_of(c, owners), ""); /* the other family's has no end */
    assert_string_equal(sqlstate_of(c, "DELETE FROM key_end"), "42501");
    do_sql(c, "ROLLBACK");
    PQfinish(c), PQfinish(root);
}

/* The key of a log goes five years after it was said that its family is over, by the clock of the keys' own cluster. Who says it can
 * choose neither. */
static void only_the_key_of_an_old_log_goes(void **state) {
    (void)state;
    static const char erase[] = "WITH gone AS (DELETE FROM audit_key RETURNING 1) SELECT count(*) FROM gone";
    static const struct {
        const char *noted, *gone;
    } turns[] = {{"0 days", "0"}, {"4 years 364 days", "0"}, {"5 years 1 day", "1"}};
    PGconn *c = session("KRING_TEST_KEYS_DB"), *root = session("KRING_TEST_SUPER_KEYS_DB");
    char sql[256];
    do_sql(root, "INSERT INTO audit_key SELECT f::uuid, '', 'epoch' FROM unnest(ARRAY['" FAMILY_A "', '" FAMILY_B
                 "', '00000000-0000-0000-0000-000000000000']) f ON CONFLICT DO NOTHING");
    do_sql(c, IN_A);
    assert_string_equal(text_of(c, erase), "0"); /* nobody said so */
    assert_string_equal(sqlstate_of(c, "INSERT INTO log_end VALUES ('" FAMILY_A "', 'epoch')"), "42501");
    do_sql(c, "ROLLBACK;" IN_A);
    do_sql(c, "INSERT INTO log_end (family_id) VALUES ('" FAMILY_A "'); COMMIT");
    assert_string_equal(sqlstate_of(c, "UPDATE log_end SET noted_at = 'epoch'"), "42501");
    assert_string_equal(sqlstate_of(c, "DELETE FROM log_end"), "42501");
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        snprintf(sql, sizeof sql, "UPDATE log_end SET noted_at = now() - interval '%s'", turns[i].noted);
        do_sql(root, sql);
        do_sql(c, IN_A);
        assert_string_equal(text_of(c, erase), turns[i].gone);
        do_sql(c, "ROLLBACK;" IN_B);
        assert_string_equal(text_of(c, erase), "0"); /* the other family's */
        do_sql(c, "ROLLBACK");
    }
    do_sql(root, "INSERT INTO log_end VALUES ('00000000-0000-0000-0000-000000000000', 'epoch')");
    do_sql(c, "BEGIN; SELECT set_config('kring.families', '{00000000-0000-0000-0000-000000000000}', true)");
    assert_string_equal(text_of(c, erase), "0"); /* the service's own log has no end */
    do_sql(c, "ROLLBACK");
    do_sql(root, "DELETE FROM log_end");
    PQfinish(c), PQfinish(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pitfall_01_the_owner_is_behind_the_wall_too),
        cmocka_unit_test(pitfall_02_an_emptied_context_is_no_family),
        cmocka_unit_test(pitfall_03_no_context_survives_its_unit),
        cmocka_unit_test(pitfall_04_no_sql_is_made_at_run_time),
        cmocka_unit_test(pitfall_05_keys_are_no_oracle),
        cmocka_unit_test(pitfall_05_every_key_begins_with_the_family),
        cmocka_unit_test(pitfall_06_truncate_and_references_are_not_granted),
        cmocka_unit_test(pitfall_07_a_view_is_its_owners_eye),
        cmocka_unit_test(pitfall_08_no_function_runs_as_its_owner),
        cmocka_unit_test(pitfall_09_a_leaky_function_sees_only_own_rows),
        cmocka_unit_test(pitfall_10_policies_say_both_and_per_command),
        cmocka_unit_test(pitfall_11_a_generic_plan_asks_again),
        cmocka_unit_test(pitfall_12_switching_the_wall_off_is_an_error),
        cmocka_unit_test(pitfall_13_a_forgotten_policy_opens_nothing),
        cmocka_unit_test(pitfall_13_the_catalogue_is_as_reviewed),
        cmocka_unit_test(pitfall_14_a_new_table_is_told_of),
        cmocka_unit_test(pitfall_15_estimates_and_messages_stay_inside),
        cmocka_unit_test(pitfall_16_a_partition_has_a_wall_and_no_grants),
        cmocka_unit_test(the_wall_is_asked_once_a_statement),
        cmocka_unit_test(a_batch_past_its_context_fails_whole),
        cmocka_unit_test(the_keys_database_has_the_wall_too),
        cmocka_unit_test(only_a_key_that_ended_goes),
        cmocka_unit_test(only_the_key_of_an_old_log_goes),
        cmocka_unit_test(every_table_has_the_wall), /* this and the next leave rows behind */
        cmocka_unit_test(only_what_is_erased_goes),
        cmocka_unit_test(only_a_newer_key_seals_anew),
        cmocka_unit_test(only_an_old_record_goes),
        cmocka_unit_test(the_open_tables_hold_no_word),
        cmocka_unit_test(watching_holds_no_content),
        cmocka_unit_test(working_days_are_counted_in_the_zone),
    };
    return cmocka_run_group_tests_name("db walls", tests, set_up, tear_down);
}
