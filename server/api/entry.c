/* One entry: read with its visible history, written, revised, withdrawn. Nothing is overwritten; a version stays what it was. */
#include "api/view.h"
#include "statements.h"

enum { VERSIONS_MAX = 500 };

/* ---- reading ---- */

static result find(exchange *x, uint32_t *entry, const permit **p) {
    judge_all(x, 1u << KIND_PLAN | 1u << KIND_SUMMARY | 1u << KIND_STATEMENT);
    int at = family_entry(facts_of(x), x->path_ids[1]);
    ENSURE(at >= 0, NOT_FOUND);
    *p = view_permit(x, (uint32_t)at);
    ENSURE(*p != NULL && facts_of(x)->entries[at].kind == KIND_PLAN, NOT_FOUND);
    *entry = (uint32_t)at;
    return OK;
}

/* next to the text, for whoever reads it whole. */
static void want_statements(exchange *x, uint32_t entry) {
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->ruling.permits[i].entry];
        if (e->kind == KIND_STATEMENT && e->of == entry) want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    }
}

static result judge_get(exchange *x) {
    uint32_t entry;
    const permit *p;
    TRY(find(x, &entry, &p));
    const entry_fact *e = &facts_of(x)->entries[entry];
    standing *s = view_stand(x);
    want_body(x, entry, p->version);
    if (p->level < LEVEL_EXACT) {
        view_want_summary(x, entry);
        return OK;
    }
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (v != p->version && policy_entry(s, entry, v).level == LEVEL_EXACT) want_body(x, entry, v);
    want_statements(x, entry);
    return OK;
}

static void write_statement(json_writer *w, exchange *x, uint32_t want) {
    const version_fact *v = &facts_of(x)->versions[x->wants[want].version];
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, facts_of(x)->entries[x->wants[want].entry].id);
    view_author(w, x, v, (bytes){0});
    json_key(w, "written_at"), json_moment(w, v->written);
    view_member(w, view_parse(x, plain_of(x, want)), "text", "text");
    json_close_object(w);
}

static void write_past(json_writer *w, exchange *x, uint32_t want) {
    const version_fact *v = &facts_of(x)->versions[x->wants[want].version];
    bytes author, body = view_body(x->arena, plain_of(x, want), &author);
    json_open_object(w);
    json_key(w, "version"), json_int(w, v->number);
    view_author(w, x, v, author);
    json_key(w, "written_at"), json_moment(w, v->written);
    json_key(w, "body"), json_raw(w, body);
    json_close_object(w);
}

