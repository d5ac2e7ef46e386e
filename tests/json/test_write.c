/* The writer: what it writes is strict JSON that reads back as what was meant; misuse aborts; the ceiling holds. */
#include "json/read.h"
#include "json/validate.h"
#include "json/utf8.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void the_whole_language(void **state) {
    (void)state;
    buf out = buf_new(4096);
    json_writer w = json_to(&out);
    json_open_object(&w);
    json_key(&w, "s"), json_string(&w, BYTES("a\"\\/<b>&\x01\n\x7F\xE2\x80\xA8\xC3\xA9"));
    json_key(&w, "n"), json_int(&w, -JSON_INT_MAX);
    json_key(&w, "l"), json_open_array(&w);
    json_int(&w, 0), json_bool(&w, true), json_bool(&w, false), json_null(&w);
    json_open_array(&w), json_close_array(&w), json_open_object(&w), json_close_object(&w);
    json_close_array(&w);
    json_key(&w, "id"), json_uuid(&w, (uuid){{10, 11, 12, 13, 1, 2, 0x43, 4, 0x85, 6, 7, 8, 9, 10, 11, 12}});
    json_key(&w, "at"), json_moment(&w, 1768906800 * SECOND);
    json_close_object(&w);
    json_end(&w);
    assert_true(buf_ok(&out));
    const char *expected = "{\"s\":\"a\\\"\\\\/\\u003cb\\u003e\\u0026\\u0001\\n\\u007f\\u2028\xC3\xA9\","
                           "\"n\":-9007199254740991,"
                           "\"l\":[0,true,false,null,[],{}],\"id\":\"0a0b0c0d-0102-4304-8506-0708090a0b0c\","
                           "\"at\":\"2026-01-20T11:00:00.000000Z\"}";
    if (!bytes_is(buf_bytes(&out), expected)) fail_msg("%.*s", (int)out.len, (const char *)out.at);
    buf_release(&out);
}

static void scalars_stand_alone(void **state) {
    (void)state;
    buf out = buf_new(64);
    json_writer w = json_to(&out);
    json_string(&w, (bytes){NULL, 0});
    json_end(&w);
    assert_true(bytes_is(buf_bytes(&out), "\"\""));
    buf_release(&out);
}

static unsigned next_random(unsigned *seed) { return (*seed = *seed * 1664525u + 1013904223u) >> 8; }

/* What must come back: crooked bytes are U+FFFD, one each. */
static size_t mend(const uint8_t *in, size_t len, uint8_t *out) {
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        size_t length = utf8_length(in + i, len - i);
        memcpy(out + n, length ? in + i : (const uint8_t *)"\xEF\xBF\xBD", length ? length : 3);
        n += length ? length : 3;
        i += length ? length : 1;
    }
    return n;
}

static void any_bytes_come_back(void **state) {
    (void)state;
    static const char pieces[] = "\"\\<>&\n\x01\xE2\x80\xA8\xC3\xA9z\xF0\x9D\x84\x9E\xED\xA0";
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        uint8_t raw[24], mended[72];
        size_t len = next_random(&seed) % sizeof raw;
        for (size_t i = 0; i < len; i++) {
            unsigned r = next_random(&seed);
            raw[i] = round % 2 ? (uint8_t)r : (uint8_t)pieces[r % (sizeof pieces - 1)];
            if (raw[i] == 0) raw[i] = 1; /* a zero becomes an escape that our own gate refuses: see below */
        }
        buf out = buf_new(4096);
        json_writer w = json_to(&out);
        json_string(&w, bytes_make(raw, len));
        arena *a = arena_new();
        const json_value *v;
        json_fault fault;
        if (!ok(json_parse(a, buf_bytes(&out), &v, &fault)))
            fail_msg("%s: %.*s", fault.detail, (int)out.len, (const char *)out.at);
        assert_true(bytes_equal(json_bytes_of(v), bytes_make(mended, mend(raw, len, mended))));
        for (size_t i = 0; i < out.len; i++) assert_false(out.at[i] < 0x20 || strchr("<>&", out.at[i]));
        arena_release(a);
        buf_release(&out);
    }
}

static void zeros_are_escaped(void **state) {
    (void)state;
    buf out = buf_new(64);
    json_writer w = json_to(&out);
    json_string(&w, BYTES("a\0b"));
    assert_true(bytes_is(buf_bytes(&out), "\"a\\u0000b\""));
    buf_release(&out);
}

/* Random trees: written, they pass the gate and read back node by node. */
static void write_random(json_writer *w, unsigned *seed, int depth) {
    static const char *const names[] = {"a", "b", "c", "dd", "e_e"};
    unsigned what = next_random(seed) % (depth > 6 ? 4 : 6), count = next_random(seed) % 5;
    switch (what) {
    case 0: json_int(w, (int64_t)next_random(seed) - (1 << 23)); return;
    case 1: json_bool(w, next_random(seed) & 1); return;
    case 2: json_null(w); return;
    case 3: json_string(w, bytes_make("x<\xC3\xA9\"y", next_random(seed) % 7)); return;
    case 4:
        json_open_array(w);
        while (count--) write_random(w, seed, depth + 1);
        json_close_array(w);
        return;
    default:
        json_open_object(w);
        for (unsigned i = 0; i < count; i++) json_key(w, names[i]), write_random(w, seed, depth + 1);
        json_close_object(w);
    }
}

