/* Requests: who asks, who must answer, who sees it, and what their words make of it. */
#include "story.h"

/* The request added last, and one of its fields: its state, and whose yes makes it. */
static request_state state_at(moment at, const char *field, subjects *yes) {
    return policy_request_state(stand_at(helper, at), w.f.request_count - 1u, field_named(field), yes);
}
static request_state state_of(const char *field) {
    subjects yes;
    return state_at(NOW, field, &yes);
}
static subjects yes_of(const char *field) {
    subjects yes;
    state_at(NOW, field, &yes);
    return yes;
}

/* The fields that he must answer for, as a set; and whether he sees the request. */
static bool is_asked(actor who, const char *field) {
    field_set parts;
    policy_request_parts(stand(who), w.f.request_count - 1u, parts);
    return has_field(parts, field_named(field));
}
static bool sees(actor who) { return policy_sees_request(stand(who), w.f.request_count - 1u); }
static answer replies(actor who, const char *field) {
    SET(fields, field);
    return policy_reply(stand(who), w.f.request_count - 1u, fields);
}
static answer asks(actor who, const char *field, subjects about, actor recipient) {
    SET(fields, field);
    return policy_may_ask(stand(who), fields, about, recipient);
}

/* A grant that lets the helper know the people, so that he can name them. */
static void is_known(subjects people) { add_grant(&w, helper, PERSON(mother), people, field_named("member_identity")); }

static void r45_who_may_ask_whom_for_what(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor coordinator = add_helper(&w), crisis = add_crisis_helper(&w), gone = add_helper(&w);
    unsigned aunt = add_adult(&w), unborn = add_unborn(&w, mother);
    place_of(&w, coordinator)->coordinator = true;
    place_of(&w, gone)->until = NOW;
    assert_int_equal(asks(helper, "need_school", PERSON(child), helper).rule, RULE_R01); /* he knows nobody */
    is_known(PERSON(child) | PERSON(mother) | HOME(home_1));
    add_grant(&w, coordinator, PERSON(mother), PERSON(child), field_named("member_identity"));
    const struct {
        actor who;
        const char *field;
        subjects about;
        actor to;
        bool may;
        rule why;
    } cases[] = {
        {helper, "need_school", PERSON(child), helper, true, RULE_R45},
        {helper, "need_school", PERSON(child) | PERSON(mother), helper, true, RULE_R45},
        {helper, "need_money", HOME(home_1), helper, true, RULE_R45},
        {helper, "need_money", HOME(home_2), helper, false, RULE_R01},
        {helper, "need_work", PERSON(father), helper, false, RULE_R01},
        {helper, "need_work", PERSON(child) | PERSON(father), helper, false, RULE_R01},
        {helper, "need_school", THE_FAMILY, helper, false, RULE_R01},
        {helper, "need_school", UNKNOWN_SUBJECT, helper, false, RULE_R01},
        {helper, "need_school", 0, helper, false, RULE_R01},
        {helper, "need_school", PERSON(child), coordinator, false, RULE_R45}, /* for another helper only the coordinator */
        {helper, "need_school", PERSON(child), (actor)mother, false, RULE_R45},
        {coordinator, "need_school", PERSON(child), helper, true, RULE_R45},
        {coordinator, "need_school", PERSON(child), coordinator, true, RULE_R45},
        {coordinator, "need_school", PERSON(child), gone, false, RULE_R45},
        {coordinator, "need_school", PERSON(child), crisis, false, RULE_R45},
        {coordinator, "need_school", PERSON(child), (actor)mother, false, RULE_R45},
        {coordinator, "need_school", PERSON(child), ACTOR_NONE, false, RULE_R45},
        {crisis, "need_school", PERSON(child), crisis, false, RULE_R01},
        {gone, "need_school", PERSON(child), gone, false, RULE_R01},
        {(actor)mother, "need_school", PERSON(child), helper, true, RULE_R45},
        {(actor)mother, "learning_support_detail", PERSON(child), helper, true, RULE_R45},
        {(actor)mother, "need_work", PERSON(mother) | PERSON(father), helper, true, RULE_R45}, /* partly hers */
        {(actor)mother, "need_work", PERSON(father), helper, false, RULE_R45},
        {(actor)mother, "need_work", PERSON(mother), (actor)father, true, RULE_R45},
        {(actor)mother, "need_work", PERSON(mother), (actor)mother, false, RULE_R45},
        {(actor)mother, "health_needs", PERSON(unborn), helper, true, RULE_R45},
        {(actor)father, "health_needs", PERSON(unborn), helper, false, RULE_R01},
        {(actor)child, "need_school", PERSON(child), helper, false, RULE_R45}, /* eight: nothing hers to give */
        {(actor)aunt, "need_school", PERSON(child), helper, false, RULE_R01},
        {(actor)aunt, "need_work", PERSON(aunt), helper, true, RULE_R45},
        {(actor)mother, "national_number", PERSON(mother), helper, false, RULE_R45},
        {helper, "national_number", PERSON(mother), helper, false, RULE_R54},
        {ACTOR_NONE, "need_school", PERSON(child), helper, false, RULE_R01},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        answer a = asks(cases[i].who, cases[i].field, cases[i].about, cases[i].to);
        if (a.allowed != cases[i].may || a.rule != cases[i].why) print_error("case %zu: %s\n", i, rule_text(a.rule));
        assert_int_equal(a.allowed, cases[i].may);
        assert_int_equal(a.rule, cases[i].why);
    }
    const field_set none = {0, 0}, beyond = {0, (uint64_t)1 << (FIELD_COUNT - 64)}, both = {1, (uint64_t)1 << (FIELD_COUNT - 64)};
    assert_int_equal(policy_may_ask(stand(helper), none, PERSON(child), helper).rule, RULE_R01);
    assert_int_equal(policy_may_ask(stand(helper), beyond, PERSON(child), helper).rule, RULE_R01);
    assert_int_equal(policy_may_ask(stand(helper), both, PERSON(child), helper).rule, RULE_R01);
    SET(several, "need_school", "need_work");
    assert_true(policy_may_ask(stand((actor)mother), several, PERSON(child) | PERSON(mother), helper).allowed);
    SET(late, "suicide_selfharm_risk"); /* beyond the 64th */
    assert_true(policy_may_ask(stand(helper), late, PERSON(child), helper).allowed);
}

