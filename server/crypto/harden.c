#include "crypto/crypto.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* Both, because each covers what the other does not: PR_SET_DUMPABLE also refuses ptrace and /proc/PID/mem to our
 * own user, and the limit also holds for a core handler that ignores the flag. */
result crypto_harden(void) {
    ENSURE(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, UNAVAILABLE);
    ENSURE(setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == 0, UNAVAILABLE);
    return OK;
}
