"""`kring`, the command line, against the living server."""
import json
import os
import re
import subprocess

from harness import Findings, expect, same, test
from instance import build


class Kring:
    def __init__(self, world, ref):
        self.home = world.folder(f"home-{ref}")
        self.demo = world.shared.data / "demo.json"
        self.ref = ref

    def run(self, *arguments, stdin="", code=0):
        done = subprocess.run(
            [build() / "clients/cli/kring", *arguments],
            input=stdin.encode(),
            capture_output=True,
            check=False,
            timeout=60,
            env={"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8", "TZ": "Europe/Brussels"},
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        expect(
            done.returncode == code,
            f"kring {' '.join(arguments)}: exit {done.returncode}, wanted {code}\n{out[:300]}\n{err[:300]}",
        )
        return out + err if code else out

    def json(self, *arguments, **more):
        return json.loads(self.run("--json", *arguments, **more))

    def log_in(self):
        self.run("login", "--demo", str(self.demo), self.ref)
        return self


@test("command line: log in, read, and the session is kept for oneself alone")
def _(world):
    found, els = Findings(), Kring(world, "els")
    els.run("plan", code=3)
    els.log_in()
    session = els.home / ".local/state/kring/session.json"
    found.same(session.stat().st_mode & 0o777, 0o600, "the session's mode")
    found.check(world.be.ids["id"] in els.run("families"), "families")
    found.check("els" in els.run("whoami"), "whoami")
    seen = {e["id"] for e in els.json("plan")["entries"]}
    found.same(seen, {e["id"] for e in world.client("els").plan(world.path())}, "the plan as JSON")
    found.check(any(len(line) > 10 for line in els.run("plan").splitlines()), "the plan as text")
    found.check("Sofie" in els.run("team") and "Lotte" not in els.run("team"), "the team")
    found.same([r["actor"]["id"] for r in els.json("log")["records"]][:1], [world.be.id_of("els")], "the log")
    found.check("H1" not in els.run("homes") and "mama" in els.run("homes"), "homes")
    els.run("logout")
    els.run("plan", code=3)
    found.close(7)


@test("command line: write, revise and withdraw an entry; give and withdraw a grant; ask why")
def _(world):
    found, leen, family = Findings(), Kring(world, "leen").log_in(), world.be
    made = leen.json("entry", "write", "--field", "parent_view", "--about", "Leen", stdin="Vanaf de opdrachtregel.\n")
    shown = leen.json("entry", "show", made["id"])
    found.same(shown["body"]["text"].strip(), "Vanaf de opdrachtregel.", "what was written")
    leen.run("entry", "revise", made["id"], "--saw", "1", stdin="Nog eens.")
    leen.run("entry", "revise", made["id"], "--saw", "1", stdin="Te laat.", code=6)
    found.same(leen.json("entry", "show", made["id"])["body"]["text"].strip(), "Nog eens.", "after the revision")
    found.check("Vanaf de opdrachtregel" in leen.run("entry", "show", made["id"]), "its history")
    leen.run("entry", "withdraw", made["id"])
    leen.run("entry", "show", made["id"], code=1)
    given = leen.json(
        "grant",
        "give",
        "--secrecy-ground",
        "subject_release",
        "--to",
        "Bram Wouters",
        "--field",
        "need_parenting",
        "--about",
        "Leen",
        "--until",
        "2026-03-31",
        stdin="opvoeding\n",
    )
    found.check(given["id"] in leen.run("--json", "grant", "list"), "the grant is listed")
    why = leen.json("why", "--viewer", "Bram Wouters", "--field", "need_parenting", "--about", "Leen")
    found.same((why["allowed"], why["ground"]), (True, given["id"]), "why")
    found.check(
        re.search("need_parenting|opvoed|parent", leen.run("grant", "show", given["id"]), re.I), "the grant as text"
    )
    leen.run("grant", "withdraw", given["id"], "--field", "need_parenting")
    found.same(
        leen.json("why", "--viewer", "Bram Wouters", "--field", "need_parenting", "--about", "Leen")["allowed"],
        False,
        "why not",
    )
    found.same(
        leen.json("why", "--viewer", "Els Moens", "--field", "debts_detail", "--about", "Leen")["allowed"],
        False,
        "els",
    )
    leen.run("people"), leen.run("log"), leen.run("grant", "list"), leen.run("plan", "--section", "E")
    found.close(8)


@test("command line: refusals have their exit codes, and a foreign authority is not trusted")
def _(world):
    karim, found = Kring(world, "karim").log_in(), Findings()
    hidden = next(e["id"] for e in world.client("leen").plan(world.path()) if e["field"] == "pregnancy")
    found.check("server" not in karim.run("entry", "show", hidden, code=1).lower(), "a hidden entry")
    karim.run("entry", "write", "--field", "need_money", "--about", world.be.id_of("H1"), stdin="x", code=1)
    karim.run("nonsense", code=2)
    karim.run("plan", "--section", "Z", code=2)
    account = world.shared.account("karim")
    secret = karim.home / "password"
    secret.write_text(account["password"] + "\n")
    karim.run("login", "--url", world.shared.demo["url"], "--password-file", str(secret), account["login"], code=4)
    karim.run(
        "login",
        "--url",
        world.shared.demo["url"],
        "--ca",
        world.shared.demo["ca"],
        "--password-file",
        str(secret),
        account["login"],
    )
    secret.write_text("een verkeerd wachtwoord\n")
    karim.run(
        "login",
        "--url",
        world.shared.demo["url"],
        "--ca",
        world.shared.demo["ca"],
        "--password-file",
        str(secret),
        account["login"],
        code=3,
    )
    same(karim.json("whoami")["login"], account["login"], "the old session is still there")
    found.close(1)
