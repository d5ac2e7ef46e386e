"""The log that nobody can bend: what two verifiers that share no line say of a living one, and of one that somebody with the whole
database, and even with its key, has bent."""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from client import Client, open_tls, read_replies
from harness import Findings, Failure, expect, same, test
from instance import QUICK, ROOT, Instance, build
from world import BE

sys.path[:0] = [str(ROOT / "tests/log"), str(ROOT / "tests/fhir")]
import balp  # noqa: E402
import hammer  # noqa: E402
from hammer import build_verifier  # noqa: E402
from logs import Key, Log, disclosed, note, root_of, tiles_of, write  # noqa: E402


KINDS = "3f0b8a52-6c1e-4d0a-9a44-5d1f7d2c8e61"  # of our kinds of record, as a code system


class Auditing:
    """An instance of its own, the two verifiers, and a folder for copies."""

    def __init__(self, world):
        self.world, self.place = world, world.folder("auditing")
        self.instance = Instance(world.place, "audit", [BE], settings=QUICK).start()
        world.audit = self.instance
        self.path = "/v1/families/" + self.instance.family()["id"]
        self.log = self.instance.demo["log"]
        self.go = build_verifier(self.place)
        self.clients = {}
        for ref in ("leen", "els", "auditor"):
            self.client(ref).get(self.path + "/plan")

    def client(self, ref):
        if ref not in self.clients:
            self.clients[ref] = Client(self.instance, self.world.watch, ref).log_in()
        return self.clients[ref]

    def kring(self, *arguments, home="auditing"):
        done = subprocess.run(
            [build() / "clients/cli/kring", *map(str, arguments)], capture_output=True, check=False, timeout=120,
            env={"HOME": str(self.world.folder(f"home-{home}")), "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"})
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def verify(self, *arguments, code=0, says="", home="auditing"):
        got, out, err = self.kring("log", "verify", *arguments, home=home)
        expect(got == code and says in (out if code <= 1 else err), f"kring log verify {arguments}: exit {got}, wanted {code} and {says!r}\n{out}{err}")
        return out

    def verify_live(self, **more):
        """With no memory of an earlier look: what is wrong must be wrong in itself."""
        shutil.rmtree(self.world.folder("home-fresh"), ignore_errors=True)
        return self.verify("--demo", self.instance.data / "demo.json", home="fresh", **more)

    def verifier(self, *arguments, code=0):
        done = subprocess.run([self.go, "-key", self.log["vkey"], *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120)
        expect(done.returncode == code, f"the Go verifier {arguments}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}")
        return done.stdout

    def live(self):
        return "-url", self.log["url"], "-ca", self.instance.demo["ca"]

    def settle(self):
        """All that stands is in the tree, and the tree is published."""
        for _ in range(200):
            row = self.instance.sql("kring", "SELECT (SELECT count(*) FROM log_pending), size = note_size, size FROM log_head").split("|")
            if row[:2] == ["0", "t"]:
                return int(row[2])
            time.sleep(0.1)
        raise Failure(f"the log does not settle: {row}")

    def mirror(self, name="mirror"):
        self.settle()
        shutil.rmtree(self.place / name, ignore_errors=True)
        self.verify("--demo", self.instance.data / "demo.json", "--mirror", self.place / name, "--checkpoint", self.place / f"{name}.seen")
        return self.place / name

    def key(self):
        return Key((self.instance.data / "signer/origin").read_text(), (self.instance.data / "signer/key").read_bytes())


def auditing(world):
    if not hasattr(world, "auditing"):
        world.auditing = Auditing(world)
    return world.auditing


# ---- as it should be ----


@test("audit: after some looks two verifiers find the log whole, and every line of every reader in it")
def _(world):
    a, found = auditing(world), Findings()
    demo, family = a.instance.data / "demo.json", a.instance.family()["id"]
    size = a.settle()
    a.verify("--demo", demo, says=f"the log is whole, with {size} records")
    a.verifier(*a.live(), "-save", a.place / "seen")
    for ref in ("leen", "els", "auditor"):
        home = f"audit-{ref}"
        a.kring("login", "--demo", demo, ref, home=home)
        a.client(ref).get(a.path + "/log?limit=1").must(200), a.settle()
        told = json.loads(a.verify("--json", *(["--family", family] if ref == "auditor" else []), home=home))
        found.check(told["ok"] and told["proven"] > 0, ref, told)
        a.settle()
        kept = a.place / f"{ref}.ndjson"
        code, out, err = a.kring("log", "export", "--out", kept, "--family", family, home=home)
        found.same((code, out, err), (0, "", ""), "export")
        lines = [json.loads(line) for line in kept.read_text().splitlines()]
        found.check(any("proof" in line for line in lines) and len(lines) >= told["proven"], ref, "keeps", len(lines))
        a.verify("--key", a.log["vkey"], "--records", kept, says="of your lines proven", home="fresh")
        a.verifier(*a.live(), "-records", kept, "-old", a.place / "seen")
    a.verify("--demo", demo, says="it only grew since the last time")
    found.close(9)
    return f"{size} records"


def opened(record):
    """Which places of the record its proof opens: 0 head, 1 access, 2 ruling, 3 note, 4 grounds, from 5 on items, by lot."""
    return [place for place, _ in disclosed(record["proof"])[1]]


@test("audit: a reader's proof opens what his line shows: no address, no number, no ruling, no ground; the auditor's opens all (T8, R-64)")
def _(world):
    a, found = auditing(world), Findings()
    path = f"/v1/families/{a.instance.family()['id']}/log?proofs=yes&limit=500"
    for ref in ("leen", "noor", "karim", "bram", "els", "auditor"):
        client = Client(a.instance, world.watch, ref).log_in()
        lines = [r for r in client.get(path).must(200).json()["records"] if "proof" in r]
        for r in lines:
            positions = opened(r)
            if ref == "auditor":
                found.check(positions[:5] == [0, 1, 2, 3, 4], ref, r["kind"], positions)
                continue
            written = [3] if 3 in positions else []  # the note of a text that he sees, which the line names
            found.check(not written or (r["kind"].startswith("entry.") and r["items"]), ref, r["kind"], "opens its note")
            found.same(positions[:1] + written + positions[1 + len(written):], positions, ref, "in order")
            found.same(len(set(positions)), len(positions), ref, "each once")
            found.check(not set(positions) & {1, 2, 4}, ref, r["kind"], positions)
            named = [i for i in r["items"] if "entry" in i]
            found.same(len([p for p in positions if p > 4]), len(named) - len(written), ref, r["kind"], "items")
    found.close(20)
    return f"{found.checked} lines"


def line_of(event):
    return base64.b64decode(event["entity"][0]["detail"][0]["valueBase64Binary"]).decode()


def numbers_of(node):
    """Every id in it, however deep."""
    return set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", json.dumps(node)))


def exported(a, ref, form):
    """His lines, once all of them stand in the tree: the file, and its lines."""
    a.settle()
    kept = a.place / f"{ref}.{form}"
    code, out, err = a.kring("log", "export", "--format", form, "--out", kept, "--family", a.instance.family()["id"], home=f"fhir-{ref}")
    same((code, out, err), (0, "", ""), f"{ref} exports {form}")
    return kept, [json.loads(line) for line in kept.read_text().split("\n")[:-1]]


@test("audit: the log as FHIR AuditEvents: right by HL7's and IHE's rules, the same lines, which verify, and to nobody more than his lines (R-61, R-64)")
def _(world):
    a, found = auditing(world), Findings()
    family, url = a.instance.family()["id"], a.instance.demo["url"]
    leen = a.client("leen")
    given = leen.get(a.path + "/grants").must(200).json()["grants"][-1]["id"]
    leen.post(f"{a.path}/grants/{given}/pause", None).must(200)
    for ref in ("leen", "els", "auditor"):
        a.kring("login", "--demo", a.instance.data / "demo.json", ref, home=f"fhir-{ref}")
        _, plain = exported(a, ref, "ndjson")
        kept, events = exported(a, ref, "fhir")
        lines = [json.loads(line_of(e)) for e in events]
        for event, line in zip(events, lines):
            found.same(balp.faults(event), [], ref, line["kind"])
            found.same((event["id"], event["recorded"], event["meta"]["tag"][0]["code"]), (line["id"], line["at"], line["kind"]), ref)
            hidden = {**event, "entity": [{**event["entity"][0], "detail": []}, *event["entity"][1:]]}
            told = numbers_of(hidden) - numbers_of({k: v for k, v in line.items() if k != "proof"}) - {family, KINDS}
            found.check(ref == "auditor" or not told, ref, line["kind"], "tells of", told)
            found.check(ref == "auditor" or not re.search(r'"altId"|/24"|/48"', json.dumps(hidden)), ref, line["kind"], "tells from where")
            found.check(url in json.dumps(event["source"]), ref, "its source")
        newer = len(lines) - len(plain)
        bare = [[{k: v for k, v in line.items() if k != "proof"} for line in some] for some in (lines[newer:], plain)]
        found.same(bare[0], bare[1], ref, "the two formats say the same lines")
        found.check({line["kind"] for line in lines[:newer]} <= {"log.read"} and (newer == 0 or ref == "auditor"), ref, newer, "newer")
        (a.place / f"{ref}.lines").write_text("".join(line_of(e) + "\n" for e in events))
        a.verify("--key", a.log["vkey"], "--records", a.place / f"{ref}.lines", says="of your lines proven", home="fresh")
        a.verifier(*a.live(), "-records", a.place / f"{ref}.lines")
        found.check("FHIR" in a.verify("--key", a.log["vkey"], "--records", kept, code=1, home="fresh"), ref, "the resources are not taken for lines")
        profiles = {p.removeprefix(balp.BALP) for e in events for p in e["meta"].get("profile", [])}
        found.check(profiles >= ({"PatientRead", "AuthZconsent"} if ref == "auditor" else {"PatientRead"}), ref, profiles)
        found.check(ref == "auditor" or "AuthZconsent" not in profiles, ref, "names a grant that his line does not")
    leen.post(f"{a.path}/grants/{given}/resume", None).must(200)
    found.close(40)
    return f"{found.checked} checks"


@test("audit: a line that was changed on its way is named by both verifiers")
def _(world):
    a, found = auditing(world), Findings()
    lines = [json.loads(line) for line in (a.place / "auditor.ndjson").read_text().splitlines()]
    good = next(r for r in lines if "proof" in r and r["items"] and r["items"][0].get("ground"))
    changes = {"kind": {"kind": "plan.reap"}, "outcome": {"outcome": "refused"}, "at": {"at": "2026-01-20T11:00:00.000001Z"},
               "fewer": {"items": good["items"][:-1]}, "actor": {"actor": {**good["actor"], "kind": "operator"}}}
    for name, change in changes.items():
        (a.place / "bent").write_text(json.dumps({**good, **change}) + "\n")
        found.check(name in a.verify("--key", a.log["vkey"], "--records", a.place / "bent", code=1), name)
    proof = good["proof"]
    for at in (30, 400, len(proof) - 300, len(proof) - 40):
        other = proof[:at] + ("A" if proof[at] != "A" else "B") + proof[at + 1:]
        (a.place / "bent").write_text(json.dumps({**good, "proof": other}) + "\n")
        a.verify("--key", a.log["vkey"], "--records", a.place / "bent", code=1)
        a.verifier(*a.live(), "-records", a.place / "bent", code=1)
    found.close(5)


def get(a, path, method="GET", more=""):
    with open_tls(a.instance) as tls:
        tls.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n".encode())
        return read_replies(tls, method)[0]


@test("audit: the public paths: one spelling of each tile, only what was published, kept for ever or not at all")
def _(world):
    a, found = auditing(world), Findings()
    size = a.settle()
    expect(10 < size < 256, f"{size} records")
    checkpoint = get(a, "/audit/checkpoint")
    found.same((checkpoint.status, checkpoint.header("Content-Type"), checkpoint.header("Cache-Control")),
               (200, "text/plain; charset=utf-8", "no-cache"), "checkpoint")
    for kind, one in (("0", 32), ("entries", 36)):
        r = get(a, f"/audit/tile/{kind}/000.p/{size}")
        found.same((r.status, r.header("Content-Type"), r.header("Cache-Control"), len(r.body)),
                   (200, "application/octet-stream", "public, max-age=31536000, immutable", one * size), "tile", kind)
        found.check(r.header("Set-Cookie") is None and r.header("ETag") is None, "who looks is not marked")
    w = f".p/{size}"
    bad = ["0/000", "entries/000", f"0/000.p/{size + 1}", "0/000.p/0", "0/000.p/256", "0/000.p/257", f"0/000.p/0{size}", f"0/000.p/+{size}", "0/000.p/",
           "0/000.p", f"0/000.P/{size}", f"0/00{w}", f"0/0000{w}", f"0/x000/000{w}", f"0/001{w}", "0/001.p/1", "1/000.p/1", "1/000", "8/000.p/1",
           "63/000.p/1", "64/000.p/1", "99999999999999999999/000.p/1", f"00/000{w}", f"-1/000{w}", f"+0/000{w}", f"0/-01{w}", f"0//000{w}", f"/0/000{w}",
           f"0/000{w}/", f"0/000{w}.p/1", f"0/000{w}?x=1", f"0/000{w}%00", f"0/%30%30%30{w}", f"Entries/000{w}", f"entries/0/000{w}", f"data/000{w}",
           f"8/0/000{w}", "", "0", "0/", "entries", "entries/", "0/x999/x999/x999/x999/x999/x999/999", "../checkpoint", "0/../0/000" + w, "0/abc" + w]
    for path in bad:
        r = get(a, "/audit/tile/" + path)
        found.check(r.status in (400, 404), path, r.status)
        found.check("immutable" not in (r.header("Cache-Control") or ""), path, "would be kept as if it were a tile")
    for path in ("/audit/checkpoint", f"/audit/tile/0/000{w}"):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            found.same(get(a, path, method, "Content-Length: 0\r\n").status, 405, method, path)
        found.same(get(a, path, more="Authorization: Bearer nonsense\r\n").status, 200, "whoever one claims to be", path)
    for path in ("/audit", "/audit/", "/audit/checkpoint/", "/audit/checkpoint/x", "/audit/Checkpoint", "/audit/tile"):
        found.same(get(a, path).status, 404, path)
    found.close(100)
    return f"{found.checked} answers"


@test("audit: an empty tree is a tree")
def _(world):
    a = auditing(world)
    shutil.rmtree(a.place / "empty", ignore_errors=True)
    folder = write(a.place / "empty", {"checkpoint": note(a.key(), 0, root_of([]))})
    a.verify("--key", a.log["vkey"], "--dir", folder, says="with 0 records")
    a.verifier("-dir", folder)
    for wrong in (note(a.key(), 0, bytes(32)), note(a.key(), 1, root_of([]))):
        (folder / "checkpoint").write_bytes(wrong)
        a.verify("--key", a.log["vkey"], "--dir", folder, code=1)
        a.verifier("-dir", folder, code=1)


# ---- bent, in a copy ----


def flips(files):
    for path, content in files.items():
        for at in range(len(content)):
            yield path, at, content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1:]


