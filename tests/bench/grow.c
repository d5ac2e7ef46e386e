/* Fills an instance with families that look like those of the demonstration, for measuring: 5 people, 1 or 2 homes, 6 of a pool of
 * 300 professionals (a pool for each thousand families), 60 entries of the plan of which each professional may read about 20, sealed
 * as `kringd load` seals them, and a live session for every professional.
 *
 *   grow DATA_DB KEYS_DB KEK_FILE FROM TO [PAIRS_FILE]
 *
 * Families FROM to TO (without it; FROM is whole thousands) are added by the superuser with COPY. What they say and who may read it
 * depends on the family's number alone; only keys and nonces are random. The family's id and the session's token are hashes of a
 * number, so that SQL can repeat them (exact.py). PAIRS_FILE gets a line "family token" for each professional of each family. */
#include "sheet.h"

#include "crypto/crypto.h"
#include "crypto/envelope.h"
#include "crypto/keyring.h"
#include "json/write.h"
#include "policy/catalogue.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { PEOPLE = 5, HOMES = 2, TEAM = 6, POOL = 300, PER_POOL = 1000, PLAN = 60, BATCH = 250 };
enum { FAMILIES_MOST = 10000000, TEXT_MIN = 40, TEXT_MAX = 400, EPOCH = 1, FIELDS_MAX = 64, WORD_MAX = 32 };

/* In SQL: md5('family 7')::uuid */
static uuid family_id(unsigned n) {
    char name[32];
    uuid id;
    int len = snprintf(name, sizeof name, "family %u", n);
    must(EVP_Digest(name, (size_t)len, id.b, NULL, EVP_md5(), NULL) == 1);
    return id;
}

/* In SQL: 'session 7' */
static const char *session_word(unsigned professional, char word[WORD_MAX]) {
    snprintf(word, WORD_MAX, "session %u", professional);
    return word;
}

/* ---- what is filled ---- */

typedef enum {
    FAMILY, DUE, PERSON, HOME, HELPER, RELATION, PLACE, GRANT, GRANT_FIELD, GRANT_CONFIRM, ENTRY, VERSION, BODY, ACCOUNT, MEMBERSHIP, SESSION,
    DATA_SHEETS, FAMILY_KEY = DATA_SHEETS, OWNER_KEY, AUDIT_KEY, SHEETS
} sheet_name;

static sheet sheets[SHEETS] = {
    [FAMILY] = {"family (id, jurisdiction, time_zone, language, intake_at, recorded_at)", 6, {0}},
    [DUE] = {"family_due (family_id, due_at)", 2, {0}},
    [PERSON] = {"person (family_id, id, born, member, has_account, ordinal, recorded_at)", 7, {0}},
    [HOME] = {"household (family_id, id, ordinal, recorded_at)", 4, {0}},
    [HELPER] = {"helper (family_id, id, ordinal, recorded_at)", 4, {0}},
    [RELATION] = {"relation (family_id, kind, person_id, of_id, recorded_at, valid_from)", 6, {0}},
    [PLACE] = {"place (family_id, helper_id, coordinator, authority_role, listed, secrecy, recorded_at, valid_from)", 8, {0}},
    [GRANT] = {"consent_grant (family_id, id, recipient_id, about, givers, basis, ordinal, recorded_at, valid_from, valid_until)", 10, {0}},
    [GRANT_FIELD] = {"grant_field (family_id, grant_id, field)", 3, {0}},
    [GRANT_CONFIRM] = {"grant_confirm (family_id, grant_id, recorded_at)", 3, {0}},
    [ENTRY] = {"entry (family_id, id, kind, field, of_id, about, owner_id, ordinal)", 8, {0}},
    [VERSION] = {"entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)", 8, {0}},
    [BODY] = {"body (family_id, entry_id, version, envelope)", 4, {0}},
    [ACCOUNT] = {"account (id, kind, login_index, login, password, recorded_at)", 6, {0}},
    [MEMBERSHIP] = {"membership (account_id, family_id, as_kind, as_id, ordinal)", 5, {0}},
    [SESSION] = {"session (token_hash, id, account_id, created_at, last_seen_at, expires_at)", 6, {0}},
    [FAMILY_KEY] = {"family_key (family_id, epoch, wrapped, made_at)", 4, {0}},
    [OWNER_KEY] = {"owner_key (family_id, owner_id, epoch, family_epoch, wrapped, made_at)", 6, {0}},
    [AUDIT_KEY] = {"audit_key (family_id, wrapped, made_at)", 3, {0}},
};

