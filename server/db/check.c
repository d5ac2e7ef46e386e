#include "db/check.h"

#include "db/migrate.h"
#include "db/sync.h"
#include "statements.h"

const char *check_text(check_kind k) {
    static const char *const texts[] = {
#define X(name, text) [CHECK_##name] = text,
        KRING_CHECKS(X)
#undef X
    };
    must((unsigned)k < CHECK_COUNT);
    return texts[k];
}

/* The columns in the order of KRING_CHECKS, but for the version, which has a statement of its own: where there is no
 * schema yet only that one fails. */
static const struct {
    check_kind kind;
    int column;
} asked[] = {
    {CHECK_SUPERUSER, check_walls__superuser},
    {CHECK_BYPASS, check_walls__bypass},
    {CHECK_OWNER, check_walls__owner},
    {CHECK_CREATES, check_walls__creates},
    {CHECK_ROW_SECURITY, check_walls__row_security},
    {CHECK_POLICY, check_walls__policy},
    {CHECK_VERBS, check_walls__verbs},
    {CHECK_HISTORY, check_walls__history},
    {CHECK_FUNCTION, check_walls__function},
};

static void read_walls(check_report *c, rows r) {
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (row_bool(r, 0, asked[i].column)) c->faults |= 1U << asked[i].kind;
    c->system_identifier = row_int8(r, 0, check_walls__system_identifier);
}

static void read_version(check_report *c, rows r, database which) {
    c->schema_version = row_int4(r, 0, check_version__version);
    if (c->schema_version != (int32_t)migrations_of(which)->count) c->faults |= 1U << CHECK_VERSION;
}

void check_add(unit *u) {
    unit_add(u, &stmt_check_walls, NULL);
    unit_add(u, &stmt_check_version, NULL);
}

check_report check_read(const unit *u, database which) {
    size_t n = unit_count(u);
    must(n >= 2 && unit_statement(u, n - 2) == &stmt_check_walls && ok(unit_result(u)));
    check_report c = {0};
    read_walls(&c, unit_rows(u, n - 2));
    read_version(&c, unit_rows(u, n - 1), which);
    return c;
}

static result ask(arena *a, const char *conninfo, database which, check_report *out) {
    sync_link *l;
    rows r;
    TRY(sync_connect(a, conninfo, NULL, &l));
    TRY(sync_ask(l, a, &stmt_check_walls, NULL, &r));
    read_walls(out, r);
    result version = sync_ask(l, a, &stmt_check_version, NULL, &r);
    if (failed_as(version, R_UNAVAILABLE)) return version;
    if (ok(version))
        read_version(out, r, which);
    else
        out->faults |= 1U << CHECK_VERSION; /* no schema at all, or not readable */
    return OK;
}

result roles_check(const char *conninfo, database which, check_report *out) {
    *out = (check_report){0};
    arena *a = arena_new();
    result r = ask(a, conninfo, which, out);
    arena_release(a);
    return r;
}

bool can_log_in_as(const char *conninfo, const char *role) {
    arena *a = arena_new();
    sync_link *l;
    result r = sync_connect(a, conninfo, role, &l);
    arena_release(a);
    return ok(r);
}
