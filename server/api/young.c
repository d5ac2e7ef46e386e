/* People of the plan and their beginnings: a new person, a birth, the limits of secrecy before the first word, a young person's own
 * contact, and that somebody was told that he is in the plan (R-20, R-27, R-38, R-39, R-75). */
#include "api/consent.h"
#include "api/store.h"
#include "statements.h"

enum { PLACE_PERSON = 1 };
#define TASK_WITHIN (14 * DAY)

static const facts *stand(exchange *x, standing **s) {
    *s = view_stand(x);
    return facts_of(x);
}

static unsigned person_in_path(const exchange *x) {
    actor a = family_actor(facts_of(x), x->path_ids[PLACE_PERSON]);
    return is_person(a) ? a : PEOPLE_MAX;
}

static void add_relations(exchange *x, const char *kind, const uuid *people, size_t n, const uuid *of, size_t m, moment from) {
    params *p = params_new(x->arena);
    if (n == 0 || m == 0) return;
    param_uuid(p, x->family_ids[0]), param_string(p, kind), param_uuids(p, people, n), param_uuids(p, of, m);
    param_moment(p, from), param_moment(p, x->now);
    mutate(x, &stmt_relations_insert, p);
}

/* What the coordinator saw, for those who may read it (R-20); sealed under the child's key. */
static void store_authority(exchange *x, uuid child, const uuid *holders, size_t count) {
    buf b = buf_new(16 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "holders");
    json_open_array(&w);
    for (size_t i = 0; i < count; i++) json_uuid(&w, holders[i]);
    json_close_array(&w);
    view_member(&w, x->body, "evidence", "evidence");
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* the contract bounds each text */
    new_entry e = {.kind = "register", .field = FIELD_LEGAL_AUTHORITY, .about = &child, .about_count = 1, .owner = child};
    store_entry(x, &e, arena_copy(x->arena, buf_bytes(&b)));
    buf_release(&b);
}

/* Holders are born, grown up, and known to whoever notes them; a paper comes with them. */
static result check_holders(exchange *x, const standing *s, bool *some) {
    *some = json_member(x->body, "holders") != NULL;
    if (*some != (json_member(x->body, "evidence") != NULL))
        return bad_member(x, "/evidence", "comes with those who have authority");
    subjects holders = *some ? view_subject_set(s->f, json_member(x->body, "holders")) : 0;
    if (holders & ~(s->adult & s->members & s->known)) return bad_member(x, "/holders", "must be adults of the plan whom you know");
    return OK;
}

/* ---- a new person ---- */

static result check_person(exchange *x, const standing *s, bool *unborn) {
    uuid id;
    const json_value *owner = json_member(x->body, "owner"), *born = json_member(x->body, "born");
    *unborn = owner != NULL;
    if (*unborn && born) return bad_member(x, "/born", "an unborn child has no date of birth");
    if (*unborn && json_member(x->body, "holders")) return bad_member(x, "/holders", "nobody has authority before the birth");
    if (*unborn != (json_member(x->body, "due") != NULL)) return bad_member(x, "/due", "is for an unborn child, with its owner");
    subjects her = owner && ok(uuid_parse(json_bytes_of(owner), &id)) ? family_subject(s->f, id) : 0;
    bool hers = s->self ? her == s->self : (her & s->known & s->adult & s->members) != 0;
    if (*unborn && !hers) return bad_member(x, "/owner", "only she herself, or the coordinator for her, adds her unborn child");
    return OK;
}

/* The homes that a set names, as positions of homes. */
static void join_homes(exchange *x, uuid person, subjects homes, bool unborn) {
    uuid *ids;
    size_t n = store_ids(x, "homes", &ids);
    add_relations(x, "lives_in", &person, 1, ids, n, x->now);
    for (unsigned h = 0; !unborn && h < facts_of(x)->home_count; h++)
        if (homes & HOME(h)) store_residents(x, h, person);
}

static void store_names(exchange *x, uuid person) {
    static const char *const identity[] = {"name", "born", "due"};
    new_entry e = {.kind = "name", .field = FIELD_MEMBER_IDENTITY, .of = person, .about = &person, .about_count = 1,
                   .owner = person};
    store_entry(x, &e, store_text_body(x, "call_name"));
    e.kind = "register", e.of = (uuid){{0}};
    store_entry(x, &e, store_body(x, identity, sizeof identity / sizeof *identity));
    e.field = FIELD_FAMILY_ROLE;
    if (json_member(x->body, "role")) store_entry(x, &e, store_text_body(x, "role"));
}

static void insert_person(exchange *x, uuid id, bool unborn) {
    uuid owner = {{0}};
    params *p = params_new(x->arena);
    if (unborn) must(ok(uuid_parse(store_word(x, "owner"), &owner)));
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_text(p, store_word(x, "born")), param_text(p, store_word(x, "due"));
    param_bool(p, unborn), param_uuid_or_null(p, owner), param_moment(p, x->now);
    mutate(x, &stmt_person_insert, p);
}

static result judge_person(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    bool unborn, holders;
    const json_value *list = json_member(x->body, "homes");
    subjects homes = list ? view_subject_set(f, list) : 0;
    answer allowed = policy_add_person(s, homes, json_member(x->body, "holders") != NULL);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    TRY(check_holders(x, s, &holders));
    TRY(check_person(x, s, &unborn));
    uuid *id = ARENA_NEW(x->arena, uuid), *who;
    *id = x->replay ? x->made_id : uuid_random();
    x->place = id;
    if (x->replay) return OK;
    x->detail = "this family's plan is full";
    ENSURE(f->people_count < PEOPLE_MAX, UNPROCESSABLE);
    TRY(view_room(x, 5));
    x->new_owner = *id;
    insert_person(x, *id, unborn);
    store_names(x, *id);
    join_homes(x, *id, homes, unborn);
    size_t count = store_ids(x, "holders", &who);
    if (holders) add_relations(x, "holds_authority", who, count, id, 1, x->now), store_authority(x, *id, who, count);
    view_note_act(x, *id);
    idempotency_keep(x, 201, *id);
    return OK;
}

