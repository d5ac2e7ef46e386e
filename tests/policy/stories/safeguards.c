/* Who may note what protects somebody: holds, capacity, disagreement, trusted persons, courts; and the rights of a subject. */
#include "story.h"

static answer holds(actor who, const char *field, subjects about, subjects from_whom) {
    SET(fields, field);
    return policy_hold(stand(who), fields, about, from_whom);
}

/* a helper holds back what he reads, about people whom he knows, from those who would read it by nature. */
static void r40_who_holds_back_what(void **state) {
    (void)state;
    two_homes("NL", 14);
    unsigned aunt = add_adult(&w);
    actor crisis = add_crisis_helper(&w);
    add_grant(&w, helper, PERSON(mother), HOME(home_1), field_named("need_money"));
    add_grant(&w, helper, PERSON(child), PERSON(child), field_named("mental_wellbeing"));
    const subjects m = PERSON(mother), f = PERSON(father), c = PERSON(child);
    const struct {
        actor who;
        const char *field;
        subjects about, from_whom;
        bool may;
    } cases[] = {
        {helper, "mental_wellbeing", c, m, true},
        {helper, "mental_wellbeing", c, m | f, true},
        {helper, "mental_wellbeing", c, c, true},
        {helper, "mental_wellbeing", c, PERSON(aunt), false}, /* whom he does not know */
        {helper, "mental_wellbeing", c, m | PERSON(aunt), false},
        {helper, "mental_wellbeing", c, 0, false},
        {helper, "mental_wellbeing", c, UNKNOWN_SUBJECT, false},
        {helper, "mental_wellbeing", 0, m, false},
        {helper, "mental_wellbeing", m, m, false},
        {helper, "mental_wellbeing", c | m, m, false},
        {helper, "mental_wellbeing", HOME(home_1), m, false},
        {helper, "need_money", HOME(home_1), m, false}, /* what he reads, and yet of no person */
        {helper, "goals", c, m, false}, /* what he does not read */
        {crisis, "mental_wellbeing", c, m, false},
        {(actor)mother, "mental_wellbeing", c, f, false},
        {ACTOR_NONE, "mental_wellbeing", c, m, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = holds(cases[i].who, cases[i].field, cases[i].about, cases[i].from_whom);
        if (a.allowed != cases[i].may) print_error("case %zu\n", i);
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, RULE_R40);
    }
    const field_set none = {0, 0}, beyond = {0, (uint64_t)1 << (FIELD_COUNT - 64)};
    SET(fields, "mental_wellbeing");
    field_set too_many = {fields[0], fields[1] | beyond[1]};
    assert_false(policy_hold(stand(helper), none, c, m).allowed);
    assert_false(policy_hold(stand(helper), beyond, c, m).allowed);
    assert_false(policy_hold(stand(helper), too_many, c, m).allowed);
    SET(several, "mental_wellbeing", "goals");
    assert_false(policy_hold(stand(helper), several, c, m).allowed);
    add_grant_field(&w, field_named("suicide_selfharm_risk")); /* beyond the 64th */
    assert_true(holds(helper, "suicide_selfharm_risk", c, m).allowed);
    add_grant(&w, helper, PERSON(aunt), PERSON(aunt), field_named("goals"));
    assert_true(holds(helper, "mental_wellbeing", c, PERSON(aunt)).allowed);
    place_of(&w, helper)->until = NOW;
    add_crisis_role(&w, helper);
    add_emergency(&w, helper, field_named("suicide_selfharm_risk"), c);
    assert_false(holds(helper, "suicide_selfharm_risk", c, m).allowed);
    two_homes("NL", 18); /* over whom nobody holds authority any more, whatever is recorded */
    add_grant(&w, helper, PERSON(child), PERSON(child), field_named("mental_wellbeing"));
    assert_false(holds(helper, "mental_wellbeing", PERSON(child), PERSON(mother)).allowed);
    assert_true(holds(helper, "mental_wellbeing", PERSON(child), PERSON(child)).allowed);
}

