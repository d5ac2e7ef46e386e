/* What waits for somebody: who is reminded of what, since when and until when. */
#include "story.h"

static agenda_item items[64];
static uint32_t item_count;

/* The item of that kind about that row, or NULL; all of his are in `items`. */
static const agenda_item *waits_at(actor who, moment at, agenda_kind kind, uint32_t of) {
    item_count = policy_agenda(stand_at(who, at), items, COUNT(items));
    assert_true(item_count <= COUNT(items));
    assert_int_equal(policy_agenda(stand_at(who, at), NULL, 0), item_count);
    for (uint32_t i = 0; i < item_count; i++) {
        assert_true(i == 0 || items[i - 1].kind <= items[i].kind || items[i].kind == AGENDA_BIRTHDAY);
        if (items[i].kind == kind && items[i].of == of) return &items[i];
    }
    return NULL;
}
static bool waits(actor who, agenda_kind kind, uint32_t of) { return waits_at(who, NOW, kind, of) != NULL; }

/* From `since` on, until `until`, and not a microsecond more; the item says when it is due. */
static void assert_waits(actor who, agenda_kind kind, uint32_t of, moment since, moment until, moment due) {
    assert_null(waits_at(who, since - 1, kind, of));
    assert_non_null(waits_at(who, since, kind, of));
    assert_true(waits_at(who, since, kind, of)->since == since);
    assert_true(waits_at(who, since, kind, of)->due == due);
    if (until == MOMENT_NEVER) return;
    assert_non_null(waits_at(who, until - 1, kind, of));
    assert_null(waits_at(who, until, kind, of));
}

/* what he has not answered yet, while it can be. */
static void r45_an_answer_is_waited_for(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    request_fact *r = add_request(&w, helper, helper, PERSON(child) | PERSON(mother), field_named("learning_support_detail"));
    add_field(r->fields, field_named("need_work"));
    assert_waits((actor)mother, AGENDA_ANSWER, 0, r->recorded, r->lapses, r->lapses);
    assert_true(waits((actor)father, AGENDA_ANSWER, 0));
    assert_false(waits((actor)child, AGENDA_ANSWER, 0) || waits(helper, AGENDA_ANSWER, 0) || waits(ACTOR_NONE, AGENDA_ANSWER, 0));
    reply_fact *reply = add_reply(&w, mother, field_named("learning_support_detail"), true);
    assert_true(waits((actor)mother, AGENDA_ANSWER, 0)); /* of the other field she said nothing */
    add_field(reply->yes, field_named("need_work"));
    assert_false(waits((actor)mother, AGENDA_ANSWER, 0));
    assert_true(waits((actor)father, AGENDA_ANSWER, 0));
    r->withdrawn = NOW;
    assert_false(waits((actor)father, AGENDA_ANSWER, 0));
    /* What is complete by another's word waits for nobody. */
    add_request(&w, helper, helper, PERSON(child), field_named("need_school"));
    assert_true(waits((actor)father, AGENDA_ANSWER, 1));
    add_reply(&w, mother, field_named("need_school"), true);
    assert_false(waits((actor)father, AGENDA_ANSWER, 1));
}

