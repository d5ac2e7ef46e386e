/* May he read a thought value of a field about exactly these subjects? The read order of domain.md 3.4.
 *
 * What stops comes first (steps 1 to 3). Then every subject must be covered, strongest ground first, and whatever is
 * left uncovered refuses: the last line of each decision is the refusal. */
#include "policy/inside.h"

static subjects shielded_homes(const standing *s, subjects about) {
    subjects found = 0;
    for (unsigned h = 0; h < s->f->home_count; h++) found |= subjects_if(s->f->homes[h].shielded, about & HOME(h));
    return found;
}

value address_of(const standing *s, subjects about) {
    subjects shielded = shielded_homes(s, about);
    if (shielded == 0) return (value){FIELD_HOUSEHOLD_ADDRESS, about};
    value sealed = {FIELD_PROTECTED_ADDRESS, about & ~shielded};
    for EACH_SUBJECT (h, shielded >> PEOPLE_MAX) sealed.about |= s->residents[h];
    return sealed;
}

/* R-58b. Process information about the family stays open, or a blocked parent would learn of the block from its
 * absence. */
static bool blocked_for(const standing *s, field_id field, subjects about) {
    subjects denied = catalogue[field].class_ == C0 ? s->blocked & ~THE_FAMILY : s->blocked;
    return (about & denied) != 0;
}

/* T6. What is about him alone stays his, as with a block. */
static bool locked_for(const standing *s, field_id field, subjects about) {
    return about != s->self && (about & s->locked[field]) != 0;
}

bool is_locked_from_him(const standing *s, field_id field, subjects about) {
    if (!s->locks) return false;
    value v = value_of(s, field, about);
    return locked_for(s, field, about) || locked_for(s, v.field, v.about);
}

static bool is_blocked_from_him(const standing *s, field_id field, subjects about) {
    if (s->blocked == 0) return false;
    value v = value_of(s, field, about);
    return blocked_for(s, field, about) || blocked_for(s, v.field, v.about);
}

bool is_kept_from_him(const standing *s, field_id field, subjects about) {
    return is_blocked_from_him(s, field, about) || is_locked_from_him(s, field, about);
}

rule stopped(const standing *s, field_id field, subjects about) {
    if (field >= FIELD_COUNT || s->erased) return RULE_R01;
    if (catalogue[field].steps & STEP_NOT_HERE) return RULE_R54;
    value v = value_of(s, field, about);
    if (is_kept_from_him(s, field, about)) return RULE_R58;
    if (v.about == 0 || (about & ~s->present)) return RULE_R01;
    return NO_RULE;
}

/* Takes what `cover` covers out of `rest`; the rule of the last one that took something is the weakest used. */
static void strip(subjects *rest, subjects cover, rule r, rule *used) {
    if (*rest & cover) *used = r;
    *rest &= ~cover;
}

static rule own_rule(const standing *s, subjects by_own) { return by_own & s->self ? RULE_R14 : RULE_R27; }

static int16_t grant_behind(const standing *s, field_id field, level l, subjects by_grant) {
    subjects first = by_grant & (~by_grant + 1);
    const grant_fact *g = &s->f->grants[s->first_grant[field]];
    while (!(g->about & first) || !(grant_covers_field(s, g, field, l) & first)) g++;
    return (int16_t)(g - s->f->grants);
}

static bool emergency_opens(const standing *s, const emergency_fact *e, field_id field, subjects subject) {
    return HELPER(e->helper) == s->viewer && COUNTS(e, s->at) && has_field(e->fields, field) && (e->about & subject);
}

static int16_t emergency_behind(const standing *s, field_id field, subjects by_emergency) {
    subjects first = by_emergency & (~by_emergency + 1);
    unsigned i = 0;
    while (!emergency_opens(s, &s->f->emergencies[i], field, first)) i++;
    return (int16_t)i;
}

static subjects grant_cover_at(const standing *s, field_id field, level l) {
    return l == LEVEL_EXACT ? s->grant_cover[field] : s->grant_cover[field] | s->less_cover[l][field];
}

/* BE: what the minor reads as his own, held back from him or not. */
static subjects trusted_cover(const standing *s, field_id field) {
    bool reads = s->f->law->trusted_reads && !is_hushed(field) && !(s->official && field == FIELD_RESIDENCE_STATUS);
    return subjects_if(reads, s->trust & ~s->held[field]);
}

/* Steps 4 to 7 for everything that is not sealed, with grants that give that level or better. */
static answer ask_at(const standing *s, value v, level l) {
    rule used = RULE_R01;
    subjects rest = v.about, own = s->own & ~s->held[v.field];
    strip(&rest, own, own_rule(s, rest & own), &used);
    strip(&rest, s->managed, RULE_R17, &used);
    strip(&rest, subjects_if(catalogue[v.field].joint, s->children), RULE_R18, &used);
    strip(&rest, s->parent_cover[v.field], RULE_R28, &used);
    if (s->trust) strip(&rest, trusted_cover(s, v.field), RULE_R40, &used);
    subjects by_grant = rest & grant_cover_at(s, v.field, l);
    strip(&rest, by_grant, RULE_R02, &used);
    subjects by_emergency = rest & s->emergency_cover[v.field];
    strip(&rest, by_emergency, RULE_R50B, &used);
    if (rest != 0) return refuse(RULE_R01);
    answer yes = allow(used);
    yes.level = l;
    if (by_grant) yes.grant = grant_behind(s, v.field, l, by_grant);
    if (by_emergency) yes.emergency = emergency_behind(s, v.field, by_emergency);
    return yes;
}

