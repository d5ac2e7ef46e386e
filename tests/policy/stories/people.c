/* How people come into a plan: who adds, invites and joins, births, and what must be seen and said first. */
#include "story.h"

static actor coordinator;

/* Two homes, a helper, and a coordinator who knows the child and both parents. */
static void begin(unsigned years) {
    two_homes("BE-VLG", years);
    coordinator = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(mother), PERSON(child) | PERSON(mother), field_named("goals"));
    add_grant(&w, coordinator, PERSON(father), PERSON(father), field_named("goals"));
}

static answer invites(actor who, actor whom) { return policy_invite(stand(who), whom); }
#define INVITES(who, whom, why)                                                                                                    \
    do {                                                                                                                           \
        answer a_ = invites((actor)(who), (actor)(whom));                                                                          \
        assert_true(a_.allowed);                                                                                                   \
        assert_int_equal(a_.rule, RULE_##why);                                                                                     \
    } while (0)
#define INVITES_NOT(who, whom) assert_false(invites((actor)(who), (actor)(whom)).allowed)

/* a code is the coordinator's to make, for those whom he knows; nobody makes one for himself. */
static void r38_the_coordinator_makes_codes(void **state) {
    (void)state;
    begin(14);
    unsigned stranger = add_adult(&w), unborn = add_unborn(&w, mother);
    INVITES(coordinator, child, R38);
    INVITES(coordinator, mother, R38);
    INVITES_NOT(coordinator, stranger);
    INVITES_NOT(coordinator, unborn);
    INVITES_NOT(coordinator, coordinator);
    INVITES_NOT(coordinator, ACTOR_NONE);
    INVITES_NOT(helper, child);
    INVITES_NOT(ACTOR_NONE, child);
    INVITES_NOT(coordinator, helper); /* nothing shows the helper to him */
    INVITES_NOT(child, mother);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("goals"));
    add_grant(&w, coordinator, PERSON(mother), PERSON(mother), FIELD_TEAM_MEMBERS);
    INVITES(coordinator, helper, R38);
    w.people[father].member = false;
    INVITES_NOT(coordinator, father);
}

/* Whom he brought in himself he may invite before anything else tells him of them. */
static void r38_who_brought_them_in_may_name_them(void **state) {
    (void)state;
    begin(8);
    unsigned stranger = add_adult(&w);
    INVITES_NOT(coordinator, stranger);
    INVITES_NOT(coordinator, helper);
    entry_fact *other = add_entry(&w, KIND_NAME, FIELD_MEMBER_IDENTITY, PERSON(father));
    other->of = father;
    w.versions[other->first_version].author = coordinator;
    INVITES_NOT(coordinator, stranger);
    entry_fact *name = add_entry(&w, KIND_NAME, FIELD_MEMBER_IDENTITY, PERSON(stranger));
    name->of = stranger;
    w.versions[name->first_version].author = coordinator;
    entry_fact *line = add_entry(&w, KIND_HELPER, FIELD_TEAM_MEMBERS, 0);
    line->of = (uint32_t)(helper - FIRST_HELPER);
    INVITES_NOT(coordinator, helper);
    w.versions[line->first_version].author = coordinator;
    INVITES(coordinator, stranger, R38);
    INVITES(coordinator, helper, R38);
    assert_false(policy_may_name(stand((actor)mother), (actor)stranger));
    INVITES_NOT(mother, stranger);
    w.people[stranger].member = false; /* only blocked, not of the family */
    INVITES_NOT(coordinator, stranger);
    w.people[stranger].member = true, w.people[stranger].born = NOW + 1;
    INVITES_NOT(coordinator, stranger);
    w.people[stranger].born = NOW;
    INVITES(coordinator, stranger, R38);
}

/* a parent never gets a code, for whomever; the answer says nothing of authority. */
static void r35_a_parent_asks_the_coordinator(void **state) {
    (void)state;
    begin(8);
    INVITES(mother, child, R35);
    INVITES(mother, father, R35);
    INVITES(father, mother, R35);
    w.relations[0].until = NOW;
    for (unsigned i = 0; i < w.f.relation_count; i++)
        if (w.relations[i].kind == HOLDS_AUTHORITY && w.relations[i].person == father) w.relations[i].until = NOW;
    add_relation(&w, LIVES_IN, father, home_1);
    add_relation(&w, LIVES_IN, mother, home_1);
    INVITES(mother, father, R35);
}

