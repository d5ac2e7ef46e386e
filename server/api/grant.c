/* What is shared with whom: listed for those whom it concerns, given and withdrawn by those who decide. */
#include "api/view.h"
#include "statements.h"

/* ---- reading ---- */

typedef struct {
    standing s;
    bool more;
} grant_view;

static grant_view *start_view(exchange *x) {
    judge_all(x, 1u << KIND_GRANT);
    grant_view *v = ARENA_NEW(x->arena, grant_view);
    policy_stand(facts_of(x), x->viewer, x->now, &v->s);
    x->place = v;
    return v;
}

static result judge_list(exchange *x) {
    grant_view *view = start_view(x);
    uint32_t first, limit = query_number(x, "limit", 500);
    TRY(view_page_start(x, &first));
    for (uint32_t i = first; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        if (facts_of(x)->entries[p->entry].kind != KIND_GRANT) continue;
        if (x->want_count == limit) {
            view->more = true;
            break;
        }
        want_body(x, p->entry, p->version);
    }
    return OK;
}

static result find(exchange *x, uint32_t *entry, unsigned *grant) {
    int g = family_grant(facts_of(x), x->path_ids[1]);
    ENSURE(g >= 0, NOT_FOUND);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->ruling.permits[i].entry];
        if (e->kind != KIND_GRANT || e->of != (unsigned)g) continue;
        *entry = x->ruling.permits[i].entry;
        *grant = (unsigned)g;
        return OK;
    }
    return FAIL(NOT_FOUND);
}

static result judge_get(exchange *x) {
    uint32_t entry;
    unsigned grant;
    start_view(x);
    TRY(find(x, &entry, &grant));
    want_body(x, entry, view_permit(x, entry)->version);
    return OK;
}

static bool needs_confirming(const field_row *row) { return !row->safety && (row->steps & STEP_NAMED || row->class_ == C4); }

static bool lapsed(const facts *f, const grant_fact *g, moment now) {
    moment until = MOMENT_MIN;
    for (unsigned i = 0; i < g->confirm_count; i++) {
        const confirm_fact *c = &f->confirms[g->first_confirm + i];
        if (c->recorded <= now && c->lapses > until) until = c->lapses;
    }
    return now >= until;
}

/* A recipient learns that a field is no longer shared, and not whether it was withdrawn, refused or is over. */
static const char *state_of(const exchange *x, const grant_fact *g, const grant_field_fact *gf) {
    const field_row *row = &catalogue[gf->field];
    bool recipient = g->recipient == x->viewer;
    if (gf->ended <= x->now) return recipient ? "ended" : "withdrawn";
    if (g->until <= x->now) return "ended";
    if (x->now < g->from || (row->steps & STEP_FOUR_EYES && gf->four_eyes > x->now)) return "waiting";
    return needs_confirming(row) && lapsed(facts_of(x), g, x->now) ? "paused" : "active";
}

/* R-57b, R-60: a field that says too much is no line of a grant for those who are not to know of it. */
static bool shows_field(const standing *s, const grant_fact *g, unsigned i) {
    return policy_sees_grant_field(s, (uint32_t)(g - s->f->grants), s->f->grant_fields[g->first_field + i].field);
}

static void write_fields(json_writer *w, const exchange *x, const grant_fact *g) {
    json_key(w, "fields");
    json_open_array(w);
    const standing *s = &((const grant_view *)x->place)->s;
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &facts_of(x)->grant_fields[g->first_field + i];
        if (!shows_field(s, g, i)) continue;
        json_open_object(w);
        json_key(w, "field"), json_string(w, bytes_of_string(catalogue[gf->field].name));
        json_key(w, "state"), json_string(w, bytes_of_string(state_of(x, g, gf)));
        json_close_object(w);
    }
    json_close_array(w);
}

static const standing *stands(const exchange *x) { return &((const grant_view *)x->place)->s; }

