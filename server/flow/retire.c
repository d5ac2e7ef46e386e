/* The retirer: takes records off the log that are older than they are kept, and in the end the key of a log that is empty.
 *
 * A leaf hides what its record was once the record is gone, so a sweep leaves the tree as it stands: every checkpoint, tile and
 * saved proof still holds. Three things keep a sweep from being a way to hide something:
 *   what goes is opened first, and must be exactly what its leaf commits to: a record that somebody back-dated stays, and is named
 *   each batch is one unit with the `log.retire` record that says which leaves it was, which is never retired itself
 *   the database lets go only what is older than five years by a clock that this role cannot set (sql/migrations, retention)
 * One family at a time, a batch a unit: it may be killed anywhere, and of two servers one is too late and leaves it to the other.
 *
 * An erased family whose last record went is noted as over, with a record; from then on it is not there for anybody. Some minutes
 * later, when no server can still be writing under it, its log's key is destroyed. */
#include "flow/retire.h"

#include "base/log.h"
#include "base/memory.h"
#include "crypto/tile.h"
#include "flow/flow.h"
#include "flow/record.h"
#include "statements.h"

#include <stdlib.h>

enum { FIRST_MS = 1000, EVERY_MS = 3600 * 1000, PAGE = 64, ENTRY = 2 + RECORD_ENTRY, ENTRIES_LEVEL = -1 };
#define CLOCKS_APART (5 * MINUTE) /* between two servers, at most; and longer than any unit takes */

typedef struct {
    uuid id;
    moment at;
    int64_t index; /* of its leaf; -1: it is from before there was a tree */
    uint8_t leaf[RECORD_HASH];
    bool fits;
} old_record;

typedef struct retirer {
    service *service;
    uv_timer_t *pulse;
    arena *round, *work; /* of a page of families; of one step. NULL: idle */
    moment began;
    uuid *page, *due, *logs; /* of the families; with old records; whose log is empty */
    moment *cuts;
    size_t page_count, due_count, at, log_count, over_count; /* of `logs` the last ones are over already */
    bool last_page;
    uuid family;       /* that is worked on */
    moment after_at;   /* up to where its records were looked at */
    uuid after_id;
    old_record *batch;
    size_t count, asked;
    uint64_t left;     /* old records that are not what their leaf commits to */
    uint64_t counter;  /* of a record whose unit is not committed */
    bool counted;
} retirer;

static void ask_page(retirer *r);
static void next_family(retirer *r);
static void next_log(retirer *r);
static void ask_logs(retirer *r);

/* ---- units ---- */

static unit *unit_in(retirer *r, const statement *context, const uuid *families, size_t n) {
    buf set = buf_new((n + 1) * (UUID_TEXT + 1) + 2);
    for (size_t i = 0; i < n; i++) {
        char id[UUID_TEXT];
        uuid_write(families[i], id);
        buf_put_byte(&set, i ? ',' : '{');
        buf_put(&set, BYTES_OF(id));
    }
    buf_put_byte(&set, '}');
    must(buf_ok(&set) && n > 0);
    params *p = params_new(r->work);
    param_text(p, arena_copy(r->work, buf_bytes(&set)));
    buf_release(&set);
    unit *u = unit_new(r->work);
    unit_add(u, context, p);
    return u;
}

/* What it changes in a family, and the service's record of it. */
static unit *changing(retirer *r) {
    const uuid both[] = {SERVICE_FAMILY, r->family};
    return unit_in(r, &stmt_context_set, both, uuid_is_zero(r->family) ? 1 : 2);
}

static result add_record_of(retirer *r, unit *u, const char *kind, bytes note) {
    record_sealed made;
    r->counter = counter_take(r->service), r->counted = true;
    TRY(service_record(r->service, r->service->boot, r->counter, kind, note, r->work, &made));
    record_add(u, r->work, &made);
    return OK;
}

static void fresh_work(retirer *r) {
    arena_release(r->work);
    r->work = arena_new();
}

