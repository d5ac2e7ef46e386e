#include "log_fhir.h"

#include "crypto/base64.h"

#define BALP "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
#define ENTITY_TYPE "http://terminology.hl7.org/CodeSystem/audit-entity-type"
#define ENTITY_ROLE "http://terminology.hl7.org/CodeSystem/object-role"
#define RESOURCES "http://hl7.org/fhir/resource-types"

enum { NOTE_GRANT = 33, GROUNDS_MAX = 63 };

/* ---------------------------------------------------------------------------- the pieces of FHIR's JSON */

void fhir_open_list(json_writer *w, const char *key) {
    json_key(w, key);
    json_open_array(w);
    json_open_object(w);
}

void fhir_close_list(json_writer *w) {
    json_close_object(w);
    json_close_array(w);
}

void fhir_put_string(json_writer *w, const char *key, bytes text) {
    json_key(w, key);
    json_string(w, text);
}

void fhir_put_code(json_writer *w, fhir_code code) {
    fhir_put_string(w, "system", bytes_of_string(code.system));
    fhir_put_string(w, "code", bytes_of_string(code.code));
}

static void put_coding(json_writer *w, const char *key, fhir_code code) {
    json_key(w, key);
    json_open_object(w);
    fhir_put_code(w, code);
    json_close_object(w);
}

void fhir_put_concept(json_writer *w, const char *key, fhir_code code) {
    json_key(w, key);
    json_open_object(w);
    fhir_open_list(w, "coding");
    fhir_put_code(w, code);
    fhir_close_list(w);
    json_close_object(w);
}

void fhir_put_uri(json_writer *w, bytes uri) {
    json_key(w, "identifier");
    json_open_object(w);
    fhir_put_string(w, "system", BYTES("urn:ietf:rfc:3986"));
    fhir_put_string(w, "value", uri);
    json_close_object(w);
}

void fhir_put_identifier(json_writer *w, uuid id) {
    char text[UUID_TEXT];
    buf urn = buf_new(64);
    uuid_write(id, text);
    buf_format(&urn, "urn:uuid:%.*s", UUID_TEXT, text);
    fhir_put_uri(w, buf_bytes(&urn));
    buf_release(&urn);
}

void fhir_put_number(json_writer *w, const char *key, const char *type, uuid id) {
    json_key(w, key);
    json_open_object(w);
    if (type) fhir_put_string(w, "type", bytes_of_string(type));
    fhir_put_identifier(w, id);
    json_close_object(w);
}

bytes fhir_text(const json_value *object, const char *name) {
    const json_value *v = member_at(object, name);
    return json_is_string(v) ? json_bytes_of(v) : BYTES("");
}

static void put_binary(json_writer *w, const char *key, bytes raw) {
    buf text = buf_new(BASE64_TEXT(FHIR_LINE_MAX));
    uint8_t *room = buf_room(&text, BASE64_TEXT(raw.len));
    must(room != NULL);
    buf_wrote(&text, base64_encode(raw, (char *)room));
    fhir_put_string(w, key, buf_bytes(&text));
    buf_release(&text);
}

/* ---------------------------------------------------------------------------- entities */

static void put_entity_is(json_writer *w, const char *system, const char *code, const char *role) {
    put_coding(w, "type", (fhir_code){system, code});
    if (role) put_coding(w, "role", (fhir_code){ENTITY_ROLE, role});
}

/* The list opens with what comes first: FHIR knows neither empty strings nor empty lists. */
static void put_detail(fhir_event *e, const char *type, bytes text) {
    json_writer *w = &e->json;
    if (!text.len) return;
    if (!e->detailed) json_key(w, "detail"), json_open_array(w);
    e->detailed = true;
    json_open_object(w);
    fhir_put_string(w, "type", bytes_of_string(type));
    fhir_put_string(w, "valueString", text);
    json_close_object(w);
}

/* Whose log it is, in the place where importers look for the patient: BALP allows a logical reference. The line itself stands here,
 * since every pattern has this entity and all of them allow it details. */
