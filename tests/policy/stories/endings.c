/* What ends: a text that somebody wants erased, a plan, a life. Nobody ends alone what others rely on. */
#include "story.h"

static actor coordinator;

static void a_family_with_a_coordinator(void) {
    two_homes("BE-VLG", 8);
    coordinator = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(mother), PERSON(mother), field_named("goals"));
}

static bool decides(actor who) { return policy_decide_erasure(stand(who), 0).allowed; }

/* whom it is about, and he reads it whole; whoever decides knows of it already. */
static void r73_who_asks_and_who_decides(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    version_fact *v = &w.versions[0];
    assert_true(policy_ask_erasure(stand((actor)mother), 0).allowed);
    assert_int_equal(policy_ask_erasure(stand((actor)mother), 0).rule, RULE_R73);
    assert_int_equal(policy_ask_erasure(stand((actor)father), 0).rule, RULE_R73);
    assert_false(policy_ask_erasure(stand((actor)father), 0).allowed);
    assert_false(policy_ask_erasure(stand(coordinator), 0).allowed);
    assert_true(decides(coordinator));
    assert_int_equal(policy_decide_erasure(stand(coordinator), 0).rule, RULE_R73);
    assert_int_equal(policy_decide_erasure(stand(helper), 0).rule, RULE_R73);
    assert_false(decides(helper) || decides((actor)mother) || decides(ACTOR_NONE));
    v->author = helper;
    assert_false(decides(helper)); /* he wrote it, and may not know of it any more */
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("goals"));
    assert_true(decides(helper));
    v->author = ACTOR_NONE;
    assert_false(decides(helper)); /* reading alone decides nothing */
    v->author = (actor)mother, v->wrote = PERSON(mother);
    assert_false(decides((actor)mother)); /* nor does writing, without a place */
    w.f.closed = NOW;
    assert_false(decides(coordinator));
    w.f.closed = MOMENT_NEVER;
    e->kind = KIND_REGISTER;
    assert_false(decides(coordinator) || policy_ask_erasure(stand((actor)mother), 0).allowed);
    e->kind = KIND_PLAN, e->withdrawn = NOW;
    assert_false(decides(coordinator) || policy_ask_erasure(stand((actor)mother), 0).allowed);
    e->withdrawn = MOMENT_NEVER;
    hold_fact *held = add_hold(&w, field_named("goals"), PERSON(mother), PERSON(mother));
    held->by = helper, v->wrote = 0, v->author = helper;
    answer asks = policy_ask_erasure(stand((actor)mother), 0);
    assert_int_equal(asks.allowed, policy_entry(stand((actor)mother), 0, 0).allowed); /* as far as he reads it */
}

/* What he reads in part, or is told of only, he can't name. */
static void r73_what_is_not_read_whole_is_not_asked(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother) | PERSON(father));
    add_grant(&w, (actor)father, PERSON(mother), PERSON(mother), field_named("goals"));
    assert_true(policy_ask_erasure(stand((actor)father), 0).allowed);
    assert_false(policy_erases_alone(stand((actor)father), 0)); /* it is hers too */
    w.grant_fields[w.f.grant_field_count - 1].level = LEVEL_DERIVED;
    assert_false(policy_ask_erasure(stand((actor)father), 0).allowed);
}

/* T9: what is about others too is theirs as well, and what protects somebody stays. */
static void r73_what_can_go(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    entry_fact *e = add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(mother));
    assert_true(policy_may_be_erased(&w.f, 0, (actor)mother));
    assert_false(policy_may_be_erased(&w.f, 0, (actor)father) || policy_may_be_erased(&w.f, 0, helper));
    e->about |= PERSON(child);
    assert_false(policy_may_be_erased(&w.f, 0, (actor)mother));
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        e->about = PERSON(mother), e->field = f;
        assert_int_equal(policy_may_be_erased(&w.f, 0, (actor)mother), !catalogue[f].protects);
    }
}

