/* What base promises at its edges: nothing secret is left in freed memory, bounds are kept, and every line of
 * the log parses. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cJSON.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The linker sends every free() of base through here. */
static const char secret[] = "the daughter's own words";
static unsigned leaks, frees;
void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p) {
    if (p) {
        frees++;
        leaks += memmem(p, malloc_usable_size(p), secret, sizeof secret - 1) != NULL;
    }
    __real_free(p);
}

static bool aborts(void (*f)(void *), void *ctx) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        f(ctx);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void nothing_is_freed_unwiped(void **state) {
    (void)state;
    leaks = frees = 0;
    buf b = buf_new(1 << 20);
    for (int i = 0; i < 2000; i++) buf_put_string(&b, secret); /* grows nine times */
    assert_true(frees >= 5);
    buf_release(&b);
    arena *a = arena_new_sized(64);
    for (int i = 0; i < 5000; i++) arena_string(a, bytes_of_string(secret)); /* several blocks */
    arena_take(a, 1 << 20);
    arena_format(a, "%s", secret);
    arena_reset(a);
    arena_string(a, bytes_of_string(secret));
    arena_release(a);
    char *m = memory_take(100);
    memcpy(m, secret, sizeof secret);
    memory_give(m, 100);
    assert_int_equal(leaks, 0);
    m = malloc(100); /* the watch itself works */
    memcpy(m, secret, sizeof secret);
    __wrap_free(m);
    assert_int_equal(leaks, 1);
}

static void what_is_eaten_or_cleared_is_wiped(void **state) {
    (void)state;
    buf b = buf_new(100);
    buf_put_string(&b, secret);
    buf_put_string(&b, "tail");
    buf_eat(&b, sizeof secret - 1);
    assert_true(bytes_is(buf_bytes(&b), "tail"));
    assert_null(memmem(b.at, b.cap, secret + 8, 8));
    buf_put_string(&b, secret);
    buf_clear(&b);
    assert_null(memmem(b.at, b.cap, secret, sizeof secret - 1));
    buf_release(&b);
    buf_release(&b); /* an empty one is fine */
}

/* ---- hooks ---- */

static arena *the_arena;
static unsigned ran;
static void count_run(void *by) { ran += *(unsigned *)by; }

static void hang_another(void *by) {
    count_run(by);
    arena_on_free(the_arena, count_run, by);
}

static void drop_the_other(void *by) {
    (void)by;
    static unsigned hundred = 100;
    arena_drop_hook(the_arena, count_run, &hundred);
}

static void hooks_may_change_the_list(void **state) {
    (void)state;
    unsigned one = 1, ten = 10;
    the_arena = arena_new();
    ran = 0;
    arena_on_free(the_arena, count_run, &ten);
    arena_on_free(the_arena, hang_another, &one); /* one, then another one, then ten */
    arena_on_free(the_arena, drop_the_other, &one);
    arena_release(the_arena);
    assert_int_equal(ran, 12);
}

static void one_hook_twice_is_dropped_twice(void **state) {
    (void)state;
    unsigned one = 1;
    the_arena = arena_new();
    ran = 0;
    arena_on_free(the_arena, count_run, &one);
    arena_on_free(the_arena, count_run, &one);
    arena_drop_hook(the_arena, count_run, &one);
    arena_drop_hook(the_arena, hang_another, &one); /* none such: nothing happens */
    arena_release(the_arena);
    assert_int_equal(ran, 0);
}

static void an_array_too_large(void *a) { arena_take_array(a, SIZE_MAX / 4, 8); }
static void half_of_everything(void *a) { arena_take(a, SIZE_MAX - 4); }

static void sizes_do_not_wrap(void **state) {
    (void)state;
    arena *a = arena_new();
    assert_true(aborts(an_array_too_large, a));
    assert_true(aborts(half_of_everything, a));
    assert_non_null(arena_take_array(a, 16, 0));
    assert_non_null(arena_take(a, 0));
    uint8_t *first = arena_take(a, 1), *second = arena_take(a, 1);
    assert_true(second - first >= 16);
    arena_release(a);
    memory_give(NULL, 5);
    memory_give(memory_take(0), 0);
}

/* ---- buf ---- */

static void wrote_too_much(void *b) { buf_wrote(b, ((buf *)b)->cap - ((buf *)b)->len + 1); }
static void eats_too_much(void *b) { buf_eat(b, ((buf *)b)->len + 1); }

static void a_ceiling_is_a_ceiling(void **state) {
    (void)state;
    for (size_t max = 0; max < 600; max += 7) {
        buf b = buf_new(max);
        for (size_t i = 0; i < max; i++) buf_put_byte(&b, (uint8_t)i);
        assert_true(buf_ok(&b));
        assert_true(b.cap <= max);
        assert_null(buf_room(&b, 1));
        assert_false(buf_ok(&b));
        assert_null(buf_room(&b, 0)); /* sticky */
        buf_release(&b);
        assert_true(buf_ok(&b));
    }
    buf b = buf_new(64);
    assert_null(buf_room(&b, SIZE_MAX));
    buf_clear(&b);
    buf_put_string(&b, "abc");
    assert_true(aborts(wrote_too_much, &b));
    assert_true(aborts(eats_too_much, &b));
    uint8_t *room = buf_room(&b, 61);
    assert_non_null(room);
    memset(room, 'x', 61);
    buf_wrote(&b, 61);
    assert_true(buf_ok(&b) && b.len == 64);
    buf_put(&b, (bytes){0});
    assert_true(buf_ok(&b));
    buf_release(&b);
}

/* ---- result ---- */

