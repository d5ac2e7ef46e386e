/* How people come into a plan: who adds and invites whom, who may become whom with a code, births, and what must be seen and said
 * first.
 *
 * The answers to those who invite never depend on blocks and locks, nor on who has authority: a refusal would tell. */
#include "policy/inside.h"

static bool coordinates(const standing *s) { return s->place_runs && s->coordinator; }
static bool is_adult_member(const standing *s) { return (s->self & s->adult) != 0; }

/* He wrote the name under which that person or helper came into the plan. */
static bool brought_in(const standing *s, actor whom) {
    entry_kind kind = is_person(whom) ? KIND_NAME : KIND_HELPER;
    uint32_t of = is_person(whom) ? whom : (uint32_t)(whom - FIRST_HELPER);
    for (uint32_t i = 0; i < s->f->entry_count; i++) {
        const entry_fact *e = &s->f->entries[i];
        if (e->kind == kind && e->of == of && s->f->versions[e->first_version].author == s->viewer) return true;
    }
    return false;
}

/* One member alone fills no plan: the refusal of the last one would count those whom he does not know, and leave no room for the
 * child that is to be born (T9). */
enum { ADDED_BY_ONE = 6 };
static bool has_added_enough(const standing *s) {
    unsigned added = 0;
    for (uint32_t i = 0; i < s->f->entry_count; i++) {
        const entry_fact *e = &s->f->entries[i];
        added += e->kind == KIND_NAME && s->f->versions[e->first_version].author == s->viewer;
    }
    return added >= ADDED_BY_ONE;
}

answer policy_add_person(const standing *s, subjects homes, bool with_holders) {
    if (homes & ~(s->known & ALL_HOMES)) return refuse(RULE_R01);
    if (coordinates(s)) return allow(RULE_R35);
    bool at_home = homes != 0 && (homes & ~s->managed) == 0;
    bool may = is_adult_member(s) && at_home && !with_holders && !has_added_enough(s);
    return may ? allow(RULE_R35) : refuse(RULE_R35);
}

answer policy_add_helper(const standing *s, subjects agreed) {
    bool said = agreed != 0 && (agreed & ~(s->adult & s->members)) == 0;
    return coordinates(s) && said ? allow(RULE_R42) : refuse(RULE_R42);
}

bool policy_may_name(const standing *s, actor whom) {
    if (whom == s->viewer || whom == ACTOR_NONE) return false;
    bool mine = brought_in(s, whom);
    if (is_helper(whom)) return mine || policy_sees_helper(s, (uint8_t)(whom - FIRST_HELPER)) != LEVEL_HIDDEN;
    return (PERSON(whom) & s->members & ~s->unborn) && (mine || (PERSON(whom) & s->known));
}

/* Whoever holds a code can become whom it is for, so no member of the family ever gets one: not a parent for his child, nor for the
 * helper to whom the other home will speak. */
answer policy_invite(const standing *s, actor whom) {
    if (!policy_may_name(s, whom)) return refuse(RULE_R01);
    if (coordinates(s)) return allow(RULE_R38);
    return is_adult_member(s) ? allow(RULE_R35) : refuse(RULE_R01);
}

bool policy_is_kept_out(const facts *f, actor whom, moment at) {
    for (unsigned i = 0; i < f->block_count; i++)
        if (f->blocks[i].person == whom && COUNTS(&f->blocks[i], at)) return true;
    for (unsigned i = 0; i < f->lock_count; i++)
        if (f->locks[i].not_for == whom && is_every_field(f->locks[i].fields) && COUNTS(&f->locks[i], at)) return true;
    return false;
}

/* One that runs, or will with his yes. */
static bool has_place(const facts *f, actor whom, moment at) {
    for (unsigned i = 0; at < f->closed && i < f->place_count; i++) {
        const place_fact *row = &f->places[i];
        if (HELPER(row->helper) == whom && row->recorded <= at && at < row->until) return true;
    }
    return false;
}

bool policy_may_join(const facts *f, actor whom, moment at) {
    if (f->erased <= at || whom == ACTOR_NONE || policy_is_kept_out(f, whom, at)) return false;
    if (is_helper(whom)) return has_place(f, whom, at);
    const person_fact *p = &f->people[whom];
    return p->member && !p->account && p->recorded <= at && p->born <= at;
}

bool policy_place_waits(const standing *s) {
    for (unsigned i = 0; !s->erased && s->at < s->f->closed && i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        bool waits = row->from == MOMENT_NEVER && row->recorded <= s->at && s->at < row->until;
        if (HELPER(row->helper) == s->viewer && waits) return true;
    }
    return false;
}

/* Who may know of the unborn and speaks for it: its owner, or the coordinator whom she told. */
answer policy_record_birth(const standing *s, unsigned child) {
    if (child >= PEOPLE_MAX || !(PERSON(child) & s->unborn & s->members)) return refuse(RULE_R01);
    bool may = (s->own & PERSON(child)) || (coordinates(s) && (s->known & PERSON(child)));
    return may ? allow(RULE_R27) : refuse(RULE_R01);
}

answer policy_check_contact(const standing *s, unsigned child) {
    bool minor = child < PEOPLE_MAX && (s->minor & PERSON(child)) && s->place_runs && policy_may_name(s, (actor)child);
    return minor && s->f->people[child].contact <= s->at ? allow(RULE_R38) : refuse(RULE_R01);
}

/* In the plan, grown up, and without an account in which he would have seen it himself. */
static bool waits_to_be_told(const standing *s, unsigned person) {
    const person_fact *p = &s->f->people[person];
    bool waits = (s->members & s->adult & PERSON(person)) && !p->account && s->at < p->informed;
    return waits && policy_may_name(s, (actor)person);
}

answer policy_note_informed(const standing *s, unsigned person) {
    bool may = person < PEOPLE_MAX && coordinates(s) && waits_to_be_told(s, person);
    return may ? allow(RULE_R75) : refuse(RULE_R01);
}

bool policy_limits_unseen(const standing *s) { return (s->self & s->minor) && s->at < s->f->people[s->viewer].limits; }
