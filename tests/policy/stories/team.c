/* Whom each knows: people, homes, helpers and grants. */
#include "story.h"

/* R-19b, R-30 */
static void co_residence_is_known_per_home(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned partner = add_adult(&w), unborn = add_unborn(&w, mother), away = add_adult(&w);
    add_relation(&w, LIVES_IN, partner, home_1), add_relation(&w, LIVES_IN, unborn, home_1);
    add_relation(&w, MANAGES, away, home_1);
    const struct {
        unsigned who;
        subjects knows;
    } cases[] = {
        {mother, PERSON(mother) | PERSON(child) | PERSON(father) | PERSON(partner) | PERSON(unborn) | HOME(home_1)},
        {father, PERSON(mother) | PERSON(child) | PERSON(father) | HOME(home_2)},
        {partner, PERSON(partner) | PERSON(mother) | PERSON(child) | HOME(home_1)},
        {child, PERSON(mother) | PERSON(child) | PERSON(father) | PERSON(partner) | HOME(home_1) | HOME(home_2)},
        {away, PERSON(away) | HOME(home_1)},
        {unborn, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) assert_true(stand((actor)cases[i].who)->known == cases[i].knows);
    assert_true(stand(helper)->known == 0);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(unborn), field_named("goals"));
    assert_true(stand(helper)->known == PERSON(mother));
    add_grant_field(&w, FIELD_PREGNANCY);
    assert_true(stand(helper)->known == (PERSON(mother) | PERSON(unborn)));
    w.grant_fields[g->first_field].ended = w.grant_fields[g->first_field + 1].ended = NOW;
    assert_true(stand(helper)->known == 0);
    w.people[unborn].owner = ACTOR_NONE;
    assert_false(stand((actor)mother)->known & PERSON(unborn));
}

/* */
static void the_team_as_each_may_see_it(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, small), add_relation(&w, HOLDS_AUTHORITY, father, small);
    actor midwife = add_helper(&w), coordinator = add_helper(&w), psychologist = add_helper(&w),
          school = add_helper(&w), guard = add_helper(&w), budget = add_helper(&w), idle = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    place_of(&w, midwife)->listed = true;
    add_grant(&w, midwife, PERSON(mother), PERSON(mother), FIELD_PREGNANCY);
    add_grant(&w, psychologist, PERSON(child), PERSON(child), field_named("mental_wellbeing"));
    add_grant(&w, school, PERSON(mother), PERSON(small), field_named("need_school"))->until = NOW - DAY;
    add_grant(&w, guard, PERSON(mother), PERSON(small), field_named("safety_concern"));
    add_grant(&w, budget, PERSON(mother), HOME(home_1), field_named("need_money"));
    const struct {
        actor who, sees;
        level as;
    } cases[] = {
        {(actor)mother, midwife, LEVEL_EXACT},
        {(actor)father, midwife, LEVEL_HIDDEN},
        {(actor)child, midwife, LEVEL_HIDDEN},
        {(actor)mother, psychologist, LEVEL_HIDDEN},
        {(actor)child, psychologist, LEVEL_EXACT},
        {(actor)father, coordinator, LEVEL_EXACT},
        {(actor)father, school, LEVEL_EXACT},
        {(actor)father, guard, LEVEL_HIDDEN},
        {(actor)mother, guard, LEVEL_EXACT},
        {(actor)small, guard, LEVEL_HIDDEN},
        {(actor)small, school, LEVEL_EXACT},
        {(actor)father, budget, LEVEL_HIDDEN},
        {(actor)mother, budget, LEVEL_EXACT},
        {(actor)mother, idle, LEVEL_HIDDEN},
        {idle, idle, LEVEL_EXACT},
        {idle, coordinator, LEVEL_EXACT},
        {idle, midwife, LEVEL_HIDDEN},
        {ACTOR_NONE, coordinator, LEVEL_HIDDEN},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_sees_helper(stand(cases[i].who), (uint8_t)(cases[i].sees - FIRST_HELPER)),
                         cases[i].as);
    add_grant(&w, idle, PERSON(mother), PERSON(mother) | PERSON(small), FIELD_TEAM_MEMBERS);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(midwife - FIRST_HELPER)), LEVEL_DERIVED);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(school - FIRST_HELPER)), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(guard - FIRST_HELPER)), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(psychologist - FIRST_HELPER)), LEVEL_HIDDEN);
    /* The home's other manager sees who works with it, as listed; and who is in the plan as which entry. */
    unsigned partner = add_adult(&w);
    add_relation(&w, MANAGES, partner, home_1);
    place_of(&w, budget)->listed = true;
    assert_int_equal(policy_sees_helper(stand((actor)partner), (uint8_t)(budget - FIRST_HELPER)), LEVEL_DERIVED);
    entry_fact *name = add_entry(&w, KIND_HELPER, FIELD_NONE, 0),
               *stand_in = add_entry(&w, KIND_LISTED, FIELD_NONE, 0);
    name->of = stand_in->of = (uint32_t)(budget - FIRST_HELPER);
    READS(mother, name, R102);
    HIDDEN(mother, stand_in, R01);
    HIDDEN(partner, name, R01);
    assert_int_equal(entry_of((actor)partner, stand_in).rule, RULE_R102);
    assert_int_equal(entry_of((actor)partner, stand_in).level, LEVEL_DERIVED);
    HIDDEN(father, stand_in, R01);
    name->of = w.f.helper_count;
    HIDDEN(mother, name, R01);
    /* A parent who is blocked for the child loses those around the child. */
    add_block(&w, father, PERSON(small));
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(school - FIRST_HELPER)), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(coordinator - FIRST_HELPER)), LEVEL_EXACT);
}

