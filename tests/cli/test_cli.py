#!/usr/bin/env python3
"""`kring` from outside: the program against a scripted server over real TLS.

  test_cli.py KRING PROTO_FOLDER

Standard library and the openssl command only.
"""
import base64
import fcntl
import hashlib
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
from stub import DROP, Answer, Contract, Stub, make_certificate, openssl, problem  # noqa: E402

sys.path.insert(0, sys.argv[2])
from texts import served, version_of  # noqa: E402

KRING, PROTO = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
FAMILY = "0a000000-0000-4000-8000-000000000001"
LEEN, NOOR, MAMA = (f"0b000000-0000-4000-8000-00000000000{i}" for i in range(1, 4))
ELS, ELSE = (f"0c000000-0000-4000-8000-00000000000{i}" for i in range(1, 3))
ENTRY, GRANT, RECORD = (f"0d000000-0000-4000-8000-00000000000{i}" for i in range(1, 4))
TOKEN, PASSWORD = "tok_abcdefghijklmnopqrstuvwxyz0123456789", "een wachtwoord met spaties é"
BASE = f"/v1/families/{FAMILY}"
MOMENT = "2026-01-20T11:00:00.000000Z"
EVIL = "start\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202egnp\u2066\nsecond\r\nthird\x08\tend"

CELL = {"field": "need_money", "level": "exact", "kind": "grant", "rule": "R-02", "ground": GRANT, "until": MOMENT}
MATRIX = {
    "about": MAMA,
    "fields": ["need_money", "need_housing"],
    "rows": [
        {
            "reader": LEEN,
            "cells": [{"field": "need_money", "level": "exact", "kind": "household", "rule": "R-17", "ground": None}],
        },
        {"reader": ELS, "cells": [CELL, {**CELL, "field": "need_housing", "level": "derived"}]},
        {"reader": NOOR, "cells": []},
    ],
}
WHAT_IF = {
    "at": MOMENT,
    "readers": [
        {
            "reader": ELS,
            "appears": [
                {"entry": ENTRY, "field": "need_money", "about": [MAMA], "level": "exact", "if_all_agree": True}
            ],
            "vanishes": [],
            "changes": [],
        }
    ],
}
READABLE = {
    "entry": ENTRY,
    "field": "need_money",
    "about": [MAMA],
    "version": 1,
    "level": "exact",
    "rule": "R-02",
    "ground": GRANT,
}
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
    "fields": [
        {"field": "need_housing", "level": "derived", "state": "active"},
        {"field": "need_money", "level": "exact", "state": "ended"},
    ],
}
REQUEST, REPLY = "0f000000-0000-4000-8000-000000000001", "0f000000-0000-4000-8000-000000000002"
REQUEST_BODY = {
    "id": REQUEST,
    "state": "open",
    "asker": ELS,
    "recipient": ELS,
    "secrecy": "discretion",
    "about": [MAMA],
    "fields": [
        {"field": "need_housing", "level": "exact", "state": "open", "about": [MAMA], "others": True, "release": False, "steps": []},
        {"field": "housing_risk", "level": "exact", "state": "open", "about": [MAMA], "others": False, "release": True, "steps": ["SS1"]},
    ],
    "purpose": "hulp bij de huur",
    "goal": "blijven wonen",
    "pending": [{"id": REPLY, "entered_by": ELS, "at": MOMENT, "yes": ["need_housing"], "no": []}],
    "grants": [],
    "asked_at": MOMENT,
    "lapses_at": MOMENT,
    "from": MOMENT,
    "until": "2026-12-31T23:00:00.000000Z",
}
GIVERS = {
    "field": "need_housing", "class": "C2", "givers": [LEEN], "others": True, "one_is_enough": True, "steps": [], "single_release": False
}
TEXTS = json.loads((PROTO / "texts.json").read_text("utf-8"))
VERSION = version_of(TEXTS)
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
            "sentence": "Els Moens (Woonmaatschappij) las 'Geld: wat is nodig' van Mama, omdat dat zo is afgesproken.",
        }
    ]
}


