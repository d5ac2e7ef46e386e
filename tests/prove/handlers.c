/* For pairs.py: reads a pair of worlds a line that differ only in what one reader may not see, asks every GET of the contract in both
 * as that reader, and prints how many answers it compared and where two of them part: status, headers and body, byte for byte.
 *
 * Everything above the database is the real thing: routes, courses, sessions, keys, policy, every endpoint's judge and shape. Facts and
 * sealed bodies lie in the family cache, as after a first read; the rows of the other statements come from the worlds. The clock stands
 * still and ids come from a counter, so nothing needs to be blanked.
 *
 *   handlers [--leak RULE]    RULE is then broken on purpose, to show that this would be noticed. */
#include "leaks.h"
#include "../flow/fake.h"
#include "world_read.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { TARGETS_MAX = 2000, TOLD_MAX = 6, TARGET_ROOM = 320 };

typedef struct {
    char target[TARGET_ROOM];
    int status;
    bytes headers, body;
} asked;

typedef struct {
    const json_value *world;
    family *family;
    asked *answers;
} side;

static struct {
    arena *memory;
    const json_value *pair;
    side sides[2], *now;
    actor viewer;
    uint64_t dice;
    unsigned targets;
    bool *route_asked;
} p_;

/* ---- the clock, and ids: both alike in both worlds */

static moment still;
static uint64_t next_id;

moment __wrap_clock_now(kring_clock *c);
uuid __wrap_uuid_random(void);
moment __wrap_clock_now(kring_clock *c) {
    (void)c;
    return still;
}
uuid __wrap_uuid_random(void) {
    uuid id = {{0x66}};
    put_u64(id.b + 8, ++next_id);
    return id;
}

static unsigned pick(unsigned sides) {
    p_.dice = p_.dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return sides ? (unsigned)(p_.dice >> 33) % sides : 0;
}

/* ---- a family as the server holds it */

static void keep_body(family *f, const entry_fact *e, uint32_t version, bytes says) {
    char text[768];
    uint8_t aad[AAD_BODY];
    char id[UUID_TEXT + 1];
    uuid_write(p_.now->family->facts.family, id), id[UUID_TEXT] = 0;
#define SAYS (int)says.len, (const char *)says.at
    int n = snprintf(text, sizeof text,
                     "{\"text\":\"%.*s\",\"name\":\"N %.*s\",\"role\":\"R %.*s\",\"organisation\":\"O %.*s\",\"secrecy\":\"none\",\"listed\":\"L %.*s\","
                     "\"born\":\"B %.*s\",\"purpose\":\"P %.*s\",\"goal\":\"G %.*s\",\"form\":\"F %.*s\",\"evidence\":\"E %.*s\","
                     "\"other_way\":\"W %.*s\",\"holders\":[\"%s\"],\"residents\":[\"%s\"]}",
                     SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, SAYS, id, id);
    must(n > 0 && (size_t)n < sizeof text);
    cipher_key *key = keyring_find(f_.ring, f_.family, f_.owner, 1);
    must(key != NULL);
    body_context c = {.family = f_.family, .owner = f_.owner, .entry = e->id, .field = e->field,
                      .version = f->facts.versions[version].number, .epoch = 1};
    aad_body(&c, aad);
    buf out = buf_new(4096);
    must(ok(envelope_seal(key, ENVELOPE_GCM, 1, BYTES_OF(aad), bytes_make(text, (size_t)n), &out)));
    family_keep_envelope(f, version, buf_bytes(&out));
    buf_release(&out);
}

static void keep_bodies(family *f, const json_value *world) {
    uint32_t e = 0;
    for (const json_value *row = json_first(world_member(world, "entries")); row; row = json_next(row), e++) {
        uint32_t v = f->facts.entries[e].first_version;
        for (const json_value *one = json_first(world_member(row, "versions")); one; one = json_next(one), v++)
            keep_body(f, &f->facts.entries[e], v, json_bytes_of(world_member(one, "says")));
    }
}

static void forget_family(void) {
    cached *old = cache_find(&f_.service->families, f_.family);
    if (!old) return;
    cache_drop(&f_.service->families, old);
    cache_let_go(&f_.service->families, old);
}

