#include "api/hint_scan.h"

typedef struct {
    const hint_question *q;
    text_words words;
    uint32_t *lists;          /* by word: the lists that it is in, as bits */
    uint8_t told[HINT_GROUPS_MAX];
    subjects named;           /* people, each by a name that is his alone */
    subjects homes;           /* homes by label or street */
    hint_list *out;
} scan;

static const text_word *word_at(const scan *s, size_t i) { return &s->words.at[i]; }
static bool in_list(const scan *s, size_t i, hint_list_id list) { return s->lists[i] >> list & 1; }
static bool is_one(subjects set) { return set != 0 && (set & (set - 1)) == 0; }

/* ---- telling ---- */

static void tell(scan *s, hint h) {
    if (has_field(hint_groups[h.group].expected, s->q->field)) return;
    if (s->told[h.group] == HINTS_A_GROUP) {
        s->out->more = true;
        return;
    }
    s->told[h.group]++;
    s->out->items[s->out->count++] = h;
}

static void tell_words(scan *s, uint8_t group, size_t first, size_t last, subjects whose) {
    const text_word *a = word_at(s, first), *b = word_at(s, last);
    tell(s, (hint){group, true, a->from, b->to, a->from_char, b->to_char, whose});
}

static void tell_bytes(scan *s, uint8_t group, size_t from, size_t to) {
    bytes text = s->q->text;
    tell(s, (hint){group, true, (uint32_t)from, (uint32_t)to, text_character(text, from), text_character(text, to), 0});
}

static void tell_all(scan *s, uint8_t group) { tell(s, (hint){.group = group}); }

/* ---- words ---- */

/* Of the groups of one kind the first one speaks: "huurschuld" is a debt, and need not be rent as well. */
static void tell_groups(scan *s, size_t at, const words_found *found, const size_t *excepted) {
    uint32_t kinds = 0;
    for (uint8_t g = 0; g < hint_group_count; g++) {
        if (found->words[g] == 0 || at < excepted[g] || kinds >> hint_groups[g].kind & 1) continue;
        kinds |= (uint32_t)1 << hint_groups[g].kind;
        tell_words(s, g, at, at + found->words[g] - 1u, 0);
    }
}

static void scan_words(scan *s) {
    size_t excepted[HINT_GROUPS_MAX] = {0}; /* up to which word */
    for (size_t i = 0; i < s->words.count; i++) {
        words_found found;
        hint_words_at(&s->words, i, &found);
        for (unsigned list = 0; list < HINT_LIST_COUNT; list++)
            s->lists[i] |= (uint32_t)(found.words[HINT_LIST_BASE + list] > 0) << list;
        for (size_t g = 0; g < hint_group_count; g++)
            if (found.except[g] && excepted[g] < i + found.except[g]) excepted[g] = i + found.except[g];
        tell_groups(s, i, &found, excepted);
    }
}

/* ---- names ---- */

/* "Karim Haddou" is one name, though others are called Haddou too. */
static size_t whole_name(const scan *s, size_t at, subjects *whose) {
    size_t taken = hint_name_at(s->q->names, &s->words, at, NAME_PERSON, whose);
    while (taken > 0 && at + taken < s->words.count && word_at(s, at + taken)->follows) {
        subjects also;
        size_t more = hint_name_at(s->q->names, &s->words, at + taken, NAME_PERSON, &also);
        if (more == 0 || !(also & *whose)) break;
        *whose &= also;
        taken += more;
    }
    return taken;
}

static void scan_people(scan *s) {
    for (size_t i = 0, taken; i < s->words.count; i += taken ? taken : 1) {
        subjects whose;
        taken = whole_name(s, i, &whose);
        if (taken == 0) continue;
        if (is_one(whose)) s->named |= whose;
        if (!(whose & s->q->about)) tell_words(s, GROUP_NAMES, i, i + taken - 1, whose);
    }
}

static void scan_homes(scan *s) {
    for (size_t i = 0, taken; i < s->words.count; i += taken ? taken : 1) {
        subjects whose;
        taken = hint_name_at(s->q->names, &s->words, i, NAME_HOME | NAME_STREET, &whose);
        if (taken == 0) continue;
        s->homes |= whose & ALL_HOMES;
        if (hint_name_at(s->q->names, &s->words, i, NAME_STREET, &whose)) tell_words(s, GROUP_ADDRESS, i, i + taken - 1, 0);
    }
}