static void r40_who_lifts_a_hold(void **state) {
    (void)state;
    two_homes("NL", 14);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    hold_fact *h = add_hold(&w, field_named("goals"), PERSON(child), PERSON(mother));
    h->by = helper;
    assert_true(policy_end_hold(stand(helper), 0).allowed);
    assert_int_equal(policy_end_hold(stand(helper), 0).rule, RULE_R40);
    assert_false(policy_end_hold(stand(coordinator), 0).allowed); /* he knows nobody yet */
    assert_int_equal(policy_end_hold(stand(coordinator), 0).rule, RULE_R01);
    add_grant(&w, coordinator, PERSON(child), PERSON(child), field_named("goals"));
    add_grant(&w, other, PERSON(child), PERSON(child), field_named("goals"));
    assert_true(policy_end_hold(stand(coordinator), 0).allowed);
    h->about |= PERSON(mother);
    assert_false(policy_end_hold(stand(coordinator), 0).allowed);
    const actor nobody[] = {other, (actor)mother, (actor)child, ACTOR_NONE};
    for (size_t i = 0; i < COUNT(nobody); i++) assert_false(policy_end_hold(stand(nobody[i]), 0).allowed);
    h->until = NOW;
    assert_false(policy_end_hold(stand(helper), 0).allowed);
    assert_true(policy_end_hold(stand_at(helper, NOW - 1), 0).allowed);
    h->until = MOMENT_NEVER, place_of(&w, helper)->until = NOW;
    add_crisis_role(&w, helper);
    assert_false(policy_end_hold(stand(helper), 0).allowed);
}

/* a professional who knows the minor. */
static void r23_who_says_whether_a_minor_decides(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned outside = add_child(&w, 14), other_child = add_child(&w, 14);
    w.people[outside].member = false;
    grant_fact *g = add_grant(&w, helper, PERSON(child), PERSON(child) | PERSON(mother) | PERSON(outside), field_named("goals"));
    assert_true(policy_record_capacity(stand(helper), child).allowed);
    assert_int_equal(policy_record_capacity(stand(helper), child).rule, RULE_R23);
    assert_int_equal(policy_record_capacity(stand(helper), other_child).rule, RULE_R01);
    assert_false(policy_record_capacity(stand(helper), mother).allowed);
    assert_false(policy_record_capacity(stand(helper), outside).allowed);
    assert_false(policy_record_capacity(stand(helper), PEOPLE_MAX).allowed);
    assert_false(policy_record_capacity(stand(helper), SUBJECT_FAMILY).allowed);
    assert_false(policy_record_capacity(stand((actor)mother), child).allowed);
    for (uint8_t secrecy = 0; secrecy < 3; secrecy++) {
        place_of(&w, helper)->secrecy = secrecy;
        assert_int_equal(policy_record_capacity(stand(helper), child).allowed, secrecy == 2);
    }
    place_fact *second = add_place(&w, helper); /* a volunteer by his first place */
    place_of(&w, helper)->secrecy = 1;
    assert_true(policy_record_capacity(stand(helper), child).allowed);
    second->until = NOW;
    assert_false(policy_record_capacity(stand(helper), child).allowed);
    second->until = MOMENT_NEVER, second->helper++;
    assert_false(policy_record_capacity(stand(helper), child).allowed);
    second->helper--;
    g->until = NOW;
    assert_false(policy_record_capacity(stand(helper), child).allowed);
    g->until = MOMENT_NEVER, place_of(&w, helper)->until = NOW, second->until = NOW;
    add_crisis_role(&w, helper);
    add_emergency(&w, helper, field_named("medication_allergies"), PERSON(child));
    assert_false(policy_record_capacity(stand(helper), child).allowed);
}

