/* The demo family Vermeiren - Haddou: its 34 acceptance cases, and what nobody may find a trace of in it.
 *
 * The tables come from the scenario itself (fixture.py), so a changed scenario changes the test. */
#include "scenario.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof (rows) / sizeof *(rows))

static grant_field_fact grant_fields[COUNT(scenario_grant_fields)];
static emergency_fact emergencies[SCENARIO_EMERGENCIES];
static entry_fact entries[COUNT(scenario_entries)];
static moment moments[8192];
static permit permits[COUNT(scenario_entries)];
static facts family = {.people_count = SCENARIO_PEOPLE,
                       .home_count = SCENARIO_HOMES,
                       .helper_count = SCENARIO_HELPERS,
                       .relation_count = SCENARIO_RELATIONS,
                       .capacity_count = SCENARIO_CAPACITIES,
                       .conflict_count = SCENARIO_CONFLICTS,
                       .block_count = SCENARIO_BLOCKS,
                       .place_count = SCENARIO_PLACES,
                       .emergency_role_count = SCENARIO_ROLES,
                       .grant_count = SCENARIO_GRANTS,
                       .emergency_count = SCENARIO_EMERGENCIES,
                       .grant_field_count = COUNT(grant_fields),
                       .confirm_count = COUNT(scenario_confirms),
                       .entry_count = COUNT(entries),
                       .version_count = COUNT(scenario_versions),
                       .erased = MOMENT_NEVER,
                       .closed = MOMENT_NEVER,
                       .people = scenario_people,
                       .homes = scenario_homes,
                       .helpers = scenario_helpers,
                       .relations = scenario_relations,
                       .capacities = scenario_capacities,
                       .conflicts = scenario_conflicts,
                       .blocks = scenario_blocks,
                       .places = scenario_places,
                       .emergency_roles = scenario_roles,
                       .grants = scenario_grants,
                       .grant_fields = grant_fields,
                       .confirms = scenario_confirms,
                       .emergencies = emergencies,
                       .entries = entries,
                       .versions = scenario_versions,
                       .moments = moments};

static int build_family(void **state) {
    (void)state;
    family.law = jurisdiction_by_code(BYTES("BE-VLG"));
    for (size_t i = 0; i < COUNT(grant_fields); i++)
        grant_fields[i] = (grant_field_fact){.field = field_named(scenario_grant_fields[i].field),
                                             .level = LEVEL_EXACT,
                                             .four_eyes = scenario_grant_fields[i].four_eyes,
                                             .ended = scenario_grant_fields[i].ended};
    for (size_t i = 0; i < SCENARIO_EMERGENCIES; i++) emergencies[i] = scenario_emergencies[i];
    for (size_t i = 0; i < COUNT(scenario_emergency_fields); i++)
        add_field(emergencies[scenario_emergency_fields[i].emergency].fields,
                  field_named(scenario_emergency_fields[i].field));
    for (size_t i = 0; i < COUNT(entries); i++) {
        const named_entry *e = &scenario_entries[i];
        field_id field = e->field[0] ? field_named(e->field) : (field_id)FIELD_NONE;
        entries[i] = (entry_fact){.kind = e->kind, .left_by = ACTOR_NONE, .left = MOMENT_NEVER,
                                  .field = field,
                                  .of = e->of,
                                  .assignee = e->assignee,
                                  .about = e->about,
                                  .withdrawn = MOMENT_NEVER,
                                  .first_version = e->version,
                                  .version_count = 1};
    }
    family.moment_count = facts_moments(&family, moments, COUNT(moments));
    return 0;
}

static moment at(const char *text) {
    moment m;
    assert_true(ok(moment_parse(bytes_of_string(text), &m)));
    return m;
}

static ruling judged(actor viewer, const char *when) {
    ruling r;
    policy_judge(&family, viewer, at(when), ~0u, permits, &r);
    return r;
}

static bool reads(const ruling *r, const char *field, subjects about) {
    for (uint32_t i = 0; i < r->count; i++) {
        const entry_fact *e = &entries[r->permits[i].entry];
        if (e->kind == KIND_PLAN && e->field == field_named(field) && e->about == about) return true;
    }
    return false;
}

static bool sees(const ruling *r, entry_kind kind, unsigned of) {
    for (uint32_t i = 0; i < r->count; i++)
        if (entries[r->permits[i].entry].kind == kind && entries[r->permits[i].entry].of == of) return true;
    return false;
}
#define sees_helper(r, helper) sees(r, KIND_HELPER, (helper) - FIRST_HELPER)

static void expected_access(void **state) {
    (void)state;
    assert_int_equal(COUNT(scenario_expected), 34);
    for (size_t i = 0; i < COUNT(scenario_expected); i++) {
        const expectation *x = &scenario_expected[i];
        standing s;
        policy_stand(&family, x->user, x->at, &s);
        answer a = policy_ask(&s, field_named(x->field), x->about);
        if (a.allowed != x->allowed) print_error("case %zu: %s (%s)\n", i + 1, x->field, x->why);
        assert_int_equal(a.allowed, x->allowed);
    }
}

