#include "flow/message.h"

bytes request_header(const request *r, const char *name) {
    for (unsigned i = 0; i < r->header_count; i++)
        if (bytes_is_nocase(r->headers[i].name, name)) return r->headers[i].value;
    return (bytes){0};
}

unsigned request_header_count(const request *r, const char *name) {
    unsigned n = 0;
    for (unsigned i = 0; i < r->header_count; i++) n += bytes_is_nocase(r->headers[i].name, name);
    return n;
}

void response_add_header(response *r, const char *name, bytes value) {
    must(r->header_count < RESPONSE_HEADERS_MAX);
    r->headers[r->header_count++] = (response_header){name, value};
}
