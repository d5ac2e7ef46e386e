/* The index of entries, their versions and what is frozen of them. */
#include "base/memory.h"
#include "flow/family_inside.h"

#include <stdlib.h>

static entry_kind kind_of(bytes word) {
    static const char *const words[] = {"plan", "register", "name", "label", "helper", "listed", "grant",
                                        "summary", "statement", "request", "reason"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_is(word, words[i])) return (entry_kind)i;
    must(false); /* an entry kind that the schema does not know */
    return KIND_PLAN;
}

/* What is not there is OF_NOTHING, which the policy permits nobody: each statement has a snapshot of its own, so a grant may have
 * come in between, and its text must not pass for the text of another one. */
#define OF_NOTHING UINT32_MAX

static uint32_t position(int found) { return found < 0 ? OF_NOTHING : (uint32_t)found; }

static bool is_of_entry(entry_kind k) { return k == KIND_SUMMARY || k == KIND_STATEMENT; }

static uint32_t of_at(const facts *f, entry_kind kind, uuid id) {
    if (kind == KIND_GRANT) return position(family_grant(f, id));
    if (kind == KIND_REQUEST) return position(family_request(f, id));
    if (kind == KIND_REASON) return position(family_emergency(f, id));
    if (is_of_entry(kind)) return OF_NOTHING; /* until all entries are there: find_entries_of */
    if (kind == KIND_HELPER || kind == KIND_LISTED) {
        actor a = family_actor(f, id);
        return is_helper(a) ? (uint32_t)(a - FIRST_HELPER) : OF_NOTHING;
    }
    subjects s = family_subject(f, id); /* of a label and of an address: the home; of a name: the person */
    unsigned bit = (unsigned)__builtin_ctzll(s);
    return s & ALL_HOMES ? bit - PEOPLE_MAX : s & ALL_PEOPLE ? bit : OF_NOTHING;
}

typedef struct {
    uuid id;
    uint32_t at;
} place_of_entry;

static int by_id(const void *a, const void *b) {
    return memcmp(((const place_of_entry *)a)->id.b, ((const place_of_entry *)b)->id.b, sizeof(uuid));
}

/* Summaries and statements name their entry by its id. There may be thousands of both, so they are found in a sorted list. */
static void find_entries_of(reader *r, entry_fact *entries, uint32_t some) {
    if (some == 0) return;
    uint32_t count = r->f->facts.entry_count;
    rows from = rows_at(r, AT_ENTRIES);
    place_of_entry *sorted = memory_take(count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) sorted[i] = (place_of_entry){entries[i].id, i};
    qsort(sorted, count, sizeof *sorted, by_id);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_of_entry(entries[i].kind)) continue;
        place_of_entry wanted = {.id = row_uuid_or_zero(from, i, facts_entries__of_id)};
        const place_of_entry *found = bsearch(&wanted, sorted, count, sizeof *sorted, by_id);
        if (found) entries[i].of = found->at;
    }
    memory_give(sorted, count * sizeof *sorted);
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
            .author = actor_at(f, from, i, facts_versions__author_id),
        };
    }
}

/* In the order of the entries, like their versions. */
static void read_restrictions(reader *r) {
    MAKE(restriction_fact, restrictions, AT_RESTRICTIONS)
    size_t n = rows_count(from);
    uint32_t entry = 0;
    for (size_t i = 0; i < n; i++) {
        uuid id = row_uuid(from, i, facts_restrictions__entry_id);
        uint32_t at = entry;
        while (at < f->entry_count && !uuid_equal(f->entries[at].id, id)) at++;
        if (at == f->entry_count) continue;
        entry = at;
        made[f->restriction_count++] = (restriction_fact){.entry = entry,
                                                          .recorded = row_moment(from, i, facts_restrictions__recorded_at),
                                                          .from = row_moment(from, i, facts_restrictions__valid_from),
                                                          .until = row_moment(from, i, facts_restrictions__ended_at)};
    }
}

void family_read_entries(reader *r) {
    MAKE(entry_fact, entries, AT_ENTRIES)
    f->entry_count = (uint32_t)rows_count(from);
    uint32_t of_entries = 0;
    for (size_t i = 0; i < f->entry_count; i++) {
        entry_kind kind = kind_of(row_text(from, i, facts_entries__kind));
        bool of = !row_is_null(from, i, facts_entries__of_id);
        of_entries += is_of_entry(kind);
        made[i] = (entry_fact){
            .id = row_uuid(from, i, facts_entries__id),
            .kind = kind,
            .field = field_by_name(row_text(from, i, facts_entries__field)),
            .of = of ? of_at(f, kind, row_uuid(from, i, facts_entries__of_id)) : OF_NOTHING,
            .assignee = actor_at(f, from, i, facts_entries__assignee_id),
            .about = subjects_at(f, from, i, facts_entries__about),
            .owner = row_uuid(from, i, facts_entries__owner_id),
            .left_by = actor_at(f, from, i, facts_entries__left_by),
            .left = row_moment(from, i, facts_entries__left_at),
            .withdrawn = row_moment(from, i, facts_entries__ended_at),
        };
    }
    find_entries_of(r, made, of_entries);
    read_versions(r);
    read_restrictions(r);
}
