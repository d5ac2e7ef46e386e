/* who decides for himself may be recorded topic by topic; what speaks of everything is the general view. */
#include "story.h"

/* Recorded as not able for some fields, at 14 in Flanders: there, and nowhere else, her parents read and give. */
static void r23_a_record_speaks_of_its_topics_only(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    field_id school = field_named("need_school"), goals = field_named("goals");
    only_field(add_capacity(&w, child, false)->topics, school);
    ALLOWED(mother, "need_school", PERSON(child), R28);
    REFUSED(mother, "goals", PERSON(child), R01);
    ALLOWED(mother, "member_identity", PERSON(child), R28);
    assert_true(givers_of("need_school", child) == (PERSON(mother) | PERSON(father)));
    assert_true(givers_of("goals", child) == PERSON(child));
    assert_false(policy_is_able(stand(helper), school, child));
    assert_true(policy_is_able(stand(helper), goals, child));
    assert_false(policy_is_able(stand(helper), goals, mother)); /* an adult is no minor who decides */
    assert_true(policy_write(stand((actor)mother), school, PERSON(child)).allowed);
    assert_false(policy_write(stand((actor)mother), goals, PERSON(child)).allowed);
}

/* The other way round under 12: able in what he does, and only where the law lets a record count at all. */
static void r23_able_in_one_thing_under_12(void **state) {
    (void)state;
    two_homes("BE-VLG", 11);
    only_field(add_capacity(&w, child, true)->topics, field_named("need_leisure"));
    REFUSED(mother, "need_leisure", PERSON(child), R01);
    ALLOWED(mother, "need_school", PERSON(child), R28);
    assert_true(givers_of("need_leisure", child) == PERSON(child));
    assert_true(givers_of("need_school", child) == (PERSON(mother) | PERSON(father)));
    two_homes("NL", 11);
    only_field(add_capacity(&w, child, true)->topics, field_named("need_leisure"));
    ALLOWED(mother, "need_leisure", PERSON(child), R28);
    assert_true(givers_of("need_leisure", child) == (PERSON(mother) | PERSON(father)));
}

