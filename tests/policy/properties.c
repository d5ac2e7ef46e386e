/* What must hold of every family: random ones, tried in bulk. The seed is printed first; POLICY_SEED repeats the run, POLICY_WORLDS
 * tries so many families in each property (without: WORLDS); the number tried is printed at the end.
 *
 * Monotony (withdrawing, narrowing, stopping, ending, blocking, locking, freezing, holding back and closing never permit more),
 * two worlds (what a viewer may not see changes nothing for him), that a ruling really stays the same until its `valid_until`,
 * and that what hangs on a thing never shows without it. */
#include "world.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { WORLDS = 400, TRIES = 12 };

static world w;
static dice d;
static actor viewer;
static moment at;

typedef struct {
    level reads[WORLD_VERSIONS];
    level asked[FIELD_COUNT][8];
    level helpers[HELPERS_MAX];
    bool grants[WORLD_GRANTS], requests[ROWS];
    telling told[ROWS];
    ruling ruling;
    permit permits[WORLD_ENTRIES];
} everything;
static everything before, after;

static subjects asked[8];
static proof counted = {.count = WORLDS};

static void look_by(const facts *by, everything *e) {
    standing s;
    policy_stand(by, viewer, at, &s);
    policy_judge(by, viewer, at, ~0u, e->permits, &e->ruling);
    for (uint32_t i = 0; i < w.f.entry_count; i++)
        for (uint32_t v = 0; v < w.entries[i].version_count; v++)
            e->reads[w.entries[i].first_version + v] = policy_entry(&s, i, w.entries[i].first_version + v).level;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for (unsigned i = 0; i < 8; i++) e->asked[f][i] = policy_ask(&s, f, asked[i]).level;
    for (unsigned h = 0; h < w.f.helper_count; h++) e->helpers[h] = policy_sees_helper(&s, (uint8_t)h);
    for (unsigned g = 0; g < w.f.grant_count; g++) e->grants[g] = policy_sees_grant(&s, g);
    for (unsigned r = 0; r < w.f.request_count; r++) e->requests[r] = policy_sees_request(&s, r);
    for (unsigned i = 0; i < w.f.emergency_count; i++) e->told[i] = policy_told(&s, i);
}

static void look(everything *e) {
    world_finish(&w);
    look_by(&w.f, e);
}

static void next_world(void) {
    counted.tried++;
    world_random(&w, &d);
    viewer = random_viewer(&w, &d), at = roll(&d, 2) ? NOW : random_moment(&d);
    for (unsigned i = 0; i < 8; i++) asked[i] = random_subjects(&w, &d);
}

static const entry_fact *entry_with(uint32_t version) {
    for (uint32_t i = 0; i < w.f.entry_count; i++)
        if (version - w.entries[i].first_version < w.entries[i].version_count) return &w.entries[i];
    return NULL;
}

/* A stand-in may come where the name was: that is less, not more. */
static void assert_no_more(void) {
    for (uint32_t v = 0; v < w.f.version_count; v++)
        if (entry_with(v)->kind != KIND_LISTED) assert_true(after.reads[v] <= before.reads[v]);
    for (field_id f = 0; f < FIELD_COUNT; f++)
        for (unsigned i = 0; i < 8; i++) assert_true(after.asked[f][i] <= before.asked[f][i]);
    for (unsigned h = 0; h < w.f.helper_count; h++) assert_true(after.helpers[h] <= before.helpers[h]);
    for (unsigned g = 0; g < w.f.grant_count; g++) assert_true(before.grants[g] || !after.grants[g]);
    for (unsigned r = 0; r < w.f.request_count; r++) assert_true(before.requests[r] || !after.requests[r]);
    for (unsigned i = 0; i < w.f.emergency_count; i++) assert_true(after.told[i] <= before.told[i]);
    assert_true((after.ruling.known & ~before.ruling.known) == 0);
}

static void assert_same(uint32_t versions, unsigned helpers, unsigned grants) {
    assert_memory_equal(before.reads, after.reads, versions * sizeof *before.reads);
    assert_memory_equal(before.asked, after.asked, sizeof before.asked);
    assert_memory_equal(before.helpers, after.helpers, helpers * sizeof *before.helpers);
    assert_memory_equal(before.grants, after.grants, grants * sizeof *before.grants);
    assert_memory_equal(before.requests, after.requests, w.f.request_count * sizeof *before.requests);
    assert_true(before.ruling.known == after.ruling.known);
}

