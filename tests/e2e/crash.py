"""Killed at random moments under load, again and again: what left the server has its record, what was acknowledged is
there, and it comes back by itself. Then the whole folder is searched for the words that were planted in the family.
"""
import base64
import collections
import http.client
import json
import random
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import threading
import time
import uuid

from client import Client
from harness import Findings, expect, test
from instance import QUICK, Instance
from sharing import terms
from world import BE

BROKEN = (http.client.HTTPException, ConnectionError, ssl.SSLError, TimeoutError, OSError)
READERS = ["els", "bram", "leen", "noor", "karim", "sofie"]


# ---- a family with planted words ----


class Words:
    """Words that are in no dictionary and in no program."""

    def __init__(self):
        self.made = []

    def new(self):
        letters = "bcdfghjklmnpqrstvwxz"
        self.made.append("q" + "".join(secrets.choice(letters) for _ in range(11)))
        return self.made[-1]

    def plant(self, owner, name, count=3, first=False):
        """Into a text that stays what it means; as the first word too, since a call name is one."""
        if not owner.get(name):
            return
        more = " ".join(self.new() for _ in range(count))
        owner[name] = f"{more} {owner[name]}" if first else f"{owner[name]} {more}"


def planted(data, words):
    for name in ("notice", "municipality"):
        words.plant(data, name)
    for m in data["members"]:
        words.plant(m, "name", first=True), words.plant(m, "role"), words.plant(m, "note")
    for h in data["households"]:
        words.plant(h, "label"), words.plant(h, "address")
    for a in data["authority"]:
        words.plant(a, "form"), words.plant(a, "evidence"), words.plant(a, "conflict_about")
    for c in data["capacity"]:
        words.plant(c, "basis")
    for t in data["team"]:
        words.plant(t, "name"), words.plant(t, "role"), words.plant(t, "org"), words.plant(t, "internal_disclosure")
        t.setdefault("listed", "")
        if t["id"] in ("lotte", "amina"):
            t["listed"] = "een hulpverlener"
            words.plant(t, "listed")
        if not t["listed"]:
            del t["listed"]
    for name in ("name", "relation"):
        words.plant(data["trusted_person"], name)
    for e in data["entries"]:
        words.plant(e, "text", 5, first=True)
        if " " in e["by"] and "(" not in e["by"] and ", " not in e["by"]:
            words.plant(e, "by")
    renamed = {}
    for c in data["consents"]:
        words.plant(c, "purpose"), words.plant(c, "note"), words.plant(c, "protective")
        for r in c.get("refused", []):
            words.plant(r, "result")
        renamed[c["id"]] = words.new()
        c["id"] = renamed[c["id"]]
    for e in data["events"]:
        for name in ("text", "reason", "notify", "outcome"):
            words.plant(e, name)
        if e["type"] == "withdrawal":
            e["consent"] = renamed[e["consent"]]
        if "review" in e:
            words.plant(e["review"], "follow_up")
    data["blocked_persons"] = [
        {
            "id": "buur",
            "name": words.new() + " " + words.new(),
            "relation": words.new(),
            "protects": ["noor"],
            "basis": words.new(),
            "until": "2026-12-31",
        }
    ]
    data["id"] = words.new()


def instance_of(world):
    if not hasattr(world, "crash"):
        words = Words()
        path = world.copy_of(BE, "planted", lambda data: planted(data, words))
        world.crash, world.words = Instance(world.place, "crash", [path], settings=QUICK).start(), words
        world.planted_file = path
    return world.crash


# ---- load, and what was seen of it ----


