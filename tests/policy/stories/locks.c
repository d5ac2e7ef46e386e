/* What keeps somebody out before every permit: blocks and safety locks. */
#include "story.h"

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

/* T6, R-58: a lock names fields; in these it stands before parenthood, joint fields, grants, own words and tasks, R-57c and
 * releases. What is about him alone stays his. */
static void t6_a_lock_stands_before_every_permit(void **state) {
    (void)state;
    two_homes("NL", 14);
    static const char *const fields[] = {"need_school", "residence_schedule", "goals", "actions", "essentials", "safety_plan",
                                         "protected_address"};
    const entry_fact *e[COUNT(fields)];
    for (size_t i = 0; i < COUNT(fields); i++)
        e[i] = add_entry(&w, KIND_PLAN, field_named(fields[i]), PERSON(child) | (i >= 4 ? PERSON(father) : 0));
    w.entries[3].assignee = (actor)father;
    w.versions[e[4]->first_version].agreed = PERSON(father);
    add_grant(&w, (actor)father, PERSON(child) | PERSON(father), PERSON(child) | PERSON(father), FIELD_PROTECTED_ADDRESS);
    for (size_t i = 0; i < COUNT(fields); i++) assert_true(entry_of((actor)father, e[i]).allowed);
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), FIELD_NONE);
    for (size_t i = 0; i < COUNT(fields); i++) {
        only_field(l->fields, field_named(fields[i]));
        for (size_t n = 0; n < COUNT(fields); n++) assert_int_equal(entry_of((actor)father, e[n]).allowed, n != i);
        HIDDEN(father, e[i], R58);
        if (i < 4) READS(child, e[i], R14);
        assert_int_equal(policy_write(stand((actor)father), field_named(fields[i]), PERSON(child)).rule, RULE_R58);
        assert_int_equal(policy_revise(stand((actor)father), (uint32_t)i).rule, RULE_R58);
        assert_int_equal(policy_withdraw_entry(stand((actor)father), (uint32_t)i).rule, RULE_R58);
    }
    l->about = PERSON(father) | PERSON(child), only_field(l->fields, field_named("goals"));
    ALLOWED(father, "goals", PERSON(father), R14);
    REFUSED(father, "goals", PERSON(father) | PERSON(child), R58);
    REFUSED(father, "goals", PERSON(child), R58);
    ALLOWED(mother, "goals", PERSON(child), R28);
    l->about = PERSON(mother);
    ALLOWED(father, "goals", PERSON(child), R28);
    REFUSED(father, "goals", PERSON(mother), R58);
    ALLOWED(father, "plan_status", THE_FAMILY, R19);
}

/* It counts in its time, and a helper can be kept out as well as a parent. */
static void t6_a_lock_has_its_time(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("goals"));
    lock_fact *l = add_lock(&w, helper, PERSON(mother), field_named("goals"));
    REFUSED(helper, "goals", PERSON(mother), R58);
    l->until = NOW;
    OPENS_AT(helper, NOW, "goals", PERSON(mother));
    l->until = MOMENT_NEVER, l->from = NOW;
    SHUTS_AT(helper, NOW, "goals", PERSON(mother));
    l->from = SINCE, l->recorded = NOW;
    SHUTS_AT(helper, NOW, "goals", PERSON(mother));
    l->not_for = (actor)father;
    ALLOWED(helper, "goals", PERSON(mother), R02);
    add_lock(&w, helper, PERSON(child), field_named("goals")); /* one beside the other */
    add_lock(&w, helper, PERSON(mother), field_named("need_work"));
    ALLOWED(helper, "goals", PERSON(mother), R02);
    add_lock(&w, helper, PERSON(mother), field_named("goals"));
    REFUSED(helper, "goals", PERSON(mother), R58);
}

/* Where somebody lives is told by his home too: a lock on a field about homes reaches those where the protected live, not the
 * one that the other manages. */
