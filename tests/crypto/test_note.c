/* Notes, checkpoints and cosignatures: what other implementations wrote, every almost-note, and every change of a signed one. */
#include "try.h"

#include "crypto/base64.h"
#include "crypto/checkpoint.h"

#include <stdlib.h>

/* The note that golang.org/x/mod/sumdb/note signs in its documentation, and its seed. */
static const char peter_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_seed[] = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char peter_text[] = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
static const char peter_note[] = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
                                 "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/* The examples of C2SP tlog-checkpoint and tlog-cosignature; their keys are not published. */
#define SOFA "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define SOFA_LINE "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
#define WITNESS_LINE                                                                                                              \
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+"   \
    "qnA==\n"

static signer *signer_of(uint8_t n) {
    uint8_t seed[SIGN_SEED];
    memset(seed, n, sizeof seed);
    return signer_new(seed);
}

/* ---- base64 ---- */

static void base64_is_that_of_rfc_4648(void **state) {
    (void)state;
    static const char *const table[][2] = {{"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xff\xef\xfe", "/+/+"}};
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[16];
        uint8_t raw[16];
        size_t len;
        bytes wanted = bytes_of_string(table[i][0]);
        assert_int_equal(base64_encode(wanted, text), BASE64_TEXT(wanted.len));
        assert_true(bytes_is(bytes_make(text, BASE64_TEXT(wanted.len)), table[i][1]));
        assert_ok(base64_decode(bytes_of_string(table[i][1]), raw, wanted.len, &len));
        assert_true(bytes_equal(bytes_make(raw, len), wanted));
        if (wanted.len > 0) assert_fails(base64_decode(bytes_of_string(table[i][1]), raw, wanted.len - 1, &len), BAD_REQUEST);
    }
}

static void bytes_have_one_base64(void **state) {
    (void)state;
    static const char *const bad[] = {"Z",     "Zg",    "Zg=",   "Zg===",  "Zh==", "Zm9=",  "Zm8==", "=Zm8", "Z===",     "====",     "Zm 8",
                                      "Zm8=\n", "\nZm8=", "Zm9v=", "Zm-_",  "Zm9v====", "Zm==Zm9v", "Zm9vZg==Zg==", "Zm9\xc3\xa9"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t raw[32];
        size_t len;
        if (ok(base64_decode(bytes_of_string(bad[i]), raw, sizeof raw, &len))) fail_msg("\"%s\" was read", bad[i]);
    }
}

/* ---- keys ---- */

static void keys_of_others_are_read_and_written(void **state) {
    (void)state;
    static const struct {
        const char *vkey;
        note_type type;
    } table[] = {
        {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", NOTE_ED25519},
        {peter_vkey, NOTE_ED25519},
        {"EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop", NOTE_ED25519},
        {"TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6", NOTE_ED25519},
        {"remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", NOTE_COSIGNATURE},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        note_key key;
        buf out = buf_new(512);
        assert_ok(note_key_parse(bytes_of_string(table[i].vkey), &key));
        assert_int_equal(key.type, table[i].type);
        note_key_write(&key, &out);
        assert_true(bytes_is(buf_bytes(&out), table[i].vkey));
        buf_release(&out);
    }
}

static void almost_keys_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "+", "++", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a300+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumans+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        " PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        note_key key;
        if (ok(note_key_parse(bytes_of_string(bad[i]), &key))) fail_msg("\"%s\" was read", bad[i]);
    }
}

/* A key of a kind that we do not have (ML-DSA-44, 0x06, were it so short) is not ours to check, however right its id is. */
static void keys_of_other_kinds_are_refused(void **state) {
    (void)state;
    uint8_t public_key[SIGN_PUBLIC] = {1};
    for (unsigned type = 0; type < 256; type++) {
        note_key key = note_key_make(BYTES("log.example"), (note_type)type, public_key), again;
        buf out = buf_new(512);
        note_key_write(&key, &out);
        assert_int_equal(ok(note_key_parse(buf_bytes(&out), &again)), type == NOTE_ED25519 || type == NOTE_COSIGNATURE);
        buf_release(&out);
    }
}

