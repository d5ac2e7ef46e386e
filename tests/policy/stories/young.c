/* The young person's own voice: own space, holding back and the trusted person, grown up. */
#include "story.h"

/* in every answer the family with her own note is the family without it, for each of her parents and their helpers. */
static void r37_a_note_leaves_no_trace(void **state) {
    (void)state;
    static const char *const laws[] = {"BE-VLG", "NL"};
    static const unsigned ages[] = {8, 11, 12, 15, 16, 17};
    for (size_t i = 0; i < COUNT(laws) * COUNT(ages); i++) {
        two_homes(laws[i % 2], ages[i / 2]);
        add_capacity(&w, child, false); /* the most that parents ever read */
        add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("goals"));
        actor psychologist = add_helper(&w);
        const actor others[] = {(actor)mother, (actor)father, helper};
        for (size_t v = 0; v < COUNT(others); v++) {
            static permit before[8], after[8];
            ruling without, with;
            stand(others[v]);
            policy_judge(&w.f, others[v], NOW, ~0u, before, &without);
            world_thaw(&w);
            world kept = w;
            const entry_fact *note = add_entry(&w, KIND_PLAN, FIELD_PRIVATE_NOTE_YOUTH, PERSON(child));
            const entry_fact *statement = add_hanging(&w, KIND_STATEMENT, note);
            const grant_fact *g = add_grant(&w, psychologist, PERSON(child), PERSON(child), FIELD_PRIVATE_NOTE_YOUTH);
            HIDDEN(others[v], note, R01);
            HIDDEN(others[v], statement, R01);
            REFUSED(others[v], "private_note_youth", PERSON(child), R01);
            assert_false(policy_sees_grant(stand(others[v]), (uint32_t)(g - w.grants)));
            assert_int_equal(sees_helper(others[v], psychologist), LEVEL_HIDDEN);
            assert_int_equal(policy_write(stand(others[v]), FIELD_PRIVATE_NOTE_YOUTH, PERSON(child)).rule, RULE_R01);
            policy_judge(&w.f, others[v], NOW, ~0u, after, &with);
            assert_int_equal(with.count, without.count);
            assert_true(with.known == without.known);
            READS(child, note, R14);
            READS(psychologist, note, R02);
            world_thaw(&w);
            w = kept;
        }
    }
}

/* R-40, cfg trusted_person: in Flanders he reads what the minor reads as his own, held back from him or not; elsewhere nothing. */
static void r40_the_trusted_person_reads_what_the_minor_reads(void **state) {
    (void)state;
    static const char *const never[] = {"safety_plan", "suicide_selfharm_risk", "private_note_youth"};
    static const char *const laws[] = {"BE-VLG", "NL"};
    for (size_t i = 0; i < 4; i++) {
        two_homes(laws[i % 2], 14);
        bool reads = i % 2 == 0;
        unsigned aunt = add_adult(&w);
        actor trusted = i < 2 ? (actor)aunt : helper;
        trusted_fact *t = add_trusted(&w, trusted, child);
        hold_fact *h = add_hold(&w, field_named("diagnosis_treatment"), PERSON(child), PERSON(child));
        rule why = reads ? RULE_R40 : RULE_R01;
        assert_int_equal(asks_at(trusted, NOW, "need_school", PERSON(child), reads), why);
        assert_int_equal(asks_at(trusted, NOW, "diagnosis_treatment", PERSON(child), reads), why);
        h->from_whom |= PERSON(aunt); /* from himself as well */
        asks_at(trusted, NOW, "diagnosis_treatment", PERSON(child), reads && trusted == helper);
        asks_at(trusted, NOW, "residence_status", PERSON(child), reads);
        place_of(&w, helper)->authority_role = true; /* */
        asks_at(trusted, NOW, "residence_status", PERSON(child), reads && trusted != helper);
        asks_at(trusted, NOW, "need_school", PERSON(child), reads);
        place_of(&w, helper)->authority_role = false;
        asks_at(trusted, NOW, "member_identity", PERSON(child), reads);
        REFUSED(trusted, "need_school", PERSON(mother), R01);
        REFUSED(trusted, "need_school", PERSON(child) | PERSON(mother), R01);
        for (size_t n = 0; n < COUNT(never); n++) REFUSED(trusted, never[n], PERSON(child), R01);
        REFUSED(trusted, "protected_address", PERSON(child), R57D);
        REFUSED(trusted, "need_money", HOME(home_1), R01);
        assert_true(stand(trusted)->known & PERSON(child)); /* the minor's name */
        assert_false(stand(trusted)->known & PERSON(mother));
        assert_false(policy_givers(stand(trusted), field_named("need_school"), PERSON(child)) & PERSON(aunt)); /* he never gives */
        assert_false(policy_concerns(stand(trusted), field_named("need_school"), PERSON(child)));
        t->until = NOW;
        REFUSED(trusted, "need_school", PERSON(child), R01);
        if (reads) SHUTS_AT(trusted, NOW, "need_school", PERSON(child));
    }
}

