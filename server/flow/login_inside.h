/* What LOGIN and JOIN share: one attempt of somebody who has no session yet, and its throttles. Nobody else includes this. */
#ifndef KRING_FLOW_LOGIN_INSIDE_H
#define KRING_FLOW_LOGIN_INSIDE_H

#include "flow/flow.h"

enum { BUCKET_NETWORK, BUCKET_ACCOUNT, BUCKET_TOTAL, BUCKET_DEVICE, BUCKETS };

typedef struct joining joining;

struct login_attempt {
    bytes password;
    uint8_t index[LOGIN_INDEX], device_hash[SHA256_SIZE], buckets[BUCKETS][16];
    bool known_device, known_account, right, fits; /* fits: it can be a login and a password at all */
    bytes name;                                     /* the login in its one form */
    uuid account, session, record;
    account_kind kind;
    char phc[PHC_SIZE], new_phc[PHC_SIZE], token[TOKEN_TEXT], device[TOKEN_TEXT];
    uint8_t token_hash[SHA256_SIZE];
    moment expires;
    uint64_t counter;
    joining *join; /* NULL but in a JOIN */
};

/* A code and a password are guessed through either door: both count in the same buckets. */
void login_add_failure(exchange *x, unit *u);
void login_clear_failures(exchange *x, unit *u);

#endif
