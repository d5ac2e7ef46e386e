/* Courses walked event by event: what is stale is judged again, nothing is told before it stands on the log,
 * and whatever ends at whatever moment leaves nothing behind. */
#include "fake.h"

#include <stdio.h>

static told t, others[8];

static int start(void **state) {
    (void)state;
    fake_start();
    return 0;
}

static int stop(void **state) {
    (void)state;
    fake_stop();
    return 0;
}

static unsigned count(const char *kind, const char *outcome) {
    unsigned n = 0;
    for (size_t i = 0; i < f_.record_count; i++)
        n += !f_.records[i].pending && strcmp(f_.records[i].kind, kind) == 0 &&
             strcmp(f_.records[i].outcome, outcome) == 0;
    return n;
}

static unsigned times_in(const char *text, const char *what) {
    unsigned n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p++) n++;
    return n;
}

/* Every number stands once, or waits to be used again, or is to be looked for since its commit may have been one. */
static void assert_contiguous(void) {
    const service *sv = f_.service;
    for (uint64_t c = 0; c < sv->next_counter; c++) {
        unsigned n = counter_is_lost(sv, c);
        for (size_t i = 0; i < f_.record_count; i++) n += f_.records[i].counter == c;
        for (size_t i = 0; i < sv->freed_count; i++) n += sv->freed_counters[i] == c;
        assert_int_equal(n, 1);
    }
}

/* ---- scenarios: everything that waits, in every way ---- */

#define KEY "0123456789abcdef"

static exchange *ask_plan(told *w) { return ask(w, METHOD_GET, in_family("/plan"), NULL, NULL); }
static exchange *ask_account(told *w) { return ask(w, METHOD_GET, "/v1/account", NULL, NULL); }
static exchange *ask_log(told *w) { return ask(w, METHOD_GET, in_family("/log"), NULL, NULL); }
static exchange *ask_families(told *w) { return ask(w, METHOD_GET, "/v1/families", NULL, NULL); }
static exchange *ask_people(told *w) { return ask(w, METHOD_GET, in_family("/people"), NULL, NULL); }
static exchange *ask_health(told *w) { return ask(w, METHOD_GET, "/healthz", NULL, NULL); }
static exchange *ask_log_out(told *w) { return ask(w, METHOD_DELETE, "/v1/session", NULL, NULL); }

static exchange *ask_foreign(told *w) {
    return ask(w, METHOD_GET, "/v1/families/99999999-9999-9999-9999-999999999999/plan", NULL, NULL);
}

static exchange *ask_absent_entry(told *w) {
    return ask(w, METHOD_GET, in_family("/entries/99999999-9999-9999-9999-999999999999"), NULL, NULL);
}

static exchange *ask_write_of(told *w, const char *text) {
    char id[UUID_TEXT + 1], body[256];
    snprintf(body, sizeof body, "{\"field\":\"debts_detail\",\"about\":[\"%s\"],\"text\":\"%s\"}",
             id_text(f_.person, id), text);
    exchange *x = ask(w, METHOD_POST, in_family("/entries"), NULL, body);
    add_header(x, "Idempotency-Key", KEY);
    return x;
}

static exchange *ask_write(told *w) { return ask_write_of(w, "new"); }

static exchange *ask_login(told *w) {
    exchange *x = ask(w, METHOD_POST, "/v1/session", NULL, "{\"login\":\"leen\",\"password\":\"not the right one\"}");
    return x;
}

/* A writer who is always faster, but for a locked row. */
static void always_behind(const unit *u) {
    for (size_t i = 0; i < unit_count(u); i++)
        if ((unit_statement(u, i) == &stmt_disclose || unit_statement(u, i) == &stmt_commit_check) &&
            f_.open_transactions == 0)
            f_.version++;
}

