"""Previews and the time machine: see-as, what-if, who sees what, what could be read on a day; and the replay of the log."""
import json
import random
import subprocess
import threading
import urllib.parse

from good import new_id
from harness import Findings, expect, same, test
from instance import AS_ROOT, as_user
from sharing import Story, shown

NOBODY = "00000000-0000-4000-8000-00000000beef"
LEVELS = ["hidden", "exists", "derived", "exact"]


# ---- see-as ----


def slices(body):
    """{entry: the bytes of its JSON}, in order, and the whole list's."""
    text = body.decode("utf-8")
    expect(text.startswith('{"entries":['), text[:40])
    decoder, at, found = json.JSONDecoder(), len('{"entries":['), {}
    while text[at] != "]":
        entry, end = decoder.raw_decode(text, at)
        found[entry["id"]] = text[at:end]
        at = end + (text[end] == ",")
    return found


def read_plan(client, path, query=""):
    """All of it in one page, as bytes."""
    reply = client.get(f"{path}/plan{query}").must(200)
    expect("next" not in reply.json(), "a page is not enough")
    return slices(reply.body)


def known_to(client, path):
    people = client.get(path + "/people").must(200).json()["people"]
    team = client.get(path + "/team").must(200).json()["team"]
    return {row["id"] for row in people + team}


def common(mine, his):
    """What of his answer the asker reads himself: the same version, and no more of it."""
    kept = []
    for entry, text in his.items():
        if entry not in mine:
            continue
        own, other = json.loads(mine[entry]), json.loads(text)
        if own.get("version") == other.get("version") or own["level"] == other["level"] == "derived":
            if LEVELS.index(own["level"]) >= LEVELS.index(other["level"]):
                kept.append(text)
    return kept


def without_names(text):
    entry = json.loads(text)
    return {k: v for k, v in entry.items() if k not in ("author", "assignee")}


def compare_previews(world, family, found):
    path, counts = world.path(family), {"equal": 0, "unnamed": 0, "hidden": 0}
    plans = {ref: read_plan(world.client(ref, family.ref), path) for ref in family.accounts()}
    for asker in family.accounts():
        client = world.client(asker, family.ref)
        known, me = known_to(client, path) | {family.id_of(asker)}, family.id_of(asker)
        absent = client.get(f"{path}/plan?as={NOBODY}")
        found.same((absent.status, absent.problem()), (404, "not-found"), asker, "an id that means nothing")
        for ref in family.people + family.helpers:
            reply = client.get(f"{path}/plan?as={family.id_of(ref)}")
            if family.id_of(ref) not in known:
                found.same(reply.bare(), absent.bare(), asker, "as", ref, "of whom he may not know")
                counts["hidden"] += 1
                continue
            shown = slices(reply.must(200).body)
            if ref not in plans:  # without an account nobody can compare: then it only tells nothing new
                found.check(set(shown) <= set(plans[asker]), asker, "as", ref, "shows what he does not read")
                continue
            wanted = common(plans[asker], plans[ref])
            for got, want in zip(shown.values(), wanted):
                if got == want:
                    counts["equal"] += 1
                    continue
                found.same(without_names(got), without_names(want), asker, "as", ref)
                named = [json.loads(want).get(k, "") for k in ("author", "assignee")]
                found.check(any(n and n not in known | {me} for n in named), asker, "as", ref, got, want)
                counts["unnamed"] += 1
            found.same(list(shown), [json.loads(w)["id"] for w in wanted], asker, "as", ref)
    return counts


@test("see-as: for every two of the family, byte for byte the other's answer as far as the asker reads it himself")
def _(world):
    found, told = Findings(), []
    for family in [f for f in (world.be, world.nl) if f]:
        counts = compare_previews(world, family, found)
        told.append(f"{counts['equal']} entries alike, {counts['unnamed']} without a name, {counts['hidden']} hidden")
        expect(counts["equal"] > 100 and counts["hidden"] > 10, counts)
    found.close(300)
    return "; ".join(told)


