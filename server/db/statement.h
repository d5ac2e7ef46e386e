/* A named statement of sql/, compiled in with the types of its parameters and columns.
 *
 * SQL text exists only in sql/; sql/embed.py turns it into these constants. Nothing in the server builds SQL at run
 * time, so there is no string into which a value could be injected (security.md 2d, pitfall 4). */
#ifndef KRING_DB_STATEMENT_H
#define KRING_DB_STATEMENT_H

#include "base/bytes.h"

/* Object ids of PostgreSQL's built-in types: part of its protocol, fixed for ever. */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_DATE = 1082,
    TYPE_TIMESTAMPTZ = 1184,
    TYPE_UUID = 2950,
    TYPE_BOOL_ARRAY = 1000,
    TYPE_BYTEA_ARRAY = 1001,
    TYPE_INT4_ARRAY = 1007,
    TYPE_TEXT_ARRAY = 1009,
    TYPE_INT8_ARRAY = 1016,
    TYPE_DATE_ARRAY = 1182,
    TYPE_TIMESTAMPTZ_ARRAY = 1185,
    TYPE_UUID_ARRAY = 2951,
};

/* Which database a statement runs in. Keys live apart from data, so that destroying one there is an erasure
 * (design.md 6). */
typedef enum { DATABASE_DATA = 1, DATABASE_KEYS = 2, DATABASE_BOTH = 3 } database;

enum { PARAMS_MAX = 40, COLUMNS_MAX = 40 };

typedef struct {
    const char *name;
    uint32_t type;
} statement_field;

typedef struct {
    const char *name; /* also its name as a prepared statement, and all that the operator's log ever shows of it */
    const char *sql;
    database where;
    uint8_t param_count, column_count;
    const statement_field *params, *columns;
} statement;

/* Every statement of sql/, for the test that prepares them all. */
extern const statement *const statements_all[];
extern const size_t statements_count;

typedef struct {
    int32_t version;
    const char *name;
    const char *sql;
    uint8_t sha256[32];
} migration;

typedef struct {
    const migration *list; /* versions 1, 2, 3 ... without a gap */
    size_t count;
} migrations;

extern const migrations data_migrations, keys_migrations;

#endif
