/* Named moments: the policy flips exactly at the moment that the facts give, and not a microsecond before. How those moments follow
 * from dates is SQL's (facts.sql) and tested there. */
#include "story.h"

static moment at(const char *text) {
    moment m;
    assert_true(ok(moment_parse(bytes_of_string(text), &m)));
    return m;
}

typedef struct {
    const char *turns_12, *turns_16, *turns_18;
} birthdays;
static const birthdays born_2014_05_12 = {"2026-05-12T00:00:00+02:00", "2030-05-12T00:00:00+02:00", "2032-05-12T00:00:00+02:00"},
                       born_2010_05_12 = {"2022-05-12T00:00:00+02:00", "2026-05-12T00:00:00+02:00", "2028-05-12T00:00:00+02:00"},
                       born_2012_02_29 = {"2024-02-29T00:00:00+01:00", "2028-02-29T00:00:00+01:00", "2030-02-28T00:00:00+01:00"};

static void family_of(const char *law, const birthdays *b) {
    two_homes(law, 8);
    for (unsigned i = 0; i < w.f.relation_count; i++) w.relations[i].recorded = w.relations[i].from = MOMENT_MIN;
    place_of(&w, helper)->recorded = place_of(&w, helper)->from = MOMENT_MIN;
    w.people[child].turns_12 = at(b->turns_12);
    w.people[child].turns_16 = at(b->turns_16);
    w.people[child].turns_18 = at(b->turns_18);
}

static subjects givers_at(moment m, const char *field) {
    return policy_givers(stand_at(helper, m), field_named(field), PERSON(child));
}

/* What a mother reads of the child, and who must give, on both sides of one birthday. '=': C1 to C4; 'i': identity; '1': C1;
 * '-': nothing. */
static void assert_turn(const char *law, const birthdays *b, const char *when, char before, char after, subjects give_before,
                        subjects give_after) {
    family_of(law, b);
    moment sides[] = {at(when) - DAY, at(when) - 1, at(when), at(when) + DAY - 1, at(when) + DAY};
    for (size_t i = 0; i < COUNT(sides); i++) {
        char view = i < 2 ? before : after;
        print_message("%s %s, side %zu\n", law, when, i);
        asks_at((actor)mother, sides[i], "member_identity", PERSON(child), view != '-');
        asks_at((actor)mother, sides[i], "emergency_contacts", PERSON(child), view == '=' || view == '1');
        asks_at((actor)mother, sides[i], "need_school", PERSON(child), view == '=');
        asks_at((actor)mother, sides[i], "justice_situation", PERSON(child), view == '=');
        assert_true(givers_at(sides[i], "need_school") == (i < 2 ? give_before : give_after));
        assert_true(givers_at(sides[i], "private_note_youth") == PERSON(child));
    }
}

static void r24_the_12th_birthday_of_2014_05_12(void **state) {
    (void)state;
    const subjects both = PERSON(0) | PERSON(1), self = PERSON(2);
    assert_turn("BE-VLG", &born_2014_05_12, "2026-05-12T00:00:00+02:00", '=', 'i', both, self);
    assert_turn("NL", &born_2014_05_12, "2026-05-12T00:00:00+02:00", '=', '=', both, both | self);
}

static void r24_the_16th_birthday_of_2010_05_12(void **state) {
    (void)state;
    const subjects both = PERSON(0) | PERSON(1), self = PERSON(2);
    assert_turn("BE-VLG", &born_2010_05_12, "2026-05-12T00:00:00+02:00", 'i', '-', self, self);
    assert_turn("NL", &born_2010_05_12, "2026-05-12T00:00:00+02:00", '=', '1', both | self, self);
}

static void r25_the_18th_birthdays(void **state) {
    (void)state;
    const subjects self = PERSON(2);
    assert_turn("BE-VLG", &born_2010_05_12, "2028-05-12T00:00:00+02:00", '-', '-', self, self);
    assert_turn("NL", &born_2010_05_12, "2028-05-12T00:00:00+02:00", '1', '-', self, self);
    assert_turn("NL", &born_2014_05_12, "2032-05-12T00:00:00+02:00", '1', '-', self, self);
    family_of("NL", &born_2014_05_12);
    SHUTS_AT(mother, at("2032-05-12T00:00:00+02:00"), "residence_schedule", PERSON(child));
}

