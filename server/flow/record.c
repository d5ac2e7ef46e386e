#include "flow/record.h"

#include "crypto/envelope.h"
#include "crypto/secret.h"
#include "statements.h"

enum {
    HEAD_1 = 5 + 16 + 16 + 6,
    HEAD_2 = HEAD_1 + 8,
    HEAD_3 = HEAD_2 + RECORD_SECRET,
    HEAD_4 = HEAD_3 + 4,
    ITEM_2 = 16 + 2 + 1 + 1,
    ITEM_3 = ITEM_2 + 1,
    NO_GROUND = 63
};

#define X(name, text) text,
const char *record_program_text(record_program p) {
    static const char *const texts[] = {RECORD_PROGRAMS(X)};
    return texts[p];
}

const char *record_role_text(record_role r) {
    static const char *const texts[] = {RECORD_ROLES(X)};
    return texts[r];
}

const char *record_purpose_text(record_purpose p) {
    static const char *const texts[] = {RECORD_PURPOSES(X)};
    return texts[p];
}
#undef X

/* ---- writing ---- */

static uint8_t ground_place(record_view *v, const facts *f, const permit *p) {
    if (p->grant < 0 && p->emergency < 0) return NO_GROUND;
    uuid id = p->emergency >= 0 ? f->emergencies[p->emergency].id : f->grants[p->grant].id; /* the weakest: R-50b names it */
    for (uint8_t i = 0; i < v->ground_count; i++)
        if (uuid_equal(v->grounds[i], id)) return i;
    if (v->ground_count == RECORD_GROUNDS_MAX) return NO_GROUND;
    v->grounds[v->ground_count] = id;
    return v->ground_count++;
}

static void write_head(buf *out, const record_head *h) {
    uint8_t *p = buf_room(out, HEAD_4);
    if (!p) return;
    p[0] = RECORD_VERSION, p[1] = h->flags, p[2] = (uint8_t)h->viewer_kind, p[3] = h->rule, p[4] = h->result;
    memcpy(p + 5, h->viewer.b, 16);
    memcpy(p + 21, h->session.b, 16);
    memcpy(p + 37, h->network, 6);
    put_u64(p + HEAD_1, h->family_version);
    memcpy(p + HEAD_2, h->secret, RECORD_SECRET);
    p[HEAD_3] = (uint8_t)h->program, p[HEAD_3 + 1] = (uint8_t)h->role, p[HEAD_3 + 2] = (uint8_t)h->purpose;
    p[HEAD_3 + 3] = h->network_bits;
    buf_wrote(out, HEAD_4);
}

static void write_item(buf *out, const facts *f, const permit *p, uint8_t ground) {
    uint8_t *item = buf_room(out, ITEM_3);
    if (!item) return;
    memcpy(item, f->entries[p->entry].id.b, 16);
    put_u16(item + 16, (uint16_t)f->versions[p->version].number);
    item[18] = (uint8_t)(p->level << 6 | ground);
    item[19] = (uint8_t)p->rule;
    item[20] = f->entries[p->entry].field;
    buf_wrote(out, ITEM_3);
}

void record_write(buf *out, const record_draft *d) {
    must(d->count <= RECORD_ITEMS_MAX);
    record_head h = d->head;
    record_view grounds = {0};
    for (uint32_t i = 0; i < d->count; i++) {
        ground_place(&grounds, d->facts, &d->permits[i]);
        if (d->permits[i].emergency >= 0) h.flags |= RECORD_EMERGENCY;
    }
    write_head(out, &h);
    buf_put_byte(out, grounds.ground_count);
    buf_put(out, bytes_make(grounds.grounds, 16u * grounds.ground_count));
    uint8_t count[2];
    put_u16(count, (uint16_t)d->count);
    buf_put(out, BYTES_OF(count));
    for (uint32_t i = 0; i < d->count; i++)
        write_item(out, d->facts, &d->permits[i], ground_place(&grounds, d->facts, &d->permits[i]));
    buf_put(out, d->note);
}

/* ---- reading ---- */

static size_t item_size(const record_view *v) { return v->version < 3 ? ITEM_2 : ITEM_3; }

