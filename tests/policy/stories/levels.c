/* A grant gives a field at a level: the value, what is derived from it, or only that it is there. And R-71: statements. */
#include "story.h"

static void at_level(level l) { w.grant_fields[w.f.grant_field_count - 1].level = (uint8_t)l; }

/* a grant to the helper at each level, and what a wrong row is worth. */
static void levels_are_those_of_the_grant(void **state) {
    (void)state;
    for (level l = LEVEL_HIDDEN; l <= LEVEL_EXACT; l++) {
        two_homes("BE-VLG", 8);
        add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
        at_level(l);
        answer a = policy_ask(stand(helper), field_named("need_work"), PERSON(mother));
        assert_int_equal(a.level, l);
        assert_int_equal(a.allowed, l != LEVEL_HIDDEN);
        assert_int_equal(a.grant, l == LEVEL_HIDDEN ? -1 : 0);
        assert_int_equal(a.rule, l == LEVEL_HIDDEN ? RULE_R01 : RULE_R02);
        assert_int_equal(level_of(helper, "need_work", PERSON(father)), LEVEL_HIDDEN);
        assert_int_equal(level_of(helper, "goals", PERSON(mother)), LEVEL_HIDDEN);
    }
}

/* Each subject at the level of its best cover, the value at the lowest of them. */
static void the_best_of_each_and_the_lowest_of_all(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    field_id goals = field_named("goals");
    const subjects both = PERSON(mother) | PERSON(father);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), goals), at_level(LEVEL_EXISTS);
    grant_fact *better = add_grant(&w, helper, PERSON(mother), PERSON(mother), goals);
    at_level(LEVEL_DERIVED);
    assert_int_equal(level_of(helper, "goals", PERSON(mother)), LEVEL_DERIVED);
    assert_int_equal(policy_ask(stand(helper), goals, PERSON(mother)).grant, better - w.grants);
    assert_int_equal(level_of(helper, "goals", both), LEVEL_HIDDEN);
    grant_fact *his = add_grant(&w, helper, PERSON(father), PERSON(father), goals);
    at_level(LEVEL_EXISTS);
    assert_int_equal(level_of(helper, "goals", both), LEVEL_EXISTS);
    w.grant_fields[his->first_field].level = LEVEL_EXACT;
    assert_int_equal(level_of(helper, "goals", both), LEVEL_DERIVED);
    assert_int_equal(level_of(helper, "goals", PERSON(father)), LEVEL_EXACT);
    assert_int_equal(policy_ask(stand(helper), goals, both).grant, better - w.grants);
    grant_fact *best = add_grant(&w, helper, PERSON(mother), PERSON(mother), goals);
    assert_int_equal(level_of(helper, "goals", both), LEVEL_EXACT);
    assert_int_equal(policy_ask(stand(helper), goals, both).grant, best - w.grants);
    /* Own data is exact; what another shares with him less is not. */
    add_grant(&w, (actor)mother, PERSON(father), PERSON(father), goals), at_level(LEVEL_DERIVED);
    assert_int_equal(level_of((actor)mother, "goals", both), LEVEL_DERIVED);
    assert_int_equal(level_of((actor)mother, "goals", PERSON(mother)), LEVEL_EXACT);
    assert_int_equal(level_of((actor)mother, "goals", PERSON(child) | PERSON(father)), LEVEL_DERIVED);
    assert_true(policy_concerns(stand((actor)mother), goals, PERSON(mother)));
}

/* R-60b, R-57d: of section H, own space and what is sealed, a lower level covers nothing. */
static void what_is_hushed_is_exact_or_nothing(void **state) {
    (void)state;
    static const char *const fields[] = {"safety_plan", "suicide_selfharm_risk", "private_note_youth", "protected_address"};
    for (size_t i = 0; i < COUNT(fields); i++)
        for (level l = LEVEL_EXISTS; l <= LEVEL_EXACT; l++) {
            two_homes("BE-VLG", 14);
            add_grant(&w, helper, PERSON(child), PERSON(child), field_named(fields[i])), at_level(l);
            assert_int_equal(level_of(helper, fields[i], PERSON(child)), l == LEVEL_EXACT ? LEVEL_EXACT : LEVEL_HIDDEN);
            const entry_fact *e = add_entry(&w, KIND_PLAN, field_named(fields[i]), PERSON(child));
            assert_int_equal(entry_of(helper, e).allowed, l == LEVEL_EXACT);
        }
}