/* whoever invites sees no difference; whoever is kept out never joins. */
static void r58_who_is_kept_out_never_joins(void **state) {
    (void)state;
    begin(8);
    w.people[father].account = false;
    assert_true(policy_may_join(&w.f, (actor)father, NOW));
    assert_false(policy_is_kept_out(&w.f, (actor)father, NOW));
    block_fact *block = add_block(&w, father, PERSON(child));
    INVITES(coordinator, father, R38);
    assert_true(policy_is_kept_out(&w.f, (actor)father, NOW));
    assert_false(policy_may_join(&w.f, (actor)father, NOW));
    assert_false(policy_is_kept_out(&w.f, (actor)mother, NOW));
    block->until = NOW;
    assert_true(policy_may_join(&w.f, (actor)father, NOW));
    lock_fact *lock = add_lock(&w, (actor)father, PERSON(child), field_named("goals"));
    assert_true(policy_may_join(&w.f, (actor)father, NOW)); /* it names a field: the rest is his */
    every_field(lock->fields);
    assert_false(policy_may_join(&w.f, (actor)father, NOW));
    assert_true(policy_is_kept_out(&w.f, (actor)father, NOW));
    lock->not_for = (actor)mother;
    assert_true(policy_may_join(&w.f, (actor)father, NOW));
    lock->not_for = (actor)father, lock->until = NOW;
    assert_true(policy_may_join(&w.f, (actor)father, NOW));
}

/* Only a member who is born and has no account; a helper with a place that runs or waits, while the plan is open. */
static void r38_who_may_become_whom(void **state) {
    (void)state;
    begin(8);
    unsigned unborn = add_unborn(&w, mother);
    assert_false(policy_may_join(&w.f, ACTOR_NONE, NOW));
    assert_false(policy_may_join(&w.f, (actor)mother, NOW)); /* has one */
    assert_false(policy_may_join(&w.f, (actor)unborn, NOW));
    w.people[mother].account = false;
    assert_true(policy_may_join(&w.f, (actor)mother, NOW));
    w.people[mother].recorded = NOW + 1;
    assert_false(policy_may_join(&w.f, (actor)mother, NOW));
    w.people[mother].recorded = NOW, w.people[mother].born = NOW;
    assert_true(policy_may_join(&w.f, (actor)mother, NOW));
    w.people[mother].recorded = SINCE, w.people[mother].born = MOMENT_MIN, w.people[mother].member = false;
    assert_false(policy_may_join(&w.f, (actor)mother, NOW));
    w.people[mother].member = true;
    assert_true(policy_may_join(&w.f, helper, NOW));
    place_fact *place = place_of(&w, helper);
    place->from = MOMENT_NEVER;
    assert_true(policy_may_join(&w.f, helper, NOW));
    place->recorded = NOW;
    assert_true(policy_may_join(&w.f, helper, NOW));
    place->recorded = NOW + 1;
    assert_false(policy_may_join(&w.f, helper, NOW));
    place->recorded = SINCE, place->until = NOW;
    world_finish(&w); /* and nobody looks beyond the last place */
    assert_false(policy_may_join(&w.f, helper, NOW));
    place->until = MOMENT_NEVER, w.f.closed = NOW;
    assert_false(policy_may_join(&w.f, helper, NOW));
    assert_true(policy_may_join(&w.f, (actor)mother, NOW));
    w.f.erased = NOW;
    assert_false(policy_may_join(&w.f, (actor)mother, NOW));
}

