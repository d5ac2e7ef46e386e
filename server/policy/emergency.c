/* Emergency access: who may open what, and who learns of it.
 *
 * An open emergency covers by stand.c; here is the door itself. */
#include "policy/inside.h"

/* one that nobody reviewed in time shuts the door for the next. */
static bool is_overdue(const standing *s) {
    for (unsigned i = 0; i < s->f->emergency_count; i++) {
        const emergency_fact *e = &s->f->emergencies[i];
        if (HELPER(e->helper) != s->viewer || e->recorded > s->at) continue;
        if (e->review_due <= s->at && e->reviewed > s->at) return true;
    }
    return false;
}

/* the catalogue has no C5 field that may be opened so; its generator sees to it. */
static bool can_open(field_id field) { return catalogue[field].break_glass; }

answer policy_open_emergency(const standing *s, const field_set fields, subjects about) {
    bool named = about != 0 && (about & ~(s->members & ~s->unborn)) == 0 && (fields[0] | fields[1]) != 0;
    if (!s->emergency_role || !named || fields[1] >> (FIELD_COUNT - 64)) return refuse(RULE_R50);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(fields, f)) continue;
        if (!can_open(f)) return refuse(catalogue[f].class_ == C5 ? RULE_R54 : RULE_R50);
        if (stopped(s, f, about) != NO_RULE) return refuse(RULE_R50);
    }
    return is_overdue(s) ? refuse(RULE_R53) : allow(RULE_R50);
}

/* A field of which a parent hears nothing: of safety, own space, or the minor's own to decide. */
static bool is_minors_own(const standing *s, const emergency_fact *e, subjects child) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(e->fields, f) && (catalogue[f].safety || catalogue[f].own_space || (able_in(s, f) & child))) return true;
    return false;
}

static bool is_kept_from(const standing *s, const emergency_fact *e, subjects child) {
    if (child & s->blocked) return true;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(e->fields, f) && (child & s->locked[f])) return true;
    return false;
}

/* Who is kept from one of the children hears of the others only that it was: the fields are those of all of them. */
static telling told_as_parent(const standing *s, const emergency_fact *e) {
    telling most = TOLD_NOTHING;
    bool kept = false;
    for EACH_SUBJECT (c, e->about & s->children) kept |= is_kept_from(s, e, PERSON(c));
    for EACH_SUBJECT (c, e->about & s->children) {
        if (is_kept_from(s, e, PERSON(c))) continue;
        if (kept) return TOLD_THAT;
        telling t = is_minors_own(s, e, PERSON(c)) ? TOLD_THAT : TOLD_ALL;
        if (t == TOLD_THAT) return t;
        most = t;
    }
    return most;
}

/* An adult; a minor who decides at least one of the fields that it could open. */
static bool decides_some(const standing *s, const emergency_fact *e) {
    if (s->self & s->adult) return true;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(e->fields, f) && can_open(f) && (able_in(s, f) & s->self)) return true;
    return false;
}

telling policy_told(const standing *s, uint32_t emergency) {
    must(emergency < s->f->emergency_count);
    const emergency_fact *e = &s->f->emergencies[emergency];
    if (!s->active || e->recorded > s->at || e->from > s->at) return TOLD_NOTHING;
    if (HELPER(e->helper) == s->viewer || (s->place_runs && s->safety)) return TOLD_ALL;
    if (s->at < e->told) return TOLD_NOTHING;
    if ((e->about & s->self) && decides_some(s, e)) return TOLD_ALL;
    return told_as_parent(s, e);
}