static void problem_types_tell_apart(void **state) {
    (void)state;
    /* What never reaches the wire as such reads as another one. */
    static const result_code inner[] = {R_STALE, R_NO_KEY, R_BAD_ENVELOPE, R_TOO_MUCH, R_BAD_FILE, R_BAD_SETTING};
    for (int i = 0; i < R_COUNT; i++)
        for (int k = 0; k < i; k++) {
            bool is_inner = false;
            for (size_t n = 0; n < sizeof inner / sizeof *inner; n++)
                is_inner |= inner[n] == (result_code)i || inner[n] == (result_code)k;
            const char *a = result_type((result){(result_code)i}), *b = result_type((result){(result_code)k});
            if (!is_inner) assert_string_not_equal(a, b);
            else if (strcmp(a, b) == 0)
                assert_int_equal(result_status((result){(result_code)i}),
                                 result_status((result){(result_code)k}));
        }
}

static result third(int n) {
    ENSURE(n != 3, CONFLICT);
    return OK;
}

static result first_of(int *reached) {
    for (int i = 0; i < 9; i++) {
        TRY(third(i));
        *reached = i;
    }
    return OK;
}

static void a_failure_is_passed_on_at_once(void **state) {
    (void)state;
    int reached = -1;
    result r = first_of(&reached);
    assert_true(failed_as(r, R_CONFLICT) && !ok(r));
    assert_int_equal(reached, 2);
}

/* ---- moments ---- */

static void moments_beyond_the_years_are_the_last_ones(void **state) {
    (void)state;
    char text[MOMENT_TEXT];
    moment_write(MOMENT_NEVER, text);
    assert_memory_equal(text, "9999-12-31T23:59:59.000000Z", MOMENT_TEXT);
    moment_write(MOMENT_MIN, text);
    assert_memory_equal(text, "0001-01-01T00:00:00.000000Z", MOMENT_TEXT);
}

/* Every day of eight centuries, against counting. */
static void the_calendar_counts_days(void **state) {
    (void)state;
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    moment expected;
    assert_true(ok(moment_parse(BYTES("1600-01-01T00:00:00Z"), &expected)));
    for (unsigned y = 1600; y < 2400; y++)
        for (unsigned m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            unsigned in_month = days[m - 1] + (m == 2 && leap);
            for (unsigned d = 1; d <= 31; d++) {
                char text[32], back[MOMENT_TEXT];
                int n = snprintf(text, sizeof text, "%04u-%02u-%02uT00:00:00Z", y, m, d);
                moment at;
                bool good = ok(moment_parse(bytes_make(text, (size_t)n), &at));
                assert_int_equal(good, d <= in_month);
                if (!good) continue;
                assert_true(at == expected);
                moment_write(at, back);
                assert_memory_equal(back, text, 10);
                expected += DAY;
            }
        }
}

/* ---- log ---- */

static size_t line_of(const log_field *fields, size_t n, char out[4096]) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    log_line(LOG_WARN, "test.event", n, fields);
    dup2(kept, STDERR_FILENO);
    ssize_t got = read(ends[0], out, 4095);
    close(ends[0]), close(ends[1]), close(kept);
    assert_true(got > 0);
    out[got] = 0;
    return (size_t)got;
}

static void every_line_parses(void **state) {
    (void)state;
    static char long_word[2000];
    memset(long_word, 'x', sizeof long_word - 1);
    char line[4096];
    for (size_t n = 0; n <= 8; n++)
        for (int kind = 0; kind < 6; kind++) {
            log_field fields[8];
            for (size_t i = 0; i < n; i++) {
                static const int64_t numbers[] = {0, -1, INT64_MIN, INT64_MAX};
                log_field f = LOG_N("n", numbers[i % 4]);
                if (kind == 1) f = LOG_I("id", uuid_random());
                if (kind == 2) f = LOG_W("w", i % 2 ? "word" : NULL);
                if (kind == 3) f = LOG_R("r", ((result){(result_code)(i * 5)}));
                if (kind == 4) f = LOG_W("w", long_word); /* does not fit: left out whole */
                if (kind == 5) f = LOG_W("w", long_word + 1700);
                fields[i] = f;
            }
            size_t len = line_of(fields, n, line);
            assert_true(line[len - 1] == '\n' && memchr(line, '\n', len - 1) == NULL);
            const char *end = NULL;
            cJSON *root = cJSON_ParseWithLengthOpts(line, len - 1, &end, false);
            if (!root) fail_msg("%s", line);
            assert_ptr_equal(end, line + len - 1);
            assert_string_equal(cJSON_GetObjectItemCaseSensitive(root, "event")->valuestring, "test.event");
            moment at;
            assert_true(ok(moment_parse(
                bytes_of_string(cJSON_GetObjectItemCaseSensitive(root, "at")->valuestring), &at)));
            cJSON_Delete(root);
        }
}

static void nine_fields(void *fields) { log_line(LOG_ERROR, "test.event", 9, fields); }

static void a_line_has_eight_fields(void **state) {
    (void)state;
    log_field fields[9];
    for (int i = 0; i < 9; i++) fields[i] = LOG_N("n", i);
    assert_true(aborts(nine_fields, fields));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_freed_unwiped),
        cmocka_unit_test(what_is_eaten_or_cleared_is_wiped),
        cmocka_unit_test(hooks_may_change_the_list),
        cmocka_unit_test(one_hook_twice_is_dropped_twice),
        cmocka_unit_test(sizes_do_not_wrap),
        cmocka_unit_test(a_ceiling_is_a_ceiling),
        cmocka_unit_test(problem_types_tell_apart),
        cmocka_unit_test(a_failure_is_passed_on_at_once),
        cmocka_unit_test(moments_beyond_the_years_are_the_last_ones),
        cmocka_unit_test(the_calendar_counts_days),
        cmocka_unit_test(every_line_parses),
        cmocka_unit_test(a_line_has_eight_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
