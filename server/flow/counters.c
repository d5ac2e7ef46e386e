/* The numbers of records: contiguous from 0 for each start of a server, so that a record that was removed before it had its place
 * in the tree leaves a hole that shows (security.md 2b).
 *
 * A number whose unit was rolled back is used again. One whose unit was sent and never answered may be borne by a record: it is
 * closed, after a time in which the database has surely ended that unit, by a void record if nothing bears it. Until then nobody
 * uses it, since two records with one number could not both have a place. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"

enum { CLOSE_AT_ONCE = 32, OLD_ENOUGH_MS = 15000 };

typedef struct {
    uint64_t counter, lost_at; /* monotonic milliseconds */
} lost_counter;

typedef struct lost_counters {
    lost_counter *list;
    size_t count, room, asked; /* the first `asked` are in the unit that is under way */
    arena *work;
} lost_counters;

/* ---- used again ---- */

/* The smallest first, so that what stands has no gap when all is quiet. There are few, and only after a failure. */
uint64_t counter_take(service *s) {
    if (s->freed_count == 0) return s->next_counter++;
    size_t least = 0;
    for (size_t i = 1; i < s->freed_count; i++)
        if (s->freed_counters[i] < s->freed_counters[least]) least = i;
    uint64_t counter = s->freed_counters[least];
    s->freed_counters[least] = s->freed_counters[--s->freed_count];
    return counter;
}

void counter_give_back(service *s, uint64_t counter) {
    if (s->freed_count == s->freed_room) {
        size_t room = s->freed_room ? 2 * s->freed_room : 64;
        uint64_t *more = memory_take(room * sizeof *more);
        if (s->freed_count) memcpy(more, s->freed_counters, s->freed_count * sizeof *more);
        memory_give(s->freed_counters, s->freed_room * sizeof *more);
        s->freed_counters = more;
        s->freed_room = room;
    }
    s->freed_counters[s->freed_count++] = counter;
}

/* ---- lost ---- */

void counter_lose(service *s, uint64_t counter) {
    if (!s->lost) s->lost = MEMORY_NEW(lost_counters);
    lost_counters *l = s->lost;
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        lost_counter *more = memory_take(room * sizeof *more);
        if (l->count) memcpy(more, l->list, l->count * sizeof *more);
        memory_give(l->list, l->room * sizeof *l->list);
        l->list = more;
        l->room = room;
    }
    l->list[l->count++] = (lost_counter){counter, clock_ticks()};
}

bool counter_is_lost(const service *s, uint64_t counter) {
    for (size_t i = 0; s->lost && i < s->lost->count; i++)
        if (s->lost->list[i].counter == counter) return true;
    return false;
}

bool counters_open(const service *s) { return s->freed_count > 0 || (s->lost && s->lost->count > 0); }

void counter_settle(service *s, uint64_t counter, const unit *u) {
    if (u && unit_is_lost(u))
        counter_lose(s, counter);
    else
        counter_give_back(s, counter);
}

/* ---- void records ---- */

static void closed(void *s_, unit *u) {
    service *s = s_;
    lost_counters *l = s->lost;
    if (ok(unit_result(u))) {
        l->count -= l->asked;
        memmove(l->list, l->list + l->asked, l->count * sizeof *l->list);
    }
    l->asked = 0;
    arena *a = l->work;
    l->work = NULL;
    arena_release(a);
}

static void submit(service *s, unit *u) {
    if (s->lost->asked) {
        pool_submit(s->set.data, u, closed, s);
        return;
    }
    arena_release(s->lost->work);
    s->lost->work = NULL;
}

void counters_close(service *s) {
    lost_counters *l = s->lost;
    if (!l || l->work || l->count == 0) return;
    l->work = arena_new();
    unit *u = service_unit(l->work);
    while (l->asked < l->count && l->asked < CLOSE_AT_ONCE && clock_ticks() - l->list[l->asked].lost_at >= OLD_ENOUGH_MS) {
        record_sealed made;
        if (!ok(service_record(s, s->boot, l->list[l->asked].counter, "counter.void", (bytes){0}, l->work, &made))) break;
        record_add_if_free(u, l->work, &made);
        l->asked++;
    }
    submit(s, u);
}

void counters_release(service *s) {
    memory_give(s->freed_counters, s->freed_room * sizeof *s->freed_counters);
    lost_counters *l = s->lost;
    if (!l) return;
    arena_release(l->work);
    memory_give(l->list, l->room * sizeof *l->list);
    memory_give(l, sizeof *l);
}
