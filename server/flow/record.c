#include "flow/record.h"

enum { HEAD_OLD = 5 + 16 + 16 + 6, HEAD_SIZE = HEAD_OLD + 8, ITEM_SIZE = 16 + 2 + 1 + 1, NO_GROUND = 63 };

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
    uint8_t *p = buf_room(out, HEAD_SIZE);
    if (!p) return;
    p[0] = RECORD_VERSION, p[1] = h->flags, p[2] = (uint8_t)h->viewer_kind, p[3] = h->rule, p[4] = h->result;
    memcpy(p + 5, h->viewer.b, 16);
    memcpy(p + 21, h->session.b, 16);
    memcpy(p + 37, h->network, 6);
    put_u64(p + HEAD_OLD, h->family_version);
    buf_wrote(out, HEAD_SIZE);
}

void record_write(buf *out, const record_head *head, const facts *f, const permit *permits, uint32_t n, bytes note) {
    must(n <= RECORD_ITEMS_MAX);
    record_head h = *head;
    record_view grounds = {0};
    for (uint32_t i = 0; i < n; i++) {
        ground_place(&grounds, f, &permits[i]);
        if (permits[i].emergency >= 0) h.flags |= RECORD_EMERGENCY;
    }
    write_head(out, &h);
    buf_put_byte(out, grounds.ground_count);
    buf_put(out, bytes_make(grounds.grounds, 16u * grounds.ground_count));
    uint8_t count[2];
    put_u16(count, (uint16_t)n);
    buf_put(out, bytes_make(count, 2));
    for (uint32_t i = 0; i < n; i++) {
        const permit *p = &permits[i];
        uint8_t item[ITEM_SIZE];
        memcpy(item, f->entries[p->entry].id.b, 16);
        put_u16(item + 16, (uint16_t)f->versions[p->version].number);
        item[18] = (uint8_t)(p->level << 6 | ground_place(&grounds, f, p));
        item[19] = (uint8_t)p->rule;
        buf_put(out, bytes_make(item, ITEM_SIZE));
    }
    buf_put(out, note);
}

result record_parse(bytes plain, record_view *out) {
    ENSURE(plain.len > 0 && plain.at[0] >= 1 && plain.at[0] <= RECORD_VERSION, BAD_ENVELOPE);
    size_t head = plain.at[0] == 1 ? HEAD_OLD : HEAD_SIZE;
    ENSURE(plain.len >= head + 1, BAD_ENVELOPE);
    const uint8_t *p = plain.at, *end = plain.at + plain.len;
    *out = (record_view){.head = {.flags = p[1], .viewer_kind = (viewer_kind)p[2], .rule = p[3], .result = p[4]}};
    ENSURE(p[2] <= VIEWER_OPERATOR && p[3] < RULE_COUNT, BAD_ENVELOPE);
    memcpy(out->head.viewer.b, p + 5, 16);
    memcpy(out->head.session.b, p + 21, 16);
    memcpy(out->head.network, p + 37, 6);
    if (head == HEAD_SIZE) out->head.family_version = get_u64(p + HEAD_OLD);
    p += head;
    out->ground_count = *p++;
    ENSURE(out->ground_count <= RECORD_GROUNDS_MAX && (size_t)(end - p) >= 16u * out->ground_count + 2u, BAD_ENVELOPE);
    memcpy(out->grounds, p, 16u * out->ground_count);
    p += 16u * out->ground_count;
    out->item_count = get_u16(p);
    p += 2;
    ENSURE((size_t)(end - p) >= (size_t)ITEM_SIZE * out->item_count, BAD_ENVELOPE);
    out->items = bytes_make(p, (size_t)ITEM_SIZE * out->item_count);
    p += out->items.len;
    out->note = bytes_make(p, (size_t)(end - p));
    return OK;
}

record_item record_item_at(const record_view *v, uint16_t i) {
    must(i < v->item_count);
    const uint8_t *p = v->items.at + (size_t)i * ITEM_SIZE;
    record_item item = {.version = get_u16(p + 16), .level = (level)(p[18] >> 6),
                        .rule = p[19] < RULE_COUNT ? (rule)p[19] : RULE_R01};
    memcpy(item.entry.b, p, 16);
    uint8_t ground = p[18] & 63;
    item.has_ground = ground < v->ground_count;
    if (item.has_ground) item.ground = v->grounds[ground];
    return item;
}
