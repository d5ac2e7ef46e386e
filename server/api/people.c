/* The people whom the reader may know of. They are read as their fields (R-19b): nothing is listed that no permit stands behind. */
#include "api/view.h"

static result judge(exchange *x) {
    judge_all(x, 1u << KIND_NAME | 1u << KIND_REGISTER);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        const entry_fact *e = &facts_of(x)->entries[p->entry];
        bool person = e->kind == KIND_NAME || (e->about & ALL_PEOPLE && e->field != FIELD_PROTECTED_ADDRESS);
        if (person) want_body(x, p->entry, p->version);
    }
    return OK;
}

static void write_languages(json_writer *w, const json_value *body) {
    const json_value *text = json_member(body, "text");
    if (!json_is_string(text)) return;
    bytes rest = json_bytes_of(text);
    json_key(w, "languages");
    json_open_array(w);
    while (rest.len > 0) {
        const uint8_t *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.at) : rest.len;
        bytes word = bytes_make(rest.at, len);
        while (word.len > 0 && word.at[0] == ' ') word.at++, word.len--;
        if (word.len > 0) json_string(w, word);
        size_t eaten = comma ? len + 1 : len;
        rest.at += eaten, rest.len -= eaten;
    }
    json_close_array(w);
}

static void write_authority(json_writer *w, const json_value *body) {
    json_key(w, "authority");
    json_open_object(w);
    json_key(w, "holders");
    json_open_array(w);
    const json_value *holders = json_member(body, "holders");
    if (holders)
        for (const json_value *v = json_first(holders); v; v = json_next(v)) json_string(w, json_bytes_of(v));
    json_close_array(w);
    view_member(w, body, "form", "form");
    view_member(w, body, "evidence", "evidence");
    json_close_object(w);
}

static void write_field(json_writer *w, exchange *x, uint32_t want) {
    const entry_fact *e = &facts_of(x)->entries[x->wants[want].entry];
    const json_value *body = view_parse(x, plain_of(x, want));
    if (e->field == FIELD_MEMBER_IDENTITY) view_member(w, body, "name", "name"), view_member(w, body, "born", "born");
    if (e->field == FIELD_FAMILY_ROLE) view_member(w, body, "text", "role");
    if (e->field == FIELD_PREFERRED_LANGUAGE) write_languages(w, body);
    if (e->field == FIELD_LEGAL_AUTHORITY) write_authority(w, body);
}

static void write_person(json_writer *w, exchange *x, uint32_t name) {
    const facts *f = facts_of(x);
    unsigned person = f->entries[x->wants[name].entry].of;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, f->people[person].id);
    view_member(w, view_parse(x, plain_of(x, name)), "text", "call_name");
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &f->entries[x->wants[i].entry];
        if (e->kind == KIND_REGISTER && e->about == PERSON(person)) write_field(w, x, i);
    }
    json_close_object(w);
}

static shaped shape(exchange *x) {
    if (answer_not_modified(x, view_wants_tag(x, "people", false))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "people");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (facts_of(x)->entries[x->wants[i].entry].kind == KIND_NAME) write_person(&w, x, i);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_people_list = {.kind = "people.read", .judge = judge, .shape = shape};
