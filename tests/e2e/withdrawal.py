"""What is no longer shared is gone with the next read, on every connection, whatever races with it (R-07)."""
import threading

from client import Client
from family import CATALOGUE, Family
from harness import Findings, expect, same, test
from instance import QUICK, Instance
from sharing import terms
from world import BE

FIELD = "need_housing"


def grant_of(world, family, ref):
    return f"{world.path(family)}/grants/{family.id_of(ref)}"


def sees(client, path, field):
    return any(e["field"] == field for e in client.plan(path))


def state_for(client, target):
    return {f["field"]: f["state"] for f in client.get(target).must(200).json()["fields"]}


@test("withdrawal: els reads on an open connection, leen withdraws, the next read on it is without")
def _(world):
    els, leen, path = world.fresh("els"), world.client("leen"), world.path()
    grant = grant_of(world, world.be, "A-C04")
    same({e["field"] for e in els.plan(path)}, {FIELD, "actions"}, "els before")
    entry = next(e["id"] for e in els.plan(path) if e["field"] == FIELD)
    els.get(f"{path}/entries/{entry}").must(200)
    tag = els.get(path + "/plan").header("ETag")
    socket = els.connection.sock
    done = leen.post(grant + "/withdrawal", {"fields": [FIELD]}).must(200).json()
    same(sorted(done["withdrawn"]), ["housing_risk", FIELD, "need_money"], "withdrawn now")
    after = els.get(path + "/plan", headers={"If-None-Match": tag}).must(200)
    expect(els.connection.sock is socket, "it was another connection")
    same([e["field"] for e in after.json()["entries"]], ["actions"], "els after")
    same(els.get(f"{path}/entries/{entry}").status, 404, "the entry by its id")
    # she learns that it is over, and not why; once nothing is shared, the grant itself is gone for her
    same(els.get(grant).status, 404, "the grant, for the recipient")
    same(
        state_for(leen, grant),
        {FIELD: "withdrawn", "need_money": "withdrawn", "housing_risk": "withdrawn"},
        "as leen sees it",
    )
    again = leen.post(grant + "/withdrawal", {"fields": [FIELD]}).must(200).json()
    same(sorted(again["withdrawn"]), sorted(done["withdrawn"]), "doing it twice")
    leen.post(grant + "/withdrawal", {}).must(200)


@test("withdrawal: bram's grant is untouched, and a new grant is another grant")
def _(world):
    leen, els, path = world.client("leen"), world.client("els"), world.path()
    expect(sees(world.client("bram"), path, "need_money"), "bram keeps what leen shares with him")
    made = leen.post(path + "/grants", new_grant(world.be, "els", ["H1"], [FIELD])).must(201)
    expect(sees(els, path, FIELD), "els reads again")
    same(state_for(els, made.header("Location")), {FIELD: "active"}, "the new grant, for els")
    leen.post(made.header("Location") + "/withdrawal", {}).must(200)
    expect(not sees(els, path, FIELD), "els still reads")


@test("withdrawal: a young person and a helper; who did not give can't withdraw")
def _(world):
    noor, lotte, karim, path, found = (
        world.client("noor"),
        world.client("lotte"),
        world.client("karim"),
        world.path(),
        Findings(),
    )
    grant = grant_of(world, world.be, "A-C07")
    found.check(sees(lotte, path, "private_note_youth"), "lotte reads noor's note")
    for who in ("leen", "karim", "sofie", "els"):
        found.same(
            world.client(who).post(grant + "/withdrawal", {}).status, 404, who, "can't even see noor's grant to lotte"
        )
    found.same(lotte.post(grant + "/withdrawal", {}).status, 403, "lotte, who received it")
    found.same(
        karim.post(grant_of(world, world.be, "A-C01") + "/withdrawal", {}).status, 404, "karim and leen's grant"
    )
    noor.post(grant + "/withdrawal", {"fields": ["private_note_youth"]}).must(200)
    found.check(
        not sees(lotte, path, "private_note_youth") and sees(lotte, path, "mental_wellbeing"),
        "only that field is gone",
    )
    found.close(8)


def new_grant(family, to, about, fields, until="2026-06-30T00:00:00Z"):
    return {
        "about": [family.id_of(a) for a in about],
        "recipient": family.id_of(to),
        "fields": fields,
        "purpose": "om te helpen",
        "until": until,
        **terms(),
    }


# ---- races ----


