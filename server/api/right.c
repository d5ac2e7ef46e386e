/* Rights of persons: own words next to a text, a correction, a restriction, a copy (R-70 to R-74, R-104).
 *
 * Each goes through the policy like every read: nobody has a right to a text whose existence he may not know. */
#include "api/grant.h"
#include "statements.h"

enum { PLACE_THING = 1 };
#define CORRECTION_DUE (30 * DAY) /* GDPR art. 12(3): within one month */

static void note_entry(exchange *x, uuid entry) {
    uint8_t *p = arena_take(x->arena, 21);
    p[0] = 'e';
    memcpy(p + 1, entry.b, 16);
    put_u32(p + 17, 0);
    x->record_note = bytes_make(p, 21);
}

/* What he writes beside a text is writing too (R-39); what he takes away or freezes is not. */
static result find_to_say(exchange *x, uint32_t *entry) {
    TRY(view_entry_in_path(x, policy_state, entry));
    return view_limits_seen(x, view_stand(x));
}

/* ---- statements (R-71) and corrections (R-72) ---- */

static bytes text_body(exchange *x) {
    buf b = buf_new(64 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, "text", "text");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* the contract bounds each text */
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

static result judge_statement(exchange *x) {
    uint32_t entry;
    TRY(find_to_say(x, &entry));
    uuid id = view_begin(x);
    if (x->replay) return OK;
    TRY(view_room(x, 1));
    const entry_fact *e = &facts_of(x)->entries[entry];
    view_store_text(x, id, "statement", e->id, e->about, text_body(x));
    note_entry(x, e->id);
    idempotency_keep(x, 201, id);
    return OK;
}

static result judge_withdraw_statement(exchange *x) {
    standing s;
    int at = family_entry(facts_of(x), x->path_ids[PLACE_THING]);
    ENSURE(at >= 0 && facts_of(x)->entries[at].kind == KIND_STATEMENT, NOT_FOUND);
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    answer allowed = policy_withdraw_entry(&s, (uint32_t)at);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, NOT_FOUND);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_THING]), param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_entry_end, p);
    view_note_act(x, x->path_ids[PLACE_THING]);
    return OK;
}

/* Whoever wrote the newest version, if he is still here to answer; the coordinator otherwise. */
static uuid who_answers(const exchange *x, uint32_t entry) {
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[entry];
    uint32_t newest = e->first_version;
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].recorded <= x->now) newest = v; /* of what he is told */
    actor author = f->versions[newest].author;
    standing s;
    if (author == ACTOR_NONE) return (uuid){{0}};
    policy_stand(f, author, x->now, &s);
    bool kept_out = author != x->viewer && policy_entry(&s, entry, newest).rule == RULE_R58; /* no task tells of it (R-58b, T7) */
    return s.active && !kept_out ? family_actor_id(f, author) : (uuid){{0}};
}

static result judge_correction(exchange *x) {
    uint32_t entry;
    TRY(find_to_say(x, &entry));
    uuid id = view_begin(x), words = uuid_random();
    if (x->replay) return OK;
    TRY(view_room(x, 1));
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[entry];
    view_store_text(x, words, "statement", e->id, e->about, text_body(x));
    params *row = params_new(x->arena), *task = params_new(x->arena);
    param_uuid(row, f->family), param_uuid(row, id), param_uuid(row, e->id), param_uuid(row, me(x)), param_uuid(row, words);
    param_moment(row, x->now);
    mutate(x, &stmt_correction_insert, row);
    param_uuid(task, f->family), param_uuid(task, uuid_random()), param_string(task, "correction");
    param_uuid_or_null(task, who_answers(x, entry)), param_uuid(task, e->id);
    view_subject_param(task, x->arena, f, e->about);
    param_moment(task, x->now + CORRECTION_DUE), param_moment(task, x->now);
    mutate(x, &stmt_task_insert, task);
    note_entry(x, e->id);
    idempotency_keep(x, 201, id);
    return OK;
}

/* ---- restriction (R-74) ---- */

static result judge_restriction(exchange *x) {
    uint32_t entry;
    TRY(view_entry_in_path(x, policy_restrict, &entry));
    uuid id = view_begin(x);
    if (x->replay) return OK;
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_uuid(p, facts_of(x)->entries[entry].id);
    param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_restriction_insert, p);
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

static result judge_restriction_end(exchange *x) {
    ENSURE(is_person(x->viewer), FORBIDDEN);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_THING]), param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_restriction_end_insert, p);
    view_note_act(x, x->path_ids[PLACE_THING]);
    return OK;
}

static result judge_restrictions(exchange *x) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, x->viewer == ACTOR_NONE ? (uuid){{0}} : me(x));
    x->extra = (mutation){&stmt_restriction_rows, p};
    x->ruling.valid_until = facts_next_moment(facts_of(x), x->now);
    return OK;
}

