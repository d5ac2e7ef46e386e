/* What the files that read a family's rows share: where each statement's rows are, and cells as subjects, actors and fields.
 *
 * Each statement has a snapshot of its own, so a row may name what is not there. It must then do no harm: the family's version was
 * read first, and facts that mix two versions fail the check in DISCLOSE and COMMIT. */
#ifndef KRING_FLOW_FAMILY_INSIDE_H
#define KRING_FLOW_FAMILY_INSIDE_H

#include "flow/family.h"
#include "policy/policy.h"
#include "statements.h"

/* The statements in the order in which family_ask adds them, after the context. */
enum {
    AT_FAMILY = 1, AT_PEOPLE, AT_HOUSEHOLDS, AT_HELPERS, AT_RELATIONS, AT_CAPACITIES, AT_CONFLICTS, AT_BLOCKS, AT_LOCKS,
    AT_TRUSTED, AT_PLACES, AT_EMERGENCY_ROLES, AT_REQUESTS, AT_REPLIES, AT_GRANTS, AT_GRANT_FIELDS, AT_CONFIRMS, AT_STOPS,
    AT_HOLDS, AT_EMERGENCIES, AT_ENTRIES, AT_VERSIONS, AT_RESTRICTIONS, AT_EPOCHS, AT_END
};
_Static_assert((int)AT_END == FAMILY_STATEMENTS, "one place for each statement");

typedef struct {
    unit *u;
    unsigned first;
    family *f;
} reader;

static inline rows rows_at(const reader *r, unsigned which) { return unit_rows(r->u, r->first + which); }
static inline size_t count_at(const reader *r, unsigned which) { return rows_count(rows_at(r, which)); }

/* Each reads the rows of several nouns into the facts; people come first, since all others name them. */
void family_read_people(reader *r);
void family_read_sharing(reader *r);
void family_read_entries(reader *r);

/* ---- cells ---- */

static inline subjects subjects_at(const facts *f, rows r, size_t row, int column) {
    subjects s = 0;
    for (array_walk w = row_uuid_array(r, row, column); w.left > 0;) s |= family_subject(f, array_uuid(&w));
    return s;
}

static inline uint8_t person_at(const facts *f, rows r, size_t row, int column) {
    actor a = family_actor(f, row_uuid(r, row, column));
    return is_person(a) ? a : 0;
}

static inline uint8_t helper_at(const facts *f, rows r, size_t row, int column) {
    actor a = family_actor(f, row_uuid(r, row, column));
    return is_helper(a) ? (uint8_t)(a - FIRST_HELPER) : 0;
}

/* Nobody, where the id is null or means nothing here. */
static inline actor actor_at(const facts *f, rows r, size_t row, int column) {
    return row_is_null(r, row, column) ? ACTOR_NONE : family_actor(f, row_uuid(r, row, column));
}

static inline void fields_at(rows r, size_t row, int column, field_set out) {
    for (array_walk w = row_text_array(r, row, column); w.left > 0;) {
        field_id field = field_by_name(array_bytes(&w));
        if (field != FIELD_NONE) add_field(out, field);
    }
}

/* An empty list was recorded for all fields. Only an empty one: a list of fields that are no longer known is none of them. */
static inline void topics_at(rows r, size_t row, int column, field_set out) {
    bool all = row_text_array(r, row, column).left == 0;
    for (unsigned field = 0; all && field < FIELD_COUNT; field++) add_field(out, (field_id)field);
    fields_at(r, row, column, out);
}

#define MAKE(type, member, which)                                                                                       \
    type *made = ARENA_ARRAY(r->f->arena, type, count_at(r, which));                                                    \
    rows from = rows_at(r, which);                                                                                      \
    facts *f = &r->f->facts;                                                                                            \
    f->member = made;                                                                                                   \
    (void)f;

#endif
