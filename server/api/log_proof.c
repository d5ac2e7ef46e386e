/* What lets a reader check a line of the log without believing us: a C2SP tlog-proof.
 *
 * It shows the parts of the record that the line shows, with their salts, and of all others a hash each; that these hashes make one
 * leaf; and that this leaf is in the tree of a checkpoint that witnesses saw. `extra` is
 *   u8 version=1 | u16 n | n hashes | for each part that is shown: u16 place | salt 16 | u16 length | bytes
 * The items come as the line shows them; their places were drawn by lot (crypto/record.h).
 * A reader gets the head and the items that he sees. The other parts speak of more than one line shows (how high the class of all
 * that was read is, every field that was given, grants that he may not know): only the auditor gets them. */
#include "api/log_view.h"
#include "crypto/base64.h"
#include "crypto/tile.h"
#include "statements.h"

typedef enum { ASK_CHECKPOINT, ASK_PLACES, ASK_TILES, READY } stage;

typedef struct log_proofs {
    stage next;
    bytes note;
    uint64_t size;
    tile_held *tiles;
    size_t tile_count;
} log_proofs;

void log_proofs_start(log_page *p, arena *a) { p->proofs = ARENA_NEW(a, log_proofs); }

/* ---- the rounds ---- */

static void ask_places(exchange *x, const log_page *p) {
    int32_t *n = ARENA_ARRAY(x->arena, int32_t, p->count + 1);
    uuid *boots = ARENA_ARRAY(x->arena, uuid, p->count + 1);
    int64_t *counters = ARENA_ARRAY(x->arena, int64_t, p->count + 1);
    for (uint32_t i = 0; i < p->count; i++)
        n[i] = (int32_t)i, boots[i] = p->lines[i].row.boot, counters[i] = (int64_t)p->lines[i].row.counter;
    params *q = params_new(x->arena);
    param_int4s(q, n, p->count), param_uuids(q, boots, p->count), param_int8s(q, counters, p->count);
    x->extra = (mutation){&stmt_log_places, q};
}

/* Records of before there was a tree have no place in it, whatever a run of theirs says. */
static void take_places(exchange *x, log_page *p) {
    for (size_t i = 0; i < rows_count(x->extra_rows); i++) {
        log_line_ *l = &p->lines[row_int4(x->extra_rows, i, log_places__n)];
        int64_t index = row_int8(x->extra_rows, i, log_places__index);
        if (record_committed(&l->view) && (uint64_t)index < p->proofs->size) l->index = index;
    }
}

static bool is_among(const tile *tiles, size_t n, tile t) {
    for (size_t i = n; i-- > 0;) /* neighbours ask for the same */
        if (tiles[i].level == t.level && tiles[i].number == t.number) return true;
    return false;
}

