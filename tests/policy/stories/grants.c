/* When a grant works, and for whom. */
#include "story.h"

/* the rule that stops a grant is told. */
static void grants_work_in_their_time(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    grant_field_fact *gf = &w.grant_fields[g->first_field];
    ALLOWED(helper, "need_work", PERSON(mother), R02);
    gf->ended = NOW;
    ALLOWED_AT(helper, NOW - 1, "need_work", PERSON(mother), R02);
    REFUSED(helper, "need_work", PERSON(mother), R08);
    gf->ended = MOMENT_NEVER, g->until = NOW;
    ALLOWED_AT(helper, NOW - 1, "need_work", PERSON(mother), R02);
    REFUSED(helper, "need_work", PERSON(mother), R11);
    g->until = MOMENT_NEVER, g->from = NOW + DAY;
    REFUSED(helper, "need_work", PERSON(mother), R11);
    g->from = SINCE, g->recorded = NOW + DAY;
    REFUSED(helper, "need_work", PERSON(mother), R01);
    g->recorded = SINCE;
    place_of(&w, helper)->until = NOW;
    ALLOWED_AT(helper, NOW - 1, "need_work", PERSON(mother), R02);
    REFUSED(helper, "need_work", PERSON(mother), R19);
    place_of(&w, helper)->until = MOMENT_NEVER, place_of(&w, helper)->from = NOW + DAY;
    REFUSED(helper, "need_work", PERSON(mother), R19);
    REFUSED(helper, "need_work", PERSON(father), R01);
}

static void the_newest_grant_tells_why(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"))->until = NOW - DAY;
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    g->recorded = SINCE + DAY;
    w.grant_fields[g->first_field].ended = NOW - DAY;
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"))->until = NOW - DAY;
    REFUSED(helper, "need_work", PERSON(mother), R08);
    unsigned stranger = add_adult(&w);
    w.people[stranger].member = false;
    add_grant(&w, (actor)stranger, PERSON(mother), PERSON(mother), field_named("need_work"));
    REFUSED(stranger, "need_work", PERSON(mother), R01);
    w.grant_fields[w.f.grant_field_count - 1].ended = NOW;
    REFUSED(stranger, "need_work", PERSON(mother), R01); /* nothing is told of one who is nobody here */
    g = add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), field_named("need_work"));
    w.grant_fields[g->first_field].ended = NOW;
    REFUSED(father, "need_work", PERSON(mother), R08);
    g->recorded = NOW;
    REFUSED(father, "need_work", PERSON(mother), R08); /* from the moment on that it is recorded */
    REFUSED_AT(father, NOW - 1, "need_work", PERSON(mother), R01);
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), field_named("need_work"))->until = NOW - DAY;
    w.grants[w.f.grant_count - 1].recorded = NOW; /* of the same moment: the later row */
    REFUSED(father, "need_work", PERSON(mother), R11);
}

/* What is covered otherwise tells nothing of why the rest is not. */
static void only_the_uncovered_tells_why(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned aunt = add_adult(&w);
    actor crisis = add_crisis_helper(&w);
    field_id field = field_named("medication_allergies");
    const subjects asked = PERSON(child) | PERSON(mother);
    add_trusted(&w, (actor)aunt, child);
    add_grant(&w, helper, PERSON(mother), PERSON(child), field);
    add_emergency(&w, crisis, field, PERSON(child));
    add_place(&w, helper)->helper = (uint8_t)(crisis - FIRST_HELPER);
    const actor viewers[] = {(actor)father, helper, crisis, (actor)aunt};
    for (size_t i = 0; i < COUNT(viewers); i++) { /* by parenthood, a grant, an emergency, trust */
        grant_fact *g = add_grant(&w, viewers[i], PERSON(mother), PERSON(child), field);
        w.grant_fields[g->first_field].ended = NOW;
        asks_at(viewers[i], NOW, "medication_allergies", PERSON(child), true);
        REFUSED(viewers[i], "medication_allergies", asked, R01);
        g->about = PERSON(mother);
        REFUSED(viewers[i], "medication_allergies", asked, R08);
    }
    /* By himself, his home, a joint field. */
    two_homes("BE-VLG", 14);
    add_grant(&w, (actor)mother, PERSON(father), PERSON(mother), field_named("goals"));
    add_grant(&w, (actor)mother, PERSON(father), HOME(home_1), field_named("goals"));
    add_grant(&w, (actor)mother, PERSON(father), PERSON(child), field_named("residence_schedule"));
    for (unsigned i = 0; i < w.f.grant_field_count; i++) w.grant_fields[i].ended = NOW;
    REFUSED(mother, "goals", PERSON(mother) | PERSON(father), R01);
    REFUSED(mother, "goals", HOME(home_1) | PERSON(father), R01);
    REFUSED(mother, "residence_schedule", PERSON(child) | PERSON(father), R01);
    /* Nor does what is held back of somebody else. */
    add_hold(&w, field, PERSON(child), PERSON(child));
    REFUSED(child, "medication_allergies", PERSON(mother), R01);
    REFUSED(child, "medication_allergies", PERSON(child), R40);
}