/* Somebody kept out: the viewer, half of the time. */
static void lock_something(void) {
    lock_fact *l = add_lock(&w, roll(&d, 2) ? viewer : random_viewer(&w, &d), random_subjects(&w, &d), FIELD_NONE);
    if (roll(&d, 4) == 0) return;
    l->fields[0] = l->fields[1] = 0;
    for (unsigned i = 0; i < 20; i++) add_field(l->fields, random_field(&d));
}

static void lower_something(void) {
    grant_field_fact *gf = &w.grant_fields[roll(&d, w.f.grant_field_count)];
    if (gf->level > LEVEL_HIDDEN) gf->level--;
}

static void end_something(void) {
    switch (roll(&d, 13)) {
    case 0: w.grant_fields[roll(&d, w.f.grant_field_count)].ended = at; break;
    case 1: w.grants[roll(&d, w.f.grant_count)].until = at; break;
    case 2: {
        place_fact *p = &w.places[roll(&d, w.f.place_count)];
        if (!p->safety) p->until = at; /* the coordinator steps in where the safety role ends */
        break;
    }
    case 8: lock_something(); break;
    case 9: lower_something(); break;
    case 10: add_stop(&w, &w.grants[roll(&d, w.f.grant_count)]); break;
    case 11: add_restriction(&w, &w.entries[roll(&d, w.f.entry_count)]); break;
    case 12:
        if (roll(&d, 8) == 0 && at < w.f.closed) w.f.closed = at;
        if (w.f.trusted_count) w.trusted[roll(&d, w.f.trusted_count)].until = at;
        break;
    case 3: add_block(&w, is_person(viewer) ? viewer : 0u, PERSON(roll(&d, w.f.people_count))); break;
    case 4: w.entries[roll(&d, w.f.entry_count)].withdrawn = at; break;
    case 5: {
        hold_fact *h = add_hold(&w, random_field(&d), PERSON(roll(&d, w.f.people_count)),
                                is_person(viewer) ? PERSON(viewer) : 1);
        for (unsigned i = 0; i < 20; i++) add_field(h->fields, random_field(&d));
        break;
    }
    case 6: w.emergencies[0].until = w.emergency_roles[roll(&d, w.f.emergency_role_count)].until = at; break;
    default: {
        relation_fact *r = &w.relations[roll(&d, w.f.relation_count)];
        if (r->kind != LIVES_IN) r->until = at; /* who moves out is no longer a subject of the shielded address */
    }
    }
}

static void taking_away_never_permits_more(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_world();
        look(&before);
        for (unsigned i = 0; i < TRIES; i++) {
            end_something();
            look(&after);
            assert_no_more();
            before = after;
        }
    }
}

static bool is_hidden_entry(uint32_t entry) {
    standing s;
    policy_stand(&w.f, viewer, at, &s);
    for (uint32_t v = 0; v < w.entries[entry].version_count; v++)
        if (policy_entry(&s, entry, w.entries[entry].first_version + v).allowed) return false;
    return true; /* at any level */
}

static void hidden_entries_change_nothing(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_world();
        look(&before);
        uint32_t versions = w.f.version_count, entries = w.f.entry_count, count = before.ruling.count;
        for (unsigned i = 0; i < TRIES; i++) {
            field_id field;
            subjects about;
            random_value(&w, &d, viewer, &field, &about);
            entry_fact *e = add_entry(&w, roll(&d, 4) ? KIND_PLAN : KIND_REGISTER, field, about);
            w.versions[e->first_version].agreed = PERSON(roll(&d, w.f.people_count));
            if (!is_hidden_entry(w.f.entry_count - 1)) w.f.entry_count--, w.f.version_count--;
        }
        look(&after);
        assert_same(versions, w.f.helper_count, w.f.grant_count);
        assert_int_equal(after.ruling.count, count);
        assert_memory_equal(before.permits, after.permits, count * sizeof(permit));
        assert_true(w.f.entry_count >= entries);
    }
}

/* Grants between others, blocks of others, holds against others, others' emergencies about people who are nothing to
 * him. */
