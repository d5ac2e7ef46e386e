/* Inside flow/: what the steps share. Nobody else includes this. */
#ifndef KRING_FLOW_FLOW_H
#define KRING_FLOW_FLOW_H

#include "crypto/envelope.h"
#include "crypto/sign.h"
#include "flow/endpoint.h"

#include <uv.h>

typedef enum {
    GO_ON,    /* the next step of the course */
    WAITING,  /* exchange_resume comes later, or the arena goes */
    AGAIN,    /* (on resuming) the same step once more: what it waited for is there */
    GO_BACK,  /* the facts were stale: FACTS again */
    GO_ROUND, /* DISCLOSE once more for further rows, under the receipt that is there */
    FAILED,   /* x->outcome says how; REFUSE if a live session was refused, else ERROR */
    FINISHED  /* the response is ready */
} verdict;

typedef struct {
    uint64_t exchanges, disclosures, groups, stale, refusals, errors;
} service_counters;

struct service {
    service_settings set;
    cache sessions, families;
    uuid boot;
    uint64_t next_counter;
    uint64_t *freed_counters; /* numbers whose unit did not commit: used again */
    size_t freed_count, freed_room;
    struct lost_counters *lost; /* numbers of which that is not known: closed by a void record */
    struct boot_keeper *boot_keeper;
    exchange *queue_first, *queue_last; /* waiting for a group */
    struct hasher *hasher;
    const uint8_t *cursor_key, *csrf_key, *throttle_key, *pepper, *login_key, *account_key, *idempotency_key;
    signer *signer; /* of the receipts that people keep */
    char signer_name[SIGN_THUMBPRINT];
    uv_timer_t *pulse;
    struct readiness *readiness;
    struct eraser *eraser;
    struct retirer *retirer;
    struct watcher *watcher;
    service_counters counters;
};

/* The steps, in the words of design.md 3. */
verdict step_route(exchange *x);
verdict step_admit(exchange *x);
verdict step_fetch(exchange *x);
verdict step_facts(exchange *x);
verdict step_judge(exchange *x);
verdict step_disclose(exchange *x);
verdict step_open(exchange *x);
verdict step_seal(exchange *x);
verdict step_commit(exchange *x);
verdict step_login_facts(exchange *x);
verdict step_login_work(exchange *x);
verdict step_login_judge(exchange *x);
verdict step_login_commit(exchange *x);
verdict step_join_work(exchange *x);
verdict step_join_code(exchange *x);
verdict step_join_facts(exchange *x);
verdict step_join_commit(exchange *x);
verdict step_refuse(exchange *x);
verdict step_shape(exchange *x);
verdict step_send(exchange *x);

/* A step that waited goes on: with GO_ON, AGAIN, GO_BACK or FAILED. */
void exchange_resume(exchange *x, verdict v);
static inline verdict fail(exchange *x, result why) {
    x->outcome = why;
    return FAILED;
}
/* The same for a result that may be OK. */
static inline verdict go_or_fail(exchange *x, result r) { return ok(r) ? GO_ON : fail(x, r); }

/* Answers with an RFC 9457 problem made of x->outcome, x->detail and x->faults. */
void answer_problem(exchange *x);

