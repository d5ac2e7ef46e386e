/* task, notice, statement, correction, restriction, export, handover: what waits for you, what is yours to say, and who goes on. */
#include "deed.h"
#include "names.h"
#include "show.h"
#include "typed.h"

enum { INDENT = 2 };

/* A list that is one answer, with the names that its rows need. */
static outcome fetch(kring *k, const char *path, api_answer *a, bool *shown) {
    GO(api_family(k));
    GO(api_get(k, family_path(k, path), a));
    *shown = show_json(k, a);
    return *shown ? DONE : names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM);
}

/* ---------------------------------------------------------------------------- tasks and notices */

static bytes task_words(kring *k, const json_value *task) {
    return in_brackets(k, words_of(k->lang, SET_TASK, text_at(k, task, "kind", ONE_LINE)), number_at(k, task, "years"));
}

outcome run_task_list(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/tasks", &a, &shown));
    if (shown) return DONE;
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_ABOUT), word_in(k->lang, W_BEFORE),
                                         word_in(k->lang, W_ABOUT_ID), word_in(k->lang, W_ID)});
    table_fix(&t, 3);
    table_fix(&t, 4);
    for (const json_value *v = first_of(list_at(a.root, "tasks")); v; v = json_next(v))
        table_row(&t, (bytes[]){task_words(k, v), names_show_all(k, list_at(v, "about")), time_at(k, v, "due"),
                                text_at(k, v, "of", ONE_LINE), text_at(k, v, "id", ONE_LINE)});
    return show_table(k, &t);
}

outcome run_task_done(kring *k) { return deed_do_and_tell(k, "tasks", "/done", NULL, W_TASK_DONE, BYTES("")); }

outcome run_notice_list(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, family_path(k, "/notices"), &a));
    if (show_json(k, &a)) return DONE;
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_WHEN), word_in(k->lang, W_DEED), word_in(k->lang, W_SEEN),
                                         word_in(k->lang, W_ABOUT_ID), word_in(k->lang, W_ID)});
    table_fix(&t, 0);
    table_fix(&t, 3);
    table_fix(&t, 4);
    for (const json_value *v = first_of(list_at(a.root, "notices")); v; v = json_next(v))
        table_row(&t, (bytes[]){time_at(k, v, "at"), words_of(k->lang, SET_NOTICE, text_at(k, v, "kind", ONE_LINE)),
                                bytes_of_string(true_at(v, "seen") ? word_in(k->lang, W_YES) : ""),
                                text_at(k, v, "of", ONE_LINE), text_at(k, v, "id", ONE_LINE)});
    return show_table(k, &t);
}

outcome run_notice_seen(kring *k) { return deed_do_and_tell(k, "notices", "/seen", NULL, W_NOTICE_SEEN, BYTES("")); }

/* ---------------------------------------------------------------------------- one's own words */

static outcome put_words(kring *k, json_writer *w) { return put_option_text(k, w, "text", O_TEXT_FILE); }

static outcome beside_entry(kring *k, const char *rest, putting *put, word done) {
    const char *path;
    GO(thing_path(k, "entries", rest, &path));
    return deed_make_and_tell(k, path, put, done);
}

outcome run_statement_add(kring *k) { return beside_entry(k, "/statements", put_words, W_STATEMENT_ADDED); }
outcome run_statement_withdraw(kring *k) {
    return deed_do_and_tell(k, "statements", "/withdrawal", NULL, W_OVER, BYTES(""));
}
outcome run_correction_ask(kring *k) { return beside_entry(k, "/corrections", put_words, W_CORRECTION_ASKED); }
outcome run_restriction_set(kring *k) { return beside_entry(k, "/restrictions", NULL, W_FROZEN); }
outcome run_restriction_end(kring *k) {
    return deed_do_and_tell(k, "restrictions", "/end", NULL, W_READABLE_AGAIN, BYTES(""));
}

