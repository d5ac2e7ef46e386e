/* The words that somebody must have seen before he says yes: taken from the server, filled in, shown, and hashed as
 * they were shown. */
#ifndef KRING_CLI_CONSENT_H
#define KRING_CLI_CONSENT_H

#include "api.h"

enum { HASH_TEXT = 64 };

/* What stands in the holes; lines are joined by line feeds. Empty: there is none, and a line that may be left out is. */
typedef struct {
    bytes asked_by, fields, about, recipient, secrecy, purpose, goal, from, until; /* secrecy: the contract's word, or empty */
    bool told;       /* no question, but why it is shared all the same */
    bytes basis;     /* the contract's word */
    bool asked;      /* there is a request, which lapses */
    bool reconfirm;  /* something of it is asked again every 90 days */
} consent_question;

typedef struct consent_shown {
    bytes version, hash, language;
    bytes warning_hash; /* of the warning about this recipient, or empty */
    bytes purpose;      /* as it stood in them */
    uuid recipient;     /* out of options */
} consent_shown;

/* Shows the question and keeps in k->shown what was shown. With --json it goes to standard error, so that standard output stays
 * JSON. */
outcome consent_show(kring *k, const consent_question *q) MUST_USE;
/* A screen without holes, such as "own_space": shown and kept in the same way. */
outcome consent_show_screen(kring *k, const char *wanted) MUST_USE;
/* "text": which words were shown. */
outcome consent_put_shown(kring *k, json_writer *w) MUST_USE;
/* The same for what is shared without having been asked: out of --to, --field, --about, --from, --until, and the text of --purpose-
 * file. Whoever and whatever is named is looked up first: who mistyped a name should not have written a purpose for nothing. */
outcome consent_show_options(kring *k) MUST_USE;
/* What a yes brings along: "text" as it was shown, "ticks", "child_view". */
outcome consent_put(kring *k, json_writer *w) MUST_USE;
/* Is the field released one by one (--release), after the warning that was shown? */
bool consent_released(kring *k, bytes field);
/* A field that must be confirmed every 90 days. */
bool consent_lapses(bytes field);
/* "package", when there is one. */
void consent_put_package(kring *k, json_writer *w);
/* "need_money" or "need_money=exists": the field's name, and the level behind it or empty. */
outcome consent_field(kring *k, const char *typed, bytes *field, bytes *level) MUST_USE;

#endif
