/* Fields asked of those who must give, until each has said his word, R-57b.
 *
 * Who must give is computed anew at every look, so a birthday or a block between question and answer changes whom it waits for. One
 * "no" of somebody who must give ends a field, and nobody but he himself learns whose it was. */
#include "policy/inside.h"

static const request_fact *request_at(const standing *s, uint32_t request) {
    must(request < s->f->request_count);
    return &s->f->requests[request];
}

static subjects one(unsigned subject) { return (subjects)1 << subject; }

/* ---- who must give ---- */

/* R-57b: those protected who decide for themselves, for all of them; only small children alone have somebody else to ask. */
static subjects safety_givers(const standing *s, const request_fact *r, field_id field) {
    return r->about & (s->adult | able_in(s, field)) & s->members & ~s->unborn;
}

static subjects givers_of_all(const standing *s, const request_fact *r, field_id field) {
    subjects all = 0;
    for EACH_SUBJECT (i, r->about) {
        subjects givers = policy_givers(s, field, one((unsigned)i));
        if (givers == 0) return 0;
        all |= givers;
    }
    return all;
}

subjects policy_request_givers(const standing *s, uint32_t request, field_id field) {
    const request_fact *r = request_at(s, request);
    must(field < FIELD_COUNT);
    if (!has_field(r->fields, field) || s->erased || (catalogue[field].steps & STEP_NOT_HERE)) return 0;
    bool all_there = (r->about & ALL_PEOPLE & ~s->present) == 0;
    subjects protected_ = catalogue[field].safety && all_there ? safety_givers(s, r, field) : 0;
    return protected_ ? protected_ : givers_of_all(s, r, field);
}

/* A request that speaks of anybody for whom he is blocked, or of what is locked from him, is none of his: also not for his own
 * part, which would tell him of the rest (T6). */
static bool is_kept_from(const standing *s, const request_fact *r, field_id field) { return is_kept_from_him(s, field, r->about); }

/* His part, as far as nothing keeps him from knowing of it (R-30, T6). */
static bool is_asked(const standing *s, uint32_t request, field_id field) {
    const request_fact *r = request_at(s, request);
    if ((catalogue[field].steps & STEP_NOT_HERE) || is_kept_from(s, r, field)) return false;
    bool safe = catalogue[field].safety && safety_givers(s, r, field);
    if (safe) return (safety_givers(s, r, field) & s->self) != 0;
    for EACH_SUBJECT (i, r->about)
        if (policy_givers(s, field, one((unsigned)i)) & s->self) return true;
    return false;
}

void policy_request_parts(const standing *s, uint32_t request, field_set out) {
    const request_fact *r = request_at(s, request);
    out[0] = out[1] = 0;
    if (!s->active || !s->self || r->recorded > s->at) return;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(r->fields, f) && is_asked(s, request, f)) add_field(out, f);
}

/* ---- what was said ---- */

word said(const standing *s, const request_fact *r, unsigned person, field_id field) {
    word last = SAID_NOTHING;
    for (uint32_t i = r->first_reply; i < r->first_reply + r->reply_count; i++) {
        const reply_fact *reply = &s->f->replies[i];
        if (reply->person != person || reply->counts > s->at) continue;
        if (reply->counts >= r->lapses || reply->counts >= r->withdrawn) continue; /* a witness who came too late */
        if (has_field(reply->yes, field)) last = SAID_YES;
        if (has_field(reply->no, field)) last = SAID_NO;
    }
    return last;
}

static subjects who_said(const standing *s, const request_fact *r, subjects givers, field_id field, word w) {
    subjects who = 0;
    for EACH_SUBJECT (p, givers) who |= subjects_if(said(s, r, (unsigned)p, field) == w, PERSON(p));
    return who;
}

/* In good faith one holder's yes stands for the other's silence, never against his no. */
static bool is_enough(const standing *s, const request_fact *r, field_id field, subjects yes) {
    for EACH_SUBJECT (i, r->about) {
        subjects subject = one((unsigned)i), givers = policy_givers(s, field, subject);
        bool all = (givers & ~yes) == 0, one_of_them = (givers & yes) && is_in_good_faith(s, field, subject);
        if (!all && !one_of_them) return false;
    }
    return true;
}

