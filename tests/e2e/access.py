"""Who reads what: the acceptance cases, and for every account of every family all that it may see, worked out by the
oracle."""
import json
import random
import urllib.parse

from family import CATALOGUE, FIELDS, PLAN, ROOT
from harness import Findings, Skip, expect, same, test


def expectations(family):
    """The acceptance cases of a family, wherever they are kept."""
    short = "be" if family.data["jurisdiction"].startswith("BE") else "nl"
    for folder in ("proto/demo", "tests/policy/data"):
        path = ROOT / folder / f"expected_access_{short}.json"
        if path.exists():
            return [row for row in json.loads(path.read_text("utf-8")) if row["scenario"] == family.ref]
    return []


def question(family, viewer, field, about, at=None):
    asked = [("viewer", family.id_of(viewer)), ("field", field)] + [("about", family.id_of(a)) for a in about]
    return f"/v1/families/{family.ids['id']}/access?" + urllib.parse.urlencode(asked + ([("at", at)] if at else []))


def by_question(world, family, at_least):
    rows = expectations(family)
    if not rows:
        raise Skip("its acceptance cases are not there")
    auditor, found = world.client("auditor"), Findings()
    for row in rows:
        about = row["about"] if isinstance(row["about"], list) else [row["about"]]
        told = (
            auditor.get(question(family, row["user"], row["field"], about, family.rfc3339(row["at"])))
            .must(200)
            .json()
        )
        found.same(
            told["allowed"],
            row["allowed"],
            row["at"],
            row["user"],
            row["field"],
            row["about"],
            f"({row['why']}; told {told['rule']})",
        )
    found.close(at_least)
    return f"{found.checked} cases"


@test("expected access, Flanders: all 34 cases by the access question as the auditor")
def _(world):
    return by_question(world, world.be, 34)


@test("expected access, the Netherlands: all cases by the access question as the auditor")
def _(world):
    if not world.nl:
        raise Skip("there is no Dutch scenario")
    return by_question(world, world.nl, 30)


def by_reading(world, family):
    """The cases at the moment at which the demo's clock stands: an account reads the plan, and the entry is there or
    it is not."""
    found, plans = Findings(), {}
    for row in expectations(family):
        if row["at"] != family.data["demo_at"] or row["user"] not in family.accounts():
            continue
        about = row["about"] if isinstance(row["about"], list) else [row["about"]]
        if row["user"] not in plans:
            plans[row["user"]] = world.client(row["user"], family.ref).plan(world.path(family))
        seen = any(
            e["field"] == row["field"] and [family.ref_of(a) for a in e["about"]] == about for e in plans[row["user"]]
        )
        stored = any(e["field"] == row["field"] and e["about"] == about for e in family.data["entries"])
        if stored or not row["allowed"]:
            found.same(seen, row["allowed"], row["user"], row["field"], row["about"], f"({row['why']})")
    return found


@test("expected access, Flanders: those at demo_at by reading the plan as that user")
def _(world):
    found = by_reading(world, world.be)
    found.close(10)
    return f"{found.checked} cases"


# ---- everything that an account sees, against the oracle ----


def plan_wanted(family, view):
    wanted = []
    for row, e in zip(view.w.entries, family.data["entries"]):
        assert row[0] == PLAN
        if view.reads_any(row):
            authors = [p.strip() for p in e["by"].split(",")]
            single = len(authors) == 1 and (authors[0] in family.people or authors[0] in family.helpers)
            wanted.append(
                {
                    "field": e["field"],
                    "about": sorted(set(e["about"])),
                    "author": authors[0] if single else e["by"],
                    "written_at": family.moment(e["date"]),
                    "text": e["text"],
                    "assignee": e.get("assignee"),
                }
            )
    return wanted