/* A reader who is no giver sees only those ids that he may know. */
static subjects givers_seen(const exchange *x, const grant_fact *g) {
    subjects me = stands(x)->self;
    return g->givers & me ? g->givers : g->givers & (x->ruling.known | me);
}

/* The giver's own words, which may speak of anything in it: for him, the recipient, and those who decide for what it is about. Whoever
 * sees only a child's part of it does not read them. */
static bool reads_purpose(const exchange *x, const grant_fact *g) {
    const standing *s = stands(x);
    return (g->givers & s->self) || g->recipient == s->viewer || (g->about & (s->self | s->managed));
}

static void write_grant(json_writer *w, exchange *x, uint32_t want) {
    static const char *const bases[] = {"consent", "contract", "legal_duty", "vital", "public_task", "legitimate", "unknown"};
    const facts *f = facts_of(x);
    const grant_fact *g = &f->grants[f->entries[x->wants[want].entry].of];
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, g->id);
    json_key(w, "givers"), view_subjects(w, f, givers_seen(x, g));
    json_key(w, "about"), view_subjects(w, f, view_grant_about(x, stands(x), g));
    json_key(w, "recipient"), json_uuid(w, family_actor_id(f, g->recipient));
    write_fields(w, x, g);
    if (reads_purpose(x, g)) view_member(w, view_parse(x, plain_of(x, want)), "purpose", "purpose");
    else json_key(w, "purpose"), json_string(w, BYTES(""));
    json_key(w, "from"), json_moment(w, g->from);
    json_key(w, "until"), json_moment(w, g->until);
    json_key(w, "basis"), json_string(w, bytes_of_string(bases[g->basis]));
    json_close_object(w);
}

/* By their ids: a position in the family would count those whom the reader may not know of. */
static void tag_subjects(etag_maker *e, const facts *f, subjects s) {
    for (; s; s &= s - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(s);
        if (bit != SUBJECT_UNKNOWN) etag_add(e, family_subject_id(f, bit).b, 16);
    }
    etag_add(e, "", 1);
}

/* States change with time and withdrawals, so they are part of what the tag is made of. */
static bytes tag(exchange *x, bool more) {
    const facts *f = facts_of(x);
    etag_maker e;
    etag_start(&e, "grant");
    for (uint32_t i = 0; i < x->want_count; i++) {
        const grant_fact *g = &f->grants[f->entries[x->wants[i].entry].of];
        etag_add(&e, g->id.b, 16);
        tag_subjects(&e, f, givers_seen(x, g));
        tag_subjects(&e, f, view_grant_about(x, stands(x), g));
        for (unsigned k = 0; k < g->field_count; k++) {
            if (!shows_field(&((const grant_view *)x->place)->s, g, k)) continue;
            const grant_field_fact *gf = &f->grant_fields[g->first_field + k];
            const char *state = state_of(x, g, gf);
            etag_add(&e, &gf->field, sizeof gf->field);
            etag_add(&e, state, strlen(state) + 1);
        }
    }
    etag_add(&e, &more, sizeof more);
    return etag_end(&e, x->arena);
}

static shaped shape_list(exchange *x) {
    bool more = ((const grant_view *)x->place)->more;
    if (answer_not_modified(x, tag(x, more))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "grants");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) write_grant(&w, x, i);
    json_close_array(&w);
    view_page_end(&w, x, more, more ? x->wants[x->want_count - 1].entry : 0);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape_get(exchange *x) {
    if (answer_not_modified(x, tag(x, false))) return SHAPED;
    json_writer w = answer_json(x, 200);
    write_grant(&w, x, 0);
    json_end(&w);
    return SHAPED;
}

/* ---- giving ---- */

static void note(exchange *x, uuid grant, const field_set fields) {
    uint8_t *p = arena_take(x->arena, 1 + 16 + 16);
    p[0] = 'g';
    memcpy(p + 1, grant.b, 16);
    put_u64(p + 17, fields[0]), put_u64(p + 25, fields[1]);
    x->record_note = bytes_make(p, 33);
}

