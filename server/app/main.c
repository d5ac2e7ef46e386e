/* kringd: reads the settings, finds the command, and hands over. Nothing is started before all settings are known to be good. */
#include "app/command.h"

extern char **environ;

typedef struct {
    const char *word;
    int (*run)(command *c);
    const char *usage, *help;
} command_row;

static const command_row commands[] = {
    {"serve", serve_command, "[serve]", "answer on the listening addresses; the default"},
    {"migrate", migrate_command, "migrate", "bring both databases to this program's schema, as the owner"},
    {"keys", keys_command, "keys init", "make the key of kek_file, which must not exist yet"},
    {"load", load_command, "load --scenario FILE... --demo-json FILE", "load families of the scenario format, with demo accounts"},
    {"clock", clock_command, "clock [MOMENT]", "print the demonstration's clock, begin it, or set it forward"},
    {"log", log_command, "log init | log run | log check [--kinds yes]",
     "make its key; give records a place and sign; 1 if one is not whole"},
    {"decoy", decoy_command, "decoy family ID | decoy account ID", "mark what nobody is to touch: whoever does raises an alarm"},
    {"replay", replay_command, "replay [--family ID]", "judge everything that was ever disclosed again; 1 if the log disagrees"},
    {"sample", NULL, "sample", "print a settings file with every default"},
};

static int help(void) {
    puts("kringd [--config FILE] [COMMAND] [--SETTING VALUE]...\n\n"
         "The service of Kring: one shared plan for one family, in which each reader sees exactly what was agreed.\n\nCommands:");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) printf("  %-42s %s\n", commands[i].usage, commands[i].help);
    puts("  --check-config                             read all settings and the files that they name, and stop\n"
         "  --version, --help\n\n"
         "Settings, as flags; in the environment KRING_NAME, in the file name = value. A flag wins over the environment, the\n"
         "environment over the file. Secrets are files or systemd credentials of that name, never values:");
    settings_print_help(stdout);
    puts("\nExit codes: 1 a contradiction or fault (replay, log check), 64 usage, 65 bad data, 69 a service is not available, 70 a "
         "fault of ours, 78 settings.");
    return 0;
}

static const command_row *command_find(const char *word) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].word, word) == 0) return &commands[i];
    return NULL;
}

/* What needs no setting answers before any is read, so that a bad file can't hide the help. */
static bool answers_alone(const char *word, int *exit_code) {
    *exit_code = 0;
    if (strcmp(word, "--help") == 0 || strcmp(word, "help") == 0) return (void)help(), true;
    if (strcmp(word, "--version") == 0) return (void)puts("kringd " KRING_VERSION), true;
    if (strcmp(word, "sample") == 0) return settings_print_sample(stdout), true;
    return false;
}

static int run(command *c, int argc, char **argv) {
    setting_fault fault;
    int exit_code;
    if (!command_line_read(argc, argv, &c->line, &fault)) return command_faulted(&fault);
    const char *word = c->line.count ? c->line.word[0] : "serve";
    if (answers_alone(word, &exit_code)) return exit_code;
    bool check = strcmp(word, "--check-config") == 0;
    const command_row *row = command_find(word);
    if (!check && !row) return command_failed(EXIT_USAGE, "\"%.60s\" is not understood; see kringd --help", word);
    if (!settings_read(c->memory, argc, argv, environ, &c->set, &fault)) return command_faulted(&fault);
    return check ? check_command(c) : row->run(c);
}

int main(int argc, char **argv) {
    command c = {.memory = arena_new()};
    int exit_code = run(&c, argc, argv);
    arena_release(c.memory);
    return exit_code;
}
