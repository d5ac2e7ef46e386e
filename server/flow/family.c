#include "flow/family.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/policy.h"
#include "statements.h"

#include <stdlib.h>

/* ---- asking ---- */

void family_ask(unit *u, arena *a, uuid id) {
    char set[UUID_TEXT + 3] = "{";
    uuid_write(id, set + 1);
    set[UUID_TEXT + 1] = '}';
    params *context = params_new(a);
    param_text(context, arena_copy(a, bytes_make(set, UUID_TEXT + 2)));
    unit_add(u, &stmt_context_set, context);

    static const statement *const plain[] = {
        &stmt_facts_family,    &stmt_facts_people,    &stmt_facts_households,      &stmt_facts_helpers,
        &stmt_facts_relations, &stmt_facts_capacities, &stmt_facts_conflicts,      &stmt_facts_blocks,
        &stmt_facts_places,    &stmt_facts_emergency_roles, &stmt_facts_grants,    &stmt_facts_grant_fields,
        &stmt_facts_confirms,  &stmt_facts_holds,     &stmt_facts_emergencies,     &stmt_facts_entries,
        &stmt_facts_versions,
    };
    bytes *codes = ARENA_ARRAY(a, bytes, jurisdiction_count);
    int32_t *days = ARENA_ARRAY(a, int32_t, jurisdiction_count);
    for (size_t i = 0; i < jurisdiction_count; i++) {
        codes[i] = bytes_of_string(jurisdictions[i].code);
        days[i] = jurisdictions[i].reconfirm_days + jurisdictions[i].reconfirm_grace_days + 1;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        params *p = params_new(a);
        param_uuid(p, id);
        if (plain[i] == &stmt_facts_confirms) {
            param_texts(p, codes, jurisdiction_count);
            param_int4s(p, days, jurisdiction_count);
        }
        unit_add(u, plain[i], p);
    }
}

/* The statements in the order in which family_ask adds them, after the context. */
enum {
    AT_FAMILY = 1, AT_PEOPLE, AT_HOUSEHOLDS, AT_HELPERS, AT_RELATIONS, AT_CAPACITIES, AT_CONFLICTS, AT_BLOCKS, AT_PLACES,
    AT_EMERGENCY_ROLES, AT_GRANTS, AT_GRANT_FIELDS, AT_CONFIRMS, AT_HOLDS, AT_EMERGENCIES, AT_ENTRIES, AT_VERSIONS, AT_END
};

/* ---- reading ---- */

typedef struct {
    unit *u;
    unsigned first;
    family *f;
} reader;

static rows rows_at(const reader *r, unsigned which) { return unit_rows(r->u, r->first + which); }
static size_t count_at(const reader *r, unsigned which) { return rows_count(rows_at(r, which)); }

static subjects subject_of(const facts *f, uuid id) {
    for (unsigned i = 0; i < f->people_count; i++)
        if (uuid_equal(f->people[i].id, id)) return PERSON(i);
    for (unsigned i = 0; i < f->home_count; i++)
        if (uuid_equal(f->homes[i].id, id)) return HOME(i);
    return uuid_equal(f->family, id) ? THE_FAMILY : UNKNOWN_SUBJECT;
}

subjects family_subject(const facts *f, uuid id) { return subject_of(f, id); }

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

static subjects subjects_at(const facts *f, rows r, size_t row, int column) {
    subjects s = 0;
    for (array_walk w = row_uuid_array(r, row, column); w.left > 0;) s |= subject_of(f, array_uuid(&w));
    return s;
}

static uint8_t person_at(const facts *f, rows r, size_t row, int column) {
    actor a = family_actor(f, row_uuid(r, row, column));
    return is_person(a) ? a : 0;
}

static uint8_t helper_at(const facts *f, rows r, size_t row, int column) {
    actor a = family_actor(f, row_uuid(r, row, column));
    return is_helper(a) ? (uint8_t)(a - FIRST_HELPER) : 0;
}

static void fields_at(rows r, size_t row, int column, field_set out) {
    for (array_walk w = row_text_array(r, row, column); w.left > 0;) {
        field_id field = field_by_name(array_bytes(&w));
        if (field != FIELD_NONE) add_field(out, field);
    }
}