/* What is left is there the next time. */
static void end_round(retirer *r, result why) {
    if (r->counted) counter_give_back(r->service, r->counter);
    r->counted = false;
    if (!ok(why)) LOG(LOG_WARN, "retirer.left", LOG_I("family", r->family), LOG_R("why", why));
    arena_release(r->work);
    arena_release(r->round);
    r->work = r->round = NULL;
}

/* OK if the unit stands; if somebody was faster, or may not be contradicted, that is for another time. */
static bool stands(retirer *r, const unit *u) {
    result done = unit_result(u);
    if (!ok(done)) counter_settle(r->service, r->counter, u);
    r->counted = false;
    return ok(done);
}

static bool is_late(const unit *u) { return failed_as(unit_result(u), R_STALE) || failed_as(unit_result(u), R_CONFLICT); }

/* ---- a batch of one family ---- */

static void ask_records(retirer *r);

static void retired(void *r_, unit *u) {
    retirer *r = r_;
    bool done = stands(r, u);
    if (!done && !is_late(u)) {
        end_round(r, unit_result(u));
        return;
    }
    if (done) LOG(LOG_INFO, "retirer.retired", LOG_I("family", r->family), LOG_N("count", r->count));
    if (done && r->asked == RETIRE_BATCH) ask_records(r);
    else next_family(r);
}

static int by_leaf(const void *a_, const void *b_) {
    uint64_t a = *(const uint64_t *)a_, b = *(const uint64_t *)b_;
    return a < b ? -1 : a > b;
}

static bytes note_of(retirer *r, moment newest) {
    uint64_t *leaves = ARENA_ARRAY(r->work, uint64_t, r->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->batch[i].index >= 0) leaves[n++] = (uint64_t)r->batch[i].index;
    qsort(leaves, n, sizeof *leaves, by_leaf);
    buf b = buf_new(64 + 12 * RETIRE_BATCH);
    retire_note_write(&b, r->family, newest, (uint32_t)r->count, leaves, n);
    must(buf_ok(&b));
    bytes note = arena_copy(r->work, buf_bytes(&b));
    buf_release(&b);
    return note;
}

static unit *retire_unit(retirer *r, result *bad) {
    moment *ats = ARENA_ARRAY(r->work, moment, r->count), newest = MOMENT_MIN;
    uuid *ids = ARENA_ARRAY(r->work, uuid, r->count);
    for (size_t i = 0; i < r->count; i++) {
        ats[i] = r->batch[i].at, ids[i] = r->batch[i].id;
        if (ats[i] > newest) newest = ats[i];
    }
    unit *u = changing(r);
    params *p = params_new(r->work);
    param_uuid(p, r->family), param_moments(p, ats, r->count), param_uuids(p, ids, r->count);
    param_int8(p, (int64_t)r->count), param_moment(p, r->began);
    unit_add(u, &stmt_retire_delete, p);
    *bad = add_record_of(r, u, "log.retire", note_of(r, newest));
    return u;
}

/* What is not what its leaf commits to stays where it is, for kringd log check to name. */
static void keep_what_fits(retirer *r) {
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->batch[i].fits) r->batch[n++] = r->batch[i];
    if (n < r->count) LOG(LOG_WARN, "retirer.not_as_committed", LOG_I("family", r->family), LOG_N("count", r->count - n));
    r->count = n;
}

static void retire(retirer *r) {
    keep_what_fits(r);
    if (r->count == 0) {
        if (r->asked == RETIRE_BATCH) ask_records(r);
        else next_family(r);
        return;
    }
    result bad;
    unit *u = retire_unit(r, &bad);
    if (ok(bad)) pool_submit(r->service->set.data, u, retired, r);
    else end_round(r, bad);
}

/* ---- what the leaves commit to ---- */

