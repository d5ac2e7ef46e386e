#include "log_fetch.h"

#include "api.h"
#include "input.h"

#include <errno.h>

bool log_url_parse(bytes text, bytes *server, bytes *prefix) {
    static const char scheme[] = "https://";
    size_t host = sizeof scheme - 1;
    if (!bytes_starts(text, scheme)) return false;
    if (text.len > host && text.at[text.len - 1] == '/') text.len--;
    const uint8_t *slash = memchr(text.at + host, '/', text.len - host);
    size_t end = slash ? (size_t)(slash - text.at) : text.len;
    *prefix = bytes_make(text.at + end, text.len - end);
    for (size_t i = 0; i < prefix->len; i++) {
        uint8_t c = prefix->at[i], low = c | 0x20;
        if (!((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || memchr("-._~/", c, 5))) return false;
    }
    return url_parse(bytes_make(text.at, end), server);
}

static void end(void *object) { arena_release(((log_source *)object)->page); }

static log_source *source_new(kring *k) {
    log_source *s = ARENA_NEW(k->memory, log_source);
    *s = (log_source){.k = k, .page = arena_new()};
    arena_on_free(k->memory, end, s);
    return s;
}

log_source *log_source_url(kring *k, bytes server, bytes prefix, const char *ca) {
    log_source *s = source_new(k);
    s->prefix = prefix;
    s->http = http_new(k->memory, server, ca);
    http_answers_in(s->http, s->page);
    return s;
}

log_source *log_source_folder(kring *k, const char *folder) {
    log_source *s = source_new(k);
    s->folder = folder;
    return s;
}

void log_forget(log_source *s) { arena_reset(s->page); }

static outcome from_server(log_source *s, const char *path, bytes *out) {
    http_answer a;
    bytes under = s->prefix;
    const char *whole = (const char *)arena_format(s->page, "%.*s/%s%c", (int)under.len, (const char *)under.at, path, 0).at;
    GO(api_raw(s->k, s->http, &(http_request){.method = "GET", .path = whole, .repeatable = true}, &a));
    bytes status = arena_format(s->k->memory, "%s: HTTP %ld", whole, a.status);
    if (a.status == 404) return DONE;
    if (a.status == 429 || a.status >= 500) return complain(s->k, EXIT_UNAVAILABLE, W_UNREACHABLE, status);
    if (a.status != 200) return complain(s->k, EXIT_UNREACHABLE, W_STRANGE, status);
    *out = a.body.at ? a.body : BYTES("");
    return DONE;
}

static const char *path_in(arena *a, const char *folder, const char *path) {
    return (const char *)arena_format(a, "%s/%s%c", folder, path, 0).at;
}

static outcome from_folder(log_source *s, const char *path, bytes *out) {
    const char *whole = path_in(s->page, s->folder, path);
    bytes content;
    if (read_all(s->page, whole, ANSWER_MAX, &content)) {
        *out = content.at ? content : BYTES("");
        return DONE;
    }
    if (errno == ENOENT || errno == ENOTDIR) return DONE;
    return complain_errno(s->k, EXIT_BAD_DATA, W_BAD_FILE, whole);
}

outcome log_fetch(log_source *s, const char *path, bytes *out) {
    *out = (bytes){0};
    GO(s->http ? from_server(s, path, out) : from_folder(s, path, out));
    if (!s->mirror || !out->at) return DONE;
    const char *copy = path_in(s->page, s->mirror, path);
    return private_keep(s->page, copy, *out) ? DONE : complain_errno(s->k, EXIT_BAD_DATA, W_BAD_WRITE, copy);
}

static const char *tile_path(log_source *s, const tile *t) {
    char name[TILE_PATH_MAX];
    size_t n = tile_write(t, name);
    return (const char *)arena_format(s->page, "tile/%.*s%c", (int)n, name, 0).at;
}

/* A partial tile may be dropped when the full one is there (C2SP tlog-tiles), and that begins with it. */
outcome log_fetch_tile(log_source *s, const tile *t, size_t hash, bytes *out) {
    GO(log_fetch(s, tile_path(s, t), out));
    if (out->at || t->width == TILE_WIDTH) return DONE;
    tile full = *t;
    full.width = TILE_WIDTH;
    GO(log_fetch(s, tile_path(s, &full), out));
    if (out->at && out->len == TILE_WIDTH * hash) out->len = t->width * hash;
    return DONE;
}
