/* T7: whoever a safety lock keeps out of some fields acts and reads as if there were neither the lock nor anything behind it;
 * and T9: what he gives then opens nothing. */
#include "story.h"

static field_id school, leisure;
static lock_fact *lock;

/* The father is kept out of what is said about the child's school. */
static void locked(const char *law, unsigned years) {
    two_homes(law, years);
    school = field_named("need_school"), leisure = field_named("need_leisure");
    lock = add_lock(&w, (actor)father, PERSON(child), school);
}

static const standing *told_to(actor viewer) {
    static standing s;
    world_finish(&w);
    policy_stand(world_told(&w, viewer, NOW), viewer, NOW, &s);
    return &s;
}

static bool is_told_entry(actor viewer, const entry_fact *e, uint32_t version) {
    return policy_entry(told_to(viewer), (uint32_t)(e - w.entries), e->first_version + version).allowed;
}

static void t7_only_a_lock_on_some_fields_is_kept_from_him(void **state) {
    (void)state;
    locked("BE-VLG", 8);
    assert_true(policy_is_told_less(&w.f, (actor)father, NOW));
    assert_false(policy_is_told_less(&w.f, (actor)mother, NOW));
    lock->until = NOW;
    assert_false(policy_is_told_less(&w.f, (actor)father, NOW));
    lock->until = MOMENT_NEVER, lock->recorded = NOW + 1;
    assert_false(policy_is_told_less(&w.f, (actor)father, NOW));
    assert_true(policy_is_told_less(&w.f, (actor)father, NOW + 1));
    lock->recorded = SINCE, lock->from = NOW + 1;
    assert_false(policy_is_told_less(&w.f, (actor)father, NOW));
    lock->from = SINCE;
    lock_fact *all = add_lock(&w, (actor)mother, PERSON(child), FIELD_NONE);
    assert_false(policy_is_told_less(&w.f, (actor)mother, NOW)); /* a block: there is nothing that he would do there */
    /* Somebody who is both: what is blocked stays blocked. */
    all->not_for = (actor)father, all->about = PERSON(mother);
    assert_false(told_to((actor)father)->known & PERSON(mother));
    assert_true(told_to((actor)father)->known & PERSON(child));
    lock_fact *others = add_lock(&w, helper, PERSON(child), school);
    assert_true(world_told(&w, (actor)father, NOW)->locks[2].recorded == others->recorded);
    assert_true(world_told(&w, (actor)father, NOW)->locks[1].recorded == all->recorded);
    assert_true(world_told(&w, (actor)father, NOW)->locks[0].recorded == MOMENT_NEVER);
}

static void t7_he_acts_as_if_there_were_no_lock(void **state) {
    (void)state;
    locked("BE-VLG", 8);
    SET(fields, "need_school");
    REFUSED(father, "need_school", PERSON(child), R58);
    assert_false(policy_write(stand((actor)father), school, PERSON(child)).allowed);
    assert_false(policy_give(stand((actor)father), fields, PERSON(child), helper).allowed);
    assert_false(policy_may_ask(stand((actor)father), fields, PERSON(child), helper).allowed);
    assert_true(policy_givers(stand((actor)mother), school, PERSON(child)) == PERSON(mother));
    const standing *s = told_to((actor)father);
    assert_int_equal(policy_ask(s, school, PERSON(child)).rule, RULE_R28);
    assert_true(policy_write(s, school, PERSON(child)).allowed);
    assert_true(policy_give(s, fields, PERSON(child), helper).allowed);
    assert_true(policy_may_ask(s, fields, PERSON(child), helper).allowed);
    assert_true(policy_givers(s, school, PERSON(child)) == (PERSON(mother) | PERSON(father)));
    assert_true(world_told(&w, (actor)mother, NOW) == &w.f);
}

