/* Fuzzes the file that says which witnesses are enough (C2SP tlog-policy).
 *
 * Target functions: log_policy_parse, log_policy_lists, log_policy_met. Held to: what is refused says where and why; what is read
 * has groups only behind their members, needs that can be met, and one meaning: written out plainly it is read as the same; a
 * checkpoint is enough exactly when a second, recursive reading of the groups says so, and another cosignature never makes it less;
 * without any, only a policy that asks for none is content. */
#include "crypto/log_policy.h"

#include <stdlib.h>

#define TEXT "log.example/a\n7\n3biYvkA4CTJXUNPSY815KcKSlCeUKjS3fhIsmVp0x0w=\n"
enum { OWN = 3, TIME = 1700000000, KEY_MAX = 4096 };

/* The log and three witnesses, whose keys the corpus and the dictionary know; notes[n] bears the cosignatures of the first n. */
static struct {
    note_key log, witness[OWN];
    buf notes[OWN + 1];
    note_view views[OWN + 1];
} own;

static void add_witness(unsigned n) {
    static const char *const names[OWN] = {"w1.example", "w2.example", "w3.example"};
    uint8_t seed[SIGN_SEED] = {(uint8_t)(n + 2)};
    signer *s = signer_new(seed);
    own.witness[n] = note_key_make(bytes_of_string(names[n]), NOTE_COSIGNATURE, signer_public(s));
    buf_put(&own.notes[n + 1], buf_bytes(&own.notes[n]));
    cosignature_make(s, own.witness[n].name, TIME, BYTES(TEXT), &own.notes[n + 1]);
    signer_release(s);
}

static void make_own(void) {
    static const uint8_t seed[SIGN_SEED] = {1};
    if (own.notes[0].len) return;
    signer *log = signer_new(seed);
    own.log = note_key_make(BYTES("log.example/a"), NOTE_ED25519, signer_public(log));
    for (unsigned n = 0; n <= OWN; n++) own.notes[n] = buf_new(NOTE_MAX);
    must(ok(note_sign(log, own.log.name, BYTES(TEXT), &own.notes[0])));
    signer_release(log);
    for (unsigned n = 0; n < OWN; n++) add_witness(n);
    for (unsigned n = 0; n <= OWN; n++) must(ok(note_open(buf_bytes(&own.notes[n]), &own.views[n])));
}

static void check_name(const log_policy *p, size_t i) {
    const policy_name *n = &p->names[i];
    unsigned members = 0;
    for (size_t j = 0; j < p->count; j++) {
        must(j == i || !bytes_equal(p->names[j].name, n->name));
        if (p->names[j].parent == (int)i) members++;
    }
    must(n->name.len > 0 && !bytes_is(n->name, "none"));
    must(n->parent == -1 || ((size_t)n->parent > i && (size_t)n->parent < p->count && p->names[n->parent].group));
    must(n->group ? n->need >= 1 && n->need <= members : members == 0);
}

/* ---- written out plainly ---- */

static void put_word(buf *out, bytes word) {
    buf_put_byte(out, ' ');
    buf_put(out, word);
}

static void write_name(const log_policy *p, size_t i, buf *out) {
    const policy_name *n = &p->names[i];
    buf_put_string(out, n->group ? "group" : "witness");
    put_word(out, n->name);
    buf_put_byte(out, ' ');
    if (n->group) buf_format(out, "%u", n->need);
    else note_key_write(&n->key, out);
    if (!n->group && n->url.len) put_word(out, n->url);
    for (size_t j = 0; j < i; j++)
        if (p->names[j].parent == (int)i) put_word(out, p->names[j].name);
    buf_put_byte(out, '\n');
}

static void write_policy(const log_policy *p, buf *out) {
    for (size_t i = 0; i < p->log_count; i++) {
        buf_put_string(out, "log ");
        note_key_write(&p->logs[i], out);
        buf_put_byte(out, '\n');
    }
    for (size_t i = 0; i < p->count; i++) write_name(p, i, out);
    buf_put_string(out, "quorum");
    put_word(out, p->quorum < 0 ? BYTES("none") : p->names[p->quorum].name);
    buf_put_byte(out, '\n');
}

static bool same_name(const policy_name *a, const policy_name *b) {
    bool same = bytes_equal(a->name, b->name) && bytes_equal(a->url, b->url);
    return same && a->group == b->group && a->need == b->need && a->parent == b->parent;
}

static void read_again(const log_policy *p) {
    log_policy again;
    size_t line;
    const char *why;
    buf out = buf_new((size_t)(POLICY_LOGS_MAX + 2 * POLICY_NAMES_MAX) * KEY_MAX + 4 * POLICY_FILE_MAX);
    write_policy(p, &out);
    must(buf_ok(&out) && log_policy_parse(buf_bytes(&out), &again, &line, &why));
    must(again.log_count == p->log_count && again.count == p->count && again.quorum == p->quorum);
    for (size_t i = 0; i < p->count; i++) must(same_name(&again.names[i], &p->names[i]));
    buf_release(&out);
}

/* ---- whether it is met ---- */

/* The recursion needs no care about cycles: a member stands before its group. */
static bool holds(const log_policy *p, size_t i, const note_view *note) {
    uint64_t time;
    unsigned got = 0;
    if (!p->names[i].group) return cosignature_verify(note, &p->names[i].key, &time);
    for (size_t j = 0; j < i; j++)
        if (p->names[j].parent == (int)i && holds(p, j, note)) got++;
    return got >= p->names[i].need;
}

static void ask(const log_policy *p) {
    bool before = false;
    size_t had = 0;
    for (unsigned n = 0; n <= OWN; n++) {
        size_t witnesses;
        bool met = log_policy_met(p, &own.views[n], &witnesses);
        must(met == (p->quorum < 0 || holds(p, (size_t)p->quorum, &own.views[n])));
        must(n > 0 || (met == (p->quorum < 0) && witnesses == 0));
        must(witnesses <= n && witnesses >= had && (met || !before));
        before = met, had = witnesses;
    }
    must(log_policy_lists(p, &own.log) || p->log_count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static log_policy p;
    size_t line = 0, lines = 1;
    const char *why = "";
    make_own();
    bool read = log_policy_parse(bytes_make(data, size), &p, &line, &why);
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    must(line >= 1 && line <= lines && read == !why);
    if (!read) return 0;
    must(p.log_count <= POLICY_LOGS_MAX && p.count <= POLICY_NAMES_MAX && p.quorum >= -1 && p.quorum < (int)p.count);
    for (size_t i = 0; i < p.count; i++) check_name(&p, i);
    read_again(&p);
    ask(&p);
    return 0;
}
