/* Who may read what, and why: a pure function of facts, viewer and moment.
 *
 * No clock, no I/O, no allocation, no globals. Default deny is the shape of it: the last line of every decision refuses, each
 * permit is one early return with its ground, blocks come before every permit (domain.md 3.4). Everything that asks "may X see
 * this?" asks here: the read, the access question, the log view, the preview, the time machine. */
#ifndef KRING_POLICY_POLICY_H
#define KRING_POLICY_POLICY_H

#include "policy/facts.h"

/* The rules that can decide, as they stand in domain.md. */
#define POLICY_RULES(X)                                                                                                 \
    X(R01, "R-01") /* not covered: the default, and the one uniform refusal */                                          \
    X(R02, "R-02") /* an active grant; or one that is paused or waits for four eyes */                                  \
    X(R08, "R-08") /* withdrawn */                                                                                      \
    X(R11, "R-11") /* the grant has not begun or is over */                                                             \
    X(R14, "R-14") /* own data */                                                                                       \
    X(R15, "R-15") /* own words, or a yes to exactly this version */                                                    \
    X(R16, "R-16") /* assignee */                                                                                       \
    X(R17, "R-17") /* manager of the home */                                                                            \
    X(R18, "R-18") /* joint field of the holders of authority */                                                        \
    X(R19, "R-19") /* process information by place or account; or a place that does not run */                          \
    X(R19B, "R-19b") /* an id and call name that is known */                                                            \
    X(R21, "R-21") /* others must decide */                                                                             \
    X(R24, "R-24") /* paused by a transition birthday */                                                                \
    X(R27, "R-27") /* before birth the pregnant person; nothing carried over */                                         \
    X(R28, "R-28") /* parenthood */                                                                                     \
    X(R40, "R-40") /* held back */                                                                                      \
    X(R48, "R-48") /* never to an official whose task is enforcement */                                                 \
    X(R50B, "R-50b") /* emergency */                                                                                    \
    X(R54, "R-54") /* C5 never opens by emergency, nor an SS5 field at all */                                           \
    X(R57C, "R-57c") /* one of those protected */                                                                       \
    X(R57D, "R-57d") /* a named release of a sealed field */                                                            \
    X(R58, "R-58") /* blocked */                                                                                        \
    X(R92, "R-92") /* the operator and the auditor read no values */                                                    \
    X(R102, "R-102") /* the team as this viewer may see it */                                                           \
    /* Appended: records hold positions in this list. */                                                                \
    X(R05, "R-05")   /* a package holds C1 and C2 only */                                                               \
    X(R31, "R-31")   /* those who must give do not agree */                                                             \
    X(R45, "R-45")   /* a helper asks for a goal, and of those who can give */                                          \
    X(R50, "R-50")   /* an emergency: who may open which fields about whom */                                           \
    X(R53, "R-53")   /* an emergency that was not reviewed in time */                                                   \
    X(R71, "R-71")   /* a subject's own statement */                                                                    \
    X(R74, "R-74")   /* frozen until settled */                                                                         \
    X(R80, "R-80")   /* the plan is closed */                                                                           \
    X(T6, "T6")      /* the safety lock, when it is set and lifted */                                                    \
    X(R23, "R-23")   /* whether a minor decides, as a professional noted it */                                          \
    X(R32, "R-32")   /* those who decide for a child do not agree */                                                    \
    X(R33, "R-33")   /* what a court decided */                                                                         \
    X(R73, "R-73")   /* what is erased, on whose word */                                                                \
    X(R77, "R-77")   /* a death */                                                                                      \
    X(R82, "R-82")   /* a legal hold */                                                                                 \
    X(R35, "R-35")   /* who comes into a plan by whose word; the coordinator is asked */                                 \
    X(R38, "R-38")   /* an invitation, and a young person's own contact */                                               \
    X(R39, "R-39")   /* not written before the limits of secrecy were seen */                                            \
    X(R42, "R-42")   /* a helper, with his secrecy status and the agreements */                                          \
    X(R75, "R-75")   /* who is in a plan is told so */

typedef enum {
#define X(name, text) RULE_##name,
    POLICY_RULES(X)
#undef X
    RULE_COUNT
} rule;

const char *rule_text(rule r);

