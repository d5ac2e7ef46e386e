/* Argon2id as it is stored: strict in, strong out, and the same work whatever is asked. */
#include "try.h"

#include "crypto/phc.h"

#include <time.h>

#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define TAG "AQ950XJnMAZr9SHiVJXXSsWhpnB4bdeghSAJOmBqXpw"
#define HEAD "$argon2id$v=19$"
#define COST "m=19456,t=2,p=1"

static const struct {
    const char *text, *what;
    bool good;
} phc_table[] = {
    {HEAD COST "$" SALT "$" TAG, "the floor", true},
    {HEAD "m=65536,t=3,p=1$" SALT "$" TAG, "the default", true},
    {HEAD "m=262144,t=10,p=1$" SALT "$" TAG, "the most", true},
    {HEAD "m=47104,t=1,p=1$" SALT "$" TAG, "OWASP's one pass", true},
    {"", "nothing", false},
    {"$", "a dollar", false},
    {"$argon2i$v=19$" COST "$" SALT "$" TAG, "Argon2i", false},
    {"$argon2d$v=19$" COST "$" SALT "$" TAG, "Argon2d", false},
    {"$argon2id$v=16$" COST "$" SALT "$" TAG, "version 1.0", false},
    {"$argon2id$" COST "$" SALT "$" TAG, "no version", false},
    {"argon2id$v=19$" COST "$" SALT "$" TAG, "no first dollar", false},
    {" " HEAD COST "$" SALT "$" TAG, "a space in front", false},
    {HEAD COST "$" SALT "$" TAG " ", "a space behind", false},
    {HEAD COST "$" SALT "$" TAG "\n", "a newline behind", false},
    {HEAD COST "$" SALT "$" TAG "$", "a dollar behind", false},
    {HEAD COST "$" SALT "$" TAG "A", "a longer tag", false},
    {HEAD COST "$" SALT "$AQ950XJnMAZr9SHiVJXXSsWhpnB4bdeghSAJOmBqXp", "a shorter tag", false},
    {HEAD COST "$" SALT "$AQ950XJnMAZr9SHiVJXXSsWhpnB4bdeghSAJOmBqXp1", "stray bits in the tag", false},
    {HEAD COST "$" SALT "$" TAG "=", "padding", false},
    {HEAD COST "$" SALT "A$" TAG, "a longer salt", false},
    {HEAD COST "$AAECAwQFBgcICQoLDA0OD$" TAG, "a shorter salt", false},
    {HEAD COST "$AAECAwQFBgcICQoLDA0ODx$" TAG, "stray bits in the salt", false},
    {HEAD COST "$-AECAwQFBgcICQoLDA0ODw$" TAG, "the alphabet for URLs", false},
    {HEAD COST "$_AECAwQFBgcICQoLDA0ODw$" TAG, "the alphabet for URLs", false},
    {HEAD COST "$$" TAG, "no salt", false},
    {HEAD COST "$" SALT "$", "no tag", false},
    {HEAD COST "$" SALT, "no tag and no dollar", false},
    {HEAD COST, "no salt and no tag", false},
    {HEAD "m=19455,t=2,p=1$" SALT "$" TAG, "below the floor in memory", false},
    {HEAD "m=19456,t=1,p=1$" SALT "$" TAG, "below the floor in passes", false},
    {HEAD "m=47103,t=1,p=1$" SALT "$" TAG, "below the floor of one pass", false},
    {HEAD "m=65536,t=0,p=1$" SALT "$" TAG, "no pass", false},
    {HEAD "m=262145,t=2,p=1$" SALT "$" TAG, "too much memory", false},
    {HEAD "m=65536,t=11,p=1$" SALT "$" TAG, "too many passes", false},
    {HEAD "m=4294967296,t=2,p=1$" SALT "$" TAG, "memory past 32 bits", false},
    {HEAD "m=18446744073709571072,t=2,p=1$" SALT "$" TAG, "memory past 64 bits", false},
    {HEAD "m=65536,t=3,p=2$" SALT "$" TAG, "two lanes", false},
    {HEAD "m=65536,t=3,p=1,keyid=AAAA$" SALT "$" TAG, "a key id", false},
    {HEAD "t=3,m=65536,p=1$" SALT "$" TAG, "another order", false},
    {HEAD "m=065536,t=3,p=1$" SALT "$" TAG, "a leading zero", false},
    {HEAD "m=+65536,t=3,p=1$" SALT "$" TAG, "a sign", false},
    {HEAD "m=65536,t=-3,p=1$" SALT "$" TAG, "a minus", false},
    {HEAD "m= 65536,t=3,p=1$" SALT "$" TAG, "a space", false},
    {HEAD "m=65536 ,t=3,p=1$" SALT "$" TAG, "a space", false},
    {HEAD "m=,t=3,p=1$" SALT "$" TAG, "an empty number", false},
    {HEAD "m=0x10000,t=3,p=1$" SALT "$" TAG, "hex", false},
    {"$ARGON2ID$v=19$" COST "$" SALT "$" TAG, "capitals", false},
    {"$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "bcrypt", false},
};

static void only_our_spelling_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(phc_table); i++) {
        phc p;
        char again[PHC_SIZE];
        bool good = ok(phc_read(bytes_of_string(phc_table[i].text), &p));
        if (good != phc_table[i].good) fail_msg("%s: %s", phc_table[i].what, phc_table[i].text);
        if (!good) continue;
        phc_write(&p, again);
        assert_string_equal(again, phc_table[i].text);
    }
}

