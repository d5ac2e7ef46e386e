/* Where one viewer stands in one family at one moment: who everybody is by then, what he is to them, and what covers
 * what.
 *
 * Computed once per viewer and moment; each question after that is a few masks. A viewer who is not active keeps
 * empty sets, so the refusal is the shape of the thing and not a check that somebody could forget. */
#include "policy/inside.h"

static void mark_age(standing *s, unsigned p) {
    const person_fact *person = &s->f->people[p];
    subjects bit = PERSON(p);
    s->unborn |= subjects_if(s->at < person->born, bit);
    if (s->unborn & bit) return;
    s->newborn |= subjects_if(person->born != MOMENT_MIN, bit);
    s->adult |= subjects_if(person->turns_18 <= s->at, bit);
    s->minor |= bit & ~s->adult;
    s->under_16 |= subjects_if(s->at < person->turns_16, bit) & s->minor;
    s->under_12 |= subjects_if(s->at < person->turns_12, bit) & s->under_16;
}

static moment later_of(moment a, moment b) { return a > b ? a : b; }

/* The birthday, if it pauses anything and has come `grace` ago; else MOMENT_MIN. */
static moment transition_at(const standing *s, transition t, moment birthday, moment grace) {
    if (t != TRANSITION_PAUSE || birthday > s->at) return MOMENT_MIN;
    return birthday <= s->at - grace ? birthday : MOMENT_MIN;
}

static moment newest_transition(const standing *s, unsigned p, moment grace) {
    const jurisdiction *law = s->f->law;
    const person_fact *person = &s->f->people[p];
    moment at_12 = transition_at(s, law->at_12, person->turns_12, grace);
    moment at_16 = transition_at(s, law->at_16, person->turns_16, grace);
    return later_of(later_of(at_12, at_16), transition_at(s, law->at_18, person->turns_18, grace));
}

static void stand_people(standing *s) {
    const facts *f = s->f;
    for (unsigned p = 0; p < f->people_count; p++) {
        if (f->people[p].recorded > s->at) continue;
        s->present |= PERSON(p);
        s->members |= subjects_if(f->people[p].member, PERSON(p));
        s->dead |= subjects_if(f->people[p].died <= s->at, PERSON(p));
        mark_age(s, p);
        s->turned[p] = newest_transition(s, p, 0);
        s->turned_long[p] = newest_transition(s, p, f->law->transition_grace_days * DAY);
    }
    for (unsigned h = 0; h < f->home_count; h++) s->present |= subjects_if(f->homes[h].recorded <= s->at, HOME(h));
    s->present |= THE_FAMILY;
}

/* Nobody holds authority over an adult or an unborn child, and no dead holds any, whatever is recorded. */
static void stand_relations(standing *s) {
    for (unsigned i = 0; i < s->f->relation_count; i++) {
        const relation_fact *row = &s->f->relations[i];
        unsigned bound = row->kind == HOLDS_AUTHORITY ? (unsigned)PEOPLE_MAX : (unsigned)HOMES_MAX;
        must(row->person < PEOPLE_MAX && row->of < bound);
        subjects who = PERSON(row->person) & s->members & ~(s->unborn | s->dead);
        if (!COUNTS(row, s->at)) continue;
        if (row->kind == LIVES_IN) s->residents[row->of] |= PERSON(row->person) & s->members;
        if (row->kind == MANAGES) s->managers[row->of] |= who;
        if (row->kind == HOLDS_AUTHORITY && (s->minor & PERSON(row->of))) s->holders[row->of] |= who;
    }
}

static void stand_person(standing *s) {
    subjects self = PERSON(s->viewer) & s->members & ~(s->unborn | s->dead);
    s->active = self != 0 && !s->erased;
    if (!s->active) return;
    s->self = s->own = self;
    s->c0 = s->f->people[s->viewer].account;
    for EACH_SUBJECT (u, s->unborn & s->members) s->own |= subjects_if(s->f->people[u].owner == s->viewer, PERSON(u));
    for (unsigned h = 0; h < s->f->home_count; h++) s->managed |= subjects_if(s->managers[h] & self, HOME(h));
    for EACH_SUBJECT (c, s->minor) s->children |= subjects_if(s->holders[c] & self, PERSON(c));
    s->managed &= s->present;
}

/* The safety role is the coordinator's while nobody else has it. */
static bool safety_is_taken(const standing *s) {
    for (unsigned i = 0; i < s->f->place_count; i++)
        if (s->f->places[i].safety && COUNTS(&s->f->places[i], s->at)) return true;
    return false;
}

/* a closed plan has no helpers. */
static void stand_helper(standing *s) {
    if (s->erased || s->f->closed <= s->at) return;
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        if (HELPER(row->helper) != s->viewer || !COUNTS(row, s->at)) continue;
        s->place_runs = true;
        s->coordinator |= row->coordinator;
        s->official |= row->authority_role;
        s->safety |= row->safety;
    }
    if (s->coordinator && !safety_is_taken(s)) s->safety = true;
    for (unsigned i = 0; i < s->f->emergency_role_count; i++) {
        const emergency_role_fact *row = &s->f->emergency_roles[i];
        s->emergency_role |= HELPER(row->helper) == s->viewer && COUNTS(row, s->at);
    }
    s->c0 = s->place_runs;
    s->active = s->place_runs || s->emergency_role;
}

