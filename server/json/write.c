#include "json/write.h"
#include "json/utf8.h"
#include "json/validate.h"

/* What a byte below 0x80 needs: 0 nothing, U a \u00XX escape, otherwise a backslash and this letter. */
enum { U = 'u' };
static const uint8_t needs[128] = {
    U, U, U, U, U, U, U, U, 'b', 't', 'n', U, 'f', 'r', U, U,
    U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
    0, 0, '"', 0, 0, 0, U, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, U, 0, U, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\\', 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, U,
};

json_writer json_to(buf *out) { return (json_writer){.out = out}; }

static bool in_object(const json_writer *w) { return w->depth > 0 && w->objects >> (w->depth - 1) & 1; }

/* Before each value: it stands where one is due, and its comma is written. */
static void begin_value(json_writer *w) {
    must(!w->done);
    must(in_object(w) == w->named);
    if (w->comma) buf_put_byte(w->out, ',');
    w->named = false;
}

static void end_value(json_writer *w) {
    w->comma = w->depth > 0;
    w->done = w->depth == 0;
}

static void open_container(json_writer *w, bool object) {
    begin_value(w);
    must(w->depth < JSON_WRITE_DEPTH);
    uint32_t bit = (uint32_t)1 << w->depth;
    w->objects = object ? w->objects | bit : w->objects & ~bit;
    w->depth++;
    w->comma = false;
    buf_put_byte(w->out, object ? '{' : '[');
}

static void close_container(json_writer *w, bool object) {
    must(w->depth > 0 && in_object(w) == object && !w->named);
    w->depth--;
    buf_put_byte(w->out, object ? '}' : ']');
    end_value(w);
}

void json_open_object(json_writer *w) { open_container(w, true); }
void json_close_object(json_writer *w) { close_container(w, true); }
void json_open_array(json_writer *w) { open_container(w, false); }
void json_close_array(json_writer *w) { close_container(w, false); }

/* The hottest call: name, quotes, colon and comma in one go. The comma that follows is the value's no more. */
void json_key(json_writer *w, const char *name) {
    must(in_object(w) && !w->named);
    size_t len = strlen(name), at = 0;
    uint8_t *room = buf_room(w->out, len + 4);
    if (room) {
        if (w->comma) room[at++] = ',';
        room[at++] = '"';
        memcpy(room + at, name, len);
        at += len;
        room[at++] = '"';
        room[at++] = ':';
        buf_wrote(w->out, at);
    }
    w->comma = false;
    w->named = true;
}

static void put_unit(buf *out, uint32_t unit) {
    static const char digits[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15],
                    digits[unit & 15]};
    buf_put(out, bytes_make(text, sizeof text));
}

/* How many bytes from `i` on leave as they are. */
static size_t plain_run(bytes text, size_t i) {
    size_t start = i;
    while (i < text.len) {
        if (text.at[i] < 0x80) {
            if (needs[text.at[i]]) break;
            i++;
            continue;
        }
        size_t length = utf8_length(text.at + i, text.len - i);
        uint32_t c = length ? utf8_decode(text.at + i, length) : 0;
        if (length == 0 || c == 0x2028 || c == 0x2029) break;
        i += length;
    }
    return i - start;
}

/* Writes the one character that can't leave as it is; returns how many bytes of the text it took. */
static size_t put_escaped(buf *out, bytes text, size_t i) {
    uint8_t c = text.at[i];
    if (c < 0x80) {
        if (needs[c] == U)
            put_unit(out, c);
        else
            buf_put(out, bytes_make((char[]){'\\', (char)needs[c]}, 2));
        return 1;
    }
    size_t length = utf8_length(text.at + i, text.len - i);
    put_unit(out, length ? utf8_decode(text.at + i, length) : 0xFFFD);
    return length ? length : 1;
}

static void put_quoted(json_writer *w, const void *text, size_t len) {
    begin_value(w);
    uint8_t *room = buf_room(w->out, len + 2);
    if (room) {
        room[0] = room[len + 1] = '"';
        if (len) memcpy(room + 1, text, len);
        buf_wrote(w->out, len + 2);
    }
    end_value(w);
}

/* Most texts need no escape and leave in one piece. */
void json_string(json_writer *w, bytes text) {
    size_t run = plain_run(text, 0);
    if (run == text.len) {
        put_quoted(w, text.at, text.len);
        return;
    }
    begin_value(w);
    buf_put_byte(w->out, '"');
    for (size_t i = 0; i < text.len; run = plain_run(text, i)) {
        buf_put(w->out, bytes_make(text.at + i, run));
        i += run;
        if (i < text.len) i += put_escaped(w->out, text, i);
    }
    buf_put_byte(w->out, '"');
    end_value(w);
}

void json_uuid(json_writer *w, uuid id) {
    char text[UUID_TEXT];
    uuid_write(id, text);
    put_quoted(w, text, sizeof text);
}

void json_moment(json_writer *w, moment m) {
    char text[MOMENT_TEXT];
    moment_write(m, text);
    put_quoted(w, text, sizeof text);
}

void json_int(json_writer *w, int64_t value) {
    must(value >= -JSON_INT_MAX && value <= JSON_INT_MAX);
    begin_value(w);
    if (value < 0) buf_put_byte(w->out, '-');
    buf_put_u64(w->out, (uint64_t)(value < 0 ? -value : value));
    end_value(w);
}

void json_bool(json_writer *w, bool value) {
    begin_value(w);
    buf_put_string(w->out, value ? "true" : "false");
    end_value(w);
}

void json_null(json_writer *w) {
    begin_value(w);
    buf_put_string(w->out, "null");
    end_value(w);
}

void json_end(json_writer *w) { must(w->done && w->depth == 0); }

void json_raw(json_writer *w, bytes value) {
    must(value.len > 0);
    begin_value(w);
    buf_put(w->out, value);
    end_value(w);
}
