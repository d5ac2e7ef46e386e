/* A command that reads both databases and changes nothing, so it may run beside a server: waits by running its own loop. */
#ifndef KRING_APP_READER_H
#define KRING_APP_READER_H

#include "app/settings.h"
#include "crypto/keyring.h"
#include "db/pool.h"

#include <uv.h>

typedef struct {
    uv_loop_t loop;
    pool *data, *keys;
    keyring *ring;
} reader;

/* An exit code that is told already, or 0. */
int reader_open(reader *r, const settings *s, const char *name);
void reader_close(reader *r);
result reader_ask(reader *r, unit *u) MUST_USE;
/* A unit in that family's context. */
unit *reader_unit(arena *a, const statement *context, uuid family);
/* NO_KEY: there is none. Afterwards it is in the ring. */
result reader_load_audit_key(reader *r, uuid family) MUST_USE;

#endif
