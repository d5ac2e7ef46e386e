/* Prints random families with the policy's answers, one JSON object a line, for oracle.py to work out again.
 *
 * worlds COUNT [SEED]: the seed is printed first (standard error), so that a found difference can be had again. */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void put_fields(const field_set fields) { printf("[%" PRIu64 ",%" PRIu64 "]", fields[0], fields[1]); }

#define ROWS_BEGIN(name) printf(",\"%s\":[", name)
#define EACH_ROW(type, row, rows, count) \
    for (const type *row = (rows); row < (rows) + (count) && (row == (rows) || putchar(',')); row++)
#define PERIOD(r) (r)->recorded, (r)->from, (r)->until
#define P3 "%" PRId64 ",%" PRId64 ",%" PRId64

static void put_people(const facts *f) {
    ROWS_BEGIN("people");
    EACH_ROW(person_fact, p, f->people, f->people_count)
    printf("[" P3 ",%" PRId64 ",%" PRId64 ",%d,%d,%d]", p->recorded, p->born, p->turns_12, p->turns_16, p->turns_18,
           p->owner, p->member, p->account);
    printf("]");
    ROWS_BEGIN("homes");
    EACH_ROW(home_fact, h, f->homes, f->home_count) printf("[%" PRId64 ",%d]", h->recorded, h->shielded);
    printf("]");
    ROWS_BEGIN("relations");
    EACH_ROW(relation_fact, r, f->relations, f->relation_count)
    printf("[%d,%d,%d," P3 "]", (int)r->kind, r->person, r->of, PERIOD(r));
    printf("]");
    ROWS_BEGIN("capacities");
    EACH_ROW(capacity_fact, c, f->capacities, f->capacity_count)
    {
        printf("[%d,%d,%" PRId64 ",%" PRId64 ",", c->person, c->able, c->recorded, c->from);
        put_fields(c->topics);
        printf("]");
    }
    printf("]");
    ROWS_BEGIN("conflicts");
    EACH_ROW(conflict_fact, c, f->conflicts, f->conflict_count) {
        printf("[%d," P3 ",", c->child, PERIOD(c));
        put_fields(c->topics);
        printf("]");
    }
    printf("]");
    ROWS_BEGIN("blocks");
    EACH_ROW(block_fact, b, f->blocks, f->block_count)
    printf("[%d,%" PRIu64 "," P3 "]", b->person, b->protects, PERIOD(b));
    printf("]");
    ROWS_BEGIN("locks");
    EACH_ROW(lock_fact, l, f->locks, f->lock_count) {
        printf("[%d,%" PRIu64 "," P3 ",", l->not_for, l->about, PERIOD(l));
        put_fields(l->fields);
        printf("]");
    }
    printf("]");
    ROWS_BEGIN("trusted");
    EACH_ROW(trusted_fact, t, f->trusted, f->trusted_count) printf("[%d,%d," P3 "]", t->trusted, t->minor, PERIOD(t));
    printf("]");
}

static void put_helpers(const facts *f) {
    printf(",\"helpers\":%d", f->helper_count);
    ROWS_BEGIN("places");
    EACH_ROW(place_fact, p, f->places, f->place_count)
    printf("[%d,%d,%d,%d," P3 ",%d]", p->helper, p->coordinator, p->authority_role, p->listed, PERIOD(p), p->safety);
    printf("]");
    ROWS_BEGIN("roles");
    EACH_ROW(emergency_role_fact, r, f->emergency_roles, f->emergency_role_count)
    printf("[%d," P3 "]", r->helper, PERIOD(r));
    printf("]");
    ROWS_BEGIN("emergencies");
    EACH_ROW(emergency_fact, e, f->emergencies, f->emergency_count) {
        printf("[%d,%" PRIu64 "," P3 ",", e->helper, e->about, PERIOD(e));
        put_fields(e->fields);
        printf("," P3 "]", e->told, e->review_due, e->reviewed);
    }
    printf("]");
    ROWS_BEGIN("holds");
    EACH_ROW(hold_fact, h, f->holds, f->hold_count) {
        printf("[%" PRIu64 ",%" PRIu64 "," P3 ",", h->about, h->from_whom, PERIOD(h));
        put_fields(h->fields);
        printf("]");
    }
    printf("]");
}

static void put_grants(const facts *f) {
    ROWS_BEGIN("grants");
    EACH_ROW(grant_fact, g, f->grants, f->grant_count) {
        printf("[%d,%" PRIu64 ",%" PRIu64 ",%d," P3 ",[", g->recipient, g->about, g->givers, (int)g->basis,
               PERIOD(g));
        EACH_ROW(grant_field_fact, x, f->grant_fields + g->first_field, g->field_count)
        printf("[%d,%" PRId64 ",%" PRId64 ",%d]", x->field, x->four_eyes, x->ended, x->level);
        printf("],[");
        EACH_ROW(confirm_fact, c, f->confirms + g->first_confirm, g->confirm_count)
        printf("[%" PRId64 ",%" PRId64 "]", c->recorded, c->lapses);
        printf("]]");
    }
    printf("]");
    ROWS_BEGIN("stops");
    EACH_ROW(stop_fact, x, f->stops, f->stop_count) printf("[%d," P3 "]", x->grant, PERIOD(x));
    printf("]");
}