/* a holder of authority, or the coordinator who knows the child; that they agree again only the latter. */
static void r32_who_says_that_they_disagree(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor coordinator = add_helper(&w);
    unsigned aunt = add_adult(&w);
    place_of(&w, coordinator)->coordinator = true;
    assert_false(policy_flag_conflict(stand(coordinator), child).allowed);
    add_grant(&w, coordinator, PERSON(mother), PERSON(child), field_named("goals"));
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("goals"));
    const struct {
        actor who;
        bool flags, ends;
    } cases[] = {{(actor)mother, true, false}, {(actor)father, true, false}, {coordinator, true, true},
                 {helper, false, false},       {(actor)aunt, false, false},  {(actor)child, false, false}};
    conflict_fact *c = add_conflict(&w, child);
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer flags = policy_flag_conflict(stand(cases[i].who), child), ends = policy_end_conflict(stand(cases[i].who), 0);
        assert_int_equal(flags.allowed, cases[i].flags);
        assert_int_equal(flags.rule, cases[i].flags ? RULE_R32 : RULE_R01);
        assert_int_equal(ends.allowed, cases[i].ends);
        assert_int_equal(ends.rule, cases[i].ends ? RULE_R32 : RULE_R01);
    }
    assert_false(policy_flag_conflict(stand((actor)mother), mother).allowed);
    assert_false(policy_flag_conflict(stand((actor)mother), PEOPLE_MAX).allowed);
    assert_false(policy_flag_conflict(stand(coordinator), PEOPLE_MAX + 1).allowed);
    c->until = NOW;
    assert_false(policy_end_conflict(stand(coordinator), 0).allowed);
    c->until = MOMENT_NEVER, c->child = (uint8_t)add_child(&w, 8);
    assert_false(policy_end_conflict(stand(coordinator), 0).allowed);
    c->child = (uint8_t)child, place_of(&w, coordinator)->until = NOW;
    add_crisis_role(&w, coordinator);
    add_emergency(&w, coordinator, field_named("medication_allergies"), PERSON(child));
    assert_false(policy_end_conflict(stand(coordinator), 0).allowed || policy_flag_conflict(stand(coordinator), child).allowed);
}

/* an able minor names an adult whom he knows and who does not decide for him; the coordinator notes it. Where the trusted
 * person reads all of it, no helper is one. */
static void r40_who_names_a_trusted_person(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w), stranger = add_adult(&w), brother = add_child(&w, 16), small = add_child(&w, 8);
    unsigned outside = add_adult(&w);
    for (unsigned p = aunt; p <= outside; p++)
        if (p != stranger) add_relation(&w, LIVES_IN, p, home_1);
    w.people[outside].member = false;
    actor coordinator = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(mother), PERSON(child) | PERSON(aunt) | PERSON(small), field_named("goals"));
    add_grant(&w, helper, PERSON(mother), PERSON(child) | PERSON(aunt), field_named("goals"));
    const struct {
        actor who;
        unsigned minor;
        actor trusted;
        bool may;
        rule why;
    } cases[] = {
        {(actor)child, child, (actor)aunt, true, RULE_R40},
        {(actor)child, child, (actor)stranger, false, RULE_R40},
        {(actor)child, child, (actor)brother, false, RULE_R40},
        {(actor)child, child, (actor)outside, false, RULE_R40},
        {(actor)child, child, (actor)mother, false, RULE_R40},
        {(actor)child, child, (actor)child, false, RULE_R40},
        {(actor)child, child, helper, false, RULE_R40},
        {(actor)child, child, ACTOR_NONE, false, RULE_R40},
        {(actor)child, small, (actor)aunt, false, RULE_R01},
        {(actor)small, small, (actor)aunt, false, RULE_R01},
        {(actor)mother, child, (actor)aunt, false, RULE_R01},
        {(actor)mother, mother, (actor)aunt, false, RULE_R01},
        {coordinator, child, (actor)aunt, true, RULE_R40},
        {coordinator, small, (actor)aunt, true, RULE_R40},
        {coordinator, brother, (actor)aunt, false, RULE_R01},
        {coordinator, PEOPLE_MAX, (actor)aunt, false, RULE_R01},
        {coordinator, child, (actor)mother, false, RULE_R40},
        {helper, child, (actor)aunt, false, RULE_R01},
        {ACTOR_NONE, child, (actor)aunt, false, RULE_R01},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = policy_name_trusted(stand(cases[i].who), cases[i].minor, cases[i].trusted);
        if (a.allowed != cases[i].may || a.rule != cases[i].why) print_error("case %zu: %s\n", i, rule_text(a.rule));
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, cases[i].why);
    }
    two_homes("NL", 14);
    assert_true(policy_name_trusted(stand((actor)child), child, helper).allowed);
    place_of(&w, helper)->until = NOW;
    assert_false(policy_name_trusted(stand((actor)child), child, helper).allowed);
    assert_false(policy_name_trusted(stand((actor)child), child, ACTOR_NONE).allowed);
}

