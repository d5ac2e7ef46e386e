/* The vocabulary of everything else: each table tries the values around an edge. */
#include <fcntl.h>
#include <unistd.h>
#include <uv.h>
/* R_OK is a mode of access(2) and a macro: it once took the place of the result of that name, and OK became 4. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

/* ---- result ---- */

static void ok_is_zero_beside_unistd(void **state) {
    (void)state;
    assert_int_equal(OK.code, 0);
    assert_true(ok(OK));
    assert_false(ok(FAIL(BAD_QUERY)));
}

static void every_result_has_its_problem(void **state) {
    (void)state;
    for (int code = 0; code < R_COUNT; code++) {
        result r = {(result_code)code};
        assert_true(result_status(r) >= 200 && result_status(r) < 600);
        assert_true(strlen(result_type(r)) > 0 && strlen(result_title(r)) > 0);
        for (const char *p = result_type(r); *p; p++) assert_true((*p >= 'a' && *p <= 'z') || *p == '-');
    }
    assert_int_equal(result_status((result){(result_code)9999}), 500);
}

static void must_aborts_in_every_build(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        must(1 == 2);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* ---- bytes ---- */

static void an_id_has_one_spelling(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } table[] = {
        {"00000000-0000-4000-8000-000000000000", true},  {"0123abcd-ef01-4234-8567-89abcdef0123", true},
        {"0123ABCD-ef01-4234-8567-89abcdef0123", false}, {"0123abcdef01-4234-8567-89abcdef0123-", false},
        {"0123abcd-ef01-4234-8567-89abcdef012", false},  {"0123abcd-ef01-4234-8567-89abcdef01234", false},
        {"{123abcd-ef01-4234-8567-89abcdef0123", false}, {"", false},
        {"0123abcd-ef01-4234-8567-89abcdef012g", false}, {"0123abcd_ef01-4234-8567-89abcdef0123", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uuid id;
        assert_int_equal(ok(uuid_parse(bytes_of_string(table[i].text), &id)), table[i].good);
        if (!table[i].good) continue;
        char back[UUID_TEXT];
        uuid_write(id, back);
        assert_memory_equal(back, table[i].text, UUID_TEXT);
    }
}

static void random_ids_are_version_4_and_differ(void **state) {
    (void)state;
    uuid last = uuid_random();
    for (int i = 0; i < 1000; i++) {
        uuid id = uuid_random();
        assert_int_equal(id.b[6] >> 4, 4);
        assert_int_equal(id.b[8] >> 6, 2);
        assert_false(uuid_equal(id, last));
        last = id;
    }
}

static void numbers_are_read_strictly(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t max, value;
        bool good;
    } table[] = {
        {"0", 9, 0, true},      {"9", 9, 9, true},     {"10", 9, 0, false},  {"01", 99, 0, false}, {"", 9, 0, false},
        {"+1", 9, 0, false},    {"-1", 9, 0, false},   {" 1", 9, 0, false},  {"1 ", 9, 0, false},  {"1a", 9, 0, false},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX, true},  {"18446744073709551616", UINT64_MAX, 0, false},
        {"99999999999999999999", UINT64_MAX, 0, false},          {"184467440737095516150", UINT64_MAX, 0, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint64_t value = 0;
        assert_int_equal(ok(bytes_to_u64(bytes_of_string(table[i].text), table[i].max, &value)), table[i].good);
        if (table[i].good) assert_true(value == table[i].value);
    }
}

static void base64url_has_one_spelling(void **state) {
    (void)state;
    for (size_t len = 0; len < 70; len++) {
        uint8_t raw[70], back[70];
        char text[100];
        size_t n;
        for (size_t i = 0; i < len; i++) raw[i] = (uint8_t)rand();
        size_t chars = base64url_encode(bytes_make(raw, len), text);
        assert_true(ok(base64url_decode(bytes_make(text, chars), back, sizeof back, &n)));
        assert_int_equal(n, len);
        assert_memory_equal(back, raw, len);
        if (len > 0) assert_false(ok(base64url_decode(bytes_make(text, chars), back, len - 1, &n)));
    }
    static const char *const bad[] = {"A", "AA=", "AA==", "A+AA", "A/AA", "AB", "AAB", "AA A", "AAA\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t out[8];
        size_t n;
        assert_false(ok(base64url_decode(bytes_of_string(bad[i]), out, sizeof out, &n)));
    }
}

