/* Writes JSON straight into a bounded buffer: no tree, no allocation of its own, commas by itself.
 *
 * What it writes is always well-formed: misuse (a value without its name, a wrong close) is a bug and aborts, and
 * bytes that are not UTF-8 come out as U+FFFD. Strings are also safe inside HTML: <, >, & and U+2028/9 leave as
 * escapes. Whether all of it found room is asked once at the end, with buf_ok. */
#ifndef KRING_JSON_WRITE_H
#define KRING_JSON_WRITE_H

#include "base/buf.h"
#include "base/clock.h"

enum { JSON_WRITE_DEPTH = 32 };

typedef struct {
    buf *out;
    uint8_t depth;
    bool comma, named, done;  /* a comma is due; a name waits for its value; the one value is complete */
    uint32_t objects;         /* bit d: the container at depth d is an object */
} json_writer;

json_writer json_to(buf *out);

void json_open_object(json_writer *w);
void json_close_object(json_writer *w);
void json_open_array(json_writer *w);
void json_close_array(json_writer *w);
/* A literal of ours: printable ASCII without quote or backslash. */
void json_key(json_writer *w, const char *name);
void json_string(json_writer *w, bytes text);
void json_uuid(json_writer *w, uuid id);
/* Within +-(2^53 - 1), as all the world reads it. */
void json_int(json_writer *w, int64_t value);
void json_bool(json_writer *w, bool value);
void json_null(json_writer *w);
void json_moment(json_writer *w, moment m);
/* One whole value that this writer made before (an opened body): nothing in it is looked at again. */
void json_raw(json_writer *w, bytes value);
/* After the last close: must the text be one whole value. */
void json_end(json_writer *w);

#endif
