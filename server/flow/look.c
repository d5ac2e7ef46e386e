/* Looks: which records are somebody's look at a family, and the row that one leaves for the watch.
 *
 * One row an hour for each account and family, in the unit of its record, is all that a look may cost: a session remembers which it
 * has left. Who asks for a family that is not his leaves one too, whether it is there or not. The list of one's own families is no
 * look, nor is what the officer and the operator do: both may ask for any, and all that they do is on the log. */
#include "flow/flow.h"

#include "statements.h"

static const char *const standings[] = {"person", "helper", "left", "stranger", "login"};

/* ---- as whom ---- */

static bool runs_role(const facts *f, uint8_t helper, moment now) {
    for (unsigned i = 0; i < f->emergency_role_count; i++) {
        const emergency_role_fact *r = &f->emergency_roles[i];
        if (r->helper == helper && r->from <= now && now < r->until) return true;
    }
    return false;
}

/* A plan that rests or is closed sent nobody away: who looks then has not left. */
static bool has_left(const facts *f, uint8_t helper, moment now) {
    bool was = false;
    if (f->closed <= now || f->erased <= now || runs_role(f, helper, now)) return false;
    for (unsigned i = 0; i < f->place_count; i++) {
        if (f->places[i].helper != helper) continue;
        if (f->places[i].until > now) return false; /* runs, or waits for his yes */
        was = true;
    }
    return was;
}

static look_standing standing_of(const exchange *x, const membership *m) {
    if (!m) return LOOK_STRANGER;
    if (!m->helper) return LOOK_PERSON;
    const facts *f = real_facts_of(x);
    actor a = family_actor(f, m->as);
    return is_helper(a) && has_left(f, (uint8_t)(a - FIRST_HELPER), x->now) ? LOOK_LEFT : LOOK_HELPER;
}

/* ---- what for ---- */

static bool has_duty(const facts *f, uint8_t helper, moment now, moment new_since) {
    for (unsigned i = 0; i < f->place_count; i++) {
        const place_fact *p = &f->places[i];
        if (p->helper != helper || p->from > now || now >= p->until) continue;
        if (p->coordinator || p->safety || p->authority_role || p->from >= new_since) return true;
    }
    return runs_role(f, helper, now);
}

static bool has_open(const facts *f, actor a, moment now) {
    for (unsigned i = 0; i < f->request_count; i++) {
        const request_fact *r = &f->requests[i];
        if ((r->asker == a || r->recipient == a) && now < r->lapses && now < r->withdrawn) return true;
    }
    for (uint32_t i = 0; i < f->entry_count; i++)
        if (f->entries[i].assignee == a && now < f->entries[i].withdrawn) return true;
    return false;
}

static bool wrote(const facts *f, actor a, moment since) {
    for (uint32_t i = 0; i < f->version_count; i++)
        if (f->versions[i].author == a && f->versions[i].written >= since) return true;
    return false;
}

/* Something in this family waits for him, is his to do, or is of his hand of late. */
static bool has_aim(const exchange *x, const membership *m) {
    const facts *f = real_facts_of(x);
    actor a = family_actor(f, m->as);
    moment since = x->now - x->service->set.watch_idle;
    if (!is_helper(a) || x->route->course == COURSE_WRITE) return true;
    return has_duty(f, (uint8_t)(a - FIRST_HELPER), x->now, since) || has_open(f, a, x->now) || wrote(f, a, since);
}

/* ---- the row ---- */

static session_look memo(const family_look *l, moment now) {
    return (session_look){l->family, now / HOUR, (uint8_t)l->standing, l->emergency};
}

static bool is_kept(const session *s, session_look m) {
    for (unsigned i = 0; i < SESSION_LOOKS; i++) {
        const session_look *k = &s->looks.of[i];
        bool alike = k->hour == m.hour && k->standing == m.standing && k->emergency == m.emergency;
        if (alike && uuid_equal(k->family, m.family)) return true;
    }
    return false;
}

void look_keep(exchange *x, const family_look *l, moment now) {
    session *s = x->session;
    if (l->standing == LOOK_LEFT) return; /* each is counted */
    s->looks.of[s->looks.at] = memo(l, now);
    s->looks.at = (uint8_t)((s->looks.at + 1) % SESSION_LOOKS);
}

bool look_of(const exchange *x, const record_row *row, family_look *out) {
    if (!x->session || x->session->kind >= ACCOUNT_AUDITOR || !route_names_family(x->route)) return false;
    const membership *m = session_membership(x->session, x->path_ids[0]);
    if (m && x->families_read == 0) return false; /* refused before anything of it was there */
    *out = (family_look){.record = row->id, .recorded_in = row->family, .account = row->account, .family = x->path_ids[0],
                  .organisation = row->organisation, .standing = standing_of(x, m), .emergency = row->emergency, .aim = true};
    if (out->standing == LOOK_LEFT) return true;
    if (is_kept(x->session, memo(out, row->at))) return false;
    if (out->standing == LOOK_HELPER) out->aim = has_aim(x, m);
    return true;
}

#define COLUMN(type, name) type *name = ARENA_ARRAY(a, type, count)

void looks_add(unit *u, arena *a, const family_look *looks, size_t count, moment now) {
    if (count == 0) return;
    COLUMN(uuid, records); COLUMN(uuid, recorded_in); COLUMN(uuid, accounts); COLUMN(uuid, families); COLUMN(bytes, words);
    COLUMN(bool, emergencies); COLUMN(uuid, organisations); COLUMN(bool, aims);
    for (size_t i = 0; i < count; i++) {
        records[i] = looks[i].record, recorded_in[i] = looks[i].recorded_in, accounts[i] = looks[i].account;
        families[i] = looks[i].family, words[i] = bytes_of_string(standings[looks[i].standing]);
        emergencies[i] = looks[i].emergency, organisations[i] = looks[i].organisation, aims[i] = looks[i].aim;
    }
    params *p = params_new(a);
    param_uuids(p, records, count), param_uuids(p, recorded_in, count), param_uuids(p, accounts, count);
    param_uuids(p, families, count), param_texts(p, words, count), param_bools(p, emergencies, count);
    param_uuids(p, organisations, count), param_bools(p, aims, count);
    param_moment(p, now);
    unit_add(u, &stmt_look_insert, p);
}