static void hex_is_lower_case(void **state) {
    (void)state;
    uint8_t out[4];
    size_t n;
    char text[8];
    hex_encode(BYTES("\x00\xff\x10\xab"), text);
    assert_memory_equal(text, "00ff10ab", 8);
    assert_true(ok(hex_decode(BYTES("00ff10ab"), out, 4, &n)) && n == 4);
    assert_false(ok(hex_decode(BYTES("00FF"), out, 4, &n)));
    assert_false(ok(hex_decode(BYTES("0"), out, 4, &n)));
    assert_false(ok(hex_decode(BYTES("0011223344"), out, 4, &n)));
}

static void secrets_compare_by_content_and_length(void **state) {
    (void)state;
    assert_true(bytes_equal_secret(BYTES("abc"), BYTES("abc")));
    assert_false(bytes_equal_secret(BYTES("abc"), BYTES("abd")));
    assert_false(bytes_equal_secret(BYTES("abc"), BYTES("ab")));
    assert_true(bytes_equal_secret((bytes){0}, (bytes){0}));
}

/* ---- arena ---- */

static int calls[8], called;
static void note_call(void *which) { calls[called++] = *(int *)which; }
static void note_other(void *which) { calls[called++] = -*(int *)which; }

static void hooks_run_once_newest_first(void **state) {
    (void)state;
    int one = 1, two = 2, three = 3;
    called = 0;
    arena *a = arena_new();
    arena_on_free(a, note_call, &one);
    arena_on_free(a, note_call, &two);
    arena_on_free(a, note_call, &three);
    arena_drop_hook(a, note_call, &two);
    arena_reset(a);
    assert_int_equal(called, 2);
    assert_int_equal(calls[0], 3);
    assert_int_equal(calls[1], 1);
    arena_release(a);
    assert_int_equal(called, 2);
}

/* An exchange hung two hooks on its arena with itself as their object; dropping one dropped both, and its memory was lost. */
static void dropping_a_hook_keeps_the_others_of_its_object(void **state) {
    (void)state;
    int one = 1;
    called = 0;
    arena *a = arena_new();
    arena_on_free(a, note_call, &one);
    arena_on_free(a, note_other, &one);
    arena_drop_hook(a, note_other, &one);
    arena_release(a);
    assert_int_equal(called, 1);
    assert_int_equal(calls[0], 1);
}

static void an_arena_gives_zeroed_aligned_memory(void **state) {
    (void)state;
    arena *a = arena_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 300000; size = size * 3 + 1) {
            uint8_t *p = arena_take(a, size);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
            memset(p, 0xaa, size);
        }
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    arena_release(a);
    arena_release(NULL);
}

static void what_goes_is_wiped(void **state) {
    (void)state;
    arena *a = arena_new();
    char *secret = arena_string(a, BYTES("the daughter's own words"));
    arena_reset(a); /* keeps the first block, so it can be looked at */
    for (size_t i = 0; i < 24; i++) assert_int_equal(secret[i], 0);
    arena_release(a);
}

static void formats_and_copies_end_in_zero(void **state) {
    (void)state;
    arena *a = arena_new_sized(16);
    bytes f = arena_format(a, "%s-%d", "x", 42);
    assert_int_equal(f.len, 4);
    assert_string_equal((const char *)f.at, "x-42");
    bytes c = arena_copy(a, BYTES("abc"));
    assert_int_equal(c.at[3], 0);
    assert_int_equal(arena_copy(a, (bytes){0}).len, 0);
    arena_release(a);
}

/* ---- buf ---- */

static void overflow_is_sticky_and_takes_nothing(void **state) {
    (void)state;
    buf b = buf_new(5);
    buf_put(&b, BYTES("abc"));
    buf_put(&b, BYTES("de"));
    assert_true(buf_ok(&b));
    buf_put_byte(&b, 'f');
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 5);
    buf_eat(&b, 2);
    buf_put_byte(&b, 'f');
    assert_false(buf_ok(&b));
    buf_clear(&b);
    buf_put(&b, BYTES("12345"));
    assert_true(buf_ok(&b) && bytes_is(buf_bytes(&b), "12345"));
    buf_release(&b);
    assert_int_equal(b.max, 5);
}

static void a_buffer_writes_what_it_is_told(void **state) {
    (void)state;
    buf b = buf_new(1 << 20);
    buf_put_u64(&b, 0), buf_put_byte(&b, ' '), buf_put_u64(&b, UINT64_MAX), buf_put_byte(&b, ' ');
    buf_put_uuid(&b, (uuid){{0x01}});
    buf_format(&b, " %05d", 42);
    assert_true(bytes_is(buf_bytes(&b), "0 18446744073709551615 01000000-0000-0000-0000-000000000000 00042"));
    buf_eat(&b, 2);
    assert_true(bytes_starts(buf_bytes(&b), "184"));
    for (int i = 0; i < 10000; i++) buf_put_string(&b, "0123456789");
    assert_true(buf_ok(&b));
    buf_release(&b);
}