static void expect_random(const json_value *v, unsigned *seed, int depth) {
    unsigned what = next_random(seed) % (depth > 6 ? 4 : 6), count = next_random(seed) % 5, length;
    switch (what) {
    case 0: assert_true(json_int_of(v) == (int64_t)next_random(seed) - (1 << 23)); return;
    case 1: assert_true(json_bool_of(v) == (next_random(seed) & 1)); return;
    case 2: assert_true(json_is_null(v)); return;
    case 3:
        length = next_random(seed) % 7;
        if (length != 3) assert_true(bytes_equal(json_bytes_of(v), bytes_make("x<\xC3\xA9\"y", length)));
        return;
    default:
        assert_true(what == 4 ? json_is_array(v) : json_is_object(v));
        assert_int_equal(json_count(v), count);
        for (const json_value *i = json_first(v); i; i = json_next(i)) expect_random(i, seed, depth + 1);
    }
}

static void random_trees_come_back(void **state) {
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        unsigned writing = round, reading = round;
        buf out = buf_new(1 << 20);
        json_writer w = json_to(&out);
        write_random(&w, &writing, 0);
        json_end(&w);
        arena *a = arena_new();
        const json_value *v;
        json_fault fault;
        if (!ok(json_parse(a, buf_bytes(&out), &v, &fault))) fail_msg("round %u: %s", round, fault.detail);
        expect_random(v, &reading, 0);
        arena_release(a);
        buf_release(&out);
    }
}

static void the_ceiling_holds_at_every_size(void **state) {
    (void)state;
    size_t needed = 0;
    for (size_t max = 200; max-- > 0;) {
        buf out = buf_new(max);
        json_writer w = json_to(&out);
        json_open_object(&w);
        json_key(&w, "name"), json_string(&w, BYTES("a<b\xC3\xA9"));
        json_key(&w, "list"), json_open_array(&w), json_int(&w, 12), json_moment(&w, 0), json_close_array(&w);
        json_close_object(&w);
        json_end(&w);
        assert_true(out.len <= max);
        if (needed == 0) needed = out.len;
        assert_true(buf_ok(&out) == (max >= needed));
        buf_release(&out);
    }
}

static void value_without_a_name(json_writer *w) { json_open_object(w), json_int(w, 1); }
static void name_in_an_array(json_writer *w) { json_open_array(w), json_key(w, "a"); }
static void name_twice(json_writer *w) { json_open_object(w), json_key(w, "a"), json_key(w, "b"); }
static void name_at_the_top(json_writer *w) { json_key(w, "a"); }
static void name_without_a_value(json_writer *w) { json_open_object(w), json_key(w, "a"), json_close_object(w); }
static void array_closed_as_object(json_writer *w) { json_open_array(w), json_close_object(w); }
static void object_closed_as_array(json_writer *w) { json_open_object(w), json_close_array(w); }
static void close_without_open(json_writer *w) { json_close_object(w); }
static void two_values(json_writer *w) { json_null(w), json_null(w); }
static void end_of_nothing(json_writer *w) { json_end(w); }
static void end_inside(json_writer *w) { json_open_array(w), json_end(w); }
static void integer_too_large(json_writer *w) { json_int(w, JSON_INT_MAX + 1); }
static void integer_too_small(json_writer *w) { json_int(w, INT64_MIN); }
static void too_deep(json_writer *w) {
    for (int i = 0; i <= JSON_WRITE_DEPTH; i++) json_open_array(w);
}

static bool aborts(void (*misuse)(json_writer *)) {
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        buf out = buf_new(4096);
        json_writer w = json_to(&out);
        misuse(&w);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void misuse_aborts(void **state) {
    (void)state;
    void (*const misuses[])(json_writer *) = {
        value_without_a_name, name_in_an_array, name_twice, name_at_the_top, name_without_a_value,
        array_closed_as_object, object_closed_as_array, close_without_open, two_values, end_of_nothing,
        end_inside, integer_too_large, integer_too_small, too_deep,
    };
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++)
        if (!aborts(misuses[i])) fail_msg("misuse %zu did not abort", i);
}

static void full_depth_is_fine(void **state) {
    (void)state;
    buf out = buf_new(4096);
    json_writer w = json_to(&out);
    for (int i = 0; i < JSON_WRITE_DEPTH / 2; i++) json_open_object(&w), json_key(&w, "a"), json_open_array(&w);
    for (int i = 0; i < JSON_WRITE_DEPTH / 2; i++) json_close_array(&w), json_close_object(&w);
    json_end(&w);
    size_t offset;
    const char *why;
    assert_true(ok(json_validate(buf_bytes(&out), &offset, &why)));
    buf_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_language),     cmocka_unit_test(scalars_stand_alone),
        cmocka_unit_test(any_bytes_come_back),    cmocka_unit_test(zeros_are_escaped),
        cmocka_unit_test(random_trees_come_back), cmocka_unit_test(the_ceiling_holds_at_every_size),
        cmocka_unit_test(misuse_aborts),          cmocka_unit_test(full_depth_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
