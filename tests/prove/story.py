"""A shrunk world in words: who they are, what is recorded, what was asked, and the two answers."""

import re
from datetime import datetime, timedelta, timezone

from oracle import (
    ALL_FIELDS, ALWAYS, CATALOGUE, FIRST_HELPER, FIRST_HOME, NEVER, NOBODY, bits,
)

KINDS = ("plan", "register", "name", "label", "helper", "listed", "grant", "summary", "statement")
LEVELS = ("hidden", "exists", "derived", "exact")
BASES = ("consent", "contract", "legal duty", "vital interest", "public task", "legitimate interest", "unknown basis")


def moment(m):
    if m <= ALWAYS:
        return "always"
    if m >= NEVER:
        return "never"
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=m)).strftime("%Y-%m-%d %H:%M:%S.%f").replace(".000000", "") + "Z"


def fields(mask):
    if mask == ALL_FIELDS:
        return "all fields"
    names = [CATALOGUE[i]["id"] for i in bits(mask)]
    return ", ".join(names) if len(names) < 9 else ", ".join(names[:8]) + f" and {len(names) - 8} more"


def subject(s):
    return "the family" if s == 62 else f"home {s - FIRST_HOME}" if s >= FIRST_HOME else f"person {s}"


def group(mask):
    return " + ".join(subject(s) for s in bits(mask)) or "nobody"


def actor(a):
    return "nobody" if a == NOBODY else f"helper {a - FIRST_HELPER}" if a >= FIRST_HELPER else f"person {a}"


def span(row):
    return f"recorded {moment(row['recorded'])}, from {moment(row['from'])} until {moment(row['until'])}"


def person(p, row, at):
    if not row["member"]:
        return f"person {p}: not of the family"
    if row["born"] > at:
        return f"person {p}: unborn (to be born {moment(row['born'])}), {actor(row['owner'])} decides"
    if row["turns_18"] <= at:
        age = "adult" if row["turns_18"] <= ALWAYS else f"adult, 18 on {moment(row['turns_18'])}"
    else:
        age = f"minor; 12 on {moment(row['turns_12'])}, 16 on {moment(row['turns_16'])}, 18 on {moment(row['turns_18'])}"
    born = "" if row["born"] <= ALWAYS else f", born in the plan {moment(row['born'])}"
    return f"person {p}: {age}{born}{', account' if row['account'] else ''}; recorded {moment(row['recorded'])}"


def grant(g, row):
    lines = [f"grant {g}: {group(row['givers'])} gave {actor(row['recipient'])} about {group(row['about'])}, {BASES[row['basis']]}, {span(row)}"]
    for field in row["fields"]:
        lines.append(f"    {CATALOGUE[field['field']]['id']} at level {LEVELS[field['level']]}, four eyes {moment(field['four_eyes'])}, "
                     f"ended {moment(field['ended'])}")
    lines += [f"    confirmed {moment(c['recorded'])}, lapses {moment(c['lapses'])}" for c in row["confirms"]]
    lines += [f"    stopped: {span(s)}" for s in row["stops"]]
    return lines


def entry(e, row):
    of = "" if row["of"] is None else f" of {row['of']}"
    who = "" if row["assignee"] == NOBODY else f", assigned to {actor(row['assignee'])}"
    lines = [f"entry {e}: {KINDS[row['kind']] if row['kind'] < len(KINDS) else row['kind']}{of}, {CATALOGUE[row['field']]['id']} about "
             f"{group(row['about'])}{who}, withdrawn {moment(row['withdrawn'])}"]
    for v, version in enumerate(row["versions"]):
        lines.append(f"    version {v}: recorded {moment(version['recorded'])}, agreed {group(version['agreed'])}, wrote {group(version['wrote'])}")
    return lines + [f"    restricted: {span(r)}" for r in row["restrictions"]]


