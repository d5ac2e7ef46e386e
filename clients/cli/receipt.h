/* A receipt that somebody kept: a file that anybody may have changed since.
 *
 * Nothing in it is believed before its signature holds under a key that came from elsewhere. Only Ed25519 and only our
 * own type of content count, whatever the file says of itself; a key is known by what it is, not by what it is called.
 * No network, no screen. */
#ifndef KRING_CLI_RECEIPT_H
#define KRING_CLI_RECEIPT_H

#include "crypto/sign.h"
#include "json/read.h"

enum { RECEIPT_FILE_MAX = 4 << 20, KEYS_FILE_MAX = 256 << 10, KEYS_MAX = 64 };

typedef enum {
    RECEIPT_HOLDS,
    RECEIPT_NONE,         /* not a receipt at all */
    RECEIPT_BAD_HEAD,     /* the part that says how it was signed is damaged */
    RECEIPT_OTHER_WAY,    /* signed in a way that does not count here */
    RECEIPT_OTHER_KIND,   /* something else was signed, or a kind of receipt that this program does not know */
    RECEIPT_NO_SIGNATURE, /* the signature is not whole */
    RECEIPT_UNKNOWN_KEY,  /* none of the keys at hand signed it */
    RECEIPT_CHANGED       /* the content or the signature is not what was signed */
} receipt_state;

/* The word of a state in JSON: "unknown_key". */
const char *receipt_state_word(receipt_state s);

typedef struct {
    size_t count;
    uint8_t keys[KEYS_MAX][SIGN_PUBLIC];
} receipt_keys;

/* The Ed25519 keys of a JWK Set (RFC 7517), other keys apart; false when there is none, or it is no such set. */
bool receipt_keys_read(const json_value *root, receipt_keys *out) MUST_USE;

typedef struct {
    char key[SIGN_THUMBPRINT];    /* which one it names */
    bytes payload;                /* the JSON that was signed */
    const json_value *content;    /* the same, parsed */
} receipt;

/* `root` is a flattened JWS (RFC 7515). `out->key` is filled from RECEIPT_OTHER_KIND on, the rest only when it holds. */
receipt_state receipt_verify(arena *a, const json_value *root, const receipt_keys *keys, receipt *out) MUST_USE;

#endif
