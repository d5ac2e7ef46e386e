/* A line of the log as a FHIR R4 AuditEvent, by IHE's Basic Audit Log Patterns (BALP 1.1).
 *
 * It is made of the line and of what the line's proof opens, and of nothing else: no clock, no chance, no other answer. So the
 * same line always gives the same bytes, and whoever sees less in his lines sees less here. Nothing is lost, since the line itself
 * goes along. A profile is claimed only by a resource that keeps it: a refused look claims none, for BALP's are of what was done.
 *
 * Kring has no Patient, Consent or Device resources, so everything is named by its identifier: a reference to a resource that
 * nobody can fetch would be false. */
#ifndef KRING_CLI_LOG_FHIR_H
#define KRING_CLI_LOG_FHIR_H

#include "log_fhir_tables.h"
#include "log_proof.h"
#include "show.h"

/* The code system of our kinds. There is no domain of the project's to name it by, and a number is nobody else's. */
#define FHIR_KINDS "urn:uuid:3f0b8a52-6c1e-4d0a-9a44-5d1f7d2c8e61"

enum { FHIR_LINE_MAX = 64 << 20 };

typedef struct {
    json_writer json;
    const json_value *record;
    bytes line;          /* as it came, without its end */
    bytes server;        /* its address */
    uuid family;
    const fhir_pattern *as;
    const json_value *actor;
    bytes actor_kind;    /* empty: nobody is named */
    bytes note;          /* what the proof opens of the record's note; empty for most but the auditor */
    bool done, user;     /* user: somebody did it, not the service itself */
    bool detailed;       /* a list of details stands open */
} fhir_event;

/* Appends the resource and a newline; false for a line that is none. */
bool log_fhir_put(arena *a, bytes line, bytes server, uuid family, buf *out) MUST_USE;

/* log_fhir_agent.c: who did it, with what, and where it was recorded. */
void log_fhir_agents(fhir_event *e);
void log_fhir_source(fhir_event *e);

/* "key": [{ ... }], for what FHIR wants a list of and we have one of. */
void fhir_open_list(json_writer *w, const char *key);
void fhir_close_list(json_writer *w);
/* The members "system" and "code", of a Coding that stands open. */
void fhir_put_code(json_writer *w, fhir_code code);
/* {"coding": [...]} */
void fhir_put_concept(json_writer *w, const char *key, fhir_code code);
/* "identifier": {...}, of a reference that stands open; and a reference that is nothing but that. */
void fhir_put_uri(json_writer *w, bytes uri);
void fhir_put_identifier(json_writer *w, uuid id);
void fhir_put_number(json_writer *w, const char *key, const char *type, uuid id);
void fhir_put_string(json_writer *w, const char *key, bytes text);
/* The text of that member, or empty. */
bytes fhir_text(const json_value *object, const char *name);

#endif
