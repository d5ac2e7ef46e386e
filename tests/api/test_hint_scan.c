/* The hints of a text, in tables: what gives one and what gives none, where it stands, and texts that mean no good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "api/hint_scan.h"
#include "json/utf8.h"

/* The demo family as leen may know it, and one with a family name of three words. */
enum { LEEN, KARIM, TOM, NOOR, ILYAS, FATIMA, WIL };
enum { MAMA, PAPA };

static arena *memory;
static hint_names family, nobody;

static int start(void **state) {
    (void)state;
    static const struct {
        const char *call_name, *name;
    } people[] = {{"Leen", "Leen Vermeiren"}, {"Karim", "Karim Haddou"},     {"Tom", "Tom De Wael"},
                  {"Noor", "Noor Haddou"},    {"Ilyas", "Ilyas Haddou"},     {"Fatima", "Fatima Haddou"},
                  {"Wil", "Wil van den Bergh"}};
    memory = arena_new();
    family = hint_names_new(memory);
    nobody = hint_names_new(memory);
    for (unsigned p = 0; p < sizeof people / sizeof *people; p++) {
        hint_add_call_name(&family, bytes_of_string(people[p].call_name), PERSON(p));
        hint_add_full_name(&family, bytes_of_string(people[p].name), PERSON(p));
    }
    hint_add_label(&family, BYTES("Bij mama"), HOME(MAMA));
    hint_add_label(&family, BYTES("Bij papa"), HOME(PAPA));
    hint_add_address(&family, BYTES("Kaaistraat 12 bus 3, 9999 Waterdijk"), HOME(MAMA));
    hint_add_address(&family, BYTES("Lange Nieuwstraat 4, 9999 Waterdijk"), HOME(PAPA));
    return 0;
}

static int stop(void **state) {
    (void)state;
    arena_release(memory);
    return 0;
}

/* ---- asking ---- */

static hint_list list;

static void ask_with(const hint_names *names, const char *field, subjects about, subjects two_homes, bool kind, bytes text) {
    uint8_t *exact = malloc(text.len ? text.len : 1); /* so that a sanitizer sees a step too far */
    if (text.len) memcpy(exact, text.at, text.len);
    arena *a = arena_new();
    const hint_question q = {bytes_make(exact, text.len), field_by_name(bytes_of_string(field)), about, two_homes, kind, names};
    assert_int_not_equal(q.field, FIELD_NONE);
    hint_scan(a, &q, &list);
    arena_release(a);
    free(exact);
}

static void ask_plain(const char *field, subjects about, const char *text) {
    ask_with(&family, field, about, 0, true, bytes_of_string(text));
}

/* "money:geld names:Tom several_people": group and words, in their order. */
static const char *told(const char *text) {
    static char out[4096];
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < list.count; i++) {
        const hint *h = &list.items[i];
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", n ? " " : "", hint_groups[h->group].id);
        if (h->located) n += (size_t)snprintf(out + n, sizeof out - n, ":%.*s", (int)(h->to - h->from), text + h->from);
        assert_true(n < sizeof out);
    }
    return out;
}

typedef struct {
    const char *field;
    subjects about;
    const char *text, *hints;
} row;

static void check_rows(const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ask_plain(rows[i].field, rows[i].about, rows[i].text);
        if (strcmp(told(rows[i].text), rows[i].hints) != 0)
            fail_msg("%s, \"%s\":\n  told   %s\n  wanted %s", rows[i].field, rows[i].text, told(rows[i].text), rows[i].hints);
    }
}
#define CHECK(table) check_rows(table, sizeof(table) / sizeof *(table))

/* ---- the six leaks of domain.md, section 4 (R-46, R-46b) ---- */

