#!/usr/bin/env python3
"""`kring` from outside: the program against a scripted server over real TLS.

  test_cli.py KRING PROTO_FOLDER

Standard library and the openssl command only.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from stub import DROP, Answer, Contract, Stub, make_certificate, problem  # noqa: E402

KRING, PROTO = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
FAMILY = "0a000000-0000-4000-8000-000000000001"
LEEN, NOOR, MAMA = (f"0b000000-0000-4000-8000-00000000000{i}" for i in range(1, 4))
ELS, ELSE = (f"0c000000-0000-4000-8000-00000000000{i}" for i in range(1, 3))
ENTRY, GRANT, RECORD = (f"0d000000-0000-4000-8000-00000000000{i}" for i in range(1, 4))
TOKEN, PASSWORD = "tok_abcdefghijklmnopqrstuvwxyz0123456789", "een wachtwoord met spaties é"
BASE = f"/v1/families/{FAMILY}"
MOMENT = "2026-01-20T11:00:00.000000Z"
EVIL = "start\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202egnp\u2066\nsecond\r\nthird\x08\tend"

PEOPLE = {
    "people": [
        {
            "id": LEEN,
            "call_name": "Leen",
            "name": "Leen Vermeiren",
            "born": "1988-05-12",
            "role": "mama",
            "languages": ["nl", "fr"],
        },
        {"id": NOOR, "call_name": "Noor Haddou"},
    ]
}
HOMES = {
    "households": [
        {
            "id": MAMA,
            "label": "Bij mama",
            "address": "Kade 3, Waterdijk",
            "residents": [LEEN, NOOR],
            "managers": [LEEN],
        }
    ]
}
TEAM = {
    "team": [
        {
            "id": ELS,
            "name": "Els Moens",
            "role": "huurbegeleider",
            "organisation": "Woonmaatschappij",
            "secrecy": "professional",
            "from": MOMENT,
            "coordinator": False,
        },
        {"id": ELSE, "name": "Elke Baert", "coordinator": True},
    ]
}


def entry(text="De huur is te hoog.", **more):
    return {
        "id": ENTRY,
        "field": "need_money",
        "section": "E",
        "about": [MAMA],
        "author": LEEN,
        "written_at": MOMENT,
        "version": 3,
        "level": "exact",
        "body": {"text": text},
        **more,
    }


GRANT_BODY = {
    "id": GRANT,
    "givers": [LEEN],
    "about": [MAMA],
    "recipient": ELS,
    "purpose": "hulp bij de huur",
    "from": MOMENT,
    "until": "2026-12-31T23:00:00.000000Z",
    "basis": "consent",
    "fields": [{"field": "need_housing", "state": "active"}, {"field": "need_money", "state": "ended"}],
}
LOG = {
    "records": [
        {
            "id": RECORD,
            "at": MOMENT,
            "kind": "plan.read",
            "outcome": "done",
            "emergency": False,
            "actor": {"kind": "helper", "id": ELS, "name": "Els Moens", "organisation": "Woonmaatschappij"},
            "items": [
                {
                    "field": "need_money",
                    "about": [MAMA],
                    "entry": ENTRY,
                    "version": 3,
                    "rule": "R-02",
                    "ground": GRANT,
                }
            ],
        }
    ]
}


def history(**more):
    return entry(
        history=[
            {"version": 3, "author": LEEN, "written_at": MOMENT, "body": {"text": "De huur is te hoog."}},
            {"version": 2, "author": LEEN, "written_at": MOMENT, "body": {"text": "De huur is hoog."}},
        ],
        **more,
    )


class Result:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr
        self.text, self.trouble = self.out.decode(), self.err.decode()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Path(tempfile.mkdtemp(prefix="kring-cli-"))
        cls.contract = Contract(PROTO)
        cls.certificate = make_certificate(cls.root, "server", "DNS:localhost,IP:127.0.0.1")
        cls.other = make_certificate(cls.root, "other", "DNS:elsewhere.example")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.root))
        self.stub = Stub(self.certificate, self.contract)
        self.url = f"https://localhost:{self.stub.port}"
        self.answers = self.stub.answers
        self.answers.update(
            {
                ("POST", "/v1/session"): Answer(201, {"token": TOKEN, "expires_at": MOMENT}),
                ("DELETE", "/v1/session"): Answer(204),
                ("DELETE", "/v1/sessions"): Answer(204),
                ("GET", "/v1/account"): Answer(
                    200,
                    {
                        "id": NOOR,
                        "kind": "person",
                        "login": "leen",
                        "families": [{"id": FAMILY, "as": "person", "person": LEEN}],
                    },
                ),
                ("GET", "/v1/families"): Answer(
                    200, {"families": [{"id": FAMILY, "jurisdiction": "BE-VLG", "language": "nl", "as": "person"}]}
                ),
                ("GET", f"{BASE}/people"): Answer(200, PEOPLE),
                ("GET", f"{BASE}/households"): Answer(200, HOMES),
                ("GET", f"{BASE}/team"): Answer(200, TEAM),
                ("GET", f"{BASE}/plan"): Answer(200, {"entries": [entry()]}),
                ("GET", f"{BASE}/entries/{ENTRY}"): Answer(200, history(), {"ETag": '"seen-3"'}),
                ("POST", f"{BASE}/entries"): Answer(
                    201, {"id": ENTRY, "version": 1}, {"Location": "/v1/x", "ETag": '"1"'}
                ),
                ("PUT", f"{BASE}/entries/{ENTRY}"): Answer(200, {"id": ENTRY, "version": 4}, {"ETag": '"4"'}),
                ("DELETE", f"{BASE}/entries/{ENTRY}"): Answer(204),
                ("GET", f"{BASE}/grants"): Answer(200, {"grants": [GRANT_BODY]}),
                ("GET", f"{BASE}/grants/{GRANT}"): Answer(200, GRANT_BODY),
                ("POST", f"{BASE}/grants"): Answer(201, {"id": GRANT}, {"Location": "/v1/x"}),
                ("POST", f"{BASE}/grants/{GRANT}/withdrawal"): Answer(
                    200, {"id": GRANT, "withdrawn": ["need_money"]}
                ),
                ("GET", f"{BASE}/access"): Answer(
                    200, {"allowed": True, "level": "exact", "rule": "R-02", "ground": GRANT}
                ),
                ("GET", f"{BASE}/log"): Answer(200, LOG),
            }
        )
        self.environment = {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "LANG": "en_GB.UTF-8",
            "TZ": "Europe/Brussels",
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")},
        }
        self.session = self.folder / ".local/state/kring/session.json"

    def tearDown(self):
        self.stub.close()
        self.assertEqual(self.stub.faults, [], "the contract was not kept")

    def kring(self, *arguments, stdin=b"", env=None, **options):
        return Result(
            subprocess.run(
                [KRING, *map(str, arguments)],
                input=stdin,
                stdout=options.get("stdout", subprocess.PIPE),
                stderr=subprocess.PIPE,
                env={**self.environment, **(env or {})},
                timeout=120,
                cwd=self.folder,
                check=False,
            )
        )

    def ca(self):
        return self.certificate.with_suffix(".pem")

    def log_in(self, *more):
        result = self.kring(
            "login", "--url", self.url, "--ca", self.ca(), *more, "leen", stdin=PASSWORD.encode() + b"\n"
        )
        self.assertEqual((result.code, result.trouble), (0, ""))
        self.stub.requests.clear()
        return result

    def good(self, *arguments, **options):
        result = self.kring(*arguments, **options)
        self.assertEqual((result.code, result.trouble), (0, ""), arguments)
        return result.text

    def bad(self, code, *arguments, **options):
        result = self.kring(*arguments, **options)
        self.assertEqual(result.code, code, (arguments, result.text, result.trouble))
        self.assertTrue(result.trouble.startswith("kring: "), result.trouble)
        return result

    def calls(self):
        return [(r.method, r.path) for r in self.stub.requests]


class LoggingIn(Case):
    def test_password_from_standard_input_and_where_the_token_goes(self):
        result = self.kring(
            "login", "--url", self.url + "/", "--ca", self.ca(), "leen", stdin=PASSWORD.encode() + b"\r\nnot this"
        )
        self.assertEqual(result.code, 0, result.trouble)
        self.assertEqual(self.stub.requests[0].json(), {"login": "leen", "password": PASSWORD})
        self.assertNotIn(TOKEN, result.text + result.trouble)
        kept = json.loads(self.session.read_text())
        self.assertEqual((kept["url"], kept["ca"], kept["token"]), (self.url, str(self.ca()), TOKEN))
        self.assertEqual(stat.S_IMODE(self.session.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.session.parent.stat().st_mode), 0o700)
        self.assertEqual(os.listdir(self.session.parent), ["session.json"])
        self.good("whoami")
        self.assertEqual(self.stub.requests[-1].headers["Authorization"], f"Bearer {TOKEN}")

    def test_the_umask_does_not_matter(self):
        for mask in (0, 0o777 & ~0o700):
            shutil.rmtree(self.folder / ".local", ignore_errors=True)
            before = os.umask(mask)
            try:
                self.log_in()
            finally:
                os.umask(before)
            self.assertEqual(stat.S_IMODE(self.session.stat().st_mode), 0o600)
            self.assertEqual(stat.S_IMODE(self.session.parent.stat().st_mode), 0o700)

    def test_json_never_shows_the_token(self):
        result = self.log_in("--json")
        self.assertEqual(json.loads(result.text), {"url": self.url, "expires_at": MOMENT})

    def test_password_file(self):
        secret = self.folder / "secret"
        secret.write_text(PASSWORD + "\nsecond line\n")
        self.good("login", "--url", self.url, "--ca", self.ca(), "--password-file", secret, "leen")
        self.assertEqual(self.stub.requests[0].json()["password"], PASSWORD)
        self.bad(2, "login", "--url", self.url, "--ca", self.ca(), "--password-file", self.folder / "none", "leen")
        secret.write_text("\nsecond")
        self.bad(2, "login", "--url", self.url, "--ca", self.ca(), "--password-file", secret, "leen")

    def test_no_password_by_argument(self):
        for arguments in (["--password", "x"], ["--password=x"], ["leen", "x"]):
            self.bad(2, "login", "--url", self.url, *arguments, "leen")
        self.assertEqual(self.calls(), [])

    def test_demo(self):
        demo = self.folder / "demo.json"
        shutil.copy(self.ca(), self.folder / "ca.pem")
        demo.write_text(
            json.dumps(
                {
                    "url": self.url,
                    "ca": "ca.pem",
                    "families": [],
                    "accounts": [{"ref": "els", "kind": "helper", "login": "els@demo", "password": "geheim"}],
                }
            )
        )
        self.good("login", "--demo", demo, "els")
        self.assertEqual(self.stub.requests[0].json(), {"login": "els@demo", "password": "geheim"})
        self.assertEqual(json.loads(self.session.read_text())["ca"], str(self.folder / "ca.pem"))
        self.assertIn("els", self.bad(2, "login", "--demo", demo, "piet").trouble)
        for content in (
            "{}",
            "[]",
            '{"url":1,"ca":"x","accounts":[]}',
            '{"url":"https://x","ca":"x"}',
            "{",
            "",
            '{"a":1,"a":2}',
        ):
            demo.write_text(content)
            self.bad(2, "login", "--demo", demo, "els")
        self.bad(2, "login", "--demo", self.folder / "none", "els")

    def test_environment(self):
        self.good(
            "login",
            "leen",
            stdin=b"x",
            env={"KRING_URL": self.url, "KRING_CA": str(self.ca()), "KRING_SESSION": "sub/mine.json"},
        )
        self.assertTrue((self.folder / "sub/mine.json").exists())
        self.assertFalse(self.session.exists())
        self.good("whoami", "--session", "sub/mine.json")
        self.bad(3, "whoami")

    def test_refusals(self):
        self.answers["POST", "/v1/session"] = problem(401, "bad-login", "The login or the password is not right")
        login = ("login", "--url", self.url, "--ca", self.ca(), "leen")
        self.assertIn("not right", self.bad(3, *login, stdin=b"x").trouble)
        self.answers["POST", "/v1/session"] = problem(429, "too-many-requests", headers={"Retry-After": "30"})
        self.assertIn("30", self.bad(5, *login, stdin=b"x").trouble)
        self.answers["POST", "/v1/session"] = problem(401, "second-factor-required")
        self.assertIn("code", self.bad(3, *login, stdin=b"x").trouble)
        self.bad(2, *login, stdin=b"")
        self.bad(2, *login, stdin=b"x" * 5000)
        self.assertFalse(self.session.exists())

    def test_login_is_not_sent_twice(self):
        self.answers["POST", "/v1/session"] = DROP
        self.bad(4, "login", "--url", self.url, "--ca", self.ca(), "leen", stdin=b"x")
        self.assertEqual(len(self.stub.requests), 1)

    def test_a_token_that_is_a_header(self):
        for token in ("a\r\nX-Evil: 1", "a b", "", "x" * 600, 'é'):
            self.answers["POST", "/v1/session"] = Answer(201, {"token": token, "expires_at": MOMENT}, checked=False)
            self.bad(4, "login", "--url", self.url, "--ca", self.ca(), "leen", stdin=b"x")
        self.answers["POST", "/v1/session"] = Answer(201, {"expires_at": MOMENT})
        self.bad(4, "login", "--url", self.url, "--ca", self.ca(), "leen", stdin=b"x")
        self.assertFalse(self.session.exists())

    def test_a_place_that_cannot_be_written(self):
        for place in ("/proc/nowhere/s.json", "/dev/null/s.json"):
            self.bad(1, "login", "--url", self.url, "--ca", self.ca(), "--session", place, "leen", stdin=b"x")
        self.bad(2, "login", "--url", self.url, "leen", stdin=b"x", env={"HOME": "", "XDG_STATE_HOME": "relative"})

    def test_addresses(self):
        for url in (
            "http://localhost",
            "localhost:8443",
            "https://",
            "https://user@localhost",
            "https://localhost/path",
            "https://localhost:0",
            "https://localhost:65536",
            "https://localhost?x",
            "https://local host",
            "ftp://x",
            "https://localhost#x",
            "https://a\r\nb",
        ):
            self.bad(2, "login", "--url", url, "leen", stdin=b"x")
        self.bad(2, "login", "leen", stdin=b"x")

    def test_logout(self):
        self.log_in()
        self.answers["DELETE", "/v1/session"] = problem(503, "unavailable", headers={"Retry-After": "7"})
        self.bad(5, "logout")
        self.assertTrue(self.session.exists())
        self.answers["DELETE", "/v1/session"] = Answer(204)
        self.assertIn("logged out", self.good("logout"))
        self.assertFalse(self.session.exists())
        self.log_in()
        self.good("logout", "--all")
        self.assertEqual(self.calls(), [("DELETE", "/v1/sessions")])
        self.log_in()
        self.answers["DELETE", "/v1/session"] = problem(401, "unauthenticated")
        self.good("logout")
        self.assertFalse(self.session.exists())
        self.bad(3, "logout")


class SessionFile(Case):
    def setUp(self):
        super().setUp()
        self.log_in()

    def refused(self):
        result = self.bad(3, "whoami")
        self.assertEqual(self.calls(), [], "nothing may be sent")
        return result

    def test_others_can_read_it(self):
        for mode in (0o640, 0o604, 0o660, 0o610):
            self.session.chmod(mode)
            self.refused()

    def test_a_link_or_a_pipe_in_its_place(self):
        real = self.folder / "real.json"
        self.session.rename(real)
        self.session.symlink_to(real)
        self.refused()
        self.session.unlink()
        os.link(real, self.session)
        self.refused()
        self.session.unlink()
        os.mkfifo(self.session, 0o600)
        self.refused()

    def test_others_can_write_in_its_folder(self):
        self.session.parent.chmod(0o777)
        self.refused()
        self.log_in()  # the folder is ours: made right again
        self.assertEqual(stat.S_IMODE(self.session.parent.stat().st_mode), 0o700)
        open_folder = self.folder / "open"
        open_folder.mkdir()
        open_folder.chmod(0o777)
        self.bad(
            1, "login", "--url", self.url, "--ca", self.ca(), "--session", open_folder / "s.json", "leen", stdin=b"x"
        )
        self.assertEqual(os.listdir(open_folder), [])

    def test_damaged(self):
        kept = json.loads(self.session.read_text())
        for change in (
            {"url": "http://localhost"},
            {"url": "https://a/b"},
            {"token": "a\r\nb"},
            {"token": ""},
            {"ca": "relative.pem"},
            {"expires_at": "soon"},
            {"token": None},
        ):
            self.session.write_text(json.dumps({**kept, **change}))
            self.refused()
        for content in (
            "",
            "{",
            "[]",
            "null",
            json.dumps(kept)[:-1],
            '{"url":"https://x","url":"https://y"}',
            " " * 20000,
        ):
            self.session.write_text(content)
            self.refused()

    def test_another_server_than_the_environment_says(self):
        result = self.bad(3, "plan", env={"KRING_URL": "https://elsewhere.example"})
        self.assertIn(self.url, result.trouble)
        self.assertEqual(self.calls(), [])
        self.good("plan", env={"KRING_URL": self.url + "/"})


class Reading(Case):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_tables(self):
        for arguments, wanted in (
            (["whoami"], ["leen", self.url, FAMILY, "family member"]),
            (["families"], [FAMILY, "BE-VLG"]),
            (["people"], ["Leen Vermeiren", "1988-05-12", "nl, fr", NOOR]),
            (["homes"], ["Bij mama", "Kade 3", "Leen, Noor Haddou"]),
            (["team"], ["Els Moens", "professional secrecy", "coordinator", "2026-01-20 12:00"]),
            (
                ["plan"],
                [
                    "E  Life domains",
                    "Money: what is needed – Bij mama",
                    "De huur is te hoog.",
                    "Leen · 2026-01-20 12:00 · Version 3",
                ],
            ),
            (["entry", "show", ENTRY], ["De huur is te hoog.", "Earlier", "De huur is hoog."]),
            (["grant", "list"], ["Els Moens", "Housing", "(over)", "2026-12-31", GRANT]),
            (["grant", "show", GRANT], ["hulp bij de huur", "consent", "2026-12-31"]),
            (["log"], ["Els Moens, Woonmaatschappij", "plan.read", "Money: what is needed: Bij mama (R-02)"]),
        ):
            text = self.good(*arguments)
            for part in wanted:
                self.assertIn(part, text, arguments)
            self.assertNotIn("\x1b", text)

    def test_languages(self):
        self.assertIn("Geld: wat is nodig", self.good("plan", "--lang", "nl"))
        self.assertIn("Argent : ce qu'il faut", self.good("plan", env={"LANG": "fr_BE.UTF-8"}))
        self.assertIn("Delen van het leven", self.good("plan", env={"LC_ALL": "nl", "LANG": "fr"}))
        self.assertIn("Life domains", self.good("plan", env={"LC_ALL": "C", "LANG": "nl_BE"}))
        self.assertIn("Life domains", self.good("plan", env={"LANG": "nlx"}))
        self.bad(2, "plan", "--lang", "de")

    def test_json_is_untouched(self):
        odd = b'{ "entries" : [],\n "next" : "c1" }'
        last = b'{"entries":[]}\n'
        self.answers["GET", f"{BASE}/plan"] = [Answer(200, odd), Answer(200, last)]
        result = self.kring("plan", "--json")
        self.assertEqual((result.code, result.out), (0, odd + b"\n" + last))
        for arguments in (
            ["whoami"],
            ["families"],
            ["people"],
            ["homes"],
            ["team"],
            ["entry", "show", ENTRY],
            ["grant", "list"],
            ["grant", "show", GRANT],
            ["log"],
            ["why", "--viewer", ELS, "--field", "need_money", "--about", MAMA],
        ):
            self.stub.requests.clear()
            json.loads(self.good("--json", *arguments))
            self.assertLessEqual(len(self.stub.requests), 2, "ids need no look at the lists")

    def test_pages_are_followed(self):
        seen = []

        def page(request):
            seen.append(request.query.get("cursor"))
            n = len(seen)
            more = {"next": f"page.{n}"} if n < 4 else {}
            return Answer(200, {"entries": [entry(f"Tekst {n}")], **more})

        self.answers["GET", f"{BASE}/plan"] = page
        text = self.good("plan", "--section", "e", "--field", "need_money", "--about", "Bij mama")
        self.assertEqual(seen, [None, ["page.1"], ["page.2"], ["page.3"]])
        self.assertTrue(all(f"Tekst {n}" in text for n in range(1, 5)))
        self.assertEqual(text.count("Life domains"), 1)
        query = self.stub.requests[-1].query
        self.assertEqual((query["section"], query["field"], query["about"]), (["E"], ["need_money"], [MAMA]))

    def test_pages_that_do_not_end(self):
        for cursor in ("same", "a b", "x" * 600, "a&b=c", "\r\n"):
            self.answers["GET", f"{BASE}/plan"] = Answer(200, {"entries": [], "next": cursor}, checked=False)
            self.bad(4, "plan")
            self.assertLess(len(self.stub.requests), 40)

    def test_nothing(self):
        self.answers["GET", f"{BASE}/plan"] = Answer(200, {"entries": []})
        self.assertIn("nothing here that you may read", self.good("plan"))
        self.assertEqual(self.good("plan", "--json"), '{"entries": []}\n')

    def test_which_family(self):
        two = [{"id": i, "jurisdiction": "NL", "language": "nl", "as": "helper"} for i in (FAMILY, NOOR)]
        self.answers["GET", "/v1/families"] = Answer(200, {"families": two})
        result = self.bad(2, "plan")
        self.assertTrue(FAMILY in result.trouble and NOOR in result.trouble)
        self.good("plan", "--family", FAMILY)
        self.answers["GET", "/v1/families"] = Answer(200, {"families": []})
        self.bad(1, "plan")
        for wrong in ("../..", "x", FAMILY.upper(), FAMILY + "/plan", ""):
            self.bad(2, "plan", "--family", wrong)

    def test_answers_of_another_shape(self):
        for body in (
            {},
            {"entries": 3},
            {
                "entries": [
                    3,
                    None,
                    {},
                    [],
                    {"body": 3, "about": [3, {}], "author": {}, "written_at": "gisteren", "section": "ZZ"},
                ]
            },
        ):
            self.answers["GET", f"{BASE}/plan"] = Answer(200, body, checked=False)
            self.good("plan", "--family", FAMILY)
        for arguments, path in (
            (["log"], "log"),
            (["grant", "list"], "grants"),
            (["people"], "people"),
            (["homes"], "households"),
            (["team"], "team"),
        ):
            name = {"log": "records"}.get(path, path)
            self.answers["GET", f"{BASE}/{path}"] = Answer(
                200, {name: [{}, 3, {"items": [{}], "actor": 3, "fields": [{}], "residents": [1]}]}, checked=False
            )
            self.good(*arguments)

    def test_width(self):
        long = "woord " * 200 + "x" * 300
        self.answers["GET", f"{BASE}/plan"] = Answer(200, {"entries": [entry(long)]})
        self.assertTrue(all(len(line) <= 60 for line in self.good("plan", env={"COLUMNS": "60"}).splitlines()))
        self.assertTrue(any(len(line) > 1000 for line in self.good("plan").splitlines()), "a pipe gets no wrapping")
        self.assertTrue(all(len(line) <= 100 for line in self.good("team", env={"COLUMNS": "100"}).splitlines()))

    def test_output_that_nobody_takes(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run(
                [KRING, "plan"], stdout=full, stderr=subprocess.PIPE, env=self.environment, timeout=60, check=False
            )
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"kring: ", result.stderr)


class Hostile(Case):
    """Somebody writes an entry that would command the reader's terminal."""

    def setUp(self):
        super().setUp()
        self.log_in()
        self.answers["GET", f"{BASE}/plan"] = Answer(200, {"entries": [entry(EVIL, author=EVIL)]})
        self.answers["GET", f"{BASE}/entries/{ENTRY}"] = Answer(
            200,
            entry(
                EVIL,
                history=[
                    {"version": 2, "author": EVIL, "written_at": MOMENT, "body": {"text": EVIL, "reason": EVIL}}
                ],
            ),
            {"ETag": '"x"'},
        )
        self.answers["GET", f"{BASE}/people"] = Answer(
            200, {"people": [{"id": LEEN, "call_name": EVIL, "name": EVIL, "role": EVIL, "languages": [EVIL]}]}
        )
        self.answers["GET", f"{BASE}/households"] = Answer(
            200, {"households": [{"id": MAMA, "label": EVIL, "address": EVIL}]}
        )
        self.answers["GET", f"{BASE}/team"] = Answer(
            200, {"team": [{"id": ELS, "name": EVIL, "role": EVIL, "organisation": EVIL, "coordinator": True}]}
        )
        self.answers["GET", f"{BASE}/grants/{GRANT}"] = Answer(200, {**GRANT_BODY, "purpose": EVIL})
        self.answers["GET", f"{BASE}/log"] = Answer(
            200,
            {
                "records": [
                    {
                        **LOG["records"][0],
                        "purpose": EVIL,
                        "actor": {"kind": "helper", "name": EVIL, "organisation": EVIL},
                    }
                ]
            },
        )

    def assert_tame(self, text, allowed="\n"):
        wrong = [
            hex(ord(c))
            for c in text
            if (ord(c) < 0x20 and c not in allowed)
            or 0x7F <= ord(c) <= 0x9F
            or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ]
        self.assertEqual(wrong, [])

    def test_tables(self):
        for arguments in (
            ["plan"],
            ["entry", "show", ENTRY],
            ["people"],
            ["homes"],
            ["team"],
            ["grant", "show", GRANT],
            ["grant", "list"],
            ["log"],
        ):
            text = self.good(*arguments)
            self.assert_tame(text)
            self.assertIn("start", text, arguments)

    def test_a_fake_line_in_a_table_cell(self):
        self.answers["GET", f"{BASE}/people"] = Answer(
            200, {"people": [{"id": LEEN, "call_name": "A\nFake row\r\nanother\u2028third\x0bfourth\x85fifth"}]}
        )
        self.assertEqual(len(self.good("people").splitlines()), 2)

    def test_trouble(self):
        self.answers["GET", f"{BASE}/plan"] = problem(
            403, EVIL, EVIL, detail=EVIL, errors=[{"pointer": EVIL, "detail": EVIL}]
        )
        self.answers["GET", f"{BASE}/plan"].checked = False
        self.assert_tame(self.bad(1, "plan").trouble)
        self.assert_tame(self.bad(2, "plan", "--\x1b[31mevil").trouble)
        self.assert_tame(self.bad(2, "\x1b[31mevil").trouble)
        self.assert_tame(self.bad(1, "plan", "--about", "\x1b[31mnobody").trouble)

    def test_json_on_a_terminal_is_tame_and_the_same(self):
        raw = self.kring("plan", "--json").out.decode()
        self.assertIn("\x9b", raw, "a pipe gets the server's bytes")
        shown = on_terminal([KRING, "plan", "--json"], self.environment)
        self.assert_tame(shown, "\r\n")
        self.assertEqual(json.loads(shown), json.loads(raw))

    def test_no_colour(self):
        colour = on_terminal([KRING, "plan"], {**self.environment, "TERM": "xterm"})
        self.assertIn("\x1b[1m", colour)
        self.assert_tame(colour.replace("\x1b[1m", "").replace("\x1b[0m", ""), "\r\n")
        for env in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
            self.assert_tame(on_terminal([KRING, "plan"], {**self.environment, **env}), "\r\n")


