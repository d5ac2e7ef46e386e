/* kringd load against a real server: both shipped families are there whole and by the same rules, a second load or a
 * faulty file changes nothing, and no word of a scenario stands in any table of either database. Runs under
 * tests/with_postgres.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/load.h"
#include "app/service_keys.h"
#include "app/settings.h"
#include "crypto/envelope.h"
#include "flow/family.h"
#include "json/read.h"
#include "policy/policy.h"
#include "statements.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

static char folder[] = "/tmp/kring-load-XXXXXX";

static const char *env(const char *name) {
    const char *v = getenv(name);
    if (!v) fail_msg("%s is not set: run this under tests/with_postgres.sh", name);
    return v;
}

/* ---- files ---- */

static const char *in_folder(arena *a, const char *name) {
    return arena_string(a, arena_format(a, "%s/%s", folder, name));
}

static const char *shipped(arena *a, const char *name) {
    return arena_string(a, arena_format(a, "%s/proto/demo/%s", env("KRING_SOURCE"), name));
}

static bytes read_file(arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("%s is not there", path);
    static uint8_t text[4 << 20];
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    return arena_copy(a, bytes_make(text, n));
}

static const char *write_file(arena *a, const char *name, bytes text) {
    const char *path = in_folder(a, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.at, 1, text.len, f), text.len);
    fclose(f);
    return path;
}

static const json_value *read_json(arena *a, const char *path) {
    const json_value *root = NULL;
    json_fault fault;
    if (!ok(json_parse(a, read_file(a, path), &root, &fault))) fail_msg("%s: %s", path, fault.detail);
    return root;
}

/* The text with the first `piece` replaced. */
static bytes altered(arena *a, bytes text, const char *piece, const char *by) {
    const uint8_t *at = memmem(text.at, text.len, piece, strlen(piece));
    if (!at) fail_msg("there is no %s", piece);
    size_t head = (size_t)(at - text.at), tail = text.len - head - strlen(piece);
    return arena_format(a, "%.*s%s%.*s", (int)head, text.at, by, (int)tail, at + strlen(piece));
}

/* ---- loading ---- */

static size_t steps_told;
static void step_told(void *ctx, const char *step, size_t done, size_t total) {
    (void)ctx;
    assert_non_null(step);
    assert_true(done <= total);
    steps_told++;
}

static int load_with(arena *a, const char *const *files, size_t count, bool seeded) {
    load_settings s = {.data_db = env("KRING_TEST_DATA_DB"),
                       .keys_db = env("KRING_TEST_KEYS_DB"),
                       .kek_file = in_folder(a, "kek"),
                       .files = files,
                       .file_count = count,
                       .demo_json = in_folder(a, "demo.json"),
                       .url = "https://localhost:1",
                       .ca = "/ca.pem",
                       .cost = PASSWORD_COST_FLOOR,
                       .seed_ids = seeded,
                       .progress = step_told};
    return command_load(&s);
}

static int load(arena *a, const char *file) { return load_with(a, &file, 1, false); }

/* ---- looking on, as the superuser ---- */

static PGresult *ask(PGconn *c, const char *sql) {
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c));
    return r;
}

static PGconn *look(const char *conninfo) {
    PGconn *c = PQconnectdb(env(conninfo));
    if (PQstatus(c) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(c));
    PQclear(ask(c, "SET client_min_messages = warning"));
    return c;
}

typedef void table_use(PGconn *c, const char *table, void *ctx);

static void each_table(const char *conninfo, table_use *use, void *ctx) {
    PGconn *c = look(conninfo);
    PGresult *tables = ask(c, "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND "
                              "tablename <> 'schema_version' ORDER BY 1");
    assert_true(PQntuples(tables) > 2);
    for (int i = 0; i < PQntuples(tables); i++) use(c, PQgetvalue(tables, i, 0), ctx);
    PQclear(tables);
    PQfinish(c);
}

static void add_rows(PGconn *c, const char *table, void *ctx) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT t::text FROM %s AS t", table);
    PGresult *r = ask(c, sql);
    for (int i = 0; i < PQntuples(r); i++) {
        buf_put_string(ctx, PQgetvalue(r, i, 0));
        buf_put_byte(ctx, '\n');
    }
    PQclear(r);
}

/* Every row of both databases as text; bytea as hex. */
static bytes everything_stored(arena *a) {
    buf all = buf_new(64 << 20);
    each_table("KRING_TEST_SUPER_DB", add_rows, &all);
    each_table("KRING_TEST_SUPER_KEYS_DB", add_rows, &all);
    assert_true(buf_ok(&all));
    bytes text = arena_copy(a, buf_bytes(&all));
    buf_release(&all);
    return text;
}

static void empty_table(PGconn *c, const char *table, void *ctx) {
    (void)ctx;
    char sql[200];
    snprintf(sql, sizeof sql, "TRUNCATE %s CASCADE", table);
    PQclear(ask(c, sql));
}

static int begin_anew(void **state) {
    (void)state;
    arena *a = arena_new();
    each_table("KRING_TEST_SUPER_DB", empty_table, NULL);
    each_table("KRING_TEST_SUPER_KEYS_DB", empty_table, NULL);
    unlink(in_folder(a, "demo.json"));
    unlink(in_folder(a, "demo.json.new"));
    arena_release(a);
    return 0;
}

static int number(const char *conninfo, const char *sql) {
    PGconn *c = look(conninfo);
    PGresult *r = ask(c, sql);
    int n = atoi(PQgetvalue(r, 0, 0));
    PQclear(r);
    PQfinish(c);
    return n;
}

static int count(const char *sql) { return number("KRING_TEST_SUPER_DB", sql); }

/* ---- demo.json ---- */

static const json_value *find_in(const json_value *list, const char *name, const char *text) {
    for (const json_value *v = json_first(list); v; v = json_next(v))
        if (bytes_is(json_bytes_of(json_member(v, name)), text)) return v;
    return NULL;
}

static bool id_in(const json_value *of, const char *kind, bytes ref, uuid *id) {
    for (const json_value *v = json_first(json_member(of, kind)); v; v = json_next(v))
        if (bytes_equal(json_name_of(v), ref)) return ok(uuid_parse(json_bytes_of(v), id));
    return false;
}

static void check_family(const json_value *demo, const char *ref, size_t people, size_t homes, size_t helpers,
                         size_t grants) {
    const json_value *f = find_in(json_member(demo, "families"), "ref", ref);
    assert_non_null(f);
    assert_int_equal(json_count(json_member(f, "people")), people);
    assert_int_equal(json_count(json_member(f, "households")), homes);
    assert_int_equal(json_count(json_member(f, "helpers")), helpers);
    assert_int_equal(json_count(json_member(f, "grants")), grants);
}

