/* One plain sentence for a line of the log: who did what, which fields, and why.
 *
 * It is made of what the line shows its reader, and of names and purposes that he reads anyhow: two lines that show him the same
 * say the same, whatever else stands in their records. It counts fields that he sees, and nothing else. */
#include "api/grant.h"
#include "api/log_view.h"
#include "log_words.h"

enum { NAMED = 3, PURPOSE_MAX = 120, SENTENCE_MAX = 16 * 1024 };

typedef struct {
    exchange *x;
    const log_page *page;
    const log_line_ *line;
    actor who;
    bool own, refused; /* own: who did it is who reads */
    bytes name;        /* of who did it; empty for the reader himself, and for whoever has none for him */
} sentence;

typedef struct {
    bytes of[LOG_HOLES];
} values;
static const values nothing;

/* ---- filling in ---- */

static bytes value_named(bytes name, const void *with) {
    for (unsigned h = 0; h < LOG_HOLES; h++)
        if (bytes_is(name, log_hole_names[h])) return ((const values *)with)->of[h];
    must(false); /* the generator knows them all */
}

static bytes fill(arena *a, const char *text, values with) {
    buf out = buf_new(SENTENCE_MAX);
    text_fill(&out, bytes_of_string(text), value_named, &with);
    bytes filled = buf_ok(&out) ? arena_copy(a, buf_bytes(&out)) : BYTES("");
    buf_release(&out);
    return filled;
}

static bytes say(const sentence *t, log_phrase phrase, values with) {
    return fill(t->x->arena, log_phrases[phrase][t->page->language], with);
}

/* ---- who ---- */

static bytes member(const json_value *body, const char *name) {
    const json_value *v = body ? json_member(body, name) : NULL;
    return json_is_string(v) ? json_bytes_of(v) : BYTES("");
}

static bytes name_of(exchange *x, actor a) {
    if (is_person(a)) return member(log_body(x, KIND_NAME, a), "text");
    if (!is_helper(a)) return BYTES("");
    bytes name = member(log_body(x, KIND_HELPER, (unsigned)(a - FIRST_HELPER)), "name");
    return name.len ? name : member(log_body(x, KIND_LISTED, (unsigned)(a - FIRST_HELPER)), "listed");
}

/* Role and organisation, as far as he is shown them. */
static bytes card_of(const sentence *t) {
    const json_value *body = is_helper(t->who) ? log_body(t->x, KIND_HELPER, (unsigned)(t->who - FIRST_HELPER)) : NULL;
    bytes role = member(body, "role"), organisation = member(body, "organisation");
    if (!role.len || !organisation.len) return role.len ? role : organisation;
    return arena_format(t->x->arena, "%.*s, %.*s", (int)role.len, (const char *)role.at, (int)organisation.len,
                        (const char *)organisation.at);
}

static bytes nobody_named(const sentence *t) {
    static const log_phrase phrases[] = {LOG_WHO_SERVICE, LOG_WHO_PERSON, LOG_WHO_HELPER, LOG_WHO_AUDITOR, LOG_WHO_OPERATOR};
    return say(t, phrases[t->line->view.head.viewer_kind], nothing);
}

static bytes who(const sentence *t) {
    if (t->own) return say(t, LOG_WHO_YOU, nothing);
    if (!t->name.len) return nobody_named(t);
    bytes card = card_of(t);
    return say(t, card.len ? LOG_WHO_CARD : LOG_WHO_NAMED, (values){.of = {[LOG_WITH_NAME] = t->name, [LOG_WITH_CARD] = card}});
}

static void find_who(sentence *t) {
    const record_head *h = &t->line->view.head;
    exchange *x = t->x;
    uuid me_ = x->viewer == ACTOR_NONE ? x->session->account : me(x);
    t->own = h->viewer_kind != VIEWER_NOBODY && uuid_equal(h->viewer, me_);
    t->who = family_actor(facts_of(x), h->viewer);
    if (!t->own) t->name = name_of(x, t->who);
}

/* ---- what ---- */

static const entry_fact *entry_of(const exchange *x, const record_item *item) {
    const facts *f = facts_of(x);
    return &f->entries[family_entry(f, item->entry)];
}

static bool has_label(const entry_fact *e) { return e->field != FIELD_NONE && e->kind != KIND_GRANT; }

subjects log_fields(const exchange *x, const log_line_ *l, field_set fields) {
    bool first = l->asked_field >= FIELD_COUNT;
    subjects about = first ? 0 : l->asked_about;
    fields[0] = l->said[0], fields[1] = l->said[1];
    if (!first) add_field(fields, l->asked_field);
    for (unsigned i = 0; i < l->item_count; i++) {
        const entry_fact *e = entry_of(x, &l->items[i]);
        if (!has_label(e)) continue;
        add_field(fields, e->field);
        about = first || about == e->about ? e->about : 0;
        first = false;
    }
    return about;
}