static buf *row(sheet_name s) { return sheet_row(&sheets[s]); }

/* ---- one family ---- */

typedef struct {
    dice dice;
    keyring *ring;
    moment now, then; /* then: when everything was written and given */
    uuid id, people[PEOPLE], homes[HOMES], helpers[TEAM], grants[TEAM];
    unsigned number, home_count;
    uint32_t ordinal;
    buf plain, sealed;
} maker;

static field_id plan_fields[FIELDS_MAX];
static unsigned plan_field_count;

/* What a grant opens by itself: no special step, no joint authority, nobody's own space. */
static void choose_fields(void) {
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const field_row *f = &catalogue[i];
        if (f->class_ == C2 && f->steps == 0 && !f->joint && f->section >= 'C' && plan_field_count < FIELDS_MAX)
            plan_fields[plan_field_count++] = (field_id)i;
    }
    must(plan_field_count >= 30);
}

static void make_key_rows(maker *m) {
    buf w = buf_new(512), *to;
    check(keyring_make_family(m->ring, m->id, EPOCH, &w), "family key");
    check(keyring_add_family(m->ring, m->id, EPOCH, buf_bytes(&w)), "family key");
    to = row(FAMILY_KEY);
    put_id(to, m->id), put_int4(to, EPOCH), put_bytes(to, buf_bytes(&w)), put_moment(to, m->then);
    buf_clear(&w);
    check(keyring_make_audit(m->ring, m->id, &w), "audit key");
    to = row(AUDIT_KEY);
    put_id(to, m->id), put_bytes(to, buf_bytes(&w)), put_moment(to, m->then);
    buf_release(&w);
}

static void make_owner_key(maker *m, uuid owner) {
    buf w = buf_new(512), *to = row(OWNER_KEY);
    check(keyring_make_owner(m->ring, m->id, owner, EPOCH, EPOCH, &w), "owner key");
    check(keyring_add_owner(m->ring, m->id, owner, EPOCH, EPOCH, buf_bytes(&w)), "owner key");
    put_id(to, m->id), put_id(to, owner), put_int4(to, EPOCH), put_int4(to, EPOCH), put_bytes(to, buf_bytes(&w));
    put_moment(to, m->then);
    buf_release(&w);
}

static void make_keys(maker *m) {
    make_key_rows(m);
    make_owner_key(m, m->id);
    for (unsigned i = 0; i < PEOPLE; i++) make_owner_key(m, m->people[i]);
    for (unsigned i = 0; i < m->home_count; i++) make_owner_key(m, m->homes[i]);
}

static void make_family(maker *m) {
    buf *to = row(FAMILY);
    put_id(to, m->id), put_text(to, "BE-VLG"), put_text(to, "Europe/Brussels"), put_text(to, "nl");
    put_moment(to, m->then), put_moment(to, m->then);
    to = row(DUE);
    put_id(to, m->id), put_moment(to, MOMENT_NEVER);
}

static void make_relation(maker *m, const char *kind, uuid person, uuid of) {
    buf *to = row(RELATION);
    put_id(to, m->id), put_text(to, kind), put_id(to, person), put_id(to, of), put_moment(to, m->then), put_moment(to, m->then);
}

/* Two parents of 35 or so, three children of 4, 6 and 8: nobody has a birthday that changes who decides. */
static void make_people(maker *m) {
    static const unsigned years[PEOPLE] = {34, 37, 8, 6, 4};
    for (unsigned i = 0; i < PEOPLE; i++) {
        buf *to = row(PERSON);
        int32_t born = (int32_t)(m->now / DAY) - 10957 - (int32_t)(years[i] * 365 + 100 + below(&m->dice, 200));
        m->people[i] = new_id(&m->dice);
        put_id(to, m->id), put_id(to, m->people[i]), put_int4(to, (uint32_t)born), put_bool(to, true), put_bool(to, i < 2);
        put_int4(to, i + 1), put_moment(to, m->then);
    }
    for (unsigned child = 2; child < PEOPLE; child++)
        for (unsigned parent = 0; parent < 2; parent++)
            make_relation(m, "holds_authority", m->people[parent], m->people[child]);
}

