/* The agents of an AuditEvent: the client, the service and, if somebody did it, the person at the client. BALP wants who and where
 * of the first two; what a line does not say is told to be absent (HL7's data-absent-reason) and never made up. */
#include "log_fhir.h"

#define ABSENT "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

/* "access" is the auditor's: from where, in which role and to which end. Nobody else's line has it. */
static bytes access_text(const fhir_event *e, const char *name) { return fhir_text(member_at(e->record, "access"), name); }

static bool access_id(const fhir_event *e, const char *name, uuid *out) { return ok(uuid_parse(access_text(e, name), out)); }

static void put_absent(json_writer *w, const char *key, const char *why) {
    json_key(w, key);
    json_open_object(w);
    fhir_open_list(w, "extension");
    json_key(w, "url"), json_string(w, BYTES(ABSENT));
    json_key(w, "valueCode"), json_string(w, bytes_of_string(why));
    fhir_close_list(w);
    json_close_object(w);
}

static void put_display(json_writer *w, const char *key, bytes text) {
    json_key(w, key);
    json_open_object(w);
    fhir_put_string(w, "display", text);
    json_close_object(w);
}

static void put_network(json_writer *w, bytes address, const char *type) {
    json_key(w, "network");
    json_open_object(w);
    fhir_put_string(w, "address", address);
    fhir_put_string(w, "type", bytes_of_string(type));
    json_close_object(w);
}

/* The service by its address, in the same bytes wherever it is named: BALP holds the authorizer against the source. */
static void put_service(fhir_event *e, const char *key) {
    json_writer *w = &e->json;
    json_key(w, key);
    json_open_object(w);
    fhir_put_string(w, "type", BYTES("Device"));
    fhir_put_uri(w, e->server);
    json_close_object(w);
}

/* ---------------------------------------------------------------------------- the client */

/* A session is what a client is known by; the program says itself what it is. */
static void put_client_who(fhir_event *e) {
    json_writer *w = &e->json;
    bytes number = access_text(e, "session"), program = access_text(e, "program");
    uuid id;
    bool known = ok(uuid_parse(number, &id));
    if (!known && !program.len) {
        put_absent(w, "who", "unknown");
        return;
    }
    json_key(w, "who");
    json_open_object(w);
    if (known) fhir_put_string(w, "type", BYTES("Device")), fhir_put_identifier(w, id);
    if (program.len) fhir_put_string(w, "display", program);
    json_close_object(w);
}

/* Where somebody of the family is, no line says. */
static void put_client(fhir_event *e) {
    json_writer *w = &e->json;
    bytes network = access_text(e, "network");
    json_open_object(w);
    fhir_put_concept(w, "type", e->as->client);
    put_client_who(e);
    json_key(w, "requestor"), json_bool(w, false);
    if (network.len) put_network(w, network, "2");
    else put_absent(w, "network", "masked");
    json_close_object(w);
}

/* ---------------------------------------------------------------------------- the user */

static bool is_said(bytes said, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bytes_is(said, words[i])) return true;
    return false;
}

static const fhir_purpose *purpose_named(bytes name) {
    for (size_t i = 0; i < sizeof fhir_purposes / sizeof *fhir_purposes; i++)
        if (bytes_is(name, fhir_purposes[i].name)) return &fhir_purposes[i];
    return NULL;
}

/* What the line says; of a record that says none, what such a reader is there for. */
static const fhir_purpose *purpose_of(const fhir_event *e) {
    const fhir_purpose *said = purpose_named(access_text(e, "purpose"));
    if (said) return said;
    if (true_at(e->record, "emergency")) return purpose_named(BYTES("emergency"));
    for (size_t i = 0; i < sizeof fhir_actors / sizeof *fhir_actors; i++)
        if (bytes_is(e->actor_kind, fhir_actors[i].kind)) return purpose_named(bytes_of_string(fhir_actors[i].purpose));
    return NULL;
}

/* The profession, where the line tells it; else the role in which Kring let him; else what kind of reader he is. */
static bytes role_of(const fhir_event *e) {
    bytes profession = fhir_text(e->actor, "role"), role = access_text(e, "role");
    if (profession.len) return profession;
    return role.len && !bytes_is(role, "none") ? role : e->actor_kind;
}

static void put_user_who(fhir_event *e) {
    uuid id;
    bool known = ok(uuid_parse(fhir_text(e->actor, "id"), &id)) || access_id(e, "account", &id);
    if (known) fhir_put_number(&e->json, "who", NULL, id);
    else put_display(&e->json, "who", e->actor_kind);
}

static void put_user(fhir_event *e) {
    json_writer *w = &e->json;
    const fhir_purpose *why = purpose_of(e);
    json_open_object(w);
    fhir_put_concept(w, "type", e->as->user);
    fhir_open_list(w, "role");
    fhir_put_string(w, "text", role_of(e));
    fhir_close_list(w);
    put_user_who(e);
    json_key(w, "requestor"), json_bool(w, true);
    if (why) {
        fhir_open_list(w, "purposeOfUse"), fhir_open_list(w, "coding");
        fhir_put_code(w, why->code);
        fhir_close_list(w), fhir_close_list(w);
    }
    json_close_object(w);
}

/* AuthZconsent wants the organisation of whoever decided; a parent has none. */
static void put_organisation(fhir_event *e) {
    json_writer *w = &e->json;
    uuid mark;
    bytes name = fhir_text(e->actor, "organisation");
    fhir_code provider = {"http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV"};
    json_open_object(w);
    fhir_put_concept(w, "type", provider);
    if (access_id(e, "organisation", &mark)) fhir_put_number(w, "who", "Organization", mark);
    else if (name.len) put_display(w, "who", name);
    else put_absent(w, "who", bytes_is(e->actor_kind, "helper") ? "unknown" : "not-applicable");
    json_key(w, "requestor"), json_bool(w, false);
    json_close_object(w);
}

/* ---------------------------------------------------------------------------- the service */

static void put_server(fhir_event *e) {
    json_writer *w = &e->json;
    bytes boot = access_text(e, "server"); /* one start of it */
    bool plain = e->as->entity == FHIR_ENTITY_CONSENT; /* BALP's authorizer has neither another name nor a network */
    json_open_object(w);
    fhir_put_concept(w, "type", e->as->server);
    put_service(e, "who");
    if (!plain && boot.len) fhir_put_string(w, "altId", boot);
    json_key(w, "requestor"), json_bool(w, !e->user);
    if (!plain) put_network(w, e->server, "5");
    json_close_object(w);
}

void log_fhir_agents(fhir_event *e) {
    static const char *const people[] = {"person", "helper", "auditor", "operator"};
    json_writer *w = &e->json;
    e->user = e->as->user.code && is_said(e->actor_kind, people, sizeof people / sizeof *people);
    json_key(w, "agent");
    json_open_array(w);
    if (e->as->client.code) put_client(e);
    put_server(e);
    if (e->user) put_user(e);
    if (e->user && e->as->entity == FHIR_ENTITY_CONSENT) put_organisation(e);
    json_close_array(w);
}

void log_fhir_source(fhir_event *e) {
    json_writer *w = &e->json;
    fhir_code server = {"http://terminology.hl7.org/CodeSystem/security-source-type", "4"};
    json_key(w, "source");
    json_open_object(w);
    put_service(e, "observer");
    fhir_open_list(w, "type");
    fhir_put_code(w, server);
    fhir_close_list(w);
    json_close_object(w);
}
