/* log export: one's own copy of the log with its proofs, which needs neither us nor the server to be checked; or the same lines as
 * FHIR AuditEvents, for an audit repository. */
#include "base/file.h"
#include "log_fhir.h"
#include "log_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PAGE_LINES_MAX = FHIR_LINE_MAX, EVENT_MAX = 8 * FHIR_LINE_MAX };

typedef struct {
    int fd;
    const char *path;
    bool fhir;
} sink;

static outcome put_event(kring *k, const sink *s, bytes line) {
    arena *a = arena_new();
    buf event = buf_new(EVENT_MAX);
    outcome o = DONE;
    if (!log_fhir_put(a, line, k->session.url, k->family, &event))
        o = complain(k, EXIT_UNREACHABLE, W_STRANGE, BYTES("no line of a log"));
    else if (!file_write_all(s->fd, buf_bytes(&event))) o = complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, s->path);
    buf_release(&event);
    arena_release(a);
    return o;
}

static outcome put_events(kring *k, const sink *s, bytes lines) {
    bytes line;
    while (bytes_cut(&lines, '\n', &line))
        GO(put_event(k, s, line));
    return DONE;
}

static outcome put_page(kring *k, buf *lines, void *object) {
    const sink *s = object;
    outcome o = DONE;
    if (s->fhir) o = put_events(k, s, buf_bytes(lines));
    else if (!file_write_all(s->fd, buf_bytes(lines))) o = complain_errno(k, EXIT_REFUSED, W_BAD_WRITE, s->path);
    buf_clear(lines);
    return o;
}

static outcome take_all(kring *k, const sink *s) {
    buf lines = buf_new(PAGE_LINES_MAX);
    outcome o = log_lines_take(k, k->family, &lines, put_page, (void *)(uintptr_t)s);
    buf_release(&lines);
    return o;
}

/* Beside its place, so that half a log never passes for a whole one. */
static outcome take_into_file(kring *k, const char *path, bool fhir) {
    char id[UUID_TEXT];
    uuid_write(uuid_random(), id);
    const char *fresh = (const char *)arena_format(k->memory, "%s.%.*s%c", path, UUID_TEXT, id, 0).at;
    sink s = {open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), path, fhir};
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
    const char *path = value_of(k->args, O_OUT), *format = value_of(k->args, O_FORMAT);
    bool fhir = format && strcmp(format, "fhir") == 0;
    if (format && !fhir && strcmp(format, "ndjson") != 0) return complain(k, EXIT_USAGE, W_NOT_A_FORMAT, bytes_of_string(format));
    GO(api_family(k));
    if (path && strcmp(path, "-") != 0) return take_into_file(k, path, fhir);
    return take_all(k, &(sink){STDOUT_FILENO, "-", fhir});
}
