/* Receipts: what a person keeps of each giving and each withdrawal, and anybody verifies without us.
 *
 * A receipt is the consent record of ISO/IEC TS 27560:2023 as of one event, signed (flow/sign.c). It is computed each time, from
 * facts that are never overwritten and from the texts as they were at the event: the same bytes for ever, and nothing to store. A
 * person gets receipts of his own deeds, and they say no more than what he may see. Whoever did nothing gets an empty list. */
#include "api/grant.h"
#include "statements.h"

enum { PAGE = 100, LOOKS = 400, PAYLOAD_MAX = 32 << 20 };
enum { RECIPIENT_KINDS = 1 << KIND_HELPER | 1 << KIND_LISTED, WORD_KINDS = 1 << KIND_GRANT | 1 << KIND_REQUEST };

/* Its number is part of the name of a receipt: appended, never changed. */
typedef enum { GIVEN, CONFIRMED, WITHDRAWN, NARROWED, OBJECTED } deed;

typedef struct {
    moment at;
    deed what;
    field_set fields;
    uuid reply; /* by which it was given; zero: without having been asked */
} event;

typedef struct {
    standing s, then; /* now; when something was confirmed */
    unsigned grant;
    uint32_t text;    /* entry */
    event after;      /* the last one of the page before */
    event *events;
    uint32_t count;
} receipt_view;

static receipt_view *view_of(const exchange *x) { return x->place; }
static const grant_fact *grant_of(const exchange *x) { return &facts_of(x)->grants[view_of(x)->grant]; }

/* ---- whose receipts, and what they need ---- */

static bool comes_before(event a, event b) { return a.at != b.at ? a.at < b.at : a.what < b.what; }

static result read_cursor(exchange *x, event *after) {
    uint8_t place[9];
    size_t len;
    *after = (event){.at = MOMENT_MIN};
    bytes cursor = query_text(x, "cursor");
    if (!cursor.at) return OK;
    TRY(cursor_read(x, cursor, place, sizeof place, &len));
    ENSURE(len == sizeof place, BAD_CURSOR);
    *after = (event){.at = (moment)get_u64(place), .what = place[8]};
    return OK;
}

static bool is_named(const exchange *x, const entry_fact *e) {
    const grant_fact *g = grant_of(x);
    subjects people = view_grant_about(x, &view_of(x)->s, g) | view_of(x)->s.self;
    if (is_person(g->recipient)) people |= PERSON(g->recipient);
    switch (e->kind) {
    case KIND_GRANT: return e->of == view_of(x)->grant;
    case KIND_REQUEST: return e->of == g->request;
    case KIND_NAME: return (people & PERSON(e->of)) != 0;
    case KIND_LABEL: return (people & HOME(e->of)) != 0;
    case KIND_HELPER:
    case KIND_LISTED: return is_helper(g->recipient) && e->of == (unsigned)(g->recipient - FIRST_HELPER);
    default: return false;
    }
}

/* Names and grants are permitted in all their versions alike; each receipt takes those of its own moment. */
static void want_texts(exchange *x) {
    const facts *f = facts_of(x);
    for (uint32_t i = 0; i < x->ruling.count; i++) {
        uint32_t entry = x->ruling.permits[i].entry;
        const entry_fact *e = &f->entries[entry];
        if (!is_named(x, e)) continue;
        for (uint32_t v = e->first_version; v < e->first_version + e->version_count; v++)
            if (f->versions[v].recorded <= x->now) want_body(x, entry, v);
    }
}

static void ask_rows(exchange *x) {
    params *p = params_new(x->arena);
    param_uuid(p, x->family_ids[0]);
    param_uuid(p, grant_of(x)->id);
    param_uuid(p, family_actor_id(facts_of(x), x->viewer));
    param_moment(p, x->now);
    x->extra = (mutation){&stmt_receipt_rows, p};
}

static result judge(exchange *x) {
    receipt_view *v = ARENA_NEW(x->arena, receipt_view);
    x->place = v;
    judge_all(x, 1u << KIND_NAME | 1u << KIND_LABEL | WORD_KINDS | RECIPIENT_KINDS);
    policy_stand(facts_of(x), x->viewer, x->now, &v->s);
    TRY(grant_find(x, &v->text, &v->grant));
    TRY(read_cursor(x, &v->after));
    if (!is_person(x->viewer)) return OK; /* helpers give and withdraw nothing */
    want_texts(x);
    ask_rows(x);
    return OK;
}

