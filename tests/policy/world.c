/* See world.h. Bounds are checked by must: a story that needs more rows says so at once. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#define ALWAYS .recorded = SINCE, .from = SINCE, .until = MOMENT_NEVER
#define NEXT(w, rows, count)                                                                                                       \
    (must((w)->f.count < sizeof (w)->rows / sizeof *(w)->rows),                                                                    \
     ASAN_UNPOISON_MEMORY_REGION(&(w)->rows[(w)->f.count], sizeof *(w)->rows), &(w)->rows[(w)->f.count++])
#define SEAL(rows, count) ASAN_POISON_MEMORY_REGION(w->rows + w->f.count, sizeof w->rows - w->f.count * sizeof *w->rows)

field_id field_named(const char *name) {
    field_id f = field_by_name(bytes_of_string(name));
    must(f != FIELD_NONE);
    return f;
}

void world_start(world *w, const char *jurisdiction_code) {
    world_thaw(w);
    memset(w, 0, sizeof *w);
    w->f = (facts){.law = jurisdiction_by_code(bytes_of_string(jurisdiction_code)),
                   .erased = MOMENT_NEVER,
                   .closed = MOMENT_NEVER,
                   .course = {.closing = MOMENT_NEVER, .pausing = MOMENT_NEVER, .closing_by = ACTOR_NONE, .pausing_by = ACTOR_NONE,
                              .closed = MOMENT_NEVER, .paused = MOMENT_NEVER, .kept_until = MOMENT_NEVER, .held_until = MOMENT_MIN},
                   .version = 7,
                   .people = w->people,
                   .homes = w->homes,
                   .helpers = w->helpers,
                   .relations = w->relations,
                   .capacities = w->capacities,
                   .conflicts = w->conflicts,
                   .blocks = w->blocks,
                   .places = w->places,
                   .emergency_roles = w->emergency_roles,
                   .grants = w->grants,
                   .grant_fields = w->grant_fields,
                   .confirms = w->confirms,
                   .stops = w->stops,
                   .locks = w->locks,
                   .trusted = w->trusted,
                   .requests = w->requests,
                   .replies = w->replies,
                   .restrictions = w->restrictions,
                   .holds = w->holds,
                   .emergencies = w->emergencies,
                   .entries = w->entries,
                   .versions = w->versions,
                   .moments = w->moments};
    must(w->f.law != NULL);
}

void world_finish(world *w) {
    world_thaw(w);
    w->f.moment_count = facts_moments(&w->f, w->moments, WORLD_MOMENTS);
    SEAL(people, people_count);
    SEAL(homes, home_count);
    SEAL(helpers, helper_count);
    SEAL(relations, relation_count);
    SEAL(capacities, capacity_count);
    SEAL(conflicts, conflict_count);
    SEAL(blocks, block_count);
    SEAL(places, place_count);
    SEAL(emergency_roles, emergency_role_count);
    SEAL(grants, grant_count);
    SEAL(grant_fields, grant_field_count);
    SEAL(confirms, confirm_count);
    SEAL(stops, stop_count);
    SEAL(locks, lock_count);
    SEAL(trusted, trusted_count);
    SEAL(requests, request_count);
    SEAL(replies, reply_count);
    SEAL(restrictions, restriction_count);
    SEAL(holds, hold_count);
    SEAL(emergencies, emergency_count);
    SEAL(entries, entry_count);
    SEAL(versions, version_count);
    SEAL(moments, moment_count);
}

void world_thaw(world *w) { ASAN_UNPOISON_MEMORY_REGION(w, sizeof *w); }

/* Sealed like the real rows: what tells him of the family stays within them too. */
#define COPY(array, count)                                                                                                         \
    memcpy(w->array, of->array, of->f.count * sizeof *of->array), told.f.array = told.array = w->array;                            \
    SEAL(array, count)
