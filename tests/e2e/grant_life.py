"""What becomes of a grant: levels, a pause, less of it, confirmed again, a second pair of eyes, an objection, another in its
place; and what giving itself must bring along (R-01 to R-11, R-22, R-24, R-41, R-43, SS1, SS2)."""
from harness import Findings, expect, same, test
from sharing import Story, Visit, at_peace, faults, shown, warning

ORGANISATIONS = "UPDATE place SET organisation = md5(helper_id::text)::uuid"  # each helper from an organisation of his own


def states(grant):
    return {f["field"]: f["state"] for f in grant["fields"]}


def levels(grant):
    return {f["field"]: f["level"] for f in grant["fields"]}


@test("grant life: every fault in a giving is told with its place, all at once, and nothing is stored (R-02)")
def _(world):
    with Visit(world) as story:
        leen, found, before = story.client("leen"), Findings(), story.count("consent_grant")
        good = story.grant()

        def wrong(places, body, client=leen):
            reply = client.post(story.path + "/grants", body)
            found.same(faults(reply), sorted(places), body)

        def less(*names, **more):
            return {**{k: v for k, v in good.items() if k not in names}, **more}

        wrong(["/about", "/fields", "/purpose", "/recipient", "/until"], {})
        for name in ("about", "fields", "purpose", "recipient", "until", "text"):
            wrong(["/" + name], less(name))
        wrong(["/purpose", "/until"], less("purpose", "until"))
        wrong(["/until"], less(until="2027-12-01T00:00:00Z"))
        wrong(["/until"], less(until="2026-01-01T00:00:00Z"))
        wrong(["/from"], less(**{"from": "2026-01-01T00:00:00Z"}))
        wrong(["/text/version"], less(text={**shown(), "version": "f" * 16}))
        wrong(["/secrecy_ground"], less("secrecy_ground", recipient=story.id("bram")))
        wrong(["/secrecy_ground"], less(secrecy_ground="nl_direct_involvement"))
        wrong(["/secrecy_ground", "/ticks"], less(secrecy_ground="shared_secret_BE"))
        wrong(["/ticks"], less(recipient=story.id("bram"), secrecy_ground="shared_secret_BE"))
        for missing in range(5):
            ticks = [i != missing for i in range(5)]
            wrong([f"/ticks/{missing}"], less(recipient=story.id("bram"), secrecy_ground="shared_secret_BE", ticks=ticks))
        wrong(["/fields/1"], less(fields=["need_money", "housing_risk"]))
        wrong(["/fields/1"], less(fields=["need_money", "housing_risk"], release=[{"field": "housing_risk", "hash": warning("none")}]))
        wrong(["/levels/0/field"], less(levels=[{"field": "need_school", "level": "derived"}]))
        wrong(["/levels/0/level"], less(about=story.ids("leen"), fields=["safety_plan"], recipient=story.id("bram"),
                                        levels=[{"field": "safety_plan", "level": "exists"}]))
        wrong(["/package/fields/0"], less("fields", package={"name": "school", "fields": ["learning_support_detail"]}))
        wrong(["/package/fields/0"], less("fields", package={"name": "school", "fields": ["need_money"]}))
        found.same(story.count("consent_grant"), before, "nothing is stored")
        for body in (less(recipient="00000000-0000-4000-8000-00000000abcd"), less(recipient=story.id("yasmin")), less(basis="legal_duty"),
                     less(about=story.ids("H2")), less(fields=["national_number"], about=story.ids("leen"))):
            reply = leen.post(story.path + "/grants", body)
            found.same((reply.problem(), reply.json().get("errors")), ("forbidden", None), body)
        released = less(fields=["need_money", "housing_risk"], release=[{"field": "housing_risk", "hash": warning(language="fr")}])
        made = leen.post(story.path + "/grants", released).must(201).header("Location")
        grant = leen.get(made).must(200).json()
        found.same((grant["article_nine"], grant["family_view"], grant["channel"], grant["basis"]), ("9.2.a", "agreed", "app", "consent"),
                   "what is kept beside it (R-03)")
        found.same(grant["text"], shown(), "the words that were shown (R-10)")
        found.same(story.client("els").get(made).json().get("text"), shown(), "for the recipient too")
        found.close(30)


