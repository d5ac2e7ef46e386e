/* The watch: counts the signs of unusual reading and raises each once, within a second of the look.
 *
 * Its queue is the rows of `look` that nobody has examined, so a kill costs a look back and no sign. All servers may watch: one
 * lock lets one count at a time, and what it raised and examined is committed together. Every look goes the same way here, a
 * decoy's too: whoever opened one waited for nothing and was told nothing. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"
#include "crypto/secret.h"
#include "statements.h"

enum { PULSE_MS = 400, BATCH = 512, DECOYS_MAX = 4096, FORGET_EVERY = 9000 /* pulses: an hour */ };
#define KEPT (35 * DAY) /* longer than any window */

/* Who looked at which family, and when: a column each, as the statements take them. */
typedef struct {
    size_t count;
    uuid *accounts, *families, *organisations;
    moment *ats;
} looks_taken;

typedef struct watcher {
    service *service;
    uv_timer_t *pulse;
    unsigned beats;
    arena *work; /* NULL: idle */
    alarm_command *command;
    uint8_t (*decoys)[DECOY_MARK];
    size_t decoy_count;
} watcher;

/* ---- decoys ---- */

/* The table holds marks, so that a thief of the database does not know what to leave alone. */
void decoy_mark(const uint8_t *key, uuid id, uint8_t out[DECOY_MARK]) { secret_hmac(key, BYTES("decoy"), BYTES_OF(id.b), out); }

static void take_decoys(watcher *w, rows r) {
    memory_give(w->decoys, w->decoy_count * DECOY_MARK);
    w->decoy_count = rows_count(r);
    w->decoys = w->decoy_count ? memory_take(w->decoy_count * DECOY_MARK) : NULL;
    for (size_t i = 0; i < w->decoy_count; i++) {
        bytes mark = row_bytes(r, i, decoy_marks__mark);
        must(mark.len == DECOY_MARK);
        memcpy(w->decoys[i], mark.at, DECOY_MARK);
    }
}

bool watch_is_decoy(const service *s, uuid id) {
    const watcher *w = s->watcher;
    uint8_t mark[DECOY_MARK];
    if (!w) return false;
    decoy_mark(s->throttle_key, id, mark);
    for (size_t i = 0; i < w->decoy_count; i++)
        if (bytes_equal_secret(bytes_make(w->decoys[i], DECOY_MARK), BYTES_OF(mark))) return true;
    return false;
}

/* ---- what was raised ---- */

static void end_work(watcher *w) {
    arena *a = w->work;
    w->work = NULL;
    arena_release(a);
}

static void tell(watcher *w, uuid id, bytes sign, bool severe) {
    static const char *const signs[] = {"families_hour", "families_week", "nights", "left", "left_again",
                                        "tie", "no_aim", "decoy_family", "decoy_account"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!bytes_is(sign, signs[i])) continue;
        if (severe) LOG(LOG_ERROR, "watch.alarm", LOG_W("sign", signs[i]), LOG_I("id", id));
        else LOG(LOG_INFO, "watch.sign", LOG_W("sign", signs[i]), LOG_I("id", id));
        if (severe) alarm_command_tell(w->command, signs[i], id);
    }
}

/* All statements that raise return the same columns. */
static bool raises(const statement *s) { return s->column_count == 3 && strcmp(s->columns[watch_decoy__sign].name, "sign") == 0; }

static void raised(void *w_, unit *u) {
    watcher *w = w_;
    result r = unit_result(u);
    for (size_t i = 0; ok(r) && i < unit_count(u); i++) {
        if (!raises(unit_statement(u, i))) continue;
        rows found = unit_rows(u, i);
        for (size_t n = 0; n < rows_count(found); n++)
            tell(w, row_uuid(found, n, watch_decoy__id), row_text(found, n, watch_decoy__sign),
                 row_bool(found, n, watch_decoy__severe));
    }
    bool behind = failed_as(r, R_STALE) || failed_as(r, R_CONFLICT) || failed_as(r, R_UNAVAILABLE); /* another counts, or later */
    if (!ok(r) && !behind) LOG(LOG_ERROR, "watch.failed", LOG_R("why", r));
    end_work(w);
}

/* ---- what is counted ---- */

static looks_taken room_for(arena *a, size_t n) {
    return (looks_taken){0, ARENA_ARRAY(a, uuid, n), ARENA_ARRAY(a, uuid, n), ARENA_ARRAY(a, uuid, n), ARENA_ARRAY(a, moment, n)};
}

static void take_look(looks_taken *t, rows r, size_t i) {
    t->accounts[t->count] = row_uuid(r, i, watch_new__account_id), t->families[t->count] = row_uuid(r, i, watch_new__family_id);
    t->organisations[t->count] = row_uuid_or_zero(r, i, watch_new__organisation_id);
    t->ats[t->count++] = row_moment(r, i, watch_new__at);
}

static params *of_accounts(arena *a, const looks_taken *t) {
    params *p = params_new(a);
    param_uuids(p, t->accounts, t->count), param_moments(p, t->ats, t->count);
    return p;
}

static params *of_families(arena *a, const looks_taken *t) {
    params *p = params_new(a);
    param_uuids(p, t->accounts, t->count), param_uuids(p, t->families, t->count), param_moments(p, t->ats, t->count);
    return p;
}

static void add_decoys(unit *u, arena *a, const char *sign, const looks_taken *t) {
    params *p = params_new(a);
    if (t->count == 0) return;
    param_string(p, sign);
    param_uuids(p, t->accounts, t->count), param_uuids(p, t->families, t->count), param_uuids(p, t->organisations, t->count);
    param_moments(p, t->ats, t->count);
    unit_add(u, &stmt_watch_decoy, p);
}