class Writing(Case):
    def setUp(self):
        super().setUp()
        self.log_in()
        self.write = ["entry", "write", "--field", "need_money", "--about", "Bij mama"]
        self.give = [
            "grant",
            "give",
            "--to",
            "els",
            "--field",
            "need_housing",
            "--field",
            "need_money",
            "--about",
            "bij MAMA",
            "--until",
            "2026-12-31",
        ]

    def test_entry(self):
        text = self.good(
            *self.write,
            "--kind",
            "fact",
            "--assignee",
            "Els Moens",
            "--review-at",
            "2026-03-01",
            stdin="Eén\r\ntwee\n\n".encode(),
        )
        self.assertIn(ENTRY, text)
        request = self.stub.requests[-1]
        self.assertEqual(
            request.json(),
            {
                "field": "need_money",
                "about": [MAMA],
                "kind": "fact",
                "assignee": ELS,
                "review_at": "2026-03-01",
                "text": "Eén\ntwee",
            },
        )
        self.assertTrue(re.fullmatch(r"[0-9a-f-]{36}", request.headers["Idempotency-Key"]))
        self.good("entry", "write", "--field", "plan_status", "--about", "family", stdin=b"x")
        self.assertEqual(self.stub.requests[-1].json()["about"], [FAMILY])
        self.assertNotEqual(self.stub.requests[-1].headers["Idempotency-Key"], request.headers["Idempotency-Key"])

    def test_a_text_that_is_none(self):
        for text in (b"", b"\n \n", b"\xff\xfe", b"a\0b", b"x" * (1 << 20) + b"x"):
            self.bad(2, *self.write, stdin=text)
        self.bad(2, *self.write, "--text-file", self.folder / "none")
        self.assertNotIn("POST", [m for m, _ in self.calls()])

    def test_a_lost_connection_is_tried_again_with_the_same_key(self):
        self.answers["POST", f"{BASE}/entries"] = [DROP, DROP, Answer(201, {"id": ENTRY, "version": 1})]
        self.good(*self.write, stdin=b"x")
        keys = [r.headers["Idempotency-Key"] for r in self.stub.requests if r.method == "POST"]
        self.assertEqual((len(keys), len(set(keys))), (3, 1))
        self.stub.requests.clear()
        self.answers["POST", f"{BASE}/entries"] = DROP
        self.assertIn("may have happened", self.bad(4, *self.write, stdin=b"x").trouble)
        self.assertEqual(len([r for r in self.stub.requests if r.method == "POST"]), 3)

    def test_a_server_that_hangs_up_while_it_is_written_to(self):
        """Neither a broken pipe's signal nor silence: a sentence and status 4."""
        self.stub.hang_up = True
        whom = ("--family", FAMILY, "--field", "need_money", "--about", MAMA)
        for _ in range(3):
            self.bad(4, "entry", "write", *whom, stdin=b"woord " * 170000)

    def test_revise_sends_what_it_saw(self):
        self.assertIn(ENTRY, self.good("entry", "revise", ENTRY, stdin=b"Nieuw"))
        request = self.stub.requests[-1]
        self.assertEqual(
            (request.method, request.headers["If-Match"], request.json()), ("PUT", '"seen-3"', {"text": "Nieuw"})
        )
        reason = self.folder / "reason"
        reason.write_text("stond er fout\n")
        self.good("entry", "revise", ENTRY, "--saw", "3", "--reason-file", reason, stdin=b"Nieuw")
        self.assertEqual(self.stub.requests[-1].json(), {"text": "Nieuw", "reason": "stond er fout"})

    def test_conflicts(self):
        self.stub.requests.clear()
        self.bad(6, "entry", "revise", ENTRY, "--saw", "2", stdin=b"Nieuw")
        self.bad(6, "entry", "withdraw", ENTRY, "--saw", "2")
        self.assertTrue(all(m == "GET" for m, _ in self.calls()))
        for status, kind in ((412, "precondition-failed"), (409, "conflict"), (428, "precondition-required")):
            self.answers["PUT", f"{BASE}/entries/{ENTRY}"] = problem(status, kind)
            self.bad(6, "entry", "revise", ENTRY, stdin=b"Nieuw")
        self.answers["DELETE", f"{BASE}/entries/{ENTRY}"] = problem(412, "precondition-failed")
        self.bad(6, "entry", "withdraw", ENTRY)

    def test_revise_is_not_sent_twice(self):
        self.answers["PUT", f"{BASE}/entries/{ENTRY}"] = DROP
        self.bad(4, "entry", "revise", ENTRY, stdin=b"Nieuw")
        self.assertEqual(len([r for r in self.stub.requests if r.method == "PUT"]), 1)

    def test_a_tag_that_is_no_tag(self):
        for tag in ('W/"weak"', "bare", '"', '"a"b"', '"' + "x" * 300 + '"'):
            self.answers["GET", f"{BASE}/entries/{ENTRY}"] = Answer(200, history(), {"ETag": tag})
            self.bad(4, "entry", "revise", ENTRY, stdin=b"Nieuw")

    def test_withdraw_entry(self):
        self.assertIn(ENTRY, self.good("entry", "withdraw", ENTRY))
        self.assertEqual(self.stub.requests[-1].headers["If-Match"], '"seen-3"')
        self.assertEqual(self.good("entry", "withdraw", ENTRY, "--json"), "")

    def test_ids_never_become_paths(self):
        for wrong in ("..", f"{ENTRY}/../..", ENTRY.upper(), "%2e%2e", ""):
            for command in (
                ["entry", "show"],
                ["entry", "revise"],
                ["entry", "withdraw"],
                ["grant", "show"],
                ["grant", "withdraw"],
            ):
                self.bad(2, *command, wrong, stdin=b"x")

    def test_give(self):
        self.assertIn(
            GRANT, self.good(*self.give, "--from", "2026-02-01T08:30", stdin="om de huur te regelen\n".encode())
        )
        self.assertEqual(
            self.stub.requests[-1].json(),
            {
                "fields": ["need_housing", "need_money"],
                "from": "2026-02-01T07:30:00.000000Z",
                "until": "2026-12-31T23:00:00.000000Z",
                "about": [MAMA],
                "recipient": ELS,
                "purpose": "om de huur te regelen",
            },
        )

    def test_give_to_whom(self):
        self.answers["GET", f"{BASE}/team"] = Answer(
            200,
            {
                "team": [
                    {"id": ELS, "name": "Els Moens", "coordinator": False},
                    {"id": ELSE, "name": "els\u200b moens", "coordinator": False},
                ]
            },
        )
        result = self.bad(2, *self.give, stdin=b"x")
        self.assertTrue(ELS in result.trouble and ELSE in result.trouble, "a look-alike must be seen")
        self.bad(
            1,
            "grant",
            "give",
            "--to",
            "Elise",
            "--field",
            "need_money",
            "--about",
            MAMA,
            "--until",
            "2026-12-31",
            stdin=b"x",
        )
        self.bad(
            1,
            "grant",
            "give",
            "--to",
            "Bij mama",
            "--field",
            "need_money",
            "--about",
            MAMA,
            "--until",
            "2026-12-31",
            stdin=b"x",
        )
        self.bad(
            2,
            "grant",
            "give",
            "--to",
            ELS,
            "--field",
            "need_monee",
            "--about",
            MAMA,
            "--until",
            "2026-12-31",
            stdin=b"x",
        )
        for time_ in ("31-12-2026", "2026-02-30", "2026-13-01", "2026-01-01T25:00", "tomorrow", "2026-1-1", ""):
            self.bad(
                2,
                "grant",
                "give",
                "--to",
                ELS,
                "--field",
                "need_money",
                "--about",
                MAMA,
                "--until",
                time_,
                stdin=b"x",
            )
        self.assertNotIn("POST", [m for m, _ in self.calls()])

    def test_withdraw_grant(self):
        self.assertIn("Money: what is needed", self.good("grant", "withdraw", GRANT, "--field", "need_money"))
        self.assertEqual(self.stub.requests[-1].json(), {"fields": ["need_money"]})
        self.answers["POST", f"{BASE}/grants/{GRANT}/withdrawal"] = [
            DROP,
            Answer(200, {"id": GRANT, "withdrawn": []}),
        ]
        self.good("grant", "withdraw", GRANT)
        self.assertEqual(self.stub.requests[-1].json(), {})


