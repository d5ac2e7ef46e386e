#include "base/memory.h"
#include "crypto/envelope.h"
#include "crypto/secret.h"
#include "flow/family_inside.h"

/* ---- asking ---- */

/* The law's days travel with the call, one number for each jurisdiction: the database knows calendars, the program the law. */
typedef struct {
    bytes *codes;
    int32_t *days;
} law_days;

static int32_t days_to_lapse(const jurisdiction *j) { return j->reconfirm_days + j->reconfirm_grace_days + 1; }
static int32_t days_to_review(const jurisdiction *j) { return j->emergency_review_days; }

static law_days days_of(arena *a, int32_t (*of)(const jurisdiction *)) {
    law_days d = {ARENA_ARRAY(a, bytes, jurisdiction_count), ARENA_ARRAY(a, int32_t, jurisdiction_count)};
    for (size_t i = 0; i < jurisdiction_count; i++) {
        d.codes[i] = bytes_of_string(jurisdictions[i].code);
        d.days[i] = of(&jurisdictions[i]);
    }
    return d;
}

static void add_days(params *p, law_days d) {
    param_texts(p, d.codes, jurisdiction_count);
    param_int4s(p, d.days, jurisdiction_count);
}

void family_ask(unit *u, arena *a, uuid id) {
    char set[UUID_TEXT + 3] = "{";
    uuid_write(id, set + 1);
    set[UUID_TEXT + 1] = '}';
    params *context = params_new(a);
    param_text(context, arena_copy(a, bytes_make(set, UUID_TEXT + 2)));
    unit_add(u, &stmt_context_set, context);

    static const statement *const asked[] = {
        &stmt_facts_family,    &stmt_facts_people,     &stmt_facts_households,      &stmt_facts_helpers,
        &stmt_facts_relations, &stmt_facts_capacities, &stmt_facts_conflicts,       &stmt_facts_blocks,
        &stmt_facts_locks,     &stmt_facts_trusted,    &stmt_facts_places,          &stmt_facts_emergency_roles,
        &stmt_facts_requests,  &stmt_facts_replies,    &stmt_facts_grants,          &stmt_facts_grant_fields,
        &stmt_facts_confirms,  &stmt_facts_stops,      &stmt_facts_holds,           &stmt_facts_emergencies,
        &stmt_facts_entries,   &stmt_facts_versions,   &stmt_facts_restrictions,    &stmt_facts_epochs,
    };
    _Static_assert(sizeof asked / sizeof *asked + 1 == FAMILY_STATEMENTS, "the context, and each of these");
    law_days lapse = days_of(a, days_to_lapse), review = days_of(a, days_to_review);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        params *p = params_new(a);
        param_uuid(p, id);
        if (asked[i] == &stmt_facts_confirms) add_days(p, lapse);
        if (asked[i] == &stmt_facts_emergencies) add_days(p, review);
        unit_add(u, asked[i], p);
    }
}

/* ---- who and what an id means ---- */

subjects family_subject(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->people_count; i++)
        if (uuid_equal(f->people[i].id, id)) return PERSON(i);
    for (unsigned i = 0; i < f->home_count; i++)
        if (uuid_equal(f->homes[i].id, id)) return HOME(i);
    return uuid_equal(f->family, id) ? THE_FAMILY : UNKNOWN_SUBJECT;
}

actor family_actor(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->people_count; i++)
        if (uuid_equal(f->people[i].id, id)) return (actor)i;
    for (unsigned i = 0; i < f->helper_count; i++)
        if (uuid_equal(f->helpers[i].id, id)) return HELPER(i);
    return ACTOR_NONE;
}

uuid family_subject_id(const facts *f, unsigned subject) {
    if (subject < PEOPLE_MAX) return f->people[subject].id;
    return subject == SUBJECT_FAMILY ? f->family : f->homes[subject - PEOPLE_MAX].id;
}

uuid family_actor_id(const facts *f, actor a) {
    if (is_person(a)) return f->people[a].id;
    return is_helper(a) ? f->helpers[a - FIRST_HELPER].id : (uuid){{0}};
}

int family_entry(const facts *f, uuid id) {
    for (uint32_t i = 0; i < f->entry_count; i++)
        if (uuid_equal(f->entries[i].id, id)) return (int)i;
    return -1;
}

int family_grant(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->grant_count; i++)
        if (uuid_equal(f->grants[i].id, id)) return (int)i;
    return -1;
}

int family_request(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->request_count; i++)
        if (uuid_equal(f->requests[i].id, id)) return (int)i;
    return -1;
}

int family_emergency(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->emergency_count; i++)
        if (uuid_equal(f->emergencies[i].id, id)) return (int)i;
    return -1;
}

int family_lock(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->lock_count; i++)
        if (uuid_equal(f->locks[i].id, id)) return (int)i;
    return -1;
}

int family_hold(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->hold_count; i++)
        if (uuid_equal(f->holds[i].id, id)) return (int)i;
    return -1;
}

