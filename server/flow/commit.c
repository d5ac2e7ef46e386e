/* COMMIT: the change and its record in one transaction.
 *
 * The check comes first and raises when the session is over or the family has moved on, which undoes the whole unit; so nothing is
 * half done, and every later statement depends on it. A write has a Sync of its own. */
#include "flow/flow.h"

#include "statements.h"

typedef struct {
    uuid record;
    uint64_t counter;
} commit_line;

static unsigned record_family(const exchange *x) { return x->families_read > 0 ? 0 : FAMILY_NONE; }

static void add_set(unit *u, exchange *x) {
    char set[2 * (UUID_TEXT + 1) + 1];
    set[0] = '{';
    uuid_write(x->families_read > 0 ? x->family_ids[0] : SERVICE_FAMILY, set + 1);
    set[UUID_TEXT + 1] = '}';
    params *p = params_new(x->arena);
    param_text(p, bytes_make(set, UUID_TEXT + 2));
    unit_add(u, &stmt_context_set, p);
}

static void add_check(unit *u, exchange *x) {
    params *p = params_new(x->arena);
    if (!x->writes_account) {
        param_uuid(p, x->family_ids[0]);
        param_int8(p, (int64_t)facts_of(x)->version);
    }
    param_bytes(p, bytes_make(x->token_hash, sizeof x->token_hash));
    param_moment(p, x->now - x->service->set.session_idle[x->session->kind]);
    param_moment(p, x->now);
    unit_add(u, x->writes_account ? &stmt_commit_check_session : &stmt_commit_check, p);
}

static void add_texts(unit *u, exchange *x) {
    for (unsigned i = 0; i < x->text_count; i++) {
        params *p = params_new(x->arena);
        param_uuid(p, x->family_ids[0]);
        param_uuid(p, x->texts[i].entry);
        param_int4(p, (int32_t)x->texts[i].version);
        param_bytes(p, buf_bytes(&x->texts[i].sealed));
        unit_add(u, &stmt_body_insert, p);
    }
}

/* The writer pays for the new facts, not the next reader: who may not know of a write must not feel it in the time of his own
 * read (T5). The bodies that were fetched stay. */
static void refreshed(void *x_, unit *u) {
    exchange *x = x_;
    family *newer = NULL, *older = x->families[0];
    cache *families = &x->service->families;
    if (ok(unit_result(u)) && ok(family_read(u, 0, x->family_ids[0], &newer))) {
        family_carry_envelopes(newer, older);
        cache_put(families, &newer->node, x->family_ids[0], family_weight(newer));
        cache_let_go(families, &newer->node);
    } else {
        cache_drop(families, &older->node);
    }
    exchange_resume(x, GO_ON);
}

static void refresh(exchange *x) {
    unit *u = unit_new(x->arena);
    family_ask(u, x->arena, x->family_ids[0]);
    pool_submit(x->service->set.data, u, refreshed, x);
}

static void finish(exchange *x, result r, const unit *u) {
    const commit_line *l = x->place_in_group;
    if (ok(r)) x->receipt = (receipt){true, l->record};
    else if (u) counter_settle(x->service, l->counter, u);
    else counter_lose(x->service, l->counter); /* a commit that failed may have been one */
    if (ok(r) && x->writes_account) cache_drop(&x->service->sessions, &x->session->node);
    unlock_family(x);
    if (ok(r) && x->route->endpoint->erases) eraser_wake(x->service);
    if (ok(r) && x->families_read > 0) {
        refresh(x);
        return;
    }
    /* A key that is taken, a deadlock: somebody came first, and what he did may be this very request (idempotency). */
    bool again = failed_as(r, R_STALE) || failed_as(r, R_CONFLICT);
    exchange_resume(x, ok(r) ? GO_ON : again ? GO_BACK : fail(x, r));
}

static void committed(void *x_, result r) { finish(x_, r, NULL); }

static void unit_done_(void *x_, unit *u) {
    exchange *x = x_;
    result r = unit_result(u);
    if (ok(r) && x->locked) transaction_commit(x->locked, committed, x);
    else finish(x, r, u);
}

verdict step_commit(exchange *x) {
    commit_line *l = ARENA_NEW(x->arena, commit_line);
    *l = (commit_line){uuid_random(), counter_take(x->service)};
    x->place_in_group = l;
    record_sealed record;
    result r = seal_record(x, record_family(x), (record_place){l->record, x->now, l->counter, R_DONE}, x->arena, &record);
    if (!ok(r)) {
        counter_give_back(x->service, l->counter);
        return fail(x, r);
    }
    unit *u = unit_new(x->arena);
    add_set(u, x);
    add_check(u, x);
    for (unsigned i = 0; i < x->mutation_count; i++) unit_add(u, x->mutations[i].what, x->mutations[i].with);
    add_texts(u, x);
    record_add(u, x->arena, &record);
    family_look its;
    if (look_of(x, &record.row, &its)) looks_add(u, x->arena, &its, 1, x->now);
    if (x->locked) transaction_run(x->locked, u, unit_done_, x);
    else pool_submit(x->service->set.data, u, unit_done_, x);
    return WAITING;
}
