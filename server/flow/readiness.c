/* /readyz: whether the databases, their roles and row security are as they must be. Asked every few seconds, told from memory. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"
#include "db/check.h"
#include "statements.h"

enum { PULSE_MS = 5000, PULSE_UNREADY_MS = 500 };
enum { SEQUENCER_LATE_MS = 10 * 1000, SEQUENCER_GONE_MS = 10 * 60 * 1000, WITNESSES_GONE_MS = 10 * 60 * 1000 };

/* What another process says with its clock. How old it is, is counted here from when it last changed: with a clock that was set, or
 * that is not ours, the sequencer would be missed that is there, or one that is gone would not. Only the first is compared with our
 * clock, since it may be of yesterday. */
typedef struct {
    moment said;
    uint64_t age, at; /* milliseconds when it came; clock_ticks() then */
    bool came;
} sign_of_life;

typedef struct readiness {
    service *service;
    struct {
        arena *arena;
        check_report report;
        bool asking, reached;
    } of[2];                        /* data, keys */
    sign_of_life log_seen, log_witnessed;
    bool log_refused, was_ready;
} readiness;

static database database_of(unsigned i) { return i == 0 ? DATABASE_DATA : DATABASE_KEYS; }

static void tell_changes(readiness *r) {
    bool ready = service_is_ready(r->service);
    if (ready != r->was_ready) LOG(LOG_WARN, "service.readiness", LOG_N("ready", ready));
    if (r->service->pulse) uv_timer_set_repeat(r->service->pulse, ready ? PULSE_MS : PULSE_UNREADY_MS);
    r->was_ready = ready;
}

static void take_sign(sign_of_life *s, moment said) {
    moment age = s->came || said == MOMENT_MIN ? 0 : clock_real() - said;
    if (s->came && said == s->said) return;
    *s = (sign_of_life){.said = said, .at = clock_ticks(), .came = said != MOMENT_MIN};
    if (age > 0) s->age = (uint64_t)(age / (SECOND / 1000));
}

static bool is_older(const sign_of_life *s, uint64_t milliseconds) {
    return !s->came || s->age + (clock_ticks() - s->at) > milliseconds;
}

static void read_log(readiness *r, rows state) {
    if (rows_count(state) != 1) return;
    bool refused = !row_is_null(state, 0, log_state__refused);
    if (refused && !r->log_refused) LOG(LOG_ERROR, "log.refused", LOG_W("data", "closed"));
    r->log_refused = refused;
    take_sign(&r->log_seen, row_moment(state, 0, log_state__seen_at));
    take_sign(&r->log_witnessed, row_moment(state, 0, log_state__witnessed_at));
}

bool readiness_log_refused(const service *s) { return s->readiness->log_refused; }

static void checked(readiness *r, unsigned i, unit *u) {
    r->of[i].reached = ok(unit_result(u));
    if (r->of[i].reached) r->of[i].report = check_read(u, database_of(i));
    if (r->of[i].reached && i == 0) read_log(r, unit_rows(u, 0));
    arena *a = r->of[i].arena;
    r->of[i].arena = NULL;
    arena_release(a);
    tell_changes(r);
}

static void data_checked(void *r_, unit *u) { checked(r_, 0, u); }
static void keys_checked(void *r_, unit *u) { checked(r_, 1, u); }

static void ask(readiness *r, unsigned i) {
    if (r->of[i].arena) return; /* the last question is still under way */
    r->of[i].arena = arena_new();
    unit *u = unit_new(r->of[i].arena);
    if (i == 0) unit_add(u, &stmt_log_state, NULL);
    check_add(u);
    pool_submit(i == 0 ? r->service->set.data : r->service->set.keys, u, i == 0 ? data_checked : keys_checked, r);
}

void service_check_now(service *s) {
    ask(s->readiness, 0);
    ask(s->readiness, 1);
}

static void pulse(uv_timer_t *t) { service_check_now(t->data); }

void readiness_start(service *s) {
    s->readiness = MEMORY_NEW(readiness);
    s->readiness->service = s;
    s->pulse = MEMORY_NEW(uv_timer_t);
    must(uv_timer_init(s->set.loop, s->pulse) == 0);
    s->pulse->data = s;
    must(uv_timer_start(s->pulse, pulse, PULSE_MS, PULSE_MS) == 0);
    service_check_now(s);
}

static void pulse_closed(uv_handle_t *t) { memory_give(t, sizeof(uv_timer_t)); }

void readiness_stop(service *s) {
    arena_release(s->readiness->of[0].arena);
    arena_release(s->readiness->of[1].arena);
    memory_give(s->readiness, sizeof *s->readiness);
    s->readiness = NULL;
    uv_close((uv_handle_t *)s->pulse, pulse_closed);
}

static const char *first_fault(const check_report *r) {
    for (unsigned k = 0; k < CHECK_COUNT; k++)
        if (r->faults >> k & 1) return check_text((check_kind)k);
    return NULL;
}

static size_t log_readiness(const readiness *r, readiness_check *out) {
    bool late = is_older(&r->log_seen, SEQUENCER_LATE_MS), gone = is_older(&r->log_seen, SEQUENCER_GONE_MS);
    bool alone = !gone && is_older(&r->log_witnessed, WITNESSES_GONE_MS);
    out[0] = (readiness_check){"log", !r->log_refused, false,
                               r->log_refused ? "the signer refuses: the log does not extend what was signed, so no data is shown"
                                              : NULL};
    out[1] = (readiness_check){"log_sequencer", !late, !gone,
                               late ? "kringd log run is not seen: records have no place in the tree" : NULL};
    out[2] = (readiness_check){"log_witnesses", !alone, true,
                               alone ? "too few witnesses for ten minutes: no checkpoint is published" : NULL};
    return 3;
}

size_t service_readiness(const service *s, readiness_check out[READINESS_MAX]) {
    static const char *const reach[] = {"database", "keys_database"}, *const wall[] = {"database_roles", "keys_database_roles"};
    const readiness *r = s->readiness;
    size_t n = 0;
    for (unsigned i = 0; i < 2; i++) {
        bool up = r->of[i].reached;
        const char *fault = up ? first_fault(&r->of[i].report) : "not known while the database is away";
        out[n++] = (readiness_check){reach[i], up, false, up ? NULL : "the database does not answer"};
        out[n++] = (readiness_check){wall[i], fault == NULL, false, fault};
    }
    bool same = r->of[0].reached && r->of[1].reached && check_same_cluster(&r->of[0].report, &r->of[1].report);
    out[n++] =
        (readiness_check){"keys_apart", !same, same, same ? "keys and data share a cluster: a backup then holds both" : NULL};
    return n + log_readiness(r, out + n);
}

bool service_is_ready(const service *s) {
    readiness_check checks[READINESS_MAX];
    size_t n = service_readiness(s, checks);
    for (size_t i = 0; i < n; i++)
        if (!checks[i].ok && !checks[i].warning) return false;
    return true;
}