static void loads_the_shipped_families(void **state) {
    (void)state;
    arena *a = arena_new();
    const char *both[] = {shipped(a, "scenario_be.json"), shipped(a, "scenario_nl.json")};
    steps_told = 0;
    assert_int_equal(load_with(a, both, 2, false), 0);
    assert_true(steps_told > 10);

    struct stat st;
    const char *path = in_folder(a, "demo.json");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(access(in_folder(a, "demo.json.new"), F_OK), -1);
    const json_value *demo = read_json(a, path);
    check_family(demo, "demo-vlaanderen", 7, 2, 12, 23);
    check_family(demo, "demo-nederland", 8, 3, 13, 21); /* the blocked stranger stands among the people */
    /* Members with an account, every helper, one auditor and one operator for both families. */
    assert_int_equal(json_count(json_member(demo, "accounts")), 4 + 12 + 5 + 13 + 2);
    assert_int_equal(count("SELECT count(*) FROM account"), 36);
    assert_int_equal(count("SELECT count(*) FROM membership"), 34);
    assert_int_equal(number("KRING_TEST_SUPER_KEYS_DB", "SELECT count(*) FROM audit_key"), 3);
    arena_release(a);
}

/* ---- the rules hold over what was stored ---- */

typedef struct {
    uv_loop_t loop;
    pool *data, *keys;
    arena *a;
} reader;

static pool *open_pool(reader *r, const char *conninfo, database which) {
    pool_settings s = {.conninfo = env(conninfo), .which = which, .links = 1};
    return pool_new(&r->loop, &s);
}

static void reader_open(reader *r) {
    r->a = arena_new();
    assert_int_equal(uv_loop_init(&r->loop), 0);
    r->data = open_pool(r, "KRING_TEST_DATA_DB", DATABASE_DATA);
    r->keys = open_pool(r, "KRING_TEST_KEYS_DB", DATABASE_KEYS);
}

static void pool_closed(void *ctx) { *(pool **)ctx = NULL; }

static void reader_close(reader *r) {
    arena_release(r->a);
    pool_close(r->data, pool_closed, &r->data);
    pool_close(r->keys, pool_closed, &r->keys);
    while (r->data || r->keys) uv_run(&r->loop, UV_RUN_ONCE);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&r->loop), 0);
}

static family *family_of(reader *r, uuid id) {
    unit *u = unit_new(r->a);
    family *f = NULL;
    family_ask(u, r->a, id);
    assert_true(ok(unit_wait(&r->loop, r->data, u)));
    assert_true(ok(family_read(u, 0, id, &f)));
    return f;
}

static moment local_moment(PGconn *c, bytes text, const char *zone) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT (extract(epoch FROM timestamp '%.*s' AT TIME ZONE '%s') * 1000000)::int8",
             (int)text.len, (const char *)text.at, zone);
    PGresult *r = ask(c, sql);
    moment m = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return m;
}

static uuid id_of(const json_value *of, bytes ref) {
    uuid id = {0};
    bool found = id_in(of, "people", ref, &id) || id_in(of, "households", ref, &id) || id_in(of, "helpers", ref, &id);
    if (!found && bytes_equal(json_bytes_of(json_member(of, "ref")), ref))
        found = ok(uuid_parse(json_bytes_of(json_member(of, "id")), &id));
    if (!found) fail_msg("demo.json does not name %.*s", (int)ref.len, (const char *)ref.at);
    return id;
}

static size_t lines_that_fail(reader *r, const char *demo_ref, const char *expected, const char *zone) {
    const json_value *demo = read_json(r->a, in_folder(r->a, "demo.json"));
    const json_value *entry = find_in(json_member(demo, "families"), "ref", demo_ref);
    PGconn *c = look("KRING_TEST_SUPER_DB");
    family *f = family_of(r, id_of(entry, bytes_of_string(demo_ref)));
    standing *s = ARENA_NEW(r->a, standing);
    size_t wrong = 0, lines = 0;
    for (const json_value *v = json_first(read_json(r->a, shipped(r->a, expected))); v; v = json_next(v), lines++) {
        bytes user = json_bytes_of(json_member(v, "user")), field = json_bytes_of(json_member(v, "field"));
        bytes about = json_bytes_of(json_member(v, "about")), at = json_bytes_of(json_member(v, "at"));
        policy_stand(&f->facts, family_actor(&f->facts, id_of(entry, user)), local_moment(c, at, zone), s);
        answer got = policy_ask(s, field_by_name(field), family_subject(&f->facts, id_of(entry, about)));
        if (got.allowed == json_bool_of(json_member(v, "allowed"))) continue;
        wrong++;
        print_message("%.*s: %.*s reads %.*s about %.*s: %s, %s\n", (int)at.len, (const char *)at.at, (int)user.len,
                      (const char *)user.at, (int)field.len, (const char *)field.at, (int)about.len,
                      (const char *)about.at, got.allowed ? "yes" : "no", rule_text(got.rule));
    }
    family_release(&f->node);
    PQfinish(c);
    assert_true(lines >= 34);
    return wrong;
}

static void everybody_reads_what_he_may(void **state) {
    (void)state;
    reader r;
    reader_open(&r);
    assert_int_equal(lines_that_fail(&r, "demo-nederland", "expected_access_nl.json", "Europe/Amsterdam"), 0);
    assert_int_equal(
        lines_that_fail(&r, "demo-vlaanderen", "../../tests/policy/data/expected_access_be.json", "Europe/Brussels"),
        0);
    reader_close(&r);
}

/* ---- what the law of sharing needs beside ---- */

static const family *loaded_as(reader *r, const char *demo_ref, const json_value **entry) {
    const json_value *demo = read_json(r->a, in_folder(r->a, "demo.json"));
    *entry = find_in(json_member(demo, "families"), "ref", demo_ref);
    return family_of(r, id_of(*entry, bytes_of_string(demo_ref)));
}

static actor actor_in(const facts *f, const json_value *entry, const char *ref) {
    return family_actor(f, id_of(entry, bytes_of_string(ref)));
}

static const place_fact *place_in(const facts *f, const json_value *entry, const char *ref) {
    for (unsigned i = 0; i < f->place_count; i++)
        if (HELPER(f->places[i].helper) == actor_in(f, entry, ref)) return &f->places[i];
    fail_msg("%s has no place", ref);
    return NULL;
}

static uint32_t entries_of(const facts *f, entry_kind kind, uint32_t of) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->entry_count; i++) n += f->entries[i].kind == kind && f->entries[i].of == of;
    return n;
}

/* Leen began it, Karim said no: a request that is there for them, and not for Joke. */
static void check_request(const facts *f, const json_value *entry, PGconn *c) {
    assert_int_equal(f->request_count, 1);
    const request_fact *q = &f->requests[0];
    field_id field = field_by_name(BYTES("learning_support_detail"));
    assert_true(q->asker == actor_in(f, entry, "leen") && q->recipient == actor_in(f, entry, "joke"));
    assert_true(q->about == PERSON(actor_in(f, entry, "ilyas")) && has_field(q->fields, field));
    assert_true(q->recorded == local_moment(c, BYTES("2025-12-01"), "Europe/Brussels"));
    assert_true(q->lapses == local_moment(c, BYTES("2025-12-15"), "Europe/Brussels") && q->withdrawn == MOMENT_NEVER);
    assert_int_equal(q->reply_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const reply_fact *reply = &f->replies[q->first_reply + i];
        bool yes = reply->person == actor_in(f, entry, "leen");
        assert_true(yes || reply->person == actor_in(f, entry, "karim"));
        assert_true(has_field(reply->yes, field) == yes && has_field(reply->no, field) == !yes && reply->counts == q->recorded);
    }
    assert_int_equal(entries_of(f, KIND_REQUEST, 0), 1);
    for (unsigned i = 0; i < f->grant_count; i++) assert_int_equal(f->grants[i].request, UINT16_MAX);
}