/* what stops a value stops asking for it. */
static void r48_nothing_is_asked_for_that_cannot_be_given(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    is_known(PERSON(child) | PERSON(mother));
    assert_true(asks(helper, "residence_status", PERSON(mother), helper).allowed);
    place_of(&w, helper)->authority_role = true;
    assert_int_equal(asks(helper, "residence_status", PERSON(mother), helper).rule, RULE_R48);
    assert_true(asks(helper, "need_work", PERSON(mother), helper).allowed);
    lock_fact *l = add_lock(&w, helper, PERSON(mother), field_named("need_work"));
    assert_int_equal(asks(helper, "need_work", PERSON(mother), helper).rule, RULE_R58);
    assert_true(asks(helper, "goals", PERSON(mother), helper).allowed);
    SET(with_it, "goals", "need_work");
    assert_false(policy_may_ask(stand(helper), with_it, PERSON(mother), helper).allowed);
    l->until = NOW;
    assert_true(asks(helper, "need_work", PERSON(mother), helper).allowed);
    add_block(&w, father, PERSON(child));
    assert_int_equal(asks((actor)father, "need_school", PERSON(child), helper).rule, RULE_R01); /* unknown by now */
}

/* whose yes a field needs is computed over all subjects, and anew at every look. */
static void r21_the_givers_of_a_request(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    field_id school = field_named("need_school");
    add_request(&w, helper, helper, PERSON(child), school);
    assert_true(policy_request_givers(stand(helper), 0, school) == (PERSON(mother) | PERSON(father)));
    assert_true(policy_request_givers(stand(helper), 0, field_named("goals")) == 0); /* not asked for */
    w.requests[0].about |= PERSON(mother) | HOME(home_2);
    assert_true(policy_request_givers(stand(helper), 0, school) == (PERSON(mother) | PERSON(father)));
    w.requests[0].about = PERSON(child) | THE_FAMILY; /* nobody gives for the family */
    assert_true(policy_request_givers(stand(helper), 0, school) == 0);
    w.requests[0].about = PERSON(child);
    w.people[child].turns_12 = NOW;
    assert_true(policy_request_givers(stand_at(helper, NOW - 1), 0, school) == (PERSON(mother) | PERSON(father)));
    assert_true(policy_request_givers(stand(helper), 0, school) == PERSON(child));
    assert_true(is_asked((actor)child, "need_school"));
    assert_false(is_asked((actor)mother, "need_school"));
    assert_false(sees((actor)mother));
}

