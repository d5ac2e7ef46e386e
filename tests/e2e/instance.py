"""A whole Kring of its own, made by the same script as `./dev demo`, stopped and wiped at the end.

    with Instance(place, "name", scenarios=[...]) as one:
        one.port, one.demo, one.sql("kring", "SELECT 1"), one.kill_server(), one.stop()

What the demonstration has no option for is put in by replacing a line of the script in a copy; a line that is no
longer there fails at once, so a test never runs without what it asked for.
"""
import ctypes
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from harness import Failure, expect

ROOT = Path(__file__).resolve().parents[2]
PG = Path("/usr/lib/postgresql/15/bin")
FIRST_PORT, LAST_PORT = map(int, os.environ.get("KRING_TEST_PORTS", "8600-8699").split("-"))
PORTS = range(FIRST_PORT, LAST_PORT + 1)
QUICK = {"argon2_memory_kib": 19456, "argon2_passes": 2}  # where passwords are not what is tested
AS_ROOT = os.geteuid() == 0


TROUBLES = []  # of all instances that have ended


def build():
    return Path(os.environ.get("KRING_TEST_BUILD") or ROOT / "build").resolve()


def is_free(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind((address, port))
        except OSError as why:
            if why.errno == 98:
                return False
    return True


TAKEN = set()


def free_port():
    for port in PORTS:
        if port not in TAKEN and is_free(port):
            TAKEN.add(port)
            return port
    raise Failure(f"no free port from {PORTS[0]} to {PORTS[-1]}")


def end_with_us():
    """Whoever kills the suite also ends what it started."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def as_user(user, *command):
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command] if AS_ROOT else list(command)


def processes(word):
    """{pid: command line} of all that name `word`, but for this one."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, IndexError):
            continue
        if word in line and state != "Z":
            found[int(entry.name)] = line
    return found


class Instance:
    def __init__(self, place, name, scenarios=(), clock=None, settings=None, seeded=False, data=None, log_settings=None):
        self.name, self.place, self.clock = name, Path(place), clock
        self.scenarios = [Path(s) for s in scenarios]
        self.data = Path(data) if data else self.place / name
        self.script = self.place / f"{name}.sh"
        self.port = free_port()
        self.process = None
        self.out, self.err = self.place / f"{name}.out", self.place / f"{name}.err"
        self.write_script(settings or {}, seeded, log_settings or {})

    # ---- the script ----

    def write_script(self, settings, seeded, log_settings):
        text = (ROOT / "server/app/demo.sh").read_text()

        def replace(old, new):
            nonlocal text
            expect(text.count(old) == 1, f"demo.sh no longer has one {old!r}")
            text = text.replace(old, new)

        if settings:
            lines = "".join(f"\n{key} = {value}" for key, value in settings.items())
            replace("kek_file = $KEYS/kek", "kek_file = $KEYS/kek" + lines)
        if log_settings:
            lines = "".join(f"\n{key} = {value}" for key, value in log_settings.items())
            replace("log_state = $SIGNER/state", "log_state = $SIGNER/state" + lines)
        if seeded:
            replace('kringd load "$@"', 'kringd load --seed-ids yes "$@"')
        self.script.write_text(text)

    # ---- life ----

    def launch(self, *more):
        """Starts, and does not wait."""
        arguments = ["--data", str(self.data), "--port", str(self.port)]
        if not (self.data / "loaded").exists():
            for s in self.scenarios:
                arguments += ["--scenario", str(s)]
        if self.clock:
            arguments += ["--clock", self.clock]
            self.clock = None
        out, err = open(self.out, "wb"), open(self.err, "ab")
        self.process = subprocess.Popen(
            ["sh", str(self.script), str(ROOT), str(build()), str(ROOT), *arguments, *more],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            preexec_fn=end_with_us,
        )
        out.close(), err.close()
        return self

    def await_ready(self, seconds=120):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if f"ready: https://localhost:{self.port}" in self.out.read_text("utf-8", "replace"):
                self.demo = json.loads((self.data / "demo.json").read_text("utf-8"))
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise Failure(f"{self.name} did not become ready (exit {self.process.poll()}):\n" + self.tail())

    def start(self, *more):
        return self.launch(*more).await_ready()

    def kinds_of_records(self):
        command = as_user("kring", self.data / "kringd", "--config", self.data / "kringd.conf", "log", "check", "--kinds", "yes")
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    def stop(self, seconds=60):
        """SIGTERM, as whoever runs the demo would; gives the exit code. RECORDS_TO: a file for tests/records.py --take."""
        if not self.process:
            return 0
        if os.environ.get("RECORDS_TO") and self.process.poll() is None:
            with open(os.environ["RECORDS_TO"], "a", encoding="utf-8") as to:
                to.write(self.kinds_of_records().stdout)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        code, self.process = self.process.returncode, None
        return code

    def left_behind(self):
        return processes(str(self.data))

    def __enter__(self):
        return self.await_ready() if self.process else self.start()

    def __exit__(self, *_):
        self.wipe()

    def wipe(self):
        self.stop()
        self.note_troubles()
        for pid in self.left_behind():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        subprocess.run(["rm", "-rf", str(self.data)], check=False)
        TAKEN.discard(self.port)

    def note_troubles(self):
        """What no server may ever say: a broken assertion, or what a sanitizer found."""
        log = self.data / "log/kringd.log"
        lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
        TROUBLES.extend(
            f"{self.name}: {line}"
            for line in lines
            if "Sanitizer" in line or "runtime error:" in line or "must(" in line
        )

    def tail(self):
        return "\n".join(self.err.read_text("utf-8", "replace").splitlines()[-15:])

    # ---- what runs ----

    def server_pid(self):
        for pid, line in processes(f"{self.data}/kringd ").items():
            if line.endswith(" serve") and not line.startswith(("sh ", "setpriv ", "env ")):
                return pid
        return None

    def postgres_pid(self):
        try:
            pid = int((self.data / "postgresql/postmaster.pid").read_text().split("\n")[0])
            return pid if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres" else None
        except (OSError, ValueError):
            return None

    def memory_kib(self):
        status = Path(f"/proc/{self.server_pid()}/status").read_text()
        return {
            k: int(v.split()[0])
            for k, v in (line.split(":", 1) for line in status.splitlines())
            if k in ("VmRSS", "VmHWM")
        }

    def kill_server(self, how=signal.SIGKILL):
        pid = self.server_pid()
        if pid:
            os.kill(pid, how)
        return pid

    def kill_postgres(self, how=signal.SIGKILL):
        pid = self.postgres_pid()
        if pid:
            os.kill(pid, how)
        return pid

    def log_pid(self):
        for pid, line in processes(f"{self.data}/kringd ").items():
            if line.endswith(" log run") and not line.startswith(("sh ", "setpriv ", "env ")):
                return pid
        return None

    def kill_log(self, how=signal.SIGKILL):
        pid = self.log_pid()
        if pid:
            os.kill(pid, how)
        return pid

    def supervisor(self, how):
        self.process.send_signal(how)

    # ---- the database, from behind ----

    def socket_folder(self):
        return (self.data / "socket").read_text().strip()

    def sql(self, database, statement, check=True):
        done = subprocess.run(
            as_user(
                "postgres",
                str(PG / "psql"),
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                self.socket_folder(),
                "-U",
                "postgres",
                "-d",
                database,
                "-c",
                statement,
            ),
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        if check and done.returncode != 0:
            raise Failure(f"psql: {done.stderr}")
        return done.stdout.strip()

    def dump(self, database, to):
        with open(to, "wb") as out:
            done = subprocess.run(
                as_user(
                    "postgres", str(PG / "pg_dump"), "-h", self.socket_folder(), "-U", "postgres", "-d", database
                ),
                stdout=out,
                stderr=subprocess.PIPE,
                cwd="/",
                check=False,
            )
        expect(done.returncode == 0, f"pg_dump: {done.stderr.decode()}")

    # ---- demo.json ----

    def family(self, ref=None):
        return next(f for f in self.demo["families"] if ref in (None, f["ref"]))

    def account(self, ref, family=None):
        """An account by its ref; of a family that is not the first, its login bears the family's name."""
        rows = [a for a in self.demo["accounts"] if a["ref"] == ref]
        if family and family != self.demo["families"][0]["ref"]:
            rows = [a for a in rows if a["login"].endswith("@" + family)] or [
                a for a in rows if not self.also_first(a["ref"])
            ]
        expect(rows, f"no account {ref} of {family}")
        return rows[0]

    def also_first(self, ref):
        first = self.demo["families"][0]
        return any(ref in first[kind] for kind in ("people", "helpers"))
