"""Random families for the proof: one world a seed, the same for ever.

A world is what facts.h can hold, as plain rows with positions: separated parents in two homes, children around every birthday that
the law knows, and everything that may be said about them. Most rows lie around one moment, and most questions are asked at it or at
the very edge of some row. `story` tells a world in words.
"""

import random
from datetime import date, timedelta

from oracle import (
    ALL_FIELDS, ALWAYS, BREAK_GLASS, C5, CATALOGUE, CONSENT, DAY, DERIVED, EXACT, EXISTS, FAMILY, FIELD, FIRST_HELPER,
    FIRST_HOME, FOUR_EYES, GRANT, HELPER, HOUSEHOLD, JOINT, LABEL, LISTED, NAME, NEVER, NOBODY, OWN_SPACE, PLAN, PLAN_STATUS, PROTECTS,
    REGISTER, SAFETY, STATEMENT, SUBJECT_ONLY, SUMMARY, UNKNOWN_BASIS, bits,
)

HOUR = DAY // 24
EPOCH = date(1970, 1, 1).toordinal()
REGISTER_OF_PERSON = ("member_identity", "family_role", "preferred_language")
PERSON_FIELDS = [i for i, row in enumerate(CATALOGUE) if row["about"] in ("member", "any") and row["class"] != "C0"]
ADULT_FIELDS = PERSON_FIELDS + [i for i, row in enumerate(CATALOGUE) if row["about"] == "adult"]
CHILD_FIELDS = PERSON_FIELDS + [i for i, row in enumerate(CATALOGUE) if row["about"] == "child"]
HOME_FIELDS = list(bits(HOUSEHOLD))
SHARED_FIELDS = [FIELD[name] for name in ("essentials", "family_story", "family_strengths", "carrying_capacity", "values_culture",
    "family_priorities", "goals", "actions", "decisions", "disagreements", "meeting_report", "contact_log", "documents",
    "residence_schedule", "safety_plan", "safety_concern", "contact_ban", "protected_address")]
FAMILY_FIELDS = [FIELD[name] for name in ("plan_status", "coordinator_contact", "next_meeting", "team_members", "essentials",
    "family_story", "goals")]


def last_sunday(year, month):
    last = date(year, month, 31)
    return last - timedelta((last.weekday() + 1) % 7)


SUMMER = {year: (last_sunday(year, 3), last_sunday(year, 10)) for year in range(1990, 2060)}


def midnight(day):
    """Local midnight in Brussels and Amsterdam."""
    begin, end = SUMMER[day.year]
    hours = 2 if begin < day <= end else 1
    return (day.toordinal() - EPOCH) * DAY - hours * HOUR


