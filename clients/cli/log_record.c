#include "log_record.h"

#include "base/clock.h"
#include "policy/catalogue.h"
#include "show.h"

#include <stdio.h>

/* The layouts are those of server/flow/record.h; all numbers are big-endian. */
enum {
    HEAD_FIXED = 16 + 16 + 8 + 1 + 16,
    ACCESS_FIXED = 16 + 8 + 16 + 16 + 16 + 6 + 1,
    ITEM_FIXED = 16 + 2 + 1,
    GROUND = 32,
    NOTE_ENTRY = 21, NOTE_ASKED = 34, NOTE_FIELD = 17
};

static bool take_short(bytes *from, bytes *out) {
    if (from->len < 1 || from->len - 1 < from->at[0]) return false;
    *out = bytes_make(from->at + 1, from->at[0]);
    *from = bytes_make(out->at + out->len, from->len - 1 - out->len);
    return true;
}

static bool says(const json_value *object, const char *name, bytes wanted) {
    const json_value *v = member_at(object, name);
    return json_is_string(v) && bytes_equal(json_bytes_of(v), wanted);
}

static bool is_silent(const json_value *object, const char *name) {
    const json_value *v = member_at(object, name);
    return !v || json_is_null(v);
}

static bool says_id(const json_value *object, const char *name, const uint8_t wanted[16]) {
    char text[UUID_TEXT];
    uuid id;
    memcpy(id.b, wanted, 16);
    uuid_write(id, text);
    return says(object, name, BYTES_OF(text));
}

/* ---------------------------------------------------------------------------- who, what, when */

static bool says_actor(const json_value *record, uint8_t kind, const uint8_t viewer[16]) {
    static const char *const kinds[] = {"system", "person", "helper", "auditor", "operator"};
    const json_value *actor = member_at(record, "actor");
    if (kind >= sizeof kinds / sizeof *kinds || !says(actor, "kind", bytes_of_string(kinds[kind]))) return false;
    return is_silent(actor, "id") || says_id(actor, "id", viewer);
}

static const char *head_differs(const json_value *record, bytes part, const uuid *family) {
    bytes rest, how, kind;
    moment at;
    const json_value *told = member_at(record, "at");
    if (part.len < HEAD_FIXED) return "its first part is none";
    const uint8_t *p = part.at;
    rest = bytes_make(p + HEAD_FIXED, part.len - HEAD_FIXED);
    if (!take_short(&rest, &how) || !take_short(&rest, &kind) || rest.len) return "its first part is none";
    if (family && memcmp(p, family->b, 16) != 0) return "it is a record of another family";
    if (!says_id(record, "id", p + 16)) return "id differs from the record";
    if (!json_is_string(told) || !ok(moment_parse(json_bytes_of(told), &at)) || (uint64_t)at != get_u64(p + 32))
        return "at differs from the record";
    if (!says_actor(record, p[40], p + 41)) return "actor differs from the record";
    if (!says(record, "outcome", how)) return "outcome differs from the record";
    return says(record, "kind", kind) ? NULL : "kind differs from the record";
}

/* ---------------------------------------------------------------------------- from where */

static const uint8_t none[16];

/* An id of zeros is none. */
static bool says_id_or_none(const json_value *object, const char *name, const uint8_t wanted[16]) {
    return memcmp(wanted, none, sizeof none) == 0 ? is_silent(object, name) : says_id(object, name, wanted);
}

static bool says_network(const json_value *access, const uint8_t n[6], uint8_t bits) {
    char text[48];
    if (bits == 0) return is_silent(access, "network");
    int len = bits == 24 ? snprintf(text, sizeof text, "%u.%u.%u.0/24", n[0], n[1], n[2])
                         : snprintf(text, sizeof text, "%x:%x:%x::/48", get_u16(n), get_u16(n + 2), get_u16(n + 4));
    return says(access, "network", bytes_make(text, (size_t)len));
}

