/* The key that encrypts keys, behind one interface: wrap, unwrap, id, close. It never reaches a database.
 *
 * A provider may keep it in this process (a file, a systemd credential) or never see it (a PKCS#11 token). What is
 * wrapped says under which KEK, in its first 8 bytes: rotation finds the rows of the old one, and a wrong KEK is
 * told from a damaged row. */
#ifndef KRING_CRYPTO_KEK_H
#define KRING_CRYPTO_KEK_H

#include "base/buf.h"
#include "crypto/aad.h"
#include "crypto/cipher.h"

typedef struct kek kek;

typedef struct {
    const char *name;
    /* Appends what `unwrap` turns back into the key; BAD_ENVELOPE if it was not made by this KEK with these
     * arguments. */
    result (*wrap)(void *state, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out);
    result (*unwrap)(void *state, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]);
    /* Wipes what it holds. */
    void (*close)(void *state);
} kek_provider;

/* For providers. Takes the state over. */
kek *kek_new(const kek_provider *provider, void *state, const uint8_t id[KEK_ID]);

/* The file provider: exactly 32 raw bytes, or 64 lower-case hex digits and a newline. A regular file (no link) of
 * ours or root's, closed to group and others; directly in $CREDENTIALS_DIRECTORY its mode may be 0440, which is how
 * systemd lends it. BAD_FILE otherwise, and `why` is a sentence for the operator; it never holds a byte of the
 * file. */
result kek_open_file(const char *path, kek **out, const char **why) MUST_USE;
/* Wipes. NULL is fine. */
void kek_release(kek *k);

/* Public: the first 8 bytes of SHA-256("kring-kek\0" | key). */
const uint8_t *kek_id(const kek *k);
const char *kek_provider_name(const kek *k);

/* Appends id | wrap. */
result kek_wrap(kek *k, uint32_t epoch, bytes aad, const uint8_t key[KEY_SIZE], buf *out) MUST_USE;
/* NO_KEY: wrapped under another KEK. BAD_ENVELOPE: damaged, or moved here from another row. */
result kek_unwrap(kek *k, uint32_t epoch, bytes aad, bytes wrapped, uint8_t key[KEY_SIZE]) MUST_USE;

#endif
