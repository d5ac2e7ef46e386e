/* The words that people read: one constant table in three languages, made of proto/texts.json.
 *
 * What was shown is part of the proof of a consent, so rendering is a pure function of key, language and values: the same
 * three give the same bytes, and text_hash of these is what a grant keeps beside text_version. It only fills in: nothing is
 * escaped, since a text goes on as JSON or to a terminal, and each of those escapes for itself. What was filled in is never looked
 * at again, so a name with a brace in it stays a name. */
#ifndef KRING_API_TEXTS_H
#define KRING_API_TEXTS_H

#include "crypto/secret.h"
#include "json/write.h"
#include "policy/facts.h"
#include "texts_keys.h"

/* The order of the tables. */
typedef enum { IN_NL, IN_FR, IN_EN, TEXT_LANGUAGES } text_language;

enum { TEXT_VERSION = 16, TEXT_MAX = 64 * 1024 };

/* What stands in a text's holes: (text_values){.of = {[WITH_RECIPIENT] = name, [WITH_UNTIL] = day}}. More than a text needs does no
 * harm, so one set serves a whole screen; a hole without its value is a bug. */
typedef struct {
    bytes of[TEXT_PARAMS];
} text_values;

/* "nl", "fr" or "en"; false for anything else. */
bool text_language_by_code(bytes code, text_language *out);
/* The text as it was written, with its holes. */
bytes text_of(text_key key, text_language language);
/* 16 hex digits that change with the words and with nothing else. */
bytes text_version(void);

/* A text with the values of its holes, `{name}`; what was filled in is never looked at again, so a brace in it stays one. */
void text_fill(buf *out, bytes text, bytes (*named)(bytes name, const void *values), const void *values);
/* `with` may be NULL for a text without holes. Too long for the buffer: it overflows, as ever. */
void text_write(buf *out, text_key key, text_language language, const text_values *with);
/* The lines of a screen in their order, with a line feed between them; one that may be left out is there when its values
 * are. What this writes is what text_hash is made of. */
void text_write_screen(buf *out, text_screen screen, text_language language, const text_values *with);
/* As a JSON string; past TEXT_MAX the writer's buffer counts as overflowed. */
void text_json(json_writer *w, text_key key, text_language language, const text_values *with);
void text_hash(bytes rendered, uint8_t out[SHA256_SIZE]);

/* Values: the labels of fields in catalogue order, one a line; and a local day, "2026-01-01" as "1 januari 2026" or "1er janvier
 * 2026". */
void text_fields(buf *out, text_language language, const field_set fields);
void text_day(buf *out, text_language language, bytes iso_day);

/* ---- the tables (generated) ---- */

typedef struct {
    const char *key;   /* "consent.yes" */
    uint64_t needs;    /* bit p: there is a hole for text_param p */
    const char *in[TEXT_LANGUAGES];
} text_row;

typedef struct {
    text_key key;
    bool optional;
} text_line;

typedef struct {
    const char *name;
    const text_line *lines;
    size_t count;
} text_screen_row;

extern const text_row text_rows[TEXT_COUNT];
extern const text_screen_row text_screens[TEXT_SCREENS];
extern const char *const text_param_names[TEXT_PARAMS];
extern const char text_set_version[TEXT_VERSION + 1];
/* The whole set in one language, as GET /v1/texts/nl serves it. */
extern const bytes texts_json[TEXT_LANGUAGES];

#endif
