/* erase, plan pause to plan release, death: what somebody wants erased, and how a plan ends. */
#include "deed.h"
#include "names.h"
#include "show.h"
#include "typed.h"

/* ---------------------------------------------------------------------------- erasing */

outcome run_erase_ask(kring *k) {
    const char *path;
    GO(thing_path(k, "entries", "/erasures", &path));
    return deed_make_and_tell(k, path, NULL, W_ERASURE_ASKED);
}

outcome run_erase_all(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, family_path(k, "/erasures"), NULL, W_ERASURE_ASKED);
}

static table new_table(kring *k) {
    table t = table_new(k->memory, 6,
                        (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_BY), word_in(k->lang, W_RESULT),
                                         word_in(k->lang, W_BEYOND_RECALL), word_in(k->lang, W_ABOUT_ID), word_in(k->lang, W_ID)});
    table_fix(&t, 4);
    table_fix(&t, 5);
    return t;
}

static void list_request(kring *k, table *t, const json_value *r) {
    bytes by = names_show(k, member_at(r, "asked_by")), id = text_at(k, r, "id", ONE_LINE);
    for (const json_value *e = first_of(list_at(r, "open")); e; e = json_next(e))
        table_row(t, (bytes[]){field_label(k, member_at(e, "field")), by, bytes_of_string(word_in(k->lang, W_TO_BE_DECIDED)),
                               BYTES(""), text_at(k, e, "entry", ONE_LINE), id});
    for (const json_value *e = first_of(list_at(r, "decisions")); e; e = json_next(e))
        table_row(t, (bytes[]){field_label(k, member_at(e, "field")), by, text_at(k, e, "reason", ONE_LINE),
                               time_at(k, e, "backups_gone_at"), text_at(k, e, "entry", ONE_LINE), id});
}

outcome run_erase_list(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, family_path(k, "/erasures"), &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE));
    table t = new_table(k);
    for (const json_value *r = first_of(list_at(a.root, "erasures")); r; r = json_next(r)) list_request(k, &t, r);
    return show_table(k, &t);
}

static outcome put_decision(kring *k, json_writer *w) {
    uuid entry;
    GO(parse_id(k, value_of(k->args, O_ENTRY), &entry));
    json_key(w, "entry"), json_uuid(w, entry);
    GO(put_option(k, w, "outcome", O_OUTCOME));
    return put_who(k, w, "asked_by", value_of(k->args, O_BY), LIST_PEOPLE);
}

outcome run_erase_decide(kring *k) {
    return deed_do_and_tell(k, "erasures", "/decisions", put_decision, W_ERASURE_DECIDED, BYTES(""));
}

/* ---------------------------------------------------------------------------- the plan */

outcome run_plan_state(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, family_path(k, "/ending"), &a));
    if (show_json(k, &a)) return DONE;
    show_pair(k, W_STATE, words_of(k->lang, SET_ENDING, text_at(k, a.root, "state", ONE_LINE)));
    show_pair(k, W_FROM, time_at(k, a.root, "since"));
    show_pair(k, W_KEPT_UNTIL, time_at(k, a.root, "kept_until"));
    show_pair(k, W_HELD_UNTIL, time_at(k, a.root, "held_until"));
    if (true_at(a.root, "copy")) screen_line(&k->out, bytes_of_string(word_in(k->lang, W_COPY_OFFER)));
    return DONE;
}

static outcome put_kind(kring *k, json_writer *w) {
    static const char *const kinds[][2] = {{"plan ask-pause", "pausing"}, {"plan pause", "paused"}, {"plan resume", "resumed"},
                                           {"plan ask-close", "closing"}, {"plan close", "closed"}, {"plan reopen", "reopened"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(k->args->command->words, kinds[i][0]) == 0)
            json_key(w, "kind"), json_string(w, bytes_of_string(kinds[i][1]));
    return DONE;
}

outcome run_plan_turn(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, family_path(k, "/ending"), put_kind, W_NOTED);
}

static outcome put_hold(kring *k, json_writer *w) {
    GO(put_option(k, w, "reason", O_GROUND));
    GO(put_option_moment(k, w, "review_at", O_REVIEW_AT, false));
    return put_option_text(k, w, "text", O_TEXT_FILE);
}

outcome run_plan_hold(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, family_path(k, "/legal-hold"), put_hold, W_NOTED);
}

static outcome tell_done(kring *k, const char *path, putting *put) {
    api_answer a;
    http_request q = {.method = "POST", .path = family_path(k, path), .token = k->session.token};
    if (put) GO(make_body(k, put, &q.body));
    GO(api_call(k, &q, &a));
    return has(k->args, O_JSON) ? DONE : show_done(k, W_NOTED, BYTES(""));
}

outcome run_plan_release(kring *k) {
    GO(api_family(k));
    return tell_done(k, "/legal-hold/end", NULL);
}

static outcome put_death(kring *k, json_writer *w) {
    GO(put_option_moment(k, w, "died_at", O_AT, false));
    return put_who(k, w, "person", k->args->operands[0], LIST_PEOPLE);
}

outcome run_death_note(kring *k) {
    GO(api_family(k));
    return tell_done(k, "/deaths", put_death);
}
