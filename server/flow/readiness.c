/* /readyz: whether the databases, their roles and row security are as they must be. Asked every few seconds, told from memory. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"
#include "db/check.h"

enum { PULSE_MS = 5000 };

typedef struct readiness {
    service *service;
    struct {
        arena *arena;
        check_report report;
        bool asking, reached;
    } of[2]; /* data, keys */
    bool was_ready;
} readiness;

static database database_of(unsigned i) { return i == 0 ? DATABASE_DATA : DATABASE_KEYS; }

static void tell_changes(readiness *r) {
    bool ready = service_is_ready(r->service);
    if (ready != r->was_ready) LOG(LOG_WARN, "service.readiness", LOG_N("ready", ready));
    r->was_ready = ready;
}

static void checked(readiness *r, unsigned i, unit *u) {
    r->of[i].reached = ok(unit_result(u));
    if (r->of[i].reached) r->of[i].report = check_read(u, database_of(i));
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
    return n;
}

bool service_is_ready(const service *s) {
    readiness_check checks[READINESS_MAX];
    size_t n = service_readiness(s, checks);
    for (size_t i = 0; i < n; i++)
        if (!checks[i].ok && !checks[i].warning) return false;
    return true;
}
