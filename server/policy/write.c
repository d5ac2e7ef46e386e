/* Who may write, revise, withdraw and give: the catalogue's writers, and, R-21b, R-27, R-48, R-57b.
 *
 * Reading and writing are apart: helpers gain nothing by writing, and who must give a consent is computed,
 * never chosen. */
#include "policy/inside.h"

/* ---- entries ---- */

/* a text about a home may name residents too, never the family instead of the home. */
static bool fits(field_id field, subjects about) {
    about_kind kind = catalogue[field].about;
    if (kind == ABOUT_HOUSEHOLD) return (about & ALL_HOMES) && !(about & THE_FAMILY);
    if (kind == ABOUT_MEMBER || kind == ABOUT_ADULT || kind == ABOUT_CHILD) return (about & ~ALL_PEOPLE) == 0;
    return true;
}

static bool is_writer(field_id field, unsigned role) { return catalogue[field].writers & role; }

/* A family adult, about himself, his homes and the children of whom he reads the field. */
static bool writes_as_adult(const standing *s, field_id field, subjects about) {
    subjects children = s->parent_cover[field] | subjects_if(catalogue[field].joint, s->children);
    return is_writer(field, WRITER_FA) && (s->self & s->adult) && (about & ~(s->own | s->managed | children)) == 0;
}

static bool are_known(const standing *s, subjects about) { return (about & ~(s->known | THE_FAMILY)) == 0; }

static bool writes_as_child(const standing *s, field_id field, subjects about) {
    return is_writer(field, WRITER_CH) && (about & s->self & s->minor) && are_known(s, about);
}

static bool writes_as_helper(const standing *s, field_id field, subjects about) {
    bool role = is_writer(field, WRITER_P) || (s->coordinator && is_writer(field, WRITER_CO));
    return s->place_runs && role && are_known(s, about);
}

/* In somebody's own voice only he himself, or a helper in his words; never another person of the family. */
static bool speaks_for_another(const standing *s, field_id field, subjects about) {
    return field == FIELD_CHILD_VOICE && s->self != 0 && about != s->self;
}

answer policy_write(const standing *s, field_id field, subjects about) {
    rule stop = stopped(s, field, about);
    if (stop != NO_RULE) return refuse(stop);
    if (!s->active || !fits(field, about) || (about & ALL_PEOPLE & ~s->members)) return refuse(RULE_R01);
    if (speaks_for_another(s, field, about)) return refuse(RULE_R01);
    bool alone = (about & ~s->own) == 0;
    if (alone && is_writer(field, WRITER_SELF)) return allow(RULE_R14);
    if (writes_as_adult(s, field, about)) return allow(alone ? RULE_R14 : about & s->children ? RULE_R28 : RULE_R17);
    if (writes_as_child(s, field, about)) return allow(RULE_R14);
    return writes_as_helper(s, field, about) ? allow(RULE_R19) : refuse(RULE_R01);
}

static bool is_own_voice(field_id field) {
    return field == FIELD_DISAGREEMENTS || field == FIELD_CHILD_VOICE || catalogue[field].own_space;
}

/* Whether he can act on that entry at all; NO_RULE if so. */
static rule entry_stop(const standing *s, const entry_fact *e) {
    bool content = e->kind == KIND_PLAN || e->kind == KIND_REGISTER || e->kind == KIND_SUMMARY || e->kind == KIND_STATEMENT;
    if (!content || !entry_is_there(s, e) || !(s->self || s->place_runs)) return RULE_R01;
    bool hangs = e->kind == KIND_SUMMARY || e->kind == KIND_STATEMENT;
    if (!hangs) return stopped(s, e->field, e->about);
    if (e->of >= s->f->entry_count) return RULE_R01;
    const entry_fact *of = &s->f->entries[e->of];
    return entry_is_there(s, of) ? stopped(s, of->field, of->about) : RULE_R01;
}

