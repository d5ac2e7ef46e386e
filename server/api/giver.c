/* Whose yes something would need, before it is asked: computed, never chosen.
 *
 * Ids only of people whom the caller knows. That one of them is enough tells that they are not known to disagree, so it is told to
 * those who give and to the coordinator only. Whom the caller may not ask about answers like nobody. */
#include "api/consent.h"

typedef struct {
    standing s;
    field_set fields;
    subjects about;
    actor recipient;
} question;

static subjects one(unsigned subject) { return (subjects)1 << subject; }

static void read(exchange *x, question *q) {
    const facts *f = facts_of(x);
    uuid id;
    q->recipient = is_helper(x->viewer) ? x->viewer : ACTOR_NONE;
    for (unsigned i = 0; i < x->query_count; i++) {
        const char *name = x->query[i].param->name;
        bytes value = x->query[i].value;
        if (strcmp(name, "field") == 0) add_field(q->fields, field_by_name(value));
        if (strcmp(name, "about") == 0) q->about |= ok(uuid_parse(value, &id)) ? family_subject(f, id) : UNKNOWN_SUBJECT;
    }
    if (query_uuid(x, "recipient", &id)) q->recipient = family_actor(f, id);
}

static bool knows_recipient(const question *q) {
    if (q->recipient == ACTOR_NONE || q->recipient == q->s.viewer) return true;
    if (is_person(q->recipient)) return (PERSON(q->recipient) & q->s.known) != 0;
    return policy_sees_helper(&q->s, (uint8_t)(q->recipient - FIRST_HELPER)) != LEVEL_HIDDEN;
}

static result judge(exchange *x) {
    question *q = ARENA_NEW(x->arena, question);
    *q = (question){0};
    judge_all(x, 0); /* whom he knows */
    policy_stand(facts_of(x), x->viewer, x->now, &q->s);
    read(x, q);
    bool named = !query_text(x, "recipient").at || q->recipient != ACTOR_NONE;
    ENSURE(q->s.active && named && knows_recipient(q), NOT_FOUND);
    ENSURE(q->about && (q->about & ~(q->s.known | q->s.own | THE_FAMILY)) == 0, NOT_FOUND);
    x->place = q;
    return OK;
}

/* ---- writing ---- */

/* R-57b, as for a request: those protected who decide for themselves. */
static subjects givers_of(const question *q, field_id field) {
    subjects all = 0, safe = 0;
    for (subjects rest = q->about; rest; rest &= rest - 1) {
        unsigned i = (unsigned)__builtin_ctzll(rest);
        subjects givers = policy_givers(&q->s, field, one(i));
        if (givers == 0) return 0;
        all |= givers;
        if (givers == one(i)) safe |= givers;
    }
    return catalogue[field].safety && safe ? safe : all;
}

/* Could any one of them give it alone? Asked of the policy in the name of each. */
static bool one_is_enough(exchange *x, const question *q, field_id field, subjects givers) {
    standing *his = ARENA_NEW(x->arena, standing);
    field_set alone = {0};
    add_field(alone, field);
    if (q->recipient == ACTOR_NONE || (givers & (givers - 1)) == 0) return (givers & (givers - 1)) == 0 && givers;
    for (subjects rest = givers; rest; rest &= rest - 1) {
        policy_stand(facts_of(x), (actor)__builtin_ctzll(rest), x->now, his);
        if (!policy_give(his, alone, q->about, q->recipient).allowed) return false;
    }
    return true;
}

static void write_field(json_writer *w, exchange *x, const question *q, field_id field) {
    static const char *const classes[] = {"C0", "C1", "C2", "C3", "C4", "C5"};
    const standing *s = &q->s;
    subjects givers = givers_of(q, field), known = x->ruling.known | s->known | s->self;
    json_open_object(w);
    json_key(w, "field"), json_string(w, consent_name(field));
    json_key(w, "class"), json_string(w, bytes_of_string(classes[catalogue[field].class_]));
    json_key(w, "givers"), view_subjects(w, s->f, givers & known);
    json_key(w, "others"), json_bool(w, (givers & ~known) != 0);
    if ((givers & s->self) || s->coordinator) json_key(w, "one_is_enough"), json_bool(w, one_is_enough(x, q, field, givers));
    consent_write_steps(w, field);
    json_key(w, "single_release"), json_bool(w, q->recipient != ACTOR_NONE && consent_needs_release(s, q->recipient, field));
    json_close_object(w);
}

static shaped shape(exchange *x) {
    const question *q = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "fields");
    json_open_array(&w);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(q->fields, f)) write_field(&w, x, q, f);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_giver_list = {.kind = "giver.ask", .judge = judge, .shape = shape};