static void the_law_of_sharing_is_stored(void **state) {
    (void)state;
    reader r;
    reader_open(&r);
    PGconn *c = look("KRING_TEST_SUPER_DB");
    const json_value *entry;
    const family *be = loaded_as(&r, "demo-vlaanderen", &entry);
    const facts *f = &be->facts;
    check_request(f, entry, c);
    const emergency_fact *e = &f->emergencies[0];
    assert_true(e->told == e->from && e->from == local_moment(c, BYTES("2026-01-23T22:40"), "Europe/Brussels"));
    assert_true(e->review_due == local_moment(c, BYTES("2026-01-29"), "Europe/Brussels")); /* it ended on a Saturday */
    assert_true(e->reviewed == local_moment(c, BYTES("2026-01-26T11:00"), "Europe/Brussels"));
    assert_int_equal(entries_of(f, KIND_REASON, 0), 1);
    uuid sofie = place_in(f, entry, "sofie")->organisation, bram = place_in(f, entry, "bram")->organisation;
    assert_true(uuid_equal(sofie, place_in(f, entry, "wim")->organisation) && !uuid_equal(sofie, bram) && !uuid_is_zero(bram));
    assert_true(f->closed == MOMENT_NEVER && f->lock_count == 0 && f->trusted_count == 0 && f->stop_count == 0);
    assert_int_equal(count("SELECT count(*) FROM emergency_tally t JOIN membership m USING (account_id, family_id) "
                           "JOIN emergency e ON e.id = t.emergency_id AND e.helper_id = m.as_id "
                           "WHERE t.reviewed_at < t.review_due_at"),
                     2);
    assert_int_equal(count("SELECT count(*) FROM family_due WHERE due_at = done_until AND due_at IN "
                           "('2026-01-20 12:00+01', '2026-05-11 12:00+02')"),
                     2);
    family_release((cached *)(uintptr_t)&be->node);
    PQfinish(c);
    reader_close(&r);
}

/* Words for the statements below, in the Dutch family: its people, helpers, grants and entries by their places. */
static const char vocabulary[] =
    "CREATE FUNCTION pg_temp.f() RETURNS uuid LANGUAGE sql AS $$SELECT id FROM family WHERE jurisdiction = 'NL'$$;"
    "CREATE FUNCTION pg_temp.p(n int) RETURNS uuid LANGUAGE sql AS $$SELECT id FROM person WHERE family_id = "
    "pg_temp.f() AND ordinal = n$$;"
    "CREATE FUNCTION pg_temp.h(n int) RETURNS uuid LANGUAGE sql AS $$SELECT id FROM helper WHERE family_id = "
    "pg_temp.f() AND ordinal = n$$;"
    "CREATE FUNCTION pg_temp.g(n int) RETURNS uuid LANGUAGE sql AS $$SELECT id FROM consent_grant WHERE family_id = "
    "pg_temp.f() AND ordinal = n$$;"
    "CREATE FUNCTION pg_temp.n(n int) RETURNS uuid LANGUAGE sql AS $$SELECT ('dddddddd-0000-4000-8000-' || "
    "lpad(n::text, 12, '0'))::uuid$$;"
    "CREATE FUNCTION pg_temp.e(n int) RETURNS uuid LANGUAGE sql AS $$SELECT id FROM entry WHERE family_id = "
    "pg_temp.f() AND kind = 'plan' "
    "ORDER BY ordinal OFFSET n LIMIT 1$$";

