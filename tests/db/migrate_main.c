/* kring_test_migrate DATA KEYS: what `kringd` does with its migrations, for tests/with_postgres.sh. */
#include "db/migrate.h"

#include <stdio.h>

static bool bring_up(const char *conninfo, database which, const char *name) {
    const char *why = NULL;
    result r = migrate(conninfo, which, &why);
    if (!ok(r)) fprintf(stderr, "migrating the %s database: %s (%s)\n", name, why ? why : "failed", result_type(r));
    return ok(r);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: kring_test_migrate DATA-CONNINFO KEYS-CONNINFO\n");
        return 2;
    }
    return bring_up(argv[1], DATABASE_DATA, "data") && bring_up(argv[2], DATABASE_KEYS, "keys") ? 0 : 1;
}
