/* The words that people read: filled in, whole screens, and what a proof of consent is made of. */
#include "api/texts.h"

#include "../flow/fake.h"
#include "safety_points.h"

#include <stdio.h>

static const text_language languages[] = {IN_NL, IN_FR, IN_EN};

/* A value for every hole, each its own, and each with what must stay as it is. */
static text_values all_values(arena *a) {
    text_values with = {0};
    for (unsigned p = 0; p < TEXT_PARAMS; p++) with.of[p] = arena_format(a, "[%s {person} é \"<]", text_param_names[p]);
    return with;
}

static bool holds(bytes text, bytes part) { return memmem(text.at, text.len, part.at, part.len) != NULL; }

static void every_text_in_every_language(void **state) {
    (void)state;
    arena *a = arena_new();
    text_values with = all_values(a);
    for (unsigned key = 0; key < TEXT_COUNT; key++) {
        for (size_t l = 0; l < COUNT(languages); l++) {
            buf out = buf_new(TEXT_MAX);
            text_write(&out, (text_key)key, languages[l], &with);
            assert_true(buf_ok(&out) && out.len > 0);
            for (unsigned p = 0; p < TEXT_PARAMS; p++) {
                bool needed = text_rows[key].needs >> p & 1;
                if (holds(buf_bytes(&out), with.of[p]) != needed) fail_msg("%s: %s", text_rows[key].key, text_param_names[p]);
            }
            if (!text_rows[key].needs) assert_true(bytes_equal(buf_bytes(&out), text_of((text_key)key, languages[l])));
            buf_release(&out);
        }
        assert_false(bytes_equal(text_of((text_key)key, IN_NL), BYTES("")));
    }
    arena_release(a);
}

static void a_text_is_filled_in(void **state) {
    (void)state;
    text_values with = {.of = {[WITH_RECIPIENT] = BYTES("Els {until} {"), [WITH_UNTIL] = BYTES("31 mei 2026")}};
    buf out = buf_new(TEXT_MAX);
    text_write(&out, TEXT_EXPIRY_GIVER, IN_EN, &with);
    assert_true(bytes_is(buf_bytes(&out), "Sharing with Els {until} { stops after 31 mei 2026.\nYou don't have to do anything.\n"
                                          "Do you want to share longer? You can choose that."));
    buf_clear(&out);
    text_write(&out, TEXT_CONSENT_YES, IN_NL, NULL);
    text_write(&out, TEXT_CONSENT_YES, IN_FR, &with); /* what a text does not need does no harm */
    assert_true(bytes_is(buf_bytes(&out), "Ja, ik deel ditOui, je partage ceci"));
    buf_release(&out);
}

static void leave_out(void *param) {
    text_values with = {.of = {[WITH_RECIPIENT] = BYTES("Els"), [WITH_UNTIL] = BYTES("31 mei")}};
    if (param) with.of[*(text_param *)param] = (bytes){0};
    buf out = buf_new(TEXT_MAX);
    text_write(&out, TEXT_EXPIRY_GIVER, IN_NL, &with);
}

static void give_nothing(void *unused) {
    (void)unused;
    buf out = buf_new(TEXT_MAX);
    text_write(&out, TEXT_EXPIRY_GIVER, IN_NL, NULL);
}

static void ask_past_the_end(void *key) { text_of(*(text_key *)key, IN_NL); }
static void ask_for_no_language(void *language) { text_of(TEXT_CONSENT_YES, *(text_language *)language); }

static void write_half_a_screen(void *unused) {
    (void)unused;
    text_values with = {.of = {[WITH_PURPOSE] = BYTES("hulp")}};
    buf out = buf_new(TEXT_MAX);
    text_write_screen(&out, SCREEN_CONSENT, IN_NL, &with);
}

/* Half a question is no question: that is a bug and no input. */
static void a_missing_value_is_a_bug(void **state) {
    (void)state;
    text_param recipient = WITH_RECIPIENT, until = WITH_UNTIL, days = WITH_DAYS;
    text_key past = TEXT_COUNT;
    text_language none = TEXT_LANGUAGES;
    assert_false(aborts(leave_out, NULL));
    assert_false(aborts(leave_out, &days));
    assert_true(aborts(leave_out, &recipient));
    assert_true(aborts(leave_out, &until));
    assert_true(aborts(give_nothing, NULL));
    assert_true(aborts(write_half_a_screen, NULL));
    assert_true(aborts(ask_past_the_end, &past));
    assert_true(aborts(ask_for_no_language, &none));
}

