/* plan and entry: reading what is shared, writing what one may write. */
#include "show.h"
#include "typed.h"

#include <unistd.h>

enum { INDENT = 2 };

/* ---------------------------------------------------------------------------- showing */

static bytes labelled(kring *k, word label, bytes value) {
    return value.len ? join(k, bytes_of_string(word_in(k->lang, label)), " ", value) : value;
}

/* "Leen · 2026-01-20 12:00 · version 2 · in short": who said it, when, and what else the reader must know to weigh
 * it. */
static bytes origin(kring *k, const json_value *entry) {
    const json_value *body = member_at(entry, "body");
    bytes level = text_at(k, entry, "level", ONE_LINE), version = number_at(k, entry, "version");
    const bytes parts[] = {
        names_show(k, member_at(entry, "author")),
        time_at(k, entry, "written_at"),
        words_of(k->lang, SET_ENTRY_KIND, text_at(k, body, "kind", ONE_LINE)),
        bytes_is(version, "1") ? BYTES("") : labelled(k, W_VERSION, version),
        bytes_is(level, "exact") ? BYTES("") : words_of(k->lang, SET_LEVEL, level),
        labelled(k, W_TASK_OF, names_show(k, member_at(entry, "assignee"))),
        labelled(k, W_REVIEW_ON, text_at(k, body, "review_at", ONE_LINE)),
    };
    bytes out = BYTES("");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        out = join(k, out, " \xC2\xB7 ", parts[i]);
    return out;
}

/* */
static void show_told(kring *k, const json_value *body) {
    const json_value *told = member_at(body, "told_first");
    if (!told || !json_is_bool(told)) return;
    bytes why = text_at(k, body, "why_not_told", MANY_LINES);
    bool first = json_bool_of(told);
    screen_paragraph(&k->out, 2 * INDENT,
                     first ? bytes_of_string(word_in(k->lang, W_TOLD_FIRST)) : labelled(k, W_NOT_TOLD_FIRST, why));
}

static void show_entry(kring *k, const json_value *entry) {
    bytes label = field_label(k, member_at(entry, "field")), about = names_show_all(k, list_at(entry, "about"));
    screen_paragraph(&k->out, INDENT, join(k, label, " \xE2\x80\x93 ", about));
    screen_paragraph(&k->out, 2 * INDENT, text_at(k, member_at(entry, "body"), "text", MANY_LINES));
    show_told(k, member_at(entry, "body"));
    screen_paragraph(&k->out, 2 * INDENT, origin(k, entry));
    screen_paragraph(&k->out, 2 * INDENT, text_at(k, entry, "id", ONE_LINE));
    screen_line(&k->out, BYTES(""));
}

/* ---------------------------------------------------------------------------- plan */

typedef struct {
    bytes section; /* of the entry before */
    size_t count;
} plan_view;

static void show_section(kring *k, bytes section) {
    const char *words = section.len == 1 ? words_of_section(k->lang, (char)section.at[0]) : NULL;
    bytes title = words ? arena_format(k->memory, "%c  %s", section.at[0], words) : section;
    screen_heading(&k->out, title);
}

static outcome show_page(kring *k, const json_value *root, void *object) {
    plan_view *v = object;
    const json_value *entries = list_at(root, "entries");
    if (first_of(entries)) GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    for (const json_value *e = first_of(entries); e; e = json_next(e), v->count++) {
        bytes section = text_at(k, e, "section", ONE_LINE);
        if (!v->count || !bytes_equal(section, v->section)) show_section(k, section);
        v->section = section;
        show_entry(k, e);
    }
    return DONE;
}

static outcome put_section(kring *k, buf *path) {
    const char *typed = value_of(k->args, O_SECTION);
    if (!typed) return DONE;
    char letter = (char)(typed[0] & ~0x20);
    if (typed[0] == 0 || typed[1] != 0 || letter < 'A' || letter > 'I')
        return complain(k, EXIT_USAGE, W_NO_SUCH_SECTION, bytes_of_string(typed));
    put_query(path, "section", bytes_make(&letter, 1));
    return DONE;
}

