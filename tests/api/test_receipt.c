/* Receipts: whose they are, what stands in them, that they are the same for ever, and that they hold. */
#include "api/view.h"

#include "../flow/fake.h"

#include <stdio.h>

static told t;

/* What this test's grant is; rows of the database follow from it. */
static struct {
    unsigned texts;                   /* versions of its own text, one a day; 0: the grant does not show */
    moment recorded, confirmed, withdrawn, shortened, objected; /* 0: not */
    const char *basis, *level;
    bool asked, by_another, of_family, shown;
    moment yes, no;                   /* answers to what was asked */
} g_;

enum { GRANT_TEXT = 0x8f, REQUEST = 0x41, REQUEST_TEXT = 0x90, REPLY = 0x42 };

static moment intake(void) { return INT64_C(1790000000) * SECOND - 100 * DAY; }
static const char *field_name(void) { return "debts_detail"; }

#define ROW(...)                                                                                                        \
    do {                                                                                                                \
        params *p = params_new(fake_arena());                                                                           \
        __VA_ARGS__                                                                                                     \
        fake_row(p);                                                                                                    \
    } while (0)

static void put_entry(params *p, uuid id, const char *kind, uuid of) {
    param_uuid(p, id), param_string(p, kind), param_string(p, ""), param_uuid(p, of), param_null(p, TYPE_UUID);
    param_uuids(p, &f_.person, 1), param_uuid(p, f_.person), param_moment(p, MOMENT_NEVER);
    param_null(p, TYPE_UUID), param_moment(p, MOMENT_NEVER);
}

static void put_version(params *p, uuid entry, unsigned number, uuid author) {
    param_int4(p, (int32_t)number), param_moment(p, intake() + (number - 1) * DAY), param_moment(p, intake());
    param_uuids(p, &author, 1), param_uuids(p, &author, 1), param_uuid(p, author), param_uuid(p, entry);
}

static void put_reply(params *p, uint8_t id, moment at, bool yes) {
    bytes field = bytes_of_string(field_name());
    param_uuid(p, id_of(id)), param_uuid(p, f_.person), param_null(p, TYPE_UUID);
    param_texts(p, &field, yes), param_texts(p, &field, !yes), param_string(p, "exact"), param_moment(p, MOMENT_NEVER);
    param_moment(p, at), param_moment(p, at), param_uuid(p, id_of(REQUEST));
}

static void put_shown(params *p, const uuid *reply) {
    static const uint8_t hash[SHA256_SIZE] = {0xab, 0xcd};
    param_string(p, "shown"), param_null(p, TYPE_TEXT), param_moment(p, g_.recorded);
    if (reply) param_uuid(p, *reply);
    else param_null(p, TYPE_UUID);
    param_string(p, "fr"), param_string(p, "0123456789abcdef"), param_bytes(p, BYTES_OF(hash));
}

static void answer_rows(void) {
    uuid reply = id_of(REPLY);
    if (g_.shown) ROW(put_shown(p, g_.asked ? &reply : NULL););
    if (g_.withdrawn)
        ROW(param_string(p, "withdrawn"); param_string(p, field_name()); param_moment(p, g_.withdrawn);
            param_null(p, TYPE_UUID); param_null(p, TYPE_TEXT); param_null(p, TYPE_TEXT); param_null(p, TYPE_BYTEA););
}

static void answer_grant(void) {
    uuid about = g_.of_family ? f_.family : f_.person;
    ROW(param_uuid(p, f_.grant); param_uuid(p, f_.helper); param_uuids(p, &about, 1); param_uuids(p, &f_.person, 1);
        param_string(p, g_.basis); param_uuid_or_null(p, g_.asked ? id_of(REQUEST) : (uuid){{0}});
        param_moment(p, g_.recorded); param_moment(p, intake()); param_moment(p, intake() + 300 * DAY););
}

