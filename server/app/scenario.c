#include "app/scenario.h"
#include "app/scenario_read.h"
#include "base/buf.h"

enum { BLOCKS_MAX = 256, AUTHORITIES_MAX = 256, CAPACITIES_MAX = 1024, EVENTS_MAX = 4096, RECONFIRMED_MAX = 256 };

/* What is being built. People come first, then homes and helpers, so that everything behind them can refer to all three. */
typedef struct {
    reading in;
    scenario *out;
    scenario_person *people;
    scenario_home *homes;
    scenario_helper *helpers;
    scenario_grant *grants;
    scenario_note *notes;
    size_t notes_room;
} maker;

/* ---- who an id means ---- */

typedef enum { MEMBERS = 1, BLOCKED = 2, HOMES = 4, HELPERS = 8, FAMILY = 16, PEOPLE = MEMBERS | BLOCKED } allowed;

static scenario_ref find_person(const maker *m, bytes id, unsigned who) {
    for (size_t i = 0; i < m->out->people_count; i++)
        if (bytes_equal(m->people[i].id, id) && (who & (m->people[i].member ? MEMBERS : BLOCKED)))
            return (scenario_ref){REF_PERSON, (uint16_t)i};
    return (scenario_ref){.kind = REF_NONE};
}

static scenario_ref find(const maker *m, bytes id, unsigned who) {
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

static result read_ref(maker *m, place at, unsigned who, scenario_ref *out) {
    bytes id;
    TRY(read_id(&m->in, at, &id));
    *out = find(m, id, who);
    return out->kind ? OK : refuse(&m->in, at, no_such(who));
}

static bool same_ref(scenario_ref a, scenario_ref b) { return a.kind == b.kind && a.at == b.at; }

static bool holds_ref(scenario_refs list, scenario_ref one) {
    for (size_t i = 0; i < list.count; i++)
        if (same_ref(list.at[i], one)) return true;
    return false;
}

/* An absent list is an empty one; whoever needs a name in it says so. */
static result read_refs(maker *m, place at, unsigned who, scenario_refs *out) {
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

static result read_some_refs(maker *m, place at, unsigned who, scenario_refs *out) {
    TRY(read_refs(m, at, who, out));
    return out->count ? OK : refuse(&m->in, at, "must name somebody");
}

static void add_ref(arena *a, scenario_refs *list, scenario_ref one) {
    if (holds_ref(*list, one)) return;
    scenario_ref *longer = ARENA_ARRAY(a, scenario_ref, list->count + 1);
    if (list->count) memcpy(longer, list->at, list->count * sizeof *longer);
    longer[list->count] = one;
    *list = (scenario_refs){longer, list->count + 1};
}

static scenario_refs one_ref(arena *a, scenario_ref one) {
    scenario_refs list = {0};
    add_ref(a, &list, one);
    return list;
}

/* Members, households and helpers share one space of ids, since `about`, `to` and `by` mix them. */
static result read_new_id(maker *m, place object, bytes *out) {
    place at = member(object, "id");
    TRY(read_id(&m->in, at, out));
    return find(m, *out, PEOPLE | HOMES | HELPERS).kind ? refuse(&m->in, at, "this id is taken") : OK;
}

/* ---- notes: what is said beside the plan ---- */

static void add_note(maker *m, const char *what, scenario_refs about, bytes date, bytes text) {
    if (text.len == 0) return;
    if (m->out->note_count == m->notes_room) {
        size_t room = m->notes_room ? m->notes_room * 2 : 32;
        scenario_note *more = ARENA_ARRAY(m->in.a, scenario_note, room);
        if (m->out->note_count) memcpy(more, m->notes, m->out->note_count * sizeof *more);
        m->notes = more, m->notes_room = room;
    }
    m->notes[m->out->note_count++] = (scenario_note){what, about, date, text};
}

/* A whole object as lines of "name: value": what an event bears depends on its type, and nothing of it may be lost. */
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

static result note_whole(maker *m, const char *what, place at, scenario_refs about, bytes date) {
    buf lines = buf_new(SCENARIO_TEXT_MAX);
    tell(&lines, at.v, 0);
    bool whole = buf_ok(&lines);
    if (whole) add_note(m, what, about, date, arena_copy(m->in.a, buf_bytes(&lines)));
    buf_release(&lines);
    return whole ? OK : refuse(&m->in, at, "is too long");
}

/* ---- people and homes ---- */

static result read_birth_dates(maker *m, place at, scenario_person *p) {
    place born = member(at, "born"), due = member(at, "due"), owner = member(at, "data_owner_until_birth");
    if (!born.v) return refuse(&m->in, born, "is missing: a date, or null for an unborn child");
    p->unborn = json_is_null(born.v);
    if (!p->unborn) {
        if (due.v) return refuse(&m->in, due, "is for an unborn child only");
        if (owner.v) return refuse(&m->in, owner, "is for an unborn child only");
        return read_date(&m->in, born, &p->born);
    }
    TRY(read_date(&m->in, due, &p->due));
    if (p->account) return refuse(&m->in, member(at, "account"), "an unborn child has no account");
    return owner.v ? OK : refuse(&m->in, owner, "is missing: who decides for the unborn child");
}

static result read_member(maker *m, place at) {
    TRY(read_keys(&m->in, at, "id name born due data_owner_until_birth role households account lang note"));
    scenario_person p = {.member = true};
    TRY(read_new_id(m, at, &p.id));
    TRY(read_text(&m->in, member(at, "name"), &p.name));
    TRY(read_maybe_text(&m->in, member(at, "role"), &p.role));
    TRY(read_maybe_text(&m->in, member(at, "lang"), &p.languages));
    TRY(read_maybe_bool(&m->in, member(at, "account"), &p.account));
    TRY(read_birth_dates(m, at, &p));
    bytes note;
    TRY(read_maybe_text(&m->in, member(at, "note"), &note));
    scenario_ref self = {REF_PERSON, (uint16_t)m->out->people_count};
    add_note(m, "member", one_ref(m->in.a, self), BYTES(""), note);
    m->people[m->out->people_count++] = p;
    return OK;
}

/* Only after all members are known: an owner may stand behind the child in the file. */
static result read_data_owner(maker *m, place at, size_t i) {
    if (!m->people[i].unborn) return OK;
    place owner = member(at, "data_owner_until_birth");
    scenario_ref who;
    TRY(read_ref(m, owner, MEMBERS, &who));
    if (m->people[who.at].unborn) return refuse(&m->in, owner, "an unborn child decides for nobody");
    m->people[i].owner = who.at;
    return OK;
}

static result read_home(maker *m, place at) {
    TRY(read_keys(&m->in, at, "id label address protected managers members"));
    scenario_home h = {0};
    TRY(read_new_id(m, at, &h.id));
    TRY(read_text(&m->in, member(at, "label"), &h.label));
    TRY(read_maybe_text(&m->in, member(at, "address"), &h.address));
    TRY(read_maybe_bool(&m->in, member(at, "protected"), &h.shielded));
    TRY(read_refs(m, member(at, "managers"), MEMBERS, &h.managers));
    TRY(read_refs(m, member(at, "members"), MEMBERS, &h.residents));
    m->homes[m->out->home_count++] = h;
    return OK;
}

/* The file may say on either side who lives where; both count. */
static result read_homes_of_member(maker *m, place at, size_t i) {
    TRY(read_refs(m, member(at, "households"), HOMES, &m->people[i].homes));
    for (size_t h = 0; h < m->people[i].homes.count; h++)
        add_ref(m->in.a, &m->homes[m->people[i].homes.at[h].at].residents, (scenario_ref){REF_PERSON, (uint16_t)i});
    return OK;
}

static result read_people_and_homes(maker *m, place root) {
    place members = member(root, "members"), homes = member(root, "households");
    size_t count;
    TRY(read_some(&m->in, members, PEOPLE_MAX, &count));
    m->people = ARENA_ARRAY(m->in.a, scenario_person, PEOPLE_MAX);
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) {
        TRY(read_member(m, w.at));
        m->out->member_count++;
    }
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) TRY(read_data_owner(m, w.at, w.index));
    TRY(read_some(&m->in, homes, HOMES_MAX, &count));
    m->homes = ARENA_ARRAY(m->in.a, scenario_home, count);
    for (item_walk w = items_of(homes); has_item(&w); next_item(&w)) TRY(read_home(m, w.at));
    for (item_walk w = items_of(members); has_item(&w); next_item(&w)) TRY(read_homes_of_member(m, w.at, w.index));
    return OK;
}

