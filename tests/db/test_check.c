/* The start-up check: silent on a sound cluster, and each fault, made on purpose, is the one that it tells. */
#include "try.h"

#include "db/check.h"
#include "db/migrate.h"

static check_report check_of(const char *variable, database which) {
    check_report c;
    assert_ok(roles_check(env(variable), which, &c));
    return c;
}

static uint32_t faults_of_app(void) { return check_of("KRING_TEST_DATA_DB", DATABASE_DATA).faults; }

static void a_sound_cluster_has_no_fault(void **state) {
    (void)state;
    check_report data = check_of("KRING_TEST_DATA_DB", DATABASE_DATA),
                 keys = check_of("KRING_TEST_KEYS_DB", DATABASE_KEYS);
    assert_int_equal(data.faults, 0);
    assert_int_equal(keys.faults, 0);
    assert_int_equal(data.schema_version, migrations_of(DATABASE_DATA)->count);
    assert_int_equal(keys.schema_version, migrations_of(DATABASE_KEYS)->count);
    assert_true(data.system_identifier != 0);
    assert_true(check_same_cluster(&data, &keys)); /* here, as in the demo: a warning */
    keys.system_identifier++;
    assert_false(check_same_cluster(&data, &keys));
}

static void other_roles_may_not_serve(void **state) {
    (void)state;
    uint32_t owner = check_of("KRING_TEST_OWNER_DB", DATABASE_DATA).faults;
    assert_true(owner & 1U << CHECK_OWNER);
    assert_true(owner & 1U << CHECK_VERBS);
    assert_true(owner & 1U << CHECK_HISTORY);
    assert_false(owner & 1U << CHECK_SUPERUSER);
    uint32_t super = check_of("KRING_TEST_SUPER_DB", DATABASE_DATA).faults;
    assert_true(super & 1U << CHECK_SUPERUSER);
    assert_true(super & 1U << CHECK_BYPASS);
}

