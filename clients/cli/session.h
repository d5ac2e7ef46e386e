/* The session file: which server, which authority signed its certificate, the token, and until when.
 *
 * Only its owner can read it (0600 in a 0700 folder), and a file that others could have read or written is refused,
 * not repaired in silence. It is replaced whole or not at all. The token goes from here into the Authorization header
 * and nowhere else. */
#ifndef KRING_CLI_SESSION_H
#define KRING_CLI_SESSION_H

#include "base/arena.h"
#include "base/clock.h"

enum { URL_MAX = 512, TOKEN_MAX = 512, SESSION_FILE_MAX = 16 << 10 };

typedef struct {
    bytes url;   /* "https://localhost:8443", without a slash at its end */
    bytes ca;    /* an absolute path, or empty: the authorities that the system trusts */
    bytes token; /* token68 characters only, so that it cannot carry a second header */
    moment expires;
    bytes log_url, log_key; /* of the server's log, as a demo's file told it; empty: not known */
} session;

typedef enum {
    SESSION_READ,
    SESSION_NONE,    /* there is no file */
    SESSION_OPEN,    /* others can read or write it, or it is not ours, or no plain file */
    SESSION_FOLDER,  /* others can write in its folder */
    SESSION_DAMAGED, /* not what session_write writes */
    SESSION_FAILED   /* errno says why */
} session_state;

/* `chosen` (from --session or KRING_SESSION) or the default under $XDG_STATE_HOME or ~/.local/state; NULL when there
 * is no place. */
const char *session_path(arena *a, const char *chosen);
session_state session_read(arena *a, const char *path, session *out) MUST_USE;
/* Makes the folders that are missing (0700). SESSION_READ when it is on the disk. */
session_state session_write(arena *a, const char *path, const session *s) MUST_USE;
/* False with errno set when it is still there. */
bool session_remove(const char *path) MUST_USE;

/* "https://NAME[:PORT]" in plain ASCII: no user, no path, no query. A slash at the end is dropped. */
bool url_parse(bytes text, bytes *out) MUST_USE;
bool token_is_plain(bytes token);

/* Puts a file (0600) of this content in the place of what was there, whole or not at all; false with errno set. */
bool private_replace(arena *a, const char *path, bytes content) MUST_USE;
/* The same, in folders that are made (0700) where they are missing. */
bool private_keep(arena *a, const char *path, bytes content) MUST_USE;

#endif