/* ---- authority, capacity, blocked persons ---- */

static result read_authority(maker *m, place at, scenario_authority *out) {
    TRY(read_keys(&m->in, at, "child holders form evidence conflict_flag conflict_since conflict_about"));
    scenario_ref child;
    bytes about;
    TRY(read_ref(m, member(at, "child"), MEMBERS, &child));
    out->child = child.at;
    TRY(read_refs(m, member(at, "holders"), MEMBERS, &out->holders));
    if (holds_ref(out->holders, child)) return refuse(&m->in, member(at, "holders"), "a child has no authority over itself");
    TRY(read_maybe_text(&m->in, member(at, "form"), &out->form));
    TRY(read_maybe_text(&m->in, member(at, "evidence"), &out->evidence));
    TRY(read_maybe_when(&m->in, member(at, "conflict_since"), &out->conflict_since));
    TRY(read_maybe_text(&m->in, member(at, "conflict_about"), &about));
    /* Who tells since when they disagree tells that they do, unless the flag says that it is over. */
    out->conflict = out->conflict_since.len > 0;
    TRY(read_maybe_bool(&m->in, member(at, "conflict_flag"), &out->conflict));
    add_note(m, "authority_conflict", one_ref(m->in.a, child), out->conflict_since, about);
    return OK;
}

static result read_authorities(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, AUTHORITIES_MAX, &count));
    scenario_authority *all = ARENA_ARRAY(m->in.a, scenario_authority, count);
    m->out->authorities = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_authority(m, w.at, &all[m->out->authority_count++]));
    return OK;
}

static result read_capacity(maker *m, place at, scenario_capacity *out) {
    TRY(read_keys(&m->in, at, "child able basis date"));
    scenario_ref child;
    bytes basis;
    TRY(read_ref(m, member(at, "child"), MEMBERS, &child));
    out->child = child.at;
    TRY(read_bool(&m->in, member(at, "able"), &out->able));
    TRY(read_when(&m->in, member(at, "date"), &out->date));
    TRY(read_maybe_text(&m->in, member(at, "basis"), &basis));
    for (size_t i = 0; i < m->out->capacity_count; i++)
        if (m->out->capacities[i].child == out->child && bytes_equal(m->out->capacities[i].date, out->date))
            return refuse(&m->in, member(at, "date"), "this child has two answers on one day");
    add_note(m, "capacity", one_ref(m->in.a, child), out->date, basis);
    return OK;
}