static void r73_own_space_goes_on_ones_own_word(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    w.people[child].turns_12 = SINCE;
    entry_fact *e = add_entry(&w, KIND_PLAN, FIELD_PRIVATE_NOTE_YOUTH, PERSON(child));
    version_fact *v = &w.versions[e->first_version];
    v->author = (actor)child, v->wrote = PERSON(child);
    assert_true(policy_erases_alone(stand((actor)child), 0));
    assert_false(policy_erases_alone(stand((actor)mother), 0));
    v->author = helper;
    assert_false(policy_erases_alone(stand((actor)child), 0));
    v->author = (actor)child, v->wrote = PERSON(child) | PERSON(mother);
    assert_false(policy_erases_alone(stand((actor)child), 0));
    v->wrote = PERSON(child), e->field = field_named("goals");
    assert_false(policy_erases_alone(stand((actor)child), 0));
    e->field = FIELD_PRIVATE_NOTE_YOUTH, e->about |= PERSON(mother);
    assert_false(policy_erases_alone(stand((actor)child), 0));
}

#define ASKS(who, end) policy_ask_plan_end(stand((actor)(who)), end).allowed
#define ENDS(who, end) policy_end_plan(stand((actor)(who)), end).allowed
#define RESUMES(who, end) policy_resume_plan(stand((actor)(who)), end).allowed

/* C-21, R-80: an adult asks, the coordinator says the second word, or after 14 days another adult; never the first one (T9). */
static void r80_two_words_close_a_plan(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    plan_course *c = &w.f.course;
    assert_true(ASKS(mother, PLAN_CLOSE) && ASKS(mother, PLAN_PAUSE));
    assert_int_equal(policy_ask_plan_end(stand((actor)mother), PLAN_CLOSE).rule, RULE_R80);
    assert_int_equal(policy_ask_plan_end(stand((actor)child), PLAN_CLOSE).rule, RULE_R80);
    assert_false(ASKS(child, PLAN_CLOSE) || ASKS(coordinator, PLAN_CLOSE) || ASKS(ACTOR_NONE, PLAN_PAUSE));
    assert_false(ENDS(coordinator, PLAN_CLOSE) || ENDS(coordinator, PLAN_PAUSE)); /* nobody asked */
    c->closing = NOW, c->closing_by = (actor)mother;
    assert_false(ASKS(father, PLAN_CLOSE));
    assert_true(ASKS(father, PLAN_PAUSE));
    assert_true(ENDS(coordinator, PLAN_CLOSE));
    assert_false(ENDS(coordinator, PLAN_PAUSE) || ENDS(mother, PLAN_CLOSE) || ENDS(father, PLAN_CLOSE) || ENDS(helper, PLAN_CLOSE));
    assert_int_equal(policy_end_plan(stand((actor)mother), PLAN_CLOSE).rule, RULE_R80);
    assert_int_equal(policy_end_plan(stand(coordinator), PLAN_CLOSE).rule, RULE_R80);
    c->closing = NOW - 14 * DAY + 1;
    assert_false(ENDS(mother, PLAN_CLOSE));
    c->closing = NOW - 14 * DAY;
    assert_true(ENDS(father, PLAN_CLOSE));
    assert_false(ENDS(mother, PLAN_CLOSE));
    w.people[father].died = NOW; /* nobody else is grown up */
    assert_true(ENDS(mother, PLAN_CLOSE));
    w.people[father].died = MOMENT_NEVER;
    assert_false(ENDS(child, PLAN_CLOSE) || ENDS(helper, PLAN_CLOSE));
    assert_true(RESUMES(mother, PLAN_CLOSE) && RESUMES(father, PLAN_CLOSE)); /* taken back, or stopped */
    assert_false(RESUMES(coordinator, PLAN_CLOSE) || RESUMES(child, PLAN_CLOSE) || RESUMES(mother, PLAN_PAUSE));
    assert_int_equal(policy_resume_plan(stand(coordinator), PLAN_CLOSE).rule, RULE_R80);
    assert_int_equal(policy_resume_plan(stand((actor)mother), PLAN_CLOSE).rule, RULE_R80);
    c->closing = c->closed = c->pausing = NOW;
    assert_false(ENDS(coordinator, PLAN_CLOSE) || ENDS(coordinator, PLAN_PAUSE)); /* it is over */
    c->closing = c->pausing = MOMENT_NEVER;
    assert_false(ASKS(mother, PLAN_CLOSE) || ASKS(mother, PLAN_PAUSE));
    assert_true(RESUMES(father, PLAN_CLOSE));
    assert_false(RESUMES(father, PLAN_PAUSE) || RESUMES(child, PLAN_CLOSE));
    w.f.erased = NOW;
    assert_false(RESUMES(father, PLAN_CLOSE));
}

