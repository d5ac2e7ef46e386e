#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

static log_level least_level = LOG_INFO;

void log_set_level(log_level least) { least_level = least; }

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static size_t put_field(char *p, size_t room, const log_field *f) {
    int n = 0;
    char id[UUID_TEXT + 1] = {0};
    switch (f->type) {
    case LOG_NUMBER: n = snprintf(p, room, ",\"%s\":%lld", f->name, (long long)f->number); break;
    case LOG_ID:
        uuid_write(f->id, id);
        n = snprintf(p, room, ",\"%s\":\"%s\"", f->name, id);
        break;
    case LOG_WORD: n = snprintf(p, room, ",\"%s\":\"%s\"", f->name, f->word ? f->word : ""); break;
    case LOG_RESULT: n = snprintf(p, room, ",\"%s\":\"%s\"", f->name, result_type(f->outcome)); break;
    }
    return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

void log_line(log_level level, const char *event, size_t count, const log_field *fields) {
    if (level < least_level) return;
    must(count <= 8);
    char line[1024], at[MOMENT_TEXT];
    moment_write(clock_real(), at);
    int head = snprintf(line, sizeof line, "{\"at\":\"%.*s\",\"level\":\"%s\",\"event\":\"%s\"", MOMENT_TEXT, at,
                        level_names[level], event);
    must(head > 0 && (size_t)head < sizeof line);
    size_t n = (size_t)head;
    for (size_t i = 0; i < count; i++) n += put_field(line + n, sizeof line - n - 3, &fields[i]);
    line[n++] = '}';
    line[n++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written; /* there is nowhere left to complain */
}
