#!/usr/bin/env python3
"""Works out again, from the prose of domain.md and not from the code, what the policy answered about random families.

Deliberately naive: sets of subjects, one question at a time, nothing computed ahead. Reads the JSON lines of `worlds` and stops at
the first differences. Usage: oracle.py CATALOGUE.json WORLDS-PROGRAM COUNT [SEED]
"""
import functools
import json
import subprocess
import sys

NEVER = 2**63 - 1
LONG_AGO = -(2**63)
DAY = 86400 * 10**6
HOME0, FAMILY, UNKNOWN, HELPER0, NOBODY = 46, 62, 63, 64, 255
PLAN, REGISTER, NAME, LABEL, HELPER, LISTED, GRANT = range(7)
LIVES, MANAGES, AUTHORITY = range(3)
JOINT = {"residence_schedule", "separation_agreements", "legal_authority"}
PROTECTING = {"safety_plan", "contact_ban", "protected_address"}
VALID_BASES = {0, 1, 2, 3, 5}  # consent, contract, legal duty, vital, legitimate; a public task only where the law allows it


@functools.lru_cache(maxsize=None)
def bits(mask):
    return frozenset(i for i in range(64) if mask >> i & 1)


class Field:
    def __init__(self, row):
        self.id = row["id"]
        self.level = int(row["class"][1])
        self.about = row["about"]
        self.writers = set(row["writers"])
        self.steps = set(row["steps"])
        self.emergency = row["break_glass"]
        self.safety = row["section"] == "H"
        self.own_space = row["section"] == "I"
        self.secret = self.safety or self.own_space or self.level == 5


class World:
    def __init__(self, data, fields):
        self.__dict__.update(data)
        self.fields = fields
        self.be = self.law == "BE-VLG"


def now(recorded, since, until, at):
    return recorded <= at and since <= at and at < until