static bool is_name(const scan *s, size_t at) {
    subjects whose;
    return hint_name_at(s->q->names, &s->words, at, NAME_PERSON, &whose) > 0;
}

/* ---- addresses ---- */

/* Right behind the word before it, or behind its comma: "Kaaistraat 12", "12, rue de la Paix". */
static bool is_next(const scan *s, size_t i) {
    return i < s->words.count && (word_at(s, i)->follows || (word_at(s, i)->after_comma && !word_at(s, i)->begins));
}

/* "12", "12b" */
static bool is_house_number(const text_word *w) {
    bool letter = w->folded.len > 1 && w->folded.at[w->folded.len - 1] >= 'a' && w->folded.at[w->folded.len - 1] <= 'z';
    const text_word digits = {.folded = bytes_make(w->folded.at, w->folded.len - letter)};
    return text_is_number(&digits, 1, 4);
}

static bool is_street_name(const scan *s, size_t i) { return word_at(s, i)->capital && word_at(s, i)->folded.len > 1; }

/* The last word of the name that begins at `i`: small words, then capitals; or `i` when there is none. */
static size_t end_of_street(const scan *s, size_t i) {
    enum { SMALL_WORDS = 3, CAPITALS = 4 };
    size_t at = i, end = i;
    for (unsigned n = 0; n < SMALL_WORDS && at < s->words.count && in_list(s, at, LIST_PARTICLES); n++) at++;
    for (unsigned n = 0; n < CAPITALS && at < s->words.count && word_at(s, at)->follows && is_street_name(s, at); n++) end = ++at;
    return end;
}

/* "rue de la Paix 12", "12, rue de la Paix" */
static bool street_before_name(scan *s, size_t i, size_t *first, size_t *last) {
    size_t end = end_of_street(s, i + 1);
    if (end == i + 1) return false;
    *first = i, *last = end - 1;
    if (i > 0 && is_next(s, i) && is_house_number(word_at(s, i - 1))) return *first = i - 1, true;
    if (is_next(s, end) && is_house_number(word_at(s, end))) return *last = end, true;
    return false;
}

/* "12 Main Street" */
static bool street_behind_name(scan *s, size_t i, size_t *first, size_t *last) {
    enum { CAPITALS = 3 };
    size_t at = i;
    for (unsigned n = 0; n < CAPITALS && at > 0 && word_at(s, at)->follows && is_street_name(s, at - 1); n++) at--;
    if (at == i || at == 0 || !is_next(s, at) || !is_house_number(word_at(s, at - 1))) return false;
    *first = at - 1, *last = i;
    return true;
}

/* "Kaaistraat 12" */
static bool street_and_number(scan *s, size_t i, size_t *first, size_t *last) {
    *first = i, *last = i + 1;
    return is_street_name(s, i) && is_next(s, i + 1) && is_house_number(word_at(s, i + 1));
}

/* A street of a home that he knows was told as an address already; with any other, somebody else can be found. */
static void scan_streets(scan *s) {
    for (size_t i = 0; i < s->words.count; i++) {
        size_t first, last;
        subjects whose;
        if (!in_list(s, i, LIST_STREETS) || hint_name_at(s->q->names, &s->words, i, NAME_STREET, &whose)) continue;
        bool found = street_and_number(s, i, &first, &last) || street_before_name(s, i, &first, &last) ||
                     street_behind_name(s, i, &first, &last);
        if (!found) continue;
        tell_words(s, GROUP_CONTACT, first, last, 0);
        if (last > i) i = last;
    }
}

static bool are_capitals(const scan *s, const text_word *w, size_t from, size_t count) {
    if (w->to - w->from != from + count) return false;
    for (size_t i = 0; i < count; i++) {
        uint8_t c = s->q->text.at[w->from + from + i];
        if (c < 'A' || c > 'Z') return false;
    }
    return true;
}

