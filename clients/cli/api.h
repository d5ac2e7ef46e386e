/* Calls of the contract: with the token, judged by status, refusals told in the reader's words. */
#ifndef KRING_CLI_API_H
#define KRING_CLI_API_H

#include "json/read.h"
#include "json/write.h"
#include "run.h"

typedef struct {
    http_answer raw;
    const json_value *root; /* NULL when the answer has no body */
} api_answer;

/* Reads the session file and opens the connection; logged out (3) when there is none. */
outcome api_open(kring *k) MUST_USE;
/* One call. Anything but 2xx is told and ends here. */
outcome api_call(kring *k, const http_request *q, api_answer *out) MUST_USE;
outcome api_get(kring *k, const char *path, api_answer *out) MUST_USE;
/* The answer as it is, of whatever status and kind. */
outcome api_raw(kring *k, http *h, const http_request *q, http_answer *out) MUST_USE;
/* The family that is meant: --family, or the only one. */
outcome api_family(kring *k) MUST_USE;
/* "/v1/families/ID" + rest, for after api_family. */
const char *family_path(kring *k, const char *rest);

/* All pages of a list, first to last: each(k, root) sees one after another; with --json they are printed and `each`
 * is not called. `path` holds no cursor and no limit. */
outcome api_pages(kring *k, const char *path, outcome (*each)(kring *k, const json_value *root, void *object),
                  void *object) MUST_USE;
/* The same, never printed; what a page took, in k->memory too, goes when `each` is done with it. */
outcome api_walk(kring *k, const char *path, outcome (*each)(kring *k, const json_value *root, void *object),
                 void *object) MUST_USE;

#endif
