/* What is noted to protect somebody: locks, holds, capacity, conflicts, trusted people, what a court decided.
 *
 * Who may note what is the policy's. The one from whom something is kept finds no trace of it here or anywhere (T7, R-60): these
 * lists are for those who may act on them. A record names the row; its line shows to its writer and to the auditor. */
#include "api/view.h"
#include "statements.h"

enum { PLACE_SAFEGUARD = 1 };
#define HOLD_REVIEW_MAX (90 * DAY)
#define CAPACITY_REVIEW_MAX (184 * DAY) /* six months, the longest of them */

static const facts *stand(exchange *x, standing **s) {
    *s = view_stand(x);
    return facts_of(x);
}

static subjects one_of(exchange *x, const char *member) {
    uuid id;
    bool read = ok(uuid_parse(json_bytes_of(json_member(x->body, member)), &id));
    return read ? family_subject(facts_of(x), id) : UNKNOWN_SUBJECT;
}

static actor actor_of(exchange *x, const char *member) {
    uuid id;
    return ok(uuid_parse(json_bytes_of(json_member(x->body, member)), &id)) ? family_actor(facts_of(x), id) : ACTOR_NONE;
}

static unsigned person_of(exchange *x, const char *member) {
    subjects s = one_of(x, member) & ALL_PEOPLE;
    return s ? (unsigned)__builtin_ctzll(s) : PEOPLE_MAX;
}

/* Without fields it speaks of all of them: an empty list says so in the database. */
static bool fields_or_all(exchange *x, field_set fields) {
    const json_value *list = json_member(x->body, "fields");
    if (list) view_field_set(list, fields);
    else for (field_id f = 0; f < FIELD_COUNT; f++) add_field(fields, f);
    return list != NULL;
}

static void field_param(params *p, arena *a, const field_set fields, bool named) {
    static const field_set none;
    view_field_param(p, a, named ? fields : none);
}

static params *row(exchange *x, uuid id) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, id);
    return p;
}

static uuid begin(exchange *x, answer allowed) {
    x->refused_by = allowed.rule;
    return view_begin(x);
}

static result end(exchange *x, uuid id) {
    view_note_act(x, id);
    idempotency_keep(x, 201, id);
    return OK;
}

static result read_review(exchange *x, moment most, bool needed, moment *review) {
    const json_value *given = json_member(x->body, "review_at");
    *review = MOMENT_NEVER;
    if (!given) return needed ? bad_member(x, "/review_at", "is required here") : OK;
    must(ok(moment_parse(json_bytes_of(given), review)));
    if (*review <= x->now) return bad_member(x, "/review_at", "must lie ahead");
    return *review > x->now + most ? bad_member(x, "/review_at", "is too far ahead") : OK;
}

static shaped shape_created(exchange *x) {
    view_created(x, "safeguards#", *(const uuid *)x->place);
    return SHAPED;
}

/* ---- locks (T6) ---- */

static result judge_lock(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    subjects about = view_subject_set(f, json_member(x->body, "about"));
    field_set fields = {0};
    bool named = fields_or_all(x, fields);
    actor not_for = actor_of(x, "not_for");
    answer allowed = policy_lock(s, about, fields, not_for);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    if (x->replay) return OK;
    params *p = row(x, id);
    param_uuid(p, family_actor_id(f, not_for));
    view_subject_param(p, x->arena, f, about);
    field_param(p, x->arena, fields, named);
    param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_lock_insert, p);
    return end(x, id);
}

/* The position of the row in the path among `count` rows of `size` bytes that begin with their id; -1 if it is none of them. */
static int find(const exchange *x, const void *rows_, size_t count, size_t size) {
    for (size_t i = 0; i < count; i++) {
        uuid id;
        memcpy(id.b, (const uint8_t *)rows_ + i * size, sizeof id.b);
        if (uuid_equal(id, x->path_ids[PLACE_SAFEGUARD])) return (int)i;
    }
    return -1;
}
#define FIND(x, rows_, count) find((x), (rows_), (count), sizeof *(rows_))

