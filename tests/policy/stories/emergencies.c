/* What an emergency opens, and who learns of it. */
#include "story.h"

/* R-50b, R-54 */
static void emergencies_open_what_they_name(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor crisis = add_crisis_helper(&w);
    add_emergency(&w, helper, field_named("medication_allergies"), PERSON(child)); /* without the role */
    add_emergency(&w, crisis, field_named("suicide_selfharm_risk"), PERSON(child))->until = NOW - MINUTE;
    add_emergency(&w, crisis, field_named("suicide_selfharm_risk"), PERSON(child))->from = NOW + MINUTE;
    add_emergency(&w, crisis, field_named("suicide_selfharm_risk"), PERSON(child))->recorded = NOW + MINUTE;
    add_emergency(&w, crisis, field_named("suicide_selfharm_risk"), PERSON(father));
    add_emergency(&w, crisis, field_named("emergency_contacts"), PERSON(child));
    emergency_fact *e = add_emergency(&w, crisis, field_named("suicide_selfharm_risk"), PERSON(child));
    add_field(e->fields, field_named("mental_wellbeing"));
    add_field(e->fields, field_named("protected_address"));
    add_field(e->fields, FIELD_HOUSEHOLD_ADDRESS);
    e->about |= HOME(home_1);
    ALLOWED(crisis, "suicide_selfharm_risk", PERSON(child), R50B);
    assert_int_equal(policy_ask(stand(crisis), field_named("suicide_selfharm_risk"), PERSON(child)).emergency,
                     e - w.emergencies);
    REFUSED(crisis, "suicide_selfharm_risk", PERSON(child) | PERSON(mother), R01);
    REFUSED(crisis, "medication_allergies", PERSON(child), R01); /* eligible, not named */
    REFUSED(crisis, "mental_wellbeing", PERSON(child), R01);     /* named, not eligible */
    REFUSED(crisis, "protected_address", PERSON(child), R57D);
    REFUSED(helper, "medication_allergies", PERSON(child), R01);
    ALLOWED(crisis, "household_address", HOME(home_1), R50B);
    w.homes[home_1].shielded = true;
    REFUSED(crisis, "household_address", HOME(home_1), R57D);
    REFUSED_AT(crisis, e->until, "suicide_selfharm_risk", PERSON(child), R01);
    ALLOWED_AT(crisis, e->until - 1, "suicide_selfharm_risk", PERSON(child), R50B);
    REFUSED_AT(crisis, e->from - 1, "suicide_selfharm_risk", PERSON(child), R01);
    assert_true(stand(crisis)->known == (PERSON(child) | PERSON(father) | HOME(home_1)));
    w.emergency_roles[0].until = NOW;
    REFUSED(crisis, "suicide_selfharm_risk", PERSON(child), R01);
    /* Emergencies combine with grants, subject by subject. */
    w.emergency_roles[0].helper = (uint8_t)(helper - FIRST_HELPER), w.emergency_roles[0].until = MOMENT_NEVER;
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("medication_allergies"));
    ALLOWED(helper, "medication_allergies", PERSON(child) | PERSON(mother), R50B);
    answer a = policy_ask(stand(helper), field_named("medication_allergies"), PERSON(child) | PERSON(mother));
    assert_int_equal(a.grant, 0);
    assert_int_equal(a.emergency, 0);
}

/* SS5 fields are nobody's. */
static void what_is_not_kept_here(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    REFUSED(mother, "national_number", PERSON(mother), R54);
    REFUSED(mother, "reporter_identity", PERSON(mother), R54);
    assert_int_equal(policy_givers(stand((actor)mother), field_named("national_number"), PERSON(mother)), 0);
    assert_int_equal(policy_write(stand((actor)mother), field_named("national_number"), PERSON(mother)).rule,
                     RULE_R54);
    field_set fields = {0, 0};
    add_field(fields, field_named("reporter_identity"));
    assert_int_equal(policy_give(stand((actor)mother), fields, PERSON(mother), helper).rule, RULE_R54);
}