static void what_passes_between_others_changes_nothing(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_world();
        standing s;
        policy_stand(&w.f, viewer, at, &s);
        subjects his = s.self | s.managed | s.children | s.grant_cover[FIELD_TEAM_MEMBERS];
        look(&before);
        uint32_t versions = w.f.version_count, count = before.ruling.count;
        unsigned grants = w.f.grant_count;
        for (unsigned i = 0; i < TRIES; i++) {
            subjects about = random_subjects(&w, &d) & ~his;
            actor to = random_viewer(&w, &d), other = random_viewer(&w, &d);
            subjects giver = PERSON(roll(&d, w.f.people_count)) & ~s.self;
            if (about && giver && to != viewer && to != ACTOR_NONE) add_grant(&w, to, giver, about, random_field(&d));
            if (about && is_helper(other) && other != viewer && !s.safety) add_emergency(&w, other, random_field(&d), about);
            subjects protected_ = PERSON(roll(&d, w.f.people_count)) & ~s.self; /* who is blocked for him decides nothing for him */
            if (is_person(other) && other != viewer) add_block(&w, other, protected_);
            if (is_person(other) && other != viewer)
                add_hold(&w, random_field(&d), PERSON(roll(&d, w.f.people_count)), PERSON(other));
        }
        look(&after);
        assert_same(versions, w.f.helper_count, grants);
        assert_int_equal(after.ruling.count, count);
    }
}

/* A lock against the viewer on some fields about somebody, such that nothing of the family is hidden by it yet. */
static bool lock_what_is_empty(void) {
    lock_fact *l = add_lock(&w, viewer, PERSON(roll(&d, w.f.people_count)), FIELD_NONE);
    l->fields[0] = l->fields[1] = 0;
    for (unsigned i = 0; i < 3; i++) add_field(l->fields, random_field(&d));
    const facts *told = world_told(&w, viewer, at);
    bool same = memcmp(told->entries, w.entries, w.f.entry_count * sizeof *w.entries) == 0 &&
                memcmp(told->versions, w.versions, w.f.version_count * sizeof *w.versions) == 0 &&
                memcmp(told->grants, w.grants, w.f.grant_count * sizeof *w.grants) == 0 &&
                memcmp(told->requests, w.requests, w.f.request_count * sizeof *w.requests) == 0 &&
                memcmp(told->replies, w.replies, w.f.reply_count * sizeof *w.replies) == 0 &&
                memcmp(told->emergencies, w.emergencies, w.f.emergency_count * sizeof *w.emergencies) == 0;
    w.f.lock_count = 0;
    return same && l->about != PERSON(viewer);
}

/* What others do behind the lock. */
static void fill_what_is_locked(void) {
    lock_fact *l = &w.locks[0];
    field_id field = random_field(&d);
    actor other = random_viewer(&w, &d), third = random_viewer(&w, &d);
    if (!has_field(l->fields, field) || other == viewer) return;
    entry_fact *e = add_entry(&w, roll(&d, 4) ? KIND_PLAN : KIND_REGISTER, field, l->about);
    w.versions[e->first_version].author = other, w.versions[e->first_version].agreed = random_subjects(&w, &d) & ALL_PEOPLE;
    add_hanging(&w, roll(&d, 2) ? KIND_SUMMARY : KIND_STATEMENT, e);
    if (roll(&d, 2) && is_helper(other)) add_emergency(&w, other, field, l->about);
    if (other == ACTOR_NONE || third == ACTOR_NONE) return;
    add_grant(&w, third, is_person(other) ? PERSON(other) : 0, l->about, field);
    if (w.f.request_count < ROWS) add_request(&w, other, third, l->about, field);
}

/* T7: whoever is kept out reads, and may do, what he would if there were neither a lock nor anything behind it. */
static void a_lock_leaves_no_trace(void **state) {
    (void)state;
    unsigned long locked = 0;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_world();
        unsigned tries = TRIES;
        w.f.lock_count = 0;
        while (!lock_what_is_empty() && tries > 0) tries--;
        if (tries == 0 || viewer == ACTOR_NONE) continue;
        memset(&before, 0, sizeof before), memset(&after, 0, sizeof after);
        look(&before);
        uint32_t versions = w.f.version_count, count = before.ruling.count;
        world_thaw(&w);
        w.f.lock_count = 1;
        for (unsigned i = 0; i < 4 * TRIES; i++) fill_what_is_locked();
        world_finish(&w);
        look_by(world_told(&w, viewer, at), &after);
        assert_same(w.f.version_count, w.f.helper_count, w.f.grant_count);
        assert_memory_equal(before.told, after.told, sizeof before.told);
        assert_int_equal(after.ruling.count, count);
        assert_memory_equal(before.permits, after.permits, count * sizeof(permit));
        locked += w.f.version_count > versions;
    }
    assert_true(locked > 0);
}

