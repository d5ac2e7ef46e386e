"""At the bounds: whoever fills a plan up gets a word, and takes nobody's plan away with it."""
from family import FIELDS
from harness import Findings, expect, same, test
from withdrawal import new_grant


def raised(world, family, statement):
    """As the database's superuser, and as a write would: the family's version goes up."""
    world.shared.sql("kring", f"{statement}; UPDATE family SET version = version + 1 WHERE id = '{family.ids['id']}'")


@test(
    "bounds: with as many grants as a family can hold, one more is refused, and everything is still read and withdrawn"
)
def _(world):
    family, found = world.races, Findings()
    leen, els, path = world.client("leen", family.ref), world.client("els", family.ref), world.path(world.races)
    grant = (
        leen.post(path + "/grants", new_grant(family, "els", ["H1"], ["need_housing"])).must(201).header("Location")
    )
    count = int(
        world.shared.sql("kring", f"SELECT count(*) FROM consent_grant WHERE family_id = '{family.ids['id']}'")
    )
    raised(
        world,
        family,
        f"""INSERT INTO consent_grant (family_id, id, recipient_id, about, givers, basis, protective, ordinal, recorded_at, valid_from, valid_until)
        SELECT family_id, gen_random_uuid(), recipient_id, about, givers, basis, protective, 100000 + n, '2020-01-01', '2020-01-01', '2020-02-01'
          FROM consent_grant, generate_series(1, {2048 - count}) AS n WHERE id = '{grant.rsplit('/', 1)[1]}'""",
    )
    reply = leen.post(path + "/grants", new_grant(family, "els", ["H1"], ["need_money"]))
    found.same(reply.problem(), "unprocessable", "one too many", reply)
    for client in (leen, els):
        for what in ("/plan", "/people", "/team", "/grants", "/log"):
            found.same(client.get(path + what).status, 200, client.ref, what)
    found.same(leen.post(grant + "/withdrawal", {}).status, 200, "withdrawing")
    found.same(els.get(grant).status, 404, "the grant, for els, after that")
    raised(world, family, f"DELETE FROM consent_grant WHERE family_id = '{family.ids['id']}' AND ordinal > 100000")
    found.same(
        leen.post(path + "/grants", new_grant(family, "els", ["H1"], ["need_money"])).status,
        201,
        "when there is room again",
    )
    found.close(13)


@test("bounds: with as many entries as a family can hold, one more is refused, and the plan is still read")
def _(world):
    family, found = world.races, Findings()
    leen, path = world.client("leen", family.ref), world.path(world.races)
    body = {"field": "parent_view", "about": [family.id_of("leen")], "text": "vol"}
    made = leen.post(path + "/entries", body).must(201).json()["id"]
    count = int(
        world.shared.sql(
            "kring", f"SELECT count(*) FROM entry WHERE family_id = '{family.ids['id']}' AND kind <> 'note'"
        )
    )
    before = [e["id"] for e in leen.plan(path)]
    raised(
        world,
        family,
        f"""INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
        SELECT family_id, gen_random_uuid(), kind, field, of_id, assignee_id, about, owner_id, 1000000 + n
          FROM entry, generate_series(1, {16384 - count}) AS n WHERE family_id = '{family.ids['id']}' AND id = '{made}'""",
    )
    found.same(leen.post(path + "/entries", body).problem(), "unprocessable", "one too many")
    for what in ("statements", "corrections"):
        reply = leen.post(f"{path}/entries/{made}/{what}", {"text": "vol"})
        found.same(reply.problem(), "unprocessable", what, "too many")
    found.same([e["id"] for e in leen.plan(path)], before, "the plan")
    found.same(
        leen.ask(
            "PUT",
            f"{path}/entries/{made}",
            {"text": "anders"},
            headers={"If-Match": leen.get(f"{path}/entries/{made}").header("ETag")},
        ).status,
        200,
        "revising",
    )
    raised(world, family, f"DELETE FROM entry WHERE family_id = '{family.ids['id']}' AND ordinal > 1000000")
    found.same(leen.post(path + "/entries", body).status, 201, "when there is room again")
    found.close(6)


@test("bounds: the largest texts on the largest page, the longest history and the longest log are still answers")
def _(world):
    family, found = world.races, Findings()
    noor, path = world.client("noor", family.ref), world.path(world.races)
    field = "child_voice"
    expect(field in FIELDS)
    body = {"field": field, "about": [family.id_of("noor")], "text": "<" * 4000}
    for _ in range(360):
        noor.post(path + "/entries", body).must(201)
    reply = noor.get(path + "/plan").must(200)
    found.check(len(reply.body) > 8 << 20 and len(reply.json()["entries"]) >= 360, "the page:", len(reply.body))
    for _ in range(70):  # each a line that speaks of all these entries
        found.same(noor.get(path + "/plan", headers={"If-None-Match": reply.header("ETag")}).status, 304, "a look")
    page = noor.get(f"{path}/log?limit=500").must(200)
    found.check(
        "next" in page.json() and len(page.json()["records"]) < 100,
        "the log ends its page early:",
        len(page.json()["records"]),
    )
    records = noor.log(path)
    found.check(
        len({r["id"] for r in records}) == len(records) >= 430, "the whole log, in pages of what fits:", len(records)
    )
    young = world.client("noor")  # of the smaller family
    made = young.post(world.path() + "/entries", {**body, "about": [world.be.id_of("noor")]}).must(201)
    target, tag = made.header("Location"), made.header("ETag")
    for n in range(2, 501):
        tag = young.ask("PUT", target, {"text": "&" * 4000}, headers={"If-Match": tag}).must(200).header("ETag")
    found.same(
        young.ask("PUT", target, {"text": "x"}, headers={"If-Match": tag}).problem(), "unprocessable", "version 501"
    )
    reply = young.get(target).must(200)
    found.same((len(reply.json()["history"]), reply.json()["version"]), (500, 500), "the history")
    same(world.client("leen", family.ref).get(path + "/plan").status, 200, "leen's plan")
    memory = world.shared.memory_kib()
    found.close(4)
    return f"{len(reply.body) >> 20} MiB in one answer; server memory {memory['VmRSS'] // 1024} MiB"