static const struct scenario {
    const char *name;
    exchange *(*make)(told *w);
    int status;
    unsigned families;
    void (*before_send)(const unit *u);
} scenarios[] = {
    {"plan", ask_plan, 200, 1, NULL},
    {"plan, locked", ask_plan, 200, 1, always_behind},
    {"account", ask_account, 200, 1, NULL},
    {"log", ask_log, 200, 1, NULL},
    {"log, locked", ask_log, 200, 1, always_behind},
    {"families", ask_families, 200, 3, NULL},
    {"no families", ask_families, 200, 0, NULL},
    {"health", ask_health, 200, 1, NULL},
    {"foreign", ask_foreign, 404, 1, NULL},
    {"absent", ask_absent_entry, 404, 1, NULL},
    {"absent, locked", ask_absent_entry, 404, 1, always_behind},
    {"write", ask_write, 201, 1, NULL},
    {"write, locked", ask_write, 201, 1, always_behind},
    {"log out", ask_log_out, 204, 1, NULL},
    {"log in", ask_login, 401, 1, NULL},
};

static void begin(const struct scenario *s) {
    fake_start();
    f_.member_of = s->families;
    f_.before_send = s->before_send;
}

/* One event, or a wait for a thread. */
static void event(void) {
    if (!fake_step()) uv_run(&f_.loop, UV_RUN_ONCE);
}

static void each_ends_as_it_should(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        begin(&scenarios[i]);
        int status = whole(&t, scenarios[i].make(&t));
        if (status != scenarios[i].status) fail_msg("%s: %d\n%s", scenarios[i].name, status, t.body);
        assert_contiguous();
        fake_stop();
    }
}

static void released_after_any_event(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        bool over = false;
        for (unsigned k = 0; !over; k++) {
            begin(&scenarios[i]);
            exchange *x = scenarios[i].make(&t);
            exchange_run(x);
            for (unsigned n = 0; n < k && !t.told; n++) event();
            over = t.told > 0;
            unsigned told_before = t.told;
            exchange_release(x);
            fake_run();
            fake_stop(); /* waits for what a thread does */
            assert_int_equal(t.told, told_before);
        }
    }
}

/* Its deadline passes: 503, once, whatever arrives later; and what was not sent by then is not recorded as a
 * refusal. */
static void expired_after_any_event(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        if (scenarios[i].make == ask_login) continue; /* below: it needs a thread's time */
        bool over = false;
        for (unsigned k = 0; !over; k++) {
            begin(&scenarios[i]);
            exchange *x = scenarios[i].make(&t);
            exchange_run(x);
            for (unsigned n = 0; n < k && !t.told; n++) event();
            over = t.told > 0;
            exchange_expire(x);
            assert_int_equal(t.told, 1);
            if (!over && t.status != 503) fail_msg("%s after %u: %d", scenarios[i].name, k, t.status);
            if (!over) assert_non_null(strstr(t.body, "/problems/unavailable"));
            if (!over) assert_string_equal(header_of(x, "Retry-After"), "2");
            fake_run();
            exchange_expire(x);
            assert_int_equal(t.told, 1);
            for (size_t r = 0; r < f_.record_count; r++)
                if (scenarios[i].status < 300) assert_string_equal(f_.records[r].outcome, "done");
            exchange_release(x);
            fake_stop();
        }
    }
}

/* Each unit in turn fails, in every way: one answer, and no transaction is left open. */
static void each_unit_fails_once(void **state) {
    (void)state;
    static const result_code how[] = {R_UNAVAILABLE, R_INTERNAL, R_CONFLICT, R_STALE};
    for (size_t i = 0; i < COUNT(scenarios); i++)
        for (size_t h = 0; h < COUNT(how); h++) {
            if (scenarios[i].make == ask_login) continue;
            bool over = false;
            for (unsigned k = 0; !over; k++) {
                begin(&scenarios[i]);
                exchange *x = scenarios[i].make(&t);
                exchange_run(x);
                for (unsigned n = 0; n < k && !t.told; n++) event();
                over = t.told > 0;
                f_.fail_next = how[h];
                while (!t.told) event();
                f_.fail_next = R_DONE;
                assert_int_equal(t.told, 1);
                bool fine = t.status == scenarios[i].status || t.status == 503 || t.status == 500 || t.status == 409;
                if (!fine) fail_msg("%s, unit %u fails: %d\n%s", scenarios[i].name, k, t.status, t.body);
                exchange_release(x);
                fake_run();
                assert_contiguous();
                fake_stop();
            }
        }
}