static void names_have_no_spaces_or_plus(void **state) {
    (void)state;
    static const char *const good[] = {"a", "log.example/x?y=1", "Ωmega", "é", "\xf0\x9f\x90\x99", "-"};
    static const char *const bad[] = {"", " ", "a b", "a+b", "+", "a\nb", "a\tb", "a\rb", "a\x01", "a\xc2\xa0" "b", /* no-break space */
                                      "a\xc2\x85" "b", "a\xe2\x80\xa8" "b", "a\xe3\x80\x80", "a\xe1\x9a\x80", "\xff", "a\xc3", "\xc0\x80",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80"};
    for (size_t i = 0; i < COUNT(good); i++) assert_true(note_name_ok(bytes_of_string(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++) assert_false(note_name_ok(bytes_of_string(bad[i])));
    assert_false(note_name_ok(bytes_make("a\0b", 3)));
    char longest[NOTE_NAME_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(note_name_ok(bytes_make(longest, NOTE_NAME_MAX)));
    assert_false(note_name_ok(bytes_make(longest, NOTE_NAME_MAX + 1)));
}

/* ---- notes ---- */

static void the_note_of_go_is_made_and_verified(void **state) {
    (void)state;
    note_view view;
    note_key key;
    uint8_t raw[33];
    size_t len;
    assert_ok(note_key_parse(bytes_of_string(peter_vkey), &key));
    assert_ok(note_open(bytes_of_string(peter_note), &view));
    assert_true(bytes_is(view.text, peter_text));
    assert_int_equal(view.count, 1);
    assert_true(note_verify(&view, &key));
    assert_ok(base64_decode(bytes_of_string(peter_seed), raw, sizeof raw, &len));
    assert_int_equal(raw[0], NOTE_ED25519);
    signer *s = signer_new(raw + 1);
    buf out = buf_new(4096);
    assert_ok(note_sign(s, BYTES("PeterNeumann"), bytes_of_string(peter_text), &out));
    assert_true(bytes_is(buf_bytes(&out), peter_note));
    buf_release(&out);
    signer_release(s);
}

static void the_examples_of_c2sp_are_read(void **state) {
    (void)state;
    static const char italian[] = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
                                  "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    note_view view;
    assert_ok(note_open(bytes_of_string(italian), &view));
    assert_true(bytes_is(view.text, "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"));
    assert_true(bytes_is(view.lines[0].name, "quasimodo.example/salvatore"));
    checkpoint c;
    assert_ok(note_open(bytes_of_string(SOFA "\n" SOFA_LINE WITNESS_LINE), &view));
    assert_int_equal(view.count, 2);
    assert_ok(checkpoint_parse(view.text, &c));
    assert_true(bytes_is(c.origin, "example.com/behind-the-sofa"));
    assert_int_equal(c.size, 20852163);
    assert_int_equal(c.root[0], 0x0a);
    assert_int_equal(c.extension.len, 0);
    uint8_t stamped[8 + SIGN_SIZE];
    assert_ok(note_line_signature(&view.lines[1], stamped, sizeof stamped));
    assert_int_equal(get_u64(stamped), 1679315147); /* the time that the specification shows in the message */
    assert_fails(note_line_signature(&view.lines[0], stamped, sizeof stamped), BAD_REQUEST);
}

static void almost_notes_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "\n", "\n\n", "text\n", "text\n\n", "text" SOFA_LINE, "text\n" SOFA_LINE, "text\n\n\n", SOFA_LINE, "\n" SOFA_LINE,
        "text\n\n" SOFA_LINE "\n", "text\n\n" SOFA_LINE "text\n", "text\n\n- log AAAAAAA=\n", "text\n\n— log\n", "text\n\n— log \n",
        "text\n\n—  AAAAAAA=\n", "text\n\n—log AAAAAAA=\n", "text\n\n— log  AAAAAAA=\n", "text\n\n— log AAAAAAA= \n", "text\n\n— log AAAAAAA=",
        "text\n\n— log AAAAAAA=\r\n", "text\r\n\n— log AAAAAAA=\n", "te\txt\n\n— log AAAAAAA=\n", "te\x01xt\n\n— log AAAAAAA=\n",
        "te\xffxt\n\n— log AAAAAAA=\n", "text\n\n— lo\xffg AAAAAAA=\n", "text\n\n— l+og AAAAAAA=\n", "text\n\n— l\xc2\xa0og AAAAAAA=\n",
        "text\n\n— log AAAAAA==\n" /* a key id and nothing */, "text\n\n— log AAAAAAB=\n" /* stray bits */, "text\n\n— log AAAAAAA\n",
        "text\n\n— log AAAAAAA=\n— log\n", "text\n\n\xe2\x80\x93 log AAAAAAA=\n" /* an en dash */, "text\n\n— log AAAA-AA=\n",
    };
    note_view view;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (ok(note_open(bytes_of_string(bad[i]), &view))) fail_msg("\"%s\" was read", bad[i]);
    assert_fails(note_open(bytes_make("te\0xt\n\n— log AAAAAAA=\n", 23), &view), BAD_REQUEST);
    assert_ok(note_open(BYTES("text\n\n— log AAAAAAA=\n"), &view));
    assert_ok(note_open(BYTES("\n\n— log AAAAAAA=\n"), &view)); /* an empty line is a text */
    assert_true(bytes_is(view.text, "\n"));
}

static void sixteen_signatures_fit(void **state) {
    (void)state;
    buf note = buf_new(NOTE_MAX + 1);
    note_view view;
    buf_put_string(&note, "text\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++) {
        buf_put_string(&note, "— log ");
        for (int j = 0; j < 6500 / 4; j++) buf_put_string(&note, "AAAA");
        buf_put_string(&note, "\n");
    }
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_int_equal(view.count, NOTE_SIGNATURES_MAX);
    buf_put_string(&note, "— log AAAAAAA=\n");
    assert_fails(note_open(buf_bytes(&note), &view), BAD_REQUEST);
    buf_clear(&note);
    for (int i = 0; i < NOTE_MAX - 20; i++) buf_put_byte(&note, 'a');
    buf_put_string(&note, "\n\n— log AAAAAAA=\n");
    assert_int_equal(note.len, NOTE_MAX - 1);
    assert_ok(note_open(buf_bytes(&note), &view));
    buf_release(&note);
}

/* One note by a log and a stranger, whose line must not matter. */
static buf signed_by(const signer *log, const signer *stranger, bytes text) {
    buf note = buf_new(NOTE_MAX);
    uint8_t signature[SIGN_SIZE];
    note_key other = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(stranger));
    assert_ok(note_sign(log, BYTES("log.example"), text, &note));
    signer_sign(stranger, BYTES("something else"), signature);
    note_put_line(&other, BYTES_OF(signature), &note);
    return note;
}

static void strangers_are_kept_and_ignored(void **state) {
    (void)state;
    signer *log = signer_of(1), *stranger = signer_of(2);
    buf note = signed_by(log, stranger, BYTES(SOFA));
    note_view view;
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_int_equal(view.count, 2);
    note_key key = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(log)), other = key;
    assert_true(note_verify(&view, &key));
    other.id[0] ^= 1;
    assert_false(note_verify(&view, &other));
    other = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(stranger));
    assert_false(note_verify(&view, &other)); /* it signed something else */
    other = note_key_make(BYTES("log.example2"), NOTE_ED25519, signer_public(log));
    assert_false(note_verify(&view, &other));
    buf_release(&note);
    signer_release(log);
    signer_release(stranger);
}

