/* Fuzzes what anybody may post to a witness, and what a log that lies may post.
 *
 * Target functions: request_parse, judge, state_keep, state_open. Held to: a request that is read has that one spelling; whatever two
 * branches of one log, both rightly signed, are offered in any order with any proof, all that is cosigned is one history, the state
 * file says the last of it, and only growth changes it. */
#include "judge.h"
#include "request.h"

#include "crypto/base64.h"
#include "files.h"
#include "trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LEAVES = 15, BRANCHES = 2, FORK = 5, STEPS = 12, FOLDER_SIZE = 64 };
typedef uint8_t hash[MERKLE_HASH];

static struct {
    arena *memory;
    witness_key key;
    note_key log;
    hash leaves[BRANCHES][LEAVES], roots[BRANCHES][LEAVES + 1];
    bytes notes[BRANCHES][LEAVES + 1];
} own;

int trouble(int code, const char *format, ...) { /* in place of the witness's: nobody reads it here */
    (void)format;
    return code;
}

static result own_node(void *ctx, unsigned level, uint64_t index, hash out) {
    const hash *leaves = ctx;
    hash left, right;
    if (level == 0) return memcpy(out, leaves[index], MERKLE_HASH), OK;
    TRY(own_node(ctx, level - 1, 2 * index, left));
    TRY(own_node(ctx, level - 1, 2 * index + 1, right));
    merkle_node(left, right, out);
    return OK;
}

static void sign_branch(const signer *s, unsigned branch) {
    for (uint8_t i = 0; i < LEAVES; i++) {
        uint8_t entry[2] = {i, i < FORK ? 0 : (uint8_t)branch};
        merkle_leaf(BYTES_OF(entry), own.leaves[branch][i]);
    }
    for (unsigned size = 0; size <= LEAVES; size++) {
        buf text = buf_new(1024), note = buf_new(4096);
        must(ok(merkle_root(size, own_node, own.leaves[branch], own.roots[branch][size])));
        checkpoint_write(own.log.name, size, own.roots[branch][size], &text);
        must(ok(note_sign(s, own.log.name, buf_bytes(&text), &note)));
        own.notes[branch][size] = arena_copy(own.memory, buf_bytes(&note));
        buf_release(&text);
        buf_release(&note);
    }
}

/* A folder of its own, in memory where there is such a place: the witness syncs whatever it writes. */
static int folder_make(char where[FOLDER_SIZE]) {
    int dir;
    snprintf(where, FOLDER_SIZE, "%s/kring-fuzz-witness.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    must(mkdtemp(where) != NULL && ok(folder_open(where, &dir)));
    return dir;
}

static void folder_end(int dir, const char *where) {
    unlinkat(dir, "state", 0);
    unlinkat(dir, KEY_FILE, 0);
    close(dir);
    rmdir(where);
}

static void make_own(void) {
    static const uint8_t seed[SIGN_SEED] = {9};
    char where[FOLDER_SIZE];
    if (own.memory) return;
    own.memory = arena_new();
    int dir = folder_make(where);
    must(ok(key_create(dir, BYTES("w.example"), own.memory, &own.key)));
    folder_end(dir, where);
    signer *s = signer_new(seed);
    own.log = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(s));
    for (unsigned branch = 0; branch < BRANCHES; branch++) sign_branch(s, branch);
    signer_release(s);
}

/* ---- parsing ---- */

static void write_again(const request *r, bytes body) {
    buf text = buf_new(2 * REQUEST_MAX);
    buf_put_string(&text, "old ");
    buf_put_u64(&text, r->old);
    buf_put_byte(&text, '\n');
    for (size_t i = 0; i < r->count; i++) {
        char line[BASE64_TEXT(MERKLE_HASH)];
        buf_put(&text, bytes_make(line, base64_encode(BYTES_OF(r->proof[i]), line)));
        buf_put_byte(&text, '\n');
    }
    buf_put_byte(&text, '\n');
    buf_put(&text, r->note.text);
    must(buf_ok(&text) && text.len < body.len && memcmp(text.at, body.at, text.len) == 0);
    buf_release(&text);
}

