/* One line of the audit log: what was looked at or done, by whom, on which ground; never a value.
 *
 * In clear and indexed stand id, family, moment, boot, counter, kind, outcome, emergency, account, organisation, class and rule;
 * the rest is sealed under the family's audit key. The layout is fixed binary, so that the same facts always give the same bytes:
 *   u8 version=4 | u8 flags | u8 viewer kind | u8 rule | u8 result | viewer 16 | session 16 | network 6 | u64 family version |
 *   secret 32 | u8 program | u8 role | u8 purpose | u8 network bits | u8 grounds n | n x 16 | u16 items m |
 *   m x (entry 16 | u16 version | u8 level << 6 | ground 0..62, 63 none | u8 rule | u8 field) | note
 * Version 3 named neither program, role nor purpose and committed to its items in their order, version 2 had neither secret nor
 * fields: neither stands in a tree of ours. Version 1 had no family version either. That tells which writes a
 * look had before it: their own moments can't, since a write is committed a little after the moment that it bears.
 *
 * What the log commits to (crypto/record.h) are the record's parts, made from row and sealed content together, so that a change of
 * either shows. All numbers are big-endian:
 *   0 head    family 16 | id 16 | u64 moment (microseconds since 1970) | u8 viewer kind | viewer 16 | u8 length, outcome |
 *             u8 length, kind
 *   1 access  boot 16 | u64 counter | account 16 | session 16 | organisation 16 | network 6 | u8 its bits |
 *             u8 length, program | u8 length, role | u8 length, purpose
 *   2 ruling  u8 flags | u8 emergency | u8 result | u64 family version | u8 class (255: none) | u8 length, rule
 *   3 note    what was written, given, asked: ids only
 *   4 grounds for each item: entry 16 | the grant or emergency, 16 (zero: none); apart, since who sees an item need not know of it
 *   5...      one for each item, its hash where a lot put it: entry 16 | u16 version | u8 level | u8 length, rule |
 *             u8 length, field */
#ifndef KRING_FLOW_RECORD_H
#define KRING_FLOW_RECORD_H

#include "base/buf.h"
#include "crypto/cipher.h"
#include "crypto/record.h"
#include "db/unit.h"
#include "policy/policy.h"

enum { RECORD_VERSION = 4, RECORD_EMERGENCY = 1, RECORD_WROTE = 2, RECORD_GROUNDS_MAX = 63, RECORD_ITEMS_MAX = 65535 };
typedef enum { VIEWER_NOBODY, VIEWER_PERSON, VIEWER_HELPER, VIEWER_AUDITOR, VIEWER_OPERATOR } viewer_kind;
enum { RECORD_NO_CLASS = 255 };

/* NEN 7513's access point, role and purpose, as they were at that moment. The program says itself what it is. A helper acts for his
 * organisation (row.organisation), anybody else in his own name: nobody uses another's account. What a grant is for, it says. */
#define RECORD_PROGRAMS(X) X(OTHER, "other") X(BROWSER, "browser") X(TERMINAL, "terminal")
#define RECORD_ROLES(X)                                                                                                          \
    X(NONE, "none") X(PERSON, "person") X(HELPER, "helper") X(COORDINATOR, "coordinator") X(AUTHORITY, "authority")              \
    X(SAFETY, "safety") X(EMERGENCY, "emergency") X(AUDITOR, "auditor") X(OPERATOR, "operator")
#define RECORD_PURPOSES(X)                                                                                                       \
    X(OPERATION, "operation") X(OWN, "own") X(CARE, "care") X(EMERGENCY, "emergency") X(OVERSIGHT, "oversight")
#define X(name, text) RECORD_PROGRAM_##name,
typedef enum { RECORD_PROGRAMS(X) RECORD_PROGRAM_COUNT } record_program;
#undef X
#define X(name, text) RECORD_ROLE_##name,
typedef enum { RECORD_ROLES(X) RECORD_ROLE_COUNT } record_role;
#undef X
#define X(name, text) RECORD_PURPOSE_##name,
typedef enum { RECORD_PURPOSES(X) RECORD_PURPOSE_COUNT } record_purpose;
#undef X
const char *record_program_text(record_program p);
const char *record_role_text(record_role r);
const char *record_purpose_text(record_purpose p);