static const char *label_of(const sentence *t, field_id f) {
    const char *const labels[] = {catalogue[f].nl, catalogue[f].fr, catalogue[f].en};
    return labels[t->page->language];
}

/* In the order of the catalogue: three by their labels, and how many more. Empty for none. */
static bytes list_fields(const sentence *t, const field_set fields) {
    unsigned all = (unsigned)(__builtin_popcountll(fields[0]) + __builtin_popcountll(fields[1])), named = 0;
    bytes list = BYTES("");
    for (field_id f = 0; f < FIELD_COUNT && named < NAMED; f++) {
        if (!has_field(fields, f)) continue;
        values with = {.of = {[LOG_WITH_FIELD] = bytes_of_string(label_of(t, f))}};
        with.of[LOG_WITH_FIELD] = say(t, LOG_FIELD, with), with.of[LOG_WITH_BEFORE] = list;
        list = ++named == 1 ? with.of[LOG_WITH_FIELD] : say(t, named == all ? LOG_LIST_AND : LOG_LIST_COMMA, with);
    }
    if (all <= named) return list;
    bytes more = arena_format(t->x->arena, "%u", all - named);
    return say(t, LOG_LIST_MORE, (values){.of = {[LOG_WITH_BEFORE] = list, [LOG_WITH_COUNT] = more}});
}

/* About oneself goes without saying: the reason says it. */
static bytes add_whose(const sentence *t, bytes what, subjects about) {
    values with = {.of = {[LOG_WITH_WHAT] = what}};
    if (about == THE_FAMILY) return say(t, is_person(t->x->viewer) ? LOG_OF_YOUR_FAMILY : LOG_OF_FAMILY, with);
    unsigned subject = about ? (unsigned)__builtin_ctzll(about) : 0;
    if (!about || (about & (about - 1)) || subject >= PEOPLE_MAX || (is_person(t->who) && t->who == subject)) return what;
    if (is_person(t->x->viewer) && t->x->viewer == subject) return say(t, LOG_OF_YOU, with);
    with.of[LOG_WITH_NAME] = name_of(t->x, (actor)subject);
    return with.of[LOG_WITH_NAME].len ? say(t, LOG_OF_PERSON, with) : what;
}

static const log_kind_words *words_of(bytes kind) {
    for (size_t i = 0; i < log_kind_count; i++)
        if (bytes_is(kind, log_kinds[i].kind)) return &log_kinds[i];
    return NULL; /* of another version of this program */
}

static bytes did(const sentence *t, bytes what) {
    const log_kind_words *k = words_of(t->line->row.kind);
    const char *text = k ? k->did[t->page->language] : log_phrases[LOG_DID_OTHER][t->page->language];
    bool in_it = strchr(text, '{') != NULL;
    values with = {.of = {[LOG_WITH_WHAT] = what.len ? what : say(t, LOG_WHAT_SOME, nothing)}};
    bytes done = fill(t->x->arena, text, with);
    if (in_it || !what.len) return done;
    with.of[LOG_WITH_DID] = done;
    return say(t, LOG_DID_FIELDS, with);
}

/* ---- why ---- */

/* The first line of it, and no more than a sentence bears. */
static bytes shortened(arena *a, bytes text) {
    const uint8_t *line_end = text.len ? memchr(text.at, '\n', text.len) : NULL;
    size_t len = line_end ? (size_t)(line_end - text.at) : text.len;
    bool cut = len > PURPOSE_MAX;
    if (cut)
        for (len = PURPOSE_MAX; len > 0 && text.at[len] != ' ';) len--;
    if (cut && len == 0) /* one word: between two characters of it */
        for (len = PURPOSE_MAX; len > 0 && (text.at[len] & 0xc0) == 0x80;) len--;
    while (len > 0 && strchr(" .\t", text.at[len - 1])) len--;
    bytes said = bytes_make(text.at, len);
    return cut ? arena_format(a, "%.*s…", (int)said.len, (const char *)said.at) : said;
}

/* What a grant is for, in the words of those who share; only for whoever reads these. */
static bytes purpose_of(const sentence *t, uint32_t at) {
    const grant_fact *g = &facts_of(t->x)->grants[at];
    if (!grant_reads_purpose(t->page->standing, g)) return BYTES("");
    bytes said = member(log_body(t->x, KIND_GRANT, at), "purpose");
    if (!said.len && g->request != UINT16_MAX) said = member(log_body(t->x, KIND_REQUEST, g->request), "purpose");
    return said.len ? shortened(t->x->arena, said) : said;
}

