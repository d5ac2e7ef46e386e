/* Emergency access: a door that opens for danger only, and that everybody hears.
 *
 * Who may open what, and who is told how much, is the policy's. What is opened is read as everything else: by a ruling whose
 * ground is the emergency. The reason is sealed; its code, the fields and the people stand in clear, since the law judges by
 * them. */
#include "api/view.h"
#include "statements.h"

enum { PLACE_EMERGENCY = 1, NOTICES_MAX = PEOPLE_MAX };
#define DELAY_MAX (72 * HOUR)

/* ---- opening ---- */

typedef struct {
    uuid id;
    moment until;
} opened;

static subjects people_of(const exchange *x, const char *member) {
    return view_subject_set(facts_of(x), json_member(x->body, member));
}

/* Facts as they will be, so that the policy says who is told of it. */
static const facts *facts_with(exchange *x, const emergency_fact *e) {
    const facts *f = facts_of(x);
    facts *with = ARENA_NEW(x->arena, facts);
    emergency_fact *all = ARENA_ARRAY(x->arena, emergency_fact, f->emergency_count + 1u);
    if (f->emergency_count) memcpy(all, f->emergencies, f->emergency_count * sizeof *all);
    all[f->emergency_count] = *e;
    *with = *f;
    with->emergencies = all;
    with->emergency_count++;
    return with;
}

/* each whom the policy lets know of it gets a notice; a delay keeps the notice back as it keeps the rest back. */
static void tell(exchange *x, const emergency_fact *e) {
    const facts *f = facts_with(x, e);
    uuid *ids = ARENA_ARRAY(x->arena, uuid, NOTICES_MAX), *whom = ARENA_ARRAY(x->arena, uuid, NOTICES_MAX);
    bytes *kinds = ARENA_ARRAY(x->arena, bytes, NOTICES_MAX);
    size_t n = 0;
    for (unsigned p = 0; p < f->people_count; p++) {
        standing s;
        policy_stand(f, (actor)p, x->now, &s);
        telling told = policy_told(&s, f->emergency_count - 1u);
        if (told == TOLD_NOTHING) continue;
        ids[n] = uuid_random(), whom[n] = f->people[p].id;
        kinds[n++] = told == TOLD_ALL ? BYTES("emergency") : BYTES("emergency_that");
    }
    params *q = params_new(x->arena);
    param_uuid(q, f->family), param_uuids(q, ids, n), param_uuids(q, whom, n), param_texts(q, kinds, n);
    param_uuid(q, e->id), param_moment(q, x->now), param_moment(q, x->now);
    mutate(x, &stmt_notices_insert, q);
}

static bytes reason_text(exchange *x) {
    buf b = buf_new(16 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, "text", "text");
    view_member(&w, x->body, "other_way", "other_way");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b));
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

static void store(exchange *x, const emergency_fact *e) {
    const facts *f = facts_of(x);
    arena *a = x->arena;
    params *check = params_new(a), *row = params_new(a), *tally = params_new(a), *alert = params_new(a);
    param_uuid(check, x->session->account), param_moment(check, x->now);
    mutate(x, &stmt_emergency_check, check);
    param_uuid(row, f->family), param_uuid(row, e->id), param_uuid(row, f->helpers[e->helper].id);
    view_subject_param(row, a, f, e->about);
    view_field_param(row, a, e->fields);
    param_text(row, json_bytes_of(json_member(x->body, "reason")));
    param_moment(row, x->now), param_moment(row, e->until);
    mutate(x, &stmt_emergency_insert, row);
    param_uuid(tally, x->session->account), param_uuid(tally, f->family), param_uuid(tally, e->id);
    param_moment(tally, x->now), param_moment(tally, e->until), param_int4(tally, f->law->emergency_review_days);
    mutate(x, &stmt_emergency_tally_insert, tally);
    param_uuid(alert, f->family), param_uuid(alert, uuid_random()), param_uuid(alert, e->id);
    view_subject_param(alert, a, f, e->about);
    param_uuid(alert, x->session->account), param_moment(alert, x->now);
    param_moment(alert, x->now - 30 * DAY), param_moment(alert, x->now - 7 * DAY);
    mutate(x, &stmt_emergency_alert_insert, alert);
    view_store_text(x, uuid_random(), "reason", e->id, e->about, reason_text(x));
    tell(x, e);
}