/* R-42, C-03: before his yes to the agreements a helper reads nothing, and his yes is asked while the place is his. */
static void r42_a_place_waits_for_the_agreements(void **state) {
    (void)state;
    begin(8);
    place_fact *place = place_of(&w, helper);
    assert_false(policy_place_waits(stand(helper)));
    assert_true(stand(helper)->active);
    place->from = MOMENT_NEVER;
    assert_true(policy_place_waits(stand(helper)));
    assert_false(stand(helper)->active);
    assert_false(policy_place_waits(stand(coordinator)) || policy_place_waits(stand((actor)mother)));
    place->recorded = NOW;
    assert_true(policy_place_waits(stand(helper)));
    place->recorded = NOW + 1;
    assert_false(policy_place_waits(stand(helper)));
    place->recorded = SINCE, place->until = NOW;
    assert_false(policy_place_waits(stand(helper)));
    place->until = MOMENT_NEVER, w.f.closed = NOW;
    assert_false(policy_place_waits(stand(helper)));
    w.f.closed = MOMENT_NEVER, w.f.erased = NOW;
    assert_false(policy_place_waits(stand(helper)));
}

/* R-42, C-17: the coordinator adds a helper when adults of the family said yes. */
static void r42_a_helper_comes_with_the_familys_yes(void **state) {
    (void)state;
    begin(8);
    assert_true(policy_add_helper(stand(coordinator), PERSON(mother)).allowed);
    assert_true(policy_add_helper(stand(coordinator), PERSON(mother) | PERSON(father)).allowed);
    assert_false(policy_add_helper(stand(coordinator), 0).allowed);
    assert_false(policy_add_helper(stand(coordinator), PERSON(child)).allowed);
    assert_false(policy_add_helper(stand(coordinator), PERSON(mother) | UNKNOWN_SUBJECT).allowed);
    assert_false(policy_add_helper(stand(helper), PERSON(mother)).allowed);
    assert_false(policy_add_helper(stand((actor)mother), PERSON(mother)).allowed);
    assert_int_equal(policy_add_helper(stand(helper), PERSON(mother)).rule, RULE_R42);
}

/* an adult adds to a home of his; who has authority, only the coordinator notes. */
static void r20_who_adds_a_person(void **state) {
    (void)state;
    begin(8);
    assert_true(policy_add_person(stand((actor)mother), HOME(home_1), false).allowed);
    assert_false(policy_add_person(stand((actor)mother), HOME(home_1), true).allowed);
    add_entry(&w, KIND_PLAN, field_named("goals"), PERSON(child));
    w.versions[add_entry(&w, KIND_NAME, FIELD_NONE, 0)->first_version].author = (actor)father; /* another's */
    for (unsigned i = 0; i < 6; i++) { /* one member alone fills no plan (T9) */
        assert_true(policy_add_person(stand((actor)mother), HOME(home_1), false).allowed);
        entry_fact *e = add_entry(&w, KIND_NAME, FIELD_NONE, 0);
        e->of = child, w.versions[e->first_version].author = (actor)mother;
    }
    assert_false(policy_add_person(stand((actor)mother), HOME(home_1), false).allowed);
    w.f.entry_count -= 8, w.f.version_count -= 8;
    assert_false(policy_add_person(stand((actor)mother), HOME(home_2), false).allowed);
    assert_false(policy_add_person(stand((actor)mother), 0, false).allowed);
    assert_false(policy_add_person(stand((actor)child), HOME(home_1), false).allowed);
    assert_false(policy_add_person(stand(helper), 0, false).allowed);
    assert_true(policy_add_person(stand(coordinator), 0, true).allowed);
    assert_false(policy_add_person(stand(coordinator), HOME(home_1), true).allowed); /* a home of which he knows nothing */
    assert_false(policy_add_person(stand(coordinator), UNKNOWN_SUBJECT, false).allowed);
    assert_false(policy_add_person(stand(coordinator), PERSON(child), false).allowed);
    add_relation(&w, MANAGES, mother, add_home(&w)); /* known, and not the father's */
    assert_false(policy_add_person(stand((actor)father), HOME(2), false).allowed);
}

