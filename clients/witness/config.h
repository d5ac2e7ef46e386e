/* What a witness is told: where to listen and which logs to watch, by witness.conf in its folder and by its command line.
 *
 * The command line adds logs and wins over the file's `listen`. A setting that nobody knows is refused: a witness that watches
 * nothing because of a slip of the pen looks like one that found nothing. */
#ifndef KRING_WITNESS_CONFIG_H
#define KRING_WITNESS_CONFIG_H

#include "base/arena.h"
#include "crypto/note.h"

#include <sys/socket.h>

enum { CONFIG_LOGS_MAX = 64 };

typedef struct {
    struct sockaddr_storage address;
    socklen_t address_len; /* 0: not told */
    size_t count;
    note_key logs[CONFIG_LOGS_MAX];
} config;

/* These say what is wrong and return its exit code, or 0. */
int config_listen(config *c, const char *where, const char *value);
int config_log(config *c, arena *a, const char *where, const char *value);
/* witness.conf of the folder; none is fine. */
int config_file(config *c, arena *a, int dir);

#endif
