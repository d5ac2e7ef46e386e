/* Who may note what protects somebody: holds, capacity, disagreement, trusted persons, courts.
 *
 * None of these widens what its writer reads; that is for the read order alone. */
#include "policy/inside.h"

static bool is_set_of_fields(const field_set fields) {
    return (fields[0] | fields[1]) != 0 && fields[1] >> (FIELD_COUNT - 64) == 0;
}

static bool coordinates(const standing *s) { return s->place_runs && s->coordinator; }

/* A member of whom he may know, or, for a holder of authority, the child itself. */
static bool knows_minor(const standing *s, unsigned child) {
    return child < PEOPLE_MAX && (s->known & s->minor & s->members & PERSON(child));
}

answer policy_hold(const standing *s, const field_set fields, subjects about, subjects from_whom) {
    subjects holders = 0;
    bool named = about != 0 && (about & ~(s->known & ALL_PEOPLE)) == 0 && is_set_of_fields(fields);
    if (!s->place_runs || !named || from_whom == 0) return refuse(RULE_R40);
    for EACH_SUBJECT (p, about) holders |= s->holders[p];
    if (from_whom & ~(about | holders | (s->known & ALL_PEOPLE))) return refuse(RULE_R40);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f) && !policy_ask(s, f, about).allowed) return refuse(RULE_R40);
    return allow(RULE_R40);
}

answer policy_end_hold(const standing *s, uint32_t hold) {
    must(hold < s->f->hold_count);
    const hold_fact *row = &s->f->holds[hold];
    bool his = s->place_runs && (row->by == s->viewer || (s->coordinator && (row->about & ~s->known) == 0));
    return his && COUNTS(row, s->at) ? allow(RULE_R40) : refuse(RULE_R01);
}

static bool is_professional(const standing *s) {
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        if (HELPER(row->helper) == s->viewer && row->secrecy == 2 && COUNTS(row, s->at)) return true;
    }
    return false;
}

answer policy_record_capacity(const standing *s, unsigned child) {
    bool may = s->place_runs && is_professional(s) && knows_minor(s, child);
    return may ? allow(RULE_R23) : refuse(RULE_R01);
}

answer policy_flag_conflict(const standing *s, unsigned child) {
    bool holder = child < PEOPLE_MAX && (s->children & ~s->blocked & PERSON(child));
    bool may = holder || (coordinates(s) && knows_minor(s, child));
    return may ? allow(RULE_R32) : refuse(RULE_R01);
}

answer policy_end_conflict(const standing *s, uint32_t conflict) {
    must(conflict < s->f->conflict_count);
    const conflict_fact *row = &s->f->conflicts[conflict];
    bool may = coordinates(s) && knows_minor(s, row->child) && COUNTS(row, s->at);
    return may ? allow(RULE_R32) : refuse(RULE_R01);
}

answer policy_name_trusted(const standing *s, unsigned child, actor trusted) {
    if (child >= PEOPLE_MAX) return refuse(RULE_R01);
    bool himself = s->self == PERSON(child) && (s->able & s->self);
    bool noted = coordinates(s) && knows_minor(s, child);
    if (!himself && !noted) return refuse(RULE_R01);
    bool adult =
        is_person(trusted) && (s->known & s->adult & s->members & PERSON(trusted)) && !(s->holders[child] & PERSON(trusted));
    bool helper = is_helper(trusted) && !s->f->law->trusted_reads && can_receive(s, trusted);
    return adult || helper ? allow(RULE_R40) : refuse(RULE_R40);
}

answer policy_end_trusted(const standing *s, uint32_t trusted) {
    must(trusted < s->f->trusted_count);
    const trusted_fact *row = &s->f->trusted[trusted];
    bool his = s->self == PERSON(row->minor) || row->trusted == s->viewer || (coordinates(s) && knows_minor(s, row->minor));
    return s->active && his && COUNTS(row, s->at) ? allow(RULE_R40) : refuse(RULE_R01);
}

answer policy_note_decision(const standing *s, subjects person, subjects protects) {
    bool one = person != 0 && (person & (person - 1)) == 0 && (person & ~ALL_PEOPLE) == 0;
    subjects holders = 0;
    for EACH_SUBJECT (c, s->minor & s->known) holders |= s->holders[c];
    bool known = one && (person & (s->known | holders)) && (protects & ~(s->known & ALL_PEOPLE)) == 0;
    return coordinates(s) && known ? allow(RULE_R33) : refuse(RULE_R01);
}
