/* What is shared with whom: listed for those whom it concerns. */
#include "api/grant.h"
#include "statements.h"

grant_view *grant_start(exchange *x) {
    judge_all(x, 1u << KIND_GRANT | 1u << KIND_REQUEST);
    grant_view *v = ARENA_NEW(x->arena, grant_view);
    policy_stand(facts_of(x), x->viewer, x->now, &v->s);
    v->more = false;
    x->place = v;
    return v;
}

static const standing *stands(const exchange *x) { return &((const grant_view *)x->place)->s; }

static bool is_grant(const exchange *x, uint32_t entry) { return facts_of(x)->entries[entry].kind == KIND_GRANT; }

result grant_find(exchange *x, uint32_t *entry, unsigned *grant) {
    int g = family_grant(facts_of(x), x->path_ids[1]);
    ENSURE(g >= 0, NOT_FOUND);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        uint32_t at = x->ruling.permits[i].entry;
        if (!is_grant(x, at) || facts_of(x)->entries[at].of != (unsigned)g) continue;
        *entry = at;
        *grant = (unsigned)g;
        return OK;
    }
    return FAIL(NOT_FOUND);
}

/* ---- what holds ---- */

bool grant_shows(const standing *s, const grant_fact *g, unsigned i) {
    return policy_sees_grant_field(s, (uint32_t)(g - s->f->grants), s->f->grant_fields[g->first_field + i].field);
}

void grant_fields(const standing *s, const grant_fact *g, field_set out) {
    out[0] = out[1] = 0;
    for (unsigned i = 0; i < g->field_count; i++)
        if (grant_shows(s, g, i)) add_field(out, s->f->grant_fields[g->first_field + i].field);
}

bool grant_stopped(const facts *f, const grant_fact *g, stop_kind kind, actor by, moment at) {
    for (uint32_t i = 0; i < f->stop_count; i++) {
        const stop_fact *stop = &f->stops[i];
        bool counts = stop->recorded <= at && stop->from <= at && at < stop->until;
        bool alike = stop->kind == kind && (by == ACTOR_NONE || stop->by == by);
        if (stop->grant == (unsigned)(g - f->grants) && alike && counts) return true;
    }
    return false;
}

moment grant_until(const facts *f, const grant_fact *g, moment at) {
    moment until = g->until;
    for (uint32_t i = 0; i < f->stop_count; i++) {
        const stop_fact *stop = &f->stops[i];
        bool ends = stop->grant == (unsigned)(g - f->grants) && stop->kind != STOP_PAUSED && stop->recorded <= at;
        if (ends && stop->from < until) until = stop->from;
    }
    return until;
}

bool grant_runs(const facts *f, const grant_fact *g, moment at) {
    if (grant_until(f, g, at) <= at) return false;
    for (unsigned i = 0; i < g->field_count; i++)
        if (at < f->grant_fields[g->first_field + i].ended) return true;
    return false;
}

static bool needs_confirming(const field_row *row) { return !row->safety && (row->steps & STEP_NAMED || row->class_ == C4); }

static bool lapsed(const facts *f, const grant_fact *g, moment now) {
    moment until = MOMENT_MIN;
    for (unsigned i = 0; i < g->confirm_count; i++) {
        const confirm_fact *c = &f->confirms[g->first_confirm + i];
        if (c->recorded <= now && c->lapses > until) until = c->lapses;
    }
    return now >= until;
}

/* A recipient learns that a field is no longer shared, and not whether it was withdrawn, refused or is over. */
static const char *state_of(const exchange *x, const grant_fact *g, const grant_field_fact *gf) {
    const facts *f = facts_of(x);
    const field_row *row = &catalogue[gf->field];
    bool recipient = g->recipient == x->viewer;
    if (gf->ended <= x->now) return recipient ? "ended" : "withdrawn";
    if (grant_until(f, g, x->now) <= x->now) return "ended";
    if (grant_stopped(f, g, STOP_PAUSED, ACTOR_NONE, x->now)) return "paused";
    if (policy_gives_nothing(stands(x), (uint32_t)(g - f->grants), gf->field)) return "paused";
    if (x->now < g->from || (row->steps & STEP_FOUR_EYES && gf->four_eyes > x->now)) return "waiting";
    return needs_confirming(row) && lapsed(f, g, x->now) ? "paused" : "active";
}

/* ---- reading ---- */

/* The purpose of what was asked stands with the request. -1: it was not asked, or he does not see what was asked. */
static int request_text(const exchange *x, const grant_fact *g) {
    for (uint32_t i = 0; g->request != UINT16_MAX && i < x->ruling.count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->ruling.permits[i].entry];
        if (e->kind == KIND_REQUEST && e->of == g->request) return (int)i;
    }
    return -1;
}

