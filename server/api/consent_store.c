/* What a yes leaves behind: the grant with its words, what it takes the place of, a child's view, tasks, notices, a line of the
 * log. */
#include "api/consent.h"
#include "statements.h"

void consent_param_fields(params *p, arena *a, const field_set fields) {
    bytes *names = ARENA_ARRAY(a, bytes, FIELD_COUNT);
    size_t n = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) names[n++] = consent_name(f);
    param_texts(p, names, n);
}

void consent_param_levels(params *p, arena *a, const choice *what) {
    bytes *levels = ARENA_ARRAY(a, bytes, FIELD_COUNT);
    size_t n = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(what->fields, f)) levels[n++] = bytes_of_string(level_text(consent_level(what, f)));
    param_texts(p, levels, n);
}

const char *consent_basis_word(grant_basis basis) {
    static const char *const words[] = {"consent", "contract", "legal_duty", "vital", "public_task", "legitimate", "unknown"};
    return words[basis];
}

/* SQL keeps the words of domain.md 2.6. */
static const char *stored_basis(grant_basis basis) {
    if (basis == BASIS_VITAL) return "vital_interest";
    return basis == BASIS_LEGITIMATE ? "legitimate_interest" : consent_basis_word(basis);
}

static void param_word_or_null(params *p, bytes word) {
    if (word.len) param_text(p, word);
    else param_null(p, TYPE_TEXT);
}

/* ---- superseding ---- */

static bool takes_all_of(const facts *f, const grant_fact *old, const field_set fields, moment now) {
    bool some = false;
    for (unsigned i = 0; i < old->field_count; i++) {
        const grant_field_fact *gf = &f->grant_fields[old->first_field + i];
        if (gf->ended <= now) continue;
        if (!has_field(fields, gf->field)) return false;
        some = true;
    }
    return some;
}

static bool is_stopped_for_good(const facts *f, unsigned grant, moment now) {
    for (uint32_t i = 0; i < f->stop_count; i++) {
        const stop_fact *stop = &f->stops[i];
        bool counts = stop->recorded <= now && stop->from <= now && now < stop->until;
        if (stop->grant == grant && stop->kind != STOP_PAUSED && counts) return true;
    }
    return false;
}

/* By the facts as they are: whoever is told less of them ends nothing that he is not told of. */
static void supersede(exchange *x, const new_grant *g) {
    const facts *f = real_facts_of(x);
    uuid *ids = ARENA_ARRAY(x->arena, uuid, f->grant_count + 1u), *grants = ARENA_ARRAY(x->arena, uuid, f->grant_count + 1u);
    size_t n = 0;
    for (unsigned i = 0; i < f->grant_count; i++) {
        const grant_fact *old = &f->grants[i];
        bool alike = old->recipient == g->recipient && old->about == g->about && old->givers == g->givers && old->basis == g->basis;
        if (!alike || old->until <= x->now || is_stopped_for_good(f, i, x->now)) continue;
        if (!takes_all_of(f, old, g->what.fields, x->now)) continue;
        ids[n] = uuid_random();
        grants[n++] = old->id;
    }
    if (n == 0) return;
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuids(p, ids, n), param_uuids(p, grants, n);
    param_uuid(p, family_actor_id(f, x->viewer)), param_uuid(p, g->id);
    param_moment(p, g->during.from), param_moment(p, x->now);
    mutate(x, &stmt_grants_supersede, p);
}

/* ---- the grant ---- */

static void param_shown(params *p, const shown_text *text) {
    param_word_or_null(p, text->language);
    param_word_or_null(p, text->version);
    if (text->language.len) param_bytes(p, bytes_make(text->hash, sizeof text->hash));
    else param_null(p, TYPE_BYTEA);
}

void consent_store(exchange *x, const new_grant *g) {
    const facts *f = facts_of(x);
    arena *a = x->arena;
    uuid me = family_actor_id(f, x->viewer), entry = uuid_random();
    params *p = params_new(a);
    param_uuid(p, f->family), param_uuid(p, g->id), param_uuid_or_null(p, g->request);
    param_uuid(p, family_actor_id(f, g->recipient));
    view_subject_param(p, a, f, g->about);
    view_subject_param(p, a, f, g->givers);
    param_string(p, stored_basis(g->basis));
    param_word_or_null(p, g->article_nine);
    param_word_or_null(p, bytes_of_string(family_ground_words[g->ground]));
    param_text(p, g->family_view);
    if (g->told_on == MOMENT_NEVER) param_null(p, TYPE_TIMESTAMPTZ);
    else param_moment(p, g->told_on);
    param_word_or_null(p, g->channel);
    param_shown(p, &g->text);
    param_moment(p, x->now), param_moment(p, g->during.from), param_moment(p, g->during.until);
    consent_param_fields(p, a, g->what.fields);
    consent_param_levels(p, a, &g->what);
    param_uuid(p, entry), param_uuid(p, view_owner(f, g->about)), param_uuid(p, me);
    param_uuids(p, &me, is_person(x->viewer) ? 1 : 0);
    param_uuid_or_null(p, g->reply);
    mutate(x, &stmt_grant_insert, p);
    seal_text(x, entry, view_owner(f, g->about), FIELD_NONE, 1, g->words);
    supersede(x, g);
}