/* ---- stale ---- */

static unsigned bumps;

static void behind_once(const unit *u) {
    for (size_t i = 0; i < unit_count(u); i++)
        if (unit_statement(u, i) == &stmt_disclose && bumps++ == 0) f_.version++, f_.entry_count = PERSON_ENTRIES;
}

static void a_stale_row_is_judged_again(void **state) {
    (void)state;
    f_.entry_count = 3;
    bumps = 0;
    f_.before_send = behind_once;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(times_in(t.body, "\"entry\":") + times_in(t.body, "\"field\":"), PERSON_ENTRIES);
    assert_int_equal(bumps, 2);
    assert_int_equal(f_.begun, 0);
    assert_int_equal(count("plan.read", "done"), 1);
    assert_contiguous();
}

static void two_misses_lock_the_row(void **state) {
    (void)state;
    f_.before_send = always_behind;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(f_.begun, 1);
    assert_int_equal(f_.version, 3);
    assert_int_equal(count("plan.read", "done"), 1);
    f_.before_send = NULL;
    assert_int_equal(whole(&t, ask_plan(&t)), 200); /* and what was fetched in the transaction opens for others */
}

static void lose_session_in_lock(const unit *u) {
    always_behind(u);
    if (f_.open_transactions) f_.session_over = true;
}

static void a_locked_read_whose_session_ends_lets_go(void **state) {
    (void)state;
    f_.before_send = lose_session_in_lock;
    assert_int_equal(whole(&t, ask_plan(&t)), 401);
    assert_int_equal(f_.open_transactions, 0);
    assert_int_equal(f_.record_count, 0);
}

static unsigned slips;
static void slip_once_in_lock(const unit *u) {
    always_behind(u);
    bool discloses = false;
    for (size_t i = 0; i < unit_count(u); i++) discloses = discloses || unit_statement(u, i) == &stmt_bodies;
    f_.session_over = f_.open_transactions && discloses && slips++ == 0;
}

/* Whatever sends a locked read back, its first transaction is over before it begins another. */
static void a_locked_read_that_goes_back_locks_anew(void **state) {
    (void)state;
    slips = 0;
    f_.before_send = slip_once_in_lock;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(f_.begun, 2);
    assert_int_equal(f_.open_transactions, 0);
    assert_int_equal(count("plan.read", "done"), 1);
}

static unsigned look_rows;
static void count_look_rows(const unit *u) {
    for (size_t i = 0; i < unit_count(u); i++)
        look_rows += unit_statement(u, i) == &stmt_look_insert;
}

/* What watching costs a read: one row an hour for an account and a family, then nothing; and none for the list of one's own
 * families. Who asks for what is not his leaves one for each, there or not. */
static void an_hour_of_looks_is_one_row(void **state) {
    (void)state;
    char other[64];
    look_rows = 0;
    f_.before_send = count_look_rows;
    assert_int_equal(whole(&t, ask_families(&t)), 200);
    assert_int_equal(look_rows, 0);
    for (unsigned i = 0; i < 5; i++) assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(look_rows, 1);
    f_.clock.shift += 2 * MINUTE; /* the session is read again */
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(look_rows, 1);
    f_.clock.shift += HOUR;
    for (unsigned i = 0; i < 5; i++) assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(look_rows, 2);
    for (unsigned i = 0; i < 3; i++) {
        snprintf(other, sizeof other, "/v1/families/0e000000-0000-4000-8000-00000000000%u/plan", i);
        assert_int_equal(whole(&t, ask(&t, METHOD_GET, other, NULL, NULL)), 404);
        assert_int_equal(whole(&t, ask(&t, METHOD_GET, other, NULL, NULL)), 404);
    }
    assert_int_equal(look_rows, 5);
}

/* The officer and the operator may ask for any family: what they do is on the log, and no sign. */
static void the_officer_leaves_no_look(void **state) {
    (void)state;
    char log[] = "/log";
    look_rows = 0;
    f_.before_send = count_look_rows;
    f_.kind = ACCOUNT_AUDITOR;
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family(log), NULL, NULL)), 200);
    assert_int_equal(look_rows, 0);
}

