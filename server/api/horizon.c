#include "api/horizon.h"

static void add(horizon *h, moment m, moment at) {
    if (m <= at || m == MOMENT_NEVER) return;
    unsigned place = h->count;
    for (; place > 0 && h->when[place - 1] > m; place--) h->when[place] = h->when[place - 1];
    h->when[place] = m;
    h->count++;
}

/* A birthday, and the end of the grace after it. */
static void add_birthday(horizon *h, const facts *f, moment birthday, moment at) {
    if (birthday == MOMENT_NEVER || birthday == MOMENT_MIN) return;
    add(h, birthday, at);
    add(h, birthday + f->law->transition_grace_days * DAY, at);
}

horizon *horizon_new(arena *a, const facts *f, subjects about, moment at) {
    horizon *h = ARENA_NEW(a, horizon);
    h->arena = a;
    for (unsigned p = 0; p < f->people_count; p++) {
        if (!(about & PERSON(p))) continue;
        add_birthday(h, f, f->people[p].turns_12, at);
        add_birthday(h, f, f->people[p].turns_16, at);
        add_birthday(h, f, f->people[p].turns_18, at);
    }
    return h;
}

void horizon_of(horizon *h, const standing *now) {
    h->now = now;
    for (unsigned i = 0; i < h->count; i++) h->stands[i] = false;
}

static const standing *stand_at(horizon *h, unsigned i) {
    if (!h->then[i]) h->then[i] = ARENA_NEW(h->arena, standing);
    if (!h->stands[i]) policy_stand(h->now->f, h->now->viewer, h->when[i], h->then[i]);
    h->stands[i] = true;
    return h->then[i];
}

static moment sooner(moment a, moment b) { return a < b ? a : b; }

/* what must be confirmed again and again ends with the newest confirmation. */
static moment grant_end(const facts *f, const grant_fact *g, field_id field, moment at) {
    const field_row *row = &catalogue[field];
    const confirm_fact *newest = NULL;
    for (unsigned i = 0; i < g->confirm_count; i++) {
        const confirm_fact *c = &f->confirms[g->first_confirm + i];
        if (c->recorded <= at && (!newest || newest->recorded <= c->recorded)) newest = c;
    }
    moment end = g->until;
    for (uint32_t i = 0; i < f->stop_count; i++) { /* one that was shortened */
        const stop_fact *stop = &f->stops[i];
        if (&f->grants[stop->grant] == g && stop->recorded <= at && at < stop->from) end = sooner(end, stop->from);
    }
    bool confirmed = !row->safety && (row->steps & STEP_NAMED || row->class_ == C4);
    return confirmed && newest ? sooner(end, newest->lapses) : end;
}

moment horizon_end(horizon *h, field_id field, subjects about, const answer *told) {
    const facts *f = h->now->f;
    moment end = MOMENT_NEVER;
    if (told->grant >= 0) end = grant_end(f, &f->grants[told->grant], field, h->now->at);
    if (told->emergency >= 0) end = sooner(end, f->emergencies[told->emergency].until);
    for (unsigned i = 0; i < h->count && h->when[i] < end; i++) {
        answer then = policy_ask(stand_at(h, i), field, about);
        if (!then.allowed || then.level < told->level) return h->when[i];
    }
    return end;
}
