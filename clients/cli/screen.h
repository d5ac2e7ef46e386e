/* What reaches the terminal: text that cannot command it, tables that fit it.
 *
 * Whoever writes an entry chooses its bytes, so an escape sequence in it would run in the reader's terminal: clear
 * the screen, fake a prompt, set the clipboard. Every text from outside passes text_clean first; the only escapes
 * that leave are our own. */
#ifndef KRING_CLI_SCREEN_H
#define KRING_CLI_SCREEN_H

#include "base/arena.h"
#include "base/buf.h"

enum { SCREEN_MAX = 64 << 20, COLUMNS_MAX = 8, WIDTH_WITHOUT_END = 1 << 20 };

typedef struct {
    buf out;
    unsigned width; /* WIDTH_WITHOUT_END when nobody looks: a pipe gets one line a row */
    bool terminal, bright;
} screen;

/* Asks the file descriptor, COLUMNS, NO_COLOR and TERM. */
screen screen_new(int fd);
/* Writes what was collected; false (errno set) when the descriptor does not take it all. */
bool screen_flush(screen *s, int fd) MUST_USE;

typedef enum { ONE_LINE, MANY_LINES } line_kind;
/* UTF-8 that moves nothing but the pen: what is no text becomes U+FFFD (controls, C1, invalid bytes, embeddings and
 * overrides of direction, tags, what Unicode has not assigned), tabs a blank, every kind of line end a line feed, or
 * a blank in ONE_LINE. */
bytes text_clean(arena *a, bytes raw, line_kind lines);
/* JSON for a terminal: the same value, with the characters that JSON lets through raw and terminals obey written as
 * \uXXXX. */
void put_json_for_terminal(buf *out, bytes json);
/* Columns that a clean text takes. */
unsigned text_width(bytes clean);

/* All take clean text. */
void screen_line(screen *s, bytes clean);
void screen_heading(screen *s, bytes clean);
/* Wrapped between words at the screen's width, each line behind `indent` blanks. */
void screen_paragraph(screen *s, unsigned indent, bytes clean);
/* "Label  value", the value wrapped behind the label's column. */
void screen_pair(screen *s, unsigned column, bytes label, bytes clean);

typedef struct {
    arena *memory;
    uint8_t columns;
    uint8_t fixed; /* bit c: column c is never wrapped (ids) */
    uint32_t rows, cap;
    bytes *cells; /* row by row; row 0 holds the headings */
} table;

table table_new(arena *a, uint8_t columns, const char *const *headings);
/* `cells` are clean and live as long as the table. */
void table_row(table *t, const bytes *cells);
void table_fix(table *t, uint8_t column);
void table_print(const table *t, screen *s);

#endif
