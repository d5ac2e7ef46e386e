/* What the operator is told: one line on standard error, which journald keeps. */
#ifndef KRING_WITNESS_TROUBLE_H
#define KRING_WITNESS_TROUBLE_H

/* "witness: …", printable whatever the values hold; returns `code`, one of sysexits.h, so that a failure is said and returned at
 * once. */
int trouble(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
