#include "crypto/note.h"

#include "crypto/base64.h"
#include "crypto/secret.h"

#include <utf8proc.h>

#define DASH "\xe2\x80\x94 " /* em dash, space */
enum { KEY_RAW = 1 + SIGN_PUBLIC, LINE_RAW_MAX = 256 };

/* ---- letters ---- */

/* The next code point, or -1 where it is not UTF-8. */
static int32_t letter(bytes text, size_t *at) {
    utf8proc_int32_t c = -1;
    size_t left = text.len - *at;
    utf8proc_ssize_t n = utf8proc_iterate(text.at + *at, left > 4 ? 4 : (utf8proc_ssize_t)left, &c);
    if (n <= 0) return -1;
    *at += (size_t)n;
    return c;
}

static bool is_space(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return c == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool note_name_ok(bytes name) {
    if (name.len == 0 || name.len > NOTE_NAME_MAX) return false;
    for (size_t at = 0; at < name.len;) {
        int32_t c = letter(name, &at);
        if (c < 0x20 || c == '+' || is_space(c)) return false;
    }
    return true;
}

static bool letters_ok(bytes text) {
    for (size_t at = 0; at < text.len;) {
        int32_t c = letter(text, &at);
        if (c < 0x20 && c != '\n') return false;
    }
    return true;
}

bool note_text_ok(bytes text) { return text.len > 0 && text.at[text.len - 1] == '\n' && letters_ok(text); }

/* ---- keys ---- */

note_key note_key_make(bytes name, note_type type, const uint8_t public_key[SIGN_PUBLIC]) {
    must(note_name_ok(name));
    note_key key = {.name = name, .type = (uint8_t)type};
    uint8_t named[NOTE_NAME_MAX + 1 + KEY_RAW], hash[SHA256_SIZE];
    memcpy(key.public_key, public_key, SIGN_PUBLIC);
    memcpy(named, name.at, name.len);
    named[name.len] = '\n';
    named[name.len + 1] = key.type;
    memcpy(named + name.len + 2, public_key, SIGN_PUBLIC);
    secret_sha256(bytes_make(named, name.len + 1 + KEY_RAW), hash);
    memcpy(key.id, hash, NOTE_KEY_ID);
    return key;
}

result note_key_parse(bytes vkey, note_key *out) {
    bytes name, hex;
    uint8_t id[NOTE_KEY_ID], raw[KEY_RAW];
    size_t id_len = 0, raw_len = 0;
    ENSURE(bytes_cut(&vkey, '+', &name) && bytes_cut(&vkey, '+', &hex) && note_name_ok(name), BAD_REQUEST);
    TRY(hex_decode(hex, id, sizeof id, &id_len));
    TRY(base64_decode(vkey, raw, sizeof raw, &raw_len));
    ENSURE(id_len == sizeof id && raw_len == sizeof raw, BAD_REQUEST);
    ENSURE(raw[0] == NOTE_ED25519 || raw[0] == NOTE_COSIGNATURE, BAD_REQUEST);
    note_key key = note_key_make(name, raw[0], raw + 1);
    ENSURE(memcmp(key.id, id, sizeof id) == 0, BAD_REQUEST);
    *out = key;
    return OK;
}

void note_key_write(const note_key *key, buf *out) {
    uint8_t raw[KEY_RAW] = {key->type};
    char id[2 * NOTE_KEY_ID], text[BASE64_TEXT(KEY_RAW)];
    memcpy(raw + 1, key->public_key, SIGN_PUBLIC);
    hex_encode(BYTES_OF(key->id), id);
    buf_put(out, key->name);
    buf_put_byte(out, '+');
    buf_put(out, BYTES_OF(id));
    buf_put_byte(out, '+');
    buf_put(out, bytes_make(text, base64_encode(BYTES_OF(raw), text)));
}

/* ---- opening ---- */

static result read_line(bytes line, note_line *out) {
    uint8_t head[6];
    size_t len = 0;
    ENSURE(bytes_starts(line, DASH), BAD_REQUEST);
    line = bytes_make(line.at + sizeof DASH - 1, line.len - (sizeof DASH - 1));
    ENSURE(bytes_cut(&line, ' ', &out->name) && note_name_ok(out->name), BAD_REQUEST);
    TRY(base64_decode(line, NULL, SIZE_MAX, &len));
    ENSURE(len > NOTE_KEY_ID, BAD_REQUEST);
    TRY(base64_decode(bytes_make(line.at, 8), head, sizeof head, &len));
    memcpy(out->id, head, NOTE_KEY_ID);
    out->signature = line;
    return OK;
}

result note_open_lines(bytes text, bytes lines, note_view *out) {
    ENSURE(text.len <= NOTE_MAX && lines.len <= NOTE_MAX && note_text_ok(text) && note_text_ok(lines), BAD_REQUEST);
    *out = (note_view){.text = text};
    for (bytes line; bytes_cut(&lines, '\n', &line);) {
        ENSURE(out->count < NOTE_SIGNATURES_MAX, BAD_REQUEST);
        TRY(read_line(line, &out->lines[out->count++]));
    }
    return OK;
}

/* The last empty line parts the text from the signatures: a text may have empty lines, the signatures can't. */
result note_open(bytes note, note_view *out) {
    ENSURE(note.len <= NOTE_MAX, BAD_REQUEST);
    size_t end = note.len;
    while (end >= 2 && !(note.at[end - 1] == '\n' && note.at[end - 2] == '\n')) end--;
    ENSURE(end >= 2, BAD_REQUEST);
    return note_open_lines(bytes_make(note.at, end - 1), bytes_make(note.at + end, note.len - end), out);
}

/* ---- verifying ---- */

bool note_line_is_of(const note_line *line, const note_key *key) {
    return bytes_equal(line->name, key->name) && memcmp(line->id, key->id, NOTE_KEY_ID) == 0;
}

result note_line_signature(const note_line *line, uint8_t *out, size_t size) {
    uint8_t raw[LINE_RAW_MAX];
    size_t len = 0;
    must(size <= sizeof raw - NOTE_KEY_ID);
    TRY(base64_decode(line->signature, raw, NOTE_KEY_ID + size, &len));
    ENSURE(len == NOTE_KEY_ID + size, BAD_REQUEST);
    memcpy(out, raw + NOTE_KEY_ID, size);
    return OK;
}

/* A line that claims a known key and does not hold spoils the note: nobody honest writes one. */
bool note_verify(const note_view *note, const note_key *key) {
    must(key->type == NOTE_ED25519);
    bool signed_once = false;
    for (size_t i = 0; i < note->count; i++) {
        uint8_t signature[SIGN_SIZE];
        if (!note_line_is_of(&note->lines[i], key)) continue;
        if (!ok(note_line_signature(&note->lines[i], signature, sizeof signature))) return false;
        if (!signature_holds(key->public_key, note->text, signature)) return false;
        signed_once = true;
    }
    return signed_once;
}

/* ---- signing ---- */

void note_put_line(const note_key *key, bytes signature, buf *out) {
    uint8_t raw[LINE_RAW_MAX];
    char text[BASE64_TEXT(LINE_RAW_MAX)];
    must(signature.len <= sizeof raw - NOTE_KEY_ID);
    memcpy(raw, key->id, NOTE_KEY_ID);
    memcpy(raw + NOTE_KEY_ID, signature.at, signature.len);
    buf_put_string(out, DASH);
    buf_put(out, key->name);
    buf_put_byte(out, ' ');
    buf_put(out, bytes_make(text, base64_encode(bytes_make(raw, NOTE_KEY_ID + signature.len), text)));
    buf_put_byte(out, '\n');
}

result note_sign(const signer *s, bytes name, bytes text, buf *out) {
    ENSURE(note_name_ok(name) && note_text_ok(text) && text.len <= NOTE_MAX / 2, BAD_BODY);
    note_key key = note_key_make(name, NOTE_ED25519, signer_public(s));
    uint8_t signature[SIGN_SIZE];
    signer_sign(s, text, signature);
    buf_put(out, text);
    buf_put_byte(out, '\n');
    note_put_line(&key, BYTES_OF(signature), out);
    return OK;
}