/* the owner of the unborn records the birth, or the coordinator whom she told; from then on nothing given before works. */
static void r27_who_records_a_birth(void **state) {
    (void)state;
    begin(8);
    unsigned unborn = add_unborn(&w, mother);
    assert_true(policy_record_birth(stand((actor)mother), unborn).allowed);
    assert_int_equal(policy_record_birth(stand((actor)mother), unborn).rule, RULE_R27);
    assert_false(policy_record_birth(stand((actor)father), unborn).allowed);
    assert_false(policy_record_birth(stand(coordinator), unborn).allowed);
    assert_false(policy_record_birth(stand((actor)mother), child).allowed);
    assert_false(policy_record_birth(stand((actor)mother), PEOPLE_MAX).allowed);
    add_grant(&w, helper, PERSON(mother), PERSON(mother), FIELD_PREGNANCY);
    assert_false(policy_record_birth(stand(helper), unborn).allowed);
    add_grant(&w, coordinator, PERSON(mother), PERSON(mother), FIELD_PREGNANCY);
    assert_true(policy_record_birth(stand(coordinator), unborn).allowed);
    assert_false(policy_record_birth(stand(coordinator), child).allowed); /* whom she knows, and who is born */
    assert_false(policy_record_birth(stand(coordinator), PEOPLE_MAX).allowed);
    w.people[unborn].member = false;
    assert_false(policy_record_birth(stand((actor)mother), unborn).allowed);
    w.people[unborn].member = true, w.people[unborn].born = NOW;
    assert_false(policy_record_birth(stand((actor)mother), unborn).allowed);
    assert_int_equal(givers_of("goals", unborn), 0); /* nobody gives for the child until its authority is noted */
}

/* a helper who knows the minor says that the contact is still his own; the coordinator is reminded half a year after. */
static void r38_a_minors_contact_is_checked_again(void **state) {
    (void)state;
    begin(14);
    agenda_item items[32];
    uint32_t found = 0;
    assert_false(policy_check_contact(stand(coordinator), child).allowed); /* there is none */
    w.people[child].contact = NOW - 182 * DAY + 14 * DAY;
    assert_true(policy_check_contact(stand(coordinator), child).allowed);
    w.people[child].contact = NOW, w.people[mother].contact = SINCE;
    assert_true(policy_check_contact(stand(coordinator), child).allowed);
    assert_false(policy_check_contact(stand(coordinator), mother).allowed); /* of age: her own business */
    w.people[child].contact = NOW - 182 * DAY + 14 * DAY, w.people[mother].contact = MOMENT_NEVER;
    assert_false(policy_check_contact(stand(helper), child).allowed);
    assert_false(policy_check_contact(stand((actor)mother), child).allowed);
    assert_false(policy_check_contact(stand(coordinator), mother).allowed);
    assert_false(policy_check_contact(stand(coordinator), PEOPLE_MAX).allowed);
    uint32_t count = policy_agenda(stand(coordinator), items, COUNT(items));
    for (uint32_t i = 0; i < count; i++)
        if (items[i].kind == AGENDA_CONTACT) {
            assert_int_equal(items[i].of, child);
            assert_true(items[i].since == NOW && items[i].due == NOW + 14 * DAY);
            found++;
        }
    assert_int_equal(found, 1);
    w.people[child].contact++;
    for (uint32_t i = 0; i < policy_agenda(stand(coordinator), items, COUNT(items)); i++) assert_true(items[i].kind != AGENDA_CONTACT);
    w.people[child].contact = NOW - 300 * DAY;
    for (uint32_t i = 0; i < policy_agenda(stand((actor)mother), items, COUNT(items)); i++)
        assert_true(items[i].kind != AGENDA_CONTACT);
}

static bool waits_for(actor who, moment at, agenda_kind kind, uint32_t of, moment *since, moment *due) {
    agenda_item items[32];
    uint32_t count = policy_agenda(stand_at(who, at), items, COUNT(items));
    assert_true(count <= COUNT(items));
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].kind != kind || items[i].of != of) continue;
        *since = items[i].since, *due = items[i].due;
        return true;
    }
    return false;
}

