"""Retention: records are there for their years, and then go for everybody, while every checkpoint, tile and saved proof still holds; and
nobody can call a deletion retention (R-65)."""
import json
import time
from datetime import timedelta

from audit import Auditing, build_verifier
from erase import moment, state, turn, wait
from harness import Findings, expect, test
from log_check import check, quiet
from preview import replay
from sharing import Story

KEPT = "SELECT count(*) FROM record WHERE kind <> 'log.retire' AND at < '{}'"


class Kept(Story):
    """A family, with what the two verifiers need."""

    kring, verify, verifier, settle, live = Auditing.kring, Auditing.verify, Auditing.verifier, Auditing.settle, Auditing.live

    def __enter__(self):
        super().__enter__()
        self.place, self.log = self.world.folder(self.instance.name + "-kept"), self.instance.demo["log"]
        self.go = build_verifier(self.place)
        return self

    def at(self, moment):
        super().at(moment)
        self.log = self.instance.demo["log"]

    def export(self, ref):
        """What this reader keeps: his lines with their proofs."""
        home, kept = f"{self.instance.name}-{ref}", self.place / f"{ref}.ndjson"
        self.kring("login", "--demo", self.instance.data / "demo.json", ref, home=home)
        code, _, err = self.kring("log", "export", "--out", kept, "--family", self.family.ids["id"], home=home)
        expect(code == 0, "export", err)
        return kept

    def left(self, before):
        return int(self.instance.sql("kring", KEPT.format(before)))

    def retired(self):
        return int(self.instance.sql("kring", "SELECT count(*) FROM record WHERE kind = 'log.retire'"))

    def service_log(self, word):
        return word in (self.instance.data / "log/kringd.log").read_text("utf-8", "replace")

    def look(self, *refs):
        for ref in refs:
            self.client(ref).plan(self.path)


@test("retention: six years later the records are gone for everybody, every proof of before holds, and the log is whole (R-65)")
def _(world):
    with Kept(world, "retire-six") as story:
        found, readers = Findings(), ("leen", "bram", "auditor")
        story.look("leen", "bram", "karim")
        story.settle()  # a line has its proof once it is published
        files = {ref: story.export(ref) for ref in readers}
        size = story.settle()
        story.verifier(*story.live(), "-save", story.place / "seen")
        old = {ref: {json.loads(line)["id"] for line in kept.read_text().splitlines()} for ref, kept in files.items()}
        found.check(all(old.values()), "lines before", {r: len(i) for r, i in old.items()})
        quiet(story.instance)
        found.check(story.left("2031-01-01") > 10 and story.retired() == 0, "all are there")
        story.at("2030-12-31T12:00:00+01:00")  # their fifth year is not over
        time.sleep(4)
        quiet(story.instance)
        found.same((story.retired(), story.service_log("retirer.left")), (0, False), "nothing goes before its time")
        story.look("leen")
        story.at("2032-01-20T12:00:00+01:00")
        found.check(wait(lambda: story.left("2027-01-01") == 0), "rows gone", story.left("2027-01-01"))
        found.check(story.left("2031-01-01") > 2, "what is a year old stays")
        quiet(story.instance), story.settle()
        code, said = check(story.instance)
        found.same(code, 0, said)
        found.check(" 0 retired" not in said, said)
        for ref in readers:
            page = story.client(ref).log(story.path, at_least=0)
            found.check(not old[ref] & {r["id"] for r in page}, ref, "sees nothing of what was retired")
            found.check(all(r["at"] >= "2030" for r in page), ref, "nor anything of that time")
            story.verify("--key", story.log["vkey"], "--records", files[ref], says="of your lines proven", home="fresh")
            story.verifier(*story.live(), "-records", files[ref], "-old", story.place / "seen")
        copy = story.client("leen").get(story.path + "/export").must(200).body.decode()
        found.check(not any(i in copy for i in old["leen"]), "nor his copy")
        rows = story.client("auditor").get("/v1/log?limit=500").must(200).json()["records"]
        found.check(rows and all(r["at"] >= "2030" for r in rows), "nor the search over all families")
        found.check(any(r["kind"] == "log.retire" for r in rows), "that they were retired is on the log")
        bent = story.place / "bent"
        line = next(r for r in map(json.loads, files["auditor"].read_text().splitlines()) if "proof" in r)
        bent.write_text(json.dumps({**line, "kind": "plan.reap"}) + "\n")
        story.verify("--key", story.log["vkey"], "--records", bent, code=1, home="fresh")
        story.verify("--demo", story.instance.data / "demo.json", says="the log is whole", home="fresh-whole")
        code, out, err = replay(story.instance)
        found.check(code == 0, "what is left agrees with the facts", out[-300:], err[-300:])
        found.close(17)
        return f"{size} records before"