/* Cut anywhere, or with any one character replaced by any other that still fits, it is another hash or none. */
static void no_two_texts_are_one_hash(void **state) {
    (void)state;
    static const char good[] = HEAD COST "$" SALT "$" TAG;
    phc wanted, got;
    assert_ok(phc_read(bytes_of_string(good), &wanted));
    for (size_t len = 0; len < sizeof good - 1; len++) assert_false(ok(phc_read(bytes_make(good, len), &got)));
    for (size_t at = 0; at < sizeof good - 1; at++)
        for (int c = 0; c < 256; c++) {
            char bad[sizeof good];
            memcpy(bad, good, sizeof bad);
            bad[at] = (char)c;
            if (c == good[at] || !ok(phc_read(bytes_make(bad, sizeof bad - 1), &got))) continue;
            assert_true(got.cost.memory_kib != wanted.cost.memory_kib || got.cost.passes != wanted.cost.passes ||
                        memcmp(got.salt, wanted.salt, PHC_SALT) != 0 || memcmp(got.tag, wanted.tag, PHC_TAG) != 0);
        }
}

static void costs_have_bounds(void **state) {
    (void)state;
    static const struct {
        password_cost cost;
        bool good;
    } table[] = {{{65536, 3}, true},       {{19456, 2}, true},          {{19455, 2}, false},
                 {{19456, 1}, false},      {{47104, 1}, true},          {{47103, 1}, false},
                 {{262144, 10}, true},     {{262145, 10}, false},       {{262144, 11}, false},
                 {{0, 0}, false},          {{65536, 0}, false},         {{0, 3}, false},
                 {{UINT32_MAX, 3}, false}, {{65536, UINT32_MAX}, false}};
    static const uint8_t pepper[SECRET_KEY];
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[PHC_SIZE];
        assert_int_equal(password_cost_ok(table[i].cost), table[i].good);
        if (!table[i].good)
            assert_fails(secret_hash_password(BYTES("a password"), pepper, table[i].cost, text), BAD_SETTING);
    }
    assert_true(password_cost_ok(PASSWORD_COST) && password_cost_ok(PASSWORD_COST_FLOOR));
}

/* Made by another caller of the reference library: what is stored today must verify for ever. */
static void a_stored_hash_verifies(void **state) {
    (void)state;
    static const char *const stored[] = {
        HEAD COST "$" SALT "$" TAG,
        HEAD "m=65536,t=3,p=1$8PHy8/T19vf4+fr7/P3+/w$iU8/2T85chvIRVfitna2GiWoB9NJta0X/KXE4NTFMSA",
    };
    uint8_t pepper[SECRET_KEY];
    memset(pepper, 42, sizeof pepper);
    for (int i = 0; i < 2; i++) {
        bool rehash = true;
        assert_ok(
            secret_verify_password(BYTES("correct horse battery"), pepper, stored[i], PASSWORD_COST, &rehash));
        assert_int_equal(rehash, i == 0);
    }
}

static void only_the_password_is_the_password(void **state) {
    (void)state;
    uint8_t pepper[SECRET_KEY] = {1}, other[SECRET_KEY] = {2};
    char text[PHC_SIZE], twice[PHC_SIZE];
    bool rehash = true;
    password_cost floor = PASSWORD_COST_FLOOR;
    assert_ok(secret_hash_password(BYTES("a\0b password"), pepper, floor, text));
    assert_ok(secret_hash_password(BYTES("a\0b password"), pepper, floor, twice));
    assert_string_not_equal(text, twice); /* each with its own salt */
    assert_ok(secret_verify_password(BYTES("a\0b password"), pepper, text, floor, &rehash));
    assert_false(rehash);
    assert_fails(secret_verify_password(BYTES("a\0c password"), pepper, text, floor, &rehash), BAD_LOGIN);
    assert_fails(secret_verify_password(BYTES("a"), pepper, text, floor, &rehash), BAD_LOGIN);
    assert_fails(secret_verify_password(BYTES(""), pepper, text, floor, &rehash), BAD_LOGIN);
    assert_fails(secret_verify_password(BYTES("a\0b password"), other, text, floor, &rehash), BAD_LOGIN);
    assert_false(rehash);
    assert_ok(secret_verify_password(BYTES("a\0b password"), pepper, text, (password_cost){19457, 2}, &rehash));
    assert_true(rehash);
    assert_ok(secret_verify_password(BYTES("a\0b password"), pepper, text, (password_cost){19456, 3}, &rehash));
    assert_true(rehash);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* An unknown login and a damaged row must cost what a wrong password costs: within a factor that only skipping can
 * break. */
static void refusals_cost_the_same(void **state) {
    (void)state;
    uint8_t pepper[SECRET_KEY] = {1};
    password_cost floor = PASSWORD_COST_FLOOR;
    char real[PHC_SIZE], nobody[PHC_SIZE], again[PHC_SIZE];
    assert_ok(secret_hash_password(BYTES("the password"), pepper, floor, real));
    secret_dummy_phc(floor, nobody);
    secret_dummy_phc(floor, again);
    assert_string_not_equal(nobody, again);
    assert_int_equal(strlen(nobody), strlen(real));
    const char *const stored[] = {real, nobody, "", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"};
    double took[4];
    for (int i = 0; i < 4; i++) {
        bool rehash = true;
        double before = seconds();
        for (int n = 0; n < 3; n++)
            assert_fails(secret_verify_password(BYTES("another"), pepper, stored[i], floor, &rehash), BAD_LOGIN);
        took[i] = seconds() - before;
        assert_false(rehash);
    }
    for (int i = 1; i < 4; i++) assert_true(took[i] > took[0] / 4 && took[i] < took[0] * 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_spelling_is_read),
        cmocka_unit_test(no_two_texts_are_one_hash),
        cmocka_unit_test(costs_have_bounds),
        cmocka_unit_test(a_stored_hash_verifies),
        cmocka_unit_test(only_the_password_is_the_password),
        cmocka_unit_test(refusals_cost_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