request_state policy_request_state(const standing *s, uint32_t request, field_id field, subjects *yes) {
    const request_fact *r = request_at(s, request);
    subjects givers = policy_request_givers(s, request, field);
    *yes = who_said(s, r, givers, field, SAID_YES);
    if (who_said(s, r, givers, field, SAID_NO)) return REQUEST_REFUSED;
    if (givers == 0 || *yes == 0) return REQUEST_OPEN;
    bool safe = catalogue[field].safety && safety_givers(s, r, field);
    bool enough = safe ? *yes == givers : is_enough(s, r, field, *yes);
    return enough ? REQUEST_COMPLETE : REQUEST_OPEN;
}

bool policy_request_runs(const standing *s, uint32_t request) {
    const request_fact *r = request_at(s, request);
    return !s->erased && r->recorded <= s->at && s->at < r->lapses && s->at < r->withdrawn;
}

bool policy_request_is_coordinators(const standing *s, uint32_t request) {
    const request_fact *r = request_at(s, request);
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *p = &s->f->places[i];
        bool his = HELPER(p->helper) == r->asker || HELPER(p->helper) == r->recipient;
        if (his && p->coordinator && COUNTS(p, s->at)) return true;
    }
    return false;
}

/* Some say yes and some no: a "no" alone is an answer, and nobody else's business. Nor is what is about somebody whom he does
 * not know, or leaves no trace. */
void policy_not_agreed(const standing *s, uint32_t request, field_set out) {
    const request_fact *r = request_at(s, request);
    out[0] = out[1] = 0;
    if (!s->place_runs || !s->coordinator || (r->about & ~s->known)) return;
    if (!policy_request_runs(s, request) || policy_request_is_coordinators(s, request)) return;
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        subjects yes;
        if (!has_field(r->fields, f) || is_hushed(f)) continue;
        if (policy_request_state(s, request, f, &yes) == REQUEST_REFUSED && yes) add_field(out, f);
    }
}

/* ---- who sees it, who asks, who answers ---- */

bool policy_sees_request(const standing *s, uint32_t request) {
    const request_fact *r = request_at(s, request);
    field_set parts;
    if (!s->active || r->recorded > s->at) return false;
    if (r->asker == s->viewer || r->recipient == s->viewer) {
        for (field_id f = 0; f < FIELD_COUNT; f++)
            if (has_field(r->fields, f) && !is_kept_from(s, r, f)) return true;
        return false;
    }
    policy_request_parts(s, request, parts);
    return (parts[0] | parts[1]) != 0;
}

/* A member begins only what is partly his own to give. */
static bool gives_some_part(const standing *s, const field_set fields, subjects about) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for EACH_SUBJECT (i, has_field(fields, f) ? about : 0)
            if (policy_givers(s, f, one((unsigned)i)) & s->self) return true;
    return false;
}

static bool may_begin(const standing *s, const field_set fields, subjects about, actor recipient) {
    if (is_person(s->viewer)) return gives_some_part(s, fields, about);
    bool for_another = s->coordinator && is_helper(recipient);
    return s->place_runs && (recipient == s->viewer || for_another);
}

static rule asking_stop(const standing *s, field_id field, subjects about, actor recipient) {
    rule stop = stopped(s, field, about);
    if (stop != NO_RULE) return stop;
    return field == FIELD_RESIDENCE_STATUS && is_official(s, recipient) ? RULE_R48 : NO_RULE;
}

/* Whether anybody can give it is not told: that would tell of authority and capacity. */
answer policy_may_ask(const standing *s, const field_set fields, subjects about, actor recipient) {
    bool well_formed = about != 0 && (fields[0] | fields[1]) != 0 && fields[1] >> (FIELD_COUNT - 64) == 0;
    if (!well_formed || !s->active || (about & ~(s->known | s->own))) return refuse(RULE_R01);
    if (!can_receive(s, recipient) || !may_begin(s, fields, about, recipient)) return refuse(RULE_R45);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        rule stop = has_field(fields, f) ? asking_stop(s, f, about, recipient) : NO_RULE;
        if (stop != NO_RULE) return refuse(stop);
    }
    return allow(RULE_R45);
}

answer policy_reply(const standing *s, uint32_t request, const field_set fields) {
    field_set parts;
    policy_request_parts(s, request, parts);
    bool his = (fields[0] | fields[1]) != 0 && ((fields[0] & ~parts[0]) | (fields[1] & ~parts[1])) == 0;
    if (!his) return refuse(RULE_R21);
    return policy_request_runs(s, request) ? allow(RULE_R21) : refuse(RULE_R45);
}