@test("audit: no byte of a log can be changed: each of a small one, of checkpoint, entries and tiles, by both verifiers")
def _(world):
    a = auditing(world)
    log = Log(a.key(), 16)
    log.write(a.place / "small")
    a.verify("--key", a.log["vkey"], "--dir", a.place / "small"), a.verifier("-dir", a.place / "small")

    def check(work):
        number, (path, at, content) = work
        folder = a.place / f"bent-{number % 16}-{number}"
        shutil.copytree(a.place / "small", folder)
        (folder / path).write_bytes(content)
        where = {"c": "checkpoint", "e": "entries tile 0", "0": "tile 0/000.p/16"}["c" if path == "checkpoint" else path[5]]
        a.verify("--key", a.log["vkey"], "--dir", folder, code=1, says=where)
        if number % 3 == 0:
            a.verifier("-dir", folder, code=1)
        shutil.rmtree(folder)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return f"{len(list(pool.map(check, enumerate(flips(log.files())))))} bytes"


@test("audit: a rewritten tree fails by its root; with the stolen key it fails by what anybody saw before")
def _(world):
    a = auditing(world)
    mirror, key = a.mirror(), a.key()
    path = next((mirror / "tile/entries").glob("000.p/*"))
    entries = path.read_bytes()
    commitments = [entries[i + 4:i + 36] for i in range(0, len(entries), 36)]
    same(Log(key, commitments).note.split(b"\n\n")[0], (mirror / "checkpoint").read_bytes().split(b"\n\n")[0], "the tree by its definition")
    without, other = commitments[:5] + commitments[6:], list(commitments)
    other[7] = os.urandom(32)
    for bent in (without, other, commitments[::-1]):
        folder = a.place / "rewritten"
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, {"checkpoint": (mirror / "checkpoint").read_bytes(), **tiles_of(bent)})
        a.verify("--key", a.log["vkey"], "--dir", folder, code=1), a.verifier("-dir", folder, code=1)
        Log(key, bent).write(folder)
        a.verify("--key", a.log["vkey"], "--dir", folder), a.verifier("-dir", folder)
        a.verify("--key", a.log["vkey"], "--dir", folder, "--checkpoint", a.place / "mirror.seen", code=1, says="history: ")
        a.verifier("-dir", folder, "-old", a.place / "mirror.seen", code=1)
        longer = Log(key, bent + [os.urandom(32)] * 9)
        shutil.rmtree(folder), longer.write(folder)
        a.verify("--key", a.log["vkey"], "--dir", folder, "--checkpoint", a.place / "mirror.seen", code=1, says="history: ")
        a.verifier("-dir", folder, "-old", a.place / "mirror.seen", code=1)


