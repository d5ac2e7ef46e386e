/* Which certificates and keys the server takes, and how peers are counted. */
#include "certificate.h"
#include "net/peers.h"
#include "net/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/kring-tls-XXXXXX", cert[64], key[64], other[64];

static const char *fault(void) {
    tls_context *t = NULL;
    const char *why = NULL;
    if (ok(tls_context_load(cert, key, &t, &why))) {
        assert_null(why);
        tls_context_release(t);
        return "";
    }
    assert_null(t);
    assert_non_null(why);
    return why;
}

static void write_text(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void takes_good_certificates(void **state) {
    (void)state;
    certificate_make(cert, key, KEY_P256, "a", -60, 3600, 0600);
    assert_string_equal(fault(), "");
    certificate_make(cert, key, KEY_RSA_2048, "a", -60, 3600, 0400);
    assert_string_equal(fault(), "");
}

static void refuses_bad_ones_and_says_why(void **state) {
    (void)state;
    certificate_make(cert, key, KEY_P256, "a", -7200, -3600, 0600);
    assert_string_equal(fault(), "the certificate has expired");
    certificate_make(cert, key, KEY_P256, "a", 3600, 7200, 0600);
    assert_string_equal(fault(), "the certificate is not valid yet");
    static const int modes[] = {0640, 0604, 0620, 0610, 0777};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        certificate_make(cert, key, KEY_P256, "a", -60, 3600, modes[i]);
        assert_non_null(strstr(fault(), "group or others"));
    }
    certificate_make(cert, key, KEY_RSA_1024, "a", -60, 3600, 0600);
    assert_non_null(strstr(fault(), "too short"));
    certificate_make(other, key, KEY_P256, "b", -60, 3600, 0600);
    certificate_make(cert, other, KEY_P256, "a", -60, 3600, 0600); /* key is now another one's */
    assert_string_equal(fault(), "the key does not belong to the certificate");
    write_text(key, "-----BEGIN PRIVATE KEY-----\nnonsense\n");
    assert_non_null(strstr(fault(), "not a PEM private key"));
    write_text(cert, "");
    assert_non_null(strstr(fault(), "not a PEM chain"));
    unlink(cert);
    assert_non_null(strstr(fault(), "missing"));
    certificate_make(cert, key, KEY_P256, "a", -60, 3600, 0600);
    unlink(key);
    assert_non_null(strstr(fault(), "missing"));
    assert_int_equal(symlink(folder, key), 0);
    assert_string_equal(fault(), "the key is not a file");
    unlink(key);
}

/* ---- peers ---- */

static void address(uint8_t a[16], unsigned i, bool v4) {
    memset(a, 0, 16);
    if (v4) a[10] = a[11] = 0xff, put_u32(a + 12, i);
    else a[0] = 0x20, put_u32(a + 4, i), put_u32(a + 12, i * 7919);
}

static void counts_addresses_and_networks(void **state) {
    (void)state;
    arena *m = arena_new();
    peers *p = peers_new(m, 10);
    uint8_t a[16], b[16];
    address(a, 1, true), address(b, 2, true);
    assert_true(peers_enter(p, a, 2) && peers_enter(p, a, 2));
    assert_false(peers_enter(p, a, 2));
    assert_true(peers_enter(p, b, 2)); /* another IPv4 address is another peer */
    peers_leave(p, a);
    assert_true(peers_enter(p, a, 2));
    address(a, 5, false), address(b, 5, false);
    b[15] ^= 1, b[8] ^= 9;
    assert_true(peers_enter(p, a, 1));
    assert_false(peers_enter(p, b, 1)); /* the same /64 is the same peer */
    b[7] ^= 1;
    assert_true(peers_enter(p, b, 1));
    arena_release(m);
}

static void refuses_more_peers_than_it_was_made_for(void **state) {
    (void)state;
    arena *m = arena_new();
    peers *p = peers_new(m, 100);
    uint8_t a[16];
    for (unsigned i = 0; i < 100; i++) {
        address(a, i, true);
        assert_true(peers_enter(p, a, 1));
    }
    address(a, 100, true);
    assert_false(peers_enter(p, a, 1));
    address(a, 7, true);
    peers_leave(p, a);
    address(a, 100, true);
    assert_true(peers_enter(p, a, 1));
    arena_release(m);
}

/* A hundred thousand random arrivals and departures against a plain array. */
static void agrees_with_a_plain_count(void **state) {
    (void)state;
    enum { PEERS = 300, LIMIT = 5 };
    static unsigned expected[PEERS];
    arena *m = arena_new();
    peers *p = peers_new(m, PEERS);
    uint8_t a[16];
    srand(7);
    for (int turn = 0; turn < 100000; turn++) {
        unsigned i = (unsigned)rand() % PEERS;
        address(a, i, i % 2);
        if (rand() % 2) {
            bool entered = peers_enter(p, a, LIMIT);
            assert_int_equal(entered, expected[i] < LIMIT);
            expected[i] += entered;
        } else if (expected[i] > 0) {
            peers_leave(p, a);
            expected[i]--;
        }
        assert_int_equal(peers_count(p, a), expected[i]);
    }
    for (unsigned i = 0; i < PEERS; i++) {
        address(a, i, i % 2);
        assert_int_equal(peers_count(p, a), expected[i]);
    }
    arena_release(m);
}

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(cert, sizeof cert, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    snprintf(other, sizeof other, "%s/other.pem", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(cert);
    unlink(key);
    unlink(other);
    rmdir(folder);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_good_certificates),
        cmocka_unit_test(refuses_bad_ones_and_says_why),
        cmocka_unit_test(counts_addresses_and_networks),
        cmocka_unit_test(refuses_more_peers_than_it_was_made_for),
        cmocka_unit_test(agrees_with_a_plain_count),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
