#include "api/hint_text.h"

#include "json/utf8.h"

#include <utf8proc.h>

enum { FOLDS_INTO_MAX = 32 }; /* one character becomes 18 at most */

static const utf8proc_option_t folding =
    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;

typedef enum { PART_OF_WORD, INVISIBLE, JOINER, COMMA, SENTENCE_END, OTHER } character_kind;

static bool is_word_category(utf8proc_category_t c) {
    bool letter = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
    return letter || (c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_NO); /* marks and numbers */
}

static character_kind kind_of(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    if (is_word_category(category)) return PART_OF_WORD;
    if (category == UTF8PROC_CATEGORY_CF) return INVISIBLE;
    if (category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_PD || c == '\t') return JOINER;
    if (c == '\'' || c == 0x2019) return JOINER;
    if (c == ',') return COMMA;
    return c == '.' || c == '!' || c == '?' || c == ';' || c == '\n' || c == 0x2026 ? SENTENCE_END : OTHER;
}

static bool is_capital(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

/* ---- one word ---- */

typedef struct {
    uint8_t at[TEXT_WORD_MAX];
    size_t len;
} folded_word;

static void put(folded_word *f, int32_t c) {
    uint8_t utf8[4];
    size_t n = (size_t)utf8proc_encode_char(c, utf8);
    if (f->len + n > sizeof f->at) return;
    memcpy(f->at + f->len, utf8, n);
    f->len += n;
}

/* The two letters of French that Unicode does not take apart. */
static void put_folded(folded_word *f, int32_t c) {
    if (!is_word_category(utf8proc_category(c))) return;
    if (c == 0x0153) put(f, 'o'), put(f, 'e');
    else if (c == 0x00E6) put(f, 'a'), put(f, 'e');
    else put(f, c);
}

static void fold(folded_word *f, int32_t c) {
    if (c < 0x80) {
        put(f, c >= 'A' && c <= 'Z' ? c + 32 : c);
        return;
    }
    int32_t into[FOLDS_INTO_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(c, into, FOLDS_INTO_MAX, folding, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < FOLDS_INTO_MAX; i++) put_folded(f, into[i]);
}

/* ---- a text ---- */

typedef struct {
    arena *memory;
    text_word *words;
    size_t count;
    folded_word folded;
    text_word next; /* what is known of it so far */
    bool inside;
} reader;

static void end_word(reader *r) {
    if (!r->inside) return;
    r->inside = false;
    if (r->folded.len > 0) {
        r->next.folded = arena_copy(r->memory, bytes_make(r->folded.at, r->folded.len));
        r->words[r->count++] = r->next;
    }
    r->next = (text_word){.follows = true};
}

static void take(reader *r, int32_t c, size_t at, size_t len, uint32_t character) {
    if (!r->inside) {
        r->inside = true;
        r->folded.len = 0;
        r->next.from = (uint32_t)at, r->next.from_char = character;
        r->next.capital = is_capital(c);
    }
    r->next.to = (uint32_t)(at + len), r->next.to_char = character + 1;
    fold(&r->folded, c);
}

static void part(reader *r, character_kind kind) {
    if (kind == INVISIBLE) return;
    end_word(r);
    if (kind == JOINER) return;
    r->next.follows = false;
    r->next.after_comma |= kind == COMMA;
    r->next.begins |= kind == SENTENCE_END;
}

uint32_t text_character(bytes text, size_t at) {
    uint32_t n = 0;
    for (size_t i = 0; i < at; i++) n += (text.at[i] & 0xC0) != 0x80;
    return n;
}

text_words text_read(arena *a, bytes text) {
    must(text.len <= UINT32_MAX);
    reader r = {.memory = a, .words = ARENA_ARRAY(a, text_word, text.len / 2 + 1), .next = {.begins = true}};
    uint32_t n = 0;
    for (size_t i = 0, step; i < text.len; i += step) {
        size_t len = utf8_length(text.at + i, text.len - i);
        int32_t c = len ? (int32_t)utf8_decode(text.at + i, len) : -1;
        character_kind kind = len ? kind_of(c) : OTHER;
        if (kind == PART_OF_WORD) take(&r, c, i, len, n);
        else part(&r, kind);
        n += (text.at[i] & 0xC0) != 0x80;
        step = len ? len : 1;
    }
    end_word(&r);
    wipe(&r.folded, sizeof r.folded); /* the rest is the arena's to wipe */
    return (text_words){r.words, r.count};
}

bool text_is_number(const text_word *w, size_t digits_min, size_t digits_max) {
    size_t n = 0;
    while (n < w->folded.len && w->folded.at[n] >= '0' && w->folded.at[n] <= '9') n++;
    return n == w->folded.len && digits_min <= n && n <= digits_max;
}
