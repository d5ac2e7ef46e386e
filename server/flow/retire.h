/* What a `log.retire` record says in its note: which records were taken off the log because they were old enough.
 *
 * It is what tells retention from tampering: kringd log check accepts a leaf without a record only if such a record, itself in the
 * tree and sealed, names it. Numbers are big-endian:
 *   'r' | family 16 | u64 moment of the newest of them | u32 records | u16 runs n | n x (u64 first leaf | u32 leaves)
 * Records from before there was a tree have no leaf, so there may be more records than leaves. */
#ifndef KRING_FLOW_RETIRE_H
#define KRING_FLOW_RETIRE_H

#include "base/buf.h"
#include "base/clock.h"

/* Five calendar years are never shorter than this: what checks a sweep needs no calendar. */
#define RETIRE_YEARS_LEAST (5 * 365 * DAY)
/* Of one sweep's batch. */
enum { RETIRE_BATCH = 256 };

typedef struct {
    uint64_t first;
    uint32_t count;
} retire_run;

typedef struct {
    uuid family;
    moment newest;
    uint32_t records;
    uint16_t run_count;
    bytes runs;
} retire_note;

/* `leaves`: `count` of them, ascending. */
void retire_note_write(buf *out, uuid family, moment newest, uint32_t records, const uint64_t *leaves, size_t count);
/* BAD_ENVELOPE: it is no such note. */
result retire_note_read(bytes note, retire_note *out) MUST_USE;
retire_run retire_note_run(const retire_note *n, uint16_t i);

#endif
