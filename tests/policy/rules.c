/* Every rule that the policy decides by, as small stories about families that are built for them.
 *
 * The families live in `w`; `stand` asks about one viewer at one moment. Each story names its rule, and shows both
 * sides: what the rule opens and what it keeps shut. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof (rows) / sizeof *(rows))

static world w;
static standing now;

static standing *stand_at(actor viewer, moment at) {
    world_finish(&w);
    policy_stand(&w.f, viewer, at, &now);
    return &now;
}
static standing *stand(actor viewer) { return stand_at(viewer, NOW); }

static rule asks_at(actor viewer, moment at, const char *field, subjects about, bool wanted) {
    answer a = policy_ask(stand_at(viewer, at), field_named(field), about);
    if (a.allowed != wanted) print_error("%s: %s, wanted %s\n", field, rule_text(a.rule), wanted ? "yes" : "no");
    assert_int_equal(a.allowed, wanted);
    assert_int_equal(a.level, wanted ? LEVEL_EXACT : LEVEL_HIDDEN);
    return a.rule;
}
#define ALLOWED(viewer, field, about, why)                                                                           \
    assert_int_equal(asks_at((actor)(viewer), NOW, field, about, true), RULE_##why)
#define REFUSED(viewer, field, about, why)                                                                           \
    assert_int_equal(asks_at((actor)(viewer), NOW, field, about, false), RULE_##why)
#define ALLOWED_AT(viewer, at, field, about, why)                                                                    \
    assert_int_equal(asks_at((actor)(viewer), at, field, about, true), RULE_##why)
#define REFUSED_AT(viewer, at, field, about, why)                                                                    \
    assert_int_equal(asks_at((actor)(viewer), at, field, about, false), RULE_##why)

static answer entry_of(actor viewer, const entry_fact *e) {
    return policy_entry(stand(viewer), (uint32_t)(e - w.entries), e->first_version + e->version_count - 1);
}
#define READS(viewer, e, why)                                                                                        \
    do {                                                                                                             \
        answer read_ = entry_of((actor)(viewer), e);                                                                 \
        assert_true(read_.allowed);                                                                                  \
        assert_int_equal(read_.rule, RULE_##why);                                                                    \
    } while (0)
#define HIDDEN(viewer, e, why)                                                                                       \
    do {                                                                                                             \
        answer read_ = entry_of((actor)(viewer), e);                                                                 \
        assert_false(read_.allowed);                                                                                 \
        assert_int_equal(read_.rule, RULE_##why);                                                                    \
    } while (0)

/* Mother and father of one child, in two homes; each parent manages one. */
static unsigned mother, father, child, home_1, home_2;
static actor helper;

static void two_homes(const char *law, unsigned years) {
    world_start(&w, law);
    mother = add_adult(&w), father = add_adult(&w), child = add_child(&w, years);
    home_1 = add_home(&w), home_2 = add_home(&w);
    add_relation(&w, LIVES_IN, mother, home_1), add_relation(&w, LIVES_IN, child, home_1),
        add_relation(&w, MANAGES, mother, home_1);
    add_relation(&w, LIVES_IN, father, home_2), add_relation(&w, LIVES_IN, child, home_2),
        add_relation(&w, MANAGES, father, home_2);
    add_relation(&w, HOLDS_AUTHORITY, mother, child), add_relation(&w, HOLDS_AUTHORITY, father, child);
    helper = add_helper(&w);
}

static bool is_c0_by_place(field_id f) { return f == FIELD_PLAN_STATUS || f == FIELD_COORDINATOR_CONTACT; }

/* a new helper reads two fields about the family and nothing else about anybody. */
static void a_new_helper_reads_process_information_only(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    standing *s = stand(helper);
    const subjects all[] = {PERSON(mother), PERSON(child), HOME(home_1), THE_FAMILY};
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for (size_t i = 0; i < COUNT(all); i++)
            assert_int_equal(policy_ask(s, f, all[i]).allowed, all[i] == THE_FAMILY && is_c0_by_place(f));
    ALLOWED(helper, "plan_status", THE_FAMILY, R19);
    REFUSED(helper, "plan_status", THE_FAMILY | HOME(home_1), R01);
    ALLOWED(mother, "plan_status", THE_FAMILY, R19);
    w.people[mother].account = false;
    REFUSED(mother, "plan_status", THE_FAMILY, R01);
    REFUSED(ACTOR_NONE, "plan_status", THE_FAMILY, R01);
    actor crisis = add_crisis_helper(&w);
    REFUSED(crisis, "plan_status", THE_FAMILY, R01);
}

static void what_means_nothing_is_refused(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    standing *s = stand((actor)mother);
    assert_false(policy_ask(s, FIELD_NONE, PERSON(mother)).allowed);
    assert_false(policy_ask(s, FIELD_COUNT, PERSON(mother)).allowed);
    REFUSED(mother, "need_work", 0, R01);
    REFUSED(mother, "need_work", PERSON(mother) | UNKNOWN_SUBJECT, R01);
    REFUSED(mother, "need_work", PERSON(40), R01);
    REFUSED(mother, "need_money", HOME(15), R01);
    assert_int_equal(field_by_name(BYTES("need_mone")), FIELD_NONE);
    assert_int_equal(field_by_name(BYTES("need_moneyy")), FIELD_NONE);
    assert_int_equal(field_by_name(BYTES("")), FIELD_NONE);
    assert_string_equal(catalogue[field_by_name(BYTES("need_money"))].name, "need_money");
    assert_null(jurisdiction_by_code(BYTES("BE")));
    assert_non_null(jurisdiction_by_code(BYTES("NL")));
}

