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

static outcome put_asked(kring *k, buf *path) {
    static const char *const languages[LANG_COUNT] = {"nl", "fr", "en"};
    uuid person;
    GO(put_time_query(k, path, "from", O_FROM, false));
    GO(put_time_query(k, path, "until", O_UNTIL, true));
    if (has(k->args, O_PERSON)) {
        GO(names_resolve(k, value_of(k->args, O_PERSON), LIST_PEOPLE | LIST_TEAM, &person));
        put_id_query(path, "person", person);
    }
    if (has(k->args, O_FIELD)) {
        GO(parse_field(k, value_of(k->args, O_FIELD)));
        put_query(path, "field", bytes_of_string(value_of(k->args, O_FIELD)));
    }
    put_query(path, "language", bytes_of_string(languages[k->lang]));
    return DONE;
}

enum { DAY_TEXT = 10, TIME_TEXT = 16 }; /* "2026-01-20", "2026-01-20 12:00" */

/* The day once above its lines, newest first, as they come. */
static outcome add_sentences(kring *k, const json_value *root, void *object) {
    bytes *day = object;
    for (const json_value *r = first_of(list_at(root, "records")); r; r = json_next(r)) {
        bytes at = time_at(k, r, "at");
        bool moment_ = at.len == TIME_TEXT;
        bytes its_day = moment_ ? bytes_make(at.at, DAY_TEXT) : at;
        if (!bytes_equal(its_day, *day)) screen_heading(&k->out, its_day);
        *day = its_day;
        bytes clock = moment_ ? bytes_make(at.at + DAY_TEXT + 1, TIME_TEXT - DAY_TEXT - 1) : BYTES("");
        screen_pair(&k->out, TIME_TEXT - DAY_TEXT - 1, clock, text_at(k, r, "sentence", ONE_LINE));
    }
    return DONE;
}

outcome run_log(kring *k) {
    GO(api_family(k));
    const char *path;
    bytes day = BYTES("");
    GO(make_path(k, family_path(k, "/log"), put_asked, &path));
    GO(api_pages(k, path, add_sentences, &day));
    if (!day.len && !has(k->args, O_JSON)) screen_line(&k->out, bytes_of_string(word_in(k->lang, W_NOTHING)));
    return DONE;
}