typedef struct {
    viewer_kind viewer_kind;
    uuid viewer, session;
    uint8_t network[6];   /* the peer's, coarse on purpose; never of somebody of the family */
    uint8_t network_bits; /* 24 or 48; 0: none */
    uint8_t result;     /* a result_code, for refusals */
    uint8_t rule;       /* the deciding rule of a refusal */
    uint8_t flags;
    uint64_t family_version; /* of the facts that it rests on; 0: not recorded. A write (RECORD_WROTE) made the next one of it */
    uint8_t secret[RECORD_SECRET]; /* of its commitment */
    record_program program;
    record_role role;
    record_purpose purpose;
} record_head;

/* What stands in clear. */
typedef struct {
    uuid family, id;
    moment at;
    uuid boot;
    uint64_t counter;
    bytes kind, outcome; /* outcome: done, refused or failed */
    bool emergency;
    uuid account, organisation; /* organisation: zero for none */
    uint8_t class_;             /* the highest of what is disclosed, or RECORD_NO_CLASS */
    bytes rule;                 /* that refused it, or that allowed the highest class; empty for none */
} record_row;

typedef struct {
    uuid entry;
    uint16_t version;
    level level;
    rule rule;
    field_id field; /* FIELD_NONE in older records, and for what is no field */
    bool has_ground;
    uuid ground; /* a grant or an emergency */
} record_item;

typedef struct {
    record_head head;
    uuid grounds[RECORD_GROUNDS_MAX];
    uint8_t ground_count, version;
    uint16_t item_count;
    bytes items, note; /* in the decoded bytes */
} record_view;

/* What a record is about to be made of. */
typedef struct {
    record_row row;
    record_head head;
    const facts *facts;    /* NULL without items */
    const permit *permits; /* `count` of them, chosen by their positions in the facts */
    uint32_t count;
    bytes note;
} record_draft;

typedef struct {
    record_row row;
    bytes sealed;
    uint8_t leaf[RECORD_HASH];
} record_sealed;

/* Opens what is sealed of it. NO_KEY without a key; BAD_ENVELOPE: it was changed or moved. */
result record_open(cipher_key *key, const record_row *row, bytes sealed, arena *a, record_view *out) MUST_USE;

/* Completes class and rule of the row, seals under the family's audit key and commits; all in `a`. TOO_MUCH for a record that no
 * envelope holds. */
result record_seal(const record_draft *d, cipher_key *key, arena *a, record_sealed *out) MUST_USE;
/* Its row, and what the log is to take up for it. */
void record_add(unit *u, arena *a, const record_sealed *r);
/* The same, unless its number is taken by now. */
void record_add_if_free(unit *u, arena *a, const record_sealed *r);
/* What is sealed; overflow of `out` is the caller's to see. */
void record_write(buf *out, const record_draft *d);
/* The clear row of records_page, check_log_records and retire_records alike; its texts in `a`. */
record_row record_row_at(rows r, size_t i, uuid family, arena *a);
/* BAD_ENVELOPE if the bytes are not a record. */
result record_parse(bytes plain, record_view *out) MUST_USE;
record_item record_item_at(const record_view *v, uint16_t i);

enum { PART_HEAD, PART_ACCESS, PART_RULING, PART_NOTE, PART_GROUNDS, PART_ITEMS };
/* Whether the log can hold it; an older one has no commitment. */
static inline bool record_committed(const record_view *v) { return v->version >= 4; }
/* Its parts, PART_ITEMS + item_count of them, and what opens them; in `a`. Only for a record with a commitment. */
bytes *record_parts(const record_row *row, const record_view *v, arena *a);
record_opening record_parts_open(const record_view *v, const bytes *parts, arena *a);
/* What the log must hold for it. */
void record_leaf(const record_row *row, const record_view *v, arena *a, uint8_t leaf[RECORD_HASH]);

#endif