static void texts_are_those_of_the_rules(void **state) {
    (void)state;
    assert_string_equal(rule_text(RULE_R01), "R-01");
    assert_string_equal(rule_text(RULE_R57C), "R-57c");
    assert_string_equal(rule_text(RULE_R102), "R-102");
    for (unsigned r = 0; r < RULE_COUNT; r++) assert_non_null(rule_text((rule)r));
    assert_string_equal(level_text(LEVEL_HIDDEN), "hidden");
    assert_string_equal(level_text(LEVEL_EXISTS), "exists");
    assert_string_equal(level_text(LEVEL_DERIVED), "derived");
    assert_string_equal(level_text(LEVEL_EXACT), "exact");
}

/* 3.4, step 1. */
static void an_erased_plan_answers_nothing(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    w.f.erased = NOW;
    ALLOWED_AT(mother, NOW - 1, "need_work", PERSON(mother), R14);
    REFUSED(mother, "need_work", PERSON(mother), R01);
    REFUSED(helper, "plan_status", THE_FAMILY, R01);
    assert_int_equal(policy_givers(stand((actor)mother), field_named("need_work"), PERSON(mother)), 0);
}

/* Rows count from the later of beginning and recording. */
static void nobody_and_nothing_before_it_is_recorded(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    w.people[child].recorded = NOW, w.homes[home_1].recorded = NOW;
    REFUSED_AT(mother, NOW - 1, "need_school", PERSON(child), R01);
    ALLOWED(mother, "need_school", PERSON(child), R28);
    REFUSED_AT(mother, NOW - 1, "need_money", HOME(home_1), R01);
    ALLOWED(mother, "need_money", HOME(home_1), R17);
    REFUSED_AT(child, NOW - 1, "child_voice", PERSON(child), R01);
}

/* */
static void own_data_unless_held_back(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    ALLOWED(mother, "debts_detail", PERSON(mother), R14);
    REFUSED(mother, "debts_detail", PERSON(father), R01);
    REFUSED(mother, "essentials", PERSON(mother) | PERSON(father), R01);
    hold_fact *h = add_hold(&w, field_named("diagnosis_treatment"), PERSON(child), PERSON(child));
    REFUSED(child, "diagnosis_treatment", PERSON(child), R40);
    ALLOWED(child, "mental_wellbeing", PERSON(child), R14);
    h->until = NOW;
    ALLOWED(child, "diagnosis_treatment", PERSON(child), R14);
    ALLOWED(child, "private_note_youth", PERSON(child), R14);
}

/* */
static void a_home_is_read_by_its_managers(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned partner = add_adult(&w);
    add_relation(&w, LIVES_IN, partner, home_1);
    ALLOWED(mother, "need_money", HOME(home_1), R17);
    REFUSED(mother, "need_money", HOME(home_2), R01);
    REFUSED(mother, "family_strengths", HOME(home_1) | HOME(home_2), R01);
    REFUSED(child, "need_money", HOME(home_1), R01);
    REFUSED(partner, "need_money", HOME(home_1), R01);
    add_grant(&w, (actor)partner, PERSON(mother), HOME(home_1), field_named("need_money"));
    ALLOWED(partner, "need_money", HOME(home_1), R02);
}

/* conjunctive subjects; the ground is the weakest that was used. */
static void covers_combine_and_the_weakest_is_told(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned other = add_child(&w, 15);
    field_id field = field_named("residence_schedule");
    ALLOWED(mother, "goals", PERSON(mother) | HOME(home_1), R17);
    ALLOWED(mother, "residence_schedule", PERSON(mother) | PERSON(child), R18);
    ALLOWED(mother, "goals", PERSON(mother) | PERSON(child) | HOME(home_1), R28);
    REFUSED(mother, "residence_schedule", PERSON(child) | PERSON(other), R01);
    grant_fact *g = add_grant(&w, (actor)mother, PERSON(other), PERSON(other), field);
    ALLOWED(mother, "residence_schedule", PERSON(child) | PERSON(other), R02);
    answer a = policy_ask(stand((actor)mother), field, PERSON(child) | PERSON(other));
    assert_int_equal(a.grant, g - w.grants);
    /* Two grants, each for one subject; the one told covers the lower. */
    add_grant(&w, helper, PERSON(other), PERSON(other), field);
    g = add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field);
    ALLOWED(helper, "residence_schedule", PERSON(child) | PERSON(other), R02);
    assert_int_equal(policy_ask(stand(helper), field, PERSON(child) | PERSON(other)).grant, g - w.grants);
    REFUSED(helper, "residence_schedule", PERSON(child) | PERSON(mother), R01);
    REFUSED(helper, "need_school", PERSON(child), R01);
}

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
    /* A paused grant that was also not re-confirmed tells of the birthday. */
    two_homes("BE-VLG", 8);
    w.people[child].turns_12 = NOW;
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("substance_use"));
    w.confirms[g->first_confirm].lapses = NOW - DAY;
    REFUSED_AT(helper, NOW - 1, "substance_use", PERSON(child), R02);
    REFUSED(helper, "substance_use", PERSON(child), R24);
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
    /* A grant since the birth is for the child. */
    add_grant(&w, helper, PERSON(mother), PERSON(unborn), field_named("need_school"))->from = NOW;
    ALLOWED(helper, "need_school", PERSON(unborn), R02);
}

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

