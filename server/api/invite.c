/* How helpers and people come in: a helper with his goal and his end, invitations and their codes, the working agreements (R-35,
 * R-38, R-42, R-58, C-03, C-17).
 *
 * Who is kept out by a block is invited like anybody else, as far as whoever invites can see: his code never works, and the safety
 * role finds a task. A code is shown once, to the coordinator who made it; the database holds its hash. */
#include "api/consent.h"
#include "api/store.h"
#include "crypto/secret.h"
#include "flow/login.h"
#include "statements.h"

enum { PLACE_INVITATION = 1, INVITATION_DAYS = 14 };
#define ASK_WITHIN (14 * DAY)

typedef struct {
    uuid id;
    bool made; /* with a code, which a replay no longer has */
    char code[CODE_TEXT];
    moment expires;
} invited;

/* ---- helpers (R-42, C-17) ---- */

static void store_helper(exchange *x, uuid helper, const uuid *agreed, size_t count) {
    static const char *const line[] = {"name", "role", "organisation", "secrecy", "goal"};
    new_entry e = {.kind = "helper", .field = FIELD_TEAM_MEMBERS, .of = helper, .agreed = agreed, .agreed_count = count,
                   .owner = x->family_ids[0]};
    store_entry(x, &e, store_body(x, line, sizeof line / sizeof *line));
    if (!json_member(x->body, "listed")) return;
    static const char *const stand_in[] = {"listed"};
    e.kind = "listed", e.agreed_count = 0;
    store_entry(x, &e, store_body(x, stand_in, 1));
}

static bool is_true(const exchange *x, const char *member) {
    const json_value *v = json_member(x->body, member);
    return v && json_bool_of(v);
}

static result judge_helper(exchange *x) {
    const facts *f = facts_of(x);
    standing s;
    moment until;
    uuid *agreed, *id = ARENA_NEW(x->arena, uuid);
    policy_stand(f, x->viewer, x->now, &s);
    answer allowed = policy_add_helper(&s, view_subject_set(f, json_member(x->body, "agreed_by")));
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    must(ok(moment_parse(json_bytes_of(json_member(x->body, "until")), &until)));
    if (until <= x->now) return bad_member(x, "/until", "must lie ahead");
    *id = x->replay ? x->made_id : uuid_random();
    x->place = id;
    if (x->replay) return OK;
    x->detail = "this family's plan is full";
    ENSURE(f->helper_count < HELPERS_MAX && f->entry_count + 1 < ENTRIES_MAX, UNPROCESSABLE);
    x->detail = NULL;
    size_t count = store_ids(x, "agreed_by", &agreed);
    params *helper = params_new(x->arena), *place = params_new(x->arena);
    param_uuid(helper, f->family), param_uuid(helper, *id), param_moment(helper, x->now);
    mutate(x, &stmt_helper_insert, helper);
    param_uuid(place, f->family), param_uuid(place, *id), param_bool(place, is_true(x, "authority_role"));
    param_bool(place, json_member(x->body, "listed") != NULL), param_text(place, store_word(x, "secrecy"));
    param_uuid_or_null(place, organisation_mark(x, store_word(x, "organisation")));
    param_moment(place, until), param_moment(place, x->now);
    mutate(x, &stmt_place_insert, place);
    store_helper(x, *id, agreed, count);
    view_note_act(x, *id);
    idempotency_keep(x, 201, *id);
    return OK;
}

static shaped shape_helper(exchange *x) {
    view_created(x, "helpers#", *(const uuid *)x->place);
    return SHAPED;
}

/* C-03: the words are the texts' own, the same that the family reads. */
static result judge_accept(exchange *x) {
    standing s;
    shown_text text;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    x->refused_by = RULE_R42;
    ENSURE(policy_place_waits(&s), FORBIDDEN);
    consent_text(x, true, &text);
    TRY(consent_faults(x));
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, me(x)), param_text(p, text.version), param_text(p, text.language);
    param_bytes(p, bytes_make(text.hash, sizeof text.hash)), param_moment(p, x->now);
    mutate(x, &stmt_agreement_insert, p);
    view_note_act(x, me(x));
    return OK;
}

