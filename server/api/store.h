/* An entry that comes into being with whom or what it is about: a new person's name, a helper's line. */
#ifndef KRING_API_STORE_H
#define KRING_API_STORE_H

#include "api/view.h"

typedef struct {
    const char *kind; /* as sql spells it */
    field_id field;   /* FIELD_NONE for what is of no field */
    uuid of;          /* zero: nothing */
    const uuid *about, *agreed;
    size_t about_count, agreed_count;
    uuid owner;       /* whose key seals it */
} new_entry;

/* Two mutations and one text of the exchange; gives the entry's id. `body` is JSON without white space. */
uuid store_entry(exchange *x, const new_entry *e, bytes body);
/* {"text":"..."} of a member of the request's body, and of several members under their own names. */
bytes store_text_body(exchange *x, const char *member);
bytes store_body(exchange *x, const char *const *members, size_t count);
/* "2026-01-20" as the body gives it, or "". */
bytes store_word(const exchange *x, const char *member);
/* Ids of a list of the body; those that are nobody's stay what they are. */
size_t store_ids(exchange *x, const char *member, uuid **out);
/* A new version of the list of those who live in that home, with one who came. */
void store_residents(exchange *x, unsigned home, uuid with);

#endif