/* R-58b */
static void the_blocked_are_denied_before_every_permit(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    entry_fact *words = add_entry(&w, KIND_PLAN, field_named("essentials"), PERSON(father) | PERSON(child));
    w.versions[words->first_version].agreed = PERSON(father);
    entry_fact *task = add_entry(&w, KIND_PLAN, FIELD_ACTIONS, PERSON(child));
    task->assignee = (actor)father;
    entry_fact *plan = add_entry(&w, KIND_PLAN, field_named("safety_plan"), PERSON(father) | PERSON(child));
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother) | PERSON(child), field_named("goals"));
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), FIELD_PROTECTED_ADDRESS);
    READS(father, words, R28);
    READS(father, task, R28);
    READS(father, plan, R57C);
    block_fact *b = add_block(&w, father, PERSON(child) | PERSON(mother));
    HIDDEN(father, words, R58);
    HIDDEN(father, task, R58);
    HIDDEN(father, plan, R58);
    REFUSED(father, "goals", PERSON(mother), R58);
    REFUSED(father, "protected_address", PERSON(mother), R58);
    REFUSED(father, "residence_schedule", PERSON(child), R58);
    REFUSED(father, "family_story", HOME(home_1), R58);
    ALLOWED(father, "family_story", HOME(home_2), R17); /* the child lives there, and he manages it */
    REFUSED(father, "essentials", THE_FAMILY, R58);
    ALLOWED(father, "plan_status", THE_FAMILY, R19);
    REFUSED(father, "plan_status", THE_FAMILY | PERSON(child), R58);
    ALLOWED(father, "debts_detail", PERSON(father), R14);
    assert_true(stand((actor)father)->known == (PERSON(father) | HOME(home_2)));
    assert_false(policy_sees_grant(stand((actor)father), 0));
    assert_int_equal(policy_withdraw_grant(stand((actor)father), 0).rule, RULE_R58);
    assert_int_equal(policy_write(stand((actor)father), field_named("need_school"), PERSON(child)).rule, RULE_R58);
    w.homes[home_2].shielded = true;
    REFUSED(father, "household_address", HOME(home_2), R58);
    REFUSED(father, "household_address", HOME(home_1), R58);
    ALLOWED(mother, "goals", PERSON(child), R28);
    b->until = NOW;
    READS(father, words, R28);
    /* Somebody outside the family is told nothing, and the auditor why. */
    unsigned stranger = add_adult(&w);
    w.people[stranger].member = false;
    add_block(&w, stranger, PERSON(child) | PERSON(stranger));
    REFUSED(stranger, "need_school", PERSON(child), R58);
    REFUSED(stranger, "need_school", PERSON(mother), R01);
    REFUSED(stranger, "need_school", PERSON(stranger), R01);
    assert_true(stand((actor)mother)->known == (PERSON(mother) | PERSON(child) | PERSON(father) | HOME(home_1)));
}

/* */
static void own_words_and_a_yes_to_one_version(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("essentials"), PERSON(mother) | PERSON(child));
    w.versions[e->first_version].agreed = PERSON(father);
    w.versions[e->first_version].author = helper;
    READS(father, e, R15);
    HIDDEN(helper, e, R01);
    add_version(&w, NOW)->agreed = PERSON(mother);
    HIDDEN(father, e, R01);
    READS(mother, e, R15);
    static permit permits[8];
    ruling r;
    stand((actor)father);
    policy_judge(&w.f, (actor)father, NOW, 1u << KIND_PLAN, permits, &r);
    assert_int_equal(r.count, 1);
    assert_int_equal(permits[0].version, e->first_version);
    assert_int_equal(permits[0].rule, RULE_R15);
    w.versions[e->first_version].agreed = 0, w.versions[e->first_version].wrote = PERSON(father);
    assert_true(policy_entry(stand((actor)father), 0, e->first_version).allowed);
    static const struct {
        const char *field;
        bool opens;
    } cases[] = {{"family_story", true},       {"values_culture", true},  {"emergency_contacts", true},
                 {"justice_situation", false}, {"safety_concern", false}, {"private_note_youth", false},
                 {"protected_address", false}, {"next_meeting", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        entry_fact *x = add_entry(&w, KIND_PLAN, field_named(cases[i].field), PERSON(mother) | PERSON(child));
        w.versions[x->first_version].agreed = PERSON(father);
        assert_int_equal(entry_of((actor)father, x).allowed, cases[i].opens);
        x->kind = KIND_REGISTER;
        assert_false(entry_of((actor)father, x).allowed);
    }
}

/* */
static void the_assignee_reads_his_task(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, FIELD_ACTIONS, HOME(home_1));
    entry_fact *goal = add_entry(&w, KIND_PLAN, field_named("goals"), HOME(home_1));
    goal->assignee = e->assignee = helper;
    READS(helper, e, R16);
    HIDDEN(helper, goal, R01);
    place_of(&w, helper)->until = NOW;
    HIDDEN(helper, e, R01);
    e->assignee = (actor)child;
    READS(child, e, R16);
    w.people[child].member = false;
    HIDDEN(child, e, R01);
    place_of(&w, helper)->until = MOMENT_NEVER;
    actor crisis = add_crisis_helper(&w);
    e->assignee = crisis;
    HIDDEN(crisis, e, R01);
    e->assignee = helper, e->kind = KIND_REGISTER;
    HIDDEN(helper, e, R01);
}

