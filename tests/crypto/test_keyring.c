/* Keys under keys: each opens only in its own place, the cache stays bounded, and nothing is used after it is gone.
 */
#include "try.h"

#include "crypto/envelope.h"
#include "crypto/keyring.h"
#include "crypto/keytable.h"
#include "crypto/wrap.h"

#include <stdlib.h>
#include <unistd.h>


static kek *kek_of(uint8_t n) {
    char path[] = "/tmp/kring-kek-XXXXXX";
    uint8_t key[KEY_SIZE];
    const char *why = NULL;
    kek *k = NULL;
    int fd = mkstemp(path);
    memset(key, n, sizeof key);
    assert_true(fd >= 0 && write(fd, key, sizeof key) == (ssize_t)sizeof key && close(fd) == 0);
    assert_ok(kek_open_file(path, &k, &why));
    assert_null(why);
    assert_int_equal(unlink(path), 0);
    return k;
}

static keyring *ring_of(uint8_t n) { return keyring_new(kek_of(n), 0); }

/* Seals under one key and opens under the other: whether the two are the same key. */
static bool same_key(cipher_key *a, cipher_key *b) {
    buf out = buf_new(4096);
    arena *mem = arena_new();
    bytes plain;
    assert_ok(envelope_seal(a, ENVELOPE_GCM, 1, BYTES("x"), BYTES("note"), &out));
    bool same = ok(envelope_open(b, ENVELOPE_GCM, 1, BYTES("x"), buf_bytes(&out), mem, &plain));
    buf_release(&out);
    arena_release(mem);
    return same;
}

static void a_family_is_made_once_and_opened_anywhere(void **state) {
    (void)state;
    keyring *r = ring_of(1), *elsewhere = ring_of(1);
    buf family = buf_new(1024), owner = buf_new(1024), audit = buf_new(1024);
    assert_ok(keyring_make_family(r, id_of(1), 1, &family));
    assert_false(keyring_has_family(r, id_of(1), 1)); /* making is not adding */
    assert_fails(keyring_make_owner(r, id_of(1), id_of(2), 1, 1, &owner), NO_KEY);
    keyring *rings[] = {r, elsewhere};
    assert_ok(keyring_add_family(r, id_of(1), 1, buf_bytes(&family)));
    assert_ok(keyring_make_owner(r, id_of(1), id_of(2), 1, 1, &owner));
    assert_ok(keyring_make_audit(r, id_of(1), &audit));
    assert_null(keyring_find(r, id_of(1), id_of(2), 1));
    assert_fails(keyring_add_owner(elsewhere, id_of(1), id_of(2), 1, 1, buf_bytes(&owner)), NO_KEY);
    for (int i = 0; i < 2; i++) {
        assert_ok(keyring_add_family(rings[i], id_of(1), 1, buf_bytes(&family)));
        assert_ok(keyring_add_owner(rings[i], id_of(1), id_of(2), 1, 1, buf_bytes(&owner)));
        assert_ok(keyring_add_audit(rings[i], id_of(1), buf_bytes(&audit)));
        assert_int_equal(keyring_count(rings[i]), 3);
    }
    cipher_key *mine = keyring_find(r, id_of(1), id_of(2), 1),
               *theirs = keyring_find(elsewhere, id_of(1), id_of(2), 1);
    assert_true(same_key(mine, theirs));
    assert_false(same_key(mine, keyring_find_audit(r, id_of(1))));
    assert_null(keyring_find(r, id_of(1), id_of(2), 2));
    assert_null(keyring_find(r, id_of(2), id_of(1), 1));
    assert_null(keyring_find_audit(r, id_of(2)));
    buf_release(&family), buf_release(&owner), buf_release(&audit);
    keyring_release(r);
    keyring_release(elsewhere);
}