def plan_seen(family, entries):
    return [
        {
            "field": e["field"],
            "about": sorted(family.ref_of(a) for a in e["about"]),
            "author": family.ref_of(e["author"]),
            "written_at": micro(e["written_at"]),
            "text": e["body"]["text"],
            "assignee": family.ref_of(e["assignee"]) if "assignee" in e else None,
        }
        for e in entries
    ]


def micro(text):
    import datetime

    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) * 10**6


def order(rows):
    return sorted(rows, key=lambda r: json.dumps(r, sort_keys=True, ensure_ascii=False))


def compare_plan(world, family, at, found):
    for ref in family.accounts():
        seen = plan_seen(family, world.client(ref, family.ref).plan(world.path(family)))
        wanted = plan_wanted(family, family.view(ref, at))
        for e in order(wanted):
            found.check(e in seen, family.ref, ref, "misses", e)
        for e in order(seen):
            found.check(e in wanted, family.ref, ref, "sees", e)
        found.same(len(seen), len(wanted), family.ref, ref, "number of entries")


def compare_people(world, family, at, found):
    members = {m["id"]: m for m in family.data["members"]}
    for ref in family.accounts():
        view, client = family.view(ref, at), world.client(ref, family.ref)
        known = {family.subject_ref(x) for x in view.known(True)}
        people = client.get(world.path(family) + "/people").must(200).json()["people"]
        homes = client.get(world.path(family) + "/households").must(200).json()["households"]
        found.same(
            {family.ref_of(p["id"]) for p in people},
            {k for k in known if k in family.people},
            family.ref,
            ref,
            "knows the people",
        )
        found.same(
            {family.ref_of(h["id"]) for h in homes},
            {k for k in known if k in family.homes},
            family.ref,
            ref,
            "knows the homes",
        )
        for p in people:
            who = family.ref_of(p["id"])
            for field, member in (
                ("member_identity", "name"),
                ("family_role", "role"),
                ("legal_authority", "authority"),
            ):
                reads = any(
                    view.reads_any(row)
                    for row in view.w.entries
                    if row[0] == 1 and FIELDS[row[1]] == field and row[4] == family.mask([who])
                )
                found.same(member in p, reads, family.ref, ref, f"{member} of {who}")
            if "name" in p:
                found.same(p["name"], members[who]["name"], ref, "name")
            found.same(p["call_name"], members[who]["name"].split()[0], ref, "call name")
        for h in homes:
            who = family.ref_of(h["id"])
            home = next(x for x in family.data["households"] if x["id"] == who)
            shielded = bool(home.get("protected"))
            reads = any(
                view.reads_any(row)
                for row in view.w.entries
                if row[0] == 1
                and FIELDS[row[1]] == ("protected_address" if shielded else "household_address")
                and row[2] == family.homes.index(who)
            )
            found.same(h.get("address"), home["address"] if reads else None, family.ref, ref, f"address of {who}")


def compare_team(world, family, at, found):
    for ref in family.accounts():
        view, client = family.view(ref, at), world.client(ref, family.ref)
        team = client.get(world.path(family) + "/team").must(200).json()["team"]
        wanted = {}
        for i, t in enumerate(family.data["team"]):
            seen = view.sees_helper(i)
            if seen != "hidden":
                wanted[t["id"]] = t["name"] if seen == "exact" else t["listed"]
        found.same({family.ref_of(t["id"]): t["name"] for t in team}, wanted, family.ref, ref, "sees the team")
        grants = client.get(world.path(family) + "/grants").must(200).json()["grants"]
        wanted = {c["id"] for c, row in zip(family.data["consents"], view.w.grants) if view.sees_grant(row)}
        found.same({family.ref_of(g["id"]) for g in grants}, wanted, family.ref, ref, "sees the grants")


def compare_all(world, family, at):
    found = Findings()
    for compare in (compare_plan, compare_people, compare_team):
        compare(world, family, at, found)
    return found


def demo_at(world):
    return world.be.moment(world.be.data["demo_at"])