/* The wrapped keys of the family in x->families[i] (or of the service, zero) are in the ring: GO_ON, or WAITING for them. */
verdict keys_ready(exchange *x, uuid id);
/* Loads them whatever the ring holds (a key that was evicted); the step that asked runs again. */
verdict keys_load(exchange *x, uuid id);
/* The statements for a family's wrapped keys, behind the context of the unit; and what they found, into the ring. */
void keys_ask(unit *u, arena *a, uuid id);
result keys_take(keyring *ring, uuid id, unit *u, size_t first) MUST_USE;
/* The numbers of records (counters.c): none is used twice, and none stays without a record. */
uint64_t counter_take(service *s);
/* Nothing bears it: it was never sent, or it was rolled back. */
void counter_give_back(service *s, uint64_t counter);
/* Something may bear it. */
void counter_lose(service *s, uint64_t counter);
/* Whether some number stands on no record yet. */
bool counters_open(const service *s);
bool counter_is_lost(const service *s, uint64_t counter);
/* Which of them, after a unit that failed or found nothing; NULL for one that was never sent. */
void counter_settle(service *s, uint64_t counter, const unit *u);
/* Closes what was lost and is old enough to be looked for, if need be. */
void counters_close(service *s);
void counters_release(service *s);
/* A record of the service itself, in its own family. */
result service_record(service *s, uuid boot, uint64_t counter, const char *kind, bytes note, arena *a, record_sealed *out) MUST_USE;
unit *service_unit(arena *a);
void boot_pulse_stop(service *s);
/* The record of what x->ruling, x->wants and x->record_note say, for family `i` (or the service when `i` is FAMILY_NONE). */
enum { FAMILY_NONE = 255 };
typedef struct {
    uuid id;
    moment at;
    uint64_t counter;
    result_code result; /* R_DONE, or why it was refused */
} record_place;
result seal_record(exchange *x, unsigned i, record_place place, arena *a, record_sealed *out) MUST_USE;
/* Whether the first id of its path is a family's. */
bool route_names_family(const route *r);
/* What a record is to the watch (look.c): ids and what he was there; nothing of what he saw. */
typedef enum { LOOK_PERSON, LOOK_HELPER, LOOK_LEFT, LOOK_STRANGER, LOOK_LOGIN } look_standing;
typedef struct {
    uuid record, recorded_in, account, family, organisation;
    look_standing standing;
    bool emergency, aim;
} family_look;
/* False: it is no look at a family, or one that has its row. */
bool look_of(const exchange *x, const record_row *row, family_look *out);
/* Behind their records, in the same unit. */
void looks_add(unit *u, arena *a, const family_look *looks, size_t count, moment now);
/* Its unit is committed. */
void look_keep(exchange *x, const family_look *l, moment now);
/* The account's own record family: the service itself. */
extern const uuid SERVICE_FAMILY;
void record_head_of(const exchange *x, unsigned i, record_head *out);
/* Lets go of the facts without a word about how good they were. */
void let_go_of_families(exchange *x);
/* Forgets what turned out stale, so that FACTS reads anew. */
void forget_facts(exchange *x);
/* Rolls back the transaction that holds the family's row, if there is one: its link is wanted. */
void unlock_family(exchange *x);

/* The group of disclosures: a source of the data pool. */
unit *disclose_next(void *service_);
/* Its answer is given: it no longer waits for a group. */
void leave_disclosures(exchange *x);

/* Argon2id on the thread pool, few at once, in order. The job's memory belongs to the exchange; a cancelled one runs to its end
 * on memory of its own. */
typedef struct hasher hasher;
hasher *hasher_new(service *s);
void hasher_release(hasher *h);
/* OK, BAD_LOGIN or UNAVAILABLE (also when too many wait); `new_phc` (or NULL) is to be stored, the cost has risen. `done` is not
 * called when the arena goes first. */
result hasher_verify(hasher *h, arena *a, bytes password, const char *phc, void (*done)(void *ctx, result r, const char *new_phc),
                     void *ctx) MUST_USE;

/* The watch: see watch.c. */
void watch_start(service *s);
void watch_stop(service *s);
/* Whether nobody is ever to touch it; false for all while the marks have not been read. */
bool watch_is_decoy(const service *s, uuid id);
/* The institution's own program, told of each severe sign (alarm_command.c). */
typedef struct alarm_command alarm_command;
alarm_command *alarm_command_new(uv_loop_t *loop, const char *path);
void alarm_command_tell(alarm_command *c, const char *sign, uuid id);
void alarm_command_release(alarm_command *c);

/* The eraser: see erase.c. It looks every few seconds, and at once when it is woken. */
void eraser_start(service *s);
void eraser_stop(service *s);
void eraser_wake(service *s);
/* The retirer: see retire.c. It looks at once and every hour; stopping it is harmless twice. */
void retirer_start(service *s);
void retirer_stop(service *s);
/* The same work for a password that is new: `new_phc` is what is to be stored. */
result hasher_make(hasher *h, arena *a, bytes password, void (*done)(void *ctx, result r, const char *new_phc), void *ctx) MUST_USE;

void readiness_start(service *s);
void readiness_stop(service *s);
/* The log was changed behind its signer: nobody's data is shown, or written, until that is looked into. */
bool readiness_log_refused(const service *s);

#endif