/* the coordinator learns that they do not agree; not who, and nothing of what must leave no trace. */
static void r31_the_coordinator_sees_not_agreed(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    const actor team[] = {coordinator, other};
    for (size_t i = 0; i < COUNT(team); i++) add_grant(&w, team[i], PERSON(mother), PERSON(child), field_named("goals"));
    add_conflict(&w, child);
    request_fact *r = add_request(&w, helper, helper, PERSON(child), field_named("need_school"));
    add_reply(&w, mother, field_named("need_school"), true);
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    reply_fact *no = add_reply(&w, father, field_named("need_school"), false);
    assert_true(waits(coordinator, AGENDA_NOT_AGREED, 0));
    const actor nobody[] = {other, helper, (actor)mother, (actor)father, (actor)child};
    for (size_t i = 0; i < COUNT(nobody); i++) assert_false(waits(nobody[i], AGENDA_NOT_AGREED, 0));
    assert_true(waits_at(coordinator, NOW, AGENDA_NOT_AGREED, 0)->due == r->lapses);
    assert_true(waits_at(coordinator, NOW, AGENDA_NOT_AGREED, 0)->since == r->recorded);
    field_set fields;
    policy_not_agreed(stand_at(coordinator, r->lapses - 1), 0, fields);
    assert_true(has_field(fields, field_named("need_school")));
    policy_not_agreed(stand_at(coordinator, r->lapses), 0, fields);
    assert_true((fields[0] | fields[1]) == 0);
    r->asker = coordinator; /* who asked can't tell refused from silent */
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    r->asker = helper, r->recipient = coordinator;
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    place_of(&w, other)->coordinator = true; /* nor can a colleague tell him */
    r->recipient = other;
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    place_of(&w, other)->recorded = NOW + 1; /* who is none yet, or no longer, is not one */
    assert_true(waits(coordinator, AGENDA_NOT_AGREED, 0));
    place_of(&w, other)->recorded = 0, place_of(&w, other)->until = NOW;
    assert_true(waits(coordinator, AGENDA_NOT_AGREED, 0));
    place_of(&w, other)->coordinator = false;
    assert_true(waits(coordinator, AGENDA_NOT_AGREED, 0));
    r->recipient = helper;
    r->about |= PERSON(mother); /* whom he does not know */
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    r->about = PERSON(child), w.replies[0].yes[0] = w.replies[0].yes[1] = 0; /* only a no: that is an answer */
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    add_field(w.replies[0].yes, field_named("need_school"));
    place_of(&w, coordinator)->until = NOW;
    add_crisis_role(&w, coordinator);
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
    place_of(&w, coordinator)->until = MOMENT_NEVER;
    assert_true(waits(coordinator, AGENDA_NOT_AGREED, 0));
    only_field(r->fields, field_named("safety_concern"));
    only_field(w.replies[0].yes, field_named("safety_concern")), only_field(no->no, field_named("safety_concern"));
    assert_false(waits(coordinator, AGENDA_NOT_AGREED, 0));
}

/* asked when the period is over, paused when the grace is; safety fields never. */
static void r02_a_giver_is_asked_to_confirm(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("debts_detail"));
    moment lapses = NOW + 10 * DAY;
    g->until = NOW + 200 * DAY;
    w.confirms[g->first_confirm].lapses = lapses;
    assert_waits((actor)mother, AGENDA_CONFIRM, 0, lapses - 15 * DAY, lapses, lapses);
    assert_waits((actor)mother, AGENDA_PAUSED, 0, lapses, g->until, g->until);
    assert_false(waits((actor)father, AGENDA_CONFIRM, 0) || waits(helper, AGENDA_CONFIRM, 0));
    add_confirm(&w, NOW, lapses + 90 * DAY);
    assert_non_null(waits_at((actor)mother, NOW - 1, AGENDA_CONFIRM, 0));
    assert_null(waits_at((actor)mother, NOW, AGENDA_CONFIRM, 0));
    assert_null(waits_at((actor)mother, lapses, AGENDA_PAUSED, 0));
    add_confirm(&w, SINCE - DAY, lapses); /* rows are not promised to be in order */
    assert_null(waits_at((actor)mother, lapses, AGENDA_PAUSED, 0));
    g->confirm_count = 1;
    stop_fact *stop = add_stop(&w, g);
    assert_false(waits((actor)mother, AGENDA_CONFIRM, 0));
    stop->until = NOW;
    w.grant_fields[g->first_field].ended = NOW;
    assert_false(waits((actor)mother, AGENDA_CONFIRM, 0));
    add_grant_field(&w, field_named("need_work"));
    assert_false(waits((actor)mother, AGENDA_CONFIRM, 0)); /* what lives on needs no confirming */
    add_grant_field(&w, field_named("justice_situation"));
    assert_true(waits((actor)mother, AGENDA_CONFIRM, 0));
    g->about |= PERSON(child); /* from whom she is kept out since: no trace, not even of what she gave (R-58b) */
    block_fact *b = add_block(&w, mother, PERSON(child));
    assert_false(waits((actor)mother, AGENDA_CONFIRM, 0));
    b->until = NOW, g->about = PERSON(mother);
    g->confirm_count = 0;
    assert_true(waits((actor)mother, AGENDA_PAUSED, 0)); /* never given, never worked */
    for (unsigned i = 0; i < 2; i++) {
        const char *field = i ? "suicide_selfharm_risk" : "need_work";
        grant_fact *safe = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named(field));
        w.confirms[safe->first_confirm].lapses = lapses;
        assert_false(waits((actor)mother, AGENDA_CONFIRM, 1 + i));
        assert_null(waits_at((actor)mother, lapses, AGENDA_PAUSED, 1 + i));
    }
}

