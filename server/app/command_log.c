/* kringd log: the process that gives records their place in the tree, and signs. As kring_log, and a user of its own: it reads
 * commitments and tiles, never a family's row; what serves can't read its key. */
#include "app/clock_file.h"
#include "app/command.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "db/check.h"
#include "log/sequencer.h"

#include <errno.h>
#include <signal.h>
#include <uv.h>

enum { LINKS = 1, SIGNALS = 2, STATEMENT_MS = 60000 };

/* ---- init ---- */

static int init(command *c) {
    const char *why = NULL;
    log_signer *s = NULL;
    bytes origin = bytes_of_string(c->set.log_origin);
    if (!*c->set.log_key || !*c->set.log_state) return command_failed(EXIT_CONFIG, "log_key and log_state are to be set");
    if (!note_name_ok(origin)) return command_failed(EXIT_CONFIG, "log_origin is not a name that a log can have");
    if (!ok(log_signer_make(c->set.log_key, c->set.log_state, origin)))
        return command_failed(EXIT_CONFIG, "%s or %s: %s", c->set.log_key, c->set.log_state, strerror(errno));
    if (!ok(log_signer_open(c->set.log_key, c->set.log_state, origin, &s, &why))) return command_failed(EXIT_CONFIG, "%s", why);
    buf vkey = buf_new(1024);
    note_key key = log_signer_key(s);
    note_key_write(&key, &vkey);
    printf("%.*s\n", (int)vkey.len, (const char *)vkey.at);
    buf_release(&vkey);
    log_signer_release(s);
    return 0;
}

/* ---- run ---- */

typedef struct {
    uv_loop_t loop;
    pool *data;
    log_signer *signer;
    witnesses *witnesses;
    sequencer *sequencer;
    kring_clock clock;
    uv_signal_t signals[SIGNALS];
    uv_timer_t pause;
    bool stopping, rested;
    result last;
} running;

static void on_signal(uv_signal_t *s, int number) {
    (void)number;
    running *r = s->data;
    r->stopping = true;
    uv_stop(&r->loop);
}

static void on_pause(uv_timer_t *t) {
    running *r = t->data;
    r->rested = true;
}

/* A fault is said once when it comes and once when it goes, not every second. */
static void tell(running *r, result now) {
    if (now.code == r->last.code) return;
    if (ok(now))
        LOG(LOG_INFO, "log.runs", LOG_N("size", sequencer_size(r->sequencer)));
    else
        LOG(LOG_ERROR, "log.stands_still", LOG_R("why", now));
    r->last = now;
}

static void step(running *r) {
    result now = sequencer_integrate(r->sequencer);
    if (ok(now)) now = sequencer_publish(r->sequencer);
    /* A second sequencer was faster: it may stay so, and this one is its reserve. */
    tell(r, failed_as(now, R_STALE) || failed_as(now, R_CONFLICT) ? OK : now);
}

static void rest(running *r, uint64_t milliseconds) {
    r->rested = false;
    must(uv_timer_start(&r->pause, on_pause, milliseconds, 0) == 0);
    while (!r->rested && !r->stopping)
        (void)uv_run(&r->loop, UV_RUN_ONCE);
}

static void watch_signals(running *r) {
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < SIGNALS; i++) {
        must(uv_signal_init(&r->loop, &r->signals[i]) == 0);
        r->signals[i].data = r;
        must(uv_signal_start(&r->signals[i], on_signal, numbers[i]) == 0);
    }
    must(uv_timer_init(&r->loop, &r->pause) == 0);
    r->pause.data = r;
}

static void pool_gone(void *ctx) { *(pool **)ctx = NULL; }

static void close_all(running *r) {
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&r->signals[i], NULL);
    uv_close((uv_handle_t *)&r->pause, NULL);
    pool_close(r->data, pool_gone, &r->data);
    while (r->data)
        (void)uv_run(&r->loop, UV_RUN_ONCE);
    (void)uv_run(&r->loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&r->loop) == 0);
    sequencer_release(r->sequencer);
    witnesses_release(r->witnesses);
    log_signer_release(r->signer);
}

/* The role may be no more than it should; a database that is not there yet is waited for by the pool. */
static int role_check(const char *conninfo) {
    check_report report;
    int bad = 0;
    if (!ok(roles_check(conninfo, DATABASE_DATA, &report))) return 0;
    for (int k = 0; k < CHECK_COUNT; k++)
        if (report.faults & 1u << k) bad = command_failed(EXIT_CONFIG, "log_db: %s", check_text((check_kind)k));
    return bad;
}

static int run(command *c) {
    const char *why = NULL;
    setting_fault fault;
    running r = {.last = FAIL(UNAVAILABLE)};
    int bad = role_check(c->set.log_db);
    if (bad) return bad;
    if (*c->set.clock_file && !clock_file_read(c->set.clock_file, &r.clock, &fault)) return command_faulted(&fault);
    if (!ok(log_signer_open(c->set.log_key, c->set.log_state, bytes_of_string(c->set.log_origin), &r.signer, &why)))
        return command_failed(EXIT_CONFIG, "%s", why);
    note_key key = log_signer_key(r.signer);
    if (*c->set.log_policy && !ok(witnesses_open(c->set.log_policy, &key, c->memory, &r.witnesses, &why)))
        return command_failed(EXIT_CONFIG, "%s", why);
    must(uv_loop_init(&r.loop) == 0);
    r.data = pool_new(&r.loop, &(pool_settings){.conninfo = c->set.log_db,
                                                .application_name = "kringd log",
                                                .which = DATABASE_DATA,
                                                .links = LINKS,
                                                .statement_timeout_ms = STATEMENT_MS});
    r.sequencer = sequencer_new(&(sequencer_settings){
        .loop = &r.loop, .data = r.data, .signer = r.signer, .witnesses = r.witnesses, .clock = &r.clock});
    watch_signals(&r);
    while (!r.stopping) {
        step(&r);
        rest(&r, c->set.log_interval_ms);
    }
    step(&r); /* what a server that stopped just before left */
    close_all(&r);
    return 0;
}

int log_command(command *c) {
    bool one = c->line.count == 2;
    if (one && strcmp(c->line.word[1], "init") == 0) return init(c);
    if (c->line.count >= 2 && strcmp(c->line.word[1], "check") == 0) return log_check_command(c);
    if (!one || strcmp(c->line.word[1], "run") != 0)
        return command_failed(EXIT_USAGE, "kringd log init, log run, or log check [--kinds yes]");
    crypto_init();
    if (!ok(crypto_harden()))
        return command_failed(EXIT_SOFTWARE, "the kernel does not let this process keep its memory to itself");
    (void)signal(SIGPIPE, SIG_IGN);
    return run(c);
}
