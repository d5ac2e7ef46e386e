/* The contract's shapes as constant tables, and the check of a parsed body against them.
 *
 * A body is refused whole: unknown members too, so that nobody sets what he was not asked for. All faults are told
 * at once (up to FAULTS_MAX), each with its place; the details are constants and never repeat a value. */
#ifndef KRING_JSON_SCHEMA_H
#define KRING_JSON_SCHEMA_H

#include "json/read.h"

typedef enum { SCHEMA_OBJECT, SCHEMA_ARRAY, SCHEMA_STRING, SCHEMA_ENUM, SCHEMA_INTEGER, SCHEMA_BOOL } schema_kind;

typedef enum {
    FORMAT_NONE,   /* any characters (a password) */
    FORMAT_UUID,   /* 36 characters, lower case */
    FORMAT_FIELD,  /* a field of the catalogue */
    FORMAT_MOMENT, /* RFC 3339 with an offset */
    FORMAT_DATE,   /* 2026-01-31 */
    FORMAT_TOKEN,  /* letters, digits and . _ ~ - */
    FORMAT_LINE,   /* no control characters, no line breaks */
    FORMAT_TEXT    /* no control characters but tab and line feed */
} string_format;

typedef struct schema schema;

typedef struct {
    const char *name;
    const schema *type;
    bool required;
} schema_member;

struct schema {
    schema_kind kind;
    union {
        struct {
            const schema_member *members;
            uint32_t count;
        } object;
        struct {
            const schema *items;
            uint32_t min, max;
            bool unique;
        } array;
        struct {
            uint32_t min, max; /* in characters (code points), not bytes */
            string_format format;
        } string;
        struct {
            const char *const *words;
            uint32_t count;
        } choice;
        struct {
            int64_t min, max;
        } integer;
    };
};

enum { FAULTS_MAX = 16 };

typedef struct {
    json_fault items[FAULTS_MAX];
    size_t count; /* a body with more faults than FAULTS_MAX shows the first of them */
} json_faults;

/* BAD_BODY with at least one fault, or OK with none. */
result schema_check(const schema *s, const json_value *v, arena *a, json_faults *faults) MUST_USE;

/* The same for one decoded value of a query parameter (a string, enum, integer or boolean): NULL if it fits, else
 * what is wrong. */
const char *schema_check_text(const schema *s, bytes text);

#endif
