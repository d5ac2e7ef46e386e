/* What waits for somebody, worked out from facts and time.
 *
 * Nothing here changes what anybody may read. A task of which he may not know what it is about is no task of his. */
#include "policy/inside.h"

#define AHEAD_EXPIRY (30 * DAY)
#define AHEAD_BIRTHDAY (60 * DAY)
#define AHEAD_REVIEW (14 * DAY)
#define CONTACT_EVERY (182 * DAY) /* six months, the shortest of them */
#define INFORM_WITHIN (30 * DAY)  /* GDPR art. 14(3): one month */
#define COPY_WITHIN (60 * DAY)

typedef struct {
    agenda_item *out;
    uint32_t cap, count;
} agenda;

static void put(agenda *a, agenda_kind kind, uint32_t of, moment since, moment due) {
    if (a->count < a->cap) a->out[a->count] = (agenda_item){.kind = kind, .of = of, .since = since, .due = due};
    a->count++;
}

/* ---- requests ---- */

static bool waits_for_him(const standing *s, uint32_t request) {
    field_set parts;
    subjects yes;
    policy_request_parts(s, request, parts);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(parts, f) || policy_request_state(s, request, f, &yes) != REQUEST_OPEN) continue;
        if (said(s, &s->f->requests[request], s->viewer, f) == SAID_NOTHING) return true;
    }
    return false;
}

static void add_requests(agenda *a, const standing *s, bool for_coordinator) {
    for (unsigned i = 0; i < s->f->request_count; i++) {
        const request_fact *r = &s->f->requests[i];
        if (!policy_request_runs(s, i)) continue;
        if (!for_coordinator && s->self && waits_for_him(s, i)) put(a, AGENDA_ANSWER, i, r->recorded, r->lapses);
        field_set not_agreed;
        policy_not_agreed(s, i, not_agreed);
        bool some = (not_agreed[0] | not_agreed[1]) != 0;
        if (for_coordinator && some) put(a, AGENDA_NOT_AGREED, i, r->recorded, r->lapses);
    }
}

/* ---- grants ---- */

static bool runs(const standing *s, const grant_fact *g) { return COUNTS(g, s->at) && !is_stopped(s, g); }

/* Of a field that leaves no trace for him no task tells either, although he gave it himself (R-58b, T7). */
static bool has_live_field(const standing *s, unsigned grant, bool (*fits)(field_id)) {
    const grant_fact *g = &s->f->grants[grant];
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &s->f->grant_fields[g->first_field + i];
        if (s->at < gf->ended && fits(gf->field) && policy_sees_grant_field(s, grant, gf->field)) return true;
    }
    return false;
}

static moment newest_lapse(const standing *s, const grant_fact *g) {
    moment newest = MOMENT_MIN;
    for (unsigned i = 0; i < g->confirm_count; i++) {
        const confirm_fact *row = &s->f->confirms[g->first_confirm + i];
        if (row->recorded <= s->at && row->lapses > newest) newest = row->lapses;
    }
    return newest;
}

/* He is asked on the day on which the period ends, and the days of grace are left. */
static void add_confirming(agenda *a, const standing *s, unsigned grant) {
    const grant_fact *g = &s->f->grants[grant];
    if (!(g->givers & s->self) || !runs(s, g) || !has_live_field(s, grant, needs_confirming)) return;
    moment lapses = newest_lapse(s, g), grace = (s->f->law->reconfirm_grace_days + 1) * DAY;
    if (lapses <= s->at) put(a, AGENDA_PAUSED, grant, lapses, g->until);
    else if (lapses - grace <= s->at) put(a, AGENDA_CONFIRM, grant, lapses - grace, lapses);
}

static bool any_field(field_id field) { return field < FIELD_COUNT; }

static void add_expiry(agenda *a, const standing *s, unsigned grant) {
    const grant_fact *g = &s->f->grants[grant];
    bool his = (g->givers & s->self) || grant_received(s, g);
    if (!his || !runs(s, g) || !has_live_field(s, grant, any_field)) return;
    if (g->until != MOMENT_NEVER && g->until - AHEAD_EXPIRY <= s->at)
        put(a, AGENDA_EXPIRES, grant, g->until - AHEAD_EXPIRY, g->until);
}

static bool is_confirmed_since(const standing *s, const grant_fact *g, moment birthday) {
    for (unsigned i = 0; i < g->confirm_count; i++) {
        const confirm_fact *row = &s->f->confirms[g->first_confirm + i];
        if (birthday <= row->recorded && row->recorded <= s->at) return true;
    }
    return false;
}

/* What others gave about him before the birthday from which he decides. */
static void add_deciding(agenda *a, const standing *s, unsigned grant) {
    const grant_fact *g = &s->f->grants[grant];
    if (!s->self || !(g->about & s->self & (s->adult | s->able)) || (g->givers & s->self) || !runs(s, g)) return;
    moment turned = s->turned[s->viewer];
    if (turned <= g->from || is_confirmed_since(s, g, turned) || !policy_sees_grant(s, grant)) return;
    put(a, AGENDA_DECIDE, grant, turned, turned + s->f->law->transition_grace_days * DAY);
}

static bool needs_four_eyes(const standing *s, const grant_fact *g) {
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &s->f->grant_fields[g->first_field + i];
        bool waits = (catalogue[gf->field].steps & STEP_FOUR_EYES) && s->at < gf->four_eyes && s->at < gf->ended;
        if (waits && !(g->about & s->locked[gf->field])) return true;
    }
    return false;
}

static void add_four_eyes(agenda *a, const standing *s, unsigned grant) {
    const grant_fact *g = &s->f->grants[grant];
    bool his = s->place_runs && s->safety && !(g->about & s->blocked);
    if (his && runs(s, g) && needs_four_eyes(s, g)) put(a, AGENDA_FOUR_EYES, grant, g->recorded, g->until);
}

