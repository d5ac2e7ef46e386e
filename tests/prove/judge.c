/* For prove.py: reads a world a line (tests/prove/worlds.py makes them) and prints a line with everything that the policy answers to
 * its questions. Sets of subjects and of fields travel as hexadecimal text, since a JSON number can't hold them. */
#include "json/read.h"
#include "json/validate.h"
#include "policy/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static const json_value *member(const json_value *row, const char *name) {
    const json_value *v = json_member(row, name);
    if (!v) fprintf(stderr, "a row without %s\n", name);
    must(v);
    return v;
}

static int64_t number(const json_value *row, const char *name) { return json_int_of(member(row, name)); }
static bool flag(const json_value *row, const char *name) { return json_bool_of(member(row, name)); }

static moment when(const json_value *row, const char *name) {
    int64_t m = number(row, name);
    return m >= JSON_INT_MAX ? MOMENT_NEVER : m <= -JSON_INT_MAX ? MOMENT_MIN : m;
}

static unsigned digit(uint8_t c) { return c <= '9' ? c - (unsigned)'0' : c - (unsigned)'a' + 10; }

static void set_of(bytes text, field_set out) {
    out[0] = out[1] = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[1] = out[1] << 4 | out[0] >> 60;
        out[0] = out[0] << 4 | digit(text.at[i]);
    }
}

static void set(const json_value *row, const char *name, field_set out) { set_of(json_bytes_of(member(row, name)), out); }

static subjects group(const json_value *row, const char *name) {
    field_set wide;
    set(row, name, wide);
    return wide[0];
}

/* An id for the thing at this position: each kind has its own. */
static uuid id_of(unsigned kind, size_t at) {
    uuid id = {{0}};
    put_u32(id.b + 8, kind + 1);
    put_u32(id.b + 12, (uint32_t)at + 1);
    return id;
}

#define SPAN(row) .recorded = when((row), "recorded"), .from = when((row), "from"), .until = when((row), "until")
#define PLACE(row, name) ((uint8_t)number((row), (name)))

/* ---- each kind of row */

static person_fact person_of(const json_value *row, size_t at) {
    return (person_fact){.id = id_of(0, at), .recorded = when(row, "recorded"), .born = when(row, "born"),
        .turns_12 = when(row, "turns_12"), .turns_16 = when(row, "turns_16"), .turns_18 = when(row, "turns_18"),
        .owner = PLACE(row, "owner"), .member = flag(row, "member"), .account = flag(row, "account"),
        .limits = MOMENT_NEVER, .contact = MOMENT_NEVER, .informed = MOMENT_NEVER};
}

static home_fact home_of(const json_value *row, size_t at) {
    return (home_fact){.id = id_of(1, at), .recorded = when(row, "recorded"), .shielded = flag(row, "shielded")};
}

static helper_fact helper_of(const json_value *row, size_t at) {
    (void)row;
    return (helper_fact){.id = id_of(2, at)};
}

static relation_fact relation_of(const json_value *row, size_t at) {
    (void)at;
    bytes kind = json_bytes_of(member(row, "kind"));
    return (relation_fact){.kind = bytes_is(kind, "lives") ? LIVES_IN : bytes_is(kind, "manages") ? MANAGES : HOLDS_AUTHORITY,
        .person = PLACE(row, "person"), .of = PLACE(row, "of"), SPAN(row)};
}

static capacity_fact capacity_of(const json_value *row, size_t at) {
    (void)at;
    capacity_fact c = {.person = PLACE(row, "person"), .able = flag(row, "able"), .by = PLACE(row, "by"), .review = when(row, "review"),
        .recorded = when(row, "recorded"), .from = when(row, "from")};
    set(row, "topics", c.topics);
    return c;
}

static conflict_fact conflict_of(const json_value *row, size_t at) {
    (void)at;
    conflict_fact c = {.child = PLACE(row, "child"), SPAN(row)};
    set(row, "topics", c.topics);
    return c;
}

static block_fact block_of(const json_value *row, size_t at) {
    (void)at;
    return (block_fact){.person = PLACE(row, "person"), .protects = group(row, "protects"), SPAN(row)};
}

