#include "fake.h"

#include "base/log.h"
#include "db/unit_inside.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

fake f_;

/* ---- the pool ---- */

struct transaction {
    bool open, over;
    result failed;
    int64_t version_before;
    transaction_done *done;
    void *ctx;
    arena *memory;
};

static unit_queue waiting, sent;
static unit *(*source)(void *);
static void *source_ctx;
static bool woken;
static int data_pool, keys_pool;

static void forget(unit *u) { queue_remove(u->holder, u); }

static void put_in(unit_queue *q, unit *u) {
    u->holder = q;
    u->forget = forget;
    queue_add(q, u);
}

void pool_submit(pool *p, unit *u, unit_done *done, void *ctx) {
    must(u->state == UNIT_NEW && u->count > 0);
    for (size_t i = 0; i < u->count; i++)
        must(u->parts[i].what->where & (p == (pool *)&keys_pool ? DATABASE_KEYS : DATABASE_DATA));
    u->state = UNIT_WAITING;
    u->done = done;
    u->ctx = ctx;
    put_in(&waiting, u);
}

void pool_set_source(pool *p, unit *(*next)(void *), void *ctx) {
    (void)p;
    source = next;
    source_ctx = ctx;
    woken = next != NULL;
}

void pool_wake(pool *p) {
    (void)p;
    woken = true;
}

static void roll_back(transaction *t) {
    if (t->over) return;
    t->over = true;
    f_.open_transactions--;
    f_.version = t->version_before;
    size_t kept = 0;
    for (size_t i = 0; i < f_.record_count; i++)
        if (f_.records[i].pending != t) f_.records[kept++] = f_.records[i];
    f_.record_count = kept;
}

static void abandon(void *t) { roll_back(t); }

static void on_begun(void *t_, unit *u) {
    transaction *t = t_;
    result r = unit_result(u);
    t->open = ok(r);
    transaction_done *done = t->done;
    done(t->ctx, r);
}

transaction *transaction_begin(pool *p, arena *a, transaction_done *done, void *ctx) {
    transaction *t = ARENA_NEW(a, transaction);
    *t = (transaction){.done = done, .ctx = ctx, .memory = a, .over = true};
    arena_on_free(a, abandon, t);
    unit *u = unit_new(a);
    unit_add(u, &stmt_transaction_begin, NULL);
    u->of = t;
    pool_submit(p, u, on_begun, t);
    return t;
}

void transaction_run(transaction *t, unit *u, unit_done *done, void *ctx) {
    must(t->open);
    u->of = t;
    pool_submit((pool *)&data_pool, u, done, ctx);
}

static void on_ended(void *t_, unit *u) {
    transaction *t = t_;
    transaction_done *done = t->done;
    result r = unit_result(u);
    if (ok(r)) r = t->failed;
    done(t->ctx, r);
}

void transaction_commit(transaction *t, transaction_done *done, void *ctx) {
    must(t->open);
    t->open = false;
    t->done = done;
    t->ctx = ctx;
    unit *u = unit_new(t->memory);
    unit_add(u, ok(t->failed) ? &stmt_transaction_commit : &stmt_transaction_rollback, NULL);
    u->of = t;
    pool_submit((pool *)&data_pool, u, on_ended, t);
}

/* ---- rows ---- */

