/* What is read without anybody's yes: process information, own data, homes, and how covers combine. */
#include "story.h"

static bool is_c0_by_place(field_id f) { return f == FIELD_PLAN_STATUS || f == FIELD_COORDINATOR_CONTACT; }

/* a new helper reads two fields about the family and nothing else about anybody. */
static void a_new_helper_reads_process_information_only(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    standing *s = stand(helper);
    const subjects all[] = {PERSON(mother), PERSON(child), HOME(home_1), THE_FAMILY};
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for (size_t i = 0; i < COUNT(all); i++)
            assert_int_equal(policy_ask(s, f, all[i]).allowed, all[i] == THE_FAMILY && is_c0_by_place(f));
    ALLOWED(helper, "plan_status", THE_FAMILY, R19);
    REFUSED(helper, "plan_status", THE_FAMILY | HOME(home_1), R01);
    ALLOWED(mother, "plan_status", THE_FAMILY, R19);
    w.people[mother].account = false;
    REFUSED(mother, "plan_status", THE_FAMILY, R01);
    REFUSED(ACTOR_NONE, "plan_status", THE_FAMILY, R01);
    actor crisis = add_crisis_helper(&w);
    REFUSED(crisis, "plan_status", THE_FAMILY, R01);
}

static void what_means_nothing_is_refused(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    standing *s = stand((actor)mother);
    assert_false(policy_ask(s, FIELD_NONE, PERSON(mother)).allowed);
    assert_false(policy_ask(s, FIELD_COUNT, PERSON(mother)).allowed);
    REFUSED(mother, "need_work", 0, R01);
    REFUSED(mother, "need_work", PERSON(mother) | UNKNOWN_SUBJECT, R01);
    REFUSED(mother, "need_work", PERSON(40), R01);
    REFUSED(mother, "need_money", HOME(15), R01);
    assert_int_equal(field_by_name(BYTES("need_mone")), FIELD_NONE);
    assert_int_equal(field_by_name(BYTES("need_moneyy")), FIELD_NONE);
    assert_int_equal(field_by_name(BYTES("")), FIELD_NONE);
    assert_string_equal(catalogue[field_by_name(BYTES("need_money"))].name, "need_money");
    assert_null(jurisdiction_by_code(BYTES("BE")));
    assert_non_null(jurisdiction_by_code(BYTES("NL")));
}

static void texts_are_those_of_the_rules(void **state) {
    (void)state;
    assert_string_equal(rule_text(RULE_R01), "R-01");
    assert_string_equal(rule_text(RULE_R57C), "R-57c");
    assert_string_equal(rule_text(RULE_R102), "R-102");
    for (unsigned r = 0; r < RULE_COUNT; r++) assert_non_null(rule_text((rule)r));
    assert_string_equal(level_text(LEVEL_HIDDEN), "hidden");
    assert_string_equal(level_text(LEVEL_EXISTS), "exists");
    assert_string_equal(level_text(LEVEL_DERIVED), "derived");
    assert_string_equal(level_text(LEVEL_EXACT), "exact");
}

/* 3.4, step 1. */
static void an_erased_plan_answers_nothing(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    w.f.erased = NOW;
    ALLOWED_AT(mother, NOW - 1, "need_work", PERSON(mother), R14);
    REFUSED(mother, "need_work", PERSON(mother), R01);
    REFUSED(helper, "plan_status", THE_FAMILY, R01);
    assert_int_equal(policy_givers(stand((actor)mother), field_named("need_work"), PERSON(mother)), 0);
}

/* Rows count from the later of beginning and recording. */
static void nobody_and_nothing_before_it_is_recorded(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    w.people[child].recorded = NOW, w.homes[home_1].recorded = NOW;
    REFUSED_AT(mother, NOW - 1, "need_school", PERSON(child), R01);
    ALLOWED(mother, "need_school", PERSON(child), R28);
    REFUSED_AT(mother, NOW - 1, "need_money", HOME(home_1), R01);
    ALLOWED(mother, "need_money", HOME(home_1), R17);
    REFUSED_AT(child, NOW - 1, "child_voice", PERSON(child), R01);
}

/* */
static void own_data_unless_held_back(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    ALLOWED(mother, "debts_detail", PERSON(mother), R14);
    REFUSED(mother, "debts_detail", PERSON(father), R01);
    REFUSED(mother, "essentials", PERSON(mother) | PERSON(father), R01);
    hold_fact *h = add_hold(&w, field_named("diagnosis_treatment"), PERSON(child), PERSON(child));
    REFUSED(child, "diagnosis_treatment", PERSON(child), R40);
    ALLOWED(child, "mental_wellbeing", PERSON(child), R14);
    h->until = NOW;
    ALLOWED(child, "diagnosis_treatment", PERSON(child), R14);
    ALLOWED(child, "private_note_youth", PERSON(child), R14);
}

