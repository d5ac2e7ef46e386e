#!/usr/bin/env python3
"""The checker itself: resources of each profile that are right, and each element and each row of the table broken in turn."""
import copy
import sys
import unittest

sys.dont_write_bytecode = True
import balp  # noqa: E402
from balp import CLASS, DCM, ENTITY, OBJECT, PART, REASON, RESOURCE, REST, SECURITY, SOURCE, TABLE, faults  # noqa: E402

SERVER = {"identifier": {"system": "urn:ietf:rfc:3986", "value": "https://kring.example"}, "type": "Device"}


def coding(system, code):
    return {"system": system, "code": code}


def agent(system, code, requestor=False, **more):
    return {"type": {"coding": [coding(system, code)]}, "who": SERVER, "requestor": requestor, **more}


def entity(system, code, role=None, **more):
    what = {} if "query" in more else {"what": {"identifier": {"value": "1"}, **({"type": "Patient"} if (system, code) == (ENTITY, "1") else {})}}
    return {"type": coding(system, code), **({"role": coding(OBJECT, role)} if role else {}), **what, **more}


NETWORK = {"network": {"address": "192.0.2.0/24", "type": "2"}}


def restful(profile, interaction, action, client, server, user, data):
    return {
        "resourceType": "AuditEvent", "id": "a-1", "meta": {"profile": [balp.BALP + profile]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A &amp; b</div>'},
        "type": coding(balp.EVENT, "rest"), "subtype": [coding(REST, interaction)], "action": action, "recorded": "2026-01-20T11:00:00.000001Z",
        "outcome": "0",
        "agent": [agent(*client, **NETWORK), agent(*server, **NETWORK),
                  agent(PART, user, True, role=[{"text": "person"}], purposeOfUse=[{"coding": [coding(REASON, "COC")]}])],
        "source": {"observer": SERVER, "type": [coding(SOURCE, "4")]},
        "entity": [entity(ENTITY, "1", "1", detail=[{"type": "line", "valueBase64Binary": "e30="}]), data,
                   entity(balp.IHE_ENTITY, "XrequestId")]}


def decision():
    made = restful("AuthZconsent", "read", "E", (DCM, "110150"), (SECURITY, "authserver"), "IRCP", entity(RESOURCE, "Consent"))
    made.update(type=coding(DCM, "110113"), subtype=[coding(balp.AUTHZ, "AuthZ-Consent")])
    made["agent"][1].pop("network")
    made["agent"].append(agent(CLASS, "PROV"))
    made["entity"][2] = entity(balp.USER_AGENT, "UserOauthAgent")
    return made


SENDER, RECEIVER, DATA = (DCM, "110153"), (DCM, "110152"), entity(ENTITY, "2", "4")
RIGHT = {
    "PatientRead": restful("PatientRead", "read", "R", RECEIVER, SENDER, "IRCP", DATA),
    "PatientQuery": restful("PatientQuery", "search-type", "E", SENDER, RECEIVER, "IRCP", entity(ENTITY, "2", "24", query="eA==")),
    "PatientCreate": restful("PatientCreate", "create", "C", SENDER, RECEIVER, "AUT", DATA),
    "PatientUpdate": restful("PatientUpdate", "update", "U", SENDER, RECEIVER, "AUT", DATA),
    "PatientDelete": restful("PatientDelete", "delete", "D", (DCM, "110150"), (balp.CUSTODY, "custodian"), "AUT", DATA),
    "AuthZconsent": decision(),
}


def bend(row, resource):
    """The resource, broken just so that it does not keep this row."""
    name = row.path.split(".")[-1].partition(":")[0]
    for parent, values in balp.at(resource, row.profile, row.path):
        if row.rule in ("is", "in") and not values:
            continue
        if row.rule == "min":
            many = isinstance(parent.get(name), list)
            kept = [v for v in parent[name] if v not in values][:max(row.value - 1, 0)] if many else []
            parent[name] = kept
            if not kept:
                del parent[name]
        elif row.rule == "max":
            added = values[0] if values else {"role": [{"text": "x"}], "policy": ["urn:x"], "media": coding(DCM, "1"), "detail": [{"type": "x", "valueString": "x"}],
                                              "network": {"type": "1"}, "purposeOfUse": [{"text": "x"}], "modifierExtension": [{"url": "urn:x", "valueCode": "x"}],
                                              "what": SERVER, "location": {"display": "x"}, "lifecycle": coding(ENTITY, "1")}.get(name, "x")
            parent[name] = [*parent[name], added] if values else added
        elif row.rule == "only":
            parent[name].append(entity(RESOURCE, "Basic"))
        elif row.rule == "target":
            values[0]["type"] = "Group"
        elif row.rule == "as":
            parent[name] = {"display": "another"}
        elif isinstance(values[0], bool):
            parent[name] = not values[0]
        elif isinstance(values[0], str):
            parent[name] = next(v for v in ("4", "D", "9") if v != row.value and v not in row.value)
        else:
            wrong = {"coding": [coding(REST, "no")]} if "coding" in values[0] else coding(REST, "no")
            parent[name] = [wrong] if isinstance(parent[name], list) else wrong


def places(node, path=()):
    """Every value of a resource, from the outside in."""
    for key in (node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()):
        yield (*path, key)
        yield from places(node[key], (*path, key))


def put(resource, path, value):
    made = copy.deepcopy(resource)
    node = made
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value(node[path[-1]])
    return made


class Checker(unittest.TestCase):
    def test_right(self):
        for name, resource in RIGHT.items():
            self.assertEqual(faults(resource), [], name)
            self.assertEqual(faults({k: v for k, v in resource.items() if k != "meta"}), [], name)

    def test_every_row_of_the_table(self):
        bent = 0
        for row in TABLE + [r._replace(profile=name) for r in balp.BASE for name in RIGHT]:
            if row.rule == "slice":
                continue
            broken = copy.deepcopy(RIGHT[row.profile])
            bend(row, broken)
            self.assertNotEqual(broken, RIGHT[row.profile], row)
            found = faults(broken)
            where = f"{row.profile} {row.path.split('.')[0]}"
            self.assertTrue(any(f.startswith((where, "AuditEvent", "schema")) for f in found), (row, found))
            bent += 1
        self.assertGreater(bent, 250)

    def test_every_slice_is_told_by_its_type(self):
        """Somebody of no type that the profile knows is nobody: where a slice must be there, it is missed."""
        for row in TABLE:
            needed = row._replace(rule="min", value=1)
            if row.rule != "slice" or needed not in TABLE or row.path.startswith("subtype"):
                continue
            broken = copy.deepcopy(RIGHT[row.profile])
            [(_, values)] = balp.at(broken, row.profile, row.path)
            for v in values:
                v["type"] = {"coding": [coding(PART, "NONE")]} if row.path.startswith("agent") else coding(ENTITY, "4")
            self.assertTrue(any(f.startswith(f"{row.profile} {row.path}: 0 of them") for f in faults(broken)), row)

    def test_every_element_of_another_shape(self):
        """HL7's schema: no element takes a number, an object or a list of another shape, nor a name that it does not know."""
        for name, resource in RIGHT.items():
            for path in places(resource):
                for wrong in (lambda v: 17, lambda v: {"x": 1}, lambda v: [[]]):
                    self.assertTrue(faults(put(resource, path, wrong)), (name, path))
                self.assertTrue(faults(put(resource, path, lambda v: {**v, "x": 1} if isinstance(v, dict) else v + [{}] if isinstance(v, list) else "")), (name, path))

    def test_what_must_be_there(self):
        for name in ("resourceType", "type", "recorded", "agent", "source"):
            broken = {k: v for k, v in RIGHT["PatientRead"].items() if k != name}
            self.assertTrue(faults(broken), name)

    def test_invariants(self):
        right = RIGHT["PatientRead"]
        for path, value, says in [
            (("recorded",), "2026-01-20", "schema"), (("id",), "a b", "schema"), (("meta", "profile"), ["urn:x"], "nobody here knows"),
            (("meta", "profile"), [balp.BALP + "None"], "nobody here knows"), (("entity", 0, "detail", 0, "valueBase64Binary"), "e30", "schema"),
            (("entity", 0, "detail", 0, "valueBase64Binary"), "e31=", "base64"), (("agent", 2, "requestor"), False, "one and only one"),
            (("agent", 0, "requestor"), True, "one and only one"), (("agent", 0, "network"), {}, "ele-1"), (("entity",), [], "empty list"),
            (("agent", 0, "who"), {"extension": [{"url": "urn:x"}]}, "ext-1"), (("source", "observer"), {"reference": "#x"}, "ref-1"),
            (("text", "div"), '<div xmlns="http://www.w3.org/1999/xhtml">a & b</div>', "XHTML"),
            (("text", "div"), '<div xmlns="http://www.w3.org/1999/xhtml"> </div>', "XHTML"), (("text", "div"), "<p>x</p>", "XHTML"),
            (("text", "div"), '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>', "XHTML"),
        ]:
            found = faults(put(right, path, lambda _, v=value: v))
            self.assertTrue(any(says in f for f in found), (path, value, found))
        named = put(RIGHT["PatientQuery"], ("entity", 1), lambda v: {**v, "name": "x"})
        self.assertTrue(any("sev-1" in f for f in faults(named)))


if __name__ == "__main__":
    unittest.main()
