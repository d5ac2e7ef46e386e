"""The checker of the end-to-end tests must be able to fail: it catches wrong responses, and counts the right ones."""
import json
import sys
import tempfile
import unittest

ROOT, DOCUMENT = sys.argv[1], sys.argv[2]
sys.dont_write_bytecode = True
sys.path.insert(0, ROOT + "/tests/e2e")
from contract import Contract, Violation  # noqa: E402

ID = "0a0b0c0d-0102-4304-8506-0708090a0b0c"
SAFE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains", "X-Content-Type-Options": "nosniff"}
JSON = SAFE | {"Content-Type": "application/json"}
PROBLEM = SAFE | {"Content-Type": "application/problem+json"}
ENTRY = {"id": ID, "field": "goals", "section": "F", "about": [ID], "author": "rondetafel",
         "written_at": "2026-01-20T11:00:00.000000Z",
         "version": 1, "level": "exact", "body": {"text": "x"}}


def body(value):
    return json.dumps(value).encode()


def problem(slug, status, **more):
    return body({"type": f"/problems/{slug}", "title": "t", "status": status, **more})


class Checker(unittest.TestCase):
    def setUp(self):
        self.contract = Contract(DOCUMENT)

    def good(self, *response):
        self.contract.check(*response)

    def bad(self, word, *response):
        with self.assertRaises(Violation) as caught:
            self.contract.check(*response)
        self.assertIn(word, str(caught.exception))

    def plan(self, entry, **more):
        return ("plan_get", 200, JSON | {"ETag": '"x"'}, body({"entries": [entry], **more}))

    def test_plan(self):
        self.good(*self.plan(ENTRY))
        self.good(*self.plan(ENTRY, next="abc"))
        self.bad("total", *self.plan(ENTRY, total=1))
        self.bad("hidden", *self.plan(ENTRY | {"hidden": 3}))
        self.bad("goal", *self.plan(ENTRY | {"field": "goal"}))
        self.bad("uuid", *self.plan(ENTRY | {"id": ID.upper()}))
        self.bad("date-time", *self.plan(ENTRY | {"written_at": "2026-01-20"}))
        self.bad("integer", *self.plan(ENTRY | {"version": "1"}))
        self.bad("integer", *self.plan(ENTRY | {"version": True}))
        self.bad("bounds", *self.plan(ENTRY | {"version": 0}))
        self.bad("missing about", *self.plan({k: v for k, v in ENTRY.items() if k != "about"}))
        self.bad("missing body", *self.plan({k: v for k, v in ENTRY.items() if k != "body"}))
        self.bad("none of", *self.plan(ENTRY | {"level": "hidden"}))
        self.bad("501 items", "plan_get", 200, JSON | {"ETag": '"x"'}, body({"entries": [ENTRY] * 501}))

    def test_headers(self):
        for name in SAFE:
            self.bad(name.lower(), "account_get", 401, {k: v for k, v in PROBLEM.items() if k != name},
                     problem("unauthenticated", 401))
        self.bad("tells too much", *("healthz", 200, JSON | {"Server": "kringd"}, body({"status": "ok"})))
        self.bad("ETag is missing", "plan_get", 200, JSON, body({"entries": []}))
        self.bad("does not fit", "plan_get", 200, JSON | {"ETag": 'W/"x"'}, body({"entries": []}))
        self.bad("Content-Type", "healthz", 200, SAFE | {"Content-Type": "text/plain"}, body({"status": "ok"}))
        self.bad("WWW-Authenticate is missing", "account_get", 401, PROBLEM, problem("unauthenticated", 401))
        self.good("account_get", 401, PROBLEM | {"WWW-Authenticate": "Bearer"}, problem("unauthenticated", 401))
        self.bad("Retry-After is missing", "account_get", 503, PROBLEM, problem("unavailable", 503))
        self.good("healthz", 200, list(JSON.items()), body({"status": "ok"}))
        self.bad("cache-control", "healthz", 200, [*JSON.items(), ("cache-control", "public")],
                 body({"status": "ok"}))

    def test_problems(self):
        self.good("plan_get", 404, PROBLEM, problem("not-found", 404))
        self.bad("not listed", "account_get", 404, PROBLEM | {"Content-Type": "application/json"}, b"{}")
        self.bad("none of", "plan_get", 404, PROBLEM, problem("gone", 404))
        self.bad("not listed", "plan_get", 500, PROBLEM, problem("internal", 500))
        self.bad("none of", "plan_get", 403, PROBLEM, problem("forbidden", 403))
        self.bad("404", "plan_get", 404, PROBLEM, problem("not-found", 403))
        self.bad("not in the contract", "plan_get", 404, PROBLEM, problem("not-found", 404, reason="hidden"))
        self.good("entry_create", 400, PROBLEM,
                  problem("bad-body", 400, errors=[{"pointer": "/text", "detail": "is too long"}]))
        self.bad("does not fit", "entry_create", 400, PROBLEM,
                 problem("bad-body", 400, errors=[{"pointer": "text", "detail": "x"}]))
        self.bad("items", "entry_create", 400, PROBLEM, problem("bad-body", 400, errors=[]))

    def test_transport(self):
        self.good(None, 405, PROBLEM | {"Allow": "GET"}, problem("method-not-allowed", 405))
        self.bad("Allow", None, 405, PROBLEM, problem("method-not-allowed", 405))
        self.bad("another status", None, 400, PROBLEM, problem("headers-too-large", 431))
        self.good("plan_get", 431, PROBLEM, problem("headers-too-large", 431))
        self.bad("no such operation", None, 503, PROBLEM, problem("unavailable", 503))
        self.assertEqual(self.contract.seen, {(None, 405, "method-not-allowed"), (None, 431, "headers-too-large")})
        # One that the operation lists itself counts for the operation; else for the way to it.
        self.good("entry_create", 400, PROBLEM, problem("bad-request", 400))
        self.good("plan_get", 400, PROBLEM, problem("bad-request", 400))
        self.assertIn(("entry_create", 400, "bad-request"), self.contract.seen)
        self.assertIn((None, 400, "bad-request"), self.contract.seen)

    def test_bodies(self):
        self.bad("stands twice", "healthz", 200, JSON, b'{"status":"ok","status":"ok"}')
        self.bad("NaN", "healthz", 200, JSON, b'{"status":NaN}')
        self.bad("not JSON", "healthz", 200, JSON, b'{"status":"\xff"}')
        self.bad("not JSON", "healthz", 200, JSON, b"")
        self.bad("none belongs", "entry_withdraw", 204, SAFE, b"{}")
        self.bad("none belongs", "entry_withdraw", 204, JSON, b"")
        self.good("entry_withdraw", 204, SAFE, b"")
        self.good("plan_get", 304, SAFE | {"ETag": '"x"'}, b"")
        self.bad("no such operation", "entry_burn", 200, JSON, b"{}")
        self.good("access_get", 200, JSON,
                  body({"allowed": False, "level": "hidden", "rule": "R-01", "ground": None, "sentence": "x"}))
        self.good("access_get", 200, JSON, body({"allowed": True, "level": "exact", "rule": "R-02", "ground": ID, "sentence": "x"}))
        self.bad("ground", "access_get", 200, JSON,
                 body({"allowed": True, "level": "exact", "rule": "R-02", "ground": "A-C01", "sentence": "x"}))
        self.bad("rule", "access_get", 200, JSON,
                 body({"allowed": True, "level": "exact", "rule": "because", "ground": ID, "sentence": "x"}))

    def test_names(self):
        plan = f"/v1/families/{ID}/plan"
        self.assertEqual(self.contract.operation_of("GET", plan + "?section=A"), "plan_get")
        self.assertEqual(self.contract.operation_of("DELETE", f"/v1/families/{ID}/entries/{ID}"), "entry_withdraw")
        self.assertIsNone(self.contract.operation_of("POST", plan))
        self.assertIsNone(self.contract.operation_of("GET", plan + "/x"))
        self.assertIsNone(self.contract.operation_of("GET", "/v1xopenapi.json"))

    def test_counting(self):
        self.assertEqual(len(self.contract.missing()), len(self.contract.listed()))
        self.good("healthz", 200, JSON, body({"status": "ok"}))
        self.good("plan_get", 404, PROBLEM, problem("not-found", 404))
        self.assertNotIn(("healthz", 200, None), self.contract.missing())
        self.assertNotIn(("plan_get", 404, "not-found"), self.contract.missing())
        self.assertIn(("plan_get", 200, None), self.contract.missing())
        self.assertIn("never: plan_get 200", self.contract.report())
        with tempfile.NamedTemporaryFile() as file:
            self.contract.save(file.name)
            other = Contract(DOCUMENT)
            other.load(file.name)
        self.assertEqual(other.seen, self.contract.seen)
        self.contract.seen = self.contract.listed()
        self.assertEqual(self.contract.missing(), [])


if __name__ == "__main__":
    unittest.main(argv=["test_checker"])
