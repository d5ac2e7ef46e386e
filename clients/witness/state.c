#include "state.h"

#include "base/arena.h"
#include "base/memory.h"
#include "files.h"

#define FILE_NAME "state"
#define HEAD "kring-witness-state 1 "
enum { FILE_MAX = STATE_LOGS_MAX * 512 };

struct state {
    int dir;
    arena *names;
    size_t count;
    seen logs[STATE_LOGS_MAX];
};

/* ---- the file: a line with the number of logs, so that none is lost unseen, then three lines of a checkpoint for each ---- */

static void put_seen(buf *out, const seen *s) { checkpoint_write(s->origin, s->size, s->root, out); }

static result write_file(int dir, const seen *logs, size_t count, bool replace) {
    buf text = buf_new(FILE_MAX);
    buf_put_string(&text, HEAD);
    buf_put_u64(&text, count);
    buf_put_byte(&text, '\n');
    for (size_t i = 0; i < count; i++) put_seen(&text, &logs[i]);
    must(buf_ok(&text));
    result r = state_write(dir, FILE_NAME, buf_bytes(&text), replace);
    buf_release(&text);
    return r;
}

static size_t find(const state *s, bytes origin) {
    size_t i = 0;
    while (i < s->count && !bytes_equal(s->logs[i].origin, origin)) i++;
    return i;
}

/* The next three lines. */
static result read_seen(bytes *from, state *s) {
    bytes start = *from, line;
    checkpoint head;
    for (int i = 0; i < 3; i++) ENSURE(bytes_cut(from, '\n', &line), BAD_FILE);
    ENSURE(ok(checkpoint_parse(bytes_make(start.at, start.len - from->len), &head)), BAD_FILE);
    ENSURE(note_name_ok(head.origin) && find(s, head.origin) == s->count, BAD_FILE);
    s->logs[s->count] = (seen){.origin = arena_copy(s->names, head.origin), .size = head.size};
    memcpy(s->logs[s->count++].root, head.root, MERKLE_HASH);
    return OK;
}

static result read_text(bytes text, state *s) {
    bytes first;
    uint64_t count;
    ENSURE(bytes_cut(&text, '\n', &first) && bytes_starts(first, HEAD), BAD_FILE);
    bytes number = bytes_make(first.at + sizeof HEAD - 1, first.len - (sizeof HEAD - 1));
    ENSURE(ok(bytes_to_u64(number, STATE_LOGS_MAX, &count)), BAD_FILE);
    while (s->count < count) TRY(read_seen(&text, s));
    ENSURE(text.len == 0, BAD_FILE);
    return OK;
}

/* ---- its life ---- */

result state_create(int dir) { return write_file(dir, NULL, 0, false); }

result state_open(int dir, state **out) {
    buf text = buf_new(FILE_MAX);
    state *s = MEMORY_NEW(state);
    s->dir = dir;
    s->names = arena_new();
    result r = state_read(dir, FILE_NAME, false, &text);
    if (ok(r)) r = read_text(buf_bytes(&text), s);
    buf_release(&text);
    if (ok(r))
        *out = s;
    else
        state_close(s);
    return r;
}

void state_close(state *s) {
    if (!s) return;
    arena_release(s->names);
    memory_give(s, sizeof *s);
}

seen state_of(const state *s, bytes origin) {
    size_t i = find(s, origin);
    if (i < s->count) return s->logs[i];
    seen none = {.origin = origin};
    merkle_empty(none.root);
    return none;
}

/* Memory follows the disk: what a failed write left there was never cosigned, so either content is true. */
result state_keep(state *s, const checkpoint *head) {
    size_t i = find(s, head->origin);
    ENSURE(i < STATE_LOGS_MAX, TOO_MUCH);
    bool fresh = i == s->count;
    seen before = s->logs[i], after = {.origin = fresh ? head->origin : before.origin, .size = head->size};
    memcpy(after.root, head->root, MERKLE_HASH);
    s->logs[i] = after;
    result r = write_file(s->dir, s->logs, fresh ? s->count + 1 : s->count, true);
    if (!ok(r)) {
        s->logs[i] = before;
        return r;
    }
    if (fresh) s->logs[s->count++].origin = arena_copy(s->names, head->origin);
    return OK;
}