static void answer_stop(const char *kind, moment at, moment from) {
    if (at)
        ROW(param_string(p, kind); param_uuid(p, f_.person); param_moment(p, at); param_moment(p, from);
            param_moment(p, MOMENT_NEVER); param_uuid(p, f_.grant););
}

static void answer_request(void) {
    bytes field = bytes_of_string(field_name());
    ROW(param_uuid(p, id_of(REQUEST)); param_uuid(p, f_.helper); param_uuid(p, f_.helper); param_uuids(p, &f_.person, 1);
        param_texts(p, &field, 1); param_texts(p, &field, 0); param_texts(p, &field, 0); param_string(p, "");
        param_moment(p, intake()); param_moment(p, intake() + 14 * DAY); param_moment(p, intake());
        param_moment(p, intake() + 300 * DAY); param_moment(p, MOMENT_NEVER););
}

/* True: instead of the usual rows. */
static bool own_facts(const statement *s) {
    bool replaced = s == &stmt_facts_grants || s == &stmt_facts_confirms || s == &stmt_facts_grant_fields;
    if (s == &stmt_receipt_rows) answer_rows();
    if (s == &stmt_facts_grants) answer_grant();
    if (s == &stmt_facts_grant_fields)
        ROW(param_string(p, field_name()); param_string(p, g_.level); param_moment(p, intake());
            param_moment(p, g_.withdrawn ? g_.withdrawn : MOMENT_NEVER); param_uuid(p, f_.grant););
    if (s == &stmt_facts_confirms)
        ROW(param_moment(p, intake()); param_moment(p, MOMENT_NEVER); param_uuid(p, f_.grant););
    if (s == &stmt_facts_confirms && g_.confirmed)
        ROW(param_moment(p, g_.confirmed); param_moment(p, MOMENT_NEVER); param_uuid(p, f_.grant););
    if (s == &stmt_facts_stops) answer_stop("shortened", g_.shortened, intake() + 200 * DAY);
    if (s == &stmt_facts_stops) answer_stop("objection", g_.objected, g_.objected);
    if (s == &stmt_facts_requests && g_.asked) answer_request();
    if (s == &stmt_facts_replies && g_.yes) ROW(put_reply(p, REPLY, g_.yes, true););
    if (s == &stmt_facts_replies && g_.no) ROW(put_reply(p, REPLY + 1, g_.no, false););
    if (s == &stmt_facts_entries && g_.texts) ROW(put_entry(p, id_of(GRANT_TEXT), "grant", f_.grant););
    if (s == &stmt_facts_entries && g_.asked) ROW(put_entry(p, id_of(REQUEST_TEXT), "request", id_of(REQUEST)););
    for (unsigned v = 1; s == &stmt_facts_versions && v <= g_.texts; v++)
        ROW(put_version(p, id_of(GRANT_TEXT), v, g_.by_another ? f_.helper : f_.person););
    if (s == &stmt_facts_versions && g_.asked) ROW(put_version(p, id_of(REQUEST_TEXT), 1, f_.helper););
    return replaced;
}

static const char *own_text(uuid entry, uint32_t version) {
    static char text[64];
    if (uuid_equal(entry, id_of(REQUEST_TEXT))) return "{\"purpose\":\"zoals gevraagd\"}";
    if (!uuid_equal(entry, id_of(GRANT_TEXT))) return NULL;
    snprintf(text, sizeof text, g_.asked ? "{}" : "{\"purpose\":\"hulp bij <de> huur %u\"}", version);
    return text;
}

static int start(void **state) {
    (void)state;
    fake_start();
    memset(&g_, 0, sizeof g_);
    g_.texts = 1, g_.basis = "consent", g_.level = "exact", g_.recorded = intake();
    f_.own_facts = own_facts;
    f_.own_text = own_text;
    return 0;
}

static int stop(void **state) {
    (void)state;
    fake_stop();
    return 0;
}