/* A wrapped key in another row, of the same table or of another, opens nothing. */
static void wraps_do_not_move(void **state) {
    (void)state;
    keyring *r = ring_of(1);
    buf w[5];
    for (int i = 0; i < 5; i++) w[i] = buf_new(1024);
    assert_ok(keyring_make_family(r, id_of(1), 1, &w[0]));
    assert_ok(keyring_add_family(r, id_of(1), 1, buf_bytes(&w[0])));
    assert_ok(keyring_make_family(r, id_of(1), 2, &w[1]));
    assert_ok(keyring_add_family(r, id_of(1), 2, buf_bytes(&w[1])));
    assert_ok(keyring_make_owner(r, id_of(1), id_of(2), 1, 1, &w[2]));
    assert_ok(keyring_make_audit(r, id_of(1), &w[3]));
    assert_ok(keyring_make_service(r, "cursor", &w[4]));
    for (int i = 0; i < 5; i++) {
        bytes b = buf_bytes(&w[i]);
        assert_int_equal(ok(keyring_add_family(r, id_of(1), 1, b)), i == 0);
        assert_int_equal(ok(keyring_add_family(r, id_of(1), 2, b)), i == 1);
        assert_false(ok(keyring_add_family(r, id_of(2), 1, b)));
        assert_int_equal(ok(keyring_add_owner(r, id_of(1), id_of(2), 1, 1, b)), i == 2);
        assert_false(ok(keyring_add_owner(r, id_of(1), id_of(2), 1, 2, b)));
        assert_false(ok(keyring_add_owner(r, id_of(1), id_of(2), 2, 1, b)));
        assert_false(ok(keyring_add_owner(r, id_of(1), id_of(3), 1, 1, b)));
        assert_int_equal(ok(keyring_add_audit(r, id_of(1), b)), i == 3);
        assert_false(ok(keyring_add_audit(r, id_of(2), b)));
        assert_int_equal(ok(keyring_add_service(r, "cursor", b)), i == 4);
        assert_false(ok(keyring_add_service(r, "idempotency", b)));
    }
    for (int i = 0; i < 5; i++) buf_release(&w[i]);
    keyring_release(r);
}

static void a_damaged_wrap_is_refused(void **state) {
    (void)state;
    keyring *r = ring_of(1);
    buf w = buf_new(1024);
    assert_ok(keyring_make_family(r, id_of(1), 1, &w));
    for (size_t bit = 0; bit < w.len * 8; bit++) {
        w.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        result got = keyring_add_family(r, id_of(1), 1, buf_bytes(&w));
        assert_int_equal(got.code, bit < 64 ? R_NO_KEY : R_BAD_ENVELOPE);
        w.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < w.len; len++) {
        uint8_t *exact = malloc(len ? len : 1);
        memcpy(exact, w.at, len);
        assert_fails(keyring_add_family(r, id_of(1), 1, bytes_make(exact, len)), BAD_ENVELOPE);
        free(exact);
    }
    assert_int_equal(keyring_count(r), 0);
    assert_ok(keyring_add_family(r, id_of(1), 1, buf_bytes(&w)));
    buf_release(&w);
    keyring_release(r);
}

/* A wrap of something that is no key, by whoever has the wrapping key: no byte more or less is copied. */
static void only_32_bytes_are_a_key(void **state) {
    (void)state;
    cipher_key *with = cipher_key_new((const uint8_t[KEY_SIZE]){9});
    static const uint8_t plain[100];
    for (size_t len = 0; len <= sizeof plain; len++) {
        uint8_t key[KEY_SIZE];
        buf w = buf_new(1024);
        memset(key, 'k', sizeof key);
        assert_ok(envelope_seal(with, ENVELOPE_XAES, 1, BYTES("x"), bytes_make(plain, len), &w));
        result got = unwrap_key(with, 1, BYTES("x"), buf_bytes(&w), key);
        assert_int_equal(ok(got), len == KEY_SIZE);
        assert_int_equal(key[0], len == KEY_SIZE ? 0 : 'k');
        buf_release(&w);
    }
    cipher_key_release(with);
}

/* The wrong KEK says so, even when the id in front of the wrap was made to fit. */
static void the_wrong_kek_is_told(void **state) {
    (void)state;
    keyring *r = ring_of(1), *wrong = ring_of(2);
    buf family = buf_new(1024), service = buf_new(1024);
    assert_ok(keyring_make_family(r, id_of(1), 1, &family));
    assert_ok(keyring_make_service(r, "cursor", &service));
    assert_fails(keyring_add_family(wrong, id_of(1), 1, buf_bytes(&family)), NO_KEY);
    assert_fails(keyring_add_service(wrong, "cursor", buf_bytes(&service)), NO_KEY);
    memcpy(family.at, kek_id(keyring_kek(wrong)), KEK_ID);
    assert_fails(keyring_add_family(wrong, id_of(1), 1, buf_bytes(&family)), BAD_ENVELOPE);
    buf_release(&family), buf_release(&service);
    keyring_release(r);
    keyring_release(wrong);
}

