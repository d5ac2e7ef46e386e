/* What the files of the policy share among themselves; no other layer includes it.
 *
 * Everything here is a question about a finished (or half-finished) standing. Nothing allocates, waits or keeps
 * state. */
#ifndef KRING_POLICY_INSIDE_H
#define KRING_POLICY_INSIDE_H

#include "policy/policy.h"

/* A row counts from the later of its beginning and its recording until its end. */
static inline bool counts(moment recorded, moment from, moment until, moment at) {
    return recorded <= at && from <= at && at < until;
}
#define COUNTS(row, at) counts((row)->recorded, (row)->from, (row)->until, (at))

/* The position of the lowest subject of a set that is not empty. */
static inline unsigned lowest(subjects set) { return (unsigned)__builtin_ctzll(set); }
/* Walks a set, lowest subject first. */
#define EACH_SUBJECT(i, set)                                                                                         \
    (subjects left_ = (set), i = 0; left_ != 0 && (i = lowest(left_), true); left_ &= left_ - 1)

static inline subjects subjects_if(bool condition, subjects set) { return condition ? set : 0; }

static inline bool is_every_field(const field_set s) {
    return s[0] == UINT64_MAX && s[1] == ((uint64_t)1 << (FIELD_COUNT - 64)) - 1;
}

/* Not a rule: nothing stands in the way. */
#define NO_RULE RULE_COUNT

static inline answer refuse(rule r) {
    return (answer){.level = LEVEL_HIDDEN, .rule = r, .grant = -1, .emergency = -1};
}
static inline answer allow(rule r) {
    return (answer){.allowed = true, .level = LEVEL_EXACT, .rule = r, .grant = -1, .emergency = -1};
}

/* Section H, own space and C5: only those who share such a thing may know that it is shared (R-37, R-57b, R-60,
 * R-60b). */
static inline bool is_hushed(field_id f) {
    return catalogue[f].safety || catalogue[f].own_space || catalogue[f].class_ == C5;
}

/* grant.c: what a grant to the viewer covers, or the rule that stops it. */
const grant_field_fact *grant_field_of(const facts *f, const grant_fact *g, field_id field); /* NULL if not in it */
rule grant_fault(const standing *s, const grant_fact *g, const grant_field_fact *gf);        /* NO_RULE: it works */
subjects grant_reach(const standing *s, const grant_fact *g, field_id field);  /* subjects, pauses apart */
subjects grant_paused(const standing *s, const grant_fact *g, field_id field); /* subjects, by a birthday */
subjects grant_covers(const standing *s, const grant_fact *g, const grant_field_fact *gf);
/* What the grant to the viewer covers of `field` at that level or better: nothing if it is not his or does not name it. */
subjects grant_covers_field(const standing *s, const grant_fact *g, field_id field, level at_least);
bool grant_received(const standing *s, const grant_fact *g); /* it is his, and something of it works now */
subjects born_since(const standing *s,
                    const grant_fact *g); /* those of whom it says nothing any more, since they are born */

/* ask.c */
typedef struct {
    field_id field;
    subjects about;
} value;
/* What it really is: the address of a shielded home is the protected address of those who live there. Asked several times
 * for each entry, and almost always as it stands. */
value address_of(const standing *s, subjects homes);
static inline value value_of(const standing *s, field_id field, subjects about) {
    return field == FIELD_HOUSEHOLD_ADDRESS ? address_of(s, about) : (value){field, about};
}
/* A lock on some fields does (T6), a block or a lock does (R-58b). */
bool is_locked_from_him(const standing *s, field_id field, subjects about);
bool is_kept_from_him(const standing *s, field_id field, subjects about);
/* Steps 1 to 3 of domain.md 3.4. Whom they stop, nothing after them lets through. NO_RULE: go on. */
rule stopped(const standing *s, field_id field, subjects about);
/* policy_ask for what nothing stops; a refusal does not say why. */
answer ask_unstopped(const standing *s, field_id field, subjects about);

/* entry.c */
bool entry_is_there(const standing *s, const entry_fact *e);
bool is_author(const standing *s, const entry_fact *e);
/* May he read the entry at least in part? What hangs on it is judged by it. */
answer entry_answer(const standing *s, const entry_fact *e);

/* known.c (R-19b) */
subjects known_apart(const standing *s);
/* What reading that entry teaches; who is carried, only whoever reads the pregnancy whole. */
subjects known_by_reading(const standing *s, const entry_fact *e, level l);

/* request.c: what that giver's newest word on the field was. */
typedef enum { SAID_NOTHING, SAID_YES, SAID_NO } word;
word said(const standing *s, const request_fact *r, unsigned person, field_id field);

/* grant.c */
bool is_stopped(const standing *s, const grant_fact *g);
bool needs_confirming(field_id field); /* SS1 and C4 fields, but not those of safety */

/* write.c: one holder is enough; a public office; a helper whose place runs, or another member. */
bool is_in_good_faith(const standing *s, field_id field, subjects subject);
bool is_official(const standing *s, actor recipient);
bool can_receive(const standing *s, actor recipient);

/* parent.c: whether that view of a child shows the field, what view its holders have in general, and whether they read that
 * field, its own capacity record included. */
bool view_shows(parent_view v, field_id field);
parent_view view_of_child(const standing *s, unsigned child);
bool parent_reads(const standing *s, unsigned child, field_id field);

/* capacity.c */
void stand_capacity(standing *s);
typedef enum { NOT_RECORDED, RECORDED_UNABLE, RECORDED_ABLE } capacity;
capacity capacity_in(const standing *s, unsigned child, field_id field);
subjects able_in(const standing *s, field_id field);

/* lock.c (T6): is that person kept out of what the field says about the child? */
bool is_locked_for(const standing *s, actor who, subjects about, field_id field);
bool is_blocked_for(const standing *s, unsigned person, unsigned child);
/* Those of whom the grant opens nothing in that field: a giver was kept out of it when he gave, and is (T9). */
subjects given_in_vain(const standing *s, const grant_fact *g, field_id field);
void stand_locks(standing *s);

#endif