static PGresult *table(const statement *s) {
    PGresult *r = PQmakeEmptyPGresult(NULL, s->column_count ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
    PGresAttDesc columns[COLUMNS_MAX] = {0};
    for (int i = 0; i < s->column_count; i++)
        columns[i] = (PGresAttDesc){
            .name = (char *)(uintptr_t)s->columns[i].name, .typid = s->columns[i].type, .format = 1};
    if (s->column_count) must(PQsetResultAttrs(r, s->column_count, columns));
    return r;
}

/* Parameters and columns share PostgreSQL's binary format. */
static void add_row(PGresult *r, const params *p) {
    int row = PQntuples(r);
    must((int)params_count(p) == PQnfields(r));
    for (int c = 0; c < PQnfields(r); c++) {
        must(params_types(p)[c] == PQftype(r, c));
        const char *v = params_values(p)[c];
        must(PQsetvalue(r, row, c, (char *)(uintptr_t)v, v ? params_lengths(p)[c] : -1));
    }
}

/* A parameter, to be read with the getters of a row. */
static rows read_param(const unit *u, size_t part, size_t i) {
    static PGresult *last;
    PQclear(last);
    const params *p = unit_params(u, part);
    if (!p) {
        last = NULL;
        return (rows){NULL};
    }
    PGresAttDesc column = {.name = (char[]){"p"}, .typid = params_types(p)[i], .format = 1};
    last = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    must(PQsetResultAttrs(last, 1, &column));
    must(PQsetvalue(last, 0, 0, (char *)(uintptr_t)params_values(p)[i], params_lengths(p)[i]));
    return (rows){last};
}

static bytes bytes_param(const unit *u, size_t part, size_t i) {
    const params *p = unit_params(u, part);
    return bytes_make(params_values(p)[i], (size_t)params_lengths(p)[i]);
}

/* ---- facts ---- */

static field_id field_of_entries(void) { return field_by_name(BYTES("debts_detail")); }

#define ROW(...) \
    do { \
        params *p = params_new(a); \
        __VA_ARGS__ \
        add_row(r, p); \
    } while (0)

static moment start(void) { return INT64_C(1790000000) * SECOND; }

static PGresult *own_table;
static arena *own_arena;

void fake_row(const params *p) { add_row(own_table, p); }
arena *fake_arena(void) { return own_arena; }

static void answer_facts(const statement *s, PGresult *r, arena *a) {
    own_table = r, own_arena = a;
    if (f_.own_facts && f_.own_facts(s)) return;
    moment then = start() - 100 * DAY;
    if (s == &stmt_facts_family)
        ROW(param_int8(p, f_.version); param_string(p, "BE-VLG"); param_string(p, "nl");
            param_moment(p, MOMENT_NEVER); param_moment(p, then); for (int i = 0; i < 3; i++) param_moment(p, MOMENT_NEVER);
            param_null(p, TYPE_UUID); param_moment(p, MOMENT_NEVER); param_null(p, TYPE_UUID); param_moment(p, MOMENT_NEVER);
            param_moment(p, MOMENT_MIN););
    if (s == &stmt_facts_people)
        ROW(param_uuid(p, f_.person); param_moment(p, then); param_bool(p, false); param_moment(p, MOMENT_NEVER);
            for (int i = 0; i < 3; i++) param_moment(p, MOMENT_MIN); param_null(p, TYPE_UUID); param_bool(p, true);
            param_bool(p, true); for (int i = 0; i < 4; i++) param_moment(p, MOMENT_NEVER););
    if (s == &stmt_facts_helpers) ROW(param_uuid(p, f_.helper););
    if (s == &stmt_facts_places)
        ROW(param_uuid(p, f_.helper); param_bool(p, false); param_bool(p, false); param_bool(p, false);
            param_bool(p, false); param_string(p, "professional"); param_null(p, TYPE_UUID); param_moment(p, then);
            param_moment(p, then); param_moment(p, MOMENT_NEVER););
    if (s == &stmt_facts_grants)
        ROW(param_uuid(p, f_.grant); param_uuid(p, f_.helper); param_uuids(p, &f_.person, 1);
            param_uuids(p, &f_.person, 1); param_string(p, "consent"); param_null(p, TYPE_UUID);
            param_moment(p, then); param_moment(p, then); param_moment(p, then + 300 * DAY););
    if (s == &stmt_facts_grant_fields)
        ROW(param_string(p, catalogue[field_of_entries()].name); param_string(p, "exact"); param_moment(p, then);
            param_moment(p, f_.grant_ended); param_uuid(p, f_.grant););
    if (s == &stmt_facts_confirms)
        ROW(param_moment(p, then); param_moment(p, MOMENT_NEVER); param_uuid(p, f_.grant););
    if (s == &stmt_facts_entries)
        for (uint32_t i = 0; i < f_.entry_count + 2; i++) {
            bool name = i == f_.entry_count, helper = i == f_.entry_count + 1;
            uuid id = name ? f_.entries[PERSON_ENTRIES] : helper ? f_.entries[PERSON_ENTRIES + 1] : f_.entries[i];
            ROW(param_uuid(p, id); param_string(p, name     ? "name"
                                                   : helper ? "helper"
                                                            : "plan");
                param_string(p, name || helper ? "" : catalogue[field_of_entries()].name);
                if (name || helper) param_uuid(p, name ? f_.person : f_.helper);
                else param_null(p, TYPE_UUID); param_null(p, TYPE_UUID); param_uuids(p, &f_.person, 1);
                param_uuid(p, f_.person); param_moment(p, MOMENT_NEVER);
                param_null(p, TYPE_UUID); param_moment(p, MOMENT_NEVER););
        }
    if (s == &stmt_facts_versions)
        for (uint32_t i = 0; i < f_.entry_count + 2; i++) {
            uuid id = i < f_.entry_count ? f_.entries[i] : f_.entries[PERSON_ENTRIES + i - f_.entry_count];
            ROW(param_int4(p, i == f_.entry_count + 1 ? f_.helper_version : 1); param_moment(p, then);
                param_moment(p, then); param_uuids(p, &f_.person, 1); param_uuids(p, &f_.person, 1);
                param_uuid(p, f_.person); param_uuid(p, id););
        }
}

static void seal_body(uuid entry, uint32_t version, buf *out) {
    char text[128];
    field_id field = FIELD_NONE;
    for (uint32_t i = 0; i < f_.entry_count; i++)
        if (uuid_equal(entry, f_.entries[i])) field = field_of_entries();
    int n = snprintf(text, sizeof text, "{\"text\":\"body %02x\",\"name\":\"Els\"}", entry.b[15]);
    const char *own = f_.own_text ? f_.own_text(entry, version) : NULL;
    if (own) n = snprintf(text, sizeof text, "%s", own);
    cipher_key *key = keyring_find(f_.ring, f_.family, f_.owner, 1);
    must(key != NULL);
    body_context c = {.family = f_.family,
                      .owner = f_.owner,
                      .entry = entry,
                      .field = field,
                      .version = version,
                      .epoch = 1};
    uint8_t aad[AAD_BODY];
    aad_body(&c, aad);
    must(ok(envelope_seal(key, ENVELOPE_GCM, 1, BYTES_OF(aad), bytes_make(text, (size_t)n), out)));
}

/* ---- keys: wrapped once, and handed out as the keys database would ---- */

static struct {
    buf family, owner, audit[2];
} wrapped;

static result wrap(void *state, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) {
    (void)state, (void)epoch, (void)aad;
    buf_put(out, bytes_make(key, KEY_SIZE));
    return OK;
}

static result unwrap(void *state, uint32_t epoch, bytes aad, bytes sealed, uint8_t key[KEY_SIZE]) {
    (void)state, (void)epoch, (void)aad;
    must(sealed.len >= KEY_SIZE);
    memcpy(key, sealed.at + sealed.len - KEY_SIZE, KEY_SIZE);
    return OK;
}

static void no_close(void *state) { (void)state; }
static const kek_provider plain_kek = {"plain", wrap, unwrap, no_close};

static void make_keys(void) {
    static const uint8_t id[KEK_ID];
    f_.ring = keyring_new(kek_new(&plain_kek, NULL, id), 0);
    for (int i = 0; i < SERVICE_PURPOSES; i++) {
        buf b = buf_new(1024);
        must(ok(keyring_make_service(f_.ring, service_purposes[i], &b)));
        must(ok(keyring_add_service(f_.ring, service_purposes[i], buf_bytes(&b))));
        buf_release(&b);
    }
    wrapped.family = wrapped.owner = wrapped.audit[0] = wrapped.audit[1] = buf_new(1024);
    must(ok(keyring_make_family(f_.ring, f_.family, 1, &wrapped.family)));
    must(ok(keyring_add_family(f_.ring, f_.family, 1, buf_bytes(&wrapped.family))));
    must(ok(keyring_make_owner(f_.ring, f_.family, f_.owner, 1, 1, &wrapped.owner)));
    must(ok(keyring_make_audit(f_.ring, f_.family, &wrapped.audit[0])));
    must(ok(keyring_make_audit(f_.ring, SERVICE_FAMILY, &wrapped.audit[1])));
    keyring_forget(f_.ring, f_.family);
}

static void answer_keys(const unit *u, size_t i, PGresult *r, arena *a) {
    const statement *s = unit_statement(u, i);
    uuid of = row_uuid(read_param(u, i, 0), 0, 0);
    bool of_service = uuid_is_zero(of), of_family = uuid_equal(of, f_.family);
    if (s == &stmt_keys_family && of_family) ROW(param_int4(p, 1); param_bytes(p, buf_bytes(&wrapped.family)););
    if (s == &stmt_keys_owners && of_family)
        ROW(param_uuid(p, f_.owner); param_int4(p, 1); param_int4(p, 1); param_bytes(p, buf_bytes(&wrapped.owner)););
    if (s == &stmt_keys_audit) ROW(param_bytes(p, buf_bytes(&wrapped.audit[of_service])););
}

/* ---- what the statements do ---- */

static bool session_lives(bytes token) {
    return !f_.session_over && bytes_equal(token, bytes_make(f_.token_hash, SHA256_SIZE));
}

static fake_record *new_record(const unit *u) {
    must(f_.record_count < RECORDS_MAX);
    fake_record *rec = &f_.records[f_.record_count++];
    *rec = (fake_record){.pending = u->of};
    return rec;
}

static void keep_text(char *out, size_t room, bytes text) {
    must(text.len < room);
    memcpy(out, text.at, text.len);
    out[text.len] = 0;
}

static void keep_sealed(fake_record *rec, bytes sealed) {
    must(sealed.len <= sizeof rec->sealed);
    memcpy(rec->sealed, sealed.at, sealed.len);
    rec->sealed_len = sealed.len;
}

static array_walk array_of(const unit *u, size_t part, size_t i, uint32_t type) {
    rows r = read_param(u, part, i);
    switch (type) {
    case TYPE_UUID_ARRAY: return row_uuid_array(r, 0, 0);
    case TYPE_INT8_ARRAY: return row_int8_array(r, 0, 0);
    case TYPE_INT4_ARRAY: return row_int4_array(r, 0, 0);
    case TYPE_TEXT_ARRAY: return row_text_array(r, 0, 0);
    case TYPE_BOOL_ARRAY: return row_bool_array(r, 0, 0);
    default: return row_bytes_array(r, 0, 0);
    }
}

enum { LINES = 128 };

static void do_disclose(const unit *u, size_t part, PGresult *r, arena *a) {
    bool holds[LINES];
    fake_record *made[LINES] = {0};
    size_t n = 0;
    int64_t versions[LINES];
    for (array_walk w = array_of(u, part, 3, TYPE_INT8_ARRAY); w.left;) versions[n++] = array_int8(&w);
    n = 0;
    for (array_walk w = array_of(u, part, 0, TYPE_BYTEA_ARRAY); w.left; n++) {
        bytes token = array_bytes(&w);
        holds[n] = session_lives(token) && (versions[n] == -1 || versions[n] == f_.version);
        if (holds[n]) made[n] = new_record(u);
    }
    n = 0;
    for (array_walk w = array_of(u, part, 2, TYPE_UUID_ARRAY); w.left; n++) {
        uuid v = array_uuid(&w);
        if (made[n]) made[n]->family = v;
    }
    n = 0;
    for (array_walk w = array_of(u, part, 4, TYPE_UUID_ARRAY); w.left; n++) {
        uuid v = array_uuid(&w);
        if (made[n]) made[n]->id = v;
    }
    n = 0;
    for (array_walk w = array_of(u, part, 5, TYPE_INT8_ARRAY); w.left; n++) {
        int64_t v = array_int8(&w);
        if (made[n]) made[n]->counter = (uint64_t)v;
    }
    n = 0;
    for (array_walk w = array_of(u, part, 6, TYPE_TEXT_ARRAY); w.left; n++) {
        bytes v = array_bytes(&w);
        if (made[n]) keep_text(made[n]->kind, sizeof made[n]->kind, v);
    }
    n = 0;
    for (array_walk w = array_of(u, part, 7, TYPE_TEXT_ARRAY); w.left; n++) {
        bytes v = array_bytes(&w);
        if (made[n]) keep_text(made[n]->outcome, sizeof made[n]->outcome, v);
    }
    n = 0;
    for (array_walk w = array_of(u, part, 8, TYPE_BOOL_ARRAY); w.left; n++) {
        bool v = array_bool(&w);
        if (made[n]) made[n]->emergency = v;
    }
    n = 0;
    for (array_walk w = array_of(u, part, 10, TYPE_BYTEA_ARRAY); w.left; n++) {
        bytes v = array_bytes(&w);
        if (made[n]) keep_sealed(made[n], v);
    }
    uuid boot = row_uuid(read_param(u, part, 11), 0, 0);
    moment at = row_moment(read_param(u, part, 12), 0, 0);
    for (size_t i = 0; i < n; i++) {
        if (!made[i]) continue;
        made[i]->boot = boot;
        made[i]->at = at;
        ROW(param_int8(p, (int64_t)made[i]->counter););
    }
}

static void do_bodies(const unit *u, size_t part, PGresult *r, arena *a) {
    int32_t places[256];
    size_t n = 0;
    for (array_walk w = array_of(u, part, 0, TYPE_INT4_ARRAY); w.left;) {
        must(n < 256);
        places[n++] = array_int4(&w);
    }
    uuid ids[256];
    n = 0;
    for (array_walk w = array_of(u, part, 2, TYPE_UUID_ARRAY); w.left;) ids[n++] = array_uuid(&w);
    int32_t numbers[256];
    n = 0;
    for (array_walk w = array_of(u, part, 3, TYPE_INT4_ARRAY); w.left;) numbers[n++] = array_int4(&w);
    for (size_t i = n; i-- > 0;) { /* in another order than asked, as a database may */
        buf b = buf_new(4096);
        seal_body(ids[i], (uint32_t)numbers[i], &b);
        ROW(param_int4(p, places[i]); param_bytes(p, buf_bytes(&b)););
        buf_release(&b);
    }
}

static void do_record(const unit *u, size_t part) {
    fake_record *rec = new_record(u);
    rec->id = row_uuid(read_param(u, part, 0), 0, 0);
    rec->family = row_uuid(read_param(u, part, 1), 0, 0);
    rec->at = row_moment(read_param(u, part, 2), 0, 0);
    rec->boot = row_uuid(read_param(u, part, 3), 0, 0);
    rec->counter = (uint64_t)row_int8(read_param(u, part, 4), 0, 0);
    keep_text(rec->kind, sizeof rec->kind, bytes_param(u, part, 5));
    keep_text(rec->outcome, sizeof rec->outcome, bytes_param(u, part, 6));
    keep_sealed(rec, bytes_param(u, part, 9));
}

static void do_records_page(const unit *u, size_t part, PGresult *r, arena *a) {
    moment before = row_moment(read_param(u, part, 3), 0, 0);
    int32_t most = row_int4(read_param(u, part, 5), 0, 0);
    for (size_t i = f_.record_count; i-- > 0 && PQntuples(r) < most;) {
        const fake_record *rec = &f_.records[i];
        if (!uuid_equal(rec->family, f_.family) || rec->at >= before) continue;
        ROW(param_uuid(p, rec->id); param_moment(p, rec->at); param_uuid(p, rec->boot);
            param_int8(p, (int64_t)rec->counter); param_string(p, rec->kind); param_string(p, rec->outcome);
            param_bool(p, rec->emergency); param_uuid(p, f_.account); param_null(p, TYPE_UUID);
            param_null(p, TYPE_INT4); param_null(p, TYPE_TEXT); param_bytes(p, bytes_make(rec->sealed, rec->sealed_len)););
    }
}

static void answer_session(const unit *u, size_t i, PGresult *r, arena *a) {
    const statement *s = unit_statement(u, i);
    if (s == &stmt_session_find && session_lives(bytes_param(u, i, 0)))
        ROW(param_uuid(p, f_.session); param_uuid(p, f_.account); param_string(p, account_kind_text(f_.kind));
            param_moment(p, clock_now(&f_.clock)); param_moment(p, MOMENT_NEVER); param_moment(p, MOMENT_NEVER);
            param_moment(p, MOMENT_NEVER););
    if (s == &stmt_session_memberships)
        for (unsigned k = 0; k < f_.member_of; k++) {
            uuid one = f_.family;
            one.b[0] = (uint8_t)(one.b[0] + k);
            ROW(param_uuid(p, one); param_string(p, f_.kind == ACCOUNT_HELPER ? "helper" : "person");
                param_uuid(p, f_.kind == ACCOUNT_HELPER ? f_.helper : f_.person););
        }
    if (s == &stmt_session_list)
        ROW(param_uuid(p, f_.session); param_moment(p, start()); param_moment(p, start());
            param_moment(p, MOMENT_NEVER););
    if (s == &stmt_account_login_text) {
        buf b = buf_new(4096);
        uint8_t aad[AAD_ACCOUNT];
        aad_account(f_.account, ACCOUNT_LOGIN, aad);
        must(ok(envelope_seal(keyring_service_cipher(f_.ring, "account-text"), ENVELOPE_XAES, 0,
                              BYTES_OF(aad), BYTES("leen"), &b)));
        ROW(param_bytes(p, buf_bytes(&b)););
        buf_release(&b);
    }
}

static void answer_login(const unit *u, size_t i, PGresult *r, arena *a) {
    const statement *s = unit_statement(u, i);
    if (s == &stmt_account_find && f_.account_known)
        ROW(param_uuid(p, f_.account); param_string(p, "person"); param_string(p, f_.phc);
            param_moment(p, MOMENT_NEVER););
    if (s == &stmt_device_find && f_.device_known) ROW(param_uuid(p, f_.account););
    if (s == &stmt_throttle_find) {
        unsigned b = 0;
        for (array_walk w = array_of(u, i, 0, TYPE_BYTEA_ARRAY); w.left; b++) {
            bytes bucket = array_bytes(&w);
            if (!(f_.closed >> b & 1)) continue;
            ROW(param_bytes(p, bucket); param_int4(p, 9); param_moment(p, start());
                param_moment(p, clock_now(&f_.clock) + 10 * MINUTE););
        }
    }
    if (s == &stmt_throttle_fail) {
        f_.failed_buckets = 0;
        for (array_walk w = array_of(u, i, 0, TYPE_BYTEA_ARRAY); w.left;) array_bytes(&w), f_.failed_buckets++;
    }
    if (s == &stmt_throttle_clear) f_.throttle_cleared = true;
    if (s == &stmt_session_insert) f_.sessions_made = true;
    if (s == &stmt_account_password) f_.passwords_made++;
    if (s == &stmt_device_insert) {
        f_.device_made = true;
        memcpy(f_.made_device, bytes_param(u, i, 0).at, SHA256_SIZE);
    }
}

static void answer_idempotency(const unit *u, size_t i, PGresult *r, arena *a) {
    const statement *s = unit_statement(u, i);
    if (s == &stmt_idempotency_find && f_.idempotent)
        ROW(param_bytes(p, bytes_make(f_.key_request, SHA256_SIZE)); param_int4(p, 201);
            param_uuid(p, f_.key_result););
    if (s == &stmt_idempotency_insert) {
        if (f_.idempotent) { /* the primary key */
            unit_fail((unit *)(uintptr_t)u, FAIL(CONFLICT));
            return;
        }
        f_.idempotent = true;
        memcpy(f_.key_request, bytes_param(u, i, 2).at, SHA256_SIZE);
        f_.key_result = row_uuid(read_param(u, i, 4), 0, 0);
    }
}

static bool check_commit(const unit *u, size_t i) {
    const statement *s = unit_statement(u, i);
    if (s == &stmt_commit_check_session) return session_lives(bytes_param(u, i, 0));
    bool fine = session_lives(bytes_param(u, i, 2)) && row_int8(read_param(u, i, 1), 0, 0) == f_.version;
    if (fine) f_.version++;
    return fine;
}

static void answer_part(unit *u, size_t i) {
    const statement *s = unit_statement(u, i);
    PGresult *r = table(s);
    arena *a = arena_new();
    if (s == &stmt_context_set || s == &stmt_keys_context_set) ROW(param_string(p, "{}"););
    if (s == &stmt_family_lock_read || s == &stmt_family_lock_write) ROW(param_int4(p, 1););
    if (strncmp(s->name, "facts_", 6) == 0 || s == &stmt_receipt_rows) answer_facts(s, r, a);
    if (strncmp(s->name, "keys_", 5) == 0 && s != &stmt_keys_context_set) answer_keys(u, i, r, a);
    if (s == &stmt_disclose) do_disclose(u, i, r, a);
    if (s == &stmt_bodies) do_bodies(u, i, r, a);
    if (s == &stmt_record_insert) do_record(u, i);
    if (s == &stmt_records_page) do_records_page(u, i, r, a);
    if (s == &stmt_commit_check || s == &stmt_commit_check_session) {
        if (check_commit(u, i)) ROW(param_int8(p, 1););
        else unit_fail(u, FAIL(STALE));
    }
    if (f_.own_rows) own_table = r, own_arena = a, f_.own_rows(s);
    answer_session(u, i, r, a);
    answer_login(u, i, r, a);
    answer_idempotency(u, i, r, a);
    arena_release(a);
    unit_take(u, i, r);
}

static void end_transaction(unit *u) {
    transaction *t = u->of;
    const statement *s = unit_statement(u, 0);
    if (s == &stmt_transaction_begin) {
        t->over = false;
        t->version_before = f_.version;
        f_.open_transactions++;
        f_.begun++;
    }
    if (s == &stmt_transaction_rollback) roll_back(t);
    if (s != &stmt_transaction_commit) return;
    t->over = true;
    f_.open_transactions--;
    for (size_t i = 0; i < f_.record_count; i++)
        if (f_.records[i].pending == t) f_.records[i].pending = NULL;
}

static result_code fate(const unit *u) {
    if (f_.fail_all) return f_.fail_all;
    if (f_.keys_away && unit_statement(u, 0)->where == DATABASE_KEYS) return R_UNAVAILABLE;
    for (size_t i = 0; i < u->count; i++) /* what /readyz asks for is no request's */
        if (unit_statement(u, i) == &stmt_check_walls) return R_UNAVAILABLE;
    if (f_.fail_next) {
        result_code how = f_.fail_next;
        f_.fail_next = R_DONE;
        return how;
    }
    for (size_t i = 0; f_.fail_with && f_.fail_times && i < u->count; i++)
        if (unit_statement(u, i) == f_.fail_with) {
            f_.fail_times--;
            return f_.fail_how;
        }
    return R_DONE;
}

/* What a unit did is undone when it fails. */
static void send_unit(unit *u) {
    if (f_.before_send) f_.before_send(u);
    f_.sent++;
    u->state = UNIT_SENT;
    result_code how = fate(u);
    size_t records = f_.record_count;
    int64_t version = f_.version;
    bool idempotent = f_.idempotent;
    if (how != R_DONE) unit_fail(u, (result){how});
    for (size_t i = 0; ok(unit_result(u)) && i < u->count; i++) answer_part(u, i);
    if (!ok(unit_result(u))) {
        f_.record_count = records;
        f_.version = version;
        f_.idempotent = idempotent;
        if (u->of) u->of->failed = unit_result(u);
    } else if (u->of) {
        end_transaction(u);
    } else {
        for (size_t i = records; i < f_.record_count; i++) f_.records[i].pending = NULL;
    }
    put_in(&sent, u);
}

bool fake_step(void) {
    unit *u = queue_take(&sent);
    if (u) {
        u->forget = NULL;
        f_.finished++;
        unit_finish(u);
        return true;
    }
    u = f_.groups_first ? NULL : queue_take(&waiting);
    if (!u && woken) {
        u = source(source_ctx); /* which may have answered somebody, even when it has nothing to send */
        if (u) f_.groups++;
        else woken = false;
        if (!u) return true;
    }
    if (!u) u = queue_take(&waiting);
    if (u) {
        send_unit(u);
        return true;
    }
    uv_run(&f_.loop, UV_RUN_NOWAIT);
    return waiting.count || sent.count || woken;
}

size_t fake_waiting(void) { return waiting.count + sent.count; }

void fake_forget_session(void) {
    cached *s = cache_find(&f_.service->sessions, session_key(f_.token_hash));
    if (!s) return;
    cache_drop(&f_.service->sessions, s);
    cache_let_go(&f_.service->sessions, s);
}

void fake_run(void) {
    while (fake_step()) continue;
}

/* ---- the service ---- */

uuid id_of(uint8_t n) {
    uuid id;
    memset(id.b, n, sizeof id.b);
    return id;
}

static const char *const origins[] = {"https://localhost:8443", NULL};

void fake_start(void) {
    memset(&f_, 0, sizeof f_);
    must(uv_loop_init(&f_.loop) == 0);
    f_.family = id_of(0x10), f_.person = id_of(0x20), f_.helper = id_of(0x30), f_.grant = id_of(0x40),
    f_.account = id_of(0x50), f_.session = id_of(0x60);
    f_.owner = f_.person;
    for (uint8_t i = 0; i < PERSON_ENTRIES + 2; i++) f_.entries[i] = id_of((uint8_t)(0x80 + i));
    f_.entry_count = PERSON_ENTRIES;
    f_.member_of = 1;
    f_.version = 1;
    f_.grant_ended = MOMENT_NEVER;
    f_.helper_version = 1;
    f_.clock.shift = start() - clock_real();
    secret_token(f_.token);
    must(ok(secret_token_hash(bytes_of_string(f_.token), f_.token_hash)));
    make_keys();
    f_.settings = (service_settings){
        .loop = &f_.loop,
        .data = (pool *)&data_pool,
        .keys = (pool *)&keys_pool,
        .ring = f_.ring,
        .clock = &f_.clock,
        .routes = routes,
        .route_count = route_count,
        .origins = origins,
        .cost = PASSWORD_COST_FLOOR,
        .hashes_at_once = 2,
        .hashes_waiting = 4,
        .throttle_account = 5,
        .throttle_network = 30,
        .throttle_login_total = 50,
        .throttle_window = 15 * MINUTE,
        .family_cache_bytes = 1 << 20,
        .session_cache_bytes = 1 << 20,
        .disclosures_at_once = 4,
        .refusals_a_minute = 60,
    };
    for (int i = 0; i < 4; i++) f_.settings.session_idle[i] = HOUR, f_.settings.session_absolute[i] = DAY;
    log_set_level(LOG_ERROR + 1); /* what fails here fails on purpose */
    f_.service = service_new(&f_.settings);
    fake_run(); /* the first questions of /readyz */
}

static void no_tick(uv_timer_t *timer) { (void)timer; }

/* A thread's job cannot be stopped: it is waited for. */
static void let_threads_end(void) {
    uv_timer_t nap;
    must(uv_timer_init(&f_.loop, &nap) == 0);
    while (f_.loop.active_reqs.count > 0) {
        uv_timer_start(&nap, no_tick, 5, 0);
        uv_run(&f_.loop, UV_RUN_ONCE);
        fake_run();
    }
    uv_close((uv_handle_t *)&nap, NULL);
    uv_run(&f_.loop, UV_RUN_NOWAIT);
}

void fake_stop(void) {
    fake_run();
    let_threads_end();
    assert_int_equal(fake_waiting(), 0);
    assert_int_equal(f_.open_transactions, 0);
    assert_null(f_.service->queue_first);
    service_release(f_.service);
    keyring_release(f_.ring);
    buf_release(&wrapped.family), buf_release(&wrapped.owner), buf_release(&wrapped.audit[0]),
        buf_release(&wrapped.audit[1]);
    uv_run(&f_.loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&f_.loop) == 0);
    source = NULL;
    woken = false;
}

