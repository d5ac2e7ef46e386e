"""Every error that the contract lists for an operation, asked for on purpose: nothing may be listed that never comes.

Each operation has one request that works (good.py); each error is that request with one thing wrong.
"""
import socket
import ssl
import threading
import time

from client import Client, open_tls, read_replies
from good import (ABSENT, BY, CARE, Good, HOLD, asked, emergency, guarded,
                  handover, helm, new_id)
from harness import Findings, test
from sharing import shown

EVIL = "https://evil.example"


# ---- one thing wrong ----


def bad_query(method, target, body, headers):
    return method, target + ("&" if "?" in target else "?") + "nonsense=1", body, headers


def bad_body(method, target, body, headers):
    return method, target, {"nonsense": 1}, headers


def bad_json(method, target, body, headers):
    return method, target, b'{"text": "x", "text": "y"}', {**headers, "Content-Type": "application/json"}


def cross_site(method, target, body, headers):
    return method, target, body, {**headers, "Origin": EVIL}


def media_type(method, target, body, headers):
    return method, target, b"<xml/>", {**headers, "Content-Type": "text/xml"}


def no_token(method, target, body, headers):
    return method, target, body, {**headers, "Authorization": "Bearer " + "x" * 43}


def foreign(world):
    def change(method, target, body, headers):
        if target.startswith("/audit/tile/"):
            return method, "/audit/tile/5/000", body, headers
        return method, target.replace(world.races.ids["id"], world.be.ids["id"]), body, headers

    return change


def without(name):
    def change(method, target, body, headers):
        return method, target, body, {k: v for k, v in headers.items() if k != name}

    return change


def stale(method, target, body, headers):
    return method, target, body, {**headers, "If-Match": '"not-what-you-saw"'}


def bad_cursor(method, target, body, headers):
    return method, target + ("&" if "?" in target else "?") + "cursor=bm9uc2Vuc2U", body, headers


def changes(world):
    return {
        "bad-query": bad_query,
        "bad-body": bad_body,
        "bad-json": bad_json,
        "cross-site": cross_site,
        "unsupported-media-type": media_type,
        "unauthenticated": no_token,
        "not-found": foreign(world),
        "bad-request": without("Idempotency-Key"),
        "precondition-required": without("If-Match"),
        "precondition-failed": stale,
        "bad-cursor": bad_cursor,
    }


def listed(world, slug):
    return sorted(name for name, _, its in world.contract.listed() if its == slug and name)


@test("answers: every operation works, with and without If-None-Match where it has a tag")
def _(world):
    good, found = Good(world, world.fresh("leen", world.races.ref)), Findings()
    for operation, (_, _, its) in world.contract.operations.items():
        if operation in ("session_delete", "session_delete_all"):
            continue
        method, target, body, headers = good.request(operation)
        reply = good.by(operation).ask(method, target, body, headers=headers, token=operation not in ("session_create", "join"))
        wanted = [int(s) for s in its["responses"] if s.startswith("2")]
        found.check(reply.status in wanted, operation, reply)
        if "304" in its["responses"]:
            again = good.client.ask(method, target, headers={"If-None-Match": reply.header("ETag")})
            found.same(
                (again.status, again.body, again.header("ETag")), (304, b"", reply.header("ETag")), operation, "304"
            )
            found.same(
                good.client.ask(method, target, headers={"If-None-Match": '"another"'}).bare(),
                reply.bare(),
                operation,
                "another tag",
            )
    other = world.fresh("tom", world.races.ref)
    third = other.twin().log_in()
    found.same(other.ask("DELETE", "/v1/session").status, 204, "log out")
    found.same(other.get("/v1/account").status, 401, "after logging out")
    found.same(third.get("/v1/account").status, 200, "the other session lives")
    fourth = third.twin().log_in()
    found.same(third.ask("DELETE", "/v1/sessions").status, 204, "log out everywhere")
    found.same([c.get("/v1/account").status for c in (third, fourth)], [401, 401], "after that")
    found.close(30)


