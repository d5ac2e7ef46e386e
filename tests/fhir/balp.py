"""What is wrong with a FHIR R4 AuditEvent, by HL7's JSON schema, the invariants that a schema can't say, the value sets that are bound,
and IHE's Basic Audit Log Patterns (BALP 1.1.4), which stand here as a table.

  faults(resource) -> a list of sentences, empty for a resource that is right
"""
import base64
import binascii
import json
import re
from collections import namedtuple
from pathlib import Path

import jsonschema

SCHEMA = json.loads((Path(__file__).parent / "r4_auditevent.schema.json").read_text())
for definition in SCHEMA["definitions"].values():  # HL7's says which members an element has, and not that it must be an object
    if "properties" in definition:
        definition["type"] = "object"
VALIDATOR = jsonschema.Draft6Validator(SCHEMA)
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."

DCM, EVENT = "http://dicom.nema.org/resources/ontology/DCM", "http://terminology.hl7.org/CodeSystem/audit-event-type"
REST, LIFECYCLE = "http://hl7.org/fhir/restful-interaction", "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
ENTITY, OBJECT, RESOURCE = ("http://terminology.hl7.org/CodeSystem/audit-entity-type", "http://terminology.hl7.org/CodeSystem/object-role",
                            "http://hl7.org/fhir/resource-types")
PART, REASON = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "http://terminology.hl7.org/CodeSystem/v3-ActReason"
CUSTODY, SECURITY = "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
CLASS, SOURCE, AUTHZ = ("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "http://terminology.hl7.org/CodeSystem/security-source-type",
                        "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType")
IHE_ENTITY, USER_AGENT = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes"


def codes(system, words):
    return frozenset((system, word) for word in words.split())


# The value sets, each as far as an audit log can meet it; in all of them a code that is not here is a mistake of ours.
EVENT_TYPES = codes(DCM, " ".join(str(n) for n in range(110100, 110115))) | codes(EVENT, "rest")
EVENT_SUBTYPES = (codes(DCM, " ".join(str(n) for n in range(110120, 110143))) | codes(AUTHZ, "AuthZ-Consent AuthZ-Role") |
                  codes(REST, "read vread update patch delete history create search search-type search-system operation batch transaction"))
ENTITY_TYPES = codes(ENTITY, "1 2 3 4") | codes(RESOURCE, "Basic Consent") | codes(IHE_ENTITY, "XrequestId") | codes(USER_AGENT, "UserOauthAgent")
OBJECT_ROLES = codes(OBJECT, " ".join(str(n) for n in range(1, 25)))
SOURCE_TYPES = codes(SOURCE, "1 2 3 4 5 6 7 8 9")
PURPOSES = codes(REASON, "COC CAREMGT TREAT ETREAT BTG PATRQT FAMRQT HCOMPL HSYSADMIN HOPERAT")
AGENT_TYPES = codes(DCM, "110150 110152 110153") | codes(PART, "IRCP AUT") | codes(CUSTODY, "custodian") | codes(SECURITY, "authserver") | codes(CLASS, "PROV")
REST_OBJECTS = codes(OBJECT, "4 3 20")
DATA_SOURCES = codes(PART, "AUT INF CST")

# `rule` is one of: min, max (how many), is (that code or value), in (one of those codes), only (the slices that there are),
# target (what a reference may point at), as (the same as another element).
Row = namedtuple("Row", "profile path rule value")


def rows(profile, *table):
    return [Row(profile, *row) for row in table]


# In BALP the slices of agent and entity are told apart by their type.
def restful(profile, interaction, action, client, server, user, **entity):
    [(name, shape)] = entity.items()
    return rows(
        profile,
        ("type", "is", codes(EVENT, "rest")), ("subtype", "min", 1), ("subtype:any", "min", 1), ("subtype:any", "max", 1),
        ("subtype:any", "slice", codes(REST, interaction)), ("action", "is", action), ("outcome", "min", 1), ("outcome", "is", "0"),
        ("agent", "min", 2),
        ("agent:client", "slice", client), ("agent:client", "min", 1), ("agent:client", "max", 1), ("agent:client.who", "min", 1),
        ("agent:client.media", "max", 0), ("agent:client.network", "min", 1),
        ("agent:server", "slice", server), ("agent:server", "min", 1), ("agent:server", "max", 1), ("agent:server.who", "min", 1),
        ("agent:server.media", "max", 0), ("agent:server.network", "min", 1),
        ("agent:user", "slice", user), ("agent:user", "max", 1), ("agent:user.who", "min", 1), ("agent:user.requestor", "is", True),
        ("agent:user.media", "max", 0), ("agent:user.network", "max", 0),
        ("entity", "min", 2),
        ("entity:transaction", "slice", codes(IHE_ENTITY, "XrequestId")), ("entity:transaction", "max", 1),
        ("entity:transaction.what.identifier.value", "min", 1),
        (f"entity:{name}", "slice", codes(ENTITY, "2")), (f"entity:{name}", "min", 1), (f"entity:{name}", "max", 1),
        *((f"entity:{name}.{path}", rule, value) for path, rule, value in shape),
        *PATIENT)