static void who_opened_an_emergency_is_seen(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, small);
    actor crisis = add_crisis_helper(&w), other = add_crisis_helper(&w);
    uint8_t h = (uint8_t)(crisis - FIRST_HELPER);
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    add_emergency(&w, other, field_named("medication_allergies"), PERSON(mother));
    assert_int_equal(policy_sees_helper(stand((actor)child), h), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand_at((actor)child, e->until + DAY), h), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand_at((actor)child, e->from - 1), h), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_HIDDEN);
    e->about = PERSON(small);
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand((actor)father), h), LEVEL_HIDDEN);
    e->recorded = NOW + 1;
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_HIDDEN);
    e->recorded = SINCE;
    memset(e->fields, 0, sizeof e->fields); /* where nothing was opened of which a parent may know */
    add_field(e->fields, field_named("safety_plan"));
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand((actor)small), h), LEVEL_HIDDEN); /* eight: told when able */
    add_field(e->fields, field_named("medication_allergies"));
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_EXACT);
    add_block(&w, mother, PERSON(small));
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_HIDDEN);
}

/* Of several the one that opens the lowest subject is told. */
static void r50b_the_emergency_that_is_told(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor crisis = add_crisis_helper(&w);
    add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(mother));
    assert_int_equal(policy_ask(stand(crisis), field_named("medication_allergies"), PERSON(child) | PERSON(mother)).emergency, 1);
    assert_int_equal(policy_ask(stand(crisis), field_named("medication_allergies"), PERSON(child)).emergency, 0);
}

static answer opens(actor who, const char *field, subjects about) {
    SET(fields, field);
    return policy_open_emergency(stand(who), fields, about);
}

/* the role, the fields that the catalogue names, members, and nobody who is kept out. */
static void r50_who_opens_what_about_whom(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned unborn = add_unborn(&w, mother), stranger = add_adult(&w);
    w.people[stranger].member = false;
    actor crisis = add_crisis_helper(&w), over = add_crisis_helper(&w);
    w.emergency_roles[w.f.emergency_role_count - 1].until = NOW;
    const struct {
        actor who;
        const char *field;
        subjects about;
        bool may;
        rule why;
    } cases[] = {
        {crisis, "medication_allergies", PERSON(child), true, RULE_R50},
        {crisis, "medication_allergies", PERSON(child) | PERSON(mother), true, RULE_R50},
        {crisis, "private_note_youth", PERSON(child), true, RULE_R50},
        {crisis, "suicide_selfharm_risk", PERSON(child), true, RULE_R50},
        {crisis, "plan_status", PERSON(child), true, RULE_R50},
        {crisis, "mental_wellbeing", PERSON(child), false, RULE_R50},
        {crisis, "residence_status", PERSON(child), false, RULE_R50},
        {crisis, "protected_address", PERSON(child), false, RULE_R54},
        {crisis, "national_number", PERSON(child), false, RULE_R54},
        {crisis, "medication_allergies", 0, false, RULE_R50},
        {crisis, "medication_allergies", PERSON(unborn), false, RULE_R50},
        {crisis, "medication_allergies", PERSON(stranger), false, RULE_R50},
        {crisis, "medication_allergies", PERSON(child) | PERSON(stranger), false, RULE_R50},
        {crisis, "medication_allergies", THE_FAMILY, false, RULE_R50},
        {crisis, "medication_allergies", UNKNOWN_SUBJECT, false, RULE_R50},
        {over, "medication_allergies", PERSON(child), false, RULE_R50},
        {helper, "medication_allergies", PERSON(child), false, RULE_R50},
        {(actor)mother, "medication_allergies", PERSON(child), false, RULE_R50},
        {ACTOR_NONE, "medication_allergies", PERSON(child), false, RULE_R50},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = opens(cases[i].who, cases[i].field, cases[i].about);
        if (a.allowed != cases[i].may || a.rule != cases[i].why) print_error("case %zu: %s\n", i, rule_text(a.rule));
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, cases[i].why);
    }
    const field_set none = {0, 0}, beyond = {0, (uint64_t)1 << (FIELD_COUNT - 64)};
    assert_int_equal(policy_open_emergency(stand(crisis), none, PERSON(child)).rule, RULE_R50);
    SET(with_beyond, "medication_allergies");
    with_beyond[1] |= beyond[1];
    assert_false(policy_open_emergency(stand(crisis), beyond, PERSON(child)).allowed);
    assert_false(policy_open_emergency(stand(crisis), with_beyond, PERSON(child)).allowed);
    SET(one_too_many, "medication_allergies", "mental_wellbeing");
    assert_false(policy_open_emergency(stand(crisis), one_too_many, PERSON(child)).allowed);
    SET(sealed, "protected_address", "medication_allergies");
    assert_int_equal(policy_open_emergency(stand(crisis), sealed, PERSON(child)).rule, RULE_R54);
    lock_fact *l = add_lock(&w, crisis, PERSON(child), field_named("medication_allergies"));
    assert_false(opens(crisis, "medication_allergies", PERSON(child)).allowed);
    assert_int_equal(opens(crisis, "medication_allergies", PERSON(child)).rule, RULE_R50); /* as for what may never be opened */
    assert_true(opens(crisis, "medication_allergies", PERSON(mother)).allowed);
    l->until = NOW;
    assert_true(opens(crisis, "medication_allergies", PERSON(child)).allowed);
    w.f.closed = NOW;
    assert_false(opens(crisis, "medication_allergies", PERSON(child)).allowed);
}