static void t7_only_what_he_wrote_is_there(void **state) {
    (void)state;
    locked("BE-VLG", 8);
    entry_fact *hers = add_entry(&w, KIND_PLAN, school, PERSON(child));
    w.versions[hers->first_version].agreed = PERSON(father); /* a yes is not a word of his */
    add_hanging(&w, KIND_STATEMENT, hers);
    entry_fact *his = add_entry(&w, KIND_PLAN, school, PERSON(child));
    w.versions[his->first_version].author = (actor)father;
    add_version(&w, SINCE + DAY)->author = (actor)mother;
    entry_fact *summed_up = add_hanging(&w, KIND_SUMMARY, his), *said = add_hanging(&w, KIND_STATEMENT, his);
    w.versions[said->first_version].wrote = PERSON(father);
    entry_fact *open = add_entry(&w, KIND_PLAN, leisure, PERSON(child)), *of_open = add_hanging(&w, KIND_STATEMENT, open);
    entry_fact *text = add_entry(&w, KIND_REGISTER, school, PERSON(child)), *lost = add_hanging(&w, KIND_SUMMARY, open);
    add_hanging(&w, KIND_STATEMENT, his);
    entry_fact *name = add_entry(&w, KIND_NAME, FIELD_NONE, 0);
    name->of = (uint32_t)(hers - w.entries); /* a person's place, which is no entry's */
    lost->of = w.f.entry_count;
    assert_false(is_told_entry((actor)father, hers, 0));
    assert_false(is_told_entry((actor)father, hers + 1, 0));
    assert_true(is_told_entry((actor)father, his, 0));
    assert_false(is_told_entry((actor)father, his, 1));
    assert_false(is_told_entry((actor)father, summed_up, 0));
    assert_true(is_told_entry((actor)father, said, 0));
    assert_false(is_told_entry((actor)father, name - 1, 0));
    assert_true(world_told(&w, (actor)father, NOW)->entries[name - w.entries].withdrawn == MOMENT_NEVER);
    assert_true(is_told_entry((actor)father, open, 0));
    assert_true(is_told_entry((actor)father, of_open, 0));
    assert_false(is_told_entry((actor)father, text, 0));
    assert_true(world_told(&w, (actor)father, NOW)->entries[lost - w.entries].withdrawn == MOMENT_NEVER);
    assert_true(policy_revise(told_to((actor)father), (uint32_t)(his - w.entries)).allowed);
    assert_true(policy_is_told_part(&w.f, told_to((actor)father)->f, (uint32_t)(his - w.entries)));
    assert_false(policy_is_told_part(&w.f, told_to((actor)father)->f, (uint32_t)(open - w.entries)));
    his->left_by = (actor)father, his->left = NOW; /* he takes back what is his; the rest stays (T9) */
    assert_false(is_told_entry((actor)father, his, 0));
    READS(mother, his, R28);
    his->left = NOW + 1;
    assert_true(is_told_entry((actor)father, his, 0));
    his->left_by = (actor)mother, his->left = NOW;
    assert_true(is_told_entry((actor)father, his, 0));
    his->withdrawn = NOW, his->left_by = (actor)father, his->left = NOW + 1;
    assert_false(is_told_entry((actor)father, his, 0));
    his->withdrawn = MOMENT_NEVER, his->left_by = ACTOR_NONE;
    assert_false(policy_revise(told_to((actor)father), (uint32_t)(hers - w.entries)).allowed);
    READS(mother, his, R28);
    READS(mother, hers, R28);
}

static void t7_grants_of_others_are_not_there(void **state) {
    (void)state;
    locked("NL", 8);
    add_grant(&w, helper, PERSON(mother), PERSON(child), school);
    add_grant(&w, helper, PERSON(father) | PERSON(mother), PERSON(child), school);
    add_grant(&w, helper, PERSON(mother), PERSON(child), school);
    add_grant_field(&w, leisure);
    add_grant_field(&w, field_named("goals"));
    add_grant(&w, (actor)father, PERSON(mother), PERSON(child), school);
    const standing *s = told_to((actor)father);
    assert_false(policy_sees_grant(s, 0));
    assert_true(policy_sees_grant(s, 1));
    assert_true(policy_sees_grant_field(s, 1, school));
    assert_false(policy_sees_grant_field(s, 2, school));
    assert_true(policy_sees_grant_field(s, 2, leisure));
    assert_true(policy_sees_grant_field(s, 2, field_named("goals")));
    assert_int_equal(s->f->grants[2].field_count, 2);
    assert_false(policy_sees_grant(s, 3));
    /* A helper gave nothing himself: not even a grant by nobody is his. */
    lock->not_for = helper;
    add_grant(&w, helper, 0, PERSON(child), school);
    assert_false(policy_sees_grant(told_to(helper), 4));
    assert_true(world_told(&w, helper, NOW)->grants[4].recorded == MOMENT_NEVER);
}

static void t7_nobody_answers_what_he_asks(void **state) {
    (void)state;
    locked("NL", 8);
    subjects yes;
    request_fact *r = add_request(&w, (actor)father, helper, PERSON(child), school);
    add_field(r->fields, leisure);
    reply_fact *his = add_reply(&w, father, school, true), *hers = add_reply(&w, mother, school, true);
    add_field(his->yes, leisure), add_field(hers->no, leisure);
    assert_int_equal(policy_request_state(stand((actor)mother), 0, school, &yes), REQUEST_COMPLETE);
    assert_true(yes == PERSON(mother));
    const standing *s = told_to((actor)father);
    assert_true(policy_sees_request(s, 0));
    assert_int_equal(policy_request_state(s, 0, school, &yes), REQUEST_OPEN);
    assert_true(yes == PERSON(father));
    assert_int_equal(policy_request_state(s, 0, leisure, &yes), REQUEST_REFUSED);
    hers->yes[0] = hers->yes[1] = 0, add_field(hers->no, school);
    assert_int_equal(policy_request_state(told_to((actor)father), 0, school, &yes), REQUEST_OPEN);
    /* Of her own she says what she likes. */
    add_request(&w, (actor)father, helper, PERSON(mother), school);
    add_reply(&w, mother, school, true);
    assert_int_equal(policy_request_state(told_to((actor)father), 1, school, &yes), REQUEST_COMPLETE);
    w.f.request_count--, w.f.reply_count--;
    /* What others ask is not there, as far as it is locked. */
    request_fact *theirs = add_request(&w, helper, helper, PERSON(child), school);
    add_field(theirs->fields, leisure), add_field(theirs->derived, school), add_field(theirs->exists, school);
    add_request(&w, helper, helper, PERSON(child), school);
    s = told_to((actor)father);
    assert_true(policy_sees_request(s, 1));
    assert_false(has_field(s->f->requests[1].fields, school));
    assert_false(has_field(s->f->requests[1].derived, school) || has_field(s->f->requests[1].exists, school));
    assert_true(has_field(s->f->requests[1].fields, leisure));
    assert_true(s->f->requests[1].recorded == theirs->recorded);
    assert_false(policy_sees_request(s, 2));
    assert_true(s->f->requests[2].recorded == MOMENT_NEVER);
}

