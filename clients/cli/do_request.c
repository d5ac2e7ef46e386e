/* request: asking those who must give, answering, and what is written down for a giver. */
#include "consent.h"
#include "deed.h"
#include "names.h"
#include "show.h"
#include "typed.h"

static bytes says(kring *k, word w) { return bytes_of_string(word_in(k->lang, w)); }

/* ---------------------------------------------------------------------------- showing */

static bytes state_of(kring *k, const json_value *thing) {
    return words_of(k->lang, SET_REQUEST, text_at(k, thing, "state", ONE_LINE));
}

/* A line a field: how much of it, how it stands, what the reader said. */
static bytes field_lines(kring *k, const json_value *request) {
    bytes out = BYTES("");
    for (const json_value *f = first_of(list_at(request, "fields")); f; f = json_next(f)) {
        bytes level = text_at(k, f, "level", ONE_LINE), answer = text_at(k, f, "answer", ONE_LINE);
        bytes aside = bytes_is(level, "exact") ? BYTES("") : words_of(k->lang, SET_LEVEL, level);
        aside = join(k, aside, ", ", state_of(k, f));
        if (answer.len) aside = join(k, aside, ", ", join(k, says(k, W_YOU_SAID), " ", words_of(k->lang, SET_REQUEST, answer)));
        if (true_at(f, "release")) aside = join(k, aside, ", ", says(k, W_ONE_BY_ONE));
        out = join(k, out, "\n", in_brackets(k, field_label(k, member_at(f, "field")), aside));
    }
    return out;
}

static outcome add_requests(kring *k, const json_value *root, void *object) {
    const json_value *requests = list_at(root, "requests");
    if (first_of(requests)) GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *r = first_of(requests); r; r = json_next(r))
        table_row(object, (bytes[]){names_show(k, member_at(r, "asker")), field_lines(k, r), names_show_all(k, list_at(r, "about")),
                                    state_of(k, r), text_at(k, r, "id", ONE_LINE)});
    return DONE;
}

static outcome show_not_agreed(kring *k) {
    api_answer a;
    GO(api_get(k, family_path(k, "/requests?not_agreed=true"), &a));
    if (show_json(k, &a)) return DONE;
    table t = table_new(k->memory, 2, (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_ID)});
    table_fix(&t, 1);
    for (const json_value *r = first_of(list_at(a.root, "not_agreed")); r; r = json_next(r))
        table_row(&t, (bytes[]){field_labels(k, list_at(r, "fields")), text_at(k, r, "request", ONE_LINE)});
    return show_table(k, &t);
}

outcome run_request_list(kring *k) {
    GO(api_family(k));
    if (has(k->args, O_NOT_AGREED)) return show_not_agreed(k);
    table t = table_new(k->memory, 5,
                        (const char *[]){word_in(k->lang, W_WHO), word_in(k->lang, W_WHAT), word_in(k->lang, W_ABOUT),
                                         word_in(k->lang, W_STATE), word_in(k->lang, W_ID)});
    table_fix(&t, 4);
    GO(api_pages(k, family_path(k, "/requests"), add_requests, &t));
    return show_table(k, &t);
}

static void show_pending(kring *k, const json_value *request) {
    for (const json_value *p = first_of(list_at(request, "pending")); p; p = json_next(p)) {
        screen_line(&k->out, join(k, says(k, W_WRITTEN_FOR_YOU), " ", names_show(k, member_at(p, "entered_by"))));
        show_pair(k, W_SAID_YES, field_labels(k, list_at(p, "yes")));
        show_pair(k, W_SAID_NO, field_labels(k, list_at(p, "no")));
        show_pair(k, W_ID, text_at(k, p, "id", ONE_LINE));
    }
}

