#!/usr/bin/env python3
"""Turns the demo family and its acceptance cases into constant C tables: fixture.py SCENARIO EXPECTED > scenario.h

Dates are local midnights of the scenario's time zone; an `until` date includes its whole day; the last day on which a field that
must be re-confirmed still works is the 104th after the giving (domain/README.md, R-02, R-19).
"""
import datetime
import json
import sys
import zoneinfo

scenario = json.load(open(sys.argv[1], encoding="utf-8"))
expected = json.load(open(sys.argv[2], encoding="utf-8"))
zone = zoneinfo.ZoneInfo(scenario["time_zone"])
NEVER, FOREVER = "MOMENT_NEVER", "MOMENT_MIN"
EVERY_FIELD = "{UINT64_MAX, ((uint64_t)1 << (FIELD_COUNT - 64)) - 1}"


def moment(text, days=0, years=0):
    """Local time, or local midnight of a date, some days or years later."""
    when = datetime.datetime.fromisoformat(text)
    when = when.replace(year=when.year + years) + datetime.timedelta(days=days)
    return f"INT64_C({int(when.replace(tzinfo=zone).timestamp())}) * SECOND"


def end(text):
    return NEVER if text is None else moment(text, days=0 if "T" in text else 1)


birth = next((e["at"] for e in scenario["events"] if e["type"] == "birth"), None)
handovers = {e["from"]: e["accepted"] for e in scenario["events"] if e["type"] == "handover" and "accepted" in e}
arrivals = {e["to"]: e["accepted"] for e in scenario["events"] if e["type"] == "handover" and "accepted" in e}
members = scenario["members"]
blocked = scenario.get("blocked_persons", [])
people = [p["id"] for p in members] + [p["id"] for p in blocked]
homes = [h["id"] for h in scenario["households"]]
helpers = [t["id"] for t in scenario["team"]]
intake = moment(scenario["intake_date"])
relations, fields_of_grants, confirms, grants, versions, entries = [], [], [], [], [], []


def subjects(ids):
    bits = [f"PERSON({people.index(i)})" if i in people else f"HOME({homes.index(i)})" for i in ids]
    return " | ".join(bits) or "0"


def actor(who):
    return str(people.index(who)) if who in people else f"HELPER({helpers.index(who)})"


def table(kind, name, rows):
    print(f"static const {kind} {name}[] = {{")
    for row in rows or ["{0}"]:
        print(f"    {row},")
    print("};")


SEEN = ".limits = MOMENT_NEVER, .contact = MOMENT_NEVER, .informed = MOMENT_NEVER"


def person(p):
    if p["born"]:
        turns = [moment(p["born"], years=y) for y in (12, 16, 18)]
        return f"{{.died = MOMENT_NEVER, .recorded = {intake}, .born = MOMENT_MIN, .turns_12 = {turns[0]}, .turns_16 = {turns[1]}, .turns_18 = {turns[2]}, " \
               f".owner = ACTOR_NONE, .member = true, .account = {str(p['account']).lower()}, {SEEN}}}"
    day = birth and birth[:10]
    turns = [moment(day, years=y) if day else NEVER for y in (12, 16, 18)]
    return f"{{.died = MOMENT_NEVER, .recorded = {intake}, .born = {moment(birth) if birth else NEVER}, .turns_12 = {turns[0]}, .turns_16 = {turns[1]}, " \
           f".turns_18 = {turns[2]}, .owner = {people.index(p['data_owner_until_birth'])}, .member = true, {SEEN}}}"


for p in members:
    relations += [f"{{LIVES_IN, {people.index(p['id'])}, {homes.index(h)}, {intake}, {intake}, {NEVER}}}" for h in p["households"]]
for h in scenario["households"]:
    relations += [f"{{MANAGES, {people.index(m)}, {homes.index(h['id'])}, {intake}, {intake}, {NEVER}}}" for m in h["managers"]]
