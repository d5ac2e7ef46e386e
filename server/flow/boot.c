/* The life of this server, on the log: that it began, as which program with which settings, that it is there, and that it stopped.
 *
 * Each start counts its records from 0. Those of a server that was killed may have holes where its last units were; whoever is
 * there closes them with void records, once that one said nothing new for some minutes and all that it left has its place in the
 * tree. How long that is, this process counts by itself: a clock that was set, or that two machines do not share, would else make a
 * server look gone that lives, and its numbers be used twice. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"
#include "statements.h"

enum { PULSE_MS = 2000, SEEN_EVERY = 30, GAPS_AT_ONCE = 64, OTHERS_MAX = 256, FOUND_MAX = 32768, GONE_MS = 5 * 60 * 1000 };

typedef struct {
    uuid boot;
    moment said;    /* by its own clock */
    uint64_t since; /* clock_ticks() when it first said that */
} other_boot;

typedef struct boot_keeper {
    service *service;
    uv_timer_t *pulse;
    unsigned beats;
    arena *work;
    other_boot others[OTHERS_MAX];
    size_t other_count;
    uuid *done; /* servers without a hole */
    size_t done_count;
} boot_keeper;

/* ---- records of the service itself ---- */

result service_record(service *s, uuid boot, uint64_t counter, const char *kind, bytes note, arena *a, record_sealed *out) {
    record_draft d = {.row = {.family = SERVICE_FAMILY,
                              .id = uuid_random(),
                              .at = clock_now(s->set.clock),
                              .boot = boot,
                              .counter = counter,
                              .kind = bytes_of_string(kind),
                              .outcome = BYTES("done"),
                              .class_ = RECORD_NO_CLASS},
                      .head = {.viewer_kind = VIEWER_NOBODY},
                      .note = note};
    return record_seal(&d, keyring_find_audit(s->set.ring, SERVICE_FAMILY), a, out);
}

unit *service_unit(arena *a) {
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(SERVICE_FAMILY, set + 1);
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_text(p, arena_copy(a, bytes_make(set, sizeof set)));
    unit_add(u, &stmt_context_set, p);
    return u;
}

/* ---- holes that others left ---- */

static void end_work(boot_keeper *k) {
    arena *a = k->work;
    k->work = NULL;
    arena_release(a);
}

static void worked(void *k, unit *u) {
    (void)u;
    end_work(k);
}

static void add_ended(const boot_keeper *k, unit *u) {
    params *p = params_new(k->work);
    param_uuids(p, k->done, k->done_count), param_moment(p, clock_real());
    unit_add(u, &stmt_boot_end, p);
}

static result add_voids(const boot_keeper *k, unit *u, uuid boot, uint64_t from, uint64_t until) {
    for (uint64_t n = from; n < until && n - from < GAPS_AT_ONCE; n++) {
        record_sealed made;
        TRY(service_record(k->service, boot, n, "counter.void", (bytes){0}, k->work, &made));
        record_add_if_free(u, k->work, &made);
    }
    return OK;
}

static void gaps_came(void *k_, unit *asked) {
    boot_keeper *k = k_;
    result r = unit_result(asked);
    rows gaps = ok(r) ? unit_rows(asked, 0) : (rows){0};
    size_t n = ok(r) ? rows_count(gaps) : 0;
    if (n == 0) {
        end_work(k);
        return;
    }
    unit *u = service_unit(k->work);
    k->done = ARENA_ARRAY(k->work, uuid, n);
    k->done_count = 0;
    for (size_t i = 0; ok(r) && i < n; i++) {
        uuid boot = row_uuid(gaps, i, boot_gaps__boot_id);
        if (row_is_null(gaps, i, boot_gaps__from_counter))
            k->done[k->done_count++] = boot;
        else
            r = add_voids(k, u, boot, (uint64_t)row_int8(gaps, i, boot_gaps__from_counter),
                          (uint64_t)row_int8(gaps, i, boot_gaps__until_counter));
    }
    add_ended(k, u);
    if (ok(r))
        pool_submit(k->service->set.data, u, worked, k);
    else
        end_work(k);
}

/* ---- who is gone ---- */

static uint64_t silent_since(const boot_keeper *k, uuid boot, moment said, uint64_t now) {
    for (size_t i = 0; i < k->other_count; i++)
        if (uuid_equal(k->others[i].boot, boot) && k->others[i].said == said) return k->others[i].since;
    return now;
}

static void take_others(boot_keeper *k, rows from) {
    other_boot *fresh = ARENA_ARRAY(k->work, other_boot, OTHERS_MAX);
    uint64_t now = clock_ticks();
    size_t n = rows_count(from);
    must(n <= OTHERS_MAX);
    for (size_t i = 0; i < n; i++) {
        fresh[i] = (other_boot){.boot = row_uuid(from, i, boot_others__id), .said = row_moment(from, i, boot_others__seen_at)};
        fresh[i].since = silent_since(k, fresh[i].boot, fresh[i].said, now);
    }
    memcpy(k->others, fresh, n * sizeof *fresh);
    k->other_count = n;
}

static void others_came(void *k_, unit *asked) {
    boot_keeper *k = k_;
    size_t n = 0;
    if (!ok(unit_result(asked))) {
        end_work(k);
        return;
    }
    take_others(k, unit_rows(asked, 0));
    uuid *gone = ARENA_ARRAY(k->work, uuid, OTHERS_MAX);
    for (size_t i = 0; i < k->other_count; i++)
        if (clock_ticks() - k->others[i].since >= GONE_MS) gone[n++] = k->others[i].boot;
    if (n == 0) {
        end_work(k);
        return;
    }
    unit *u = unit_new(k->work);
    params *p = params_new(k->work);
    param_uuids(p, gone, n), param_int4(p, GAPS_AT_ONCE);
    unit_add(u, &stmt_boot_gaps, p);
    pool_submit(k->service->set.data, u, gaps_came, k);
}

