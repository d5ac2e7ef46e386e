"""Asking those who must give: who they are, what each of them sees, what comes of their words, and that who asked can't
tell a no from silence (R-09, R-12, R-13, R-21, R-22, R-30, R-31, R-32, R-41, R-43, R-45)."""
import threading

from harness import Findings, expect, same, test
from sharing import Story, Visit, at_peace, digest, faults, shown, warning
from world import NL


@test("request: hanne asks about ilyas, leen and karim both say yes, and only then she reads it (R-21, R-45)")
def _(world):
    with Visit(world) as story:
        hanne = story.client("hanne")
        who = hanne.get(f"{story.path}/givers?field=need_school&about={story.id('ilyas')}").must(200).json()
        expect(set(who["fields"][0]["givers"]) <= set(story.ids("leen", "karim")), who)
        same((who["fields"][0]["others"], "one_is_enough" in who["fields"][0]), (True, False), "others, whom she does not know")
        before = story.reads("hanne")
        asked = story.ask("hanne", ["learning_support_detail", "need_leisure"])
        same(story.request("hanne", asked)["state"], "open", "as she sees it")
        for ref in ("leen", "karim"):
            seen = story.request(ref, asked)
            same(seen["purpose"], "om samen te werken met de school", "the purpose,", ref)
            same(seen["goal"], "Ilyas gaat graag naar school", "the goal,", ref)
            same(seen["recipient"], story.id("hanne"), "the recipient,", ref)
            same(seen["secrecy"], "professional", "her secrecy,", ref)
            same([f["others"] for f in seen["fields"]], [True, True], "others must say yes too,", ref)
            same(seen["child_view"], True, "ilyas is under 12,", ref)
            same([f.get("answer") for f in seen["fields"]], [None, None], "nothing said yet,", ref)
        for ref in ("tom", "noor", "bram", "els", "sofie"):
            same(story.client(ref).get(f"{story.path}/requests/{asked}").status, 404, "no business of", ref)
            expect(asked not in [r["id"] for r in story.requests(ref)], "in the list of", ref)
        first = story.answer("leen", asked, yes=["learning_support_detail", "need_leisure"]).must(200).json()
        same(first["grants"], [], "one yes of two")
        same(story.states("hanne", asked), {"learning_support_detail": "open", "need_leisure": "open"}, "hanne meanwhile")
        same([f["answer"] for f in story.request("leen", asked)["fields"]], ["yes", "yes"], "leen's own word")
        second = story.answer("karim", asked, yes=["learning_support_detail"], narrow={"until": "2026-03-01T00:00:00Z"})
        made = second.must(200).json()["grants"]
        same(len(made), 1, "both said yes: it is shared")
        same(story.states("hanne", asked), {"learning_support_detail": "granted", "need_leisure": "open"}, "as hanne sees it")
        grant = story.client("leen").get(f"{story.path}/grants/{made[0]}").must(200).json()
        same(sorted(grant["givers"]), sorted(story.ids("leen", "karim")), "both gave it")
        same(grant["until"][:10], "2026-03-01", "the earliest end that somebody chose")
        same([f["field"] for f in grant["fields"]], ["learning_support_detail"], "what it shares")
        same(grant["purpose"], "om samen te werken met de school", "and what for")
        same((grant["request"], grant["secrecy_ground"], grant["article_nine"]), (asked, "subject_release", "9.2.a"), "its grounds")
        same(grant["text"]["hash"], digest("Wil je dit delen?"), "the words that were shown (R-10)")
        seen = story.client("hanne").get(f"{story.path}/grants/{made[0]}").must(200).json()
        same(seen["purpose"], grant["purpose"], "the recipient reads what for")
        copies = [story.client(ref).get(story.path + "/export").must(200).json()["shared"] for ref in ("leen", "karim")]
        same([g["purpose"] for c in copies for g in c if g["grant"] == made[0]], [grant["purpose"]] * 2, "and so do their copies (R-70)")
        expect(story.reads("hanne") >= before, "hanne lost something")
        again = story.answer("karim", asked, yes=["learning_support_detail"]).must(200).json()
        same(again["grants"], made, "saying it again makes nothing new")
        done = story.client("karim").post(f"{story.path}/grants/{made[0]}/withdrawal", {}).must(200).json()
        same(done["withdrawn"], ["learning_support_detail"], "either of them stops it")
        log = story.client("leen").log(story.path)
        expect(any(r["kind"] == "request.ask" for r in log), "the question is on leen's log")


