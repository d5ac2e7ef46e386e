/* Every statement of sql/ against the real schema, as the role that will run it: its types are what its comment
 * declares, its columns are in the declared order, and its plan goes by key. */
#include "try.h"

typedef struct {
    database which;
    const char *variable;
} place;
static const place places[] = {{DATABASE_DATA, "KRING_TEST_DATA_DB"}, {DATABASE_KEYS, "KRING_TEST_KEYS_DB"}};

/* Statements of the migration runner, which is the owner; and of the sequencer, which is kring_log. */
static bool is_owners(const statement *s) { return !strncmp(s->name, "migrate_", 8); }
static bool is_sequencers(const statement *s) { return !strncmp(s->name, "tree_", 5); }

static const char *variable_for(const statement *s, const place *p) {
    if (is_sequencers(s)) return "KRING_TEST_LOG_DB";
    if (!is_owners(s)) return p->variable;
    return p->which == DATABASE_DATA ? "KRING_TEST_OWNER_DB" : "KRING_TEST_OWNER_KEYS_DB";
}

static PGconn *prepared_session(const statement *s, const place *p) {
    PGconn *c = session(variable_for(s, p));
    Oid types[PARAMS_MAX];
    for (size_t i = 0; i < s->param_count; i++) types[i] = s->params[i].type;
    PGresult *r = PQprepare(c, s->name, s->sql, s->param_count, types);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) fail_msg("%s: %s", s->name, PQerrorMessage(c));
    PQclear(r);
    return c;
}

static void compare_params(const statement *s, const PGresult *d) {
    if (PQnparams(d) != s->param_count)
        fail_msg("%s: %d parameters, declared %d", s->name, PQnparams(d), s->param_count);
    for (int i = 0; i < PQnparams(d); i++)
        if (PQparamtype(d, i) != s->params[i].type)
            fail_msg("%s: parameter %s is of type %u", s->name, s->params[i].name, PQparamtype(d, i));
}

static bool is_declared(const statement *s, const char *name) {
    for (int i = 0; i < s->column_count; i++)
        if (!strcmp(s->columns[i].name, name)) return true;
    return false;
}

/* A computed column has a name of the server's making; one that has the name of another declared column is in the
 * wrong place. */
static void compare_columns(const statement *s, const PGresult *d) {
    if (PQnfields(d) != s->column_count)
        fail_msg("%s: %d columns, declared %d", s->name, PQnfields(d), s->column_count);
    for (int i = 0; i < PQnfields(d); i++) {
        const char *name = PQfname(d, i);
        if (PQftype(d, i) != s->columns[i].type)
            fail_msg("%s: column %s is of type %u", s->name, s->columns[i].name, PQftype(d, i));
        if (strcmp(name, s->columns[i].name) && is_declared(s, name))
            fail_msg("%s: column %d is %s, declared %s", s->name, i + 1, name, s->columns[i].name);
    }
}

#define FOR_EACH_STATEMENT(s, p)                                                                                     \
    for (const place *p = places; p < places + 2; p++)                                                               \
        for (size_t i_ = 0; i_ < statements_count; i_++)                                                             \
            for (const statement *s = statements_all[i_]; s && (s->where & p->which); s = NULL)

static void types_and_order_are_as_declared(void **state) {
    (void)state;
    size_t seen = 0;
    FOR_EACH_STATEMENT(s, p) {
        PGconn *c = prepared_session(s, p);
        PGresult *d = PQdescribePrepared(c, s->name);
        assert_int_equal(PQresultStatus(d), PGRES_COMMAND_OK);
        compare_params(s, d);
        compare_columns(s, d);
        PQclear(d);
        PQfinish(c);
        seen++;
    }
    assert_true(seen >= statements_count);
}

/* Tables that are small by nature, or are read whole by nature: not those of families. */
static bool scans_what_grows(const char *plan) {
    static const char *const small[] = {"pg_", "schema_version", "service_key", "account", "log_head", "log_published", NULL};
    for (const char *at = plan; (at = strstr(at, "Seq Scan on ")) != NULL;) {
        at += strlen("Seq Scan on ");
        bool fine = false;
        for (size_t i = 0; small[i]; i++) fine = fine || !strncmp(at, small[i], strlen(small[i]));
        if (!fine) return true;
    }
    return false;
}

static bool has_a_plan(const statement *s) {
    return !strncmp(s->sql, "SELECT", 6) || !strncmp(s->sql, "INSERT", 6) || !strncmp(s->sql, "UPDATE", 6) ||
           !strncmp(s->sql, "DELETE", 6) || !strncmp(s->sql, "WITH", 4);
}

static const char *explain(PGconn *c, const statement *s) {
    char sql[1024];
    int n = snprintf(sql, sizeof sql, "EXPLAIN (COSTS OFF) EXECUTE %s", s->name);
    for (int i = 0; i < s->param_count; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, "%sNULL%s", i ? ", " : "(", i + 1 < s->param_count ? "" : ")");
    return text_of(c, sql);
}

