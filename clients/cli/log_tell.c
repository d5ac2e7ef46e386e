#include "crypto/base64.h"
#include "log_verify.h"
#include "show.h"

static bytes number(kring *k, uint64_t n) { return arena_format(k->memory, "%llu", (unsigned long long)n); }

/* ---------------------------------------------------------------------------- as JSON */

static void put_number(json_writer *w, const char *name, uint64_t n) { json_key(w, name), json_int(w, (int64_t)n); }

static void put_head(json_writer *w, const verification *v) {
    char root[BASE64_TEXT(MERKLE_HASH)];
    json_key(w, "origin"), json_string(w, v->key.name);
    if (!v->head.there) return;
    put_number(w, "size", v->head.says.size);
    json_key(w, "root"), json_string(w, bytes_make(root, base64_encode(BYTES_OF(v->head.says.root), root)));
    if (v->saved.there) put_number(w, "saved", v->saved.says.size);
    if (v->policy) put_number(w, "witnesses", v->witnesses);
}

static void put_faults(json_writer *w, const faults *f, arena *a) {
    put_number(w, "fault_count", f->count);
    json_key(w, "faults");
    json_open_array(w);
    for (size_t i = 0; i < f->count && i < FAULTS_MAX; i++) json_string(w, text_clean(a, f->text[i], ONE_LINE));
    json_close_array(w);
}

static void put_json(verification *v) {
    buf b = buf_new(SCREEN_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "ok"), json_bool(&w, v->faults.count == 0);
    put_head(&w, v);
    put_number(&w, "proven", v->lines.proven);
    put_number(&w, "unproven", v->lines.unproven);
    put_number(&w, "newer", v->lines.newer);
    if (v->lines_refused) json_key(&w, "proofs"), json_bool(&w, false);
    put_faults(&w, &v->faults, v->k->memory);
    json_close_object(&w);
    json_end(&w);
    show_json(v->k, &(api_answer){.raw.body = arena_copy(v->k->memory, buf_bytes(&b))});
    buf_release(&b);
}

/* ---------------------------------------------------------------------------- in words */

static void add(kring *k, bytes *line, word w, uint64_t n) { *line = join(k, *line, "; ", filled(k, w, number(k, n))); }

static void show_whole(verification *v) {
    kring *k = v->k;
    const lines_check *l = &v->lines;
    bytes line = BYTES("");
    if (v->head.there) add(k, &line, W_LOG_WHOLE, v->head.says.size);
    if (v->saved.there) add(k, &line, W_LOG_EXTENDS, v->saved.says.size);
    else if (v->saved_path) add(k, &line, W_LOG_FIRST_LOOK, 0);
    if (v->policy && v->head.there) add(k, &line, W_LOG_WITNESSED, v->witnesses);
    if (l->proven) add(k, &line, W_LOG_PROVEN, l->proven);
    if (l->unproven) add(k, &line, W_LOG_UNPROVEN, l->unproven);
    if (l->newer) add(k, &line, W_LOG_NEWER, l->newer);
    if (v->lines_refused) add(k, &line, W_LOG_NO_PROOFS, 0);
    if (!line.len) add(k, &line, W_NOTHING, 0);
    screen_line(&k->out, join(k, BYTES("ok"), ": ", line));
}

static void show_faults(verification *v) {
    kring *k = v->k;
    screen_line(&k->out, filled(k, W_LOG_FAULTY, number(k, v->faults.count)));
    for (size_t i = 0; i < v->faults.count && i < FAULTS_MAX; i++)
        screen_paragraph(&k->out, 2, text_clean(k->memory, v->faults.text[i], ONE_LINE));
    if (v->faults.count > FAULTS_MAX) screen_paragraph(&k->out, 2, filled(k, W_LOG_MORE, number(k, v->faults.count - FAULTS_MAX)));
}

outcome log_tell(verification *v) {
    if (has(v->k->args, O_JSON)) put_json(v);
    else if (v->faults.count) show_faults(v);
    else show_whole(v);
    return (outcome){v->faults.count ? EXIT_REFUSED : EXIT_DONE};
}
