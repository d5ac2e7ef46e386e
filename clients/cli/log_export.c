/* log export: one's own copy of the log with its proofs, which needs neither us nor the server to be checked. */
#include "base/file.h"
#include "log_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PAGE_LINES_MAX = 64 << 20 };

typedef struct {
    int fd;
    const char *path;
} sink;

static outcome put_page(kring *k, buf *lines, void *object) {
    const sink *s = object;
    bool put = file_write_all(s->fd, buf_bytes(lines));
    buf_clear(lines);
    return put ? DONE : complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, s->path);
}

static outcome take_all(kring *k, const sink *s) {
    buf lines = buf_new(PAGE_LINES_MAX);
    outcome o = log_lines_take(k, k->family, &lines, put_page, (void *)(uintptr_t)s);
    buf_release(&lines);
    return o;
}

/* Beside its place, so that half a log never passes for a whole one. */
static outcome take_into_file(kring *k, const char *path) {
    char id[UUID_TEXT];
    uuid_write(uuid_random(), id);
    const char *fresh = (const char *)arena_format(k->memory, "%s.%.*s%c", path, UUID_TEXT, id, 0).at;
    sink s = {open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), path};
    if (s.fd < 0) return complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, path);
    outcome o = take_all(k, &s);
    bool whole = o.code == EXIT_DONE && fsync(s.fd) == 0;
    if (close(s.fd) != 0) whole = false;
    if (whole && rename(fresh, path) == 0) return DONE;
    if (o.code == EXIT_DONE) o = complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, path);
    unlink(fresh);
    return o;
}

outcome run_log_export(kring *k) {
    const char *path = value_of(k->args, O_OUT);
    GO(api_family(k));
    if (path && strcmp(path, "-") != 0) return take_into_file(k, path);
    return take_all(k, &(sink){STDOUT_FILENO, "-"});
}