class View:
    """One family, one viewer, one moment."""

    def __init__(self, world, viewer, at):
        self.w, self.viewer, self.at = world, viewer, at

    # --- who everybody is -------------------------------------------------------------------------------------------

    def exists(self, x):
        if x == FAMILY:
            return True
        if x < len(self.w.people):
            return self.w.people[x][0] <= self.at
        return HOME0 <= x < HOME0 + len(self.w.homes) and self.w.homes[x - HOME0][0] <= self.at

    def is_person(self, x):
        return x < HOME0

    def member(self, p):
        return p < len(self.w.people) and self.exists(p) and self.w.people[p][6] == 1

    def unborn(self, p):
        return self.exists(p) and self.w.people[p][1] > self.at

    def age(self, p):
        """0, 12, 16 or 18: the band; None for the unborn."""
        if self.unborn(p):
            return None
        _, _, at12, at16, at18, *_ = self.w.people[p]
        return 18 if self.at >= at18 else 16 if self.at >= at16 else 12 if self.at >= at12 else 0

    def adult(self, x):
        return self.is_person(x) and self.exists(x) and self.age(x) == 18

    def minor(self, x):
        return self.is_person(x) and self.exists(x) and self.age(x) in (0, 12, 16)

    def capacity(self, p):
        """True, False, or None if nothing is recorded."""
        rows = [(since, recorded, i, able) for i, (who, able, recorded, since) in enumerate(self.w.capacities)
                if who == p and recorded <= self.at and since <= self.at]
        return bool(max(rows)[3]) if rows else None

    def able(self, p):
        """A minor who decides: 12 or more unless recorded otherwise; younger only in BE and only by record."""
        if not self.minor(p):
            return False
        if self.age(p) == 0:
            return self.w.be and self.capacity(p) is True
        return self.capacity(p) is not False

    def tied(self, kind, of, person):
        return any(k == kind and o == of and p == person and now(r, f, u, self.at) for k, p, o, r, f, u in self.w.relations)

    def everybody(self):
        return {p for p in range(len(self.w.people)) if self.member(p)}

    def all_homes(self):
        return {HOME0 + h for h in range(len(self.w.homes)) if self.exists(HOME0 + h)}

    def residents(self, home):
        return {p for p in self.everybody() if self.tied(LIVES, home - HOME0, p)}

    def managers(self, home):
        return {p for p in self.everybody() if self.tied(MANAGES, home - HOME0, p) and not self.unborn(p)}

    def holders(self, child):
        if not self.minor(child):
            return set()
        return {p for p in self.everybody() if self.tied(AUTHORITY, child, p) and not self.unborn(p)}

    # --- the viewer -------------------------------------------------------------------------------------------------

    def erased(self):
        return self.at >= self.w.erased

    def helper(self):
        return HELPER0 <= self.viewer < NOBODY

    def place(self, helper=None, what=None):
        helper = self.viewer if helper is None else helper
        return any(HELPER0 + h == helper and now(r, f, u, self.at) and (what is None or (c, a)[what])
                   for h, c, a, _, r, f, u in self.w.places)

    def emergency_role(self):
        return any(HELPER0 + h == self.viewer and now(r, f, u, self.at) for h, r, f, u in self.w.roles)

    def person(self):
        return self.viewer < HOME0 and self.member(self.viewer) and not self.unborn(self.viewer) and not self.erased()

    def active(self):
        if self.erased():
            return False
        return self.person() or (self.helper() and (self.place() or self.emergency_role()))

    def manages(self, home):
        return self.person() and self.viewer in self.managers(home)

    def protected_from_him(self):
        if self.viewer >= HOME0:
            return set()
        return {x for who, protects, r, f, u in self.w.blocks if who == self.viewer and now(r, f, u, self.at)
                for x in bits(protects)} - {self.viewer}

    def barred(self):
        """R-58b: everything about those protected, the homes where they live unless he manages them, the family as a whole."""
        protects = self.protected_from_him()
        if not protects:
            return set()
        homes = {HOME0 + h for h in range(len(self.w.homes))
                 if any(self.tied(LIVES, h, p) and self.member(p) for p in protects if p < HOME0)}
        homes = {h for h in homes if not (self.exists(h) and self.manages(h))}
        return protects | homes | {FAMILY}

    # --- covers -----------------------------------------------------------------------------------------------------

    def held(self, field, x):
        return self.person() and any(
            x in bits(about) and self.viewer in bits(whom) and now(r, f, u, self.at) and fields[field >> 6] >> (field & 63) & 1
            for about, whom, r, f, u, fields in self.w.holds)

    def owns(self, x):
        """Himself; the unborn child that he alone decides for."""
        if not self.person() or not self.is_person(x):
            return False
        return x == self.viewer or (self.member(x) and self.unborn(x) and self.w.people[x][5] == self.viewer)

    def by_parenthood(self, field, child):
        """R-28."""
        F = self.w.fields[field]
        if not self.person() or self.viewer not in self.holders(child) or F.secret or self.held(field, child):
            return False
        everything, identity = 1 <= F.level <= 4, F.id == "member_identity"
        age, capacity = self.age(child), self.capacity(child)
        if self.w.be:
            if age == 0:
                return identity if capacity is True else everything
            if capacity is False:
                return everything
            return identity if age == 12 else False
        if age in (0, 12):
            return everything
        return everything if capacity is False else F.level == 1

    def whole_content(self, child):
        """Parenthood gives him the child's content, holds apart."""
        if not self.person() or self.viewer not in self.holders(child):
            return False
        age, capacity = self.age(child), self.capacity(child)
        if self.w.be:
            return capacity is not True if age == 0 else capacity is False
        return age in (0, 12) or capacity is False

    def grant_fields(self, g):
        seen = {}
        for field, eyes, ended in g[7]:
            seen.setdefault(field, (eyes, ended))
        return seen

    def birthdays(self, p):
        """R-24: 12 and 18 pause; at 16 (NL) only the parents' view changes."""
        _, _, at12, _, at18, *_ = self.w.people[p]
        return [at12, at18]

    def grant_gives(self, g, field, x):
        """Does this grant to the viewer cover x for the field, now?"""
        to, about, givers, basis, recorded, since, until, _, confirms = g
        F = self.w.fields[field]
        if to != self.viewer or not self.active() or x not in bits(about) or field not in self.grant_fields(g):
            return False
        if self.helper() and not self.place():
            return False
        eyes, ended = self.grant_fields(g)[field]
        if not now(recorded, since, until, self.at) or self.at >= ended or basis not in VALID_BASES:
            return False
        if F.id == "residence_status" and self.helper() and self.place(None, 1):
            return False
        if "SS2" in F.steps and self.at < eyes:
            return False
        if ("SS1" in F.steps or F.level == 4) and not F.safety:
            given = [(r, i, lapses) for i, (r, lapses) in enumerate(confirms) if r <= self.at]
            if not given or self.at >= max(given)[2]:
                return False
        if F.own_space and x not in bits(givers):
            return False
        if self.is_person(x) and self.exists(x):
            born = self.w.people[x][1]
            if born <= self.at and since < born:
                return False
            if x not in bits(givers) and not F.safety:
                for birthday in self.birthdays(x):
                    begins = birthday if F.level >= 3 else (birthday + 60 * DAY if birthday > LONG_AGO else birthday)
                    again = any(birthday <= r <= self.at for r, _ in confirms)
                    if since < birthday and birthday != NEVER and begins <= self.at and not again:
                        return False
        return True

    def emergency_gives(self, e, field, x):
        helper, about, r, f, u, fields = e
        named = fields[field >> 6] >> (field & 63) & 1
        return (self.helper() and HELPER0 + helper == self.viewer and not self.erased() and self.emergency_role()
                and now(r, f, u, self.at) and named and x in bits(about) and self.w.fields[field].emergency)

    # --- the read decision, 3.4 ---------------------------------------------------------------------------------------

    def really(self, field, about):
        """The address of a shielded home is the protected address of its residents."""
        shielded = {x for x in about if HOME0 <= x < HOME0 + len(self.w.homes) and self.w.homes[x - HOME0][1]}
        if self.w.fields[field].id != "household_address" or not shielded:
            return field, about
        sealed = next(i for i, F in enumerate(self.w.fields) if F.id == "protected_address")
        people = {p for h in shielded for p in range(len(self.w.people)) if self.member(p) and self.tied(LIVES, h - HOME0, p)}
        return sealed, (about - shielded) | people

    def stop(self, field, about):
        F = self.w.fields[field]
        if self.erased():
            return "R-01"
        if "SS5" in F.steps:
            return "R-54"
        _, people = self.really(field, about)
        barred = self.barred() - ({FAMILY} if F.level == 0 else set())
        if barred & (about | people):
            return "R-58"
        if not people or not all(self.exists(x) for x in about):
            return "R-01"
        return None

    def ground(self, field, about, x):
        """The strongest ordinary ground for one subject: (strength, rule, grant, emergency); None if there is none."""
        F = self.w.fields[field]
        if self.owns(x) and not self.held(field, x):
            return 0, None, -1, -1
        if HOME0 <= x < FAMILY and self.manages(x):
            return 1, "R-17", -1, -1
        if self.person() and F.id in JOINT and self.viewer in self.holders(x):
            return 2, "R-18", -1, -1
        if self.by_parenthood(field, x):
            return 3, "R-28", -1, -1
        for i, g in enumerate(self.w.grants):
            if self.grant_gives(g, field, x):
                return 4, "R-02", i, -1
        for i, e in enumerate(self.w.emergencies):
            if self.emergency_gives(e, field, x):
                return 5, "R-50b", -1, i
        return None

    def sealed_ground(self, field, about, x):
        if self.owns(x) and not self.held(field, x):
            return 0, None, -1, -1
        if not self.is_person(x):
            return None
        adults = {y for y in about if self.adult(y)}
        for i, g in enumerate(self.w.grants):
            givers = bits(g[2])
            if self.grant_gives(g, field, x) and (x in givers or (not self.adult(x) and adults <= givers)):
                return 4, "R-02", i, -1
        return None

    def ask(self, field, about):
        """(allowed, rule or None when the oracle has no opinion, grant, emergency)"""
        stop = self.stop(field, about)
        if stop:
            return False, stop, -1, -1
        F = self.w.fields[field]
        account = self.person() and self.w.people[self.viewer][7] == 1
        if F.id in ("plan_status", "coordinator_contact") and about == {FAMILY} and (account or (self.helper() and self.place())):
            return True, "R-19", -1, -1
        field, about = self.really(field, about)
        sealed = self.w.fields[field].level == 5
        found = {x: (self.sealed_ground if sealed else self.ground)(field, about, x) for x in about}
        if None in found.values():
            return False, "R-57d" if sealed else None, -1, -1
        strength, rule, _, _ = max(found.values(), key=lambda g: g[0])
        if strength == 0:
            rule = "R-14" if self.viewer in about else "R-27"
        grant = next((found[x][2] for x in sorted(about) if found[x][0] == 4), -1)
        emergency = next((found[x][3] for x in sorted(about) if found[x][0] == 5), -1)
        return True, rule, grant, emergency

    # --- entries ------------------------------------------------------------------------------------------------------

    def present_versions(self, entry):
        if self.at >= entry[5]:
            return []
        return [i for i, v in enumerate(entry[7]) if v[0] <= self.at]

    def extra(self, entry):
        """R-57c, R-57d, R-16, in that order: a rule, or None."""
        kind, field, _, assignee, mask = entry[:5]
        about = bits(mask)
        if self.stop(field, about) or not self.active():
            return None
        f, people = self.really(field, about)
        F = self.w.fields[f]
        me = self.viewer
        if F.id in PROTECTING and me in people and self.person() and (self.adult(me) or self.able(me)):
            if not any(self.held(f, x) for x in people):
                return "R-57c"
        if F.level == 5 and all(self.is_person(x) for x in people):
            adults = {x for x in people if self.adult(x)}
            if adults:
                if all(any(self.grant_gives(g, f, x) and x in bits(g[2]) for g in self.w.grants) for x in adults):
                    return "R-57d"
            elif all(any(self.grant_gives(g, f, x) for g in self.w.grants) for x in people):
                return "R-57d"
        if kind == PLAN and F.id == "actions" and assignee == me and (self.person() or (self.helper() and self.place())):
            return "R-16"
        return None

    def own_words(self, entry, version):
        """R-15."""
        kind, field, _, _, mask = entry[:5]
        about = bits(mask)
        if kind != PLAN or self.stop(field, about) or not self.person():
            return False
        F = self.w.fields[self.really(field, about)[0]]
        _, agreed, wrote, _ = entry[7][version]
        return 1 <= F.level <= 3 and not F.secret and self.viewer in bits(agreed | wrote)

    def reads_any(self, entry):
        """(version, rule) of the newest readable version of a plan or register entry, or None."""
        there = self.present_versions(entry)
        if not there:
            return None
        allowed, rule, _, _ = self.ask(entry[1], bits(entry[4]))
        if allowed:
            return there[-1], rule
        rule = self.extra(entry)
        if rule:
            return there[-1], rule
        mine = [v for v in there if self.own_words(entry, v)]
        return (mine[-1], "R-15") if mine else None

    def reads_version(self, entry, version, known):
        if version not in self.present_versions(entry):
            return False
        if entry[0] in (PLAN, REGISTER):
            return self.ask(entry[1], bits(entry[4]))[0] or self.extra(entry) is not None or self.own_words(entry, version)
        return self.other(entry, known) is not None

    def other(self, entry, known):
        kind, of = entry[0], entry[2]
        if kind == NAME:
            return ("exact", "R-19b") if of in known and of < HOME0 else None
        if kind == LABEL:
            return ("exact", "R-19b") if HOME0 + of in known else None
        if kind == GRANT:
            sees = of < len(self.w.grants) and self.sees_grant(self.w.grants[of])
            return ("exact", "R-02") if sees else None
        seen = self.sees_helper(of) if of < self.w.helpers else "hidden"
        wanted = "exact" if kind == HELPER else "derived"
        return (wanted, "R-102") if seen == wanted else None

    # --- R-19b --------------------------------------------------------------------------------------------------------

    def receives(self, g):
        if g[0] != self.viewer or not now(g[4], g[5], g[6], self.at) or not self.active():
            return False
        if self.helper() and not self.place():
            return False
        return any(self.at < ended for _, _, ended in g[7])

    def gave(self, g):
        return self.person() and self.viewer in bits(g[2]) and g[4] <= self.at

    def known(self, with_entries):
        if not self.active():
            return set()
        me, found, pregnant = self.viewer, set(), set()
        unborn = {p for p in self.everybody() if self.unborn(p)}
        if self.person():
            found |= {me} | {p for p in unborn if self.w.people[p][5] == me}
            for home in {HOME0 + h for h in range(len(self.w.homes))}:
                if me in self.residents(home):
                    found |= {home} | self.residents(home)
                if self.manages(home):
                    found.add(home)
            for child in range(len(self.w.people)):
                if self.exists(child) and me in self.holders(child):
                    found |= {child} | self.holders(child)
                if child == me:
                    found |= self.holders(me)
        for g in self.w.grants:
            if self.gave(g) or self.receives(g):
                found |= {x for x in bits(g[1]) if not (self.is_person(x) and self.exists(x) and g[5] < self.w.people[x][1] <= self.at)}
        for e in self.w.emergencies:
            for field in range(len(self.w.fields)):
                found |= {x for x in bits(e[1]) if self.emergency_gives(e, field, x)}
        preg = next(i for i, F in enumerate(self.w.fields) if F.id == "pregnancy")
        owners = {self.w.people[u][5] for u in unborn} - {NOBODY}
        pregnant |= {o for o in owners if self.ask(preg, {o})[0]}
        if with_entries:
            for entry in self.w.entries:
                if entry[0] in (PLAN, REGISTER) and self.reads_any(entry):
                    found |= bits(entry[4])
                    if entry[1] == preg:
                        pregnant |= bits(entry[4]) & owners
        hidden = unborn - {u for u in unborn if self.w.people[u][5] == me and self.person() or self.w.people[u][5] in pregnant}
        return {x for x in found | unborn if x in self.everybody() | self.all_homes()} - hidden - self.barred()

    # --- team and grants ------------------------------------------------------------------------------------------------

    def open_field(self, field):
        return not self.w.fields[field].secret

    def of_a_child(self, field, x):
        """What the other home's adults share of themselves beside a child is no business of the child's other parent (R-30)."""
        F = self.w.fields[field]
        return F.about not in ("adult", "household") and F.id != "pregnancy" and self.by_parenthood(field, x)

    def sees_grant_field(self, g, field):
        if not self.active() or g[4] > self.at or bits(g[1]) & self.barred() or field not in self.grant_fields(g):
            return False
        if self.gave(g):
            return True
        if self.receives(g) and self.at < self.grant_fields(g)[field][1]:
            return True
        if not self.person() or not self.open_field(field):
            return False
        about = bits(g[1])
        stranger = self.is_person(g[0]) and g[0] != self.viewer and g[0] not in self.known(False)
        decides = self.adult(self.viewer) or self.able(self.viewer)
        return ((self.viewer in about and decides) or any(HOME0 <= x < FAMILY and self.exists(x) and self.manages(x) for x in about)
                or any(self.is_person(x) and self.exists(x) and self.age(x) == 0 and self.of_a_child(field, x) and not stranger for x in about))

    def sees_grant(self, g):
        return any(self.sees_grant_field(g, field) for field in self.grant_fields(g))

    def sees_helper(self, helper):
        """R-102."""
        if not self.active():
            return "hidden"
        actor = HELPER0 + helper
        if actor == self.viewer:
            return "exact"
        barred = self.barred()
        grants = [g for g in self.w.grants if g[0] == actor and g[4] <= self.at and not bits(g[1]) & barred]
        account = self.place() if self.helper() else self.w.people[self.viewer][7] == 1
        shown = account and self.place(actor, 0)
        gave = any(self.gave(g) for g in grants)
        if self.person():
            shown = shown or gave
            for g in grants:
                for field in self.grant_fields(g):
                    for x in bits(g[1]):
                        if not self.open_field(field) or not self.exists(x):
                            continue
                        shown = shown or x == self.viewer or (HOME0 <= x < FAMILY and self.manages(x))
                        shown = shown or (self.is_person(x) and self.whole_content(x) and self.of_a_child(field, x))
            for h, about, recorded, since, _, named in self.w.emergencies:
                openly = any(named[i >> 6] >> (i & 63) & 1 and self.open_field(i) for i in range(len(self.w.fields)))
                if h == helper and recorded <= self.at and since <= self.at and not bits(about) & barred:
                    for x in bits(about):
                        small = self.is_person(x) and self.exists(x) and self.age(x) == 0 and self.viewer in self.holders(x)
                        shown = shown or x == self.viewer or (small and openly)
        else:
            team = next(i for i, F in enumerate(self.w.fields) if F.id == "team_members")
            around = {x for g in self.w.grants for x in bits(g[1]) if self.grant_gives(g, team, x)}
            shown = shown or any(bits(g[1]) & around and any(self.open_field(f) for f in self.grant_fields(g)) for g in grants)
        if not shown:
            return "hidden"
        listed = any(h == helper and l and r <= self.at for h, _, _, l, r, _, _ in self.w.places)
        return "derived" if listed and not gave else "exact"

    # --- writing and giving ---------------------------------------------------------------------------------------------

    def write(self, field, about, known):
        F = self.w.fields[field]
        if self.stop(field, about) or not self.active():
            return False
        people = {x for x in about if self.is_person(x)}
        if people - self.everybody():
            return False
        kind = F.about
        if kind in ("member", "adult", "child") and people != about:
            return False
        if kind == "household" and (FAMILY in about or people == about):
            return False
        if F.id == "child_voice" and self.person() and about != {self.viewer}:
            return False
        own = all(self.owns(x) for x in about)
        if own and "SELF" in F.writers:
            return True
        if self.person() and self.adult(self.viewer) and "FA" in F.writers:
            if all(self.owns(x) or (HOME0 <= x < FAMILY and self.manages(x)) or self.by_parenthood(field, x)
                   or (F.id in JOINT and self.is_person(x) and self.viewer in self.holders(x)) for x in about):
                return True
        familiar = about <= known | {FAMILY}
        if self.person() and self.minor(self.viewer) and "CH" in F.writers and self.viewer in about and familiar:
            return True
        if self.helper() and self.place() and familiar:
            return "P" in F.writers or ("CO" in F.writers and self.place(None, 0))
        return False

    def wrote(self, entry):
        return any(v[3] == self.viewer or (self.person() and self.viewer in bits(v[2])) for v in entry[7] if v[0] <= self.at)

    def acts_on(self, entry):
        standing = self.person() or (self.helper() and self.place())
        return entry[0] in (PLAN, REGISTER) and self.present_versions(entry) and standing and not self.erased() \
            and not self.stop(entry[1], bits(entry[4]))

    def revise(self, entry, known):
        if not self.acts_on(entry):
            return False
        own_voice = self.w.fields[entry[1]].id in ("disagreements", "child_voice", "private_note_youth")
        return self.wrote(entry) or (not own_voice and self.write(entry[1], bits(entry[4]), known))

    def withdraw(self, entry):
        if not self.acts_on(entry):
            return False
        alone = all(self.owns(x) for x in bits(entry[4])) and self.w.fields[entry[1]].id != "disagreements"
        return self.wrote(entry) or alone

    def child_rule(self, child):
        """The line of 3.2 that says who gives: 'holders', 'faith', 'minor', 'both'."""
        if not self.able(child):
            return "faith" if self.w.be else "holders"
        if self.w.be or self.age(child) == 16:
            return "minor"
        return "both" if self.age(child) in (0, 12) else "minor"

    def blocked_for(self, person, child):
        return any(who == person and child in bits(protects) and now(r, f, u, self.at) for who, protects, r, f, u in self.w.blocks)

    def givers(self, field, x):
        F = self.w.fields[field]
        if "SS5" in F.steps or self.erased() or x in (FAMILY, UNKNOWN) or not self.exists(x):
            return set()
        if not self.is_person(x):
            shielded = F.id == "household_address" and self.w.homes[x - HOME0][1]
            return set() if shielded else self.managers(x)
        if not self.member(x):
            return set()
        if self.unborn(x):
            owner = self.w.people[x][5]
            return {owner} if owner < HOME0 and self.member(owner) and not self.unborn(owner) else set()
        if self.adult(x) or F.own_space:
            return {x}
        if self.able(x) and (F.safety or "SS3" in F.steps):
            return {x}
        holders = self.holders(x)
        if F.safety:
            return {p for p in holders if not self.blocked_for(p, x)}
        rule = self.child_rule(x)
        if rule == "minor":
            return {x}
        if rule == "both":
            return holders | {x} if holders else set()
        return holders

    def gives_alone(self, field, x):
        if self.givers(field, x) == {self.viewer}:
            return True
        conflict = any(c == x and now(r, f, u, self.at) for c, r, f, u in self.w.conflicts)
        return (self.is_person(x) and self.exists(x) and self.viewer in self.holders(x) and self.child_rule(x) == "faith"
                and not conflict and self.w.fields[field].level <= 2)

    def give(self, fields, about, to):
        if not self.person():
            return False
        if to < HOME0:
            if not self.member(to) or self.unborn(to) or to == self.viewer:
                return False
        elif not self.place(to):
            return False
        for field in fields:
            if self.stop(field, about) or not all(self.gives_alone(field, x) for x in about):
                return False
            if self.w.fields[field].id == "residence_status" and self.place(to, 1):
                return False
        return bool(fields)

    def withdraw_grant(self, g):
        if not self.sees_grant(g) or self.at >= g[6]:
            return False
        decides = self.adult(self.viewer) or self.able(self.viewer) if self.person() else False
        return self.gave(g) or (self.person() and self.viewer in bits(g[1]) and decides)