static void put_family(fhir_event *e) {
    json_writer *w = &e->json;
    json_open_object(w);
    fhir_put_number(w, "what", "Patient", e->family);
    put_entity_is(w, ENTITY_TYPE, "1", "1");
    fhir_open_list(w, "detail");
    fhir_put_string(w, "type", BYTES("line"));
    put_binary(w, "valueBase64Binary", e->line);
    fhir_close_list(w);
    json_close_object(w);
}

/* The plan as the one thing that was read or written; what of it comes after. */
static void put_plan(fhir_event *e) {
    json_open_object(&e->json);
    fhir_put_number(&e->json, "what", NULL, e->family);
    put_entity_is(&e->json, ENTITY_TYPE, "2", "4");
    json_close_object(&e->json);
}

/* What was asked, as far as the line tells: its kind, and the field and the people that it was about. */
static void put_query_entity(fhir_event *e) {
    json_writer *w = &e->json;
    buf query = buf_new(FHIR_LINE_MAX);
    char mark = '?';
    buf_put(&query, fhir_text(e->record, "kind"));
    for (const json_value *i = first_of(list_at(e->record, "items")); i; i = json_next(i)) {
        bytes field = fhir_text(i, "field");
        if (member_at(i, "entry")) continue;
        if (field.len) buf_format(&query, "%cfield=%.*s", mark, (int)field.len, (const char *)field.at), mark = '&';
        for (const json_value *v = first_of(list_at(i, "about")); v; v = json_next(v)) {
            if (!json_is_string(v)) continue;
            buf_format(&query, "%cabout=%.*s", mark, (int)json_bytes_of(v).len, (const char *)json_bytes_of(v).at), mark = '&';
        }
    }
    json_open_object(w);
    put_entity_is(w, ENTITY_TYPE, "2", "24");
    put_binary(w, "query", buf_bytes(&query));
    json_close_object(w);
    buf_release(&query);
}

static void put_details(fhir_event *e, const json_value *item) {
    const json_value *version = member_at(item, "version");
    e->detailed = false;
    put_detail(e, "field", fhir_text(item, "field"));
    if (json_is_integer(version)) {
        buf text = buf_new(32);
        buf_format(&text, "%lld", (long long)json_int_of(version));
        put_detail(e, "version", buf_bytes(&text));
        buf_release(&text);
    }
    put_detail(e, "rule", fhir_text(item, "rule"));
    put_detail(e, "ground", fhir_text(item, "ground"));
    for (const json_value *v = first_of(list_at(item, "about")); v; v = json_next(v))
        if (json_is_string(v)) put_detail(e, "about", json_bytes_of(v));
    if (e->detailed) json_close_array(&e->json);
}

/* One text of the plan, or one grant: its number, and what the line tells of it. An entry of a plan is no kind of resource that
 * FHIR has; Basic is what it has for those. */
static void put_item(fhir_event *e, const json_value *item) {
    uuid entry;
    if (!ok(uuid_parse(fhir_text(item, "entry"), &entry))) return;
    json_open_object(&e->json);
    fhir_put_number(&e->json, "what", NULL, entry);
    put_entity_is(&e->json, RESOURCES, fhir_text(item, "field").len ? "Basic" : "Consent", "4");
    put_details(e, item);
    json_close_object(&e->json);
}

static void put_consent(fhir_event *e, uuid id) {
    json_open_object(&e->json);
    fhir_put_number(&e->json, "what", NULL, id);
    put_entity_is(&e->json, RESOURCES, "Consent", NULL);
    json_close_object(&e->json);
}

/* Each grant or emergency once, however many texts rest on it. */
static void put_grounds(fhir_event *e) {
    uuid seen[GROUNDS_MAX], id;
    size_t count = 0;
    for (const json_value *i = first_of(list_at(e->record, "items")); i && count < GROUNDS_MAX; i = json_next(i)) {
        bool known = false;
        if (!ok(uuid_parse(fhir_text(i, "ground"), &id))) continue;
        for (size_t s = 0; s < count; s++)
            known = known || uuid_equal(seen[s], id);
        if (known) continue;
        seen[count++] = id;
        put_consent(e, id);
    }
}

