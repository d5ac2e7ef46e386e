/* Where a log is read: below an https address, or in a folder of the same names; and a copy of what came.
 *
 * Nothing that is fetched is believed here. "It is not there" is an answer, which the one who asked judges; what could
 * not be asked at all ends the command. */
#ifndef KRING_CLI_LOG_FETCH_H
#define KRING_CLI_LOG_FETCH_H

#include "crypto/tile.h"
#include "run.h"

typedef struct {
    kring *k;
    http *http;         /* NULL: a folder */
    bytes prefix;       /* the path of the log's address: "/audit", or nothing */
    const char *folder; /* where it is read when there is no address */
    const char *mirror; /* where what comes is kept, or NULL */
    arena *page;        /* what was fetched, until the next log_forget */
} log_source;

/* "https://NAME[:PORT][/PATH]": the server, and the path without a slash at its end. */
bool log_url_parse(bytes text, bytes *server, bytes *prefix) MUST_USE;
log_source *log_source_url(kring *k, bytes server, bytes prefix, const char *ca);
log_source *log_source_folder(kring *k, const char *folder);

/* `out->at` is NULL when it is not there. */
outcome log_fetch(log_source *s, const char *path, bytes *out) MUST_USE;
/* The same of a tile, a partial one also from the full one that took its place. */
outcome log_fetch_tile(log_source *s, const tile *t, size_t hash, bytes *out) MUST_USE;
void log_forget(log_source *s);

#endif