# ---- bent, in the living database ----


class Bent:
    """What a superuser does to the database, undone at the end."""

    TABLES = ("log_tile", "log_head", "log_published")

    def __init__(self, a, *statements):
        self.a, self.statements = a, statements

    def sql(self, *statements):
        return self.a.instance.sql("kring", "; ".join(statements))

    def __enter__(self):
        self.a.settle()
        self.sql(*(f"DROP TABLE IF EXISTS kept_{t}; CREATE TABLE kept_{t} AS TABLE {t}" for t in self.TABLES))
        self.sql("SELECT 1", *self.statements)
        return self

    def __exit__(self, *_):
        self.sql("BEGIN", *(f"DELETE FROM {t}; INSERT INTO {t} TABLE kept_{t}; DROP TABLE kept_{t}" for t in self.TABLES), "COMMIT")


@test("audit: what a superuser does to the living log is named by both verifiers")
def _(world):
    a = auditing(world)
    flip = "UPDATE log_tile SET hashes = set_byte(hashes, {0}, get_byte(hashes, {0}) # 1) WHERE level = {1} AND number = 0"
    cut = "UPDATE log_tile SET hashes = substring(hashes FROM 1 FOR octet_length(hashes) - {}) WHERE level = {} AND number = 0"
    for statement, says in [
        (flip.format(5, 0), "entries tile 0, entry 0 (leaf 0): its hash is not the one in tile 0/000"),
        (flip.format(36 * 3 + 20, -1), "entries tile 0, entry 3 (leaf 3): its hash is not the one in tile 0/000"),
        (flip.format(36 * 4 + 1, -1), "entries tile 0, entry 4 (leaf 4): it is no commitment to a record"),
        (cut.format(32, 0), "tile 0/000"), (cut.format(36, -1), "entries tile 0: it is not there"),
        ("DELETE FROM log_tile WHERE level = 0", "tile 0/000"), ("DELETE FROM log_tile WHERE level = -1", "entries tile 0: it is not there"),
        ("DELETE FROM log_tile", "it is not there"),
        ("UPDATE log_tile t SET hashes = u.hashes FROM log_tile u WHERE t.number = 0 AND u.number = 0 AND t.level = -1 - u.level", "tile 0"),
        ("UPDATE log_tile SET level = 7 WHERE level = 0", "tile 0/000"),
        ("UPDATE log_head SET note = overlay(note PLACING '7' FROM position(E'\\n' IN note) + 1 FOR 1), note_size = note_size", "checkpoint: it is not signed"),
        ("UPDATE log_head SET note = left(note, -3)", "checkpoint: it is no signed note"), ("UPDATE log_head SET note = ''", "checkpoint: "),
        ("UPDATE log_head SET note = NULL", "/audit/checkpoint: HTTP 503"),
        ("UPDATE log_head SET note_size = note_size + 1; DELETE FROM log_published", "it is not there"),
        ("UPDATE log_head SET note_size = note_size - 1; DELETE FROM log_published", "it is not there"),
    ]:
        with Bent(a, statement):
            silent = "503" in says
            a.verify_live(code=69 if silent else 1, says=says), a.verifier(*a.live(), code=3 if silent else 1)
        a.verify_live(), a.verifier(*a.live())


