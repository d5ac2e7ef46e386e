"""The request that works, for each operation of the contract: who can make it, what must be there first, its body."""
import uuid

from client import Client
from sharing import shown, terms

ABSENT = "00000000-0000-4000-8000-00000000abcd"


def new_id():
    return str(uuid.uuid4())


class Good:
    """The request that works, for an operation of the contract."""

    def __init__(self, world, client=None):
        self.world, self.family, self.path = world, world.races, world.path(world.races)
        self.client = client or world.client("leen", world.races.ref)

    def by(self, operation):
        if operation == "agreement_accept":
            return self.newcomer
        return self.world.client(BY[operation], self.family.ref) if operation in BY else self.client

    def entry(self):
        """One of leen's own, freshly written, and its tag."""
        made = self.client.post(
            self.path + "/entries",
            {"field": "parent_view", "about": [self.family.id_of("leen")], "text": "Zo zie ik het."},
        ).must(201)
        return made.header("Location"), made.header("ETag")

    def grant(self):
        return self.client.post(self.path + "/grants", self.grant_body()).must(201).header("Location")

    def grant_body(self):
        return {
            "about": [self.family.id_of("H1")],
            "recipient": self.family.id_of("els"),
            "fields": ["need_housing"],
            "purpose": "huur",
            "until": "2026-06-30T00:00:00Z",
            **terms(),
        }

    def request(self, operation):
        """(method, target, body, headers)"""
        path, key = self.path, {"Idempotency-Key": new_id()}
        method, template, _ = self.world.contract.operations[operation]
        if operation == "session_create":
            account = self.client.account
            return method, template, {"login": account["login"], "password": account["password"]}, {}
        if operation == "access_get":
            return (
                method,
                f"{path}/access?viewer={self.family.id_of('els')}&field=need_housing&about={self.family.id_of('H1')}",
                None,
                {},
            )
        if operation == "hint_ask":
            return method, path + "/hints", {"field": "goals", "about": [self.family.id_of("leen")], "text": "Rust."}, {}
        if operation == "readable_list":
            return method, f"{path}/readable?viewer={self.family.id_of('els')}", None, {}
        if operation == "what_if":
            body = {k: v for k, v in self.grant_body().items() if k in ("about", "recipient", "until")}
            return method, path + "/what-if", {"give": {**body, "fields": [{"field": "need_housing"}]}}, {}
        if operation == "entry_create":
            return (
                method,
                path + "/entries",
                {"field": "parent_view", "about": [self.family.id_of("leen")], "text": "Nog iets."},
                key,
            )
        if operation == "grant_create":
            return method, path + "/grants", self.grant_body(), key
        if operation == "join":
            return method, template, {"code": code_of(self, a_helper(self)), "login": "nieuw-" + new_id()[:8], "password": SECRET}, {}
        if operation in SHARING:
            return SHARING[operation](self)
        if operation in CARE:
            return method, *CARE[operation](self), key if self.world.contract.wants_key(method, template.replace("{family}", ABSENT).replace("{entry}", ABSENT)) else {}
        if operation in ("entry_get", "entry_revise", "entry_withdraw"):
            target, tag = self.entry()
            return (
                method,
                target,
                {"text": "Anders."} if operation == "entry_revise" else None,
                {} if operation == "entry_get" else {"If-Match": tag},
            )
        if operation == "audit_tile":
            size = int(self.client.get("/audit/checkpoint").must(200).body.split(b"\n")[1])
            return method, "/audit/tile/0/000" + (f".p/{size}" if size < 256 else ""), None, {}
        if operation == "receipt_list":
            return method, self.grant() + "/receipts", None, {}
        if operation in ("grant_get", "grant_withdraw"):
            return (
                method,
                self.grant() + ("/withdrawal" if operation == "grant_withdraw" else ""),
                {} if operation == "grant_withdraw" else None,
                {},
            )
        return method, template.replace("{family}", self.family.ids["id"]), None, {}


# ---- sharing: what leen gives, and what she is asked ----