const facts *world_told(const world *of, actor viewer, moment at) {
    static world copy, *w = &copy;
    static standing real;
    static told_facts told;
    if (!policy_is_told_less(&of->f, viewer, at)) return &of->f;
    world_thaw(w);
    told.f = w->f = of->f;
    COPY(locks, lock_count);
    COPY(grants, grant_count);
    COPY(grant_fields, grant_field_count);
    COPY(requests, request_count);
    COPY(replies, reply_count);
    COPY(emergencies, emergency_count);
    COPY(entries, entry_count);
    COPY(versions, version_count);
    policy_stand(&of->f, viewer, at, &real);
    policy_tell(&real, &told);
    return &told.f;
}

unsigned add_adult(world *w) {
    person_fact *p = NEXT(w, people, people_count);
    *p = (person_fact){.died = MOMENT_NEVER, .recorded = MOMENT_MIN, .born = MOMENT_MIN, .turns_12 = MOMENT_MIN, .turns_16 = MOMENT_MIN,
                       .turns_18 = MOMENT_MIN, .owner = ACTOR_NONE, .member = true, .account = true,
                       .limits = SINCE, .contact = MOMENT_NEVER, .informed = MOMENT_NEVER};
    return w->f.people_count - 1u;
}

unsigned add_child(world *w, unsigned years) {
    unsigned p = add_adult(w);
    moment birthday = NOW - 100 * DAY - (moment)years * 365 * DAY;
    w->people[p].turns_12 = birthday + 12 * 365 * DAY;
    w->people[p].turns_16 = birthday + 16 * 365 * DAY;
    w->people[p].turns_18 = birthday + 18 * 365 * DAY;
    return p;
}

unsigned add_unborn(world *w, unsigned owner) {
    unsigned p = add_adult(w);
    w->people[p].born = w->people[p].turns_12 = w->people[p].turns_16 = w->people[p].turns_18 = MOMENT_NEVER;
    w->people[p].owner = (actor)owner;
    w->people[p].account = false;
    return p;
}

unsigned add_home(world *w) {
    *NEXT(w, homes, home_count) = (home_fact){.recorded = MOMENT_MIN};
    return w->f.home_count - 1u;
}

void every_field(field_set fields) { fields[0] = UINT64_MAX, fields[1] = ((uint64_t)1 << (FIELD_COUNT - 64)) - 1; }

void only_field(field_set fields, field_id field) {
    fields[0] = fields[1] = 0;
    add_field(fields, field);
}

relation_fact *add_relation(world *w, relation_kind kind, unsigned person, unsigned of) {
    relation_fact *row = NEXT(w, relations, relation_count);
    *row = (relation_fact){.kind = kind, .person = (uint8_t)person, .of = (uint8_t)of, ALWAYS};
    return row;
}

capacity_fact *add_capacity(world *w, unsigned person, bool able) {
    capacity_fact *row = NEXT(w, capacities, capacity_count);
    *row = (capacity_fact){.person = (uint8_t)person, .able = able, .by = ACTOR_NONE, .review = MOMENT_NEVER,
                           .recorded = SINCE, .from = SINCE};
    every_field(row->topics);
    return row;
}

conflict_fact *add_conflict(world *w, unsigned child) {
    conflict_fact *row = NEXT(w, conflicts, conflict_count);
    *row = (conflict_fact){.child = (uint8_t)child, ALWAYS};
    every_field(row->topics);
    return row;
}

block_fact *add_block(world *w, unsigned person, subjects protects) {
    block_fact *row = NEXT(w, blocks, block_count);
    *row = (block_fact){.person = (uint8_t)person, .protects = protects, ALWAYS};
    return row;
}

lock_fact *add_lock(world *w, actor not_for, subjects about, field_id field) {
    lock_fact *row = NEXT(w, locks, lock_count);
    *row = (lock_fact){.not_for = not_for, .about = about, ALWAYS};
    if (field == FIELD_NONE) every_field(row->fields);
    else add_field(row->fields, field);
    return row;
}

trusted_fact *add_trusted(world *w, actor trusted, unsigned minor) {
    trusted_fact *row = NEXT(w, trusted, trusted_count);
    *row = (trusted_fact){.trusted = trusted, .minor = (uint8_t)minor, ALWAYS};
    return row;
}