/* Several families cannot be locked: the answer is 503 in the end, and never what is stale. */
static void one_who_never_catches_up_is_told_so(void **state) {
    (void)state;
    f_.member_of = 2;
    f_.before_send = always_behind;
    assert_int_equal(whole(&t, ask_families(&t)), 503);
    assert_int_equal(f_.record_count, 0);
}

/* Written through another server: this one's cache does not know of it. */
static void a_stale_refusal_is_no_answer(void **state) {
    (void)state;
    char id[UUID_TEXT + 1], path[64];
    f_.entry_count = 3;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    f_.entry_count = PERSON_ENTRIES;
    f_.version++;
    snprintf(path, sizeof path, "/entries/%s", id_text(f_.entries[4], id));
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family(path), NULL, NULL)), 200);
    assert_int_equal(times_in(t.body, "\"title\""), 0); /* nothing of the refusal is left */
    assert_int_equal(count("entry.read", "refused"), 0);
    assert_int_equal(count("entry.read", "done"), 1);
}

static void time_does_not_stand_still_in_the_queue(void **state) {
    (void)state;
    f_.kind = ACCOUNT_HELPER;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    assert_int_equal(times_in(t.body, "\"level\":\"exact\""), PERSON_ENTRIES);
    exchange *x = ask_plan(&t);
    exchange_run(x);
    while (!f_.service->queue_first) event();
    f_.clock.shift += 201 * DAY; /* the grant ends while the ruling waits */
    while (!t.told) event();
    assert_int_equal(t.status, 200);
    assert_string_equal(t.body, "{\"entries\":[]}");
    exchange_release(x);
}

/* ---- refusals ---- */

static unsigned records_when_told;
static void look_at_records(void) { records_when_told = count("entry.read", "refused"); }

static void a_refusal_is_recorded_before_it_is_sent(void **state) {
    (void)state;
    exchange *x = ask_absent_entry(&t);
    t.when_ready = look_at_records;
    exchange_run(x);
    while (!t.told) event();
    assert_int_equal(t.status, 404);
    assert_int_equal(records_when_told, 1);
    exchange_release(x);
}

static void a_refusal_that_is_not_recorded_is_not_told(void **state) {
    (void)state;
    f_.fail_with = &stmt_disclose;
    f_.fail_how = R_UNAVAILABLE;
    f_.fail_times = 100;
    char id[UUID_TEXT + 1], body[256];
    snprintf(body, sizeof body, "{\"field\":\"debts_detail\",\"about\":[\"%s\"],\"text\":\"x\",\"assignee\":\"%s\"}",
             id_text(f_.person, id), "99999999-9999-9999-9999-999999999999");
    exchange *x = ask(&t, METHOD_POST, in_family("/entries"), NULL, body);
    add_header(x, "Idempotency-Key", KEY);
    assert_int_equal(whole(&t, x), 503);
    assert_null(strstr(t.body, "errors"));
    f_.fail_times = 0;
    x = ask(&t, METHOD_POST, in_family("/entries"), NULL, body);
    add_header(x, "Idempotency-Key", KEY);
    assert_int_equal(whole(&t, x), 422);
    assert_non_null(strstr(t.body, "/assignee"));
    assert_int_equal(count("entry.write", "refused"), 1);
}

static void foreign_and_absent_are_one(void **state) {
    (void)state;
    static char first[sizeof t.body];
    assert_int_equal(whole(&t, ask_foreign(&t)), 404);
    memcpy(first, t.body, sizeof first);
    unsigned units = f_.sent;
    assert_int_equal(
        whole(&t, ask(&t, METHOD_GET, "/v1/families/77777777-7777-7777-7777-777777777777/plan", NULL, NULL)),
        404);
    assert_string_equal(first, t.body);
    assert_int_equal(f_.sent - units, 1); /* the record; no facts are asked for */
    assert_int_equal(count("plan.read", "refused"), 2);
}

