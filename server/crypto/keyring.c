#include "crypto/keyring.h"

#include "crypto/keytable.h"
#include "base/memory.h"
#include "crypto/secret.h"
#include "crypto/wrap.h"

const char *const service_purposes[SERVICE_PURPOSES] = {
    "login-index", "password-pepper", "session-mac", "cursor", "idempotency", "account-text", "receipt",
};

typedef struct {
    uint8_t key[KEY_SIZE];
    cipher_key *cipher; /* NULL: absent */
} service_key;

struct keyring {
    kek *kek;
    keytable *keys;
    service_key services[SERVICE_PURPOSES];
};

keyring *keyring_new(kek *k, size_t max_keys) {
    keyring *r = memory_take(sizeof *r);
    r->kek = k;
    r->keys = keytable_new(max_keys < KEYRING_MIN ? KEYRING_MIN : max_keys);
    return r;
}

void keyring_release(keyring *r) {
    if (!r) return;
    for (int i = 0; i < SERVICE_PURPOSES; i++) cipher_key_release(r->services[i].cipher);
    keytable_release(r->keys);
    kek_release(r->kek);
    memory_give(r, sizeof *r);
}

const kek *keyring_kek(const keyring *r) { return r->kek; }
size_t keyring_count(const keyring *r) { return keytable_count(r->keys); }

static key_name name_of_family(uuid family, uint32_t epoch) {
    return (key_name){.family = family, .epoch = epoch, .kind = KEY_OF_FAMILY};
}

static key_name name_of_owner(uuid family, uuid owner, uint32_t epoch) {
    return (key_name){.family = family, .owner = owner, .epoch = epoch, .kind = KEY_OF_OWNER};
}

static key_name name_of_audit(uuid family) { return (key_name){.family = family, .kind = KEY_OF_AUDIT}; }

static cipher_key *find(keyring *r, key_name name) { return keytable_find(r->keys, &name); }

cipher_key *keyring_find(keyring *r, uuid family, uuid owner, uint32_t epoch) {
    return find(r, name_of_owner(family, owner, epoch));
}

cipher_key *keyring_find_audit(keyring *r, uuid family) { return find(r, name_of_audit(family)); }

bool keyring_has_family(keyring *r, uuid family, uint32_t epoch) {
    return find(r, name_of_family(family, epoch)) != NULL;
}

void keyring_forget(keyring *r, uuid family) { keytable_drop_family(r->keys, family); }

/* Under the KEK: family, audit and service keys. */
static result make_under_kek(keyring *r, uint32_t epoch, bytes aad, buf *wrapped) {
    uint8_t key[KEY_SIZE];
    secret_random(key, sizeof key);
    result made = kek_wrap(r->kek, epoch, aad, key, wrapped);
    wipe(key, sizeof key);
    return made;
}

static result add_under_kek(keyring *r, key_name name, bytes aad, bytes wrapped) {
    uint8_t key[KEY_SIZE];
    TRY(kek_unwrap(r->kek, name.epoch, aad, wrapped, key));
    keytable_put(r->keys, &name, cipher_key_new(key));
    wipe(key, sizeof key);
    return OK;
}

result keyring_make_family(keyring *r, uuid family, uint32_t epoch, buf *wrapped) {
    uint8_t aad[AAD_FAMILY_KEY];
    aad_family_key(family, epoch, kek_id(r->kek), aad);
    return make_under_kek(r, epoch, BYTES_OF(aad), wrapped);
}

result keyring_add_family(keyring *r, uuid family, uint32_t epoch, bytes wrapped) {
    uint8_t aad[AAD_FAMILY_KEY];
    aad_family_key(family, epoch, kek_id(r->kek), aad);
    return add_under_kek(r, name_of_family(family, epoch), BYTES_OF(aad), wrapped);
}

result keyring_make_audit(keyring *r, uuid family, buf *wrapped) {
    uint8_t aad[AAD_AUDIT_KEY];
    aad_audit_key(family, kek_id(r->kek), aad);
    return make_under_kek(r, 0, BYTES_OF(aad), wrapped);
}

result keyring_add_audit(keyring *r, uuid family, bytes wrapped) {
    uint8_t aad[AAD_AUDIT_KEY];
    aad_audit_key(family, kek_id(r->kek), aad);
    return add_under_kek(r, name_of_audit(family), BYTES_OF(aad), wrapped);
}

/* Under the family key: the owners' keys. The envelope's epoch is the family key's, the associated data holds the
 * owner's. */
result keyring_make_owner(keyring *r, uuid family, uuid owner, uint32_t epoch, uint32_t family_epoch,
                          buf *wrapped) {
    uint8_t aad[AAD_OWNER_KEY], key[KEY_SIZE];
    cipher_key *with = find(r, name_of_family(family, family_epoch));
    ENSURE(with != NULL, NO_KEY);
    aad_owner_key(family, owner, epoch, aad);
    secret_random(key, sizeof key);
    result made = wrap_key(with, family_epoch, BYTES_OF(aad), key, wrapped);
    wipe(key, sizeof key);
    return made;
}

result keyring_add_owner(keyring *r, uuid family, uuid owner, uint32_t epoch, uint32_t family_epoch,
                         bytes wrapped) {
    uint8_t aad[AAD_OWNER_KEY], key[KEY_SIZE];
    cipher_key *with = find(r, name_of_family(family, family_epoch));
    ENSURE(with != NULL, NO_KEY);
    aad_owner_key(family, owner, epoch, aad);
    TRY(unwrap_key(with, family_epoch, BYTES_OF(aad), wrapped, key));
    key_name name = name_of_owner(family, owner, epoch);
    keytable_put(r->keys, &name, cipher_key_new(key));
    wipe(key, sizeof key);
    return OK;
}

static int service_of(const char *purpose) {
    for (int i = 0; i < SERVICE_PURPOSES; i++)
        if (strcmp(service_purposes[i], purpose) == 0) return i;
    return -1;
}

result keyring_make_service(keyring *r, const char *purpose, buf *wrapped) {
    uint8_t aad[AAD_SERVICE_KEY];
    ENSURE(service_of(purpose) >= 0, NO_KEY);
    aad_service_key(purpose, kek_id(r->kek), aad);
    return make_under_kek(r, 0, BYTES_OF(aad), wrapped);
}

result keyring_add_service(keyring *r, const char *purpose, bytes wrapped) {
    uint8_t aad[AAD_SERVICE_KEY], key[KEY_SIZE];
    int i = service_of(purpose);
    ENSURE(i >= 0, NO_KEY);
    aad_service_key(purpose, kek_id(r->kek), aad);
    TRY(kek_unwrap(r->kek, 0, BYTES_OF(aad), wrapped, key));
    service_key *s = &r->services[i];
    cipher_key_release(s->cipher);
    s->cipher = cipher_key_new(key);
    memcpy(s->key, key, KEY_SIZE);
    wipe(key, sizeof key);
    return OK;
}

const uint8_t *keyring_service(const keyring *r, const char *purpose) {
    int i = service_of(purpose);
    return i >= 0 && r->services[i].cipher ? r->services[i].key : NULL;
}

cipher_key *keyring_service_cipher(keyring *r, const char *purpose) {
    int i = service_of(purpose);
    return i >= 0 ? r->services[i].cipher : NULL;
}