static result judge_ending(exchange *x, answer allowed, const statement *what) {
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, NOT_FOUND);
    params *p = row(x, x->path_ids[PLACE_SAFEGUARD]);
    param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, what, p);
    view_note_act(x, x->path_ids[PLACE_SAFEGUARD]);
    return OK;
}

static result judge_lift(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    int at = FIND(x, f->locks, f->lock_count);
    ENSURE(at >= 0, NOT_FOUND);
    return judge_ending(x, policy_lift(s, (uint32_t)at), &stmt_lock_lift_insert);
}

/* ---- holds (R-40) ---- */

static result judge_hold(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    subjects about = view_subject_set(f, json_member(x->body, "about"));
    subjects from_whom = view_subject_set(f, json_member(x->body, "from_whom"));
    field_set fields = {0};
    view_field_set(json_member(x->body, "fields"), fields);
    answer allowed = policy_hold(s, fields, about, from_whom);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    moment review;
    if (x->replay) return OK;
    TRY(read_review(x, HOLD_REVIEW_MAX, true, &review));
    params *p = row(x, id);
    view_subject_param(p, x->arena, f, about);
    view_subject_param(p, x->arena, f, from_whom);
    view_field_param(p, x->arena, fields);
    param_uuid(p, me(x)), param_moment(p, review);
    param_text(p, json_bytes_of(json_member(x->body, "ground"))), param_moment(p, x->now);
    mutate(x, &stmt_hold_insert, p);
    view_store_note(x, uuid_random(), about, "reason");
    return end(x, id);
}

static result judge_hold_end(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    int at = FIND(x, f->holds, f->hold_count);
    ENSURE(at >= 0, NOT_FOUND);
    return judge_ending(x, policy_end_hold(s, (uint32_t)at), &stmt_hold_end_insert);
}

/* ---- capacity (R-23) ---- */

/* The young person is told of what was said of him, if he can look. */
static void tell(exchange *x, unsigned person, const char *kind, uuid of) {
    const facts *f = facts_of(x);
    uuid id = uuid_random();
    bytes word = bytes_of_string(kind);
    params *p = params_new(x->arena);
    if (!f->people[person].account) return;
    param_uuid(p, f->family), param_uuids(p, &id, 1), param_uuids(p, &f->people[person].id, 1), param_texts(p, &word, 1);
    param_uuid(p, of), param_moment(p, x->now), param_moment(p, x->now);
    mutate(x, &stmt_notices_insert, p);
}

static result judge_capacity(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    unsigned child = person_of(x, "person");
    answer allowed = policy_record_capacity(s, child);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    if (x->replay) return OK;
    bool able = json_bool_of(json_member(x->body, "able"));
    bool explained = !able && !(s->under_12 & PERSON(child));
    field_set topics = {0};
    bool named = fields_or_all(x, topics);
    moment review;
    if (explained && !json_member(x->body, "reason")) return bad_member(x, "/reason", "\"not able\" from 12 on needs a reason");
    TRY(read_review(x, CAPACITY_REVIEW_MAX, explained, &review));
    params *p = row(x, id);
    param_uuid(p, f->people[child].id), param_bool(p, able);
    field_param(p, x->arena, topics, named);
    param_uuid(p, me(x)), param_moment(p, review), param_moment(p, x->now);
    mutate(x, &stmt_capacity_insert, p);
    if (json_member(x->body, "reason")) view_store_note(x, uuid_random(), PERSON(child), "reason");
    tell(x, child, "capacity", id);
    return end(x, id);
}

/* ---- conflicts (R-31, R-32) ---- */

static result judge_conflict(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    unsigned child = person_of(x, "child");
    answer allowed = policy_flag_conflict(s, child);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    if (x->replay) return OK;
    field_set topics = {0};
    bool named = fields_or_all(x, topics);
    params *p = row(x, id);
    param_uuid(p, f->people[child].id);
    field_param(p, x->arena, topics, named);
    param_moment(p, x->now);
    mutate(x, &stmt_conflict_flag_insert, p);
    return end(x, id);
}

static result judge_conflict_end(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    int at = FIND(x, f->conflicts, f->conflict_count);
    ENSURE(at >= 0, NOT_FOUND);
    return judge_ending(x, policy_end_conflict(s, (uint32_t)at), &stmt_conflict_end_insert);
}

