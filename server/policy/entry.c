/* May he read that entry, and what may he read of everything: R-14 and its four exceptions (R-15, R-16, R-57c,
 * R-57d), and what is read as people, homes, team and grants (R-19b, R-102).
 *
 * An entry that is not recorded yet, or withdrawn, is not there. What stops a value stops its entries too, before any
 * exception. */
#include "policy/inside.h"

static bool version_is_there(const standing *s, uint32_t version) {
    return s->f->versions[version].recorded <= s->at;
}

/* The position of the newest version that is recorded, or of none: one past the last. */
static uint32_t newest_version(const standing *s, const entry_fact *e) {
    for (uint32_t i = e->version_count; i > 0; i--)
        if (version_is_there(s, e->first_version + i - 1)) return e->first_version + i - 1;
    return e->first_version + e->version_count;
}

/* frozen until settled, for everybody. */
static bool is_restricted(const standing *s, const entry_fact *e) {
    for (uint32_t i = 0; i < s->f->restriction_count; i++) {
        const restriction_fact *row = &s->f->restrictions[i];
        if (row->entry == (uint32_t)(e - s->f->entries) && COUNTS(row, s->at)) return true;
    }
    return false;
}

bool entry_is_there(const standing *s, const entry_fact *e) {
    return s->at < e->withdrawn && !is_restricted(s, e) && newest_version(s, e) < e->first_version + e->version_count;
}

bool is_author(const standing *s, const entry_fact *e) {
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++) {
        const version_fact *row = &s->f->versions[v];
        if (version_is_there(s, v) && (row->author == s->viewer || (row->wrote & s->self))) return true;
    }
    return false;
}

/* R-57c: each adult or able minor among those protected reads it whole, unless it is held back from him. */
static bool is_protected(const standing *s, value v) {
    subjects decide = s->adult | able_in(s, v.field);
    return catalogue[v.field].protects && (s->self & v.about & decide) && !(v.about & s->held[v.field]);
}

/* R-57d: the named release of every adult subject opens the entry, also for the minors in it; without adults, each
 * minor is named. */
static int16_t named_release(const standing *s, value v) {
    subjects adults = v.about & s->adult, rest = adults ? adults : v.about;
    int16_t first = -1;
    if (catalogue[v.field].class_ != C5 || (v.about & ~ALL_PEOPLE)) return -1;
    if (v.about & s->self) return -1; /* one of them reads it as such, or not at all (R-57c) */
    for (unsigned i = 0; i < s->f->grant_count; i++) {
        const grant_fact *g = &s->f->grants[i];
        subjects released = grant_covers_field(s, g, v.field, LEVEL_EXACT) & rest & (adults ? g->givers : ~(subjects)0);
        if (released && first < 0) first = (int16_t)i;
        rest &= ~released;
    }
    return rest == 0 ? first : -1;
}

/* his own action, while his place or membership lasts. */
static bool is_assignee(const standing *s, const entry_fact *e) {
    bool lasts = s->self != 0 || s->place_runs;
    return e->kind == KIND_PLAN && e->field == FIELD_ACTIONS && e->assignee == s->viewer && lasts;
}

/* What holds for every version alike. A refusal does not say why. */
static answer plan_entry(const standing *s, const entry_fact *e) {
    rule stop = stopped(s, e->field, e->about);
    if (stop != NO_RULE) return refuse(stop);
    answer a = ask_unstopped(s, e->field, e->about);
    if (a.allowed && a.level == LEVEL_EXACT) return a;
    value v = value_of(s, e->field, e->about);
    if (is_protected(s, v)) return allow(RULE_R57C);
    int16_t release = s->grant_cover[v.field] ? named_release(s, v) : -1;
    if (release >= 0) {
        answer yes = allow(RULE_R57D);
        yes.grant = release;
        return yes;
    }
    return is_assignee(s, e) ? allow(RULE_R16) : a;
}

