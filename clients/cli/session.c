#include "session.h"

#include "base/file.h"
#include "json/read.h"
#include "json/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char file_name[] = "session.json", folder_name[] = "kring";

const char *session_path(arena *a, const char *chosen) {
    if (chosen && *chosen) return chosen;
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    /* The XDG specification: a relative path there is ignored. */
    if (state && *state == '/')
        return (const char *)arena_format(a, "%s/%s/%s%c", state, folder_name, file_name, 0).at;
    if (home && *home == '/')
        return (const char *)arena_format(a, "%s/.local/state/%s/%s%c", home, folder_name, file_name, 0).at;
    return NULL;
}

static bool is_letter(uint8_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

bool token_is_plain(bytes token) {
    if (token.len == 0 || token.len > TOKEN_MAX) return false;
    for (size_t i = 0; i < token.len; i++) {
        uint8_t c = token.at[i];
        if (!is_letter(c) && !is_digit(c) && !memchr("-._~+/=", c, 7)) return false;
    }
    return true;
}

/* A name, an IPv4 address, or an IPv6 address in brackets. */
static bool is_host(bytes host) {
    if (host.len == 0 || host.len > 253) return false;
    bool bracketed = host.at[0] == '[';
    if (bracketed && (host.len < 4 || host.at[host.len - 1] != ']')) return false;
    for (size_t i = bracketed; i < host.len - bracketed; i++) {
        uint8_t c = host.at[i];
        if (!is_letter(c) && !is_digit(c) && c != '.' && !(bracketed ? c == ':' : c == '-')) return false;
    }
    return true;
}

bool url_parse(bytes text, bytes *out) {
    static const char scheme[] = "https://";
    size_t start = sizeof scheme - 1;
    if (text.len > URL_MAX || !bytes_starts(text, scheme)) return false;
    if (text.len > start && text.at[text.len - 1] == '/') text.len--;
    size_t end = text.len;
    while (end > start && is_digit(text.at[end - 1]))
        end--;
    bool ported = end > start && end < text.len && text.at[end - 1] == ':';
    uint64_t port;
    if (ported && (!ok(bytes_to_u64(bytes_make(text.at + end, text.len - end), 65535, &port)) || port == 0))
        return false;
    size_t host_end = ported ? end - 1 : text.len;
    if (!is_host(bytes_make(text.at + start, host_end - start))) return false;
    *out = text;
    return true;
}

/* ---------------------------------------------------------------------------- reading */

static const char *folder_of(arena *a, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return slash == path ? "/" : arena_string(a, bytes_make(path, (size_t)(slash - path)));
}

/* Whoever can write in the folder can put another file in place of ours: a session of his own, to whose server our
 * next text would go. A sticky folder (/tmp) forbids exactly that. */
static bool folder_is_safe(const char *folder) {
    struct stat s;
    if (stat(folder, &s) != 0) return errno == ENOENT;
    if (s.st_uid != geteuid() && s.st_uid != 0) return false;
    return !(s.st_mode & (S_IWGRP | S_IWOTH)) || (s.st_mode & S_ISVTX);
}

static bool file_is_ours(int fd) {
    struct stat s;
    return fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == geteuid() && !(s.st_mode & (S_IRWXG | S_IRWXO)) &&
           s.st_nlink == 1;
}

static bool read_file(int fd, buf *into) {
    for (;;) {
        uint8_t *room = buf_room(into, 1024);
        if (!room) return false;
        ssize_t n = read(fd, room, 1024);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        buf_wrote(into, (size_t)n);
    }
}

static bool take_text(const json_value *file, const char *name, bytes *out) {
    const json_value *v = json_member(file, name);
    if (!json_is_string(v)) return false;
    *out = json_bytes_of(v);
    return true;
}

/* A session of before there was a log, or with a server that no demo's file told of, does not have it. */
static bytes text_or_none(const json_value *file, const char *name) {
    bytes out;
    return take_text(file, name, &out) ? out : BYTES("");
}

static bool parse(arena *a, bytes content, session *out) {
    const json_value *file;
    json_fault fault;
    bytes url, expires;
    if (!ok(json_parse(a, content, &file, &fault)) || !json_is_object(file)) return false;
    out->log_url = text_or_none(file, "log_url"), out->log_key = text_or_none(file, "log_key");
    return take_text(file, "url", &url) && url_parse(url, &out->url) && take_text(file, "ca", &out->ca) &&
           (out->ca.len == 0 || out->ca.at[0] == '/') && take_text(file, "token", &out->token) &&
           token_is_plain(out->token) && take_text(file, "expires_at", &expires) &&
           ok(moment_parse(expires, &out->expires));
}

session_state session_read(arena *a, const char *path, session *out) {
    if (!folder_is_safe(folder_of(a, path))) return SESSION_FOLDER;
    /* O_NOFOLLOW: a link could point at another's file; O_NONBLOCK: a pipe in its place must not hold us. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? SESSION_NONE : errno == ELOOP ? SESSION_OPEN : SESSION_FAILED;
    session_state state = file_is_ours(fd) ? SESSION_READ : SESSION_OPEN;
    buf content = buf_new(SESSION_FILE_MAX);
    if (state == SESSION_READ && !read_file(fd, &content))
        state = buf_ok(&content) ? SESSION_FAILED : SESSION_DAMAGED;
    close(fd);
    if (state == SESSION_READ && !parse(a, arena_copy(a, buf_bytes(&content)), out)) state = SESSION_DAMAGED;
    buf_release(&content);
    return state;
}

/* ---------------------------------------------------------------------------- writing */

/* mkdir -p; only what was missing gets our mode. */
static bool make_folders(arena *a, const char *folder) {
    struct stat s;
    if (stat(folder, &s) == 0) return S_ISDIR(s.st_mode) || (errno = ENOTDIR, false);
    if (errno != ENOENT) return false;
    return make_folders(a, folder_of(a, folder)) && (mkdir(folder, 0700) == 0 || errno == EEXIST);
}

/* The default folder is ours alone, so its mode is ours to set; a folder that the user chose is only looked at. */
static bool settle_folder(arena *a, const char *path) {
    const char *folder = folder_of(a, path), *slash = strrchr(folder, '/');
    if (!make_folders(a, folder)) return false;
    struct stat s;
    bool own = slash && strcmp(slash + 1, folder_name) == 0 && stat(folder, &s) == 0 && s.st_uid == geteuid();
    return !own || (s.st_mode & 07777) == 0700 || chmod(folder, 0700) == 0;
}

static buf serialize(const session *s) {
    buf content = buf_new(SESSION_FILE_MAX);
    json_writer w = json_to(&content);
    json_open_object(&w);
    json_key(&w, "url");
    json_string(&w, s->url);
    json_key(&w, "ca");
    json_string(&w, s->ca);
    json_key(&w, "token");
    json_string(&w, s->token);
    json_key(&w, "expires_at");
    json_moment(&w, s->expires);
    if (s->log_key.len) {
        json_key(&w, "log_url"), json_string(&w, s->log_url);
        json_key(&w, "log_key"), json_string(&w, s->log_key);
    }
    json_close_object(&w);
    json_end(&w);
    buf_put_byte(&content, '\n');
    return content;
}

/* A new file beside the old one, durable before it takes its name: whoever reads sees the old session or the new one.
 */
bool private_replace(arena *a, const char *path, bytes content) {
    char id[UUID_TEXT + 1] = {0};
    uuid_write(uuid_random(), id);
    const char *fresh = (const char *)arena_format(a, "%s.%s%c", path, id, 0).at;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
    if (fd < 0) return false;
    bool whole = fchmod(fd, 0600) == 0 && file_write_all(fd, content) && fsync(fd) == 0;
    int why = errno;
    if (close(fd) != 0 && whole) why = errno, whole = false;
    if (whole && rename(fresh, path) == 0) return true;
    if (whole) why = errno;
    unlink(fresh);
    errno = why;
    return false;
}

bool private_keep(arena *a, const char *path, bytes content) {
    return make_folders(a, folder_of(a, path)) && private_replace(a, path, content);
}

session_state session_write(arena *a, const char *path, const session *s) {
    if (!settle_folder(a, path)) return SESSION_FAILED;
    if (!folder_is_safe(folder_of(a, path))) return SESSION_FOLDER;
    buf content = serialize(s);
    bool done = buf_ok(&content) && private_replace(a, path, buf_bytes(&content));
    buf_release(&content);
    return done ? SESSION_READ : SESSION_FAILED;
}

bool session_remove(const char *path) { return unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR; }
