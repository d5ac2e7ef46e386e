"""What a superuser does to the rows behind the tree is named by kringd log check: a record changed in any column, taken away, put in,
copied to another family or given another's number; and what is put back as it was is whole again."""
import re
import subprocess
import time

from client import Client
from harness import Findings, expect, same, test
from instance import QUICK, Instance, as_user
from world import BE


def check(instance):
    """(exit code, what it said)"""
    done = subprocess.run(
        as_user("kring", instance.data / "kringd", "--config", instance.data / "kringd.conf", "log", "check"),
        capture_output=True, text=True, timeout=120,
    )
    return done.returncode, done.stdout


def quiet(instance):
    for _ in range(100):
        if instance.sql("kring", "SELECT count(*) FROM log_pending") == "0":
            return
        time.sleep(0.1)
    expect(False, "records still wait for their place")


# (what is done to the look at the plan, what is said)
CHANGES = {
    "its kind": ("UPDATE record SET kind = 'plan.seen' WHERE {}", "not what leaf"),
    "back-dated": ("UPDATE record SET at = at - interval '1 day' WHERE {}", "not what leaf"),
    "another's account": ("UPDATE record SET actor_id = (SELECT id FROM account WHERE kind = 'auditor') WHERE {}", "not what leaf"),
    "refused": ("UPDATE record SET outcome = 'refused' WHERE {}", "not what leaf"),
    "an emergency": ("UPDATE record SET emergency = NOT emergency WHERE {}", "not what leaf"),
    "a lower class": ("UPDATE record SET class = 0 WHERE {}", "not what leaf"),
    "another rule": ("UPDATE record SET rule = 'R-99' WHERE {}", "not what leaf"),
    "another organisation": ("UPDATE record SET organisation_id = NULL WHERE {}", "not what leaf"),
    "another start": ("UPDATE record SET boot_id = gen_random_uuid() WHERE {}", "waits for none"),
    "another number": ("UPDATE record SET counter = counter + 1000000 WHERE {}", "waits for none"),
    "its content": ("UPDATE record SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) WHERE {}", "does not open"),
    "shorter content": ("UPDATE record SET sealed = substr(sealed, 1, 80) WHERE {}", "does not open"),
    "another's content": (
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE kind = 'family.import') WHERE {}",
        "does not open",
    ),
    "taken away": ("DELETE FROM record WHERE {}", "there is no record"),
    "moved to the service": ("UPDATE record SET family_id = '00000000-0000-0000-0000-000000000000' WHERE {}", "does not open"),
    "put in twice": (
        "INSERT INTO record SELECT gen_random_uuid(), family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed,"
        " organisation_id, class, rule FROM record WHERE {}",
        "does not open",
    ),
    "its run": ("DELETE FROM log_run WHERE first_index = (SELECT max(first_index) FROM log_run)", "no run leads to it|the runs end"),
    "its entry": (
        "UPDATE log_tile SET hashes = set_byte(hashes, 20, get_byte(hashes, 20) # 1) WHERE level = -1 AND number = 0",
        "not what leaf",
    ),
}


@test("log check: every change behind the tree is named, and what is put back is whole")
def _(world):
    found = Findings()
    with Instance(world.place, "checked", [BE], settings=QUICK) as one:
        family = one.family()["id"]
        bram = Client(one, world.watch, "bram").log_in()
        bram.plan("/v1/families/" + family)
        quiet(one)
        code, said = check(one)
        expect(code == 0, "whole at first", said)
        look = one.sql("kring", "SELECT id FROM record WHERE kind = 'plan.read'")
        one.sql("kring", "CREATE TABLE saved_record AS SELECT * FROM record; CREATE TABLE saved_run AS SELECT * FROM log_run;"
                "CREATE TABLE saved_tile AS SELECT * FROM log_tile")
        for what, (change, wanted) in CHANGES.items():
            one.sql("kring", change.format(f"id = '{look}'"))
            code, said = check(one)
            found.check(code == 1 and re.search(wanted, said), what, code, said)
            one.sql("kring", "DELETE FROM record; INSERT INTO record SELECT * FROM saved_record; DELETE FROM log_run;"
                    "INSERT INTO log_run SELECT * FROM saved_run; DELETE FROM log_tile; INSERT INTO log_tile SELECT * FROM saved_tile")
        code, said = check(one)
        found.same((code, said.splitlines()[-1].split(", ")[-1]), (0, "0 faults"), "put back")
        one.sql("kring", "DROP TABLE saved_record, saved_run, saved_tile")
        found.same(bram.get("/v1/families/" + family + "/plan").status, 200, "and it goes on")
    found.close(len(CHANGES))
    return f"{len(CHANGES)} changes"


@test("log check: the log says with which settings and schema a server began, and the auditor what was changed; nothing if nothing was")
def _(world):
    found = Findings()
    with Instance(world.place, "settled", [BE], settings=QUICK) as one:

        def changes(kind):
            client = Client(one, world.watch, "auditor").log_in()
            rows = client.get("/v1/log?limit=500&kind=" + kind).must(200).json()["records"]
            found.check(all(r["family"] == "00000000-0000-0000-0000-000000000000" for r in rows), kind, "is the service's")
            mine = [[c for c in r["changes"] if "_db = host=" not in c] for r in rows]  # the demo's socket moves with each start
            return [c for c in mine if c]

        schema = one.sql("kring", "SELECT max(version) FROM schema_version")
        found.same(changes("schema.migrate"), [["+schema " + schema]], "the first start")
        first = changes("settings.change")
        found.check(len(first) == 1 and {"+person_idle = 720", "+demo = yes"} <= set(first[0]), "all settings", first)
        found.check(not any("password" in line for line in first[0]), "no secret", first)
        same(one.stop(), 0, "exit code")
        one.start()
        found.same(len(changes("settings.change")), 1, "the same settings")
        same(one.stop(), 0, "exit code")
        one.write_script({**QUICK, "person_idle": 600}, False, {})
        one.start()
        found.same(changes("settings.change")[0], ["-person_idle = 720", "+person_idle = 600"], "the newest")
        found.same(len(changes("schema.migrate")), 1, "the same schema")
        quiet(one)
        one.sql("kring", "UPDATE record SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) WHERE kind = 'schema.migrate'")
        rows = Client(one, world.watch, "auditor").log_in().get("/v1/log?kind=schema.migrate").must(200).json()["records"]
        found.same([("changes" in r) for r in rows], [False], "one that does not open")
        found.same(check(one)[0], 1, "and is named")
    found.close(9)