#define MAKE(type, member, which)                                                                                       \
    type *made = ARENA_ARRAY(r->f->arena, type, count_at(r, which));                                                    \
    rows from = rows_at(r, which);                                                                                      \
    facts *f = &r->f->facts;                                                                                            \
    f->member = made;                                                                                                   \
    (void)f;

static void read_people(reader *r) {
    MAKE(person_fact, people, AT_PEOPLE)
    f->people_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->people_count; i++) {
        bool unborn = row_bool(from, i, facts_people__unborn);
        made[i] = (person_fact){
            .id = row_uuid(from, i, facts_people__id),
            .recorded = row_moment(from, i, facts_people__recorded_at),
            .born = unborn ? row_moment(from, i, facts_people__born_at) : MOMENT_MIN,
            .turns_12 = row_moment(from, i, facts_people__turns_12),
            .turns_16 = row_moment(from, i, facts_people__turns_16),
            .turns_18 = row_moment(from, i, facts_people__turns_18),
            .owner = ACTOR_NONE,
            .member = row_bool(from, i, facts_people__member),
            .account = row_bool(from, i, facts_people__has_account),
        };
    }
    for (size_t i = 0; i < f->people_count; i++)
        if (!row_is_null(from, i, facts_people__owner_id))
            made[i].owner = family_actor(f, row_uuid(from, i, facts_people__owner_id));
}

static void read_homes(reader *r) {
    MAKE(home_fact, homes, AT_HOUSEHOLDS)
    f->home_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->home_count; i++)
        made[i] = (home_fact){row_uuid(from, i, facts_households__id), row_moment(from, i, facts_households__recorded_at),
                              row_bool(from, i, facts_households__shielded)};
}

static void read_helpers(reader *r) {
    MAKE(helper_fact, helpers, AT_HELPERS)
    f->helper_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->helper_count; i++) made[i].id = row_uuid(from, i, facts_helpers__id);
}

static void read_relations(reader *r) {
    MAKE(relation_fact, relations, AT_RELATIONS)
    f->relation_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->relation_count; i++) {
        bytes kind = row_text(from, i, facts_relations__kind);
        subjects of = subject_of(f, row_uuid(from, i, facts_relations__of_id));
        made[i] = (relation_fact){
            .kind = bytes_is(kind, "lives_in") ? LIVES_IN : bytes_is(kind, "manages") ? MANAGES : HOLDS_AUTHORITY,
            .person = person_at(f, from, i, facts_relations__person_id),
            .recorded = row_moment(from, i, facts_relations__recorded_at),
            .from = row_moment(from, i, facts_relations__valid_from),
            .until = row_moment(from, i, facts_relations__valid_until),
        };
        unsigned bit = (unsigned)__builtin_ctzll(of);
        made[i].of = (uint8_t)(made[i].kind == HOLDS_AUTHORITY ? bit : bit - PEOPLE_MAX);
        bool fits = made[i].kind == HOLDS_AUTHORITY ? (of & ALL_PEOPLE) != 0 : (of & ALL_HOMES) != 0;
        if (!fits) made[i].until = MOMENT_MIN; /* a relation to nothing never counts */
        if (!fits) made[i].of = 0;
    }
}

static void read_capacities(reader *r) {
    MAKE(capacity_fact, capacities, AT_CAPACITIES)
    f->capacity_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->capacity_count; i++)
        made[i] = (capacity_fact){person_at(f, from, i, facts_capacities__person_id), row_bool(from, i, facts_capacities__able),
                                  row_moment(from, i, facts_capacities__recorded_at),
                                  row_moment(from, i, facts_capacities__valid_from)};
}

static void read_conflicts(reader *r) {
    MAKE(conflict_fact, conflicts, AT_CONFLICTS)
    f->conflict_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->conflict_count; i++)
        made[i] = (conflict_fact){person_at(f, from, i, facts_conflicts__child_id),
                                  row_moment(from, i, facts_conflicts__recorded_at),
                                  row_moment(from, i, facts_conflicts__valid_from),
                                  row_moment(from, i, facts_conflicts__valid_until)};
}

static void read_blocks(reader *r) {
    MAKE(block_fact, blocks, AT_BLOCKS)
    f->block_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->block_count; i++)
        made[i] = (block_fact){person_at(f, from, i, facts_blocks__person_id), subjects_at(f, from, i, facts_blocks__protects),
                               row_moment(from, i, facts_blocks__recorded_at), row_moment(from, i, facts_blocks__valid_from),
                               row_moment(from, i, facts_blocks__valid_until)};
}

