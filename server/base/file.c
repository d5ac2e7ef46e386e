#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static result read_all(int fd, uint8_t *into, size_t max, size_t *len) {
    *len = 0;
    for (;;) {
        ssize_t n = read(fd, into + *len, max - *len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0 ? OK : FAIL(BAD_FILE);
        *len += (size_t)n;
        if (*len < max) continue;
        errno = EFBIG;
        return FAIL(BAD_FILE);
    }
}

result file_read(const char *path, size_t max, arena *a, bytes *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return FAIL(BAD_FILE);
    uint8_t *into = arena_take(a, max + 2);
    size_t len;
    result r = read_all(fd, into, max + 1, &len);
    int why = errno;
    (void)close(fd);
    errno = why;
    if (ok(r)) *out = bytes_make(into, len);
    return r;
}

bool file_write_all(int fd, bytes content) {
    while (content.len > 0) {
        ssize_t n = write(fd, content.at, content.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        content = bytes_make(content.at + n, content.len - (size_t)n);
    }
    return true;
}

static bool draft_write(const char *draft, bytes content, mode_t mode) {
    (void)unlink(draft); /* of a run that was killed here */
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return false;
    bool fine = file_write_all(fd, content) && fsync(fd) == 0;
    return close(fd) == 0 && fine;
}

/* A name that is not on the disk is no file. */
static bool folder_sync(const char *path) {
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy) return false;
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool fine = fsync(fd) == 0;
    return close(fd) == 0 && fine;
}

static result file_place(const char *path, bytes content, mode_t mode, int (*put)(const char *, const char *)) {
    char draft[PATH_MAX];
    if ((size_t)snprintf(draft, sizeof draft, "%s.new", path) >= sizeof draft) {
        errno = ENAMETOOLONG;
        return FAIL(BAD_FILE);
    }
    bool fine = draft_write(draft, content, mode) && put(draft, path) == 0;
    int why = errno;
    (void)unlink(draft);
    errno = why;
    return fine && folder_sync(path) ? OK : FAIL(BAD_FILE);
}

result file_replace(const char *path, bytes content, mode_t mode) { return file_place(path, content, mode, rename); }

/* link() refuses where rename() would replace. */
result file_make(const char *path, bytes content, mode_t mode) { return file_place(path, content, mode, link); }