static void entries_came(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    rows tiles = unit_rows(u, 0);
    for (size_t i = 0; i < r->count; i++) {
        old_record *o = &r->batch[i];
        if (o->index < 0) continue;
        o->fits = false;
        for (size_t t = 0; t < rows_count(tiles); t++) {
            if (row_int8(tiles, t, log_tiles__number) != o->index / TILE_WIDTH) continue;
            bytes entries = row_bytes(tiles, t, log_tiles__hashes);
            size_t at = (size_t)(o->index % TILE_WIDTH) * ENTRY + ENTRY - RECORD_HASH;
            o->fits = entries.len >= at + RECORD_HASH && memcmp(entries.at + at, o->leaf, RECORD_HASH) == 0;
        }
    }
    retire(r);
}

static void ask_entries(retirer *r) {
    int32_t *levels = ARENA_ARRAY(r->work, int32_t, r->count + 1);
    int64_t *numbers = ARENA_ARRAY(r->work, int64_t, r->count + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->batch[i].index < 0) continue;
        size_t k = 0;
        while (k < n && numbers[k] != r->batch[i].index / TILE_WIDTH) k++;
        if (k == n) levels[n] = ENTRIES_LEVEL, numbers[n++] = r->batch[i].index / TILE_WIDTH;
    }
    unit *u = unit_new(r->work);
    params *p = params_new(r->work);
    param_int4s(p, levels, n), param_int8s(p, numbers, n);
    unit_add(u, &stmt_log_tiles, p);
    pool_submit(r->service->set.data, u, entries_came, r);
}

static old_record open_one(retirer *r, rows from, size_t i) {
    record_row row = record_row_at(from, i, r->family, r->work);
    bool placed = !row_is_null(from, i, retire_records__index);
    old_record o = {.id = row.id, .at = row.at, .index = placed ? row_int8(from, i, retire_records__index) : -1};
    cipher_key *key = keyring_find_audit(r->service->set.ring, r->family);
    record_view view;
    if (!ok(record_open(key, &row, row_bytes(from, i, retire_records__sealed), r->work, &view))) return o;
    o.fits = placed == record_committed(&view);
    if (o.fits && placed) record_leaf(&row, &view, r->work, o.leaf);
    return o;
}

static void records_came(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    rows from = unit_rows(u, 1);
    r->count = r->asked = rows_count(from);
    if (r->count == 0) {
        next_family(r);
        return;
    }
    r->batch = ARENA_ARRAY(r->work, old_record, r->count);
    for (size_t i = 0; i < r->count; i++) r->batch[i] = open_one(r, from, i);
    r->after_at = r->batch[r->count - 1].at, r->after_id = r->batch[r->count - 1].id;
    keep_what_fits(r);
    ask_entries(r);
}

static void ask_records(retirer *r) {
    fresh_work(r);
    unit *u = unit_in(r, &stmt_context_set, &r->family, 1);
    params *p = params_new(r->work);
    param_uuid(p, r->family), param_moment(p, r->cuts[r->at - 1]);
    param_moment(p, r->after_at), param_uuid(p, r->after_id), param_int4(p, RETIRE_BATCH);
    unit_add(u, &stmt_retire_records, p);
    pool_submit(r->service->set.data, u, records_came, r);
}

/* ---- families ---- */

static void key_came(void *r_, unit *u) {
    retirer *r = r_;
    result got = unit_result(u);
    rows found = ok(got) ? unit_rows(u, 1) : (rows){0};
    if (ok(got) && rows_count(found) != 1) got = FAIL(NO_KEY);
    if (ok(got)) got = keyring_add_audit(r->service->set.ring, r->family, row_bytes(found, 0, keys_audit__wrapped));
    if (ok(got)) ask_records(r);
    else if (failed_as(got, R_UNAVAILABLE)) end_round(r, got);
    else next_family(r); /* nothing of it opens: nothing of it goes */
}

