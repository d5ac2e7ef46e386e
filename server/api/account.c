/* Who am I? */
#include "api/view.h"
#include "statements.h"

static result judge(exchange *x) {
    params *p = params_new(x->arena);
    param_uuid(p, x->session->account);
    x->extra = (mutation){&stmt_account_login_text, p};
    return OK;
}

static void write_membership(json_writer *w, const membership *m) {
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, m->family);
    json_key(w, "as"), json_string(w, m->helper ? BYTES("helper") : BYTES("person"));
    json_key(w, m->helper ? "helper" : "person"), json_uuid(w, m->as);
    json_close_object(w);
}

static shaped shape(exchange *x) {
    bytes login = {0};
    bool opened = rows_count(x->extra_rows) == 1 &&
                  ok(open_account_text(x, ACCOUNT_LOGIN, row_bytes(x->extra_rows, 0, account_login_text__login), &login));
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "id"), json_uuid(&w, x->session->account);
    json_key(&w, "kind"), json_string(&w, bytes_of_string(account_kind_text(x->session->kind)));
    json_key(&w, "login"), json_string(&w, opened ? login : BYTES("?"));
    json_key(&w, "families");
    json_open_array(&w);
    for (unsigned i = 0; i < x->session->membership_count; i++) write_membership(&w, &x->session->memberships[i]);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_account_get = {
    .kind = "account.read", .judge = judge, .shape = shape, .for_auditor = true, .for_operator = true};