class Asking(Case):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_why(self):
        text = self.good(
            "why",
            "--viewer",
            "els",
            "--field",
            "need_money",
            "--about",
            "Bij mama",
            "--about",
            "noor",
            "--at",
            "2026-01-20T12:00:00+01:00",
        )
        self.assertIn("Yes", text)
        self.assertIn("R-02: it is shared", text)
        self.assertIn(GRANT, text)
        query = self.stub.requests[-1].query
        self.assertEqual((query["viewer"], query["about"], query["at"]), ([ELS], [MAMA, NOOR], [MOMENT]))
        self.answers["GET", f"{BASE}/access"] = Answer(
            200, {"allowed": False, "level": "hidden", "rule": "R-01", "ground": None}
        )
        text = self.good("why", "--viewer", ELS, "--entry", ENTRY, "--lang", "nl")
        self.assertIn("Nee", text)
        self.assertEqual(set(self.stub.requests[-1].query), {"viewer", "entry"})

    def test_what_is_missing(self):
        for arguments in (
            ["--viewer", ELS],
            ["--viewer", ELS, "--field", "need_money"],
            ["--viewer", ELS, "--about", MAMA],
            ["--field", "need_money", "--about", MAMA],
            ["--viewer", ELS, "--field", "need_money", "--about", MAMA, "--entry", ENTRY],
            ["--viewer", ELS, "--entry", ENTRY, "--about", MAMA],
        ):
            self.bad(2, "why", *arguments)
        self.assertEqual(self.calls(), [])

    def test_log_period(self):
        self.good("log", "--from", "2026-01-01", "--until", "2026-06-30")
        query = next(r for r in self.stub.requests if r.path.endswith("/log")).query
        self.assertEqual(
            (query["from"], query["until"]), (["2025-12-31T23:00:00.000000Z"], ["2026-06-30T22:00:00.000000Z"])
        )

    def test_problems(self):
        path = ("GET", f"{BASE}/access")
        ask = ["why", "--viewer", ELS, "--field", "need_money", "--about", MAMA]
        for status, kind, code, part in (
            (401, "unauthenticated", 3, "session is over"),
            (403, "forbidden", 1, "may not"),
            (404, "not-found", 1, "nothing here"),
            (409, "conflict", 6, "same time"),
            (422, "unprocessable", 1, "can't be done"),
            (429, "too-many-requests", 5, "Too many"),
            (500, "internal", 5, "wrong"),
            (503, "unavailable", 5, "now"),
            (418, "teapot", 1, "A title of its own"),
        ):
            self.answers[path] = problem(status, kind, "A title of its own")
            self.assertIn(part, self.bad(code, *ask).trouble, kind)
        self.answers[path] = problem(
            400,
            "bad-query",
            "x",
            {"Retry-After": "12"},
            detail="Look at the places",
            errors=[{"pointer": "?about", "detail": "no such id"}, {"pointer": "/text", "detail": "too long"}],
        )
        result = self.bad(1, *ask, "--json")
        for part in ("Look at the places", "?about: no such id", "/text: too long", "12 seconds"):
            self.assertIn(part, result.trouble)
        self.assertEqual(json.loads(result.text)["errors"][1]["pointer"], "/text")