static void next_family(retirer *r) {
    fresh_work(r);
    if (r->at == r->due_count) {
        ask_logs(r);
        return;
    }
    r->family = r->due[r->at++];
    r->after_at = MOMENT_MIN, r->after_id = (uuid){{0}};
    if (keyring_find_audit(r->service->set.ring, r->family)) {
        ask_records(r);
        return;
    }
    unit *u = unit_in(r, &stmt_keys_context_set, &r->family, 1);
    params *p = params_new(r->work);
    param_uuid(p, r->family);
    unit_add(u, &stmt_keys_audit, p);
    pool_submit(r->service->set.keys, u, key_came, r);
}

/* ---- logs of families that are over ---- */

static void keys_gone(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    for (size_t i = 0; i < r->over_count; i++) keyring_forget(r->service->set.ring, r->logs[r->log_count + i]);
    if (unit_affected(u, 2)) LOG(LOG_INFO, "retirer.keys_gone", LOG_N("count", unit_affected(u, 2)));
    fresh_work(r);
    ask_page(r);
}

/* The wall around the keys may not be that far yet: what stays is tried again. */
static void destroy_keys(retirer *r) {
    if (r->over_count == 0) {
        ask_page(r);
        return;
    }
    const uuid *over = r->logs + r->log_count;
    unit *u = unit_in(r, &stmt_keys_context_set, over, r->over_count);
    params *note = params_new(r->work), *erase = params_new(r->work);
    param_uuids(note, over, r->over_count), param_uuids(erase, over, r->over_count);
    unit_add(u, &stmt_keys_log_end, note);
    unit_add(u, &stmt_keys_log_erase, erase);
    pool_submit(r->service->set.keys, u, keys_gone, r);
}

static void log_ended(void *r_, unit *u) {
    retirer *r = r_;
    if (!stands(r, u) && !is_late(u)) {
        end_round(r, unit_result(u));
        return;
    }
    cached *f = cache_find(&r->service->families, r->family);
    if (f) {
        cache_drop(&r->service->families, f);
        cache_let_go(&r->service->families, f);
    }
    next_log(r);
}

static void next_log(retirer *r) {
    fresh_work(r);
    if (r->at == r->log_count) {
        destroy_keys(r);
        return;
    }
    r->family = r->logs[r->at++];
    uint8_t note[17] = {'e'};
    memcpy(note + 1, r->family.b, sizeof r->family.b);
    unit *u = changing(r);
    params *p = params_new(r->work);
    param_uuid(p, r->family), param_moment(p, r->began);
    unit_add(u, &stmt_retire_log_end, p);
    result bad = add_record_of(r, u, "log.end", arena_copy(r->work, BYTES_OF(note)));
    if (ok(bad)) pool_submit(r->service->set.data, u, log_ended, r);
    else end_round(r, bad);
}

static void take_logs(retirer *r, rows from) {
    size_t n = rows_count(from);
    r->logs = ARENA_ARRAY(r->round, uuid, n + 1);
    r->log_count = r->over_count = 0;
    for (size_t i = 0; i < n; i++)
        if (!row_bool(from, i, retire_logs__noted)) r->logs[r->log_count++] = row_uuid(from, i, retire_logs__family_id);
    for (size_t i = 0; i < n; i++) {
        if (!row_bool(from, i, retire_logs__over)) continue;
        r->logs[r->log_count + r->over_count++] = row_uuid(from, i, retire_logs__family_id);
    }
}

static void logs_came(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    take_logs(r, unit_rows(u, 1));
    r->at = 0;
    next_log(r);
}

static void ask_logs(retirer *r) {
    unit *u = unit_in(r, &stmt_context_set, r->page, r->page_count);
    params *p = params_new(r->work);
    param_uuids(p, r->page, r->page_count), param_moment(p, r->began - CLOCKS_APART);
    unit_add(u, &stmt_retire_logs, p);
    pool_submit(r->service->set.data, u, logs_came, r);
}

/* ---- pages of families ---- */