/* What somebody could do to the cluster, how it is undone, and which fault must then be told. */
static const struct {
    const char *does, *undoes;
    check_kind told;
} table[] = {
    {"ALTER ROLE kring_app SUPERUSER", "ALTER ROLE kring_app NOSUPERUSER", CHECK_SUPERUSER},
    {"GRANT postgres TO kring_app", "REVOKE postgres FROM kring_app", CHECK_SUPERUSER},
    {"GRANT pg_execute_server_program TO kring_app", "REVOKE pg_execute_server_program FROM kring_app",
     CHECK_SUPERUSER},
    {"GRANT pg_read_all_data TO kring_app", "REVOKE pg_read_all_data FROM kring_app", CHECK_SUPERUSER},
    {"ALTER ROLE kring_app BYPASSRLS", "ALTER ROLE kring_app NOBYPASSRLS", CHECK_BYPASS},
    {"CREATE ROLE backups BYPASSRLS; GRANT backups TO kring_app", "DROP ROLE backups", CHECK_BYPASS},
    {"ALTER ROLE kring_app REPLICATION", "ALTER ROLE kring_app NOREPLICATION", CHECK_BYPASS},
    {"GRANT kring_owner TO kring_app", "REVOKE kring_owner FROM kring_app", CHECK_OWNER},
    {"ALTER TABLE block OWNER TO kring_app", "ALTER TABLE block OWNER TO kring_owner", CHECK_OWNER},
    {"ALTER DATABASE kring OWNER TO kring_app",
     "ALTER DATABASE kring OWNER TO kring_owner; REVOKE ALL ON DATABASE kring FROM kring_app;"
     "GRANT CONNECT ON DATABASE kring TO kring_app",
     CHECK_OWNER},
    {"ALTER ROLE kring_app CREATEROLE", "ALTER ROLE kring_app NOCREATEROLE", CHECK_CREATES},
    {"ALTER ROLE kring_app CREATEDB", "ALTER ROLE kring_app NOCREATEDB", CHECK_CREATES},
    {"GRANT TEMP ON DATABASE kring TO PUBLIC", "REVOKE TEMP ON DATABASE kring FROM PUBLIC", CHECK_CREATES},
    {"GRANT CREATE ON SCHEMA public TO kring_app", "REVOKE CREATE ON SCHEMA public FROM kring_app", CHECK_CREATES},
    {"INSERT INTO schema_version VALUES (9999, '', 'epoch')", "DELETE FROM schema_version WHERE version = 9999",
     CHECK_VERSION},
    {"REVOKE SELECT ON schema_version FROM kring_app", "GRANT SELECT ON schema_version TO kring_app", CHECK_VERSION},
    {"ALTER TABLE schema_version RENAME TO lost", "ALTER TABLE lost RENAME TO schema_version", CHECK_VERSION},
    {"ALTER TABLE body DISABLE ROW LEVEL SECURITY", "ALTER TABLE body ENABLE ROW LEVEL SECURITY", CHECK_ROW_SECURITY},
    {"ALTER TABLE body NO FORCE ROW LEVEL SECURITY", "ALTER TABLE body FORCE ROW LEVEL SECURITY", CHECK_ROW_SECURITY},
    {"CREATE TABLE forgotten (family_id uuid)", "DROP TABLE forgotten", CHECK_ROW_SECURITY},
    {"CREATE TABLE forgotten (n int)", "DROP TABLE forgotten", CHECK_ROW_SECURITY},
    {"CREATE SCHEMA aside; CREATE TABLE aside.forgotten (n int)", "DROP SCHEMA aside CASCADE", CHECK_ROW_SECURITY},
    {"ALTER TABLE session ADD COLUMN family_id uuid", "ALTER TABLE session DROP COLUMN family_id",
     CHECK_ROW_SECURITY},
    {"DROP POLICY one_family ON hold; CREATE POLICY one_family ON hold AS PERMISSIVE FOR ALL TO PUBLIC USING (true)",
     NULL, CHECK_POLICY},
    {"CREATE POLICY debugging ON place AS PERMISSIVE FOR SELECT TO PUBLIC USING (true)",
     "DROP POLICY debugging ON place", CHECK_POLICY},
    {"CREATE POLICY debugging ON place AS PERMISSIVE FOR SELECT TO kring_app USING (true)",
     "DROP POLICY debugging ON place", CHECK_POLICY},
    {"ALTER POLICY one_family ON place USING (true)", NULL, CHECK_POLICY},
    {"ALTER POLICY one_family ON place WITH CHECK (true)", NULL, CHECK_POLICY},
    {"ALTER POLICY one_family ON place TO kring_log", "ALTER POLICY one_family ON place TO PUBLIC", CHECK_POLICY},
    {"CREATE POLICY app_erases ON entry AS PERMISSIVE FOR DELETE TO kring_app USING (true)",
     "DROP POLICY app_erases ON entry", CHECK_POLICY},
    {"DROP POLICY app_erases ON body; CREATE POLICY app_erases ON body AS PERMISSIVE FOR DELETE TO kring_app USING (true)",
     "ALTER POLICY app_erases ON body USING (EXISTS (SELECT FROM erasure_decision d WHERE d.family_id = body.family_id "
     "AND d.entry_id = body.entry_id AND d.outcome = 'erased') OR EXISTS (SELECT FROM plan_event p WHERE p.family_id = "
     "body.family_id AND p.kind = 'erased'))",
     CHECK_POLICY},
    {"ALTER POLICY app_changes ON body USING (true)",
     "ALTER POLICY app_changes ON body USING (EXISTS (SELECT FROM entry e JOIN owner_epoch o ON o.family_id = e.family_id "
     "AND o.owner_id = e.owner_id WHERE e.family_id = body.family_id AND e.id = body.entry_id))",
     CHECK_POLICY},
    {"CREATE POLICY app_changes ON entry AS PERMISSIVE FOR UPDATE TO kring_app USING (true)",
     "DROP POLICY app_changes ON entry", CHECK_POLICY},
    {"GRANT UPDATE (version) ON body TO kring_app", "REVOKE UPDATE (version) ON body FROM kring_app", CHECK_HISTORY},
    {"GRANT TRUNCATE ON record TO kring_app", "REVOKE TRUNCATE ON record FROM kring_app", CHECK_VERBS},
    {"GRANT REFERENCES (id) ON entry TO PUBLIC", "REVOKE REFERENCES (id) ON entry FROM PUBLIC", CHECK_VERBS},
    {"GRANT TRIGGER ON session TO kring_app", "REVOKE TRIGGER ON session FROM kring_app", CHECK_VERBS},
    {"GRANT DELETE ON entry TO kring_app", "REVOKE DELETE ON entry FROM kring_app", CHECK_HISTORY},
    {"GRANT DELETE ON entry_version TO kring_app", "REVOKE DELETE ON entry_version FROM kring_app", CHECK_HISTORY},
    {"GRANT UPDATE (at) ON record TO kring_app", "REVOKE UPDATE (at) ON record FROM kring_app", CHECK_HISTORY},
    {"GRANT UPDATE (sealed) ON record TO kring_app", "REVOKE UPDATE (sealed) ON record FROM kring_app",
     CHECK_HISTORY},
    {"GRANT UPDATE (erased_at) ON family TO kring_app", "REVOKE UPDATE (erased_at) ON family FROM kring_app",
     CHECK_HISTORY},
    {"CREATE FUNCTION opens() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT count(*) FROM person'; REVOKE "
     "ALL ON FUNCTION opens() FROM PUBLIC",
     "DROP FUNCTION opens()", CHECK_FUNCTION},
    {"CREATE FUNCTION leaks(text) RETURNS bool LEAKPROOF LANGUAGE sql AS 'SELECT true'; REVOKE ALL ON FUNCTION "
     "leaks(text) FROM PUBLIC",
     "DROP FUNCTION leaks(text)", CHECK_FUNCTION},
    {"CREATE FUNCTION everybodys() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION everybodys()",
     CHECK_FUNCTION},
    {"CREATE VIEW seen AS SELECT * FROM person", "DROP VIEW seen", CHECK_FUNCTION},
    {"CREATE MATERIALIZED VIEW kept AS SELECT * FROM person", "DROP MATERIALIZED VIEW kept", CHECK_FUNCTION},
};

