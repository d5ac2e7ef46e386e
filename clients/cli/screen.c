#include "screen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

enum { GAP = 2, NARROWEST = 8, COLUMNS_SANE = 1000 };

static unsigned width_of(int fd, bool terminal) {
    const char *columns = getenv("COLUMNS");
    uint64_t n;
    if (columns && ok(bytes_to_u64(bytes_of_string(columns), COLUMNS_SANE, &n)) && n >= 2 * NARROWEST)
        return (unsigned)n;
    struct winsize size;
    if (terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 2 * NARROWEST) return size.ws_col;
    return terminal ? 80 : WIDTH_WITHOUT_END;
}

screen screen_new(int fd) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool terminal = isatty(fd) == 1;
    bool able = term && *term && strcmp(term, "dumb") != 0;
    return (screen){.out = buf_new(SCREEN_MAX),
                    .width = width_of(fd, terminal),
                    .terminal = terminal,
                    .bright = terminal && able && !(no_color && *no_color)};
}

bool screen_flush(screen *s, int fd) {
    bool all = buf_ok(&s->out);
    if (!all) errno = EFBIG;
    for (bytes left = buf_bytes(&s->out); all && left.len > 0;) {
        ssize_t n = write(fd, left.at, left.len);
        if (n < 0 && errno == EINTR) continue;
        all = n > 0;
        if (all) left = bytes_make(left.at + n, left.len - (size_t)n);
    }
    buf_release(&s->out);
    return all;
}

/* ---------------------------------------------------------------------------- clean text */

