#include "log/witness.h"

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypto/base64.h"

#include <curl/curl.h>

enum { TIMEOUT_MS = 3000, REST_MS = 10000, ANSWER_MAX = 64 * 1024, LINE_MAX_LEN = 4096, URL_MAX_LEN = 1024 };

typedef struct {
    const policy_name *name;
    char url[URL_MAX_LEN];
    uint64_t old, rests_until; /* the size that it has, as far as we know; monotonic milliseconds */
    bool away;
    uint64_t has_size; /* the checkpoint that `line` is about */
    uint8_t line[LINE_MAX_LEN];
    size_t line_len;
} witness;

struct witnesses {
    log_policy policy;
    witness of[POLICY_NAMES_MAX];
    size_t count;
    CURL *easy;
    buf answer;
};

/* ---- the policy ---- */

static const char *add(witnesses *w, const policy_name *name, arena *a) {
    if (name->group) return NULL;
    witness *t = &w->of[w->count++];
    t->name = name;
    int n = snprintf(t->url, sizeof t->url, "%.*s/add-checkpoint", (int)name->url.len, (const char *)name->url.at);
    if (name->url.len == 0 || n < 0 || (size_t)n >= sizeof t->url)
        return arena_string(
            a, arena_format(a, "the policy names no address of %.*s", (int)name->name.len, (const char *)name->name.at));
    return NULL;
}

static const char *read_policy(witnesses *w, const char *path, const note_key *log, arena *a) {
    bytes text;
    size_t line;
    const char *why;
    if (!ok(file_read(path, POLICY_FILE_MAX, a, &text))) return "log_policy is not there, or may not be read";
    if (!log_policy_parse(text, &w->policy, &line, &why))
        return arena_string(a, arena_format(a, "log_policy, line %zu: %s", line, why));
    if (!log_policy_lists(&w->policy, log)) return "log_policy is about other logs than this one";
    for (size_t i = 0; !why && i < w->policy.count; i++)
        why = add(w, &w->policy.names[i], a);
    return why;
}

result witnesses_open(const char *policy_path, const note_key *log, arena *a, witnesses **out, const char **why) {
    witnesses *w = MEMORY_NEW(witnesses);
    w->answer = buf_new(ANSWER_MAX);
    *why = read_policy(w, policy_path, log, a);
    if (!*why && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) w->easy = curl_easy_init();
    if (!*why && !w->easy) *why = "libcurl does not start";
    if (*why) {
        witnesses_release(w);
        return FAIL(BAD_FILE);
    }
    *out = w;
    return OK;
}

void witnesses_release(witnesses *w) {
    if (!w) return;
    if (w->easy) curl_easy_cleanup(w->easy);
    buf_release(&w->answer);
    memory_give(w, sizeof *w);
}

/* ---- one request ---- */

static size_t take_answer(char *data, size_t size, size_t count, void *answer) {
    buf_put(answer, bytes_make(data, size * count));
    return buf_ok(answer) ? size * count : 0;
}

#define SET(option, value) must(curl_easy_setopt(w->easy, option, value) == CURLE_OK)

