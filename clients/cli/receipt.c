#include "receipt.h"

const char *receipt_state_word(receipt_state s) {
    static const char *const words[] = {"holds",      "no_receipt",   "bad_head",    "other_way",
                                        "other_kind", "no_signature", "unknown_key", "changed"};
    must((size_t)s < sizeof words / sizeof *words);
    return words[s];
}

/* ---------------------------------------------------------------------------- keys */

static bool member_is(const json_value *object, const char *name, const char *wanted) {
    const json_value *v = json_is_object(object) ? json_member(object, name) : NULL;
    return json_is_string(v) && bytes_is(json_bytes_of(v), wanted);
}

/* Exactly `size` bytes in base64url, in its one spelling. */
static bool take_bytes(const json_value *v, uint8_t *out, size_t size) {
    size_t len;
    return json_is_string(v) && ok(base64url_decode(json_bytes_of(v), out, size, &len)) && len == size;
}

bool receipt_keys_read(const json_value *root, receipt_keys *out) {
    const json_value *list = json_is_object(root) ? json_member(root, "keys") : NULL;
    out->count = 0;
    if (!json_is_array(list)) return false;
    for (const json_value *k = json_first(list); k && out->count < KEYS_MAX; k = json_next(k)) {
        if (!member_is(k, "kty", "OKP") || !member_is(k, "crv", "Ed25519")) continue;
        if (take_bytes(json_member(k, "x"), out->keys[out->count], SIGN_PUBLIC)) out->count++;
    }
    return out->count > 0;
}

static const uint8_t *key_named(const receipt_keys *keys, const char name[SIGN_THUMBPRINT]) {
    for (size_t i = 0; i < keys->count; i++) {
        char its[SIGN_THUMBPRINT];
        public_key_thumbprint(keys->keys[i], its);
        if (memcmp(its, name, SIGN_THUMBPRINT) == 0) return keys->keys[i];
    }
    return NULL;
}

/* ---------------------------------------------------------------------------- the envelope */

static bool decode(arena *a, bytes text, bytes *out) {
    uint8_t *raw = arena_take(a, text.len / 4 * 3 + 3);
    size_t len;
    if (!ok(base64url_decode(text, raw, text.len / 4 * 3 + 3, &len))) return false;
    *out = bytes_make(raw, len);
    return true;
}

static const json_value *decode_object(arena *a, bytes text, bytes *raw) {
    const json_value *root = NULL;
    json_fault fault;
    if (!decode(a, text, raw) || !ok(json_parse(a, *raw, &root, &fault)) || !json_is_object(root)) return NULL;
    return root;
}

typedef struct {
    bytes payload, head, signature;
} envelope;

/* Three texts and nothing else: a member that is not signed must not be there to be believed. */
static bool take_envelope(const json_value *root, envelope *out) {
    if (!json_is_object(root) || json_count(root) != 3) return false;
    const json_value *payload = json_member(root, "payload"), *head = json_member(root, "protected"),
                     *signature = json_member(root, "signature");
    if (!json_is_string(payload) || !json_is_string(head) || !json_is_string(signature)) return false;
    *out = (envelope){json_bytes_of(payload), json_bytes_of(head), json_bytes_of(signature)};
    return true;
}

/* What the head asks for beyond the three (`crit`, a key of its own) is nothing that we would do. */
static receipt_state read_head(arena *a, bytes text, char key[SIGN_THUMBPRINT]) {
    bytes raw;
    const json_value *head = decode_object(a, text, &raw), *kid = head ? json_member(head, "kid") : NULL;
    if (!head) return RECEIPT_BAD_HEAD;
    if (!member_is(head, "alg", "EdDSA")) return RECEIPT_OTHER_WAY;
    if (json_count(head) != 3 || !json_is_string(kid) || json_bytes_of(kid).len != SIGN_THUMBPRINT)
        return RECEIPT_BAD_HEAD;
    memcpy(key, json_bytes_of(kid).at, SIGN_THUMBPRINT);
    return member_is(head, "typ", "kring-receipt") ? RECEIPT_HOLDS : RECEIPT_OTHER_KIND;
}

static receipt_state check_signature(arena *a, const envelope *e, const uint8_t key[SIGN_PUBLIC]) {
    uint8_t signature[SIGN_SIZE];
    size_t len;
    if (!ok(base64url_decode(e->signature, signature, sizeof signature, &len)) || len != sizeof signature)
        return RECEIPT_NO_SIGNATURE;
    if (!key) return RECEIPT_UNKNOWN_KEY;
    uint8_t *input = arena_take(a, e->head.len + 1 + e->payload.len);
    memcpy(input, e->head.at, e->head.len);
    input[e->head.len] = '.';
    memcpy(input + e->head.len + 1, e->payload.at, e->payload.len);
    bytes all = bytes_make(input, e->head.len + 1 + e->payload.len);
    return signature_holds(key, all, signature) ? RECEIPT_HOLDS : RECEIPT_CHANGED;
}

static bool is_known_kind(const json_value *content) {
    return content && member_is(json_member(content, "header"), "profile", "kring-receipt-1") &&
           json_is_object(json_member(content, "processing")) && json_is_object(json_member(content, "event"));
}

receipt_state receipt_verify(arena *a, const json_value *root, const receipt_keys *keys, receipt *out) {
    envelope e;
    *out = (receipt){0};
    if (!take_envelope(root, &e)) return RECEIPT_NONE;
    receipt_state s = read_head(a, e.head, out->key);
    if (s == RECEIPT_HOLDS) s = check_signature(a, &e, key_named(keys, out->key));
    if (s != RECEIPT_HOLDS) return s;
    bytes payload;
    const json_value *content = decode_object(a, e.payload, &payload);
    if (!is_known_kind(content)) return RECEIPT_OTHER_KIND;
    out->payload = payload;
    out->content = content;
    return RECEIPT_HOLDS;
}
