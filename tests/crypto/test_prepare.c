/* One password, one login, however a keyboard spells them. */
#include "try.h"

#include "crypto/secret.h"

#include <utf8proc.h>

typedef struct {
    const char *what, *in, *out; /* `out` NULL: refused */
} row;

static const row passwords[] = {
    {"plain", "correct horse", "correct horse"},
    {"seven bytes", "1234567", NULL},
    {"eight bytes", "12345678", "12345678"},
    {"seven characters in fourteen bytes", "ééééééé", "ééééééé"},
    {"composed stays", "pass\u00e9word", "pass\u00e9word"},
    {"decomposed becomes composed", "passe\u0301word", "pass\u00e9word"},
    {"too short once composed", "e\u0301e\u0301aa", NULL},
    {"marks in their order", "aaaaaaaaq\u0307\u0323", "aaaaaaaaq\u0323\u0307"},
    {"Hangul", "\u1112\u1161\u11ab\u1112\u1161\u11ab\u1112\u1161\u11ab", "\ud55c\ud55c\ud55c"},
    {"NFC and not NFKC: a ligature is another letter", "\ufb01\ufb01\ufb01\ufb01", "\ufb01\ufb01\ufb01\ufb01"},
    {"case and spaces are kept", "  PassWord  ", "  PassWord  "},
    {"Angstrom is a singleton", "\u212b\u212b\u212b\u212b\u212b", "\u00c5\u00c5\u00c5\u00c5\u00c5"},
    {"an emoji", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"},
    {"unassigned", "aaaaaaaa\U000e1000", "aaaaaaaa\U000e1000"},
    {"a lone continuation byte", "aaaaaaaa\x80", NULL},
    {"an overlong slash", "aaaaaaaa\xc0\xaf", NULL},
    {"an overlong zero", "aaaaaaaa\xe0\x80\x80", NULL},
    {"a surrogate", "aaaaaaaa\xed\xa0\x80", NULL},
    {"past U+10FFFF", "aaaaaaaa\xf4\x90\x80\x80", NULL},
    {"cut off", "aaaaaaaa\xe2\x82", NULL},
    {"Latin-1", "pass\xe9word", NULL},
    {"0xff", "aaaaaaaa\xff", NULL},
    {"empty", "", NULL},
};

static const row logins[] = {
    {"plain", "els", "els"},
    {"case", "ELS@Example.ORG", "els@example.org"},
    {"trimmed", "  els \t", NULL},
    {"trimmed spaces", "  els  ", "els"},
    {"other spaces", "\u00a0\u2003els\u3000\u1680", "els"},
    {"a space within", "els peeters", "els peeters"},
    {"fullwidth", "\uff25\uff2c\uff33", "els"},
    {"sharp s", "stra\u00dfe", "strasse"},
    {"capital sharp s", "STRA\u1e9eE", "strasse"},
    {"decomposed", "andre\u0301", "andr\u00e9"},
    {"composed capital", "ANDR\u00c9", "andr\u00e9"},
    {"ligature", "\ufb01nn", "finn"},
    {"final sigma", "\u039f\u03a3", "\u03bf\u03c3"},
    {"Kelvin", "\u212a", "k"},
    {"a soft hyphen is not seen", "e\u00adls", "els"},
    {"zero width", "e\u200b\u200cl\u200ds\ufeff", "els"},
    {"turned by direction marks", "\u202eels\u202c", "els"},
    {"only the invisible", "\u200b\u00ad", NULL},
    {"only spaces", "   ", NULL},
    {"empty", "", NULL},
    {"a newline within", "els\npeeters", NULL},
    {"a tab within", "els\tpeeters", NULL},
    {"DEL", "els\x7f", NULL},
    {"C1", "els\xc2\x85x", NULL},
    {"a line separator", "els\u2028x", NULL},
    {"private use", "els\ue000", NULL},
    {"unassigned", "els\u0378", NULL},
    {"an Arabic number sign", "els\u0600", NULL},
    {"a surrogate", "els\xed\xa0\x80", NULL},
    {"not UTF-8", "els\xff", NULL},
};

typedef result prepare(bytes, arena *, bytes *);

static void try_row(prepare *with, const row *r) {
    arena *a = arena_new();
    bytes out = {0};
    result got = with(bytes_of_string(r->in), a, &out);
    if (!r->out) {
        if (ok(got)) fail_msg("%s: let through", r->what);
        assert_fails(got, BAD_BODY);
    } else if (!ok(got) || !bytes_is(out, r->out)) {
        fail_msg("%s: became %.*s", r->what, (int)out.len, (const char *)out.at);
    }
    arena_release(a);
}

static void passwords_as_the_table_says(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(passwords); i++) try_row(secret_prepare_password, &passwords[i]);
}

