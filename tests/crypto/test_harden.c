/* After crypto_harden no core is written and the process's memory is closed to its own user. */
#include "try.h"

#include "crypto/crypto.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>


static bool is_hardened(void) {
    struct rlimit core = {1, 1};
    if (prctl(PR_GET_DUMPABLE) != 0 || getrlimit(RLIMIT_CORE, &core) != 0) return false;
    return core.rlim_cur == 0 && core.rlim_max == 0;
}

/* In a child, since neither can be undone there. */
static void memory_is_closed(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) _exit(!is_hardened() && ok(crypto_harden()) && is_hardened() && ok(crypto_harden()) ? 0 : 1);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_is_closed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
