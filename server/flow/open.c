/* OPEN and SEAL: the only two places where a value is in the clear, and it stays in the exchange's arena.
 *
 * OPEN takes a receipt. The associated data is made from where the value was found, so a value that was moved does not open. */
#include "flow/flow.h"

#include "base/log.h"

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

result open_record(exchange *x, uuid record, bytes sealed, bytes *plain) {
    must(x->receipt.issued && x->audit_keys[0]);
    uint8_t aad[AAD_RECORD];
    aad_record(x->family_ids[0], record, aad);
    return envelope_open(x->audit_keys[0], ENVELOPE_XAES, 0, bytes_make(aad, sizeof aad), sealed, x->arena, plain);
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

verdict step_seal(exchange *x) {
    for (unsigned i = 0; i < x->text_count; i++) {
        result r = seal_one(x, &x->texts[i]);
        if (failed_as(r, R_NO_KEY) && x->key_loads++ < KEY_LOADS_MAX) return keys_load(x, x->family_ids[0]);
        if (!ok(r)) return fail(x, failed_as(r, R_NO_KEY) ? FAIL(UNAVAILABLE) : r);
    }
    return GO_ON;
}
