"""Who looked, as each may know it: the family sees the looks at what it may itself see, and nobody sees a trace of
more (R-61 to R-64, T8)."""
import json
import re
import time

from harness import Findings, expect, same, test
from instance import ROOT


def newest(client, path, **where):
    """The newest records that fit."""
    return [
        r
        for r in client.log(path, at_least=400)
        if all(r.get(k) == v or r["actor"].get(k) == v for k, v in where.items())
    ]


def items(record):
    return {(i["entry"], i["version"]) for i in record["items"] if "entry" in i and "version" in i}


@test("log: a look at the plan stands in it, with reader, entries, versions, rule and ground, before anybody asks")
def _(world):
    family, path = world.be, world.path()
    plan = world.client("bram").plan(path)
    expect(len(plan) >= 4, "bram reads some entries")
    record = next(r for r in world.client("auditor").log(path, at_least=100) if r["kind"] == "plan.read")
    same(record["actor"].get("id"), family.id_of("bram"), "the newest look is bram's")
    same(items(record), {(e["id"], e["version"]) for e in plan}, "exactly the entries that he got")
    same(record["outcome"], "done", "outcome")
    for item in record["items"]:
        entry = next(e for e in plan if e["id"] == item["entry"])
        same((item["field"], item["about"]), (entry["field"], entry["about"]), "what it was about")
        expect(item["rule"] in ("R-02", "R-16"), f"the rule that allowed it: {item}")
        same(item["ground"], family.id_of("A-C03") if item["rule"] == "R-02" else None, "the grant that it rests on")


@test("log: leen sees who looked at hers; els only herself; karim no line about the other home; the operator nothing")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    world.client("bram").plan(path), world.client("amina").plan(path), world.client("lotte").plan(path), world.client(
        "leen"
    ).plan(path)
    leen = world.client("leen").log(path)
    actors = {family.ref_of(r["actor"]["id"]) for r in leen if "id" in r["actor"]}
    found.check({"bram", "amina", "leen"} <= actors, "leen sees bram and the midwife", actors)
    found.check("lotte" not in actors, "leen does not see noor's psychologist", actors)
    bram = next(r for r in leen if r["kind"] == "plan.read" and r["actor"].get("id") == family.id_of("bram"))
    found.same(
        (bram["actor"]["name"], bram["actor"]["role"], bram["actor"]["organisation"]),
        ("Bram Wouters", "maatschappelijk werker", "OCMW Waterdijk (fictief)"),
        "name",
    )
    for ref in ("els", "bram", "hanne"):
        own = {r["actor"].get("id") for r in world.client(ref).log(path)}
        found.same(own, {family.id_of(ref)}, ref, "sees only his own looks")
    for ref in ("karim", "tom", "noor", "leen"):
        view = family.view(ref, family.moment(family.data["demo_at"]))
        known = {family.id_of(family.subject_ref(x)) for x in view.known(True)} | {family.id_of(family.ref)}
        team = {t["id"] for t in world.client(ref).get(path + "/team").must(200).json()["team"]}
        visible = {e["id"] for e in world.client(ref).plan(path)}
        for r in world.client(ref).log(path):
            actor = r["actor"].get("id")
            found.check(
                actor is None or actor in known | team,
                ref,
                "sees an actor whom he may not know:",
                family.ref_of(actor or ""),
            )
            found.check(
                all(i.get("entry") is None or i["entry"] in visible or i["rule"] for i in r["items"]), ref, "an entry"
            )
            for i in r["items"]:
                found.check(
                    set(i["about"]) <= known, ref, "sees a line about", [family.ref_of(a) for a in i["about"]]
                )
    for r in world.client("karim").log(path):
        fields = {i.get("field") for i in r["items"] if i["about"] != [family.id_of("karim")]}
        found.check(
            not fields
            & {
                "pregnancy",
                "debts_detail",
                "need_money",
                "safety_plan",
                "safety_concern",
                "private_note_youth",
                "mental_wellbeing",
            },
            "karim sees a line about",
            fields,
        )
        for i in r["items"]:
            found.check(
                family.id_of("H1") not in i["about"] or i["field"] == "family_strengths",
                "karim sees a line about the other home",
                i,
            )
    for r in world.client("tom").log(path):
        found.check(
            all(i["about"] != [family.id_of("H1")] or i["field"] == "actions" for i in r["items"]),
            "tom sees H1's lines",
            r["items"],
        )
    found.same(world.client("operator").get(path + "/log").status, 404, "the operator")
    found.close(50)
    return f"{found.checked} lines and items"


