/* A world of tests/prove/worlds.py, read from its JSON into facts. Sets of subjects and of fields travel as hexadecimal text,
 * since a JSON number can't hold them. */
#ifndef KRING_TESTS_PROVE_WORLD_READ_H
#define KRING_TESTS_PROVE_WORLD_READ_H

#include "json/read.h"
#include "policy/policy.h"

typedef enum { OF_PERSON, OF_HOME, OF_HELPER, OF_LOCK, OF_ORGANISATION, OF_HOLD, OF_EMERGENCY, OF_GRANT, OF_REQUEST, OF_ENTRY,
    OF_FAMILY, OF_CONFLICT, OF_TRUSTED, OF_ROW } world_kind;

/* An id for the thing of that number: each kind has its own. */
uuid world_id(world_kind kind, size_t which);
/* The facts live as long as the arena. */
void world_read(arena *a, const json_value *world, facts *f);

/* The member must be there; a bug of the other side stops the program. */
const json_value *world_member(const json_value *row, const char *name);
moment world_moment(const json_value *row, const char *name);
void world_set(bytes text, field_set out);

#endif
