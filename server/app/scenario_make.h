/* What the parts of the scenario parser share: the family being built, who an id means, and notes.
 *
 * People come first, then homes and helpers, so that everything behind them can refer to all three. */
#ifndef KRING_APP_SCENARIO_MAKE_H
#define KRING_APP_SCENARIO_MAKE_H

#include "app/scenario_read.h"

typedef struct {
    reading in;
    scenario *out;
    scenario_person *people;
    scenario_home *homes;
    scenario_helper *helpers;
    scenario_grant *grants;
    scenario_request *requests;
    scenario_note *notes;
    size_t notes_room, requests_room;
} maker;

/* ---- who an id means (scenario_refs.c) ---- */

/* What kinds of thing a reference may name. */
typedef enum { MEMBERS = 1, BLOCKED = 2, HOMES = 4, HELPERS = 8, FAMILY = 16, PEOPLE = MEMBERS | BLOCKED } allowed;

/* REF_NONE if the file knows no such id among those. */
scenario_ref find(const maker *m, bytes id, unsigned who);
/* An id that nobody has yet: members, households and helpers share one space, since `about`, `to` and `by` mix them.
 */
result read_new_id(maker *m, place object, bytes *out) MUST_USE;
result read_ref(maker *m, place at, unsigned who, scenario_ref *out) MUST_USE;
/* An absent list is an empty one; nobody stands in it twice. */
result read_refs(maker *m, place at, unsigned who, scenario_refs *out) MUST_USE;
result read_some_refs(maker *m, place at, unsigned who, scenario_refs *out) MUST_USE;
result read_field(maker *m, place at, field_id *out) MUST_USE;

/* A list of fields, each once, that is not empty. */
result read_fields(maker *m, place list, scenario_fields *out) MUST_USE;
/* The same, or none at all where there is no list: all fields. */
result read_maybe_fields(maker *m, place list, scenario_fields *out) MUST_USE;

bool same_ref(scenario_ref a, scenario_ref b);
bool holds_ref(scenario_refs list, scenario_ref one);
void add_ref(arena *a, scenario_refs *list, scenario_ref one);
scenario_refs one_ref(arena *a, scenario_ref one);

/* What stands before the separator, without blanks around it; `rest` is what stands behind it, its `at` NULL when
 * there was none. */
bytes next_part(bytes *rest, uint8_t separator);

/* ---- what is said beside the plan: kept sealed ---- */

void add_note(maker *m, const char *what, scenario_refs about, bytes date, bytes text);
/* A whole object as lines of "name: value": what an event bears depends on its type, and nothing of it may be lost.
 */
result note_whole(maker *m, const char *what, place at, scenario_refs about, bytes date) MUST_USE;

/* ---- the parts, in the order in which they are read ---- */

result read_people_and_homes(maker *m, place root) MUST_USE;
result read_team(maker *m, place list) MUST_USE;
result read_emergency_roles(maker *m, place list) MUST_USE;
result read_authorities(maker *m, place list) MUST_USE;
result read_capacities(maker *m, place list) MUST_USE;
result read_blocks(maker *m, place list) MUST_USE;
result read_locks(maker *m, place list) MUST_USE;
result read_trusted_person(maker *m, place at) MUST_USE;
result read_entries(maker *m, place list) MUST_USE;
result read_grants(maker *m, place list) MUST_USE;
/* A withdrawal that an event tells: it counts together with the consent's own `withdrawn`. */
result read_withdrawal(maker *m, place at, bytes when) MUST_USE;
result read_events(maker *m, place list) MUST_USE;

#endif