static void add_least(unit *u, const statement *s, params *p, unsigned least) {
    param_int4(p, (int32_t)least);
    unit_add(u, s, p);
}

static void add_signs(const watcher *w, unit *u, const looks_taken *all, const looks_taken *helpers, const looks_taken *left) {
    const service_settings *set = &w->service->set;
    arena *a = w->work;
    add_least(u, &stmt_watch_families_hour, of_accounts(a, all), set->watch_families_hour);
    add_least(u, &stmt_watch_families_week, of_accounts(a, all), set->watch_families_week);
    if (left->count) add_least(u, &stmt_watch_left, of_families(a, left), set->watch_left);
    if (helpers->count == 0) return;
    add_least(u, &stmt_watch_nights, of_accounts(a, helpers), set->watch_nights);
    add_least(u, &stmt_watch_no_aim, of_families(a, helpers), set->watch_no_aim);
    params *tie = params_new(a);
    param_uuids(tie, helpers->accounts, helpers->count), param_uuids(tie, helpers->families, helpers->count);
    param_uuids(tie, helpers->organisations, helpers->count), param_moments(tie, helpers->ats, helpers->count);
    unit_add(u, &stmt_watch_tie, tie);
}

static void add_examined(arena *a, unit *u, rows r) {
    size_t n = rows_count(r);
    uuid *accounts = ARENA_ARRAY(a, uuid, n), *families = ARENA_ARRAY(a, uuid, n);
    moment *hours = ARENA_ARRAY(a, moment, n);
    bytes *standings = ARENA_ARRAY(a, bytes, n);
    bool *emergencies = ARENA_ARRAY(a, bool, n);
    int32_t *looks = ARENA_ARRAY(a, int32_t, n);
    for (size_t i = 0; i < n; i++) {
        accounts[i] = row_uuid(r, i, watch_new__account_id), families[i] = row_uuid(r, i, watch_new__family_id);
        hours[i] = row_moment(r, i, watch_new__hour), standings[i] = row_text(r, i, watch_new__standing);
        emergencies[i] = row_bool(r, i, watch_new__emergency), looks[i] = row_int4(r, i, watch_new__looks);
    }
    params *p = params_new(a);
    param_uuids(p, accounts, n), param_moments(p, hours, n), param_uuids(p, families, n), param_texts(p, standings, n);
    param_bools(p, emergencies, n), param_int4s(p, looks, n);
    unit_add(u, &stmt_watch_examined, p);
}

static unit *count_signs(const watcher *w, rows r) {
    size_t n = rows_count(r);
    arena *a = w->work;
    looks_taken all = room_for(a, n), helpers = room_for(a, n), left = room_for(a, n);
    looks_taken families = room_for(a, n), accounts = room_for(a, n); /* that are decoys */
    for (size_t i = 0; i < n; i++) {
        bytes as = row_text(r, i, watch_new__standing);
        bool login = bytes_is(as, "login");
        if (login) take_look(&accounts, r, i);
        else take_look(&all, r, i);
        if (bytes_is(as, "helper")) take_look(&helpers, r, i);
        if (bytes_is(as, "left")) take_look(&left, r, i);
        if (!login && watch_is_decoy(w->service, row_uuid(r, i, watch_new__family_id))) take_look(&families, r, i);
    }
    unit *u = unit_new(a);
    unit_add(u, &stmt_watch_lock, NULL);
    add_decoys(u, a, "decoy_family", &families), add_decoys(u, a, "decoy_account", &accounts);
    if (all.count) add_signs(w, u, &all, &helpers, &left);
    add_examined(a, u, r);
    return u;
}

/* ---- the pulse ---- */

static void came(void *w_, unit *u) {
    watcher *w = w_;
    if (!ok(unit_result(u))) {
        end_work(w);
        return;
    }
    take_decoys(w, unit_rows(u, 1));
    if (rows_count(unit_rows(u, 0)) == 0) end_work(w);
    else pool_submit(w->service->set.data, count_signs(w, unit_rows(u, 0)), raised, w);
}

static void pulse(uv_timer_t *t) {
    watcher *w = t->data;
    if (w->work) return;
    w->work = arena_new();
    unit *u = unit_new(w->work);
    params *looks = params_new(w->work), *decoys = params_new(w->work);
    param_int4(looks, BATCH), param_int4(decoys, DECOYS_MAX);
    unit_add(u, &stmt_watch_new, looks);
    unit_add(u, &stmt_decoy_marks, decoys);
    if (w->beats++ % FORGET_EVERY == 0) {
        params *old = params_new(w->work);
        param_moment(old, clock_now(w->service->set.clock) - KEPT);
        unit_add(u, &stmt_look_forget, old);
    }
    pool_submit(w->service->set.data, u, came, w);
}

void watch_start(service *s) {
    watcher *w = s->watcher = MEMORY_NEW(watcher);
    w->service = s;
    w->command = alarm_command_new(s->set.loop, s->set.alarm_command);
    w->pulse = MEMORY_NEW(uv_timer_t);
    must(uv_timer_init(s->set.loop, w->pulse) == 0);
    w->pulse->data = w;
    must(uv_timer_start(w->pulse, pulse, PULSE_MS, PULSE_MS) == 0);
}

static void pulse_closed(uv_handle_t *t) { memory_give(t, sizeof(uv_timer_t)); }

void watch_stop(service *s) {
    watcher *w = s->watcher;
    if (!w) return;
    arena_release(w->work);
    alarm_command_release(w->command);
    memory_give(w->decoys, w->decoy_count * DECOY_MARK);
    uv_close((uv_handle_t *)w->pulse, pulse_closed);
    memory_give(w, sizeof *w);
    s->watcher = NULL;
}