static void a_ruling_holds_until_it_says(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count * 2; n++) {
        next_world();
        look(&before);
        moment until = before.ruling.valid_until;
        if (until == MOMENT_NEVER) until = at + 365 * DAY;
        moment times[] = {until - 1, at + (until - at) / 2};
        for (unsigned i = 0; i < 2; i++) {
            at = times[i];
            look(&after);
            assert_same(w.f.version_count, w.f.helper_count, w.f.grant_count);
            assert_int_equal(before.ruling.count, after.ruling.count);
            assert_memory_equal(before.permits, after.permits, before.ruling.count * sizeof(permit));
        }
    }
}

static bool is_exception(rule r) { return r == RULE_R15 || r == RULE_R16 || r == RULE_R57C || r == RULE_R57D; }

/* R-54, R-60b, R-107 and the grounds, in everything that is permitted. */
static void every_permit_has_its_ground(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count * 2; n++) {
        next_world();
        look(&before);
        standing s;
        policy_stand(&w.f, viewer, at, &s);
        for (uint32_t i = 0; i < before.ruling.count; i++) {
            const permit *p = &before.permits[i];
            const entry_fact *e = &w.entries[p->entry];
            assert_true(before.reads[p->version]);
            assert_true(w.versions[p->version].recorded <= at && at < e->withdrawn);
            if (e->kind != KIND_PLAN && e->kind != KIND_REGISTER) continue;
            assert_true(is_exception(p->rule) || policy_ask(&s, e->field, e->about).level == p->level);
            assert_true(p->level == LEVEL_EXACT || p->rule == RULE_R02 || p->rule == RULE_R50B);
            assert_true(before.reads[p->version] == p->level);
            const field_row *row = &catalogue[e->field];
            assert_false(row->steps & STEP_NOT_HERE);
            if (p->rule == RULE_R28) assert_false(row->safety || row->own_space || row->class_ == C5);
            if (p->rule == RULE_R50B) assert_true(row->break_glass && p->emergency >= 0);
            if (p->rule == RULE_R02) assert_true(p->grant >= 0 && w.grants[p->grant].recipient == viewer);
            if (p->grant >= 0 && e->field != FIELD_HOUSEHOLD_ADDRESS)
                assert_true(w.grants[p->grant].about & e->about);
            assert_true(is_exception(p->rule) || (e->about & s.present) == e->about);
        }
    }
}

static bool is_content(const entry_fact *e) { return e->kind == KIND_PLAN || e->kind == KIND_REGISTER; }

/* a summary and a statement only beside what they hang on, and a statement only where that is read whole. */
static void what_hangs_never_shows_alone(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count * 2; n++) {
        next_world();
        for (unsigned i = 0; i < 20; i++) {
            const entry_fact *of = &w.entries[roll(&d, w.f.entry_count)];
            if (is_content(of)) add_hanging(&w, i % 2 ? KIND_SUMMARY : KIND_STATEMENT, of);
        }
        look(&before);
        for (uint32_t i = 0; i < w.f.entry_count; i++) {
            const entry_fact *e = &w.entries[i];
            bool shows = before.reads[e->first_version] != LEVEL_HIDDEN;
            if ((e->kind != KIND_SUMMARY && e->kind != KIND_STATEMENT) || !shows) continue;
            assert_true(e->of < w.f.entry_count && is_content(&w.entries[e->of]));
            level best = LEVEL_HIDDEN;
            for (uint32_t v = 0; v < w.entries[e->of].version_count; v++) {
                level l = before.reads[w.entries[e->of].first_version + v];
                best = l > best ? l : best;
            }
            assert_true(best >= (e->kind == KIND_STATEMENT ? LEVEL_EXACT : LEVEL_DERIVED));
        }
    }
}

