/* people, homes, team: a family as its reader may know it. */
#include "show.h"

/* Fetches one of the lists; true in *shown when --json has printed it. */
static outcome fetch(kring *k, const char *path, name_lists list, api_answer *a, bool *shown) {
    GO(api_family(k));
    GO(api_get(k, family_path(k, path), a));
    *shown = show_json(k, a);
    if (!*shown) names_take(k, list, a->root);
    return DONE;
}

static bytes joined(kring *k, const json_value *list) {
    bytes out = BYTES("");
    for (const json_value *v = first_of(list); v; v = json_next(v)) {
        if (!json_is_string(v)) continue;
        out = join(k, out, ", ", text_clean(k->memory, json_bytes_of(v), ONE_LINE));
    }
    return out;
}

static bytes born(kring *k, const json_value *person) {
    bytes date = text_at(k, person, "born", ONE_LINE), due = text_at(k, person, "due", ONE_LINE);
    return date.len || !due.len ? date : filled(k, W_DUE, due);
}

outcome run_people(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/people", LIST_PEOPLE, &a, &shown));
    if (shown) return DONE;
    table t =
        table_new(k->memory, 6,
                  (const char *[]){word_in(k->lang, W_NAME), word_in(k->lang, W_FULL_NAME), word_in(k->lang, W_BORN),
                                   word_in(k->lang, W_ROLE), word_in(k->lang, W_LANGUAGE), word_in(k->lang, W_ID)});
    table_fix(&t, 5);
    for (const json_value *p = first_of(list_at(a.root, "people")); p; p = json_next(p))
        table_row(&t, (bytes[]){text_at(k, p, "call_name", ONE_LINE), text_at(k, p, "name", ONE_LINE), born(k, p),
                                text_at(k, p, "role", ONE_LINE), joined(k, list_at(p, "languages")),
                                text_at(k, p, "id", ONE_LINE)});
    return show_table(k, &t);
}

/* The names of residents need the people's list: fetched only if a home shows any. */
static bool any_residents(const json_value *root) {
    for (const json_value *h = first_of(list_at(root, "households")); h; h = json_next(h))
        if (first_of(list_at(h, "residents"))) return true;
    return false;
}

outcome run_homes(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/households", LIST_HOMES, &a, &shown));
    if (shown) return DONE;
    if (any_residents(a.root)) GO(names_fetch(k, LIST_PEOPLE));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_HOME), word_in(k->lang, W_ADDRESS),
                                         word_in(k->lang, W_WHO_LIVES_HERE), word_in(k->lang, W_ID)});
    table_fix(&t, 3);
    for (const json_value *h = first_of(list_at(a.root, "households")); h; h = json_next(h))
        table_row(&t, (bytes[]){text_at(k, h, "label", ONE_LINE), text_at(k, h, "address", ONE_LINE),
                                names_show_all(k, list_at(h, "residents")), text_at(k, h, "id", ONE_LINE)});
    return show_table(k, &t);
}

static bytes role_of(kring *k, const json_value *helper) {
    bytes coordinator = true_at(helper, "coordinator") ? bytes_of_string(word_in(k->lang, W_COORDINATOR)) : BYTES("");
    return in_brackets(k, text_at(k, helper, "role", ONE_LINE), coordinator);
}

outcome run_team(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/team", LIST_TEAM, &a, &shown));
    if (shown) return DONE;
    table t =
        table_new(k->memory, 7,
                  (const char *[]){word_in(k->lang, W_NAME), word_in(k->lang, W_ROLE),
                                   word_in(k->lang, W_ORGANISATION), word_in(k->lang, W_SECRECY),
                                   word_in(k->lang, W_FROM), word_in(k->lang, W_UNTIL), word_in(k->lang, W_ID)});
    table_fix(&t, 6);
    for (const json_value *h = first_of(list_at(a.root, "team")); h; h = json_next(h))
        table_row(&t,
                  (bytes[]){text_at(k, h, "name", ONE_LINE), role_of(k, h), text_at(k, h, "organisation", ONE_LINE),
                            words_of(k->lang, SET_SECRECY, text_at(k, h, "secrecy", ONE_LINE)), time_at(k, h, "from"),
                            last_day_at(k, h, "until"), text_at(k, h, "id", ONE_LINE)});
    return show_table(k, &t);
}
