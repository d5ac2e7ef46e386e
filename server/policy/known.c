/* Whose id and call name (a home: whose label) the viewer knows: R-19b.
 *
 * Co-residence is known per home, so a child of two homes knows both and carries nothing from one to the other
 * . The unborn is known to its owner and to readers of the pregnancy only, whatever else names it. A blocked
 * person outside the family is known to nobody here. */
#include "policy/inside.h"

static subjects by_homes(const standing *s) {
    subjects known = s->managed;
    for (unsigned h = 0; h < s->f->home_count; h++)
        if (s->residents[h] & s->self) known |= HOME(h) | s->residents[h];
    return known;
}

static subjects by_authority(const standing *s) {
    subjects known = s->children;
    for EACH_SUBJECT (c, s->minor)
        if ((s->holders[c] | PERSON(c)) & s->self) known |= s->holders[c];
    return known;
}

subjects born_since(const standing *s, const grant_fact *g) {
    subjects newborn = 0;
    for EACH_SUBJECT (p, g->about & s->newborn)
        if (g->recorded < s->f->people[p].born) newborn |= PERSON(p);
    return newborn;
}

static subjects by_grants(const standing *s) {
    subjects known = 0;
    for (unsigned i = 0; i < s->f->grant_count; i++) {
        const grant_fact *g = &s->f->grants[i];
        if (g->recorded > s->at) continue;
        if ((g->givers & s->self) || grant_received(s, g)) known |= g->about & ~born_since(s, g);
    }
    return known;
}

static subjects by_emergencies(const standing *s) {
    subjects known = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++) known |= s->emergency_cover[f];
    return known;
}

static subjects knowable(const standing *s) { return (s->members | ALL_HOMES) & s->present & ~s->blocked; }

static subjects unborn_of(const standing *s, subjects owners) {
    subjects found = 0;
    for EACH_SUBJECT (u, s->unborn) {
        actor owner = s->f->people[u].owner;
        if (is_person(owner) && (owners & PERSON(owner))) found |= PERSON(u);
    }
    return found;
}

/* Those whose pregnancy the viewer may read, as far as they carry a child that is not born. */
static subjects pregnant_for(const standing *s) {
    subjects owners = 0;
    for EACH_SUBJECT (u, s->unborn) {
        actor owner = s->f->people[u].owner;
        if (is_person(owner) && policy_ask(s, FIELD_PREGNANCY, PERSON(owner)).level == LEVEL_EXACT) owners |= PERSON(owner);
    }
    return owners;
}

subjects known_apart(const standing *s) {
    subjects born = s->self | by_homes(s) | by_authority(s) | by_grants(s) | by_emergencies(s) | s->trust;
    return ((born & ~s->unborn) | (s->own & s->unborn) | unborn_of(s, pregnant_for(s))) & knowable(s);
}

subjects known_by_reading(const standing *s, const entry_fact *e, level l) {
    subjects carried = e->field == FIELD_PREGNANCY && l == LEVEL_EXACT ? unborn_of(s, e->about) : 0;
    return ((e->about & ~s->unborn) | carried) & knowable(s);
}
