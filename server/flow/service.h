/* What every exchange runs on: routes, pools, keys, caches, the clock, and the queue of disclosures. Made once by app/. */
#ifndef KRING_FLOW_SERVICE_H
#define KRING_FLOW_SERVICE_H

#include "base/clock.h"
#include "crypto/keyring.h"
#include "crypto/secret.h"
#include "db/pool.h"
#include "flow/exchange.h"
#include "json/contract.h"

/* One line per thing that must be so before data is served (GET /readyz). */
typedef struct {
    const char *name;
    bool ok, warning; /* a warning does not make the service unready */
    const char *why;  /* a constant sentence; NULL when all is well */
} readiness_check;

enum { READINESS_MAX = 12 };

typedef struct {
    uv_loop_t *loop;
    pool *data, *keys;            /* the caller's; outlive the service */
    keyring *ring;                /* with the service keys already added */
    kring_clock *clock;
    const route *routes;
    size_t route_count;
    const char *const *origins;   /* our own, "https://plan.example.org"; NULL-terminated */
    password_cost cost;
    unsigned hashes_at_once, hashes_waiting; /* Argon2id jobs on the pool, and how many may wait: 2 and 64 */
    moment session_idle[4], session_absolute[4]; /* by account_kind */
    unsigned throttle_account, throttle_network, throttle_login_total; /* failures per window */
    moment throttle_window;
    size_t family_cache_bytes, session_cache_bytes;
    unsigned disclosures_at_once; /* in one group: 32 */
    unsigned refusals_a_minute;   /* recorded refusals per session */
    moment keys_backup;           /* how long a backup of the keys lives: what was erased can't come back after that */
    const char *told_settings;    /* all of them, a line each, for the log; none is a secret */
    bool statutory_file;          /* the plans are the statutory file of the organisation that owns them */
    unsigned log_years;           /* how long a record of the log is kept, at least; 5 or more */
    unsigned watch_families_hour, watch_families_week, watch_nights, watch_left, watch_no_aim; /* from how many on */
    moment watch_idle;            /* so long without a word of his: then what he looks for is asked (no_aim) */
    const char *alarm_command;    /* NULL or empty: none */
} service_settings;

service *service_new(const service_settings *settings);
/* Its start is on the record before it answers anybody; waits. UNAVAILABLE. From then on it keeps its numbers in order. */
result service_begin(service *s) MUST_USE;
/* Its stop, when no exchange is left; waits. What can't be recorded now is closed by the next one. */
void service_end(service *s);
/* Stops the timers; call when no exchange is left. */
void service_release(service *s);
/* What /readyz would say now; returns how many checks there are. */
size_t service_readiness(const service *s, readiness_check out[READINESS_MAX]);
bool service_is_ready(const service *s);
/* How long a backup of the keys lives; whether plans are kept as a statutory file. */
moment service_keys_backup(const service *s);
bool service_keeps_file(const service *s);
/* What stands for a family or an account that nobody is ever to touch; `key` is the service key "session-mac". */
enum { DECOY_MARK = 32 };
void decoy_mark(const uint8_t *key, uuid id, uint8_t out[DECOY_MARK]);
/* Asks the database again, at once. */
void service_check_now(service *s);

#endif
