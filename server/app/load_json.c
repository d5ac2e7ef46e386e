/* demo.json: who can log in to a demonstration. It holds passwords, so it is made for its owner alone (0600),
 * complete before anybody sees it, and moved into place in one step. */
#include "app/load_inside.h"
#include "json/read.h"
#include "json/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEMO_BYTES_MAX = 16 * 1024 * 1024 };

static const char *new_path(loader *l) {
    return arena_string(l->a, arena_format(l->a, "%s.new", l->settings->demo_json));
}

/* ---- reading what is there ---- */

static result read_all(loader *l, int fd, bytes *out) {
    buf b = buf_new(DEMO_BYTES_MAX);
    ssize_t n = 0;
    for (uint8_t *room; (room = buf_room(&b, 65536)) != NULL;) {
        n = read(fd, room, 65536);
        if (n <= 0) break;
        buf_wrote(&b, (size_t)n);
    }
    bool whole = n == 0 && buf_ok(&b);
    if (whole) *out = arena_copy(l->a, buf_bytes(&b));
    buf_release(&b);
    return whole ? OK : FAIL(BAD_FILE);
}

/* NULL if there is no such file. */
static result read_demo_json(loader *l, const char *path, const json_value **root) {
    *root = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? OK : FAIL(BAD_FILE);
    bytes text;
    json_fault fault;
    result got = read_all(l, fd, &text);
    close(fd);
    TRY(got);
    ENSURE(ok(json_parse_file(l->a, text, root, &fault)) && json_is_object(*root), BAD_FILE);
    return OK;
}

static const json_value *list_in(const json_value *root, const char *name) {
    const json_value *list = root ? json_member(root, name) : NULL;
    return list && json_is_array(list) ? json_first(list) : NULL;
}

static bool text_is(const json_value *object, const char *name, bytes text) {
    const json_value *v = json_is_object(object) ? json_member(object, name) : NULL;
    return v && json_is_string(v) && bytes_equal(json_bytes_of(v), text);
}

/* ---- writing ---- */

static void put_string(buf *to, bytes text) {
    json_writer one = json_to(to);
    json_string(&one, text);
}

static void put_value(buf *to, const json_value *v) {
    if (json_is_string(v))
        put_string(to, json_bytes_of(v));
    else if (json_is_integer(v))
        buf_format(to, "%lld", (long long)json_int_of(v));
    else if (json_is_bool(v))
        buf_put_string(to, json_bool_of(v) ? "true" : "false");
    else if (json_is_object(v) || json_is_array(v)) {
        bool object = json_is_object(v);
        buf_put_byte(to, object ? '{' : '[');
        for (const json_value *i = json_first(v); i; i = json_next(i)) {
            if (i != json_first(v)) buf_put_string(to, ", ");
            if (object) put_string(to, json_name_of(i)), buf_put_string(to, ": ");
            put_value(to, i);
        }
        buf_put_byte(to, object ? '}' : ']');
    } else
        buf_put_string(to, "null");
}

static void put_member(buf *to, const char *name, bytes text) {
    buf_format(to, "\"%s\": ", name);
    put_string(to, text);
}

static void put_id(buf *to, uuid id) {
    buf_put_byte(to, '"');
    buf_put_uuid(to, id);
    buf_put_byte(to, '"');
}

static void put_pair(buf *to, size_t i, bytes ref, uuid id) {
    if (i) buf_put_string(to, ", ");
    put_string(to, ref);
    buf_put_string(to, ": ");
    put_id(to, id);
}

static void put_family(buf *to, const load_ids *ids) {
    const scenario *s = ids->s;
    buf_put_string(to, "{");
    put_member(to, "ref", s->id);
    buf_put_string(to, ", \"id\": ");
    put_id(to, ids->family);
    buf_put_string(to, ",\n   \"people\": {");
    for (size_t i = 0; i < s->people_count; i++) put_pair(to, i, s->people[i].id, ids->people[i]);
    buf_put_string(to, "},\n   \"households\": {");
    for (size_t i = 0; i < s->home_count; i++) put_pair(to, i, s->homes[i].id, ids->homes[i]);
    buf_put_string(to, "},\n   \"helpers\": {");
    for (size_t i = 0; i < s->helper_count; i++) put_pair(to, i, s->helpers[i].id, ids->helpers[i]);
    buf_put_string(to, "},\n   \"grants\": {");
    for (size_t i = 0; i < s->grant_count; i++) put_pair(to, i, s->grants[i].id, ids->grants[i]);
    buf_put_string(to, "}}");
}

