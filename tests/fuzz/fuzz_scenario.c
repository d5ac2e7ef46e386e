/* Fuzzes a family's way from bytes to a typed scenario.
 *
 * Target functions: scenario_parse and the getters below it. Held to: a refusal has a sentence and a pointer into the
 * file; in what is accepted every reference is within its table, every list within the bounds of the facts, and every
 * moment of a real form. A good seed is proto/demo/scenario_nl.json. */
#include "app/scenario_read.h"

static const scenario *now;

static void must_be(scenario_ref who) {
    size_t most = who.kind == REF_PERSON   ? now->people_count
                  : who.kind == REF_HOME   ? now->home_count
                  : who.kind == REF_HELPER ? now->helper_count
                                           : 1;
    must(who.kind <= REF_FAMILY && who.at < most);
}

static void must_all_be(scenario_refs who) {
    must(who.count <= REFS_MAX);
    for (size_t i = 0; i < who.count; i++) must(who.at[i].kind != REF_NONE), must_be(who.at[i]);
}

static void check_people(void) {
    must(now->people_count <= PEOPLE_MAX && now->member_count <= now->people_count);
    for (size_t i = 0; i < now->people_count; i++) {
        const scenario_person *p = &now->people[i];
        must(p->member == (i < now->member_count) && p->id.len > 0 && p->name.len > 0);
        must(!p->unborn || (p->owner < now->member_count && !now->people[p->owner].unborn));
        must(p->born.len == 0 || is_when(p->born));
        must_all_be(p->homes);
    }
    must(now->home_count <= HOMES_MAX);
    for (size_t i = 0; i < now->home_count; i++)
        must_all_be(now->homes[i].managers), must_all_be(now->homes[i].residents);
}

static void check_others(void) {
    must(now->helper_count <= HELPERS_MAX);
    for (size_t i = 0; i < now->authority_count; i++)
        must(now->authorities[i].child < now->member_count), must_all_be(now->authorities[i].holders);
    for (size_t i = 0; i < now->capacity_count; i++)
        must(now->capacities[i].child < now->member_count && is_when(now->capacities[i].date));
    for (size_t i = 0; i < now->block_count; i++)
        must(now->blocks[i].person < now->people_count && now->blocks[i].protects.count > 0),
            must_all_be(now->blocks[i].protects);
    for (size_t i = 0; i < now->note_count; i++) must_all_be(now->notes[i].about);
}

static void check_entries(void) {
    must(now->entry_count <= PLAN_ENTRIES_MAX);
    for (size_t i = 0; i < now->entry_count; i++) {
        const scenario_entry *e = &now->entries[i];
        must(e->field < FIELD_COUNT && !(catalogue[e->field].steps & STEP_NOT_HERE) && e->about.count > 0 &&
             is_when(e->date));
        must_all_be(e->about), must_all_be(e->wrote), must_all_be(e->agreed), must_be(e->author),
            must_be(e->assignee);
    }
}

static void check_grants(void) {
    must(now->grant_count <= GRANTS_MAX);
    for (size_t i = 0; i < now->grant_count; i++) {
        const scenario_grant *g = &now->grants[i];
        must(g->about.count > 0 && g->to.kind != REF_NONE && is_when(g->from) && is_when(g->until));
        must(strcmp(g->basis, "consent") != 0 || g->givers.count > 0);
        must_all_be(g->givers), must_all_be(g->about), must_all_be(g->withheld_from), must_be(g->to),
            must_be(g->withheld_by);
        for (size_t k = 0; k < g->field_count; k++)
            must(g->fields[k].field < FIELD_COUNT &&
                 (g->fields[k].four_eyes.len == 0 || is_when(g->fields[k].four_eyes)));
        for (size_t k = 0; k < g->end_count; k++)
            must(g->ends[k].field < FIELD_COUNT && is_when(g->ends[k].at)), must_be(g->ends[k].by);
        for (size_t k = 0; k < g->reconfirmed_count; k++) must(is_when(g->reconfirmed[k]));
    }
}

static void check_events(void) {
    for (size_t i = 0; i < now->emergency_count; i++) {
        const scenario_emergency *e = &now->emergencies[i];
        must(e->helper < now->helper_count && e->minutes > 0 && e->minutes <= now->law->break_glass_minutes &&
             is_when(e->at));
        must_all_be(e->about);
    }
    for (size_t i = 0; i < now->handover_count; i++)
        must(now->handovers[i].from < now->helper_count && now->handovers[i].to < now->helper_count &&
             is_when(now->handovers[i].at));
    for (size_t i = 0; i < now->birth_count; i++)
        must(now->births[i].person < now->member_count && now->people[now->births[i].person].unborn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena *a = arena_new();
    scenario_fault fault = {0};
    if (ok(scenario_parse(a, (bytes){data, size}, &now, &fault))) {
        check_people(), check_others(), check_entries(), check_grants(), check_events();
    } else {
        must(fault.sentence != NULL && (fault.path.len == 0 || fault.path.at[0] == '/'));
    }
    arena_release(a);
    return 0;
}