# --- comparing ------------------------------------------------------------------------------------------------------------


class Differences(list):
    def check(self, what, policy, oracle):
        if policy != oracle:
            self.append(f"{what}: policy {policy}, oracle {oracle}")


def compare_asked(view, answers, known, out):
    for field, mask, policy, concerns, write in answers["asked"]:
        about, name = bits(mask), view.w.fields[field].id
        allowed, rule, grant, emergency = view.ask(field, about)
        where = f"ask {name} about {sorted(about)}"
        out.check(where, bool(policy[0]), allowed)
        if rule and allowed == bool(policy[0]):
            out.check(where + " (ground)", policy[1:], [rule, grant, emergency])
        own = allowed and rule in ("R-14", "R-17", "R-18", "R-27", "R-28")
        out.check(where + " (concerns)", bool(concerns), own)
        out.check(f"write {name} about {sorted(about)}", bool(write[0]), view.write(field, about, known))


def compare_given(view, answers, out):
    for fields, mask, to, policy, field, givers in answers["given"]:
        about = bits(mask)
        named = [i for i in range(len(view.w.fields)) if fields[i >> 6] >> (i & 63) & 1]
        out.check(f"give {named} about {sorted(about)} to {to}", bool(policy), view.give(named, about, to))
        wanted = view.givers(field, min(about)) if len(about) == 1 else set()
        out.check(f"givers of {field} about {sorted(about)}", sorted(bits(givers)), sorted(wanted))


