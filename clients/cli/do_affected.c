/* log affected: whose data a breach concerns, computed from the log: which persons' entries were shown to these accounts
 * in that time. Ids and fields, never a value, and nobody's name: who they are is told by the family's own helpers.
 *
 * The search tells which records there are, each family's log what they showed. Both looks are on the log themselves. */
#include "policy/catalogue.h"
#include "show.h"
#include "typed.h"

#include <stdlib.h>

typedef struct {
    uuid family, record, account;
} found_look;

/* One person, home or family, and one entry about it, as one account was shown it. */
typedef struct {
    uuid family, about, entry, account;
    bytes field;
    moment first, last;
    uint32_t looks;
} affected;

typedef struct {
    arena *memory; /* outlives the pages */
    found_look *looks;
    affected *rows;
    size_t look_count, look_room, row_count, row_room;
    uuid family; /* whose log is read */
    bool damaged;
} gathered;

static void *grown(arena *a, const void *old, size_t count, size_t *room, size_t size) {
    if (count < *room) return (void *)(uintptr_t)old;
    *room = *room ? 2 * *room : 256;
    void *more = arena_take_array(a, size, *room);
    if (count) memcpy(more, old, count * size);
    return more;
}

static bool id_at(const json_value *object, const char *name, uuid *out) {
    const json_value *v = member_at(object, name);
    return json_is_string(v) && ok(uuid_parse(json_bytes_of(v), out));
}

/* ---- which records ---- */

static outcome put_id(kring *k, buf *path, const char *name, option_id o) {
    uuid id;
    if (!has(k->args, o)) return DONE;
    GO(parse_id(k, value_of(k->args, o), &id));
    put_id_query(path, name, id);
    return DONE;
}

static outcome put_search(kring *k, buf *path) {
    GO(put_time_query(k, path, "from", O_FROM, false));
    GO(put_time_query(k, path, "until", O_UNTIL, true));
    GO(put_id(k, path, "account", O_ACCOUNT));
    GO(put_id(k, path, "organisation", O_ORGANISATION));
    GO(put_id(k, path, "family", O_FAMILY));
    put_query(path, "outcome", BYTES("done"));
    return DONE;
}

/* What is of no family, or of no account, showed nobody's data to anybody. */
static outcome take_found(kring *k, const json_value *root, void *object) {
    (void)k;
    gathered *g = object;
    for (const json_value *r = first_of(list_at(root, "records")); r; r = json_next(r)) {
        found_look l;
        if (!id_at(r, "family", &l.family) || !id_at(r, "id", &l.record) || !id_at(r, "account", &l.account)) continue;
        if (uuid_is_zero(l.family)) continue;
        g->looks = grown(g->memory, g->looks, g->look_count, &g->look_room, sizeof *g->looks);
        g->looks[g->look_count++] = l;
    }
    return DONE;
}

static int by_family(const void *a_, const void *b_) {
    const found_look *a = a_, *b = b_;
    int d = uuid_compare(a->family, b->family);
    return d ? d : uuid_compare(a->record, b->record);
}

/* ---- what they showed ---- */

static void add_row(gathered *g, const affected *row) {
    g->rows = grown(g->memory, g->rows, g->row_count, &g->row_room, sizeof *g->rows);
    g->rows[g->row_count] = *row;
    g->rows[g->row_count++].field = arena_copy(g->memory, row->field);
}

static void add_item(gathered *g, const json_value *item, affected row) {
    const json_value *field = member_at(item, "field");
    if (!id_at(item, "entry", &row.entry)) return; /* a question about a field showed nothing */
    row.field = json_is_string(field) ? json_bytes_of(field) : BYTES("");
    for (const json_value *about = first_of(list_at(item, "about")); about; about = json_next(about))
        if (json_is_string(about) && ok(uuid_parse(json_bytes_of(about), &row.about))) add_row(g, &row);
}

static outcome take_lines(kring *k, const json_value *root, void *object) {
    gathered *g = object;
    (void)k;
    if (list_at(root, "damaged")) g->damaged = true;
    for (const json_value *r = first_of(list_at(root, "records")); r; r = json_next(r)) {
        found_look wanted = {.family = g->family};
        affected row = {.family = g->family, .looks = 1};
        const json_value *at = member_at(r, "at");
        if (!id_at(r, "id", &wanted.record) || !json_is_string(at) || !ok(moment_parse(json_bytes_of(at), &row.first))) continue;
        const found_look *l = bsearch(&wanted, g->looks, g->look_count, sizeof *g->looks, by_family);
        if (!l) continue;
        row.account = l->account, row.last = row.first;
        for (const json_value *i = first_of(list_at(r, "items")); i; i = json_next(i)) add_item(g, i, row);
    }
    return DONE;
}