def rows(world, at):
    out = []
    verbs = {"lives": "lives in home", "manages": "manages home", "holds": "holds authority over person"}
    out += [f"person {r['person']} {verbs[r['kind']]} {r['of']}: {span(r)}" for r in world["relations"]]
    out += [f"person {r['person']} recorded {'able' if r['able'] else 'not able'} in {fields(r['topics'])}: recorded {moment(r['recorded'])}, "
            f"from {moment(r['from'])}" for r in world["capacities"]]
    out += [f"conflict about person {r['child']}, {fields(r['topics'])}: {span(r)}" for r in world["conflicts"]]
    out += [f"person {r['person']} is blocked for {group(r['protects'])}: {span(r)}" for r in world["blocks"]]
    out += [f"lock: {fields(r['fields'])} about {group(r['about'])} not for {actor(r['not_for'])}: {span(r)}" for r in world["locks"]]
    out += [f"{actor(r['trusted'])} is the trusted person of person {r['minor']}: {span(r)}" for r in world["trusted"]]
    roles = ("coordinator", "authority_role", "listed", "safety")
    out += [f"helper {r['helper']} has a place ({', '.join(n for n in roles if r[n]) or 'plain'}): {span(r)}" for r in world["places"]]
    out += [f"helper {r['helper']} has the emergency role: {span(r)}" for r in world["emergency_roles"]]
    out += [f"held back from {group(r['from_whom'])}: {fields(r['fields'])} about {group(r['about'])}: {span(r)}" for r in world["holds"]]
    out += [f"emergency of helper {r['helper']}: {fields(r['fields'])} about {group(r['about'])}, told {moment(r['told'])}: {span(r)}"
            for r in world["emergencies"]]
    for g, row in enumerate(world["grants"]):
        out += grant(g, row)
    for q, row in enumerate(world["requests"]):
        out.append(f"request {q}: {actor(row['asker'])} asks {fields(row['fields'])} about {group(row['about'])}, asked {moment(row['recorded'])}, "
                   f"lapses {moment(row['lapses'])}, withdrawn {moment(row['withdrawn'])}")
        out += [f"    person {r['person']}, counting from {moment(r['counts'])}: yes to {fields(r['yes'])}; no to {fields(r['no'])}" for r in row["replies"]]
    for e, row in enumerate(world["entries"]):
        out += entry(e, row)
    for name in ("closed", "erased"):
        if world[name] < NEVER:
            out.append(f"the plan is {name} from {moment(world[name])}")
    return out


def asked(world, difference):
    _, kind, which, ours, theirs = difference
    if kind == "asks":
        field, about = world["asks"][0]
        return f"may read a thought value of {CATALOGUE[field]['id']} about {group(about)}", LEVELS[ours], LEVELS[theirs]
    if kind == "givers":
        field, one = world["gives"][0]
        return f"who must give {CATALOGUE[field]['id']} about {subject(one)}", group(ours), group(theirs)
    if kind == "helpers":
        return f"sees helper {which}", LEVELS[ours], LEVELS[theirs]
    if kind == "grants":
        names = [CATALOGUE[row["field"]]["id"] for row in world["grants"][which]["fields"]]
        return f"sees of grant {which}", *(", ".join(names[i] for i in bits(side)) or "nothing" for side in (ours, theirs))
    if kind in ("asked", "states"):
        r, field = [(r, f) for r, row in enumerate(world["requests"]) for f in bits(row["fields"])][which]
        if kind == "asked":
            return f"of whom request {r} needs {CATALOGUE[field]['id']}", group(ours), group(theirs)
        return f"state of {CATALOGUE[field]['id']} of request {r}", *(("open", "complete", "refused")[side] for side in (ours, theirs))
    if kind == "requests":
        return f"sees request {which}", bool(ours), bool(theirs)
    if kind == "parts":
        return f"is asked in request {which}", fields(ours), fields(theirs)
    if kind == "told":
        return f"is told of emergency {which}", *(("nothing", "that", "all")[side] for side in (ours, theirs))
    if kind == "known":
        return f"knows {subject(which)}", bool(ours), bool(theirs)
    if kind == "permits":
        tell = [f"version {side[0]} at level {LEVELS[side[1]]}" if side else "nothing" for side in (ours, theirs)]
        return f"reads entry {which}", *tell
    if kind == "versions":
        tell = [" ".join(LEVELS[side[0] >> 2 * v & 3] for v in range(8)) if side else "nothing" for side in (ours, theirs)]
        return f"reads of the versions of entry {which}", *tell
    return "the ruling holds until its end", ours, theirs


def named(text, kind):
    return {int(n) for n in re.findall(kind + r" (\d+)", text)}


def tell(world, difference):
    """Only the people and homes that the rest of the story names."""
    question = world["questions"][0]
    what, ours, theirs = asked(world, difference)
    told = rows(world, question["at"])
    told.append(f"asked at {moment(question['at'])}: {actor(question['viewer'])} {what}?")
    told.append(f"by the prose: {ours}; by the policy: {theirs}")
    text = "\n".join(told)
    homes = named(text, "home")
    people = {p for p in named(text, "person") | {owned for owned, row in enumerate(world["people"]) if row["owner"] != NOBODY}}
    who = [person(p, world["people"][p], question["at"]) for p in sorted(people)]
    where = [f"home {h}: {'shielded, ' if world['homes'][h]['shielded'] else ''}recorded {moment(world['homes'][h]['recorded'])}"
             for h in sorted(homes) if h < len(world["homes"])]
    lines = [f"-- world {world['seed']}, {world['law']}", *("   " + line for line in (*who, *where, *told))]
    return "\n".join(lines)
