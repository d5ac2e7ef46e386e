#!/usr/bin/env python3
"""The log under the hammer: readers and writers of a plan, while kringd, kringd log, PostgreSQL's backends and its postmaster are
killed again and again, and somebody looks at every checkpoint. Afterwards each record has one place, each place one record, and what
was released is in the log.

  hammer.py [--kills N] [--seed N] [BUILD]          also a test of the end-to-end suite; ./dev prove: 1,000
"""
import argparse
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e")]

from harness import Failure, Findings, expect  # noqa: E402
from instance import QUICK, Instance, build, processes  # noqa: E402

UNREACHABLE = 3  # of the Go verifier
PATIENCE = 120  # seconds until it must be back, on a machine that has other work too
PROGRESS = 50  # kills between two lines of an hour-long run
# Some fifteen looks a second, at little: kring takes all their proofs into memory at the end.
LONG = {"rest": 0.25, "most": 60, "readers": ["els", "bram", "karim", "noor"]}


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def build_verifier(place):
    """Against Debian's golang.org/x/mod, without a module or a network."""
    out = place / "verifier"
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "GOCACHE": str(place / "cache"), "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                   "GOFLAGS": "", "CGO_ENABLED": "0"}
    done = subprocess.run(["go", "build", "-o", str(out), "."], cwd=ROOT / "tests/log/verifier", env=environment, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"go build (golang-go, golang-golang-x-mod-dev): {done.stderr}")
    return out


class Watcher(threading.Thread):
    """Holds each checkpoint against the one before, by the other verifier; that nobody answers is no fault now."""

    def __init__(self, instance, verifier, place):
        super().__init__(daemon=True)
        log = instance.demo["log"]
        self.command = [verifier, "-key", log["vkey"], "-url", log["url"], "-ca", instance.demo["ca"], "-quick", "-save", place / "newest"]
        self.newest, self.stop, self.looks, self.unreachable, self.faults = place / "newest", False, 0, 0, []

    def run(self):
        while not self.stop:
            more = ["-old", self.newest] if self.newest.exists() else []
            done = subprocess.run(self.command + more, capture_output=True, text=True, check=False)
            self.looks += done.returncode == 0
            self.unreachable += done.returncode == UNREACHABLE
            if done.returncode not in (0, UNREACHABLE):
                self.faults.append(done.stdout + done.stderr)
            time.sleep(0.05)

    def end(self):
        self.stop = True
        self.join(60)


def backends(instance):
    """Those that serve us: killing one makes PostgreSQL start all of them anew."""
    postmaster = instance.postgres_pid()
    found = []
    for pid, line in processes("postgres: ").items():
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == postmaster and ("kring_app" in line or "kring_log" in line):
            found.append(pid)
    return found


def kill_backend(instance):
    for pid in backends(instance)[-1:]:
        os.kill(pid, signal.SIGKILL)
        return pid
    return None


VICTIMS = {"kringd": lambda i: i.kill_server(), "kringd log": lambda i: i.kill_log(), "backend": kill_backend, "postmaster": lambda i: i.kill_postgres()}
WEIGHTS = [3, 3, 2, 1]


def kill_some(instance, rng):
    """One of them, or at times two at once."""
    names = rng.choices(list(VICTIMS), WEIGHTS, k=1 + (rng.random() < 0.2))
    return [name for name in names if VICTIMS[name](instance)]


# ---- afterwards ----


def settle(instance, seconds=90):
    until, row = time.monotonic() + seconds, None
    while time.monotonic() < until:
        try:
            row = instance.sql("kring", "SELECT (SELECT count(*) FROM log_pending), size = note_size, size FROM log_head").split("|")
            if row[:2] == ["0", "t"]:
                return int(row[2])
        except (Failure, OSError):
            pass
        time.sleep(0.2)
    raise Failure(f"the log does not settle: {row}")


def check_places(instance, size, found):
    """log_run covers 0 to size - 1 without overlap, and is one to one with the records."""
    gaps = instance.sql("kring", "SELECT count(*) FROM (SELECT first_index, coalesce(lag(first_index + count) OVER (ORDER BY first_index), 0) AS wanted "
                        "FROM log_run) r WHERE first_index <> wanted")
    found.same(gaps, "0", "runs that do not begin where the one before ends")
    found.same(instance.sql("kring", "SELECT coalesce(max(first_index + count), 0) FROM log_run"), str(size), "the end of the runs")
    placed = "(SELECT r.boot_id, c AS counter FROM log_run r CROSS JOIN LATERAL generate_series(first_counter, first_counter + count - 1) AS c)"
    found.same(instance.sql("kring", f"SELECT count(*) - count(DISTINCT (boot_id, counter)) FROM {placed} p"), "0", "records with two places")
    found.same(instance.sql("kring", f"SELECT count(*) FROM record x LEFT JOIN {placed} p USING (boot_id, counter) WHERE p.counter IS NULL"), "0",
               "records without a place")
    found.same(instance.sql("kring", f"SELECT count(*) FROM {placed} p LEFT JOIN record x USING (boot_id, counter) WHERE x.id IS NULL"), "0",
               "places without a record")
    found.same(instance.sql("kring", "SELECT count(*) FROM record"), str(size), "the number of records")
    found.same(instance.sql("kring", "SELECT coalesce(refused, '') FROM log_head"), "", "what the signer says")


