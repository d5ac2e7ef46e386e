/* Brings a database to this program's schema. Synchronous, for the command line and the tests; never used while
 * serving. */
#ifndef KRING_DB_MIGRATE_H
#define KRING_DB_MIGRATE_H

#include "db/statement.h"

/* As the owner role. Under an advisory lock, each missing migration in a transaction of its own. Refuses a database
 * that is newer than this program or whose applied migrations have another SHA-256. `why`, if not NULL, is a sentence
 * without any data. */
result migrate(const char *conninfo, database which, const char **why) MUST_USE;
/* The same with a list of one's own. */
result migrate_list(const char *conninfo, const migrations *list, const char **why) MUST_USE;
const migrations *migrations_of(database which);

#endif