/* ---- deeds ---- */

static event *add_event(receipt_view *v, moment at, deed what) {
    event made = {.at = at, .what = what};
    uint32_t i = v->count++;
    for (; i > 0 && comes_before(made, v->events[i - 1]); i--) v->events[i] = v->events[i - 1];
    v->events[i] = made;
    return &v->events[i];
}

static void add_seen(const exchange *x, event *e, field_id field) {
    if (policy_sees_grant_field(&view_of(x)->s, view_of(x)->grant, field)) add_field(e->fields, field);
}

static void add_live(const exchange *x, event *e) {
    const grant_fact *g = grant_of(x);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &facts_of(x)->grant_fields[g->first_field + i];
        if (e->what == GIVEN || e->at < gf->ended) add_seen(x, e, gf->field);
    }
}

/* What a grant at a lower level took over is older than itself; it is the deed of him who narrowed, and nobody gave it anew. */
static bool is_narrowed(const facts *f, const grant_fact *g) {
    return g->confirm_count > 0 && f->confirms[g->first_confirm].recorded < g->recorded;
}

static bool he_wrote(const exchange *x) {
    const facts *f = facts_of(x);
    return (f->versions[f->entries[view_of(x)->text].first_version].wrote & view_of(x)->s.self) != 0;
}

/* The newest word that he said about the field before it was shared; -1: none that was a yes. */
static int yes_to(const exchange *x, const request_fact *q, field_id field) {
    const facts *f = facts_of(x);
    int found = -1;
    for (uint32_t i = q->first_reply; i < q->first_reply + q->reply_count; i++) {
        const reply_fact *reply = &f->replies[i];
        if (reply->person != x->viewer || reply->counts > grant_of(x)->recorded) continue;
        if (has_field(reply->yes, field)) found = (int)i;
        if (has_field(reply->no, field)) found = -1;
    }
    return found;
}

/* What was asked is given by each answer that said yes to some of it, at the moment of that answer. */
static void add_answers(exchange *x) {
    const facts *f = facts_of(x);
    const grant_fact *g = grant_of(x);
    const grant_field_fact *fields = &f->grant_fields[g->first_field];
    int *by = ARENA_ARRAY(x->arena, int, g->field_count + 1u);
    for (unsigned i = 0; i < g->field_count; i++) by[i] = yes_to(x, &f->requests[g->request], fields[i].field);
    for (unsigned i = 0; i < g->field_count; i++) {
        if (by[i] < 0) continue;
        int reply = by[i];
        event *e = add_event(view_of(x), f->replies[reply].counts, GIVEN);
        e->reply = f->replies[reply].id;
        for (unsigned k = i; k < g->field_count; k++) {
            if (by[k] != reply) continue;
            add_seen(x, e, fields[k].field);
            by[k] = -1;
        }
    }
}

/* Only a consent is given. */
static void add_givings(exchange *x) {
    const grant_fact *g = grant_of(x);
    if (g->basis != BASIS_CONSENT || !(g->givers & view_of(x)->s.self)) return;
    if (is_narrowed(facts_of(x), g) && !he_wrote(x)) return;
    if (is_narrowed(facts_of(x), g) || g->request == UINT16_MAX) add_live(x, add_event(view_of(x), g->recorded, GIVEN));
    else add_answers(x);
}

/* Who confirmed is not recorded: it may have been him. */
static void add_confirmations(exchange *x) {
    const grant_fact *g = grant_of(x);
    for (unsigned i = 0; g->givers == view_of(x)->s.self && i < g->confirm_count; i++) {
        moment at = facts_of(x)->confirms[g->first_confirm + i].recorded;
        if (g->recorded < at && at <= x->now) add_live(x, add_event(view_of(x), at, CONFIRMED));
    }
}

/* Nobody else could have: only he gives each field of it then, for each of whom it speaks. */
static bool confirmed_himself(exchange *x, const event *e) {
    receipt_view *v = view_of(x);
    policy_stand(facts_of(x), x->viewer, e->at, &v->then);
    for (field_id field = 0; field < FIELD_COUNT; field++)
        for (subjects rest = has_field(e->fields, field) ? grant_of(x)->about : 0; rest; rest &= rest - 1)
            if (policy_givers(&v->then, field, rest & -rest) != v->s.self) return false;
    return (e->fields[0] | e->fields[1]) != 0;
}