static void logins_as_the_table_says(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(logins); i++) try_row(secret_prepare_login, &logins[i]);
}

/* `len` times `unit`; how `with` takes it. */
static bool takes(prepare *with, const char *unit, size_t len) {
    arena *a = arena_new();
    size_t size = strlen(unit);
    uint8_t *text = arena_take(a, size * len + 1);
    bytes out;
    for (size_t i = 0; i < len; i++) memcpy(text + size * i, unit, size);
    bool taken = ok(with(bytes_make(text, size * len), a, &out));
    arena_release(a);
    return taken;
}

/* Lengths are those of the outcome: what composes gets shorter, what decomposes longer. */
static void lengths_are_bounded_afterwards(void **state) {
    (void)state;
    assert_true(takes(secret_prepare_password, "x", 1024));
    assert_false(takes(secret_prepare_password, "x", 1025));
    assert_true(takes(secret_prepare_password, "e\u0301", 512));
    assert_false(takes(secret_prepare_password, "e\u0301", 513));
    assert_false(takes(secret_prepare_password, "\u0958", 171)); /* never composed again: 6 bytes of 3 */
    assert_true(takes(secret_prepare_password, "\u0958", 170));
    assert_true(takes(secret_prepare_login, "x", 254));
    assert_false(takes(secret_prepare_login, "x", 255));
    assert_true(takes(secret_prepare_login, "\uff38", 254));
    assert_false(
        takes(secret_prepare_login, "\ufdfa", 10)); /* one character of 18, the longest there is: 33 bytes */
    assert_true(takes(secret_prepare_login, "\ufdfa", 7));
    for (size_t len = 4096; len <= 4097; len++) {
        assert_false(takes(secret_prepare_password, "x", len));
        assert_false(takes(secret_prepare_login, "\ufdfa", len));
    }
}

/* A zero is a character like any other to a password, and a control to a login; nothing ends at it. */
static void a_zero_does_not_end_it(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes out;
    assert_ok(secret_prepare_password(BYTES("pass\0word"), a, &out));
    assert_true(bytes_equal(out, BYTES("pass\0word")));
    assert_fails(secret_prepare_login(BYTES("els\0"), a, &out), BAD_BODY);
    assert_fails(secret_prepare_login(BYTES("\0"), a, &out), BAD_BODY);
    arena_release(a);
}

/* Every character of Unicode, between two letters: prepared twice it is what it was prepared once. */
static void preparing_twice_changes_nothing(void **state) {
    (void)state;
    static prepare *const both[] = {secret_prepare_password, secret_prepare_login};
    size_t taken = 0;
    arena *a = arena_new();
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff) continue;
        uint8_t text[32] = "aaaaaaaa";
        size_t n = 8;
        n += (size_t)utf8proc_encode_char((utf8proc_int32_t)c, text + n);
        text[n++] = 'b';
        for (int i = 0; i < 2; i++) {
            bytes once, twice;
            if (!ok(both[i](bytes_make(text, n), a, &once))) continue;
            taken++;
            assert_ok(both[i](once, a, &twice));
            if (!bytes_equal(once, twice)) fail_msg("U+%04X is not stable", c);
        }
        arena_reset(a);
    }
    assert_true(taken > 1112064 + 130000);
    arena_release(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_as_the_table_says),     cmocka_unit_test(logins_as_the_table_says),
        cmocka_unit_test(lengths_are_bounded_afterwards),  cmocka_unit_test(a_zero_does_not_end_it),
        cmocka_unit_test(preparing_twice_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
