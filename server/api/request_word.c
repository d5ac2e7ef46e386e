/* One giver's word about a request, wherever it comes from: read, held against what a yes needs, kept. */
#include "api/request.h"
#include "statements.h"

static void read_fields(exchange *x, const char *list, field_set out) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, list)); v; v = json_next(v), i++) {
        field_id field = field_by_name(json_bytes_of(json_is_object(v) ? json_member(v, "field") : v));
        if (has_field(out, field)) consent_fault_at(x, list, i, NULL, "stands twice");
        add_field(out, field);
    }
}

/* Bounds of his own: earlier, and less. */
static void read_bounds(exchange *x, const request_fact *r, spoken *out) {
    const json_value *bounds = json_member(x->body, "narrow");
    const json_value *until = bounds ? json_member(bounds, "until") : NULL, *level_ = bounds ? json_member(bounds, "level") : NULL;
    out->level = level_ ? consent_level_by_name(json_bytes_of(level_)) : LEVEL_EXACT;
    out->until = MOMENT_NEVER;
    if (until) must(ok(moment_parse(json_bytes_of(until), &out->until)));
    moment begins = r->from > x->now ? r->from : x->now;
    if (until && out->until <= begins) consent_fault(x, "/narrow/until", "the end must come after the beginning");
    if (until && out->until > r->until) consent_fault(x, "/narrow/until", "is later than what was asked");
    for (field_id f = 0; f < FIELD_COUNT && out->level < LEVEL_EXACT; f++) {
        bool whole = catalogue[f].safety || catalogue[f].own_space || catalogue[f].class_ == C5;
        if (whole && has_field(out->yes, f)) consent_fault(x, "/narrow/level", "something of this is shared whole or not at all");
    }
}

void request_read_word(exchange *x, const standing *giver, uint32_t r, spoken *out) {
    *out = (spoken){.id = uuid_random(), .person = giver->viewer, .entered_by = ACTOR_NONE, .channel = BYTES("app")};
    read_fields(x, "yes", out->yes);
    read_fields(x, "no", out->no);
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "no")); v; v = json_next(v), i++)
        if (has_field(out->yes, field_by_name(json_bytes_of(v)))) consent_fault_at(x, "no", i, NULL, "stands under yes too");
    bool some = json_member(x->body, "yes") || json_member(x->body, "no");
    if (!some) consent_fault(x, "/yes", "say yes or no to at least one field");
    read_bounds(x, &giver->f->requests[r], out);
}

/* A field that is not his part is as if it were not there. */
static void fault_foreign(exchange *x, const char *list, const field_set parts) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, list)); v; v = json_next(v), i++) {
        field_id field = field_by_name(json_bytes_of(json_is_object(v) ? json_member(v, "field") : v));
        if (!has_field(parts, field)) consent_fault_at(x, list, i, NULL, "is not asked here");
    }
}

static bool says_other_than_given(const standing *giver, uint32_t r, const spoken *word) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(word->no, f) && request_granted(giver, r, f)) return true;
    return false;
}

result request_may_say(exchange *x, const standing *giver, uint32_t r, const spoken *word) {
    const request_fact *q = &giver->f->requests[r];
    field_set parts, named = {word->yes[0] | word->no[0], word->yes[1] | word->no[1]};
    policy_request_parts(giver, r, parts);
    TRY(consent_allowed(x, (parts[0] | parts[1]) != 0, RULE_R21));
    x->refused_by = RULE_R45;
    if (q->withdrawn <= x->now) return consent_over(x, "this question was taken back; an answer changes nothing any more");
    if (!policy_request_runs(giver, r)) return consent_over(x, "this question has lapsed; an answer changes nothing any more");
    if (says_other_than_given(giver, r, word)) return consent_over(x, "this is shared already; stop sharing it instead");
    if ((named[0] & ~parts[0]) | (named[1] & ~parts[1])) fault_foreign(x, "yes", parts), fault_foreign(x, "no", parts);
    return OK;
}

static subjects his_part(const standing *giver, uint32_t r, const field_set fields) {
    subjects about = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f)) about |= request_part(giver, r, f);
    return about;
}

void request_check_word(exchange *x, const standing *giver, const request_fact *r, const spoken *word, const char *list) {
    uint32_t at = (uint32_t)(r - giver->f->requests);
    field_set parts;
    policy_request_parts(giver, at, parts);
    const field_set yes = {word->yes[0] & parts[0], word->yes[1] & parts[1]};
    if (!(yes[0] | yes[1])) return;
    consent_check_release(x, giver, r->recipient, yes, list);
    consent_check_ground(x, giver, r->recipient, yes, r->ground);
    consent_check_ticks(x, r->ground);
    consent_check_child(x, giver, his_part(giver, at, yes), yes);
}

/* Those that went one by one, after the warning. */
static void released_fields(const standing *giver, const request_fact *r, const spoken *word, field_set out) {
    out[0] = out[1] = 0;
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(word->yes, f) && consent_needs_release(giver, r->recipient, f)) add_field(out, f);
}

static void param_ticks(const exchange *x, params *p) {
    static const char *const names[] = {"agrees", "in_his_interest", "necessary", "bound_by_secrecy", "same_mission"};
    bytes ticked[5];
    size_t n = 0, i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "ticks")); v; v = json_next(v), i++)
        if (json_bool_of(v)) ticked[n++] = bytes_of_string(names[i]);
    param_texts(p, ticked, n);
}

static void param_shown(params *p, const shown_text *text) {
    bool told = text->language.len != 0;
    if (told) param_text(p, text->language), param_text(p, text->version), param_bytes(p, BYTES_OF(text->hash));
    else param_null(p, TYPE_TEXT), param_null(p, TYPE_TEXT), param_null(p, TYPE_BYTEA);
}

void request_keep_word(exchange *x, const standing *giver, const request_fact *r, const spoken *word) {
    const facts *f = giver->f;
    field_set released;
    released_fields(giver, r, word, released);
    params *p = params_new(x->arena);
    param_uuid(p, f->family), param_uuid(p, word->id), param_uuid(p, r->id), param_uuid(p, family_actor_id(f, word->person));
    consent_param_fields(p, x->arena, word->yes);
    consent_param_fields(p, x->arena, word->no);
    consent_param_fields(p, x->arena, released);
    param_ticks(x, p);
    if (word->level == LEVEL_EXACT) param_null(p, TYPE_TEXT);
    else param_string(p, level_text(word->level));
    if (word->until == MOMENT_NEVER) param_null(p, TYPE_TIMESTAMPTZ);
    else param_moment(p, word->until);
    param_text(p, word->channel);
    param_uuid_or_null(p, family_actor_id(f, word->entered_by));
    param_shown(p, &word->text);
    param_moment(p, x->now);
    mutate(x, &stmt_request_reply_insert, p);
    consent_keep_child(x, r->id, consent_children(giver, his_part(giver, (uint32_t)(r - f->requests), word->yes), word->yes));
}

reply_fact request_as_fact(const spoken *word, moment now, moment counts) {
    return (reply_fact){.id = word->id, .person = word->person, .entered_by = word->entered_by, .yes = {word->yes[0], word->yes[1]},
                        .no = {word->no[0], word->no[1]}, .level = (uint8_t)word->level, .until = word->until, .recorded = now,
                        .counts = counts};
}
