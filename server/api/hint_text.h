/* A text as the hints read it: its words, each folded and with its place.
 *
 * Folded is: compatibility forms, no case, no accents, nothing invisible, so that "Élève" and "eleve" are one word and a soft
 * hyphen hides none. Hyphens and apostrophes part words, as "d'Ilyas" does. Pure: an arena, and no other memory. */
#ifndef KRING_API_HINT_TEXT_H
#define KRING_API_HINT_TEXT_H

#include "base/arena.h"

/* A longer word is compared by its beginning. */
enum { TEXT_WORD_MAX = 64 };

typedef struct {
    uint32_t from, to;           /* bytes of the text */
    uint32_t from_char, to_char; /* the same in characters (code points) */
    bytes folded;
    bool capital;                /* it begins with one */
    bool follows;                /* nothing but blanks, hyphens and apostrophes stands since the word before */
    bool after_comma;
    bool begins;                 /* a sentence or a line */
} text_word;

typedef struct {
    const text_word *at;
    size_t count;
} text_words;

/* Of any bytes; what is not UTF-8 parts words. */
text_words text_read(arena *a, bytes text);
/* The character in which that byte stands, counted from the start. */
uint32_t text_character(bytes text, size_t at);

bool text_is_number(const text_word *w, size_t digits_min, size_t digits_max);

#endif