static outcome put_filters(kring *k, buf *path) {
    const char *field = value_of(k->args, O_FIELD), *about = value_of(k->args, O_ABOUT);
    GO(put_section(k, path));
    if (field) {
        GO(parse_field(k, field));
        put_query(path, "field", bytes_of_string(field));
    }
    uuid id;
    if (has(k->args, O_AS)) {
        GO(names_resolve(k, value_of(k->args, O_AS), LIST_PEOPLE | LIST_TEAM, &id));
        put_id_query(path, "as", id);
    }
    if (!about) return DONE;
    GO(names_resolve(k, about, LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, &id));
    put_id_query(path, "about", id);
    return DONE;
}

outcome run_plan(kring *k) {
    GO(api_family(k));
    const char *path;
    GO(make_path(k, family_path(k, "/plan"), put_filters, &path));
    plan_view v = {0};
    GO(api_pages(k, path, show_page, &v));
    return v.count || has(k->args, O_JSON) ? DONE : show_done(k, W_NOTHING, BYTES(""));
}

/* ------------------------------------------------------------------------------------------------------------ one
 * entry */

static const char *entry_path(kring *k, uuid id) {
    char text[UUID_TEXT];
    uuid_write(id, text);
    return family_path(k, (const char *)arena_format(k->memory, "/entries/%.*s%c", UUID_TEXT, text, 0).at);
}

static outcome get_entry(kring *k, api_answer *a, const char **path) {
    uuid id;
    GO(parse_id(k, k->args->operands[0], &id));
    GO(api_family(k));
    *path = entry_path(k, id);
    return api_get(k, *path, a);
}

static void show_past(kring *k, const json_value *past) {
    screen_paragraph(&k->out, 2 * INDENT, origin(k, past));
    screen_paragraph(&k->out, 3 * INDENT, text_at(k, member_at(past, "body"), "text", MANY_LINES));
    screen_paragraph(&k->out, 3 * INDENT, text_at(k, member_at(past, "body"), "reason", MANY_LINES));
}

static void show_history(kring *k, const json_value *entry) {
    bytes newest = number_at(k, entry, "version");
    bool headed = false;
    for (const json_value *p = first_of(list_at(entry, "history")); p; p = json_next(p)) {
        if (bytes_equal(number_at(k, p, "version"), newest)) continue;
        if (!headed) screen_heading(&k->out, bytes_of_string(word_in(k->lang, W_EARLIER)));
        headed = true;
        show_past(k, p);
    }
}

/* whom the text is about may say something next to it. */
static void show_statements(kring *k, const json_value *entry) {
    const json_value *all = list_at(entry, "statements");
    if (first_of(all)) screen_heading(&k->out, bytes_of_string(word_in(k->lang, W_OWN_WORDS)));
    for (const json_value *s = first_of(all); s; s = json_next(s)) {
        screen_paragraph(&k->out, 2 * INDENT, text_at(k, s, "text", MANY_LINES));
        bytes author = names_show(k, member_at(s, "author"));
        screen_paragraph(&k->out, 3 * INDENT, join(k, author, " \xC2\xB7 ", time_at(k, s, "written_at")));
    }
}

outcome run_entry_show(kring *k) {
    api_answer a;
    const char *path;
    GO(get_entry(k, &a, &path));
    if (show_json(k, &a)) return DONE;
    GO(names_fetch(k, LIST_PEOPLE | LIST_HOMES | LIST_TEAM));
    show_section(k, text_at(k, a.root, "section", ONE_LINE));
    show_entry(k, a.root);
    show_history(k, a.root);
    show_statements(k, a.root);
    return DONE;
}

/* ---------------------------------------------------------------------------- writing */

static bool is_date(const char *text) {
    static const char shape[] = "0000-00-00";
    if (strlen(text) != sizeof shape - 1) return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    return true;
}