actor add_helper(world *w) {
    unsigned h = w->f.helper_count;
    NEXT(w, helpers, helper_count);
    *NEXT(w, places, place_count) =
        (place_fact){.helper = (uint8_t)h, .secrecy = 2, ALWAYS};
    return HELPER(h);
}

place_fact *add_place(world *w, actor helper) {
    place_fact *row = NEXT(w, places, place_count);
    *row = *place_of(w, helper);
    return row;
}

place_fact *place_of(world *w, actor helper) {
    unsigned i = 0;
    while (i < w->f.place_count && HELPER(w->places[i].helper) != helper) i++;
    must(i < w->f.place_count);
    return &w->places[i];
}

emergency_role_fact *add_crisis_role(world *w, actor helper) {
    emergency_role_fact *row = NEXT(w, emergency_roles, emergency_role_count);
    *row = (emergency_role_fact){.helper = (uint8_t)(helper - FIRST_HELPER), ALWAYS};
    return row;
}

actor add_crisis_helper(world *w) {
    actor helper = HELPER(w->f.helper_count);
    NEXT(w, helpers, helper_count);
    add_crisis_role(w, helper);
    return helper;
}

grant_fact *add_grant(world *w, actor recipient, subjects givers, subjects about, field_id field) {
    grant_fact *g = NEXT(w, grants, grant_count);
    *g = (grant_fact){.recipient = recipient,
                      .about = about,
                      .givers = givers,
                      .basis = BASIS_CONSENT,
                      ALWAYS,
                      .first_field = (uint16_t)w->f.grant_field_count,
                      .first_confirm = (uint16_t)w->f.confirm_count,
                      .request = UINT16_MAX};
    add_grant_field(w, field);
    add_confirm(w, SINCE, MOMENT_NEVER);
    return g;
}

grant_field_fact *add_grant_field(world *w, field_id field) {
    grant_field_fact *row = NEXT(w, grant_fields, grant_field_count);
    *row = (grant_field_fact){.field = field, .level = LEVEL_EXACT, .four_eyes = SINCE, .ended = MOMENT_NEVER};
    w->grants[w->f.grant_count - 1].field_count++;
    return row;
}

confirm_fact *add_confirm(world *w, moment recorded, moment lapses) {
    confirm_fact *row = NEXT(w, confirms, confirm_count);
    *row = (confirm_fact){recorded, lapses};
    w->grants[w->f.grant_count - 1].confirm_count++;
    return row;
}

stop_fact *add_stop(world *w, const grant_fact *g) {
    stop_fact *row = NEXT(w, stops, stop_count);
    *row = (stop_fact){.grant = (uint16_t)(g - w->grants), ALWAYS};
    return row;
}

request_fact *add_request(world *w, actor asker, actor recipient, subjects about, field_id field) {
    request_fact *row = NEXT(w, requests, request_count);
    *row = (request_fact){.asker = asker,
                          .recipient = recipient,
                          .about = about,
                          .recorded = NOW - DAY,
                          .lapses = NOW + 13 * DAY,
                          .from = NOW,
                          .until = NOW + 300 * DAY,
                          .withdrawn = MOMENT_NEVER,
                          .first_reply = w->f.reply_count};
    add_field(row->fields, field);
    return row;
}

reply_fact *add_reply(world *w, unsigned person, field_id field, bool yes) {
    reply_fact *row = NEXT(w, replies, reply_count);
    *row = (reply_fact){.person = (uint8_t)person, .recorded = NOW - HOUR, .counts = NOW - HOUR};
    add_field(yes ? row->yes : row->no, field);
    w->requests[w->f.request_count - 1].reply_count++;
    return row;
}

hold_fact *add_hold(world *w, field_id field, subjects about, subjects from_whom) {
    hold_fact *row = NEXT(w, holds, hold_count);
    *row = (hold_fact){.by = ACTOR_NONE, .about = about, .from_whom = from_whom, .review = MOMENT_NEVER, ALWAYS};
    add_field(row->fields, field);
    return row;
}

