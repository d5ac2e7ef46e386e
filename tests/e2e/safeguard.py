"""What protects somebody: locks above every permit, holds, capacity, conflicts, courts; and who is kept out finds no trace
(R-23, R-32, R-33, R-40, R-58, T6, T7)."""
from emergency import later
from harness import Findings, same, test
from sharing import Story, faults
from world import BE


def plan_fields(client, path):
    return sorted((e["field"], tuple(e["about"])) for e in client.plan(path))


def everything(client, path):
    """Every answer that a member can have of his family, as bytes, but for the log's own lines about his looks."""
    targets = ["/plan", "/people", "/households", "/team", "/grants", "/requests", "/tasks", "/notices", "/emergencies", "/safeguards"]
    return {t: client.get(path + t).must(200).body for t in targets}


@test("lock: above every permit, at once, on his open session; lifted by two only; karim finds no trace (T6, T7)")
def _(world):
    with Story(world, "lock-karim") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, karim, leen, ruben = (story.client(r) for r in ("sofie", "karim", "leen", "ruben"))
        before = plan_fields(karim, path)
        gone = [e for e in before if e[0] in ("need_school", "need_leisure") and family.id_of("ilyas") in e[1]]
        found.check(len(gone) == 2, "he reads both of ilyas", before)
        fields = ["need_school", "need_leisure", "residence_schedule"]  # of the last he wrote the text himself: that stays his (T7)
        lock = {"about": [family.id_of("ilyas")], "fields": fields, "not_for": family.id_of("karim")}
        for who in ("els", "bram", "tom", "karim"):
            found.same(story.client(who).post(path + "/locks", lock).status, 403, who)
        given = lambda: {f for g in karim.get(path + "/export").must(200).json()["shared"] for f in g["fields"]}
        found.check("need_school" in given(), "he gave it to others", given())
        made = sofie.post(path + "/locks", lock).must(201).json()["id"]
        found.same(plan_fields(karim, path), [e for e in before if e not in gone], "gone with the next read")
        found.check("need_school" in given(), "what he gave himself stays in his copy: were it gone, that would tell him (T7)", given())
        found.same(plan_fields(leen, path), plan_fields(story.client("leen"), path), "leen reads on")
        found.check(any(e[0] == "need_school" for e in plan_fields(leen, path)), "leen reads on")
        found.same(karim.get(path + "/safeguards").must(200).json()["locks"], [], "karim sees no lock")
        found.same(len(sofie.get(path + "/safeguards").must(200).json()["locks"]), 1, "the safety role sees it")
        found.same(karim.post(f"{path}/locks/{made}/lift", None).status, 404, "karim can't lift it")
        sofie.post(f"{path}/locks/{made}/lift", None).must(204)
        sofie.post(f"{path}/locks/{made}/lift", None).must(204)
        found.same(plan_fields(karim, path), [e for e in before if e not in gone], "one who says it twice is not two")
        found.same(ruben.post(f"{path}/locks/{made}/lift", None).status, 404, "ruben has no safety role")
        leen.post(f"{path}/locks/{made}/lift", None).must(404)
        found.close(13)


@test("lock: by an adult about herself, against a helper; two of the protected lift it")
def _(world):
    with Story(world, "lock-leen") as story:
        family, path, found = story.family, story.path, Findings()
        leen, bram, sofie = story.client("leen"), story.client("bram"), story.client("sofie")
        found.check(any(f == "debts_detail" for f, _ in plan_fields(bram, path)), "bram reads the debts")
        made = (
            leen.post(
                path + "/locks",
                {"about": [family.id_of("leen")], "fields": ["debts_detail"], "not_for": family.id_of("bram")},
            )
            .must(201)
            .json()["id"]
        )
        found.check(not any(f == "debts_detail" for f, _ in plan_fields(bram, path)), "and no more")
        found.check(any(f == "need_money" for f, _ in plan_fields(bram, path)), "the rest stays")
        grants = bram.get(path + "/grants").must(200).body
        found.check(b"debts_detail" not in grants, "nor in his grants")
        leen.post(f"{path}/locks/{made}/lift", None).must(204)
        found.check(not any(f == "debts_detail" for f, _ in plan_fields(bram, path)), "two must lift it")
        sofie.post(f"{path}/locks/{made}/lift", None).must(204)
        found.check(any(f == "debts_detail" for f, _ in plan_fields(bram, path)), "two did")
        found.close(6)


