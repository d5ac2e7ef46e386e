/* THE file: the legal orders of steps, and the engine that walks them.
 *
 * A request walks a course. What a step needs is something that only the step before it can make: session, ruling, receipt. The
 * arrays below are all the orders there are; an endpoint cannot choose another. Only the engine waits: a step that must wait says
 * so and is resumed, once. A stale ruling goes back to FACTS; it is never an answer. */
#include "flow/flow.h"

#include "base/log.h"

enum {
    STEP_ROUTE, STEP_ADMIT, STEP_FETCH, STEP_FACTS, STEP_JUDGE, STEP_DISCLOSE, STEP_OPEN, STEP_SEAL, STEP_COMMIT, STEP_LOGIN_FACTS,
    STEP_LOGIN_WORK, STEP_LOGIN_JUDGE, STEP_LOGIN_COMMIT, STEP_JOIN_WORK, STEP_JOIN_CODE, STEP_JOIN_FACTS, STEP_JOIN_COMMIT,
    STEP_REFUSE, STEP_SHAPE, STEP_SEND, STEP_COUNT
};

static const uint8_t courses[][9] = {
    [COURSE_PUBLIC] = {STEP_ROUTE, STEP_ADMIT, STEP_SHAPE, STEP_SEND},
    /* The public half of the log: rows that belong to no family. Its unit has no context, so row security shows it no other. */
    [COURSE_LOG] = {STEP_ROUTE, STEP_ADMIT, STEP_FETCH, STEP_SHAPE, STEP_SEND},
    [COURSE_READ] = {STEP_ROUTE, STEP_ADMIT, STEP_FACTS, STEP_JUDGE, STEP_DISCLOSE, STEP_OPEN, STEP_SHAPE, STEP_SEND},
    [COURSE_WRITE] = {STEP_ROUTE, STEP_ADMIT, STEP_FACTS, STEP_JUDGE, STEP_SEAL, STEP_COMMIT, STEP_SHAPE, STEP_SEND},
    [COURSE_LOGIN] = {STEP_ROUTE, STEP_ADMIT, STEP_LOGIN_FACTS, STEP_LOGIN_WORK, STEP_LOGIN_JUDGE, STEP_LOGIN_COMMIT, STEP_SHAPE,
                      STEP_SEND},
    [COURSE_JOIN] = {STEP_ROUTE, STEP_ADMIT, STEP_LOGIN_FACTS, STEP_JOIN_WORK, STEP_JOIN_CODE, STEP_JOIN_FACTS, STEP_JOIN_COMMIT,
                     STEP_SHAPE, STEP_SEND},
};
static const uint8_t refuse[] = {STEP_REFUSE, STEP_SEND};  /* a live session was refused: recorded, with its rule */
static const uint8_t error[] = {STEP_SEND};                /* constant bodies without any family's data */

static const struct {
    const char *name;
    verdict (*run)(exchange *x);
} steps[STEP_COUNT] = {
    [STEP_ROUTE] = {"route", step_route},
    [STEP_ADMIT] = {"admit", step_admit},
    [STEP_FETCH] = {"fetch", step_fetch},
    [STEP_FACTS] = {"facts", step_facts},
    [STEP_JUDGE] = {"judge", step_judge},
    [STEP_DISCLOSE] = {"disclose", step_disclose},
    [STEP_OPEN] = {"open", step_open},
    [STEP_SEAL] = {"seal", step_seal},
    [STEP_COMMIT] = {"commit", step_commit},
    [STEP_LOGIN_FACTS] = {"login_facts", step_login_facts},
    [STEP_LOGIN_WORK] = {"login_work", step_login_work},
    [STEP_LOGIN_JUDGE] = {"login_judge", step_login_judge},
    [STEP_LOGIN_COMMIT] = {"login_commit", step_login_commit},
    [STEP_JOIN_WORK] = {"join_work", step_join_work},
    [STEP_JOIN_CODE] = {"join_code", step_join_code},
    [STEP_JOIN_FACTS] = {"join_facts", step_join_facts},
    [STEP_JOIN_COMMIT] = {"join_commit", step_join_commit},
    [STEP_REFUSE] = {"refuse", step_refuse},
    [STEP_SHAPE] = {"shape", step_shape},
    [STEP_SEND] = {"send", step_send},
};

enum { MISSES_MAX = 8 }; /* with the family locked from the third on, only time itself can make a ruling stale */

