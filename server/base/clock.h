/* Moments: microseconds since 1970-01-01T00:00:00Z.
 *
 * SQL never calls now(): the server's clock is a parameter. A demo's clock is shifted and never runs backwards; TLS and
 * deadlines use the monotonic clock. */
#ifndef KRING_BASE_CLOCK_H
#define KRING_BASE_CLOCK_H

#include "base/bytes.h"

typedef int64_t moment;

#define MOMENT_NEVER INT64_MAX
#define MOMENT_MIN INT64_MIN
#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

typedef struct {
    moment shift;  /* added to real time; 0 outside the demo and the tests */
    moment newest; /* what was told last: the clock never goes backwards */
} kring_clock;

moment clock_now(kring_clock *c);
/* Real time, unshifted: certificates and file stamps only. */
moment clock_real(void);
/* Monotonic milliseconds, for deadlines. */
uint64_t clock_ticks(void);

enum { MOMENT_TEXT = 27 };
/* RFC 3339 in UTC with microseconds, "2026-01-20T11:00:00.000000Z"; 27 characters, no terminator. Years 1 to 9999. */
void moment_write(moment m, char out[MOMENT_TEXT]);
/* RFC 3339 with an offset or Z; up to 6 fractional digits. BAD_REQUEST otherwise. */
result moment_parse(bytes text, moment *out) MUST_USE;

#endif
