/* log verify: that no record of the log was removed, changed or put in between, and that what somebody was shown of it
 * stands there.
 *
 * The server's word counts for nothing here but what the log's key signed. Lines are taken before the checkpoint, so that the tree
 * has them all. */
#include "log_verify.h"

#include "input.h"
#include "show.h"

#include <stdlib.h>

enum { RECORDS_FILE_MAX = 1 << 30, LINES_MAX = 1 << 30, FAMILIES_MAX = 1000 };

typedef struct {
    uuid id[FAMILIES_MAX];
    size_t count;
} family_list;

/* ---------------------------------------------------------------------------- the reader's own lines */

static outcome add_families(kring *k, const json_value *root, void *object) {
    family_list *l = object;
    for (const json_value *f = first_of(list_at(root, "families")); f && l->count < FAMILIES_MAX; f = json_next(f))
        if (ok(uuid_parse(text_at(k, f, "id", ONE_LINE), &l->id[l->count]))) l->count++;
    return DONE;
}

static outcome list_families(kring *k, family_list *l) {
    if (!has(k->args, O_FAMILY)) return api_walk(k, "/v1/families", add_families, l);
    GO(api_family(k));
    l->id[l->count++] = k->family;
    return DONE;
}

/* The session's server must be the one whose log this is, or its lines would be held against a stranger's tree. */
static bool is_of_session(verification *v) {
    kring *k = v->k;
    const char *chosen = has(k->args, O_SESSION) ? value_of(k->args, O_SESSION) : getenv("KRING_SESSION");
    const char *path = session_path(k->memory, chosen);
    session s;
    if (has(k->args, O_RECORDS) || !v->source || v->source->folder || !path) return false;
    if (session_read(k->memory, path, &s) != SESSION_READ) return false;
    return s.log_key.len ? bytes_equal(s.log_key, v->key_text) : bytes_equal(s.url, v->server);
}

typedef struct {
    family_list families;
    bytes *lines;
} own_lines;

static outcome take_own(verification *v, own_lines *own) {
    kring *k = v->k;
    GO(api_open(k));
    GO(list_families(k, &own->families));
    own->lines = ARENA_ARRAY(k->memory, bytes, own->families.count + 1);
    for (size_t i = 0; i < own->families.count; i++) {
        buf lines = buf_new(LINES_MAX);
        outcome o = log_lines_take(k, own->families.id[i], &lines, NULL, NULL);
        own->lines[i] = arena_copy(k->memory, buf_bytes(&lines));
        buf_release(&lines);
        GO(o);
    }
    return DONE;
}

/* A server of before there were proofs, or a session that is over, is no fault of the log. */
static outcome take_own_if_any(verification *v, own_lines *own) {
    size_t before = v->k->trouble.len;
    if (!is_of_session(v)) return DONE;
    outcome o = take_own(v, own);
    if (o.code == EXIT_DONE || o.code == EXIT_UNREACHABLE || o.code == EXIT_USAGE) return o;
    v->k->trouble.len = before;
    own->families.count = 0;
    v->lines_refused = true;
    return DONE;
}

static void check_own(verification *v, const own_lines *own) {
    for (size_t i = 0; i < own->families.count; i++) {
        char id[UUID_TEXT];
        uuid_write(own->families.id[i], id);
        const char *name = (const char *)arena_format(v->k->memory, "family %.*s%c", UUID_TEXT, id, 0).at;
        log_lines_check(&v->lines, name, own->lines[i], &own->families.id[i]);
    }
}

/* ---------------------------------------------------------------------------- lines in files */

static outcome check_files(verification *v) {
    kring *k = v->k;
    uuid family;
    bool one = has(k->args, O_FAMILY);
    if (one && !ok(uuid_parse(bytes_of_string(value_of(k->args, O_FAMILY)), &family)))
        return complain(k, EXIT_USAGE, W_NOT_A_FAMILY, bytes_of_string(value_of(k->args, O_FAMILY)));
    for (uint8_t i = 0; i < k->args->times[O_RECORDS]; i++) {
        const char *path = k->args->values[O_RECORDS][i];
        bytes lines;
        if (!read_all(k->memory, path, RECORDS_FILE_MAX, &lines)) return complain_errno(k, EXIT_BAD_DATA, W_BAD_FILE, path);
        log_lines_check(&v->lines, path, lines, one ? &family : NULL);
    }
    return DONE;
}

/* ---------------------------------------------------------------------------- the log */

static outcome check_log(verification *v) {
    if (v->saved_path) GO(log_saved_read(v->k, v->saved_path, &v->key, &v->saved));
    GO(log_head_fetch(v->source, &v->key, &v->head, &v->faults));
    if (!v->head.there) return DONE;
    if (v->policy) log_head_policy(&v->head, &v->key, v->policy, &v->witnesses, &v->faults);
    GO(log_tree_load(v->source, v->head.says.size, &v->tree, &v->faults));
    log_root_compare(&v->head, &v->tree, &v->faults);
    if (v->saved.there) log_saved_compare(&v->saved, &v->head, &v->tree, &v->faults);
    v->lines.tree = &v->tree;
    return DONE;
}

/* Only what was found whole is what the next look is held against. */
static outcome keep(verification *v) {
    if (v->faults.count || !v->saved_path || !v->head.there) return DONE;
    if (private_keep(v->k->memory, v->saved_path, v->head.note)) return DONE;
    return complain_errno(v->k, EXIT_BAD_DATA, W_BAD_WRITE, v->saved_path);
}

static outcome check_all(verification *v) {
    own_lines *own = ARENA_NEW(v->k->memory, own_lines);
    GO(log_choose(v));
    v->lines = (lines_check){.key = &v->key, .policy = v->policy, .faults = &v->faults};
    GO(take_own_if_any(v, own));
    if (v->source) GO(check_log(v));
    GO(check_files(v));
    check_own(v, own);
    GO(keep(v));
    return log_tell(v);
}

outcome run_log_verify(kring *k) {
    verification *v = ARENA_NEW(k->memory, verification);
    v->k = k;
    v->faults.memory = k->memory;
    outcome o = check_all(v);
    log_tree_release(&v->tree);
    return o;
}
