/* The time machine: what could somebody read on a day, and why; from the facts as they were recorded then.
 *
 * Facts are never overwritten, so the ruling of that day is made again by the same function. The auditor is told all of it,
 * without content. Others are told of the entries that they read themselves today, where the answer concerns them or is about
 * themselves; what is not theirs to hear is not in the list, as if it had never been. */
#include "api/preview.h"
#include "api/view.h"

enum { PAGE = 500, KINDS = 1u << KIND_PLAN | 1u << KIND_REGISTER };

typedef struct {
    const facts *facts;
    uint32_t first, count;
    bool more;
} history;

/* Himself, but not ahead: from when on he would read tells a blocked person on which day his block ends (T7). */
static bool may_hear(const exchange *x, const standing *asker, actor viewer, moment at, const permit *p) {
    const entry_fact *e = &facts_of(x)->entries[p->entry];
    answer own = policy_entry(asker, p->entry, p->version);
    if (!own.allowed || own.level < p->level) return false;
    return (viewer == x->viewer && at <= x->now) || policy_concerns(asker, e->field, e->about);
}

static void sift(exchange *x, const standing *asker, actor viewer, moment at) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->ruling.count; i++)
        if (may_hear(x, asker, viewer, at, &x->ruling.permits[i])) x->ruling.permits[kept++] = x->ruling.permits[i];
    x->ruling.count = kept;
}

/* 'o' 'h' | viewer | at. */
static void note(exchange *x, actor viewer, moment at) {
    uint8_t *p = arena_take(x->arena, 2 + 16 + 8);
    p[0] = 'o', p[1] = 'h';
    memcpy(p + 2, family_actor_id(facts_of(x), viewer).b, 16);
    put_u64(p + 18, (uint64_t)at);
    x->record_note = bytes_make(p, 26);
}

static actor viewer_asked(const exchange *x, const standing *asker) {
    uuid id;
    if (!query_uuid(x, "viewer", &id)) return ACTOR_NONE;
    return x->session->kind == ACCOUNT_AUDITOR ? family_actor(facts_of(x), id) : preview_actor(x, asker, id);
}

static result judge(exchange *x) {
    const facts *f = facts_of(x);
    history *h = ARENA_NEW(x->arena, history);
    standing *asker = ARENA_NEW(x->arena, standing);
    bool all = x->session->kind == ACCOUNT_AUDITOR;
    moment at = preview_at(x);
    x->place = h;
    judge_all(x, KINDS);
    policy_stand(f, x->viewer, x->now, asker);
    actor viewer = viewer_asked(x, asker);
    moment valid_until = x->ruling.valid_until;
    h->facts = all ? f : preview_facts(x->arena, f, asker);
    policy_judge(h->facts, viewer, at, KINDS, ARENA_ARRAY(x->arena, permit, f->entry_count + 1), &x->ruling);
    x->ruling.valid_until = valid_until; /* what is told is told now */
    if (!all) sift(x, asker, viewer, at);
    TRY(view_page_start(x, &h->first));
    uint32_t limit = query_number(x, "limit", PAGE), left = x->ruling.count - h->first;
    h->count = left < limit ? left : limit;
    h->more = left > limit;
    note(x, viewer, at);
    return OK;
}

static void write_ground(json_writer *w, const facts *f, const permit *p) {
    json_key(w, "ground");
    if (p->emergency >= 0) json_uuid(w, f->emergencies[p->emergency].id);
    else if (p->grant >= 0) json_uuid(w, f->grants[p->grant].id);
    else json_null(w);
}

static void write_permit(json_writer *w, const facts *f, const permit *p) {
    const entry_fact *e = &f->entries[p->entry];
    json_open_object(w);
    json_key(w, "entry"), json_uuid(w, e->id);
    json_key(w, "field"), json_string(w, bytes_of_string(catalogue[e->field].name));
    json_key(w, "about"), view_subjects(w, f, e->about);
    if (p->level == LEVEL_EXACT) json_key(w, "version"), json_int(w, f->versions[p->version].number); /* else not his to count */
    json_key(w, "level"), json_string(w, bytes_of_string(level_text(p->level)));
    json_key(w, "rule"), json_string(w, bytes_of_string(rule_text(p->rule)));
    write_ground(w, f, p);
    json_close_object(w);
}

static shaped shape(exchange *x) {
    const history *h = x->place;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "entries");
    json_open_array(&w);
    for (uint32_t i = 0; i < h->count; i++) write_permit(&w, h->facts, &x->ruling.permits[h->first + i]);
    json_close_array(&w);
    view_page_end(&w, x, h->more, h->more ? x->ruling.permits[h->first + h->count - 1].entry : 0);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_readable_list = {.kind = "history.ask", .judge = judge, .shape = shape, .for_auditor = true};
