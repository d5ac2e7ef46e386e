/* The auditor's search over the logs of all families: what stands in clear, newest first; no content and no names.
 *
 * There is no context of all families. The search goes through their ids in rounds under one receipt, each round in the context of
 * as many as one exchange may have, and keeps the newest. So a page costs a look into the log of each family; once it is full, only
 * into what is newer than its oldest row. That he searched, and for what, is a record of the service itself. */
#include "flow/endpoint.h"
#include "statements.h"

enum { LIST = 4096, PAGE = 100 };
static const uuid SERVICE; /* its own log is that of the zero family */

typedef struct {
    uuid id, family, account, organisation;
    moment at;
    bytes kind, outcome, rule, sealed; /* sealed: empty but for a change of the service */
    bool emergency;
    int class_; /* -1: none */
} found;

typedef struct {
    moment from, until, before_at;
    uuid before_id, account, organisation, family;
    bytes rule, outcome, kind;
    bool emergency, one_family;
    int class_;
    uint32_t limit, count; /* of `rows`, one more than the limit at most */
    found *rows, *merged;
    uuid *families;        /* of the list that was read last */
    uint32_t family_count, searched;
    bool listing, last_list; /* the rows that come are a list; no list comes after this one */
} log_search;

/* ---- what is asked ---- */

static void read_filters(exchange *x, log_search *s) {
    s->from = MOMENT_MIN, s->until = MOMENT_NEVER;
    query_moment(x, "from", &s->from);
    query_moment(x, "until", &s->until);
    query_uuid(x, "account", &s->account);
    query_uuid(x, "organisation", &s->organisation);
    s->one_family = query_uuid(x, "family", &s->family);
    s->class_ = query_text(x, "class_at_least").at ? (int)query_number(x, "class_at_least", 0) : -1;
    s->rule = query_text(x, "rule"), s->outcome = query_text(x, "outcome"), s->kind = query_text(x, "kind");
    s->emergency = query_text(x, "emergency").at != NULL;
    s->limit = query_number(x, "limit", PAGE);
}

static void put_word(buf *b, bytes word) {
    buf_put_byte(b, (uint8_t)word.len);
    buf_put(b, word);
}

/* 's' | from 8 | until 8 | account 16 | organisation 16 | family 16 | u8 one family | u8 class (255: any) | u8 emergency |
 * u8 length, rule | u8 length, outcome | u8 length, kind: ids and words of ours, nothing else. */
static void note(exchange *x, const log_search *s) {
    buf b = buf_new(512);
    uint8_t moments[16];
    put_u64(moments, (uint64_t)s->from), put_u64(moments + 8, (uint64_t)s->until);
    buf_put_byte(&b, 's');
    buf_put(&b, BYTES_OF(moments));
    buf_put(&b, BYTES_OF(s->account.b)), buf_put(&b, BYTES_OF(s->organisation.b)), buf_put(&b, BYTES_OF(s->family.b));
    buf_put_byte(&b, s->one_family), buf_put_byte(&b, (uint8_t)s->class_), buf_put_byte(&b, s->emergency);
    put_word(&b, s->rule), put_word(&b, s->outcome), put_word(&b, s->kind);
    must(buf_ok(&b));
    x->record_note = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
}

/* ---- rounds ---- */

static void ask_list(exchange *x, log_search *s) {
    params *p = params_new(x->arena);
    param_uuid(p, s->family_count ? s->families[s->family_count - 1] : SERVICE);
    param_int4(p, LIST);
    x->extra = (mutation){&stmt_log_families, p};
    x->extra_families = NULL, x->extra_family_count = 0;
    s->listing = true;
}

static void ask_rows(exchange *x, log_search *s) {
    uint32_t left = s->family_count - s->searched, n = left < FAMILIES_MAX ? left : FAMILIES_MAX;
    bool full = s->count > s->limit;
    params *p = params_new(x->arena);
    x->extra_families = s->families + s->searched, x->extra_family_count = n;
    s->searched += n;
    param_uuids(p, x->extra_families, n);
    param_moment(p, full && s->rows[s->limit].at > s->from ? s->rows[s->limit].at : s->from), param_moment(p, s->until);
    param_moment(p, s->before_at), param_uuid(p, s->before_id);
    param_uuid(p, s->account), param_uuid(p, s->organisation), param_int4(p, s->class_), param_text(p, s->rule);
    param_bool(p, s->emergency), param_text(p, s->outcome), param_text(p, s->kind), param_int4(p, (int32_t)s->limit + 1);
    x->extra = (mutation){&stmt_log_search, p};
    s->listing = false;
}

/* Behind the service's own log, which stands in no list, come the families. */
static void take_list(exchange *x, log_search *s) {
    size_t n = rows_count(x->extra_rows);
    for (size_t i = 0; i < n; i++) s->families[i] = row_uuid(x->extra_rows, i, log_families__family_id);
    s->family_count = (uint32_t)n, s->searched = 0;
    s->last_list = n < LIST;
}

static bool is_newer(const found *a, const found *b) {
    return a->at != b->at ? a->at > b->at : memcmp(a->id.b, b->id.b, sizeof a->id.b) > 0;
}

