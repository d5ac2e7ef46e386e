"""What must not exist, in the contract, the catalogue or the tables.

R-36: nothing that tells a place without meaning to: addresses of the network, devices, positions, time zones, files with their metadata.
R-49: nothing of a conference on a case under secrecy. R-76: no score, rank or forecast of a person, and no answer that is decided by a
program. R-106: nothing over several families but the auditor's lines of the log and signs of
unusual reading, so no total that could be subtracted. Each search is shown to find what it looks for."""
import json
import re
import sys
from pathlib import Path

ROOT, CONTRACT = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
PLACES = r"(^|_)(ip|remote|peer|client|user_agent|device|lat|latitude|lon|longitude|gps|position|postcode|postal|zip|time_?zone|exif|file|filename)($|_)"
CONFERENCES = r"458ter|conference|casusoverleg|veilig_huis|veilig_thuis|zorg_en_veiligheidshuis|case_meeting"
SCORES = r"(^|_)(score|rank|ranking|rating|risk|risk_level|prediction|forecast|profile|likelihood|priority)($|_)"
NOT_SCORES = {"suicide_selfharm_risk", "housing_risk"}  # what somebody writes in words: the catalogue's own fields


def members(schema, found):
    """Every name of a member and every word of an enumeration."""
    if isinstance(schema, list):
        for one in schema:
            members(one, found)
    if isinstance(schema, dict):
        found.update(schema.get("properties", {}))
        found.update(w for w in schema.get("enum", []) if isinstance(w, str))
        for one in schema.values():
            members(one, found)
    return found


def columns():
    """Of every table that holds something of a family; `family.time_zone` is the law's, of all families of a country."""
    found = set()
    for file in sorted((ROOT / "sql/migrations").glob("*.sql")):
        text = re.sub(r"--[^\n]*", "", file.read_text("utf-8"))
        for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.S):
            found.update(f"{table}.{c}" for c in re.findall(r"^\s+([a-z_0-9]+)\s+[a-z]", body, re.M))
        found.update(f"{t}.{c}" for t, more in re.findall(r"ALTER TABLE (\w+)([^;]*ADD COLUMN[^;]*)", text) for c in re.findall(r"ADD COLUMN (\w+)", more))
    return found


NAMES = members(CONTRACT, set()) | {p["name"] for o in CONTRACT["paths"].values() for m in o.values() if isinstance(m, dict)
                                    for p in m.get("parameters", []) if "name" in p}
COLUMNS = columns() - {"family.time_zone"}
FIELDS = {f["id"] for f in json.loads((ROOT / "proto/catalogue.json").read_text("utf-8"))["fields"]}
failed, checked = [], 0


def none(what, pattern, names, but=()):
    global checked
    checked += 1
    bad = sorted(n for n in names if re.search(pattern, n.split(".")[-1]) and n not in but)
    if bad:
        failed.append(f"{what}: {bad}")


def finds(pattern, name):
    global checked
    checked += 1
    if not re.search(pattern, name):
        failed.append(f"{pattern} does not find {name}")


for pattern, there in ((PLACES, ("ip", "client_ip", "time_zone", "postal_code", "file_name")), (CONFERENCES, ("case_meeting", "458ter")),
                       (SCORES, ("risk_score", "rank", "priority"))):
    for name in there:
        finds(pattern, name)
if len(NAMES) < 300 or len(COLUMNS) < 200 or len(FIELDS) < 60:
    failed.append(f"too little was looked at: {len(NAMES)} names, {len(COLUMNS)} columns, {len(FIELDS)} fields")
none("R-36, in the contract", PLACES, NAMES)
none("R-36, in the tables", PLACES, COLUMNS, but={"device.token_hash"})
none("R-49, in the contract", CONFERENCES, NAMES)
none("R-49, among the fields", CONFERENCES, FIELDS)
none("R-49, in the tables", CONFERENCES, COLUMNS)
none("R-76, in the contract", SCORES, NAMES, but=NOT_SCORES)
none("R-76, among the fields", SCORES, FIELDS, but=NOT_SCORES)
none("R-76, in the tables", SCORES, COLUMNS)
content = {t for o in CONTRACT["paths"].values() for m in o.values() if isinstance(m, dict) for t in m.get("requestBody", {}).get("content", {})}
checked += 1
if content != {"application/json"}:  # no files: no metadata
    failed.append(f"R-36: bodies of {content}")
over = [p for p in CONTRACT["paths"] if p.startswith("/v1/") and "{family}" not in p]
apart = {"/v1/families", "/v1/account", "/v1/session", "/v1/sessions", "/v1/openapi.json", "/v1/receipt-keys", "/v1/log", "/v1/signs", "/v1/signs/{sign}/review"}
checked += 1
if {p for p in over if p not in apart and not re.match(r"/v1/(texts|safety-points|join)(/|$)", p)}:
    failed.append(f"R-106: over several families? {over}")

for line in failed:
    print(line)
print(f"{checked - len(failed)} of {checked} hold: {len(NAMES)} names, {len(COLUMNS)} columns, {len(FIELDS)} fields looked at")
sys.exit(bool(failed))
