/* A plan's pauses and its end (C-21, R-80), the legal hold that keeps it off (R-82), and a death (R-77).
 *
 * Two words close a plan: one adult of the family alone would cut a child off from its helpers (T9). How long it is kept
 * after that is the law's, worked out by the database, which has the calendar. */
#include "api/view.h"
#include "statements.h"

#define HOLD_MAX (184 * DAY) /* R-82: six months, the longest of them */

static shaped shape_created(exchange *x) {
    view_created(x, "ending#", *(const uuid *)x->place);
    return SHAPED;
}

/* ---- the family's words, and the second one ---- */

static const struct {
    const char *word;
    plan_end end;
    answer (*may)(const standing *s, plan_end end);
} turns[] = {
    {"pausing", PLAN_PAUSE, policy_ask_plan_end},  {"paused", PLAN_PAUSE, policy_end_plan},
    {"resumed", PLAN_PAUSE, policy_resume_plan},   {"closing", PLAN_CLOSE, policy_ask_plan_end},
    {"closed", PLAN_CLOSE, policy_end_plan},       {"reopened", PLAN_CLOSE, policy_resume_plan},
};

static void add_profile(exchange *x, params *p) {
    const jurisdiction *law = facts_of(x)->law;
    bool file = service_keeps_file(x->service);
    param_int4(p, law->work_plan_months);
    param_int4(p, file ? law->file_until_age : 0), param_int4(p, file ? law->file_years : 0);
}

static result judge_turn(exchange *x) {
    standing s;
    bytes word = json_bytes_of(json_member(x->body, "kind"));
    size_t t = 0;
    while (!bytes_is(word, turns[t].word)) must(++t < sizeof turns / sizeof *turns); /* the contract lists them */
    uuid id = view_begin(x);
    if (x->replay) return OK;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    answer allowed = turns[t].may(&s, turns[t].end);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id);
    bool closes = bytes_is(word, "closed");
    if (!closes) param_string(p, turns[t].word);
    param_uuid(p, me(x)), param_moment(p, x->now);
    if (closes) add_profile(x, p);
    mutate(x, closes ? &stmt_plan_closed_insert : &stmt_plan_event_insert, p);
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

/* ---- the hold ---- */

static bool officer(const exchange *x) { return x->session->kind == ACCOUNT_AUDITOR; }

static result judge_hold(exchange *x) {
    x->refused_by = RULE_R82;
    ENSURE(officer(x), FORBIDDEN);
    uuid id = view_begin(x), note = uuid_random();
    moment review;
    if (x->replay) return OK;
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "review_at")), &review)));
    if (review <= x->now) return bad_member(x, "/review_at", "must lie ahead");
    if (review > x->now + HOLD_MAX) return bad_member(x, "/review_at", "is more than six months ahead");
    x->detail = "the plan was erased";
    ENSURE(facts_of(x)->erased > x->now, UNPROCESSABLE);
    x->detail = NULL;
    view_store_note(x, note, THE_FAMILY, "text");
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_uuid(p, x->session->account);
    param_text(p, json_bytes_of(json_member(x->body, "reason")));
    param_uuid(p, note), param_moment(p, review), param_moment(p, x->now);
    mutate(x, &stmt_plan_hold_insert, p);
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

/* What has come due meanwhile is erased by the next look. */
static result judge_lift(exchange *x) {
    x->refused_by = RULE_R82;
    ENSURE(officer(x), FORBIDDEN);
    uuid id = uuid_random();
    params *p = params_new(x->arena), *due = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_string(p, "hold_lifted"), param_uuid(p, x->session->account);
    param_moment(p, x->now);
    mutate(x, &stmt_plan_event_insert, p);
    param_uuid(due, x->family_ids[0]), param_moment(due, x->now);
    mutate(x, &stmt_erase_soon, due);
    view_note_act(x, id);
    return OK;
}

/* ---- where it stands ---- */

static result judge_get(exchange *x) {
    const facts *f = facts_of(x);
    standing *s = view_stand(x);
    x->place = s;
    x->ruling.valid_until = facts_next_moment(f, x->now);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_moment(p, x->now);
    add_profile(x, p);
    x->extra = (mutation){&stmt_plan_kept_until, p};
    return OK;
}

static const char *state_of(const exchange *x, moment *since) {
    const facts *f = facts_of(x);
    const struct {
        const char *word;
        moment since;
    } states[] = {{"erased", f->erased},
                  {"closed", f->course.closed},
                  {"closing", f->course.closing},
                  {"paused", f->course.paused},
                  {"pausing", f->course.pausing}};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        *since = states[i].since;
        if (*since <= x->now) return states[i].word;
    }
    *since = MOMENT_NEVER;
    return "open";
}

/* A file that is kept by age would tell of the youngest, whoever that is (R-30): then its date is the officer's. */
static bool may_know_date(const exchange *x) {
    bool by_age = service_keeps_file(x->service) && facts_of(x)->law->file_until_age > 0;
    return officer(x) || !by_age;
}

/* R-80: before it is closed, how long it would be kept if it were closed now. Alike for all of the family; a hold is for
 * the officer alone, since it tells of a court. Whoever has no place finds it closed, whatever it is. */
static shaped shape_get(exchange *x) {
    const facts *f = facts_of(x);
    const standing *s = x->place;
    moment since;
    const char *state = state_of(x, &since);
    bool erased = f->erased <= x->now, told = officer(x) || s->active || (erased && is_person(x->viewer));
    moment until = f->course.closed <= x->now ? f->course.kept_until : MOMENT_NEVER;
    if (until == MOMENT_NEVER && rows_count(x->extra_rows) == 1) until = row_moment(x->extra_rows, 0, plan_kept_until__kept_until);
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "state"), json_string(&w, bytes_of_string(told ? state : "closed"));
    if (told && since != MOMENT_NEVER) json_key(&w, "since"), json_moment(&w, since);
    if (told && !erased && may_know_date(x)) json_key(&w, "kept_until"), json_moment(&w, until);
    if (officer(x) && f->course.held_until > x->now) json_key(&w, "held_until"), json_moment(&w, f->course.held_until);
    json_key(&w, "copy"), json_bool(&w, s->active && is_person(x->viewer));
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- a death ---- */

static result judge_death(exchange *x) {
    const facts *f = facts_of(x);
    standing s;
    uuid id;
    moment at;
    must(ok(uuid_parse(json_bytes_of(json_member(x->body, "person")), &id)));
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "died_at")), &at)));
    actor who = family_actor(f, id);
    policy_stand(f, x->viewer, x->now, &s);
    answer allowed = policy_note_death(&s, is_person(who) ? who : PEOPLE_MAX);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    if (at > x->now) return bad_member(x, "/died_at", "lies ahead");
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, id), param_uuid(p, me(x)), param_moment(p, at), param_moment(p, x->now);
    mutate(x, &stmt_death_insert, p);
    view_note_act(x, id);
    return OK;
}

const endpoint endpoint_ending_get = {.kind = "plan.state", .judge = judge_get, .shape = shape_get, .for_auditor = true};
const endpoint endpoint_ending_create = {.kind = "plan.turn", .judge = judge_turn, .shape = shape_created};
const endpoint endpoint_legal_hold_create = {.kind = "plan.hold", .judge = judge_hold, .shape = shape_created, .for_auditor = true};
const endpoint endpoint_legal_hold_lift = {
    .kind = "plan.lift", .judge = judge_lift, .shape = view_done, .for_auditor = true, .erases = true};
const endpoint endpoint_death_create = {.kind = "death.note", .judge = judge_death, .shape = view_done};
