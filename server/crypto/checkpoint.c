#include "crypto/checkpoint.h"

#include "crypto/base64.h"

enum { STAMPED = 8 + SIGN_SIZE, COSIGNED_HEAD = 64 };

static bool take_line(bytes *from, bytes *line) { return bytes_cut(from, '\n', line) && line->len > 0; }

result checkpoint_parse(bytes text, checkpoint *out) {
    checkpoint c;
    bytes size, root, line;
    size_t len = 0;
    ENSURE(note_text_ok(text), BAD_REQUEST);
    ENSURE(take_line(&text, &c.origin) && take_line(&text, &size) && take_line(&text, &root), BAD_REQUEST);
    TRY(bytes_to_u64(size, MERKLE_SIZE_MAX, &c.size));
    TRY(base64_decode(root, c.root, sizeof c.root, &len));
    ENSURE(len == sizeof c.root, BAD_REQUEST);
    c.extension = text;
    while (text.len > 0) ENSURE(take_line(&text, &line), BAD_REQUEST);
    *out = c;
    return OK;
}

void checkpoint_write(bytes origin, uint64_t size, const uint8_t root[MERKLE_HASH], buf *out) {
    char text[BASE64_TEXT(MERKLE_HASH)];
    must(note_name_ok(origin) && size <= MERKLE_SIZE_MAX);
    buf_put(out, origin);
    buf_put_byte(out, '\n');
    buf_put_u64(out, size);
    buf_put_byte(out, '\n');
    buf_put(out, bytes_make(text, base64_encode(bytes_make(root, MERKLE_HASH), text)));
    buf_put_byte(out, '\n');
}

/* The first line keeps a cosignature from passing for a signature of the same key over some note. */
static buf cosigned_message(uint64_t time, bytes body) {
    must(time <= INT64_MAX && body.len <= NOTE_MAX);
    buf message = buf_new(COSIGNED_HEAD + NOTE_MAX);
    buf_put_string(&message, "cosignature/v1\ntime ");
    buf_put_u64(&message, time);
    buf_put_byte(&message, '\n');
    buf_put(&message, body);
    must(buf_ok(&message));
    return message;
}

void cosignature_make(const signer *s, bytes name, uint64_t time, bytes body, buf *line) {
    uint8_t stamped[STAMPED];
    note_key key = note_key_make(name, NOTE_COSIGNATURE, signer_public(s));
    buf message = cosigned_message(time, body);
    put_u64(stamped, time);
    signer_sign(s, buf_bytes(&message), stamped + 8);
    buf_release(&message);
    note_put_line(&key, BYTES_OF(stamped), line);
}

static bool line_holds(const note_line *line, const note_key *key, bytes body, uint64_t *time) {
    uint8_t stamped[STAMPED];
    if (!ok(note_line_signature(line, stamped, sizeof stamped))) return false;
    *time = get_u64(stamped);
    if (*time > INT64_MAX) return false;
    buf message = cosigned_message(*time, body);
    bool holds = signature_holds(key->public_key, buf_bytes(&message), stamped + 8);
    buf_release(&message);
    return holds;
}

bool cosignature_verify(const note_view *note, const note_key *key, uint64_t *time) {
    must(key->type == NOTE_COSIGNATURE);
    bool cosigned = false;
    for (size_t i = 0; i < note->count; i++) {
        uint64_t then;
        if (!note_line_is_of(&note->lines[i], key)) continue;
        if (!line_holds(&note->lines[i], key, note->text, &then)) return false;
        if (!cosigned || then > *time) *time = then;
        cosigned = true;
    }
    return cosigned;
}