@test("see-as: filters, pages and the entity tag; the auditor gets none; the log calls it a preview")
def _(world):
    leen, path, found = world.fresh("leen"), world.path(), Findings()
    els = world.be.id_of("els")
    whole = leen.get(f"{path}/plan?as={els}").must(200)
    entries = slices(whole.body)
    pages, cursor = {}, ""
    while True:
        reply = leen.get(f"{path}/plan?as={els}&limit=1{cursor}").must(200)
        pages |= slices(reply.body.replace(b',"next":', b',"x":'))
        if "next" not in reply.json():
            break
        cursor = "&cursor=" + reply.json()["next"]
    found.same(pages, entries, "page by page")
    same(
        leen.get(f"{path}/plan?as={els}", headers={"If-None-Match": whole.header("ETag")}).status,
        304,
        "the same tag again",
    )
    found.check(leen.get(f"{path}/plan").header("ETag") != whole.header("ETag"), "a tag of its own")
    field = json.loads(next(iter(entries.values())))["field"]
    part = slices(leen.get(f"{path}/plan?as={els}&field={field}").must(200).body)
    found.same(part, {k: v for k, v in entries.items() if json.loads(v)["field"] == field}, "by field")
    found.same(world.client("auditor").get(f"{path}/plan?as={els}").status, 404, "the auditor")
    line = next(r for r in leen.log(path, 5) if r["kind"] == "preview.plan")
    found.same(line["actor"]["id"], world.be.id_of("leen"), "who looked")
    found.check({i["entry"] for i in line["items"]} <= set(entries), "what was shown")
    found.close(6)


# ---- what-if ----


def readable(place, family, ref):
    """{entry: (level, version)} that an actor reads now, all kinds, as the auditor of that instance is told."""
    auditor, rows, cursor = place.client("auditor"), {}, ""
    path = "/v1/families/" + family.ids["id"]
    while True:
        page = auditor.get(f"{path}/readable?viewer={family.id_of(ref)}&limit=500{cursor}").must(200).json()
        rows |= {e["entry"]: (e["level"], e.get("version")) for e in page["entries"]}
        if "next" not in page:
            return rows
        cursor = "&cursor=" + page["next"]


def everybody(family):
    return family.people + family.helpers


def all_readable(place, family):
    return {ref: readable(place, family, ref) for ref in everybody(family)}


def difference(before, after, mine):
    """What happened, as what-if tells it: {reader: (appears, vanishes, changes)} of entries that the asker reads."""
    told = {}
    for ref, now in after.items():
        was = before[ref]
        appears = {(e, now[e][0]) for e in now if e not in was and e in mine}
        vanishes = {(e, was[e][0]) for e in was if e not in now and e in mine}
        changes = {(e, now[e][0], was[e][0]) for e in now if e in was and e in mine and now[e] != was[e]}
        if appears or vanishes or changes:
            told[ref] = appears, vanishes, changes
    return told


def predicted(family, answer):
    told = {}
    for r in answer["readers"]:
        sets = (
            {(e["entry"], e["level"]) for e in r["appears"]},
            {(e["entry"], e["level"]) for e in r["vanishes"]},
            {(e["entry"], e["level"], e["was"]) for e in r["changes"]},
        )
        if any(sets):
            told[family.ref_of(r["reader"])] = sets
    return told


def prove(story, asker, question, deed, found, what):
    """Asks, does it, and compares with what then is. Gives what the deed answered and how much changed."""
    family, client = story.family, story.client(asker)
    mine, before = readable(story, family, asker), all_readable(story, family)
    answer = client.post(story.path + "/what-if", question).must(200).json()
    found.same(all_readable(story, family), before, what, "asking changes nothing")
    reply = deed()
    happened = difference(before, all_readable(story, family), mine)
    found.same(predicted(family, answer), happened, what)
    return reply, sum(len(part) for sets in happened.values() for part in sets)


def supposed(body):
    """A grant's body as what-if asks about it."""
    kept = {k: body[k] for k in ("about", "recipient", "until")}
    at = {row["field"]: row["level"] for row in body.get("levels", [])}
    return {"give": {**kept, "fields": [{"field": f, "level": at.get(f, "exact")} for f in body["fields"]]}}


def shared(story, to, about, levels):
    less = [{"field": f, "level": level} for f, level in levels.items() if level != "exact"]
    return story.grant(to=to, about=about, fields=list(levels), **({"levels": less} if less else {}))


