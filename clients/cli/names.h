/* Names of people, homes and helpers: from the reader's own lists, both ways.
 *
 * A list is fetched when it is first needed and not before, since each look at it is on the log. A name that a person
 * typed must fit exactly one; there is no nearest match, because a grant to the wrong Els can't be taken back from
 * her memory. */
#ifndef KRING_CLI_NAMES_H
#define KRING_CLI_NAMES_H

#include "base/arena.h"
#include "command.h"
#include "json/read.h"

typedef enum { LIST_PEOPLE = 1, LIST_HOMES = 2, LIST_TEAM = 4, LIST_FAMILY = 8 } name_lists;

typedef struct {
    uuid id;
    bytes call_name, name; /* clean; `name` may be empty */
    name_lists list;
} named;

typedef struct {
    unsigned fetched; /* name_lists */
    size_t count, cap;
    named *all;
} names;

/* Fetches those of `lists` that are not there yet. */
outcome names_fetch(kring *k, unsigned lists) MUST_USE;
/* Fills in what a list's answer holds; used by the commands that show a list anyway. */
void names_take(kring *k, name_lists list, const json_value *root);
/* The id that a person means: an id as it is, else a name out of `lists`. */
outcome names_resolve(kring *k, const char *typed, unsigned lists, uuid *out) MUST_USE;
/* The call name, or the id itself in text. Clean. */
bytes names_show(kring *k, const json_value *id);
/* Several, with commas. NULL is none. */
bytes names_show_all(kring *k, const json_value *ids);

/* How well a typed name fits: 0 not, 1 as its first words, 2 wholly; case, composition and invisible characters
 * apart. */
int name_fits(arena *a, bytes typed, bytes name);

#endif