static void make_homes(maker *m) {
    m->home_count = 1 + m->number % HOMES;
    for (unsigned i = 0; i < m->home_count; i++) {
        buf *to = row(HOME);
        m->homes[i] = new_id(&m->dice);
        put_id(to, m->id), put_id(to, m->homes[i]), put_int4(to, i + 1), put_moment(to, m->then);
        make_relation(m, "manages", m->people[i], m->homes[i]);
        for (unsigned p = i; p < PEOPLE; p++)
            if (p > 1 || p == i || m->home_count == 1) make_relation(m, "lives_in", m->people[p], m->homes[i]);
    }
}

/* The six differ: (7 n + 50 k) mod 300, which plain.sql repeats. */
static unsigned professional_of(unsigned family, unsigned k) {
    return family / PER_POOL * POOL + (family * 7 + k * (POOL / TEAM)) % POOL;
}

/* An account's id, the same whichever family asks. */
static uuid account_id(unsigned professional) {
    dice d = {UINT64_C(0xacc0000000000) + professional};
    return new_id(&d);
}

static void make_team(maker *m) {
    for (unsigned k = 0; k < TEAM; k++) {
        m->helpers[k] = new_id(&m->dice);
        buf *to = row(HELPER);
        put_id(to, m->id), put_id(to, m->helpers[k]), put_int4(to, k + 1), put_moment(to, m->then);
        to = row(PLACE);
        put_id(to, m->id), put_id(to, m->helpers[k]), put_bool(to, k == 0), put_bool(to, false), put_bool(to, false);
        put_text(to, "professional"), put_moment(to, m->then), put_moment(to, m->then);
        to = row(MEMBERSHIP);
        put_id(to, account_id(professional_of(m->number, k))), put_id(to, m->id), put_text(to, "helper"), put_id(to, m->helpers[k]);
        put_int4(to, 1);
    }
}

/* ---- texts ---- */

static json_writer *body_begin(maker *m, json_writer *w) {
    buf_clear(&m->plain);
    *w = json_to(&m->plain);
    json_open_object(w);
    return w;
}

static void put_sealed(maker *m, uuid entry, field_id field, uuid owner) {
    uint8_t aad[AAD_BODY];
    body_context c = {.family = m->id, .owner = owner, .entry = entry, .field = field, .version = 1, .epoch = EPOCH};
    cipher_key *key = keyring_find(m->ring, m->id, owner, EPOCH);
    must(key != NULL && buf_ok(&m->plain));
    aad_body(&c, aad);
    buf_clear(&m->sealed);
    check(envelope_seal(key, ENVELOPE_GCM, EPOCH, BYTES_OF(aad), buf_bytes(&m->plain), &m->sealed), "sealing");
    buf *to = row(BODY);
    put_id(to, m->id), put_id(to, entry), put_int4(to, 1), put_bytes(to, buf_bytes(&m->sealed));
}

/* The body that was begun becomes an entry. One subject: that one's key; several or none: the family's. */
static void entry_end(maker *m, json_writer *w, const char *kind, field_id field, uuid of, const uuid *about, uint32_t n, uuid author) {
    uuid id = new_id(&m->dice), owner = n == 1 ? about[0] : m->id;
    json_close_object(w);
    json_end(w);
    buf *to = row(ENTRY);
    put_id(to, m->id), put_id(to, id), put_text(to, kind), put_text(to, field == FIELD_NONE ? "" : catalogue[field].name);
    put_id_or_null(to, of), put_ids(to, about, n), put_id(to, owner), put_int8(to, ++m->ordinal);
    to = row(VERSION);
    put_id(to, m->id), put_id(to, id), put_int4(to, 1), put_id_or_null(to, author), put_ids(to, NULL, 0), put_ids(to, NULL, 0);
    put_moment(to, m->then), put_moment(to, m->then);
    put_sealed(m, id, field, owner);
}