@test("answers: each error that an operation lists, by its good request with one thing wrong")
def _(world):
    found, good = Findings(), Good(world)
    for slug, change in changes(world).items():
        for at, operation in enumerate(listed(world, slug)):
            if at % 40 == 0:
                good = Good(world, world.fresh("leen", world.races.ref))  # a session is refused so often and no more
            if slug == "not-found" and operation == "family_list":
                continue
            method, target, body, headers = change(*good.request(operation))
            # no family is foreign to the officer, who alone searches all of them
            officers = operation.startswith(("legal_hold", "log_search", "sign_")) and slug == "not-found"
            who = good.client if officers else good.by(operation)
            reply = who.ask(method, target, body, headers=headers, token=operation not in ("session_create", "join"))
            found.same(reply.problem(), slug, operation, slug, reply)
    found.close(100)
    return f"{found.checked} requests"


@test("answers: what an account may not do, and what can't be done")
def _(world):
    good, found = Good(world, world.fresh("leen", world.races.ref)), Findings()  # her refusals are counted
    family, path, ref = world.races, good.path, world.races.ref
    karim, els = world.client("karim", ref), world.client("els", ref)

    def problem(wanted, reply, *what):
        found.same(reply.problem(), wanted, *what, reply)

    problem(
        "forbidden",
        karim.post(path + "/entries", {"field": "need_money", "about": [family.id_of("H1")], "text": "x"}),
        "entry_create",
    )
    problem("forbidden", els.post(path + "/grants", good.grant_body()), "a helper gives nothing")
    helm(good)
    leen, sofie, wim = good.client, world.fresh("sofie", ref), world.fresh("wim", ref)
    open_one = CARE["emergency_end"](good)[0]
    problem("forbidden", sofie.post(open_one, None), "whoever did not open it does not end it")
    world.client("yasmin", ref).post(open_one, None).must(204)
    problem("forbidden", sofie.post(path + "/trusted-people", {"minor": family.id_of("noor"), "trusted": family.id_of("leen")}), "a parent is no trusted person")
    problem("unprocessable", sofie.post(path + "/court-decisions", {**CARE["court_decision_create"](good)[1], "until": "2025-01-01T00:00:00Z"}), "over already")
    shared = next(e["id"] for e in world.client("bram", ref).plan(path) if e["field"] == "need_money")
    bram = world.client("bram", ref)
    for what, body in (("statements", {"text": "x"}), ("corrections", {"text": "x"}), ("restrictions", None)):
        problem("forbidden", bram.post(f"{path}/entries/{shared}/{what}", body), what, "by a helper")
    problem("forbidden", bram.post(f"{path}/restrictions/{ABSENT}/end", None), "by a helper")
    problem("forbidden", bram.get(path + "/export"), "a copy is for people")
    problem("forbidden", bram.post(path + "/erasures", None), "nothing here is about bram")
    problem("forbidden", leen.post(path + "/legal-hold/end", None), "the officer lifts a hold")
    problem("forbidden", leen.post(path + "/handovers", {"to": family.id_of("wim")}), "the coordinator proposes")
    target = handover(good)
    problem("forbidden", els.post(target + "/agreement", None), "the family agrees")
    problem("forbidden", sofie.post(target + "/talk", None), "no step is skipped")
    leen.post(target + "/agreement", None).must(204)
    problem("forbidden", leen.post(target + "/talk", None), "the helpers talk")
    problem("forbidden", sofie.post(target + "/acceptance", None), "not by her who hands over")
    problem("forbidden", wim.post(target + "/acceptance", None), "not before the talk")
    problem("forbidden", karim.post(path + "/grants", good.grant_body()), "grant_create for the other home")
    grant = good.grant()
    problem("forbidden", els.post(grant + "/withdrawal", {}), "a recipient can't withdraw")
    problem(
        "unprocessable",
        good.client.post(grant + "/withdrawal", {"fields": ["need_school"]}),
        "a field that it does not share",
    )
    problem(
        "unprocessable",
        good.client.post(path + "/grants", {**good.grant_body(), "until": "2025-01-01T00:00:00Z"}),
        "an end in the past",
    )
    problem(
        "unprocessable",
        good.client.post(path + "/grants", {**good.grant_body(), "until": "2029-01-01T00:00:00Z"}),
        "longer than twelve months",
    )
    problem(
        "unprocessable",
        good.client.post(
            path + "/entries",
            {"field": "parent_view", "about": [family.id_of("leen")], "text": "x", "assignee": family.id_of("els")},
        ),
        "an assignee, but no action",
    )
    shown = next(e for e in karim.plan(path) if e["field"] == "child_voice")
    tag = karim.get(f"{path}/entries/{shown['id']}").header("ETag")
    problem(
        "forbidden",
        karim.ask("PUT", f"{path}/entries/{shown['id']}", {"text": "x"}, headers={"If-Match": tag}),
        "another's voice revised",
    )
    problem(
        "forbidden",
        karim.ask("DELETE", f"{path}/entries/{shown['id']}", headers={"If-Match": tag}),
        "another's voice withdrawn",
    )
    for recipient in (ABSENT, family.id_of("yasmin"), world.be.id_of("els")):
        problem(
            "forbidden",
            good.client.post(path + "/grants", {**good.grant_body(), "recipient": recipient}),
            "a recipient whom she may not know",
        )
    problem("not-found", world.client("operator").get("/v1/families"), "the operator has no families")
    found.close(12)


