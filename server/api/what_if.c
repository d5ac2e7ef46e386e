/* What-if: what would appear or vanish for the one who reads, if I gave, narrowed, paused or stopped this, or answered so?
 *
 * The facts are copied with what is supposed, and both are judged by the same policy. Only the recipient's reading can change: all
 * others rest on facts that stay. It tells only of entries that the asker reads himself. A request may need others too, whose
 * answers are not his to know: what it would bring is told as if all of them agreed, and marked so. Nothing is stored. */
#include "api/preview.h"
#include "api/suppose.h"
#include "api/view.h"

enum { KINDS = 1u << KIND_PLAN | 1u << KIND_REGISTER };

typedef struct {
    standing *asker;
    const facts *before, *after;
    actor reader;      /* whose reading may change; ACTOR_NONE: nobody's, or nobody's that he may know */
    moment from;       /* when it begins to work */
    field_set shared;  /* fields that others must agree to as well */
    uuid of;           /* the grant or request; zero for a new grant */
    moment at;
    ruling was, is;
} supposed;

/* ---- reading the body ---- */

static level level_in(const json_value *row) {
    const json_value *l = json_member(row, "level");
    if (!l || bytes_is(json_bytes_of(l), "exact")) return LEVEL_EXACT;
    return bytes_is(json_bytes_of(l), "derived") ? LEVEL_DERIVED : LEVEL_EXISTS;
}

static result read_levels(exchange *x, const json_value *list, const char *pointer, field_levels *out, field_set named) {
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        field_id field = field_by_name(json_bytes_of(json_member(v, "field")));
        if (has_field(named, field)) return bad_member(x, pointer, "a field stands twice");
        add_field(named, field);
        out->of[field] = (uint8_t)level_in(v);
    }
    return OK;
}

static result read_uuid(const json_value *v, uuid *out) { return uuid_parse(json_bytes_of(v), out); }

static result allowed(exchange *x, answer a) {
    x->refused_by = a.rule;
    ENSURE(a.allowed, FORBIDDEN);
    return OK;
}

/* ---- give ---- */

static result read_window(exchange *x, const json_value *give, moment *from, moment *until) {
    const json_value *given = json_member(give, "from");
    *from = x->now;
    if (given) must(ok(moment_parse(json_bytes_of(given), from)));
    must(ok(moment_parse(json_bytes_of(json_member(give, "until")), until)));
    if (given && *from < x->now) return bad_member(x, "/give/from", "a grant can't begin in the past");
    if (*until <= *from) return bad_member(x, "/give/until", "the end must come after the beginning");
    if (*until - *from > (moment)facts_of(x)->law->grant_months_max * 31 * DAY)
        return bad_member(x, "/give/until", "a grant lasts twelve months at most");
    return OK;
}

static result add_grant(exchange *x, supposed *s, const grant_fact *g, const field_levels *levels) {
    bool room = suppose_grant(x->arena, &s->after, g, levels, x->now);
    if (!room) x->detail = "this family's plan is full";
    ENSURE(room, UNPROCESSABLE);
    return OK;
}

static result suppose_give(exchange *x, supposed *s, const json_value *give) {
    uuid id;
    field_set fields = {0};
    field_levels levels = {0};
    TRY(read_levels(x, json_member(give, "fields"), "/give/fields", &levels, fields));
    bool parsed = ok(read_uuid(json_member(give, "recipient"), &id));
    s->reader = parsed ? preview_actor(x, s->asker, id) : ACTOR_NONE;
    subjects about = view_subject_set(facts_of(x), json_member(give, "about"));
    answer may = policy_give(s->asker, fields, about, s->reader);
    x->refused_by = may.rule;
    ENSURE(s->reader != ACTOR_NONE && may.allowed, FORBIDDEN);
    grant_fact g = {.recipient = s->reader, .about = about, .givers = s->asker->self, .recorded = x->now, .request = UINT16_MAX};
    TRY(read_window(x, give, &g.from, &g.until));
    s->from = g.from;
    return add_grant(x, s, &g, &levels);
}

/* ---- withdraw, narrow, pause ---- */

static result find_grant(exchange *x, supposed *s, const json_value *id, uint32_t *grant) {
    const facts *f = facts_of(x);
    int found = ok(read_uuid(id, &s->of)) ? family_grant(f, s->of) : -1;
    ENSURE(found >= 0 && policy_sees_grant(s->asker, (uint32_t)found), NOT_FOUND);
    *grant = (uint32_t)found;
    s->reader = preview_actor(x, s->asker, family_actor_id(f, f->grants[found].recipient));
    return allowed(x, policy_withdraw_grant(s->asker, *grant));
}

/* The levels as they are, and the fields that he sees of it: the others are not his to touch. */
static void levels_now(const standing *asker, uint32_t grant, field_levels *levels, field_set seen) {
    const facts *f = asker->f;
    const grant_fact *g = &f->grants[grant];
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *row = &f->grant_fields[g->first_field + i];
        levels->of[row->field] = row->level;
        if (policy_sees_grant_field(asker, grant, row->field)) add_field(seen, row->field);
    }
}