/* ---- invitations ---- */

static void add_alert(exchange *x, uuid whom) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, uuid_random()), param_uuid(p, whom), param_moment(p, x->now);
    param_bool(p, policy_is_kept_out(facts_of(x), family_actor(facts_of(x), whom), x->now));
    mutate(x, &stmt_join_alert, p);
}

static void add_code(exchange *x, invited *made, actor whom) {
    uint8_t hash[SHA256_SIZE];
    uuid of = family_actor_id(facts_of(x), whom);
    made->made = true;
    made->expires = x->now + INVITATION_DAYS * DAY;
    secret_code(made->code);
    must(ok(secret_code_hash(bytes_make(made->code, CODE_TEXT), hash)));
    params *older = params_new(x->arena), *p = params_new(x->arena);
    param_uuid(older, x->family_ids[0]), param_uuid(older, of), param_moment(older, x->now);
    mutate(x, &stmt_invitation_replace, older);
    param_uuid(p, x->family_ids[0]), param_uuid(p, made->id), param_string(p, is_helper(whom) ? "helper" : "person");
    param_uuid(p, of), param_bytes(p, bytes_make(hash, sizeof hash)), param_uuid(p, me(x)), param_moment(p, made->expires),
        param_moment(p, x->now);
    mutate(x, &stmt_invitation_insert, p);
}

/* An adult who decides for no child of the plan comes in by nobody's word but the coordinator's (R-35). Only the task says so. */
static bool is_outside(const standing *s, actor whom) {
    subjects held = 0;
    if (!is_person(whom) || !(s->adult & PERSON(whom))) return false;
    for (unsigned c = 0; c < s->f->people_count; c++) held |= s->holders[c];
    return !(held & PERSON(whom));
}

/* The coordinator may not know whom it is about, so it is about nobody by name: the id is enough to invite him or not. */
static void add_question(exchange *x, const standing *s, uuid id, actor whom) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_string(p, is_outside(s, whom) ? "outside_plan" : "invite_asked");
    param_uuid_or_null(p, (uuid){{0}}), param_uuid(p, family_actor_id(s->f, whom)), param_uuids(p, NULL, 0);
    param_moment(p, x->now + ASK_WITHIN), param_moment(p, x->now);
    mutate(x, &stmt_task_insert, p);
}

static result judge_invite(exchange *x) {
    standing s;
    uuid id;
    policy_stand(facts_of(x), x->viewer, x->now, &s);
    actor whom = ok(uuid_parse(json_bytes_of(json_member(x->body, "for")), &id)) ? family_actor(s.f, id) : ACTOR_NONE;
    answer allowed = policy_invite(&s, whom);
    x->refused_by = allowed.rule;
    ENSURE(allowed.allowed, FORBIDDEN);
    invited *made = ARENA_NEW(x->arena, invited);
    *made = (invited){.id = x->replay ? x->made_id : uuid_random()};
    x->place = made;
    if (x->replay) return OK;
    if (allowed.rule == RULE_R38) add_code(x, made, whom);
    else add_question(x, &s, made->id, whom);
    add_alert(x, id);
    view_note_act(x, made->id);
    idempotency_keep(x, 201, made->id);
    return OK;
}