/* A lower level is a grant's and nobody else's, and of what is hushed there is none. */
static void a_lower_level_comes_from_a_grant(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_world();
        look(&before);
        standing s;
        policy_stand(&w.f, viewer, at, &s);
        for (field_id f = 0; f < FIELD_COUNT; f++)
            for (unsigned i = 0; i < 8; i++) {
                answer a = policy_ask(&s, f, asked[i]);
                assert_int_equal(a.allowed, a.level != LEVEL_HIDDEN);
                if (a.level != LEVEL_DERIVED && a.level != LEVEL_EXISTS) continue;
                assert_true(a.grant >= 0 && w.grants[a.grant].recipient == viewer);
                assert_false(catalogue[f].safety || catalogue[f].own_space || catalogue[f].class_ == C5);
                assert_false(policy_concerns(&s, f, asked[i]) && a.rule == RULE_R02);
            }
    }
}

/* what is told to somebody is what he may know of anyhow: he is in it, decides for a child in it, or works with it; the
 * whole of it only to whom all of it may be shown. */
static void nobody_is_told_more_than_concerns_him(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count * 2; n++) {
        next_world();
        look(&before);
        standing s;
        policy_stand(&w.f, viewer, at, &s);
        for (uint32_t i = 0; i < w.f.emergency_count; i++) {
            const emergency_fact *e = &w.emergencies[i];
            bool works = HELPER(e->helper) == viewer || s.safety, subject = (e->about & s.self) != 0;
            if (before.told[i] == TOLD_NOTHING) continue;
            assert_true(s.active && e->recorded <= at && e->from <= at);
            assert_true(works || subject || (e->about & s.children & ~s.blocked));
            assert_true(works || e->told <= at);
            if (before.told[i] != TOLD_ALL || works || subject) continue;
            for (field_id f = 0; f < FIELD_COUNT; f++) {
                if (!has_field(e->fields, f)) continue;
                assert_false(catalogue[f].safety || catalogue[f].own_space);
                for (unsigned c = 0; c < w.f.people_count; c++)
                    assert_false((e->about & s.children & ~s.blocked & ~s.locked[f] & PERSON(c)) && policy_is_able(&s, f, c));
            }
        }
    }
}

/* a request shows to its asker, to the helper whom it is for, and to those whose yes it needs. What completes it is theirs
 * alone. */
static void requests_are_between_those_concerned(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count * 2; n++) {
        next_world();
        look(&before);
        standing s;
        policy_stand(&w.f, viewer, at, &s);
        for (uint32_t i = 0; i < w.f.request_count; i++) {
            const request_fact *r = &w.requests[i];
            field_set parts;
            subjects givers = 0;
            policy_request_parts(&s, i, parts);
            for (field_id f = 0; f < FIELD_COUNT; f++) {
                subjects needed = policy_request_givers(&s, i, f), yes;
                request_state state_ = policy_request_state(&s, i, f, &yes);
                subjects each = 0;
                for (unsigned b = 0; b < 64; b++)
                    if (r->about >> b & 1) each |= policy_givers(&s, f, (subjects)1 << b);
                assert_true((yes & ~needed) == 0);
                assert_true(state_ != REQUEST_COMPLETE || (yes != 0 && has_field(r->fields, f)));
                assert_false(has_field(parts, f) && !(each & s.self));
                givers |= has_field(r->fields, f) ? each : 0;
            }
            bool concerned = r->asker == viewer || r->recipient == viewer || (givers & s.self);
            assert_true(!before.requests[i] || concerned);
            assert_true(!before.requests[i] || r->recorded <= at);
        }
    }
}

int main(int argc, char **argv) {
    proof_start(&counted, argc, argv, &d);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taking_away_never_permits_more), cmocka_unit_test(hidden_entries_change_nothing),
        cmocka_unit_test(what_passes_between_others_changes_nothing), cmocka_unit_test(a_ruling_holds_until_it_says),
        cmocka_unit_test(every_permit_has_its_ground), cmocka_unit_test(what_hangs_never_shows_alone),
        cmocka_unit_test(a_lower_level_comes_from_a_grant), cmocka_unit_test(nobody_is_told_more_than_concerns_him),
        cmocka_unit_test(requests_are_between_those_concerned), cmocka_unit_test(a_lock_leaves_no_trace),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return proof_end(&counted, "policy properties", failed);
}