static shaped shape_person(exchange *x) {
    view_created(x, "people#", *(const uuid *)x->place);
    return SHAPED;
}

/* ---- a birth (R-27) ---- */

/* His date of birth, beside what was said of him before, as the day was where it was written. */
static void store_birth(exchange *x, unsigned child) {
    bytes day = bytes_make(json_bytes_of(json_member(x->body, "born_at")).at, 10);
    uuid id = facts_of(x)->people[child].id;
    new_entry e = {.kind = "register", .field = FIELD_MEMBER_IDENTITY, .about = &id, .about_count = 1, .owner = id};
    store_entry(x, &e, arena_format(x->arena, "{\"born\":\"%.*s\"}", (int)day.len, (const char *)day.at));
}

static void add_birth_task(exchange *x, unsigned child) {
    const facts *f = facts_of(x);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, uuid_random()), param_string(p, "birth");
    param_uuid_or_null(p, is_person(f->people[child].owner) ? f->people[f->people[child].owner].id : (uuid){{0}});
    param_uuid(p, f->people[child].id), param_uuids(p, &f->people[child].id, 1);
    param_moment(p, x->now + TASK_WITHIN), param_moment(p, x->now);
    mutate(x, &stmt_task_insert, p);
}

static result judge_birth(exchange *x) {
    standing *s;
    const facts *f = stand(x, &s);
    unsigned child = person_in_path(x);
    moment born;
    bool holders;
    answer allowed = policy_record_birth(s, child);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "born_at")), &born)));
    if (born > x->now) return bad_member(x, "/born_at", "can't lie ahead");
    if (f->people[child].born != MOMENT_NEVER)
        return bad_member(x, "/born_at", "this birth is on record already, for a day to come");
    if (json_member(x->body, "holders") && !s->coordinator)
        return bad_member(x, "/holders", "the coordinator notes who has authority, with the paper that was seen");
    TRY(check_holders(x, s, &holders));
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, f->people[child].id), param_moment(p, born), param_moment(p, x->now);
    mutate(x, &stmt_birth_insert, p);
    store_birth(x, child);
    for (unsigned h = 0; h < f->home_count; h++)
        if (s->residents[h] & PERSON(child)) store_residents(x, h, f->people[child].id);
    uuid *who;
    size_t count = store_ids(x, "holders", &who);
    if (holders) {
        add_relations(x, "holds_authority", who, count, &f->people[child].id, 1, x->now);
        store_authority(x, f->people[child].id, who, count);
    }
    add_birth_task(x, child);
    view_note_act(x, f->people[child].id);
    return OK;
}

/* ---- the limits of secrecy (R-39) ---- */

static result judge_limits(exchange *x) {
    standing *s;
    shown_text text;
    (void)stand(x, &s);
    x->refused_by = RULE_R39;
    ENSURE(s->self != 0, FORBIDDEN);
    consent_text(x, true, &text);
    TRY(consent_faults(x));
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, me(x)), param_text(p, text.version), param_text(p, text.language);
    param_bytes(p, bytes_make(text.hash, sizeof text.hash)), param_moment(p, x->now);
    mutate(x, &stmt_limits_insert, p);
    view_note_act(x, me(x));
    return OK;
}

/* ---- a contact (R-38), and who was told (R-75) ---- */

static result judge_contact(exchange *x) {
    standing *s;
    (void)stand(x, &s);
    answer allowed = policy_check_contact(s, person_in_path(x));
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_PERSON]), param_moment(p, x->now);
    mutate(x, &stmt_contact_check_insert, p);
    view_note_act(x, x->path_ids[PLACE_PERSON]);
    return OK;
}

static result judge_informed(exchange *x) {
    standing *s;
    (void)stand(x, &s);
    uuid reason = {{0}};
    unsigned person = person_in_path(x);
    answer allowed = policy_note_informed(s, person);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    bytes outcome = json_bytes_of(json_member(x->body, "outcome"));
    bool exception = bytes_is(outcome, "exception");
    if (exception != (json_member(x->body, "reason") != NULL))
        return bad_member(x, "/reason", "comes with an exception, and only then");
    if (exception) {
        reason = uuid_random();
        view_store_note(x, reason, PERSON(person), "reason");
    }
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, x->path_ids[PLACE_PERSON]), param_text(p, outcome);
    param_uuid_or_null(p, reason), param_uuid(p, me(x)), param_moment(p, x->now);
    mutate(x, &stmt_informed_insert, p);
    view_note_act(x, x->path_ids[PLACE_PERSON]);
    return OK;
}

const endpoint endpoint_person_create = {.kind = "person.add", .judge = judge_person, .shape = shape_person};
const endpoint endpoint_birth_record = {.kind = "birth.write", .judge = judge_birth, .shape = view_done};
const endpoint endpoint_limits_show = {.kind = "limits.show", .judge = judge_limits, .shape = view_done};
const endpoint endpoint_contact_check = {.kind = "contact.check", .judge = judge_contact, .shape = view_done};
const endpoint endpoint_informed_note = {.kind = "person.inform", .judge = judge_informed, .shape = view_done};