def each(story, changes, wanted):
    """Each change, what is said of it, and back."""
    one, found = story.instance, Findings()
    one.sql("kring", "CREATE TABLE saved_record AS SELECT * FROM record")
    for what, (change, says) in changes.items():
        one.sql("kring", change)
        code, said = check(one)
        found.check(code == 1 and says in said, what, code, said)
        one.sql("kring", "DELETE FROM record; INSERT INTO record SELECT * FROM saved_record")
    code, said = check(one)
    found.same((code, said.splitlines()[-1].split(", ")[-1]), (0, "0 faults"), "put back", said)
    one.sql("kring", "DROP TABLE saved_record")
    found.close(wanted)


@test("retention: what a superuser deletes a day before its time, forges or back-dates is named, and is never retired by the server (R-65)")
def _(world):
    with Kept(world, "retire-forged") as story:
        one, found = story.instance, Findings()
        story.look("leen", "bram")
        quiet(one)
        once = one.sql("kring", "SELECT row_to_json(r) FROM record r WHERE kind = 'plan.read' ORDER BY at LIMIT 1")
        story.at("2026-02-20T12:00:00+01:00")
        story.look("leen")
        quiet(one)
        young = one.sql("kring", "SELECT id FROM record WHERE kind = 'plan.read' AND at >= '2026-02-01'")
        story.at("2031-02-19T12:00:00+01:00")  # a day before its fifth year is over; what is a month older has gone
        found.check(wait(lambda: story.left("2026-02-01") == 0), "January is gone")
        quiet(one)
        found.same((check(one)[0], story.left("2026-03-01") > 0), (0, True), "February is there, and all is whole")
        retirement = "SELECT id FROM record WHERE kind = 'log.retire' ORDER BY octet_length(sealed) DESC LIMIT 1"
        back = "id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed, organisation_id, class, rule"
        each(story, {
            "a day before its time": (f"DELETE FROM record WHERE id = '{young}'", "there is no record that it commits to"),
            "all of February": ("DELETE FROM record WHERE at < '2026-03-01' AND kind <> 'log.retire'", "there is no record"),
            "a retirement taken away": (f"DELETE FROM record WHERE id = ({retirement})", "there is no record that it commits to"),
            "a retirement that is bent": (f"UPDATE record SET sealed = set_byte(sealed, 70, get_byte(sealed, 70) # 1) WHERE id = ({retirement})", "does not open"),
            "a retirement of other words": (
                f"DELETE FROM record WHERE id = '{young}'; INSERT INTO record ({back}) SELECT gen_random_uuid(), family_id, at, boot_id, counter + 9000, kind,"
                f" outcome, emergency, actor_id, sealed, organisation_id, class, rule FROM record WHERE id = ({retirement})", "does not open"),
            "another record called one": (f"UPDATE record SET kind = 'log.retire' WHERE id = '{young}'", "not what leaf"),
            "an earlier retirement": (f"UPDATE record SET at = at - interval '1 year' WHERE id = ({retirement})", "not what leaf"),
            "a retired record put back": (f"INSERT INTO record SELECT * FROM json_populate_record(NULL::public.record, '{once}')", "its record is there again"),
        }, 9)
        one.sql("kring", f"UPDATE record SET at = at - interval '1 year' WHERE id = '{young}'")  # the server is to take it for old
        story.at("2031-02-20T11:00:00+01:00")
        found.check(wait(lambda: story.service_log("retirer.not_as_committed")), "the server saw it")
        quiet(one)
        found.same(one.sql("kring", f"SELECT count(*) FROM record WHERE id = '{young}'"), "1", "and left it where it is")
        found.check("not what leaf" in check(one)[1], "named")
        one.sql("kring", f"UPDATE record SET at = at + interval '1 year' WHERE id = '{young}'")
        found.same(check(one)[0], 0, "whole again")
        found.close(6)


MANY = 900  # looks, so that a family needs several batches


def fill(story, client):
    for _ in range(MANY):
        client.get(story.path + "/people").must(200)