class Load:
    """Readers and writers who stop for nothing. For a long run: `rest` seconds after each answer, no more than `most` texts, and only some
    readers, since each look is kept with all that it showed."""

    def __init__(self, world, instance, rest=0, most=None, readers=READERS):
        self.instance, self.watch, self.words, self.rest, self.most = instance, world.watch, world.words, rest, most
        self.path = "/v1/families/" + instance.family()["id"]
        self.stop = False
        self.seen, self.partial, self.written, self.faults, self.answered = collections.Counter(), [], {}, [], 0
        self.lock = threading.Lock()
        clients = [Client(instance, world.watch, ref).log_in() for ref in readers]
        self.writer = Client(instance, world.watch, "leen").log_in()
        self.threads = [
            threading.Thread(target=self.run, args=(c, self.read), daemon=True) for c in clients for _ in (0,)
        ]
        self.threads += [
            threading.Thread(target=self.run, args=(self.writer.twin(), self.write), daemon=True) for _ in range(2)
        ]
        for t in self.threads:
            t.start()

    def run(self, client, step):
        client.retries = False
        while not self.stop:
            try:
                step(client)
            except http.client.IncompleteRead as cut:
                with self.lock:
                    self.partial.append((client.ref, bytes(cut.partial)))
                client.close()
            except BROKEN:
                client.close()
                time.sleep(0.01)
            except Exception as why:
                self.faults.append(repr(why))
                return

    def read(self, client):
        reply = client.get(self.path + "/plan")
        if reply.status == 503:
            time.sleep(0.02)
            return
        entries = reply.must(200).json()["entries"]
        with self.lock:
            self.answered += 1
            self.seen[client.ref, frozenset((e["id"], e["version"]) for e in entries)] += 1
        time.sleep(self.rest)

    def write(self, client):
        if self.most and len(self.written) >= self.most:
            return time.sleep(1)
        text = f"geschreven {uuid.uuid4()}"
        body = {"field": random.choice(["need_housing", "need_daily_life", "parent_view"]), "text": text}
        kind = "households" if body["field"].startswith("need") else "people"
        body["about"] = [self.instance.family()[kind]["H1" if kind == "households" else "leen"]]
        reply = client.post(self.path + "/entries", body)
        if reply.status == 503:
            time.sleep(0.02)
            return
        with self.lock:
            self.answered += 1
            self.written[reply.must(201).json()["id"]] = text
        time.sleep(0.05)  # the plan must not grow for ever

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join(60)


def await_answers(load, more, seconds=60):
    wanted, until = load.answered + more, time.monotonic() + seconds
    while load.answered < wanted:
        expect(not load.faults, load.faults[:2])
        expect(time.monotonic() < until, f"it did not come back within {seconds} s:\n{load.instance.tail()}")
        time.sleep(0.02)


def kill_and_check(world, kill, times):
    instance, found = instance_of(world), Findings()
    load, down = Load(world, instance), []
    try:
        for _ in range(times):
            await_answers(load, 20)
            time.sleep(random.random())
            expect(kill(instance), "nothing to kill")
            began = time.monotonic()
            await_answers(load, 20)
            down.append(time.monotonic() - began)
    finally:
        load.end()
    expect(not load.faults, load.faults[:3])
    check_records(world, instance, load, found)
    found.close(30)
    return f"{times} kills, {sum(load.seen.values())} reads, {len(load.written)} writes, {len(load.partial)} cut answers; back within {max(down):.1f} s"


def check_records(world, instance, load, found):
    """Every answer has a record of its own, by that reader, of exactly these entries; every acknowledged write is
    there."""
    auditor = Client(instance, world.watch, "auditor").log_in()
    records, one_of = collections.Counter(), collections.defaultdict(set)
    refs = {v: k for kind in ("people", "helpers") for k, v in instance.family()[kind].items()}
    for r in auditor.lines(load.path):
        if r["kind"] == "plan.read" and r["outcome"] == "done" and r["actor"].get("id") in refs:
            items = frozenset((i["entry"], i["version"]) for i in r["items"])
            records[refs[r["actor"]["id"]], items] += 1
            one_of[refs[r["actor"]["id"]]].add(items)
    for (ref, entries), times in load.seen.items():
        found.check(
            records[ref, entries] >= times,
            f"{ref} got {len(entries)} entries {times} times, and the log has {records[ref, entries]}",
        )
    for ref, piece in load.partial:
        ids = set(re.findall(rb'"id":"([0-9a-f-]{36})","field"', piece))
        found.check(
            not ids or any(ids <= {e.encode() for e, _ in items} for items in one_of[ref]),
            f"{ref} got a part without a record",
        )
    plan = {e["id"]: e["body"]["text"] for e in Client(instance, world.watch, "leen").log_in().plan(load.path)}
    for entry, text in load.written.items():
        found.same(plan.get(entry), text, "an acknowledged write")


