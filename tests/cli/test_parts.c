/* The parts of `kring` that need no server: the table of commands, the words, what may reach a terminal, what a
 * person types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "policy/policy.h"
#include "show.h"
#include "typed.h"

#include <cjson/cJSON.h>
#include <utf8proc.h>

static const char *manual_path;

static bool contains(bytes text, const char *part) { return memmem(text.at, text.len, part, strlen(part)) != NULL; }

static kring make_kring(arguments *args) {
    kring k = {.memory = arena_new(), .args = args, .lang = LANG_EN, .trouble = buf_new(1 << 16)};
    k.out = (screen){.out = buf_new(SCREEN_MAX), .width = 80};
    return k;
}

static void drop_kring(kring *k) {
    buf_release(&k->trouble);
    buf_release(&k->out.out);
    arena_release(k->memory);
}

/* ---------------------------------------------------------------------------- the table */

static void the_table_is_sound(void **state) {
    (void)state;
    option_set used = EVERYWHERE;
    for (size_t i = 0; i < command_count; i++) {
        const command *c = &commands[i];
        used |= c->options;
        assert_non_null(c->run);
        assert_true(*c->summary);
        assert_int_equal(c->required & ~c->options, 0);
        assert_int_equal(c->many & ~c->options, 0);
        assert_int_equal(c->options & EVERYWHERE, 0);
        assert_int_equal(c->operands_max > 0, *c->operands != 0);
        assert_true(c->operands_min <= c->operands_max);
        assert_ptr_equal(command_named(c->words), c);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(commands[j].words, c->words);
    }
    for (int o = 0; o < OPTION_COUNT; o++) {
        if (!(used >> o & 1)) fail_msg("--%s belongs to no command", option_rows[o].name);
        for (int p = 0; p < o; p++)
            assert_string_not_equal(option_rows[p].name, option_rows[o].name);
    }
}

/* The words of a line, at blanks; "~" stands for an empty one. */
static int split(char *line, char **argv) {
    int argc = 0;
    for (char *at = line, *part; (part = strsep(&at, " ")) != NULL;)
        argv[argc++] = strcmp(part, "~") == 0 ? part + 1 : part;
    argv[argc] = NULL;
    return argc;
}

