/* The entries of a scenario, with their authors. */
#include "app/scenario_make.h"

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
        like +=
            all[i].field == e->field && bytes_equal(all[i].date, e->date) && same_subjects(all[i].about, e->about);
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

result read_entries(maker *m, place list) {
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