@test("oracle, Flanders: plan, people, homes, team and grants of every account, every text byte for byte")
def _(world):
    found = compare_all(world, world.be, demo_at(world))
    found.close(300)
    return f"{found.checked} comparisons, {len(world.be.accounts())} accounts"


@test(
    "oracle, the Netherlands: plan, people, homes, team and grants of every account, half a year before its demo_at"
)
def _(world):
    if not world.nl:
        raise Skip("there is no Dutch scenario")
    found = compare_all(world, world.nl, demo_at(world))
    found.close(300)
    return f"{found.checked} comparisons, {len(world.nl.accounts())} accounts"


@test("the auditor is told of each entry what its reader sees")
def _(world):
    """`entry=` allowed, exactly when that account's plan holds the entry."""
    family, auditor, found = world.be, world.client("auditor"), Findings()
    everybody = {
        ref: {e["id"] for e in world.client(ref, family.ref).plan(world.path())} for ref in family.accounts()
    }
    ids = set().union(*everybody.values())
    for ref, seen in everybody.items():
        for entry in sorted(ids):
            told = auditor.get(f"{world.path()}/access?viewer={family.id_of(ref)}&entry={entry}").must(200).json()
            found.same(told["allowed"], entry in seen, ref, entry, told)
    found.close(300)
    return f"{found.checked} questions"


@test("oracle: a thousand thought values at all times, with rule and ground, as the auditor")
def _(world):
    rng, auditor, found = random.Random(7), world.client("auditor"), Findings()
    families = [f for f in (world.be, world.nl) if f]
    for _ in range(1000):
        family = rng.choice(families)
        about = rng.sample(family.people + family.homes, rng.choice((1, 1, 1, 2, 3)))
        viewer, field = rng.choice(family.people + family.helpers), rng.choice(FIELDS)
        if rng.random() < 0.7:  # near what was granted, so that not all is refused
            consent = rng.choice(family.data["consents"])
            about, field = rng.sample(consent["about"], rng.randint(1, len(consent["about"]))), rng.choice(
                consent["fields"]
            )
            viewer = rng.choice([consent["to"], consent["by"][0], viewer])
        at = f"{rng.choice((2025, 2026, 2026, 2027))}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
        told = auditor.get(question(family, viewer, field, about, family.rfc3339(at))).must(200).json()
        view = family.view(viewer, family.moment(at))
        level, rule, grant, _emergency = view.ask(FIELDS.index(field), frozenset(family.subject(a) for a in about))
        where, allowed = (family.ref, viewer, field, about, at), level != "hidden"
        found.same((told["allowed"], told["level"]), (allowed, level), *where, told)
        if allowed and told["allowed"] and rule:
            found.same(told["rule"], rule, *where, "rule")
            found.same(
                family.ref_of(told["ground"]) if told["ground"] else None,
                family.data["consents"][grant]["id"] if grant >= 0 else None,
                *where,
                "ground",
            )
    found.close(1000)
    return f"{found.checked} comparisons"


