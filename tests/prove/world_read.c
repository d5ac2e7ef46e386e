/* A world of tests/prove/worlds.py, read from its JSON into facts. */
#include "world_read.h"

#include "json/validate.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    arena *a;
    facts *f;
    grant_field_fact *grant_fields;
    confirm_fact *confirms;
    stop_fact *stops;
    reply_fact *replies;
    restriction_fact *restrictions;
    version_fact *versions;
} reader;

/* ---- one member of a row */

const json_value *world_member(const json_value *row, const char *name) {
    const json_value *v = json_member(row, name);
    if (!v) fprintf(stderr, "a row without %s\n", name);
    must(v);
    return v;
}

static int64_t number(const json_value *row, const char *name) { return json_int_of(world_member(row, name)); }
static bool flag(const json_value *row, const char *name) { return json_bool_of(world_member(row, name)); }

moment world_moment(const json_value *row, const char *name) {
    int64_t m = number(row, name);
    return m >= JSON_INT_MAX ? MOMENT_NEVER : m <= -JSON_INT_MAX ? MOMENT_MIN : m;
}

static unsigned digit(uint8_t c) { return c <= '9' ? c - (unsigned)'0' : c - (unsigned)'a' + 10; }

void world_set(bytes text, field_set out) {
    out[0] = out[1] = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[1] = out[1] << 4 | out[0] >> 60;
        out[0] = out[0] << 4 | digit(text.at[i]);
    }
}

static void set(const json_value *row, const char *name, field_set out) { world_set(json_bytes_of(world_member(row, name)), out); }

static subjects group(const json_value *row, const char *name) {
    field_set wide;
    set(row, name, wide);
    return wide[0];
}

uuid world_id(world_kind kind, size_t which) {
    uuid id = {{0}};
    put_u32(id.b + 8, (uint32_t)kind + 1);
    put_u32(id.b + 12, (uint32_t)which + 1);
    return id;
}

/* By its place in the world, unless the row says a number of its own. */
static uuid own_id(world_kind kind, const json_value *row, size_t at) {
    const json_value *own = json_member(row, "n");
    return world_id(kind, own ? (size_t)json_int_of(own) : at);
}

#define SPAN(row) .recorded = world_moment((row), "recorded"), .from = world_moment((row), "from"), .until = world_moment((row), "until")
#define PLACE(row, name) ((uint8_t)number((row), (name)))

/* ---- each kind of row */

static person_fact person_of(const json_value *row, size_t at) {
    return (person_fact){.id = own_id(OF_PERSON, row, at), .recorded = world_moment(row, "recorded"), .born = world_moment(row, "born"),
        .turns_12 = world_moment(row, "turns_12"), .turns_16 = world_moment(row, "turns_16"), .turns_18 = world_moment(row, "turns_18"),
        .owner = PLACE(row, "owner"), .member = flag(row, "member"), .account = flag(row, "account"),
        .limits = MOMENT_NEVER, .contact = MOMENT_NEVER, .informed = MOMENT_NEVER, .died = MOMENT_NEVER};
}

static home_fact home_of(const json_value *row, size_t at) {
    return (home_fact){.id = own_id(OF_HOME, row, at), .recorded = world_moment(row, "recorded"), .shielded = flag(row, "shielded")};
}

static helper_fact helper_of(const json_value *row, size_t at) {
    return (helper_fact){.id = own_id(OF_HELPER, row, at)};
}

static relation_fact relation_of(const json_value *row, size_t at) {
    (void)at;
    bytes kind = json_bytes_of(world_member(row, "kind"));
    return (relation_fact){.kind = bytes_is(kind, "lives") ? LIVES_IN : bytes_is(kind, "manages") ? MANAGES : HOLDS_AUTHORITY,
        .person = PLACE(row, "person"), .of = PLACE(row, "of"), SPAN(row)};
}

static capacity_fact capacity_of(const json_value *row, size_t at) {
    (void)at;
    capacity_fact c = {.person = PLACE(row, "person"), .able = flag(row, "able"), .by = PLACE(row, "by"), .review = world_moment(row, "review"),
        .recorded = world_moment(row, "recorded"), .from = world_moment(row, "from")};
    set(row, "topics", c.topics);
    return c;
}

static conflict_fact conflict_of(const json_value *row, size_t at) {
    conflict_fact c = {.id = own_id(OF_CONFLICT, row, at), .child = PLACE(row, "child"), SPAN(row)};
    set(row, "topics", c.topics);
    return c;
}

static block_fact block_of(const json_value *row, size_t at) {
    (void)at;
    return (block_fact){.person = PLACE(row, "person"), .protects = group(row, "protects"), SPAN(row)};
}

