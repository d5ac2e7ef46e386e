#include "sheet.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void die(const char *what, const char *why) {
    fprintf(stderr, "grow: %s: %s\n", what, why);
    exit(1);
}

void check(result r, const char *what) {
    if (!ok(r)) die(what, result_title(r));
}

uint64_t number_of(const char *text, uint64_t most) {
    uint64_t n;
    check(bytes_to_u64(bytes_of_string(text), most, &n), text);
    return n;
}

/* ---- what a number gives ---- */

uint64_t roll(dice *d) {
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

unsigned below(dice *d, unsigned n) { return (unsigned)(roll(d) % n); }

uuid new_id(dice *d) {
    uuid id;
    put_u64(id.b, roll(d));
    put_u64(id.b + 8, roll(d));
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

void session_token(const char *word, char text[TOKEN_TEXT]) {
    uint8_t hash[SHA256_SIZE];
    secret_sha256(bytes_of_string(word), hash);
    must(base64url_encode(BYTES_OF(hash), text) == TOKEN_TEXT);
}

/* ---- rows for COPY in its binary form ---- */

buf *sheet_row(sheet *s) {
    uint8_t columns[2];
    put_u16(columns, s->columns);
    buf_put(&s->rows, BYTES_OF(columns));
    return &s->rows;
}

static void put_u32_to(buf *to, uint32_t v) {
    uint8_t b[4];
    put_u32(b, v);
    buf_put(to, BYTES_OF(b));
}

void put_bytes(buf *to, bytes v) {
    put_u32_to(to, (uint32_t)v.len);
    buf_put(to, v);
}

void put_text(buf *to, const char *v) { put_bytes(to, bytes_of_string(v)); }
void put_id(buf *to, uuid v) { put_bytes(to, BYTES_OF(v)); }
void put_null(buf *to) { put_u32_to(to, UINT32_MAX); }

void put_id_or_null(buf *to, uuid v) {
    if (uuid_is_zero(v)) put_null(to);
    else put_id(to, v);
}

void put_bool(buf *to, bool v) { put_bytes(to, bytes_make(&(uint8_t){v}, 1)); }

void put_int4(buf *to, uint32_t v) {
    put_u32_to(to, 4);
    put_u32_to(to, v);
}

void put_int8(buf *to, uint64_t v) {
    uint8_t b[8];
    put_u64(b, v);
    put_bytes(to, BYTES_OF(b));
}

/* PostgreSQL counts from 2000-01-01, and has the same word for never. */
void put_moment(buf *to, moment v) { put_int8(to, (uint64_t)(v == MOMENT_NEVER ? v : v - INT64_C(946684800) * SECOND)); }

void put_ids(buf *to, const uuid *v, uint32_t n) {
    enum { UUID_TYPE = 2950 };
    put_u32_to(to, n ? 20 + 20 * n : 12);
    put_u32_to(to, n ? 1 : 0);
    put_u32_to(to, 0);
    put_u32_to(to, UUID_TYPE);
    if (n == 0) return;
    put_u32_to(to, n);
    put_u32_to(to, 1);
    for (uint32_t i = 0; i < n; i++) put_id(to, v[i]);
}

void put_account(sheet *accounts, sheet *sessions, uuid account, const char *kind, dice *d, const char *word, moment now) {
    char token[TOKEN_TEXT];
    uint8_t hash[SHA256_SIZE];
    uuid index = new_id(d);
    buf *to = sheet_row(accounts);
    put_id(to, account), put_text(to, kind), put_id(to, index), put_bytes(to, BYTES_OF(index));
    put_text(to, "$argon2id$v=19$m=65536,t=3,p=1$bm9ib2R5$bm9ib2R5"), put_moment(to, now);
    session_token(word, token);
    check(secret_token_hash(BYTES_OF(token), hash), "token");
    to = sheet_row(sessions);
    put_bytes(to, BYTES_OF(hash)), put_id(to, new_id(d)), put_id(to, account), put_moment(to, now);
    put_moment(to, now), put_moment(to, now + 20 * HOUR);
}

/* ---- the databases ---- */

void run(PGconn *c, const char *sql) {
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_COPY_IN) die(sql, PQerrorMessage(c));
    PQclear(r);
}

PGconn *open_database(const char *conninfo) {
    PGconn *c = PQconnectdb(conninfo);
    if (PQstatus(c) != CONNECTION_OK) die("connecting", PQerrorMessage(c));
    run(c, "SET session_replication_role = replica");
    run(c, "SET synchronous_commit = off");
    return c;
}

void copy_sheet(PGconn *c, sheet *s) {
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", tail[] = "\377\377";
    char sql[256];
    must(buf_ok(&s->rows));
    if (s->rows.len == 0) return;
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", s->into);
    run(c, sql);
    bool sent = PQputCopyData(c, head, sizeof head - 1) == 1;
    for (size_t at = 0, n; sent && at < s->rows.len; at += n) {
        n = s->rows.len - at < 1 << 20 ? s->rows.len - at : 1 << 20;
        sent = PQputCopyData(c, (const char *)s->rows.at + at, (int)n) == 1;
    }
    sent = sent && PQputCopyData(c, tail, 2) == 1 && PQputCopyEnd(c, NULL) == 1;
    PGresult *r = PQgetResult(c);
    if (!sent || PQresultStatus(r) != PGRES_COMMAND_OK) die(s->into, PQerrorMessage(c));
    PQclear(r);
    must(PQgetResult(c) == NULL);
    s->rows.len = 0; /* nothing here is secret: no wiping */
}
