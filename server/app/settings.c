#include "app/settings.h"

#include "base/buf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum { KIND_TEXT, KIND_PATH, KIND_LIST, KIND_SECRET, KIND_CONNINFO, KIND_LEVEL, KIND_NUMBER, KIND_SWITCH,
               KIND_LIMIT } setting_kind;

typedef struct {
    setting_kind kind;
    const char *name, *fallback, *help;
    uint64_t least, most;
    size_t offset;
} setting_row;

static const setting_row rows[] = {
#define X(kind, name, fallback, least, most, help) {KIND_##kind, #name, fallback, help, least, most, offsetof(settings, name)},
    KRING_SETTINGS(X)
#undef X
#define X(name, standard, least, most, unit, help)                                                                                 \
    {KIND_LIMIT, #name, #standard, help " (" unit ")", least, most, offsetof(settings, net.name)},
        NET_LIMITS(X)
#undef X
};

enum { ROWS = sizeof rows / sizeof rows[0], NAME_MAX_LEN = 40, FILE_MAX = 64 * 1024, LINE_MAX_LEN = 2304 };

/* ---- faults ------------------------------------------------------------------------------------------------------- */

/* What an operator typed may hold anything; a terminal must not obey it. */
static void make_printable(char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f) *s = '?';
}

__attribute__((format(printf, 3, 4))) static bool fault_set(setting_fault *f, int exit_code, const char *format, ...) {
    if (f->exit_code) return false; /* the first fault is the cause; later ones may only follow from it */
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    make_printable(f->text);
    f->exit_code = exit_code;
    return false;
}

/* ---- one value ---------------------------------------------------------------------------------------------------- */

/* Where a value stands, as a person would name it: "kring.conf:12", "KRING_PORT", "--port". */
typedef struct {
    arena *memory;
    settings *out;
    setting_fault *fault;
    bool seen[ROWS]; /* in this source */
} source;

static const setting_row *row_find(const char *name) {
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

static void *value_at(settings *s, const setting_row *row) { return (char *)s + row->offset; }

static bool is_number(const setting_row *row) { return row->kind == KIND_NUMBER || row->kind == KIND_LIMIT; }

static bool number_set(source *s, const setting_row *row, const char *value, const char *where) {
    uint64_t number;
    if (!ok(bytes_to_u64(bytes_of_string(value), row->most, &number)) || number < row->least)
        return fault_set(s->fault, EXIT_CONFIG, "%s: %s is \"%.60s\"; it must be a number from %llu to %llu", where, row->name,
                         value, (unsigned long long)row->least, (unsigned long long)row->most);
    if (row->kind == KIND_LIMIT)
        *(uint32_t *)value_at(s->out, row) = (uint32_t)number;
    else
        *(setting_NUMBER *)value_at(s->out, row) = number;
    return true;
}

static bool switch_set(source *s, const setting_row *row, const char *value, const char *where) {
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return fault_set(s->fault, EXIT_CONFIG, "%s: %s is \"%.60s\"; it must be yes or no", where, row->name, value);
    *(setting_SWITCH *)value_at(s->out, row) = yes;
    return true;
}

static bool level_known(const char *value) {
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(value, levels[i]) == 0) return true;
    return false;
}

/* The value is not repeated in these faults: it may hold the very password that does not belong there. */
static bool conninfo_check(source *s, const setting_row *row, const char *value, const char *where) {
    if (*value == '\0') return true;
    char *complaint = NULL;
    PQconninfoOption *options = PQconninfoParse(value, &complaint);
    PQfreemem(complaint);
    if (!options) return fault_set(s->fault, EXIT_CONFIG, "%s: %s is not a connection string of libpq", where, row->name);
    bool secret = false;
    for (const PQconninfoOption *o = options; o->keyword; o++)
        secret = secret || (o->val && *o->val && strcmp(o->keyword, "password") == 0);
    PQconninfoFree(options);
    if (!secret) return true;
    return fault_set(s->fault, EXIT_CONFIG, "%s: %s holds a password; use passfile=, peer or a certificate", where, row->name);
}

static bool text_set(source *s, const setting_row *row, const char *value, const char *where) {
    size_t length = strlen(value);
    if (length < row->least || length > row->most)
        return fault_set(s->fault, EXIT_CONFIG, "%s: %s must have %llu to %llu characters", where, row->name,
                         (unsigned long long)row->least, (unsigned long long)row->most);
    if (row->kind == KIND_LEVEL && !level_known(value))
        return fault_set(s->fault, EXIT_CONFIG, "%s: %s is \"%.60s\"; it must be debug, info, warn or error", where, row->name,
                         value);
    if (row->kind == KIND_CONNINFO && !conninfo_check(s, row, value, where)) return false;
    *(setting_TEXT *)value_at(s->out, row) = arena_string(s->memory, bytes_of_string(value));
    return true;
}