static void ask_tiles(exchange *x, const log_page *p) {
    size_t n = 0;
    tile *all = ARENA_ARRAY(x->arena, tile, (size_t)p->count * TILES_MAX + 1), some[TILES_MAX];
    for (uint32_t i = 0; i < p->count; i++) {
        size_t count = 0;
        if (p->lines[i].index >= 0) must(ok(tiles_for_inclusion((uint64_t)p->lines[i].index, p->proofs->size, some, &count)));
        for (size_t k = 0; k < count; k++)
            if (!is_among(all, n, some[k])) all[n++] = some[k];
    }
    int32_t *levels = ARENA_ARRAY(x->arena, int32_t, n + 1);
    int64_t *numbers = ARENA_ARRAY(x->arena, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        levels[i] = all[i].level, numbers[i] = (int64_t)all[i].number;
    params *q = params_new(x->arena);
    param_int4s(q, levels, n), param_int8s(q, numbers, n);
    x->extra = (mutation){&stmt_log_tiles, q};
}

static void take_tiles(exchange *x, log_proofs *v) {
    v->tile_count = rows_count(x->extra_rows);
    v->tiles = ARENA_ARRAY(x->arena, tile_held, v->tile_count + 1);
    for (size_t i = 0; i < v->tile_count; i++)
        v->tiles[i] = (tile_held){{.level = (uint8_t)row_int4(x->extra_rows, i, log_tiles__level),
                                   .number = (uint64_t)row_int8(x->extra_rows, i, log_tiles__number)},
                                  row_bytes(x->extra_rows, i, log_tiles__hashes)};
}

static void take_checkpoint(exchange *x, log_proofs *v) {
    if (rows_count(x->extra_rows) != 1) return;
    v->note = row_text(x->extra_rows, 0, log_checkpoint__note);
    v->size = (uint64_t)row_int8(x->extra_rows, 0, log_checkpoint__size);
}

bool log_proofs_ready(exchange *x, log_page *p) {
    log_proofs *v = p->proofs;
    switch (v->next) {
    case ASK_CHECKPOINT: x->extra = (mutation){&stmt_log_checkpoint, NULL}; break;
    case ASK_PLACES: take_checkpoint(x, v), ask_places(x, p); break;
    case ASK_TILES: take_places(x, p), ask_tiles(x, p); break;
    case READY: take_tiles(x, v); return true;
    }
    v->next++;
    return false;
}

/* ---- one proof ---- */

static void put_number16(buf *b, uint32_t v) {
    uint8_t two[2];
    must(v <= UINT16_MAX);
    put_u16(two, (uint16_t)v);
    buf_put(b, BYTES_OF(two));
}

typedef struct {
    const bytes *parts;
    record_opening opening;
} opened;

static void show_part(buf *b, const opened *o, uint32_t part) {
    put_number16(b, o->opening.places[part]);
    buf_put(b, bytes_make(o->opening.salts[part], RECORD_SALT));
    put_number16(b, (uint32_t)o->parts[part].len);
    buf_put(b, o->parts[part]);
}

static void put_disclosure(buf *b, exchange *x, const log_line_ *l) {
    opened o = {.parts = record_parts(&l->row, &l->view, x->arena)};
    o.opening = record_parts_open(&l->view, o.parts, x->arena);
    buf_put_byte(b, 1);
    put_number16(b, o.opening.slots);
    buf_put(b, bytes_make(o.opening.hashes, (size_t)o.opening.slots * RECORD_HASH));
    show_part(b, &o, PART_HEAD);
    for (uint32_t i = PART_ACCESS; log_auditor(x) && i < PART_NOTE; i++) show_part(b, &o, i);
    if (log_auditor(x) || l->entry_note) show_part(b, &o, PART_NOTE);
    if (log_auditor(x)) show_part(b, &o, PART_GROUNDS);
    for (uint16_t i = 0; i < l->item_count - l->entry_note; i++) show_part(b, &o, PART_ITEMS + (uint32_t)l->places[i]);
}

static void put_base64(buf *out, exchange *x, bytes raw) {
    char *text = arena_take(x->arena, BASE64_TEXT(raw.len));
    buf_put(out, bytes_make(text, base64_encode(raw, text)));
    buf_put_byte(out, '\n');
}

/* What the tiles do not bear out is no proof: the line then comes without one, and a verifier says so. */
static bool prove(const log_proofs *v, const log_line_ *l, uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH], size_t *count) {
    tile_reader reader = {v->tiles, v->tile_count};
    return ok(merkle_inclusion((uint64_t)l->index, v->size, tile_read, &reader, proof, count));
}

bytes log_proof(exchange *x, const log_page *p, const log_line_ *l) {
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    size_t count;
    bool named = record_slots(PART_ITEMS + (uint32_t)l->view.item_count) <= UINT16_MAX; /* no family has so many texts */
    if (l->index < 0 || !named || !prove(p->proofs, l, proof, &count)) return (bytes){0};
    buf shown = buf_new(8 << 20), out = buf_new(16 << 20);
    put_disclosure(&shown, x, l);
    buf_put_string(&out, "c2sp.org/tlog-proof@v1\nextra ");
    put_base64(&out, x, buf_bytes(&shown));
    buf_put_string(&out, "index ");
    buf_put_u64(&out, (uint64_t)l->index);
    buf_put_byte(&out, '\n');
    for (size_t i = 0; i < count; i++)
        put_base64(&out, x, BYTES_OF(proof[i]));
    buf_put_byte(&out, '\n');
    buf_put(&out, p->proofs->note);
    bytes made = buf_ok(&shown) && buf_ok(&out) ? arena_copy(x->arena, buf_bytes(&out)) : (bytes){0};
    buf_release(&shown);
    buf_release(&out);
    return made;
}