@test("grant life: below 12 the child is asked, or it is said why not (R-22)")
def _(world):
    with Story(world, "grant-child", change=at_peace) as story:
        leen = story.client("leen")
        body = story.grant("hanne", ["ilyas"], ["need_leisure"])
        same(faults(leen.post(story.path + "/grants", body)), ["/child_view"], "nothing said")
        same(faults(leen.post(story.path + "/grants", {**body, "child_view": {"asked": False}})), ["/child_view/reason"], "no reason")
        leen.post(story.path + "/grants", {**body, "child_view": {"asked": False, "reason": "Hij was ziek."}}).must(201)
        leen.post(story.path + "/grants", {**body, "child_view": {"asked": True}}).must(201)
        rows = story.instance.sql("kring", "SELECT asked, reason_entry IS NOT NULL FROM child_view_asked ORDER BY recorded_at")
        same(rows, "f|t\nt|f", "what is kept")
        notes = story.instance.sql("kring", "SELECT count(*) FROM body b JOIN entry e ON e.id = b.entry_id WHERE e.kind = 'note'")
        expect(int(notes) >= 1, "the reason is sealed")
        contact = story.grant("hanne", ["ilyas"], ["emergency_contacts"])
        leen.post(story.path + "/grants", contact).must(201)  # C1: nobody is asked about that


@test("grant life: a pause stops it for the recipient as if it were over, each giver ends only his own (R-07)")
def _(world):
    with Visit(world) as story:
        leen, made = story.client("leen"), story.give(to="dirk", fields=["need_money", "need_daily_life"])
        expect({"need_money"} <= story.reads("dirk"), "dirk reads it")
        other = story.client("dirk").get(made.rsplit("/", 1)[0] + "/00000000-0000-4000-8000-00000000abcd").bare()
        for _ in range(2):
            leen.post(made + "/pause", None).must(200)
        expect("need_money" not in story.reads("dirk"), "dirk still reads it")
        same(story.client("dirk").get(made).bare(), other, "for dirk as if it were not there")
        same(states(leen.get(made).must(200).json()), {"need_money": "paused", "need_daily_life": "paused"}, "as leen sees it")
        same(story.client("dirk").post(made + "/resume", None).status, 404, "dirk can't end it")
        same(story.client("karim").post(made + "/resume", None).status, 404, "nor karim")
        for _ in range(2):
            leen.post(made + "/resume", None).must(200)
        expect("need_money" in story.reads("dirk"), "dirk reads it again")
        leen.post(made + "/pause", None).must(200)
        expect("need_money" not in story.reads("dirk"), "a second pause")
        leen.post(made + "/resume", None).must(200)
        for act in ("pause", "resume"):
            same(story.client("dirk").post(f"{made}/{act}", None).problem(), "forbidden", "a recipient does not", act)
        leen.post(made + "/withdrawal", {}).must(200)
        for act in ("pause", "resume", "confirm"):
            same(leen.post(f"{made}/{act}", None).problem(), "conflict", act, "after the end")
        same(leen.post(made + "/narrow", {"until": "2026-02-01T00:00:00Z"}).problem(), "conflict", "narrow after the end")


@test("grant life: with two givers each pauses for himself, and both must have ended it")
def _(world):
    with Visit(world) as story:
        asked = story.ask("dirk", ["need_leisure"])
        story.answer("leen", asked, yes=["need_leisure"]).must(200)
        grant = story.answer("karim", asked, yes=["need_leisure"]).must(200).json()["grants"][0]
        made = f"{story.path}/grants/{grant}"

        def runs():
            return any(g["id"] == grant for g in story.grants("dirk"))

        expect(runs(), "shared")
        for ref in ("leen", "karim"):
            story.client(ref).post(made + "/pause", None).must(200)
        story.client("leen").post(made + "/resume", None).must(200)
        expect(not runs(), "karim's pause was ended by leen")
        story.client("karim").post(made + "/resume", None).must(200)
        expect(runs(), "both ended theirs")