FIRST = {  # a creating POST of that account that succeeds: (noun, body)
    "leen": lambda f: ("entries", {"field": "parent_view", "about": [f.id_of("leen")], "text": "Eerst dit."}),
    "noor": lambda f: ("entries", {"field": "child_voice", "about": [f.id_of("noor")], "text": "Eerst dit."}),
    "auditor": lambda f: ("legal-hold", {**HOLD, "reason": "claim"}),
    "lotte": lambda f: ("capacities", {"person": f.id_of("noor"), "able": True, "reason": "Ze legt het zelf uit."}),
    "sofie": lambda f: (
        "court-decisions",
        {"kind": "lifted", "person": f.id_of("karim"), "protects": [f.id_of("noor")], "evidence": "registry"},
    ),
}


@test("answers: an Idempotency-Key that came with another request, on everything that creates")
def _(world):
    good, found = Good(world, world.fresh("leen", world.races.ref)), Findings()
    family, path = world.races, good.path
    helm(good)
    for operation in listed(world, "idempotency-key-reused"):
        method, target, body, headers = good.request(operation)
        ref = BY.get(operation, "leen")
        noun, first = FIRST[ref](family) if ref in FIRST else ("emergencies", {**emergency(good), "minutes": 4})
        who = world.fresh(ref, family.ref)
        who.post(f"{path}/{noun}", first, key=headers["Idempotency-Key"]).must(201)
        reply = who.ask(method, target, body, headers=headers)
        found.same(reply.problem(), "idempotency-key-reused", operation, reply)
    found.close(10)


@test("answers: a question that is over, and what is no longer to be said of it")
def _(world):
    good, found = Good(world, world.fresh("leen", world.races.ref)), Findings()
    bram, leen = world.fresh("bram", world.races.ref), good.client
    asked_by_bram = asked(good, "bram")
    found.same(leen.post(asked_by_bram + "/withdrawal", None).problem(), "forbidden", "it is bram's to take back")
    body = {"giver": good.family.id_of("leen"), "channel": "paper", "no": ["need_housing"]}
    reply = bram.post(asked_by_bram + "/paper", body).must(200).json()["id"]
    bram.post(asked_by_bram + "/withdrawal", None).must(200, 204)
    found.same(bram.post(asked_by_bram + "/paper", body).problem(), "conflict", "taken back")
    found.same(leen.post(f"{good.path}/replies/{reply}/witness", None).problem(), "conflict", "her word comes too late")
    target = guarded(good)
    leen.post(target + "/withdrawal", {}).must(200)
    sofie = world.fresh("sofie", world.races.ref)
    found.same(sofie.post(target + "/four-eyes", {"fields": ["safety_plan"]}).problem(), "conflict", "it does not run")
    found.close(4)