def compare_ruling(view, answers, known, out):
    out.check("known", sorted(bits(answers["known"])), sorted(known))
    permits = {p[0]: p[1:] for p in answers["permits"]}
    versions = iter(answers["versions"])
    if len(permits) != len(answers["permits"]) or sorted(permits) != list(permits):
        out.append("permits are not in the order of the entries")
    for i, entry in enumerate(view.w.entries):
        found, policy = None, permits.get(i)
        there = view.present_versions(entry)
        if entry[0] in (PLAN, REGISTER):
            read = view.reads_any(entry)
            found = read and [entry[6] + read[0], "exact", read[1]]
        elif there:
            seen = view.other(entry, known)
            found = seen and [entry[6] + there[-1], seen[0], seen[1]]
        out.check(f"entry {i} {entry[:5]}", policy and policy[:3], found)
        for v in range(len(entry[7])):
            out.check(f"entry {i} version {v}", bool(next(versions)), view.reads_version(entry, v, known))


def compare_views(view, answers, apart, out):
    for h, policy in enumerate(answers["helpers"]):
        out.check(f"helper {h}", policy, view.sees_helper(h))
    for i, (sees, withdraws, fields) in enumerate(answers["grants"]):
        g = view.w.grants[i]
        out.check(f"sees grant {i}", bool(sees), view.sees_grant(g))
        out.check(f"withdraws grant {i}", bool(withdraws), view.withdraw_grant(g))
        out.check(f"fields of grant {i}", [bool(x) for x in fields], [view.sees_grant_field(g, f[0]) for f in g[7]])
    for i, (revises, withdraws) in enumerate(answers["edits"]):
        entry = view.w.entries[i]
        out.check(f"revise entry {i}", bool(revises), bool(view.revise(entry, apart)))
        out.check(f"withdraw entry {i}", bool(withdraws), bool(view.withdraw(entry)))