@test("grant life: less of it: an earlier end, a lower level in a grant of its own, never more")
def _(world):
    with Story(world, "grant-narrow") as story:
        leen, found = story.client("leen"), Findings()
        made = story.give(fields=["need_money", "need_housing", "need_daily_life"])

        def wrong(places, body):
            found.same(faults(leen.post(made + "/narrow", body)), sorted(places), body)

        lower = [{"field": "need_money", "level": "derived"}]
        wrong([""], {})
        wrong(["/until"], {"until": "2026-07-30T00:00:00Z"})
        wrong(["/until"], {"until": "2026-01-01T00:00:00Z"})
        wrong(["/purpose"], {"fields": lower})
        wrong(["/fields/0/field"], {"fields": [{"field": "need_school", "level": "derived"}], "purpose": "x"})
        wrong(["/fields/0/level"], {"fields": [{"field": "need_money", "level": "exact"}], "purpose": "x"})
        wrong(["/fields/1/field"], {"fields": lower * 2, "purpose": "x"})
        found.same(story.client("els").post(made + "/narrow", {"until": "2026-02-01T00:00:00Z"}).problem(), "forbidden", "the recipient")
        done = leen.post(made + "/narrow", {"until": "2026-04-01T00:00:00Z", "fields": lower, "purpose": "alleen het grote plaatje"})
        other = leen.get(f"{story.path}/grants/{done.must(200).json()['grant']}").must(200).json()
        old = leen.get(made).must(200).json()
        found.same((levels(other), other["until"][:10], other["from"]), ({"need_money": "derived"}, "2026-04-01", old["from"]), "the new one")
        found.same(other["purpose"], "alleen het grote plaatje", "its words")
        found.same((old["until"][:10], states(old)),
                   ("2026-04-01", {"need_money": "withdrawn", "need_housing": "active", "need_daily_life": "active"}), "the old one")
        entries = [e for e in story.client("els").plan(story.path) if e["field"] == "need_money"]
        found.same({e["level"] for e in entries}, {"derived"}, "what els gets")
        found.check(all(e["body"] == {} for e in entries), "a text that is not shared", entries)
        again = f"{story.path}/grants/{other['id']}"
        least = leen.post(again + "/narrow", {"fields": [{"field": "need_money", "level": "exists"}], "purpose": "x"}).must(200).json()
        found.same(levels(leen.get(f"{story.path}/grants/{least['grant']}").json()), {"need_money": "exists"}, "less again")
        leen.post(made + "/pause", None).must(200)
        found.same(leen.post(made + "/narrow", {"until": "2026-03-01T00:00:00Z"}).problem(), "conflict", "while it is paused")
        story.at("2026-04-01T00:10:00Z")
        found.check(not {"need_housing", "need_money"} & story.reads("els"), "after the earlier end")
        found.close(15)


@test("grant life: another of the same takes the place of the older one; levels of a giving")
def _(world):
    with Story(world, "grant-again") as story:
        leen, first = story.client("leen"), story.give(fields=["need_daily_life"])
        second = story.give(fields=["need_daily_life"], levels=[{"field": "need_daily_life", "level": "exists"}])
        same(states(leen.get(first).must(200).json()), {"need_daily_life": "ended"}, "the older one")
        same(levels(leen.get(second).must(200).json()), {"need_daily_life": "exists"}, "the newer one")
        same([e["level"] for e in story.client("els").plan(story.path) if e["field"] == "need_daily_life"], ["exists"] * len(
            [e for e in story.client("els").plan(story.path) if e["field"] == "need_daily_life"]), "what els reads")
        wider = story.give(fields=["need_daily_life", "need_money"])
        same(states(leen.get(second).must(200).json()), {"need_daily_life": "ended"}, "one that holds all of it")
        story.give(fields=["need_money"])
        same(states(leen.get(wider).must(200).json()), {"need_daily_life": "active", "need_money": "active"}, "one that holds less does not")


@test("grant life: SS1 pauses after 90 + 14 days without a confirmation, and goes on with one (R-02)")
def _(world):
    with Story(world, "grant-confirm") as story:
        made = story.give(about=["leen"], fields=["debts_detail", "need_work"], to="bram", until="2026-12-01T00:00:00Z")
        story.at("2026-05-04T10:00:00Z")
        same(states(story.client("leen").get(made).must(200).json())["debts_detail"], "active", "day 104")
        story.at("2026-05-05T10:00:00Z")
        same(states(story.client("leen").get(made).must(200).json()), {"debts_detail": "paused", "need_work": "active"}, "day 105")
        same(story.client("bram").post(made + "/confirm", None).problem(), "forbidden", "not by the recipient")
        story.client("leen").post(made + "/confirm", None).must(200)
        same(states(story.client("leen").get(made).must(200).json())["debts_detail"], "active", "confirmed")


@test("grant life: after the 12th birthday the child decides: a parent's confirmation is not enough, his own is (R-24)")
def _(world):
    def young(data):
        next(m for m in data["members"] if m["id"] == "noor")["born"] = "2014-02-10"
        data["capacity"] = []
        for a in data["authority"]:
            a["conflict_flag"] = False
            a.pop("conflict_since", None)

    with Story(world, "grant-birthday", change=young) as story:
        asked = story.ask("hanne", ["health_needs"], ["noor"])
        for ref in ("leen", "karim"):
            grants = story.answer(ref, asked, yes=["health_needs"]).must(200).json()["grants"]
        made = f"{story.path}/grants/{grants[0]}"
        expect(any(g["id"] == grants[0] for g in story.grants("hanne")), "shared")
        story.at("2026-02-10T00:10:00+01:00")
        same(story.client("leen").post(made + "/confirm", None).problem(), "forbidden", "leen alone no longer")
        story.client("noor").post(made + "/confirm", None).must(200)


