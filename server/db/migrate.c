#include "db/migrate.h"

#include "base/log.h"
#include "db/sync.h"
#include "statements.h"

const migrations *migrations_of(database which) {
    return which == DATABASE_KEYS ? &keys_migrations : &data_migrations;
}

static result refuse(const char **why, const char *sentence) {
    if (why) *why = sentence;
    return FAIL(BAD_SETTING);
}

static result is_begun(sync_link *l, arena *a, bool *begun) {
    rows r;
    TRY(sync_ask(l, a, &stmt_migrate_begun, NULL, &r));
    *begun = row_bool(r, 0, migrate_begun__begun);
    return OK;
}

/* What was applied must be the beginning of our list, byte for byte. */
static result count_applied(sync_link *l, arena *a, const migrations *list, size_t *applied, const char **why) {
    rows r;
    TRY(sync_ask(l, a, &stmt_migrate_applied, NULL, &r));
    size_t n = rows_count(r);
    if (n > list->count) return refuse(why, "the database is newer than this program");
    for (size_t i = 0; i < n; i++) {
        const migration *m = &list->list[i];
        if (row_int4(r, i, migrate_applied__version) != m->version)
            return refuse(why, "the applied migrations have a gap");
        if (!bytes_equal(row_bytes(r, i, migrate_applied__sha256), bytes_make(m->sha256, sizeof m->sha256)))
            return refuse(why, "an applied migration is not the one that this program knows");
    }
    *applied = n;
    return OK;
}

static result record_applied(sync_link *l, arena *a, const migration *m) {
    params *p = params_new(a);
    param_int4(p, m->version);
    param_bytes(p, bytes_make(m->sha256, sizeof m->sha256));
    param_moment(p, clock_real()); /* a stamp for operators; no rule looks at it */
    return sync_ask(l, a, &stmt_migrate_record, p, NULL);
}

/* If anything fails the connection is closed by the caller's arena, which rolls back. */
static result apply(sync_link *l, arena *a, const migration *m) {
    TRY(sync_ask(l, a, &stmt_transaction_begin, NULL, NULL));
    TRY(sync_script(l, m));
    TRY(record_applied(l, a, m));
    TRY(sync_ask(l, a, &stmt_transaction_commit, NULL, NULL));
    LOG(LOG_INFO, "db.migrated", LOG_W("name", m->name), LOG_N("version", m->version));
    return OK;
}

static result bring_up(arena *a, const char *conninfo, const migrations *list, const char **why) {
    sync_link *l;
    if (why) *why = "the database does not answer";
    TRY(sync_connect(a, conninfo, NULL, &l));
    if (why) *why = "another migration holds the lock";
    TRY(sync_ask(l, a, &stmt_migrate_lock, NULL, NULL)); /* until the connection ends */
    bool begun;
    size_t applied = 0;
    if (why) *why = "the schema's version can't be read";
    TRY(is_begun(l, a, &begun));
    if (begun) TRY(count_applied(l, a, list, &applied, why));
    if (why) *why = "a migration failed; the log names its SQLSTATE";
    for (size_t i = applied; i < list->count; i++) TRY(apply(l, a, &list->list[i]));
    if (why) *why = NULL;
    return OK;
}

result migrate_list(const char *conninfo, const migrations *list, const char **why) {
    arena *a = arena_new();
    result r = bring_up(a, conninfo, list, why);
    arena_release(a);
    return r;
}

result migrate(const char *conninfo, database which, const char **why) {
    return migrate_list(conninfo, migrations_of(which), why);
}