answer policy_revise(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    rule stop = entry_stop(s, e);
    if (stop != NO_RULE) return refuse(stop);
    if (is_author(s, e)) return allow(RULE_R15);
    if (e->kind == KIND_STATEMENT || e->kind == KIND_SUMMARY) return refuse(RULE_R71);
    return is_own_voice(e->field) ? refuse(RULE_R01) : policy_write(s, e->field, e->about);
}

answer policy_withdraw_entry(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    rule stop = entry_stop(s, e);
    if (stop != NO_RULE) return refuse(stop);
    if (is_author(s, e)) return allow(RULE_R15);
    bool his_alone = (e->about & ~s->own) == 0 && e->field != FIELD_DISAGREEMENTS && e->kind != KIND_STATEMENT;
    return his_alone ? allow(RULE_R14) : refuse(RULE_R01);
}

answer policy_state(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    bool his = (e->about & (s->own | s->managed | s->children)) != 0;
    return e->kind == KIND_PLAN && his && entry_stop(s, e) == NO_RULE ? allow(RULE_R71) : refuse(RULE_R71);
}

answer policy_restrict(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    bool his_alone = e->kind == KIND_PLAN && e->about == s->self;
    return his_alone && entry_stop(s, e) == NO_RULE ? allow(RULE_R74) : refuse(RULE_R74);
}

/* ---- grants ---- */

static givers_rule band_rule(const standing *s, field_id field, unsigned child) {
    const jurisdiction *law = s->f->law;
    bool able = able_in(s, field) & PERSON(child);
    if (!able) return law->givers_under_12;
    return s->under_16 & PERSON(child) ? law->givers_12_15 : law->givers_16_17;
}

/* Who is kept out can't be asked without telling him, so he is no giver (R-33, R-57b, T6). */
static subjects holders_to_ask(const standing *s, field_id field, unsigned child) {
    subjects holders = s->holders[child];
    for EACH_SUBJECT (p, s->holders[child])
        if (is_blocked_for(s, (unsigned)p, child) || is_locked_for(s, (actor)p, PERSON(child), field)) holders &= ~PERSON(p);
    return holders;
}

/* Decides this field about himself without anybody else, whatever his age band asks: own space (R-21b), safety
 * (R-57b), SS3. */
static bool decides_alone(const standing *s, field_id field, unsigned child) {
    if (catalogue[field].own_space) return true;
    bool alone = catalogue[field].safety || (catalogue[field].steps & STEP_SUBJECT_ONLY);
    return alone && (able_in(s, field) & PERSON(child));
}

/* SS3, "no proxy, no parent": while he can't decide himself, nobody gives it. How somebody is doing (mental_wellbeing) is SS3
 * only for those who decide themselves. */
static bool is_his_alone(field_id field) {
    bool sealed = catalogue[field].safety && catalogue[field].class_ == C5;
    return sealed || ((catalogue[field].steps & STEP_SUBJECT_ONLY) && field != FIELD_MENTAL_WELLBEING);
}

/* No holder known, nobody gives. */
static subjects givers_for_minor(const standing *s, field_id field, unsigned child) {
    subjects holders = holders_to_ask(s, field, child);
    if (decides_alone(s, field, child)) return PERSON(child);
    if (is_his_alone(field)) return 0;
    if (catalogue[field].safety) return holders;
    givers_rule r = band_rule(s, field, child);
    if (r == GIVERS_MINOR) return PERSON(child);
    if (r == GIVERS_MINOR_AND_HOLDERS) return holders ? holders | PERSON(child) : 0;
    return holders;
}

static subjects givers_for_person(const standing *s, field_id field, unsigned p) {
    actor owner = s->f->people[p].owner;
    if (s->unborn & PERSON(p)) return is_person(owner) ? PERSON(owner) & s->members & ~s->unborn : 0;
    if (s->adult & PERSON(p)) return PERSON(p);
    return givers_for_minor(s, field, p);
}

