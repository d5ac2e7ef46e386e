#include "db/pool_inside.h"

#include "base/log.h"
#include "db/transaction_inside.h"

#include <stdio.h>

enum { TICK_MS = 50, RETRY_FIRST_MS = 50, RETRY_MOST_MS = 2000, KEYWORDS_MAX = 64, HANDLES = 3 };

struct pool {
    arena *memory;
    uv_loop_t *loop;
    pool_settings settings;
    const char *keywords[KEYWORDS_MAX], *values[KEYWORDS_MAX];
    db_link *links;

    uv_check_t check; /* runs at the end of a loop turn, */
    uv_idle_t idle;   /* which this one keeps from sleeping */
    uv_timer_t tick;  /* deadlines and retries; only while there are any */
    bool soon, no_luck;

    unit_queue waiting, finishing;
    unit *(*source)(void *ctx);
    void *source_ctx;
    bool woken;

    bool closing, closed;
    unsigned handles;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
    pool_statistics stats;
};

static void run(uv_check_t *check);
static void on_tick(uv_timer_t *timer);

/* ---- the connection's settings ---- */

/* Every setting that a statement's meaning or plan could depend on is fixed here, on the server's side of the link,
 * and nothing ever SETs one. All statements go by key: a plan that scans, hashes or materializes whole families is
 * never right, yet looks cheap while the tables are empty, and a generic plan made then would stay (performance.md,
 * rule 6; tests/db/test_statements.c). */
static const char *session_options(arena *a, const pool_settings *s, const char *given) {
    bytes text =
        arena_format(a,
                     "%s -c statement_timeout=%u -c lock_timeout=%u -c idle_in_transaction_session_timeout=%u"
                     " -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off"
                     " -c enable_mergejoin=off -c search_path=public,pg_temp -c TimeZone=UTC -c row_security=on"
                     " -c default_transaction_isolation=read\\ committed -c synchronous_commit=on -c effective_io_concurrency=64",
                     given ? given : "", s->statement_timeout_ms, s->lock_timeout_ms, s->idle_transaction_ms);
    return (const char *)text.at;
}

static void put_keyword(pool *p, size_t *n, const char *keyword, const char *value) {
    must(*n + 1 < KEYWORDS_MAX);
    p->keywords[*n] = keyword;
    p->values[*n] = value;
    ++*n;
}

static bool is_ours(const char *keyword) {
    return !strcmp(keyword, "options") || !strcmp(keyword, "client_encoding") || !strcmp(keyword, "application_name");
}

/* A connection string that does not parse connects nowhere: the pool then never comes up, and says so in the log. */
static void read_conninfo(pool *p) {
    size_t n = 0;
    const char *options = NULL;
    PQconninfoOption *list = PQconninfoParse(p->settings.conninfo, NULL);
    if (!list) LOG(LOG_ERROR, "db.bad_conninfo", LOG_N("database", p->settings.which));
    for (PQconninfoOption *o = list; o && o->keyword; o++) {
        if (!o->val) continue;
        const char *value = arena_string(p->memory, bytes_of_string(o->val));
        if (!strcmp(o->keyword, "options")) options = value;
        if (!is_ours(o->keyword)) put_keyword(p, &n, arena_string(p->memory, bytes_of_string(o->keyword)), value);
    }
    if (!list) put_keyword(p, &n, "host", "/nonexistent");
    PQconninfoFree(list);
    put_keyword(p, &n, "client_encoding", "UTF8");
    put_keyword(p, &n, "application_name", p->settings.application_name);
    put_keyword(p, &n, "options", session_options(p->memory, &p->settings, options));
}

static uint32_t or_else(uint32_t value, uint32_t otherwise) { return value ? value : otherwise; }

static pool_settings fill_settings(arena *a, const pool_settings *given) {
    pool_settings s = *given;
    must(s.conninfo && s.links > 0 && s.links <= 64 && (s.which == DATABASE_DATA || s.which == DATABASE_KEYS));
    s.conninfo = arena_string(a, bytes_of_string(s.conninfo));
    s.application_name = arena_string(a, bytes_of_string(s.application_name ? s.application_name : "kringd"));
    s.connect_timeout_ms = or_else(s.connect_timeout_ms, 5000);
    s.statement_timeout_ms = or_else(s.statement_timeout_ms, 5000);
    s.lock_timeout_ms = or_else(s.lock_timeout_ms, 2000);
    s.idle_transaction_ms = or_else(s.idle_transaction_ms, 5000);
    if (!s.waiting_max) s.waiting_max = 1024;
    return s;
}

/* ---- the end of a loop turn ---- */

static void never(uv_idle_t *idle) { (void)idle; }

void pool_soon(pool *p) {
    if (p->soon || p->closed) return;
    p->soon = true;
    uv_check_start(&p->check, run);
    uv_idle_start(&p->idle, never);
}

static void forget_queued(unit *u) { queue_remove(u->holder, u); }

static void put_in(unit_queue *q, unit *u) {
    u->holder = q;
    u->forget = forget_queued;
    queue_add(q, u);
}

