#include "api/view.h"

#include "statements.h"

void view_subjects(json_writer *w, const facts *f, subjects s) {
    json_open_array(w);
    for (subjects rest = s; rest; rest &= rest - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(rest);
        if (bit != SUBJECT_UNKNOWN) json_uuid(w, family_subject_id(f, bit));
    }
    json_close_array(w);
}

subjects view_grant_about(const exchange *x, const standing *s, const grant_fact *g) {
    if (g->givers & s->self) return g->about;
    if (g->recipient == s->viewer) return g->about & (x->ruling.known | s->self | THE_FAMILY);
    return g->about & (s->self | s->managed | (s->children & s->under_12));
}

/* Behind the closing quote of the string that opens at `p`: the first quote with an even number of backslashes before it. */
static const uint8_t *string_end(const uint8_t *p, const uint8_t *end) {
    for (const uint8_t *at = p + 1, *quote; at < end && (quote = memchr(at, '"', (size_t)(end - at))) != NULL; at = quote + 1) {
        const uint8_t *before = quote;
        while (before[-1] == '\\') before--;
        if ((quote - before) % 2 == 0) return quote + 1;
    }
    return end;
}

/* Bodies are written by json/write.h without white space, so a member begins after '{' or ',' at depth one. */
bytes view_body(arena *a, bytes plain, bytes *author) {
    static const char name[] = "\"author\":\""; /* a text, always */
    const uint8_t *end = plain.at + plain.len, *p = plain.at;
    *author = (bytes){0};
    unsigned depth = 0;
    for (bool start = false; p < end; p++) {
        if (*p == '{' || *p == '[') depth++, start = *p == '{';
        else if (*p == '}' || *p == ']') depth--;
        else if (*p == ',') start = true;
        else if (*p == '"') {
            size_t left = (size_t)(end - p);
            if (start && depth == 1 && left > sizeof name && memcmp(p, name, sizeof name - 1) == 0) break;
            p = string_end(p, end) - 1;
            start = false;
        }
    }
    if (p >= end) return plain;
    const uint8_t *value = p + sizeof name - 2, *after = string_end(value, end);
    *author = bytes_make(value, (size_t)(after - value));
    bool first = p == plain.at + 1;
    const uint8_t *cut = first ? p : p - 1;                       /* the comma before it goes too, or the one behind it */
    if (first && after < end && *after == ',') after++;
    uint8_t *out = arena_take(a, plain.len);
    size_t head = (size_t)(cut - plain.at), tail = (size_t)(end - after);
    memcpy(out, plain.at, head);
    memcpy(out + head, after, tail);
    return bytes_make(out, head + tail);
}

/* R-19b, R-30: an entry names nobody of whom its reader, a member of the family, knows nothing. In a preview the reader is not
 * the one who looks: then it names whom both may know, and x->ruling.known holds these. */
static bool may_name_person(const exchange *x, actor a) {
    actor reader = x->ruling.viewer;
    if (a == reader || (!is_person(reader) && !is_person(x->viewer))) return true;
    return is_person(a) && (x->ruling.known & PERSON(a));
}

static bool sees_helper(const exchange *x, actor reader, actor helper) {
    standing s;
    if (!is_person(reader)) return true;
    policy_stand(facts_of(x), reader, x->now, &s);
    return policy_sees_helper(&s, (uint8_t)(helper - FIRST_HELPER)) != LEVEL_HIDDEN;
}

/* R-102 too: a helper who leaves no trace in the team leaves none as the one who will do something. */
static bool may_name_assignee(const exchange *x, actor a) {
    if (!is_helper(a)) return may_name_person(x, a);
    bool shown = sees_helper(x, x->ruling.viewer, a);
    return shown && (x->viewer == x->ruling.viewer || sees_helper(x, x->viewer, a));
}

void view_author(json_writer *w, const exchange *x, const version_fact *v, bytes author_text) {
    bool named = is_helper(v->author) || (is_person(v->author) && may_name_person(x, v->author));
    json_key(w, "author");
    if (named) json_uuid(w, family_actor_id(facts_of(x), v->author));
    else if (author_text.at) json_raw(w, author_text);
    else json_string(w, BYTES(""));
}