/* giver and recipient, 30 days ahead. */
static void r11_thirty_days_ahead(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    assert_false(waits((actor)mother, AGENDA_EXPIRES, 0));
    g->until = NOW + 10 * DAY;
    assert_waits((actor)mother, AGENDA_EXPIRES, 0, g->until - 30 * DAY, g->until, g->until);
    assert_waits(helper, AGENDA_EXPIRES, 0, g->until - 30 * DAY, g->until, g->until);
    assert_false(waits((actor)father, AGENDA_EXPIRES, 0) || waits((actor)child, AGENDA_EXPIRES, 0));
    stop_fact *stop = add_stop(&w, g);
    assert_false(waits((actor)mother, AGENDA_EXPIRES, 0) || waits(helper, AGENDA_EXPIRES, 0));
    stop->until = NOW;
    w.grant_fields[g->first_field].ended = NOW;
    assert_false(waits((actor)mother, AGENDA_EXPIRES, 0) || waits(helper, AGENDA_EXPIRES, 0));
    w.grant_fields[g->first_field].ended = MOMENT_NEVER;
    add_lock(&w, helper, PERSON(mother), field_named("need_work")); /* T7 */
    assert_false(waits(helper, AGENDA_EXPIRES, 0));
    assert_true(waits((actor)mother, AGENDA_EXPIRES, 0));
    grant_fact *about_him = add_grant(&w, helper, PERSON(mother), PERSON(father), field_named("need_work"));
    about_him->until = NOW + DAY; /* he sees it, and neither gave nor receives it */
    assert_true(policy_sees_grant(stand((actor)father), 1));
    assert_false(waits((actor)father, AGENDA_EXPIRES, 1));
}

