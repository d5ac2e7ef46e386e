#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

static bool drain(int fd, buf *into) {
    for (;;) {
        uint8_t chunk[4096];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n > 0) buf_put(into, bytes_make(chunk, (size_t)n));
        wipe(chunk, sizeof chunk);
        if (!buf_ok(into)) errno = EFBIG;
        if (n < 0 || !buf_ok(into)) return false;
        if (n == 0) return true;
    }
}

bool read_all(arena *a, const char *path, size_t max, bytes *out) {
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return false;
    buf content = buf_new(max);
    bool all = drain(fd, &content);
    int why = errno;
    if (!standard) close(fd);
    if (all) *out = arena_copy(a, buf_bytes(&content));
    buf_release(&content);
    errno = why;
    return all;
}

bytes first_line(bytes text) {
    size_t n = 0;
    while (n < text.len && text.at[n] != '\n' && text.at[n] != '\r')
        n++;
    return bytes_make(text.at, n);
}

/* A terminal whose echo stays off after Ctrl-C would swallow what its owner types next. So what could end or stop us
 * is held back, but noticed (a signalfd that is polled and never read), and comes through once the terminal is as it
 * was. */
static int hold_signals(sigset_t *before) {
    sigset_t ends;
    sigemptyset(&ends);
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&ends, numbers[i]);
    sigprocmask(SIG_BLOCK, &ends, before);
    return signalfd(-1, &ends, SFD_CLOEXEC);
}

/* One line of the terminal, which hands over whole lines; false when a signal came first. */
static bool read_line(int tty, int signals, buf *line) {
    struct pollfd waits[] = {{.fd = signals, .events = POLLIN}, {.fd = tty, .events = POLLIN}};
    for (;;) {
        if (poll(waits, 2, -1) < 0 && errno != EINTR) return false;
        if (waits[0].revents) {
            errno = EINTR;
            return false;
        }
        if (!waits[1].revents) continue;
        uint8_t chunk[256];
        ssize_t n = read(tty, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n > 0) buf_put(line, bytes_make(chunk, (size_t)n));
        bool ended = n <= 0 || chunk[n - 1] == '\n';
        wipe(chunk, sizeof chunk);
        if (ended) return n >= 0;
    }
}

static bool read_without_echo(int tty, const char *prompt, buf *line) {
    struct termios before, quiet;
    if (tcgetattr(tty, &before) != 0) return false;
    sigset_t mask;
    int signals = hold_signals(&mask);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    bool read_it = signals >= 0 && tcsetattr(tty, TCSAFLUSH, &quiet) == 0 &&
                   write(tty, prompt, strlen(prompt)) >= 0 && read_line(tty, signals, line);
    int why = errno;
    if (write(tty, "\n", 1) < 0) why = errno;
    tcsetattr(tty, TCSAFLUSH, &before);
    if (signals >= 0) close(signals);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    errno = why;
    return read_it;
}

bool read_password(arena *a, const char *prompt, bytes *out) {
    buf line = buf_new(PASSWORD_MAX);
    bool read_it;
    if (isatty(STDIN_FILENO)) {
        int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        read_it = tty >= 0 && read_without_echo(tty, prompt, &line);
        if (tty >= 0) close(tty);
    } else {
        read_it = drain(STDIN_FILENO, &line);
    }
    if (!buf_ok(&line)) errno = EFBIG;
    read_it = read_it && buf_ok(&line);
    if (read_it) *out = arena_copy(a, first_line(buf_bytes(&line)));
    buf_release(&line);
    return read_it;
}