/* "9999 ZZ", "9999ZZ", "9999 Waterdijk"; "2026 Waterdijk" may be a year, unless a comma stands before it. */
static bool is_postal_code(const scan *s, size_t i, size_t *last) {
    const text_word *w = word_at(s, i);
    const text_word start = {.folded = bytes_make(w->folded.at, w->folded.len < 4 ? w->folded.len : 4)};
    if (!text_is_number(&start, 4, 4) || start.folded.at[0] == '0') return false;
    *last = i;
    if (are_capitals(s, w, 4, 2)) return true;
    if (w->folded.len > 4 || i + 1 == s->words.count || !word_at(s, i + 1)->follows) return false;
    const text_word *next = word_at(s, ++*last);
    bool year = (bytes_starts(start.folded, "19") || bytes_starts(start.folded, "20")) && !w->after_comma;
    if (year || !next->capital || bytes_starts(next->folded, "eur")) return false;
    return are_capitals(s, next, 0, 2) || (next->folded.len > 2 && !is_name(s, i + 1) && !in_list(s, i + 1, LIST_DAYS));
}

static void scan_postal_codes(scan *s) {
    for (size_t i = 0, last; i < s->words.count; i++)
        if (is_postal_code(s, i, &last)) tell_words(s, GROUP_ADDRESS, i, last, 0);
}

/* ---- places ---- */

/* A school's own name, by the capitals beside it; at the beginning of a sentence a capital says nothing. */
static bool is_named(const scan *s, size_t i) {
    const text_word *w = word_at(s, i);
    return w->capital && !w->begins && w->folded.at[0] > '9' && !is_name(s, i) && !in_list(s, i, LIST_DAYS);
}

static void scan_schools(scan *s) {
    for (size_t i = 0; i < s->words.count; i++) {
        size_t first = i, last = i;
        if (!in_list(s, i, LIST_SCHOOLS)) continue;
        while (first > 0 && word_at(s, first)->follows && is_named(s, first - 1)) first--;
        while (last + 1 < s->words.count && word_at(s, last + 1)->follows && is_named(s, last + 1)) last++;
        if (first < last) tell_words(s, GROUP_SCHOOL_NAME, first, last, 0);
        i = last;
    }
}

static bool is_place(const scan *s, size_t i) {
    subjects whose;
    return in_list(s, i, LIST_PLACES) || hint_name_at(s->q->names, &s->words, i, NAME_HOME, &whose) > 0;
}

/* The first place in the sentence that goes from `from` to `to`; `to` when there is none. */
static size_t first_place(const scan *s, size_t from, size_t to) {
    while (from < to && !is_place(s, from)) from++;
    return from;
}

static size_t first_day(const scan *s, size_t from, size_t to) {
    while (from < to && !in_list(s, from, LIST_DAYS)) from++;
    return from;
}

/* Where somebody is on which day: once a sentence. */
static void scan_days(scan *s) {
    for (size_t from = 0, to; from < s->words.count; from = to) {
        for (to = from + 1; to < s->words.count && !word_at(s, to)->begins;) to++;
        size_t day = first_day(s, from, to), place = first_place(s, from, to);
        if (day == to || place == to) continue;
        tell_words(s, GROUP_DAY_AND_PLACE, day < place ? day : place, day < place ? place : day, 0);
    }
}

/* ---- how to reach somebody ---- */

enum { LOCAL_MAX = 64, DOMAIN_MAX = 255 };

