#include "crypto/log_policy.h"

enum { WORDS_MAX = POLICY_NAMES_MAX + 4, NONE = -1, NOWHERE = -2 };

/* ---------------------------------------------------------------------------- a line */

typedef struct {
    bytes word[WORDS_MAX];
    size_t count;
} line_words;

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static bool split(bytes line, line_words *out) {
    out->count = 0;
    for (size_t i = 0; i < line.len;) {
        while (i < line.len && is_blank(line.at[i])) i++;
        size_t start = i;
        while (i < line.len && !is_blank(line.at[i])) i++;
        if (i == start) break;
        if (out->count == WORDS_MAX) return false;
        out->word[out->count++] = bytes_make(line.at + start, i - start);
    }
    return true;
}

static bool is_text(bytes line) {
    for (size_t i = 0; i < line.len; i++)
        if ((line.at[i] < 0x20 && line.at[i] != '\t') || line.at[i] == 0x7F) return false;
    return true;
}

static int find(const log_policy *p, bytes name) {
    for (size_t i = 0; i < p->count; i++)
        if (bytes_equal(p->names[i].name, name)) return (int)i;
    return NONE;
}

static bool same_key(const note_key *a, const note_key *b) { return memcmp(a->public_key, b->public_key, SIGN_PUBLIC) == 0; }

/* ---------------------------------------------------------------------------- what lines say; each gives what is wrong, or NULL */

static const char *take_log(log_policy *p, const line_words *w) {
    note_key key;
    if (w->count < 2 || w->count > 3) return "log VKEY [URL]";
    if (!ok(note_key_parse(w->word[1], &key)) || key.type != NOTE_ED25519) return "no Ed25519 key of a log";
    for (size_t i = 0; i < p->log_count; i++)
        if (same_key(&p->logs[i], &key)) return "this key stands twice";
    if (p->log_count == POLICY_LOGS_MAX) return "too many logs";
    p->logs[p->log_count++] = key;
    return NULL;
}

static const char *add_name(log_policy *p, policy_name row) {
    if (bytes_is(row.name, "none")) return "nobody can be called none";
    if (find(p, row.name) != NONE) return "this name stands twice";
    if (p->count == POLICY_NAMES_MAX) return "too many names";
    p->names[p->count++] = row;
    return NULL;
}

static const char *take_witness(log_policy *p, const line_words *w) {
    policy_name row = {.parent = NONE};
    if (w->count < 3 || w->count > 4) return "witness NAME VKEY [URL]";
    row.name = w->word[1];
    if (w->count == 4) row.url = w->word[3];
    if (!ok(note_key_parse(w->word[2], &row.key)) || row.key.type != NOTE_COSIGNATURE) return "no Ed25519 key of a witness";
    for (size_t i = 0; i < p->count; i++)
        if (!p->names[i].group && same_key(&p->names[i].key, &row.key)) return "this key stands twice";
    return add_name(p, row);
}

static bool take_need(bytes text, size_t members, unsigned *out) {
    uint64_t k = bytes_is(text, "any") ? 1 : members;
    if (!bytes_is(text, "any") && !bytes_is(text, "all") && !ok(bytes_to_u64(text, members, &k))) return false;
    *out = (unsigned)k;
    return k > 0;
}

static const char *take_group(log_policy *p, const line_words *w) {
    policy_name row = {.group = true, .parent = NONE};
    if (w->count < 4) return "group NAME all|any|COUNT NAME...";
    row.name = w->word[1];
    if (!take_need(w->word[2], w->count - 3, &row.need)) return "not all, any, or a count of the members";
    const char *why = add_name(p, row);
    for (size_t i = 3; !why && i < w->count; i++) {
        int member = find(p, w->word[i]);
        if (member == NONE || (size_t)member == p->count - 1) why = "a member that no line above defines";
        else if (p->names[member].parent != NONE) why = "a member of two groups, or twice of this one";
        else p->names[member].parent = (int)p->count - 1;
    }
    return why;
}

static const char *take_quorum(log_policy *p, const line_words *w) {
    if (w->count != 2) return "quorum NAME";
    if (p->quorum != NOWHERE) return "a second quorum";
    p->quorum = find(p, w->word[1]);
    return p->quorum == NONE && !bytes_is(w->word[1], "none") ? "a quorum that no line above defines" : NULL;
}

static const char *take_line(log_policy *p, bytes line) {
    static const struct {
        const char *word;
        const char *(*take)(log_policy *p, const line_words *w);
    } kinds[] = {{"log", take_log}, {"witness", take_witness}, {"group", take_group}, {"quorum", take_quorum}};
    line_words w;
    if (!is_text(line)) return "a control character";
    if (!split(line, &w)) return "too many words";
    if (w.count == 0 || w.word[0].at[0] == '#') return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bytes_is(w.word[0], kinds[i].word)) return kinds[i].take(p, &w);
    return "not log, witness, group or quorum";
}

bool log_policy_parse(bytes text, log_policy *out, size_t *line, const char **why) {
    bytes row;
    *out = (log_policy){.quorum = NOWHERE};
    for (*line = 1, *why = NULL; bytes_cut(&text, '\n', &row); ++*line)
        if ((*why = take_line(out, row))) return false;
    if (text.len) *why = "no line end";
    else if (out->quorum == NOWHERE) *why = "no quorum";
    return !*why;
}

/* ---------------------------------------------------------------------------- whether it is met */

/* The name counts too: it is the log's origin. */
bool log_policy_lists(const log_policy *p, const note_key *log) {
    for (size_t i = 0; i < p->log_count; i++)
        if (same_key(&p->logs[i], log) && bytes_equal(p->logs[i].name, log->name)) return true;
    return p->log_count == 0;
}

bool log_policy_met(const log_policy *p, const note_view *note, size_t *witnesses) {
    unsigned got[POLICY_NAMES_MAX] = {0};
    bool quorum = p->quorum == NONE;
    *witnesses = 0;
    for (size_t i = 0; i < p->count; i++) {
        const policy_name *n = &p->names[i];
        uint64_t time;
        bool is = n->group ? got[i] >= n->need : cosignature_verify(note, &n->key, &time);
        if (!is) continue;
        if (!n->group) ++*witnesses;
        if (n->parent != NONE) got[n->parent]++;
        if ((int)i == p->quorum) quorum = true;
    }
    return quorum;
}
