/* kringd replay: does the log agree with the facts? Reads both databases and changes nothing, so it may run beside a server. */
#include "app/command.h"
#include "app/reader.h"
#include "app/replay.h"
#include "flow/family.h"
#include "statements.h"

enum { PAGE = 500, EXIT_CONTRADICTION = 1 };

typedef struct {
    reader r;
    uint64_t records, items, contradictions;
} replaying;

/* ---- asking ---- */

static result load_facts(replaying *v, arena *a, uuid id, family **out) {
    unit *u = unit_new(a);
    family_ask(u, a, id);
    TRY(reader_ask(&v->r, u));
    return family_read(u, 0, id, out);
}

static result load_page(replaying *v, arena *a, uuid id, const replay_line *after, rows *out) {
    unit *u = reader_unit(a, &stmt_context_set, id);
    params *p = params_new(a);
    param_uuid(p, id), param_moment(p, after->at), param_uuid(p, after->id), param_int4(p, PAGE);
    size_t at = unit_add(u, &stmt_replay_records, p);
    TRY(reader_ask(&v->r, u));
    *out = unit_rows(u, at);
    return OK;
}

static result ask_whole(replaying *v, arena *a, uuid id, bool *whole) {
    unit *u = reader_unit(a, &stmt_context_set, id);
    params *p = params_new(a);
    param_uuid(p, id);
    size_t at = unit_add(u, &stmt_replay_import, p);
    TRY(reader_ask(&v->r, u));
    *whole = rows_count(unit_rows(u, at)) == 1;
    return OK;
}

/* ---- one family ---- */

static void replay_row(replaying *v, replay *r, arena *a, rows from, size_t i, uuid id, replay_line *line) {
    record_view view;
    *line = (replay_line){row_uuid(from, i, replay_records__id), row_moment(from, i, replay_records__at),
                          row_text(from, i, replay_records__kind)};
    record_row row = {.family = id, .id = line->id};
    bytes sealed = row_bytes(from, i, replay_records__sealed);
    if (ok(record_open(keyring_find_audit(v->r.ring, id), &row, sealed, a, &view))) replay_record(r, a, line, &view);
    else replay_unreadable(r, line);
}

static result replay_pages(replaying *v, replay *r, uuid id) {
    replay_line last = {.at = MOMENT_MIN};
    for (size_t n = PAGE; n == PAGE;) {
        rows from;
        arena *a = arena_new();
        result read = load_page(v, a, id, &last, &from);
        n = ok(read) ? rows_count(from) : 0;
        for (size_t i = 0; i < n; i++) replay_row(v, r, a, from, i, id, &last);
        arena_release(a);
        TRY(read);
    }
    return OK;
}

static result replay_family(replaying *v, uuid id) {
    family *f = NULL;
    replay r;
    bool whole = false;
    arena *a = arena_new();
    result loaded = reader_load_audit_key(&v->r, id);
    if (ok(loaded)) loaded = ask_whole(v, a, id, &whole);
    if (ok(loaded)) loaded = load_facts(v, a, id, &f);
    arena_release(a);
    TRY(loaded);
    replay_start(&r, &f->facts, whole);
    result walked = replay_pages(v, &r, id);
    v->records += r.records, v->items += r.items, v->contradictions += r.contradictions;
    replay_release(&r);
    family_release(&f->node);
    return walked;
}

static result replay_all(replaying *v) {
    arena *a = arena_new();
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int4(p, 0);
    unit_add(u, &stmt_replay_families, p);
    result r = reader_ask(&v->r, u);
    for (size_t i = 0; ok(r) && i < rows_count(unit_rows(u, 0)); i++)
        r = replay_family(v, row_uuid(unit_rows(u, 0), i, replay_families__family_id));
    arena_release(a);
    return r;
}

/* ---- the command ---- */

static int tell(const replaying *v, result r) {
    if (failed_as(r, R_UNAVAILABLE)) return command_failed(EXIT_UNAVAILABLE, "a database can't be reached");
    if (failed_as(r, R_NOT_FOUND)) return command_failed(EXIT_DATA, "there is no such family");
    if (failed_as(r, R_NO_KEY)) return command_failed(EXIT_DATA, "there is no such family, or its log's key is missing");
    if (!ok(r)) return command_failed(EXIT_SOFTWARE, "the log could not be read: %s", result_title(r));
    printf("%llu records, %llu items, %llu contradictions\n", (unsigned long long)v->records, (unsigned long long)v->items,
           (unsigned long long)v->contradictions);
    return v->contradictions ? EXIT_CONTRADICTION : 0;
}

int replay_command(command *c) {
    const char *named = NULL;
    uuid id;
    command_flag flags[] = {{"--family", &named, 1, 0}};
    if (!command_flags_read(c, 1, flags, 1)) return EXIT_USAGE;
    if (named && !ok(uuid_parse(bytes_of_string(named), &id))) return command_failed(EXIT_USAGE, "--family needs an id");
    replaying v = {0};
    int bad = reader_open(&v.r, &c->set, "kringd replay");
    if (bad) return bad;
    result r = named ? replay_family(&v, id) : replay_all(&v);
    reader_close(&v.r);
    return tell(&v, r);
}