#define DEMO "2026-01-20T12:00:00+01:00"

/* R-19b, R-30, R-102: the other home, the unborn child, the midwife and the psychologist. */
static void karim_finds_no_trace(void **state) {
    (void)state;
    ruling r = judged(AS_KARIM, DEMO);
    /* H1's label he knows because he agreed to the strengths of both homes; nothing of who lives there. */
    assert_true(r.known == (KARIM | FATIMA | NOOR | ILYAS | LEEN | H1 | H2));
    assert_false(sees(&r, KIND_NAME, AS_TOM));
    assert_false(sees(&r, KIND_NAME, AS_KINDJE));
    assert_true(sees(&r, KIND_LABEL, 1));
    const actor hidden[] = {AS_AMINA, AS_LOTTE, AS_BRAM, AS_NYS, AS_ELS, AS_WIM, AS_YASMIN},
                seen[] = {AS_SOFIE, AS_HANNE, AS_JOKE, AS_RUBEN, AS_DIRK};
    for (size_t i = 0; i < COUNT(hidden); i++) assert_false(sees_helper(&r, hidden[i]));
    for (size_t i = 0; i < COUNT(seen); i++) assert_true(sees_helper(&r, seen[i]));
    for (unsigned g = 0; g < family.grant_count; g++)
        if (family.grants[g].givers == (LEEN | NOOR)) assert_false(sees(&r, KIND_GRANT, g));
    assert_false(reads(&r, "safety_plan", NOOR | ILYAS | LEEN));
    assert_false(reads(&r, "safety_concern", NOOR | ILYAS));
}

/* the family without Noor's note is the same to her parents. */
static void the_note_leaves_no_trace(void **state) {
    (void)state;
    for (actor parent = AS_LEEN; parent <= AS_KARIM; parent++) {
        ruling with = judged(parent, DEMO);
        uint32_t count = with.count;
        for (size_t i = 0; i < COUNT(entries); i++)
            if (entries[i].field == FIELD_PRIVATE_NOTE_YOUTH) entries[i].withdrawn = MOMENT_MIN;
        ruling without = judged(parent, DEMO);
        assert_int_equal(count, without.count);
        assert_true(with.known == without.known);
        build_family(NULL);
    }
}

static void own_words_and_tasks(void **state) {
    (void)state;
    subjects everybody = LEEN | NOOR | ILYAS | KARIM;
    const actor writers[] = {AS_LEEN, AS_KARIM, AS_NOOR};
    for (size_t i = 0; i < COUNT(writers); i++) {
        ruling r = judged(writers[i], DEMO);
        assert_true(reads(&r, "essentials", everybody));
    }
    ruling hanne = judged(AS_HANNE, DEMO), els = judged(AS_ELS, DEMO);
    assert_false(reads(&hanne, "safety_concern", ILYAS | NOOR)); /* helpers gain nothing by writing */
    hanne = judged(AS_HANNE, DEMO);
    assert_false(reads(&hanne, "essentials", everybody));
    els = judged(AS_ELS, DEMO);
    unsigned actions = 0;
    for (uint32_t i = 0; i < els.count; i++) {
        if (entries[els.permits[i].entry].field != FIELD_ACTIONS) continue;
        assert_int_equal(els.permits[i].rule, RULE_R16);
        actions++;
    }
    assert_int_equal(actions, 1);
}

