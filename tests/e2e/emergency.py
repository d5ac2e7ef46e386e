"""Emergency access: only with the role, only what may be opened so, for its minutes; everybody whom it concerns is told, and
no more than he may know (R-50 to R-56)."""
from datetime import datetime, timedelta

from harness import Findings, same, test
from sharing import Story

TEXT = "Noor is sinds vanmiddag weg. De politie zoekt haar mee."


def opening(family, fields, about=("noor",), **more):
    return {
        "about": [family.id_of(a) for a in about],
        "fields": list(fields),
        "reason": "acute_danger",
        "text": TEXT,
        "other_way": "Nee, niemand neemt op.",
        **more,
    }


def later(moment, hours):
    return (datetime.fromisoformat(moment.replace("Z", "+00:00")) + timedelta(hours=hours)).isoformat()


def fields_of(client, path):
    return {e["field"] for e in client.plan(path)}


@test("emergency: what is asked in a wrong way opens nothing, with the place of the fault")
def _(world):
    yasmin, path, family, found = world.client("yasmin"), world.path(), world.be, Findings()
    good = opening(family, ["medication_allergies"])
    for change, pointer in (
        ({"text": "te kort"}, "/text"),
        ({"minutes": 100000}, "/minutes"),
        ({"minutes": 500}, "/minutes"),
        ({"reason": "curiosity"}, "/reason"),
        ({"fields": []}, "/fields"),
    ):
        reply = yasmin.post(path + "/emergencies", {**good, **change})
        found.check(reply.status in (400, 422), f"{pointer}: {reply}")
        found.check(any(e.get("pointer", "").startswith(pointer) for e in reply.json()["errors"]), f"{pointer}: {reply}")
    found.same(yasmin.post(path + "/emergencies", {k: v for k, v in good.items() if k != "other_way"}).status, 400, "R-51")
    refusals = []
    for fields, about in (
        (["mental_wellbeing"], ("noor",)),
        (["protected_address"], ("noor",)),
        (["medication_allergies"], ("kindje",)),
        (["medication_allergies"], ("H1",)),
    ):
        refusals.append(yasmin.post(path + "/emergencies", opening(family, fields, about)))
    refusals.append(
        yasmin.post(path + "/emergencies", {**good, "about": ["00000000-0000-4000-8000-000000000001"]})
    )
    for who in ("sofie", "lotte", "leen", "noor"):
        refusals.append(world.client(who).post(path + "/emergencies", good))
    found.same([r.status for r in refusals], [403] * len(refusals), "refused")
    found.same(len({r.body for r in refusals}), 1, "all alike")
    found.same(fields_of(yasmin, path), set(), "nothing is open")
    found.close(14)


@test("emergency: opened, told, read, ended; the parents hear that it was, noor all of it, tom and els nothing (R-50 to R-52)")
def _(world):
    with Story(world, "emergency-told") as story:
        family, path, found = story.family, story.path, Findings()
        yasmin = story.client("yasmin")
        before = {ref: story.told(ref) for ref in ("noor", "leen", "karim", "tom", "els", "sofie")}
        found.same([v for v in before.values() if v], [], "nothing yet")
        fields = ["medication_allergies", "suicide_selfharm_risk", "private_note_youth"]
        made = yasmin.post(path + "/emergencies", opening(family, fields, minutes=30)).must(201).json()
        found.same(fields_of(yasmin, path), set(fields), "exactly what was named")
        about = {a for e in yasmin.plan(path) for a in e["about"]}
        found.same(about, {family.id_of("noor")}, "and nobody else")
        writing = {"field": "medication_allergies", "about": [family.id_of("noor")], "text": "Nee."}
        found.same(yasmin.post(path + "/entries", writing).status, 403, "she reads, and writes nothing")
        noor = story.told("noor")[0]
        found.same((noor["told"], noor["text"], noor["reason"]), ("all", TEXT, "acute_danger"), "noor")
        found.same(set(noor["fields"]), set(fields), "noor sees the fields")
        for parent in ("leen", "karim"):
            told = story.told(parent)
            found.same([t["told"] for t in told], ["that"], f"{parent}: that, and not what")
            found.same(set(told[0]), {"id", "from", "told"}, f"{parent}: nothing more")
            log = story.client(parent).log(path)
            found.check(not any(r["actor"].get("id") == family.id_of("yasmin") and r["items"] for r in log), parent)
        for stranger in ("tom", "els", "bram"):
            found.same(story.told(stranger), [], stranger)
        lines = story.client("noor").log(path)
        looks = [r for r in lines if r["actor"].get("id") == family.id_of("yasmin") and r["emergency"]]
        found.check(looks and {i["rule"] for r in looks for i in r["items"]} == {"R-50b"}, "noor sees who looked")
        found.same(yasmin.post(f"{path}/emergencies/{made['id']}/end", None).status, 204, "ended")
        found.same(fields_of(yasmin, path), set(), "closed")
        found.same(story.client("els").post(f"{path}/emergencies/{made['id']}/end", None).status, 404, "els")
        found.close(16)


