"""New people and young people: births, the limits of secrecy, being told, and what is one's own at eighteen (R-20, R-25, R-27, R-39,
R-75)."""
from harness import Findings, test
from invite import know, seen
from sharing import Story, faults

UNTIL = "2026-06-30T00:00:00Z"


def unseen(data):
    """Nobody has shown noor anything yet."""
    next(m for m in data["members"] if m["id"] == "noor").pop("limits_shown")


@test("young: before her first word noor sees the limits of secrecy; until then no text, own words or correction of hers is kept (R-39)")
def _(world):
    with Story(world, "young-limits", change=unseen) as story:
        family, path, found = story.family, story.path, Findings()
        noor, leen, me = story.client("noor"), story.client("leen"), [story.family.id_of("noor")]
        mine = next(e for e in noor.plan(path) if e["field"] == "child_voice" and e["about"] == me)
        tag = noor.get(f"{path}/entries/{mine['id']}").must(200).header("ETag")
        note = {"field": "private_note_youth", "about": me, "text": "Voor Lotte."}
        entries = story.instance.sql("kring", "SELECT count(*) FROM entry_version")
        for what, reply in (
            ("a note", noor.post(path + "/entries", note)),
            ("a voice", noor.post(path + "/entries", {**note, "field": "child_voice"})),
            ("a new version", noor.ask("PUT", f"{path}/entries/{mine['id']}", {"text": "Anders."}, headers={"If-Match": tag})),
            ("own words", noor.post(f"{path}/entries/{mine['id']}/statements", {"text": "En dit."})),
            ("a correction", noor.post(f"{path}/entries/{mine['id']}/corrections", {"text": "Niet zo."})),
        ):
            found.same((reply.status, reply.problem()), (409, "limits-not-seen"), what, reply)
            found.check("own_space" in reply.json()["detail"], "where to read it")
        found.same(story.instance.sql("kring", "SELECT count(*) FROM entry_version"), entries, "nothing was kept")
        found.same(story.client("sofie").post(path + "/limits", seen("own_space")).status, 403, "nobody says it for her")
        other = {"text": {**seen("own_space")["text"], "version": "f" * 16}}
        found.same(noor.post(path + "/limits", other).problem(), "unprocessable", "words of another day")
        noor.post(path + "/limits", seen("own_space")).must(204)
        noor.post(path + "/entries", note).must(201)
        noor.post(f"{path}/entries/{mine['id']}/statements", {"text": "En dit."}).must(201)
        found.check("private_note_youth" not in {e["field"] for e in leen.plan(path)}, "leen finds nothing of it (R-37)")
        kept = story.instance.sql("kring", "SELECT text_language, length(text_version), octet_length(text_hash) FROM limits_shown")
        found.same(kept, "nl|16|32", "which words, in which language")
        found.same(noor.ask("DELETE", f"{path}/entries/{mine['id']}", headers={"If-Match": noor.get(f"{path}/entries/{mine['id']}").header("ETag")}).status,
                   204, "and she can take her words away")
        found.close(15)


@test("young: a birth makes a new member; nothing that was shared goes along, and who decides is noted with a paper (R-27, R-20)")
def _(world):
    def expected(data):
        data["events"] = [e for e in data["events"] if e["type"] != "birth"]

    with Story(world, "young-birth", change=expected) as story:
        family, path, found = story.family, story.path, Findings()
        leen, karim, sofie, amina = (story.client(r) for r in ("leen", "karim", "sofie", "amina"))
        child = family.id_of("kindje")
        birth = {"born_at": "2026-01-19T04:10:00+01:00"}
        found.same(karim.post(f"{path}/people/{child}/birth", birth).status, 403, "not by karim")
        found.same(leen.post(f"{path}/people/{child}/birth", {"born_at": "2026-03-01T04:10:00Z"}).problem(), "unprocessable", "not ahead")
        found.same(leen.post(f"{path}/people/{child}/birth", {**birth, "holders": [family.id_of("leen")], "evidence": "x"}).problem(),
                   "unprocessable", "one parent's word is no evidence")
        about = lambda who: [e for e in who.plan(path) if child in e["about"]]
        amina_before = about(amina)
        leen.post(f"{path}/people/{child}/birth", birth).must(204)
        found.same(leen.post(f"{path}/people/{child}/birth", birth).status, 403, "once")
        found.same(about(amina), [], f"no grant is carried over ({len(amina_before)} before)")
        people = {p["id"]: p for p in leen.get(path + "/people").must(200).json()["people"]}
        found.check(child in people and child not in {p["id"] for p in karim.get(path + "/people").json()["people"]}, "for her home")
        task = next(t for t in leen.get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "birth")
        found.same((task["of"], task["about"]), (child, [child]), "choose what to share")
        found.check("birth" not in [t["kind"] for t in karim.get(path + "/tasks").json()["tasks"]], "karim has none")
        give = {"about": [child], "recipient": family.id_of("amina"), "fields": ["need_care"], "purpose": "zorg", "until": UNTIL,
                "secrecy_ground": "subject_release", **seen()}
        found.check(leen.post(path + "/grants", give).status in (400, 403), "nobody gives while nobody is known to decide (R-20)")
        races = world.races  # an import says when it will be
        answer = world.fresh("leen", races.ref).post(f"{world.path(races)}/people/{races.id_of('kindje')}/birth", birth)
        found.same((answer.problem(), faults(answer)), ("unprocessable", ["/born_at"]), "on record already")
        found.close(10)