/* A second line of the same key that does not hold: an attacker's, so nothing of the note counts. */
static void a_false_line_of_a_known_key_spoils_the_note(void **state) {
    (void)state;
    signer *log = signer_of(1);
    uint8_t signature[SIGN_SIZE] = {0};
    note_key key = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(log));
    buf note = buf_new(NOTE_MAX);
    note_view view;
    assert_ok(note_sign(log, BYTES("log.example"), BYTES(SOFA), &note));
    size_t honest = note.len;
    note_put_line(&key, BYTES_OF(signature), &note);
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_false(note_verify(&view, &key));
    note.len = honest;
    note_put_line(&key, bytes_make(signature, SIGN_SIZE - 1), &note);
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_false(note_verify(&view, &key));
    buf_release(&note);
    signer_release(log);
}

static bool holds(bytes text, const note_key *key, bool cosigned) {
    note_view view;
    uint64_t time;
    if (!ok(note_open(text, &view))) return false;
    return cosigned ? cosignature_verify(&view, key, &time) : note_verify(&view, key);
}

static void no_byte_can_be_changed(const buf *note, const note_key *key, bool cosigned) {
    uint8_t *changed = malloc(note->len + 1);
    assert_true(holds(buf_bytes(note), key, cosigned));
    for (size_t at = 0; at < note->len; at++)
        for (unsigned c = 0; c < 256; c++) {
            if (c == note->at[at]) continue;
            memcpy(changed, note->at, note->len);
            changed[at] = (uint8_t)c;
            if (holds(bytes_make(changed, note->len), key, cosigned)) fail_msg("byte %zu may be 0x%02x", at, c);
        }
    for (size_t at = 0; at < note->len; at++) { /* one byte less, one more */
        memcpy(changed, note->at, at);
        memcpy(changed + at, note->at + at + 1, note->len - at - 1);
        assert_false(holds(bytes_make(changed, note->len - 1), key, cosigned));
        changed[at] = note->at[at];
        memcpy(changed + at + 1, note->at + at, note->len - at);
        assert_false(holds(bytes_make(changed, note->len + 1), key, cosigned));
    }
    free(changed);
}