static void add_stops(exchange *x) {
    const facts *f = facts_of(x);
    for (uint32_t i = 0; i < f->stop_count; i++) {
        const stop_fact *stop = &f->stops[i];
        bool his = stop->grant == view_of(x)->grant && stop->by == x->viewer && stop->recorded <= x->now;
        if (his && stop->kind == STOP_SHORTENED) add_live(x, add_event(view_of(x), stop->recorded, NARROWED));
        if (his && stop->kind == STOP_OBJECTION) add_live(x, add_event(view_of(x), stop->recorded, OBJECTED));
    }
}

static bool row_says(const exchange *x, size_t i, const char *kind) {
    return bytes_is(row_text(x->extra_rows, i, receipt_rows__kind), kind);
}

/* A row a field; what he stopped at once has one moment. */
static void add_withdrawals(exchange *x) {
    event *e = NULL;
    moment last = MOMENT_MIN;
    for (size_t i = 0; i < rows_count(x->extra_rows); i++) {
        if (!row_says(x, i, "withdrawn")) continue;
        field_id field = field_by_name(row_text(x->extra_rows, i, receipt_rows__field));
        moment at = row_moment(x->extra_rows, i, receipt_rows__at);
        if (field == FIELD_NONE) continue;
        if (!e || at != last) e = add_event(view_of(x), at, WITHDRAWN);
        last = at;
        add_seen(x, e, field);
    }
}

static void find_events(exchange *x) {
    receipt_view *v = view_of(x);
    const facts *f = facts_of(x);
    const grant_fact *g = grant_of(x);
    v->events = ARENA_ARRAY(x->arena, event, g->field_count + 1u + g->confirm_count + f->stop_count + rows_count(x->extra_rows));
    add_givings(x);
    add_confirmations(x);
    add_stops(x);
    add_withdrawals(x);
}

/* ---- one receipt ---- */

typedef enum { IN_DUTCH, IN_FRENCH, IN_ENGLISH } tongue;

static tongue tongue_of(const facts *f) {
    return strcmp(f->language, "nl") == 0 ? IN_DUTCH : strcmp(f->language, "fr") == 0 ? IN_FRENCH : IN_ENGLISH;
}

static const char *label_of(const facts *f, field_id field) {
    const field_row *row = &catalogue[field];
    const char *const labels[] = {row->nl, row->fr, row->en};
    return labels[tongue_of(f)];
}

/* What was not asked is not taken back: one objects to it. */
static const char *const how_to_object[] = {
    "Je kan altijd zeggen dat je dit niet wil. Wat al gelezen is, blijft gelezen.",
    "Vous pouvez toujours dire que vous ne voulez pas. Ce qui est lu reste lu.",
    "You can always say that you do not want this. What was read before stays read.",
};

static const char *const how_to_stop[] = {
    "Je kan dit altijd stoppen. Je hoeft niet te zeggen waarom. Wat al gelezen is, blijft gelezen.",
    "Vous pouvez arrêter à tout moment. Vous ne devez pas dire pourquoi. Ce qui est lu reste lu.",
    "You can stop this at any time. You need not say why. What was read before stays read.",
};

/* The text as it was at that moment, or the first that there was. Wants stand in the order of their versions. */
static const json_value *body_at(exchange *x, unsigned kinds, unsigned of, moment at) {
    const facts *f = facts_of(x);
    int found = -1;
    for (uint32_t i = 0; i < x->want_count; i++) {
        const entry_fact *e = &f->entries[x->wants[i].entry];
        if (!(kinds & 1u << e->kind) || e->of != of) continue;
        if (found < 0 || f->versions[x->wants[i].version].recorded <= at) found = (int)i;
    }
    return found < 0 ? NULL : view_parse(x, plain_of(x, (uint32_t)found));
}

static bytes text_at(exchange *x, unsigned kinds, unsigned of, moment at, const char *name) {
    const json_value *body = body_at(x, kinds, of, at), *text = body ? json_member(body, name) : NULL;
    return json_is_string(text) ? json_bytes_of(text) : BYTES("");
}

/* The words of the grant itself, or of the request that it came from. */
static bytes purpose_at(exchange *x, moment at) {
    const grant_fact *g = grant_of(x);
    bytes own = text_at(x, 1u << KIND_GRANT, view_of(x)->grant, at, "purpose");
    return own.len > 0 || g->request == UINT16_MAX ? own : text_at(x, 1u << KIND_REQUEST, g->request, at, "purpose");
}

static void put_text(json_writer *w, const char *name, bytes text) {
    if (text.len > 0) json_key(w, name), json_string(w, text);
}