def prove_grant(story, to, about, levels, found):
    """One grant from beginning to end; gives how many entries appeared, vanished or changed."""
    path, leen, body = story.path, story.client("leen"), shared(story, to, about, levels)
    reply, total = prove(
        story, "leen", supposed(body), lambda: leen.post(path + "/grants", body).must(201), found, f"give to {to}"
    )
    grant, at = reply.json()["id"], reply.header("Location")
    exact = [f for f, level in levels.items() if level == "exact"]
    lower = {"fields": [{"field": exact[0], "level": "exists"}]}
    reply, n = prove(
        story,
        "leen",
        {"narrow": {"grant": grant, **lower}},
        lambda: leen.post(at + "/narrow", {**lower, "purpose": "om te helpen"}).must(200),
        found,
        f"narrow {to}",
    )
    smaller, total = reply.json()["grant"], total + n
    for question, deed, what in (
        ({"pause": grant}, lambda: leen.ask("POST", at + "/pause").must(200), "pause"),
        (None, lambda: leen.ask("POST", at + "/resume").must(200), "resume"),
        (
            {"withdraw": {"grant": grant, "fields": [exact[1]]}},
            lambda: leen.post(at + "/withdrawal", {"fields": [exact[1]]}).must(200),
            "withdraw a field",
        ),
        ({"withdraw": {"grant": grant}}, lambda: leen.post(at + "/withdrawal", {}).must(200), "withdraw"),
        (
            {"withdraw": {"grant": smaller}},
            lambda: leen.post(f"{path}/grants/{smaller}/withdrawal", {}).must(200),
            "withdraw what was narrowed",
        ),
    ):
        if question is None:
            deed()
            continue
        total += prove(story, "leen", question, deed, found, f"{what}: {to}")[1]
    return total


@test("what-if: give, narrow, pause, withdraw: told beforehand is what then happens, for all who read")
def _(world):
    found, changed = Findings(), 0
    with Story(world, "what-if") as story:
        for to, about, levels in (
            ("bram", ["H1"], {"need_daily_life": "exact", "household_members": "exact", "need_housing": "derived"}),
            ("amina", ["leen"], {"parent_view": "derived", "member_identity": "exact", "need_work": "exact"}),
            ("els", ["H1"], {"household_address": "exact", "household_members": "exact", "need_money": "exists"}),
        ):
            changed += prove_grant(story, to, about, levels, found)
        changed += prove_replies(story, found)
        refusals(story, found)
    expect(changed >= 10, f"only {changed} changes were seen")
    found.close(40)
    return f"{found.checked} comparisons, {changed} entries appeared, vanished or changed"


def prove_replies(story, found):
    """One holder's yes is enough for the one field, and not for the other: that is told as if both agreed, and marked so."""
    fields = ("need_school", "learning_support_detail")
    request, leen = story.ask("sofie", fields), story.client("leen")
    mine, before = readable(story, story.family, "leen"), all_readable(story, story.family)
    answer = leen.post(story.path + "/what-if", {"reply": {"request": request, "yes": list(fields), "no": []}}).must(200).json()
    for ref in ("leen", "karim"):
        story.answer(ref, request, yes=fields).must(200)
    happened = difference(before, all_readable(story, story.family), mine)
    found.same(predicted(story.family, answer), happened, "after both said yes")
    marked = {e["field"] for r in answer["readers"] for e in r["appears"] if e.get("if_all_agree")}
    found.check("learning_support_detail" in marked or not any(happened), "marked", marked)
    none = leen.post(story.path + "/what-if", {"reply": {"request": story.ask("sofie", fields), "yes": [], "no": ["need_school"]}})
    found.same(predicted(story.family, none.must(200).json()), {}, "a no opens nothing")
    return sum(len(part) for sets in happened.values() for part in sets)