def history(**more):
    return entry(
        history=[
            {"version": 3, "author": LEEN, "written_at": MOMENT, "body": {"text": "De huur is te hoog."}},
            {"version": 2, "author": LEEN, "written_at": MOMENT, "body": {"text": "De huur is hoog."}},
        ],
        statements=[{"id": RECORD, "author": ELS, "written_at": MOMENT, "text": "Ik betaalde in mei."}],
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
                **{("GET", f"/v1/texts/{lang}"): Answer(200, json.loads(served(TEXTS, lang, VERSION))) for lang in ("nl", "fr", "en")},
                ("GET", f"{BASE}/requests"): Answer(200, {"requests": [REQUEST_BODY], "not_agreed": []}),
                ("GET", f"{BASE}/requests/{REQUEST}"): Answer(200, REQUEST_BODY),
                ("GET", f"{BASE}/givers"): Answer(200, {"fields": [GIVERS]}),
                ("POST", f"{BASE}/requests"): Answer(201, {"id": REQUEST}, {"Location": "/v1/x"}),
                ("POST", f"{BASE}/requests/{REQUEST}/reply"): Answer(200, {"id": REPLY, "grants": []}),
                ("POST", f"{BASE}/requests/{REQUEST}/paper"): Answer(200, {"id": REPLY}),
                ("POST", f"{BASE}/requests/{REQUEST}/withdrawal"): Answer(200, {"id": REQUEST}),
                ("POST", f"{BASE}/replies/{REPLY}/witness"): Answer(200, {"id": REPLY}),
                **{("POST", f"{BASE}/grants/{GRANT}/{act}"): Answer(200, {"id": GRANT})
                   for act in ("pause", "resume", "confirm", "narrow", "four-eyes", "objection")},
                ("GET", f"{BASE}/grants"): Answer(200, {"grants": [GRANT_BODY]}),
                ("GET", f"{BASE}/grants/{GRANT}"): Answer(200, GRANT_BODY),
                ("POST", f"{BASE}/grants"): Answer(201, {"id": GRANT}, {"Location": "/v1/x"}),
                ("POST", f"{BASE}/grants/{GRANT}/withdrawal"): Answer(
                    200, {"id": GRANT, "withdrawn": ["need_money"]}
                ),
                ("GET", f"{BASE}/access"): Answer(
                    200,
                    {
                        "allowed": True,
                        "level": "exact",
                        "rule": "R-02",
                        "ground": GRANT,
                        "until": MOMENT,
                        "sentence": "This is shared.",
                    },
                ),
                ("GET", f"{BASE}/who-sees-what"): Answer(200, MATRIX),
                ("POST", f"{BASE}/what-if"): Answer(200, WHAT_IF),
                ("GET", f"{BASE}/readable"): Answer(200, {"entries": [READABLE]}),
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
            (["request", "list"], ["Els Moens", "Housing", "(open)", REQUEST]),
            (["request", "show", REQUEST], ["blijven wonen", "hulp bij de huur", "duty of discretion", "Written down for you by Els", REPLY]),
            (["request", "who", "--field", "need_housing", "--about", MAMA], ["Housing", "others", "one yes is enough"]),
            (["grant", "show", GRANT], ["hulp bij de huur", "consent", "2026-12-31"]),
            (["log"], ["2026-01-20\n", "Els Moens (Woonmaatschappij) las 'Geld: wat is nodig' van Mama, omdat"]),
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
                statements=[{"id": RECORD, "author": EVIL, "written_at": MOMENT, "text": EVIL}],
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
                        "sentence": EVIL,
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

    def test_who_was_told_first(self):
        why = self.folder / "why"
        why.write_text("Te gevaarlijk.")
        for options, said in ((["--told-first"], {"told_first": True}),
                              (["--not-told-file", why], {"told_first": False, "why_not_told": "Te gevaarlijk."})):
            self.good(*self.write, *options, stdin=b"x")
            request = self.stub.requests[-1].json()
            self.assertEqual({k: request[k] for k in request if "told" in k}, said)

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

    def shown(self, out):
        """R-10: the hash that was sent is that of the words that were shown before (none of them is wrapped in a pipe)."""
        body, words = self.stub.requests[-1].json(), out[: out.rindex("\n\n")]
        self.assertEqual(body["text"]["hash"], hashlib.sha256(words.encode()).hexdigest())
        self.assertEqual((body["text"]["version"], body["text"]["language"]), (VERSION, "en"))
        return {k: v for k, v in body.items() if k != "text"}, words

    def test_give(self):
        out = self.good(*self.give, "--from", "2026-02-01T08:30", stdin="om de huur te regelen\n".encode())
        self.assertIn(GRANT, out)
        body, words = self.shown(out)
        self.assertEqual(
            body,
            {
                "fields": ["need_housing", "need_money"],
                "from": "2026-02-01T07:30:00.000000Z",
                "until": "2026-12-31T23:00:00.000000Z",
                "about": [MAMA],
                "recipient": ELS,
                "purpose": "om de huur te regelen",
            },
        )
        for part in ("Els Moens", "Housing", "om de huur te regelen", "1 February 2026", "31 December 2026", "What if you say no?"):
            self.assertIn(part, words)

    def test_give_with_all_that_it_may_need(self):
        reason = self.folder / "reason"
        reason.write_text("slaapt")
        self.good("grant", "give", "--to", ELSE, "--field", "need_money=exists", "--field", "debts_detail", "--about", LEEN, "--until",
                  "2026-12-31", "--secrecy-ground", "subject_release", "--ticks", "--release", "debts_detail", "--reason-file", reason,
                  stdin=b"x")
        body = self.stub.requests[-1].json()
        warning = hashlib.sha256(TEXTS["texts"]["warning.none"]["en"].encode()).hexdigest()
        self.assertEqual(body["levels"], [{"field": "need_money", "level": "exists"}])
        self.assertEqual(body["release"], [{"field": "debts_detail", "hash": warning}])
        self.assertEqual((body["ticks"], body["secrecy_ground"]), ([True] * 5, "subject_release"))
        self.assertEqual(body["child_view"], {"asked": False, "reason": "slaapt"})
        self.good("grant", "give", "--to", ELS, "--package", "basis", "--about", LEEN, "--until", "2026-12-31", "--child-asked", stdin=b"x")
        body = self.stub.requests[-1].json()
        self.assertEqual((body["package"], body["child_view"], "fields" in body), ({"name": "basis"}, {"asked": True}, False))
        self.bad(2, *self.give, "--field", "need_money=all", stdin=b"x")

    def test_the_life_of_a_grant(self):
        for act in ("pause", "resume", "confirm"):
            self.good("grant", act, GRANT)
            self.assertEqual((self.stub.requests[-1].path, self.stub.requests[-1].body), (f"{BASE}/grants/{GRANT}/{act}", b""))
        self.good("grant", "four-eyes", GRANT, "--field", "safety_plan")
        self.assertEqual(self.stub.requests[-1].json(), {"fields": ["safety_plan"]})
        self.good("grant", "object", GRANT, stdin=b"Dat is mijn zaak.")
        self.assertEqual(self.stub.requests[-1].json(), {"text": "Dat is mijn zaak."})
        self.good("grant", "narrow", GRANT, "--until", "2026-03-01", "--field", "need_money=derived")
        self.assertEqual(
            self.stub.requests[-1].json(),
            {"until": "2026-03-01T23:00:00.000000Z", "fields": [{"field": "need_money", "level": "derived"}], "purpose": "hulp bij de huur"},
        )
        self.bad(2, "grant", "narrow", GRANT)
        self.answers["POST", f"{BASE}/grants/{GRANT}/pause"] = problem(409, "conflict")
        self.bad(6, "grant", "pause", GRANT)

    def test_ask(self):
        goal = self.folder / "goal"
        goal.write_text("blijven wonen\n")
        common = ["--field", "need_housing=derived", "--about", MAMA, "--until", "2026-12-31"]
        self.assertIn(REQUEST, self.good("request", "ask", *common, "--goal-file", goal, stdin=b"huur"))
        self.assertEqual(
            self.stub.requests[-1].json(),
            {
                "fields": [{"field": "need_housing", "level": "derived"}],
                "about": [MAMA],
                "until": "2026-12-31T23:00:00.000000Z",
                "goal": "blijven wonen",
                "purpose": "huur",
            },
        )
        out = self.good("request", "ask", *common, "--to", ELS, stdin=b"huur")
        body, _ = self.shown(out)
        self.assertEqual((body["recipient"], body["purpose"]), (ELS, "huur"), "a member sees what he says yes to")

    def test_reply(self):
        out = self.good("request", "reply", REQUEST, "--yes", "housing_risk", "--no", "need_housing", "--until", "2026-06-30", "--level",
                        "derived", "--release", "housing_risk", "--child-asked")
        body, words = self.shown(out)
        warning = hashlib.sha256(TEXTS["texts"]["warning.discretion"]["en"].encode()).hexdigest()
        self.assertEqual(
            body,
            {
                "yes": [{"field": "housing_risk", "release": warning}],
                "no": ["need_housing"],
                "narrow": {"until": "2026-06-30T22:00:00.000000Z", "level": "derived"},
                "child_view": {"asked": True},
            },
        )
        for part in ("Els Moens asks for this", "Risk of losing the home", "hulp bij de huur", "blijven wonen", "every 90 days", "14 days"):
            self.assertIn(part, words)
        self.assertNotIn("Housing: what is needed", words, "what he says no to is not asked again")
        self.stub.requests.clear()
        self.good("request", "reply", REQUEST, "--no", "need_housing")
        self.assertEqual(self.stub.requests[-1].json(), {"no": ["need_housing"]})
        self.assertNotIn(("GET", "/v1/texts/en"), self.calls(), "a no needs no words")
        self.bad(2, "request", "reply", REQUEST)
        self.bad(2, "request", "reply", REQUEST, "--yes", "need_monee")
        self.answers["POST", f"{BASE}/requests/{REQUEST}/reply"] = problem(409, "conflict")
        self.bad(6, "request", "reply", REQUEST, "--no", "need_housing")

    def test_paper_and_the_rest(self):
        out = self.good("request", "paper", REQUEST, "--giver", LEEN, "--yes", "need_housing")
        self.assertIn(REPLY, out)
        body, _ = self.shown(out)
        self.assertEqual(body, {"giver": LEEN, "channel": "paper", "yes": [{"field": "need_housing"}]})
        self.good("request", "witness", REPLY)
        self.good("request", "withdraw", REQUEST)
        self.assertEqual([m for m, p in self.calls()[-1:]], ["POST"])

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
        self.assertIn("This is shared.", text)
        self.assertIn("2026-01-20 12:00", text)
        self.assertIn(GRANT, text)
        query = self.stub.requests[-1].query
        self.assertEqual((query["viewer"], query["about"], query["at"]), ([ELS], [MAMA, NOOR], [MOMENT]))
        self.answers["GET", f"{BASE}/access"] = Answer(
            200, {"allowed": False, "level": "hidden", "rule": "R-01", "ground": None, "sentence": "Dit leest niemand."}
        )
        text = self.good("why", "--viewer", ELS, "--entry", ENTRY, "--lang", "nl")
        self.assertIn("Nee", text)
        self.assertIn("Dit leest niemand.", text)
        self.assertEqual(set(self.stub.requests[-1].query), {"viewer", "entry", "language"})
        self.assertEqual(self.stub.requests[-1].query["language"], ["nl"])

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

    def test_matrix(self):
        text = self.good("matrix", "--about", "Bij mama", env={"COLUMNS": "80"})
        query = next(r for r in self.stub.requests if r.path.endswith("/who-sees-what")).query
        self.assertEqual(query["about"], [MAMA])
        self.assertTrue(all(len(line) <= 80 for line in text.splitlines()), text)
        lines = [line for line in text.splitlines() if "shared" in line]
        self.assertEqual(len(lines), 1, "two fields of one grant share a line")
        self.assertRegex(text, r"in short")
        self.assertIn("manages the home", text)

    def test_what_if(self):
        for arguments, body in (
            (
                ["give", "--to", "els", "--field", "need_money=derived", "--about", "noor", "--until", "2026-06-30"],
                {
                    "give": {
                        "fields": [{"field": "need_money", "level": "derived"}],
                        "until": "2026-06-30T22:00:00.000000Z",
                        "about": [NOOR],
                        "recipient": ELS,
                    }
                },
            ),
            (["withdraw", GRANT], {"withdraw": {"grant": GRANT}}),
            (
                ["withdraw", GRANT, "--field", "need_money", "--at", "2026-01-20T12:00:00+01:00"],
                {"withdraw": {"grant": GRANT, "fields": ["need_money"]}, "at": MOMENT},
            ),
            (
                ["narrow", GRANT, "--field", "need_money"],
                {"narrow": {"grant": GRANT, "fields": [{"field": "need_money", "level": "exact"}]}},
            ),
            (["pause", GRANT], {"pause": GRANT}),
            (
                ["reply", RECORD, "--yes", "need_money", "--no", "goals"],
                {"reply": {"request": RECORD, "yes": ["need_money"], "no": ["goals"]}},
            ),
        ):
            self.stub.requests.clear()
            text = self.good("what-if", *arguments)
            asked = next(r for r in self.stub.requests if r.path.endswith("/what-if"))
            self.assertEqual(json.loads(asked.body), body)
            self.assertIn("can also read", text)
            self.assertIn("if all say yes", text)
        self.bad(2, "what-if", "narrow", GRANT, "--field", "need_money=all")
        self.bad(2, "what-if", "give", "--to", ELS, "--field", "need_money", "--about", MAMA)
        self.bad(2, "what-if")

    def test_readable_and_as(self):
        text = self.good("readable", "--viewer", "els", "--at", "2026-01-20T12:00:00+01:00")
        self.assertIn("R-02", text)
        query = next(r for r in self.stub.requests if r.path.endswith("/readable")).query
        self.assertEqual((query["viewer"], query["at"]), ([ELS], [MOMENT]))
        self.good("plan", "--as", "els")
        query = next(r for r in self.stub.requests if r.path.endswith("/plan")).query
        self.assertEqual(query["as"], [ELS])

    def test_log_period(self):
        self.good("log", "--from", "2026-01-01", "--until", "2026-06-30")
        query = next(r for r in self.stub.requests if r.path.endswith("/log")).query
        self.assertEqual(
            (query["from"], query["until"]), (["2025-12-31T23:00:00.000000Z"], ["2026-06-30T22:00:00.000000Z"])
        )

    def test_log_filters(self):
        self.good("log", "--person", "els", "--field", "need_money", "--lang", "fr")
        query = next(r for r in self.stub.requests if r.path.endswith("/log")).query
        self.assertEqual((query["person"], query["field"], query["language"]), ([ELS], ["need_money"], ["fr"]))
        self.bad(2, "log", "--field", "not_a_field")
        self.bad(1, "log", "--person", "nobody of that name")

    def test_log_search(self):
        row = {"id": RECORD, "family": ENTRY, "at": MOMENT, "kind": "plan.read", "outcome": "refused", "emergency": True, "rule": "R-50b"}
        self.answers["GET", "/v1/log"] = Answer(200, {"records": [row]})
        text = self.good("log", "search", "--account", ELS, "--organisation", GRANT, "--family", MAMA, "--class-at-least", "3", "--rule",
                         "R-50b", "--emergency", "--outcome", "refused", "--kind", "plan.read")
        for part in ("plan.read R-50b", ENTRY):
            self.assertIn(part, text)
        query = next(r for r in self.stub.requests if r.path == "/v1/log").query
        wanted = {"account": ELS, "organisation": GRANT, "family": MAMA, "class_at_least": "3", "rule": "R-50b", "emergency": "yes",
                  "outcome": "refused", "kind": "plan.read"}
        self.assertEqual({name: query[name] for name in wanted}, {name: [value] for name, value in wanted.items()})
        self.bad(2, "log", "search", "--account", "els")

    def test_watch(self):
        """The last week by itself; a sentence in plain words, ids, and what became of it (R-66)."""
        sign = {"id": RECORD, "sign": "families_hour", "severe": True, "account": ELS, "families": [MAMA, NOOR], "count": 15, "from": MOMENT, "at": MOMENT}
        done = {**sign, "id": GRANT, "sign": "left", "severe": False, "outcome": "talked", "reviewed_at": MOMENT, "reviewed_by": LEEN}
        self.answers["GET", "/v1/signs"] = Answer(200, {"signs": [sign, done]})
        text = self.good("watch")
        for part in ("TOLD AT ONCE. Looked at 15 families within an hour.", "where the help has ended.", "to be looked into", "talked about", RECORD, ELS, NOOR):
            self.assertIn(part, text)
        self.assertIn("from", self.stub.requests[-1].query)
        self.good("watch", "--open")
        query = self.stub.requests[-1].query
        self.assertEqual((query["open"], "from" in query), (["yes"], False))
        self.answers["GET", "/v1/signs"] = Answer(200, {"signs": []})
        self.assertEqual(len(self.good("watch").splitlines()), 1)
        self.answers["POST", f"/v1/signs/{RECORD}/review"] = Answer(204)
        self.good("watch", "review", RECORD, "--outcome", "explained")
        self.assertEqual(json.loads(self.stub.requests[-1].body), {"outcome": "explained"})
        self.bad(2, "watch", "review", RECORD)
        self.bad(2, "watch", "review", "els", "--outcome", "explained")

    def test_log_affected(self):
        """Whose data were shown (R-93): only what those records showed, once for each person, entry and account; no damaged line is kept quiet."""
        family = BASE.rsplit("/", 1)[1]
        found = [{"id": i, "family": f, "at": MOMENT, "kind": "plan.read", "outcome": "done", "emergency": False, "account": ELS}
                 for i, f in ((RECORD, family), (GRANT, family), (ENTRY, "00000000-0000-0000-0000-000000000000"))]
        self.answers["GET", "/v1/log"] = Answer(200, {"records": found})
        actor = {"kind": "helper", "id": ELS}

        def line(i, at, *items):
            return {"id": i, "at": at, "kind": "plan.read", "outcome": "done", "emergency": False, "actor": actor, "items": list(items), "sentence": "Iemand keek."}

        money = {"field": "need_money", "about": [MAMA, NOOR], "entry": ENTRY, "version": 1, "rule": "R-02", "ground": None}
        lines = [line(RECORD, "2026-01-21T12:00:00.000000Z", money), line(GRANT, "2026-01-20T12:00:00.000000Z", {**money, "about": [MAMA]}),
                 line(LEEN, "2026-01-19T12:00:00.000000Z", {**money, "about": [LEEN]}),  # another account's
                 line(GRANT, "2026-01-20T12:00:00.000000Z", {"field": "pregnancy", "about": [NOOR]})]  # only asked
        self.answers["GET", f"{BASE}/log"] = Answer(200, {"records": lines})
        text = self.good("log", "affected", "--account", ELS, "--from", "2026-01-01T00:00:00Z")
        first = "2026-01-20T12:00:00.000000Z,2026-01-21T12:00:00.000000Z"
        last = "2026-01-21T12:00:00.000000Z,2026-01-21T12:00:00.000000Z"
        rows = sorted([f"{family},{NOOR},need_money,{ENTRY},{ELS},1,{last}", f"{family},{MAMA},need_money,{ENTRY},{ELS},2,{first}"])
        self.assertEqual(text.splitlines(), ["family,about,field,entry,account,looks,first,last", *rows])
        query = next(r for r in self.stub.requests if r.path == "/v1/log").query
        self.assertEqual((query["account"], query["outcome"]), ([ELS], ["done"]))
        objects = [json.loads(row) for row in self.good("log", "affected", "--json").splitlines()]
        self.assertEqual([(o["about"], o["looks"]) for o in objects], [(NOOR, 1), (MAMA, 2)] if NOOR < MAMA else [(MAMA, 2), (NOOR, 1)])
        self.answers["GET", f"{BASE}/log"] = Answer(200, {"records": lines, "damaged": [{"id": LEEN, "at": MOMENT}]})
        self.assertIn("not complete", self.bad(1, "log", "affected").trouble)

    def test_log_days(self):
        """Each day once, above its lines."""
        one = LOG["records"][0]
        days = ["2026-01-21T12:00:00.000000Z", "2026-01-21T08:00:00.000000Z", "2026-01-19T12:00:00.000000Z"]
        lines = [{**one, "at": at, "sentence": f"Zin {n}."} for n, at in enumerate(days)]
        self.answers["GET", f"{BASE}/log"] = Answer(200, {"records": lines})
        shown = [line.strip() for line in self.good("log").splitlines()]
        self.assertEqual([line.split()[-1] for line in shown], ["2026-01-21", "0.", "1.", "2026-01-19", "2."])
        self.answers["GET", f"{BASE}/log"] = Answer(200, {"records": []})
        self.assertEqual(len(self.good("log").splitlines()), 1)

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


EMERGENCY = {
    "id": RECORD,
    "from": MOMENT,
    "told": "all",
    "until": MOMENT,
    "by": ELS,
    "about": [NOOR],
    "fields": ["need_money"],
    "reason": "missing_person",
    "text": "Noor is weg.\x1b[2J",
    "other_way": "Nee.",
    "review_due": MOMENT,
    "reviews": [{"by": "professional", "outcome": "justified"}],
}


class Caring(Case):
    """emergencies, safeguards, tasks, notices, rights, hand-overs"""

    def setUp(self):
        super().setUp()
        self.log_in()

    def file(self, text):
        path = self.folder / "a text"
        path.write_text(text, encoding="utf-8")
        return path

    def sent(self):
        last = self.stub.requests[-1]
        return last.path.removeprefix(BASE), last.json() if last.body else None

    def made(self, noun):
        self.answers["POST", f"{BASE}{noun}"] = Answer(201, {"id": RECORD}, {"Location": "/v1/x"})

    def test_emergency(self):
        self.answers["POST", f"{BASE}/emergencies"] = Answer(201, {"id": RECORD, "until": MOMENT}, {"Location": "/v1/x"})
        open_ = ["emergency", "open", "--field", "need_money", "--about", "noor", "--reason", "missing_person"]
        reason = "Noor is sinds vanmiddag weg. De politie zoekt haar mee."
        text = self.good(*open_, "--minutes", "60", "--other-way-file", self.file("Nee."), stdin=reason.encode())
        self.assertIn(RECORD, text)
        self.assertIn("2026-01-20 12:00", text)
        body = {
            "fields": ["need_money"],
            "about": [NOOR],
            "reason": "missing_person",
            "minutes": 60,
            "other_way": "Nee.",
            "text": reason,
        }
        self.assertEqual(self.sent(), ("/emergencies", body))
        self.bad(2, *open_, stdin=b"x")
        for minutes in ("0x10", "1441", "-1", ""):
            self.bad(2, *open_, "--minutes", minutes, "--other-way-file", self.file("Nee."), stdin=b"x")
        self.answers["GET", f"{BASE}/emergencies"] = Answer(
            200, {"emergencies": [EMERGENCY, {"id": GRANT, "from": MOMENT, "told": "that"}]}
        )
        text = self.good("emergency", "list")
        for part in ("Els Moens", "somebody is missing", "another helper: justified", "What was read is not told"):
            self.assertIn(part, text)
        self.assertNotIn("\x1b", text)
        for arguments, path, body in (
            (["end"], "end", None),
            (
                ["delay", "--until", "2026-01-21T12:00", "--reason-file", self.file("Vertellen is gevaarlijk.")],
                "delay",
                {"until": "2026-01-21T11:00:00.000000Z", "reason": "Vertellen is gevaarlijk."},
            ),
            (["review", "--result", "justified"], "review", {"outcome": "justified"}),
        ):
            self.answers["POST", f"{BASE}/emergencies/{RECORD}/{path}"] = Answer(204)
            self.good("emergency", arguments[0], RECORD, *arguments[1:])
            self.assertEqual(self.sent(), (f"/emergencies/{RECORD}/{path}", body))
            self.assertEqual(self.good("emergency", arguments[0], RECORD, *arguments[1:], "--json"), "")
        self.bad(2, "emergency", "end", "not-an-id")

    def test_safeguards_are_noted(self):
        for arguments, noun, body in (
            (["lock", "set", "--about", "noor", "--not-for", "els"], "/locks", {"about": [NOOR], "not_for": ELS}),
            (
                [*"hold write --field need_money --about noor --not-for leen --ground good_care".split()]
                + ["--review-at", "2026-02-20", "--reason-file", self.file("Het is beter zo.")],
                "/holds",
                {
                    "fields": ["need_money"],
                    "about": [NOOR],
                    "from_whom": [LEEN],
                    "ground": "good_care",
                    "review_at": "2026-02-19T23:00:00.000000Z",
                    "reason": "Het is beter zo.",
                },
            ),
            (["capacity", "write", "noor", "--able"], "/capacities", {"person": NOOR, "able": True}),
            (
                ["conflict", "note", "noor", "--field", "need_money"],
                "/conflicts",
                {"child": NOOR, "fields": ["need_money"]},
            ),
            (
                ["trusted", "name", "els", "--about", "noor", "--seen-on", "2025-10-20"],
                "/trusted-people",
                {"trusted": ELS, "minor": NOOR, "register_seen_on": "2025-10-20"},
            ),
            (
                [*"court note leen --decision contact_ban --about noor --evidence order".split()],
                "/court-decisions",
                {"person": LEEN, "protects": [NOOR], "kind": "contact_ban", "evidence": "order"},
            ),
        ):
            self.made(noun)
            self.assertIn(RECORD, self.good(*arguments))
            self.assertEqual(self.sent(), (noun, body))
        for wrong in ([], ["--able", "--not-able"]):
            self.bad(2, "capacity", "write", "noor", *wrong)

    def test_safeguards_end_and_are_listed(self):
        for noun, end, command in (
            ("locks", "lift", ["lock", "lift"]),
            ("holds", "end", ["hold", "end"]),
            ("conflicts", "end", ["conflict", "end"]),
            ("trusted-people", "end", ["trusted", "end"]),
        ):
            self.answers["POST", f"{BASE}/{noun}/{RECORD}/{end}"] = Answer(204)
            self.good(*command, RECORD)
            self.assertEqual(self.sent(), (f"/{noun}/{RECORD}/{end}", None))
        everything = {
            "locks": [{"id": RECORD, "about": [NOOR], "not_for": ELS, "fields": ["need_money"]}],
            "holds": [{"id": RECORD, "about": [NOOR], "fields": ["need_money"], "from_whom": [LEEN], "review_at": MOMENT}],
            "capacities": [{"person": NOOR, "able": False, "fields": ["need_money"]}],
            "conflicts": [{"id": RECORD, "child": NOOR, "fields": ["need_money"]}],
            "trusted": [{"id": RECORD, "minor": NOOR, "trusted": ELS}],
        }
        self.answers["GET", f"{BASE}/safeguards"] = Answer(200, everything)
        text = self.good("safeguard", "list")
        for part in ("not for Els Moens", "Held back", "Does not decide alone yet", "Not agreed", "trusted person"):
            self.assertIn(part, text)

    def test_a_second_word_is_not_sent_by_itself(self):
        """One person's two words are one: after a lost connection the person looks before the word is said again."""
        self.answers["POST", f"{BASE}/locks/{RECORD}/lift"] = [DROP, Answer(204)]
        self.bad(4, "lock", "lift", RECORD)
        self.assertEqual(len(self.stub.requests), 2, "the family, and one word")

    def test_tasks_and_notices(self):
        self.answers["GET", f"{BASE}/tasks"] = Answer(
            200,
            {
                "tasks": [
                    {"kind": "birthday", "of": NOOR, "about": [NOOR], "years": 18, "due": MOMENT},
                    {"id": RECORD, "kind": "of_another_kind", "due": MOMENT},
                ]
            },
        )
        text = self.good("task", "list")
        for part in ("a birthday changes who decides (18)", "of_another_kind", RECORD):
            self.assertIn(part, text)
        self.answers["GET", f"{BASE}/notices"] = Answer(
            200, {"notices": [{"id": RECORD, "kind": "emergency_that", "of": GRANT, "at": MOMENT, "seen": True}]}
        )
        self.assertIn("there was an emergency access", self.good("notice", "list"))
        for command, path in ((["task", "done"], "tasks"), (["notice", "seen"], "notices")):
            self.answers["POST", f"{BASE}/{path}/{RECORD}/{command[1]}"] = Answer(204)
            self.good(*command, RECORD)
            self.assertEqual(self.sent(), (f"/{path}/{RECORD}/{command[1]}", None))

    def test_rights(self):
        for command, noun, body in (
            (["statement", "add"], "statements", {"text": "Zo was het niet."}),
            (["correction", "ask"], "corrections", {"text": "Zo was het niet."}),
            (["restriction", "set"], "restrictions", None),
        ):
            self.made(f"/entries/{ENTRY}/{noun}")
            self.assertIn(RECORD, self.good(*command, ENTRY, stdin=b"Zo was het niet.\n"))
            self.assertEqual(self.sent(), (f"/entries/{ENTRY}/{noun}", body))
            self.assertIn("idempotency-key", {h.lower() for h in self.stub.requests[-1].headers})
        for command, path in (
            (["statement", "withdraw"], "statements/{}/withdrawal"),
            (["restriction", "end"], "restrictions/{}/end"),
        ):
            self.answers["POST", f"{BASE}/{path.format(RECORD)}"] = Answer(204)
            self.good(*command, RECORD)
        self.answers["GET", f"{BASE}/restrictions"] = Answer(
            200,
            {"restrictions": [{"id": RECORD, "entry": ENTRY, "field": "need_money", "about": [NOOR], "since": MOMENT}]},
        )
        self.assertIn(ENTRY, self.good("restriction", "list"))
        self.answers["GET", f"{BASE}/export"] = Answer(
            200,
            {
                "person": LEEN,
                "made_at": MOMENT,
                "jurisdiction": "BE-VLG",
                "entries": [entry()],
                "shared": [
                    {
                        "grant": GRANT,
                        "recipient": ELS,
                        "fields": ["need_money"],
                        "purpose": "huur",
                        "from": MOMENT,
                        "until": MOMENT,
                    }
                ],
                "retention": "12 months",
            },
        )
        text = self.good("export")
        for part in ("Leen", "BE-VLG", "De huur is te hoog.", "Els Moens", "12 months"):
            self.assertIn(part, text)
        self.assertEqual(json.loads(self.good("export", "--json"))["retention"], "12 months")

    def test_erasing(self):
        self.made(f"/entries/{ENTRY}/erasures"), self.made("/erasures")
        self.assertIn(RECORD, self.good("erase", "ask", ENTRY))
        self.assertEqual(self.sent(), (f"/entries/{ENTRY}/erasures", None))
        self.assertIn(RECORD, self.good("erase", "all"))
        self.answers["POST", f"{BASE}/erasures/{RECORD}/decisions"] = Answer(204)
        self.good("erase", "decide", RECORD, "--entry", ENTRY, "--by", "leen", "--outcome", "kept_law")
        self.assertEqual(self.sent()[1], {"entry": ENTRY, "asked_by": LEEN, "outcome": "kept_law"})
        row = {"entry": ENTRY, "field": "need_money", "outcome": "erased", "reason": "Gewist.", "at": MOMENT, "backups_gone_at": MOMENT}
        waits = {"entry": GRANT, "field": "need_money", "may_go": True}
        asked = {"id": RECORD, "asked_by": LEEN, "asked_at": MOMENT, "everything": True, "open": [waits], "decisions": [row]}
        self.answers["GET", f"{BASE}/erasures"] = Answer(200, {"erasures": [asked]})
        text = self.good("erase", "list")
        for part in ("Gewist.", "still to be decided", "Leen", ENTRY, GRANT):
            self.assertIn(part, text)

    def test_who_comes_in(self):
        self.made("/helpers"), self.made("/people")
        self.answers["POST", f"{BASE}/people/{NOOR}/birth"] = Answer(204)
        self.good("helper", "add", "Joke Claes", "--role", "tutor", "--secrecy", "none", "--until", "2026-06-30T00:00:00Z",
                  "--agreed-by", "leen", stdin=b"Een doel.\n")
        self.assertEqual(self.sent(), ("/helpers", {"name": "Joke Claes", "role": "tutor", "secrecy": "none", "goal": "Een doel.",
                                                    "until": "2026-06-30T00:00:00.000000Z", "agreed_by": [LEEN]}))
        self.good("person", "add", "Sam", "--born", "2020-01-31", "--holder", "leen", "--evidence", "the birth certificate")
        self.assertEqual(self.sent(), ("/people", {"call_name": "Sam", "born": "2020-01-31", "holders": [LEEN],
                                                   "evidence": "the birth certificate"}))
        self.good("person", "add", "Kindje", "--due", "2026-05-01", "--owner", "leen")
        self.assertEqual(self.sent(), ("/people", {"call_name": "Kindje", "due": "2026-05-01", "owner": LEEN}))
        self.good("birth", "record", "noor", "--at", "2026-01-19T03:10:00Z", "--holder", "leen", "--evidence", "the register")
        self.assertEqual(self.sent(), (f"/people/{NOOR}/birth", {"born_at": "2026-01-19T03:10:00.000000Z", "holders": [LEEN],
                                                                 "evidence": "the register"}))

    def test_endings(self):
        self.made("/ending"), self.made("/legal-hold")
        for command, kind in (
            ("ask-pause", "pausing"),
            ("pause", "paused"),
            ("resume", "resumed"),
            ("ask-close", "closing"),
            ("close", "closed"),
            ("reopen", "reopened"),
        ):
            self.good("plan", command)
            self.assertEqual(self.sent(), ("/ending", {"kind": kind}))
        self.good("plan", "hold", "--ground", "claim", "--review-at", "2026-06-01", stdin=b"Een zaak.\n")
        self.assertEqual({k: v for k, v in self.sent()[1].items() if k != "review_at"}, {"reason": "claim", "text": "Een zaak."})
        self.answers["POST", f"{BASE}/legal-hold/end"] = self.answers["POST", f"{BASE}/deaths"] = Answer(204)
        self.good("plan", "release")
        self.good("death", "note", "leen", "--at", "2026-01-19T08:00:00Z")
        self.assertEqual(self.sent(), ("/deaths", {"person": LEEN, "died_at": "2026-01-19T08:00:00.000000Z"}))
        self.answers["GET", f"{BASE}/ending"] = Answer(200, {"state": "closing", "since": MOMENT, "kept_until": MOMENT, "copy": True})
        text = self.good("plan", "state")
        self.assertTrue("somebody asks to close it" in text and "kring export" in text, text)

    def test_handover(self):
        self.made("/handovers")
        self.assertIn(RECORD, self.good("handover", "propose", "els"))
        self.assertEqual(self.sent(), ("/handovers", {"to": ELS}))
        for command, step in (("agree", "agreement"), ("talk", "talk"), ("accept", "acceptance")):
            self.answers["POST", f"{BASE}/handovers/{RECORD}/{step}"] = Answer(204)
            self.good("handover", command, RECORD)
            self.assertEqual(self.sent(), (f"/handovers/{RECORD}/{step}", None))
        self.answers["GET", f"{BASE}/handovers"] = Answer(
            200, {"handovers": [{"id": RECORD, "from": ELS, "to": ELSE, "state": "talked", "at": MOMENT}]}
        )
        text = self.good("handover", "list")
        self.assertTrue("Els Moens" in text and "talked about" in text, text)


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


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Signer:
    """Ed25519 by the openssl command: receipts are made by another program than the one that verifies them."""

    def __init__(self, folder, name):
        self.folder, self.file = folder, folder / f"{name}.pem"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.file)
        out = self.folder / "public.der"
        openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER", "-out", out)
        self.public = out.read_bytes()[-32:]
        self.kid = b64(hashlib.sha256(compact({"crv": "Ed25519", "kty": "OKP", "x": b64(self.public)})).digest())

    def jwk(self, **more):
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(self.public), "kid": self.kid, "use": "sig", "alg": "EdDSA"}
        return {**jwk, **more}

    def sign(self, raw):
        message, out = self.folder / "message", self.folder / "signature"
        message.write_bytes(raw)
        openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", message, "-out", out)
        return out.read_bytes()

    def receipt(self, content, head=None):
        usual = {"alg": "EdDSA", "kid": self.kid, "typ": "kring-receipt"}
        head = head if isinstance(head, bytes) else compact({**usual, **(head or {})})
        payload = content if isinstance(content, bytes) else compact(content)
        signature = self.sign(f"{b64(head)}.{b64(payload)}".encode())
        return {"payload": b64(payload), "protected": b64(head), "signature": b64(signature)}