/* Words of two to nine letters, without one that JSON would escape. */
static bytes words(dice *d, char *room, size_t len) {
    for (size_t i = 0, word = 0; i < len; i++) {
        bool gap = word > 1 && i + 1 < len && below(d, 10) < word;
        room[i] = gap ? ' ' : (char)('a' + below(d, 26));
        word = gap ? 0 : word + 1;
    }
    return bytes_make(room, len);
}

static void put_words(maker *m, json_writer *w, const char *name, size_t len) {
    char room[TEXT_MAX];
    json_key(w, name);
    json_string(w, words(&m->dice, room, len));
}

static void make_register(maker *m) {
    const uuid none = {{0}};
    json_writer w;
    for (unsigned i = 0; i < PEOPLE; i++) {
        put_words(m, body_begin(m, &w), "name", 16);
        entry_end(m, &w, "register", FIELD_MEMBER_IDENTITY, none, &m->people[i], 1, none);
        put_words(m, body_begin(m, &w), "text", 8);
        entry_end(m, &w, "name", FIELD_MEMBER_IDENTITY, m->people[i], &m->people[i], 1, none);
    }
    for (unsigned i = 0; i < m->home_count; i++) {
        put_words(m, body_begin(m, &w), "text", 12);
        entry_end(m, &w, "label", FIELD_HOUSEHOLD_MEMBERS, m->homes[i], &m->homes[i], 1, none);
    }
    for (unsigned k = 0; k < TEAM; k++) {
        body_begin(m, &w);
        put_words(m, &w, "name", 16), put_words(m, &w, "role", 20), put_words(m, &w, "organisation", 14);
        entry_end(m, &w, "helper", FIELD_TEAM_MEMBERS, m->helpers[k], NULL, 0, none);
    }
}

/* Most are about one person, some about two, some about the home. */
static uint32_t choose_about(maker *m, uuid about[2]) {
    unsigned what = below(&m->dice, 10), who = below(&m->dice, PEOPLE);
    about[0] = what == 0 ? m->homes[below(&m->dice, m->home_count)] : m->people[who];
    about[1] = m->people[(who + 1) % PEOPLE];
    return what == 1 ? 2 : 1;
}

static void make_plan(maker *m) {
    const uuid none = {{0}};
    for (unsigned i = 0; i < PLAN; i++) {
        json_writer w;
        uuid about[2];
        uint32_t n = choose_about(m, about);
        put_words(m, body_begin(m, &w), "text", TEXT_MIN + below(&m->dice, TEXT_MAX - TEXT_MIN));
        entry_end(m, &w, "plan", plan_fields[(m->number + i) % plan_field_count], none, about, n, m->people[below(&m->dice, 2)]);
    }
}

/* ---- grants: a third of the fields, about everybody and every home ---- */

static void make_grant_fields(maker *m, unsigned k) {
    unsigned first = below(&m->dice, plan_field_count);
    for (unsigned i = 0; i < plan_field_count / 3; i++) {
        buf *to = row(GRANT_FIELD);
        put_id(to, m->id), put_id(to, m->grants[k]), put_text(to, catalogue[plan_fields[(first + 3 * i) % plan_field_count]].name);
    }
}

static void make_grants(maker *m) {
    uuid about[PEOPLE + HOMES];
    json_writer w;
    memcpy(about, m->people, sizeof m->people);
    memcpy(about + PEOPLE, m->homes, m->home_count * sizeof *m->homes);
    for (unsigned k = 0; k < TEAM; k++) {
        m->grants[k] = new_id(&m->dice);
        buf *to = row(GRANT);
        put_id(to, m->id), put_id(to, m->grants[k]), put_id(to, m->helpers[k]), put_ids(to, about, PEOPLE + m->home_count);
        put_ids(to, m->people, 2), put_text(to, "consent"), put_int4(to, k + 1), put_moment(to, m->then), put_moment(to, m->then);
        put_moment(to, m->then + 360 * DAY);
        to = row(GRANT_CONFIRM);
        put_id(to, m->id), put_id(to, m->grants[k]), put_moment(to, m->then);
        make_grant_fields(m, k);
        put_words(m, body_begin(m, &w), "purpose", 60);
        entry_end(m, &w, "grant", FIELD_NONE, m->grants[k], about, PEOPLE + m->home_count, (uuid){{0}});
    }
}