static shaped shape_get(exchange *x) {
    bool part = x->wants[0].part;
    bytes etag = part ? view_wants_tag(x, "entry", false) : view_entry_tag(x, x->wants[0].entry, x->wants[0].version);
    if (answer_not_modified(x, etag)) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    view_entry(&w, x, 0);
    json_key(&w, "history");
    json_open_array(&w);
    uint32_t first_statement = 0;
    while (first_statement < x->want_count && x->wants[first_statement].entry == x->wants[0].entry) first_statement++;
    for (uint32_t i = 0; !part && i < first_statement; i++) write_past(&w, x, i);
    json_close_array(&w);
    json_key(&w, "statements");
    json_open_array(&w);
    for (uint32_t i = first_statement; !part && i < x->want_count; i++) write_statement(&w, x, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- writing ---- */

typedef struct {
    uuid id;
    uint32_t version;
} written;

static bytes body_of(exchange *x, const char *reason) {
    buf b = buf_new(64 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, "text", "text");
    view_member(&w, x->body, "kind", "kind");
    view_member(&w, x->body, "review_at", "review_at");
    if (reason) view_member(&w, x->body, reason, "reason");
    const json_value *told = json_member(x->body, "told_first");
    if (told) json_key(&w, "told_first"), json_bool(&w, json_bool_of(told));
    view_member(&w, x->body, "why_not_told", "why_not_told");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* the contract bounds each text */
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

/* what a helper writes about safety says whether the family was told first, and if not, why. A member is the family. */
static result check_told(exchange *x, field_id field) {
    const json_value *told = json_member(x->body, "told_first"), *why = json_member(x->body, "why_not_told");
    bool asked = catalogue[field].safety && is_helper(x->viewer);
    if (!asked && (told || why))
        return bad_member(x, told ? "/told_first" : "/why_not_told", "is for what a helper writes about safety");
    if (!asked) return OK;
    if (!told) return bad_member(x, "/told_first", "say whether the family was told first");
    if (json_bool_of(told)) return why ? bad_member(x, "/why_not_told", "the family was told") : OK;
    return why ? OK : bad_member(x, "/why_not_told", "say why the family was not told first");
}

/* The record says which entry at which version; its items are for what was disclosed. */
static void note(exchange *x, uuid entry, uint32_t version) {
    uint8_t *p = arena_take(x->arena, 21);
    p[0] = 'e';
    memcpy(p + 1, entry.b, 16);
    put_u32(p + 17, version);
    x->record_note = bytes_make(p, 21);
}

static void add_version(exchange *x, uuid entry, uuid owner, field_id field, uint32_t version, bytes body) {
    const facts *f = facts_of(x);
    uuid me = family_actor_id(f, x->viewer);
    params *p = params_new(x->arena);
    param_uuid(p, f->family);
    param_uuid(p, entry);
    param_int4(p, (int32_t)version);
    param_uuid(p, me);
    param_uuids(p, &me, is_person(x->viewer) ? 1 : 0);
    param_uuids(p, &me, is_person(x->viewer) ? 1 : 0);
    param_moment(p, x->now);
    mutate(x, &stmt_version_insert, p);
    seal_text(x, entry, owner, field, version, body);
    note(x, entry, version);
    written *made = ARENA_NEW(x->arena, written);
    *made = (written){entry, version};
    x->place = made;
}

/* Only an action has one, and it must be somebody whom the writer may know. */
static result find_assignee(exchange *x, const standing *s, field_id field, uuid *out) {
    const json_value *given = json_member(x->body, "assignee");
    *out = (uuid){{0}};
    if (!given) return OK;
    if (field != FIELD_ACTIONS) return bad_member(x, "/assignee", "only an action has an assignee");
    uuid id;
    actor a = ok(uuid_parse(json_bytes_of(given), &id)) ? family_actor(s->f, id) : ACTOR_NONE;
    bool known = is_person(a) ? (PERSON(a) & (s->known | s->own)) != 0
                              : is_helper(a) && policy_sees_helper(s, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
    if (!known) return bad_member(x, "/assignee", "there is nobody here with that id");
    *out = id;
    return OK;
}

static result judge_create(exchange *x) {
    const facts *f = facts_of(x);
    standing *s = view_stand(x);
    field_id field = field_by_name(json_bytes_of(json_member(x->body, "field")));
    subjects about = view_subject_set(f, json_member(x->body, "about"));
    answer allowed = policy_write(s, field, about);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    TRY(view_limits_seen(x, s));
    uuid id = uuid_random(), assignee;
    TRY(find_assignee(x, s, field, &assignee));
    TRY(check_told(x, field));
    if (x->replay) {
        written *made = ARENA_NEW(x->arena, written);
        *made = (written){x->made_id, 1};
        x->place = made;
        return OK;
    }
    TRY(view_room(x, 1));
    params *p = params_new(x->arena);
    param_uuid(p, f->family);
    param_uuid(p, id);
    param_string(p, "plan");
    param_string(p, catalogue[field].name);
    param_uuid_or_null(p, (uuid){{0}});
    param_uuid_or_null(p, assignee);
    view_subject_param(p, x->arena, f, about);
    param_uuid(p, view_owner(f, about));
    mutate(x, &stmt_entry_insert, p);
    add_version(x, id, view_owner(f, about), field, 1, body_of(x, NULL));
    idempotency_keep(x, 201, id);
    return OK;
}

static bytes tag_of(exchange *x, const written *made) {
    etag_maker e;
    etag_start(&e, "entry");
    etag_add(&e, made->id.b, 16);
    etag_add(&e, &made->version, sizeof made->version);
    view_tag_statements(&e, x, made->id);
    return etag_end(&e, x->arena);
}

static void write_made(exchange *x, int status) {
    const written *made = x->place;
    response_add_header(&x->response, "ETag", tag_of(x, made));
    json_writer w = answer_json(x, status);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, made->id);
    json_key(&w, "version"), json_int(&w, made->version);
    json_close_object(&w);
    json_end(&w);
}

static shaped shape_create(exchange *x) {
    const written *made = x->place;
    char of[UUID_TEXT], entry[UUID_TEXT];
    uuid_write(x->family_ids[0], of);
    uuid_write(made->id, entry);
    response_add_header(&x->response, "Location", arena_format(x->arena, "/v1/families/%.*s/entries/%.*s", UUID_TEXT, of,
                                                               UUID_TEXT, entry));
    write_made(x, 201);
    return SHAPED;
}

/* Of what he is told: whoever is kept out by a lock revises his own words, whatever became of them behind it (T7). */
static bool is_newest(const exchange *x, const entry_fact *e, uint32_t version) {
    for (uint32_t v = version + 1; v < e->first_version + e->version_count; v++)
        if (facts_of(x)->versions[v].recorded <= x->now) return false;
    return true;
}

/* The newest version, as the writer saw it. Who reads only an older version learns nothing of a newer one: he may not. */
static result find_newest(exchange *x, answer (*may)(const standing *, uint32_t), uint32_t *entry) {
    const permit *p;
    TRY(find(x, entry, &p));
    ENSURE(p->level == LEVEL_EXACT, FORBIDDEN);
    const entry_fact *e = &facts_of(x)->entries[*entry];
    standing *s = view_stand(x);
    answer allowed = may(s, *entry);
    x->refused_by = allowed.rule;
    /* The tag comes first: a made-up one must not ask, without a trace, whether there is a newer version. */
    ENSURE(bytes_equal(x->if_match, view_entry_tag(x, *entry, p->version)), PRECONDITION_FAILED);
    ENSURE(allowed.allowed && is_newest(x, e, p->version), FORBIDDEN);
    return OK;
}

static result judge_revise(exchange *x) {
    uint32_t entry;
    TRY(find_newest(x, policy_revise, &entry));
    TRY(view_limits_seen(x, view_stand(x)));
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[entry];
    TRY(check_told(x, e->field));
    uint32_t number = f->versions[e->first_version + e->version_count - 1].number + 1;
    x->detail = "this entry has too many versions; write a new one";
    ENSURE(number <= VERSIONS_MAX, UNPROCESSABLE); /* its whole history is one answer */
    x->detail = NULL;
    add_version(x, e->id, e->owner, e->field, number, body_of(x, "reason"));
    return OK;
}

static shaped shape_revise(exchange *x) {
    write_made(x, 200);
    return SHAPED;
}

static result judge_withdraw(exchange *x) {
    uint32_t entry;
    TRY(find_newest(x, policy_withdraw_entry, &entry));
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, facts_of(x)->entries[entry].id);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer));
    param_moment(p, x->now);
    bool part = policy_is_told_part(real_facts_of(x), facts_of(x), entry); /* what others made of it is theirs (T9) */
    mutate(x, part ? &stmt_entry_left_insert : &stmt_entry_end, p);
    note(x, facts_of(x)->entries[entry].id, 0);
    return OK;
}

static shaped shape_withdraw(exchange *x) {
    x->response.status = 204;
    return SHAPED;
}

const endpoint endpoint_entry_get = {.kind = "entry.read", .judge = judge_get, .shape = shape_get};
const endpoint endpoint_entry_create = {.kind = "entry.write", .judge = judge_create, .shape = shape_create};
const endpoint endpoint_entry_revise = {.kind = "entry.revise", .judge = judge_revise, .shape = shape_revise};
const endpoint endpoint_entry_withdraw = {.kind = "entry.withdraw", .judge = judge_withdraw, .shape = shape_withdraw};
