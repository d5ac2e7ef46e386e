#include "app/load_inside.h"
#include "app/service_keys.h"
#include "app/settings.h"
#include "statements.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { KEYS_MAX = 65536, STATEMENT_SECONDS = 120 };

/* ---- the loader ---- */

void load_tell(const loader *l, const char *step, size_t done, size_t total) {
    if (l->settings->progress) l->settings->progress(l->settings->progress_ctx, step, done, total);
}

result load_run(loader *l, pool *p, unit *u) { return unit_wait(&l->loop, p, u); }

unit *load_unit(loader *l, const statement *context, uuid family) {
    char set[UUID_TEXT + 2] = "{";
    uuid_write(family, set + 1);
    set[UUID_TEXT + 1] = '}';
    unit *u = unit_new(l->a);
    params *p = params_new(l->a);
    param_text(p, bytes_make(set, sizeof set));
    unit_add(u, context, p);
    return u;
}

static pool *open_pool(loader *l, const char *conninfo, database which) {
    pool_settings s = {.conninfo = conninfo,
                       .application_name = "kringd load",
                       .which = which,
                       .links = 1,
                       .statement_timeout_ms = STATEMENT_SECONDS * 1000,
                       .lock_timeout_ms = STATEMENT_SECONDS * 1000};
    return pool_new(&l->loop, &s);
}

static result loader_open(loader *l, const load_settings *chosen) {
    kek *k;
    *l = (loader){.settings = chosen, .a = arena_new()};
    must(uv_loop_init(&l->loop) == 0);
    TRY(kek_open_file(chosen->kek_file, &k, &l->why));
    l->ring = keyring_new(k, KEYS_MAX);
    l->data = open_pool(l, chosen->data_db, DATABASE_DATA);
    l->keys = open_pool(l, chosen->keys_db, DATABASE_KEYS);
    return OK;
}

static void pool_closed(void *ctx) { *(pool **)ctx = NULL; }

static void loader_close(loader *l) {
    /* Units first: what is still under way goes with the arena. */
    arena_release(l->a);
    if (l->data) pool_close(l->data, pool_closed, &l->data);
    if (l->keys) pool_close(l->keys, pool_closed, &l->keys);
    while (l->data || l->keys) uv_run(&l->loop, UV_RUN_ONCE);
    uv_run(&l->loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&l->loop) == 0);
    keyring_release(l->ring);
}

/* ---- one family ---- */

/* What only the database knows: whether the family is there, whether the zone exists, and the clock's start in UTC.
 */
static result check_family(loader *l, const load_ids *ids, bool *there, moment *demo_at) {
    unit *u = load_unit(l, &stmt_context_set, ids->family);
    params *p = params_new(l->a);
    param_uuid(p, ids->family);
    param_text(p, ids->s->time_zone);
    param_text(p, ids->s->demo_at);
    size_t i = unit_add(u, &stmt_load_check, p);
    TRY(load_run(l, l->data, u));
    rows r = unit_rows(u, i);
    *there = row_bool(r, 0, load_check__exists);
    if (!row_bool(r, 0, load_check__zone_known)) {
        l->why = "/time_zone: is no IANA time zone";
        return FAIL(BAD_BODY);
    }
    *demo_at = row_moment(r, 0, load_check__demo_at);
    return OK;
}

static result make_keys(loader *l, const load_ids *ids) {
    size_t count = 0;
    uuid *owners = ARENA_ARRAY(l->a, uuid, 1 + ids->s->people_count + ids->s->home_count);
    owners[count++] = ids->family;
    for (size_t i = 0; i < ids->s->people_count; i++) owners[count++] = ids->people[i];
    for (size_t i = 0; i < ids->s->home_count; i++) owners[count++] = ids->homes[i];
    load_tell(l, "making keys", 0, count);
    return load_family_keys(l, ids->family, owners, count);
}

static result store(loader *l, const load_ids *ids, const load_accounts *accounts, moment demo_at) {
    unit *u = load_unit(l, &stmt_context_set, ids->family);
    load_add_facts(l, u, ids);
    TRY(load_add_entries(l, u, ids));
    TRY(load_add_accounts(l, u, ids, accounts));
    TRY(load_add_record(l, u, ids, demo_at));
    TRY(load_write_demo_json(l, ids, accounts));
    load_tell(l, "storing", 0, 0);
    result stored = load_run(l, l->data, u);
    /* After a lost answer nobody knows whether it was committed: the new demo.json stays, and the next load finds
     * out. */
    if (ok(stored)) return load_place_demo_json(l);
    if (!failed_as(stored, R_UNAVAILABLE)) load_drop_demo_json(l);
    return stored;
}

