/* Accounts for those whom a scenario gives one: a log-in that is free, a password that is random, hashed at full
 * strength. */
#include "app/load_inside.h"
#include "crypto/envelope.h"
#include "statements.h"

#include <pthread.h>
#include <stdatomic.h>

/* The numbers that aad_account wants, once for each column of `account`. */
enum { ACCOUNT_LOGIN_COLUMN = 1 };
enum { LOGIN_TRIES = 8 };

/* ---- who ---- */

static load_account *add_account(loader *l, const load_ids *ids, load_accounts *all, const char *kind, bytes ref,
                                 uuid as_id) {
    load_account *a = &all->at[all->count++];
    bool service = uuid_is_zero(as_id);
    bytes seed = arena_format(l->a, "%s %.*s", kind, (int)ref.len, ref.at);
    *a = (load_account){.id = load_new_id(ids, "account", seed), .as_id = as_id, .kind = kind, .ref = ref};
    /* The auditor and the operator are the installation's, not this family's. */
    if (service && !ids->seeded) a->id = uuid_random();
    return a;
}

static result add_service_accounts(loader *l, const load_ids *ids, load_accounts *all) {
    unit *u = unit_new(l->a);
    params *none = params_new(l->a);
    param_int4(none, 0);
    size_t kinds = unit_add(u, &stmt_load_account_kinds, none);
    TRY(load_run(l, l->data, u));
    static const char *const wanted[] = {"auditor", "operator"};
    for (size_t k = 0; k < 2; k++) {
        bool there = false;
        for (size_t i = 0; i < rows_count(unit_rows(u, kinds)); i++)
            there |= bytes_is(row_text(unit_rows(u, kinds), i, load_account_kinds__kind), wanted[k]);
        if (!there) add_account(l, ids, all, wanted[k], bytes_of_string(wanted[k]), (uuid){0});
    }
    return OK;
}

static void add_family_accounts(loader *l, const load_ids *ids, load_accounts *all) {
    const scenario *s = ids->s;
    for (size_t i = 0; i < s->member_count; i++)
        if (s->people[i].account) add_account(l, ids, all, "person", s->people[i].id, ids->people[i]);
    for (size_t i = 0; i < s->helper_count; i++)
        add_account(l, ids, all, "helper", s->helpers[i].id, ids->helpers[i]);
}

/* ---- log-ins ---- */

/* The ref itself, then with the family's name, then with something random: ids of files may collide in any way. */
static bytes login_try(loader *l, const load_ids *ids, bytes ref, int try) {
    bytes scenario_id = ids->s->id;
    if (try == 0) return ref;
    if (try == 1) return arena_format(l->a, "%.*s@%.*s", (int)ref.len, ref.at, (int)scenario_id.len, scenario_id.at);
    uint8_t raw[4];
    char hex[8];
    secret_nonce(raw, sizeof raw);
    hex_encode(BYTES_OF(raw), hex);
    return arena_format(l->a, "login-%.8s", hex);
}

static result is_taken(loader *l, const load_accounts *before, const load_account *a, bool *taken) {
    *taken = true;
    for (const load_account *o = before->at; o != a; o++)
        if (memcmp(o->index, a->index, LOGIN_INDEX) == 0) return OK;
    unit *u = unit_new(l->a);
    params *p = params_new(l->a);
    bytes index = BYTES_OF(a->index);
    param_byteas(p, &index, 1);
    size_t found = unit_add(u, &stmt_load_logins_taken, p);
    TRY(load_run(l, l->data, u));
    *taken = rows_count(unit_rows(u, found)) > 0;
    return OK;
}

static result choose_login(loader *l, const load_ids *ids, const load_accounts *all, load_account *a) {
    const uint8_t *key = keyring_service(l->ring, "login-index");
    for (int try = 0; try < LOGIN_TRIES; try++) {
        bool taken;
        a->login = login_try(l, ids, a->ref, try);
        if (!ok(secret_prepare_login(a->login, l->a, &a->prepared))) continue;
        secret_login_index(key, a->prepared, a->index);
        TRY(is_taken(l, all, a, &taken));
        if (!taken) return OK;
    }
    return FAIL(TOO_MUCH);
}

/* ---- passwords ---- */

/* Five groups of four from 31 letters and digits that nobody confuses: 99 bits. */
static bytes new_password(arena *a) {
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    enum { GROUPS = 5, EACH = 4, LETTERS = sizeof letters - 1, FAIR = 256 / LETTERS * LETTERS };
    char text[GROUPS * (EACH + 1)];
    for (size_t i = 0; i < sizeof text - 1;) {
        uint8_t random;
        secret_random(&random, 1);
        if (i % (EACH + 1) == EACH)
            text[i++] = '-';
        else if (random < FAIR) /* a remainder would make some letters likelier */
            text[i++] = letters[random % LETTERS];
    }
    bytes made = arena_copy(a, bytes_make(text, sizeof text - 1));
    wipe(text, sizeof text);
    return made;
}

typedef struct {
    load_account *at;
    size_t count;
    const uint8_t *pepper;
    password_cost cost;
    atomic_size_t next, done, failed;
} hashing;