static result parse_head(bytes plain, record_view *out, size_t *len) {
    static const size_t sizes[] = {0, HEAD_1, HEAD_2, HEAD_3, HEAD_4};
    ENSURE(plain.len > 0 && plain.at[0] >= 1 && plain.at[0] <= RECORD_VERSION, BAD_ENVELOPE);
    const uint8_t *p = plain.at;
    *len = sizes[p[0]];
    ENSURE(plain.len >= *len + 1, BAD_ENVELOPE);
    *out = (record_view){.head = {.flags = p[1], .viewer_kind = (viewer_kind)p[2], .rule = p[3], .result = p[4]}, .version = p[0]};
    ENSURE(p[2] <= VIEWER_OPERATOR && p[3] < RULE_COUNT, BAD_ENVELOPE);
    memcpy(out->head.viewer.b, p + 5, 16);
    memcpy(out->head.session.b, p + 21, 16);
    memcpy(out->head.network, p + 37, 6);
    if (p[0] >= 2) out->head.family_version = get_u64(p + HEAD_1);
    if (p[0] >= 3) memcpy(out->head.secret, p + HEAD_2, RECORD_SECRET);
    if (p[0] < 4) return OK;
    p += HEAD_3;
    ENSURE(p[0] < RECORD_PROGRAM_COUNT && p[1] < RECORD_ROLE_COUNT && p[2] < RECORD_PURPOSE_COUNT, BAD_ENVELOPE);
    out->head.program = (record_program)p[0], out->head.role = (record_role)p[1], out->head.purpose = (record_purpose)p[2];
    out->head.network_bits = p[3];
    return OK;
}

result record_parse(bytes plain, record_view *out) {
    size_t head;
    TRY(parse_head(plain, out, &head));
    const uint8_t *p = plain.at + head, *end = plain.at + plain.len;
    out->ground_count = *p++;
    ENSURE(out->ground_count <= RECORD_GROUNDS_MAX && (size_t)(end - p) >= 16u * out->ground_count + 2u, BAD_ENVELOPE);
    memcpy(out->grounds, p, 16u * out->ground_count);
    p += 16u * out->ground_count;
    out->item_count = get_u16(p);
    p += 2;
    size_t len = item_size(out) * out->item_count;
    ENSURE((size_t)(end - p) >= len, BAD_ENVELOPE);
    out->items = bytes_make(p, len);
    p += len;
    out->note = bytes_make(p, (size_t)(end - p));
    return OK;
}

record_item record_item_at(const record_view *v, uint16_t i) {
    must(i < v->item_count);
    const uint8_t *p = v->items.at + i * item_size(v);
    record_item item = {.version = get_u16(p + 16),
                        .level = (level)(p[18] >> 6),
                        .rule = p[19] < RULE_COUNT ? (rule)p[19] : RULE_R01,
                        .field = FIELD_NONE};
    memcpy(item.entry.b, p, 16);
    if (v->version >= 3 && p[20] < FIELD_COUNT) item.field = p[20];
    uint8_t ground = p[18] & 63;
    item.has_ground = ground < v->ground_count;
    if (item.has_ground) item.ground = v->grounds[ground];
    return item;
}

