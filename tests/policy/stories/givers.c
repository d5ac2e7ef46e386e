/* Whose yes is needed, who gives alone, who takes back. */
#include "story.h"

/* R-21b, R-57b, R-27: who must give. M mother, F father, C child. */
static void who_must_give(void **state) {
    (void)state;
    enum { M = 1, F = 2, C = 4 };
    static const struct {
        const char *law;
        unsigned years;
        int able;
        const char *field;
        unsigned givers;
    } cases[] = {
        {"BE-VLG", 7, -1, "need_school", M | F},  {"BE-VLG", 11, -1, "need_school", M | F},
        {"BE-VLG", 11, 1, "need_school", C},      {"BE-VLG", 12, -1, "need_school", C},
        {"BE-VLG", 14, -1, "need_school", C},     {"BE-VLG", 15, 0, "need_school", M | F},
        {"BE-VLG", 16, -1, "need_school", C},     {"BE-VLG", 17, 0, "need_school", M | F},
        {"BE-VLG", 18, -1, "need_school", C},     {"NL", 7, -1, "need_school", M | F},
        {"NL", 11, -1, "need_school", M | F},     {"NL", 11, 1, "need_school", M | F},
        {"NL", 12, -1, "need_school", M | F | C}, {"NL", 15, -1, "need_school", M | F | C},
        {"NL", 15, 0, "need_school", M | F},      {"NL", 16, -1, "need_school", C},
        {"NL", 17, 0, "need_school", M | F},      {"NL", 18, -1, "need_school", C},
        {"NL", 15, -1, "private_note_youth", C},  {"NL", 8, -1, "private_note_youth", C},
        {"NL", 15, 0, "private_note_youth", C},   {"NL", 15, -1, "safety_plan", C},
        {"NL", 8, -1, "safety_plan", M | F},      {"NL", 15, 0, "safety_concern", M | F},
        {"NL", 15, -1, "mental_wellbeing", C},    {"NL", 8, -1, "mental_wellbeing", M | F},
        {"NL", 15, -1, "national_number", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, cases[i].years);
        if (cases[i].able >= 0) add_capacity(&w, child, cases[i].able != 0);
        subjects wanted = 0;
        if (cases[i].givers & M) wanted |= PERSON(mother);
        if (cases[i].givers & F) wanted |= PERSON(father);
        if (cases[i].givers & C) wanted |= PERSON(child);
        print_message("%s %u able %d %s\n", cases[i].law, cases[i].years, cases[i].able, cases[i].field);
        assert_true(policy_givers(stand(helper), field_named(cases[i].field), PERSON(child)) == wanted);
    }
    two_homes("NL", 14);
    field_id work = field_named("need_work");
    standing *s = stand(helper);
    assert_true(policy_givers(s, work, PERSON(mother)) == PERSON(mother));
    assert_true(policy_givers(s, work, HOME(home_1)) == PERSON(mother));
    assert_true(policy_givers(s, work, THE_FAMILY) == 0);
    assert_true(policy_givers(s, work, UNKNOWN_SUBJECT) == 0);
    assert_true(policy_givers(s, work, PERSON(mother) | PERSON(father)) == 0);
    assert_true(policy_givers(s, work, 0) == 0);
    assert_true(policy_givers(s, FIELD_NONE, PERSON(mother)) == 0 && policy_givers(s, FIELD_COUNT, PERSON(mother)) == 0);
    add_relation(&w, MANAGES, father, home_1);
    assert_true(policy_givers(stand(helper), work, HOME(home_1)) == (PERSON(mother) | PERSON(father)));
    unsigned orphan = add_child(&w, 14), stranger = add_adult(&w);
    w.people[stranger].member = false;
    assert_true(policy_givers(stand(helper), work, PERSON(orphan)) == 0);
    assert_true(policy_givers(stand(helper), work, PERSON(stranger)) == 0);
    unsigned small = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, small), add_relation(&w, HOLDS_AUTHORITY, father, small);
    add_block(&w, father, PERSON(mother));
    add_block(&w, father, PERSON(small));
    add_block(&w, mother, PERSON(small))->until = NOW;
    assert_true(policy_givers(stand(helper), field_named("safety_plan"), PERSON(small)) == PERSON(mother));
}

static bool gives(actor giver, const char *field, subjects about, actor to) {
    field_set fields = {0, 0};
    add_field(fields, field_named(field));
    return policy_give(stand(giver), fields, about, to).allowed;
}