static void read_places(reader *r) {
    MAKE(place_fact, places, AT_PLACES)
    f->place_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->place_count; i++) {
        bytes secrecy = row_text(from, i, facts_places__secrecy);
        made[i] = (place_fact){
            .helper = helper_at(f, from, i, facts_places__helper_id),
            .coordinator = row_bool(from, i, facts_places__coordinator),
            .authority_role = row_bool(from, i, facts_places__authority_role),
            .listed = row_bool(from, i, facts_places__listed),
            .secrecy = bytes_is(secrecy, "professional") ? 2 : bytes_is(secrecy, "discretion") ? 1 : 0,
            .recorded = row_moment(from, i, facts_places__recorded_at),
            .from = row_moment(from, i, facts_places__valid_from),
            .until = row_moment(from, i, facts_places__valid_until),
        };
    }
}

static void read_emergency_roles(reader *r) {
    MAKE(emergency_role_fact, emergency_roles, AT_EMERGENCY_ROLES)
    f->emergency_role_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->emergency_role_count; i++)
        made[i] = (emergency_role_fact){helper_at(f, from, i, facts_emergency_roles__helper_id),
                                        row_moment(from, i, facts_emergency_roles__recorded_at),
                                        row_moment(from, i, facts_emergency_roles__valid_from),
                                        row_moment(from, i, facts_emergency_roles__valid_until)};
}

static grant_basis basis_of(bytes word) {
    static const char *const words[] = {"consent", "contract", "legal_duty", "vital_interest", "public_task", "legitimate_interest"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_is(word, words[i])) return (grant_basis)i;
    return BASIS_UNKNOWN;
}

/* Fields and confirmations come in the order of their grants, so each grant's are a run. */
static void read_grant_fields(reader *r) {
    MAKE(grant_field_fact, grant_fields, AT_GRANT_FIELDS)
    grant_fact *grants = (grant_fact *)(uintptr_t)f->grants;
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int g = family_grant(f, row_uuid(from, i, facts_grant_fields__grant_id));
        field_id field = field_by_name(row_text(from, i, facts_grant_fields__field));
        if (g < 0 || field == FIELD_NONE) continue;
        if (grants[g].field_count++ == 0) grants[g].first_field = (uint16_t)f->grant_field_count;
        made[f->grant_field_count++] = (grant_field_fact){field, row_moment(from, i, facts_grant_fields__four_eyes_at),
                                                          row_moment(from, i, facts_grant_fields__ended_at)};
    }
}

static void read_confirms(reader *r) {
    MAKE(confirm_fact, confirms, AT_CONFIRMS)
    grant_fact *grants = (grant_fact *)(uintptr_t)f->grants;
    size_t n = rows_count(from);
    for (size_t i = 0; i < n; i++) {
        int g = family_grant(f, row_uuid(from, i, facts_confirms__grant_id));
        if (g < 0) continue;
        if (grants[g].confirm_count++ == 0) grants[g].first_confirm = (uint16_t)f->confirm_count;
        made[f->confirm_count++] = (confirm_fact){row_moment(from, i, facts_confirms__recorded_at),
                                                  row_moment(from, i, facts_confirms__lapses_at)};
    }
}

static void read_grants(reader *r) {
    MAKE(grant_fact, grants, AT_GRANTS)
    f->grant_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->grant_count; i++)
        made[i] = (grant_fact){
            .id = row_uuid(from, i, facts_grants__id),
            .recipient = family_actor(f, row_uuid(from, i, facts_grants__recipient_id)),
            .about = subjects_at(f, from, i, facts_grants__about),
            .givers = subjects_at(f, from, i, facts_grants__givers) & ALL_PEOPLE,
            .basis = basis_of(row_text(from, i, facts_grants__basis)),
            .recorded = row_moment(from, i, facts_grants__recorded_at),
            .from = row_moment(from, i, facts_grants__valid_from),
            .until = row_moment(from, i, facts_grants__valid_until),
        };
    read_grant_fields(r);
    read_confirms(r);
}