/* a grown-up of the plan without an account is told within a month, or why not is noted; the task is gone then. */
static void r75_who_is_in_the_plan_is_told(void **state) {
    (void)state;
    begin(8);
    moment since, due;
    assert_false(waits_for(coordinator, NOW, AGENDA_INFORM, father, &since, &due)); /* he has an account */
    w.people[father].account = false, w.people[father].recorded = NOW - 10 * DAY;
    assert_true(waits_for(coordinator, NOW, AGENDA_INFORM, father, &since, &due));
    assert_true(since == NOW - 10 * DAY && due == NOW + 20 * DAY);
    assert_true(policy_note_informed(stand(coordinator), father).allowed);
    assert_int_equal(policy_note_informed(stand(coordinator), father).rule, RULE_R75);
    assert_false(waits_for((actor)mother, NOW, AGENDA_INFORM, father, &since, &due));
    assert_false(policy_note_informed(stand((actor)mother), father).allowed);
    assert_false(policy_note_informed(stand(helper), father).allowed);
    assert_false(policy_note_informed(stand(coordinator), child).allowed);
    w.people[child].account = false, w.people[child].informed = MOMENT_NEVER;
    assert_false(policy_note_informed(stand(coordinator), child).allowed); /* a minor, whom the holders tell */
    assert_false(policy_note_informed(stand(coordinator), PEOPLE_MAX).allowed);
    unsigned stranger = add_adult(&w);
    w.people[stranger].account = false;
    assert_false(policy_note_informed(stand(coordinator), stranger).allowed);
    entry_fact *name = add_entry(&w, KIND_NAME, FIELD_MEMBER_IDENTITY, PERSON(stranger));
    name->of = stranger;
    w.versions[name->first_version].author = coordinator;
    assert_true(policy_note_informed(stand(coordinator), stranger).allowed);
    w.people[father].informed = NOW;
    assert_false(policy_note_informed(stand(coordinator), father).allowed);
    assert_true(policy_note_informed(stand_at(coordinator, NOW - 1), father).allowed);
}

/* a minor writes nothing before he saw the limits; who is of age, and who helps, is not asked. */
static void r39_the_limits_come_before_the_first_word(void **state) {
    (void)state;
    begin(14);
    assert_false(policy_limits_unseen(stand((actor)child)));
    w.people[child].limits = NOW + 1;
    assert_true(policy_limits_unseen(stand((actor)child)));
    w.people[child].limits = NOW;
    assert_false(policy_limits_unseen(stand((actor)child)));
    assert_true(policy_limits_unseen(stand_at((actor)child, NOW - 1)));
    w.people[mother].limits = MOMENT_NEVER;
    assert_false(policy_limits_unseen(stand((actor)mother)));
    assert_false(policy_limits_unseen(stand(helper)) || policy_limits_unseen(stand(ACTOR_NONE)));
}

/* at eighteen parents read no more, and he is told that it is his now, with sixty days to take a copy. */
static void r25_at_eighteen_it_is_his(void **state) {
    (void)state;
    begin(17);
    moment since, due, birthday = w.people[child].turns_18;
    assert_false(waits_for((actor)child, birthday - 1, AGENDA_COPY, child, &since, &due));
    assert_true(waits_for((actor)child, birthday, AGENDA_COPY, child, &since, &due));
    assert_true(since == birthday && due == birthday + 60 * DAY);
    assert_true(waits_for((actor)child, due - 1, AGENDA_COPY, child, &since, &due));
    assert_false(waits_for((actor)child, birthday + 60 * DAY, AGENDA_COPY, child, &since, &due));
    assert_false(waits_for((actor)mother, birthday, AGENDA_COPY, child, &since, &due));
    assert_false(waits_for((actor)mother, birthday, AGENDA_COPY, mother, &since, &due));
    assert_int_equal(stand_at((actor)mother, birthday)->children, 0);
    ALLOWED_AT(child, birthday, "goals", PERSON(child), R14);
}

int stories_of_people(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r38_the_coordinator_makes_codes),
        cmocka_unit_test(r38_who_brought_them_in_may_name_them),
        cmocka_unit_test(r35_a_parent_asks_the_coordinator),
        cmocka_unit_test(r58_who_is_kept_out_never_joins),
        cmocka_unit_test(r38_who_may_become_whom),
        cmocka_unit_test(r42_a_place_waits_for_the_agreements),
        cmocka_unit_test(r42_a_helper_comes_with_the_familys_yes),
        cmocka_unit_test(r20_who_adds_a_person),
        cmocka_unit_test(r27_who_records_a_birth),
        cmocka_unit_test(r38_a_minors_contact_is_checked_again),
        cmocka_unit_test(r75_who_is_in_the_plan_is_told),
        cmocka_unit_test(r39_the_limits_come_before_the_first_word),
        cmocka_unit_test(r25_at_eighteen_it_is_his),
    };
    return cmocka_run_group_tests_name("policy: people", tests, NULL, NULL);
}