static void put_family(side *s) {
    family *f = s->family = MEMORY_NEW(family);
    f->arena = arena_new_sized(1 << 16);
    world_read(f->arena, s->world, &f->facts);
    f->facts.family = f_.family;
    f->facts.version = (uint64_t)f_.version;
    memcpy(f->facts.language, "nl", 3);
    moment *moments = memory_take(f->facts.moment_count * sizeof *moments);
    memcpy(moments, f->facts.moments, f->facts.moment_count * sizeof *moments);
    f->facts.moments = moments;
    entry_fact *entries = (entry_fact *)(uintptr_t)f->facts.entries;
    for (uint32_t i = 0; i < f->facts.entry_count; i++) entries[i].owner = f_.owner;
    f->envelopes = ARENA_ARRAY(f->arena, bytes, f->facts.version_count + 1);
    keep_bodies(f, s->world);
    cache_put(&f_.service->families, &f->node, f_.family, family_weight(f));
    cache_let_go(&f_.service->families, &f->node);
}

/* ---- rows that are no facts: what the statements would find */

static uuid thing(const json_value *row, const char *name) {
    const json_value *of = world_member(row, name);
    if (json_is_null(of)) return (uuid){{0}};
    const json_value *kind = json_first(of);
    return world_id((world_kind)json_int_of(kind), (size_t)json_int_of(json_next(kind)));
}

static void uuid_or_null(params *p, uuid id) {
    if (uuid_is_zero(id)) param_null(p, TYPE_UUID);
    else param_uuid(p, id);
}

static void people_of(params *p, const json_value *row) {
    uuid ids[64];
    size_t n = 0;
    field_set about;
    world_set(json_bytes_of(world_member(row, "about")), about);
    for (unsigned i = 0; i < p_.now->family->facts.people_count; i++)
        if (about[0] >> i & 1) ids[n++] = p_.now->family->facts.people[i].id;
    param_uuids(p, ids, n);
}

static bytes text_of(const json_value *row, const char *name) { return json_bytes_of(world_member(row, name)); }
static uuid row_id(const json_value *row) { return world_id(OF_ROW, (size_t)json_int_of(world_member(row, "n"))); }
static uuid my_id(void) { return family_actor_id(&p_.now->family->facts, p_.viewer); }

static void task_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_text(p, text_of(row, "kind")), uuid_or_null(p, thing(row, "for")), uuid_or_null(p, thing(row, "of"));
    people_of(p, row), param_moment(p, world_moment(row, "due")), param_moment(p, world_moment(row, "at"));
}

static void notice_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_text(p, text_of(row, "kind")), uuid_or_null(p, thing(row, "of"));
    param_moment(p, world_moment(row, "at")), param_bool(p, false);
}

static void handover_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_uuid(p, thing(row, "from")), param_uuid(p, thing(row, "to"));
    param_text(p, text_of(row, "state")), param_moment(p, world_moment(row, "at"));
}

static void restriction_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_uuid(p, thing(row, "of")), param_moment(p, world_moment(row, "at"));
}

/* Asked, and nobody has decided. */
static void erasure_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_uuid(p, thing(row, "by")), param_uuid(p, thing(row, "of")), param_moment(p, world_moment(row, "at"));
    param_null(p, TYPE_UUID), param_null(p, TYPE_TEXT), param_null(p, TYPE_TIMESTAMPTZ), param_null(p, TYPE_TIMESTAMPTZ);
}

static void invitation_row(params *p, const json_value *row) {
    param_uuid(p, row_id(row)), param_uuid(p, thing(row, "of")), param_uuid(p, thing(row, "by"));
    param_null(p, TYPE_TIMESTAMPTZ), param_moment(p, world_moment(row, "at") + 14 * DAY);
    param_null(p, TYPE_TIMESTAMPTZ), param_null(p, TYPE_TIMESTAMPTZ), param_moment(p, world_moment(row, "at"));
}

/* The calendar is the database's: one day for both worlds. */
static void kept_until(void) {
    params *p = params_new(fake_arena());
    param_moment(p, still + 365 * DAY);
    fake_row(p);
}

/* Of notices and restrictions the statement finds only whose they are. */
static void stored_rows(const char *list, bool only_his, void (*write)(params *, const json_value *)) {
    for (const json_value *row = json_first(world_member(world_member(p_.now->world, "stored"), list)); row; row = json_next(row)) {
        if (only_his && !uuid_equal(thing(row, "for"), my_id())) continue;
        params *p = params_new(fake_arena());
        write(p, row);
        fake_row(p);
    }
}

static void emergency_rows_of(void) {
    size_t at = 0;
    for (const json_value *row = json_first(world_member(p_.now->world, "emergencies")); row; row = json_next(row), at++) {
        bytes kinds[] = {BYTES("helper")}, outcomes[] = {text_of(row, "outcome")};
        params *p = params_new(fake_arena());
        param_uuid(p, p_.now->family->facts.emergencies[at].id), param_text(p, text_of(row, "reason")), param_bool(p, true);
        param_texts(p, kinds, 1), param_texts(p, outcomes, 1);
        fake_row(p);
    }
}