/* The grant that was given, stopped or answered about stands in the note of the record, which only the auditor's proof opens. */
static bool grant_noted(const fhir_event *e, uuid *id) {
    if (e->note.len != NOTE_GRANT || (e->note.at[0] != 'g' && e->note.at[0] != 'o')) return false;
    memcpy(id->b, e->note.at + 1, sizeof id->b);
    return true;
}

static void put_entities(fhir_event *e) {
    uuid grant;
    json_key(&e->json, "entity");
    json_open_array(&e->json);
    put_family(e);
    if (e->as->entity == FHIR_ENTITY_DATA) put_plan(e);
    if (e->as->entity == FHIR_ENTITY_QUERY) put_query_entity(e);
    if (e->as->entity == FHIR_ENTITY_CONSENT && grant_noted(e, &grant)) put_consent(e, grant);
    put_grounds(e);
    for (const json_value *i = first_of(list_at(e->record, "items")); i; i = json_next(i))
        put_item(e, i);
    json_close_array(&e->json);
}

/* ---------------------------------------------------------------------------- the event */

/* BALP's entities of a decision are closed: nothing but the family and at least one consent. */
static bool only_consents(const fhir_event *e) {
    uuid id;
    bool any = grant_noted(e, &id);
    for (const json_value *i = first_of(list_at(e->record, "items")); i; i = json_next(i)) {
        if (fhir_text(i, "field").len && member_at(i, "entry")) return false;
        any = any || ok(uuid_parse(fhir_text(i, "entry"), &id)) || ok(uuid_parse(fhir_text(i, "ground"), &id));
    }
    return any;
}

static bool keeps_profile(const fhir_event *e) {
    if (!e->as->profile) return false;
    if (e->as->entity != FHIR_ENTITY_CONSENT) return e->done;
    return e->actor_kind.len && !bytes_is(e->actor_kind, "system") && only_consents(e);
}

static void put_meta(fhir_event *e) {
    json_writer *w = &e->json;
    bytes kind = fhir_text(e->record, "kind");
    if (!kind.len && !keeps_profile(e)) return;
    json_key(w, "meta");
    json_open_object(w);
    if (keeps_profile(e)) {
        buf url = buf_new(256);
        buf_format(&url, BALP "%s", e->as->profile);
        json_key(w, "profile"), json_open_array(w), json_string(w, buf_bytes(&url)), json_close_array(w);
        buf_release(&url);
    }
    if (kind.len) {
        fhir_open_list(w, "tag");
        fhir_put_string(w, "system", BYTES(FHIR_KINDS)), fhir_put_string(w, "code", kind);
        fhir_close_list(w);
    }
    json_close_object(w);
}

/* The sentence of the line, for whoever reads the resource: FHIR's narrative is XHTML. XML has no control characters. */
static void put_narrative(fhir_event *e) {
    json_writer *w = &e->json;
    bytes sentence = fhir_text(e->record, "sentence");
    buf text = buf_new(6 * sentence.len + 256);
    if (!sentence.len) return;
    buf_put_string(&text, "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    for (size_t i = 0; i < sentence.len; i++) {
        uint8_t c = sentence.at[i];
        if (c == '<') buf_put_string(&text, "&lt;");
        else if (c == '>') buf_put_string(&text, "&gt;");
        else if (c == '&') buf_put_string(&text, "&amp;");
        else buf_put_byte(&text, c < ' ' ? ' ' : c);
    }
    buf_put_string(&text, "</div>");
    json_key(w, "text");
    json_open_object(w);
    fhir_put_string(w, "status", BYTES("generated"));
    fhir_put_string(w, "div", buf_bytes(&text));
    json_close_object(w);
    buf_release(&text);
}

