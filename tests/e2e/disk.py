"""The disk is full: no disclosure without a record, so data routes say 503; space comes back, and so does the
service, by itself."""
import os
import subprocess
import time

from away import wait_until
from client import Client
from harness import Findings, Skip, test
from instance import AS_ROOT, QUICK, Instance
from world import BE


@test("disk full: data routes say 503 and nothing is disclosed; after space is freed it recovers by itself")
def _(world):
    if not AS_ROOT:
        raise Skip("only root can make a small disk")
    folder = world.folder("small")
    if (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=260m,mode=755", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        ).returncode
        != 0
    ):
        raise Skip("a small disk can't be mounted here")
    try:
        return fill_and_free(world, folder)
    finally:
        for _ in range(20):
            if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.5)


def fill_and_free(world, folder):
    found = Findings()
    with Instance(world.place, "disk", [BE], settings=QUICK, data=folder / "data") as instance:
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
    found.close(10)
    return f"{written} writes until it was full; PostgreSQL {'stopped and' if panicked else 'stayed,'} was back {took:.1f} s after there was room"


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