/* a member's own words, and a yes to exactly this version. Nobody else gains anything by writing. */
static bool are_own_words(const standing *s, const entry_fact *e, uint32_t version) {
    const version_fact *row = &s->f->versions[version];
    if (!((row->agreed | row->wrote) & s->self) || !version_is_there(s, version)) return false;
    field_id field = value_of(s, e->field, e->about).field;
    sensitivity class_ = catalogue[field].class_;
    bool fits = e->kind == KIND_PLAN && !is_hushed(field) && class_ >= C1 && class_ <= C3;
    return fits && stopped(s, e->field, e->about) == NO_RULE;
}

/* The newest version of which these are his words, or one past the last. */
static uint32_t newest_own_words(const standing *s, const entry_fact *e) {
    uint32_t none = e->first_version + e->version_count;
    for (uint32_t v = none; v > e->first_version; v--)
        if (are_own_words(s, e, v - 1)) return v - 1;
    return none;
}

static bool is_name(const entry_fact *e) { return e->kind == KIND_NAME || e->kind == KIND_LABEL; }
static bool is_content(const entry_fact *e) { return e->kind == KIND_PLAN || e->kind == KIND_REGISTER; }

static answer named(bool known) { return known ? allow(RULE_R19B) : refuse(RULE_R01); }

static answer helper_entry(const standing *s, const entry_fact *e) {
    level shown_at = e->kind == KIND_LISTED ? LEVEL_DERIVED : LEVEL_EXACT;
    if (e->of >= s->f->helper_count || policy_sees_helper(s, (uint8_t)e->of) != shown_at) return refuse(RULE_R01);
    answer yes = allow(RULE_R102);
    yes.level = shown_at;
    return yes;
}

static answer grant_entry(const standing *s, const entry_fact *e) {
    bool sees = e->of < s->f->grant_count && policy_sees_grant(s, e->of);
    return sees ? allow(RULE_R02) : refuse(RULE_R01);
}

static moment newest_recorded(const standing *s, const entry_fact *e) { return s->f->versions[newest_version(s, e)].recorded; }

/* Who may not read the text reads one summary of it, not how it was summed up before. */
static bool is_newest_summary(const standing *s, const entry_fact *e) {
    for (uint32_t i = 0; i < s->f->entry_count; i++) {
        const entry_fact *other = &s->f->entries[i];
        if (other->kind != KIND_SUMMARY || other->of != e->of || other == e || !entry_is_there(s, other)) continue;
        moment mine = newest_recorded(s, e), its = newest_recorded(s, other);
        if (its > mine || (its == mine && other > e)) return false;
    }
    return true;
}

/* What hangs on another entry: a summary for whoever may know more than that it is there, a statement for whoever reads it. */
static answer hanging_entry(const standing *s, const entry_fact *e, level at_least) {
    if (e->of >= s->f->entry_count || !is_content(&s->f->entries[e->of])) return refuse(RULE_R01);
    answer of = entry_answer(s, &s->f->entries[e->of]);
    if (!of.allowed || of.level < at_least) return refuse(RULE_R01);
    if (of.level < LEVEL_EXACT && !is_newest_summary(s, e)) return refuse(RULE_R01);
    of.level = LEVEL_EXACT;
    return of;
}

static answer request_entry(const standing *s, const entry_fact *e) {
    bool sees = e->of < s->f->request_count && policy_sees_request(s, e->of);
    return sees ? allow(RULE_R45) : refuse(RULE_R01);
}

/* The reason is for him who gave it, for those who learn all of it, and for the safety role that judges it. */
static answer reason_entry(const standing *s, const entry_fact *e) {
    if (e->of >= s->f->emergency_count) return refuse(RULE_R01);
    return policy_told(s, e->of) == TOLD_ALL ? allow(RULE_R50) : refuse(RULE_R01);
}

/* Everything but plan and register: the same for every version. `known` includes what his entries tell him. */
static answer other_entry(const standing *s, const entry_fact *e, subjects known) {
    if (e->kind == KIND_NAME) return named(e->of < PEOPLE_MAX && (known & PERSON(e->of)));
    if (e->kind == KIND_LABEL) return named(e->of < HOMES_MAX && (known & HOME(e->of)));
    if (e->kind == KIND_GRANT) return grant_entry(s, e);
    if (e->kind == KIND_SUMMARY) return hanging_entry(s, e, LEVEL_DERIVED);
    if (e->kind == KIND_STATEMENT) return hanging_entry(s, e, LEVEL_EXACT);
    if (e->kind == KIND_REQUEST) return request_entry(s, e);
    if (e->kind == KIND_REASON) return reason_entry(s, e);
    return helper_entry(s, e);
}

