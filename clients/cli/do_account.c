/* login, logout, whoami, families: the session and what belongs to it. The token goes to the session file and is
 * never shown. */
#include "demo.h"
#include "input.h"
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOGIN_BODY_MAX = 64 << 10 };

typedef struct {
    bytes url, ca, login, password, log_url, log_key;
} credentials;

/* An option, else the environment, else NULL. */
static const char *given(kring *k, option_id o, const char *variable) {
    const char *value = has(k->args, o) ? value_of(k->args, o) : getenv(variable);
    return value && *value ? value : NULL;
}

static outcome take_demo(kring *k, credentials *c) {
    const char *path = value_of(k->args, O_DEMO);
    if (!path) return DONE;
    demo d;
    bytes refs;
    switch (demo_read(k->memory, path, c->login, &d, &refs)) {
    case DEMO_READ: break;
    case DEMO_FAILED: return complain_errno(k, EXIT_USAGE, W_BAD_FILE, path);
    case DEMO_DAMAGED: return complain(k, EXIT_USAGE, W_BAD_DEMO, bytes_of_string(path));
    case DEMO_NO_ACCOUNT: return complain(k, EXIT_USAGE, W_NO_ACCOUNT, refs);
    }
    *c = (credentials){d.url, d.ca, d.login, d.password, d.log_url, d.log_key};
    return DONE;
}

/* An explicit option wins over the demo's file, which wins over the environment. */
static outcome take_server(kring *k, credentials *c) {
    const char *url = has(k->args, O_URL) || !c->url.len ? given(k, O_URL, "KRING_URL") : NULL;
    const char *ca = has(k->args, O_CA) || !c->ca.len ? given(k, O_CA, "KRING_CA") : NULL;
    if (url) c->url = bytes_of_string(url), c->log_url = c->log_key = BYTES(""); /* another server has another log */
    if (ca) c->ca = bytes_of_string(ca);
    if (!c->url.len) return complain(k, EXIT_USAGE, W_NO_URL, BYTES(""));
    if (!url_parse(c->url, &c->url)) return complain(k, EXIT_USAGE, W_BAD_URL, c->url);
    if (!c->ca.len) return DONE;
    /* Absolute, since the session is used from other folders too. */
    char *absolute = realpath(arena_string(k->memory, c->ca), NULL);
    if (!absolute) return complain_errno(k, EXIT_USAGE, W_BAD_FILE, arena_string(k->memory, c->ca));
    c->ca = arena_copy(k->memory, bytes_of_string(absolute));
    free(absolute); /* realpath's own malloc */
    if (access(arena_string(k->memory, c->ca), R_OK) != 0)
        return complain_errno(k, EXIT_USAGE, W_BAD_FILE, arena_string(k->memory, c->ca));
    return DONE;
}

static outcome take_password(kring *k, credentials *c) {
    const char *path = value_of(k->args, O_PASSWORD_FILE);
    if (!path && c->password.len) return DONE;
    if (path) {
        bytes content;
        if (!read_all(k->memory, path, PASSWORD_MAX, &content))
            return complain_errno(k, EXIT_USAGE, W_BAD_FILE, path);
        c->password = first_line(content);
    } else if (!read_password(k->memory, word_in(k->lang, W_PASSWORD_PROMPT), &c->password)) {
        return complain(k, EXIT_USAGE, W_NO_PASSWORD, BYTES(""));
    }
    return c->password.len ? DONE : complain(k, EXIT_USAGE, W_NO_PASSWORD, BYTES(""));
}

static bytes login_body(kring *k, const credentials *c) {
    buf b = buf_new(LOGIN_BODY_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "login");
    json_string(&w, c->login);
    json_key(&w, "password");
    json_string(&w, c->password);
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b));
    bytes out = arena_copy(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

static const char *place_of_session(kring *k) {
    return session_path(k->memory, given(k, O_SESSION, "KRING_SESSION"));
}

static outcome keep_session(kring *k, const char *path) {
    switch (session_write(k->memory, path, &k->session)) {
    case SESSION_READ: return DONE;
    case SESSION_FOLDER: return complain(k, EXIT_REFUSED, W_OPEN_FOLDER, bytes_of_string(path));
    default: return complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, path);
    }
}

/* The one answer that --json does not print as it came: it holds the token. */
static void show_login(kring *k, bytes login) {
    if (has(k->args, O_JSON)) {
        json_writer w = json_to(&k->out.out);
        json_open_object(&w);
        json_key(&w, "url");
        json_string(&w, k->session.url);
        json_key(&w, "expires_at");
        json_moment(&w, k->session.expires);
        json_close_object(&w);
        json_end(&w);
    } else {
        buf_put(&k->out.out, filled(k, W_LOGGED_IN, text_clean(k->memory, login, ONE_LINE)));
    }
    buf_put_byte(&k->out.out, '\n');
}

