/* The witness's one endpoint over HTTP, by libmicrohttpd with a single thread: see judge.h for why there is only one.
 *
 * What it answers is signed or public, and who asks is known by the log's signature, so it needs no TLS of its own; a proxy in
 * front may add it. */
#ifndef KRING_WITNESS_SERVE_H
#define KRING_WITNESS_SERVE_H

#include "config.h"
#include "judge.h"

/* Says where it listens, answers until SIGTERM or SIGINT, and returns an exit code. */
int serve(const config *c, const witness *w);

#endif
