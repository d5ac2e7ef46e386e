#!/usr/bin/env python3
"""What a record of each kind bears: the table in SECURITY.md, and the gate that keeps it whole.

  records.py              prints what is wrong: a kind that has no row, a row of no kind, an empty cell, a stale table
  records.py --take FILE  adds what `kringd log check --kinds yes` printed to records.json
  records.py --write      writes the table

records.json is what was seen in the log of a run of the end-to-end suite, which compares each later run with it. Standard library only.
"""
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests/records.json"
BEGIN, END = "<!-- records: written by tests/records.py -->\n", "<!-- records end -->"
COLUMNS = ["kind", "outcome", "actor", "role", "purpose", "organisation", "network", "rule", "items", "ground", "note"]
SETS = {"outcome": "outcomes", "role": "roles", "purpose": "purposes", "note": "notes"}
YES = ["organisation", "network", "rule", "items", "ground"]
NOTES = {
    "e": "the text that was written", "g": "the grant, its fields", "r": "the request, its fields", "m": "the emergency access",
    "a": "what was asked: field, persons", "o": "the row that it was about", "p": "whose eyes, what for", "s": "the filters", "w": "the sign, what became of it",
    "k": "program, schema, settings", "i": "the account", "d": "what is a decoy from now on", "+": "what it was about, in full", "-": "",
}


def shapes(text):
    """One dictionary for each line of the command."""
    return [dict(zip(COLUMNS, line.split("\t"))) for line in text.splitlines() if line.count("\t") == len(COLUMNS)]


def add(rows, shape):
    row = rows.setdefault(shape["kind"], {s: [] for s in SETS.values()} | {y: False for y in YES})
    for column, name in SETS.items():
        row[name] = sorted({*row[name], shape[column]})
    for y in YES:
        row[y] = row[y] or shape[y] != "-"


def cells(kind, row, code):
    roles = [r for r in row["roles"] if r != "none"] or ["the service"]
    about = ["each text: entry, version, level, field, rule"] if row["items"] else []
    about += [NOTES[n] for n in row["notes"] if NOTES.get(n)]
    outside = {"person", "the service", "operator"} >= set(roles)
    return [
        f"`{kind}`", code, ", ".join(row["outcomes"]), ", ".join(roles),
        "his organisation" if row["organisation"] else "the service" if roles == ["the service"] else "oneself",
        ", ".join(row["purposes"]),
        "network, program, session" if row["network"] else "the server" if roles == ["the service"] else "program, session (R-36)",
        "; ".join(about) or "the account",
        "grant or emergency of each text" if row["ground"] else "the rule" if row["rule"] else "the role" if not outside else "what is one's own",
    ]


def table():
    rows, fhir = json.loads(FILE.read_text("utf-8")), json.loads((ROOT / "proto/log_fhir.json").read_text("utf-8"))
    kinds = json.loads((ROOT / "proto/log_words.json").read_text("utf-8"))["kinds"]
    faults = [f"{k}: no record of it was ever seen" for k in sorted(kinds.keys() - rows.keys())]
    faults += [f"{k}: a row of no kind" for k in sorted(rows.keys() - kinds.keys())]
    lines = ["| event | action, pattern | outcome | who, in which role | for whom | to which end | from where | what it is about | by what right |", "|" + "---|" * 9]
    for kind in sorted(rows.keys() & kinds.keys()):
        pattern = fhir["patterns"][fhir["kinds"][kind]]
        made = cells(kind, rows[kind], f"{pattern['action']}, {pattern['profile'] or fhir['kinds'][kind]}")
        faults += [f"{kind}: an empty cell" for cell in made if not cell.strip()]
        lines.append("| " + " | ".join(made) + " |")
    return "\n".join(lines) + "\n", faults


def main():
    page = ROOT / "SECURITY.md"
    if "--take" in sys.argv:
        rows = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
        for shape in shapes(Path(sys.argv[sys.argv.index("--take") + 1]).read_text("utf-8")):
            add(rows, shape)
        FILE.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", "utf-8")
        return 0
    wanted, faults = table()
    before, rest = page.read_text("utf-8").split(BEGIN)
    old, after = rest.split(END)
    if "--write" in sys.argv:
        page.write_text(before + BEGIN + wanted + END + after, "utf-8")
        return 0
    faults += ["SECURITY.md: the table of records is stale; run tests/records.py --write"] if old != wanted else []
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
