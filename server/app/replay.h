/* Replaying the log of one family against its facts: every value that was ever disclosed is judged again, as of then.
 *
 * Facts are kept with their periods, so one set of them answers for every past moment. What a record says was read must be allowed
 * by them at that moment, at that level, by that rule and on that ground; anything else is a contradiction: a fault of the
 * program, or a record that somebody changed. */
#ifndef KRING_APP_REPLAY_H
#define KRING_APP_REPLAY_H

#include "base/arena.h"
#include "flow/record.h"

/* The moments of writes, by the version of the facts that each rested on. */
typedef struct {
    uint64_t version;
    moment at;
} replay_write;

typedef struct {
    const facts *f;
    bool whole;         /* it has its import, so nothing of it was retired */
    moment judged_from; /* before it a write that a look had not seen may be retired */
    uint64_t records, items, contradictions;
    replay_write *writes; /* in their order */
    size_t write_count, write_room;
} replay;

typedef struct {
    uuid id;
    moment at;
    bytes kind;
} replay_line;

void replay_start(replay *r, const facts *f, bool whole);
void replay_release(replay *r);
/* Judges one record; tells each contradiction on standard output. Records come in the order of their moments. */
void replay_record(replay *r, arena *a, const replay_line *line, const record_view *v);
/* One that does not open. */
void replay_unreadable(replay *r, const replay_line *line);

#endif
