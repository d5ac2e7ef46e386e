#include "app/load_inside.h"
#include "app/service_keys.h"
#include "statements.h"

enum { WRAPPED_MAX = 256 };

/* A wrapped key, copied to where the statement's parameters live. */
static bytes taken(loader *l, buf *wrapped) {
    bytes copy = arena_copy(l->a, buf_bytes(wrapped));
    buf_release(wrapped);
    return copy;
}

/* ---- the installation's keys ---- */

static result add_new_audit(loader *l, unit *u, uuid family, moment at) {
    buf w = buf_new(WRAPPED_MAX);
    TRY(keyring_make_audit(l->ring, family, &w));
    params *p = params_new(l->a);
    param_uuid(p, family);
    param_bytes(p, taken(l, &w));
    param_moment(p, at);
    unit_add(u, &stmt_load_audit_key, p);
    return OK;
}

static size_t add_read_of(loader *l, unit *u, const statement *s, uuid family) {
    params *p = params_new(l->a);
    param_uuid(p, family);
    return unit_add(u, s, p);
}

static result open_audit(loader *l, uuid family, rows r) {
    ENSURE(rows_count(r) == 1, NO_KEY);
    return keyring_add_audit(l->ring, family, row_bytes(r, 0, keys_audit__wrapped));
}

/* The zero family is the service itself: its log begins with the first log-in. */
result load_service_keys(loader *l) {
    const uuid service = {0};
    moment at = clock_real();
    TRY(service_keys_load(&l->loop, l->keys, l->ring, at));
    unit *u = load_unit(l, &stmt_keys_context_set, service);
    TRY(add_new_audit(l, u, service, at));
    size_t audit = add_read_of(l, u, &stmt_keys_audit, service);
    TRY(load_run(l, l->keys, u));
    return open_audit(l, service, unit_rows(u, audit));
}

/* ---- a family's keys ---- */

static result store_family_key(loader *l, uuid family, moment at) {
    buf w = buf_new(WRAPPED_MAX);
    unit *u = load_unit(l, &stmt_keys_context_set, family);
    TRY(keyring_make_family(l->ring, family, FIRST_EPOCH, &w));
    params *p = params_new(l->a);
    param_uuid(p, family);
    param_int4(p, FIRST_EPOCH);
    param_bytes(p, taken(l, &w));
    param_moment(p, at);
    unit_add(u, &stmt_load_family_key, p);
    TRY(add_new_audit(l, u, family, at));
    size_t key = add_read_of(l, u, &stmt_keys_family, family), audit = add_read_of(l, u, &stmt_keys_audit, family);
    TRY(load_run(l, l->keys, u));
    rows r = unit_rows(u, key);
    /* A load that died before its data left this key behind; one epoch is all there can be. */
    ENSURE(rows_count(r) == 1 && row_int4(r, 0, keys_family__epoch) == FIRST_EPOCH, NO_KEY);
    TRY(keyring_add_family(l->ring, family, FIRST_EPOCH, row_bytes(r, 0, keys_family__wrapped)));
    return open_audit(l, family, unit_rows(u, audit));
}

static result add_new_owners(loader *l, unit *u, uuid family, const uuid *owners, size_t count, moment at) {
    bytes *wrapped = ARENA_ARRAY(l->a, bytes, count);
    for (size_t i = 0; i < count; i++) {
        buf w = buf_new(WRAPPED_MAX);
        TRY(keyring_make_owner(l->ring, family, owners[i], FIRST_EPOCH, FIRST_EPOCH, &w));
        wrapped[i] = taken(l, &w);
    }
    params *p = params_new(l->a);
    param_uuid(p, family);
    param_uuids(p, owners, count);
    param_byteas(p, wrapped, count);
    param_int4(p, FIRST_EPOCH);
    param_int4(p, FIRST_EPOCH);
    param_moment(p, at);
    unit_add(u, &stmt_load_owner_keys, p);
    return OK;
}

static result open_owners(loader *l, uuid family, rows r) {
    for (size_t i = 0; i < rows_count(r); i++) {
        uint32_t epoch = (uint32_t)row_int4(r, i, keys_owners__epoch),
                 under = (uint32_t)row_int4(r, i, keys_owners__family_epoch);
        uuid owner = row_uuid(r, i, keys_owners__owner_id);
        TRY(keyring_add_owner(l->ring, family, owner, epoch, under, row_bytes(r, i, keys_owners__wrapped)));
    }
    return OK;
}

result load_family_keys(loader *l, uuid family, const uuid *owners, size_t count) {
    moment at = clock_real();
    TRY(store_family_key(l, family, at));
    unit *u = load_unit(l, &stmt_keys_context_set, family);
    TRY(add_new_owners(l, u, family, owners, count, at));
    size_t stored = add_read_of(l, u, &stmt_keys_owners, family);
    TRY(load_run(l, l->keys, u));
    TRY(open_owners(l, family, unit_rows(u, stored)));
    for (size_t i = 0; i < count; i++) ENSURE(keyring_find(l->ring, family, owners[i], FIRST_EPOCH) != NULL, NO_KEY);
    return OK;
}
