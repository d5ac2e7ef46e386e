#include "app/clock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

/* "demo <27 characters> at <27 characters>\n" */
enum { LINE = 5 + MOMENT_TEXT + 4 + MOMENT_TEXT + 1 };

static bool failed(setting_fault *fault, const char *path, const char *what) {
    *fault = (setting_fault){.exit_code = EXIT_CONFIG};
    snprintf(fault->text, sizeof fault->text, "%.200s: %s", path, what);
    return false;
}

bool clock_file_read(const char *path, kring_clock *out, setting_fault *fault) {
    char line[LINE + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed(fault, path, strerror(errno));
    ssize_t n = read(fd, line, sizeof line);
    close(fd);
    moment demo, real;
    bool fine = n == LINE && memcmp(line, "demo ", 5) == 0 && memcmp(line + 5 + MOMENT_TEXT, " at ", 4) == 0 &&
                line[LINE - 1] == '\n' && ok(moment_parse(bytes_make(line + 5, MOMENT_TEXT), &demo)) &&
                ok(moment_parse(bytes_make(line + 9 + MOMENT_TEXT, MOMENT_TEXT), &real));
    if (!fine) return failed(fault, path, "not the clock of a demonstration");
    *out = (kring_clock){.shift = demo - real, .newest = demo};
    return true;
}

static void line_write(moment demo, char line[LINE]) {
    memcpy(line, "demo ", 5);
    moment_write(demo, line + 5);
    memcpy(line + 5 + MOMENT_TEXT, " at ", 4);
    moment_write(clock_real(), line + 9 + MOMENT_TEXT);
    line[LINE - 1] = '\n';
}

static bool folder_sync(const char *path) {
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy) return false;
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool fine = fsync(fd) == 0;
    close(fd);
    return fine;
}

/* Written and synced beside its place first: whoever looks sees all of it or nothing. */
static bool draft_write(const char *draft, moment demo) {
    char line[LINE];
    line_write(demo, line);
    (void)unlink(draft); /* of a start that was killed here */
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return false;
    bool fine = write(fd, line, LINE) == LINE && fsync(fd) == 0;
    return close(fd) == 0 && fine;
}

typedef int place(const char *draft, const char *path);

static bool clock_place(const char *path, moment demo, place *put, setting_fault *fault) {
    char draft[PATH_MAX];
    if ((size_t)snprintf(draft, sizeof draft, "%s.new", path) >= sizeof draft) return failed(fault, path, "the path is too long");
    bool fine = draft_write(draft, demo) && put(draft, path) == 0;
    int failure = errno;
    (void)unlink(draft);
    if (!fine && failure == EEXIST) return true;
    if (!fine) return failed(fault, path, strerror(failure));
    return folder_sync(path) || failed(fault, path, "the folder can't be synced");
}

/* link() refuses where rename() would replace: the first start alone makes the clock. */
bool clock_file_make(const char *path, moment demo, setting_fault *fault) { return clock_place(path, demo, link, fault); }

bool clock_file_advance(const char *path, moment demo, setting_fault *fault) {
    kring_clock present;
    if (!clock_file_read(path, &present, fault)) return false;
    if (demo < clock_now(&present))
        return failed(fault, path, "the clock of a demonstration never goes back; begin anew with --reset");
    return clock_place(path, demo, rename, fault);
}