/* A name that says which event it is: made of what never changes, in the form of a UUID of our own making (RFC 9562, version 8). */
static uuid receipt_id(const exchange *x, const event *e) {
    uint8_t from[13 + 3 * 16 + 9] = "kring-receipt", hash[SHA256_SIZE];
    uuid me = family_actor_id(facts_of(x), x->viewer), id;
    memcpy(from + 13, x->family_ids[0].b, 16);
    memcpy(from + 29, grant_of(x)->id.b, 16);
    memcpy(from + 45, me.b, 16);
    put_u64(from + 61, (uint64_t)e->at);
    from[69] = (uint8_t)e->what;
    secret_sha256(BYTES_OF(from), hash);
    memcpy(id.b, hash, 16);
    id.b[6] = (uint8_t)(0x80 | (id.b[6] & 0x0f));
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3f));
    return id;
}

static void write_header(json_writer *w, const exchange *x, const event *e) {
    json_key(w, "header");
    json_open_object(w);
    json_key(w, "schema_version"), json_string(w, BYTES("ISO/IEC TS 27560:2023"));
    json_key(w, "profile"), json_string(w, BYTES("kring-receipt-1"));
    json_key(w, "record_id"), json_uuid(w, grant_of(x)->id);
    json_key(w, "receipt_id"), json_uuid(w, receipt_id(x, e));
    json_key(w, "pii_principal_id"), json_uuid(w, family_actor_id(facts_of(x), x->viewer));
    json_close_object(w);
}

/* the text that was shown before the yes, where it is known; rows of the grant itself or of his answer. */
static int text_shown(const exchange *x, const event *e) {
    if (e->what != GIVEN || is_narrowed(facts_of(x), grant_of(x))) return -1;
    for (size_t i = 0; i < rows_count(x->extra_rows); i++) {
        if (!row_says(x, i, "shown")) continue;
        if (uuid_equal(row_uuid_or_zero(x->extra_rows, i, receipt_rows__reply), e->reply)) return (int)i;
    }
    return -1;
}

static void write_hash(json_writer *w, const uint8_t hash[SHA256_SIZE]) {
    char hex[2 * SHA256_SIZE];
    hex_encode(bytes_make(hash, SHA256_SIZE), hex);
    json_key(w, "sha256"), json_string(w, bytes_make(hex, sizeof hex));
}

static void write_shown(json_writer *w, rows r, size_t i) {
    bytes hash = row_bytes(r, i, receipt_rows__hash);
    must(hash.len == SHA256_SIZE);
    json_key(w, "of"), json_string(w, BYTES("text"));
    json_key(w, "language"), json_string(w, row_text(r, i, receipt_rows__language));
    if (!row_is_null(r, i, receipt_rows__version)) json_key(w, "version"), json_string(w, row_text(r, i, receipt_rows__version));
    write_hash(w, hash.at);
}

/* Otherwise the purpose, in the words in which it was agreed. */
static void write_notice(json_writer *w, exchange *x, const event *e, bytes purpose) {
    uint8_t hash[SHA256_SIZE];
    int shown = text_shown(x, e);
    json_key(w, "privacy_notice");
    json_open_object(w);
    if (shown >= 0) {
        write_shown(w, x->extra_rows, (size_t)shown);
    } else {
        secret_sha256(purpose, hash);
        json_key(w, "of"), json_string(w, BYTES("purpose"));
        json_key(w, "language"), json_string(w, bytes_of_string(facts_of(x)->language));
        write_hash(w, hash);
    }
    json_close_object(w);
}

static level shared_level(const exchange *x, field_id field) {
    const grant_fact *g = grant_of(x);
    for (unsigned i = 0; i < g->field_count; i++) {
        const grant_field_fact *gf = &facts_of(x)->grant_fields[g->first_field + i];
        if (gf->field == field) return (level)gf->level;
    }
    return LEVEL_EXACT;
}