static void command_lines(void **state) {
    (void)state;
    static const struct {
        const char *line, *words, *trouble; /* the command, or what is wrong */
    } rows[] = {
        {"kring plan", "plan", NULL},
        {"kring --json plan --section E", "plan", NULL},
        {"kring plan --section=E --json", "plan", NULL},
        {"kring entry show x", "entry show", NULL},
        {"kring --lang nl entry --json show x", "entry show", NULL},
        {"kring entry -- show -x", "entry show", NULL},
        {"kring why --viewer a --field b --about c --about d", "why", NULL},
        {"kring grant withdraw x --field a --field b", "grant withdraw", NULL},
        {"kring help entry show", "help", NULL},
        {"kring entry --help", NULL, NULL},
        {"kring --version", NULL, NULL},
        {"kring", NULL, "no command"},
        {"kring ~", NULL, "no such command"},
        {"kring plans", NULL, "no such command"},
        {"kring entry", NULL, "entry what"},
        {"kring entry shows x", NULL, "no such command: entry shows"},
        {"kring plan extra", NULL, "too many"},
        {"kring plan a b c d e", NULL, "too many"},
        {"kring plan --section", NULL, "needs a value"},
        {"kring plan --insecure", NULL, "no such option"},
        {"kring plan -k", NULL, "no such option"},
        {"kring plan --json=1", NULL, "no such option"},
        {"kring plan --url https://x", NULL, "--url is no option"},
        {"kring plan --section A --section B", NULL, "stands twice"},
        {"kring plan --about a --about b", NULL, "stands twice"},
        {"kring why --field a --about b", NULL, "needs --viewer"},
        {"kring grant give --to a --about b --field c", NULL, "needs --until"},
        {"kring entry show", NULL, "needs ID"},
        {"kring login", NULL, "needs LOGIN"},
        {"kring whoami --all", NULL, "--all is no option"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        arguments *args = calloc(1, sizeof *args);
        char *line = strdup(rows[i].line), *argv[16];
        buf why = buf_new(4096);
        bool parsed = command_parse(split(line, argv), argv, args, &why);
        if (parsed != !rows[i].trouble || (rows[i].trouble && !contains(buf_bytes(&why), rows[i].trouble)))
            fail_msg("%s: %.*s", rows[i].line, (int)why.len, (const char *)why.at);
        if (rows[i].words) assert_string_equal(args->command->words, rows[i].words);
        buf_release(&why);
        free(line);
        free(args);
    }
}

static void too_many_values(void **state) {
    (void)state;
    char *argv[2 * TIMES_MAX + 8];
    int argc = 0;
    argv[argc++] = strdup("kring"), argv[argc++] = strdup("why");
    for (int i = 0; i <= TIMES_MAX; i++)
        argv[argc++] = strdup("--about"), argv[argc++] = strdup("x");
    argv[argc] = NULL;
    arguments *args = calloc(1, sizeof *args);
    buf why = buf_new(4096);
    assert_false(command_parse(argc, argv, args, &why));
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    buf_release(&why);
    free(args);
}

static void completion_knows_everything(void **state) {
    (void)state;
    buf b = buf_new(1 << 20);
    put_completion(&b);
    for (size_t i = 0; i < command_count; i++)
        assert_true(contains(buf_bytes(&b), commands[i].words));
    for (int o = 0; o < OPTION_COUNT; o++)
        assert_true(contains(buf_bytes(&b), option_rows[o].name));
    for (field_id f = 0; f < FIELD_COUNT; f++)
        assert_true(contains(buf_bytes(&b), catalogue[f].name));
    buf_release(&b);
}

static bytes read_manual(arena *a) {
    FILE *file = fopen(manual_path, "r");
    assert_non_null(file);
    uint8_t *text = arena_take(a, 1 << 18);
    size_t n = fread(text, 1, 1 << 18, file);
    fclose(file);
    return bytes_make(text, n);
}

/* Every command has its entry, every entry the command's own options, every option its explanation. */
static void the_manual_tells_everything(void **state) {
    (void)state;
    arena *a = arena_new();
    bytes manual = read_manual(a);
    for (size_t i = 0; i < command_count; i++) {
        const command *c = &commands[i];
        const char *head = (const char *)arena_format(a, "*kring %s*%c", c->words, 0).at;
        const uint8_t *at = memmem(manual.at, manual.len, head, strlen(head));
        if (!at) fail_msg("the manual does not tell of 'kring %s'", c->words);
        size_t left = manual.len - (size_t)(at - manual.at);
        const uint8_t *end = memmem(at, left, "\n\n", 2);
        bytes part = bytes_make(at, end ? (size_t)(end - at) : left);
        for (int o = 0; o < OPTION_COUNT; o++) {
            bool told =
                o == O_FAMILY || contains(part, (const char *)arena_format(a, "--%s%c", option_rows[o].name, 0).at);
            if ((c->options >> o & 1) && !told) fail_msg("'kring %s' without --%s", c->words, option_rows[o].name);
        }
    }
    const uint8_t *options = memmem(manual.at, manual.len, "# OPTIONS", 9);
    assert_non_null(options);
    bytes part = bytes_make(options, manual.len - (size_t)(options - manual.at));
    for (int o = 0; o < OPTION_COUNT; o++)
        if (!contains(part, (const char *)arena_format(a, "*--%s*%c", option_rows[o].name, 0).at))
            fail_msg("--%s is not explained", option_rows[o].name);
    for (int code = EXIT_DONE; code <= EXIT_CONFLICT; code++)
        assert_true(contains(manual, (const char *)arena_format(a, "\n*%d*\n%c", code, 0).at));
    arena_release(a);
}

/* ---------------------------------------------------------------------------- words */

static unsigned holes(const char *text) {
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, "{}")) != NULL; at += 2)
        count++;
    return count;
}

