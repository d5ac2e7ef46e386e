/* What waits for somebody, and what he should know happened.
 *
 * Tasks that follow from facts and time are worked out by the policy at each look: a stopped server loses none and has none to
 * catch up with. What a person or a rule left for another (a mediation, an alert) is stored. A notice says that, never what, and
 * is gone as soon as its reader may not know of the thing any more. */
#include "api/view.h"
#include "statements.h"

enum { AGENDA_MAX = 4096 };

static const char *const agenda_words[] = {
    [AGENDA_ANSWER] = "answer",
    [AGENDA_NOT_AGREED] = "not_agreed",
    [AGENDA_CONFIRM] = "confirm",
    [AGENDA_PAUSED] = "paused",
    [AGENDA_EXPIRES] = "expires",
    [AGENDA_BIRTHDAY] = "birthday",
    [AGENDA_DECIDE] = "decide",
    [AGENDA_FOUR_EYES] = "four_eyes",
    [AGENDA_CAPACITY_REVIEW] = "capacity_review",
    [AGENDA_HOLD_REVIEW] = "hold_review",
    [AGENDA_EMERGENCY_REVIEW] = "emergency_review",
    [AGENDA_CONTACT] = "contact_check",
    [AGENDA_INFORM] = "inform",
    [AGENDA_COPY] = "copy",
};

/* Which thing an item is of, and whom that is about. */
static uuid thing_of(const facts *f, const agenda_item *item, subjects *about) {
    *about = 0;
    switch (item->kind) {
    case AGENDA_ANSWER:
    case AGENDA_NOT_AGREED: *about = f->requests[item->of].about; return f->requests[item->of].id;
    case AGENDA_CONFIRM:
    case AGENDA_PAUSED:
    case AGENDA_EXPIRES:
    case AGENDA_DECIDE:
    case AGENDA_FOUR_EYES: *about = f->grants[item->of].about; return f->grants[item->of].id;
    case AGENDA_CONTACT:
    case AGENDA_INFORM:
    case AGENDA_COPY:
    case AGENDA_BIRTHDAY: *about = PERSON(item->of); return f->people[item->of].id;
    case AGENDA_CAPACITY_REVIEW:
        *about = PERSON(f->capacities[item->of].person);
        return f->people[f->capacities[item->of].person].id;
    case AGENDA_HOLD_REVIEW: *about = f->holds[item->of].about; return f->holds[item->of].id;
    case AGENDA_EMERGENCY_REVIEW: *about = f->emergencies[item->of].about; return f->emergencies[item->of].id;
    }
    must(item->kind > AGENDA_COPY); /* all kinds are above */
    return (uuid){{0}};
}

typedef struct {
    standing s;
    agenda_item *items;
    uint32_t count;
} task_list;

static result judge_tasks(exchange *x) {
    task_list *t = ARENA_NEW(x->arena, task_list);
    x->place = t;
    policy_stand(facts_of(x), x->viewer, x->now, &t->s);
    t->count = policy_agenda(&t->s, NULL, 0);
    t->items = ARENA_ARRAY(x->arena, agenda_item, t->count + 1);
    t->count = policy_agenda(&t->s, t->items, t->count);
    x->ruling.valid_until = facts_next_moment(facts_of(x), x->now);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    x->extra = (mutation){&stmt_task_rows, p};
    return OK;
}

static void write_agenda(json_writer *w, exchange *x, const task_list *t, const agenda_item *item) {
    const facts *f = facts_of(x);
    subjects about;
    uuid of = thing_of(f, item, &about);
    json_open_object(w);
    json_key(w, "kind"), json_string(w, bytes_of_string(agenda_words[item->kind]));
    json_key(w, "of"), json_uuid(w, of);
    json_key(w, "about"), view_subjects(w, f, about & (t->s.known | t->s.self));
    if (item->kind == AGENDA_BIRTHDAY) json_key(w, "years"), json_int(w, item->years);
    json_key(w, "since"), json_moment(w, item->since);
    json_key(w, "due"), json_moment(w, item->due);
    json_close_object(w);
}

static subjects about_of(const facts *f, rows r, size_t i) {
    subjects about = 0;
    for (array_walk a = row_uuid_array(r, i, task_rows__about); a.left > 0;) about |= family_subject(f, array_uuid(&a));
    return about;
}

/* The coordinator's tasks show only about people whom he knows; alerts are for the privacy officer. */
static bool is_his(const exchange *x, const task_list *t, rows r, size_t i) {
    bool alert = bytes_is(row_text(r, i, task_rows__kind), "emergency_alert");
    if (alert || x->session->kind == ACCOUNT_AUDITOR) return alert && x->session->kind == ACCOUNT_AUDITOR;
    if (bytes_is(row_text(r, i, task_rows__kind), "safety_alert")) /* never to the one who was invited */
        return t->s.place_runs && t->s.safety &&
               !uuid_equal(row_uuid(r, i, task_rows__of_id), family_actor_id(facts_of(x), x->viewer));
    if (!row_is_null(r, i, task_rows__for_id))
        return x->viewer != ACTOR_NONE && uuid_equal(row_uuid(r, i, task_rows__for_id), family_actor_id(facts_of(x), x->viewer));
    return t->s.place_runs && t->s.coordinator && (about_of(facts_of(x), r, i) & ~t->s.known) == 0;
}