@test("audit: a record that was changed in the database is told to whoever reads the log, and named by log verify")
def _(world):
    a, found = auditing(world), Findings()
    look = a.instance.sql("kring", "SELECT id FROM record WHERE kind = 'plan.read' ORDER BY at LIMIT 1")
    flip = f"UPDATE record SET sealed = set_byte(sealed, 70, get_byte(sealed, 70) # 1) WHERE id = '{look}'"
    path = f"/v1/families/{a.instance.family()['id']}/log?limit=500"
    leen = Client(a.instance, world.watch, "leen").log_in()
    found.check("damaged" not in leen.get(path).must(200).json(), "damaged before")
    a.instance.sql("kring", flip)
    for ref in ("leen", "karim", "bram", "auditor"):
        told = Client(a.instance, world.watch, ref).log_in().get(path).must(200).json()
        found.same([d["id"] for d in told.get("damaged", [])], [look], ref)
        found.check(look not in [r["id"] for r in told["records"]], ref, "gets it as a line")
    a.instance.sql("kring", flip)
    found.check("damaged" not in leen.get(path).must(200).json(), "damaged afterwards")
    bent = a.place / "damaged"
    bent.write_text(json.dumps({"id": look, "at": "2026-01-20T11:00:00.000001Z", "damaged": True}) + "\n")
    found.check("changed in the database" in a.verify("--key", a.log["vkey"], "--records", bent, code=1), "log verify")
    found.close(8)


