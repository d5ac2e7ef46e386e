#include "json/read.h"
#include "json/validate.h"

#include <cjson/cJSON.h>

/* cJSON has its own malloc; so what it holds of a family's words is wiped here, where it dies. Depth is bounded by
 * the gate. */
static void wipe_tree(cJSON *v) {
    for (; v; v = v->next) {
        if (v->valuestring) wipe(v->valuestring, strlen(v->valuestring));
        if (v->string) wipe(v->string, strlen(v->string));
        if (cJSON_IsNumber(v)) v->valuedouble = 0, v->valueint = 0;
        wipe_tree(v->child);
    }
}

static void release_tree(void *tree) {
    wipe_tree(tree);
    cJSON_Delete(tree);
}

static result refused(json_fault *fault, const char *detail) {
    *fault = (json_fault){.path = BYTES(""), .detail = detail};
    return FAIL(BAD_JSON);
}

static result parse(arena *a, bytes text, unsigned tokens_max, const json_value **root, json_fault *fault) {
    size_t offset;
    const char *why;
    if (!ok(json_validate_within(text, tokens_max, &offset, &why))) return refused(fault, why);
    cJSON *tree = cJSON_ParseWithLengthOpts((const char *)text.at, text.len, NULL, false);
    /* The fuzzer shows that cJSON reads all that the gate lets through; should they differ, the text is refused. */
    if (!tree) return refused(fault, "the value can't be read");
    arena_on_free(a, release_tree, tree);
    *root = tree;
    return OK;
}

result json_parse(arena *a, bytes text, const json_value **root, json_fault *fault) {
    return parse(a, text, JSON_TOKENS_MAX, root, fault);
}

result json_parse_file(arena *a, bytes text, const json_value **root, json_fault *fault) {
    return parse(a, text, JSON_FILE_TOKENS_MAX, root, fault);
}

bool json_is_object(const json_value *v) { return cJSON_IsObject(v); }
bool json_is_array(const json_value *v) { return cJSON_IsArray(v); }
bool json_is_string(const json_value *v) { return cJSON_IsString(v); }
bool json_is_integer(const json_value *v) { return cJSON_IsNumber(v); }
bool json_is_bool(const json_value *v) { return cJSON_IsBool(v); }
bool json_is_null(const json_value *v) { return cJSON_IsNull(v); }

const json_value *json_member(const json_value *object, const char *name) {
    must(json_is_object(object));
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

bytes json_name_of(const json_value *member) { return bytes_of_string(member->string); }

const json_value *json_first(const json_value *container) {
    must(json_is_object(container) || json_is_array(container));
    return container->child;
}

const json_value *json_next(const json_value *v) { return v->next; }

size_t json_count(const json_value *container) {
    size_t count = 0;
    for (const json_value *v = json_first(container); v; v = json_next(v)) count++;
    return count;
}

bytes json_bytes_of(const json_value *v) {
    must(json_is_string(v));
    return bytes_of_string(v->valuestring);
}

/* Exact: the gate allows no integer that a double can't hold. */
int64_t json_int_of(const json_value *v) {
    must(json_is_integer(v));
    return (int64_t)v->valuedouble;
}

bool json_bool_of(const json_value *v) {
    must(json_is_bool(v));
    return cJSON_IsTrue(v);
}
