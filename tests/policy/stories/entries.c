/* Entries and their versions: own words, tasks, and what hangs on an entry. */
#include "story.h"

/* */
static void own_words_and_a_yes_to_one_version(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("essentials"), PERSON(mother) | PERSON(child));
    w.versions[e->first_version].agreed = PERSON(father);
    w.versions[e->first_version].author = helper;
    READS(father, e, R15);
    HIDDEN(helper, e, R01);
    add_version(&w, NOW)->agreed = PERSON(mother);
    HIDDEN(father, e, R01);
    READS(mother, e, R15);
    static permit permits[8];
    ruling r;
    stand((actor)father);
    policy_judge(&w.f, (actor)father, NOW, 1u << KIND_PLAN, permits, &r);
    assert_int_equal(r.count, 1);
    assert_int_equal(permits[0].version, e->first_version);
    assert_int_equal(permits[0].rule, RULE_R15);
    w.versions[e->first_version].agreed = 0, w.versions[e->first_version].wrote = PERSON(father);
    assert_true(policy_entry(stand((actor)father), 0, e->first_version).allowed);
    static const struct {
        const char *field;
        bool opens;
    } cases[] = {{"family_story", true},       {"values_culture", true},  {"emergency_contacts", true},
                 {"justice_situation", false}, {"safety_concern", false}, {"private_note_youth", false},
                 {"protected_address", false}, {"next_meeting", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        entry_fact *x = add_entry(&w, KIND_PLAN, field_named(cases[i].field), PERSON(mother) | PERSON(child));
        w.versions[x->first_version].agreed = PERSON(father);
        assert_int_equal(entry_of((actor)father, x).allowed, cases[i].opens);
        x->kind = KIND_REGISTER;
        assert_false(entry_of((actor)father, x).allowed);
    }
}

/* */
static void the_assignee_reads_his_task(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, FIELD_ACTIONS, HOME(home_1));
    entry_fact *goal = add_entry(&w, KIND_PLAN, field_named("goals"), HOME(home_1));
    goal->assignee = e->assignee = helper;
    READS(helper, e, R16);
    HIDDEN(helper, goal, R01);
    place_of(&w, helper)->until = NOW;
    HIDDEN(helper, e, R01);
    e->assignee = (actor)child;
    READS(child, e, R16);
    w.people[child].member = false;
    HIDDEN(child, e, R01);
    place_of(&w, helper)->until = MOMENT_NEVER;
    actor crisis = add_crisis_helper(&w);
    e->assignee = crisis;
    HIDDEN(crisis, e, R01);
    e->assignee = helper, e->kind = KIND_REGISTER;
    HIDDEN(helper, e, R01);
}

static void what_is_not_recorded_or_withdrawn_is_not_there(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother));
    READS(mother, e, R14);
    e->withdrawn = NOW;
    HIDDEN(mother, e, R01);
    assert_int_equal(policy_revise(stand((actor)mother), 0).allowed, false);
    e->withdrawn = MOMENT_NEVER, w.versions[0].recorded = NOW + DAY;
    HIDDEN(mother, e, R01);
    assert_int_equal(policy_withdraw_entry(stand((actor)mother), 0).allowed, false);
    static permit permits[4];
    ruling r;
    policy_judge(&w.f, (actor)mother, NOW, ~0u, permits, &r);
    assert_int_equal(r.count, 0);
    assert_true(r.valid_until == NOW + DAY);
    policy_judge(&w.f, (actor)mother, NOW + DAY, 1u << KIND_REGISTER, permits, &r);
    assert_int_equal(r.count, 0);
    assert_true(r.valid_until > NOW + DAY);
    policy_judge(&w.f, (actor)mother, NOW + DAY, ~0u, permits, &r);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.family_version, 7);
}