/* */
static void a_home_is_read_by_its_managers(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned partner = add_adult(&w);
    add_relation(&w, LIVES_IN, partner, home_1);
    ALLOWED(mother, "need_money", HOME(home_1), R17);
    REFUSED(mother, "need_money", HOME(home_2), R01);
    REFUSED(mother, "family_strengths", HOME(home_1) | HOME(home_2), R01);
    REFUSED(child, "need_money", HOME(home_1), R01);
    REFUSED(partner, "need_money", HOME(home_1), R01);
    add_grant(&w, (actor)partner, PERSON(mother), HOME(home_1), field_named("need_money"));
    ALLOWED(partner, "need_money", HOME(home_1), R02);
}

/* conjunctive subjects; the ground is the weakest that was used. */
static void covers_combine_and_the_weakest_is_told(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned other = add_child(&w, 15);
    field_id field = field_named("residence_schedule");
    ALLOWED(mother, "goals", PERSON(mother) | HOME(home_1), R17);
    ALLOWED(mother, "residence_schedule", PERSON(mother) | PERSON(child), R18);
    ALLOWED(mother, "goals", PERSON(mother) | PERSON(child) | HOME(home_1), R28);
    REFUSED(mother, "residence_schedule", PERSON(child) | PERSON(other), R01);
    grant_fact *g = add_grant(&w, (actor)mother, PERSON(other), PERSON(other), field);
    ALLOWED(mother, "residence_schedule", PERSON(child) | PERSON(other), R02);
    answer a = policy_ask(stand((actor)mother), field, PERSON(child) | PERSON(other));
    assert_int_equal(a.grant, g - w.grants);
    /* Two grants, each for one subject; the one told covers the lower. */
    add_grant(&w, helper, PERSON(other), PERSON(other), field);
    g = add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field);
    ALLOWED(helper, "residence_schedule", PERSON(child) | PERSON(other), R02);
    assert_int_equal(policy_ask(stand(helper), field, PERSON(child) | PERSON(other)).grant, g - w.grants);
    REFUSED(helper, "residence_schedule", PERSON(child) | PERSON(mother), R01);
    REFUSED(helper, "need_school", PERSON(child), R01);
}

/* */
static void whom_an_answer_concerns(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned unborn = add_unborn(&w, mother);
    add_grant(&w, (actor)mother, PERSON(father), PERSON(father), field_named("need_work"));
    const struct {
        unsigned who;
        const char *field;
        subjects about;
        bool concerns;
    } cases[] = {
        {mother, "need_work", PERSON(mother), true},    {mother, "need_money", HOME(home_1), true},
        {mother, "need_school", PERSON(child), true},   {mother, "residence_schedule", PERSON(child), true},
        {mother, "health_needs", PERSON(unborn), true}, {mother, "need_work", PERSON(father), false},
        {mother, "need_money", HOME(home_2), false},    {mother, "plan_status", THE_FAMILY, false},
        {father, "need_work", PERSON(father), true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_concerns(stand((actor)cases[i].who), field_named(cases[i].field), cases[i].about),
                         cases[i].concerns);
}

/* As many homes as there can be: the family is none of them, and who manages the first lives in none for it. */
static void r17_as_many_homes_as_there_can_be(void **state) {
    (void)state;
    world_start(&w, "BE-VLG");
    unsigned small = add_child(&w, 8), parent = add_adult(&w), partner = add_adult(&w);
    while (w.f.home_count < HOMES_MAX) add_home(&w);
    add_relation(&w, HOLDS_AUTHORITY, parent, small);
    add_relation(&w, MANAGES, parent, 0), add_relation(&w, MANAGES, partner, 0), add_relation(&w, MANAGES, parent, HOMES_MAX - 1);
    ALLOWED(parent, "need_money", HOME(HOMES_MAX - 1), R17);
    REFUSED(parent, "need_money", THE_FAMILY, R01);
    REFUSED(parent, "essentials", THE_FAMILY, R01);
    assert_true(stand((actor)parent)->known == (PERSON(small) | PERSON(parent) | HOME(0) | HOME(HOMES_MAX - 1)));
}

int stories_of_reading(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_helper_reads_process_information_only),
        cmocka_unit_test(what_means_nothing_is_refused),
        cmocka_unit_test(texts_are_those_of_the_rules),
        cmocka_unit_test(an_erased_plan_answers_nothing),
        cmocka_unit_test(nobody_and_nothing_before_it_is_recorded),
        cmocka_unit_test(own_data_unless_held_back),
        cmocka_unit_test(a_home_is_read_by_its_managers),
        cmocka_unit_test(r17_as_many_homes_as_there_can_be),
        cmocka_unit_test(covers_combine_and_the_weakest_is_told),
        cmocka_unit_test(whom_an_answer_concerns),
    };
    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