static void take_course(exchange *x, const uint8_t *course, uint8_t at) {
    x->course = course;
    x->at = at;
}

/* The course of the route, once ROUTE has found it; replays of a write walk READ from FACTS on. */
static void follow_route(exchange *x) {
    if (x->course == refuse || x->course == error || !x->route) return;
    course_kind kind = x->replay ? COURSE_READ : x->route->course;
    x->course = courses[kind];
}

/* What was said in a refusal that turned out stale, or that could not be recorded, is not to be said. */
static void unsay(exchange *x) {
    x->detail = NULL;
    x->faults.count = 0;
    x->retry_after = 0;
    x->response.header_count = 0;
    buf_clear(&x->response.body);
}

/* A refusal too: what it rests on was no longer true. */
static void go_back(exchange *x) {
    x->service->counters.stale++;
    x->misses++;
    if (x->course == refuse) {
        x->course = courses[x->route->course];
        x->outcome = OK;
        unsay(x);
    }
    x->idempotency_read = x->replay = false; /* what came in between may be this very request */
    unlock_family(x);
    forget_facts(x);
    for (x->at = 0; x->course[x->at] != STEP_FACTS && x->course[x->at] != STEP_JOIN_CODE; x->at++) continue;
}

static bool refused_live_session(const exchange *x) {
    if (x->course == error || x->course == refuse || !x->session || result_status(x->outcome) >= 500) return false;
    bool by_database = x->course[x->at] == STEP_COMMIT && failed_as(x->outcome, R_FORBIDDEN); /* KR002 */
    return by_database || x->course[x->at] == STEP_FACTS || x->course[x->at] == STEP_JUDGE;
}

/* What failed is told by a course that needs no proof it does not have. */
static void change_course(exchange *x) {
    bool record = refused_live_session(x);
    if (x->course == refuse) unsay(x);
    if (!record || x->course[x->at] != STEP_JUDGE)
        unlock_family(x); /* only what JUDGE says of locked facts is recorded under the lock */
    if (failed_as(x->outcome, R_INTERNAL) || failed_as(x->outcome, R_BAD_ENVELOPE))
        LOG(LOG_ERROR, "exchange.failed", LOG_W("step", steps[x->course[x->at]].name), LOG_R("why", x->outcome));
    x->service->counters.errors++;
    take_course(x, record ? refuse : error, 0);
    answer_problem(x);
}

static void walk(exchange *x) {
    if (x->walking) return;
    x->walking = true;
    for (;;) {
        verdict v = steps[x->course[x->at]].run(x);
        if (v == GO_BACK && x->misses >= MISSES_MAX) v = fail(x, FAIL(UNAVAILABLE));
        switch (v) {
        case GO_ON:
            follow_route(x);
            x->at++;
            continue;
        case GO_BACK: go_back(x); continue;
        case FAILED: change_course(x); continue;
        case AGAIN: continue;
        case GO_ROUND:
            while (x->course[x->at] != STEP_DISCLOSE) x->at--;
            continue;
        case WAITING: x->waiting = true; break;
        case FINISHED: x->answered = true; break;
        }
        break;
    }
    x->walking = false;
    if (x->answered) x->ready(x->owner, x); /* may release x: nothing of it is touched after this */
}

void exchange_resume(exchange *x, verdict v) {
    if (x->answered) return; /* its deadline passed while this was under way */
    must(x->waiting);
    x->waiting = false;
    if (v == GO_ON) x->at++;
    if (v == GO_BACK && x->misses >= MISSES_MAX) v = fail(x, FAIL(UNAVAILABLE));
    if (v == GO_BACK) go_back(x);
    if (v == FAILED) change_course(x);
    walk(x);
}

void exchange_run(exchange *x) {
    x->service->counters.exchanges++;
    take_course(x, courses[COURSE_PUBLIC], 0);
    walk(x);
}

void exchange_fail(exchange *x, result why) {
    x->outcome = why;
    take_course(x, error, 0);
    answer_problem(x);
    walk(x);
}

/* What is in flight runs to its end and finds the answer given; what only waits for a group is not sent any more. */
void exchange_expire(exchange *x) {
    if (x->answered) return;
    x->waiting = false;
    leave_disclosures(x);
    unsay(x);
    exchange_fail(x, FAIL(UNAVAILABLE));
}
