/* The institution's own program, which mails or pages: told of each severe sign, one at a time.
 *
 * It gets a line with the sign's name and id on its standard input and nothing else: no argument, no environment but PATH, no
 * open file. No shell reads it. Whoever does not end in half a minute is killed; what it does can't hold up the service, and the
 * sign stands in the list whatever becomes of it. */
#include "flow/flow.h"

#include "base/log.h"
#include "base/memory.h"

#include <signal.h>
#include <stdio.h>

enum { WAITING_MAX = 64, TIME_MS = 30000, TOLD_MAX = 80 };

typedef struct {
    const char *sign;
    uuid id;
} told_sign;

/* Lives until its last handle is closed, maybe longer than the watch. */
struct alarm_command {
    uv_loop_t *loop;
    const char *path;
    told_sign waiting[WAITING_MAX];
    unsigned first, count, handles;
    bool running, released;
    uv_process_t process;
    uv_pipe_t input;
    uv_timer_t time;
    uv_write_t write;
    char line[TOLD_MAX];
    told_sign now;
};

static void next(alarm_command *c);

static void failed(const alarm_command *c, int64_t exit_code, int signal) {
    LOG(LOG_ERROR, "watch.alarm_command_failed", LOG_I("id", c->now.id), LOG_N("exit_code", exit_code), LOG_N("signal", signal));
}

/* ---- its end ---- */

static void closed(uv_handle_t *h) {
    alarm_command *c = h->data;
    if (--c->handles > 0) return;
    c->running = false;
    if (c->released) memory_give(c, sizeof *c);
    else next(c);
}

static void close_one(alarm_command *c, uv_handle_t *h) {
    if (uv_is_closing(h)) return;
    h->data = c;
    uv_close(h, closed);
}

static void close_all(alarm_command *c) {
    close_one(c, (uv_handle_t *)&c->input);
    close_one(c, (uv_handle_t *)&c->time);
    close_one(c, (uv_handle_t *)&c->process);
}

static void ended(uv_process_t *p, int64_t exit_code, int signal) {
    alarm_command *c = p->data;
    if (exit_code || signal) failed(c, exit_code, signal);
    close_all(c);
}

static void too_long(uv_timer_t *t) {
    alarm_command *c = t->data;
    (void)uv_process_kill(&c->process, SIGKILL);
}

static void written(uv_write_t *w, int status) {
    alarm_command *c = w->data;
    (void)status; /* one that reads nothing may still do its work: its exit code tells */
    close_one(c, (uv_handle_t *)&c->input);
}

/* ---- its beginning ---- */

static int spawn(alarm_command *c) {
    char *arguments[] = {(char *)(uintptr_t)c->path, NULL}, *environment[] = {(char *)(uintptr_t) "PATH=/usr/bin:/bin", NULL};
    uv_stdio_container_t streams[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&c->input},
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE}};
    uv_process_options_t o = {
        .file = c->path, .args = arguments, .env = environment, .exit_cb = ended, .stdio = streams, .stdio_count = 3};
    return uv_spawn(c->loop, &c->process, &o);
}

static void run(alarm_command *c) {
    char id[UUID_TEXT];
    must(uv_pipe_init(c->loop, &c->input, 0) == 0 && uv_timer_init(c->loop, &c->time) == 0);
    c->running = true, c->handles = 3;
    c->input.data = c->time.data = c->process.data = c->write.data = c;
    int error = spawn(c);
    if (error) {
        failed(c, error, 0);
        close_all(c); /* uv_spawn has made the process's handle, whether or not there is a process */
        return;
    }
    uuid_write(c->now.id, id);
    int len = snprintf(c->line, sizeof c->line, "%s %.*s\n", c->now.sign, UUID_TEXT, id);
    uv_buf_t line = uv_buf_init(c->line, (unsigned)len);
    must(uv_timer_start(&c->time, too_long, TIME_MS, 0) == 0);
    if (uv_write(&c->write, (uv_stream_t *)&c->input, &line, 1, written) != 0) close_one(c, (uv_handle_t *)&c->input);
}

static void next(alarm_command *c) {
    if (c->running || c->count == 0) return;
    c->now = c->waiting[c->first];
    c->first = (c->first + 1) % WAITING_MAX;
    c->count--;
    run(c);
}

void alarm_command_tell(alarm_command *c, const char *sign, uuid id) {
    if (!c) return;
    if (c->count == WAITING_MAX) {
        LOG(LOG_ERROR, "watch.alarm_command_behind", LOG_I("id", id));
        return;
    }
    c->waiting[(c->first + c->count++) % WAITING_MAX] = (told_sign){sign, id};
    next(c);
}

alarm_command *alarm_command_new(uv_loop_t *loop, const char *path) {
    if (!path || !*path) return NULL;
    alarm_command *c = MEMORY_NEW(alarm_command);
    c->loop = loop;
    c->path = path;
    return c;
}

/* One that runs goes on by itself: it may just be telling. */
void alarm_command_release(alarm_command *c) {
    if (!c) return;
    c->released = true;
    if (!c->running) {
        memory_give(c, sizeof *c);
        return;
    }
    uv_unref((uv_handle_t *)&c->process), uv_unref((uv_handle_t *)&c->time), uv_unref((uv_handle_t *)&c->input);
    close_all(c);
}
