/* emergency, lock, hold, capacity, conflict, trusted, court, safeguard: what protects somebody, and the door for danger.
 *
 * Who may do what is the server's to say. Reasons are texts: they come from files or standard input, never from an argument. */
#include "deed.h"
#include "names.h"
#include "show.h"
#include "typed.h"

static bytes says(kring *k, word w) { return bytes_of_string(word_in(k->lang, w)); }

/* ---------------------------------------------------------------------------- emergency */

/* Whom and what first: a person who mistyped a name should not have written a reason for nothing. */
static outcome put_opening(kring *k, json_writer *w) {
    uint64_t minutes = 0;
    const char *typed = value_of(k->args, O_MINUTES);
    if (typed && !ok(bytes_to_u64(bytes_of_string(typed), 1440, &minutes)))
        return complain(k, EXIT_USAGE, W_BAD_MINUTES, bytes_of_string(typed));
    GO(put_option_fields(k, w, "fields"));
    GO(put_about(k, w));
    GO(put_option(k, w, "reason", O_REASON));
    if (typed) json_key(w, "minutes"), json_int(w, (int64_t)minutes);
    GO(put_option_text(k, w, "other_way", O_OTHER_WAY_FILE));
    return put_option_text(k, w, "text", O_TEXT_FILE);
}

outcome run_emergency_open(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(deed_make(k, family_path(k, "/emergencies"), put_opening, &a));
    if (show_json(k, &a)) return DONE;
    screen_line(&k->out, says(k, W_EMERGENCY_OPEN));
    show_pair(k, W_UNTIL_TIME, time_at(k, a.root, "until"));
    show_pair(k, W_ID, text_at(k, a.root, "id", ONE_LINE));
    return DONE;
}

static bytes reviews_of(kring *k, const json_value *emergency) {
    bytes out = BYTES("");
    for (const json_value *r = first_of(list_at(emergency, "reviews")); r; r = json_next(r)) {
        bytes by = words_of(k->lang, SET_REVIEWER, text_at(k, r, "by", ONE_LINE));
        out = join(k, out, ", ", join(k, by, ": ", words_of(k->lang, SET_REVIEW, text_at(k, r, "outcome", ONE_LINE))));
    }
    return out;
}

/* Who is told only that it happened gets two lines, with nothing to guess from. */
static void show_emergency(kring *k, const json_value *e) {
    bool only_that = bytes_is(text_at(k, e, "told", ONE_LINE), "that");
    screen_heading(&k->out, join(k, says(k, W_EMERGENCY), " ", time_at(k, e, "from")));
    if (only_that) screen_paragraph(&k->out, 0, says(k, W_TOLD_THAT));
    show_pair(k, W_UNTIL_TIME, time_at(k, e, "until"));
    show_pair(k, W_BY, names_show(k, member_at(e, "by")));
    show_pair(k, W_ABOUT, names_show_all(k, list_at(e, "about")));
    show_pair(k, W_WHAT, field_labels(k, list_at(e, "fields")));
    show_pair(k, W_PURPOSE, words_of(k->lang, SET_DANGER, text_at(k, e, "reason", ONE_LINE)));
    show_pair(k, W_TEXT, text_at(k, e, "text", MANY_LINES));
    show_pair(k, W_OTHER_WAY, text_at(k, e, "other_way", MANY_LINES));
    show_pair(k, W_TOLD_FROM, time_at(k, e, "told_from"));
    show_pair(k, W_REVIEW_BY, time_at(k, e, "review_due"));
    show_pair(k, W_REVIEWED, reviews_of(k, e));
    if (true_at(e, "alert")) screen_paragraph(&k->out, 0, says(k, W_MORE_THAN_USUAL));
    show_pair(k, W_ID, text_at(k, e, "id", ONE_LINE));
    screen_line(&k->out, BYTES(""));
}

outcome run_emergency_list(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, family_path(k, "/emergencies"), &a));
    if (show_json(k, &a)) return DONE;
    const json_value *e = first_of(list_at(a.root, "emergencies"));
    if (!e) return show_done(k, W_NOTHING, BYTES(""));
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (; e; e = json_next(e)) show_emergency(k, e);
    return DONE;
}

outcome run_emergency_end(kring *k) {
    return deed_do_and_tell(k, "emergencies", "/end", NULL, W_EMERGENCY_ENDED, BYTES(""));
}

static outcome put_delay(kring *k, json_writer *w) {
    GO(put_option_moment(k, w, "until", O_UNTIL, true));
    return put_option_text(k, w, "reason", O_REASON_FILE);
}

outcome run_emergency_delay(kring *k) {
    return deed_do_and_tell(k, "emergencies", "/delay", put_delay, W_EMERGENCY_DELAYED, BYTES(""));
}

static outcome put_review(kring *k, json_writer *w) { return put_option(k, w, "outcome", O_RESULT); }

outcome run_emergency_review(kring *k) {
    return deed_do_and_tell(k, "emergencies", "/review", put_review, W_EMERGENCY_REVIEWED, BYTES(""));
}

/* ---------------------------------------------------------------------------- safeguards: noting */

static outcome note(kring *k, const char *list, putting *put) {
    GO(api_family(k));
    return deed_make_and_tell(k, family_path(k, list), put, W_NOTED);
}

static outcome put_lock(kring *k, json_writer *w) {
    GO(put_option_fields(k, w, "fields"));
    GO(put_about(k, w));
    return put_who(k, w, "not_for", value_of(k->args, O_NOT_FOR), LIST_PEOPLE | LIST_TEAM);
}