static bool is_within(const field_set part, const field_set whole) {
    return ((part[0] & ~whole[0]) | (part[1] & ~whole[1])) == 0;
}

static result suppose_withdraw(exchange *x, supposed *s, const json_value *what) {
    uint32_t grant;
    field_levels levels = {0};
    field_set seen = {0}, named = {0};
    TRY(find_grant(x, s, json_member(what, "grant"), &grant));
    levels_now(s->asker, grant, &levels, seen);
    const json_value *given = json_member(what, "fields");
    if (given) view_field_set(given, named);
    else memcpy(named, seen, sizeof seen);
    if (!is_within(named, seen)) return bad_member(x, "/withdraw/fields", "a field that this grant does not share");
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(named, f)) levels.of[f] = LEVEL_HIDDEN;
    suppose_levels(x->arena, &s->after, grant, &levels, x->now);
    return OK;
}

/* What he names goes on at that level; the rest stays as it is. */
static result narrow_fields(exchange *x, supposed *s, uint32_t grant, const json_value *list) {
    field_levels levels = {0}, asked = {0};
    field_set seen = {0}, named = {0};
    levels_now(s->asker, grant, &levels, seen);
    TRY(read_levels(x, list, "/narrow/fields", &asked, named));
    if (!is_within(named, seen)) return bad_member(x, "/narrow/fields", "a field that this grant does not share");
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(named, f)) continue;
        if (asked.of[f] >= levels.of[f]) return bad_member(x, "/narrow/fields", "not less than what is shared");
        levels.of[f] = asked.of[f];
    }
    suppose_levels(x->arena, &s->after, grant, &levels, x->now);
    return OK;
}

/* Only a giver makes a grant smaller or lets it rest; whom it is about may also stop it. */
static result gives(exchange *x, const supposed *s, uint32_t grant) {
    x->refused_by = RULE_R21;
    ENSURE(facts_of(x)->grants[grant].givers & s->asker->self, FORBIDDEN);
    return OK;
}

static result suppose_narrow(exchange *x, supposed *s, const json_value *what) {
    uint32_t grant;
    moment until;
    const json_value *fields = json_member(what, "fields"), *end = json_member(what, "until");
    TRY(find_grant(x, s, json_member(what, "grant"), &grant));
    TRY(gives(x, s, grant));
    if (!fields && !end) return bad_member(x, "/narrow", "name an earlier end, or fields at a lower level");
    if (fields) TRY(narrow_fields(x, s, grant, fields));
    if (!end) return OK;
    must(ok(moment_parse(json_bytes_of(end), &until)));
    bool earlier = x->now < until && until < facts_of(x)->grants[grant].until;
    if (!earlier) return bad_member(x, "/narrow/until", "is not earlier than the end it has");
    suppose_until(x->arena, &s->after, grant, until);
    return OK;
}

static result suppose_pause(exchange *x, supposed *s, const json_value *id) {
    uint32_t grant;
    TRY(find_grant(x, s, id, &grant));
    TRY(gives(x, s, grant));
    suppose_stop(x->arena, &s->after, grant, x->now);
    return OK;
}

/* ---- reply ---- */

static result suppose_yes(exchange *x, supposed *s, uint32_t asked, field_id field) {
    const request_fact *r = &facts_of(x)->requests[asked];
    subjects givers = policy_request_givers(s->asker, asked, field);
    field_levels levels = {0};
    if (givers == 0) return OK;
    if (givers != s->asker->self) add_field(s->shared, field);
    levels.of[field] = has_field(r->exists, field) ? LEVEL_EXISTS : has_field(r->derived, field) ? LEVEL_DERIVED : LEVEL_EXACT;
    subjects named = catalogue[field].class_ == C5 ? r->about & givers : r->about; /* R-57d, T9: as request_settle does */
    grant_fact g = {.recipient = r->recipient, .about = named, .givers = givers, .recorded = x->now, .request = (uint16_t)asked,
                    .from = r->from > x->now ? r->from : x->now, .until = r->until};
    s->from = g.from;
    return add_grant(x, s, &g, &levels);
}

static result suppose_reply(exchange *x, supposed *s, const json_value *reply) {
    const facts *f = facts_of(x);
    field_set yes = {0}, no = {0};
    int found = ok(read_uuid(json_member(reply, "request"), &s->of)) ? family_request(f, s->of) : -1;
    ENSURE(found >= 0 && policy_sees_request(s->asker, (uint32_t)found), NOT_FOUND);
    view_field_set(json_member(reply, "yes"), yes);
    view_field_set(json_member(reply, "no"), no);
    if ((yes[0] & no[0]) | (yes[1] & no[1])) return bad_member(x, "/reply/no", "both yes and no to a field");
    const field_set both = {yes[0] | no[0], yes[1] | no[1]};
    TRY(allowed(x, policy_reply(s->asker, (uint32_t)found, both)));
    s->reader = preview_actor(x, s->asker, family_actor_id(f, f->requests[found].recipient));
    for (field_id i = 0; i < FIELD_COUNT; i++)
        if (has_field(yes, i)) TRY(suppose_yes(x, s, (uint32_t)found, i));
    return OK;
}

