/* Every moment at which an answer may change is on the list. */
#include "story.h"

static void moments_are_sized_sorted_and_once(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    moment few[2], all[256];
    world_finish(&w);
    uint32_t room = facts_moments(&w.f, NULL, 0);
    assert_true(room > 2 && room == facts_moments(&w.f, few, 2));
    uint32_t count = facts_moments(&w.f, all, COUNT(all));
    assert_true(count > 0 && count <= room);
    assert_int_equal(facts_moments(&w.f, all, room), count); /* room that is just enough */
    assert_true(all[0] == SINCE); /* what was always so, or never comes, is no moment, nor is anything after it */
    for (uint32_t i = 1; i < count; i++) assert_true(all[i - 1] < all[i]);
    assert_true(facts_next_moment(&w.f, MOMENT_MIN) == all[0]);
    for (uint32_t i = 1; i < count; i++) {
        assert_true(facts_next_moment(&w.f, all[i - 1]) == all[i]);
        assert_true(facts_next_moment(&w.f, all[i] - 1) == all[i]);
    }
    assert_true(facts_next_moment(&w.f, all[count - 1]) == MOMENT_NEVER);
}

/* One row of each kind, each of its moments its own: a moment left out would be a ruling that outlives its truth. */
static void no_moment_is_left_out(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    moment next = NOW, all[256];
    moment *each[] = {
        &w.f.erased,
        &w.f.closed,
        &w.people[child].recorded,
        &w.people[child].born,
        &w.people[child].turns_12,
        &w.people[child].turns_16,
        &w.people[child].turns_18,
        &w.homes[0].recorded,
        &w.people[child].died,
        &w.f.course.closing,
        &w.f.course.pausing,
        &w.f.course.closed,
        &w.f.course.paused,
    };
    for (size_t i = 0; i < COUNT(each); i++) *each[i] = next += 1000 * DAY;
#define OWN_PERIOD(row) ((row)->recorded = next += DAY, (row)->from = next += DAY, (row)->until = next += DAY)
    OWN_PERIOD(&w.relations[0]);
    OWN_PERIOD(add_conflict(&w, child));
    OWN_PERIOD(add_block(&w, father, PERSON(child)));
    OWN_PERIOD(place_of(&w, helper));
    add_crisis_helper(&w);
    OWN_PERIOD(&w.emergency_roles[0]);
    OWN_PERIOD(add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("goals")));
    OWN_PERIOD(add_hold(&w, field_named("goals"), PERSON(child), PERSON(mother)));
    OWN_PERIOD(add_lock(&w, helper, PERSON(child), FIELD_NONE));
    OWN_PERIOD(add_trusted(&w, helper, child));
    OWN_PERIOD(add_stop(&w, &w.grants[0]));
    emergency_fact *e = add_emergency(&w, helper, field_named("goals"), PERSON(child));
    OWN_PERIOD(e);
    e->told = next += DAY, e->review_due = next += DAY, e->reviewed = next += DAY;
    w.holds[0].review = next += DAY;
    capacity_fact *c = add_capacity(&w, child, true);
    c->recorded = next += DAY, c->from = next += DAY, c->review = next += DAY;
    request_fact *r = add_request(&w, helper, helper, PERSON(child), field_named("goals"));
    r->recorded = next += DAY, r->lapses = next += DAY, r->withdrawn = next += DAY;
    reply_fact *reply = add_reply(&w, mother, field_named("goals"), true);
    reply->recorded = next += DAY, reply->counts = next += DAY;
    w.grant_fields[0] = (grant_field_fact){.level = LEVEL_EXACT, .four_eyes = next + DAY, .ended = next + 2 * DAY};
    w.confirms[0] = (confirm_fact){next + 3 * DAY, next + 4 * DAY};
    add_entry(&w, KIND_PLAN, 0, PERSON(child))->withdrawn = next + 5 * DAY;
    w.versions[0].recorded = next += 6 * DAY;
    OWN_PERIOD(add_restriction(&w, &w.entries[0]));
    world_finish(&w);
    uint32_t count = facts_moments(&w.f, all, COUNT(all));
    for (moment m = NOW + 13000 * DAY + DAY; m <= next; m += DAY) assert_true(facts_next_moment(&w.f, m - 1) == m);
    for (moment m = NOW + 1000 * DAY; m <= NOW + 13000 * DAY; m += 1000 * DAY)
        assert_true(facts_next_moment(&w.f, m - 1) == m);
    for (unsigned i = 5; i <= 7; i++) /* the graces */
        assert_true(facts_next_moment(&w.f, NOW + i * 1000 * DAY + 60 * DAY - 1) == NOW + i * 1000 * DAY + 60 * DAY);
    assert_true(count == w.f.moment_count && all[count - 1] == next);
}

int stories_of_moments(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_sized_sorted_and_once),
        cmocka_unit_test(no_moment_is_left_out),
    };
    return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
