#include "app/log_kinds.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHAPE_TEXT = 160 };

typedef struct {
    char text[SHAPE_TEXT];
    uint64_t count;
} shape;

struct log_kinds {
    shape *shapes;
    size_t count, room;
};

log_kinds *log_kinds_new(void) { return MEMORY_NEW(log_kinds); }

void log_kinds_release(log_kinds *k) {
    if (!k) return;
    memory_give(k->shapes, k->room * sizeof *k->shapes);
    memory_give(k, sizeof *k);
}

/* A note begins with the letter that says what it is of; a text of the service's own with anything else, and an id alone is an
 * account's. */
static char note_letter(bytes note) {
    if (note.len == 0) return '-';
    if (note.len == sizeof(uuid)) return 'i';
    return note.at[0] >= 'a' && note.at[0] <= 'z' ? (char)note.at[0] : '+';
}

static bool any_ground(const record_view *v) {
    for (uint16_t i = 0; i < v->item_count; i++)
        if (record_item_at(v, i).has_ground) return true;
    return false;
}

static void write_shape(const record_row *row, const record_view *v, char out[SHAPE_TEXT]) {
    static const char *const kinds[] = {"system", "person", "helper", "auditor", "operator"};
    int n = snprintf(out, SHAPE_TEXT, "%.*s\t%.*s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%c", (int)row->kind.len,
                     (const char *)row->kind.at, (int)row->outcome.len, (const char *)row->outcome.at, kinds[v->head.viewer_kind],
                     record_role_text(v->head.role), record_purpose_text(v->head.purpose),
                     uuid_is_zero(row->organisation) ? "-" : "organisation", v->head.network_bits ? "network" : "-",
                     row->rule.len ? "rule" : "-", v->item_count ? "items" : "-", any_ground(v) ? "ground" : "-",
                     note_letter(v->note));
    must(n > 0 && n < SHAPE_TEXT);
}

void log_kinds_add(log_kinds *k, const record_row *row, const record_view *v) {
    char text[SHAPE_TEXT];
    write_shape(row, v, text);
    for (size_t i = k->count; i-- > 0;)
        if (strcmp(k->shapes[i].text, text) == 0) {
            k->shapes[i].count++;
            return;
        }
    if (k->count == k->room) {
        size_t room = k->room ? 2 * k->room : 256;
        shape *more = memory_take(room * sizeof *more);
        if (k->count) memcpy(more, k->shapes, k->count * sizeof *more);
        memory_give(k->shapes, k->room * sizeof *more);
        k->shapes = more, k->room = room;
    }
    shape *s = &k->shapes[k->count++];
    s->count = 1;
    memcpy(s->text, text, SHAPE_TEXT);
}

static int by_text(const void *a, const void *b) { return strcmp(((const shape *)a)->text, ((const shape *)b)->text); }

void log_kinds_print(log_kinds *k) {
    if (k->count) qsort(k->shapes, k->count, sizeof *k->shapes, by_text);
    for (size_t i = 0; i < k->count; i++) printf("%s\t%llu\n", k->shapes[i].text, (unsigned long long)k->shapes[i].count);
}
