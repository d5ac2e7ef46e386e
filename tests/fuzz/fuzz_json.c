/* Fuzzes the way of a body from bytes to believed values, and back.
 *
 * Target functions: json_validate, json_parse, schema_check, schema_check_text, json_string and the writer's
 * structure. Held to: what the gate lets through cJSON reads (or the text would be refused by accident); what was
 * read is written as strict JSON that reads back the same; a refusal names a place inside the text; nothing is
 * read past the end. */
#include "json/schema.h"
#include "json/validate.h"
#include "json/write.h"

#include <stdlib.h>

static const char *const words[] = {"fact", "quote"};
static const schema leaves[] = {
    {.kind = SCHEMA_STRING, .string = {.min = 0, .max = 20, .format = FORMAT_NONE}},
    {.kind = SCHEMA_STRING, .string = {.min = 36, .max = 36, .format = FORMAT_UUID}},
    {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 31, .format = FORMAT_FIELD}},
    {.kind = SCHEMA_STRING, .string = {.min = 20, .max = 40, .format = FORMAT_MOMENT}},
    {.kind = SCHEMA_STRING, .string = {.min = 10, .max = 10, .format = FORMAT_DATE}},
    {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 9, .format = FORMAT_TOKEN}},
    {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 9, .format = FORMAT_LINE}},
    {.kind = SCHEMA_STRING, .string = {.min = 1, .max = 9, .format = FORMAT_TEXT}},
    {.kind = SCHEMA_ENUM, .choice = {.words = words, .count = 2}},
    {.kind = SCHEMA_INTEGER, .integer = {.min = -9, .max = 9}},
    {.kind = SCHEMA_BOOL},
};
enum { LEAVES = sizeof leaves / sizeof *leaves };
static const schema lists[] = {
    {.kind = SCHEMA_ARRAY, .array = {.items = &leaves[0], .min = 1, .max = 3, .unique = true}},
    {.kind = SCHEMA_ARRAY, .array = {.items = &leaves[9], .min = 0, .max = 9, .unique = true}},
};
static const schema_member inner_members[] = {{"a", &leaves[0], true}, {"b", &leaves[9], false},
                                              {"c", &lists[0], false}};
static const schema inner = {.kind = SCHEMA_OBJECT, .object = {.members = inner_members, .count = 3}};
static const schema_member members[] = {
    {"a", &leaves[1], true},  {"b", &leaves[2], true},  {"c", &leaves[3], false},  {"d", &leaves[4], false},
    {"e", &leaves[5], false}, {"f", &leaves[6], false}, {"g", &leaves[7], false},  {"h", &leaves[8], false},
    {"i", &leaves[10], false}, {"j", &lists[1], false}, {"k", &inner, false},
};
static const schema body = {.kind = SCHEMA_OBJECT,
                            .object = {.members = members, .count = sizeof members / sizeof *members}};

/* Member names are written as our own literals; so only trees whose names need no escape come back whole. */
static bool plain_name(bytes name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] < 0x20 || name.at[i] == '"' || name.at[i] == '\\') return false;
    return true;
}

static bool write_again(json_writer *w, const json_value *v) {
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
        for (const json_value *i = json_first(v); i; i = json_next(i))
            if (!write_again(w, i)) return false;
        json_close_array(w);
    } else {
        json_open_object(w);
        for (const json_value *m = json_first(v); m; m = json_next(m)) {
            if (!plain_name(json_name_of(m))) return false;
            json_key(w, (const char *)json_name_of(m).at);
            if (!write_again(w, m)) return false;
        }
        json_close_object(w);
    }
    return true;
}

/* Written once and read again, it is written the same a second time. */
static void round_trip(const json_value *v, arena *a) {
    buf first = buf_new(1 << 24), second = buf_new(1 << 24);
    json_writer w = json_to(&first);
    if (write_again(&w, v)) {
        json_end(&w);
        const json_value *again = NULL;
        json_fault fault;
        must(ok(json_parse(a, buf_bytes(&first), &again, &fault)));
        w = json_to(&second);
        must(write_again(&w, again));
        must(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
    }
    buf_release(&first);
    buf_release(&second);
}

static void check_faults(result checked, const json_faults *faults) {
    must(ok(checked) == (faults->count == 0) && faults->count <= FAULTS_MAX);
    for (size_t i = 0; i < faults->count; i++) {
        bytes path = faults->items[i].path;
        must(faults->items[i].detail && (path.len == 0 || path.at[0] == '/'));
    }
}

static void string_comes_back(bytes text, arena *a) {
    buf out = buf_new(8 * text.len + 16);
    json_writer w = json_to(&out);
    json_string(&w, text);
    json_end(&w);
    must(buf_ok(&out));
    const json_value *v = NULL;
    json_fault fault;
    /* Only a zero byte, written as its escape, is refused when it comes back. */
    must(ok(json_parse(a, buf_bytes(&out), &v, &fault)) || memchr(text.at, 0, text.len));
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena *a = arena_new();
    bytes text = {data, size};
    size_t offset = 0;
    const char *why = NULL;
    result gate = json_validate(text, &offset, &why);
    must(ok(gate) ? why == NULL : why != NULL && offset <= size);

    const json_value *v = NULL;
    json_fault fault;
    must(ok(json_parse(a, text, &v, &fault)) == ok(gate));
    if (ok(gate)) {
        json_faults faults;
        check_faults(schema_check(&body, v, a, &faults), &faults);
        round_trip(v, a);
    }
    for (size_t i = 0; i < LEAVES; i++) (void)schema_check_text(&leaves[i], text);
    if (size) string_comes_back(text, a);
    arena_release(a);
    return 0;
}