/* ---- clock ---- */

static void moments_are_read_as_rfc_3339(void **state) {
    (void)state;
    static const struct {
        const char *text, *utc; /* NULL: refused */
    } table[] = {
        {"2026-01-20T12:00:00+01:00", "2026-01-20T11:00:00.000000Z"},
        {"2026-01-20T11:00:00Z", "2026-01-20T11:00:00.000000Z"},
        {"2024-02-29T23:59:59.999999-00:01", "2024-03-01T00:00:59.999999Z"},
        {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"},
        {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
        {"2026-02-29T00:00:00Z", NULL}, {"1900-02-29T00:00:00Z", NULL}, {"2026-13-01T00:00:00Z", NULL},
        {"2026-00-01T00:00:00Z", NULL}, {"2026-01-00T00:00:00Z", NULL}, {"2026-01-01T24:00:00Z", NULL},
        {"2026-01-01T00:60:00Z", NULL}, {"2026-01-01T00:00:60Z", NULL}, {"2026-01-01T00:00:00", NULL},
        {"2026-01-01 00:00:00Z", NULL}, {"2026-01-01t00:00:00Z", NULL}, {"2026-01-01T00:00:00z", NULL},
        {"2026-01-01T00:00:00.Z", NULL}, {"2026-01-01T00:00:00.1234567Z", NULL}, {"2026-01-01T00:00:00+1:00", NULL},
        {"2026-01-01T00:00:00+24:00", NULL}, {"2026-01-01T00:00:00Z ", NULL}, {"0000-01-01T00:00:00Z", NULL}, {"", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        moment m;
        char back[MOMENT_TEXT];
        assert_int_equal(ok(moment_parse(bytes_of_string(table[i].text), &m)), table[i].utc != NULL);
        if (!table[i].utc) continue;
        moment_write(m, back);
        assert_memory_equal(back, table[i].utc, MOMENT_TEXT);
    }
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    srand(7);
    for (int i = 0; i < 100000; i++) {
        moment m = (((moment)rand() << 31 ^ rand()) % (INT64_C(250000) * 366 * DAY / 100)), back;
        char text[MOMENT_TEXT];
        moment_write(m, text);
        assert_true(ok(moment_parse(bytes_make(text, MOMENT_TEXT), &back)) && back == m);
    }
}

static void a_clock_never_runs_backwards(void **state) {
    (void)state;
    kring_clock c = {.shift = -365 * DAY};
    moment before = clock_now(&c);
    c.shift -= HOUR;
    assert_true(clock_now(&c) >= before);
    assert_true(clock_real() - before > 364 * DAY);
}

/* ---- log ---- */

static void a_log_line_is_one_json_object(void **state) {
    (void)state;
    int ends[2];
    char line[2048] = {0};
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    LOG(LOG_INFO, "test.event", LOG_N("number", -5), LOG_I("id", (uuid){{0xab}}), LOG_W("word", "yes"), LOG_R("why", FAIL(NOT_FOUND)));
    LOG(LOG_DEBUG, "test.unheard", LOG_N("number", 1));
    dup2(kept, STDERR_FILENO);
    ssize_t n = read(ends[0], line, sizeof line - 1);
    assert_true(n > 0 && line[n - 1] == '\n' && strchr(line, '\n') == line + n - 1);
    assert_non_null(strstr(line, "\"level\":\"info\",\"event\":\"test.event\",\"number\":-5,"
                                 "\"id\":\"ab000000-0000-0000-0000-000000000000\",\"word\":\"yes\",\"why\":\"not-found\"}"));
    close(ends[0]), close(ends[1]), close(kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ok_is_zero_beside_unistd),
        cmocka_unit_test(every_result_has_its_problem),
        cmocka_unit_test(must_aborts_in_every_build),
        cmocka_unit_test(an_id_has_one_spelling),
        cmocka_unit_test(random_ids_are_version_4_and_differ),
        cmocka_unit_test(numbers_are_read_strictly),
        cmocka_unit_test(base64url_has_one_spelling),
        cmocka_unit_test(hex_is_lower_case),
        cmocka_unit_test(secrets_compare_by_content_and_length),
        cmocka_unit_test(hooks_run_once_newest_first),
        cmocka_unit_test(dropping_a_hook_keeps_the_others_of_its_object),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(what_goes_is_wiped),
        cmocka_unit_test(formats_and_copies_end_in_zero),
        cmocka_unit_test(overflow_is_sticky_and_takes_nothing),
        cmocka_unit_test(a_buffer_writes_what_it_is_told),
        cmocka_unit_test(moments_are_read_as_rfc_3339),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(a_clock_never_runs_backwards),
        cmocka_unit_test(a_log_line_is_one_json_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