static void rows_of(const statement *s) {
    if (s == &stmt_task_rows) stored_rows("tasks", false, task_row);
    if (s == &stmt_notice_rows) stored_rows("notices", true, notice_row);
    if (s == &stmt_handover_rows) stored_rows("handovers", false, handover_row);
    if (s == &stmt_restriction_rows) stored_rows("restrictions", true, restriction_row);
    if (s == &stmt_emergency_rows) emergency_rows_of();
    if (s == &stmt_erasure_rows) stored_rows("erasures", false, erasure_row);
    if (s == &stmt_invitation_rows) stored_rows("invitations", false, invitation_row);
    if (s == &stmt_plan_kept_until) kept_until();
}

/* ---- asking */

static void become(actor a) {
    f_.kind = is_helper(a) ? ACCOUNT_HELPER : ACCOUNT_PERSON;
    f_.person = f_.helper = family_actor_id(&p_.now->family->facts, a);
    fake_forget_session();
}

static bool is_told;
static void on_told(void *owner, exchange *x) {
    (void)owner, (void)x;
    is_told = true;
}

static bytes headers_of(const response *r) {
    buf b = buf_new(1 << 16);
    for (unsigned i = 0; i < r->header_count; i++) {
        buf_put(&b, bytes_of_string(r->headers[i].name)), buf_put_byte(&b, ':');
        buf_put(&b, r->headers[i].value), buf_put_byte(&b, '\n');
    }
    if (r->content_type) buf_put(&b, bytes_of_string(r->content_type));
    bytes out = arena_copy(p_.memory, buf_bytes(&b));
    buf_release(&b);
    return out;
}

static void ask_once(const char *target, asked *out) {
    const char *query = strchr(target, '?');
    exchange *x = exchange_new(f_.service, on_told, NULL);
    request *r = exchange_request(x);
    r->method = METHOD_GET;
    r->path = arena_copy(x->arena, bytes_make(target, query ? (size_t)(query - target) : strlen(target)));
    r->query = arena_copy(x->arena, bytes_of_string(query ? query + 1 : ""));
    char bearer[8 + TOKEN_TEXT];
    snprintf(bearer, sizeof bearer, "Bearer %s", f_.token);
    add_header(x, "Authorization", bearer);
    is_told = false;
    exchange_run(x);
    while (!is_told) must(fake_step());
    if (x->route) p_.route_asked[x->route - routes] = true;
    if (out) {
        const response *a = exchange_response(x);
        snprintf(out->target, sizeof out->target, "%s", target);
        out->status = a->status;
        out->headers = headers_of(a);
        out->body = arena_copy(p_.memory, a->fixed_body.at ? a->fixed_body : buf_bytes(&a->body));
    }
    exchange_release(x);
    while (fake_waiting()) fake_step();
}

static char base[64];

/* Below the family, but for what begins with the version. */
__attribute__((format(printf, 1, 2))) static void ask_in(const char *format, ...) {
    char target[TARGET_ROOM], below[TARGET_ROOM - sizeof base];
    va_list more;
    va_start(more, format);
    int n = vsnprintf(below, sizeof below, format, more);
    va_end(more);
    must(n >= 0 && (size_t)n < sizeof below && p_.targets < TARGETS_MAX);
    snprintf(target, sizeof target, "%s%s", strncmp(below, "/v1/", 4) == 0 ? "" : base, below);
    ask_once(target, &p_.now->answers[p_.targets++]);
}

/* An id of one world or the other: what is in both stands in both lists at the same number. */
static const char *some_id(world_kind kind, size_t which) {
    static char texts[4][UUID_TEXT + 1];
    static unsigned at;
    return id_text(world_id(kind, which), texts[at = (at + 1) % 4]);
}

static const char *subject_of(const json_value *position) {
    static char text[UUID_TEXT + 1];
    return id_text(family_subject_id(&p_.now->family->facts, (unsigned)json_int_of(position)), text);
}

static const char *actor_of(const json_value *position) {
    static char text[UUID_TEXT + 1];
    return id_text(family_actor_id(&p_.now->family->facts, (actor)json_int_of(position)), text);
}