static result already_there(loader *l, const load_ids *ids) {
    if (load_recover_demo_json(l, ids->family)) return OK;
    l->why = "this family is already loaded; nothing was changed";
    return FAIL(CONFLICT);
}

static result load_one(loader *l, const scenario *s, moment *demo_at) {
    bool there;
    load_accounts accounts;
    load_ids ids = load_make_ids(l, s);
    TRY(check_family(l, &ids, &there, demo_at));
    if (there) return already_there(l, &ids);
    TRY(make_keys(l, &ids));
    TRY(load_make_accounts(l, &ids, &accounts));
    return store(l, &ids, &accounts, *demo_at);
}

/* ---- the command ---- */

static int read_file(arena *a, const char *path, bytes *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return EXIT_NO_INPUT;
    buf b = buf_new(SCENARIO_BYTES_MAX + 1);
    ssize_t n = 0;
    for (uint8_t *room; (room = buf_room(&b, 65536)) != NULL;) {
        n = read(fd, room, 65536);
        if (n <= 0) break;
        buf_wrote(&b, (size_t)n);
    }
    close(fd);
    if (n == 0) *out = arena_copy(a, buf_bytes(&b));
    buf_release(&b);
    return n == 0 ? 0 : EXIT_DATA;
}

static int parse_file(loader *l, const char *path, const scenario **out) {
    bytes text = {0};
    scenario_fault fault;
    int code = read_file(l->a, path, &text);
    if (code) return fprintf(stderr, "%s: can't be read, or is too large\n", path), code;
    if (ok(scenario_parse(l->a, text, out, &fault))) return 0;
    fprintf(stderr, "%s: %.*s: %s\n", path, (int)fault.path.len, fault.path.at, fault.sentence);
    return EXIT_DATA;
}

static int exit_code_of(result r) {
    switch (r.code) {
    case R_DONE: return 0;
    case R_BAD_BODY:
    case R_CONFLICT: return EXIT_DATA;
    case R_NO_KEY:
    case R_BAD_ENVELOPE:
    case R_BAD_FILE:
    case R_BAD_SETTING: return EXIT_CONFIG;
    case R_UNAVAILABLE: return EXIT_UNAVAILABLE;
    default: return EXIT_SOFTWARE;
    }
}

static const char *sentence_of(const loader *l, result r) {
    if (l->why) return l->why;
    switch (r.code) {
    case R_NO_KEY: return "the keys in the keys database are not wrapped by this key file, or some are missing";
    case R_BAD_ENVELOPE: return "a key in the keys database is damaged";
    case R_UNAVAILABLE: return "a database can't be reached, or is full";
    case R_CONFLICT: return "another load stored something of it at the same time; nothing was changed";
    default: return "could not be stored; nothing was changed";
    }
}

static int failed(const loader *l, const char *path, result r) {
    fprintf(stderr, "%s: %s\n", path, sentence_of(l, r));
    return exit_code_of(r);
}

static void tell_loaded(const scenario *s, bool first, moment demo_at) {
    char at[MOMENT_TEXT];
    moment_write(demo_at, at);
    if (first) printf("demo_at: %.*s\n", MOMENT_TEXT, at);
    printf("loaded: %.*s (%zu people, %zu homes, %zu helpers, %zu entries, %zu consents)\n", (int)s->id.len, s->id.at,
           s->people_count, s->home_count, s->helper_count, s->entry_count, s->grant_count);
    if (s->left_out) printf("left out: %zu entries of fields that are never stored here\n", s->left_out);
    fflush(stdout);
}

static int load_files(loader *l) {
    const load_settings *s = l->settings;
    const scenario **parsed = ARENA_ARRAY(l->a, const scenario *, s->file_count);
    load_tell(l, "reading scenarios", 0, s->file_count);
    for (size_t i = 0; i < s->file_count; i++) {
        int code = parse_file(l, s->files[i], &parsed[i]);
        if (code) return code;
    }
    result r = load_service_keys(l);
    if (!ok(r)) return failed(l, "keys", r);
    for (size_t i = 0; i < s->file_count; i++) {
        moment demo_at;
        r = load_one(l, parsed[i], &demo_at);
        if (!ok(r)) return failed(l, s->files[i], r);
        tell_loaded(parsed[i], i == 0, demo_at);
    }
    return 0;
}

int command_load(const load_settings *s) {
    loader l;
    result opened = loader_open(&l, s);
    int code = ok(opened) ? load_files(&l) : failed(&l, s->kek_file, opened);
    loader_close(&l);
    return code;
}