static void no_byte_of_a_signed_note_can_be_changed(void **state) {
    (void)state;
    signer *log = signer_of(1);
    note_key key = note_key_make(BYTES("log.example"), NOTE_ED25519, signer_public(log));
    buf note = buf_new(NOTE_MAX);
    assert_ok(note_sign(log, BYTES("log.example"), BYTES(SOFA), &note));
    no_byte_can_be_changed(&note, &key, false);
    buf_release(&note);
    signer_release(log);
}

static void what_could_not_be_a_note_is_not_signed(void **state) {
    (void)state;
    signer *log = signer_of(1);
    buf note = buf_new(NOTE_MAX);
    assert_fails(note_sign(log, BYTES("log example"), BYTES("text\n"), &note), BAD_BODY);
    assert_fails(note_sign(log, BYTES("log"), BYTES("text"), &note), BAD_BODY);
    assert_fails(note_sign(log, BYTES("log"), BYTES(""), &note), BAD_BODY);
    assert_fails(note_sign(log, BYTES("log"), BYTES("te\txt\n"), &note), BAD_BODY);
    assert_fails(note_sign(log, BYTES("log"), BYTES("te\xffxt\n"), &note), BAD_BODY);
    assert_int_equal(note.len, 0);
    signer_release(log);
}

/* ---- checkpoints ---- */

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void almost_checkpoints_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "log\n", "log\n5\n", "log\n5\n" ROOT "\n", "\n5\n" ROOT, "log\n\n" ROOT, "log\n05\n" ROOT, "log\n00\n" ROOT, "log\n+5\n" ROOT, "log\n-5\n" ROOT,
        "log\n 5\n" ROOT, "log\n5 \n" ROOT, "log\n0x5\n" ROOT, "log\n5.\n" ROOT, "log\n4611686018427387905\n" ROOT,
        "log\n18446744073709551616\n" ROOT, "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
        "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
        "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n", "log\n5\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "log\r\n5\n" ROOT, "log\n5\n" ROOT "one\n\ntwo\n", "log\n5\n" ROOT "one",
    };
    checkpoint c;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (ok(checkpoint_parse(bytes_of_string(bad[i]), &c))) fail_msg("\"%s\" was read", bad[i]);
}

static void checkpoints_are_read_as_they_are_written(void **state) {
    (void)state;
    static const uint64_t sizes[] = {0, 1, 9, 10, 70000, MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint8_t root[MERKLE_HASH];
        checkpoint c;
        buf text = buf_new(1024);
        memset(root, (int)i + 0xf8, sizeof root);
        checkpoint_write(BYTES("log.example/x"), sizes[i], root, &text);
        assert_ok(checkpoint_parse(buf_bytes(&text), &c));
        assert_true(bytes_is(c.origin, "log.example/x"));
        assert_int_equal(c.size, sizes[i]);
        assert_memory_equal(c.root, root, sizeof root);
        assert_int_equal(c.extension.len, 0);
        buf_release(&text);
    }
    checkpoint c;
    assert_ok(checkpoint_parse(BYTES("a log with spaces + all\n5\n" ROOT "one\ntwo\n"), &c)); /* the origin is only advised to be a name */
    assert_true(bytes_is(c.extension, "one\ntwo\n"));
}

/* ---- cosignatures ---- */

static void a_cosignature_signs_what_the_specification_says(void **state) {
    (void)state;
    signer *witness = signer_of(3);
    buf line = buf_new(1024);
    note_view view;
    uint8_t stamped[8 + SIGN_SIZE];
    uint64_t time = 0;
    cosignature_make(witness, BYTES("witness.example/w1"), 1679315147, BYTES(SOFA), &line);
    assert_ok(note_open_lines(BYTES(SOFA), buf_bytes(&line), &view));
    assert_int_equal(view.count, 1);
    assert_ok(note_line_signature(&view.lines[0], stamped, sizeof stamped));
    assert_int_equal(get_u64(stamped), 1679315147);
    assert_true(signature_holds(signer_public(witness), BYTES("cosignature/v1\ntime 1679315147\n" SOFA), stamped + 8));
    note_key key = note_key_make(BYTES("witness.example/w1"), NOTE_COSIGNATURE, signer_public(witness));
    assert_true(cosignature_verify(&view, &key, &time));
    assert_int_equal(time, 1679315147);
    /* the same key as a log's is another key, and what it signed as a note is no cosignature */
    note_key as_log = note_key_make(BYTES("witness.example/w1"), NOTE_ED25519, signer_public(witness));
    assert_memory_not_equal(key.id, as_log.id, NOTE_KEY_ID);
    assert_false(note_verify(&view, &as_log));
    buf_release(&line);
    signer_release(witness);
}

