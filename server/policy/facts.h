/* What the policy needs to know of one family: people, authority, capacity, blocks, places, grants, holds, emergencies, and the
 * index of entries. Never a body, never a name.
 *
 * Facts are plain data in the order in which they were loaded; rows refer to each other by position. Each row carries its period
 * of validity [from, until) and the moment since which it is recorded, and counts at a moment `at` only if recorded <= at and
 * from <= at < until. So one set of facts answers for every moment, past and ahead (design.md 4, Moments). Nothing here is
 * overwritten: a withdrawal is a moment on the grant's field, not the field's absence. */
#ifndef KRING_POLICY_FACTS_H
#define KRING_POLICY_FACTS_H

#include "policy/catalogue.h"

enum { PEOPLE_MAX = 46, HOMES_MAX = 16, HELPERS_MAX = 128, GRANTS_MAX = 2048, REQUESTS_MAX = 2048, ENTRIES_MAX = 16384 };

/* A set of subjects: bit p for person p, bit PEOPLE_MAX + h for home h, SUBJECT_FAMILY for the family itself, and SUBJECT_UNKNOWN
 * for an id that means nothing here (nothing ever covers it). */
typedef uint64_t subjects;
enum { SUBJECT_FAMILY = 62, SUBJECT_UNKNOWN = 63 };
#define PERSON(p) ((subjects)1 << (p))
#define HOME(h) ((subjects)1 << (PEOPLE_MAX + (h)))
#define THE_FAMILY ((subjects)1 << SUBJECT_FAMILY)
#define UNKNOWN_SUBJECT ((subjects)1 << SUBJECT_UNKNOWN)
#define ALL_PEOPLE (HOME(0) - 1)
#define ALL_HOMES ((THE_FAMILY - 1) & ~ALL_PEOPLE)

/* Who acts or reads: person p is p, helper h is HELPER(h). */
typedef uint8_t actor;
enum { ACTOR_NONE = 255, FIRST_HELPER = 64 };
#define HELPER(h) ((actor)(FIRST_HELPER + (h)))
static inline bool is_person(actor a) { return a < PEOPLE_MAX; }
static inline bool is_helper(actor a) { return a >= FIRST_HELPER && a != ACTOR_NONE; }

typedef uint64_t field_set[2];
static inline bool has_field(const field_set s, field_id f) { return s[f >> 6] >> (f & 63) & 1; }
static inline void add_field(field_set s, field_id f) { s[f >> 6] |= (uint64_t)1 << (f & 63); }

/* A person of the plan, a member or somebody blocked. turns_* are the local midnights of those birthdays; MOMENT_NEVER when the
 * birth date is unknown (an adult, then, unless unborn). Unborn until `born`: MOMENT_NEVER while there was no birth. */
typedef struct {
    uuid id;
    moment recorded;
    moment born;                        /* moment of birth as the plan knows it; MOMENT_MIN if born before the plan */
    moment turns_12, turns_16, turns_18; /* MOMENT_NEVER for the unborn; MOMENT_MIN for adults without a date */
    actor owner;                        /* of an unborn child: the person who alone decides; else ACTOR_NONE */
    bool member;                        /* false: only a blocked person, not of the family */
    bool account;                       /* has a log-in: reads C0 */
    moment died;                        /* recorded by then; MOMENT_NEVER */
    moment limits;                      /* saw the limits of secrecy; MOMENT_NEVER */
    moment contact;                     /* his contact was last checked; MOMENT_NEVER: he has none */
    moment informed;                    /* told that he is in the plan, or the exception was noted; MOMENT_NEVER */
} person_fact;

typedef struct {
    uuid id;
    moment recorded;
    bool shielded; /* its address is protected_address */
} home_fact;

typedef struct {
    uuid id;
} helper_fact;

typedef enum { LIVES_IN, MANAGES, HOLDS_AUTHORITY } relation_kind;
/* LIVES_IN, MANAGES: person -> home. HOLDS_AUTHORITY: person -> child (a person). */
typedef struct {
    relation_kind kind;
    uint8_t person, of;
    moment recorded, from, until;
} relation_fact;

/* for each field, the newest row that names it decides; a row without topics was recorded as all fields. */
typedef struct {
    uint8_t person;
    bool able;
    field_set topics;
    actor by;       /* the helper who judged; ACTOR_NONE */
    moment review;  /* when he looks again; MOMENT_NEVER. A review that is late changes nothing by itself */
    moment recorded, from;
} capacity_fact;

/* the holders of authority over `child` are known to disagree about these fields (all, when it was recorded
 * without). */
typedef struct {
    uuid id;
    uint8_t child;
    field_set topics;
    moment recorded, from, until;
} conflict_fact;

typedef struct {
    uint8_t person; /* who is blocked */
    subjects protects;
    moment recorded, from, until;
} block_fact;

