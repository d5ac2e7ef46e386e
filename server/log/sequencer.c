#include "log/sequencer.h"

#include "base/log.h"
#include "base/memory.h"
#include "statements.h"

enum { BATCH = 4096, PUBLISHED_KEPT_MINUTES = 5 };

struct sequencer {
    sequencer_settings set;
    tree tree;
    bool loaded, refused; /* refused: it was said */
    int64_t published; /* size, -1 for none */
    arena *memory;     /* of one batch */
};

sequencer *sequencer_new(const sequencer_settings *settings) {
    sequencer *s = MEMORY_NEW(sequencer);
    s->set = *settings;
    if (s->set.batch == 0) s->set.batch = BATCH;
    return s;
}

void sequencer_release(sequencer *s) {
    if (s) memory_give(s, sizeof *s);
}

uint64_t sequencer_size(const sequencer *s) { return s->tree.size; }

static result ask(const sequencer *s, unit *u) { return unit_wait(s->set.loop, s->set.data, u); }

/* ---- tiles from the database ---- */

static void add_tiles(unit *u, arena *a, const tree_tile *tiles, size_t n) {
    int32_t *levels = ARENA_ARRAY(a, int32_t, n + 1);
    int64_t *numbers = ARENA_ARRAY(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        levels[i] = tiles[i].level, numbers[i] = (int64_t)tiles[i].number;
    params *p = params_new(a);
    param_int4s(p, levels, n), param_int8s(p, numbers, n);
    unit_add(u, &stmt_tree_tiles, p);
}

static result read_tiles(const sequencer *s, arena *a, const tree_tile *tiles, size_t n, rows *out) {
    unit *u = unit_new(a);
    add_tiles(u, a, tiles, n);
    TRY(ask(s, u));
    *out = unit_rows(u, 0);
    return OK;
}

/* ---- loading ---- */

static result load_edge(sequencer *s, arena *a, uint64_t size, bytes root) {
    tree_tile edges[TREE_EDGES_MAX];
    rows found;
    size_t n = tree_edges(size, edges), kept = 0;
    ENSURE(root.len == MERKLE_HASH, BAD_FILE);
    TRY(read_tiles(s, a, edges, n, &found));
    for (size_t i = 0; i < rows_count(found) && kept < TREE_EDGES_MAX; i++)
        edges[kept++] = (tree_tile){row_int4(found, i, tree_tiles__level), (uint64_t)row_int8(found, i, tree_tiles__number),
                                    row_bytes(found, i, tree_tiles__hashes)};
    return tree_load(&s->tree, size, root.at, edges, kept);
}

static result load(sequencer *s, arena *a) {
    unit *u = unit_new(a);
    unit_add(u, &stmt_tree_head, NULL);
    TRY(ask(s, u));
    rows head = unit_rows(u, 0);
    ENSURE(rows_count(head) == 1, BAD_FILE);
    s->published = row_is_null(head, 0, tree_head__note_size) ? -1 : row_int8(head, 0, tree_head__note_size);
    TRY(load_edge(s, a, (uint64_t)row_int8(head, 0, tree_head__size), row_bytes(head, 0, tree_head__root)));
    s->loaded = true;
    return OK;
}

/* ---- one batch ---- */

typedef struct {
    arena *memory;
    int64_t *indexes, *counters, *numbers;
    uuid *boots;
    int32_t *counts, *levels;
    bytes *hashes;
    size_t runs, tiles, tiles_room;
} batch;

static void add_tile(void *batch_, tree_tile t) {
    batch *b = batch_;
    must(b->tiles < b->tiles_room);
    b->levels[b->tiles] = t.level;
    b->numbers[b->tiles] = (int64_t)t.number;
    b->hashes[b->tiles++] = arena_copy(b->memory, t.hashes);
}

static void add_to_run(batch *b, uint64_t index, uuid boot, int64_t counter) {
    size_t last = b->runs - 1;
    if (b->runs && uuid_equal(b->boots[last], boot) && b->counters[last] + b->counts[last] == counter) {
        b->counts[last]++;
        return;
    }
    b->indexes[b->runs] = (int64_t)index, b->boots[b->runs] = boot, b->counters[b->runs] = counter;
    b->counts[b->runs++] = 1;
}

static batch batch_new(arena *a, size_t n) {
    size_t tiles = 2 * (n / TILE_WIDTH + 1) + 2 * TREE_LEVELS + TREE_EDGES_MAX; /* entries, level 0, those above, the edge */
    return (batch){.memory = a,
                   .indexes = ARENA_ARRAY(a, int64_t, n),
                   .counters = ARENA_ARRAY(a, int64_t, n),
                   .boots = ARENA_ARRAY(a, uuid, n),
                   .counts = ARENA_ARRAY(a, int32_t, n),
                   .levels = ARENA_ARRAY(a, int32_t, tiles),
                   .numbers = ARENA_ARRAY(a, int64_t, tiles),
                   .hashes = ARENA_ARRAY(a, bytes, tiles),
                   .tiles_room = tiles};
}

static result grow(sequencer *s, rows from, batch *b) {
    for (size_t i = 0; i < rows_count(from); i++) {
        bytes leaf = row_bytes(from, i, tree_pending__leaf);
        ENSURE(leaf.len == RECORD_HASH, BAD_FILE);
        add_to_run(b, s->tree.size, row_uuid(from, i, tree_pending__boot_id), row_int8(from, i, tree_pending__counter));
        tree_append(&s->tree, leaf.at, add_tile, b);
    }
    tree_tile edge[TREE_EDGES_MAX];
    size_t n = tree_settle(&s->tree, edge);
    for (size_t i = 0; i < n; i++)
        add_tile(b, edge[i]);
    return OK;
}

static unit *batch_unit(const sequencer *s, const batch *b, uint64_t old, size_t taken) {
    arena *a = b->memory;
    unit *u = unit_new(a);
    params *head = params_new(a), *runs = params_new(a), *tiles = params_new(a), *gone = params_new(a);
    param_int8(head, (int64_t)old), param_int8(head, (int64_t)s->tree.size), param_bytes(head, BYTES_OF(s->tree.root));
    param_moment(head, clock_real());
    param_int8s(runs, b->indexes, b->runs), param_uuids(runs, b->boots, b->runs), param_int8s(runs, b->counters, b->runs);
    param_int4s(runs, b->counts, b->runs);
    param_int4s(tiles, b->levels, b->tiles), param_int8s(tiles, b->numbers, b->tiles), param_byteas(tiles, b->hashes, b->tiles);
    param_uuids(gone, b->boots, b->runs), param_int8s(gone, b->counters, b->runs), param_int4s(gone, b->counts, b->runs);
    param_int8(gone, (int64_t)taken);
    unit_add(u, &stmt_tree_lock, NULL);
    unit_add(u, &stmt_tree_advance, head);
    unit_add(u, &stmt_tree_runs_insert, runs);
    unit_add(u, &stmt_tree_tiles_put, tiles);
    unit_add(u, &stmt_tree_pending_delete, gone);
    return u;
}

static result take_batch(sequencer *s, arena *a, size_t *taken) {
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_int4(p, (int32_t)s->set.batch);
    unit_add(u, &stmt_tree_pending, p);
    TRY(ask(s, u));
    rows from = unit_rows(u, 0);
    *taken = rows_count(from);
    if (*taken == 0) return OK;
    uint64_t old = s->tree.size;
    batch b = batch_new(a, *taken);
    TRY(grow(s, from, &b));
    return ask(s, batch_unit(s, &b, old, *taken));
}

/* ---- what the outside asks for ---- */

static result integrate_some(sequencer *s, size_t *taken) {
    arena *a = arena_new();
    result r = s->loaded ? OK : load(s, a);
    if (ok(r)) r = take_batch(s, a, taken);
    if (!ok(r)) s->loaded = false; /* whether it was committed may not be known: the database is asked */
    arena_release(a);
    return r;
}

result sequencer_integrate(sequencer *s) {
    size_t taken;
    do
        TRY(integrate_some(s, &taken));
    while (taken == s->set.batch);
    return OK;
}

/* ---- publishing ---- */

static result prove_in(const sequencer *s, arena *a, uint64_t old, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count) {
    tile wanted[TILES_MAX];
    tree_tile tiles[TILES_MAX];
    tile_held held[TILES_MAX];
    rows found;
    size_t n;
    TRY(tiles_for_consistency(old, s->tree.size, wanted, &n));
    for (size_t i = 0; i < n; i++)
        tiles[i] = (tree_tile){.level = wanted[i].level, .number = wanted[i].number};
    TRY(read_tiles(s, a, tiles, n, &found));
    n = rows_count(found);
    ENSURE(n <= TILES_MAX, BAD_FILE);
    for (size_t i = 0; i < n; i++)
        held[i] = (tile_held){
            {.level = (uint8_t)row_int4(found, i, tree_tiles__level), .number = (uint64_t)row_int8(found, i, tree_tiles__number)},
            row_bytes(found, i, tree_tiles__hashes)};
    tile_reader reader = {held, n};
    return merkle_consistency(old, s->tree.size, tile_read, &reader, proof, count);
}

/* A witness_prove. */
static result prove(void *s, uint64_t old, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count) {
    arena *a = arena_new();
    result r = prove_in(s, a, old, proof, count);
    arena_release(a);
    return r;
}

/* FORBIDDEN for all that can't be proved: a tree that does not even have the tiles is no extension. */
static result sign(sequencer *s, arena *a, buf *note) {
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    size_t count = 0;
    uint64_t old = log_signer_size(s->set.signer);
    ENSURE(old <= s->tree.size, FORBIDDEN);
    result proved = prove_in(s, a, old, proof, &count);
    if (failed_as(proved, R_UNAVAILABLE)) return proved;
    ENSURE(ok(proved), FORBIDDEN);
    return log_signer_sign(s->set.signer, s->tree.size, s->tree.root, (const uint8_t(*)[MERKLE_HASH])proof, count, note);
}

/* Not while the signer refuses: then nothing of the log goes. */
static void add_retire_before(const sequencer *s, arena *a, unit *u) {
    params *p = params_new(a);
    param_moment(p, clock_now(s->set.clock));
    unit_add(u, &stmt_tree_retire_before, p);
}

static result tell_seen(sequencer *s, arena *a, bool met, const char *refused) {
    unit *u = unit_new(a);
    params *p = params_new(a);
    param_moment(p, clock_real()), param_bool(p, met), param_string(p, refused);
    unit_add(u, &stmt_tree_seen, p);
    if (!*refused) add_retire_before(s, a, u);
    return ask(s, u);
}

static result store(sequencer *s, arena *a, bytes note) {
    unit *u = unit_new(a);
    moment now = clock_real();
    params *p = params_new(a), *size = params_new(a);
    param_int8(p, (int64_t)s->tree.size), param_text(p, note), param_moment(p, now);
    param_int8(size, (int64_t)s->tree.size), param_moment(size, now), param_moment(size, now - PUBLISHED_KEPT_MINUTES * MINUTE);
    unit_add(u, &stmt_tree_publish, p);
    unit_add(u, &stmt_tree_publish_size, size);
    add_retire_before(s, a, u);
    TRY(ask(s, u));
    s->published = (int64_t)s->tree.size;
    return OK;
}

static bool is_published(const sequencer *s) {
    return s->published == (int64_t)s->tree.size && log_signer_size(s->set.signer) == s->tree.size &&
           memcmp(log_signer_root(s->set.signer), s->tree.root, MERKLE_HASH) == 0;
}

static result publish(sequencer *s, arena *a, buf *note, buf *cosigned) {
    if (is_published(s)) return s->refused = false, tell_seen(s, a, true, "");
    result r = sign(s, a, note);
    bool said = s->refused;
    s->refused = failed_as(r, R_FORBIDDEN);
    if (s->refused) {
        if (!said) LOG(LOG_ERROR, "log.refused", LOG_N("signed_size", log_signer_size(s->set.signer)), LOG_N("size", s->tree.size));
        TRY(tell_seen(s, a, false, "the log does not extend what was signed: the database was restored or changed"));
    }
    TRY(r);
    if (!s->set.witnesses) return store(s, a, buf_bytes(note));
    bool met = witnesses_gather(s->set.witnesses, s->tree.size, buf_bytes(note), prove, s, cosigned);
    return met ? store(s, a, buf_bytes(cosigned)) : tell_seen(s, a, false, "");
}

result sequencer_publish(sequencer *s) {
    if (!s->loaded) return FAIL(STALE);
    arena *a = arena_new();
    buf note = buf_new(NOTE_MAX), cosigned = buf_new(NOTE_MAX);
    result r = publish(s, a, &note, &cosigned);
    buf_release(&note);
    buf_release(&cosigned);
    arena_release(a);
    return r;
}