static outcome put_hold(kring *k, json_writer *w) {
    GO(put_option_fields(k, w, "fields"));
    GO(put_about(k, w));
    GO(put_option_people(k, w, "from_whom", O_NOT_FOR, LIST_PEOPLE));
    GO(put_option(k, w, "ground", O_GROUND));
    GO(put_option_moment(k, w, "review_at", O_REVIEW_AT, false));
    return put_option_text(k, w, "reason", O_REASON_FILE);
}

/* "Not able" must say why and when it is looked at again; the server says so when it is missing. */
static outcome put_capacity(kring *k, json_writer *w) {
    bool able = has(k->args, O_ABLE);
    if (able == has(k->args, O_NOT_ABLE)) return complain(k, EXIT_USAGE, W_ABLE_OR_NOT, BYTES(""));
    GO(put_who(k, w, "person", k->args->operands[0], LIST_PEOPLE));
    json_key(w, "able"), json_bool(w, able);
    GO(put_option_fields(k, w, "fields"));
    GO(put_option_moment(k, w, "review_at", O_REVIEW_AT, false));
    return has(k->args, O_REASON_FILE) ? put_option_text(k, w, "reason", O_REASON_FILE) : DONE;
}

static outcome put_conflict(kring *k, json_writer *w) {
    GO(put_who(k, w, "child", k->args->operands[0], LIST_PEOPLE));
    return put_option_fields(k, w, "fields");
}

static outcome put_trusted(kring *k, json_writer *w) {
    GO(put_who(k, w, "trusted", k->args->operands[0], LIST_PEOPLE | LIST_TEAM));
    GO(put_who(k, w, "minor", value_of(k->args, O_ABOUT), LIST_PEOPLE));
    return put_option(k, w, "register_seen_on", O_SEEN_ON);
}

static outcome put_decision(kring *k, json_writer *w) {
    GO(put_who(k, w, "person", k->args->operands[0], LIST_PEOPLE));
    GO(put_option_people(k, w, "protects", O_ABOUT, LIST_PEOPLE));
    GO(put_option(k, w, "kind", O_DECISION));
    GO(put_option(k, w, "evidence", O_EVIDENCE));
    return put_option_moment(k, w, "until", O_UNTIL, true);
}

outcome run_lock_set(kring *k) { return note(k, "/locks", put_lock); }
outcome run_hold_write(kring *k) { return note(k, "/holds", put_hold); }
outcome run_capacity_write(kring *k) { return note(k, "/capacities", put_capacity); }
outcome run_conflict_note(kring *k) { return note(k, "/conflicts", put_conflict); }
outcome run_trusted_name(kring *k) { return note(k, "/trusted-people", put_trusted); }
outcome run_court_note(kring *k) { return note(k, "/court-decisions", put_decision); }

outcome run_lock_lift(kring *k) { return deed_do_and_tell(k, "locks", "/lift", NULL, W_LOCK_WORD, BYTES("")); }
outcome run_hold_end(kring *k) { return deed_do_and_tell(k, "holds", "/end", NULL, W_OVER, BYTES("")); }
outcome run_conflict_end(kring *k) { return deed_do_and_tell(k, "conflicts", "/end", NULL, W_OVER, BYTES("")); }
outcome run_trusted_end(kring *k) { return deed_do_and_tell(k, "trusted-people", "/end", NULL, W_OVER, BYTES("")); }

/* ---------------------------------------------------------------------------- safeguards: the list */

static void add_row(kring *k, table *t, const json_value *row, word kind, bytes about, bytes who) {
    table_row(t, (bytes[]){says(k, kind), about, who, field_labels(k, list_at(row, "fields")), time_at(k, row, "review_at"),
                           text_at(k, row, "id", ONE_LINE)});
}

static bytes not_for(kring *k, bytes whom) { return whom.len ? filled(k, W_NOT_FOR, whom) : whom; }

static void add_safeguards(kring *k, table *t, const json_value *root) {
    for (const json_value *r = first_of(list_at(root, "locks")); r; r = json_next(r))
        add_row(k, t, r, W_LOCK, names_show_all(k, list_at(r, "about")), not_for(k, names_show(k, member_at(r, "not_for"))));
    for (const json_value *r = first_of(list_at(root, "holds")); r; r = json_next(r))
        add_row(k, t, r, W_HOLD, names_show_all(k, list_at(r, "about")), not_for(k, names_show_all(k, list_at(r, "from_whom"))));
    for (const json_value *r = first_of(list_at(root, "capacities")); r; r = json_next(r))
        add_row(k, t, r, true_at(r, "able") ? W_ABLE : W_NOT_ABLE, names_show(k, member_at(r, "person")),
                names_show(k, member_at(r, "by")));
    for (const json_value *r = first_of(list_at(root, "conflicts")); r; r = json_next(r))
        add_row(k, t, r, W_CONFLICT, names_show(k, member_at(r, "child")), BYTES(""));
    for (const json_value *r = first_of(list_at(root, "trusted")); r; r = json_next(r))
        add_row(k, t, r, W_CELL_TRUSTED, names_show(k, member_at(r, "minor")), names_show(k, member_at(r, "trusted")));
}

outcome run_safeguard_list(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, family_path(k, "/safeguards"), &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    table t = table_new(k->memory, 6,
                        (const char *[]){word_in(k->lang, W_KIND), word_in(k->lang, W_ABOUT), word_in(k->lang, W_WHO),
                                         word_in(k->lang, W_WHAT), word_in(k->lang, W_REVIEW_ON), word_in(k->lang, W_ID)});
    table_fix(&t, 5);
    add_safeguards(k, &t, a.root);
    return show_table(k, &t);
}