/* C-09 and the style rules of the glossary: words that mark people. */
static void assert_kind(const char *text) {
    static const char *const never[] = {"dossier",  "casus",   "cliënt",      "client",  "probleem",
                                        "problème", "problem", "gemotiveerd", "machtig", "intrek"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcasestr(text, never[i])) fail_msg("%s: %s", never[i], text);
}

static void every_word_in_every_language(void **state) {
    (void)state;
    for (int w = 0; w < WORD_COUNT; w++) {
        for (int l = 0; l < LANG_COUNT; l++) {
            const char *text = word_in((language)l, (word)w);
            assert_true(*text);
            assert_true(holes(text) <= 1);
            assert_int_equal(holes(text), holes(word_in(LANG_EN, (word)w)));
            assert_kind(text);
        }
    }
    for (char section = 'A'; section <= 'I'; section++)
        for (int l = 0; l < LANG_COUNT; l++)
            assert_kind(words_of_section((language)l, section));
    for (size_t i = 0; i < command_count; i++)
        assert_kind(commands[i].summary), assert_kind(commands[i].details);
    for (int o = 0; o < OPTION_COUNT; o++)
        assert_kind(option_rows[o].text);
}

static void every_rule_has_words(void **state) {
    (void)state;
    static const char *const rules[] = {
#define X(name, text) text,
        POLICY_RULES(X)
#undef X
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        for (int l = 0; l < LANG_COUNT; l++) {
            bytes code = bytes_of_string(rules[i]);
            const char *yes = words_of_rule((language)l, code, true), *no = words_of_rule((language)l, code, false);
            if (!yes && !no) fail_msg("%s has no words", rules[i]);
            assert_kind(yes ? yes : no);
            assert_kind(no ? no : yes);
        }
    assert_null(words_of_rule(LANG_NL, BYTES("R-999"), true));
}

static void every_problem_has_an_ending(void **state) {
    (void)state;
    static const char *const known[] = {
        "bad-login",     "unauthenticated",   "forbidden",   "not-found", "conflict", "precondition-failed",
        "unprocessable", "too-many-requests", "unavailable", "internal",  "bad-body", "bad-query"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_not_equal(word_of_problem(bytes_of_string(known[i])), W_NONE);
    assert_int_equal(word_of_problem(BYTES("teapot")), W_NONE);
    assert_int_equal(word_of_problem(BYTES("")), W_NONE);
}

/* ---------------------------------------------------------------------------- the terminal */

static bool is_tame(bytes text, bool many_lines) {
    for (size_t i = 0; i < text.len;) {
        int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(text.at + i, (utf8proc_ssize_t)(text.len - i), &c);
        if (step <= 0) return false;
        if (c < 0x20 && !(c == '\n' && many_lines)) return false;
        if ((c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 ||
            c == 0x2029)
            return false;
        i += (size_t)step;
    }
    return true;
}

static void cleaning(void **state) {
    (void)state;
    static const struct {
        const char *raw, *one, *many;
    } rows[] = {
        {"", "", ""},
        {"gewoon", "gewoon", "gewoon"},
        {"é ü ß 日本 🙂 مرحبا", "é ü ß 日本 🙂 مرحبا", "é ü ß 日本 🙂 مرحبا"},
        {"a\nb\r\nc\rd", "a b c d", "a\nb\nc\nd"},
        {"a\tb", "a b", "a b"},
        {"\x1b[2J", "\uFFFD[2J", "\uFFFD[2J"},
        {"\xc2\x9b"
         "31m",
         "\uFFFD31m", "\uFFFD31m"},
        {"\x9b"
         "31m",
         "\uFFFD31m", "\uFFFD31m"},
        {"\xc0\xaf", "\uFFFD\uFFFD", "\uFFFD\uFFFD"},
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD"},
        {"a\x7f\x08"
         "b",
         "a\uFFFD\uFFFDb", "a\uFFFD\uFFFDb"},
        {"\u202Egnp\u202C", "\uFFFDgnp\uFFFD", "\uFFFDgnp\uFFFD"},
        {"x\u2028y\xc2\x85z", "x y z", "x\ny\nz"},
        {"\xf3\xa0\x81\x81", "\uFFFD", "\uFFFD"},
        {"\xf3", "\uFFFD", "\uFFFD"},
        {"\u200F\u200Ehallo", "\u200F\u200Ehallo", "\u200F\u200Ehallo"},
    };
    arena *a = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes raw = bytes_of_string(rows[i].raw), one = text_clean(a, raw, ONE_LINE),
              many = text_clean(a, raw, MANY_LINES);
        if (!bytes_is(one, rows[i].one) || !bytes_is(many, rows[i].many))
            fail_msg("row %zu: %.*s", i, (int)one.len, (const char *)one.at);
    }
    bytes nothing = text_clean(a, bytes_make("a\0b", 3), ONE_LINE);
    assert_true(bytes_is(nothing, "a\uFFFDb"));
    arena_release(a);
}

static uint32_t seed = 20260120;
static uint32_t dice(uint32_t sides) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % sides;
}

/* Bytes with a taste for trouble: controls, halves of characters, blanks, wide and combining characters. */
static bytes trouble(arena *a) {
    static const char *const pieces[] = {
        "\x1b[",   "\n", "\r",   "\xc2",    "\x9b", " ", "woord", "日本語", "\xcc\x81", "\u202e", "\xf0\x9f\x99\x82",
        "\\u001b", "\"", "\x7f", "\xe2\x80"};
    buf b = buf_new(4096);
    for (uint32_t n = dice(40); n > 0; n--) {
        if (dice(3))
            buf_put_string(&b, pieces[dice(sizeof pieces / sizeof *pieces)]);
        else
            buf_put_byte(&b, (uint8_t)dice(256));
    }
    bytes out = arena_copy(a, buf_bytes(&b));
    buf_release(&b);
    return out;
}

static void whatever_comes_is_tame_and_fits(void **state) {
    (void)state;
    for (int round = 0; round < 20000; round++) {
        arena *a = arena_new();
        bytes raw = trouble(a), one = text_clean(a, raw, ONE_LINE), many = text_clean(a, raw, MANY_LINES);
        assert_true(is_tame(one, false) && is_tame(many, true));
        assert_true(bytes_equal(text_clean(a, many, MANY_LINES), many));
        screen s = {.out = buf_new(1 << 20), .width = 16 + dice(40)};
        screen_paragraph(&s, dice(6), many);
        for (bytes rest = buf_bytes(&s.out); rest.len > 0;) {
            const uint8_t *end = memchr(rest.at, '\n', rest.len);
            assert_non_null(end);
            size_t n = (size_t)(end - rest.at);
            assert_true(text_width(bytes_make(rest.at, n)) <= s.width);
            rest = bytes_make(end + 1, rest.len - n - 1);
        }
        buf_release(&s.out);
        arena_release(a);
    }
}

/* Nothing but line ends and the blanks at them is lost on the way through the wrapping. */
static void wrapping_loses_no_word(void **state) {
    (void)state;
    for (int round = 0; round < 5000; round++) {
        arena *a = arena_new();
        bytes text = text_clean(a, trouble(a), MANY_LINES);
        screen s = {.out = buf_new(1 << 20), .width = 16 + dice(30)};
        screen_paragraph(&s, 0, text);
        size_t i = 0, j = 0;
        for (;;) {
            while (i < text.len && (text.at[i] == ' ' || text.at[i] == '\n'))
                i++;
            while (j < s.out.len && (s.out.at[j] == ' ' || s.out.at[j] == '\n'))
                j++;
            if (i == text.len || j == s.out.len) break;
            assert_int_equal(text.at[i++], s.out.at[j++]);
        }
        assert_true(i == text.len && j == s.out.len);
        buf_release(&s.out);
        arena_release(a);
    }
}

static void json_for_a_terminal(void **state) {
    (void)state;
    for (int round = 0; round < 5000; round++) {
        arena *a = arena_new();
        bytes text = text_clean(a, trouble(a), MANY_LINES);
        buf b = buf_new(1 << 16), shown = buf_new(1 << 18);
        static const char *const wild[] = {"\xc2\x9b", "\x7f", "\u202e", "\u2066", "\xf3\xa0\x81\x81", "\u2028"};
        json_writer w = json_to(&b);
        json_open_object(&w);
        json_key(&w, "text");
        json_string(&w, arena_format(a, "%s%.*s", wild[dice(6)], (int)text.len, (const char *)text.at));
        json_close_object(&w);
        json_end(&w);
        put_json_for_terminal(&shown, buf_bytes(&b));
        assert_true(is_tame(buf_bytes(&shown), true));
        cJSON *was = cJSON_ParseWithLength((const char *)b.at, b.len),
              *is = cJSON_ParseWithLength((const char *)shown.at, shown.len);
        assert_true(was && is && cJSON_Compare(was, is, true));
        cJSON_Delete(was), cJSON_Delete(is);
        buf_release(&b), buf_release(&shown);
        arena_release(a);
    }
}

static void tables_fit(void **state) {
    (void)state;
    arena *a = arena_new();
    table t = table_new(a, 3, (const char *[]){"Naam", "Wat", "Nummer"});
    table_fix(&t, 2);
    for (int i = 0; i < 40; i++)
        table_row(&t, (bytes[]){BYTES("Leen Vermeiren"),
                                BYTES("een lange zin met veel woorden die niet op een regel past\ntweede regel"),
                                BYTES("0d000000-0000-4000-8000-000000000001")});
    table_row(&t, (bytes[]){BYTES(""), BYTES(""), BYTES("")});
    screen s = {.out = buf_new(1 << 20), .width = 72};
    table_print(&t, &s);
    unsigned ids = 0;
    for (bytes rest = buf_bytes(&s.out); rest.len > 0;) {
        size_t n = (size_t)((const uint8_t *)memchr(rest.at, '\n', rest.len) - rest.at);
        bytes line = bytes_make(rest.at, n);
        assert_true(text_width(line) <= 72);
        if (n) assert_int_not_equal(line.at[n - 1], ' ');
        ids += contains(line, "0d000000-0000-4000-8000-000000000001");
        rest = bytes_make(rest.at + n + 1, rest.len - n - 1);
    }
    assert_int_equal(ids, 40);
    buf_release(&s.out);
    arena_release(a);
}

/* ------------------------------------------------------------------------------------------------------------ what
 * is typed */

static void addresses_and_tokens(void **state) {
    (void)state;
    static const char *const good[] = {"https://localhost",   "https://localhost:8443", "https://a-b.example/",
                                       "https://127.0.0.1:1", "https://[::1]:8443",     "https://x:65535"};
    static const char *const bad[] = {"",
                                      "https://",
                                      "https:///",
                                      "http://x",
                                      "HTTPS://x",
                                      "https://x:",
                                      "https://x:0",
                                      "https://x:65536",
                                      "https://x:08",
                                      "https://x/y",
                                      "https://x//",
                                      "https://u@x",
                                      "https://x?y",
                                      "https://x y",
                                      "https://x\n",
                                      "https://[]",
                                      "https://[::1",
                                      "https://é",
                                      "https://x:8443/y",
                                      "https://::1"};
    bytes out;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!url_parse(bytes_of_string(good[i]), &out)) fail_msg("%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (url_parse(bytes_of_string(bad[i]), &out)) fail_msg("%s", bad[i]);
    for (int c = 0; c < 256; c++) {
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("-._~+/=", c));
        assert_int_equal(token_is_plain(bytes_make(&(uint8_t){(uint8_t)c}, 1)), plain);
    }
}

