/* Fills the log of an instance that grow filled, for measuring a log of years: looks of the professionals at the plans, sealed and
 * committed to by the very code that serves (flow/record.h), each with its place in one tree (log/tree.h).
 *
 *   grow_log DATA_DB KEYS_DB KEK_FILE RECORDS READERS_FILE
 *
 * They are of the last year, evenly, over all families; a look is at 4 to 24 entries; the server was started anew twelve times, and
 * the sequencer found 1 to 63 records at a time. Only a log that is empty can be filled, and it is filled in one transaction: whoever
 * kills this has what he had. The signer is not asked: it takes over when it is started, if what it finds extends what it signed.
 * Beside it come sessions of one parent of each family and of an auditor. READERS_FILE gets a line "auditor - token", then
 * "parent family token" for each. */
#include "sheet.h"

#include "base/arena.h"
#include "crypto/crypto.h"
#include "crypto/keyring.h"
#include "flow/record.h"
#include "log/tree.h"

#include <stdio.h>

enum { ENTRIES_MOST = 64, TEAM_MOST = 8, LOOK_LEAST = 4, LOOK_MOST = 24, RUN_MOST = 63, BOOTS = 12, BATCH = 16384 };
#define RECORDS_MOST UINT64_C(1000000000)
#define SPAN (365 * DAY)

typedef struct {
    uuid id, parent;
    uuid entries[ENTRIES_MOST], helpers[TEAM_MOST], accounts[TEAM_MOST], grants[TEAM_MOST];
    field_id fields[ENTRIES_MOST];
    unsigned entry_count, team_count;
} family;

typedef struct {
    dice dice;
    keyring *ring;
    arena *memory; /* of one record */
    family *families;
    size_t family_count;
    uint64_t count, in_boot, run_left;
    uuid boot;
    moment begin, now;
    tree tree;
} maker;

typedef enum { RECORD, RUN, TILE, BOOT, ACCOUNT, MEMBERSHIP, SESSION, SHEETS } sheet_name;

static sheet sheets[SHEETS] = {
    [RECORD] = {"record (id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed, organisation_id, class, rule)", 13, {0}},
    [RUN] = {"log_run (first_index, boot_id, first_counter, count)", 4, {0}},
    [TILE] = {"log_tile (level, number, hashes)", 3, {0}},
    [BOOT] = {"boot (id, build, began_at, seen_at, ended_at)", 5, {0}},
    [ACCOUNT] = {"account (id, kind, login_index, login, password, recorded_at)", 6, {0}},
    [MEMBERSHIP] = {"membership (account_id, family_id, as_kind, as_id, ordinal)", 5, {0}},
    [SESSION] = {"session (token_hash, id, account_id, created_at, last_seen_at, expires_at)", 6, {0}},
};

static buf *row(sheet_name s) { return sheet_row(&sheets[s]); }

/* ---- what is there ---- */

static PGresult *ask(PGconn *c, const char *sql) {
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) die(sql, PQerrorMessage(c));
    return r;
}

static uuid id_at(const PGresult *r, int i, int column) {
    uuid id;
    check(uuid_parse(bytes_of_string(PQgetvalue(r, i, column)), &id), "an id");
    return id;
}

/* Rows come in the order of the families. */
static family *family_at(const maker *m, const PGresult *r, int i, family *at) {
    uuid id = id_at(r, i, 0);
    while (!uuid_equal(at->id, id)) must(++at < m->families + m->family_count);
    return at;
}

static void load_families(maker *m, PGconn *c) {
    PGresult *r = ask(c, "SELECT family_id, id FROM person WHERE ordinal = 1 ORDER BY family_id");
    m->family_count = (size_t)PQntuples(r);
    if (m->family_count == 0) die("families", "there are none: grow makes them");
    m->families = ARENA_ARRAY(m->memory, family, m->family_count);
    for (size_t i = 0; i < m->family_count; i++)
        m->families[i] = (family){.id = id_at(r, (int)i, 0), .parent = id_at(r, (int)i, 1)};
    PQclear(r);
}

static void load_entries(maker *m, PGconn *c) {
    PGresult *r = ask(c, "SELECT family_id, id, field FROM entry WHERE kind = 'plan' ORDER BY family_id, ordinal");
    family *f = m->families;
    for (int i = 0; i < PQntuples(r); i++) {
        f = family_at(m, r, i, f);
        if (f->entry_count == ENTRIES_MOST) continue;
        f->fields[f->entry_count] = field_by_name(bytes_of_string(PQgetvalue(r, i, 2)));
        f->entries[f->entry_count++] = id_at(r, i, 1);
    }
    PQclear(r);
}

static void load_team(maker *m, PGconn *c) {
    PGresult *r = ask(c, "SELECT m.family_id, m.as_id, m.account_id, g.id FROM membership m JOIN consent_grant g ON g.family_id = m.family_id AND "
                         "g.recipient_id = m.as_id WHERE m.as_kind = 'helper' ORDER BY m.family_id, m.as_id");
    family *f = m->families;
    for (int i = 0; i < PQntuples(r); i++) {
        f = family_at(m, r, i, f);
        if (f->team_count == TEAM_MOST) continue;
        f->helpers[f->team_count] = id_at(r, i, 1), f->accounts[f->team_count] = id_at(r, i, 2);
        f->grants[f->team_count++] = id_at(r, i, 3);
    }
    PQclear(r);
}

