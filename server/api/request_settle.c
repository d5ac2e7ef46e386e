/* What a word makes of a request: fields that are complete become grants in the same commit, and a no against a yes becomes
 * something to talk about. */
#include "api/request.h"
#include "statements.h"

/* ---- facts as they would be ---- */

static facts *copy_of(arena *a, const facts *f, uint32_t requests, uint32_t replies) {
    facts *copy = ARENA_NEW(a, facts);
    *copy = *f;
    request_fact *q = ARENA_ARRAY(a, request_fact, f->request_count + requests + 1u);
    reply_fact *r = ARENA_ARRAY(a, reply_fact, f->reply_count + replies + 1u);
    if (f->request_count) memcpy(q, f->requests, f->request_count * sizeof *q);
    if (f->reply_count) memcpy(r, f->replies, f->reply_count * sizeof *r);
    copy->requests = q;
    copy->replies = r;
    return copy;
}

const facts *request_suppose_asked(arena *a, const facts *f, const request_fact *asked) {
    facts *copy = copy_of(a, f, 1, 0);
    request_fact *all = (request_fact *)(uintptr_t)copy->requests;
    all[copy->request_count] = *asked;
    all[copy->request_count].first_reply = copy->reply_count;
    all[copy->request_count++].reply_count = 0;
    return copy;
}

/* A request's replies are a run: those of later requests move up by one. */
const facts *request_suppose_said(arena *a, const facts *f, uint32_t r, const reply_fact *said) {
    facts *copy = copy_of(a, f, 0, 1);
    request_fact *all = (request_fact *)(uintptr_t)copy->requests;
    reply_fact *replies = (reply_fact *)(uintptr_t)copy->replies;
    if (all[r].reply_count == 0) all[r].first_reply = copy->reply_count;
    uint32_t at = all[r].first_reply + all[r].reply_count;
    memmove(replies + at + 1, replies + at, (copy->reply_count - at) * sizeof *replies);
    replies[at] = *said;
    copy->reply_count++;
    all[r].reply_count++;
    for (uint32_t i = 0; i < copy->request_count; i++)
        if (i != r && all[i].reply_count && all[i].first_reply >= at) all[i].first_reply++;
    return copy;
}

const facts *request_suppose_counts(arena *a, const facts *f, uint32_t reply, moment at) {
    facts *copy = copy_of(a, f, 0, 0);
    ((reply_fact *)(uintptr_t)copy->replies)[reply].counts = at;
    return copy;
}

/* ---- what was said, and what came of it ---- */

request_word request_said(const facts *f, const request_fact *r, unsigned person, field_id field, moment at) {
    request_word last = SAID_NOTHING;
    for (uint32_t i = r->first_reply; i < r->first_reply + r->reply_count; i++) {
        const reply_fact *reply = &f->replies[i];
        if (reply->person != person || reply->counts > at) continue;
        if (has_field(reply->yes, field)) last = SAID_YES;
        if (has_field(reply->no, field)) last = SAID_NO;
    }
    return last;
}

bool request_granted(const standing *s, uint32_t r, field_id field) {
    const facts *f = s->f;
    for (unsigned i = 0; i < f->grant_count; i++) {
        const grant_fact *g = &f->grants[i];
        if (g->request != r || g->recorded > s->at || policy_gives_nothing(s, i, field)) continue;
        for (unsigned k = 0; k < g->field_count; k++)
            if (f->grant_fields[g->first_field + k].field == field) return true;
    }
    return false;
}

static subjects one(unsigned subject) { return (subjects)1 << subject; }
static unsigned lowest(subjects set) { return (unsigned)__builtin_ctzll(set); }

/* R-57b: then those protected who decide for themselves give, for all of them together. */
static subjects protected_givers(const standing *s, const request_fact *r, field_id field) {
    subjects some = 0;
    if (!catalogue[field].safety) return 0;
    for (subjects rest = r->about & s->members & ~s->unborn; rest; rest &= rest - 1) {
        unsigned p = lowest(rest);
        if ((s->adult & one(p)) || policy_is_able(s, field, p)) some |= one(p);
    }
    return some;
}

