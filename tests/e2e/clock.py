"""The clock is put back an hour, and forward again, for server, sequencer, signer and database: the tree goes on, nothing is lost, nothing
alarms for ever, and no server that lives is taken for gone."""
import collections
import http.client
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

from client import Client
from harness import Findings, expect, test
from instance import QUICK, ROOT, Instance, build
from world import BE

sys.path.insert(0, str(ROOT / "tests/log"))
from hammer import Watcher, build_verifier, settle  # noqa: E402

HOUR = 3600


class Clock:
    """Adds seconds to the real and the monotonic clock of all that an instance starts."""

    def __init__(self, world):
        folder = world.folder("clock")
        self.file, library = folder / "shift", folder / "clock_shift.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, Path(__file__).with_name("clock_shift.c")], check=True)
        self.file.write_bytes(bytes(16))
        self.library, self.real, self.monotonic = library, 0, 0
        self.move(real=4 * HOUR)  # or a certificate of now would not hold yet when the clock is put back

    def wind(self, instance):
        text = instance.script.read_text()
        expect(text.count(" env -i ") >= 1, "demo.sh starts nothing with env -i")
        instance.script.write_text(text.replace(" env -i ", f" env -i LD_PRELOAD={self.library} CLOCK_SHIFT={self.file} "))

    def move(self, real=0, monotonic=0):
        self.real, self.monotonic = self.real + real, self.monotonic + monotonic
        with open(self.file, "r+b") as out:
            out.write(struct.pack("=qq", self.real, self.monotonic))


def readiness(client):
    """Each check and whether it is well; nothing is while nobody answers."""
    try:
        return {c["name"]: c["ok"] and "warning" not in c for c in client.ask("GET", "/readyz", token=False).json()["checks"]}
    except (OSError, http.client.HTTPException):
        client.close()
        return collections.defaultdict(lambda: None)


def await_sequencer(client, wanted, seconds, what):
    until, seen = time.monotonic() + seconds, None
    while time.monotonic() < until:
        seen = readiness(client)
        if seen["log_sequencer"] == wanted:
            return
        time.sleep(0.3)
    expect(False, what, seen)