static bool is_line_end(int32_t c) {
    return c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Trojan source: embeddings, overrides and isolates show a line in another order than it has. The plain marks (LRM,
 * RLM, ALM) stay: Arabic and Hebrew need them and they cannot reorder what stands around them. */
static bool reorders(int32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

/* Invisible characters that carry a hidden text (tags), or stand for nothing (byte order mark, interlinear notes). */
static bool hides(int32_t c) { return (c >= 0xE0000 && c <= 0xE007F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB); }

static bool is_text(int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CS &&
           !reorders(c) && !hides(c);
}

static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};

/* No output is longer than three times its input: the worst is one bad byte, which becomes U+FFFD. */
bytes text_clean(arena *a, bytes raw, line_kind lines) {
    must(raw.len < SIZE_MAX / 4);
    uint8_t *out = arena_take(a, raw.len * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.len;) {
        int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(raw.at + i, (utf8proc_ssize_t)(raw.len - i), &c);
        size_t length = step > 0 ? (size_t)step : 1;
        bool crlf = raw.at[i] == '\r' && i + 1 < raw.len && raw.at[i + 1] == '\n';
        if (step > 0 && is_line_end(c)) {
            out[n++] = lines == MANY_LINES ? '\n' : ' ';
        } else if (step > 0 && c == '\t') {
            out[n++] = ' ';
        } else if (step > 0 && is_text(c)) {
            memcpy(out + n, raw.at + i, length);
            n += length;
        } else {
            memcpy(out + n, replacement, sizeof replacement);
            n += sizeof replacement;
        }
        i += crlf ? 2 : length;
    }
    return bytes_make(out, n);
}

static void put_escape(buf *out, uint32_t c) {
    if (c > 0xFFFF) { /* a pair of surrogates, as JSON wants it */
        c -= 0x10000;
        buf_format(out, "\\u%04x", 0xD800 + (c >> 10));
        c = 0xDC00 + (c & 0x3FF);
    }
    buf_format(out, "\\u%04x", c);
}

/* In a JSON text everything below U+0020 but white space is escaped already; what is left are DEL, C1 and the
 * reordering ones, and they can only stand inside a string, where \u is the same character. */
void put_json_for_terminal(buf *out, bytes json) {
    for (size_t i = 0; i < json.len;) {
        int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(json.at + i, (utf8proc_ssize_t)(json.len - i), &c);
        size_t length = step > 0 ? (size_t)step : 1;
        bool white = step > 0 && (c == '\n' || c == '\r' || c == '\t');
        if (step <= 0) {
            buf_put(out, bytes_make(replacement, sizeof replacement));
        } else if (white || is_text(c)) {
            buf_put(out, bytes_make(json.at + i, length));
        } else {
            put_escape(out, (uint32_t)c);
        }
        i += length;
    }
}

/* One character of a clean text, and the columns that it takes. */
static size_t next_character(bytes text, size_t at, unsigned *columns) {
    int32_t c;
    utf8proc_ssize_t step = utf8proc_iterate(text.at + at, (utf8proc_ssize_t)(text.len - at), &c);
    must(step > 0);
    *columns = (unsigned)utf8proc_charwidth(c);
    return (size_t)step;
}

unsigned text_width(bytes clean) {
    unsigned total = 0, columns;
    for (size_t i = 0; i < clean.len; total += columns)
        i += next_character(clean, i, &columns);
    return total;
}

/* ---------------------------------------------------------------------------- wrapping */

/* Cuts the first line of at most `width` columns off `*rest`: at a line feed, else after the last blank that fits,
 * else in the middle of a word that is longer than a line. Always takes at least one character, so it ends. */
static bytes take_line(bytes *rest, unsigned width) {
    size_t i = 0, cut = 0, resume = 0;
    unsigned used = 0, columns;
    while (i < rest->len && rest->at[i] != '\n') {
        size_t step = next_character(*rest, i, &columns);
        if (used + columns > width && i > 0) break;
        if (rest->at[i] == ' ') cut = i, resume = i + 1;
        used += columns;
        i += step;
    }
    bool whole = i == rest->len || rest->at[i] == '\n' || rest->at[i] == ' ';
    if (whole || resume == 0)
        cut = i, resume = i < rest->len && (rest->at[i] == '\n' || rest->at[i] == ' ') ? i + 1 : i;
    bytes line = bytes_make(rest->at, cut);
    *rest = bytes_make(rest->at + resume, rest->len - resume);
    return line;
}

static void put_blanks(buf *out, unsigned count) {
    while (count-- > 0)
        buf_put_byte(out, ' ');
}

void screen_line(screen *s, bytes clean) {
    buf_put(&s->out, clean);
    buf_put_byte(&s->out, '\n');
}

void screen_heading(screen *s, bytes clean) {
    if (s->bright) buf_put_string(&s->out, "\033[1m");
    buf_put(&s->out, clean);
    if (s->bright) buf_put_string(&s->out, "\033[0m");
    buf_put_byte(&s->out, '\n');
}

static unsigned room_behind(const screen *s, unsigned indent) {
    return s->width > indent + NARROWEST ? s->width - indent : NARROWEST;
}

void screen_paragraph(screen *s, unsigned indent, bytes clean) {
    for (bytes rest = clean; rest.len > 0;) {
        bytes line = take_line(&rest, room_behind(s, indent));
        if (line.len > 0) put_blanks(&s->out, indent);
        screen_line(s, line);
    }
}

void screen_pair(screen *s, unsigned column, bytes label, bytes clean) {
    unsigned used = text_width(label);
    buf_put(&s->out, label);
    put_blanks(&s->out, used < column ? column - used : 0);
    put_blanks(&s->out, GAP);
    bytes rest = clean;
    screen_line(s, take_line(&rest, room_behind(s, column + GAP)));
    screen_paragraph(s, column + GAP, rest);
}

/* ---------------------------------------------------------------------------- tables */

table table_new(arena *a, uint8_t columns, const char *const *headings) {
    must(columns > 0 && columns <= COLUMNS_MAX);
    table t = {.memory = a, .columns = columns};
    bytes first[COLUMNS_MAX];
    for (uint8_t c = 0; c < columns; c++)
        first[c] = bytes_of_string(headings[c]);
    table_row(&t, first);
    return t;
}

void table_row(table *t, const bytes *cells) {
    if (t->rows == t->cap) {
        uint32_t cap = t->cap ? t->cap * 2 : 16;
        bytes *wider = ARENA_ARRAY(t->memory, bytes, (size_t)cap * t->columns);
        if (t->rows) memcpy(wider, t->cells, (size_t)t->rows * t->columns * sizeof *wider);
        t->cells = wider;
        t->cap = cap;
    }
    memcpy(t->cells + (size_t)t->rows * t->columns, cells, t->columns * sizeof *cells);
    t->rows++;
}

void table_fix(table *t, uint8_t column) { t->fixed = (uint8_t)(t->fixed | 1u << column); }

static bool is_fixed(const table *t, uint8_t column) { return t->fixed >> column & 1; }

static unsigned widest_line(bytes cell) {
    unsigned widest = 0;
    while (cell.len > 0) {
        unsigned width = text_width(take_line(&cell, WIDTH_WITHOUT_END));
        if (width > widest) widest = width;
    }
    return widest;
}

static unsigned natural_widths(const table *t, unsigned *widths) {
    unsigned total = 0;
    for (uint8_t c = 0; c < t->columns; c++) {
        widths[c] = 0;
        for (uint32_t r = 0; r < t->rows; r++) {
            unsigned width = widest_line(t->cells[(size_t)r * t->columns + c]);
            if (width > widths[c]) widths[c] = width;
        }
        total += widths[c] + (c ? GAP : 0);
    }
    return total;
}

/* Narrows the widest column that may be narrowed, column by column, until the row fits or nothing is left to narrow.
 */
static void narrow_widths(const table *t, unsigned *widths, unsigned total, unsigned room) {
    while (total > room) {
        unsigned widest = NARROWEST;
        uint8_t which = COLUMNS_MAX;
        for (uint8_t c = 0; c < t->columns; c++)
            if (!is_fixed(t, c) && widths[c] > widest) widest = widths[c], which = c;
        if (which == COLUMNS_MAX) return;
        widths[which]--;
        total--;
    }
}

static bool any_left(const bytes *rests, uint8_t columns) {
    for (uint8_t c = 0; c < columns; c++)
        if (rests[c].len > 0) return true;
    return false;
}

/* One line of a row: a piece of each cell, padded but for what would only be blanks at the end. */
static void put_row_line(const table *t, screen *s, const unsigned *widths, bytes *rests) {
    unsigned owed = 0;
    for (uint8_t c = 0; c < t->columns; c++) {
        bytes piece = take_line(&rests[c], is_fixed(t, c) ? WIDTH_WITHOUT_END : widths[c]);
        if (piece.len > 0) put_blanks(&s->out, owed), owed = 0;
        buf_put(&s->out, piece);
        unsigned used = text_width(piece);
        owed += (used < widths[c] ? widths[c] - used : 0) + GAP;
    }
    buf_put_byte(&s->out, '\n');
}

void table_print(const table *t, screen *s) {
    unsigned widths[COLUMNS_MAX];
    narrow_widths(t, widths, natural_widths(t, widths), s->width);
    for (uint32_t r = 0; r < t->rows; r++) {
        bytes rests[COLUMNS_MAX];
        memcpy(rests, t->cells + (size_t)r * t->columns, t->columns * sizeof *rests);
        if (r == 0 && s->bright) buf_put_string(&s->out, "\033[1m");
        do
            put_row_line(t, s, widths, rests);
        while (any_left(rests, t->columns));
        if (r == 0 && s->bright) buf_put_string(&s->out, "\033[0m");
    }
}