def home_entries(leen, family, path):
    """{field: entry} of fields about a home that leen alone gives, each with an entry, so that its withdrawal can be
    seen."""
    fields = [
        row["id"]
        for row in CATALOGUE
        if row["about"] in ("household", "family", "any")
        and row["class"] in ("C1", "C2")  # above, each field is released by itself
        and not row["steps"]
        and "FA" in row["writers"]
        and row["id"] not in ("household_members", "household_address", "team_members", "member_identity", "actions")
    ]
    home, found = [family.id_of("H1")], {}
    for entry in leen.plan(path):
        if entry["about"] == home and entry["field"] in fields:
            found[entry["field"]] = entry["id"]
    for field in fields:
        if field not in found:
            found[field] = (
                leen.post(path + "/entries", {"field": field, "about": home, "text": f"over {field}"})
                .must(201)
                .json()["id"]
            )
    return found


class Race:
    """One withdraws field after field; others read all the time. A read that began after a withdrawal's answer must
    be without."""

    def __init__(self, readers, target):
        self.gone, self.stop, self.reads, self.late, self.faults = set(), False, 0, [], []
        self.threads = [threading.Thread(target=self.read_on, args=(r, target), daemon=True) for r in readers]
        for t in self.threads:
            t.start()

    def read_on(self, client, target):
        try:
            while not self.stop:
                gone = set(self.gone)  # what is withdrawn for good before this read begins
                seen = plan_fields(client.get(target))
                self.reads += 1
                self.late += [f for f in seen if f in gone]
        except Exception as why:
            self.faults.append(repr(why))

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join(60)
        expect(not self.faults, self.faults[:3])


def plan_fields(reply):
    return [e["field"] for e in reply.must(200).json()["entries"] if e["field"] != "actions"]


def run_races(family, path, leen, els, wanted):
    """Gives many fields in one grant, withdraws each by itself, and begins again with a new grant."""
    entries, done, reads, late = home_entries(leen, family, path), 0, 0, []
    for g in els.get(path + "/grants").must(200).json()["grants"]:
        leen.post(f"{path}/grants/{g['id']}/withdrawal", {}).must(200)
    readers = [els.twin() for _ in range(2)]
    while done < wanted:
        grant = (
            leen.post(path + "/grants", new_grant(family, "els", ["H1"], list(entries))).must(201).header("Location")
        )
        same(sorted(plan_fields(els.get(path + "/plan"))), sorted(entries), "els reads what was given")
        race = Race(readers, path + "/plan")
        for field, entry in entries.items():
            leen.post(grant + "/withdrawal", {"fields": [field]}).must(200)
            race.gone.add(field)
            if done % 2:
                late += [field] if els.get(f"{path}/entries/{entry}").must(200, 404).status == 200 else []
            else:
                late += [f for f in plan_fields(els.get(path + "/plan")) if f in race.gone]
            reads, done = reads + 1, done + 1
        race.end()
        reads, late = reads + race.reads, late + race.late
    return done, reads, late


def many_families(world, name, count):
    copies = [world.copy_of(BE, f"{name}-{n}") for n in range(count)]
    return Instance(world.place, name, scenarios=copies, settings=QUICK)


def race_in(world, instance, family, wanted):
    leen, els = (Client(instance, world.watch, ref, family.ref).log_in() for ref in ("leen", "els"))
    return run_races(family, "/v1/families/" + family.ids["id"], leen, els, wanted)


EACH, FAMILIES = 500, 24  # withdrawn grants stay in a family's facts, and each write reads those again; a load takes 24


def races_of_their_own(world, wanted):
    """Instance after instance of fresh families, each with so many races that its facts stay small."""
    done, reads, late = 0, 0, []
    while done < wanted:
        with many_families(world, f"races-{done}", min(FAMILIES, 1 + (wanted - done) // EACH)) as instance:
            for row in instance.demo["families"]:
                family = Family(world.place / f"{row['ref']}.json", instance.family(row["ref"]))
                some = race_in(world, instance, family, min(EACH, wanted - done))
                done, reads, late = done + some[0], reads + some[1], late + some[2]
                if done >= wanted:
                    break
    return done, reads, late


@test("withdrawal: races with reads, 0 reads that began after the answer show a withdrawn value")
def _(world):
    wanted = world.options.races
    few = wanted <= 2000
    done, reads, late = race_in(world, world.shared, world.races, wanted) if few else races_of_their_own(world, wanted)
    same(late, [], f"{len(late)} of {reads} reads")
    expect(done >= wanted and reads > done, f"only {done} races and {reads} reads")
    return f"{done} withdrawals, {reads} reads"
