/* The names that a writer may know: of people, homes and streets, and where they stand in a text.
 *
 * Only what the writer may read himself ever gets in here (api/hint.c), so a hint can tell nobody of a person of whom he knows
 * nothing. */
#ifndef KRING_API_HINT_NAMES_H
#define KRING_API_HINT_NAMES_H

#include "api/hint_text.h"
#include "policy/facts.h"

/* Kinds are bits, so that a look-up can ask for several. */
typedef enum { NAME_PERSON = 1, NAME_HOME = 2, NAME_STREET = 4 } name_kind;

typedef struct {
    name_kind kind;
    text_words words;
    subjects whose;
    bool with_capital; /* only then it is a name: a family name, or one that is a word too ("Leen", "Wil") */
    uint8_t first;     /* byte of its first word */
} hint_name;

typedef struct {
    arena *memory;
    hint_name *all;
    size_t count, room;
} hint_names;

hint_names hint_names_new(arena *a);
void hint_add_call_name(hint_names *n, bytes text, subjects whose);
/* Each of its parts is a name, but for "de", "van" and the like. */
void hint_add_full_name(hint_names *n, bytes text, subjects whose);
void hint_add_label(hint_names *n, bytes text, subjects whose);
/* The street in "Kaaistraat 12 bus 3, 9999 Waterdijk" or "12, rue de la Paix, 5000 Namur". */
void hint_add_address(hint_names *n, bytes text, subjects whose);

/* How many words the longest name of these kinds takes at that place, and all whose name it is; 0: none. */
size_t hint_name_at(const hint_names *n, const text_words *t, size_t at, unsigned kinds, subjects *whose);

#endif