static void refusals_do_not_flood_the_log(void **state) {
    (void)state;
    f_.service->set.refusals_a_minute = 5;
    for (int i = 0; i < 5; i++) assert_int_equal(whole(&t, ask_foreign(&t)), 404);
    assert_int_equal(whole(&t, ask_foreign(&t)), 429);
    assert_int_equal(f_.record_count, 5);
    f_.clock.shift += 2 * MINUTE;
    assert_int_equal(whole(&t, ask_foreign(&t)), 404);
}

/* What is wrong with us is an error and no refusal: it needs no record, and none would come about. */
static void a_fault_of_ours_is_no_refusal(void **state) {
    (void)state;
    f_.fail_with = &stmt_facts_family;
    f_.fail_how = R_INTERNAL;
    f_.fail_times = 1;
    assert_int_equal(whole(&t, ask_plan(&t)), 500);
    assert_int_equal(f_.record_count, 0);
}

static void strangers_leave_no_record(void **state) {
    (void)state;
    f_.session_over = true;
    exchange *x = ask_plan(&t);
    exchange_run(x);
    while (!t.told) event();
    assert_int_equal(t.status, 401);
    assert_string_equal(header_of(x, "WWW-Authenticate"), "Bearer realm=\"kring\"");
    exchange_release(x);
    assert_int_equal(f_.record_count, 0);
}

/* A log-out elsewhere works at the next statement, whatever is cached here. */
static void a_session_that_ended_elsewhere_reads_nothing(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    f_.session_over = true;
    assert_int_equal(whole(&t, ask_plan(&t)), 401);
    assert_int_equal(whole(&t, ask_account(&t)), 401);
    assert_int_equal(count("plan.read", "done"), 1);
}

/* ---- groups ---- */

static void run_together(exchange *(*make)(told *), unsigned n) {
    for (unsigned i = 0; i < n; i++) exchange_run(make(&others[i]));
}

static void release_all(unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        assert_int_equal(others[i].told, 1);
        if (others[i].x) exchange_release(others[i].x);
    }
}

static void those_who_wait_share_a_group(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    unsigned groups = f_.groups;
    run_together(ask_plan, 4);
    fake_run();
    release_all(4);
    assert_int_equal(f_.groups - groups, 1);
    assert_int_equal(count("plan.read", "done"), 5);
    assert_contiguous();
}

static void a_failed_group_is_split(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    f_.fail_with = &stmt_disclose;
    f_.fail_how = R_INTERNAL;
    f_.fail_times = 2; /* the group, and the first of them alone */
    run_together(ask_plan, 3);
    fake_run();
    assert_int_equal(others[0].status, 500);
    assert_int_equal(others[1].status, 200);
    assert_int_equal(others[2].status, 200);
    release_all(3);
    assert_int_equal(count("plan.read", "done"), 3);
    assert_contiguous();
    assert_int_equal(f_.service->freed_count, 1);
    assert_int_equal(whole(&t, ask_plan(&t)), 200); /* uses what was given back */
    assert_int_equal(f_.service->freed_count, 0);
    assert_contiguous();
}

static void a_neighbour_goes_at_any_event(void **state) {
    (void)state;
    for (int fails = 0; fails < 2; fails++)
        for (unsigned k = 0; k < 12; k++) {
            fake_start();
            assert_int_equal(whole(&t, ask_plan(&t)), 200);
            f_.fail_with = &stmt_disclose, f_.fail_how = R_INTERNAL, f_.fail_times = fails ? 1 : 0;
            run_together(ask_plan, 3);
            for (unsigned n = 0; n < k; n++) fake_step();
            bool was_told = others[1].told;
            exchange_release(others[1].x);
            others[1].x = NULL;
            fake_run();
            assert_int_equal(others[1].told, was_told);
            others[1].told = 1;
            assert_int_equal(others[0].status, 200);
            assert_int_equal(others[2].status, 200);
            release_all(3);
            assert_contiguous();
            fake_stop();
        }
}

static unsigned following;
static void ask_next(void) {
    if (following++ == 0) exchange_run(ask_plan(&others[7]));
}