static void each_of_the_six_leaks_is_seen(void **state) {
    (void)state;
    static const row table[] = {
        {"family_priorities", THE_FAMILY, "huur geregeld voor de geboorte", "rent:huur pregnancy:geboorte"},
        {"need_housing", HOME(MAMA), "plaats nodig voor een baby", "pregnancy:baby"},
        {"carrying_capacity", THE_FAMILY, "tot de geboorte", "pregnancy:geboorte"},
        {"need_leisure", PERSON(ILYAS), "blijven voetballen, ook als het geld krap is", "money:geld"},
        {"residence_schedule", PERSON(NOOR) | PERSON(ILYAS), "Noor en Ilyas week om week; Ilyas zaterdag bij papa",
         "several_people"},
        {"residence_schedule", PERSON(NOOR), "Week om week. Ilyas is zaterdag bij papa", "names:Ilyas"},
        {"family_story", HOME(MAMA), "ik werk aan mijn herstel", "addiction:mijn herstel"},
    };
    CHECK(table);
    static const row other_languages[] = {
        {"family_priorities", THE_FAMILY, "le loyer réglé avant la naissance", "rent:loyer pregnancy:naissance"},
        {"need_housing", HOME(MAMA), "il faut de la place pour un bébé", "pregnancy:bébé"},
        {"need_leisure", PERSON(ILYAS), "continuer le foot même si l'argent manque", "money:argent"},
        {"family_story", HOME(MAMA), "je travaille à mon rétablissement", "addiction:mon rétablissement"},
        {"family_priorities", THE_FAMILY, "the rent settled before the birth", "rent:the rent pregnancy:birth"},
        {"family_story", HOME(MAMA), "I work on my recovery", "addiction:my recovery"},
    };
    CHECK(other_languages);
}

/* The same schedule for a child of two homes: the preview is due. */
static void a_child_of_two_homes_calls_for_the_preview(void **state) {
    (void)state;
    static const char text[] = "Week om week, wissel op vrijdag 18 uur.";
    ask_with(&family, "residence_schedule", PERSON(NOOR), PERSON(NOOR), true, BYTES("Week om week, wissel op vrijdag 18 uur."));
    assert_string_equal(told(text), "both_homes");
    ask_with(&family, "residence_schedule", PERSON(NOOR), PERSON(ILYAS), true, BYTES("Week om week, wissel op vrijdag 18 uur."));
    assert_string_equal(told(text), "");
    ask_plain("family_strengths", HOME(MAMA) | HOME(PAPA), text);
    assert_string_equal(told(text), "both_homes");
    ask_plain("family_strengths", HOME(MAMA), text);
    assert_string_equal(told(text), "");
    ask_plain("family_strengths", HOME(MAMA), "Het is rustig bij papa."); /* the other home, by its label */
    assert_string_equal(told(text), "both_homes");
}

/* ---- what gives none ---- */

