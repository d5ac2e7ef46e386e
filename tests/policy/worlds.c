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
    printf("[%d,%d,%" PRId64 ",%" PRId64 "]", c->person, c->able, c->recorded, c->from);
    printf("]");
    ROWS_BEGIN("conflicts");
    EACH_ROW(conflict_fact, c, f->conflicts, f->conflict_count) printf("[%d," P3 "]", c->child, PERIOD(c));
    printf("]");
    ROWS_BEGIN("blocks");
    EACH_ROW(block_fact, b, f->blocks, f->block_count)
    printf("[%d,%" PRIu64 "," P3 "]", b->person, b->protects, PERIOD(b));
    printf("]");
}

static void put_helpers(const facts *f) {
    printf(",\"helpers\":%d", f->helper_count);
    ROWS_BEGIN("places");
    EACH_ROW(place_fact, p, f->places, f->place_count)
    printf("[%d,%d,%d,%d," P3 "]", p->helper, p->coordinator, p->authority_role, p->listed, PERIOD(p));
    printf("]");
    ROWS_BEGIN("roles");
    EACH_ROW(emergency_role_fact, r, f->emergency_roles, f->emergency_role_count)
    printf("[%d," P3 "]", r->helper, PERIOD(r));
    printf("]");
    ROWS_BEGIN("emergencies");
    EACH_ROW(emergency_fact, e, f->emergencies, f->emergency_count) {
        printf("[%d,%" PRIu64 "," P3 ",", e->helper, e->about, PERIOD(e));
        put_fields(e->fields);
        printf("]");
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
        printf("[%d,%" PRId64 ",%" PRId64 "]", x->field, x->four_eyes, x->ended);
        printf("],[");
        EACH_ROW(confirm_fact, c, f->confirms + g->first_confirm, g->confirm_count)
        printf("[%" PRId64 ",%" PRId64 "]", c->recorded, c->lapses);
        printf("]]");
    }
    printf("]");
}

static void put_entries(const facts *f) {
    ROWS_BEGIN("entries");
    EACH_ROW(entry_fact, e, f->entries, f->entry_count) {
        printf("[%d,%d,%d,%d,%" PRIu64 ",%" PRId64 ",%" PRIu32 ",[", (int)e->kind, e->field, e->of, e->assignee,
               e->about, e->withdrawn, e->first_version);
        EACH_ROW(version_fact, v, f->versions + e->first_version, e->version_count)
        printf("[%" PRId64 ",%" PRIu64 ",%" PRIu64 ",%d]", v->recorded, v->agreed, v->wrote, v->author);
        printf("]]");
    }
    printf("]");
}

static void put_answer(answer a) { printf("[%d,\"%s\",%d,%d]", a.allowed, rule_text(a.rule), a.grant, a.emergency); }

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
            printf("%s%d", first ? "" : ",", policy_entry(s, e, w->entries[e].first_version + v).allowed);
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
        printf("%s[%d,%d]", e ? "," : "", policy_revise(s, e).allowed, policy_withdraw_entry(s, e).allowed);
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
    printf("}");
}

static void put_world(dice *d) {
    static world w;
    world_random(&w, d);
    printf("{\"law\":\"%s\",\"erased\":%" PRId64, w.f.law->code, w.f.erased);
    put_people(&w.f);
    put_helpers(&w.f);
    put_grants(&w.f);
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