static void t7_an_emergency_in_what_is_locked_is_not_there(void **state) {
    (void)state;
    locked("BE-VLG", 8);
    actor crisis = add_crisis_helper(&w);
    add_emergency(&w, crisis, school, PERSON(child));
    add_emergency(&w, crisis, leisure, PERSON(child));
    assert_int_equal(policy_told(told_to((actor)father), 0), TOLD_NOTHING);
    assert_int_equal(policy_told(told_to((actor)father), 1), TOLD_ALL);
    assert_true(world_told(&w, (actor)father, NOW)->emergencies[0].recorded == MOMENT_NEVER);
    add_emergency(&w, crisis, school, PERSON(child) | PERSON(father)); /* about him too */
    assert_int_equal(policy_told(told_to((actor)father), 2), TOLD_ALL);
    assert_true(world_told(&w, (actor)father, NOW)->emergencies[2].about == (PERSON(father) | PERSON(child)));
    assert_true(world_told(&w, (actor)father, NOW)->emergencies[1].about == PERSON(child));
    unsigned second = add_child(&w, 8);
    add_relation(&w, HOLDS_AUTHORITY, father, second);
    add_emergency(&w, crisis, school, PERSON(child) | PERSON(second)); /* of the other one he hears */
    assert_int_equal(policy_told(told_to((actor)father), 3), TOLD_ALL);
    assert_true(world_told(&w, (actor)father, NOW)->emergencies[3].about == PERSON(second));
    lock->not_for = crisis; /* who opened it himself knows of it */
    assert_int_equal(policy_told(told_to(crisis), 0), TOLD_ALL);
}

/* T9: or he could give a friend what he may not see himself. */
static void t9_what_he_gives_meanwhile_opens_nothing(void **state) {
    (void)state;
    locked("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(father), PERSON(child), school);
    add_grant_field(&w, leisure);
    lock->recorded = lock->from = NOW - DAY;
    ALLOWED(helper, "need_school", PERSON(child), R02); /* he gave it before */
    g->recorded = g->from = NOW - DAY;
    REFUSED(helper, "need_school", PERSON(child), R01);
    ALLOWED(helper, "need_leisure", PERSON(child), R02);
    assert_true(policy_gives_nothing(stand((actor)mother), 0, school));
    assert_false(policy_gives_nothing(stand((actor)mother), 0, leisure));
    assert_false(policy_gives_nothing(told_to((actor)father), 0, school));
    lock->until = NOW; /* lifted: from here on it is as he said */
    ALLOWED(helper, "need_school", PERSON(child), R02);
    lock->until = MOMENT_NEVER, g->givers = PERSON(mother);
    ALLOWED(helper, "need_school", PERSON(child), R02);
    lock->not_for = helper; /* no giver of anything */
    REFUSED(helper, "need_school", PERSON(child), R58);
    /* Where they live is told by the home too. */
    lock->not_for = (actor)father, only_field(lock->fields, field_named("household_members"));
    g = add_grant(&w, helper, PERSON(father), HOME(home_1) | HOME(home_2), field_named("household_members"));
    g->recorded = g->from = NOW - DAY;
    REFUSED(helper, "household_members", HOME(home_1), R01);
    ALLOWED(helper, "household_members", HOME(home_2), R02);
}

int stories_of_told(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t7_only_a_lock_on_some_fields_is_kept_from_him), cmocka_unit_test(t7_he_acts_as_if_there_were_no_lock),
        cmocka_unit_test(t7_only_what_he_wrote_is_there), cmocka_unit_test(t7_grants_of_others_are_not_there),
        cmocka_unit_test(t7_nobody_answers_what_he_asks), cmocka_unit_test(t7_an_emergency_in_what_is_locked_is_not_there),
        cmocka_unit_test(t9_what_he_gives_meanwhile_opens_nothing),
    };
    return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