class Connections(Case):
    def login(self, code, *more, env=None, url=None):
        return self.bad(code, "login", "--url", url or self.url, *more, "leen", stdin=b"secret", env=env)

    def test_an_authority_that_is_not_trusted(self):
        self.assertIn("not safe", self.login(4).trouble)
        self.login(4, "--ca", self.other.with_suffix(".pem"))
        self.assertEqual(self.calls(), [], "no password may have been sent")
        self.login(2, "--ca", self.folder / "none.pem")
        (self.folder / "empty.pem").write_text("")
        self.login(4, "--ca", self.folder / "empty.pem")

    def test_another_name_in_the_certificate(self):
        stub = Stub(self.other, self.contract)
        try:
            self.assertIn(
                "not safe",
                self.login(4, "--ca", self.other.with_suffix(".pem"), url=f"https://localhost:{stub.port}").trouble,
            )
            self.assertEqual(stub.requests, [])
        finally:
            stub.close()

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.login(4, "--ca", self.ca(), url=f"https://localhost:{free.getsockname()[1]}")
        self.login(4, "--ca", self.ca(), url="https://no-such-host.invalid")

    def test_no_tls_there(self):
        with socket.socket() as plain:
            plain.bind(("127.0.0.1", 0))
            plain.listen(4)

            def serve():
                peer, _ = plain.accept()
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                peer.close()

            threading.Thread(target=serve, daemon=True).start()
            self.login(4, "--ca", self.ca(), url=f"https://localhost:{plain.getsockname()[1]}")

    def test_proxies_of_the_environment(self):
        env = {
            name: "http://127.0.0.1:1"
            for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "http_proxy")
        }
        self.good("login", "--url", self.url, "--ca", self.ca(), "leen", stdin=b"x", env=env)

    def test_netrc_is_not_asked(self):
        (self.folder / ".netrc").write_text("machine localhost login evil password evil\n")
        self.log_in()
        self.good("whoami")
        self.assertEqual(self.stub.requests[-1].headers["Authorization"], f"Bearer {TOKEN}")

    def test_redirects_are_not_followed(self):
        self.log_in()
        target = Stub(self.certificate, self.contract)
        try:
            for status in (301, 302, 303, 307, 308):
                self.answers["GET", "/v1/account"] = Answer(
                    status,
                    b"{}",
                    {"Location": f"https://localhost:{target.port}/v1/account"},
                    "application/json",
                    checked=False,
                )
                self.bad(4, "whoami")
            self.assertEqual(target.requests, [])
        finally:
            target.close()

    def test_answers_that_are_none(self):
        self.log_in()
        for answer in (
            Answer(200, b"<html>", kind="text/html", checked=False),
            Answer(200, b"{", checked=False),
            Answer(200, b"[]", checked=False),
            Answer(200, b"{} {}", checked=False),
            Answer(200, b"{}\0", checked=False),
            Answer(502, b"<html>Bad gateway", kind="text/html", checked=False),
            Answer(200, b"[" * 100000, checked=False),
        ):
            self.answers["GET", "/v1/account"] = answer
            self.assertIn("Kring server", self.bad(4, "whoami").trouble)

    def test_an_answer_without_end(self):
        self.log_in()
        big = b'{"login":"' + b"x" * (17 << 20) + b'"}'
        self.answers["GET", "/v1/account"] = Answer(200, big, checked=False)
        self.assertIn("too large", self.bad(4, "whoami").trouble)


