/* What a person typed becomes what the contract wants: ids, fields, moments, texts, bodies and queries. What does not
 * fit is refused here, with the words that were typed, before anything is sent. */
#ifndef KRING_CLI_TYPED_H
#define KRING_CLI_TYPED_H

#include "api.h"

enum { QUERY_MAX = 16 << 10 };

/* A moment: RFC 3339, or a local day, or a local day and time. `through`: a bare day means its end. */
outcome parse_time(kring *k, const char *typed, bool through, moment *out) MUST_USE;
outcome parse_field(kring *k, const char *typed) MUST_USE;
outcome parse_id(kring *k, const char *typed, uuid *out) MUST_USE;
/* A text from a file or standard input: UTF-8, line ends as line feeds, none at the end. */
outcome read_text(kring *k, const char *path, bytes *out) MUST_USE;

/* The JSON object that `put` fills, ready to send. */
outcome make_body(kring *k, outcome (*put)(kring *k, json_writer *w), bytes *out) MUST_USE;
/* "about": the people, homes and family of the --about options. */
outcome put_about(kring *k, json_writer *w) MUST_USE;
/* A new Idempotency-Key. */
const char *new_key(kring *k);

/* `base` with the query that `put` appends. */
outcome make_path(kring *k, const char *base, outcome (*put)(kring *k, buf *path), const char **out) MUST_USE;
/* Appends "?name=value" or "&name=value", percent-encoded. */
void put_query(buf *path, const char *name, bytes value);
void put_id_query(buf *path, const char *name, uuid id);
outcome put_time_query(kring *k, buf *path, const char *name, option_id o, bool through) MUST_USE;

#endif
