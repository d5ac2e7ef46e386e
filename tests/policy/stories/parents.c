/* What parenthood shows, by age, capacity and hold. */
#include "story.h"

/* R-28, all ages in both jurisdictions. 'all': C1 to C4. */
static void parenthood_by_age(void **state) {
    (void)state;
    static const struct {
        const char *law;
        unsigned years;
        int able; /* -1: nothing recorded */
        bool identity, c2, c3;
    } cases[] = {
        {"BE-VLG", 8, -1, true, true, true},     {"BE-VLG", 11, -1, true, true, true},
        {"BE-VLG", 11, 1, true, false, false},   {"BE-VLG", 11, 0, true, true, true},
        {"BE-VLG", 12, -1, true, false, false},  {"BE-VLG", 12, 0, true, true, true},
        {"BE-VLG", 14, 1, true, false, false},   {"BE-VLG", 15, -1, true, false, false},
        {"BE-VLG", 16, -1, false, false, false}, {"BE-VLG", 17, 0, true, true, true},
        {"BE-VLG", 18, -1, false, false, false}, {"BE-VLG", 18, 0, false, false, false},
        {"NL", 8, -1, true, true, true},         {"NL", 11, -1, true, true, true},
        {"NL", 11, 1, true, true, true},         {"NL", 12, -1, true, true, true},
        {"NL", 15, -1, true, true, true},        {"NL", 15, 0, true, true, true},
        {"NL", 16, -1, true, false, false},      {"NL", 17, 0, true, true, true},
        {"NL", 18, -1, false, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, cases[i].years);
        if (cases[i].able >= 0) add_capacity(&w, child, cases[i].able != 0);
        print_message("%s %u able %d\n", cases[i].law, cases[i].years, cases[i].able);
        (void)asks_at((actor)mother, NOW, "member_identity", PERSON(child), cases[i].identity);
        (void)asks_at((actor)mother, NOW, "need_school", PERSON(child), cases[i].c2);
        (void)asks_at((actor)mother, NOW, "mental_wellbeing", PERSON(child), cases[i].c3);
        (void)asks_at((actor)mother, NOW, "justice_situation", PERSON(child), cases[i].c3);
        (void)asks_at((actor)mother, NOW, "residence_schedule", PERSON(child), cases[i].years < 18); /* */
        static const char *const never[] = {"safety_plan", "safety_concern",    "suicide_selfharm_risk",
                                            "contact_ban", "protected_address", "private_note_youth"};
        for (size_t n = 0; n < COUNT(never); n++)
            (void)asks_at((actor)mother, NOW, never[n], PERSON(child), false); /* R-60b */
    }
}

static void the_newest_capacity_record_counts(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    capacity_fact *old = add_capacity(&w, child, false), *newer = add_capacity(&w, child, true);
    newer->from = newer->recorded = NOW;
    ALLOWED_AT(mother, NOW - 1, "need_school", PERSON(child), R28);
    REFUSED(mother, "need_school", PERSON(child), R01);
    newer->recorded = NOW + DAY; /* not known yet */
    ALLOWED(mother, "need_school", PERSON(child), R28);
    newer->from = old->from, newer->recorded = old->recorded + 1; /* the same day, corrected later */
    REFUSED(mother, "need_school", PERSON(child), R01);
    newer->recorded = old->recorded - 1;
    ALLOWED(mother, "need_school", PERSON(child), R28);
    newer->from = NOW + DAY;
    ALLOWED(mother, "need_school", PERSON(child), R28);
}

static void birthdays_at_their_midnight(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    w.people[child].turns_12 = NOW;
    ALLOWED_AT(mother, NOW - 1, "need_school", PERSON(child), R28);
    REFUSED(mother, "need_school", PERSON(child), R01);
    ALLOWED(mother, "member_identity", PERSON(child), R28);
    w.people[child].turns_12 = NOW - 6 * 365 * DAY, w.people[child].turns_16 = NOW - 2 * 365 * DAY,
    w.people[child].turns_18 = NOW;
    ALLOWED_AT(mother, NOW - 1, "residence_schedule", PERSON(child), R18);
    REFUSED(mother, "residence_schedule", PERSON(child), R01);
    ALLOWED(child, "need_school", PERSON(child), R14);
}

