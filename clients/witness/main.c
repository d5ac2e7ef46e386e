/* kring-witness: cosigns the checkpoints of others' logs, for an organisation that the logs' owner does not command.
 *
 * It never cosigns a tree that does not extend the last one it cosigned of that log. It reads no entry of any log. */
#include "serve.h"

#include "crypto/crypto.h"
#include "files.h"
#include "trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char usage_text[] =
    "kring-witness init --dir DIR --name NAME              make a key, and show what it is verified with\n"
    "kring-witness key --dir DIR                           show that again\n"
    "kring-witness serve --dir DIR [--listen ADDRESS:PORT] [--log KEY]...\n"
    "                                                      cosign for these logs and those of DIR/witness.conf\n"
    "kring-witness --help | --version\n\n"
    "A witness's name is like a URL without https://, such as ombudsman.example/witness. A log's KEY is name+keyid+key.\n";

typedef struct {
    arena *memory;
    const char *folder, *name;
    int dir;
    config settings;
    witness_key key;
} program;

static int usage(const char *why, const char *what) { return trouble(EX_USAGE, "%s%s; see kring-witness --help", why, what); }

/* ---- what all commands begin with ---- */

static int enter(program *p) {
    if (!p->folder) return usage("--dir is missing", "");
    result r = folder_open(p->folder, &p->dir);
    if (failed_as(r, R_TOO_MANY)) return trouble(EX_TEMPFAIL, "another witness is at work in %.200s", p->folder);
    return ok(r) ? 0 : trouble(EX_NOINPUT, "%.200s can't be opened: %s", p->folder, strerror(errno));
}

static int take_key(program *p) {
    result r = key_read(p->dir, p->memory, &p->key);
    if (failed_as(r, R_BAD_SETTING))
        return trouble(EX_NOPERM, "%.200s/key can be read by others: chmod 0600, or better a new key", p->folder);
    return ok(r) ? 0 : trouble(EX_NOINPUT, "%.200s/key is missing or damaged; \"init\" makes one", p->folder);
}

static int show_key(const program *p) {
    buf line = buf_new(1024);
    note_key_write(&p->key.shown, &line);
    int n = printf("%.*s\n", (int)line.len, (const char *)line.at);
    buf_release(&line);
    return n > 0 && fflush(stdout) == 0 ? 0 : EX_IOERR;
}

/* ---- commands ---- */

static int init_failed(const program *p, result r) {
    return failed_as(r, R_CONFLICT) ? trouble(EX_CANTCREAT, "there is a witness in %.200s already", p->folder)
                                    : trouble(EX_IOERR, "%.200s can't be written: %s", p->folder, strerror(errno));
}

/* A state made anew beside an old key would be a witness that forgot; so a key that is there stops everything, and it is made
 * last. */
static result make(program *p) {
    if (faccessat(p->dir, KEY_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return FAIL(CONFLICT);
    TRY(state_create(p->dir));
    return key_create(p->dir, bytes_of_string(p->name), p->memory, &p->key);
}

static int init_command(program *p) {
    if (!p->name) return usage("--name is missing", "");
    if (!note_name_ok(bytes_of_string(p->name)))
        return trouble(EX_USAGE, "\"%.80s\" is no name: no spaces, no plus, at most %d bytes", p->name, NOTE_NAME_MAX);
    if (!p->folder) return usage("--dir is missing", "");
    if (mkdir(p->folder, 0700) != 0 && errno != EEXIST)
        return trouble(EX_CANTCREAT, "%.200s can't be made: %s", p->folder, strerror(errno));
    int code = enter(p);
    if (code) return code;
    result r = make(p);
    return ok(r) ? show_key(p) : init_failed(p, r);
}

static int key_command(program *p) {
    int code = enter(p);
    if (!code) code = take_key(p);
    return code ? code : show_key(p);
}

static int serve_with(program *p) {
    witness w = {.key = &p->key, .logs = p->settings.logs, .count = p->settings.count};
    if (p->settings.address_len == 0) return trouble(EX_CONFIG, "where to listen? --listen, or listen = in witness.conf");
    if (w.count == 0) return trouble(EX_CONFIG, "which logs? --log, or log = in witness.conf");
    if (!ok(state_open(p->dir, &w.seen)))
        return trouble(EX_DATAERR,
                       "%.200s/state is missing or damaged: what this key cosigned is not known, so it must not sign any more. "
                       "Make a new witness.", p->folder);
    int code = serve(&p->settings, &w);
    state_close(w.seen);
    return code;
}

static int serve_command(program *p) {
    config file = {0};
    int code = enter(p);
    if (!code) code = config_file(&file, p->memory, p->dir);
    if (!code && file.address_len && !p->settings.address_len)
        p->settings.address = file.address, p->settings.address_len = file.address_len;
    for (size_t i = 0; !code && i < file.count; i++) {
        if (p->settings.count == CONFIG_LOGS_MAX) return trouble(EX_CONFIG, "more than %d logs", CONFIG_LOGS_MAX);
        p->settings.logs[p->settings.count++] = file.logs[i];
    }
    if (!code) code = take_key(p);
    return code ? code : serve_with(p);
}

static const struct {
    const char *word;
    int (*run)(program *p);
} commands[] = {{"init", init_command}, {"key", key_command}, {"serve", serve_command}};

/* ---- the command line ---- */

static int take_option(program *p, const char *option, const char *value) {
    if (strcmp(option, "--dir") == 0) return p->folder = value, 0;
    if (strcmp(option, "--name") == 0) return p->name = value, 0;
    if (strcmp(option, "--listen") == 0) return config_listen(&p->settings, option, value);
    if (strcmp(option, "--log") == 0) return config_log(&p->settings, p->memory, option, value);
    return usage("not understood: ", option);
}

static int run(program *p, int argc, char **argv) {
    if (argc < 2) return usage("what to do?", "");
    if (strcmp(argv[1], "--help") == 0) return fputs(usage_text, stdout) < 0 ? EX_IOERR : 0;
    if (strcmp(argv[1], "--version") == 0) return puts("kring-witness " KRING_VERSION) < 0 ? EX_IOERR : 0;
    for (int i = 2; i < argc; i += 2) {
        if (i + 1 == argc) return usage("a value is missing for ", argv[i]);
        int code = take_option(p, argv[i], argv[i + 1]);
        if (code) return code;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].word) == 0) return commands[i].run(p);
    return usage("not understood: ", argv[1]);
}

int main(int argc, char **argv) {
    umask(0077);
    if (!ok(crypto_harden())) return trouble(EX_OSERR, "the kernel refuses to close this process's memory to others");
    program p = {.memory = arena_new(), .dir = -1};
    int code = run(&p, argc, argv);
    key_release(&p.key);
    arena_release(p.memory);
    if (p.dir >= 0) close(p.dir);
    return code;
}