/* maaike 1, peter 2, joris 3, sanne 4, daan 5, farida 6, mila 7; noortje 1, stef 2, bas 3. Day n is that of March 2026. */
static const char *const happenings[] = {
    /* no end counts before it was recorded, and none ends what began after it */
    "INSERT INTO relation_end SELECT family_id, kind, person_id, of_id, '2026-03-02', '2026-03-05' FROM relation "
    "WHERE family_id = pg_temp.f() AND kind = 'holds_authority' AND person_id = pg_temp.p(2) AND of_id = pg_temp.p(5)",
    "INSERT INTO relation_end SELECT family_id, kind, person_id, of_id, '2020-01-01', '2026-03-05' FROM relation "
    "WHERE family_id = pg_temp.f() AND kind = 'holds_authority' AND person_id = pg_temp.p(1) AND of_id = pg_temp.p(5)",
    "INSERT INTO conflict_end SELECT family_id, id, pg_temp.h(1), '2026-03-14', '2026-03-15' FROM authority_conflict "
    "WHERE family_id = pg_temp.f()",
    /* a ban, lifted for one of the two; an older lift ends no newer ban */
    "INSERT INTO court_decision VALUES "
    "(pg_temp.f(), pg_temp.n(1), 'contact_ban', pg_temp.p(3), ARRAY[pg_temp.p(5), pg_temp.p(7)], 'order', NULL, "
    "'2026-03-01', 'infinity', '2026-03-01'),"
    "(pg_temp.f(), pg_temp.n(2), 'lifted', pg_temp.p(3), ARRAY[pg_temp.p(7)], 'order', NULL, '2026-03-08', "
    "'infinity', '2026-03-10'),"
    "(pg_temp.f(), pg_temp.n(3), 'lifted', pg_temp.p(3), '{}', 'order', NULL, '2026-02-01', 'infinity', '2026-02-01'),"
    "(pg_temp.f(), pg_temp.n(4), 'sole_authority', pg_temp.p(3), ARRAY[pg_temp.p(5)], 'order', NULL, '2026-03-01', "
    "'infinity', '2026-03-01')",
    /* a lock that two lifted, and one that one lifted */
    "INSERT INTO safety_lock SELECT pg_temp.f(), pg_temp.n(i), pg_temp.p(2), ARRAY[pg_temp.p(5)], '{}', pg_temp.p(1), "
    "'2026-03-01', "
    "'2026-03-01' FROM generate_series(10, 11) i",
    "INSERT INTO lock_lift VALUES (pg_temp.f(), pg_temp.n(10), pg_temp.p(1), '2026-03-03', '2026-03-03'),"
    "(pg_temp.f(), pg_temp.n(10), pg_temp.h(1), '2026-03-04', '2026-03-06'),"
    "(pg_temp.f(), pg_temp.n(11), pg_temp.h(1), '2026-03-02', '2026-03-02')",
    "INSERT INTO trusted_person VALUES (pg_temp.f(), pg_temp.n(12), pg_temp.p(4), pg_temp.h(3), pg_temp.p(4), NULL, "
    "'2026-03-01', '2026-03-01')",
    "INSERT INTO trusted_end VALUES (pg_temp.f(), pg_temp.n(12), pg_temp.p(4), '2026-03-07', '2026-03-07')",
    /* a reply in the app, one with a witness, one that the giver confirmed himself, one with none but those who do not count */
    "INSERT INTO request (family_id, id, asker_id, recipient_id, about, basis, ordinal, recorded_at, lapses_at, "
    "valid_from, valid_until) "
    "VALUES (pg_temp.f(), pg_temp.n(20), pg_temp.h(3), pg_temp.h(3), ARRAY[pg_temp.p(5)], 'consent', 50, "
    "'2026-03-01', '2026-03-15', "
    "'2026-03-01', '2026-09-01')",
    "INSERT INTO request_field VALUES (pg_temp.f(), pg_temp.n(20), 'goals', 'derived'), (pg_temp.f(), pg_temp.n(20), "
    "'actions', 'exact')",
    "INSERT INTO request_end VALUES (pg_temp.f(), pg_temp.n(20), pg_temp.h(3), '2026-03-09', '2026-03-09')",
    "INSERT INTO request_reply (family_id, id, request_id, person_id, yes, no, channel, entered_by, recorded_at) VALUES "
    "(pg_temp.f(), pg_temp.n(21), pg_temp.n(20), pg_temp.p(1), '{goals}', '{actions}', 'app', NULL, '2026-03-01 01:00'),"
    "(pg_temp.f(), pg_temp.n(22), pg_temp.n(20), pg_temp.p(2), '{goals}', '{}', 'paper', pg_temp.h(1), '2026-03-01 02:00'),"
    "(pg_temp.f(), pg_temp.n(23), pg_temp.n(20), pg_temp.p(4), '{goals}', '{}', 'in_person', pg_temp.h(1), '2026-03-01 03:00'),"
    "(pg_temp.f(), pg_temp.n(24), pg_temp.n(20), pg_temp.p(6), '{goals}', '{}', 'paper', pg_temp.h(1), '2026-03-01 04:00')",
    "INSERT INTO reply_witness VALUES (pg_temp.f(), pg_temp.n(22), pg_temp.h(1), '2026-03-02'), "
    "(pg_temp.f(), pg_temp.n(22), pg_temp.h(2), '2026-03-04'), (pg_temp.f(), pg_temp.n(22), pg_temp.p(2), '2026-03-05'),"
    "(pg_temp.f(), pg_temp.n(23), pg_temp.p(4), '2026-03-03'),"
    "(pg_temp.f(), pg_temp.n(24), pg_temp.h(1), '2026-03-02'), (pg_temp.f(), pg_temp.n(24), pg_temp.h(3), '2026-03-02')",
    /* a grant from that request, with a level, four eyes, a pause that is over and a stop that is not */
    "INSERT INTO consent_grant (family_id, id, recipient_id, about, givers, basis, ordinal, recorded_at, valid_from, "
    "valid_until, request_id) "
    "VALUES (pg_temp.f(), pg_temp.n(30), pg_temp.h(3), ARRAY[pg_temp.p(5)], ARRAY[pg_temp.p(1)], 'consent', 500, "
    "'2026-03-01', '2026-03-01', "
    "'2026-09-01', pg_temp.n(20))",
    "INSERT INTO grant_field (family_id, grant_id, field, level) VALUES (pg_temp.f(), pg_temp.n(30), 'actions', 'derived'),"
    "(pg_temp.f(), pg_temp.n(30), 'goals', 'exists')",
    "INSERT INTO four_eyes VALUES (pg_temp.f(), pg_temp.n(30), 'goals', pg_temp.h(1), '2026-03-04', '2026-03-04'),"
    "(pg_temp.f(), pg_temp.n(30), 'goals', pg_temp.h(2), '2026-03-01', '2026-03-03')",
    "INSERT INTO grant_stop VALUES (pg_temp.f(), pg_temp.n(31), pg_temp.n(30), 'paused', NULL, NULL, '2026-03-05', '2026-03-05'),"
    "(pg_temp.f(), pg_temp.n(32), pg_temp.n(30), 'superseded', NULL, pg_temp.g(1), '2026-03-09', '2026-03-09')",
    "INSERT INTO grant_stop_end VALUES (pg_temp.f(), pg_temp.n(31), NULL, '2026-03-06', '2026-03-06')",
    "INSERT INTO hold (family_id, id, about, from_whom, fields, by_id, review_at, recorded_at, valid_from) VALUES "
    "(pg_temp.f(), pg_temp.n(40), ARRAY[pg_temp.p(5)], ARRAY[pg_temp.p(2)], '{goals}', pg_temp.h(1), '2026-05-01', "
    "'2026-03-01', '2026-03-01')",
    "INSERT INTO hold_end VALUES (pg_temp.f(), pg_temp.n(40), NULL, '2026-03-12', '2026-03-12')",
    /* an emergency that was told later, ended early, and of which the opener's own word is no review */
    "INSERT INTO emergency (family_id, id, helper_id, about, fields, reason_code, recorded_at, valid_from, "
    "valid_until, told_at) VALUES "
    "(pg_temp.f(), pg_temp.n(50), pg_temp.h(13), ARRAY[pg_temp.p(5)], '{goals}', 'other', '2026-03-20 10:00', "
    "'2026-03-20 10:00', '2026-03-20 12:00', NULL)",
    "INSERT INTO emergency_delay VALUES (pg_temp.f(), pg_temp.n(50), pg_temp.h(1), '2026-03-22', NULL, '2026-03-20'), "
    "(pg_temp.f(), pg_temp.n(50), pg_temp.h(1), '2026-03-21', NULL, '2026-03-20')",
    "INSERT INTO emergency_end VALUES (pg_temp.f(), pg_temp.n(50), NULL, '2026-03-20 11:00', '2026-03-20 11:00')",
    "INSERT INTO emergency_review VALUES (pg_temp.f(), pg_temp.n(50), pg_temp.h(13), 'helper', 'justified', '2026-03-21'),"
    "(pg_temp.f(), pg_temp.n(50), pg_temp.h(1), 'helper', 'justified', '2026-03-21')",
    "INSERT INTO restriction VALUES (pg_temp.f(), pg_temp.n(60), pg_temp.e(1), pg_temp.p(1), '2026-03-01', '2026-03-01'),"
    "(pg_temp.f(), pg_temp.n(61), pg_temp.e(2), pg_temp.p(1), '2026-03-01', '2026-03-01')",
    "INSERT INTO restriction_end VALUES (pg_temp.f(), pg_temp.n(60), NULL, '2026-03-11', '2026-03-11')",
    "INSERT INTO erasure_request VALUES (pg_temp.f(), pg_temp.n(62), pg_temp.p(1), NULL, '2026-03-01')",
    "INSERT INTO erasure_decision VALUES (pg_temp.f(), pg_temp.n(62), pg_temp.e(3), 'erased', pg_temp.h(1), '2026-03-13'),"
    "(pg_temp.f(), pg_temp.n(62), pg_temp.e(4), 'kept_law', pg_temp.h(1), '2026-03-13')",
    /* able in one thing, not in another, told on one day */
    "INSERT INTO capacity VALUES (pg_temp.f(), pg_temp.p(5), true, '2026-03-01', '2026-03-01', pg_temp.n(70), "
    "'{goals}', pg_temp.h(1), '2026-09-01'),"
    "(pg_temp.f(), pg_temp.p(5), false, '2026-03-01', '2026-03-01', pg_temp.n(71), '{actions}', pg_temp.h(1), NULL)",
    "INSERT INTO plan_event VALUES (pg_temp.f(), pg_temp.n(80), 'closed', NULL, '2026-04-01', NULL, '2026-04-01'),"
    "(pg_temp.f(), pg_temp.n(81), 'reopened', NULL, '2026-04-05', NULL, '2026-04-05')",
};

