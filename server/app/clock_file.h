/* A demonstration's clock, kept in a file so that it goes on where it was.
 *
 * The file pairs one moment of the demonstration with one of real time. It is made once and replaced whole or not at all; the clock
 * only ever goes forward, even if the machine's own clock was set back in between. */
#ifndef KRING_APP_CLOCK_FILE_H
#define KRING_APP_CLOCK_FILE_H

#include "app/settings.h"
#include "base/clock.h"

/* The clock as it is now. EXIT_CONFIG's fault if the file is missing or not one of ours. */
bool clock_file_read(const char *path, kring_clock *out, setting_fault *fault) MUST_USE;
/* Makes the file, so that it is `demo` now; one that is already there stays as it is. */
bool clock_file_make(const char *path, moment demo, setting_fault *fault) MUST_USE;
/* Sets the clock forward to `demo`; a moment that has passed is a fault. */
bool clock_file_advance(const char *path, moment demo, setting_fault *fault) MUST_USE;

#endif