static outcome take_token(kring *k, const api_answer *a) {
    const json_value *token = member_at(a->root, "token");
    bool fits =
        json_is_string(token) && ok(moment_parse(text_at(k, a->root, "expires_at", ONE_LINE), &k->session.expires));
    if (!fits || !token_is_plain(json_bytes_of(token)))
        return complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("no token"));
    k->session.token = json_bytes_of(token);
    return DONE;
}

outcome run_login(kring *k) {
    credentials c = {.login = bytes_of_string(k->args->operands[0])};
    const char *path = place_of_session(k);
    if (!path) return complain(k, EXIT_USAGE, W_NO_HOME, BYTES(""));
    GO(take_demo(k, &c));
    GO(take_server(k, &c));
    GO(take_password(k, &c));
    k->session = (session){.url = c.url, .ca = c.ca, .log_url = c.log_url, .log_key = c.log_key};
    k->http = http_new(k->memory, c.url, c.ca.len ? arena_string(k->memory, c.ca) : NULL);
    api_answer a;
    GO(api_call(k, &(http_request){.method = "POST", .path = "/v1/session", .body = login_body(k, &c)}, &a));
    GO(take_token(k, &a));
    GO(keep_session(k, path));
    show_login(k, c.login);
    return DONE;
}

static bytes join_body(kring *k, const credentials *c) {
    buf b = buf_new(LOGIN_BODY_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "code"), json_string(&w, bytes_of_string(k->args->operands[0]));
    json_key(&w, "login"), json_string(&w, c->login);
    json_key(&w, "password"), json_string(&w, c->password);
    if (has(k->args, O_CONTACT)) json_key(&w, "contact"), json_string(&w, bytes_of_string(value_of(k->args, O_CONTACT)));
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b));
    bytes out = arena_copy(k->memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

/* There is no session yet, and none comes of it: whoever joined logs in. */
outcome run_join(kring *k) {
    credentials c = {.login = bytes_of_string(k->args->operands[1])};
    api_answer a;
    GO(take_server(k, &c));
    GO(take_password(k, &c));
    k->http = http_new(k->memory, c.url, c.ca.len ? arena_string(k->memory, c.ca) : NULL);
    GO(api_call(k, &(http_request){.method = "POST", .path = "/v1/join", .body = join_body(k, &c)}, &a));
    return show_json(k, &a) ? DONE : show_done(k, W_JOINED, text_clean(k->memory, c.login, ONE_LINE));
}

/* The file goes only when the server has ended the session, or no longer knew it: a token that still works must not
 * be forgotten as if it did not. */
outcome run_logout(kring *k) {
    GO(api_open(k));
    api_answer a;
    const char *path = has(k->args, O_ALL) ? "/v1/sessions" : "/v1/session", *file = place_of_session(k);
    size_t before = k->trouble.len;
    outcome ended = api_call(
        k, &(http_request){.method = "DELETE", .path = path, .token = k->session.token, .repeatable = true}, &a);
    bool already = ended.code == EXIT_LOGGED_OUT;
    if (ended.code != EXIT_DONE && !already) return ended;
    if (already) k->trouble.len = before; /* what was asked for is so */
    if (!session_remove(file)) return complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, file);
    if (has(k->args, O_JSON)) return DONE;
    screen_line(&k->out, bytes_of_string(word_in(k->lang, already ? W_ALREADY_OUT : W_LOGGED_OUT)));
    return DONE;
}

outcome run_whoami(kring *k) {
    api_answer a;
    GO(api_open(k));
    GO(api_get(k, "/v1/account", &a));
    if (show_json(k, &a)) return DONE;
    show_pair(k, W_CREDENTIAL, text_at(k, a.root, "login", ONE_LINE));
    show_pair(k, W_KIND, words_of(k->lang, SET_KIND, text_at(k, a.root, "kind", ONE_LINE)));
    show_pair(k, W_SERVER, text_clean(k->memory, k->session.url, ONE_LINE));
    for (const json_value *f = first_of(list_at(a.root, "families")); f; f = json_next(f)) {
        bytes id = text_at(k, f, "id", ONE_LINE), as = words_of(k->lang, SET_KIND, text_at(k, f, "as", ONE_LINE));
        show_pair(k, W_FAMILY, in_brackets(k, id, as));
    }
    return DONE;
}

static outcome add_families(kring *k, const json_value *root, void *object) {
    for (const json_value *f = first_of(list_at(root, "families")); f; f = json_next(f))
        table_row(object,
                  (bytes[]){text_at(k, f, "id", ONE_LINE), words_of(k->lang, SET_KIND, text_at(k, f, "as", ONE_LINE)),
                            text_at(k, f, "language", ONE_LINE), text_at(k, f, "jurisdiction", ONE_LINE)});
    return DONE;
}

outcome run_families(kring *k) {
    GO(api_open(k));
    table t = table_new(k->memory, 4,
                        (const char *[]){word_in(k->lang, W_ID), word_in(k->lang, W_AS), word_in(k->lang, W_LANGUAGE),
                                         word_in(k->lang, W_LAW)});
    table_fix(&t, 0);
    GO(api_pages(k, "/v1/families", add_families, &t));
    return show_table(k, &t);
}