@test("answers: wrong passwords, and too many of them, lock out neither another account nor a known device")
def _(world):
    found, stranger = Findings(), Client(world.shared, world.watch, address="::1" if socket.has_ipv6 else "127.0.0.1")
    stranger.context.check_hostname = False
    account = world.shared.account("dirk")
    known = world.fresh("dirk")

    def guess(login, password="nog een gok"):
        return stranger.ask("POST", "/v1/session", {"login": login, "password": password})

    found.same(guess("nobody-of-that-name").problem(), "bad-login", "an unknown login")
    same_for = guess(account["login"])
    found.same(same_for.bare(), guess("another-unknown").bare(), "a known and an unknown login")
    for _ in range(8):
        last = guess(account["login"])
    found.same(last.problem(), "too-many-requests", last)
    found.check(1 <= int(last.header("Retry-After") or 0) <= 3600, "Retry-After", last.header("Retry-After"))
    found.same(
        guess(account["login"], account["password"]).status, 429, "the right password from the network that guessed"
    )
    found.same(known.log_in().get("/v1/account").status, 200, "the known device, meanwhile")
    other = world.shared.account("yasmin")
    found.same(
        stranger.ask("POST", "/v1/session", {"login": other["login"], "password": other["password"]}).status,
        201,
        "another account",
    )
    found.close(7)


@test("answers: a session that is refused over and over is told to wait, and only that session")
def _(world):
    good, found = Good(world), Findings()
    tired = world.fresh("karim", world.races.ref)
    statuses = [tired.get(f"{good.path}/entries/{new_id()}").status for _ in range(70)]
    found.same((statuses[0], statuses[-1]), (404, 429), "the first and the last of 70 refusals")
    found.same(
        world.client("karim", world.races.ref).get(f"{good.path}/entries/{new_id()}").status,
        404,
        "another session of the same account",
    )
    found.same(tired.get(good.path + "/plan").status, 200, "what is allowed still works")
    for operation in listed(world, "too-many-requests"):
        if operation in ("session_create", "join"):
            continue
        if operation == "family_list":
            operator = world.fresh("operator")
            last = [operator.get("/v1/families") for _ in range(62)][-1]
        else:
            method, target, body, headers = foreign(world)(*good.request(operation))
            last = tired.ask(method, target, body, headers=headers)
        found.same(last.problem(), "too-many-requests", operation, last)
        found.check(last.header("Retry-After"), operation, "Retry-After")
    found.close(5)


# ---- before any operation ----


def raw(world, data, operations=(), pause=0.0):
    """Sends bytes as they are; gives the replies until the server closes."""
    with open_tls(world.shared) as tls:
        for piece in data if isinstance(data, list) else [data]:
            try:
                tls.sendall(piece)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                break
            time.sleep(pause)
        replies = read_replies(tls)
    for i, r in enumerate(replies):
        world.contract.check(operations[i] if i < len(operations) else None, r.status, r.headers, r.body)
    return replies


HOST = b"Host: localhost\r\n"