@test("log: the auditor sees every line and no value; no line holds a text of the family")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    everything = world.client("auditor").log(path)
    whole = json.dumps(everything, ensure_ascii=False)
    texts = (
        [e["text"] for e in family.data["entries"]]
        + [m["name"] for m in family.data["members"]]
        + [h["address"] for h in family.data["households"]]
    )
    texts += [c["purpose"] for c in family.data["consents"]]
    for text in texts:
        if len(text) > 14:
            found.check(text not in whole, "a value in the log:", text)
    for ref in ("leen", "noor", "karim", "bram"):
        seen = {r["id"] for r in world.client(ref).log(path)}
        found.check(
            seen <= {r["id"] for r in world.client("auditor").log(path)}, ref, "sees lines that the auditor does not"
        )
    kinds = {r["kind"] for r in everything}
    found.check(
        {"plan.read", "grant.withdraw", "grant.give", "log.read", "access.ask", "people.read", "team.read"} <= kinds,
        "kinds",
        kinds,
    )
    found.check(any(r["outcome"] == "refused" for r in everything), "refusals stand there too")
    found.check([r["at"] for r in everything] == sorted((r["at"] for r in everything), reverse=True), "newest first")
    found.check(len({r["id"] for r in everything}) == len(everything), "no line twice")
    found.close(30)
    return f"{len(everything)} lines"