static void what_is_not_recorded_or_withdrawn_is_not_there(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother));
    READS(mother, e, R14);
    e->withdrawn = NOW;
    HIDDEN(mother, e, R01);
    assert_int_equal(policy_revise(stand((actor)mother), 0).allowed, false);
    e->withdrawn = MOMENT_NEVER, w.versions[0].recorded = NOW + DAY;
    HIDDEN(mother, e, R01);
    assert_int_equal(policy_withdraw_entry(stand((actor)mother), 0).allowed, false);
    static permit permits[4];
    ruling r;
    policy_judge(&w.f, (actor)mother, NOW, ~0u, permits, &r);
    assert_int_equal(r.count, 0);
    assert_true(r.valid_until == NOW + DAY);
    policy_judge(&w.f, (actor)mother, NOW + DAY, 1u << KIND_REGISTER, permits, &r);
    assert_int_equal(r.count, 0);
    assert_true(r.valid_until > NOW + DAY);
    policy_judge(&w.f, (actor)mother, NOW + DAY, ~0u, permits, &r);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.family_version, 7);
}

/* R-19b, R-30 */
static void co_residence_is_known_per_home(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned partner = add_adult(&w), unborn = add_unborn(&w, mother), away = add_adult(&w);
    add_relation(&w, LIVES_IN, partner, home_1), add_relation(&w, LIVES_IN, unborn, home_1);
    add_relation(&w, MANAGES, away, home_1);
    const struct {
        unsigned who;
        subjects knows;
    } cases[] = {
        {mother, PERSON(mother) | PERSON(child) | PERSON(father) | PERSON(partner) | PERSON(unborn) | HOME(home_1)},
        {father, PERSON(mother) | PERSON(child) | PERSON(father) | HOME(home_2)},
        {partner, PERSON(partner) | PERSON(mother) | PERSON(child) | HOME(home_1)},
        {child, PERSON(mother) | PERSON(child) | PERSON(father) | PERSON(partner) | HOME(home_1) | HOME(home_2)},
        {away, PERSON(away) | HOME(home_1)},
        {unborn, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) assert_true(stand((actor)cases[i].who)->known == cases[i].knows);
    assert_true(stand(helper)->known == 0);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(unborn), field_named("goals"));
    assert_true(stand(helper)->known == PERSON(mother));
    add_grant_field(&w, FIELD_PREGNANCY);
    assert_true(stand(helper)->known == (PERSON(mother) | PERSON(unborn)));
    w.grant_fields[g->first_field].ended = w.grant_fields[g->first_field + 1].ended = NOW;
    assert_true(stand(helper)->known == 0);
    w.people[unborn].owner = ACTOR_NONE;
    assert_false(stand((actor)mother)->known & PERSON(unborn));
}

static void readers_know_whom_they_read_about(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned unborn = add_unborn(&w, mother), uncle = add_adult(&w);
    entry_fact *names[] = {add_entry(&w, KIND_NAME, FIELD_NONE, 0), add_entry(&w, KIND_LABEL, FIELD_NONE, 0),
                           add_entry(&w, KIND_NAME, FIELD_NONE, 0)};
    names[0]->of = (uint16_t)child, names[1]->of = (uint16_t)home_1, names[2]->of = (uint16_t)unborn;
    for (size_t i = 0; i < COUNT(names); i++) HIDDEN(uncle, names[i], R01);
    entry_fact *story =
        add_entry(&w, KIND_PLAN, field_named("family_story"), PERSON(child) | HOME(home_1) | PERSON(unborn));
    w.versions[story->first_version].agreed = PERSON(uncle);
    READS(uncle, names[0], R19B);
    READS(uncle, names[1], R19B);
    HIDDEN(uncle, names[2], R01);
    entry_fact *pregnancy = add_entry(&w, KIND_PLAN, FIELD_PREGNANCY, PERSON(mother));
    w.versions[pregnancy->first_version].agreed = PERSON(uncle);
    READS(uncle, names[2], R19B);
    static permit permits[8];
    ruling r;
    stand((actor)uncle);
    policy_judge(&w.f, (actor)uncle, NOW, 1u << KIND_NAME | 1u << KIND_LABEL, permits, &r);
    assert_int_equal(r.count, 3);
    assert_true(r.known == (PERSON(uncle) | PERSON(child) | PERSON(mother) | PERSON(unborn) | HOME(home_1)));
    names[0]->of = PEOPLE_MAX, names[1]->of = HOMES_MAX;
    HIDDEN(uncle, names[0], R01);
    HIDDEN(uncle, names[1], R01);
    story->withdrawn = NOW, pregnancy->withdrawn = NOW;
    HIDDEN(uncle, names[2], R01);
}

