/* For differential.js: reads frames (a length of four bytes, then that many bytes of text) and answers each with a
 * line, either "+" and the text as we understood it, written by our own writer, or "-" and why it was refused. */
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>

static void write_again(json_writer *w, const json_value *v) {
    if (json_is_string(v)) {
        json_string(w, json_bytes_of(v));
    } else if (json_is_integer(v)) {
        json_int(w, json_int_of(v));
    } else if (json_is_bool(v)) {
        json_bool(w, json_bool_of(v));
    } else if (json_is_null(v)) {
        json_null(w);
    } else if (json_is_array(v)) {
        json_open_array(w);
        for (const json_value *i = json_first(v); i; i = json_next(i)) write_again(w, i);
        json_close_array(w);
    } else {
        json_open_object(w);
        for (const json_value *m = json_first(v); m; m = json_next(m)) {
            /* The writer's names are literals of ours; here any name must come back, so it goes through a string
             * of its own. */
            buf name = buf_new(1 << 20);
            json_writer n = json_to(&name);
            json_string(&n, json_name_of(m));
            char *inner = strndup((const char *)name.at + 1, name.len - 2);
            json_key(w, inner);
            free(inner);
            buf_release(&name);
            write_again(w, m);
        }
        json_close_object(w);
    }
}

static void answer(bytes text) {
    arena *a = arena_new();
    const json_value *v;
    json_fault fault;
    if (ok(json_parse(a, text, &v, &fault))) {
        buf out = buf_new(1 << 22);
        json_writer w = json_to(&out);
        write_again(&w, v);
        json_end(&w);
        must(buf_ok(&out));
        printf("+%.*s\n", (int)out.len, (const char *)out.at);
        buf_release(&out);
    } else {
        printf("-%s\n", fault.detail);
    }
    arena_release(a);
}

int main(void) {
    uint8_t head[4];
    while (fread(head, 1, sizeof head, stdin) == sizeof head) {
        size_t len = get_u32(head);
        uint8_t *text = malloc(len ? len : 1);
        if (fread(text, 1, len, stdin) != len) return 1;
        answer(bytes_make(text, len));
        free(text);
    }
    return 0;
}
