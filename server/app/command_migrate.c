/* kringd migrate: as the owner role, which serves nobody; the server's own role can't. */
#include "app/command.h"
#include "db/migrate.h"

static int migrate_one(const char *what, const char *owner_db, const char *app_db, database which) {
    const char *why = NULL, *conninfo = *owner_db ? owner_db : app_db;
    result r = migrate(conninfo, which, &why);
    if (ok(r)) return printf("kringd: the %s database is up to date\n", what) < 0 ? EXIT_SOFTWARE : 0;
    return command_failed(failed_as(r, R_UNAVAILABLE) ? EXIT_UNAVAILABLE : EXIT_SOFTWARE, "the %s database was not migrated: %s",
                          what, why ? why : result_title(r));
}

/* The keys first: data must never be there without a place for its keys. */
int migrate_command(command *c) {
    if (!command_flags_read(c, 1, NULL, 0)) return EXIT_USAGE;
    int bad = migrate_one("keys", c->set.keys_owner_db, c->set.keys_db, DATABASE_KEYS);
    return bad ? bad : migrate_one("data", c->set.data_owner_db, c->set.data_db, DATABASE_DATA);
}