/* ---- accounts ---- */

static void make_accounts(const maker *m, unsigned pool) {
    for (unsigned n = pool * POOL; n < (pool + 1) * POOL; n++) {
        dice d = {UINT64_C(0x5e5510000000) + n};
        char word[WORD_MAX];
        put_account(&sheets[ACCOUNT], &sheets[SESSION], account_id(n), "helper", &d, session_word(n, word), m->now);
    }
}

static void make_one(maker *m, unsigned number) {
    m->dice = (dice){UINT64_C(0xfa0000000000) + number};
    m->number = number;
    m->id = family_id(number);
    m->ordinal = 0;
    make_family(m);
    make_people(m);
    make_homes(m);
    make_team(m);
    make_keys(m);
    make_register(m);
    make_plan(m);
    make_grants(m);
    if (number % PER_POOL == 0) make_accounts(m, number / PER_POOL);
    keyring_forget(m->ring, m->id);
}

/* ---- the databases ---- */

static void store(PGconn *data, PGconn *keys) {
    run(keys, "BEGIN");
    for (unsigned s = DATA_SHEETS; s < SHEETS; s++) copy_sheet(keys, &sheets[s]);
    run(keys, "COMMIT");
    run(data, "BEGIN");
    for (unsigned s = 0; s < DATA_SHEETS; s++) copy_sheet(data, &sheets[s]);
    run(data, "COMMIT");
}

static void grow(maker *m, PGconn *data, PGconn *keys, unsigned from, unsigned to) {
    for (unsigned n = from; n < to; n++) {
        make_one(m, n);
        if ((n + 1) % BATCH == 0 || n + 1 == to) store(data, keys);
        if ((n + 1) % 10000 == 0) fprintf(stderr, "grow: %u of %u families\n", n + 1 - from, to - from);
    }
}

static void write_pairs(const char *path, unsigned from, unsigned to) {
    FILE *f = fopen(path, "we");
    if (!f) die(path, "can't be written");
    for (unsigned n = from; n < to; n++)
        for (unsigned k = 0; k < TEAM; k++) {
            char id[UUID_TEXT], token[TOKEN_TEXT], word[WORD_MAX];
            uuid_write(family_id(n), id);
            session_token(session_word(professional_of(n, k), word), token);
            fprintf(f, "%.*s %.*s\n", UUID_TEXT, id, TOKEN_TEXT, token);
        }
    if (fclose(f) != 0) die(path, "can't be written");
}

int main(int argc, char **argv) {
    kek *k = NULL;
    const char *why = NULL;
    if (argc < 6 || argc > 7) die("usage", "grow DATA_DB KEYS_DB KEK_FILE FROM TO [PAIRS_FILE]");
    unsigned from = (unsigned)number_of(argv[4], FAMILIES_MOST), to = (unsigned)number_of(argv[5], FAMILIES_MOST);
    if (from % PER_POOL) die("FROM", "is not whole thousands");
    crypto_init();
    choose_fields();
    if (!ok(kek_open_file(argv[3], &k, &why))) die(argv[3], why);
    for (unsigned s = 0; s < SHEETS; s++) sheets[s].rows = buf_new(SHEET_MAX);
    moment now = clock_real();
    maker m = {.ring = keyring_new(k, KEYRING_MIN), .now = now, .then = now - 30 * DAY, .plain = buf_new(1 << 16), .sealed = buf_new(1 << 17)};
    PGconn *data = open_database(argv[1]), *keys = open_database(argv[2]);
    grow(&m, data, keys, from, to);
    if (argc == 7) write_pairs(argv[6], from, to);
    PQfinish(data), PQfinish(keys);
    keyring_release(m.ring);
    for (unsigned s = 0; s < SHEETS; s++) buf_release(&sheets[s].rows);
    buf_release(&m.plain), buf_release(&m.sealed);
    return 0;
}
