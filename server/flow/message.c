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

bytes request_cookie(const request *r, const char *name) {
    bytes c = request_header(r, "Cookie");
    size_t n = strlen(name);
    while (c.len > 0) {
        while (c.len > 0 && (c.at[0] == ' ' || c.at[0] == ';')) c.at++, c.len--;
        const uint8_t *end = c.len ? memchr(c.at, ';', c.len) : NULL;
        size_t len = end ? (size_t)(end - c.at) : c.len;
        if (len > n && c.at[n] == '=' && memcmp(c.at, name, n) == 0) return bytes_make(c.at + n + 1, len - n - 1);
        c.at += len, c.len -= len;
    }
    return (bytes){0};
}

void response_add_header(response *r, const char *name, bytes value) {
    must(r->header_count < RESPONSE_HEADERS_MAX);
    r->headers[r->header_count++] = (response_header){name, value};
}