static void note(exchange *x, uuid emergency) {
    uint8_t *p = arena_take(x->arena, 17);
    p[0] = 'm';
    memcpy(p + 1, emergency.b, 16);
    x->record_note = bytes_make(p, 17);
}

static result judge_open(exchange *x) {
    const facts *f = facts_of(x);
    standing *s = view_stand(x);
    emergency_fact e = {.id = x->replay ? x->made_id : uuid_random(), .about = people_of(x, "about"),
                        .recorded = x->now, .from = x->now, .told = x->now, .review_due = MOMENT_NEVER, .reviewed = MOMENT_NEVER};
    view_field_set(json_member(x->body, "fields"), e.fields);
    answer allowed = policy_open_emergency(s, e.fields, e.about);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    const json_value *minutes = json_member(x->body, "minutes");
    int64_t most = f->law->break_glass_minutes, asked = minutes ? json_int_of(minutes) : most;
    if (asked > most) return bad_member(x, "/minutes", "longer than an emergency may last here");
    e.helper = (uint8_t)(x->viewer - FIRST_HELPER);
    e.until = x->now + asked * MINUTE;
    opened *made = ARENA_NEW(x->arena, opened);
    *made = (opened){e.id, e.until};
    x->place = made;
    if (x->replay) return OK;
    x->detail = "this family's plan is full";
    ENSURE(f->entry_count < ENTRIES_MAX && f->emergency_count < INT16_MAX, UNPROCESSABLE);
    x->detail = NULL;
    store(x, &e);
    note(x, e.id);
    x->refused_by = RULE_R53; /* the only thing that the database may still refuse */
    idempotency_keep(x, 201, e.id);
    return OK;
}

static shaped shape_open(exchange *x) {
    const opened *made = x->place;
    moment until = made->until;
    for (unsigned i = 0; x->replay && i < facts_of(x)->emergency_count; i++)
        if (uuid_equal(facts_of(x)->emergencies[i].id, made->id)) until = facts_of(x)->emergencies[i].until;
    char of[UUID_TEXT], id[UUID_TEXT];
    uuid_write(x->family_ids[0], of);
    uuid_write(made->id, id);
    response_add_header(&x->response, "Location", arena_format(x->arena, "/v1/families/%.*s/emergencies/%.*s", UUID_TEXT, of,
                                                               UUID_TEXT, id));
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, made->id);
    json_key(&w, "until"), json_moment(&w, until);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- reading ---- */

static result judge_list(exchange *x) {
    judge_all(x, 1u << KIND_REASON);
    standing *s = view_stand(x);
    x->place = s;
    for (uint32_t i = 0; i < x->ruling.count; i++) want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    x->extra = (mutation){&stmt_emergency_rows, p};
    return OK;
}