static void harmless_texts_are_left_alone(void **state) {
    (void)state;
    static const row table[] = {
        {"child_voice", PERSON(ILYAS), "Ik wil voetballen. En een bed dat niet ruikt.", ""},
        {"child_voice", PERSON(NOOR), "Ik wil dat niemand achter mijn rug over mij praat.", ""},
        {"parent_view", PERSON(KARIM), "Ik wil meer weten over school. Als ik rijd, hoor ik alles te laat.", ""},
        {"carrying_capacity", HOME(MAMA), "Maximaal twee afspraken per week tot eind maart. Niet op vrijdag.", ""},
        {"family_strengths", HOME(MAMA), "Ze eten elke vrijdag pannenkoeken. Oma is er altijd.", ""},
        {"need_school", PERSON(ILYAS), "Extra leestijd en een rustige plek.", ""},
        {"need_school", PERSON(NOOR), "19 halve dagen afwezig sinds september. Stap voor stap terug, start met 2 halve dagen.", ""},
        {"need_leisure", PERSON(ILYAS), "Vervoer naar de voetbalclub op woensdag.", ""},
        {"need_housing", HOME(MAMA), "Vocht in een slaapkamer. Herstelling gevraagd op 2 oktober.", ""},
        {"child_voice", PERSON(NOOR), "Ik wil mijn diploma halen zonder dat iedereen meekijkt.", ""},
        {"parent_view", PERSON(LEEN), "Het is mijn schuld niet. Het is jouw schuld ook niet.", ""},
        {"parent_view", PERSON(LEEN), "Ze voelt zich schuldig, en het schuldgevoel blijft.", ""},
        {"family_strengths", HOME(MAMA), "We hebben een geweldig jaar gehad, en we lachen veel.", ""},
        {"need_leisure", PERSON(ILYAS), "De scheidsrechter floot, de bal kwam op zijn rechter been.", ""},
        {"need_daily_life", HOME(MAMA), "Iemand die kan babysitten, en een aanrechtbank op hoogte.", ""},
        {"member_strengths", PERSON(NOOR), "Ze wil altijd helpen en geeft het goede voorbeeld.", ""}, /* Wil, but small */
        {"parent_view", PERSON(KARIM), "Ik leen een fiets van een vriend.", ""},                     /* Leen, but small */
        {"parent_view", PERSON(KARIM), "Het huis is groot en de bergen zijn ver.", ""},
        {"next_meeting", THE_FAMILY, "Dinsdag in het wijkcentrum, bij de bibliotheek.", ""},
        {"parent_view", PERSON(LEEN), "Om 9.30 uur op 05-03-2026 10 minuten wachten, nummer 1234567.", ""},
        {"parent_view", PERSON(LEEN), "In 2026 Nederlands leren. Dat kan in 1140 stappen, of 0,50.", ""},
        {"parent_view", PERSON(LEEN), "Nous avons le temps, la conviction et un jardin à l'arrière.", ""},
        {"parent_view", PERSON(LEEN), "Please pay attention to the weather, it rained for 3 days.", ""},
        {"parent_view", PERSON(LEEN), "Hij rent graag en de violen bloeien; het water bruist.", ""},
        {"member_identity", PERSON(NOOR), "date de naissance: inconnue", ""},
        {"parent_view", PERSON(LEEN), "", ""},
        {"parent_view", PERSON(LEEN), " \n\t.,;'-", ""},
    };
    CHECK(table);
}

/* Where such a word belongs, it is no surprise; and own space is nobody else's business. */
static void words_at_home_are_left_alone(void **state) {
    (void)state;
    static const row table[] = {
        {"need_money", HOME(MAMA), "Hulp bij rekeningen en energiekosten; het geld is op.", ""},
        {"debts_detail", PERSON(LEEN), "Achterstal energie, huur 2 maanden. Afbetaling loopt, schulden bij de deurwaarder.", ""},
        {"pregnancy", PERSON(LEEN), "Uitgerekend in maart. Zwanger, de baby groeit goed.", ""},
        {"substance_use", PERSON(LEEN), "Ik werk aan mijn herstel van alcohol.", ""},
        {"diagnosis_treatment", PERSON(NOOR), "Dyslexie en een depressie; therapie bij de psycholoog, medicatie.", ""},
        {"justice_situation", PERSON(KARIM), "Vonnis van de rechtbank.", ""},
        {"residence_status", PERSON(FATIMA), "De verblijfsvergunning loopt.", ""},
        {"safety_plan", PERSON(NOOR), "Bij geweld belt ze de politie.", ""},
        {"household_address", HOME(MAMA), "Kaaistraat 12 bus 3, 9999 Waterdijk", ""},
        {"member_contact", PERSON(LEEN), "leen@example.org of 0470 00 00 00", ""},
        {"household_members", HOME(MAMA), "Leen, Tom, Noor en Ilyas", ""},
        {"private_note_youth", PERSON(NOOR), "Tom drinkt alcohol en het geld is op. Bel 0470 00 00 00.", ""},
        /* and one field further it is */
        {"need_money", HOME(MAMA), "Er zijn schulden.", "debt:schulden"},
        {"health_needs", PERSON(LEEN), "Ze is zwanger.", "pregnancy:zwanger"},
    };
    CHECK(table);
}