static void read_request(bytes body) {
    request r;
    if (!ok(request_parse(body, &r))) return;
    must(r.count <= MERKLE_PROOF_MAX && r.note.count > 0 && r.head.size <= MERKLE_SIZE_MAX);
    write_again(&r, body);
}

/* ---- judging ---- */

/* One step of the input: which branch and size, the old size, how many bytes of the right proof are changed, or none of it sent. */
static void put_request(const uint8_t step[4], buf *body) {
    unsigned branch = step[0] % BRANCHES, size = step[1] % (LEAVES + 1), old = step[2] % (LEAVES + 2);
    hash proof[MERKLE_PROOF_MAX];
    size_t count = 0;
    if (old <= size) must(ok(merkle_consistency(old, size, own_node, own.leaves[step[0] / 2 % BRANCHES], proof, &count)));
    if (count > 0 && step[3] > 128) proof[step[3] % count][0] ^= step[3];
    if (step[3] == 128) memset(proof[count++], 0, MERKLE_HASH);
    buf_format(body, "old %u\n", old);
    for (size_t i = 0; i < count; i++) {
        char line[BASE64_TEXT(MERKLE_HASH)];
        buf_put(body, bytes_make(line, base64_encode(BYTES_OF(proof[i]), line)));
        buf_put_byte(body, '\n');
    }
    buf_put_byte(body, '\n');
    buf_put(body, own.notes[branch][size]);
}

static bool is_cosigned(const buf *answer, bytes note, uint64_t now) {
    note_view signed_by_log, line;
    uint64_t time = 0;
    must(ok(note_open(note, &signed_by_log)));
    return ok(note_open_lines(signed_by_log.text, buf_bytes(answer), &line)) && cosignature_verify(&line, &own.key.shown, &time) &&
           time == now;
}

typedef struct {
    unsigned size, branch;
} told;

/* A tree of the other branch counts as the same up to the fork. */
static bool is_same_history(told a, unsigned branch) { return a.branch == branch || a.size <= FORK; }

static void take_step(const witness *w, const uint8_t step[4], told *last) {
    unsigned branch = step[0] % BRANCHES, size = step[1] % (LEAVES + 1);
    buf body = buf_new(REQUEST_MAX), answer = buf_new(ANSWER_MAX);
    put_request(step, &body);
    unsigned status = judge(w, buf_bytes(&body), step[3], &answer);
    must(buf_ok(&answer) && (status == 200 || status == 400 || status == 409 || status == 422));
    if (status == 200) {
        must(size >= last->size && is_same_history(*last, branch) && is_cosigned(&answer, own.notes[branch][size], step[3]));
        *last = (told){size, branch};
    }
    seen now = state_of(w->seen, own.log.name);
    must(now.size == last->size && memcmp(now.root, own.roots[last->branch][last->size], MERKLE_HASH) == 0);
    buf_release(&body);
    buf_release(&answer);
}

static void judge_all(bytes input) {
    char where[FOLDER_SIZE];
    int dir = folder_make(where);
    must(ok(state_create(dir)));
    witness w = {.key = &own.key, .logs = &own.log, .count = 1};
    told last = {0, 0};
    must(ok(state_open(dir, &w.seen)));
    for (size_t i = 0; i + 4 <= input.len && i < STEPS * 4; i += 4) {
        take_step(&w, input.at + i, &last);
        if (input.at[i] < 64) continue;
        state_close(w.seen); /* and back from the disk */
        must(ok(state_open(dir, &w.seen)));
    }
    state_close(w.seen);
    folder_end(dir, where);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > REQUEST_MAX) return 0;
    bytes input = bytes_make(data + 1, size - 1);
    make_own();
    if (data[0] % 2)
        judge_all(input);
    else
        read_request(input);
    return 0;
}