static void names_that_fit(void **state) {
    (void)state;
    static const struct {
        const char *typed, *name;
        int fits;
    } rows[] = {
        {"Els Moens", "Els Moens", 2},
        {"els moens", "Els Moens", 2},
        {"ELS", "Els Moens", 1},
        {"El", "Els Moens", 0},
        {"Moens", "Els Moens", 0},
        {"Els Moens x", "Els Moens", 0},
        {"", "Els", 0},
        {"Els", "", 0},
        {"zoë", "Zoe\u0308", 2},
        {"Els\u200b", "Els", 2},
        {"els", "E\u00adls", 2},
        {"\u200b", "Els", 0},
        {"straße", "STRASSE", 2},
        {"\xff", "Els", 0},
        {"bij", "Bij mama", 1},
        {"Éls", "Els", 0},
    };
    arena *a = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (name_fits(a, bytes_of_string(rows[i].typed), bytes_of_string(rows[i].name)) != rows[i].fits)
            fail_msg("%s / %s", rows[i].typed, rows[i].name);
    arena_release(a);
}

static named someone(const char *id, const char *call_name, const char *name, name_lists list) {
    named n = {.call_name = bytes_of_string(call_name), .name = bytes_of_string(name), .list = list};
    assert_true(ok(uuid_parse(bytes_of_string(id), &n.id)));
    return n;
}