static shaped shape_invite(exchange *x) {
    const invited *made = x->place;
    char of[UUID_TEXT], id[UUID_TEXT];
    uuid_write(x->family_ids[0], of);
    uuid_write(made->id, id);
    bytes at = arena_format(x->arena, "/v1/families/%.*s/invitations#%.*s", UUID_TEXT, of, UUID_TEXT, id);
    response_add_header(&x->response, "Location", at);
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, made->id);
    if (made->made) {
        json_key(&w, "code"), json_string(&w, bytes_make(made->code, CODE_TEXT));
        json_key(&w, "expires_at"), json_moment(&w, made->expires);
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* Whom this helper could hand a code to: those whom he may name. The statements find nothing for anybody else. */
static result judge_step(exchange *x, const statement *what, bool coordinator) {
    const facts *f = facts_of(x);
    standing s;
    policy_stand(f, x->viewer, x->now, &s);
    x->refused_by = RULE_R38;
    ENSURE(s.place_runs && (s.coordinator || !coordinator), FORBIDDEN);
    uuid *ids = ARENA_ARRAY(x->arena, uuid, f->people_count + (size_t)f->helper_count + 1);
    size_t n = 0;
    for (unsigned i = 0; i < f->people_count; i++)
        if (policy_may_name(&s, (actor)i)) ids[n++] = f->people[i].id;
    for (unsigned i = 0; i < f->helper_count; i++)
        if (policy_may_name(&s, HELPER(i))) ids[n++] = f->helpers[i].id;
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, x->path_ids[PLACE_INVITATION]), param_uuids(p, ids, n), param_moment(p, x->now);
    mutate(x, what, p);
    view_note_act(x, x->path_ids[PLACE_INVITATION]);
    return OK;
}

static result judge_hand_over(exchange *x) { return judge_step(x, &stmt_invitation_hand_over, false); }
static result judge_revoke(exchange *x) { return judge_step(x, &stmt_invitation_revoke, true); }

static result judge_list(exchange *x) {
    view_ask_rows(x, &stmt_invitation_rows);
    return OK;
}

static const char *state_of(rows r, size_t i, moment now) {
    if (!row_is_null(r, i, invitation_rows__used_at)) return "used";
    if (!row_is_null(r, i, invitation_rows__revoked_at)) return "revoked";
    if (row_moment(r, i, invitation_rows__expires_at) <= now) return "over";
    return row_is_null(r, i, invitation_rows__handed_over_at) ? "open" : "handed_over";
}

static shaped shape_list(exchange *x) {
    const standing *s = x->place;
    rows r = x->extra_rows;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "invitations");
    json_open_array(&w);
    for (size_t i = 0; i < rows_count(r); i++) {
        uuid of = row_uuid(r, i, invitation_rows__for_id);
        if (!s->place_runs || !policy_may_name(s, family_actor(s->f, of))) continue;
        json_open_object(&w);
        json_key(&w, "id"), json_uuid(&w, row_uuid(r, i, invitation_rows__id));
        json_key(&w, "for"), json_uuid(&w, of);
        json_key(&w, "state"), json_string(&w, bytes_of_string(state_of(r, i, x->now)));
        json_key(&w, "made_at"), json_moment(&w, row_moment(r, i, invitation_rows__recorded_at));
        json_key(&w, "expires_at"), json_moment(&w, row_moment(r, i, invitation_rows__expires_at));
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- joining ---- */

static shaped shape_join(exchange *x) {
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    json_key(&w, "family"), json_uuid(&w, x->joined->family);
    json_key(&w, "as"), json_string(&w, bytes_of_string(x->joined->helper ? "helper" : "person"));
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_join = {.kind = "invitation.join", .shape = shape_join};
const endpoint endpoint_helper_create = {.kind = "helper.add", .judge = judge_helper, .shape = shape_helper};
const endpoint endpoint_agreement_accept = {.kind = "agreement.accept", .judge = judge_accept, .shape = view_done};
const endpoint endpoint_invitation_create = {.kind = "invitation.make", .judge = judge_invite, .shape = shape_invite};
const endpoint endpoint_invitation_list = {.kind = "invitation.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_invitation_hand_over = {.kind = "invitation.hand_over", .judge = judge_hand_over, .shape = view_done};
const endpoint endpoint_invitation_revoke = {.kind = "invitation.revoke", .judge = judge_revoke, .shape = view_done};