/* 60 days ahead, he himself, those who hold authority and the coordinator who knows him. */
static void r24_sixty_days_before_a_birthday(void **state) {
    (void)state;
    static const struct {
        const char *law;
        unsigned years;
        bool task;
    } cases[] = {{"BE-VLG", 12, true}, {"BE-VLG", 16, false}, {"BE-VLG", 18, true},
                 {"NL", 12, true},     {"NL", 16, true},      {"NL", 18, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        two_homes(cases[i].law, 8);
        unsigned aunt = add_adult(&w);
        actor coordinator = add_helper(&w), stranger = add_helper(&w);
        place_of(&w, coordinator)->coordinator = place_of(&w, stranger)->coordinator = true;
        add_grant(&w, coordinator, PERSON(mother), PERSON(child), field_named("goals"));
        add_grant(&w, helper, PERSON(mother), PERSON(child), field_named("goals"));
        moment *turns[] = {&w.people[child].turns_12, &w.people[child].turns_16, &w.people[child].turns_18};
        const unsigned years[] = {12, 16, 18};
        for (unsigned t = 0; t < 3; t++) *turns[t] = NOW + ((moment)years[t] - (moment)cases[i].years) * 365 * DAY + 10 * DAY;
        moment birthday = NOW + 10 * DAY;
        const actor whom[] = {(actor)mother, (actor)father, (actor)child, coordinator}, not[] = {(actor)aunt, helper, stranger};
        for (size_t n = 0; n < COUNT(whom); n++) {
            assert_int_equal(waits(whom[n], AGENDA_BIRTHDAY, child), cases[i].task);
            if (!cases[i].task) continue;
            assert_waits(whom[n], AGENDA_BIRTHDAY, child, birthday - 60 * DAY, birthday, birthday);
            assert_int_equal(waits_at(whom[n], NOW, AGENDA_BIRTHDAY, child)->years, cases[i].years);
        }
        for (size_t n = 0; n < COUNT(not); n++) assert_false(waits(not[n], AGENDA_BIRTHDAY, child));
        agenda_item one[1] = {{.years = 77}};
        assert_int_equal(policy_agenda(stand((actor)mother), one, 0), cases[i].task);
        assert_int_equal(one[0].years, 77);
        assert_int_equal(policy_agenda(stand((actor)mother), one, 1), cases[i].task);
        assert_int_equal(one[0].years, cases[i].task ? cases[i].years : 77);
    }
    two_homes("BE-VLG", 8);
    w.people[child].turns_12 = w.people[child].turns_18 = MOMENT_NEVER;
    assert_false(waits((actor)mother, AGENDA_BIRTHDAY, child));
    assert_false(waits((actor)mother, AGENDA_BIRTHDAY, mother));
    w.people[child].turns_12 = MOMENT_MIN;
    assert_false(waits((actor)mother, AGENDA_BIRTHDAY, child));
    w.people[child].turns_12 = NOW + DAY;
    assert_true(waits((actor)mother, AGENDA_BIRTHDAY, child));
    jurisdiction law = *w.f.law; /* where nothing changes on that day, nobody is reminded */
    law.at_12 = TRANSITION_NONE, w.f.law = &law;
    assert_false(waits((actor)mother, AGENDA_BIRTHDAY, child));
    w.people[child].member = false;
    assert_false(waits((actor)child, AGENDA_BIRTHDAY, child));
}

/* since the birthday she decides about what others gave of her; due when the grace ends. */
static void r24_whoever_decides_now_looks_at_what_was_given(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    moment birthday = NOW - 5 * DAY;
    w.people[child].turns_12 = birthday;
    grant_fact *g = add_grant(&w, helper, PERSON(mother) | PERSON(father), PERSON(child), field_named("need_school"));
    add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    add_grant(&w, (actor)child, PERSON(mother), PERSON(mother), field_named("need_work")); /* to her, not about her */
    assert_false(waits((actor)child, AGENDA_DECIDE, 2));
    assert_waits((actor)child, AGENDA_DECIDE, 0, birthday, MOMENT_NEVER, birthday + 60 * DAY);
    assert_false(waits((actor)mother, AGENDA_DECIDE, 0) || waits(helper, AGENDA_DECIDE, 0));
    assert_false(waits((actor)child, AGENDA_DECIDE, 1));
    add_capacity(&w, child, false);
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    w.f.capacity_count = 0;
    confirm_fact *again = &w.confirms[g->first_confirm];
    again->recorded = birthday;
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    again->recorded = NOW;
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    again->recorded = NOW + 1;
    assert_true(waits((actor)child, AGENDA_DECIDE, 0));
    again->recorded = birthday - 1;
    assert_true(waits((actor)child, AGENDA_DECIDE, 0));
    g->from = birthday;
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    g->from = SINCE, g->givers = PERSON(child);
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    g->givers = PERSON(mother);
    stop_fact *stop = add_stop(&w, g);
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    stop->until = NOW, g->until = NOW;
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    g->until = MOMENT_NEVER;
    w.grant_fields[g->first_field].field = field_named("safety_concern"); /* of which she finds no trace */
    assert_false(waits((actor)child, AGENDA_DECIDE, 0));
    w.grant_fields[g->first_field].field = field_named("need_school");
    w.people[child].turns_12 -= 6 * 365 * DAY, w.people[child].turns_16 = NOW - 2 * 365 * DAY, w.people[child].turns_18 = birthday;
    assert_true(waits((actor)child, AGENDA_DECIDE, 0)); /* grown up */
}

/* SS2: the safety role is told where a second professional is missing. */
static void ss2_four_eyes_are_waited_for(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor guard = add_helper(&w);
    place_of(&w, guard)->safety = true;
    grant_fact *g = add_grant(&w, helper, PERSON(child), PERSON(child), field_named("safety_plan"));
    grant_field_fact *gf = &w.grant_fields[g->first_field];
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    gf->four_eyes = MOMENT_NEVER;
    assert_true(waits(guard, AGENDA_FOUR_EYES, 0));
    assert_true(waits_at(guard, NOW, AGENDA_FOUR_EYES, 0)->since == g->recorded);
    assert_true(waits_at(guard, NOW, AGENDA_FOUR_EYES, 0)->due == g->until);
    assert_false(waits(helper, AGENDA_FOUR_EYES, 0) || waits((actor)child, AGENDA_FOUR_EYES, 0));
    gf->four_eyes = NOW;
    assert_non_null(waits_at(guard, NOW - 1, AGENDA_FOUR_EYES, 0));
    assert_null(waits_at(guard, NOW, AGENDA_FOUR_EYES, 0));
    gf->four_eyes = MOMENT_NEVER, gf->ended = NOW;
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    gf->ended = MOMENT_NEVER;
    stop_fact *stop = add_stop(&w, g);
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    stop->until = NOW;
    lock_fact *l = add_lock(&w, guard, PERSON(child), field_named("safety_plan"));
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    only_field(l->fields, field_named("goals"));
    assert_true(waits(guard, AGENDA_FOUR_EYES, 0));
    every_field(l->fields);
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    l->until = NOW, place_of(&w, guard)->until = NOW;
    add_crisis_role(&w, guard);
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
    place_of(&w, guard)->until = MOMENT_NEVER, gf->field = field_named("need_work");
    assert_false(waits(guard, AGENDA_FOUR_EYES, 0));
}

/* who judged and the coordinator, two weeks ahead, until a newer record about the same. */
static void r23_a_capacity_is_looked_at_again(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(child), PERSON(child), field_named("goals"));
    capacity_fact *c = add_capacity(&w, child, false);
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->by = helper, c->review = NOW + DAY;
    assert_waits(helper, AGENDA_CAPACITY_REVIEW, 0, c->review - 14 * DAY, MOMENT_NEVER, c->review);
    assert_non_null(waits_at(helper, c->review + DAY, AGENDA_CAPACITY_REVIEW, 0)); /* late is not done */
    assert_true(waits(coordinator, AGENDA_CAPACITY_REVIEW, 0));
    assert_false(waits(other, AGENDA_CAPACITY_REVIEW, 0) || waits((actor)mother, AGENDA_CAPACITY_REVIEW, 0));
    c->review = MOMENT_NEVER;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->review = NOW;
    capacity_fact *newer = add_capacity(&w, child, false);
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0)); /* recorded at the same time: not after it */
    newer->recorded = SINCE + 1;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->from = NOW + 1;
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->from = NOW;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->from = SINCE, newer->recorded = NOW;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->from = SINCE, newer->recorded = NOW + 1;
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->recorded = NOW, newer->topics[0] &= ~(uint64_t)1;
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->topics[0] |= 1, newer->person = (uint8_t)mother;
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    newer->person = (uint8_t)child, newer->able = true;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    w.f.capacity_count = 1;
    c->recorded = NOW + 1;
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->recorded = NOW;
    assert_true(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->recorded = SINCE, c->person = (uint8_t)mother; /* grown up: nothing to look at */
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->person = (uint8_t)child, place_of(&w, helper)->until = NOW;
    add_crisis_role(&w, helper);
    assert_false(waits(helper, AGENDA_CAPACITY_REVIEW, 0));
    c->person = (uint8_t)add_child(&w, 14); /* whom the coordinator does not know */
    assert_false(waits(coordinator, AGENDA_CAPACITY_REVIEW, 0));
}