static void a_buffer_has_its_bound(void **state) {
    (void)state;
    char name[100];
    memset(name, 'x', sizeof name);
    text_values with = {.of = {[WITH_RECIPIENT] = bytes_make(name, sizeof name), [WITH_UNTIL] = BYTES("31 mei")}};
    buf whole_ = buf_new(TEXT_MAX);
    text_write(&whole_, TEXT_EXPIRY_GIVER, IN_NL, &with);
    for (size_t max = 0; max <= whole_.len; max++) {
        buf out = buf_new(max);
        text_write(&out, TEXT_EXPIRY_GIVER, IN_NL, &with);
        assert_int_equal(buf_ok(&out), max == whole_.len);
        assert_true(out.len <= max);
        buf_release(&out);
    }
    buf_release(&whole_);
}

/* ---- JSON ---- */

static void json_escapes_and_the_text_does_not(void **state) {
    (void)state;
    text_values with = {.of = {[WITH_RECIPIENT] = BYTES("\"<\n"), [WITH_UNTIL] = BYTES("31 mei")}};
    buf out = buf_new(TEXT_MAX);
    json_writer w = json_to(&out);
    text_json(&w, TEXT_EXPIRY_ENDED, IN_EN, &with);
    json_end(&w);
    assert_true(bytes_is(buf_bytes(&out), "\"Sharing with \\\"\\u003c\\n has stopped.\\nThe end date has passed.\""));
    buf_release(&out);
}

static void json_past_the_bound_is_no_half_text(void **state) {
    (void)state;
    arena *a = arena_new();
    uint8_t *name = arena_take(a, TEXT_MAX);
    memset(name, 'x', TEXT_MAX);
    text_values with = {.of = {[WITH_RECIPIENT] = bytes_make(name, TEXT_MAX)}};
    buf out = buf_new(8 * TEXT_MAX);
    json_writer w = json_to(&out);
    text_json(&w, TEXT_EXPIRY_ENDED, IN_EN, &with);
    assert_false(buf_ok(&out));
    buf_release(&out);
    arena_release(a);
}

/* ---- screens ---- */

static text_values consent_values(void) {
    return (text_values){.of = {[WITH_FIELDS] = BYTES("Wonen: wat is nodig"), [WITH_ABOUT] = BYTES("jij"),
                                [WITH_RECIPIENT_CARD] = BYTES("Els Moens, huurbegeleider"),
                                [WITH_SECRECY] = BYTES("(wat Els mag doorvertellen)"), [WITH_PURPOSE] = BYTES("herstelling"),
                                [WITH_FROM] = BYTES("1 mei 2026"), [WITH_UNTIL] = BYTES("31 mei 2026")}};
}

static size_t place_of(bytes text, const char *part) {
    const uint8_t *at = memmem(text.at, text.len, part, strlen(part));
    if (!at) fail_msg("not there: %s", part);
    return (size_t)(at - text.at);
}

/* what, who, why, how long, what if not. */
static void a_question_has_its_order(void **state) {
    (void)state;
    static const char *const order[] = {"Wil je dit delen?", "Wat?", "Wonen: wat is nodig", "Wie mag het dan lezen?",
                                        "Els Moens", "(wat Els mag", "Waarom?", "herstelling", "Hoe lang?", "31 mei 2026",
                                        "Wat als je nee zegt?"};
    text_values with = consent_values();
    buf out = buf_new(TEXT_MAX);
    text_write_screen(&out, SCREEN_CONSENT, IN_NL, &with);
    for (size_t i = 1; i < COUNT(order); i++)
        assert_true(place_of(buf_bytes(&out), order[i - 1]) < place_of(buf_bytes(&out), order[i]));
    assert_false(holds(buf_bytes(&out), BYTES("\n\n")));
    buf_release(&out);
}

