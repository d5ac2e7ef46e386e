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
PLAN, REGISTER, NAME, LABEL, HELPER, LISTED, GRANT, SUMMARY, STATEMENT, REQUEST, REASON = range(11)
HIDDEN, EXISTS, DERIVED, EXACT = "hidden", "exists", "derived", "exact"
LEVELS = [HIDDEN, EXISTS, DERIVED, EXACT]
OPEN, COMPLETE, REFUSED = range(3)
TOLD_NOTHING, TOLD_THAT, TOLD_ALL = range(3)
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


def names(fields, field):
    return bool(fields[field >> 6] >> (field & 63) & 1)


class World:
    def __init__(self, data, fields):
        self.__dict__.update(data)
        self.fields = fields
        self.be = self.law == "BE-VLG"
        self.everything = [2**64 - 1, 2**(len(fields) - 64) - 1]

    def named(self, fields):
        return [i for i in range(len(self.fields)) if names(fields, i)]


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

    def capacity(self, p, field=None):
        """True, False, or None if nothing is recorded of that field; without one, of everything (R-23)."""
        rows = [(since, recorded, i, able) for i, (who, able, recorded, since, topics) in enumerate(self.w.capacities)
                if who == p and recorded <= self.at and since <= self.at
                and (topics == self.w.everything if field is None else names(topics, field))]
        return bool(max(rows)[3]) if rows else None

    def able(self, p, field=None):
        """A minor who decides: 12 or more unless recorded otherwise; younger only in BE and only by record."""
        if not self.minor(p):
            return False
        if self.age(p) == 0:
            return self.w.be and self.capacity(p, field) is True
        return self.capacity(p, field) is not False


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

    def closed(self):
        return self.at >= self.w.closed

    def place(self, helper=None, what=None):
        """R-80: none in a closed plan."""
        helper = self.viewer if helper is None else helper
        return not self.closed() and any(HELPER0 + h == helper and now(r, f, u, self.at) and (what is None or (c, a, s)[what])
                                         for h, c, a, _, r, f, u, s in self.w.places)

    def safety_role(self):
        """Who has it; the coordinator, while nobody has."""
        if not self.helper() or self.erased():
            return False
        others = any(s and now(r, f, u, self.at) for *_, r, f, u, s in self.w.places)
        return self.place(None, 2) or (not others and self.place(None, 0))

    def emergency_role(self):
        return not self.closed() and any(HELPER0 + h == self.viewer and now(r, f, u, self.at) for h, r, f, u in self.w.roles)

    def person(self):
        return self.viewer < HOME0 and self.member(self.viewer) and not self.unborn(self.viewer) and not self.erased()

    def active(self):
        if self.erased():
            return False
        return self.person() or (self.helper() and (self.place() or self.emergency_role()))

    def manages(self, home):
        return self.person() and self.viewer in self.managers(home)

    def protected_from_him(self):
        blocks = {x for who, protects, r, f, u in self.w.blocks if who == self.viewer and now(r, f, u, self.at)
                  for x in bits(protects)}
        locks = {x for who, about, r, f, u, fields in self.w.locks
                 if who == self.viewer and now(r, f, u, self.at) and fields == self.w.everything for x in bits(about)}
        return (blocks | locks) - ({self.viewer} if self.viewer < HOME0 else set())

    def barred(self):
        """R-58b: everything about those protected, the homes where they live unless he manages them, the family as a whole."""
        protects = self.protected_from_him()
        if not protects:
            return set()
        homes = {HOME0 + h for h in range(len(self.w.homes))
                 if any(self.tied(LIVES, h, p) and self.member(p) for p in protects if p < HOME0)}
        homes = {h for h in homes if not (self.exists(h) and self.manages(h))}
        return protects | homes | {FAMILY}

    def reach(self, lock, field):
        """T6: about whom a lock keeps that field from him: those it names; for a field about homes, also where they live."""
        who, about, r, f, u, fields = lock
        if not now(r, f, u, self.at) or not names(fields, field):
            return set()
        found = set(bits(about))
        if self.w.fields[field].about == "household":
            homes = {HOME0 + h for h in range(len(self.w.homes)) if self.residents(HOME0 + h) & found}
            found |= {h for h in homes if who not in self.managers(h)}
        return found

    def locked(self, field):
        """By locks on some fields; those on everything bar."""
        return {x for lock in self.w.locks if lock[0] == self.viewer and lock[5] != self.w.everything for x in self.reach(lock, field)}

    def kept_out(self, field, about):
        return bool(set(about) & (self.barred() | self.locked(field)))

    # --- covers -----------------------------------------------------------------------------------------------------

    def held(self, field, x):
        return self.person() and any(
            x in bits(about) and self.viewer in bits(whom) and now(r, f, u, self.at) and names(fields, field)
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
        age, capacity = self.age(child), self.capacity(child, field)
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
        for field, eyes, ended, level in g[7]:
            seen.setdefault(field, (eyes, ended, level))
        return seen

    def stopped(self, g):
        return any(self.w.grants[i] is g and now(r, f, u, self.at) for i, r, f, u in self.w.stops)

    def birthdays(self, p):
        """R-24: 12 and 18 pause; at 16 (NL) only the parents' view changes."""
        _, _, at12, _, at18, *_ = self.w.people[p]
        return [at12, at18]

    def grant_gives(self, g, field, x, at_least=EXACT):
        """Does this grant to the viewer cover x for the field, now, at that level or better?"""
        to, about, givers, basis, recorded, since, until, _, confirms = g
        F = self.w.fields[field]
        if to != self.viewer or not self.active() or x not in bits(about) or field not in self.grant_fields(g):
            return False
        if self.helper() and not self.place():
            return False
        eyes, ended, level = self.grant_fields(g)[field]
        if level == 0 or level < LEVELS.index(at_least) or (level < 3 and F.secret) or self.stopped(g) or "SS5" in F.steps:
            return False
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
        if any(lock[0] in bits(givers) and now(*lock[2:5], recorded) and x in self.reach(lock, field) for lock in self.w.locks):
            return False  # T9: who gave it was kept out of it then, and is
        if self.is_person(x) and self.exists(x):
            born = self.w.people[x][1]
            if born <= self.at and recorded < born:
                return False
            if x not in bits(givers) and not F.safety:
                words = [r for r, _ in confirms if r <= self.at] or [recorded]
                for birthday in self.birthdays(x):
                    begins = birthday if F.level >= 3 else (birthday + 60 * DAY if birthday > LONG_AGO else birthday)
                    if birthday != NEVER and begins <= self.at and max(words) < birthday:
                        return False
                if not self.w.be and self.viewer in self.holders(x) and max(words) < self.w.people[x][3] <= self.at:
                    return False
        return True

    def emergency_gives(self, e, field, x):
        helper, about, r, f, u, fields = e[:6]
        named = names(fields, field)
        return (self.helper() and HELPER0 + helper == self.viewer and not self.erased() and self.emergency_role()
                and now(r, f, u, self.at) and named and x in bits(about) and self.w.fields[field].emergency
                and (x in self.everybody() or HOME0 <= x < FAMILY))

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
        if self.kept_from(field, about):
            return "R-58"
        if not people or not all(self.exists(x) for x in about):
            return "R-01"
        return None

    def kept_from(self, field, about):
        """By a block or a lock; what is about him alone is his."""
        _, people = self.really(field, about)
        barred = self.barred() - ({FAMILY} if self.w.fields[field].level == 0 else set())
        if barred & (about | people):
            return True
        alone = {self.viewer} if self.person() else None
        return any(whom != alone and set(whom) & self.locked(f) for f, whom in ((field, about), self.really(field, about)))

    def is_trusted_by(self, x):
        standing = self.person() or (self.helper() and not self.erased() and self.place())
        return (standing and self.minor(x) and self.member(x)
                and any(who == self.viewer and minor == x and now(r, f, u, self.at) for who, minor, r, f, u in self.w.trusted))

    def trusts(self, field, x):
        """R-40, BE: as the minor's trusted person he reads what she reads as her own, held back or not."""
        F = self.w.fields[field]
        if F.id == "residence_status" and self.helper() and self.place(None, 1):
            return False
        return self.w.be and not F.secret and self.is_trusted_by(x) and not self.held(field, x)

    def ground(self, field, about, x, level=EXACT):
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
        if self.is_person(x) and self.trusts(field, x):
            return 3.5, "R-40", -1, -1
        for i, g in enumerate(self.w.grants):
            if self.grant_gives(g, field, x, level):
                return 4, "R-02", i, -1
        for i, e in enumerate(self.w.emergencies):
            if self.emergency_gives(e, field, x):
                return 5, "R-50b", -1, i
        return None

    def sealed_ground(self, field, about, x, level=EXACT):
        if level != EXACT:
            return None
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
        """(level, rule or None when the oracle has no opinion, grant, emergency)"""
        stop = self.stop(field, about)
        if stop:
            return HIDDEN, stop, -1, -1
        F = self.w.fields[field]
        account = self.person() and self.w.people[self.viewer][7] == 1
        if F.id in ("plan_status", "coordinator_contact") and about == {FAMILY} and (account or (self.helper() and self.place())):
            return EXACT, "R-19", -1, -1
        field, about = self.really(field, about)
        sealed = self.w.fields[field].level == 5
        for level in (EXACT, DERIVED, EXISTS):
            found = {x: (self.sealed_ground if sealed else self.ground)(field, about, x, level) for x in about}
            if None not in found.values():
                break
        else:
            return HIDDEN, "R-57d" if sealed else None, -1, -1
        strength, rule, _, _ = max(found.values(), key=lambda g: g[0])
        if strength == 0:
            rule = "R-14" if self.viewer in about else "R-27"
        grant = next((found[x][2] for x in sorted(about) if found[x][0] == 4), -1)
        emergency = next((found[x][3] for x in sorted(about) if found[x][0] == 5), -1)
        return level, rule, grant, emergency

    # --- entries ------------------------------------------------------------------------------------------------------

    def frozen(self, entry):
        return any(self.w.entries[i] is entry and now(r, f, u, self.at) for i, r, f, u in self.w.restrictions)

    def present_versions(self, entry):
        if self.at >= entry[5] or self.frozen(entry):
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
        if F.id in PROTECTING and me in people and self.person() and (self.adult(me) or self.able(me, f)):
            if not any(self.held(f, x) for x in people):
                return "R-57c"
        if F.level == 5 and me not in people and all(self.is_person(x) for x in people):
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
        """(version, rule, level) of the newest readable version of a plan or register entry, or None."""
        there = self.present_versions(entry)
        if not there:
            return None
        level, rule, _, _ = self.ask(entry[1], bits(entry[4]))
        if level == EXACT:
            return there[-1], rule, EXACT
        extra = self.extra(entry)
        if extra:
            return there[-1], extra, EXACT
        mine = [v for v in there if self.own_words(entry, v)]
        if mine:
            return mine[-1], "R-15", EXACT
        return (there[-1], rule, level) if level != HIDDEN else None

    def reads_version(self, entry, version, known):
        """The level. What is older than the newest version is for those who read it whole (R-105)."""
        there = self.present_versions(entry)
        if version not in there:
            return HIDDEN
        if entry[0] in (PLAN, REGISTER):
            level = self.ask(entry[1], bits(entry[4]))[0]
            if level == EXACT or self.extra(entry) is not None or self.own_words(entry, version):
                return EXACT
            return level if version == there[-1] else HIDDEN
        seen = self.other(entry, known)
        return seen[0] if seen else HIDDEN

    def hanging(self, entry, at_least):
        """A summary, a statement: for whoever reads the newest version of the entry at least so well; who may not read it whole gets the
        newest summary only."""
        if entry[2] >= len(self.w.entries) or self.w.entries[entry[2]][0] not in (PLAN, REGISTER):
            return None
        of = self.w.entries[entry[2]]
        there = self.present_versions(of)
        if not there:
            return None
        level, rule, _, _ = self.ask(of[1], bits(of[4]))
        if level != EXACT:
            extra = self.extra(of) or ("R-15" if self.own_words(of, there[-1]) else None)
            level, rule = (EXACT, extra) if extra else (level, rule)
        if LEVELS.index(level) < LEVELS.index(at_least):
            return None
        if level != EXACT:
            others = [(self.newest_recorded(e), i) for i, e in enumerate(self.w.entries)
                      if e[0] == SUMMARY and e[2] == entry[2] and self.present_versions(e)]
            if self.w.entries[max(others)[1]] is not entry:
                return None
        return EXACT, rule

    def newest_recorded(self, entry):
        return entry[7][self.present_versions(entry)[-1]][0]

    def other(self, entry, known):
        kind, of = entry[0], entry[2]
        if kind == NAME:
            return ("exact", "R-19b") if of in known and of < HOME0 else None
        if kind == LABEL:
            return ("exact", "R-19b") if HOME0 + of in known else None
        if kind == GRANT:
            sees = of < len(self.w.grants) and self.sees_grant(self.w.grants[of])
            return ("exact", "R-02") if sees else None
        if kind == SUMMARY:
            return self.hanging(entry, DERIVED)
        if kind == STATEMENT:
            return self.hanging(entry, EXACT)
        if kind == REQUEST:
            return ("exact", "R-45") if of < len(self.w.requests) and self.sees_request(self.w.requests[of]) else None
        if kind == REASON:
            return ("exact", "R-50") if of < len(self.w.emergencies) and self.told(self.w.emergencies[of]) == TOLD_ALL else None
        seen = self.sees_helper(of) if of < self.w.helpers else "hidden"
        wanted = "exact" if kind == HELPER else "derived"
        return (wanted, "R-102") if seen == wanted else None

    # --- R-19b --------------------------------------------------------------------------------------------------------

    def receives(self, g):
        if g[0] != self.viewer or not now(g[4], g[5], g[6], self.at) or not self.active():
            return False
        return any(self.grant_gives(g, field, x, EXISTS) for field in self.grant_fields(g) for x in bits(g[1]))

    def newborn(self, g, x):
        """R-27: of whoever is born since, what was given before says nothing."""
        return self.is_person(x) and self.exists(x) and g[4] < self.w.people[x][1] <= self.at

    def speaks_of(self, g):
        return {x for x in bits(g[1]) if not self.newborn(g, x)}

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
        found |= {x for x in self.everybody() if self.minor(x) and self.is_trusted_by(x)}
        for g in self.w.grants:
            if self.gave(g) or self.receives(g):
                found |= self.speaks_of(g)
        for e in self.w.emergencies:
            for field in range(len(self.w.fields)):
                found |= {x for x in bits(e[1]) if self.emergency_gives(e, field, x)}
        preg = next(i for i, F in enumerate(self.w.fields) if F.id == "pregnancy")
        owners = {self.w.people[u][5] for u in unborn} - {NOBODY}
        pregnant |= {o for o in owners if self.ask(preg, {o})[0] == EXACT}
        if with_entries:
            for entry in self.w.entries:
                read = entry[0] in (PLAN, REGISTER) and self.reads_any(entry)
                if read:
                    found |= bits(entry[4])
                    if entry[1] == preg and read[2] == EXACT:
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
        if not self.active() or g[4] > self.at or self.kept_out(field, bits(g[1])) or field not in self.grant_fields(g):
            return False
        if not self.speaks_of(g):
            return False
        if self.gave(g):
            return True
        if any(self.grant_gives(g, field, x, EXISTS) for x in bits(g[1])):
            return True
        if not self.person() or not self.open_field(field):
            return False
        about = self.speaks_of(g)
        stranger = self.is_person(g[0]) and g[0] != self.viewer and g[0] not in self.known(False)
        decides = self.adult(self.viewer) or self.able(self.viewer, field)
        return ((self.viewer in self.speaks_of(g) and decides) or any(HOME0 <= x < FAMILY and self.exists(x) and self.manages(x) for x in about)
                or any(self.is_person(x) and self.exists(x) and self.age(x) == 0 and self.of_a_child(field, x) and not stranger
                       for x in self.speaks_of(g)))

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
        grants = [g for g in self.w.grants if g[0] == actor and g[4] <= self.at
                  and any(not self.kept_out(field, bits(g[1])) for field in self.grant_fields(g))]
        account = self.place() if self.helper() else self.w.people[self.viewer][7] == 1
        shown = account and self.place(actor, 0)
        gave = any(self.gave(g) for g in grants)
        if self.person():
            shown = shown or gave
            for g in grants:
                for field in self.grant_fields(g):
                    for x in self.speaks_of(g):
                        if not self.open_field(field) or not self.exists(x) or self.kept_out(field, bits(g[1])):
                            continue
                        shown = shown or x == self.viewer or (HOME0 <= x < FAMILY and self.manages(x))
                        shown = shown or (self.is_person(x) and self.whole_content(x) and self.of_a_child(field, x))
            for e in self.w.emergencies:
                openly = any(self.open_field(i) for i in self.w.named(e[5]))
                if e[0] == helper and self.told(e) != TOLD_NOTHING:
                    for x in bits(e[1]):
                        small = self.is_person(x) and self.exists(x) and self.age(x) == 0 and self.viewer in self.holders(x)
                        shown = shown or x == self.viewer or (small and openly)
            for request in self.w.requests:
                asks = actor in request[:2] and request[0] != self.viewer
                shown = shown or (asks and self.sees_request(request))
        else:
            team = next(i for i, F in enumerate(self.w.fields) if F.id == "team_members")
            around = {x for g in self.w.grants for x in bits(g[1]) if self.grant_gives(g, team, x)}
            shown = shown or any(bits(g[1]) & around and any(self.open_field(f) and not self.kept_out(f, bits(g[1]))
                                                             for f in self.grant_fields(g)) for g in grants)
        if not shown:
            return "hidden"
        listed = any(h == helper and l and r <= self.at for h, _, _, l, r, *_ in self.w.places)
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
        if entry[0] not in (PLAN, REGISTER, SUMMARY, STATEMENT) or not self.present_versions(entry) or not standing or self.erased():
            return False
        if entry[0] in (SUMMARY, STATEMENT):  # it stands and falls with the entry that it hangs on
            entry = self.w.entries[entry[2]] if entry[2] < len(self.w.entries) else None
            if entry is None or not self.present_versions(entry) or entry[1] >= len(self.w.fields):
                return False
        return not self.stop(entry[1], bits(entry[4]))

    def revise(self, entry, known):
        if not self.acts_on(entry):
            return False
        own_voice = entry[1] < len(self.w.fields) and self.w.fields[entry[1]].id in ("disagreements", "child_voice", "private_note_youth")
        return self.wrote(entry) or (entry[0] in (PLAN, REGISTER) and not own_voice and self.write(entry[1], bits(entry[4]), known))

    def states(self, entry):
        """R-71: each of those whom it is about, or who decide for them, may put his words beside it."""
        decides = any(self.owns(x) or (HOME0 <= x < FAMILY and self.exists(x) and self.manages(x))
                      or (self.is_person(x) and self.person() and self.viewer in self.holders(x)) for x in bits(entry[4]))
        return entry[0] == PLAN and decides and self.acts_on(entry)

    def restricts(self, entry):
        """R-74: who is the only one that it is about."""
        return entry[0] == PLAN and self.person() and set(bits(entry[4])) == {self.viewer} and self.acts_on(entry)

    def withdraw(self, entry):
        if not self.acts_on(entry):
            return False
        alone = all(self.owns(x) for x in bits(entry[4])) and entry[0] != STATEMENT \
            and (entry[1] >= len(self.w.fields) or self.w.fields[entry[1]].id != "disagreements")
        return self.wrote(entry) or alone

    def child_rule(self, child, field):
        """The line of 3.2 that says who gives: 'holders', 'faith', 'minor', 'both'."""
        if not self.able(child, field):
            return "faith" if self.w.be else "holders"
        if self.w.be or self.age(child) == 16:
            return "minor"
        return "both" if self.age(child) in (0, 12) else "minor"

    def blocked_for(self, person, child):
        return any(who == person and child in bits(protects) and now(r, f, u, self.at) for who, protects, r, f, u in self.w.blocks)

    def locked_for(self, person, child, field):
        return any(lock[0] == person and child in self.reach(lock, field) for lock in self.w.locks)

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
        if self.able(x, field) and (F.safety or "SS3" in F.steps):
            return {x}
        if (F.safety and F.level == 5) or ("SS3" in F.steps and F.id != "mental_wellbeing"):
            return set()  # no proxy, no parent
        holders = {p for p in self.holders(x) if not self.blocked_for(p, x) and not self.locked_for(p, x, field)}
        if F.safety:
            return holders
        rule = self.child_rule(x, field)
        if rule == "minor":
            return {x}
        if rule == "both":
            return holders | {x} if holders else set()
        return holders

    def good_faith(self, field, x):
        """One holder is enough: C0 to C2, no conflict about that topic (R-32)."""
        conflict = any(c == x and now(r, f, u, self.at) and names(topics, field) for c, r, f, u, topics in self.w.conflicts)
        return (self.minor(x) and self.child_rule(x, field) == "faith" and not conflict and self.w.fields[field].level <= 2)

    def gives_alone(self, field, x):
        givers = self.givers(field, x)
        return givers == {self.viewer} or (self.viewer in givers and self.good_faith(field, x))

    def can_receive(self, to):
        if to < HOME0:
            return self.member(to) and not self.unborn(to) and not (self.person() and to == self.viewer)
        return self.place(to)

    def give(self, fields, about, to):
        if not self.person():
            return False
        if not self.can_receive(to):
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
        if bits(g[1]) & self.barred():
            return False
        decides = self.adult(self.viewer) or self.topical(self.viewer) or self.able(self.viewer) if self.person() else False
        return self.gave(g) or (self.person() and self.viewer in bits(g[1]) and decides)

    def topical(self, p):
        return self.minor(p) and any(who == p and recorded <= self.at and since <= self.at and topics != self.w.everything
                                     for who, _, recorded, since, topics in self.w.capacities)

    # --- requests -----------------------------------------------------------------------------------------------------

    def protected_givers(self, request, field):
        """R-57b: for section H those protected who decide for themselves, for all of them."""
        if not self.w.fields[field].safety:
            return set()
        return {x for x in bits(request[2]) if self.is_person(x) and self.member(x) and (self.adult(x) or self.able(x, field))}

    def request_givers(self, request, field):
        if self.erased() or "SS5" in self.w.fields[field].steps:
            return set()
        protected = self.protected_givers(request, field)
        if protected and all(self.exists(x) for x in bits(request[2]) if self.is_person(x)):
            return protected
        each = [self.givers(field, x) for x in bits(request[2])]
        return set().union(*each) if each and all(each) else set()

    def request_parts(self, request):
        """The fields of which he is asked: those he must give and may know of."""
        if not self.person() or request[4] > self.at:
            return set()
        return {field for field in self.w.named(request[3]) if self.is_asked(request, field)}

    def is_asked(self, request, field):
        if "SS5" in self.w.fields[field].steps or self.kept_from(field, bits(request[2])):
            return False
        protected = self.protected_givers(request, field)
        return self.viewer in (protected or set().union(*(self.givers(field, x) for x in bits(request[2]))))

    def runs(self, request):
        return not self.erased() and request[4] <= self.at < min(request[5], request[6])

    def sees_request(self, request):
        if not self.active() or request[4] > self.at:
            return False
        if self.viewer in request[:2]:
            return any(not self.kept_from(field, bits(request[2])) for field in self.w.named(request[3]))
        return bool(self.request_parts(request))

    def word(self, request, person, field):
        last = None
        for who, yes, no, counts in request[7]:
            if who == person and counts <= self.at and counts < min(request[5], request[6]):
                last = False if names(no, field) else True if names(yes, field) else last
        return last

    def request_state(self, request, field):
        givers = self.request_givers(request, field)
        words = {p: self.word(request, p, field) for p in givers}
        yes = {p for p in givers if words[p] is True}
        if False in words.values():
            return REFUSED, yes
        if not yes:
            return OPEN, yes
        if self.protected_givers(request, field):
            return (COMPLETE if yes == givers else OPEN), yes
        for x in bits(request[2]):
            needed = self.givers(field, x)
            if not needed <= yes and not (needed & yes and self.good_faith(field, x)):
                return OPEN, yes
        return COMPLETE, yes

    def may_ask(self, fields, about, to, known):
        if not self.active() or not about or not fields or not self.can_receive(to):
            return False
        if not all(x in known or self.owns(x) for x in about):
            return False
        if self.helper():
            if not self.place() or not (to == self.viewer or (self.place(None, 0) and to >= HELPER0)):
                return False
        elif not any(self.viewer in self.givers(field, x) for field in fields for x in about):
            return False
        return not any(self.stop(field, about) or (self.w.fields[field].id == "residence_status" and self.place(to, 1)) for field in fields)

    # --- emergencies and locks ------------------------------------------------------------------------------------------

    def opens_emergency(self, fields, about):
        if self.erased() or not self.emergency_role() or not self.helper() or not fields or not about:
            return False
        if not all(self.is_person(x) and self.member(x) and not self.unborn(x) for x in about):
            return False
        if any(not self.w.fields[f].emergency or self.w.fields[f].level == 5 or self.stop(f, about) for f in fields):
            return False
        return not any(HELPER0 + e[0] == self.viewer and e[2] <= self.at and e[7] <= self.at < e[8] for e in self.w.emergencies)

    def told(self, e):
        helper, about, recorded, since, _, fields, told, _, _ = e
        about, fields = bits(about), self.w.named(fields)
        if not self.active() or recorded > self.at or since > self.at:
            return TOLD_NOTHING
        if HELPER0 + helper == self.viewer or self.safety_role():
            return TOLD_ALL
        if self.at < told or not self.person():
            return TOLD_NOTHING
        opened = [f for f in fields if self.w.fields[f].emergency]
        if self.viewer in about and (self.adult(self.viewer) or any(self.able(self.viewer, f) for f in opened)):
            return TOLD_ALL
        tellings = set()
        for child in about:
            if self.viewer in self.holders(child) and not any(self.kept_out(f, {child}) for f in fields) and child not in self.barred():
                own = any(self.w.fields[f].safety or self.w.fields[f].own_space or self.able(child, f) for f in fields)
                tellings.add(TOLD_THAT if own else TOLD_ALL)
        kept = any(self.viewer in self.holders(c) and (any(self.kept_out(f, {c}) for f in fields) or c in self.barred()) for c in about)
        return TOLD_NOTHING if not tellings else TOLD_THAT if kept else min(tellings)

    def decides_all(self, fields):
        return self.person() and (self.adult(self.viewer) or all(self.able(self.viewer, f) for f in fields))

    def sets_lock(self, fields, about, not_for, known):
        if not about or not fields or not_for == NOBODY or not_for == self.viewer:
            return False
        if not about <= known | {FAMILY} | ({self.viewer} if self.person() else set()):
            return False
        return (self.person() and about == {self.viewer} and self.decides_all(fields)) or self.safety_role()

    def sees_lock(self, lock):
        not_for, about, recorded, _, _, fields = lock
        if not_for == self.viewer or recorded > self.at:
            return False
        return self.safety_role() or (self.person() and self.viewer in bits(about) and self.decides_all(self.w.named(fields)))

    def lifts(self, lock):
        return self.sees_lock(lock) and self.at < lock[4]


# --- comparing ------------------------------------------------------------------------------------------------------------


class Differences(list):
    def check(self, what, policy, oracle):
        if policy != oracle:
            self.append(f"{what}: policy {policy}, oracle {oracle}")


def compare_asked(view, answers, known, out):
    for field, mask, policy, concerns, write in answers["asked"]:
        about, name = bits(mask), view.w.fields[field].id
        level, rule, grant, emergency = view.ask(field, about)
        where = f"ask {name} about {sorted(about)}"
        out.check(where, policy[0], level)
        if rule and level == policy[0]:
            out.check(where + " (ground)", policy[1:], [rule, grant, emergency])
        own = level != HIDDEN and rule in ("R-14", "R-17", "R-18", "R-27", "R-28")
        out.check(where + " (concerns)", bool(concerns), own)
        out.check(f"write {name} about {sorted(about)}", write[0] != HIDDEN, view.write(field, about, known))


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
            found = read and [entry[6] + read[0], read[2], read[1]]
        elif there:
            seen = view.other(entry, known)
            found = seen and [entry[6] + there[-1], seen[0], seen[1]]
        out.check(f"entry {i} {entry[:5]}", policy and policy[:3], found)
        for v in range(len(entry[7])):
            out.check(f"entry {i} version {v}", next(versions), view.reads_version(entry, v, known))


def compare_views(view, answers, apart, out):
    for h, policy in enumerate(answers["helpers"]):
        out.check(f"helper {h}", policy, view.sees_helper(h))
    for i, (sees, withdraws, fields) in enumerate(answers["grants"]):
        g = view.w.grants[i]
        out.check(f"sees grant {i}", bool(sees), view.sees_grant(g))
        out.check(f"withdraws grant {i}", bool(withdraws), view.withdraw_grant(g))
        out.check(f"fields of grant {i}", [bool(x) for x in fields], [view.sees_grant_field(g, f[0]) for f in g[7]])
    for i, (revises, withdraws, states, restricts) in enumerate(answers["edits"]):
        entry = view.w.entries[i]
        out.check(f"revise entry {i}", bool(revises), bool(view.revise(entry, apart)))
        out.check(f"withdraw entry {i}", bool(withdraws), bool(view.withdraw(entry)))
        out.check(f"state beside entry {i}", bool(states), bool(view.states(entry)))
        out.check(f"restrict entry {i}", bool(restricts), bool(view.restricts(entry)))


def compare_sharing(view, answers, apart, out):
    for i, (sees, runs, parts, (replies, replies_all), states) in enumerate(answers["requests"]):
        request = view.w.requests[i]
        mine, asked = view.request_parts(request), set(view.w.named(request[3]))
        out.check(f"sees request {i}", bool(sees), view.sees_request(request))
        out.check(f"request {i} runs", bool(runs), view.runs(request))
        out.check(f"parts of request {i}", view.w.named(parts), sorted(mine))
        out.check(f"replies to request {i}", bool(replies), bool(mine) and view.runs(request))
        out.check(f"replies to all of request {i}", bool(replies_all), mine == asked and view.runs(request))
        for field, state, yes, givers in states:
            out.check(f"givers of request {i} {field}", sorted(bits(givers)), sorted(view.request_givers(request, field)))
            wanted, by = view.request_state(request, field)
            out.check(f"state of request {i} {field}", (state, sorted(bits(yes))), (wanted, sorted(by)))
    for i, told in enumerate(answers["told"]):
        out.check(f"told of emergency {i}", told, view.told(view.w.emergencies[i]))
    for i, (sees, lifts) in enumerate(answers["locks"]):
        out.check(f"sees lock {i}", bool(sees), view.sees_lock(view.w.locks[i]))
        out.check(f"lifts lock {i}", bool(lifts), view.lifts(view.w.locks[i]))
    for fields, mask, other, asks, opens, sets in answers["thought"]:
        about, named = bits(mask), view.w.named(fields)
        out.check(f"asks {named} about {sorted(about)} for {other}", bool(asks), view.may_ask(named, about, other, apart))
        out.check(f"opens {named} about {sorted(about)}", bool(opens), view.opens_emergency(named, about))
        out.check(f"locks {named} about {sorted(about)} from {other}", bool(sets), view.sets_lock(named, about, other, apart))
    for p, field, able in answers["able"]:
        out.check(f"{p} decides {field}", bool(able), view.able(p, field))


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
        compare_sharing(view, answers, apart, out)
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
                 "active", "person", "place", "emergency_role", "held", "by_parenthood", "manages", "whole_content", "locked", "is_trusted_by",
                 "topical", "safety_role", "givers"):
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