outcome run_request_show(kring *k) {
    api_answer a;
    const char *path;
    GO(thing_path(k, "requests", "", &path));
    GO(api_get(k, path, &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    show_pair(k, W_WHO, names_show(k, member_at(a.root, "asker")));
    show_pair(k, W_TO, in_brackets(k, names_show(k, member_at(a.root, "recipient")),
                                   words_of(k->lang, SET_SECRECY, text_at(k, a.root, "secrecy", ONE_LINE))));
    show_pair(k, W_WHAT, field_lines(k, a.root));
    show_pair(k, W_ABOUT, names_show_all(k, list_at(a.root, "about")));
    show_pair(k, W_PURPOSE, text_at(k, a.root, "purpose", MANY_LINES));
    show_pair(k, W_GOAL, text_at(k, a.root, "goal", MANY_LINES));
    show_pair(k, W_FROM, time_at(k, a.root, "from"));
    show_pair(k, W_UNTIL, last_day_at(k, a.root, "until"));
    show_pair(k, W_STATE, state_of(k, a.root));
    show_pair(k, W_ANSWER_BY, time_at(k, a.root, "lapses_at"));
    show_pair(k, W_ID, text_at(k, a.root, "id", ONE_LINE));
    show_pending(k, a.root);
    return DONE;
}

/* ---------------------------------------------------------------------------- who must give */

static outcome put_who_question(kring *k, buf *path) {
    uuid id;
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) {
        GO(parse_field(k, k->args->values[O_FIELD][i]));
        put_query(path, "field", bytes_of_string(k->args->values[O_FIELD][i]));
    }
    for (uint8_t i = 0; i < k->args->times[O_ABOUT]; i++) {
        GO(names_resolve(k, k->args->values[O_ABOUT][i], LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, &id));
        put_id_query(path, "about", id);
    }
    if (!has(k->args, O_TO)) return DONE;
    GO(names_resolve(k, value_of(k->args, O_TO), LIST_PEOPLE | LIST_TEAM, &id));
    put_id_query(path, "recipient", id);
    return DONE;
}

outcome run_request_who(kring *k) {
    const char *path;
    api_answer a;
    GO(api_family(k));
    GO(make_path(k, family_path(k, "/givers"), put_who_question, &path));
    GO(api_get(k, path, &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES));
    table t = table_new(k->memory, 3,
                        (const char *[]){word_in(k->lang, W_WHAT), word_in(k->lang, W_GIVERS), word_in(k->lang, W_HOW)});
    for (const json_value *f = first_of(list_at(a.root, "fields")); f; f = json_next(f)) {
        bytes who = names_show_all(k, list_at(f, "givers")), how = BYTES("");
        if (true_at(f, "others")) who = join(k, who, ", ", says(k, W_OTHERS));
        if (true_at(f, "one_is_enough")) how = says(k, W_ONE_IS_ENOUGH);
        if (true_at(f, "single_release")) how = join(k, how, ", ", says(k, W_ONE_BY_ONE));
        table_row(&t, (bytes[]){field_label(k, member_at(f, "field")), who, how});
    }
    return show_table(k, &t);
}

/* ---------------------------------------------------------------------------- asking */

static outcome put_requested(kring *k, json_writer *w, const char *typed) {
    bytes field, level;
    GO(consent_field(k, typed, &field, &level));
    json_open_object(w);
    json_key(w, "field"), json_string(w, field);
    if (level.len) json_key(w, "level"), json_string(w, level);
    if (consent_released(k, field)) json_key(w, "release"), json_string(w, k->shown->warning_hash);
    json_close_object(w);
    return DONE;
}

static outcome put_question(kring *k, json_writer *w) {
    if (has(k->args, O_FIELD)) json_key(w, "fields"), json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_FIELD]; i++) GO(put_requested(k, w, k->args->values[O_FIELD][i]));
    if (has(k->args, O_FIELD)) json_close_array(w);
    consent_put_package(k, w);
    GO(put_about(k, w));
    if (has(k->args, O_TO)) GO(put_who(k, w, "recipient", value_of(k->args, O_TO), LIST_PEOPLE | LIST_TEAM));
    GO(put_option_moment(k, w, "from", O_FROM, false));
    GO(put_option_moment(k, w, "until", O_UNTIL, true));
    GO(put_option(k, w, "secrecy_ground", O_SECRECY_GROUND));
    if (has(k->args, O_GOAL_FILE)) GO(put_option_text(k, w, "goal", O_GOAL_FILE));
    if (!k->shown) return put_option_text(k, w, "purpose", O_PURPOSE_FILE);
    json_key(w, "purpose"), json_string(w, k->shown->purpose);
    return consent_put(k, w);
}

/* A helper asks for a goal. A member asks for somebody else, and says the first yes himself: he sees what to. */
outcome run_request_ask(kring *k) {
    GO(api_family(k));
    if (!has(k->args, O_GOAL_FILE) && has(k->args, O_TO)) GO(consent_show_options(k));
    return deed_make_and_tell(k, family_path(k, "/requests"), put_question, W_ASKED);
}

/* ---------------------------------------------------------------------------- answering */

static bool says_yes_to(kring *k, bytes field) {
    for (uint8_t i = 0; i < k->args->times[O_YES]; i++)
        if (bytes_is(field, k->args->values[O_YES][i])) return true;
    return false;
}