static lock_fact lock_of(const json_value *row, size_t at) {
    lock_fact l = {.id = id_of(3, at), .not_for = PLACE(row, "not_for"), .about = group(row, "about"), SPAN(row)};
    set(row, "fields", l.fields);
    return l;
}

static trusted_fact trusted_of(const json_value *row, size_t at) {
    (void)at;
    return (trusted_fact){.trusted = PLACE(row, "trusted"), .minor = PLACE(row, "minor"), SPAN(row)};
}

static place_fact place_of(const json_value *row, size_t at) {
    (void)at;
    return (place_fact){.helper = PLACE(row, "helper"), .coordinator = flag(row, "coordinator"), .authority_role = flag(row, "authority_role"),
        .listed = flag(row, "listed"), .safety = flag(row, "safety"), .secrecy = PLACE(row, "secrecy"),
        .organisation = id_of(4, (size_t)number(row, "organisation")), SPAN(row)};
}

static emergency_role_fact emergency_role_of(const json_value *row, size_t at) {
    (void)at;
    return (emergency_role_fact){.helper = PLACE(row, "helper"), SPAN(row)};
}

static hold_fact hold_of(const json_value *row, size_t at) {
    hold_fact h = {.id = id_of(5, at), .by = PLACE(row, "by"), .about = group(row, "about"), .from_whom = group(row, "from_whom"),
        .review = when(row, "review"), SPAN(row)};
    set(row, "fields", h.fields);
    return h;
}

static emergency_fact emergency_of(const json_value *row, size_t at) {
    emergency_fact e = {.id = id_of(6, at), .helper = PLACE(row, "helper"), .about = group(row, "about"), .told = when(row, "told"),
        .review_due = when(row, "review_due"), .reviewed = when(row, "reviewed"), SPAN(row)};
    set(row, "fields", e.fields);
    return e;
}

static grant_fact grant_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    grant_fact g = {.id = id_of(7, at), .recipient = PLACE(row, "recipient"), .about = group(row, "about"), .givers = group(row, "givers"),
        .basis = (grant_basis)number(row, "basis"), .request = UINT16_MAX, SPAN(row),
        .first_field = (uint16_t)f->grant_field_count, .first_confirm = (uint16_t)f->confirm_count};
    for (const json_value *v = json_first(member(row, "fields")); v; v = json_next(v), g.field_count++)
        r->grant_fields[f->grant_field_count++] = (grant_field_fact){.field = PLACE(v, "field"), .level = PLACE(v, "level"),
            .four_eyes = when(v, "four_eyes"), .ended = when(v, "ended")};
    for (const json_value *v = json_first(member(row, "confirms")); v; v = json_next(v), g.confirm_count++)
        r->confirms[f->confirm_count++] = (confirm_fact){.recorded = when(v, "recorded"), .lapses = when(v, "lapses")};
    for (const json_value *v = json_first(member(row, "stops")); v; v = json_next(v))
        r->stops[f->stop_count++] = (stop_fact){.grant = (uint16_t)at, SPAN(v)};
    return g;
}

static request_fact request_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    request_fact q = {.id = id_of(8, at), .asker = PLACE(row, "asker"), .recipient = PLACE(row, "recipient"), .about = group(row, "about"),
        .lapses = when(row, "lapses"), .withdrawn = when(row, "withdrawn"), SPAN(row), .first_reply = f->reply_count};
    set(row, "fields", q.fields);
    for (const json_value *v = json_first(member(row, "replies")); v; v = json_next(v), q.reply_count++) {
        reply_fact *p = &r->replies[f->reply_count++];
        *p = (reply_fact){.person = PLACE(v, "person"), .recorded = when(v, "recorded"), .counts = when(v, "counts")};
        set(v, "yes", p->yes);
        set(v, "no", p->no);
    }
    return q;
}