@test("answers: what is wrong with the bytes is said before any operation, and the connection ends")
def _(world):
    found = Findings()
    cases = [
        ("bad-request", b"GET /healthz HTTP/1.1\r\n\r\n", "no Host"),
        ("bad-request", b"GET /healthz HTTP/1.1\r\n" + HOST + HOST + b"\r\n", "two Hosts"),
        ("bad-request", b"GET https://localhost/healthz HTTP/1.1\r\n" + HOST + b"\r\n", "absolute form"),
        ("bad-request", b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", "blank before the colon"),
        ("bad-request", b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n", "obs-fold"),
        ("bad-request", b"GET /healthz HTTP/1.1\n" + HOST + b"\r\n", "bare LF"),
        ("bad-request", b"GET /healthz\r\n\r\n", "HTTP/0.9"),
        ("bad-request", b"GET /v1/../healthz HTTP/1.1\r\n" + HOST + b"\r\n", "dot segments"),
        ("bad-request", b"GET /healthz%2f.. HTTP/1.1\r\n" + HOST + b"\r\n", "encoded slash"),
        ("bad-request", b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: \x01\r\n\r\n", "control character"),
        ("bad-request", b"GET /healthz HTTP/1.1\r\nHost: local host\r\n\r\n", "a Host that is none"),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "CL and TE",
        ),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "two lengths",
        ),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\nabcde",
            "a signed length",
        ),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "another coding",
        ),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "a bad chunk",
        ),
        (
            "bad-request",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
            "a trailer",
        ),
        (
            "bad-request",
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\n",
            "an upgrade",
        ),
        (
            "expectation-failed",
            b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
            "Expect",
        ),
        ("http-version", b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n", "HTTP/1.0"),
        ("uri-too-long", b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", "a long request line"),
        (
            "headers-too-large",
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n",
            "a long header",
        ),
        ("headers-too-large", b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 70 + b"\r\n", "many headers"),
        (
            "body-too-large",
            b"POST /v1/session HTTP/1.1\r\n"
            + HOST
            + b"Content-Type: application/json\r\nContent-Length: 300000\r\n\r\n",
            "a large body",
        ),
        (
            "body-too-large",
            [
                b"POST /v1/session HTTP/1.1\r\n"
                + HOST
                + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"40001\r\n",
            ],
            "a large chunk",
        ),
    ]
    for slug, data, what in cases:
        # a second request behind it must never be answered: nobody may smuggle one
        replies = raw(
            world,
            [*data, b""]
            if isinstance(data, list)
            else data + (b"" if slug == "body-too-large" else b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
        )
        found.same([r.problem() for r in replies], [slug], what)
    found.close(25)


@test(
    "answers: pipelined requests are answered in order; HEAD is GET without a body; unknown methods and paths are told apart"
)
def _(world):
    found = Findings()
    ask = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    replies = raw(
        world,
        ask * 3
        + b"GET /v1/openapi.json HTTP/1.1\r\n"
        + HOST
        + b"\r\n"
        + b"GET /healthz HTTP/1.1\r\n"
        + HOST
        + b"Connection: close\r\n\r\n",
        ["healthz"] * 3 + ["openapi_get", "healthz"],
    )
    found.same([r.status for r in replies], [200] * 5, "five in a row")
    found.check(len(replies) == 5 and len(replies[3].body) > 10000 and len(replies[4].body) < 100, "in their order")
    client = world.client("leen")
    whole, head = client.get("/v1/openapi.json"), client.ask("HEAD", "/v1/openapi.json")
    found.same((head.status, head.body, head.header("Content-Length")), (200, b"", str(len(whole.body))), "HEAD")
    for method, target, wanted in (
        ("DELETE", "/healthz", 405),
        ("PUT", "/v1/session", 405),
        ("PATCH", "/v1/account", 405),
        ("BREW", "/v1/account", 405),
        ("POST", world.path() + "/plan", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/V1/account", 404),
        ("GET", "/v1/account/", 404),
        ("GET", "/v1/families/1", 404),
        ("GET", world.path().upper().replace("/V1/FAMILIES", "/v1/families") + "/plan", 404),
        ("GET", world.path() + "/entries/' OR 1=1--".replace(" ", "%20"), 404),
    ):
        reply = client.ask(method, target)
        found.same(reply.status, wanted, method, target)
        found.check((reply.header("Allow") is not None) == (wanted == 405), method, target, "Allow")
    found.close(20)


@test("answers: whoever is slow is told so, and holds up nobody")
def _(world):
    found, results = Findings(), {}

    def slow(name, data, pause):
        try:
            results[name] = raw(world, data, pause=pause)
        except Exception as why:
            results[name] = why

    head = b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    threads = [
        threading.Thread(target=slow, args=("headers", [b"GET /healthz HTTP/1.1\r\n"] + [b"X: y\r\n"] * 8, 1.0)),
        threading.Thread(target=slow, args=("body", [head] + [b" "] * 8, 1.0)),
    ]
    threads += [
        threading.Thread(target=slow, args=(f"slow {n}", [b"GET /heal"] + [b"t"] * 6, 1.0)) for n in range(20)
    ]
    for t in threads:
        t.start()
    time.sleep(1)
    leen, worst = world.client("leen"), 0.0
    for _ in range(20):
        reply = leen.get(world.path() + "/plan").must(200)
        worst = max(worst, reply.ended - reply.began)
    for t in threads:
        t.join(40)
    for name in ("headers", "body"):
        found.check(
            isinstance(results[name], list) and [r.problem() for r in results[name]] == ["request-timeout"],
            name,
            results[name],
        )
    found.check(worst < 1.0, f"a read took {worst:.2f} s meanwhile")
    found.close(3)
    return f"worst read meanwhile {worst * 1000:.0f} ms"