uuid family_organisation(const keyring *ring, arena *a, uuid id, bytes name) {
    uuid made = {{0}};
    if (name.len == 0) return made;
    bytes prepared = name; /* as it stands, where it is too long for the one form */
    if (!ok(secret_prepare_login(name, a, &prepared))) prepared = name;
    uint8_t hash[SHA256_SIZE], *message = arena_take(a, sizeof id.b + prepared.len);
    memcpy(message, id.b, sizeof id.b);
    memcpy(message + sizeof id.b, prepared.at, prepared.len);
    const uint8_t *key = keyring_service(ring, "login-index");
    must(key != NULL);
    secret_hmac(key, BYTES("organisation"), bytes_make(message, sizeof id.b + prepared.len), hash);
    memcpy(made.b, hash, sizeof made.b);
    return made;
}

/* ---- reading ---- */

static void read_moments(reader *r) {
    facts *f = &r->f->facts;
    uint32_t most = facts_moments(f, NULL, 0);
    moment *room = memory_take(most * sizeof *room);
    f->moment_count = facts_moments(f, room, most);
    /* Most repeat each other: a family of 84 entries has 600 and keeps 10. */
    moment *kept = memory_take(f->moment_count * sizeof *kept);
    if (f->moment_count) memcpy(kept, room, f->moment_count * sizeof *kept);
    f->moments = kept;
    memory_give(room, most * sizeof *room);
}

/* Counts and positions of sixteen bits hold no more; the others have bounds of their own. */
static bool within_bounds(const reader *r) {
    static const unsigned short_counts[] = {
        AT_RELATIONS, AT_CAPACITIES,   AT_CONFLICTS, AT_BLOCKS, AT_LOCKS,       AT_TRUSTED, AT_PLACES, AT_EMERGENCY_ROLES,
        AT_REPLIES,   AT_GRANT_FIELDS, AT_CONFIRMS,  AT_STOPS,  AT_EMERGENCIES, AT_HOLDS,   AT_RESTRICTIONS,
    };
    for (size_t i = 0; i < sizeof short_counts / sizeof *short_counts; i++)
        if (count_at(r, short_counts[i]) > UINT16_MAX) return false;
    return count_at(r, AT_PEOPLE) <= PEOPLE_MAX && count_at(r, AT_HOUSEHOLDS) <= HOMES_MAX &&
           count_at(r, AT_HELPERS) <= HELPERS_MAX && count_at(r, AT_GRANTS) <= GRANTS_MAX &&
           count_at(r, AT_REQUESTS) <= REQUESTS_MAX && count_at(r, AT_ENTRIES) <= ENTRIES_MAX;
}

/* What the arrays will take, so that a cached family is one block and no more. */
static size_t size_of(const reader *r) {
    static const struct {
        unsigned which;
        size_t each;
    } arrays[] = {
        {AT_PEOPLE, sizeof(person_fact)},
        {AT_HOUSEHOLDS, sizeof(home_fact)},
        {AT_HELPERS, sizeof(helper_fact)},
        {AT_RELATIONS, sizeof(relation_fact)},
        {AT_CAPACITIES, sizeof(capacity_fact)},
        {AT_CONFLICTS, sizeof(conflict_fact)},
        {AT_BLOCKS, sizeof(block_fact)},
        {AT_LOCKS, sizeof(lock_fact)},
        {AT_TRUSTED, sizeof(trusted_fact)},
        {AT_PLACES, sizeof(place_fact)},
        {AT_EMERGENCY_ROLES, sizeof(emergency_role_fact)},
        {AT_REQUESTS, sizeof(request_fact)},
        {AT_REPLIES, sizeof(reply_fact)},
        {AT_GRANTS, sizeof(grant_fact)},
        {AT_GRANT_FIELDS, sizeof(grant_field_fact)},
        {AT_CONFIRMS, sizeof(confirm_fact)},
        {AT_STOPS, sizeof(stop_fact)},
        {AT_HOLDS, sizeof(hold_fact)},
        {AT_EMERGENCIES, sizeof(emergency_fact)},
        {AT_ENTRIES, sizeof(entry_fact)},
        {AT_VERSIONS, sizeof(version_fact) + sizeof(bytes)},
        {AT_RESTRICTIONS, sizeof(restriction_fact)},
        {AT_EPOCHS, sizeof(owner_epoch)},
    };
    size_t n = 0, count = sizeof arrays / sizeof *arrays;
    for (size_t i = 0; i < count; i++) n += count_at(r, arrays[i].which) * arrays[i].each;
    return n + (count + 1) * 16;
}