/* */
static void the_team_as_each_may_see_it(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, mother, small), add_relation(&w, HOLDS_AUTHORITY, father, small);
    actor midwife = add_helper(&w), coordinator = add_helper(&w), psychologist = add_helper(&w),
          school = add_helper(&w), guard = add_helper(&w), budget = add_helper(&w), idle = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    place_of(&w, midwife)->listed = true;
    add_grant(&w, midwife, PERSON(mother), PERSON(mother), FIELD_PREGNANCY);
    add_grant(&w, psychologist, PERSON(child), PERSON(child), field_named("mental_wellbeing"));
    add_grant(&w, school, PERSON(mother), PERSON(small), field_named("need_school"))->until = NOW - DAY;
    add_grant(&w, guard, PERSON(mother), PERSON(small), field_named("safety_concern"));
    add_grant(&w, budget, PERSON(mother), HOME(home_1), field_named("need_money"));
    const struct {
        actor who, sees;
        level as;
    } cases[] = {
        {(actor)mother, midwife, LEVEL_EXACT},
        {(actor)father, midwife, LEVEL_HIDDEN},
        {(actor)child, midwife, LEVEL_HIDDEN},
        {(actor)mother, psychologist, LEVEL_HIDDEN},
        {(actor)child, psychologist, LEVEL_EXACT},
        {(actor)father, coordinator, LEVEL_EXACT},
        {(actor)father, school, LEVEL_EXACT},
        {(actor)father, guard, LEVEL_HIDDEN},
        {(actor)mother, guard, LEVEL_EXACT},
        {(actor)small, guard, LEVEL_HIDDEN},
        {(actor)small, school, LEVEL_EXACT},
        {(actor)father, budget, LEVEL_HIDDEN},
        {(actor)mother, budget, LEVEL_EXACT},
        {(actor)mother, idle, LEVEL_HIDDEN},
        {idle, idle, LEVEL_EXACT},
        {idle, coordinator, LEVEL_EXACT},
        {idle, midwife, LEVEL_HIDDEN},
        {ACTOR_NONE, coordinator, LEVEL_HIDDEN},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_sees_helper(stand(cases[i].who), (uint8_t)(cases[i].sees - FIRST_HELPER)),
                         cases[i].as);
    add_grant(&w, idle, PERSON(mother), PERSON(mother) | PERSON(small), FIELD_TEAM_MEMBERS);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(midwife - FIRST_HELPER)), LEVEL_DERIVED);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(school - FIRST_HELPER)), LEVEL_EXACT);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(guard - FIRST_HELPER)), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand(idle), (uint8_t)(psychologist - FIRST_HELPER)), LEVEL_HIDDEN);
    /* The home's other manager sees who works with it, as listed; and who is in the plan as which entry. */
    unsigned partner = add_adult(&w);
    add_relation(&w, MANAGES, partner, home_1);
    place_of(&w, budget)->listed = true;
    assert_int_equal(policy_sees_helper(stand((actor)partner), (uint8_t)(budget - FIRST_HELPER)), LEVEL_DERIVED);
    entry_fact *name = add_entry(&w, KIND_HELPER, FIELD_NONE, 0),
               *stand_in = add_entry(&w, KIND_LISTED, FIELD_NONE, 0);
    name->of = stand_in->of = (uint16_t)(budget - FIRST_HELPER);
    READS(mother, name, R102);
    HIDDEN(mother, stand_in, R01);
    HIDDEN(partner, name, R01);
    READS(partner, stand_in, R102);
    assert_int_equal(entry_of((actor)partner, stand_in).level, LEVEL_DERIVED);
    HIDDEN(father, stand_in, R01);
    name->of = w.f.helper_count;
    HIDDEN(mother, name, R01);
    /* A parent who is blocked for the child loses those around the child. */
    add_block(&w, father, PERSON(small));
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(school - FIRST_HELPER)), LEVEL_HIDDEN);
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(coordinator - FIRST_HELPER)), LEVEL_EXACT);
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
    assert_int_equal(policy_sees_helper(stand((actor)small), h), LEVEL_EXACT);
    add_field(e->fields, field_named("medication_allergies"));
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_EXACT);
    add_block(&w, mother, PERSON(small));
    assert_int_equal(policy_sees_helper(stand((actor)mother), h), LEVEL_HIDDEN);
}

/* R-30, R-19b: beside a child a grant may name the other home's money, work and pregnancy, and go to somebody unknown. */
static void what_the_other_parent_sees_of_a_childs_grant(void **state) {
    (void)state;
    static const char *const others[] = {"need_money", "rights_benefits", "pregnancy", "household_address"};
    two_homes("BE-VLG", 8);
    actor bureau = add_helper(&w);
    uint32_t mixed = (uint32_t)(add_grant(&w, helper, PERSON(mother), PERSON(child) | PERSON(mother) | HOME(home_1),
                                          field_named("need_school")) - w.grants);
    for (size_t i = 0; i < COUNT(others); i++) add_grant_field(&w, field_named(others[i]));
    assert_true(policy_sees_grant_field(stand((actor)father), mixed, field_named("need_school")));
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(policy_sees_grant_field(stand((actor)father), mixed, field_named(others[i])));
        assert_true(policy_sees_grant_field(stand((actor)mother), mixed, field_named(others[i])));
    }
    uint32_t money = (uint32_t)(add_grant(&w, bureau, PERSON(mother), PERSON(child) | PERSON(mother),
                                          field_named("need_money")) - w.grants);
    assert_false(policy_sees_grant(stand((actor)father), money));
    assert_int_equal(policy_sees_helper(stand((actor)father), (uint8_t)(bureau - FIRST_HELPER)), LEVEL_HIDDEN);
    unsigned partner = add_adult(&w);
    uint32_t given = (uint32_t)(add_grant(&w, (actor)partner, PERSON(mother), PERSON(child), field_named("need_school")) -
                                w.grants);
    assert_true(policy_sees_grant(stand((actor)partner), given));
    assert_false(policy_sees_grant(stand((actor)father), given));
    add_relation(&w, LIVES_IN, partner, home_2);
    assert_true(policy_sees_grant(stand((actor)father), given));
}

