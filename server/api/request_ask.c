/* Asking those who must give: a helper for himself, the coordinator for another, a member with his own yes as the first
 * word. */
#include "api/request.h"
#include "statements.h"

typedef struct {
    standing s;
    choice what;
    request_fact asked;
    uuid id;
} asking;

static void check_basis(exchange *x) {
    const json_value *basis = json_member(x->body, "basis");
    bool asks = !basis || bytes_is(json_bytes_of(basis), "consent");
    if (!asks) consent_fault(x, "/basis", "only consent is asked; another basis is told");
}

static void read(exchange *x, asking *a) {
    const facts *f = facts_of(x);
    const json_value *about = json_member(x->body, "about"), *ground = json_member(x->body, "secrecy_ground");
    bool helper = is_helper(x->viewer), named = json_member(x->body, "recipient") != NULL;
    window during;
    consent_need(x, "about", "whom it is about must be named");
    if (!helper) consent_need(x, "recipient", "somebody must be named");
    consent_choose(x, &a->what);
    consent_need(x, "purpose", "say what it is for");
    if (helper) consent_need(x, "goal", "say for which goal it is needed");
    consent_window(x, &during);
    check_basis(x);
    moment lapses = x->now + REQUEST_DAYS * DAY;
    a->asked = (request_fact){.id = a->id, .asker = x->viewer,
                              .recipient = helper && !named ? x->viewer : consent_recipient(x, &a->s),
                              .about = about ? view_subject_set(f, about) : 0,
                              .ground = ground ? family_ground(json_bytes_of(ground)) : GROUND_NONE, .recorded = x->now,
                              .lapses = lapses < during.until ? lapses : during.until, .from = during.from, .until = during.until,
                              .withdrawn = MOMENT_NEVER};
    for (unsigned i = 0; i < 2; i++) {
        a->asked.fields[i] = a->what.fields[i];
        a->asked.derived[i] = a->what.derived[i], a->asked.exists[i] = a->what.exists[i];
    }
}

static void store(exchange *x, const asking *a) {
    static const char *const words[] = {"purpose", "goal"};
    const facts *f = facts_of(x);
    const request_fact *q = &a->asked;
    uuid entry = uuid_random();
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, q->id);
    param_uuid(p, family_actor_id(f, q->asker)), param_uuid(p, family_actor_id(f, q->recipient));
    view_subject_param(p, x->arena, f, q->about);
    if (q->ground == GROUND_NONE) param_null(p, TYPE_TEXT);
    else param_string(p, family_ground_words[q->ground]);
    param_moment(p, q->recorded), param_moment(p, q->lapses), param_moment(p, q->from), param_moment(p, q->until);
    consent_param_fields(p, x->arena, a->what.fields);
    consent_param_levels(p, x->arena, &a->what);
    param_uuid(p, entry), param_uuid(p, view_owner(f, q->about));
    mutate(x, &stmt_request_insert, p);
    seal_text(x, entry, view_owner(f, q->about), FIELD_NONE, 1, consent_words(x, words, 2));
}

/* What the member may give of it he gives with the question itself. */
static result say_first_yes(exchange *x, const asking *a, const facts *asked, uint32_t r) {
    standing *now = ARENA_NEW(x->arena, standing), *after = ARENA_NEW(x->arena, standing);
    completion *made = ARENA_NEW(x->arena, completion);
    policy_stand(asked, x->viewer, x->now, now);
    spoken word = {.id = uuid_random(), .person = x->viewer, .entered_by = ACTOR_NONE, .level = LEVEL_EXACT, .until = MOMENT_NEVER,
                   .channel = BYTES("app")};
    policy_request_parts(now, r, word.yes);
    consent_text(x, true, &word.text);
    request_check_word(x, now, &asked->requests[r], &word, "fields");
    TRY(consent_faults(x));
    store(x, a);
    request_keep_word(x, now, &asked->requests[r], &word);
    reply_fact said = request_as_fact(&word, x->now, x->now);
    policy_stand(request_suppose_said(x->arena, asked, r, &said), x->viewer, x->now, after);
    return request_settle(x, after, r, word.id, made);
}

/* Whoever must answer hears that there is a question; the asker is one who knows. */
static void tell_givers(exchange *x, const facts *asked, uint32_t r) {
    const facts *f = facts_of(x);
    standing *s = ARENA_NEW(x->arena, standing);
    uuid *ids = ARENA_ARRAY(x->arena, uuid, PEOPLE_MAX), *whom = ARENA_ARRAY(x->arena, uuid, PEOPLE_MAX);
    bytes *kinds = ARENA_ARRAY(x->arena, bytes, PEOPLE_MAX);
    size_t n = 0;
    for (unsigned p = 0; p < f->people_count; p++) {
        field_set parts;
        if (p == x->viewer) continue;
        policy_stand(asked, (actor)p, x->now, s);
        policy_request_parts(s, r, parts);
        if (!(parts[0] | parts[1])) continue;
        ids[n] = uuid_random(), whom[n] = f->people[p].id, kinds[n++] = BYTES("request");
    }
    if (n == 0) return;
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuids(p, ids, n), param_uuids(p, whom, n), param_texts(p, kinds, n);
    param_uuid(p, asked->requests[r].id), param_moment(p, x->now), param_moment(p, x->now);
    mutate(x, &stmt_notices_insert, p);
}

static result ask(exchange *x, asking *a) {
    const facts *f = facts_of(x);
    uint32_t his = 0;
    for (unsigned i = 0; i < f->request_count; i++) his += f->requests[i].asker == x->viewer;
    x->detail = "you have asked as much in this plan as one can";
    ENSURE(his < REQUESTS_MAX / 4, UNPROCESSABLE);
    x->detail = "this family's plan is full";
    ENSURE(f->request_count < REQUESTS_MAX, UNPROCESSABLE);
    TRY(view_room(x, 1));
    const facts *asked = request_suppose_asked(x->arena, f, &a->asked);
    uint32_t r = f->request_count;
    if (is_person(x->viewer)) TRY(say_first_yes(x, a, asked, r));
    else store(x, a);
    tell_givers(x, asked, r);
    consent_note(x, 'r', a->id, a->what.fields);
    idempotency_keep(x, 201, a->id);
    return OK;
}

static result judge(exchange *x) {
    asking *a = ARENA_NEW(x->arena, asking);
    *a = (asking){.id = x->replay ? x->made_id : uuid_random()};
    x->place = a;
    policy_stand(facts_of(x), x->viewer, x->now, &a->s);
    read(x, a);
    bool to_whom = is_helper(x->viewer) || json_member(x->body, "recipient");
    if (!to_whom || !a->asked.about || !(a->what.fields[0] | a->what.fields[1])) return consent_faults(x);
    answer may = policy_may_ask(&a->s, a->what.fields, a->asked.about, a->asked.recipient);
    TRY(consent_allowed(x, a->asked.recipient != ACTOR_NONE && may.allowed, may.rule));
    if (x->replay) {
        x->faults.count = 0;
        return OK;
    }
    consent_check_ground(x, &a->s, a->asked.recipient, a->what.fields, a->asked.ground);
    TRY(consent_faults(x));
    return ask(x, a);
}

static shaped shape(exchange *x) {
    view_created(x, "requests/", ((const asking *)x->place)->id);
    return SHAPED;
}

const endpoint endpoint_request_create = {.kind = "request.ask", .judge = judge, .shape = shape};
