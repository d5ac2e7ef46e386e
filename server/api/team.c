/* Who helps, as this reader may know: a listed helper shows the stand-in to all but the givers; others leave no trace. */
#include "api/view.h"

static result judge(exchange *x) {
    judge_all(x, 1u << KIND_HELPER | 1u << KIND_LISTED);
    for (uint32_t i = 0; i < x->ruling.count; i++) want_body(x, x->ruling.permits[i].entry, x->ruling.permits[i].version);
    return OK;
}

static const place_fact *place_now(const exchange *x, unsigned helper) {
    const facts *f = facts_of(x);
    const place_fact *found = NULL;
    for (unsigned i = 0; i < f->place_count; i++) {
        const place_fact *p = &f->places[i];
        if (p->helper == helper && p->recorded <= x->now && (!found || p->from > found->from)) found = p;
    }
    return found;
}

/* The end shows when it has come: before, it may be that of a hand-over that is not recorded yet. */
static void write_exact(json_writer *w, const json_value *body, const place_fact *place, moment now) {
    view_member(w, body, "name", "name");
    view_member(w, body, "role", "role");
    view_member(w, body, "organisation", "organisation");
    view_member(w, body, "secrecy", "secrecy");
    if (place) json_key(w, "from"), json_moment(w, place->from);
    if (place && place->until <= now) json_key(w, "until"), json_moment(w, place->until);
}

static void write_helper(json_writer *w, exchange *x, uint32_t want) {
    const entry_fact *e = &facts_of(x)->entries[x->wants[want].entry];
    const json_value *body = view_parse(x, plain_of(x, want));
    const place_fact *place = place_now(x, e->of);
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, facts_of(x)->helpers[e->of].id);
    if (e->kind == KIND_HELPER) write_exact(w, body, place, x->now);
    else view_member(w, body, "listed", "name");
    bool runs = place && place->from <= x->now && x->now < place->until;
    json_key(w, "coordinator"), json_bool(w, e->kind == KIND_HELPER && runs && place->coordinator);
    json_close_object(w);
}

static bytes tag(exchange *x) {
    etag_maker e;
    etag_start(&e, "team");
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *entry = &facts_of(x)->entries[x->wants[i].entry];
        const place_fact *p = entry->kind == KIND_HELPER ? place_now(x, entry->of) : NULL;
        etag_add(&e, entry->id.b, 16);
        etag_add(&e, &facts_of(x)->versions[x->wants[i].version].number, sizeof(uint32_t));
        if (!p) continue;
        bool runs = p->from <= x->now && x->now < p->until;
        moment over = p->until <= x->now ? p->until : MOMENT_NEVER;
        etag_add(&e, &runs, sizeof runs), etag_add(&e, &p->from, sizeof p->from), etag_add(&e, &over, sizeof over);
    }
    return etag_end(&e, x->arena);
}

static shaped shape(exchange *x) {
    if (answer_not_modified(x, tag(x))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "team");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) write_helper(&w, x, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_team_list = {.kind = "team.read", .judge = judge, .shape = shape};
