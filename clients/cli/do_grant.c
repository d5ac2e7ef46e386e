/* grant: what is shared with whom; giving it and stopping it. */
#include "consent.h"
#include "deed.h"
#include "show.h"
#include "typed.h"

/* A line a field; what works as agreed needs no word more. */
static bytes field_lines(kring *k, const json_value *grant) {
    bytes out = BYTES("");
    for (const json_value *f = first_of(list_at(grant, "fields")); f; f = json_next(f)) {
        bytes state = text_at(k, f, "state", ONE_LINE);
        bytes level = text_at(k, f, "level", ONE_LINE);
        bytes aside = level.len == 0 || bytes_is(level, "exact") ? BYTES("") : words_of(k->lang, SET_LEVEL, level);
        aside = join(k, aside, ", ", bytes_is(state, "active") ? BYTES("") : words_of(k->lang, SET_STATE, state));
        out = join(k, out, "\n", in_brackets(k, field_label(k, member_at(f, "field")), aside));
    }
    return out;
}

static outcome add_grants(kring *k, const json_value *root, void *object) {
    const json_value *grants = list_at(root, "grants");
    if (first_of(grants)) GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *g = first_of(grants); g; g = json_next(g))
        table_row(object, (bytes[]){names_show(k, member_at(g, "recipient")), field_lines(k, g),
                                    names_show_all(k, list_at(g, "about")), last_day_at(k, g, "until"),
                                    text_at(k, g, "id", ONE_LINE)});
    return DONE;
}

outcome run_grant_list(kring *k) {
    GO(api_family(k));
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_TO), word_in(k->lang, W_WHAT), word_in(k->lang, W_ABOUT),
                                         word_in(k->lang, W_UNTIL), word_in(k->lang, W_ID)});
    table_fix(&t, 3);
    table_fix(&t, 4);
    GO(api_pages(k, family_path(k, "/grants"), add_grants, &t));
    return show_table(k, &t);
}

static const char *grant_path(kring *k, uuid id, const char *rest) {
    char text[UUID_TEXT];
    uuid_write(id, text);
    return family_path(k, (const char *)arena_format(k->memory, "/grants/%.*s%s%c", UUID_TEXT, text, rest, 0).at);
}

outcome run_grant_show(kring *k) {
    uuid id;
    api_answer a;
    GO(parse_id(k, k->args->operands[0], &id));
    GO(api_family(k));
    GO(api_get(k, grant_path(k, id, ""), &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    show_pair(k, W_TO, names_show(k, member_at(a.root, "recipient")));
    show_pair(k, W_WHAT, field_lines(k, a.root));
    show_pair(k, W_ABOUT, names_show_all(k, list_at(a.root, "about")));
    show_pair(k, W_PURPOSE, text_at(k, a.root, "purpose", MANY_LINES));
    show_pair(k, W_GIVERS, names_show_all(k, list_at(a.root, "givers")));
    show_pair(k, W_FROM, time_at(k, a.root, "from"));
    show_pair(k, W_UNTIL, last_day_at(k, a.root, "until"));
    show_pair(k, W_BASIS, words_of(k->lang, SET_BASIS, text_at(k, a.root, "basis", ONE_LINE)));
    show_pair(k, W_ID, text_at(k, a.root, "id", ONE_LINE));
    return DONE;
}

static outcome put_moment(kring *k, json_writer *w, const char *name, option_id o, bool through) {
    moment m;
    if (!has(k->args, o)) return DONE;
    GO(parse_time(k, value_of(k->args, o), through, &m));
    json_key(w, name);
    json_moment(w, m);
    return DONE;
}

static outcome put_fields(kring *k, json_writer *w) {
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++)
        GO(parse_field(k, k->args->values[O_FIELD][i]));
    json_key(w, "fields");
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++)
        json_string(w, bytes_of_string(k->args->values[O_FIELD][i]));
    json_close_array(w);
    return DONE;
}

/* "fields" are names; what is less than the value itself stands in "levels", what goes one by one in "release". */
static outcome put_shared_fields(kring *k, json_writer *w) {
    bytes field, level;
    unsigned less = 0, released = 0;
    if (has(k->args, O_FIELD)) json_key(w, "fields"), json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) {
        GO(consent_field(k, k->args->values[O_FIELD][i], &field, &level));
        json_string(w, field);
        less += level.len > 0;
        released += consent_released(k, field);
    }
    if (has(k->args, O_FIELD)) json_close_array(w);
    if (less) json_key(w, "levels"), json_open_array(w);
    for (uint8_t i = 0; less && i < k->args->times[O_FIELD]; i++) {
        GO(consent_field(k, k->args->values[O_FIELD][i], &field, &level));
        if (level.len == 0) continue;
        json_open_object(w);
        json_key(w, "field"), json_string(w, field), json_key(w, "level"), json_string(w, level);
        json_close_object(w);
    }
    if (less) json_close_array(w);
    if (released) json_key(w, "release"), json_open_array(w);
    for (uint8_t i = 0; released && i < k->args->times[O_RELEASE]; i++) {
        json_open_object(w);
        json_key(w, "field"), json_string(w, bytes_of_string(k->args->values[O_RELEASE][i]));
        json_key(w, "hash"), json_string(w, k->shown->warning_hash);
        json_close_object(w);
    }
    if (released) json_close_array(w);
    return DONE;
}

static outcome put_new_grant(kring *k, json_writer *w) {
    GO(put_shared_fields(k, w));
    consent_put_package(k, w);
    GO(put_moment(k, w, "from", O_FROM, false));
    GO(put_moment(k, w, "until", O_UNTIL, true));
    GO(put_about(k, w));
    json_key(w, "recipient"), json_uuid(w, k->shown->recipient);
    json_key(w, "purpose"), json_string(w, k->shown->purpose);
    GO(put_option(k, w, "basis", O_BASIS));
    GO(put_option(k, w, "secrecy_ground", O_SECRECY_GROUND));
    GO(put_moment(k, w, "told_on", O_TOLD_ON, false));
    return consent_put(k, w);
}

outcome run_grant_give(kring *k) {
    bytes body;
    api_answer a;
    GO(api_family(k));
    GO(consent_show_options(k));
    GO(make_body(k, put_new_grant, &body));
    GO(api_call(k,
                &(http_request){.method = "POST",
                                .path = family_path(k, "/grants"),
                                .token = k->session.token,
                                .body = body,
                                .key = new_key(k),
                                .repeatable = true},
                &a));
    return show_json(k, &a) ? DONE : show_done(k, W_SHARED, text_at(k, a.root, "id", ONE_LINE));
}

static outcome put_withdrawal(kring *k, json_writer *w) { return has(k->args, O_FIELD) ? put_fields(k, w) : DONE; }

outcome run_grant_withdraw(kring *k) {
    uuid id;
    bytes body, labels = BYTES("");
    api_answer a;
    GO(parse_id(k, k->args->operands[0], &id));
    GO(make_body(k, put_withdrawal, &body));
    GO(api_family(k));
    /* The contract: doing it again changes nothing, so after a lost connection it may be sent again without a key. */
    GO(api_call(k,
                &(http_request){.method = "POST",
                                .path = grant_path(k, id, "/withdrawal"),
                                .token = k->session.token,
                                .body = body,
                                .repeatable = true},
                &a));
    if (show_json(k, &a)) return DONE;
    for (const json_value *f = first_of(list_at(a.root, "withdrawn")); f; f = json_next(f))
        labels = join(k, labels, ", ", field_label(k, f));
    return show_done(k, W_STOPPED, labels);
}
