/* Answers: yes, no or less, field by field, in the app or written down for the giver; and taking a question back. */
#include "api/request.h"
#include "statements.h"

/* The request in the path, as far as he may see that there is one. */
static result find(exchange *x, const standing *s, uint32_t *out) {
    int r = family_request(facts_of(x), x->path_ids[1]);
    ENSURE(r >= 0 && policy_sees_request(s, (uint32_t)r), NOT_FOUND);
    *out = (uint32_t)r;
    return OK;
}

typedef struct {
    uuid reply;
    uint32_t request;
    completion made;
} replied;

/* Each sees that he answered; that somebody did is no business of the other givers', and least of all of who asked. What it
 * completes is a grant like any other. */
static void note(exchange *x, uuid asked, const spoken *word, const completion *made) {
    const field_set named = {word->yes[0] | word->no[0], word->yes[1] | word->no[1]};
    if (made->count == 0) consent_note(x, 'o', asked, named);
    else consent_note(x, 'g', made->made[0], made->of[0].what.fields);
}

static replied *start_reply(exchange *x) {
    replied *done = ARENA_NEW(x->arena, replied);
    memset(done, 0, sizeof *done);
    x->place = done;
    return done;
}

/* What follows from a word that counts now. */
static result let_count(exchange *x, const standing *before, const facts *then, const spoken *word, replied *done) {
    standing *after = ARENA_NEW(x->arena, standing);
    policy_stand(then, before->viewer, x->now, after);
    TRY(request_settle(x, after, done->request, word->id, &done->made));
    request_disagree(x, before, after, done->request);
    note(x, then->requests[done->request].id, word, &done->made);
    return OK;
}

/* ---- in the app ---- */

static result judge_reply(exchange *x) {
    standing *s = ARENA_NEW(x->arena, standing);
    replied *done = start_reply(x);
    spoken word;
    policy_stand(facts_of(x), x->viewer, x->now, s);
    TRY(find(x, s, &done->request));
    const request_fact *q = &facts_of(x)->requests[done->request];
    request_read_word(x, s, done->request, &word);
    TRY(request_may_say(x, s, done->request, &word));
    consent_text(x, (word.yes[0] | word.yes[1]) != 0, &word.text);
    request_check_word(x, s, q, &word, "yes");
    TRY(consent_faults(x));
    request_keep_word(x, s, q, &word);
    done->reply = word.id;
    reply_fact said = request_as_fact(&word, x->now, x->now);
    return let_count(x, s, request_suppose_said(x->arena, facts_of(x), done->request, &said), &word, done);
}

static shaped shape_reply_id(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, ((const replied *)x->place)->reply);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- written down ---- */

/* Only its subject releases it, in his own session: paper will not do (SS3). */
static void refuse_own_session_only(exchange *x, const spoken *word) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "yes")); v; v = json_next(v), i++) {
        field_id field = field_by_name(json_bytes_of(json_member(v, "field")));
        bool own = catalogue[field].own_space || (catalogue[field].steps & STEP_SUBJECT_ONLY);
        if (!own || !has_field(word->yes, field)) continue;
        consent_fault_at(x, "yes", i, NULL, "only he himself says yes to this, in his own session");
    }
}

/* A giver whom the helper knows; whoever has nothing to say here is as if he were not there. */
static result find_giver(exchange *x, const standing *s, uint32_t r, standing *giver) {
    uuid id;
    field_set parts = {0};
    bool there = ok(uuid_parse(json_bytes_of(json_member(x->body, "giver")), &id));
    actor a = there ? family_actor(s->f, id) : ACTOR_NONE;
    if (is_person(a) && (PERSON(a) & s->known)) {
        policy_stand(s->f, a, x->now, giver);
        policy_request_parts(giver, r, parts);
    }
    return parts[0] | parts[1] ? OK : bad_member(x, "/giver", "there is nobody here with that id who is asked");
}

static result judge_paper(exchange *x) {
    standing *s = ARENA_NEW(x->arena, standing), *giver = ARENA_NEW(x->arena, standing);
    replied *done = start_reply(x);
    spoken word;
    policy_stand(facts_of(x), x->viewer, x->now, s);
    TRY(find(x, s, &done->request));
    const request_fact *q = &facts_of(x)->requests[done->request];
    TRY(consent_allowed(x, s->place_runs, RULE_R21));
    TRY(find_giver(x, s, done->request, giver));
    request_read_word(x, giver, done->request, &word);
    word.entered_by = x->viewer;
    word.channel = json_bytes_of(json_member(x->body, "channel"));
    TRY(request_may_say(x, giver, done->request, &word));
    consent_text(x, (word.yes[0] | word.yes[1]) != 0, &word.text);
    request_check_word(x, giver, q, &word, "yes");
    refuse_own_session_only(x, &word);
    TRY(consent_faults(x));
    request_keep_word(x, giver, q, &word);
    consent_notice(x, giver->viewer, "paper", q->id);
    done->reply = word.id;
    note(x, q->id, &word, &done->made);
    return OK;
}