static void whoever_asks_again_in_the_answer_is_served(void **state) {
    (void)state;
    following = 0;
    for (unsigned i = 0; i < 3; i++) {
        exchange *x = ask_plan(&others[i]);
        others[i].release_when_ready = true;
        others[i].when_ready = i == 1 ? ask_next : NULL;
        exchange_run(x);
    }
    fake_run();
    release_all(3);
    assert_int_equal(others[7].told, 1);
    assert_int_equal(others[7].status, 200);
    exchange_release(others[7].x);
}

/* A group that cannot be sealed is split too; and one who comes while it is taken apart must not be
 * forgotten: the pool does not ask again by itself. */
static void a_group_that_cannot_be_made(void **state) {
    (void)state;
    static uint8_t much[2 << 20];
    following = 0;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    exchange *x = ask_plan(&t), *neighbour = ask_plan(&others[0]);
    t.when_ready = ask_next;
    exchange_run(x);
    exchange_run(neighbour);
    assert_ptr_equal(f_.service->queue_first, x);
    x->record_note = BYTES_OF(much); /* no record can hold it */
    fake_run();
    assert_int_equal(t.status, 503);
    exchange_release(x);
    assert_int_equal(others[0].status, 200);
    exchange_release(neighbour);
    assert_int_equal(others[7].told, 1);
    assert_int_equal(others[7].status, 200);
    exchange_release(others[7].x);
    assert_int_equal(f_.service->freed_count + f_.record_count, f_.service->next_counter);
}

static void several_families_are_several_lines(void **state) {
    (void)state;
    f_.member_of = 3;
    assert_int_equal(whole(&t, ask_families(&t)), 200);
    assert_int_equal(times_in(t.body, "\"jurisdiction\""), 3);
    assert_int_equal(count("family.list", "done"), 3);
    bumps = 0;
    f_.before_send = behind_once;
    assert_int_equal(whole(&t, ask_families(&t)), 200);
    assert_int_equal(count("family.list", "done"), 6);
    assert_contiguous();
}

static void the_expired_one_in_a_group_that_fails(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    f_.fail_with = &stmt_disclose, f_.fail_how = R_INTERNAL, f_.fail_times = 1;
    run_together(ask_plan, 2);
    fake_step(); /* sent */
    exchange_expire(others[0].x);
    fake_run();
    assert_int_equal(others[0].status, 503);
    assert_int_equal(others[1].status, 200);
    release_all(2);
    assert_int_equal(count("plan.read", "refused"), 0);
    assert_int_equal(count("plan.read", "done"), 2);
    assert_contiguous();
}

/* Two ask for some of the same bodies, one of them alone: each body stays with its own entry. */
static void bodies_find_their_entries(void **state) {
    (void)state;
    exchange *log = ask_log(&t), *people = ask_people(&others[0]);
    assert_int_equal(whole(&others[1], ask(&others[1], METHOD_GET, in_family(""), NULL, NULL)),
                     200); /* facts, and no body */
    exchange_run(log);
    exchange_run(people);
    f_.groups_first = true;
    fake_run();
    f_.groups_first = false;
    assert_int_equal(t.status, 200);
    assert_int_equal(others[0].status, 200);
    exchange_release(log), exchange_release(people);
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, in_family("/team"), NULL, NULL)), 200);
    assert_int_equal(whole(&t, ask_people(&t)), 200);
    assert_non_null(strstr(t.body, "body 86"));
}

/* A key that left the ring is fetched again, at most twice. */
static void evicted_keys_come_back(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    keyring_forget(f_.ring, f_.family);
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    keyring_forget(f_.ring, f_.family);
    f_.keys_away = true;
    assert_int_equal(whole(&t, ask_plan(&t)), 503);
    f_.keys_away = false;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
}

/* ---- writes ---- */

static void a_replay_tells_the_same_id(void **state) {
    (void)state;
    static char first[sizeof t.body];
    assert_int_equal(whole(&t, ask_write(&t)), 201);
    memcpy(first, t.body, sizeof first);
    assert_int_equal(whole(&t, ask_write(&t)), 201);
    assert_string_equal(first, t.body);
    assert_int_equal(f_.version, 2); /* written once */
    assert_int_equal(whole(&t, ask_write_of(&t, "other")), 422);
    assert_non_null(strstr(t.body, "idempotency-key-reused"));
    assert_int_equal(f_.version, 2);
}

