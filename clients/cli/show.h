/* Reading what the server answered, and showing it: every text that leaves here is clean, nothing is trusted to be
 * there. */
#ifndef KRING_CLI_SHOW_H
#define KRING_CLI_SHOW_H

#include "api.h"

enum { DETAIL_MAX = 64 << 10 };

/* The member as it is, or NULL; NULL for what is no object. */
const json_value *member_at(const json_value *object, const char *name);
/* The member if it is an array, else NULL; first_of(list) starts a walk and takes NULL too. */
const json_value *list_at(const json_value *object, const char *name);
static inline const json_value *first_of(const json_value *list) { return list ? json_first(list) : NULL; }
bool true_at(const json_value *object, const char *name);
/* The member's text, clean, or empty. */
bytes text_at(kring *k, const json_value *object, const char *name, line_kind lines);
/* An integer as text, or empty. */
bytes number_at(kring *k, const json_value *object, const char *name);
/* A moment of the contract in local time, "2026-01-20 12:00"; the text itself, clean, when it is none. */
bytes time_at(kring *k, const json_value *object, const char *name);
/* The last day of a period whose end is the midnight after it, else the moment. */
bytes last_day_at(kring *k, const json_value *object, const char *name);
/* The field's name in the reader's language, or its code. */
bytes field_label(kring *k, const json_value *field);

/* "left<between>right"; the one that is there when the other is empty. */
bytes join(kring *k, bytes left, const char *between, bytes right);
/* "left (right)", or left alone. */
bytes in_brackets(kring *k, bytes left, bytes right);
bytes filled(kring *k, word sentence, bytes clean);

/* With --json prints the answer as it came and says true: then there is nothing left to show. */
bool show_json(kring *k, const api_answer *a);
/* Prints a table, or says that there is nothing; with --json its rows were printed already. */
outcome show_table(kring *k, const table *t) MUST_USE;
/* "Label   value", unless there is no value. */
void show_pair(kring *k, word label, bytes clean);
outcome show_done(kring *k, word sentence, bytes clean) MUST_USE;

#endif