/* What is asked of him, as far as he says yes: that is what he must have read. */
static outcome show_question(kring *k, const json_value *request) {
    consent_question q = {.asked = true};
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *f = first_of(list_at(request, "fields")); f; f = json_next(f)) {
        bytes name = text_at(k, f, "field", ONE_LINE);
        if (!says_yes_to(k, name)) continue;
        q.fields = join(k, q.fields, "\n", field_label(k, member_at(f, "field")));
        q.reconfirm |= consent_lapses(name);
    }
    for (const json_value *s = first_of(list_at(request, "about")); s; s = json_next(s))
        q.about = join(k, q.about, "\n", names_show(k, s));
    q.asked_by = names_show(k, member_at(request, "asker"));
    q.recipient = names_show(k, member_at(request, "recipient"));
    q.secrecy = text_at(k, request, "secrecy", ONE_LINE);
    q.purpose = text_at(k, request, "purpose", MANY_LINES);
    q.goal = text_at(k, request, "goal", MANY_LINES);
    q.from = last_day_at(k, request, "from");
    if (q.from.len > 10) q.from = bytes_make(q.from.at, 10);
    q.until = last_day_at(k, request, "until");
    return consent_show(k, &q);
}

static void put_yes(kring *k, json_writer *w) {
    if (!has(k->args, O_YES)) return;
    json_key(w, "yes");
    json_open_array(w);
    for (uint8_t i = 0; i < k->args->times[O_YES]; i++) {
        bytes field = bytes_of_string(k->args->values[O_YES][i]);
        json_open_object(w);
        json_key(w, "field"), json_string(w, field);
        if (consent_released(k, field)) json_key(w, "release"), json_string(w, k->shown->warning_hash);
        json_close_object(w);
    }
    json_close_array(w);
}

static outcome put_answer(kring *k, json_writer *w) {
    for (uint8_t i = 0; i < k->args->times[O_YES]; i++) GO(parse_field(k, k->args->values[O_YES][i]));
    for (uint8_t i = 0; i < k->args->times[O_NO]; i++) GO(parse_field(k, k->args->values[O_NO][i]));
    put_yes(k, w);
    if (has(k->args, O_NO)) {
        json_key(w, "no");
        json_open_array(w);
        for (uint8_t i = 0; i < k->args->times[O_NO]; i++) json_string(w, bytes_of_string(k->args->values[O_NO][i]));
        json_close_array(w);
    }
    if (has(k->args, O_UNTIL) || has(k->args, O_READ_LEVEL)) {
        json_key(w, "narrow");
        json_open_object(w);
        GO(put_option_moment(k, w, "until", O_UNTIL, true));
        GO(put_option(k, w, "level", O_READ_LEVEL));
        json_close_object(w);
    }
    return consent_put(k, w);
}

/* Reads the question first: who says yes has seen what to. */
static outcome read_question(kring *k) {
    api_answer a;
    const char *path;
    if (!has(k->args, O_YES)) return DONE;
    GO(thing_path(k, "requests", "", &path));
    GO(api_get(k, path, &a));
    return show_question(k, a.root);
}

outcome run_request_reply(kring *k) {
    if (!has(k->args, O_YES) && !has(k->args, O_NO)) return complain(k, EXIT_USAGE, W_YES_OR_NO, BYTES(""));
    GO(read_question(k));
    return deed_do_and_tell(k, "requests", "/reply", put_answer, W_ANSWERED, BYTES(""));
}

static outcome put_paper(kring *k, json_writer *w) {
    GO(put_who(k, w, "giver", value_of(k->args, O_GIVER), LIST_PEOPLE));
    const char *channel = value_of(k->args, O_CHANNEL);
    json_key(w, "channel"), json_string(w, bytes_of_string(channel ? channel : "paper"));
    return put_answer(k, w);
}

outcome run_request_paper(kring *k) {
    api_answer a;
    const char *path;
    bytes body;
    if (!has(k->args, O_YES) && !has(k->args, O_NO)) return complain(k, EXIT_USAGE, W_YES_OR_NO, BYTES(""));
    GO(read_question(k));
    GO(thing_path(k, "requests", "/paper", &path));
    GO(make_body(k, put_paper, &body));
    GO(api_call(k, &(http_request){.method = "POST", .path = path, .token = k->session.token, .body = body}, &a));
    return show_json(k, &a) ? DONE : show_done(k, W_WAITS_FOR_WITNESS, text_at(k, a.root, "id", ONE_LINE));
}

outcome run_request_witness(kring *k) { return deed_do_and_tell(k, "replies", "/witness", NULL, W_CONFIRMED, BYTES("")); }

outcome run_request_withdraw(kring *k) { return deed_do_and_tell(k, "requests", "/withdrawal", NULL, W_TAKEN_BACK, BYTES("")); }
