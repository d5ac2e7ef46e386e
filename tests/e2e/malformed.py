"""A scenario is loaded whole or refused whole, with the place of the first fault; and a setting, a key or a
certificate that is wrong is named before anything is served."""
import json
import subprocess

from harness import Findings, expect, same, test
from instance import AS_ROOT, ROOT, as_user, build
from world import BE

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CONFIG = 64, 65, 66, 78


def kringd(world, *arguments, config=None, code=None, environment=None):
    data = world.shared.data
    user = "kring" if AS_ROOT else None
    command = [str(data / "kringd"), "--config", str(config or data / "kringd.conf"), *arguments]
    done = subprocess.run(
        as_user(user, *command) if user else command,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **(environment or {})},
    )
    if code is not None:
        expect(done.returncode == code, f"exit {done.returncode}, wanted {code}: {done.stderr[-300:]}")
    return done


def changed(change):
    data = json.loads(BE.read_text("utf-8"))
    data["id"] = "malformed"
    change(data)
    return json.dumps(data, ensure_ascii=False).encode()


def put(path, value):
    """A change: the value at an RFC 6901 pointer."""

    def change(data):
        *steps, last = [int(p) if p.isdigit() else p for p in path.split("/")[1:]]
        for step in steps:
            data = data[step]
        if value is None and isinstance(last, str):
            data.pop(last)
        else:
            data[last] = value

    return change


CASES = [  # (change, pointer)
    (put("/members/0/born", "1987-02-30"), "/members/0/born"),
    (put("/members/1/id", "leen"), "/members/1/id"),
    (put("/members/0/nickname", "x"), "/members/0/nickname"),
    (put("/members/0/households/0", "H9"), "/members/0/households/0"),
    (put("/members/0/account", "yes"), "/members/0/account"),
    (put("/members", None), "/members"),
    (put("/households/0/managers/0", "nobody"), "/households/0/managers/0"),
    (put("/jurisdiction", "FR"), "/jurisdiction"),
    (put("/time_zone", None), "/time_zone"),
    (put("/demo_at", "yesterday"), "/demo_at"),
    (put("/authority/0/child", "els"), "/authority/0/child"),
    (put("/team/0/secrecy", "some"), "/team/0/secrecy"),
    (put("/team/0/until", "2020-01-01"), "/team/0/until"),
    (put("/entries/0/field", "need_love"), "/entries/0/field"),
    (put("/entries/0/about", []), "/entries/0/about"),
    (put("/entries/0/text", 7), "/entries/0/text"),
    (put("/entries/3/about/0", "A-C01"), "/entries/3/about/0"),
    (put("/consents/0/to", "nobody"), "/consents/0/to"),
    (put("/consents/0/until", "2024-01-01"), "/consents/0/until"),
    (put("/consents/0/fields/0", "x"), "/consents/0/fields/0"),
    (put("/consents/1/id", "A-C01"), "/consents/1/id"),
    (put("/consents/3/withdrawn/need_school", "2026-01-14"), "/consents/3/withdrawn/need_school"),
    (put("/consents/6/four_eyes/suicide_selfharm_risk", "2025-12-15"), "/consents/6/four_eyes"),
    (put("/events/3/minutes", -1), "/events/3/minutes"),
    (put("/events/3/by", "leen"), "/events/3/by"),
    (put("/extra", 1), "/extra"),
    (put("/intake_date", "2025-13-01"), "/intake_date"),
    (put("/language", "xx"), "/language"),
]
RAW = [
    b"",
    b"{",
    b"[]",
    b'{"id": "a", "id": "b"}',
    b'{"id": "\xff"}',
    b"null",
    b"[" * 100,
    b'{"id": 1e999}',
    b"\xef\xbb\xbf{}",
]


def counts(world):
    return [
        world.shared.sql(db, f"SELECT count(*) FROM {table}")
        for db, table in (
            ("kring", "family"),
            ("kring", "account"),
            ("kring", "entry"),
            ("kring", "consent_grant"),
            ("kring", "body"),
            ("kring_keys", "family_key"),
        )
    ]


@test("malformed scenarios: each is refused whole, with the place of its fault, and nothing of it is stored")
def _(world):
    found, before, file = Findings(), counts(world), world.place / "malformed.json"
    for content, pointer in [(changed(c), p) for c, p in CASES] + [(raw, "") for raw in RAW]:
        file.write_bytes(content)
        file.chmod(0o644)
        done = kringd(world, "load", "--scenario", str(file))
        found.same(done.returncode, EX_DATAERR, pointer, done.stderr[-200:])
        lines = [line for line in done.stderr.splitlines() if line.startswith(str(file))]
        found.check(
            len(lines) == 1 and lines[0].startswith(f"{file}: {pointer}"),
            pointer,
            "told as",
            lines or done.stderr[-200:],
        )
        found.check(
            "Vermeiren" not in done.stderr and "Kaaistraat" not in done.stderr,
            pointer,
            "a value in the message",
            done.stderr,
        )
    found.same(counts(world), before, "what is stored")
    found.close(90)
    return f"{len(CASES) + len(RAW)} files"


