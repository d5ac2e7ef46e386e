/* Who writes, revises and withdraws. */
#include "story.h"

/* The catalogue's writers. */
static void who_may_write(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned teen = add_child(&w, 14), partner = add_adult(&w), stranger = add_adult(&w);
    add_relation(&w, LIVES_IN, teen, home_1), add_relation(&w, LIVES_IN, partner, home_1),
        add_relation(&w, HOLDS_AUTHORITY, mother, teen);
    w.people[stranger].member = false;
    actor coordinator = add_helper(&w), crisis = add_crisis_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(child) | HOME(home_1), field_named("goals"));
    add_grant(&w, coordinator, PERSON(mother), PERSON(mother) | PERSON(child), field_named("goals"));
    const struct {
        unsigned who;
        const char *field;
        subjects about;
        bool writes;
    } cases[] = {
        {mother, "parent_view", PERSON(mother), true},
        {mother, "parent_view", PERSON(father), false},
        {helper, "parent_view", PERSON(mother), false},
        {mother, "need_money", HOME(home_1), true},
        {mother, "need_money", HOME(home_2), false},
        {partner, "need_money", HOME(home_1), false},
        {mother, "need_money", HOME(home_1) | PERSON(child), true},
        {mother, "need_money", PERSON(mother), false},
        {mother, "need_money", HOME(home_1) | THE_FAMILY, false},
        {mother, "need_school", PERSON(child), true},
        {mother, "need_school", PERSON(teen), false},
        {mother, "residence_schedule", PERSON(teen), true},
        {mother, "need_school", HOME(home_1), false},
        {mother, "family_story", HOME(home_1) | PERSON(mother) | PERSON(child), true},
        {mother, "goals", PERSON(mother), true},
        {mother, "goals", PERSON(mother) | PERSON(partner), false},
        {mother, "child_voice", PERSON(child), false},
        {child, "child_voice", PERSON(child), true},
        {teen, "child_voice", PERSON(teen), true},
        {teen, "child_voice", PERSON(teen) | PERSON(mother), false},
        {helper, "child_voice", PERSON(child), true},
        {helper, "child_voice", PERSON(teen), false},
        {teen, "private_note_youth", PERSON(teen), true},
        {mother, "private_note_youth", PERSON(child), false},
        {teen, "family_story", PERSON(teen) | PERSON(mother), true},
        {teen, "family_story", PERSON(teen) | PERSON(father), false},
        {teen, "family_story", PERSON(mother), false},
        {teen, "debts_detail", PERSON(teen), true},
        {teen, "legal_authority", PERSON(teen), false},
        {helper, "need_money", HOME(home_1), true},
        {helper, "need_money", HOME(home_2), false},
        {helper, "plan_status", THE_FAMILY, false},
        {coordinator, "plan_status", THE_FAMILY, true},
        {coordinator, "legal_authority", PERSON(child), true},
        {coordinator, "legal_authority", PERSON(teen), false},
        {coordinator, "need_school", PERSON(child), true},
        {coordinator, "private_note_youth", PERSON(child), false},
        {crisis, "safety_concern", PERSON(child), false},
        {mother, "safety_concern", PERSON(mother), false},
        {helper, "safety_concern", PERSON(child), true},
        {coordinator, "goals", PERSON(stranger), false},
        {ACTOR_NONE, "goals", PERSON(mother), false},
        {mother, "disagreements", PERSON(child), true},
        {mother, "next_meeting", THE_FAMILY, false},
        {mother, "legal_authority", PERSON(mother), false},
        {mother, "family_role", PERSON(mother), true},
        {partner, "goals", PERSON(stranger), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = policy_write(stand((actor)cases[i].who), field_named(cases[i].field), cases[i].about);
        if (a.allowed != cases[i].writes) print_error("%u writes %s\n", cases[i].who, cases[i].field);
        assert_int_equal(a.allowed, cases[i].writes);
    }
}

/* The ground that is told: himself, his child, his home. */
static void the_ground_of_writing(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    static const char *const field = "family_story";
    const struct {
        subjects about;
        rule why;
    } cases[] = {{PERSON(mother), RULE_R14},
                 {PERSON(child), RULE_R28},
                 {HOME(home_1), RULE_R17},
                 {HOME(home_1) | PERSON(child), RULE_R28}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_write(stand((actor)mother), field_named(field), cases[i].about).rule, cases[i].why);
}

static void who_may_revise_and_withdraw(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(child), field_named("goals"));
    const struct {
        const char *field;
        subjects about;
        actor author;
        unsigned who;
        bool revises, withdraws;
    } cases[] = {
        {"goals", PERSON(child), helper, helper, true, true},
        {"goals", PERSON(child), helper, mother, true, false},
        {"goals", PERSON(mother), helper, mother, true, true},
        {"goals", PERSON(mother), helper, father, false, false},
        {"disagreements", PERSON(child), (actor)father, father, true, true},
        {"disagreements", PERSON(child), (actor)father, mother, false, false},
        {"disagreements", PERSON(mother), (actor)father, mother, false, false},
        {"child_voice", PERSON(child), helper, mother, false, false},
        {"child_voice", PERSON(child), helper, helper, true, true},
        {"child_voice", PERSON(child), helper, child, false, true},
        {"private_note_youth", PERSON(child), ACTOR_NONE, child, false, true},
        {"national_number", PERSON(mother), (actor)mother, mother, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        entry_fact *e = add_entry(&w, i % 2 ? KIND_PLAN : KIND_REGISTER, field_named(cases[i].field), cases[i].about);
        w.versions[e->first_version].author = cases[i].author;
        print_message("case %zu\n", i);
        assert_int_equal(policy_revise(stand((actor)cases[i].who), (uint32_t)(e - w.entries)).allowed,
                         cases[i].revises);
        assert_int_equal(policy_withdraw_entry(stand((actor)cases[i].who), (uint32_t)(e - w.entries)).allowed,
                         cases[i].withdraws);
    }
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(child));
    w.versions[e->first_version].wrote = PERSON(father);
    uint32_t i = (uint32_t)(e - w.entries);
    assert_true(policy_withdraw_entry(stand((actor)father), i).allowed);
    w.versions[e->first_version].wrote = 0;
    add_version(&w, NOW + DAY)->author = (actor)father; /* not yet */
    assert_false(policy_withdraw_entry(stand((actor)father), i).allowed);
    w.versions[e->first_version].author = helper;
    place_of(&w, helper)->until = NOW;
    assert_false(policy_withdraw_entry(stand(helper), i).allowed);
    e->kind = KIND_NAME;
    assert_false(policy_revise(stand((actor)mother), i).allowed);
}

int stories_of_writers(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_write),
        cmocka_unit_test(the_ground_of_writing),
        cmocka_unit_test(who_may_revise_and_withdraw),
    };
    return cmocka_run_group_tests_name("writers", tests, NULL, NULL);
}
