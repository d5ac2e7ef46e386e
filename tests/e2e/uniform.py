"""Not allowed and not existing are one answer: status, headers and body, on every route, for every account (T1,
R-100)."""
import uuid

from harness import Findings, expect, test
from sharing import terms

ABSENT_FAMILY, ABSENT = "5e1f0000-0000-4000-8000-0000000000f1", "5e1f0000-0000-4000-8000-0000000000e1"
MALFORMED = [
    "1",
    "x" * 36,
    "5E1F0000-0000-4000-8000-0000000000E1",
    "5e1f00000000400080000000000000e1",
    "..",
    "%00",
    ABSENT + "0",
    ABSENT[:-1],
]


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def family_routes(family):
    """(method, path behind the family, body, headers) of every operation below a family that names no entry or
    grant."""
    person = family.id_of("leen")
    body = {"field": "parent_view", "about": [person], "text": "x"}
    grant = {
        "about": [person],
        "recipient": family.id_of("els"),
        "fields": ["parent_view"],
        "purpose": "x",
        "until": "2026-06-30T00:00:00Z",
        **terms(),
    }
    yield from (
        ("GET", path, None, {}) for path in ("", "/people", "/households", "/team", "/plan", "/grants", "/log")
    )
    yield "GET", f"/access?viewer={person}&field=parent_view&about={person}", None, {}
    yield "POST", "/hints", body, {}
    yield "POST", "/entries", body, key()
    yield "POST", "/grants", grant, key()
    yield "GET", f"/givers?field=parent_view&about={person}", None, {}
    yield "GET", f"/readable?viewer={person}&at=2026-01-10T12:00:00Z", None, {}
    yield "POST", "/what-if", {"give": {k: grant[k] for k in ("about", "recipient", "until")} | {"fields": [{"field": "parent_view"}]}}, {}
    yield from (
        ("GET", path, None, {})
        for path in (
            "/requests",
            "/who-sees-what",
            "/emergencies",
            "/safeguards",
            "/tasks",
            "/notices",
            "/handovers",
            "/invitations",
            "/restrictions",
            "/export",
            "/erasures",
            "/ending",
        )
    )
    named = {"about": [person], "fields": ["parent_view"]}
    words = "Zo staat het er nu voor, zegt iedereen hier."
    yield "POST", "/emergencies", {**named, "reason": "acute_danger", "text": words, "other_way": words}, key()
    yield "POST", "/locks", {**named, "not_for": person}, key()
    hold = {"from_whom": [person], "ground": "good_care", "reason": words, "review_at": "2026-02-20T00:00:00Z"}
    yield "POST", "/holds", {**named, **hold}, key()
    yield "POST", "/capacities", {"person": person, "able": True}, key()
    yield "POST", "/conflicts", {"child": person}, key()
    yield "POST", "/trusted-people", {"minor": person, "trusted": person}, key()
    yield (
        "POST",
        "/court-decisions",
        {"kind": "contact_ban", "person": person, "protects": [person], "evidence": "order"},
        key(),
    )
    yield "POST", "/handovers", {"to": person}, key()
    yield "POST", "/erasures", None, key()
    yield "POST", "/ending", {"kind": "closing"}, key()
    yield "POST", "/legal-hold", {"reason": "claim", "text": words, "review_at": "2026-02-20T00:00:00Z"}, key()
    yield "POST", "/legal-hold/end", None, {}
    yield "POST", "/deaths", {"person": person, "died_at": "2026-01-19T08:00:00Z"}, {}
    yield "POST", "/people", {"call_name": "x"}, key()
    helper = {"name": "x", "role": "x", "secrecy": "none", "goal": "x", "until": grant["until"], "agreed_by": [person]}
    yield "POST", "/helpers", helper, key()
    yield "POST", "/invitations", {"for": person}, key()
    yield from (("POST", path, {"text": grant["text"]}, {}) for path in ("/agreements", "/limits"))
    yield "POST", "/requests", {**{k: v for k, v in grant.items() if k != "fields"}, "fields": [{"field": "parent_view"}]}, key()