static void read_holds(reader *r) {
    MAKE(hold_fact, holds, AT_HOLDS)
    f->hold_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->hold_count; i++) {
        made[i] = (hold_fact){.about = subjects_at(f, from, i, facts_holds__about),
                              .from_whom = subjects_at(f, from, i, facts_holds__from_whom) & ALL_PEOPLE,
                              .recorded = row_moment(from, i, facts_holds__recorded_at),
                              .from = row_moment(from, i, facts_holds__valid_from),
                              .until = row_moment(from, i, facts_holds__valid_until)};
        fields_at(from, i, facts_holds__fields, made[i].fields);
    }
}

static void read_emergencies(reader *r) {
    MAKE(emergency_fact, emergencies, AT_EMERGENCIES)
    f->emergency_count = (uint16_t)rows_count(from);
    for (size_t i = 0; i < f->emergency_count; i++) {
        made[i] = (emergency_fact){.id = row_uuid(from, i, facts_emergencies__id),
                                   .helper = helper_at(f, from, i, facts_emergencies__helper_id),
                                   .about = subjects_at(f, from, i, facts_emergencies__about),
                                   .recorded = row_moment(from, i, facts_emergencies__recorded_at),
                                   .from = row_moment(from, i, facts_emergencies__valid_from),
                                   .until = row_moment(from, i, facts_emergencies__valid_until)};
        fields_at(from, i, facts_emergencies__fields, made[i].fields);
    }
}

static entry_kind kind_of(bytes word) {
    static const char *const words[] = {"plan", "register", "name", "label", "helper", "listed", "grant"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_is(word, words[i])) return (entry_kind)i;
    must(false); /* an entry kind that the schema does not know */
    return KIND_PLAN;
}

/* What is not there is OF_NOTHING, which the policy permits nobody: each statement has a snapshot of its own, so a grant may have come
 * in between, and its text must not pass for the text of another one. */
enum { OF_NOTHING = UINT16_MAX };

static uint16_t of_at(const facts *f, entry_kind kind, uuid id) {
    if (kind == KIND_GRANT) {
        int g = family_grant(f, id);
        return g < 0 ? OF_NOTHING : (uint16_t)g;
    }
    if (kind == KIND_HELPER || kind == KIND_LISTED) {
        actor a = family_actor(f, id);
        return is_helper(a) ? (uint16_t)(a - FIRST_HELPER) : OF_NOTHING;
    }
    subjects s = subject_of(f, id); /* of a label and of an address: the home; of a name: the person */
    unsigned bit = (unsigned)__builtin_ctzll(s);
    return s & ALL_HOMES ? (uint16_t)(bit - PEOPLE_MAX) : s & ALL_PEOPLE ? (uint16_t)bit : OF_NOTHING;
}

static void read_versions(reader *r) {
    MAKE(version_fact, versions, AT_VERSIONS)
    entry_fact *entries = (entry_fact *)(uintptr_t)f->entries;
    size_t n = rows_count(from);
    uint32_t entry = 0;
    for (size_t i = 0; i < n; i++) {
        uuid id = row_uuid(from, i, facts_versions__entry_id);
        uint32_t at = entry;
        while (at < f->entry_count && !uuid_equal(entries[at].id, id)) at++;
        /* Each statement has a snapshot of its own: an entry may have come in between. The family's version was read first, so
         * facts that mix two versions fail the check in DISCLOSE; here they must only do no harm. */
        if (at == f->entry_count) continue;
        entry = at;
        if (entries[entry].version_count++ == 0) entries[entry].first_version = f->version_count;
        made[f->version_count++] = (version_fact){
            .number = (uint32_t)row_int4(from, i, facts_versions__version),
            .recorded = row_moment(from, i, facts_versions__recorded_at),
            .written = row_moment(from, i, facts_versions__written_at),
            .agreed = subjects_at(f, from, i, facts_versions__agreed) & ALL_PEOPLE,
            .wrote = subjects_at(f, from, i, facts_versions__wrote) & ALL_PEOPLE,
            .author = row_is_null(from, i, facts_versions__author_id)
                          ? ACTOR_NONE
                          : family_actor(f, row_uuid(from, i, facts_versions__author_id)),
        };
    }
}