static void param_fields(params *p, arena *a, const field_set fields) {
    bytes *names = ARENA_ARRAY(a, bytes, FIELD_COUNT);
    size_t n = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) names[n++] = bytes_of_string(catalogue[f].name);
    param_texts(p, names, n);
}

/* a window within the jurisdiction's longest, in months of at most 31 days. */
static result read_window(exchange *x, moment *from, moment *until) {
    const json_value *given = json_member(x->body, "from");
    *from = x->now;
    if (given) must(ok(moment_parse(json_bytes_of(given), from)));
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "until")), until)));
    if (given && *from < x->now) return bad_member(x, "/from", "a grant can't begin in the past");
    if (*until <= *from) return bad_member(x, "/until", "the end must come after the beginning");
    if (*until - *from > (moment)facts_of(x)->law->grant_months_max * 31 * DAY)
        return bad_member(x, "/until", "a grant lasts twelve months at most");
    return OK;
}

static actor known_recipient(const exchange *x, const standing *s) {
    uuid id;
    if (!ok(uuid_parse(json_bytes_of(json_member(x->body, "recipient")), &id))) return ACTOR_NONE;
    actor a = family_actor(s->f, id);
    bool known = is_person(a) ? (PERSON(a) & s->known) != 0
                              : is_helper(a) && policy_sees_helper(s, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
    return known ? a : ACTOR_NONE;
}

static bytes text_of(exchange *x) {
    buf b = buf_new(16 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, "purpose", "purpose");
    view_member(&w, x->body, "goal", "goal");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b));
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

static void store(exchange *x, uuid id, actor recipient, subjects about, const field_set fields, moment from, moment until) {
    const facts *f = facts_of(x);
    arena *a = x->arena;
    uuid me = family_actor_id(f, x->viewer), text = uuid_random();
    params *g = params_new(a), *gf = params_new(a), *confirm = params_new(a), *entry = params_new(a), *version = params_new(a);
    param_uuid(g, f->family), param_uuid(g, id), param_uuid(g, family_actor_id(f, recipient));
    view_subject_param(g, a, f, about);
    param_uuids(g, &me, 1);
    param_string(g, "consent");
    param_moment(g, x->now), param_moment(g, from), param_moment(g, until);
    mutate(x, &stmt_grant_insert, g);
    param_uuid(gf, f->family), param_uuid(gf, id), param_fields(gf, a, fields);
    mutate(x, &stmt_grant_fields_insert, gf);
    param_uuid(confirm, f->family), param_uuid(confirm, id), param_moment(confirm, x->now);
    mutate(x, &stmt_grant_confirm_insert, confirm);
    param_uuid(entry, f->family), param_uuid(entry, text), param_string(entry, "grant"), param_string(entry, "");
    param_uuid(entry, id), param_uuid_or_null(entry, (uuid){{0}});
    view_subject_param(entry, a, f, about);
    param_uuid(entry, view_owner(f, about));
    mutate(x, &stmt_entry_insert, entry);
    param_uuid(version, f->family), param_uuid(version, text), param_int4(version, 1), param_uuid(version, me);
    param_uuids(version, &me, 1), param_uuids(version, &me, 0), param_moment(version, x->now);
    mutate(x, &stmt_version_insert, version);
    seal_text(x, text, view_owner(f, about), FIELD_NONE, 1, text_of(x));
}

/* What a family can hold is bounded (facts.h). At the bound nothing more is given; what is there stays readable. */
static result find_room(exchange *x, const field_set fields) {
    const facts *f = facts_of(x);
    unsigned more = (unsigned)(__builtin_popcountll(fields[0]) + __builtin_popcountll(fields[1]));
    x->detail = "this family's plan is full";
    ENSURE(f->grant_count < GRANTS_MAX && f->entry_count < ENTRIES_MAX, UNPROCESSABLE);
    ENSURE(f->grant_field_count + more <= UINT16_MAX && f->confirm_count < UINT16_MAX, UNPROCESSABLE);
    x->detail = NULL;
    return OK;
}

