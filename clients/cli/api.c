#include "api.h"

#include "show.h"
#include "typed.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE = 100, PAGES_MAX = 100000 };

/* ---------------------------------------------------------------------------- trouble */

outcome complain(kring *k, exit_code code, word w, bytes detail) {
    buf_put_string(&k->trouble, "kring: ");
    put_word(&k->trouble, k->lang, w, text_clean(k->memory, detail, ONE_LINE));
    buf_put_byte(&k->trouble, '\n');
    return (outcome){code};
}

outcome complain_errno(kring *k, exit_code code, word w, const char *path) {
    const char *why = strerror(errno);
    return complain(k, code, w, arena_format(k->memory, "%s: %s", path, why));
}

outcome flush(kring *k) {
    if (screen_flush(&k->out, STDOUT_FILENO)) return DONE;
    return complain(k, EXIT_REFUSED, W_BAD_OUTPUT, bytes_of_string(strerror(errno)));
}

/* The exit status that a refusal of the server means. */
static exit_code exit_of_status(long status) {
    switch (status) {
    case 401: return EXIT_LOGGED_OUT;
    case 409:
    case 412:
    case 428: return EXIT_CONFLICT;
    case 429: return EXIT_UNAVAILABLE;
    default: return status >= 500 ? EXIT_UNAVAILABLE : EXIT_REFUSED;
    }
}

static bytes last_segment(bytes type) {
    for (size_t i = type.len; i > 0; i--)
        if (type.at[i - 1] == '/') return bytes_make(type.at + i, type.len - i);
    return type;
}

static void put_trouble_line(kring *k, bytes place, bytes detail) {
    buf_put_string(&k->trouble, "  ");
    buf_put(&k->trouble, place);
    if (place.len) buf_put_string(&k->trouble, ": ");
    buf_put(&k->trouble, detail);
    buf_put_byte(&k->trouble, '\n');
}

/* RFC 9457: a sentence of ours for a type that we know, else the server's title; its detail; each fault with its
 * place. */
static outcome tell_problem(kring *k, const api_answer *a) {
    const json_value *p = a->root;
    word w = word_of_problem(last_segment(text_at(k, p, "type", ONE_LINE)));
    buf_put_string(&k->trouble, "kring: ");
    buf_put(&k->trouble, w == W_NONE ? text_at(k, p, "title", ONE_LINE) : bytes_of_string(word_in(k->lang, w)));
    buf_put_byte(&k->trouble, '\n');
    bytes detail = text_at(k, p, "detail", ONE_LINE);
    if (detail.len) put_trouble_line(k, BYTES(""), detail);
    for (const json_value *e = first_of(list_at(p, "errors")); e; e = json_next(e))
        put_trouble_line(k, text_at(k, e, "pointer", ONE_LINE), text_at(k, e, "detail", ONE_LINE));
    if (a->raw.retry_after) {
        buf_put_string(&k->trouble, "  ");
        put_word(&k->trouble, k->lang, W_WAIT, arena_format(k->memory, "%u", a->raw.retry_after));
        buf_put_byte(&k->trouble, '\n');
    }
    if (has(k->args, O_JSON)) show_json(k, a);
    return (outcome){exit_of_status(a->raw.status)};
}

/* Only of something that changes the plan must be said that it may have happened. */
static outcome tell_outcome(kring *k, http_outcome o, const http_request *q, const http_answer *raw) {
    bool reading = strcmp(q->method, "GET") == 0;
    switch (o) {
    case HTTP_UNSAFE: return complain(k, EXIT_UNREACHABLE, W_UNSAFE, raw->why);
    case HTTP_LOST: return complain(k, EXIT_UNREACHABLE, reading ? W_UNREACHABLE : W_LOST, raw->why);
    case HTTP_TOO_LARGE: return complain(k, EXIT_UNREACHABLE, W_TOO_LARGE, BYTES(""));
    case HTTP_STRANGE: return complain(k, EXIT_UNREACHABLE, W_STRANGE, raw->why);
    case HTTP_UNREACHABLE:
    case HTTP_DONE: break;
    }
    return complain(k, EXIT_UNREACHABLE, W_UNREACHABLE, raw->why);
}

