#!/usr/bin/env python3
"""The end-to-end suite: whole instances over TLS, as anybody can start them. See run.sh."""
import argparse
import os
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness  # noqa: E402
from instance import build  # noqa: E402
from world import World  # noqa: E402

MODULES = [
    "access",
    "uniform",
    "withdrawal",
    "log",
    "csrf",
    "idempotent",
    "command_line",
    "answers",
    "bounds",
    "away",
    "malformed",
    "receipt",
    "request",
    "grant_life",
    "emergency",
    "safeguard",
    "lock",
    "right",
    "invite",
    "young",
    "texts",
    "preview",
    "erase",
    "hint",
    "played",
    "watch",
    "coverage",
    "again",
    "worlds",
    "pairs",
    "moved",
    "witness",
    "log_check",
    "retire",
    "clock",
    "crash",
    "disk",
    "audit",
    "last",
]


def options():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("build", nargs="?", help="the build folder (default: KRING_TEST_BUILD, else ./build)")
    p.add_argument(
        "--races", type=int, default=2000, help="withdrawals that race with reads (2000; acceptance: 100000)"
    )
    p.add_argument("--kills", type=int, default=10, help="kill -9 of the server under load (10; acceptance: 50)")
    p.add_argument("--postgres-kills", type=int, default=2, help="the same of PostgreSQL (2; acceptance: 10)")
    p.add_argument("--log-kills", type=int, default=50, help="kills of anything while the log is watched (50)")
    p.add_argument("--pairs", type=int, default=6, help="pairs of worlds of which one reader sees no difference (6; ./dev prove: 200)")
    p.add_argument("--seed", type=int, default=1, help="the first of these pairs")
    p.add_argument("--only", default="", help="tests, or files of tests, with this in their name")
    p.add_argument("--keep", action="store_true", help="keep the folder of the run")
    return p.parse_args()


def main():
    chosen = options()
    if chosen.build:
        os.environ["KRING_TEST_BUILD"] = chosen.build
    for program in ("server/app/kringd", "clients/cli/kring", "proto/openapi.json"):
        if not (build() / program).exists():
            sys.exit(f"{build() / program} is not there; build first (./dev build)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for module in MODULES:
        __import__(module)
    world = World(chosen)
    try:
        world.start_if_needed(chosen.only)
        passed, failed, skipped = harness.run(world, chosen.only)
    finally:
        world.end()
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
