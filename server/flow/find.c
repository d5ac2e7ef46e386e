/* FACTS: the session, and the facts of the families that the request is about; from the caches, else one unit each.
 *
 * "Not yours" and "not there" part company nowhere: membership comes with the session, and a family outside it is never asked
 * for. After two misses of the version check the family's row is locked first, so that readers do not starve under
 * writers; judging and acting then happen in that one transaction (design.md 3). */
#include "flow/flow.h"

#include "base/log.h"
#include "statements.h"

enum { LOCK_AFTER = 2 };

const uuid SERVICE_FAMILY;

static unit *new_unit(exchange *x) {
    x->unit = unit_new(x->arena);
    return x->unit;
}

/* ---- the session ---- */

static verdict use_session(exchange *x, session *s) {
    x->session = s;
    return GO_ON;
}

/* At most once a minute, in a unit of its own with an arena of its own: nobody waits for it, and no answer hangs on it. */
static void seen_written(void *arena_, unit *u) {
    (void)u;
    arena_release(arena_);
}

static void note_seen(exchange *x) {
    session *s = x->session;
    if (x->now - s->last_seen < MINUTE) return;
    s->last_seen = x->now;
    arena *a = arena_new_sized(1024);
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_bytes(p, bytes_make(s->token_hash, sizeof s->token_hash));
    param_moment(p, x->now);
    unit_add(u, &stmt_session_seen, p);
    pool_submit(x->service->set.data, u, seen_written, a);
}

