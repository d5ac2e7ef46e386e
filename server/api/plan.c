/* The plan: all entries that the reader may see, and nothing that tells of others. The hot path of the whole program. */
#include "api/view.h"

enum { PAGE = 500 };

static bool fits(const exchange *x, const entry_fact *e, bytes section, field_id field, subjects about) {
    if (section.at && catalogue[e->field].section != section.at[0]) return false;
    if (field != FIELD_NONE && e->field != field) return false;
    (void)x;
    return !about || (e->about & about) == about;
}

static subjects wanted_subject(const exchange *x) {
    uuid id;
    return query_uuid(x, "about", &id) ? family_subject(facts_of(x), id) : 0;
}

static result judge(exchange *x) {
    judge_all(x, 1u << KIND_PLAN);
    uint32_t first, limit = query_number(x, "limit", PAGE);
    TRY(view_page_start(x, &first));
    bytes section = query_text(x, "section"), name = query_text(x, "field");
    field_id field = name.at ? field_by_name(name) : FIELD_NONE;
    subjects about = wanted_subject(x);
    bool *more = ARENA_NEW(x->arena, bool);
    x->place = more;
    for (uint32_t i = first; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        if (!fits(x, &facts_of(x)->entries[p->entry], section, field, about)) continue;
        if (x->want_count == limit) {
            *more = true;
            break;
        }
        want_body(x, p->entry, p->version);
    }
    return OK;
}

static shaped shape(exchange *x) {
    bool more = *(const bool *)x->place;
    if (answer_not_modified(x, view_wants_tag(x, "plan", more))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "entries");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) {
        json_open_object(&w);
        view_entry(&w, x, i);
        json_close_object(&w);
    }
    json_close_array(&w);
    view_page_end(&w, x, more, more ? x->wants[x->want_count - 1].entry : 0);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_plan_get = {.kind = "plan.read", .judge = judge, .shape = shape};
