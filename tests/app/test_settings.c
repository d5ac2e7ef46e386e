/* Settings: who wins, what is refused and where it says so, and that the table, the help and the sample are one. */
#include "app/clock_file.h"
#include "app/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS = 12 };

typedef struct {
    arena *memory;
    settings s;
    setting_fault fault;
    bool good;
} attempt;

static char folder[] = "/tmp/kring-settings-XXXXXX", path[64];

static void file_is(const char *content) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Arguments and variables as one text each, apart by '|'. */
static int split(char *text, char **words, int n) {
    for (char *rest = text; *rest && n < WORDS;) {
        words[n++] = rest;
        rest += strcspn(rest, "|");
        if (*rest) *rest++ = '\0';
    }
    words[n] = NULL;
    return n;
}

static attempt settings_of(const char *file, const char *variables, const char *arguments) {
    attempt t = {.memory = arena_new()};
    char *v = arena_string(t.memory, bytes_of_string(variables)), *a = arena_string(t.memory, bytes_of_string(arguments));
    char *argv[WORDS + 4] = {arena_string(t.memory, BYTES("kringd"))}, *environment[WORDS + 1];
    int argc = 1;
    if (file) {
        file_is(file);
        argv[argc++] = arena_string(t.memory, BYTES("--config"));
        argv[argc++] = path;
    }
    argc = split(a, argv, argc);
    (void)split(v, environment, 0);
    t.good = settings_read(t.memory, argc, argv, environment, &t.s, &t.fault);
    return t;
}

static void a_flag_wins_over_the_environment_and_that_over_the_file(void **state) {
    (void)state;
    static const struct {
        const char *file, *variables, *arguments;
        uint64_t port;
    } table[] = {
        {NULL, "", "", 8443},
        {"port = 1\n", "", "", 1},
        {"[kring]\nport=1\n", "", "", 1},
        {"port = 1\n", "KRING_PORT=2", "", 2},
        {"port = 1\n", "KRING_PORT=2", "--port|3", 3},
        {"port = 1\n", "KRING_PORT=2", "serve|--port=3", 3},
        {NULL, "", "--port|3", 3},
        {NULL, "KRING_PORT=2|PATH=/bin|KRING_TEST_X=1|KRING_URL=x", "", 2},
        {"# a comment\n; another\n\nport = 1", "", "", 1},
        {"\xef\xbb\xbfport = 1\r\n", "", "", 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        attempt t = settings_of(table[i].file, table[i].variables, table[i].arguments);
        if (!t.good) fail_msg("row %zu: %s", i, t.fault.text);
        assert_int_equal(t.s.port, table[i].port);
        arena_release(t.memory);
    }
}

static void what_is_wrong_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *file, *variables, *arguments;
        int exit_code;
        const char *says; /* all of it must be in the fault */
    } table[] = {
        {"port = 1\nport = 2\n", "", "", EXIT_CONFIG, ":2: port is said twice"},
        {"port = 1\n\nprot = 2\n", "", "", EXIT_CONFIG, ":3: there is no setting \"prot\""},
        {"port = 1\nnonsense\n", "", "", EXIT_CONFIG, ":2: neither"},
        {"[other]\nport = 1\n", "", "", EXIT_CONFIG, ":2: there is no section [other]"},
        {"port = 65536\n", "", "", EXIT_CONFIG, ":1: port is \"65536\"; it must be a number from 0 to 65535"},
        {"port = -1\n", "", "", EXIT_CONFIG, ":1: port"},
        {"port = 08443\n", "", "", EXIT_CONFIG, ":1: port"},
        {"port = 8443 ; mine\n", "", "", EXIT_CONFIG, ":1: port"},
        {"port =\n", "", "", EXIT_CONFIG, ":1: port"},
        {"port = 1\n  2\n", "", "", EXIT_CONFIG, ":2: neither"},
        {"demo = true\n", "", "", EXIT_CONFIG, ":1: demo is \"true\"; it must be yes or no"},
        {"log_level = chatty\n", "", "", EXIT_CONFIG, ":1: log_level"},
        {"listen =\n", "", "", EXIT_CONFIG, ":1: listen must have"},
        {"data_db = host=/tmp password=hunter2\n", "", "", EXIT_CONFIG, ":1: data_db holds a password"},
        {"data_db = postgresql://kring:hunter2@db/kring\n", "", "", EXIT_CONFIG, ":1: data_db holds a password"},
        {"data_db = host='\n", "", "", EXIT_CONFIG, ":1: data_db is not a connection string"},
        {"argon2_memory_kib = 19455\n", "", "", EXIT_CONFIG, "it must be a number from 19456"},
        {"argon2_memory_kib = 19456\nargon2_passes = 1\n", "", "", EXIT_CONFIG, "needs argon2_passes of at least 2"},
        {"log_years = 4\n", "", "", EXIT_CONFIG, ":1: log_years is \"4\"; it must be a number from 5 to 100"},
        {"clock_file = /tmp/clock\n", "", "", EXIT_CONFIG, "only for a demonstration"},
        {"helper_idle = 60\nhelper_absolute = 30\n", "", "", EXIT_CONFIG, "helper_idle is longer"},
        {NULL, "KRING_PROT=1", "", EXIT_CONFIG, "KRING_PROT: there is no such setting"},
        {NULL, "KRING_port=1", "", EXIT_CONFIG, "KRING_port: there is no such setting"},
        {NULL, "KRING_=1", "", EXIT_CONFIG, "KRING_: there is no such setting"},
        {NULL, "KRING_PORT=x", "", EXIT_CONFIG, "KRING_PORT: port is \"x\""},
        {NULL, "KRING_DATA_DB=password=hunter2", "", EXIT_CONFIG, "KRING_DATA_DB: data_db holds a password"},
        {NULL, "", "--port|x", EXIT_USAGE, "--port: port is \"x\""},
        {NULL, "", "--port|1|--port|2", EXIT_USAGE, "said twice"},
        {NULL, "", "--port", EXIT_USAGE, "--port needs a value"},
        {NULL, "", "--config", EXIT_USAGE, "--config needs a value"},
        {NULL, "", "--config|/nowhere", EXIT_CONFIG, "/nowhere: No such file"},
        {NULL, "", "--config|/tmp", EXIT_CONFIG, "/tmp: Is a directory"},
        {NULL, "KRING_LOG_LEVEL=\033[2Jx", "", EXIT_CONFIG, "log_level is \"?[2Jx\""},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        attempt t = settings_of(table[i].file, table[i].variables, table[i].arguments);
        if (t.good || t.fault.exit_code != table[i].exit_code || !strstr(t.fault.text, table[i].says))
            fail_msg("row %zu: good %d, exit %d, \"%s\"", i, t.good, t.fault.exit_code, t.fault.text);
        assert_null(strstr(t.fault.text, "hunter2"));
        arena_release(t.memory);
    }
}

