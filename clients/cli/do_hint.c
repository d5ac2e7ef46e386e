/* hint: what to think of before a text is written. The hints stand under the words that they are about. */
#include "json/utf8.h"
#include "show.h"
#include "typed.h"

enum { INDENT = 2, NARROWEST = 20 };

/* ---------------------------------------------------------------------------- asking */

static outcome put_question(kring *k, json_writer *w) {
    const char *kind = value_of(k->args, O_KIND);
    GO(parse_field(k, value_of(k->args, O_FIELD)));
    json_key(w, "field");
    json_string(w, bytes_of_string(value_of(k->args, O_FIELD)));
    GO(put_about(k, w));
    if (kind) {
        json_key(w, "kind");
        json_string(w, bytes_of_string(kind));
    }
    bytes text;
    GO(read_text(k, value_of(k->args, O_TEXT_FILE), &text));
    json_key(w, "text");
    json_string(w, text);
    return DONE;
}

static outcome put_language(kring *k, buf *path) {
    static const char *const codes[LANG_COUNT] = {"nl", "fr", "en"};
    put_query(path, "language", bytes_of_string(codes[k->lang]));
    return DONE;
}

/* The answer speaks of places in the text that was sent. */
static bytes text_sent(kring *k, bytes body) {
    const json_value *root = NULL;
    json_fault fault;
    must(ok(json_parse(k->memory, body, &root, &fault)));
    return json_bytes_of(json_member(root, "text"));
}

/* ---------------------------------------------------------------------------- the text with its hints */

typedef struct {
    bytes text;
    const json_value *hints;
} hint_view;

static bytes clean_part(kring *k, bytes text, size_t from, size_t to) {
    return text_clean(k->memory, bytes_make(text.at + from, to - from), ONE_LINE);
}

static bool on_border(bytes text, size_t at) { return at == text.len || (text.at[at] & 0xC0) != 0x80; }

/* Where a hint stands in the text; false when it is about all of it, or what came is no place in it. */
static bool place_of(bytes text, const json_value *hint, size_t *from, size_t *to) {
    const json_value *first = member_at(hint, "from"), *behind = member_at(hint, "to");
    if (!json_is_integer(first) || !json_is_integer(behind)) return false;
    int64_t a = json_int_of(first), b = json_int_of(behind);
    if (a < 0 || a >= b || (uint64_t)b > text.len) return false;
    *from = (size_t)a, *to = (size_t)b;
    return on_border(text, *from) && on_border(text, *to);
}

/* The end of the line that begins at `from`: a line feed, else the last blank before it grows too wide, else where it
 * does. Always behind `from`, unless that is a line feed. */
static size_t end_of_line(kring *k, bytes text, size_t from) {
    unsigned room = k->out.width > NARROWEST + INDENT ? k->out.width - INDENT : NARROWEST, used = 0;
    size_t blank = 0;
    for (size_t i = from, step; i < text.len; i += step) {
        if (text.at[i] == '\n') return i;
        step = utf8_length(text.at + i, text.len - i);
        must(step > 0); /* read_text took nothing else */
        used += text_width(clean_part(k, text, i, i + step));
        if (used > room && i > from) return blank ? blank : i;
        if (text.at[i] == ' ') blank = i;
    }
    return text.len;
}

static void put_many(buf *out, char c, unsigned count) {
    while (count-- > 0)
        buf_put_byte(out, (uint8_t)c);
}

/* "    ^^^^      ^^" under the words of the line. */
static void put_marks(kring *k, const hint_view *v, size_t from, size_t to) {
    unsigned at = 0;
    for (const json_value *h = first_of(v->hints); h; h = json_next(h)) {
        size_t first, behind;
        if (!place_of(v->text, h, &first, &behind) || behind <= from || first >= to) continue;
        if (first < from) first = from;
        if (behind > to) behind = to;
        unsigned start = text_width(clean_part(k, v->text, from, first));
        unsigned end = start + text_width(clean_part(k, v->text, first, behind));
        if (start < at) start = at;
        if (end <= start) continue;
        put_many(&k->out.out, ' ', start - at + (at ? 0 : INDENT));
        put_many(&k->out.out, '^', end - start);
        at = end;
    }
    if (at) buf_put_byte(&k->out.out, '\n');
}

