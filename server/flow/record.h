/* One line of the audit log: what was looked at or done, by whom, on which ground; never a value.
 *
 * In clear and indexed stand id, family, moment, boot, counter, kind, outcome, emergency and account; the rest is sealed under the
 * family's audit key. The layout is fixed binary, so that the same facts always give the same bytes:
 *   u8 version=2 | u8 flags | u8 viewer kind | u8 rule | u8 result | viewer 16 | session 16 | network 6 | u64 family version |
 *   u8 grounds n | n x 16 | u16 items m | m x (entry 16 | u16 version | u8 level << 6 | ground 0..62, 63 none | u8 rule) | note
 * Version 1 had no family version. It tells which writes a look had before it: their own moments can't, since a write is committed
 * a little after the moment that it bears. */
#ifndef KRING_FLOW_RECORD_H
#define KRING_FLOW_RECORD_H

#include "base/buf.h"
#include "policy/policy.h"

enum { RECORD_VERSION = 2, RECORD_EMERGENCY = 1, RECORD_WROTE = 2, RECORD_GROUNDS_MAX = 63, RECORD_ITEMS_MAX = 65535 };
typedef enum { VIEWER_NOBODY, VIEWER_PERSON, VIEWER_HELPER, VIEWER_AUDITOR, VIEWER_OPERATOR } viewer_kind;

typedef struct {
    viewer_kind viewer_kind;
    uuid viewer, session;
    uint8_t network[6]; /* the peer's /24 or /48: coarse on purpose */
    uint8_t result;     /* a result_code, for refusals */
    uint8_t rule;       /* the deciding rule of a refusal */
    uint8_t flags;
    uint64_t family_version; /* of the facts that it rests on; 0: not recorded. A write (RECORD_WROTE) made the next one of it */
} record_head;

typedef struct {
    uuid entry;
    uint16_t version;
    level level;
    rule rule;
    bool has_ground;
    uuid ground; /* a grant or an emergency */
} record_item;

typedef struct {
    record_head head;
    uuid grounds[RECORD_GROUNDS_MAX];
    uint8_t ground_count;
    uint16_t item_count;
    bytes items, note; /* in the decoded bytes */
} record_view;

/* Writes head and items of what `permits` grants; `n` permits chosen by their positions in the facts. */
void record_write(buf *out, const record_head *head, const facts *f, const permit *permits, uint32_t n, bytes note);
/* BAD_ENVELOPE if the bytes are not a record. */
result record_parse(bytes plain, record_view *out) MUST_USE;
record_item record_item_at(const record_view *v, uint16_t i);

#endif