def given(**event):
    return {
        "header": {
            "schema_version": "ISO/IEC TS 27560:2023",
            "profile": "kring-receipt-1",
            "record_id": GRANT,
            "receipt_id": "0e000000-0000-8000-8000-000000000001",
            "pii_principal_id": LEEN,
        },
        "processing": {
            "privacy_notice": {"language": "nl", "sha256": "00"},
            "language": "nl",
            "purposes": [
                {
                    "purpose": "hulp bij de huur",
                    "lawful_basis": "consent",
                    "about": [{"id": MAMA, "kind": "household", "name": "Bij mama"}, {"id": NOOR, "kind": "person"}],
                    "pii_information": [
                        {"pii_type": "Wonen", "pii_attribute_id": "need_housing", "level": "derived"},
                        {"pii_attribute_id": "need_money", "sensitive_pii_category": False, "level": "exact"},
                    ],
                    "pii_controllers": [{"party_id": "https://plan.example"}],
                    "recipient_third_parties": [
                        {
                            "party_id": ELS,
                            "party_type": "helper",
                            "party_name": "Els Moens",
                            "party_role": "huurbegeleider",
                            "party_organisation": "Woonmaatschappij",
                        }
                    ],
                    "withdrawal_method": {"text": "Je kan dit altijd stoppen.", "url": "https://plan.example/x"},
                }
            ],
        },
        "event": {
            "event_time": MOMENT,
            "event_type": "explicit_consent",
            "event_state": "given",
            "validity_duration": {"from": MOMENT, "until": "2026-12-31T23:00:00.000000Z"},
            "entity_id": LEEN,
            "entity_name": "Leen",
            **event,
        },
    }


