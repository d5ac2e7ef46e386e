/* Sharing less of a grant: until an earlier moment, or some fields at a lower level.
 *
 * Rows are never changed: an earlier end is a stop that begins then; a field at a lower level ends here and goes on in a grant that
 * takes its place, which has the givers, the beginning, the confirmations and the second pair of eyes of the old one, so that
 * nothing begins anew that time or somebody had stopped. */
#include "api/grant.h"
#include "statements.h"

typedef struct {
    unsigned grant;
    moment until;
    choice lower;
    uuid made; /* zero: only the end has changed */
} narrowing;

static bool any(const field_set fields) { return (fields[0] | fields[1]) != 0; }

static const grant_field_fact *live_field(const facts *f, const grant_fact *g, field_id field, moment now) {
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &f->grant_fields[g->first_field + i];
        if (gf->field == field && now < gf->ended) return gf;
    }
    return NULL;
}

static void read_levels(exchange *x, const standing *s, const grant_fact *g, choice *out) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "fields")); v; v = json_next(v), i++) {
        field_id field = field_by_name(json_bytes_of(json_member(v, "field")));
        level l = consent_level_by_name(json_bytes_of(json_member(v, "level")));
        const grant_field_fact *gf = live_field(s->f, g, field, x->now);
        if (!gf || !policy_sees_grant_field(s, (uint32_t)(g - s->f->grants), field))
            consent_fault_at(x, "fields", i, "field", "is not shared by this grant");
        else if (l >= gf->level) consent_fault_at(x, "fields", i, "level", "is not less than what is shared");
        else if (catalogue[field].safety || catalogue[field].own_space || catalogue[field].class_ == C5)
            consent_fault_at(x, "fields", i, "level", "this is shared whole or not at all");
        else if (has_field(out->fields, field)) consent_fault_at(x, "fields", i, "field", "stands twice");
        else add_field(out->fields, field), consent_set_level(out, field, l);
    }
}

static result read(exchange *x, const standing *s, narrowing *n) {
    const facts *f = facts_of(x);
    const grant_fact *g = &f->grants[n->grant];
    const json_value *until = json_member(x->body, "until");
    n->until = grant_until(f, g, x->now);
    moment end = n->until;
    if (until) must(ok(moment_parse(json_bytes_of(until), &end)));
    if (until && end <= x->now) consent_fault(x, "/until", "to stop it now, withdraw it");
    else if (until && end >= n->until) consent_fault(x, "/until", "is not earlier than the end it has");
    read_levels(x, s, g, &n->lower);
    if (!until && !json_member(x->body, "fields")) consent_fault(x, "", "name an earlier end, or fields at a lower level");
    if (json_member(x->body, "fields")) consent_need(x, "purpose", "say again what it is shared for");
    n->until = end;
    return consent_faults(x);
}

static void shorten(exchange *x, const grant_fact *g, moment until) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, uuid_random()), param_uuid(p, g->id), param_string(p, "shortened");
    param_uuid(p, family_actor_id(facts_of(x), x->viewer)), param_moment(p, until), param_moment(p, x->now);
    mutate(x, &stmt_grant_stop_insert, p);
}

static void lower(exchange *x, const grant_fact *g, narrowing *n) {
    static const char *const words[] = {"purpose"};
    const facts *f = facts_of(x);
    uuid me = family_actor_id(f, x->viewer), entry = uuid_random();
    params *ends = params_new(x->arena), *made = params_new(x->arena);
    param_uuid(ends, f->family), param_uuid(ends, g->id);
    consent_param_fields(ends, x->arena, n->lower.fields);
    param_uuid(ends, me), param_moment(ends, x->now);
    mutate(x, &stmt_grant_end_insert, ends);
    n->made = uuid_random();
    param_uuid(made, f->family), param_uuid(made, n->made), param_uuid(made, g->id);
    param_moment(made, x->now), param_moment(made, n->until);
    consent_param_fields(made, x->arena, n->lower.fields);
    consent_param_levels(made, x->arena, &n->lower);
    param_uuid(made, entry), param_uuid(made, view_owner(f, g->about)), param_uuid(made, me);
    mutate(x, &stmt_grant_narrow_insert, made);
    seal_text(x, entry, view_owner(f, g->about), FIELD_NONE, 1, consent_words(x, words, 1));
}

static result judge(exchange *x) {
    const facts *f = facts_of(x);
    uint32_t entry;
    const standing *s = &grant_start(x)->s;
    narrowing *n = ARENA_NEW(x->arena, narrowing);
    *n = (narrowing){0};
    TRY(grant_find(x, &entry, &n->grant));
    const grant_fact *g = &f->grants[n->grant];
    TRY(consent_allowed(x, (g->givers & s->self) && policy_withdraw_grant(s, n->grant).allowed, RULE_R21));
    if (!grant_runs(f, g, x->now)) return consent_over(x, "this is no longer shared");
    if (grant_stopped(f, g, STOP_PAUSED, ACTOR_NONE, x->now)) return consent_over(x, "this is paused: end the pause first");
    TRY(read(x, s, n));
    unsigned fields = (unsigned)(__builtin_popcountll(n->lower.fields[0]) + __builtin_popcountll(n->lower.fields[1]));
    TRY(consent_room(x, 1, fields, 1));
    if (n->until < grant_until(f, g, x->now)) shorten(x, g, n->until);
    if (any(n->lower.fields)) lower(x, g, n);
    field_set shown;
    grant_fields(s, g, shown);
    consent_note(x, 'g', g->id, shown);
    x->place = n;
    return OK;
}

static shaped shape(exchange *x) {
    const narrowing *n = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, x->path_ids[1]);
    if (!uuid_is_zero(n->made)) json_key(&w, "grant"), json_uuid(&w, n->made);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_grant_narrow = {.kind = "grant.narrow", .judge = judge, .shape = shape};