static lock_fact lock_of(const json_value *row, size_t at) {
    lock_fact l = {.id = own_id(OF_LOCK, row, at), .not_for = PLACE(row, "not_for"), .about = group(row, "about"), SPAN(row)};
    set(row, "fields", l.fields);
    return l;
}

static trusted_fact trusted_of(const json_value *row, size_t at) {
    return (trusted_fact){.id = own_id(OF_TRUSTED, row, at), .trusted = PLACE(row, "trusted"), .minor = PLACE(row, "minor"), SPAN(row)};
}

static place_fact place_of(const json_value *row, size_t at) {
    (void)at;
    return (place_fact){.helper = PLACE(row, "helper"), .coordinator = flag(row, "coordinator"), .authority_role = flag(row, "authority_role"),
        .listed = flag(row, "listed"), .safety = flag(row, "safety"), .secrecy = PLACE(row, "secrecy"),
        .organisation = world_id(OF_ORGANISATION, (size_t)number(row, "organisation")), SPAN(row)};
}

static emergency_role_fact emergency_role_of(const json_value *row, size_t at) {
    (void)at;
    return (emergency_role_fact){.helper = PLACE(row, "helper"), SPAN(row)};
}

static hold_fact hold_of(const json_value *row, size_t at) {
    hold_fact h = {.id = own_id(OF_HOLD, row, at), .by = PLACE(row, "by"), .about = group(row, "about"), .from_whom = group(row, "from_whom"),
        .review = world_moment(row, "review"), SPAN(row)};
    set(row, "fields", h.fields);
    return h;
}

static emergency_fact emergency_of(const json_value *row, size_t at) {
    emergency_fact e = {.id = own_id(OF_EMERGENCY, row, at), .helper = PLACE(row, "helper"), .about = group(row, "about"), .told = world_moment(row, "told"),
        .review_due = world_moment(row, "review_due"), .reviewed = world_moment(row, "reviewed"), SPAN(row)};
    set(row, "fields", e.fields);
    return e;
}

static grant_fact grant_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    grant_fact g = {.id = own_id(OF_GRANT, row, at), .recipient = PLACE(row, "recipient"), .about = group(row, "about"), .givers = group(row, "givers"),
        .basis = (grant_basis)number(row, "basis"), .request = UINT16_MAX, SPAN(row),
        .first_field = (uint16_t)f->grant_field_count, .first_confirm = (uint16_t)f->confirm_count};
    for (const json_value *v = json_first(world_member(row, "fields")); v; v = json_next(v), g.field_count++)
        r->grant_fields[f->grant_field_count++] = (grant_field_fact){.field = PLACE(v, "field"), .level = PLACE(v, "level"),
            .four_eyes = world_moment(v, "four_eyes"), .ended = world_moment(v, "ended")};
    for (const json_value *v = json_first(world_member(row, "confirms")); v; v = json_next(v), g.confirm_count++)
        r->confirms[f->confirm_count++] = (confirm_fact){.recorded = world_moment(v, "recorded"), .lapses = world_moment(v, "lapses")};
    for (const json_value *v = json_first(world_member(row, "stops")); v; v = json_next(v))
        r->stops[f->stop_count++] = (stop_fact){.grant = (uint16_t)at, SPAN(v)};
    return g;
}

static request_fact request_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    request_fact q = {.id = own_id(OF_REQUEST, row, at), .asker = PLACE(row, "asker"), .recipient = PLACE(row, "recipient"), .about = group(row, "about"),
        .lapses = world_moment(row, "lapses"), .withdrawn = world_moment(row, "withdrawn"), SPAN(row), .first_reply = f->reply_count};
    set(row, "fields", q.fields);
    for (const json_value *v = json_first(world_member(row, "replies")); v; v = json_next(v), q.reply_count++) {
        reply_fact *p = &r->replies[f->reply_count++];
        *p = (reply_fact){.person = PLACE(v, "person"), .recorded = world_moment(v, "recorded"), .counts = world_moment(v, "counts")};
        set(v, "yes", p->yes);
        set(v, "no", p->no);
    }
    return q;
}

