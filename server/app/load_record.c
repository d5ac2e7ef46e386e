/* The line that an import leaves in the family's log: that it was imported, and nothing of what. */
#include "app/load_inside.h"

#include "crypto/envelope.h"
#include "flow/record.h"
#include "statements.h"

static result seal(loader *l, uuid family, uuid record, buf *sealed) {
    static const record_head head = {.viewer_kind = VIEWER_OPERATOR};
    cipher_key *key = keyring_find_audit(l->ring, family);
    ENSURE(key != NULL, NO_KEY);
    buf plain = buf_new(1024);
    record_write(&plain, &head, NULL, NULL, 0, (bytes){0});
    must(buf_ok(&plain));
    uint8_t aad[AAD_RECORD];
    aad_record(family, record, aad);
    result r = envelope_seal(key, ENVELOPE_XAES, 0, bytes_make(aad, sizeof aad), buf_bytes(&plain), sealed);
    buf_release(&plain);
    return r;
}

/* The importer is a boot of its own, with one record: number 0. */
result load_add_record(loader *l, unit *u, const load_ids *ids, moment at) {
    uuid record = uuid_random();
    buf sealed = buf_new(4096);
    TRY(seal(l, ids->family, record, &sealed));
    params *p = params_new(l->a);
    param_uuid(p, record), param_uuid(p, ids->family), param_moment(p, at), param_uuid(p, uuid_random()), param_int8(p, 0);
    param_string(p, "family.import"), param_string(p, "done"), param_bool(p, false), param_uuid(p, (uuid){{0}});
    param_bytes(p, buf_bytes(&sealed));
    buf_release(&sealed);
    unit_add(u, &stmt_record_insert, p);
    return OK;
}