static const grant_fact *grant_of(const exchange *x, uint32_t entry) {
    return &facts_of(x)->grants[facts_of(x)->entries[entry].of];
}

/* Wants stand in the order of the entries: what was asked comes before what it became, and may have become more than one. */
static void want_page(exchange *x, uint32_t first, uint32_t past) {
    uint8_t *asked = arena_take(x->arena, x->ruling.count + 1);
    memset(asked, 0, x->ruling.count + 1);
    for (uint32_t i = first; i < past; i++) {
        int text = is_grant(x, x->ruling.permits[i].entry) ? request_text(x, grant_of(x, x->ruling.permits[i].entry)) : -1;
        if (text >= 0) asked[text] = 1;
    }
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        const permit *p = &x->ruling.permits[i];
        bool shown = i >= first && i < past && is_grant(x, p->entry);
        if (asked[i] || shown) want_body(x, p->entry, p->version);
    }
}

static result judge_list(exchange *x) {
    grant_view *view = grant_start(x);
    uint32_t first, count = 0, limit = query_number(x, "limit", 500), i;
    TRY(view_page_start(x, &first));
    for (i = first; i < x->ruling.count; i++) {
        if (!is_grant(x, x->ruling.permits[i].entry)) continue;
        view->more = count == limit;
        if (view->more) break;
        count++;
    }
    want_page(x, first, i);
    return OK;
}

bool grant_reads_purpose(const standing *s, const grant_fact *g) {
    return (g->givers & s->self) || g->recipient == s->viewer || (g->about & (s->self | s->managed));
}

static result judge_get(exchange *x) {
    uint32_t entry;
    unsigned grant;
    grant_start(x);
    TRY(grant_find(x, &entry, &grant));
    uint32_t at = (uint32_t)(view_permit(x, entry) - x->ruling.permits);
    want_page(x, at, at + 1);
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]), param_uuid(p, facts_of(x)->grants[grant].id);
    x->extra = (mutation){&stmt_grant_detail, p};
    return OK;
}

static void write_fields(json_writer *w, const exchange *x, const grant_fact *g) {
    json_key(w, "fields");
    json_open_array(w);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &facts_of(x)->grant_fields[g->first_field + i];
        if (!grant_shows(stands(x), g, i)) continue;
        json_open_object(w);
        json_key(w, "field"), json_string(w, consent_name(gf->field));
        json_key(w, "level"), json_string(w, bytes_of_string(level_text((level)gf->level)));
        json_key(w, "state"), json_string(w, bytes_of_string(state_of(x, g, gf)));
        json_close_object(w);
    }
    json_close_array(w);
}

/* A reader who is no giver sees only those ids that he may know. */
static subjects givers_seen(const exchange *x, const grant_fact *g) {
    subjects me = stands(x)->self;
    return g->givers & me ? g->givers : g->givers & (x->ruling.known | me);
}

static bool has_purpose(const json_value *body) {
    const json_value *purpose = json_member(body, "purpose");
    return purpose && json_bytes_of(purpose).len > 0;
}

void grant_write_purpose(json_writer *w, exchange *x, uint32_t want, const grant_fact *g) {
    const json_value *body = view_parse(x, plain_of(x, want));
    for (uint32_t i = 0; body && !has_purpose(body) && i < x->want_count; i++) {
        const entry_fact *e = &facts_of(x)->entries[x->wants[i].entry];
        if (e->kind == KIND_REQUEST && e->of == g->request) body = view_parse(x, plain_of(x, i));
    }
    if (body && json_member(body, "purpose")) view_member(w, body, "purpose", "purpose");
    else json_key(w, "purpose"), json_string(w, BYTES(""));
}

static void write_purpose(json_writer *w, exchange *x, uint32_t want, const grant_fact *g) {
    if (grant_reads_purpose(stands(x), g)) grant_write_purpose(w, x, want, g);
    else json_key(w, "purpose"), json_string(w, BYTES(""));
}

/* no question of consent, but why it is shared all the same. */
static void write_basis(json_writer *w, const grant_fact *g) {
    static const char *const because[] = {NULL, "information.legal_basis.contract", "information.legal_basis.legal_duty",
                                          "information.legal_basis.vital_interest", "information.legal_basis.public_task",
                                          "information.legal_basis.legitimate_interest", NULL};
    json_key(w, "basis"), json_string(w, bytes_of_string(consent_basis_word(g->basis)));
    if (because[g->basis]) json_key(w, "because"), json_string(w, bytes_of_string(because[g->basis]));
}

static void write_member(json_writer *w, rows r, int column, const char *name) {
    if (!row_is_null(r, 0, column)) json_key(w, name), json_string(w, row_text(r, 0, column));
}