void view_want_summary(exchange *x, uint32_t entry) {
    const facts *f = facts_of(x);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        const entry_fact *e = &f->entries[p->entry];
        if (e->kind == KIND_SUMMARY && e->of == entry) want_body(x, p->entry, p->version);
    }
}

static char section_of(field_id field) { return field == FIELD_NONE ? 'A' : catalogue[field].section; }

/* The newest summary of that entry among the wants, if he may read it. */
static const wanted *summary_of(const exchange *x, uint32_t entry) {
    const facts *f = facts_of(x);
    const wanted *newest = NULL;
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &f->entries[x->wants[i].entry];
        if (e->kind == KIND_SUMMARY && e->of == entry) newest = &x->wants[i];
    }
    return newest;
}

/* Neither the text nor who wrote it and when: a change of what he may not read must not show. */
static void view_part(json_writer *w, exchange *x, uint32_t i, level l) {
    const facts *f = facts_of(x);
    const entry_fact *e = &f->entries[x->wants[i].entry];
    const wanted *summary = l == LEVEL_DERIVED ? summary_of(x, x->wants[i].entry) : NULL;
    const char section[2] = {section_of(e->field), 0};
    json_key(w, "id"), json_uuid(w, e->id);
    json_key(w, "field"), json_string(w, bytes_of_string(catalogue[e->field].name));
    json_key(w, "section"), json_string(w, bytes_make(section, 1));
    json_key(w, "about"), view_subjects(w, f, e->about);
    json_key(w, "level"), json_string(w, bytes_of_string(level_text(l)));
    json_key(w, "body");
    json_open_object(w);
    if (summary) view_member(w, view_parse(x, plain_of(x, (uint32_t)(summary - x->wants))), "text", "text");
    json_close_object(w);
}

void view_entry(json_writer *w, exchange *x, uint32_t i) {
    const facts *f = facts_of(x);
    level l = view_permit(x, x->wants[i].entry)->level;
    if (l < LEVEL_EXACT) {
        view_part(w, x, i, l);
        return;
    }
    const entry_fact *e = &f->entries[x->wants[i].entry];
    const version_fact *v = &f->versions[x->wants[i].version];
    const char section[2] = {section_of(e->field), 0};
    bytes author, body = view_body(x->arena, plain_of(x, i), &author);
    json_key(w, "id"), json_uuid(w, e->id);
    json_key(w, "field"), json_string(w, bytes_of_string(catalogue[e->field].name));
    json_key(w, "section"), json_string(w, bytes_make(section, 1));
    json_key(w, "about"), view_subjects(w, f, e->about);
    view_author(w, x, v, author);
    json_key(w, "written_at"), json_moment(w, v->written);
    json_key(w, "version"), json_int(w, v->number);
    json_key(w, "level"), json_string(w, bytes_of_string(level_text(l)));
    bool assigned = e->assignee != ACTOR_NONE && may_name_assignee(x, e->assignee);
    if (assigned) json_key(w, "assignee"), json_uuid(w, family_actor_id(f, e->assignee));
    json_key(w, "body"), json_raw(w, body);
}

const json_value *view_parse(exchange *x, bytes plain) {
    const json_value *root = NULL;
    json_fault fault;
    must(ok(json_parse(x->arena, plain, &root, &fault))); /* we sealed it, and it opened */
    return root;
}

void view_member(json_writer *w, const json_value *body, const char *from, const char *as) {
    const json_value *v = json_member(body, from);
    if (!json_is_string(v)) return;
    json_key(w, as);
    json_string(w, json_bytes_of(v));
}

const permit *view_permit(const exchange *x, uint32_t entry) {
    uint32_t low = 0, high = x->ruling.count; /* permits stand in the order of the entries */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (x->ruling.permits[middle].entry < entry) low = middle + 1;
        else high = middle;
    }
    return low < x->ruling.count && x->ruling.permits[low].entry == entry ? &x->ruling.permits[low] : NULL;
}