static found found_at(exchange *x, size_t i) {
    rows r = x->extra_rows;
    bool no_class = row_is_null(r, i, log_search__class), no_rule = row_is_null(r, i, log_search__rule);
    bool no_change = row_is_null(r, i, log_search__sealed);
    return (found){.id = row_uuid(r, i, log_search__id), .family = row_uuid(r, i, log_search__family_id),
                   .at = row_moment(r, i, log_search__at), .kind = arena_copy(x->arena, row_text(r, i, log_search__kind)),
                   .outcome = arena_copy(x->arena, row_text(r, i, log_search__outcome)),
                   .emergency = row_bool(r, i, log_search__emergency), .account = row_uuid(r, i, log_search__actor_id),
                   .organisation = row_uuid_or_zero(r, i, log_search__organisation_id),
                   .class_ = no_class ? -1 : row_int4(r, i, log_search__class),
                   .rule = no_rule ? BYTES("") : arena_copy(x->arena, row_text(r, i, log_search__rule)),
                   .sealed = no_change ? (bytes){0} : arena_copy(x->arena, row_bytes(r, i, log_search__sealed))};
}

/* Both stand newest first; so does what comes of them, and no more of it than a page and the row that says there is another. */
static void take_rows(exchange *x, log_search *s) {
    size_t n = rows_count(x->extra_rows), next = 0;
    uint32_t old = 0, count = 0;
    found row = n ? found_at(x, 0) : (found){.at = 0};
    while (count <= s->limit && (old < s->count || next < n)) {
        bool takes_old = next == n || (old < s->count && is_newer(&s->rows[old], &row));
        s->merged[count++] = takes_old ? s->rows[old++] : row;
        if (!takes_old && ++next < n) row = found_at(x, next);
    }
    found *was = s->rows;
    s->rows = s->merged, s->merged = was, s->count = count;
}

static result judge(exchange *x) {
    ENSURE(x->session->kind == ACCOUNT_AUDITOR, NOT_FOUND);
    log_search *s = ARENA_NEW(x->arena, log_search);
    x->place = s;
    read_filters(x, s);
    TRY(cursor_before(x, &s->before_at, &s->before_id));
    s->rows = ARENA_ARRAY(x->arena, found, s->limit + 1), s->merged = ARENA_ARRAY(x->arena, found, s->limit + 1);
    s->families = ARENA_ARRAY(x->arena, uuid, LIST);
    s->families[0] = s->one_family ? s->family : SERVICE;
    s->family_count = 1;
    s->last_list = s->one_family;
    note(x, s);
    ask_rows(x, s);
    return OK;
}

/* ---- the answer ---- */

/* A settings.change or schema.migrate says in lines what is not as it was. One that does not open was changed in the database;
 * kringd log check names it. */
static void write_changes(json_writer *w, exchange *x, const found *r) {
    bytes plain, line;
    record_view v;
    if (!r->sealed.len || !ok(open_service_record(x, r->id, r->sealed, &plain)) || !ok(record_parse(plain, &v))) return;
    json_key(w, "changes");
    json_open_array(w);
    while (bytes_cut(&v.note, '\n', &line)) json_string(w, line);
    json_close_array(w);
}

static void write_found(json_writer *w, exchange *x, const found *r) {
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, r->id);
    json_key(w, "family"), json_uuid(w, r->family);
    json_key(w, "at"), json_moment(w, r->at);
    json_key(w, "kind"), json_string(w, r->kind);
    json_key(w, "outcome"), json_string(w, r->outcome);
    json_key(w, "emergency"), json_bool(w, r->emergency);
    if (!uuid_is_zero(r->account)) json_key(w, "account"), json_uuid(w, r->account);
    if (!uuid_is_zero(r->organisation)) json_key(w, "organisation"), json_uuid(w, r->organisation);
    if (r->class_ >= 0) json_key(w, "class"), json_int(w, r->class_);
    if (r->rule.len) json_key(w, "rule"), json_string(w, r->rule);
    write_changes(w, x, r);
    json_close_object(w);
}

static shaped answer_page(exchange *x, const log_search *s) {
    json_writer w = answer_json(x, 200);
    uint32_t shown = s->count < s->limit ? s->count : s->limit;
    json_open_object(&w);
    json_key(&w, "records");
    json_open_array(&w);
    for (uint32_t i = 0; i < shown; i++) write_found(&w, x, &s->rows[i]);
    json_close_array(&w);
    if (s->count > s->limit) {
        const found *last = &s->rows[shown - 1];
        json_key(&w, "next"), json_string(&w, cursor_behind(x, last->at, last->id));
    }
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape(exchange *x) {
    log_search *s = x->place;
    if (s->listing) take_list(x, s);
    else take_rows(x, s);
    if (s->searched < s->family_count) return ask_rows(x, s), REPEAT;
    if (!s->last_list) return ask_list(x, s), REPEAT;
    return answer_page(x, s);
}

const endpoint endpoint_log_search = {.kind = "log.search", .judge = judge, .shape = shape, .for_auditor = true};