static void session_loaded(void *x_, unit *u) {
    exchange *x = x_;
    session *s = NULL;
    result r = unit_result(u);
    if (ok(r)) r = session_read(u, x->token_hash, x->service->set.session_idle, x->now, &s);
    if (!ok(r)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    if (x->looks_before) s->looks = *x->looks_before;
    cache_put(&x->service->sessions, &s->node, session_key(x->token_hash), s->size);
    use_session(x, s);
    exchange_resume(x, AGAIN);
}

static verdict find_session(exchange *x) {
    service *sv = x->service;
    session *s = (session *)cache_find(&sv->sessions, session_key(x->token_hash));
    bool same = s && bytes_equal_secret(bytes_make(s->token_hash, 32), bytes_make(x->token_hash, 32));
    if (same && x->now - s->read_at < SESSION_FRESH && session_live(s, sv->set.session_idle, x->now)) return use_session(x, s);
    if (same) {
        x->looks_before = ARENA_NEW(x->arena, session_looks); /* what it has left stands, however old the rest is */
        *x->looks_before = s->looks;
    }
    if (s) {
        cache_drop(&sv->sessions, &s->node);
        cache_let_go(&sv->sessions, &s->node);
    }
    session_ask(new_unit(x), x->arena, x->token_hash);
    pool_submit(sv->set.data, x->unit, session_loaded, x);
    return WAITING;
}

/* ---- FETCH: rows of no family, for nobody in particular ---- */

static void fetched(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    if (ok(r)) x->extra_rows = unit_rows(u, 0);
    exchange_resume(x, ok(r) ? GO_ON : fail(x, FAIL(UNAVAILABLE)));
}

verdict step_fetch(exchange *x) {
    result r = x->route->endpoint->judge(x);
    if (!ok(r)) return fail(x, r);
    unit *u = unit_new(x->arena);
    unit_add(u, x->extra.what, x->extra.with);
    pool_submit(x->service->set.data, u, fetched, x);
    return WAITING;
}

/* ---- which families ---- */

static bool may_use(const exchange *x) {
    account_kind kind = x->session->kind;
    if (kind == ACCOUNT_OPERATOR) return x->route->endpoint->for_operator;
    if (kind == ACCOUNT_AUDITOR) return x->route->endpoint->for_auditor;
    return true;
}

/* A route without a family in its path concerns the account itself, or every family of the session. */
static result choose_families(exchange *x) {
    ENSURE(may_use(x), NOT_FOUND);
    if (route_names_family(x->route)) {
        ENSURE(x->session->kind == ACCOUNT_AUDITOR || session_membership(x->session, x->path_ids[0]), NOT_FOUND);
        x->family_ids[0] = x->path_ids[0];
        x->family_count = 1;
    } else if (x->route->endpoint->families) {
        x->family_count = (uint8_t)(x->session->membership_count < FAMILIES_MAX ? x->session->membership_count : FAMILIES_MAX);
        for (unsigned i = 0; i < x->family_count; i++) x->family_ids[i] = x->session->memberships[i].family;
    }
    return OK;
}

/* ---- facts ---- */

static void use_family(exchange *x, family *f) { x->families[x->families_read++] = f; }

static result take_facts(exchange *x, unsigned first_statement) {
    family *f = NULL;
    TRY(unit_result(x->unit));
    TRY(family_read(x->unit, first_statement, x->family_ids[x->families_read], &f));
    cache_put(&x->service->families, &f->node, f->facts.family, family_weight(f));
    use_family(x, f);
    return OK;
}

static void go_on_with_facts(exchange *x, result r) { exchange_resume(x, ok(r) ? AGAIN : fail(x, r)); }

static void facts_loaded(void *x_, unit *u) {
    (void)u;
    exchange *x = x_;
    result r = take_facts(x, 0);
    /* Since this session was read one of its families is over: it has one fewer. */
    if (failed_as(r, R_NOT_FOUND) && x->route->endpoint->families) exchange_resume(x, GO_BACK);
    else go_on_with_facts(x, r);
}

static void locked_facts_loaded(void *x_, unit *u) {
    (void)u;
    exchange *x = x_;
    go_on_with_facts(x, take_facts(x, 2));
}

static void end_lock(void *x_) {
    exchange *x = x_;
    arena_release(x->lock_memory);
    x->lock_memory = NULL;
    x->locked = NULL;
}

void unlock_family(exchange *x) {
    if (!x->lock_memory) return;
    arena_drop_hook(x->arena, end_lock, x);
    end_lock(x);
}

static void lock_family(exchange *x, transaction_done *begun) {
    x->lock_memory = arena_new_sized(1024);
    arena_on_free(x->arena, end_lock, x);
    x->locked = transaction_begin(x->service->set.data, x->lock_memory, begun, x);
}

/* The lock and the facts in the transaction in which the ruling will act. */
static void locked_begun(void *x_, result r) {
    exchange *x = x_;
    if (!ok(r)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    unit *u = new_unit(x);
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(x->family_ids[0], set + 1);
    params *context = params_new(x->arena), *id = params_new(x->arena);
    param_text(context, bytes_make(set, sizeof set));
    unit_add(u, &stmt_context_set, context);
    param_uuid(id, x->family_ids[0]);
    unit_add(u, x->route->course == COURSE_WRITE ? &stmt_family_lock_write : &stmt_family_lock_read, id);
    family_ask(u, x->arena, x->family_ids[0]);
    transaction_run(x->locked, u, locked_facts_loaded, x);
}

static verdict find_family(exchange *x) {
    service *sv = x->service;
    uuid id = x->family_ids[x->families_read];
    if (x->misses >= LOCK_AFTER && x->family_count == 1) {
        lock_family(x, locked_begun);
        return WAITING;
    }
    family *f = (family *)cache_find(&sv->families, id);
    if (f) {
        use_family(x, f);
        return GO_ON;
    }
    family_ask(new_unit(x), x->arena, id);
    pool_submit(sv->set.data, x->unit, facts_loaded, x);
    return WAITING;
}

/* ---- keys ---- */

void keys_ask(unit *u, arena *a, uuid id) {
    static const statement *const asks[] = {&stmt_keys_family, &stmt_keys_owners, &stmt_keys_audit};
    for (unsigned i = 0; i < 3; i++) {
        params *p = params_new(a);
        param_uuid(p, id);
        unit_add(u, asks[i], p);
    }
}

result keys_take(keyring *ring, uuid id, unit *u, size_t first) {
    rows families = unit_rows(u, first), owners = unit_rows(u, first + 1), audit = unit_rows(u, first + 2);
    for (size_t i = 0; i < rows_count(families); i++)
        TRY(keyring_add_family(ring, id, (uint32_t)row_int4(families, i, keys_family__epoch),
                               row_bytes(families, i, keys_family__wrapped)));
    for (size_t i = 0; i < rows_count(owners); i++)
        TRY(keyring_add_owner(ring, id, row_uuid(owners, i, keys_owners__owner_id),
                              (uint32_t)row_int4(owners, i, keys_owners__epoch),
                              (uint32_t)row_int4(owners, i, keys_owners__family_epoch),
                              row_bytes(owners, i, keys_owners__wrapped)));
    ENSURE(rows_count(audit) == 1, NO_KEY);
    return keyring_add_audit(ring, id, row_bytes(audit, 0, keys_audit__wrapped));
}

typedef struct {
    exchange *x;
    uuid family;
} keys_wanted;

static void keys_loaded(void *w_, unit *u) {
    keys_wanted *w = w_;
    exchange *x = w->x;
    result r = unit_result(u);
    if (ok(r)) r = keys_take(x->service->set.ring, w->family, u, 1);
    if (!ok(r) && !failed_as(r, R_UNAVAILABLE)) LOG(LOG_ERROR, "keys.unusable", LOG_I("family", w->family), LOG_R("why", r));
    exchange_resume(x, ok(r) ? AGAIN : fail(x, FAIL(UNAVAILABLE)));
}

verdict keys_ready(exchange *x, uuid id) {
    if (keyring_find_audit(x->service->set.ring, id)) return GO_ON;
    return keys_load(x, id);
}

verdict keys_load(exchange *x, uuid id) {
    keys_wanted *w = ARENA_NEW(x->arena, keys_wanted);
    *w = (keys_wanted){x, id};
    unit *u = unit_new(x->arena);
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(id, set + 1);
    params *context = params_new(x->arena);
    param_text(context, bytes_make(set, sizeof set));
    unit_add(u, &stmt_keys_context_set, context);
    keys_ask(u, x->arena, id);
    pool_submit(x->service->set.keys, u, keys_loaded, w);
    return WAITING;
}

/* Every record is sealed under its family's audit key (the service's own for what concerns no family): held before judging. */
static verdict hold_audit_keys(exchange *x) {
    unsigned n = x->families_read ? x->families_read : 0;
    for (unsigned i = 0; i < n; i++) {
        if (x->audit_keys[i]) continue;
        verdict v = keys_ready(x, x->family_ids[i]);
        if (v != GO_ON) return v;
        x->audit_keys[i] = cipher_key_hold(keyring_find_audit(x->service->set.ring, x->family_ids[i]));
    }
    return keys_ready(x, SERVICE_FAMILY);
}

/* ---- idempotency ---- */

static void hash_request(const exchange *x, uint8_t out[SHA256_SIZE]) {
    uint8_t parts[3 * SHA256_SIZE]; /* hashes, since a body may be as large as a setting allows */
    secret_sha256(bytes_of_string(x->route->operation), parts);
    secret_sha256(x->request.path, parts + SHA256_SIZE);
    secret_sha256(x->request.body, parts + 2 * SHA256_SIZE);
    secret_hmac(x->service->idempotency_key, BYTES("request"), bytes_make(parts, sizeof parts), out);
}

static void idempotency_params(exchange *x, params *p) {
    uint8_t key[SHA256_SIZE];
    secret_hmac(x->service->idempotency_key, BYTES("key"), x->idempotency_key, key);
    param_uuid(p, x->session->account);
    param_bytes(p, bytes_make(key, sizeof key));
}

void idempotency_keep(exchange *x, int status, uuid made) {
    uint8_t request_hash[SHA256_SIZE];
    hash_request(x, request_hash);
    params *old = params_new(x->arena), *p = params_new(x->arena);
    param_uuid(old, x->session->account);
    param_moment(old, x->now - DAY);
    mutate(x, &stmt_idempotency_expire, old);
    idempotency_params(x, p);
    param_bytes(p, bytes_make(request_hash, sizeof request_hash));
    param_int4(p, status);
    param_uuid(p, made);
    param_moment(p, x->now);
    mutate(x, &stmt_idempotency_insert, p);
}

static void idempotency_found(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    rows found = unit_rows(u, 0);
    x->idempotency_read = true;
    if (ok(r) && rows_count(found) == 1) {
        uint8_t mine[SHA256_SIZE];
        hash_request(x, mine);
        if (!bytes_equal_secret(row_bytes(found, 0, idempotency_find__request_hash), bytes_make(mine, sizeof mine)))
            r = FAIL(KEY_REUSED);
        x->replay = true;
        x->made_id = row_uuid(found, 0, idempotency_find__result_id);
    }
    go_on_with_facts(x, r);
}

static verdict find_idempotency(exchange *x) {
    unit *u = new_unit(x);
    params *p = params_new(x->arena);
    idempotency_params(x, p);
    param_moment(p, x->now - DAY);
    unit_add(u, &stmt_idempotency_find, p);
    pool_submit(x->service->set.data, u, idempotency_found, x);
    return WAITING;
}

/* ---- the step ---- */

verdict step_facts(exchange *x) {
    if (!x->session) {
        verdict v = find_session(x);
        if (v != GO_ON) return v;
    }
    if (x->families_read == 0) {
        note_seen(x);
        verdict v = keys_ready(x, SERVICE_FAMILY);
        if (v != GO_ON) return v;
        result r = choose_families(x);
        if (!ok(r)) return fail(x, r);
    }
    if (x->route->idempotent && !x->idempotency_read) return find_idempotency(x);
    while (x->families_read < x->family_count) {
        verdict v = find_family(x);
        if (v != GO_ON) return v;
    }
    return hold_audit_keys(x);
}
