/* Every moment at which any rule could change its answer. A ruling is valid until the first one after it, so a moment
 * too many costs a look, and a moment too few would leave a door open: all of them are taken from all rows, whatever
 * they mean. */
#include "policy/policy.h"

typedef struct {
    moment *out;
    uint32_t cap, count;
} list;

static void add(list *l, moment m) {
    if (m == MOMENT_NEVER || m == MOMENT_MIN) return;
    if (l->count < l->cap) l->out[l->count] = m;
    l->count++;
}

static void add_row(list *l, moment recorded, moment from, moment until) {
    add(l, recorded);
    add(l, from);
    add(l, until);
}

/* A birthday, and the end of the grace after it. */
static void add_birthday(list *l, const facts *f, moment birthday) {
    add(l, birthday);
    if (birthday != MOMENT_NEVER && birthday != MOMENT_MIN) add(l, birthday + f->law->transition_grace_days * DAY);
}

static void add_people(list *l, const facts *f) {
    for (unsigned i = 0; i < f->people_count; i++) {
        const person_fact *row = &f->people[i];
        add(l, row->recorded);
        add(l, row->born);
        add(l, row->died);
        add_row(l, row->limits, row->contact, row->informed);
        add_birthday(l, f, row->turns_12);
        add_birthday(l, f, row->turns_16);
        add_birthday(l, f, row->turns_18);
    }
    for (unsigned i = 0; i < f->home_count; i++) add(l, f->homes[i].recorded);
    for (unsigned i = 0; i < f->capacity_count; i++)
        add_row(l, f->capacities[i].recorded, f->capacities[i].from, f->capacities[i].review);
}

#define ADD_ROWS(l, rows, count)                                                                                     \
    for (unsigned i = 0; i < (count); i++) add_row((l), (rows)[i].recorded, (rows)[i].from, (rows)[i].until)

static void add_periods(list *l, const facts *f) {
    ADD_ROWS(l, f->relations, f->relation_count);
    ADD_ROWS(l, f->conflicts, f->conflict_count);
    ADD_ROWS(l, f->blocks, f->block_count);
    ADD_ROWS(l, f->places, f->place_count);
    ADD_ROWS(l, f->emergency_roles, f->emergency_role_count);
    ADD_ROWS(l, f->grants, f->grant_count);
    ADD_ROWS(l, f->holds, f->hold_count);
    ADD_ROWS(l, f->emergencies, f->emergency_count);
    ADD_ROWS(l, f->locks, f->lock_count);
    ADD_ROWS(l, f->trusted, f->trusted_count);
    ADD_ROWS(l, f->stops, f->stop_count);
    ADD_ROWS(l, f->restrictions, f->restriction_count);
    for (unsigned i = 0; i < f->hold_count; i++) add(l, f->holds[i].review);
    for (unsigned i = 0; i < f->emergency_count; i++)
        add_row(l, f->emergencies[i].told, f->emergencies[i].review_due, f->emergencies[i].reviewed);
}

static void add_requests(list *l, const facts *f) {
    for (unsigned i = 0; i < f->request_count; i++) {
        const request_fact *r = &f->requests[i];
        add_row(l, r->recorded, r->lapses, r->withdrawn);
    }
    for (uint32_t i = 0; i < f->reply_count; i++) add_row(l, f->replies[i].recorded, f->replies[i].counts, MOMENT_NEVER);
}

static void add_parts(list *l, const facts *f) {
    for (uint32_t i = 0; i < f->grant_field_count; i++) {
        add(l, f->grant_fields[i].four_eyes);
        add(l, f->grant_fields[i].ended);
    }
    for (uint32_t i = 0; i < f->confirm_count; i++) {
        add(l, f->confirms[i].recorded);
        add(l, f->confirms[i].lapses);
    }
    for (uint32_t i = 0; i < f->entry_count; i++) add(l, f->entries[i].withdrawn);
    for (uint32_t i = 0; i < f->version_count; i++) add(l, f->versions[i].recorded);
}

static void sink(moment *heap, uint32_t root, uint32_t count) {
    moment m = heap[root];
    for (uint32_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && heap[child] < heap[child + 1]) child++;
        if (heap[child] <= m) break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = m;
}

/* Heapsort: in place, no recursion, no worst case. */
static void sort(moment *all, uint32_t count) {
    for (uint32_t i = count / 2; i > 0; i--) sink(all, i - 1, count);
    for (uint32_t last = count; last > 1; last--) {
        moment top = all[0];
        all[0] = all[last - 1];
        all[last - 1] = top;
        sink(all, 0, last - 1);
    }
}

static uint32_t drop_repetitions(moment *sorted, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1]) sorted[kept++] = sorted[i];
    return kept;
}

uint32_t facts_moments(const facts *f, moment *out, uint32_t cap) {
    list l = {out, cap, 0};
    add(&l, f->erased);
    add(&l, f->closed);
    add_row(&l, f->course.closing, f->course.pausing, f->course.closed);
    add(&l, f->course.paused);
    add_people(&l, f);
    add_periods(&l, f);
    add_parts(&l, f);
    add_requests(&l, f);
    if (l.count > cap) return l.count;
    sort(out, l.count);
    return drop_repetitions(out, l.count);
}

moment facts_next_moment(const facts *f, moment at) {
    uint32_t low = 0, high = f->moment_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (f->moments[middle] <= at) low = middle + 1;
        else high = middle;
    }
    return low < f->moment_count ? f->moments[low] : MOMENT_NEVER;
}
