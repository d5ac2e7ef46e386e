/* Logging in and out. */
#include "api/view.h"
#include "flow/login.h"
#include "statements.h"

#define COOKIE "__Host-kring"
#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Strict"

static void set_cookies(exchange *x, const login_made *made) {
    response_add_header(&x->response, "Set-Cookie",
                        arena_format(x->arena, COOKIE "=%.*s" COOKIE_RULES, (int)made->token.len, (const char *)made->token.at));
    if (!made->device.at) return;
    response_add_header(&x->response, "Set-Cookie",
                        arena_format(x->arena, COOKIE "-device=%.*s" COOKIE_RULES "; Max-Age=31536000", (int)made->device.len,
                                     (const char *)made->device.at));
}

/* A page gets its token in the cookie alone, where no script can read it, and the MAC that its writes must carry. */
static shaped created(exchange *x) {
    login_made made = login_result(x);
    bool page = request_header(&x->request, "Origin").at != NULL;
    set_cookies(x, &made);
    json_writer w = answer_json(x, 201);
    json_open_object(&w);
    if (!page) json_key(&w, "token"), json_string(&w, made.token);
    if (page) json_key(&w, "csrf"), json_string(&w, bytes_make(made.csrf, made.csrf_len));
    json_key(&w, "expires_at"), json_moment(&w, made.expires);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static void forget_cookie(exchange *x) {
    response_add_header(&x->response, "Set-Cookie", BYTES(COOKIE "=; Max-Age=0" COOKIE_RULES));
    response_add_header(&x->response, "Clear-Site-Data", BYTES("\"cache\", \"storage\""));
}

static shaped ended(exchange *x) {
    forget_cookie(x);
    x->response.status = 204;
    return SHAPED;
}

static result end_this(exchange *x) {
    x->writes_account = true;
    params *p = params_new(x->arena);
    param_bytes(p, bytes_make(x->token_hash, sizeof x->token_hash));
    param_moment(p, x->now);
    mutate(x, &stmt_session_end, p);
    return OK;
}

static result end_all(exchange *x) {
    x->writes_account = true;
    params *p = params_new(x->arena);
    param_uuid(p, x->session->account);
    param_moment(p, x->now);
    mutate(x, &stmt_session_end_all, p);
    return OK;
}

static result ask_list(exchange *x) {
    params *p = params_new(x->arena);
    param_uuid(p, x->session->account);
    param_moment(p, x->now);
    x->extra = (mutation){&stmt_session_list, p};
    return OK;
}

static shaped list(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "sessions");
    json_open_array(&w);
    for (size_t i = 0; i < rows_count(x->extra_rows); i++) {
        uuid id = row_uuid(x->extra_rows, i, session_list__id);
        json_open_object(&w);
        json_key(&w, "id"), json_uuid(&w, id);
        json_key(&w, "created_at"), json_moment(&w, row_moment(x->extra_rows, i, session_list__created_at));
        json_key(&w, "last_seen_at"), json_moment(&w, row_moment(x->extra_rows, i, session_list__last_seen_at));
        json_key(&w, "current"), json_bool(&w, uuid_equal(id, x->session->id));
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_session_create = {.kind = "session.create", .shape = created};
const endpoint endpoint_session_delete = {
    .kind = "session.end", .judge = end_this, .shape = ended, .for_auditor = true, .for_operator = true};
const endpoint endpoint_session_delete_all = {
    .kind = "session.end_all", .judge = end_all, .shape = ended, .for_auditor = true, .for_operator = true};
const endpoint endpoint_session_list = {
    .kind = "session.list", .judge = ask_list, .shape = list, .for_auditor = true, .for_operator = true};