static shaped shape_restrictions(exchange *x) {
    const facts *f = facts_of(x);
    rows r = x->extra_rows;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "restrictions");
    json_open_array(&w);
    for (size_t i = 0; i < rows_count(r); i++) {
        int at = family_entry(f, row_uuid(r, i, restriction_rows__entry_id));
        if (at < 0 || f->entries[at].withdrawn <= x->now) continue;
        json_open_object(&w);
        json_key(&w, "id"), json_uuid(&w, row_uuid(r, i, restriction_rows__id));
        json_key(&w, "entry"), json_uuid(&w, f->entries[at].id);
        json_key(&w, "field"), json_string(&w, bytes_of_string(catalogue[f->entries[at].field].name));
        json_key(&w, "about"), view_subjects(&w, f, f->entries[at].about);
        json_key(&w, "since"), json_moment(&w, row_moment(r, i, restriction_rows__recorded_at));
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape_created(exchange *x) {
    view_created(x, "rights#", *(const uuid *)x->place);
    return SHAPED;
}

/* ---- a copy (R-70, R-104) ---- */

/* About him, and whole: what hangs on it (statements) and what he gave come with it. */
static bool is_in_copy(const exchange *x, const permit *p) {
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[p->entry];
    subjects self = is_person(x->viewer) ? PERSON(x->viewer) : 0;
    if (e->kind == KIND_PLAN) return p->level == LEVEL_EXACT && (e->about & self);
    if (e->kind == KIND_GRANT) return f->grants[e->of].givers & self;
    for (unsigned g = 0; g < f->grant_count; g++) /* what he said yes to says what for (R-70) */
        if (f->grants[g].request == e->of && (f->grants[g].givers & self)) return true;
    return false;
}

static result judge_export(exchange *x) {
    ENSURE(is_person(x->viewer), FORBIDDEN);
    judge_all(x, 1u << KIND_PLAN | 1u << KIND_GRANT | 1u << KIND_REQUEST);
    standing *s = view_stand(x);
    x->place = s;
    for (uint32_t i = 0; i < x->ruling.count; i++)
        if (is_in_copy(x, &x->ruling.permits[i])) want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    return OK;
}

/* As in the list of his grants: also of what he gave himself a field that is locked from him since leaves no trace (R-60, T7). */
static void write_shared(json_writer *w, exchange *x, uint32_t want) {
    const facts *f = facts_of(x);
    uint32_t grant = f->entries[x->wants[want].entry].of;
    const grant_fact *g = &f->grants[grant];
    json_open_object(w);
    json_key(w, "grant"), json_uuid(w, g->id);
    json_key(w, "recipient"), json_uuid(w, family_actor_id(f, g->recipient));
    json_key(w, "fields");
    json_open_array(w);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &f->grant_fields[g->first_field + i];
        if (x->now < gf->ended && policy_sees_grant_field(x->place, grant, gf->field))
            json_string(w, bytes_of_string(catalogue[gf->field].name));
    }
    json_close_array(w);
    grant_write_purpose(w, x, want, g);
    json_key(w, "from"), json_moment(w, g->from);
    json_key(w, "until"), json_moment(w, g->until);
    json_close_object(w);
}

static bytes cfg_value(const jurisdiction *law, const char *key) {
    for (const char *const *c = law->cfg; *c; c += 2)
        if (strcmp(c[0], key) == 0) return bytes_of_string(c[1]);
    return BYTES("");
}

static shaped shape_export(exchange *x) {
    const facts *f = facts_of(x);
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "person"), json_uuid(&w, me(x));
    json_key(&w, "made_at"), json_moment(&w, x->now);
    json_key(&w, "jurisdiction"), json_string(&w, bytes_of_string(f->law->code));
    json_key(&w, "entries");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) {
        if (f->entries[x->wants[i].entry].kind != KIND_PLAN) continue;
        json_open_object(&w);
        view_entry(&w, x, i);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_key(&w, "shared");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (f->entries[x->wants[i].entry].kind == KIND_GRANT) write_shared(&w, x, i);
    json_close_array(&w);
    json_key(&w, "retention"), json_string(&w, cfg_value(f->law, "retention.work_plan"));
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_statement_create = {.kind = "statement.write", .judge = judge_statement, .shape = shape_created};
const endpoint endpoint_statement_withdraw = {.kind = "statement.withdraw", .judge = judge_withdraw_statement, .shape = view_done};
const endpoint endpoint_correction_create = {.kind = "correction.ask", .judge = judge_correction, .shape = shape_created};
const endpoint endpoint_restriction_create = {.kind = "restriction.set", .judge = judge_restriction, .shape = shape_created};
const endpoint endpoint_restriction_list = {.kind = "restriction.list", .judge = judge_restrictions, .shape = shape_restrictions};
const endpoint endpoint_restriction_end = {.kind = "restriction.end", .judge = judge_restriction_end, .shape = view_done};
const endpoint endpoint_export_get = {.kind = "export.read", .judge = judge_export, .shape = shape_export};
