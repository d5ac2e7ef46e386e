#include "app/clock_file.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
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

typedef result place(const char *path, bytes content, mode_t mode);

static bool clock_place(const char *path, moment demo, place *put, setting_fault *fault) {
    char line[LINE];
    line_write(demo, line);
    if (ok(put(path, BYTES_OF(line), 0644)) || errno == EEXIST) return true;
    return failed(fault, path, strerror(errno));
}

/* The first start alone makes the clock. */
bool clock_file_make(const char *path, moment demo, setting_fault *fault) { return clock_place(path, demo, file_make, fault); }

bool clock_file_advance(const char *path, moment demo, setting_fault *fault) {
    kring_clock present;
    if (!clock_file_read(path, &present, fault)) return false;
    if (demo < clock_now(&present))
        return failed(fault, path, "the clock of a demonstration never goes back; begin anew with --reset");
    return clock_place(path, demo, file_replace, fault);
}