static result read_capacities(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, CAPACITIES_MAX, &count));
    scenario_capacity *all = ARENA_ARRAY(m->in.a, scenario_capacity, count);
    m->out->capacities = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_capacity(m, w.at, &all[m->out->capacity_count]));
        m->out->capacity_count++;
    }
    return OK;
}

/* An id of a member is that member; one seen before is the same stranger; else somebody new, who is no member. */
static result read_blocked_person(maker *m, place at, bytes name, uint16_t *person) {
    place id_at = member(at, "id");
    bytes id;
    TRY(read_id(&m->in, id_at, &id));
    scenario_ref who = find(m, id, PEOPLE | HOMES | HELPERS);
    if (who.kind == REF_HOME || who.kind == REF_HELPER) return refuse(&m->in, id_at, "a person is blocked, not a household or a helper");
    *person = who.at;
    if (who.kind == REF_PERSON) return OK;
    if (m->out->people_count == PEOPLE_MAX) return refuse(&m->in, id_at, "too many people");
    *person = (uint16_t)m->out->people_count;
    m->people[m->out->people_count++] = (scenario_person){.id = id, .name = name};
    return OK;
}

static result read_block(maker *m, place at, scenario_block *out) {
    TRY(read_keys(&m->in, at, "id name relation protects basis until"));
    bytes name;
    TRY(read_text(&m->in, member(at, "name"), &name));
    TRY(read_blocked_person(m, at, name, &out->person));
    TRY(read_some_refs(m, member(at, "protects"), MEMBERS | HOMES, &out->protects));
    if (holds_ref(out->protects, (scenario_ref){REF_PERSON, out->person}))
        return refuse(&m->in, member(at, "protects"), "nobody is protected against himself");
    TRY(read_maybe_when(&m->in, member(at, "until"), &out->until));
    bytes text;
    TRY(read_maybe_text(&m->in, member(at, "relation"), &text));
    TRY(read_maybe_text(&m->in, member(at, "basis"), &text));
    return note_whole(m, "blocked_person", at, (scenario_refs){0}, BYTES(""));
}

static result read_blocks(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, BLOCKS_MAX, &count));
    scenario_block *all = ARENA_ARRAY(m->in.a, scenario_block, count);
    m->out->blocks = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_block(m, w.at, &all[m->out->block_count++]));
    return OK;
}

static result read_trusted_person(maker *m, place at) {
    if (!at.v || json_is_null(at.v)) return OK;
    TRY(read_keys(&m->in, at, "for name relation adult involved_in_help named_by_minor register_extract_seen"));
    scenario_ref whose;
    bytes text, seen;
    bool flag = false;
    TRY(read_ref(m, member(at, "for"), MEMBERS, &whose));
    TRY(read_text(&m->in, member(at, "name"), &text));
    TRY(read_maybe_text(&m->in, member(at, "relation"), &text));
    TRY(read_maybe_bool(&m->in, member(at, "adult"), &flag));
    TRY(read_maybe_bool(&m->in, member(at, "involved_in_help"), &flag));
    TRY(read_maybe_bool(&m->in, member(at, "named_by_minor"), &flag));
    TRY(read_maybe_when(&m->in, member(at, "register_extract_seen"), &seen));
    return note_whole(m, "trusted_person", at, one_ref(m->in.a, whose), seen);
}

/* ---- the team ---- */

static bool is_letter(uint8_t c) { return c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Words are compared in lower case, with the capital and accented letters that these words can have. */
static bool word_is(bytes word, const char *lower) {
    size_t n = strlen(lower);
    if (word.len != n) return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = word.at[i];
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        if (i && word.at[i - 1] == 0xC3 && c >= 0x80 && c <= 0x9E) c = (uint8_t)(c + 0x20);
        if (c != (uint8_t)lower[i]) return false;
    }
    return true;
}

static bool word_ends(bytes word, const char *lower) {
    size_t n = strlen(lower);
    return word.len >= n && word_is(bytes_make(word.at + word.len - n, n), lower);
}

/* The coordinator is known by his role's name: as a word of its own, or composed with the family. A care coordinator of a school
 * coordinates the school. */
static bool names_coordinator(bytes role) {
    static const char *const words[] = {"coördinator", "coordinator", "coordinateur", "coordinatrice", "co\xC3\xB6rdinatrice"};
    for (size_t i = 0, end; i < role.len; i = end + 1) {
        for (end = i; end < role.len && is_letter(role.at[end]); end++) {}
        bytes word = {role.at + i, end - i};
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (word_is(word, words[k])) return true;
        if (word_ends(word, "regisseur") || word_ends(word, "gezinsco\xC3\xB6rdinator") || word_ends(word, "gezinscoordinator"))
            return true;
    }
    return false;
}

static result read_secrecy(maker *m, place at, bytes *out) {
    TRY(read_text(&m->in, at, out));
    bool known = bytes_is(*out, "professional") || bytes_is(*out, "discretion") || bytes_is(*out, "none");
    return known ? OK : refuse(&m->in, at, "must be professional, discretion or none");
}

static result read_helper_flags(maker *m, place at, scenario_helper *h) {
    h->in_team = true;
    TRY(read_maybe_bool(&m->in, member(at, "in_team"), &h->in_team));
    TRY(read_maybe_bool(&m->in, member(at, "break_glass_role"), &h->emergency_role));
    TRY(read_maybe_bool(&m->in, member(at, "authority_role"), &h->authority_role));
    return OK;
}

