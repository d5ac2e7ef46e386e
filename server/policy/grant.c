/* When a grant works, and for whom, R-21b, R-24, R-27, R-48.
 *
 * A grant names its subjects; it never reaches one that it does not name. Whoever asks why it does not work
 * gets the rule, from the same lines that decide that it does not. */
#include "policy/inside.h"

const grant_field_fact *grant_field_of(const facts *f, const grant_fact *g, field_id field) {
    const grant_field_fact *row = f->grant_fields + g->first_field;
    for (unsigned i = 0; i < g->field_count; i++)
        if (row[i].field == field) return &row[i];
    return NULL;
}

static bool basis_holds(const standing *s, grant_basis basis) {
    if (basis == BASIS_PUBLIC_TASK) return s->f->law->cross_domain_public_task;
    return basis < BASIS_UNKNOWN;
}

/* SS1 and C4 fields live from one re-confirmation to the next; safety fields are reviewed instead, never paused by
 * silence. */
bool needs_confirming(field_id field) {
    const field_row *row = &catalogue[field];
    return !row->safety && ((row->steps & STEP_NAMED) || row->class_ == C4);
}

static bool has_lapsed(const standing *s, const grant_fact *g) {
    const confirm_fact *rows = s->f->confirms + g->first_confirm, *newest = NULL;
    for (unsigned i = 0; i < g->confirm_count; i++)
        if (rows[i].recorded <= s->at && (!newest || newest->recorded <= rows[i].recorded)) newest = &rows[i];
    return !newest || newest->lapses <= s->at;
}

bool is_stopped(const standing *s, const grant_fact *g) {
    size_t position = (size_t)(g - s->f->grants);
    return s->stopped[position >> 6] >> (position & 63) & 1;
}

rule grant_fault(const standing *s, const grant_fact *g, const grant_field_fact *gf) {
    if (is_helper(s->viewer) && !s->place_runs) return RULE_R19;
    if (gf->ended <= s->at || is_stopped(s, g)) return RULE_R08;
    if (!COUNTS(g, s->at)) return RULE_R11;
    if (!basis_holds(s, g->basis)) return RULE_R01;
    if (s->official && gf->field == FIELD_RESIDENCE_STATUS) return RULE_R48;
    if ((catalogue[gf->field].steps & STEP_FOUR_EYES) && s->at < gf->four_eyes) return RULE_R02;
    if (needs_confirming(gf->field) && has_lapsed(s, g)) return RULE_R02;
    return NO_RULE;
}

/* Nothing given before a birth is carried over to the child; own space only by its owner (R-21b). */
subjects grant_reach(const standing *s, const grant_fact *g, field_id field) {
    subjects reach = catalogue[field].own_space ? g->about & g->givers : g->about;
    return reach & ~born_since(s, g) & ~given_in_vain(s, g, field);
}

bool policy_gives_nothing(const standing *s, uint32_t grant, field_id field) {
    must(grant < s->f->grant_count && field < FIELD_COUNT);
    const grant_fact *g = &s->f->grants[grant];
    return (g->about & given_in_vain(s, g, field)) != 0;
}

static moment newest_word(const standing *s, const grant_fact *g) {
    const confirm_fact *rows = s->f->confirms + g->first_confirm;
    moment newest = MOMENT_MIN;
    for (unsigned i = 0; i < g->confirm_count; i++)
        if (rows[i].recorded <= s->at && rows[i].recorded > newest) newest = rows[i].recorded;
    return newest == MOMENT_MIN ? g->recorded : newest;
}

/* NL at 16: what others gave to a parent ends with the parent's own view; what they gave to helpers stays. */
static bool ends_for_parent(const standing *s, const grant_fact *g, unsigned p, moment newest) {
    moment turned = s->f->people[p].turns_16;
    bool to_parent = is_person(g->recipient) && (s->holders[p] & PERSON(g->recipient));
    return to_parent && s->f->law->at_16 == TRANSITION_PARENTS_ONLY && turned <= s->at && newest < turned;
}

/* what others gave for a child pauses on a transition birthday, C3 and above at once, the rest after its grace.
 * The newest birthday is enough to look at: a confirmation since then is one since the earlier ones too. */
subjects grant_paused(const standing *s, const grant_fact *g, field_id field) {
    if (catalogue[field].safety) return 0;
    const moment *turned = catalogue[field].class_ >= C3 ? s->turned : s->turned_long;
    subjects paused = 0;
    moment newest = newest_word(s, g);
    for EACH_SUBJECT (p, g->about & ~g->givers & ALL_PEOPLE & s->present)
        if (newest < turned[p] || ends_for_parent(s, g, (unsigned)p, newest)) paused |= PERSON(p);
    return paused;
}

/* What must be hidden whole can't be half shown. */
subjects grant_covers(const standing *s, const grant_fact *g, const grant_field_fact *gf) {
    if (catalogue[gf->field].steps & STEP_NOT_HERE) return 0;
    if (gf->level == LEVEL_HIDDEN || (gf->level < LEVEL_EXACT && is_hushed(gf->field))) return 0;
    if (grant_fault(s, g, gf) != NO_RULE) return 0;
    return grant_reach(s, g, gf->field) & ~grant_paused(s, g, gf->field);
}

subjects grant_covers_field(const standing *s, const grant_fact *g, field_id field, level at_least) {
    if (g->recipient != s->viewer) return 0;
    const grant_field_fact *gf = grant_field_of(s->f, g, field);
    return gf && gf->level >= at_least ? grant_covers(s, g, gf) : 0;
}

bool grant_received(const standing *s, const grant_fact *g) {
    size_t position = (size_t)(g - s->f->grants);
    return g->recipient == s->viewer && (s->works[position >> 6] >> (position & 63) & 1);
}