static entry_fact entry_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    const json_value *of = world_member(row, "of");
    entry_fact e = {.id = own_id(OF_ENTRY, row, at), .kind = (entry_kind)number(row, "kind"), .field = PLACE(row, "field"),
        .of = json_is_null(of) ? UINT32_MAX : (uint32_t)json_int_of(of), .assignee = PLACE(row, "assignee"), .left_by = ACTOR_NONE, .left = MOMENT_NEVER, .about = group(row, "about"),
        .withdrawn = world_moment(row, "withdrawn"), .first_version = f->version_count};
    for (const json_value *v = json_first(world_member(row, "versions")); v; v = json_next(v))
        r->versions[f->version_count++] = (version_fact){.number = ++e.version_count, .recorded = world_moment(v, "recorded"),
            .written = world_moment(v, "written"), .agreed = group(v, "agreed"), .wrote = group(v, "wrote"), .author = PLACE(v, "author")};
    for (const json_value *v = json_first(world_member(row, "restrictions")); v; v = json_next(v))
        r->restrictions[f->restriction_count++] = (restriction_fact){.entry = (uint32_t)at, SPAN(v)};
    return e;
}

/* ---- a world */

#define ROWS(type, list, count, make)                                                                                              \
    static void take_##list(reader *r, const json_value *world) {                                                                  \
        const json_value *rows = world_member(world, #list);                                                                             \
        type *out = ARENA_ARRAY(r->a, type, json_count(rows) + 1);                                                                 \
        size_t n = 0;                                                                                                              \
        for (const json_value *v = json_first(rows); v; v = json_next(v), n++) out[n] = make(v, n);                                 \
        r->f->list = out;                                                                                                          \
        r->f->count = (__typeof__(r->f->count))n;                                                                                  \
    }
#define GRANT_OF(v, n) grant_of(r, v, n)
#define REQUEST_OF(v, n) request_of(r, v, n)
#define ENTRY_OF(v, n) entry_of(r, v, n)

ROWS(person_fact, people, people_count, person_of)
ROWS(home_fact, homes, home_count, home_of)
ROWS(helper_fact, helpers, helper_count, helper_of)
ROWS(relation_fact, relations, relation_count, relation_of)
ROWS(capacity_fact, capacities, capacity_count, capacity_of)
ROWS(conflict_fact, conflicts, conflict_count, conflict_of)
ROWS(block_fact, blocks, block_count, block_of)
ROWS(lock_fact, locks, lock_count, lock_of)
ROWS(trusted_fact, trusted, trusted_count, trusted_of)
ROWS(place_fact, places, place_count, place_of)
ROWS(emergency_role_fact, emergency_roles, emergency_role_count, emergency_role_of)
ROWS(hold_fact, holds, hold_count, hold_of)
ROWS(emergency_fact, emergencies, emergency_count, emergency_of)
ROWS(grant_fact, grants, grant_count, GRANT_OF)
ROWS(request_fact, requests, request_count, REQUEST_OF)
ROWS(entry_fact, entries, entry_count, ENTRY_OF)

static size_t inner(const json_value *world, const char *list, const char *rows) {
    size_t n = 0;
    for (const json_value *v = json_first(world_member(world, list)); v; v = json_next(v)) n += json_count(world_member(v, rows));
    return n + 1;
}

void world_read(arena *a, const json_value *world, facts *f) {
    reader made = {.a = a, .f = f}, *r = &made;
    f->family = world_id(OF_FAMILY, 0);
    f->law = jurisdiction_by_code(json_bytes_of(world_member(world, "law")));
    must(f->law);
    f->erased = world_moment(world, "erased");
    f->closed = world_moment(world, "closed");
    f->grant_fields = r->grant_fields = ARENA_ARRAY(r->a, grant_field_fact, inner(world, "grants", "fields"));
    f->confirms = r->confirms = ARENA_ARRAY(r->a, confirm_fact, inner(world, "grants", "confirms"));
    f->stops = r->stops = ARENA_ARRAY(r->a, stop_fact, inner(world, "grants", "stops"));
    f->replies = r->replies = ARENA_ARRAY(r->a, reply_fact, inner(world, "requests", "replies"));
    f->restrictions = r->restrictions = ARENA_ARRAY(r->a, restriction_fact, inner(world, "entries", "restrictions"));
    f->versions = r->versions = ARENA_ARRAY(r->a, version_fact, inner(world, "entries", "versions"));
    take_people(r, world);
    take_homes(r, world);
    take_helpers(r, world);
    take_relations(r, world);
    take_capacities(r, world);
    take_conflicts(r, world);
    take_blocks(r, world);
    take_locks(r, world);
    take_trusted(r, world);
    take_places(r, world);
    take_emergency_roles(r, world);
    take_holds(r, world);
    take_emergencies(r, world);
    take_grants(r, world);
    take_requests(r, world);
    take_entries(r, world);
    uint32_t room = facts_moments(f, NULL, 0);
    moment *moments = ARENA_ARRAY(r->a, moment, room + 1);
    f->moment_count = facts_moments(f, moments, room);
    f->moments = moments;
}
