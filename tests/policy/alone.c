/* T9: what one parent can bring about alone. In random families one adult does up to eight things, each as a row, as the API would
 * write it, and only where the policy lets him: he writes, revises, takes back, asks, answers, gives, withdraws, locks, lifts,
 * flags a disagreement and brings a helper. Nobody else says a word.
 *
 * Whatever he did: what anybody sees more of than before was his alone to give (`is_his`, worked out from the rows and not by
 * asking the policy), and nothing that others gave of themselves has ended. */
#include "world.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { WORLDS = 600, STEPS = 8, VIEWERS = PEOPLE_MAX + 16, SUBJECTS = 64 };

static world w, at_first;
static dice d;
static actor X;
static standing his, first; /* where he stands now; where he stood before the first step */
static unsigned long done[12];
static proof counted = {.count = WORLDS};
static subjects about_some[4];

/* ---- what anybody sees ---- */

typedef struct {
    level asked[FIELD_COUNT][SUBJECTS], asked_some[FIELD_COUNT][4], reads[WORLD_VERSIONS];
} sight;
static sight before[VIEWERS], after;
static actor viewers[VIEWERS];
static unsigned viewer_count;

static void look(actor viewer, uint32_t entries, sight *out) {
    standing s;
    policy_stand(&w.f, viewer, NOW, &s);
    memset(out, 0, sizeof *out);
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        for (unsigned i = 0; i < SUBJECTS; i++)
            if (first.present >> i & 1) out->asked[f][i] = policy_ask(&s, f, (subjects)1 << i).level;
        for (unsigned i = 0; i < 4; i++) out->asked_some[f][i] = policy_ask(&s, f, about_some[i]).level;
    }
    for (uint32_t e = 0; e < entries; e++)
        for (uint32_t v = 0; v < at_first.entries[e].version_count; v++)
            out->reads[at_first.entries[e].first_version + v] = policy_entry(&s, e, w.entries[e].first_version + v).level;
}

/* ---- what is his alone to give, as the rows were at first ---- */

static bool counts_now(moment recorded, moment from, moment until) { return recorded <= NOW && from <= NOW && NOW < until; }
#define NOW_COUNTS(row) counts_now((row)->recorded, (row)->from, (row)->until)

static bool is_kept_out(const facts *f, unsigned person, unsigned child, field_id field) {
    for (unsigned i = 0; i < f->block_count; i++)
        if (f->blocks[i].person == person && (f->blocks[i].protects & PERSON(child)) && NOW_COUNTS(&f->blocks[i])) return true;
    for (unsigned i = 0; i < f->lock_count; i++) {
        const lock_fact *l = &f->locks[i];
        if (l->not_for != person || !NOW_COUNTS(l) || !has_field(l->fields, field)) continue;
        if (l->about & PERSON(child)) return true;
    }
    return false;
}

static bool is_in_conflict(const facts *f, unsigned child, field_id field) {
    for (unsigned i = 0; i < f->conflict_count; i++)
        if (f->conflicts[i].child == child && has_field(f->conflicts[i].topics, field) && NOW_COUNTS(&f->conflicts[i])) return true;
    return false;
}

/* A child that decides nothing of that field: by good faith where the law has it, or as the only holder who is not kept out. */
static bool is_his_child(const facts *f, unsigned child, field_id field) {
    const field_row *row = &catalogue[field];
    if (!(first.children & PERSON(child)) || policy_is_able(&first, field, child) || row->own_space) return false;
    if (is_kept_out(f, X, child, field)) return false;
    subjects others = first.holders[child] & ~PERSON(X);
    for (unsigned p = 0; p < PEOPLE_MAX; p++)
        if ((others & PERSON(p)) && is_kept_out(f, p, child, field)) others &= ~PERSON(p);
    bool good_faith = f->law->givers_under_12 == GIVERS_HOLDERS_GOOD_FAITH && row->class_ <= C2 && !row->safety;
    return others == 0 || (good_faith && !is_in_conflict(f, child, field));
}