def compare(number, world):
    out = Differences()
    for answers in world.viewers:
        view = View(world, answers["viewer"], answers["at"])
        known, apart = view.known(True), view.known(False)
        out.check("known apart", sorted(bits(answers["known_apart"])), sorted(apart))
        compare_asked(view, answers, apart, out)
        compare_given(view, answers, out)
        compare_ruling(view, answers, known, out)
        compare_views(view, answers, apart, out)
        if out:
            for line in out[:10]:
                print(f"world {number}, viewer {view.viewer} at {view.at} ({world.law}): {line}")
            return False
    return True


def kept(plain, key):
    """The method, remembering its answers in the view."""
    slot = "kept_" + plain.__name__

    def ask_once(self, *args):
        memory = self.__dict__.get(slot)
        if memory is None:
            memory = self.__dict__[slot] = {}
        question = key(*args) if key else args
        if question not in memory:
            memory[question] = plain(self, *args)
        return memory[question]
    return ask_once


def memoize():
    """Naive is slow: a view remembers what it was asked before. The answers depend on nothing else."""
    for name in ("known", "exists", "member", "unborn", "age", "capacity", "able", "tied", "everybody", "residents", "managers", "holders", "barred",
                 "active", "person", "place", "emergency_role", "held", "by_parenthood", "manages", "whole_content"):
        setattr(View, name, kept(getattr(View, name), None))
    for name in ("stop", "ask"):
        setattr(View, name, kept(getattr(View, name), lambda field, about: (field, frozenset(about))))


def main():
    catalogue, program, count, *seed = sys.argv[1:]
    fields = [Field(row) for row in json.load(open(catalogue, encoding="utf-8"))["fields"]]
    memoize()
    run = subprocess.Popen([program, count, *seed], stdout=subprocess.PIPE, text=True)
    names = json.loads(run.stdout.readline())["fields"]
    if names != [F.id for F in fields]:
        sys.exit("the catalogue of the program is another one")
    passed = 0
    for number, line in enumerate(run.stdout):
        if not compare(number, World(json.loads(line), fields)):
            run.kill()
            sys.exit(1)
        passed += 1
    if run.wait() != 0 or passed != int(count):
        sys.exit("the program ended early")
    print(f"{passed} families agree")


main()
