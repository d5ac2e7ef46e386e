"""The law of sharing, written a second time: from the prose of domain.md (2 and 3), never from the policy's code.

`Then` is a family at one moment, `Eyes` one viewer's standing in it. A world (worlds.py) is plain rows; sets of subjects and of
fields are integers, bit by bit: person p is bit p, home h is bit 46 + h, the family is bit 62. Each decision names its rule.
Where the prose leaves room the stricter reading stands here; those places say "stricter".

WRONG holds the names of rules that this oracle is to get wrong: prove.py --wrong shows that the comparison would notice.
"""

import json
from pathlib import Path

PROTO = Path(__file__).resolve().parents[2] / "proto"
CATALOGUE = json.loads((PROTO / "catalogue.json").read_text("utf-8"))["fields"]
LAWS = {row["code"]: row["law"] for row in json.loads((PROTO / "jurisdictions.json").read_text("utf-8"))["jurisdictions"]}

NEVER = (1 << 53) - 1
ALWAYS = -NEVER
DAY = 86_400_000_000
NOBODY = 255
FIRST_HELPER = 64
FIRST_HOME = 46
PEOPLE = (1 << FIRST_HOME) - 1
FAMILY = 1 << 62
HOMES = (FAMILY - 1) & ~PEOPLE

HIDDEN, EXISTS, DERIVED, EXACT = range(4)
CONSENT, CONTRACT, LEGAL_DUTY, VITAL, PUBLIC_TASK, LEGITIMATE, UNKNOWN_BASIS = range(7)
PLAN, REGISTER, NAME, LABEL, HELPER, LISTED, GRANT, SUMMARY, STATEMENT = range(9)

FIELDS = range(len(CATALOGUE))
FIELD = {row["id"]: i for i, row in enumerate(CATALOGUE)}
CLASS = [int(row["class"][1]) for row in CATALOGUE]
ALL_FIELDS = (1 << len(CATALOGUE)) - 1


def fields_where(test):
    return sum(1 << i for i, row in enumerate(CATALOGUE) if test(row))


NAMED = fields_where(lambda row: "SS1" in row["steps"])
FOUR_EYES = fields_where(lambda row: "SS2" in row["steps"])
SUBJECT_ONLY = fields_where(lambda row: "SS3" in row["steps"])
NOT_HERE = fields_where(lambda row: "SS5" in row["steps"])
BREAK_GLASS = fields_where(lambda row: row["break_glass"])
JOINT = fields_where(lambda row: row["joint"])
PROTECTS = fields_where(lambda row: row["protects"])
HOUSEHOLD = fields_where(lambda row: row["about"] == "household")
SAFETY = fields_where(lambda row: row["section"] == "H")
OWN_SPACE = fields_where(lambda row: row["section"] == "I")
C5 = fields_where(lambda row: row["class"] == "C5")
C4 = fields_where(lambda row: row["class"] == "C4")
C1_TO_C4 = fields_where(lambda row: row["class"] in ("C1", "C2", "C3", "C4"))
C1_TO_C3 = fields_where(lambda row: row["class"] in ("C1", "C2", "C3"))
OF_ADULTS = fields_where(lambda row: row["about"] in ("adult", "household") or row["id"] == "pregnancy")
OF_CHILD = C1_TO_C4 & ~OF_ADULTS  # a trace of the others could be of the other home
BEYOND_PARENTS = SAFETY | OWN_SPACE | C5  # R-60b
WHOLE_OR_NOTHING = SAFETY | OWN_SPACE | C5  # a lower level covers nothing
CONFIRMED = (NAMED | C4) & ~SAFETY  # paused by silence

PLAN_STATUS, COORDINATOR_CONTACT = FIELD["plan_status"], FIELD["coordinator_contact"]
TEAM_MEMBERS, MEMBER_IDENTITY, PREGNANCY = FIELD["team_members"], FIELD["member_identity"], FIELD["pregnancy"]
HOUSEHOLD_ADDRESS, PROTECTED_ADDRESS = FIELD["household_address"], FIELD["protected_address"]
ACTIONS, RESIDENCE_STATUS, MENTAL_WELLBEING = FIELD["actions"], FIELD["residence_status"], FIELD["mental_wellbeing"]
PROCESS = 1 << PLAN_STATUS | 1 << COORDINATOR_CONTACT

UNDER_12, FROM_12, FROM_16, ADULT = range(4)
TOLD_NOTHING, TOLD_THAT, TOLD_ALL = range(3)
REQUEST_OPEN, REQUEST_COMPLETE, REQUEST_REFUSED = range(3)

WRONG = set()
# What --wrong may break: each name stands at exactly the condition that it switches off.
RULES = (
    "R-02 silence", "R-02 four eyes", "R-03 basis", "R-08 withdrawn", "R-08 stop", "R-11 ended", "R-14 every subject", "R-15",
    "R-15 class", "R-16", "R-17", "R-17 shielded", "R-18", "R-19 place", "R-19 process", "R-19b", "R-20", "R-21", "R-21b", "R-23 topic",
    "R-24 pause", "R-24 grace", "R-24 parents at 16", "R-27 owner", "R-27 not carried over", "R-28", "R-28 not able", "R-40 held",
    "R-40 trusted", "R-48", "R-50 member", "R-50 eligible", "R-50b", "R-54", "R-57b", "R-57c", "R-57d", "R-58 givers", "R-58b",
    "R-58b homes", "R-58b process", "R-60", "R-60b", "R-71", "R-74", "R-80", "R-81", "R-102", "R-102 listed", "lock", "lock homes", "lock gives", "levels",
    "whole or nothing", "history", "summary",
)