/* R-57b: those protected decide for all of them; the other parent is not asked and sees nothing. */
static void r57b_only_those_protected_are_asked(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned small = add_child(&w, 8), unborn = add_unborn(&w, mother), stranger = add_adult(&w);
    w.people[stranger].member = false;
    add_relation(&w, HOLDS_AUTHORITY, mother, small), add_relation(&w, HOLDS_AUTHORITY, father, small);
    field_id plan = field_named("safety_plan");
    request_fact *r = add_request(&w, helper, helper, PERSON(mother) | PERSON(child) | PERSON(small), plan);
    assert_true(policy_request_givers(stand(helper), 0, plan) == (PERSON(mother) | PERSON(child)));
    assert_true(sees((actor)mother) && sees((actor)child));
    assert_false(sees((actor)father) || sees((actor)small));
    assert_true(replies((actor)mother, "safety_plan").allowed && replies((actor)child, "safety_plan").allowed);
    assert_int_equal(replies((actor)father, "safety_plan").rule, RULE_R21);
    add_reply(&w, mother, plan, true);
    assert_int_equal(state_of("safety_plan"), REQUEST_OPEN);
    add_reply(&w, father, plan, true);
    assert_int_equal(state_of("safety_plan"), REQUEST_OPEN);
    assert_true(yes_of("safety_plan") == PERSON(mother));
    add_reply(&w, child, plan, true);
    assert_int_equal(state_of("safety_plan"), REQUEST_COMPLETE);
    assert_true(yes_of("safety_plan") == (PERSON(mother) | PERSON(child)));
    add_reply(&w, father, plan, false); /* he was not asked */
    assert_int_equal(state_of("safety_plan"), REQUEST_COMPLETE);
    add_reply(&w, child, plan, false);
    assert_int_equal(state_of("safety_plan"), REQUEST_REFUSED);
    /* Small children alone have their holders; whoever is blocked for them is none. */
    r->about = PERSON(small);
    assert_true(policy_request_givers(stand(helper), 0, plan) == (PERSON(mother) | PERSON(father)));
    assert_true(sees((actor)father));
    block_fact *b = add_block(&w, father, PERSON(small));
    assert_true(policy_request_givers(stand(helper), 0, plan) == PERSON(mother));
    assert_false(sees((actor)father));
    b->until = NOW;
    add_lock(&w, (actor)father, PERSON(small), plan);
    assert_true(policy_request_givers(stand(helper), 0, plan) == PERSON(mother));
    assert_false(sees((actor)father));
    r->about = PERSON(stranger); /* not of the family; nor is a child before its birth asked */
    assert_true(policy_request_givers(stand(helper), 0, plan) == 0);
    r->about = PERSON(unborn);
    assert_true(policy_request_givers(stand(helper), 0, plan) == PERSON(mother));
    r->about = PERSON(unborn) | PERSON(mother);
    assert_true(policy_request_givers(stand(helper), 0, plan) == PERSON(mother));
}

/* what is not kept here nobody is asked for, whatever a row says; and in an erased plan nobody is asked for anything. */
static void r54_nobody_is_asked_for_what_is_not_kept(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    add_request(&w, helper, helper, PERSON(mother), field_named("reporter_identity"));
    assert_false(is_asked((actor)mother, "reporter_identity") || sees((actor)mother));
    add_request(&w, helper, helper, PERSON(mother) | PERSON(child), field_named("contact_ban"));
    assert_true(is_asked((actor)mother, "contact_ban"));
    w.f.erased = NOW;
    assert_false(is_asked((actor)mother, "contact_ban"));
    assert_false(sees((actor)mother) || sees(helper));
    assert_false(policy_request_runs(stand(helper), 1));
}

