/* helper, person, birth, invite, limits, agreements: how people come into a plan, and what they see first. */
#include "consent.h"
#include "deed.h"
#include "names.h"
#include "show.h"
#include "typed.h"

enum { EVERYBODY = LIST_PEOPLE | LIST_TEAM };

static const char *list_path(kring *k, const char *noun) { return family_path(k, noun); }

static outcome put_name(kring *k, json_writer *w, const char *member) {
    json_key(w, member), json_string(w, bytes_of_string(k->args->operands[0]));
    return DONE;
}

/* "/people/ID/rest" of whom the operand names; a person who is not known by name is given by id. */
static outcome person_path(kring *k, const char *rest, const char **out) {
    uuid id;
    char text[UUID_TEXT];
    GO(api_family(k));
    GO(names_resolve(k, k->args->operands[0], LIST_PEOPLE, &id));
    uuid_write(id, text);
    *out = family_path(k, (const char *)arena_format(k->memory, "/people/%.*s%s%c", UUID_TEXT, text, rest, 0).at);
    return DONE;
}

/* What is done once and makes nothing new. */
static outcome post_and_tell(kring *k, const char *path, putting *put, word done) {
    api_answer a;
    http_request q = {.method = "POST", .path = path, .token = k->session.token};
    if (put) GO(make_body(k, put, &q.body));
    GO(api_call(k, &q, &a));
    return has(k->args, O_JSON) ? DONE : show_done(k, done, BYTES(""));
}

/* ---------------------------------------------------------------------------- helpers and persons */

static outcome put_helper(kring *k, json_writer *w) {
    GO(put_name(k, w, "name"));
    GO(put_option(k, w, "role", O_ROLE));
    GO(put_option(k, w, "organisation", O_ORGANISATION));
    GO(put_option(k, w, "secrecy", O_SECRECY));
    GO(put_option(k, w, "listed", O_LISTED));
    GO(put_option_moment(k, w, "until", O_UNTIL, true));
    GO(put_option_people(k, w, "agreed_by", O_AGREED_BY, LIST_PEOPLE));
    return put_option_text(k, w, "goal", O_GOAL_FILE);
}

outcome run_helper_add(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, list_path(k, "/helpers"), put_helper, W_HELPER_ADDED);
}

static outcome put_holders(kring *k, json_writer *w) {
    GO(put_option_people(k, w, "holders", O_HOLDER, LIST_PEOPLE));
    return put_option(k, w, "evidence", O_EVIDENCE);
}

static outcome put_person(kring *k, json_writer *w) {
    GO(put_name(k, w, "call_name"));
    GO(put_option(k, w, "role", O_ROLE));
    GO(put_option(k, w, "born", O_BORN));
    GO(put_option(k, w, "due", O_DUE));
    if (has(k->args, O_OWNER)) GO(put_who(k, w, "owner", value_of(k->args, O_OWNER), LIST_PEOPLE));
    GO(put_option_people(k, w, "homes", O_HOME, LIST_HOMES));
    return put_holders(k, w);
}

outcome run_person_add(kring *k) {
    GO(api_family(k));
    return deed_make_and_tell(k, list_path(k, "/people"), put_person, W_PERSON_ADDED);
}

static outcome put_informed(kring *k, json_writer *w) {
    bool exception = has(k->args, O_REASON_FILE);
    json_key(w, "outcome"), json_string(w, exception ? BYTES("exception") : BYTES("informed"));
    return exception ? put_option_text(k, w, "reason", O_REASON_FILE) : DONE;
}

outcome run_person_informed(kring *k) {
    const char *path;
    GO(person_path(k, "/informed", &path));
    return post_and_tell(k, path, put_informed, W_IN_PLAN_NOTED);
}

outcome run_person_contact(kring *k) {
    const char *path;
    GO(person_path(k, "/contact-check", &path));
    return post_and_tell(k, path, NULL, W_IN_PLAN_NOTED);
}

static outcome put_birth(kring *k, json_writer *w) {
    GO(put_option_moment(k, w, "born_at", O_AT, false));
    return put_holders(k, w);
}

outcome run_birth_record(kring *k) {
    const char *path;
    GO(person_path(k, "/birth", &path));
    return post_and_tell(k, path, put_birth, W_BIRTH_RECORDED);
}

/* ---------------------------------------------------------------------------- invitations */

static outcome put_invited(kring *k, json_writer *w) { return put_who(k, w, "for", k->args->operands[0], EVERYBODY); }

/* The code goes to the screen and nowhere else. */
outcome run_invite_make(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(deed_make(k, list_path(k, "/invitations"), put_invited, &a));
    if (show_json(k, &a)) return DONE;
    bytes code = text_at(k, a.root, "code", ONE_LINE);
    if (code.len == 0) return show_done(k, W_INVITE_ASKED, text_at(k, a.root, "id", ONE_LINE));
    GO(show_done(k, W_CODE_MADE, code));
    show_pair(k, W_UNTIL, time_at(k, a.root, "expires_at"));
    show_pair(k, W_ID, text_at(k, a.root, "id", ONE_LINE));
    return DONE;
}

outcome run_invite_list(kring *k) {
    api_answer a;
    GO(api_family(k));
    GO(api_get(k, list_path(k, "/invitations"), &a));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, EVERYBODY));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_WHO), word_in(k->lang, W_STATE), word_in(k->lang, W_UNTIL),
                                         word_in(k->lang, W_ID)});
    table_fix(&t, 3);
    for (const json_value *i = first_of(list_at(a.root, "invitations")); i; i = json_next(i))
        table_row(&t, (bytes[]){names_show(k, member_at(i, "for")), words_of(k->lang, SET_INVITE, text_at(k, i, "state", ONE_LINE)),
                                time_at(k, i, "expires_at"), text_at(k, i, "id", ONE_LINE)});
    return show_table(k, &t);
}

outcome run_invite_handover(kring *k) { return deed_do_and_tell(k, "invitations", "/handover", NULL, W_CODE_HANDED, BYTES("")); }
outcome run_invite_revoke(kring *k) { return deed_do_and_tell(k, "invitations", "/revocation", NULL, W_CODE_REVOKED, BYTES("")); }

/* ---------------------------------------------------------------------------- words to have seen */

static outcome show_and_post(kring *k, const char *wanted, const char *noun, word done) {
    GO(api_family(k));
    GO(consent_show_screen(k, wanted));
    return post_and_tell(k, list_path(k, noun), consent_put_shown, done);
}

outcome run_limits_show(kring *k) { return show_and_post(k, "own_space", "/limits", W_LIMITS_SEEN); }
outcome run_agreements_accept(kring *k) { return show_and_post(k, "agreements", "/agreements", W_AGREED); }