static void write_fields(json_writer *w, const exchange *x, const event *e) {
    json_key(w, "pii_information");
    json_open_array(w);
    for (field_id field = 0; field < FIELD_COUNT; field++) {
        if (!has_field(e->fields, field)) continue;
        json_open_object(w);
        json_key(w, "pii_type"), json_string(w, bytes_of_string(label_of(facts_of(x), field)));
        json_key(w, "pii_attribute_id"), json_string(w, bytes_of_string(catalogue[field].name));
        json_key(w, "sensitive_pii_category"), json_bool(w, catalogue[field].class_ >= C3);
        json_key(w, "level"), json_string(w, bytes_of_string(level_text(shared_level(x, field))));
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_subject(json_writer *w, exchange *x, unsigned bit, moment at) {
    bool home = bit >= PEOPLE_MAX && bit < SUBJECT_FAMILY;
    json_open_object(w);
    json_key(w, "id"), json_uuid(w, family_subject_id(facts_of(x), bit));
    json_key(w, "kind");
    json_string(w, home ? BYTES("household") : bit == SUBJECT_FAMILY ? BYTES("family") : BYTES("person"));
    if (home) put_text(w, "name", text_at(x, 1u << KIND_LABEL, bit - PEOPLE_MAX, at, "text"));
    if (bit < PEOPLE_MAX) put_text(w, "name", text_at(x, 1u << KIND_NAME, bit, at, "text"));
    json_close_object(w);
}

static void write_about(json_writer *w, exchange *x, moment at) {
    json_key(w, "about");
    json_open_array(w);
    for (subjects s = view_grant_about(x, &view_of(x)->s, grant_of(x)); s; s &= s - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(s);
        if (bit != SUBJECT_UNKNOWN) write_subject(w, x, bit, at);
    }
    json_close_array(w);
}

/* The service that keeps the plan, and the organisation for which the recipient reads. */
static void write_controllers(json_writer *w, exchange *x, bytes organisation) {
    json_key(w, "pii_controllers");
    json_open_array(w);
    json_open_object(w);
    json_key(w, "party_id"), json_string(w, service_origin(x));
    json_key(w, "party_contact"), json_string(w, service_origin(x));
    json_close_object(w);
    if (organisation.len > 0) {
        json_open_object(w);
        json_key(w, "party_name"), json_string(w, organisation);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_recipient(json_writer *w, exchange *x, moment at) {
    actor to = grant_of(x)->recipient;
    unsigned helper = is_helper(to) ? (unsigned)(to - FIRST_HELPER) : 0;
    bytes listed = is_helper(to) ? text_at(x, 1u << KIND_LISTED, helper, at, "listed") : BYTES("");
    json_key(w, "recipient_third_parties");
    json_open_array(w);
    json_open_object(w);
    json_key(w, "party_id"), json_uuid(w, family_actor_id(facts_of(x), to));
    json_key(w, "party_type"), json_string(w, is_helper(to) ? BYTES("helper") : BYTES("person"));
    if (is_person(to)) put_text(w, "party_name", text_at(x, 1u << KIND_NAME, to, at, "text"));
    if (is_helper(to)) {
        put_text(w, "party_name", listed.len > 0 ? listed : text_at(x, 1u << KIND_HELPER, helper, at, "name"));
        put_text(w, "party_role", text_at(x, 1u << KIND_HELPER, helper, at, "role"));
        put_text(w, "party_organisation", text_at(x, 1u << KIND_HELPER, helper, at, "organisation"));
    }
    json_close_object(w);
    json_close_array(w);
}

static void write_keeping(json_writer *w, exchange *x) {
    json_key(w, "storage_locations");
    json_open_array(w);
    json_string(w, service_origin(x));
    json_close_array(w);
    json_key(w, "retention_period");
    json_open_object(w);
    json_key(w, "after"), json_string(w, BYTES("plan_closed"));
    json_key(w, "duration"), json_string(w, arena_format(x->arena, "P%uM", facts_of(x)->law->work_plan_months));
    json_close_object(w);
    json_key(w, "jurisdiction"), json_string(w, bytes_of_string(facts_of(x)->law->code));
}

static void write_way_out(json_writer *w, exchange *x) {
    char plan[UUID_TEXT], grant[UUID_TEXT];
    bytes origin = service_origin(x);
    bool asked = grant_of(x)->basis == BASIS_CONSENT;
    uuid_write(x->family_ids[0], plan);
    uuid_write(grant_of(x)->id, grant);
    json_key(w, "withdrawal_method");
    json_open_object(w);
    json_key(w, "text"), json_string(w, bytes_of_string((asked ? how_to_stop : how_to_object)[tongue_of(facts_of(x))]));
    json_key(w, "url");
    json_string(w, arena_format(x->arena, "%.*s/v1/families/%.*s/grants/%.*s/%s", (int)origin.len, (const char *)origin.at,
                                UUID_TEXT, plan, UUID_TEXT, grant, asked ? "withdrawal" : "objection"));
    json_close_object(w);
}

static void write_processing(json_writer *w, exchange *x, const event *e) {
    const grant_fact *g = grant_of(x);
    bytes purpose = purpose_at(x, e->at);
    unsigned helper = is_helper(g->recipient) ? (unsigned)(g->recipient - FIRST_HELPER) : UINT16_MAX;
    json_key(w, "processing");
    json_open_object(w);
    write_notice(w, x, e, purpose);
    json_key(w, "language"), json_string(w, bytes_of_string(facts_of(x)->language));
    json_key(w, "purposes");
    json_open_array(w);
    json_open_object(w);
    json_key(w, "purpose"), json_string(w, purpose);
    json_key(w, "lawful_basis"), json_string(w, bytes_of_string(consent_basis_word(g->basis)));
    write_about(w, x, e->at);
    write_fields(w, x, e);
    write_controllers(w, x, text_at(x, 1u << KIND_HELPER, helper, e->at, "organisation"));
    write_recipient(w, x, e->at);
    write_keeping(w, x);
    write_way_out(w, x);
    json_close_object(w);
    json_close_array(w);
    json_close_object(w);
}

static void write_event(json_writer *w, exchange *x, const event *e) {
    static const char *const states[] = {"given", "reconfirmed", "withdrawn", "narrowed", "objected"};
    const grant_fact *g = grant_of(x);
    json_key(w, "event");
    json_open_object(w);
    json_key(w, "event_time"), json_moment(w, e->at);
    json_key(w, "event_type"), json_string(w, g->basis == BASIS_CONSENT ? BYTES("explicit_consent") : BYTES("objection"));
    json_key(w, "event_state"), json_string(w, bytes_of_string(states[e->what]));
    json_key(w, "validity_duration");
    json_open_object(w);
    json_key(w, "from"), json_moment(w, g->from);
    json_key(w, "until"), json_moment(w, e->what == WITHDRAWN || e->what == OBJECTED ? e->at : grant_until(facts_of(x), g, e->at));
    json_close_object(w);
    json_key(w, "entity_id"), json_uuid(w, family_actor_id(facts_of(x), x->viewer));
    put_text(w, "entity_name", text_at(x, 1u << KIND_NAME, x->viewer, e->at, "text"));
    json_close_object(w);
}

static bytes payload_of(exchange *x, const event *e) {
    buf b = buf_new(PAYLOAD_MAX);
    json_writer w = json_to(&b);
    json_open_object(&w);
    write_header(&w, x, e);
    write_processing(&w, x, e);
    write_event(&w, x, e);
    json_close_object(&w);
    json_end(&w);
    must(buf_ok(&b)); /* 69 fields, and 63 names and some texts of 64 KiB, escaped */
    bytes copy = arena_copy(x->arena, buf_bytes(&b));
    buf_release(&b);
    return copy;
}

/* ---- the answers ---- */

static void write_next(json_writer *w, exchange *x, const event *last) {
    uint8_t place[9];
    put_u64(place, (uint64_t)last->at);
    place[8] = (uint8_t)last->what;
    json_key(w, "next"), json_string(w, cursor_make(x, BYTES_OF(place)));
}

/* At most so many are looked at for one answer: each confirmation asks the policy. */
static shaped shape(exchange *x) {
    receipt_view *v = view_of(x);
    uint32_t limit = query_number(x, "limit", PAGE), i = 0, first, written = 0;
    find_events(x);
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "receipts");
    json_open_array(&w);
    while (i < v->count && !comes_before(v->after, v->events[i])) i++;
    for (first = i; i < v->count && written < limit && written < PAGE && i - first < LOOKS && buf_ok(&x->response.body); i++) {
        const event *e = &v->events[i];
        if (e->what == CONFIRMED && !confirmed_himself(x, e)) continue;
        sign_receipt(x, payload_of(x, e), &w);
        written++;
    }
    json_close_array(&w);
    if (i < v->count) write_next(&w, x, &v->events[i - 1]);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

static shaped shape_keys(exchange *x) {
    json_writer w = answer_json(x, 200);
    json_open_object(&w);
    json_key(&w, "keys");
    json_open_array(&w);
    write_receipt_key(x, &w);
    json_close_array(&w);
    json_close_object(&w);
    json_end(&w);
    return SHAPED;
}

const endpoint endpoint_receipt_list = {.kind = "receipt.read", .judge = judge, .shape = shape};
const endpoint endpoint_receipt_keys = {.kind = "receipt.keys", .shape = shape_keys};