static void a_line_that_inih_would_cut_is_refused(void **state) {
    (void)state;
    char *line = calloc(1, 5000);
    memcpy(line, "# ", 2);
    for (size_t n = 100; n < 4900; n += 600) {
        memset(line + 2, 'x', n);
        memcpy(line + n, "\nport = 7\n", 11);
        attempt t = settings_of(line, "", "");
        if (t.good)
            assert_int_equal(t.s.port, 7);
        else
            assert_non_null(strstr(t.fault.text, ":1: the line is too long"));
        if (n <= 1900) assert_true(t.good);
        if (n >= 2500) assert_false(t.good);
        arena_release(t.memory);
    }
    free(line);
}

static void a_nul_or_a_huge_file_is_refused(void **state) {
    (void)state;
    arena *a = arena_new();
    settings s;
    setting_fault fault;
    assert_false(settings_parse_file(a, BYTES("port = 1\nlinks = 2\0000\n"), "x", &s, &fault));
    assert_string_equal(fault.text, "x:2: a NUL character");
    arena_release(a);
    char *huge = calloc(1, 70000);
    memset(huge, '\n', 69999);
    attempt t = settings_of(huge, "", "");
    assert_false(t.good);
    assert_non_null(strstr(t.fault.text, "larger than 64 KiB"));
    arena_release(t.memory);
    free(huge);
}

static void a_limit_of_the_wire_is_a_setting_like_any_other(void **state) {
    (void)state;
    attempt t = settings_of("body_size = 2048\n", "KRING_CONNECTIONS_PER_ADDRESS=100000", "--handler-time|250");
    assert_true(t.good);
    assert_int_equal(t.s.net.body_size, 2048);
    assert_int_equal(t.s.net.connections_per_address, 100000);
    assert_int_equal(t.s.net.handler_time, 250);
    assert_int_equal(t.s.net.header_line, net_limits_default().header_line);
    arena_release(t.memory);
    t = settings_of("body_size = 1\n", "", "");
    assert_false(t.good);
    arena_release(t.memory);
}

static void a_secret_may_be_a_credential_of_systemd(void **state) {
    (void)state;
    char credential[96];
    (void)snprintf(credential, sizeof credential, "%s/kek_file", folder);
    FILE *f = fopen(credential, "w");
    assert_non_null(f);
    (void)fclose(f);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    attempt t = settings_of("certificate_key = /elsewhere\n", "", "");
    assert_true(t.good);
    assert_string_equal(t.s.kek_file, credential);
    assert_string_equal(t.s.certificate_key, "/elsewhere"); /* what was named wins */
    assert_string_equal(t.s.certificate, "");               /* no secret, so no credential */
    arena_release(t.memory);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    (void)unlink(credential);
}