static void tag_entry(etag_maker *e, const facts *f, uint32_t entry, uint32_t version) {
    etag_add(e, f->entries[entry].id.b, 16);
    etag_add(e, &f->versions[version].number, sizeof f->versions[version].number);
}

/* Of a value that he gets in part only that: its version is not his to count. */
static void tag_want(etag_maker *e, const exchange *x, const wanted *want) {
    if (!want->part) {
        tag_entry(e, facts_of(x), want->entry, want->version);
        return;
    }
    level l = view_permit(x, want->entry)->level;
    etag_add(e, facts_of(x)->entries[want->entry].id.b, 16);
    etag_add(e, level_text(l), 6);
}

void view_tag_statements(etag_maker *e, const exchange *x, uuid entry) {
    const facts *f = facts_of(x);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const entry_fact *s = &f->entries[x->ruling.permits[i].entry];
        bool its = s->kind == KIND_STATEMENT && s->of < f->entry_count && uuid_equal(f->entries[s->of].id, entry);
        if (its) etag_add(e, s->id.b, 16);
    }
}

bytes view_entry_tag(exchange *x, uint32_t entry, uint32_t version) {
    etag_maker e;
    etag_start(&e, "entry");
    tag_entry(&e, facts_of(x), entry, version);
    view_tag_statements(&e, x, facts_of(x)->entries[entry].id);
    return etag_end(&e, x->arena);
}

bytes view_wants_tag(exchange *x, const char *what, bool more) {
    etag_maker e;
    etag_start(&e, what);
    for (uint32_t i = 0; i < x->want_count; i++) tag_want(&e, x, &x->wants[i]);
    etag_add(&e, &more, sizeof more);
    return etag_end(&e, x->arena);
}

result view_page_start(exchange *x, uint32_t *first) {
    *first = 0;
    bytes cursor = query_text(x, "cursor");
    if (!cursor.at) return OK;
    uuid last;
    size_t len;
    TRY(cursor_read(x, cursor, last.b, sizeof last.b, &len));
    int entry = len == sizeof last.b ? family_entry(facts_of(x), last) : -1;
    ENSURE(entry >= 0, BAD_CURSOR);
    while (*first < x->ruling.count && x->ruling.permits[*first].entry <= (uint32_t)entry) ++*first;
    return OK;
}

void view_page_end(json_writer *w, exchange *x, bool more, uint32_t last_entry) {
    if (!more) return;
    json_key(w, "next");
    json_string(w, cursor_make(x, bytes_make(facts_of(x)->entries[last_entry].id.b, 16)));
}

void view_field_set(const json_value *list, field_set out) {
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        field_id field = field_by_name(json_bytes_of(v));
        if (field != FIELD_NONE) add_field(out, field);
    }
}

subjects view_subject_set(const facts *f, const json_value *list) {
    subjects s = 0;
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        uuid id;
        s |= ok(uuid_parse(json_bytes_of(v), &id)) ? family_subject(f, id) : UNKNOWN_SUBJECT;
    }
    return s;
}

void view_subject_param(params *p, arena *a, const facts *f, subjects s) {
    uuid *ids = ARENA_ARRAY(a, uuid, 64);
    size_t n = 0;
    for (; s; s &= s - 1) ids[n++] = family_subject_id(f, (unsigned)__builtin_ctzll(s));
    param_uuids(p, ids, n);
}

void view_field_param(params *p, arena *a, const field_set fields) {
    bytes *names = ARENA_ARRAY(a, bytes, FIELD_COUNT);
    size_t n = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) names[n++] = bytes_of_string(catalogue[f].name);
    param_texts(p, names, n);
}

