#!/usr/bin/env python3
"""Which test names which rule: the table in SECURITY.md, and the gate that keeps it true.

  rules.py          prints what is wrong: a rule that neither a test names nor rules.json gives a reason for, or a stale table
  rules.py --write  writes the table

A test names a rule by its number (R-31) in its title, its comment or its function's name (r31_). Standard library only.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = json.loads((ROOT / "tests/rules.json").read_text("utf-8"))
BEGIN, END = "<!-- rules: written by tests/rules.py -->\n", "<!-- rules end -->"


def sources():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "tests", "clients/cli/demo.sh"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    code = (f for f in listed if f.endswith((".c", ".h", ".py", ".sh")) and f != "tests/rules.py")
    return {f: (ROOT / f).read_text("utf-8") for f in code}


def naming(rule, texts):
    number = re.escape(rule.removeprefix("R-"))
    named = re.compile(rf"\bR-{number}(?![0-9a-z])|\br{number}_")
    return [name for name, text in texts.items() if named.search(text)]


def table(texts):
    rows = ["| rule | tests that name it |", "|---|---|"]
    for rule in DATA["rules"]:
        files = naming(rule, texts)
        short = ", ".join(f"`{f.removeprefix('tests/')}`" for f in files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
        rows.append(f"| {rule} | {short or 'none: ' + DATA['open'].get(rule, '')} |")
    return "\n".join(rows) + "\n"


def main():
    texts, page = sources(), ROOT / "SECURITY.md"
    wanted, text = table(texts), page.read_text("utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    if "--write" in sys.argv:
        page.write_text(before + BEGIN + wanted + END + after, "utf-8")
        return 0
    faults = [f"{r}: no test names it" for r in DATA["rules"] if not naming(r, texts) and r not in DATA["open"]]
    faults += [f"{r}: a test names it, so it needs no reason" for r in DATA["open"] if naming(r, texts)]
    faults += ["SECURITY.md: the table is stale; run tests/rules.py --write"] if old != wanted else []
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