static void write_stored(json_writer *w, exchange *x, const task_list *t, rows r, size_t i) {
    const facts *f = facts_of(x);
    subjects about = about_of(f, r, i);
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, row_uuid(r, i, task_rows__id));
    json_key(w, "kind"), json_string(w, row_text(r, i, task_rows__kind));
    if (!row_is_null(r, i, task_rows__of_id)) json_key(w, "of"), json_uuid(w, row_uuid(r, i, task_rows__of_id));
    json_key(w, "about"), view_subjects(w, f, x->session->kind == ACCOUNT_AUDITOR ? about : about & (t->s.known | t->s.self));
    json_key(w, "since"), json_moment(w, row_moment(r, i, task_rows__recorded_at));
    json_key(w, "due"), json_moment(w, row_moment(r, i, task_rows__due_at));
    json_close_object(w);
}

static shaped shape_tasks(exchange *x) {
    const task_list *t = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "tasks");
    json_open_array(&w);
    for (uint32_t i = 0; i < t->count; i++) write_agenda(&w, x, t, &t->items[i]);
    for (size_t i = 0; i < rows_count(x->extra_rows); i++)
        if (is_his(x, t, x->extra_rows, i)) write_stored(&w, x, t, x->extra_rows, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* What is not his, or not there, stays as it is: the statement finds nothing, and the answer is the same. */
static result judge_done(exchange *x) {
    standing s;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    bool officer = x->session->kind == ACCOUNT_AUDITOR;
    ENSURE(officer || s.active, NOT_FOUND);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[1]);
    param_uuid(p, officer ? x->session->account : family_actor_id(facts_of(x), x->viewer));
    param_bool(p, s.place_runs && s.coordinator), param_bool(p, officer);
    param_bool(p, s.place_runs && s.safety), param_moment(p, x->now);
    mutate(x, &stmt_task_done_insert, p);
    view_note_act(x, x->path_ids[1]);
    return OK;
}

/* ---- notices ---- */

static result judge_notices(exchange *x) {
    judge_all(x, ~0u);
    standing *s = view_stand(x);
    x->place = s;
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, x->viewer == ACTOR_NONE ? (uuid){{0}} : family_actor_id(facts_of(x), x->viewer));
    param_moment(p, x->now);
    x->extra = (mutation){&stmt_notice_rows, p};
    return OK;
}

/* Whether he may still know of the thing: each kind of thing by its own rule, and what is none of these is only his. */
static bool may_know(const exchange *x, const standing *s, uuid of, bool *erased) {
    const facts *f = facts_of(x);
    *erased = false;
    for (unsigned i = 0; i < f->emergency_count; i++)
        if (uuid_equal(f->emergencies[i].id, of)) return policy_told(s, i) != TOLD_NOTHING;
    for (unsigned i = 0; i < f->request_count; i++)
        if (uuid_equal(f->requests[i].id, of)) return policy_sees_request(s, i);
    int at = family_grant(f, of);
    if (at >= 0) {
        *erased = !policy_sees_grant(s, (uint32_t)at); /* he is told that it stopped, not what it was */
        return true;
    }
    at = family_entry(f, of);
    return at < 0 || view_permit(x, (uint32_t)at) != NULL;
}

static void write_notice(json_writer *w, exchange *x, rows r, size_t i) {
    bool no_id = true, has_of = !row_is_null(r, i, notice_rows__of_id);
    if (has_of && !may_know(x, x->place, row_uuid(r, i, notice_rows__of_id), &no_id)) return;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, row_uuid(r, i, notice_rows__id));
    json_key(w, "kind"), json_string(w, row_text(r, i, notice_rows__kind));
    if (has_of && !no_id) json_key(w, "of"), json_uuid(w, row_uuid(r, i, notice_rows__of_id));
    json_key(w, "at"), json_moment(w, row_moment(r, i, notice_rows__at));
    json_key(w, "seen"), json_bool(w, row_bool(r, i, notice_rows__seen));
    json_close_object(w);
}

static shaped shape_notices(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "notices");
    json_open_array(&w);
    for (size_t i = 0; i < rows_count(x->extra_rows); i++) write_notice(&w, x, x->extra_rows, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static result judge_seen(exchange *x) {
    ENSURE(x->viewer != ACTOR_NONE, NOT_FOUND);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[1]);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_notice_seen_insert, p);
    view_note_act(x, x->path_ids[1]);
    return OK;
}

const endpoint endpoint_task_list = {.kind = "task.list", .judge = judge_tasks, .shape = shape_tasks, .for_auditor = true};
const endpoint endpoint_task_done = {.kind = "task.done", .judge = judge_done, .shape = view_done, .for_auditor = true};
const endpoint endpoint_notice_list = {.kind = "notice.list", .judge = judge_notices, .shape = shape_notices};
const endpoint endpoint_notice_seen = {.kind = "notice.seen", .judge = judge_seen, .shape = view_done};