static void ask_of_things(void) {
    char me[UUID_TEXT + 1];
    id_text(my_id(), me);
    const json_value *alike = json_first(world_member(p_.pair, "alike"));
    for (const json_value *v = json_first(world_member(p_.pair, "entries")); v; v = json_next(v)) {
        const char *id = some_id(OF_ENTRY, (size_t)json_int_of(v));
        ask_in("/entries/%s", id);
        if (pick(4) == 0) ask_in("/access?viewer=%s&entry=%s", me, id);
        if (alike && pick(4) == 0) ask_in("/access?viewer=%s&entry=%s", actor_of(alike), id);
    }
    for (const json_value *v = json_first(world_member(p_.pair, "grants")); v; v = json_next(v))
        ask_in("/grants/%s", some_id(OF_GRANT, (size_t)json_int_of(v)));
    for (const json_value *v = json_first(world_member(p_.pair, "receipts")); v; v = json_next(v))
        ask_in("/grants/%s/receipts", some_id(OF_GRANT, (size_t)json_int_of(v)));
    for (const json_value *v = json_first(world_member(p_.pair, "requests")); v; v = json_next(v))
        ask_in("/requests/%s", some_id(OF_REQUEST, (size_t)json_int_of(v)));
}

/* Thought values, and previews through the eyes of those whom nothing in the difference concerns. */
static void ask_of_values(void) {
    char me[UUID_TEXT + 1];
    id_text(my_id(), me);
    for (const json_value *v = json_first(world_member(p_.pair, "gives")); v; v = json_next(v)) {
        const json_value *field = json_first(v);
        ask_in("/givers?field=%s&about=%s", catalogue[json_int_of(field)].name, subject_of(json_next(field)));
        ask_in("/access?viewer=%s&field=%s&about=%s", me, catalogue[json_int_of(field)].name, subject_of(json_next(field)));
        ask_in("/plan?field=%s", catalogue[json_int_of(field)].name);
        if (pick(4) == 0) ask_in("/plan?about=%s", subject_of(json_next(field)));
    }
    const json_value *gives = json_first(world_member(p_.pair, "gives"));
    for (const json_value *v = json_first(world_member(p_.pair, "alike")); v; v = json_next(v)) {
        ask_in("/plan?as=%s", actor_of(v));
        ask_in("/readable?viewer=%s&at=2026-06-01T00:00:00Z", actor_of(v));
        const json_value *field = gives ? json_first(gives) : NULL;
        if (field) ask_in("/access?viewer=%s&field=%s&about=%s", actor_of(v), catalogue[json_int_of(field)].name, subject_of(json_next(field)));
        gives = gives ? json_next(gives) : NULL;
    }
    if (!json_bool_of(world_member(p_.pair, "matrix"))) return;
    ask_in("/who-sees-what");
    for (const json_value *v = json_first(world_member(p_.pair, "gives")); v; v = json_next(v))
        if (pick(3) == 0) ask_in("/who-sees-what?about=%s", subject_of(json_next(json_first(v))));
}

static void ask_all(void) {
    static const char *const lists[] = {"",          "/people",    "/households", "/team",          "/plan",
                                        "/grants",   "/requests",  "/tasks",      "/emergencies",   "/handovers",
                                        "/notices",  "/safeguards", "/export",    "/restrictions",  "/requests?not_agreed=true",
                                        "/plan?limit=2", "/grants?limit=1", "/log", "/log?limit=2", "/erasures", "/invitations", "/ending"};
    still = world_moment(p_.pair, "at");
    become(p_.viewer);
    next_id = UINT64_C(1) << 40;
    ask_in("/v1/account");
    ask_in("/v1/families");
    ask_in("/v1/sessions");
    ask_in("/v1/log");
    ask_in("/v1/signs");
    for (size_t i = 0; i < COUNT(lists); i++) ask_in("%s", lists[i]);
    ask_in("/plan?section=%c", 'A' + (int)pick(9));
    ask_of_things();
    ask_of_values();
    ask_in("/log?limit=5");
    ask_in("/log?language=fr&field=%s", catalogue[pick(FIELD_COUNT)].name);
}

/* What others did before: reads that stand in the log of both worlds, then those that only one has. */
static void looks(const char *list, uint64_t first_id) {
    next_id = first_id;
    still = world_moment(p_.pair, "at") - HOUR;
    for (const json_value *v = json_first(world_member(p_.now->world, list)); v; v = json_next(v)) {
        const json_value *who = json_first(v);
        char target[TARGET_ROOM];
        become((actor)json_int_of(who));
        snprintf(target, sizeof target, "%s/entries/%s", base, some_id(OF_ENTRY, (size_t)json_int_of(json_next(who))));
        ask_once(target, NULL);
    }
}