def check_verifiers(instance, verifier, place, found):
    demo, home = instance.data / "demo.json", place / "home"
    home.mkdir(exist_ok=True)

    def kring(*arguments):
        return subprocess.run([build() / "clients/cli/kring", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=600,
                              env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"})

    login = kring("login", "--demo", demo, "auditor")
    found.same(login.returncode, 0, login.stderr)
    settle(instance)
    told = kring("log", "verify", "--json", "--family", instance.family()["id"])
    found.same(told.returncode, 0, "kring log verify", told.stdout, told.stderr)
    proven = json.loads(told.stdout)["proven"] if told.returncode == 0 else 0
    log = instance.demo["log"]
    done = subprocess.run([verifier, "-key", log["vkey"], "-url", log["url"], "-ca", instance.demo["ca"], "-old", place / "newest"],
                          capture_output=True, text=True, check=False)
    found.same(done.returncode, 0, "the Go verifier", done.stdout)
    return proven


def quicken(instance):
    """Ten times the batches and checkpoints of a real one."""
    text = instance.script.read_text()
    expect(text.count("log_state = $SIGNER/state") == 1, "demo.sh writes no log_state")
    instance.script.write_text(text.replace("log_state = $SIGNER/state", "log_state = $SIGNER/state\nlog_interval_ms = 100"))


def hammer(world, verifier, scenario, kills, seed=1):
    from crash import Load, await_answers, check_records

    place, rng, found = world.folder("hammer-log"), random.Random(seed), Findings()
    instance = Instance(world.place, "hammer", [scenario], settings=QUICK)
    quicken(instance)
    began_all, away = time.monotonic(), 0.0
    with instance.start():
        watcher, load, killed = Watcher(instance, verifier, place), Load(world, instance, **(LONG if kills > 100 else {})), collections.Counter()
        watcher.start()
        try:
            for n in range(kills):
                await_answers(load, 20, PATIENCE)
                time.sleep(rng.random() / 2)
                killed.update(kill_some(instance, rng))
                began = time.monotonic()
                await_answers(load, 10, PATIENCE)
                away = max(away, time.monotonic() - began)
                expect(not watcher.faults, watcher.faults[:2])
                if (n + 1) % PROGRESS == 0:
                    say(f"{n + 1} of {kills} kills, {sum(load.seen.values())} reads, {len(load.written)} writes, {watcher.looks} looks, seed {seed}")
        finally:
            load.end()
        expect(not load.faults, load.faults[:3])
        size = settle(instance)
        watcher.end()
        found.same(watcher.faults[:2], [], "checkpoints that do not extend the one before")
        found.check(watcher.looks > 0, "nobody looked")
        check_places(instance, size, found)
        check_records(world, instance, load, found)
        proven = check_verifiers(instance, verifier, place, found)
        found.check(proven >= sum(load.seen.values()), "released", sum(load.seen.values()), "and in the tree", proven)
        found.close(20)
        what = ", ".join(f"{n} {name}" for name, n in sorted(killed.items()))
        return (f"seed {seed}, {kills} times in {time.monotonic() - began_all:.0f} s killed {what}; away for {away:.1f} s at most; {sum(load.seen.values())} reads, {len(load.written)} writes, {size} records; {watcher.looks} checkpoints looked at, "
                f"{watcher.unreachable} times nobody answered")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("build", nargs="?"), p.add_argument("--kills", type=int, default=50), p.add_argument("--seed", type=int, default=1)
    chosen = p.parse_args()
    if chosen.build:
        os.environ["KRING_TEST_BUILD"] = chosen.build
    from client import Watch
    from contract import Contract
    from world import BE

    place = Path(tempfile.mkdtemp(prefix="kring-hammer-", dir=os.environ.get("KRING_TEST_PLACE", "/tmp")))
    place.chmod(0o755)
    folder = lambda name: (place / name).mkdir(exist_ok=True) or place / name  # noqa: E731
    world = SimpleNamespace(place=place, watch=Watch(Contract(build() / "proto/openapi.json")), words=None, folder=folder)
    try:
        print("ok:", hammer(world, build_verifier(folder("go")), BE, chosen.kills, chosen.seed))
        print("1 passed, 0 failed")
        return 0
    except Failure as why:
        print("FAILED:", *why.args)
        print("0 passed, 1 failed")
        return 1
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