def item_routes():
    """The same for those that name an entry or a grant; {} is its id."""
    yield "GET", "/entries/{}", None, {}
    yield "PUT", "/entries/{}", {"text": "x"}, {"If-Match": '"x"'}
    yield "DELETE", "/entries/{}", None, {"If-Match": '"x"'}
    yield "GET", "/grants/{}", None, {}
    yield "GET", "/grants/{}/receipts", None, {}
    yield "POST", "/grants/{}/withdrawal", {}, {}
    yield "POST", "/grants/{}/pause", None, {}
    yield "POST", "/grants/{}/resume", None, {}
    yield "POST", "/grants/{}/confirm", None, {}
    yield "POST", "/grants/{}/narrow", {"until": "2026-06-01T00:00:00Z"}, {}
    yield "POST", "/grants/{}/four-eyes", {"fields": ["safety_plan"]}, {}
    yield "POST", "/grants/{}/objection", {"text": "x"}, {}
    yield "GET", "/requests/{}", None, {}
    yield "POST", "/requests/{}/reply", {"no": ["need_school"]}, {}
    yield "POST", "/requests/{}/paper", {"giver": ABSENT, "channel": "paper", "no": ["need_school"]}, {}
    yield "POST", "/requests/{}/withdrawal", None, {}
    yield "POST", "/replies/{}/witness", None, {}
    yield "POST", "/entries/{}/statements", {"text": "x"}, key()
    yield "POST", "/entries/{}/corrections", {"text": "x"}, key()
    yield "POST", "/entries/{}/restrictions", None, key()
    yield "POST", "/entries/{}/erasures", None, key()
    yield "POST", "/statements/{}/withdrawal", None, {}
    yield "POST", "/emergencies/{}/end", None, {}
    yield "POST", "/emergencies/{}/delay", {"until": "2026-01-21T00:00:00Z", "reason": "gevaar thuis"}, {}
    yield "POST", "/emergencies/{}/review", {"outcome": "justified"}, {}
    yield "POST", "/locks/{}/lift", None, {}
    yield from (("POST", f"/{noun}/{{}}/end", None, {}) for noun in ("holds", "conflicts", "trusted-people"))


def silent_routes():
    """What looks for its row in the statement itself: not his and not there are one answer, whatever that is."""
    yield "POST", "/tasks/{}/done", None, {}
    yield "POST", "/notices/{}/seen", None, {}
    yield "POST", "/restrictions/{}/end", None, {}
    yield "POST", "/erasures/{}/decisions", {"entry": ABSENT, "asked_by": ABSENT, "outcome": "kept_law"}, {}
    yield from (("POST", f"/handovers/{{}}/{step}", None, {}) for step in ("agreement", "talk", "acceptance"))
    yield from (("POST", f"/invitations/{{}}/{step}", None, {}) for step in ("handover", "revocation"))
    yield "POST", "/people/{}/birth", {"born_at": "2026-01-19T03:00:00Z"}, {}
    yield "POST", "/people/{}/contact-check", None, {}
    yield "POST", "/people/{}/informed", {"outcome": "informed"}, {}


class Patient:
    """Logs in again before the refusals of one session are too many (R-61: each of them is on the log)."""

    def __init__(self, world, ref):
        self.world, self.ref, self.asked = world, ref, 0
        self.client = world.fresh(ref)

    def ask(self, *what, **more):
        self.asked += 1
        if self.asked % 25 == 0:
            self.client = self.world.fresh(self.ref)
        return self.client.ask(*what, **more)


def routes(world):
    of_items = [*item_routes(), *silent_routes()]
    return list(family_routes(world.be)) + [(m, p.format(ABSENT), b, h) for m, p, b, h in of_items]


@test("uniform: every operation of the contract that names a family is in these tables")
def _(world):
    named = {world.contract.operation_of(m, world.path() + p) for m, p, _, _ in routes(world)}
    wanted = {name for name, (_, path, _) in world.contract.operations.items() if "{family}" in path}
    expect(named == wanted, wanted ^ named)


@test("uniform: a foreign family and one that is not there, on every route as every account")
def _(world):
    found, foreign = Findings(), world.races.ids["id"]
    accounts = world.be.accounts() + ["operator"]
    for ref in accounts:
        client = Patient(world, ref)
        for method, path, body, headers in routes(world):
            answers = [
                client.ask(method, f"/v1/families/{f}{path}", body, headers=headers).bare()
                for f in (foreign, ABSENT_FAMILY)
            ]
            found.same(answers[0], answers[1], ref, method, path)
            found.same(answers[0][0], 404, ref, method, path)
    auditor = Patient(world, "auditor")
    for method, path, body, headers in routes(world):
        found.same(
            auditor.ask(method, f"/v1/families/{ABSENT_FAMILY}{path}", body, headers=headers).status,
            404,
            "the auditor, absent",
            method,
            path,
        )
    for path in ("/people", "/households", "/team", "/plan", "/grants", f"/entries/{ABSENT}"):
        found.same(
            auditor.ask("GET", world.path() + path).bare(),
            auditor.ask("GET", f"/v1/families/{ABSENT_FAMILY}{path}").bare(),
            "the auditor gets no content",
            path,
        )
    found.close(400)
    return f"{len(accounts)} accounts, {len(routes(world))} routes"