/* The best level that covers every subject: the weakest cover is the value's. */
static answer ask_open(const standing *s, value v) {
    answer a = ask_at(s, v, LEVEL_EXACT);
    for (level l = LEVEL_DERIVED; s->less && !a.allowed && l >= LEVEL_EXISTS; l--) a = ask_at(s, v, l);
    return a;
}

/* Which subjects of a sealed value this grant releases: an adult only by himself; a minor by himself or by all the
 * adults in it. */
static subjects released_by(const standing *s, const grant_fact *g, value v) {
    subjects covers = grant_covers_field(s, g, v.field, LEVEL_EXACT) & v.about & ALL_PEOPLE;
    subjects adults = v.about & s->adult;
    subjects by_themselves = covers & g->givers;
    return (adults & ~g->givers) == 0 ? by_themselves | (covers & ~s->adult) : by_themselves;
}

/* C5: never parenthood, household or emergency (R-54, R-60b). */
static answer ask_sealed(const standing *s, value v) {
    subjects rest = v.about & ~(s->own & ~s->held[v.field]);
    if (rest == 0) return allow(own_rule(s, v.about));
    if (s->grant_cover[v.field] == 0) return refuse(RULE_R57D);
    answer yes = allow(RULE_R02);
    subjects first = rest & (~rest + 1);
    for (unsigned i = s->first_grant[v.field]; i < s->f->grant_count; i++) {
        subjects released = released_by(s, &s->f->grants[i], v);
        if (yes.grant < 0 && (released & first)) yes.grant = (int16_t)i;
        rest &= ~released;
    }
    return rest == 0 ? yes : refuse(RULE_R57D);
}

static bool is_process_information(const standing *s, field_id field, subjects about) {
    return s->c0 && about == THE_FAMILY && (field == FIELD_PLAN_STATUS || field == FIELD_COORDINATOR_CONTACT);
}

answer ask_unstopped(const standing *s, field_id field, subjects about) {
    if (is_process_information(s, field, about)) return allow(RULE_R19);
    value v = value_of(s, field, about);
    return catalogue[v.field].class_ == C5 ? ask_sealed(s, v) : ask_open(s, v);
}

/* ---- why not: for the auditor and those concerned ---- */

/* The newest grant that names the field and a subject still uncovered tells why it does not help. */
static const grant_fact *newest_naming(const standing *s, value v) {
    const grant_fact *newest = NULL;
    for (unsigned i = 0; i < s->f->grant_count; i++) {
        const grant_fact *g = &s->f->grants[i];
        if (g->recipient != s->viewer || g->recorded > s->at || !(g->about & v.about)) continue;
        if (!grant_field_of(s->f, g, v.field)) continue;
        if (!newest || newest->recorded <= g->recorded) newest = g;
    }
    return newest;
}

static rule why_no_grant(const standing *s, value v) {
    if (is_person(s->viewer) && !s->active) return RULE_R01;
    const grant_fact *g = newest_naming(s, v);
    if (!g) return RULE_R01;
    rule fault = grant_fault(s, g, grant_field_of(s->f, g, v.field));
    bool works_later = fault == NO_RULE || fault == RULE_R02;
    if (works_later && (grant_paused(s, g, v.field) & v.about)) return RULE_R24;
    return fault == NO_RULE ? RULE_R01 : fault;
}

/* Held back: he would read it as the subject or by parenthood. */
static bool is_held(const standing *s, value v) {
    subjects held = v.about & s->held[v.field];
    if (held & s->own) return true;
    for EACH_SUBJECT (c, held & s->children)
        if (parent_reads(s, (unsigned)c, v.field)) return true;
    return false;
}

static subjects uncovered(const standing *s, value v) {
    subjects own = s->own & ~s->held[v.field], joint = subjects_if(catalogue[v.field].joint, s->children);
    subjects by_others =
        s->parent_cover[v.field] | s->grant_cover[v.field] | s->emergency_cover[v.field] | trusted_cover(s, v.field);
    return v.about & ~(own | s->managed | joint | by_others);
}

static rule why_not(const standing *s, value v) {
    if (catalogue[v.field].class_ == C5) return RULE_R57D;
    v.about = uncovered(s, v);
    return is_held(s, v) ? RULE_R40 : why_no_grant(s, v);
}

answer policy_ask(const standing *s, field_id field, subjects about) {
    rule stop = stopped(s, field, about);
    if (stop != NO_RULE) return refuse(stop);
    answer a = ask_unstopped(s, field, about);
    return a.allowed ? a : refuse(why_not(s, value_of(s, field, about)));
}

bool policy_concerns(const standing *asker, field_id field, subjects about) {
    answer a = policy_ask(asker, field, about);
    bool as_one_of_them =
        a.rule == RULE_R14 || a.rule == RULE_R17 || a.rule == RULE_R18 || a.rule == RULE_R27 || a.rule == RULE_R28;
    return a.allowed && as_one_of_them;
}
