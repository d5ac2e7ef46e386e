/* A service of the tests: bytes in, bytes out, no flow behind it. It counts what lives, so that a lost exchange is
 * seen. */
#ifndef KRING_TESTS_NET_LOOPBACK_H
#define KRING_TESTS_NET_LOOPBACK_H

#include "flow/exchange.h"

#include <uv.h>

/*  /echo        the request as it was understood
 *  /bytes?N     N bytes
 *  /later?MS    "later", after that time
 *  /never       nothing, until it expires
 *  /empty       204
 *  /fixed       constant bytes
 *  /close       asks to end the connection
 *  /headers     names Cache-Control and a header with a line break in it
 *  /counts      "live run failed expired" */
struct service {
    uv_loop_t *loop;
    unsigned live, run, failed, expired;
};

enum { LOOPBACK_BYTES_MAX = 8 * 1024 * 1024 };

#endif