static bool value_set(source *s, const setting_row *row, const char *value, const char *where) {
    if (s->seen[row - rows]) return fault_set(s->fault, EXIT_CONFIG, "%s: %s is said twice", where, row->name);
    s->seen[row - rows] = true;
    if (is_number(row)) return number_set(s, row, value, where);
    if (row->kind == KIND_SWITCH) return switch_set(s, row, value, where);
    return text_set(s, row, value, where);
}

static bool fallbacks_set(arena *a, settings *out, setting_fault *fault) {
    source s = {.memory = a, .out = out, .fault = fault};
    for (size_t i = 0; i < ROWS; i++)
        if (!value_set(&s, &rows[i], rows[i].fallback, "default")) return false;
    return true;
}

/* ---- the file ----------------------------------------------------------------------------------------------------- */

typedef struct {
    source source;
    bytes left;
    const char *name;
    unsigned line;
} file_reader;

static bool file_fault(file_reader *r, const char *what) {
    return fault_set(r->source.fault, EXIT_CONFIG, "%s:%u: %s", r->name, r->line, what);
}

/* A line for inih. It would cut a long line in two and read the rest as a line of its own, and it ends at a NUL: both are
 * faults here, so that what was parsed is what stands in the file. */
static char *line_read(char *out, int room, void *object) {
    file_reader *r = object;
    if (r->left.len == 0 || r->source.fault->exit_code) return NULL;
    r->line++;
    const uint8_t *end = memchr(r->left.at, '\n', r->left.len);
    size_t n = end ? (size_t)(end - r->left.at) : r->left.len, taken = end ? n + 1 : n;
    if (n + 2 > (size_t)room) return (void)file_fault(r, "the line is too long"), NULL;
    if (memchr(r->left.at, '\0', n)) return (void)file_fault(r, "a NUL character"), NULL;
    memcpy(out, r->left.at, n);
    out[n] = '\0';
    r->left = bytes_make(r->left.at + taken, r->left.len - taken);
    return out;
}

static int pair_read(void *object, const char *section, const char *name, const char *value) {
    file_reader *r = object;
    char where[300];
    snprintf(where, sizeof where, "%s:%u", r->name, r->line);
    if (*section && strcmp(section, "kring") != 0)
        return fault_set(r->source.fault, EXIT_CONFIG, "%s: there is no section [%.40s], only [kring]", where, section);
    const setting_row *row = row_find(name);
    if (!row) return fault_set(r->source.fault, EXIT_CONFIG, "%s: there is no setting \"%.40s\"", where, name);
    return value_set(&r->source, row, value, where);
}

static bool file_parse(arena *a, bytes content, const char *name, settings *out, setting_fault *fault) {
    /* Debian's inih keeps its choices in globals. No continuation lines and no comments behind a value: a value is what stands
     * behind the '=' up to the end of its line. */
    ini_use_stack = false;
    ini_initial_alloc = ini_max_line = LINE_MAX_LEN;
    ini_allow_multiline = ini_allow_inline_comments = false;
    ini_stop_on_first_error = true;
    file_reader r = {.source = {.memory = a, .out = out, .fault = fault}, .left = content, .name = name};
    int bad = ini_parse_stream(line_read, &r, pair_read, &r);
    must(bad >= 0); /* -1 needs a file name, -2 is out of memory */
    if (bad > 0) (void)fault_set(fault, EXIT_CONFIG, "%s:%d: neither a comment, a [section] nor \"name = value\"", name, bad);
    return fault->exit_code == 0;
}

bool settings_parse_file(arena *a, bytes content, const char *name, settings *out, setting_fault *fault) {
    *fault = (setting_fault){0};
    *out = (settings){0};
    return fallbacks_set(a, out, fault) && file_parse(a, content, name, out, fault);
}

static bool whole_file(arena *a, const char *path, bytes *out, setting_fault *fault) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fault_set(fault, EXIT_CONFIG, "%s: %s", path, strerror(errno));
    uint8_t *at = arena_take(a, FILE_MAX + 1);
    size_t n = 0;
    ssize_t got;
    while ((got = read(fd, at + n, FILE_MAX + 1 - n)) > 0) n += (size_t)got;
    int failure = errno;
    close(fd);
    if (got < 0) return fault_set(fault, EXIT_CONFIG, "%s: %s", path, strerror(failure));
    if (n > FILE_MAX) return fault_set(fault, EXIT_CONFIG, "%s: larger than %d KiB", path, FILE_MAX / 1024);
    *out = bytes_make(at, n);
    return true;
}

/* ---- the environment ---------------------------------------------------------------------------------------------- */

