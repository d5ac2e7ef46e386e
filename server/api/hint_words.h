/* The words behind writing hints, and the sentences that they give: constant tables generated from proto/hints.json.
 *
 * Every word is stored as the scanner reads a text: lower case, without accents, blanks for hyphens and apostrophes. The words of
 * all three languages stand together, since a family writes in more than one. */
#ifndef KRING_API_HINT_WORDS_H
#define KRING_API_HINT_WORDS_H

#include "api/hint_text.h"
#include "policy/facts.h"

/* What a hint is about: constant, and its name in the contract. */
#define HINT_KINDS(X)                                                                                                   \
    X(NAMES_OTHER_PERSON, "names_other_person")                                                                         \
    X(THIRD_PERSON_CONTACT, "third_person_contact")                                                                     \
    X(HEALTH_WORD, "health_word")                                                                                       \
    X(PREGNANCY_WORD, "pregnancy_word")                                                                                 \
    X(ADDICTION_WORD, "addiction_word")                                                                                 \
    X(JUSTICE_WORD, "justice_word")                                                                                     \
    X(SAFETY_WORD, "safety_word")                                                                                       \
    X(PAPERS_WORD, "papers_word")                                                                                       \
    X(MONEY_WORD, "money_word")                                                                                         \
    X(PLACE, "place")                                                                                                   \
    X(SEVERAL_PEOPLE, "several_people")                                                                                 \
    X(BOTH_HOMES, "both_homes")                                                                                         \
    X(KIND_MISSING, "kind_missing")

typedef enum {
#define X(name, text) HINT_##name,
    HINT_KINDS(X)
#undef X
    HINT_KIND_COUNT
} hint_kind;

/* Words that make no hint alone; patterns are built of them. */
#define HINT_LISTS(X)                                                                                                   \
    X(DAYS, "days")             /* of the week */                                                                       \
    X(PLACES, "places")         /* where one can be on such a day */                                                    \
    X(SCHOOLS, "schools")       /* a name beside it is a school's */                                                    \
    X(STREETS, "streets")       /* a number beside it makes an address */                                               \
    X(PARTICLES, "particles")   /* of a family name: nobody's name alone */                                             \
    X(ALSO_WORDS, "also_words") /* names that are words too: only with a capital are they names */

typedef enum {
#define X(name, text) LIST_##name,
    HINT_LISTS(X)
#undef X
    HINT_LIST_COUNT
} hint_list_id;

enum { HINT_LANGUAGES = 3, HINT_GROUPS_MAX = 32, HINT_LIST_BASE = 64 };

typedef struct {
    const char *id;                      /* "money" */
    hint_kind kind;
    field_id field;                      /* the better place, or FIELD_NONE */
    field_set expected;                  /* where it belongs: no hint there */
    const char *sentence[HINT_LANGUAGES]; /* nl, fr, en; "{}" is the better field's name */
} hint_group;

extern const hint_group hint_groups[];
extern const size_t hint_group_count;
/* Those that no word gives but a pattern, by their place in hint_groups; the generator fails if one is missing. */
extern const uint8_t GROUP_NAMES, GROUP_CONTACT, GROUP_ADDRESS, GROUP_SCHOOL_NAME, GROUP_DAY_AND_PLACE, GROUP_SEVERAL_PEOPLE,
    GROUP_BOTH_HOMES, GROUP_KIND_MISSING;

typedef enum { MATCH_WHOLE, MATCH_START, MATCH_END, MATCH_INSIDE } word_match;

typedef struct {
    const char *text;  /* one word, or several with a blank between */
    uint8_t words;
    uint8_t match;     /* a word_match, of the last word; the others are whole */
    uint8_t of;        /* a group, or HINT_LIST_BASE + a list */
    bool except;       /* no word of that group after all */
} hint_word;

/* Rows that begin with letter c stand from hint_words_from[c - 'a'] up to the next letter's. */
extern const hint_word hint_words[];
extern const uint16_t hint_words_from[27];
/* Those whose beginning is open. */
extern const hint_word hint_open_words[];
extern const size_t hint_open_word_count;

/* How many words of the text each group and list takes from that place on; 0: none. */
typedef struct {
    uint8_t words[HINT_LIST_BASE + HINT_LIST_COUNT], except[HINT_GROUPS_MAX];
} words_found;

void hint_words_at(const text_words *t, size_t at, words_found *out);
/* Is that one word in the list? */
bool hint_word_in(bytes folded, hint_list_id list);

#endif