def birthday(born, age):
    try:
        return midnight(born.replace(year=born.year + age))
    except ValueError:  # 29 February
        return midnight(date(born.year + age, 3, 1))


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.chance, self.pick = self.r.random, self.r.choice
        self.today = date(2026, 1, 1) + timedelta(self.r.randrange(365))
        self.now = midnight(self.today) + self.pick((0, 0, 0, HOUR * 9, HOUR * 15))
        self.world = {"seed": seed, "law": self.pick(("BE-VLG", "NL")), "erased": NEVER, "closed": NEVER}
        for rows in ("people", "homes", "helpers", "relations", "capacities", "conflicts", "blocks", "locks", "trusted", "places",
                     "emergency_roles", "grants", "requests", "holds", "emergencies", "entries"):
            self.world[rows] = []
        if self.chance() < 0.03:
            self.world["closed"] = self.near()
        if self.chance() < 0.015:
            self.world["erased"] = self.near()
        self.people()
        self.helpers()
        self.authority()
        self.safety()
        self.entries()
        self.grants()
        self.requests()
        self.about_entries()
        self.questions()

    # ---- small words

    def near(self):
        """A moment around now: often now itself."""
        kind = self.chance()
        if kind < 0.25:
            return self.now + self.pick((0, 0, 1, -1))
        if kind < 0.6:
            return self.now + self.r.randrange(-10 * 24, 10 * 24) * HOUR
        return self.now + self.r.randrange(-90, 90) * DAY

    def before(self):
        return self.now - self.r.randrange(20 * 24, 400 * 24) * HOUR

    def span(self, sure=0.75):
        """(recorded, from, until): mostly one that counts now."""
        begin = self.before()
        if self.chance() < sure:
            return {"recorded": begin, "from": begin, "until": NEVER if self.chance() < 0.4 else self.now + self.r.randrange(1, 300) * DAY}
        kind = self.chance()
        if kind < 0.5:
            return {"recorded": begin, "from": begin, "until": max(begin + 1, self.near())}
        begin = self.near()
        recorded = begin if kind < 0.75 else begin + self.r.randrange(-20, 20) * DAY
        return {"recorded": recorded, "from": begin, "until": begin + self.r.randrange(1, 200) * DAY}

    def some(self, rows, most):
        return self.r.sample(rows, min(len(rows), self.r.randint(1, most)))

    def mask(self, positions):
        return sum(1 << p for p in positions)

    def add(self, rows, **row):
        self.world[rows].append(row)
        return len(self.world[rows]) - 1

    # ---- people and homes

    def people(self):
        self.mother = self.adult(account=True)
        self.father = self.adult(account=self.chance() < 0.9)
        self.kids = [self.child() for _ in range(self.pick((1, 2, 2, 3)))]
        self.partner = self.adult(account=self.chance() < 0.5) if self.chance() < 0.5 else None
        self.granny = self.adult(account=self.chance() < 0.5) if self.chance() < 0.4 else None
        self.outsider = self.adult(member=False, account=False) if self.chance() < 0.2 else None
        self.baby = self.unborn() if self.chance() < 0.35 else None
        self.members = [p for p in range(len(self.world["people"])) if p not in (self.outsider, self.baby)]
        self.grown = [p for p in self.members if p not in self.kids]
        self.homes()

    def adult(self, account, member=True):
        if self.chance() < 0.1:  # without a date
            turns = (ALWAYS, ALWAYS, ALWAYS)
        else:
            born = self.today - timedelta(self.r.randrange(22 * 366, 70 * 365))
            born = max(born, date(1991, 1, 2))
            turns = tuple(birthday(born, age) for age in (12, 16, 18))
        return self.person(turns, account, member=member)

    def person(self, turns, account, born=ALWAYS, owner=NOBODY, member=True):
        recorded = self.now - 800 * DAY if member is False or owner != NOBODY or self.chance() < 0.95 else self.near()
        return self.add("people", recorded=recorded, born=born, turns_12=turns[0], turns_16=turns[1], turns_18=turns[2], owner=owner,
                        member=member, account=account)

    def child(self):
        """Most have a birthday that matters within days of now, or of the end of its grace."""
        if self.chance() < 0.65:
            age = self.pick((12, 12, 16, 18, 18))
            day = self.today + timedelta(self.pick((0, 0, 0, 1, -1, 2, -5, 14, -30, -59, -60, -61, 45)))
            try:
                born = day.replace(year=day.year - age)
            except ValueError:
                born = date(day.year - age, 2, 28)
        else:
            born = self.today - timedelta(self.r.randrange(30, 19 * 365))
        turns = tuple(birthday(born, age) for age in (12, 16, 18))
        return self.person(turns, account=self.now >= turns[0] or self.chance() < 0.3)

    def unborn(self):
        if self.chance() < 0.5:
            return self.person((NEVER, NEVER, NEVER), False, born=NEVER, owner=self.mother)
        day = self.today + timedelta(self.pick((0, 0, -1, 1, -20, 30)))
        born = midnight(day) + 4 * HOUR
        return self.person(tuple(birthday(day, age) for age in (12, 16, 18)), False, born=born, owner=self.mother)

    def homes(self):
        for _ in range(2 if self.granny is None or self.chance() < 0.5 else 3):
            self.add("homes", recorded=self.now - 800 * DAY, shielded=self.chance() < 0.12)
        self.lives(self.mother, 0)
        self.manages(self.mother, 0)
        self.lives(self.father, 1)
        self.manages(self.father, 1)
        for kid in self.kids:
            kind = self.chance()
            if kind < 0.85:
                self.lives(kid, 0)
            if kind > 0.15:
                self.lives(kid, 1)
        if self.partner is not None:
            self.lives(self.partner, 0)
            if self.chance() < 0.3:
                self.manages(self.partner, 0)
        if self.granny is not None:
            home = len(self.world["homes"]) - 1
            self.lives(self.granny, home)
            if home == 2 or self.chance() < 0.3:
                self.manages(self.granny, home)
        if self.baby is not None:
            self.lives(self.baby, 0)

    def relation(self, kind, person, of, sure=0.93):
        self.add("relations", kind=kind, person=person, of=of, **self.span(sure))

    def lives(self, person, home):
        self.relation("lives", person, home)

    def manages(self, person, home):
        self.relation("manages", person, home, 0.96)

    # ---- the team

    def helpers(self):
        count = self.r.randint(3, 6)
        for h in range(count):
            self.add("helpers")
            if h == count - 1 and self.chance() < 0.6:  # an emergency role, not in the team
                continue
            self.place(h, coordinator=h == 0)
        if self.chance() < 0.3:  # handed over
            self.place(0, coordinator=True, span=self.span(0.2))
            self.place(1, coordinator=True, span=self.span(0.6))
        for h in {count - 1, self.r.randrange(count)}:
            if self.chance() < 0.75:
                self.add("emergency_roles", helper=h, **self.span(0.85))
        self.team = list(range(count))

    def place(self, h, coordinator, span=None):
        self.add("places", helper=h, coordinator=coordinator, authority_role=not coordinator and self.chance() < 0.12,
                 listed=not coordinator and h % 3 == 2, safety=self.chance() < 0.12, secrecy=self.r.randrange(3),
                 organisation=self.r.randrange(3), **(span or self.span(0.85)))

    # ---- who decides

    def authority(self):
        for kid in self.kids + ([self.baby] if self.baby is not None else []):
            for parent in (self.mother, self.father):
                if self.chance() < 0.88:
                    self.relation("holds", parent, kid, 0.92)
            for _ in range(self.pick((0, 0, 0, 1, 1, 2))):
                span = self.span()
                self.add("capacities", person=kid, able=self.chance() < 0.45, topics=self.topics(), by=FIRST_HELPER, review=NEVER,
                         recorded=span["recorded"], **{"from": span["from"]})
            if self.chance() < 0.2:
                self.add("conflicts", child=kid, topics=self.topics(), **self.span())
        if self.chance() < 0.35:
            trusted = self.pick([p for p in self.grown if p != self.mother] + [FIRST_HELPER + h for h in self.team])
            self.add("trusted", trusted=trusted, minor=self.pick(self.kids), **self.span())

    def topics(self):
        return ALL_FIELDS if self.chance() < 0.5 else self.r.getrandbits(69) if self.chance() < 0.5 else self.mask(self.some(CHILD_FIELDS, 6))

    # ---- blocks, locks, holds, emergencies

    def safety(self):
        people = self.mask(self.members)
        if self.chance() < 0.15:
            person = self.pick([p for p in (self.father, self.partner, self.outsider) if p is not None])
            protects = self.mask({self.mother, *self.some(self.kids, 2)}) if self.chance() < 0.7 else 1 << self.pick(self.kids)
            self.add("blocks", person=person, protects=protects & ~(1 << person), **self.span())
        for _ in range(self.pick((0, 0, 0, 1, 1, 2))):
            not_for = self.pick([self.father, self.father, self.mother, self.grown[-1], self.pick(self.members), FIRST_HELPER + self.pick(self.team)])
            about = self.mask(self.some(self.members, 2))
            fields = ALL_FIELDS if self.chance() < 0.3 else self.mask(self.some(CHILD_FIELDS + HOME_FIELDS, 25)) if self.chance() < 0.6 else HOUSEHOLD
            if about & ~(1 << not_for):
                self.add("locks", not_for=not_for, about=about & ~(1 << not_for), fields=fields, **self.span())
        for _ in range(self.pick((0, 0, 1, 1, 2))):
            fields = ALL_FIELDS if self.chance() < 0.2 else self.mask(self.some(ADULT_FIELDS + CHILD_FIELDS, 20))
            about = self.mask(self.some(self.kids if self.chance() < 0.8 else self.members, 2))
            self.add("holds", by=FIRST_HELPER + self.pick(self.team), fields=fields, about=about,
                     from_whom=self.mask(self.some(self.members, 2)) if self.chance() < 0.7 else people, review=NEVER, **self.span())
        roles = [row["helper"] for row in self.world["emergency_roles"]]
        for _ in range(self.pick((0, 1, 1, 2)) if roles else 0):
            self.emergency(self.pick(roles))

    def emergency(self, helper):
        begin = self.now - self.pick((0, 0, 1, HOUR, HOUR, 2 * HOUR, 2 * HOUR - 1, 5 * DAY))
        fields = self.mask(self.some(list(bits(BREAK_GLASS)), 8)) if self.chance() < 0.9 else self.r.getrandbits(69)
        if self.chance() < 0.25:
            fields |= 1 << FIELD["protected_address"]
        about = self.mask(self.some(self.members, 2)) | (1 << FIRST_HOME if self.chance() < 0.1 else 0)
        about |= 1 << self.outsider if self.outsider is not None and self.chance() < 0.3 else 0
        told = begin + self.pick((0, 0, 0, HOUR, 72 * HOUR))
        self.add("emergencies", helper=helper, fields=fields, about=about, told=told, review_due=begin + 3 * DAY, reviewed=NEVER,
                 recorded=begin, until=begin + self.pick((2 * HOUR, 2 * HOUR, HOUR)), **{"from": begin})

    # ---- entries

    def entry(self, kind, field, about, of=None, versions=None, recorded=None):
        first = recorded if recorded is not None else self.before() if self.chance() < 0.93 else self.near()
        rows = versions or [self.version(first, about)]
        return self.add("entries", kind=kind, field=field, about=about, of=of, assignee=NOBODY, restrictions=[], versions=rows,
                        withdrawn=NEVER if self.chance() < 0.94 else max(first, self.near()))

    def version(self, recorded, about, author=NOBODY):
        agreed = wrote = 0
        for p in self.members:
            if self.chance() < (0.3 if about >> p & 1 else 0.04):
                agreed |= 1 << p
                if self.chance() < 0.4:
                    wrote |= 1 << p
        return {"recorded": recorded, "written": recorded, "agreed": agreed, "wrote": wrote, "author": author}

    def entries(self):
        for p in range(len(self.world["people"])):
            if self.chance() < 0.6:
                self.entry(NAME, FIELD["member_identity"], 1 << p, p)
            if p != self.outsider and self.chance() < 0.6:
                self.entry(REGISTER, FIELD[self.pick(REGISTER_OF_PERSON)], 1 << p)
        for h in range(len(self.world["homes"])):
            self.entry(LABEL, FIELD["household_members"], 1 << FIRST_HOME + h, h)
            self.entry(REGISTER, FIELD["household_address"], 1 << FIRST_HOME + h)
            if self.chance() < 0.5:
                self.entry(REGISTER, FIELD["household_members"], 1 << FIRST_HOME + h)
        for kid in self.kids:
            if self.chance() < 0.4:
                self.entry(REGISTER, FIELD["legal_authority"], 1 << kid)
        listed = {row["helper"] for row in self.world["places"] if row["listed"]}
        for h in self.team:
            self.entry(HELPER, FIELD["team_members"], FAMILY, h)
            if h in listed:
                self.entry(LISTED, FIELD["team_members"], FAMILY, h)
        if self.chance() < 0.5:
            self.entry(PLAN, PLAN_STATUS, FAMILY)
        self.plan()

    def plan(self):
        self.topics_used = []
        for _ in range(self.r.randint(8, 16)):
            field, about = self.subject_matter()
            e = self.entry(PLAN, field, about, versions=self.history(about))
            self.topics_used.append((field, about))
            if field == FIELD["actions"] and self.chance() < 0.7:
                self.world["entries"][e]["assignee"] = self.pick([self.pick(self.members), FIRST_HELPER + self.pick(self.team)])

    def history(self, about):
        moments = sorted(self.before() if self.chance() < 0.9 else self.near() for _ in range(self.pick((1, 1, 1, 2, 3))))
        return [self.version(moment, about) for moment in moments]

    def subject_matter(self):
        """A field and the subjects of a value that a family would write."""
        kind = self.chance()
        if kind < 0.2:
            return self.pick(ADULT_FIELDS), 1 << self.pick(self.grown)
        if kind < 0.5:
            return self.pick(CHILD_FIELDS), 1 << self.pick(self.kids)
        if kind < 0.65:
            return self.pick(HOME_FIELDS), 1 << FIRST_HOME + self.r.randrange(len(self.world["homes"]))
        if kind < 0.7 and self.baby is not None:
            return self.pick(CHILD_FIELDS), 1 << self.baby
        if kind < 0.75:
            return self.pick(FAMILY_FIELDS), FAMILY
        about = self.mask(self.some(self.members, 4))
        field = self.pick(SHARED_FIELDS)
        if self.chance() < 0.15 and not (PROTECTS | SAFETY) >> field & 1:
            about |= 1 << FIRST_HOME + self.r.randrange(len(self.world["homes"]))
        return field, about

    # ---- grants

    def grants(self):
        for _ in range(self.r.randint(4, 14)):
            self.grant()
        for g in range(len(self.world["grants"])):
            self.entry(GRANT, FIELD["plan_status"], FAMILY, g, recorded=self.world["grants"][g]["recorded"])

    def grant(self):
        recipient = FIRST_HELPER + self.pick(self.team) if self.chance() < 0.75 else self.pick(self.members)
        fields, about = self.shared_matter(recipient)
        fields = {f for f in fields if not OWN_SPACE >> f & 1 or about < 1 << FIRST_HOME}
        about &= ~(1 << recipient) if recipient < FIRST_HOME else -1
        about &= ~self.late()
        if not about or not fields:
            return
        span = self.span(0.82)
        given = span["recorded"]
        basis = CONSENT if self.chance() < 0.88 else self.r.randrange(UNKNOWN_BASIS + 1)
        g = self.add("grants", recipient=recipient, about=about, givers=self.who_gave(about, fields), basis=basis, stops=[],
                     fields=[self.grant_field(f, given) for f in sorted(fields)], confirms=self.confirms(given), **span)
        for _ in range(1 if self.chance() < 0.1 else 0):
            self.world["grants"][g]["stops"].append(self.span(0.5))

    def late(self):
        """Those who were recorded later than what may be said of them."""
        return self.mask(p for p, row in enumerate(self.world["people"]) if row["recorded"] > self.now - 700 * DAY)

    def shared_matter(self, recipient):
        """Fields and subjects: mostly of something that is in the plan."""
        fields = set()
        if self.chance() < 0.75:
            field, about = self.pick(self.topics_used)
            fields.add(field)
            if self.chance() < 0.4:
                about |= self.pick(self.topics_used)[1]
        else:
            about = 1 << self.pick(self.members)
        for _ in range(self.r.randint(0, 4)):
            field, subjects = self.pick(self.topics_used) if self.chance() < 0.6 else self.subject_matter()
            if subjects & about or self.chance() < 0.2:
                fields.add(field)
        if self.chance() < 0.06:
            fields.add(FIELD["residence_status"])
        if about & FAMILY and recipient >= FIRST_HOME and self.chance() < 0.3:
            fields.add(FIELD["team_members"])
        return fields, about

    def who_gave(self, about, fields):
        """Plausible givers: the grant may be older than the birthday that changes who decides."""
        givers = 0
        sealed = any((SUBJECT_ONLY | OWN_SPACE | C5) >> f & 1 for f in fields)
        for s in bits(about):
            if s >= FIRST_HOME or s == self.baby:
                givers |= 1 << (self.father if s == FIRST_HOME + 1 else self.mother)
            elif s in self.kids and not sealed and self.chance() < 0.7:
                givers |= 1 << self.mother | (1 << self.father if self.chance() < 0.7 else 0) | (1 << s if self.chance() < 0.3 else 0)
            else:
                givers |= 1 << s
        return givers

    def grant_field(self, field, given):
        four_eyes = NEVER
        if FOUR_EYES >> field & 1:
            four_eyes = NEVER if self.chance() < 0.15 else given if self.chance() < 0.7 else self.near()
        ended = self.near() if self.chance() < 0.15 else NEVER
        return {"field": field, "level": EXACT if self.chance() < 0.75 else self.pick((DERIVED, EXISTS)), "four_eyes": four_eyes,
                "ended": max(ended, given)}

    def confirms(self, given):
        """The giving, and re-confirmations; the last may lapse just now."""
        moments = [given]
        kind = self.chance()
        if kind < 0.5:
            moments.append(self.now - self.r.randrange(0, 100) * DAY)
        elif kind < 0.7:
            moments.append(self.now - self.pick((104, 105, 106)) * DAY + self.r.randrange(24) * HOUR)
        elif kind < 0.8:
            moments.append(self.near())
        rows = []
        for moment in sorted(set(moment for moment in moments if moment >= given)):
            day = date.fromordinal(EPOCH + (moment + 2 * HOUR) // DAY)
            rows.append({"recorded": moment, "lapses": midnight(day + timedelta(105))})
        return rows

    def requests(self):
        for _ in range(self.pick((0, 1, 1, 2, 3))):
            fields, about = self.shared_matter(FIRST_HELPER)
            fields = {f for f in fields if not OWN_SPACE >> f & 1 or about < 1 << FIRST_HOME}
            about &= ~self.late() & ~FAMILY
            if fields and about:
                self.request(fields, about)

    def request(self, fields, about):
        asked = self.now - self.r.randrange(0, 16) * DAY if self.chance() < 0.7 else self.near()
        asker = FIRST_HELPER + self.pick(self.team)
        recipient = asker if self.chance() < 0.85 else FIRST_HELPER + self.pick(self.team)
        withdrawn = NEVER if self.chance() < 0.8 else asked + self.r.randrange(1, 14) * DAY
        end, replies = min(withdrawn, asked + 14 * DAY), []
        for p in self.some(self.members, 5):
            said = min(end - 1, asked + self.r.randrange(0, 200) ** 2 * HOUR // 120)
            yes = self.mask(f for f in fields if self.chance() < 0.85)
            counts = said if self.chance() < 0.9 else NEVER if self.chance() < 0.4 else said + self.r.randrange(1, 9) * DAY  # on paper
            replies.append({"person": p, "yes": yes, "no": self.mask(fields) & ~yes, "recorded": said, "counts": counts})
        replies.sort(key=lambda row: row["recorded"])
        self.add("requests", asker=asker, recipient=recipient, about=about, fields=self.mask(fields), recorded=asked, lapses=asked + 14 * DAY,
                 until=asked + 200 * DAY, withdrawn=withdrawn, replies=replies, **{"from": asked})

    def about_entries(self):
        """Summaries, statements, restrictions: they speak of plan entries."""
        plan = [e for e, row in enumerate(self.world["entries"]) if row["kind"] == PLAN]
        for e in self.some(plan, 6):
            row = self.world["entries"][e]
            first = self.before()
            for i in range(self.pick((1, 1, 1, 2))):
                self.entry(SUMMARY, row["field"], row["about"], e, recorded=first + i * self.r.randrange(1, 90) * DAY)
        for e in self.some(plan, 3):
            row = self.world["entries"][e]
            self.entry(STATEMENT, row["field"], row["about"], e)
        for _ in range(self.pick((0, 0, 1, 2))):
            self.world["entries"][self.r.randrange(len(self.world["entries"]))]["restrictions"].append(self.span(0.6))

    # ---- questions

    def questions(self):
        edges = self.edges()
        moments = [self.now]
        for _ in range(2):
            moments.append(self.pick(edges) + self.pick((0, 0, -1)) if self.chance() < 0.8 else self.near())
        viewers = [self.pick(self.members), self.pick([self.mother, self.father]), FIRST_HELPER + self.pick(self.team)]
        shown = [row["recipient"] for row in self.world["grants"]] or viewers
        self.world["questions"] = [
            {"viewer": viewer, "at": self.pick(moments)}
            for viewer in (*viewers, self.pick(shown), self.pick(shown), self.pick(range(len(self.world["people"]))))
        ]
        for row in self.world["emergencies"][:1]:
            self.world["questions"].append({"viewer": FIRST_HELPER + row["helper"], "at": row["from"] + self.pick((0, HOUR - 1, HOUR))})
        self.world["asks"] = [self.thought() for _ in range(24)]
        subjects = [*range(len(self.world["people"])), *(FIRST_HOME + h for h in range(len(self.world["homes"])))]
        self.world["gives"] = [(self.r.randrange(69), self.pick(subjects)) for _ in range(12)] + [
            (self.r.randrange(69), self.pick(self.kids)) for _ in range(6)]

    def near_viewer(self):
        """Something that one of those who are asked could well read."""
        viewer = self.pick(self.world["questions"])["viewer"]
        given = [row for row in self.world["grants"] if row["recipient"] == viewer]
        if given and (viewer >= FIRST_HOME or self.chance() < 0.3):
            grant = self.pick(given)
            return self.pick(grant["fields"])["field"], grant["about"]
        if viewer >= FIRST_HOME:
            return self.pick(self.topics_used)
        theirs = [row["of"] for row in self.world["relations"] if row["person"] == viewer and row["kind"] == "holds"]
        homes = [row["of"] for row in self.world["relations"] if row["person"] == viewer and row["kind"] == "manages"]
        about = 1 << viewer
        if theirs and self.chance() < 0.5:
            about = (about if self.chance() < 0.3 else 0) | 1 << self.pick(theirs)
        elif homes and self.chance() < 0.4:
            return self.pick(HOME_FIELDS), 1 << FIRST_HOME + self.pick(homes)
        return self.pick(CHILD_FIELDS if about != 1 << viewer else ADULT_FIELDS), about

    def edges(self):
        """Every moment at which something begins or ends, within reach."""
        found = []
        for rows in ("people", "relations", "capacities", "blocks", "locks", "trusted", "places", "emergency_roles", "holds", "emergencies", "grants"):
            for row in self.world[rows]:
                found += [value for name, value in row.items() if name in EDGES]
        for row in self.world["grants"]:
            for inner in (*row["fields"], *row["confirms"]):
                found += [value for name, value in inner.items() if name in EDGES]
        for row in self.world["people"]:
            found += [row["turns_12"] + 60 * DAY, row["turns_18"] + 60 * DAY]
        return [m for m in found if abs(m - self.now) < 500 * DAY] or [self.now]

    def thought(self):
        """Own space is never of a home or of the unborn: nobody could write that."""
        field, about = self.any_thought()
        return field, about & self.mask(self.members) if OWN_SPACE >> field & 1 else about

    def any_thought(self):
        kind = self.chance()
        if kind < 0.12:
            return self.pick(self.topics_used)
        if kind < 0.5 and self.chance() < 0.8:  # of one of those who are asked
            return self.near_viewer()
        if kind < 0.75 and self.world["grants"]:
            grant = self.pick(self.world["grants"])
            about = grant["about"] if self.chance() < 0.6 else 1 << self.pick(list(bits(grant["about"])))
            return self.pick(grant["fields"])["field"], about
        if kind < 0.78 and self.world["emergencies"]:
            opened = self.pick(self.world["emergencies"])
            return self.pick(list(bits(opened["fields"]))), opened["about"] if self.chance() < 0.3 else 1 << self.pick(list(bits(opened["about"])))
        if kind < 0.84:
            return self.pick(list(bits(JOINT | PROTECTS | SAFETY | OWN_SPACE))), 1 << self.pick(self.kids)
        if kind < 0.95:
            return self.subject_matter()
        return self.r.randrange(69), self.mask(self.some(range(len(self.world["people"])), 3))


EDGES = {"recorded", "from", "until", "ended", "four_eyes", "lapses", "turns_12", "turns_16", "turns_18", "born"}


def world(seed):
    return Maker(seed).world
