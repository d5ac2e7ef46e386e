/* OPEN and SEAL: the only two places where a value is in the clear, and it stays in the exchange's arena.
 *
 * OPEN takes a receipt. The associated data is made from where the value was found, so a value that was moved does not open. */
#include "flow/flow.h"

#include "base/log.h"
#include "statements.h"

static body_context context_of(const facts *f, wanted w, uint32_t epoch) {
    const entry_fact *e = &f->entries[w.entry];
    return (body_context){.family = f->family, .owner = e->owner, .entry = e->id, .field = e->field,
                          .version = f->versions[w.version].number, .epoch = epoch};
}

/* NO_KEY: the owner's key is not in the ring. */
static result open_one(exchange *x, wanted w, bytes *plain) {
    const facts *f = facts_of(x);
    bytes sealed = x->families[0]->envelopes[w.version];
    ENSURE(sealed.at != NULL, BAD_ENVELOPE);
    uint32_t epoch;
    TRY(envelope_epoch(sealed, &epoch));
    body_context c = context_of(f, w, epoch);
    cipher_key *key = keyring_find(x->service->set.ring, c.family, c.owner, epoch);
    ENSURE(key != NULL, NO_KEY);
    uint8_t aad[AAD_BODY];
    aad_body(&c, aad);
    return envelope_open(key, ENVELOPE_GCM, epoch, bytes_make(aad, sizeof aad), sealed, x->arena, plain);
}

enum { KEY_LOADS_MAX = 2 };

verdict step_open(exchange *x) {
    must(x->receipt.issued);
    if (x->want_count == 0) return GO_ON;
    if (!x->plain) x->plain = ARENA_ARRAY(x->arena, bytes, x->want_count);
    for (uint32_t i = 0; i < x->want_count; i++) {
        if (x->wants[i].part) x->plain[i] = BYTES("{}");
        if (x->plain[i].at) continue;
        result r = open_one(x, x->wants[i], &x->plain[i]);
        if (failed_as(r, R_NO_KEY) && x->key_loads++ < KEY_LOADS_MAX) return keys_load(x, x->family_ids[0]);
        if (!ok(r)) {
            LOG(LOG_ERROR, "body.unreadable", LOG_I("family", x->family_ids[0]),
                LOG_I("entry", facts_of(x)->entries[x->wants[i].entry].id), LOG_R("why", r));
            return fail(x, failed_as(r, R_NO_KEY) ? FAIL(UNAVAILABLE) : r);
        }
    }
    return GO_ON;
}

bytes plain_of(const exchange *x, uint32_t i) {
    must(x->receipt.issued && i < x->want_count && x->plain[i].at);
    return x->plain[i];
}

static result open_record_of(exchange *x, cipher_key *key, uuid of, uuid record, bytes sealed, bytes *plain) {
    uint8_t aad[AAD_RECORD];
    must(x->receipt.issued && key);
    aad_record(of, record, aad);
    return envelope_open(key, ENVELOPE_XAES, 0, BYTES_OF(aad), sealed, x->arena, plain);
}

result open_record(exchange *x, uuid record, bytes sealed, bytes *plain) {
    return open_record_of(x, x->audit_keys[0], x->family_ids[0], record, sealed, plain);
}

result open_service_record(exchange *x, uuid record, bytes sealed, bytes *plain) {
    return open_record_of(x, keyring_find_audit(x->service->set.ring, SERVICE_FAMILY), SERVICE_FAMILY, record, sealed, plain);
}

result open_account_text(exchange *x, uint32_t column, bytes sealed, bytes *plain) {
    must(x->receipt.issued);
    cipher_key *key = keyring_service_cipher(x->service->set.ring, "account-text");
    ENSURE(key != NULL, UNAVAILABLE);
    uint8_t aad[AAD_ACCOUNT];
    aad_account(x->session->account, column, aad);
    return envelope_open(key, ENVELOPE_XAES, 0, bytes_make(aad, sizeof aad), sealed, x->arena, plain);
}

static result seal_one(exchange *x, text_to_seal *t) {
    uint32_t epoch = family_epoch(x->families[0], t->owner);
    cipher_key *key = keyring_find(x->service->set.ring, x->family_ids[0], t->owner, epoch);
    ENSURE(key != NULL, NO_KEY);
    body_context c = {.family = x->family_ids[0], .owner = t->owner, .entry = t->entry, .field = t->field, .version = t->version,
                      .epoch = epoch};
    uint8_t aad[AAD_BODY];
    aad_body(&c, aad);
    buf_clear(&t->sealed);
    return envelope_seal(key, ENVELOPE_GCM, epoch, bytes_make(aad, sizeof aad), t->plain, &t->sealed);
}

uuid organisation_mark(const exchange *x, bytes name) {
    return family_organisation(x->service->set.ring, x->arena, x->family_ids[0], name);
}

static void owner_stored(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    x->new_owner = (uuid){{0}};
    exchange_resume(x, ok(r) ? AGAIN : fail(x, FAIL(UNAVAILABLE)));
}

/* Key before data: what is stored is read back, so that of two servers one key stays. A write that then fails leaves a key of
 * nobody, which opens nothing. */
static verdict make_owner(exchange *x) {
    keyring *ring = x->service->set.ring;
    if (!keyring_has_family(ring, x->family_ids[0], FIRST_EPOCH)) {
        if (x->key_loads++ < KEY_LOADS_MAX) return keys_load(x, x->family_ids[0]);
        return fail(x, FAIL(UNAVAILABLE));
    }
    buf wrapped = buf_new(256);
    result r = keyring_make_owner(ring, x->family_ids[0], x->new_owner, FIRST_EPOCH, FIRST_EPOCH, &wrapped);
    bytes key = ok(r) ? arena_copy(x->arena, buf_bytes(&wrapped)) : (bytes){0};
    buf_release(&wrapped);
    if (!ok(r)) return fail(x, r);
    unit *u = unit_new(x->arena);
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(x->family_ids[0], set + 1);
    params *context = params_new(x->arena), *p = params_new(x->arena);
    param_text(context, arena_copy(x->arena, bytes_make(set, sizeof set)));
    unit_add(u, &stmt_keys_context_set, context);
    param_uuid(p, x->family_ids[0]), param_uuids(p, &x->new_owner, 1), param_byteas(p, &key, 1);
    param_int4(p, FIRST_EPOCH), param_int4(p, FIRST_EPOCH), param_moment(p, x->now);
    unit_add(u, &stmt_load_owner_keys, p);
    pool_submit(x->service->set.keys, u, owner_stored, x);
    return WAITING;
}

verdict step_seal(exchange *x) {
    if (!uuid_is_zero(x->new_owner)) return make_owner(x);
    for (unsigned i = 0; i < x->text_count; i++) {
        result r = seal_one(x, &x->texts[i]);
        if (failed_as(r, R_NO_KEY) && x->key_loads++ < KEY_LOADS_MAX) return keys_load(x, x->family_ids[0]);
        if (!ok(r)) return fail(x, failed_as(r, R_NO_KEY) ? FAIL(UNAVAILABLE) : r);
    }
    return GO_ON;
}
