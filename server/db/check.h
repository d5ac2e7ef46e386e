/* Whether roles and row security are as they must be: the questions behind start-up and /readyz.
 *
 * A server that could bypass the second wall refuses to serve. The questions are statements of sql/check.sql, so they
 * can be asked through a pool without blocking, and their answers are read here, in one place. */
#ifndef KRING_DB_CHECK_H
#define KRING_DB_CHECK_H

#include "db/unit.h"

/* What can be wrong; the order is the order of telling. */
#define KRING_CHECKS(X)                                                                                              \
    X(SUPERUSER, "the role is a superuser or may become one")                                                        \
    X(BYPASS, "the role, or one that it is a member of, bypasses row security")                                      \
    X(OWNER, "the role owns a table or is a member of the owner role")                                               \
    X(CREATES, "the role may create roles, databases, schemas, tables or temporary tables")                          \
    X(VERSION, "the schema is not this program's")                                                                   \
    X(ROW_SECURITY, "a table has no forced row security and is not on the list of those that need none")             \
    X(POLICY, "a table's policies are not one restrictive family policy and permissive ones for the app alone")      \
    X(VERBS, "the role may truncate, reference or put triggers on a table")                                          \
    X(HISTORY, "the role may change or delete what must never be overwritten")                                       \
    X(FUNCTION, "a function or view runs with its owner's rights, or is open to everybody")

typedef enum {
#define X(name, text) CHECK_##name,
    KRING_CHECKS(X)
#undef X
        CHECK_COUNT
} check_kind;

typedef struct {
    uint32_t faults; /* bit CHECK_x */
    int32_t schema_version;
    int64_t system_identifier; /* of the cluster */
} check_report;

/* A sentence for the operator. */
const char *check_text(check_kind k);

/* Adds the statements at the end of a unit; after completion check_read gives the report. `which` chooses the
 * expected schema version. */
void check_add(unit *u);
check_report check_read(const unit *u, database which);
/* Keys in the data's own cluster: a physical backup then holds both, and erasing a key erases nothing. A warning. */
static inline bool check_same_cluster(const check_report *data, const check_report *keys) {
    return data->system_identifier == keys->system_identifier;
}

/* The same, synchronously, for start-up. UNAVAILABLE if it cannot be asked. */
result roles_check(const char *conninfo, database which, check_report *out) MUST_USE;
/* Whether this OS user could log in as `role` with these settings: kringd refuses to start if it could become the
 * owner. */
bool can_log_in_as(const char *conninfo, const char *role);

#endif