@test("log: pages and periods give the same lines, and a look at the log is a line once")
def _(world):
    noor, path, found = world.client("noor"), world.path(), Findings()
    everything = noor.log(path)
    until = everything[0]["at"]
    for limit in (1, 7, 500):
        pages, cursor = [], ""
        while len(pages) < 40:
            page = noor.get(f"{path}/log?until={until}&limit={limit}{cursor}").must(200).json()
            found.check(set(page) <= {"records", "next"}, "totals", page.keys())
            pages += page["records"]
            if "next" not in page:
                break
            cursor = "&cursor=" + page["next"]
        wanted = [r for r in everything if r["at"] < until]
        found.same(pages[:40], wanted[: len(pages)][:40], "pages of", limit)
    some = everything[len(everything) // 2]["at"]
    found.same(
        [r["id"] for r in noor.get(f"{path}/log?from={some}&until={until}&limit=500").json()["records"]],
        [r["id"] for r in everything if some <= r["at"] < until][:500],
        "a period",
    )
    before = len([r for r in noor.log(path) if r["kind"] == "log.read"])
    noor.get(path + "/log?limit=500").must(200)
    after = len([r for r in noor.log(path) if r["kind"] == "log.read"])
    found.check(after - before <= 2 * (1 + len(everything) // 500) + 1, "each look is one line:", before, after)
    found.close(6)


@test("log: writing, giving, withdrawing and refusals stand there, each with its rule")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    karim, leen, auditor = world.client("karim"), world.client("leen"), world.client("auditor")
    made = (
        karim.post(
            path + "/entries",
            {"field": "parent_view", "about": [family.id_of("karim")], "text": "Ik rijd nu minder."},
        )
        .must(201)
        .json()
    )
    target = f"{path}/entries/{made['id']}"
    karim.ask(
        "PUT", target, {"text": "Ik rijd nu veel minder."}, headers={"If-Match": karim.get(target).header("ETag")}
    ).must(200)
    karim.ask("DELETE", target, headers={"If-Match": karim.get(target).header("ETag")}).must(204)
    karim.post(
        path + "/entries", {"field": "need_money", "about": [family.id_of("H1")], "text": "Ik mag dit niet."}
    ).must(403)
    records = auditor.log(path, at_least=50)
    for kind, outcome in (
        ("entry.write", "done"),
        ("entry.revise", "done"),
        ("entry.withdraw", "done"),
        ("entry.read", "done"),
        ("entry.write", "refused"),
    ):
        row = next(
            (
                r
                for r in records
                if (r["kind"], r["outcome"]) == (kind, outcome) and r["actor"].get("id") == family.id_of("karim")
            ),
            None,
        )
        found.check(row is not None, "no line for", kind, outcome)
        if row and outcome == "done":
            found.check(made["id"] in {i.get("entry") for i in row["items"]}, kind, "names the entry", row["items"])
    mine = leen.log(path)
    found.check(
        not any(
            r["kind"] == "entry.write" and r["outcome"] == "refused" and r["actor"].get("id") == family.id_of("karim")
            for r in mine
        ),
        "leen sees karim's refused try",
    )
    found.close(8)


@test("log: a question about a text of which one has only the id names neither its field nor its subjects, not even to oneself (R-107, T8)")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    leen, karim = world.client("leen"), world.client("karim")
    made = leen.post(path + "/entries", {"field": "need_leisure", "about": [family.id_of("ilyas")], "text": "Toch niet."}).must(201)
    entry, absent = made.header("Location").rsplit("/", 1)[1], "5e1f0000-0000-4000-8000-0000000000f1"
    leen.ask("DELETE", f"{path}/entries/{entry}", headers={"If-Match": made.header("ETag")}).must(204)
    for viewer in ("karim", "leen", "hanne"):
        answers = [karim.get(f"{path}/access?viewer={family.id_of(viewer)}&entry={e}").bare() for e in (entry, absent)]
        found.same(answers[0], answers[1], "what is told of", viewer)
        newest = karim.get(path + "/log?limit=1").must(200).json()["records"]
        found.check(not any(r["kind"] == "access.ask" for r in newest), "a line of it", newest)
    found.close(6)


LANGUAGES = ("nl", "fr", "en")
YOU = {"nl": "Je ", "fr": "Vous avez ", "en": "You "}
# What is not ours in a sentence counts as one word: labels in quotes, a card in brackets, a purpose behind its colon.
NOT_OURS = re.compile(r"'[^']*'(?! [a-z]+')|« .*? »|\(.*?\)|(?<= voor: ).*|(?<= pour : ).*|(?<= for: ).*")

REASON = re.compile(", (?:omdat|car|because) ")


def sentences(client, path, language=None):
    """By the id of the line."""
    out, cursor = {}, ""
    while True:
        page = client.get(f"{path}/log?limit=500{f'&language={language}' if language else ''}{cursor}").must(200).json()
        out |= {r["id"]: r for r in page["records"]}
        if "next" not in page:
            return out
        cursor = "&cursor=" + page["next"]


@test("log: within 5 seconds of a look leen reads in one sentence who looked, at which fields, and why (R-63)")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    started = time.monotonic()
    world.fresh("bram").plan(path)
    wanted = {
        "nl": r"^Bram Wouters \(maatschappelijk werker, OCMW Waterdijk \(fictief\)\) las '.+' en nog \d+, omdat jullie dat deelden voor: .+\.$",
        "fr": r"^Bram Wouters \(maatschappelijk werker, OCMW Waterdijk \(fictief\)\) a lu « .+ » et encore \d+, car .+\.$",
        "en": r"^Bram Wouters \(maatschappelijk werker, OCMW Waterdijk \(fictief\)\) read '.+' and \d+ more, because .+\.$",
    }
    leen = world.client("leen")
    told = {}
    for language, form in wanted.items():
        page = leen.get(f"{path}/log?limit=20&language={language}").must(200).json()["records"]
        line = next(r for r in page if r["kind"] == "plan.read" and r["actor"].get("id") == family.id_of("bram"))
        told[language] = line["sentence"]
        found.check(re.match(form, line["sentence"]), language, line["sentence"])
    found.check(time.monotonic() - started < 5, "5 seconds")
    default = next(iter(leen.get(f"{path}/log?limit=1").must(200).json()["records"]))
    found.same(default["sentence"], sentences(leen, path, "nl")[default["id"]]["sentence"], "the plan's language, if none is named")
    found.same(leen.get(f"{path}/log?language=de").problem(), "bad-query", "a language that is not there")
    purpose = next(g["purpose"] for g in leen.get(path + "/grants").must(200).json()["grants"] if g["id"] == family.id_of("A-C03"))
    for language in LANGUAGES:
        found.check(purpose[:40] in told[language], "the purpose in", language, purpose, told[language])
    mine = next(iter(world.fresh("bram").get(f"{path}/log?limit=1&language=en").must(200).json()["records"]))
    found.check(mine["sentence"].startswith("You read '"), "bram himself", mine["sentence"])
    found.close(10)
    return told["nl"]


@test("log: a sentence is one, short, in each language, and says no more than its line shows (R-63, R-110)")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    labels = {f["id"]: f for f in json.loads((ROOT / "proto/catalogue.json").read_text("utf-8"))["fields"]}
    people = {m["id"]: m["name"].split()[0] for m in family.data["members"]}
    helpers = {t["id"]: t["name"] for t in family.data["team"]}
    longest, kinds = 0, set()
    for ref in ("leen", "karim", "noor", "tom", "bram", "els", "auditor"):
        client = world.client(ref)
        known = client.get(path + "/people").bare()[2].decode() + client.get(path + "/team").bare()[2].decode() if ref != "auditor" else ""
        hidden = [n for n in [*people.values(), *helpers.values()] if n not in known]
        for language in LANGUAGES:
            for r in sentences(client, path, language).values():
                said = r["sentence"]
                kinds.add(r["kind"])
                ours = NOT_OURS.sub("x", said)
                words = len([w for w in ours.split() if any(c.isalnum() for c in w)])
                longest = max(longest, words)
                found.check(words <= 24, ref, language, words, said)
                found.check(said.endswith(".") and not re.search(r"[{}]", said), ref, language, said)
                own = r["actor"].get("id") == family.id_of(ref) if ref != "auditor" else r["actor"]["kind"] == "auditor"
                found.same(said.startswith(YOU[language]), own, ref, language, said)
                shown = {labels[i["field"]][language] for i in r["items"] if "field" in i}
                if r["kind"].endswith(".read") and r["outcome"] == "done":
                    quoted = re.findall(r"« (.*?) »" if language == "fr" else r"'(.*?)'(?=[ ,.]|$)", REASON.split(said)[0])
                    found.check(set(quoted) <= shown, ref, language, quoted, shown)
                    found.same(len(quoted) > 0 or r["kind"] != "plan.read" or not shown, True, ref, said)
                for name in hidden:
                    found.check(f"{name} " not in REASON.split(said)[0], ref, "is told of", name, said)
                for f in labels.values():
                    if f["id"] in ("safety_plan", "safety_concern", "private_note_youth") and ref == "karim":
                        found.check(f[language] not in said, "karim is told of", f["id"], said)
    found.check({"plan.read", "entry.write", "log.read", "family.import"} <= kinds, kinds)
    found.close(3000)
    return f"{found.checked} checks, at most {longest} words, {len(kinds)} kinds"


@test("log: what shows the same is told the same, whatever else stands in the record")
def _(world):
    path, found = world.path(), Findings()
    for ref in ("leen", "karim", "noor", "els"):
        seen = {}
        for r in sentences(world.client(ref), path, "nl").values():
            if r["kind"].startswith(("grant.", "request.")):
                continue  # these name fields of what they gave or asked, which the reader sees there
            alike = json.dumps({k: v for k, v in r.items() if k not in ("id", "at", "sentence", "proof")})
            found.same(seen.setdefault(alike, r["sentence"]), r["sentence"], ref, alike)
    found.close(20)


@test("log: noor's own lines are hers: her parents read no sentence of them (R-64)")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    noor = world.client("noor")
    made = noor.post(path + "/entries", {"field": "private_note_youth", "about": [family.id_of("noor")], "text": "Van mij."}).must(201)
    noor.get(made.header("Location")).must(200)
    world.client("lotte").plan(path)
    hers = sentences(noor, path)
    own = {i for i, r in hers.items() if any(item.get("entry") == made.json()["id"] for item in r["items"])}
    found.check(len(own) >= 2, "noor sees what she wrote and read", own)
    for ref in ("leen", "karim", "tom"):
        theirs = sentences(world.client(ref), path)
        found.check(not own & {i for i, r in theirs.items() if any(item.get("entry") == made.json()["id"] for item in r["items"])}, ref)
        found.check(not any(made.json()["id"] in json.dumps(r) for r in theirs.values()), ref, "names it")
    found.close(5)


@test("log: whose looks, and at which field: filters tell nothing that the whole list does not")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    until = world.client("leen").log(path)[0]["at"]

    def asked(ref, query, limit=500):
        out, cursor = [], ""
        while True:
            page = world.client(ref).get(f"{path}/log?until={until}&limit={limit}{query}{cursor}").must(200).json()
            found.check(set(page) <= {"records", "next"}, "totals", page.keys())
            out += page["records"]
            if "next" not in page:
                return out
            cursor = "&cursor=" + page["next"]

    for ref in ("leen", "karim", "noor", "bram", "auditor"):
        everything = asked(ref, "")
        for whom in ("bram", "leen", "amina", "lotte", "noor"):
            wanted = [r["id"] for r in everything if r["actor"].get("id") == family.id_of(whom)]
            found.same([r["id"] for r in asked(ref, f"&person={family.id_of(whom)}")], wanted, ref, "person", whom)
        for field in ("need_money", "safety_plan", "private_note_youth", "member_identity"):
            shown = {r["id"] for r in everything if any(i.get("field") == field for i in r["items"])}
            got = asked(ref, f"&field={field}")
            notes = {r["id"] for r in got if r["kind"].startswith(("grant.", "request."))}
            found.check(shown <= {r["id"] for r in got} <= shown | notes, ref, "field", field)
            found.same([r["id"] for r in asked(ref, f"&field={field}", limit=2)], [r["id"] for r in got], ref, "pages")
    hidden = [world.client("karim").get(f"{path}/log?until={until}&person={who}").bare() for who in (family.id_of("lotte"), family.ids["id"])]
    found.same(hidden[0], hidden[1], "a helper whom karim may not know, and nobody")
    leen = world.client("leen")
    found.same(leen.get(f"{path}/log?person=bram").problem(), "bad-query", "no id")
    found.same(leen.get(f"{path}/log?field=nothing").problem(), "bad-query", "no field")
    found.close(60)


ZERO = "00000000-0000-0000-0000-000000000000"


def search(client, query="", limit=500):
    out, cursor = [], ""
    while True:
        page = client.get(f"/v1/log?limit={limit}{query}{cursor}").must(200).json()
        out += page["records"]
        if "next" not in page:
            return out
        cursor = "&cursor=" + page["next"]


@test("log search: the auditor finds every record of every family by what stands in clear, and reads no content (R-92)")
def _(world):
    found, auditor, bram = Findings(), world.client("auditor"), world.client("bram")
    bram.plan(world.path()), world.client("leen", world.races.ref).plan(world.path(world.races))
    bram.get(world.path() + "/entries/5e1f0000-0000-4000-8000-0000000000f2")
    until = search(auditor, "&kind=log.search")[0]["at"]  # of this very search: an import may bear a later day
    everything = search(auditor, f"&until={until}")
    rows = world.shared.sql("kring", f"SELECT id FROM record WHERE at < '{until}' ORDER BY at DESC, id DESC").split()
    found.same([r["id"] for r in everything], rows, "all of them, newest first")
    found.check(len({r["family"] for r in everything}) >= 3, "the service's and two families'")
    found.same(search(auditor, f"&until={until}", limit=7)[:60], everything[:60], "pages")
    some = next(r for r in everything if "organisation" in r and "class" in r)
    refused = next(r for r in everything if r["outcome"] == "refused" and "rule" in r)
    filters = {
        f"account={some['account']}": lambda r: r.get("account") == some["account"],
        f"organisation={some['organisation']}": lambda r: r.get("organisation") == some["organisation"],
        f"family={world.be.ids['id']}": lambda r: r["family"] == world.be.ids["id"],
        f"family={ZERO}": lambda r: r["family"] == ZERO,
        f"family={some['id']}": lambda r: False,
        "class_at_least=3": lambda r: r.get("class", -1) >= 3,
        "class_at_least=0": lambda r: "class" in r,
        f"rule={refused['rule']}": lambda r: r.get("rule") == refused["rule"],
        "emergency=yes": lambda r: r["emergency"],
        "outcome=refused": lambda r: r["outcome"] == "refused",
        "outcome=done&kind=plan.read": lambda r: (r["outcome"], r["kind"]) == ("done", "plan.read"),
        "kind=no.such": lambda r: False,
        f"from={everything[len(everything) // 2]['at']}": lambda r: r["at"] >= everything[len(everything) // 2]["at"],
    }
    for query, wanted in filters.items():
        found.same([r["id"] for r in search(auditor, f"&until={until}&{query}")], [r["id"] for r in everything if wanted(r)], query)
    allowed = {"id", "family", "at", "kind", "outcome", "emergency", "account", "organisation", "class", "rule"}
    of_service = {"settings.change", "schema.migrate"}
    found.check(all(set(r) - {"changes"} <= allowed for r in everything), "no more than what stands in clear")
    found.check(all(("changes" in r) == (r["kind"] in of_service) for r in everything), "but how the service was changed")
    found.close(15)
    return f"{len(everything)} records of {len({r['family'] for r in everything})} families"


@test("log search: each search is a record of the service, with what was asked; nobody else finds that there is a search")
def _(world):
    found, auditor = Findings(), world.client("auditor")
    before = len(search(auditor, "&kind=log.search"))
    auditor.get(f"/v1/log?limit=1&family={world.be.ids['id']}&rule=R-50b").must(200)
    rows = search(auditor, "&kind=log.search")
    found.check(len(rows) >= before + 2, "each of them", before, len(rows))
    found.same({(r["family"], r["outcome"]) for r in rows[:2]}, {(ZERO, "done")}, "in the service's own log")
    for ref in ("leen", "bram", "sofie", "operator"):
        client = world.fresh(ref)
        answers = [client.get(target) for target in ("/v1/log", f"/v1/log?family={world.be.ids['id']}", f"/v1/families/{ZERO}")]
        found.same([a.problem() for a in answers], ["not-found"] * 3, ref)
        found.same(len({repr(a.bare()) for a in answers}), 1, ref, "one answer", answers)
    found.same(auditor.get("/v1/log?class_at_least=6").problem(), "bad-query", "a class that is not there")
    found.same(auditor.get("/v1/log?outcome=maybe").problem(), "bad-query", "an outcome that is not there")
    found.close(8)


@test("log: the auditor is told from where, in which role and to which end; never where somebody of the family was, and nobody else is told (R-36, R-61)")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    for ref in ("bram", "leen", "sofie"):
        world.client(ref).plan(path)
    world.client("auditor").log(path)
    told = world.client("auditor").log(path, at_least=400)
    roles = {}
    for r in told:
        access = r["access"]
        roles.setdefault(family.ref_of(r["actor"].get("id", "")), access)
        found.same("network" in access, r["actor"]["kind"] in ("helper", "auditor"), r["kind"], r["actor"])
        found.check("organisation" not in access or access["role"] in ("helper", "coordinator", "authority", "safety"), r["kind"], access)
    found.same((roles["bram"]["role"], roles["bram"]["purpose"], roles["bram"]["program"], roles["bram"]["network"]),
               ("helper", "care", "other", "127.0.0.0/24"), "bram")
    found.same((roles["leen"]["role"], roles["leen"]["purpose"]), ("person", "own"), "leen")
    found.same(roles["sofie"]["role"], "coordinator", "sofie")
    looks = [r["access"] for r in told if r["actor"]["kind"] == "auditor"]
    found.check(looks and all((a["role"], a["purpose"]) == ("auditor", "oversight") for a in looks), "the auditor", looks[:1])
    for ref in ("leen", "noor", "karim", "bram", "sofie"):
        found.check(not any("access" in r for r in world.client(ref).log(path)), ref, "is told of it")
    found.close(50)
    return f"{len(told)} lines"