PATIENT = (
    ("entity:patient", "slice", codes(ENTITY, "1")), ("entity:patient", "min", 1), ("entity:patient", "max", 1),
    ("entity:patient.what", "min", 1), ("entity:patient.what", "target", "Patient"), ("entity:patient.role", "min", 1),
    ("entity:patient.role", "is", codes(OBJECT, "1")))
DATA = (("what", "min", 1), ("role", "min", 1), ("role", "in", REST_OBJECTS))
QUERY = (("what", "max", 0), ("role", "min", 1), ("role", "is", codes(OBJECT, "24")), ("lifecycle", "max", 0), ("query", "min", 1), ("detail", "max", 0))
APPLICATION, SENDER, RECEIVER = codes(DCM, "110150"), codes(DCM, "110153"), codes(DCM, "110152")
RECIPIENT = codes(PART, "IRCP")


def bare(slice_, *names):
    return [(f"agent:{slice_}.{name}", "max", 0) for name in names]


TABLE = [
    *restful("PatientRead", "read vread", "R", RECEIVER, SENDER, RECIPIENT, data=(DATA[0], DATA[2])),
    *restful("PatientQuery", "search search-type search-system", "E", SENDER, RECEIVER, RECIPIENT, query=QUERY),
    *restful("PatientCreate", "create", "C", SENDER, RECEIVER, DATA_SOURCES, data=DATA),
    *restful("PatientUpdate", "update patch", "U", SENDER, RECEIVER, DATA_SOURCES, data=DATA),
    *restful("PatientDelete", "delete", "D", APPLICATION, codes(CUSTODY, "custodian"), DATA_SOURCES, data=DATA),
    *rows(
        "AuthZconsent",
        ("modifierExtension", "max", 0), ("type", "is", codes(DCM, "110113")), ("subtype", "min", 1),
        ("subtype", "in", codes(AUTHZ, "AuthZ-Consent AuthZ-Role")), ("action", "is", "E"), ("outcome", "min", 1), ("agent", "min", 4),
        ("agent:client", "slice", APPLICATION), ("agent:client", "min", 1), ("agent:client", "max", 1), ("agent:client.who", "min", 1),
        ("agent:client.network", "min", 1), *bare("client", "role", "altId", "name", "location", "media", "purposeOfUse"),
        ("agent:user", "slice", RECIPIENT), ("agent:user", "min", 1), ("agent:user", "max", 1), ("agent:user.who", "min", 1),
        ("agent:user.requestor", "is", True), *bare("user", "altId", "location", "media", "network"),
        ("agent:userorg", "slice", codes(CLASS, "PROV")), ("agent:userorg", "min", 1), ("agent:userorg", "max", 1), ("agent:userorg.who", "min", 1),
        ("agent:userorg.requestor", "is", False), *bare("userorg", "role", "altId", "name", "location", "policy", "media", "network"),
        ("agent:authorizer", "slice", codes(SECURITY, "authserver")), ("agent:authorizer", "min", 1), ("agent:authorizer", "max", 1),
        ("agent:authorizer.who", "min", 1), ("agent:authorizer.who", "as", "source.observer"), ("agent:authorizer.requestor", "is", False),
        *bare("authorizer", "role", "altId", "name", "location", "policy", "media", "network", "purposeOfUse"),
        ("entity", "min", 2), ("entity", "only", "patient consent token"), *PATIENT,
        ("entity:consent", "slice", codes(RESOURCE, "Consent")), ("entity:consent", "min", 1), ("entity:consent.what", "min", 1),
        ("entity:token", "slice", codes(USER_AGENT, "UserOauthAgent")), ("entity:token", "max", 1), ("entity:token.what.identifier.value", "min", 1)),
]
# What R4 itself binds, as BALP's profiles inherit it.
BASE = rows(
    "AuditEvent", ("type", "in", EVENT_TYPES), ("subtype", "in", EVENT_SUBTYPES), ("agent.type", "in", AGENT_TYPES), ("agent.purposeOfUse", "in", PURPOSES),
    ("source.type", "in", SOURCE_TYPES), ("entity.type", "in", ENTITY_TYPES), ("entity.role", "in", OBJECT_ROLES), ("type", "min", 1),
    ("recorded", "min", 1), ("agent", "min", 1), ("agent.requestor", "min", 1), ("source", "min", 1), ("source.observer", "min", 1),
    ("outcome", "in", frozenset("0 4 8 12".split())), ("action", "in", frozenset("CRUDE")),
    ("agent.network.type", "in", frozenset("12345")))
