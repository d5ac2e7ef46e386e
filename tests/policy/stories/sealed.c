/* Section H and what is sealed: those protected, named releases, shielded homes. */
#include "story.h"

/* R-57c */
static void each_of_those_protected_reads_it_whole(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    subjects protected_ones = PERSON(mother) | PERSON(child) | PERSON(small);
    static const char *const fields[] = {"safety_plan", "contact_ban", "protected_address"};
    for (size_t i = 0; i < COUNT(fields); i++) {
        const entry_fact *e = add_entry(&w, KIND_PLAN, field_named(fields[i]), protected_ones);
        READS(mother, e, R57C);
        READS(child, e, R57C);
        assert_false(entry_of((actor)small, e).allowed);
        assert_false(entry_of((actor)father, e).allowed);
    }
    const entry_fact *concern = add_entry(&w, KIND_PLAN, field_named("safety_concern"), protected_ones);
    HIDDEN(mother, concern, R01);
    REFUSED(mother, "safety_plan", protected_ones, R01); /* a thought value knows no exceptions */
    add_capacity(&w, small, true);
    READS(small, &w.entries[0], R57C);
    add_hold(&w, field_named("safety_plan"), PERSON(small), PERSON(child));
    HIDDEN(child, &w.entries[0], R01);
    add_capacity(&w, child, false);
    HIDDEN(child, &w.entries[1], R01);
}

/* R-57d */
static void a_sealed_address_opens_by_name_only(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w);
    field_id field = FIELD_PROTECTED_ADDRESS;
    subjects all = PERSON(mother) | PERSON(aunt) | PERSON(child);
    const entry_fact *e = add_entry(&w, KIND_PLAN, field, all),
                     *of_child = add_entry(&w, KIND_REGISTER, field, PERSON(child));
    HIDDEN(helper, e, R57D);
    add_grant(&w, helper, PERSON(aunt), PERSON(mother), field); /* somebody else's yes is none */
    HIDDEN(helper, e, R57D);
    grant_fact *hers = add_grant(&w, helper, PERSON(mother), PERSON(mother), field);
    HIDDEN(helper, e, R57D);
    add_grant(&w, helper, PERSON(aunt), PERSON(aunt), field);
    READS(helper, e, R57D);
    assert_int_equal(entry_of(helper, e).grant, hers - w.grants);
    HIDDEN(helper, of_child, R57D);
    REFUSED(helper, "protected_address", all, R57D); /* the thought value: the child too */
    ALLOWED(helper, "protected_address", PERSON(mother) | PERSON(aunt), R02);
    assert_int_equal(policy_ask(stand(helper), field, PERSON(mother) | PERSON(aunt)).grant, hers - w.grants);
    grant_fact *for_child = add_grant(&w, helper, PERSON(mother), PERSON(child), field);
    READS(helper, of_child, R02);
    REFUSED(helper, "protected_address", all, R57D);
    for_child->givers |= PERSON(aunt);
    ALLOWED(helper, "protected_address", all, R02);
    for_child->givers = PERSON(child);
    ALLOWED(helper, "protected_address", all, R02);
    hers->until = NOW;
    HIDDEN(helper, e, R57D);
    REFUSED(helper, "protected_address", PERSON(mother) | HOME(home_1), R57D);
    ALLOWED(mother, "protected_address", PERSON(mother), R14);
    REFUSED(mother, "protected_address", PERSON(child), R57D);
    REFUSED(father, "protected_address", PERSON(child), R57D);
    const entry_fact *odd = add_entry(&w, KIND_PLAN, field, PERSON(aunt) | HOME(home_1));
    HIDDEN(helper, odd, R57D);
}

/* Which release is told: the first that opens the lowest subject, or the first of all for an entry, though it be the first
 * grant. */