/* Something was written: the facts are read anew. */
static void change(void) {
    f_.version++;
    fake_forget_session();
}

static const char *receipts_of(uuid grant) {
    static char path[128];
    char id[UUID_TEXT + 1];
    snprintf(path, sizeof path, "/grants/%s/receipts", id_text(grant, id));
    return in_family(path);
}

static int look(const char *query) { return whole(&t, ask(&t, METHOD_GET, receipts_of(f_.grant), query, NULL)); }

static bytes string_at(const char *from, const char *name) {
    char key[32];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(from, key);
    assert_non_null(at);
    at += strlen(key);
    return bytes_make(at, strcspn(at, "\""));
}

enum { LIST = 8, PAYLOAD = 16384 };

typedef struct {
    char payload[PAYLOAD], head[512], input[2 * PAYLOAD];
    uint8_t signature[SIGN_SIZE];
} kept;

static kept list[LIST];

static unsigned receipts(void) {
    unsigned n = 0;
    for (const char *at = t.body; (at = strstr(at, "{\"payload\":")) != NULL; at++, n++) {
        assert_true(n < LIST);
        kept *k = &list[n];
        bytes payload = string_at(at, "payload"), head = string_at(at, "protected"), signature = string_at(at, "signature");
        size_t len;
        memset(k, 0, sizeof *k);
        assert_ok(base64url_decode(payload, (uint8_t *)k->payload, PAYLOAD - 1, &len));
        assert_ok(base64url_decode(head, (uint8_t *)k->head, sizeof k->head - 1, &len));
        assert_ok(base64url_decode(signature, k->signature, SIGN_SIZE, &len));
        assert_int_equal(len, SIGN_SIZE);
        snprintf(k->input, sizeof k->input, "%.*s.%.*s", (int)head.len, (const char *)head.at, (int)payload.len,
                 (const char *)payload.at);
    }
    return n;
}

static void read_key(uint8_t key[SIGN_PUBLIC], char name[SIGN_THUMBPRINT + 1]) {
    size_t len;
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, "/v1/receipt-keys", NULL, NULL)), 200);
    assert_ok(base64url_decode(string_at(t.body, "x"), key, SIGN_PUBLIC, &len));
    assert_int_equal(len, SIGN_PUBLIC);
    bytes kid = string_at(t.body, "kid");
    assert_int_equal(kid.len, SIGN_THUMBPRINT);
    memcpy(name, kid.at, kid.len);
    name[SIGN_THUMBPRINT] = 0;
}

static void as(account_kind kind) {
    f_.kind = kind;
    fake_forget_session();
}

/* ---- */

#define WHO "20202020-2020-2020-2020-202020202020"

