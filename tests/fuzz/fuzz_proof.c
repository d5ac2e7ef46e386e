/* Fuzzes what comes with a line of the log: its proof, the line itself, and a policy of witnesses.
 *
 * Target functions: log_proof_read, log_proof_check, log_record_differs, log_policy_parse, log_policy_met.
 * Held to: under our key only the one record that it signed a tree of is proven, and each part that is opened is that record's own;
 * nothing is read past its end. */
#include "crypto/base64.h"
#include "crypto/log_policy.h"
#include "crypto/record.h"
#include "log_record.h"

#include <stdlib.h>

#define ORIGIN "log.example/a"
enum { PARTS = PART_ITEMS + 1, SLOTS = 64, PROOF_MAX = 1 << 20 };

static struct {
    note_key key;
    uint8_t leaf[MERKLE_HASH];
    bytes parts[PARTS];
    uint32_t item; /* where its hash stands */
    buf extra, note, text;
} own;

static void put_head(buf *b) {
    static const uint8_t ids[16 + 16 + 8 + 1 + 16] = {[0] = 1, [16] = 2, [39] = 5, [40] = 2, [41] = 3};
    buf_put(b, BYTES_OF(ids));
    buf_put_byte(b, 4), buf_put_string(b, "done");
    buf_put_byte(b, 9), buf_put_string(b, "plan.read");
}

static void put_item(buf *b) {
    static const uint8_t fixed[16 + 2 + 1 + 16] = {[0] = 4, [17] = 7, [18] = 3, [19] = 6};
    buf_put(b, BYTES_OF(fixed));
    buf_put_byte(b, 4), buf_put_string(b, "R-02");
    buf_put_byte(b, 10), buf_put_string(b, "need_money");
}

static void put_part(buf *b, uint16_t position, const uint8_t salt[RECORD_SALT], bytes part) {
    uint8_t two[2];
    put_u16(two, position), buf_put(b, BYTES_OF(two));
    buf_put(b, bytes_make(salt, RECORD_SALT));
    put_u16(two, (uint16_t)part.len), buf_put(b, BYTES_OF(two));
    buf_put(b, part);
}

static void put_base64(buf *b, bytes raw) {
    char *text = malloc(BASE64_TEXT(raw.len) + 1);
    must(text != NULL);
    buf_put(b, bytes_make(text, base64_encode(raw, text)));
    free(text);
}

static void put_proof(buf *b, bytes extra) {
    buf_put_string(b, "c2sp.org/tlog-proof@v1\nextra ");
    put_base64(b, extra);
    buf_put_string(b, "\nindex 0\n\n");
    buf_put(b, buf_bytes(&own.note));
}

/* A tree of one record: its root is that record's leaf. */
static void sign_tree(const uint8_t (*hashes)[RECORD_HASH]) {
    static const uint8_t seed[SIGN_SEED] = {1};
    uint8_t commitment[RECORD_HASH], entry[RECORD_ENTRY];
    signer *s = signer_new(seed);
    buf text = buf_new(1024);
    record_commit(hashes, SLOTS, commitment);
    record_entry(commitment, entry);
    merkle_leaf(BYTES_OF(entry), own.leaf);
    checkpoint_write(BYTES(ORIGIN), 1, own.leaf, &text);
    own.key = note_key_make(BYTES(ORIGIN), NOTE_ED25519, signer_public(s));
    must(ok(note_sign(s, own.key.name, buf_bytes(&text), &own.note)));
    buf_release(&text);
    signer_release(s);
}

static void make_own(void) {
    static const uint8_t secret[RECORD_SECRET] = {7};
    static buf head, item;
    if (own.text.len) return;
    arena *a = arena_new();
    head = item = buf_new(1024);
    put_head(&head), put_item(&item);
    own.parts[0] = buf_bytes(&head), own.parts[PARTS - 1] = buf_bytes(&item);
    record_opening o = record_opening_make(secret, own.parts, PARTS, PART_ITEMS, a);
    must(o.slots == SLOTS);
    own.item = o.places[PARTS - 1];
    own.extra = own.note = own.text = buf_new(PROOF_MAX);
    sign_tree((const uint8_t (*)[RECORD_HASH])o.hashes);
    buf_put_byte(&own.extra, 1), buf_put_byte(&own.extra, 0), buf_put_byte(&own.extra, SLOTS);
    buf_put(&own.extra, bytes_make(o.hashes, SLOTS * RECORD_HASH));
    put_part(&own.extra, 0, o.salts[0], own.parts[0]), put_part(&own.extra, (uint16_t)own.item, o.salts[PARTS - 1], own.parts[PARTS - 1]);
    put_proof(&own.text, buf_bytes(&own.extra));
    arena_release(a);
}

static bool read_proof(arena *a, bytes text, log_proof *p) {
    if (log_proof_read(a, text, p)) return false;
    must(p->part_count > 0 && p->parts[0].position == PART_HEAD);
    if (log_proof_check(p, &own.key)) return false;
    must(memcmp(p->leaf, own.leaf, MERKLE_HASH) == 0);
    for (size_t i = 0; i < p->part_count; i++) {
        uint32_t at = p->parts[i].position, part = at == own.item ? PARTS - 1 : at;
        must(part < PARTS && bytes_equal(p->parts[i].content, own.parts[part]));
    }
    return true;
}

/* The input XORed over what is good. */
static bytes change(arena *a, bytes good, bytes input) {
    uint8_t *changed = arena_take(a, good.len);
    memcpy(changed, good.at, good.len);
    for (size_t i = 0; i < good.len && i < input.len; i++) changed[i] ^= input.at[i];
    return bytes_make(changed, good.len);
}

static void read_extra(arena *a, bytes extra, log_proof *p) {
    buf text = buf_new(PROOF_MAX);
    put_proof(&text, extra);
    if (buf_ok(&text)) (void)read_proof(a, buf_bytes(&text), p);
    buf_release(&text);
}

static void read_record(arena *a, bytes input, log_proof *p) {
    const json_value *record;
    json_fault fault;
    must(read_proof(a, buf_bytes(&own.text), p));
    if (ok(json_parse(a, input, &record, &fault)) && json_is_object(record)) (void)log_record_differs(record, p, NULL);
}

static void read_policy(arena *a, bytes input) {
    log_policy *policy = ARENA_NEW(a, log_policy);
    note_view note;
    const char *why;
    size_t line, witnesses;
    must(ok(note_open(buf_bytes(&own.note), &note)));
    if (!log_policy_parse(input, policy, &line, &why)) {
        must(why != NULL);
        return;
    }
    /* Nobody cosigned our note, so only a policy that asks for nobody is met. */
    must(log_policy_met(policy, &note, &witnesses) == (policy->quorum < 0) && witnesses == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 20000) return 0;
    bytes input = bytes_make(data + 1, size - 1);
    make_own();
    arena *a = arena_new();
    log_proof *p = ARENA_NEW(a, log_proof);
    switch (data[0] % 6) {
    case 0: (void)read_proof(a, input, p); break;
    case 1: (void)read_proof(a, change(a, buf_bytes(&own.text), input), p); break;
    case 2: read_extra(a, input, p); break;
    case 3: read_extra(a, change(a, buf_bytes(&own.extra), input), p); break;
    case 4: read_record(a, input, p); break;
    default: read_policy(a, input); break;
    }
    arena_release(a);
    return 0;
}
