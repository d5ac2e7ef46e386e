/* Which helpers and which grants the viewer may know of, R-57b, R-60.
 *
 * The midwife betrays the pregnancy: so a helper shows only through a grant that the viewer gave, or that speaks of
 * him or of somebody whose content he reads, and never through a grant of which he must find no trace. */
#include "policy/inside.h"

/* ---- grants ---- */

static bool is_giver(const standing *s, const grant_fact *g) { return (g->givers & s->self) != 0; }

/* He is named in it and decides that field for himself, or manages a home that is. */
static bool decides_in(const standing *s, const grant_fact *g, field_id field) {
    subjects about = g->about & ~born_since(s, g);
    return (about & s->managed) || (about & s->self & (s->adult | able_in(s, field)));
}

/* What a block or a lock keeps from him leaves no trace among the grants either (T6, T7). */
static bool is_kept_out(const standing *s, const grant_fact *g, field_id field) {
    return (g->about & (s->blocked | s->locked[field])) != 0;
}

/* By a small child whose content he reads: only what can be said of a child. A grant may name the other home, its money
 * and its pregnancy beside the child, and of those he must find no trace. */
static bool speaks_of_child(const standing *s, const grant_fact *g, field_id field, subjects children) {
    about_kind kind = catalogue[field].about;
    if (kind == ABOUT_ADULT || kind == ABOUT_HOUSEHOLD || field == FIELD_PREGNANCY) return false;
    return (g->about & ~born_since(s, g) & children & s->parent_cover[field]) != 0;
}

/* Nor does a grant about the child tell him of a member of the family of whom he knows nothing (R-19b, R-30). */
static bool to_a_stranger(const standing *s, const grant_fact *g) {
    return is_person(g->recipient) && !(PERSON(g->recipient) & (s->known | s->self));
}

bool policy_sees_grant_field(const standing *s, uint32_t grant, field_id field) {
    must(grant < s->f->grant_count && field < FIELD_COUNT);
    const grant_fact *g = &s->f->grants[grant];
    const grant_field_fact *gf = grant_field_of(s->f, g, field);
    if (!gf || !s->active || g->recorded > s->at || is_kept_out(s, g, field)) return false;
    if ((g->about & ~born_since(s, g)) == 0) return false;
    if (is_giver(s, g)) return true;
    if (g->recipient == s->viewer && grant_covers(s, g, gf)) return true;
    if (is_hushed(field)) return false;
    return decides_in(s, g, field) || (speaks_of_child(s, g, field, s->under_12) && !to_a_stranger(s, g));
}

bool policy_sees_grant(const standing *s, uint32_t grant) {
    must(grant < s->f->grant_count);
    const grant_fact *g = &s->f->grants[grant];
    for (unsigned i = 0; i < g->field_count; i++)
        if (policy_sees_grant_field(s, grant, s->f->grant_fields[g->first_field + i].field)) return true;
    return false;
}

/* ---- helpers ---- */

/* Some field of it may show, for subjects of whom the viewer may know. */
static bool speaks_openly(const standing *s, const grant_fact *g) {
    for (unsigned i = 0; i < g->field_count; i++) {
        field_id field = s->f->grant_fields[g->first_field + i].field;
        if (is_hushed(field) || is_kept_out(s, g, field)) continue;
        if (g->about & ~born_since(s, g) & (s->self | s->managed)) return true;
        if (speaks_of_child(s, g, field, s->content)) return true;
    }
    return false;
}

static bool shows_to_person(const standing *s, const grant_fact *g) { return is_giver(s, g) || speaks_openly(s, g); }

/* By a grant of team_members: the helpers around its subjects. */
static bool shows_to_helper(const standing *s, const grant_fact *g) {
    if (!(g->about & s->grant_cover[FIELD_TEAM_MEMBERS])) return false;
    for (unsigned i = 0; i < g->field_count; i++) {
        field_id field = s->f->grant_fields[g->first_field + i].field;
        if (!is_hushed(field) && !is_kept_out(s, g, field)) return true;
    }
    return false;
}

/* Of his own grants too: what he gave before the lock. */
static bool shows_any_field(const standing *s, const grant_fact *g) {
    for (unsigned i = 0; i < g->field_count; i++)
        if (!is_kept_out(s, g, s->f->grant_fields[g->first_field + i].field)) return true;
    return false;
}

typedef struct {
    bool shown, gave; /* some grant to the helper shows him; the viewer gave one */
} traces;

static traces grant_traces(const standing *s, actor helper) {
    traces found = {false, false};
    for (unsigned i = 0; i < s->f->grant_count; i++) {
        const grant_fact *g = &s->f->grants[i];
        if (g->recipient != helper || g->recorded > s->at || !shows_any_field(s, g)) continue;
        found.gave |= is_giver(s, g);
        found.shown |= s->self ? shows_to_person(s, g) : shows_to_helper(s, g);
    }
    return found;
}

static bool opens_openly(const emergency_fact *e) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(e->fields, f) && !is_hushed(f)) return true;
    return false;
}

/* Who had an emergency about him, or about a small child whose authority he holds: not where it opened nothing but what
 * a parent must find no trace of. */
static bool had_emergency(const standing *s, uint8_t helper) {
    for (unsigned i = 0; i < s->f->emergency_count; i++) {
        const emergency_fact *e = &s->f->emergencies[i];
        if (e->helper != helper || policy_told(s, i) == TOLD_NOTHING) continue;
        if (e->about & s->self) return true;
        if ((e->about & s->children & s->under_12) && opens_openly(e)) return true;
    }
    return false;
}

/* Who asks him for something can't do so without a name; whom he answered, he remembers. */
static bool asks_something(const standing *s, actor helper) {
    for (unsigned i = 0; s->self && i < s->f->request_count; i++) {
        const request_fact *r = &s->f->requests[i];
        bool his = r->asker == helper || r->recipient == helper;
        if (his && r->asker != s->viewer && policy_sees_request(s, i)) return true;
    }
    return false;
}

static bool is_coordinator(const standing *s, uint8_t helper) {
    for (unsigned i = 0; s->at < s->f->closed && i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        if (row->helper == helper && row->coordinator && COUNTS(row, s->at)) return true;
    }
    return false;
}

/* Once listed, always listed: what a stand-in hid must not show when the place ends. */
static bool is_listed(const standing *s, uint8_t helper) {
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *row = &s->f->places[i];
        if (row->helper == helper && row->listed && row->recorded <= s->at) return true;
    }
    return false;
}

level policy_sees_helper(const standing *s, uint8_t helper) {
    must(helper < s->f->helper_count);
    if (!s->active) return LEVEL_HIDDEN;
    if (s->viewer == HELPER(helper)) return LEVEL_EXACT;
    traces t = grant_traces(s, HELPER(helper));
    bool shows = t.shown || (s->c0 && is_coordinator(s, helper)) || had_emergency(s, helper) || asks_something(s, HELPER(helper));
    if (!shows) return LEVEL_HIDDEN;
    return is_listed(s, helper) && !t.gave ? LEVEL_DERIVED : LEVEL_EXACT;
}