static PGconn *as_a_pool(const statement *s, const place *p) {
    PGconn *c = prepared_session(s, p);
    do_sql(c, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;"
              "SET enable_mergejoin = off; SET jit = off");
    return c;
}

/* The plan a pool gets (generic, with a pool's settings): by key, and with the wall as an InitPlan, never a SubPlan
 * per row. */
static void plans_go_by_key(void **state) {
    (void)state;
    FOR_EACH_STATEMENT(s, p) {
        if (is_owners(s) || !has_a_plan(s)) continue;
        if (!strncmp(s->name, "check_", 6) || !strncmp(s->name, "load_", 5)) continue; /* start-up and import */
        PGconn *c = as_a_pool(s, p);
        const char *plan = explain(c, s);
        if (scans_what_grows(plan)) fail_msg("%s scans a table:\n%s", s->name, plan);
        PQfinish(c);
    }
}

static int times(const char *text, const char *what) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what)) n++;
    return n;
}

/* The two statements of a read that is disclosed. What they may cost grows with what was asked for and with nothing
 * else: each row by its whole key, and the wall is a filter on what that finds: as an index condition it made a plan
 * that read whole families. */
static void compare_hot_plans(void) {
    static const struct {
        const statement *what;
        const char *must[3];
    } hot[] = {
        {&stmt_bodies, {"Index Cond: ((family_id = w.family) AND (entry_id = w.entry) AND (version = w.version))"}},
        {&stmt_disclose,
         {"Index Scan using session_pkey", "Index Cond: (token_hash = w.token_hash)", "Index Cond: (id = w.family)"}},
    };
    for (size_t i = 0; i < sizeof hot / sizeof *hot; i++) {
        PGconn *c = as_a_pool(hot[i].what, &places[0]);
        const char *plan = explain(c, hot[i].what);
        for (size_t j = 0; j < 3 && hot[i].must[j]; j++)
            if (!strstr(plan, hot[i].must[j]))
                fail_msg("%s: not \"%s\" in\n%s", hot[i].what->name, hot[i].must[j], plan);
        if (times(plan, "SubPlan") || times(plan, "InitPlan") < 1) fail_msg("%s:\n%s", hot[i].what->name, plan);
        PQfinish(c);
    }
}

static void hot_plans_stay_whatever_grows(void **state) {
    (void)state;
    PGconn *super = session("KRING_TEST_SUPER_DB");
    compare_hot_plans(); /* empty, never analyzed: the state in which a first plan is made */
    do_sql(super,
           "INSERT INTO family (id, jurisdiction, time_zone, language, intake_at, recorded_at) "
           "SELECT gen_random_uuid(), 'NL', 'Europe/Amsterdam', 'nl', 'epoch', 'epoch' FROM generate_series(1, 200);"
           "INSERT INTO entry (family_id, id, kind, about, owner_id, ordinal) "
           "SELECT id, gen_random_uuid(), 'plan', '{}', id, n FROM family, generate_series(1, 60) n;"
           "INSERT INTO entry_version SELECT family_id, id, 1, NULL, '{}', '{}', 'epoch', 'epoch' FROM entry;"
           "INSERT INTO body SELECT family_id, id, 1, '\\x00' FROM entry;"
           "INSERT INTO account SELECT gen_random_uuid(), 'person', substr(sha256(n::text::bytea), 1, 16), '', '', "
           "'infinity', 'epoch' FROM generate_series(1, 500) n;"
           "INSERT INTO session SELECT sha256(login_index), gen_random_uuid(), id, 'epoch', 'epoch', 'infinity' FROM "
           "account");
    compare_hot_plans();
    do_sql(super, "ANALYZE");
    compare_hot_plans();
    do_sql(super, "DELETE FROM body; DELETE FROM entry_version; DELETE FROM entry; DELETE FROM family; DELETE FROM "
                  "session; DELETE FROM account");
    PQfinish(super);
}

/* Pitfalls 2, 3, 15: no statement leaves a setting behind, or asks for a plan. embed.py refuses these at build time;
 * this looks at what was built. */
static void no_statement_touches_the_session(void **state) {
    (void)state;
    size_t contexts = 0;
    for (size_t i = 0; i < statements_count; i++) {
        const statement *s = statements_all[i];
        const char *set = strstr(s->sql, "set_config(");
        if (set && !strstr(set, ", true)")) fail_msg("%s sets for the session", s->name);
        contexts += set != NULL;
        assert_true(strncasecmp(s->sql, "set ", 4) && strncasecmp(s->sql, "explain", 7) &&
                    strncasecmp(s->sql, "discard", 7));
        assert_null(strcasestr(s->sql, "now()"));
    }
    assert_true(contexts >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_order_are_as_declared),
        cmocka_unit_test(plans_go_by_key),
        cmocka_unit_test(hot_plans_stay_whatever_grows),
        cmocka_unit_test(no_statement_touches_the_session),
    };
    return cmocka_run_group_tests_name("db statements", tests, NULL, NULL);
}