static void stand_holds(standing *s) {
    for (unsigned i = 0; i < s->f->hold_count; i++) {
        const hold_fact *row = &s->f->holds[i];
        if (!(row->from_whom & s->self) || !COUNTS(row, s->at)) continue;
        for (field_id f = 0; f < FIELD_COUNT; f++) s->held[f] |= subjects_if(has_field(row->fields, f), row->about);
    }
}

static void stand_parenthood(standing *s) {
    for EACH_SUBJECT (c, s->children) {
        parent_view view = view_of_child(s, (unsigned)c);
        s->content |= subjects_if(view >= VIEW_ALL, PERSON(c));
        bool topical = s->topical & PERSON(c);
        for (field_id f = 0; f < FIELD_COUNT; f++) {
            bool reads = topical ? parent_reads(s, (unsigned)c, f) : view_shows(view, f);
            s->parent_cover[f] |= subjects_if(reads, PERSON(c) & ~s->held[f]);
        }
    }
}

/* A helper's trust lasts no longer than his place. */
static void stand_trust(standing *s) {
    if (!s->self && !s->place_runs) return;
    for (unsigned i = 0; i < s->f->trusted_count; i++) {
        const trusted_fact *row = &s->f->trusted[i];
        if (row->trusted != s->viewer || !COUNTS(row, s->at)) continue;
        s->trust |= PERSON(row->minor) & s->minor & s->members;
    }
}

static void stand_stops(standing *s) {
    for (uint32_t i = 0; i < s->f->stop_count; i++) {
        const stop_fact *row = &s->f->stops[i];
        must(row->grant < s->f->grant_count);
        if (COUNTS(row, s->at)) s->stopped[row->grant >> 6] |= (uint64_t)1 << (row->grant & 63);
    }
}

static void give_less(standing *s, const grant_field_fact *gf, subjects covers) {
    s->less |= covers != 0;
    for (level l = LEVEL_EXISTS; l <= (level)gf->level; l++) s->less_cover[l][gf->field] |= covers;
}

/* Should a grant name a field twice, its first row is the one that counts, here as everywhere. */
static void stand_grant(standing *s, unsigned position) {
    const grant_fact *g = &s->f->grants[position];
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &s->f->grant_fields[g->first_field + i];
        must(gf->field < FIELD_COUNT);
        subjects covers = grant_field_of(s->f, g, gf->field) == gf ? grant_covers(s, g, gf) : 0;
        if (covers != 0) s->works[position >> 6] |= (uint64_t)1 << (position & 63);
        subjects before = s->grant_cover[gf->field] | s->less_cover[LEVEL_EXISTS][gf->field];
        if (covers != 0 && before == 0) s->first_grant[gf->field] = (uint16_t)position;
        if (gf->level >= LEVEL_EXACT) s->grant_cover[gf->field] |= covers;
        else give_less(s, gf, covers);
    }
}

/* R-50b: only with the role, only the fields and subjects that the event names, and only those the catalogue lets an
 * emergency open. */
static void stand_emergency(standing *s, const emergency_fact *e) {
    if (HELPER(e->helper) != s->viewer || !COUNTS(e, s->at)) return;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        s->emergency_cover[f] |=
            subjects_if(catalogue[f].break_glass && has_field(e->fields, f), e->about & (s->members | ALL_HOMES));
}

static void keep_bounds(const facts *f) {
    must(f->law != NULL);
    must(f->people_count <= PEOPLE_MAX);
    must(f->home_count <= HOMES_MAX);
    must(f->helper_count <= HELPERS_MAX);
    must(f->grant_count <= GRANTS_MAX);
    must(f->request_count <= REQUESTS_MAX);
    must(f->emergency_count <= INT16_MAX);
    must(f->entry_count <= ENTRIES_MAX);
}

void policy_stand(const facts *f, actor viewer, moment at, standing *out) {
    keep_bounds(f);
    *out = (standing){.f = f, .viewer = viewer, .at = at, .erased = f->erased <= at};
    stand_people(out);
    stand_capacity(out);
    stand_relations(out);
    if (is_person(viewer)) stand_person(out);
    if (is_helper(viewer)) stand_helper(out);
    stand_locks(out);
    stand_stops(out);
    if (!out->active) return;
    stand_holds(out);
    stand_parenthood(out);
    stand_trust(out);
    for (unsigned i = 0; i < f->grant_count; i++)
        if (f->grants[i].recipient == viewer) stand_grant(out, i);
    if (out->emergency_role)
        for (unsigned i = 0; i < f->emergency_count; i++) stand_emergency(out, &f->emergencies[i]);
    out->known = known_apart(out);
}
