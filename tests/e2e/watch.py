"""Watching (R-66): a look at what nobody is to touch is an alarm within a second; signs are raised once, whichever server counts, and after
a kill; the officer alone finds that there are signs; and a decoy answers as anything else does."""
import json
import os
import subprocess
import time
import types
import uuid

from client import Client
from harness import Findings, expect, same, test
from instance import QUICK, Instance, as_user, build, end_with_us, free_port
from world import BE, RACES

HOUR, LEFT = 4, 3
# What its own environment, arguments and open files are stands beside each line that the program was given.
PROGRAM = """#!/bin/sh
read -r line
printf '%s|%s|%s|%s\\n' "$line" "$#" "$(tr '\\0' ' ' </proc/self/environ)" "$(ls /proc/$$/fd | tr '\\n' ' ')" >>{place}/told
case $line in left_again*) exit 3;; esac
"""


class Watching:
    def __init__(self, world):
        self.world, self.folder = world, world.folder("watching")
        self.folder.chmod(0o777)
        program = self.folder / "program"
        program.write_text(PROGRAM.format(place=self.folder))
        program.chmod(0o755)
        settings = {**QUICK, "watch_families_hour": HOUR, "watch_left": LEFT, "alarm_command": str(program), "helper_idle": 120, "auditor_idle": 120}
        self.one = Instance(world.place, "watched", [BE, world.copy_of(BE, RACES)], settings=settings).start()
        self.family = self.one.family("demo-vlaanderen")
        self.path = f"/v1/families/{self.family['id']}"
        self.clients = {}

    def client(self, ref, family=None):
        if (ref, family) not in self.clients:
            self.clients[ref, family] = Client(self.one, self.world.watch, ref, family).log_in()
        return self.clients[ref, family]

    def account_of(self, client):
        return client.get("/v1/account").must(200).json()["id"]

    def alarms(self, sign, account=None):
        where = f"sign = '{sign}'" + (f" AND account_id = '{account}'" if account else "")
        return int(self.one.sql("kring", f"SELECT count(*) FROM alarm WHERE {where}"))

    def await_alarm(self, sign, account, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.alarms(sign, account):
                return True
            time.sleep(0.01)
        return False

    def quiet(self):
        """Everything that was looked at has been counted."""
        for _ in range(200):
            if self.one.sql("kring", "SELECT count(*) FROM look WHERE NOT examined") == "0":
                return
            time.sleep(0.05)
        expect(False, "looks are still waiting")

    def decoy(self, *words):
        command = [self.one.data / "kringd", "--config", self.one.data / "kringd.conf", "decoy", *words]
        return subprocess.run(as_user("kring", *map(str, command)), capture_output=True, text=True, timeout=60)

    def told(self):
        file = self.folder / "told"
        return [line.split("|") for line in file.read_text().splitlines()] if file.exists() else []


def watching(world):
    if not getattr(world, "watching", None):
        world.watching = Watching(world)
    return world.watching


def answers(w):
    """What everybody gets of that family, but for what tells of the asking itself."""
    found, until = {}, w.until
    for ref in ("leen", "karim", "noor", "bram", "els", "sofie", "operator", "auditor"):
        client = w.client(ref, "demo-vlaanderen") if ref not in ("operator", "auditor") else w.client(ref)
        for noun in ("", "/plan", "/people", "/households", "/team", "/grants", "/requests", "/tasks", "/notices", "/emergencies",
                     "/safeguards", "/restrictions", "/erasures", "/ending", f"/log?until={until}"):
            found[ref, noun] = client.get(w.path + noun).bare()
        found[ref, "families"] = client.get("/v1/families").bare()
    return found


@test("watch: a decoy family answers everybody as it did, byte for byte; a look at it is an alarm within a second, once (R-66, T3)")
def _(world):
    w, found = watching(world), Findings()
    w.until = w.client("auditor").get("/v1/log?limit=1").must(200).json()["records"][0]["at"]
    before = answers(w)
    same(w.decoy("family", str(uuid.uuid4())).returncode, 65, "no such family")
    same(w.decoy("house", w.family["id"]).returncode, 64, "no such thing")
    done = w.decoy("family", w.family["id"])
    same((done.returncode, done.stdout), (0, ""), "marked", done.stderr)
    expect(w.family["id"] not in w.one.sql("kring", "SELECT encode(mark, 'hex') FROM decoy"), "the mark names nothing")
    w.quiet(), time.sleep(0.5)
    after = answers(w)
    for key, reply in before.items():
        found.same(after[key], reply, *key)
    found.check(len(before) > 100, "answers")
    tom = Client(w.one, world.watch, "tom", "demo-vlaanderen").log_in()
    w.quiet()
    reply = tom.get(w.path + "/plan").must(200)
    found.check(w.await_alarm("decoy_family", w.account_of(tom), reply.ended + 1 - time.monotonic()), "within a second of the answer")
    tom.get(w.path + "/plan"), tom.get(w.path + "/people")
    w.quiet()
    found.same(w.alarms("decoy_family", w.account_of(tom)), 1, "once")
    found.check(not any("decoy" in r["kind"] for r in w.client("auditor").log(w.path)), "the family's own log says nothing of it")
    marked = w.client("auditor").get("/v1/log?kind=decoy.mark").must(200).json()["records"]
    found.same([(r["outcome"], r["family"].strip("0-")) for r in marked], [("done", "")], "the service's does")
    found.same(w.one.sql("kring", f"SELECT count(*) FROM alarm WHERE account_id = '{w.account_of(w.client('auditor'))}'"), "0", "the officer may look")
    found.close(100)
    return f"{len(before)} answers alike"


@test("watch: the institution's program gets the sign's name and id on its standard input and nothing else; that it failed is logged")
def _(world):
    w, found = watching(world), Findings()
    for _ in range(100):
        if w.told():
            break
        time.sleep(0.05)
    ids = w.one.sql("kring", "SELECT sign || ' ' || id FROM alarm WHERE severe").split("\n")
    told = w.told()
    found.check(told and all(line in ids for line, *_ in told), "each is a sign", told, ids)
    found.same(len({line for line, *_ in told}), len(told), "each once")
    for _, arguments, environment, files in told:
        found.same(arguments, "0", "arguments")
        found.check(set(v.split("=")[0] for v in environment.split()) <= {"PATH", "PWD", "OLDPWD", "_", "SHLVL"}, "environment", environment)
        found.check(set(files.split()) <= {"0", "1", "2", "3", "10"}, "open files: its own, and the script", files)
    log = (w.one.data / "log/kringd.log").read_text()
    found.check('"level":"error","event":"watch.alarm","sign":"decoy_family","id":"' in log, "a line for the operator's monitoring")
    found.check(w.family["id"] not in "".join(line for line in log.splitlines() if "watch." in line), "which names no family")
    found.close(5)
    return f"{len(told)} signs told"


@test("watch: so many families in an hour are one alarm and one less is none, over two servers; and whoever asked finds no trace")
def _(world):
    w, found = watching(world), Findings()
    port = free_port()
    command = [w.one.data / "kringd", "--config", w.one.data / "kringd.conf", "--port", str(port), "serve"]
    second = subprocess.Popen(as_user("kring", *map(str, command)), stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, preexec_fn=end_with_us)
    try:
        here = Client(w.one, world.watch, "lotte", "demo-vlaanderen").log_in()
        there = here.twin()
        there.instance = types.SimpleNamespace(port=port, demo=w.one.demo)
        for _ in range(200):
            try:
                there.get("/v1/account").must(200)
                break
            except OSError:
                there.close(), time.sleep(0.05)
        account = w.account_of(here)
        stranger = [str(uuid.uuid4()) for _ in range(HOUR)]
        for i, family in enumerate(stranger[:-1]):
            for client in (here, there) if i % 2 else (there, here):
                found.same(client.get(f"/v1/families/{family}/plan").status, 404, "no family")
        w.quiet(), time.sleep(1)
        found.same(w.alarms("families_hour", account), 0, "one less")
        for _ in range(3):
            here.get(f"/v1/families/{stranger[-1]}/plan"), there.get(f"/v1/families/{stranger[-1]}/people")
        found.check(w.await_alarm("families_hour", account, 2), "so many")
        for _ in range(3):
            there.get(f"/v1/families/{uuid.uuid4()}/plan"), here.get(f"/v1/families/{uuid.uuid4()}/plan")
        w.quiet(), time.sleep(0.5)
        found.same(w.alarms("families_hour", account), 1, "once")
        a_real, none = here.get(f"/v1/families/{w.one.family(RACES)['id']}/plan"), here.get(f"/v1/families/{uuid.uuid4()}/plan")
        found.same(a_real.bare(), none.bare(), "a foreign one and none")
    finally:
        second.terminate()
        second.wait(30)
    found.close(10)


@test("watch: whoever looks after his place has ended is listed, and an alarm from so many tries on; a plan that rests sent nobody away")
def _(world):
    w, found = watching(world), Findings()
    family = w.one.family(RACES)
    path, bram = f"/v1/families/{family['id']}", Client(w.one, world.watch, "bram", RACES).log_in()
    helper, account = family["helpers"]["bram"], w.account_of(bram)
    bram.get(path + "/plan").must(200)
    w.quiet()
    found.same((w.alarms("left", account), w.alarms("left_again", account)), (0, 0), "while he is there")
    w.one.sql("kring", f"UPDATE place SET valid_until = valid_from + interval '1 second' WHERE family_id = '{family['id']}' AND helper_id = '{helper}';"
              f"UPDATE family SET version = version + 1 WHERE id = '{family['id']}'")
    for i in range(LEFT - 1):
        bram.get(path + ("/plan", "/people")[i % 2])
    w.quiet(), time.sleep(0.6)
    found.same((w.alarms("left", account), w.alarms("left_again", account)), (1, 0), "one try less")
    bram.get(path + "/team")
    found.check(w.await_alarm("left_again", account, 2), "that many")
    bram.get(path + "/plan")
    w.quiet(), time.sleep(0.6)
    found.same((w.alarms("left", account), w.alarms("left_again", account)), (1, 1), "once")
    log = (w.one.data / "log/kringd.log").read_text()
    found.check('"event":"watch.alarm_command_failed"' in log, "its program ended with 3")
    found.close(5)


@test("watch: a log-in as a decoy account is an alarm, whether the password is right or not, and answers as any other does")
def _(world):
    w, found = watching(world), Findings()
    row, mine = w.one.account("wim", "demo-vlaanderen"), Client(w.one, world.watch, "wim", "demo-vlaanderen")
    account = w.account_of(mine.log_in())
    w.quiet()
    same(w.decoy("account", account).returncode, 0, "marked")
    time.sleep(1)

    def attempt(login, password):
        return w.client("leen", "demo-vlaanderen").ask("POST", "/v1/session", {"login": login, "password": password}, token=False)

    wrong, unknown = attempt(row["login"], "zeker niet dit"), attempt("niemand-" + str(uuid.uuid4())[:8], "zeker niet dit")
    found.same(wrong.bare(), unknown.bare(), "one answer")
    found.check(w.await_alarm("decoy_account", account, wrong.ended + 1 - time.monotonic()), "within a second")
    found.same(attempt(row["login"], row["password"]).status, 201, "it opens as it did")
    w.quiet()
    found.same(w.alarms("decoy_account", account), 1, "once an hour")
    found.close(3)


@test("watch: what was looked at before a kill -9 is counted after it, once")
def _(world):
    w = watching(world)
    noor = Client(w.one, world.watch, "noor", "demo-vlaanderen").log_in()
    account = w.account_of(noor)
    w.quiet()
    w.one.sql("kring", f"DELETE FROM alarm WHERE account_id = '{account}'; DELETE FROM look WHERE account_id = '{account}'")
    noor.twin().log_in().get(w.path + "/plan").must(200)
    w.one.kill_server()
    expect(w.await_alarm("decoy_family", account, 30), "the next server counts it")
    w.quiet()
    same(w.alarms("decoy_family", account), 1, "once")


@test("watch: whose data an account was shown is computed from the log: each entry that it got, and nothing else (R-93)")
def _(world):
    w, found = watching(world), Findings()
    home, kring = w.folder / "home", build() / "clients/cli/kring"
    home.mkdir(exist_ok=True)

    def run(*arguments):
        done = subprocess.run([kring, *arguments], capture_output=True, text=True, timeout=60, env={"HOME": str(home), "PATH": os.environ["PATH"]})
        same(done.returncode, 0, arguments, done.stderr)
        return done.stdout

    run("login", "--demo", str(w.one.data / "demo.json"), "auditor")
    lotte, since = Client(w.one, world.watch, "lotte", "demo-vlaanderen").log_in(), w.client("auditor").get("/v1/log?limit=1").json()["records"][0]["at"]
    plan = lotte.plan(w.path)
    lotte.plan(w.path), w.client("leen", "demo-vlaanderen").plan(w.path)
    rows = [json.loads(line) for line in run("--json", "log", "affected", "--account", w.account_of(lotte), "--from", since).splitlines()]
    got = {(w.family["id"], about, e["field"], e["id"], w.account_of(lotte), 2) for e in plan for about in e["about"]}
    found.same({tuple(r[k] for k in ("family", "about", "field", "entry", "account", "looks")) for r in rows}, got, "what lotte was shown")
    found.check(len(got) >= 2 and all(e["text"] not in json.dumps(rows) for e in plan if len(e.get("text", "")) > 10), "no value")
    csv = run("log", "affected", "--account", w.account_of(lotte), "--from", since).splitlines()
    found.same(len(csv), len(rows) + 1, "the same as CSV")
    found.same(run("log", "affected", "--account", str(uuid.uuid4())).splitlines(), [csv[0]], "an account that saw nothing")
    text = run("watch", "--open")
    found.check("Opened a plan that nobody is to open." in text and w.family["id"] in text, "kring watch", text[:300])
    found.close(5)
    return f"{len(rows)} rows"


@test("watch: the officer finds the signs by period, with ids and no name, and says once what became of each; nobody else finds them (R-66)")
def _(world):
    w, found = watching(world), Findings()
    w.clients.clear(), w.quiet()
    auditor = w.client("auditor")
    signs = auditor.get("/v1/signs").must(200).json()["signs"]
    found.same(sorted(s["id"] for s in signs), sorted(w.one.sql("kring", "SELECT id FROM alarm").split()), "all of them")
    found.same([s["at"] for s in signs], sorted((s["at"] for s in signs), reverse=True), "newest first")
    pages, cursor = [], ""
    while True:
        page = auditor.get(f"/v1/signs?limit=2{cursor}").must(200).json()
        pages += page["signs"]
        if "next" not in page:
            break
        cursor = "&cursor=" + page["next"]
    found.same(pages, signs, "pages")
    found.same(auditor.get(f"/v1/signs?from={signs[0]['at']}").json()["signs"][0]["id"], signs[0]["id"], "from")
    found.check(signs[0]["id"] not in [s["id"] for s in auditor.get(f"/v1/signs?until={signs[0]['at']}").json()["signs"]], "until")
    one = signs[0]["id"]
    auditor.post(f"/v1/signs/{one}/review", {"outcome": "explained"}).must(204)
    found.same(auditor.post(f"/v1/signs/{one}/review", {"outcome": "mistaken"}).problem(), "forbidden", "a second word")
    found.same(auditor.post(f"/v1/signs/{uuid.uuid4()}/review", {"outcome": "mistaken"}).problem(), "forbidden", "no such sign")
    found.check(one not in [s["id"] for s in auditor.get("/v1/signs?open=yes").json()["signs"]], "no longer open")
    after = next(s for s in auditor.get("/v1/signs").json()["signs"] if s["id"] == one)
    found.same((after["outcome"], after["reviewed_by"]), ("explained", w.account_of(auditor)), "what became of it")
    kinds = [r["kind"] + " " + r["outcome"] for r in auditor.get("/v1/log?family=00000000-0000-0000-0000-000000000000").json()["records"]]
    for kind in ("sign.list done", "sign.review done", "sign.review refused"):
        found.check(kind in kinds, "each look at the signs is on the log", kind)
    for ref in ("leen", "bram", "sofie", "operator"):
        client = Client(w.one, world.watch, ref, "demo-vlaanderen" if ref != "operator" else None).log_in()
        hidden = [client.get("/v1/signs"), client.get("/v1/log"), client.post(f"/v1/signs/{one}/review", {"outcome": "mistaken"}),
                  client.post(f"/v1/signs/{uuid.uuid4()}/review", {"outcome": "mistaken"}), client.get(f"/v1/families/{uuid.uuid4()}")]
        found.same([r.status for r in hidden], [404] * 5, ref)
        found.same(len({repr(r.bare()) for r in hidden}), 1, ref, "one answer", [r.bare() for r in hidden])
    found.close(20)
    w.one.wipe()
    world.watching = None
    return f"{len(signs)} signs"
