#include "api/store.h"

#include "statements.h"

static void add_version(exchange *x, uuid entry, uint32_t number, const uuid *agreed, size_t agreed_count) {
    uuid id = me(x);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, entry), param_int4(p, (int32_t)number), param_uuid(p, id);
    param_uuids(p, &id, is_person(x->viewer) ? 1 : 0), param_uuids(p, agreed, agreed_count), param_moment(p, x->now);
    mutate(x, &stmt_version_insert, p);
}

uuid store_entry(exchange *x, const new_entry *e, bytes body) {
    uuid id = uuid_random();
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, id), param_string(p, e->kind);
    param_string(p, e->field == FIELD_NONE ? "" : catalogue[e->field].name);
    param_uuid_or_null(p, e->of), param_uuid_or_null(p, (uuid){{0}});
    param_uuids(p, e->about, e->about_count), param_uuid(p, e->owner);
    mutate(x, &stmt_entry_insert, p);
    add_version(x, id, 1, e->agreed, e->agreed_count);
    seal_text(x, id, e->owner, e->field, 1, body);
    return id;
}

static bytes finish(exchange *x, buf *b, json_writer *w) {
    json_close_object(w);
    json_end(w);
    must(buf_ok(b)); /* the contract bounds each text */
    bytes copy = arena_copy(x->arena, buf_bytes(b));
    buf_release(b);
    return copy;
}

bytes store_text_body(exchange *x, const char *member) {
    buf b = buf_new(64 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    view_member(&w, x->body, member, "text");
    return finish(x, &b, &w);
}

bytes store_body(exchange *x, const char *const *members, size_t count) {
    buf b = buf_new(64 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    for (size_t i = 0; i < count; i++) view_member(&w, x->body, members[i], members[i]);
    return finish(x, &b, &w);
}

bytes store_word(const exchange *x, const char *member) {
    const json_value *v = json_member(x->body, member);
    return v ? json_bytes_of(v) : BYTES("");
}

size_t store_ids(exchange *x, const char *member, uuid **out) {
    const json_value *list = json_member(x->body, member);
    size_t n = 0;
    *out = ARENA_ARRAY(x->arena, uuid, 64); /* the contract bounds each list */
    for (const json_value *v = list ? json_first(list) : NULL; v; v = json_next(v))
        if (ok(uuid_parse(json_bytes_of(v), &(*out)[n]))) n++;
    return n;
}

void store_residents(exchange *x, unsigned home, uuid with) {
    const facts *f = facts_of(x);
    standing s;
    policy_stand(f, x->viewer, x->now, &s);
    for (uint32_t i = 0; i < f->entry_count; i++) {
        const entry_fact *e = &f->entries[i];
        if (e->kind != KIND_REGISTER || e->field != FIELD_HOUSEHOLD_MEMBERS || e->about != HOME(home)) continue;
        uint32_t number = f->versions[e->first_version + e->version_count - 1].number + 1;
        buf b = buf_new(16 * 1024);
        json_writer w = json_to(&b);
        json_open_object(&w);
        json_key(&w, "residents");
        json_open_array(&w);
        for (unsigned p = 0; p < f->people_count; p++)
            if ((s.residents[home] & ~s.unborn & PERSON(p)) && !uuid_equal(f->people[p].id, with)) json_uuid(&w, f->people[p].id);
        json_uuid(&w, with);
        json_close_array(&w);
        add_version(x, e->id, number, NULL, 0);
        seal_text(x, e->id, e->owner, e->field, number, finish(x, &b, &w));
    }
}
