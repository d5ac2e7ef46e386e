#include "files.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 64 };

result folder_open(const char *path, int *dir) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ENSURE(fd >= 0, BAD_FILE);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) { /* two witnesses on one state could each cosign its own branch */
        close(fd);
        return FAIL(TOO_MANY);
    }
    *dir = fd;
    return OK;
}

/* ---- reading ---- */

static result check_kind(int fd, bool secret) {
    struct stat s;
    ENSURE(fstat(fd, &s) == 0 && S_ISREG(s.st_mode), BAD_FILE);
    ENSURE(!secret || (s.st_mode & 077) == 0, BAD_SETTING);
    return OK;
}

static result read_all(int fd, buf *out) {
    char part[4096];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        ENSURE(n >= 0, BAD_FILE);
        if (n == 0) break;
        buf_put(out, bytes_make(part, (size_t)n));
    }
    wipe(part, sizeof part);
    return buf_ok(out) ? OK : FAIL(BAD_FILE);
}

result state_read(int dir, const char *name, bool secret, buf *out) {
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ENSURE(fd >= 0, BAD_FILE);
    result r = check_kind(fd, secret);
    if (ok(r)) r = read_all(fd, out);
    close(fd);
    return r;
}

/* ---- writing ---- */

/* Its bytes are on the disk before any name leads to them. */
static bool write_aside(int dir, const char *name, bytes content) {
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    bool written = file_write_all(fd, content) && fsync(fd) == 0;
    return close(fd) == 0 && written;
}

result state_write(int dir, const char *name, bytes content, bool replace) {
    char aside[NAME_SIZE];
    int n = snprintf(aside, sizeof aside, "%s.new", name);
    must(n > 0 && n < NAME_SIZE);
    ENSURE(write_aside(dir, aside, content), UNAVAILABLE);
    if (renameat2(dir, aside, dir, name, replace ? 0 : RENAME_NOREPLACE) != 0) {
        bool there = errno == EEXIST;
        unlinkat(dir, aside, 0);
        return there ? FAIL(CONFLICT) : FAIL(UNAVAILABLE);
    }
    ENSURE(fsync(dir) == 0, UNAVAILABLE);
    return OK;
}
