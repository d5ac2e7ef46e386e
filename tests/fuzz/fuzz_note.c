/* Fuzzes what a log, a witness or a stranger hands over as a signed text.
 *
 * Target functions: note_open, note_open_lines, note_verify, note_key_parse, checkpoint_parse, cosignature_verify, base64_decode.
 * Held to: under our key only the one text that it signed holds, and only with the one time; a key, a checkpoint or base64 that is
 * read is written as it was read; nothing is read past its end. */
#include "crypto/base64.h"
#include "crypto/checkpoint.h"

#include <stdlib.h>

#define TEXT "log.example/a\n7\n3biYvkA4CTJXUNPSY815KcKSlCeUKjS3fhIsmVp0x0w=\n"
enum { TIME = 1700000000 };

static struct {
    note_key log, witness;
    buf note; /* signed by both */
} own;

static void make_own(void) {
    static const uint8_t seeds[2][SIGN_SEED] = {{1}, {2}};
    if (own.note.len) return;
    signer *log = signer_new(seeds[0]), *witness = signer_new(seeds[1]);
    own.log = note_key_make(BYTES("log.example/a"), NOTE_ED25519, signer_public(log));
    own.witness = note_key_make(BYTES("w.example"), NOTE_COSIGNATURE, signer_public(witness));
    own.note = buf_new(NOTE_MAX);
    must(ok(note_sign(log, own.log.name, BYTES(TEXT), &own.note)));
    cosignature_make(witness, own.witness.name, TIME, BYTES(TEXT), &own.note);
    signer_release(log);
    signer_release(witness);
}

static void check(result opened, const note_view *view) {
    uint64_t time = 0;
    checkpoint c;
    if (!ok(opened)) return;
    must(view->count > 0 && view->count <= NOTE_SIGNATURES_MAX && note_text_ok(view->text));
    if (note_verify(view, &own.log)) must(bytes_is(view->text, TEXT));
    if (cosignature_verify(view, &own.witness, &time)) must(bytes_is(view->text, TEXT) && time == TIME);
    if (ok(checkpoint_parse(view->text, &c))) must(c.origin.len > 0 && c.size <= MERKLE_SIZE_MAX);
}

static void read_note(bytes input) {
    note_view view;
    check(note_open(input, &view), &view);
}

static void read_lines(bytes input) {
    note_view view;
    check(note_open_lines(BYTES(TEXT), input, &view), &view);
}

/* The input XORed over the good note. */
static void change(bytes input) {
    uint8_t *changed = malloc(own.note.len);
    must(changed != NULL);
    memcpy(changed, own.note.at, own.note.len);
    for (size_t i = 0; i < own.note.len && i < input.len; i++) changed[i] ^= input.at[i];
    read_note(bytes_make(changed, own.note.len));
    free(changed);
}

static void read_key(bytes input) {
    note_key key;
    buf out = buf_new(1024);
    if (!ok(note_key_parse(input, &key))) return;
    note_key_write(&key, &out);
    must(buf_ok(&out) && bytes_equal(buf_bytes(&out), input));
    buf_release(&out);
}

static void read_checkpoint(bytes input) {
    checkpoint c;
    buf out = buf_new(NOTE_MAX * 2);
    if (!ok(checkpoint_parse(input, &c)) || !note_name_ok(c.origin)) return;
    checkpoint_write(c.origin, c.size, c.root, &out);
    buf_put(&out, c.extension);
    must(buf_ok(&out) && bytes_equal(buf_bytes(&out), input));
    buf_release(&out);
}

static void read_base64(bytes input) {
    uint8_t *raw = malloc(input.len + 1);
    char *text = malloc(BASE64_TEXT(input.len) + 1);
    size_t len = 0;
    must(raw != NULL && text != NULL);
    if (ok(base64_decode(input, raw, input.len, &len)))
        must(bytes_equal(bytes_make(text, base64_encode(bytes_make(raw, len), text)), input));
    free(raw);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 20000) return 0;
    bytes input = bytes_make(data + 1, size - 1);
    make_own();
    switch (data[0] % 6) {
    case 0: read_note(input); break;
    case 1: read_lines(input); break;
    case 2: change(input); break;
    case 3: read_key(input); break;
    case 4: read_checkpoint(input); break;
    default: read_base64(input); break;
    }
    return 0;
}