static void pressed_twice_is_written_once(void **state) {
    (void)state;
    run_together(ask_write, 2);
    fake_run();
    assert_int_equal(others[0].status, 201);
    assert_int_equal(others[1].status, 201);
    assert_string_equal(others[0].body, others[1].body);
    assert_int_equal(f_.version, 2);
    release_all(2);
}

static void a_stale_write_is_judged_again(void **state) {
    (void)state;
    assert_int_equal(whole(&t, ask_plan(&t)), 200);
    f_.version++;
    assert_int_equal(whole(&t, ask_write(&t)), 201);
    assert_int_equal(f_.version, 3);
    assert_int_equal(count("entry.write", "done"), 1);
    assert_contiguous();
}

/* ---- proofs ---- */

static void look_too_early(void *x) { exchange_response(x); }

static void read_too_early(void *x_) {
    exchange *x = x_;
    x->want_count = 1;
    x->plain = ARENA_ARRAY(x->arena, bytes, 1);
    x->plain[0] = BYTES("secret");
    plain_of(x, 0);
}

static void open_too_early(void *x) { (void)step_open(x); }

static void shape_too_early(void *x_) {
    exchange *x = x_;
    for (size_t i = 0; i < route_count; i++)
        if (routes[i].course == COURSE_READ) x->route = &routes[i];
    (void)step_shape(x);
}

static void want_without_permit(void *x_) {
    exchange *x = x_;
    record_sealed sealed;
    want_body(x, 0, 0);
    x->audit_keys[0] = keyring_find_audit(f_.ring, SERVICE_FAMILY);
    (void)!ok(seal_record(x, 0, (record_place){.id = id_of(1), .result = R_DONE}, x->arena, &sealed));
}

static void nothing_without_its_proof(void **state) {
    (void)state;
    assert_int_equal(whole(&others[0], ask_plan(&others[0])), 200);
    exchange *x = ask_plan(&t);
    assert_true(aborts(look_too_early, x));
    assert_true(aborts(read_too_early, x));
    assert_true(aborts(open_too_early, x));
    assert_true(aborts(shape_too_early, x));
    assert_true(aborts(want_without_permit, x));
    exchange_release(x);
}

int main(void) {
#define WALK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ends_as_it_should),
        cmocka_unit_test(released_after_any_event),
        cmocka_unit_test(expired_after_any_event),
        cmocka_unit_test(each_unit_fails_once),
        WALK(a_stale_row_is_judged_again),
        WALK(two_misses_lock_the_row),
        WALK(a_locked_read_whose_session_ends_lets_go),
        WALK(a_locked_read_that_goes_back_locks_anew),
        WALK(an_hour_of_looks_is_one_row),
        WALK(the_officer_leaves_no_look),
        WALK(one_who_never_catches_up_is_told_so),
        WALK(a_stale_refusal_is_no_answer),
        WALK(time_does_not_stand_still_in_the_queue),
        WALK(a_refusal_is_recorded_before_it_is_sent),
        WALK(a_refusal_that_is_not_recorded_is_not_told),
        WALK(foreign_and_absent_are_one),
        WALK(refusals_do_not_flood_the_log),
        WALK(a_fault_of_ours_is_no_refusal),
        WALK(strangers_leave_no_record),
        WALK(a_session_that_ended_elsewhere_reads_nothing),
        WALK(those_who_wait_share_a_group),
        WALK(a_failed_group_is_split),
        cmocka_unit_test(a_neighbour_goes_at_any_event),
        WALK(whoever_asks_again_in_the_answer_is_served),
        WALK(a_group_that_cannot_be_made),
        WALK(several_families_are_several_lines),
        WALK(the_expired_one_in_a_group_that_fails),
        WALK(bodies_find_their_entries),
        WALK(evicted_keys_come_back),
        WALK(a_replay_tells_the_same_id),
        WALK(pressed_twice_is_written_once),
        WALK(a_stale_write_is_judged_again),
        WALK(nothing_without_its_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