/* T6: the safety lock. What is about these subjects in these fields is not for `not_for`, whatever else would let him read it. A
 * lock on all fields works as a block does. Lifted at `until`. */
typedef struct {
    uuid id;
    actor not_for;
    subjects about;
    field_set fields;
    moment recorded, from, until;
} lock_fact;

/* The trusted person of a minor (R-40, cfg trusted_person): a member of the family, or a helper with a place. */
typedef struct {
    uuid id;
    actor trusted;
    uint8_t minor;
    moment recorded, from, until;
} trusted_fact;

/* a helper's time in the team. `from` is MOMENT_NEVER while he has not said yes to the working agreements (C-03). `until` is
 * already the hand-over's moment where that came first. A helper with in_team false has no row here but may have a role in an
 * emergency_role row. */
typedef struct {
    uint8_t helper;
    bool coordinator, authority_role, listed; /* listed: the team shows a stand-in */
    bool safety;                              /* the safety role; the coordinator has it while nobody else does */
    uint8_t secrecy;                          /* 0 none, 1 discretion, 2 professional */
    uuid organisation;                        /* the same for places of one organisation; says nothing else (SS2, R-53) */
    moment recorded, from, until;
} place_fact;

typedef struct {
    uint8_t helper;
    moment recorded, from, until;
} emergency_role_fact;

typedef enum {
    BASIS_CONSENT,
    BASIS_CONTRACT,
    BASIS_LEGAL_DUTY,
    BASIS_VITAL,
    BASIS_PUBLIC_TASK,
    BASIS_LEGITIMATE,
    BASIS_UNKNOWN
} grant_basis;

typedef struct {
    uuid id;
    actor recipient;
    subjects about;
    subjects givers; /* people only */
    grant_basis basis;
    moment recorded, from, until;
    uint16_t first_field, field_count;     /* into grant_fields */
    uint16_t first_confirm, confirm_count; /* into confirms; the giving itself is the first row */
    uint16_t request;                      /* the request that it came from; UINT16_MAX */
} grant_fact;

typedef struct {
    field_id field;
    uint8_t level;    /* a level: exact, or less than the value itself (derived, exists) */
    moment four_eyes; /* SS2: works from here; MOMENT_NEVER if never approved */
    moment ended;     /* withdrawn or refused from here; MOMENT_NEVER if not */
} grant_field_fact;

/* A giving or a re-confirmation. `lapses`: local midnight after the last day on which SS1 and C4 fields still work (90 + 14 days,
 * they are paused at and after it, unless a later row is recorded. */
typedef struct {
    moment recorded, lapses;
} confirm_fact;

/* While it counts, the grant opens nothing: paused, ended early, superseded, objected to. */
typedef enum { STOP_PAUSED, STOP_SHORTENED, STOP_SUPERSEDED, STOP_OBJECTION } stop_kind;
typedef struct {
    uint16_t grant;
    stop_kind kind; /* the policy treats all alike */
    actor by;       /* ACTOR_NONE: nobody of the family */
    moment recorded, from, until;
} stop_fact;

/* What lets a secret-bearer share or receive; beside the basis, never instead of it. */
typedef enum {
    GROUND_NONE,
    GROUND_SUBJECT_RELEASE,
    GROUND_SHARED_SECRET_BE,
    GROUND_JOINT_SECRET,
    GROUND_NL_DIRECT_INVOLVEMENT,
    GROUND_LEGAL_DUTY,
    GROUND_RIGHT_TO_REPORT,
    GROUND_NECESSITY,
    GROUND_NO_SECRECY,
    GROUND_COUNT
} secrecy_ground;

/* Fields asked for a goal, or a grant that one of several givers has begun. Lapses without an answer. */
typedef struct {
    uuid id;
    actor asker, recipient;
    subjects about;
    field_set fields;
    field_set derived, exists; /* of these, what is asked at less than the value itself */
    secrecy_ground ground;     /* GROUND_NONE: none was stated */
    moment recorded, lapses; /* asked at `recorded` */
    moment from, until;      /* of the grant that it becomes */
    moment withdrawn;        /* taken back by the asker; MOMENT_NEVER */
    uint32_t first_reply, reply_count; /* into replies, oldest first */
} request_fact;

/* What one giver said: yes to these fields, no to the others that it names. The newest that counts decides for each field. */
typedef struct {
    uuid id;
    uint8_t person;
    actor entered_by; /* the helper who wrote it down for him; ACTOR_NONE: he himself */
    field_set yes, no;
    uint8_t level;    /* a level: no yes of his gives more */
    moment until;     /* nor longer; MOMENT_NEVER: as asked */
    moment recorded;
    moment counts;           /* its own moment; on paper, that of the witness's word; MOMENT_NEVER until then */
} reply_fact;

/* frozen; stored, not shown, until settled. */
typedef struct {
    uint32_t entry;
    moment recorded, from, until;
} restriction_fact;