subjects policy_givers(const standing *s, field_id field, subjects subject) {
    bool is_one = subject != 0 && (subject & (subject - 1)) == 0;
    bool gives_access = is_one && field < FIELD_COUNT && !(catalogue[field].steps & STEP_NOT_HERE);
    if (!gives_access || s->erased || !(subject & (s->members | ALL_HOMES) & s->present)) return 0;
    unsigned i = lowest(subject);
    if (subject & ALL_PEOPLE) return givers_for_person(s, field, i);
    return value_of(s, field, subject).field == field ? s->managers[i - PEOPLE_MAX] : 0;
}

static bool is_in_conflict(const standing *s, field_id field, unsigned child) {
    for (unsigned i = 0; i < s->f->conflict_count; i++) {
        const conflict_fact *row = &s->f->conflicts[i];
        if (row->child == child && has_field(row->topics, field) && COUNTS(row, s->at)) return true;
    }
    return false;
}

/* One holder in good faith is enough (domain.md 3.2): not with a known conflict, not for C3 and above. */
bool is_in_good_faith(const standing *s, field_id field, subjects subject) {
    if (!(subject & s->minor) || catalogue[field].class_ > C2) return false;
    unsigned child = lowest(subject);
    return band_rule(s, field, child) == GIVERS_HOLDERS_GOOD_FAITH && !is_in_conflict(s, field, child);
}

static bool gives_in_good_faith(const standing *s, field_id field, subjects subject) {
    return (policy_givers(s, field, subject) & s->self) && is_in_good_faith(s, field, subject);
}

static bool gives_alone(const standing *s, field_id field, subjects about) {
    for EACH_SUBJECT (i, about) {
        subjects subject = (subjects)1 << i;
        if (policy_givers(s, field, subject) != s->self && !gives_in_good_faith(s, field, subject)) return false;
    }
    return true;
}

bool is_official(const standing *s, actor recipient) {
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        if (HELPER(row->helper) == recipient && row->authority_role && COUNTS(row, s->at)) return true;
    }
    return false;
}

/* A helper whose place runs, or another member. */
bool can_receive(const standing *s, actor recipient) {
    if (is_person(recipient)) return PERSON(recipient) & s->members & ~s->unborn & ~s->self;
    for (unsigned i = 0; s->at < s->f->closed && i < s->f->place_count; i++)
        if (HELPER(s->f->places[i].helper) == recipient && COUNTS(&s->f->places[i], s->at)) return true;
    return false;
}

static rule giving_field_stop(const standing *s, field_id field, subjects about, actor recipient) {
    rule stop = stopped(s, field, about);
    if (stop != NO_RULE) return stop;
    if (field == FIELD_RESIDENCE_STATUS && is_official(s, recipient)) return RULE_R48;
    return gives_alone(s, field, about) ? NO_RULE : RULE_R21;
}

/* A blocked recipient is no reason to refuse: that would tell the giver of the block. The grant is stored, and every read
 * of his is denied all the same, before any permit. */
answer policy_give(const standing *s, const field_set fields, subjects about, actor recipient) {
    bool some = false;
    if (!s->self || about == 0 || !can_receive(s, recipient)) return refuse(RULE_R01);
    if (fields[1] >> (FIELD_COUNT - 64)) return refuse(RULE_R01);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(fields, f)) continue;
        rule stop = giving_field_stop(s, f, about, recipient);
        if (stop != NO_RULE) return refuse(stop);
        some = true;
    }
    return some ? allow(RULE_R21) : refuse(RULE_R01);
}

answer policy_withdraw_grant(const standing *s, uint32_t grant) {
    must(grant < s->f->grant_count);
    const grant_fact *g = &s->f->grants[grant];
    if (g->about & s->blocked) return refuse(RULE_R58);
    if (!policy_sees_grant(s, grant) || g->until <= s->at) return refuse(RULE_R01);
    bool decides = (g->givers & s->self) || (g->about & s->self & (s->adult | s->able | s->topical));
    return decides ? allow(RULE_R08) : refuse(RULE_R01);
}