/* ---- trusted people (R-40) ---- */

static result judge_trusted(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    unsigned child = person_of(x, "minor");
    actor trusted = actor_of(x, "trusted");
    answer allowed = policy_name_trusted(s, child, trusted);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    if (x->replay) return OK;
    const json_value *seen = json_member(x->body, "register_seen_on");
    params *p = row(x, id);
    param_uuid(p, f->people[child].id), param_uuid(p, family_actor_id(f, trusted)), param_uuid(p, me(x));
    param_text(p, seen ? json_bytes_of(seen) : BYTES("")), param_moment(p, x->now);
    mutate(x, &stmt_trusted_insert, p);
    return end(x, id);
}

static result judge_trusted_end(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    int at = FIND(x, f->trusted, f->trusted_count);
    ENSURE(at >= 0, NOT_FOUND);
    return judge_ending(x, policy_end_trusted(s, (uint32_t)at), &stmt_trusted_end_insert);
}

/* ---- what a court decided (R-33) ---- */

static result judge_court(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    subjects person = one_of(x, "person"), protects = view_subject_set(f, json_member(x->body, "protects"));
    bytes kind = json_bytes_of(json_member(x->body, "kind"));
    answer allowed = policy_note_decision(s, person, protects);
    uuid id = begin(x, allowed);
    ENSURE(allowed.allowed, FORBIDDEN);
    if (x->replay) return OK;
    moment until = MOMENT_NEVER;
    const json_value *given = json_member(x->body, "until");
    if (given) must(ok(moment_parse(json_bytes_of(given), &until)));
    if (until <= x->now) return bad_member(x, "/until", "must lie ahead");
    params *p = row(x, id), *ends = params_new(x->arena);
    uuid who = family_subject_id(f, (unsigned)__builtin_ctzll(person));
    param_text(p, kind), param_uuid(p, who);
    view_subject_param(p, x->arena, f, protects);
    param_text(p, json_bytes_of(json_member(x->body, "evidence")));
    param_uuid(p, me(x)), param_moment(p, x->now), param_moment(p, until);
    mutate(x, &stmt_court_decision_insert, p);
    param_uuid(ends, f->family), param_text(ends, kind), param_uuid(ends, who);
    view_subject_param(ends, x->arena, f, protects);
    param_moment(ends, x->now);
    mutate(x, &stmt_authority_ends_insert, ends);
    return end(x, id);
}

/* ---- the list ---- */

static result judge_list(exchange *x) {
    standing *s;
    (void)stand(x, &s);
    x->place = s;
    x->ruling.valid_until = facts_next_moment(facts_of(x), x->now);
    return OK;
}

static void write_fields(json_writer *w, const field_set fields) {
    json_key(w, "fields");
    json_open_array(w);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) json_string(w, bytes_of_string(catalogue[f].name));
    json_close_array(w);
}

#define RUNS(r, now) ((r)->recorded <= (now) && (r)->from <= (now) && (now) < (r)->until)

static void write_locks(json_writer *w, const facts *f, const standing *s) {
    json_key(w, "locks");
    json_open_array(w);
    for (unsigned i = 0; i < f->lock_count; i++) {
        const lock_fact *l = &f->locks[i];
        if (!RUNS(l, s->at) || !policy_sees_lock(s, i)) continue;
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, l->id);
        json_key(w, "about"), view_subjects(w, f, l->about & (s->known | s->self));
        json_key(w, "not_for"), json_uuid(w, family_actor_id(f, l->not_for));
        write_fields(w, l->fields);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_holds(json_writer *w, const facts *f, const standing *s) {
    json_key(w, "holds");
    json_open_array(w);
    for (unsigned i = 0; i < f->hold_count; i++) {
        const hold_fact *h = &f->holds[i];
        if (!policy_end_hold(s, i).allowed) continue;
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, h->id);
        json_key(w, "about"), view_subjects(w, f, h->about & s->known);
        write_fields(w, h->fields);
        json_key(w, "from_whom"), view_subjects(w, f, h->from_whom & s->known);
        if (h->by != ACTOR_NONE) json_key(w, "by"), json_uuid(w, family_actor_id(f, h->by));
        if (h->review != MOMENT_NEVER) json_key(w, "review_at"), json_moment(w, h->review);
        json_close_object(w);
    }
    json_close_array(w);
}