/* The whole of it, so that a change of its format shows: what is kept for years must be read for years. */
static void a_giving_is_written_out(void **state) {
    (void)state;
    static const char whole_text[] =
        "{\"header\":{\"schema_version\":\"ISO/IEC TS 27560:2023\",\"profile\":\"kring-receipt-1\","
        "\"record_id\":\"40404040-4040-4040-4040-404040404040\",\"receipt_id\":\"1304751f-dc18-8bcd-ae59-3c2fa57a98f6\","
        "\"pii_principal_id\":\"" WHO "\"},"
        "\"processing\":{\"privacy_notice\":{\"of\":\"purpose\",\"language\":\"nl\","
        "\"sha256\":\"2abc51ecb762d4f9abe62d4f895026bb59a2ab7cff6e9fa111be4eb70b55bdd2\"},\"language\":\"nl\","
        "\"purposes\":[{\"purpose\":\"hulp bij \\u003cde\\u003e huur 1\",\"lawful_basis\":\"consent\","
        "\"about\":[{\"id\":\"" WHO "\",\"kind\":\"person\",\"name\":\"body 86\"}],"
        "\"pii_information\":[{\"pii_type\":\"Schulden (details)\",\"pii_attribute_id\":\"debts_detail\","
        "\"sensitive_pii_category\":true,\"level\":\"exact\"}],"
        "\"pii_controllers\":[{\"party_id\":\"https://localhost:8443\",\"party_contact\":\"https://localhost:8443\"}],"
        "\"recipient_third_parties\":[{\"party_id\":\"30303030-3030-3030-3030-303030303030\",\"party_type\":\"helper\","
        "\"party_name\":\"Els\"}],"
        "\"storage_locations\":[\"https://localhost:8443\"],"
        "\"retention_period\":{\"after\":\"plan_closed\",\"duration\":\"P12M\"},\"jurisdiction\":\"BE-VLG\","
        "\"withdrawal_method\":{\"text\":\"Je kan dit altijd stoppen. Je hoeft niet te zeggen waarom. Wat al gelezen is, "
        "blijft gelezen.\",\"url\":\"https://localhost:8443/v1/families/10101010-1010-1010-1010-101010101010/grants/"
        "40404040-4040-4040-4040-404040404040/withdrawal\"}}]},"
        "\"event\":{\"event_time\":\"2026-06-13T14:13:20.000000Z\",\"event_type\":\"explicit_consent\","
        "\"event_state\":\"given\",\"validity_duration\":{\"from\":\"2026-06-13T14:13:20.000000Z\","
        "\"until\":\"2027-04-09T14:13:20.000000Z\"},\"entity_id\":\"" WHO "\",\"entity_name\":\"body 86\"}}";
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 1);
    assert_string_equal(list[0].payload, whole_text);
    assert_null(strstr(t.body, "next"));
}

static void each_deed_has_its_receipt(void **state) {
    (void)state;
    static const char *const states[] = {"given", "reconfirmed", "withdrawn"};
    g_.confirmed = intake() + 80 * DAY;
    g_.withdrawn = intake() + 90 * DAY;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 3);
    for (unsigned i = 0; i < 3; i++) {
        bytes is = string_at(list[i].payload, "event_state"), id = string_at(list[i].payload, "receipt_id");
        assert_true(bytes_is(is, states[i]));
        for (unsigned k = 0; k < i; k++) assert_false(bytes_equal(id, string_at(list[k].payload, "receipt_id")));
        assert_non_null(strstr(list[i].payload, "\"pii_attribute_id\":\"debts_detail\""));
    }
    /* What was withdrawn was good until then. */
    assert_true(bytes_is(string_at(list[2].payload, "until"), "2026-09-11T14:13:20.000000Z"));
    /* What was over is not confirmed. */
    g_.confirmed = intake() + 95 * DAY;
    change();
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 2);
    assert_true(bytes_is(string_at(list[1].payload, "event_state"), "withdrawn"));
}

/* What is to come is no deed yet (an imported family knows more than its clock). */
static void what_lies_ahead_has_no_receipt(void **state) {
    (void)state;
    g_.confirmed = intake() + 200 * DAY;
    g_.shortened = intake() + 201 * DAY;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 1);
}

static void a_receipt_never_changes(void **state) {
    (void)state;
    static kept first;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 1);
    first = list[0];
    f_.clock.shift += 40 * DAY;
    g_.texts = 3; /* the text has newer versions */
    g_.withdrawn = intake() + 90 * DAY;
    change();
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 2);
    assert_string_equal(list[0].payload, first.payload);
    assert_memory_equal(list[0].signature, first.signature, SIGN_SIZE);
    assert_non_null(strstr(list[1].payload, "huur 3")); /* and the later deed has the later text */
}

