/* What a preview, a matrix and a look at the past have in common: whom it may be about, and of what it may not speak. */
#ifndef KRING_API_PREVIEW_H
#define KRING_API_PREVIEW_H

#include "flow/endpoint.h"

/* The actor of that id, if the asker may know of him: himself, a person in x->ruling.known (judge first), a helper who shows to him
 * else ACTOR_NONE, as for an id that means nothing. */
actor preview_actor(const exchange *x, const standing *asker, uuid id);
/* Everybody of whom he may know so, in the order of the facts; `out` has room for PEOPLE_MAX + HELPERS_MAX. */
unsigned preview_actors(const exchange *x, const standing *asker, actor *out);
/* the facts without the emergencies of which the asker is not told all, so that nothing that is made of them gives one away.
 * The same facts when there are none. `a` holds the copy. */
const facts *preview_facts(arena *a, const facts *f, const standing *asker);

/* See-as: x->ruling becomes what the actor of the query's `as` may read, as far as the asker reads it himself, and the record's
 * kind a preview. NOT_FOUND for whoever is not to be known. */
result preview_judge(exchange *x, unsigned kinds) MUST_USE;
static inline bool preview_wanted(const exchange *x) { return query_text(x, "as").at != NULL; }
/* A preview's entity tag is made of the first `len` bytes of the answer itself, since what it names depends on two readers; call
 * when all is written. */
void preview_tag(exchange *x, size_t len);

/* The query's or body's moment `at`, or now. */
moment preview_at(const exchange *x);

#endif