/* The newest version that he may read of an entry that is there, with the answer about it. */
static answer newest_readable(const standing *s, const entry_fact *e, uint32_t *version) {
    *version = newest_version(s, e);
    answer a = plan_entry(s, e);
    bool whole = a.allowed && a.level == LEVEL_EXACT;
    uint32_t own = whole ? 0 : newest_own_words(s, e);
    if (whole || own == e->first_version + e->version_count) return a;
    *version = own;
    return allow(RULE_R15);
}

answer entry_answer(const standing *s, const entry_fact *e) {
    if (!entry_is_there(s, e)) return refuse(RULE_R01);
    answer a = plan_entry(s, e);
    bool whole = a.allowed && a.level == LEVEL_EXACT;
    return !whole && are_own_words(s, e, newest_version(s, e)) ? allow(RULE_R15) : a;
}

static subjects known_in_full(const standing *s) {
    subjects known = s->known;
    uint32_t version;
    for (uint32_t i = 0; i < s->f->entry_count; i++) {
        const entry_fact *e = &s->f->entries[i];
        if (!is_content(e) || !entry_is_there(s, e)) continue;
        answer a = newest_readable(s, e, &version);
        if (a.allowed) known |= known_by_reading(s, e, a.level);
    }
    return known;
}

answer policy_entry(const standing *s, uint32_t entry, uint32_t version) {
    must(entry < s->f->entry_count);
    const entry_fact *e = &s->f->entries[entry];
    must(version - e->first_version < e->version_count);
    if (s->at >= e->withdrawn || !version_is_there(s, version)) return refuse(RULE_R01);
    if (is_restricted(s, e)) return refuse(RULE_R74);
    if (is_name(e)) return other_entry(s, e, known_in_full(s));
    if (!is_content(e)) return other_entry(s, e, 0);
    answer a = plan_entry(s, e);
    if (a.allowed && a.level == LEVEL_EXACT) return a;
    if (are_own_words(s, e, version)) return allow(RULE_R15);
    if (a.allowed) return version == newest_version(s, e) ? a : refuse(RULE_R01);
    return policy_ask(s, e->field, e->about);
}

static void add_permit(ruling *r, uint32_t entry, uint32_t version, answer a) {
    r->permits[r->count++] = (permit){entry, version, a.level, a.rule, a.grant, a.emergency};
}

/* One entry in the walk. Whom he knows is complete only after it: names are all permitted here and sifted afterwards,
 * so that the permits keep the order of the entries. */
static void judge_entry(const standing *s, uint32_t entry, unsigned kinds, ruling *out) {
    const entry_fact *e = &s->f->entries[entry];
    uint32_t version = newest_version(s, e);
    if (!entry_is_there(s, e)) return;
    answer a = is_content(e) ? newest_readable(s, e, &version) : is_name(e) ? allow(RULE_R19B) : other_entry(s, e, 0);
    if (!a.allowed) return;
    if (is_content(e)) out->known |= known_by_reading(s, e, a.level);
    if (kinds & 1u << e->kind) add_permit(out, entry, version, a);
}

static void sift_names(const standing *s, ruling *out) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        const entry_fact *e = &s->f->entries[out->permits[i].entry];
        if (!is_name(e) || other_entry(s, e, out->known).allowed) out->permits[kept++] = out->permits[i];
    }
    out->count = kept;
}

void policy_judge(const facts *f, actor viewer, moment at, unsigned kinds, permit *permits, ruling *out) {
    standing s;
    policy_stand(f, viewer, at, &s);
    *out = (ruling){.viewer = viewer, .at = at, .family_version = f->version, .permits = permits};
    out->valid_until = facts_next_moment(f, at);
    if (!s.active) return;
    out->known = s.known;
    for (uint32_t i = 0; i < f->entry_count; i++) judge_entry(&s, i, kinds, out);
    sift_names(&s, out);
}
