/* The line that an import leaves in the family's log: that it was imported, and nothing of what. */
#include "app/load_inside.h"

#include "flow/record.h"
#include "statements.h"

/* The importer is a boot of its own, with one record: number 0. */
result load_add_record(loader *l, unit *u, const load_ids *ids, moment at) {
    record_draft d = {.row = {.family = ids->family, .id = uuid_random(), .at = at, .boot = uuid_random(),
                              .kind = BYTES("family.import"), .outcome = BYTES("done"), .class_ = RECORD_NO_CLASS},
                      .head = {.viewer_kind = VIEWER_OPERATOR, .role = RECORD_ROLE_OPERATOR}};
    record_sealed made;
    TRY(record_seal(&d, keyring_find_audit(l->ring, ids->family), l->a, &made));
    record_add(u, l->a, &made);
    return OK;
}