/* Trust ends with the minority, with the place, and gives way to a block. */
static void r40_trust_has_its_bounds(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w);
    add_trusted(&w, (actor)aunt, child), add_trusted(&w, helper, child);
    trusted_fact *later = add_trusted(&w, (actor)father, child);
    later->from = later->recorded = NOW;
    OPENS_AT(father, NOW, "need_school", PERSON(child));
    w.people[child].turns_16 = NOW - DAY, w.people[child].turns_18 = NOW;
    SHUTS_AT(aunt, NOW, "need_school", PERSON(child));
    w.people[child].turns_18 = NOW + 1000 * DAY;
    place_of(&w, helper)->until = NOW;
    SHUTS_AT(helper, NOW, "need_school", PERSON(child));
    add_crisis_role(&w, helper); /* which prolongs no place that is over */
    REFUSED(helper, "need_school", PERSON(child), R01);
    assert_true(stand(helper)->known == 0);
    block_fact *b = add_block(&w, aunt, PERSON(child));
    REFUSED(aunt, "need_school", PERSON(child), R58);
    b->until = NOW;
    w.people[child].member = false;
    REFUSED(aunt, "need_school", PERSON(child), R01);
}

/* he covers one of several subjects; beside him a grant is weaker, so it is told. */
static void r40_trust_combines(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w);
    add_trusted(&w, (actor)aunt, child);
    add_grant(&w, (actor)aunt, PERSON(mother), PERSON(mother), field_named("goals"));
    ALLOWED(aunt, "goals", PERSON(child) | PERSON(aunt), R40);
    ALLOWED(aunt, "goals", PERSON(child) | PERSON(mother), R02);
    REFUSED(aunt, "goals", PERSON(child) | PERSON(father), R01);
    const entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(child));
    READS(aunt, e, R40);
    /* What is held back from him of his own, apart from the minor's, stays so. */
    add_hold(&w, field_named("goals"), PERSON(aunt), PERSON(aunt));
    REFUSED(aunt, "goals", PERSON(child) | PERSON(aunt), R40);
}

/* at 18 the parents' access ends, and what she had not given herself pauses. */
static void r25_at_18_all_is_hers(void **state) {
    (void)state;
    static const char *const laws[] = {"BE-VLG", "NL"};
    for (size_t i = 0; i < COUNT(laws); i++) {
        two_homes(laws[i], 17);
        add_capacity(&w, child, false);
        w.people[child].turns_18 = NOW;
        add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field_named("health_needs"));
        SHUTS_AT(mother, NOW, "need_school", PERSON(child));
        SHUTS_AT(mother, NOW, "residence_schedule", PERSON(child));
        SHUTS_AT(helper, NOW, "health_needs", PERSON(child));
        assert_true(policy_givers(stand_at(helper, NOW - 1), field_named("need_school"), PERSON(child)) ==
                    (PERSON(mother) | PERSON(father)));
        assert_true(givers_of("need_school", child) == PERSON(child));
        assert_true(stand((actor)mother)->children == 0);
        ALLOWED(child, "need_school", PERSON(child), R14);
    }
}

int stories_of_young(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r37_a_note_leaves_no_trace),
        cmocka_unit_test(r40_the_trusted_person_reads_what_the_minor_reads),
        cmocka_unit_test(r40_trust_has_its_bounds),
        cmocka_unit_test(r40_trust_combines),
        cmocka_unit_test(r25_at_18_all_is_hers),
    };
    return cmocka_run_group_tests_name("young", tests, NULL, NULL);
}