def on_terminal(arguments, env, typed=b"", wait_for=None, stdin_too=False):
    """Runs with standard output on a terminal of its own; returns what it showed."""
    master, slave = pty.openpty()
    attributes = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [str(a) for a in arguments],
        stdin=slave if stdin_too else subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env=env,
        close_fds=True,
        start_new_session=True,
        preexec_fn=(lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0)) if stdin_too else None,
    )
    shown, sent, echo = b"", not typed, None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([master], [], [], 0.05)
        if ready:
            try:
                shown += os.read(master, 65536)
            except OSError:
                break
        if not sent and wait_for in shown:
            echo = termios.tcgetattr(slave)[3] & termios.ECHO
            os.write(master, typed)
            sent = True
        if not ready and process.poll() is not None:
            break
    process.wait(30)
    after = termios.tcgetattr(slave)
    os.close(slave)
    os.close(master)
    if typed:
        return shown.decode(), process.returncode, echo, attributes[3] == after[3]
    return shown.decode()


class Typing(Case):
    def login(self, typed):
        arguments = [KRING, "login", "--url", self.url, "--ca", self.ca(), "leen"]
        return on_terminal(arguments, self.environment, typed, b"Password: ", stdin_too=True)

    def test_the_password_is_not_shown(self):
        shown, code, echo, restored = self.login(b"geheim\n")
        self.assertEqual((code, echo, restored), (0, 0, True), shown)
        self.assertNotIn("geheim", shown)
        self.assertEqual(self.stub.requests[0].json()["password"], "geheim")

    def test_the_echo_comes_back_after_an_interruption(self):
        shown, code, _, restored = self.login(b"gehe\x03")
        self.assertEqual((code, restored), (-signal.SIGINT, True), shown)
        self.assertEqual(self.calls(), [])

    def test_nobody_types(self):
        _, code, _, restored = self.login(b"\n")
        self.assertEqual((code, restored), (2, True))
        self.assertEqual(self.calls(), [])