outcome run_restriction_list(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/restrictions", &a, &shown));
    if (shown) return DONE;
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_ABOUT), word_in(k->lang, W_FROM),
                                         word_in(k->lang, W_ABOUT_ID), word_in(k->lang, W_ID)});
    table_fix(&t, 3);
    table_fix(&t, 4);
    for (const json_value *v = first_of(list_at(a.root, "restrictions")); v; v = json_next(v))
        table_row(&t, (bytes[]){field_label(k, member_at(v, "field")), names_show_all(k, list_at(v, "about")),
                                time_at(k, v, "since"), text_at(k, v, "entry", ONE_LINE), text_at(k, v, "id", ONE_LINE)});
    return show_table(k, &t);
}

/* ---------------------------------------------------------------------------- a copy */

static void show_copied(kring *k, const json_value *entry) {
    bytes label = field_label(k, member_at(entry, "field")), about = names_show_all(k, list_at(entry, "about"));
    screen_paragraph(&k->out, INDENT, join(k, label, " \xE2\x80\x93 ", about));
    screen_paragraph(&k->out, 2 * INDENT, text_at(k, member_at(entry, "body"), "text", MANY_LINES));
}

static void show_shared(kring *k, const json_value *root) {
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_TO), word_in(k->lang, W_WHAT), word_in(k->lang, W_PURPOSE),
                                         word_in(k->lang, W_UNTIL)});
    for (const json_value *s = first_of(list_at(root, "shared")); s; s = json_next(s))
        table_row(&t, (bytes[]){names_show(k, member_at(s, "recipient")), field_labels(k, list_at(s, "fields")),
                                text_at(k, s, "purpose", ONE_LINE), last_day_at(k, s, "until")});
    if (t.rows > 1) table_print(&t, &k->out);
}

outcome run_export(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/export", &a, &shown));
    if (shown) return DONE;
    show_pair(k, W_WHO, names_show(k, member_at(a.root, "person")));
    show_pair(k, W_WHEN, time_at(k, a.root, "made_at"));
    show_pair(k, W_LAW, text_at(k, a.root, "jurisdiction", ONE_LINE));
    show_pair(k, W_KEPT_FOR, text_at(k, a.root, "retention", ONE_LINE));
    screen_line(&k->out, BYTES(""));
    for (const json_value *e = first_of(list_at(a.root, "entries")); e; e = json_next(e)) show_copied(k, e);
    screen_line(&k->out, BYTES(""));
    show_shared(k, a.root);
    return DONE;
}

/* ---------------------------------------------------------------------------- handover */

static outcome put_next(kring *k, json_writer *w) { return put_who(k, w, "to", k->args->operands[0], LIST_TEAM); }

outcome run_handover_propose(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, family_path(k, "/handovers"), put_next, W_HANDOVER_PROPOSED);
}

outcome run_handover_agree(kring *k) {
    return deed_do_and_tell(k, "handovers", "/agreement", NULL, W_HANDOVER_AGREED, BYTES(""));
}

outcome run_handover_talk(kring *k) {
    return deed_do_and_tell(k, "handovers", "/talk", NULL, W_HANDOVER_TALKED, BYTES(""));
}

outcome run_handover_accept(kring *k) {
    return deed_do_and_tell(k, "handovers", "/acceptance", NULL, W_HANDOVER_ACCEPTED, BYTES(""));
}

outcome run_handover_list(kring *k) {
    api_answer a;
    bool shown;
    GO(fetch(k, "/handovers", &a, &shown));
    if (shown) return DONE;
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_HANDS_OVER), word_in(k->lang, W_TAKES_OVER),
                                         word_in(k->lang, W_STATE), word_in(k->lang, W_WHEN), word_in(k->lang, W_ID)});
    table_fix(&t, 4);
    for (const json_value *h = first_of(list_at(a.root, "handovers")); h; h = json_next(h))
        table_row(&t, (bytes[]){names_show(k, member_at(h, "from")), names_show(k, member_at(h, "to")),
                                words_of(k->lang, SET_HANDOVER, text_at(k, h, "state", ONE_LINE)), time_at(k, h, "at"),
                                text_at(k, h, "id", ONE_LINE)});
    return show_table(k, &t);
}