static entry_fact entry_of(reader *r, const json_value *row, size_t at) {
    facts *f = r->f;
    const json_value *of = member(row, "of");
    entry_fact e = {.id = id_of(9, at), .kind = (entry_kind)number(row, "kind"), .field = PLACE(row, "field"),
        .of = json_is_null(of) ? UINT32_MAX : (uint32_t)json_int_of(of), .assignee = PLACE(row, "assignee"), .about = group(row, "about"),
        .withdrawn = when(row, "withdrawn"), .first_version = f->version_count};
    for (const json_value *v = json_first(member(row, "versions")); v; v = json_next(v))
        r->versions[f->version_count++] = (version_fact){.number = ++e.version_count, .recorded = when(v, "recorded"),
            .written = when(v, "written"), .agreed = group(v, "agreed"), .wrote = group(v, "wrote"), .author = PLACE(v, "author")};
    for (const json_value *v = json_first(member(row, "restrictions")); v; v = json_next(v))
        r->restrictions[f->restriction_count++] = (restriction_fact){.entry = (uint32_t)at, SPAN(v)};
    return e;
}

/* ---- a world */

#define ROWS(type, list, count, make)                                                                                              \
    static void take_##list(reader *r, const json_value *world) {                                                                  \
        const json_value *rows = member(world, #list);                                                                             \
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
    for (const json_value *v = json_first(member(world, list)); v; v = json_next(v)) n += json_count(member(v, rows));
    return n + 1;
}

