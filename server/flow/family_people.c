/* Who there is in a family, and how they stand: authority, capacity, blocks, locks, trusted people, places. */
#include "flow/family_inside.h"

static void read_people(reader *r) {
    MAKE(person_fact, people, AT_PEOPLE)
    f->people_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->people_count; i++) {
        bool unborn = row_bool(from, i, facts_people__unborn);
        made[i] = (person_fact){
            .id = row_uuid(from, i, facts_people__id),
            .recorded = row_moment(from, i, facts_people__recorded_at),
            .born = unborn ? row_moment(from, i, facts_people__born_at) : MOMENT_MIN,
            .turns_12 = row_moment(from, i, facts_people__turns_12),
            .turns_16 = row_moment(from, i, facts_people__turns_16),
            .turns_18 = row_moment(from, i, facts_people__turns_18),
            .owner = ACTOR_NONE,
            .member = row_bool(from, i, facts_people__member),
            .account = row_bool(from, i, facts_people__has_account),
            .died = row_moment(from, i, facts_people__died_at),
            .limits = row_moment(from, i, facts_people__limits_at),
            .contact = row_moment(from, i, facts_people__contact_at),
            .informed = row_moment(from, i, facts_people__informed_at),
        };
    }
    for (size_t i = 0; i < f->people_count; i++)
        if (!row_is_null(from, i, facts_people__owner_id))
            made[i].owner = family_actor(f, row_uuid(from, i, facts_people__owner_id));
}

static void read_homes(reader *r) {
    MAKE(home_fact, homes, AT_HOUSEHOLDS)
    f->home_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->home_count; i++)
        made[i] = (home_fact){row_uuid(from, i, facts_households__id), row_moment(from, i, facts_households__recorded_at),
                              row_bool(from, i, facts_households__shielded)};
}

static void read_helpers(reader *r) {
    MAKE(helper_fact, helpers, AT_HELPERS)
    f->helper_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->helper_count; i++) made[i].id = row_uuid(from, i, facts_helpers__id);
}

static void read_relations(reader *r) {
    MAKE(relation_fact, relations, AT_RELATIONS)
    f->relation_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->relation_count; i++) {
        bytes kind = row_text(from, i, facts_relations__kind);
        subjects of = family_subject(f, row_uuid(from, i, facts_relations__of_id));
        made[i] = (relation_fact){
            .kind = bytes_is(kind, "lives_in") ? LIVES_IN : bytes_is(kind, "manages") ? MANAGES : HOLDS_AUTHORITY,
            .person = person_at(f, from, i, facts_relations__person_id),
            .recorded = row_moment(from, i, facts_relations__recorded_at),
            .from = row_moment(from, i, facts_relations__valid_from),
            .until = row_moment(from, i, facts_relations__valid_until),
        };
        unsigned bit = (unsigned)__builtin_ctzll(of);
        made[i].of = (uint8_t)(made[i].kind == HOLDS_AUTHORITY ? bit : bit - PEOPLE_MAX);
        bool fits = made[i].kind == HOLDS_AUTHORITY ? (of & ALL_PEOPLE) != 0 : (of & ALL_HOMES) != 0;
        if (!fits) made[i].until = MOMENT_MIN; /* a relation to nothing never counts */
        if (!fits) made[i].of = 0;
    }
}

static void read_capacities(reader *r) {
    MAKE(capacity_fact, capacities, AT_CAPACITIES)
    f->capacity_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->capacity_count; i++) {
        made[i] = (capacity_fact){.person = person_at(f, from, i, facts_capacities__person_id),
                                  .able = row_bool(from, i, facts_capacities__able),
                                  .by = actor_at(f, from, i, facts_capacities__by_id),
                                  .review = row_moment(from, i, facts_capacities__review_at),
                                  .recorded = row_moment(from, i, facts_capacities__recorded_at),
                                  .from = row_moment(from, i, facts_capacities__valid_from)};
        topics_at(from, i, facts_capacities__topics, made[i].topics);
    }
}