static result judge_create(exchange *x) {
    standing *s = ARENA_NEW(x->arena, standing);
    policy_stand(facts_of(x), x->viewer, x->now, s);
    field_set fields = {0};
    view_field_set(json_member(x->body, "fields"), fields);
    subjects about = view_subject_set(facts_of(x), json_member(x->body, "about"));
    actor recipient = known_recipient(x, s);
    answer allowed = policy_give(s, fields, about, recipient);
    x->refused_by = allowed.rule;
    ENSURE(recipient != ACTOR_NONE && allowed.allowed, FORBIDDEN);
    uuid *made = ARENA_NEW(x->arena, uuid);
    x->place = made;
    *made = x->replay ? x->made_id : uuid_random();
    if (x->replay) return OK; /* its window was right when it was given */
    moment from, until;
    TRY(read_window(x, &from, &until));
    TRY(find_room(x, fields));
    store(x, *made, recipient, about, fields, from, until);
    note(x, *made, fields);
    idempotency_keep(x, 201, *made);
    return OK;
}

static shaped shape_create(exchange *x) {
    const uuid *made = x->place;
    char of[UUID_TEXT], grant[UUID_TEXT];
    uuid_write(x->family_ids[0], of);
    uuid_write(*made, grant);
    response_add_header(&x->response, "Location", arena_format(x->arena, "/v1/families/%.*s/grants/%.*s", UUID_TEXT, of,
                                                               UUID_TEXT, grant));
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, *made);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- withdrawing: no more steps than giving, no reason, per field, at once (R-06, R-07) ---- */

typedef struct {
    unsigned grant;
    field_set shown, ending;
} withdrawal;

static void fields_of(const standing *s, const grant_fact *g, field_set out) {
    for (unsigned i = 0; i < g->field_count; i++)
        if (shows_field(s, g, i)) add_field(out, s->f->grant_fields[g->first_field + i].field);
}

static result choose_fields(exchange *x, const standing *s, const grant_fact *g, field_set out) {
    field_set all = {0}, asked = {0};
    fields_of(s, g, all);
    const json_value *given = json_member(x->body, "fields");
    if (!given) {
        memcpy(out, all, sizeof all);
        return OK;
    }
    view_field_set(given, asked);
    if ((asked[0] & ~all[0]) | (asked[1] & ~all[1])) return bad_member(x, "/fields", "a field that this grant does not share");
    memcpy(out, asked, sizeof asked);
    return OK;
}

static result judge_withdraw(exchange *x) {
    uint32_t entry;
    const standing *s = &start_view(x)->s;
    withdrawal *w = ARENA_NEW(x->arena, withdrawal);
    x->place = w;
    TRY(find(x, &entry, &w->grant));
    answer allowed = policy_withdraw_grant(s, w->grant);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    const grant_fact *g = &facts_of(x)->grants[w->grant];
    fields_of(s, g, w->shown);
    TRY(choose_fields(x, s, g, w->ending));
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, g->id);
    param_fields(p, x->arena, w->ending);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer));
    param_moment(p, x->now);
    mutate(x, &stmt_grant_end_insert, p);
    note(x, g->id, w->ending);
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
        if (gf->ended <= x->now || has_field(done->ending, gf->field)) json_string(&w, bytes_of_string(catalogue[gf->field].name));
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_grant_list = {.kind = "grant.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_grant_get = {.kind = "grant.read", .judge = judge_get, .shape = shape_get};
const endpoint endpoint_grant_create = {.kind = "grant.give", .judge = judge_create, .shape = shape_create};
const endpoint endpoint_grant_withdraw = {.kind = "grant.withdraw", .judge = judge_withdraw, .shape = shape_withdraw};