static void count_outcome(pool *p, const unit *u) {
    p->stats.units++;
    if (u->from_source) p->stats.groups++;
    if (failed_as(u->outcome, R_UNAVAILABLE)) p->stats.unavailable++;
    if (failed_as(u->outcome, R_CONFLICT)) p->stats.conflicts++;
    if (failed_as(u->outcome, R_INTERNAL)) p->stats.internal++;
}

void pool_answer(pool *p, unit *u) {
    must(!p->closed);
    put_in(&p->finishing, u);
    pool_soon(p);
}

static void refuse(pool *p, unit *u) {
    unit_fail(u, FAIL(UNAVAILABLE));
    pool_answer(p, u);
}

/* Callbacks may submit, cancel or close: they only ever touch the queues. What they add is for the next turn. */
static void finish_units(pool *p) {
    for (size_t n = p->finishing.count; n > 0 && p->finishing.count > 0; n--) {
        unit *u = queue_take(&p->finishing);
        count_outcome(p, u);
        unit_finish(u);
    }
    if (p->finishing.count) pool_soon(p);
}

/* ---- links ---- */

static unsigned links_up(const pool *p) {
    unsigned n = 0;
    for (unsigned i = 0; i < p->settings.links; i++)
        n += p->links[i].state == LINK_FREE || p->links[i].state == LINK_BUSY;
    return n;
}

static void on_up(db_link *l) {
    pool *p = l->pool;
    p->stats.connects++;
    if (links_up(p) == 1) LOG(LOG_INFO, "db.up", LOG_N("database", p->settings.which));
    p->no_luck = false;
    for (unsigned i = 0; i < p->settings.links; i++)
        p->links[i].retry_at = 0; /* the others need not wait any longer */
    pool_soon(p);
}

/* Growing pauses, a little different each, so that links do not come back in step. */
static uint64_t retry_pause(const db_link *l) {
    unsigned doublings = l->failures < 8 ? l->failures - 1 : 7;
    uint64_t most = (uint64_t)RETRY_FIRST_MS << doublings;
    if (most > RETRY_MOST_MS) most = RETRY_MOST_MS;
    return most - most * (uuid_random().b[0] & 63U) / 256;
}

static void on_down(db_link *l, bool was_up) {
    pool *p = l->pool;
    l->retry_at = uv_now(p->loop) + retry_pause(l);
    if (was_up) p->stats.losses++;
    if (was_up && links_up(p) == 0) LOG(LOG_WARN, "db.down", LOG_N("database", p->settings.which));
    if (!was_up) {
        p->stats.connect_failures++;
        p->no_luck = true;
    }
    pool_soon(p);
}

static void on_closed(db_link *l) { pool_soon(l->pool); }

static void on_answered(db_link *l, unit *u) { pool_answer(l->pool, u); }

static const link_events events = {on_up, on_down, on_closed, on_answered};

static void connect_links(pool *p) {
    uint64_t now = uv_now(p->loop);
    for (unsigned i = 0; i < p->settings.links; i++) {
        db_link *l = &p->links[i];
        if (l->state == LINK_DOWN && l->polling == POLL_NONE && l->retry_at <= now) link_connect(l);
    }
}

/* A link that a transaction holds serves only it; one whose transaction was released is rolled back before anybody
 * else has it. */
static void serve_holder(pool *p, db_link *l) {
    unit *u = l->next;
    l->next = NULL;
    if (l->holder && u)
        link_send(l, u);
    else if (l->holder)
        return;
    else {
        if (u) refuse(p, u);
        link_roll_back(l);
    }
}

static unit *next_unit(pool *p) {
    unit *u = queue_take(&p->waiting);
    if (u || !p->woken || !p->source) return u;
    u = p->source(p->source_ctx);
    if (!u) {
        p->woken = false;
        return NULL;
    }
    must(u->state == UNIT_NEW && u->done && u->count > 0);
    u->from_source = true;
    return u;
}

static bool serve(db_link *l, unit *u) {
    if (!u) return false;
    if (u->of) {
        l->leased = true;
        l->holder = u->of;
        transaction_on(u->of, l);
    }
    link_send(l, u);
    return true;
}

static void serve_links(pool *p) {
    bool more = true;
    for (unsigned i = 0; i < p->settings.links; i++) {
        db_link *l = &p->links[i];
        if (l->state != LINK_FREE) continue;
        if (l->leased)
            serve_holder(p, l);
        else if (more)
            more = serve(l, next_unit(p));
    }
}

/* No link, and the last try to make one failed: nobody waits for what may not come. */
static void refuse_all(pool *p) {
    for (unit *u = next_unit(p); u; u = next_unit(p)) refuse(p, u);
}

/* ---- closing ---- */

static void on_handle_closed(uv_handle_t *handle) {
    pool *p = handle->data;
    if (--p->handles > 0) return;
    void (*told)(void *) = p->on_closed;
    void *ctx = p->closed_ctx;
    for (unsigned i = 0; i < p->settings.links; i++) link_release(&p->links[i]);
    arena_release(p->memory); /* with the handles in it: libuv is done with all of them */
    if (told) told(ctx);
}

