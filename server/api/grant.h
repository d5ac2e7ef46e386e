/* What the files about grants share: a grant as this reader sees it. */
#ifndef KRING_API_GRANT_H
#define KRING_API_GRANT_H

#include "api/consent.h"

typedef struct {
    standing s;
    bool more;
} grant_view;

/* Judges the texts of grants and requests, and keeps the reader's standing in x->place. */
grant_view *grant_start(exchange *x);
/* The grant in the path, if he may see it: its position, and that of its text. NOT_FOUND otherwise. */
result grant_find(exchange *x, uint32_t *entry, unsigned *grant) MUST_USE;
/* R-57b, R-60: a field that says too much is no line of a grant for those who are not to know of it. */
bool grant_shows(const standing *s, const grant_fact *g, unsigned i);
/* The fields that he sees of it. */
void grant_fields(const standing *s, const grant_fact *g, field_set out);
/* The first moment from which on it is over, whatever comes: its end, or an earlier one that a giver set. */
moment grant_until(const facts *f, const grant_fact *g, moment at);
/* Stopped at that moment by a row of that kind; ACTOR_NONE: whoever set it. */
bool grant_stopped(const facts *f, const grant_fact *g, stop_kind kind, actor by, moment at);
/* The member `purpose`: the words of the grant itself, at that want, or of the request that it came from, if that is among the
 * wants. */
void grant_write_purpose(json_writer *w, exchange *x, uint32_t want, const grant_fact *g);
/* What only a giver, the recipient and those who decide read of it: his own words, and what was agreed with them. */
bool grant_reads_purpose(const standing *s, const grant_fact *g);
bool grant_runs(const facts *f, const grant_fact *g, moment at);

#endif