@test("young: a family can be made: people, their homes, who decides; and who has no account is told within a month (R-20, R-75)")
def _(world):
    with Story(world, "young-people") as story:
        family, path, found = story.family, story.path, Findings()
        leen, karim, sofie, noor = (story.client(r) for r in ("leen", "karim", "sofie", "noor"))
        know(story, "leen", ["leen"])
        home = [family.id_of("H1")]
        for who, body, pointer in (
            (leen, {"call_name": "Wout", "owner": family.id_of("leen"), "due": "2026-08-01", "born": "2026-01-01"}, "/born"),
            (leen, {"call_name": "Wout", "due": "2026-08-01"}, "/due"),
            (leen, {"call_name": "Wout", "owner": family.id_of("tom"), "due": "2026-08-01"}, "/owner"),
            (sofie, {"call_name": "Wout", "born": "2020-02-02", "holders": [family.id_of("leen")]}, "/evidence"),
            (sofie, {"call_name": "Wout", "born": "2020-02-02", "holders": [family.id_of("noor")], "evidence": "akte"}, "/holders"),
        ):
            reply = who.post(path + "/people", {**body, **({"homes": home} if who is leen else {})})
            found.same((reply.problem(), reply.json().get("errors", [{}])[0].get("pointer")), ("unprocessable", pointer), reply)
        for who, body in ((noor, {"call_name": "X", "homes": home}), (karim, {"call_name": "X", "homes": home}),
                          (leen, {"call_name": "X", "homes": home, "holders": [family.id_of("leen")], "evidence": "akte"})):
            found.same(who.post(path + "/people", body).status, 403, body)
        wout = leen.post(path + "/people", {"call_name": "Wout", "name": "Wout Haddou", "born": "2020-02-02", "role": "zoon", "homes": home}).must(201).json()["id"]
        shown = {p["id"]: p for p in leen.get(path + "/people").must(200).json()["people"]}
        found.same(shown[wout]["call_name"], "Wout", "she sees him")
        found.check(wout not in {p["id"] for p in karim.get(path + "/people").json()["people"]}, "the other home does not (R-30)")
        rows = next(h for h in leen.get(path + "/households").must(200).json()["households"] if h["id"] == home[0])
        found.check(wout in rows["residents"], "who lives there", rows)
        child = sofie.post(path + "/people", {"call_name": "Lou", "born": "2021-05-06", "holders": [family.id_of("leen")], "evidence": "geboorteakte"}).must(201).json()["id"]
        leen.post(path + "/entries", {"field": "need_school", "about": [child], "text": "Naar de kleuterklas."}).must(201)
        found.check([e for e in leen.plan(path) if child in e["about"]], "written under a key of his own, and read")
        found.check(not [e for e in karim.plan(path) if child in e["about"]], "by her who decides alone")
        oma = sofie.post(path + "/people", {"call_name": "Oma"}).must(201).json()["id"]
        waiting = lambda: {t["of"]: t for t in sofie.get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "inform"}
        found.check(oma in waiting() and waiting()[oma]["due"].startswith("2026-02-19"), "within a month", waiting())
        found.check(not [t for t in leen.get(path + "/tasks").json()["tasks"] if t["kind"] == "inform"], "the coordinator's")
        found.same(leen.post(f"{path}/people/{oma}/informed", {"outcome": "informed"}).status, 403, "nor hers to note")
        found.same(sofie.post(f"{path}/people/{oma}/informed", {"outcome": "exception"}).problem(), "unprocessable", "an exception has a reason")
        sofie.post(f"{path}/people/{oma}/informed", {"outcome": "exception", "reason": "Dat brengt leen in gevaar."}).must(204)
        found.check(oma not in waiting(), "noted")
        found.check("gevaar" not in story.instance.sql("kring", "SELECT * FROM person_informed"), "its words are sealed")
        found.close(18)


@test("young: at eighteen what is about him is his: his parents read no more, and he is told to take his copy (R-25)")
def _(world):
    def older(data):
        next(m for m in data["members"] if m["id"] == "noor")["born"] = "2008-02-10"
        for row in data["capacity"]:
            row["able"] = row["able"] and row["child"] != "noor"  # so that her parents read it until then

    with Story(world, "young-eighteen", change=older) as story:
        family, path, found = story.family, story.path, Findings()
        me = family.id_of("noor")
        copies = lambda who: [t for t in story.client(who).get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "copy"]
        about = lambda who: [e["field"] for e in story.client(who).plan(path) if e["about"] == [me]]
        found.same(copies("noor"), [], "before")
        asks = lambda: story.client("leen").get(f"{path}/access?viewer={family.id_of('leen')}&field=member_identity&about={me}").must(200).json()
        found.same((asks()["allowed"], asks()["rule"]), (True, "R-28"), "as her parent")
        before = about("leen")
        story.at("2026-02-10T12:00:00+01:00")
        found.same([t["of"] for t in copies("noor")], [me], "it is yours now")
        found.check(copies("noor")[0]["due"].startswith("2026-04-1"), "in sixty days", copies("noor"))
        found.same(copies("leen") + copies("karim") + copies("sofie"), [], "nobody else's")
        found.check(asks()["rule"] != "R-28" and not asks()["allowed"], "her mother reads as a parent no more", asks())
        found.check(set(about("leen")) <= set(before), "what noor gave herself, and no more")
        copy = story.client("noor").get(path + "/export").must(200).json()
        mine = [e for e in story.client("noor").plan(path) if me in e["about"]]
        found.same((copy["person"], copy["entries"]), (me, mine), "all that is kept of her")
        found.same(story.client("leen").post(f"{path}/entries/{mine[0]['id']}/restrictions", None).status in (403, 404), True, "hers alone")
        found.close(7)
