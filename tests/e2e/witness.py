"""A second organisation cosigns the log: nothing is published without it, data flows on while it is away, and a log that
was rewritten finds no witness."""
import re
import shutil
import subprocess
import time

from client import Client
from harness import expect, same, test
from instance import QUICK, Instance, build, free_port
from world import BE

NAME = "ombudsman.example/witness"


class Witness:
    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        made = subprocess.run([self.program(), "init", "--dir", folder, "--name", NAME], capture_output=True, text=True, check=True)
        self.vkey = re.search(r"\S+\+[0-9a-f]{8}\+\S+", made.stdout)[0]

    @staticmethod
    def program():
        return build() / "clients/witness/kring-witness"

    def start(self, log):
        self.process = subprocess.Popen(
            [self.program(), "serve", "--dir", self.folder, "--listen", f"127.0.0.1:{self.port}", "--log", log],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        expect("listening" in self.process.stdout.readline(), "the witness listens")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


def checkpoint(client):
    """(size, the names that signed), or None before the first."""
    reply = client.ask("GET", "/audit/checkpoint", token=False)
    if reply.status == 503:
        return None
    lines = reply.must(200).body.decode().split("\n")
    return int(lines[1]), [line.split(" ")[1] for line in lines[4:] if line]


def wait_for(what, seconds, condition):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.2)
    expect(False, f"not within {seconds} s:", what)


@test("witness: nothing is published before it cosigned; while it is away data flows and the checkpoint waits for it")
def _(world):
    folder = world.folder("witness")
    shutil.rmtree(folder)
    witness = Witness(folder)
    policy = world.place / "policy"
    policy.write_text(f"witness ombudsman {witness.vkey} http://127.0.0.1:{witness.port}\nquorum ombudsman\n")
    policy.chmod(0o644)
    with Instance(world.place, "witnessed", [BE], settings=QUICK, log_settings={"log_policy": policy}) as one:
        leen = Client(one, world.watch, "leen").log_in()
        path = "/v1/families/" + one.family()["id"]
        leen.plan(path)
        time.sleep(2)
        same(checkpoint(leen), None, "published without its witness")
        witness.start((one.data / "log.vkey").read_text().strip())
        try:
            wait_for("the first checkpoint", 30, lambda: checkpoint(leen))
            size, names = checkpoint(leen)
            same(names, [names[0], NAME], "who signed")
            expect(size >= 3, "the tree has the records", size)
        finally:
            witness.stop()
        before = checkpoint(leen)
        leen.plan(path)
        time.sleep(3)
        same(checkpoint(leen), before, "the checkpoint while the witness is away")
        same(leen.ask("GET", "/readyz", token=False).status, 200, "data flows")
        witness.start((one.data / "log.vkey").read_text().strip())
        try:
            wait_for("it goes on where it was", 30, lambda: checkpoint(leen)[0] > before[0])
        finally:
            witness.stop()
    return f"{size} records cosigned"
