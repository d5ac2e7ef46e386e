/* kringd load: stores families from scenario files, once each.
 *
 * A family is there whole or not at all: its keys are stored first and read back, what they seal is committed in one
 * transaction, and a failure in between leaves at most keys that nobody uses. The same scenario is refused a second
 * time by the database itself, since a family's id is made of the scenario's name under a key of the installation. No
 * text leaves this program but in an envelope; passwords leave it only into the file named by `demo_json`. */
#ifndef KRING_APP_LOAD_H
#define KRING_APP_LOAD_H

#include "app/scenario.h"
#include "crypto/secret.h"

typedef struct {
    const char *data_db, *keys_db; /* of the app role */
    const char *kek_file;
    const char *const *files; /* scenarios */
    size_t file_count;
    const char *demo_json, *url, *ca; /* NULL: no file is written, and nobody can log in */
    password_cost cost;
    /* Ids made of the scenario's own names instead of randomness: for comparing two worlds, never for real families.
     */
    bool seed_ids;
    /* May be NULL. `step` is a literal; done of total, both 0 when a step only begins. */
    void (*progress)(void *ctx, const char *step, size_t done, size_t total);
    void *progress_ctx;
} load_settings;

/* Says on standard output when the first family's clock starts ("demo_at: " and RFC 3339 in UTC) and what was loaded;
 * what is wrong goes to standard error as "FILE: /place: sentence". Gives an exit code of sysexits.h. Parses every
 * file before the first is stored. */
int command_load(const load_settings *s);

#endif