/* The tests' and the command-line client's own variables: no settings, and no typing errors either. */
static bool is_of_others(const char *name) {
    static const char *const others[] = {"TEST_", "SESSION=", "URL=", "CA=", "MIGRATE=", "PG_BIN=", "REQUIRE_POSTGRES="};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0) return true;
    return false;
}

static bool variable_set(source *s, const char *variable) {
    const char *equals = strchr(variable, '='), *upper = variable + strlen("KRING_");
    if (!equals || is_of_others(upper)) return true;
    char where[NAME_MAX_LEN + 8], name[NAME_MAX_LEN];
    snprintf(where, sizeof where, "%.*s", (int)(equals - variable), variable);
    size_t n = (size_t)(equals - upper);
    bool fits = n > 0 && n < sizeof name;
    for (size_t i = 0; fits && i < n; i++) {
        fits = isupper((unsigned char)upper[i]) || isdigit((unsigned char)upper[i]) || upper[i] == '_';
        name[i] = (char)tolower((unsigned char)upper[i]);
    }
    if (fits) name[n] = '\0';
    const setting_row *row = fits ? row_find(name) : NULL;
    if (!row) return fault_set(s->fault, EXIT_CONFIG, "%s: there is no such setting", where);
    return value_set(s, row, equals + 1, where);
}

static bool environment_read(arena *a, char **environment, settings *out, setting_fault *fault) {
    source s = {.memory = a, .out = out, .fault = fault};
    for (char **v = environment; v && *v; v++)
        if (strncmp(*v, "KRING_", 6) == 0 && !variable_set(&s, *v)) return false;
    return true;
}

/* ---- the command line --------------------------------------------------------------------------------------------- */

static const setting_row *flag_find(const char *flag, size_t length) {
    char name[NAME_MAX_LEN];
    if (length >= sizeof name) return NULL;
    for (size_t i = 0; i < length; i++) {
        if (flag[i] == '_') return NULL; /* one spelling */
        name[i] = flag[i] == '-' ? '_' : flag[i];
    }
    name[length] = '\0';
    return row_find(name);
}

/* Which setting an argument names; `value` is what stands behind its '=', or the next argument. */
typedef struct {
    const setting_row *row; /* NULL: not a setting */
    bool config, lacks_value;
    const char *value;
    int used; /* arguments */
} flag;

static flag flag_at(int argc, char **argv, int i) {
    if (strncmp(argv[i], "--", 2) != 0 || argv[i][2] == '\0') return (flag){.used = 1};
    const char *name = argv[i] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    flag f = {.row = flag_find(name, length), .config = length == 6 && strncmp(name, "config", 6) == 0, .used = 1};
    if (!f.row && !f.config) return f;
    f.value = equals ? equals + 1 : i + 1 < argc ? argv[i + 1] : NULL;
    f.lacks_value = f.value == NULL;
    f.used = equals || f.lacks_value ? 1 : 2;
    return f;
}

bool command_line_read(int argc, char **argv, command_line *words, setting_fault *fault) {
    *words = (command_line){0};
    *fault = (setting_fault){0};
    for (int i = 1; i < argc;) {
        flag f = flag_at(argc, argv, i);
        if (f.lacks_value) return fault_set(fault, EXIT_USAGE, "%.60s needs a value", argv[i]);
        if (f.config && words->config) return fault_set(fault, EXIT_USAGE, "--config is said twice");
        if (f.config) words->config = f.value;
        if (!f.config && !f.row) {
            if (words->count == COMMAND_WORDS_MAX) return fault_set(fault, EXIT_USAGE, "too many arguments");
            words->word[words->count++] = argv[i];
        }
        i += f.used;
    }
    return true;
}

static bool flags_read(arena *a, int argc, char **argv, settings *out, setting_fault *fault) {
    source s = {.memory = a, .out = out, .fault = fault};
    for (int i = 1; i < argc;) {
        flag f = flag_at(argc, argv, i);
        char where[NAME_MAX_LEN + 4];
        snprintf(where, sizeof where, "%.*s", (int)strcspn(argv[i], "="), argv[i]);
        if (f.row && !value_set(&s, f.row, f.value, where)) {
            fault->exit_code = EXIT_USAGE; /* what was typed, not what was configured */
            return false;
        }
        i += f.used;
    }
    return true;
}

/* ---- all together ------------------------------------------------------------------------------------------------- */

/* A secret that nobody named: systemd's credential of the same name, if it is there. */
static void credentials_find(arena *a, settings *out) {
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (!folder || *folder != '/') return;
    for (size_t i = 0; i < ROWS; i++) {
        setting_TEXT *value = value_at(out, &rows[i]);
        if (rows[i].kind != KIND_SECRET || **value) continue;
        bytes path = arena_format(a, "%s/%s", folder, rows[i].name);
        char *name = arena_string(a, path);
        if (access(name, R_OK) == 0) *value = name;
    }
}