static void write_reviews(json_writer *w, rows r, size_t row) {
    array_walk kinds = row_text_array(r, row, emergency_rows__by_kinds);
    array_walk outcomes = row_text_array(r, row, emergency_rows__outcomes);
    json_key(w, "reviews");
    json_open_array(w);
    while (kinds.left > 0) {
        bool officer = bytes_is(array_bytes(&kinds), "account");
        json_open_object(w);
        json_key(w, "by"), json_string(w, officer ? BYTES("privacy_officer") : BYTES("professional"));
        json_key(w, "outcome"), json_string(w, array_bytes(&outcomes));
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_reason(json_writer *w, exchange *x, uint32_t emergency) {
    for (uint32_t i = 0; i < x->want_count; i++) {
        if (facts_of(x)->entries[x->wants[i].entry].of != emergency) continue;
        const json_value *body = view_parse(x, plain_of(x, i));
        view_member(w, body, "text", "text");
        view_member(w, body, "other_way", "other_way");
    }
}

static void write_all(json_writer *w, exchange *x, const standing *s, uint32_t emergency) {
    const facts *f = facts_of(x);
    const emergency_fact *e = &f->emergencies[emergency];
    bool sees_all_people = x->session->kind == ACCOUNT_AUDITOR || is_helper(x->viewer);
    json_key(w, "until"), json_moment(w, e->until);
    json_key(w, "by"), json_uuid(w, f->helpers[e->helper].id);
    json_key(w, "about"), view_subjects(w, f, sees_all_people ? e->about : e->about & (s->known | s->self));
    json_key(w, "fields");
    json_open_array(w);
    for (field_id field = 0; field < FIELD_COUNT; field++)
        if (has_field(e->fields, field)) json_string(w, bytes_of_string(catalogue[field].name));
    json_close_array(w);
    if (e->told > e->from) json_key(w, "told_from"), json_moment(w, e->told);
    if (e->review_due != MOMENT_NEVER) json_key(w, "review_due"), json_moment(w, e->review_due);
    rows r = x->extra_rows;
    for (size_t i = 0; i < rows_count(r); i++) {
        if (!uuid_equal(row_uuid(r, i, emergency_rows__id), e->id)) continue;
        json_key(w, "reason"), json_string(w, row_text(r, i, emergency_rows__reason));
        write_reviews(w, r, i);
        if (x->session->kind == ACCOUNT_AUDITOR) json_key(w, "alert"), json_bool(w, row_bool(r, i, emergency_rows__alert));
    }
    write_reason(w, x, emergency);
}

static void write_emergency(json_writer *w, exchange *x, const standing *s, uint32_t emergency) {
    const emergency_fact *e = &facts_of(x)->emergencies[emergency];
    bool officer = x->session->kind == ACCOUNT_AUDITOR && e->recorded <= x->now;
    telling told = officer ? TOLD_ALL : policy_told(s, emergency);
    if (told == TOLD_NOTHING) return;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, e->id);
    json_key(w, "from"), json_moment(w, e->from);
    json_key(w, "told"), json_string(w, told == TOLD_ALL ? BYTES("all") : BYTES("that"));
    if (told == TOLD_ALL) write_all(w, x, s, emergency);
    json_close_object(w);
}

static shaped shape_list(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "emergencies");
    json_open_array(&w);
    for (uint32_t i = 0; i < facts_of(x)->emergency_count; i++) write_emergency(&w, x, x->place, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- what is done with an open or past one ---- */

/* The emergency in the path, if the caller is told all of it; else there is none. */
static result find(exchange *x, standing *s, uint32_t *emergency) {
    const facts *f = facts_of(x);
    policy_stand(f, x->viewer, x->now, s);
    for (uint32_t i = 0; i < f->emergency_count; i++) {
        if (!uuid_equal(f->emergencies[i].id, x->path_ids[PLACE_EMERGENCY]) || f->emergencies[i].recorded > x->now) continue;
        *emergency = i;
        bool officer = x->session->kind == ACCOUNT_AUDITOR;
        return officer || policy_told(s, i) == TOLD_ALL ? OK : FAIL(NOT_FOUND);
    }
    return FAIL(NOT_FOUND);
}

static uuid actor_or_account(const exchange *x) {
    return x->viewer == ACTOR_NONE ? x->session->account : family_actor_id(facts_of(x), x->viewer);
}

static params *about_this(exchange *x) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, x->path_ids[PLACE_EMERGENCY]);
    return p;
}

