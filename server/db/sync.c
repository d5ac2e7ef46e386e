#include "db/sync.h"

#include "base/log.h"
#include "db/unit_inside.h"

#include <libpq-fe.h>

struct sync_link {
    PGconn *conn;
};

static void drop_notice(void *ctx, const PGresult *notice) { (void)ctx, (void)notice; }

static void close_link(void *object) {
    sync_link *l = object;
    PQfinish(l->conn);
}

/* Later keywords win over what the connection string, which stands first, says. */
static PGconn *connect_as(const char *conninfo, const char *user) {
    const char *keywords[] = {
        "dbname", "connect_timeout", "client_encoding", "application_name", "options", user ? "user" : NULL, NULL};
    const char *values[] = {
        conninfo,
        "10",
        "UTF8",
        "kring",
        "-c search_path=public,pg_temp -c TimeZone=UTC -c lock_timeout=60000 -c client_min_messages=warning",
        user,
        NULL};
    return PQconnectdbParams(keywords, values, 1);
}

result sync_connect(arena *a, const char *conninfo, const char *user, sync_link **out) {
    sync_link *l = ARENA_NEW(a, sync_link);
    l->conn = connect_as(conninfo, user);
    arena_on_free(a, close_link, l);
    PQsetNoticeReceiver(l->conn, drop_notice, NULL);
    ENSURE(PQstatus(l->conn) == CONNECTION_OK, UNAVAILABLE);
    *out = l;
    return OK;
}

static bool succeeded(const PGresult *r) {
    return PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
}

static result outcome_of(const PGresult *r) {
    return succeeded(r) ? OK : sqlstate_result(PQresultErrorField(r, PG_DIAG_SQLSTATE));
}

/* Never the server's message: it may quote data. */
static void log_failure(const statement *s, const PGresult *r) {
    const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    LOG(LOG_ERROR, "db.statement_failed", LOG_W("statement", s->name),
        LOG_W("sqlstate", sqlstate ? sqlstate : "none"));
}

static PGresult *execute(sync_link *l, const statement *s, const params *p) {
    Oid types[PARAMS_MAX];
    int binary[PARAMS_MAX];
    must(params_fit(p, s));
    for (size_t i = 0; i < s->param_count; i++) types[i] = s->params[i].type, binary[i] = 1;
    return PQexecParams(l->conn, s->sql, s->param_count, types, params_values(p), params_lengths(p), binary, 1);
}

result sync_run(sync_link *l, unit *u) {
    for (size_t i = 0; i < u->count && ok(u->outcome); i++) {
        PGresult *answer = execute(l, u->parts[i].what, u->parts[i].with);
        unit_fail(u, outcome_of(answer));
        if (ok(u->outcome)) {
            unit_take(u, i, answer);
            continue;
        }
        log_failure(u->parts[i].what, answer);
        PQclear(answer);
    }
    result r = u->outcome;
    unit_finish(u);
    return r;
}

result sync_ask(sync_link *l, arena *a, const statement *s, const params *p, rows *out) {
    unit *u = unit_new(a);
    unit_add(u, s, p);
    TRY(sync_run(l, u));
    if (out) *out = unit_rows(u, 0);
    return OK;
}

/* The SQLSTATE and the place in the file. */
static void log_script_failure(const migration *m, const PGresult *r) {
    const char *place = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
    uint64_t position = 0, line = 1;
    if (!place || !ok(bytes_to_u64(bytes_of_string(place), strlen(m->sql), &position))) position = 0;
    for (uint64_t i = 0; i < position; i++) line += m->sql[i] == '\n';
    const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    LOG(LOG_ERROR, "db.migration_failed", LOG_W("name", m->name), LOG_N("version", m->version),
        LOG_W("sqlstate", sqlstate ? sqlstate : "none"), LOG_N("line", position ? line : 0));
}

result sync_script(sync_link *l, const migration *m) {
    PGresult *r = PQexec(l->conn, m->sql);
    result outcome = outcome_of(r);
    if (!ok(outcome)) log_script_failure(m, r);
    PQclear(r);
    return outcome;
}