/* ---- words ---- */

static void words_in_all_their_forms(void **state) {
    (void)state;
    static const row table[] = {
        {"parent_view", PERSON(LEEN), "GELD, Geld en geldzorgen", "money:GELD money:Geld money:geldzorgen"},
        {"parent_view", PERSON(LEEN), "de huurschuld en de energieschulden", "debt:huurschuld debt:energieschulden"},
        {"parent_view", PERSON(LEEN), "de jeugdrechter en de familierechtbank", "justice:jeugdrechter justice:familierechtbank"},
        {"parent_view", PERSON(LEEN), "een burn-out, een burn out", "wellbeing:burn-out wellbeing:burn out"},
        {"parent_view", PERSON(LEEN), "une sage\342\200\221femme à l'hôpital", "pregnancy:sage\342\200\221femme health:hôpital"},
        {"parent_view", PERSON(LEEN), "HÔPITAL, ho\xCC\x82pital", "health:HÔPITAL health:ho\xCC\x82pital"}, /* composed or not */
        {"parent_view", PERSON(LEEN), "ge\302\255ld en al\342\200\213cohol", /* hidden by what nobody sees */
         "money:ge\302\255ld addiction:al\342\200\213cohol"},
        {"parent_view", PERSON(LEEN), "\xEF\xBD\x87\xEF\xBD\x85\xEF\xBD\x8C\xEF\xBD\x84", /* full width */
         "money:\xEF\xBD\x87\xEF\xBD\x85\xEF\xBD\x8C\xEF\xBD\x84"},
        {"parent_view", PERSON(LEEN), "zelfmoordgedachten, niet meer leven",
         "self_harm:zelfmoordgedachten self_harm:niet meer leven"},
        {"parent_view", PERSON(LEEN), "Hij werkt aan zijn. Herstel", ""}, /* not over a full stop */
        {"parent_view", PERSON(LEEN), "asielaanvraag en dyslexie", "papers:asielaanvraag learning:dyslexie"},
        {"parent_view", PERSON(LEEN), "hij slaat mij", "safety:slaat mij"},
        {"parent_view", PERSON(LEEN), "angeld geldx", ""},
    };
    CHECK(table);
}

static void each_group_has_a_better_place_or_none(void **state) {
    (void)state;
    for (size_t g = 0; g < hint_group_count; g++) {
        const hint_group *group = &hint_groups[g];
        assert_true(group->kind < HINT_KIND_COUNT);
        for (int l = 0; l < HINT_LANGUAGES; l++) assert_true(strlen(group->sentence[l]) > 10);
        if (group->field != FIELD_NONE) assert_true(has_field(group->expected, group->field));
    }
    assert_string_equal(hint_groups[GROUP_NAMES].id, "names");
    assert_string_equal(hint_groups[GROUP_KIND_MISSING].id, "kind_missing");
}

/* The scanner looks words up by their first letter; a row out of its place would never be found. */
static void every_word_is_found(void **state) {
    (void)state;
    size_t rows = hint_words_from[26];
    assert_true(rows > 500 && hint_open_word_count > 5);
    for (size_t i = 0; i < rows + hint_open_word_count; i++) {
        const hint_word *w = i < rows ? &hint_words[i] : &hint_open_words[i - rows];
        arena *a = arena_new();
        text_words t = text_read(a, bytes_of_string(w->text));
        words_found found;
        assert_int_equal(t.count, w->words);
        hint_words_at(&t, 0, &found);
        if ((w->except ? found.except[w->of] : found.words[w->of]) < w->words) fail_msg("%s is not found", w->text);
        arena_release(a);
    }
}

/* ---- names ---- */

