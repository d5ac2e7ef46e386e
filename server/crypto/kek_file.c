/* The KEK from a file: read once, checked as a stranger would check it, kept only as an opened key. */
#include "crypto/kek.h"

#include "crypto/secret.h"
#include "crypto/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>


enum { HEX_FILE = 2 * KEY_SIZE + 1 };

static result wrap(void *state, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) {
    return wrap_key(state, epoch, aad, key, out);
}

static result unwrap(void *state, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]) {
    return unwrap_key(state, epoch, aad, wrapped, key);
}

static void end(void *state) { cipher_key_release(state); }

static const kek_provider file_provider = {"file", wrap, unwrap, end};

static kek *kek_of_key(const uint8_t key[KEY_SIZE]) {
    static const char label[] = "kring-kek"; /* with its zero */
    uint8_t labelled[sizeof label + KEY_SIZE], hash[SHA256_SIZE];
    memcpy(labelled, label, sizeof label);
    memcpy(labelled + sizeof label, key, KEY_SIZE);
    secret_sha256(BYTES_OF(labelled), hash);
    wipe(labelled, sizeof labelled);
    return kek_new(&file_provider, cipher_key_new(key), hash);
}

/* systemd puts credentials into a directory that only the service can enter, and gives them group permission by
 * ACL. */
static bool is_credential(const char *path) {
    const char *directory = secure_getenv("CREDENTIALS_DIRECTORY");
    if (!directory || directory[0] != '/') return false;
    size_t len = strlen(directory);
    return strncmp(path, directory, len) == 0 && path[len] == '/' && strchr(path + len + 1, '/') == NULL;
}

/* NULL: the file's kind, owner and mode are as they must be. */
static const char *fault_of(const struct stat *s, bool credential) {
    mode_t mode = s->st_mode & 07777;
    if (!S_ISREG(s->st_mode)) return "it is not a regular file";
    if (s->st_uid != geteuid() && s->st_uid != 0) return "it belongs neither to this user nor to root";
    if (credential && (mode == 0400 || mode == 0440)) return NULL;
    if (mode & 077) return "its mode lets others in: chmod 0400";
    return NULL;
}

static const char *fault_of_open(int error) {
    if (error == ENOENT) return "there is no such file";
    if (error == EACCES) return "this user may not read it";
    if (error == ELOOP) return "it is a symbolic link";
    return "it can't be opened";
}

/* One byte more than the longest good file is asked for, so that a longer one shows. */
static size_t read_all(int fd, uint8_t *out, size_t cap) {
    size_t n = 0;
    while (n < cap) {
        ssize_t got = read(fd, out + n, cap - n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        n += (size_t)got;
    }
    return n;
}

static bool all_zero(const uint8_t key[KEY_SIZE]) {
    uint8_t any = 0;
    for (int i = 0; i < KEY_SIZE; i++) any |= key[i];
    return any == 0;
}

static const char *parse(bytes content, uint8_t key[KEY_SIZE]) {
    size_t len = 0;
    if (content.len == KEY_SIZE) {
        memcpy(key, content.at, KEY_SIZE);
    } else if (content.len != HEX_FILE || content.at[HEX_FILE - 1] != '\n' ||
               !ok(hex_decode(bytes_make(content.at, HEX_FILE - 1), key, KEY_SIZE, &len))) {
        return "it must hold 32 raw bytes, or 64 lower-case hex digits and a newline";
    }
    return all_zero(key) ? "its key is all zeros" : NULL;
}

static const char *read_key(int fd, bool credential, uint8_t key[KEY_SIZE]) {
    struct stat s;
    if (fstat(fd, &s) != 0) return "it can't be examined";
    const char *fault = fault_of(&s, credential);
    if (fault) return fault;
    uint8_t content[HEX_FILE + 1];
    size_t n = read_all(fd, content, sizeof content);
    fault = parse(bytes_make(content, n), key);
    wipe(content, sizeof content);
    return fault;
}

/* O_NONBLOCK: a FIFO in the file's place must not hang the start. It is the opened file that is examined, not its
 * name. */
result kek_open_file(const char *path, kek **out, const char **why) {
    uint8_t key[KEY_SIZE] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    const char *fault = fd < 0 ? fault_of_open(errno) : read_key(fd, is_credential(path), key);
    if (fd >= 0) close(fd);
    if (!fault) *out = kek_of_key(key);
    wipe(key, sizeof key);
    *why = fault;
    return fault ? FAIL(BAD_FILE) : OK;
}
