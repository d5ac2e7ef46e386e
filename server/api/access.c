/* The access question: about a thought value of a field, or about one entry, at any moment.
 *
 * Those whom it concerns and the auditor hear the rule and its ground. The viewer who is refused, and whoever may not read the
 * thing himself, hear one uniform refusal: the same as for what does not exist. So this answers always, and never 404. */
#include "api/horizon.h"
#include "api/preview.h"
#include "api/view.h"
#include "api/why.h"

static const answer uniform_refusal = {.allowed = false, .level = LEVEL_HIDDEN, .rule = RULE_R01, .grant = -1, .emergency = -1};

static subjects asked_about(const exchange *x) {
    subjects s = 0;
    for (unsigned i = 0; i < x->query_count; i++) {
        uuid id;
        if (strcmp(x->query[i].param->name, "about") != 0) continue;
        s |= ok(uuid_parse(x->query[i].value, &id)) ? family_subject(facts_of(x), id) : UNKNOWN_SUBJECT;
    }
    return s;
}

/* The newest version that was recorded by then; -1 if none was. */
static int version_at(const facts *f, const entry_fact *e, moment at) {
    int found = -1;
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (f->versions[v].recorded <= at) found = (int)v;
    return found;
}

typedef struct {
    const facts *facts; /* as far as the asker is told of emergencies */
    actor viewer;
    moment at;
    int entry; /* or -1 */
    field_id field;
    subjects about;
} question;

static result read_question(exchange *x, question *q) {
    const facts *f = facts_of(x);
    uuid id;
    q->viewer = ACTOR_NONE, q->at = x->now, q->entry = -1, q->field = FIELD_NONE;
    if (query_uuid(x, "viewer", &id)) q->viewer = family_actor(f, id);
    query_moment(x, "at", &q->at);
    if (query_uuid(x, "entry", &id)) {
        q->entry = family_entry(f, id);
        q->about = UNKNOWN_SUBJECT; /* an entry that is not there is about nobody */
        if (q->entry >= 0 && f->entries[q->entry].kind != KIND_PLAN) q->entry = -1;
        if (q->entry < 0) return OK;
        q->field = f->entries[q->entry].field;
        q->about = f->entries[q->entry].about;
        return OK;
    }
    bytes field = query_text(x, "field");
    q->field = field.at ? field_by_name(field) : FIELD_NONE;
    q->about = asked_about(x);
    x->detail = "name an entry, or a field and at least one subject in about";
    ENSURE(q->field != FIELD_NONE && q->about != 0, BAD_QUERY);
    x->detail = NULL;
    return OK;
}

/* Of an entry of which the asker reads no version he hears what he would hear of none, and his own line in the log names neither
 * its field nor its subjects: an id is all that he has (R-107, T8). */
static void forget_hidden(const exchange *x, const standing *asker, question *q) {
    const facts *f = facts_of(x);
    if (q->entry < 0 || x->session->kind == ACCOUNT_AUDITOR) return;
    const entry_fact *e = &f->entries[q->entry];
    for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
        if (policy_entry(asker, (uint32_t)q->entry, v).allowed) return;
    q->entry = -1, q->field = FIELD_NONE, q->about = UNKNOWN_SUBJECT;
}

static answer truth(const question *q, standing *s) {
    const facts *f = q->facts;
    if (q->field == FIELD_NONE) return uniform_refusal;
    policy_stand(f, q->viewer, q->at, s);
    if (q->entry < 0) return policy_ask(s, q->field, q->about);
    int version = version_at(f, &f->entries[q->entry], q->at);
    return version < 0 ? uniform_refusal : policy_entry(s, (uint32_t)q->entry, (uint32_t)version);
}

