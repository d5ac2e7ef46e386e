/* The eraser: carries out what was decided to be erased and what is kept no longer, crypto-erased.
 *
 * Its queue is derived from the tables: a decision or an `erased` event without its `erasure_done`. Each step is one unit,
 * and the next step follows from what the tables say by then, so it may be killed anywhere and any server may go on:
 *   an end date that has come     -> the `erased` event, on the log
 *   an erased plan                -> its bodies go, its keys go, done
 *   an erased entry with bodies   -> the owner's next key is stored; one unit then takes these bodies away and seals the
 *                                    others anew
 *   erased entries without bodies -> the owners' older keys go, done
 * Every unit on the data raises the family's version from the one it has read: of two servers one is too late and looks again, and
 * whoever sealed a text under the older key seals it again. No lock is held while the other database answers. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"
#include "flow/family_inside.h"

enum { PULSE_MS = 5000, TURNS_MAX = 256 /* more steps are a fault, not work */, SEEN_MAX = 256 };
#define CLOCKS_APART (5 * MINUTE) /* between two servers, at most */

typedef enum { NEXT_END, NEXT_PLAN, NEXT_ROTATE, NEXT_KEYS } next_step;

typedef struct {
    uuid family;
    bool due; /* else only its keys are destroyed once more */
} to_do;

typedef struct {
    uuid family;
    moment done;
} seen_done;

typedef struct eraser {
    service *service;
    uv_timer_t *pulse;
    arena *round, *work; /* of the queue; of one step of a family. NULL: idle */
    moment began, since; /* of this round; from where on the queue is looked at */
    to_do *todo;
    size_t count, at;
    bool first, again;
    seen_done seen[SEEN_MAX];
    size_t seen_at;

    uuid family;         /* that is worked on */
    bool due;
    unsigned turns;
    family *facts;
    next_step next;
    uuid owner;          /* of the bodies that get another key, */
    uint32_t epoch;      /* which is this one */
    uuid *done;          /* what the last unit finishes */
    size_t done_count;
    uint64_t counter;    /* of a record whose unit is not committed */
    bool counted;
} eraser;

static void look(eraser *e);
static void next_family(eraser *e);
static void ask_facts(eraser *e);

/* ---- units ---- */

static params *of_family(eraser *e) {
    params *p = params_new(e->work);
    param_uuid(p, e->family);
    return p;
}

static unit *unit_for(eraser *e, const statement *context) {
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(e->family, set + 1);
    params *p = params_new(e->work);
    param_text(p, bytes_make(set, sizeof set));
    unit *u = unit_new(e->work);
    unit_add(u, context, p);
    return u;
}

/* A unit that changes data: only if nobody else did meanwhile. */
static unit *changing(eraser *e) {
    unit *u = unit_for(e, &stmt_context_set);
    params *p = of_family(e);
    param_int8(p, (int64_t)e->facts->facts.version);
    unit_add(u, &stmt_erase_check, p);
    return u;
}

static result add_record_of(eraser *e, unit *u, const char *kind, uuid of) {
    uint8_t note[17] = {'o'};
    memcpy(note + 1, of.b, sizeof of.b);
    e->counter = counter_take(e->service), e->counted = true;
    record_draft d = {.row = {.family = e->family, .id = uuid_random(), .at = e->began, .boot = e->service->boot,
                              .counter = e->counter, .kind = bytes_of_string(kind), .outcome = BYTES("done"),
                              .class_ = RECORD_NO_CLASS},
                      .head = {.viewer_kind = VIEWER_NOBODY, .flags = RECORD_WROTE, .family_version = e->facts->facts.version},
                      .note = BYTES_OF(note)};
    record_sealed made;
    TRY(record_seal(&d, keyring_find_audit(e->service->set.ring, e->family), e->work, &made));
    record_add(u, e->work, &made);
    return OK;
}

static void forget(eraser *e, uuid id) {
    cached *f = cache_find(&e->service->families, id);
    keyring_forget(e->service->set.ring, id);
    if (!f) return;
    cache_drop(&e->service->families, f);
    cache_let_go(&e->service->families, f);
}

static void let_go_of_facts(eraser *e) {
    if (e->facts) family_release(&e->facts->node);
    e->facts = NULL;
}