typedef struct {
    PGconn *c;
    const facts *f;
} looker;

static moment march(const looker *l, const char *day) {
    char text[32];
    snprintf(text, sizeof text, "2026-%s", day);
    return local_moment(l->c, bytes_of_string(text), "UTC");
}

static uuid numbered(unsigned n) {
    uuid id;
    char text[UUID_TEXT + 1];
    snprintf(text, sizeof text, "dddddddd-0000-4000-8000-%012u", n);
    assert_true(ok(uuid_parse(bytes_of_string(text), &id)));
    return id;
}

static void check_people(const looker *l) {
    const facts *f = l->f;
    size_t bans = 0;
    for (unsigned i = 0; i < f->relation_count; i++) {
        const relation_fact *r = &f->relations[i];
        if (r->kind != HOLDS_AUTHORITY || r->of != 4) continue;
        assert_true(r->until == (r->person == 1 ? march(l, "03-05") : MOMENT_NEVER));
    }
    for (unsigned i = 0; i < f->block_count; i++) {
        const block_fact *b = &f->blocks[i];
        if (b->person != 2) continue;
        assert_true(b->until == (b->protects == PERSON(6) ? march(l, "03-10") : MOMENT_NEVER) && b->from == march(l, "03-01"));
        bans++;
    }
    assert_int_equal(bans, 2);
    assert_true(f->locks[family_lock(f, numbered(10))].until == march(l, "03-06"));
    assert_true(f->locks[family_lock(f, numbered(11))].until == MOMENT_NEVER);
    assert_true(f->trusted_count == 1 && f->trusted[0].until == march(l, "03-07"));
    assert_true(f->conflict_count == 1 && f->conflicts[0].until == march(l, "03-15"));
    assert_int_equal(f->capacity_count, 3);
}

static void check_sharing(const looker *l) {
    const facts *f = l->f;
    const request_fact *q = &f->requests[family_request(f, numbered(20))];
    assert_true(q->withdrawn == march(l, "03-09") && q->reply_count == 4);
    const reply_fact *reply = &f->replies[q->first_reply];
    assert_true(reply[0].counts == march(l, "03-01T01:00") && reply[0].counts == reply[0].recorded);
    assert_true(reply[1].counts == march(l, "03-04") && reply[1].person == 1);
    assert_true(reply[2].counts == march(l, "03-03") && reply[2].person == 3);
    assert_true(reply[3].counts == MOMENT_NEVER && reply[3].person == 5);
    int at = family_grant(f, numbered(30));
    const grant_fact *g = &f->grants[at];
    assert_int_equal(g->request, family_request(f, numbered(20)));
    const grant_field_fact *gf = &f->grant_fields[g->first_field];
    assert_true(gf[0].level == LEVEL_DERIVED && gf[0].four_eyes == MOMENT_NEVER);
    assert_true(gf[1].level == LEVEL_EXISTS && gf[1].four_eyes == march(l, "03-03"));
    assert_int_equal(f->stop_count, 2);
    assert_true(f->stops[0].grant == at && f->stops[0].from == march(l, "03-05") && f->stops[0].until == march(l, "03-06"));
    assert_true(f->stops[1].grant == at && f->stops[1].until == MOMENT_NEVER);
    const hold_fact *h = &f->holds[family_hold(f, numbered(40))];
    assert_true(h->until == march(l, "03-12") && h->review == march(l, "05-01") && is_helper(h->by));
}

static void check_rest(const looker *l) {
    const facts *f = l->f;
    const emergency_fact *e = &f->emergencies[family_emergency(f, numbered(50))];
    assert_true(e->until == march(l, "03-20T11:00") && e->told == march(l, "03-22") && e->reviewed == MOMENT_NEVER);
    assert_true(e->review_due == local_moment(l->c, BYTES("2026-03-26"), "Europe/Amsterdam")); /* opened on a Friday */
    assert_int_equal(f->restriction_count, 2);
    assert_true(f->restrictions[0].until == march(l, "03-11") && f->restrictions[1].until == MOMENT_NEVER);
    assert_true(f->restrictions[0].entry + 1 == f->restrictions[1].entry);
    assert_true(f->entries[f->restrictions[1].entry + 1].withdrawn == march(l, "03-13"));
    assert_true(f->entries[f->restrictions[1].entry + 2].withdrawn == MOMENT_NEVER);
    assert_true(f->closed == MOMENT_NEVER && f->erased == MOMENT_NEVER); /* reopened */
}

static void every_ending_ends_its_fact(void **state) {
    (void)state;
    reader r;
    reader_open(&r);
    looker l = {.c = look("KRING_TEST_SUPER_DB")};
    PQclear(ask(l.c, "SET timezone = 'UTC'"));
    PQclear(ask(l.c, vocabulary));
    for (size_t i = 0; i < sizeof happenings / sizeof *happenings; i++) PQclear(ask(l.c, happenings[i]));
    const json_value *entry;
    const family *f = loaded_as(&r, "demo-nederland", &entry);
    l.f = &f->facts;
    check_people(&l);
    check_sharing(&l);
    check_rest(&l);
    family_release((cached *)(uintptr_t)&f->node);
    /* closed again, erased, and a child who got an account */
    PQclear(ask(l.c, "INSERT INTO plan_event VALUES (pg_temp.f(), pg_temp.n(82), 'closed', NULL, '2026-04-10', NULL, '2026-04-10'),"
                     "(pg_temp.f(), pg_temp.n(83), 'erased', NULL, '2026-04-11', NULL, '2026-04-12')"));
    PQclear(ask(l.c, "INSERT INTO membership SELECT id, pg_temp.f(), 'person', pg_temp.p(5), 1 FROM account "
                     "WHERE kind = 'auditor'"));
    f = loaded_as(&r, "demo-nederland", &entry);
    assert_true(f->facts.closed == march(&l, "04-10") && f->facts.erased == march(&l, "04-12"));
    assert_true(f->facts.people[4].account && !f->facts.people[6].account);
    family_release((cached *)(uintptr_t)&f->node);
    PQfinish(l.c);
    reader_close(&r);
}

/* ---- sealed, and whole ---- */

static bool in_word(uint8_t c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80 || c == '_'; }