@test("lock: karim's answers are the same whether leen's new texts are locked from him or not there at all (T7)")
def _(world):
    seen = {}
    for locked in (True, False):
        with Story(world, "lock-world", seeded=True) as story:
            family, path = story.family, story.path
            sofie, leen, karim = story.client("sofie"), story.client("leen"), story.client("karim")
            if locked:
                sofie.post(
                    path + "/locks",
                    {"about": [family.id_of("noor"), family.id_of("leen")], "fields": ["need_leisure"], "not_for": family.id_of("karim")},
                ).must(201)
                leen.post(
                    path + "/entries", {"field": "need_leisure", "about": [family.id_of("leen")], "text": "Dansen op maandag."}
                ).must(201)
            seen[locked] = everything(karim, path)
    same(seen[True], seen[False], "karim's answers")


@test("lock: of what he gave and is kept out of since, no task tells him (R-58b, T7)")
def _(world):
    story = Story(world, "lock-tasks")
    more = {"id": "A-C99", "by": ["leen", "karim"], "about": ["ilyas"], "to": "nys", "fields": ["diagnosis_treatment"], "basis": "consent",
            "from": "2025-11-01", "until": "2026-10-31", "purpose": "huisartsenzorg"}
    story.instance.scenarios = [world.copy_of(BE, "lock-tasks", lambda data: data["consents"].append(more))]
    story.instance.clock = "2026-02-05T12:00:00+02:00"  # its ninety days are over, the grace runs
    with story:
        family, path, found = story.family, story.path, Findings()
        asked = lambda ref: {(t["kind"], t["of"]) for t in story.client(ref).get(path + "/tasks").must(200).json()["tasks"]}
        task = ("confirm", family.ids["grants"]["A-C99"])
        found.same([task in asked(r) for r in ("leen", "karim")], [True, True], "both gave it")
        ban = {"kind": "contact_ban", "person": family.id_of("karim"), "protects": [family.id_of("ilyas")], "evidence": "order"}
        story.client("wim").post(path + "/court-decisions", ban).must(201)
        found.same([task in asked(r) for r in ("leen", "karim")], [True, False], "and he is kept out")
        found.close(2)


@test("court: a contact ban closes everything about those it protects, shows nowhere, and ends with the paper (R-33)")
def _(world):
    with Story(world, "court") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, karim = story.client("sofie"), story.client("karim")
        before = plan_fields(karim, path)
        ban = {
            "kind": "contact_ban",
            "person": family.id_of("karim"),
            "protects": [family.id_of("noor"), family.id_of("ilyas")],
            "evidence": "order",
        }
        for who in ("leen", "karim", "els"):
            found.same(story.client(who).post(path + "/court-decisions", ban).status, 403, who)
        sofie.post(path + "/court-decisions", ban).must(201)
        after = plan_fields(karim, path)
        children = {family.id_of("noor"), family.id_of("ilyas")}
        found.check(before != after and not any(children & set(a) for _, a in after), "nothing about the children", after)
        found.check(any(a == (family.id_of("karim"),) for _, a in after), "what is about him alone stays his")
        said = {t: body for t, body in everything(karim, path).items() if b"contact_ban" in body or b"court" in body}
        found.same(said, {}, "no word of it")
        sofie.post(path + "/court-decisions", {**ban, "kind": "lifted"}).must(201)
        found.same(plan_fields(karim, path), before, "lifted")
        found.close(7)