/* What failed stays due: the next look takes it up from what the tables then say. */
static void leave(eraser *e, result why) {
    if (e->counted) counter_give_back(e->service, e->counter);
    e->counted = false;
    if (!ok(why)) LOG(LOG_WARN, "eraser.left", LOG_I("family", e->family), LOG_R("why", why));
    let_go_of_facts(e);
    arena *a = e->work;
    e->work = NULL;
    arena_release(a);
    next_family(e);
}

/* One step is done, or somebody came first: what is next follows from the tables. */
static void step_done(void *e_, unit *u) {
    eraser *e = e_;
    result r = unit_result(u);
    if (e->counted && !ok(r)) counter_settle(e->service, e->counter, u);
    e->counted = false;
    bool stale = failed_as(r, R_STALE) || failed_as(r, R_CONFLICT);
    if ((!ok(r) && !stale) || ++e->turns > TURNS_MAX) {
        leave(e, ok(r) ? FAIL(TOO_MUCH) : r);
        return;
    }
    let_go_of_facts(e);
    arena_release(e->work);
    e->work = arena_new();
    ask_facts(e);
}

static void settled(void *e_, unit *u) {
    eraser *e = e_;
    if (!ok(unit_result(u))) {
        step_done(e, u);
        return;
    }
    e->counted = false;
    LOG(LOG_INFO, "eraser.done", LOG_I("family", e->family), LOG_N("count", e->done_count));
    forget(e, e->family);
    leave(e, OK);
}

static void submit(eraser *e, pool *p, unit *u, unit_done *done) { pool_submit(p, u, done, e); }

/* ---- the last unit: done, and when there is something due again ---- */

static moment next_due(const facts *f, moment now) {
    const plan_course *c = &f->course;
    if (f->erased <= now || c->closed > now) return MOMENT_NEVER;
    return c->held_until > c->kept_until ? c->held_until : c->kept_until;
}

/* Nothing new was done: a second look at keys that were destroyed before. */
static void settle(eraser *e, const char *kind) {
    if (!e->due && e->done_count == 0) {
        forget(e, e->family);
        leave(e, OK);
        return;
    }
    unit *u = changing(e);
    params *done = of_family(e), *due = of_family(e);
    param_uuids(done, e->done, e->done_count), param_moment(done, clock_now(e->service->set.clock)); /* the keys are gone by now */
    param_moment(due, next_due(&e->facts->facts, e->began)), param_moment(due, e->began);
    unit_add(u, &stmt_erasure_done_insert, done);
    unit_add(u, &stmt_erase_settled, due);
    result r = e->done_count ? add_record_of(e, u, kind, e->done[0]) : OK;
    if (ok(r)) submit(e, e->service->set.data, u, settled);
    else leave(e, r);
}

/* ---- a plan that is kept no longer (R-81) ---- */

static void record_the_end(eraser *e) {
    unit *u = changing(e);
    params *p = of_family(e);
    uuid id = uuid_random();
    param_uuid(p, id), param_string(p, "erased"), param_uuid_or_null(p, (uuid){{0}}), param_moment(p, e->began);
    unit_add(u, &stmt_plan_event_insert, p);
    result r = add_record_of(e, u, "plan.erase", id);
    if (ok(r)) submit(e, e->service->set.data, u, step_done);
    else leave(e, r);
}

static void plan_keys_gone(void *e_, unit *u) {
    eraser *e = e_;
    if (ok(unit_result(u))) settle(e, "plan.erased");
    else leave(e, unit_result(u));
}

static void plan_bodies_gone(void *e_, unit *u) {
    eraser *e = e_;
    static const uuid all;
    static const int32_t none = 0;
    if (!ok(unit_result(u))) {
        leave(e, unit_result(u));
        return;
    }
    unit *keys = unit_for(e, &stmt_keys_context_set);
    params *end = of_family(e);
    param_uuids(end, &all, 1), param_int4s(end, &none, 1), param_moment(end, e->began);
    unit_add(keys, &stmt_keys_owners_end, end);
    unit_add(keys, &stmt_keys_family_owners_erase, of_family(e));
    unit_add(keys, &stmt_keys_family_erase, of_family(e));
    params *log = params_new(e->work);
    param_uuids(log, &e->family, 1);
    unit_add(keys, &stmt_keys_log_end, log); /* from here the years of its log's key count */
    submit(e, e->service->set.keys, keys, plan_keys_gone);
}