/* one holder in good faith, or nobody alone. */
static void giving_alone(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor m = (actor)mother;
    assert_true(gives(m, "need_work", PERSON(mother), helper));
    assert_true(gives(m, "need_work", PERSON(mother), (actor)father));
    assert_true(gives(m, "need_money", HOME(home_1) | PERSON(mother), helper));
    assert_false(gives(m, "need_money", HOME(home_2), helper));
    assert_false(gives(m, "need_work", PERSON(father), helper));
    assert_true(gives(m, "need_school", PERSON(child), helper));
    assert_false(gives(m, "learning_support_detail", PERSON(child), helper)); /* C3: both */
    conflict_fact *c = add_conflict(&w, mother);
    assert_true(gives(m, "need_school", PERSON(child), helper));
    c->child = (uint8_t)child;
    assert_false(gives(m, "need_school", PERSON(child), helper));
    c->until = NOW;
    assert_true(gives(m, "need_school", PERSON(child), helper));
    assert_false(gives(m, "need_work", PERSON(mother), m));
    assert_false(gives(m, "need_work", PERSON(mother), add_crisis_helper(&w)));
    assert_false(gives(m, "need_work", PERSON(mother), ACTOR_NONE));
    assert_false(gives(m, "need_work", 0, helper));
    assert_false(gives(helper, "need_work", PERSON(mother), helper));
    field_set none = {0, 0}, beyond = {1, (uint64_t)1 << (FIELD_COUNT - 64)};
    assert_false(policy_give(stand(m), none, PERSON(mother), helper).allowed);
    assert_false(policy_give(stand(m), beyond, PERSON(mother), helper).allowed);
    unsigned unborn = add_unborn(&w, mother);
    assert_true(gives(m, "health_needs", PERSON(unborn), helper));
    assert_false(gives(m, "need_work", PERSON(mother), (actor)unborn));
    assert_true(gives(m, "residence_status", PERSON(mother), helper));
    place_of(&w, helper)->authority_role = true;
    field_set status = {0, 0};
    add_field(status, FIELD_RESIDENCE_STATUS);
    assert_int_equal(policy_give(stand(m), status, PERSON(mother), helper).rule, RULE_R48);
    add_place(&w, helper)->authority_role = false; /* his time as an official is over; he is back in another role */
    w.places[0].until = NOW;
    assert_true(gives(m, "residence_status", PERSON(mother), helper));
    w.f.place_count--, w.places[0].until = MOMENT_NEVER;
    assert_true(gives(m, "need_work", PERSON(mother), helper));
    add_block(&w, father, PERSON(mother));
    field_set work = {0, 0};
    add_field(work, field_named("need_work"));
    /* it fails silently; the grant is stored, and the blocked one reads nothing by it. */
    assert_true(policy_give(stand(m), work, PERSON(mother), (actor)father).allowed);
    assert_int_equal(policy_give(stand((actor)father), work, PERSON(mother), helper).rule, RULE_R58);
    place_of(&w, helper)->until = NOW;
    assert_false(gives(m, "need_work", PERSON(mother), helper));
    two_homes("NL", 8);
    assert_false(gives((actor)mother, "need_school", PERSON(child), helper));
    two_homes("BE-VLG", 14);
    assert_true(gives((actor)child, "need_school", PERSON(child), helper));
    assert_false(gives((actor)mother, "need_school", PERSON(child), helper));
}

static void taking_back(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(mother) | PERSON(child), field_named("goals"));
    grant_fact *safe =
        add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(child), field_named("safety_plan"));
    assert_true(policy_withdraw_grant(stand((actor)mother), 0).allowed);
    assert_true(policy_withdraw_grant(stand((actor)father), 0).allowed);
    assert_true(policy_withdraw_grant(stand((actor)child), 0).allowed);
    assert_false(policy_withdraw_grant(stand((actor)child), 1).allowed);
    assert_false(policy_withdraw_grant(stand(helper), 0).allowed);
    add_grant(&w, (actor)child, PERSON(mother), HOME(home_1), field_named("goals"));
    assert_false(policy_withdraw_grant(stand((actor)child), 2).allowed);
    safe->until = NOW;
    assert_false(policy_withdraw_grant(stand((actor)mother), 1).allowed);
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("goals"));
    assert_false(policy_withdraw_grant(stand((actor)father), 0).allowed);
    assert_false(policy_withdraw_grant(stand((actor)child), 0).allowed);
}

