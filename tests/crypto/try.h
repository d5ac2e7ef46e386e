/* What the tests of this folder share. */
#ifndef KRING_TESTS_CRYPTO_TRY_H
#define KRING_TESTS_CRYPTO_TRY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/bytes.h"

#include <cmocka.h>

#define assert_ok(expression) assert_int_equal((expression).code, R_DONE)
#define assert_fails(expression, name) assert_int_equal((expression).code, R_##name)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Fills `out` from hex and returns how many bytes that were. */
static inline size_t from_hex(const char *text, uint8_t *out, size_t cap) {
    size_t len = 0;
    assert_ok(hex_decode(bytes_of_string(text), out, cap, &len));
    return len;
}

static inline uuid id_of(uint8_t n) {
    uuid id;
    memset(id.b, n, sizeof id.b);
    return id;
}

#endif