/* a helper holds `fields` about `about` back from `from_whom` (people). Lifted at `until`; a review date that passes lifts
 * nothing. */
typedef struct {
    uuid id;
    actor by;
    field_set fields;
    subjects about, from_whom;
    moment review; /* MOMENT_NEVER if none was named */
    moment recorded, from, until;
} hold_fact;

/* R-50b. `until` is the earliest of its end, its minutes and the jurisdiction's bound. */
typedef struct {
    uuid id;
    uint8_t helper;
    field_set fields;
    subjects about;
    moment told;       /* the subjects learn of it from here on; `from`, unless the safety role delayed it */
    moment review_due; /* three working days after its end */
    moment reviewed;   /* when the second of two reviewers said his word; MOMENT_NEVER */
    moment recorded, from, until;
} emergency_fact;

/* What the sealed body behind an index row is. All but KIND_PLAN are read as people, homes, team and grants (R-19b), never in
 * the plan. */
typedef enum {
    KIND_PLAN,     /* an entry of the plan: R-14 and the exceptions */
    KIND_REGISTER, /* member_identity, family_role, preferred_language, household_members, household_address, legal_authority */
    KIND_NAME,     /* a person's call name: `of` is the person (R-19b) */
    KIND_LABEL,    /* a home's label: `of` is the home (R-19b) */
    KIND_HELPER,   /* a helper's name, role, organisation: `of` is the helper */
    KIND_LISTED,   /* what the team shows instead of a listed helper */
    KIND_GRANT,    /* a grant's purpose and texts: `of` is the grant */
    KIND_SUMMARY,  /* what a reader at level derived gets instead of the entry `of` */
    KIND_STATEMENT,/* a subject's own words next to the entry `of`, read by whoever reads that one exactly */
    KIND_REQUEST,  /* a request's goal and purpose: `of` is the request */
    KIND_REASON    /* why an emergency was opened: `of` is the emergency */
} entry_kind;

typedef struct {
    uuid id;
    entry_kind kind;
    field_id field;
    uint32_t of;        /* a position; UINT32_MAX: of nothing that is there */
    actor assignee;     /* R-16; ACTOR_NONE */
    subjects about;
    uuid owner;         /* whose key seals it: a person, a home or the family */
    actor left_by;          /* T7: who took back what is his of it while he was kept out of the rest; ACTOR_NONE */
    moment left;
    moment withdrawn;   /* not there at and after this moment; MOMENT_NEVER */
    uint32_t first_version, version_count; /* into versions, oldest first */
} entry_fact;

/* One version of an entry. `agreed` holds the people who wrote it or said yes to exactly it. */
typedef struct {
    uint32_t number;
    moment recorded, written;
    subjects agreed, wrote; /* people */
    actor author;           /* ACTOR_NONE when the author is only text */
} version_fact;

/* Where the plan stands on its way to an end: what waits for a second word, and what holds. */
typedef struct {
    moment closing, pausing;     /* asked at; MOMENT_NEVER */
    actor closing_by, pausing_by;
    moment closed, paused;       /* MOMENT_NEVER */
    moment kept_until;           /* of a closed plan; MOMENT_NEVER */
    moment held_until;           /* nothing is erased before; MOMENT_MIN: no hold */
} plan_course;

typedef struct {
    uuid family;
    uint64_t version; /* of the family row: the version check in DISCLOSE and COMMIT */
    const jurisdiction *law;
    moment erased;    /* plan erased; MOMENT_NEVER */
    moment closed;    /* C-21, R-80: closed or paused; from here on no helper has a place; the family still reads; MOMENT_NEVER */
    plan_course course;
    char language[3];

    uint16_t people_count, home_count, helper_count, relation_count, capacity_count, conflict_count, block_count, place_count,
        emergency_role_count, grant_count, hold_count, emergency_count, lock_count, trusted_count, request_count;
    uint32_t grant_field_count, confirm_count, stop_count, reply_count, restriction_count, entry_count, version_count, moment_count;
    const person_fact *people;
    const home_fact *homes;
    const helper_fact *helpers;
    const relation_fact *relations;
    const capacity_fact *capacities;
    const conflict_fact *conflicts;
    const block_fact *blocks;
    const place_fact *places;
    const emergency_role_fact *emergency_roles;
    const grant_fact *grants;
    const grant_field_fact *grant_fields;
    const confirm_fact *confirms;
    const stop_fact *stops;
    const lock_fact *locks;
    const trusted_fact *trusted;
    const request_fact *requests;
    const reply_fact *replies;
    const restriction_fact *restrictions;
    const hold_fact *holds;
    const emergency_fact *emergencies;
    const entry_fact *entries;
    const version_fact *versions;
    /* Every moment at which any rule could change its answer (froms, untils, recordings, birthdays, lapses, ...), ascending and
     * without repetition: the loader fills it with facts_moments. A ruling is valid until the first one after it. */
    const moment *moments;
} facts;

#endif
