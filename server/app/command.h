/* What the words behind `kringd` can ask for: one function each, which returns the process's exit code. */
#ifndef KRING_APP_COMMAND_H
#define KRING_APP_COMMAND_H

#include "app/settings.h"

typedef struct {
    arena *memory; /* as long as the process */
    settings set;
    command_line line; /* line.word[0] is the command */
} command;

int serve_command(command *c);
int migrate_command(command *c);
int keys_command(command *c);
int load_command(command *c);
int clock_command(command *c);
int replay_command(command *c);
int log_command(command *c);
int decoy_command(command *c);
/* Its word "check". */
int log_check_command(command *c);
/* --check-config: the settings are read already; this looks at the files that they name. */
int check_command(command *c);

/* "kringd: ..." on standard error, printable; returns `exit_code`. */
int command_failed(int exit_code, const char *format, ...) __attribute__((format(printf, 2, 3)));
int command_faulted(const setting_fault *fault);

/* A flag of the command's own, which always has a value: into `values`, at most `max` of them. */
typedef struct {
    const char *flag; /* "--scenario" */
    const char **values;
    int max, count;
} command_flag;

/* Reads the words from `from` on; any other word, a missing value or one too many is a usage fault, already told. */
bool command_flags_read(const command *c, int from, command_flag *flags, size_t count) MUST_USE;

#endif
