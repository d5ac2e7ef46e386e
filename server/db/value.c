#include "db/value.h"

#include <libpq-fe.h>

/* PostgreSQL counts from 2000-01-01. */
static const int64_t epoch_moment = INT64_C(946684800) * SECOND;
enum { EPOCH_DAYS = 10957, FIRST_SLOTS = 6, ARRAY_HEADER = 20, EMPTY_ARRAY = 12, BYTES_MAX = 1 << 29 };
/* The server's own range, 4714 BC to 294276 AD, in its microseconds. */
static const int64_t earliest = INT64_C(-211813488000000000), latest = INT64_C(9223371331200000000);

/* ---- parameters ---- */

struct params {
    arena *memory;
    size_t count, room;
    uint32_t *types;
    const char **values;
    int *lengths;
};

static void make_room(params *p, size_t room) {
    uint32_t *types = ARENA_ARRAY(p->memory, uint32_t, room);
    const char **values = ARENA_ARRAY(p->memory, const char *, room);
    int *lengths = ARENA_ARRAY(p->memory, int, room);
    for (size_t i = 0; i < p->count; i++) {
        types[i] = p->types[i];
        values[i] = p->values[i];
        lengths[i] = p->lengths[i];
    }
    p->types = types;
    p->values = values;
    p->lengths = lengths;
    p->room = room;
}

params *params_new(arena *a) {
    params *p = ARENA_NEW(a, params);
    p->memory = a;
    make_room(p, FIRST_SLOTS);
    return p;
}

static void push(params *p, uint32_t type, const void *value, size_t len) {
    must(p->count < PARAMS_MAX);
    must(len <= BYTES_MAX);
    if (p->count == p->room) make_room(p, PARAMS_MAX);
    p->types[p->count] = type;
    p->values[p->count] = value;
    p->lengths[p->count] = (int)len;
    p->count++;
}

/* libpq takes a null pointer for NULL, so an empty value needs an address: arena_copy gives one. */
static void push_copy(params *p, uint32_t type, bytes value) {
    push(p, type, arena_copy(p->memory, value).at, value.len);
}

static int64_t moment_out(moment m) {
    if (m == MOMENT_NEVER || m == MOMENT_MIN) return m;
    int64_t v;
    must(!__builtin_sub_overflow(m, epoch_moment, &v) && v >= earliest && v < latest);
    return v;
}

void param_null(params *p, uint32_t type) { push(p, type, NULL, 0); }
void param_uuid(params *p, uuid v) { push_copy(p, TYPE_UUID, BYTES_OF(v)); }
void param_bytes(params *p, bytes v) { push_copy(p, TYPE_BYTEA, v); }
void param_text(params *p, bytes v) { push_copy(p, TYPE_TEXT, v); }
void param_string(params *p, const char *v) { push_copy(p, TYPE_TEXT, bytes_of_string(v)); }

void param_uuid_or_null(params *p, uuid v) {
    if (uuid_is_zero(v))
        param_null(p, TYPE_UUID);
    else
        param_uuid(p, v);
}

static void push_u32(params *p, uint32_t type, uint32_t v) {
    uint8_t *at = arena_take(p->memory, 4);
    put_u32(at, v);
    push(p, type, at, 4);
}

static void push_u64(params *p, uint32_t type, uint64_t v) {
    uint8_t *at = arena_take(p->memory, 8);
    put_u64(at, v);
    push(p, type, at, 8);
}

void param_int4(params *p, int32_t v) { push_u32(p, TYPE_INT4, (uint32_t)v); }
void param_int8(params *p, int64_t v) { push_u64(p, TYPE_INT8, (uint64_t)v); }
void param_moment(params *p, moment v) { push_u64(p, TYPE_TIMESTAMPTZ, (uint64_t)moment_out(v)); }

void param_bool(params *p, bool v) {
    uint8_t one = v;
    push_copy(p, TYPE_BOOL, bytes_make(&one, 1));
}

void param_date(params *p, int32_t days) {
    int32_t v = days;
    if (v != INT32_MIN && v != INT32_MAX) must(!__builtin_sub_overflow(v, EPOCH_DAYS, &v));
    push_u32(p, TYPE_DATE, (uint32_t)v);
}

/* An array being written: dimensions, a NULL flag, the element type, length and lower bound, then each element behind
 * its length. An empty array has no dimension at all. */
typedef struct {
    params *to;
    uint32_t type;
    uint8_t *start, *at;
} array_maker;

static array_maker array_begin(params *p, uint32_t type, uint32_t element, size_t n, size_t content) {
    must(n < BYTES_MAX / 8 && content < BYTES_MAX / 2);
    uint8_t *at = arena_take(p->memory, ARRAY_HEADER + n * 4 + content);
    put_u32(at, n ? 1 : 0);
    put_u32(at + 8, element);
    if (n == 0) return (array_maker){p, type, at, at + EMPTY_ARRAY};
    put_u32(at + 12, (uint32_t)n);
    put_u32(at + 16, 1);
    return (array_maker){p, type, at, at + ARRAY_HEADER};
}