PROFILES = sorted({row.profile for row in TABLE})
ORDER = {"is": "another", "in": "not one of its value set", "target": "a reference to something else", "as": "not the same as"}


# ---- walking ----


def codings(value):
    """The (system, code) of a Coding or a CodeableConcept, the value itself of anything else."""
    if isinstance(value, dict) and "coding" in value:
        return [(c.get("system"), c.get("code")) for c in value["coding"]]
    return [(value.get("system"), value.get("code"))] if isinstance(value, dict) else [value]


def children(node, name):
    value = node.get(name, []) if isinstance(node, dict) else []
    return value if isinstance(value, list) else [value]


def in_slice(profile, path, node):
    slices = [row.value for row in TABLE if row[:3] == (profile, path, "slice")]
    of = node if path.startswith("subtype") else node.get("type", {})
    return any(set(codings(of)) & value for value in slices)


def at(resource, profile, path):
    """[(parent, [values])]: for each parent that there is, what stands at the path's end."""
    nodes, seen = [resource], ""
    *way, last = path.split(".")
    for step in way:
        seen += step
        name = step.partition(":")[0]
        nodes = [c for n in nodes for c in children(n, name) if ":" not in step or in_slice(profile, seen, c)]
        seen += "."
    name = last.partition(":")[0]
    return [(n, [c for c in children(n, name) if ":" not in last or in_slice(profile, seen + last, c)]) for n in nodes]


# ---- rules ----


def breaks(row, resource, values):
    if row.rule == "min":
        return f"{len(values)} of them, {row.value} wanted" if len(values) < row.value else None
    if row.rule == "max":
        return f"{len(values)} of them, {row.value} allowed" if len(values) > row.value else None
    if row.rule == "only":
        known = [f"entity:{name}" for name in row.value.split()]
        return next((f"{codings(v.get('type'))} is in no slice" for v in values if not any(in_slice(row.profile, k, v) for k in known)), None)
    if row.rule == "as":
        first, second = row.value.split(".")
        return f"not the same as {row.value}" if any(v != resource[first].get(second) for v in values) else None
    if row.rule == "target":
        return next((f"it points at {v.get('type')}" for v in values if v.get("type", row.value) != row.value), None)
    wanted = row.value if isinstance(row.value, frozenset) else {row.value}
    return next((f"{codings(v)} is {ORDER[row.rule]}" for v in values if not set(codings(v)) & wanted), None)


def table_faults(resource, table):
    for row in table:
        if row.rule == "slice":
            continue
        for _, values in at(resource, row.profile, row.path):
            why = breaks(row, resource, values)
            if why:
                yield f"{row.profile} {row.path}: {why}"


# ---- what every resource keeps ----


def is_base64(text):
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False


def invariants(node, path="AuditEvent"):
    """ele-1, ext-1, ref-1, sev-1, txt-1, and base64Binary, which HL7's schema takes for any string."""
    if isinstance(node, list):
        if not node:
            yield f"{path}: an empty list"
        for i, inner in enumerate(node):
            yield from invariants(inner, f"{path}[{i}]")
        return
    if not isinstance(node, dict):
        if node == "":
            yield f"{path}: an empty text"
        return
    if not node:
        yield f"{path}: an empty object (ele-1)"
    if "url" in node and ("extension" in node) == any(name.startswith("value") for name in node):
        yield f"{path}: an extension has a value or extensions, and one of them (ext-1)"
    if "name" in node and "query" in node:
        yield f"{path}: a name and a query (sev-1)"
    if str(node.get("reference", "")).startswith("#"):
        yield f"{path}: a reference to what is not contained (ref-1)"
    for name, inner in node.items():
        if name in ("query", "valueBase64Binary") and not is_base64(inner):
            yield f"{path}.{name}: no base64"
        yield from invariants(inner, f"{path}.{name}")


DIV = re.compile(r'<div xmlns="http://www\.w3\.org/1999/xhtml">((?:[^<>&\x00-\x1f]|&(?:lt|gt|amp);)*)</div>')


def narrative_faults(resource):
    div = DIV.fullmatch(str(resource["text"].get("div"))) if "text" in resource else None
    if "text" in resource and not (div and div[1].strip()):
        yield "AuditEvent.text: no plain XHTML that says something (txt-1, txt-2)"


def faults(resource):
    found = [f"schema: {'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in VALIDATOR.iter_errors(resource)]
    if found:
        return found
    found = [*invariants(resource), *narrative_faults(resource), *table_faults(resource, BASE)]
    if [a.get("requestor") for a in resource["agent"]].count(True) != 1:
        found.append("AuditEvent.agent: one and only one of them asked for it")
    for url in resource.get("meta", {}).get("profile", []):
        name = url.removeprefix(BALP)
        if name not in PROFILES or name == url:
            found.append(f"{url} is a profile that nobody here knows")
        found += table_faults(resource, [row for row in TABLE if row.profile == name])
    return found
