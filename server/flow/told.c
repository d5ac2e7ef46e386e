/* T7: the facts by which a viewer is judged who is kept out of some fields by a lock. */
#include "flow/told.h"

static void *copy_of(arena *a, const void *from, size_t size) {
    void *to = arena_take(a, size + 1); /* never nothing */
    if (size) memcpy(to, from, size);
    return to;
}
#define COPY(array, count) t->f.array = t->array = copy_of(a, f->array, (count) * sizeof *f->array)

const facts *told_facts_of(arena *a, const facts *f, actor viewer, moment at) {
    if (!policy_is_told_less(f, viewer, at)) return f;
    standing *s = ARENA_NEW(a, standing);
    told_facts *t = ARENA_NEW(a, told_facts);
    t->f = *f;
    COPY(locks, f->lock_count);
    COPY(grants, f->grant_count);
    COPY(grant_fields, f->grant_field_count);
    COPY(requests, f->request_count);
    COPY(replies, f->reply_count);
    COPY(emergencies, f->emergency_count);
    COPY(entries, f->entry_count);
    COPY(versions, f->version_count);
    policy_stand(f, viewer, at, s);
    policy_tell(s, t);
    return &t->f;
}