static void add_grants(agenda *a, const standing *s, void (*add)(agenda *, const standing *, unsigned)) {
    for (unsigned i = 0; i < s->f->grant_count; i++) add(a, s, i);
}

/* ---- people ---- */

/* A birthday from which somebody else decides, 60 days ahead and until it has come. */
static void add_birthday(agenda *a, const standing *s, unsigned person, uint8_t years, moment birthday) {
    if (birthday == MOMENT_NEVER || birthday == MOMENT_MIN) return;
    if (s->at < birthday - AHEAD_BIRTHDAY || s->at >= birthday) return;
    put(a, AGENDA_BIRTHDAY, person, birthday - AHEAD_BIRTHDAY, birthday);
    if (a->count <= a->cap) a->out[a->count - 1].years = years;
}

static void add_birthdays(agenda *a, const standing *s) {
    const jurisdiction *law = s->f->law;
    subjects his = s->self | (s->children & ~s->blocked) | subjects_if(s->coordinator, s->known);
    for EACH_SUBJECT (p, his & s->minor & s->members) {
        const person_fact *person = &s->f->people[p];
        if (law->at_12 != TRANSITION_NONE) add_birthday(a, s, (unsigned)p, 12, person->turns_12);
        if (law->at_16 != TRANSITION_NONE) add_birthday(a, s, (unsigned)p, 16, person->turns_16);
        add_birthday(a, s, (unsigned)p, 18, person->turns_18);
    }
}

static bool is_due(const standing *s, moment review) { return review != MOMENT_NEVER && review - AHEAD_REVIEW <= s->at; }

static bool is_superseded(const standing *s, const capacity_fact *row) {
    for (unsigned i = 0; i < s->f->capacity_count; i++) {
        const capacity_fact *other = &s->f->capacities[i];
        bool same = other->person == row->person && memcmp(other->topics, row->topics, sizeof row->topics) == 0;
        if (same && other->recorded <= s->at && other->from <= s->at && other->recorded > row->recorded) return true;
    }
    return false;
}

static void add_capacity_reviews(agenda *a, const standing *s) {
    for (unsigned i = 0; s->place_runs && i < s->f->capacity_count; i++) {
        const capacity_fact *row = &s->f->capacities[i];
        bool his = row->by == s->viewer || (s->coordinator && (s->known & PERSON(row->person)));
        bool lasts = row->recorded <= s->at && (s->minor & PERSON(row->person)) && !is_superseded(s, row);
        if (his && lasts && is_due(s, row->review)) put(a, AGENDA_CAPACITY_REVIEW, i, row->review - AHEAD_REVIEW, row->review);
    }
}

static void add_hold_reviews(agenda *a, const standing *s) {
    for (unsigned i = 0; s->place_runs && i < s->f->hold_count; i++) {
        const hold_fact *row = &s->f->holds[i];
        bool his = row->by == s->viewer || (s->coordinator && (row->about & ~s->known) == 0);
        if (his && COUNTS(row, s->at) && is_due(s, row->review))
            put(a, AGENDA_HOLD_REVIEW, i, row->review - AHEAD_REVIEW, row->review);
    }
}

static void add_emergency_reviews(agenda *a, const standing *s) {
    for (unsigned i = 0; i < s->f->emergency_count; i++) {
        const emergency_fact *row = &s->f->emergencies[i];
        bool his = s->place_runs && s->safety && HELPER(row->helper) != s->viewer;
        if (his && row->recorded <= s->at && row->until <= s->at && s->at < row->reviewed)
            put(a, AGENDA_EMERGENCY_REVIEW, i, row->until, row->review_due);
    }
}

static void add_contacts(agenda *a, const standing *s) {
    for EACH_SUBJECT (p, subjects_if(s->coordinator, s->minor)) {
        moment checked = s->f->people[p].contact;
        if (!policy_check_contact(s, (unsigned)p).allowed || s->at < checked + CONTACT_EVERY - AHEAD_REVIEW) continue;
        put(a, AGENDA_CONTACT, (uint32_t)p, checked + CONTACT_EVERY - AHEAD_REVIEW, checked + CONTACT_EVERY);
    }
}

static void add_informing(agenda *a, const standing *s) {
    for (unsigned p = 0; p < s->f->people_count; p++) {
        moment added = s->f->people[p].recorded;
        if (policy_note_informed(s, p).allowed) put(a, AGENDA_INFORM, p, added, added + INFORM_WITHIN);
    }
}

/* What his parents read of him ended with that day; what is kept of him is his. */
static void add_copy(agenda *a, const standing *s) {
    if (!(s->self & s->adult)) return;
    moment birthday = s->f->people[s->viewer].turns_18;
    if (birthday == MOMENT_MIN || s->at >= birthday + COPY_WITHIN) return;
    put(a, AGENDA_COPY, s->viewer, birthday, birthday + COPY_WITHIN);
}

uint32_t policy_agenda(const standing *s, agenda_item *out, uint32_t cap) {
    agenda a = {out, cap, 0};
    if (!s->active) return 0;
    add_requests(&a, s, false);
    add_requests(&a, s, true);
    add_grants(&a, s, add_confirming);
    add_grants(&a, s, add_expiry);
    add_birthdays(&a, s);
    add_grants(&a, s, add_deciding);
    add_grants(&a, s, add_four_eyes);
    add_capacity_reviews(&a, s);
    add_hold_reviews(&a, s);
    add_emergency_reviews(&a, s);
    add_contacts(&a, s);
    add_informing(&a, s);
    add_copy(&a, s);
    return a.count;
}
