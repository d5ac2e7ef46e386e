/* The contract as constant tables: every route with its course, its parameters and the shape of its body.
 *
 * Generated from proto/ by proto/generate.py. An endpoint_<operationId> that nobody defines is a link error, so
 * there is no route without its endpoint; what the endpoint is, flow says. */
#ifndef KRING_JSON_CONTRACT_H
#define KRING_JSON_CONTRACT_H

#include "json/schema.h"

typedef enum { M_GET, M_POST, M_PUT, M_DELETE } http_method;

/* `x-kring-course` in the contract. */
typedef enum { COURSE_PUBLIC, COURSE_LOG, COURSE_READ, COURSE_WRITE, COURSE_LOGIN, COURSE_JOIN } course_kind;

struct endpoint;

/* One segment of a path: a literal, or the name of a parameter, which is a UUID, or all the rest of the path. */
typedef enum { SEGMENT_TEXT, SEGMENT_ID, SEGMENT_REST } segment_kind;
typedef struct {
    const char *text;
    uint8_t len;
    segment_kind kind;
} path_segment;

typedef struct {
    const char *name;
    const schema *type;     /* of one value: a scalar, for schema_check_text */
    bool required;
    uint8_t times_max;      /* how often it may stand in the query; 1 but for lists */
} query_param;

typedef struct {
    http_method method;
    const char *operation;  /* operationId */
    const char *template;   /* "/v1/families/{family}/plan" */
    const path_segment *segments;
    uint8_t segment_count, parameter_count;
    course_kind course;
    const struct endpoint *endpoint;
    const schema *body;     /* NULL: the request has no body */
    const query_param *query;
    uint8_t query_count;
    bool idempotent;        /* Idempotency-Key is required */
    bool if_match;          /* If-Match is required */
    uint16_t success;       /* the status when all goes well */
    const uint16_t *statuses; /* every status that the contract lists for it, ascending */
    uint8_t status_count;
} route;

enum { IDEMPOTENCY_KEY_MIN = 16, IDEMPOTENCY_KEY_MAX = 64 }; /* characters of FORMAT_TOKEN */

extern const route routes[];
extern const size_t route_count;
/* The assembled document, as it is served at /v1/openapi.json. */
extern const uint8_t openapi_json[];
extern const size_t openapi_json_len;

#endif