static void r57d_the_release_that_is_told(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w);
    field_id field = FIELD_PROTECTED_ADDRESS;
    const subjects both = PERSON(mother) | PERSON(aunt);
    const entry_fact *with_child = add_entry(&w, KIND_PLAN, field, PERSON(mother) | PERSON(child)),
                     *with_aunt = add_entry(&w, KIND_PLAN, field, both | PERSON(child));
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field);
    READS(helper, with_child, R57D);
    assert_int_equal(entry_of(helper, with_child).grant, 0);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field), add_grant(&w, helper, PERSON(aunt), PERSON(aunt), field);
    READS(helper, with_aunt, R57D);
    assert_int_equal(entry_of(helper, with_aunt).grant, 0);
    assert_int_equal(policy_ask(stand(helper), field, both).grant, 0);
    w.grants[0].givers = w.grants[0].about = PERSON(aunt); /* the aunt's comes first, and the mother is the lowest */
    assert_int_equal(policy_ask(stand(helper), field, both).grant, 1);
}

/* R-57c, R-57d: one of those protected reads it as such or, where it is held back from him, not at all: no release is for him. */
static void r57d_no_release_to_one_of_them(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    const entry_fact *e = add_entry(&w, KIND_PLAN, FIELD_PROTECTED_ADDRESS, PERSON(mother) | PERSON(child));
    add_grant(&w, (actor)child, PERSON(mother), PERSON(mother), FIELD_PROTECTED_ADDRESS);
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), FIELD_PROTECTED_ADDRESS);
    READS(father, e, R57D);
    hold_fact *h = add_hold(&w, FIELD_PROTECTED_ADDRESS, PERSON(child), PERSON(child));
    HIDDEN(child, e, R57D);
    h->until = NOW;
    assert_true(entry_of((actor)child, e).allowed);
}

/* R-57d, nobody adult in it: every minor must be named. */
static void a_sealed_address_of_children(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned small = add_child(&w, 5);
    const entry_fact *e = add_entry(&w, KIND_PLAN, FIELD_PROTECTED_ADDRESS, PERSON(child) | PERSON(small));
    add_grant(&w, helper, PERSON(mother), PERSON(child), FIELD_PROTECTED_ADDRESS);
    HIDDEN(helper, e, R57D);
    add_grant(&w, helper, PERSON(mother), PERSON(small), FIELD_PROTECTED_ADDRESS);
    READS(helper, e, R02);
}

/* the address of a shielded home. */
static void a_shielded_home_seals_its_address(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    const entry_fact *e = add_entry(&w, KIND_REGISTER, FIELD_HOUSEHOLD_ADDRESS, HOME(home_1));
    add_grant(&w, helper, PERSON(mother), HOME(home_1), FIELD_HOUSEHOLD_ADDRESS);
    READS(helper, e, R02);
    READS(mother, e, R17);
    w.homes[home_1].shielded = true;
    HIDDEN(helper, e, R57D);
    READS(mother, e, R57C);
    HIDDEN(father, e, R57D);
    HIDDEN(child, e, R57D);
    ALLOWED(father, "household_address", HOME(home_2), R17);
    REFUSED(mother, "household_address", HOME(home_1) | HOME(home_2), R57D);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), FIELD_PROTECTED_ADDRESS);
    READS(helper, e, R57D);
    assert_true(policy_givers(stand((actor)mother), FIELD_HOUSEHOLD_ADDRESS, HOME(home_1)) == 0);
    assert_true(policy_givers(stand((actor)mother), FIELD_HOUSEHOLD_ADDRESS, HOME(home_2)) == PERSON(father));
    entry_fact *agreed = add_entry(&w, KIND_PLAN, FIELD_HOUSEHOLD_ADDRESS, HOME(home_1));
    w.versions[agreed->first_version].agreed = PERSON(father);
    HIDDEN(father, agreed, R57D); /* R-15 is not for C5 */
    unsigned empty = add_home(&w);
    w.homes[empty].shielded = true;
    add_relation(&w, MANAGES, mother, empty);
    REFUSED(mother, "household_address", HOME(empty), R01);
}

int stories_of_sealed(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_those_protected_reads_it_whole),
        cmocka_unit_test(a_sealed_address_opens_by_name_only),
        cmocka_unit_test(r57d_the_release_that_is_told),
        cmocka_unit_test(r57d_no_release_to_one_of_them),
        cmocka_unit_test(a_sealed_address_of_children),
        cmocka_unit_test(a_shielded_home_seals_its_address),
    };
    return cmocka_run_group_tests_name("sealed", tests, NULL, NULL);
}
