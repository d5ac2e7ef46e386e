#include "log_head.h"

#include "input.h"

#include <errno.h>

enum { FILE_NAME_MAX = 200 };

/* What is wrong with a note that should be a checkpoint of that log's, or NULL. */
static const char *open_head(bytes note, const note_key *key, log_head *out) {
    *out = (log_head){.note = note};
    if (!ok(note_open(note, &out->view))) return "it is no signed note";
    if (!note_verify(&out->view, key)) return "it is not signed with this log's key";
    if (!ok(checkpoint_parse(out->view.text, &out->says))) return "it is no checkpoint";
    if (!bytes_equal(out->says.origin, key->name)) return "it is of another log";
    out->there = true;
    return NULL;
}

outcome log_head_fetch(log_source *s, const note_key *key, log_head *out, faults *f) {
    bytes note;
    *out = (log_head){0};
    GO(log_fetch(s, "checkpoint", &note));
    const char *why = note.at ? open_head(arena_copy(s->k->memory, note), key, out) : "it is not there";
    if (why) FAULT(f, "checkpoint: %s (%.*s)", why, (int)key->name.len, (const char *)key->name.at);
    log_forget(s);
    return DONE;
}

void log_head_policy(const log_head *h, const note_key *key, const log_policy *p, size_t *witnesses, faults *f) {
    if (!log_policy_lists(p, key)) FAULT(f, "policy: it does not list this log");
    if (!log_policy_met(p, &h->view, witnesses))
        FAULT(f, "policy: %zu of its witnesses signed the checkpoint, which is too few", *witnesses);
}

/* ---------------------------------------------------------------------------- what was seen before */

/* An origin may hold what a file's name may not. */
static void put_name(buf *out, bytes origin) {
    for (size_t i = 0; i < origin.len; i++) {
        uint8_t c = origin.at[i], low = c | 0x20;
        if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-') buf_put_byte(out, c);
        else buf_format(out, "%%%02X", c);
    }
}

const char *log_saved_path(kring *k, bytes origin) {
    const char *beside = session_path(k->memory, NULL), *slash = beside ? strrchr(beside, '/') : NULL;
    buf name = buf_new(FILE_NAME_MAX);
    put_name(&name, origin);
    bytes path = {0};
    if (slash && buf_ok(&name))
        path = arena_format(k->memory, "%.*s/log-%.*s.checkpoint%c", (int)(slash - beside), beside, (int)name.len,
                            (const char *)name.at, 0);
    buf_release(&name);
    return (const char *)path.at;
}

outcome log_saved_read(kring *k, const char *path, const note_key *key, log_head *out) {
    bytes note;
    *out = (log_head){0};
    if (!read_all(k->memory, path, NOTE_MAX, &note))
        return errno == ENOENT ? DONE : complain_errno(k, EXIT_BAD_DATA, W_BAD_FILE, path);
    const char *why = open_head(note, key, out);
    return why ? complain(k, EXIT_BAD_DATA, W_LOG_BAD_SAVED, arena_format(k->memory, "%s: %s", path, why)) : DONE;
}

void log_saved_compare(const log_head *saved, const log_head *h, const log_tree *t, faults *f) {
    uint8_t root[MERKLE_HASH];
    unsigned long long before = saved->says.size, now = h->says.size;
    if (before > now)
        FAULT(f, "history: the log has %llu records, and had %llu when it was looked at before", now, before);
    else if (t->whole && (!ok(log_tree_root(t, before, root)) || memcmp(root, saved->says.root, MERKLE_HASH) != 0))
        FAULT(f, "history: the first %llu records are not those that were there before", before);
}

void log_root_compare(const log_head *h, const log_tree *t, faults *f) {
    uint8_t root[MERKLE_HASH];
    if (t->whole && (!ok(log_tree_root(t, h->says.size, root)) || memcmp(root, h->says.root, MERKLE_HASH) != 0))
        FAULT(f, "checkpoint: its root is not the one that the tiles make");
}