static void read_entries(reader *r) {
    MAKE(entry_fact, entries, AT_ENTRIES)
    f->entry_count = (uint32_t)rows_count(from);
    for (size_t i = 0; i < f->entry_count; i++) {
        entry_kind kind = kind_of(row_text(from, i, facts_entries__kind));
        bool of = !row_is_null(from, i, facts_entries__of_id), assigned = !row_is_null(from, i, facts_entries__assignee_id);
        made[i] = (entry_fact){
            .id = row_uuid(from, i, facts_entries__id),
            .kind = kind,
            .field = field_by_name(row_text(from, i, facts_entries__field)),
            .of = of ? of_at(f, kind, row_uuid(from, i, facts_entries__of_id)) : 0,
            .assignee = assigned ? family_actor(f, row_uuid(from, i, facts_entries__assignee_id)) : ACTOR_NONE,
            .about = subjects_at(f, from, i, facts_entries__about),
            .owner = row_uuid(from, i, facts_entries__owner_id),
            .withdrawn = row_moment(from, i, facts_entries__ended_at),
        };
    }
    read_versions(r);
}

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

static bool within_bounds(const reader *r) {
    return count_at(r, AT_PEOPLE) <= PEOPLE_MAX && count_at(r, AT_HOUSEHOLDS) <= HOMES_MAX &&
           count_at(r, AT_HELPERS) <= HELPERS_MAX && count_at(r, AT_GRANTS) <= GRANTS_MAX &&
           count_at(r, AT_ENTRIES) <= ENTRIES_MAX && count_at(r, AT_GRANT_FIELDS) <= UINT16_MAX &&
           count_at(r, AT_CONFIRMS) <= UINT16_MAX && count_at(r, AT_RELATIONS) <= UINT16_MAX;
}

/* What the arrays will take, so that a cached family is one block and no more. */
static size_t size_of(const reader *r) {
    size_t n = count_at(r, AT_PEOPLE) * sizeof(person_fact) + count_at(r, AT_HOUSEHOLDS) * sizeof(home_fact) +
               count_at(r, AT_HELPERS) * sizeof(helper_fact) + count_at(r, AT_RELATIONS) * sizeof(relation_fact) +
               count_at(r, AT_CAPACITIES) * sizeof(capacity_fact) + count_at(r, AT_CONFLICTS) * sizeof(conflict_fact) +
               count_at(r, AT_BLOCKS) * sizeof(block_fact) + count_at(r, AT_PLACES) * sizeof(place_fact) +
               count_at(r, AT_EMERGENCY_ROLES) * sizeof(emergency_role_fact) + count_at(r, AT_GRANTS) * sizeof(grant_fact) +
               count_at(r, AT_GRANT_FIELDS) * sizeof(grant_field_fact) + count_at(r, AT_CONFIRMS) * sizeof(confirm_fact) +
               count_at(r, AT_HOLDS) * sizeof(hold_fact) + count_at(r, AT_EMERGENCIES) * sizeof(emergency_fact) +
               count_at(r, AT_ENTRIES) * sizeof(entry_fact) +
               count_at(r, AT_VERSIONS) * (sizeof(version_fact) + sizeof(bytes));
    return n + 20 * 16;
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
    read_people(&r);
    read_homes(&r);
    read_helpers(&r);
    read_relations(&r);
    read_capacities(&r);
    read_conflicts(&r);
    read_blocks(&r);
    read_places(&r);
    read_emergency_roles(&r);
    read_grants(&r);
    read_holds(&r);
    read_emergencies(&r);
    read_entries(&r);
    read_moments(&r);
    r.f->envelopes = ARENA_ARRAY(r.f->arena, bytes, f->version_count);
    *out = r.f;
    return OK;
}

size_t family_keep_envelope(family *f, uint32_t version, bytes envelope) {
    must(version < f->facts.version_count);
    if (f->envelopes[version].at) return 0;
    uint8_t *copy = memory_take(envelope.len);
    memcpy(copy, envelope.at, envelope.len);
    f->envelopes[version] = (bytes){copy, envelope.len};
    return envelope.len + 16;
}

static void carry_entry(family *to, const entry_fact *e, const family *from, const entry_fact *old) {
    for (uint32_t i = 0; i < e->version_count && i < old->version_count; i++) {
        uint32_t v = e->first_version + i, w = old->first_version + i;
        bool same = to->facts.versions[v].number == from->facts.versions[w].number;
        if (same && from->envelopes[w].at) family_keep_envelope(to, v, from->envelopes[w]);
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
