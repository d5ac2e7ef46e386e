/* Who looked: the lines of a family's log that the reader may see (R-63, R-64, T8).
 *
 * A line speaks of entries; it shows only those that the reader may see himself, and no line is left when none is. It shows only
 * actors whom he may know: a shelter's name betrays as much as the address. Lines have no numbers, so there are no gaps.
 * A helper sees his own looks. The auditor sees every line and no value. */
#include "api/view.h"
#include "statements.h"

enum { ROUND = 500, PAGE = 100, ITEMS_PAGE = 20000 }; /* items too, since a line may speak of a whole plan */

typedef struct {
    uuid id;
    moment at;
    bytes kind, outcome;
    bool emergency;
    record_view view;
    record_item *items; /* visible ones */
    uint16_t item_count;
    field_id asked_field;
    subjects asked_about;
} log_line_;

typedef struct {
    standing *standing, *reader; /* the viewer's; whose look it was */
    moment from, until, before_at;
    uuid before_id;
    uint32_t limit, count, items;
    log_line_ *lines;
    bool more;
} log_page;

static void ask_round(exchange *x, log_page *p) {
    params *q = params_new(x->arena);
    param_uuid(q, x->family_ids[0]);
    param_moment(q, p->from), param_moment(q, p->until), param_moment(q, p->before_at);
    param_uuid(q, p->before_id);
    param_int4(q, ROUND);
    x->extra = (mutation){&stmt_records_page, q};
}

static result read_cursor(exchange *x, log_page *p) {
    uint8_t place[24];
    size_t len;
    bytes cursor = query_text(x, "cursor");
    p->before_at = MOMENT_NEVER;
    memset(p->before_id.b, 0xff, sizeof p->before_id.b);
    if (!cursor.at) return OK;
    TRY(cursor_read(x, cursor, place, sizeof place, &len));
    ENSURE(len == sizeof place, BAD_CURSOR);
    p->before_at = (moment)get_u64(place);
    memcpy(p->before_id.b, place + 8, 16);
    return OK;
}

static result judge(exchange *x) {
    log_page *p = ARENA_NEW(x->arena, log_page);
    x->place = p;
    judge_all(x, ~0u);
    p->standing = ARENA_NEW(x->arena, standing), p->reader = ARENA_NEW(x->arena, standing);
    policy_stand(facts_of(x), x->viewer, x->now, p->standing);
    p->from = MOMENT_MIN, p->until = MOMENT_NEVER;
    query_moment(x, "from", &p->from);
    query_moment(x, "until", &p->until);
    p->limit = query_number(x, "limit", PAGE);
    p->lines = ARENA_ARRAY(x->arena, log_line_, p->limit);
    TRY(read_cursor(x, p));
    /* The names of those who looked. */
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        entry_kind kind = facts_of(x)->entries[x->ruling.permits[i].entry].kind;
        if (kind == KIND_NAME || kind == KIND_HELPER || kind == KIND_LISTED)
            want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    }
    ask_round(x, p);
    return OK;
}

/* ---- which lines ---- */

static bool auditor(const exchange *x) { return x->session->kind == ACCOUNT_AUDITOR; }

static bool shows_entry(const exchange *x, uuid id) {
    int e = family_entry(facts_of(x), id);
    if (e < 0) return false;
    entry_kind kind = facts_of(x)->entries[e].kind;
    bool spoken_of = kind == KIND_PLAN || kind == KIND_REGISTER || kind == KIND_GRANT;
    return spoken_of && (auditor(x) || view_permit(x, (uint32_t)e));
}

/* A version that he may not read leaves no line either. Zero: no version in particular. */
static bool shows_version(const exchange *x, const log_page *p, uuid id, uint32_t number) {
    const facts *f = facts_of(x);
    if (!shows_entry(x, id)) return false;
    if (auditor(x) || number == 0) return true;
    uint32_t at = (uint32_t)family_entry(f, id);
    const entry_fact *e = &f->entries[at];
    if (f->versions[view_permit(x, at)->version].number == number) return true;
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].number == number) return policy_entry(p->standing, at, v).allowed;
    return false;
}

