/* The 69 fields, and the law of each jurisdiction: constant tables generated from proto/ by proto/generate.py.
 *
 * Fields keep their catalogue order (domain.md 2.5), so a field is a small number everywhere inside and its name only on the
 * wire, in the log's text and in SQL. A jurisdiction is data: one row of `cfg` keys (domain.md 3.2), never an `if (country)`. */
#ifndef KRING_POLICY_CATALOGUE_H
#define KRING_POLICY_CATALOGUE_H

#include "base/bytes.h"
#include "base/clock.h"

enum { FIELD_COUNT = 69, FIELD_NONE = 255 };
typedef uint8_t field_id;

typedef enum { C0, C1, C2, C3, C4, C5 } sensitivity;

/* Who may write (the catalogue's `writers`) */
enum { WRITER_CO = 1, WRITER_FA = 2, WRITER_CH = 4, WRITER_SELF = 8, WRITER_P = 16 };
/* Special steps SS1 to SS5 */
enum { STEP_NAMED = 1, STEP_FOUR_EYES = 2, STEP_SUBJECT_ONLY = 4, STEP_SAFETY_CHECK = 8, STEP_NOT_HERE = 16 };
/* What the field is about */
typedef enum { ABOUT_FAMILY, ABOUT_TEAM, ABOUT_MEMBER, ABOUT_ADULT, ABOUT_CHILD, ABOUT_HOUSEHOLD, ABOUT_ANY } about_kind;

typedef struct {
    const char *name;    /* "need_money" */
    char section;        /* 'A' to 'I' */
    sensitivity class_;
    about_kind about;
    uint8_t writers, steps;
    bool break_glass;    /* may be opened by an emergency */
    bool joint;          /* residence_schedule, separation_agreements, legal_authority */
    bool protects;       /* R-57c: safety_plan, contact_ban, protected_address */
    bool own_space;      /* section I: private_note_youth (R-21b, R-37) */
    bool safety;         /* section H: reviewed, never paused by silence, never read by parenthood (R-60b) */
    const char *nl, *fr, *en;
} field_row;

extern const field_row catalogue[FIELD_COUNT];

/* Fields that the rules name; the generator fails if one is missing from the catalogue. */
extern const field_id FIELD_PLAN_STATUS, FIELD_COORDINATOR_CONTACT, FIELD_NEXT_MEETING, FIELD_TEAM_MEMBERS,
    FIELD_PREFERRED_LANGUAGE, FIELD_MEMBER_IDENTITY, FIELD_FAMILY_ROLE, FIELD_HOUSEHOLD_MEMBERS, FIELD_HOUSEHOLD_ADDRESS,
    FIELD_LEGAL_AUTHORITY, FIELD_PREGNANCY, FIELD_ACTIONS, FIELD_PROTECTED_ADDRESS, FIELD_PRIVATE_NOTE_YOUTH,
    FIELD_RESIDENCE_STATUS, FIELD_CHILD_VOICE, FIELD_DISAGREEMENTS, FIELD_MENTAL_WELLBEING;

/* FIELD_NONE if there is no such field. */
field_id field_by_name(bytes name);

/* What a parent with authority reads of a child's content, by age band. */
typedef enum { VIEW_NOTHING, VIEW_IDENTITY, VIEW_C1, VIEW_ALL, VIEW_ALL_UNLESS_HELD } parent_view;
/* What happens to grants that others gave for a child, on a transition birthday. */
typedef enum { TRANSITION_NONE, TRANSITION_PAUSE, TRANSITION_PARENTS_ONLY } transition;
/* Who must give for a child of an age band. */
typedef enum { GIVERS_HOLDERS_GOOD_FAITH, GIVERS_HOLDERS_ALL, GIVERS_MINOR, GIVERS_MINOR_AND_HOLDERS } givers_rule;

typedef struct {
    const char *code;            /* "BE-VLG", "NL" */
    uint8_t able_presumed_from;  /* cfg minor.able_presumed_from, years */
    uint8_t alone_from;          /* cfg minor.alone_from */
    parent_view view_under_12, view_12_15, view_16_17;
    parent_view view_not_able_12_15, view_not_able_16_17; /* recorded not able */
    bool able_under_12_as_12;    /* BE: recorded able under 12 counts as 12 */
    bool process_info_16plus;    /* cfg parent.process_info_16plus */
    bool trusted_reads;          /* cfg trusted_person: he reads what the minor reads, held back or not */
    givers_rule givers_under_12, givers_12_15, givers_16_17;
    transition at_12, at_16, at_18;
    uint16_t transition_grace_days; /* C1-C2 after a transition: 60 */
    bool cross_domain_public_task;
    bool same_mission_required;
    uint16_t break_glass_minutes;   /* 120 */
    uint16_t reconfirm_days, reconfirm_grace_days; /* 90, 14 */
    uint16_t grant_months_max;      /* 12 */
    uint16_t emergency_review_days, first_talk_days, audit_years, min_group, work_plan_months;
    uint16_t file_until_age;        /* the statutory file, until its youngest minor is so old (BE: 35); 0: not by age */
    uint16_t file_years;            /* or so many years after its last change (NL: 20); 0: not by years */
    const char *const *cfg;         /* every cfg key of domain.md 3.2 with its value, key, value, ..., NULL: for /v1 and the docs */
} jurisdiction;

extern const jurisdiction jurisdictions[];
extern const size_t jurisdiction_count;
const jurisdiction *jurisdiction_by_code(bytes code); /* NULL if there is none */

#endif