/* SS1 and C4 are re-confirmed; day 104 still works, day 105 does not. Section H never. R-02: SS2 from its
 * moment. */
static void special_steps(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    static const struct {
        const char *field;
        bool pauses;
    } cases[] = {{"debts_detail", true},     {"justice_situation", true},
                 {"residence_status", true}, {"private_note_youth", true},
                 {"need_work", false},       {"health_needs", false},
                 {"safety_plan", false},     {"suicide_selfharm_risk", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        grant_fact *g = add_grant(&w, helper, PERSON(child), PERSON(child), field_named(cases[i].field));
        w.confirms[g->first_confirm].lapses = NOW;
        ALLOWED_AT(helper, NOW - 1, cases[i].field, PERSON(child), R02);
        assert_int_equal(asks_at(helper, NOW, cases[i].field, PERSON(child), !cases[i].pauses), RULE_R02);
        add_confirm(&w, NOW + DAY, NOW + 90 * DAY);
        assert_int_equal(asks_at(helper, NOW, cases[i].field, PERSON(child), !cases[i].pauses), RULE_R02);
        ALLOWED_AT(helper, NOW + DAY, cases[i].field, PERSON(child), R02);
    }
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("justice_situation"));
    w.grant_fields[g->first_field].four_eyes = NOW;
    REFUSED_AT(helper, NOW - 1, "justice_situation", PERSON(mother), R02);
    ALLOWED(helper, "justice_situation", PERSON(mother), R02);
    g->confirm_count = 0;
    REFUSED(helper, "justice_situation", PERSON(mother), R02);
    /* Rows are not promised to be in order. */
    g = add_grant(&w, helper, PERSON(father), PERSON(father), field_named("debts_detail"));
    w.confirms[g->first_confirm] = (confirm_fact){NOW - DAY, NOW + DAY};
    add_confirm(&w, SINCE, NOW - 2 * DAY);
    ALLOWED(helper, "debts_detail", PERSON(father), R02);
    add_confirm(&w, NOW - DAY, NOW); /* of the same moment: the later row */
    SHUTS_AT(helper, NOW, "debts_detail", PERSON(father));
}

static void the_basis_must_be_one(void **state) {
    (void)state;
    two_homes("NL", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    static const bool works[] = {true, true, true, true, false, true, false};
    for (unsigned b = 0; b <= BASIS_UNKNOWN; b++) {
        g->basis = (grant_basis)b;
        assert_int_equal(asks_at(helper, NOW, "need_work", PERSON(mother), works[b]), works[b] ? RULE_R02 : RULE_R01);
    }
    jurisdiction wide = *w.f.law;
    wide.cross_domain_public_task = true, g->basis = BASIS_PUBLIC_TASK, w.f.law = &wide;
    ALLOWED(helper, "need_work", PERSON(mother), R02);
}

/* R-21b, R-48 */
static void own_space_and_enforcement(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(child), FIELD_PRIVATE_NOTE_YOUTH);
    REFUSED(helper, "private_note_youth", PERSON(child), R01);
    g->givers = PERSON(child);
    ALLOWED(helper, "private_note_youth", PERSON(child), R02);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), FIELD_RESIDENCE_STATUS);
    add_grant_field(&w, field_named("need_work"));
    ALLOWED(helper, "residence_status", PERSON(mother), R02);
    place_of(&w, helper)->authority_role = true;
    REFUSED(helper, "residence_status", PERSON(mother), R48);
    ALLOWED(helper, "need_work", PERSON(mother), R02);
}

