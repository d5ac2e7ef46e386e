"""The disk is full: no disclosure without a record, so data routes say 503; space comes back, and so does the
service, by itself, and the tree has all of it. The signer's own disk is full: data flows, and no checkpoint comes."""
import contextlib
import os
import shutil
import subprocess
import sys
import time

from away import wait_until
from client import Client
from harness import Findings, Skip, test
from instance import AS_ROOT, QUICK, ROOT, Instance
from world import BE

sys.path.insert(0, str(ROOT / "tests/log"))
from hammer import Watcher, build_verifier, check_places, check_verifiers, settle  # noqa: E402


@test("disk full: data routes say 503 and nothing is disclosed; after space is freed it recovers by itself")
def _(world):
    folder = world.folder("small")
    with small_disk(folder, "260m"):
        return fill_and_free(world, folder)


@contextlib.contextmanager
def small_disk(folder, size):
    if not AS_ROOT:
        raise Skip("only root can make a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        raise Skip("a small disk can't be mounted here")
    try:
        yield
    finally:
        for _ in range(20):
            if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.5)


def fill_and_free(world, folder):
    found, place = Findings(), world.folder("disk-log")
    with Instance(world.place, "disk", [BE], settings=QUICK, data=folder / "data") as instance:
        watcher = Watcher(instance, build_verifier(place), place)
        watcher.start()
        path = "/v1/families/" + instance.family()["id"]
        leen, els = (Client(instance, world.watch, ref).log_in() for ref in ("leen", "els"))
        body = {"field": "parent_view", "about": [instance.family()["people"]["leen"]], "text": "a" * 4000}
        before = leen.get(path + "/plan").must(200).json()
        server = instance.server_pid()
        fill(folder / "filler")
        until, written, answered = time.monotonic() + 90, 0, 0
        while time.monotonic() < until:  # what PostgreSQL has set aside must be used up first
            reply = leen.post(path + "/entries", body)
            if reply.status == 503:
                break
            written += reply.must(201).status == 201
            answered += els.get(path + "/plan").status == 200
            if written % 25 == 0:
                instance.sql("kring", "SELECT pg_switch_wal()", check=False)
                fill(folder / "filler")
        found.same(reply.problem(), "unavailable", "a write", written, "were taken before")
        found.check(reply.header("Retry-After"), "Retry-After")
        wait_until(lambda: els.get(path + "/plan").status == 503, 60, "reads say 503 too")
        for target in ("/plan", "/people", "/log", "/team"):
            found.same(els.get(path + target).status, 503, target)
        found.same(Client(instance, world.watch).get("/healthz").status, 200, "alive")
        panicked = exhaust_log(instance, folder)
        found.check(els.get(path + "/plan").status == 503, "with no room for the write-ahead log")
        os.unlink(folder / "filler")
        began = time.monotonic()
        wait_until(lambda: leen.get(path + "/plan").status == 200, 90, "it recovers")
        took = time.monotonic() - began
        found.same(instance.server_pid(), server, "the server was not started again")
        after = leen.get(path + "/plan").must(200).json()["entries"]
        kept = [e for e in after if e["body"]["text"] == body["text"]]
        found.check(written <= len(kept) <= written + 1, f"{written} writes were acknowledged, {len(kept)} are there")
        found.same([e for e in after if e not in kept], before["entries"], "what was there before")
        leen.post(path + "/entries", body).must(201)
        log = Client(instance, world.watch, "auditor").log_in().log(path)
        reads = [
            r
            for r in log
            if r["kind"] == "plan.read"
            and r["actor"].get("id") == instance.family()["helpers"]["els"]
            and r["outcome"] == "done"
        ]
        found.check(len(reads) >= answered, f"{answered} reads were answered, {len(reads)} are on the log")
        check_tree(instance, watcher, place, found)
    found.close(20)
    return f"{written} writes until it was full; PostgreSQL {'stopped and' if panicked else 'stayed,'} was back {took:.1f} s after there was room"


def check_tree(instance, watcher, place, found):
    """The sequencer went on by itself; each record has one place, and no checkpoint was ever taken back."""
    size = settle(instance)
    watcher.end()
    found.same(watcher.faults[:2], [], "checkpoints that do not extend the one before")
    found.check(watcher.looks > 0, "nobody looked")
    check_places(instance, size, found)
    check_verifiers(instance, watcher.command[0], place, found)
    return size


def exhaust_log(instance, folder):
    """PostgreSQL has segments set aside; with the last of them gone it stops altogether, and starts again when it
    can."""
    first = instance.postgres_pid()
    for _ in range(12):
        fill(folder / "filler")
        instance.sql("postgres", "SELECT pg_logical_emit_message(false, 'x', 'y'), pg_switch_wal()", check=False)
    time.sleep(1)
    log = (instance.data / "log/postgresql.log").read_text("utf-8", "replace")
    return "PANIC" in log or instance.postgres_pid() != first


def fill(path):
    """All that is left."""
    try:
        with open(path, "ab", buffering=0) as out:
            while True:
                out.write(b"\0" * 65536)
    except OSError:
        pass


def checkpoint_size(client):
    return int(client.ask("GET", "/audit/checkpoint", token=False).must(200).body.split(b"\n")[1])


def listed(folder):
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name != "filler"}


@test("disk full where the signer keeps what it signed: data flows, the tree grows, nothing is signed; it goes on by itself when there is room")
def _(world):
    found, place = Findings(), world.folder("signer-disk")
    with Instance(world.place, "signerdisk", [BE], settings=QUICK) as instance:
        signer, kept = instance.data / "signer", world.place / "signer-kept"
        instance.stop()
        shutil.rmtree(kept, ignore_errors=True)
        subprocess.run(["cp", "-a", str(signer), str(kept)], check=True)
        with small_disk(signer, "64k"):
            subprocess.run(["cp", "-a", f"{kept}/.", str(signer)], check=True)
            size = fill_signer(world, instance, signer, place, found)
            instance.stop()
    found.close(15)
    return f"{size} records"


def fill_signer(world, instance, signer, place, found):
    with contextlib.ExitStack() as stack:
        stack.callback(instance.stop)
        instance.start()
        path = "/v1/families/" + instance.family()["id"]
        leen = Client(instance, world.watch, "leen").log_in()
        leen.get(path + "/plan").must(200)
        settle(instance)
        watcher = Watcher(instance, build_verifier(place), place)
        watcher.start()
        fill(signer / "filler")
        before, signed, server, log = listed(signer), checkpoint_size(leen), instance.server_pid(), instance.log_pid()
        for _ in range(5):
            leen.get(path + "/plan").must(200)
            time.sleep(1)
        grown = lambda: int(instance.sql("kring", "SELECT size FROM log_head")) >= signed + 5  # noqa: E731
        wait_until(grown, 20, "records have places without a signature")
        found.same(checkpoint_size(leen), signed, "the checkpoint while the signer can't remember")
        found.same(listed(signer), before, "what the signer keeps, half-done")
        found.check("log.stands_still" in (instance.data / "log/log.log").read_text(), "it is told")
        found.same(instance.sql("kring", "SELECT coalesce(refused, '') FROM log_head"), "", "a full disk is no fork")
        os.unlink(signer / "filler")
        wait_until(lambda: checkpoint_size(leen) >= signed + 5, 30, "it signs again by itself")
        found.same((instance.server_pid(), instance.log_pid()), (server, log), "nothing was started again")
        return check_tree(instance, watcher, place, found)
