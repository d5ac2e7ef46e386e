#include "deed.h"

#include "names.h"
#include "policy/catalogue.h"
#include "show.h"
#include "typed.h"

outcome thing_path(kring *k, const char *noun, const char *rest, const char **out) {
    uuid id;
    char text[UUID_TEXT];
    GO(parse_id(k, k->args->operands[0], &id));
    GO(api_family(k));
    uuid_write(id, text);
    *out = family_path(k, (const char *)arena_format(k->memory, "/%s/%.*s%s%c", noun, UUID_TEXT, text, rest, 0).at);
    return DONE;
}

outcome deed_make(kring *k, const char *path, putting *put, api_answer *out) {
    http_request q = {.method = "POST", .path = path, .token = k->session.token, .key = new_key(k), .repeatable = true};
    if (put) GO(make_body(k, put, &q.body));
    return api_call(k, &q, out);
}

outcome deed_make_and_tell(kring *k, const char *path, putting *put, word done) {
    api_answer a;
    GO(deed_make(k, path, put, &a));
    return show_json(k, &a) ? DONE : show_done(k, done, text_at(k, a.root, "id", ONE_LINE));
}

outcome deed_do(kring *k, const char *noun, const char *rest, putting *put) {
    api_answer a;
    const char *path;
    GO(thing_path(k, noun, rest, &path));
    http_request q = {.method = "POST", .path = path, .token = k->session.token};
    if (put) GO(make_body(k, put, &q.body));
    GO(api_call(k, &q, &a));
    if (a.root) show_json(k, &a);
    return DONE;
}

outcome deed_do_and_tell(kring *k, const char *noun, const char *rest, putting *put, word done, bytes detail) {
    GO(deed_do(k, noun, rest, put));
    return has(k->args, O_JSON) ? DONE : show_done(k, done, detail);
}

/* ---------------------------------------------------------------------------- members */

outcome put_option(kring *k, json_writer *w, const char *member, option_id o) {
    if (has(k->args, o)) json_key(w, member), json_string(w, bytes_of_string(value_of(k->args, o)));
    return DONE;
}

outcome put_option_fields(kring *k, json_writer *w, const char *member) {
    if (!has(k->args, O_FIELD)) return DONE;
    json_key(w, member);
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) {
        GO(parse_field(k, k->args->values[O_FIELD][i]));
        json_string(w, bytes_of_string(k->args->values[O_FIELD][i]));
    }
    json_close_array(w);
    return DONE;
}

outcome put_option_moment(kring *k, json_writer *w, const char *member, option_id o, bool through) {
    moment m;
    if (!has(k->args, o)) return DONE;
    GO(parse_time(k, value_of(k->args, o), through, &m));
    json_key(w, member), json_moment(w, m);
    return DONE;
}

outcome put_option_people(kring *k, json_writer *w, const char *member, option_id o, unsigned lists) {
    if (!has(k->args, o)) return DONE;
    json_key(w, member);
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[o]; i++) {
        uuid id;
        GO(names_resolve(k, k->args->values[o][i], lists, &id));
        json_uuid(w, id);
    }
    json_close_array(w);
    return DONE;
}

outcome put_who(kring *k, json_writer *w, const char *member, const char *typed, unsigned lists) {
    uuid id;
    GO(names_resolve(k, typed, lists, &id));
    json_key(w, member), json_uuid(w, id);
    return DONE;
}

outcome put_option_text(kring *k, json_writer *w, const char *member, option_id o) {
    bytes text;
    GO(read_text(k, value_of(k->args, o), &text));
    json_key(w, member), json_string(w, text);
    return DONE;
}

/* ---------------------------------------------------------------------------- showing */

bytes field_labels(kring *k, const json_value *fields) {
    bytes out = BYTES("");
    unsigned count = 0;
    for (const json_value *f = first_of(fields); f; f = json_next(f), count++) out = join(k, out, ", ", field_label(k, f));
    return count == FIELD_COUNT ? bytes_of_string(word_in(k->lang, W_LEVEL_EXACT)) : out;
}
