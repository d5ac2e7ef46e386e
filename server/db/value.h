/* Values on their way into a statement and out of a result, in PostgreSQL's binary format.
 *
 * A parameter or a getter whose type is not the one that sql/ declares is a bug of ours and aborts: the statements
 * are our own and a test compares every one of them with the database. Lengths that come from the server are checked
 * all the same. Nothing here formats or parses SQL text. */
#ifndef KRING_DB_VALUE_H
#define KRING_DB_VALUE_H

#include "base/arena.h"
#include "base/clock.h"
#include "db/statement.h"

/* ---- parameters: pushed in the order of the statement's `-- params:` line ---- */

typedef struct params params;

/* What is pushed is copied into the arena. */
params *params_new(arena *a);
void param_null(params *p, uint32_t type);
void param_uuid(params *p, uuid v);
/* The zero id means "nobody" and becomes NULL. */
void param_uuid_or_null(params *p, uuid v);
void param_bytes(params *p, bytes v);
void param_text(params *p, bytes v);
void param_string(params *p, const char *v);
void param_int4(params *p, int32_t v);
void param_int8(params *p, int64_t v);
void param_bool(params *p, bool v);
/* MOMENT_NEVER is 'infinity', MOMENT_MIN is '-infinity'. */
void param_moment(params *p, moment v);
/* Days since 1970-01-01. */
void param_date(params *p, int32_t days);

/* One-dimensional arrays without NULLs; n may be 0. */
void param_uuids(params *p, const uuid *v, size_t n);
void param_byteas(params *p, const bytes *v, size_t n);
void param_texts(params *p, const bytes *v, size_t n);
void param_int4s(params *p, const int32_t *v, size_t n);
void param_int8s(params *p, const int64_t *v, size_t n);
void param_bools(params *p, const bool *v, size_t n);
void param_moments(params *p, const moment *v, size_t n);

size_t params_count(const params *p);
/* As libpq wants them. */
const uint32_t *params_types(const params *p);
const char *const *params_values(const params *p);
const int *params_lengths(const params *p);
/* Whether these are what the statement declares. */
bool params_fit(const params *p, const statement *s);

/* ---- results ---- */

typedef struct pg_result PGresult; /* libpq's own typedef, so that who reads rows need not see libpq */

/* The rows of one statement; valid as long as the unit's arena. An empty one ({NULL}) has no rows. */
typedef struct {
    const PGresult *from;
} rows;

size_t rows_count(rows r);

/* `column` is one of the generated constants, such as session_find__kind. NULL in the cell is a bug unless asked for
 * before. */
bool row_is_null(rows r, size_t row, int column);
uuid row_uuid(rows r, size_t row, int column);
/* NULL reads as the zero id. */
uuid row_uuid_or_zero(rows r, size_t row, int column);
/* Spans into the result: copy what must outlive the unit's arena. */
bytes row_bytes(rows r, size_t row, int column);
bytes row_text(rows r, size_t row, int column);
int32_t row_int4(rows r, size_t row, int column);
int64_t row_int8(rows r, size_t row, int column);
bool row_bool(rows r, size_t row, int column);
moment row_moment(rows r, size_t row, int column);
/* Days since 1970-01-01; INT32_MIN and INT32_MAX for the infinities. */
int32_t row_date(rows r, size_t row, int column);

/* A walk over an array: `for (array_walk w = row_uuid_array(...); w.left > 0;) { uuid id = array_uuid(&w); ... }`
 * The whole array is checked before the first element is handed out. NULL elements are a bug. */
typedef struct {
    size_t left;
    bytes rest;
} array_walk;

/* The whole array into `out`; returns how many there are. More than `max` is a bug: cutting a list of subjects short
 * would widen what it allows, so the limit is kept where the list enters. */
size_t row_uuids(rows r, size_t row, int column, uuid *out, size_t max);
size_t row_texts(rows r, size_t row, int column, bytes *out, size_t max);

array_walk row_uuid_array(rows r, size_t row, int column);
array_walk row_text_array(rows r, size_t row, int column);
array_walk row_bytes_array(rows r, size_t row, int column);
array_walk row_int4_array(rows r, size_t row, int column);
array_walk row_int8_array(rows r, size_t row, int column);
array_walk row_bool_array(rows r, size_t row, int column);
array_walk row_moment_array(rows r, size_t row, int column);
uuid array_uuid(array_walk *w);
bytes array_bytes(array_walk *w); /* text and bytea */
int32_t array_int4(array_walk *w);
int64_t array_int8(array_walk *w);
bool array_bool(array_walk *w);
moment array_moment(array_walk *w);

#endif