static void load_keys(maker *m, PGconn *c) {
    PGresult *r = PQexecParams(c, "SELECT family_id, wrapped FROM audit_key", 0, NULL, NULL, NULL, NULL, 1);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) die("audit_key", PQerrorMessage(c));
    for (int i = 0; i < PQntuples(r); i++) {
        uuid id;
        must(PQgetlength(r, i, 0) == sizeof id.b);
        memcpy(id.b, PQgetvalue(r, i, 0), sizeof id.b);
        bytes wrapped = bytes_make(PQgetvalue(r, i, 1), (size_t)PQgetlength(r, i, 1));
        check(keyring_add_audit(m->ring, id, wrapped), "audit key");
    }
    PQclear(r);
}

static void must_be_empty(PGconn *c) {
    PGresult *r = ask(c, "SELECT size FROM log_head WHERE NOT EXISTS (SELECT FROM record) AND NOT EXISTS (SELECT FROM log_pending)");
    if (PQntuples(r) != 1 || number_of(PQgetvalue(r, 0, 0), RECORDS_MOST) != 0) die("the log", "is not empty");
    PQclear(r);
}

/* ---- one record ---- */

/* 4 to 24 entries in a row, by one grant of one professional. */
static void choose_look(maker *m, const family *f, record_draft *d, facts *of, entry_fact *entries, version_fact *version, permit *permits) {
    unsigned k = below(&m->dice, f->team_count), first = below(&m->dice, f->entry_count);
    d->count = LOOK_LEAST + below(&m->dice, LOOK_MOST - LOOK_LEAST + 1);
    grant_fact *grant = ARENA_NEW(m->memory, grant_fact);
    grant->id = f->grants[k];
    *version = (version_fact){.number = 1};
    for (unsigned i = 0; i < d->count; i++) {
        unsigned at = (first + i) % f->entry_count;
        entries[i] = (entry_fact){.id = f->entries[at], .kind = KIND_PLAN, .field = f->fields[at]};
        permits[i] = (permit){.entry = i, .level = LEVEL_EXACT, .rule = RULE_R02, .grant = 0, .emergency = -1};
    }
    *of = (facts){.entries = entries, .entry_count = d->count, .versions = version, .version_count = 1, .grants = grant, .grant_count = 1};
    d->head = (record_head){.viewer_kind = VIEWER_HELPER, .viewer = f->helpers[k], .session = new_id(&m->dice), .family_version = 1};
    d->row.account = f->accounts[k];
}

static void put_record(const record_sealed *r) {
    buf *to = row(RECORD);
    put_id(to, r->row.id), put_id(to, r->row.family), put_moment(to, r->row.at), put_id(to, r->row.boot), put_int8(to, r->row.counter);
    put_bytes(to, r->row.kind), put_bytes(to, r->row.outcome), put_bool(to, r->row.emergency), put_id(to, r->row.account);
    put_bytes(to, r->sealed), put_id_or_null(to, r->row.organisation), put_int4(to, r->row.class_), put_bytes(to, r->row.rule);
}

static void put_tile(void *ctx, tree_tile t) {
    (void)ctx;
    buf *to = row(TILE);
    put_int4(to, (uint32_t)t.level), put_int8(to, t.number), put_bytes(to, t.hashes);
}

static void begin_run(maker *m, uint64_t left_in_boot) {
    uint64_t n = 1 + below(&m->dice, RUN_MOST);
    m->run_left = n < left_in_boot ? n : left_in_boot;
    buf *to = row(RUN);
    put_int8(to, m->tree.size), put_id(to, m->boot), put_int8(to, m->in_boot), put_int4(to, (uint32_t)m->run_left);
}

static moment moment_of(const maker *m, uint64_t n) { return m->begin + (moment)((double)SPAN * (double)n / (double)m->count); }

static void begin_boot(maker *m, uint64_t n) {
    m->boot = new_id(&m->dice), m->in_boot = 0;
    buf *to = row(BOOT);
    put_id(to, m->boot), put_text(to, "bench"), put_moment(to, moment_of(m, n)), put_moment(to, moment_of(m, n)), put_moment(to, m->now);
}

static void make_record(maker *m, uint64_t n, uint64_t left_in_boot) {
    static entry_fact entries[LOOK_MOST];
    static permit permits[LOOK_MOST];
    version_fact version;
    facts of;
    record_sealed made;
    const family *f = &m->families[below(&m->dice, (unsigned)m->family_count)];
    record_draft d = {.row = {.family = f->id, .id = new_id(&m->dice), .at = moment_of(m, n), .boot = m->boot, .counter = m->in_boot,
                              .kind = BYTES("plan.read"), .outcome = BYTES("done"), .class_ = RECORD_NO_CLASS},
                      .facts = &of, .permits = permits};
    choose_look(m, f, &d, &of, entries, &version, permits);
    if (m->run_left == 0) begin_run(m, left_in_boot);
    check(record_seal(&d, keyring_find_audit(m->ring, f->id), m->memory, &made), "sealing");
    put_record(&made);
    tree_append(&m->tree, made.leaf, put_tile, NULL);
    m->in_boot++, m->run_left--;
    arena_reset(m->memory);
}

