#include "names.h"

#include "show.h"

#include <stdlib.h>
#include <utf8proc.h>

static const struct {
    name_lists list;
    const char *path, *member, *call_name;
} sources[] = {
    {LIST_PEOPLE, "/people", "people", "call_name"},
    {LIST_HOMES, "/households", "households", "label"},
    {LIST_TEAM, "/team", "team", "name"},
};
enum { SOURCES = sizeof sources / sizeof *sources };

static void add(kring *k, named one) {
    names *n = &k->names;
    if (n->count == n->cap) {
        size_t cap = n->cap ? n->cap * 2 : 32;
        named *wider = ARENA_ARRAY(k->memory, named, cap);
        if (n->count) memcpy(wider, n->all, n->count * sizeof *wider);
        n->all = wider;
        n->cap = cap;
    }
    n->all[n->count++] = one;
}

void names_take(kring *k, name_lists list, const json_value *root) {
    for (int s = 0; s < SOURCES; s++) {
        if (sources[s].list != list) continue;
        for (const json_value *v = first_of(list_at(root, sources[s].member)); v; v = json_next(v)) {
            named one = {.list = list,
                         .call_name = text_at(k, v, sources[s].call_name, ONE_LINE),
                         .name = text_at(k, v, "name", ONE_LINE)};
            if (ok(uuid_parse(text_at(k, v, "id", ONE_LINE), &one.id))) add(k, one);
        }
    }
    k->names.fetched |= list;
}

outcome names_fetch(kring *k, unsigned lists) {
    for (int s = 0; s < SOURCES; s++) {
        if (!(lists & ~k->names.fetched & sources[s].list)) continue;
        api_answer a;
        GO(api_get(k, family_path(k, sources[s].path), &a));
        names_take(k, sources[s].list, a.root);
    }
    return DONE;
}

/* Case, composition and invisible characters apart: two names that look alike must both be found, so that none is
 * taken for the other. */
static bytes folded(arena *a, bytes text) {
    uint8_t *out = NULL;
    utf8proc_ssize_t n = utf8proc_map(text.at, (utf8proc_ssize_t)text.len, &out,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    bytes copy = n >= 0 ? arena_copy(a, bytes_make(out, (size_t)n)) : text;
    free(out); /* utf8proc's own malloc */
    return copy;
}

/* All three degrees compare folded names, so that an exact match never hides a look-alike; the first words match at a
 * blank. */
int name_fits(arena *a, bytes typed, bytes name) {
    if (typed.len == 0 || name.len == 0) return 0;
    bytes t = folded(a, typed), n = folded(a, name);
    if (t.len == 0) return 0;
    if (bytes_equal(t, n)) return 2;
    return n.len > t.len && n.at[t.len] == ' ' && memcmp(n.at, t.at, t.len) == 0;
}

static bool means_family(const char *typed) {
    return strcasecmp(typed, "family") == 0 || strcasecmp(typed, "gezin") == 0 || strcasecmp(typed, "famille") == 0;
}

static bytes candidates(kring *k, unsigned lists, const char *typed, int degree) {
    bytes out = bytes_of_string(typed);
    for (size_t i = 0; i < k->names.count; i++) {
        const named *one = &k->names.all[i];
        int fits = name_fits(k->memory, bytes_of_string(typed), one->call_name);
        int full = name_fits(k->memory, bytes_of_string(typed), one->name);
        if (!(one->list & lists) || (fits > full ? fits : full) != degree) continue;
        char id[UUID_TEXT];
        uuid_write(one->id, id);
        out = join(k, join(k, out, "; ", one->call_name), " ", arena_copy(k->memory, bytes_make(id, UUID_TEXT)));
    }
    return out;
}

outcome names_resolve(kring *k, const char *typed, unsigned lists, uuid *out) {
    bytes text = bytes_of_string(typed);
    if (ok(uuid_parse(text, out))) return DONE;
    if ((lists & LIST_FAMILY) && means_family(typed)) {
        *out = k->family;
        return DONE;
    }
    GO(names_fetch(k, lists));
    int best = 0;
    size_t matches = 0;
    for (size_t i = 0; i < k->names.count; i++) {
        const named *one = &k->names.all[i];
        if (!(one->list & lists)) continue;
        int fits = name_fits(k->memory, text, one->call_name), full = name_fits(k->memory, text, one->name);
        if (full > fits) fits = full;
        if (fits == 0 || fits < best) continue;
        if (fits > best) best = fits, matches = 0;
        matches++;
        *out = one->id;
    }
    if (matches == 0) return complain(k, EXIT_REFUSED, W_NO_SUCH_NAME, text);
    if (matches > 1) return complain(k, EXIT_USAGE, W_WHICH_NAME, candidates(k, lists, typed, best));
    return DONE;
}

bytes names_show(kring *k, const json_value *id) {
    if (!json_is_string(id)) return BYTES("");
    bytes text = text_clean(k->memory, json_bytes_of(id), ONE_LINE);
    uuid wanted;
    if (!ok(uuid_parse(text, &wanted))) return text;
    if (k->family_known && uuid_equal(wanted, k->family)) return bytes_of_string(word_in(k->lang, W_THE_FAMILY));
    for (size_t i = 0; i < k->names.count; i++)
        if (uuid_equal(k->names.all[i].id, wanted) && k->names.all[i].call_name.len) return k->names.all[i].call_name;
    return text;
}

bytes names_show_all(kring *k, const json_value *ids) {
    bytes out = BYTES("");
    for (const json_value *v = first_of(ids); v; v = json_next(v))
        out = join(k, out, ", ", names_show(k, v));
    return out;
}