/* ---------------------------------------------------------------------------- calling */

static void wipe_tree(cJSON *v) {
    for (; v; v = v->next) {
        if (v->valuestring) wipe(v->valuestring, strlen(v->valuestring));
        wipe_tree(v->child);
    }
}

static void release_tree(void *tree) {
    wipe_tree(tree);
    cJSON_Delete(tree);
}

/* Straight to cJSON and not through json_parse: that gate is for strangers and stops at a size that a page of the
 * plan passes. This text comes from the server whose certificate was verified, is bounded, and whatever is read from
 * it is only shown, cleaned. */
static bool parse_answer(kring *k, api_answer *a) {
    const char *end = NULL, *text = (const char *)a->raw.body.at;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, a->raw.body.len, &end, false);
    if (!tree) return false;
    arena_on_free(k->memory, release_tree, tree);
    while (end < text + a->raw.body.len && strchr(" \t\r\n", *end) && *end)
        end++;
    a->root = tree;
    return end == text + a->raw.body.len && json_is_object(tree);
}

outcome api_raw(kring *k, http *h, const http_request *q, http_answer *out) {
    http_outcome o = http_run(h, q, out);
    return o == HTTP_DONE ? DONE : tell_outcome(k, o, q, out);
}

outcome api_call(kring *k, const http_request *q, api_answer *out) {
    *out = (api_answer){0};
    GO(api_raw(k, k->http, q, &out->raw));
    bool done = out->raw.status >= 200 && out->raw.status < 300;
    bytes status = arena_format(k->memory, "HTTP %ld", out->raw.status);
    if (done && out->raw.body.len == 0) return DONE;
    if (!out->raw.json || !parse_answer(k, out)) return complain(k, EXIT_UNREACHABLE, W_STRANGE, status);
    if (done) return DONE;
    if (out->raw.status < 400) return complain(k, EXIT_UNREACHABLE, W_STRANGE, status);
    return tell_problem(k, out);
}

outcome api_get(kring *k, const char *path, api_answer *out) {
    return api_call(k, &(http_request){.method = "GET", .path = path, .token = k->session.token, .repeatable = true},
                    out);
}

/* The token belongs to one server. Somebody whose KRING_URL names another one means that one, so nothing is sent to
 * either. */
static outcome check_url(kring *k) {
    const char *wanted = getenv("KRING_URL");
    bytes url;
    if (!wanted || !*wanted) return DONE;
    if (url_parse(bytes_of_string(wanted), &url) && bytes_equal(url, k->session.url)) return DONE;
    return complain(k, EXIT_LOGGED_OUT, W_OTHER_SERVER, k->session.url);
}

outcome api_open(kring *k) {
    const char *chosen = has(k->args, O_SESSION) ? value_of(k->args, O_SESSION) : getenv("KRING_SESSION");
    const char *path = session_path(k->memory, chosen);
    if (!path) return complain(k, EXIT_LOGGED_OUT, W_NO_HOME, BYTES(""));
    switch (session_read(k->memory, path, &k->session)) {
    case SESSION_READ: break;
    case SESSION_NONE: return complain(k, EXIT_LOGGED_OUT, W_NOT_LOGGED_IN, BYTES(""));
    case SESSION_OPEN: return complain(k, EXIT_LOGGED_OUT, W_OPEN_FILE, bytes_of_string(path));
    case SESSION_FOLDER: return complain(k, EXIT_LOGGED_OUT, W_OPEN_FOLDER, bytes_of_string(path));
    case SESSION_DAMAGED: return complain(k, EXIT_LOGGED_OUT, W_BAD_SESSION, bytes_of_string(path));
    case SESSION_FAILED: return complain_errno(k, EXIT_LOGGED_OUT, W_BAD_FILE, path);
    }
    GO(check_url(k));
    k->http = http_new(k->memory, k->session.url, k->session.ca.len ? arena_string(k->memory, k->session.ca) : NULL);
    return DONE;
}

/* ---------------------------------------------------------------------------- the family */

