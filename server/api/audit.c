/* The public half of the log: checkpoints and tiles (C2SP tlog-tiles v0.1), for whoever wants to check that no record was removed.
 *
 * Nothing in it says what a record says; how many there are is public, and SECURITY.md says so. */
#include "api/view.h"
#include "crypto/tile.h"
#include "statements.h"

enum { SIZES_MAX = 600, ENTRY = 2 + RECORD_ENTRY };

static void ask(exchange *x, const statement *what, params *with) { x->extra = (mutation){what, with}; }

/* ---- the checkpoint ---- */

static result judge_checkpoint(exchange *x) {
    ask(x, &stmt_log_checkpoint, NULL);
    return OK;
}

static shaped shape_checkpoint(exchange *x) {
    if (rows_count(x->extra_rows) != 1) return NOTHING_THERE;
    x->response.status = 200;
    x->response.content_type = "text/plain; charset=utf-8";
    response_add_header(&x->response, "Cache-Control", BYTES("no-cache"));
    buf_put(&x->response.body, row_text(x->extra_rows, 0, log_checkpoint__note));
    return SHAPED;
}

/* ---- a tile ---- */

static result judge_tile(exchange *x) {
    tile *t = ARENA_NEW(x->arena, tile);
    ENSURE(ok(tile_parse(x->path_rest, t)) && t->level < INT8_MAX, NOT_FOUND);
    x->place = t;
    params *p = params_new(x->arena);
    param_int4(p, t->entries ? -1 : t->level);
    param_int8(p, (int64_t)t->number);
    ask(x, &stmt_log_tile_find, p);
    return OK;
}

/* Only what a published tree has: a full tile of the newest, or a partial one of just that width. */
static bool was_published(exchange *x, const tile *t) {
    array_walk sizes = row_int8_array(x->extra_rows, 0, log_tile_find__sizes);
    uint64_t newest = (uint64_t)row_int8(x->extra_rows, 0, log_tile_find__newest);
    if (tile_width(t->level, t->number, newest) == t->width) return true;
    while (t->width < TILE_WIDTH && sizes.left)
        if (tile_width(t->level, t->number, (uint64_t)array_int8(&sizes)) == t->width) return true;
    return false;
}

static shaped shape_tile(exchange *x) {
    const tile *t = x->place;
    if (rows_count(x->extra_rows) != 1 || !was_published(x, t)) return NOTHING_THERE;
    bytes hashes = row_bytes(x->extra_rows, 0, log_tile_find__hashes);
    size_t len = (size_t)t->width * (t->entries ? ENTRY : MERKLE_HASH);
    if (hashes.len < len) return NOTHING_THERE;
    x->response.status = 200;
    x->response.content_type = "application/octet-stream";
    response_add_header(&x->response, "Cache-Control", BYTES("public, max-age=31536000, immutable"));
    buf_put(&x->response.body, bytes_make(hashes.at, len));
    return SHAPED;
}

const endpoint endpoint_audit_checkpoint = {.kind = "audit.checkpoint", .judge = judge_checkpoint, .shape = shape_checkpoint};
const endpoint endpoint_audit_tile = {.kind = "audit.tile", .judge = judge_tile, .shape = shape_tile};