static result read_helper(maker *m, place at) {
    TRY(read_keys(&m->in, at, "id name role org secrecy from until listed authority_role internal_disclosure break_glass_role in_team"));
    scenario_helper h = {0};
    TRY(read_new_id(m, at, &h.id));
    TRY(read_text(&m->in, member(at, "name"), &h.name));
    TRY(read_maybe_text(&m->in, member(at, "role"), &h.role));
    TRY(read_maybe_text(&m->in, member(at, "org"), &h.organisation));
    TRY(read_secrecy(m, member(at, "secrecy"), &h.secrecy));
    TRY(read_maybe_when(&m->in, member(at, "from"), &h.from));
    TRY(read_maybe_when(&m->in, member(at, "until"), &h.until));
    TRY(ends_after(&m->in, h.from.len ? h.from : m->out->intake, member(at, "until"), h.until));
    TRY(read_maybe_text(&m->in, member(at, "listed"), &h.listed));
    TRY(read_maybe_text(&m->in, member(at, "internal_disclosure"), &h.internal_disclosure));
    TRY(read_helper_flags(m, at, &h));
    h.coordinator = names_coordinator(h.role);
    m->helpers[m->out->helper_count++] = h;
    return OK;
}

static result read_team(maker *m, place list) {
    size_t count;
    if (!list.v) return refuse(&m->in, list, "is missing");
    TRY(read_list(&m->in, list, HELPERS_MAX, &count));
    m->helpers = ARENA_ARRAY(m->in.a, scenario_helper, count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_helper(m, w.at));
    return OK;
}

/* The role is for people under professional secrecy only; in others the file's word changes nothing. */
static result read_emergency_roles(maker *m, place list) {
    scenario_refs who;
    TRY(read_refs(m, list, HELPERS, &who));
    for (size_t i = 0; i < who.count; i++) m->helpers[who.at[i].at].emergency_role = true;
    for (size_t i = 0; i < m->out->helper_count; i++)
        if (!bytes_is(m->helpers[i].secrecy, "professional")) m->helpers[i].emergency_role = false;
    return OK;
}

/* ---- entries ---- */

static result read_field(maker *m, place at, field_id *out) {
    bytes name;
    TRY(read_text(&m->in, at, &name));
    *out = field_by_name(name);
    return *out == FIELD_NONE ? refuse(&m->in, at, "is no field of the catalogue") : OK;
}

static bytes trimmed(bytes text) {
    while (text.len && text.at[0] == ' ') text.at++, text.len--;
    while (text.len && text.at[text.len - 1] == ' ') text.len--;
    return text;
}

/* What stands before the separator; `rest` is what stands behind it, its `at` NULL when there was none. */
static bytes next_part(bytes *rest, uint8_t separator) {
    const uint8_t *cut = memchr(rest->at, separator, rest->len);
    bytes part = {rest->at, cut ? (size_t)(cut - rest->at) : rest->len};
    *rest = cut ? (bytes){cut + 1, rest->len - part.len - 1} : (bytes){NULL, 0};
    return trimmed(part);
}

/* authors count if every comma-part of `by` is an id; else `by` is only text, and nobody gains by it. */
static void read_authors(maker *m, scenario_entry *e) {
    scenario_ref who = {.kind = REF_NONE};
    scenario_refs wrote = {0};
    size_t parts = 0;
    for (bytes rest = e->by; rest.at; parts++) {
        who = find(m, next_part(&rest, ','), MEMBERS | HELPERS);
        if (!who.kind) return;
        if (who.kind == REF_PERSON) add_ref(m->in.a, &wrote, who);
    }
    e->wrote = wrote;
    if (parts == 1) e->author = who;
}

static bool same_subjects(scenario_refs a, scenario_refs b) {
    if (a.count != b.count) return false;
    for (size_t i = 0; i < a.count; i++)
        if (!holds_ref(b, a.at[i])) return false;
    return true;
}

static uint32_t count_like(const scenario_entry *all, size_t count, const scenario_entry *e) {
    uint32_t like = 0;
    for (size_t i = 0; i < count; i++)
        like += all[i].field == e->field && bytes_equal(all[i].date, e->date) && same_subjects(all[i].about, e->about);
    return like;
}

static result read_entry(maker *m, place at, scenario_entry *e) {
    TRY(read_keys(&m->in, at, "field about by date text assignee agreed"));
    TRY(read_field(m, member(at, "field"), &e->field));
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES | FAMILY, &e->about));
    TRY(read_text(&m->in, member(at, "by"), &e->by));
    TRY(read_when(&m->in, member(at, "date"), &e->date));
    TRY(read_text(&m->in, member(at, "text"), &e->text));
    place assignee = member(at, "assignee");
    if (assignee.v && !json_is_null(assignee.v)) TRY(read_ref(m, assignee, MEMBERS | HELPERS, &e->assignee));
    TRY(read_refs(m, member(at, "agreed"), MEMBERS, &e->agreed));
    read_authors(m, e);
    return OK;
}