@test("audit: a tree that a superuser rewrote whole, with the stolen key: who looked before knows, and the signer goes no further")
def _(world):
    a = auditing(world)
    mirror = a.mirror()
    entries = next((mirror / "tile/entries").glob("000.p/*")).read_bytes()
    commitments = [entries[i + 4:i + 36] for i in range(0, len(entries), 36)]
    commitments[2] = os.urandom(32)
    bent = Log(a.key(), commitments)
    hashes = {-1: b"".join(b"\0\x22\1\1" + c for c in commitments), 0: b"".join(bent.leaves)}
    statements = [f"UPDATE log_tile SET hashes = '\\x{h.hex()}' WHERE level = {level} AND number = 0" for level, h in hashes.items()]
    root = root_of(bent.leaves).hex()
    statements.append(f"UPDATE log_head SET note = $note${bent.note.decode()}$note$, root = '\\x{root}'")
    with Bent(a, *statements):
        a.verify_live(), a.verifier(*a.live())
        a.verify("--demo", a.instance.data / "demo.json", "--checkpoint", a.place / "mirror.seen", code=1, says="history: the first")
        a.verifier(*a.live(), "-old", a.place / "mirror.seen", code=1)
    a.verify("--demo", a.instance.data / "demo.json", "--checkpoint", a.place / "mirror.seen")


