#include "flow/retire.h"

enum { HEAD = 1 + 16 + 8 + 4 + 2, RUN = 8 + 4 };

static void put_run(buf *out, uint64_t first, uint64_t count) {
    uint8_t run[RUN];
    put_u64(run, first), put_u32(run + 8, (uint32_t)count);
    buf_put(out, BYTES_OF(run));
}

static size_t run_end(const uint64_t *leaves, size_t from, size_t count) {
    size_t end = from + 1;
    while (end < count && leaves[end] == leaves[end - 1] + 1) end++;
    return end;
}

void retire_note_write(buf *out, uuid family, moment newest, uint32_t records, const uint64_t *leaves, size_t count) {
    must(count <= RETIRE_BATCH && records >= count);
    uint16_t runs = 0;
    for (size_t i = 0; i < count; i = run_end(leaves, i, count)) runs++;
    uint8_t head[HEAD] = {'r'};
    memcpy(head + 1, family.b, sizeof family.b);
    put_u64(head + 17, (uint64_t)newest), put_u32(head + 25, records), put_u16(head + 29, runs);
    buf_put(out, BYTES_OF(head));
    for (size_t i = 0, end; i < count; i = end) {
        end = run_end(leaves, i, count);
        put_run(out, leaves[i], end - i);
    }
}

result retire_note_read(bytes note, retire_note *out) {
    ENSURE(note.len >= HEAD && note.at[0] == 'r', BAD_ENVELOPE);
    *out = (retire_note){
        .newest = (moment)get_u64(note.at + 17), .records = get_u32(note.at + 25), .run_count = get_u16(note.at + 29)};
    memcpy(out->family.b, note.at + 1, sizeof out->family.b);
    out->runs = bytes_make(note.at + HEAD, note.len - HEAD);
    ENSURE(out->runs.len == (size_t)RUN * out->run_count, BAD_ENVELOPE);
    uint64_t leaves = 0;
    for (uint16_t i = 0; i < out->run_count; i++) leaves += retire_note_run(out, i).count;
    ENSURE(leaves <= out->records, BAD_ENVELOPE);
    return OK;
}

retire_run retire_note_run(const retire_note *n, uint16_t i) {
    must(i < n->run_count);
    const uint8_t *p = n->runs.at + (size_t)RUN * i;
    return (retire_run){get_u64(p), get_u32(p + 8)};
}
