#include "api/consent.h"
#include "api/texts.h"
#include "statements.h"

/* ---- faults ---- */

void consent_fault(exchange *x, const char *pointer, const char *detail) {
    result said = bad_member(x, pointer, detail);
    must(failed_as(said, R_UNPROCESSABLE));
}

void consent_fault_at(exchange *x, const char *list, unsigned i, const char *member, const char *detail) {
    bytes p = arena_format(x->arena, "/%s/%u%s%s", list, i, member ? "/" : "", member ? member : "");
    consent_fault(x, arena_string(x->arena, p), detail);
}

result consent_faults(const exchange *x) { return x->faults.count ? FAIL(UNPROCESSABLE) : OK; }

result consent_allowed(exchange *x, bool allowed, rule r) {
    x->refused_by = r;
    if (!allowed) x->faults.count = 0;
    return allowed ? OK : FAIL(FORBIDDEN);
}

result consent_over(exchange *x, const char *detail) {
    x->detail = detail;
    x->faults.count = 0;
    return FAIL(CONFLICT);
}

void consent_need(exchange *x, const char *member, const char *detail) {
    if (json_member(x->body, member)) return;
    consent_fault(x, arena_string(x->arena, arena_format(x->arena, "/%s", member)), detail);
}

/* ---- fields, levels, packages ---- */

bytes consent_name(field_id field) { return bytes_of_string(catalogue[field].name); }

level consent_level_by_name(bytes word) {
    return bytes_is(word, "derived") ? LEVEL_DERIVED : bytes_is(word, "exists") ? LEVEL_EXISTS : LEVEL_EXACT;
}

level consent_level(const choice *what, field_id field) {
    if (has_field(what->exists, field)) return LEVEL_EXISTS;
    return has_field(what->derived, field) ? LEVEL_DERIVED : LEVEL_EXACT;
}

void consent_set_level(choice *what, field_id field, level l) {
    uint64_t bit = (uint64_t)1 << (field & 63);
    what->derived[field >> 6] &= ~bit;
    what->exists[field >> 6] &= ~bit;
    if (l == LEVEL_DERIVED) add_field(what->derived, field);
    if (l == LEVEL_EXISTS) add_field(what->exists, field);
}

/* Section H, own space and C5: who may know that it is there may know all of it. */
static bool has_levels(field_id field) {
    const field_row *row = &catalogue[field];
    return !row->safety && !row->own_space && row->class_ != C5;
}

static field_id field_of(const json_value *item) {
    return field_by_name(json_bytes_of(json_is_object(item) ? json_member(item, "field") : item));
}

static void set_level(exchange *x, choice *out, const char *list, unsigned i, field_id field, const json_value *given) {
    level l = given ? consent_level_by_name(json_bytes_of(given)) : LEVEL_EXACT;
    if (l < LEVEL_EXACT && !has_levels(field)) consent_fault_at(x, list, i, "level", "this is shared whole or not at all");
    else consent_set_level(out, field, l);
}

static void choose_fields(exchange *x, choice *out) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "fields")); v; v = json_next(v), i++) {
        field_id field = field_of(v);
        if (has_field(out->fields, field)) consent_fault_at(x, "fields", i, json_is_object(v) ? "field" : NULL, "stands twice");
        add_field(out->fields, field);
        if (json_is_object(v)) set_level(x, out, "fields", i, field, json_member(v, "level"));
    }
}

static void choose_levels(exchange *x, choice *out) {
    unsigned i = 0;
    for (const json_value *v = consent_first(json_member(x->body, "levels")); v; v = json_next(v), i++) {
        field_id field = field_of(v);
        if (!has_field(out->fields, field)) consent_fault_at(x, "levels", i, "field", "is not among the fields");
        else set_level(x, out, "levels", i, field, json_member(v, "level"));
    }
}

/* domain.md 2.5. None of them holds what is sensitive; the policy's catalogue is asked all the same. */
static const struct {
    const char *name, *fields[7];
} packages[] = {
    {"basis", {"member_identity", "member_contact", "preferred_language", "contact_agreements"}},
    {"introduction", {"essentials", "family_strengths", "access_needs"}},
    {"coordination", {"goals", "actions", "family_priorities", "decisions", "waiting_for", "carrying_capacity"}},
    {"school", {"need_school", "residence_schedule"}},
    {"leisure", {"need_leisure"}},
};

static void package_fields(bytes name, field_set out) {
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        if (!bytes_is(name, packages[i].name)) continue;
        for (const char *const *f = packages[i].fields; *f; f++) {
            field_id field = field_by_name(bytes_of_string(*f));
            must(field != FIELD_NONE && catalogue[field].class_ <= C2);
            add_field(out, field);
        }
    }
}

