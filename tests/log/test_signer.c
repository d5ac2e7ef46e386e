/* The signer signs what extends the last tree that it signed, and nothing else, whatever happened to it meanwhile. */
#include "log/signer.h"

#include "crypto/secret.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LEAVES = 40 };
#define ORIGIN BYTES("log.example/test")

static char folder[64], key[96], state_file[96];
static uint8_t leaves[2][LEAVES][MERKLE_HASH]; /* two histories that part at leaf 9 */

static result read_leaf(void *which, unsigned level, uint64_t index, uint8_t out[MERKLE_HASH]) {
    if (level == 0) {
        memcpy(out, leaves[*(int *)which][index], MERKLE_HASH);
        return OK;
    }
    uint8_t left[MERKLE_HASH], right[MERKLE_HASH];
    TRY(read_leaf(which, level - 1, 2 * index, left));
    TRY(read_leaf(which, level - 1, 2 * index + 1, right));
    merkle_node(left, right, out);
    return OK;
}

static result sign(log_signer *s, int history, uint64_t size, buf *note) {
    uint8_t root[MERKLE_HASH], proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    size_t n = 0;
    assert_true(ok(merkle_root(size, read_leaf, &history, root)));
    if (log_signer_size(s) <= size) assert_true(ok(merkle_consistency(log_signer_size(s), size, read_leaf, &history, proof, &n)));
    return log_signer_sign(s, size, root, (const uint8_t (*)[MERKLE_HASH])proof, n, note);
}

static log_signer *open_signer(void) {
    log_signer *s = NULL;
    const char *why = NULL;
    if (!ok(log_signer_open(key, state_file, ORIGIN, &s, &why))) fail_msg("%s", why);
    return s;
}

static void refuses(const char *with) {
    log_signer *s = NULL;
    const char *why = NULL;
    assert_false(ok(log_signer_open(key, state_file, ORIGIN, &s, &why)));
    if (!why || !strstr(why, with)) fail_msg("\"%s\" is not about %s", why ? why : "", with);
}

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/kring-signer.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(key, sizeof key, "%s/key", folder), snprintf(state_file, sizeof state_file, "%s/state", folder);
    for (int h = 0; h < 2; h++)
        for (int i = 0; i < LEAVES; i++) {
            uint8_t what[2] = {(uint8_t)i, (uint8_t)(i < 9 ? 0 : h)};
            merkle_leaf(BYTES_OF(what), leaves[h][i]);
        }
    assert_true(ok(log_signer_make(key, state_file, ORIGIN)));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void it_signs_what_extends(void **state) {
    (void)state;
    log_signer *s = open_signer();
    note_key k = log_signer_key(s);
    for (uint64_t size = 0; size <= LEAVES; size += 5) {
        buf note = buf_new(NOTE_MAX);
        note_view v;
        checkpoint c;
        assert_true(ok(sign(s, 0, size, &note)));
        assert_true(ok(note_open(buf_bytes(&note), &v)) && note_verify(&v, &k) && ok(checkpoint_parse(v.text, &c)));
        assert_int_equal(c.size, size);
        assert_true(bytes_equal(c.origin, ORIGIN));
        assert_memory_equal(c.root, log_signer_root(s), MERKLE_HASH);
        buf_release(&note);
    }
    log_signer_release(s);
}

/* T1, T2: a shorter tree, another one of the same size, a longer one that does not extend; also after a restart. */
static void it_never_signs_two_histories(void **state) {
    (void)state;
    for (uint64_t first = 10; first < LEAVES; first += 7)
        for (uint64_t size = 0; size <= LEAVES; size++) {
            buf note = buf_new(NOTE_MAX);
            log_signer *s = open_signer();
            if (log_signer_size(s) < first) assert_true(ok(sign(s, 0, first, &note)));
            uint64_t signed_ = log_signer_size(s);
            buf_clear(&note);
            assert_true(failed_as(sign(s, 1, size, &note), R_FORBIDDEN));
            assert_int_equal(note.len, 0);
            if (size < signed_) assert_true(failed_as(sign(s, 0, size, &note), R_FORBIDDEN));
            assert_int_equal(log_signer_size(s), signed_);
            log_signer_release(s);
            s = open_signer();
            assert_int_equal(log_signer_size(s), signed_);
            assert_true(ok(sign(s, 0, signed_, &note)));
            log_signer_release(s);
            buf_release(&note);
        }
}

/* Nothing leaves before the state is kept. */
static void what_is_not_kept_is_not_signed(void **state) {
    (void)state;
    log_signer *s = open_signer();
    char draft[128];
    snprintf(draft, sizeof draft, "%s.new", state_file);
    assert_int_equal(mkdir(draft, 0700), 0); /* in the place where the next state is written */
    buf note = buf_new(NOTE_MAX);
    assert_true(failed_as(sign(s, 0, 10, &note), R_BAD_FILE));
    assert_int_equal(note.len, 0);
    assert_int_equal(log_signer_size(s), 0);
    assert_int_equal(rmdir(draft), 0);
    assert_true(ok(sign(s, 0, 10, &note)));
    buf_release(&note);
    log_signer_release(s);
}

static void two_at_once_are_one_too_many(void **state) {
    (void)state;
    log_signer *s = open_signer();
    refuses("another signer");
    log_signer_release(s);
    log_signer_release(open_signer());
}

/* A memory that is gone would sign anything: that is an error, never a new beginning. */
static void it_does_not_begin_anew_by_itself(void **state) {
    (void)state;
    static const char *const states[] = {"", "log.example/test\n", "log.example/test\n5\nAAAA\n", "log.example/test\n-1\n\n",
                                         "log.example/test\n07\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"};
    assert_true(failed_as(log_signer_make(key, state_file, ORIGIN), R_BAD_FILE));
    assert_int_equal(errno, EEXIST);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        FILE *f = fopen(state_file, "w");
        assert_non_null(f);
        fputs(states[i], f);
        fclose(f);
        refuses("legible");
    }
    FILE *f = fopen(state_file, "w");
    assert_non_null(f);
    fputs("other.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", f);
    fclose(f);
    refuses("another origin");
    assert_int_equal(unlink(state_file), 0);
    refuses("not there");
    assert_int_equal(chmod(key, 0440), 0);
    refuses("chmod");
    assert_int_equal(unlink(key), 0);
    refuses("key is not there");
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(it_signs_what_extends),        IN_A_FOLDER(it_never_signs_two_histories), IN_A_FOLDER(what_is_not_kept_is_not_signed),
        IN_A_FOLDER(two_at_once_are_one_too_many), IN_A_FOLDER(it_does_not_begin_anew_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