/* A word of ours, which may stand in clear: part of a field's name, or the name of a service key. */
static bool is_vocabulary(bytes word) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (memmem(catalogue[f].name, strlen(catalogue[f].name), word.at, word.len)) return true;
    return bytes_is(word, "account");
}

/* Runs of letters as they stand in free text; names of fields and codes are not free text. */
static void add_words(bytes text, buf *to) {
    if (!memchr(text.at, ' ', text.len)) return;
    for (size_t i = 0, end; i < text.len; i = end + 1) {
        bool code = false;
        for (end = i; end < text.len && in_word(text.at[end]); end++) code |= text.at[end] == '_';
        if (end - i < 6 || code || is_vocabulary(bytes_make(text.at + i, end - i))) continue;
        buf_put(to, bytes_make(text.at + i, end - i));
        buf_put_byte(to, '\n');
    }
}

static void add_all_words(const json_value *v, buf *to) {
    if (json_is_string(v)) add_words(json_bytes_of(v), to);
    if (!json_is_object(v) && !json_is_array(v)) return;
    for (const json_value *i = json_first(v); i; i = json_next(i)) add_all_words(i, to);
}

static bool has(bytes haystack, const void *needle, size_t len) {
    return memmem(haystack.at, haystack.len, needle, len) != NULL;
}

static bool has_hex(bytes haystack, const uint8_t *raw, size_t len) {
    char hex[512];
    hex_encode(bytes_make(raw, len), hex);
    return has(haystack, hex, 2 * len);
}

/* base64 shifts with the position: whichever of the three phases, the middle of the word is the same. */
static bool has_base64(bytes haystack, bytes word) {
    /* Of a shorter word too few letters are left to tell it from chance. */
    for (size_t phase = 0; phase < 3 && word.len >= 9; phase++) {
        size_t skip = (3 - phase) % 3, whole = (word.len - skip) / 3 * 3;
        char text[512], usual[512];
        size_t n = base64url_encode(bytes_make(word.at + skip, whole), text);
        for (size_t i = 0; i < n; i++) usual[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
        if (has(haystack, text, n) || has(haystack, usual, n)) return true;
    }
    return false;
}

static bool stands_in(bytes haystack, bytes word) {
    uint8_t wide[256] = {0};
    bool ascii = true;
    for (size_t i = 0; i < word.len && i < 100; i++) wide[2 * i] = word.at[i], ascii &= word.at[i] < 0x80;
    size_t wide_len = 2 * (word.len < 100 ? word.len : 100) - 1;
    return has(haystack, word.at, word.len) || has_hex(haystack, word.at, word.len) || has_base64(haystack, word) ||
           (ascii && (has(haystack, wide, wide_len) || has_hex(haystack, wide, wide_len)));
}

static void no_word_stands_in_clear(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes stored = everything_stored(a);
    buf words = buf_new(1 << 20);
    add_all_words(read_json(a, shipped(a, "scenario_be.json")), &words);
    add_all_words(read_json(a, shipped(a, "scenario_nl.json")), &words);
    size_t looked = 0;
    for (bytes rest = buf_bytes(&words); rest.len; looked++) {
        size_t n = (size_t)((const uint8_t *)memchr(rest.at, '\n', rest.len) - rest.at);
        if (stands_in(stored, bytes_make(rest.at, n)))
            fail_msg("%.*s stands in a table", (int)n, (const char *)rest.at);
        rest.at += n + 1, rest.len -= n + 1;
    }
    assert_true(looked > 500);
    /* The search itself finds what is there, in each of its forms. */
    assert_true(stands_in(stored, BYTES("holds_authority")) && stands_in(BYTES("\\x5761746572"), BYTES("Water")));
    assert_true(stands_in(BYTES("xxV2F0ZXJkaWprxx"), BYTES("Waterdijk")) &&
                stands_in(BYTES("W\0a\0t\0e\0r"), BYTES("Water")));
    /* Neither a scenario's name nor a password is kept. */
    assert_false(has(stored, "demo-nederland", 14));
    const json_value *accounts = json_member(read_json(a, in_folder(a, "demo.json")), "accounts");
    for (const json_value *v = json_first(accounts); v; v = json_next(v))
        assert_false(stands_in(stored, json_bytes_of(json_member(v, "password"))));
    buf_release(&words);
    arena_release(a);
}

static void read_keys(reader *r, keyring *ring, uuid id) {
    unit *u = unit_new(r->a);
    char set[UUID_TEXT + 2] = "{";
    uuid_write(id, set + 1);
    set[UUID_TEXT + 1] = '}';
    params *p[3] = {params_new(r->a), params_new(r->a), params_new(r->a)};
    param_text(p[0], bytes_make(set, sizeof set));
    param_uuid(p[1], id);
    param_uuid(p[2], id);
    unit_add(u, &stmt_keys_context_set, p[0]);
    size_t top = unit_add(u, &stmt_keys_family, p[1]), owners = unit_add(u, &stmt_keys_owners, p[2]);
    assert_true(ok(unit_wait(&r->loop, r->keys, u)));
    rows f = unit_rows(u, top), o = unit_rows(u, owners);
    assert_int_equal(rows_count(f), 1);
    assert_true(ok(keyring_add_family(ring, id, 1, row_bytes(f, 0, keys_family__wrapped))));
    for (size_t i = 0; i < rows_count(o); i++)
        assert_true(ok(keyring_add_owner(ring, id, row_uuid(o, i, keys_owners__owner_id), 1, 1,
                                         row_bytes(o, i, keys_owners__wrapped))));
}

static bytes open_body(reader *r, keyring *ring, const facts *f, const entry_fact *e, const version_fact *v) {
    PGconn *c = look("KRING_TEST_SUPER_DB");
    char id[UUID_TEXT + 1] = "", sql[200];
    uuid_write(e->id, id);
    snprintf(sql, sizeof sql, "SELECT encode(envelope, 'hex') FROM body WHERE entry_id = '%s' AND version = %u", id,
             v->number);
    PGresult *got = ask(c, sql);
    assert_int_equal(PQntuples(got), 1);
    bytes hex = bytes_of_string(PQgetvalue(got, 0, 0)), plain;
    uint8_t *raw = arena_take(r->a, hex.len / 2), aad[AAD_BODY];
    size_t len;
    assert_true(ok(hex_decode(hex, raw, hex.len / 2, &len)));
    body_context at = {
        .family = f->family, .owner = e->owner, .entry = e->id, .field = e->field, .version = v->number, .epoch = 1};
    aad_body(&at, aad);
    cipher_key *key = keyring_find(ring, f->family, e->owner, 1);
    assert_non_null(key);
    assert_true(ok(envelope_open(key, ENVELOPE_GCM, 1, BYTES_OF(aad), bytes_make(raw, len), r->a, &plain)));
    PQclear(got);
    PQfinish(c);
    return plain;
}

static const json_value *entry_that_says(const json_value *scenario_root, bytes text) {
    for (const json_value *v = json_first(json_member(scenario_root, "entries")); v; v = json_next(v))
        if (bytes_equal(json_bytes_of(json_member(v, "text")), text)) return v;
    return NULL;
}

/* Every entry of the plan opens, under the key that the index names, to the text and author of the file. */
static void every_text_comes_back(void **state) {
    (void)state;
    reader r;
    kek *k;
    const char *why;
    reader_open(&r);
    const json_value *from = read_json(r.a, shipped(r.a, "scenario_nl.json"));
    const json_value *demo = read_json(r.a, in_folder(r.a, "demo.json"));
    uuid id = id_of(find_in(json_member(demo, "families"), "ref", "demo-nederland"), BYTES("demo-nederland"));
    family *f = family_of(&r, id);
    assert_true(ok(kek_open_file(in_folder(r.a, "kek"), &k, &why)));
    keyring *ring = keyring_new(k, 1024);
    read_keys(&r, ring, id);
    size_t opened = 0;
    for (uint32_t i = 0; i < f->facts.entry_count; i++) {
        const entry_fact *e = &f->facts.entries[i];
        json_fault fault;
        const json_value *body = NULL;
        for (uint32_t v = 0; v < e->version_count; v++)
            assert_true(ok(json_parse(
                r.a, open_body(&r, ring, &f->facts, e, &f->facts.versions[e->first_version + v]), &body, &fault)));
        if (e->kind != KIND_PLAN) continue;
        const json_value *said = entry_that_says(from, json_bytes_of(json_member(body, "text")));
        assert_non_null(said);
        assert_true(bytes_is(json_bytes_of(json_member(said, "field")), catalogue[e->field].name));
        assert_true(bytes_equal(json_bytes_of(json_member(said, "by")), json_bytes_of(json_member(body, "author"))));
        opened++;
    }
    assert_int_equal(opened, json_count(json_member(from, "entries")));
    keyring_release(ring);
    family_release(&f->node);
    reader_close(&r);
}

/* ---- refusals leave everything as it was ---- */

static void refuses_a_family_that_is_there(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes stored = everything_stored(a), demo = read_file(a, in_folder(a, "demo.json"));
    assert_int_equal(load(a, shipped(a, "scenario_nl.json")), EXIT_DATA);
    assert_true(bytes_equal(stored, everything_stored(a)));
    assert_true(bytes_equal(demo, read_file(a, in_folder(a, "demo.json"))));
    arena_release(a);
}

static void refuses_faults_and_stores_nothing(void **state) {
    (void)state;
    static const struct {
        const char *piece, *by;
    } faults[] = {
        {"\"Europe/Amsterdam\"", "\"Europe/Zandhaven\""}, /* only the database knows that there is no such zone */
        {"\"Europe/Amsterdam\"", "\"europe/amsterdam\""},
        {"\"2010-05-12\"", "\"2010-02-30\""},
        {"\"assignee\": \"wouter\"", "\"assignee\": \"nobody\""},
        {"\"need_money\"", "\"need_gold\""},
        {"{", "[{"},
    };
    arena *a = arena_new();
    bytes good = altered(a, read_file(a, shipped(a, "scenario_nl.json")), "demo-nederland", "demo-anders");
    good = altered(a, good, "\"demo-nederland\"", "\"demo-anders\"");
    good = altered(a, good, "\"demo-nederland\"", "\"demo-anders\"");
    bytes stored = everything_stored(a);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        /* The good family comes first, and is not stored either: all files are read before the first is stored. */
        const char *files[] = {write_file(a, "bad.json", altered(a, good, faults[i].piece, faults[i].by))};
        assert_int_equal(load_with(a, files, 1, false), EXIT_DATA);
        assert_true(bytes_equal(stored, everything_stored(a)));
    }
    const char *two[] = {write_file(a, "good.json", good), in_folder(a, "absent.json")};
    assert_int_equal(load_with(a, two, 2, false), EXIT_NO_INPUT);
    assert_true(bytes_equal(stored, everything_stored(a)));
    arena_release(a);
}