static void every_receipt_holds_under_the_published_key(void **state) {
    (void)state;
    uint8_t key[SIGN_PUBLIC];
    char name[SIGN_THUMBPRINT + 1], own[SIGN_THUMBPRINT], head[128];
    read_key(key, name);
    public_key_thumbprint(key, own);
    assert_memory_equal(own, name, SIGN_THUMBPRINT);
    snprintf(head, sizeof head, "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"kring-receipt\"}", name);
    g_.confirmed = intake() + 80 * DAY;
    g_.withdrawn = intake() + 90 * DAY;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_string_equal(list[i].head, head);
        assert_true(signature_holds(key, bytes_of_string(list[i].input), list[i].signature));
        list[i].input[strlen(list[i].input) - 1] ^= 1;
        assert_false(signature_holds(key, bytes_of_string(list[i].input), list[i].signature));
    }
    /* The seed is the service's own, not what its tokens or cursors hang on. */
    const uint8_t *seed = keyring_service(f_.ring, "receipt");
    signer *s = signer_new(seed);
    assert_memory_equal(signer_public(s), key, SIGN_PUBLIC);
    signer_release(s);
}

static void who_did_nothing_has_none(void **state) {
    (void)state;
    as(ACCOUNT_HELPER);
    size_t records = f_.record_count;
    assert_int_equal(look(NULL), 200);
    assert_string_equal(t.body, "{\"receipts\":[]}");
    assert_int_equal(f_.record_count, records + 1); /* a look all the same */
}

static void a_grant_that_is_hidden_is_not_there(void **state) {
    (void)state;
    static char absent[sizeof t.body];
    assert_int_equal(whole(&t, ask(&t, METHOD_GET, receipts_of(id_of(0x99)), NULL, NULL)), 404);
    memcpy(absent, t.body, sizeof absent);
    g_.texts = 0;
    change();
    assert_int_equal(look(NULL), 404);
    assert_string_equal(t.body, absent);
    g_.texts = 1; /* for the recipient it is gone once nothing of it is left */
    g_.withdrawn = intake() + 90 * DAY;
    f_.version++;
    as(ACCOUNT_HELPER);
    assert_int_equal(look(NULL), 404);
    assert_string_equal(t.body, absent);
    as(ACCOUNT_AUDITOR); /* reads no values */
    assert_int_equal(look(NULL), 404);
}

/* ---- what the law of sharing adds ---- */

static bytes only_state(void) {
    assert_int_equal(look(NULL), 200);
    return receipts() == 1 ? string_at(list[0].payload, "event_state") : BYTES("");
}

/* with the text that was shown, in the language in which it was. */
static void a_giving_names_what_was_shown(void **state) {
    (void)state;
    g_.shown = true;
    g_.level = "derived";
    assert_true(bytes_is(only_state(), "given"));
    assert_non_null(strstr(list[0].payload, "\"privacy_notice\":{\"of\":\"text\",\"language\":\"fr\","
                                            "\"version\":\"0123456789abcdef\",\"sha256\":\"abcd0000"));
    assert_non_null(strstr(list[0].payload, "\"level\":\"derived\""));
    g_.withdrawn = intake() + 90 * DAY;
    change();
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 2);
    assert_non_null(strstr(list[1].payload, "\"of\":\"purpose\"")); /* nothing is shown before stopping */
}

static void an_answer_to_what_was_asked_is_the_giving(void **state) {
    (void)state;
    g_.asked = g_.shown = true;
    g_.yes = intake() - DAY; /* it is shared when the last one who must give has answered */
    assert_true(bytes_is(only_state(), "given"));
    assert_true(bytes_is(string_at(list[0].payload, "event_time"), "2026-06-12T14:13:20.000000Z"));
    assert_true(bytes_is(string_at(list[0].payload, "purpose"), "zoals gevraagd"));
    assert_non_null(strstr(list[0].payload, "\"of\":\"text\",\"language\":\"fr\""));
    g_.no = intake() - HOUR; /* his last word before it was shared */
    change();
    assert_true(bytes_is(only_state(), ""));
    g_.no = intake() + HOUR;
    change();
    assert_true(bytes_is(only_state(), "given"));
}