static bool hash_next(hashing *h) {
    size_t i = atomic_fetch_add(&h->next, 1);
    if (i >= h->count) return false;
    if (!ok(secret_hash_password(h->at[i].password, h->pepper, h->cost, h->at[i].phc)))
        atomic_fetch_add(&h->failed, 1);
    atomic_fetch_add(&h->done, 1);
    return true;
}

static void *hash_on(void *of) {
    while (hash_next(of)) {}
    return NULL;
}

/* Two at once, as the server does: this thread and one more. */
static result hash_passwords(loader *l, load_accounts *all) {
    hashing h = {.at = all->at,
                 .count = all->count,
                 .pepper = keyring_service(l->ring, "password-pepper"),
                 .cost = l->settings->cost};
    pthread_t second;
    bool two = pthread_create(&second, NULL, hash_on, &h) == 0;
    do load_tell(l, "hashing passwords", atomic_load(&h.done), h.count);
    while (hash_next(&h));
    if (two) pthread_join(second, NULL);
    load_tell(l, "hashing passwords", h.count, h.count);
    return atomic_load(&h.failed) == 0 ? OK : FAIL(UNAVAILABLE);
}

result load_make_accounts(loader *l, const load_ids *ids, load_accounts *out) {
    *out = (load_accounts){.at = ARENA_ARRAY(l->a, load_account, 2 + ids->s->member_count + ids->s->helper_count)};
    TRY(add_service_accounts(l, ids, out));
    add_family_accounts(l, ids, out);
    for (size_t i = 0; i < out->count; i++) {
        TRY(choose_login(l, ids, out, &out->at[i]));
        TRY(secret_prepare_password(new_password(l->a), l->a, &out->at[i].password));
    }
    return hash_passwords(l, out);
}

/* ---- rows ---- */

static result sealed_login(loader *l, const load_account *a, bytes *out) {
    uint8_t aad[AAD_ACCOUNT];
    cipher_key *key = keyring_service_cipher(l->ring, "account-text");
    ENSURE(key != NULL, NO_KEY);
    aad_account(a->id, ACCOUNT_LOGIN_COLUMN, aad);
    buf sealed = buf_new(4096);
    result made = envelope_seal(key, ENVELOPE_XAES, 0, BYTES_OF(aad), a->login, &sealed);
    if (ok(made)) *out = arena_copy(l->a, buf_bytes(&sealed));
    buf_release(&sealed);
    return made;
}

typedef struct {
    uuid *ids;
    bytes *kinds, *indexes, *logins, *passwords;
} account_columns;

static result make_columns(loader *l, const load_accounts *all, account_columns *c) {
    *c = (account_columns){ARENA_ARRAY(l->a, uuid, all->count), ARENA_ARRAY(l->a, bytes, all->count),
                           ARENA_ARRAY(l->a, bytes, all->count), ARENA_ARRAY(l->a, bytes, all->count),
                           ARENA_ARRAY(l->a, bytes, all->count)};
    for (size_t i = 0; i < all->count; i++) {
        const load_account *a = &all->at[i];
        c->ids[i] = a->id, c->kinds[i] = bytes_of_string(a->kind);
        c->indexes[i] = BYTES_OF(a->index), c->passwords[i] = bytes_of_string(a->phc);
        TRY(sealed_login(l, a, &c->logins[i]));
    }
    return OK;
}

static void add_memberships(loader *l, unit *u, const load_ids *ids, const load_accounts *all) {
    uuid *accounts = ARENA_ARRAY(l->a, uuid, all->count), *as = ARENA_ARRAY(l->a, uuid, all->count);
    bytes *kinds = ARENA_ARRAY(l->a, bytes, all->count);
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (uuid_is_zero(all->at[i].as_id)) continue;
        accounts[n] = all->at[i].id, as[n] = all->at[i].as_id, kinds[n++] = bytes_of_string(all->at[i].kind);
    }
    params *p = params_new(l->a);
    param_uuid(p, ids->family);
    param_uuids(p, accounts, n);
    param_texts(p, kinds, n);
    param_uuids(p, as, n);
    unit_add(u, &stmt_load_memberships, p);
}

/* Of whom an emergency counts is the account's. */
static void add_tally(loader *l, unit *u, const load_ids *ids) {
    params *p = params_new(l->a);
    param_uuid(p, ids->family);
    unit_add(u, &stmt_load_emergency_tally, p);
}

result load_add_accounts(loader *l, unit *u, const load_ids *ids, const load_accounts *all) {
    account_columns c;
    TRY(make_columns(l, all, &c));
    params *p = params_new(l->a);
    param_uuids(p, c.ids, all->count);
    param_texts(p, c.kinds, all->count);
    param_byteas(p, c.indexes, all->count);
    param_byteas(p, c.logins, all->count);
    param_texts(p, c.passwords, all->count);
    param_text(p, ids->s->time_zone);
    param_text(p, ids->s->intake);
    unit_add(u, &stmt_load_accounts, p);
    add_memberships(l, u, ids, all);
    add_tally(l, u, ids);
    return OK;
}