static void service_keys_stay(void **state) {
    (void)state;
    keyring *r = ring_of(1);
    buf w = buf_new(1024);
    assert_fails(keyring_make_service(r, "no-such-purpose", &w), NO_KEY);
    assert_fails(keyring_add_service(r, "", BYTES("")), NO_KEY);
    assert_null(keyring_service(r, "no-such-purpose"));
    const uint8_t *seen[SERVICE_PURPOSES];
    for (int i = 0; i < SERVICE_PURPOSES; i++) {
        assert_null(keyring_service(r, service_purposes[i]));
        assert_null(keyring_service_cipher(r, service_purposes[i]));
        buf_clear(&w);
        assert_ok(keyring_make_service(r, service_purposes[i], &w));
        assert_null(keyring_service(r, service_purposes[i]));
        assert_ok(keyring_add_service(r, service_purposes[i], buf_bytes(&w)));
        seen[i] = keyring_service(r, service_purposes[i]);
        for (int j = 0; j < i; j++) assert_memory_not_equal(seen[i], seen[j], KEY_SIZE);
        cipher_key *again = cipher_key_new(seen[i]);
        assert_true(same_key(again, keyring_service_cipher(r, service_purposes[i])));
        cipher_key_release(again);
        keyring_forget(r, (uuid){{0}});
    }
    for (int i = 0; i < SERVICE_PURPOSES; i++) assert_ptr_equal(keyring_service(r, service_purposes[i]), seen[i]);
    buf_release(&w);
    keyring_release(r);
}

static void add_new_family(keyring *r, uuid family) {
    buf w = buf_new(1024);
    assert_ok(keyring_make_family(r, family, 1, &w));
    assert_ok(keyring_add_family(r, family, 1, buf_bytes(&w)));
    buf_clear(&w);
    assert_ok(keyring_make_owner(r, family, family, 1, 1, &w));
    assert_ok(keyring_add_owner(r, family, family, 1, 1, buf_bytes(&w)));
    buf_clear(&w);
    assert_ok(keyring_make_audit(r, family, &w));
    assert_ok(keyring_add_audit(r, family, buf_bytes(&w)));
    buf_release(&w);
}

static void a_forgotten_family_is_gone_and_no_other(void **state) {
    (void)state;
    keyring *r = ring_of(1);
    for (uint8_t i = 0; i < 20; i++) add_new_family(r, id_of(i));
    cipher_key *held = cipher_key_hold(keyring_find(r, id_of(7), id_of(7), 1));
    keyring_forget(r, id_of(7));
    keyring_forget(r, id_of(99));
    for (uint8_t i = 0; i < 20; i++) {
        assert_int_equal(keyring_has_family(r, id_of(i), 1), i != 7);
        assert_int_equal(keyring_find(r, id_of(i), id_of(i), 1) != NULL, i != 7);
        assert_int_equal(keyring_find_audit(r, id_of(i)) != NULL, i != 7);
    }
    assert_int_equal(keyring_count(r), 57);
    assert_true(same_key(held, held)); /* a job that began before goes on */
    keyring_release(r);
    assert_true(same_key(held, held));
    cipher_key_release(held);
    keyring_release(NULL);
}

static void a_full_ring_lets_the_oldest_go(void **state) {
    (void)state;
    keyring *r = ring_of(1); /* KEYRING_MIN keys: 21 families of 3, and one key */
    cipher_key *held[200];
    for (uint8_t i = 0; i < 200; i++) {
        add_new_family(r, id_of(i));
        held[i] = cipher_key_hold(keyring_find(r, id_of(i), id_of(i), 1));
        (void)keyring_find(r, id_of(0), id_of(0), 1); /* kept by being used */
        assert_true(keyring_count(r) <= KEYRING_MIN);
    }
    assert_ptr_equal(keyring_find(r, id_of(0), id_of(0), 1), held[0]);
    assert_false(keyring_has_family(r, id_of(0), 1)); /* not used, so it left */
    assert_null(keyring_find(r, id_of(100), id_of(100), 1));
    assert_ptr_equal(keyring_find(r, id_of(199), id_of(199), 1), held[199]);
    for (int i = 0; i < 200; i++) {
        assert_true(same_key(held[i], held[i]));
        cipher_key_release(held[i]);
    }
    keyring_release(r);
}