/* R-09, R-57b, R-60 */
static void who_knows_of_a_grant(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *open = add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("need_school"));
    add_grant_field(&w, field_named("safety_concern"))->ended = NOW;
    grant_fact *safe =
        add_grant(&w, helper, PERSON(mother), PERSON(child) | PERSON(mother), field_named("safety_plan"));
    uint32_t o = (uint32_t)(open - w.grants), s = (uint32_t)(safe - w.grants);
    field_id school = field_named("need_school"), concern = field_named("safety_concern");
    assert_true(policy_sees_grant(stand((actor)mother), o) && policy_sees_grant(stand((actor)mother), s));
    assert_true(policy_sees_grant(stand((actor)father), o));
    assert_true(policy_sees_grant_field(stand((actor)father), o, school));
    assert_false(policy_sees_grant_field(stand((actor)father), o, concern));
    assert_false(policy_sees_grant(stand((actor)father), s));
    assert_false(policy_sees_grant(stand((actor)child), o)); /* eight: her parents decide */
    assert_true(policy_sees_grant_field(stand(helper), o, school));
    assert_false(policy_sees_grant_field(stand(helper), o, concern)); /* never: refused or withdrawn */
    assert_false(policy_sees_grant_field(stand(helper), o, field_named("goals")));
    w.people[child].turns_12 = NOW - DAY;
    assert_true(policy_sees_grant(stand((actor)child), o));
    assert_false(policy_sees_grant(stand((actor)child), s));
    assert_false(policy_sees_grant(stand((actor)father), o));
    w.grant_fields[open->first_field].ended = NOW;
    assert_false(policy_sees_grant(stand(helper), o));
    assert_true(policy_sees_grant(stand((actor)mother), o));
    safe->until = NOW;
    assert_false(policy_sees_grant(stand(helper), s));
    place_of(&w, helper)->until = NOW;
    safe->until = MOMENT_NEVER;
    assert_false(policy_sees_grant(stand(helper), s));
    w.emergency_roles[w.f.emergency_role_count++] = (emergency_role_fact){0, SINCE, SINCE, MOMENT_NEVER};
    assert_false(policy_sees_grant(stand(helper), s)); /* at work again, but not by a place */
    safe->recorded = NOW + DAY;
    assert_false(policy_sees_grant(stand((actor)mother), s));
    assert_false(policy_sees_grant(stand(ACTOR_NONE), o));
    uint32_t h =
        (uint32_t)(add_grant(&w, (actor)father, PERSON(mother), HOME(home_1), field_named("need_money")) - w.grants);
    unsigned partner = add_adult(&w);
    assert_true(policy_sees_grant(stand((actor)father), h));
    assert_false(policy_sees_grant(stand((actor)partner), h));
    add_relation(&w, MANAGES, partner, home_1);
    assert_true(policy_sees_grant(stand((actor)partner), h));
    entry_fact *e = add_entry(&w, KIND_GRANT, FIELD_NONE, 0);
    e->of = (uint16_t)h;
    READS(partner, e, R02);
    HIDDEN(child, e, R01);
    e->of = w.f.grant_count;
    HIDDEN(partner, e, R01);
}