for a in scenario["authority"]:
    relations += [f"{{HOLDS_AUTHORITY, {people.index(m)}, {people.index(a['child'])}, {intake}, {intake}, {NEVER}}}" for m in a["holders"]]


def place(t):
    until = handovers.get(t["id"]) or t.get("until")
    since = arrivals.get(t["id"]) or t.get("from") or scenario["intake_date"]
    return f"{{.helper = {helpers.index(t['id'])}, .coordinator = {str('coördinator en' in t['role'] or 'en coördinator' in t['role']).lower()}, " \
           f".recorded = {intake}, .from = {moment(since)}, .until = {end(until)}}}"


for c in scenario["consents"]:
    first_field, first_confirm = len(fields_of_grants), len(confirms)
    withdrawn, eyes = c.get("withdrawn", {}), c.get("four_eyes", {})
    for f in c["fields"]:
        four = moment(eyes[f].split()[-1]) if f in eyes else NEVER
        fields_of_grants.append(f'{{"{f}", {four}, {moment(withdrawn[f]) if f in withdrawn else NEVER}}}')
    for r in c.get("refused", []):
        fields_of_grants.append(f'{{"{r["field"]}", {NEVER}, {FOREVER}}}')
    for day in [c["from"], *c.get("reconfirmed", [])]:
        confirms.append(f"{{{moment(day)}, {moment(day[:10], days=105)}}}")
    grants.append(f"{{.recipient = {actor(c['to'])}, .about = {subjects(c['about'])}, .givers = {subjects(c['by'])}, .basis = BASIS_CONSENT, "
                  f".recorded = {moment(c['from'])}, .from = {moment(c['from'])}, .until = {end(c['until'])}, "
                  f".first_field = {first_field}, .field_count = {len(fields_of_grants) - first_field}, "
                  f".first_confirm = {first_confirm}, .confirm_count = {len(confirms) - first_confirm}, .request = UINT16_MAX}}")


def entry(kind, field, of, about, assignee, agreed, wrote, at):
    entries.append(f'{{{kind}, "{field}", {of}, {assignee}, {about}, {len(versions)}}}')
    versions.append(f"{{.number = 1, .recorded = {at}, .written = {at}, .agreed = {agreed}, .wrote = {wrote}, .author = ACTOR_NONE}}")


for e in scenario["entries"]:
    parts = [part.strip() for part in e["by"].split(",")]
    known = all(part in people or part in helpers for part in parts)
    wrote = subjects([part for part in parts if part in people]) if known else "0"
    entry("KIND_PLAN", e["field"], 0, subjects(e["about"]), actor(e["assignee"]) if "assignee" in e else "ACTOR_NONE",
          subjects(e.get("agreed", [])), wrote, moment(e["date"]))
for kind, names in (("KIND_NAME", people), ("KIND_LABEL", homes), ("KIND_HELPER", helpers), ("KIND_LISTED", helpers), ("KIND_GRANT", grants)):
    for i in range(len(names)):
        entry(kind, "", i, "0", "ACTOR_NONE", "0", "0", intake)

emergencies = []
for e in scenario["events"]:
    if e["type"] == "break_glass":
        close = min(datetime.datetime.fromisoformat(e["ended"]), datetime.datetime.fromisoformat(e["at"]) + datetime.timedelta(minutes=e["minutes"]))
        emergencies.append((f"{{.helper = {helpers.index(e['by'])}, .about = {subjects(e['about'])}, .recorded = {moment(e['at'])}, "
                            f".from = {moment(e['at'])}, .until = {moment(close.isoformat())}, .told = {moment(e['at'])}, "
                            f".review_due = {NEVER}, .reviewed = {NEVER}}}", e["fields"]))

print("/* Generated by fixture.py from the demo family. */")
print('#include "policy/policy.h"\n')
for i, name in enumerate(people + homes):
    print(f"#define {name.upper()} {'PERSON' if i < len(people) else 'HOME'}({i if i < len(people) else i - len(people)})")
