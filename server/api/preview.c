/* See-as: what would this person read? His own ruling, cut down to what the asker reads himself (law of sharing).
 *
 * So a preview never shows a value that its asker could not open anyway; what it adds is that the other one reads it too. It names
 * the people whom both may know, and says nothing of an emergency that is not told yet. It stands on the log as what it is. */
#include "api/preview.h"

#include "flow/told.h"

static bool may_know(const exchange *x, const standing *asker, actor a) {
    if (a == asker->viewer) return a != ACTOR_NONE;
    if (is_person(a)) return (x->ruling.known & PERSON(a)) != 0;
    return is_helper(a) && policy_sees_helper(asker, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
}

actor preview_actor(const exchange *x, const standing *asker, uuid id) {
    actor a = family_actor(facts_of(x), id);
    return may_know(x, asker, a) ? a : ACTOR_NONE;
}

unsigned preview_actors(const exchange *x, const standing *asker, actor *out) {
    const facts *f = facts_of(x);
    unsigned n = 0;
    for (unsigned p = 0; p < f->people_count; p++)
        if (may_know(x, asker, (actor)p)) out[n++] = (actor)p;
    for (unsigned h = 0; h < f->helper_count; h++)
        if (may_know(x, asker, HELPER(h))) out[n++] = HELPER(h);
    return n;
}

const facts *preview_facts(arena *a, const facts *f, const standing *asker) {
    emergency_fact *copies = ARENA_ARRAY(a, emergency_fact, f->emergency_count + 1u);
    bool some = false;
    for (unsigned i = 0; i < f->emergency_count; i++) {
        bool told = policy_told(asker, i) == TOLD_ALL;
        copies[i] = f->emergencies[i];
        if (!told) copies[i].until = MOMENT_MIN; /* never counts; positions stay */
        some |= !told;
    }
    if (!some) return f;
    facts *copy = ARENA_NEW(a, facts);
    *copy = *f;
    copy->emergencies = copies;
    return copy;
}

moment preview_at(const exchange *x) {
    moment at = x->now;
    const json_value *given = x->body ? json_member(x->body, "at") : NULL;
    if (given) must(ok(moment_parse(json_bytes_of(given), &at)));
    else query_moment(x, "at", &at);
    return at;
}

/* ---- see-as ---- */

/* 'p' | whose eyes. */
static void note(exchange *x, actor as) {
    uint8_t *p = arena_take(x->arena, 1 + 16);
    p[0] = 'p';
    memcpy(p + 1, family_actor_id(facts_of(x), as).b, 16);
    x->record_note = bytes_make(p, 17);
}

/* Whom an entry may name: whoever of the two is a person of the family counts. */
static subjects known_to_both(const ruling *his, const ruling *mine) {
    subjects known = ~(subjects)0;
    if (is_person(his->viewer)) known &= his->known | PERSON(his->viewer);
    if (is_person(mine->viewer)) known &= mine->known | PERSON(mine->viewer);
    return known;
}

/* Both stand in the order of the entries. The same version, and no more of it than the asker gets. */
static void keep_common(ruling *his, const ruling *mine) {
    uint32_t kept = 0;
    for (uint32_t i = 0, m = 0; i < his->count; i++) {
        const permit *p = &his->permits[i];
        while (m < mine->count && mine->permits[m].entry < p->entry) m++;
        if (m == mine->count) break;
        const permit *own = &mine->permits[m];
        if (own->entry == p->entry && own->version == p->version && own->level >= p->level) his->permits[kept++] = *p;
    }
    his->count = kept;
}

result preview_judge(exchange *x, unsigned kinds) {
    uuid id;
    standing *asker = ARENA_NEW(x->arena, standing);
    x->kind = "preview.plan";
    judge_all(x, kinds);
    policy_stand(facts_of(x), x->viewer, x->now, asker);
    actor as = query_uuid(x, "as", &id) ? preview_actor(x, asker, id) : ACTOR_NONE;
    ENSURE(as != ACTOR_NONE, NOT_FOUND);
    const facts *f = told_facts_of(x->arena, preview_facts(x->arena, facts_of(x), asker), as, x->now);
    ruling mine = x->ruling;
    policy_judge(f, as, x->now, kinds, ARENA_ARRAY(x->arena, permit, f->entry_count + 1), &x->ruling);
    keep_common(&x->ruling, &mine);
    x->ruling.known = known_to_both(&x->ruling, &mine);
    note(x, as);
    return OK;
}

void preview_tag(exchange *x, size_t len) {
    etag_maker e;
    bytes rest = bytes_make(buf_bytes(&x->response.body).at, len);
    etag_start(&e, "preview");
    while (rest.len > 0) {
        size_t piece = rest.len < sizeof e.seen ? rest.len : sizeof e.seen;
        etag_add(&e, rest.at, piece);
        rest.at += piece, rest.len -= piece;
    }
    if (answer_not_modified(x, etag_end(&e, x->arena))) buf_clear(&x->response.body);
}