static void array_put(array_maker *m, const void *at, size_t len) {
    put_u32(m->at, (uint32_t)len);
    if (len) memcpy(m->at + 4, at, len);
    m->at += 4 + len;
}

static void array_end(const array_maker *m) { push(m->to, m->type, m->start, (size_t)(m->at - m->start)); }

void param_uuids(params *p, const uuid *v, size_t n) {
    array_maker m = array_begin(p, TYPE_UUID_ARRAY, TYPE_UUID, n, n * 16);
    for (size_t i = 0; i < n; i++) array_put(&m, v[i].b, 16);
    array_end(&m);
}

static void push_spans(params *p, uint32_t type, uint32_t element, const bytes *v, size_t n) {
    size_t content = 0;
    for (size_t i = 0; i < n; i++) must(!__builtin_add_overflow(content, v[i].len, &content));
    array_maker m = array_begin(p, type, element, n, content);
    for (size_t i = 0; i < n; i++) array_put(&m, v[i].at, v[i].len);
    array_end(&m);
}

void param_byteas(params *p, const bytes *v, size_t n) { push_spans(p, TYPE_BYTEA_ARRAY, TYPE_BYTEA, v, n); }
void param_texts(params *p, const bytes *v, size_t n) { push_spans(p, TYPE_TEXT_ARRAY, TYPE_TEXT, v, n); }

void param_int4s(params *p, const int32_t *v, size_t n) {
    array_maker m = array_begin(p, TYPE_INT4_ARRAY, TYPE_INT4, n, n * 4);
    uint8_t be[4];
    for (size_t i = 0; i < n; i++) put_u32(be, (uint32_t)v[i]), array_put(&m, be, 4);
    array_end(&m);
}

void param_int8s(params *p, const int64_t *v, size_t n) {
    array_maker m = array_begin(p, TYPE_INT8_ARRAY, TYPE_INT8, n, n * 8);
    uint8_t be[8];
    for (size_t i = 0; i < n; i++) put_u64(be, (uint64_t)v[i]), array_put(&m, be, 8);
    array_end(&m);
}

void param_moments(params *p, const moment *v, size_t n) {
    array_maker m = array_begin(p, TYPE_TIMESTAMPTZ_ARRAY, TYPE_TIMESTAMPTZ, n, n * 8);
    uint8_t be[8];
    for (size_t i = 0; i < n; i++) put_u64(be, (uint64_t)moment_out(v[i])), array_put(&m, be, 8);
    array_end(&m);
}

void param_bools(params *p, const bool *v, size_t n) {
    array_maker m = array_begin(p, TYPE_BOOL_ARRAY, TYPE_BOOL, n, n);
    for (size_t i = 0; i < n; i++) array_put(&m, &(uint8_t){v[i]}, 1);
    array_end(&m);
}

size_t params_count(const params *p) { return p ? p->count : 0; }
const uint32_t *params_types(const params *p) { return p ? p->types : NULL; }
const char *const *params_values(const params *p) { return p ? p->values : NULL; }
const int *params_lengths(const params *p) { return p ? p->lengths : NULL; }

bool params_fit(const params *p, const statement *s) {
    if (params_count(p) != s->param_count) return false;
    for (size_t i = 0; i < s->param_count; i++)
        if (p->types[i] != s->params[i].type) return false;
    return true;
}

/* ---- results ---- */

size_t rows_count(rows r) { return r.from ? (size_t)PQntuples(r.from) : 0; }

static void check_place(rows r, size_t row, int column) {
    must(r.from != NULL && row < rows_count(r));
    must(column >= 0 && column < PQnfields(r.from));
}

bool row_is_null(rows r, size_t row, int column) {
    check_place(r, row, column);
    return PQgetisnull(r.from, (int)row, column) != 0;
}

static bytes cell(rows r, size_t row, int column, uint32_t type) {
    must(!row_is_null(r, row, column));
    must(PQftype(r.from, column) == type && PQfformat(r.from, column) == 1);
    int len = PQgetlength(r.from, (int)row, column);
    must(len >= 0);
    return bytes_make(PQgetvalue(r.from, (int)row, column), (size_t)len);
}

static bytes cell_of(rows r, size_t row, int column, uint32_t type, size_t len) {
    bytes v = cell(r, row, column, type);
    must(v.len == len);
    return v;
}

static uuid uuid_in(bytes v) {
    uuid id;
    memcpy(id.b, v.at, 16);
    return id;
}

static moment moment_in(bytes v) {
    int64_t raw = (int64_t)get_u64(v.at);
    moment m;
    if (raw == MOMENT_NEVER || raw == MOMENT_MIN) return raw;
    return __builtin_add_overflow(raw, epoch_moment, &m) ? MOMENT_NEVER : m;
}