def asked(good, ref="els", **more):
    """A question to leen, by somebody who may ask it."""
    body = {
        "about": [good.family.id_of("H1")],
        "fields": [{"field": "need_housing"}],
        "purpose": "huur",
        "goal": "blijven wonen",
        "until": "2026-06-30T00:00:00Z",
        **terms(),
        **more,
    }
    asker = good.client if ref == "leen" else good.world.client(ref, good.family.ref)
    return asker.post(good.path + "/requests", body).must(201).header("Location")


def on_paper(good):
    request = asked(good, "bram")
    body = {"giver": good.family.id_of("leen"), "channel": "paper", "no": ["need_housing"]}
    reply = good.world.client("bram", good.family.ref).post(request + "/paper", body).must(200).json()["id"]
    return f"{good.path}/replies/{reply}"


def on_grant(name, body=None):
    return lambda good: ("POST", f"{good.grant()}/{name}", body, {})


def told(good):
    """Shared on another basis than consent: sofie tells it, leen can object."""
    body = {
        **good.grant_body(),
        "about": [good.family.id_of("leen")],
        "recipient": good.family.id_of("bram"),
        "fields": ["need_work"],
        "basis": "legal_duty",
        "secrecy_ground": "legal_duty",
        "told_on": "2026-01-19T09:00:00Z",
    }
    known = {**good.grant_body(), "about": body["about"], "recipient": good.family.id_of("sofie"), "fields": ["team_members"]}
    good.client.post(good.path + "/grants", known).must(201)  # whom sofie does not know, she can't name (R-102)
    sofie = helm(good).world.client("sofie", good.family.ref)
    return sofie.post(good.path + "/grants", body).must(201).header("Location")


def guarded(good):
    """Shared, and waiting for a second pair of eyes."""
    helm(good)
    body = {**good.grant_body(), "about": [good.family.id_of("leen")], "recipient": good.family.id_of("bram"), "fields": ["safety_plan"]}
    return good.client.post(good.path + "/grants", body).must(201).header("Location")


BY = {  # who can, where leen can't
    "contact_check": "sofie",
    "informed_note": "sofie",
    "helper_create": "sofie",
    "invitation_create": "sofie",
    "invitation_hand_over": "sofie",
    "invitation_revoke": "sofie",
    "request_paper": "bram",
    "grant_four_eyes": "sofie",
    "emergency_open": "yasmin",
    "emergency_end": "yasmin",
    "emergency_delay": "sofie",
    "emergency_review": "sofie",
    "hold_create": "lotte",
    "hold_end": "lotte",
    "capacity_create": "lotte",
    "conflict_end": "sofie",
    "trusted_create": "noor",
    "trusted_end": "noor",
    "court_decision_create": "sofie",
    "handover_create": "sofie",
    "handover_talk": "sofie",
    "handover_accept": "sofie",
    "erasure_decide": "sofie",
    "legal_hold_create": "auditor",
    "log_search": "auditor",
    "sign_list": "auditor",
    "sign_review": "auditor",
    "legal_hold_lift": "auditor",
    "death_create": "sofie",
}

# ---- what protects somebody, rights, hand-overs: (target, body) ----


def made(good, ref, noun, body=None):
    """As that account, and its path behind the family."""
    who = good.world.client(ref, good.family.ref)
    path = noun if noun.startswith("/v1") else f"{good.path}/{noun}"
    return who.post(path, body).must(201).json()["id"]


def emergency(good):
    return {
        "about": [good.family.id_of("noor")],
        "fields": ["medication_allergies"],
        "reason": "acute_danger",
        "text": "Noor is weg en neemt al uren niet op.",
        "other_way": "Nee.",
        "minutes": 5,
    }


def opened(good, what, end=False):
    target = f"{good.path}/emergencies/{made(good, 'yasmin', 'emergencies', emergency(good))}"
    if end:
        good.world.client("yasmin", good.family.ref).post(target + "/end", None).must(204)
    return f"{target}/{what}"


def lock(good):
    return {"about": [good.family.id_of("leen")], "fields": ["need_leisure"], "not_for": good.family.id_of("dirk")}