@test("grant life: SS2 works only from the second professional's yes, from elsewhere, never the recipient's (SS2)")
def _(world):
    with Story(world, "grant-eyes", settings={"refusals_a_minute": 10000}) as story:
        story.instance.sql("kring", ORGANISATIONS)
        story.instance.sql("kring", "UPDATE place SET organisation = (SELECT organisation FROM place WHERE helper_id = "
                           f"'{story.id('bram')}') WHERE helper_id = '{story.id('lotte')}'")
        story.instance.sql("kring", "UPDATE family SET version = version + 1")
        made = story.give("leen", to="bram", about=["leen"], fields=["safety_plan", "need_work"])
        leen = story.client("leen")
        same(states(leen.get(made).must(200).json()), {"safety_plan": "waiting", "need_work": "active"}, "until then")
        body = {"fields": ["safety_plan"]}
        for ref, why in (("bram", "the recipient"), ("lotte", "of the same organisation"), ("els", "no professional"), ("karim", "no helper"),
                         ("leen", "the giver")):
            same(story.client(ref).post(made + "/four-eyes", body).status, 404, why)
        none_needed = story.client("nys").post(made + "/four-eyes", {"fields": ["need_work"]})
        same(none_needed.status, 404, "a field that needs none: he hears nothing of what else the grant holds")
        story.client("nys").post(made + "/four-eyes", body).must(200)
        same(states(leen.get(made).must(200).json())["safety_plan"], "active", "afterwards")
        leen.post(made + "/withdrawal", {}).must(200)
        same(story.client("nys").post(made + "/four-eyes", body).problem(), "not-found", "after the end nothing waits for him")


@test("grant life: on another basis nobody is asked: the coordinator tells it for another, and an objection stops it (R-04, R-13)")
def _(world):
    with Story(world, "grant-told", settings={"refusals_a_minute": 10000}) as story:
        sofie, leen, found = story.client("sofie"), story.client("leen"), Findings()
        story.give(to="sofie", about=["leen"], fields=["team_members"])  # whom she does not know, she can't name
        good = {
            **{k: v for k, v in story.grant("bram", ["leen"], ["need_work"]).items()},
            "basis": "legal_duty",
            "secrecy_ground": "legal_duty",
            "told_on": "2026-01-19T09:00:00Z",
        }

        def wrong(places, **more):
            found.same(faults(sofie.post(story.path + "/grants", {**good, **more})), sorted(places), more)

        wrong(["/told_on"], told_on="2026-01-30T09:00:00Z")
        found.same(faults(sofie.post(story.path + "/grants", {k: v for k, v in good.items() if k != "told_on"})), ["/told_on"], "not told")
        wrong(["/basis"], basis="public_task")
        wrong(["/secrecy_ground"], secrecy_ground="subject_release")
        wrong(["/article_nine"], fields=["debts_detail"])
        wrong(["/article_nine"], fields=["debts_detail"], article_nine="9.2.a")
        for client, more in ((sofie, {"recipient": story.id("sofie")}), (sofie, {"fields": ["safety_plan"]}), (sofie, {"fields": ["substance_use"]}),
                             (sofie, {"basis": "consent"}), (story.client("bram"), {}), (leen, {})):
            found.same(client.post(story.path + "/grants", {**good, **more}).problem(), "forbidden", more)
        made = sofie.post(story.path + "/grants", good).must(201).header("Location")
        grant = leen.get(made).must(200).json()
        found.same((grant["givers"], grant["family_view"], grant["because"], grant["told_on"][:10]),
                   ([], "informed", "information.legal_basis.legal_duty", "2026-01-19"), "why it is shared")
        found.same(states(grant), {"need_work": "active"}, "it works")
        found.same(story.client("karim").post(made + "/objection", {"text": "x"}).status, 404, "whom it does not concern")
        found.same(story.client("bram").post(made + "/objection", {"text": "x"}).problem(), "forbidden", "the recipient")
        leen.post(made + "/objection", {"text": "Dat is mijn zaak."}).must(200)
        found.same(states(leen.get(made).must(200).json()), {"need_work": "ended"}, "stopped")
        found.same(leen.post(made + "/objection", {"text": "x"}).problem(), "conflict", "twice")
        tasks = [t["kind"] for t in sofie.get(story.path + "/tasks").must(200).json()["tasks"]]
        found.check("objection" in tasks, "something to do for the coordinator", tasks)
        found.check("Dat is mijn zaak" not in story.instance.sql("kring", "SELECT * FROM objection"), "in clear")
        mine = story.give(fields=["need_money"])
        found.same(leen.post(mine + "/objection", {"text": "x"}).problem(), "conflict", "consent is stopped, not objected to")
        found.close(18)