/* domain.md 3.2: one holder in good faith stands for the other's silence, never against his no. */
static void r31_the_stricter_answer_wins(void **state) {
    (void)state;
    enum { NOTHING, YES, NO };
    static const struct {
        const char *law, *field;
        bool conflict;
        int mother_says, father_says;
        request_state becomes;
    } cases[] = {
        {"BE-VLG", "need_school", false, NOTHING, NOTHING, REQUEST_OPEN},
        {"BE-VLG", "need_school", false, YES, NOTHING, REQUEST_COMPLETE},
        {"BE-VLG", "need_school", false, NOTHING, YES, REQUEST_COMPLETE},
        {"BE-VLG", "need_school", false, YES, NO, REQUEST_REFUSED},
        {"BE-VLG", "need_school", false, NO, NOTHING, REQUEST_REFUSED},
        {"BE-VLG", "need_school", false, YES, YES, REQUEST_COMPLETE},
        {"BE-VLG", "need_school", true, YES, NOTHING, REQUEST_OPEN},
        {"BE-VLG", "need_school", true, YES, YES, REQUEST_COMPLETE},
        {"BE-VLG", "need_school", true, YES, NO, REQUEST_REFUSED},
        {"BE-VLG", "learning_support_detail", false, YES, NOTHING, REQUEST_OPEN},
        {"BE-VLG", "learning_support_detail", false, YES, NO, REQUEST_REFUSED},
        {"BE-VLG", "learning_support_detail", false, YES, YES, REQUEST_COMPLETE},
        {"NL", "need_school", false, YES, NOTHING, REQUEST_OPEN},
        {"NL", "need_school", false, YES, YES, REQUEST_COMPLETE},
        {"NL", "need_school", false, NO, YES, REQUEST_REFUSED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, 8);
        if (cases[i].conflict) add_conflict(&w, child);
        add_request(&w, helper, helper, PERSON(child), field_named(cases[i].field));
        if (cases[i].mother_says) add_reply(&w, mother, field_named(cases[i].field), cases[i].mother_says == YES);
        if (cases[i].father_says) add_reply(&w, father, field_named(cases[i].field), cases[i].father_says == YES);
        print_message("case %zu\n", i);
        assert_int_equal(state_of(cases[i].field), cases[i].becomes);
        subjects yes = (cases[i].mother_says == YES ? PERSON(mother) : 0) | (cases[i].father_says == YES ? PERSON(father) : 0);
        assert_true(yes_of(cases[i].field) == yes);
    }
}

/* a flag on one topic leaves the others as they were. */
static void r32_a_conflict_is_about_its_topics(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    conflict_fact *c = add_conflict(&w, child);
    only_field(c->topics, field_named("need_school"));
    request_fact *r = add_request(&w, helper, helper, PERSON(child), field_named("need_school"));
    add_field(r->fields, field_named("goals"));
    reply_fact *reply = add_reply(&w, mother, field_named("need_school"), true);
    add_field(reply->yes, field_named("goals"));
    assert_int_equal(state_of("need_school"), REQUEST_OPEN);
    assert_int_equal(state_of("goals"), REQUEST_COMPLETE);
    c->until = NOW;
    assert_int_equal(state_of("need_school"), REQUEST_COMPLETE);
    c->until = MOMENT_NEVER, c->child = (uint8_t)mother;
    assert_int_equal(state_of("need_school"), REQUEST_COMPLETE);
}

/* Who asked or receives loses sight of it when all of it is kept from him; a witness's word after the lapse comes too late. */
static void t7_the_asker_who_is_kept_out_sees_it_no_more(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    request_fact *r = add_request(&w, helper, helper, PERSON(mother), field_named("need_work"));
    add_field(r->fields, field_named("goals"));
    assert_true(sees(helper));
    lock_fact *l = add_lock(&w, helper, PERSON(mother), field_named("need_work"));
    assert_true(sees(helper));
    add_field(l->fields, field_named("goals"));
    assert_false(sees(helper));
    r->asker = r->recipient = (actor)father, l->not_for = (actor)father;
    assert_false(sees((actor)father));
    l->until = NOW;
    assert_true(sees((actor)father));
    add_block(&w, father, PERSON(child));
    assert_true(sees((actor)father));
    r->about |= PERSON(child);
    assert_false(sees((actor)father));
}