static bool is_his(field_id field, unsigned subject) {
    const facts *f = &at_first.f;
    subjects bit = (subjects)1 << subject;
    if (first.own & bit) return true;
    if (bit & ALL_PEOPLE) return is_his_child(f, subject, field);
    return (bit & ALL_HOMES) && first.managers[subject - PEOPLE_MAX] == first.self;
}

/* The address of a shielded home is that of the people in it; and an adult's release opens it for the minors too (R-57d). */
static bool is_his_to_share(field_id field, subjects about, const sight *had) {
    subjects people = about;
    field_id f = field;
    for (unsigned h = 0; field == FIELD_HOUSEHOLD_ADDRESS && h < w.f.home_count; h++) {
        if (!w.homes[h].shielded || !(about & HOME(h))) continue;
        f = FIELD_PROTECTED_ADDRESS;
        people = (people & ~HOME(h)) | first.residents[h];
    }
    if (catalogue[f].class_ == C5 && (people & ALL_PEOPLE & first.adult) == first.self) return true;
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (!(people >> i & 1) || is_his(f, i)) continue;
        if (had->asked[f][i] == LEVEL_HIDDEN) return false;
    }
    return true;
}

/* What he did, for the story that a failure is to become. */
static void tell(void) {
    for (unsigned i = at_first.f.grant_count; i < w.f.grant_count; i++)
        print_error("  grant to %d about %" PRIx64 " by %" PRIx64 " of %s (and %d more), level %d\n", w.grants[i].recipient,
                    w.grants[i].about, w.grants[i].givers, catalogue[w.grant_fields[w.grants[i].first_field].field].name,
                    w.grants[i].field_count - 1, w.grant_fields[w.grants[i].first_field].level);
    for (unsigned i = at_first.f.lock_count; i < w.f.lock_count; i++)
        print_error("  lock not for %d about %" PRIx64 "\n", w.locks[i].not_for, w.locks[i].about);
    for (unsigned i = at_first.f.entry_count; i < w.f.entry_count; i++)
        print_error("  entry %s about %" PRIx64 "\n", catalogue[w.entries[i].field].name, w.entries[i].about);
}

static void assert_his(bool his_to_share, const char *what, actor viewer, field_id field, subjects about) {
    if (!his_to_share)
        print_error("%s: %d sees more of %s about %" PRIx64 " by %d alone\n", what, viewer, catalogue[field].name, about, X),
            tell();
    assert_true(his_to_share);
}

static void assert_only_his_is_wider(uint32_t entries) {
    for (unsigned v = 0; v < viewer_count; v++) {
        look(viewers[v], entries, &after);
        for (field_id f = 0; f < FIELD_COUNT; f++) {
            for (unsigned i = 0; i < SUBJECTS; i++)
                if (after.asked[f][i] > before[v].asked[f][i])
                    assert_his(is_his_to_share(f, (subjects)1 << i, &before[v]), "one", viewers[v], f, (subjects)1 << i);
            for (unsigned i = 0; i < 4; i++)
                if (after.asked_some[f][i] > before[v].asked_some[f][i])
                    assert_his(is_his_to_share(f, about_some[i], &before[v]), "some", viewers[v], f, about_some[i]);
        }
        for (uint32_t e = 0; e < entries; e++) {
            const entry_fact *row = &at_first.entries[e];
            for (uint32_t n = row->first_version; n < row->first_version + row->version_count; n++) {
                if (after.reads[n] <= before[v].reads[n] || row->field >= FIELD_COUNT) continue;
                assert_his(is_his_to_share(row->field, row->about, &before[v]), "entry", viewers[v], row->field, row->about);
            }
        }
    }
}

