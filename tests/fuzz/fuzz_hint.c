/* Fuzzes the reading of a writer's text.
 *
 * Target functions: text_read, hint_words_at, hint_add_call_name, hint_add_full_name, hint_add_label, hint_add_address,
 * hint_name_at, hint_scan. Held to: every place lies in the text, on the borders of characters, in order, and is counted alike in
 * bytes and in characters; no group tells more than its share; the same question gets the same hints; names that nobody gave are
 * nobody's. */
#include "api/hint_scan.h"
#include "json/utf8.h"

#include <stdlib.h>

/* field, about, flags, then names and the text, each ended by a byte that no UTF-8 has. */
enum { HEAD = 3, PARTS_END = 0xFF, TEXT_MAX = 16000 };

static bool is_utf8(bytes t) {
    for (size_t i = 0, n; i < t.len; i += n)
        if ((n = utf8_length(t.at + i, t.len - i)) == 0) return false;
    return true;
}

static void add(hint_names *names, unsigned n, bytes text) {
    switch (n % 4) {
    case 0: hint_add_call_name(names, text, PERSON(n % PEOPLE_MAX)); return;
    case 1: hint_add_full_name(names, text, PERSON(n % PEOPLE_MAX)); return;
    case 2: hint_add_label(names, text, HOME(n % HOMES_MAX)); return;
    default: hint_add_address(names, text, HOME(n % HOMES_MAX)); return;
    }
}

static bool same(const hint_list *a, const hint_list *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        const hint *one = &a->items[i], *other = &b->items[i];
        if (one->group != other->group || one->from != other->from || one->to != other->to) return false;
    }
    return a->count == b->count && a->more == b->more;
}

static bool on_border(bytes t, size_t at) { return at == t.len || (t.at[at] & 0xC0) != 0x80; }

static void check(const hint_question *q, const hint_list *l, subjects given) {
    uint8_t told[HINT_GROUPS_MAX] = {0};
    uint32_t before = 0;
    bool whole = false, strict = is_utf8(q->text);
    must(l->count <= HINTS_MAX && (l->count == 0 || !catalogue[q->field].own_space));
    for (size_t i = 0; i < l->count; i++) {
        const hint *h = &l->items[i];
        must(h->group < hint_group_count && ++told[h->group] <= HINTS_A_GROUP);
        must(!has_field(hint_groups[h->group].expected, q->field));
        must((h->whose & ~given) == 0 && (h->group != GROUP_NAMES || !(h->whose & q->about)));
        must(h->located ? !whole : (whole = true));
        if (!h->located) continue;
        must(before <= h->from && h->from < h->to && h->to <= q->text.len);
        before = h->from;
        must(h->from_char == text_character(q->text, h->from));
        must(!strict || (on_border(q->text, h->from) && on_border(q->text, h->to) && h->to_char == text_character(q->text, h->to)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < HEAD) return 0;
    arena *a = arena_new();
    hint_names names = hint_names_new(a);
    subjects given = 0;
    bytes rest = bytes_make(data + HEAD, size - HEAD);
    for (unsigned n = 0; rest.len > 0; n++) {
        const uint8_t *end = memchr(rest.at, PARTS_END, rest.len);
        if (!end) break;
        add(&names, n, bytes_make(rest.at, (size_t)(end - rest.at)));
        given |= PERSON(n % PEOPLE_MAX);
        rest = bytes_make(end + 1, rest.len - (size_t)(end + 1 - rest.at));
    }
    if (rest.len > TEXT_MAX) rest.len = TEXT_MAX;
    const hint_question q = {rest, data[0] % FIELD_COUNT, PERSON(data[1] % PEOPLE_MAX) | (data[1] & 1 ? HOME(0) : 0),
                             data[2] & 1 ? PERSON(data[1] % PEOPLE_MAX) : 0, data[2] & 2, &names};
    hint_list *first = ARENA_NEW(a, hint_list), *again = ARENA_NEW(a, hint_list);
    hint_scan(a, &q, first);
    hint_scan(a, &q, again);
    check(&q, first, given);
    must(same(first, again));
    arena_release(a);
    return 0;
}