/* What was written down when it was given. */
static void write_detail(json_writer *w, const exchange *x) {
    rows r = x->extra_rows;
    write_member(w, r, grant_detail__ground, "secrecy_ground");
    write_member(w, r, grant_detail__article_nine, "article_nine");
    write_member(w, r, grant_detail__family_view, "family_view");
    if (!row_is_null(r, 0, grant_detail__told_on)) json_key(w, "told_on"), json_moment(w, row_moment(r, 0, grant_detail__told_on));
    write_member(w, r, grant_detail__channel, "channel");
    if (row_is_null(r, 0, grant_detail__hash)) return;
    char hex[2 * SHA256_SIZE];
    hex_encode(row_bytes(r, 0, grant_detail__hash), hex);
    json_key(w, "text");
    json_open_object(w);
    write_member(w, r, grant_detail__version, "version");
    json_key(w, "hash"), json_string(w, bytes_make(hex, sizeof hex));
    write_member(w, r, grant_detail__language, "language");
    json_close_object(w);
}

static void write_grant(json_writer *w, exchange *x, uint32_t want) {
    const facts *f = facts_of(x);
    const grant_fact *g = grant_of(x, x->wants[want].entry);
    bool reads = grant_reads_purpose(stands(x), g);
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, g->id);
    json_key(w, "givers"), view_subjects(w, f, givers_seen(x, g));
    json_key(w, "about"), view_subjects(w, f, view_grant_about(x, stands(x), g));
    json_key(w, "recipient"), json_uuid(w, family_actor_id(f, g->recipient));
    write_fields(w, x, g);
    write_purpose(w, x, want, g);
    json_key(w, "from"), json_moment(w, g->from);
    json_key(w, "until"), json_moment(w, grant_until(f, g, x->now));
    write_basis(w, g);
    if (reads && request_text(x, g) >= 0) json_key(w, "request"), json_uuid(w, f->requests[g->request].id);
    if (reads && rows_count(x->extra_rows) == 1) write_detail(w, x);
    json_close_object(w);
}

/* ---- tags ---- */

/* By their ids: a position in the family would count those whom the reader may not know of. */
static void tag_subjects(etag_maker *e, const facts *f, subjects s) {
    for (; s; s &= s - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(s);
        if (bit != SUBJECT_UNKNOWN) etag_add(e, family_subject_id(f, bit).b, 16);
    }
    etag_add(e, "", 1);
}

static void tag_grant(etag_maker *e, exchange *x, const grant_fact *g) {
    const facts *f = facts_of(x);
    moment until = grant_until(f, g, x->now);
    etag_add(e, g->id.b, 16);
    tag_subjects(e, f, givers_seen(x, g));
    tag_subjects(e, f, view_grant_about(x, stands(x), g));
    etag_add(e, &until, sizeof until);
    for (unsigned k = 0; k < g->field_count; k++) {
        if (!grant_shows(stands(x), g, k)) continue;
        const grant_field_fact *gf = &f->grant_fields[g->first_field + k];
        const char *state = state_of(x, g, gf);
        etag_add(e, &gf->field, sizeof gf->field), etag_add(e, &gf->level, sizeof gf->level);
        etag_add(e, state, strlen(state) + 1);
    }
}

/* States change with time and withdrawals, so they are part of what the tag is made of. */
static bytes tag(exchange *x, const char *what, bool more) {
    etag_maker e;
    etag_start(&e, what);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (is_grant(x, x->wants[i].entry)) tag_grant(&e, x, grant_of(x, x->wants[i].entry));
    etag_add(&e, &more, sizeof more);
    return etag_end(&e, x->arena);
}

static uint32_t last_grant(const exchange *x) {
    uint32_t i = x->want_count;
    while (i > 0 && !is_grant(x, x->wants[i - 1].entry)) i--;
    return i > 0 ? x->wants[i - 1].entry : 0;
}

static shaped shape_list(exchange *x) {
    bool more = ((const grant_view *)x->place)->more;
    if (answer_not_modified(x, tag(x, "grants", more))) return SHAPED;
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "grants");
    json_open_array(&w);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (is_grant(x, x->wants[i].entry)) write_grant(&w, x, i);
    json_close_array(&w);
    view_page_end(&w, x, more, last_grant(x));
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape_get(exchange *x) {
    if (answer_not_modified(x, tag(x, "grant", false))) return SHAPED;
    json_writer w = answer_json(x, 200);
    for (uint32_t i = 0; i < x->want_count; i++)
        if (is_grant(x, x->wants[i].entry)) write_grant(&w, x, i);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_grant_list = {.kind = "grant.list", .judge = judge_list, .shape = shape_list};
const endpoint endpoint_grant_get = {.kind = "grant.read", .judge = judge_get, .shape = shape_get};
