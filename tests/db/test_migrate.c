/* The migration runner: forward only, each migration whole or not at all, and no database that it does not know. */
#include "try.h"

#include "db/migrate.h"

#include <pthread.h>

static char conninfo[512];

static PGconn *fresh_database(void) {
    static int n;
    PGconn *super = session("KRING_TEST_SUPER_DB");
    char sql[256], name[32];
    snprintf(name, sizeof name, "migrate_%d", ++n);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s OWNER kring_owner", name);
    do_sql(super, sql);
    PQfinish(super);
    snprintf(conninfo, sizeof conninfo, "%s dbname=%s", env("KRING_TEST_OWNER_DB"), name);
    PGconn *c = PQconnectdb(conninfo);
    assert_int_equal(PQstatus(c), CONNECTION_OK);
    snprintf(sql, sizeof sql, "host=%s dbname=%s user=postgres", env("KRING_TEST_PG_DIR"), name);
    PGconn *schema = PQconnectdb(sql);
    do_sql(schema, "ALTER SCHEMA public OWNER TO kring_owner");
    PQfinish(schema);
    return c;
}

#define FIRST                                                                                                        \
    "CREATE TABLE schema_version (version integer PRIMARY KEY, sha256 bytea NOT NULL, applied_at timestamptz NOT "   \
    "NULL);"                                                                                                         \
    "CREATE TABLE a (n int);"

static const migration three[] = {
    {1, "first", FIRST, {1}},
    {2, "second", "CREATE TABLE b (n int); INSERT INTO b VALUES (1), (2);", {2}},
    {3, "third", "ALTER TABLE b ADD COLUMN m int;", {3}},
};

static result up_to(size_t count, const char **why) {
    return migrate_list(conninfo, &(migrations){three, count}, why);
}

static void it_goes_forward_and_only_once(void **state) {
    (void)state;
    PGconn *c = fresh_database();
    const char *why = NULL;
    assert_ok(up_to(1, &why));
    assert_int_equal(number_of(c, "SELECT count(*) FROM schema_version"), 1);
    assert_ok(up_to(3, &why));
    assert_ok(up_to(3, &why));
    assert_null(why);
    assert_int_equal(number_of(c, "SELECT count(*) FROM schema_version"), 3);
    assert_int_equal(number_of(c, "SELECT count(*) FROM b"), 2);
    assert_string_equal(text_of(c, "SELECT substr(encode(sha256, 'hex'), 1, 4) FROM schema_version ORDER BY version"),
                        "0100\n0200\n0300");
    PQfinish(c);
}

static void a_newer_database_is_refused(void **state) {
    (void)state;
    PGconn *c = fresh_database();
    const char *why = NULL;
    assert_ok(up_to(3, &why));
    assert_result(up_to(2, &why), BAD_SETTING);
    assert_string_equal(why, "the database is newer than this program");
    PQfinish(c);
}

static void a_changed_migration_is_refused(void **state) {
    (void)state;
    PGconn *c = fresh_database();
    const char *why = NULL;
    assert_ok(up_to(2, &why));
    do_sql(c, "UPDATE schema_version SET sha256 = '\\x00' WHERE version = 2");
    assert_result(up_to(3, &why), BAD_SETTING);
    assert_string_equal(why, "an applied migration is not the one that this program knows");
    do_sql(c, "DELETE FROM schema_version WHERE version = 1");
    assert_result(up_to(3, &why), BAD_SETTING);
    assert_string_equal(why, "the applied migrations have a gap");
    assert_int_equal(number_of(c, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'b'"),
                     1); /* the third did not run */
    PQfinish(c);
}

static void a_migration_is_whole_or_not_there(void **state) {
    (void)state;
    static const migration bad[] = {
        {1, "first", FIRST, {1}},
        {2, "breaks", "CREATE TABLE half (n int);\nINSERT INTO half VALUES (1);\nSELECT 1 / 0;", {2}},
        {3, "after", "CREATE TABLE after (n int);", {3}},
    };
    PGconn *c = fresh_database();
    const char *why = NULL;
    assert_false(ok(migrate_list(conninfo, &(migrations){bad, 3}, &why)));
    assert_non_null(why);
    assert_int_equal(number_of(c, "SELECT count(*) FROM schema_version"), 1); /* what was whole stays */
    assert_int_equal(number_of(c, "SELECT count(*) FROM pg_class WHERE relname IN ('half', 'after')"), 0);
    PQfinish(c);
}

static void *run_one(void *ctx) {
    *(result *)ctx = up_to(3, NULL);
    return NULL;
}

/* Two servers that start at once: one migrates, the other waits and finds it done. */
static void two_at_once_do_it_once(void **state) {
    (void)state;
    PGconn *c = fresh_database();
    pthread_t threads[4];
    result r[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, run_one, &r[i]), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) assert_ok(r[i]);
    assert_int_equal(number_of(c, "SELECT count(*) FROM b"), 2);
    PQfinish(c);
}

static void without_a_server_it_says_so(void **state) {
    (void)state;
    const char *why = NULL;
    assert_result(migrate("host=/tmp/there-is-none-such dbname=x", DATABASE_DATA, &why), UNAVAILABLE);
    assert_string_equal(why, "the database does not answer");
}

/* The role that serves cannot migrate, even by mistake. */
static void the_app_cannot_migrate(void **state) {
    (void)state;
    const char *why = NULL;
    PGconn *c = session("KRING_TEST_SUPER_DB");
    do_sql(c, "DELETE FROM schema_version");
    result r = migrate(env("KRING_TEST_DATA_DB"), DATABASE_DATA, &why);
    do_sql(c, "INSERT INTO schema_version VALUES (1, '\\x00', 'epoch')");
    PQfinish(c);
    assert_false(ok(r));
}

static void ours_are_numbered_from_one(void **state) {
    (void)state;
    static const database both[] = {DATABASE_DATA, DATABASE_KEYS};
    for (size_t d = 0; d < 2; d++) {
        const migrations *m = migrations_of(both[d]);
        assert_true(m->count >= 1);
        for (size_t i = 0; i < m->count; i++) assert_int_equal(m->list[i].version, i + 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_forward_and_only_once),  cmocka_unit_test(a_newer_database_is_refused),
        cmocka_unit_test(a_changed_migration_is_refused), cmocka_unit_test(a_migration_is_whole_or_not_there),
        cmocka_unit_test(two_at_once_do_it_once),         cmocka_unit_test(without_a_server_it_says_so),
        cmocka_unit_test(the_app_cannot_migrate),         cmocka_unit_test(ours_are_numbered_from_one),
    };
    return cmocka_run_group_tests_name("db migrations", tests, NULL, NULL);
}
