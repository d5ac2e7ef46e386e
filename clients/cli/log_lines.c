#include "log_lines.h"

#include "log_record.h"
#include "show.h"

#include <cjson/cJSON.h>

/* ---------------------------------------------------------------------------- from the server */

typedef struct {
    buf *lines;
    outcome (*page)(kring *k, buf *lines, void *object);
    void *object;
} taking;

/* What the service can't read any more is a line too, so that it is kept and told. */
static void put_damaged(buf *lines, const json_value *record) {
    const json_value *id = member_at(record, "id"), *at = member_at(record, "at");
    bytes i = json_is_string(id) ? json_bytes_of(id) : BYTES("-"), a = json_is_string(at) ? json_bytes_of(at) : BYTES("-");
    buf_format(lines, "{\"id\":\"%.*s\",\"at\":\"%.*s\",\"damaged\":true}\n", (int)i.len, (const char *)i.at, (int)a.len,
               (const char *)a.at);
}

static outcome take_page(kring *k, const json_value *root, void *object) {
    taking *t = object;
    for (const json_value *r = first_of(list_at(root, "records")); r; r = json_next(r)) {
        char *line = cJSON_PrintUnformatted(r);
        must(line != NULL);
        buf_put_string(t->lines, line);
        buf_put_byte(t->lines, '\n');
        cJSON_free(line);
    }
    for (const json_value *r = first_of(list_at(root, "damaged")); r; r = json_next(r)) put_damaged(t->lines, r);
    if (!buf_ok(t->lines)) return complain(k, EXIT_UNREACHABLE, W_TOO_LARGE, BYTES(""));
    return t->page ? t->page(k, t->lines, t->object) : DONE;
}

outcome log_lines_take(kring *k, uuid family, buf *lines, outcome (*page)(kring *k, buf *lines, void *object),
                       void *object) {
    char id[UUID_TEXT];
    uuid_write(family, id);
    bytes path = arena_format(k->memory, "/v1/families/%.*s/log?proofs=yes%c", UUID_TEXT, id, 0);
    return api_walk(k, (const char *)path.at, take_page, &(taking){lines, page, object});
}

/* ---------------------------------------------------------------------------- checking */

/* A checkpoint that the tree bears out needs no more witnesses than the newest one has. */
static const char *checkpoint_differs(lines_check *c, const log_proof *p) {
    uint8_t root[MERKLE_HASH];
    size_t witnesses;
    bool held = c->tree && p->head.size <= c->tree->size;
    if (held && !c->tree->whole) return NULL; /* told already */
    if (held && (!ok(log_tree_root(c->tree, p->head.size, root)) || memcmp(root, p->head.root, MERKLE_HASH) != 0))
        return "its checkpoint is of another history than this log's";
    if (!held && c->policy && !log_policy_met(c->policy, &p->note, &witnesses)) return "too few witnesses saw its checkpoint";
    if (!held && c->tree) c->newer++;
    return NULL;
}

static const char *record_fault(lines_check *c, arena *a, const json_value *record, const uuid *family) {
    const json_value *text = member_at(record, "proof");
    log_proof *p = ARENA_NEW(a, log_proof);
    if (!json_is_object(record)) return "it is no record";
    if (member_at(record, "resourceType")) return "it is a FHIR resource: check the line that goes along in it";
    if (member_at(record, "damaged")) return "the service can't read it any more: it was changed in the database";
    if (!text) {
        c->unproven++;
        return NULL;
    }
    if (!json_is_string(text)) return "its proof is no text";
    const char *why = log_proof_read(a, json_bytes_of(text), p);
    if (!why) why = log_proof_check(p, c->key);
    if (!why) why = log_record_differs(record, p, family);
    if (!why) why = checkpoint_differs(c, p);
    if (!why) c->proven++;
    return why;
}

static void check_line(lines_check *c, const char *from, size_t number, bytes line, const uuid *family) {
    arena *a = arena_new();
    const json_value *record = NULL;
    json_fault fault;
    const char *why = ok(json_parse_file(a, line, &record, &fault)) ? record_fault(c, a, record, family) : "it is no JSON";
    const json_value *id = member_at(record, "id");
    bytes name = json_is_string(id) ? json_bytes_of(id) : BYTES("-");
    if (why) FAULT(c->faults, "%s:%zu: record %.*s: %s", from, number, (int)name.len, (const char *)name.at, why);
    arena_release(a);
}

void log_lines_check(lines_check *c, const char *from, bytes lines, const uuid *family) {
    bytes line;
    size_t number = 1;
    for (; bytes_cut(&lines, '\n', &line); number++) check_line(c, from, number, line, family);
    if (lines.len) check_line(c, from, number, lines, family);
}
