/* matrix, what-if, readable: who reads what, what would change, and how it was. */
#include "show.h"
#include "typed.h"

enum { INDENT = 2, FIELD_TYPED_MAX = 64 };

static bytes level_aside(kring *k, const json_value *row) {
    bytes level = text_at(k, row, "level", ONE_LINE);
    return bytes_is(level, "exact") ? BYTES("") : words_of(k->lang, SET_LEVEL, level);
}

/* ---------------------------------------------------------------------------- matrix */

static bytes cell_kind(kring *k, const json_value *cell) {
    return words_of(k->lang, SET_CELL, text_at(k, cell, "kind", ONE_LINE));
}

static bool alike(kring *k, const json_value *a, const json_value *b) {
    static const char *const members[] = {"kind", "until", "ground"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!bytes_equal(text_at(k, a, members[i], ONE_LINE), text_at(k, b, members[i], ONE_LINE))) return false;
    return true;
}

/* A line for all fields that one reader has by one way, at its first. */
static void add_line(kring *k, table *t, bytes who, const json_value *cells, const json_value *first) {
    bytes labels = BYTES("");
    for (const json_value *c = first_of(cells); c; c = json_next(c)) {
        bool before = labels.len == 0 && c != first;
        if (before && alike(k, c, first)) return; /* it stands there already */
        if (!before && alike(k, c, first))
            labels = join(k, labels, ", ", in_brackets(k, field_label(k, member_at(c, "field")), level_aside(k, c)));
    }
    table_row(t, (bytes[]){who, cell_kind(k, first), labels, last_day_at(k, first, "until")});
}

static void add_reader(kring *k, table *t, const json_value *row) {
    const json_value *cells = list_at(row, "cells");
    bytes who = names_show(k, member_at(row, "reader"));
    for (const json_value *c = first_of(cells); c; c = json_next(c)) {
        uint32_t before = t->rows;
        add_line(k, t, who, cells, c);
        if (t->rows > before) who = BYTES("");
    }
}

static outcome put_matrix_about(kring *k, buf *path) {
    uuid id;
    if (!has(k->args, O_ABOUT)) return DONE;
    GO(names_resolve(k, value_of(k->args, O_ABOUT), LIST_PEOPLE | LIST_HOMES, &id));
    put_id_query(path, "about", id);
    return DONE;
}

outcome run_matrix(kring *k) {
    const char *path;
    api_answer a;
    GO(api_family(k));
    GO(make_path(k, family_path(k, "/who-sees-what"), put_matrix_about, &path));
    GO(api_get(k, path, &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_WHO), word_in(k->lang, W_HOW), word_in(k->lang, W_WHAT),
                                         word_in(k->lang, W_UNTIL)});
    table_fix(&t, 3);
    for (const json_value *row = first_of(list_at(a.root, "rows")); row; row = json_next(row)) add_reader(k, &t, row);
    return show_table(k, &t);
}

/* ---------------------------------------------------------------------------- what-if: asking */

/* "need_money" or "need_money=exists". */
static outcome put_field_at_level(kring *k, json_writer *w, const char *typed) {
    const char *equals = strchr(typed, '=');
    size_t n = equals ? (size_t)(equals - typed) : strlen(typed);
    bytes level = bytes_of_string(equals ? equals + 1 : "exact");
    bool known = bytes_is(level, "exact") || bytes_is(level, "derived") || bytes_is(level, "exists");
    if (n >= FIELD_TYPED_MAX || !known) return complain(k, EXIT_USAGE, W_NO_SUCH_FIELD, bytes_of_string(typed));
    char field[FIELD_TYPED_MAX] = {0};
    memcpy(field, typed, n);
    GO(parse_field(k, field));
    json_open_object(w);
    json_key(w, "field"), json_string(w, bytes_make(typed, n));
    json_key(w, "level"), json_string(w, level);
    json_close_object(w);
    return DONE;
}

static outcome put_fields_at_levels(kring *k, json_writer *w) {
    json_key(w, "fields");
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) GO(put_field_at_level(k, w, k->args->values[O_FIELD][i]));
    json_close_array(w);
    return DONE;
}

static outcome put_fields_of(kring *k, json_writer *w, const char *name, option_id o) {
    json_key(w, name);
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[o]; i++) {
        GO(parse_field(k, k->args->values[o][i]));
        json_string(w, bytes_of_string(k->args->values[o][i]));
    }
    json_close_array(w);
    return DONE;
}

static outcome put_moment(kring *k, json_writer *w, const char *name, option_id o, bool through) {
    moment m;
    if (!has(k->args, o)) return DONE;
    GO(parse_time(k, value_of(k->args, o), through, &m));
    json_key(w, name), json_moment(w, m);
    return DONE;
}

static outcome put_operand(kring *k, json_writer *w, const char *name) {
    uuid id;
    GO(parse_id(k, k->args->operands[0], &id));
    json_key(w, name), json_uuid(w, id);
    return DONE;
}