/* As BALP's own examples: what was not allowed is a serious failure. What went wrong in the service is a major one. */
static void put_outcome(fhir_event *e) {
    bytes how = true_at(e->record, "damaged") ? BYTES("damaged") : fhir_text(e->record, "outcome");
    fhir_put_string(&e->json, "outcome", e->done ? BYTES("0") : bytes_is(how, "refused") ? BYTES("8") : BYTES("12"));
    if (!e->done) fhir_put_string(&e->json, "outcomeDesc", how);
}

static void put_event(fhir_event *e) {
    json_writer *w = &e->json;
    json_open_object(w);
    fhir_put_string(w, "resourceType", BYTES("AuditEvent"));
    fhir_put_string(w, "id", fhir_text(e->record, "id"));
    put_meta(e);
    put_narrative(e);
    put_coding(w, "type", e->as->type);
    if (e->as->subtype.code) {
        fhir_open_list(w, "subtype");
        fhir_put_code(w, e->as->subtype);
        fhir_close_list(w);
    }
    fhir_put_string(w, "action", bytes_of_string(e->as->action));
    fhir_put_string(w, "recorded", fhir_text(e->record, "at"));
    put_outcome(e);
    log_fhir_agents(e);
    log_fhir_source(e);
    put_entities(e);
    json_close_object(w);
    json_end(w);
}

/* ---------------------------------------------------------------------------- the line */

/* A kind that a newer server knows and we don't is still somebody's deed. */
static const fhir_pattern *pattern_of(const json_value *record) {
    bytes kind = fhir_text(record, "kind");
    if (true_at(record, "damaged")) return &fhir_patterns[FHIR_AS_DAMAGED];
    for (size_t i = 0; i < fhir_kind_count; i++)
        if (bytes_is(kind, fhir_kinds[i].kind)) return &fhir_patterns[fhir_kinds[i].pattern];
    return &fhir_patterns[FHIR_AS_OTHER];
}

/* Whether the proof holds is for `log verify`: here it only tells more of the line that it came with. */
static void open_proof(arena *a, fhir_event *e) {
    bytes text = fhir_text(e->record, "proof");
    log_proof *p = ARENA_NEW(a, log_proof);
    if (!text.len || log_proof_read(a, text, p)) return;
    for (size_t i = 0; i < p->part_count; i++)
        if (p->parts[i].position == PART_NOTE) e->note = p->parts[i].content;
}

/* "noun.verb", as the contract has it: what else came is no code of FHIR's. */
static bool is_kind(bytes kind) {
    size_t dots = 0;
    for (size_t i = 0; i < kind.len; i++) {
        uint8_t c = kind.at[i];
        if (c == '.') dots++;
        else if (c != '_' && (c < 'a' || c > 'z')) return false;
    }
    return dots == 1 && kind.at[0] != '.' && kind.at[kind.len - 1] != '.';
}

static bool is_line(const json_value *record) {
    uuid id;
    moment at;
    if (!ok(uuid_parse(fhir_text(record, "id"), &id)) || !ok(moment_parse(fhir_text(record, "at"), &at))) return false;
    return true_at(record, "damaged") || (is_kind(fhir_text(record, "kind")) && fhir_text(record, "outcome").len);
}

bool log_fhir_put(arena *a, bytes line, bytes server, uuid family, buf *out) {
    json_fault fault;
    fhir_event e = {.json = json_to(out), .line = line, .server = server, .family = family};
    if (line.len > FHIR_LINE_MAX || !ok(json_parse_file(a, line, &e.record, &fault)) || !is_line(e.record)) return false;
    e.as = pattern_of(e.record);
    e.actor = member_at(e.record, "actor");
    e.actor_kind = fhir_text(e.actor, "kind");
    e.done = bytes_is(fhir_text(e.record, "outcome"), "done");
    open_proof(a, &e);
    put_event(&e);
    buf_put_byte(out, '\n');
    return buf_ok(out);
}
