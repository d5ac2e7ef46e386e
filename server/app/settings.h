/* Everything an operator can choose, once: one table makes the parsing, the limits, --help and the sample file.
 *
 * A flag wins over the environment, the environment over the file, the file over the default. A name that is not in the table, a
 * value outside its limits or said twice is a fault with its place; nothing is guessed and nothing is half-applied. A secret is
 * never a value: only the path of a file that holds it, or a systemd credential of that name. */
#ifndef KRING_APP_SETTINGS_H
#define KRING_APP_SETTINGS_H

#include "app/settings_table.h"
#include "base/arena.h"

#include <stdio.h>

/* Exit codes of sysexits.h, which service managers and people know. */
enum { EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_NO_INPUT = 66, EXIT_UNAVAILABLE = 69, EXIT_SOFTWARE = 70, EXIT_CONFIG = 78 };

typedef const char *setting_TEXT, *setting_PATH, *setting_LIST, *setting_SECRET, *setting_CONNINFO, *setting_LEVEL;
typedef uint64_t setting_NUMBER;
typedef bool setting_SWITCH;

/* Constant after settings_read. Texts live in the arena given to it; an unset text is "". */
typedef struct {
#define X(kind, name, ...) setting_##kind name;
    KRING_SETTINGS(X)
#undef X
    net_limits net;
} settings;

/* What is wrong and where, as one sentence for a person, and the exit code that says the same to a program. */
typedef struct {
    int exit_code; /* 0: nothing is wrong */
    char text[512];
} setting_fault;

/* The words of the command line that are no settings: the command and its own flags, in order. */
enum { COMMAND_WORDS_MAX = 64 };
typedef struct {
    int count;
    const char *word[COMMAND_WORDS_MAX];
    const char *config; /* --config, or NULL */
} command_line;

/* Splits the arguments; `--name value` and `--name=value` are the same. Flags that are no setting stay in `words` in front of their
 * values, for the command to judge. */
bool command_line_read(int argc, char **argv, command_line *words, setting_fault *fault) MUST_USE;

/* All sources in their order, then the checks between settings. `environment` is environ. On false `out` is not to be used. */
bool settings_read(arena *a, int argc, char **argv, char **environment, settings *out, setting_fault *fault) MUST_USE;

/* The file alone, for the fuzzer: any bytes are either settings or a fault. `name` is only for the fault's text. */
bool settings_parse_file(arena *a, bytes content, const char *name, settings *out, setting_fault *fault) MUST_USE;

/* Every setting and its value, a line each. Of a secret it is the path, so nothing of it is one. */
const char *settings_told(arena *a, const settings *s);

/* --help's list and the sample file that is installed with the program. */
void settings_print_help(FILE *to);
void settings_print_sample(FILE *to);

#endif
