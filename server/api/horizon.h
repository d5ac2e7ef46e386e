/* Until when an answer of the policy holds, as far as it may be told: by its grant or emergency, or by a subject's birthday. */
#ifndef KRING_API_HORIZON_H
#define KRING_API_HORIZON_H

#include "flow/endpoint.h"

enum { BIRTHDAYS = 3, HORIZON_MAX = 2 * BIRTHDAYS * PEOPLE_MAX };

/* The moments ahead, with a standing of the viewer at each, made when it is first asked for. */
typedef struct {
    arena *arena;
    const standing *now;
    unsigned count;
    moment when[HORIZON_MAX];
    standing *then[HORIZON_MAX];
    bool stands[HORIZON_MAX];
} horizon;

/* Of the birthdays of the people in `about`. May be used again for another viewer: the room for standings stays. */
horizon *horizon_new(arena *a, const facts *f, subjects about, moment at);
void horizon_of(horizon *h, const standing *now);
/* When `told` (what h->now answers for field and about, allowed) ends; MOMENT_NEVER if nothing says so. */
moment horizon_end(horizon *h, field_id field, subjects about, const answer *told);

#endif