/* R-06, T9: each gives and withdraws only his own. */
static void assert_others_grants_stand(void) {
    for (unsigned i = 0; i < at_first.f.grant_count; i++) {
        const grant_fact *g = &w.grants[i];
        if ((g->givers | g->about) & first.self) continue;
        assert_true(g->until == at_first.grants[i].until);
        for (unsigned n = 0; n < g->field_count; n++)
            assert_true(w.grant_fields[g->first_field + n].ended == at_first.grant_fields[g->first_field + n].ended);
    }
}

/* ---- his steps ---- */

/* He acts as one who knows of no lock against him. */
static void stand_him(void) { policy_stand(world_told(&w, X, NOW), X, NOW, &his); }

static void roll_fields(field_set fields) {
    fields[0] = fields[1] = 0;
    do add_field(fields, random_field(&d));
    while (roll(&d, 3) == 0);
}

static subjects roll_about(void) {
    subjects mine = his.own | his.managed | his.children, one = (subjects)1 << roll(&d, SUBJECTS);
    if (mine & one) return one;
    return roll(&d, 3) ? (mine & (~mine + 1)) | (roll(&d, 2) ? his.children : 0) : random_subjects(&w, &d);
}

static void give(actor to, subjects givers, subjects about, const field_set fields, level l) {
    grant_fact *g = NULL;
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        if (!has_field(fields, f)) continue;
        if (!g) g = add_grant(&w, to, givers, about, f);
        else add_grant_field(&w, f);
        w.grant_fields[w.f.grant_field_count - 1].level = (uint8_t)l;
        w.grant_fields[w.f.grant_field_count - 1].four_eyes = MOMENT_NEVER; /* two must */
    }
    if (!g) return;
    g->recorded = g->from = NOW;
    w.confirms[g->first_confirm] = (confirm_fact){NOW, NOW + 104 * DAY};
}

/* What a request has by now becomes a grant, once. R-57d: of what is sealed it names those who said yes, and nobody beside them,
 * or one adult's word would release the address of a small child whom he names beside himself. */
static field_set granted[ROWS];
static void complete(uint32_t request) {
    const request_fact *r = &w.requests[request];
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        subjects yes;
        if (!has_field(r->fields, f) || has_field(granted[request], f)) continue;
        if (policy_request_state(&his, request, f, &yes) != REQUEST_COMPLETE) continue;
        field_set one = {0, 0};
        add_field(one, f), add_field(granted[request], f);
        give(r->recipient, yes, catalogue[f].class_ == C5 ? r->about & yes : r->about, one, LEVEL_EXACT);
    }
}

/* His word, at the end of the request's replies. */
static void answer_request(uint32_t request, const field_set yes, const field_set no) {
    request_fact *r = &w.requests[request];
    reply_fact *to = &w.replies[w.f.reply_count];
    must(w.f.reply_count + r->reply_count + 1 <= WORLD_REPLIES);
    for (uint32_t i = 0; i < r->reply_count; i++) to[i] = w.replies[r->first_reply + i];
    r->first_reply = w.f.reply_count, w.f.reply_count += ++r->reply_count;
    to[r->reply_count - 1] =
        (reply_fact){.person = X, .yes = {yes[0], yes[1]}, .no = {no[0], no[1]}, .recorded = NOW, .counts = NOW};
    stand_him();
    complete(request);
}

static bool writes(void) {
    field_id field = random_field(&d);
    subjects about = roll_about();
    if (!policy_write(&his, field, about).allowed) return false;
    add_entry(&w, KIND_PLAN, field, about);
    version_fact *v = &w.versions[w.f.version_count - 1];
    v->author = X, v->wrote = v->agreed = PERSON(X), v->recorded = v->written = NOW;
    return true;
}

/* Of what he can't read whole he finds nothing to act on. */
static bool reads_whole(uint32_t entry) {
    const entry_fact *e = &w.entries[entry];
    return policy_entry(&his, entry, e->first_version + e->version_count - 1).level == LEVEL_EXACT;
}