static void r12_a_word_after_the_lapse_is_none(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    request_fact *r = add_request(&w, helper, helper, PERSON(mother), field_named("need_work"));
    reply_fact *reply = add_reply(&w, mother, field_named("need_work"), true);
    r->lapses = NOW, reply->counts = NOW - 1;
    assert_int_equal(state_of("need_work"), REQUEST_COMPLETE);
    reply->counts = NOW;
    assert_int_equal(state_of("need_work"), REQUEST_OPEN);
    r->lapses = NOW + DAY, r->withdrawn = NOW;
    assert_int_equal(state_of("need_work"), REQUEST_OPEN);
    reply->counts = NOW - 1;
    assert_int_equal(state_of("need_work"), REQUEST_COMPLETE);
}

/* Safety speaks of those who are there: with somebody in it who is not recorded yet, nobody gives for all. */
static void r57b_all_who_are_named_must_be_there(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    unsigned late = add_child(&w, 8);
    w.people[late].recorded = NOW;
    field_id plan = field_named("safety_plan");
    add_request(&w, helper, helper, PERSON(mother) | PERSON(late), plan);
    assert_true(policy_request_givers(stand_at(helper, NOW - 1), 0, plan) == 0);
    assert_true(policy_request_givers(stand(helper), 0, plan) == PERSON(mother));
}

/* Several subjects: each must be given for, and good faith is of the child alone. */
static void r21_every_subject_must_be_given(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    field_id goals = field_named("goals");
    add_request(&w, helper, helper, PERSON(child) | PERSON(father), goals);
    add_reply(&w, mother, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_OPEN);
    add_reply(&w, father, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_COMPLETE);
    add_request(&w, helper, helper, PERSON(child) | PERSON(mother), goals);
    add_reply(&w, mother, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_COMPLETE); /* for herself, and for the child in good faith */
    unsigned uncle = add_adult(&w);
    add_request(&w, helper, helper, PERSON(child) | PERSON(uncle), goals);
    add_reply(&w, uncle, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_OPEN); /* for the child nobody has said yes */
    add_relation(&w, MANAGES, father, home_1);
    add_request(&w, helper, helper, PERSON(child) | HOME(home_1), goals);
    add_reply(&w, mother, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_OPEN); /* both manage the home */
    add_request(&w, helper, helper, PERSON(child) | THE_FAMILY, goals);
    add_reply(&w, mother, goals, true), add_reply(&w, father, goals, true);
    assert_int_equal(state_of("goals"), REQUEST_OPEN); /* never: nobody gives for the family */
    assert_true(yes_of("goals") == 0);
    add_request(&w, helper, helper, PERSON(mother), goals);
    assert_int_equal(state_of("goals"), REQUEST_OPEN);
}

/* The newest word counts, and only from its moment: R-12, R-13 (on paper: the witness's). */
static void r12_the_newest_word_that_counts(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    field_id work = field_named("need_work");
    request_fact *r = add_request(&w, helper, helper, PERSON(mother), work);
    add_field(r->fields, field_named("goals"));
    reply_fact *first = add_reply(&w, mother, work, true);
    first->counts = MOMENT_NEVER;
    assert_int_equal(state_of("need_work"), REQUEST_OPEN);
    first->counts = NOW;
    subjects yes;
    assert_int_equal(state_at(NOW - 1, "need_work", &yes), REQUEST_OPEN);
    assert_int_equal(state_of("need_work"), REQUEST_COMPLETE);
    assert_int_equal(state_of("goals"), REQUEST_OPEN); /* of that she said nothing */
    add_reply(&w, mother, work, false)->counts = NOW + DAY;
    assert_int_equal(state_of("need_work"), REQUEST_COMPLETE);
    assert_int_equal(state_at(NOW + DAY, "need_work", &yes), REQUEST_REFUSED);
    assert_true(yes == 0);
    add_reply(&w, mother, work, true)->counts = NOW + 2 * DAY;
    assert_int_equal(state_at(NOW + 2 * DAY, "need_work", &yes), REQUEST_COMPLETE);
    /* Both in one breath is a no. */
    add_field(add_reply(&w, mother, work, true)->no, work);
    assert_int_equal(state_of("need_work"), REQUEST_REFUSED);
    /* Another request's replies are its own. */
    add_request(&w, helper, helper, PERSON(mother), work);
    assert_int_equal(state_of("need_work"), REQUEST_OPEN);
}