for i, name in enumerate(people):
    print(f"#define AS_{name.upper()} {i}")
for i, name in enumerate(helpers):
    print(f"#define AS_{name.upper()} HELPER({i})")
table("person_fact", "scenario_people", [person(p) for p in members] + [
    f"{{.died = MOMENT_NEVER, .recorded = {intake}, .born = MOMENT_MIN, .turns_12 = MOMENT_MIN, .turns_16 = MOMENT_MIN, .turns_18 = MOMENT_MIN, .owner = ACTOR_NONE, {SEEN}}}"
    for _ in blocked])
table("home_fact", "scenario_homes", [f"{{.recorded = {intake}, .shielded = {str(bool(h.get('protected'))).lower()}}}" for h in scenario["households"]])
table("helper_fact", "scenario_helpers", ["{{{0}}}" for _ in helpers])
table("relation_fact", "scenario_relations", relations)
table("capacity_fact", "scenario_capacities", [
    f"{{.person = {people.index(c['child'])}, .able = {str(c['able']).lower()}, .topics = {EVERY_FIELD}, .by = ACTOR_NONE, "
    f".review = MOMENT_NEVER, .recorded = {moment(c['date'])}, .from = {moment(c['date'])}}}" for c in scenario["capacity"]])
table("conflict_fact", "scenario_conflicts", [
    f"{{.child = {people.index(a['child'])}, .topics = {EVERY_FIELD}, .recorded = {moment(a['conflict_since'])}, "
    f".from = {moment(a['conflict_since'])}, .until = {NEVER}}}" for a in scenario["authority"] if a["conflict_flag"]])
table("block_fact", "scenario_blocks", [f"{{{people.index(b['id'])}, {subjects(b['protects'])}, {intake}, {intake}, {end(b.get('until'))}}}" for b in blocked])
table("place_fact", "scenario_places", [place(t) for t in scenario["team"] if t.get("in_team", True)])
table("emergency_role_fact", "scenario_roles", [f"{{{helpers.index(b)}, {intake}, {intake}, {NEVER}}}" for b in scenario["break_glass_roles"]])
table("grant_fact", "scenario_grants", grants)
print("typedef struct { const char *field; moment four_eyes, ended; } named_field;")
table("named_field", "scenario_grant_fields", fields_of_grants)
table("confirm_fact", "scenario_confirms", confirms)
table("emergency_fact", "scenario_emergencies", [row for row, _ in emergencies])
print("typedef struct { unsigned emergency; const char *field; } emergency_field;")
table("emergency_field", "scenario_emergency_fields", [f'{{{i}, "{f}"}}' for i, (_, names) in enumerate(emergencies) for f in names])
print("typedef struct { entry_kind kind; const char *field; uint16_t of; actor assignee; subjects about; uint32_t version; } named_entry;")
table("named_entry", "scenario_entries", entries)
table("version_fact", "scenario_versions", versions)
print("typedef struct { moment at; actor user; const char *field; subjects about; bool allowed; const char *why; } expectation;")
table("expectation", "scenario_expected", [
    f'{{{moment(x["at"])}, {actor(x["user"])}, "{x["field"]}", {subjects([x["about"]])}, {str(x["allowed"]).lower()}, {json.dumps(x["why"])}}}'
    for x in expected])
for name, rows in (("people", people), ("homes", homes), ("helpers", helpers), ("relations", relations), ("capacities", scenario["capacity"]),
                   ("conflicts", [a for a in scenario["authority"] if a["conflict_flag"]]), ("blocks", blocked),
                   ("places", [t for t in scenario["team"] if t.get("in_team", True)]), ("roles", scenario["break_glass_roles"]), ("grants", grants),
                   ("emergencies", emergencies)):
    print(f"enum {{ SCENARIO_{name.upper()} = {len(rows)} }};")
