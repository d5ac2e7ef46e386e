/* A database and its pool that answer from memory, one event at a time: the tests say when a unit is sent, what becomes of it, and
 * what happens in between. Everything above (flow, api, policy, crypto) is the real thing. */
#ifndef KRING_TESTS_FLOW_FAKE_H
#define KRING_TESTS_FLOW_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow.h" /* before cmocka, whose fail() is a macro */
#include "statements.h"

#include <cmocka.h>

#define assert_ok(expression) assert_int_equal((expression).code, R_DONE)
#define assert_fails(expression, name) assert_int_equal((expression).code, R_##name)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { PERSON_ENTRIES = 6, RECORDS_MAX = 4096, PHC_ROOM = 128 };

typedef struct {
    uuid id, family, boot;
    uint64_t counter;
    char kind[32], outcome[16];
    bool emergency;
    moment at;
    const void *pending; /* the open transaction that inserted it */
    uint8_t sealed[4096];
    size_t sealed_len;
} fake_record;

/* One family: a person (the account), a helper with a place, a grant to him, the person's entries and both names. */
typedef struct {
    uv_loop_t loop;
    service *service;
    keyring *ring;
    kring_clock clock;
    service_settings settings;

    uint8_t token_hash[SHA256_SIZE];
    char token[TOKEN_TEXT + 1];
    uuid session, account, family, person, helper, grant;
    uuid owner; /* whose key seals every body: the person's, until somebody else looks */
    uuid entries[PERSON_ENTRIES + 2]; /* the person's, then his name and the helper's */
    account_kind kind;
    int64_t version;
    uint32_t entry_count;
    unsigned member_of;      /* how many families the account belongs to; all read the same rows */
    bool session_over, keys_away;
    moment grant_ended;
    int32_t helper_version;  /* of the helper's own entry */

    fake_record records[RECORDS_MAX];
    size_t record_count;

    bool idempotent;         /* a key is kept */
    uint8_t key_request[SHA256_SIZE];
    uuid key_result;

    bool account_known, device_known;
    char phc[PHC_ROOM];
    unsigned closed;         /* which of the buckets asked for are: a set of bits */
    unsigned failed_buckets; /* how many the last failure counted in */
    bool sessions_made, device_made, throttle_cleared;
    uint8_t made_device[SHA256_SIZE];
    unsigned passwords_made;

    /* What becomes of the next units. */
    result_code fail_next, fail_all; /* R_DONE: nothing */
    const statement *fail_with;  /* units with this statement fail with `fail_how` */
    result_code fail_how;
    unsigned fail_times;
    void (*before_send)(const unit *u);
    unsigned sent, finished, open_transactions, begun;
    bool (*own_facts)(const statement *s); /* adds its rows of a facts statement with fake_row; false: the usual ones */
    void (*own_rows)(const statement *s); /* adds rows of any other statement */
    const char *(*own_text)(uuid entry, uint32_t version); /* of a body; NULL: the usual one */
    unsigned groups;
    bool groups_first; /* the source is asked before submitted units are sent */
} fake;

extern fake f_;

void fake_start(void);
/* Asserts that nothing is left: no unit, no exchange in the queue, no transaction. */
void fake_stop(void);
/* One event: a unit is sent, or the answer to one arrives, or a thread's work is done. False when nothing is under way. */
bool fake_step(void);
void fake_run(void);
size_t fake_waiting(void);
/* The cached session is read again: its account has become another one. */
void fake_forget_session(void);

/* What an exchange was told. */
typedef struct {
    exchange *x;
    unsigned told;
    int status;
    char body[65536];
    size_t body_len;
    bool release_when_ready;
    void (*when_ready)(void);
} told;

void tell(void *owner, exchange *x);
/* An exchange with Authorization and, for bodies, Content-Type; not yet run. */
exchange *ask(told *t, request_method m, const char *path, const char *query, const char *body);
void add_header(exchange *x, const char *name, const char *value);
/* For own_facts: one more row of the statement that is being answered. The arena is that answer's. */
void fake_row(const params *p);
arena *fake_arena(void);
/* A path below the family: "/plan". */
const char *in_family(const char *rest);
const char *id_text(uuid id, char out[UUID_TEXT + 1]);
const char *header_of(exchange *x, const char *name);
/* Runs it to its end and releases it; the status. */
int whole(told *t, exchange *x);
/* must() aborts, so the case runs in a child. */
bool aborts(void (*f)(void *), void *ctx);
uuid id_of(uint8_t n);

#endif
