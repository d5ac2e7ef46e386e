/* What keeps somebody out before every permit: blocks (R-58, R-58b) and safety locks (T6, T7, T9).
 *
 * A lock names fields and subjects; a lock on everything is a block. Where somebody lives is told by his home too, so a lock on
 * a field about homes reaches the homes of those it protects, unless the one kept out manages that home. */
#include "policy/inside.h"

static subjects homes_of(const standing *s, subjects people, subjects managed) {
    subjects homes = 0;
    for (unsigned h = 0; h < s->f->home_count; h++) homes |= subjects_if(s->residents[h] & people, HOME(h) & ~managed);
    return homes;
}

static subjects homes_managed_by(const standing *s, actor who) {
    subjects homes = 0;
    for (unsigned h = 0; is_person(who) && h < s->f->home_count; h++)
        homes |= subjects_if(s->managers[h] & PERSON(who), HOME(h));
    return homes;
}

static subjects reach(const standing *s, const lock_fact *row, field_id field) {
    if (!has_field(row->fields, field)) return 0;
    subjects managed = homes_managed_by(s, row->not_for);
    return row->about | subjects_if(catalogue[field].about == ABOUT_HOUSEHOLD, homes_of(s, row->about, managed));
}

bool is_locked_for(const standing *s, actor who, subjects about, field_id field) {
    for (unsigned i = 0; i < s->f->lock_count; i++) {
        const lock_fact *row = &s->f->locks[i];
        if (row->not_for == who && COUNTS(row, s->at) && (reach(s, row, field) & about)) return true;
    }
    return false;
}

bool is_blocked_for(const standing *s, unsigned person, unsigned child) {
    for (unsigned i = 0; i < s->f->block_count; i++) {
        const block_fact *row = &s->f->blocks[i];
        if (row->person == person && (row->protects & PERSON(child)) && COUNTS(row, s->at)) return true;
    }
    return false;
}

subjects given_in_vain(const standing *s, const grant_fact *g, field_id field) {
    subjects vain = 0;
    for (unsigned i = 0; i < s->f->lock_count; i++) {
        const lock_fact *row = &s->f->locks[i];
        bool gave = is_person(row->not_for) && (g->givers & PERSON(row->not_for));
        if (gave && COUNTS(row, g->recorded) && COUNTS(row, s->at)) vain |= reach(s, row, field);
    }
    return vain;
}

/* Those the blocks protect, the homes where they live unless he manages them, and the family as a whole; for people outside the
 * family too. */
static void stand_blocks(standing *s) {
    subjects protects = 0, him = is_person(s->viewer) ? PERSON(s->viewer) : 0;
    for (unsigned i = 0; i < s->f->block_count; i++) {
        const block_fact *row = &s->f->blocks[i];
        if (row->person == s->viewer && COUNTS(row, s->at)) protects |= row->protects & ~him;
    }
    for (unsigned i = 0; i < s->f->lock_count; i++) {
        const lock_fact *row = &s->f->locks[i];
        if (row->not_for == s->viewer && COUNTS(row, s->at) && is_every_field(row->fields)) protects |= row->about & ~him;
    }
    if (protects == 0) return;
    s->blocked = protects | THE_FAMILY | homes_of(s, protects, s->managed);
}

void stand_locks(standing *s) {
    stand_blocks(s);
    for (unsigned i = 0; i < s->f->lock_count; i++) {
        const lock_fact *row = &s->f->locks[i];
        if (row->not_for != s->viewer || !COUNTS(row, s->at) || is_every_field(row->fields)) continue;
        for (field_id f = 0; f < FIELD_COUNT; f++) s->locked[f] |= reach(s, row, f);
        s->locks = true;
    }
}

/* ---- setting and lifting ---- */

/* What he may protect: himself, if he decides the field; anything, in the safety role. */
static bool protects_himself(const standing *s, subjects about, const field_set fields) {
    if (!s->self || about != s->self) return false;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f) && !((s->adult | able_in(s, f)) & s->self)) return false;
    return true;
}

static bool may_set(const standing *s, subjects about, const field_set fields) {
    return protects_himself(s, about, fields) || (s->place_runs && s->safety);
}

static bool any_field(const field_set fields) { return (fields[0] | fields[1]) != 0 && fields[1] >> (FIELD_COUNT - 64) == 0; }

answer policy_lock(const standing *s, subjects about, const field_set fields, actor not_for) {
    bool there = about != 0 && (about & ~(s->known | s->self) & ~THE_FAMILY) == 0 && any_field(fields);
    if (!there || not_for == ACTOR_NONE || not_for == s->viewer) return refuse(RULE_R01);
    return may_set(s, about, fields) ? allow(RULE_T6) : refuse(RULE_R01);
}

bool policy_sees_lock(const standing *s, uint32_t lock) {
    must(lock < s->f->lock_count);
    const lock_fact *row = &s->f->locks[lock];
    if (row->not_for == s->viewer || row->recorded > s->at) return false;
    if (s->place_runs && s->safety) return true;
    return (row->about & s->self & s->adult) || protects_himself(s, row->about & s->self, row->fields);
}

answer policy_lift(const standing *s, uint32_t lock) {
    if (!policy_sees_lock(s, lock)) return refuse(RULE_R01);
    return s->at < s->f->locks[lock].until ? allow(RULE_T6) : refuse(RULE_R01);
}