static result judge_end(exchange *x) {
    standing s;
    uint32_t e;
    TRY(find(x, &s, &e));
    x->refused_by = RULE_R50;
    ENSURE(is_helper(x->viewer) && HELPER(facts_of(x)->emergencies[e].helper) == x->viewer, FORBIDDEN);
    note(x, x->path_ids[PLACE_EMERGENCY]);
    if (facts_of(x)->emergencies[e].until <= x->now) return OK; /* it is over already */
    params *p = about_this(x);
    param_uuid(p, actor_or_account(x)), param_moment(p, x->now);
    mutate(x, &stmt_emergency_end_insert, p);
    return OK;
}

/* only forward, and never beyond 72 hours after it was opened. */
static result judge_delay(exchange *x) {
    standing s;
    uint32_t at;
    TRY(find(x, &s, &at));
    const emergency_fact *e = &facts_of(x)->emergencies[at];
    x->refused_by = RULE_R50;
    ENSURE(s.place_runs && s.safety && HELPER(e->helper) != x->viewer, FORBIDDEN);
    moment until;
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "until")), &until)));
    if (until > e->from + DELAY_MAX) return bad_member(x, "/until", "telling can wait 72 hours at most");
    if (until <= x->now || until <= e->told)
        return bad_member(x, "/until", "must come later than now, and later than it is now told");
    uuid text = uuid_random();
    view_store_note(x, text, e->about, "reason");
    params *p = about_this(x);
    param_uuid(p, actor_or_account(x)), param_moment(p, until), param_uuid(p, text), param_moment(p, x->now);
    mutate(x, &stmt_emergency_delay_insert, p);
    note(x, e->id);
    return OK;
}

static uuid organisation_of(const facts *f, actor helper, moment at) {
    uuid found = {{0}};
    for (unsigned i = 0; i < f->place_count; i++) {
        const place_fact *row = &f->places[i];
        if (HELPER(row->helper) == helper && row->recorded <= at && row->from <= at) found = row->organisation;
    }
    return found;
}

/* a professional of another organisation, with a place that runs; and never the one who opened it. */
static bool may_review_as_helper(const exchange *x, const standing *s, const emergency_fact *e) {
    uuid mine = organisation_of(s->f, x->viewer, x->now), theirs = organisation_of(s->f, HELPER(e->helper), x->now);
    static const uuid unknown;
    return s->place_runs && HELPER(e->helper) != x->viewer && !uuid_equal(mine, unknown) && !uuid_equal(mine, theirs);
}

static result judge_review(exchange *x) {
    standing s;
    uint32_t at;
    bool officer = x->session->kind == ACCOUNT_AUDITOR;
    const facts *f = facts_of(x);
    result found = find(x, &s, &at);
    if (!ok(found)) return found;
    const emergency_fact *e = &f->emergencies[at];
    x->refused_by = RULE_R53;
    ENSURE(officer || (is_helper(x->viewer) && may_review_as_helper(x, &s, e)), FORBIDDEN);
    if (x->now < e->until) return bad_member(x, "", "it is still open");
    params *p = about_this(x), *tally = about_this(x);
    param_uuid(p, actor_or_account(x)), param_string(p, officer ? "account" : "helper");
    param_text(p, json_bytes_of(json_member(x->body, "outcome"))), param_moment(p, x->now);
    mutate(x, &stmt_emergency_review_insert, p);
    param_moment(tally, x->now);
    mutate(x, &stmt_emergency_tally_reviewed, tally);
    note(x, e->id);
    return OK;
}

const endpoint endpoint_emergency_list = {.kind = "emergency.list", .judge = judge_list, .shape = shape_list, .for_auditor = true};
const endpoint endpoint_emergency_open = {.kind = "emergency.open", .judge = judge_open, .shape = shape_open};
const endpoint endpoint_emergency_end = {.kind = "emergency.end", .judge = judge_end, .shape = view_done};
const endpoint endpoint_emergency_delay = {.kind = "emergency.delay", .judge = judge_delay, .shape = view_done};
const endpoint endpoint_emergency_review = {.kind = "emergency.review",
                                            .judge = judge_review, .shape = view_done, .for_auditor = true};