/* ---- the second word: another helper's, or the giver's own ---- */

static int request_of_reply(const facts *f, uuid id, uint32_t *reply) {
    for (uint32_t r = 0; r < f->request_count; r++)
        for (uint32_t i = 0; i < f->requests[r].reply_count; i++) {
            *reply = f->requests[r].first_reply + i;
            if (uuid_equal(f->replies[*reply].id, id)) return (int)r;
        }
    return -1;
}

static bool may_witness(const standing *s, const request_fact *q, const reply_fact *reply) {
    if (reply->person == s->viewer) return true;
    return is_helper(s->viewer) && s->place_runs && s->viewer != reply->entered_by && s->viewer != q->recipient;
}

static spoken as_word(const reply_fact *reply) {
    return (spoken){.id = reply->id, .person = reply->person, .entered_by = reply->entered_by,
                    .yes = {reply->yes[0], reply->yes[1]}, .no = {reply->no[0], reply->no[1]},
                    .level = (level)reply->level, .until = reply->until};
}

/* The word as it was written, as if it were said now: the newest. */
static result judge_witness(exchange *x) {
    const facts *f = facts_of(x);
    standing *s = ARENA_NEW(x->arena, standing);
    replied *done = start_reply(x);
    uint32_t at;
    policy_stand(f, x->viewer, x->now, s);
    int r = request_of_reply(f, x->path_ids[1], &at);
    ENSURE(r >= 0 && may_witness(s, &f->requests[r], &f->replies[at]), NOT_FOUND);
    done->reply = f->replies[at].id;
    done->request = (uint32_t)r;
    x->refused_by = RULE_R45;
    if (!policy_request_runs(s, (uint32_t)r)) return consent_over(x, "this question is over; a second word changes nothing");
    spoken word = as_word(&f->replies[at]);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, word.id), param_uuid(p, family_actor_id(f, x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_reply_witness_insert, p);
    if (f->replies[at].counts > x->now) return let_count(x, s, request_suppose_counts(x->arena, f, at, x->now), &word, done);
    note(x, f->requests[r].id, &word, &done->made);
    return OK;
}

/* ---- taking it back ---- */

static result judge_withdraw(exchange *x) {
    const facts *f = facts_of(x);
    standing *s = ARENA_NEW(x->arena, standing);
    uint32_t r;
    policy_stand(f, x->viewer, x->now, s);
    TRY(find(x, s, &r));
    const request_fact *q = &f->requests[r];
    TRY(consent_allowed(x, q->asker == x->viewer, RULE_R45));
    if (!policy_request_runs(s, r)) return consent_over(x, "this question is over already");
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, q->id), param_uuid(p, family_actor_id(f, x->viewer)), param_moment(p, x->now);
    mutate(x, &stmt_request_end_insert, p);
    consent_note(x, 'r', q->id, q->fields);
    return OK;
}

static shaped shape_withdraw(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, x->path_ids[1]);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static void write_made(json_writer *w, const exchange *x, const replied *done) {
    const facts *f = facts_of(x);
    for (unsigned i = 0; i < f->grant_count; i++)
        if (f->grants[i].request == done->request && (f->grants[i].givers & PERSON(x->viewer))) json_uuid(w, f->grants[i].id);
    for (unsigned i = 0; i < done->made.count; i++)
        if (done->made.of[i].givers & PERSON(x->viewer)) json_uuid(w, done->made.made[i]);
}

/* What it has become so far, as far as he gives it: the facts are those from before this word. */
static shaped shape_reply(exchange *x) {
    const replied *done = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, done->reply);
    json_key(&w, "grants");
    json_open_array(&w);
    write_made(&w, x, done);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_request_reply = {.kind = "request.reply", .judge = judge_reply, .shape = shape_reply};
const endpoint endpoint_request_paper = {.kind = "request.paper", .judge = judge_paper, .shape = shape_reply_id};
const endpoint endpoint_reply_witness = {.kind = "reply.witness", .judge = judge_witness, .shape = shape_reply_id};
const endpoint endpoint_request_withdraw = {.kind = "request.withdraw", .judge = judge_withdraw, .shape = shape_withdraw};