@test("kill -9 of the server under load: every value that left has its record, every acknowledged write is there")
def _(world):
    return kill_and_check(world, lambda i: i.kill_server(), world.options.kills)


@test("kill -9 of PostgreSQL under load: the same")
def _(world):
    return kill_and_check(world, lambda i: i.kill_postgres(), world.options.postgres_kills)


@test("SIGTERM of the server under load: it drains, no answer is cut, and it comes back")
def _(world):
    instance = instance_of(world)
    load = Load(world, instance)
    try:
        for _ in range(2):
            await_answers(load, 50)
            instance.kill_server(signal.SIGTERM)
            await_answers(load, 50)
    finally:
        load.end()
    expect(not load.faults, load.faults[:3])
    expect(not load.partial, f"{len(load.partial)} answers were cut")


# ---- the search ----


def plant_by_requests(world, instance, words):
    """Words in everything that a request can bear."""
    family, path = instance.family(), "/v1/families/" + instance.family()["id"]
    leen, stranger = Client(instance, world.watch, "leen").log_in(), Client(instance, world.watch)
    for n in range(10):
        made = leen.post(
            path + "/entries",
            {"field": "parent_view", "about": [family["people"]["leen"]], "text": words.new()},
            words.new() + words.new(),
        ).must(201)
        leen.ask(
            "PUT",
            made.header("Location"),
            {"text": words.new(), "reason": words.new()},
            headers={"If-Match": made.header("ETag")},
        ).must(200)
        leen.ask("DELETE", made.header("Location"), headers={"If-Match": f'"{words.new()}"'}).must(412)
    leen.post(
        path + "/grants",
        {
            "about": [family["people"]["leen"]],
            "recipient": family["helpers"]["bram"],
            "fields": ["need_parenting"],
            "purpose": words.new(),
            "until": "2026-06-30T00:00:00Z",
            **terms(),
        },
    ).must(201)
    for n in range(4):
        stranger.ask("POST", "/v1/session", {"login": words.new(), "password": words.new()}).must(401)
    leen.ask(
        "POST", "/v1/session", {"login": instance.account("leen")["login"], "password": words.new()}, token=False
    ).must(401)
    leen.get(f"{path}/plan?field={words.new()}").must(400), leen.get(f"{path}/plan?{words.new()}={words.new()}").must(
        400
    )
    leen.get(f"/v1/{words.new()}").must(404), leen.ask(words.new().upper(), path).must(405)
    leen.get(
        path,
        headers={"User-Agent": words.new(), "X-" + words.new(): words.new(), "Referer": "https://x/" + words.new()},
    ).must(200)
    leen.post(
        path + "/entries",
        ('{"' + words.new() + '": "' + words.new() + '"').encode(),
        headers={"Content-Type": "application/json"},
    ).must(400)
    leen.post(
        path + "/entries",
        {"field": "parent_view", "about": [family["people"]["leen"]], "text": words.new(), words.new(): 1},
    ).must(400)
    stranger.get("/v1/account", headers={"Authorization": "Bearer " + words.new()}).must(401)
    stranger.get("/v1/account", headers={"Cookie": "__Host-kring=" + words.new()}).must(401)
    for ref in READERS + ["amina", "lotte"]:
        client = Client(instance, world.watch, ref).log_in()
        for what in ("/people", "/households", "/team", "/plan", "/grants", "/log?limit=20"):
            client.get(path + what).must(200)


