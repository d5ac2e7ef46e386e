/* Families for the tests, built row by row: bounded arrays with a facts view on them.
 *
 * Everything is recorded since the beginning and valid for ever unless the story says otherwise; functions give the
 * row back so that a story can change what it is about. */
#ifndef KRING_TESTS_POLICY_WORLD_H
#define KRING_TESTS_POLICY_WORLD_H

#include "policy/policy.h"

enum {
    ROWS = 64,
    WORLD_GRANTS = 256,
    WORLD_FIELDS = 2048,
    WORLD_CONFIRMS = 1024,
    WORLD_ENTRIES = 512,
    WORLD_VERSIONS = 1024,
    WORLD_REPLIES = 256,
    WORLD_MOMENTS = 8192
};

typedef struct {
    facts f;
    person_fact people[PEOPLE_MAX];
    home_fact homes[HOMES_MAX];
    helper_fact helpers[HELPERS_MAX];
    relation_fact relations[ROWS * 4];
    capacity_fact capacities[ROWS];
    conflict_fact conflicts[ROWS];
    block_fact blocks[ROWS];
    place_fact places[HELPERS_MAX];
    emergency_role_fact emergency_roles[ROWS];
    grant_fact grants[WORLD_GRANTS];
    grant_field_fact grant_fields[WORLD_FIELDS];
    confirm_fact confirms[WORLD_CONFIRMS];
    stop_fact stops[ROWS];
    lock_fact locks[ROWS];
    trusted_fact trusted[ROWS];
    request_fact requests[ROWS];
    reply_fact replies[WORLD_REPLIES];
    restriction_fact restrictions[ROWS];
    hold_fact holds[ROWS];
    emergency_fact emergencies[ROWS];
    entry_fact entries[WORLD_ENTRIES];
    version_fact versions[WORLD_VERSIONS];
    moment moments[WORLD_MOMENTS];
} world;

/* The day on which the stories happen, and a row that was there before and stays. */
#define NOW (INT64_C(1768906800) * SECOND)
#define SINCE (NOW - 400 * DAY)

/* An empty world of that jurisdiction, in memory that the caller keeps. */
void world_start(world *w, const char *jurisdiction_code);
/* Call after the last row and before facts_next_moment matters: fills `moments`. Under the address sanitizer nobody may look
 * beyond the last row from then on, until another is added; world_thaw takes that back, for whoever copies a family whole. */
void world_finish(world *w);
void world_thaw(world *w);
/* The facts that he is told of (policy_tell), by which all that he does and reads himself is judged. Until the next call. */
const facts *world_told(const world *w, actor viewer, moment at);
/* One more row like the first of that helper, for the story to change. */
place_fact *add_place(world *w, actor helper);

unsigned add_adult(world *w);
/* A child who is `years` old at NOW and had the birthday some days ago. */
unsigned add_child(world *w, unsigned years);
unsigned add_unborn(world *w, unsigned owner);
unsigned add_home(world *w);
relation_fact *add_relation(world *w, relation_kind kind, unsigned person, unsigned of);
/* Of all fields, as a general record or flag is; only_field leaves one. */
capacity_fact *add_capacity(world *w, unsigned person, bool able);
conflict_fact *add_conflict(world *w, unsigned child);
void every_field(field_set fields);
void only_field(field_set fields, field_id field);
block_fact *add_block(world *w, unsigned person, subjects protects);
/* FIELD_NONE: on everything, as a block. */
lock_fact *add_lock(world *w, actor not_for, subjects about, field_id field);
trusted_fact *add_trusted(world *w, actor trusted, unsigned minor);
/* A helper with a place that runs. */
actor add_helper(world *w);
place_fact *place_of(world *w, actor helper); /* the first */
/* A crisis helper without a place, with the emergency role; or only the role. */
actor add_crisis_helper(world *w);
emergency_role_fact *add_crisis_role(world *w, actor helper);
/* A grant of one field, confirmed at SINCE with a lapse far away; more fields by add_grant_field directly after it.
 */
grant_fact *add_grant(world *w, actor recipient, subjects givers, subjects about, field_id field);
grant_field_fact *add_grant_field(world *w, field_id field);
confirm_fact *add_confirm(world *w, moment recorded, moment lapses); /* to the grant added last */
stop_fact *add_stop(world *w, const grant_fact *g);
/* Asked yesterday, to be answered within thirteen days; replies go to the request added last. */
request_fact *add_request(world *w, actor asker, actor recipient, subjects about, field_id field);
reply_fact *add_reply(world *w, unsigned person, field_id field, bool yes);
hold_fact *add_hold(world *w, field_id field, subjects about, subjects from_whom);
/* Told at once, to be reviewed at no moment. */
emergency_fact *add_emergency(world *w, actor helper, field_id field, subjects about);
/* With one version, written at SINCE by nobody in particular. */
entry_fact *add_entry(world *w, entry_kind kind, field_id field, subjects about);
version_fact *add_version(world *w, moment recorded); /* of the entry added last */
/* What hangs on another entry: a summary or a statement. */
entry_fact *add_hanging(world *w, entry_kind kind, const entry_fact *of);
restriction_fact *add_restriction(world *w, const entry_fact *e);

field_id field_named(const char *name);

/* Random families in which everything can happen, for the properties and the oracle. */
typedef struct {
    uint64_t state;
} dice;
uint64_t roll(dice *d, uint64_t sides);
void world_random(world *w, dice *d);
/* Any moment near which something happens in random worlds. */
moment random_moment(dice *d);
subjects random_subjects(const world *w, dice *d);
actor random_viewer(const world *w, dice *d);
field_id random_field(dice *d);
/* A value that somebody might ask about: most often one that some row of the family speaks of, the viewer's own
 * first. */
void random_value(const world *w, dice *d, actor viewer, field_id *field, subjects *about);

/* How many families a program tries, and what it must reach: `--count N --at-least N --seed N`. */
typedef struct {
    unsigned long count, at_least, tried;
} proof;
/* Prints the seed, which repeats the run. Without one the clock gives it; POLICY_SEED and POLICY_WORLDS say the same as the
 * words. */
void proof_start(proof *p, int argc, char **argv, dice *d);
/* Prints how many were reached; an exit code that fails below the floor. */
int proof_end(const proof *p, const char *name, int failed);

#endif
