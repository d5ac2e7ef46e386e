/* The plan: all entries that the reader may see, and nothing that tells of others. The hot path of the whole program. */
#include "api/preview.h"
#include "api/view.h"

enum { PAGE = 500 };

typedef struct {
    uint32_t count, last; /* entries on the page; the last of them */
    bool more;
} plan_page;

static bool fits(const entry_fact *e, bytes section, field_id field, subjects about) {
    if (section.at && catalogue[e->field].section != section.at[0]) return false;
    if (field != FIELD_NONE && e->field != field) return false;
    return !about || (e->about & about) == about;
}

static subjects wanted_subject(const exchange *x) {
    uuid id;
    return query_uuid(x, "about", &id) ? family_subject(facts_of(x), id) : 0;
}

/* Wants keep the order of the entries, and a summary stands somewhere behind its entry: both kinds are walked again, in order. */
static void add_summaries(exchange *x, const bool *on_page) {
    const facts *f = facts_of(x);
    x->want_count = 0;
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        const entry_fact *e = &f->entries[p->entry];
        bool wanted_ = e->kind == KIND_PLAN ? on_page[p->entry] : on_page[e->of];
        if (wanted_) want_body(x, p->entry, p->version);
    }
}

/* Who gets some values in part gets their summaries (the rare case: the hot path looks at nothing twice). */
static void want_page(exchange *x, uint32_t first, uint32_t limit, plan_page *page) {
    bytes section = query_text(x, "section"), name = query_text(x, "field");
    field_id field = name.at ? field_by_name(name) : FIELD_NONE;
    subjects about = wanted_subject(x);
    bool *on_page = ARENA_ARRAY(x->arena, bool, facts_of(x)->entry_count + 1);
    bool some_in_part = false;
    for (uint32_t i = first; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        const entry_fact *e = &facts_of(x)->entries[p->entry];
        if (e->kind != KIND_PLAN || !fits(e, section, field, about)) continue;
        if (page->count == limit) {
            page->more = true;
            break;
        }
        want_body(x, p->entry, p->version);
        on_page[p->entry] = true;
        some_in_part |= p->level == LEVEL_DERIVED;
        page->count++;
        page->last = p->entry;
    }
    if (some_in_part) add_summaries(x, on_page);
}

enum { KINDS = 1u << KIND_PLAN | 1u << KIND_SUMMARY };

static result judge(exchange *x) {
    if (preview_wanted(x)) TRY(preview_judge(x, KINDS));
    else judge_all(x, KINDS);
    uint32_t first, limit = query_number(x, "limit", PAGE);
    TRY(view_page_start(x, &first));
    plan_page *page = ARENA_NEW(x->arena, plan_page);
    x->place = page;
    want_page(x, first, limit, page);
    return OK;
}

static shaped shape(exchange *x) {
    const plan_page *page = x->place;
    bool preview = preview_wanted(x);
    if (!preview && answer_not_modified(x, view_wants_tag(x, "plan", page->more))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "entries");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++) {
        if (facts_of(x)->entries[x->wants[i].entry].kind != KIND_PLAN) continue;
        json_open_object(&w);
        view_entry(&w, x, i);
        json_close_object(&w);
    }
    json_close_array(&w);
    size_t entries_end = buf_bytes(&x->response.body).len; /* the cursor's seal is no part of what the reader sees */
    view_page_end(&w, x, page->more, page->last);
    json_close_object(&w);
    json_end(&w);
    if (preview) preview_tag(x, entries_end);
    return SHAPED;
}

const endpoint endpoint_plan_get = {.kind = "plan.read", .judge = judge, .shape = shape};
