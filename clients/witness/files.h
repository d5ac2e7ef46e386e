/* Small files of one folder, whole or not at all.
 *
 * When a write returns OK its content survives a loss of power: the bytes and then the folder have been synced. A crash at any
 * moment leaves the old content or the new one. */
#ifndef KRING_WITNESS_FILES_H
#define KRING_WITNESS_FILES_H

#include "base/buf.h"

/* The folder, for us alone: TOO_MANY while another process has it. BAD_FILE: it can't be opened. */
result folder_open(const char *path, int *dir) MUST_USE;

/* BAD_FILE: missing, no plain file, unreadable or larger than the buffer may be. BAD_SETTING: it is `secret` and others may read
 * it. */
result state_read(int dir, const char *name, bool secret, buf *out) MUST_USE;
/* CONFLICT: it is there already and `replace` is false. UNAVAILABLE: the disk did not take it. Mode 0600. */
result state_write(int dir, const char *name, bytes content, bool replace) MUST_USE;

#endif