static bool shows_grant(const exchange *x, const log_page *p, uuid id) {
    int g = family_grant(facts_of(x), id);
    return g >= 0 && (auditor(x) || policy_sees_grant(p->standing, (uint32_t)g));
}

/* What was given or withdrawn must be a field that he sees of that grant, or the line would tell of the others. */
static bool shows_grant_fields(const exchange *x, const log_page *p, uuid id, const uint8_t *named) {
    if (!shows_grant(x, p, id)) return false;
    const field_set fields = {get_u64(named), get_u64(named + 8)};
    uint32_t g = (uint32_t)family_grant(facts_of(x), id);
    bool any = auditor(x);
    for (field_id f = 0; f < FIELD_COUNT && !any; f++) any = has_field(fields, f) && policy_sees_grant_field(p->standing, g, f);
    return any;
}

/* A grant that he does not see is no ground that he may tell apart from another one. */
static bool shows_ground(const exchange *x, const log_page *p, uuid id) {
    return family_grant(facts_of(x), id) < 0 || shows_grant(x, p, id);
}

static bool knows_actor(const exchange *x, const log_page *p, const record_view *v) {
    if (auditor(x) || uuid_equal(v->head.viewer, x->viewer == ACTOR_NONE ? (uuid){{0}} : family_actor_id(facts_of(x), x->viewer)))
        return true;
    actor a = family_actor(facts_of(x), v->head.viewer);
    if (is_helper(a)) return policy_sees_helper(p->standing, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
    return is_person(a) ? (x->ruling.known & PERSON(a)) != 0 : v->head.viewer_kind == VIEWER_AUDITOR;
}

static void add_item(log_line_ *l, record_item item) { l->items[l->item_count++] = item; }

/* That something was opened in an emergency shows with what was opened, or it would tell of what is hidden. */
static bool emergency_shows(const log_line_ *l) {
    for (uint16_t i = 0; i < l->item_count; i++)
        if (l->items[i].rule == RULE_R50B) return true;
    return false;
}

static int emergency_at(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->emergency_count; i++)
        if (uuid_equal(f->emergencies[i].id, id)) return (int)i;
    return -1;
}

/* what an emergency opened shows to those who are told all of it, from when they are told. */
static bool hides_emergency(const exchange *x, const log_page *p, const record_item *item) {
    int e = item->has_ground ? emergency_at(facts_of(x), item->ground) : -1;
    return e >= 0 && !auditor(x) && policy_told(p->standing, (uint32_t)e) != TOLD_ALL;
}

static bool shows_emergency(const exchange *x, const log_page *p, uuid id) {
    int e = emergency_at(facts_of(x), id);
    return auditor(x) || (e >= 0 && policy_told(p->standing, (uint32_t)e) != TOLD_NOTHING);
}

/* Of a request each sees what he asked, or is asked. */
static bool shows_request_fields(const exchange *x, const log_page *p, uuid id, const uint8_t *named) {
    const facts *f = facts_of(x);
    const field_set fields = {get_u64(named), get_u64(named + 8)};
    if (auditor(x)) return true;
    for (unsigned i = 0; i < f->request_count; i++) {
        field_set parts;
        if (!uuid_equal(f->requests[i].id, id)) continue;
        if (f->requests[i].asker == x->viewer) return true;
        policy_request_parts(p->standing, i, parts);
        return (parts[0] & fields[0]) | (parts[1] & fields[1]);
    }
    return false;
}

/* Since when some lock keeps the viewer out: what he could see in his log before, he sees on. */
static moment locked_since(const exchange *x) {
    const facts *f = real_facts_of(x);
    moment since = MOMENT_NEVER;
    for (unsigned i = 0; i < f->lock_count; i++) {
        const lock_fact *row = &f->locks[i];
        moment begins = row->recorded > row->from ? row->recorded : row->from;
        if (row->not_for == x->viewer && x->now < row->until && begins < since) since = begins;
    }
    return since;
}