@test("retention: a sweep takes bounded batches, each with its record; killed in the middle it goes on, and nothing is unaccounted for (R-65)")
def _(world):
    with Kept(world, "retire-killed") as story:
        one, found = story.instance, Findings()
        fill(story, story.client("leen"))
        quiet(one)
        before = story.left("2027-01-01")
        found.check(before > MANY, before)
        one.stop()
        one.clock = "2032-01-20T12:00:00+01:00"
        one.launch()
        kills, seen = 0, set()
        until = time.monotonic() + 60
        while time.monotonic() < until and kills < 3:
            try:
                left = story.left("2027-01-01")
            except Exception:  # the database is not there yet
                time.sleep(0.02)
                continue
            if left < before and left not in seen:
                seen.add(left)
                kills += bool(one.kill_server())
            if left == 0:
                break
        one.await_ready()
        found.check(kills >= 1, "killed", kills)
        found.check(wait(lambda: story.left("2027-01-01") == 0, 60), "it goes on by itself")
        quiet(one)
        code, said = check(one)
        found.same(code, 0, said)
        found.check(f" {before + 1} retired" in said, "and that the server stopped", before, said)
        found.check(story.retired() >= before / 256, "each batch has its record", story.retired())
        largest = one.sql("kring", "SELECT max(octet_length(sealed)) FROM record WHERE kind = 'log.retire'")
        found.check(int(largest) < 64 + 12 * 256 + 512, "and is bounded", largest)
        found.close(6)
        return f"{before} records, {kills} kills"


@test("retention: a legal hold keeps the log too; an erased plan's log lives its years, and then its key goes (R-65, R-81, R-82)")
def _(world):
    with Kept(world, "retire-erased") as story:
        one, found, family, path = story.instance, Findings(), story.family.ids["id"], story.path
        leen, sofie, auditor = (story.client(r) for r in ("leen", "sofie", "auditor"))
        turn(leen, path, "closing").must(201), turn(sofie, path, "closed").must(201)
        end = moment(state(leen, path)["kept_until"])
        mine = f"SELECT count(*) FROM record WHERE family_id = '{family}'"
        key = f"SELECT count(*) FROM audit_key WHERE family_id = '{family}'"
        story.at((end + timedelta(days=1)).isoformat())
        found.check(wait(lambda: one.sql("kring", "SELECT count(*) FROM erasure_done") == "1"), "the plan is erased")
        auditor = story.client("auditor")
        auditor.get(path + "/log").must(200)
        found.same((one.sql("kring_keys", key), one.sql("kring_keys", "SELECT count(*) FROM log_end")), ("1", "1"), "its log's key stays")
        count = int(one.sql("kring", mine))
        held = f"INSERT INTO plan_event (family_id, id, kind, at, retention_until, recorded_at, reason) VALUES ('{family}', gen_random_uuid(), " \
               f"'hold_erasure', '{end}', '2040-01-01', '{end}', 'court_case')"
        one.sql("kring", held)
        story.at(f"{end.year + 6}-06-01T12:00:00+02:00")
        time.sleep(4)
        found.same(int(one.sql("kring", mine)), count, "a hold keeps all of it")
        one.sql("kring", "DELETE FROM plan_event WHERE kind = 'hold_erasure'")
        story.at(f"{end.year + 6}-06-02T12:00:00+02:00")
        found.check(wait(lambda: one.sql("kring", mine) == "0"), "then it goes")
        found.check(wait(lambda: one.sql("kring", "SELECT count(*) FROM record WHERE kind = 'log.end'") == "1"), "its end is on the log")
        replies = {ref: story.client(ref).get(path + "/plan") for ref in ("leen", "auditor")}
        nowhere = story.client("leen").get("/v1/families/00000000-0000-4000-8000-000000000001/plan")
        found.same({r.status for r in replies.values()}, {404}, "the family is not there")
        found.same(replies["leen"].body.replace(family.encode(), b""),
                   nowhere.body.replace(b"00000000-0000-4000-8000-000000000001", b""), "as one that never was")
        found.same(story.client("leen").get("/v1/families").must(200).json()["families"], [], "nor in her list")
        found.same(one.sql("kring", mine), "0", "and no new record is made under its key")
        story.at(f"{end.year + 6}-06-03T12:00:00+02:00")
        time.sleep(4)
        found.same(one.sql("kring_keys", key), "1", "the demonstration's clock does not open the keys' wall")
        one.sql("kring_keys", "UPDATE log_end SET noted_at = noted_at - interval '6 years'")
        story.at(f"{end.year + 6}-06-04T12:00:00+02:00")
        found.check(wait(lambda: one.sql("kring_keys", key) == "0"), "five years by the clock of the keys: gone")
        found.same(one.sql("kring_keys", "SELECT count(*) FROM audit_key"), "1", "the service's stays")
        quiet(one)
        code, said = check(one)
        found.same(code, 0, said)
        code, out, err = replay(one)
        found.check(code == 0, "nothing left to judge", out, err)
        found.same(story.client("leen").get("/v1/families").status, 200, "and it serves")
        found.close(15)
