#include "http.h"

#include <curl/curl.h>

enum { CONNECT_MS = 10000, WHOLE_MS = 90000, STALL_SECONDS = 30, TRIES = 3, RETRY_AFTER_MAX = 86400 };

struct http {
    arena *memory;
    CURL *easy;
    bytes url;
    const char *ca;
    buf body;
    char error[CURL_ERROR_SIZE];
    http_answer *answer;
};

static void stop(void *object) {
    http *h = object;
    curl_easy_cleanup(h->easy);
    curl_global_cleanup();
    buf_release(&h->body);
}

http *http_new(arena *a, bytes url, const char *ca) {
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    http *h = ARENA_NEW(a, http);
    *h = (http){.memory = a, .easy = curl_easy_init(), .url = url, .ca = ca, .body = buf_new(ANSWER_MAX)};
    must(h->easy != NULL);
    arena_on_free(a, stop, h);
    return h;
}

void http_answers_in(http *h, arena *a) { h->memory = a; }

static size_t on_body(char *data, size_t size, size_t count, void *object) {
    http *h = object;
    buf_put(&h->body, bytes_make(data, size * count));
    return buf_ok(&h->body) ? size * count : 0;
}

static bool header_is(bytes line, const char *name, bytes *value) {
    size_t n = strlen(name);
    if (line.len <= n || line.at[n] != ':' || !bytes_is_nocase(bytes_make(line.at, n), name)) return false;
    bytes v = bytes_make(line.at + n + 1, line.len - n - 1);
    while (v.len && (v.at[0] == ' ' || v.at[0] == '\t'))
        v = bytes_make(v.at + 1, v.len - 1);
    while (v.len && v.at[v.len - 1] <= ' ')
        v.len--;
    *value = v;
    return true;
}

/* A strong entity tag of RFC 9110 section 8.8.3 that fits; it goes back to the server in a header, so nothing else
 * passes. */
static void take_etag(http_answer *out, bytes v) {
    out->etag[0] = 0;
    if (v.len < 2 || v.len >= ETAG_MAX || v.at[0] != '"' || v.at[v.len - 1] != '"') return;
    for (size_t i = 1; i + 1 < v.len; i++)
        if (v.at[i] < 0x21 || v.at[i] > 0x7E || v.at[i] == '"') return;
    memcpy(out->etag, v.at, v.len);
    out->etag[v.len] = 0;
}

static bool is_json(bytes type) {
    for (size_t i = 0; i < type.len; i++)
        if (type.at[i] == ';' || type.at[i] == ' ') type.len = i;
    return bytes_is_nocase(type, "application/json") || bytes_is_nocase(type, "application/problem+json");
}

static size_t on_header(char *data, size_t size, size_t count, void *object) {
    http_answer *out = ((http *)object)->answer;
    bytes line = bytes_make(data, size * count), value;
    uint64_t seconds;
    if (header_is(line, "etag", &value)) take_etag(out, value);
    if (header_is(line, "content-type", &value)) out->json = is_json(value);
    if (header_is(line, "retry-after", &value) && ok(bytes_to_u64(value, RETRY_AFTER_MAX, &seconds)))
        out->retry_after = (unsigned)seconds;
    return size * count;
}

static void add_header(struct curl_slist **list, const char *line) {
    struct curl_slist *longer = curl_slist_append(*list, line);
    must(longer != NULL);
    *list = longer;
}

/* libcurl copies the line; ours lies in the arena and is wiped with it. */
static struct curl_slist *headers_of(http *h, const http_request *q) {
    struct curl_slist *list = NULL;
    add_header(&list, "Accept: application/json, application/problem+json");
    add_header(&list, "Expect:"); /* the server answers 417 to it */
    if (q->body.at) add_header(&list, "Content-Type: application/json");
    if (q->key) add_header(&list, (const char *)arena_format(h->memory, "Idempotency-Key: %s%c", q->key, 0).at);
    if (q->if_match) add_header(&list, (const char *)arena_format(h->memory, "If-Match: %s%c", q->if_match, 0).at);
    if (q->token.len)
        add_header(&list, (const char *)arena_format(h->memory, "Authorization: Bearer %.*s%c", (int)q->token.len,
                                                     (const char *)q->token.at, 0)
                              .at);
    return list;
}