def hold(good):
    return {
        "about": [good.family.id_of("noor")],
        "fields": ["mental_wellbeing"],
        "from_whom": [good.family.id_of("karim")],
        "ground": "good_care",
        "reason": "Eerst samen bespreken.",
        "review_at": "2026-03-01T00:00:00Z",
    }


def conflict(good):
    return {"child": good.family.id_of("ilyas"), "fields": ["need_leisure"]}


def trusted(good):
    return {"minor": good.family.id_of("noor"), "trusted": good.family.id_of("tom")}


def handover(good, steps=(), by="sofie", to="wim"):
    target = f"{good.path}/handovers/{made(good, by, 'handovers', {'to': good.family.id_of(to)})}"
    for ref, step in steps:
        good.world.client(ref, good.family.ref).post(f"{target}/{step}", None).must(204)
    return target


def helm(good):
    """Sofie coordinates, whatever was handed over before."""
    sofie = good.world.client("sofie", good.family.ref)
    if sofie.post(good.path + "/handovers", {"to": good.family.id_of("wim")}).status != 201:
        handover(good, [("leen", "agreement"), ("sofie", "talk"), ("sofie", "acceptance")], by="wim", to="sofie")
    return good


def given_back(good):
    """To wim and, but for her own last word, back to sofie."""
    handover(helm(good), [("leen", "agreement"), ("sofie", "talk"), ("wim", "acceptance")])
    return handover(good, [("leen", "agreement"), ("wim", "talk")], by="wim", to="sofie")


def ending(good):
    """Leen asks to close the plan; what she asked before is taken back, so that she can."""
    if good.client.get(good.path + "/ending").must(200).json()["state"] == "closing":
        good.client.post(good.path + "/ending", {"kind": "reopened"}).must(201)
    return {"kind": "closing"}


def to_decide(good):
    """What leen asked, sofie reads, and nobody has decided: sofie keeps it."""
    helm(good)
    me, sofie = good.family.id_of("leen"), good.world.client("sofie", good.family.ref)
    good.client.post(good.path + "/erasures", None).must(201)
    asked = [e for e in sofie.get(good.path + "/erasures").must(200).json()["erasures"] if e["asked_by"] == me and e["open"]][-1]
    return f"{good.path}/erasures/{asked['id']}/decisions", {"entry": asked["open"][0]["entry"], "asked_by": me, "outcome": "kept_law"}


HOLD = {"reason": "complaint", "text": "Er loopt een klacht.", "review_at": "2026-03-01T00:00:00Z"}


# ---- how people come in ----

SECRET = "een lange zin van vier woorden"


def a_helper(good):
    """One more, whose place waits."""
    body = {"name": "Nadia", "role": "helpt", "secrecy": "none", "goal": "rust", "until": "2026-12-31T00:00:00Z", "agreed_by": [good.family.id_of("leen")]}
    return made(helm(good), "sofie", "helpers", body)


def code_of(good, whom):
    return good.world.client("sofie", good.family.ref).post(good.path + "/invitations", {"for": whom}).must(201).json()["code"]


def enter_with(good, code, **more):
    """A new account, logged in."""
    newcomer = Client(good.world.shared, good.world.watch)
    newcomer.account = {"login": "nieuw-" + new_id()[:8], "password": SECRET}
    newcomer.ask("POST", "/v1/join", {"code": code, **newcomer.account, **more}).must(201)
    return newcomer.log_in()


def invitation(good, what):
    return f"{good.path}/invitations/{made(good, 'sofie', 'invitations', {'for': a_helper(good)})}/{what}"


def agreeing(good):
    good.newcomer = enter_with(good, code_of(good, a_helper(good)))
    return f"{good.path}/agreements", {"text": shown()}


def spare(good, what, make, gone):
    """One and the same, until it was used up: a family has room for few people."""
    known = good.world.__dict__.setdefault("spare", {})
    if what not in known or good.world.shared.sql("kring", gone.format(known[what])) != "":
        known[what] = make()
    return f"{good.path}/people/{known[what]}"


