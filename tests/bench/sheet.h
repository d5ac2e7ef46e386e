/* What those share who fill an instance for measuring: numbers that are always the same, and rows for COPY in its binary form. */
#ifndef KRING_BENCH_SHEET_H
#define KRING_BENCH_SHEET_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/bytes.h"
#include "crypto/secret.h"

#include <libpq-fe.h>

enum { SHEET_MAX = 1 << 30 };

_Noreturn void die(const char *what, const char *why);
void check(result r, const char *what);
uint64_t number_of(const char *text, uint64_t most);

/* What a number gives: always the same (splitmix64). */
typedef struct {
    uint64_t state;
} dice;

uint64_t roll(dice *d);
unsigned below(dice *d, unsigned n);
uuid new_id(dice *d);
/* Of the word that both the token and SQL can be made of: rtrim(translate(encode(sha256(word), 'base64'), '+/', '-_'), '=') */
void session_token(const char *word, char text[TOKEN_TEXT]);

typedef struct {
    const char *into;
    uint16_t columns;
    buf rows;
} sheet;

buf *sheet_row(sheet *s);
void put_bytes(buf *to, bytes v);
void put_text(buf *to, const char *v);
void put_id(buf *to, uuid v);
void put_null(buf *to);
void put_id_or_null(buf *to, uuid v);
void put_bool(buf *to, bool v);
void put_int4(buf *to, uint32_t v);
void put_int8(buf *to, uint64_t v);
void put_moment(buf *to, moment v);
void put_ids(buf *to, const uuid *v, uint32_t n);
/* A log-in that can't be used, and a live session whose token is of `word`. */
void put_account(sheet *accounts, sheet *sessions, uuid account, const char *kind, dice *d, const char *word, moment now);

/* Foreign keys hold by construction; checking them row by row would take most of the time. */
PGconn *open_database(const char *conninfo);
void run(PGconn *c, const char *sql);
/* Sends the rows and empties the sheet. */
void copy_sheet(PGconn *c, sheet *s);

#endif
