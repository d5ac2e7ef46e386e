/* The small words of the scenario parser: a value with its place, checked getters, and the one way to refuse.
 *
 * A getter either gives what the format says or refuses with the place; it never converts, guesses or shortens. */
#ifndef KRING_APP_SCENARIO_READ_H
#define KRING_APP_SCENARIO_READ_H

#include "app/scenario.h"
#include "json/read.h"

/* Lists have ceilings, so that what a row of facts can hold is never exceeded. */
enum { REFS_MAX = 192, PLAN_ENTRIES_MAX = 12000 };

typedef struct {
    arena *a;
    const json_value *root;
    scenario_fault *fault;
} reading;

/* A value, or (v is NULL) the member `name` that `parent` lacks. */
typedef struct {
    const json_value *v, *parent;
    const char *name;
} place;

/* BAD_BODY with the place's pointer. `sentence` is a literal and goes on where the place was named. */
result refuse(reading *in, place at, const char *sentence) MUST_USE;

/* The member of an object that read_keys or read_object let through. */
place member(place object, const char *name);

typedef struct {
    place at;
    size_t index;
} item_walk;
/* for (item_walk w = items_of(list); has_item(&w); next_item(&w)): items of a list or members of an object; none if
 * it is absent. */
item_walk items_of(place container);
static inline bool has_item(const item_walk *w) { return w->at.v != NULL; }
void next_item(item_walk *w);

/* An object with no names but these, apart by blanks. */
result read_keys(reading *in, place at, const char *known) MUST_USE;
/* An object or nothing. */
result read_object(reading *in, place at) MUST_USE;
/* A list of at most `max`, or nothing. */
result read_list(reading *in, place at, size_t max, size_t *count) MUST_USE;
/* A list that is there and not empty. */
result read_some(reading *in, place at, size_t max, size_t *count) MUST_USE;

/* Visible characters without comma, quote or at-sign: it may become a log-in and a part of a comma list. */
result read_id(reading *in, place at, bytes *out) MUST_USE;
/* Not empty. */
result read_text(reading *in, place at, bytes *out) MUST_USE;
result read_bool(reading *in, place at, bool *out) MUST_USE;
/* A day of the calendar. */
result read_date(reading *in, place at, bytes *out) MUST_USE;
/* A day, or a day with a time of day; local. */
result read_when(reading *in, place at, bytes *out) MUST_USE;

/* Absent and null are alike: texts are then empty, flags and numbers stay as they are. */
result read_maybe_text(reading *in, place at, bytes *out) MUST_USE;
result read_maybe_bool(reading *in, place at, bool *out) MUST_USE;
result read_maybe_int(reading *in, place at, int64_t least, int64_t most, int64_t *out) MUST_USE;
result read_maybe_when(reading *in, place at, bytes *out) MUST_USE;

bool is_when(bytes text);
/* Both are of the form that read_when gives. A day counts as its first moment. */
bool when_before(bytes a, bytes b);
/* Refuses an end before its beginning; an end that is a day includes that whole day. */
result ends_after(reading *in, bytes from, place at, bytes until) MUST_USE;

#endif