static result read_entries(maker *m, place list) {
    size_t count;
    if (!list.v) return refuse(&m->in, list, "is missing");
    TRY(read_list(&m->in, list, PLAN_ENTRIES_MAX, &count));
    scenario_entry *all = ARENA_ARRAY(m->in.a, scenario_entry, count);
    m->out->entries = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        scenario_entry e = {0};
        TRY(read_entry(m, w.at, &e));
        /* SS5: such a value is never stored here, not even sealed. */
        if (catalogue[e.field].steps & STEP_NOT_HERE) {
            m->out->left_out++;
            continue;
        }
        e.repeats = count_like(all, m->out->entry_count, &e);
        all[m->out->entry_count++] = e;
    }
    return OK;
}

/* ---- grants ---- */

static const char *basis_word(bytes said) {
    static const char *const known[][2] = {
        {"consent", "consent"}, {"6.1.a", "consent"}, {"contract", "contract"}, {"6.1.b", "contract"},
        {"legal_duty", "legal_duty"}, {"legal_obligation", "legal_duty"}, {"6.1.c", "legal_duty"},
        {"vital_interest", "vital_interest"}, {"vital_interests", "vital_interest"}, {"6.1.d", "vital_interest"},
        {"public_task", "public_task"}, {"6.1.e", "public_task"}, {"legitimate_interest", "legitimate_interest"},
        {"legitimate_interests", "legitimate_interest"}, {"6.1.f", "legitimate_interest"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_is(said, known[i][0])) return known[i][1];
    return "unknown";
}

static scenario_grant_field *field_of(scenario_grant_field *fields, size_t count, field_id f) {
    for (size_t i = 0; i < count; i++)
        if (fields[i].field == f) return &fields[i];
    return NULL;
}

static result read_grant_fields(maker *m, place list, scenario_grant_field **fields, size_t *count) {
    TRY(read_list(&m->in, list, FIELD_COUNT, count));
    *fields = ARENA_ARRAY(m->in.a, scenario_grant_field, *count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        field_id f;
        TRY(read_field(m, w.at, &f));
        if (field_of(*fields, w.index, f)) return refuse(&m->in, w.at, "is named twice");
        (*fields)[w.index].field = f;
    }
    return OK;
}

/* A member of an object whose names are fields of this grant. */
static result read_own_field(maker *m, place at, scenario_grant_field *fields, size_t count, scenario_grant_field **out) {
    *out = field_of(fields, count, field_by_name(json_name_of(at.v)));
    return *out ? OK : refuse(&m->in, at, "is no field of this consent");
}

/* "who date": the professional who looked, and when. */
static result read_approval(maker *m, place at, bytes *when) {
    bytes said;
    TRY(read_text(&m->in, at, &said));
    bytes who = next_part(&said, ' ');
    *when = trimmed(said);
    if (!find(m, who, HELPERS).kind) return refuse(&m->in, at, "must begin with a helper of this file");
    return is_when(*when) ? OK : refuse(&m->in, at, "must end with a date");
}

static result read_four_eyes(maker *m, place object, scenario_grant_field *fields, size_t count) {
    TRY(read_object(&m->in, object));
    for (item_walk w = items_of(object); has_item(&w); next_item(&w)) {
        scenario_grant_field *f;
        TRY(read_own_field(m, w.at, fields, count, &f));
        TRY(read_approval(m, w.at, &f->four_eyes));
    }
    return OK;
}

typedef struct {
    scenario_grant_end at[2 * FIELD_COUNT];
    size_t count;
} grant_ends;

static scenario_grant_end *end_of(grant_ends *ends, field_id f, bool refused) {
    for (size_t i = 0; i < ends->count; i++)
        if (ends->at[i].field == f && ends->at[i].refused == refused) return &ends->at[i];
    return NULL;
}

static result read_withdrawn(maker *m, place object, scenario_grant_field *fields, size_t count, scenario_ref by, grant_ends *ends) {
    TRY(read_object(&m->in, object));
    for (item_walk w = items_of(object); has_item(&w); next_item(&w)) {
        scenario_grant_field *f;
        scenario_grant_end end = {.by = by};
        TRY(read_own_field(m, w.at, fields, count, &f));
        TRY(read_when(&m->in, w.at, &end.at));
        end.field = f->field;
        ends->at[ends->count++] = end;
    }
    return OK;
}

static result read_refusal(maker *m, place at, grant_ends *ends) {
    TRY(read_keys(&m->in, at, "field asked yes no result"));
    scenario_grant_end end = {.refused = true};
    scenario_refs yes, no;
    bytes outcome;
    TRY(read_field(m, member(at, "field"), &end.field));
    TRY(read_when(&m->in, member(at, "asked"), &end.at));
    TRY(read_refs(m, member(at, "yes"), MEMBERS, &yes));
    TRY(read_refs(m, member(at, "no"), MEMBERS, &no));
    TRY(read_maybe_text(&m->in, member(at, "result"), &outcome));
    if (end_of(ends, end.field, true)) return refuse(&m->in, member(at, "field"), "is refused twice");
    if (no.count == 1) end.by = no.at[0];
    ends->at[ends->count++] = end;
    return OK;
}

static result read_refused(maker *m, place list, grant_ends *ends) {
    size_t count;
    TRY(read_list(&m->in, list, FIELD_COUNT, &count));
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_refusal(m, w.at, ends));
    return OK;
}

static result read_reconfirmed(maker *m, place list, scenario_grant *g) {
    TRY(read_list(&m->in, list, RECONFIRMED_MAX, &g->reconfirmed_count));
    bytes *days = ARENA_ARRAY(m->in.a, bytes, g->reconfirmed_count);
    g->reconfirmed = days;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_when(&m->in, w.at, &days[w.index]));
    return OK;
}