static void t6_a_lock_reaches_the_homes(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    subjects homes = HOME(home_1) | HOME(home_2);
    add_grant(&w, (actor)father, PERSON(mother), homes, FIELD_HOUSEHOLD_ADDRESS);
    add_grant_field(&w, field_named("need_money"));
    add_grant_field(&w, field_named("goals"));
    ALLOWED(father, "household_address", HOME(home_1), R02);
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), FIELD_HOUSEHOLD_ADDRESS);
    add_field(l->fields, field_named("goals"));
    REFUSED(father, "household_address", HOME(home_1), R58);
    REFUSED(father, "household_address", homes, R58);
    ALLOWED(father, "household_address", HOME(home_2), R17);
    ALLOWED(father, "need_money", HOME(home_1), R02); /* not named */
    ALLOWED(father, "goals", HOME(home_1), R02);      /* not about homes */
    l->about = HOME(home_1);
    REFUSED(father, "goals", HOME(home_1), R58);
    l->about = PERSON(mother);
    REFUSED(father, "household_address", HOME(home_1), R58);
    w.relations[0].until = NOW; /* she moves out */
    ALLOWED(father, "household_address", HOME(home_1), R02);
    w.relations[0].until = MOMENT_NEVER;
    l->not_for = helper;
    add_grant(&w, helper, PERSON(father), homes, FIELD_HOUSEHOLD_ADDRESS);
    REFUSED(helper, "household_address", HOME(home_1), R58);
    ALLOWED(helper, "household_address", HOME(home_2), R02);
    /* The address of a shielded home is the protected address of those who live there. */
    w.homes[home_1].shielded = true, l->not_for = (actor)father;
    only_field(l->fields, FIELD_PROTECTED_ADDRESS);
    add_relation(&w, MANAGES, father, home_1);
    REFUSED(father, "household_address", HOME(home_1), R58);
}

/* The last home that there can be is the last that is looked at. */
static void t6_a_family_with_every_home_there_can_be(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    while (w.f.home_count < HOMES_MAX) add_home(&w);
    const unsigned last = HOMES_MAX - 1;
    add_relation(&w, LIVES_IN, child, last);
    add_grant(&w, (actor)father, PERSON(mother), HOME(last) | THE_FAMILY, field_named("need_money"));
    ALLOWED(father, "need_money", HOME(last), R02);
    add_lock(&w, (actor)father, PERSON(mother) | PERSON(child), field_named("need_money"));
    REFUSED(father, "need_money", HOME(last), R58);
    ALLOWED(father, "need_money", THE_FAMILY, R02); /* which is no home */
    ALLOWED(father, "need_money", HOME(home_2), R17);
}

/* R-58b: a lock on everything is a block: no names, no homes, no family as a whole; process information stays. */
static void r58b_a_lock_on_everything_is_a_block(void **state) {
    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        two_homes("BE-VLG", 8);
        add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("need_school"));
        add_grant(&w, (actor)father, PERSON(mother), PERSON(mother) | HOME(home_1), field_named("goals"));
        if (way == 0) add_block(&w, father, PERSON(child) | PERSON(mother) | PERSON(father));
        else add_lock(&w, (actor)father, PERSON(child) | PERSON(mother) | PERSON(father), FIELD_NONE);
        assert_true(stand((actor)father)->known == (PERSON(father) | HOME(home_2)));
        assert_true(stand((actor)father)->blocked == (PERSON(child) | PERSON(mother) | HOME(home_1) | THE_FAMILY));
        REFUSED(father, "family_story", HOME(home_1), R58);
        ALLOWED(father, "family_story", HOME(home_2), R17);
        REFUSED(father, "essentials", THE_FAMILY, R58);
        ALLOWED(father, "plan_status", THE_FAMILY, R19);
        REFUSED(father, "residence_schedule", PERSON(child), R58);
        ALLOWED(father, "debts_detail", PERSON(father), R14);
        assert_int_equal(sees_helper((actor)father, helper), LEVEL_HIDDEN);
        assert_false(policy_sees_grant(stand((actor)father), 0) || policy_sees_grant(stand((actor)father), 1));
        assert_true(stand((actor)mother)->blocked == 0);
    }
    /* A field less, and it is a lock: the name stays. */
    w.locks[0].fields[0] &= ~(uint64_t)1;
    assert_true(stand((actor)father)->blocked == 0);
    assert_true(stand((actor)father)->known & PERSON(child));
    REFUSED(father, "residence_schedule", PERSON(child), R58);
    w.locks[0].fields[0] = UINT64_MAX, w.locks[0].fields[1] &= ~(uint64_t)1;
    assert_true(stand((actor)father)->blocked == 0);
    w.locks[0].fields[1] |= 1, w.locks[0].until = NOW;
    assert_true(stand((actor)father)->blocked == 0);
    w.locks[0].until = MOMENT_NEVER, w.locks[0].not_for = (actor)mother;
    assert_true(stand((actor)father)->blocked == 0);
    /* Of a helper too. */
    w.locks[0].not_for = helper;
    REFUSED(helper, "need_school", PERSON(child), R58);
    assert_true(stand(helper)->known == 0);
    ALLOWED(helper, "plan_status", THE_FAMILY, R19);
}

