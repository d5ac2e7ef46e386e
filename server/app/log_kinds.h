/* kringd log check --kinds yes: what records of each kind bear, a line for each shape that is there: kind, outcome, who, role,
 * purpose, whether organisation, network, rule, items and grounds are in it, the letter of its note, and how many. Ids, moments and
 * fields are in none of it. tests/records.py makes the table in SECURITY.md of it. */
#ifndef KRING_APP_LOG_KINDS_H
#define KRING_APP_LOG_KINDS_H

#include "flow/record.h"

typedef struct log_kinds log_kinds;
log_kinds *log_kinds_new(void);
void log_kinds_release(log_kinds *k);
/* Only of a record that opened. */
void log_kinds_add(log_kinds *k, const record_row *row, const record_view *v);
void log_kinds_print(log_kinds *k);

#endif