static void close_handles(pool *p) {
    p->closed = true;
    uv_close((uv_handle_t *)&p->check, on_handle_closed);
    uv_close((uv_handle_t *)&p->idle, on_handle_closed);
    uv_close((uv_handle_t *)&p->tick, on_handle_closed);
}

static void wind_up(pool *p) {
    bool quiet = true;
    p->source = NULL;
    for (unsigned i = 0; i < p->settings.links; i++) {
        link_drop(&p->links[i]);
        quiet = quiet && p->links[i].polling == POLL_NONE;
    }
    for (unit *u = queue_take(&p->waiting); u; u = queue_take(&p->waiting)) refuse(p, u);
    finish_units(p);
    if (quiet && p->finishing.count == 0 && p->waiting.count == 0) close_handles(p);
}

void pool_close(pool *p, void (*closed)(void *), void *ctx) {
    must(!p->closing);
    p->closing = true;
    p->on_closed = closed;
    p->closed_ctx = ctx;
    pool_soon(p);
}

/* ---- deadlines ---- */

static bool needs_ticks(const pool *p) {
    if (p->waiting.count) return true;
    for (unsigned i = 0; i < p->settings.links; i++)
        if (p->links[i].state != LINK_FREE) return true;
    return false;
}

static void on_tick(uv_timer_t *timer) {
    pool *p = timer->data;
    uint64_t now = uv_now(p->loop);
    for (unsigned i = 0; i < p->settings.links; i++) link_tick(&p->links[i], now);
    while (p->waiting.first && p->waiting.first->deadline <= now) refuse(p, queue_take(&p->waiting));
    if (needs_ticks(p))
        pool_soon(p); /* a retry may be due */
    else
        uv_timer_stop(timer);
}

static void run(uv_check_t *check) {
    pool *p = check->data;
    p->soon = false;
    uv_check_stop(&p->check);
    uv_idle_stop(&p->idle);
    if (p->closing) {
        wind_up(p);
        return;
    }
    finish_units(p);
    if (p->closing) return; /* asked for by a callback: comes in the next turn */
    connect_links(p);
    serve_links(p);
    if (p->no_luck && links_up(p) == 0) refuse_all(p);
    if (needs_ticks(p) && !uv_is_active((uv_handle_t *)&p->tick)) uv_timer_start(&p->tick, on_tick, TICK_MS, TICK_MS);
}

/* ---- the pool ---- */

static void make_handles(pool *p) {
    must(uv_check_init(p->loop, &p->check) == 0 && uv_idle_init(p->loop, &p->idle) == 0);
    must(uv_timer_init(p->loop, &p->tick) == 0);
    p->check.data = p->idle.data = p->tick.data = p;
    p->handles = HANDLES;
}

static void make_links(pool *p) {
    p->links = ARENA_ARRAY(p->memory, db_link, p->settings.links);
    for (unsigned i = 0; i < p->settings.links; i++) {
        db_link *l = &p->links[i];
        link_init(l, p->loop);
        l->events = &events;
        l->pool = p;
        l->keywords = p->keywords;
        l->values = p->values;
        l->connect_timeout_ms = p->settings.connect_timeout_ms;
        l->answer_timeout_ms = p->settings.statement_timeout_ms + 1000; /* the server's own limit comes first */
    }
}

pool *pool_new(uv_loop_t *loop, const pool_settings *settings) {
    arena *a = arena_new();
    pool *p = ARENA_NEW(a, pool);
    p->memory = a;
    p->loop = loop;
    p->settings = fill_settings(a, settings);
    read_conninfo(p);
    make_handles(p);
    make_links(p);
    pool_soon(p);
    return p;
}

static void check_database(const pool *p, const unit *u) {
    for (size_t i = 0; i < u->count; i++) must(u->parts[i].what->where & p->settings.which);
}

void pool_submit(pool *p, unit *u, unit_done *done, void *ctx) {
    must(u->state == UNIT_NEW && u->count > 0);
    check_database(p, u);
    u->state = UNIT_WAITING;
    u->done = done;
    u->ctx = ctx;
    u->deadline = uv_now(p->loop) + p->settings.statement_timeout_ms;
    if (p->closing || p->waiting.count >= p->settings.waiting_max) {
        refuse(p, u);
        return;
    }
    put_in(&p->waiting, u);
    if (p->waiting.count > p->stats.waiting_peak) p->stats.waiting_peak = p->waiting.count;
    pool_soon(p);
}

void pool_set_source(pool *p, unit *(*next)(void *), void *ctx) {
    p->source = next;
    p->source_ctx = ctx;
    p->woken = next != NULL;
    pool_soon(p);
}

void pool_wake(pool *p) {
    p->woken = true;
    pool_soon(p);
}

bool pool_ready(const pool *p) { return links_up(p) > 0; }

pool_statistics pool_stats(const pool *p) {
    pool_statistics s = p->stats;
    s.links = p->settings.links;
    s.links_up = links_up(p);
    s.waiting = p->waiting.count;
    for (unsigned i = 0; i < p->settings.links; i++) s.links_busy += p->links[i].state == LINK_BUSY;
    return s;
}
