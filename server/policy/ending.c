/* What ends: an entry that somebody wants erased, a plan that is paused or closed (C-21, R-80), a life.
 *
 * Nobody ends alone what others rely on: what is about several people stays, and a plan waits for a second word. */
#include "policy/inside.h"

static bool coordinates(const standing *s) { return s->place_runs && s->coordinator; }
static bool is_family_adult(const standing *s) { return s->active && (s->self & s->adult); }

/* ---- entries (R-73) ---- */

answer policy_ask_erasure(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    bool his = e->kind == KIND_PLAN && (e->about & s->self) != 0;
    answer reads = his ? entry_answer(s, e) : refuse(RULE_R73);
    return reads.allowed && reads.level == LEVEL_EXACT ? allow(RULE_R73) : refuse(RULE_R73);
}

/* Whoever decides must know of it already: a request is no way to learn what is there. */
answer policy_decide_erasure(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    bool may = coordinates(s) || (s->place_runs && is_author(s, e));
    return may && e->kind == KIND_PLAN && entry_answer(s, e).allowed ? allow(RULE_R73) : refuse(RULE_R73);
}

/* T9: what is about others too is theirs as well, and so is what protects somebody. */
bool policy_may_be_erased(const facts *f, uint32_t entry, actor person) {
    must(entry < f->entry_count);
    return is_person(person) && f->entries[entry].about == PERSON(person) && !catalogue[f->entries[entry].field].protects;
}

static bool wrote_it_alone(const standing *s, const entry_fact *e) {
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (s->f->versions[v].author != s->viewer || s->f->versions[v].wrote != s->self) return false;
    return true;
}

bool policy_erases_alone(const standing *s, uint32_t entry) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    return policy_ask_erasure(s, entry).allowed && e->about == s->self && catalogue[e->field].own_space && wrote_it_alone(s, e);
}

/* ---- the plan (C-21, R-80) ---- */

#define SECOND_WORD (14 * DAY)

static bool is_closed(const standing *s) { return s->f->course.closed <= s->at; }
static bool is_paused(const standing *s) { return s->f->course.paused <= s->at; }

/* The family asks. While the plan is closed there is nothing to pause. */
answer policy_ask_plan_end(const standing *s, plan_end end) {
    const plan_course *c = &s->f->course;
    bool over = is_closed(s) || (end == PLAN_PAUSE && is_paused(s));
    bool asked = (end == PLAN_PAUSE ? c->pausing : c->closing) <= s->at;
    return is_family_adult(s) && !over && !asked ? allow(RULE_R80) : refuse(RULE_R80);
}

static bool is_only_adult(const standing *s) { return (s->adult & s->members & ~s->dead) == s->self; }

/* The coordinator talks with each of them first, so his is the second word; if he does not say it in time, another adult does.
 * It is never the first one's own, while there is another: he might be the one whom the plan protects the others from (T9). */
answer policy_end_plan(const standing *s, plan_end end) {
    const plan_course *c = &s->f->course;
    moment asked = end == PLAN_PAUSE ? c->pausing : c->closing;
    actor by = end == PLAN_PAUSE ? c->pausing_by : c->closing_by;
    bool over = is_closed(s) || (end == PLAN_PAUSE && is_paused(s));
    if (asked > s->at || over) return refuse(RULE_R80);
    bool second = is_family_adult(s) && (by != s->viewer || is_only_adult(s)) && s->at - asked >= SECOND_WORD;
    return coordinates(s) || second ? allow(RULE_R80) : refuse(RULE_R80);
}

/* Any adult of the family says that it goes on: what was asked is taken back, what has begun ends. */
answer policy_resume_plan(const standing *s, plan_end end) {
    const plan_course *c = &s->f->course;
    bool runs = end == PLAN_PAUSE ? is_paused(s) : is_closed(s);
    bool asked = (end == PLAN_PAUSE ? c->pausing : c->closing) <= s->at;
    return is_family_adult(s) && (runs || asked) ? allow(RULE_R80) : refuse(RULE_R80);
}

/* ---- a death (R-77) ---- */

answer policy_note_death(const standing *s, unsigned person) {
    bool known = person < PEOPLE_MAX && (PERSON(person) & s->known & s->members & ~s->unborn);
    return coordinates(s) && known && s->at < s->f->people[person].died ? allow(RULE_R77) : refuse(RULE_R77);
}