def stays_ready(client, found, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = readiness(client)
        found.check(seen["log"] and seen["log_sequencer"] and seen["log_witnesses"], what, seen)
        time.sleep(0.5)


def pages(client, path, limit, between=lambda n: None):
    """The ids of all lines, page after page, with something done before each."""
    ids, cursor = [], ""
    for n in range(200):
        between(n)
        page = client.get(f"{path}/log?limit={limit}{cursor}").must(200).json()
        ids += [r["id"] for r in page["records"]]
        if "next" not in page:
            return ids
        cursor = "&cursor=" + page["next"]
    raise AssertionError("the log has no end")


def now_of(instance):
    return instance.sql("kring", "SELECT at FROM log_published ORDER BY size DESC LIMIT 1")


def published_tile(client):
    """The partial tile of the size that is published now, which a reader may come back for."""
    size = int(client.ask("GET", "/audit/checkpoint", token=False).must(200).body.split(b"\n")[1])
    return f"/audit/tile/0/000.p/{size}" if size < 256 else f"/audit/tile/0/{size // 256:03d}.p/{size % 256}"


@test("clock: an hour back and forward again: the tree and its published tiles go on, no line is lost or comes twice, nothing alarms for ever")
def _(world):
    clock, found, place = Clock(world), Findings(), world.folder("clock")
    one = Instance(world.place, "clocked", [BE], settings=QUICK)
    clock.wind(one)
    with one.start():
        path = "/v1/families/" + one.family()["id"]
        leen, els, auditor = (Client(one, world.watch, ref).log_in() for ref in ("leen", "els", "auditor"))
        watcher = Watcher(one, build_verifier(place), place)
        watcher.start()
        for _ in range(5):
            els.get(path + "/plan").must(200)
        settle(one)
        before, sizes = set(pages(auditor, path, 50)), [settle(one)]
        for hours in (-1, 1, -1):
            tile, was = published_tile(leen), now_of(one)
            clock.move(real=hours * HOUR)
            for _ in range(3):
                els.get(path + "/plan").must(200)
            sizes.append(settle(one))
            found.check((now_of(one) < was) == (hours < 0), "the clock is not set", was, now_of(one))
            found.check(sizes[-1] > sizes[-2], "the tree stands still", sizes)
            if hours < 0:
                found.same(leen.ask("GET", tile, token=False).status, 200, "the tile that was published before", tile)
            stays_ready(leen, found, 13, f"after {hours} h")
        walked = pages(auditor, path, 3, lambda n: (clock.move(real=HOUR if n % 2 else -HOUR), els.get(path + "/plan").must(200)) if n < 8 else None)
        found.same(len(walked), len(set(walked)), "lines that came twice")
        found.check(before <= set(walked), "lines that were skipped", len(before - set(walked)))
        one.kill_server()
        clock.move(real=-HOUR)
        await_sequencer(leen, True, 60, "a server that starts with the clock put back")
        log = one.log_pid()
        os.kill(log, signal.SIGSTOP)
        clock.move(real=-HOUR)  # what it said last is of an hour ahead now: it is missed all the same
        await_sequencer(leen, False, 40, "a sequencer that stands still")
        os.kill(log, signal.SIGCONT)
        await_sequencer(leen, True, 40, "it goes on")
        size = settle(one)
        watcher.end()
        found.same(watcher.faults[:2], [], "checkpoints that do not extend the one before")
        told = subprocess.run([build() / "clients/cli/kring", "log", "verify", "--demo", one.data / "demo.json"], capture_output=True, text=True,
                              env={"HOME": str(place), "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"}, check=False)
        found.same(told.returncode, 0, "kring log verify", told.stdout, told.stderr)
        found.close(60)
        return f"{size} records, {watcher.looks} checkpoints looked at"


def put_boot(instance, boot, seen, counters):
    """A server that was killed, as the database knows one: it began, was seen, and these of its numbers stand."""
    instance.sql("kring", f"INSERT INTO boot (id, build, began_at, seen_at) VALUES ('{boot}', 'x', {seen}, {seen})")
    for n in counters:
        instance.sql("kring", f"INSERT INTO log_pending VALUES ('{boot}', {n}, sha256('{boot} {n}'))")


def numbers_of(instance, boot):
    rows = instance.sql("kring", f"SELECT generate_series(first_counter, first_counter + count - 1) FROM log_run WHERE boot_id = '{boot}'")
    return sorted(map(int, rows.split()))


@test("clock: a server with a clock of its own is not taken for gone while it says something; one that is silent for five minutes is, and its hole is closed")
def _(world):
    clock, found = Clock(world), Findings()
    dead, lives = "00000000-0000-4000-8000-00000000dead", "00000000-0000-4000-8000-0000000011fe"
    one = Instance(world.place, "boots", [BE], settings=QUICK)
    clock.wind(one)
    with one.start():
        leen = Client(one, world.watch, "leen").log_in()
        put_boot(one, dead, "now() + interval '1 hour'", (0, 2, 5))  # its clock went ahead
        put_boot(one, lives, "now() - interval '2 hours'", (0, 2))  # its clock goes behind
        settle(one)
        for _ in range(4):
            one.sql("kring", f"UPDATE boot SET seen_at = seen_at + interval '1 minute' WHERE id = '{lives}'")
            clock.move(monotonic=70)  # each server looks once a minute
            time.sleep(3)
        found.same((numbers_of(one, dead), numbers_of(one, lives)), ([0, 2, 5], [0, 2]), "closed too soon")
        until = time.monotonic() + 60
        while numbers_of(one, dead) != [0, 1, 2, 3, 4, 5] and time.monotonic() < until:
            one.sql("kring", f"UPDATE boot SET seen_at = seen_at + interval '1 minute' WHERE id = '{lives}'")
            clock.move(monotonic=70)
            time.sleep(3)
        found.same(numbers_of(one, dead), [0, 1, 2, 3, 4, 5], "the hole of the one that is gone")
        found.same(numbers_of(one, lives), [0, 2], "the numbers of the one that lives")
        ended = lambda boot: one.sql("kring", f"SELECT ended_at < 'infinity' FROM boot WHERE id = '{boot}'")  # noqa: E731
        found.same(ended(lives), "f", "it did not end")
        for boot, numbers in ((dead, 3), (lives, 0)):
            voids = one.sql("kring", f"SELECT count(*) FROM record WHERE boot_id = '{boot}' AND kind = 'counter.void'")
            found.same(voids, str(numbers), "void records of", boot)
        found.check(readiness(leen)["log_sequencer"], "the sequencer is there")
        found.close(6)