static void put_requests(const facts *f) {
    ROWS_BEGIN("requests");
    EACH_ROW(request_fact, r, f->requests, f->request_count) {
        printf("[%d,%d,%" PRIu64 ",", r->asker, r->recipient, r->about);
        put_fields(r->fields);
        printf("," P3 ",[", r->recorded, r->lapses, r->withdrawn);
        EACH_ROW(reply_fact, x, f->replies + r->first_reply, r->reply_count) {
            printf("[%d,", x->person);
            put_fields(x->yes);
            printf(",");
            put_fields(x->no);
            printf(",%" PRId64 "]", x->counts);
        }
        printf("]]");
    }
    printf("]");
}

static void put_entries(const facts *f) {
    ROWS_BEGIN("restrictions");
    EACH_ROW(restriction_fact, r, f->restrictions, f->restriction_count) printf("[%" PRIu32 "," P3 "]", r->entry, PERIOD(r));
    printf("]");
    ROWS_BEGIN("entries");
    EACH_ROW(entry_fact, e, f->entries, f->entry_count) {
        printf("[%d,%d,%" PRIu32 ",%d,%" PRIu64 ",%" PRId64 ",%" PRIu32 ",[", (int)e->kind, e->field, e->of, e->assignee,
               e->about, e->withdrawn, e->first_version);
        EACH_ROW(version_fact, v, f->versions + e->first_version, e->version_count)
        printf("[%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%d]", v->recorded, v->agreed, v->wrote, v->author);
        printf("]]");
    }
    printf("]");
}

static void put_answer(answer a) {
    must(a.allowed == (a.level != LEVEL_HIDDEN));
    printf("[\"%s\",\"%s\",%d,%d]", level_text(a.level), rule_text(a.rule), a.grant, a.emergency);
}

static void put_asked(const world *w, const standing *s, dice *d) {
    printf("\"asked\":[");
    for (unsigned i = 0; i < 40; i++) {
        field_id field;
        subjects about;
        random_value(w, d, s->viewer, &field, &about);
        printf("%s[%d,%" PRIu64 ",", i ? "," : "", field, about);
        put_answer(policy_ask(s, field, about));
        printf(",%d,", policy_concerns(s, field, about));
        put_answer(policy_write(s, field, about));
        printf("]");
    }
    printf("]");
}

/* What the viewer might really give: about himself, his homes and children, more often than about anybody. */
static subjects something_to_give(const world *w, const standing *s, dice *d) {
    subjects his = s->own | s->managed | s->children;
    subjects one = (subjects)1 << roll(d, 64);
    if ((his & one) && roll(d, 4)) return one;
    return his && roll(d, 4) ? his & (~his + 1) : roll(d, 2) && s->children ? s->children : random_subjects(w, d);
}

static void put_given(const world *w, const standing *s, dice *d) {
    printf(",\"given\":[");
    for (unsigned i = 0; i < 12; i++) {
        field_set fields = {0, 0};
        field_id field = random_field(d);
        add_field(fields, field);
        if (roll(d, 3) == 0) add_field(fields, random_field(d));
        subjects about = something_to_give(w, s, d);
        actor to = random_viewer(w, d);
        printf("%s[", i ? "," : "");
        put_fields(fields);
        printf(",%" PRIu64 ",%d,%d,%d,%" PRIu64 "]", about, to, policy_give(s, fields, about, to).allowed, field,
               policy_givers(s, field, about));
    }
    printf("]");
}

static void put_ruling(const world *w, const standing *s) {
    static permit permits[WORLD_ENTRIES];
    ruling r;
    policy_judge(&w->f, s->viewer, s->at, ~0u, permits, &r);
    printf(",\"known\":%" PRIu64 ",\"known_apart\":%" PRIu64 ",\"valid_until\":%" PRId64 ",\"permits\":[", r.known,
           s->known, r.valid_until);
    for (uint32_t i = 0; i < r.count; i++)
        printf("%s[%" PRIu32 ",%" PRIu32 ",\"%s\",\"%s\",%d,%d]", i ? "," : "", permits[i].entry, permits[i].version,
               level_text(permits[i].level), rule_text(permits[i].rule), permits[i].grant, permits[i].emergency);
    printf("],\"versions\":[");
    bool first = true;
    for (uint32_t e = 0; e < w->f.entry_count; e++)
        for (uint32_t v = 0; v < w->entries[e].version_count; v++, first = false)
            printf("%s\"%s\"", first ? "" : ",", level_text(policy_entry(s, e, w->entries[e].first_version + v).level));
    printf("]");
}

/* Random sets, as somebody might put into a question. */
static void roll_fields(dice *d, field_set fields) {
    fields[0] = fields[1] = 0;
    do add_field(fields, random_field(d));
    while (roll(d, 3) == 0);
}