static bool revises(void) {
    uint32_t e = (uint32_t)roll(&d, w.f.entry_count);
    entry_fact *row = &w.entries[e];
    if (!reads_whole(e) || !policy_revise(&his, e).allowed) return false;
    must(w.f.version_count + row->version_count + 1 <= WORLD_VERSIONS);
    for (uint32_t i = 0; i < row->version_count; i++) w.versions[w.f.version_count + i] = w.versions[row->first_version + i];
    row->first_version = w.f.version_count, w.f.version_count += ++row->version_count;
    w.versions[w.f.version_count - 1] = (version_fact){.number = row->version_count, .recorded = NOW, .written = NOW, .author = X,
                                                       .wrote = PERSON(X), .agreed = PERSON(X)};
    return true;
}

static bool takes_back(void) {
    uint32_t e = (uint32_t)roll(&d, w.f.entry_count);
    if (!reads_whole(e) || !policy_withdraw_entry(&his, e).allowed) return false;
    w.entries[e].withdrawn = NOW;
    return true;
}

static bool gives(void) {
    field_set fields;
    roll_fields(fields);
    subjects about = roll_about();
    actor to = random_viewer(&w, &d);
    if (!policy_give(&his, fields, about, to).allowed) return false;
    give(to, PERSON(X), about, fields, (level)(1 + roll(&d, LEVEL_EXACT)));
    return true;
}

static bool asks(void) {
    field_set fields, none = {0, 0}, parts;
    roll_fields(fields);
    subjects about = roll_about();
    actor to = random_viewer(&w, &d);
    if (w.f.request_count == ROWS || !policy_may_ask(&his, fields, about, to).allowed) return false;
    request_fact *r = add_request(&w, X, to, about, random_field(&d));
    r->fields[0] = fields[0], r->fields[1] = fields[1], r->recorded = NOW;
    stand_him();
    policy_request_parts(&his, w.f.request_count - 1u, parts);
    if (policy_reply(&his, w.f.request_count - 1u, parts).allowed) answer_request(w.f.request_count - 1u, parts, none);
    return true;
}

static bool replies(void) {
    if (w.f.request_count == 0) return false;
    uint32_t request = (uint32_t)roll(&d, w.f.request_count);
    field_set parts, none = {0, 0};
    policy_request_parts(&his, request, parts);
    if (!policy_reply(&his, request, parts).allowed) return false;
    if (roll(&d, 4)) answer_request(request, parts, none);
    else answer_request(request, none, parts);
    return true;
}

static bool withdraws(void) {
    uint32_t g = (uint32_t)roll(&d, w.f.grant_count);
    if (!policy_withdraw_grant(&his, g).allowed) return false;
    for (unsigned i = 0; i < w.grants[g].field_count; i++) {
        grant_field_fact *gf = &w.grant_fields[w.grants[g].first_field + i];
        if (policy_sees_grant_field(&his, g, gf->field) && NOW < gf->ended) gf->ended = NOW;
    }
    return true;
}

static bool locks(void) {
    field_set fields;
    roll_fields(fields);
    if (roll(&d, 4) == 0) every_field(fields);
    actor whom = random_viewer(&w, &d);
    subjects about = roll(&d, 4) ? his.self : roll_about();
    if (w.f.lock_count == ROWS || !policy_lock(&his, about, fields, whom).allowed) return false;
    lock_fact *l = add_lock(&w, whom, about, FIELD_NONE);
    l->fields[0] = fields[0], l->fields[1] = fields[1], l->recorded = l->from = NOW;
    return true;
}

/* Two must: his own word, said once or eight times, lifts nothing. */
static bool lifts(void) { return w.f.lock_count && policy_lift(&his, (uint32_t)roll(&d, w.f.lock_count)).allowed; }

static bool flags(void) {
    unsigned child = (unsigned)roll(&d, w.f.people_count);
    if (w.f.conflict_count == ROWS || !(his.children & PERSON(child))) return false;
    conflict_fact *c = add_conflict(&w, child);
    c->recorded = c->from = NOW;
    return true;
}

