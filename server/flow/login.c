/* LOGIN: FACTS (the account and its throttles), WORK (Argon2id off the loop), JUDGE, COMMIT (session, throttle and record).
 *
 * An unknown login walks the same course at the same cost. Throttles are buckets that nobody else can fill for a known device: a
 * browser that logged in before has one of its own, so that a stranger's guesses, or an ex-partner's, do not lock her out. A bucket
 * closes for at most an hour, never for ever. Failures stand on the log, and a closed bucket makes no more of them. */
#include "flow/login_inside.h"

#include "flow/login.h"
#include "statements.h"

/* ---- FACTS ---- */

static void make_bucket(const exchange *x, const char *what, bool account, bool network, uint8_t out[16]) {
    uint8_t message[LOGIN_INDEX + 16 + SHA256_SIZE] = {0}, mac[SHA256_SIZE];
    record_head head;
    record_head_of(x, FAMILY_NONE, &head);
    if (account) memcpy(message, x->login->index, LOGIN_INDEX);
    if (network) memcpy(message + LOGIN_INDEX, head.network, sizeof head.network);
    if (strcmp(what, "device") == 0) memcpy(message + LOGIN_INDEX + 16, x->login->device_hash, SHA256_SIZE);
    secret_hmac(x->service->throttle_key, bytes_of_string(what), bytes_make(message, sizeof message), mac);
    memcpy(out, mac, 16);
}

static void make_buckets(exchange *x) {
    login_attempt *l = x->login;
    make_bucket(x, "network", false, true, l->buckets[BUCKET_NETWORK]);
    make_bucket(x, "account", true, true, l->buckets[BUCKET_ACCOUNT]);
    make_bucket(x, "total", true, false, l->buckets[BUCKET_TOTAL]);
    make_bucket(x, "device", true, false, l->buckets[BUCKET_DEVICE]);
}

static void find_device(exchange *x) {
    bytes token = request_cookie(&x->request, "__Host-kring-device");
    if (!token.at || !ok(secret_token_hash(token, x->login->device_hash))) memset(x->login->device_hash, 0, SHA256_SIZE);
}

static result read_body(exchange *x) {
    login_attempt *l = x->login;
    bytes name;
    TRY(secret_prepare_login(json_bytes_of(json_member(x->body, "login")), x->arena, &name));
    l->name = name;
    TRY(secret_prepare_password(json_bytes_of(json_member(x->body, "password")), x->arena, &l->password));
    secret_login_index(x->service->login_key, name, l->index);
    return OK;
}

static void read_account(exchange *x, rows r) {
    login_attempt *l = x->login;
    secret_dummy_phc(x->service->set.cost, l->phc);
    if (rows_count(r) == 0 || row_moment(r, 0, account_find__disabled_at) <= x->now) return;
    bytes phc = row_text(r, 0, account_find__password);
    if (phc.len >= PHC_SIZE) return;
    l->known_account = true;
    l->account = row_uuid(r, 0, account_find__id);
    l->kind = account_kind_of(row_text(r, 0, account_find__kind));
    memset(l->phc, 0, sizeof l->phc);
    memcpy(l->phc, phc.at, phc.len);
}

/* Which buckets count: a known device has its own, and nobody else's failures close it. */
static bool counts(const login_attempt *l, unsigned bucket) {
    return l->known_device ? bucket == BUCKET_DEVICE : bucket != BUCKET_DEVICE;
}

static bool throttled(exchange *x, rows r) {
    for (size_t i = 0; i < rows_count(r); i++)
        for (unsigned b = 0; b < BUCKETS; b++) {
            moment until = row_moment(r, i, throttle_find__blocked_until);
            if (!bytes_equal(row_bytes(r, i, throttle_find__bucket), bytes_make(x->login->buckets[b], 16))) continue;
            if (!counts(x->login, b) || until <= x->now) continue;
            x->retry_after = (uint64_t)((until - x->now) / SECOND) + 1;
            return true;
        }
    return false;
}