/* What a file may say beside what the shipped families say. */
static bytes with_more(arena *a, bytes text) {
    text = altered(a, text, "\"role\": \"gezinsregisseur\",", "\"role\": \"gezinsregisseur\", \"safety_role\": true,");
    text = altered(a, text, "\"blocked_persons\": [",
                   "\"locks\": [{\"not_for\": \"peter\", \"about\": [\"mila\", \"H3\"], \"set_by\": \"noortje\", "
                   "\"from\": \"2026-01-10T09:00\"},"
                   "{\"not_for\": \"bas\", \"about\": [\"sanne\"], \"fields\": [\"goals\", \"actions\"], \"set_by\": "
                   "\"sanne\", \"from\": \"2026-01-10T09:00\","
                   " \"lifted\": [{\"by\": \"sanne\", \"at\": \"2026-02-01T10:00\"}, {\"by\": \"noortje\", \"at\": "
                   "\"2026-02-03T10:00\"}]}],"
                   "\"trusted_person\": {\"for\": \"sanne\", \"id\": \"lianne\", \"name\": \"Lianne\", "
                   "\"named_by_minor\": true, \"register_extract_seen\": \"2025-12-01\"},"
                   "\"blocked_persons\": [");
    text = altered(a, text, "\"capacity\": [",
                   "\"capacity\": [{\"child\": \"daan\", \"able\": true, \"topics\": [\"need_leisure\"], \"by\": \"lianne\","
                   " \"date\": \"2025-12-01\", \"review\": \"2026-06-01\"},");
    text = altered(a, text, "\"conflict_since\": \"2026-02-10\",",
                   "\"conflict_since\": \"2026-02-10\", \"conflict_topics\": [\"learning_support_detail\"],");
    return altered(a, text, "\"minutes\": 90,", "\"minutes\": 90, \"told\": \"2026-03-16T09:00\",");
}

static void check_more(void) {
    reader r;
    reader_open(&r);
    PGconn *c = look("KRING_TEST_SUPER_DB");
    const json_value *entry;
    const family *other = loaded_as(&r, "demo-anders", &entry);
    const facts *f = &other->facts;
    assert_true(place_in(f, entry, "noortje")->safety && !place_in(f, entry, "stef")->safety);
    assert_int_equal(f->lock_count, 2);
    bool first = f->locks[0].not_for == actor_in(f, entry, "peter");
    const lock_fact *all = &f->locks[!first], *some = &f->locks[first];
    assert_true(all->until == MOMENT_NEVER && has_field(all->fields, FIELD_COUNT - 1) && has_field(all->fields, 0));
    assert_true(all->about == (PERSON(actor_in(f, entry, "mila")) | HOME(2)));
    assert_true(some->not_for == actor_in(f, entry, "bas"));
    assert_true(some->until == local_moment(c, BYTES("2026-02-03T10:00"), "Europe/Amsterdam"));
    assert_true(has_field(some->fields, field_by_name(BYTES("goals"))));
    assert_false(has_field(some->fields, field_by_name(BYTES("essentials"))));
    assert_true(f->trusted_count == 1 && f->trusted[0].trusted == actor_in(f, entry, "lianne"));
    assert_true(f->trusted[0].from == local_moment(c, BYTES("2025-12-01"), "Europe/Amsterdam") && f->trusted[0].minor == 3);
    assert_int_equal(f->capacity_count, 2);
    const capacity_fact *daan = &f->capacities[f->capacities[0].person == 4 ? 0 : 1];
    assert_true(daan->able && has_field(daan->topics, field_by_name(BYTES("need_leisure"))) && !has_field(daan->topics, 0));
    assert_true(daan->by == actor_in(f, entry, "lianne"));
    assert_true(daan->review == local_moment(c, BYTES("2026-06-01"), "Europe/Amsterdam"));
    assert_true(f->conflict_count == 1 && !has_field(f->conflicts[0].topics, 0));
    assert_true(has_field(f->conflicts[0].topics, field_by_name(BYTES("learning_support_detail"))));
    assert_true(f->emergencies[0].told == local_moment(c, BYTES("2026-03-16T09:00"), "Europe/Amsterdam"));
    family_release((cached *)(uintptr_t)&other->node);
    PQfinish(c);
    reader_close(&r);
}

