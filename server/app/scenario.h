/* A family as a file: the scenario format, parsed strictly into one typed value.
 *
 * It is read whole or refused whole, with the place of the first fault; nothing here touches a database or a key.
 * References are resolved to positions, so that whoever stores it never meets an id that means nothing. Dates and
 * moments stay the local text of the file, checked to be real: what they mean in UTC only PostgreSQL's own zone
 * tables say. An empty text is an absent one. */
#ifndef KRING_APP_SCENARIO_H
#define KRING_APP_SCENARIO_H

#include "base/arena.h"
#include "policy/facts.h"

enum { SCENARIO_BYTES_MAX = 16 * 1024 * 1024, SCENARIO_TEXT_MAX = 64 * 1024, SCENARIO_ID_MAX = 64 };

/* Where it is wrong, as an RFC 6901 pointer ("" is the whole file), and one plain sentence that repeats nothing of
 * the file. */
typedef struct {
    bytes path;
    const char *sentence;
} scenario_fault;

/* Who or what an id of the file means: a position in people, homes or helpers. */
typedef enum { REF_NONE, REF_PERSON, REF_HOME, REF_HELPER, REF_FAMILY } ref_kind;
typedef struct {
    ref_kind kind;
    uint16_t at;
} scenario_ref;

typedef struct {
    const scenario_ref *at;
    size_t count;
} scenario_refs;

/* A member of the family, or (behind the members) somebody blocked who is none. */
typedef struct {
    bytes id, name, role, languages;
    bytes born, due; /* born is empty for the unborn */
    bytes limits;    /* when he saw the limits of secrecy; empty: not yet */
    bool member, account;
    bool unborn;
    uint16_t owner; /* of the unborn: who alone decides */
    scenario_refs homes;
} scenario_person;

typedef struct {
    bytes id, label, address;
    bool shielded;
    scenario_refs managers, residents; /* residents: from both sides of the file, each once; the unborn too */
} scenario_home;

/* No fields at all where a list may be left out: all of them. */
typedef struct {
    const field_id *at;
    size_t count;
} scenario_fields;

typedef struct {
    uint16_t child;
    scenario_refs holders;
    bytes form, evidence;
    bool conflict;
    bytes conflict_since; /* empty: since the intake */
    scenario_fields conflict_topics;
} scenario_authority;

typedef struct {
    uint16_t child;
    bool able;
    scenario_fields topics;
    scenario_ref by; /* REF_NONE: the basis is only text */
    bytes date, review;
} scenario_capacity;

typedef struct {
    uint16_t person;
    scenario_refs protects;
    bytes until; /* empty: open */
} scenario_block;

typedef struct {
    scenario_ref by;
    bytes at;
} scenario_lift;

/* Lifted by the second of its lifts. */
typedef struct {
    scenario_ref not_for, set_by;
    scenario_refs about;
    scenario_fields fields;
    bytes from;
    const scenario_lift *lifts;
    size_t lift_count;
} scenario_lock;

/* Only one who is a member or a helper, and whom the minor named; another one is only told. */
typedef struct {
    uint16_t minor;
    scenario_ref trusted;
    bytes seen; /* when the register's extract was seen; empty: it was not */
} scenario_trusted;

typedef struct {
    bytes id, name, role, organisation, secrecy; /* secrecy: none, discretion, professional */
    bytes from, until;                           /* empty: intake; open */
    bytes listed, internal_disclosure;
    bool authority_role, in_team, emergency_role, coordinator, safety;
} scenario_helper;

typedef struct {
    field_id field;
    scenario_refs about;
    bytes by, date, text;
    scenario_ref author;   /* REF_NONE: the author is only text, or several */
    scenario_refs wrote;   /* people */
    scenario_refs agreed;  /* people */
    scenario_ref assignee; /* REF_NONE: none */
    uint32_t repeats;      /* how many like it (field, about, date) stand before it in the file */
} scenario_entry;

typedef struct {
    field_id field;
    bytes four_eyes; /* empty: not approved */
} scenario_grant_field;

typedef struct {
    field_id field;
    bool refused; /* else withdrawn */
    scenario_ref by;
    bytes at;
} scenario_grant_end;

typedef struct {
    bytes id;
    scenario_refs givers; /* people: `by` and `co_signed` */
    scenario_refs about;
    scenario_ref to;
    const scenario_grant_field *fields;
    size_t field_count;
    const scenario_grant_end *ends;
    size_t end_count;
    const bytes *reconfirmed;
    size_t reconfirmed_count;
    bytes from, until;
    const char *basis; /* a word of consent_grant.basis */
    bytes purpose, note, protective;
    scenario_refs withheld_from; /* people */
    scenario_ref withheld_by;
    bytes withheld_ground, withheld_review;
} scenario_grant;

/* A field that was asked for and that not everybody gave: the consent is what the others became. */
typedef struct {
    uint16_t grant; /* whose recipient, subjects and end are the request's too */
    field_id field;
    scenario_ref asker;
    scenario_refs yes, no; /* people */
    bytes at;
} scenario_request;

/* A helper of the file, or somebody from outside who is only a name. */
typedef struct {
    scenario_ref who;
    bytes name;
} scenario_reviewer;

typedef struct {
    uint16_t helper;
    scenario_refs about;
    scenario_fields fields;
    const char *reason_code; /* a word of ours; "other" for one that is not */
    bytes reason;
    bytes at, ended;         /* ended is empty: its minutes decide */
    bytes told;              /* empty: at once */
    uint32_t minutes;        /* at most the jurisdiction's bound */
    const scenario_reviewer *reviewers;
    size_t reviewer_count;
    const char *outcome;     /* a word of emergency_review.outcome */
    bytes reviewed;
} scenario_emergency;

typedef struct {
    uint16_t from, to;
    bytes at, accepted; /* accepted is empty: not yet */
} scenario_handover;

typedef struct {
    uint16_t person;
    bytes at;
} scenario_birth;

/* Everything else that is said: kept sealed, read by nobody yet. */
typedef struct {
    const char *what; /* a word of ours: "event", "trusted_person", ... */
    scenario_refs about;
    bytes date; /* empty: the intake */
    bytes text;
} scenario_note;

typedef struct {
    bytes id, language, time_zone, demo_at, intake;
    const jurisdiction *law;
    const scenario_person *people;
    const scenario_home *homes;
    const scenario_helper *helpers;
    const scenario_authority *authorities;
    const scenario_capacity *capacities;
    const scenario_block *blocks;
    const scenario_lock *locks;
    const scenario_trusted *trusted;
    const scenario_entry *entries;
    const scenario_grant *grants;
    const scenario_request *requests;
    const scenario_emergency *emergencies;
    const scenario_handover *handovers;
    const scenario_birth *births;
    const scenario_note *notes;
    size_t people_count, member_count, home_count, helper_count, authority_count, capacity_count, block_count,
        lock_count, trusted_count, request_count, entry_count, grant_count, emergency_count, handover_count, birth_count,
        note_count;
    size_t left_out; /* entries of fields that are never stored (SS5): read, checked and dropped */
} scenario;

/* BAD_JSON or BAD_BODY with *fault filled, in the arena like all of *out. */
result scenario_parse(arena *a, bytes json, const scenario **out, scenario_fault *fault) MUST_USE;

#endif