static void erase_plan(eraser *e) {
    unit *u = unit_for(e, &stmt_context_set);
    unit_add(u, &stmt_body_erase_all, of_family(e));
    submit(e, e->service->set.data, u, plan_bodies_gone);
}

/* ---- entries: the others of their owner get another key ---- */

typedef struct {
    uuid *entries, *gone;
    int32_t *versions;
    bytes *envelopes;
    size_t count, gone_count;
} resealed;

static result reseal_one(eraser *e, rows r, size_t i, resealed *out) {
    uint32_t old;
    bytes plain, sealed = row_bytes(r, i, erase_bodies__envelope);
    TRY(envelope_epoch(sealed, &old));
    body_context c = {.family = e->family, .owner = e->owner, .entry = row_uuid(r, i, erase_bodies__entry_id),
                      .field = field_by_name(row_text(r, i, erase_bodies__field)),
                      .version = (uint32_t)row_int4(r, i, erase_bodies__version), .epoch = old};
    uint8_t aad[AAD_BODY];
    cipher_key *from = keyring_find(e->service->set.ring, e->family, e->owner, old);
    ENSURE(from != NULL, NO_KEY);
    aad_body(&c, aad);
    TRY(envelope_open(from, ENVELOPE_GCM, old, BYTES_OF(aad), sealed, e->work, &plain));
    c.epoch = e->epoch;
    aad_body(&c, aad);
    cipher_key *to = keyring_find(e->service->set.ring, e->family, e->owner, e->epoch);
    ENSURE(to != NULL, NO_KEY);
    buf made = buf_new(ENVELOPE_PLAIN_MAX + 8192);
    result r_ = envelope_seal(to, ENVELOPE_GCM, e->epoch, BYTES_OF(aad), plain, &made);
    if (ok(r_)) out->envelopes[out->count] = arena_copy(e->work, buf_bytes(&made));
    buf_release(&made);
    TRY(r_);
    out->entries[out->count] = c.entry, out->versions[out->count++] = (int32_t)c.version;
    return OK;
}

static result reseal(eraser *e, rows r, resealed *out) {
    size_t n = rows_count(r);
    *out = (resealed){ARENA_ARRAY(e->work, uuid, n), ARENA_ARRAY(e->work, uuid, n), ARENA_ARRAY(e->work, int32_t, n),
                      ARENA_ARRAY(e->work, bytes, n), 0, 0};
    for (size_t i = 0; i < n; i++) {
        if (row_bool(r, i, erase_bodies__erased)) out->gone[out->gone_count++] = row_uuid(r, i, erase_bodies__entry_id);
        else TRY(reseal_one(e, r, i, out));
    }
    return OK;
}

static void bodies_came(void *e_, unit *u) {
    eraser *e = e_;
    resealed made;
    result r = unit_result(u);
    if (ok(r)) r = reseal(e, unit_rows(u, 1), &made);
    if (!ok(r)) {
        leave(e, r);
        return;
    }
    unit *change = changing(e);
    params *epoch = of_family(e), *anew = of_family(e), *gone = of_family(e);
    param_uuid(epoch, e->owner), param_int4(epoch, (int32_t)e->epoch), param_moment(epoch, e->began);
    param_uuids(anew, made.entries, made.count), param_int4s(anew, made.versions, made.count);
    param_byteas(anew, made.envelopes, made.count);
    param_uuids(gone, made.gone, made.gone_count);
    unit_add(change, &stmt_owner_epoch_insert, epoch); /* which the wall around bodies asks for */
    unit_add(change, &stmt_body_reseal, anew);
    unit_add(change, &stmt_body_erase, gone);
    submit(e, e->service->set.data, change, step_done);
}

/* Only what the database now holds seals: another server's key may have come first. */
static void key_stored(void *e_, unit *u) {
    eraser *e = e_;
    result r = unit_result(u);
    if (ok(r)) r = keys_take(e->service->set.ring, e->family, u, 2);
    if (!ok(r)) {
        leave(e, r);
        return;
    }
    unit *ask = unit_for(e, &stmt_context_set);
    params *p = of_family(e);
    param_uuid(p, e->owner);
    unit_add(ask, &stmt_erase_bodies, p);
    submit(e, e->service->set.data, ask, bodies_came);
}

