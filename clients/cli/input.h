/* What a person gives `kring`: files, standard input, and a password typed without echo. Bounded, and never from an
 * argument: other users of the machine read those. */
#ifndef KRING_CLI_INPUT_H
#define KRING_CLI_INPUT_H

#include "base/arena.h"
#include "base/buf.h"

enum { PASSWORD_MAX = 4096, TEXT_MAX = 1 << 20 };

/* All of a file, or of standard input for "-". False with errno set; EFBIG when there is more than `max`. */
bool read_all(arena *a, const char *path, size_t max, bytes *out) MUST_USE;
/* One line without its end. From the terminal (prompt shown there, echo off) when standard input is one, else from
 * standard input. False with errno set when nothing could be read or there is more than PASSWORD_MAX. */
bool read_password(arena *a, const char *prompt, bytes *out) MUST_USE;
/* What stands before the first line end. */
bytes first_line(bytes text);

#endif