/* fourteen days, or until it is taken back. */
static void r45_a_request_lapses(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    request_fact *r = add_request(&w, helper, helper, PERSON(mother), field_named("need_work"));
    SET(fields, "need_work");
    assert_false(policy_request_runs(stand_at(helper, r->recorded - 1), 0));
    assert_true(policy_request_runs(stand_at(helper, r->recorded), 0));
    assert_true(policy_request_runs(stand_at(helper, r->lapses - 1), 0));
    assert_false(policy_request_runs(stand_at(helper, r->lapses), 0));
    assert_true(policy_reply(stand_at((actor)mother, r->lapses - 1), 0, fields).allowed);
    assert_int_equal(policy_reply(stand_at((actor)mother, r->lapses), 0, fields).rule, RULE_R45);
    r->withdrawn = NOW;
    assert_true(policy_reply(stand_at((actor)mother, NOW - 1), 0, fields).allowed);
    assert_int_equal(replies((actor)mother, "need_work").rule, RULE_R45);
    assert_int_equal(replies((actor)mother, "goals").rule, RULE_R21);
    assert_int_equal(replies((actor)father, "need_work").rule, RULE_R21);
    SET(none, NULL);
    assert_int_equal(policy_reply(stand_at((actor)mother, NOW - 1), 0, none).rule, RULE_R21);
    SET(more, "need_work", "suicide_selfharm_risk");
    assert_int_equal(policy_reply(stand_at((actor)mother, NOW - 1), 0, more).rule, RULE_R21);
    assert_false(policy_reply(stand_at((actor)mother, r->recorded - 1), 0, fields).allowed);
    add_field(r->fields, field_named("suicide_selfharm_risk"));
    SET(high, "suicide_selfharm_risk");
    assert_true(policy_reply(stand_at((actor)mother, NOW - 1), 0, high).allowed);
}

/* its asker, its recipient, and who must answer; each his part. A small child whom it is about does not. */
static void r30_who_sees_a_request(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    request_fact *r = add_request(&w, coordinator, helper, PERSON(mother) | HOME(home_1), field_named("need_work"));
    add_field(r->fields, field_named("need_money"));
    assert_true(sees(coordinator) && sees(helper) && sees((actor)mother));
    assert_false(sees((actor)father) || sees((actor)child) || sees(other) || sees(ACTOR_NONE));
    r->about = PERSON(child) | PERSON(father);
    assert_true(sees((actor)father) && sees((actor)mother)); /* she for the child */
    assert_false(sees((actor)child));
    r->recorded = NOW + 1;
    assert_false(sees(coordinator) || sees(helper) || sees((actor)mother));
    r->recorded = NOW - DAY;
    r->asker = (actor)mother, r->recipient = (actor)father, r->about = PERSON(mother);
    assert_true(sees((actor)mother));
    assert_true(sees((actor)father)); /* whom it is for */
    assert_false(sees((actor)child) || sees(helper));
    r->asker = helper, r->recipient = helper;
    place_of(&w, helper)->until = NOW;
    assert_false(sees(helper));
    assert_false(is_asked(helper, "need_work"));
    entry_fact *e = add_entry(&w, KIND_REQUEST, FIELD_NONE, 0);
    e->of = 0;
    READS(mother, e, R45);
    HIDDEN(father, e, R01);
    e->of = w.f.request_count;
    HIDDEN(mother, e, R01);
}