static outcome put_times(kring *k, buf *path) {
    GO(put_time_query(k, path, "from", O_FROM, false));
    return put_time_query(k, path, "until", O_UNTIL, true);
}

static outcome read_family(kring *k, gathered *g) {
    char id[UUID_TEXT];
    const char *path;
    uuid_write(g->family, id);
    bytes base = arena_format(k->memory, "/v1/families/%.*s/log%c", UUID_TEXT, id, 0);
    GO(make_path(k, (const char *)base.at, put_times, &path));
    return api_walk(k, path, take_lines, g);
}

/* ---- one line each ---- */

static int by_person(const void *a_, const void *b_) {
    const affected *a = a_, *b = b_;
    int d = uuid_compare(a->family, b->family);
    if (!d) d = uuid_compare(a->about, b->about);
    if (!d) d = uuid_compare(a->entry, b->entry);
    return d ? d : uuid_compare(a->account, b->account);
}

static size_t merge_rows(affected *rows, size_t count) {
    size_t kept = 0;
    qsort(rows, count, sizeof *rows, by_person);
    for (size_t i = 0; i < count; i++) {
        affected *last = kept ? &rows[kept - 1] : NULL;
        if (!last || by_person(last, &rows[i]) != 0) {
            rows[kept++] = rows[i];
            continue;
        }
        last->looks++;
        if (rows[i].first < last->first) last->first = rows[i].first;
        if (rows[i].last > last->last) last->last = rows[i].last;
    }
    return kept;
}

static void put_value(buf *out, const char *name, bytes value, bool json, bool last) {
    if (json) buf_format(out, "\"%s\":\"%.*s\"%s", name, (int)value.len, (const char *)value.at, last ? "}\n" : ",");
    else buf_format(out, "%.*s%s", (int)value.len, (const char *)value.at, last ? "\n" : ",");
}

static void put_id_value(buf *out, const char *name, uuid id, bool json) {
    char text[UUID_TEXT];
    uuid_write(id, text);
    put_value(out, name, bytes_make(text, sizeof text), json, false);
}

/* Ids, numbers, moments and names of the catalogue: nothing that CSV or JSON would have to quote. */
static void put_row(kring *k, const affected *r) {
    buf *out = &k->out.out;
    bool json = has(k->args, O_JSON);
    char first[MOMENT_TEXT], last[MOMENT_TEXT];
    moment_write(r->first, first), moment_write(r->last, last);
    if (json) buf_put_byte(out, '{');
    put_id_value(out, "family", r->family, json), put_id_value(out, "about", r->about, json);
    put_value(out, "field", field_by_name(r->field) == FIELD_NONE ? BYTES("") : r->field, json, false);
    put_id_value(out, "entry", r->entry, json), put_id_value(out, "account", r->account, json);
    buf_format(out, json ? "\"looks\":%u," : "%u,", r->looks);
    put_value(out, "first", bytes_make(first, sizeof first), json, false);
    put_value(out, "last", bytes_make(last, sizeof last), json, true);
}

static outcome gather(kring *k, gathered *g) {
    const char *path;
    GO(make_path(k, "/v1/log", put_search, &path));
    GO(api_walk(k, path, take_found, g));
    if (g->look_count) qsort(g->looks, g->look_count, sizeof *g->looks, by_family);
    for (size_t i = 0; i < g->look_count; i++) {
        if (i && uuid_equal(g->looks[i].family, g->looks[i - 1].family)) continue;
        g->family = g->looks[i].family;
        GO(read_family(k, g));
    }
    return DONE;
}

outcome run_log_affected(kring *k) {
    gathered g = {.memory = k->memory};
    GO(api_open(k));
    GO(gather(k, &g));
    size_t count = g.row_count ? merge_rows(g.rows, g.row_count) : 0;
    if (!has(k->args, O_JSON)) buf_put_string(&k->out.out, "family,about,field,entry,account,looks,first,last\n");
    for (size_t i = 0; i < count; i++) {
        put_row(k, &g.rows[i]);
        if (i % 4096 == 4095) GO(flush(k)); /* a breach may be large */
    }
    GO(flush(k));
    return g.damaged ? complain(k, EXIT_REFUSED, W_AFFECTED_DAMAGED, BYTES("")) : DONE;
}
