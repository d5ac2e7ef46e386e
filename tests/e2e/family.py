"""A family twice: as the file that was loaded, and as the ids that the server gave; and between them the oracle,
which works out from the file alone what each account may see (tests/policy/oracle.py, written from the prose and not
from the code).
"""
import datetime
import json
import re
import zoneinfo
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = json.loads((ROOT / "proto/catalogue.json").read_text("utf-8"))["fields"]
FIELDS = [row["id"] for row in CATALOGUE]
BASES = {
    "consent": 0,
    "6.1.a": 0,
    "contract": 1,
    "legal_duty": 2,
    "vital_interest": 3,
    "public_task": 4,
    "legitimate_interest": 5,
}


def load_oracle():
    """The oracle is a program; here it is read as a module, without its last line that runs it."""
    path = ROOT / "tests/policy/oracle.py"
    names = {"__name__": "oracle", "__file__": str(path)}
    text = path.read_text("utf-8")
    exec(compile(re.sub(r"\nmain\(\)\n*$|\nif __name__ == .*\n +main\(\)\n*$", "\n", text), str(path), "exec"), names)
    names["memoize"]()
    return names


ORACLE = load_oracle()
NEVER, LONG_AGO = ORACLE["NEVER"], ORACLE["LONG_AGO"]
HOME0, FAMILY, HELPER0, NOBODY = ORACLE["HOME0"], ORACLE["FAMILY"], ORACLE["HELPER0"], ORACLE["NOBODY"]
PLAN, REGISTER, NAME, LABEL, HELPER, LISTED, GRANT = range(7)
EXACT = 3