def log_says(a, word, since, seconds=20):
    path, until = a.instance.data / "log/log.log", time.monotonic() + seconds
    while time.monotonic() < until:
        if word in path.read_text()[since:]:
            return
        time.sleep(0.1)
    raise Failure(f"kringd log did not say {word}: {path.read_text()[since:]}")


@test("audit: a head that was changed stands the sequencer still, and it goes on when that is undone")
def _(world):
    a = auditing(world)
    path = a.instance.data / "log/log.log"
    a.settle()
    flip = "root = set_byte(root, 31, get_byte(root, 31) # 1)"
    for change, back in (("size = size - 1", "size = size + 1"), ("size = size + 1", "size = size - 1"), (flip, flip)):
        since = len(path.read_text())
        a.instance.sql("kring", f"UPDATE log_head SET {change}")
        a.instance.kill_log()  # or it would go on from what it remembers, which is right
        a.client("leen").get(a.path + "/people").must(200)
        log_says(a, "log.stands_still", since)
        a.verify_live()
        a.instance.sql("kring", f"UPDATE log_head SET {back}")
        a.settle()
    a.verify_live(), a.verifier(*a.live(), "-old", a.place / "mirror.seen")


# ---- killed, again and again ----


@test("audit: under the hammer: one place for each record, no checkpoint that forgets, nothing released that is not in the tree")
def _(world):
    world.words = getattr(world, "words", None)
    return hammer.hammer(world, auditing(world).go, BE, world.options.log_kills)