static void read_conflicts(reader *r) {
    MAKE(conflict_fact, conflicts, AT_CONFLICTS)
    f->conflict_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->conflict_count; i++) {
        made[i] = (conflict_fact){.id = row_uuid(from, i, facts_conflicts__id),
                                  .child = person_at(f, from, i, facts_conflicts__child_id),
                                  .recorded = row_moment(from, i, facts_conflicts__recorded_at),
                                  .from = row_moment(from, i, facts_conflicts__valid_from),
                                  .until = row_moment(from, i, facts_conflicts__valid_until)};
        topics_at(from, i, facts_conflicts__topics, made[i].topics);
    }
}

static void read_blocks(reader *r) {
    MAKE(block_fact, blocks, AT_BLOCKS)
    f->block_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->block_count; i++)
        made[i] = (block_fact){person_at(f, from, i, facts_blocks__person_id), subjects_at(f, from, i, facts_blocks__protects),
                               row_moment(from, i, facts_blocks__recorded_at), row_moment(from, i, facts_blocks__valid_from),
                               row_moment(from, i, facts_blocks__valid_until)};
}

static void read_locks(reader *r) {
    MAKE(lock_fact, locks, AT_LOCKS)
    f->lock_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->lock_count; i++) {
        made[i] = (lock_fact){.id = row_uuid(from, i, facts_locks__id),
                              .not_for = actor_at(f, from, i, facts_locks__not_for),
                              .about = subjects_at(f, from, i, facts_locks__about),
                              .recorded = row_moment(from, i, facts_locks__recorded_at),
                              .from = row_moment(from, i, facts_locks__valid_from),
                              .until = row_moment(from, i, facts_locks__lifted_at)};
        topics_at(from, i, facts_locks__fields, made[i].fields);
    }
}

static void read_trusted(reader *r) {
    MAKE(trusted_fact, trusted, AT_TRUSTED)
    f->trusted_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->trusted_count; i++) {
        actor minor = actor_at(f, from, i, facts_trusted__minor_id);
        made[i] = (trusted_fact){.id = row_uuid(from, i, facts_trusted__id),
                                 .trusted = actor_at(f, from, i, facts_trusted__trusted_id),
                                 .minor = is_person(minor) ? minor : 0,
                                 .recorded = row_moment(from, i, facts_trusted__recorded_at),
                                 .from = row_moment(from, i, facts_trusted__valid_from),
                                 .until = row_moment(from, i, facts_trusted__ended_at)};
        if (!is_person(minor)) made[i].until = MOMENT_MIN; /* whose, is not known: it never counts */
    }
}

static void read_places(reader *r) {
    MAKE(place_fact, places, AT_PLACES)
    f->place_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->place_count; i++) {
        bytes secrecy = row_text(from, i, facts_places__secrecy);
        made[i] = (place_fact){
            .helper = helper_at(f, from, i, facts_places__helper_id),
            .coordinator = row_bool(from, i, facts_places__coordinator),
            .authority_role = row_bool(from, i, facts_places__authority_role),
            .listed = row_bool(from, i, facts_places__listed),
            .safety = row_bool(from, i, facts_places__safety),
            .secrecy = bytes_is(secrecy, "professional") ? 2 : bytes_is(secrecy, "discretion") ? 1 : 0,
            .organisation = row_uuid_or_zero(from, i, facts_places__organisation),
            .recorded = row_moment(from, i, facts_places__recorded_at),
            .from = row_moment(from, i, facts_places__valid_from),
            .until = row_moment(from, i, facts_places__valid_until),
        };
    }
}

static void read_emergency_roles(reader *r) {
    MAKE(emergency_role_fact, emergency_roles, AT_EMERGENCY_ROLES)
    f->emergency_role_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->emergency_role_count; i++)
        made[i] = (emergency_role_fact){helper_at(f, from, i, facts_emergency_roles__helper_id),
                                        row_moment(from, i, facts_emergency_roles__recorded_at),
                                        row_moment(from, i, facts_emergency_roles__valid_from),
                                        row_moment(from, i, facts_emergency_roles__valid_until)};
}

void family_read_people(reader *r) {
    static void (*const nouns[])(reader *) = {
        read_people, read_homes, read_helpers, read_relations, read_capacities, read_conflicts,
        read_blocks, read_locks, read_trusted, read_places,    read_emergency_roles,
    };
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) nouns[i](r);
}