static void wipe_headers(struct curl_slist *list) {
    for (struct curl_slist *l = list; l; l = l->next)
        wipe(l->data, strlen(l->data));
    curl_slist_free_all(list);
}

#define SET(option, value) must(curl_easy_setopt(h->easy, option, value) == CURLE_OK)

static void harden(http *h) {
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_USERAGENT, "kring/" KRING_VERSION); /* the log says that it was a terminal */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (h->ca) {
        SET(CURLOPT_CAINFO, h->ca);
        SET(CURLOPT_CAPATH, (char *)NULL); /* this authority and no other */
    }
}

/* Without NOSIGNAL libcurl keeps SIGPIPE away from us while it writes to a peer that may be gone. */
static void bound(http *h) {
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(CURLOPT_TIMEOUT_MS, (long)WHOLE_MS);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ANSWER_MAX);
}

static void prepare(http *h, const http_request *q, struct curl_slist *headers) {
    curl_easy_reset(h->easy);
    harden(h);
    bound(h);
    SET(CURLOPT_URL,
        (char *)arena_format(h->memory, "%.*s%s%c", (int)h->url.len, (const char *)h->url.at, q->path, 0).at);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_USERAGENT, "kring/" KRING_VERSION);
    SET(CURLOPT_CUSTOMREQUEST, q->method);
    SET(CURLOPT_HTTPHEADER, headers);
    /* On a connection that it used before, libcurl sends a request again by itself when the answer stays away, a
     * write too. */
    SET(CURLOPT_FRESH_CONNECT, strcmp(q->method, "GET") == 0 ? 0L : 1L);
    SET(CURLOPT_ERRORBUFFER, h->error);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, h);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, h);
    if (!q->body.at) return;
    SET(CURLOPT_POSTFIELDS, (char *)q->body.at); /* not copied: ours outlives the call and is wiped */
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.len);
}

static http_outcome outcome_of(const http *h, CURLcode code) {
    if (!buf_ok(&h->body)) return HTTP_TOO_LARGE;
    switch (code) {
    case CURLE_OK: return HTTP_DONE;
    case CURLE_FILESIZE_EXCEEDED: return HTTP_TOO_LARGE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return HTTP_UNSAFE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return HTTP_UNREACHABLE;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return HTTP_STRANGE;
    default: break;
    }
    /* A deadline that passed before the connection stood means that nothing was sent. */
    curl_off_t connected = 0;
    curl_easy_getinfo(h->easy, CURLINFO_APPCONNECT_TIME_T, &connected);
    return connected > 0 ? HTTP_LOST : HTTP_UNREACHABLE;
}

static http_outcome run_once(http *h, const http_request *q, struct curl_slist *headers, http_answer *out) {
    *out = (http_answer){0};
    h->answer = out;
    h->error[0] = 0;
    buf_clear(&h->body);
    prepare(h, q, headers);
    CURLcode code = curl_easy_perform(h->easy);
    http_outcome outcome = outcome_of(h, code);
    curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &out->status);
    out->why = arena_copy(h->memory, bytes_of_string(h->error[0] ? h->error : curl_easy_strerror(code)));
    return outcome;
}

http_outcome http_run(http *h, const http_request *q, http_answer *out) {
    struct curl_slist *headers = headers_of(h, q);
    http_outcome outcome;
    unsigned tries = 0;
    do
        outcome = run_once(h, q, headers, out);
    while (outcome == HTTP_LOST && q->repeatable && ++tries < TRIES);
    out->body = arena_copy(h->memory, buf_bytes(&h->body));
    curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
    wipe_headers(headers);
    return outcome;
}