static void a_line_may_be_left_out(void **state) {
    (void)state;
    text_values with = consent_values();
    buf without_goal = buf_new(TEXT_MAX), with_goal = buf_new(TEXT_MAX);
    text_write_screen(&without_goal, SCREEN_CONSENT, IN_NL, &with);
    with.of[WITH_GOAL] = BYTES("een droge kamer");
    text_write_screen(&with_goal, SCREEN_CONSENT, IN_NL, &with);
    assert_false(holds(buf_bytes(&without_goal), BYTES("Bij welk doel")));
    static const char line[] = "Bij welk doel hoort dit?\neen droge kamer\n";
    size_t why = place_of(buf_bytes(&with_goal), "Waarom?"), goal = place_of(buf_bytes(&with_goal), line);
    assert_true(why < goal && goal < place_of(buf_bytes(&with_goal), "Hoe lang?"));
    assert_int_equal(with_goal.len - without_goal.len, strlen(line));
    buf_release(&without_goal), buf_release(&with_goal);
}

static void every_screen_in_every_language(void **state) {
    (void)state;
    arena *a = arena_new();
    text_values with = all_values(a);
    for (unsigned s = 0; s < TEXT_SCREENS; s++)
        for (size_t l = 0; l < COUNT(languages); l++) {
            buf out = buf_new(TEXT_MAX);
            text_write_screen(&out, (text_screen)s, languages[l], &with);
            assert_true(buf_ok(&out) && out.at[0] != '\n' && out.at[out.len - 1] != '\n');
            buf_release(&out);
        }
    arena_release(a);
}

/* ---- the proof ---- */

static void hash_of(text_language language, const text_values *with, uint8_t out[SHA256_SIZE]) {
    buf text = buf_new(TEXT_MAX);
    text_write_screen(&text, SCREEN_CONSENT, language, with);
    text_hash(buf_bytes(&text), out);
    buf_release(&text);
}

