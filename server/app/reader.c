#include "app/reader.h"

#include "app/command.h"
#include "statements.h"

enum { STATEMENT_SECONDS = 120, KEYS_MAX = 1024 };

static pool *pool_open(reader *r, const char *conninfo, database which, const char *name) {
    pool_settings s = {.conninfo = conninfo,
                       .application_name = name,
                       .which = which,
                       .links = 1,
                       .statement_timeout_ms = STATEMENT_SECONDS * 1000};
    return pool_new(&r->loop, &s);
}

int reader_open(reader *r, const settings *s, const char *name) {
    kek *k = NULL;
    const char *why = NULL;
    if (!*s->kek_file) return command_failed(EXIT_CONFIG, "kek_file is not set");
    if (!ok(kek_open_file(s->kek_file, &k, &why))) return command_failed(EXIT_CONFIG, "%s: %s", s->kek_file, why);
    must(uv_loop_init(&r->loop) == 0);
    r->ring = keyring_new(k, KEYS_MAX);
    r->data = pool_open(r, s->data_db, DATABASE_DATA, name);
    r->keys = pool_open(r, s->keys_db, DATABASE_KEYS, name);
    return 0;
}

static void pool_gone(void *ctx) { *(pool **)ctx = NULL; }

void reader_close(reader *r) {
    pool_close(r->data, pool_gone, &r->data);
    pool_close(r->keys, pool_gone, &r->keys);
    while (r->data || r->keys)
        uv_run(&r->loop, UV_RUN_ONCE);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&r->loop) == 0);
    keyring_release(r->ring);
}

result reader_ask(reader *r, unit *u) { return unit_wait(&r->loop, r->data, u); }

unit *reader_unit(arena *a, const statement *context, uuid family) {
    char set[UUID_TEXT + 2];
    set[0] = '{', set[UUID_TEXT + 1] = '}';
    uuid_write(family, set + 1);
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_text(p, arena_copy(a, BYTES_OF(set)));
    unit_add(u, context, p);
    return u;
}

static result load_audit_key(reader *r, arena *a, uuid family) {
    unit *u = reader_unit(a, &stmt_keys_context_set, family);
    params *p = params_new(a);
    param_uuid(p, family);
    size_t at = unit_add(u, &stmt_keys_audit, p);
    TRY(unit_wait(&r->loop, r->keys, u));
    ENSURE(rows_count(unit_rows(u, at)) == 1, NO_KEY);
    return keyring_add_audit(r->ring, family, row_bytes(unit_rows(u, at), 0, keys_audit__wrapped));
}

result reader_load_audit_key(reader *r, uuid family) {
    arena *a = arena_new();
    result done = load_audit_key(r, a, family);
    arena_release(a);
    return done;
}