@test("hold, capacity, conflict, trusted person: who may, what it needs, what follows (R-23, R-32, R-40)")
def _(world):
    with Story(world, "safeguards") as story:
        family, path, found = story.family, story.path, Findings()
        lotte, hanne, sofie, leen, noor = (story.client(r) for r in ("lotte", "hanne", "sofie", "leen", "noor"))
        now = sofie.get(path + "/tasks").must(200) and family.data["demo_at"]
        ahead = lambda days: later(family.rfc3339(now), 24 * days)
        hold = {
            "about": [family.id_of("noor")],
            "fields": ["mental_wellbeing"],
            "from_whom": [family.id_of("noor")],
            "ground": "agogic_exception",
            "reason": "Dit bespreken we eerst samen.",
            "review_at": ahead(60),
        }
        found.same(lotte.post(path + "/holds", {k: v for k, v in hold.items() if k != "review_at"}).status, 400, "no review date")
        found.same(lotte.post(path + "/holds", {**hold, "review_at": ahead(120)}).status, 422, "later than 90 days")
        found.same(hanne.post(path + "/holds", hold).status, 403, "hanne does not read it")
        found.check(any(f == "mental_wellbeing" for f, _ in plan_fields(noor, path)), "noor reads it")
        made = lotte.post(path + "/holds", hold).must(201).json()["id"]
        found.check(not any(f == "mental_wellbeing" for f, _ in plan_fields(noor, path)), "held back")
        lotte.post(f"{path}/holds/{made}/end", None).must(204)
        found.check(any(f == "mental_wellbeing" for f, _ in plan_fields(noor, path)), "and given back")
        judged = {"person": family.id_of("noor"), "able": False, "fields": ["need_school"], "review_at": ahead(100)}
        found.same(lotte.post(path + "/capacities", judged).json()["errors"][0]["pointer"], "/reason", "a reason")
        found.same(leen.post(path + "/capacities", judged).status, 403, "leen")
        found.check(not any(a == (family.id_of("noor"),) and f == "need_school" for f, a in plan_fields(leen, path)), "not yet")
        lotte.post(path + "/capacities", {**judged, "reason": "Ze vraagt zelf hulp hierbij."}).must(201)
        found.check(
            any(a == (family.id_of("noor"),) and f == "need_school" for f, a in plan_fields(leen, path)),
            "for that topic her mother reads as before 12 (R-28)",
        )
        found.check(not any(f == "mental_wellbeing" for f, _ in plan_fields(leen, path)), "and for no other")
        found.check("capacity" in {n["kind"] for n in noor.get(path + "/notices").must(200).json()["notices"]}, "noor is told")
        flagged = {"child": family.id_of("ilyas"), "fields": ["need_leisure"]}
        found.same(story.client("tom").post(path + "/conflicts", flagged).status, 403, "tom decides nothing")
        leen.post(path + "/conflicts", flagged).must(201)
        found.close(13)


@test("safety: a helper says whether the family was told first, and if not, why; whoever reads the text reads that too (R-57)")
def _(world):
    with Story(world, "told-first") as story:
        path, found = story.path, Findings()
        sofie, leen = story.client("sofie"), story.client("leen")
        text = {"field": "safety_concern", "about": story.ids("ilyas"), "text": "Hij durft niet naar huis."}

        def write(client=sofie, **more):
            return client.post(path + "/entries", {**text, **more})

        found.same(faults(write()), ["/told_first"], "nothing said")
        found.same(faults(write(told_first=False)), ["/why_not_told"], "not told, and no reason")
        found.same(faults(write(told_first=True, why_not_told="x")), ["/why_not_told"], "told, and a reason why not")
        found.same(faults(write(field="need_school", told_first=True)), ["/told_first"], "not about safety")
        found.same(faults(write(field="need_school", why_not_told="x")), ["/why_not_told"], "not about safety")
        found.same(faults(write(leen, field="safety_plan", about=story.ids("leen"), told_first=True)), ["/told_first"], "by the family itself")
        write(leen, field="safety_plan", about=story.ids("leen")).must(201)
        made = write(told_first=False, why_not_told="Dat maakt het gevaarlijker.").must(201)
        entry = sofie.get(made.header("Location")).must(200)
        body = entry.json()["body"]
        found.same((body["told_first"], body["why_not_told"]), (False, "Dat maakt het gevaarlijker."), "as she reads it")
        again, tag = {"text": "Hij durft weer."}, {"If-Match": entry.header("ETag")}
        found.same(faults(sofie.ask("PUT", made.header("Location"), again, headers=tag)), ["/told_first"], "a new version says it anew")
        sofie.ask("PUT", made.header("Location"), {**again, "told_first": True}, headers=tag).must(200)
        body = sofie.get(made.header("Location")).must(200).json()["body"]
        found.same((body["told_first"], "why_not_told" in body), (True, False), "the new version")
        found.check("gevaarlijker" not in story.instance.sql("kring", "SELECT string_agg(encode(envelope, 'escape'), '') FROM body"), "sealed")
        found.close(9)


@test("report: each item of a meeting is a text of its own, so karim reads what is about ilyas and nothing of leen's (R-34)")
def _(world):
    with Story(world, "report") as story:
        path, sofie = story.path, story.client("sofie")
        made = {}
        for who in ("leen", "ilyas"):
            item = {"field": "meeting_report", "about": story.ids(who), "text": f"Agendapunt over {who}."}
            made[who] = sofie.post(path + "/entries", item).must(201).header("Location")
        same(story.client("karim").get(made["ilyas"]).status, 200, "his child's item")
        same(story.client("karim").get(made["leen"]).status, 404, "the item before it")
        same([story.client("leen").get(made[who]).status for who in made], [200, 200], "leen reads both")