/* what is shown again has the hash that was kept; whatever differs has another. */
static void a_hash_is_stable_and_tells_apart(void **state) {
    (void)state;
    uint8_t kept[SHA256_SIZE], again[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1] = {0};
    text_hash(BYTES("abc"), kept); /* FIPS 180-4 */
    hex_encode(BYTES_OF(kept), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    text_values with = consent_values();
    hash_of(IN_NL, &with, kept);
    hash_of(IN_NL, &with, again);
    assert_memory_equal(kept, again, SHA256_SIZE);
    hash_of(IN_FR, &with, again);
    assert_memory_not_equal(kept, again, SHA256_SIZE);
    static const text_param shown[] = {WITH_FIELDS, WITH_ABOUT, WITH_RECIPIENT_CARD, WITH_SECRECY, WITH_PURPOSE, WITH_FROM,
                                       WITH_UNTIL};
    for (size_t i = 0; i < COUNT(shown); i++) {
        text_values other = with;
        other.of[shown[i]] = BYTES("iets anders");
        hash_of(IN_NL, &other, again);
        assert_memory_not_equal(kept, again, SHA256_SIZE);
    }
    with.of[WITH_PHONE_LIST] = BYTES("112"); /* not shown */
    hash_of(IN_NL, &with, again);
    assert_memory_equal(kept, again, SHA256_SIZE);
}

static void the_version_is_in_what_is_served(void **state) {
    (void)state;
    bytes version = text_version();
    assert_int_equal(version.len, TEXT_VERSION);
    for (size_t i = 0; i < version.len; i++) assert_non_null(memchr("0123456789abcdef", version.at[i], 16));
    for (size_t l = 0; l < COUNT(languages); l++) {
        assert_true(holds(texts_json[languages[l]], version));
        assert_true(holds(texts_json[languages[l]], BYTES("\"key\":\"consent.yes\"")));
    }
}

/* ---- values ---- */

static void languages_by_code(void **state) {
    (void)state;
    static const struct {
        const char *code;
        int language; /* or -1 */
    } table[] = {{"nl", IN_NL}, {"fr", IN_FR}, {"en", IN_EN}, {"de", -1}, {"NL", -1}, {"", -1}, {"nld", -1}, {"n", -1}};
    for (size_t i = 0; i < COUNT(table); i++) {
        text_language language = TEXT_LANGUAGES;
        assert_int_equal(text_language_by_code(bytes_of_string(table[i].code), &language), table[i].language >= 0);
        assert_int_equal(language, table[i].language >= 0 ? table[i].language : TEXT_LANGUAGES);
    }
}

static void days(void **state) {
    (void)state;
    static const struct {
        const char *iso;
        text_language language;
        const char *text;
    } table[] = {
        {"2026-01-01", IN_NL, "1 januari 2026"},   {"2026-01-01", IN_FR, "1er janvier 2026"},
        {"2026-01-01", IN_EN, "1 January 2026"},   {"2026-12-31", IN_NL, "31 december 2026"},
        {"2026-12-31", IN_FR, "31 décembre 2026"}, {"2026-10-10", IN_EN, "10 October 2026"},
        {"2028-02-29", IN_FR, "29 février 2028"},  {"2026-05-11", IN_NL, "11 mei 2026"},
        {"0999-08-21", IN_EN, "21 August 0999"},   {"2026-03-01", IN_FR, "1er mars 2026"},
        {"2026-11-09", IN_NL, "9 november 2026"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        buf out = buf_new(64);
        text_day(&out, table[i].language, bytes_of_string(table[i].iso));
        if (!bytes_is(buf_bytes(&out), table[i].text)) fail_msg("%s: %.*s", table[i].iso, (int)out.len, (const char *)out.at);
        buf_release(&out);
    }
}

static void write_day(void *iso) {
    buf out = buf_new(64);
    text_day(&out, IN_NL, bytes_of_string(iso));
}

static void what_is_no_day_is_a_bug(void **state) {
    (void)state;
    char table[][12] = {"2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",  "2026-1-01",
                        "2026/01/01", "2026-01-0x", "",           "2026-01-01T"};
    for (size_t i = 0; i < COUNT(table); i++)
        if (!aborts(write_day, table[i])) fail_msg("%s", table[i]);
}

static void labels_of_fields(void **state) {
    (void)state;
    field_set none = {0}, two = {0}, all = {0};
    add_field(two, field_by_name(BYTES("need_housing"))), add_field(two, field_by_name(BYTES("goals")));
    for (field_id f = 0; f < FIELD_COUNT; f++) add_field(all, f);
    buf out = buf_new(TEXT_MAX);
    text_fields(&out, IN_NL, none);
    assert_int_equal(out.len, 0);
    text_fields(&out, IN_NL, two);
    assert_true(bytes_is(buf_bytes(&out), "Wonen: wat is nodig\nDoelen"));
    buf_clear(&out);
    text_fields(&out, IN_FR, two);
    assert_true(bytes_is(buf_bytes(&out), "Logement : ce qu'il faut\nObjectifs"));
    buf_clear(&out);
    text_fields(&out, IN_EN, all);
    unsigned lines = 1;
    for (size_t i = 0; i < out.len; i++) lines += out.at[i] == '\n';
    assert_int_equal(lines, FIELD_COUNT);
    buf_release(&out);
}

/* each law of the policy has its points. */
static void every_law_has_somebody_to_call(void **state) {
    (void)state;
    assert_int_equal(safety_jurisdiction_count, jurisdiction_count);
    for (size_t i = 0; i < jurisdiction_count; i++) {
        assert_string_equal(safety_jurisdictions[i].code, jurisdictions[i].code);
        assert_string_equal(safety_jurisdictions[i].points[0].phone, "112");
        for (size_t l = 0; l < SAFETY_LANGUAGES; l++)
            assert_true(holds(safety_jurisdictions[i].json[l], BYTES("\"phone\":\"112\"")));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_in_every_language),
        cmocka_unit_test(a_text_is_filled_in),
        cmocka_unit_test(a_missing_value_is_a_bug),
        cmocka_unit_test(a_buffer_has_its_bound),
        cmocka_unit_test(json_escapes_and_the_text_does_not),
        cmocka_unit_test(json_past_the_bound_is_no_half_text),
        cmocka_unit_test(a_question_has_its_order),
        cmocka_unit_test(a_line_may_be_left_out),
        cmocka_unit_test(every_screen_in_every_language),
        cmocka_unit_test(a_hash_is_stable_and_tells_apart),
        cmocka_unit_test(the_version_is_in_what_is_served),
        cmocka_unit_test(languages_by_code),
        cmocka_unit_test(days),
        cmocka_unit_test(what_is_no_day_is_a_bug),
        cmocka_unit_test(labels_of_fields),
        cmocka_unit_test(every_law_has_somebody_to_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