/* ---- exchanges ---- */

void tell(void *owner, exchange *x) {
    told *t = owner;
    const response *r = exchange_response(x);
    t->told++;
    t->status = r->status;
    bytes body = r->fixed_body.at ? r->fixed_body : buf_bytes(&r->body);
    t->body_len = body.len < sizeof t->body - 1 ? body.len : sizeof t->body - 1;
    if (t->body_len) memcpy(t->body, body.at, t->body_len);
    t->body[t->body_len] = 0;
    if (t->release_when_ready) t->x = NULL, exchange_release(x);
    if (t->when_ready) t->when_ready();
}

void add_header(exchange *x, const char *name, const char *value) {
    request *r = exchange_request(x);
    must(r->header_count < HEADERS_MAX);
    r->headers[r->header_count++] = (header){arena_copy(exchange_arena(x), bytes_of_string(name)),
                                             arena_copy(exchange_arena(x), bytes_of_string(value))};
}

exchange *ask(told *t, request_method m, const char *path, const char *query, const char *body) {
    *t = (told){0};
    exchange *x = exchange_new(f_.service, tell, t);
    t->x = x;
    request *r = exchange_request(x);
    r->method = m;
    r->path = arena_copy(exchange_arena(x), bytes_of_string(path));
    r->query = arena_copy(exchange_arena(x), bytes_of_string(query ? query : ""));
    r->body = arena_copy(exchange_arena(x), bytes_of_string(body ? body : ""));
    if (body) add_header(x, "Content-Type", "application/json");
    char bearer[8 + TOKEN_TEXT];
    snprintf(bearer, sizeof bearer, "Bearer %s", f_.token);
    add_header(x, "Authorization", bearer);
    return x;
}

const char *id_text(uuid id, char out[UUID_TEXT + 1]) {
    uuid_write(id, out);
    out[UUID_TEXT] = 0;
    return out;
}

const char *in_family(const char *rest) {
    static char path[256];
    char id[UUID_TEXT + 1];
    snprintf(path, sizeof path, "/v1/families/%s%s", id_text(f_.family, id), rest);
    return path;
}

const char *header_of(exchange *x, const char *name) {
    const response *r = exchange_response(x);
    for (unsigned i = 0; i < r->header_count; i++)
        if (strcmp(r->headers[i].name, name) == 0) return arena_string(exchange_arena(x), r->headers[i].value);
    return NULL;
}

int whole(told *t, exchange *x) {
    exchange_run(x);
    while (t->told == 0) {
        if (!fake_step()) uv_run(&f_.loop, UV_RUN_ONCE);
    }
    assert_int_equal(t->told, 1);
    if (t->x) exchange_release(t->x);
    t->x = NULL;
    fake_run();
    return t->status;
}

bool aborts(void (*f)(void *), void *ctx) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        f(ctx);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