emergency_fact *add_emergency(world *w, actor helper, field_id field, subjects about) {
    emergency_fact *row = NEXT(w, emergencies, emergency_count);
    *row = (emergency_fact){.helper = (uint8_t)(helper - FIRST_HELPER),
                            .about = about,
                            .told = NOW - HOUR,
                            .review_due = MOMENT_NEVER,
                            .reviewed = MOMENT_NEVER,
                            .recorded = SINCE,
                            .from = NOW - HOUR,
                            .until = NOW + HOUR};
    add_field(row->fields, field);
    return row;
}

entry_fact *add_entry(world *w, entry_kind kind, field_id field, subjects about) {
    entry_fact *e = NEXT(w, entries, entry_count);
    *e = (entry_fact){.kind = kind,
                      .field = field,
                      .of = UINT32_MAX,
                      .assignee = ACTOR_NONE,
                      .about = about,
                      .left_by = ACTOR_NONE,
                      .left = MOMENT_NEVER,
                      .withdrawn = MOMENT_NEVER,
                      .first_version = w->f.version_count};
    add_version(w, SINCE);
    return e;
}

version_fact *add_version(world *w, moment recorded) {
    entry_fact *e = &w->entries[w->f.entry_count - 1];
    version_fact *v = NEXT(w, versions, version_count);
    *v =
        (version_fact){.number = ++e->version_count, .recorded = recorded, .written = recorded, .author = ACTOR_NONE};
    return v;
}

entry_fact *add_hanging(world *w, entry_kind kind, const entry_fact *of) {
    entry_fact *e = add_entry(w, kind, of->field, of->about);
    e->of = (uint32_t)(of - w->entries);
    return e;
}

restriction_fact *add_restriction(world *w, const entry_fact *e) {
    restriction_fact *row = NEXT(w, restrictions, restriction_count);
    *row = (restriction_fact){.entry = (uint32_t)(e - w->entries), ALWAYS};
    return row;
}

/* ---- random families ---- */

