/* The institution's own program, with real processes: each sign once and in order, whatever the one before did; and an end that waits for
 * nobody. */
#include "fake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static uv_loop_t loop;
static char folder[] = "/tmp/kring-alarm-XXXXXX";
static char program[64], told_file[64];

static int start(void **state) {
    (void)state;
    must(uv_loop_init(&loop) == 0);
    must(mkdtemp(folder) != NULL);
    snprintf(program, sizeof program, "%s/program", folder), snprintf(told_file, sizeof told_file, "%s/told", folder);
    return 0;
}

static int stop(void **state) {
    (void)state;
    unlink(program), unlink(told_file), rmdir(folder);
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void write_program(const char *what) {
    FILE *f = fopen(program, "w");
    must(f != NULL);
    fprintf(f, "#!/bin/sh\n%s\n", what);
    must(fclose(f) == 0 && chmod(program, 0700) == 0);
}

static const char *told_lines(void) {
    static char text[4096];
    FILE *f = fopen(told_file, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) fclose(f);
    text[n] = 0;
    return text;
}

static unsigned lines_in(const char *text) {
    unsigned n = 0;
    for (; *text; text++) n += *text == '\n';
    return n;
}

static void each_is_told_once_and_in_order(void **state) {
    (void)state;
    char script[128];
    snprintf(script, sizeof script, "read -r l; echo \"$l\" >>%s; [ \"${l%% *}\" != nights ]", told_file);
    write_program(script);
    alarm_command *c = alarm_command_new(&loop, program);
    alarm_command_tell(c, "decoy_family", id_of(1)), alarm_command_tell(c, "nights", id_of(2)), alarm_command_tell(c, "left_again", id_of(3));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    const char *lines = told_lines();
    const char *first = strstr(lines, "decoy_family "), *second = strstr(lines, "nights "), *third = strstr(lines, "left_again ");
    assert_true(first && second && third && first < second && second < third);
    assert_int_equal(lines_in(lines), 3);
    alarm_command_release(c);
}

static void one_that_is_not_there_or_reads_nothing_harms_nobody(void **state) {
    (void)state;
    alarm_command *c = alarm_command_new(&loop, program);
    alarm_command_tell(c, "decoy_family", id_of(1)), alarm_command_tell(c, "decoy_family", id_of(2));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    write_program("exec <&-; exit 0");
    alarm_command_tell(c, "decoy_family", id_of(3));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    alarm_command_release(c);
    alarm_command_tell(NULL, "decoy_family", id_of(4));
    alarm_command_release(alarm_command_new(&loop, ""));
}

/* More than may wait are dropped with a line, and what runs is not waited for. */
static void an_end_waits_for_nobody(void **state) {
    (void)state;
    write_program("exec sleep 5");
    uint64_t began = clock_ticks();
    alarm_command *c = alarm_command_new(&loop, program);
    for (unsigned i = 0; i < 100; i++) alarm_command_tell(c, "decoy_family", id_of(1));
    (void)uv_run(&loop, UV_RUN_NOWAIT);
    alarm_command_release(c);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(clock_ticks() - began < 4000);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_is_told_once_and_in_order, start, stop),
        cmocka_unit_test_setup_teardown(one_that_is_not_there_or_reads_nothing_harms_nobody, start, stop),
        cmocka_unit_test_setup_teardown(an_end_waits_for_nobody, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