static void one_name_one_person(void **state) {
    (void)state;
    arguments *args = calloc(1, sizeof *args);
    kring k = make_kring(args);
    named all[] = {
        someone("00000000-0000-4000-8000-000000000001", "Noor", "Noor Haddou", LIST_PEOPLE),
        someone("00000000-0000-4000-8000-000000000002", "Noor Peeters", "", LIST_TEAM),
        someone("00000000-0000-4000-8000-000000000003", "Els Moens", "", LIST_TEAM),
        someone("00000000-0000-4000-8000-000000000004", "Els Claes", "", LIST_TEAM),
        someone("00000000-0000-4000-8000-000000000005", "Bij mama", "", LIST_HOMES),
    };
    k.names = (names){.fetched = 7, .count = sizeof all / sizeof *all, .all = all};
    k.family_known = true;
    k.family.b[15] = 9;
    static const struct {
        const char *typed;
        unsigned lists;
        int code, last; /* exit code; the last byte of the id */
    } rows[] = {
        {"noor", LIST_PEOPLE | LIST_TEAM, EXIT_DONE, 1}, /* the whole name goes before a first word */
        {"noor haddou", LIST_PEOPLE | LIST_TEAM, EXIT_DONE, 1},
        {"noor", LIST_TEAM, EXIT_DONE, 2},
        {"els", LIST_TEAM, EXIT_USAGE, 0},
        {"els m", LIST_TEAM, EXIT_REFUSED, 0},
        {"els moens", LIST_PEOPLE, EXIT_REFUSED, 0},
        {"bij mama", LIST_PEOPLE | LIST_HOMES | LIST_FAMILY, EXIT_DONE, 5},
        {"Gezin", LIST_HOMES | LIST_FAMILY, EXIT_DONE, 9},
        {"family", LIST_HOMES, EXIT_REFUSED, 0},
        {"00000000-0000-4000-8000-0000000000ff", LIST_HOMES, EXIT_DONE, 255},
        {"", LIST_TEAM, EXIT_REFUSED, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uuid id = {0};
        outcome o = names_resolve(&k, rows[i].typed, rows[i].lists, &id);
        if ((int)o.code != rows[i].code || (rows[i].code == EXIT_DONE && id.b[15] != rows[i].last))
            fail_msg("%s: %d", rows[i].typed, (int)o.code);
    }
    drop_kring(&k);
    free(args);
}

static void times(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        bool through;
        const char *utc; /* NULL: refused */
    } rows[] = {
        {"2026-01-20T12:00:00+01:00", false, "2026-01-20T11:00:00.000000Z"},
        {"2026-01-20T11:00:00.5Z", true, "2026-01-20T11:00:00.500000Z"},
        {"2026-01-20", false, "2026-01-19T23:00:00.000000Z"},
        {"2026-01-20", true, "2026-01-20T23:00:00.000000Z"},
        {"2026-03-28", true, "2026-03-28T23:00:00.000000Z"},
        {"2026-03-29", true, "2026-03-29T22:00:00.000000Z"}, /* a day of 23 hours */
        {"2026-12-31", true, "2026-12-31T23:00:00.000000Z"},
        {"2026-07-01T08:30", true, "2026-07-01T06:30:00.000000Z"},
        {"2026-07-01 08:30:15", false, "2026-07-01T06:30:15.000000Z"},
        {"2024-02-29", false, "2024-02-28T23:00:00.000000Z"},
        {"2026-02-29", false, NULL},
        {"2026-13-01", false, NULL},
        {"2026-00-01", false, NULL},
        {"2026-01-00", false, NULL},
        {"2026-01-01T24:00", false, NULL},
        {"2026-01-01T12:60", false, NULL},
        {"20260101", false, NULL},
        {"2026-1-1", false, NULL},
        {"", false, NULL},
        {"morgen", false, NULL},
        {"2026-01-01x", false, NULL},
        {"2026-01-01T12:00:00Zx", false, NULL},
    };
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    arguments *args = calloc(1, sizeof *args);
    kring k = make_kring(args);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        moment m = 0;
        char text[MOMENT_TEXT];
        outcome o = parse_time(&k, rows[i].typed, rows[i].through, &m);
        if ((o.code == EXIT_DONE) != (rows[i].utc != NULL)) fail_msg("%s", rows[i].typed);
        if (!rows[i].utc) continue;
        moment_write(m, text);
        if (!bytes_is(bytes_make(text, sizeof text), rows[i].utc))
            fail_msg("%s is %.*s", rows[i].typed, MOMENT_TEXT, text);
    }
    drop_kring(&k);
    free(args);
}