/* */
static void r40_a_hold_is_looked_at_again(void **state) {
    (void)state;
    two_homes("NL", 14);
    actor coordinator = add_helper(&w), other = add_helper(&w);
    place_of(&w, coordinator)->coordinator = true;
    add_grant(&w, coordinator, PERSON(child), PERSON(child), field_named("goals"));
    hold_fact *h = add_hold(&w, field_named("goals"), PERSON(child), PERSON(mother));
    assert_false(waits(helper, AGENDA_HOLD_REVIEW, 0));
    h->by = helper, h->review = NOW + DAY, h->until = NOW + 10 * DAY;
    assert_waits(helper, AGENDA_HOLD_REVIEW, 0, h->review - 14 * DAY, h->until, h->review);
    assert_true(waits(coordinator, AGENDA_HOLD_REVIEW, 0));
    assert_false(waits(other, AGENDA_HOLD_REVIEW, 0) || waits((actor)mother, AGENDA_HOLD_REVIEW, 0));
    h->about |= PERSON(father);
    assert_false(waits(coordinator, AGENDA_HOLD_REVIEW, 0));
    assert_true(waits(helper, AGENDA_HOLD_REVIEW, 0));
    place_of(&w, helper)->until = NOW;
    add_crisis_role(&w, helper);
    assert_false(waits(helper, AGENDA_HOLD_REVIEW, 0));
}

