/* Every way in which something can go wrong, once.
 *
 * A failure is a value that the compiler does not let you drop: TRY passes it on, ENSURE makes it. Whatever the outside can
 * cause is a result; what only a bug can cause is must(), which is always on and aborts. The table gives each result its HTTP
 * status and its RFC 9457 problem type, so that a handler never invents one. The texts carry no family's data and never
 * differ between "not yours" and "not there". */
#ifndef KRING_BASE_RESULT_H
#define KRING_BASE_RESULT_H

#include <stdbool.h>

/* name, HTTP status, problem type (the last segment of its URI), title */
#define KRING_RESULTS(X)                                                                                                \
    X(DONE, 200, "done", "Done") /* not OK: R_OK is a mode of access(2), a macro */                                       \
    /* 400: the bytes are not what the contract says */                                                                 \
    X(BAD_REQUEST, 400, "bad-request", "The request is not well formed")                                                \
    X(BAD_JSON, 400, "bad-json", "The body is not strict JSON")                                                         \
    X(BAD_BODY, 400, "bad-body", "The body does not fit the contract")                                                  \
    X(BAD_QUERY, 400, "bad-query", "A query parameter does not fit the contract")                                       \
    X(BAD_CURSOR, 400, "bad-cursor", "The cursor is not one of ours")                                                   \
    X(UNAUTHENTICATED, 401, "unauthenticated", "Log in first")                                                          \
    X(BAD_LOGIN, 401, "bad-login", "The login or the password is not right")                                            \
    X(CSRF, 403, "cross-site", "The request does not come from our own pages")                                          \
    X(FORBIDDEN, 403, "forbidden", "This account may not do that")                                                      \
    X(NOT_FOUND, 404, "not-found", "There is nothing here for you")                                                     \
    X(METHOD, 405, "method-not-allowed", "This resource does not know that method")                                     \
    X(TIMEOUT, 408, "request-timeout", "The request took too long to arrive")                                           \
    X(CONFLICT, 409, "conflict", "Something changed at the same time; read again")                                      \
    X(TOO_LARGE, 413, "body-too-large", "The body is larger than the limit")                                            \
    X(URI_TOO_LONG, 414, "uri-too-long", "The request line is longer than the limit")                                   \
    X(MEDIA_TYPE, 415, "unsupported-media-type", "Send application/json without a content encoding")                    \
    X(PRECONDITION_FAILED, 412, "precondition-failed", "What you saw is no longer the newest version")                  \
    X(PRECONDITION_REQUIRED, 428, "precondition-required", "Say with If-Match which version you saw")                   \
    X(EXPECTATION, 417, "expectation-failed", "Expect is not supported")                                                \
    X(UNPROCESSABLE, 422, "unprocessable", "The content is understood, but it can't be done")                           \
    X(KEY_REUSED, 422, "idempotency-key-reused", "This Idempotency-Key came with another request")                      \
    X(TOO_MANY, 429, "too-many-requests", "Too many tries; wait")                                                       \
    X(HEADERS_TOO_LARGE, 431, "headers-too-large", "The headers are larger than the limit")                             \
    X(INTERNAL, 500, "internal", "Something went wrong on our side")                                                    \
    X(UNAVAILABLE, 503, "unavailable", "The service can't answer now; try again")                                       \
    X(HTTP_VERSION, 505, "http-version", "Speak HTTP/1.1")                                                              \
    /* Never on the wire as such; the engine or a start-up check handles them */                                        \
    X(STALE, 409, "conflict", "Something changed at the same time; read again")                                         \
    X(NO_KEY, 503, "unavailable", "The service can't answer now; try again")                                            \
    X(BAD_ENVELOPE, 500, "internal", "Something went wrong on our side")                                                \
    X(BAD_FILE, 500, "internal", "A file is missing, unreadable or malformed")                                          \
    X(BAD_SETTING, 500, "internal", "A setting is not valid")                                                           \
    X(TOO_MUCH, 500, "internal", "A bound of the program was reached")                                                  \
    /* Appended: records hold positions in this list. */                                                                \
    X(BAD_CODE, 403, "bad-code", "The code, the login or the password is not right")                                    \
    X(LIMITS_UNSEEN, 409, "limits-not-seen", "First read what we may have to tell")

typedef enum {
#define X(name, status, type, title) R_##name,
    KRING_RESULTS(X)
#undef X
    R_COUNT
} result_code;

/* A struct, so that an int cannot pass for it (s2n-tls). */
typedef struct {
    result_code code;
} result;

#define MUST_USE __attribute__((warn_unused_result))

#define OK ((result){R_DONE})
#define FAIL(name) ((result){R_##name})

static inline bool ok(result r) { return r.code == R_DONE; }
static inline bool failed_as(result r, result_code code) { return r.code == code; }

/* Passes a failure on. */
#define TRY(expression)                                                                                                 \
    do {                                                                                                                \
        result try_result_ = (expression);                                                                              \
        if (try_result_.code != R_DONE) return try_result_;                                                               \
    } while (0)

/* Makes a failure unless the condition holds. */
#define ENSURE(condition, name)                                                                                         \
    do {                                                                                                                \
        if (!(condition)) return FAIL(name);                                                                            \
    } while (0)

/* HTTP status, problem type and title of a result; any code is valid, an unknown one reads as INTERNAL. */
int result_status(result r);
const char *result_type(result r);
const char *result_title(result r);

/* A bug, never an input: prints where, and aborts. Always on. */
#define must(condition) ((condition) ? (void)0 : must_failed(#condition, __FILE__, __LINE__))
_Noreturn void must_failed(const char *condition, const char *file, int line);

#endif
