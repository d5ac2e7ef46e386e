/* Erasure (R-73): who asks, who decides entry by entry, and what became of it; flow/erase.c carries it out.
 *
 * A request is a way to learn of nothing: who asks names what he reads, who decides sees only what he may know of, and
 * everybody else finds the log, the lists and the tags as they were. What is about others too stays (T9). */
#include "api/view.h"
#include "api/texts.h"
#include "statements.h"

enum { PLACE_THING = 1 };

static shaped shape_created(exchange *x) {
    view_created(x, "erasures#", *(const uuid *)x->place);
    return SHAPED;
}

static void add_request(exchange *x, uuid id, uuid entry) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_uuid(p, me(x)), param_uuid_or_null(p, entry), param_moment(p, x->now);
    mutate(x, &stmt_erasure_request_insert, p);
}

/* What hangs on it (summaries, own words next to it) says what it says, so it goes with it. */
static void add_decision(exchange *x, uuid asked, uint32_t entry, const char *outcome, bool erased) {
    const facts *f = facts_of(x);
    uuid *ids = ARENA_ARRAY(x->arena, uuid, f->entry_count);
    size_t n = 0;
    ids[n++] = f->entries[entry].id;
    for (uint32_t i = 0; erased && i < f->entry_count; i++) {
        const entry_fact *e = &f->entries[i];
        bool hangs = (e->kind == KIND_SUMMARY || e->kind == KIND_STATEMENT) && e->of == entry;
        if (hangs && e->about == f->entries[entry].about) ids[n++] = e->id;
    }
    params *p = params_new(x->arena), *due = params_new(x->arena), *free_ = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, asked), param_uuids(p, ids, n), param_string(p, outcome);
    param_uuid(p, me(x)), param_moment(p, x->now);
    if (erased) {
        param_uuid(free_, f->family), param_moment(free_, x->now);
        param_uuid(due, f->family), param_moment(due, x->now);
        mutate(x, &stmt_erasure_is_free, free_);
        mutate(x, &stmt_erase_soon, due);
        x->refused_by = RULE_R82;
    }
    mutate(x, &stmt_erasure_decision_insert, p);
}

/* ---- asking ---- */