/* one that nobody reviewed in time shuts the door to the next, of that helper alone, until two have said their word. */
static void r53_an_overdue_review_shuts_the_door(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor crisis = add_crisis_helper(&w), other = add_crisis_helper(&w);
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    SET(fields, "medication_allergies");
    e->review_due = NOW;
    assert_true(policy_open_emergency(stand_at(crisis, NOW - 1), fields, PERSON(child)).allowed);
    assert_int_equal(policy_open_emergency(stand(crisis), fields, PERSON(child)).rule, RULE_R53);
    assert_false(policy_open_emergency(stand(crisis), fields, PERSON(child)).allowed);
    assert_true(policy_open_emergency(stand(other), fields, PERSON(child)).allowed);
    add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child))->reviewed = NOW; /* another was reviewed */
    assert_false(policy_open_emergency(stand(crisis), fields, PERSON(child)).allowed);
    e->reviewed = NOW + DAY;
    assert_false(policy_open_emergency(stand_at(crisis, NOW + DAY - 1), fields, PERSON(child)).allowed);
    assert_true(policy_open_emergency(stand_at(crisis, NOW + DAY), fields, PERSON(child)).allowed);
    e->reviewed = MOMENT_NEVER, e->recorded = NOW + 1;
    assert_true(policy_open_emergency(stand(crisis), fields, PERSON(child)).allowed);
    /* What may not be opened anyway does not tell of it. */
    e->recorded = SINCE;
    assert_int_equal(opens(crisis, "mental_wellbeing", PERSON(child)).rule, RULE_R50);
    e->recorded = NOW;
    assert_true(policy_open_emergency(stand_at(crisis, NOW - 1), fields, PERSON(child)).allowed);
    assert_false(policy_open_emergency(stand(crisis), fields, PERSON(child)).allowed);
}

/* what the catalogue lets an emergency open is never sealed. */
static void r54_no_sealed_field_is_marked(void **state) {
    (void)state;
    unsigned marked = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        assert_false(catalogue[f].break_glass && catalogue[f].class_ == C5);
        marked += catalogue[f].break_glass;
    }
    assert_int_equal(marked, 14);
}

static telling told_at(actor who, moment at) { return policy_told(stand_at(who, at), 0); }
static telling told(actor who) { return told_at(who, NOW); }