static const char wall[] =
    "(family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE";

/* One that has no simple way back: the policy made anew. */
static void rebuild_policy(PGconn *super, const char *does) {
    char sql[1024];
    const char *name = strstr(does, " ON ") + 4;
    int len = (int)strcspn(name, " ;");
    snprintf(sql, sizeof sql,
             "DROP POLICY one_family ON %.*s; CREATE POLICY one_family ON %.*s AS RESTRICTIVE FOR ALL TO PUBLIC "
             "USING (%s) WITH CHECK (%s)",
             len, name, len, name, wall, wall);
    do_sql(super, sql);
}

static void every_fault_is_told(void **state) {
    (void)state;
    PGconn *super = session("KRING_TEST_SUPER_DB");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        do_sql(super, table[i].does);
        uint32_t faults = faults_of_app();
        if (table[i].undoes)
            do_sql(super, table[i].undoes);
        else
            rebuild_policy(super, table[i].does);
        if (!(faults & 1U << table[i].told)) fail_msg("%s: not told (0x%x)", table[i].does, faults);
        uint32_t after = faults_of_app();
        if (after) fail_msg("%s was not undone: 0x%x", table[i].does, after);
    }
    PQfinish(super);
}

static void it_can_be_asked_through_a_pool(void **state) {
    (void)state;
    stage *t = stage_usual();
    asked a;
    asked_begin(&a);
    add_number(&a, &stmt_test_number, 1);
    check_add(a.u);
    assert_ok(asked_run(&a, t));
    check_report c = check_read(a.u, DATABASE_DATA);
    assert_int_equal(c.faults, 0);
    assert_int_equal(c.schema_version, migrations_of(DATABASE_DATA)->count);
    asked_end(&a);
    stage_end(t);
}

static void without_a_server_it_is_unavailable(void **state) {
    (void)state;
    check_report c;
    assert_result(roles_check("host=/tmp/there-is-none-such dbname=x", DATABASE_DATA, &c), UNAVAILABLE);
}

static void who_can_log_in_is_found_by_trying(void **state) {
    (void)state;
    assert_true(can_log_in_as(env("KRING_TEST_DATA_DB"), "kring_owner")); /* everybody here is trusted, */
    assert_false(can_log_in_as(env("KRING_TEST_DATA_DB"), "kring_shut"));  /* but for this one */
    assert_false(can_log_in_as(env("KRING_TEST_DATA_DB"), "nobody_such"));
}

static void every_fault_has_a_sentence(void **state) {
    (void)state;
    for (int i = 0; i < CHECK_COUNT; i++) assert_true(strlen(check_text((check_kind)i)) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_cluster_has_no_fault),
        cmocka_unit_test(other_roles_may_not_serve),
        cmocka_unit_test(every_fault_is_told),
        cmocka_unit_test(it_can_be_asked_through_a_pool),
        cmocka_unit_test(without_a_server_it_is_unavailable),
        cmocka_unit_test(who_can_log_in_is_found_by_trying),
        cmocka_unit_test(every_fault_has_a_sentence),
    };
    return cmocka_run_group_tests_name("db check", tests, NULL, NULL);
}
