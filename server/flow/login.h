/* What a log-in made, for the one endpoint that tells it. After the receipt only. */
#ifndef KRING_FLOW_LOGIN_H
#define KRING_FLOW_LOGIN_H

#include "flow/endpoint.h"

typedef struct {
    bytes token;  /* 43 characters, in the exchange's arena */
    bytes device; /* a new device's token, or empty: this one is known */
    moment expires;
    char csrf[48];
    size_t csrf_len;
} login_made;

login_made login_result(const exchange *x);

#endif
