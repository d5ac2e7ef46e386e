/* What becomes of a grant: stopped, paused, narrowed, confirmed, looked at by a second pair of eyes, objected to.
 *
 * Stopping takes no more steps than giving and needs no reason, and works at the next read. Nothing here gives
 * anybody more than the grant did. */
#include "api/grant.h"
#include "statements.h"

static shaped shape_id(exchange *x, uuid id) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, id);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape_grant(exchange *x) { return shape_id(x, x->path_ids[1]); }

/* The grant in the path, as one whose giver, or somebody who decides about himself, the caller is. */
static result find_his(exchange *x, const standing **s, unsigned *grant) {
    uint32_t entry;
    *s = &grant_start(x)->s;
    TRY(grant_find(x, &entry, grant));
    answer may = policy_withdraw_grant(*s, *grant);
    return consent_allowed(x, may.allowed, may.rule);
}

static result find_given(exchange *x, const standing **s, unsigned *grant) {
    TRY(find_his(x, s, grant));
    return consent_allowed(x, ((*s)->f->grants[*grant].givers & (*s)->self) != 0, RULE_R21);
}

static result over(exchange *x) { return consent_over(x, "this is no longer shared"); }

static void end_fields(exchange *x, const grant_fact *g, const field_set fields) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, g->id);
    consent_param_fields(p, x->arena, fields);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_grant_end_insert, p);
}

static void stop(exchange *x, const grant_fact *g, const char *kind, moment at) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, uuid_random()), param_uuid(p, g->id), param_string(p, kind);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer)), param_moment(p, at), param_moment(p, x->now);
    mutate(x, &stmt_grant_stop_insert, p);
}

static void note_all(exchange *x, const standing *s, const grant_fact *g) {
    field_set shown;
    grant_fields(s, g, shown);
    consent_note(x, 'g', g->id, shown);
}

/* ---- withdrawing ---- */

typedef struct {
    unsigned grant;
    field_set shown, ending;
} withdrawal;

static result choose_fields(exchange *x, const standing *s, const grant_fact *g, field_set out) {
    field_set all = {0}, asked = {0};
    grant_fields(s, g, all);
    const json_value *given = json_member(x->body, "fields");
    memcpy(out, all, sizeof all);
    if (!given) return OK;
    view_field_set(given, asked);
    memcpy(out, asked, sizeof asked);
    if ((asked[0] & ~all[0]) | (asked[1] & ~all[1])) return bad_member(x, "/fields", "a field that this grant does not share");
    return OK;
}

static result judge_withdraw(exchange *x) {
    const standing *s;
    withdrawal *w = ARENA_NEW(x->arena, withdrawal);
    TRY(find_his(x, &s, &w->grant));
    const grant_fact *g = &facts_of(x)->grants[w->grant];
    grant_fields(s, g, w->shown);
    TRY(choose_fields(x, s, g, w->ending));
    x->place = w;
    end_fields(x, g, w->ending);
    consent_notice(x, g->recipient, "sharing_ended", g->id);
    consent_note(x, 'g', g->id, w->ending);
    return OK;
}

static shaped shape_withdraw(exchange *x) {
    const withdrawal *done = x->place;
    const facts *f = facts_of(x);
    const grant_fact *g = &f->grants[done->grant];
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, g->id);
    json_key(&w, "withdrawn");
    json_open_array(&w);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &f->grant_fields[g->first_field + i];
        if (!has_field(done->shown, gf->field)) continue;
        if (gf->ended <= x->now || has_field(done->ending, gf->field)) json_string(&w, consent_name(gf->field));
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- a pause, and its end: each giver's own ---- */

static result judge_pause(exchange *x) {
    const standing *s;
    unsigned grant;
    TRY(find_given(x, &s, &grant));
    const grant_fact *g = &facts_of(x)->grants[grant];
    if (!grant_runs(facts_of(x), g, x->now)) return over(x);
    if (!grant_stopped(facts_of(x), g, STOP_PAUSED, x->viewer, x->now)) {
        stop(x, g, "paused", x->now);
        consent_notice(x, g->recipient, "sharing_ended", g->id);
    }
    note_all(x, s, g);
    return OK;
}

static result judge_resume(exchange *x) {
    const standing *s;
    unsigned grant;
    TRY(find_given(x, &s, &grant));
    const grant_fact *g = &facts_of(x)->grants[grant];
    if (!grant_runs(facts_of(x), g, x->now)) return over(x);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, g->id);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_grant_resume, p);
    note_all(x, s, g);
    return OK;
}

/* ---- confirming, also after a birthday (R-24) ---- */

/* Some child that it is about has come of an age since it was given, so that others decide now. */
static bool has_turned(const standing *s, const grant_fact *g) {
    for (unsigned p = 0; p < s->f->people_count; p++)
        if ((g->about & ~g->givers & PERSON(p)) && g->from < s->turned[p]) return true;
    return false;
}