/* R-30, R-19b: beside a child a grant may name the other home's money, work and pregnancy, and go to somebody unknown. */
static void what_the_other_parent_sees_of_a_childs_grant(void **state) {
    (void)state;
    static const char *const others[] = {"need_money", "rights_benefits", "pregnancy", "household_address"};
    two_homes("BE-VLG", 8);
    actor bureau = add_helper(&w);
    uint32_t mixed = (uint32_t)(add_grant(&w, helper, PERSON(mother), PERSON(child) | PERSON(mother) | HOME(home_1),
                                          field_named("need_school")) - w.grants);
    for (size_t i = 0; i < COUNT(others); i++) add_grant_field(&w, field_named(others[i]));
    assert_true(policy_sees_grant_field(stand((actor)father), mixed, field_named("need_school")));
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(policy_sees_grant_field(stand((actor)father), mixed, field_named(others[i])));
        assert_true(policy_sees_grant_field(stand((actor)mother), mixed, field_named(others[i])));
    }
    uint32_t money = (uint32_t)(add_grant(&w, bureau, PERSON(mother), PERSON(child) | PERSON(mother),
                                          field_named("need_money")) - w.grants);
    assert_false(policy_sees_grant(stand((actor)father), money));
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(bureau - FIRST_HELPER)), LEVEL_HIDDEN);
    unsigned partner = add_adult(&w);
    uint32_t given = (uint32_t)(add_grant(&w, (actor)partner, PERSON(mother), PERSON(child), field_named("need_school")) -
                                w.grants);
    assert_true(policy_sees_grant(stand((actor)partner), given));
    assert_false(policy_sees_grant(stand((actor)father), given));
    add_relation(&w, LIVES_IN, partner, home_2);
    assert_true(policy_sees_grant(stand((actor)father), given));
}

/* R-09, R-57b, R-60 */
static void who_knows_of_a_grant(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *open = add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("need_school"));
    add_grant_field(&w, field_named("safety_concern"))->ended = NOW;
    grant_fact *safe =
        add_grant(&w, helper, PERSON(mother), PERSON(child) | PERSON(mother), field_named("safety_plan"));
    uint32_t o = (uint32_t)(open - w.grants), s = (uint32_t)(safe - w.grants);
    field_id school = field_named("need_school"), concern = field_named("safety_concern");
    assert_true(policy_sees_grant(stand((actor)mother), o) && policy_sees_grant(stand((actor)mother), s));
    assert_true(policy_sees_grant(stand((actor)father), o));
    assert_true(policy_sees_grant_field(stand((actor)father), o, school));
    assert_false(policy_sees_grant_field(stand((actor)father), o, concern));
    assert_false(policy_sees_grant(stand((actor)father), s));
    assert_false(policy_sees_grant(stand((actor)child), o)); /* eight: her parents decide */
    assert_true(policy_sees_grant_field(stand(helper), o, school));
    assert_false(policy_sees_grant_field(stand(helper), o, concern)); /* never: refused or withdrawn */
    assert_false(policy_sees_grant_field(stand(helper), o, field_named("goals")));
    w.people[child].turns_12 = NOW - DAY;
    assert_true(policy_sees_grant(stand((actor)child), o));
    assert_false(policy_sees_grant(stand((actor)child), s));
    assert_false(policy_sees_grant(stand((actor)father), o));
    w.grant_fields[open->first_field].ended = NOW;
    assert_false(policy_sees_grant(stand(helper), o));
    assert_true(policy_sees_grant(stand((actor)mother), o));
    safe->until = NOW;
    assert_false(policy_sees_grant(stand(helper), s));
    place_of(&w, helper)->until = NOW;
    safe->until = MOMENT_NEVER;
    assert_false(policy_sees_grant(stand(helper), s));
    add_crisis_role(&w, helper);
    assert_false(policy_sees_grant(stand(helper), s)); /* at work again, but not by a place */
    safe->recorded = NOW + DAY;
    assert_false(policy_sees_grant(stand((actor)mother), s));
    assert_false(policy_sees_grant(stand(ACTOR_NONE), o));
    uint32_t h =
        (uint32_t)(add_grant(&w, (actor)father, PERSON(mother), HOME(home_1), field_named("need_money")) - w.grants);
    unsigned partner = add_adult(&w);
    assert_true(policy_sees_grant(stand((actor)father), h));
    assert_false(policy_sees_grant(stand((actor)partner), h));
    add_relation(&w, MANAGES, partner, home_1);
    assert_true(policy_sees_grant(stand((actor)partner), h));
    entry_fact *e = add_entry(&w, KIND_GRANT, FIELD_NONE, 0);
    e->of = (uint32_t)h;
    READS(partner, e, R02);
    HIDDEN(child, e, R01);
    e->of = w.f.grant_count;
    HIDDEN(partner, e, R01);
}

int stories_of_team(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(co_residence_is_known_per_home),
        cmocka_unit_test(the_team_as_each_may_see_it),
        cmocka_unit_test(what_the_other_parent_sees_of_a_childs_grant),
        cmocka_unit_test(who_knows_of_a_grant),
    };
    return cmocka_run_group_tests_name("team", tests, NULL, NULL);
}