typedef struct {
    unsigned all, shared, task, self; /* of the items: by a grant, as a task, about oneself */
    int grant;                        /* on which all that is shared rests, as far as he sees it; -1 */
} grounds;

static void count_item(const sentence *t, unsigned i, grounds *g) {
    const record_item *item = &t->line->items[i];
    const entry_fact *e = entry_of(t->x, item);
    if (!has_label(e)) return;
    g->all++;
    g->task += item->rule == RULE_R16;
    g->self += item->rule == RULE_R14 && is_person(t->who) && e->about == PERSON(t->who);
    if (item->rule != RULE_R02) return;
    int grant = item->has_ground ? family_grant(facts_of(t->x), item->ground) : -1;
    g->grant = g->shared++ == 0 || g->grant == grant ? grant : -1;
}

static bytes why_shared(const sentence *t, bytes done, const grounds *g) {
    values with = {.of = {[LOG_WITH_DID] = done}};
    if (g->grant >= 0) with.of[LOG_WITH_PURPOSE] = purpose_of(t, (uint32_t)g->grant);
    if (!with.of[LOG_WITH_PURPOSE].len) return say(t, LOG_WHY_AGREED, with);
    return say(t, is_person(t->x->viewer) ? LOG_WHY_YOU_SHARED : LOG_WHY_FAMILY_SHARED, with);
}

static bytes why_own(const sentence *t, bytes done, const grounds *g) {
    values with = {.of = {[LOG_WITH_DID] = done, [LOG_WITH_NAME] = t->name}};
    if (t->own) return say(t, g->self == g->all ? LOG_WHY_YOU : LOG_WHY_YOUR_PLAN, with);
    if (!t->name.len) return say(t, LOG_WHY_AGREED, with);
    return say(t, g->self == g->all ? LOG_WHY_PERSON : LOG_WHY_OWN_PLAN, with);
}

/* Of what was read; what somebody wrote or gave has no ground of its own. */
static bytes with_why(const sentence *t, bytes done) {
    const log_line_ *l = t->line;
    grounds g = {.grant = -1};
    values with = {.of = {[LOG_WITH_DID] = done}};
    for (unsigned i = 0; i + l->entry_note < l->item_count; i++) count_item(t, i, &g);
    if (l->emergency) return say(t, LOG_WHY_EMERGENCY, with);
    if (g.all == 0) return done;
    if (g.shared) return why_shared(t, done, &g);
    if (g.task == g.all) return say(t, LOG_WHY_TASK, with);
    return is_person(t->who) ? why_own(t, done, &g) : say(t, LOG_WHY_AGREED, with);
}

/* ---- the sentence ---- */

static bytes deed(const sentence *t) {
    const log_kind_words *k = words_of(t->line->row.kind);
    return bytes_of_string(k ? k->deed[t->page->language] : log_phrases[LOG_DEED_OTHER][t->page->language]);
}

/* What stands in the team instead of a name may begin small. */
static bytes with_capital(arena *a, bytes text) {
    bytes out = arena_copy(a, text);
    uint8_t *first = (uint8_t *)out.at;
    if (out.len && *first >= 'a' && *first <= 'z') *first = (uint8_t)(*first - 'a' + 'A');
    return out;
}

bytes log_sentence(exchange *x, const log_page *p, const log_line_ *l) {
    sentence t = {.x = x, .page = p, .line = l, .refused = !bytes_is(l->row.outcome, "done")};
    field_set fields = {0};
    find_who(&t);
    values with = {.of = {[LOG_WITH_WHO] = who(&t)}};
    subjects about = log_fields(x, l, fields);
    bytes what = list_fields(&t, fields);
    if (t.refused) with.of[LOG_WITH_DEED] = deed(&t);
    else with.of[LOG_WITH_DID] = with_why(&t, did(&t, what.len ? add_whose(&t, what, about) : what));
    return with_capital(x->arena, say(&t, t.refused ? LOG_REFUSED : LOG_DONE, with));
}

/* In the order of the ruling, as wants must be: the names of those who looked and of those it was about, and what grants are
 * for. */
void log_want_words(exchange *x, const standing *s) {
    const facts *f = facts_of(x);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        const entry_fact *e = &f->entries[p->entry];
        bool name = e->kind == KIND_NAME || e->kind == KIND_HELPER || e->kind == KIND_LISTED, purpose = false;
        if (e->kind == KIND_GRANT) purpose = grant_reads_purpose(s, &f->grants[e->of]);
        for (unsigned g = 0; e->kind == KIND_REQUEST && g < f->grant_count && !purpose; g++)
            purpose = f->grants[g].request == e->of && grant_reads_purpose(s, &f->grants[g]);
        if (name || purpose) want_body(x, p->entry, p->version);
    }
}