static void queries(void **state) {
    (void)state;
    buf b = buf_new(1024);
    buf_put_string(&b, "/v1/x");
    put_query(&b, "a", BYTES("plain-._~"));
    put_query(&b, "b", BYTES("a b&c=d/\r\n%é"));
    assert_true(bytes_is(buf_bytes(&b), "/v1/x?a=plain-._~&b=a%20b%26c%3Dd%2F%0D%0A%25%C3%A9"));
    buf_release(&b);
}

int main(int argc, char **argv) {
    must(argc == 2);
    manual_path = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(command_lines),
        cmocka_unit_test(too_many_values),
        cmocka_unit_test(completion_knows_everything),
        cmocka_unit_test(the_manual_tells_everything),
        cmocka_unit_test(every_word_in_every_language),
        cmocka_unit_test(every_rule_has_words),
        cmocka_unit_test(every_problem_has_an_ending),
        cmocka_unit_test(cleaning),
        cmocka_unit_test(whatever_comes_is_tame_and_fits),
        cmocka_unit_test(wrapping_loses_no_word),
        cmocka_unit_test(json_for_a_terminal),
        cmocka_unit_test(tables_fit),
        cmocka_unit_test(addresses_and_tokens),
        cmocka_unit_test(names_that_fit),
        cmocka_unit_test(one_name_one_person),
        cmocka_unit_test(times),
        cmocka_unit_test(queries),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