void view_store_text(exchange *x, uuid entry, const char *kind, uuid of, subjects about, bytes body) {
    const facts *f = facts_of(x);
    bool person = is_person(x->viewer);
    uuid me = x->viewer == ACTOR_NONE ? x->session->account : family_actor_id(f, x->viewer), owner = view_owner(f, about);
    params *row = params_new(x->arena), *version = params_new(x->arena);
    param_uuid(row, f->family), param_uuid(row, entry), param_string(row, kind), param_string(row, "");
    param_uuid_or_null(row, of), param_uuid_or_null(row, (uuid){{0}});
    view_subject_param(row, x->arena, f, about);
    param_uuid(row, owner);
    mutate(x, &stmt_entry_insert, row);
    param_uuid(version, f->family), param_uuid(version, entry), param_int4(version, 1), param_uuid(version, me);
    param_uuids(version, &me, person ? 1 : 0), param_uuids(version, &me, 0), param_moment(version, x->now);
    mutate(x, &stmt_version_insert, version);
    seal_text(x, entry, owner, FIELD_NONE, 1, body);
}

void view_store_note(exchange *x, uuid entry, subjects about, const char *member) {
    buf b = buf_new(32 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, member, "text");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* the contract bounds each text */
    view_store_text(x, entry, "note", (uuid){{0}}, about, arena_copy(x->arena, buf_bytes(&b)));
    buf_release(&b);
}

enum { SHARE = ENTRIES_MAX / 8 };

result view_room(exchange *x, uint32_t entries) {
    const facts *f = facts_of(x);
    uint32_t his = 0;
    for (uint32_t i = 0; i < f->entry_count; i++) his += f->versions[f->entries[i].first_version].author == x->viewer;
    x->detail = "you have written as much in this plan as one can";
    ENSURE(his + entries <= SHARE, UNPROCESSABLE);
    x->detail = "this family's plan is full";
    ENSURE(f->entry_count + entries <= ENTRIES_MAX, UNPROCESSABLE);
    x->detail = NULL;
    return OK;
}

standing *view_stand(exchange *x) {
    standing *s = ARENA_NEW(x->arena, standing);
    policy_stand(facts_of(x), x->viewer, x->now, s);
    return s;
}

uuid view_begin(exchange *x) {
    uuid *id = ARENA_NEW(x->arena, uuid);
    *id = x->replay ? x->made_id : uuid_random();
    x->place = id;
    return *id;
}

void view_ask_rows(exchange *x, const statement *list) {
    x->place = view_stand(x);
    x->ruling.valid_until = facts_next_moment(facts_of(x), x->now);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    x->extra = (mutation){list, p};
}

result view_entry_in_path(exchange *x, answer (*may)(const standing *, uint32_t), uint32_t *entry) {
    judge_all(x, 1u << KIND_PLAN);
    int at = family_entry(facts_of(x), x->path_ids[1]);
    ENSURE(at >= 0, NOT_FOUND);
    const permit *p = view_permit(x, (uint32_t)at);
    ENSURE(p != NULL && p->level == LEVEL_EXACT, NOT_FOUND);
    answer allowed = may(view_stand(x), (uint32_t)at);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    *entry = (uint32_t)at;
    return OK;
}

void view_created(exchange *x, const char *noun, uuid id) {
    char of[UUID_TEXT], text[UUID_TEXT];
    uuid_write(x->family_ids[0], of);
    uuid_write(id, text);
    bytes at = arena_format(x->arena, "/v1/families/%.*s/%s%.*s", UUID_TEXT, of, noun, UUID_TEXT, text);
    response_add_header(&x->response, "Location", at);
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, id);
    json_close_object(&w);
    json_end(&w);
}

shaped view_done(exchange *x) {
    x->response.status = 204;
    return SHAPED;
}

void view_note_act(exchange *x, uuid of) {
    uint8_t *p = arena_take(x->arena, 17);
    p[0] = 'o';
    memcpy(p + 1, of.b, 16);
    x->record_note = bytes_make(p, 17);
}

result view_limits_seen(exchange *x, const standing *s) {
    if (!policy_limits_unseen(s)) return OK;
    x->refused_by = RULE_R39;
    x->detail = "show the screen own_space of GET /v1/texts/{language}, and say so with POST limits";
    return FAIL(LIMITS_UNSEEN);
}

uuid view_owner(const facts *f, subjects about) {
    bool one = (about & (about - 1)) == 0;
    return one ? family_subject_id(f, (unsigned)__builtin_ctzll(about)) : f->family;
}