/* T7: what is locked leaves no trace among grants and helpers either. */
static void t7_a_lock_leaves_no_trace(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor school = add_helper(&w);
    grant_fact *g = add_grant(&w, school, PERSON(father), PERSON(child), field_named("need_school"));
    add_grant_field(&w, field_named("goals"));
    assert_int_equal(sees_helper((actor)father, school), LEVEL_EXACT);
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), field_named("need_school"));
    assert_false(policy_sees_grant_field(stand((actor)father), 0, field_named("need_school"))); /* though he gave it */
    assert_true(policy_sees_grant_field(stand((actor)father), 0, field_named("goals")));
    assert_int_equal(sees_helper((actor)father, school), LEVEL_EXACT);
    add_field(l->fields, field_named("goals"));
    assert_false(policy_sees_grant(stand((actor)father), 0));
    assert_int_equal(sees_helper((actor)father, school), LEVEL_HIDDEN);
    assert_false(policy_withdraw_grant(stand((actor)father), 0).allowed);
    assert_true(policy_sees_grant(stand((actor)mother), 0));
    /* A grant that someone else gave speaks to him by the fields that are open to him only. */
    g->givers = PERSON(mother);
    assert_int_equal(sees_helper((actor)father, school), LEVEL_HIDDEN);
    only_field(l->fields, field_named("goals"));
    assert_int_equal(sees_helper((actor)father, school), LEVEL_EXACT);
    /* A helper with the team around the child, kept from one field of it. */
    add_grant(&w, helper, PERSON(mother), PERSON(child), FIELD_TEAM_MEMBERS);
    assert_int_equal(sees_helper(helper, school), LEVEL_EXACT);
    l->not_for = helper, add_field(l->fields, field_named("need_school"));
    assert_int_equal(sees_helper(helper, school), LEVEL_HIDDEN);
    add_grant_field(&w, field_named("goals")); /* of the grant of the team itself */
    grant_fact *both = add_grant(&w, school, PERSON(mother), PERSON(child), field_named("safety_concern"));
    assert_int_equal(sees_helper(helper, school), LEVEL_HIDDEN); /* what is hushed shows nobody, locked or not */
    add_grant_field(&w, field_named("need_school"));
    assert_int_equal(sees_helper(helper, school), LEVEL_HIDDEN);
    add_grant_field(&w, field_named("need_leisure"));
    assert_int_equal(sees_helper(helper, school), LEVEL_EXACT);
    both->recorded = NOW + 1;
    assert_int_equal(sees_helper(helper, school), LEVEL_HIDDEN);
}

