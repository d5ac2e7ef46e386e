/* The homes that the reader may know of. A shielded home's address is protected_address about its residents. */
#include "api/view.h"

static bool of_a_home(const entry_fact *e) {
    return e->kind == KIND_LABEL || e->about & ALL_HOMES || e->field == FIELD_PROTECTED_ADDRESS;
}

static result judge(exchange *x) {
    judge_all(x, 1u << KIND_LABEL | 1u << KIND_REGISTER);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        if (of_a_home(&facts_of(x)->entries[p->entry])) want_body(x, p->entry, p->version);
    }
    return OK;
}

static void write_residents(json_writer *w, const json_value *body) {
    const json_value *residents = json_member(body, "residents");
    if (!residents) return;
    json_key(w, "residents");
    json_open_array(w);
    for (const json_value *v = json_first(residents); v; v = json_next(v)) json_string(w, json_bytes_of(v));
    json_close_array(w);
}

static void write_home(json_writer *w, exchange *x, uint32_t label) {
    const facts *f = facts_of(x);
    unsigned home = f->entries[x->wants[label].entry].of;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, f->homes[home].id);
    view_member(w, view_parse(x, plain_of(x, label)), "text", "label");
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &f->entries[x->wants[i].entry];
        bool here = e->kind == KIND_REGISTER && (e->about == HOME(home) || (e->field == FIELD_PROTECTED_ADDRESS && e->of == home));
        if (!here) continue;
        const json_value *body = view_parse(x, plain_of(x, i));
        if (e->field == FIELD_HOUSEHOLD_MEMBERS) write_residents(w, body);
        else view_member(w, body, "text", "address");
    }
    json_close_object(w);
}

static shaped shape(exchange *x) {
    if (answer_not_modified(x, view_wants_tag(x, "households", false))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "households");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (facts_of(x)->entries[x->wants[i].entry].kind == KIND_LABEL) write_home(&w, x, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_household_list = {.kind = "household.read", .judge = judge, .shape = shape};
