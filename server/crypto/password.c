#include "crypto/phc.h"

#include <argon2.h>

bool password_cost_ok(password_cost c) {
    if (c.memory_kib > PASSWORD_MEMORY_MAX || c.passes > PASSWORD_PASSES_MAX) return false;
    if (c.passes == 1) return c.memory_kib >= 46 * 1024; /* OWASP's other floor */
    return c.memory_kib >= PASSWORD_COST_FLOOR.memory_kib && c.passes >= PASSWORD_COST_FLOOR.passes;
}

/* libargon2 wants its inputs writable but leaves them alone without the CLEAR flags; its own memory it wipes. */
static uint8_t *writable(const uint8_t *p) { return (uint8_t *)(uintptr_t)p; }

static result argon2id(bytes password, const uint8_t pepper[SECRET_KEY], const phc *with, uint8_t tag[PHC_TAG]) {
    must(password.len <= UINT32_MAX);
    argon2_context c = {
        .out = tag, .outlen = PHC_TAG,
        .pwd = writable(password.at), .pwdlen = (uint32_t)password.len,
        .salt = writable(with->salt), .saltlen = PHC_SALT,
        .secret = writable(pepper), .secretlen = SECRET_KEY,
        .t_cost = with->cost.passes, .m_cost = with->cost.memory_kib, .lanes = 1, .threads = 1,
        .version = ARGON2_VERSION_13, .flags = ARGON2_DEFAULT_FLAGS,
    };
    int code = argon2_ctx(&c, Argon2_id);
    ENSURE(code != ARGON2_MEMORY_ALLOCATION_ERROR, UNAVAILABLE);
    must(code == ARGON2_OK);
    return OK;
}

result secret_hash_password(bytes password, const uint8_t pepper[SECRET_KEY], password_cost cost,
                            char text[PHC_SIZE]) {
    ENSURE(password_cost_ok(cost), BAD_SETTING);
    phc made = {.cost = cost};
    secret_random(made.salt, sizeof made.salt);
    TRY(argon2id(password, pepper, &made, made.tag));
    phc_write(&made, text);
    wipe(&made, sizeof made);
    return OK;
}

/* A random tag has no password that anybody could find. */
static phc dummy(password_cost cost) {
    phc made = {.cost = cost};
    secret_random(made.salt, sizeof made.salt);
    secret_random(made.tag, sizeof made.tag);
    return made;
}

void secret_dummy_phc(password_cost cost, char text[PHC_SIZE]) {
    must(password_cost_ok(cost));
    phc made = dummy(cost);
    phc_write(&made, text);
}

static bool is_below(password_cost a, password_cost b) { return a.memory_kib < b.memory_kib || a.passes < b.passes; }

result secret_verify_password(bytes password, const uint8_t pepper[SECRET_KEY], const char *text,
                              password_cost current, bool *needs_rehash) {
    *needs_rehash = false;
    must(password_cost_ok(current));
    phc stored;
    uint8_t tag[PHC_TAG];
    bool readable = ok(phc_read(bytes_of_string(text), &stored));
    if (!readable) stored = dummy(current);
    TRY(argon2id(password, pepper, &stored, tag));
    bool same = bytes_equal_secret(BYTES_OF(tag), BYTES_OF(stored.tag));
    bool below = is_below(stored.cost, current);
    wipe(tag, sizeof tag);
    wipe(&stored, sizeof stored);
    ENSURE(same && readable, BAD_LOGIN);
    *needs_rehash = below;
    return OK;
}