static bool may_hear(const exchange *x, const question *q, const answer *told, const standing *asker) {
    if (x->session->kind == ACCOUNT_AUDITOR) return true;
    /* Himself, but not ahead: from when on he would read tells a blocked person on which day his block ends (T7). */
    if (q->viewer != ACTOR_NONE && q->viewer == x->viewer && q->at <= x->now && told->allowed) return true;
    return q->field != FIELD_NONE && policy_concerns(asker, q->field, q->about);
}

/* a block is silent; it is told to the auditor and to those it protects, not to everybody who decides with them. */
static bool may_hear_of_block(const exchange *x, const question *q) {
    const facts *f = facts_of(x);
    if (x->session->kind == ACCOUNT_AUDITOR) return true;
    for (unsigned i = 0; i < f->block_count && is_person(x->viewer); i++)
        if (f->blocks[i].person == q->viewer && (f->blocks[i].protects & PERSON(x->viewer))) return true;
    return false;
}

/* What was asked stands on the record: 'a' | viewer | field | at. */
static void note(exchange *x, const question *q) {
    uint8_t *p = arena_take(x->arena, 1 + 16 + 1 + 8 + 8);
    p[0] = 'a';
    memcpy(p + 1, family_actor_id(facts_of(x), q->viewer).b, 16);
    p[17] = q->field;
    put_u64(p + 18, (uint64_t)q->at);
    put_u64(p + 26, q->about);
    x->record_note = bytes_make(p, 34);
}

typedef struct {
    answer told;
    moment until; /* what is allowed lasts so long, as far as it may be told; MOMENT_NEVER */
} heard;

static moment end_of(exchange *x, const question *q, const answer *told, const standing *s) {
    if (!told->allowed) return MOMENT_NEVER;
    horizon *h = horizon_new(x->arena, q->facts, q->entry < 0 ? q->about : 0, q->at);
    horizon_of(h, s);
    return horizon_end(h, q->field, q->about, told);
}

static result judge(exchange *x) {
    question q = {0};
    TRY(read_question(x, &q));
    standing *s = ARENA_NEW(x->arena, standing), *asker = ARENA_NEW(x->arena, standing);
    heard *h = ARENA_NEW(x->arena, heard);
    policy_stand(facts_of(x), x->viewer, x->now, asker);
    forget_hidden(x, asker, &q);
    q.facts = x->session->kind == ACCOUNT_AUDITOR ? facts_of(x) : preview_facts(x->arena, facts_of(x), asker);
    h->told = truth(&q, s);
    if (!may_hear(x, &q, &h->told, asker) || (h->told.rule == RULE_R58 && !may_hear_of_block(x, &q))) h->told = uniform_refusal;
    h->until = end_of(x, &q, &h->told, s);
    x->place = h;
    x->ruling.valid_until = facts_next_moment(facts_of(x), x->now);
    note(x, &q);
    return OK;
}

static text_language language_of(const exchange *x) {
    text_language language = IN_NL;
    bytes asked = query_text(x, "language");
    must(text_language_by_code(asked.at ? asked : bytes_of_string(facts_of(x)->language), &language));
    return language;
}

static shaped shape(exchange *x) {
    const heard *h = x->place;
    const answer *told = &h->told;
    const facts *f = facts_of(x);
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "allowed"), json_bool(&w, told->allowed);
    json_key(&w, "level"), json_string(&w, bytes_of_string(level_text(told->level)));
    json_key(&w, "rule"), json_string(&w, bytes_of_string(rule_text(told->rule)));
    json_key(&w, "ground");
    if (told->allowed && told->emergency >= 0) json_uuid(&w, f->emergencies[told->emergency].id);
    else if (told->allowed && told->grant >= 0) json_uuid(&w, f->grants[told->grant].id);
    else json_null(&w);
    if (h->until != MOMENT_NEVER) json_key(&w, "until"), json_moment(&w, h->until);
    json_key(&w, "sentence"), text_json(&w, why_text(told), language_of(x), NULL);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_access_get = {.kind = "access.ask", .judge = judge, .shape = shape, .for_auditor = true};