static void make_records(maker *m, PGconn *data) {
    uint64_t per_boot = (m->count + BOOTS - 1) / BOOTS;
    for (uint64_t n = 0; n < m->count; n++) {
        uint64_t end = (n / per_boot + 1) * per_boot;
        if (n % per_boot == 0) begin_boot(m, n);
        make_record(m, n, (end < m->count ? end : m->count) - n);
        if ((n + 1) % BATCH && n + 1 < m->count) continue;
        for (unsigned s = RECORD; s <= BOOT; s++) copy_sheet(data, &sheets[s]);
        if ((n + 1) % (BATCH * 16) == 0) fprintf(stderr, "grow: %llu of %llu records\n", (unsigned long long)n + 1, (unsigned long long)m->count);
    }
}

/* The right edge, and the head that says so; without a checkpoint, which is the signer's. */
static void end_tree(maker *m, PGconn *data) {
    char sql[256], root[2 * MERKLE_HASH + 1];
    tree_tile edge[TREE_EDGES_MAX];
    size_t n = tree_settle(&m->tree, edge);
    for (size_t i = 0; i < n; i++) put_tile(NULL, edge[i]);
    copy_sheet(data, &sheets[TILE]);
    for (unsigned i = 0; i < MERKLE_HASH; i++) snprintf(root + 2 * (size_t)i, 3, "%02x", m->tree.root[i]);
    snprintf(sql, sizeof sql, "UPDATE log_head SET size = %llu, root = '\\x%s', integrated_at = now(), seen_at = now()",
             (unsigned long long)m->tree.size, root);
    run(data, sql);
}

/* ---- who asks for it ---- */

static void make_reader(maker *m, FILE *to, const char *kind, const family *f) {
    char word[64], id[UUID_TEXT] = "-", token[TOKEN_TEXT];
    uuid account = new_id(&m->dice);
    if (f) uuid_write(f->id, id);
    int len = f ? UUID_TEXT : 1;
    snprintf(word, sizeof word, "session %s %.*s", kind, len, id);
    put_account(&sheets[ACCOUNT], &sheets[SESSION], account, f ? "person" : kind, &m->dice, word, m->now);
    session_token(word, token);
    fprintf(to, "%s %.*s %.*s\n", kind, len, id, TOKEN_TEXT, token);
    if (!f) return;
    buf *member = row(MEMBERSHIP);
    put_id(member, account), put_id(member, f->id), put_text(member, "person"), put_id(member, f->parent), put_int4(member, 1);
}

static void make_readers(maker *m, PGconn *data, const char *path) {
    FILE *to = fopen(path, "we");
    if (!to) die(path, "can't be written");
    m->now = clock_real();
    make_reader(m, to, "auditor", NULL);
    for (size_t i = 0; i < m->family_count; i++) make_reader(m, to, "parent", &m->families[i]);
    if (fclose(to) != 0) die(path, "can't be written");
    for (unsigned s = ACCOUNT; s < SHEETS; s++) copy_sheet(data, &sheets[s]);
}

static void fill(maker *m, PGconn *data, PGconn *keys, const char *readers) {
    arena *whole = m->memory;
    must_be_empty(data);
    load_families(m, data), load_entries(m, data), load_team(m, data), load_keys(m, keys);
    m->memory = arena_new();
    check(tree_load(&m->tree, 0, m->tree.root, NULL, 0), "an empty tree");
    run(data, "BEGIN");
    make_records(m, data);
    end_tree(m, data);
    make_readers(m, data, readers);
    run(data, "COMMIT");
    arena_release(m->memory);
    m->memory = whole;
}

int main(int argc, char **argv) {
    static maker m;
    kek *k = NULL;
    const char *why = NULL;
    if (argc != 6) die("usage", "grow_log DATA_DB KEYS_DB KEK_FILE RECORDS READERS_FILE");
    crypto_init();
    if (!ok(kek_open_file(argv[3], &k, &why))) die(argv[3], why);
    for (unsigned s = 0; s < SHEETS; s++) sheets[s].rows = buf_new(SHEET_MAX);
    m = (maker){.dice = {UINT64_C(0x1090000000000)}, .ring = keyring_new(k, 1 << 20), .memory = arena_new()};
    m.count = number_of(argv[4], RECORDS_MOST), m.now = clock_real(), m.begin = m.now - SPAN;
    merkle_empty(m.tree.root);
    PGconn *data = open_database(argv[1]), *keys = open_database(argv[2]);
    fill(&m, data, keys, argv[5]);
    PQfinish(data), PQfinish(keys);
    keyring_release(m.ring);
    arena_release(m.memory);
    for (unsigned s = 0; s < SHEETS; s++) buf_release(&sheets[s].rows);
    return 0;
}
