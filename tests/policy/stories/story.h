/* What the stories share: one family at a time in `w`, a way to ask about one viewer at one moment, and the family that most of
 * them begin with. A story's name begins with the rule it is about, where it is about one; it shows both sides, what the rule
 * opens and what it keeps shut. */
#ifndef KRING_TESTS_POLICY_STORY_H
#define KRING_TESTS_POLICY_STORY_H

#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof (rows) / sizeof *(rows))

extern world w;

/* Mother and father of one child, in two homes; each parent manages one. A helper with a place and nothing else. */
extern unsigned mother, father, child, home_1, home_2;
extern actor helper;
void two_homes(const char *law, unsigned years);

/* Where he stands; until the next call. */
standing *stand_at(actor viewer, moment at);
standing *stand(actor viewer);

/* The rule told, after making sure of the answer. */
rule asks_at(actor viewer, moment at, const char *field, subjects about, bool wanted);
#define ALLOWED_AT(viewer, at, field, about, why) assert_int_equal(asks_at((actor)(viewer), at, field, about, true), RULE_##why)
#define REFUSED_AT(viewer, at, field, about, why) assert_int_equal(asks_at((actor)(viewer), at, field, about, false), RULE_##why)
#define ALLOWED(viewer, field, about, why) ALLOWED_AT(viewer, NOW, field, about, why)
#define REFUSED(viewer, field, about, why) REFUSED_AT(viewer, NOW, field, about, why)
/* Not a microsecond before. */
#define OPENS_AT(viewer, m, field, about)                                                                                          \
    (asks_at((actor)(viewer), (m) - 1, field, about, false), asks_at((actor)(viewer), m, field, about, true))
#define SHUTS_AT(viewer, m, field, about)                                                                                          \
    (asks_at((actor)(viewer), (m) - 1, field, about, true), asks_at((actor)(viewer), m, field, about, false))

/* May he read the newest version of it? */
answer entry_of(actor viewer, const entry_fact *e);
answer entry_at(actor viewer, moment at, const entry_fact *e);
#define READS(viewer, e, why)                                                                                                      \
    do {                                                                                                                           \
        answer read_ = entry_of((actor)(viewer), e);                                                                               \
        assert_true(read_.allowed);                                                                                                \
        assert_int_equal(read_.level, LEVEL_EXACT);                                                                                \
        assert_int_equal(read_.rule, RULE_##why);                                                                                  \
    } while (0)
#define HIDDEN(viewer, e, why)                                                                                                     \
    do {                                                                                                                           \
        answer read_ = entry_of((actor)(viewer), e);                                                                               \
        assert_false(read_.allowed);                                                                                               \
        assert_int_equal(read_.level, LEVEL_HIDDEN);                                                                               \
        assert_int_equal(read_.rule, RULE_##why);                                                                                  \
    } while (0)

/* At what level he reads a thought value, and an entry; HIDDEN if he doesn't. */
level level_of(actor viewer, const char *field, subjects about);
/* Whose yes is needed. */
subjects givers_of(const char *field, unsigned subject);
level sees_helper(actor viewer, actor whom);
/* A set of the one field, or of several. */
#define SET(name, ...)                                                                                                             \
    field_set name = {0, 0};                                                                                                       \
    for (const char *const *name##_ = (const char *const[]){__VA_ARGS__, NULL}; *name##_; name##_++)                               \
    add_field(name, field_named(*name##_))

int stories_of_reading(void);
int stories_of_parents(void);
int stories_of_capacity(void);
int stories_of_grants(void);
int stories_of_levels(void);
int stories_of_emergencies(void);
int stories_of_sealed(void);
int stories_of_locks(void);
int stories_of_told(void);
int stories_of_entries(void);
int stories_of_team(void);
int stories_of_givers(void);
int stories_of_requests(void);
int stories_of_young(void);
int stories_of_writers(void);
int stories_of_clock(void);
int stories_of_agenda(void);
int stories_of_safeguards(void);
int stories_of_moments(void);
int stories_of_endings(void);
int stories_of_people(void);

#endif