static void names_of_others(void **state) {
    (void)state;
    static const row table[] = {
        {"family_story", HOME(MAMA), "Tom woont sinds de zomer bij ons.", "names:Tom"},
        {"child_voice", PERSON(NOOR), "Noor praat liever zelf.", ""},
        {"child_voice", PERSON(NOOR), "noor praat liever met tom.", "names:tom several_people"},
        {"child_voice", PERSON(NOOR), "Toms fiets en Tom's boek", "names:Toms names:Tom"},
        {"child_voice", PERSON(NOOR), "Een tomaat voor het ontbijt.", ""},
        {"child_voice", PERSON(NOOR), "De Haddou's komen.", ""}, /* hers as well */
        {"parent_view", PERSON(LEEN), "De Haddou's komen.", "names:Haddou"},
        {"child_voice", PERSON(NOOR), "Karim Haddou komt.", "names:Karim Haddou"},
        {"child_voice", PERSON(NOOR), "Noor Haddou en Karim Haddou.", "names:Karim Haddou several_people"},
        {"parent_view", PERSON(LEEN), "Karim. Haddou.", "names:Karim names:Haddou"}, /* not over a full stop */
        {"parent_view", PERSON(LEEN), "Met De Wael en Wael.", "names:Wael names:Wael"},
        {"parent_view", PERSON(LEEN), "Tante Wil komt, en wil blijven.", "names:Wil"},
        {"parent_view", PERSON(LEEN), "Wil Van Den Bergh, en een berg van den beste.", "names:Wil names:Bergh"},
        {"parent_view", PERSON(LEEN), "d'Ilyas, à Ilyas et l\xE2\x80\x99Ilyas", "names:Ilyas names:Ilyas names:Ilyas"},
        {"parent_view", PERSON(LEEN), "TOM en ilyas", "names:TOM names:ilyas several_people"},
        {"own_network", THE_FAMILY, "Oma Fatima en Tom", "several_people"}, /* a field that names people */
    };
    CHECK(table);
}

static void whose_name_it_is(void **state) {
    (void)state;
    ask_plain("parent_view", PERSON(LEEN), "Karim Haddou, Haddou");
    assert_int_equal(list.count, 2);
    assert_true(list.items[0].whose == PERSON(KARIM));
    assert_true(list.items[1].whose == (PERSON(KARIM) | PERSON(NOOR) | PERSON(ILYAS) | PERSON(FATIMA)));
    ask_with(&nobody, "parent_view", PERSON(LEEN), 0, true, BYTES("Karim Haddou en Tom in de Kaaistraat"));
    assert_int_equal(list.count, 0); /* whom the writer may not know leaves no trace */
}

/* ---- addresses, schools, days, contact ---- */

