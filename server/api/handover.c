/* From one coordinator to the next (C-20, R-19): no step is skipped, nobody is without one in between, and no grant moves along.
 *
 * The database keeps the order of the steps: one without its predecessor refuses the unit. The new helper has a place from the
 * family's yes on, so that he can be asked for and talk; he coordinates from his own. */
#include "api/view.h"
#include "statements.h"

enum { PLACE_HANDOVER = 1 };

static result judge_create(exchange *x) {
    const facts *f = facts_of(x);
    standing s;
    uuid to;
    policy_stand(f, x->viewer, x->now, &s);
    actor next = ok(uuid_parse(json_bytes_of(json_member(x->body, "to")), &to)) ? family_actor(f, to) : ACTOR_NONE;
    x->refused_by = RULE_R19;
    ENSURE(s.place_runs && s.coordinator && is_helper(next) && next != x->viewer, FORBIDDEN);
    uuid id = view_begin(x);
    if (x->replay) return OK;
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, id), param_uuid(p, me(x)), param_uuid(p, to), param_moment(p, x->now);
    mutate(x, &stmt_handover_insert, p);
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

static shaped shape_create(exchange *x) {
    view_created(x, "handovers#", *(const uuid *)x->place);
    return SHAPED;
}

/* Who stands in which role is checked against the row by the database, since hand-overs are no facts: a helper who accepts must
 * be the one it names. */
static void take_step(exchange *x, const char *step, const char *before, const statement *who) {
    params *check = params_new(x->arena), *p = params_new(x->arena);
    param_uuid(check, x->family_ids[0]), param_uuid(check, x->path_ids[PLACE_HANDOVER]), param_uuid(check, me(x));
    if (who) mutate(x, who, check);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_HANDOVER]), param_string(p, step), param_string(p, before);
    param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_handover_step_insert, p);
    view_note_act(x, x->path_ids[PLACE_HANDOVER]);
    x->refused_by = RULE_R19;
}

static void begin_place(exchange *x, bool coordinator) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_HANDOVER]);
    param_bool(p, coordinator), param_moment(p, x->now);
    mutate(x, &stmt_handover_place_insert, p);
}

static result judge_agree(exchange *x) {
    standing s;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    x->refused_by = RULE_R19;
    ENSURE(s.active && (s.self & s.adult), FORBIDDEN);
    take_step(x, "agreed", "", NULL);
    begin_place(x, false);
    return OK;
}

static result judge_talk(exchange *x) {
    x->refused_by = RULE_R19;
    ENSURE(is_helper(x->viewer), FORBIDDEN);
    take_step(x, "talked", "agreed", &stmt_handover_of_either);
    return OK;
}

static result judge_accept(exchange *x) {
    x->refused_by = RULE_R19;
    ENSURE(is_helper(x->viewer), FORBIDDEN);
    take_step(x, "accepted", "talked", &stmt_handover_of_next);
    begin_place(x, true);
    return OK;
}

static result judge_list(exchange *x) {
    view_ask_rows(x, &stmt_handover_rows);
    return OK;
}

static shaped shape_list(exchange *x) {
    const standing *s = x->place;
    rows r = x->extra_rows;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "handovers");
    json_open_array(&w);
    for (size_t i = 0; i < rows_count(r); i++) {
        uuid from = row_uuid(r, i, handover_rows__from_id), to = row_uuid(r, i, handover_rows__to_id);
        bool adult = s->active && (s->self & s->adult);
        bool his = is_helper(x->viewer) && (uuid_equal(from, me(x)) || uuid_equal(to, me(x)));
        if ((!adult && !his) || row_moment(r, i, handover_rows__at) > x->now) continue;
        json_open_object(&w);
        json_key(&w, "id"), json_uuid(&w, row_uuid(r, i, handover_rows__id));
        json_key(&w, "from"), json_uuid(&w, from);
        json_key(&w, "to"), json_uuid(&w, to);
        json_key(&w, "state"), json_string(&w, row_text(r, i, handover_rows__state));
        json_key(&w, "at"), json_moment(&w, row_moment(r, i, handover_rows__at));
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_handover_list = {.kind = "handover.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_handover_create = {.kind = "handover.propose", .judge = judge_create, .shape = shape_create};
const endpoint endpoint_handover_agree = {.kind = "handover.agree", .judge = judge_agree, .shape = view_done};
const endpoint endpoint_handover_talk = {.kind = "handover.talk", .judge = judge_talk, .shape = view_done};
const endpoint endpoint_handover_accept = {.kind = "handover.accept", .judge = judge_accept, .shape = view_done};