static void choose_package(exchange *x, choice *out) {
    static const char alone[] = "what is sensitive is named one by one, never in a package";
    const json_value *package = json_member(x->body, "package");
    if (!package) return;
    field_set inside = {0};
    package_fields(json_bytes_of(json_member(package, "name")), inside);
    const json_value *some = json_member(package, "fields");
    unsigned i = 0;
    for (const json_value *v = consent_first(some); v; v = json_next(v), i++) {
        field_id field = field_of(v);
        if (has_field(inside, field)) add_field(out->fields, field);
        else consent_fault_at(x, "package/fields", i, NULL, catalogue[field].class_ > C2 ? alone : "is not in this package");
    }
    for (unsigned k = 0; !some && k < 2; k++) out->fields[k] |= inside[k];
}

void consent_choose(exchange *x, choice *out) {
    *out = (choice){0};
    choose_fields(x, out);
    choose_package(x, out);
    choose_levels(x, out);
    bool some = json_member(x->body, "fields") || json_member(x->body, "package");
    if (!some) consent_fault(x, "/fields", "what is shared must be named");
}

/* ---- the rest of a body ---- */

void consent_window(exchange *x, window *out) {
    const json_value *from = json_member(x->body, "from"), *until = json_member(x->body, "until");
    *out = (window){x->now, MOMENT_NEVER};
    if (from) must(ok(moment_parse(json_bytes_of(from), &out->from)));
    if (until) must(ok(moment_parse(json_bytes_of(until), &out->until)));
    if (from && out->from < x->now) consent_fault(x, "/from", "a grant can't begin in the past");
    if (!until) consent_fault(x, "/until", "an end must be named");
    else if (out->until <= out->from) consent_fault(x, "/until", "the end must come after the beginning");
    else if (out->until - out->from > (moment)facts_of(x)->law->grant_months_max * 31 * DAY)
        consent_fault(x, "/until", "a grant lasts twelve months at most");
}

static bool is_hash(bytes hex, uint8_t out[SHA256_SIZE]) {
    size_t len;
    return ok(hex_decode(hex, out, SHA256_SIZE, &len)) && len == SHA256_SIZE;
}

void consent_text(exchange *x, bool needed, shown_text *out) {
    const json_value *given = json_member(x->body, "text");
    *out = (shown_text){0};
    if (!given && needed) consent_fault(x, "/text", "which words were shown must be told");
    if (!given) return;
    out->language = json_bytes_of(json_member(given, "language"));
    out->version = json_bytes_of(json_member(given, "version"));
    if (!bytes_equal(out->version, text_version())) consent_fault(x, "/text/version", "the words have changed: show them again");
    if (!is_hash(json_bytes_of(json_member(given, "hash")), out->hash))
        consent_fault(x, "/text/hash", "must be 64 lower-case hex digits");
}

actor consent_recipient(const exchange *x, const standing *s) {
    uuid id;
    const json_value *given = json_member(x->body, "recipient");
    if (!given || !ok(uuid_parse(json_bytes_of(given), &id))) return ACTOR_NONE;
    actor a = family_actor(s->f, id);
    bool team = s->place_runs && s->coordinator && is_helper(a); /* whom the coordinator brings in, nobody has given to yet */
    bool known = is_person(a) ? (PERSON(a) & s->known) != 0
                              : is_helper(a) && policy_sees_helper(s, (uint8_t)(a - FIRST_HELPER)) != LEVEL_HIDDEN;
    return known || team ? a : ACTOR_NONE;
}