/* R-33, T6: whoever is kept from the child, or from that field of it, is no giver. */
static void r33_the_kept_out_are_no_givers(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    const subjects both = PERSON(mother) | PERSON(father);
    block_fact *b = add_block(&w, father, PERSON(child));
    assert_true(givers_of("need_school", child) == PERSON(mother));
    assert_true(givers_of("learning_support_detail", child) == PERSON(mother));
    SET(fields, "learning_support_detail");
    assert_true(policy_give(stand((actor)mother), fields, PERSON(child), helper).allowed); /* C3, and she is the only one */
    b->protects = PERSON(mother);
    assert_true(givers_of("need_school", child) == both);
    b->protects = PERSON(child), b->until = NOW;
    assert_true(givers_of("need_school", child) == both);
    b->until = MOMENT_NEVER, b->person = (uint8_t)mother;
    assert_true(givers_of("need_school", child) == PERSON(father));
    b->until = NOW;
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), field_named("need_school"));
    assert_true(givers_of("need_school", child) == PERSON(mother));
    assert_true(givers_of("goals", child) == both);
    l->about = PERSON(mother);
    assert_true(givers_of("need_school", child) == both);
    l->about = PERSON(child), l->from = NOW + 1;
    assert_true(givers_of("need_school", child) == both);
    l->from = SINCE, l->not_for = helper;
    assert_true(givers_of("need_school", child) == both);
    l->not_for = (actor)father;
    assert_true(givers_of("safety_concern", child) == both);
    only_field(l->fields, field_named("safety_concern"));
    assert_true(givers_of("safety_concern", child) == PERSON(mother));
    two_homes("NL", 14);
    add_lock(&w, (actor)father, PERSON(child), FIELD_NONE);
    assert_true(givers_of("need_school", child) == (PERSON(mother) | PERSON(child)));
    add_lock(&w, (actor)mother, PERSON(child), field_named("need_school"));
    assert_true(givers_of("need_school", child) == 0); /* no holder, nobody */
    assert_true(givers_of("goals", child) == (PERSON(mother) | PERSON(child)));
    assert_true(givers_of("private_note_youth", child) == PERSON(child));
}

static answer locks(actor who, subjects about, const char *field, actor not_for) {
    SET(fields, field);
    return policy_lock(stand(who), about, fields, not_for);
}

/* T6: about himself whoever decides for himself; about anybody the safety role. */
static void t6_who_sets_a_lock(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    add_relation(&w, LIVES_IN, small, home_1);
    actor coordinator = add_helper(&w), guard = add_helper(&w), crisis = add_crisis_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    place_of(&w, guard)->safety = true;
    const actor team[] = {coordinator, guard, helper};
    for (size_t i = 0; i < COUNT(team); i++)
        add_grant(&w, team[i], PERSON(mother), PERSON(child) | PERSON(mother) | PERSON(father), field_named("goals"));
    actor m = (actor)mother, f = (actor)father;
    const struct {
        actor who;
        subjects about;
        actor not_for;
        bool may;
    } cases[] = {
        {m, PERSON(mother), f, true},
        {m, PERSON(mother), helper, true},
        {m, PERSON(mother), m, false},
        {m, PERSON(mother), ACTOR_NONE, false},
        {m, PERSON(child), f, false},
        {m, PERSON(mother) | PERSON(child), f, false},
        {m, HOME(home_1), f, false},
        {m, 0, f, false},
        {m, THE_FAMILY, f, false},
        {(actor)child, PERSON(child), f, true},
        {(actor)child, PERSON(child), m, true},
        {(actor)child, PERSON(mother), f, false},
        {(actor)small, PERSON(small), f, false},
        {guard, PERSON(child) | PERSON(mother), f, true},
        {guard, PERSON(child) | THE_FAMILY, f, true},
        {guard, PERSON(small), f, false}, /* whom he does not know */
        {guard, UNKNOWN_SUBJECT, f, false},
        {guard, PERSON(child), guard, false},
        {guard, PERSON(child), helper, true},
        {coordinator, PERSON(child), f, false}, /* somebody else has the role */
        {helper, PERSON(child), f, false},
        {crisis, PERSON(child), f, false},
        {ACTOR_NONE, PERSON(child), f, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = locks(cases[i].who, cases[i].about, "goals", cases[i].not_for);
        if (a.allowed != cases[i].may) print_error("case %zu\n", i);
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, cases[i].may ? RULE_T6 : RULE_R01);
    }
    place_of(&w, guard)->until = NOW;
    assert_true(locks(coordinator, PERSON(child), "goals", f).allowed);
    assert_false(locks(guard, PERSON(child), "goals", f).allowed);
    add_crisis_role(&w, guard);
    assert_false(locks(guard, PERSON(child), "goals", f).allowed);
    /* What he does not decide he can't lock: topic by topic. */
    only_field(add_capacity(&w, child, false)->topics, field_named("goals"));
    assert_false(locks((actor)child, PERSON(child), "goals", f).allowed);
    assert_true(locks((actor)child, PERSON(child), "need_school", f).allowed);
    SET(both, "need_school", "goals");
    assert_false(policy_lock(stand((actor)child), PERSON(child), both, f).allowed);
    const field_set none = {0, 0}, beyond = {1, (uint64_t)1 << (FIELD_COUNT - 64)}, high = {0, 1};
    assert_false(policy_lock(stand(m), PERSON(mother), none, f).allowed);
    assert_false(policy_lock(stand(m), PERSON(mother), beyond, f).allowed);
    assert_true(policy_lock(stand(m), PERSON(mother), high, f).allowed);
    field_set all;
    every_field(all);
    assert_true(policy_lock(stand(m), PERSON(mother), all, f).allowed);
}

