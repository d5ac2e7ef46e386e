/* Unicode's many spellings of one password or login become one, in the arena, so that what was typed is wiped with
 * the exchange. */
#include "crypto/secret.h"

#include <utf8proc.h>

enum { INPUT_MAX = 4096, PASSWORD_MIN = 8, PASSWORD_MAX = 1024, LOGIN_MAX = 254, GROWTH_MAX = 32 };
#define NFC (UTF8PROC_STABLE | UTF8PROC_COMPOSE)

typedef struct {
    utf8proc_int32_t *at;
    size_t len;
} points;

/* utf8proc_decompose and not utf8proc_map, which leaves copies in the heap. BAD_BODY: not UTF-8, or too long. */
static result normalize(bytes utf8, utf8proc_option_t options, arena *a, points *out) {
    ENSURE(utf8.len <= INPUT_MAX, BAD_BODY);
    utf8proc_ssize_t len = (utf8proc_ssize_t)utf8.len;
    utf8proc_ssize_t count = len ? utf8proc_decompose(utf8.at, len, NULL, 0, options) : 0;
    ENSURE(count >= 0 && count <= GROWTH_MAX * INPUT_MAX, BAD_BODY);
    utf8proc_int32_t *at = ARENA_ARRAY(a, utf8proc_int32_t, (size_t)count + 1);
    if (count) must(utf8proc_decompose(utf8.at, len, at, count, options) == count);
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(at, count, options);
    must(composed >= 0 && composed <= count);
    *out = (points){at, (size_t)composed};
    return OK;
}

static bytes encode(points p, arena *a) {
    uint8_t *out = arena_take(a, 4 * p.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < p.len; i++) n += (size_t)utf8proc_encode_char(p.at[i], out + n);
    return bytes_make(out, n);
}

/* Unassigned characters are let through: a new emoji is a fair password, and a character without a decomposition
 * stays as it is. */
result secret_prepare_password(bytes utf8, arena *a, bytes *out) {
    points p;
    TRY(normalize(utf8, NFC, a, &p));
    bytes password = encode(p, a);
    ENSURE(password.len >= PASSWORD_MIN && password.len <= PASSWORD_MAX, BAD_BODY);
    *out = password;
    return OK;
}

static bool is_space(utf8proc_int32_t c) { return utf8proc_category(c) == UTF8PROC_CATEGORY_ZS; }

static points trim(points p) {
    while (p.len && is_space(p.at[p.len - 1])) p.len--;
    while (p.len && is_space(p.at[0])) p.at++, p.len--;
    return p;
}

/* Neither seen nor stable: controls, line ends, directions, private and unassigned characters. */
static bool belongs_in_login(utf8proc_int32_t c) {
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return false;
    default: return true;
    }
}

result secret_prepare_login(bytes utf8, arena *a, bytes *out) {
    points p;
    TRY(normalize(utf8, NFC | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, a, &p));
    p = trim(p);
    for (size_t i = 0; i < p.len; i++) ENSURE(belongs_in_login(p.at[i]), BAD_BODY);
    bytes login = encode(p, a);
    ENSURE(login.len >= 1 && login.len <= LOGIN_MAX, BAD_BODY);
    *out = login;
    return OK;
}