def bits(mask):
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def counts(row, at):
    return row["recorded"] <= at and row["from"] <= at < row["until"]


class Then:
    """The family at a moment, whoever looks."""

    def __init__(self, world, at):
        self.world, self.at, self.law = world, at, LAWS[world["law"]]
        self.erased = at >= world["erased"] and "R-81" not in WRONG
        self.closed = at >= world["closed"] and "R-80" not in WRONG
        self.persons(world["people"])
        self.relations(world)
        self.capacities(world["capacities"])
        self.teams(world)
        self.grants = [g for g in world["grants"] if g["recorded"] <= at]
        self.entries = [self.there(e) for e in world["entries"]]
        self.able_memo, self.giver_memo = {}, {}

    def persons(self, people):
        at = self.at
        self.present = FAMILY
        self.members = self.unborn = self.adults = self.minors = 0  # members: born
        self.band, self.owner = {}, {}
        for p, row in enumerate(people):
            if row["recorded"] > at:
                continue
            bit = 1 << p
            self.present |= bit
            if not row["member"]:
                continue
            if row["born"] > at:
                self.unborn |= bit
                self.owner[p] = row["owner"]
                continue
            self.members |= bit
            if at >= row["turns_18"]:
                self.adults |= bit
                self.band[p] = ADULT
            else:
                self.minors |= bit
                self.band[p] = FROM_16 if at >= row["turns_16"] else FROM_12 if at >= row["turns_12"] else UNDER_12

    def relations(self, world):
        at, members = self.at, self.members
        self.shielded = 0
        for h, row in enumerate(world["homes"]):
            if row["recorded"] <= at:
                self.present |= 1 << FIRST_HOME + h
                if row["shielded"]:
                    self.shielded |= 1 << FIRST_HOME + h
        self.residents, self.managers, self.holders = {}, {}, {}
        into = {"lives": self.residents, "manages": self.managers, "holds": self.holders}
        for row in world["relations"]:
            who = members | self.unborn if row["kind"] == "lives" else members
            if not counts(row, at) or not who >> row["person"] & 1:
                continue
            of = row["of"] if row["kind"] == "holds" else FIRST_HOME + row["of"]
            if row["kind"] == "holds" and not self.minors >> of & 1:  # authority is over a born minor
                continue
            into[row["kind"]][of] = into[row["kind"]].get(of, 0) | 1 << row["person"]

    def capacities(self, rows):
        """R-23: rows that speak by now, newest first."""
        spoken = [row for row in rows if row["recorded"] <= self.at and row["from"] <= self.at]
        self.spoken = {}
        for row in sorted(spoken, key=lambda row: (row["from"], row["recorded"]), reverse=True):
            self.spoken.setdefault(row["person"], []).append(row)

    def teams(self, world):
        at = self.at
        self.places, self.emergency_roles = {}, set()
        self.listed = {row["helper"] for row in world["places"] if row["recorded"] <= at and row["listed"]}
        self.coordinators = self.safety_role = frozenset()
        if self.closed:
            return
        for row in world["places"]:
            if counts(row, at) or "R-19 place" in WRONG:
                self.places.setdefault(row["helper"], []).append(row)
        self.emergency_roles = {row["helper"] for row in world["emergency_roles"] if counts(row, at)}
        safety = {h for h, rows in self.places.items() if any(row["safety"] for row in rows)}
        self.coordinators = {h for h, rows in self.places.items() if any(row["coordinator"] for row in rows)}
        self.safety_role = safety or self.coordinators

    def there(self, entry):
        """How many versions of the entry are recorded; 0 where it is not there, or frozen (R-74)."""
        at = self.at
        if at >= entry["withdrawn"]:
            return 0
        if "R-74" not in WRONG:
            for row in entry["restrictions"]:
                if counts(row, at):
                    return 0
        count = 0
        for version in entry["versions"]:
            if version["recorded"] <= at:
                count += 1
        return count

    # ---- who decides

    def recorded_able(self, p, field):
        """R-23: what the newest row that names the field says, or None. field None: that names all fields."""
        wanted = ALL_FIELDS if field is None or "R-23 topic" in WRONG else 1 << field
        for row in self.spoken.get(p, ()):
            if row["topics"] & wanted == wanted:
                return row["able"]
        return None

    def able(self, p, field):
        """A minor who decides for himself: presumed from 12, rebuttable; in BE after assessment also before."""
        key = p << 8 | (field if field is not None else 128)
        known = self.able_memo.get(key)
        if known is None:
            recorded = self.recorded_able(p, field)
            if self.band[p] == UNDER_12:
                known = self.law["able_under_12_as_12"] and recorded is True
            else:
                known = recorded is not False
            self.able_memo[key] = known
        return known

    def view(self, child, field):
        """R-28: what a holder reads of a child's content."""
        band, recorded = self.band[child], self.recorded_able(child, field)
        if band == UNDER_12 and recorded and self.law["able_under_12_as_12"]:
            band = FROM_12
        if band == UNDER_12:
            return self.law["view_under_12"]
        unable = "_not_able" if recorded is False and "R-28 not able" not in WRONG else ""
        return self.law[f"view{unable}_12_15" if band == FROM_12 else f"view{unable}_16_17"]

    def asked_holders(self, child, field):
        """Holders of authority who can be asked: not one who is blocked for the child, or locked from that about it."""
        holders = self.holders.get(child, 0)
        for holder in bits(holders):
            if self.shut_out(holder, 1 << child, field) and "R-58 givers" not in WRONG:
                holders &= ~(1 << holder)
        return holders

    def shut_out(self, person, subject, field):
        at = self.at
        for row in self.world["blocks"]:
            if row["person"] == person and row["protects"] & subject and counts(row, at):
                return True
        for row in self.world["locks"]:
            if row["not_for"] == person and row["about"] & subject and row["fields"] >> field & 1 and counts(row, at):
                return True
        return False

    def givers(self, field, subject):
        """R-21: whose yes a grant of the field about this one subject needs; 0 = nobody can give it. None: not fixed by the prose."""
        key = field << 8 | subject
        if key not in self.giver_memo:
            self.giver_memo[key] = 0 if self.erased else self.who_gives(field, subject)
        return self.giver_memo[key]

    def who_gives(self, field, subject):
        bit = 1 << field
        if subject == 62:
            return None
        if not self.present >> subject & 1 or bit & NOT_HERE:
            return 0
        if subject >= FIRST_HOME:  # all managers; no grant of its address opens a shielded home
            if field == HOUSEHOLD_ADDRESS and self.shielded >> subject & 1:
                return 0
            return self.managers.get(subject, 0)
        me = 1 << subject
        if self.unborn & me:
            owner = self.owner[subject]
            if owner == NOBODY:
                return 0
            return 1 << owner & self.members
        if self.adults & me:
            return me
        if not self.minors & me:
            return 0
        if bit & OWN_SPACE and "R-21b" not in WRONG:
            return me
        return self.for_minor(field, subject, me)

    def for_minor(self, field, child, me):
        bit, able, band = 1 << field, self.able(child, field), self.band[child]
        if "R-21" in WRONG:
            able = False
        if bit & SAFETY and "R-57b" not in WRONG:  # R-57b: those protected; for a small child alone the holders who may be asked
            return me if able else 0 if bit & C5 else self.asked_holders(child, field)
        alone = able and (band == FROM_16 or self.law["givers_12_15"] == "MINOR")
        if bit & SUBJECT_ONLY and (able or field != MENTAL_WELLBEING):  # no proxy, no parent; mental_wellbeing: for minors who decide
            return me if able else 0
        if alone:
            return me
        holders = self.asked_holders(child, field)
        if not holders and "R-20" not in WRONG:
            return 0
        return holders | me if able else holders

    # ---- requests

    def request_givers(self, request, field):
        """R-21, R-57b, R-57d: all subjects together; 0 if some subject has nobody. None: not fixed by the prose."""
        about, asked = request["about"], 0
        if about & FAMILY:
            return None
        if self.erased or NOT_HERE >> field & 1:
            return 0
        if SAFETY >> field & 1:
            decide = self.who_decide(about, field)
            if decide and not about & ~self.present & PEOPLE:
                return decide  # small children are carried by those protected with them: the other parent is not asked
        for s in bits(about):
            givers = self.givers(field, s)
            if not givers:
                return givers
            asked |= givers
        return asked

    def asked_too(self, request, field):
        """Who gives some part of it, whether or not the others have somebody."""
        decide = self.who_decide(request["about"], field) if SAFETY >> field & 1 else 0
        if self.erased or NOT_HERE >> field & 1 or decide:
            return 0 if self.erased or NOT_HERE >> field & 1 else decide
        asked = 0
        for s in bits(request["about"] & ~FAMILY):
            asked |= self.givers(field, s) or 0
        return asked

    def who_decide(self, about, field):
        decide = about & self.adults
        return decide | sum(1 << p for p in bits(about & self.minors) if self.able(p, field))

    def request_state(self, request, field):
        """R-31: the stricter answer wins; R-32: good faith, where one holder is enough."""
        said = {}
        end = min(request["lapses"], request["withdrawn"])
        for reply in request["replies"]:
            if reply["recorded"] <= self.at and reply["counts"] <= self.at and reply["counts"] < end:
                if reply["yes"] >> field & 1:
                    said[reply["person"]] = True
                elif reply["no"] >> field & 1:
                    said[reply["person"]] = False
        asked = self.request_givers(request, field)
        if not asked:
            return REQUEST_OPEN if asked == 0 else None
        if any(said.get(p) is False for p in bits(asked)):
            return REQUEST_REFUSED
        agreed = sum(1 << p for p, yes in said.items() if yes)
        if not asked & ~agreed:
            return REQUEST_COMPLETE
        if SAFETY >> field & 1:
            return REQUEST_OPEN
        enough = all(self.subject_agrees(field, s, agreed) for s in bits(request["about"]))
        return REQUEST_COMPLETE if enough else REQUEST_OPEN

    def subject_agrees(self, field, s, agreed):
        givers = self.givers(field, s)
        return not givers & ~agreed or bool(givers & agreed) and self.good_faith(field, s)

    def good_faith(self, field, s):
        if not self.minors >> s & 1 or self.able(s, field) or CLASS[field] >= 3:
            return False
        if self.law["givers_under_12"] != "HOLDERS_GOOD_FAITH":
            return False
        return not any(row["child"] == s and row["topics"] >> field & 1 and counts(row, self.at) for row in self.world["conflicts"])

    # ---- grants, whoever looks

    def stopped(self, grant):
        return any(counts(row, self.at) for row in grant["stops"]) and "R-08 stop" not in WRONG

    def basis_holds(self, grant):
        basis = grant["basis"]
        if basis == PUBLIC_TASK:
            return self.law["cross_domain_public_task"] or "R-03 basis" in WRONG
        return basis != UNKNOWN_BASIS or "R-03 basis" in WRONG

    def grant_runs(self, grant):
        at = self.at
        if grant["recorded"] > at or grant["from"] > at or at >= grant["until"] and "R-11 ended" not in WRONG:
            return False
        return not self.stopped(grant) and self.basis_holds(grant)

    def field_runs(self, grant, row):
        """R-02, R-08: this field of a grant that runs."""
        at, bit = self.at, 1 << row["field"]
        if row["ended"] <= at and "R-08 withdrawn" not in WRONG or bit & NOT_HERE:
            return False
        if bit & FOUR_EYES and row["four_eyes"] > at and "R-02 four eyes" not in WRONG:
            return False
        if bit & CONFIRMED and "R-02 silence" not in WRONG:
            spoken = [row for row in grant["confirms"] if row["recorded"] <= at]
            if not spoken or at >= max(spoken, key=lambda row: row["recorded"])["lapses"]:
                return False
        return row["level"] == EXACT or not bit & WHOLE_OR_NOTHING or "whole or nothing" in WRONG

    def reaches(self, grant, field):
        """The subjects of the grant whom it still covers for the field: birth (R-27) and birthdays (R-24)."""
        about = grant["about"] & self.present & ~self.in_vain(grant, field)
        if OWN_SPACE >> field & 1:
            about &= ~self.unborn
        newest = max((row["recorded"] for row in grant["confirms"] if row["recorded"] <= self.at), default=grant["recorded"])
        for p in bits(about & PEOPLE):
            row = self.world["people"][p]
            if ALWAYS < row["born"] <= self.at and grant["recorded"] < row["born"] and "R-27 not carried over" not in WRONG:
                about &= ~(1 << p)
            elif not grant["givers"] >> p & 1 and self.paused_by_birthday(row, newest, field, self.holders.get(p, 0) >> grant["recipient"] & 1):
                about &= ~(1 << p)
        return about

    def in_vain(self, grant, field):
        """T9: what somebody gave while a lock kept him out of it opens nothing, as long as that lock counts."""
        vain = 0
        for row in self.world["locks"]:
            his = row["not_for"] < FIRST_HOME and grant["givers"] >> row["not_for"] & 1 and row["fields"] >> field & 1
            if not his or not counts(row, self.at) or not counts(row, grant["recorded"]) or "lock gives" in WRONG:
                continue
            vain |= row["about"]
            if HOUSEHOLD >> field & 1:
                vain |= sum(1 << h for h, who in self.residents.items() if who & row["about"] and not self.managers.get(h, 0) >> row["not_for"] & 1)
        return vain

    def born_since(self, grant):
        """R-27: a grant about the unborn says nothing of the child that is born."""
        people = self.world["people"]
        return sum(1 << p for p in bits(grant["about"] & PEOPLE) if ALWAYS < people[p]["born"] <= self.at and grant["recorded"] < people[p]["born"])

    def paused_by_birthday(self, person, newest, field, to_parent):
        at, law = self.at, self.law
        if SAFETY >> field & 1:  # never paused by silence
            return False
        for age in ("12", "16", "18"):
            turns, what = person["turns_" + age], law["at_" + age]
            if turns > at or newest >= turns or turns == ALWAYS:
                continue
            if what == "PAUSE" and "R-24 pause" not in WRONG:
                grace = law["transition_grace_days"] * DAY if CLASS[field] <= 2 and "R-24 grace" not in WRONG else 0
                if at >= turns + grace:
                    return True
            if what == "PARENTS_ONLY" and to_parent and "R-24 parents at 16" not in WRONG:
                return True
        return False


