/* The KEK's file: its form, kind, owner and mode, each fault with its own word. */
#include "try.h"

#include "crypto/kek.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>


static char folder[] = "/tmp/kring-kek-XXXXXX";
static char path[64];

#define HEX_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define RAW_KEY "0123456789abcdefghijklmnopqrstuv"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    return snprintf(path, sizeof path, "%s/kek", folder) > 0 ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void put_file(bytes content, mode_t mode) {
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.at, content.len), content.len);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

/* NULL: it opened. */
static const char *fault(void) {
    const char *why = "untouched";
    kek *k = NULL;
    result r = kek_open_file(path, &k, &why);
    assert_int_equal(r.code, why ? R_BAD_FILE : R_DONE);
    assert_int_equal(k != NULL, why == NULL);
    kek_release(k);
    return why;
}

static void says(const char *part) {
    const char *why = fault();
    assert_non_null(why);
    if (!strstr(why, part)) fail_msg("\"%s\" does not say \"%s\"", why, part);
}

static void only_a_whole_key_opens(void **state) {
    (void)state;
    const struct {
        bytes content;
        bool good;
    } table[] = {
        {BYTES(RAW_KEY), true},
        {BYTES(HEX_KEY "\n"), true},
        {BYTES(""), false},
        {BYTES("short"), false},
        {BYTES("0123456789abcdefghijklmnopqrstu"), false},
        {BYTES(RAW_KEY "\n"), false},
        {BYTES(HEX_KEY), false},
        {BYTES(HEX_KEY "\r\n"), false},
        {BYTES(HEX_KEY "\n\n"), false},
        {BYTES(HEX_KEY " "), false},
        {BYTES("0X112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"), false},
        {BYTES("00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff\n"), false},
        {BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false},
        {BYTES("0000000000000000000000000000000000000000000000000000000000000000\n"), false},
        {BYTES(HEX_KEY "\n" HEX_KEY "\n" HEX_KEY "\n"), false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        put_file(table[i].content, 0400);
        assert_int_equal(fault() == NULL, table[i].good);
    }
}

static void only_its_owner_may_reach_it(void **state) {
    (void)state;
    for (mode_t mode = 0; mode < 01000; mode++) {
        put_file(BYTES(RAW_KEY), mode);
        if (mode & 077) {
            if (geteuid() == 0 || mode & 0400) says("lets others in");
        } else if (geteuid() == 0 || mode & 0400) {
            assert_null(fault());
        } else {
            says("may not read");
        }
    }
}

static void only_a_regular_file(void **state) {
    (void)state;
    char target[80];
    (void)unlink(path);
    says("no such file");
    assert_int_equal(mkdir(path, 0700), 0);
    says("regular");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0400), 0); /* must not hang either */
    says("regular");
    snprintf(target, sizeof target, "%s/real", folder);
    put_file(BYTES(RAW_KEY), 0400);
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    says("symbolic link");
    assert_int_equal(unlink(target), 0);
}

/* Another user's file; only root can make one, and then looks as that user would. */
static void of_us_or_of_root(void **state) {
    (void)state;
    if (geteuid() != 0) skip();
    put_file(BYTES(RAW_KEY), 0400);
    assert_int_equal(chown(path, 65534, 65534), 0);
    says("belongs neither");
    assert_int_equal(chmod(folder, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        if (setresuid(65534, 65534, 65534) != 0) _exit(9);
        kek *k = NULL;
        const char *why = NULL;
        result r = kek_open_file(path, &k, &why);
        kek_release(k);
        _exit(ok(r) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_credential_may_be_open_to_its_group(void **state) {
    (void)state;
    put_file(BYTES(RAW_KEY), 0440);
    says("lets others in");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/tmp", 1), 0);
    says("lets others in"); /* below it, not in it */
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/tm", 1), 0);
    says("lets others in");
    char longer[80];
    assert_true(snprintf(longer, sizeof longer, "%s/k", folder) > 0);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", longer, 1), 0);
    says("lets others in");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    assert_null(fault());
    put_file(BYTES(RAW_KEY), 0400);
    assert_null(fault());
    put_file(BYTES(RAW_KEY), 0444);
    says("lets others in");
    put_file(BYTES(RAW_KEY), 0460);
    says("lets others in");
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

/* The id is part of stored rows: its definition must not drift. Both spellings of a key are one key. */
static void the_id_is_of_the_key(void **state) {
    (void)state;
    uint8_t raw[KEY_SIZE], labelled[10 + KEY_SIZE] = "kring-kek", hash[32];
    const char *why;
    kek *of_hex = NULL, *of_raw = NULL;
    from_hex(HEX_KEY, raw, sizeof raw);
    memcpy(labelled + 10, raw, sizeof raw);
    secret_sha256(BYTES_OF(labelled), hash);
    put_file(BYTES(HEX_KEY "\n"), 0400);
    assert_ok(kek_open_file(path, &of_hex, &why));
    put_file(BYTES_OF(raw), 0400);
    assert_ok(kek_open_file(path, &of_raw, &why));
    assert_memory_equal(kek_id(of_hex), hash, KEK_ID);
    assert_memory_equal(kek_id(of_raw), hash, KEK_ID);
    assert_string_equal(kek_provider_name(of_raw), "file");
    kek_release(of_hex);
    kek_release(of_raw);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_whole_key_opens),
        cmocka_unit_test(only_its_owner_may_reach_it),
        cmocka_unit_test(only_a_regular_file),
        cmocka_unit_test(of_us_or_of_root),
        cmocka_unit_test(a_credential_may_be_open_to_its_group),
        cmocka_unit_test(the_id_is_of_the_key),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