bytes consent_words(exchange *x, const char *const *members, size_t count) {
    buf b = buf_new(16 * 1024);
    json_writer w = json_to(&b);
    json_open_object(&w);
    for (size_t i = 0; i < count; i++) view_member(&w, x->body, members[i], members[i]);
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* the contract bounds each text */
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

/* ---- the law ---- */

unsigned consent_secrecy(const standing *s, actor recipient) {
    if (!is_helper(recipient)) return NO_SECRECY;
    for (unsigned i = 0; i < s->f->place_count; i++) {
        const place_fact *p = &s->f->places[i];
        bool counts = p->recorded <= s->at && p->from <= s->at && s->at < p->until;
        if (HELPER(p->helper) == recipient && counts) return p->secrecy;
    }
    return 0; /* the stricter reading of what is not known */
}

const char *consent_secrecy_word(unsigned secrecy) { return secrecy == 2 ? "professional" : secrecy == 1 ? "discretion" : "none"; }

bool consent_has_class(const field_set fields, sensitivity at_least) {
    for (field_id f = 0; f < FIELD_COUNT; f++)
        if (has_field(fields, f) && catalogue[f].class_ >= at_least) return true;
    return false;
}

void consent_write_steps(json_writer *w, field_id field) {
    static const char *const names[] = {"SS1", "SS2", "SS3", "SS4", "SS5"};
    json_key(w, "steps");
    json_open_array(w);
    for (unsigned i = 0; i < 5; i++)
        if (catalogue[field].steps >> i & 1) json_string(w, bytes_of_string(names[i]));
    json_close_array(w);
}

bool consent_needs_release(const standing *s, actor recipient, field_id field) {
    return catalogue[field].class_ >= C3 && is_helper(recipient) && consent_secrecy(s, recipient) < 2;
}

subjects consent_children(const standing *s, subjects about, const field_set fields) {
    return consent_has_class(fields, C2) ? about & s->under_12 : 0;
}

/* In whichever language it was shown. */
static bool is_warning(const standing *s, actor recipient, bytes hex) {
    text_key key = consent_secrecy(s, recipient) == 1 ? TEXT_WARNING_DISCRETION : TEXT_WARNING_NONE;
    uint8_t given[SHA256_SIZE], shown[SHA256_SIZE];
    if (!is_hash(hex, given)) return false;
    for (text_language l = IN_NL; l < TEXT_LANGUAGES; l++) {
        text_hash(text_of(key, l), shown);
        if (memcmp(given, shown, sizeof shown) == 0) return true;
    }
    return false;
}

static const json_value *item_of(const json_value *list, field_id field, unsigned *at) {
    *at = 0;
    for (const json_value *v = consent_first(list); v; v = json_next(v), ++*at)
        if (field_of(v) == field) return v;
    return NULL;
}

static bool is_released(const exchange *x, const standing *s, actor recipient, field_id field, const json_value *item) {
    unsigned at;
    const json_value *apart = item_of(json_member(x->body, "release"), field, &at), *given = NULL;
    if (apart) given = json_member(apart, "hash");
    else if (item && json_is_object(item)) given = json_member(item, "release");
    return given && is_warning(s, recipient, json_bytes_of(given));
}

void consent_check_release(exchange *x, const standing *s, actor recipient, const field_set fields, const char *list) {
    for (field_id f = 0; f < FIELD_COUNT; f++) {
        unsigned at;
        if (!has_field(fields, f) || !consent_needs_release(s, recipient, f)) continue;
        const json_value *item = item_of(json_member(x->body, list), f, &at);
        if (is_released(x, s, recipient, f, item)) continue;
        bool inside = item && json_is_object(item);
        consent_fault_at(x, list, at, inside ? "release" : NULL, "must be released by itself, after the warning");
    }
}

void consent_check_ground(exchange *x, const standing *s, actor recipient, const field_set fields, secrecy_ground ground) {
    bool bound = consent_secrecy(s, recipient) == 2, belgian = s->f->law->same_mission_required;
    if (ground == GROUND_NONE && bound && consent_has_class(fields, C2))
        consent_fault(x, "/secrecy_ground", "for somebody with professional secrecy a ground must be named");
    if ((ground == GROUND_SHARED_SECRET_BE && !belgian) || (ground == GROUND_NL_DIRECT_INVOLVEMENT && belgian))
        consent_fault(x, "/secrecy_ground", "this ground is not one of the law that holds here");
    else if (ground == GROUND_SHARED_SECRET_BE && !bound)
        consent_fault(x, "/secrecy_ground", "a secret is shared only with somebody who is bound by secrecy");
}

void consent_check_ticks(exchange *x, secrecy_ground ground) {
    const json_value *ticks = json_member(x->body, "ticks");
    if (ground != GROUND_SHARED_SECRET_BE) return;
    if (!ticks) consent_fault(x, "/ticks", "a shared secret needs all five ticks");
    unsigned i = 0;
    for (const json_value *v = consent_first(ticks); v; v = json_next(v), i++)
        if (!json_bool_of(v)) consent_fault_at(x, "ticks", i, NULL, "a shared secret needs all five ticks");
}

void consent_check_child(exchange *x, const standing *s, subjects about, const field_set fields) {
    const json_value *view = json_member(x->body, "child_view");
    if (!consent_children(s, about, fields)) return;
    if (!view) consent_fault(x, "/child_view", "say whether the child was asked");
    else if (!json_bool_of(json_member(view, "asked")) && !json_member(view, "reason"))
        consent_fault(x, "/child_view/reason", "say why the child was not asked");
}
