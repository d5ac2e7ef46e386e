#include "db/unit_inside.h"

#include <libpq-fe.h>

static void unit_end(void *object) {
    unit *u = object;
    if (u->forget) u->forget(u);
    u->forget = NULL;
    for (size_t i = 0; i < u->count; i++) PQclear(u->parts[i].answer);
    u->count = 0;
}

unit *unit_new_with_done(arena *a, unit_done *done, void *ctx) {
    unit *u = ARENA_NEW(a, unit);
    u->memory = a;
    u->done = done;
    u->ctx = ctx;
    arena_on_free(a, unit_end, u);
    return u;
}

unit *unit_new(arena *a) { return unit_new_with_done(a, NULL, NULL); }

static void make_room(unit *u) {
    size_t room = u->room ? u->room * 2 : 4;
    unit_part *parts = ARENA_ARRAY(u->memory, unit_part, room);
    for (size_t i = 0; i < u->count; i++) parts[i] = u->parts[i];
    u->parts = parts;
    u->room = room;
}

size_t unit_add(unit *u, const statement *s, const params *p) {
    must(u->state == UNIT_NEW);
    must(params_fit(p, s));
    if (u->count == u->room) make_room(u);
    u->parts[u->count] = (unit_part){.what = s, .with = p};
    return u->count++;
}

size_t unit_count(const unit *u) { return u->count; }
result unit_result(const unit *u) { return u->outcome; }
bool unit_is_lost(const unit *u) { return u->lost; }
const statement *unit_statement(const unit *u, size_t i) { return must(i < u->count), u->parts[i].what; }
const params *unit_params(const unit *u, size_t i) { return must(i < u->count), u->parts[i].with; }

rows unit_rows(const unit *u, size_t i) {
    must(i < u->count && u->state == UNIT_DONE);
    return (rows){ok(u->outcome) ? u->parts[i].answer : NULL};
}

size_t unit_affected(const unit *u, size_t i) {
    must(i < u->count && u->state == UNIT_DONE);
    if (!ok(u->outcome) || !u->parts[i].answer) return 0;
    uint64_t n = 0;
    bytes said = bytes_of_string(PQcmdTuples(u->parts[i].answer));
    return ok(bytes_to_u64(said, SIZE_MAX, &n)) ? (size_t)n : 0;
}

/* The columns are what sql/ says, or the database is not the one that this program was built for. */
void unit_take(unit *u, size_t i, PGresult *answer) {
    must(i < u->count && !u->parts[i].answer);
    must(PQnfields(answer) == u->parts[i].what->column_count);
    u->parts[i].answer = answer;
}

void unit_fail(unit *u, result why) {
    if (ok(u->outcome)) u->outcome = why;
}

void unit_finish(unit *u) {
    must(u->state != UNIT_DONE);
    u->state = UNIT_DONE;
    u->forget = NULL;
    if (u->done) u->done(u->ctx, u);
}

bool unit_said(const unit *u, const char *tag) {
    return ok(u->outcome) && u->count == 1 && u->parts[0].answer && !strcmp(PQcmdStatus(u->parts[0].answer), tag);
}

/* ---- queues ---- */

void queue_add(unit_queue *q, unit *u) {
    u->previous = q->last;
    u->next = NULL;
    *(q->last ? &q->last->next : &q->first) = u;
    q->last = u;
    q->count++;
}

void queue_remove(unit_queue *q, unit *u) {
    *(u->previous ? &u->previous->next : &q->first) = u->next;
    *(u->next ? &u->next->previous : &q->last) = u->previous;
    u->next = u->previous = NULL;
    q->count--;
}

unit *queue_take(unit_queue *q) {
    unit *u = q->first;
    if (u) queue_remove(q, u);
    return u;
}

/* ---- what the server says ---- */

/* A prefix of the SQLSTATE and what it means; the first that matches counts. Foreign keys and unique keys ignore row
 * security, so both read the same (security.md 2d, pitfall 5). */
static const struct {
    const char *prefix;
    result_code means;
} meanings[] = {
    {"KR001", R_STALE},       {"KR002", R_FORBIDDEN},
    {"23505", R_CONFLICT}, /* unique_violation */
    {"23503", R_CONFLICT},                           /* foreign_key_violation */
    {"40001", R_CONFLICT},                           /* serialization_failure */
    {"40P01", R_CONFLICT},                           /* deadlock_detected */
    {"08", R_UNAVAILABLE},                           /* connection exceptions */
    {"53", R_UNAVAILABLE},                           /* disk full, out of memory, too many connections */
    {"57014", R_UNAVAILABLE},                        /* query_canceled: statement_timeout */
    {"57P", R_UNAVAILABLE},                          /* shutting down, crashed, starting up, idle too long */
    {"58", R_UNAVAILABLE},                           /* system and I/O errors */
    {"55P03", R_UNAVAILABLE},                        /* lock_not_available: lock_timeout */
    {"25006", R_UNAVAILABLE},                        /* read_only_sql_transaction: a standby, or a full disk */
    {"25P03", R_UNAVAILABLE},                        /* idle_in_transaction_session_timeout */
};

result sqlstate_result(const char *sqlstate) {
    if (!sqlstate) return FAIL(UNAVAILABLE); /* libpq's own: the connection is gone */
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (bytes_starts(bytes_of_string(sqlstate), meanings[i].prefix)) return (result){meanings[i].means};
    return FAIL(INTERNAL);
}

bool sqlstate_ends_link(const char *sqlstate) {
    if (!sqlstate) return true;
    bytes s = bytes_of_string(sqlstate);
    return bytes_starts(s, "08") || bytes_starts(s, "57P") || bytes_is(s, "25P03") || bytes_is(s, "26000") ||
           bytes_is(s, "0A000");
}