static outcome put_give(kring *k, json_writer *w) {
    uuid recipient;
    json_key(w, "give");
    json_open_object(w);
    GO(put_fields_at_levels(k, w));
    GO(put_moment(k, w, "from", O_FROM, false));
    GO(put_moment(k, w, "until", O_UNTIL, true));
    GO(put_about(k, w));
    GO(names_resolve(k, value_of(k->args, O_TO), LIST_PEOPLE | LIST_TEAM, &recipient));
    json_key(w, "recipient"), json_uuid(w, recipient);
    json_close_object(w);
    return put_moment(k, w, "at", O_AT, false);
}

static outcome put_withdraw(kring *k, json_writer *w) {
    json_key(w, "withdraw");
    json_open_object(w);
    GO(put_operand(k, w, "grant"));
    if (has(k->args, O_FIELD)) GO(put_fields_of(k, w, "fields", O_FIELD));
    json_close_object(w);
    return put_moment(k, w, "at", O_AT, false);
}

static outcome put_narrow(kring *k, json_writer *w) {
    json_key(w, "narrow");
    json_open_object(w);
    GO(put_operand(k, w, "grant"));
    if (has(k->args, O_FIELD)) GO(put_fields_at_levels(k, w));
    GO(put_moment(k, w, "until", O_UNTIL, true));
    json_close_object(w);
    return put_moment(k, w, "at", O_AT, false);
}

static outcome put_pause(kring *k, json_writer *w) {
    GO(put_operand(k, w, "pause"));
    return put_moment(k, w, "at", O_AT, false);
}

static outcome put_reply(kring *k, json_writer *w) {
    json_key(w, "reply");
    json_open_object(w);
    GO(put_operand(k, w, "request"));
    GO(put_fields_of(k, w, "yes", O_YES));
    GO(put_fields_of(k, w, "no", O_NO));
    json_close_object(w);
    return put_moment(k, w, "at", O_AT, false);
}

/* ---------------------------------------------------------------------------- what-if: the answer */

static size_t show_entries(kring *k, const json_value *reader, const char *member, word heading) {
    size_t n = 0;
    for (const json_value *e = first_of(list_at(reader, member)); e; e = json_next(e)) {
        if (n++ == 0) screen_heading(&k->out, filled(k, heading, names_show(k, member_at(reader, "reader"))));
        bytes what = in_brackets(k, field_label(k, member_at(e, "field")), level_aside(k, e));
        if (true_at(e, "if_all_agree")) what = in_brackets(k, what, bytes_of_string(word_in(k->lang, W_IF_ALL_AGREE)));
        screen_paragraph(&k->out, INDENT, join(k, what, " \xE2\x80\x93 ", names_show_all(k, list_at(e, "about"))));
    }
    return n;
}

static outcome show_difference(kring *k, const json_value *root) {
    size_t n = 0;
    for (const json_value *r = first_of(list_at(root, "readers")); r; r = json_next(r)) {
        n += show_entries(k, r, "appears", W_THEN_READS);
        n += show_entries(k, r, "vanishes", W_THEN_NOT);
        n += show_entries(k, r, "changes", W_THEN_OTHERWISE);
    }
    return n ? DONE : show_done(k, W_THEN_SAME, BYTES(""));
}

static outcome ask_what_if(kring *k, outcome (*put)(kring *k, json_writer *w)) {
    bytes body;
    api_answer a;
    GO(api_family(k));
    GO(make_body(k, put, &body));
    GO(api_call(k,
                &(http_request){.method = "POST",
                                .path = family_path(k, "/what-if"),
                                .token = k->session.token,
                                .body = body,
                                .repeatable = true},
                &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    return show_difference(k, a.root);
}

outcome run_what_if_give(kring *k) { return ask_what_if(k, put_give); }
outcome run_what_if_withdraw(kring *k) { return ask_what_if(k, put_withdraw); }
outcome run_what_if_narrow(kring *k) { return ask_what_if(k, put_narrow); }
outcome run_what_if_pause(kring *k) { return ask_what_if(k, put_pause); }
outcome run_what_if_reply(kring *k) { return ask_what_if(k, put_reply); }

/* ---------------------------------------------------------------------------- readable */

static outcome put_past(kring *k, buf *path) {
    uuid viewer;
    GO(put_time_query(k, path, "at", O_AT, false));
    GO(names_resolve(k, value_of(k->args, O_VIEWER), LIST_PEOPLE | LIST_TEAM, &viewer));
    put_id_query(path, "viewer", viewer);
    return DONE;
}

static outcome add_readable(kring *k, const json_value *root, void *object) {
    const json_value *entries = list_at(root, "entries");
    if (first_of(entries)) GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *e = first_of(entries); e; e = json_next(e))
        table_row(object, (bytes[]){in_brackets(k, field_label(k, member_at(e, "field")), level_aside(k, e)),
                                    names_show_all(k, list_at(e, "about")), text_at(k, e, "rule", ONE_LINE),
                                    text_at(k, e, "ground", ONE_LINE)});
    return DONE;
}

outcome run_readable(kring *k) {
    const char *path;
    GO(api_family(k));
    GO(make_path(k, family_path(k, "/readable"), put_past, &path));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_ABOUT), word_in(k->lang, W_RULE),
                                         word_in(k->lang, W_GROUND)});
    table_fix(&t, 2);
    GO(api_pages(k, path, add_readable, &t));
    return show_table(k, &t);
}
