/* kringd log check: does every record still say what the log committed to, and has every leaf its record?
 *
 * What anybody can check from outside (kring log verify) says that the tree only grew. This, with the keys, says that the rows
 * behind it are whole: it opens every record, makes its commitment again from row and content, and looks for it at its place.
 * Whatever a superuser changed, added or took away is named. A leaf may be without its record only if a `log.retire` record says so
 * that is whole itself; nobody without the service's log key can make one. */
#include "app/command.h"
#include "app/log_kinds.h"
#include "app/reader.h"
#include "base/memory.h"
#include "crypto/envelope.h"
#include "flow/record.h"
#include "flow/retire.h"
#include "log/tree.h"
#include "statements.h"

#include <stdarg.h>
#include <stdlib.h>

enum { PAGE = 500, RUNS_PAGE = 10000, TILES_PAGE = 256, TOLD_MAX = 20, EXIT_FAULT = 1 };

typedef struct {
    uint64_t index;
    uuid boot;
    uint64_t counter, count;
} run;

typedef struct {
    reader r;
    run *runs; /* in the order of the tree, then of boots and counters */
    size_t run_count, run_room;
    uint8_t *found, *retired; /* a bit for each leaf */
    uint64_t size, records, older, retirements, faults;
    uint8_t (*leaves)[RECORD_HASH]; /* what each commits to: 32 bytes a record */
    log_kinds *kinds;               /* NULL unless they are asked for */
} checking;