/* The same refs in another family: its log-ins bear the family's name, and demo.json grows. */
static void loads_another_family_beside(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes text = read_file(a, shipped(a, "scenario_nl.json"));
    for (int i = 0; i < 3; i++) text = altered(a, text, "\"demo-nederland\"", "\"demo-anders\"");
    text = with_more(a, text);
    assert_int_equal(load(a, write_file(a, "other.json", text)), 0);
    const json_value *demo = read_json(a, in_folder(a, "demo.json"));
    assert_int_equal(json_count(json_member(demo, "families")), 3);
    assert_int_equal(json_count(json_member(demo, "accounts")), 36 + 18);
    assert_non_null(find_in(json_member(demo, "accounts"), "login", "maaike"));
    assert_non_null(find_in(json_member(demo, "accounts"), "login", "maaike@demo-anders"));
    check_more();
    arena_release(a);
}

static void refuses_another_kek(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes stored = everything_stored(a), mine = read_file(a, in_folder(a, "kek"));
    uint8_t other[32];
    secret_random(other, sizeof other);
    write_file(a, "kek", BYTES_OF(other));
    assert_int_equal(load(a, shipped(a, "scenario_be.json")), EXIT_CONFIG);
    assert_true(bytes_equal(stored, everything_stored(a)));
    write_file(a, "kek", mine);
    arena_release(a);
}

/* ---- died in between ---- */

/* Keys without their family are used again; a demo.json that was not yet in its place is found. */
static void goes_on_after_a_death(void **state) {
    (void)state;
    arena *a = arena_new();
    begin_anew(NULL);
    assert_int_equal(load(a, shipped(a, "scenario_be.json")), 0);
    const char *demo = in_folder(a, "demo.json"), *made = in_folder(a, "demo.json.new");
    bytes told = read_file(a, demo);
    /* between commit and rename */
    assert_int_equal(rename(demo, made), 0);
    assert_int_equal(load(a, shipped(a, "scenario_be.json")), 0);
    assert_true(bytes_equal(told, read_file(a, demo)));
    assert_int_equal(count("SELECT count(*) FROM family"), 1);
    /* between keys and data */
    each_table("KRING_TEST_SUPER_DB", empty_table, NULL);
    assert_int_equal(load(a, shipped(a, "scenario_be.json")), 0);
    assert_int_equal(number("KRING_TEST_SUPER_KEYS_DB", "SELECT count(*) FROM family_key"), 1);
    assert_int_equal(json_count(json_member(read_json(a, demo), "families")), 1);
    assert_int_equal(json_count(json_member(read_json(a, demo), "accounts")), 18);
    arena_release(a);
}

/* ---- two worlds ---- */

static const char *const id_lists[] = {
    "SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM family",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM person",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM helper",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM consent_grant",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM emergency",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM account WHERE kind = 'person'",
    "SELECT string_agg(id::text, ' ' ORDER BY id) FROM entry WHERE kind <> 'note' AND field <> 'need_money'",
};
enum { ID_LISTS = sizeof id_lists / sizeof *id_lists };

static void note_ids(arena *a, bytes out[ID_LISTS]) {
    PGconn *c = look("KRING_TEST_SUPER_DB");
    for (size_t i = 0; i < ID_LISTS; i++) {
        PGresult *r = ask(c, id_lists[i]);
        out[i] = arena_copy(a, bytes_of_string(PQgetvalue(r, 0, 0)));
        assert_true(out[i].len >= UUID_TEXT);
        PQclear(r);
    }
    PQfinish(c);
}

/* Seeded, a family without one of its entries has otherwise the same ids; unseeded, nothing is alike but the family's
 * own. */
static void seeds_ids_by_content(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes whole[ID_LISTS], fewer[ID_LISTS], random[ID_LISTS];
    bytes text = read_file(a, shipped(a, "scenario_be.json"));
    /* The entry moves to another subject and day: for all others it is as if it were not there. */
    bytes less = altered(a, text, "\"field\": \"need_money\",\n   \"about\": [\n    \"H1\"",
                         "\"field\": \"need_money\",\n   \"about\": [\n    \"H2\"");
    const char *first = write_file(a, "whole.json", text), *second = write_file(a, "less.json", less);
    begin_anew(NULL);
    assert_int_equal(load_with(a, &first, 1, true), 0);
    note_ids(a, whole);
    begin_anew(NULL);
    assert_int_equal(load_with(a, &second, 1, true), 0);
    note_ids(a, fewer);
    begin_anew(NULL);
    assert_int_equal(load(a, first), 0);
    note_ids(a, random);
    for (size_t i = 0; i < ID_LISTS; i++) {
        assert_true(bytes_equal(whole[i], fewer[i]));
        assert_false(bytes_equal(whole[i], random[i]));
    }
    arena_release(a);
}

static int prepare(void **state) {
    (void)state;
    arena *a = arena_new();
    uint8_t key[32];
    assert_non_null(mkdtemp(folder));
    umask(0077);
    secret_random(key, sizeof key);
    write_file(a, "kek", BYTES_OF(key));
    arena_release(a);
    return 0;
}

static int clean(void **state) {
    (void)state;
    arena *a = arena_new();
    static const char *const made[] = {"kek",       "demo.json",  "demo.json.new", "bad.json",
                                       "good.json", "other.json", "whole.json",    "less.json"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) unlink(in_folder(a, made[i]));
    arena_release(a);
    return rmdir(folder);
}

/* In this order: each goes on with what the ones before have stored. */
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_the_shipped_families),     cmocka_unit_test(everybody_reads_what_he_may),
        cmocka_unit_test(the_law_of_sharing_is_stored),   cmocka_unit_test(no_word_stands_in_clear),
        cmocka_unit_test(every_text_comes_back),          cmocka_unit_test(every_ending_ends_its_fact),
        cmocka_unit_test(refuses_a_family_that_is_there), cmocka_unit_test(refuses_faults_and_stores_nothing),
        cmocka_unit_test(loads_another_family_beside),    cmocka_unit_test(refuses_another_kek),
        cmocka_unit_test(goes_on_after_a_death),          cmocka_unit_test(seeds_ids_by_content),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