/* cfg minor.able_presumed_from is data: another law may say otherwise. */
static void a_law_with_another_age(void **state) {
    (void)state;
    static const struct {
        uint8_t from;
        unsigned years;
        bool able;
    } cases[] = {{12, 11, false}, {12, 12, true}, {16, 15, false}, {16, 16, true}, {18, 17, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes("BE-VLG", cases[i].years);
        jurisdiction law = *w.f.law;
        law.able_presumed_from = cases[i].from, w.f.law = &law;
        assert_int_equal((stand(helper)->able & PERSON(child)) != 0, cases[i].able);
    }
}

/* R-21, the whole table: ages × jurisdictions × capacity × conflict × class. m, f, c: who must give; *: one holder is enough in
 * good faith, for C1 and C2 without a conflict. */
static void r21_required_givers_table(void **state) {
    (void)state;
    static const struct {
        const char *law;
        unsigned years;
        const char *by_capacity[3]; /* nothing recorded, not able, able */
    } rows[] = {
        {"BE-VLG", 7, {"mf*", "mf*", "c"}}, {"BE-VLG", 11, {"mf*", "mf*", "c"}}, {"BE-VLG", 12, {"c", "mf*", "c"}},
        {"BE-VLG", 14, {"c", "mf*", "c"}},  {"BE-VLG", 15, {"c", "mf*", "c"}},   {"BE-VLG", 16, {"c", "mf*", "c"}},
        {"BE-VLG", 17, {"c", "mf*", "c"}},  {"BE-VLG", 18, {"c", "c", "c"}},     {"NL", 7, {"mf", "mf", "mf"}},
        {"NL", 11, {"mf", "mf", "mf"}},     {"NL", 12, {"mfc", "mf", "mfc"}},    {"NL", 14, {"mfc", "mf", "mfc"}},
        {"NL", 15, {"mfc", "mf", "mfc"}},   {"NL", 16, {"c", "mf", "c"}},        {"NL", 17, {"c", "mf", "c"}},
        {"NL", 18, {"c", "c", "c"}},
    };
    static const struct {
        const char *field;
        bool faith;
    } classes[] = {{"member_contact", true}, {"need_school", true}, {"learning_support_detail", false},
                   {"justice_situation", false}};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int n = 0; n < 3 * 2 * 4; n++) {
            int able = n % 3 - 1, conflict = n / 3 % 2;
            const char *who = rows[i].by_capacity[n % 3], *field = classes[n / 6].field;
            two_homes(rows[i].law, rows[i].years);
            if (able >= 0) add_capacity(&w, child, able == 1);
            if (conflict) add_conflict(&w, child);
            subjects wanted = 0;
            bool faith = false;
            for (const char *c = who; *c; c++) {
                if (*c == '*') faith = true;
                else wanted |= PERSON(*c == 'm' ? mother : *c == 'f' ? father : child);
            }
            if (givers_of(field, child) != wanted) print_error("%s %u able %d %s\n", rows[i].law, rows[i].years, able, field);
            assert_true(givers_of(field, child) == wanted);
            bool enough = faith && classes[n / 6].faith && !conflict;
            assert_int_equal(gives((actor)mother, field, PERSON(child), helper), enough);
            assert_int_equal(gives((actor)father, field, PERSON(child), helper), enough);
            assert_int_equal(gives((actor)child, field, PERSON(child), helper), wanted == PERSON(child));
        }
}

/* SS3, no proxy and no parent: of a minor who does not decide it himself nobody gives it; how somebody is doing is his parents'
 * to give. */
static void ss3_nobody_gives_it_for_him(void **state) {
    (void)state;
    static const char *const alone[] = {"pregnancy", "substance_use", "residence_status", "protected_address"};
    static const char *const laws[] = {"BE-VLG", "NL"};
    for (size_t i = 0; i < COUNT(alone) * COUNT(laws); i++) {
        two_homes(laws[i % 2], 8);
        assert_true(givers_of(alone[i / 2], child) == 0);
        assert_true(givers_of(alone[i / 2], mother) == PERSON(mother));
        two_homes(laws[i % 2], 14);
        assert_true(givers_of(alone[i / 2], child) == PERSON(child));
        add_capacity(&w, child, false);
        assert_true(givers_of(alone[i / 2], child) == 0);
        assert_true(givers_of("mental_wellbeing", child) == (PERSON(mother) | PERSON(father)));
        assert_true(givers_of("private_note_youth", child) == PERSON(child)); /* R-21b: at any age, whatever is recorded */
    }
}

/* the flag switches good faith off for its topics, at once. */
static void r32_a_flag_on_one_topic(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    conflict_fact *c = add_conflict(&w, child);
    only_field(c->topics, field_named("need_school"));
    assert_false(gives((actor)mother, "need_school", PERSON(child), helper));
    assert_true(gives((actor)mother, "goals", PERSON(child), helper));
    c->from = NOW + 1;
    assert_true(gives((actor)mother, "need_school", PERSON(child), helper));
    c->from = SINCE, c->recorded = NOW + 1;
    assert_true(gives((actor)mother, "need_school", PERSON(child), helper));
}

int stories_of_givers(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_must_give),
        cmocka_unit_test(giving_alone),
        cmocka_unit_test(taking_back),
        cmocka_unit_test(a_law_with_another_age),
        cmocka_unit_test(r21_required_givers_table),
        cmocka_unit_test(ss3_nobody_gives_it_for_him),
        cmocka_unit_test(r32_a_flag_on_one_topic),
    };
    return cmocka_run_group_tests_name("givers", tests, NULL, NULL);
}