static void r40_who_ends_the_trust(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned aunt = add_adult(&w);
    actor coordinator = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    trusted_fact *t = add_trusted(&w, (actor)aunt, child);
    const struct {
        actor who;
        bool may;
    } cases[] = {{(actor)child, true}, {(actor)aunt, true},   {(actor)mother, false},
                 {helper, false},      {coordinator, false}, {ACTOR_NONE, false}};
    for (size_t i = 0; i < COUNT(cases); i++) assert_int_equal(policy_end_trusted(stand(cases[i].who), 0).allowed, cases[i].may);
    assert_int_equal(policy_end_trusted(stand((actor)child), 0).rule, RULE_R40);
    assert_int_equal(policy_end_trusted(stand((actor)mother), 0).rule, RULE_R01);
    add_grant(&w, coordinator, PERSON(child), PERSON(child), field_named("goals"));
    assert_true(policy_end_trusted(stand(coordinator), 0).allowed);
    t->until = NOW;
    assert_false(policy_end_trusted(stand((actor)child), 0).allowed);
    t->until = MOMENT_NEVER, w.people[aunt].member = false;
    assert_false(policy_end_trusted(stand((actor)aunt), 0).allowed);
    w.people[child].member = false;
    assert_false(policy_end_trusted(stand((actor)child), 0).allowed);
    t->trusted = ACTOR_NONE;
    assert_false(policy_end_trusted(stand(ACTOR_NONE), 0).allowed);
}

/* the coordinator notes what a court decided about one person, whom he knows or who decides for a child that he knows. */
static void r33_who_notes_what_a_court_decided(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned aunt = add_adult(&w);
    add_relation(&w, HOLDS_AUTHORITY, aunt, add_child(&w, 8)); /* over a child of whom he knows nothing */
    actor coordinator = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(mother), PERSON(child) | HOME(home_1), field_named("goals"));
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("goals"));
    const subjects m = PERSON(mother), f = PERSON(father), c = PERSON(child);
    const struct {
        actor who;
        subjects person, protects;
        bool may;
    } cases[] = {
        {coordinator, f, c, true},       {coordinator, m, c, true},
        {coordinator, c, c, true},       {coordinator, f, 0, true},
        {coordinator, f, m, false},      {coordinator, f, c | m, false},
        {coordinator, f | m, c, false},  {coordinator, 0, c, false},
        {coordinator, HOME(home_1), c, false}, {coordinator, PERSON(aunt), c, false},
        {coordinator, f, HOME(home_1), false}, {coordinator, UNKNOWN_SUBJECT, c, false},
        {helper, f, c, false},           {(actor)mother, f, c, false},
        {ACTOR_NONE, f, c, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = policy_note_decision(stand(cases[i].who), cases[i].person, cases[i].protects);
        if (a.allowed != cases[i].may) print_error("case %zu\n", i);
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, cases[i].may ? RULE_R33 : RULE_R01);
    }
}