static void put_account(buf *to, const load_account *a) {
    buf_put_string(to, "{");
    put_member(to, "ref", a->ref);
    buf_put_string(to, ", ");
    put_member(to, "kind", bytes_of_string(a->kind));
    buf_put_string(to, ", ");
    put_member(to, "login", a->login);
    buf_put_string(to, ", ");
    put_member(to, "password", a->password);
    buf_put_string(to, "}");
}

static void put_separator(buf *to, bool *first) {
    buf_put_string(to, *first ? "\n  " : ",\n  ");
    *first = false;
}

/* An account of a load that never reached the database is left behind with its family: its log-in is given anew. */
static bool login_is_new(const load_accounts *accounts, const json_value *old) {
    for (size_t i = 0; i < accounts->count; i++)
        if (text_is(old, "login", accounts->at[i].login)) return true;
    return false;
}

static void put_demo(buf *to, const loader *l, const json_value *old, const load_ids *ids,
                     const load_accounts *accounts) {
    bool first = true;
    buf_put_string(to, "{");
    put_member(to, "url", bytes_of_string(l->settings->url));
    buf_put_string(to, ",\n ");
    put_member(to, "ca", bytes_of_string(l->settings->ca));
    buf_put_string(to, ",\n \"families\": [");
    for (const json_value *v = list_in(old, "families"); v; v = json_next(v))
        if (!text_is(v, "ref", ids->s->id)) put_separator(to, &first), put_value(to, v);
    put_separator(to, &first);
    put_family(to, ids);
    buf_put_string(to, "],\n \"accounts\": [");
    first = true;
    for (const json_value *v = list_in(old, "accounts"); v; v = json_next(v))
        if (!login_is_new(accounts, v)) put_separator(to, &first), put_value(to, v);
    for (size_t i = 0; i < accounts->count; i++) put_separator(to, &first), put_account(to, &accounts->at[i]);
    buf_put_string(to, "]}\n");
}

static result write_file(const char *path, bytes text) {
    if (unlink(path) != 0) ENSURE(errno == ENOENT, BAD_FILE);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    ENSURE(fd >= 0, BAD_FILE);
    size_t done = 0;
    while (done < text.len) {
        ssize_t n = write(fd, text.at + done, text.len - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    bool whole = done == text.len && fsync(fd) == 0;
    return close(fd) == 0 && whole ? OK : FAIL(BAD_FILE);
}

result load_write_demo_json(loader *l, const load_ids *ids, const load_accounts *accounts) {
    if (!l->settings->demo_json) return OK;
    const json_value *old;
    result made = read_demo_json(l, l->settings->demo_json, &old);
    if (ok(made)) {
        buf text = buf_new(DEMO_BYTES_MAX);
        put_demo(&text, l, old, ids, accounts);
        made = buf_ok(&text) ? write_file(new_path(l), buf_bytes(&text)) : FAIL(BAD_FILE);
        buf_release(&text);
    }
    if (!ok(made)) l->why = "demo.json can't be read or written";
    return made;
}

result load_place_demo_json(loader *l) {
    if (!l->settings->demo_json || rename(new_path(l), l->settings->demo_json) == 0) return OK;
    l->why = "the family is stored, but demo.json can't be put in its place";
    return FAIL(BAD_FILE);
}

void load_drop_demo_json(loader *l) {
    if (l->settings->demo_json) unlink(new_path(l));
}

bool load_recover_demo_json(loader *l, uuid family) {
    const json_value *left;
    char text[UUID_TEXT];
    uuid_write(family, text);
    if (!l->settings->demo_json || !ok(read_demo_json(l, new_path(l), &left))) return false;
    for (const json_value *v = list_in(left, "families"); v; v = json_next(v))
        if (text_is(v, "id", bytes_make(text, sizeof text))) return ok(load_place_demo_json(l));
    return false;
}