class Helping(Case):
    def test_help_and_usage(self):
        self.assertIn("entry write", self.good("--help"))
        self.assertIn("--purpose-file", self.good("grant", "give", "--help"))
        self.assertEqual(self.good("help", "grant", "give"), self.good("grant", "give", "-h"))
        self.assertIn("grant withdraw", self.good("help", "grant"))
        self.assertRegex(self.good("--version"), r"^kring \d")
        for arguments in (
            [],
            ["nothing"],
            ["entry"],
            ["entry", "nothing"],
            ["plan", "more"],
            ["entry", "show"],
            ["login"],
            ["plan", "--all"],
            ["plan", "--section"],
            ["plan", "--field", "a", "--field", "b"],
            ["--insecure", "plan"],
            ["help", "nothing"],
            ["plan", "--json=yes"],
            ["entry", "show", "a", "b", "c", "d", "e", "f"],
        ):
            self.bad(2, *arguments)
        self.assertEqual(self.calls(), [])

    def test_sections(self):
        self.log_in()
        for wrong in ("Z", "EE", "", "1", "@"):
            self.bad(2, "plan", "--section", wrong)

    def complete(self, line):
        script = self.folder / "kring.bash"
        if not script.exists():
            script.write_text(self.good("help", "--completion"))
        words = line.split(" ")
        run = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); compopt() { :; }; '
        run += '_kring; printf "%s\\n" "${COMPREPLY[@]}"'
        result = subprocess.run(
            ["bash", "-c", run, "bash", str(script), *words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            timeout=60,
            check=True,
        )
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_completion(self):
        self.assertIn("grant", self.complete("kring "))
        self.assertEqual(self.complete("kring gr"), ["grant"])
        self.assertEqual(sorted(self.complete("kring grant ")), ["give", "list", "show", "withdraw"])
        self.assertEqual(self.complete("kring --lang nl help en"), ["entry"])
        self.assertEqual(self.complete("kring plan --sec"), ["--section"])
        self.assertIn("--purpose-file", self.complete("kring grant give --"))
        self.assertNotIn("--purpose-file", self.complete("kring grant show --"))
        self.assertEqual(self.complete("kring plan --section "), list("ABCDEFGHI"))
        self.assertIn("need_money", self.complete("kring plan --field need_"))
        self.assertEqual(self.complete("kring grant give --to "), [], "names are looks, and looks are logged")
        self.assertEqual(self.complete("kring login "), [])
        (self.folder / "a file").write_text("")
        self.assertIn("a", self.complete("kring entry write --text-file a"))

    def test_shellcheck(self):
        if shutil.which("shellcheck"):
            subprocess.run(
                ["shellcheck", "-s", "bash", "-"],
                input=self.good("help", "--completion"),
                text=True,
                check=True,
                stdout=sys.stderr,
            )


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
