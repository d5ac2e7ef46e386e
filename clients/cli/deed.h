/* What most acts of a person are on the wire: one POST, with what the options say, on a thing or in a list. */
#ifndef KRING_CLI_DEED_H
#define KRING_CLI_DEED_H

#include "api.h"

typedef outcome putting(kring *k, json_writer *w);

/* "/v1/families/ID/NOUN/OPERAND/rest": the operand must be an id. After api_family. */
outcome thing_path(kring *k, const char *noun, const char *rest, const char **out) MUST_USE;
/* Something new: sent with a key, so that it is there once. `put` may be NULL. The answer is in `out`. */
outcome deed_make(kring *k, const char *path, putting *put, api_answer *out) MUST_USE;
/* The same, and says `done` with the id that it got. */
outcome deed_make_and_tell(kring *k, const char *path, putting *put, word done) MUST_USE;
/* Something done with the operand's thing: "/NOUN/OPERAND/rest". It is not sent twice: whoever lost the connection looks first. */
outcome deed_do(kring *k, const char *noun, const char *rest, putting *put) MUST_USE;
outcome deed_do_and_tell(kring *k, const char *noun, const char *rest, putting *put, word done, bytes detail) MUST_USE;

/* Members of a body, from options; those that were not given are left out. */
outcome put_option(kring *k, json_writer *w, const char *member, option_id o) MUST_USE;
outcome put_option_fields(kring *k, json_writer *w, const char *member) MUST_USE;
outcome put_option_moment(kring *k, json_writer *w, const char *member, option_id o, bool through) MUST_USE;
outcome put_option_people(kring *k, json_writer *w, const char *member, option_id o, unsigned lists) MUST_USE;
/* One name or id: an option's, or the operand. */
outcome put_who(kring *k, json_writer *w, const char *member, const char *typed, unsigned lists) MUST_USE;
/* A text out of the option's file; without one out of standard input. */
outcome put_option_text(kring *k, json_writer *w, const char *member, option_id o) MUST_USE;

/* Labels of fields with commas; all of the catalogue is "all of it". */
bytes field_labels(kring *k, const json_value *fields);

#endif