static void live(side *s, unsigned which) {
    p_.now = s;
    p_.dice = (uint64_t)json_int_of(world_member(p_.pair, "seed"));
    p_.targets = 0;
    f_.record_count = 0;
    f_.version = 1 + (int64_t)which * 6; /* a write that he may not know of counts up too */
    f_.service->next_counter = 1 + which * 1000;
    s->answers = ARENA_ARRAY(p_.memory, asked, TARGETS_MAX);
    put_family(s);
    looks("looks", 0);
    looks("hidden_looks", UINT64_C(1) << 20);
    ask_all();
    forget_family();
}

/* ---- comparing */

static void print_span(const char *name, bytes b, size_t from) {
    printf(",\"%s\":\"", name);
    for (size_t i = from; i < b.len && i < from + 160; i++)
        if (b.at[i] >= ' ' && b.at[i] != '"' && b.at[i] != '\\' && b.at[i] < 127) putchar(b.at[i]);
        else putchar('\'');
    putchar('"');
}

static bool is_same(const asked *a, const asked *b) {
    return strcmp(a->target, b->target) == 0 && a->status == b->status && bytes_equal(a->headers, b->headers) && bytes_equal(a->body, b->body);
}

static void print_difference(const asked *a, const asked *b) {
    size_t at = 0;
    while (at < a->body.len && at < b->body.len && a->body.at[at] == b->body.at[at]) at++;
    printf("{\"target\":\"%s\",\"status\":[%d,%d],\"headers\":%s,\"at\":%zu", a->target, a->status, b->status,
           bytes_equal(a->headers, b->headers) ? "false" : "true", at);
    at = at > 60 ? at - 60 : 0;
    print_span("one", a->body, at), print_span("two", b->body, at);
    printf("}");
}

static void compare(unsigned count) {
    unsigned differ = 0, fine = 0;
    printf("{\"asked\":%u,\"differences\":[", count);
    for (unsigned i = 0; i < count; i++) {
        const asked *a = &p_.sides[0].answers[i], *b = &p_.sides[1].answers[i];
        fine += a->status == 200;
        if (is_same(a, b) || differ++ >= TOLD_MAX) continue;
        if (differ > 1) printf(",");
        print_difference(a, b);
    }
    printf("],\"differ\":%u,\"fine\":%u}\n", differ, fine);
    fflush(stdout);
}

static bool run(bytes line) {
    json_fault fault;
    p_.memory = arena_new_sized(1 << 20);
    if (!ok(json_parse_file(p_.memory, line, &p_.pair, &fault))) {
        fprintf(stderr, "not a pair: %s\n", fault.detail);
        return false;
    }
    p_.viewer = (actor)json_int_of(world_member(p_.pair, "viewer"));
    p_.sides[0].world = world_member(p_.pair, "one"), p_.sides[1].world = world_member(p_.pair, "two");
    live(&p_.sides[0], 0);
    unsigned count = p_.targets;
    live(&p_.sides[1], 1);
    must(count == p_.targets);
    compare(count);
    arena_release(p_.memory);
    return true;
}

/* No GET of the contract is left out, but those whose course is public: they have no session and no facts. */
static void print_never_asked(void) {
    const char *comma = "";
    printf("{\"never\":[");
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].method != M_GET || routes[i].course == COURSE_PUBLIC || p_.route_asked[i]) continue;
        printf("%s\"%s\"", comma, routes[i].operation), comma = ",";
    }
    printf("]}\n");
}

static void set_up(void) {
    still = INT64_C(1790000000) * SECOND;
    fake_start();
    f_.service->set.refusals_a_minute = UINT32_MAX / 2;
    f_.own_rows = rows_of;
    snprintf(base, sizeof base, "%s", in_family(""));
    p_.route_asked = calloc(route_count, sizeof *p_.route_asked);
    must(p_.route_asked != NULL);
    told t;
    (void)whole(&t, ask(&t, METHOD_GET, in_family("/plan"), NULL, NULL)); /* the family's keys are in the ring from here on */
    must(t.status == 200);
    forget_family();
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "--leak") == 0 && !leak_choose(words[2])) return 2;
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool good = true;
    set_up();
    while (good && (len = getline(&line, &room, stdin)) > 0) good = run(bytes_make(line, (size_t)len));
    print_never_asked();
    free(line);
    free(p_.route_asked);
    fake_stop();
    return good ? 0 : 1;
}