/* A pause does to helpers what a closing does. */
static void read_course(facts *f, rows head) {
    f->course = (plan_course){
        .closing = row_moment(head, 0, facts_family__closing_at),
        .pausing = row_moment(head, 0, facts_family__pausing_at),
        .closing_by = actor_at(f, head, 0, facts_family__closing_by),
        .pausing_by = actor_at(f, head, 0, facts_family__pausing_by),
        .closed = row_moment(head, 0, facts_family__closed_at),
        .paused = row_moment(head, 0, facts_family__paused_at),
        .kept_until = row_moment(head, 0, facts_family__kept_until),
        .held_until = row_moment(head, 0, facts_family__held_until),
    };
    f->closed = f->course.closed < f->course.paused ? f->course.closed : f->course.paused;
}

static void read_epochs(reader *r) {
    rows from = rows_at(r, AT_EPOCHS);
    r->f->epochs = ARENA_ARRAY(r->f->arena, owner_epoch, rows_count(from));
    r->f->epoch_count = (uint32_t)rows_count(from);
    for (uint32_t i = 0; i < r->f->epoch_count; i++)
        r->f->epochs[i] = (owner_epoch){row_uuid(from, i, facts_epochs__owner_id),
                                        (uint32_t)row_int4(from, i, facts_epochs__epoch)};
}

uint32_t family_epoch(const family *f, uuid owner) {
    for (uint32_t i = 0; i < f->epoch_count; i++)
        if (uuid_equal(f->epochs[i].owner, owner)) return f->epochs[i].epoch;
    return FIRST_EPOCH;
}

result family_read(unit *u, unsigned first, uuid id, family **out) {
    reader r = {u, first, NULL};
    rows head = rows_at(&r, AT_FAMILY);
    ENSURE(rows_count(head) == 1, NOT_FOUND);
    ENSURE(within_bounds(&r), TOO_MUCH);
    const jurisdiction *law = jurisdiction_by_code(row_text(head, 0, facts_family__jurisdiction));
    ENSURE(law != NULL, TOO_MUCH);
    r.f = MEMORY_NEW(family);
    r.f->arena = arena_new_sized(size_of(&r));
    facts *f = &r.f->facts;
    f->family = id;
    f->version = (uint64_t)row_int8(head, 0, facts_family__version);
    f->law = law;
    f->erased = row_moment(head, 0, facts_family__erased_at);
    bytes language = row_text(head, 0, facts_family__language);
    memcpy(f->language, language.at, language.len < 2 ? language.len : 2);
    family_read_people(&r);
    read_course(f, head);
    read_epochs(&r);
    family_read_sharing(&r);
    family_read_entries(&r);
    read_moments(&r);
    r.f->envelopes = ARENA_ARRAY(r.f->arena, bytes, f->version_count);
    *out = r.f;
    return OK;
}

/* ---- bodies ---- */

size_t family_keep_envelope(family *f, uint32_t version, bytes envelope) {
    must(version < f->facts.version_count);
    if (f->envelopes[version].at) return 0;
    uint8_t *copy = memory_take(envelope.len);
    memcpy(copy, envelope.at, envelope.len);
    f->envelopes[version] = (bytes){copy, envelope.len};
    return envelope.len + 16;
}

/* What was sealed anew since is under another key, and the old one may be gone. */
static bool is_current(const family *f, uuid owner, bytes envelope) {
    uint32_t epoch;
    return envelope.at && ok(envelope_epoch(envelope, &epoch)) && epoch == family_epoch(f, owner);
}

static void carry_entry(family *to, const entry_fact *e, const family *from, const entry_fact *old) {
    for (uint32_t i = 0; i < e->version_count && i < old->version_count; i++) {
        uint32_t v = e->first_version + i, w = old->first_version + i;
        bool same = to->facts.versions[v].number == from->facts.versions[w].number;
        if (same && is_current(to, e->owner, from->envelopes[w])) family_keep_envelope(to, v, from->envelopes[w]);
    }
}

/* Both are in the order of the entries, and entries only come: one walk finds them all. */
void family_carry_envelopes(family *to, const family *from) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < from->facts.entry_count; i++) {
        uint32_t e = at;
        while (e < to->facts.entry_count && !uuid_equal(to->facts.entries[e].id, from->facts.entries[i].id)) e++;
        if (e == to->facts.entry_count) continue;
        carry_entry(to, &to->facts.entries[e], from, &from->facts.entries[i]);
        at = e + 1;
    }
}

size_t family_weight(const family *f) {
    size_t n = sizeof *f + arena_used(f->arena) + f->facts.moment_count * sizeof *f->facts.moments;
    for (uint32_t i = 0; i < f->facts.version_count; i++) n += f->envelopes[i].at ? f->envelopes[i].len + 16 : 0;
    return n;
}

void family_release(cached *node) {
    family *f = (family *)node;
    for (uint32_t i = 0; i < f->facts.version_count; i++)
        memory_give((void *)(uintptr_t)f->envelopes[i].at, f->envelopes[i].len);
    memory_give((void *)(uintptr_t)f->facts.moments, f->facts.moment_count * sizeof *f->facts.moments);
    arena_release(f->arena);
    memory_give(f, sizeof *f);
}