uuid row_uuid(rows r, size_t row, int column) { return uuid_in(cell_of(r, row, column, TYPE_UUID, 16)); }
bytes row_bytes(rows r, size_t row, int column) { return cell(r, row, column, TYPE_BYTEA); }
bytes row_text(rows r, size_t row, int column) { return cell(r, row, column, TYPE_TEXT); }
int32_t row_int4(rows r, size_t row, int column) {
    return (int32_t)get_u32(cell_of(r, row, column, TYPE_INT4, 4).at);
}
int64_t row_int8(rows r, size_t row, int column) {
    return (int64_t)get_u64(cell_of(r, row, column, TYPE_INT8, 8).at);
}
bool row_bool(rows r, size_t row, int column) { return cell_of(r, row, column, TYPE_BOOL, 1).at[0] != 0; }
moment row_moment(rows r, size_t row, int column) { return moment_in(cell_of(r, row, column, TYPE_TIMESTAMPTZ, 8)); }

uuid row_uuid_or_zero(rows r, size_t row, int column) {
    return row_is_null(r, row, column) ? (uuid){0} : row_uuid(r, row, column);
}

int32_t row_date(rows r, size_t row, int column) {
    int32_t v = (int32_t)get_u32(cell_of(r, row, column, TYPE_DATE, 4).at), days;
    if (v == INT32_MIN || v == INT32_MAX) return v;
    return __builtin_add_overflow(v, EPOCH_DAYS, &days) ? INT32_MAX : days;
}

/* ---- arrays ---- */

static bytes skip(bytes v, size_t n) {
    must(v.len >= n);
    return (bytes){v.at + n, v.len - n};
}

/* Each element has its length before it; `len` is what the type demands, 0 for any. Nothing may be left over. */
static void check_elements(array_walk w, size_t len) {
    for (; w.left > 0; w.left--) {
        must(w.rest.len >= 4);
        uint32_t n = get_u32(w.rest.at); /* a NULL says 2^32 - 1, which is longer than anything here */
        must(n <= BYTES_MAX && (len == 0 || n == len));
        w.rest = skip(w.rest, 4 + (size_t)n);
    }
    must(w.rest.len == 0);
}

static array_walk walk(rows r, size_t row, int column, uint32_t type, uint32_t element, size_t len) {
    bytes v = cell(r, row, column, type);
    must(v.len >= EMPTY_ARRAY && get_u32(v.at) <= 1 && get_u32(v.at + 8) == element);
    if (get_u32(v.at) == 0) return (array_walk){0};
    must(v.len >= ARRAY_HEADER);
    array_walk w = {get_u32(v.at + 12), skip(v, ARRAY_HEADER)};
    check_elements(w, len);
    return w;
}

array_walk row_uuid_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_UUID_ARRAY, TYPE_UUID, 16);
}
array_walk row_text_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_TEXT_ARRAY, TYPE_TEXT, 0);
}
array_walk row_bytes_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_BYTEA_ARRAY, TYPE_BYTEA, 0);
}
array_walk row_int4_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_INT4_ARRAY, TYPE_INT4, 4);
}
array_walk row_int8_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_INT8_ARRAY, TYPE_INT8, 8);
}
array_walk row_bool_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_BOOL_ARRAY, TYPE_BOOL, 1);
}
array_walk row_moment_array(rows r, size_t row, int column) {
    return walk(r, row, column, TYPE_TIMESTAMPTZ_ARRAY, TYPE_TIMESTAMPTZ, 8);
}

bytes array_bytes(array_walk *w) {
    must(w->left > 0 && w->rest.len >= 4);
    size_t n = get_u32(w->rest.at);
    bytes v = {w->rest.at + 4, n};
    w->rest = skip(w->rest, 4 + n);
    w->left--;
    return v;
}

static bytes array_fixed(array_walk *w, size_t len) {
    bytes v = array_bytes(w);
    must(v.len == len);
    return v;
}

uuid array_uuid(array_walk *w) { return uuid_in(array_fixed(w, 16)); }
int32_t array_int4(array_walk *w) { return (int32_t)get_u32(array_fixed(w, 4).at); }
int64_t array_int8(array_walk *w) { return (int64_t)get_u64(array_fixed(w, 8).at); }
bool array_bool(array_walk *w) { return array_fixed(w, 1).at[0] != 0; }
moment array_moment(array_walk *w) { return moment_in(array_fixed(w, 8)); }

size_t row_uuids(rows r, size_t row, int column, uuid *out, size_t max) {
    array_walk w = row_uuid_array(r, row, column);
    size_t n = w.left;
    must(n <= max);
    for (size_t i = 0; i < n; i++) out[i] = array_uuid(&w);
    return n;
}

size_t row_texts(rows r, size_t row, int column, bytes *out, size_t max) {
    array_walk w = row_text_array(r, row, column);
    size_t n = w.left;
    must(n <= max);
    for (size_t i = 0; i < n; i++) out[i] = array_bytes(&w);
    return n;
}