class Eyes:
    """One viewer at one moment."""

    def __init__(self, then, viewer):
        self.then, self.viewer, self.world, self.at = then, viewer, then.world, then.at
        self.person = viewer if viewer < FIRST_HOME else None
        self.helper = viewer - FIRST_HELPER if FIRST_HELPER <= viewer < NOBODY else None
        self.me = 1 << viewer if self.person is not None else 0
        self.stand()
        self.memo, self.entry_memo, self.held_memo = {}, {}, {}
        self.met_memo = None
        if self.active:
            self.shut()
            self.given()
            self.opened()

    def stand(self):
        then = self.then
        places = then.places.get(self.helper, ()) if self.helper is not None else ()
        self.place = bool(places)
        self.official = any(row["authority_role"] for row in places)
        self.emergency_role = self.helper in then.emergency_roles
        if self.person is not None:
            self.active = bool(then.members & self.me)
            self.process = self.active and self.world["people"][self.person]["account"]
        else:
            self.active = self.place or self.emergency_role
            self.process = self.place
        if then.erased:
            self.active = self.process = False
        self.own = self.managed = self.children = self.trusted = self.trusting = 0
        if not self.active:
            return
        if self.person is not None:
            self.own = self.me
            if "R-27 owner" not in WRONG:
                self.own |= sum(1 << p for p, owner in then.owner.items() if owner == self.person)
            self.managed = sum(1 << h for h, who in then.managers.items() if who & self.me)
            self.children = sum(1 << c for c, who in then.holders.items() if who & self.me)
        for row in self.world["trusted"]:
            if row["trusted"] == self.viewer and counts(row, self.at) and (self.person is not None or self.place):
                self.trusting |= 1 << row["minor"] & then.minors
        if then.law["trusted_reads"] and "R-40 trusted" not in WRONG:
            self.trusted = self.trusting

    def shut(self):
        """R-58b and the safety lock: for each field, what about it is not for him."""
        then, at = self.then, self.at
        self.blocked, self.partly = 0, []
        for row in self.world["blocks"]:
            if self.person is not None and row["person"] == self.person and counts(row, at) and "R-58b" not in WRONG:
                self.blocked |= row["protects"]
        for row in self.world["locks"]:
            if row["not_for"] != self.viewer or not counts(row, at) or "lock" in WRONG:
                continue
            if row["fields"] == ALL_FIELDS:
                self.blocked |= row["about"]
            else:
                homes = 0 if "lock homes" in WRONG else self.homes_of(row["about"]) & ~self.managed
                self.partly.append((row["fields"], row["about"], row["about"] | homes))
        if self.blocked:
            self.blocked |= FAMILY
            if "R-58b homes" not in WRONG:
                self.blocked |= self.homes_of(self.blocked) & ~self.managed

    def homes_of(self, people):
        return sum(1 << h for h, who in self.then.residents.items() if who & people)

    def denied(self, field, about):
        if about == self.me:  # what is about him alone stays his
            return False
        process = CLASS[field] == 0 and "R-58b process" not in WRONG  # stays open
        if about & self.blocked & ~(FAMILY if process else 0):
            return True
        for fields, people, with_homes in self.partly:
            if fields >> field & 1 and about & (with_homes if HOUSEHOLD >> field & 1 else people):
                return True
        return False

    def no_trace(self, field, about):
        return self.denied(field, about) or bool(about & self.blocked) and about != self.me

    def given(self):
        """What the active grants to him cover: for each field, subjects at level exact, at least derived, at least exists."""
        then = self.then
        self.grants = {}
        if self.helper is not None and not self.place:
            return
        for grant in then.grants:
            if grant["recipient"] == self.viewer and then.grant_runs(grant):
                for row in grant["fields"]:
                    if then.field_runs(grant, row):
                        self.add_grant(grant, row)

    def add_grant(self, grant, row):
        cover = self.grants.setdefault(row["field"], [0, 0, 0])
        about = self.then.reaches(grant, row["field"])
        level = EXACT if "levels" in WRONG else row["level"]
        if level == EXACT:
            cover[0] |= about
        if level >= DERIVED:
            cover[1] |= about
        cover[2] |= about

    def opened(self):
        """R-50, R-50b, R-54: for each field, subjects whom his open emergencies name."""
        self.emergencies = {}
        if not self.emergency_role:
            return
        eligible = (ALL_FIELDS if "R-50 eligible" in WRONG else BREAK_GLASS) & ~C5 | (C5 if "R-54" in WRONG else 0)
        for row in self.world["emergencies"]:
            running = counts(row, self.at) or "R-50b" in WRONG and row["recorded"] <= self.at
            if row["helper"] == self.helper and running:
                about = row["about"] if "R-50 member" in WRONG else row["about"] & (self.members_too() | HOMES)
                for field in bits(row["fields"] & eligible):
                    self.emergencies[field] = self.emergencies.get(field, 0) | about

    def members_too(self):
        return self.then.members | self.then.unborn

    def held(self, field):
        """R-40: the subjects about whom the field is held back from him."""
        if field not in self.held_memo:
            mask = 0
            for row in self.world["holds"]:
                if row["from_whom"] & self.me and row["fields"] >> field & 1 and counts(row, self.at):
                    mask |= row["about"]
            self.held_memo[field] = 0 if "R-40 held" in WRONG else mask
        return self.held_memo[field]

    # ---- covers

    def cover(self, field):
        known = self.memo.get(field)
        if known is None:
            exact = self.exactly(field)
            grants = self.grants.get(field, (0, 0, 0))
            known = self.memo[field] = (exact | grants[0], exact | grants[1], exact | grants[2])
        return known

    def exactly(self, field):
        """Everything that covers at level exact but grants."""
        bit, held = 1 << field, self.held(field)
        exact = self.own & ~held | self.emergencies.get(field, 0)
        if not bit & (SAFETY | OWN_SPACE | C5):
            exact |= self.trusted & ~held  # stricter: also the trusted person may be one from whom it is held back
        if "R-17" not in WRONG:
            exact |= self.managed
        if bit & JOINT and "R-18" not in WRONG:
            exact |= self.children
        for child in bits(self.children):
            if self.by_parenthood(child, field, held):
                exact |= 1 << child
        return exact

    def by_parenthood(self, child, field, held):
        bit = 1 << field
        if "R-28" in WRONG or held >> child & 1 or bit & BEYOND_PARENTS and "R-60b" not in WRONG:
            return False  # stricter: what is held back is so whatever the age
        view = self.then.view(child, field)
        if view == "IDENTITY":
            return field == MEMBER_IDENTITY
        if view == "C1":
            return CLASS[field] == 1
        return view in ("ALL", "ALL_UNLESS_HELD") and bit & C1_TO_C4

    def value(self, field, about):
        """R-107: a thought value of the field with exactly these subjects."""
        if not self.active or not about or about & ~self.then.present or self.denied(field, about):
            return HIDDEN
        if field == HOUSEHOLD_ADDRESS and about & self.then.shielded and "R-17 shielded" not in WRONG:
            return self.value(PROTECTED_ADDRESS, self.behind_shield(about))
        if NOT_HERE >> field & 1 or field == RESIDENCE_STATUS and self.official and "R-48" not in WRONG:
            return HIDDEN
        if about == FAMILY and self.process and PROCESS >> field & 1 and "R-19 process" not in WRONG:
            return EXACT
        if about & ~PEOPLE and (C5 | OWN_SPACE) >> field & 1:  # of persons only
            return HIDDEN
        exact, derived, exists = self.cover(field)
        if "R-14 every subject" in WRONG:
            return EXACT if about & exact else DERIVED if about & derived else EXISTS if about & exists else HIDDEN
        return EXACT if not about & ~exact else DERIVED if not about & ~derived else EXISTS if not about & ~exists else HIDDEN

    def behind_shield(self, about):
        """R-17: household_address of a shielded home is protected_address about its residents."""
        residents = 0
        for home in bits(about & self.then.shielded):
            residents |= self.then.residents.get(home, 0)
        return about & ~self.then.shielded | residents

    # ---- entries

    def reads(self, e):
        """The level at which he reads the newest version of an entry, and the list of versions that he reads: [(index, level)]."""
        if e not in self.entry_memo:
            entry = self.world["entries"][e]
            there = self.then.entries[e]
            self.entry_memo[e] = self.read(entry, there, e) if there and self.active else []
        return self.entry_memo[e]

    def level(self, e):
        newest = self.then.entries[e] - 1
        return next((level for version, level in self.reads(e) if version == newest), HIDDEN)

    def read(self, entry, there, e):
        kind = entry["kind"]
        if kind <= REGISTER:
            return self.read_value(entry, there)
        return [(v, level) for level in (self.read_other(kind, entry, e),) if level for v in range(there)]

    def read_value(self, entry, there):
        field, about = entry["field"], entry["about"]
        level = self.value(field, about)
        if level < EXACT and self.whole(entry, field, about):
            level = EXACT
        if level == EXACT or "history" in WRONG and level:
            return [(v, level) for v in range(there)]
        seen = []
        for v in range(there):
            if self.own_words(entry, entry["versions"][v], field, about):
                seen.append((v, EXACT))
            elif level and v == there - 1:
                seen.append((v, level))
        return seen

    def whole(self, entry, field, about):
        """R-16, R-57c, R-57d: the entry, whatever its subjects' rules."""
        if not about or about & ~self.then.present or self.denied(field, about):
            return False
        if field == ACTIONS and entry["assignee"] == self.viewer and (self.person is not None or self.place) and "R-16" not in WRONG:
            return True
        if field == HOUSEHOLD_ADDRESS and about & self.then.shielded:
            field, about = PROTECTED_ADDRESS, self.behind_shield(about)
            if not about or self.denied(field, about):
                return False
        if not PROTECTS >> field & 1:
            return False
        return self.protected(field, about) or field == PROTECTED_ADDRESS and self.released(about)

    def protected(self, field, about):
        if not about & self.me or "R-57c" in WRONG or self.held(field) & about:
            return False
        return bool(self.then.adults & self.me) or self.then.able(self.person, field)

    def released(self, about):
        """R-57d: by every adult subject, for all people in it."""
        adults = about & self.then.adults
        if "R-57d" in WRONG or not adults or about & self.me or about & ~PEOPLE:
            return False
        return not adults & ~self.cover(PROTECTED_ADDRESS)[0]

    def own_words(self, entry, version, field, about):
        """R-15: C1 to C3, members only, and of the plan: people and homes are read as their fields (R-19b)."""
        if entry["kind"] != PLAN or not self.me & (version["agreed"] | version["wrote"]) or "R-15" in WRONG or about & ~self.then.present or self.denied(field, about):
            return False
        if field == HOUSEHOLD_ADDRESS and about & self.then.shielded:
            return False
        return bool((ALL_FIELDS if "R-15 class" in WRONG else C1_TO_C3) >> field & 1)

    def read_other(self, kind, entry, e):
        of = entry["of"]
        if kind == NAME:
            return EXACT if self.known() >> of & 1 else HIDDEN
        if kind == LABEL:
            return EXACT if self.known() >> FIRST_HOME + of & 1 else HIDDEN
        if kind == HELPER:
            return EXACT if self.sees_helper(of) == EXACT else HIDDEN
        if kind == LISTED:
            return DERIVED if self.sees_helper(of) == DERIVED else HIDDEN
        if kind == GRANT:
            return EXACT if self.sees_grant(of) else HIDDEN
        if kind == SUMMARY:
            level = self.level(of)
            shown = level == EXACT or level >= (EXISTS if "summary" in WRONG else DERIVED) and self.newest_summary(of) == e
            return EXACT if shown else HIDDEN
        return EXACT if self.level(of) >= (DERIVED if "R-71" in WRONG else EXACT) else HIDDEN

    def newest_summary(self, of):
        rows = [(max(v["recorded"] for v in row["versions"][: self.then.entries[e]]), e)
                for e, row in enumerate(self.world["entries"]) if row["kind"] == SUMMARY and row["of"] == of and self.then.entries[e]]
        return max(rows)[1] if rows else None

    # ---- grants, helpers, names

    def sees_grant_field(self, grant, row):
        """R-09, R-57b, R-60: who finds a trace of this field of a grant."""
        field, then = row["field"], self.then
        about = grant["about"] & ~then.born_since(grant)
        if not about or not self.active or grant["recorded"] > self.at or self.no_trace(field, about):
            return False
        if grant["givers"] & self.me:
            return True
        if grant["recipient"] == self.viewer and self.works(grant, row):
            return True
        return self.concerned(grant, field, about)

    def works(self, grant, row):
        """Of what is given to him he finds a trace while it works (R-08, R-09): not before four eyes, not when it is paused."""
        if self.helper is not None and not self.place or row["field"] == RESIDENCE_STATUS and self.official:
            return False
        then = self.then
        return then.grant_runs(grant) and then.field_runs(grant, row) and bool(then.reaches(grant, row["field"]))

    def met(self):
        """Whom he knows by R-19b without any entry: also those about whom he gave something. Nobody else's name is told by a grant (R-30)."""
        if self.met_memo is not None:
            return self.met_memo
        known = self.known_apart()
        for grant in self.then.grants:
            given = grant["givers"] & self.me
            if given or grant["recipient"] == self.viewer and any(self.works(grant, row) for row in grant["fields"]):
                known |= grant["about"] & ~self.then.born_since(grant)
        for about in self.emergencies.values():
            known |= about
        self.met_memo = known & self.then.present & ~(self.blocked & ~self.me)
        return self.met_memo

    def concerned(self, grant, field, about):
        """One of the subjects who decides for himself, or who decides for one of them."""
        then = self.then
        if self.person is None or SAFETY >> field & 1 and "R-60" not in WRONG:  # R-57b, R-60: of safety only who gives and who receives
            return False
        if about & self.me and (then.adults & self.me or then.able(self.person, field)):
            return True
        if about & HOMES & self.managed and not C5 >> field & 1:
            return True
        if grant["recipient"] < FIRST_HOME and not self.met() >> grant["recipient"] & 1:
            return False
        # From 12 a grant is the young person's own affair, and what is of a household may be of the other one.
        theirs = sum(1 << p for p in bits(about & self.children & ~self.held(field)) if then.band[p] == UNDER_12)
        if not OF_CHILD >> field & 1:
            theirs = 0
        held = self.held(field)
        return bool(about & self.own & then.unborn) or any(self.by_parenthood(child, field, held) for child in bits(theirs))

    def sees_grant(self, g):
        grant = self.world["grants"][g]
        return any(self.sees_grant_field(grant, row) for row in grant["fields"])

    def sees_helper(self, h):
        """R-102."""
        if not self.active:
            return HIDDEN
        if h == self.helper or h in self.then.coordinators and self.process:
            return EXACT
        if self.person is None:
            return self.in_team(h)
        if "R-102" in WRONG:
            return EXACT
        seen = self.asked_by(h) or self.told_of(h)
        for grant in self.then.grants:
            if grant["recipient"] != FIRST_HELPER + h:
                continue
            for row in grant["fields"]:
                if self.no_trace(row["field"], grant["about"]):
                    continue
                if grant["givers"] & self.me:
                    return EXACT
                if not seen and self.near(grant["about"] & ~self.then.born_since(grant), row["field"]):
                    seen = True
        if not seen:
            return HIDDEN
        return DERIVED if h in self.then.listed and "R-102 listed" not in WRONG else EXACT

    def in_team(self, h):
        """A helper who was given team_members about somebody for whom that helper works."""
        team = self.grants.get(TEAM_MEMBERS, (0,))[0]
        works = (grant for grant in self.then.grants if grant["recipient"] == FIRST_HELPER + h and grant["about"] & team)
        hushed = BEYOND_PARENTS | NOT_HERE  # stricter: as for parents, only those who share such a thing learn that it is shared
        shows = lambda field, about: not hushed >> field & 1 and not self.no_trace(field, about)
        if not any(shows(row["field"], grant["about"]) for grant in works for row in grant["fields"]):
            return HIDDEN
        return DERIVED if h in self.then.listed and "R-102 listed" not in WRONG else EXACT

    def near(self, about, field):
        """About him, or about a child or home whose content he may read: not through what he reads of neither (R-60)."""
        if SAFETY >> field & 1 and "R-60" not in WRONG:
            return False
        if about & (self.own | (0 if (OWN_SPACE | C5) >> field & 1 else self.managed)):  # stricter: those are of persons only
            return True
        return any(self.reads_content(child, field, OF_CHILD) for child in bits(about & self.children))

    def reads_content(self, child, field, fields):
        """The child's whole content (R-23: the general view), and this field of it: who sees a grant knows to whom it is."""
        if not fields & ~BEYOND_PARENTS & 1 << field or self.held(field) >> child & 1:
            return False
        return self.then.view(child, None) in ("ALL", "ALL_UNLESS_HELD") and bool(self.by_parenthood(child, field, self.held(field)))

    def asked_by(self, h):
        """Whoever must answer a request learns who asks."""
        for row in self.world["requests"]:
            if FIRST_HELPER + h in (row["asker"], row["recipient"]) and self.part_of(row):
                return True
        return False

    def kept(self, field, about):
        """What the address of a shielded home says, it says of those who live there (R-17)."""
        behind = field == HOUSEHOLD_ADDRESS and about & self.then.shielded
        return self.denied(field, about) or bool(behind) and self.denied(PROTECTED_ADDRESS, self.behind_shield(about))

    def part_of(self, request):
        """The fields of a request of which he is a required giver (R-30: his parts only)."""
        if self.person is None or not self.active or request["recorded"] > self.at:
            return 0
        part = 0
        for field in bits(request["fields"]):
            if not self.kept(field, request["about"]) and self.then.asked_too(request, field) & self.me:
                part |= 1 << field
        return part

    def sees_request(self, request):
        """Its asker; who must answer."""
        if not self.active or request["recorded"] > self.at:
            return False
        if self.viewer in (request["asker"], request["recipient"]):
            return any(not self.kept(field, request["about"]) for field in bits(request["fields"]))
        return bool(self.part_of(request))

    def told_of(self, h):
        """An emergency that he is told of is, for the team, like a grant: about him, or a child whose content he may read."""
        for row in self.world["emergencies"]:
            if row["helper"] == h and self.told(row):
                small = any(self.then.band[c] == UNDER_12 for c in bits(row["about"] & self.children))
                if row["about"] & self.own or small and row["fields"] & ~BEYOND_PARENTS:
                    return True
        return False

    def told(self, row):
        """R-52: what he learns of an emergency."""
        if not self.active or row["recorded"] > self.at:
            return TOLD_NOTHING
        if self.helper is not None:
            return TOLD_ALL if row["helper"] == self.helper or self.helper in self.then.safety_role else TOLD_NOTHING
        if row["told"] > self.at:
            return TOLD_NOTHING
        then, opened = self.then, row["fields"] & BREAK_GLASS
        if row["about"] & self.me and (then.adults & self.me or any(then.able(self.person, f) for f in bits(opened))):
            return TOLD_ALL
        theirs = sum(1 << c for c in bits(row["about"] & self.children) if not any(self.denied(f, 1 << c) for f in bits(row["fields"])))
        if not theirs:
            return TOLD_NOTHING
        own = any((SAFETY | OWN_SPACE) >> f & 1 or then.able(child, f) for f in bits(row["fields"]) for child in bits(theirs))
        return TOLD_THAT if own or theirs != row["about"] & self.children else TOLD_ALL  # of all of them, or only that

    def known(self):
        """R-19b."""
        if not self.active:
            return 0
        if "R-19b" in WRONG:
            return self.known_apart()
        known = self.met()
        for e, entry in enumerate(self.world["entries"]):
            if entry["kind"] <= REGISTER and entry["about"] & ~known and self.reads(e):
                known |= entry["about"]
        known &= self.then.present & ~FAMILY & ~(self.blocked & ~self.me)
        return known & ~self.then.unborn | self.unborn_known()

    def known_apart(self):
        if not self.active:
            return 0
        then = self.then
        known = self.me | self.managed | self.trusting
        for home, who in then.residents.items():
            if who & self.me:
                known |= who | 1 << home
        for child, holders in then.holders.items():
            if (holders | 1 << child) & self.me:
                known |= holders | 1 << child
        return known

    def unborn_known(self):
        known = self.own & self.then.unborn
        for p, owner in self.then.owner.items():
            if owner != NOBODY and (self.value(PREGNANCY, 1 << owner) == EXACT or self.reads_pregnancy(1 << owner)):
                known |= 1 << p
        return known & ~self.blocked


    def reads_pregnancy(self, owner):
        return any(row["field"] == PREGNANCY and row["kind"] <= REGISTER and row["about"] & owner and any(level == EXACT for _, level in self.reads(e))
                   for e, row in enumerate(self.world["entries"]))