/* The status, or 0. Where it sends us next is no business of a witness. */
static long post(witnesses *w, const witness *t, bytes body) {
    long status = 0;
    curl_easy_reset(w->easy);
    buf_clear(&w->answer);
    SET(CURLOPT_URL, t->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    SET(CURLOPT_POSTFIELDS, (const char *)body.at);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    SET(CURLOPT_WRITEFUNCTION, take_answer);
    SET(CURLOPT_WRITEDATA, &w->answer);
    if (curl_easy_perform(w->easy) != CURLE_OK) return 0;
    return curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

static result write_request(const witness *t, bytes note, witness_prove *prove, void *ctx, buf *body) {
    uint8_t proof[MERKLE_PROOF_MAX][MERKLE_HASH];
    char text[BASE64_TEXT(MERKLE_HASH)];
    size_t count = 0;
    if (t->old > 0) TRY(prove(ctx, t->old, proof, &count));
    buf_clear(body);
    buf_format(body, "old %llu\n", (unsigned long long)t->old);
    for (size_t i = 0; i < count; i++) {
        buf_put(body, bytes_make(text, base64_encode(BYTES_OF(proof[i]), text)));
        buf_put_byte(body, '\n');
    }
    buf_put_byte(body, '\n');
    buf_put(body, note);
    return buf_ok(body) ? OK : FAIL(TOO_MUCH);
}

/* Only a line that holds under its key is kept; others that it may have sent are nobody's. */
static bool take_line(const witnesses *w, witness *t, uint64_t size, bytes note) {
    note_view signed_, lines;
    uint64_t time;
    if (!ok(note_open(note, &signed_)) || !ok(note_open_lines(signed_.text, buf_bytes(&w->answer), &lines))) return false;
    if (!cosignature_verify(&lines, &t->name->key, &time)) return false;
    buf line = buf_new(LINE_MAX_LEN);
    for (size_t i = 0; i < lines.count; i++) {
        uint8_t raw[8 + SIGN_SIZE];
        if (!note_line_is_of(&lines.lines[i], &t->name->key) || !ok(note_line_signature(&lines.lines[i], raw, sizeof raw)))
            continue;
        note_put_line(&t->name->key, BYTES_OF(raw), &line);
        break;
    }
    t->line_len = buf_ok(&line) ? line.len : 0;
    if (t->line_len) memcpy(t->line, line.at, line.len);
    buf_release(&line);
    t->has_size = size, t->old = size;
    return t->line_len > 0;
}

/* 409: it has another size than we thought. Larger than ours would be a log that we are not. */
static bool learn_size(const witnesses *w, witness *t, uint64_t size) {
    bytes text = buf_bytes(&w->answer);
    uint64_t old;
    if (text.len > 0 && text.at[text.len - 1] == '\n') text.len--;
    if (!ok(bytes_to_u64(text, MERKLE_SIZE_MAX, &old)) || old > size || old == t->old) return false;
    t->old = old;
    return true;
}

static bool ask(witnesses *w, witness *t, uint64_t size, bytes note, witness_prove *prove, void *ctx, buf *body) {
    for (int tries = 0; tries < 2; tries++) {
        if (!ok(write_request(t, note, prove, ctx, body))) return false;
        long status = post(w, t, buf_bytes(body));
        if (status == 200) return take_line(w, t, size, note);
        if (status != 409 || !learn_size(w, t, size)) return false;
    }
    return false;
}

/* ---- all of them ---- */

static void tell(witness *t, size_t number, bool came) {
    if (came == !t->away) return;
    t->away = !came;
    if (came)
        LOG(LOG_INFO, "log.witness_back", LOG_N("number", number));
    else
        LOG(LOG_WARN, "log.witness_away", LOG_N("number", number));
}

bool witnesses_gather(witnesses *w, uint64_t size, bytes note, witness_prove *prove, void *ctx, buf *cosigned) {
    buf body = buf_new(NOTE_MAX + ANSWER_MAX);
    note_view view;
    size_t count;
    for (size_t i = 0; i < w->count; i++) {
        witness *t = &w->of[i];
        if ((t->line_len && t->has_size == size) || clock_ticks() < t->rests_until) continue;
        bool came = ask(w, t, size, note, prove, ctx, &body);
        tell(t, i, came);
        if (!came) t->rests_until = clock_ticks() + REST_MS;
    }
    buf_release(&body);
    buf_put(cosigned, note);
    for (size_t i = 0; i < w->count; i++)
        if (w->of[i].line_len && w->of[i].has_size == size) buf_put(cosigned, bytes_make(w->of[i].line, w->of[i].line_len));
    return buf_ok(cosigned) && ok(note_open(buf_bytes(cosigned), &view)) && log_policy_met(&w->policy, &view, &count);
}
