/* Giving directly: what one person alone may give, and what is shared on another basis than consent, of which people are told. */
#include "api/grant.h"
#include "statements.h"

typedef struct {
    standing s;
    new_grant g;
} giving;

/* ---- reading ---- */

static grant_basis basis_in(const exchange *x) {
    const json_value *given = json_member(x->body, "basis");
    for (grant_basis b = BASIS_CONSENT; given && b < BASIS_UNKNOWN; b++)
        if (bytes_is(json_bytes_of(given), consent_basis_word(b))) return b;
    return BASIS_CONSENT;
}

static void read(exchange *x, giving *v) {
    new_grant *g = &v->g;
    const json_value *ground = json_member(x->body, "secrecy_ground"), *about = json_member(x->body, "about");
    consent_need(x, "about", "whom it is about must be named");
    consent_need(x, "recipient", "somebody must be named");
    consent_choose(x, &g->what);
    consent_need(x, "purpose", "say what it is shared for");
    consent_window(x, &g->during);
    g->about = about ? view_subject_set(facts_of(x), about) : 0;
    g->recipient = consent_recipient(x, &v->s);
    g->basis = basis_in(x);
    g->ground = ground ? family_ground(json_bytes_of(ground)) : GROUND_NONE;
    g->article_nine = json_member(x->body, "article_nine") ? json_bytes_of(json_member(x->body, "article_nine")) : (bytes){0};
    g->told_on = MOMENT_NEVER;
}

/* ---- consent ---- */

static answer may_give(giving *v) { return policy_give(&v->s, v->g.what.fields, v->g.about, v->g.recipient); }

static void check_consent(exchange *x, giving *v) {
    new_grant *g = &v->g;
    consent_check_release(x, &v->s, g->recipient, g->what.fields, "fields");
    consent_check_ticks(x, g->ground);
    consent_check_child(x, &v->s, g->about, g->what.fields);
    consent_text(x, true, &g->text);
    g->givers = v->s.self;
    g->family_view = BYTES("agreed");
    g->channel = BYTES("app");
    if (g->article_nine.len == 0 && consent_has_class(g->what.fields, C3)) g->article_nine = BYTES("9.2.a");
}

/* ---- another basis (R-04) ---- */

/* Told by the coordinator, never in his own favour. Nobody is asked, so what only its subject releases, and what leaves no
 * trace for others, can't be shared like this. */
static bool can_inform(field_id field) {
    const field_row *row = &catalogue[field];
    return row->class_ <= C3 && !row->safety && !row->own_space && !(row->steps & (STEP_SUBJECT_ONLY | STEP_NOT_HERE));
}

static answer may_inform(const giving *v) {
    const standing *s = &v->s;
    answer no = {.level = LEVEL_HIDDEN, .rule = RULE_R21, .grant = -1, .emergency = -1};
    if (!s->place_runs || !s->coordinator || v->g.recipient == s->viewer || !is_helper(v->g.recipient)) return no;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(v->g.what.fields, f) && !can_inform(f)) return no;
    answer asked = policy_may_ask(s, v->g.what.fields, v->g.about, v->g.recipient);
    return asked.allowed ? asked : no;
}

static void check_information(exchange *x, giving *v) {
    new_grant *g = &v->g;
    const json_value *told = json_member(x->body, "told_on");
    bool holds = g->basis != BASIS_PUBLIC_TASK || facts_of(x)->law->cross_domain_public_task;
    if (!holds) consent_fault(x, "/basis", "no law here gives that task");
    if (!told) consent_fault(x, "/told_on", "say when those concerned were told");
    else must(ok(moment_parse(json_bytes_of(told), &g->told_on)));
    if (told && g->told_on > x->now) consent_fault(x, "/told_on", "they must be told before it is shared");
    if (g->article_nine.len == 0 && consent_has_class(g->what.fields, C3))
        consent_fault(x, "/article_nine", "what is sensitive needs a ground of its own");
    if (bytes_is(g->article_nine, "9.2.a")) consent_fault(x, "/article_nine", "explicit consent is asked, not told");
    if (g->ground == GROUND_SUBJECT_RELEASE || g->ground == GROUND_SHARED_SECRET_BE)
        consent_fault(x, "/secrecy_ground", "this ground needs the yes of those concerned");
    consent_text(x, true, &g->text);
    g->givers = 0;
    g->family_view = BYTES("informed");
    g->channel = BYTES("app");
}

/* ---- judging ---- */

static result allowed(exchange *x, giving *v) {
    answer may = v->g.basis == BASIS_CONSENT ? may_give(v) : may_inform(v);
    return consent_allowed(x, v->g.recipient != ACTOR_NONE && may.allowed, may.rule);
}

static void store(exchange *x, giving *v) {
    static const char *const words[] = {"purpose", "goal"};
    v->g.words = consent_words(x, words, 2);
    consent_store(x, &v->g);
    consent_keep_child(x, v->g.id, consent_children(&v->s, v->g.about, v->g.what.fields));
    consent_note(x, 'g', v->g.id, v->g.what.fields);
    idempotency_keep(x, 201, v->g.id);
}

/* Whoever may not give it hears nothing about how it would be right; but what is missing is missing for everybody. */
static result judge_create(exchange *x) {
    giving *v = ARENA_NEW(x->arena, giving);
    *v = (giving){0};
    x->place = v;
    policy_stand(facts_of(x), x->viewer, x->now, &v->s);
    read(x, v);
    bool named = v->g.about && json_member(x->body, "recipient") && (v->g.what.fields[0] | v->g.what.fields[1]);
    if (!named) return consent_faults(x);
    TRY(allowed(x, v));
    v->g.id = x->replay ? x->made_id : uuid_random();
    if (x->replay) { /* it was right when it was given */
        x->faults.count = 0;
        return OK;
    }
    consent_check_ground(x, &v->s, v->g.recipient, v->g.what.fields, v->g.ground);
    if (v->g.basis == BASIS_CONSENT) check_consent(x, v);
    else check_information(x, v);
    TRY(consent_faults(x));
    unsigned fields = (unsigned)(__builtin_popcountll(v->g.what.fields[0]) + __builtin_popcountll(v->g.what.fields[1]));
    TRY(consent_room(x, 1, fields, 2));
    store(x, v);
    return OK;
}

static shaped shape_create(exchange *x) {
    view_created(x, "grants/", ((const giving *)x->place)->g.id);
    return SHAPED;
}

const endpoint endpoint_grant_create = {.kind = "grant.give", .judge = judge_create, .shape = shape_create};