/* The options that name somebody, a kind or a day, before any text is asked for. */
static outcome put_new_entry(kring *k, json_writer *w) {
    const char *kind = value_of(k->args, O_KIND), *assignee = value_of(k->args, O_ASSIGNEE),
               *review = value_of(k->args, O_REVIEW_AT);
    GO(parse_field(k, value_of(k->args, O_FIELD)));
    json_key(w, "field");
    json_string(w, bytes_of_string(value_of(k->args, O_FIELD)));
    GO(put_about(k, w));
    if (kind) {
        json_key(w, "kind");
        json_string(w, bytes_of_string(kind));
    }
    if (assignee) {
        uuid id;
        GO(names_resolve(k, assignee, LIST_PEOPLE | LIST_TEAM, &id));
        json_key(w, "assignee");
        json_uuid(w, id);
    }
    if (review && !is_date(review)) return complain(k, EXIT_USAGE, W_BAD_TIME, bytes_of_string(review));
    if (review) {
        json_key(w, "review_at");
        json_string(w, bytes_of_string(review));
    }
    return DONE;
}

static outcome put_text(kring *k, json_writer *w, const char *name, const char *path) {
    bytes text;
    GO(read_text(k, path, &text));
    json_key(w, name);
    json_string(w, text);
    return DONE;
}

/* a helper says it of what is about safety. */
static outcome put_told(kring *k, json_writer *w) {
    const char *why = value_of(k->args, O_NOT_TOLD_FILE);
    if (has(k->args, O_TOLD_FIRST) || why) json_key(w, "told_first"), json_bool(w, has(k->args, O_TOLD_FIRST));
    return why ? put_text(k, w, "why_not_told", why) : DONE;
}

static outcome put_entry_body(kring *k, json_writer *w) {
    GO(put_new_entry(k, w));
    GO(put_told(k, w));
    return put_text(k, w, "text", value_of(k->args, O_TEXT_FILE));
}

outcome run_entry_write(kring *k) {
    bytes body;
    api_answer a;
    GO(api_family(k));
    GO(make_body(k, put_entry_body, &body));
    GO(api_call(k,
                &(http_request){.method = "POST",
                                .path = family_path(k, "/entries"),
                                .token = k->session.token,
                                .body = body,
                                .key = new_key(k),
                                .repeatable = true},
                &a));
    return show_json(k, &a) ? DONE : show_done(k, W_WRITTEN, text_at(k, a.root, "id", ONE_LINE));
}

/* --saw: the version that the writer had before him. The ETag alone would only say what was there a moment ago. */
static outcome check_seen(kring *k, const api_answer *a) {
    const char *saw = value_of(k->args, O_SAW);
    bytes version = number_at(k, a->root, "version");
    if (!a->raw.etag[0]) return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("no ETag"));
    return !saw || bytes_is(version, saw) ? DONE : complain(k, EXIT_CONFLICT, W_NEWER, version);
}

static outcome put_revision(kring *k, json_writer *w) {
    GO(put_told(k, w));
    GO(put_text(k, w, "text", value_of(k->args, O_TEXT_FILE)));
    return has(k->args, O_REASON_FILE) ? put_text(k, w, "reason", value_of(k->args, O_REASON_FILE)) : DONE;
}

/* The old text stands on the screen while the new one is typed, so that If-Match covers what the writer saw. */
static outcome show_before_typing(kring *k, const api_answer *a) {
    if (has(k->args, O_TEXT_FILE) || has(k->args, O_JSON) || !isatty(STDIN_FILENO)) return DONE;
    screen_paragraph(&k->out, INDENT, text_at(k, member_at(a->root, "body"), "text", MANY_LINES));
    return flush(k);
}

outcome run_entry_revise(kring *k) {
    api_answer before, a;
    const char *path;
    bytes body;
    GO(get_entry(k, &before, &path));
    GO(check_seen(k, &before));
    GO(show_before_typing(k, &before));
    GO(make_body(k, put_revision, &body));
    GO(api_call(
        k,
        &(http_request){
            .method = "PUT", .path = path, .token = k->session.token, .body = body, .if_match = before.raw.etag},
        &a));
    return show_json(k, &a) ? DONE : show_done(k, W_REVISED, text_at(k, before.root, "id", ONE_LINE));
}

outcome run_entry_withdraw(kring *k) {
    api_answer before, a;
    const char *path;
    GO(get_entry(k, &before, &path));
    GO(check_seen(k, &before));
    GO(api_call(
        k, &(http_request){.method = "DELETE", .path = path, .token = k->session.token, .if_match = before.raw.etag},
        &a));
    return has(k->args, O_JSON) ? DONE : show_done(k, W_REMOVED, text_at(k, before.root, "id", ONE_LINE));
}