/* T6, T7: whoever is kept from it neither answers nor sees that it is asked. */
static void t6_a_holder_who_is_kept_out_is_not_asked(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_request(&w, helper, helper, PERSON(child), field_named("learning_support_detail"));
    assert_true(sees((actor)father) && is_asked((actor)father, "learning_support_detail"));
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), field_named("learning_support_detail"));
    assert_false(sees((actor)father));
    assert_true(policy_request_givers(stand(helper), 0, field_named("learning_support_detail")) == PERSON(mother));
    add_reply(&w, mother, field_named("learning_support_detail"), true);
    assert_int_equal(state_of("learning_support_detail"), REQUEST_COMPLETE);
    l->until = NOW;
    assert_int_equal(state_of("learning_support_detail"), REQUEST_OPEN);
    add_lock(&w, (actor)mother, PERSON(child), FIELD_NONE), add_lock(&w, (actor)father, PERSON(child), FIELD_NONE);
    assert_true(policy_request_givers(stand(helper), 0, field_named("learning_support_detail")) == 0); /* none is left: nobody */
    assert_int_equal(state_of("learning_support_detail"), REQUEST_OPEN);
}

/* A person who gives for himself while he is kept from the other subject; a manager who is kept from his home. */
static void t6_each_part_is_asked_apart(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    add_request(&w, helper, helper, PERSON(father) | PERSON(child), field_named("need_leisure"));
    lock_fact *l = add_lock(&w, (actor)father, PERSON(child), field_named("need_leisure"));
    /* Not for himself either: it would tell of the rest. */
    assert_false(is_asked((actor)father, "need_leisure") || sees((actor)father));
    w.requests[0].about = PERSON(father);
    assert_true(is_asked((actor)father, "need_leisure"));
    w.requests[0].about = PERSON(mother) | PERSON(child);
    assert_false(is_asked((actor)father, "need_leisure"));
    l->until = NOW;
    assert_true(is_asked((actor)father, "need_leisure"));
    /* Holders only are passed over (T6): a manager who is kept from his home's part is not asked, and nobody gives in his place. */
    add_request(&w, helper, helper, HOME(home_2), field_named("need_money"));
    assert_true(is_asked((actor)father, "need_money"));
    add_lock(&w, (actor)father, HOME(home_2), field_named("need_money"));
    assert_false(is_asked((actor)father, "need_money") || sees((actor)father));
    assert_true(policy_request_givers(stand(helper), 1, field_named("need_money")) == PERSON(father));
}

/* who asks him shows his name to the one who must answer; and whom he answered, he remembers. */
static void r102_the_asker_has_a_name(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_HIDDEN);
    request_fact *r = add_request(&w, coordinator, helper, PERSON(mother), field_named("need_work"));
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_EXACT);
    assert_int_equal(sees_helper((actor)mother, coordinator), LEVEL_EXACT);
    assert_int_equal(sees_helper((actor)mother, other), LEVEL_HIDDEN);
    assert_int_equal(sees_helper((actor)father, helper), LEVEL_HIDDEN);
    assert_int_equal(sees_helper(coordinator, helper), LEVEL_HIDDEN);
    place_of(&w, helper)->listed = true;
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_DERIVED);
    r->lapses = NOW;
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_DERIVED);
    r->recorded = NOW + 1;
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_HIDDEN);
    r->recorded = SINCE, r->asker = (actor)mother; /* what he asks himself shows nobody to him */
    assert_int_equal(sees_helper((actor)mother, helper), LEVEL_HIDDEN);
}

int stories_of_requests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r45_who_may_ask_whom_for_what),
        cmocka_unit_test(r48_nothing_is_asked_for_that_cannot_be_given),
        cmocka_unit_test(r21_the_givers_of_a_request),
        cmocka_unit_test(r57b_only_those_protected_are_asked),
        cmocka_unit_test(r54_nobody_is_asked_for_what_is_not_kept),
        cmocka_unit_test(r31_the_stricter_answer_wins),
        cmocka_unit_test(r32_a_conflict_is_about_its_topics),
        cmocka_unit_test(r21_every_subject_must_be_given),
        cmocka_unit_test(r12_the_newest_word_that_counts),
        cmocka_unit_test(r45_a_request_lapses),
        cmocka_unit_test(t7_the_asker_who_is_kept_out_sees_it_no_more),
        cmocka_unit_test(r12_a_word_after_the_lapse_is_none),
        cmocka_unit_test(r57b_all_who_are_named_must_be_there),
        cmocka_unit_test(r30_who_sees_a_request),
        cmocka_unit_test(t6_a_holder_who_is_kept_out_is_not_asked),
        cmocka_unit_test(t6_each_part_is_asked_apart),
        cmocka_unit_test(r102_the_asker_has_a_name),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