@test(
    "scenarios: one that is there already is refused; with one bad file of two neither is stored; the smallest loads"
)
def _(world):
    found, before = Findings(), counts(world)
    again = kringd(world, "load", "--scenario", str(BE))
    found.check(again.returncode != 0, "the same scenario again", again.stderr[-200:])
    good, bad = world.place / "good.json", world.place / "malformed.json"
    smallest = {
        "id": "kleinste",
        "jurisdiction": "NL",
        "language": "fr",
        "time_zone": "Europe/Amsterdam",
        "demo_at": "2026-03-01T10:00",
        "intake_date": "2026-02-01",
        "members": [
            {"id": "een", "name": "Één", "born": "1990-01-01", "role": "", "households": ["H"], "account": True}
        ],
        "households": [{"id": "H", "label": "Thuis", "address": "Straat 1", "managers": ["een"], "members": ["een"]}],
        "authority": [],
        "capacity": [],
        "team": [],
        "entries": [],
        "consents": [],
        "events": [],
        "break_glass_roles": [],
    }
    good.write_text(json.dumps(smallest), "utf-8")
    bad.write_bytes(changed(put("/consents/0/to", "nobody")))
    for f in (good, bad):
        f.chmod(0o644)
    found.same(
        kringd(world, "load", "--scenario", str(good), "--scenario", str(bad)).returncode,
        EX_DATAERR,
        "one good and one bad",
    )
    found.same(counts(world), before, "what is stored")
    found.same(
        kringd(world, "load", "--scenario", str(world.place / "none.json")).returncode,
        EX_NOINPUT,
        "a file that is not there",
    )
    done = kringd(world, "load", "--scenario", str(good))
    found.same(done.returncode, 0, "the smallest family", done.stderr[-300:])
    found.same(int(counts(world)[0]), int(before[0]) + 1, "families")
    found.check(kringd(world, "load", "--scenario", str(good)).returncode != 0, "the smallest again")
    found.close(6)


@test("settings: what is wrong is named, with its line, and the server does not start")
def _(world):
    found = Findings()
    good = (world.shared.data / "kringd.conf").read_text()
    found.same(kringd(world, "--check-config").returncode, 0, "what runs is right")
    cases = [
        ("port = 99999", "port"),
        ("ports = 1", "ports"),
        ("links = many", "links"),
        ("certificate = /nonexistent", "certificate"),
        ("kek_file = /nonexistent", "kek"),
        ("data_db = password=geheim host=/tmp", "data_db"),
        ("argon2_memory_kib = 1", "argon2_memory_kib"),
        ("log_level = loud", "log_level"),
        ("demo = perhaps", "demo"),
    ]
    for line, word in cases:
        config = world.place / "bad.conf"
        config.write_text(
            "\n".join(x for x in good.splitlines() if not x.startswith(line.split(" ")[0] + " ")) + "\n" + line + "\n"
        )
        config.chmod(0o644)
        done = kringd(world, "--check-config", config=config)
        found.check(done.returncode != 0, line, "is taken")
        found.check(word in done.stderr and "geheim" not in done.stderr, line, "told as", done.stderr[-200:])
        config.unlink()
    done = kringd(world, "--check-config", environment={"KRING_PORT": "x"})
    found.check(done.returncode != 0 and "port" in done.stderr.lower(), "KRING_PORT", done.stderr[-200:])
    found.check(kringd(world, "--kek", "abc").returncode == EX_USAGE, "a secret as a flag")
    found.close(15)


@test("a demonstration with a malformed scenario says where, and keeps nothing")
def _(world):
    file = world.place / "malformed.json"
    file.write_bytes(changed(put("/entries/0/field", "need_love")))
    file.chmod(0o644)
    data = world.folder("refused-demo")
    done = subprocess.run(
        [
            "sh",
            str(ROOT / "server/app/demo.sh"),
            str(ROOT),
            str(build()),
            str(ROOT),
            "--data",
            str(data),
            "--port",
            "8698",
            "--scenario",
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    same(done.returncode, EX_DATAERR, "exit code")
    expect("/entries/0/field" in done.stderr and "ready:" not in done.stdout, done.stderr[-300:])
    expect(not (data / "demo.json").exists() and not (data / "loaded").exists(), "something is kept")
    subprocess.run(["rm", "-rf", str(data)], check=False)
