/* Who sees what about me: people and helpers by fields, each cell the answer to the access question.
 *
 * The values are thought ones, so no cell tells whether anything is stored. The asker gets the columns that concern him: his own,
 * those of a child whose field he reads by parenthood, those of a home that he manages; and the rows of those whom he may know. */
#include "api/horizon.h"
#include "api/preview.h"
#include "api/view.h"

typedef struct {
    unsigned subject;
    field_set fields;
    const facts *facts;
    standing *asker;
    unsigned actor_count;
    actor actors[PEOPLE_MAX + HELPERS_MAX];
} matrix;

/* Whatever can be said of it: at 19 one's words as a child are still there. */
static bool fits(field_id field, subjects about) {
    about_kind kind = catalogue[field].about;
    bool of_people = kind == ABOUT_MEMBER || kind == ABOUT_ADULT || kind == ABOUT_CHILD;
    return about & ALL_HOMES ? !of_people : kind != ABOUT_HOUSEHOLD;
}

static subjects subject_asked(const exchange *x) {
    uuid id;
    if (query_uuid(x, "about", &id)) return family_subject(facts_of(x), id);
    return is_person(x->viewer) ? PERSON(x->viewer) : UNKNOWN_SUBJECT;
}

/* 'o' 'm' | about whom. */
static void note(exchange *x, unsigned subject) {
    uint8_t *p = arena_take(x->arena, 2 + 16);
    p[0] = 'o', p[1] = 'm';
    memcpy(p + 2, family_subject_id(facts_of(x), subject).b, 16);
    x->record_note = bytes_make(p, 18);
}

static bool choose_fields(matrix *m, subjects about) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (fits(f, about) && policy_concerns(m->asker, f, about)) add_field(m->fields, f);
    return (m->fields[0] | m->fields[1]) != 0;
}

static result judge(exchange *x) {
    subjects about = subject_asked(x);
    matrix *m = ARENA_NEW(x->arena, matrix);
    x->place = m;
    judge_all(x, 0);
    m->asker = ARENA_NEW(x->arena, standing);
    policy_stand(facts_of(x), x->viewer, x->now, m->asker);
    ENSURE(choose_fields(m, about), NOT_FOUND);
    m->facts = preview_facts(x->arena, facts_of(x), m->asker);
    m->actor_count = preview_actors(x, m->asker, m->actors);
    m->subject = (unsigned)__builtin_ctzll(about);
    note(x, m->subject);
    return OK;
}

static const char *kind_of(rule r) {
    switch (r) {
    case RULE_R14:
    case RULE_R27: return "own";
    case RULE_R17: return "household";
    case RULE_R18:
    case RULE_R28: return "parent";
    case RULE_R40: return "trusted";
    case RULE_R50B: return "emergency";
    default: return "grant";
    }
}

static void write_ground(json_writer *w, const facts *f, const answer *told) {
    json_key(w, "ground");
    if (told->emergency >= 0) json_uuid(w, f->emergencies[told->emergency].id);
    else if (told->grant >= 0) json_uuid(w, f->grants[told->grant].id);
    else json_null(w);
}

static void write_cell(json_writer *w, const matrix *m, field_id field, const answer *told, moment end) {
    json_open_object(w);
    json_key(w, "field"), json_string(w, bytes_of_string(catalogue[field].name));
    json_key(w, "level"), json_string(w, bytes_of_string(level_text(told->level)));
    json_key(w, "kind"), json_string(w, bytes_of_string(kind_of(told->rule)));
    json_key(w, "rule"), json_string(w, bytes_of_string(rule_text(told->rule)));
    write_ground(w, m->facts, told);
    if (end != MOMENT_NEVER) json_key(w, "until"), json_moment(w, end);
    json_close_object(w);
}

static void write_row(json_writer *w, const exchange *x, const matrix *m, actor a, standing *s, horizon *h) {
    subjects about = (subjects)1 << m->subject;
    policy_stand(m->facts, a, x->now, s);
    horizon_of(h, s);
    json_open_object(w);
    json_key(w, "reader"), json_uuid(w, family_actor_id(m->facts, a));
    json_key(w, "cells");
    json_open_array(w);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(m->fields, f)) continue;
        answer told = policy_ask(s, f, about);
        if (told.allowed) write_cell(w, m, f, &told, horizon_end(h, f, about, &told));
    }
    json_close_array(w);
    json_close_object(w);
}

static void write_columns(json_writer *w, const matrix *m) {
    json_key(w, "fields");
    json_open_array(w);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(m->fields, f)) json_string(w, bytes_of_string(catalogue[f].name));
    json_close_array(w);
}

static shaped shape(exchange *x) {
    const matrix *m = x->place;
    standing *s = ARENA_NEW(x->arena, standing);
    horizon *h = horizon_new(x->arena, m->facts, (subjects)1 << m->subject, x->now);
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "about"), json_uuid(&w, family_subject_id(m->facts, m->subject));
    write_columns(&w, m);
    json_key(&w, "rows");
    json_open_array(&w);
    for (unsigned i = 0; i < m->actor_count; i++) write_row(&w, x, m, m->actors[i], s, h);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_who_sees_what = {.kind = "preview.matrix", .judge = judge, .shape = shape};