result consent_room(exchange *x, unsigned grants, unsigned fields, unsigned entries) {
    const facts *f = facts_of(x);
    unsigned his = 0;
    subjects him = is_person(x->viewer) ? PERSON(x->viewer) : 0;
    for (unsigned i = 0; i < f->grant_count; i++) his += (f->grants[i].givers & him) != 0;
    x->detail = "you have shared as much in this plan as one can";
    ENSURE(his + grants <= GRANTS_MAX / 2, UNPROCESSABLE); /* as with view_room */
    x->detail = "this family's plan is full";
    ENSURE(f->grant_count + grants <= GRANTS_MAX && f->entry_count + entries <= ENTRIES_MAX, UNPROCESSABLE);
    ENSURE(f->grant_field_count + fields <= UINT16_MAX && f->confirm_count + grants <= UINT16_MAX, UNPROCESSABLE);
    x->detail = NULL;
    return OK;
}

/* ---- beside it ---- */

uuid consent_keep_note(exchange *x, uuid of, subjects about, bytes words) {
    const facts *f = facts_of(x);
    uuid id = uuid_random(), me = family_actor_id(f, x->viewer);
    params *entry = params_new(x->arena), *version = params_new(x->arena);
    param_uuid(entry, f->family), param_uuid(entry, id), param_string(entry, "note"), param_string(entry, "");
    param_uuid(entry, of), param_uuid_or_null(entry, (uuid){{0}});
    view_subject_param(entry, x->arena, f, about);
    param_uuid(entry, view_owner(f, about));
    mutate(x, &stmt_entry_insert, entry);
    param_uuid(version, f->family), param_uuid(version, id), param_int4(version, 1), param_uuid(version, me);
    param_uuids(version, &me, 0), param_uuids(version, &me, 0), param_moment(version, x->now);
    mutate(x, &stmt_version_insert, version);
    seal_text(x, id, view_owner(f, about), FIELD_NONE, 1, words);
    return id;
}

static bytes reason_words(exchange *x, bytes reason) {
    buf b = buf_new(16 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    json_key(&w, "reason"), json_string(&w, reason);
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b));
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

void consent_keep_child(exchange *x, uuid of, subjects children) {
    const json_value *view = json_member(x->body, "child_view"), *reason = view ? json_member(view, "reason") : NULL;
    if (!view || !children) return;
    uuid kept = reason ? consent_keep_note(x, of, children, reason_words(x, json_bytes_of(reason))) : (uuid){{0}};
    params *p = params_new(x->arena);
    param_uuid(p, facts_of(x)->family), param_uuid(p, of);
    view_subject_param(p, x->arena, facts_of(x), children);
    param_bool(p, json_bool_of(json_member(view, "asked")));
    param_uuid_or_null(p, kept);
    param_moment(p, x->now);
    mutate(x, &stmt_child_views_insert, p);
}

void consent_note(exchange *x, char what, uuid id, const field_set fields) {
    uint8_t *p = arena_take(x->arena, 1 + 16 + 16);
    p[0] = (uint8_t)what;
    memcpy(p + 1, id.b, 16);
    put_u64(p + 17, fields[0]), put_u64(p + 25, fields[1]);
    x->record_note = bytes_make(p, 33);
}

void consent_notice(exchange *x, actor whom, const char *kind, uuid of) {
    uuid id = uuid_random(), who = family_actor_id(facts_of(x), whom);
    bytes word = bytes_of_string(kind);
    params *p = params_new(x->arena);
    param_uuid(p, facts_of(x)->family);
    param_uuids(p, &id, 1), param_uuids(p, &who, 1), param_texts(p, &word, 1);
    param_uuid(p, of), param_moment(p, x->now), param_moment(p, x->now);
    mutate(x, &stmt_notices_insert, p);
}

void consent_task(exchange *x, const char *kind, actor whom, uuid of, subjects about, moment due) {
    const facts *f = facts_of(x);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, uuid_random()), param_string(p, kind);
    param_uuid_or_null(p, family_actor_id(f, whom));
    param_uuid_or_null(p, of);
    view_subject_param(p, x->arena, f, about);
    param_moment(p, due), param_moment(p, x->now);
    mutate(x, &stmt_grant_task_insert, p);
}