subjects request_part(const standing *s, uint32_t r, field_id field) {
    const request_fact *q = &s->f->requests[r];
    subjects part = 0, safe = protected_givers(s, q, field);
    if (safe) return safe & s->self ? q->about : 0;
    for (subjects rest = q->about; rest; rest &= rest - 1)
        if (policy_givers(s, field, one(lowest(rest))) & s->self) part |= one(lowest(rest));
    return part;
}

/* ---- what is complete ---- */

/* The lowest level and the earliest end that any of these givers chose for it. */
static void bound(const standing *s, const request_fact *r, field_id field, subjects givers, level *l, moment *until) {
    choice asked = {.fields = {r->fields[0], r->fields[1]}, .derived = {r->derived[0], r->derived[1]},
                    .exists = {r->exists[0], r->exists[1]}};
    *l = consent_level(&asked, field);
    *until = r->until;
    for (subjects rest = givers; rest; rest &= rest - 1) {
        const reply_fact *newest = NULL;
        for (uint32_t i = r->first_reply; i < r->first_reply + r->reply_count; i++) {
            const reply_fact *reply = &s->f->replies[i];
            if (reply->person == lowest(rest) && reply->counts <= s->at && has_field(reply->yes, field)) newest = reply;
        }
        if (newest && newest->level < *l) *l = (level)newest->level;
        if (newest && newest->until < *until) *until = newest->until;
    }
}

static void add(completion *c, field_id field, level l, const completed *like) {
    unsigned i = 0;
    while (i < c->count && (c->of[i].about != like->about || c->of[i].givers != like->givers || c->of[i].until != like->until)) i++;
    if (i == REQUEST_GRANTS_MAX) {
        c->too_many = true;
        return;
    }
    if (i == c->count) c->of[c->count++] = *like;
    add_field(c->of[i].what.fields, field);
    consent_set_level(&c->of[i].what, field, l);
}

/* Subjects with the same givers go together. */
static void add_by_givers(const standing *s, const request_fact *r, field_id field, subjects yes, completion *c) {
    for (subjects rest = r->about; rest;) {
        subjects givers = policy_givers(s, field, one(lowest(rest))) & yes, alike = 0;
        for (subjects more = rest; more; more &= more - 1)
            if ((policy_givers(s, field, one(lowest(more))) & yes) == givers) alike |= one(lowest(more));
        completed like = {.about = alike, .givers = givers};
        level l;
        bound(s, r, field, givers, &l, &like.until);
        add(c, field, l, &like);
        rest &= ~alike;
    }
}

void request_complete(const standing *s, uint32_t r, completion *out) {
    const request_fact *q = &s->f->requests[r];
    *out = (completion){0};
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        subjects yes;
        if (!has_field(q->fields, f) || request_granted(s, r, f)) continue;
        if (policy_request_state(s, r, f, &yes) != REQUEST_COMPLETE) continue;
        if (!protected_givers(s, q, f)) {
            add_by_givers(s, q, f, yes, out);
            continue;
        }
        /* A sealed value is released by whom it is about: naming the children too would let one parent release theirs to a
         * friend (T9). R-57d opens an entry about both by the release of every adult in it. */
        completed like = {.about = catalogue[f].class_ == C5 ? q->about & yes : q->about, .givers = yes};
        level l;
        bound(s, q, f, yes, &l, &like.until);
        add(out, f, l, &like);
    }
}

/* The words of what was asked stay with the request: the grant's own text says nothing. */
static void store(exchange *x, const request_fact *q, const completed *c, uuid reply, uuid id) {
    new_grant g = {.id = id,
                   .request = q->id,
                   .reply = reply,
                   .recipient = q->recipient,
                   .about = c->about,
                   .givers = c->givers,
                   .what = c->what,
                   .basis = BASIS_CONSENT,
                   .ground = q->ground,
                   .family_view = BYTES("agreed"),
                   .told_on = MOMENT_NEVER,
                   .during = {q->from > x->now ? q->from : x->now, c->until},
                   .words = BYTES("{\"purpose\":\"\"}")};
    if (consent_has_class(c->what.fields, C3)) g.article_nine = BYTES("9.2.a");
    consent_store(x, &g);
}

