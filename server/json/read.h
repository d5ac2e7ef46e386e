/* A parsed JSON text, behind the strict gate: cJSON sees only what json_validate let through.
 *
 * The tree belongs to the arena: it goes, its strings wiped, when the arena goes. Look-ups are exact (never
 * cJSON's own, which ignore case), and a getter on the wrong kind is a bug, since schema_check comes first. */
#ifndef KRING_JSON_READ_H
#define KRING_JSON_READ_H

#include "base/arena.h"

typedef struct cJSON json_value;

/* Where something is wrong, as an RFC 6901 pointer in the arena, and why, as a constant sentence. */
typedef struct {
    bytes path;
    const char *detail;
} json_fault;

/* BAD_JSON with *fault filled (its path is empty: a text that is not JSON has no pointers; the detail says what is
 * wrong). */
result json_parse(arena *a, bytes text, const json_value **root, json_fault *fault) MUST_USE;
/* The same for a file that the operator names, with JSON_FILE_TOKENS_MAX. */
result json_parse_file(arena *a, bytes text, const json_value **root, json_fault *fault) MUST_USE;

/* NULL is none of these. */
bool json_is_object(const json_value *v);
bool json_is_array(const json_value *v);
bool json_is_string(const json_value *v);
bool json_is_integer(const json_value *v);
bool json_is_bool(const json_value *v);
bool json_is_null(const json_value *v);

/* The member of that exact name, or NULL. */
const json_value *json_member(const json_value *object, const char *name);
/* The member's own name, while walking through an object. */
bytes json_name_of(const json_value *member);
/* for (const json_value *v = json_first(list); v; v = json_next(v)): items of an array, members of an object, in
 * their order. */
const json_value *json_first(const json_value *container);
const json_value *json_next(const json_value *v);
size_t json_count(const json_value *container);

/* Live as long as the arena. */
bytes json_bytes_of(const json_value *v);
int64_t json_int_of(const json_value *v);
bool json_bool_of(const json_value *v);

#endif