def refusals(story, found):
    family, path = story.family, story.path
    leen, karim = story.client("leen"), story.client("karim")
    body = shared(story, "els", ["H1"], {"need_money": "exact"})
    give = supposed(body)["give"]

    def ask(who, question):
        return who.post(path + "/what-if", question)

    now = ask(leen, {"give": give}).must(200).json()
    found.check(any(r["appears"] for r in now["readers"]), "els would read it", now)
    later = ask(leen, {"give": give, "at": "2026-07-01T00:00:00Z"}).must(200).json()
    found.same([r["appears"] for r in later["readers"]], [[]], "after its end")
    ahead = ask(leen, {"give": {**give, "from": "2026-05-01T00:00:00Z"}}).must(200).json()
    found.same(ahead["at"], "2026-05-01T00:00:00.000000Z", "from when it begins")
    found.check(any(r["appears"] for r in ahead["readers"]), "then she reads it", ahead)
    for question in (
        {},
        {"give": give, "pause": NOBODY},
        {"give": {**give, "fields": [{"field": "goals"}, {"field": "goals", "level": "exists"}]}},
        {"give": give, "at": "2020-01-01T00:00:00Z"},
        {"give": {**give, "until": "2020-01-01T00:00:00Z"}},
    ):
        found.same(ask(leen, question).problem(), "unprocessable", question)
    found.same(ask(karim, {"give": give}).problem(), "forbidden", "karim does not decide for that home")
    hidden = family.id_of("amina")  # the midwife
    found.same(
        ask(karim, {"give": {**give, "recipient": hidden}}).bare(),
        ask(karim, {"give": {**give, "recipient": NOBODY}}).bare(),
        "who is hidden is as who is not there",
    )
    made = leen.post(path + "/grants", body).must(201)
    grant = made.json()["id"]
    for question in (
        {"withdraw": {"grant": grant, "fields": ["goals"]}},
        {"narrow": {"grant": grant}},
        {"narrow": {"grant": grant, "fields": [{"field": "need_money"}]}},
        {"narrow": {"grant": grant, "until": "2027-01-01T00:00:00Z"}},
    ):
        found.same(ask(leen, question).problem(), "unprocessable", question)
    for question in ({"withdraw": {"grant": grant}}, {"pause": grant}, {"narrow": {"grant": grant, "until": body["until"]}}):
        kind = next(iter(question))
        absent = {kind: NOBODY if kind == "pause" else {**question[kind], "grant": NOBODY}}
        found.same(ask(karim, question).bare(), ask(karim, absent).bare(), "karim finds no trace of it", kind)
    found.same(ask(story.client("els"), {"pause": grant}).problem(), "forbidden", "who receives it")
    shorter = {"narrow": {"grant": grant, "until": "2026-03-01T00:00:00Z"}}
    told = ask(leen, {**shorter, "at": "2026-04-01T00:00:00Z"}).must(200).json()
    found.check(any(r["vanishes"] for r in told["readers"]), "gone by then", told)
    found.same(predicted(family, ask(leen, shorter).must(200).json()), {}, "and nothing now")
    kinds = [r["kind"] for r in leen.log(path, 5)]
    found.check("preview.what_if" in kinds, "his own questions are on the log", kinds)


# ---- who sees what ----


def matrix_of(client, path, about=None):
    return client.get(f"{path}/who-sees-what" + (f"?about={about}" if about else "")).must(200).json()


@test("who sees what: each cell is the answer to the access question, and there is none where that says no")
def _(world):
    rng, found, cells = random.Random(3), Findings(), 0
    for asker, abouts in (
        ("leen", ["leen", "H1", "ilyas"]),
        ("karim", ["karim", "H2", "ilyas"]),
        ("noor", ["noor"]),
        ("tom", ["tom"]),
    ):
        client, path = world.client(asker), world.path()
        known = known_to(client, path)
        for about in abouts:
            m = matrix_of(client, path, world.be.id_of(about))
            found.same(m["about"], world.be.id_of(about), asker, about)
            found.check({r["reader"] for r in m["rows"]} == known | {world.be.id_of(asker)}, asker, about, "the rows")
            table = {(r["reader"], c["field"]): c for r in m["rows"] for c in r["cells"]}
            cells += len(table)
            asked = [(r["reader"], f) for r in m["rows"] for f in m["fields"]]
            for reader, field in rng.sample(asked, min(40, len(asked))) + rng.sample(sorted(table), min(20, len(table))):
                told = (
                    client.get(f"{path}/access?viewer={reader}&field={field}&about={m['about']}&language=en").must(200).json()
                )
                cell = table.get((reader, field))
                found.same(told["allowed"], cell is not None, asker, about, reader, field, told)
                for member in ("level", "rule", "ground", "until"):
                    if cell:
                        found.same(cell.get(member), told.get(member), asker, about, reader, field, member)
                found.check(told["sentence"].endswith("."), told)
    same(
        matrix_of(world.client("leen"), world.path()),
        matrix_of(world.client("leen"), world.path(), world.be.id_of("leen")),
        "without about",
    )
    found.close(400)
    return f"{found.checked} comparisons, {cells} cells"


