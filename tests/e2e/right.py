"""Rights of persons: own words, corrections, restriction, a copy; what waits for whom; a hand-over without a gap (R-70 to R-74,
R-104, R-19, R-101)."""
from sharing import Story
from harness import Findings, expect, same, test


def entry_of(client, path, field):
    return next(e["id"] for e in client.plan(path) if e["field"] == field)


@test("rights: leen's own words stand next to bram's text, for whoever reads it whole; bram can't remove them (R-71)")
def _(world):
    with Story(world, "rights-words") as story:
        path, found = story.path, Findings()
        leen, bram, karim, els = (story.client(r) for r in ("leen", "bram", "karim", "els"))
        target = f"{path}/entries/{entry_of(bram, path, 'debts_detail')}"
        tag = bram.get(target).must(200).header("ETag")
        made = leen.post(target + "/statements", {"text": "Ik betaalde al twee keer."}).must(201).json()["id"]
        for reader in (leen, bram):
            shown = reader.get(target).must(200).json()["statements"]
            found.same([s["text"] for s in shown], ["Ik betaalde al twee keer."], reader.ref)
        found.same(bram.get(target, headers={"If-None-Match": tag}).status, 200, "a new tag, so a page that is kept asks again")
        for who in (karim, els):
            found.same(who.post(target + "/statements", {"text": "x"}).status, 404, who.ref, "does not read it")
        found.same(bram.post(target + "/statements", {"text": "x"}).status, 403, "it is not about bram")
        found.same(bram.post(f"{path}/statements/{made}/withdrawal", None).status, 404, "bram can't remove them")
        leen.post(f"{path}/statements/{made}/withdrawal", None).must(204)
        found.same(bram.get(target).must(200).json()["statements"], [], "she can")
        found.close(8)


@test("rights: a correction is a task for whoever wrote it, with a month's time; the old version stays readable (R-72)")
def _(world):
    with Story(world, "rights-correct") as story:
        path, found = story.path, Findings()
        leen, bram = story.client("leen"), story.client("bram")
        entry = entry_of(bram, path, "debts_detail")
        leen.post(f"{path}/entries/{entry}/corrections", {"text": "Het is 1.040 euro."}).must(201)
        task = next(t for t in bram.get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "correction")
        found.same(task["of"], entry, "of that text")
        found.check(not any(t["kind"] == "correction" for t in story.client("sofie").get(path + "/tasks").json()["tasks"]), "sofie")
        tag = bram.get(f"{path}/entries/{entry}").must(200).header("ETag")
        revised = {"text": "Achterstal 1.040 euro.", "reason": "op vraag van Leen"}
        bram.ask("PUT", f"{path}/entries/{entry}", revised, headers={"If-Match": tag}).must(200)
        now = leen.get(f"{path}/entries/{entry}").must(200).json()
        found.same((now["body"]["text"], len(now["history"])), (revised["text"], 2), "both versions")
        bram.post(f"{path}/tasks/{task['id']}/done", None).must(204)
        found.check(not any(t["kind"] == "correction" for t in bram.get(path + "/tasks").json()["tasks"]), "done")
        found.close(4)


@test("rights: what leen froze is kept and shown to nobody until she says so; only what is hers alone (R-74, T9)")
def _(world):
    with Story(world, "rights-frozen") as story:
        path, found = story.path, Findings()
        leen, bram, karim = story.client("leen"), story.client("bram"), story.client("karim")
        entry = entry_of(bram, path, "debts_detail")
        frozen = leen.post(f"{path}/entries/{entry}/restrictions", None).must(201).json()["id"]
        for reader in (leen, bram):
            found.same(reader.get(f"{path}/entries/{entry}").status, 404, reader.ref)
            found.check(entry not in {e["id"] for e in reader.plan(path)}, reader.ref, "the plan")
        listed = leen.get(path + "/restrictions").must(200).json()["restrictions"]
        found.same([(r["id"], r["entry"]) for r in listed], [(frozen, entry)], "she sees what she froze")
        found.same(bram.get(path + "/restrictions").must(200).json()["restrictions"], [], "bram")
        bram.post(f"{path}/restrictions/{frozen}/end", None).must(403)
        karim.post(f"{path}/restrictions/{frozen}/end", None).must(204)  # as for one that is not there
        found.same(bram.get(f"{path}/entries/{entry}").status, 404, "it is hers to settle")
        leen.post(f"{path}/restrictions/{frozen}/end", None).must(204)
        found.same(bram.get(f"{path}/entries/{entry}").status, 200, "settled")
        shared = entry_of(karim, path, "residence_schedule")
        found.same(karim.post(f"{path}/entries/{shared}/restrictions", None).status, 403, "nobody freezes what is a child's")
        found.close(9)


@test("rights: the copy holds what the reader reads about himself, and nothing else; helpers take none (R-70, R-83, R-101, R-104)")
def _(world):
    path, found = world.path(), Findings()
    for who in ("leen", "karim", "tom", "noor"):
        client, me = world.client(who), world.be.id_of(who)
        copy = client.get(path + "/export").must(200).json()
        mine = [e for e in client.plan(path) if me in e["about"]]
        found.same(copy["entries"], mine, who, "as in the plan")
        given = {g["id"] for g in client.get(path + "/grants").must(200).json()["grants"] if me in g["givers"]}
        found.same({g["grant"] for g in copy["shared"]}, given, who, "what he shares")
        found.check("maanden" in copy["retention"] or "month" in copy["retention"], copy["retention"])
    expect(world.client("bram").get(path + "/export").status == 403, "a copy is for people")
    found.close(12)


@test("hand-over: step by step, nobody is without a coordinator, and no grant moves along (R-19, C-20)")
def _(world):
    with Story(world, "handed-over") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, wim, leen = story.client("sofie"), story.client("wim"), story.client("leen")
        before = len(sofie.plan(path))
        target = f"{path}/handovers/{sofie.post(path + '/handovers', {'to': family.id_of('wim')}).must(201).json()['id']}"
        leen.post(target + "/agreement", None).must(204)
        sofie.post(target + "/talk", None).must(204)
        found.same(len(sofie.plan(path)), before, "responsible until it is accepted")
        wim.post(target + "/acceptance", None).must(204)
        found.same(sofie.plan(path), [], "and then no more")
        found.check(not [e for e in wim.plan(path) if e["field"] != "actions"], "no grant moved along")
        team = {t["id"]: t for t in leen.get(path + "/team").must(200).json()["team"]}
        found.check(team[family.id_of("wim")]["coordinator"], "wim coordinates")
        same([h["state"] for h in leen.get(path + "/handovers").json()["handovers"]][-1], "accepted", "for the family to see")
        found.close(4)


@test("tasks: the end of what was shared is told 30 days ahead to giver and reader, and to nobody else (R-11)")
def _(world):
    with Story(world, "tasks-ahead") as story:
        family, path, found = story.family, story.path, Findings()
        expiring = lambda who: {t["of"] for t in story.client(who).get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "expires"}
        grant = family.id_of("A-C04")  # until 2026-05-31
        found.same([grant in expiring(w) for w in ("leen", "els", "karim")], [False] * 3, "long before")
        story.at("2026-05-02T12:00:00+02:00")
        found.same([grant in expiring(w) for w in ("leen", "els", "karim")], [True, True, False], "30 days ahead")
        found.close(2)