static void login_found(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    if (!ok(r)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    rows device = unit_rows(u, 2);
    read_account(x, unit_rows(u, 0));
    x->login->known_device = rows_count(device) == 1 && x->login->known_account &&
                             uuid_equal(row_uuid(device, 0, device_find__account_id), x->login->account);
    exchange_resume(x, throttled(x, unit_rows(u, 1)) ? fail(x, FAIL(TOO_MANY)) : GO_ON);
}

verdict step_login_facts(exchange *x) {
    verdict v = keys_ready(x, SERVICE_FAMILY);
    if (v != GO_ON) return v;
    x->login = ARENA_NEW(x->arena, login_attempt);
    result r = read_body(x);
    /* What cannot be a login or a password is simply not the right one, and costs the same. */
    if (!ok(r)) x->login->password = BYTES("not a password that anybody can have");
    x->login->fits = ok(r);
    find_device(x);
    make_buckets(x);
    unit *u = unit_new(x->arena);
    params *account = params_new(x->arena), *throttle = params_new(x->arena), *device = params_new(x->arena);
    param_bytes(account, bytes_make(x->login->index, LOGIN_INDEX));
    unit_add(u, &stmt_account_find, account);
    bytes buckets[BUCKETS];
    for (unsigned b = 0; b < BUCKETS; b++) buckets[b] = bytes_make(x->login->buckets[b], 16);
    param_byteas(throttle, buckets, BUCKETS);
    unit_add(u, &stmt_throttle_find, throttle);
    param_bytes(device, bytes_make(x->login->device_hash, SHA256_SIZE));
    unit_add(u, &stmt_device_find, device);
    pool_submit(x->service->set.data, u, login_found, x);
    return WAITING;
}

/* ---- WORK ---- */

static void verified(void *x_, result r, const char *new_phc) {
    exchange *x = x_;
    if (failed_as(r, R_UNAVAILABLE)) {
        exchange_resume(x, fail(x, r));
        return;
    }
    x->login->right = ok(r) && x->login->known_account;
    if (new_phc) memcpy(x->login->new_phc, new_phc, PHC_SIZE);
    exchange_resume(x, GO_ON);
}

verdict step_login_work(exchange *x) {
    result r = hasher_verify(x->service->hasher, x->arena, x->login->password, x->login->phc, verified, x);
    return ok(r) ? WAITING : fail(x, r);
}

/* ---- JUDGE ---- */

verdict step_login_judge(exchange *x) {
    login_attempt *l = x->login;
    x->now = clock_now(x->service->set.clock);
    l->session = uuid_random();
    secret_token(l->token);
    l->expires = x->now + x->service->set.session_absolute[l->kind];
    if (!l->known_device) secret_token(l->device); /* a token that we did not give is never taken up: it may be a stranger's */
    result r = secret_token_hash(bytes_make(l->token, TOKEN_TEXT), l->token_hash);
    if (ok(r) && !l->known_device) r = secret_token_hash(bytes_make(l->device, TOKEN_TEXT), l->device_hash);
    return go_or_fail(x, r);
}

/* ---- COMMIT ---- */

void login_add_failure(exchange *x, unit *u) {
    const service_settings *set = &x->service->set;
    bytes buckets[BUCKETS];
    int32_t limits[BUCKETS];
    size_t n = 0;
    const unsigned most[BUCKETS] = {set->throttle_network, set->throttle_account, set->throttle_login_total, set->throttle_account};
    for (unsigned b = 0; b < BUCKETS; b++)
        if (counts(x->login, b)) {
            buckets[n] = bytes_make(x->login->buckets[b], 16);
            limits[n++] = (int32_t)most[b];
        }
    params *p = params_new(x->arena);
    param_byteas(p, buckets, n);
    param_int4s(p, limits, n);
    param_moment(p, x->now - set->throttle_window);
    param_moment(p, x->now);
    unit_add(u, &stmt_throttle_fail, p);
}

void login_clear_failures(exchange *x, unit *u) {
    login_attempt *l = x->login;
    bytes mine[2] = {bytes_make(l->buckets[BUCKET_ACCOUNT], 16), bytes_make(l->buckets[BUCKET_DEVICE], 16)};
    params *clear = params_new(x->arena);
    param_byteas(clear, mine, 2);
    unit_add(u, &stmt_throttle_clear, clear);
}

/* He came with the token of a browser that is another's: the two share a computer. JUDGE made a new token, so what came is
 * read again. */
static void add_tie(exchange *x, unit *u) {
    uint8_t shown[SHA256_SIZE];
    bytes token = request_cookie(&x->request, "__Host-kring-device");
    if (!token.at || !ok(secret_token_hash(token, shown))) return;
    params *tie = params_new(x->arena);
    param_bytes(tie, arena_copy(x->arena, BYTES_OF(shown))), param_uuid(tie, x->login->account), param_moment(tie, x->now);
    unit_add(u, &stmt_tie_insert, tie);
}

static void add_success(exchange *x, unit *u) {
    login_attempt *l = x->login;
    params *made = params_new(x->arena), *device = params_new(x->arena);
    login_clear_failures(x, u);
    param_bytes(made, bytes_make(l->token_hash, SHA256_SIZE));
    param_uuid(made, l->session);
    param_uuid(made, l->account);
    param_moment(made, x->now);
    param_moment(made, l->expires);
    unit_add(u, &stmt_session_insert, made);
    if (!l->known_device) add_tie(x, u);
    param_bytes(device, bytes_make(l->device_hash, SHA256_SIZE));
    param_uuid(device, l->account);
    param_moment(device, x->now);
    unit_add(u, &stmt_device_insert, device);
    if (!l->new_phc[0]) return;
    params *phc = params_new(x->arena);
    param_uuid(phc, l->account);
    param_string(phc, l->new_phc);
    unit_add(u, &stmt_account_password, phc);
}

static void login_committed(void *x_, unit *u) {
    exchange *x = x_;
    login_attempt *l = x->login;
    result r = unit_result(u);
    if (!ok(r)) counter_settle(x->service, l->counter, u);
    if (ok(r) && !l->right) r = FAIL(BAD_LOGIN);
    if (ok(r)) x->receipt = (receipt){true, l->record};
    exchange_resume(x, ok(r) ? GO_ON : fail(x, r));
}

static result seal_login(exchange *x, record_sealed *out) {
    login_attempt *l = x->login;
    x->record_note = l->known_account ? arena_copy(x->arena, bytes_make(l->account.b, 16)) : (bytes){0};
    x->refused_by = RULE_R01;
    record_place place = {l->record, x->now, l->counter, l->right ? R_DONE : R_BAD_LOGIN};
    return seal_record(x, FAMILY_NONE, place, x->arena, out);
}

verdict step_login_commit(exchange *x) {
    login_attempt *l = x->login;
    record_sealed record;
    l->record = uuid_random();
    l->counter = counter_take(x->service);
    result r = seal_login(x, &record);
    if (!ok(r)) {
        counter_give_back(x->service, l->counter);
        return fail(x, r);
    }
    unit *u = unit_new(x->arena);
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(SERVICE_FAMILY, set + 1);
    params *context = params_new(x->arena);
    param_text(context, bytes_make(set, sizeof set));
    unit_add(u, &stmt_context_set, context);
    if (l->right) add_success(x, u);
    else login_add_failure(x, u);
    record_add(u, x->arena, &record);
    family_look tried = {
        .record = l->record, .recorded_in = SERVICE_FAMILY, .account = l->account, .standing = LOOK_LOGIN, .aim = true};
    if (l->known_account && watch_is_decoy(x->service, l->account)) looks_add(u, x->arena, &tried, 1, x->now);
    pool_submit(x->service->set.data, u, login_committed, x);
    return WAITING;
}

/* ---- for the endpoint's SHAPE ---- */

login_made login_result(const exchange *x) {
    must(x->receipt.issued && x->login && x->login->right);
    const login_attempt *l = x->login;
    login_made made = {.token = bytes_make(l->token, TOKEN_TEXT), .expires = l->expires};
    if (!l->known_device) made.device = bytes_make(l->device, TOKEN_TEXT);
    uint8_t mac[SHA256_SIZE];
    secret_hmac(x->service->csrf_key, BYTES("csrf"), bytes_make(l->token_hash, SHA256_SIZE), mac);
    made.csrf_len = base64url_encode(bytes_make(mac, sizeof mac), made.csrf);
    return made;
}