/* The first few are asked for: one is the answer, more are a list to choose from. */
static outcome only_family(kring *k) {
    api_answer a;
    GO(api_get(k, "/v1/families?limit=10", &a));
    buf ids = buf_new(DETAIL_MAX);
    size_t count = 0;
    for (const json_value *f = first_of(list_at(a.root, "families")); f; f = json_next(f), count++) {
        bytes id = text_at(k, f, "id", ONE_LINE);
        if (!ok(uuid_parse(id, &k->family))) continue;
        if (count) buf_put_byte(&ids, ' ');
        buf_put(&ids, id);
    }
    bytes all = arena_copy(k->memory, buf_bytes(&ids));
    buf_release(&ids);
    if (count == 0) return complain(k, EXIT_REFUSED, W_NO_FAMILY, BYTES(""));
    if (count > 1) return complain(k, EXIT_USAGE, W_WHICH_FAMILY, all);
    return DONE;
}

outcome api_family(kring *k) {
    if (k->family_known) return DONE;
    const char *typed = value_of(k->args, O_FAMILY);
    if (typed && !ok(uuid_parse(bytes_of_string(typed), &k->family)))
        return complain(k, EXIT_USAGE, W_NOT_A_FAMILY, bytes_of_string(typed));
    GO(api_open(k));
    if (!typed) GO(only_family(k));
    k->family_known = true;
    return DONE;
}

const char *family_path(kring *k, const char *rest) {
    must(k->family_known);
    char id[UUID_TEXT];
    uuid_write(k->family, id);
    return (const char *)arena_format(k->memory, "/v1/families/%.*s%s%c", UUID_TEXT, id, rest, 0).at;
}

/* ---------------------------------------------------------------------------- pages */

static bool is_plain_cursor(bytes cursor) { return cursor.len <= 512 && token_is_plain(cursor); }

static const char *page_path(kring *k, const char *path, bytes cursor) {
    buf b = buf_new(QUERY_MAX);
    buf_put_string(&b, path);
    put_query(&b, "limit", arena_format(k->memory, "%d", PAGE));
    if (cursor.len) put_query(&b, "cursor", cursor);
    must(buf_ok(&b));
    const char *out = arena_string(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

typedef struct {
    const char *path;
    outcome (*each)(kring *k, const json_value *root, void *object);
    void *object;
    bool printed; /* with --json, instead of `each` */
} page_walk;

static outcome one_page(kring *k, const page_walk *w, bytes cursor, bytes *next) {
    api_answer a;
    GO(api_get(k, page_path(k, w->path, cursor), &a));
    if (!a.root) return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("an empty page"));
    if (w->printed && show_json(k, &a))
        GO(flush(k));
    else
        GO(w->each(k, a.root, w->object));
    *next = text_at(k, a.root, "next", ONE_LINE);
    return DONE;
}

/* A page with memory of its own; only where the next one begins outlives it. */
static outcome passing_page(kring *k, const page_walk *w, bytes cursor, bytes *next) {
    arena *whole = k->memory, *page = arena_new();
    k->memory = page, http_answers_in(k->http, page);
    outcome o = one_page(k, w, cursor, next);
    k->memory = whole, http_answers_in(k->http, whole);
    if (o.code == EXIT_DONE) *next = arena_copy(whole, *next);
    arena_release(page);
    return o;
}

static outcome walk(kring *k, const page_walk *w) {
    bytes cursor = BYTES(""), next;
    for (int pages = 0; pages < PAGES_MAX; pages++) {
        GO(w->printed ? one_page(k, w, cursor, &next) : passing_page(k, w, cursor, &next));
        if (!next.len) return DONE;
        /* A cursor that comes back would go on for ever. */
        if (!is_plain_cursor(next) || bytes_equal(next, cursor)) break;
        cursor = next;
    }
    return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("its pages do not end"));
}

outcome api_pages(kring *k, const char *path, outcome (*each)(kring *k, const json_value *root, void *object),
                  void *object) {
    return walk(k, &(page_walk){path, each, object, true});
}

outcome api_walk(kring *k, const char *path, outcome (*each)(kring *k, const json_value *root, void *object),
                 void *object) {
    return walk(k, &(page_walk){path, each, object, false});
}