#define SAME_COLUMN(name)                                                                                                          \
    _Static_assert((int)records_page__##name == (int)check_log_records__##name &&                                                  \
                       (int)records_page__##name == (int)retire_records__##name, #name)
SAME_COLUMN(id);
SAME_COLUMN(at);
SAME_COLUMN(boot_id);
SAME_COLUMN(counter);
SAME_COLUMN(kind);
SAME_COLUMN(outcome);
SAME_COLUMN(emergency);
SAME_COLUMN(actor_id);
SAME_COLUMN(organisation_id);
SAME_COLUMN(class);
SAME_COLUMN(rule);
SAME_COLUMN(sealed);

record_row record_row_at(rows r, size_t i, uuid family, arena *a) {
    bool no_class = row_is_null(r, i, records_page__class), no_rule = row_is_null(r, i, records_page__rule);
    return (record_row){.family = family,
                        .id = row_uuid(r, i, records_page__id),
                        .at = row_moment(r, i, records_page__at),
                        .boot = row_uuid(r, i, records_page__boot_id),
                        .counter = (uint64_t)row_int8(r, i, records_page__counter),
                        .kind = arena_copy(a, row_text(r, i, records_page__kind)),
                        .outcome = arena_copy(a, row_text(r, i, records_page__outcome)),
                        .emergency = row_bool(r, i, records_page__emergency),
                        .account = row_uuid(r, i, records_page__actor_id),
                        .organisation = row_uuid_or_zero(r, i, records_page__organisation_id),
                        .class_ = no_class ? RECORD_NO_CLASS : (uint8_t)row_int4(r, i, records_page__class),
                        .rule = no_rule ? BYTES("") : arena_copy(a, row_text(r, i, records_page__rule))};
}

result record_open(cipher_key *key, const record_row *row, bytes sealed, arena *a, record_view *out) {
    ENSURE(key != NULL, NO_KEY);
    bytes plain;
    uint8_t aad[AAD_RECORD];
    aad_record(row->family, row->id, aad);
    TRY(envelope_open(key, ENVELOPE_XAES, 0, BYTES_OF(aad), sealed, a, &plain));
    return record_parse(plain, out);
}

/* ---- parts ---- */

static void put_part_uuid(buf *b, uuid id) { buf_put(b, BYTES_OF(id.b)); }

static void put_part_u64(buf *b, uint64_t v) {
    uint8_t eight[8];
    put_u64(eight, v);
    buf_put(b, BYTES_OF(eight));
}

static void put_short(buf *b, bytes text) {
    must(text.len < 256);
    buf_put_byte(b, (uint8_t)text.len);
    buf_put(b, text);
}

static void put_head_part(buf *b, const record_row *row, const record_head *h) {
    put_part_uuid(b, row->family), put_part_uuid(b, row->id);
    put_part_u64(b, (uint64_t)row->at);
    buf_put_byte(b, (uint8_t)h->viewer_kind), put_part_uuid(b, h->viewer);
    put_short(b, row->outcome), put_short(b, row->kind);
}

static void put_access_part(buf *b, const record_row *row, const record_head *h) {
    put_part_uuid(b, row->boot);
    put_part_u64(b, row->counter);
    put_part_uuid(b, row->account), put_part_uuid(b, h->session), put_part_uuid(b, row->organisation);
    buf_put(b, BYTES_OF(h->network)), buf_put_byte(b, h->network_bits);
    put_short(b, bytes_of_string(record_program_text(h->program)));
    put_short(b, bytes_of_string(record_role_text(h->role)));
    put_short(b, bytes_of_string(record_purpose_text(h->purpose)));
}

static void put_ruling_part(buf *b, const record_row *row, const record_head *h) {
    buf_put_byte(b, h->flags), buf_put_byte(b, row->emergency), buf_put_byte(b, h->result);
    put_part_u64(b, h->family_version);
    buf_put_byte(b, row->class_);
    put_short(b, row->rule);
}

static void put_item_part(buf *b, record_item item) {
    uint8_t version[2];
    put_u16(version, item.version);
    put_part_uuid(b, item.entry);
    buf_put(b, BYTES_OF(version));
    buf_put_byte(b, (uint8_t)item.level);
    put_short(b, bytes_of_string(rule_text(item.rule)));
    put_short(b, item.field < FIELD_COUNT ? bytes_of_string(catalogue[item.field].name) : BYTES(""));
}

static void put_grounds_part(buf *b, const record_view *v) {
    for (uint16_t i = 0; i < v->item_count; i++) {
        record_item item = record_item_at(v, i);
        put_part_uuid(b, item.entry);
        put_part_uuid(b, item.has_ground ? item.ground : (uuid){{0}});
    }
}

static void put_part(buf *b, const record_row *row, const record_view *v, uint32_t i) {
    switch (i) {
    case PART_HEAD: put_head_part(b, row, &v->head); break;
    case PART_ACCESS: put_access_part(b, row, &v->head); break;
    case PART_RULING: put_ruling_part(b, row, &v->head); break;
    case PART_NOTE: buf_put(b, v->note); break;
    case PART_GROUNDS: put_grounds_part(b, v); break;
    default: put_item_part(b, record_item_at(v, (uint16_t)(i - PART_ITEMS))); break;
    }
}

bytes *record_parts(const record_row *row, const record_view *v, arena *a) {
    must(record_committed(v));
    uint32_t n = PART_ITEMS + (uint32_t)v->item_count;
    bytes *parts = ARENA_ARRAY(a, bytes, n);
    size_t *ends = ARENA_ARRAY(a, size_t, n);
    buf all = buf_new(ENVELOPE_PLAIN_MAX * 8u);
    for (uint32_t i = 0; i < n; i++)
        put_part(&all, row, v, i), ends[i] = all.len;
    must(buf_ok(&all)); /* an item's part is less than 128 bytes, and the note was in an envelope */
    bytes whole = arena_copy(a, buf_bytes(&all));
    buf_release(&all);
    for (uint32_t i = 0; i < n; i++)
        parts[i] = bytes_make(whole.at + (i ? ends[i - 1] : 0), ends[i] - (i ? ends[i - 1] : 0));
    return parts;
}

/* ---- sealing ---- */

static void complete_row(const record_draft *d, record_row *row) {
    for (uint32_t i = 0; i < d->count; i++) {
        field_id field = d->facts->entries[d->permits[i].entry].field;
        if (field == FIELD_NONE) continue;
        uint8_t class_ = (uint8_t)catalogue[field].class_;
        if (row->class_ != RECORD_NO_CLASS && row->class_ >= class_) continue;
        row->class_ = class_;
        row->rule = bytes_of_string(rule_text(d->permits[i].rule));
    }
}

record_opening record_parts_open(const record_view *v, const bytes *parts, arena *a) {
    return record_opening_make(v->head.secret, parts, PART_ITEMS + (uint32_t)v->item_count, PART_ITEMS, a);
}

void record_leaf(const record_row *row, const record_view *v, arena *a, uint8_t leaf[RECORD_HASH]) {
    record_opening o = record_parts_open(v, record_parts(row, v, a), a);
    record_commit((const uint8_t(*)[RECORD_HASH])o.hashes, o.slots, leaf);
}

static result seal_plain(const record_draft *d, cipher_key *key, buf *plain, arena *a, record_sealed *out) {
    record_view v;
    uint8_t aad[AAD_RECORD];
    record_write(plain, d);
    ENSURE(buf_ok(plain), TOO_MUCH);
    must(ok(record_parse(buf_bytes(plain), &v)));
    record_leaf(&out->row, &v, a, out->leaf);
    aad_record(out->row.family, out->row.id, aad);
    buf sealed = buf_new(ENVELOPE_PLAIN_MAX + 8192);
    result r = envelope_seal(key, ENVELOPE_XAES, 0, BYTES_OF(aad), buf_bytes(plain), &sealed);
    if (ok(r)) out->sealed = arena_copy(a, buf_bytes(&sealed));
    buf_release(&sealed);
    return r;
}

result record_seal(const record_draft *d, cipher_key *key, arena *a, record_sealed *out) {
    ENSURE(key != NULL, UNAVAILABLE);
    record_draft whole = *d;
    secret_random(whole.head.secret, RECORD_SECRET);
    *out = (record_sealed){.row = d->row};
    complete_row(d, &out->row);
    buf plain = buf_new(ENVELOPE_PLAIN_MAX);
    result r = seal_plain(&whole, key, &plain, a, out);
    buf_release(&plain);
    wipe(whole.head.secret, RECORD_SECRET);
    return r;
}

static void add_with(unit *u, arena *a, const record_sealed *r, const statement *insert) {
    params *p = params_new(a);
    param_uuid(p, r->row.id);
    param_uuid(p, r->row.family);
    param_moment(p, r->row.at);
    param_uuid(p, r->row.boot);
    param_int8(p, (int64_t)r->row.counter);
    param_text(p, r->row.kind);
    param_text(p, r->row.outcome);
    param_bool(p, r->row.emergency);
    param_uuid(p, r->row.account);
    param_bytes(p, r->sealed);
    param_uuid(p, r->row.organisation);
    param_int4(p, r->row.class_);
    param_text(p, r->row.rule);
    param_bytes(p, arena_copy(a, BYTES_OF(r->leaf)));
    unit_add(u, insert, p);
}

void record_add(unit *u, arena *a, const record_sealed *r) { add_with(u, a, r, &stmt_record_insert); }
void record_add_if_free(unit *u, arena *a, const record_sealed *r) { add_with(u, a, r, &stmt_record_insert_if_free); }