static void take_world(reader *r, const json_value *world) {
    facts *f = r->f;
    f->family = id_of(10, 0);
    f->law = jurisdiction_by_code(json_bytes_of(member(world, "law")));
    must(f->law);
    f->erased = when(world, "erased");
    f->closed = when(world, "closed");
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

/* ---- the answers to one question */

#define EVERY_KIND (~0u)

static void print_permits(const facts *f, const ruling *r) {
    printf("\"permits\":[");
    for (uint32_t i = 0; i < r->count; i++) {
        const permit *p = &r->permits[i];
        printf("%s[%" PRIu32 ",%" PRIu32 ",%d]", i ? "," : "", p->entry, p->version - f->entries[p->entry].first_version, (int)p->level);
    }
    printf("],\"rules\":[");
    for (uint32_t i = 0; i < r->count; i++) printf("%s\"%s\"", i ? "," : "", rule_text(r->permits[i].rule));
    printf("]");
}

/* For each entry of which some version is allowed: two bits of level for each version. */
static void print_versions(const facts *f, const standing *s) {
    const char *comma = "";
    printf(",\"versions\":[");
    for (uint32_t e = 0; e < f->entry_count; e++) {
        const entry_fact *entry = &f->entries[e];
        uint64_t seen = 0;
        for (uint32_t v = 0; v < entry->version_count; v++) {
            answer a = policy_entry(s, e, entry->first_version + v);
            if (a.allowed) seen |= (uint64_t)a.level << 2 * v;
            must(a.allowed == (a.level != LEVEL_HIDDEN));
        }
        if (seen) printf("%s[%" PRIu32 ",%" PRIu64 "]", comma, e, seen), comma = ",";
    }
    printf("]");
}

static void print_asks(const standing *s, const json_value *world) {
    const char *comma = "";
    printf(",\"asks\":[");
    for (const json_value *v = json_first(member(world, "asks")); v; v = json_next(v), comma = ",") {
        const json_value *field = json_first(v);
        field_set about;
        set_of(json_bytes_of(json_next(field)), about);
        answer a = policy_ask(s, (field_id)json_int_of(field), about[0]);
        must(a.allowed == (a.level != LEVEL_HIDDEN));
        printf("%s%d", comma, (int)a.level);
    }
    printf("],\"givers\":[");
    comma = "";
    for (const json_value *v = json_first(member(world, "gives")); v; v = json_next(v), comma = ",") {
        const json_value *field = json_first(v);
        subjects one = (subjects)1 << json_int_of(json_next(field));
        printf("%s%" PRIu64, comma, policy_givers(s, (field_id)json_int_of(field), one));
    }
    printf("]");
}

static void print_traces(const facts *f, const standing *s) {
    printf(",\"helpers\":[");
    for (unsigned h = 0; h < f->helper_count; h++) printf("%s%d", h ? "," : "", (int)policy_sees_helper(s, (uint8_t)h));
    printf("],\"grants\":[");
    for (uint32_t g = 0; g < f->grant_count; g++) {
        uint64_t seen = 0;
        for (unsigned i = 0; i < f->grants[g].field_count; i++)
            if (policy_sees_grant_field(s, g, f->grant_fields[f->grants[g].first_field + i].field)) seen |= (uint64_t)1 << i;
        must(policy_sees_grant(s, g) == (seen != 0));
        printf("%s%" PRIu64, g ? "," : "", seen);
    }
    printf("],\"told\":[");
    for (uint32_t e = 0; e < f->emergency_count; e++) printf("%s%d", e ? "," : "", (int)policy_told(s, e));
    printf("]");
}

static void print_requests(const facts *f, const standing *s) {
    printf(",\"requests\":[");
    for (uint32_t q = 0; q < f->request_count; q++) printf("%s%s", q ? "," : "", policy_sees_request(s, q) ? "true" : "false");
    printf("],\"parts\":[");
    for (uint32_t q = 0; q < f->request_count; q++) {
        field_set parts = {0};
        policy_request_parts(s, q, parts);
        printf("%s\"%" PRIx64 "%016" PRIx64 "\"", q ? "," : "", parts[1], parts[0]);
    }
    const char *comma = "";
    printf("],\"asked\":[");
    for (uint32_t q = 0; q < f->request_count; q++)
        for (field_id field = 0; field < FIELD_COUNT; field++)
            if (has_field(f->requests[q].fields, field)) printf("%s%" PRIu64, comma, policy_request_givers(s, q, field)), comma = ",";
    comma = "";
    printf("],\"states\":[");
    for (uint32_t q = 0; q < f->request_count; q++)
        for (field_id field = 0; field < FIELD_COUNT; field++) {
            subjects yes;
            if (!has_field(f->requests[q].fields, field)) continue;
            printf("%s%d", comma, (int)policy_request_state(s, q, field, &yes)), comma = ",";
        }
    printf("]");
}

/* A ruling holds until the first moment after it: judged again just before then, nothing has changed. */
static bool is_steady(reader *r, const ruling *before) {
    if (before->valid_until == MOMENT_NEVER) return true;
    ruling after;
    permit *permits = ARENA_ARRAY(r->a, permit, r->f->entry_count + 1);
    policy_judge(r->f, before->viewer, before->valid_until - 1, EVERY_KIND, permits, &after);
    if (after.count != before->count || after.known != before->known) return false;
    for (uint32_t i = 0; i < after.count; i++) {
        const permit *a = &after.permits[i], *b = &before->permits[i];
        if (a->entry != b->entry || a->version != b->version || a->level != b->level || a->rule != b->rule) return false;
    }
    return true;
}

static void answer_question(reader *r, const json_value *world, const json_value *question) {
    static standing s; /* too large for a quick stack frame */
    const facts *f = r->f;
    actor viewer = PLACE(question, "viewer");
    moment at = when(question, "at");
    ruling judged;
    permit *permits = ARENA_ARRAY(r->a, permit, f->entry_count + 1);
    policy_judge(f, viewer, at, EVERY_KIND, permits, &judged);
    policy_stand(f, viewer, at, &s);
    printf("{");
    print_permits(f, &judged);
    print_versions(f, &s);
    print_asks(&s, world);
    print_traces(f, &s);
    print_requests(f, &s);
    printf(",\"known\":%" PRIu64 ",\"steady\":%s}", judged.known, is_steady(r, &judged) ? "true" : "false");
}

static bool answer_world(arena *a, bytes line) {
    facts f = {0};
    reader r = {.a = a, .f = &f};
    const json_value *world;
    json_fault fault;
    if (!ok(json_parse_file(a, line, &world, &fault))) {
        fprintf(stderr, "not a world: %s\n", fault.detail);
        return false;
    }
    take_world(&r, world);
    const char *comma = "";
    printf("[");
    for (const json_value *q = json_first(member(world, "questions")); q; q = json_next(q), comma = ",") {
        printf("%s", comma);
        answer_question(&r, world, q);
    }
    printf("]\n");
    fflush(stdout);
    return true;
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    arena *a = arena_new_sized(1 << 20);
    bool good = true;
    while (good && (len = getline(&line, &room, stdin)) > 0) {
        good = answer_world(a, bytes_make(line, (size_t)len));
        arena_reset(a);
    }
    arena_release(a);
    return good ? 0 : 1;
}