static void places_and_contact(void **state) {
    (void)state;
    static const row table[] = {
        {"parent_view", PERSON(LEEN), "We wonen in de Kaaistraat.", "address:Kaaistraat"},
        {"parent_view", PERSON(LEEN), "In de lange nieuwstraat is het stil.", "address:lange nieuwstraat"},
        {"parent_view", PERSON(LEEN), "Kaaistraat 12 bus 3, 9999 Waterdijk", "address:Kaaistraat address:9999 Waterdijk"},
        {"parent_view", PERSON(LEEN), "Oma woont Kerkstraat 5, 2018 Antwerpen.", "contact:Kerkstraat 5 address:2018 Antwerpen"},
        {"parent_view", PERSON(LEEN), "Duinroosstraat 40, 9997 ZA Oosterzand", "contact:Duinroosstraat 40 address:9997 ZA"},
        {"parent_view", PERSON(LEEN), "Ik woon in 1234AB.", "address:1234AB"},
        {"parent_view", PERSON(LEEN), "Dat is 1140 Euro.", "money:Euro"},
        {"parent_view", PERSON(LEEN), "In 2026 Karim, in 1500 Tom.", "names:Karim names:Tom several_people"},
        {"parent_view", PERSON(LEEN), "Elle habite 12, rue de la Paix, 5000 Namur.",
         "contact:12, rue de la Paix address:5000 Namur"},
        {"parent_view", PERSON(LEEN), "Rue Haute 7b, à côté.", "contact:Rue Haute 7b"},
        {"parent_view", PERSON(LEEN), "She lives at 12 Main Street.", "contact:12 Main Street"},
        {"parent_view", PERSON(LEEN), "Op straat 5 minuten wachten.", ""},
        {"parent_view", PERSON(LEEN), "De buurvrouw: jo.peeters@example.org.", "contact:jo.peeters@example.org"},
        {"parent_view", PERSON(LEEN), "a@b @ x@y. @example.org u@-a.b", ""},
        {"parent_view", PERSON(LEEN), "Bel 0470/12.34.56, +32 (0)2 123 45 67 of 06-12345678!",
         "contact:0470/12.34.56 contact:+32 (0)2 123 45 67 contact:06-12345678"},
        {"parent_view", PERSON(LEEN), "02.12.34.56.78 en 0031 6 1234 5678", "contact:02.12.34.56.78 contact:0031 6 1234 5678"},
        {"parent_view", PERSON(LEEN), "00 0 05.03.2026 01/02/26 + 3", ""},
        {"parent_view", PERSON(LEEN), "Hij gaat naar basisschool De Wilg.", "school_name:basisschool De Wilg"},
        {"parent_view", PERSON(LEEN), "Elle va à l'école Saint-Joseph.", "school_name:école Saint-Joseph"},
        {"parent_view", PERSON(LEEN), "He goes to Oakfield School.", "school_name:Oakfield School"},
        {"parent_view", PERSON(LEEN), "Op school Noor helpen.", "names:Noor"},
        {"parent_view", PERSON(LEEN), "Elke zaterdag naar het zwembad.", "day_and_place:zaterdag naar het zwembad"},
        {"parent_view", PERSON(LEEN), "Bij papa op maandag.", "day_and_place:Bij papa op maandag"},
        {"parent_view", PERSON(LEEN), "Op zaterdag rust. Het zwembad is dicht.", ""}, /* two sentences */
        {"parent_view", PERSON(LEEN), "Lundi chez mamie, Monday at the library",
         "day_and_place:Lundi chez"},
    };
    CHECK(table);
}

/* ---- the text as a whole ---- */

static void the_kind_is_asked_for(void **state) {
    (void)state;
    ask_with(&family, "parent_view", PERSON(LEEN), 0, false, BYTES("Rust."));
    assert_string_equal(told("Rust."), "kind_missing");
    ask_with(&family, "private_note_youth", PERSON(NOOR), PERSON(NOOR), false, BYTES("Rust."));
    assert_int_equal(list.count, 0);
    ask_with(&family, "parent_view", PERSON(LEEN) | HOME(MAMA) | HOME(PAPA), THE_FAMILY, false, BYTES("Rust."));
    assert_string_equal(told("Rust."), "both_homes kind_missing");
    ask_with(&family, "family_story", THE_FAMILY, THE_FAMILY, true, BYTES("Rust."));
    assert_string_equal(told("Rust."), "both_homes");
    ask_with(&family, "family_story", PERSON(LEEN) | PERSON(TOM), 0, true, BYTES("Rust."));
    assert_string_equal(told("Rust."), "several_people");
}

/* ---- places in the text ---- */