@test("emergency: telling can wait 72 hours, by the safety role; until then it leaves no trace (R-52)")
def _(world):
    with Story(world, "emergency-late") as story:
        family, path, found = story.family, story.path, Findings()
        yasmin, sofie = story.client("yasmin"), story.client("sofie")
        yasmin.post(path + "/emergencies", opening(family, ["medication_allergies"])).must(201)
        one = sofie.get(path + "/emergencies").must(200).json()["emergencies"][0]
        late = sofie.post(
            f"{path}/emergencies/{one['id']}/delay", {"until": later(one["from"], 73), "reason": "gevaar thuis nu"}
        )
        found.same((late.status, late.json()["errors"][0]["pointer"]), (422, "/until"), "longer than 72 hours")
        body = {"until": later(one["from"], 48), "reason": "gevaar thuis nu"}
        for who in ("noor", "karim", "yasmin"):
            found.check(story.client(who).post(f"{path}/emergencies/{one['id']}/delay", body).status in (403, 404), who)
        sofie.post(f"{path}/emergencies/{one['id']}/delay", body).must(204)
        for who in ("noor", "leen", "karim"):
            found.same(story.told(who), [], f"{who} is not told yet")
            team = story.client(who).get(path + "/team").must(200).json()["team"]
            found.check(family.id_of("yasmin") not in {t["id"] for t in team}, f"{who}: no yasmin in the team")
        found.same(len(story.told("sofie")), 1, "the safety role knows")
        found.close(10)


@test("emergency: two reviews, and without them no next one (R-53); the privacy officer is alerted (R-55)")
def _(world):
    with Story(world, "emergency-review") as story:
        family, path, found = story.family, story.path, Findings()
        yasmin, sofie, officer = story.client("yasmin"), story.client("sofie"), story.client("auditor")
        make = lambda: yasmin.post(path + "/emergencies", opening(family, ["medication_allergies"], minutes=1))
        first = make().must(201).json()["id"]
        review = {"outcome": "justified"}
        found.same(sofie.post(f"{path}/emergencies/{first}/review", review).status, 422, "it is still open")
        yasmin.post(f"{path}/emergencies/{first}/end", None).must(204)
        found.same(yasmin.post(f"{path}/emergencies/{first}/review", review).status, 403, "not by herself")
        second = make().must(201).json()["id"]
        seen = {e["id"]: e for e in officer.get(path + "/emergencies").must(200).json()["emergencies"]}
        found.same([seen[i]["alert"] for i in (first, second)], [False, True], "a second one within a week")
        found.check("text" not in seen[first], "the officer reads no content")
        yasmin.post(f"{path}/emergencies/{second}/end", None).must(204)
        for one in (first, second):
            officer.post(f"{path}/emergencies/{one}/review", review).must(204)
        story.at(later(seen[first]["review_due"], 1))
        yasmin, sofie = story.client("yasmin"), story.client("sofie")
        make = lambda: yasmin.post(path + "/emergencies", opening(family, ["medication_allergies"], minutes=1))
        found.same(make().status, 403, "one word is not two")
        for one in (first, second):
            sofie.post(f"{path}/emergencies/{one}/review", {"outcome": "not_justified"}).must(204)
        found.same(make().status, 201, "reviewed by two: the door opens again")
        record = next(r for r in story.client("auditor").log(path) if r["kind"] == "emergency.open" and r["outcome"] == "refused")
        found.same(record["actor"]["id"], family.id_of("yasmin"), "the refusal is on the log")
        found.close(7)