def patterns(words):
    """Each word plain, in hexadecimal, and in base64 at each of the three places where it may begin in a group."""
    for w in words:
        yield w
        yield w.encode().hex()
        yield w.encode().hex().upper()
        for shift in range(3):
            text = base64.b64encode(b"\0" * shift + w.encode()).decode().rstrip("=")
            yield text[2 if shift == 1 else 3 if shift == 2 else 0 : -2 or None][:14]


def search(world, folder, words):
    """The hits. demo.json is left out: it has the refs of the file, for whoever tests. UTF-16 is found by leaving out
    the zero bytes, since the words are ASCII."""
    listed = world.place / "patterns"
    listed.write_text("\n".join(sorted(set(patterns(words)))) + "\n")
    as_it_is = ["grep", "-raoF", "--exclude=demo.json", "-f", str(listed), str(folder)]
    without_zeros = [
        "sh",
        "-c",
        r"""find "$1" -type f ! -name demo.json -exec sh -c 'for f; do cat "$f"; echo; done' sh {} + |
        tr -d '\000' | grep -aoF -m 5 -f "$2" """,
        "sh",
        str(folder),
        str(listed),
    ]
    hits = []
    for command in (as_it_is, without_zeros):
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            check=False,
        )
        hits += [f"{folder}: {line}" for line in done.stdout.splitlines()]
    listed.unlink()
    return hits


@test("canaries: the search finds a word in each of the forms")
def _(world):
    word, folder = "qbcdfghjklmn", world.folder("control")
    raw = word.encode()
    forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]
    forms += [base64.b64encode(b"x" * n + raw + b"yz") for n in range(3)]
    missed = []
    for n, form in enumerate(forms):
        (folder / "file").write_bytes(b"\x00\xff abc " + form + b"\n more")
        missed += [] if search(world, folder, [word]) else [n]
    (folder / "file").write_bytes(b"nothing of the kind")
    nothing = search(world, folder, [word])
    shutil.rmtree(folder)
    expect(not missed and not nothing, "missed", missed, "found", nothing)


@test("canaries: 500 planted words and more are in no dump, no WAL, no table's file and no log, in any form")
def _(world):
    instance = instance_of(world)
    planted_count = len(world.words.made)
    expect(planted_count >= 500, f"only {planted_count} words")
    plant_by_requests(world, instance, world.words)
    instance.sql("postgres", "CHECKPOINT")
    dumps = world.folder("dumps")
    for database in ("kring", "kring_keys"):
        instance.dump(database, dumps / database)
    expect((dumps / "kring").stat().st_size > 100_000, "the dump is empty")
    hits = search(world, dumps, world.words.made) + search(world, instance.data, world.words.made)
    name = instance.family()["ref"]  # the terminal tells it
    for file in (instance.out, instance.err):
        shutil.copy(file, dumps)
    (dumps / "kring").unlink(), (dumps / "kring_keys").unlink()
    hits += search(world, dumps, [w for w in world.words.made if w != name])
    size = sum(f.stat().st_size for f in instance.data.rglob("*") if f.is_file())
    leen = Client(instance, world.watch, "leen").log_in().plan("/v1/families/" + instance.family()["id"])
    expect(
        any(world.words.made[200] in json.dumps(e) or "q" in e["body"]["text"] for e in leen),
        "they are not there at all",
    )
    shutil.rmtree(dumps)
    expect(not hits, *hits[:5])
    return f"{len(world.words.made)} words, {size // 2**20} MiB searched"


@test("kill -9 of everything at once leaves nothing running, and the next start has every acknowledged write")
def _(world):
    instance = instance_of(world)
    load = Load(world, instance)
    try:
        await_answers(load, 100)
        instance.process.kill()
        time.sleep(0.3)
        load.stop = True
    finally:
        load.end()
    instance.process.wait(30)
    until = time.monotonic() + 20
    while time.monotonic() < until and instance.left_behind():
        time.sleep(0.2)
    expect(not instance.left_behind(), instance.left_behind())
    instance.process = None
    instance.start()
    found = Findings()
    check_records(world, instance, load, found)
    found.close(10)
    instance.wipe()
