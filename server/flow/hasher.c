/* Argon2id off the loop: a few at once, a bounded number waiting, in order.
 *
 * A job's memory is its own and not the exchange's, since a thread cannot be stopped: when the exchange goes, the job runs to its
 * end and nobody hears of it. The password in it is wiped with it. */
#include "flow/flow.h"

#include "base/memory.h"

typedef struct job {
    uv_work_t work;
    struct job *next;
    hasher *hasher;
    arena *arena; /* of the exchange; NULL once that is gone */
    void (*done)(void *ctx, result r, const char *new_phc);
    void *ctx;
    char phc[PHC_SIZE], new_phc[PHC_SIZE];
    size_t password_len;
    result outcome;
    bool makes, rehash;
    uint8_t password[];
} job;

struct hasher {
    uv_loop_t *loop;
    const uint8_t *pepper;
    password_cost cost;
    unsigned running, most, waiting, waiting_most;
    job *first, *last;
};

hasher *hasher_new(service *s) {
    hasher *h = MEMORY_NEW(hasher);
    *h = (hasher){.loop = s->set.loop, .pepper = s->pepper, .cost = s->set.cost,
                  .most = s->set.hashes_at_once, .waiting_most = s->set.hashes_waiting};
    return h;
}

void hasher_release(hasher *h) {
    if (!h) return;
    must(h->running == 0 && h->waiting == 0);
    memory_give(h, sizeof *h);
}

static void run(uv_work_t *w) {
    job *j = (job *)w;
    bytes password = bytes_make(j->password, j->password_len);
    if (j->makes) {
        j->outcome = secret_hash_password(password, j->hasher->pepper, j->hasher->cost, j->new_phc);
        j->rehash = ok(j->outcome);
        return;
    }
    j->outcome = secret_verify_password(password, j->hasher->pepper, j->phc, j->hasher->cost, &j->rehash);
    if (ok(j->outcome) && j->rehash)
        j->rehash = ok(secret_hash_password(password, j->hasher->pepper, j->hasher->cost, j->new_phc));
}

static void start_next(hasher *h);

static void job_gone(void *j_) { ((job *)j_)->arena = NULL; }

static void finished(uv_work_t *w, int status) {
    job *j = (job *)w;
    hasher *h = j->hasher;
    h->running--;
    start_next(h);
    if (j->arena) {
        arena_drop_hook(j->arena, job_gone, j);
        j->done(j->ctx, status == 0 ? j->outcome : FAIL(UNAVAILABLE), ok(j->outcome) && j->rehash ? j->new_phc : NULL);
    }
    memory_give(j, sizeof *j + j->password_len);
}

static void start_next(hasher *h) {
    while (h->first && h->running < h->most) {
        job *j = h->first;
        h->first = j->next;
        if (!h->first) h->last = NULL;
        h->waiting--;
        if (!j->arena) { /* given up while it waited: it costs nothing */
            memory_give(j, sizeof *j + j->password_len);
            continue;
        }
        h->running++;
        must(uv_queue_work(h->loop, &j->work, run, finished) == 0);
    }
}

static result hasher_take(hasher *h, arena *a, bytes password, const char *phc, bool makes,
                          void (*done)(void *, result, const char *), void *ctx) {
    ENSURE(h->running < h->most || h->waiting < h->waiting_most, UNAVAILABLE);
    job *j = memory_take(sizeof *j + password.len);
    j->makes = makes;
    j->hasher = h;
    j->arena = a;
    j->done = done;
    j->ctx = ctx;
    j->password_len = password.len;
    memcpy(j->password, password.at, password.len);
    size_t n = strnlen(phc, PHC_SIZE - 1);
    memcpy(j->phc, phc, n);
    arena_on_free(a, job_gone, j);
    if (h->last) h->last->next = j;
    else h->first = j;
    h->last = j;
    h->waiting++;
    start_next(h);
    return OK;
}

result hasher_verify(hasher *h, arena *a, bytes password, const char *phc, void (*done)(void *, result, const char *), void *ctx) {
    return hasher_take(h, a, password, phc, false, done, ctx);
}

result hasher_make(hasher *h, arena *a, bytes password, void (*done)(void *, result, const char *), void *ctx) {
    return hasher_take(h, a, password, "", true, done, ctx);
}
