/* What the files about requests share: what a word that is said would make of a request. */
#ifndef KRING_API_REQUEST_H
#define KRING_API_REQUEST_H

#include "api/consent.h"

/* R-45; and grants that one word makes at once (flow/endpoint.h bounds what is sealed). */
enum { REQUEST_DAYS = 14, REQUEST_GRANTS_MAX = 6 };

/* The facts as they would be with one more request, with one more word about request `r`, or with that word counting from `at`
 * on. */
const facts *request_suppose_asked(arena *a, const facts *f, const request_fact *asked);
const facts *request_suppose_said(arena *a, const facts *f, uint32_t r, const reply_fact *said);
const facts *request_suppose_counts(arena *a, const facts *f, uint32_t reply, moment at);

/* His newest word that counts by then. */
typedef enum { SAID_NOTHING, SAID_YES, SAID_NO } request_word;
request_word request_said(const facts *f, const request_fact *r, unsigned person, field_id field, moment at);

/* Some grant came of this field of the request, whatever has become of it: one that counts (T9), as far as this standing is
 * told. */
bool request_granted(const standing *s, uint32_t r, field_id field);
/* For which subjects of the request the viewer must give that field. */
subjects request_part(const standing *s, uint32_t r, field_id field);

/* What becomes complete: one grant for each set of givers, subjects and bounds, so that nobody gives, or sees, what is not his part
 * (R-30). */
typedef struct {
    subjects about, givers;
    choice what;
    moment until;
} completed;
typedef struct {
    completed of[REQUEST_GRANTS_MAX];
    uuid made[REQUEST_GRANTS_MAX]; /* as they were stored */
    unsigned count;
    bool too_many;
} completion;
/* `s` stands on the supposed facts. */
void request_complete(const standing *s, uint32_t r, completion *out);
/* Stores what that reply completes; UNPROCESSABLE when it is too much at once. */
result request_settle(exchange *x, const standing *after, uint32_t r, uuid reply, completion *out) MUST_USE;
/* where this word makes those who must give disagree: a conflict of the holders, and something for the coordinator to
 * do. */
void request_disagree(exchange *x, const standing *before, const standing *after, uint32_t r);

/* One giver's word, from the body: in the app, or written down for him. */
typedef struct {
    uuid id;
    actor person, entered_by; /* ACTOR_NONE: he himself */
    field_set yes, no;
    level level;
    moment until; /* MOMENT_NEVER: as asked */
    bytes channel;
    shown_text text;
} spoken;
/* `giver` stands on the facts. Faults stay for consent_faults. */
void request_read_word(exchange *x, const standing *giver, uint32_t r, spoken *out);
/* Whether he may say it at all: NOT_FOUND, FORBIDDEN, CONFLICT. */
result request_may_say(exchange *x, const standing *giver, uint32_t r, const spoken *word) MUST_USE;
/* What a yes needs. */
void request_check_word(exchange *x, const standing *giver, const request_fact *r, const spoken *word, const char *list);
void request_keep_word(exchange *x, const standing *giver, const request_fact *r, const spoken *word);
reply_fact request_as_fact(const spoken *word, moment now, moment counts);

#endif