static void places_are_counted_in_bytes_and_in_characters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t from, to, from_char, to_char;
    } table[] = {
        {"geld", 0, 4, 0, 4},
        {"é geld", 3, 7, 2, 6},
        {"\xF0\x9F\x98\x80 geld", 5, 9, 2, 6},                /* one character of four bytes */
        {"e\xCC\x81 geld", 4, 8, 3, 7},                       /* a letter and its accent are two */
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 bébé", 12, 18, 4, 8}, /* three joined into one picture */
        {"\342\200\234geld\xE2\x80\x9D", 3, 7, 1, 5},
        {"ß ŒUF Ⅷ geld", 12, 16, 8, 12},
        {"\xE6\xBC\xA2\xE5\xAD\x97 0470 12 34 56", 7, 20, 3, 16},
        {"é jo@example.org", 3, 17, 2, 16},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        ask_plain("parent_view", PERSON(LEEN), table[i].text);
        if (list.count != 1) fail_msg("%s: %s", table[i].text, told(table[i].text));
        const hint *h = &list.items[0];
        assert_int_equal(h->from, table[i].from);
        assert_int_equal(h->to, table[i].to);
        assert_int_equal(h->from_char, table[i].from_char);
        assert_int_equal(h->to_char, table[i].to_char);
    }
}

static void hints_stand_in_the_order_of_the_text(void **state) {
    (void)state;
    static const char text[] = "Bel 0470 12 34 56 over geld met Tom in 9999 Waterdijk, zwanger.";
    ask_plain("parent_view", PERSON(LEEN), text);
    assert_string_equal(told(text), "contact:0470 12 34 56 money:geld names:Tom address:9999 Waterdijk pregnancy:zwanger");
}

/* ---- texts that mean no good ---- */

static void well_formed(bytes text) {
    uint32_t before = 0;
    assert_true(list.count <= HINTS_MAX);
    for (size_t i = 0; i < list.count; i++) {
        const hint *h = &list.items[i];
        assert_true(h->group < hint_group_count);
        if (!h->located) continue;
        assert_true(before <= h->from && h->from < h->to && h->to <= text.len);
        assert_true(h->from_char < h->to_char && h->to_char - h->from_char <= h->to - h->from);
        assert_true((text.at[h->from] & 0xC0) != 0x80);
        before = h->from;
    }
}

enum { CHARACTERS_MAX = 4000, BYTES_MAX = 4 * CHARACTERS_MAX };

static void full_of(const char *piece) {
    static uint8_t text[BYTES_MAX];
    size_t len = 0, size = strlen(piece);
    for (size_t n = 0; len + size <= sizeof text && n + size <= BYTES_MAX; n += size, len += size) memcpy(text + len, piece, size);
    ask_with(&family, "parent_view", PERSON(LEEN), 0, true, bytes_make(text, len));
    well_formed(bytes_make(text, len));
}

static void the_longest_text(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "geld ", "a", "a ", "@", "a@", "a@a.", "0", "0 ", "+", "00.", "Tom ", "Tom", "Karim Haddou ", "mijn ",
        "mijn herstel ", "schuld", "9999 ", "9999 A", "Kaaistraat ", "rue de la ", "12 rue de ", "12 Main ", "school De ", "School",
        "maandag ", "zwembad maandag. ", "zwembad ", "bij mama ", "bij ", "é", "e\xCC\x81", "\xCC\x81",
        "\xEF\xB7\xBA", "\xEF\xB7\xBA ", "\xF0\x9F\x98\x80",
        "\xC2\xAD", "\342\200\213a", "\n", "'", "-", ".",
        "\xE6\xBC\xA2", "\xF0\x9D\x90\x80", "ŒŒ ", "ßß ", "Ⅷ ", "½",
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) full_of(pieces[i]);
    full_of("geld ");
    assert_int_equal(list.count, HINTS_A_GROUP);
    assert_true(list.more);
    full_of("Tom, ");
    assert_int_equal(list.count, HINTS_A_GROUP);
    ask_plain("parent_view", PERSON(LEEN), "geld");
    assert_false(list.more);
}

/* A long row of one word does not silence the others. */
static void no_group_crowds_out_another(void **state) {
    (void)state;
    char text[1200] = "";
    for (int i = 0; i < 200; i++) strcat(text, "geld ");
    strcat(text, "Tom is zwanger.");
    ask_plain("parent_view", PERSON(LEEN), text);
    assert_int_equal(list.count, HINTS_A_GROUP + 2);
    assert_true(list.more);
}