def unborn(good):
    body = {"call_name": "Kleintje", "due": "2026-06-01", "owner": good.family.id_of("leen"), "homes": [good.family.id_of("H1")]}
    return spare(good, "unborn", lambda: made(good, "leen", "people", body), "SELECT 1 FROM birth WHERE person_id = '{}'")


def a_girl(good):
    """With a contact of her own."""

    def make():
        girl = made(helm(good), "sofie", "people", {"call_name": "Fien", "born": "2012-03-04"})
        path, sofie = good.path + "/invitations", good.world.client("sofie", good.family.ref)
        code = sofie.post(path, {"for": girl}).must(201).json()
        sofie.post(f"{path}/{code['id']}/handover", None).must(204)
        enter_with(good, code["code"], contact=f"{new_id()[:8]}@fien.example")
        return girl

    return spare(good, "girl", make, "SELECT 1 FROM person WHERE id = '{}' AND false")


def a_stranger(good):
    body = {"call_name": "Oma"}
    return spare(good, "stranger", lambda: made(helm(good), "sofie", "people", body), "SELECT 1 FROM person_informed WHERE person_id = '{}'")


PEOPLE = {
    "person_create": lambda good: (f"{good.path}/people", {"call_name": "Wout", "born": "2020-02-02", "homes": [good.family.id_of("H1")]}),
    "birth_record": lambda good: (unborn(good) + "/birth", {"born_at": "2026-01-19T03:00:00+01:00"}),
    "contact_check": lambda good: (a_girl(good) + "/contact-check", None),
    "informed_note": lambda good: (a_stranger(good) + "/informed", {"outcome": "informed"}),
    "limits_show": lambda good: (f"{good.path}/limits", {"text": shown()}),
    "agreement_accept": agreeing,
    "helper_create": lambda good: (
        f"{helm(good).path}/helpers",
        {"name": "Piet", "role": "helpt", "secrecy": "none", "goal": "rust", "until": "2026-12-31T00:00:00Z", "agreed_by": [good.family.id_of("leen")]},
    ),
    "invitation_create": lambda good: (f"{helm(good).path}/invitations", {"for": a_helper(good)}),
    "invitation_hand_over": lambda good: (invitation(good, "handover"), None),
    "invitation_revoke": lambda good: (invitation(good, "revocation"), None),
}

CARE = {
    **PEOPLE,
    "erasure_ask": lambda good: (good.entry()[0] + "/erasures", None),
    "erasure_ask_all": lambda good: (good.path + "/erasures", None),
    "erasure_decide": to_decide,
    "ending_create": lambda good: (good.path + "/ending", ending(good)),
    "legal_hold_create": lambda good: (good.path + "/legal-hold", HOLD),
    "legal_hold_lift": lambda good: (good.path + "/legal-hold/end", None),
    "death_create": lambda good: (helm(good).path + "/deaths", {"person": good.family.id_of("ilyas"), "died_at": "2026-01-19T08:00:00Z"}),
    "emergency_open": lambda good: (f"{good.path}/emergencies", emergency(good)),
    "emergency_end": lambda good: (opened(good, "end"), None),
    "emergency_delay": lambda good: (opened(helm(good), "delay"), {"until": "2026-01-22T00:00:00Z", "reason": "gevaar thuis"}),
    "emergency_review": lambda good: (opened(helm(good), "review", end=True), {"outcome": "justified"}),
    "lock_create": lambda good: (f"{good.path}/locks", lock(good)),
    "lock_lift": lambda good: (f"{good.path}/locks/{made(good, 'leen', 'locks', lock(good))}/lift", None),
    "hold_create": lambda good: (f"{good.path}/holds", hold(good)),
    "hold_end": lambda good: (f"{good.path}/holds/{made(good, 'lotte', 'holds', hold(good))}/end", None),
    "capacity_create": lambda good: (f"{good.path}/capacities", {"person": good.family.id_of("noor"), "able": True}),
    "conflict_create": lambda good: (f"{good.path}/conflicts", conflict(good)),
    "conflict_end": lambda good: (f"{helm(good).path}/conflicts/{made(good, 'leen', 'conflicts', conflict(good))}/end", None),
    "trusted_create": lambda good: (f"{good.path}/trusted-people", trusted(good)),
    "trusted_end": lambda good: (f"{good.path}/trusted-people/{made(good, 'noor', 'trusted-people', trusted(good))}/end", None),
    "court_decision_create": lambda good: (
        f"{helm(good).path}/court-decisions",
        {
            "kind": "lifted",
            "person": good.family.id_of("karim"),
            "protects": [good.family.id_of("ilyas")],
            "evidence": "order",
        },
    ),
    "task_done": lambda good: (f"{good.path}/tasks/{ABSENT}/done", None),
    "notice_seen": lambda good: (f"{good.path}/notices/{ABSENT}/seen", None),
    "statement_create": lambda good: (good.entry()[0] + "/statements", {"text": "En dit vind ik ervan."}),
    "statement_withdraw": lambda good: (
        f"{good.path}/statements/{made(good, 'leen', good.entry()[0] + '/statements', {'text': 'Dit.'})}/withdrawal",
        None,
    ),
    "correction_create": lambda good: (good.entry()[0] + "/corrections", {"text": "Het was in mei."}),
    "restriction_create": lambda good: (good.entry()[0] + "/restrictions", None),
    "restriction_end": lambda good: (
        f"{good.path}/restrictions/{made(good, 'leen', good.entry()[0] + '/restrictions')}/end",
        None,
    ),
    "handover_create": lambda good: (f"{helm(good).path}/handovers", {"to": good.family.id_of("wim")}),
    "handover_agree": lambda good: (handover(helm(good)) + "/agreement", None),
    "handover_talk": lambda good: (handover(helm(good), [("leen", "agreement")]) + "/talk", None),
    "handover_accept": lambda good: (given_back(good) + "/acceptance", None),
}