typedef enum { LEVEL_HIDDEN, LEVEL_EXISTS, LEVEL_DERIVED, LEVEL_EXACT } level;
const char *level_text(level l);

/* The policy's answer for one thing. `grant` and `emergency` are positions in the facts, or -1. When several grants combine,
 * `grant` is the one that covers the lowest subject not covered otherwise. */
typedef struct {
    bool allowed;
    level level;
    rule rule;
    int16_t grant, emergency;
} answer;

/* What holds for one viewer at one moment, computed once: who is covered by what. Opaque to callers but for its size; the facts
 * must outlive it. All sets are as of `at`; those that speak of the viewer are empty while he is not active, so nothing covers
 * anything. */
typedef struct {
    const facts *f;
    actor viewer;
    moment at;
    bool erased;                            /* the plan is: nobody reads, writes or gives anything */
    subjects dead;                          /* they read, write, decide and are asked nothing any more */
    bool active;                            /* a member, born; or a running place; or a running emergency role */
    bool place_runs, coordinator, official, safety, emergency_role; /* of a helper */
    bool c0;                                /* a running place or a member's account */
    subjects present;                       /* subjects that are recorded by now; anything else is an id that means nothing */
    subjects members, adult, minor, under_12, under_16, unborn; /* people; minor: born, below 18 */
    subjects newborn;                       /* born since they are in the plan: only of them R-27 has something to say */
    subjects recorded_able, recorded_unable;                    /* people with a capacity record: what the newest one says */
    subjects able;                                              /* minors who decide for themselves */
    subjects topical; /* minors of whom some record speaks of some fields only: those sets are general */
    subjects residents[HOMES_MAX], managers[HOMES_MAX];         /* people */
    subjects holders[PEOPLE_MAX];                               /* holders of authority over a minor */
    moment turned[PEOPLE_MAX], turned_long[PEOPLE_MAX]; /* newest transition birthday; the newest whose grace is over */
    subjects self;                          /* the viewer, if he is a person */
    subjects own;                           /* himself; the unborn whose owner he is */
    subjects managed;                       /* homes that he manages */
    subjects children;                      /* minors whose authority he holds */
    subjects content;                       /* of these, those whose whole content he reads by parenthood */
    subjects blocked;                       /* what he is blocked for: those protected, their homes, the family (R-58b) */
    subjects known;                         /* people and homes whose id and call name he knows by R-19b, entries apart */
    subjects held[FIELD_COUNT];             /* held back from him */
    subjects parent_cover[FIELD_COUNT];     /* covered by parenthood */
    subjects grant_cover[FIELD_COUNT];      /* covered by active grants to him, at level exact */
    subjects less_cover[LEVEL_EXACT][FIELD_COUNT]; /* at that level or better; empty unless `less` */
    bool less;                              /* some grant to him gives less than the value */
    bool locks;                             /* `locked` is not empty */
    subjects locked[FIELD_COUNT];           /* not for him, by a safety lock on that field */
    subjects trust;                         /* minors whose trusted person he is */
    uint64_t stopped[GRANTS_MAX / 64];      /* grants that are paused or ended early */
    uint64_t works[GRANTS_MAX / 64];        /* grants to him of which something covers somebody now */
    subjects emergency_cover[FIELD_COUNT];  /* covered by his open emergencies */
    uint16_t first_grant[FIELD_COUNT];      /* where they begin; meaningless while both are empty */
} standing;

/* Works out the viewer's standing at `at`. `viewer` may be ACTOR_NONE (nobody): then nothing is permitted. */
void policy_stand(const facts *f, actor viewer, moment at, standing *out);

/* may he read a thought value of `field` with exactly the subjects `about`? Existence of entries never matters. */
answer policy_ask(const standing *s, field_id field, subjects about);
/* May he read that version of that entry (both positions in the facts) as it is recorded at the standing's moment?,
 * R-57c and R-57d included. All kinds. */
answer policy_entry(const standing *s, uint32_t entry, uint32_t version);

/* A ruling on everything of the family for one viewer: which entries, each with its level and ground. */
typedef struct {
    uint32_t entry, version; /* positions in the facts; the newest version that he may read */
    level level;
    rule rule;
    int16_t grant, emergency;
} permit;

