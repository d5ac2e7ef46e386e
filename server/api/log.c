/* Who looked: the lines of a family's log that the reader may see (api/log_visible.c), newest first, in rounds under one receipt.
 *
 * Lines have no numbers, so there are no gaps. Whoever wants proof gets, with each line, what is needed to check it offline. */
#include "api/log_view.h"
#include "statements.h"

enum { ROUND = 500, PAGE = 100, ITEMS_PAGE = 20000 }; /* items too, since a line may speak of a whole plan */

static void ask_round(exchange *x, log_page *p) {
    params *q = params_new(x->arena);
    param_uuid(q, x->family_ids[0]);
    param_moment(q, p->from), param_moment(q, p->until), param_moment(q, p->before_at);
    param_uuid(q, p->before_id);
    param_int4(q, ROUND);
    x->extra = (mutation){&stmt_records_page, q};
}

/* What is asked for, of what he sees: a filter never tells a line that is hidden from one that is not there. */
static void read_filters(exchange *x, log_page *p) {
    p->from = MOMENT_MIN, p->until = MOMENT_NEVER;
    query_moment(x, "from", &p->from);
    query_moment(x, "until", &p->until);
    p->of_person = query_uuid(x, "person", &p->person);
    bytes field = query_text(x, "field");
    p->field = field.at ? field_by_name(field) : FIELD_NONE;
}

static bool fits(const exchange *x, const log_page *p, const log_line_ *l) {
    field_set shown = {0};
    if (p->of_person && !uuid_equal(l->view.head.viewer, p->person)) return false;
    if (p->field == FIELD_NONE) return true;
    log_fields(x, l, shown);
    return has_field(shown, p->field);
}

static result judge(exchange *x) {
    log_page *p = ARENA_NEW(x->arena, log_page);
    x->place = p;
    judge_all(x, ~0u);
    p->standing = ARENA_NEW(x->arena, standing), p->reader = ARENA_NEW(x->arena, standing);
    policy_stand(facts_of(x), x->viewer, x->now, p->standing);
    read_filters(x, p);
    bytes language = query_text(x, "language");
    must(text_language_by_code(language.at ? language : bytes_of_string(facts_of(x)->language), &p->language));
    p->limit = query_number(x, "limit", PAGE);
    p->lines = ARENA_ARRAY(x->arena, log_line_, p->limit);
    if (query_text(x, "proofs").at) log_proofs_start(p, x->arena);
    TRY(cursor_before(x, &p->before_at, &p->before_id));
    log_want_words(x, p->standing);
    ask_round(x, p);
    return OK;
}

/* ---- rounds ---- */

static bool take_row(exchange *x, log_page *p, size_t i) {
    rows r = x->extra_rows;
    log_line_ l = {.row = record_row_at(r, i, x->family_ids[0], x->arena), .index = -1};
    p->before_at = l.row.at;
    p->before_id = l.row.id;
    bytes plain;
    /* A record that does not open was tampered with. What it said is gone, so whom it concerned is not known: that there was one is
     * no secret of the family's any more, and whoever reads is told. */
    if (!ok(open_record(x, l.row.id, row_bytes(r, i, records_page__sealed), &plain)) || !ok(record_parse(plain, &l.view))) {
        if (p->damaged_count < sizeof p->damaged / sizeof *p->damaged) p->damaged[p->damaged_count++] = l.row;
        return true;
    }
    if (!log_line_visible(x, p, &l) || !fits(x, p, &l)) return true;
    bool full = p->count > 0 && p->items + l.item_count > ITEMS_PAGE;
    if (p->count == p->limit || full) {
        p->more = true;
        return false;
    }
    p->lines[p->count++] = l;
    p->items += l.item_count;
    return true;
}

/* Whether to ask again depends on what is left in the log, and the answer does not show it. */
static bool take_rows(exchange *x, log_page *p) {
    size_t n = rows_count(x->extra_rows);
    for (size_t i = 0; i < n; i++)
        if (!take_row(x, p, i)) return false;
    return n == ROUND;
}

/* ---- writing ---- */

const json_value *log_body(exchange *x, entry_kind kind, unsigned of) {
    log_page *p = x->place;
    if (!p->bodies) p->bodies = ARENA_ARRAY(x->arena, const json_value *, x->want_count + 1);
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->wants[i].entry];
        if (e->kind != kind || e->of != of) continue;
        if (!p->bodies[i]) p->bodies[i] = view_parse(x, plain_of(x, i));
        return p->bodies[i];
    }
    return NULL;
}

static void write_actor(json_writer *w, exchange *x, const record_view *v) {
    static const char *const kinds[] = {"system", "person", "helper", "auditor", "operator"};
    actor a = family_actor(facts_of(x), v->head.viewer);
    const json_value *body;
    json_key(w, "actor");
    json_open_object(w);
    json_key(w, "kind"), json_string(w, bytes_of_string(kinds[v->head.viewer_kind]));
    if (a != ACTOR_NONE) json_key(w, "id"), json_uuid(w, v->head.viewer);
    if (is_person(a) && (body = log_body(x, KIND_NAME, a))) view_member(w, body, "text", "name");
    unsigned helper = is_helper(a) ? (unsigned)(a - FIRST_HELPER) : 0;
    if (is_helper(a) && (body = log_body(x, KIND_HELPER, helper))) {
        view_member(w, body, "name", "name");
        view_member(w, body, "role", "role");
        view_member(w, body, "organisation", "organisation");
    } else if (is_helper(a) && (body = log_body(x, KIND_LISTED, helper))) {
        view_member(w, body, "listed", "name");
    }
    json_close_object(w);
}

