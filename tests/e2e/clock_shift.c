/* A clock that the test sets: loaded before the C library by what is tested, it adds to the real and to the monotonic clock what stands
 * in a file, so that a clock that is put back an hour is put back for server, sequencer, signer and database alike. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { REAL, MONOTONIC, CLOCKS };

static int64_t shift_of(int which) { /* seconds */
    static const volatile int64_t *shifts;
    const char *path = getenv("CLOCK_SHIFT");
    int fd = shifts || !path ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        void *map = mmap(NULL, CLOCKS * sizeof *shifts, PROT_READ, MAP_SHARED, fd, 0);
        if (map != MAP_FAILED) shifts = map;
        close(fd);
    }
    return shifts ? shifts[which] : 0;
}

int clock_gettime(clockid_t clock, struct timespec *t) {
    int r = (int)syscall(SYS_clock_gettime, clock, t);
    if (r == 0 && clock == CLOCK_REALTIME) t->tv_sec += shift_of(REAL);
    if (r == 0 && clock == CLOCK_MONOTONIC) t->tv_sec += shift_of(MONOTONIC);
    return r;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    struct timespec now;
    (void)zone;
    int r = clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return r;
}

time_t time(time_t *t) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (t) *t = now.tv_sec;
    return now.tv_sec;
}