/* The sample with every line switched on is accepted and changes nothing. */
static void the_sample_is_the_table(void **state) {
    (void)state;
    char *sample = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&sample, &size);
    settings_print_sample(to);
    (void)fclose(to);
    size_t switched_on = 0;
    for (char *line = sample; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (line[0] == '#' && line[1] >= 'a' && line[1] <= 'z') *line = ' ', switched_on++;
    }
    attempt plain = settings_of(NULL, "", ""), full = settings_of(sample, "", "");
    if (!full.good) fail_msg("%s", full.fault.text);
    assert_true(plain.good && switched_on > 50);
    assert_int_equal(plain.s.port, full.s.port);
    assert_string_equal(plain.s.data_db, full.s.data_db);
    assert_memory_equal(&plain.s.net, &full.s.net, sizeof plain.s.net);
    arena_release(plain.memory);
    arena_release(full.memory);
    free(sample);
}

static void the_other_words_are_the_commands(void **state) {
    (void)state;
    char *argv[] = {(char *)"kringd", (char *)"--port", (char *)"1", (char *)"load", (char *)"--scenario", (char *)"f",
                    (char *)"--kek-file=k", (char *)"--demo-json", (char *)"g", NULL};
    command_line words;
    setting_fault fault;
    assert_true(command_line_read(9, argv, &words, &fault));
    assert_int_equal(words.count, 5);
    assert_string_equal(words.word[0], "load");
    assert_string_equal(words.word[4], "g");
}

/* ---- the demonstration's clock ---- */

static void clock_is(moment least, moment most) {
    kring_clock c;
    setting_fault fault;
    assert_true(clock_file_read(path, &c, &fault));
    moment now = clock_now(&c);
    assert_true(now >= least && now <= most);
}

static void the_clock_begins_once_and_only_goes_forward(void **state) {
    (void)state;
    setting_fault fault;
    moment begin;
    assert_true(ok(moment_parse(BYTES("2026-01-20T11:00:00Z"), &begin)));
    (void)unlink(path);
    kring_clock c;
    assert_false(clock_file_read(path, &c, &fault));
    assert_true(clock_file_make(path, begin, &fault));
    clock_is(begin, begin + MINUTE);
    assert_true(clock_file_make(path, begin + DAY, &fault)); /* a second start changes nothing */
    clock_is(begin, begin + MINUTE);
    assert_true(clock_file_advance(path, begin + DAY, &fault));
    clock_is(begin + DAY, begin + DAY + MINUTE);
    assert_false(clock_file_advance(path, begin + HOUR, &fault));
    assert_non_null(strstr(fault.text, "never goes back"));
    clock_is(begin + DAY, begin + DAY + MINUTE);
}

/* If the machine's clock was set back in between, the demonstration waits where it was. */
static void a_machine_that_was_set_back_does_not_set_back_the_clock(void **state) {
    (void)state;
    file_is("demo 2026-01-20T11:00:00.000000Z at 9000-01-01T00:00:00.000000Z\n");
    moment begin;
    assert_true(ok(moment_parse(BYTES("2026-01-20T11:00:00Z"), &begin)));
    clock_is(begin, begin);
}

static void a_clock_file_is_exactly_one_of_ours(void **state) {
    (void)state;
    static const char *const table[] = {
        "", "demo", "demo 2026-01-20T11:00:00.000000Z at 2026-01-20T11:00:00.000000Z",
        "demo 2026-01-20T11:00:00.000000Z at 2026-01-20T11:00:00.000000Z\n\n",
        "demo 2026-13-20T11:00:00.000000Z at 2026-01-20T11:00:00.000000Z\n",
        "demo 2026-01-20T11:00:00.000000Z to 2026-01-20T11:00:00.000000Z\n",
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        kring_clock c;
        setting_fault fault;
        file_is(table[i]);
        assert_false(clock_file_read(path, &c, &fault));
        assert_int_equal(fault.exit_code, EXIT_CONFIG);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flag_wins_over_the_environment_and_that_over_the_file),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
        cmocka_unit_test(a_line_that_inih_would_cut_is_refused),
        cmocka_unit_test(a_nul_or_a_huge_file_is_refused),
        cmocka_unit_test(a_limit_of_the_wire_is_a_setting_like_any_other),
        cmocka_unit_test(a_secret_may_be_a_credential_of_systemd),
        cmocka_unit_test(the_sample_is_the_table),
        cmocka_unit_test(the_other_words_are_the_commands),
        cmocka_unit_test(the_clock_begins_once_and_only_goes_forward),
        cmocka_unit_test(a_machine_that_was_set_back_does_not_set_back_the_clock),
        cmocka_unit_test(a_clock_file_is_exactly_one_of_ours),
    };
    must(mkdtemp(folder) != NULL);
    must((size_t)snprintf(path, sizeof path, "%s/file", folder) < sizeof path);
    int bad = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(folder);
    return bad;
}