__attribute__((format(printf, 2, 3))) static void fault(checking *v, const char *format, ...) {
    va_list args;
    if (v->faults++ >= TOLD_MAX) return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* ---- places ---- */

static void add_run(checking *v, run one) {
    if (v->run_count == v->run_room) {
        size_t room = v->run_room ? 2 * v->run_room : 1024;
        run *more = memory_take(room * sizeof *more);
        if (v->run_count) memcpy(more, v->runs, v->run_count * sizeof *more);
        memory_give(v->runs, v->run_room * sizeof *more);
        v->runs = more, v->run_room = room;
    }
    v->runs[v->run_count++] = one;
}

static result read_runs(checking *v, arena *a, int64_t after, size_t *n) {
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int8(p, after), param_int4(p, RUNS_PAGE);
    unit_add(u, &stmt_check_log_runs, p);
    TRY(reader_ask(&v->r, u));
    rows from = unit_rows(u, 0);
    *n = rows_count(from);
    for (size_t i = 0; i < *n; i++)
        add_run(v, (run){(uint64_t)row_int8(from, i, check_log_runs__first_index), row_uuid(from, i, check_log_runs__boot_id),
                         (uint64_t)row_int8(from, i, check_log_runs__first_counter),
                         (uint64_t)row_int4(from, i, check_log_runs__count)});
    return OK;
}

static int by_number(const void *a_, const void *b_) {
    const run *a = a_, *b = b_;
    int boots = memcmp(a->boot.b, b->boot.b, sizeof a->boot.b);
    return boots ? boots : a->counter < b->counter ? -1 : a->counter > b->counter;
}

/* Without a gap or an overlap, in the tree and in the numbers. */
static void check_runs(checking *v) {
    uint64_t next = 0;
    for (size_t i = 0; i < v->run_count; i++) {
        if (v->runs[i].index != next) fault(v, "leaf %llu: no run leads to it", (unsigned long long)next);
        next = v->runs[i].index + v->runs[i].count;
    }
    if (next != v->size) fault(v, "the runs end at %llu, the tree at %llu", (unsigned long long)next, (unsigned long long)v->size);
    if (v->run_count) qsort(v->runs, v->run_count, sizeof *v->runs, by_number);
    for (size_t i = 1; i < v->run_count; i++) {
        const run *a = &v->runs[i - 1], *b = &v->runs[i];
        if (uuid_equal(a->boot, b->boot) && a->counter + a->count > b->counter)
            fault(v, "leaf %llu: its number stands twice", (unsigned long long)b->index);
    }
}

static result load_places(checking *v) {
    arena *a = arena_new();
    unit *u = unit_new(a);
    unit_add(u, &stmt_check_log_head, NULL);
    result r = reader_ask(&v->r, u);
    if (ok(r)) v->size = (uint64_t)row_int8(unit_rows(u, 0), 0, check_log_head__size);
    int64_t after = -1;
    for (size_t n = RUNS_PAGE; ok(r) && n == RUNS_PAGE;) {
        arena_reset(a);
        r = read_runs(v, a, after, &n);
        if (n) after = (int64_t)v->runs[v->run_count - 1].index;
    }
    arena_release(a);
    TRY(r);
    v->found = memory_take((size_t)(v->size / 8 + 1));
    v->retired = memory_take((size_t)(v->size / 8 + 1));
    check_runs(v);
    return OK;
}

/* NULL: it has no place. */
static const run *run_of(const checking *v, uuid boot, uint64_t counter) {
    size_t low = 0, high = v->run_count;
    run wanted = {.boot = boot, .counter = counter};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_number(&v->runs[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const run *r = low ? &v->runs[low - 1] : NULL;
    return r && uuid_equal(r->boot, boot) && counter < r->counter + r->count ? r : NULL;
}

/* ---- what the log committed to ---- */

static void keep_tile(checking *v, uint64_t number, bytes entries) {
    uint64_t first = number * TILE_WIDTH;
    for (size_t i = 0; first + i < v->size && (i + 1) * TREE_ENTRY <= entries.len; i++)
        memcpy(v->leaves[first + i], entries.at + i * TREE_ENTRY + TREE_ENTRY - RECORD_HASH, RECORD_HASH);
}

static result read_tiles(checking *v, arena *a, int64_t from, int64_t *next) {
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int8(p, from), param_int4(p, TILES_PAGE);
    unit_add(u, &stmt_check_log_entries, p);
    TRY(reader_ask(&v->r, u));
    rows tiles = unit_rows(u, 0);
    size_t n = rows_count(tiles);
    for (size_t i = 0; i < n; i++)
        keep_tile(v, (uint64_t)row_int8(tiles, i, check_log_entries__number), row_bytes(tiles, i, check_log_entries__hashes));
    *next = n == TILES_PAGE ? row_int8(tiles, n - 1, check_log_entries__number) + 1 : -1;
    return OK;
}

/* All at once: the records of a family lie all over the tree. What no tile holds stays zero, which no record commits to. */
static result load_leaves(checking *v) {
    arena *a = arena_new();
    result r = OK;
    v->leaves = memory_take((size_t)(v->size + 1) * RECORD_HASH);
    for (int64_t from = 0; ok(r) && from >= 0;) {
        arena_reset(a);
        r = read_tiles(v, a, from, &from);
    }
    arena_release(a);
    return r;
}

static bool is_set(const uint8_t *bits, uint64_t index) { return bits[index / 8] >> index % 8 & 1; }
static void set(uint8_t *bits, uint64_t index) { bits[index / 8] |= (uint8_t)(1u << index % 8); }

/* ---- one record ---- */

static void name_fault(checking *v, const record_row *row, const char *what) {
    char id[UUID_TEXT], family[UUID_TEXT], at[MOMENT_TEXT];
    uuid_write(row->id, id), uuid_write(row->family, family), moment_write(row->at, at);
    fault(v, "record %.*s of family %.*s at %.*s: %s", UUID_TEXT, id, UUID_TEXT, family, MOMENT_TEXT, at, what);
}

/* ---- what was retired ---- */

static bool is_retirement(const record_row *row) { return uuid_is_zero(row->family) && bytes_is(row->kind, "log.retire"); }

/* One that came while the places were read speaks of leaves that may have been seen with their records still there. */
static void take_run(checking *v, const record_row *row, retire_run gone, uint64_t index) {
    for (uint64_t i = gone.first; i < gone.first + gone.count && i < v->size; i++) {
        if (is_set(v->retired, i)) name_fault(v, row, "it retires a record that was retired before");
        set(v->retired, i);
        if (index < v->size && is_set(v->found, i))
            fault(v, "leaf %llu: it was retired, and its record is there again", (unsigned long long)i);
    }
}

/* `index`: its own place, or the size of the tree if it waits for one. */
static void check_retirement(checking *v, const record_row *row, bytes note, uint64_t index) {
    retire_note n;
    if (!ok(retire_note_read(note, &n))) {
        name_fault(v, row, "it does not say what was retired");
        return;
    }
    if (n.newest > row->at - RETIRE_YEARS_LEAST) name_fault(v, row, "it retires what was not old enough");
    v->retirements += n.records;
    for (uint16_t i = 0; i < n.run_count; i++) {
        retire_run gone = retire_note_run(&n, i);
        if (gone.count > RETIRE_BATCH || gone.first > index || gone.count > index - gone.first)
            name_fault(v, row, "it retires what came after it");
        else take_run(v, row, gone, index);
    }
}

/* It may have come since the places were read: then it waits for one now, or has one behind them. */
static result check_unplaced(checking *v, arena *a, const record_row *row, const record_view *view) {
    static const int32_t first = 0;
    int64_t counter = (int64_t)row->counter;
    unit *u = unit_new(a);
    params *waiting = params_new(a), *placed = params_new(a);
    param_uuid(waiting, row->boot), param_int8(waiting, counter);
    param_int4s(placed, &first, 1), param_uuids(placed, &row->boot, 1), param_int8s(placed, &counter, 1);
    unit_add(u, &stmt_check_log_pending, waiting);
    unit_add(u, &stmt_log_places, placed);
    TRY(reader_ask(&v->r, u));
    bool new = rows_count(unit_rows(u, 1)) == 1 && (uint64_t)row_int8(unit_rows(u, 1), 0, log_places__index) >= v->size;
    bool waits = rows_count(unit_rows(u, 0)) == 1;
    if (!new && !waits) name_fault(v, row, "it has no place in the tree and waits for none");
    else if (is_retirement(row)) check_retirement(v, row, view->note, v->size);
    return OK;
}

static void check_placed(checking *v, arena *a, const record_row *row, const record_view *view, const run *place) {
    uint64_t index = place->index + row->counter - place->counter;
    uint8_t leaf[RECORD_HASH];
    record_leaf(row, view, a, leaf);
    bool same = index < v->size && memcmp(v->leaves[index], leaf, RECORD_HASH) == 0;
    bool twice = index < v->size && is_set(v->found, index);
    if (!same)
        name_fault(v, row, arena_string(a, arena_format(a, "it is not what leaf %llu commits to", (unsigned long long)index)));
    if (twice) name_fault(v, row, "another record has its number");
    if (index < v->size && same) set(v->found, index);
    if (same && is_retirement(row)) check_retirement(v, row, view->note, index);
}

static result check_record(checking *v, arena *a, rows from, size_t i, uuid family) {
    record_row row = record_row_at(from, i, family, a);
    record_view view;
    v->records++;
    if (!ok(record_open(keyring_find_audit(v->r.ring, family), &row, row_bytes(from, i, check_log_records__sealed), a, &view))) {
        name_fault(v, &row, "its content does not open: it was changed, or moved");
        return OK;
    }
    if (!record_committed(&view)) {
        v->older++;
        return OK;
    }
    if (v->kinds) log_kinds_add(v->kinds, &row, &view);
    const run *place = run_of(v, row.boot, row.counter);
    if (!place) return check_unplaced(v, a, &row, &view);
    check_placed(v, a, &row, &view, place);
    return OK;
}

/* ---- all of them ---- */

static result check_page(checking *v, arena *a, uuid family, record_row *last, size_t *n) {
    unit *u = reader_unit(a, &stmt_context_set, family);
    params *p = params_new(a);
    param_uuid(p, family), param_moment(p, last->at), param_uuid(p, last->id), param_int4(p, PAGE);
    size_t at = unit_add(u, &stmt_check_log_records, p);
    TRY(reader_ask(&v->r, u));
    rows from = unit_rows(u, at);
    *n = rows_count(from);
    for (size_t i = 0; i < *n; i++)
        TRY(check_record(v, a, from, i, family));
    if (*n)
        *last = (record_row){.at = row_moment(from, *n - 1, check_log_records__at),
                             .id = row_uuid(from, *n - 1, check_log_records__id)};
    return OK;
}

static result check_family(checking *v, uuid family) {
    record_row last = {.at = MOMENT_MIN};
    result key = reader_load_audit_key(&v->r, family);
    if (!ok(key) && !failed_as(key, R_NO_KEY)) return key;
    for (size_t n = PAGE; n == PAGE;) {
        arena *a = arena_new();
        result r = check_page(v, a, family, &last, &n);
        arena_release(a);
        TRY(r);
    }
    return OK;
}

static result check_all(checking *v) {
    static const uuid service;
    arena *a = arena_new();
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int4(p, 0);
    unit_add(u, &stmt_replay_families, p);
    result r = load_places(v);
    if (ok(r)) r = load_leaves(v);
    if (ok(r)) r = reader_ask(&v->r, u);
    for (size_t i = 0; ok(r) && i < rows_count(unit_rows(u, 0)); i++)
        r = check_family(v, row_uuid(unit_rows(u, 0), i, replay_families__family_id));
    /* Last, since it says what a sweep takes away meanwhile. */
    if (ok(r)) r = check_family(v, service);
    arena_release(a);
    return r;
}

static void check_found(checking *v) {
    uint64_t missing = 0;
    for (uint64_t i = 0; i < v->size; i++) {
        if (is_set(v->found, i) || is_set(v->retired, i)) continue;
        if (missing++ < TOLD_MAX)
            fault(v, "leaf %llu: there is no record that it commits to", (unsigned long long)i);
        else
            v->faults++;
    }
}

static int check_told(checking *v, result r) {
    if (failed_as(r, R_UNAVAILABLE)) return command_failed(EXIT_UNAVAILABLE, "a database can't be reached");
    if (!ok(r)) return command_failed(EXIT_SOFTWARE, "the log could not be read: %s", result_title(r));
    if (v->kinds) log_kinds_print(v->kinds);
    printf("%llu records, %llu leaves, %llu retired, %llu faults\n", (unsigned long long)v->records, (unsigned long long)v->size,
           (unsigned long long)v->retirements, (unsigned long long)v->faults);
    return v->faults ? EXIT_FAULT : 0;
}

int log_check_command(command *c) {
    const char *kinds = NULL;
    checking v = {0};
    if (!command_flags_read(c, 2, &(command_flag){"--kinds", &kinds, 1, 0}, 1)) return EXIT_USAGE;
    if (kinds && strcmp(kinds, "yes") != 0) return command_failed(EXIT_USAGE, "--kinds yes");
    int bad = reader_open(&v.r, &c->set, "kringd log check");
    if (bad) return bad;
    if (kinds) v.kinds = log_kinds_new();
    result r = check_all(&v);
    if (ok(r)) check_found(&v);
    reader_close(&v.r);
    memory_give(v.leaves, (size_t)(v.size + 1) * RECORD_HASH);
    memory_give(v.found, (size_t)(v.size / 8 + 1));
    memory_give(v.retired, (size_t)(v.size / 8 + 1));
    memory_give(v.runs, v.run_room * sizeof *v.runs);
    bad = check_told(&v, r);
    log_kinds_release(v.kinds);
    return bad;
}
