#include "net/h1.h"


#include <stdio.h>
#include <time.h>

/* ---- characters (RFC 9110 5.6.2, RFC 3986 3.3 and 3.4) ---- */

enum { TOKEN = 1, PATH = 2, QUERY = 4, HOST = 8, HEX = 16 };

static uint8_t class_of(uint8_t c) {
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (digit || letter) return (uint8_t)(TOKEN | PATH | QUERY | HOST | (hex ? HEX : 0));
    uint8_t is = 0;
    if (c && strchr("!#$%&'*+-.^_`|~", c)) is |= TOKEN;
    if (c && strchr("-._~!$&'()*+,;=:@/%", c)) is |= PATH | QUERY;
    if (c == '?') is |= QUERY;
    if (c && strchr("-._:[]", c)) is |= HOST;
    return is;
}

static bool all_of(bytes text, uint8_t class) {
    static uint8_t table[256];
    static bool made;
    if (!made) {
        for (unsigned c = 0; c < 256; c++) table[c] = class_of((uint8_t)c);
        made = true;
    }
    for (size_t i = 0; i < text.len; i++)
        if (!(table[text.at[i]] & class)) return false;
    return true;
}

static uint8_t nibble(uint8_t c) { return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

/* One byte of a percent-encoded text, decoded once; -1 for a malformed escape. */
static int decoded_at(bytes text, size_t *i) {
    uint8_t c = text.at[(*i)++];
    if (c != '%') return c;
    if (text.len - *i < 2 || !all_of(bytes_make(text.at + *i, 2), HEX)) return -1;
    int v = nibble(text.at[*i]) << 4 | nibble(text.at[*i + 1]);
    *i += 2;
    return v;
}

/* Every segment must mean what it says, to us and to whoever reads the path before us: no dot segments in any
 * spelling, no encoded slash, no control bytes, and plain ASCII, so that there are no overlong spellings to argue
 * about. */
static bool good_path(bytes path) {
    if (path.len == 0 || path.at[0] != '/' || !all_of(path, PATH)) return false;
    size_t dots = 0, others = 0;
    for (size_t i = 0; i < path.len;) {
        bool plain_slash = path.at[i] == '/';
        int c = decoded_at(path, &i);
        if (c < 0x20 || c >= 0x7f || c == '\\' || (c == '/' && !plain_slash)) return false;
        if (!plain_slash) c == '.' ? dots++ : others++;
        if ((plain_slash || i == path.len) && others == 0 && (dots == 1 || dots == 2)) return false;
        if (plain_slash) dots = others = 0;
    }
    return true;
}

static bool good_query(bytes query) {
    if (!all_of(query, QUERY)) return false;
    for (size_t i = 0; i < query.len;)
        if (decoded_at(query, &i) < 1) return false;
    return true;
}

/* ---- the request line ---- */

typedef struct {
    bytes method, path, query, rest; /* rest: everything behind the method */
} request_line;

static result check_version(bytes v) {
    if (bytes_is(v, "HTTP/1.1")) return OK;
    bool shape = v.len == 8 && bytes_starts(v, "HTTP/") && v.at[5] >= '0' && v.at[5] <= '9' && v.at[6] == '.' &&
                 v.at[7] >= '0' && v.at[7] <= '9';
    return shape ? FAIL(HTTP_VERSION) : FAIL(BAD_REQUEST);
}

/* Exactly "method SP origin-form SP version": HTTP/0.9, absolute-form, "*" and tabs have no place in it. */
static result split_request_line(bytes line, request_line *out) {
    const uint8_t *end = line.at + line.len;
    const uint8_t *first = memchr(line.at, ' ', line.len);
    ENSURE(first, BAD_REQUEST);
    const uint8_t *second = memchr(first + 1, ' ', (size_t)(end - first - 1));
    ENSURE(second, BAD_REQUEST);
    out->method = bytes_make(line.at, (size_t)(first - line.at));
    ENSURE(out->method.len > 0 && all_of(out->method, TOKEN), BAD_REQUEST);
    TRY(check_version(bytes_make(second + 1, (size_t)(end - second - 1))));
    bytes target = bytes_make(first + 1, (size_t)(second - first - 1));
    const uint8_t *mark = memchr(target.at, '?', target.len);
    out->path = bytes_make(target.at, mark ? (size_t)(mark - target.at) : target.len);
    out->query = mark ? bytes_make(mark + 1, target.len - out->path.len - 1) : bytes_make(second, 0);
    out->rest = bytes_make(first, (size_t)(end - first));
    ENSURE(good_path(out->path) && good_query(out->query), BAD_REQUEST);
    return OK;
}

static void set_method(request *r, bytes method) {
    r->head = bytes_is(method, "HEAD");
    r->method = bytes_is(method, "GET") || r->head  ? METHOD_GET
                : bytes_is(method, "POST")          ? METHOD_POST
                : bytes_is(method, "PUT")           ? METHOD_PUT
                : bytes_is(method, "DELETE")        ? METHOD_DELETE
                                                    : METHOD_OTHER;
}

/* ---- finding the end of a head, in pieces of any size ---- */

/* `len` counts the bytes before the LF, so a CR is in it. The bounds come first: they fire at the same byte however
 * the input is cut, because an unfinished line is measured in the same way. */
static result check_line_bounds(const h1 *h, size_t line_at, size_t len) {
    const net_limits *l = h->limits;
    if (h->header_at == 0) {
        ENSURE(len <= (size_t)l->request_line + 1, URI_TOO_LONG);
        return OK;
    }
    ENSURE(len <= (size_t)l->header_line + 1, HEADERS_TOO_LARGE);
    ENSURE(line_at + len - h->header_at <= (size_t)l->headers_size + 1, HEADERS_TOO_LARGE);
    return OK;
}

/* One line without its LF. Sets *end when it is the empty one that ends the head. */
static result take_line(h1 *h, bytes head, size_t len, bool *end) {
    TRY(check_line_bounds(h, h->line, len));
    bytes line = bytes_make(head.at + h->line, len);
    ENSURE(len > 0 && line.at[len - 1] == '\r', BAD_REQUEST); /* a bare LF */
    line.len--;
    uint32_t next = h->line + (uint32_t)len + 1;
    if (h->header_at == 0 && line.len == 0) {
        ENSURE(h->line == 0, BAD_REQUEST);
        h->first = next;
    } else if (h->header_at == 0) {
        request_line split;
        TRY(split_request_line(line, &split));
        h->header_at = next;
    } else if (line.len == 0) {
        *end = true;
    } else {
        ENSURE(++h->header_lines <= h->limits->header_count, HEADERS_TOO_LARGE);
    }
    h->line = next;
    return OK;
}

/* Walks whole lines. *end is the length of the head when it is complete, else 0. */
static result scan(h1 *h, bytes head, size_t *end) {
    bool complete = false;
    *end = 0;
    while (!complete) {
        bytes left = bytes_make(head.at + h->line, head.len - h->line);
        const uint8_t *lf = left.len ? memchr(left.at, '\n', left.len) : NULL;
        if (!lf) return check_line_bounds(h, h->line, left.len);
        TRY(take_line(h, head, (size_t)(lf - left.at), &complete));
    }
    *end = h->line;
    return OK;
}

static h1_event broken(h1 *h, result why) {
    h->state = H1_AT_FAULT;
    h->why = why;
    return H1_BROKEN;
}

static size_t head_max(const net_limits *l) { return (size_t)l->request_line + l->headers_size + 16; }

/* The usual case: the head is whole in one piece and is not copied here. */
static h1_event feed_head_at_once(h1 *h, bytes *in) {
    size_t end;
    result r = scan(h, *in, &end);
    if (!ok(r)) return broken(h, r);
    if (end == 0) {
        h->partial = buf_new(head_max(h->limits));
        buf_put(&h->partial, *in); /* fits: scan() has just measured it */
        *in = bytes_make(in->at + in->len, 0);
        return H1_WANT;
    }
    h->head = bytes_make(in->at, end);
    *in = bytes_make(in->at + end, in->len - end);
    h->state = H1_AT_HEAD;
    return H1_HEAD;
}

static h1_event feed_head_again(h1 *h, bytes *in) {
    size_t before = h->partial.len, room = h->partial.max - before, end;
    bytes piece = bytes_make(in->at, in->len < room ? in->len : room);
    buf_put(&h->partial, piece);
    result r = scan(h, buf_bytes(&h->partial), &end);
    if (!ok(r)) return broken(h, r);
    size_t taken = end ? end - before : piece.len;
    *in = bytes_make(in->at + taken, in->len - taken);
    if (end == 0) return H1_WANT;
    h->head = bytes_make(h->partial.at, end);
    h->state = H1_AT_HEAD;
    return H1_HEAD;
}

/* ---- headers ---- */

/* What decides about framing or is refused outright; each may be there once at most. */
typedef struct {
    bytes host, length, coding, connection, expect, upgrade, encoding;
} special;

static bytes trimmed(bytes v) {
    while (v.len && (v.at[0] == ' ' || v.at[0] == '\t')) v.at++, v.len--;
    while (v.len && (v.at[v.len - 1] == ' ' || v.at[v.len - 1] == '\t')) v.len--;
    return v;
}

static bool no_controls(bytes v) {
    for (size_t i = 0; i < v.len; i++)
        if ((v.at[i] < 0x20 && v.at[i] != '\t') || v.at[i] == 0x7f) return false;
    return true;
}

/* "Name: value". A blank before the colon or at the start of the line (obs-fold) is where parsers differ: refused. */
static result split_header(bytes line, header *out) {
    const uint8_t *colon = memchr(line.at, ':', line.len);
    ENSURE(colon, BAD_REQUEST);
    out->name = bytes_make(line.at, (size_t)(colon - line.at));
    ENSURE(out->name.len > 0 && all_of(out->name, TOKEN), BAD_REQUEST);
    out->value = trimmed(bytes_make(colon + 1, line.len - out->name.len - 1));
    ENSURE(no_controls(out->value), BAD_REQUEST);
    return OK;
}

static result note_special(special *s, const header *x) {
    const struct {
        const char *name;
        bytes *to;
    } kinds[] = {{"host", &s->host},         {"content-length", &s->length}, {"transfer-encoding", &s->coding},
                 {"expect", &s->expect},     {"upgrade", &s->upgrade},       {"content-encoding", &s->encoding},
                 {"connection", &s->connection}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bytes_is_nocase(x->name, kinds[i].name)) {
            ENSURE(kinds[i].to->at == NULL, BAD_REQUEST);
            *kinds[i].to = x->value;
            return OK;
        }
    return OK;
}

static result split_headers(bytes head, request *r, special *s) {
    const uint8_t *at = head.at, *end = head.at + head.len;
    while (at < end && *at != '\r') {
        const uint8_t *lf = memchr(at, '\n', (size_t)(end - at));
        header *x = &r->headers[r->header_count];
        TRY(split_header(bytes_make(at, (size_t)(lf - at - 1)), x));
        TRY(note_special(s, x));
        r->header_count++;
        at = lf + 1;
    }
    return OK;
}

static bool digits_only(bytes v) {
    for (size_t i = 0; i < v.len; i++)
        if (v.at[i] < '0' || v.at[i] > '9') return false;
    return v.len > 0;
}

static result check_special(const special *s) {
    ENSURE(s->host.len > 0 && all_of(s->host, HOST), BAD_REQUEST);
    ENSURE(!(s->length.at && s->coding.at), BAD_REQUEST);
    ENSURE(!s->length.at || digits_only(s->length), BAD_REQUEST);
    ENSURE(!s->coding.at || bytes_is_nocase(s->coding, "chunked"), BAD_REQUEST);
    ENSURE(!s->upgrade.at, BAD_REQUEST);
    ENSURE(!s->expect.at, EXPECTATION);
    ENSURE(!s->encoding.at, MEDIA_TYPE);
    return OK;
}

static bool list_has(bytes list, const char *word) {
    while (list.len) {
        const uint8_t *comma = memchr(list.at, ',', list.len);
        size_t n = comma ? (size_t)(comma - list.at) : list.len;
        if (bytes_is_nocase(trimmed(bytes_make(list.at, n)), word)) return true;
        size_t skip = comma ? n + 1 : n;
        list = bytes_make(list.at + skip, list.len - skip);
    }
    return false;
}

/* ---- llhttp: framing, and the second opinion on the head ---- */

static int refuse(h1 *h, result why) {
    h->why = why;
    return HPE_USER;
}

static int on_headers_complete(llhttp_t *p) {
    h1 *h = p->data;
    h->head_parsed = true;
    h->chunked = (p->flags & F_CHUNKED) != 0;
    return 0;
}

static int on_message_complete(llhttp_t *p) {
    h1 *h = p->data;
    h->whole = true;
    return HPE_PAUSED;
}

/* Grows with what has really arrived: a Content-Length is a promise and costs nothing by itself. */
static void grow_body(h1 *h, size_t need) {
    size_t cap = h->body_cap ? (size_t)h->body_cap * 2 : 1024;
    if (cap < need) cap = need;
    if (cap > h->limits->body_size) cap = h->limits->body_size;
    uint8_t *bigger = arena_take(h->memory, cap);
    if (h->body_len) memcpy(bigger, h->body, h->body_len);
    h->body = bigger;
    h->body_cap = (uint32_t)cap;
}

static int on_body(llhttp_t *p, const char *at, size_t len) {
    h1 *h = p->data;
    if (len > h->limits->body_size - h->body_len) return refuse(h, FAIL(TOO_LARGE));
    if (len > h->body_cap - h->body_len) grow_body(h, h->body_len + len);
    memcpy(h->body + h->body_len, at, len);
    h->body_len += (uint32_t)len;
    return 0;
}

static int on_chunk_header(llhttp_t *p) {
    h1 *h = p->data;
    return p->content_length > h->limits->body_size - h->body_len ? refuse(h, FAIL(TOO_LARGE)) : 0;
}

/* Chunk extensions and trailers carry nothing that we would use, and much to disagree about. */
static int on_extension(llhttp_t *p, const char *at, size_t len) {
    (void)at, (void)len;
    return refuse(p->data, FAIL(BAD_REQUEST));
}

static int on_field(llhttp_t *p, const char *at, size_t len) {
    (void)at, (void)len;
    h1 *h = p->data;
    return h->head_parsed ? refuse(h, FAIL(BAD_REQUEST)) : 0;
}

static const llhttp_settings_t llhttp_calls = {
    .on_header_field = on_field,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
    .on_chunk_header = on_chunk_header,
    .on_chunk_extension_name = on_extension,
    .on_chunk_extension_value = on_extension,
};

/* llhttp knows a fixed list of methods and gives some of them (CONNECT, PRI, SOURCE) a meaning of their own. The
 * framing of an HTTP/1.1 request does not depend on its method (RFC 9112, 6.3), so llhttp always hears POST; flow
 * answers unknown ones. */
static result second_opinion(h1 *h, bytes behind_method) {
    llhttp_init(&h->llhttp, HTTP_REQUEST, &llhttp_calls);
    h->llhttp.data = h;
    ENSURE(llhttp_execute(&h->llhttp, "POST", 4) == HPE_OK, INTERNAL);
    const char *at = (const char *)behind_method.at, *end = at + behind_method.len;
    llhttp_errno_t e = llhttp_execute(&h->llhttp, at, behind_method.len);
    ENSURE(h->head_parsed, BAD_REQUEST);
    if (e == HPE_PAUSED && h->whole) {
        ENSURE(llhttp_get_error_pos(&h->llhttp) == end, BAD_REQUEST);
        return OK;
    }
    ENSURE(e == HPE_OK && !h->llhttp.upgrade, BAD_REQUEST);
    return OK;
}

static result check_framing(const h1 *h, const special *s) {
    bool chunked = h->chunked;
    ENSURE(chunked == (s->coding.at != NULL), BAD_REQUEST);
    ENSURE(h->whole || chunked || s->length.at, BAD_REQUEST);
    ENSURE(chunked || h->llhttp.content_length <= h->limits->body_size, TOO_LARGE);
    return OK;
}

static result begin(h1 *h, arena *a, request *r) {
    bytes head = arena_copy(a, bytes_make(h->head.at + h->first, h->head.len - h->first));
    size_t headers = h->header_at - h->first;
    request_line line;
    TRY(split_request_line(bytes_make(head.at, headers - 2), &line));
    set_method(r, line.method);
    r->path = line.path;
    r->query = line.query;
    special s = {0};
    TRY(split_headers(bytes_make(head.at + headers, head.len - headers), r, &s));
    TRY(check_special(&s));
    h->memory = a;
    h->message = r;
    TRY(second_opinion(h, bytes_make(line.rest.at, (size_t)(head.at + head.len - line.rest.at))));
    TRY(check_framing(h, &s));
    h->close = list_has(s.connection, "close");
    return OK;
}

result h1_begin(h1 *h, arena *a, request *r) {
    must(h->state == H1_AT_HEAD);
    result outcome = begin(h, a, r);
    h->head = (bytes){0};
    buf_release(&h->partial);
    if (ok(outcome)) h->state = H1_IN_BODY;
    else broken(h, outcome);
    return outcome;
}

/* ---- the body ---- */

static h1_event finish(h1 *h) {
    h->message->body = bytes_make(h->body, h->body_len);
    h->state = H1_AT_END;
    return H1_READY;
}

/* The framing of honest chunks is small; a stream of leading zeros in a chunk size is not. */
static bool too_much_framing(const h1 *h) { return h->body_wire > 16 * (uint64_t)h->limits->body_size + 4096; }

/* llhttp takes a bare LF for the empty line behind the last chunk. */
static bool ends_in_crlf(const h1 *h, const char *at, size_t taken) {
    return !h->chunked || (taken > 1 ? (uint8_t)at[taken - 2] : h->last_wire) == '\r';
}

static h1_event feed_body(h1 *h, bytes *in) {
    if (h->whole) return finish(h);
    const char *at = (const char *)in->at;
    llhttp_errno_t e = llhttp_execute(&h->llhttp, at, in->len);
    if (e != HPE_OK && !(e == HPE_PAUSED && h->whole)) return broken(h, ok(h->why) ? FAIL(BAD_REQUEST) : h->why);
    size_t taken = e == HPE_OK ? in->len : (size_t)(llhttp_get_error_pos(&h->llhttp) - at);
    must(taken > 0 && taken <= in->len);
    if (h->whole && !ends_in_crlf(h, at, taken)) return broken(h, FAIL(BAD_REQUEST));
    h->body_wire += taken;
    h->last_wire = in->at[taken - 1];
    *in = bytes_make(in->at + taken, in->len - taken);
    if (h->whole) return finish(h);
    return too_much_framing(h) ? broken(h, FAIL(TOO_LARGE)) : H1_WANT;
}

h1_event h1_feed(h1 *h, bytes *in) {
    switch (h->state) {
    case H1_IN_HEAD:
        if (in->len == 0) return H1_WANT;
        return h->partial.len ? feed_head_again(h, in) : feed_head_at_once(h, in);
    case H1_AT_HEAD: return H1_HEAD;
    case H1_IN_BODY:
        if (in->len == 0 && !h->whole) return H1_WANT;
        return feed_body(h, in);
    case H1_AT_END: return H1_READY;
    case H1_AT_FAULT: break;
    }
    return H1_BROKEN;
}

void h1_init(h1 *h, const net_limits *limits) {
    must(limits->header_count <= HEADERS_MAX);
    *h = (h1){.limits = limits};
}

void h1_next(h1 *h) {
    const net_limits *limits = h->limits;
    h1_release(h);
    h1_init(h, limits);
}

void h1_release(h1 *h) { buf_release(&h->partial); }
result h1_why(const h1 *h) { return h->why; }
bool h1_close_asked(const h1 *h) { return h->close; }
bool h1_in_body(const h1 *h) { return h->state == H1_IN_BODY; }
uint64_t h1_body_received(const h1 *h) { return h->body_wire; }
bool h1_begun(const h1 *h) { return h->state != H1_IN_HEAD || h->partial.len > 0; }

/* ---- responses ---- */

static const char *reason(int status) {
    switch (status) {
#define X(code, text)                                                                                                   \
    case code: return text;
        X(200, "OK") X(201, "Created") X(202, "Accepted") X(204, "No Content") X(303, "See Other")
        X(304, "Not Modified") X(307, "Temporary Redirect") X(308, "Permanent Redirect") X(400, "Bad Request")
        X(401, "Unauthorized") X(403, "Forbidden") X(404, "Not Found") X(405, "Method Not Allowed")
        X(406, "Not Acceptable") X(408, "Request Timeout") X(409, "Conflict") X(410, "Gone")
        X(412, "Precondition Failed") X(413, "Content Too Large") X(414, "URI Too Long")
        X(415, "Unsupported Media Type") X(417, "Expectation Failed") X(422, "Unprocessable Content")
        X(428, "Precondition Required") X(429, "Too Many Requests") X(431, "Request Header Fields Too Large")
        X(500, "Internal Server Error") X(503, "Service Unavailable") X(505, "HTTP Version Not Supported")
#undef X
    default: return "";
    }
}

void h1_date(moment now, char out[H1_DATE]) {
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t seconds = (time_t)(now / SECOND);
    struct tm t;
    must(gmtime_r(&seconds, &t) != NULL);
    char text[64];
    int n = snprintf(text, sizeof text, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * t.tm_wday, t.tm_mday,
                     months + 3 * t.tm_mon, (t.tm_year + 1900) % 10000, t.tm_hour, t.tm_min, t.tm_sec);
    must(n == H1_DATE);
    memcpy(out, text, H1_DATE);
}

/* security.md 2f. An answer of the API is never a page: nothing in it may run, be framed, be sniffed or be kept. */
#define SECURITY_HEADERS                                                                                                \
    "X-Content-Type-Options: nosniff\r\n"                                                                               \
    "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"                                                \
    "Referrer-Policy: no-referrer\r\n"                                                                                  \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                                       \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                                     \
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
#define NO_STORE "Cache-Control: no-store\r\n"
#define API_POLICY "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox\r\n"

static bool names(const response *r, const char *name) {
    for (size_t i = 0; i < r->header_count; i++)
        if (bytes_is_nocase(bytes_of_string(r->headers[i].name), name)) return true;
    return false;
}

/* A value with a line break in it would be a header, or an answer, of somebody else's making: it is left out. */
static void put_header(buf *out, const char *name, bytes value) {
    if (!no_controls(value)) return;
    buf_put_string(out, name);
    buf_put(out, BYTES(": "));
    buf_put(out, value);
    buf_put(out, BYTES("\r\n"));
}

static bool bodiless(int status) { return status == 204 || status == 304; }
static bytes whole_body(const response *r) { return r->fixed_body.at ? r->fixed_body : buf_bytes(&r->body); }

void h1_write_head(buf *out, const response *r, bool close, const char date[H1_DATE]) {
    buf_put(out, BYTES("HTTP/1.1 "));
    buf_put_u64(out, (uint64_t)r->status);
    buf_put_byte(out, ' ');
    buf_put_string(out, reason(r->status));
    buf_put(out, BYTES("\r\nDate: "));
    buf_put(out, bytes_make(date, H1_DATE));
    if (!bodiless(r->status)) {
        buf_put(out, BYTES("\r\nContent-Length: "));
        buf_put_u64(out, whole_body(r).len);
    }
    buf_put(out, close ? BYTES("\r\nConnection: close\r\n") : BYTES("\r\nConnection: keep-alive\r\n"));
    if (r->content_type && !bodiless(r->status)) put_header(out, "Content-Type", bytes_of_string(r->content_type));
    if (!names(r, "cache-control")) buf_put(out, BYTES(NO_STORE));
    if (!names(r, "content-security-policy")) buf_put(out, BYTES(API_POLICY));
    buf_put(out, BYTES(SECURITY_HEADERS));
    for (size_t i = 0; i < r->header_count; i++) put_header(out, r->headers[i].name, r->headers[i].value);
    buf_put(out, BYTES("\r\n"));
}

bytes h1_body(const response *r, bool head_only) {
    return head_only || bodiless(r->status) ? (bytes){0} : whole_body(r);
}