static void put_line(kring *k, const hint_view *v, size_t from, size_t to) {
    put_many(&k->out.out, ' ', INDENT);
    screen_line(&k->out, clean_part(k, v->text, from, to));
    put_marks(k, v, from, to);
    for (const json_value *h = first_of(v->hints); h; h = json_next(h)) {
        size_t first, behind;
        if (!place_of(v->text, h, &first, &behind) || first < from || first >= to) continue;
        bytes words = clean_part(k, v->text, first, behind), sentence = text_at(k, h, "sentence", ONE_LINE);
        screen_paragraph(&k->out, 2 * INDENT, join(k, words, ": ", sentence));
    }
}

static void put_text(kring *k, const hint_view *v) {
    for (size_t from = 0, to; from < v->text.len; from = to + (to < v->text.len && strchr(" \n", v->text.at[to]) ? 1 : 0)) {
        to = end_of_line(k, v->text, from);
        put_line(k, v, from, to);
    }
    screen_line(&k->out, BYTES(""));
}

/* What is about all of the text. */
static void put_rest(kring *k, const hint_view *v) {
    for (const json_value *h = first_of(v->hints); h; h = json_next(h)) {
        size_t first, behind;
        if (!place_of(v->text, h, &first, &behind)) screen_paragraph(&k->out, 0, text_at(k, h, "sentence", ONE_LINE));
    }
}

/* ---------------------------------------------------------------------------- who would read it */

static bool any_readers(const json_value *preview) {
    for (const json_value *p = first_of(preview); p; p = json_next(p))
        if (first_of(list_at(p, "readers"))) return true;
    return false;
}

static bytes where(kring *k, const json_value *line) {
    bytes at = text_at(k, line, "at", ONE_LINE), label = text_at(k, line, "label", ONE_LINE);
    if (label.len) return label;
    return bytes_of_string(word_in(k->lang, bytes_is(at, "team") ? W_HELPERS : W_ELSEWHERE));
}

static outcome show_preview(kring *k, const json_value *preview) {
    if (!preview) return show_done(k, W_READERS_UNTOLD, BYTES(""));
    if (any_readers(preview)) GO(names_fetch(k, LIST_PEOPLE | LIST_TEAM));
    table t = table_new(k->memory, 2, (const char *[]){word_in(k->lang, W_WHERE), word_in(k->lang, W_WOULD_READ)});
    for (const json_value *p = first_of(preview); p; p = json_next(p)) {
        const json_value *readers = list_at(p, "readers");
        bytes who = first_of(readers) ? names_show_all(k, readers) : bytes_of_string(word_in(k->lang, W_NOBODY));
        table_row(&t, (bytes[]){where(k, p), who});
    }
    return show_table(k, &t);
}

outcome run_hint(kring *k) {
    api_answer a;
    bytes body;
    const char *path;
    GO(api_family(k));
    GO(make_body(k, put_question, &body));
    GO(make_path(k, family_path(k, "/hints"), put_language, &path));
    GO(api_call(k,
                &(http_request){
                    .method = "POST", .path = path, .token = k->session.token, .body = body, .repeatable = true},
                &a));
    if (show_json(k, &a)) return DONE;
    const hint_view v = {text_sent(k, body), list_at(a.root, "hints")};
    put_text(k, &v);
    if (!first_of(v.hints)) GO(show_done(k, W_NO_HINTS, BYTES("")));
    put_rest(k, &v);
    if (true_at(a.root, "more")) GO(show_done(k, W_MORE_HINTS, BYTES("")));
    screen_line(&k->out, BYTES(""));
    return show_preview(k, list_at(a.root, "preview"));
}
