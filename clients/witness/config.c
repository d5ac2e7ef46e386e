#include "config.h"

#include "files.h"
#include "trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <netdb.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define FILE_NAME "witness.conf"
enum { FILE_MAX = 64 * 1024, LINE_LEN = 1024, HOST_SIZE = 64, PORT_SIZE = 6 };

/* "192.0.2.1:8080", "[::1]:8080": numbers, so that nothing depends on a resolver. */
static bool split(const char *value, char host[HOST_SIZE], char port[PORT_SIZE]) {
    const char *colon = strrchr(value, ':');
    if (!colon) return false;
    bytes name = bytes_make(value, (size_t)(colon - value));
    if (name.len >= 2 && name.at[0] == '[' && name.at[name.len - 1] == ']')
        name = bytes_make(name.at + 1, name.len - 2);
    else if (memchr(name.at, ':', name.len))
        return false;
    uint64_t number;
    if (name.len == 0 || name.len >= HOST_SIZE || !ok(bytes_to_u64(bytes_of_string(colon + 1), 65535, &number))) return false;
    memcpy(host, name.at, name.len);
    host[name.len] = 0;
    snprintf(port, PORT_SIZE, "%u", (unsigned)number);
    return true;
}

int config_listen(config *c, const char *where, const char *value) {
    char host[HOST_SIZE], port[PORT_SIZE];
    struct addrinfo *found = NULL, hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    if (!split(value, host, port) || getaddrinfo(host, port, &hints, &found) != 0)
        return trouble(EX_CONFIG, "%s: \"%.80s\" is no address: 127.0.0.1:8454 or [::1]:8454", where, value);
    memcpy(&c->address, found->ai_addr, found->ai_addrlen);
    c->address_len = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

int config_log(config *c, arena *a, const char *where, const char *value) {
    note_key key;
    if (!ok(note_key_parse(arena_copy(a, bytes_of_string(value)), &key)) || key.type != NOTE_ED25519)
        return trouble(EX_CONFIG, "%s: \"%.400s\" is no verifier key of a log (name+keyid+key, Ed25519)", where, value);
    if (c->count == CONFIG_LOGS_MAX) return trouble(EX_CONFIG, "%s: more than %d logs", where, CONFIG_LOGS_MAX);
    c->logs[c->count++] = key;
    return 0;
}

/* ---- the file ---- */

typedef struct {
    config *out;
    arena *memory;
    bytes left;
    int code;
} reader;

static char *line_read(char *line, int size, void *stream) {
    reader *r = stream;
    if (r->left.len == 0) return NULL;
    const uint8_t *end = memchr(r->left.at, '\n', r->left.len);
    size_t n = end ? (size_t)(end - r->left.at) + 1 : r->left.len;
    if (n >= (size_t)size) n = (size_t)size - 1;
    memcpy(line, r->left.at, n);
    line[n] = 0;
    r->left = bytes_make(r->left.at + n, r->left.len - n);
    return line;
}

static int pair_read(void *user, const char *section, const char *name, const char *value) {
    reader *r = user;
    if (section[0])
        r->code = trouble(EX_CONFIG, FILE_NAME ": a section [%.40s], but it has none", section);
    else if (strcmp(name, "listen") == 0)
        r->code = config_listen(r->out, FILE_NAME, value);
    else if (strcmp(name, "log") == 0)
        r->code = config_log(r->out, r->memory, FILE_NAME, value);
    else
        r->code = trouble(EX_CONFIG, FILE_NAME ": \"%.40s\" is no setting; there are listen and log", name);
    return r->code == 0;
}

static int parse(config *c, arena *a, bytes content) {
    /* Debian's inih keeps its choices in globals. */
    ini_use_stack = false;
    ini_initial_alloc = ini_max_line = LINE_LEN;
    ini_allow_multiline = ini_allow_inline_comments = false;
    ini_stop_on_first_error = true;
    reader r = {.out = c, .memory = a, .left = content};
    int bad = ini_parse_stream(line_read, &r, pair_read, &r);
    if (bad != 0 && r.code == 0) return trouble(EX_CONFIG, FILE_NAME ":%d: neither a comment nor \"name = value\"", bad);
    return r.code;
}

int config_file(config *c, arena *a, int dir) {
    if (faccessat(dir, FILE_NAME, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) return 0;
    buf content = buf_new(FILE_MAX);
    int code = ok(state_read(dir, FILE_NAME, false, &content)) ? parse(c, a, buf_bytes(&content))
                                                              : trouble(EX_CONFIG, FILE_NAME " can't be read");
    buf_release(&content);
    return code;
}