/* */
static void whom_an_answer_concerns(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned unborn = add_unborn(&w, mother);
    add_grant(&w, (actor)mother, PERSON(father), PERSON(father), field_named("need_work"));
    const struct {
        unsigned who;
        const char *field;
        subjects about;
        bool concerns;
    } cases[] = {
        {mother, "need_work", PERSON(mother), true},    {mother, "need_money", HOME(home_1), true},
        {mother, "need_school", PERSON(child), true},   {mother, "residence_schedule", PERSON(child), true},
        {mother, "health_needs", PERSON(unborn), true}, {mother, "need_work", PERSON(father), false},
        {mother, "need_money", HOME(home_2), false},    {mother, "plan_status", THE_FAMILY, false},
        {father, "need_work", PERSON(father), true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(policy_concerns(stand((actor)cases[i].who), field_named(cases[i].field), cases[i].about),
                         cases[i].concerns);
}

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
    assert_true(policy_givers(s, FIELD_NONE, PERSON(mother)) == 0);
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
    unsigned second = w.f.place_count++; /* his time as an official is over; he is back in another role */
    w.places[second] = w.places[0], w.places[second].authority_role = false, w.places[0].until = NOW;
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

/* The catalogue's writers. */
static void who_may_write(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    unsigned teen = add_child(&w, 14), partner = add_adult(&w), stranger = add_adult(&w);
    add_relation(&w, LIVES_IN, teen, home_1), add_relation(&w, LIVES_IN, partner, home_1),
        add_relation(&w, HOLDS_AUTHORITY, mother, teen);
    w.people[stranger].member = false;
    actor coordinator = add_helper(&w), crisis = add_crisis_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(child) | HOME(home_1), field_named("goals"));
    add_grant(&w, coordinator, PERSON(mother), PERSON(mother) | PERSON(child), field_named("goals"));
    const struct {
        unsigned who;
        const char *field;
        subjects about;
        bool writes;
    } cases[] = {
        {mother, "parent_view", PERSON(mother), true},
        {mother, "parent_view", PERSON(father), false},
        {helper, "parent_view", PERSON(mother), false},
        {mother, "need_money", HOME(home_1), true},
        {mother, "need_money", HOME(home_2), false},
        {partner, "need_money", HOME(home_1), false},
        {mother, "need_money", HOME(home_1) | PERSON(child), true},
        {mother, "need_money", PERSON(mother), false},
        {mother, "need_money", HOME(home_1) | THE_FAMILY, false},
        {mother, "need_school", PERSON(child), true},
        {mother, "need_school", PERSON(teen), false},
        {mother, "residence_schedule", PERSON(teen), true},
        {mother, "need_school", HOME(home_1), false},
        {mother, "family_story", HOME(home_1) | PERSON(mother) | PERSON(child), true},
        {mother, "goals", PERSON(mother), true},
        {mother, "goals", PERSON(mother) | PERSON(partner), false},
        {mother, "child_voice", PERSON(child), false},
        {child, "child_voice", PERSON(child), true},
        {teen, "child_voice", PERSON(teen), true},
        {teen, "child_voice", PERSON(teen) | PERSON(mother), false},
        {helper, "child_voice", PERSON(child), true},
        {helper, "child_voice", PERSON(teen), false},
        {teen, "private_note_youth", PERSON(teen), true},
        {mother, "private_note_youth", PERSON(child), false},
        {teen, "family_story", PERSON(teen) | PERSON(mother), true},
        {teen, "family_story", PERSON(teen) | PERSON(father), false},
        {teen, "family_story", PERSON(mother), false},
        {teen, "debts_detail", PERSON(teen), true},
        {teen, "legal_authority", PERSON(teen), false},
        {helper, "need_money", HOME(home_1), true},
        {helper, "need_money", HOME(home_2), false},
        {helper, "plan_status", THE_FAMILY, false},
        {coordinator, "plan_status", THE_FAMILY, true},
        {coordinator, "legal_authority", PERSON(child), true},
        {coordinator, "legal_authority", PERSON(teen), false},
        {coordinator, "need_school", PERSON(child), true},
        {coordinator, "private_note_youth", PERSON(child), false},
        {crisis, "safety_concern", PERSON(child), false},
        {mother, "safety_concern", PERSON(mother), false},
        {helper, "safety_concern", PERSON(child), true},
        {coordinator, "goals", PERSON(stranger), false},
        {ACTOR_NONE, "goals", PERSON(mother), false},
        {mother, "disagreements", PERSON(child), true},
        {mother, "next_meeting", THE_FAMILY, false},
        {mother, "legal_authority", PERSON(mother), false},
        {mother, "family_role", PERSON(mother), true},
        {partner, "goals", PERSON(stranger), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = policy_write(stand((actor)cases[i].who), field_named(cases[i].field), cases[i].about);
        if (a.allowed != cases[i].writes) print_error("%u writes %s\n", cases[i].who, cases[i].field);
        assert_int_equal(a.allowed, cases[i].writes);
    }
}

static void who_may_revise_and_withdraw(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(mother) | PERSON(child), field_named("goals"));
    const struct {
        const char *field;
        subjects about;
        actor author;
        unsigned who;
        bool revises, withdraws;
    } cases[] = {
        {"goals", PERSON(child), helper, helper, true, true},
        {"goals", PERSON(child), helper, mother, true, false},
        {"goals", PERSON(mother), helper, mother, true, true},
        {"goals", PERSON(mother), helper, father, false, false},
        {"disagreements", PERSON(child), (actor)father, father, true, true},
        {"disagreements", PERSON(child), (actor)father, mother, false, false},
        {"disagreements", PERSON(mother), (actor)father, mother, false, false},
        {"child_voice", PERSON(child), helper, mother, false, false},
        {"child_voice", PERSON(child), helper, helper, true, true},
        {"child_voice", PERSON(child), helper, child, false, true},
        {"private_note_youth", PERSON(child), ACTOR_NONE, child, false, true},
        {"national_number", PERSON(mother), (actor)mother, mother, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        entry_fact *e = add_entry(&w, i % 2 ? KIND_PLAN : KIND_REGISTER, field_named(cases[i].field), cases[i].about);
        w.versions[e->first_version].author = cases[i].author;
        print_message("case %zu\n", i);
        assert_int_equal(policy_revise(stand((actor)cases[i].who), (uint32_t)(e - w.entries)).allowed,
                         cases[i].revises);
        assert_int_equal(policy_withdraw_entry(stand((actor)cases[i].who), (uint32_t)(e - w.entries)).allowed,
                         cases[i].withdraws);
    }
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(child));
    w.versions[e->first_version].wrote = PERSON(father);
    uint32_t i = (uint32_t)(e - w.entries);
    assert_true(policy_withdraw_entry(stand((actor)father), i).allowed);
    w.versions[e->first_version].wrote = 0;
    add_version(&w, NOW + DAY)->author = (actor)father; /* not yet */
    assert_false(policy_withdraw_entry(stand((actor)father), i).allowed);
    w.versions[e->first_version].author = helper;
    place_of(&w, helper)->until = NOW;
    assert_false(policy_withdraw_entry(stand(helper), i).allowed);
    e->kind = KIND_NAME;
    assert_false(policy_revise(stand((actor)mother), i).allowed);
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

static void moments_are_sized_sorted_and_once(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    moment few[2], all[256];
    uint32_t room = facts_moments(&w.f, NULL, 0);
    assert_true(room > 2 && room == facts_moments(&w.f, few, 2));
    uint32_t count = facts_moments(&w.f, all, COUNT(all));
    assert_true(count > 0 && count <= room);
    for (uint32_t i = 1; i < count; i++) assert_true(all[i - 1] < all[i]);
    world_finish(&w);
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
        &w.people[child].recorded,
        &w.people[child].born,
        &w.people[child].turns_12,
        &w.people[child].turns_16,
        &w.people[child].turns_18,
        &w.homes[0].recorded,
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
    OWN_PERIOD(add_emergency(&w, helper, field_named("goals"), PERSON(child)));
    capacity_fact *c = add_capacity(&w, child, true);
    c->recorded = next += DAY, c->from = next += DAY;
    w.grant_fields[0] = (grant_field_fact){0, next + DAY, next + 2 * DAY};
    w.confirms[0] = (confirm_fact){next + 3 * DAY, next + 4 * DAY};
    add_entry(&w, KIND_PLAN, 0, PERSON(child))->withdrawn = next + 5 * DAY;
    w.versions[0].recorded = next += 6 * DAY;
    uint32_t count = facts_moments(&w.f, all, COUNT(all));
    world_finish(&w);
    for (moment m = NOW + 7000 * DAY + DAY; m <= next; m += DAY) assert_true(facts_next_moment(&w.f, m - 1) == m);
    for (moment m = NOW + 1000 * DAY; m <= NOW + 7000 * DAY; m += 1000 * DAY)
        assert_true(facts_next_moment(&w.f, m - 1) == m);
    for (unsigned i = 4; i <= 6; i++) /* the graces */
        assert_true(facts_next_moment(&w.f, NOW + i * 1000 * DAY + 60 * DAY - 1) == NOW + i * 1000 * DAY + 60 * DAY);
    assert_true(count == w.f.moment_count && all[count - 1] == next);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_helper_reads_process_information_only),
        cmocka_unit_test(what_means_nothing_is_refused),
        cmocka_unit_test(texts_are_those_of_the_rules),
        cmocka_unit_test(an_erased_plan_answers_nothing),
        cmocka_unit_test(nobody_and_nothing_before_it_is_recorded),
        cmocka_unit_test(own_data_unless_held_back),
        cmocka_unit_test(a_home_is_read_by_its_managers),
        cmocka_unit_test(covers_combine_and_the_weakest_is_told),
        cmocka_unit_test(parenthood_by_age),
        cmocka_unit_test(the_newest_capacity_record_counts),
        cmocka_unit_test(birthdays_at_their_midnight),
        cmocka_unit_test(holds_reach_parenthood_only),
        cmocka_unit_test(grants_work_in_their_time),
        cmocka_unit_test(the_newest_grant_tells_why),
        cmocka_unit_test(special_steps),
        cmocka_unit_test(the_basis_must_be_one),
        cmocka_unit_test(own_space_and_enforcement),
        cmocka_unit_test(transition_birthdays),
        cmocka_unit_test(nothing_is_carried_over_a_birth),
        cmocka_unit_test(emergencies_open_what_they_name),
        cmocka_unit_test(what_is_not_kept_here),
        cmocka_unit_test(each_of_those_protected_reads_it_whole),
        cmocka_unit_test(a_sealed_address_opens_by_name_only),
        cmocka_unit_test(a_sealed_address_of_children),
        cmocka_unit_test(a_shielded_home_seals_its_address),
        cmocka_unit_test(the_blocked_are_denied_before_every_permit),
        cmocka_unit_test(own_words_and_a_yes_to_one_version),
        cmocka_unit_test(the_assignee_reads_his_task),
        cmocka_unit_test(what_is_not_recorded_or_withdrawn_is_not_there),
        cmocka_unit_test(co_residence_is_known_per_home),
        cmocka_unit_test(readers_know_whom_they_read_about),
        cmocka_unit_test(the_team_as_each_may_see_it),
        cmocka_unit_test(who_opened_an_emergency_is_seen),
        cmocka_unit_test(who_knows_of_a_grant),
        cmocka_unit_test(what_the_other_parent_sees_of_a_childs_grant),
        cmocka_unit_test(whom_an_answer_concerns),
        cmocka_unit_test(who_must_give),
        cmocka_unit_test(giving_alone),
        cmocka_unit_test(taking_back),
        cmocka_unit_test(who_may_write),
        cmocka_unit_test(who_may_revise_and_withdraw),
        cmocka_unit_test(a_law_with_another_age),
        cmocka_unit_test(moments_are_sized_sorted_and_once),
        cmocka_unit_test(no_moment_is_left_out),
        cmocka_unit_test(a_grant_that_names_a_field_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