/* Key before data. */
static void store_key(eraser *e, uint32_t family_epoch_) {
    buf made = buf_new(512);
    result r = keyring_make_owner(e->service->set.ring, e->family, e->owner, e->epoch, family_epoch_, &made);
    bytes wrapped = arena_copy(e->work, buf_bytes(&made));
    buf_release(&made);
    if (!ok(r)) {
        leave(e, r);
        return;
    }
    unit *u = unit_for(e, &stmt_keys_context_set);
    params *p = of_family(e);
    param_uuids(p, &e->owner, 1), param_byteas(p, &wrapped, 1), param_int4(p, (int32_t)e->epoch);
    param_int4(p, (int32_t)family_epoch_), param_moment(p, e->began);
    unit_add(u, &stmt_load_owner_keys, p);
    keys_ask(u, e->work, e->family);
    submit(e, e->service->set.keys, u, key_stored);
}

static void keys_gone(void *e_, unit *u) {
    eraser *e = e_;
    if (ok(unit_result(u))) settle(e, "erasure.done");
    else leave(e, unit_result(u));
}

/* Every key of an owner but the newest. After a restore of the keys' database, what had been destroyed goes again. */
static void destroy_old_keys(eraser *e) {
    const family *f = e->facts;
    uuid *owners = ARENA_ARRAY(e->work, uuid, f->epoch_count + 1);
    int32_t *epochs = ARENA_ARRAY(e->work, int32_t, f->epoch_count + 1);
    for (uint32_t i = 0; i < f->epoch_count; i++) owners[i] = f->epochs[i].owner, epochs[i] = (int32_t)f->epochs[i].epoch - 1;
    unit *u = unit_for(e, &stmt_keys_context_set);
    params *end = of_family(e);
    param_uuids(end, owners, f->epoch_count), param_int4s(end, epochs, f->epoch_count), param_moment(end, e->began);
    unit_add(u, &stmt_keys_owners_end, end);
    unit_add(u, &stmt_keys_owners_erase, of_family(e));
    submit(e, e->service->set.keys, u, keys_gone);
}

/* ---- what a family needs next ---- */

static uint32_t newest_family_epoch(rows families) {
    size_t n = rows_count(families);
    return n ? (uint32_t)row_int4(families, n - 1, keys_family__epoch) : 0;
}

static void keys_came(void *e_, unit *u) {
    eraser *e = e_;
    result r = unit_result(u);
    if (ok(r)) r = keys_take(e->service->set.ring, e->family, u, 1);
    if (!ok(r)) {
        leave(e, r);
        return;
    }
    switch (e->next) {
    case NEXT_END: record_the_end(e); return;
    case NEXT_PLAN: erase_plan(e); return;
    case NEXT_ROTATE: store_key(e, newest_family_epoch(unit_rows(u, 1))); return;
    case NEXT_KEYS: destroy_old_keys(e); return;
    }
}

/* The first owner of an erased entry whose bodies are still there; the others only wait for their keys to go. */
static bool find_owner(eraser *e, rows pending) {
    e->done = ARENA_ARRAY(e->work, uuid, rows_count(pending) + 1);
    e->done_count = 0;
    for (size_t i = 0; i < rows_count(pending); i++) {
        e->owner = row_uuid(pending, i, erase_pending__owner_id);
        e->epoch = family_epoch(e->facts, e->owner) + 1;
        if (row_bool(pending, i, erase_pending__stands)) return true;
        e->done[e->done_count++] = row_uuid(pending, i, erase_pending__entry_id);
    }
    return false;
}

static next_step choose(eraser *e, rows pending, rows plan) {
    const facts *f = &e->facts->facts;
    if (rows_count(plan) == 1) {
        e->done = ARENA_ARRAY(e->work, uuid, 1);
        e->done[0] = row_uuid(plan, 0, erase_plan__id);
        e->done_count = row_bool(plan, 0, erase_plan__done) ? 0 : 1;
        return NEXT_PLAN;
    }
    if (next_due(f, e->began) <= e->began) return NEXT_END;
    return find_owner(e, pending) ? NEXT_ROTATE : NEXT_KEYS;
}