/* Consent is given by people; another basis may have been noted by a helper, who gives nothing. */
static result read_givers(maker *m, place at, scenario_grant *g) {
    bool consent = strcmp(g->basis, "consent") == 0;
    scenario_refs by, co;
    TRY((consent ? read_some_refs : read_refs)(m, member(at, "by"), consent ? MEMBERS : MEMBERS | HELPERS, &by));
    TRY(read_refs(m, member(at, "co_signed"), MEMBERS | HELPERS, &co));
    for (size_t i = 0; i < by.count; i++)
        if (by.at[i].kind == REF_PERSON) add_ref(m->in.a, &g->givers, by.at[i]);
    for (size_t i = 0; i < co.count; i++)
        if (co.at[i].kind == REF_PERSON) add_ref(m->in.a, &g->givers, co.at[i]);
    return OK;
}

static result read_hold(maker *m, place at, scenario_grant *g) {
    place by = member(at, "withheld_by");
    TRY(read_refs(m, member(at, "withheld_from"), PEOPLE, &g->withheld_from));
    if (by.v && !json_is_null(by.v)) TRY(read_ref(m, by, MEMBERS | HELPERS, &g->withheld_by));
    TRY(read_maybe_text(&m->in, member(at, "withheld_ground"), &g->withheld_ground));
    TRY(read_maybe_when(&m->in, member(at, "withheld_review"), &g->withheld_review));
    return OK;
}

static result read_grant_times(maker *m, place at, scenario_grant *g) {
    TRY(read_when(&m->in, member(at, "from"), &g->from));
    TRY(read_when(&m->in, member(at, "until"), &g->until));
    TRY(ends_after(&m->in, g->from, member(at, "until"), g->until));
    return read_reconfirmed(m, member(at, "reconfirmed"), g);
}

static result read_grant_texts(maker *m, place at, scenario_grant *g) {
    bytes basis;
    TRY(read_text(&m->in, member(at, "basis"), &basis));
    g->basis = basis_word(basis);
    TRY(read_maybe_text(&m->in, member(at, "purpose"), &g->purpose));
    TRY(read_maybe_text(&m->in, member(at, "note"), &g->note));
    return read_maybe_text(&m->in, member(at, "protective"), &g->protective);
}

static result read_new_grant_id(maker *m, place at, bytes *out) {
    TRY(read_id(&m->in, member(at, "id"), out));
    for (size_t i = 0; i < m->out->grant_count; i++)
        if (bytes_equal(m->grants[i].id, *out)) return refuse(&m->in, member(at, "id"), "this id is taken");
    return OK;
}

static result read_grant_content(maker *m, place at, scenario_grant *g) {
    scenario_grant_field *fields;
    grant_ends *ends = ARENA_NEW(m->in.a, grant_ends);
    TRY(read_grant_fields(m, member(at, "fields"), &fields, &g->field_count));
    TRY(read_four_eyes(m, member(at, "four_eyes"), fields, g->field_count));
    scenario_ref by = g->givers.count == 1 ? g->givers.at[0] : (scenario_ref){.kind = REF_NONE};
    TRY(read_withdrawn(m, member(at, "withdrawn"), fields, g->field_count, by, ends));
    TRY(read_refused(m, member(at, "refused"), ends));
    if (!g->field_count && !ends->count) return refuse(&m->in, member(at, "fields"), "must name a field");
    g->fields = fields;
    g->ends = ends->at, g->end_count = ends->count;
    return OK;
}

static result read_grant(maker *m, place at, scenario_grant *g) {
    TRY(read_keys(&m->in, at, "id by about to fields from until basis purpose reconfirmed withdrawn refused four_eyes co_signed "
                              "protective withheld_from withheld_by withheld_ground withheld_review note"));
    TRY(read_new_grant_id(m, at, &g->id));
    TRY(read_grant_texts(m, at, g));
    TRY(read_givers(m, at, g));
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES | FAMILY, &g->about));
    TRY(read_ref(m, member(at, "to"), MEMBERS | HELPERS, &g->to));
    TRY(read_grant_times(m, at, g));
    TRY(read_grant_content(m, at, g));
    TRY(read_hold(m, at, g));
    /* Answers to a refused question, who looked with four eyes, the basis as it was said: whole, and for nobody yet. */
    return note_whole(m, "consent", at, (scenario_refs){0}, g->from);
}

/* Facts number the fields and the confirmations of all grants together. */
static result check_grant_totals(maker *m, place at) {
    size_t fields = 0, confirms = 0;
    for (size_t i = 0; i < m->out->grant_count; i++) {
        fields += m->grants[i].field_count;
        confirms += 1 + m->grants[i].reconfirmed_count;
    }
    return fields <= UINT16_MAX && confirms <= UINT16_MAX ? OK : refuse(&m->in, at, "hold more than this program can");
}

static result read_grants(maker *m, place list) {
    size_t count;
    if (!list.v) return refuse(&m->in, list, "is missing");
    TRY(read_list(&m->in, list, GRANTS_MAX, &count));
    m->grants = ARENA_ARRAY(m->in.a, scenario_grant, count);
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_grant(m, w.at, &m->grants[m->out->grant_count]));
        m->out->grant_count++;
    }
    return check_grant_totals(m, list);
}

/* ---- events ---- */