static const char *access_differs(const json_value *record, bytes part) {
    static const char differs[] = "from where it was differs from the record";
    const json_value *access = member_at(record, "access");
    bytes rest, program, role, purpose;
    if (part.len < ACCESS_FIXED) return "its second part is none";
    const uint8_t *p = part.at, *network = p + 72;
    rest = bytes_make(p + ACCESS_FIXED, part.len - ACCESS_FIXED);
    if (!take_short(&rest, &program) || !take_short(&rest, &role) || !take_short(&rest, &purpose) || rest.len)
        return "its second part is none";
    if (!says_id(access, "server", p) || !says_id_or_none(access, "account", p + 24) ||
        !says_id_or_none(access, "session", p + 40) || !says_id_or_none(access, "organisation", p + 56) ||
        !says_network(access, network, network[6]))
        return differs;
    bool same = says(access, "program", program) && says(access, "role", role) && says(access, "purpose", purpose);
    return same ? NULL : differs;
}

/* ---------------------------------------------------------------------------- items */

static bool says_version(const json_value *item, uint64_t version) {
    const json_value *v = member_at(item, "version");
    if (version == 0) return is_silent(item, "version");
    return json_is_integer(v) && json_int_of(v) > 0 && (uint64_t)json_int_of(v) == version;
}

/* Only the auditor's proof opens the grounds; they then say each item's. */
static bool says_ground(const json_value *item, bytes grounds) {
    if (!grounds.at) return true;
    for (; grounds.len >= GROUND; grounds = bytes_make(grounds.at + GROUND, grounds.len - GROUND))
        if (says_id(item, "entry", grounds.at)) return says_id_or_none(item, "ground", grounds.at + 16);
    return false;
}

static const char *item_differs(const json_value *item, bytes part) {
    bytes rest, rule, field;
    if (part.len < ITEM_FIXED) return "a part of it is no item";
    const uint8_t *p = part.at;
    rest = bytes_make(p + ITEM_FIXED, part.len - ITEM_FIXED);
    if (!take_short(&rest, &rule) || !take_short(&rest, &field) || rest.len) return "a part of it is no item";
    if (!says_id(item, "entry", p)) return "an item's entry differs from the record";
    if (!says_version(item, get_u16(p + 16))) return "an item's version differs from the record";
    if (!says(item, "rule", rule)) return "an item's rule differs from the record";
    return (field.len ? says(item, "field", field) : is_silent(item, "field")) ? NULL : "an item's field differs from the record";
}

/* What the note says as one item more: the entry that was written, or what was asked about. */
static const char *note_differs(const json_value *item, bytes note) {
    if (note.len == NOTE_ENTRY && note.at[0] == 'e') {
        bool same = says_id(item, "entry", note.at + 1) && says_version(item, get_u32(note.at + 17) & UINT16_MAX) &&
                    is_silent(item, "ground");
        return same ? NULL : "the entry that was written differs from the record";
    }
    if (note.len == NOTE_ASKED && note.at[0] == 'a' && note.at[NOTE_FIELD] < FIELD_COUNT) {
        bool same = is_silent(item, "entry") && says(item, "field", bytes_of_string(catalogue[note.at[NOTE_FIELD]].name));
        return same ? NULL : "the field that was asked about differs from the record";
    }
    return "it shows more items than its proof opens";
}

/* A question's field comes as an item without an entry; only the auditor's proof opens the note that bears it out. */
static const char *last_differs(const json_value *item, bytes note) {
    if (!item) return NULL;
    if (json_next(item)) return "it shows more items than its proof opens";
    if (note.at) return note_differs(item, note);
    bool asked = is_silent(item, "entry") && is_silent(item, "rule") && is_silent(item, "ground");
    return asked ? NULL : "it shows more items than its proof opens";
}

static const char *items_differ(const json_value *record, const log_proof *p) {
    const json_value *list = list_at(record, "items"), *item = first_of(list);
    bytes note = {0}, grounds = {0};
    if (!list) return "it has no items";
    for (size_t i = 0; i < p->part_count; i++) {
        const shown_part *part = &p->parts[i];
        if (part->position == PART_NOTE) note = part->content;
        if (part->position == PART_GROUNDS) grounds = part->content;
        if (part->position < PART_ITEMS) continue;
        const char *why = item ? item_differs(item, part->content) : "it shows fewer items than its proof opens";
        if (!why && !says_ground(item, grounds)) why = "an item's ground differs from the record";
        if (why) return why;
        item = json_next(item);
    }
    return last_differs(item, note);
}

const char *log_record_differs(const json_value *record, const log_proof *p, const uuid *family) {
    const char *why = head_differs(record, p->parts[0].content, family);
    if (!why && p->part_count > 1 && p->parts[1].position == PART_ACCESS) why = access_differs(record, p->parts[1].content);
    return why ? why : items_differ(record, p);
}