result request_settle(exchange *x, const standing *after, uint32_t r, uuid reply, completion *out) {
    unsigned count = 0;
    request_complete(after, r, out);
    x->detail = "this is too much at once: answer for fewer fields";
    ENSURE(!out->too_many, UNPROCESSABLE);
    x->detail = NULL;
    for (unsigned i = 0; i < out->count; i++)
        count += (unsigned)(__builtin_popcountll(out->of[i].what.fields[0]) + __builtin_popcountll(out->of[i].what.fields[1]));
    TRY(consent_room(x, out->count, count, out->count + 1));
    const request_fact *q = &after->f->requests[r];
    for (unsigned i = 0; i < out->count; i++) {
        out->made[i] = uuid_random();
        store(x, q, &out->of[i], reply, out->made[i]);
    }
    if (out->count) consent_notice(x, q->recipient, "shared", out->made[0]);
    return OK;
}

/* ---- disagreement ---- */

static bool leaves_no_trace(field_id f) { return catalogue[f].safety || catalogue[f].own_space || catalogue[f].class_ == C5; }

/* Among these, a no stands against a yes. */
static bool disagree(const standing *s, uint32_t r, field_id field, subjects among) {
    const request_fact *q = &s->f->requests[r];
    bool yes = false, no = false;
    for (subjects rest = among; rest; rest &= rest - 1) {
        request_word w = request_said(s->f, q, lowest(rest), field, s->at);
        yes |= w == SAID_YES, no |= w == SAID_NO;
    }
    return yes && no;
}

static bool in_conflict(const standing *s, field_id field, unsigned child) {
    for (unsigned i = 0; i < s->f->conflict_count; i++) {
        const conflict_fact *c = &s->f->conflicts[i];
        bool counts = c->recorded <= s->at && c->from <= s->at && s->at < c->until;
        if (c->child == child && counts && has_field(c->topics, field)) return true;
    }
    return false;
}

/* Each child with each field of which they are not known to disagree yet. */
static void note_conflicts(exchange *x, const standing *after, uint32_t r) {
    const request_fact *q = &after->f->requests[r];
    size_t n = 0, room = (size_t)PEOPLE_MAX * FIELD_COUNT;
    uuid *ids = ARENA_ARRAY(x->arena, uuid, room), *children = ARENA_ARRAY(x->arena, uuid, room);
    bytes *fields = ARENA_ARRAY(x->arena, bytes, room);
    for (subjects rest = q->about & after->minor; rest; rest &= rest - 1)
        for (field_id f = 0; f < FIELD_COUNT; f++) {
            unsigned child = lowest(rest);
            if (!has_field(q->fields, f) || leaves_no_trace(f) || in_conflict(after, f, child)) continue;
            if (!disagree(after, r, f, policy_givers(after, f, one(child)) & after->holders[child])) continue;
            ids[n] = uuid_random(), children[n] = after->f->people[child].id, fields[n++] = consent_name(f);
        }
    if (n == 0) return;
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuids(p, ids, n), param_uuids(p, children, n);
    param_texts(p, fields, n), param_moment(p, x->now);
    mutate(x, &stmt_conflicts_insert, p);
}

void request_disagree(exchange *x, const standing *before, const standing *after, uint32_t r) {
    const request_fact *q = &after->f->requests[r];
    subjects about = 0;
    note_conflicts(x, after, r);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for (subjects rest = q->about; rest && has_field(q->fields, f) && !leaves_no_trace(f); rest &= rest - 1) {
            subjects givers = policy_givers(after, f, one(lowest(rest)));
            bool was = before && disagree(before, r, f, givers);
            if (!was && disagree(after, r, f, givers)) about |= one(lowest(rest));
        }
    bool hide = policy_request_is_coordinators(after, r);
    if (about) consent_task(x, "mediation", ACTOR_NONE, hide ? (uuid){{0}} : q->id, about, x->now + REQUEST_DAYS * DAY);
}