typedef struct {
    actor viewer;
    moment at, valid_until; /* the first moment at which the ruling might differ */
    uint64_t family_version;
    uint32_t count;
    permit *permits;        /* in the order of the entries */
    subjects known; /* people and homes whose id and call name the viewer may see (R-19b), readers of an entry or grant included */
} ruling;

/* `permits` has room for `f->entry_count`. `kinds` is a bit set of entry kinds (1u << KIND_PLAN, ...) to permit; `known` is
 * complete whatever they are. */
void policy_judge(const facts *f, actor viewer, moment at, unsigned kinds, permit *permits, ruling *out);

/* is `asker` one of those whom the answer about this value concerns (subject, decider, manager)? */
bool policy_concerns(const standing *asker, field_id field, subjects about);
/* May he see that this grant exists (its givers, its recipient while it works, those whom it is about or who decide for them)? */
bool policy_sees_grant(const standing *s, uint32_t grant);
/* The same for one of its fields: whoever shows a grant shows only these (R-09, R-57b, R-60). */
bool policy_sees_grant_field(const standing *s, uint32_t grant, field_id field);
/* may he see this helper, and how? HIDDEN, DERIVED (the listed stand-in) or EXACT. */
level policy_sees_helper(const standing *s, uint8_t helper);

/* T9: is this field of it (for some of those it is about) as if it had not been given, since a giver was kept out of it by a
 * lock? Who gave it so sees no difference (policy_tell). */
bool policy_gives_nothing(const standing *s, uint32_t grant, field_id field);

/* ---- whoever a safety lock keeps out of some fields (T7) ---- */

/* The facts with arrays of their own, for policy_tell to change: copies of those of the standing, which the caller made. */
typedef struct {
    facts f; /* its arrays are those below, where it has them */
    lock_fact *locks;
    grant_fact *grants;
    grant_field_fact *grant_fields;
    request_fact *requests;
    reply_fact *replies;
    emergency_fact *emergencies;
    entry_fact *entries;
    version_fact *versions;
} told_facts;

/* Does such a lock on some fields count for him? One on every field is a block: there he does not know those it protects at all. */
bool policy_is_told_less(const facts *f, actor viewer, moment at);
/* What he reads and does himself is judged by facts without the lock and without what it hides; what others do, or ask about
 * him, is judged by the real ones. `s` is his standing by the real ones. */
void policy_tell(const standing *s, told_facts *t);
/* Is something of that entry, by the real facts, not told to him? Then he takes back his own words only. */
bool policy_is_told_part(const facts *f, const facts *told, uint32_t entry);

/* Whether the actor may write a value of `field` about exactly `about`; the rule says why not. */
answer policy_write(const standing *s, field_id field, subjects about);
/* Revise or withdraw that entry (he must be able to read its newest version too; the caller checks that first, so that a hidden
 * entry answers like an absent one). */
answer policy_revise(const standing *s, uint32_t entry);
answer policy_withdraw_entry(const standing *s, uint32_t entry);
/* may he put his own words next to it: a person whom it is about, or who decides for one of them or for the home. He
 * reads it whole; the caller checks that first. */
answer policy_state(const standing *s, uint32_t entry);
/* may he freeze it? Only what is about him alone: what is about others too is theirs as well (T9). */
answer policy_restrict(const standing *s, uint32_t entry);
/* may he ask for its erasure: what is about him, and he reads it whole. */
answer policy_ask_erasure(const standing *s, uint32_t entry);
/* May he decide about it: the coordinator, or the helper who wrote it; neither learns of it by that. */
answer policy_decide_erasure(const standing *s, uint32_t entry);
/* Can it go at all for that person: what is about him alone, and protects nobody else (T9). */
bool policy_may_be_erased(const facts *f, uint32_t entry, actor person);
/* His own space, written by nobody else: it goes on his word alone. */
bool policy_erases_alone(const standing *s, uint32_t entry);

/* ---- a plan's end (C-21, R-80), a death (R-77) ---- */