/* The entry, its summary and a statement next to it, at each level. R-71: the statement is for whoever reads the entry itself. */
static void r71_what_hangs_on_an_entry(void **state) {
    (void)state;
    for (level l = LEVEL_HIDDEN; l <= LEVEL_EXACT; l++) {
        two_homes("BE-VLG", 8);
        const entry_fact *e = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother));
        uint32_t first = e->first_version;
        add_version(&w, SINCE + DAY);
        const entry_fact *summary = add_hanging(&w, KIND_SUMMARY, e), *statement = add_hanging(&w, KIND_STATEMENT, e);
        add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work")), at_level(l);
        assert_int_equal(entry_of(helper, e).level, l);
        assert_int_equal(policy_entry(stand(helper), 0, first).allowed, l == LEVEL_EXACT); /* history needs all of it */
        assert_int_equal(entry_of(helper, summary).level, l >= LEVEL_DERIVED ? LEVEL_EXACT : LEVEL_HIDDEN);
        assert_int_equal(entry_of(helper, statement).level, l == LEVEL_EXACT ? LEVEL_EXACT : LEVEL_HIDDEN);
        READS(mother, statement, R14);
        READS(mother, summary, R14);
        HIDDEN(father, statement, R01);
        HIDDEN(father, summary, R01);
        static permit permits[4];
        ruling r;
        stand(helper);
        policy_judge(&w.f, helper, NOW, ~0u, permits, &r);
        assert_int_equal(r.count, (unsigned)l);
        if (r.count) assert_int_equal(permits[0].level, l);
        if (r.count) assert_int_equal(permits[0].version, first + 1);
    }
}

/* who may not read the text reads its newest summary, and nothing of how it was summed up before. */
static void r105_only_the_newest_summary(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother)),
               *another = add_entry(&w, KIND_PLAN, field_named("need_work"), PERSON(mother));
    entry_fact *old = add_hanging(&w, KIND_SUMMARY, e), *new = add_hanging(&w, KIND_SUMMARY, e);
    add_hanging(&w, KIND_STATEMENT, e), add_version(&w, NOW); /* no summary, and not of the same */
    add_hanging(&w, KIND_SUMMARY, another), add_version(&w, NOW);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work")), at_level(LEVEL_DERIVED);
    READS(helper, new, R02); /* of the same moment: the later row */
    HIDDEN(helper, old, R01);
    READS(mother, old, R14);
    w.versions[old->first_version].recorded = NOW;
    READS(helper, old, R02);
    HIDDEN(helper, new, R01);
    assert_true(entry_at(helper, NOW - 1, new).allowed);
    w.versions[old->first_version].recorded = SINCE, w.versions[new->first_version].recorded = SINCE + 1;
    HIDDEN(helper, old, R01);
    new->withdrawn = NOW;
    READS(helper, old, R02);
    new->withdrawn = MOMENT_NEVER;
    restriction_fact *r = add_restriction(&w, new);
    READS(helper, old, R02);
    r->until = NOW, at_level(LEVEL_EXACT);
    READS(helper, old, R02);
}

/* one's own words of an older version open neither what hangs on the newest nor a summary of it. */
static void r15_old_words_open_nothing_that_hangs(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    add_version(&w, SINCE + DAY);
    const entry_fact *summary = add_hanging(&w, KIND_SUMMARY, &w.entries[0]),
                     *statement = add_hanging(&w, KIND_STATEMENT, &w.entries[0]);
    w.versions[0].agreed = PERSON(father);
    assert_int_equal(policy_entry(stand((actor)father), 0, 0).rule, RULE_R15);
    HIDDEN(father, summary, R01);
    HIDDEN(father, statement, R01);
    w.versions[1].agreed = PERSON(father);
    READS(father, summary, R15);
    READS(father, statement, R15);
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), field_named("goals")), at_level(LEVEL_DERIVED);
    READS(father, statement, R15); /* beside which a lower level takes nothing away */
    w.versions[1].agreed = 0;
    HIDDEN(father, statement, R01);
    READS(father, summary, R02);
}

