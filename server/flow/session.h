/* A log-in as the server holds it: whose it is, and the families it belongs to.
 *
 * The token itself is never kept: its SHA-256 finds the row, and the first half of that hash the cache. A cached session may
 * have been ended elsewhere; DISCLOSE and COMMIT look again in the same transaction as what they do. */
#ifndef KRING_FLOW_SESSION_H
#define KRING_FLOW_SESSION_H

#include "db/unit.h"
#include "flow/cache.h"
#include "policy/facts.h"

typedef enum { ACCOUNT_PERSON, ACCOUNT_HELPER, ACCOUNT_AUDITOR, ACCOUNT_OPERATOR } account_kind;

typedef struct {
    uuid family;
    uuid as;      /* the person or helper that the account is there */
    bool helper;
} membership;

/* A look that has its row (look.c): so it leaves no second one in that hour. */
typedef struct {
    uuid family;
    int64_t hour;
    uint8_t standing;
    bool emergency;
} session_look;
enum { SESSION_LOOKS = 16 };
typedef struct {
    session_look of[SESSION_LOOKS]; /* the oldest makes room */
    uint8_t at;
} session_looks;

typedef struct {
    cached node;
    uint8_t token_hash[32];
    uuid id, account;
    account_kind kind;
    moment expires, last_seen, read_at;
    uint16_t membership_count, refusals; /* refusals in the current minute, so that a session cannot flood the log */
    moment refusals_since;
    session_looks looks;
    size_t size;
    membership memberships[];
} session;

/* A session read longer ago than this is read again, so that a new membership shows. */
#define SESSION_FRESH MINUTE

void session_ask(unit *u, arena *a, const uint8_t token_hash[32]);
enum { SESSION_STATEMENTS = 2 };
/* UNAUTHENTICATED if there is none, or it is over; `idle` is the limit of its kind. */
result session_read(unit *u, const uint8_t token_hash[32], const moment idle[4], moment now, session **out) MUST_USE;
bool session_live(const session *s, const moment idle[4], moment now);
/* NULL if the session's account is not of that family. */
const membership *session_membership(const session *s, uuid family);
void session_release(cached *node);
uuid session_key(const uint8_t token_hash[32]);
const char *account_kind_text(account_kind kind);
account_kind account_kind_of(bytes word);

#endif