/* A friendly professional, with a place and nothing else. */
static bool invites(void) {
    place_fact *p = place_of(&w, add_helper(&w));
    p->recorded = p->from = NOW;
    return true;
}

static bool (*const steps[])(void) = {writes, revises, takes_back, gives, asks, replies, withdraws, locks, lifts, flags, invites};
enum { WAYS = sizeof steps / sizeof *steps };

static void some_step(void) {
    stand_him();
    for (unsigned tries = 0; tries < 30; tries++) {
        unsigned way = (unsigned)roll(&d, WAYS);
        if (!steps[way]()) continue;
        done[way]++;
        return;
    }
}

/* ---- families ---- */

/* The others have been asked and said no, or nothing; none has said yes to anything still open. */
static void silence_the_others(void) {
    for (uint32_t i = 0; i < w.f.reply_count; i++) w.replies[i].yes[0] = w.replies[i].yes[1] = 0;
}

static bool is_grown(unsigned p) {
    standing s;
    policy_stand(&w.f, (actor)p, NOW, &s);
    return s.self & s.adult;
}

static void next_family(void) {
    unsigned p;
    world_random(&w, &d);
    w.f.erased = w.f.closed = MOMENT_NEVER;
    while (w.f.helper_count < 5) add_crisis_helper(&w); /* whom the rows may name already: no newcomer is he */
    silence_the_others();
    for (p = 0; p < w.f.people_count && !is_grown(p); p++) {}
    if (p + 1 < w.f.people_count && is_grown(p + 1) && roll(&d, 2)) p++;
    X = p < w.f.people_count ? (actor)p : (actor)0;
    memset(granted, 0, sizeof granted);
    for (unsigned i = 0; i < 4; i++) about_some[i] = random_subjects(&w, &d);
    policy_stand(&w.f, X, NOW, &first);
    world_thaw(&w);
    at_first = w;
    viewer_count = 0;
    for (unsigned i = 0; i < w.f.people_count; i++) viewers[viewer_count++] = (actor)i;
    for (unsigned i = 0; i < w.f.helper_count; i++) viewers[viewer_count++] = HELPER(i);
    for (unsigned v = 0; v < viewer_count; v++) look(viewers[v], w.f.entry_count, &before[v]);
    counted.tried++;
}

static void t9_nobody_widens_alone_what_is_not_his(void **state) {
    (void)state;
    for (unsigned long n = 0; n < counted.count; n++) {
        next_family();
        unsigned newcomers = viewer_count;
        for (unsigned i = 0; i < STEPS; i++) some_step();
        for (unsigned h = at_first.f.helper_count; h < w.f.helper_count; h++) {
            memset(&before[newcomers], 0, sizeof *before);
            for (field_id f = 0; f < FIELD_COUNT; f++) /* by his place, R-19 */
                if (f == FIELD_PLAN_STATUS || f == FIELD_COORDINATOR_CONTACT)
                    before[newcomers].asked[f][SUBJECT_FAMILY] = LEVEL_EXACT;
            viewers[newcomers++] = HELPER(h);
        }
        viewer_count = newcomers;
        assert_only_his_is_wider(at_first.f.entry_count);
        assert_others_grants_stand();
    }
    for (unsigned i = 0; i < WAYS; i++) assert_true(done[i] > 0); /* each of them happened, or nothing is shown */
}

int main(int argc, char **argv) {
    proof_start(&counted, argc, argv, &d);
    const struct CMUnitTest tests[] = {cmocka_unit_test(t9_nobody_widens_alone_what_is_not_his)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unsigned long steps_done = 0;
    for (unsigned i = 0; i < WAYS; i++) steps_done += done[i];
    print_message("%lu steps\n", steps_done);
    return proof_end(&counted, "policy alone", failed);
}