@test("the access question: who is not concerned hears the one uniform refusal, and so does a refused viewer")
def _(world):
    uniform = {"allowed": False, "level": "hidden", "rule": "R-01", "ground": None}
    family, found, sentences = world.be, Findings(), set()

    def ask(who, viewer, field, about):
        told = world.client(who).get(question(family, viewer, field, [about])).must(200).json()
        sentence = told.pop("sentence")
        sentences.update([] if told["allowed"] else [sentence])
        return told

    found.same(ask("els", "els", "debts_detail", "leen"), uniform, "els about herself")
    found.same(ask("karim", "karim", "pregnancy", "leen"), uniform, "karim about himself")
    found.same(ask("karim", "amina", "pregnancy", "leen"), uniform, "karim about the midwife")
    found.same(ask("tom", "els", "need_housing", "H1"), uniform, "tom, a resident who does not manage")
    found.same(ask("hanne", "els", "need_housing", "H1"), uniform, "a helper about another")
    told = ask("leen", "els", "need_housing", "H1")
    found.check(
        told["allowed"] and told["rule"] == "R-02" and told["ground"] == family.id_of("A-C04"),
        "leen, who manages, hears the grant",
        told,
    )
    told = ask("els", "els", "need_housing", "H1")
    found.check(told["allowed"] and told["ground"] == family.id_of("A-C04"), "els, who is allowed, hears why", told)
    found.same(ask("els", "els", "need_money", "H1"), uniform, "els, after the withdrawal")
    for about in ("00000000-0000-4000-8000-000000000000", world.races.ids["people"]["leen"]):
        told = (
            world.client("karim")
            .get(f"{world.path()}/access?viewer={family.id_of('karim')}&field=pregnancy&about={about}")
            .must(200)
            .json()
        )
        sentences.add(told.pop("sentence"))
        found.same(told, uniform, "an id that means nothing here")
    found.same(len(sentences), 1, sentences)
    found.close(10)


@test("the plan: filters and pages give the same entries, and nothing counts what is hidden")
def _(world):
    leen, path, found = world.client("leen"), world.path(), Findings()
    everything = leen.plan(path)
    sections = {row["id"]: row["section"] for row in CATALOGUE}
    for section in "ABCDEFGHI":
        found.same(
            leen.get(f"{path}/plan?section={section}").must(200).json()["entries"],
            [e for e in everything if sections[e["field"]] == section],
            section,
        )
    for field in ("need_money", "actions", "private_note_youth"):
        found.same(
            leen.get(f"{path}/plan?field={field}").must(200).json()["entries"],
            [e for e in everything if e["field"] == field],
            field,
        )
    about = world.be.id_of("ilyas")
    found.same(
        leen.get(f"{path}/plan?about={about}").must(200).json()["entries"],
        [e for e in everything if about in e["about"]],
        "about ilyas",
    )
    for limit in (1, 3, len(everything), 500):
        pages, cursor = [], ""
        while True:
            page = leen.get(f"{path}/plan?limit={limit}{cursor}").must(200).json()
            found.check(set(page) <= {"entries", "next"}, "totals", page.keys())
            pages += page["entries"]
            if "next" not in page:
                break
            cursor = "&cursor=" + page["next"]
        found.same(pages, everything, "pages of", limit)
    found.close(15)


@test("one's own account, families and the operator, who sees none")
def _(world):
    found = Findings()
    for ref in ("leen", "els", "auditor", "operator"):
        account = world.client(ref).get("/v1/account").must(200).json()
        found.same(account["login"], world.shared.account(ref)["login"], ref, "login")
        found.same(
            [f["id"] for f in account["families"]],
            [world.be.ids["id"]] if ref in ("leen", "els") else [],
            ref,
            "families",
        )
    found.same(
        world.client("leen").get("/v1/account").json()["families"][0]["person"],
        world.be.id_of("leen"),
        "leen is leen",
    )
    found.same(
        world.client("els").get("/v1/account").json()["families"][0]["helper"], world.be.id_of("els"), "els is els"
    )
    for path in ("", "/people", "/households", "/team", "/plan", "/grants", "/log"):
        found.same(world.client("operator").get(world.path() + path).status, 404, "the operator", path)
    for path in ("/people", "/households", "/team", "/plan", "/grants"):
        found.same(world.client("auditor").get(world.path() + path).status, 404, "the auditor gets no content", path)
    found.close(15)


@test("before the first read and after the last, the clock of the demo goes on from demo_at")
def _(world):
    reply = world.client("leen").get("/v1/sessions").must(200).json()["sessions"]
    now, start = max(micro(s["last_seen_at"]) for s in reply), demo_at(world)
    expect(start <= now < start + 3600 * 10**6, f"the demo's clock says {now}, it began at {start}")
    same(sum(s["current"] for s in reply), 1, "one session is this one")
