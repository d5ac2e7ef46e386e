/* See story.h. */
#include "story.h"

world w;
static standing now;
unsigned mother, father, child, home_1, home_2;
actor helper;

standing *stand_at(actor viewer, moment at) {
    world_finish(&w);
    policy_stand(&w.f, viewer, at, &now);
    return &now;
}
standing *stand(actor viewer) { return stand_at(viewer, NOW); }

rule asks_at(actor viewer, moment at, const char *field, subjects about, bool wanted) {
    answer a = policy_ask(stand_at(viewer, at), field_named(field), about);
    if (a.allowed != wanted) print_error("%s: %s, wanted %s\n", field, rule_text(a.rule), wanted ? "yes" : "no");
    assert_int_equal(a.allowed, wanted);
    assert_int_equal(a.level, wanted ? LEVEL_EXACT : LEVEL_HIDDEN);
    return a.rule;
}

answer entry_at(actor viewer, moment at, const entry_fact *e) {
    return policy_entry(stand_at(viewer, at), (uint32_t)(e - w.entries), e->first_version + e->version_count - 1);
}
answer entry_of(actor viewer, const entry_fact *e) { return entry_at(viewer, NOW, e); }

level level_of(actor viewer, const char *field, subjects about) {
    answer a = policy_ask(stand(viewer), field_named(field), about);
    assert_int_equal(a.allowed, a.level != LEVEL_HIDDEN);
    return a.level;
}

subjects givers_of(const char *field, unsigned subject) {
    return policy_givers(stand(helper), field_named(field), PERSON(subject));
}

level sees_helper(actor viewer, actor whom) { return policy_sees_helper(stand(viewer), (uint8_t)(whom - FIRST_HELPER)); }

void two_homes(const char *law, unsigned years) {
    world_start(&w, law);
    mother = add_adult(&w), father = add_adult(&w), child = add_child(&w, years);
    home_1 = add_home(&w), home_2 = add_home(&w);
    add_relation(&w, LIVES_IN, mother, home_1), add_relation(&w, LIVES_IN, child, home_1);
    add_relation(&w, LIVES_IN, father, home_2), add_relation(&w, LIVES_IN, child, home_2);
    add_relation(&w, MANAGES, mother, home_1), add_relation(&w, MANAGES, father, home_2);
    add_relation(&w, HOLDS_AUTHORITY, mother, child), add_relation(&w, HOLDS_AUTHORITY, father, child);
    helper = add_helper(&w);
}