static bool session_fits(uint64_t idle, uint64_t absolute, const char *who, setting_fault *fault) {
    return idle <= absolute || fault_set(fault, EXIT_CONFIG, "%s_idle is longer than %s_absolute", who, who);
}

static bool settings_agree(const settings *s, setting_fault *fault) {
    if (s->argon2_memory_kib < 47104 && s->argon2_passes < 2)
        return fault_set(fault, EXIT_CONFIG, "argon2_memory_kib below 47104 needs argon2_passes of at least 2");
    if (*s->clock_file && !s->demo) return fault_set(fault, EXIT_CONFIG, "clock_file is only for a demonstration (demo = yes)");
    return session_fits(s->person_idle, s->person_absolute, "person", fault) &&
           session_fits(s->helper_idle, s->helper_absolute, "helper", fault) &&
           session_fits(s->auditor_idle, s->auditor_absolute, "auditor", fault) &&
           session_fits(s->operator_idle, s->operator_absolute, "operator", fault);
}

bool settings_read(arena *a, int argc, char **argv, char **environment, settings *out, setting_fault *fault) {
    command_line words;
    *out = (settings){0};
    if (!command_line_read(argc, argv, &words, fault) || !fallbacks_set(a, out, fault)) return false;
    bytes content;
    if (words.config && !(whole_file(a, words.config, &content, fault) && file_parse(a, content, words.config, out, fault)))
        return false;
    if (!environment_read(a, environment, out, fault) || !flags_read(a, argc, argv, out, fault)) return false;
    credentials_find(a, out);
    return settings_agree(out, fault);
}

/* ---- for the log -------------------------------------------------------------------------------------------------- */

static void put_value(buf *out, const settings *s, const setting_row *row) {
    const void *value = (const uint8_t *)s + row->offset;
    switch (row->kind) {
    case KIND_NUMBER: buf_put_u64(out, *(const setting_NUMBER *)value); break;
    case KIND_LIMIT: buf_put_u64(out, *(const uint32_t *)value); break;
    case KIND_SWITCH: buf_put_string(out, *(const setting_SWITCH *)value ? "yes" : "no"); break;
    default: buf_put_string(out, *(const setting_TEXT *)value); break;
    }
}

const char *settings_told(arena *a, const settings *s) {
    buf out = buf_new(ROWS * (LINE_MAX_LEN + 1u));
    for (size_t i = 0; i < ROWS; i++) {
        buf_put_string(&out, rows[i].name), buf_put_string(&out, " = ");
        put_value(&out, s, &rows[i]);
        buf_put_byte(&out, '\n');
    }
    must(buf_ok(&out)); /* a value is no longer than a line of the file */
    const char *told = arena_string(a, buf_bytes(&out));
    buf_release(&out);
    return told;
}

/* ---- documentation ------------------------------------------------------------------------------------------------ */

static void print_flag(FILE *to, const char *name) {
    fputs("  --", to);
    for (; *name; name++) fputc(*name == '_' ? '-' : *name, to);
}

static const char *const placeholders[] = {"TEXT", "FILE", "LIST", "FILE", "CONNINFO", "LEVEL", "N", "yes|no", "N"};

void settings_print_help(FILE *to) {
    for (size_t i = 0; i < ROWS; i++) {
        const setting_row *r = &rows[i];
        print_flag(to, r->name);
        size_t width = strlen(r->name) + strlen(placeholders[r->kind]);
        fprintf(to, " %s%*s %s", placeholders[r->kind], width < 34 ? (int)(34 - width) : 1, "", r->help);
        if (is_number(r))
            fprintf(to, " [%s; %llu to %llu]", r->fallback, (unsigned long long)r->least, (unsigned long long)r->most);
        else if (*r->fallback)
            fprintf(to, " [%s]", r->fallback);
        fputc('\n', to);
    }
}

void settings_print_sample(FILE *to) {
    fputs("# Settings of kringd. A flag (--port) wins over the environment (KRING_PORT), the environment over this file.\n"
          "# Every line shows its default; a name or value that is not known is refused with its line.\n\n[kring]\n",
          to);
    for (size_t i = 0; i < ROWS; i++) {
        const setting_row *r = &rows[i];
        if (*r->help) fprintf(to, "\n# %s", r->help);
        if (is_number(r) && *r->help)
            fprintf(to, " (%llu to %llu)", (unsigned long long)r->least, (unsigned long long)r->most);
        fprintf(to, "%s#%s =%s%s\n", *r->help ? "\n" : "", r->name, *r->fallback ? " " : "", r->fallback);
    }
}
