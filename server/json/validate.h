/* The strict gate before any JSON parser: RFC 8259's grammar, and less.
 *
 * cJSON is lax (duplicate keys, crooked UTF-8, texts cut at \u0000, depth 1000, integers lost above 2^53), so
 * nothing reaches it that has not passed here. What passes is read alike by every parser. Allocates nothing,
 * changes nothing, takes time in proportion to the text. */
#ifndef KRING_JSON_VALIDATE_H
#define KRING_JSON_VALIDATE_H

#include "base/bytes.h"

enum {
    JSON_DEPTH_MAX = 32,     /* arrays and objects inside each other */
    JSON_TOKENS_MAX = 10000, /* values and member names together, in what comes over the network */
    JSON_FILE_TOKENS_MAX = 1000000, /* in a file that the operator names */
};
/* The integers that a double, and so every JavaScript client, holds exactly. */
#define JSON_INT_MAX INT64_C(9007199254740991)

/* BAD_JSON unless `text` is one value with nothing but white space around it, in well-formed UTF-8 without a byte
 * order mark, U+0000, unpaired surrogates, fractions, exponents, integers beyond +-JSON_INT_MAX, or a member name
 * twice in one object. Then *fault_offset is where and *why a constant sentence; on success both stay untouched. */
result json_validate(bytes text, size_t *fault_offset, const char **why) MUST_USE;
/* The same with another bound on the tokens; the names of the objects that are open at once stay within JSON_TOKENS_MAX. */
result json_validate_within(bytes text, unsigned tokens_max, size_t *fault_offset, const char **why) MUST_USE;

#endif
