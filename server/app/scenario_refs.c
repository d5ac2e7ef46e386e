/* Who an id of a scenario means, and what is told beside its plan. */
#include "app/scenario_make.h"
#include "base/buf.h"

static scenario_ref find_person(const maker *m, bytes id, unsigned who) {
    for (size_t i = 0; i < m->out->people_count; i++)
        if (bytes_equal(m->people[i].id, id) && (who & (m->people[i].member ? MEMBERS : BLOCKED)))
            return (scenario_ref){REF_PERSON, (uint16_t)i};
    return (scenario_ref){.kind = REF_NONE};
}

scenario_ref find(const maker *m, bytes id, unsigned who) {
    scenario_ref person = find_person(m, id, who);
    if (person.kind) return person;
    for (size_t i = 0; (who & HOMES) && i < m->out->home_count; i++)
        if (bytes_equal(m->homes[i].id, id)) return (scenario_ref){REF_HOME, (uint16_t)i};
    for (size_t i = 0; (who & HELPERS) && i < m->out->helper_count; i++)
        if (bytes_equal(m->helpers[i].id, id)) return (scenario_ref){REF_HELPER, (uint16_t)i};
    /* The scenario's own name stands for the family as a subject, as its id does in the access question. */
    if ((who & FAMILY) && bytes_equal(m->out->id, id)) return (scenario_ref){.kind = REF_FAMILY};
    return (scenario_ref){.kind = REF_NONE};
}

static const char *no_such(unsigned who) {
    switch (who) {
    case MEMBERS: return "names no member of this file";
    case PEOPLE: return "names no person of this file";
    case HOMES: return "names no household of this file";
    case HELPERS: return "names no helper of this file";
    case MEMBERS | HELPERS: return "names no member or helper of this file";
    default: return "names no member or household of this file";
    }
}

result read_ref(maker *m, place at, unsigned who, scenario_ref *out) {
    bytes id;
    TRY(read_id(&m->in, at, &id));
    *out = find(m, id, who);
    return out->kind ? OK : refuse(&m->in, at, no_such(who));
}

bool same_ref(scenario_ref a, scenario_ref b) { return a.kind == b.kind && a.at == b.at; }

bool holds_ref(scenario_refs list, scenario_ref one) {
    for (size_t i = 0; i < list.count; i++)
        if (same_ref(list.at[i], one)) return true;
    return false;
}

/* An absent list is an empty one; whoever needs a name in it says so. */
result read_refs(maker *m, place at, unsigned who, scenario_refs *out) {
    size_t count;
    TRY(read_list(&m->in, at, REFS_MAX, &count));
    scenario_ref *list = ARENA_ARRAY(m->in.a, scenario_ref, count);
    *out = (scenario_refs){list, 0};
    for (item_walk w = items_of(at); has_item(&w); next_item(&w)) {
        scenario_ref one;
        TRY(read_ref(m, w.at, who, &one));
        if (holds_ref(*out, one)) return refuse(&m->in, w.at, "is named twice");
        list[out->count++] = one;
    }
    return OK;
}

result read_some_refs(maker *m, place at, unsigned who, scenario_refs *out) {
    TRY(read_refs(m, at, who, out));
    return out->count ? OK : refuse(&m->in, at, "must name somebody");
}

void add_ref(arena *a, scenario_refs *list, scenario_ref one) {
    if (holds_ref(*list, one)) return;
    scenario_ref *longer = ARENA_ARRAY(a, scenario_ref, list->count + 1);
    if (list->count) memcpy(longer, list->at, list->count * sizeof *longer);
    longer[list->count] = one;
    *list = (scenario_refs){longer, list->count + 1};
}

scenario_refs one_ref(arena *a, scenario_ref one) {
    scenario_refs list = {0};
    add_ref(a, &list, one);
    return list;
}

/* Members, households and helpers share one space of ids, since `about`, `to` and `by` mix them. */
result read_new_id(maker *m, place object, bytes *out) {
    place at = member(object, "id");
    TRY(read_id(&m->in, at, out));
    return find(m, *out, PEOPLE | HOMES | HELPERS).kind ? refuse(&m->in, at, "this id is taken") : OK;
}

result read_field(maker *m, place at, field_id *out) {
    bytes name;
    TRY(read_text(&m->in, at, &name));
    *out = field_by_name(name);
    return *out == FIELD_NONE ? refuse(&m->in, at, "is no field of the catalogue") : OK;
}

result read_fields(maker *m, place list, scenario_fields *out) {
    TRY(read_some(&m->in, list, FIELD_COUNT, &out->count));
    field_id *all = ARENA_ARRAY(m->in.a, field_id, out->count);
    out->at = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_field(m, w.at, &all[w.index]));
        if (memchr(all, all[w.index], w.index)) return refuse(&m->in, w.at, "is named twice");
    }
    return OK;
}

result read_maybe_fields(maker *m, place list, scenario_fields *out) {
    *out = (scenario_fields){0};
    return !list.v || json_is_null(list.v) ? OK : read_fields(m, list, out);
}

static bytes trimmed(bytes text) {
    while (text.len && text.at[0] == ' ') text.at++, text.len--;
    while (text.len && text.at[text.len - 1] == ' ') text.len--;
    return text;
}

/* What stands before the separator; `rest` is what stands behind it, its `at` NULL when there was none. */
bytes next_part(bytes *rest, uint8_t separator) {
    const uint8_t *cut = memchr(rest->at, separator, rest->len);
    bytes part = {rest->at, cut ? (size_t)(cut - rest->at) : rest->len};
    *rest = cut ? (bytes){cut + 1, rest->len - part.len - 1} : (bytes){NULL, 0};
    return trimmed(part);
}

void add_note(maker *m, const char *what, scenario_refs about, bytes date, bytes text) {
    if (text.len == 0) return;
    if (m->out->note_count == m->notes_room) {
        size_t room = m->notes_room ? m->notes_room * 2 : 32;
        scenario_note *more = ARENA_ARRAY(m->in.a, scenario_note, room);
        if (m->out->note_count) memcpy(more, m->notes, m->out->note_count * sizeof *more);
        m->notes = more, m->notes_room = room;
    }
    m->notes[m->out->note_count++] = (scenario_note){what, about, date, text};
}

/* A whole object as lines of "name: value": what an event bears depends on its type, and nothing of it may be lost.
 */
static void tell(buf *to, const json_value *v, unsigned depth) {
    for (const json_value *i = json_first(v); i; i = json_next(i)) {
        for (unsigned d = 0; d < depth; d++) buf_put_string(to, "  ");
        if (json_is_object(v)) buf_put(to, json_name_of(i)), buf_put_string(to, ": ");
        if (json_is_string(i)) buf_put(to, json_bytes_of(i));
        if (json_is_bool(i)) buf_put_string(to, json_bool_of(i) ? "yes" : "no");
        if (json_is_integer(i)) buf_format(to, "%lld", (long long)json_int_of(i));
        buf_put_byte(to, '\n');
        if (json_is_object(i) || json_is_array(i)) tell(to, i, depth + 1);
    }
}

result note_whole(maker *m, const char *what, place at, scenario_refs about, bytes date) {
    buf lines = buf_new(SCENARIO_TEXT_MAX);
    tell(&lines, at.v, 0);
    bool whole = buf_ok(&lines);
    if (whole) add_note(m, what, about, date, arena_copy(m->in.a, buf_bytes(&lines)));
    buf_release(&lines);
    return whole ? OK : refuse(&m->in, at, "is too long");
}