static bool is_letter_or_digit(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool is_local(uint8_t c) { return is_letter_or_digit(c) || (c != 0 && strchr("._%+-", c)); }
static bool is_domain(uint8_t c) { return is_letter_or_digit(c) || c == '.' || c == '-'; }

/* The end of the domain that begins at `i`: with a dot, and letters or digits at its ends; `i` when it is none. */
static size_t end_of_domain(bytes t, size_t i) {
    size_t end = i, dots = 0;
    while (end < t.len && end - i < DOMAIN_MAX && is_domain(t.at[end])) end++;
    while (end > i && !is_letter_or_digit(t.at[end - 1])) end--;
    for (size_t k = i; k < end; k++) dots += t.at[k] == '.';
    return dots > 0 && is_letter_or_digit(t.at[i]) ? end : i;
}

static void scan_mail(scan *s) {
    bytes t = s->q->text;
    for (size_t i = 0; i < t.len; i++) {
        if (t.at[i] != '@') continue;
        size_t from = i, to = end_of_domain(t, i + 1);
        while (from > 0 && i - from < LOCAL_MAX && is_local(t.at[from - 1])) from--;
        if (from == i || to == i + 1) continue;
        tell_bytes(s, GROUP_CONTACT, from, to);
        i = to - 1;
    }
}

typedef struct {
    size_t digits, to;
    bool date; /* "05-03-2026 10": no number to call */
} digit_run;

/* Digits with single blanks and signs between: "0470 12.34.56", "+32 (0)2/123 45 67". */
static digit_run read_digits(bytes t, size_t i) {
    enum { GROUPS = 3 };
    size_t groups[GROUPS] = {0}, group = 0;
    uint8_t signs[GROUPS] = {0};
    digit_run r = {0, i, false};
    for (unsigned gap = 0; i < t.len && gap < 3; i++) {
        if (is_digit(t.at[i])) {
            if (gap && group < GROUPS) group++;
            if (group < GROUPS) groups[group]++;
            gap = 0, r.digits++, r.to = i + 1;
        } else if (strchr(" ./-()", t.at[i]) && t.at[i]) {
            if (gap++ == 0 && group < GROUPS) signs[group] = t.at[i];
        } else break;
    }
    bool year = groups[2] == 2 || groups[2] == 4, parted = signs[0] && strchr("./-", signs[0]);
    r.date = parted && signs[1] == signs[0] && signs[2] != signs[0] && groups[0] <= 2 && groups[1] <= 2 && year;
    return r;
}

static bool is_phone(bytes t, size_t i, const digit_run *r) {
    bool abroad = t.at[i] == '+' || (t.at[i] == '0' && i + 1 < t.len && t.at[i + 1] == '0');
    if (r->date || (r->to < t.len && is_letter_or_digit(t.at[r->to]))) return false;
    return abroad ? r->digits >= 9 && r->digits <= 15 : t.at[i] == '0' && r->digits >= 9 && r->digits <= 10;
}

static void scan_phones(scan *s) {
    bytes t = s->q->text;
    for (size_t i = 0; i < t.len; i++) {
        bool inside = i > 0 && (is_letter_or_digit(t.at[i - 1]) || t.at[i - 1] >= 0x80);
        if (inside || (t.at[i] != '+' && t.at[i] != '0')) continue;
        digit_run r = read_digits(t, t.at[i] == '+' ? i + 1 : i);
        if (is_phone(t, i, &r)) tell_bytes(s, GROUP_CONTACT, i, r.to);
        if (r.to > i) i = r.to - 1;
    }
}

/* ---- the text as a whole ---- */

static bool is_about_both_homes(const scan *s) {
    subjects homes = (s->q->about | s->homes) & ALL_HOMES;
    return (homes != 0 && !is_one(homes)) || (s->q->about & s->q->in_two_homes);
}

static bool is_about_several(const scan *s) {
    subjects about = s->q->about & ALL_PEOPLE;
    return (s->named != 0 && !is_one(s->named)) || (about != 0 && !is_one(about));
}

static void scan_whole(scan *s) {
    if (is_about_several(s)) tell_all(s, GROUP_SEVERAL_PEOPLE);
    if (is_about_both_homes(s)) tell_all(s, GROUP_BOTH_HOMES);
    if (!s->q->kind_given) tell_all(s, GROUP_KIND_MISSING);
}

/* Stable, so that what stands at one place keeps the order in which it was found. */
static void sort(hint_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        hint h = list->items[i];
        size_t k = i;
        for (; k > 0 && list->items[k - 1].from > h.from; k--) list->items[k] = list->items[k - 1];
        list->items[k] = h;
    }
}

/* Own space is nobody else's business: there the young person writes as he likes. */
void hint_scan(arena *a, const hint_question *q, hint_list *out) {
    must(q->field < FIELD_COUNT && hint_group_count <= HINT_GROUPS_MAX);
    *out = (hint_list){0};
    if (catalogue[q->field].own_space) return;
    scan s = {.q = q, .words = text_read(a, q->text), .out = out};
    s.lists = ARENA_ARRAY(a, uint32_t, s.words.count + 1);
    scan_words(&s);
    scan_people(&s);
    scan_homes(&s);
    scan_streets(&s);
    scan_postal_codes(&s);
    scan_schools(&s);
    scan_days(&s);
    scan_mail(&s);
    scan_phones(&s);
    sort(out);
    scan_whole(&s);
}
