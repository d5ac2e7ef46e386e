"""What a line of the log is as a FHIR R4 AuditEvent, as constant tables (clients/cli/log_fhir.c): by kind of record a pattern, and by
pattern its codes and the profile of IHE's Basic Audit Log Patterns that it can claim.

The kinds are those of log_words.json, all of them: a kind that has words and no codes stops the build.
"""
import re

from strict import c_string, exact_keys, fail_unless, load, write
from texts import GENERATED, constant, enumeration

CODES = ("type", "subtype", "client", "server", "user")
PROFILES = ("PatientRead", "PatientQuery", "PatientCreate", "PatientUpdate", "PatientDelete", "AuthZconsent")
ENTITIES = ("data", "query", "consent", "none")
PURPOSES = ("care", "own", "emergency", "oversight", "operation")
ACTORS = ("person", "helper", "auditor", "operator", "system")
FALLBACKS = ("damaged", "other")  # a record that opens no more, and a kind of a newer server


def check_code(doc, code, where):
    system, _, word = code.partition("#")
    fail_unless(system in doc["systems"] and re.fullmatch(r"[A-Za-z0-9-]+", word), where, f"{code} is no code of a system that is named here")


def check_pattern(doc, row, where):
    exact_keys(row, {*CODES, "profile", "action", "entity"}, where)
    fail_unless(row["profile"] is None or row["profile"] in PROFILES, where, f"{row['profile']} is no profile that is known here")
    fail_unless(row["action"] in ("C", "R", "U", "D", "E"), where, "an action is C, R, U, D or E")
    fail_unless(row["entity"] in ENTITIES, where, f"{row['entity']} is no entity that is known here")
    fail_unless(row["type"] and row["server"], where, "an event has a type and a server")
    fail_unless((row["client"] is None) == (row["user"] is None), where, "a client without a user, or the other way round")
    for name in CODES:
        if row[name] is not None:
            check_code(doc, row[name], f"{where}: {name}")


def check(doc, kinds, path):
    exact_keys(doc, {"systems", "patterns", "purposes", "actors", "kinds"}, path)
    for name, system in doc["systems"].items():
        fail_unless(re.fullmatch(r"https?://[!-~]+", system), path, f"{name}: a code system is named by its URL")
    for name, row in doc["patterns"].items():
        check_pattern(doc, row, f"{path}: {name}")
    exact_keys(doc["purposes"], set(PURPOSES), f"{path}: purposes")
    for name, code in doc["purposes"].items():
        check_code(doc, code, f"{path}: {name}")
    exact_keys(doc["actors"], set(ACTORS), f"{path}: actors")
    for name, purpose in doc["actors"].items():
        fail_unless(purpose in PURPOSES, path, f"{name}: {purpose} is no purpose")
    missing, unknown = sorted(kinds - set(doc["kinds"])), sorted(set(doc["kinds"]) - kinds)
    fail_unless(not missing, path, f"no pattern for {', '.join(missing)}")
    fail_unless(not unknown, path, f"the log has no {', '.join(unknown)}")
    for kind, name in doc["kinds"].items():
        fail_unless(name in doc["patterns"], path, f"{kind}: {name} is no pattern")
    unused = sorted(set(doc["patterns"]) - set(doc["kinds"].values()) - set(FALLBACKS))
    fail_unless(not unused and set(FALLBACKS) <= set(doc["patterns"]), path, f"patterns that no kind has: {', '.join(unused)}")


def c_code(doc, code):
    if code is None:
        return "{NULL, NULL}"
    system, _, word = code.partition("#")
    return f"{{{c_string(doc['systems'][system])}, {c_string(word)}}}"


def header(doc):
    return "".join([
        GENERATED.format("log_fhir.json"), "#ifndef KRING_LOG_FHIR_TABLES_H\n#define KRING_LOG_FHIR_TABLES_H\n\n#include <stddef.h>\n\n",
        enumeration("fhir_pattern_id", [constant("FHIR_AS_", name) for name in doc["patterns"]], "FHIR_PATTERNS"),
        enumeration("fhir_entity", [constant("FHIR_ENTITY_", name) for name in ENTITIES], "FHIR_ENTITIES"),
        "typedef struct {\n    const char *system, *code; /* NULL: none */\n} fhir_code;\n\n",
        "typedef struct {\n    const char *profile; /* of BALP that it can claim, or NULL */\n    const char *action;\n    fhir_entity entity;\n",
        f"    fhir_code {', '.join(CODES)};\n}} fhir_pattern;\n\n",
        "typedef struct {\n    const char *kind;\n    fhir_pattern_id pattern;\n} fhir_kind;\n\n",
        "typedef struct {\n    const char *name;\n    fhir_code code;\n} fhir_purpose;\n\n",
        "typedef struct {\n    const char *kind, *purpose; /* when the line says none */\n} fhir_actor;\n\n",
        "extern const fhir_pattern fhir_patterns[FHIR_PATTERNS];\nextern const fhir_kind fhir_kinds[];\nextern const size_t fhir_kind_count;\n",
        f"extern const fhir_purpose fhir_purposes[{len(PURPOSES)}];\nextern const fhir_actor fhir_actors[{len(ACTORS)}];\n\n#endif\n"])


def pattern_row(doc, row):
    profile = "NULL" if row["profile"] is None else c_string(row["profile"])
    codes = ",".join(f"\n     .{name} = {c_code(doc, row[name])}" for name in CODES)
    return f"    {{.profile = {profile}, .action = {c_string(row['action'])}, .entity = {constant('FHIR_ENTITY_', row['entity'])},{codes}}},\n"


def make(options):
    path, words = options.parts
    doc = load(path)
    check(doc, set(load(words)["kinds"]), path)
    kinds = "".join(f"    {{{c_string(kind)}, {constant('FHIR_AS_', name)}}},\n" for kind, name in doc["kinds"].items())
    purposes = "".join(f"    {{{c_string(name)}, {c_code(doc, code)}}},\n" for name, code in doc["purposes"].items())
    actors = "".join(f"    {{{c_string(name)}, {c_string(purpose)}}},\n" for name, purpose in doc["actors"].items())
    write(options.declare, header(doc))
    write(options.out, "".join([
        GENERATED.format("log_fhir.json"), '#include "log_fhir_tables.h"\n\n',
        f"const fhir_pattern fhir_patterns[FHIR_PATTERNS] = {{\n{''.join(pattern_row(doc, row) for row in doc['patterns'].values())}}};\n\n",
        f"const fhir_kind fhir_kinds[] = {{\n{kinds}}};\n\nconst size_t fhir_kind_count = {len(doc['kinds'])};\n\n",
        f"const fhir_purpose fhir_purposes[] = {{\n{purposes}}};\n\nconst fhir_actor fhir_actors[] = {{\n{actors}}};\n"]))
