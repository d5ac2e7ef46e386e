#include "api/hint_names.h"

#include "api/hint_words.h"

enum { SHORTEST_WITHOUT_CAPITAL = 3 };

hint_names hint_names_new(arena *a) { return (hint_names){.memory = a}; }

static void add(hint_names *n, hint_name one) {
    if (one.words.count == 0) return;
    one.first = one.words.at[0].folded.at[0];
    if (n->count == n->room) {
        size_t room = n->room ? 2 * n->room : 64;
        hint_name *more = ARENA_ARRAY(n->memory, hint_name, room);
        if (n->count) memcpy(more, n->all, n->count * sizeof *more);
        n->all = more;
        n->room = room;
    }
    n->all[n->count++] = one;
}

static bool needs_capital(const text_words *w) {
    if (w->count != 1) return false;
    bytes folded = w->at[0].folded;
    return folded.len < SHORTEST_WITHOUT_CAPITAL || hint_word_in(folded, LIST_ALSO_WORDS);
}

void hint_add_call_name(hint_names *n, bytes text, subjects whose) {
    text_words w = text_read(n->memory, text);
    add(n, (hint_name){NAME_PERSON, w, whose, needs_capital(&w), 0});
}

/* In lower case a family name is mostly a word: "groot", "bakker". What is written small in it is none at all. */
void hint_add_full_name(hint_names *n, bytes text, subjects whose) {
    text_words w = text_read(n->memory, text);
    for (size_t i = 0; i < w.count; i++) {
        const text_words part = {w.at + i, 1};
        bool name = w.at[i].capital && w.at[i].folded.len > 1 && !hint_word_in(w.at[i].folded, LIST_PARTICLES);
        if (name) add(n, (hint_name){NAME_PERSON, part, whose, i > 0 || needs_capital(&part), 0});
    }
}

void hint_add_label(hint_names *n, bytes text, subjects whose) {
    add(n, (hint_name){NAME_HOME, text_read(n->memory, text), whose, false, 0});
}

static bool has_digit(const text_word *w) { return w->folded.at[0] >= '0' && w->folded.at[0] <= '9'; }

void hint_add_address(hint_names *n, bytes text, subjects whose) {
    text_words w = text_read(n->memory, text);
    size_t from = 0;
    while (from < w.count && has_digit(&w.at[from])) from++;
    size_t to = from;
    while (to < w.count && !has_digit(&w.at[to]) && (to == from || w.at[to].follows)) to++;
    add(n, (hint_name){NAME_STREET, {w.at + from, to - from}, whose, to - from == 1, 0});
}

/* ---- in a text ---- */

/* "Toms fiets" speaks of Tom. */
static bool is_word(bytes written, bytes name, bool of_person) {
    if (bytes_equal(written, name)) return true;
    bool possessive = of_person && name.len >= SHORTEST_WITHOUT_CAPITAL && written.len == name.len + 1;
    return possessive && written.at[name.len] == 's' && memcmp(written.at, name.at, name.len) == 0;
}

static bool stands_at(const hint_name *name, const text_words *t, size_t at) {
    if (name->words.count > t->count - at || (name->with_capital && !t->at[at].capital)) return false;
    for (size_t i = 0; i < name->words.count; i++) {
        if (i > 0 && !t->at[at + i].follows) return false;
        bool last = i + 1 == name->words.count;
        if (!is_word(t->at[at + i].folded, name->words.at[i].folded, last && name->kind == NAME_PERSON)) return false;
    }
    return true;
}

size_t hint_name_at(const hint_names *n, const text_words *t, size_t at, unsigned kinds, subjects *whose) {
    size_t longest = 0;
    uint8_t first = t->at[at].folded.at[0];
    *whose = 0;
    for (size_t i = 0; i < n->count; i++) {
        const hint_name *name = &n->all[i];
        if (!(name->kind & kinds) || name->first != first || name->words.count < longest || !stands_at(name, t, at)) continue;
        if (name->words.count > longest) *whose = 0;
        longest = name->words.count;
        *whose |= name->whose;
    }
    return longest;
}
