#include "log/signer.h"

#include "base/file.h"
#include "base/memory.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATE_MAX = 1024 };

struct log_signer {
    arena *memory;
    const char *state_path;
    bytes origin;
    signer *key;
    uint64_t size;
    uint8_t root[MERKLE_HASH];
    int lock; /* held as long as it is open: two with one memory each could sign what the other would refuse */
};

/* The state is a checkpoint's text: the same words, read by the same strict reader. */
static result state_keep(const char *path, bytes origin, uint64_t size, const uint8_t root[MERKLE_HASH],
                         result (*put)(const char *, bytes, mode_t)) {
    buf text = buf_new(STATE_MAX);
    checkpoint_write(origin, size, root, &text);
    result r = buf_ok(&text) ? put(path, buf_bytes(&text), 0600) : FAIL(BAD_FILE);
    buf_release(&text);
    return r;
}

result log_signer_make(const char *key_path, const char *state_path, bytes origin) {
    uint8_t seed[SIGN_SEED], root[MERKLE_HASH];
    secret_random(seed, sizeof seed);
    result r = file_make(key_path, BYTES_OF(seed), 0400);
    wipe(seed, sizeof seed);
    TRY(r);
    merkle_empty(root);
    return state_keep(state_path, origin, 0, root, file_make);
}

static const char *read_key(log_signer *s, const char *path) {
    struct stat info;
    bytes seed;
    if (stat(path, &info) != 0) return "the log's key is not there, or may not be read";
    if (!S_ISREG(info.st_mode) || info.st_mode & 077) return "the log's key lets others in: chmod 0400";
    if (!ok(file_read(path, SIGN_SEED, s->memory, &seed)) || seed.len != SIGN_SEED) return "the log's key is not one";
    s->key = signer_new(seed.at);
    return NULL;
}

/* A state that is missing would be an empty memory, which signs anything: it is an error, never a beginning. */
static const char *read_state(log_signer *s) {
    bytes text;
    checkpoint c;
    if (!ok(file_read(s->state_path, STATE_MAX, s->memory, &text)))
        return "what the signer signed last is not there, or may not be read";
    if (!ok(checkpoint_parse(text, &c)) || c.extension.len) return "what the signer signed last is not legible";
    if (!bytes_equal(c.origin, s->origin)) return "what the signer signed last is of another origin";
    s->size = c.size;
    memcpy(s->root, c.root, MERKLE_HASH);
    return NULL;
}

static const char *take_lock(log_signer *s) {
    const char *path = arena_string(s->memory, arena_format(s->memory, "%s.lock", s->state_path));
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0) return "the folder of log_state can't be written to";
    return flock(s->lock, LOCK_EX | LOCK_NB) == 0 ? NULL : "another signer is running";
}

result log_signer_open(const char *key_path, const char *state_path, bytes origin, log_signer **out, const char **why) {
    arena *a = arena_new();
    log_signer *s = MEMORY_NEW(log_signer);
    *s = (log_signer){
        .memory = a, .state_path = arena_string(a, bytes_of_string(state_path)), .origin = arena_copy(a, origin), .lock = -1};
    *why = note_name_ok(origin) ? read_key(s, key_path) : "log_origin is not a name that a log can have";
    if (!*why) *why = take_lock(s);
    if (!*why) *why = read_state(s);
    if (*why) {
        log_signer_release(s);
        return FAIL(BAD_FILE);
    }
    *out = s;
    return OK;
}

void log_signer_release(log_signer *s) {
    if (!s) return;
    signer_release(s->key);
    if (s->lock >= 0) (void)close(s->lock);
    arena_release(s->memory);
    memory_give(s, sizeof *s);
}

bytes log_signer_origin(const log_signer *s) { return s->origin; }
note_key log_signer_key(const log_signer *s) { return note_key_make(s->origin, NOTE_ED25519, signer_public(s->key)); }
uint64_t log_signer_size(const log_signer *s) { return s->size; }
const uint8_t *log_signer_root(const log_signer *s) { return s->root; }

static bool extends(const log_signer *s, uint64_t size, const uint8_t root[MERKLE_HASH], const uint8_t (*proof)[MERKLE_HASH],
                    size_t n) {
    return size >= s->size && merkle_check_consistency(s->size, size, proof, n, s->root, root);
}

result log_signer_sign(log_signer *s, uint64_t size, const uint8_t root[MERKLE_HASH], const uint8_t (*proof)[MERKLE_HASH],
                       size_t count, buf *note) {
    ENSURE(extends(s, size, root, proof, count), FORBIDDEN);
    if (size != s->size) TRY(state_keep(s->state_path, s->origin, size, root, file_replace));
    s->size = size;
    memcpy(s->root, root, MERKLE_HASH);
    buf text = buf_new(STATE_MAX);
    checkpoint_write(s->origin, size, root, &text);
    result r = note_sign(s->key, s->origin, buf_bytes(&text), note);
    buf_release(&text);
    return r;
}