# ---- yesterday's database ----


def await_silence(a, client, seconds=60):
    """Until somebody who may read the plan is told that the service can't answer."""
    until, reply = time.monotonic() + seconds, None
    while time.monotonic() < until:
        try:
            reply = client.get(a.path + "/plan")
            if reply.status == 503:
                return
        except OSError:
            client.close()
        time.sleep(0.1)
    raise Failure(f"data is served from a log that was put back: {reply}")


def await_refusal(a, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            refused = a.instance.sql("kring", "SELECT coalesce(refused, '') FROM log_head")
            if refused:
                return refused
        except (Failure, OSError):
            pass
        time.sleep(0.2)
    raise Failure("the signer refused nothing")


@test("audit: yesterday's database, put back: the signer refuses, says so, stays so, and no data is served")
def _(world):
    a = auditing(world)
    instance, copy, before = a.instance, a.place / "yesterday", a.client("leen")
    a.settle()
    instance.stop()
    subprocess.run(["cp", "-a", str(instance.data / "postgresql"), str(copy)], check=True)
    instance.start()
    a.clients.clear()
    leen = a.client("leen")
    for _ in range(5):
        leen.get(a.path + "/people").must(200)
    size, demo = a.settle(), instance.data / "demo.json"
    a.verify("--demo", demo, "--checkpoint", a.place / "today.seen")
    instance.stop()
    subprocess.run(["rm", "-rf", str(instance.data / "postgresql")], check=True)
    subprocess.run(["cp", "-a", str(copy), str(instance.data / "postgresql")], check=True)
    told = []
    for _ in range(2):
        instance.launch()
        told.append(await_refusal(a))
        seen = re.search(r"\n(\d+)\n", instance.sql("kring", "SELECT note FROM log_head"))
        expect(int(seen[1]) < size, "nothing newer was published")
        await_silence(a, before)
        a.verify("--demo", demo, "--checkpoint", a.place / "today.seen", code=1, says="history: the log has")
        a.verifier(*a.live(), "-old", a.place / "today.seen", code=1)
        before.close()
        instance.stop()
    return told[0]
