/* Passwords, tokens and the keyed hashes.
 *
 * Pure functions over what they are given, so they run on any thread: Argon2id belongs on the pool (100 ms), the
 * rest costs a microsecond or less. Nothing here tells an unknown account from a wrong password: both cost one
 * Argon2id. */
#ifndef KRING_CRYPTO_SECRET_H
#define KRING_CRYPTO_SECRET_H

#include "base/arena.h"

enum { SHA256_SIZE = 32, TOKEN_TEXT = 43, CODE_TEXT = 34, LOGIN_INDEX = 16, PHC_SIZE = 128, SECRET_KEY = 32 };

/* Aborts if the system has no randomness: there is nothing safe to do without. */
void secret_random(void *out, size_t len);
/* The same from OpenSSL's generator for public values. */
void secret_nonce(uint8_t *out, size_t len);

void secret_sha256(bytes message, uint8_t out[SHA256_SIZE]);
/* HMAC-SHA-256 of (u8 length of label | label | message): two uses of one key never answer for each other. `label`
 * is a literal, at most 255 bytes. */
void secret_hmac(const uint8_t key[SECRET_KEY], bytes label, bytes message, uint8_t out[SHA256_SIZE]);
/* Finds an account by its login without storing the login: HMAC-SHA-256(key, prepared login), cut to 16 bytes. */
void secret_login_index(const uint8_t key[SECRET_KEY], bytes prepared, uint8_t out[LOGIN_INDEX]);

/* 256 random bits as 43 characters of base64url, without a terminator. */
void secret_token(char text[TOKEN_TEXT]);
/* SHA-256 of the 43 characters, the only form at rest. UNAUTHENTICATED unless it has the one spelling that a token
 * can have. */
result secret_token_hash(bytes text, uint8_t out[SHA256_SIZE]) MUST_USE;

/* 140 random bits that a person can read to another and type: seven groups of four, without letters that look alike. */
void secret_code(char text[CODE_TEXT]);
/* SHA-256 of its 28 characters, the only form at rest: however the groups were typed. BAD_CODE, with a hash that is no code's,
 * unless it can be one. */
result secret_code_hash(bytes text, uint8_t out[SHA256_SIZE]) MUST_USE;

/* Argon2id, one lane. */
typedef struct {
    uint32_t memory_kib, passes;
} password_cost;

#define PASSWORD_COST ((password_cost){64 * 1024, 3})
/* OWASP's floor; with a single pass it is 46 MiB. */
#define PASSWORD_COST_FLOOR ((password_cost){19 * 1024, 2})
enum { PASSWORD_MEMORY_MAX = 256 * 1024, PASSWORD_PASSES_MAX = 10 };

/* At or above the floor and within the bounds. */
bool password_cost_ok(password_cost cost);

/* `phc` becomes a terminated string, $argon2id$v=19$m=..,t=..,p=1$salt$hash; the pepper is Argon2's secret input
 * and is not in it. `password` must be prepared. BAD_SETTING: the cost is below the floor or past the bounds;
 * UNAVAILABLE: no memory. */
result secret_hash_password(bytes password, const uint8_t pepper[SECRET_KEY], password_cost cost,
                            char phc[PHC_SIZE]) MUST_USE;
/* OK: it is the password; BAD_LOGIN: it is not, or `phc` is not one of ours (the same work is done then, at
 * `current`); UNAVAILABLE: no memory. `needs_rehash`: right, but stored at a cost below `current`. */
result secret_verify_password(bytes password, const uint8_t pepper[SECRET_KEY], const char *phc,
                              password_cost current, bool *needs_rehash) MUST_USE;
/* What an unknown login is verified against: no password fits it. */
void secret_dummy_phc(password_cost cost, char phc[PHC_SIZE]);

/* Unicode NFC, 8 to 1024 bytes afterwards; no rule of composition. BAD_BODY otherwise. In the arena, so it is wiped
 * with it. */
result secret_prepare_password(bytes utf8, arena *a, bytes *out) MUST_USE;
/* The one form of a login: NFKC, case folded, invisible characters left out, trimmed; 1 to 254 bytes, no control or
 * unassigned characters. BAD_BODY otherwise. */
result secret_prepare_login(bytes utf8, arena *a, bytes *out) MUST_USE;

#endif