/* Born on 29 February: no year without one leaves the birthday out. */
static void r24_a_leap_day_birthday(void **state) {
    (void)state;
    const subjects both = PERSON(0) | PERSON(1), self = PERSON(2);
    assert_turn("BE-VLG", &born_2012_02_29, "2024-02-29T00:00:00+01:00", '=', 'i', both, self);
    assert_turn("NL", &born_2012_02_29, "2028-02-29T00:00:00+01:00", '=', '1', both | self, self);
    assert_turn("NL", &born_2012_02_29, "2030-02-28T00:00:00+01:00", '1', '-', self, self);
}

/* R-24, 3.2: on the 12th and 18th what others gave pauses, C3 and above at once, the rest after sixty days; on the 16th nothing
 * does. */
static void r24_grants_pause_on_the_birthday(void **state) {
    (void)state;
    static const struct {
        const char *law;
        const birthdays *of;
        const char *when;
        bool pauses;
    } cases[] = {
        {"BE-VLG", &born_2014_05_12, "2026-05-12T00:00:00+02:00", true},
        {"NL", &born_2014_05_12, "2026-05-12T00:00:00+02:00", true},
        {"BE-VLG", &born_2010_05_12, "2026-05-12T00:00:00+02:00", false},
        {"NL", &born_2010_05_12, "2026-05-12T00:00:00+02:00", false},
        {"BE-VLG", &born_2014_05_12, "2032-05-12T00:00:00+02:00", true},
        {"NL", &born_2010_05_12, "2028-05-12T00:00:00+02:00", true},
        {"NL", &born_2012_02_29, "2024-02-29T00:00:00+01:00", true},
        {"BE-VLG", &born_2012_02_29, "2030-02-28T00:00:00+01:00", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        moment birthday = at(cases[i].when);
        family_of(cases[i].law, cases[i].of);
        grant_fact *g = add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field_named("health_needs"));
        add_grant_field(&w, field_named("need_school"));
        g->from = g->recorded = w.confirms[g->first_confirm].recorded = birthday - 30 * DAY;
        print_message("case %zu\n", i);
        asks_at(helper, birthday - 1, "health_needs", PERSON(child), true);
        asks_at(helper, birthday, "health_needs", PERSON(child), !cases[i].pauses);
        asks_at(helper, birthday + 60 * DAY - 1, "need_school", PERSON(child), true);
        asks_at(helper, birthday + 60 * DAY, "need_school", PERSON(child), !cases[i].pauses);
        assert_true(facts_next_moment(&w.f, birthday - 1) == birthday);
        /* Given on the day itself, by those who give then. */
        g->from = g->recorded = w.confirms[g->first_confirm].recorded = birthday;
        asks_at(helper, birthday + 60 * DAY, "health_needs", PERSON(child), true);
    }
}

/* the moment of birth itself. */
static void r27_the_day_of_a_birth(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    moment birth = at("2026-03-14T04:12:00+01:00");
    unsigned baby = add_unborn(&w, mother);
    w.people[baby].born = birth;
    w.people[baby].turns_12 = at("2038-03-14T00:00:00+01:00");
    w.people[baby].turns_16 = at("2042-03-14T00:00:00+01:00"), w.people[baby].turns_18 = at("2044-03-14T00:00:00+01:00");
    add_relation(&w, HOLDS_AUTHORITY, father, baby), add_relation(&w, HOLDS_AUTHORITY, mother, baby);
    add_grant(&w, helper, PERSON(mother), PERSON(baby), field_named("health_needs"));
    OPENS_AT(father, birth, "health_needs", PERSON(baby));
    OPENS_AT(baby, birth, "health_needs", PERSON(baby));
    SHUTS_AT(helper, birth, "health_needs", PERSON(baby));
    assert_int_equal(asks_at((actor)mother, birth - 1, "health_needs", PERSON(baby), true), RULE_R27);
    assert_int_equal(asks_at((actor)mother, birth, "health_needs", PERSON(baby), true), RULE_R28);
    field_id needs = field_named("health_needs");
    assert_true(policy_givers(stand_at(helper, birth - 1), needs, PERSON(baby)) == PERSON(mother));
    assert_true(policy_givers(stand_at(helper, birth), needs, PERSON(baby)) == (PERSON(mother) | PERSON(father)));
}