static void due_came(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    rows due = unit_rows(u, 1);
    r->due_count = rows_count(due), r->at = 0;
    r->due = ARENA_ARRAY(r->round, uuid, r->due_count + 1);
    r->cuts = ARENA_ARRAY(r->round, moment, r->due_count + 1);
    for (size_t i = 0; i < r->due_count; i++)
        r->due[i] = row_uuid(due, i, retire_due__family_id), r->cuts[i] = row_moment(due, i, retire_due__cut);
    next_family(r);
}

/* As long as the plan itself, where that is a file that the law keeps for years. */
static int32_t years_of(const service *s, const jurisdiction *law) {
    int32_t years = (int32_t)s->set.log_years;
    if (!s->set.statutory_file) return years;
    if (law->file_years > years) years = law->file_years;
    return law->file_until_age > years ? law->file_until_age : years;
}

static void ask_due(retirer *r) {
    unit *u = unit_in(r, &stmt_context_set, r->page, r->page_count);
    params *due = params_new(r->work);
    bytes *codes = ARENA_ARRAY(r->work, bytes, jurisdiction_count);
    int32_t *years = ARENA_ARRAY(r->work, int32_t, jurisdiction_count);
    for (size_t i = 0; i < jurisdiction_count; i++)
        codes[i] = bytes_of_string(jurisdictions[i].code), years[i] = years_of(r->service, &jurisdictions[i]);
    param_uuids(due, r->page, r->page_count), param_moment(due, r->began), param_int4(due, (int32_t)r->service->set.log_years);
    param_texts(due, codes, jurisdiction_count), param_int4s(due, years, jurisdiction_count);
    unit_add(u, &stmt_retire_due, due);
    pool_submit(r->service->set.data, u, due_came, r);
}

static void page_came(void *r_, unit *u) {
    retirer *r = r_;
    if (!ok(unit_result(u))) {
        end_round(r, unit_result(u));
        return;
    }
    size_t n = rows_count(unit_rows(u, 0));
    arena *old = r->round;
    r->round = arena_new();
    r->page = ARENA_ARRAY(r->round, uuid, n + 1);
    for (size_t i = 0; i < n; i++) r->page[i] = row_uuid(unit_rows(u, 0), i, log_families__family_id);
    arena_release(old);
    r->page_count = n, r->last_page = n < PAGE;
    fresh_work(r);
    if (n) ask_due(r);
    else end_round(r, OK);
}

static void ask_page(retirer *r) {
    if (r->last_page) {
        end_round(r, OK);
        return;
    }
    unit *u = unit_new(r->work);
    params *p = params_new(r->work);
    param_uuid(p, r->page[r->page_count - 1]), param_int4(p, PAGE);
    unit_add(u, &stmt_log_families, p);
    pool_submit(r->service->set.data, u, page_came, r);
}

/* The service's own log first, then those of the families. A log that was bent is evidence: nothing of it goes. */
static void look(uv_timer_t *t) {
    retirer *r = t->data;
    if (r->round || readiness_log_refused(r->service)) return;
    r->round = arena_new(), r->work = arena_new();
    r->began = clock_now(r->service->set.clock);
    r->page = ARENA_ARRAY(r->round, uuid, 1);
    r->page[0] = SERVICE_FAMILY, r->page_count = 1, r->last_page = false;
    ask_due(r);
}

void retirer_start(service *s) {
    retirer *r = s->retirer = MEMORY_NEW(retirer);
    r->service = s;
    r->pulse = MEMORY_NEW(uv_timer_t);
    must(uv_timer_init(s->set.loop, r->pulse) == 0);
    r->pulse->data = r;
    must(uv_timer_start(r->pulse, look, FIRST_MS, EVERY_MS) == 0);
}

static void pulse_closed(uv_handle_t *t) { memory_give(t, sizeof(uv_timer_t)); }

void retirer_stop(service *s) {
    retirer *r = s->retirer;
    if (!r) return;
    if (r->counted) counter_lose(s, r->counter);
    arena_release(r->work);
    arena_release(r->round);
    uv_close((uv_handle_t *)r->pulse, pulse_closed);
    memory_give(r, sizeof *r);
    s->retirer = NULL;
}
