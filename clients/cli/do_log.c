/* why and log: who may look, and who looked. */
#include "show.h"
#include "typed.h"

static outcome put_thing(kring *k, buf *path) {
    uuid id;
    if (has(k->args, O_ENTRY)) {
        GO(parse_id(k, value_of(k->args, O_ENTRY), &id));
        put_id_query(path, "entry", id);
        return DONE;
    }
    GO(parse_field(k, value_of(k->args, O_FIELD)));
    put_query(path, "field", bytes_of_string(value_of(k->args, O_FIELD)));
    for (uint8_t i = 0; i < k->args->times[O_ABOUT]; i++) {
        GO(names_resolve(k, k->args->values[O_ABOUT][i], LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, &id));
        put_id_query(path, "about", id);
    }
    return DONE;
}

static outcome put_question(kring *k, buf *path) {
    uuid viewer;
    static const char *const languages[LANG_COUNT] = {"nl", "fr", "en"};
    GO(put_thing(k, path));
    put_query(path, "language", bytes_of_string(languages[k->lang]));
    GO(put_time_query(k, path, "at", O_AT, false));
    GO(names_resolve(k, value_of(k->args, O_VIEWER), LIST_PEOPLE | LIST_TEAM, &viewer));
    put_id_query(path, "viewer", viewer);
    return DONE;
}

static bytes rule_words(kring *k, bytes rule, bool allowed) {
    const char *words = words_of_rule(k->lang, rule, allowed);
    return words ? arena_format(k->memory, "%.*s: %s", (int)rule.len, (const char *)rule.at, words) : rule;
}

static void show_access(kring *k, const json_value *root) {
    const json_value *allowed = member_at(root, "allowed");
    bool may = json_is_bool(allowed) && json_bool_of(allowed);
    screen_heading(&k->out, bytes_of_string(word_in(k->lang, may ? W_YES_MAY_READ : W_NO_MAY_NOT)));
    screen_paragraph(&k->out, 0, text_at(k, root, "sentence", ONE_LINE));
    if (may) show_pair(k, W_LEVEL, words_of(k->lang, SET_LEVEL, text_at(k, root, "level", ONE_LINE)));
    show_pair(k, W_RULE, rule_words(k, text_at(k, root, "rule", ONE_LINE), may));
    show_pair(k, W_GROUND, text_at(k, root, "ground", ONE_LINE));
    show_pair(k, W_UNTIL, last_day_at(k, root, "until"));
}

outcome run_why(kring *k) {
    bool thing = has(k->args, O_FIELD) && has(k->args, O_ABOUT), entry = has(k->args, O_ENTRY);
    if (thing == entry || (entry && (has(k->args, O_FIELD) || has(k->args, O_ABOUT))))
        return complain(k, EXIT_USAGE, W_WHY_WHAT, BYTES(""));
    GO(api_family(k));
    const char *path;
    GO(make_path(k, family_path(k, "/access"), put_question, &path));
    api_answer a;
    GO(api_get(k, path, &a));
    if (!show_json(k, &a)) show_access(k, a.root);
    return DONE;
}

/* ---------------------------------------------------------------------------- log */

static bytes who_of(kring *k, const json_value *record) {
    const json_value *actor = member_at(record, "actor");
    bytes name = text_at(k, actor, "name", ONE_LINE), organisation = text_at(k, actor, "organisation", ONE_LINE);
    if (!name.len) name = names_show(k, member_at(actor, "id"));
    uuid id;
    if (!name.len || ok(uuid_parse(name, &id)))
        name = words_of(k->lang, SET_KIND, text_at(k, actor, "kind", ONE_LINE));
    return join(k, name, ", ", organisation);
}

static bytes deed_of(kring *k, const json_value *record) {
    bytes deed = text_at(k, record, "kind", ONE_LINE);
    if (bytes_is(text_at(k, record, "outcome", ONE_LINE), "refused"))
        deed = join(k, deed, "\n", bytes_of_string(word_in(k->lang, W_REFUSED)));
    if (true_at(record, "emergency")) deed = join(k, deed, "\n", bytes_of_string(word_in(k->lang, W_EMERGENCY)));
    return deed;
}

/* A line an item: what, about whom, by which rule. */
static bytes items_of(kring *k, const json_value *record) {
    buf b = buf_new(SCREEN_MAX);
    for (const json_value *i = first_of(list_at(record, "items")); i; i = json_next(i)) {
        bytes what = join(k, field_label(k, member_at(i, "field")), ": ", names_show_all(k, list_at(i, "about")));
        if (b.len) buf_put_byte(&b, '\n');
        buf_put(&b, in_brackets(k, what, text_at(k, i, "rule", ONE_LINE)));
    }
    bytes out = arena_copy(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

static outcome put_period(kring *k, buf *path) {
    GO(put_time_query(k, path, "from", O_FROM, false));
    return put_time_query(k, path, "until", O_UNTIL, true);
}

static outcome add_records(kring *k, const json_value *root, void *object) {
    const json_value *records = list_at(root, "records");
    if (first_of(records)) GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *r = first_of(records); r; r = json_next(r))
        table_row(object, (bytes[]){time_at(k, r, "at"), who_of(k, r), deed_of(k, r), items_of(k, r)});
    return DONE;
}

outcome run_log(kring *k) {
    GO(api_family(k));
    const char *path;
    GO(make_path(k, family_path(k, "/log"), put_period, &path));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_WHEN), word_in(k->lang, W_WHO), word_in(k->lang, W_DEED),
                                         word_in(k->lang, W_WHAT)});
    table_fix(&t, 0);
    GO(api_pages(k, path, add_records, &t));
    return show_table(k, &t);
}