static result judge_ask(exchange *x) {
    uint32_t at;
    TRY(view_entry_in_path(x, policy_ask_erasure, &at));
    uuid id = view_begin(x);
    if (x->replay) return OK;
    add_request(x, id, facts_of(x)->entries[at].id);
    if (policy_erases_alone(view_stand(x), at)) add_decision(x, id, at, "erased", true);
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

static result judge_ask_all(exchange *x) {
    standing s;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    x->refused_by = RULE_R73;
    ENSURE(s.active && s.self, FORBIDDEN);
    uuid id = view_begin(x);
    if (x->replay) return OK;
    add_request(x, id, (uuid){{0}});
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

/* ---- deciding ---- */

static actor person_named(exchange *x, const char *member) {
    uuid id;
    actor a = ok(uuid_parse(json_bytes_of(json_member(x->body, member)), &id)) ? family_actor(facts_of(x), id) : ACTOR_NONE;
    return is_person(a) ? a : ACTOR_NONE;
}

/* One answer for what is not there, what was not asked and what he may not know of: 403, with nothing done. */
static result judge_decide(exchange *x) {
    const facts *f = facts_of(x);
    standing s, his;
    uuid entry;
    must(ok(uuid_parse(json_bytes_of(json_member(x->body, "entry")), &entry)));
    int at = family_entry(f, entry);
    actor who = person_named(x, "asked_by");
    bytes outcome = json_bytes_of(json_member(x->body, "outcome"));
    policy_stand(f, x->viewer, x->now, &s);
    x->refused_by = RULE_R73;
    ENSURE(at >= 0 && who != ACTOR_NONE && policy_decide_erasure(&s, (uint32_t)at).allowed, FORBIDDEN);
    policy_stand(f, who, x->now, &his);
    ENSURE(policy_ask_erasure(&his, (uint32_t)at).allowed, FORBIDDEN); /* what he may not know of by now he is told nothing about */
    bool erased = bytes_is(outcome, "erased");
    if (erased && !policy_may_be_erased(f, (uint32_t)at, who))
        return bad_member(x, "/outcome", "it is about others too, or protects somebody: it stays");
    params *asked = params_new(x->arena);
    param_uuid(asked, f->family), param_uuid(asked, x->path_ids[PLACE_THING]), param_uuid(asked, family_actor_id(f, who));
    param_uuid(asked, entry);
    mutate(x, &stmt_erasure_was_asked, asked);
    add_decision(x, x->path_ids[PLACE_THING], (uint32_t)at, arena_string(x->arena, outcome), erased);
    view_note_act(x, x->path_ids[PLACE_THING]);
    return OK;
}

/* ---- the list ---- */

static result judge_list(exchange *x) {
    view_ask_rows(x, &stmt_erasure_rows);
    return OK;
}

static text_key reason_of(bytes outcome) {
    if (bytes_is(outcome, "erased")) return TEXT_ERASURE_ERASED;
    if (bytes_is(outcome, "kept_law")) return TEXT_ERASURE_KEPT_LAW;
    return bytes_is(outcome, "kept_subject") ? TEXT_ERASURE_KEPT_OTHER_SUBJECT : TEXT_ERASURE_KEPT_LEGAL_CLAIM;
}

static text_language language_of(const facts *f) {
    text_language l = IN_NL;
    (void)text_language_by_code(bytes_make(f->language, 2), &l);
    return l;
}

/* The rows of one request stand together; a request without a decision is one row. */
static size_t request_end(rows r, size_t first) {
    size_t i = first + 1;
    while (i < rows_count(r) && uuid_equal(row_uuid(r, i, erasure_rows__id), row_uuid(r, first, erasure_rows__id))) i++;
    return i;
}

static bool is_decided(rows r, size_t first, size_t end, uuid entry) {
    for (size_t i = first; i < end; i++)
        if (uuid_equal(row_uuid_or_zero(r, i, erasure_rows__decided_entry), entry)) return true;
    return false;
}

typedef struct {
    exchange *x;
    const standing *s; /* of the reader */
    standing his;      /* of who asked */
    size_t first, end;
} request_rows;

/* Open: what he asked, still reads whole, and nobody has decided; to whoever may decide it, and to himself. */
static bool is_open(const request_rows *q, uint32_t entry) {
    const entry_fact *e = &q->his.f->entries[entry];
    rows r = q->x->extra_rows;
    bool one = !row_is_null(r, q->first, erasure_rows__entry_id);
    if (one && !uuid_equal(row_uuid(r, q->first, erasure_rows__entry_id), e->id)) return false;
    if (!policy_ask_erasure(&q->his, entry).allowed || is_decided(r, q->first, q->end, e->id)) return false;
    return q->his.viewer == q->s->viewer || policy_decide_erasure(q->s, entry).allowed;
}

static bool shows(const request_rows *q) {
    if (q->his.viewer == q->s->viewer) return q->s->active;
    for (uint32_t i = 0; i < q->his.f->entry_count; i++)
        if (is_open(q, i)) return true;
    return false;
}

static void write_open(json_writer *w, const request_rows *q) {
    const facts *f = q->his.f;
    json_key(w, "open");
    json_open_array(w);
    for (uint32_t i = 0; i < f->entry_count; i++) {
        if (!is_open(q, i)) continue;
        json_open_object(w);
        json_key(w, "entry"), json_uuid(w, f->entries[i].id);
        json_key(w, "field"), json_string(w, bytes_of_string(catalogue[f->entries[i].field].name));
        json_key(w, "may_go"), json_bool(w, policy_may_be_erased(f, i, q->his.viewer));
        json_close_object(w);
    }
    json_close_array(w);
}

/* Only what he asked about himself: an entry of the plan, erased, or kept and still his to read. */
static bool shows_decision(const request_rows *q, int at, bool erased) {
    bool of_plan = at >= 0 && q->his.f->entries[at].kind == KIND_PLAN;
    return of_plan && (erased || policy_ask_erasure(&q->his, (uint32_t)at).allowed);
}

static void write_decisions(json_writer *w, const request_rows *q) {
    rows r = q->x->extra_rows;
    const facts *f = q->his.f;
    json_key(w, "decisions");
    json_open_array(w);
    for (size_t i = q->first; i < q->end && q->his.viewer == q->s->viewer; i++) {
        if (row_is_null(r, i, erasure_rows__decided_entry)) continue;
        bytes outcome = row_text(r, i, erasure_rows__outcome);
        int at = family_entry(f, row_uuid(r, i, erasure_rows__decided_entry));
        if (!shows_decision(q, at, bytes_is(outcome, "erased"))) continue;
        json_open_object(w);
        json_key(w, "entry"), json_uuid(w, f->entries[at].id);
        json_key(w, "field"), json_string(w, bytes_of_string(catalogue[f->entries[at].field].name));
        json_key(w, "outcome"), json_string(w, outcome);
        json_key(w, "reason"), text_json(w, reason_of(outcome), language_of(f), NULL);
        json_key(w, "at"), json_moment(w, row_moment(r, i, erasure_rows__decided_at));
        if (!row_is_null(r, i, erasure_rows__keys_gone_at)) {
            moment gone = row_moment(r, i, erasure_rows__keys_gone_at);
            json_key(w, "keys_gone_at"), json_moment(w, gone);
            json_key(w, "backups_gone_at"), json_moment(w, gone + service_keys_backup(q->x->service));
        }
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_request(json_writer *w, exchange *x, const standing *s, size_t first, size_t end) {
    rows r = x->extra_rows;
    request_rows *q = ARENA_NEW(x->arena, request_rows);
    *q = (request_rows){.x = x, .s = s, .first = first, .end = end};
    actor who = family_actor(s->f, row_uuid(r, first, erasure_rows__by_id));
    if (who == ACTOR_NONE) return;
    policy_stand(s->f, who, x->now, &q->his);
    if (!shows(q)) return;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, row_uuid(r, first, erasure_rows__id));
    json_key(w, "asked_by"), json_uuid(w, row_uuid(r, first, erasure_rows__by_id));
    json_key(w, "asked_at"), json_moment(w, row_moment(r, first, erasure_rows__recorded_at));
    json_key(w, "everything"), json_bool(w, row_is_null(r, first, erasure_rows__entry_id));
    write_open(w, q);
    write_decisions(w, q);
    json_close_object(w);
}

static shaped shape_list(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "erasures");
    json_open_array(&w);
    for (size_t i = 0, end; i < rows_count(x->extra_rows); i = end) {
        end = request_end(x->extra_rows, i);
        write_request(&w, x, x->place, i, end);
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_erasure_ask = {.kind = "erasure.ask", .judge = judge_ask, .shape = shape_created, .erases = true};
const endpoint endpoint_erasure_ask_all = {.kind = "erasure.ask", .judge = judge_ask_all, .shape = shape_created};
const endpoint endpoint_erasure_decide = {.kind = "erasure.decide", .judge = judge_decide, .shape = view_done, .erases = true};
const endpoint endpoint_erasure_list = {.kind = "erasure.list", .judge = judge_list, .shape = shape_list};