/* */
static void transition_birthdays(void **state) {
    (void)state;
    static const struct {
        const char *law;
        unsigned birthday;
        bool pauses;
    } cases[] = {{"BE-VLG", 12, true}, {"BE-VLG", 16, false}, {"BE-VLG", 18, true},
                 {"NL", 12, true},     {"NL", 16, false},     {"NL", 18, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, 8);
        moment *turns[] = {&w.people[child].turns_12, &w.people[child].turns_16, &w.people[child].turns_18};
        moment years[] = {12, 16, 18};
        for (unsigned t = 0; t < 3; t++) *turns[t] = NOW + (years[t] - (moment)cases[i].birthday) * 365 * DAY;
        add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child) | PERSON(mother),
                  field_named("health_needs"));
        add_grant_field(&w, field_named("need_school"));
        add_grant_field(&w, field_named("safety_concern"));
        bool open = !cases[i].pauses;
        rule why = open ? RULE_R02 : RULE_R24;
        ALLOWED_AT(helper, NOW - 1, "health_needs", PERSON(child), R02);
        assert_int_equal(asks_at(helper, NOW, "health_needs", PERSON(child), open), why);
        ALLOWED(helper, "health_needs", PERSON(mother), R02);
        ALLOWED_AT(helper, NOW + 60 * DAY - 1, "need_school", PERSON(child), R02);
        assert_int_equal(asks_at(helper, NOW + 60 * DAY, "need_school", PERSON(child), open), why);
        ALLOWED_AT(helper, NOW + 60 * DAY, "safety_concern", PERSON(child), R02);
        add_confirm(&w, NOW + 61 * DAY, MOMENT_NEVER);
        assert_int_equal(asks_at(helper, NOW + 60 * DAY, "need_school", PERSON(child), open), why);
        ALLOWED_AT(helper, NOW + 61 * DAY, "health_needs", PERSON(child), R02);
        w.grants[0].givers |= PERSON(child);
        ALLOWED(helper, "health_needs", PERSON(child), R02);
    }
    /* Confirmed on the stroke of midnight is confirmed since. */
    two_homes("BE-VLG", 8);
    w.people[child].turns_12 = NOW;
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("health_needs"));
    confirm_fact *again = add_confirm(&w, NOW, MOMENT_NEVER);
    ALLOWED(helper, "health_needs", PERSON(child), R02);
    again->recorded = NOW - 1;
    REFUSED(helper, "health_needs", PERSON(child), R24);
    /* A paused grant that was also not re-confirmed tells of the birthday. */
    two_homes("BE-VLG", 8);
    w.people[child].turns_12 = NOW;
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("substance_use"));
    w.confirms[g->first_confirm].lapses = NOW - DAY;
    REFUSED_AT(helper, NOW - 1, "substance_use", PERSON(child), R02);
    REFUSED(helper, "substance_use", PERSON(child), R24);
}

/* NL at 16: what others gave to a parent about the young person ends with the parent's own view; what they gave to helpers
 * stays, and so does what she gave herself or confirmed since. In Flanders nothing changes on that day. */
