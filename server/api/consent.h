/* What a yes needs, whichever way it comes (a grant, a member's request, an answer, a sheet of paper): read from the body and held
 * against the law, all faults at once, each with its place.
 *
 * Nothing here decides who may give: that is the policy's. */
#ifndef KRING_API_CONSENT_H
#define KRING_API_CONSENT_H

#include "api/view.h"

typedef struct {
    field_set fields;
    field_set derived, exists; /* of these, at less than the value itself */
} choice;

/* Without a language: nothing was told. */
typedef struct {
    bytes language, version;
    uint8_t hash[SHA256_SIZE];
} shown_text;

typedef struct {
    moment from, until;
} window;

/* ---- faults: each leaves its line, and consent_faults says whether there was one ---- */

void consent_fault(exchange *x, const char *pointer, const char *detail);
/* At "/list/3" or "/list/3/member". */
void consent_fault_at(exchange *x, const char *list, unsigned i, const char *member, const char *detail);
result consent_faults(const exchange *x) MUST_USE;
/* FORBIDDEN with its rule, unless the policy allows it; whoever may not do it hears nothing of what else is wrong. */
result consent_allowed(exchange *x, bool allowed, rule r) MUST_USE;
/* CONFLICT with a constant sentence: what it is about is no longer so. */
result consent_over(exchange *x, const char *detail);

/* ---- reading ---- */

/* The first of a list that may not be there. */
static inline const json_value *consent_first(const json_value *list) { return list ? json_first(list) : NULL; }

/* `fields` (names, or objects with field and level), `levels` and `package` together. What must be hidden whole has no
 * level. */
void consent_choose(exchange *x, choice *out);
/* an end must be there, after the beginning, within the jurisdiction's longest. */
void consent_window(exchange *x, window *out);
void consent_text(exchange *x, bool needed, shown_text *out);
/* "/purpose" and the like: a fault unless it is there. */
void consent_need(exchange *x, const char *member, const char *detail);
/* A body's `recipient` if it is somebody whom the caller may know; ACTOR_NONE otherwise. */
actor consent_recipient(const exchange *x, const standing *s);
/* An object of those members of the body that are there, as the words of a sealed entry. */
bytes consent_words(exchange *x, const char *const *members, size_t count);

/* ---- the law ---- */

/* Of a helper whose place runs: 0 none, 1 discretion, 2 professional; NO_SECRECY for a member of the family. */
enum { NO_SECRECY = 3 };
unsigned consent_secrecy(const standing *s, actor recipient);
const char *consent_secrecy_word(unsigned secrecy);
bool consent_has_class(const field_set fields, sensitivity at_least);
/* The member `steps`: what a field asks for beside a yes (SS1 to SS5). */
void consent_write_steps(json_writer *w, field_id field);
/* this field goes to that recipient one by one only, after the warning. */
bool consent_needs_release(const standing *s, actor recipient, field_id field);
/* the children under 12 whose view must be asked for these fields. */
subjects consent_children(const standing *s, subjects about, const field_set fields);
/* Of `list`, each field of `fields` that needs it has been released with the hash of its warning. */
void consent_check_release(exchange *x, const standing *s, actor recipient, const field_set fields, const char *list);
/* a ground for a secret-bearer, one that this jurisdiction knows. */
void consent_check_ground(exchange *x, const standing *s, actor recipient, const field_set fields, secrecy_ground ground);
void consent_check_ticks(exchange *x, secrecy_ground ground);
void consent_check_child(exchange *x, const standing *s, subjects about, const field_set fields);
/* Sealed words beside a grant, a request or an objection: no entry of the plan. */
uuid consent_keep_note(exchange *x, uuid of, subjects about, bytes words);
/* A small child's view, as it was asked or not, kept beside the grant or request. */
void consent_keep_child(exchange *x, uuid of, subjects children);

/* ---- storing ---- */

typedef struct {
    uuid id, request, reply; /* zero: given without having been asked; else the word that completed it tells channel and text */
    actor recipient;
    subjects about, givers;
    choice what;
    grant_basis basis;
    secrecy_ground ground;
    bytes article_nine, family_view, channel;
    moment told_on; /* MOMENT_NEVER: not told, but agreed */
    shown_text text;
    window during;
    bytes words;
} new_grant;

/* The grant, and the end of those of which it takes the place. */
void consent_store(exchange *x, const new_grant *g);
/* UNPROCESSABLE when the family can hold no more (facts.h): so many grants, with so many fields, and entries. */
result consent_room(exchange *x, unsigned grants, unsigned fields, unsigned entries) MUST_USE;

void consent_param_fields(params *p, arena *a, const field_set fields);
/* The words of the contract and of SQL for each field's level, in the order of consent_param_fields. */
void consent_param_levels(params *p, arena *a, const choice *what);
level consent_level(const choice *what, field_id field);
level consent_level_by_name(bytes word);
void consent_set_level(choice *what, field_id field, level l);
const char *consent_basis_word(grant_basis basis); /* of the contract */
bytes consent_name(field_id field);

/* What the log keeps of an act: 'g', 'o', 'r', the id, and fields. */
void consent_note(exchange *x, char what, uuid id, const field_set fields);
void consent_notice(exchange *x, actor whom, const char *kind, uuid of);
void consent_task(exchange *x, const char *kind, actor whom, uuid of, subjects about, moment due);

#endif