/* splitmix64: small, and the same everywhere from a seed. */
uint64_t roll(dice *d, uint64_t sides) {
    uint64_t z = (d->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % sides;
}

static bool chance(dice *d, unsigned percent) { return roll(d, 100) < percent; }

/* Moments on a coarse grid, so that rows and questions often meet on exactly the same one. */
moment random_moment(dice *d) { return NOW + ((moment)roll(d, 21) - 10) * 30 * DAY; }

static void random_period(dice *d, moment *recorded, moment *from, moment *until) {
    *from = chance(d, 60) ? SINCE : random_moment(d);
    *recorded = chance(d, 85) ? *from : random_moment(d);
    *until = chance(d, 70) ? MOMENT_NEVER : random_moment(d);
}

field_id random_field(dice *d) {
    static const char *const interesting[] = {"household_address",     "protected_address",  "safety_plan",
                                              "safety_concern",        "private_note_youth", "residence_status",
                                              "legal_authority",       "pregnancy",          "actions",
                                              "plan_status",           "team_members",       "child_voice",
                                              "suicide_selfharm_risk", "member_identity",    "debts_detail",
                                              "mental_wellbeing",      "need_school",        "medication_allergies",
                                              "disagreements",         "essentials"};
    if (chance(d, 30)) return (field_id)roll(d, FIELD_COUNT);
    return field_named(interesting[roll(d, sizeof interesting / sizeof *interesting)]);
}

subjects random_subjects(const world *w, dice *d) {
    subjects about = 0;
    unsigned n = 1 + (unsigned)roll(d, chance(d, 60) ? 1 : 3);
    for (unsigned i = 0; i < n; i++) {
        if (chance(d, 70)) about |= PERSON(roll(d, w->f.people_count));
        else if (chance(d, 80)) about |= HOME(roll(d, w->f.home_count));
        else about |= chance(d, 80) ? THE_FAMILY : UNKNOWN_SUBJECT;
    }
    return about;
}

static subjects random_people(const world *w, dice *d) {
    subjects people = PERSON(roll(d, w->f.people_count));
    if (chance(d, 40)) people |= PERSON(roll(d, w->f.people_count));
    return people;
}

actor random_viewer(const world *w, dice *d) {
    if (chance(d, 3)) return ACTOR_NONE;
    return chance(d, 60) ? (actor)roll(d, w->f.people_count) : HELPER(roll(d, w->f.helper_count));
}

/* Somebody of the plan; helpers are there only after the people. */
static actor random_actor(const world *w, dice *d) {
    return chance(d, 60) ? (actor)roll(d, w->f.people_count) : HELPER(roll(d, 5));
}

/* About a third of the fields, or only a few of those that the rules name. */
static void random_topics(dice *d, field_set topics) {
    topics[0] = topics[1] = 0;
    for (unsigned n = 1 + (unsigned)roll(d, chance(d, 50) ? 40 : 4); n > 0; n--) add_field(topics, random_field(d));
}

static void random_people_rows(world *w, dice *d) {
    unsigned adults = 2 + (unsigned)roll(d, 2), children = 2 + (unsigned)roll(d, 3);
    static const unsigned ages[] = {8, 11, 12, 14, 15, 16, 17, 18};
    for (unsigned i = 0; i < adults; i++) add_adult(w);
    for (unsigned i = 0; i < children; i++) {
        person_fact *p = &w->people[add_child(w, ages[roll(d, 8)])];
        moment shift = chance(d, 50) ? 0 : random_moment(d) - NOW;
        p->turns_12 += shift, p->turns_16 += shift, p->turns_18 += shift;
        if (chance(d, 30))
            p->turns_12 = random_moment(d), p->turns_16 = p->turns_12 + 4 * 365 * DAY,
            p->turns_18 = p->turns_12 + 6 * 365 * DAY;
    }
    if (chance(d, 60)) {
        person_fact *p = &w->people[add_unborn(w, chance(d, 95) ? (unsigned)roll(d, adults) : ACTOR_NONE)];
        if (chance(d, 60))
            p->born = random_moment(d), p->turns_12 = p->born + 12 * 365 * DAY,
            p->turns_16 = p->born + 16 * 365 * DAY, p->turns_18 = p->born + 18 * 365 * DAY;
    }
    if (chance(d, 30)) w->people[add_adult(w)].member = false;
    for (unsigned p = 0; p < w->f.people_count; p++) {
        w->people[p].account = chance(d, 80);
        if (chance(d, 8)) w->people[p].recorded = random_moment(d);
    }
    for (unsigned h = 0; h < 2 + roll(d, 2); h++) {
        home_fact *home = &w->homes[add_home(w)];
        home->shielded = chance(d, 35);
        if (chance(d, 8)) home->recorded = random_moment(d);
    }
}

static void random_ties(world *w, dice *d) {
    for (unsigned p = 0; p < w->f.people_count; p++) {
        for (unsigned n = (unsigned)roll(d, 3); n > 0; n--) {
            relation_fact *r = add_relation(w, LIVES_IN, p, (unsigned)roll(d, w->f.home_count));
            random_period(d, &r->recorded, &r->from, &r->until);
        }
        for (unsigned n = (unsigned)roll(d, 3); n > 0; n--) {
            relation_fact *r = add_relation(w, HOLDS_AUTHORITY, (unsigned)roll(d, 2), p);
            random_period(d, &r->recorded, &r->from, &r->until);
        }
        if (chance(d, 20)) {
            capacity_fact *c = add_capacity(w, p, chance(d, 50));
            moment until;
            random_period(d, &c->recorded, &c->from, &until);
            if (chance(d, 30)) add_capacity(w, p, chance(d, 50))->from = random_moment(d);
        }
        if (chance(d, 20)) {
            capacity_fact *c = add_capacity(w, p, chance(d, 50));
            moment until;
            random_topics(d, c->topics);
            random_period(d, &c->recorded, &c->from, &until);
        }
        if (chance(d, 10)) {
            conflict_fact *c = add_conflict(w, p);
            random_period(d, &c->recorded, &c->from, &c->until);
            if (chance(d, 50)) random_topics(d, c->topics);
        }
        if (chance(d, 8)) {
            block_fact *b = add_block(w, p, random_people(w, d));
            random_period(d, &b->recorded, &b->from, &b->until);
        }
        if (chance(d, 20)) {
            trusted_fact *t = add_trusted(w, random_actor(w, d), p);
            random_period(d, &t->recorded, &t->from, &t->until);
        }
    }
    for (unsigned n = (unsigned)roll(d, 4); n > 0; n--) {
        lock_fact *l = add_lock(w, random_actor(w, d), chance(d, 70) ? random_people(w, d) : random_subjects(w, d), FIELD_NONE);
        if (chance(d, 75)) random_topics(d, l->fields);
        random_period(d, &l->recorded, &l->from, &l->until);
    }
    for (unsigned h = 0; h < w->f.home_count; h++)
        for (unsigned n = 1 + (unsigned)roll(d, 2); n > 0; n--) {
            relation_fact *r = add_relation(w, MANAGES, (unsigned)roll(d, w->f.people_count), h);
            random_period(d, &r->recorded, &r->from, &r->until);
        }
}

static void random_helpers(world *w, dice *d) {
    for (unsigned i = 0; i < 4; i++) {
        place_fact *p = place_of(w, add_helper(w));
        random_period(d, &p->recorded, &p->from, &p->until);
        p->coordinator = chance(d, 30), p->authority_role = chance(d, 25), p->listed = chance(d, 30);
        p->safety = chance(d, 15);
    }
    for (unsigned i = 0; i < 2; i++) {
        actor crisis = chance(d, 50) ? add_crisis_helper(w) : HELPER(0);
        if (crisis == HELPER(0)) add_crisis_role(w, crisis);
        emergency_role_fact *role = &w->emergency_roles[w->f.emergency_role_count - 1];
        random_period(d, &role->recorded, &role->from, &role->until);
        for (unsigned n = (unsigned)roll(d, 4); n > 0; n--) {
            emergency_fact *e = add_emergency(w, crisis, random_field(d), random_subjects(w, d));
            for (unsigned m = (unsigned)roll(d, 6); m > 0; m--) add_field(e->fields, random_field(d));
            if (chance(d, 50)) add_field(e->fields, field_named("medication_allergies"));
            e->recorded = e->from = random_moment(d);
            e->until = e->from + (chance(d, 50) ? 30 * DAY : 60 * DAY);
            e->told = chance(d, 70) ? e->from : e->from + 30 * DAY;
            e->review_due = chance(d, 60) ? MOMENT_NEVER : e->until + 30 * DAY;
            e->reviewed = chance(d, 50) ? MOMENT_NEVER : random_moment(d);
        }
    }
}

static void random_grants(world *w, dice *d) {
    for (unsigned n = 10 + (unsigned)roll(d, 20); n > 0; n--) {
        actor to = chance(d, 30) ? (actor)roll(d, w->f.people_count) : HELPER(roll(d, w->f.helper_count));
        grant_fact *g = add_grant(w, to, random_people(w, d), random_subjects(w, d), random_field(d));
        random_period(d, &g->recorded, &g->from, &g->until);
        if (chance(d, 40)) g->about |= random_subjects(w, d);
        if (chance(d, 40)) g->givers |= g->about & ALL_PEOPLE;
        if (chance(d, 10)) add_grant_field(w, FIELD_PROTECTED_ADDRESS);
        if (chance(d, 15)) g->basis = (grant_basis)roll(d, BASIS_UNKNOWN + 1);
        for (unsigned m = (unsigned)roll(d, 4); m > 0; m--) add_grant_field(w, random_field(d));
        for (unsigned i = 0; i < g->field_count; i++) {
            grant_field_fact *gf = &w->grant_fields[g->first_field + i];
            if (chance(d, 20)) gf->four_eyes = chance(d, 50) ? MOMENT_NEVER : random_moment(d);
            if (chance(d, 20)) gf->ended = random_moment(d);
            if (chance(d, 25)) gf->level = (uint8_t)roll(d, LEVEL_EXACT);
        }
        if (chance(d, 15)) {
            stop_fact *x = add_stop(w, g);
            random_period(d, &x->recorded, &x->from, &x->until);
        }
        if (chance(d, 5)) w->f.confirm_count--, g->confirm_count--;
        else if (chance(d, 40)) w->confirms[g->first_confirm] = (confirm_fact){g->from, g->from + 90 * DAY};
        while (chance(d, 30)) {
            moment again = random_moment(d);
            add_confirm(w, again, again + 90 * DAY);
        }
    }
    for (unsigned n = (unsigned)roll(d, 4); n > 0; n--) {
        hold_fact *h = add_hold(w, random_field(d), random_people(w, d), random_people(w, d));
        for (unsigned m = (unsigned)roll(d, 20); m > 0; m--) add_field(h->fields, random_field(d));
        random_period(d, &h->recorded, &h->from, &h->until);
    }
}

/* Often of what a holder or the subject himself may decide, so that answers come together. */
static void random_requests(world *w, dice *d) {
    for (unsigned n = (unsigned)roll(d, 5); n > 0; n--) {
        request_fact *r = add_request(w, random_actor(w, d), random_actor(w, d), random_subjects(w, d), random_field(d));
        for (unsigned m = (unsigned)roll(d, 4); m > 0; m--) add_field(r->fields, random_field(d));
        r->recorded = chance(d, 60) ? SINCE : random_moment(d);
        r->lapses = chance(d, 50) ? r->recorded + 60 * DAY : NOW + 600 * DAY;
        if (chance(d, 15)) r->withdrawn = random_moment(d);
        for (unsigned m = (unsigned)roll(d, 6); m > 0; m--) {
            field_id field;
            do field = (field_id)roll(d, FIELD_COUNT);
            while (!has_field(r->fields, field));
            reply_fact *reply = add_reply(w, (unsigned)roll(d, w->f.people_count), field, chance(d, 75));
            if (chance(d, 60)) reply->yes[0] |= r->fields[0], reply->yes[1] |= r->fields[1];
            reply->recorded = r->recorded + (moment)roll(d, 3) * 30 * DAY;
            reply->counts = chance(d, 90) ? reply->recorded : chance(d, 50) ? MOMENT_NEVER : reply->recorded + 30 * DAY;
        }
    }
}

static bool value_of_grant(const world *w, dice *d, actor viewer, field_id *field, subjects *about) {
    for (unsigned tries = 0; tries < 20; tries++) {
        const grant_fact *g = &w->grants[roll(d, w->f.grant_count)];
        if (g->recipient != viewer && viewer != ACTOR_NONE) continue;
        *field = w->grant_fields[g->first_field + roll(d, g->field_count)].field;
        *about = chance(d, 60) ? (subjects)1 << __builtin_ctzll(g->about) : g->about;
        return true;
    }
    return false;
}

static bool value_of_emergency(const world *w, dice *d, field_id *field, subjects *about) {
    if (w->f.emergency_count == 0) return false;
    const emergency_fact *e = &w->emergencies[roll(d, w->f.emergency_count)];
    do *field = (field_id)roll(d, FIELD_COUNT);
    while (!has_field(e->fields, *field));
    *about = e->about;
    return true;
}

void random_value(const world *w, dice *d, actor viewer, field_id *field, subjects *about) {
    *field = random_field(d), *about = random_subjects(w, d);
    if (chance(d, 40)) (void)value_of_grant(w, d, viewer, field, about);
    else if (chance(d, is_helper(viewer) ? 40 : 5)) (void)value_of_emergency(w, d, field, about);
    else if (chance(d, 10)) *about = THE_FAMILY;
    else if (is_person(viewer) && chance(d, 40))
        *about = PERSON(viewer) | (chance(d, 50) ? PERSON(roll(d, w->f.people_count)) : 0);
    if (is_person(viewer) && chance(d, 15)) *about |= PERSON(viewer);
}

/* What hangs on the entries of the plan, and what is frozen of it all. */
static void random_hangings(world *w, dice *d) {
    for (unsigned n = (unsigned)roll(d, 8), there = w->f.entry_count; n > 0; n--) {
        const entry_fact *of = &w->entries[roll(d, there)];
        entry_fact *e = add_hanging(w, chance(d, 50) ? KIND_SUMMARY : KIND_STATEMENT, of);
        if (chance(d, 5)) e->of = UINT32_MAX;
    }
    for (unsigned n = (unsigned)roll(d, 3); n > 0; n--) {
        restriction_fact *r = add_restriction(w, &w->entries[roll(d, w->f.entry_count)]);
        random_period(d, &r->recorded, &r->from, &r->until);
    }
}

static void random_entries(world *w, dice *d) {
    for (unsigned n = 20 + (unsigned)roll(d, 20); n > 0; n--) {
        field_id field;
        subjects about;
        random_value(w, d, ACTOR_NONE, &field, &about);
        entry_fact *e = add_entry(w, chance(d, 80) ? KIND_PLAN : KIND_REGISTER, field, about);
        if (chance(d, 15)) e->withdrawn = random_moment(d);
        if (chance(d, 20)) e->assignee = random_viewer(w, d);
        while (chance(d, 30)) add_version(w, SINCE);
        for (uint32_t v = 0; v < e->version_count; v++) {
            version_fact *row = &w->versions[e->first_version + v];
            if (v > 0) row->recorded = w->versions[e->first_version + v - 1].recorded + (moment)roll(d, 5) * 60 * DAY;
            else if (chance(d, 20)) row->recorded = random_moment(d);
            if (chance(d, 40)) row->agreed = random_people(w, d);
            if (chance(d, 30)) row->agreed |= row->wrote = PERSON(roll(d, w->f.people_count));
            if (chance(d, 50)) row->author = random_viewer(w, d);
        }
    }
    for (unsigned p = 0; p <= w->f.people_count; p++) add_entry(w, KIND_NAME, FIELD_NONE, 0)->of = (uint32_t)p;
    for (unsigned h = 0; h <= w->f.home_count; h++) add_entry(w, KIND_LABEL, FIELD_NONE, 0)->of = (uint32_t)h;
    for (unsigned h = 0; h <= w->f.helper_count; h++) add_entry(w, KIND_HELPER, FIELD_NONE, 0)->of = (uint32_t)h;
    for (unsigned h = 0; h <= w->f.helper_count; h++) add_entry(w, KIND_LISTED, FIELD_NONE, 0)->of = (uint32_t)h;
    for (unsigned g = 0; g <= w->f.grant_count; g++) add_entry(w, KIND_GRANT, FIELD_NONE, 0)->of = (uint32_t)g;
    for (unsigned r = 0; r <= w->f.request_count; r++) add_entry(w, KIND_REQUEST, FIELD_NONE, 0)->of = (uint32_t)r;
    for (unsigned e = 0; e <= w->f.emergency_count; e++) add_entry(w, KIND_REASON, FIELD_NONE, 0)->of = (uint32_t)e;
    random_hangings(w, d);
}

void world_random(world *w, dice *d) {
    world_start(w, chance(d, 50) ? "BE-VLG" : "NL");
    random_people_rows(w, d);
    random_ties(w, d);
    random_helpers(w, d);
    random_grants(w, d);
    random_requests(w, d);
    random_entries(w, d);
    if (chance(d, 3)) w->f.erased = random_moment(d);
    if (chance(d, 5)) w->f.closed = random_moment(d);
    world_finish(w);
}

/* ---- counts of a proof ---- */

static unsigned long number_said(int argc, char **argv, const char *word, const char *variable, unsigned long otherwise) {
    const char *said = variable ? getenv(variable) : NULL;
    for (int i = 1; i + 1 < argc; i += 2)
        if (strcmp(argv[i], word) == 0) said = argv[i + 1];
    return said ? strtoul(said, NULL, 10) : otherwise;
}

void proof_start(proof *p, int argc, char **argv, dice *d) {
    p->count = number_said(argc, argv, "--count", "POLICY_WORLDS", p->count);
    p->at_least = number_said(argc, argv, "--at-least", NULL, p->count);
    d->state = number_said(argc, argv, "--seed", "POLICY_SEED", (unsigned long)time(NULL));
    printf("seed %llu\n", (unsigned long long)d->state);
    fflush(stdout);
}

int proof_end(const proof *p, const char *name, int failed) {
    printf("%s: %lu families, at least %lu\n", name, p->tried, p->at_least);
    return failed || p->tried < p->at_least;
}
