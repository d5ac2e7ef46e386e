"""Stopped and started again: with its data, in seconds, at a later moment; and no process is left behind."""
import time

from access import by_reading, compare_all
from harness import Findings, Skip, expect, same, test
from instance import processes


@test("start again: SIGTERM leaves no process and no socket; the second start takes seconds and has the data")
def _(world):
    shared, path = world.shared, world.path()
    before = world.client("karim").plan(path)
    socket = shared.socket_folder()
    began = time.monotonic()
    same(shared.stop(), 0, "exit code")
    stopped = time.monotonic() - began
    same(shared.left_behind(), {}, "processes")
    same(processes(socket), {}, "processes at its socket")
    if world.nl:
        shared.clock = world.nl.data["demo_at"] + ":00+02:00"
    began = time.monotonic()
    shared.start()
    took = time.monotonic() - began
    for client in world.known.values():
        client.close()
    same(shared.family(world.be.ref), world.be.ids, "the same ids")
    if not world.nl:
        same(world.client("karim").plan(path), before, "karim's plan")
    expect(took < 30, f"{took:.1f} s")
    world.known.clear()
    return f"stopped in {stopped:.1f} s, ready again in {took:.1f} s"


@test("expected access, the Netherlands: those at its demo_at by reading the plan as that user")
def _(world):
    if not world.nl:
        raise Skip("there is no Dutch scenario")
    found = by_reading(world, world.nl)
    found.close(15)
    return f"{found.checked} cases"


@test("oracle, the Netherlands, at its demo_at: plan, people, homes, team and grants of every account")
def _(world):
    if not world.nl:
        raise Skip("there is no Dutch scenario")
    found = compare_all(world, world.nl, world.nl.moment(world.nl.data["demo_at"]))
    found.close(300)
    return f"{found.checked} comparisons"


@test("the second start refuses another scenario, another demo's folder, a taken port and nonsense")
def _(world):
    import subprocess
    from instance import ROOT, build

    shared, found = world.shared, Findings()

    def refused(code, *arguments):
        done = subprocess.run(
            ["sh", str(ROOT / "server/app/demo.sh"), str(ROOT), str(build()), str(ROOT), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        found.same(done.returncode, code, *arguments, done.stderr[-200:])

    refused(75, "--data", str(shared.data), "--port", "8699")
    refused(64, "--data", str(shared.data), "--port", "99999")
    refused(64, "--nonsense")
    refused(64, "--data")
    refused(66, "--scenario", "/nonexistent.json", "--data", str(world.place / "none"))
    refused(73, "--data", str(world.folder("home-els").parent))
    refused(69, "--data", str(world.place / "none"), "--port", str(shared.port))
    found.close(7)