/* The child itself, those who decide for it, and the helpers who know it. */
static bool concerns(const standing *s, unsigned child) {
    subjects bit = PERSON(child);
    return s->active && ((s->self | (s->children & ~s->blocked)) & bit || (s->place_runs && (s->known & bit)));
}

static void write_capacities(json_writer *w, const facts *f, const standing *s) {
    json_key(w, "capacities");
    json_open_array(w);
    for (unsigned i = 0; i < f->capacity_count; i++) {
        const capacity_fact *c = &f->capacities[i];
        bool coordinates = s->place_runs && s->coordinator && (s->known & PERSON(c->person));
        bool his = s->self == PERSON(c->person) || coordinates || c->by == s->viewer;
        if (!s->active || !his || c->recorded > s->at || c->from > s->at) continue;
        json_open_object(w);
        json_key(w, "person"), json_uuid(w, f->people[c->person].id);
        json_key(w, "able"), json_bool(w, c->able);
        write_fields(w, c->topics);
        bool names = is_helper(c->by) && policy_sees_helper(s, (uint8_t)(c->by - FIRST_HELPER)) != LEVEL_HIDDEN;
        if (names) json_key(w, "by"), json_uuid(w, family_actor_id(f, c->by));
        if (c->review != MOMENT_NEVER) json_key(w, "review_at"), json_moment(w, c->review);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_conflicts(json_writer *w, const facts *f, const standing *s) {
    json_key(w, "conflicts");
    json_open_array(w);
    for (unsigned i = 0; i < f->conflict_count; i++) {
        const conflict_fact *c = &f->conflicts[i];
        bool his = (s->children & ~s->blocked & PERSON(c->child)) || (s->coordinator && concerns(s, c->child)); /* R-58b */
        if (!RUNS(c, s->at) || !his) continue;
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, c->id);
        json_key(w, "child"), json_uuid(w, f->people[c->child].id);
        write_fields(w, c->topics);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_trusted(json_writer *w, const facts *f, const standing *s) {
    json_key(w, "trusted");
    json_open_array(w);
    for (unsigned i = 0; i < f->trusted_count; i++) {
        const trusted_fact *t = &f->trusted[i];
        if (!policy_end_trusted(s, i).allowed) continue;
        json_open_object(w);
        json_key(w, "id"), json_uuid(w, t->id);
        json_key(w, "minor"), json_uuid(w, f->people[t->minor].id);
        json_key(w, "trusted"), json_uuid(w, family_actor_id(f, t->trusted));
        json_close_object(w);
    }
    json_close_array(w);
}

static shaped shape_list(exchange *x) {
    const standing *s = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    write_locks(&w, s->f, s);
    write_holds(&w, s->f, s);
    write_capacities(&w, s->f, s);
    write_conflicts(&w, s->f, s);
    write_trusted(&w, s->f, s);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_safeguard_list = {.kind = "safeguard.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_lock_create = {.kind = "lock.set", .judge = judge_lock, .shape = shape_created};
const endpoint endpoint_lock_lift = {.kind = "lock.lift", .judge = judge_lift, .shape = view_done};
const endpoint endpoint_hold_create = {.kind = "hold.write", .judge = judge_hold, .shape = shape_created};
const endpoint endpoint_hold_end = {.kind = "hold.end", .judge = judge_hold_end, .shape = view_done};
const endpoint endpoint_capacity_create = {.kind = "capacity.write", .judge = judge_capacity, .shape = shape_created};
const endpoint endpoint_conflict_create = {.kind = "conflict.write", .judge = judge_conflict, .shape = shape_created};
const endpoint endpoint_conflict_end = {.kind = "conflict.end", .judge = judge_conflict_end, .shape = view_done};
const endpoint endpoint_trusted_create = {.kind = "trusted.name", .judge = judge_trusted, .shape = shape_created};
const endpoint endpoint_trusted_end = {.kind = "trusted.end", .judge = judge_trusted_end, .shape = view_done};
const endpoint endpoint_court_decision_create = {.kind = "court.note", .judge = judge_court, .shape = shape_created};