@test("uniform: a hidden entry or grant and one that is not there, on every route as every account")
def _(world):
    found, path = Findings(), world.path()
    entries = {e["id"] for ref in world.be.accounts() for e in world.client(ref).plan(path)}
    grants = set(world.be.ids["grants"].values())
    hidden_count = 0
    for ref in world.be.accounts():
        client = world.fresh(ref)
        seen = {e["id"] for e in client.plan(path)}, {
            g["id"] for g in client.get(path + "/grants").must(200).json()["grants"]
        }
        hidden = sorted(entries - seen[0])[:3], sorted(grants - seen[1])[:3]
        hidden_count += len(hidden[0]) + len(hidden[1])
        client = Patient(world, ref)
        for method, template, body, headers in item_routes():
            absent = client.ask(method, path + template.format(ABSENT), body, headers=headers)
            found.same(absent.status, 404, ref, method, template)
            for item in hidden[0] if "entries" in template else hidden[1]:
                found.same(
                    client.ask(method, path + template.format(item), body, headers=headers).bare(),
                    absent.bare(),
                    ref,
                    method,
                    template,
                    world.be.ref_of(item),
                )
    expect(hidden_count > 60, "few were hidden")
    found.close(300)
    return f"{hidden_count} hidden things"


@test("uniform: hidden and absent ids in bodies and queries")
def _(world):
    family, path, found = world.be, world.path(), Findings()
    hidden = {
        "karim": ["tom", "kindje"],
        "tom": ["fatima"],
        "els": ["karim", "noor", "H2"],
        "hanne": ["tom", "H1", "kindje"],
    }
    hidden_helpers = {"karim": ["amina", "lotte", "bram"], "els": ["bram", "lotte"], "tom": ["amina", "lotte"]}
    for ref, whom in hidden.items():
        client = world.fresh(ref)

        def both(method, target, body, ids):
            answers = [
                client.ask(
                    method, target(i), body(i) if body else None, headers=key() if method == "POST" else None
                ).bare()
                for i in ids
            ]
            found.same(len({repr(a) for a in answers}), 1, ref, method, target("…"), answers)

        for who in whom:
            ids = [family.id_of(who), ABSENT, world.races.id_of(who)]
            both("GET", lambda i: f"{path}/plan?about={i}", None, ids)
            both("GET", lambda i: f"{path}/access?viewer={family.id_of(ref)}&field=actions&about={i}", None, ids)
            both("GET", lambda i: f"{path}/access?viewer={i}&field=actions&about={family.id_of('leen')}", None, ids)
            both("GET", lambda i: f"{path}/access?viewer={family.id_of(ref)}&entry={i}", None, ids)
            both(
                "POST",
                lambda i: path + "/entries",
                lambda i: {"field": "contact_log", "about": [i], "text": "x"},
                ids,
            )
            both("POST", lambda i: path + "/invitations", lambda i: {"for": i}, ids)
            both("POST", lambda i: path + "/people", lambda i: {"call_name": "x", "homes": [i]}, ids)
            if who != "H2" and who != "H1":
                both(
                    "POST",
                    lambda i: path + "/grants",
                    lambda i: {
                        "about": [family.id_of(ref) if ref in family.people else ids[1]],
                        "recipient": i,
                        "fields": ["parent_view"],
                        "purpose": "x",
                        "until": "2026-06-30T00:00:00Z",
                        **terms(),
                    },
                    ids,
                )
        for who in hidden_helpers.get(ref, []):
            ids = [family.id_of(who), ABSENT, world.races.id_of(who)]
            both("GET", lambda i: f"{path}/access?viewer={i}&field=need_money&about={family.id_of('H1')}", None, ids)
            if ref in family.people:
                both(
                    "POST",
                    lambda i: path + "/grants",
                    lambda i: {
                        "about": [family.id_of(ref)],
                        "recipient": i,
                        "fields": ["parent_view"],
                        "purpose": "x",
                        "until": "2026-06-30T00:00:00Z",
                        **terms(),
                    },
                    ids,
                )
                both(
                    "POST",
                    lambda i: path + "/entries",
                    lambda i: {"field": "actions", "about": [family.id_of(ref)], "text": "x", "assignee": i},
                    ids,
                )
    found.close(40)


@test("uniform: what is no id is like what is not there")
def _(world):
    leen, path, found = world.client("leen"), world.path(), Findings()
    absent = leen.get(f"/v1/families/{ABSENT_FAMILY}").bare()
    for bad in MALFORMED:
        for target in (
            f"/v1/families/{bad}",
            f"/v1/families/{bad}/plan",
            f"{path}/entries/{bad}",
            f"{path}/grants/{bad}",
        ):
            reply = leen.get(target)
            wanted = 400 if bad in ("..", "%00") else 404
            found.same(reply.status, wanted, target)
            if wanted == 404:
                found.same(reply.bare(), absent, target)
    found.close(30)
