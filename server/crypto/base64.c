#include "crypto/base64.h"

enum { GROUP = 4 };

size_t base64_encode(bytes raw, char *out) {
    size_t n = base64url_encode(raw, out);
    for (size_t i = 0; i < n; i++) out[i] = out[i] == '-' ? '+' : out[i] == '_' ? '/' : out[i];
    while (n % GROUP) out[n++] = '=';
    return n;
}

/* The last two letters of the alphabet are all that differs; theirs are not ours. */
static bool as_url(uint8_t c, uint8_t *out) {
    *out = c == '+' ? '-' : c == '/' ? '_' : c;
    return c != '-' && c != '_';
}

static result decode_group(const uint8_t *text, size_t letters, uint8_t out[3], size_t *len) {
    uint8_t group[GROUP];
    for (size_t i = 0; i < letters; i++) ENSURE(as_url(text[i], &group[i]), BAD_REQUEST);
    return base64url_decode(bytes_make(group, letters), out, 3, len);
}

static size_t padding_of(bytes text) {
    if (text.len == 0 || text.at[text.len - 1] != '=') return 0;
    return text.at[text.len - 2] == '=' ? 2 : 1;
}

result base64_decode(bytes text, uint8_t *out, size_t cap, size_t *len) {
    ENSURE(text.len % GROUP == 0, BAD_REQUEST);
    size_t letters = text.len - padding_of(text), written = 0;
    ENSURE(letters / GROUP * 3 + (letters % GROUP ? letters % GROUP - 1 : 0) <= cap, BAD_REQUEST);
    for (size_t i = 0; i < letters; i += GROUP) {
        uint8_t raw[3];
        size_t n = 0;
        TRY(decode_group(text.at + i, letters - i < GROUP ? letters - i : GROUP, raw, &n));
        if (out) memcpy(out + written, raw, n);
        written += n;
    }
    *len = written;
    return OK;
}
