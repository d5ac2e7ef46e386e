/* kringd clock: the demonstration's clock, told, begun or set forward. Outside a demonstration there is none. */
#include "app/clock_file.h"
#include "app/command.h"

#include <unistd.h>

static int clock_tell(const char *path) {
    kring_clock clock;
    setting_fault fault;
    if (!clock_file_read(path, &clock, &fault)) return command_faulted(&fault);
    char text[MOMENT_TEXT];
    moment_write(clock_now(&clock), text);
    return printf("%.*s\n", MOMENT_TEXT, text) < 0 ? EXIT_SOFTWARE : 0;
}

int clock_command(command *c) {
    if (!*c->set.clock_file)
        return command_failed(EXIT_CONFIG, "clock_file is not set; only a demonstration has a clock of its own");
    if (c->line.count == 1) return clock_tell(c->set.clock_file);
    moment to;
    if (c->line.count > 2 || !ok(moment_parse(bytes_of_string(c->line.word[1]), &to)))
        return command_failed(EXIT_USAGE, "a moment looks like 2026-01-20T12:00:00+01:00");
    setting_fault fault;
    bool begun = access(c->set.clock_file, F_OK) == 0;
    bool fine = begun ? clock_file_advance(c->set.clock_file, to, &fault) : clock_file_make(c->set.clock_file, to, &fault);
    return fine ? 0 : command_faulted(&fault);
}