static void r24_at_16_a_parents_grant_ends(void **state) {
    (void)state;
    static const char *const laws[] = {"NL", "BE-VLG"};
    for (size_t i = 0; i < COUNT(laws); i++) {
        two_homes(laws[i], 15);
        unsigned aunt = add_adult(&w);
        add_capacity(&w, child, true);
        w.people[child].turns_16 = NOW, w.people[child].turns_18 = NOW + 730 * DAY;
        const actor to[] = {(actor)mother, (actor)aunt, helper};
        for (size_t n = 0; n < COUNT(to); n++) add_grant(&w, to[n], PERSON(father), PERSON(child), field_named("need_leisure"));
        asks_at((actor)mother, NOW - 1, "need_leisure", PERSON(child), true);
        asks_at((actor)mother, NOW, "need_leisure", PERSON(child), i == 1);
        if (i == 0) REFUSED(mother, "need_leisure", PERSON(child), R24);
        ALLOWED(aunt, "need_leisure", PERSON(child), R02);
        ALLOWED(helper, "need_leisure", PERSON(child), R02);
        confirm_fact *since = &w.confirms[w.grants[0].first_confirm];
        since->recorded = NOW; /* said again on the day itself */
        ALLOWED(mother, "need_leisure", PERSON(child), R02);
        since->recorded = SINCE, w.grants[0].givers = PERSON(child);
        ALLOWED(mother, "need_leisure", PERSON(child), R02);
        w.grants[0].givers = PERSON(father), w.grants[0].confirm_count = 0;
        asks_at((actor)mother, NOW, "need_leisure", PERSON(child), i == 1);
        w.grants[0].recorded = NOW;
        ALLOWED(mother, "need_leisure", PERSON(child), R02);
    }
}

/* what is not kept here no grant opens, nor does one show by it. */
static void r54_no_grant_opens_what_is_not_kept(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("national_number"));
    assert_true(stand(helper)->known == 0);
    assert_true(stand(helper)->grant_cover[field_named("national_number")] == 0);
    assert_false(policy_sees_grant(stand(helper), 0));
}

/* */
static void nothing_is_carried_over_a_birth(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned unborn = add_unborn(&w, mother);
    w.people[unborn].born = NOW;
    add_relation(&w, HOLDS_AUTHORITY, mother, unborn), add_relation(&w, HOLDS_AUTHORITY, father, unborn);
    w.people[unborn].turns_12 = NOW + 12 * 365 * DAY,
    w.people[unborn].turns_16 = w.people[unborn].turns_18 = NOW + 18 * 365 * DAY;
    add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(unborn), field_named("health_needs"));
    ALLOWED_AT(mother, NOW - 1, "health_needs", PERSON(unborn), R27);
    ALLOWED_AT(mother, NOW - 1, "health_needs", PERSON(unborn) | PERSON(mother), R14);
    REFUSED_AT(father, NOW - 1, "health_needs", PERSON(unborn), R01);
    REFUSED_AT(father, NOW - 1, "residence_schedule", PERSON(unborn), R01);
    ALLOWED_AT(helper, NOW - 1, "health_needs", PERSON(unborn) | PERSON(mother), R02);
    REFUSED(helper, "health_needs", PERSON(unborn) | PERSON(mother), R01);
    ALLOWED(helper, "health_needs", PERSON(mother), R02);
    ALLOWED(mother, "health_needs", PERSON(unborn), R28);
    ALLOWED(father, "health_needs", PERSON(unborn), R28);
    REFUSED_AT(unborn, NOW - 1, "health_needs", PERSON(unborn), R01);
    ALLOWED(unborn, "health_needs", PERSON(unborn), R14);
    assert_true(policy_givers(stand_at((actor)father, NOW - 1), field_named("need_school"), PERSON(unborn)) ==
                PERSON(mother));
    assert_true(policy_givers(stand((actor)father), field_named("need_school"), PERSON(unborn)) ==
                (PERSON(mother) | PERSON(father)));
    w.people[unborn].owner = ACTOR_NONE;
    assert_true(policy_givers(stand_at((actor)father, NOW - 1), field_named("need_school"), PERSON(unborn)) == 0);
    /* A grant that was given since the birth is for the child; one given before it, to begin after it, is not. */
    grant_fact *since = add_grant(&w, helper, PERSON(mother), PERSON(unborn), field_named("need_school"));
    since->from = NOW;
    REFUSED(helper, "need_school", PERSON(unborn), R01);
    since->recorded = NOW; /* on the moment of the birth itself: since it */
    ALLOWED(helper, "need_school", PERSON(unborn), R02);
    assert_true(stand(helper)->known & PERSON(unborn));
    since->recorded = NOW - 1;
    assert_false(stand(helper)->known & PERSON(unborn));
}

/* Bounds that only a broken loader can pass. */
static void a_grant_that_names_a_field_twice(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    w.grant_fields[g->first_field].ended = NOW;
    add_grant_field(&w, field_named("need_work"));
    REFUSED(helper, "need_work", PERSON(mother), R08);
}

