#include "base/result.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    int status;
    const char *type;
    const char *title;
} row;

static const row rows[R_COUNT] = {
#define X(name, status, type, title) [R_##name] = {status, type, title},
    KRING_RESULTS(X)
#undef X
};

static const row *row_of(result r) {
    return (unsigned)r.code < R_COUNT ? &rows[r.code] : &rows[R_INTERNAL];
}

int result_status(result r) { return row_of(r)->status; }
const char *result_type(result r) { return row_of(r)->type; }
const char *result_title(result r) { return row_of(r)->title; }

_Noreturn void must_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "kring: bug: must(%s) at %s:%d\n", condition, file, line);
    abort();
}