def race(story, refs, request, body):
    """Both at the same instant."""
    clients, replies = [story.twin(r) for r in refs], [None] * len(refs)
    gate = threading.Barrier(len(refs))

    def say(i):
        gate.wait()
        replies[i] = clients[i].post(f"{story.path}/requests/{request}/reply", body)

    threads = [threading.Thread(target=say, args=(i,)) for i in range(len(refs))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return replies


@test("request: two givers at the same instant: one clear outcome, each time (20 races)")
def _(world):
    with Visit(world) as story:
        words = story.count("request_reply")
        for _ in range(20):
            asked = story.ask("hanne", ["need_leisure"])
            body = {"yes": [{"field": "need_leisure"}], "text": shown(), "child_view": {"asked": True}}
            replies = race(story, ("leen", "karim"), asked, body)
            same([r.status for r in replies], [200, 200], "both were heard")
            grants = [g for g in story.grants("leen") if g.get("request") == asked]
            same(len(grants), 1, "grants of it")
            same(story.states("hanne", asked), {"need_leisure": "granted"}, "as hanne sees it")
        same(story.count("request_reply") - words, 40, "no word was lost")


@test("request: a question is taken back while somebody answers: shared or taken back, never both (20 races)")
def _(world):
    with Visit(world) as story:
        outcomes = {}
        for _ in range(20):
            asked = story.ask("els", ["need_housing"], ["H1"])
            els, leen = (story.twin(r) for r in ("els", "leen"))
            replies, gate = {}, threading.Barrier(2)

            def back():
                gate.wait()
                replies["back"] = els.post(f"{story.path}/requests/{asked}/withdrawal", None).status

            def say():
                gate.wait()
                replies["say"] = leen.post(f"{story.path}/requests/{asked}/reply",
                                           {"yes": [{"field": "need_housing"}], "text": shown()}).status

            threads = [threading.Thread(target=t) for t in (back, say)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            granted = story.states("els", asked)["need_housing"] == "granted"
            same(replies["back"], 200, "taking it back")
            expect((replies["say"] == 200) == granted and replies["say"] in (200, 409), replies, granted)
            outcomes[granted] = outcomes.get(granted, 0) + 1
        return f"shared {outcomes.get(True, 0)}, taken back first {outcomes.get(False, 0)}"


@test("request: a lapsed or withdrawn question can't be answered any more: 409, on the log (R-45)")
def _(world):
    with Story(world, "request-lapse") as story:
        asked, back = story.ask("els", ["need_housing"], ["H1"]), story.ask("els", ["need_daily_life"], ["H1"])
        same(story.request("els", asked)["lapses_at"][:10], "2026-02-03", "14 days")
        story.client("els").post(f"{story.path}/requests/{back}/withdrawal", None).must(200)
        late = story.answer("leen", back, yes=["need_daily_life"])
        same((late.status, late.problem()), (409, "conflict"), "taken back")
        same(late.json()["detail"], "this question was taken back; an answer changes nothing any more", "the word for it")
        same(story.client("els").post(f"{story.path}/requests/{back}/withdrawal", None).status, 409, "twice")
        same(story.request("els", back)["state"], "withdrawn", "as els sees it")
        refused = "SELECT count(*) FROM record WHERE kind = 'request.reply' AND outcome = 'refused'"
        same(story.instance.sql("kring", refused), "1", "the refusal is on the log")
        story.at("2026-02-03T10:59:00Z")
        same(story.request("els", asked)["state"], "open", "a minute before")
        story.at("2026-02-03T11:30:00Z")
        same(story.states("els", asked), {"need_housing": "lapsed"}, "afterwards")
        late = story.answer("leen", asked, yes=["need_housing"])
        same((late.status, late.json()["detail"]), (409, "this question has lapsed; an answer changes nothing any more"), "too late")
        same(story.instance.sql("kring", refused), "2", "that refusal too")
        expect("need_housing" not in {f["field"] for g in story.grants("els") for f in g["fields"] if g.get("request")}, "shared")


@test("request: refused, unanswered and not agreed are the same for who asked, byte for byte (R-09)")
def _(world):
    said = {
        "silence": [],
        "refused": [("leen", [], ["learning_support_detail", "need_leisure"])],
        "both": [(r, [], ["learning_support_detail", "need_leisure"]) for r in ("leen", "karim")],
        "not-agreed": [("leen", ["learning_support_detail", "need_leisure"], []), ("karim", [], ["learning_support_detail"])],
    }
    seen = {}
    for name, words in said.items():
        with Story(world, f"request-{name}", settings={"refusals_a_minute": 10000}) as story:
            asked = story.ask("hanne", ["learning_support_detail", "need_leisure"])
            for ref, yes, no in words:
                story.answer(ref, asked, yes=yes, no=no).must(200)
            hanne, ids = story.client("hanne"), {}
            for kind in ("people", "households", "helpers", "grants"):
                ids.update({its: f"<{ref}>" for ref, its in story.family.ids[kind].items()})
            ids.update({story.family.ids["id"]: "<family>", asked: "<request>"})
            targets = [f"/requests/{asked}", "/requests", "/requests?limit=1", "/requests?not_agreed=true", "/grants", "/tasks", "/notices",
                       f"/givers?field=need_leisure&about={story.id('ilyas')}", "/team", "/people"]
            seen[name] = [plain(hanne.get(story.path + t), ids) for t in targets]
            log = [(r["kind"], r["outcome"]) for r in hanne.log(story.path)]
            seen[name].append(log)
            late = hanne.post(f"{story.path}/requests/{asked}/withdrawal", None)
            seen[name].append(late.status)
    found = Findings()
    for name in said:
        for i, (one, two) in enumerate(zip(seen["silence"], seen[name])):
            found.same(two, one, name, i)
    found.close(40)


def plain(reply, ids):
    """Status and body with this installation's random ids and moments left out; the tag only by its length."""
    import re

    body = reply.body.decode()
    for an_id, name in ids.items():
        body = body.replace(an_id, name)
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>", body)
    return reply.status, re.sub(r"2026-01-20T11:\d\d:\d\d\.\d{6}Z|2026-02-03T11:\d\d:\d\d\.\d{6}Z", "<now>", body), len(reply.header("ETag") or "")


@test("request: leen and karim disagree about ilyas: nothing is shared, both must agree from then on, sofie mediates (R-31, R-32)")
def _(world):
    with Story(world, "request-conflict", change=at_peace) as story:
        ilyas, hanne = story.id("ilyas"), story.id("hanne")
        enough = f"{story.path}/givers?field=need_leisure&about={ilyas}&recipient={hanne}"
        same(story.client("leen").get(enough).must(200).json()["fields"][0]["one_is_enough"], True, "in good faith")
        asked = story.ask("hanne", ["need_leisure", "need_school"])
        story.answer("karim", asked, no=["need_leisure"]).must(200)
        made = story.answer("leen", asked, yes=["need_leisure", "need_school"]).must(200).json()["grants"]
        same(len(made), 1, "one holder's yes is enough in good faith")
        same(story.states("hanne", asked), {"need_leisure": "open", "need_school": "granted"}, "a no is stricter than a yes")
        agreed = story.client("sofie").get(story.path + "/requests?not_agreed=true").must(200).json()["not_agreed"]
        same(agreed, [{"request": asked, "fields": ["need_leisure"]}], "as sofie sees it")
        tasks = [t for t in story.client("sofie").get(story.path + "/tasks").must(200).json()["tasks"] if t["kind"] == "mediation"]
        same([t["about"] for t in tasks], [[ilyas]], "something to talk about")
        same(story.client("leen").get(enough).json()["fields"][0]["one_is_enough"], False, "good faith is over for that field")
        other = f"{story.path}/givers?field=need_school&about={ilyas}&recipient={hanne}"
        same(story.client("leen").get(other).json()["fields"][0]["one_is_enough"], True, "for that field only")
        for ref in ("leen", "karim", "hanne", "bram"):
            same(story.client(ref).get(story.path + "/requests?not_agreed=true").json()["not_agreed"], [], "not for", ref)
        story.answer("karim", asked, yes=["need_leisure"]).must(200)
        same(story.states("hanne", asked)["need_leisure"], "granted", "when they agree after all")


@test("request: karim finds no trace of what leen is asked (R-30), nor anybody but the protected of safety (R-57b)")
def _(world):
    with Visit(world) as story:
        karim, targets = story.client("karim"), ["/requests", "/requests?not_agreed=true", "/grants", "/tasks", "/notices", "/team", "/people"]
        before = [karim.get(story.path + t).bare() for t in targets]

        def others():
            return [r for r in karim.log(story.path) if (r.get("actor") or {}).get("id") != story.id("karim")]

        lines = others()
        asked = [
            story.ask("els", ["need_housing", "need_money"], ["H1"]),
            story.ask("amina", ["pregnancy"], ["leen"]),
            story.ask("ruben", ["safety_plan"], ["leen", "noor"]),
        ]
        story.answer("leen", asked[0], yes=["need_money"], no=["need_housing"]).must(200)
        story.answer("leen", asked[1], yes=["pregnancy"]).must(200)
        story.answer("noor", asked[2], yes=["safety_plan"]).must(200)
        same([karim.get(story.path + t).bare() for t in targets], before, "as karim sees it")
        same(others(), lines, "lines of his log")
        for r in asked:
            same(karim.get(f"{story.path}/requests/{r}").bare(), karim.get(f"{story.path}/requests/{story.id('leen')}").bare(), "like absent")
            same(karim.post(f"{story.path}/requests/{r}/reply", {"no": ["pregnancy"]}).status, 404, "he can't answer")


@test("request: a question about several people: each is asked his own part, and gives only that (R-30)")
def _(world):
    with Visit(world) as story:
        asked = story.ask("ruben", ["need_network"], ["leen", "noor"])
        leen, noor = story.request("leen", asked), story.request("noor", asked)
        same((leen["about"], leen["fields"][0]["about"]), (story.ids("leen"), story.ids("leen")), "leen's part")
        same((noor["about"], noor["fields"][0]["about"]), (story.ids("noor"), story.ids("noor")), "noor's part")
        same(story.answer("leen", asked, yes=["need_network"]).must(200).json()["grants"], [], "noor must say yes too")
        mine = story.answer("noor", asked, yes=["need_network"]).must(200).json()["grants"]
        same(len(mine), 1, "noor gives her part")
        for ref, other in (("noor", "leen"), ("leen", "noor")):
            grants = [g for g in story.grants(ref) if g.get("request") == asked]
            same([(g["about"], g["givers"]) for g in grants], [(story.ids(ref), story.ids(ref))], "the grant of", ref)
        same(story.states("ruben", asked), {"need_network": "granted"}, "ruben")


@test("request: what is wrong in a question is told with its place, and nothing is stored (R-02, R-05, R-45)")
def _(world):
    with Visit(world) as story:
        els, leen, bram, found = story.client("els"), story.client("leen"), story.client("bram"), Findings()
        before = story.count("request")
        good = story.question(["need_housing"], ["H1"])

        def wrong(places, body, client=els):
            reply = client.post(story.path + "/requests", body)
            found.same(faults(reply), sorted(places), body)

        def less(*names):
            return {k: v for k, v in good.items() if k not in names}

        wrong(["/about", "/fields", "/goal", "/purpose", "/until"], {})
        for name in ("about", "fields", "goal", "purpose", "until"):
            wrong(["/" + name], less(name))
        wrong(["/about", "/fields", "/purpose", "/recipient", "/until"], {}, leen)
        wrong(["/until"], {**good, "until": "2025-01-01T00:00:00Z"})
        wrong(["/until"], {**good, "until": "2028-01-01T00:00:00Z"})
        wrong(["/from"], {**good, "from": "2026-01-01T00:00:00Z"})
        wrong(["/basis"], {**good, "basis": "legal_duty"})
        wrong(["/secrecy_ground"], {**good, "secrecy_ground": "nl_direct_involvement"})
        wrong(["/secrecy_ground"], {**good, "secrecy_ground": "shared_secret_BE"})
        wrong(["/fields/1/field"], {**good, "fields": [{"field": "need_housing"}, {"field": "need_housing"}]})
        package = {"name": "basis", "fields": ["member_identity", "debts_detail", "need_school"]}
        wrong(["/package/fields/1", "/package/fields/2"], {**less("fields"), "about": story.ids("leen"), "package": package}, bram)
        hushed = {**good, "about": story.ids("leen"), "fields": [{"field": "safety_plan", "level": "derived"}]}
        wrong(["/fields/0/level"], hushed, bram)
        for who, body in (
            (els, {**good, "fields": [{"field": "national_number"}], "about": story.ids("leen")}),
            (els, {**good, "about": ["00000000-0000-4000-8000-00000000abcd"]}),
            (els, {**good, "recipient": story.id("bram")}),
            (leen, {**good, "about": story.ids("H2"), "recipient": story.id("els")}),
            (story.client("karim"), {**good, "recipient": story.id("sofie")}),
        ):
            found.same(who.post(story.path + "/requests", body).problem(), "forbidden", body)
        hanne = story.client("hanne")
        wrong(["/secrecy_ground"], {k: v for k, v in story.question().items() if k != "secrecy_ground"}, hanne)
        found.same(story.count("request"), before, "nothing is stored")
        package = {**less("fields"), "about": story.ids("leen"), "package": {"name": "leisure"}}
        found.same(bram.post(story.path + "/requests", package).status, 201, "a package")
        found.close(24)


@test("request: what is wrong in an answer is told with its place, and nothing is stored (R-10, R-22, R-41, R-43)")
def _(world):
    with Visit(world) as story:
        found, before = Findings(), story.count("request_reply")
        joke = story.ask("joke", ["learning_support_detail", "need_school", "need_leisure"])
        hanne = story.ask("hanne", ["need_school"], secrecy_ground="shared_secret_BE")
        held = story.request("leen", joke)
        found.same({f["field"]: f["release"] for f in held["fields"]},
                   {"learning_support_detail": True, "need_school": False, "need_leisure": False}, "which go one by one")
        found.same({w["hash"] for w in held["warning"]}, {warning("discretion", l) for l in ("nl", "fr", "en")}, "the warning")
        found.same(story.request("leen", hanne)["ticks"], True, "the five ticks")
        detail = {"field": "learning_support_detail", "release": warning()}

        def wrong(places, request, body):
            reply = story.client("leen").post(f"{story.path}/requests/{request}/reply", body)
            found.same(faults(reply), sorted(places), body)

        whole = {"yes": [detail], "text": shown(), "child_view": {"asked": True}}
        wrong(["/yes"], joke, {})
        wrong(["/child_view", "/text", "/yes/0/release"], joke, {"yes": [{"field": "learning_support_detail"}]})
        wrong(["/yes/0/release"], joke, {**whole, "yes": [{**detail, "release": warning("none")}]})
        wrong(["/child_view/reason"], joke, {**whole, "child_view": {"asked": False}})
        wrong(["/text/version"], joke, {**whole, "text": {**shown(), "version": "0" * 16}})
        wrong(["/text/hash"], joke, {**whole, "text": {**shown(), "hash": "Z" * 64}})
        wrong(["/no/0"], joke, {**whole, "no": ["learning_support_detail"]})
        wrong(["/yes/1"], joke, {**whole, "yes": [detail, detail]})
        wrong(["/yes/1"], joke, {**whole, "yes": [detail, {"field": "diagnosis_treatment"}]})
        wrong(["/no/0"], joke, {"no": ["diagnosis_treatment"]})
        wrong(["/narrow/until"], joke, {**whole, "narrow": {"until": "2026-12-30T00:00:00Z"}})
        wrong(["/narrow/until"], joke, {**whole, "narrow": {"until": "2026-01-01T00:00:00Z"}})
        school = {"yes": [{"field": "need_school"}], "text": shown(), "child_view": {"asked": True}}
        wrong(["/ticks"], hanne, school)
        for missing in range(5):  # one missing is all missing
            wrong([f"/ticks/{missing}"], hanne, {**school, "ticks": [i != missing for i in range(5)]})
        found.same(story.count("request_reply"), before, "nothing is stored")
        for ref in ("leen", "karim"):
            story.answer(ref, hanne, yes=["need_school"], ticks=[True] * 5).must(200)
            story.answer(ref, joke, yes=[detail], child_view={"asked": False, "reason": "Hij sliep."}).must(200)
        found.same(story.states("hanne", hanne), {"need_school": "granted"}, "with all five")
        found.same(story.states("joke", joke)["learning_support_detail"], "granted", "released one by one")
        asked = "SELECT count(*), count(reason_entry) FROM child_view_asked WHERE grant_or_request_id IN "
        found.same(story.instance.sql("kring", f"{asked} ('{joke}', '{hanne}')"), "4|2", "the child's view is kept")
        expect("Hij sliep" not in story.instance.sql("kring", "SELECT * FROM child_view_asked"), "in clear")
        found.same(story.client("hanne").post(f"{story.path}/requests/{hanne}/reply", {"no": ["need_school"]}).problem(), "forbidden",
                   "who asked can't answer")
        found.same(story.answer("leen", hanne, no=["need_school"]).status, 409, "what is shared is stopped, not refused")
        found.close(25)


@test("request: a member asks for somebody else, and his own yes is the first word")
def _(world):
    with Visit(world) as story:
        body = {k: v for k, v in story.question(["need_leisure"], ["ilyas"], recipient=story.id("hanne")).items() if k != "goal"}
        missing = story.client("leen").post(story.path + "/requests", body)
        same(faults(missing), ["/child_view", "/text"], "her yes needs what every yes needs")
        body.update(text=shown(), child_view={"asked": True})
        asked = story.client("leen").post(story.path + "/requests", body).must(201).json()["id"]
        mine = story.request("leen", asked)
        same([(f["answer"], f["state"]) for f in mine["fields"]], [("yes", "open")], "karim must say yes too")
        story.answer("karim", asked, yes=["need_leisure"]).must(200)
        same(story.states("leen", asked), {"need_leisure": "granted"}, "both")
        expect(any(g.get("request") == asked for g in story.grants("hanne")), "hanne has it")
        alone = {**body, "about": story.ids("H1"), "fields": [{"field": "need_money"}], "recipient": story.id("els")}
        again = [story.client("leen").post(story.path + "/requests", alone, key="once-and-only-once").must(201) for _ in range(2)]
        same(again[0].json(), again[1].json(), "the same key, the same request")
        same(story.states("leen", again[0].json()["id"]), {"need_money": "granted"}, "what she gives alone is shared at once")


@test("request: a giver gives less: the lowest level and the earliest end that anybody chose count")
def _(world):
    with Visit(world) as story:
        asked = story.ask("hanne", ["need_school", {"field": "need_leisure", "level": "derived"}])
        story.answer("leen", asked, yes=["need_school", "need_leisure"], narrow={"until": "2026-05-01T00:00:00Z"}).must(200)
        story.answer("karim", asked, yes=["need_school"], narrow={"level": "exists", "until": "2026-04-01T00:00:00Z"}).must(200)
        story.answer("karim", asked, yes=["need_leisure"]).must(200)
        got = {f["field"]: (f["level"], g["until"][:10]) for g in story.grants("hanne") if g.get("request") == asked for f in g["fields"]}
        same(got, {"need_school": ("exists", "2026-04-01"), "need_leisure": ("derived", "2026-05-01")}, "what hanne got")


@test("request: on paper it waits for a witness or the giver himself (R-12, R-13)")
def _(world):
    with Visit(world) as story:
        asked = story.ask("bram", ["need_housing", "need_daily_life"], ["H1"])
        bram, els = story.client("bram"), story.client("els")

        def paper(fields, **more):
            return {"giver": story.id("leen"), "channel": "paper", "yes": [{"field": f} for f in fields], "text": shown(), **more}

        path = f"{story.path}/requests/{asked}/paper"
        same(faults(bram.post(path, paper(["need_housing"], giver=story.id("tom")))), ["/giver"], "who is not asked")
        same(els.post(path, paper(["need_housing"])).status, 404, "whom it does not concern")
        same(story.client("leen").post(path, paper(["need_housing"])).problem(), "forbidden", "a member needs no paper")
        reply = bram.post(path, paper(["need_housing"])).must(200).json()["id"]
        same(story.states("bram", asked)["need_housing"], "open", "her own word for leen is not enough")
        pending = story.request("leen", asked)["pending"]
        same([(p["id"], p["yes"], p["entered_by"]) for p in pending], [(reply, ["need_housing"], story.id("bram"))], "shown to leen")
        witness = f"{story.path}/replies/{reply}/witness"
        same(bram.post(witness, None).status, 404, "nobody is his own witness")
        same(story.client("tom").post(witness, None).status, 404, "nor is a member of the family")
        same(els.post(witness, None).must(200).json(), {"id": reply}, "another helper")
        same(story.states("bram", asked), {"need_housing": "granted", "need_daily_life": "open"}, "now it counts")
        same(story.request("leen", asked)["pending"], [], "nothing waits any more")
        grant = next(g for g in story.grants("leen") if g.get("request") == asked)
        detail = story.client("leen").get(f"{story.path}/grants/{grant['id']}").must(200).json()
        same((detail["channel"], detail["givers"]), ("paper", story.ids("leen")), "leen gave it, on paper")
        second = bram.post(path, paper(["need_daily_life"])).must(200).json()["id"]
        story.answer("leen", asked, no=["need_daily_life"]).must(200)
        els.post(f"{story.path}/replies/{second}/witness", None).must(200)
        same(story.states("bram", asked)["need_daily_life"], "open", "her own later word is stronger than the paper")
        third = bram.post(path, paper(["need_daily_life"])).must(200).json()["id"]
        story.client("leen").post(f"{story.path}/replies/{third}/witness", None).must(200)
        same(story.states("bram", asked)["need_daily_life"], "granted", "the giver herself confirms")
        amina = story.ask("amina", ["pregnancy"], ["leen"])
        only = story.client("amina").post(f"{story.path}/requests/{amina}/paper", paper(["pregnancy"]))
        same(faults(only), ["/yes/0"], "what only its subject releases is never on paper (SS3)")


@test("request: a word that would make too many grants at once is told to come in parts, and nothing is stored")
def _(world):
    with Visit(world) as story:
        asked = story.ask("sofie", ["goals", "actions"], ["leen", "karim", "noor", "ilyas", "H1", "H2"])
        for ref, end in (("leen", "2026-05-01T00:00:00Z"), ("karim", "2026-04-01T00:00:00Z")):
            story.answer(ref, asked, yes=["goals"]).must(200)
            story.answer(ref, asked, yes=["actions"], narrow={"until": end}).must(200)
        before = story.count("consent_grant")
        both = story.answer("noor", asked, yes=["goals", "actions"])
        same((both.problem(), both.json()["detail"]), ("unprocessable", "this is too much at once: answer for fewer fields"), "both")
        paper = {"giver": story.id("noor"), "channel": "in_person", "yes": [{"field": f} for f in ("goals", "actions")], "text": shown()}
        reply = story.client("sofie").post(f"{story.path}/requests/{asked}/paper", paper).must(200).json()["id"]
        same(story.client("noor").post(f"{story.path}/replies/{reply}/witness", None).problem(), "unprocessable", "on paper too")
        same(story.count("consent_grant"), before, "nothing is stored")
        for field in ("goals", "actions"):
            story.answer("noor", asked, yes=[field]).must(200)
        same(story.states("sofie", asked), {"goals": "granted", "actions": "granted"}, "in parts")
        made = [g for g in story.grants("leen") if g.get("request") == asked]
        about = {story.family.ref_of(a) for g in made for a in g["about"]}
        same(about, {"leen", "ilyas", "H1"}, "leen gives her part, and sees nothing of karim's home or noor's (R-30)")
        got = {(f["field"], g["until"][:10]) for g in made for f in g["fields"] if story.id("ilyas") in g["about"]}
        same(got, {("goals", "2026-06-30"), ("actions", "2026-04-01")}, "about ilyas the earliest end")


@test("request: who must give is told as far as the asker may know, and not to whom it is closed (R-21, R-23, R-30)")
def _(world):
    with Visit(world) as story:
        found = Findings()

        def givers(ref, field, about, **more):
            asked = "&".join([f"field={field}", *(f"about={a}" for a in story.ids(*about)), *(f"{k}={v}" for k, v in more.items())])
            reply = story.client(ref).get(f"{story.path}/givers?{asked}")
            return reply.status if reply.status != 200 else reply.json()["fields"][0]

        row = givers("hanne", "need_school", ["noor"])
        found.same((row["givers"], row["others"]), (story.ids("noor"), False), "noor, 14, decides alone in Flanders")
        row = givers("leen", "debts_detail", ["leen"], recipient=story.id("els"))
        found.same((row["class"], row["steps"], row["single_release"], row["one_is_enough"]), ("C3", ["SS1"], True, True), "steps")
        row = givers("hanne", "safety_plan", ["noor"])
        found.same((row["givers"], row["steps"]), (story.ids("noor"), ["SS2", "SS4"]), "safety: the protected")
        found.same(givers("karim", "need_money", ["H1"]), 404, "the other home")
        found.same(givers("karim", "pregnancy", ["kindje"]), 404, "whom he does not know")
        found.same(givers("hanne", "need_school", ["ilyas"], recipient="00000000-0000-4000-8000-00000000abcd"), 404, "nobody")
        found.close(6)


@test("request: in the Netherlands the minor of 12 to 15 and the holders all say yes (R-21)")
def _(world):
    def older(data):
        next(m for m in data["members"] if m["id"] == "daan").update(born="2013-05-12", account=True)

    with Story(world, "request-nl", scenario=NL, change=older) as story:
        fleur = story.client("fleur")
        row = fleur.get(f"{story.path}/givers?field=need_school&about={story.id('daan')}").must(200).json()["fields"][0]
        expect(story.id("daan") in row["givers"] and row["others"], row)
        asked = story.ask("fleur", ["need_school"], ["daan"])
        holders = next(a["holders"] for a in story.family.data["authority"] if a["child"] == "daan")
        for ref in [*holders, "daan"]:
            same(story.states("fleur", asked), {"need_school": "open"}, "before", ref)
            story.answer(ref, asked, yes=["need_school"]).must(200)
        same(story.states("fleur", asked), {"need_school": "granted"}, "all of them")
