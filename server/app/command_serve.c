/* kringd serve: everything is checked before the first socket listens, and nothing listens that could not also answer. */
#include "app/command.h"

#include "app/clock_file.h"
#include "app/server.h"
#include "app/service_keys.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "db/check.h"
#include "flow/service.h"

#include <signal.h>
#include <time.h>

enum { ORIGINS_MAX = 16, DATABASE_WAIT_SECONDS = 15 };

typedef struct {
    command *c;
    const settings *set;
    uv_loop_t loop;
    kring_clock clock;
    pool *data, *keys;
    keyring *ring;
    service *service;
    server *server;
    const char *origins[ORIGINS_MAX + 1];
} serving;

/* ---- before anything is opened ------------------------------------------------------------------------------------ */

static log_level level_of(const char *word) {
    return *word == 'd' ? LOG_DEBUG : *word == 'i' ? LOG_INFO : *word == 'w' ? LOG_WARN : LOG_ERROR;
}

/* A database that is only just starting is waited for, so that both may be started at once; another fault is final. */
static result roles_ask(const char *conninfo, database which, check_report *out) {
    result r = roles_check(conninfo, which, out);
    for (int waited = 0; failed_as(r, R_UNAVAILABLE) && waited < DATABASE_WAIT_SECONDS; waited++) {
        if (waited == 0) LOG(LOG_WARN, "server.waiting_for_database", LOG_N("seconds", DATABASE_WAIT_SECONDS));
        (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        r = roles_check(conninfo, which, out);
    }
    return r;
}

static int database_check(const char *name, const char *conninfo, database which, check_report *out) {
    if (!ok(roles_ask(conninfo, which, out)))
        return command_failed(EXIT_UNAVAILABLE, "%s can't be asked; is PostgreSQL there?", name);
    int exit_code = 0;
    for (int k = 0; k < CHECK_COUNT; k++)
        if (out->faults & 1u << k) exit_code = command_failed(EXIT_CONFIG, "%s: %s", name, check_text((check_kind)k));
    return exit_code;
}

/* The second wall stands only if this process can't become the one who built it. */
static int owner_check(const settings *s, const char *name, const char *conninfo) {
    static const char *const owners[] = {"kring_owner", "postgres"};
    for (size_t i = 0; i < 2; i++) {
        if (!can_log_in_as(conninfo, owners[i])) continue;
        if (!s->single_user)
            return command_failed(EXIT_CONFIG,
                                  "%s: this user may also log in as %s, who can lift row security; run the server as a user "
                                  "of its own (single_user = yes accepts it, for a demonstration)",
                                  name, owners[i]);
        LOG(LOG_WARN, "server.could_become_owner", LOG_W("role", owners[i]));
    }
    return 0;
}

static int databases_check(const settings *s) {
    check_report data, keys;
    int bad = database_check("data_db", s->data_db, DATABASE_DATA, &data);
    if (!bad) bad = database_check("keys_db", s->keys_db, DATABASE_KEYS, &keys);
    if (!bad) bad = owner_check(s, "data_db", s->data_db);
    if (!bad) bad = owner_check(s, "keys_db", s->keys_db);
    if (!bad && check_same_cluster(&data, &keys))
        LOG(LOG_WARN, "server.keys_in_the_datas_cluster", LOG_W("demo", s->demo ? "yes" : "no"));
    return bad;
}

/* ---- what a service needs ----------------------------------------------------------------------------------------- */

static int clock_open(serving *v) {
    setting_fault fault;
    if (!*v->set->clock_file) return 0;
    return clock_file_read(v->set->clock_file, &v->clock, &fault) ? 0 : command_faulted(&fault);
}

static int ring_open(serving *v) {
    kek *k = NULL;
    const char *why = NULL;
    if (!*v->set->kek_file) return command_failed(EXIT_CONFIG, "kek_file is not set; kringd keys init makes one");
    if (!ok(kek_open_file(v->set->kek_file, &k, &why))) return command_failed(EXIT_CONFIG, "%s: %s", v->set->kek_file, why);
    v->ring = keyring_new(k, v->set->keys_cache);
    return 0;
}

static pool *pool_open(serving *v, const char *conninfo, database which, uint64_t links) {
    pool_settings p = {.conninfo = conninfo, .which = which, .links = (unsigned)links, .waiting_max = v->set->queue};
    return pool_new(&v->loop, &p);
}

static int keys_open(serving *v) {
    v->data = pool_open(v, v->set->data_db, DATABASE_DATA, v->set->links);
    v->keys = pool_open(v, v->set->keys_db, DATABASE_KEYS, v->set->keys_links);
    result r = service_keys_load(&v->loop, v->keys, v->ring, clock_now(&v->clock));
    if (ok(r)) return 0;
    if (failed_as(r, R_UNAVAILABLE)) return command_failed(EXIT_UNAVAILABLE, "keys_db went away while starting");
    return command_failed(EXIT_CONFIG, "the keys in keys_db were not wrapped by the key of kek_file: is it the right one?");
}

/* An empty list means the demonstration's three names for itself. */
static int origins_set(serving *v) {
    arena *a = v->c->memory;
    const char *list = v->set->origins;
    unsigned port = (unsigned)v->set->port;
    if (!*list)
        list = arena_string(a, arena_format(a, "https://localhost:%u https://127.0.0.1:%u https://[::1]:%u", port, port, port));
    size_t n = 0;
    for (const char *at = list + strspn(list, " \t"); *at; at += strspn(at, " \t")) {
        size_t length = strcspn(at, " \t");
        if (n == ORIGINS_MAX) return command_failed(EXIT_CONFIG, "origins: more than %d", ORIGINS_MAX);
        if (!bytes_starts(bytes_make(at, length), "https://"))
            return command_failed(EXIT_CONFIG, "origins: each begins with https://");
        v->origins[n++] = arena_string(a, bytes_make(at, length));
        at += length;
    }
    return 0;
}

static service_settings service_settings_of(serving *v) {
    const settings *s = v->set;
    return (service_settings){
        .loop = &v->loop, .data = v->data, .keys = v->keys, .ring = v->ring, .clock = &v->clock,
        .routes = routes, .route_count = route_count, .origins = v->origins,
        .cost = {(uint32_t)s->argon2_memory_kib, (uint32_t)s->argon2_passes},
        .hashes_at_once = (unsigned)s->argon2_jobs, .hashes_waiting = (unsigned)s->argon2_queue,
        .session_idle = {(moment)s->person_idle * MINUTE, (moment)s->helper_idle * MINUTE, (moment)s->auditor_idle * MINUTE,
                         (moment)s->operator_idle * MINUTE},
        .session_absolute = {(moment)s->person_absolute * MINUTE, (moment)s->helper_absolute * MINUTE,
                             (moment)s->auditor_absolute * MINUTE, (moment)s->operator_absolute * MINUTE},
        .throttle_account = (unsigned)s->throttle_account, .throttle_network = (unsigned)s->throttle_network,
        .throttle_login_total = (unsigned)s->throttle_total, .throttle_window = (moment)s->throttle_window * MINUTE,
        .family_cache_bytes = s->family_cache_mib << 20, .session_cache_bytes = s->session_cache_mib << 20,
        .disclosures_at_once = (unsigned)s->disclosures_at_once, .refusals_a_minute = (unsigned)s->refusals_a_minute,
        .keys_backup = (moment)s->keys_backup_days * DAY, .statutory_file = s->statutory_file,
        .told_settings = settings_told(v->c->memory, s), .log_years = (unsigned)s->log_years,
        .watch_families_hour = (unsigned)s->watch_families_hour, .watch_families_week = (unsigned)s->watch_families_week,
        .watch_nights = (unsigned)s->watch_nights, .watch_left = (unsigned)s->watch_left,
        .watch_no_aim = (unsigned)s->watch_no_aim, .watch_idle = (moment)s->watch_idle_weeks * 7 * DAY,
        .alarm_command = s->alarm_command,
    };
}

/* ---- serving ------------------------------------------------------------------------------------------------------ */

static void server_stopped(void *owner) {
    serving *v = owner;
    uv_stop(&v->loop);
}

static int listen_set(serving *v, server_settings *to) {
    const char *list = v->set->listen;
    for (const char *at = list + strspn(list, " \t"); *at; at += strspn(at, " \t")) {
        size_t length = strcspn(at, " \t");
        if (to->listen_count == SERVER_LISTEN_MAX)
            return command_failed(EXIT_CONFIG, "listen: more than %d addresses", SERVER_LISTEN_MAX);
        to->listen[to->listen_count++] =
            (server_address){arena_string(v->c->memory, bytes_make(at, length)), (uint16_t)v->set->port};
        at += length;
    }
    return to->listen_count ? 0 : command_failed(EXIT_CONFIG, "listen: no address");
}

static int listen_and_run(serving *v) {
    server_settings s = {.limits = v->set->net, .cert = v->set->certificate, .key = v->set->certificate_key, .service = v->service,
                         .stopped = server_stopped, .owner = v};
    const char *why = NULL;
    int bad = listen_set(v, &s);
    if (bad) return bad;
    if (!ok(server_start(&v->loop, &s, &v->server, &why))) return command_failed(EXIT_UNAVAILABLE, "%s", why);
    (void)uv_run(&v->loop, UV_RUN_DEFAULT);
    return 0;
}

static int serve_steps(serving *v) {
    int bad = databases_check(v->set);
    if (!bad) bad = clock_open(v);
    if (!bad) bad = origins_set(v);
    if (!bad) bad = ring_open(v);
    if (!bad) bad = keys_open(v);
    if (bad) return bad;
    service_settings s = service_settings_of(v);
    v->service = service_new(&s);
    if (!ok(service_begin(v->service))) return command_failed(EXIT_UNAVAILABLE, "data_db went away while starting");
    bad = listen_and_run(v);
    service_end(v->service);
    return bad;
}

static void pool_closed(void *ctx) { (void)ctx; }

/* In the reverse order; each part may be missing. The loop runs on until the last handle is closed. */
static void serve_end(serving *v) {
    if (v->server) server_release(v->server);
    if (v->service) service_release(v->service);
    if (v->data) pool_close(v->data, pool_closed, NULL);
    if (v->keys) pool_close(v->keys, pool_closed, NULL);
    (void)uv_run(&v->loop, UV_RUN_DEFAULT);
    keyring_release(v->ring);
    must(uv_loop_close(&v->loop) == 0);
}

int serve_command(command *c) {
    if (!command_flags_read(c, 1, NULL, 0)) return EXIT_USAGE;
    serving v = {.c = c, .set = &c->set};
    log_set_level(level_of(c->set.log_level));
    crypto_init();
    if (!ok(crypto_harden()))
        return command_failed(EXIT_SOFTWARE, "the kernel does not let this process keep its memory to itself");
    (void)signal(SIGPIPE, SIG_IGN); /* a peer that went away is an error of write(), not an end of the service */
    must(uv_loop_init(&v.loop) == 0);
    int exit_code = serve_steps(&v);
    serve_end(&v);
    return exit_code;
}