/* Only these words may stand in clear; any other reason is kept with the event's sealed text. */
static const char *reason_word(bytes said) {
    static const char *const known[] = {"threat_to_life", "acute_danger", "acute_danger_child", "acute_danger_to_child",
                                        "cannot_consent", "missing_person"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_is(said, known[i])) return known[i];
    return "other";
}

static result read_fields(maker *m, place list, const field_id **out, size_t *count) {
    TRY(read_some(&m->in, list, FIELD_COUNT, count));
    field_id *all = ARENA_ARRAY(m->in.a, field_id, *count);
    *out = all;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        TRY(read_field(m, w.at, &all[w.index]));
        if (memchr(all, all[w.index], w.index)) return refuse(&m->in, w.at, "is named twice");
    }
    return OK;
}

static result read_emergency(maker *m, place at, bytes when, scenario_emergency *e) {
    scenario_ref by;
    bytes reason;
    int64_t minutes = m->out->law->break_glass_minutes;
    TRY(read_ref(m, member(at, "by"), HELPERS, &by));
    e->helper = by.at, e->at = when;
    TRY(read_some_refs(m, member(at, "about"), MEMBERS | HOMES, &e->about));
    TRY(read_fields(m, member(at, "fields"), &e->fields, &e->field_count));
    TRY(read_maybe_text(&m->in, member(at, "reason_code"), &reason));
    e->reason_code = reason_word(reason);
    TRY(read_maybe_int(&m->in, member(at, "minutes"), 1, 7 * 24 * 60, &minutes));
    e->minutes = (uint32_t)(minutes < m->out->law->break_glass_minutes ? minutes : m->out->law->break_glass_minutes);
    TRY(read_maybe_when(&m->in, member(at, "ended"), &e->ended));
    return ends_after(&m->in, when, member(at, "ended"), e->ended);
}

static result read_handover(maker *m, place at, bytes when, scenario_handover *h) {
    scenario_ref from, to;
    TRY(read_ref(m, member(at, "from"), HELPERS, &from));
    TRY(read_ref(m, member(at, "to"), HELPERS, &to));
    if (same_ref(from, to)) return refuse(&m->in, member(at, "to"), "nobody hands over to himself");
    h->from = from.at, h->to = to.at, h->at = when;
    return read_maybe_when(&m->in, member(at, "accepted"), &h->accepted);
}

/* Of the one unborn child, or of the one that `member` names. A birth of nobody unborn is only told. */
static result read_birth(maker *m, place at, bytes when, scenario_birth *births) {
    place named = member(at, "member");
    scenario_ref child = {.kind = REF_NONE};
    size_t unborn = 0;
    for (uint16_t i = 0; i < m->out->member_count; i++)
        if (m->people[i].unborn) unborn++, child = (scenario_ref){REF_PERSON, i};
    if (unborn > 1 && !named.v) return refuse(&m->in, named, "is missing: which of the unborn children");
    if (named.v) TRY(read_ref(m, named, MEMBERS, &child));
    if (!child.kind) return OK;
    if (!m->people[child.at].unborn) return refuse(&m->in, named, "names a member who is born already");
    for (size_t i = 0; i < m->out->birth_count; i++)
        if (births[i].person == child.at) return refuse(&m->in, at, "this child is born twice");
    births[m->out->birth_count++] = (scenario_birth){child.at, when};
    return OK;
}

/* The event tells what the consent's `withdrawn` says too. Where they differ the stricter counts: the earlier moment. */
static void withdraw(maker *m, scenario_grant *g, scenario_grant_end end) {
    scenario_grant_end *ends = ARENA_ARRAY(m->in.a, scenario_grant_end, g->end_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < g->end_count; i++) {
        bool same = !g->ends[i].refused && g->ends[i].field == end.field;
        if (!same) ends[n++] = g->ends[i];
        if (same && when_before(g->ends[i].at, end.at)) end.at = g->ends[i].at;
    }
    ends[n++] = end;
    g->ends = ends, g->end_count = n;
}

static result read_withdrawal(maker *m, place at, bytes when) {
    bytes id;
    scenario_grant *g = NULL;
    scenario_grant_end end = {.at = when};
    TRY(read_id(&m->in, member(at, "consent"), &id));
    for (size_t i = 0; i < m->out->grant_count; i++)
        if (bytes_equal(m->grants[i].id, id)) g = &m->grants[i];
    if (!g) return refuse(&m->in, member(at, "consent"), "names no consent of this file");
    if (member(at, "by").v) TRY(read_ref(m, member(at, "by"), MEMBERS | HELPERS, &end.by));
    place list = member(at, "fields");
    const field_id *fields;
    size_t count;
    TRY(read_fields(m, list, &fields, &count));
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) {
        end.field = fields[w.index];
        bool own = false;
        for (size_t i = 0; i < g->field_count; i++) own |= g->fields[i].field == end.field;
        if (!own) return refuse(&m->in, w.at, "is no field of that consent");
        withdraw(m, g, end);
    }
    return OK;
}

typedef struct {
    scenario_emergency *emergencies;
    scenario_handover *handovers;
    scenario_birth *births;
} event_room;