/* NEN 7513's columns beside who and what, for the auditor. The network is as coarse as the record has it. */
static bytes network_text(exchange *x, const record_head *h) {
    const uint8_t *n = h->network;
    if (h->network_bits == 24) return arena_format(x->arena, "%u.%u.%u.0/24", n[0], n[1], n[2]);
    return arena_format(x->arena, "%x:%x:%x::/48", n[0] << 8 | n[1], n[2] << 8 | n[3], n[4] << 8 | n[5]);
}

static void write_id(json_writer *w, const char *name, uuid id) {
    if (!uuid_is_zero(id)) json_key(w, name), json_uuid(w, id);
}

static void write_access(json_writer *w, exchange *x, const log_line_ *l) {
    const record_head *h = &l->view.head;
    if (!log_auditor(x) || !record_committed(&l->view)) return;
    json_key(w, "access");
    json_open_object(w);
    json_key(w, "server"), json_uuid(w, l->row.boot);
    write_id(w, "account", l->row.account);
    write_id(w, "session", h->session);
    write_id(w, "organisation", l->row.organisation);
    if (h->network_bits) json_key(w, "network"), json_string(w, network_text(x, h));
    json_key(w, "program"), json_string(w, bytes_of_string(record_program_text(h->program)));
    json_key(w, "role"), json_string(w, bytes_of_string(record_role_text(h->role)));
    json_key(w, "purpose"), json_string(w, bytes_of_string(record_purpose_text(h->purpose)));
    json_close_object(w);
}

/* As in the list of grants. */
static subjects about_shown(const exchange *x, const entry_fact *e) {
    if (log_auditor(x) || e->kind != KIND_GRANT) return e->about;
    return view_grant_about(x, ((const log_page *)x->place)->standing, &facts_of(x)->grants[e->of]);
}

static void write_item(json_writer *w, exchange *x, const record_item *item) {
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[family_entry(f, item->entry)];
    json_open_object(w);
    if (e->field != FIELD_NONE) json_key(w, "field"), json_string(w, bytes_of_string(catalogue[e->field].name));
    json_key(w, "about"), view_subjects(w, f, about_shown(x, e));
    json_key(w, "entry"), json_uuid(w, item->entry);
    if (item->version) json_key(w, "version"), json_int(w, item->version);
    json_key(w, "rule"), json_string(w, bytes_of_string(rule_text(item->rule)));
    json_key(w, "ground");
    if (item->has_ground)
        json_uuid(w, item->ground);
    else
        json_null(w);
    json_close_object(w);
}

static void write_line(json_writer *w, exchange *x, const log_page *p, const log_line_ *l) {
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, l->row.id);
    json_key(w, "at"), json_moment(w, l->row.at);
    json_key(w, "kind"), json_string(w, l->row.kind);
    json_key(w, "outcome"), json_string(w, l->row.outcome);
    json_key(w, "emergency"), json_bool(w, l->emergency);
    write_actor(w, x, &l->view);
    write_access(w, x, l);
    json_key(w, "items");
    json_open_array(w);
    for (uint16_t i = 0; i < l->item_count; i++)
        write_item(w, x, &l->items[i]);
    if (l->asked_field < FIELD_COUNT) {
        json_open_object(w);
        json_key(w, "field"), json_string(w, bytes_of_string(catalogue[l->asked_field].name));
        json_key(w, "about"), view_subjects(w, facts_of(x), l->asked_about);
        json_close_object(w);
    }
    json_close_array(w);
    json_key(w, "sentence"), json_string(w, log_sentence(x, p, l));
    bytes proof = p->proofs ? log_proof(x, p, l) : (bytes){0};
    if (proof.len) json_key(w, "proof"), json_string(w, proof);
    json_close_object(w);
}

static void write_damaged(json_writer *w, const log_page *p) {
    if (p->damaged_count == 0) return;
    json_key(w, "damaged");
    json_open_array(w);
    for (unsigned i = 0; i < p->damaged_count; i++) {
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, p->damaged[i].id);
        json_key(w, "at"), json_moment(w, p->damaged[i].at);
        json_close_object(w);
    }
    json_close_array(w);
}

static shaped shape(exchange *x) {
    log_page *p = x->place;
    if (!p->taken && take_rows(x, p)) {
        ask_round(x, p);
        return REPEAT;
    }
    p->taken = true;
    if (p->proofs && !log_proofs_ready(x, p)) return REPEAT;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "records");
    json_open_array(&w);
    for (uint32_t i = 0; i < p->count; i++)
        write_line(&w, x, p, &p->lines[i]);
    json_close_array(&w);
    write_damaged(&w, p);
    if (p->more) {
        const record_row *last = &p->lines[p->count - 1].row;
        json_key(&w, "next"), json_string(&w, cursor_behind(x, last->at, last->id));
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_log_list = {.kind = "log.read", .judge = judge, .shape = shape, .for_auditor = true};
