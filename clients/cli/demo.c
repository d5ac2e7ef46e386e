#include "demo.h"

#include "input.h"
#include "json/read.h"

static bool text_of(const json_value *object, const char *name, bytes *out) {
    const json_value *v = json_is_object(object) ? json_member(object, name) : NULL;
    if (!json_is_string(v)) return false;
    *out = json_bytes_of(v);
    return out->len > 0;
}

/* A relative path is meant from where demo.json lies. */
static bytes beside(arena *a, const char *path, bytes ca) {
    const char *slash = strrchr(path, '/');
    if (ca.at[0] == '/' || !slash) return ca;
    return arena_format(a, "%.*s/%.*s", (int)(slash - path), path, (int)ca.len, (const char *)ca.at);
}

static bool is_meant(const json_value *account, bytes ref) {
    bytes value;
    return (text_of(account, "ref", &value) && bytes_equal(value, ref)) ||
           (text_of(account, "login", &value) && bytes_equal(value, ref));
}

static bytes all_refs(arena *a, const json_value *accounts) {
    bytes out = BYTES(""), ref;
    for (const json_value *v = json_first(accounts); v; v = json_next(v))
        if (text_of(v, "ref", &ref))
            out = arena_format(a, "%.*s%s%.*s", (int)out.len, (const char *)out.at, out.len ? " " : "", (int)ref.len,
                               (const char *)ref.at);
    return out;
}

static demo_state read_place(arena *a, const char *path, demo *out, const json_value **file) {
    bytes content;
    json_fault fault;
    if (!read_all(a, path, DEMO_MAX, &content)) return DEMO_FAILED;
    if (!ok(json_parse(a, content, file, &fault))) return DEMO_DAMAGED;
    if (!text_of(*file, "url", &out->url) || !text_of(*file, "ca", &out->ca)) return DEMO_DAMAGED;
    out->ca = beside(a, path, out->ca);
    const json_value *log = json_member(*file, "log");
    if (!text_of(log, "url", &out->log_url) || !text_of(log, "vkey", &out->log_key)) out->log_url = out->log_key = BYTES("");
    return DEMO_READ;
}

demo_state demo_read_place(arena *a, const char *path, demo *out) {
    const json_value *file;
    return read_place(a, path, out, &file);
}

demo_state demo_read(arena *a, const char *path, bytes ref, demo *out, bytes *refs) {
    const json_value *file;
    demo_state read = read_place(a, path, out, &file);
    if (read != DEMO_READ) return read;
    const json_value *accounts = json_member(file, "accounts");
    if (!json_is_array(accounts)) return DEMO_DAMAGED;
    for (const json_value *v = json_first(accounts); v; v = json_next(v))
        if (is_meant(v, ref))
            return text_of(v, "login", &out->login) && text_of(v, "password", &out->password) ? DEMO_READ
                                                                                              : DEMO_DAMAGED;
    *refs = all_refs(a, accounts);
    return DEMO_NO_ACCOUNT;
}
