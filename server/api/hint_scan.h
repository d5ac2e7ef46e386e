/* What a writer might like to know of his text before others read it (R-44, R-46, R-46b, R-47): names of others, addresses, words
 * that belong in a more protected field.
 *
 * Pure: no I/O, no clock, nothing kept; an arena, and the text never leaves it. The hints follow from the question alone, so two
 * writers who may know the same get the same. A hint never blocks. */
#ifndef KRING_API_HINT_SCAN_H
#define KRING_API_HINT_SCAN_H

#include "api/hint_names.h"
#include "api/hint_words.h"

typedef struct {
    bytes text;
    field_id field;
    subjects about;          /* as far as the writer may know of them */
    subjects in_two_homes;   /* those, as far as he may know, who live in more than one home; the family too, if it does */
    bool kind_given;         /* fact, quote or opinion */
    const hint_names *names;
} hint_question;

typedef struct {
    uint8_t group;               /* of hint_groups */
    bool located;                /* else it is about the text as a whole, and the places are 0 */
    uint32_t from, to;           /* bytes */
    uint32_t from_char, to_char; /* characters */
    subjects whose;              /* whose name it is; 0 if it is none */
} hint;

/* Each group tells its first few; that is enough to see what is meant. */
enum { HINTS_A_GROUP = 8, HINTS_MAX = HINT_GROUPS_MAX * HINTS_A_GROUP };

typedef struct {
    hint items[HINTS_MAX]; /* in the order of the text; those about all of it last */
    size_t count;
    bool more;             /* some group had more to tell */
} hint_list;

void hint_scan(arena *a, const hint_question *q, hint_list *out);

#endif
