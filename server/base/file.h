/* Small files that must be whole: read at once, written so that a crash at any moment leaves the old one or the new one. */
#ifndef KRING_BASE_FILE_H
#define KRING_BASE_FILE_H

#include "base/arena.h"

#include <sys/types.h>

/* At most `max` bytes; BAD_FILE with errno set (EFBIG: longer) otherwise. */
result file_read(const char *path, size_t max, arena *a, bytes *out) MUST_USE;
/* Beside its place first, synced, renamed, and the folder synced. BAD_FILE with errno set otherwise: then either may be there. */
result file_replace(const char *path, bytes content, mode_t mode) MUST_USE;
/* The same for a file that must not be there yet. */
result file_make(const char *path, bytes content, mode_t mode) MUST_USE;

/* Into whatever is open there, interrupted or not; false with errno set. */
bool file_write_all(int fd, bytes content) MUST_USE;

#endif