static void look_around(boot_keeper *k) {
    if (k->work) return;
    k->work = arena_new();
    unit *u = unit_new(k->work);
    params *p = params_new(k->work), *seen = params_new(k->work);
    param_uuid(p, k->service->boot), param_int4(p, OTHERS_MAX);
    param_uuid(seen, k->service->boot), param_moment(seen, clock_real());
    unit_add(u, &stmt_boot_others, p);
    unit_add(u, &stmt_boot_seen, seen);
    pool_submit(k->service->set.data, u, others_came, k);
}

/* ---- the pulse ---- */

static void pulse(uv_timer_t *t) {
    boot_keeper *k = t->data;
    counters_close(k->service);
    if (k->beats++ % SEEN_EVERY == 0) look_around(k);
}

static void pulse_start(service *s) {
    boot_keeper *k = s->boot_keeper = MEMORY_NEW(boot_keeper);
    k->service = s;
    k->pulse = MEMORY_NEW(uv_timer_t);
    must(uv_timer_init(s->set.loop, k->pulse) == 0);
    k->pulse->data = k;
    must(uv_timer_start(k->pulse, pulse, PULSE_MS, PULSE_MS) == 0);
}

static void pulse_closed(uv_handle_t *t) { memory_give(t, sizeof(uv_timer_t)); }

void boot_pulse_stop(service *s) {
    boot_keeper *k = s->boot_keeper;
    if (!k) return;
    arena_release(k->work);
    uv_close((uv_handle_t *)k->pulse, pulse_closed);
    memory_give(k, sizeof *k);
    s->boot_keeper = NULL;
}

/* ---- beginning and end ---- */

/* The program, the schema, every setting: a line each. */
static bytes found_now(const service *s, int32_t schema_number, arena *a) {
    const char *told = s->set.told_settings ? s->set.told_settings : "";
    return arena_format(a, "kringd %s\nschema %d\n%s", KRING_VERSION, schema_number, told);
}

static bool has_line(bytes text, bytes line) {
    bytes one;
    while (bytes_cut(&text, '\n', &one))
        if (bytes_equal(one, line)) return true;
    return false;
}

/* The lines of `from` that `other` has not, with a sign in front. */
static void put_lines(buf *out, char sign, bytes from, bytes other, bool of_schema) {
    bytes line;
    while (bytes_cut(&from, '\n', &line)) {
        if (bytes_starts(line, "schema ") != of_schema || has_line(other, line)) continue;
        buf_put_byte(out, (uint8_t)sign), buf_put(out, line), buf_put_byte(out, '\n');
    }
}

/* What was changed since the last start, a line each: "-port = 8443", "+port = 8444". No record if nothing was. */
static result add_change(service *s, unit *u, const char *kind, bytes before, bytes now, bool of_schema, arena *a) {
    record_sealed made;
    buf lines = buf_new(FOUND_MAX);
    put_lines(&lines, '-', before, now, of_schema);
    put_lines(&lines, '+', now, before, of_schema);
    result r = OK;
    if (lines.len) r = service_record(s, s->boot, counter_take(s), kind, buf_bytes(&lines), a, &made);
    if (lines.len && ok(r)) record_add(u, a, &made);
    buf_release(&lines);
    return r;
}

static result ask_before(service *s, arena *a, int32_t *schema_number, bytes *found) {
    unit *u = unit_new(a);
    unit_add(u, &stmt_boot_before, NULL);
    TRY(unit_wait(s->set.loop, s->set.data, u));
    *schema_number = row_int4(unit_rows(u, 0), 0, boot_before__schema);
    *found = row_text(unit_rows(u, 0), 0, boot_before__found);
    return OK;
}

static result begin(service *s, arena *a) {
    record_sealed made;
    int32_t schema_number;
    bytes before;
    TRY(ask_before(s, a, &schema_number, &before));
    bytes now = found_now(s, schema_number, a);
    TRY(service_record(s, s->boot, counter_take(s), "server.start", now, a, &made));
    unit *u = service_unit(a);
    params *p = params_new(a);
    param_uuid(p, s->boot), param_string(p, KRING_VERSION), param_moment(p, clock_real()), param_text(p, now);
    unit_add(u, &stmt_boot_begin, p);
    record_add(u, a, &made);
    TRY(add_change(s, u, "schema.migrate", before, now, true, a));
    TRY(add_change(s, u, "settings.change", before, now, false, a));
    return unit_wait(s->set.loop, s->set.data, u);
}

result service_begin(service *s) {
    arena *a = arena_new();
    result r = begin(s, a);
    arena_release(a);
    if (ok(r)) pulse_start(s), retirer_start(s), watch_start(s);
    return r;
}

/* With numbers still open it does not say that it ended: another server then closes them. */
void service_end(service *s) {
    if (!s->boot_keeper) return;
    retirer_stop(s);
    arena *a = arena_new();
    record_sealed made;
    unit *u = service_unit(a);
    if (ok(service_record(s, s->boot, counter_take(s), "server.stop", (bytes){0}, a, &made))) {
        record_add(u, a, &made);
        params *p = params_new(a);
        param_uuids(p, &s->boot, counters_open(s) ? 0 : 1), param_moment(p, clock_real());
        unit_add(u, &stmt_boot_end, p);
        if (!ok(unit_wait(s->set.loop, s->set.data, u))) LOG(LOG_WARN, "server.stop_not_recorded", LOG_I("boot", s->boot));
    }
    arena_release(a);
}