/* whom it is about, or who decides for them, puts his words beside a text of the plan; it is his, and falls with the text. */
static void r71_who_states_beside_a_text(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned unborn = add_unborn(&w, mother);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    const struct {
        subjects about;
        actor who;
        bool may;
    } cases[] = {
        {PERSON(mother), (actor)mother, true}, {PERSON(mother), (actor)father, false}, {PERSON(child), (actor)father, true},
        {PERSON(child), (actor)child, true},   {HOME(home_1), (actor)mother, true},    {HOME(home_1), (actor)father, false},
        {PERSON(unborn), (actor)mother, true}, {PERSON(unborn), (actor)father, false}, {PERSON(mother), helper, false},
        {THE_FAMILY, (actor)mother, false},    {PERSON(mother), ACTOR_NONE, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        e->about = cases[i].about;
        if (policy_state(stand(cases[i].who), 0).allowed != cases[i].may) print_error("case %zu\n", i);
        assert_int_equal(policy_state(stand(cases[i].who), 0).allowed, cases[i].may);
        assert_int_equal(policy_state(stand(cases[i].who), 0).rule, RULE_R71);
    }
    e->about = PERSON(mother), e->withdrawn = NOW;
    assert_false(policy_state(stand((actor)mother), 0).allowed);
    e->withdrawn = MOMENT_NEVER, e->kind = KIND_REGISTER;
    assert_false(policy_state(stand((actor)mother), 0).allowed);
    e->kind = KIND_PLAN;
    entry_fact *statement = add_hanging(&w, KIND_STATEMENT, e), *summary = add_hanging(&w, KIND_SUMMARY, e);
    w.versions[statement->first_version].wrote = PERSON(mother), w.versions[summary->first_version].author = helper;
    const uint32_t own = 1, of_helper = 2;
    assert_true(policy_revise(stand((actor)mother), own).allowed && policy_withdraw_entry(stand((actor)mother), own).allowed);
    assert_true(policy_revise(stand(helper), of_helper).allowed && policy_withdraw_entry(stand(helper), of_helper).allowed);
    assert_false(policy_revise(stand(helper), own).allowed || policy_withdraw_entry(stand(helper), own).allowed);
    /* She withdraws it, and writes her own words. */
    assert_int_equal(policy_revise(stand((actor)mother), of_helper).rule, RULE_R71);
    assert_true(policy_withdraw_entry(stand((actor)mother), of_helper).allowed);
    w.versions[statement->first_version].wrote = PERSON(father); /* about her alone, and yet his words */
    assert_int_equal(policy_revise(stand((actor)mother), own).rule, RULE_R71);
    assert_int_equal(policy_withdraw_entry(stand((actor)mother), own).rule, RULE_R01);
    e->withdrawn = NOW;
    assert_int_equal(policy_revise(stand((actor)father), own).rule, RULE_R01);
    e->withdrawn = MOMENT_NEVER;
    assert_true(policy_revise(stand((actor)father), own).allowed);
    add_lock(&w, (actor)father, PERSON(mother), field_named("goals"));
    assert_int_equal(policy_revise(stand((actor)father), own).rule, RULE_R58);
    w.f.lock_count = 0, statement->of = w.f.entry_count;
    assert_int_equal(policy_revise(stand((actor)father), own).rule, RULE_R01);
    assert_int_equal(policy_withdraw_entry(stand((actor)father), own).rule, RULE_R01);
}

/* who is the only one that it is about. */
static void r74_who_freezes_a_text(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    assert_true(policy_restrict(stand((actor)mother), 0).allowed);
    assert_int_equal(policy_restrict(stand((actor)mother), 0).rule, RULE_R74);
    assert_int_equal(policy_restrict(stand((actor)father), 0).rule, RULE_R74);
    assert_false(policy_restrict(stand((actor)father), 0).allowed || policy_restrict(stand(helper), 0).allowed);
    e->about |= PERSON(child);
    assert_false(policy_restrict(stand((actor)mother), 0).allowed);
    e->about = PERSON(child);
    assert_false(policy_restrict(stand((actor)mother), 0).allowed);
    assert_true(policy_restrict(stand((actor)child), 0).allowed);
    e->kind = KIND_REGISTER;
    assert_false(policy_restrict(stand((actor)child), 0).allowed);
    e->kind = KIND_PLAN, add_restriction(&w, e);
    assert_false(policy_restrict(stand((actor)child), 0).allowed); /* it is frozen */
    w.f.restriction_count = 0, e->about = 0;
    assert_false(policy_restrict(stand(helper), 0).allowed);
}

int stories_of_safeguards(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r40_who_holds_back_what),
        cmocka_unit_test(r40_who_lifts_a_hold),
        cmocka_unit_test(r23_who_says_whether_a_minor_decides),
        cmocka_unit_test(r32_who_says_that_they_disagree),
        cmocka_unit_test(r40_who_names_a_trusted_person),
        cmocka_unit_test(r40_who_ends_the_trust),
        cmocka_unit_test(r33_who_notes_what_a_court_decided),
        cmocka_unit_test(r71_who_states_beside_a_text),
        cmocka_unit_test(r74_who_freezes_a_text),
    };
    return cmocka_run_group_tests_name("safeguards", tests, NULL, NULL);
}