@test("who sees what: of others there is none, as of an id that means nothing; a helper without a place shows nothing")
def _(world):
    path, found, family = world.path(), Findings(), world.be

    def ask(who, about):
        return world.client(who).get(f"{path}/who-sees-what?about={about}")

    for who, about in (("karim", "leen"), ("karim", "H1"), ("tom", "noor"), ("els", "leen"), ("noor", "leen")):
        found.same(ask(who, family.id_of(about)).bare(), ask(who, NOBODY).bare(), who, about)
        found.same(ask(who, NOBODY).status, 404, who)
    found.same(world.client("els").get(f"{path}/who-sees-what").status, 404, "a helper is nobody's subject")
    found.same(ask("leen", family.ids["id"]).status, 404, "the family as a whole")
    at = family.moment(family.data["demo_at"])
    gone = [t["id"] for t in family.data["team"] if family.end(t.get("until")) <= at]
    for row in matrix_of(world.client("leen"), path)["rows"]:
        if family.ref_of(row["reader"]) in gone:
            found.same(row["cells"], [], row["reader"], "is no longer on the team")
    found.close(10)


# ---- the time machine ----


@test("time machine: what each could read on many days, as the auditor, equals the access question then")
def _(world):
    rng, auditor, found, family, path = random.Random(11), world.client("auditor"), Findings(), world.be, world.path()
    plans = {e for ref in family.accounts() for e in read_plan(world.client(ref), path)}
    for _ in range(60):
        ref = rng.choice(everybody(family))
        at = f"{rng.choice((2025, 2026, 2026))}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T12:00:00Z"
        asked = f"{path}/readable?viewer={family.id_of(ref)}&at={at}&limit=500"
        rows = {e["entry"]: e for e in auditor.get(asked).must(200).json()["entries"]}
        for entry in rng.sample(sorted(plans), 6) + [e for e in rows if e in plans][:4]:
            told = auditor.get(f"{path}/access?viewer={family.id_of(ref)}&entry={entry}&at={at}").must(200).json()
            found.same(told["allowed"], entry in rows, ref, at, entry, told)
            if entry in rows:
                found.same(
                    (rows[entry]["rule"], rows[entry]["ground"], rows[entry]["level"]),
                    (told["rule"], told["ground"], told["level"]),
                    ref,
                    at,
                    entry,
                )
    found.close(500)
    return f"{found.checked} comparisons"


@test("time machine: others hear of what concerns them and they read today; what is hidden is as what is not there")
def _(world):
    path, found, family = world.path(), Findings(), world.be

    def ask(who, viewer, at="2026-01-18T12:00:00Z"):
        asked = urllib.parse.urlencode({"viewer": viewer, "at": at, "limit": 500})
        return world.client(who).get(f"{path}/readable?{asked}").must(200)

    nothing = ask("karim", NOBODY).bare()
    for hidden in ("amina", "lotte", "tom"):
        found.same(ask("karim", family.id_of(hidden)).bare(), nothing, "karim about", hidden)
    truth = {e["entry"] for e in ask("auditor", family.id_of("els")).json()["entries"]}
    told = {e["entry"] for e in ask("leen", family.id_of("els")).json()["entries"]}
    mine = set(readable(world, family, "leen"))
    found.check(told and told <= truth & mine, "leen about els", told)
    himself = {e["entry"] for e in ask("els", family.id_of("els")).json()["entries"]}
    found.same(himself, truth & set(readable(world, family, "els")), "els about herself")
    found.check(ask("karim", family.id_of("karim"), "2027-01-18T12:00:00Z").json()["entries"], "karim, of what is his own")
    found.same(ask("els", family.id_of("els"), "2026-02-20T12:00:00Z").json()["entries"], [], "not ahead, for a helper")
    found.close(6)


@test("time machine: a withdrawal changes what comes after it, and nothing of what was")
def _(world):
    family, found = world.races, Findings()
    leen, path, auditor = world.client("leen", family.ref), world.path(family), world.client("auditor")
    text = {"field": "need_daily_life", "about": [family.id_of("H1")], "text": "Het gaat beter."}
    entry = leen.post(path + "/entries", text).must(201).json()["id"]
    body = {
        "about": [family.id_of("H1")],
        "recipient": family.id_of("els"),
        "fields": ["need_daily_life"],
        "purpose": "om te helpen",
        "until": "2026-06-30T00:00:00Z",
        "secrecy_ground": "subject_release",
        "text": shown(),
    }
    grant = leen.post(path + "/grants", body).must(201).header("Location")
    els = world.client("els", family.ref)
    expect(entry in read_plan(els, path), "els reads it")
    between = next(r["at"] for r in els.log(path, 3) if r["kind"] == "plan.read")
    leen.post(grant + "/withdrawal", {}).must(200)

    def reads(at=""):
        asked = f"{path}/readable?viewer={family.id_of('els')}&limit=500" + (f"&at={at}" if at else "")
        return entry in {e["entry"] for e in auditor.get(asked).must(200).json()["entries"]}

    found.same((reads(between), reads()), (True, False), "before and after")
    lines = [r["kind"] for r in auditor.get(path + "/log?limit=5").must(200).json()["records"]]
    found.check("history.ask" in lines, lines)
    found.close(2)