static void r80_two_words_pause_a_plan(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    plan_course *c = &w.f.course;
    c->pausing = NOW, c->pausing_by = (actor)father;
    assert_false(ASKS(mother, PLAN_PAUSE));
    assert_true(ENDS(coordinator, PLAN_PAUSE));
    assert_true(RESUMES(father, PLAN_PAUSE) && RESUMES(mother, PLAN_PAUSE));
    assert_false(RESUMES(father, PLAN_CLOSE));
    c->pausing = NOW - 14 * DAY;
    assert_true(ENDS(mother, PLAN_PAUSE));
    assert_false(ENDS(father, PLAN_PAUSE));
    c->paused = w.f.closed = NOW;
    assert_false(ENDS(father, PLAN_PAUSE) || ASKS(mother, PLAN_PAUSE));
    c->pausing = NOW - 20 * DAY;
    assert_false(ENDS(father, PLAN_PAUSE)); /* it is paused already */
    c->pausing = MOMENT_NEVER;
    assert_true(RESUMES(mother, PLAN_PAUSE) && ASKS(mother, PLAN_CLOSE));
    c->closing = NOW;
    assert_false(ENDS(coordinator, PLAN_CLOSE)); /* while it is paused he has no place, */
    c->closing = NOW - 14 * DAY;
    assert_true(ENDS(father, PLAN_CLOSE)); /* so it takes the time */
}

/* who has died reads nothing and decides nothing; what he gave goes on by its own rules. */
static void r77_a_death(void **state) {
    (void)state;
    a_family_with_a_coordinator();
    add_grant(&w, helper, PERSON(father), PERSON(father), field_named("goals"));
    assert_int_equal(policy_note_death(stand(coordinator), mother).rule, RULE_R77);
    assert_true(policy_note_death(stand(coordinator), mother).allowed);
    assert_false(policy_note_death(stand(coordinator), PEOPLE_MAX).allowed);
    assert_false(policy_note_death(stand(helper), father).allowed || policy_note_death(stand((actor)mother), father).allowed);
    assert_int_equal(policy_note_death(stand(helper), father).rule, RULE_R77);
    unsigned aunt = add_adult(&w);
    assert_false(policy_note_death(stand(coordinator), aunt).allowed); /* whom he does not know */
    ALLOWED(father, "goals", PERSON(father), R14);
    assert_true(givers_of("need_school", child) & PERSON(father));
    w.people[father].died = NOW + 1;
    ALLOWED(father, "goals", PERSON(father), R14);
    add_grant(&w, coordinator, PERSON(father), PERSON(father), field_named("goals"));
    assert_true(policy_note_death(stand(coordinator), father).allowed);
    w.people[father].died = NOW;
    REFUSED(father, "goals", PERSON(father), R01);
    assert_false(stand((actor)father)->active);
    assert_false(policy_note_death(stand(coordinator), father).allowed); /* once */
    ALLOWED(helper, "goals", PERSON(father), R02);
    assert_int_equal(givers_of("need_school", child), PERSON(mother));
}

int stories_of_endings(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r73_who_asks_and_who_decides),
        cmocka_unit_test(r73_what_is_not_read_whole_is_not_asked),
        cmocka_unit_test(r73_what_can_go),
        cmocka_unit_test(r73_own_space_goes_on_ones_own_word),
        cmocka_unit_test(r80_two_words_close_a_plan),
        cmocka_unit_test(r80_two_words_pause_a_plan),
        cmocka_unit_test(r77_a_death),
    };
    return cmocka_run_group_tests_name("endings", tests, NULL, NULL);
}
