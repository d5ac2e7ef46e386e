/* Facts as they would be if something were given, narrowed or stopped: copies in an arena, of which nothing is ever stored.
 *
 * Each takes facts and gives facts, so that they can be put one after another. Moments of new rows are not added: whoever looks
 * asks at one moment. */
#ifndef KRING_API_SUPPOSE_H
#define KRING_API_SUPPOSE_H

#include "base/arena.h"
#include "policy/policy.h"

/* For each field of the catalogue a level; LEVEL_HIDDEN: not in it. */
typedef struct {
    uint8_t of[FIELD_COUNT];
} field_levels;

/* A grant of these fields, given at `now`. False if the family holds no more. */
bool suppose_grant(arena *a, const facts **f, const grant_fact *grant, const field_levels *levels, moment now);
/* Each field of the grant goes down to its level in `levels`; HIDDEN ends it at `now`. */
void suppose_levels(arena *a, const facts **f, uint32_t grant, const field_levels *levels, moment now);
/* The grant ends at `until`, if it does not end sooner. */
void suppose_until(arena *a, const facts **f, uint32_t grant, moment until);
/* The grant opens nothing from `now` on. */
void suppose_stop(arena *a, const facts **f, uint32_t grant, moment now);

#endif
