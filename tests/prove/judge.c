/* For prove.py: reads a world a line (tests/prove/worlds.py makes them) and prints a line with everything that the policy
 * answers to its questions. */
#include "world_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the answers to one question */

#define EVERY_KIND (~0u)

static void print_permits(const facts *f, const ruling *r) {
    printf("\"permits\":[");
    for (uint32_t i = 0; i < r->count; i++) {
        const permit *p = &r->permits[i];
        printf("%s[%" PRIu32 ",%" PRIu32 ",%d]", i ? "," : "", p->entry, p->version - f->entries[p->entry].first_version, (int)p->level);
    }
    printf("],\"rules\":[");
    for (uint32_t i = 0; i < r->count; i++) printf("%s\"%s\"", i ? "," : "", rule_text(r->permits[i].rule));
    printf("]");
}

/* For each entry of which some version is allowed: two bits of level for each version. */
static void print_versions(const facts *f, const standing *s) {
    const char *comma = "";
    printf(",\"versions\":[");
    for (uint32_t e = 0; e < f->entry_count; e++) {
        const entry_fact *entry = &f->entries[e];
        uint64_t seen = 0;
        for (uint32_t v = 0; v < entry->version_count; v++) {
            answer a = policy_entry(s, e, entry->first_version + v);
            if (a.allowed) seen |= (uint64_t)a.level << 2 * v;
            must(a.allowed == (a.level != LEVEL_HIDDEN));
        }
        if (seen) printf("%s[%" PRIu32 ",%" PRIu64 "]", comma, e, seen), comma = ",";
    }
    printf("]");
}

static void print_asks(const standing *s, const json_value *world) {
    const char *comma = "";
    printf(",\"asks\":[");
    for (const json_value *v = json_first(world_member(world, "asks")); v; v = json_next(v), comma = ",") {
        const json_value *field = json_first(v);
        field_set about;
        world_set(json_bytes_of(json_next(field)), about);
        answer a = policy_ask(s, (field_id)json_int_of(field), about[0]);
        must(a.allowed == (a.level != LEVEL_HIDDEN));
        printf("%s%d", comma, (int)a.level);
    }
    printf("],\"givers\":[");
    comma = "";
    for (const json_value *v = json_first(world_member(world, "gives")); v; v = json_next(v), comma = ",") {
        const json_value *field = json_first(v);
        subjects one = (subjects)1 << json_int_of(json_next(field));
        printf("%s%" PRIu64, comma, policy_givers(s, (field_id)json_int_of(field), one));
    }
    printf("]");
}

static void print_traces(const facts *f, const standing *s) {
    printf(",\"helpers\":[");
    for (unsigned h = 0; h < f->helper_count; h++) printf("%s%d", h ? "," : "", (int)policy_sees_helper(s, (uint8_t)h));
    printf("],\"grants\":[");
    for (uint32_t g = 0; g < f->grant_count; g++) {
        uint64_t seen = 0;
        for (unsigned i = 0; i < f->grants[g].field_count; i++)
            if (policy_sees_grant_field(s, g, f->grant_fields[f->grants[g].first_field + i].field)) seen |= (uint64_t)1 << i;
        must(policy_sees_grant(s, g) == (seen != 0));
        printf("%s%" PRIu64, g ? "," : "", seen);
    }
    printf("],\"told\":[");
    for (uint32_t e = 0; e < f->emergency_count; e++) printf("%s%d", e ? "," : "", (int)policy_told(s, e));
    printf("]");
}

static void print_requests(const facts *f, const standing *s) {
    printf(",\"requests\":[");
    for (uint32_t q = 0; q < f->request_count; q++) printf("%s%s", q ? "," : "", policy_sees_request(s, q) ? "true" : "false");
    printf("],\"parts\":[");
    for (uint32_t q = 0; q < f->request_count; q++) {
        field_set parts = {0};
        policy_request_parts(s, q, parts);
        printf("%s\"%" PRIx64 "%016" PRIx64 "\"", q ? "," : "", parts[1], parts[0]);
    }
    const char *comma = "";
    printf("],\"asked\":[");
    for (uint32_t q = 0; q < f->request_count; q++)
        for (field_id field = 0; field < FIELD_COUNT; field++)
            if (has_field(f->requests[q].fields, field)) printf("%s%" PRIu64, comma, policy_request_givers(s, q, field)), comma = ",";
    comma = "";
    printf("],\"states\":[");
    for (uint32_t q = 0; q < f->request_count; q++)
        for (field_id field = 0; field < FIELD_COUNT; field++) {
            subjects yes;
            if (!has_field(f->requests[q].fields, field)) continue;
            printf("%s%d", comma, (int)policy_request_state(s, q, field, &yes)), comma = ",";
        }
    printf("]");
}

/* A ruling holds until the first moment after it: judged again just before then, nothing has changed. */
static bool is_steady(arena *a, const facts *f, const ruling *before) {
    if (before->valid_until == MOMENT_NEVER) return true;
    ruling after;
    permit *permits = ARENA_ARRAY(a, permit, f->entry_count + 1);
    policy_judge(f, before->viewer, before->valid_until - 1, EVERY_KIND, permits, &after);
    if (after.count != before->count || after.known != before->known) return false;
    for (uint32_t i = 0; i < after.count; i++) {
        const permit *one = &after.permits[i], *b = &before->permits[i];
        if (one->entry != b->entry || one->version != b->version || one->level != b->level || one->rule != b->rule) return false;
    }
    return true;
}

static void answer_question(arena *arena_, const facts *f, const json_value *world, const json_value *question) {
    static standing s; /* too large for a quick stack frame */
    actor viewer = (actor)json_int_of(world_member(question, "viewer"));
    moment at = world_moment(question, "at");
    ruling judged;
    permit *permits = ARENA_ARRAY(arena_, permit, f->entry_count + 1);
    policy_judge(f, viewer, at, EVERY_KIND, permits, &judged);
    policy_stand(f, viewer, at, &s);
    printf("{");
    print_permits(f, &judged);
    print_versions(f, &s);
    print_asks(&s, world);
    print_traces(f, &s);
    print_requests(f, &s);
    printf(",\"known\":%" PRIu64 ",\"steady\":%s}", judged.known, is_steady(arena_, f, &judged) ? "true" : "false");
}

static bool answer_world(arena *a, bytes line) {
    facts f = {0};
    const json_value *world;
    json_fault fault;
    if (!ok(json_parse_file(a, line, &world, &fault))) {
        fprintf(stderr, "not a world: %s\n", fault.detail);
        return false;
    }
    world_read(a, world, &f);
    const char *comma = "";
    printf("[");
    for (const json_value *q = json_first(world_member(world, "questions")); q; q = json_next(q), comma = ",") {
        printf("%s", comma);
        answer_question(a, &f, world, q);
    }
    printf("]\n");
    fflush(stdout);
    return true;
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    arena *a = arena_new_sized(1 << 20);
    bool good = true;
    while (good && (len = getline(&line, &room, stdin)) > 0) {
        good = answer_world(a, bytes_make(line, (size_t)len));
        arena_reset(a);
    }
    arena_release(a);
    return good ? 0 : 1;
}