/* The contract lets only UTF-8 in; whatever else came would not lead out of bounds. */
static void bytes_that_are_no_text(void **state) {
    (void)state;
    static const char *const texts[] = {"\x80\x80",     "geld\xFFgeld",    "a\200a\200a", "\xC3",       "\xF0\x9F\x98",
                                        "\xED\xA0\x80", "Tom\300\257Tom", "\xFE\xFF",    "é\x80é\xC3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ask_plain("parent_view", PERSON(LEEN), texts[i]);
        assert_true(list.count <= 2);
    }
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        static const char letters[] = "geld Tom@.0+9ÉA'-,\n\x80\xFF\xC3";
        uint8_t text[64];
        size_t len = 0;
        for (; len < sizeof text - 1; len++) {
            seed = seed * 1664525u + 1013904223u;
            text[len] = (uint8_t)letters[(seed >> 16) % (sizeof letters - 1)];
        }
        ask_with(&family, "parent_view", PERSON(LEEN), 0, true, bytes_make(text, len - seed % 8));
        assert_true(list.count <= HINTS_MAX);
    }
}

/* A word is cut where it is compared, never where it stands. */
static void a_word_without_end(void **state) {
    (void)state;
    char text[400] = "geldzorg";
    memset(text + 8, 'x', sizeof text - 9);
    ask_plain("parent_view", PERSON(LEEN), text);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].to, sizeof text - 1);
    memset(text, 'x', 300);
    memcpy(text + 300, "schuld", 7);
    ask_plain("parent_view", PERSON(LEEN), text);
    assert_int_equal(list.count, 0);
}

/* ---- addresses as they are written in the register ---- */

static void the_street_of_an_address(void **state) {
    (void)state;
    static const struct {
        const char *address, *street; /* "": none */
    } table[] = {
        {"Kaaistraat 12 bus 3, 9999 Waterdijk", "kaaistraat"},
        {"Lange Nieuwstraat 4, 2000 Antwerpen", "lange nieuwstraat"},
        {"12, rue de la Paix, 5000 Namur", "rue de la paix"},
        {"Rue de la Paix 12, 5000 Namur", "rue de la paix"},
        {"221B Baker Street, London", "baker street"},
        {"Kade 3, Waterdijk", "kade"},
        {"Waterdijk", "waterdijk"},
        {"12", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        arena *a = arena_new();
        hint_names names = hint_names_new(a);
        hint_add_address(&names, bytes_of_string(table[i].address), HOME(0));
        char street[128] = "";
        for (size_t w = 0; names.count && w < names.all[0].words.count; w++) {
            bytes word = names.all[0].words.at[w].folded;
            size_t len = strlen(street);
            snprintf(street + len, sizeof street - len, "%s%.*s", w ? " " : "", (int)word.len, (const char *)word.at);
        }
        assert_string_equal(street, table[i].street);
        arena_release(a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_the_six_leaks_is_seen),
        cmocka_unit_test(a_child_of_two_homes_calls_for_the_preview),
        cmocka_unit_test(harmless_texts_are_left_alone),
        cmocka_unit_test(words_at_home_are_left_alone),
        cmocka_unit_test(words_in_all_their_forms),
        cmocka_unit_test(each_group_has_a_better_place_or_none),
        cmocka_unit_test(every_word_is_found),
        cmocka_unit_test(names_of_others),
        cmocka_unit_test(whose_name_it_is),
        cmocka_unit_test(places_and_contact),
        cmocka_unit_test(the_kind_is_asked_for),
        cmocka_unit_test(places_are_counted_in_bytes_and_in_characters),
        cmocka_unit_test(hints_stand_in_the_order_of_the_text),
        cmocka_unit_test(the_longest_text),
        cmocka_unit_test(no_group_crowds_out_another),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(a_word_without_end),
        cmocka_unit_test(the_street_of_an_address),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