static void readers_know_whom_they_read_about(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned unborn = add_unborn(&w, mother), uncle = add_adult(&w);
    entry_fact *names[] = {add_entry(&w, KIND_NAME, FIELD_NONE, 0), add_entry(&w, KIND_LABEL, FIELD_NONE, 0),
                           add_entry(&w, KIND_NAME, FIELD_NONE, 0)};
    names[0]->of = (uint32_t)child, names[1]->of = (uint16_t)home_1, names[2]->of = (uint16_t)unborn;
    for (size_t i = 0; i < COUNT(names); i++) HIDDEN(uncle, names[i], R01);
    entry_fact *story =
        add_entry(&w, KIND_PLAN, field_named("family_story"), PERSON(child) | HOME(home_1) | PERSON(unborn));
    w.versions[story->first_version].agreed = PERSON(uncle);
    READS(uncle, names[0], R19B);
    READS(uncle, names[1], R19B);
    HIDDEN(uncle, names[2], R01);
    entry_fact *pregnancy = add_entry(&w, KIND_PLAN, FIELD_PREGNANCY, PERSON(mother));
    w.versions[pregnancy->first_version].agreed = PERSON(uncle);
    READS(uncle, names[2], R19B);
    static permit permits[8];
    ruling r;
    stand((actor)uncle);
    policy_judge(&w.f, (actor)uncle, NOW, 1u << KIND_NAME | 1u << KIND_LABEL, permits, &r);
    assert_int_equal(r.count, 3);
    assert_true(r.known == (PERSON(uncle) | PERSON(child) | PERSON(mother) | PERSON(unborn) | HOME(home_1)));
    names[0]->of = PEOPLE_MAX, names[1]->of = HOMES_MAX;
    HIDDEN(uncle, names[0], R01);
    HIDDEN(uncle, names[1], R01);
    story->withdrawn = NOW, pregnancy->withdrawn = NOW;
    HIDDEN(uncle, names[2], R01);
}

/* while it counts the entry is there for nobody; what hangs on it neither, and nobody learns by it. */
static void r74_a_frozen_entry_is_there_for_nobody(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned uncle = add_adult(&w);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    const entry_fact *summary = add_hanging(&w, KIND_SUMMARY, e), *statement = add_hanging(&w, KIND_STATEMENT, e),
                     *other = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    w.versions[0].wrote = PERSON(uncle);
    restriction_fact *r = add_restriction(&w, e);
    r->from = NOW, r->until = NOW + DAY;
    static permit permits[8];
    ruling ruled;
    for (int side = 0; side < 3; side++) {
        moment at = side == 0 ? NOW - 1 : side == 1 ? NOW : NOW + DAY;
        bool open = side != 1;
        assert_int_equal(entry_at((actor)mother, at, e).allowed, open);
        assert_int_equal(entry_at((actor)mother, at, e).rule, open ? RULE_R14 : RULE_R74);
        assert_int_equal(entry_at((actor)uncle, at, e).allowed, open);
        assert_int_equal(entry_at((actor)mother, at, summary).allowed, open);
        assert_int_equal(entry_at((actor)mother, at, statement).allowed, open);
        assert_true(entry_at((actor)mother, at, other).allowed);
        assert_int_equal(policy_revise(stand_at((actor)mother, at), 0).allowed, open);
        assert_int_equal(policy_withdraw_entry(stand_at((actor)mother, at), 0).allowed, open);
        stand_at((actor)uncle, at);
        policy_judge(&w.f, (actor)uncle, at, ~0u, permits, &ruled);
        assert_int_equal(ruled.count, open ? 3 : 0);
        assert_int_equal((ruled.known & PERSON(mother)) != 0, open);
    }
    r->recorded = NOW + 1;
    READS(mother, e, R14);
    r->recorded = SINCE, e->withdrawn = NOW - DAY; /* gone is gone */
    HIDDEN(mother, e, R01);
    e->withdrawn = MOMENT_NEVER, r->entry = 1; /* the summary itself */
    READS(mother, e, R14);
    HIDDEN(mother, summary, R74);
}

int stories_of_entries(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_words_and_a_yes_to_one_version),
        cmocka_unit_test(the_assignee_reads_his_task),
        cmocka_unit_test(what_is_not_recorded_or_withdrawn_is_not_there),
        cmocka_unit_test(readers_know_whom_they_read_about),
        cmocka_unit_test(r74_a_frozen_entry_is_there_for_nobody),
    };
    return cmocka_run_group_tests_name("entries", tests, NULL, NULL);
}