/* T7: what others said beside his own text, or did with it, since it is locked from him. Such a line names no version. */
static bool is_behind(const exchange *x, const log_page *p, const log_line_ *l, uuid id) {
    const facts *f = real_facts_of(x);
    bool own = uuid_equal(l->view.head.viewer, family_actor_id(f, x->viewer));
    if (own || auditor(x) || facts_of(x) == f || l->at < locked_since(x)) return false;
    int e = family_entry(f, id);
    policy_stand(f, x->viewer, x->now, p->reader);
    return e >= 0 && !policy_ask(p->reader, f->entries[e].field, f->entries[e].about).allowed;
}

/* A write, a grant, a request, an emergency or a question stands in the record's note. */
static bool read_note(const exchange *x, const log_page *p, log_line_ *l) {
    bytes n = l->view.note;
    uuid id;
    if (n.len < 17) return false;
    memcpy(id.b, n.at + 1, 16);
    if (n.at[0] == 'e' && n.len == 21) {
        if (!shows_version(x, p, id, get_u32(n.at + 17)) || (get_u32(n.at + 17) == 0 && is_behind(x, p, l, id))) return false;
        add_item(l, (record_item){.entry = id, .version = (uint16_t)get_u32(n.at + 17), .rule = RULE_R14});
        return true;
    }
    if (n.at[0] == 'g' && n.len == 33) return shows_grant_fields(x, p, id, n.at + 17);
    if (n.at[0] == 'r' && n.len == 33) return shows_request_fields(x, p, id, n.at + 17);
    if (n.at[0] == 'm' && n.len == 17) return shows_emergency(x, p, id);
    if (n.at[0] != 'a' || n.len != 34) return false;
    l->asked_field = n.at[17];
    l->asked_about = (subjects)get_u64(n.at + 26);
    bool thought = l->asked_field < FIELD_COUNT && l->asked_about != 0;
    bool shown = auditor(x) || (thought && policy_concerns(p->standing, l->asked_field, l->asked_about));
    if (!shown) l->asked_field = FIELD_NONE; /* the line may show for its items all the same */
    return shown;
}

/* An act that speaks of nothing whose visibility changes (a lock set, a hold written): a line for whoever did it, and the
 * auditor. */
static bool is_plain_act(bytes note) { return note.len > 0 && note.at[0] == 'o'; }

/* T7: by the facts that somebody who is kept out is told of, who looked could not have: then he did not. */
static bool could_read(const exchange *x, const log_page *p, const log_line_ *l, const record_item *item) {
    const facts *f = facts_of(x);
    int e = family_entry(f, item->entry);
    if (f == real_facts_of(x) || e < 0 || l->at < locked_since(x)) return true;
    const entry_fact *row = &f->entries[e];
    policy_stand(f, family_actor(f, l->view.head.viewer), l->at, p->reader);
    for (uint32_t v = row->first_version; v < row->first_version + row->version_count; v++)
        if (f->versions[v].number == item->version) return policy_entry(p->reader, (uint32_t)e, v).allowed;
    return false;
}

static bool visible(exchange *x, const log_page *p, log_line_ *l) {
    bool own = x->viewer != ACTOR_NONE && uuid_equal(l->view.head.viewer, family_actor_id(facts_of(x), x->viewer));
    if (is_helper(x->viewer) && !own) return false;
    if (!knows_actor(x, p, &l->view)) return false;
    l->items = ARENA_ARRAY(x->arena, record_item, (size_t)l->view.item_count + 1);
    l->asked_field = FIELD_NONE;
    for (uint16_t i = 0; i < l->view.item_count; i++) {
        record_item item = record_item_at(&l->view, i);
        if (!shows_version(x, p, item.entry, item.version)) continue;
        if (!own && (hides_emergency(x, p, &item) || !could_read(x, p, l, &item))) continue;
        item.has_ground = item.has_ground && shows_ground(x, p, item.ground);
        add_item(l, item);
    }
    bool note = read_note(x, p, l) || (own && is_plain_act(l->view.note));
    if (!auditor(x)) l->emergency = emergency_shows(l);
    return note || l->item_count > 0 || auditor(x);
}