# ---- replay ----


def replay(instance, *more):
    data = instance.data
    command = as_user("kring" if AS_ROOT else "", str(data / "kringd"), "--config", str(data / "kringd.conf"), "replay", *more)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd="/")
    return done.returncode, done.stdout, done.stderr


def read_on(client, path, stop, faults):
    try:
        while not stop.is_set():
            client.get(path + "/plan").must(200)
    except Exception as why:  # of a thread, which nobody else would hear
        faults.append(repr(why))


@test("replay: after reads that race with giving and withdrawing, 0 contradictions")
def _(world):
    """A read may be recorded between the moment that a withdrawal bears and its commit: it rests on what was there before."""
    with Story(world, "busy") as story:
        leen, stop, faults = story.client("leen"), threading.Event(), []
        readers = [story.client(ref).twin() for ref in ("els", "els", "els", "bram")]
        threads = [threading.Thread(target=read_on, args=(r, story.path, stop, faults), daemon=True) for r in readers]
        for t in threads:
            t.start()
        for _ in range(60):
            grant = story.give(fields=["need_money", "need_daily_life"])
            leen.post(grant + "/withdrawal", {"fields": ["need_money"]}).must(200)
            leen.post(grant + "/withdrawal", {}).must(200)
        stop.set()
        for t in threads:
            t.join(60)
        same(faults, [], "the readers")
        code, out, err = replay(story.instance)
        expect(code == 0 and ", 0 contradictions" in out, out[-1500:], err[:300])
        expect(int(out.split()[0]) > 500, out)
        return out.strip()


@test("replay: all that was ever disclosed in this run, judged again: 0 contradictions")
def _(world):
    for family in (world.be, world.races):
        for ref in family.accounts():
            world.client(ref, family.ref).plan(world.path(family))
    code, out, err = replay(world.shared)
    same((code, out.strip().splitlines()[-1].split(", ")[-1:]), (0, ["0 contradictions"]), out[:2000], err[:500])
    records, items = (int(part.split()[0]) for part in out.split(", ")[:2])
    expect(records > 30 and items > 300, out)
    return out.strip()


@test("replay: a record that was changed is named, and the exit code says so")
def _(world):
    shared, family = world.shared, world.be
    els, path = world.fresh("els"), world.path()
    entry = next(iter(read_plan(els, path)))
    els.get(f"{path}/entries/{entry}").must(200)
    row = shared.sql(
        "kring",
        f"SELECT id, extract(epoch FROM at) FROM record WHERE family_id = '{family.ids['id']}' AND kind = 'entry.read' "
        "ORDER BY at DESC, id DESC LIMIT 1",
    )
    record, at = row.split("|")
    moved = "UPDATE record SET at = %s WHERE id = '" + record + "'"
    try:
        shared.sql("kring", moved % "'2020-01-01'")  # before anything was shared
        code, out, err = replay(shared, "--family", family.ids["id"])
        expect(code == 1 and out.strip().endswith(" 1 contradictions"), code, out[-600:], err)
        expect(f"contradiction: record {record}" in out and entry in out, out[-600:])
    finally:
        shared.sql("kring", moved % f"to_timestamp({at})")
    shared.sql("kring", f"UPDATE record SET id = '{new_id()}' WHERE id = '{record}'")  # its seal is bound to its place
    try:
        code, out, _ = replay(shared, "--family", family.ids["id"])
        expect(code == 1 and "does not open" in out, code, out[-600:])
    finally:
        shared.sql(
            "kring",
            f"UPDATE record SET id = '{record}' WHERE family_id = '{family.ids['id']}' AND at = to_timestamp({at}) "
            "AND kind = 'entry.read'",
        )
    same(replay(shared, "--family", family.ids["id"])[0], 0, "put back")
    same(replay(shared, "--family", NOBODY)[0], 65, "no such family")
    same(replay(shared, "--family", "x")[0], 64, "no id")