class Receipts(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.signer, cls.stranger = Signer(cls.root, "service"), Signer(cls.root, "stranger")
        cls.good_receipt = cls.signer.receipt(given())

    def setUp(self):
        super().setUp()
        self.keys = self.file("keys.json", {"keys": [self.signer.jwk()]})
        self.answers[("GET", "/v1/receipt-keys")] = Answer(200, {"keys": [self.signer.jwk()]})
        self.path = f"{BASE}/grants/{GRANT}/receipts"
        self.answers[("GET", self.path)] = Answer(200, {"receipts": [self.good_receipt]})

    def file(self, name, value):
        path = self.folder / name
        path.write_bytes(value if isinstance(value, bytes) else compact(value))
        return path

    def verify(self, receipt, *more, keys=None):
        return self.kring("receipt", "verify", self.file("r.json", receipt), "--keys", keys or self.keys, *more)

    # ---- verify ----

    def test_a_good_one_needs_nobody(self):
        shown = self.good("receipt", "verify", self.file("r.json", self.good_receipt), "--keys", self.keys)
        for words in (
            "The signature holds: this receipt is genuine.",
            "shared",
            "2026-01-20 12:00",
            "Leen",
            "Els Moens (huurbegeleider, Woonmaatschappij)",
            "Wonen (in short)",
            "need_money\n",
            f"Bij mama, {NOOR}",
            "hulp bij de huur",
            "2026-12-31",
            "consent",
            "Je kan dit altijd stoppen.",
            GRANT,
            self.signer.kid,
            str(self.keys),
            "may have stopped since",
        ):
            self.assertIn(words, shown)
        self.assertEqual(self.calls(), [])
        self.assertFalse(self.session.exists())

    def test_what_was_stopped_and_confirmed(self):
        until = {"validity_duration": {"from": MOMENT, "until": MOMENT}}
        stopped = self.verify(self.signer.receipt(given(event_state="withdrawn", **until)), "--lang", "nl")
        self.assertIn("gestopt met delen", stopped.text)
        self.assertNotIn("Daarna kan het delen gestopt zijn", stopped.text)
        objected = self.verify(self.signer.receipt(given(event_state="objected")), "--lang", "nl")
        self.assertIn("niet akkoord gezegd", objected.text)
        self.assertNotIn("Daarna kan het delen gestopt zijn", objected.text)
        less = self.verify(self.signer.receipt(given(event_state="narrowed")), "--lang", "nl")
        self.assertIn("korter gedeeld", less.text)
        self.assertIn("Daarna kan het delen gestopt zijn", less.text)
        again = self.verify(self.signer.receipt(given(event_state="reconfirmed")), "--lang", "fr")
        self.assertIn("confirmé à nouveau", again.text)
        self.assertIn("ce reçu est vrai", again.text)

    def test_json(self):
        told = json.loads(self.verify(self.good_receipt, "--json").text)
        self.assertEqual(told, {"valid": True, "state": "holds", "key": self.signer.kid, "receipt": given()})
        changed = self.verify({**self.good_receipt, "payload": b64(compact(given(entity_name="Karim")))}, "--json")
        self.assertEqual(json.loads(changed.text), {"valid": False, "state": "changed", "key": self.signer.kid})
        self.assertEqual(changed.code, 1)

    def test_from_standard_input_and_with_white_space(self):
        pretty = json.dumps(dict(reversed(self.good_receipt.items())), indent=2).encode() + b"\n"
        self.assertIn("genuine", self.good("receipt", "verify", "-", "--keys", self.keys, stdin=pretty))

    def damages(self):
        good, sign = self.good_receipt, self.signer.receipt
        flipped = bytearray(base64.urlsafe_b64decode(good["signature"] + "=="))
        flipped[5] ^= 1
        tag = good["signature"]
        yield "changed", {**good, "payload": b64(compact(given(entity_name="Karim")))}
        yield "changed", {**good, "payload": good["payload"][:-4]}
        yield "changed", {**good, "payload": good["payload"] + "!"}
        yield "changed", {**good, "payload": ""}
        yield "changed", {**good, "signature": b64(bytes(flipped))}
        yield "changed", {**good, "signature": b64(bytes(64))}
        yield "changed", {**good, "signature": sign(given(event_state="withdrawn"))["signature"]}
        yield "changed", {**good, "protected": b64(b" " + base64.urlsafe_b64decode(good["protected"] + "=="))}
        yield "no_signature", {**good, "signature": tag[:-2]}
        yield "no_signature", {**good, "signature": tag + "AA"}
        yield "no_signature", {**good, "signature": tag + "=="}
        yield "no_signature", {**good, "signature": ""}
        yield "no_signature", {**good, "signature": "*" + tag[1:]}
        yield "unknown_key", self.stranger.receipt(given())
        yield "unknown_key", sign(given(), head={"kid": "A" * 43})
        yield "changed", self.stranger.receipt(given(), head={"kid": self.signer.kid})
        yield "other_way", sign(given(), head={"alg": "none"})
        yield "other_way", sign(given(), head={"alg": "HS256"})
        yield "other_way", sign(given(), head={"alg": 7})
        yield "other_way", sign(given(), head=b"{}")
        yield "bad_head", sign(given(), head=b"no json")
        yield "bad_head", sign(given(), head=b"[]")
        yield "bad_head", {**good, "protected": "%%%"}
        yield "bad_head", {**good, "protected": ""}
        yield "bad_head", sign(given(), head={"crit": ["exp"], "exp": 1})
        yield "bad_head", sign(given(), head={"jwk": self.signer.jwk()})
        yield "bad_head", sign(given(), head={"kid": "short"})
        yield "bad_head", sign(given(), head={"kid": None})
        yield "bad_head", sign(given(), head=b'{"alg":"none","alg":"EdDSA"}')
        yield "other_kind", sign(given(), head={"typ": "JWT"})
        yield "other_kind", sign(given(), head={"typ": "kring-receipt2"})
        yield "other_kind", sign(b"no json")
        yield "other_kind", sign([])
        yield "other_kind", sign({**given(), "event": None})
        yield "other_kind", sign({**given(), "header": {"profile": "kring-receipt-2"}})
        yield "other_kind", sign(compact(given())[:-1] + b',"event":{}}')
        yield "no_receipt", b""
        yield "no_receipt", b"{"
        yield "no_receipt", b"\xff\xfe"
        yield "no_receipt", []
        yield "no_receipt", "text"
        yield "no_receipt", {**good, "header": {"kid": self.signer.kid}}
        yield "no_receipt", {k: v for k, v in good.items() if k != "signature"}
        yield "no_receipt", {**good, "payload": None}
        yield "no_receipt", compact(good)[:-1] + b',"payload":"x"}'
        yield "no_receipt", f"{good['protected']}.{good['payload']}.{tag}".encode()

    def test_each_kind_of_damage_is_named_and_nothing_of_it_is_shown(self):
        sentences, states = set(), set()
        for state, receipt in self.damages():
            result = self.verify(receipt)
            self.assertEqual((result.code, result.out), (1, b""), (state, receipt))
            self.assertTrue(result.trouble.startswith("kring: ") and result.trouble.count("\n") == 1, result.trouble)
            told = json.loads(self.verify(receipt, "--json").text)
            self.assertEqual((told["valid"], told["state"]), (False, state), receipt)
            self.assertNotIn("receipt", told)
            states.add(state)
            sentences.add(re.sub(r"\S*r\.json\S*|\S{43}", "", result.trouble))
        self.assertEqual(len(states), 7)
        self.assertEqual(len(sentences), 7, sentences)

    def test_every_bit_counts(self):
        for name in self.good_receipt:
            raw = bytearray(base64.urlsafe_b64decode(self.good_receipt[name] + "=="))
            for i in range(0, len(raw), 1 + len(raw) // 12):
                raw[i] ^= 1 << i % 8
                self.assertEqual(self.verify({**self.good_receipt, name: b64(bytes(raw))}).code, 1, (name, i))
                raw[i] ^= 1 << i % 8

    def test_one_spelling_of_the_last_character(self):
        for name in ("payload", "protected", "signature"):
            text = self.good_receipt[name]
            for last in "ABCDEFGH":
                if last != text[-1]:
                    self.assertEqual(self.verify({**self.good_receipt, name: text[:-1] + last}).code, 1, name)

    def test_what_it_says_cannot_command_the_terminal(self):
        result = self.verify(self.signer.receipt(given(entity_name=EVIL)))
        self.assertEqual(result.code, 0)
        self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.text), result.text)

    def test_a_file_without_most_of_it(self):
        bare = {"header": {"profile": "kring-receipt-1"}, "processing": {}, "event": {}}
        self.assertEqual(self.verify(self.signer.receipt(bare)).code, 0)
        odd = {**bare, "processing": {"purposes": [1, {"about": 7}]}, "event": {"event_state": [], "event_time": "x"}}
        self.assertEqual(self.verify(self.signer.receipt(odd)).code, 0)

    # ---- keys ----

    def test_keys_of_a_file(self):
        other = {"kty": "RSA", "n": "x", "e": "AQAB", "kid": self.signer.kid}
        many = [other, self.stranger.jwk(), {}, 7, self.signer.jwk(kid="another name", use="enc")]
        self.assertEqual(self.verify(self.good_receipt, keys=self.file("k", {"keys": many})).code, 0)
        short = {"keys": [self.signer.jwk(x="short")]}
        for bad in (b"", b"{}", {"keys": []}, {"keys": [other]}, {"keys": {}}, short, [], b"\xff"):
            result = self.verify(self.good_receipt, keys=self.file("k", bad))
            self.assertEqual((result.code, result.text), (2, ""), bad)
        self.bad(2, "receipt", "verify", self.file("r", self.good_receipt), "--keys", self.folder / "none")
        self.bad(2, "receipt", "verify", self.folder / "none", "--keys", self.keys)
        self.assertEqual(self.verify(self.good_receipt, keys=self.file("k", {"keys": [self.stranger.jwk()]})).code, 1)
        self.assertEqual(self.calls(), [])

    def test_a_key_that_bears_anothers_name(self):
        forged = self.stranger.receipt(given(), head={"kid": self.signer.kid})
        result = self.verify(forged, keys=self.file("k", {"keys": [self.stranger.jwk(kid=self.signer.kid)]}))
        self.assertEqual(result.code, 1)

    def test_keys_of_an_address(self):
        r = self.file("r.json", self.good_receipt)
        for address in (self.url, self.url + "/", self.url + "/v1/receipt-keys"):
            shown = self.good("receipt", "verify", r, "--keys", address, "--ca", self.ca())
            self.assertIn("genuine", shown)
        self.assertEqual(set(self.calls()), {("GET", "/v1/receipt-keys")})
        self.assertTrue(all("Authorization" not in request.headers for request in self.stub.requests))
        self.good("receipt", "verify", r, "--keys", self.url, env={"KRING_CA": str(self.ca())})
        self.bad(4, "receipt", "verify", r, "--keys", self.url)
        for address in ("http://localhost:1", self.url + "/other", "https://u@localhost"):
            self.bad(2, "receipt", "verify", r, "--keys", address, "--ca", self.ca())
        self.answers[("GET", "/v1/receipt-keys")] = Answer(200, {"keys": []}, checked=False)
        self.bad(4, "receipt", "verify", r, "--keys", self.url, "--ca", self.ca())

    def test_keys_of_the_session(self):
        r = self.file("r.json", self.good_receipt)
        self.bad(2, "receipt", "verify", r)
        self.log_in()
        self.assertIn(self.url, self.good("receipt", "verify", r))
        self.assertEqual(self.calls(), [("GET", "/v1/receipt-keys")])
        self.assertNotIn("Authorization", self.stub.requests[0].headers)
        self.stub.requests.clear()
        self.bad(1, "receipt", "verify", self.file("r.json", b"no receipt"))
        self.assertEqual(self.calls(), [], "nobody is asked about what is no receipt")

    # ---- list ----

    def test_list(self):
        self.log_in()
        stopped = self.signer.receipt(given(event_state="withdrawn", event_time="2026-02-01T09:00:00.000000Z"))
        self.answers[("GET", self.path)] = [
            Answer(200, {"receipts": [self.good_receipt], "next": "more"}),
            Answer(200, {"receipts": [stopped]}),
        ]
        shown = self.good("receipt", "list", GRANT)
        for words in ("2026-01-20 12:00", "shared", "Wonen", "Els Moens", "stopped sharing", "2026-02-01 10:00"):
            self.assertIn(words, shown)
        self.answers[("GET", self.path)] = Answer(200, {"receipts": []})
        self.assertIn("There is nothing here", self.good("receipt", "list", GRANT))
        self.answers[("GET", self.path)] = problem(404, "not-found")
        self.bad(1, "receipt", "list", GRANT)
        self.bad(2, "receipt", "list", "../plan")

    def test_list_as_json(self):
        self.log_in()
        self.assertEqual(json.loads(self.good("--json", "receipt", "list", GRANT)), {"receipts": [self.good_receipt]})
        self.bad(2, "--json", "receipt", "list", GRANT, "--out", self.folder / "kept")
        self.assertFalse((self.folder / "kept").exists())

    def test_kept_ones_are_verified_without_the_server(self):
        self.log_in()
        kept = self.folder / "kept"
        self.addCleanup(os.umask, os.umask(0))
        self.good("receipt", "list", GRANT, "--out", kept)
        names = sorted(p.name for p in kept.iterdir())
        self.assertEqual(
            names, ["receipt-0e000000-0000-8000-8000-000000000001.json", f"receipt-keys-{self.signer.kid}.json"]
        )
        self.assertEqual({stat.S_IMODE(p.stat().st_mode) for p in kept.iterdir()}, {0o600})
        before = {p.name: p.read_bytes() for p in kept.iterdir()}
        self.good("receipt", "list", GRANT, "--out", kept)
        self.assertEqual(before, {p.name: p.read_bytes() for p in kept.iterdir()})
        self.stub.requests.clear()
        self.assertIn("genuine", self.good("receipt", "verify", kept / names[0], "--keys", kept / names[1]))
        self.assertEqual(self.calls(), [])

    def test_another_key_takes_no_older_ones_place(self):
        self.log_in()
        kept = self.folder / "kept"
        self.good("receipt", "list", GRANT, "--out", kept)
        self.answers[("GET", "/v1/receipt-keys")] = Answer(200, {"keys": [self.stranger.jwk()]})
        self.answers[("GET", self.path)] = Answer(200, {"receipts": [self.stranger.receipt(given())]})
        self.good("receipt", "list", GRANT, "--out", kept)
        self.assertEqual(len(list(kept.glob("receipt-keys-*.json"))), 2)

    def test_what_does_not_hold_is_not_kept(self):
        self.log_in()
        kept = self.folder / "kept"
        self.answers[("GET", self.path)] = Answer(200, {"receipts": [self.stranger.receipt(given())]})
        self.bad(4, "receipt", "list", GRANT, "--out", kept)
        self.bad(4, "receipt", "list", GRANT)
        evil = given()
        evil["header"]["receipt_id"] = "../../owned"
        self.answers[("GET", self.path)] = Answer(200, {"receipts": [self.signer.receipt(evil)]})
        self.bad(4, "receipt", "list", GRANT, "--out", kept)
        self.assertEqual([p.name for p in kept.iterdir()], [f"receipt-keys-{self.signer.kid}.json"])
        self.assertEqual(list(self.root.rglob("*owned*")), [])
        for nothing in ({"receipts": [7]}, {"receipts": [{}]}):
            self.answers[("GET", self.path)] = Answer(200, nothing, checked=False)
            self.bad(4, "receipt", "list", GRANT)

    def test_a_folder_that_is_none(self):
        self.log_in()
        self.bad(1, "receipt", "list", GRANT, "--out", self.file("taken", b""))
        self.bad(1, "receipt", "list", GRANT, "--out", self.folder / "no" / "such")


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

    def test_safety_asks_nobody(self):
        """R-56: whom to call, without a session, a server or a network"""
        nowhere = {"KRING_URL": self.url, "HOME": "/nonexistent"}
        both = self.good("safety", env=nowhere)
        for part in ("BE-VLG", "NL", "112", "1712", "0800-2000"):
            self.assertIn(part, both)
        self.assertNotIn("1712", self.good("safety", "--jurisdiction", "nl", env=nowhere))
        self.assertIn("Noodnummer", self.good("safety", "--lang", "nl", env=nowhere))
        self.assertIn("Numéro d'urgence", self.good("--lang", "fr", "safety", env=nowhere))
        documents = [json.loads(line) for line in self.good("safety", "--json", env=nowhere).splitlines()]
        self.assertEqual([document["jurisdiction"] for document in documents], ["BE-VLG", "NL"])
        self.bad(2, "safety", "--jurisdiction", "FR", env=nowhere)
        self.bad(2, "safety", "--jurisdiction", "", env=nowhere)
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.complete("kring safety --jurisdiction "), ["BE-VLG", "NL"])

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
        self.assertEqual(sorted(self.complete("kring grant ")),
                         ["confirm", "four-eyes", "give", "list", "narrow", "object", "pause", "resume", "show", "withdraw"])
        self.assertEqual(self.complete("kring --lang nl help en"), ["entry"])
        self.assertEqual(self.complete("kring plan --sec"), ["--section"])
        self.assertIn("--purpose-file", self.complete("kring grant give --"))
        self.assertNotIn("--purpose-file", self.complete("kring grant show --"))
        self.assertEqual(self.complete("kring plan --section "), list("ABCDEFGHI"))
        self.assertIn("need_money", self.complete("kring plan --field need_"))
        self.assertEqual(self.complete("kring grant give --to "), [], "names are looks, and looks are logged")
        self.assertEqual(self.complete("kring login "), [])
        self.assertEqual(sorted(self.complete("kring receipt ")), ["list", "verify"])
        (self.folder / "a file").write_text("")
        self.assertIn("a", self.complete("kring entry write --text-file a"))
        self.assertIn("a", self.complete("kring receipt verify a"))
        self.assertEqual(self.complete("kring receipt list "), [])

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