/* a stop is as a withdrawal towards the recipient; the givers still see the grant, and may end it for good. */
static void r08_a_stopped_grant_opens_nothing(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    for (unsigned i = 0; i < 70; i++) add_grant(&w, helper, PERSON(father), PERSON(father), field_named("need_work"));
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    uint32_t n = (uint32_t)(g - w.grants);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother));
    stop_fact *stop = add_stop(&w, g);
    stop->from = NOW, stop->until = NOW + DAY;
    SHUTS_AT(helper, NOW, "need_work", PERSON(mother));
    REFUSED(helper, "need_work", PERSON(mother), R08);
    HIDDEN(helper, e, R08);
    OPENS_AT(helper, NOW + DAY, "need_work", PERSON(mother));
    ALLOWED(helper, "need_work", PERSON(father), R02);
    assert_false(policy_sees_grant(stand(helper), n));
    assert_false(stand(helper)->known & PERSON(mother));
    assert_true(policy_sees_grant(stand((actor)mother), n));
    assert_true(policy_withdraw_grant(stand((actor)mother), n).allowed);
    stop->recorded = NOW + 1;
    ALLOWED(helper, "need_work", PERSON(mother), R02);
    stop->recorded = SINCE, stop->grant = (uint16_t)(n - 64); /* the same place in another word of the set */
    ALLOWED(helper, "need_work", PERSON(mother), R02);
    stop->grant = (uint16_t)(n - 1);
    ALLOWED(helper, "need_work", PERSON(mother), R02);
}

/* from its closing no helper has a place or a role; the family reads on, and nobody gives to a helper. */
static void r80_a_closed_plan_has_no_helpers(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor crisis = add_crisis_helper(&w);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("medication_allergies"));
    add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(mother));
    w.f.closed = NOW;
    place_of(&w, helper)->coordinator = true;
    const uint8_t h = (uint8_t)(helper - FIRST_HELPER);
    assert_int_equal(policy_sees_helper(stand_at((actor)father, NOW - 1), h), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand((actor)father), h), LEVEL_HIDDEN); /* as after any place that is over */
    SHUTS_AT(helper, NOW, "medication_allergies", PERSON(mother));
    SHUTS_AT(crisis, NOW, "medication_allergies", PERSON(mother));
    SHUTS_AT(helper, NOW, "plan_status", THE_FAMILY);
    ALLOWED(mother, "medication_allergies", PERSON(mother), R14);
    ALLOWED(mother, "need_school", PERSON(child), R28);
    ALLOWED(mother, "plan_status", THE_FAMILY, R19);
    SET(work, "need_work");
    assert_true(policy_give(stand_at((actor)mother, NOW - 1), work, PERSON(mother), helper).allowed);
    assert_false(policy_give(stand((actor)mother), work, PERSON(mother), helper).allowed);
    assert_true(policy_give(stand((actor)mother), work, PERSON(mother), (actor)father).allowed);
    assert_true(policy_withdraw_grant(stand((actor)mother), 0).allowed);
    assert_false(policy_write(stand(helper), field_named("need_work"), PERSON(mother)).allowed);
    world_finish(&w);
    assert_true(facts_next_moment(&w.f, NOW - 1) == NOW);
}

int stories_of_grants(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grants_work_in_their_time),
        cmocka_unit_test(the_newest_grant_tells_why),
        cmocka_unit_test(only_the_uncovered_tells_why),
        cmocka_unit_test(special_steps),
        cmocka_unit_test(the_basis_must_be_one),
        cmocka_unit_test(own_space_and_enforcement),
        cmocka_unit_test(transition_birthdays),
        cmocka_unit_test(r24_at_16_a_parents_grant_ends),
        cmocka_unit_test(r54_no_grant_opens_what_is_not_kept),
        cmocka_unit_test(nothing_is_carried_over_a_birth),
        cmocka_unit_test(a_grant_that_names_a_field_twice),
        cmocka_unit_test(r08_a_stopped_grant_opens_nothing),
        cmocka_unit_test(r80_a_closed_plan_has_no_helpers),
    };
    return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