static void one_plan_for_all_it_protects(void **state) {
    (void)state;
    const struct {
        actor who;
        bool reads;
    } cases[] = {{AS_LEEN, true},   {AS_NOOR, true}, {AS_SOFIE, true},  {AS_RUBEN, true},
                 {AS_KARIM, false}, {AS_TOM, false}, {AS_ILYAS, false}, {AS_JOKE, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ruling r = judged(cases[i].who, DEMO);
        assert_int_equal(reads(&r, "safety_plan", NOOR | ILYAS | LEEN), cases[i].reads);
    }
}

static void the_handover_moves_the_place_and_no_grant(void **state) {
    (void)state;
    ruling before = judged(AS_SOFIE, "2026-02-02T15:09:59+01:00");
    assert_true(reads(&before, "family_story", H1));
    ruling after = judged(AS_SOFIE, "2026-02-02T15:10:00+01:00");
    assert_int_equal(after.count, 0);
    ruling early = judged(AS_WIM, "2026-02-02T15:09:59+01:00");
    assert_int_equal(early.count, 0);
    ruling wim = judged(AS_WIM, "2026-02-02T15:10:00+01:00");
    assert_true(reads(&wim, "family_story", H1));
    assert_false(reads(&wim, "need_school", NOOR)); /* given to Sofie, not to Wim */
}

/* A-C16 bears C4 fields of section H and is never paused by silence; A-C03's housing_risk is. */
static void silence_pauses_but_never_safety(void **state) {
    (void)state;
    standing s;
    policy_stand(&family, AS_BRAM, at("2026-04-20T23:59:59+02:00"), &s);
    assert_true(policy_ask(&s, field_named("housing_risk"), H1).allowed);
    policy_stand(&family, AS_BRAM, at("2026-04-21T00:00:00+02:00"), &s);
    assert_int_equal(policy_ask(&s, field_named("housing_risk"), H1).rule, RULE_R02);
    assert_true(policy_ask(&s, field_named("need_money"), H1).allowed);
    policy_stand(&family, AS_RUBEN, at("2026-04-21T00:00:00+02:00"), &s);
    assert_true(policy_ask(&s, field_named("safety_plan"), ILYAS).allowed);
}

/* R-27, R-19b: before his birth only Leen and the readers of her pregnancy know of Mats; nothing is carried over to
 * him. */
static void the_unborn_child(void **state) {
    (void)state;
    const struct {
        actor who;
        bool knows;
    } before[] = {{AS_LEEN, true}, {AS_AMINA, true},  {AS_NYS, true},   {AS_SOFIE, true},
                  {AS_TOM, false}, {AS_KARIM, false}, {AS_NOOR, false}, {AS_BRAM, false}};
    for (size_t i = 0; i < COUNT(before); i++) {
        ruling r = judged(before[i].who, DEMO);
        assert_int_equal((r.known & KINDJE) != 0, before[i].knows);
    }
    standing s;
    policy_stand(&family, AS_LEEN, at(DEMO), &s);
    assert_int_equal(policy_ask(&s, field_named("health_needs"), KINDJE).rule, RULE_R27);
    policy_stand(&family, AS_LEEN, at("2026-03-17T04:12:00+01:00"), &s);
    assert_false(policy_ask(&s, field_named("health_needs"), KINDJE).allowed); /* no authority recorded yet */
    assert_int_equal(policy_givers(&s, field_named("health_needs"), KINDJE), 0);
    ruling amina = judged(AS_AMINA, "2026-03-17T04:12:00+01:00");
    assert_false(amina.known & KINDJE);
    ruling tom = judged(AS_TOM, "2026-03-17T04:12:00+01:00");
    assert_true(tom.known & KINDJE);
}

static void the_emergency(void **state) {
    (void)state;
    ruling r = judged(AS_YASMIN, "2026-01-23T23:00:00+01:00");
    assert_true(reads(&r, "suicide_selfharm_risk", NOOR));
    assert_true(reads(&r, "private_note_youth", NOOR));
    assert_false(reads(&r, "mental_wellbeing", NOOR));
    assert_true(r.valid_until <= at("2026-01-24T00:40:00+01:00"));
    r = judged(AS_YASMIN, "2026-01-24T00:40:00+01:00");
    assert_int_equal(r.count, 1); /* herself */
    assert_true(sees_helper(&r, AS_YASMIN));
    ruling noor = judged(AS_NOOR, "2026-01-25T12:00:00+01:00"), leen = judged(AS_LEEN, "2026-01-25T12:00:00+01:00");
    noor = judged(AS_NOOR, "2026-01-25T12:00:00+01:00");
    assert_true(sees_helper(&noor, AS_YASMIN));
    leen = judged(AS_LEEN, "2026-01-25T12:00:00+01:00");
    assert_false(sees_helper(&leen, AS_YASMIN));
}

/* Joke's refused field; she sees her grant, never the refusal. */
static void a_refusal_leaves_no_trace(void **state) {
    (void)state;
    standing joke, karim;
    policy_stand(&family, AS_JOKE, at(DEMO), &joke);
    policy_stand(&family, AS_KARIM, at(DEMO), &karim);
    field_id refused = field_named("learning_support_detail");
    for (unsigned g = 0; g < family.grant_count; g++) {
        if (family.grants[g].recipient != AS_JOKE) continue;
        assert_true(policy_sees_grant(&joke, g));
        assert_true(policy_sees_grant_field(&joke, g, field_named("need_school")));
        assert_false(policy_sees_grant_field(&joke, g, refused));
        assert_true(policy_sees_grant_field(&karim, g, refused));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_access),
        cmocka_unit_test(karim_finds_no_trace),
        cmocka_unit_test(the_note_leaves_no_trace),
        cmocka_unit_test(own_words_and_tasks),
        cmocka_unit_test(one_plan_for_all_it_protects),
        cmocka_unit_test(the_handover_moves_the_place_and_no_grant),
        cmocka_unit_test(silence_pauses_but_never_safety),
        cmocka_unit_test(the_unborn_child),
        cmocka_unit_test(the_emergency),
        cmocka_unit_test(a_refusal_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, build_family, NULL);
}