static void put_request(const world *w, const standing *s, uint32_t request) {
    field_set parts;
    const request_fact *r = &w->requests[request];
    policy_request_parts(s, request, parts);
    printf("[%d,%d,", policy_sees_request(s, request), policy_request_runs(s, request));
    put_fields(parts);
    printf(",[%d,%d],[", policy_reply(s, request, parts).allowed, policy_reply(s, request, r->fields).allowed);
    bool first = true;
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        subjects yes;
        if (!has_field(r->fields, f)) continue;
        request_state state = policy_request_state(s, request, f, &yes);
        printf("%s[%d,%d,%" PRIu64 ",%" PRIu64 "]", first ? "" : ",", f, (int)state, yes, policy_request_givers(s, request, f));
        first = false;
    }
    printf("]]");
}

/* Requests there are and might be, emergencies, locks, and who decides for himself. */
static void put_sharing(const world *w, const standing *s, dice *d) {
    printf(",\"requests\":[");
    for (uint32_t i = 0; i < w->f.request_count; i++) {
        if (i) printf(",");
        put_request(w, s, i);
    }
    printf("],\"told\":[");
    for (uint32_t i = 0; i < w->f.emergency_count; i++) printf("%s%d", i ? "," : "", (int)policy_told(s, i));
    printf("],\"locks\":[");
    for (uint32_t i = 0; i < w->f.lock_count; i++)
        printf("%s[%d,%d]", i ? "," : "", policy_sees_lock(s, i), policy_lift(s, i).allowed);
    printf("],\"thought\":[");
    for (unsigned i = 0; i < 12; i++) {
        field_set fields;
        subjects about = something_to_give(w, s, d);
        actor other = random_viewer(w, d);
        if (roll(d, 2) && is_helper(s->viewer)) other = s->viewer;
        if (roll(d, 2) && s->known) about = s->known & (~s->known + 1);
        roll_fields(d, fields);
        printf("%s[", i ? "," : "");
        put_fields(fields);
        printf(",%" PRIu64 ",%d,%d,%d,%d]", about, other, policy_may_ask(s, fields, about, other).allowed,
               policy_open_emergency(s, fields, about).allowed, policy_lock(s, about, fields, other).allowed);
    }
    printf("],\"able\":[");
    for (unsigned p = 0; p < w->f.people_count; p++) {
        field_id field = random_field(d);
        printf("%s[%d,%d,%d]", p ? "," : "", p, field, policy_is_able(s, field, p));
    }
    printf("]");
}

static void put_views(const world *w, const standing *s) {
    printf(",\"helpers\":[");
    for (unsigned h = 0; h < w->f.helper_count; h++)
        printf("%s\"%s\"", h ? "," : "", level_text(policy_sees_helper(s, (uint8_t)h)));
    printf("],\"grants\":[");
    for (unsigned g = 0; g < w->f.grant_count; g++) {
        printf("%s[%d,%d,[", g ? "," : "", policy_sees_grant(s, g), policy_withdraw_grant(s, g).allowed);
        for (unsigned i = 0; i < w->grants[g].field_count; i++)
            printf("%s%d", i ? "," : "",
                   policy_sees_grant_field(s, g, w->grant_fields[w->grants[g].first_field + i].field));
        printf("]]");
    }
    printf("],\"edits\":[");
    for (uint32_t e = 0; e < w->f.entry_count; e++)
        printf("%s[%d,%d,%d,%d]", e ? "," : "", policy_revise(s, e).allowed, policy_withdraw_entry(s, e).allowed,
               policy_state(s, e).allowed, policy_restrict(s, e).allowed);
    printf("]");
}

static void put_viewer(const world *w, dice *d) {
    static standing s;
    policy_stand(&w->f, random_viewer(w, d), roll(d, 2) ? random_moment(d) : NOW, &s);
    printf("{\"viewer\":%d,\"at\":%" PRId64 ",", s.viewer, s.at);
    put_asked(w, &s, d);
    put_given(w, &s, d);
    put_ruling(w, &s);
    put_views(w, &s);
    put_sharing(w, &s, d);
    printf("}");
}

static void put_world(dice *d) {
    static world w;
    world_random(&w, d);
    printf("{\"law\":\"%s\",\"erased\":%" PRId64 ",\"closed\":%" PRId64, w.f.law->code, w.f.erased, w.f.closed);
    put_people(&w.f);
    put_helpers(&w.f);
    put_grants(&w.f);
    put_requests(&w.f);
    put_entries(&w.f);
    printf(",\"viewers\":[");
    for (unsigned i = 0; i < 3; i++) {
        if (i) printf(",");
        put_viewer(&w, d);
    }
    printf("]}\n");
}

static void put_catalogue(void) {
    printf("{\"fields\":[");
    for (unsigned i = 0; i < FIELD_COUNT; i++) printf("%s\"%s\"", i ? "," : "", catalogue[i].name);
    printf("]}\n");
}

int main(int argc, char **argv) {
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    dice d = {argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL)};
    fprintf(stderr, "worlds: seed %" PRIu64 "\n", d.state);
    put_catalogue();
    for (unsigned long i = 0; i < count; i++) put_world(&d);
    return 0;
}