/* a field that is re-confirmed works through day 104 and is paused on day 105, which began at
 * midnight though a night of the clock's change lies between. */
static void r02_day_104_and_day_105(void **state) {
    (void)state;
    static const struct {
        const char *given, *lapses;
        moment days; /* of 24 hours between the two midnights, and an hour */
        moment hours;
    } cases[] = {
        {"2026-01-05T00:00:00+01:00", "2026-04-20T00:00:00+02:00", 105, -1}, /* through the night of 29 March */
        {"2026-09-01T00:00:00+02:00", "2026-12-15T00:00:00+01:00", 105, 1},  /* and of 25 October */
        {"2026-05-01T00:00:00+02:00", "2026-08-14T00:00:00+02:00", 105, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(i % 2 ? "NL" : "BE-VLG", 8);
        grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("debts_detail"));
        g->from = g->recorded = at(cases[i].given);
        w.confirms[g->first_confirm] = (confirm_fact){at(cases[i].given), at(cases[i].lapses)};
        assert_true(at(cases[i].lapses) - at(cases[i].given) == cases[i].days * DAY + cases[i].hours * HOUR);
        OPENS_AT(helper, at(cases[i].given), "debts_detail", PERSON(mother));
        asks_at(helper, at(cases[i].lapses) - DAY, "debts_detail", PERSON(mother), true); /* the beginning of day 104 */
        SHUTS_AT(helper, at(cases[i].lapses), "debts_detail", PERSON(mother));
        asks_at(helper, at(cases[i].lapses) + DAY, "debts_detail", PERSON(mother), false);
        add_confirm(&w, at(cases[i].lapses) + 2 * DAY, MOMENT_NEVER);
        OPENS_AT(helper, at(cases[i].lapses) + 2 * DAY, "debts_detail", PERSON(mother));
    }
}

/* the last days of a grant and a place that end with, or within, the nights in which the clock changes. Both zones
 * have them at one moment. */
static void r11_the_nights_in_which_the_clock_changes(void **state) {
    (void)state;
    static const struct {
        const char *law, *day, *next;
        moment hours;
    } nights[] = {
        {"BE-VLG", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23},
        {"NL", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23},
        {"BE-VLG", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25},
        {"NL", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25},
    };
    for (size_t i = 0; i < COUNT(nights); i++) {
        moment day = at(nights[i].day), next = at(nights[i].next);
        assert_true(next - day == nights[i].hours * HOUR);
        two_homes(nights[i].law, 8);
        grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
        g->from = day, g->until = next;
        OPENS_AT(helper, day, "need_work", PERSON(mother));
        SHUTS_AT(helper, next, "need_work", PERSON(mother));
        assert_true(facts_next_moment(&w.f, day) == next);
        g->until = MOMENT_NEVER, place_of(&w, helper)->until = next;
        SHUTS_AT(helper, next, "need_work", PERSON(mother));
        /* A birthday in the night itself. */
        family_of(nights[i].law, &born_2014_05_12);
        w.people[child].turns_12 = day;
        add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field_named("health_needs"));
        SHUTS_AT(helper, day, "health_needs", PERSON(child));
        /* Noon on both sides of the change, and the hour that is skipped or comes twice. */
        two_homes(nights[i].law, 8);
        lock_fact *l = add_lock(&w, helper, PERSON(mother), field_named("need_work"));
        add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
        l->from = day + 2 * HOUR, l->until = day + 3 * HOUR;
        SHUTS_AT(helper, day + 2 * HOUR, "need_work", PERSON(mother));
        OPENS_AT(helper, day + 3 * HOUR, "need_work", PERSON(mother));
    }
}

int stories_of_clock(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r24_the_12th_birthday_of_2014_05_12),
        cmocka_unit_test(r24_the_16th_birthday_of_2010_05_12),
        cmocka_unit_test(r25_the_18th_birthdays),
        cmocka_unit_test(r24_a_leap_day_birthday),
        cmocka_unit_test(r24_grants_pause_on_the_birthday),
        cmocka_unit_test(r27_the_day_of_a_birth),
        cmocka_unit_test(r02_day_104_and_day_105),
        cmocka_unit_test(r11_the_nights_in_which_the_clock_changes),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