static void facts_came(void *e_, unit *u) {
    eraser *e = e_;
    result r = unit_result(u);
    if (ok(r)) r = family_read(u, 0, e->family, &e->facts);
    if (!ok(r)) {
        leave(e, r);
        return;
    }
    e->next = choose(e, unit_rows(u, FAMILY_STATEMENTS), unit_rows(u, FAMILY_STATEMENTS + 1));
    unit *keys = unit_for(e, &stmt_keys_context_set);
    keys_ask(keys, e->work, e->family);
    submit(e, e->service->set.keys, keys, keys_came);
}

static void ask_facts(eraser *e) {
    unit *u = unit_new(e->work);
    family_ask(u, e->work, e->family);
    unit_add(u, &stmt_erase_pending, of_family(e));
    unit_add(u, &stmt_erase_plan, of_family(e));
    submit(e, e->service->set.data, u, facts_came);
}

/* ---- the queue ---- */

static void end_round(eraser *e) {
    arena_release(e->round);
    e->round = NULL;
    if (e->again) look(e);
}

static void next_family(eraser *e) {
    if (e->at == e->count) {
        end_round(e);
        return;
    }
    e->family = e->todo[e->at].family, e->due = e->todo[e->at++].due;
    e->turns = 0;
    e->work = arena_new();
    ask_facts(e);
}

/* What another server has erased, this one still holds the keys of: once for each time. */
static bool is_news(eraser *e, uuid id, moment done) {
    for (size_t i = 0; i < SEEN_MAX; i++)
        if (uuid_equal(e->seen[i].family, id) && e->seen[i].done == done) return false;
    e->seen[e->seen_at] = (seen_done){id, done};
    e->seen_at = (e->seen_at + 1) % SEEN_MAX;
    return true;
}

static void take_queue(eraser *e, rows r) {
    size_t n = rows_count(r);
    e->todo = ARENA_ARRAY(e->round, to_do, n + 1);
    e->count = e->at = 0;
    for (size_t i = 0; i < n; i++) {
        uuid id = row_uuid(r, i, erase_queue__family_id);
        bool due = row_bool(r, i, erase_queue__due);
        if (is_news(e, id, row_moment(r, i, erase_queue__done_until))) forget(e, id);
        if (due || e->first) e->todo[e->count++] = (to_do){id, due};
    }
    e->first = false;
    e->since = e->began - CLOCKS_APART;
}

static void queue_came(void *e_, unit *u) {
    eraser *e = e_;
    if (ok(unit_result(u))) take_queue(e, unit_rows(u, 0));
    else e->count = e->at = 0;
    next_family(e);
}

static void look(eraser *e) {
    if (e->round) {
        e->again = true;
        return;
    }
    e->again = false;
    e->round = arena_new();
    e->began = clock_now(e->service->set.clock);
    if (e->first) e->since = e->began - e->service->set.keys_backup - DAY; /* as old as a restored backup may be */
    unit *u = unit_new(e->round);
    params *p = params_new(e->round);
    param_moment(p, e->began), param_moment(p, e->since);
    unit_add(u, &stmt_erase_queue, p);
    submit(e, e->service->set.data, u, queue_came);
}

static void pulse(uv_timer_t *t) { look(t->data); }

void eraser_wake(service *s) { must(uv_timer_start(s->eraser->pulse, pulse, 0, PULSE_MS) == 0); }

void eraser_start(service *s) {
    eraser *e = s->eraser = MEMORY_NEW(eraser);
    e->service = s;
    e->first = true;
    e->pulse = MEMORY_NEW(uv_timer_t);
    must(uv_timer_init(s->set.loop, e->pulse) == 0);
    e->pulse->data = e;
    eraser_wake(s);
}

static void pulse_closed(uv_handle_t *t) { memory_give(t, sizeof(uv_timer_t)); }

void eraser_stop(service *s) {
    eraser *e = s->eraser;
    arena_release(e->work);
    arena_release(e->round);
    let_go_of_facts(e);
    uv_close((uv_handle_t *)e->pulse, pulse_closed);
    memory_give(e, sizeof *e);
    s->eraser = NULL;
}