def answer(world, question):
    """All answers to one question {viewer, at}, in the shape that judge.c prints."""
    then = world.setdefault("then", {}).get(question["at"])
    if then is None:
        then = world["then"][question["at"]] = Then(world, question["at"])
    eyes = Eyes(then, question["viewer"])
    permits, versions = [], []
    for e in range(len(world["entries"])):
        seen = eyes.reads(e)
        if seen:
            permits.append([e, *max(seen, key=lambda row: (row[1], row[0]))])  # his own words before less than the newest
            versions.append([e, sum(level << 2 * v for v, level in seen)])
    return {
        "permits": permits,
        "versions": versions,
        "asks": [eyes.value(field, about) for field, about in world["asks"]],
        "givers": [then.givers(field, subject) for field, subject in world["gives"]],
        "helpers": [eyes.sees_helper(h) for h in range(len(world["helpers"]))],
        "grants": [sum(eyes.sees_grant_field(g, row) << i for i, row in enumerate(g["fields"])) for g in world["grants"]],
        "requests": [eyes.sees_request(row) for row in world["requests"]],
        "parts": [eyes.part_of(row) for row in world["requests"]],
        "asked": [then.request_givers(row, f) for row in world["requests"] for f in bits(row["fields"])],
        "states": [then.request_state(row, f) for row in world["requests"] for f in bits(row["fields"])],
        "told": [eyes.told(row) for row in world["emergencies"]],
        "known": eyes.known(),
    }