typedef enum { PLAN_PAUSE, PLAN_CLOSE } plan_end;
/* An adult of the family asks; the coordinator says the second word, or after 14 days another adult. */
answer policy_ask_plan_end(const standing *s, plan_end end);
answer policy_end_plan(const standing *s, plan_end end);
/* Takes back what he asked, or lets a plan go on that is paused or closed. */
answer policy_resume_plan(const standing *s, plan_end end);
/* The coordinator notes that somebody has died, once. */
answer policy_note_death(const standing *s, unsigned person);

/* whose yes a grant of `field` about the one subject `subject` needs, at the standing's moment; 0 = nobody can give it. */
subjects policy_givers(const standing *s, field_id field, subjects subject);
/* May the actor alone give this? Every subject's givers must be exactly him (or, under good faith, include him: domain.md 3.2). */
answer policy_give(const standing *s, const field_set fields, subjects about, actor recipient);
/* May the actor withdraw from this grant (a giver, or an adult or able minor whom it is about)? */
answer policy_withdraw_grant(const standing *s, uint32_t grant);

/* ---- requests: a request becomes grants, field by field, as those who must give say yes ---- */

/* May the actor ask this of those who must give? A helper for himself, or the coordinator for another helper; a member for somebody
 * whom he knows, with his own yes as the first. */
answer policy_may_ask(const standing *s, const field_set fields, subjects about, actor recipient);
/* Whose yes `field` of this request needs, all subjects together; 0 if nobody can give some part of it. */
subjects policy_request_givers(const standing *s, uint32_t request, field_id field);
/* The fields of which the viewer is a required giver and may know; empty for whoever is asked nothing (R-30, R-57b). */
void policy_request_parts(const standing *s, uint32_t request, field_set out);
typedef enum { REQUEST_OPEN, REQUEST_COMPLETE, REQUEST_REFUSED } request_state;
/* As of the standing's moment, whoever looks: never to be shown to the asker. `yes`: whose yes completes it. */
request_state policy_request_state(const standing *s, uint32_t request, field_id field, subjects *yes);
/* A coordinator asks or receives it: then he and his colleagues can't tell refused from silent either. */
bool policy_request_is_coordinators(const standing *s, uint32_t request);
/* R-31, for the coordinator: the fields on which those who must give do not agree. */
void policy_not_agreed(const standing *s, uint32_t request, field_set out);
/* Is this request still to be answered at all? */
bool policy_request_runs(const standing *s, uint32_t request);
/* May he see that there is this request: its asker, its recipient helper, who must answer. */
bool policy_sees_request(const standing *s, uint32_t request);
/* May he answer these fields of it? */
answer policy_reply(const standing *s, uint32_t request, const field_set fields);

/* ---- what waits for somebody, and until when (R-02, R-11, R-23 to) ---- */

typedef enum {
    AGENDA_ANSWER,          /* `of` a request: his part is not answered; due when it lapses */
    AGENDA_NOT_AGREED,      /* `of` a request: the coordinator, those who must give do not agree */
    AGENDA_CONFIRM,         /* `of` a grant: its giver, before SS1 and C4 fields pause */
    AGENDA_PAUSED,          /* `of` a grant: its giver, they are paused */
    AGENDA_EXPIRES,         /* `of` a grant: giver and recipient, 30 days ahead */
    AGENDA_BIRTHDAY,        /* `of` a person who turns `years`: he, holders, the coordinator, 60 days ahead */
    AGENDA_DECIDE,          /* `of` a grant that others gave: whom it is about decides now; due when the grace ends */
    AGENDA_FOUR_EYES,       /* `of` a grant: the safety role, a second professional is missing (SS2) */
    AGENDA_CAPACITY_REVIEW, /* `of` a capacity record: who judged, and the coordinator */
    AGENDA_HOLD_REVIEW,     /* `of` a hold: who wrote it, and the coordinator */
    AGENDA_EMERGENCY_REVIEW, /* `of` an emergency: the safety role */
    AGENDA_CONTACT,         /* `of` a person: the coordinator, a minor's contact is to be checked again */
    AGENDA_INFORM,          /* `of` a person: the coordinator, he is in the plan and was not told */
    AGENDA_COPY             /* `of` a person: he himself, since he is 18 it is his: a copy to keep */
} agenda_kind;

typedef struct {
    agenda_kind kind;
    uint32_t of;       /* a position in the facts */
    uint8_t years;     /* of a birthday */
    moment since, due; /* shown from, to be done before */
} agenda_item;

