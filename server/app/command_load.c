/* kringd load: families of the scenario format into the databases, with demo accounts when --demo-json names a file for them. */
#include "app/command.h"
#include "app/load.h"

#include <unistd.h>

enum { SCENARIOS_MAX = 24 };

static void progress_tell(void *ctx, const char *step, size_t done, size_t total) {
    (void)ctx;
    if (total == 0) fprintf(stderr, "kring: %s\n", step);
    if (total && isatty(STDERR_FILENO)) fprintf(stderr, "\rkring: %s %zu of %zu%s", step, done, total, done == total ? "\n" : "");
}

int load_command(command *c) {
    const char *scenarios[SCENARIOS_MAX], *demo_json = NULL, *url = NULL, *ca = NULL, *seed = NULL;
    command_flag flags[] = {{"--scenario", scenarios, SCENARIOS_MAX, 0},
                            {"--demo-json", &demo_json, 1, 0},
                            {"--url", &url, 1, 0},
                            {"--ca", &ca, 1, 0},
                            {"--seed-ids", &seed, 1, 0}};
    if (!command_flags_read(c, 1, flags, 5)) return EXIT_USAGE;
    if (flags[0].count == 0) return command_failed(EXIT_USAGE, "load needs at least one --scenario FILE");
    if (demo_json && !(url && ca)) return command_failed(EXIT_USAGE, "--demo-json needs --url and --ca");
    if (!*c->set.kek_file) return command_failed(EXIT_CONFIG, "kek_file is not set");
    load_settings s = {.data_db = c->set.data_db, .keys_db = c->set.keys_db, .kek_file = c->set.kek_file,
                       .files = scenarios, .file_count = (size_t)flags[0].count,
                       .demo_json = demo_json, .url = url, .ca = ca,
                       .cost = {(uint32_t)c->set.argon2_memory_kib, (uint32_t)c->set.argon2_passes},
                       .seed_ids = seed && strcmp(seed, "yes") == 0, .progress = progress_tell};
    return command_load(&s);
}
