/* Which of the words stand at a place of a text. */
#include "api/hint_words.h"

static bool fits(const hint_word *w, const char *last, size_t len, bytes folded) {
    if (folded.len < len) return false;
    switch ((word_match)w->match) {
    case MATCH_WHOLE: return folded.len == len && memcmp(folded.at, last, len) == 0;
    case MATCH_START: return memcmp(folded.at, last, len) == 0;
    case MATCH_END: return memcmp(folded.at + folded.len - len, last, len) == 0;
    case MATCH_INSIDE: return memmem(folded.at, folded.len, last, len) != NULL;
    }
    return false;
}

/* All but the last word of a row are whole, and nothing but blanks stands between. */
static bool stands_at(const hint_word *w, const text_words *t, size_t at) {
    const char *part = w->text;
    for (unsigned i = 0; i + 1 < w->words; i++) {
        size_t len = strcspn(part, " ");
        if (at + i >= t->count || (i > 0 && !t->at[at + i].follows)) return false;
        if (!bytes_equal(t->at[at + i].folded, bytes_make(part, len))) return false;
        part += len + 1;
    }
    size_t last = at + w->words - 1u;
    if (last >= t->count || (w->words > 1 && !t->at[last].follows)) return false;
    return fits(w, part, strlen(part), t->at[last].folded);
}

static void note(const hint_word *w, words_found *out) {
    uint8_t *place = w->except ? &out->except[w->of] : &out->words[w->of];
    if (*place < w->words) *place = w->words;
}

void hint_words_at(const text_words *t, size_t at, words_found *out) {
    must(at < t->count);
    *out = (words_found){0};
    bytes folded = t->at[at].folded;
    uint8_t first = folded.at[0], second = folded.len > 1 ? folded.at[1] : ' '; /* every row has two characters */
    if (first < 'a' || first > 'z') return;
    for (size_t i = hint_words_from[first - 'a']; i < hint_words_from[first - 'a' + 1]; i++) {
        uint8_t its = (uint8_t)hint_words[i].text[1];
        if (its > second) break;
        if (its == second && stands_at(&hint_words[i], t, at)) note(&hint_words[i], out);
    }
    for (size_t i = 0; i < hint_open_word_count; i++)
        if (stands_at(&hint_open_words[i], t, at)) note(&hint_open_words[i], out);
}

bool hint_word_in(bytes folded, hint_list_id list) {
    if (folded.len == 0) return false;
    const text_word one = {.folded = folded};
    const text_words alone = {&one, 1};
    words_found found;
    hint_words_at(&alone, 0, &found);
    return found.words[HINT_LIST_BASE + list] > 0;
}