/* What waits for the viewer at his moment, in the order of the kinds. Facts and time alone decide, so nothing is lost by a stop and
 * nothing has to be caught up with. Returns how many; beyond `cap` they are counted and not written. */
uint32_t policy_agenda(const standing *s, agenda_item *out, uint32_t cap);

/* ---- emergencies, locks (T6) ---- */

answer policy_open_emergency(const standing *s, const field_set fields, subjects about);
/* What the viewer learns of an emergency: nothing, that it was, or all of it. */
typedef enum { TOLD_NOTHING, TOLD_THAT, TOLD_ALL } telling;
telling policy_told(const standing *s, uint32_t emergency);
/* May he put this on the list "not for"; may he say yes to lifting that lock (two must). */
answer policy_lock(const standing *s, subjects about, const field_set fields, actor not_for);
answer policy_lift(const standing *s, uint32_t lock);
/* Does this lock show to him: to whoever may set it, never to the one whom it keeps out (T7). */
bool policy_sees_lock(const standing *s, uint32_t lock);

/* ---- what is noted to protect somebody (R-23, R-32, R-33, R-40) ---- */

/* Holds fields that he reads back from people, the subject himself among them. */
answer policy_hold(const standing *s, const field_set fields, subjects about, subjects from_whom);
/* Who wrote it, or the coordinator, lifts it. */
answer policy_end_hold(const standing *s, uint32_t hold);
/* A professional says whether a minor decides. */
answer policy_record_capacity(const standing *s, unsigned child);
/* A holder of authority or the coordinator says that the holders do not agree; the coordinator that they do again. */
answer policy_flag_conflict(const standing *s, unsigned child);
answer policy_end_conflict(const standing *s, uint32_t conflict);
/* An able minor names an adult, or the coordinator notes it; not one who decides for him, and where the trusted person reads all
 * of it not one who helps either. */
answer policy_name_trusted(const standing *s, unsigned child, actor trusted);
answer policy_end_trusted(const standing *s, uint32_t trusted);
/* The coordinator notes what a court decided, with the paper that he saw. */
answer policy_note_decision(const standing *s, subjects person, subjects protects);

/* ---- how people come into a plan (R-27, R-35, R-38, R-39, R-42, R-58, R-75) ---- */

/* A person: an adult of the family, in homes that he manages; the coordinator. Who decides for a child, only the coordinator notes,
 * with the paper that he saw. */
answer policy_add_person(const standing *s, subjects homes, bool with_holders);
/* A helper: the coordinator, when adults of the family said yes (C-17). */
answer policy_add_helper(const standing *s, subjects agreed);
/* Whom he may speak of by an id: known to him, or brought in by him; not himself. */
bool policy_may_name(const standing *s, actor whom);
/* he makes a code, as coordinator. R-35: no code; the coordinator is asked, whoever it is about. Never different because of a
 * block. */
answer policy_invite(const standing *s, actor whom);
/* Is he kept out of something here by a block or by a lock on everything? Then no code of his works, and the safety role is
 * told. */
bool policy_is_kept_out(const facts *f, actor whom, moment at);
/* May somebody who bears a code become this person or helper now? */
bool policy_may_join(const facts *f, actor whom, moment at);
/* The viewer is a helper whose place waits for his yes to the working agreements (C-03). */
bool policy_place_waits(const standing *s);
answer policy_record_birth(const standing *s, unsigned child);
answer policy_check_contact(const standing *s, unsigned child);
answer policy_note_informed(const standing *s, unsigned person);
/* a minor who has not seen the limits of secrecy writes nothing yet. */
bool policy_limits_unseen(const standing *s);

/* The minor (of `child`) decides this field for himself, by age and capacity. */
bool policy_is_able(const standing *s, field_id field, unsigned child);

/* The moments of `f` (all rows but `moments`), ascending, without repetition, sorted in `out`; returns how many. When `cap` is too
 * small (call with 0 to size) nothing useful is in `out` and the answer is the room that is enough. */
uint32_t facts_moments(const facts *f, moment *out, uint32_t cap);
/* The first of f->moments after `at`, or MOMENT_NEVER. */
moment facts_next_moment(const facts *f, moment at);

#endif
