/* A demo's demo.json: where it runs, whom to trust, and the made-up accounts that log in to it. */
#ifndef KRING_CLI_DEMO_H
#define KRING_CLI_DEMO_H

#include "base/arena.h"

enum { DEMO_MAX = 4 << 20 };

typedef struct {
    bytes url, ca;
    bytes login, password;  /* of the account that was asked for */
    bytes log_url, log_key; /* empty in a demo without a log */
} demo;

typedef enum { DEMO_READ, DEMO_FAILED /* errno */, DEMO_DAMAGED, DEMO_NO_ACCOUNT } demo_state;

/* `ref` is an account's ref or login. On DEMO_NO_ACCOUNT *refs holds all of them, with blanks between. */
demo_state demo_read(arena *a, const char *path, bytes ref, demo *out, bytes *refs) MUST_USE;

/* Where it is and where its log is, of nobody's account; DEMO_READ, DEMO_FAILED or DEMO_DAMAGED. */
demo_state demo_read_place(arena *a, const char *path, demo *out) MUST_USE;

#endif