/* the subject all of it; a parent that it was, and all where nothing in it is the minor's own. */
static void r52_who_is_told_what(void **state) {
    (void)state;
    static const struct {
        const char *law;
        unsigned years;
        const char *field;
        telling child_hears, parent_hears;
    } cases[] = {
        {"BE-VLG", 8, "medication_allergies", TOLD_NOTHING, TOLD_ALL},
        {"BE-VLG", 8, "suicide_selfharm_risk", TOLD_NOTHING, TOLD_THAT},
        {"BE-VLG", 8, "private_note_youth", TOLD_NOTHING, TOLD_THAT},
        {"BE-VLG", 14, "medication_allergies", TOLD_ALL, TOLD_THAT},
        {"BE-VLG", 14, "safety_plan", TOLD_ALL, TOLD_THAT},
        {"BE-VLG", 18, "medication_allergies", TOLD_ALL, TOLD_NOTHING},
        {"NL", 8, "medication_allergies", TOLD_NOTHING, TOLD_ALL},
        {"NL", 14, "medication_allergies", TOLD_ALL, TOLD_THAT},
        {"NL", 17, "member_contact", TOLD_ALL, TOLD_THAT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, cases[i].years);
        unsigned aunt = add_adult(&w);
        actor crisis = add_crisis_helper(&w), other = add_crisis_helper(&w);
        add_emergency(&w, crisis, field_named(cases[i].field), PERSON(child));
        print_message("case %zu\n", i);
        assert_int_equal(told((actor)child), cases[i].child_hears);
        assert_int_equal(told((actor)mother), cases[i].parent_hears);
        assert_int_equal(told((actor)father), cases[i].parent_hears);
        assert_int_equal(told(crisis), TOLD_ALL);
        const actor nobody[] = {(actor)aunt, other, helper, ACTOR_NONE};
        for (size_t n = 0; n < COUNT(nobody); n++) assert_int_equal(told(nobody[n]), TOLD_NOTHING);
    }
}

/* one field of the minor's own among several is enough to say no more than that it was; and of two children the stricter
 * counts. */
static void r52_the_stricter_of_several(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, small);
    actor crisis = add_crisis_helper(&w);
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(small));
    assert_int_equal(told((actor)mother), TOLD_ALL);
    add_field(e->fields, field_named("safety_concern"));
    assert_int_equal(told((actor)mother), TOLD_THAT);
    only_field(e->fields, field_named("medication_allergies"));
    e->about = PERSON(small) | PERSON(child);
    assert_int_equal(told((actor)mother), TOLD_THAT);
    assert_int_equal(told((actor)child), TOLD_ALL);
    assert_int_equal(told((actor)father), TOLD_THAT); /* of the elder */
    only_field(add_capacity(&w, child, false)->topics, field_named("medication_allergies"));
    assert_int_equal(told((actor)mother), TOLD_ALL);
    block_fact *b = add_block(&w, mother, PERSON(child)); /* from one of them: of the other no more than that */
    assert_int_equal(told((actor)mother), TOLD_THAT);
    b->until = NOW;
    unsigned third = add_child(&w, 8); /* of whom it does not speak */
    add_relation(&w, HOLDS_AUTHORITY, mother, third);
    b = add_block(&w, mother, PERSON(third));
    assert_int_equal(told((actor)mother), TOLD_ALL);
    b->until = NOW;
    e->about |= PERSON(mother); /* herself: all of it */
    add_field(e->fields, field_named("safety_concern"));
    assert_int_equal(told((actor)mother), TOLD_ALL);
}

/* until they are told, no trace for anybody but the helper himself and the safety role; nor before it began or was
 * recorded. */