/* parenthood gives way to a hold; grants, joint fields and the home do not. */
static void holds_reach_parenthood_only(void **state) {
    (void)state;
    two_homes("NL", 14);
    hold_fact *h = add_hold(&w, field_named("mental_wellbeing"), PERSON(child), PERSON(mother));
    add_field(h->fields, field_named("residence_schedule"));
    add_field(h->fields, field_named("need_school"));
    add_field(h->fields, field_named("safety_concern"));
    REFUSED(mother, "mental_wellbeing", PERSON(child), R40);
    ALLOWED(father, "mental_wellbeing", PERSON(child), R28);
    ALLOWED(mother, "residence_schedule", PERSON(child), R18);
    REFUSED(mother, "safety_concern", PERSON(child), R01); /* held, but she would not read it anyway */
    add_grant(&w, (actor)mother, PERSON(child), PERSON(child), field_named("need_school"));
    ALLOWED(mother, "need_school", PERSON(child), R02);
    h->from = h->recorded = NOW + DAY;
    ALLOWED(mother, "mental_wellbeing", PERSON(child), R28);
}

/* The last person that there can be is somebody's child like any other. */
static void a_family_with_everybody_there_can_be(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned last = child;
    while (w.f.people_count < PEOPLE_MAX) last = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, last);
    ALLOWED(mother, "need_school", PERSON(last), R28);
    REFUSED(father, "need_school", PERSON(last), R01);
    ALLOWED(last, "need_school", PERSON(last), R14);
    assert_true(givers_of("need_school", last) == PERSON(mother));
    assert_true(stand((actor)mother)->known & PERSON(last));
}

/* who cares for a child without authority, lives with it and manages the home, reads by grant only; a guardian holds
 * authority, and reads as whoever holds it, wherever he lives. */
static void r26_a_foster_carer_reads_by_grant_only(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned carer = add_adult(&w), guardian = add_adult(&w), home = add_home(&w);
    add_relation(&w, LIVES_IN, carer, home), add_relation(&w, LIVES_IN, child, home), add_relation(&w, MANAGES, carer, home);
    static const char *const fields[] = {"diagnosis_treatment", "need_school", "residence_schedule", "legal_authority"};
    for (size_t i = 0; i < COUNT(fields); i++) {
        REFUSED(carer, fields[i], PERSON(child), R01);
        assert_false(policy_givers(stand(helper), field_named(fields[i]), PERSON(child)) & PERSON(carer));
    }
    add_grant(&w, (actor)carer, PERSON(mother) | PERSON(father), PERSON(child), field_named("diagnosis_treatment"));
    ALLOWED(carer, "diagnosis_treatment", PERSON(child), R02);
    REFUSED(carer, "need_school", PERSON(child), R01);
    REFUSED(guardian, "need_school", PERSON(child), R01);
    w.relations[w.f.relation_count - 1].until = NOW; /* no home of hers makes her one either */
    add_relation(&w, HOLDS_AUTHORITY, guardian, child);
    ALLOWED(guardian, "need_school", PERSON(child), R28);
    ALLOWED(guardian, "diagnosis_treatment", PERSON(child), R28);
    assert_true(policy_givers(stand(helper), field_named("need_school"), PERSON(child)) == (PERSON(mother) | PERSON(father) | PERSON(guardian)));
}

int stories_of_parents(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parenthood_by_age),
        cmocka_unit_test(the_newest_capacity_record_counts),
        cmocka_unit_test(birthdays_at_their_midnight),
        cmocka_unit_test(holds_reach_parenthood_only),
        cmocka_unit_test(r26_a_foster_carer_reads_by_grant_only),
        cmocka_unit_test(a_family_with_everybody_there_can_be),
    };
    return cmocka_run_group_tests_name("parents", tests, NULL, NULL);
}
