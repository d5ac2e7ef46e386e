"""The database goes away and comes back; the server says so, discloses nothing, and goes on without a restart."""
import os
import signal
import threading
import time
from pathlib import Path

from answers import listed
from good import Good
from harness import Findings, expect, same, test


def backends(instance):
    """The postmaster and all its children."""
    postmaster = instance.postgres_pid()
    found = [postmaster]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == postmaster:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                pass
    return found


def wait_until(condition, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    expect(False, f"not within {seconds} s:", what)


def gone(pid):
    return not Path(f"/proc/{pid}").exists()


@test(
    "database away: every operation that needs it says 503 with Retry-After, and it comes back without a restart of the server"
)
def _(world):
    good, found, shared = Good(world), Findings(), world.shared
    requests = {operation: good.request(operation) for operation in listed(world, "unavailable")}
    server, readiness = shared.server_pid(), world.stranger()
    same(readiness.get("/readyz").status, 200, "ready before")
    plan = good.client.get(good.path + "/plan").must(200)
    shared.supervisor(signal.SIGSTOP)  # or it would be back at once
    try:
        postmaster = shared.kill_postgres(signal.SIGQUIT)
        wait_until(
            lambda: gone(postmaster) or "Z" in Path(f"/proc/{postmaster}/stat").read_text().rsplit(")", 1)[1][:3],
            20,
            "PostgreSQL ends",
        )
        for operation, (method, target, body, headers) in requests.items():
            reply = good.client.ask(method, target, body, headers=headers, token=operation not in ("session_create", "join"))
            found.same((reply.status, reply.problem()), (503, "unavailable"), operation)
            found.check(int(reply.header("Retry-After") or 0) >= 1, operation, "Retry-After")
        found.same(readiness.get("/healthz").status, 200, "alive")
        wait_until(lambda: readiness.get("/readyz").status == 503, 15, "/readyz says so")
    finally:
        shared.supervisor(signal.SIGCONT)
    wait_until(lambda: good.client.get(good.path + "/plan").status == 200, 30, "it reads again")
    found.same(good.client.get(good.path + "/plan").json(), plan.json(), "the plan after that")
    wait_until(lambda: readiness.get("/readyz").status == 200, 15, "/readyz says so again")
    found.same(shared.server_pid(), server, "the server was not started again")
    found.same(
        good.client.ask(*requests["entry_create"][:3], headers=requests["entry_create"][3]).status,
        201,
        "and writes again",
    )
    found.close(40)
    return f"{len(requests)} operations"


@test("database frozen: whoever waits is told 503 in time, and nothing is disclosed without its record")
def _(world):
    good, found, shared = Good(world), Findings(), world.shared
    bram, results = world.client("bram"), {}
    requests = {op: good.request(op) for op in ("plan_get", "log_list", "entry_create")}
    frozen = backends(shared)

    def ask(name):
        method, target, body, headers = requests[name]
        results[name] = good.client.twin().ask(method, target, body, headers=headers)

    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        threads = [threading.Thread(target=ask, args=(name,)) for name in requests]
        for t in threads:
            t.start()
        found.same(world.stranger().get("/healthz").status, 200, "alive meanwhile")
        for t in threads:
            t.join(40)
        took = time.monotonic() - began
    finally:
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)
    for name in requests:
        found.check(
            name in results and results[name].problem() == "unavailable" and results[name].header("Retry-After"),
            name,
            results.get(name),
        )
    found.check(2 < took < 20, f"after {took:.1f} s")
    wait_until(lambda: good.client.get(good.path + "/plan").status == 200, 30, "it reads again")
    found.same(bram.get(world.path() + "/plan").status, 200, "for others too")
    method, target, body, headers = requests["entry_create"]
    found.same(
        good.client.ask(method, target, body, headers=headers).status,
        201,
        "the same key again, whatever became of the first try",
    )
    texts = [
        e for e in good.client.plan(good.path) if e["body"]["text"] == body["text"] and e["field"] == body["field"]
    ]
    found.check(len(texts) >= 1, "it is there")
    found.close(7)
    return f"503 after {took:.1f} s"
