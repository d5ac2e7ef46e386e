#include "key.h"

#include "crypto/base64.h"
#include "crypto/secret.h"
#include "files.h"

#define HEAD "PRIVATE+KEY+"
enum { FILE_MAX = 512, RAW = 1 + SIGN_SEED };

static witness_key key_of(bytes name, const uint8_t seed[SIGN_SEED]) {
    witness_key k = {.signer = signer_new(seed)};
    k.shown = note_key_make(name, NOTE_COSIGNATURE, signer_public(k.signer));
    return k;
}

result key_create(int dir, bytes name, arena *a, witness_key *out) {
    uint8_t raw[RAW] = {NOTE_COSIGNATURE};
    char id[2 * NOTE_KEY_ID], text[BASE64_TEXT(RAW)];
    secret_random(raw + 1, SIGN_SEED);
    witness_key k = key_of(arena_copy(a, name), raw + 1);
    buf line = buf_new(FILE_MAX);
    hex_encode(BYTES_OF(k.shown.id), id);
    buf_put_string(&line, HEAD);
    buf_put(&line, name);
    buf_put_byte(&line, '+');
    buf_put(&line, BYTES_OF(id));
    buf_put_byte(&line, '+');
    buf_put(&line, bytes_make(text, base64_encode(BYTES_OF(raw), text)));
    buf_put_byte(&line, '\n');
    must(buf_ok(&line));
    result r = state_write(dir, KEY_FILE, buf_bytes(&line), false);
    buf_release(&line);
    wipe(raw, sizeof raw);
    wipe(text, sizeof text);
    if (!ok(r)) key_release(&k);
    *out = k;
    return r;
}

static result read_line(bytes text, arena *a, witness_key *out) {
    bytes line, name, hex;
    uint8_t raw[RAW], id[NOTE_KEY_ID];
    size_t raw_len = 0, id_len = 0;
    ENSURE(bytes_cut(&text, '\n', &line) && text.len == 0 && bytes_starts(line, HEAD), BAD_FILE);
    line = bytes_make(line.at + sizeof HEAD - 1, line.len - (sizeof HEAD - 1));
    ENSURE(bytes_cut(&line, '+', &name) && bytes_cut(&line, '+', &hex) && note_name_ok(name), BAD_FILE);
    ENSURE(ok(hex_decode(hex, id, sizeof id, &id_len)) && id_len == sizeof id, BAD_FILE);
    bool whole = ok(base64_decode(line, raw, sizeof raw, &raw_len)) && raw_len == sizeof raw && raw[0] == NOTE_COSIGNATURE;
    witness_key k = {0};
    if (whole) k = key_of(arena_copy(a, name), raw + 1);
    wipe(raw, sizeof raw);
    ENSURE(whole, BAD_FILE);
    if (memcmp(k.shown.id, id, sizeof id) != 0) { /* a changed seed or name would be another witness */
        key_release(&k);
        return FAIL(BAD_FILE);
    }
    *out = k;
    return OK;
}

result key_read(int dir, arena *a, witness_key *out) {
    buf text = buf_new(FILE_MAX);
    result r = state_read(dir, KEY_FILE, true, &text);
    if (ok(r)) r = read_line(buf_bytes(&text), a, out);
    buf_release(&text);
    return r;
}

void key_release(witness_key *k) {
    signer_release(k->signer);
    *k = (witness_key){0};
}