/* T6, T7: it shows to whoever may set it, never to him whom it keeps out; each who sees it may say yes to lifting it, while it
 * runs. */
static void t7_who_sees_and_lifts_a_lock(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8);
    actor guard = add_helper(&w);
    place_of(&w, guard)->safety = true;
    lock_fact *l = add_lock(&w, (actor)father, PERSON(mother) | PERSON(child) | PERSON(small), field_named("goals"));
    const struct {
        actor who;
        bool sees;
    } cases[] = {{(actor)mother, true}, {(actor)child, true}, {(actor)small, false}, {(actor)father, false},
                 {guard, true},         {helper, false},      {ACTOR_NONE, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(policy_sees_lock(stand(cases[i].who), 0), cases[i].sees);
        assert_int_equal(policy_lift(stand(cases[i].who), 0).allowed, cases[i].sees);
    }
    assert_int_equal(policy_lift(stand(guard), 0).rule, RULE_T6);
    assert_int_equal(policy_lift(stand((actor)father), 0).rule, RULE_R01);
    l->until = NOW + DAY;
    assert_true(policy_lift(stand((actor)mother), 0).allowed);
    l->until = NOW;
    assert_true(policy_sees_lock(stand((actor)mother), 0)); /* what was */
    assert_false(policy_lift(stand((actor)mother), 0).allowed);
    assert_true(policy_lift(stand_at((actor)mother, NOW - 1), 0).allowed);
    l->until = MOMENT_NEVER, l->recorded = NOW + 1;
    assert_false(policy_sees_lock(stand((actor)mother), 0) || policy_sees_lock(stand(guard), 0));
    l->recorded = SINCE, l->not_for = guard;
    assert_false(policy_sees_lock(stand(guard), 0));
    assert_true(policy_sees_lock(stand((actor)mother), 0));
    l->about |= PERSON(father);
    assert_true(policy_sees_lock(stand((actor)father), 0));
    place_of(&w, guard)->until = NOW;
    l->not_for = (actor)father, l->about = PERSON(child);
    assert_false(policy_sees_lock(stand(guard), 0));
    assert_false(policy_sees_lock(stand((actor)mother), 0));
    only_field(add_capacity(&w, child, false)->topics, field_named("goals"));
    assert_false(policy_sees_lock(stand((actor)child), 0));
}

int stories_of_locks(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_blocked_are_denied_before_every_permit),
        cmocka_unit_test(t6_a_lock_stands_before_every_permit),
        cmocka_unit_test(t6_a_lock_has_its_time),
        cmocka_unit_test(t6_a_lock_reaches_the_homes),
        cmocka_unit_test(t6_a_family_with_every_home_there_can_be),
        cmocka_unit_test(r58b_a_lock_on_everything_is_a_block),
        cmocka_unit_test(t7_a_lock_leaves_no_trace),
        cmocka_unit_test(r33_the_kept_out_are_no_givers),
        cmocka_unit_test(t6_who_sets_a_lock),
        cmocka_unit_test(t7_who_sees_and_lifts_a_lock),
    };
    return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