/* Newest by the moment since which it holds, then by when it was recorded; a row of the same moments later in the list wins. */
static void r23_the_newest_that_names_the_field_decides(void **state) {
    (void)state;
    static const struct {
        moment general_from, general_recorded, topic_from, topic_recorded;
        bool topic_decides;
    } cases[] = {
        {SINCE, SINCE, SINCE + DAY, SINCE + DAY, true},
        {SINCE + DAY, SINCE + DAY, SINCE, SINCE, false},
        {SINCE + DAY, SINCE, SINCE, SINCE + 2 * DAY, false}, /* recorded later of an earlier time */
        {SINCE, SINCE + 2 * DAY, SINCE + DAY, SINCE, true},
        {SINCE, SINCE, SINCE, SINCE + 1, true},
        {SINCE, SINCE + 1, SINCE, SINCE, false},
        {SINCE, SINCE, SINCE, SINCE, true},
        {SINCE, SINCE, NOW + 1, SINCE, false}, /* not yet */
        {SINCE, SINCE, SINCE + DAY, NOW + 1, false},
        {SINCE, SINCE, NOW, NOW, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes("BE-VLG", 14);
        capacity_fact *general = add_capacity(&w, child, true), *topic = add_capacity(&w, child, false);
        general->from = cases[i].general_from, general->recorded = cases[i].general_recorded;
        topic->from = cases[i].topic_from, topic->recorded = cases[i].topic_recorded;
        only_field(topic->topics, field_named("need_school"));
        print_message("case %zu\n", i);
        assert_int_equal(policy_is_able(stand(helper), field_named("need_school"), child), !cases[i].topic_decides);
        assert_true(policy_is_able(stand(helper), field_named("goals"), child));
        asks_at((actor)mother, NOW, "need_school", PERSON(child), cases[i].topic_decides);
    }
}

/* Somebody else's record, and records of different topics, change nothing for this field. */
static void r23_a_record_is_one_persons(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned sister = add_child(&w, 15);
    add_relation(&w, HOLDS_AUTHORITY, mother, sister);
    only_field(add_capacity(&w, sister, false)->topics, field_named("need_school"));
    only_field(add_capacity(&w, child, false)->topics, field_named("need_leisure"));
    add_capacity(&w, mother, false); /* of an adult: nothing follows */
    only_field(add_capacity(&w, father, false)->topics, field_named("need_work"));
    REFUSED(mother, "need_school", PERSON(child), R01);
    ALLOWED(mother, "need_school", PERSON(sister), R28);
    assert_true(givers_of("need_school", sister) == PERSON(mother));
    assert_true(givers_of("need_work", mother) == PERSON(mother) && givers_of("need_work", father) == PERSON(father));
    assert_true(stand(helper)->able == (PERSON(child) | PERSON(sister)));
}

/* the child's whole content is a matter of the general record alone. */
static void r102_the_whole_content_is_the_general_view(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor school = add_helper(&w);
    add_grant(&w, school, PERSON(child), PERSON(child), field_named("need_school"));
    capacity_fact *c = add_capacity(&w, child, false);
    assert_int_equal(sees_helper((actor)mother, school), LEVEL_EXACT);
    only_field(c->topics, field_named("need_school"));
    assert_int_equal(sees_helper((actor)mother, school), LEVEL_HIDDEN);
    /* Of each of 69 fields there is a record: that is still not one that speaks of everything. */
    every_field(c->topics);
    c->topics[1] &= ~(uint64_t)1;
    only_field(add_capacity(&w, child, false)->topics, 64);
    assert_int_equal(sees_helper((actor)mother, school), LEVEL_HIDDEN);
    c->topics[0] &= ~(uint64_t)1;
    assert_int_equal(sees_helper((actor)mother, school), LEVEL_HIDDEN);
}

/* R-57c follows the topic too. */
static void r57c_the_able_in_that_field_read_it_whole(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    const entry_fact *plan = add_entry(&w, KIND_PLAN, field_named("safety_plan"), PERSON(mother) | PERSON(child)),
                     *ban = add_entry(&w, KIND_PLAN, field_named("contact_ban"), PERSON(mother) | PERSON(child));
    only_field(add_capacity(&w, child, false)->topics, field_named("safety_plan"));
    HIDDEN(child, plan, R01);
    READS(child, ban, R57C);
    assert_true(givers_of("safety_plan", child) == (PERSON(mother) | PERSON(father)));
    assert_true(givers_of("contact_ban", child) == PERSON(child));
}

/* a hold tells R-40 only where he would read it by parenthood otherwise, field by field. */
static void r40_held_where_the_topic_would_open(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    only_field(add_capacity(&w, child, false)->topics, field_named("need_school"));
    hold_fact *h = add_hold(&w, field_named("need_school"), PERSON(child), PERSON(mother));
    add_field(h->fields, field_named("goals"));
    REFUSED(mother, "need_school", PERSON(child), R40);
    REFUSED(mother, "goals", PERSON(child), R01);
    ALLOWED(father, "need_school", PERSON(child), R28);
}

/* What she decides she may take back, topic by topic. */
static void r08_a_minor_takes_back_what_is_hers(void **state) {
    (void)state;
    two_homes("BE-VLG", 11);
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("need_leisure"));
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("need_school"));
    assert_false(policy_withdraw_grant(stand((actor)child), 0).allowed);
    only_field(add_capacity(&w, child, true)->topics, field_named("need_leisure"));
    assert_true(policy_withdraw_grant(stand((actor)child), 0).allowed);
    assert_false(policy_withdraw_grant(stand((actor)child), 1).allowed);
}

int stories_of_capacity(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r23_a_record_speaks_of_its_topics_only),
        cmocka_unit_test(r23_able_in_one_thing_under_12),
        cmocka_unit_test(r23_the_newest_that_names_the_field_decides),
        cmocka_unit_test(r23_a_record_is_one_persons),
        cmocka_unit_test(r102_the_whole_content_is_the_general_view),
        cmocka_unit_test(r57c_the_able_in_that_field_read_it_whole),
        cmocka_unit_test(r40_held_where_the_topic_would_open),
        cmocka_unit_test(r08_a_minor_takes_back_what_is_hers),
    };
    return cmocka_run_group_tests_name("capacity", tests, NULL, NULL);
}