static result judge_confirm(exchange *x) {
    const facts *f = facts_of(x);
    uint32_t entry;
    unsigned grant;
    const standing *s = &grant_start(x)->s;
    TRY(grant_find(x, &entry, &grant));
    const grant_fact *g = &f->grants[grant];
    field_set live = {0};
    for (unsigned i = 0; i < g->field_count; i++)
        if (x->now < f->grant_fields[g->first_field + i].ended) add_field(live, f->grant_fields[g->first_field + i].field);
    answer now = policy_give(s, live, g->about, g->recipient);
    TRY(consent_allowed(x, now.allowed || ((g->givers & s->self) && !has_turned(s, g)), now.rule));
    if (!grant_runs(f, g, x->now)) return over(x);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, g->id), param_moment(p, x->now);
    mutate(x, &stmt_grant_confirm_insert, p);
    note_all(x, s, g);
    return OK;
}

/* ---- a second pair of eyes (SS2) ---- */

static const place_fact *place_of(const facts *f, actor helper, moment at) {
    for (unsigned i = 0; is_helper(helper) && i < f->place_count; i++) {
        const place_fact *p = &f->places[i];
        if (HELPER(p->helper) == helper && p->recorded <= at && p->from <= at && at < p->until) return p;
    }
    return NULL;
}

/* A professional from elsewhere, or the safety role; never the recipient. Where the organisation of either is not known, nobody can
 * say that they differ. */
static bool has_second_eyes(const standing *s, const grant_fact *g) {
    const place_fact *mine = place_of(s->f, s->viewer, s->at), *his = place_of(s->f, g->recipient, s->at);
    if (!mine || g->recipient == s->viewer) return false;
    if (s->safety) return true;
    bool known = his && !uuid_is_zero(mine->organisation) && !uuid_is_zero(his->organisation);
    return mine->secrecy == 2 && known && !uuid_equal(mine->organisation, his->organisation);
}

static result judge_four_eyes(exchange *x) {
    const facts *f = facts_of(x);
    const standing *s = &grant_start(x)->s;
    int at = family_grant(f, x->path_ids[1]);
    ENSURE(at >= 0 && has_second_eyes(s, &f->grants[at]), NOT_FOUND);
    const grant_fact *g = &f->grants[at];
    field_set asked = {0}, waiting = {0};
    view_field_set(json_member(x->body, "fields"), asked);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &f->grant_fields[g->first_field + i];
        if (catalogue[gf->field].steps & STEP_FOUR_EYES && x->now < gf->four_eyes) add_field(waiting, gf->field);
    }
    bool others = (asked[0] & ~waiting[0]) | (asked[1] & ~waiting[1]);
    ENSURE(!others, NOT_FOUND); /* he need not see the grant: of what does not wait for him he hears nothing */
    if (!grant_runs(f, g, x->now)) return over(x);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, g->id);
    consent_param_fields(p, x->arena, asked);
    param_uuid(p, family_actor_id(f, x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_four_eyes_insert, p);
    consent_note(x, 'o', g->id, asked);
    return OK;
}

/* ---- objecting (R-04) ---- */

static result judge_object(exchange *x) {
    const standing *s;
    unsigned grant;
    TRY(find_his(x, &s, &grant));
    const facts *f = facts_of(x);
    const grant_fact *g = &f->grants[grant];
    if (g->basis == BASIS_CONSENT) return consent_over(x, "this is shared by consent: stop sharing it instead");
    if (!grant_runs(f, g, x->now)) return over(x);
    static const char *const words[] = {"text"};
    uuid id = uuid_random();
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, id), param_uuid(p, g->id);
    param_uuid(p, family_actor_id(f, x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_objection_insert, p);
    consent_keep_note(x, id, s->self, consent_words(x, words, 1));
    stop(x, g, "objection", x->now);
    consent_notice(x, g->recipient, "sharing_ended", g->id);
    consent_task(x, "objection", ACTOR_NONE, g->id, s->self, x->now + 30 * DAY);
    note_all(x, s, g);
    return OK;
}

const endpoint endpoint_grant_withdraw = {.kind = "grant.withdraw", .judge = judge_withdraw, .shape = shape_withdraw};
const endpoint endpoint_grant_pause = {.kind = "grant.pause", .judge = judge_pause, .shape = shape_grant};
const endpoint endpoint_grant_resume = {.kind = "grant.resume", .judge = judge_resume, .shape = shape_grant};
const endpoint endpoint_grant_confirm = {.kind = "grant.confirm", .judge = judge_confirm, .shape = shape_grant};
const endpoint endpoint_grant_four_eyes = {.kind = "grant.four_eyes", .judge = judge_four_eyes, .shape = shape_grant};
const endpoint endpoint_grant_object = {.kind = "grant.object", .judge = judge_object, .shape = shape_grant};