class Family:
    def __init__(self, path, ids=None):
        self.data = json.loads(Path(path).read_text("utf-8"))
        self.ref, self.zone = self.data["id"], zoneinfo.ZoneInfo(self.data["time_zone"])
        self.ids = ids
        self.blocked = [b for b in self.data.get("blocked_persons", [])]
        members = [m["id"] for m in self.data["members"]]
        self.people = members + [b["id"] for b in self.blocked if b["id"] not in members]
        self.homes = [h["id"] for h in self.data["households"]]
        self.helpers = [t["id"] for t in self.data["team"]]
        self.made = None

    # ---- moments, in microseconds UTC ----

    def moment(self, text, days=0, years=0):
        when = datetime.datetime.fromisoformat(text)
        if years:
            try:
                when = when.replace(year=when.year + years)
            except ValueError:  # the 29th of February, as PostgreSQL does it
                when = when.replace(year=when.year + years, day=28)
        return int((when + datetime.timedelta(days=days)).replace(tzinfo=self.zone).timestamp()) * 10**6

    def end(self, text):
        return NEVER if not text else self.moment(text, days=0 if "T" in text else 1)

    def intake(self):
        return self.moment(self.data["intake_date"])

    def rfc3339(self, text):
        return datetime.datetime.fromtimestamp(self.moment(text) / 10**6, datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )

    # ---- ids and positions ----

    def id_of(self, ref):
        if ref == self.ref or ref == "family":
            return self.ids["id"]
        return next(
            self.ids[kind][ref] for kind in ("people", "households", "helpers", "grants") if ref in self.ids[kind]
        )

    def ref_of(self, an_id):
        for kind in ("people", "households", "helpers", "grants"):
            for ref, its in self.ids[kind].items():
                if its == an_id:
                    return ref
        return self.ref if an_id == self.ids["id"] else an_id

    def subject(self, ref):
        if ref in ("family", self.ref):
            return FAMILY
        return self.people.index(ref) if ref in self.people else HOME0 + self.homes.index(ref)

    def subject_ref(self, x):
        return self.ref if x == FAMILY else self.people[x] if x < HOME0 else self.homes[x - HOME0]

    def actor(self, ref):
        return self.people.index(ref) if ref in self.people else HELPER0 + self.helpers.index(ref)

    def mask(self, refs):
        return sum(1 << self.subject(r) for r in set(refs))

    def fields(self, names):
        bits = sum(1 << FIELDS.index(n) for n in names)
        return [bits & (1 << 64) - 1, bits >> 64]

    # ---- the facts, as the oracle wants them ----

    def person_row(self, ref):
        p = next((m for m in self.data["members"] if m["id"] == ref), None)
        since = self.intake()
        if p is None:
            return [since, LONG_AGO, LONG_AGO, LONG_AGO, LONG_AGO, NOBODY, 0, 0]
        if p["born"]:
            return [
                since,
                LONG_AGO,
                *[self.moment(p["born"], years=y) for y in (12, 16, 18)],
                NOBODY,
                1,
                int(p["account"]),
            ]
        birth = next((e["at"] for e in self.events("birth")), None)
        turns = [self.moment(birth[:10], years=y) if birth else NEVER for y in (12, 16, 18)]
        return [
            since,
            self.moment(birth) if birth else NEVER,
            *turns,
            self.people.index(p["data_owner_until_birth"]),
            1,
            int(p["account"]),
        ]

    def events(self, kind):
        return [e for e in self.data["events"] if e["type"] == kind]

    def relations(self):
        since, rows = self.intake(), set()
        for m in self.data["members"]:
            rows |= {(0, self.people.index(m["id"]), self.homes.index(h)) for h in m["households"]}
        for i, h in enumerate(self.data["households"]):
            rows |= {(0, self.people.index(m), i) for m in h["members"]} | {
                (1, self.people.index(m), i) for m in h["managers"]
            }
        for a in self.data["authority"]:
            rows |= {(2, self.people.index(m), self.people.index(a["child"])) for m in a["holders"]}
        return [[*row, since, since, NEVER] for row in sorted(rows)]

    def coordinates(self, helper):
        return (
            bool(re.search(r"\b(coördinator|coordinator)\b|regisseur\b", helper["role"], re.I))
            and "zorgcoördinator" not in helper["role"]
        )

    def places(self):
        handed = {e["from"]: e["accepted"] for e in self.events("handover") if e.get("accepted")}
        rows = []
        for i, t in enumerate(self.data["team"]):
            if not t.get("in_team", True):
                continue
            since = self.moment(t.get("from") or self.data["intake_date"])
            until = min(self.end(t.get("until")), self.moment(handed[t["id"]]) if t["id"] in handed else NEVER)
            rows.append(
                [
                    i,
                    int(self.coordinates(t)),
                    int(bool(t.get("authority_role"))),
                    int(bool(t.get("listed"))),
                    since,
                    since,
                    until,
                    int(bool(t.get("safety_role"))),
                ]
            )
        return rows

    def roles(self):
        named = set(self.data.get("break_glass_roles", []))
        return [
            [
                i,
                self.moment(t.get("from") or self.data["intake_date"]),
                self.moment(t.get("from") or self.data["intake_date"]),
                self.end(t.get("until")),
            ]
            for i, t in enumerate(self.data["team"])
            if t.get("break_glass_role") or t["id"] in named
        ]

    def grant_row(self, c):
        eyes, withdrawn = c.get("four_eyes", {}), c.get("withdrawn", {})
        refused = {r["field"]: self.moment(r["asked"]) for r in c.get("refused", [])}
        fields = []
        for f in c["fields"]:
            ends = [self.moment(withdrawn[f])] if f in withdrawn else []
            ends += [refused[f]] if f in refused else []
            fields.append(
                [
                    FIELDS.index(f),
                    self.moment(eyes[f].split()[-1]) if f in eyes else NEVER,
                    min(ends, default=NEVER),
                    EXACT,
                ]
            )
        confirms = [[self.moment(d), self.moment(d[:10], days=105)] for d in [c["from"], *c.get("reconfirmed", [])]]
        since = self.moment(c["from"])
        givers = self.mask([g for g in [*c["by"], *c.get("co_signed", [])] if g in self.people])
        return [
            self.actor(c["to"]),
            self.mask(c["about"]),
            givers,
            BASES.get(c["basis"], 6),
            since,
            since,
            self.end(c["until"]),
            fields,
            confirms,
        ]

    def requests(self):
        """A field that somebody who must give refused was asked for by the first who said yes, or as `asked_by` says."""
        rows = []
        for c in self.data["consents"]:
            for r in c.get("refused", []):
                asker = r.get("asked_by") or next(iter(r.get("yes", [])), None)
                if not asker:
                    continue
                asked, field = self.moment(r["asked"]), self.fields([r["field"]])
                replies = [[self.people.index(p), field, [0, 0], asked] for p in r.get("yes", [])]
                replies += [[self.people.index(p), [0, 0], field, asked] for p in r.get("no", [])]
                rows.append(
                    [
                        self.actor(asker),
                        self.actor(c["to"]),
                        self.mask(c["about"]),
                        field,
                        asked,
                        asked + 14 * 86400 * 10**6,
                        NEVER,
                        replies,
                    ]
                )
        return rows

    def holds(self):
        return [
            [
                self.mask(c["about"]),
                self.mask(c["withheld_from"]),
                self.moment(c["from"]),
                self.moment(c["from"]),
                NEVER,
                self.fields(c["fields"]),
            ]
            for c in self.data["consents"]
            if c.get("withheld_from")
        ]

    def emergencies(self):
        rows = []
        for e in self.events("break_glass"):
            since = self.moment(e["at"])
            until = min(since + min(e.get("minutes", 120), 120) * 60 * 10**6, self.end(e.get("ended")))
            rows.append(
                [
                    self.helpers.index(e["by"]),
                    self.mask(e["about"]),
                    since,
                    since,
                    until,
                    self.fields(e["fields"]),
                    since,
                    NEVER,
                    NEVER,
                ]
            )
        return rows

    def entry_row(self, kind, field, of, about, assignee=NOBODY, versions=()):
        return [kind, FIELDS.index(field) if field else 0, of, assignee, about, NEVER, 0, list(versions)]

    def plan_row(self, e):
        parts = [part.strip() for part in e["by"].split(",")]
        known = all(part in self.people or part in self.helpers for part in parts)
        wrote = self.mask([p for p in parts if p in self.people]) if known else 0
        author = self.actor(parts[0]) if known and len(parts) == 1 else NOBODY
        version = [self.moment(e["date"]), wrote | self.mask(e.get("agreed", [])), wrote, author]
        return self.entry_row(
            PLAN,
            e["field"],
            0,
            self.mask(e["about"]),
            self.actor(e["assignee"]) if e.get("assignee") else NOBODY,
            [version],
        )

    def register(self):
        since = [[self.intake(), 0, 0, NOBODY]]
        rows = []
        for m in self.data["members"]:
            for field in ("member_identity", "family_role", "preferred_language"):
                if field == "preferred_language" and not m.get("lang"):
                    continue
                rows.append(self.entry_row(REGISTER, field, 0, self.mask([m["id"]]), NOBODY, since))
        for i, h in enumerate(self.data["households"]):
            rows.append(self.entry_row(REGISTER, "household_members", 0, self.mask([h["id"]]), NOBODY, since))
            about = self.mask(h["members"]) if h.get("protected") else self.mask([h["id"]])
            rows.append(
                self.entry_row(
                    REGISTER,
                    "protected_address" if h.get("protected") else "household_address",
                    i,
                    about,
                    NOBODY,
                    since,
                )
            )
        for a in self.data["authority"]:
            rows.append(self.entry_row(REGISTER, "legal_authority", 0, self.mask([a["child"]]), NOBODY, since))
        return rows

    def world(self):
        if self.made is None:
            entries = [self.plan_row(e) for e in self.data["entries"]] + self.register()
            facts = {
                "law": self.data["jurisdiction"],
                "erased": NEVER,
                "closed": NEVER,
                "locks": [],
                "trusted": [],
                "stops": [],
                "restrictions": [],
                "requests": self.requests(),
                "people": [self.person_row(p) for p in self.people],
                "homes": [[self.intake(), int(bool(h.get("protected")))] for h in self.data["households"]],
                "helpers": len(self.helpers),
                "relations": self.relations(),
                "capacities": [
                    [
                        self.people.index(c["child"]),
                        int(c["able"]),
                        self.moment(c["date"]),
                        self.moment(c["date"]),
                        self.fields(FIELDS),
                    ]
                    for c in self.data["capacity"]
                ],
                "conflicts": [
                    [
                        self.people.index(a["child"]),
                        *[self.moment(a.get("conflict_since") or self.data["intake_date"])] * 2,
                        NEVER,
                        self.fields(FIELDS),
                    ]
                    for a in self.data["authority"]
                    if a["conflict_flag"]
                ],
                "blocks": [
                    [
                        self.people.index(b["id"]),
                        self.mask(b["protects"]),
                        self.intake(),
                        self.intake(),
                        self.end(b.get("until")),
                    ]
                    for b in self.blocked
                ],
                "places": self.places(),
                "roles": self.roles(),
                "grants": [self.grant_row(c) for c in self.data["consents"]],
                "holds": self.holds(),
                "emergencies": self.emergencies(),
                "entries": entries,
            }
            self.made = ORACLE["World"](facts, [ORACLE["Field"](row) for row in CATALOGUE])
        return self.made

    def view(self, ref, at):
        return ORACLE["View"](self.world(), self.actor(ref), at)

    # ---- who has an account ----

    def accounts(self):
        return [m["id"] for m in self.data["members"] if m["account"]] + self.helpers
