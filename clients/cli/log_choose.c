/* Which log is meant, and by which key: what was typed, else a demo's file, else what the session knows. */
#include "demo.h"
#include "input.h"
#include "log_verify.h"

#include <stdlib.h>

typedef struct {
    bytes url, ca, key;
} log_place;

static outcome from_demo(kring *k, log_place *p) {
    const char *path = value_of(k->args, O_DEMO);
    demo d;
    if (!path) return DONE;
    switch (demo_read_place(k->memory, path, &d)) {
    case DEMO_FAILED: return complain_errno(k, EXIT_BAD_DATA, W_BAD_FILE, path);
    case DEMO_READ:
        if (d.log_key.len) break;
        __attribute__((fallthrough));
    default: return complain(k, EXIT_BAD_DATA, W_BAD_DEMO, bytes_of_string(path));
    }
    *p = (log_place){d.log_url, d.ca, d.log_key};
    return DONE;
}

/* Whoever is logged out needs no session; what a session's file says is used only when nothing else was. */
static void from_session(kring *k, log_place *p) {
    const char *chosen = has(k->args, O_SESSION) ? value_of(k->args, O_SESSION) : getenv("KRING_SESSION");
    const char *path = session_path(k->memory, chosen);
    session s;
    if (!path || session_read(k->memory, path, &s) != SESSION_READ) return;
    if (s.log_url.len) p->url = s.log_url;
    else p->url = arena_format(k->memory, "%.*s/audit", (int)s.url.len, (const char *)s.url.at);
    p->ca = s.ca, p->key = s.log_key;
}

static void typed(kring *k, log_place *p) {
    const char *ca = getenv("KRING_CA");
    if (has(k->args, O_URL)) p->url = bytes_of_string(value_of(k->args, O_URL));
    if (has(k->args, O_KEY)) p->key = bytes_of_string(value_of(k->args, O_KEY));
    if (has(k->args, O_CA)) ca = value_of(k->args, O_CA);
    if (ca && *ca && (has(k->args, O_CA) || !p->ca.len)) p->ca = bytes_of_string(ca);
}

static outcome read_policy(verification *v) {
    kring *k = v->k;
    const char *path = value_of(k->args, O_POLICY), *why;
    bytes text;
    size_t line;
    if (!path) return DONE;
    if (!read_all(k->memory, path, POLICY_FILE_MAX, &text)) return complain_errno(k, EXIT_BAD_DATA, W_BAD_FILE, path);
    v->policy = ARENA_NEW(k->memory, log_policy);
    if (log_policy_parse(text, v->policy, &line, &why)) return DONE;
    return complain(k, EXIT_BAD_DATA, W_LOG_BAD_POLICY, arena_format(k->memory, "%s:%zu: %s", path, line, why));
}

static outcome choose_key(verification *v, bytes typed_key) {
    if (!typed_key.len && v->policy && v->policy->log_count == 1) {
        v->key = v->policy->logs[0];
        return DONE;
    }
    v->key_text = typed_key;
    if (!typed_key.len) return complain(v->k, EXIT_USAGE, W_LOG_WHICH_KEY, BYTES(""));
    if (ok(note_key_parse(typed_key, &v->key)) && v->key.type == NOTE_ED25519) return DONE;
    return complain(v->k, EXIT_USAGE, W_LOG_BAD_KEY, typed_key);
}

static outcome choose_source(verification *v, const log_place *p) {
    kring *k = v->k;
    bytes prefix;
    if (has(k->args, O_DIR)) v->source = log_source_folder(k, value_of(k->args, O_DIR));
    if (has(k->args, O_DIR) || (!p->url.len && has(k->args, O_RECORDS))) return DONE;
    if (!p->url.len) return complain(k, EXIT_USAGE, W_LOG_WHICH, BYTES(""));
    if (!log_url_parse(p->url, &v->server, &prefix)) return complain(k, EXIT_USAGE, W_BAD_URL, p->url);
    v->source = log_source_url(k, v->server, prefix, p->ca.len ? arena_string(k->memory, p->ca) : NULL);
    v->source->mirror = value_of(k->args, O_MIRROR);
    return DONE;
}

/* A copy may well be older than what was last seen of the log itself: it is held against a file only when one is named. */
static outcome choose_saved(verification *v) {
    kring *k = v->k;
    v->saved_path = value_of(k->args, O_CHECKPOINT);
    if (v->saved_path || !v->source || v->source->folder) return DONE;
    v->saved_path = log_saved_path(k, v->key.name);
    return v->saved_path ? DONE : complain(k, EXIT_USAGE, W_NO_HOME, BYTES(""));
}

outcome log_choose(verification *v) {
    kring *k = v->k;
    log_place p = {0};
    if (has(k->args, O_DIR) && (has(k->args, O_URL) || has(k->args, O_MIRROR)))
        return complain(k, EXIT_USAGE, W_LOG_ONE_PLACE, BYTES(""));
    from_session(k, &p);
    GO(from_demo(k, &p));
    typed(k, &p);
    GO(read_policy(v));
    GO(choose_key(v, p.key));
    GO(choose_source(v, &p));
    return choose_saved(v);
}