static void r52_telling_may_be_put_off(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor crisis = add_crisis_helper(&w), coordinator = add_helper(&w), guard = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    e->told = NOW + 2 * DAY;
    const entry_fact *reason = add_entry(&w, KIND_REASON, FIELD_NONE, 0);
    w.entries[0].of = 0;
    assert_int_equal(told((actor)child), TOLD_NOTHING);
    assert_int_equal(told_at((actor)child, e->told - 1), TOLD_NOTHING);
    assert_int_equal(told_at((actor)child, e->told), TOLD_ALL);
    assert_int_equal(told_at((actor)mother, e->told - 1), TOLD_NOTHING);
    assert_int_equal(told_at((actor)mother, e->told), TOLD_THAT);
    assert_int_equal(sees_helper((actor)child, crisis), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand_at((actor)child, e->told), (uint8_t)(crisis - FIRST_HELPER)), LEVEL_EXACT);
    assert_int_equal(told(crisis), TOLD_ALL);
    assert_int_equal(told_at(crisis, e->from - 1), TOLD_NOTHING);
    /* The safety role is the coordinator's while nobody else has it. */
    assert_int_equal(told(coordinator), TOLD_ALL);
    assert_int_equal(told(guard), TOLD_NOTHING);
    place_of(&w, guard)->safety = true;
    assert_int_equal(told(coordinator), TOLD_NOTHING);
    assert_int_equal(told(guard), TOLD_ALL);
    assert_int_equal(told(helper), TOLD_NOTHING);
    READS(guard, reason, R50);
    READS(crisis, reason, R50);
    HIDDEN(child, reason, R01);
    assert_true(entry_at((actor)child, e->told, reason).allowed);
    assert_false(entry_at((actor)mother, e->told, reason).allowed); /* that, not why */
    w.entries[0].of = w.f.emergency_count;
    HIDDEN(crisis, reason, R01);
    place_of(&w, guard)->until = NOW;
    assert_int_equal(told(guard), TOLD_NOTHING);
    assert_int_equal(told(coordinator), TOLD_ALL);
    place_of(&w, coordinator)->until = NOW;
    add_crisis_role(&w, coordinator);
    assert_int_equal(told(coordinator), TOLD_NOTHING); /* a role without a place is no safety role */
    e->told = NOW, e->recorded = NOW + 1;
    assert_int_equal(told((actor)child), TOLD_NOTHING);
    assert_int_equal(told(crisis), TOLD_NOTHING);
    e->recorded = SINCE, e->from = e->told = NOW + 1;
    assert_int_equal(told(crisis), TOLD_NOTHING);
}

/* T7: a parent who is kept from the child, or from a field of it, hears of nothing. */
static void t7_the_kept_out_hear_of_no_emergency(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor crisis = add_crisis_helper(&w);
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    assert_int_equal(told((actor)father), TOLD_ALL);
    block_fact *b = add_block(&w, father, PERSON(child));
    assert_int_equal(told((actor)father), TOLD_NOTHING);
    assert_int_equal(sees_helper((actor)father, crisis), LEVEL_HIDDEN);
    assert_int_equal(told((actor)mother), TOLD_ALL);
    b->until = NOW;
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), field_named("medication_allergies"));
    assert_int_equal(told((actor)father), TOLD_NOTHING);
    add_field(e->fields, field_named("emergency_contacts"));
    assert_int_equal(told((actor)father), TOLD_NOTHING);
    only_field(l->fields, field_named("need_school"));
    assert_int_equal(told((actor)father), TOLD_ALL);
}

int stories_of_emergencies(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emergencies_open_what_they_name),
        cmocka_unit_test(what_is_not_kept_here),
        cmocka_unit_test(who_opened_an_emergency_is_seen),
        cmocka_unit_test(r50b_the_emergency_that_is_told),
        cmocka_unit_test(r50_who_opens_what_about_whom),
        cmocka_unit_test(r53_an_overdue_review_shuts_the_door),
        cmocka_unit_test(r54_no_sealed_field_is_marked),
        cmocka_unit_test(r52_who_is_told_what),
        cmocka_unit_test(r52_the_stricter_of_several),
        cmocka_unit_test(r52_telling_may_be_put_off),
        cmocka_unit_test(t7_the_kept_out_hear_of_no_emergency),
    };
    return cmocka_run_group_tests_name("emergencies", tests, NULL, NULL);
}