/* ---- the question ---- */

static const struct {
    const char *name;
    result (*suppose)(exchange *x, supposed *s, const json_value *what);
} deeds[] = {
    {"give", suppose_give},   {"withdraw", suppose_withdraw}, {"narrow", suppose_narrow},
    {"pause", suppose_pause}, {"reply", suppose_reply},
};

static result suppose(exchange *x, supposed *s) {
    const json_value *what = NULL;
    size_t deed = 0, named = 0;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        const json_value *v = json_member(x->body, deeds[i].name);
        if (!v) continue;
        what = v, deed = i;
        named++;
    }
    if (named != 1) return bad_member(x, "", "name one of give, withdraw, narrow, pause and reply");
    return deeds[deed].suppose(x, s, what);
}

/* 'o' 'w' | the grant or request | who reads. */
static void note(exchange *x, const supposed *s) {
    uint8_t *p = arena_take(x->arena, 2 + 16 + 16);
    p[0] = 'o', p[1] = 'w';
    memcpy(p + 2, s->of.b, 16);
    memcpy(p + 18, family_actor_id(facts_of(x), s->reader).b, 16);
    x->record_note = bytes_make(p, 34);
}

static void judge_both(exchange *x, supposed *s) {
    uint32_t most = facts_of(x)->entry_count + 1;
    policy_judge(s->before, s->reader, s->at, KINDS, ARENA_ARRAY(x->arena, permit, most), &s->was);
    policy_judge(s->after, s->reader, s->at, KINDS, ARENA_ARRAY(x->arena, permit, most), &s->is);
}

static result judge(exchange *x) {
    supposed *s = ARENA_NEW(x->arena, supposed);
    x->place = s;
    judge_all(x, 0); /* whom he knows */
    s->asker = ARENA_NEW(x->arena, standing);
    s->reader = ACTOR_NONE;
    s->from = x->now;
    policy_stand(facts_of(x), x->viewer, x->now, s->asker);
    s->before = s->after = preview_facts(x->arena, facts_of(x), s->asker);
    TRY(suppose(x, s));
    s->at = json_member(x->body, "at") ? preview_at(x) : s->from;
    if (s->at < x->now) return bad_member(x, "/at", "what was can't be changed");
    judge_both(x, s);
    note(x, s);
    return OK;
}

/* ---- the answer ---- */

static bool reads(const supposed *s, const permit *p) {
    answer own = policy_entry(s->asker, p->entry, p->version);
    return own.allowed && own.level >= p->level;
}

static void write_entry(json_writer *w, const supposed *s, const permit *p, const permit *was) {
    const facts *f = s->before;
    const entry_fact *e = &f->entries[p->entry];
    json_open_object(w);
    json_key(w, "entry"), json_uuid(w, e->id);
    json_key(w, "field"), json_string(w, bytes_of_string(catalogue[e->field].name));
    json_key(w, "about"), view_subjects(w, f, e->about);
    json_key(w, "level"), json_string(w, bytes_of_string(level_text(p->level)));
    if (was) json_key(w, "was"), json_string(w, bytes_of_string(level_text(was->level)));
    if (has_field(s->shared, e->field)) json_key(w, "if_all_agree"), json_bool(w, true);
    json_close_object(w);
}

static bool same(const permit *a, const permit *b) { return a->level == b->level && a->version == b->version; }

/* Those of `these` that `those` does not have; `changed`: those that both have, but not alike. */
static void write_difference(json_writer *w, const supposed *s, const char *name, const ruling *these, const ruling *those,
                             bool changed) {
    json_key(w, name);
    json_open_array(w);
    for (uint32_t i = 0, k = 0; i < these->count; i++) {
        const permit *p = &these->permits[i];
        while (k < those->count && those->permits[k].entry < p->entry) k++;
        const permit *other = k < those->count && those->permits[k].entry == p->entry ? &those->permits[k] : NULL;
        bool tells = changed ? other && !same(p, other) : !other;
        if (tells && s->before->entries[p->entry].field != FIELD_NONE && reads(s, p)) write_entry(w, s, p, changed ? other : NULL);
    }
    json_close_array(w);
}

static void write_reader(json_writer *w, const supposed *s) {
    json_open_object(w);
    json_key(w, "reader"), json_uuid(w, family_actor_id(s->before, s->reader));
    write_difference(w, s, "appears", &s->is, &s->was, false);
    write_difference(w, s, "vanishes", &s->was, &s->is, false);
    write_difference(w, s, "changes", &s->is, &s->was, true);
    json_close_object(w);
}

static shaped shape(exchange *x) {
    const supposed *s = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "at"), json_moment(&w, s->at);
    json_key(&w, "readers");
    json_open_array(&w);
    if (s->reader != ACTOR_NONE) write_reader(&w, s);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_what_if = {.kind = "preview.what_if", .judge = judge, .shape = shape};
