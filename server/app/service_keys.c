#include "app/service_keys.h"

#include "statements.h"

/* Adds what is stored; `missing` counts what is not. */
static result keys_read(uv_loop_t *loop, pool *keys, keyring *ring, size_t *missing) {
    arena *a = arena_new();
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int4(p, 0);
    (void)unit_add(u, &stmt_keys_service, p);
    result r = unit_wait(loop, keys, u);
    rows found = unit_rows(u, 0);
    for (size_t i = 0; ok(r) && i < rows_count(found); i++) {
        const char *purpose = arena_string(a, row_text(found, i, keys_service__purpose));
        r = keyring_add_service(ring, purpose, row_bytes(found, i, keys_service__wrapped));
    }
    *missing = 0;
    for (size_t i = 0; i < SERVICE_PURPOSES; i++) *missing += keyring_service(ring, service_purposes[i]) == NULL;
    arena_release(a);
    return r;
}

enum { WRAPPED_MAX = 512 };

static result keys_make(uv_loop_t *loop, pool *keys, keyring *ring, moment now) {
    arena *a = arena_new();
    bytes purposes[SERVICE_PURPOSES], wrapped[SERVICE_PURPOSES];
    size_t n = 0;
    result r = OK;
    for (size_t i = 0; ok(r) && i < SERVICE_PURPOSES; i++) {
        if (keyring_service(ring, service_purposes[i])) continue;
        buf made = buf_new(WRAPPED_MAX);
        r = keyring_make_service(ring, service_purposes[i], &made);
        must(buf_ok(&made));
        purposes[n] = bytes_of_string(service_purposes[i]);
        wrapped[n++] = arena_copy(a, buf_bytes(&made));
        buf_release(&made);
    }
    if (ok(r)) {
        unit *u = unit_new(a);
        params *p = params_new(a);
        param_texts(p, purposes, n);
        param_byteas(p, wrapped, n);
        param_moment(p, now);
        (void)unit_add(u, &stmt_load_service_keys, p);
        r = unit_wait(loop, keys, u);
    }
    arena_release(a);
    return r;
}

/* The zero family is the service itself: log-ins and what concerns no family are recorded under its audit key. */
static const uuid service_family;

static unit *service_family_unit(arena *a) {
    char set[UUID_TEXT + 2] = "{";
    uuid_write(service_family, set + 1);
    set[UUID_TEXT + 1] = '}';
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_text(p, bytes_make(set, sizeof set));
    (void)unit_add(u, &stmt_keys_context_set, p);
    return u;
}

static result audit_key_make(keyring *ring, arena *a, moment now, unit *u) {
    buf made = buf_new(WRAPPED_MAX);
    TRY(keyring_make_audit(ring, service_family, &made));
    params *p = params_new(a);
    param_uuid(p, service_family);
    param_bytes(p, arena_copy(a, buf_bytes(&made)));
    param_moment(p, now);
    buf_release(&made);
    (void)unit_add(u, &stmt_load_audit_key, p); /* what is there stays */
    return OK;
}

static result audit_key_load(uv_loop_t *loop, pool *keys, keyring *ring, arena *a, moment now) {
    unit *u = service_family_unit(a);
    TRY(audit_key_make(ring, a, now, u));
    params *p = params_new(a);
    param_uuid(p, service_family);
    size_t read = unit_add(u, &stmt_keys_audit, p);
    TRY(unit_wait(loop, keys, u));
    ENSURE(rows_count(unit_rows(u, read)) == 1, NO_KEY);
    return keyring_add_audit(ring, service_family, row_bytes(unit_rows(u, read), 0, keys_audit__wrapped));
}

static result purposes_load(uv_loop_t *loop, pool *keys, keyring *ring, moment now) {
    size_t missing;
    TRY(keys_read(loop, keys, ring, &missing));
    if (missing == 0) return OK;
    TRY(keys_make(loop, keys, ring, now));
    TRY(keys_read(loop, keys, ring, &missing));
    ENSURE(missing == 0, NO_KEY);
    return OK;
}

result service_keys_load(uv_loop_t *loop, pool *keys, keyring *ring, moment now) {
    TRY(purposes_load(loop, keys, ring, now));
    arena *a = arena_new();
    result r = audit_key_load(loop, keys, ring, a, now);
    arena_release(a);
    return r;
}