static result read_event_of(maker *m, place at, bytes type, bytes when, event_room *room) {
    scenario_refs about;
    if (bytes_is(type, "withdrawal")) return read_withdrawal(m, at, when);
    if (bytes_is(type, "break_glass")) return read_emergency(m, at, when, &room->emergencies[m->out->emergency_count++]);
    if (bytes_is(type, "handover")) return read_handover(m, at, when, &room->handovers[m->out->handover_count++]);
    if (bytes_is(type, "birth")) return read_birth(m, at, when, room->births);
    if (bytes_is(type, "age_transition")) return read_refs(m, member(at, "about"), MEMBERS, &about);
    return OK; /* told, and sealed as it stands */
}

static result read_event(maker *m, place at, event_room *room) {
    bytes type, when;
    TRY(read_object(&m->in, at));
    TRY(read_text(&m->in, member(at, "type"), &type));
    TRY(read_when(&m->in, member(at, "at"), &when));
    TRY(read_event_of(m, at, type, when, room));
    return note_whole(m, "event", at, (scenario_refs){0}, when);
}

static result read_events(maker *m, place list) {
    size_t count;
    TRY(read_list(&m->in, list, EVENTS_MAX, &count));
    event_room room = {.emergencies = ARENA_ARRAY(m->in.a, scenario_emergency, count),
                       .handovers = ARENA_ARRAY(m->in.a, scenario_handover, count),
                       .births = ARENA_ARRAY(m->in.a, scenario_birth, count)};
    m->out->emergencies = room.emergencies, m->out->handovers = room.handovers, m->out->births = room.births;
    for (item_walk w = items_of(list); has_item(&w); next_item(&w)) TRY(read_event(m, w.at, &room));
    return OK;
}

/* ---- the whole ---- */

static result read_law(maker *m, place at) {
    bytes code;
    TRY(read_text(&m->in, at, &code));
    m->out->law = jurisdiction_by_code(code);
    return m->out->law ? OK : refuse(&m->in, at, "is no jurisdiction that is known here");
}

static result read_language(maker *m, place at) {
    TRY(read_text(&m->in, at, &m->out->language));
    bool known = bytes_is(m->out->language, "nl") || bytes_is(m->out->language, "fr") || bytes_is(m->out->language, "en");
    return known ? OK : refuse(&m->in, at, "must be nl, fr or en");
}

/* The shape only; whether the zone exists PostgreSQL says, before anything is stored. */
static result read_zone(maker *m, place at) {
    TRY(read_text(&m->in, at, &m->out->time_zone));
    bytes z = m->out->time_zone;
    bool shaped = z.len <= 64;
    for (size_t i = 0; i < z.len; i++)
        shaped &= z.at[i] < 0x80 && (is_letter(z.at[i]) || (z.at[i] >= '0' && z.at[i] <= '9') || memchr("/_+-", z.at[i], 4));
    return shaped ? OK : refuse(&m->in, at, "is no IANA time zone");
}

static result read_head(maker *m, place root) {
    bytes text;
    TRY(read_id(&m->in, member(root, "id"), &m->out->id));
    TRY(read_law(m, member(root, "jurisdiction")));
    TRY(read_zone(m, member(root, "time_zone")));
    TRY(read_language(m, member(root, "language")));
    TRY(read_when(&m->in, member(root, "demo_at"), &m->out->demo_at));
    TRY(read_when(&m->in, member(root, "intake_date"), &m->out->intake));
    TRY(read_maybe_text(&m->in, member(root, "notice"), &text));
    add_note(m, "notice", (scenario_refs){0}, BYTES(""), text);
    TRY(read_maybe_text(&m->in, member(root, "municipality"), &text));
    add_note(m, "municipality", (scenario_refs){0}, BYTES(""), text);
    TRY(read_maybe_when(&m->in, member(root, "first_talk_due"), &text));
    add_note(m, "first_talk_due", (scenario_refs){0}, BYTES(""), text);
    return OK;
}

static result read_family(maker *m, place root) {
    TRY(read_keys(&m->in, root, "id notice language municipality jurisdiction time_zone demo_at intake_date first_talk_due members "
                                "households authority capacity trusted_person blocked_persons team entries consents events "
                                "break_glass_roles"));
    TRY(read_head(m, root));
    TRY(read_people_and_homes(m, root));
    TRY(read_team(m, member(root, "team")));
    TRY(read_emergency_roles(m, member(root, "break_glass_roles")));
    TRY(read_authorities(m, member(root, "authority")));
    TRY(read_capacities(m, member(root, "capacity")));
    TRY(read_blocks(m, member(root, "blocked_persons")));
    TRY(read_trusted_person(m, member(root, "trusted_person")));
    TRY(read_entries(m, member(root, "entries")));
    TRY(read_grants(m, member(root, "consents")));
    return read_events(m, member(root, "events"));
}

result scenario_parse(arena *a, bytes json, const scenario **out, scenario_fault *fault) {
    maker m = {.in = {.a = a, .fault = fault}, .out = ARENA_NEW(a, scenario)};
    const json_value *root;
    json_fault lexical;
    *fault = (scenario_fault){0};
    if (json.len > SCENARIO_BYTES_MAX) {
        *fault = (scenario_fault){BYTES(""), "the file is too large"};
        return FAIL(BAD_JSON);
    }
    if (!ok(json_parse(a, json, &root, &lexical))) {
        *fault = (scenario_fault){lexical.path, lexical.detail};
        return FAIL(BAD_JSON);
    }
    m.in.root = root;
    TRY(read_family(&m, (place){.v = root}));
    m.out->people = m.people, m.out->homes = m.homes, m.out->helpers = m.helpers, m.out->grants = m.grants, m.out->notes = m.notes;
    *out = m.out;
    return OK;
}
