/* Signs of unusual reading, for the privacy officer alone: for anybody else they are not there. Ids, counts and moments.
 *
 * Whoever a sign is about is never told of it here, and neither is a family: that is for the officer, after he has asked. */
#include "api/view.h"
#include "statements.h"

static bool officer(const exchange *x) { return x->session->kind == ACCOUNT_AUDITOR; }

/* ---- the list ---- */

typedef struct {
    moment from, until, before_at;
    uuid before_id;
    uint32_t limit;
} sign_page;

/* 's' | from 8 | until 8: filters, as those of a search */
static void note_period(exchange *x, const sign_page *p) {
    uint8_t note[17] = {'s'};
    put_u64(note + 1, (uint64_t)p->from), put_u64(note + 9, (uint64_t)p->until);
    x->record_note = arena_copy(x->arena, BYTES_OF(note));
}

static result judge_list(exchange *x) {
    ENSURE(officer(x), NOT_FOUND);
    sign_page *p = ARENA_NEW(x->arena, sign_page);
    x->place = p;
    p->from = MOMENT_MIN, p->until = MOMENT_NEVER;
    query_moment(x, "from", &p->from), query_moment(x, "until", &p->until);
    p->limit = query_number(x, "limit", 500);
    TRY(cursor_before(x, &p->before_at, &p->before_id));
    note_period(x, p);
    params *q = params_new(x->arena);
    param_moment(q, p->from), param_moment(q, p->until), param_moment(q, p->before_at), param_uuid(q, p->before_id);
    param_bool(q, query_text(x, "open").at != NULL), param_int4(q, (int32_t)p->limit + 1);
    x->extra = (mutation){&stmt_signs_page, q};
    return OK;
}

static void write_review(json_writer *w, rows r, size_t i) {
    if (row_is_null(r, i, signs_page__outcome)) return;
    json_key(w, "outcome"), json_string(w, row_text(r, i, signs_page__outcome));
    json_key(w, "reviewed_at"), json_moment(w, row_moment(r, i, signs_page__reviewed_at));
    json_key(w, "reviewed_by"), json_uuid(w, row_uuid(r, i, signs_page__reviewed_by));
}

static void write_sign(json_writer *w, rows r, size_t i) {
    uuid organisation = row_uuid_or_zero(r, i, signs_page__organisation_id);
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, row_uuid(r, i, signs_page__id));
    json_key(w, "sign"), json_string(w, row_text(r, i, signs_page__sign));
    json_key(w, "severe"), json_bool(w, row_bool(r, i, signs_page__severe));
    json_key(w, "account"), json_uuid(w, row_uuid(r, i, signs_page__account_id));
    if (!uuid_is_zero(organisation)) json_key(w, "organisation"), json_uuid(w, organisation);
    json_key(w, "families");
    json_open_array(w);
    for (array_walk f = row_uuid_array(r, i, signs_page__families); f.left;) json_uuid(w, array_uuid(&f));
    json_close_array(w);
    json_key(w, "count"), json_int(w, row_int4(r, i, signs_page__count));
    json_key(w, "from"), json_moment(w, row_moment(r, i, signs_page__from_at));
    json_key(w, "at"), json_moment(w, row_moment(r, i, signs_page__at));
    write_review(w, r, i);
    json_close_object(w);
}

static shaped shape_list(exchange *x) {
    const sign_page *p = x->place;
    rows r = x->extra_rows;
    size_t n = rows_count(r), shown = n < p->limit ? n : p->limit;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "signs");
    json_open_array(&w);
    for (size_t i = 0; i < shown; i++) write_sign(&w, r, i);
    json_close_array(&w);
    if (n > shown) {
        uuid last = row_uuid(r, shown - 1, signs_page__id);
        json_key(&w, "next"), json_string(&w, cursor_behind(x, row_moment(r, shown - 1, signs_page__at), last));
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

/* ---- what became of one ---- */

/* 'w' | sign 16 | u8 length, outcome */
static void note_review(exchange *x, bytes outcome) {
    buf b = buf_new(64);
    buf_put_byte(&b, 'w');
    buf_put(&b, BYTES_OF(x->path_ids[0].b));
    buf_put_byte(&b, (uint8_t)outcome.len), buf_put(&b, outcome);
    must(buf_ok(&b));
    x->record_note = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
}

static result judge_review(exchange *x) {
    ENSURE(officer(x), NOT_FOUND);
    bytes outcome = json_bytes_of(json_member(x->body, "outcome"));
    x->writes_account = true;
    x->refused_by = RULE_R92;
    note_review(x, outcome);
    params *p = params_new(x->arena);
    param_uuid(p, x->path_ids[0]), param_text(p, outcome), param_uuid(p, x->session->account), param_moment(p, x->now);
    mutate(x, &stmt_sign_review, p);
    return OK;
}

const endpoint endpoint_sign_list = {.kind = "sign.list", .judge = judge_list, .shape = shape_list, .for_auditor = true};
const endpoint endpoint_sign_review = {.kind = "sign.review", .judge = judge_review, .shape = view_done, .for_auditor = true};