/* ---- rounds ---- */

static bool take_row(exchange *x, log_page *p, size_t i) {
    rows r = x->extra_rows;
    log_line_ l = {.id = row_uuid(r, i, records_page__id), .at = row_moment(r, i, records_page__at),
                   .emergency = row_bool(r, i, records_page__emergency)};
    p->before_at = l.at;
    p->before_id = l.id;
    bytes plain;
    /* A record that does not open was tampered with; the verifier names it, and nobody is told a line that is not proved. */
    if (!ok(open_record(x, l.id, row_bytes(r, i, records_page__sealed), &plain)) || !ok(record_parse(plain, &l.view))) return true;
    l.kind = arena_copy(x->arena, row_text(r, i, records_page__kind));
    l.outcome = arena_copy(x->arena, row_text(r, i, records_page__outcome));
    if (!visible(x, p, &l)) return true;
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

static const json_value *body_of(exchange *x, entry_kind kind, unsigned of) {
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->wants[i].entry];
        if (e->kind == kind && e->of == of) return view_parse(x, plain_of(x, i));
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
    if (is_person(a) && (body = body_of(x, KIND_NAME, a))) view_member(w, body, "text", "name");
    unsigned helper = is_helper(a) ? (unsigned)(a - FIRST_HELPER) : 0;
    if (is_helper(a) && (body = body_of(x, KIND_HELPER, helper))) {
        view_member(w, body, "name", "name");
        view_member(w, body, "role", "role");
        view_member(w, body, "organisation", "organisation");
    } else if (is_helper(a) && (body = body_of(x, KIND_LISTED, helper))) {
        view_member(w, body, "listed", "name");
    }
    json_close_object(w);
}

/* As in the list of grants. */
static subjects about_shown(const exchange *x, const entry_fact *e) {
    if (auditor(x) || e->kind != KIND_GRANT) return e->about;
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
    if (item->has_ground) json_uuid(w, item->ground);
    else json_null(w);
    json_close_object(w);
}

static void write_line(json_writer *w, exchange *x, const log_line_ *l) {
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, l->id);
    json_key(w, "at"), json_moment(w, l->at);
    json_key(w, "kind"), json_string(w, l->kind);
    json_key(w, "outcome"), json_string(w, l->outcome);
    json_key(w, "emergency"), json_bool(w, l->emergency);
    write_actor(w, x, &l->view);
    json_key(w, "items");
    json_open_array(w);
    for (uint16_t i = 0; i < l->item_count; i++) write_item(w, x, &l->items[i]);
    if (l->asked_field < FIELD_COUNT) {
        json_open_object(w);
        json_key(w, "field"), json_string(w, bytes_of_string(catalogue[l->asked_field].name));
        json_key(w, "about"), view_subjects(w, facts_of(x), l->asked_about);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

static shaped shape(exchange *x) {
    log_page *p = x->place;
    if (take_rows(x, p)) {
        ask_round(x, p);
        return REPEAT;
    }
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "records");
    json_open_array(&w);
    for (uint32_t i = 0; i < p->count; i++) write_line(&w, x, &p->lines[i]);
    json_close_array(&w);
    if (p->more) {
        uint8_t place[24];
        put_u64(place, (uint64_t)p->lines[p->count - 1].at);
        memcpy(place + 8, p->lines[p->count - 1].id.b, 16);
        json_key(&w, "next"), json_string(&w, cursor_make(x, bytes_make(place, sizeof place)));
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_log_list = {.kind = "log.read", .judge = judge, .shape = shape, .for_auditor = true};
