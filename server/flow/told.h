/* The facts as somebody is told of them who is kept out of some fields by a safety lock (policy_tell, T7). */
#ifndef KRING_FLOW_TOLD_H
#define KRING_FLOW_TOLD_H

#include "base/arena.h"
#include "policy/policy.h"

/* For whoever reads or acts as `viewer` at `at`: `f` itself, unless such a lock counts for him; else a copy in `a`, with the same
 * positions, families' version and moments. Never for a question about him: that is answered by the real facts. */
const facts *told_facts_of(arena *a, const facts *f, actor viewer, moment at);

#endif