/* the safety role, once it is over and until two have said their word; not the one who opened it. */
static void r53_a_review_is_waited_for(void **state) {
    (void)state;
    two_homes("BE-VLG", 14);
    actor crisis = add_crisis_helper(&w), guard = add_helper(&w);
    place_of(&w, guard)->safety = true;
    emergency_fact *e = add_emergency(&w, crisis, field_named("medication_allergies"), PERSON(child));
    e->review_due = e->until + 3 * DAY, e->reviewed = e->until + 2 * DAY;
    assert_waits(guard, AGENDA_EMERGENCY_REVIEW, 0, e->until, e->reviewed, e->review_due);
    assert_null(waits_at(crisis, e->until, AGENDA_EMERGENCY_REVIEW, 0));
    assert_null(waits_at(helper, e->until, AGENDA_EMERGENCY_REVIEW, 0));
    e->helper = (uint8_t)(guard - FIRST_HELPER);
    assert_null(waits_at(guard, e->until, AGENDA_EMERGENCY_REVIEW, 0));
    e->helper = (uint8_t)(crisis - FIRST_HELPER), e->recorded = e->until + 1;
    assert_null(waits_at(guard, e->until, AGENDA_EMERGENCY_REVIEW, 0));
    e->recorded = e->until;
    assert_non_null(waits_at(guard, e->until, AGENDA_EMERGENCY_REVIEW, 0));
    e->recorded = SINCE, place_of(&w, guard)->until = NOW;
    add_crisis_role(&w, guard);
    assert_null(waits_at(guard, e->until, AGENDA_EMERGENCY_REVIEW, 0));
}

/* R-80, and nobody: no tasks. */
static void r80_nothing_waits_in_a_closed_plan_for_a_helper(void **state) {
    (void)state;
    two_homes("BE-VLG", 8);
    grant_fact *g = add_grant(&w, helper, PERSON(mother), PERSON(mother), field_named("need_work"));
    g->until = NOW + DAY;
    assert_true(waits(helper, AGENDA_EXPIRES, 0));
    w.f.closed = NOW;
    assert_false(waits(helper, AGENDA_EXPIRES, 0));
    assert_int_equal(item_count, 0);
    assert_true(waits((actor)mother, AGENDA_EXPIRES, 0));
    w.f.erased = NOW;
    assert_false(waits((actor)mother, AGENDA_EXPIRES, 0));
    assert_int_equal(item_count, 0);
}

int stories_of_agenda(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r45_an_answer_is_waited_for),
        cmocka_unit_test(r31_the_coordinator_sees_not_agreed),
        cmocka_unit_test(r02_a_giver_is_asked_to_confirm),
        cmocka_unit_test(r11_thirty_days_ahead),
        cmocka_unit_test(r24_sixty_days_before_a_birthday),
        cmocka_unit_test(r24_whoever_decides_now_looks_at_what_was_given),
        cmocka_unit_test(ss2_four_eyes_are_waited_for),
        cmocka_unit_test(r23_a_capacity_is_looked_at_again),
        cmocka_unit_test(r40_a_hold_is_looked_at_again),
        cmocka_unit_test(r53_a_review_is_waited_for),
        cmocka_unit_test(r80_nothing_waits_in_a_closed_plan_for_a_helper),
    };
    return cmocka_run_group_tests_name("agenda", tests, NULL, NULL);
}
