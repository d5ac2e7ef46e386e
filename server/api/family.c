/* The families of an account, and one of them. */
#include "api/view.h"

static bytes as_of(const exchange *x, unsigned i) {
    const membership *m = session_membership(x->session, x->family_ids[i]);
    return !m ? BYTES("auditor") : m->helper ? BYTES("helper") : BYTES("person");
}

static void write_head(json_writer *w, const exchange *x, unsigned i) {
    const facts *f = &x->families[i]->facts;
    json_key(w, "id"), json_uuid(w, f->family);
    json_key(w, "jurisdiction"), json_string(w, bytes_of_string(f->law->code));
    json_key(w, "language"), json_string(w, bytes_of_string(f->language));
    json_key(w, "as"), json_string(w, as_of(x, i));
}

/* An account's own families; more than FAMILIES_MAX come in pages by the last id. */
static result judge_list(exchange *x) {
    bytes cursor = query_text(x, "cursor");
    if (!cursor.at) return OK;
    uuid last;
    size_t len;
    TRY(cursor_read(x, cursor, last.b, sizeof last.b, &len));
    ENSURE(len == sizeof last.b, BAD_CURSOR);
    x->place = ARENA_NEW(x->arena, uuid);
    *(uuid *)x->place = last;
    return OK;
}

static unsigned first_of(const exchange *x) {
    if (!x->place) return 0;
    for (unsigned i = 0; i < x->family_count; i++)
        if (uuid_equal(x->family_ids[i], *(const uuid *)x->place)) return i + 1;
    return x->family_count;
}

static shaped shape_list(exchange *x) {
    unsigned first = first_of(x), limit = query_number(x, "limit", FAMILIES_MAX);
    unsigned end = x->family_count - first > limit ? first + limit : x->family_count;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "families");
    json_open_array(&w);
    for (unsigned i = first; i < end; i++) {
        json_open_object(&w);
        write_head(&w, x, i);
        json_close_object(&w);
    }
    json_close_array(&w);
    if (end < x->family_count) {
        /* The cursor's MAC is over the first family of the account, so it is good for this account only. */
        json_key(&w, "next"), json_string(&w, cursor_make(x, bytes_make(x->family_ids[end - 1].b, 16)));
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static result judge_one(exchange *x) {
    (void)x;
    return OK;
}

static shaped shape_one(exchange *x) {
    const membership *m = session_membership(x->session, x->family_ids[0]);
    etag_maker e;
    etag_start(&e, "family");
    etag_add(&e, x->family_ids[0].b, 16);
    etag_add(&e, facts_of(x)->language, sizeof facts_of(x)->language);
    if (answer_not_modified(x, etag_end(&e, x->arena))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    write_head(&w, x, 0);
    if (m) json_key(&w, "me"), json_uuid(&w, m->as);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_family_list = {
    .kind = "family.list", .judge = judge_list, .shape = shape_list, .families = true, .for_auditor = true};
const endpoint endpoint_family_get = {.kind = "family.read", .judge = judge_one, .shape = shape_one, .for_auditor = true};