/* Loading a key again, which any miss may do, must not start its count anew. */
static void a_key_loaded_twice_goes_on_counting(void **state) {
    (void)state;
    keyring *r = ring_of(1);
    buf w = buf_new(1024);
    add_new_family(r, id_of(1));
    assert_ok(keyring_make_owner(r, id_of(1), id_of(2), 1, 1, &w));
    assert_ok(keyring_add_owner(r, id_of(1), id_of(2), 1, 1, buf_bytes(&w)));
    cipher_key_sealed_before(keyring_find(r, id_of(1), id_of(2), 1), 12345);
    assert_ok(keyring_add_owner(r, id_of(1), id_of(2), 1, 1, buf_bytes(&w)));
    assert_int_equal(cipher_key_seals(keyring_find(r, id_of(1), id_of(2), 1)), 12345);
    assert_int_equal(keyring_count(r), 4);
    buf_release(&w);
    keyring_release(r);
}

/* The table against a list that does the same naively, through a hundred thousand random steps. */
enum { TABLE_MAX = 37, NAMES = 120 };

typedef struct {
    key_name names[TABLE_MAX];
    size_t count; /* the newest last */
} model;

static size_t model_at(const model *m, const key_name *name) {
    size_t i = 0;
    while (i < m->count && memcmp(&m->names[i], name, sizeof *name) != 0) i++;
    return i;
}

static void model_remove(model *m, size_t at) {
    memmove(&m->names[at], &m->names[at + 1], (m->count - at - 1) * sizeof m->names[0]);
    m->count--;
}

static bool model_touch(model *m, const key_name *name) {
    size_t at = model_at(m, name);
    if (at == m->count) return false;
    model_remove(m, at);
    m->names[m->count++] = *name;
    return true;
}

static void model_put(model *m, const key_name *name) {
    if (model_touch(m, name)) return;
    if (m->count == TABLE_MAX) model_remove(m, 0);
    m->names[m->count++] = *name;
}

static void model_drop(model *m, uuid family) {
    for (size_t i = m->count; i-- > 0;)
        if (uuid_equal(m->names[i].family, family)) model_remove(m, i);
}

static key_name any_name(unsigned n) {
    return (key_name){
        .family = id_of((uint8_t)(n % 7)), .owner = id_of((uint8_t)(n % 11)), .epoch = n / 77, .kind = 1 + n % 3};
}

static void the_table_does_as_the_model(void **state) {
    (void)state;
    keytable *t = keytable_new(TABLE_MAX);
    model m = {.count = 0};
    unsigned seed = 4711;
    for (int step = 0; step < 100000; step++) {
        key_name name = any_name((unsigned)rand_r(&seed) % NAMES);
        int what = rand_r(&seed) % 200;
        if (what == 0) {
            keytable_drop_family(t, name.family);
            model_drop(&m, name.family);
        } else if (what < 80) {
            keytable_put(t, &name, cipher_key_new((const uint8_t[KEY_SIZE]){(uint8_t)what}));
            model_put(&m, &name);
        } else {
            assert_int_equal(keytable_find(t, &name) != NULL, model_touch(&m, &name));
        }
        assert_int_equal(keytable_count(t), m.count);
    }
    for (unsigned n = 0; n < NAMES; n++) {
        key_name name = any_name(n);
        assert_int_equal(keytable_find(t, &name) != NULL, model_at(&m, &name) < m.count);
    }
    keytable_release(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_is_made_once_and_opened_anywhere),
        cmocka_unit_test(wraps_do_not_move),
        cmocka_unit_test(a_damaged_wrap_is_refused),
        cmocka_unit_test(only_32_bytes_are_a_key),
        cmocka_unit_test(the_wrong_kek_is_told),
        cmocka_unit_test(service_keys_stay),
        cmocka_unit_test(a_forgotten_family_is_gone_and_no_other),
        cmocka_unit_test(a_full_ring_lets_the_oldest_go),
        cmocka_unit_test(a_key_loaded_twice_goes_on_counting),
        cmocka_unit_test(the_table_does_as_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