static buf cosigned(const signer *log, const signer *witness, uint64_t time) {
    buf note = buf_new(NOTE_MAX);
    assert_ok(note_sign(log, BYTES("log.example"), BYTES(SOFA), &note));
    cosignature_make(witness, BYTES("witness.example/w1"), time, BYTES(SOFA), &note);
    return note;
}

/* Only the witness's own line and the text: what others signed may change, as long as it is a signature. */
static void no_byte_of_a_cosignature_can_be_changed(void **state) {
    (void)state;
    signer *witness = signer_of(3);
    note_key key = note_key_make(BYTES("witness.example/w1"), NOTE_COSIGNATURE, signer_public(witness));
    buf note = buf_new(NOTE_MAX);
    buf_put_string(&note, SOFA "\n");
    cosignature_make(witness, BYTES("witness.example/w1"), 1679315147, BYTES(SOFA), &note);
    no_byte_can_be_changed(&note, &key, true);
    buf_release(&note);
    signer_release(witness);
}

static void the_newest_of_two_cosignatures_counts(void **state) {
    (void)state;
    signer *log = signer_of(1), *witness = signer_of(3);
    note_key key = note_key_make(BYTES("witness.example/w1"), NOTE_COSIGNATURE, signer_public(witness));
    note_view view;
    uint64_t time = 0;
    buf note = cosigned(log, witness, 200);
    cosignature_make(witness, BYTES("witness.example/w1"), 100, BYTES(SOFA), &note);
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_true(cosignature_verify(&view, &key, &time));
    assert_int_equal(time, 200);
    cosignature_make(witness, BYTES("witness.example/w1"), 300, BYTES("another\n"), &note);
    assert_ok(note_open(buf_bytes(&note), &view));
    assert_false(cosignature_verify(&view, &key, &time));
    buf_release(&note);
    signer_release(log);
    signer_release(witness);
}

/* C2SP tlog-cosignature: a time is at most 2^63 - 1, whoever signed a later one. */
static void a_time_beyond_all_time_is_refused(void **state) {
    (void)state;
    signer *witness = signer_of(3);
    note_key key = note_key_make(BYTES("w"), NOTE_COSIGNATURE, signer_public(witness));
    uint8_t stamped[8 + SIGN_SIZE];
    uint64_t time;
    note_view view;
    buf line = buf_new(1024);
    put_u64(stamped, UINT64_C(1) << 63);
    signer_sign(witness, BYTES("cosignature/v1\ntime 9223372036854775808\n" SOFA), stamped + 8);
    note_put_line(&key, BYTES_OF(stamped), &line);
    assert_ok(note_open_lines(BYTES(SOFA), buf_bytes(&line), &view));
    assert_false(cosignature_verify(&view, &key, &time));
    buf_clear(&line);
    cosignature_make(witness, BYTES("w"), INT64_MAX, BYTES(SOFA), &line);
    assert_ok(note_open_lines(BYTES(SOFA), buf_bytes(&line), &view));
    assert_true(cosignature_verify(&view, &key, &time));
    buf_release(&line);
    signer_release(witness);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(bytes_have_one_base64),
        cmocka_unit_test(keys_of_others_are_read_and_written),
        cmocka_unit_test(almost_keys_are_refused),
        cmocka_unit_test(keys_of_other_kinds_are_refused),
        cmocka_unit_test(names_have_no_spaces_or_plus),
        cmocka_unit_test(the_note_of_go_is_made_and_verified),
        cmocka_unit_test(the_examples_of_c2sp_are_read),
        cmocka_unit_test(almost_notes_are_refused),
        cmocka_unit_test(sixteen_signatures_fit),
        cmocka_unit_test(strangers_are_kept_and_ignored),
        cmocka_unit_test(a_false_line_of_a_known_key_spoils_the_note),
        cmocka_unit_test(no_byte_of_a_signed_note_can_be_changed),
        cmocka_unit_test(what_could_not_be_a_note_is_not_signed),
        cmocka_unit_test(almost_checkpoints_are_refused),
        cmocka_unit_test(checkpoints_are_read_as_they_are_written),
        cmocka_unit_test(a_cosignature_signs_what_the_specification_says),
        cmocka_unit_test(no_byte_of_a_cosignature_can_be_changed),
        cmocka_unit_test(the_newest_of_two_cosignatures_counts),
        cmocka_unit_test(a_time_beyond_all_time_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
