/* Fuzzes what a stranger hands to `kring receipt verify`.
 *
 * Target functions: receipt_keys_read, receipt_verify, public_key_thumbprint, signature_holds. Held to: whatever the
 * bytes are, nothing holds but what the one trusted key signed, byte for byte; a set of keys never makes a receipt hold
 * that none of its keys signed; nothing is read past its end. */
#include "json/write.h"
#include "receipt.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 4096 };

static const char content[] = "{\"header\":{\"profile\":\"kring-receipt-1\"},\"processing\":{},\"event\":{}}";

static struct {
    signer *signer;
    receipt_keys keys;
    char file[FILE_MAX], set[512];
    size_t file_len, set_len;
} own;

static size_t put_base64(char *at, bytes raw) { return base64url_encode(raw, at); }

/* One good receipt and the set of its key, as the service writes them. */
static void make_own(void) {
    static const uint8_t seed[SIGN_SEED] = {7};
    char name[SIGN_THUMBPRINT], head[128], input[1024], x[64];
    uint8_t signature[SIGN_SIZE];
    if (own.signer) return;
    own.signer = signer_new(seed);
    own.keys.count = 1;
    memcpy(own.keys.keys[0], signer_public(own.signer), SIGN_PUBLIC);
    public_key_thumbprint(own.keys.keys[0], name);
    int n = snprintf(head, sizeof head, "{\"alg\":\"EdDSA\",\"kid\":\"%.*s\",\"typ\":\"kring-receipt\"}", SIGN_THUMBPRINT, name);
    size_t head_len = put_base64(input, bytes_make(head, (size_t)n));
    input[head_len] = '.';
    size_t all = head_len + 1 + put_base64(input + head_len + 1, bytes_make(content, sizeof content - 1));
    signer_sign(own.signer, bytes_make(input, all), signature);
    char tag[96];
    size_t tag_len = put_base64(tag, BYTES_OF(signature)), x_len = put_base64(x, bytes_make(own.keys.keys[0], SIGN_PUBLIC));
    n = snprintf(own.file, sizeof own.file, "{\"payload\":\"%.*s\",\"protected\":\"%.*s\",\"signature\":\"%.*s\"}",
                 (int)(all - head_len - 1), input + head_len + 1, (int)head_len, input, (int)tag_len, tag);
    own.file_len = (size_t)n;
    n = snprintf(own.set, sizeof own.set, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%.*s\"}]}", (int)x_len, x);
    own.set_len = (size_t)n;
}

static const json_value *parse(arena *a, bytes text) {
    const json_value *root = NULL;
    json_fault fault;
    return ok(json_parse(a, text, &root, &fault)) ? root : NULL;
}

/* Only the one text was ever signed. */
static void check(arena *a, const json_value *root, const receipt_keys *keys) {
    receipt r;
    receipt_state s = receipt_verify(a, root, keys, &r);
    must(receipt_state_word(s)[0] != 0);
    must((s == RECEIPT_HOLDS) == (r.content != NULL));
    if (s == RECEIPT_HOLDS) must(bytes_is(r.payload, content));
}

static void read_receipt(arena *a, bytes input) { check(a, parse(a, input), &own.keys); }

/* A set that makes it hold has its key. */
static void read_keys(arena *a, bytes input) {
    receipt_keys *keys = ARENA_NEW(a, receipt_keys);
    const json_value *root = parse(a, input);
    bool some = receipt_keys_read(root, keys), has = false;
    must(some == (keys->count > 0) && keys->count <= KEYS_MAX);
    for (size_t i = 0; i < keys->count; i++) has |= memcmp(keys->keys[i], own.keys.keys[0], SIGN_PUBLIC) == 0;
    receipt r;
    receipt_state s = receipt_verify(a, parse(a, bytes_make(own.file, own.file_len)), keys, &r);
    must(s == (has ? RECEIPT_HOLDS : RECEIPT_UNKNOWN_KEY));
}

/* The input XORed over a good file: where it changed a value, that no longer holds. */
static void change(arena *a, bytes input, const char *good, size_t len, void (*with)(arena *, bytes)) {
    uint8_t *changed = malloc(len);
    must(changed != NULL);
    memcpy(changed, good, len);
    for (size_t i = 0; i < len && i < input.len; i++) changed[i] ^= input.at[i];
    with(a, bytes_make(changed, len));
    free(changed);
}

/* The three texts of the input, whatever they are, in a well-formed envelope; what fuzzers seldom find by themselves. */
static void wrap(arena *a, bytes input) {
    bytes parts[3] = {0};
    size_t part = 0, from = 0;
    for (size_t i = 0; i <= input.len && part < 3; i++)
        if (i == input.len || input.at[i] == 0) parts[part++] = bytes_make(input.at + from, i - from), from = i + 1;
    static const char *const names[] = {"payload", "protected", "signature"};
    buf b = buf_new(1 << 20);
    json_writer w = json_to(&b);
    json_open_object(&w);
    for (int i = 0; i < 3; i++) json_key(&w, names[i]), json_string(&w, parts[i]);
    json_close_object(&w);
    json_end(&w);
    check(a, parse(a, buf_bytes(&b)), &own.keys);
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 20000) return 0;
    make_own();
    bytes input = bytes_make(data + 1, size - 1);
    arena *a = arena_new();
    switch (data[0] % 5) {
    case 0: read_receipt(a, input); break;
    case 1: read_keys(a, input); break;
    case 2: change(a, input, own.file, own.file_len, read_receipt); break;
    case 3: change(a, input, own.set, own.set_len, read_keys); break;
    default: wrap(a, input); break;
    }
    arena_release(a);
    return 0;
}