/* a statement hangs on an entry of the plan or register, and falls with it. */
static void r71_a_statement_falls_with_its_entry(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    entry_fact *e = add_entry(&w, KIND_REGISTER, field_named("family_role"), PERSON(mother));
    entry_fact *statement = add_hanging(&w, KIND_STATEMENT, e), *summary = add_hanging(&w, KIND_SUMMARY, e);
    READS(mother, statement, R14);
    READS(mother, summary, R14);
    e->withdrawn = NOW;
    HIDDEN(mother, statement, R01);
    HIDDEN(mother, summary, R01);
    e->withdrawn = MOMENT_NEVER;
    statement->of = (uint32_t)(summary - w.entries);
    HIDDEN(mother, statement, R01);
    statement->of = w.f.entry_count;
    HIDDEN(mother, statement, R01);
    statement->of = UINT32_MAX;
    HIDDEN(mother, statement, R01);
    /* nobody but who wrote it may take it away: not as an entry of the plan. */
    statement->of = 0;
    assert_false(policy_withdraw_entry(stand(helper), 1).allowed);
    assert_false(policy_revise(stand(helper), 1).allowed);
}

/* own words and an own task are whole, whatever a grant gives besides. */
static void r15_own_words_are_whole_beside_a_lower_level(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    add_version(&w, SINCE + DAY);
    w.versions[0].agreed = PERSON(father);
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), field_named("goals")), at_level(LEVEL_DERIVED);
    assert_int_equal(policy_entry(stand((actor)father), 0, 0).rule, RULE_R15);
    assert_int_equal(policy_entry(stand((actor)father), 0, 1).level, LEVEL_DERIVED);
    static permit permits[2];
    ruling r;
    stand((actor)father);
    policy_judge(&w.f, (actor)father, NOW, 1u << KIND_PLAN, permits, &r);
    assert_int_equal(r.count, 1); /* his own words whole, rather than a part of what came after */
    assert_int_equal(permits[0].version, 0);
    assert_int_equal(permits[0].rule, RULE_R15);
    w.versions[1].agreed = PERSON(father);
    READS(father, e, R15);
    entry_fact *task = add_entry(&w, KIND_PLAN, FIELD_ACTIONS, PERSON(mother));
    task->assignee = (actor)father;
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), FIELD_ACTIONS), at_level(LEVEL_EXISTS);
    READS(father, task, R16);
    task->assignee = ACTOR_NONE;
    assert_int_equal(entry_of((actor)father, task).level, LEVEL_EXISTS);
}

/* R-19b: who knows that there is something about somebody knows his name. */
static void r19b_a_lower_level_teaches_the_name(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    assert_true(stand(helper)->known == 0);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("goals")), at_level(LEVEL_EXISTS);
    assert_true(stand(helper)->known == PERSON(mother));
    at_level(LEVEL_HIDDEN);
    static permit permits[4];
    ruling r;
    stand(helper);
    policy_judge(&w.f, helper, NOW, ~0u, permits, &r);
    assert_int_equal(r.count, 0);
}

int stories_of_levels(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_grant),
        cmocka_unit_test(the_best_of_each_and_the_lowest_of_all),
        cmocka_unit_test(what_is_hushed_is_exact_or_nothing),
        cmocka_unit_test(r71_what_hangs_on_an_entry),
        cmocka_unit_test(r105_only_the_newest_summary),
        cmocka_unit_test(r15_old_words_open_nothing_that_hangs),
        cmocka_unit_test(r71_a_statement_falls_with_its_entry),
        cmocka_unit_test(r15_own_words_are_whole_beside_a_lower_level),
        cmocka_unit_test(r19b_a_lower_level_teaches_the_name),
    };
    return cmocka_run_group_tests_name("levels", tests, NULL, NULL);
}
