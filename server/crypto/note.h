/* Signed notes (C2SP signed-note): a text and the lines of those who signed it.
 *
 * A note is opened whole or refused; what it says counts only after note_verify, under a key that came from elsewhere. Signatures
 * of unknown keys are kept and ignored, as the specification demands, so that others may add theirs. Views are spans of what was
 * given and live as long as that. */
#ifndef KRING_CRYPTO_NOTE_H
#define KRING_CRYPTO_NOTE_H

#include "base/buf.h"
#include "crypto/sign.h"

/* 16 signatures of post-quantum size fit the ceiling. */
enum { NOTE_MAX = 128 * 1024, NOTE_SIGNATURES_MAX = 16, NOTE_NAME_MAX = 255, NOTE_KEY_ID = 4 };

/* The types of signature that we make and check; both are Ed25519. */
typedef enum { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 } note_type;

/* Name and id together are a key's identity; the public key is what decides. */
typedef struct {
    bytes name;
    uint8_t type, id[NOTE_KEY_ID], public_key[SIGN_PUBLIC];
} note_key;

/* Not empty, UTF-8, at most 255 bytes, no space of Unicode's, no control character, no plus. */
bool note_name_ok(bytes name) MUST_USE;
/* UTF-8 that ends in a newline, and no other control character. */
bool note_text_ok(bytes text) MUST_USE;

/* The id is SHA-256(name | 0x0a | type | public key)[:4]. The name must be fine, and its bytes outlive the key. */
note_key note_key_make(bytes name, note_type type, const uint8_t public_key[SIGN_PUBLIC]);
/* "name+keyid+base64": a verifier key of one of our types, whose id is its own. BAD_REQUEST otherwise. */
result note_key_parse(bytes vkey, note_key *out) MUST_USE;
void note_key_write(const note_key *key, buf *out);

typedef struct {
    bytes name, signature; /* the signature in base64, key id and all, known to be well formed */
    uint8_t id[NOTE_KEY_ID];
} note_line;

typedef struct {
    bytes text; /* with its final newline */
    size_t count;
    note_line lines[NOTE_SIGNATURES_MAX];
} note_view;

/* BAD_REQUEST: not a note, or more lines than we look at. */
result note_open(bytes note, note_view *out) MUST_USE;
/* Signature lines alone, as a witness answers; `text` is what they are about. */
result note_open_lines(bytes text, bytes lines, note_view *out) MUST_USE;
/* The key, of type NOTE_ED25519, signed the text: it has a line, and every line of its holds. */
bool note_verify(const note_view *note, const note_key *key) MUST_USE;

/* The whole note. BAD_BODY: the name or the text could not be in one. */
result note_sign(const signer *s, bytes name, bytes text, buf *out) MUST_USE;
/* One line: em dash, name, base64(key id | signature). */
void note_put_line(const note_key *key, bytes signature, buf *out);
/* Whether that line is of this key, and then what follows the key id in it. BAD_REQUEST: its signature is not of that size. */
bool note_line_is_of(const note_line *line, const note_key *key) MUST_USE;
result note_line_signature(const note_line *line, uint8_t *out, size_t size) MUST_USE;

#endif