static void who_narrows_gives_the_rest_and_nobody_else_does(void **state) {
    (void)state;
    g_.recorded = intake() + 10 * DAY; /* younger than the confirmation that it took over */
    assert_true(bytes_is(only_state(), "given"));
    assert_true(bytes_is(string_at(list[0].payload, "event_time"), "2026-06-23T14:13:20.000000Z"));
    g_.by_another = true;
    change();
    assert_true(bytes_is(only_state(), ""));
}

static void an_earlier_end_is_a_receipt(void **state) {
    (void)state;
    g_.shortened = intake() + 50 * DAY;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 2);
    assert_true(bytes_is(string_at(list[0].payload, "until"), "2027-04-09T14:13:20.000000Z"));
    assert_true(bytes_is(string_at(list[1].payload, "event_state"), "narrowed"));
    assert_true(bytes_is(string_at(list[1].payload, "until"), "2026-12-30T14:13:20.000000Z"));
}

/* what was not asked was not given; but an objection is a deed. */
static void another_basis_is_no_giving(void **state) {
    (void)state;
    g_.basis = "public_task";
    assert_true(bytes_is(only_state(), ""));
    g_.objected = intake() + 40 * DAY;
    change();
    assert_true(bytes_is(only_state(), "objected"));
    assert_true(bytes_is(string_at(list[0].payload, "event_type"), "objection"));
    assert_true(bytes_is(string_at(list[0].payload, "lawful_basis"), "public_task"));
    assert_non_null(strstr(list[0].payload, "/objection\""));
}

/* The log knows who confirmed; the facts do not. So only what nobody else could have done is his. */
static void a_confirmation_is_his_when_nobody_else_could(void **state) {
    (void)state;
    g_.confirmed = intake() + 80 * DAY;
    assert_int_equal(look(NULL), 200);
    assert_int_equal(receipts(), 2);
    g_.of_family = true;
    change();
    assert_true(bytes_is(only_state(), "given"));
}

static void pages_show_each_receipt_once(void **state) {
    (void)state;
    g_.confirmed = intake() + 80 * DAY;
    g_.withdrawn = intake() + 90 * DAY;
    for (unsigned limit = 1; limit <= 4; limit++) {
        char query[300], next[200] = "";
        unsigned seen = 0, pages = 0;
        do {
            snprintf(query, sizeof query, next[0] ? "limit=%u&cursor=%s" : "limit=%u%s", limit, next);
            assert_int_equal(look(query), 200);
            unsigned n = receipts();
            assert_true(n <= limit);
            seen += n, pages++;
            bytes cursor = strstr(t.body, "\"next\"") ? string_at(t.body, "next") : BYTES("");
            snprintf(next, sizeof next, "%.*s", (int)cursor.len, (const char *)cursor.at);
        } while (next[0] && pages < 9);
        assert_int_equal(seen, 3);
        assert_int_equal(pages, (3 + limit - 1) / limit);
    }
    assert_int_equal(look("cursor=AAAAAAAAAAAAAAAAAAAAAAAA"), 400);
    assert_int_equal(look("limit=0"), 400);
}

int main(void) {
#define WALK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        WALK(a_giving_is_written_out),
        WALK(each_deed_has_its_receipt),
        WALK(what_lies_ahead_has_no_receipt),
        WALK(a_receipt_never_changes),
        WALK(every_receipt_holds_under_the_published_key),
        WALK(who_did_nothing_has_none),
        WALK(a_grant_that_is_hidden_is_not_there),
        WALK(a_giving_names_what_was_shown),
        WALK(an_answer_to_what_was_asked_is_the_giving),
        WALK(who_narrows_gives_the_rest_and_nobody_else_does),
        WALK(an_earlier_end_is_a_receipt),
        WALK(another_basis_is_no_giving),
        WALK(a_confirmation_is_his_when_nobody_else_could),
        WALK(pages_show_each_receipt_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
