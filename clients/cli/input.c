#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
    while (n < text.len && text.at[n] != '\n' && text.at[n] != '\r') n++;
    return bytes_make(text.at, n);
}

/* A terminal whose echo stays off after Ctrl-C would swallow what its owner types next, so the signals that end us are held until
 * it is back as it was. */
static bool read_without_echo(int tty, const char *prompt, buf *line) {
    struct termios before, quiet;
    if (tcgetattr(tty, &before) != 0) return false;
    sigset_t ends, old;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT), sigaddset(&ends, SIGTERM), sigaddset(&ends, SIGHUP), sigaddset(&ends, SIGQUIT), sigaddset(&ends, SIGTSTP);
    sigprocmask(SIG_BLOCK, &ends, &old);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    bool read_it = tcsetattr(tty, TCSAFLUSH, &quiet) == 0 && write(tty, prompt, strlen(prompt)) >= 0;
    enum { CTRL_C = 3, CTRL_BACKSLASH = 28 };
    for (uint8_t c = 0; read_it && c != '\n';) {
        ssize_t n = read(tty, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n > 0 && (c == CTRL_C || c == CTRL_BACKSLASH)) errno = EINTR, read_it = false;
        if (n <= 0) read_it = n == 0 && line->len > 0, c = '\n';
        else if (c != '\n') buf_put_byte(line, c);
    }
    int why = errno;
    if (write(tty, "\n", 1) < 0) why = errno;
    tcsetattr(tty, TCSAFLUSH, &before);
    sigprocmask(SIG_SETMASK, &old, NULL);
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