ZERO = "00000000-0000-0000-0000-000000000000"


def a_sign(good):
    """Of nobody: a row as a watch leaves it."""
    made_ = new_id()
    good.world.shared.sql("kring", "INSERT INTO alarm (id, sign, severe, account_id, family_id, families, count, window_at, from_at, at) "
                          f"VALUES ('{made_}', 'left', false, '{made_}', '{ZERO}', '{{}}', 1, 'epoch', 'epoch', 'epoch')")
    return f"/v1/signs/{made_}/review"


SHARING = {
    "sign_review": lambda good: ("POST", a_sign(good), {"outcome": "explained"}, {}),
    "request_paper": lambda good: (
        "POST",
        asked(good, "bram") + "/paper",
        {"giver": good.family.id_of("leen"), "channel": "paper", "no": ["need_housing"]},
        {},
    ),
    "grant_four_eyes": lambda good: ("POST", guarded(good) + "/four-eyes", {"fields": ["safety_plan"]}, {}),
    "grant_object": lambda good: ("POST", told(good) + "/objection", {"text": "Ik zie het anders."}, {}),
    "giver_list": lambda good: (
        "GET", f"{good.path}/givers?field=need_housing&about={good.family.id_of('H1')}&recipient={good.family.id_of('els')}", None, {}
    ),
    "request_list": lambda good: ("GET", good.path + "/requests", None, {}),
    "request_get": lambda good: ("GET", asked(good), None, {}),
    "request_create": lambda good: (
        "POST",
        good.path + "/requests",
        {**{k: v for k, v in good.grant_body().items() if k != "fields"}, "fields": [{"field": "need_housing"}]},
        {"Idempotency-Key": new_id()},
    ),
    "request_reply": lambda good: ("POST", asked(good) + "/reply", {"no": ["need_housing"]}, {}),
    "request_withdraw": lambda good: ("POST", asked(good, "leen", recipient=good.family.id_of("els")) + "/withdrawal", None, {}),
    "reply_witness": lambda good: ("POST", on_paper(good) + "/witness", None, {}),
    "grant_pause": on_grant("pause"),
    "grant_resume": on_grant("resume"),
    "grant_confirm": on_grant("confirm"),
    "grant_narrow": on_grant("narrow", {"until": "2026-06-01T00:00:00Z"}),
}
