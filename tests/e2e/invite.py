"""How people come into a plan: helpers with a goal and an end, codes that are handed over, and joining with them; and what the
ex-partner learns by trying (R-35, R-38, R-42, R-58, C-03, C-17)."""
import json
from types import SimpleNamespace

from client import Client
from harness import Findings, test
from instance import QUICK, Instance
from sharing import TEXTS, Story, shown
from world import BE

UNTIL = "2026-12-31T00:00:00Z"
PASSWORD = "een lange zin van vier"


def seen(screen="agreements", language="nl"):
    """The words of that screen, as they stood there."""
    lines = [TEXTS["texts"][key][language] for key in TEXTS["screens"][screen] if not key.endswith("?")]
    return {"text": shown("\n".join(lines), language)}


def helper_body(family, **more):
    return {
        "name": "Nadia Peeters",
        "role": "thuisbegeleidster",
        "organisation": "CAW Antwerpen",
        "secrecy": "professional",
        "goal": "rust in huis",
        "until": UNTIL,
        **({"agreed_by": [family.id_of("leen")]} if family else {}),
        **more,
    }


def join(story, code, login, password=PASSWORD, **more):
    """As a stranger: there is no session yet."""
    stranger = Client(story.instance, story.world.watch)
    return stranger.ask("POST", "/v1/join", {"code": code, "login": login, "password": password, **more})


def enter(story, login, password=PASSWORD):
    one = Client(story.instance, story.world.watch)
    one.account = {"login": login, "password": password}
    return one.log_in()


def invite(client, path, whom):
    return client.post(path + "/invitations", {"for": whom}).must(201).json()


def states(client, path):
    return {i["id"]: i["state"] for i in client.get(path + "/invitations").must(200).json()["invitations"]}


def kinds(client, path):
    return [t["kind"] for t in client.get(path + "/tasks").must(200).json()["tasks"]]


def know(story, giver, whom, helper="sofie"):
    """The giver shares something about that person with the helper, who knows him from then on."""
    story.client(giver).post(story.path + "/grants", {
        "about": [story.family.id_of(w) for w in whom], "recipient": story.family.id_of(helper), "fields": ["contact_agreements"],
        "purpose": "kennismaken", "until": "2026-06-30T00:00:00Z", "secrecy_ground": "subject_release", "text": shown()}).must(201)


@test("invite: a new helper reads nothing before his yes to the agreements; then only what his place gives (R-42, C-03, C-17)")
def _(world):
    with Story(world, "invite-helper") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, leen = story.client("sofie"), story.client("leen")
        for change, pointer in (({"goal": None}, "/goal"), ({"until": None}, "/until"), ({"secrecy": None}, "/secrecy"),
                                ({"secrecy": "some"}, "/secrecy"), ({"until": "2025-01-01T00:00:00Z"}, "/until")):
            body = {k: v for k, v in {**helper_body(family), **change}.items() if v is not None}
            reply = sofie.post(path + "/helpers", body)
            found.check(reply.status in (400, 422), pointer, reply)
            found.check(any(e["pointer"].startswith(pointer) or pointer[1:] in e["detail"] for e in reply.json()["errors"]), reply)
        found.same(sofie.post(path + "/helpers", helper_body(family, agreed_by=[family.id_of("noor")])).status, 403, "a child's yes")
        found.same(leen.post(path + "/helpers", helper_body(family)).status, 403, "the coordinator adds")
        made = sofie.post(path + "/helpers", helper_body(family)).must(201).json()["id"]
        code = invite(sofie, path, made)
        found.check(code["code"].count("-") == 6 and len(code["code"]) == 34, "a code that can be read out", code)
        typed = code["code"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
        found.same(join(story, typed, "nadia@caw.example").must(201).json(), {"family": family.ids["id"], "as": "helper"}, "joined")
        nadia = enter(story, "nadia@caw.example")
        found.same(nadia.plan(path), [], "before the yes")
        found.same(nadia.get(path + "/team").must(200).json()["team"], [], "nor the team")
        found.check(made not in {t["id"] for t in leen.get(path + "/team").must(200).json()["team"]}, "nobody sees him either")
        give = {"about": [family.id_of("H1")], "recipient": made, "fields": ["need_housing"], "purpose": "huur", "until": "2026-06-30T00:00:00Z",
                "secrecy_ground": "subject_release", "text": shown()}
        found.same(leen.post(path + "/grants", give).status, 403, "nothing is given to whom waits")
        found.same(sofie.post(path + "/agreements", seen()).status, 403, "sofie's place does not wait")
        old = {"text": {**seen()["text"], "version": "0" * 16}}
        found.same(nadia.post(path + "/agreements", old).problem(), "unprocessable", "other words")
        nadia.post(path + "/agreements", seen()).must(204)
        found.same(nadia.post(path + "/agreements", seen()).status, 403, "once")
        found.check({e["field"] for e in nadia.plan(path)} <= {"plan_status", "coordinator_contact", "next_meeting"}, "C0 and no more")
        know(story, "leen", ["leen"])
        asks = {**give, "about": [family.id_of("leen")], "fields": [{"field": "need_work"}], "goal": "werk vinden", "until": "2026-06-30T00:00:00Z"}
        sofie.post(path + "/requests", asks).must(201)
        line = next(t for t in leen.get(path + "/team").must(200).json()["team"] if t["id"] == made)
        found.same((line["secrecy"], line["organisation"]), ("professional", "CAW Antwerpen"), "the family sees it (R-42)")
        rows = story.instance.sql("kring", "SELECT waits, valid_until FROM place WHERE waits")
        found.check(rows.startswith("t|2026-12-31"), "an end", rows)
        found.same(story.instance.sql("kring", "SELECT text_hash = sha256('x') FROM agreement_accepted"), "f", "the words are kept")
        found.close(20)


@test("invite: one code, once, until it is over; wrong, used, revoked and late ones are one answer (R-38)")
def _(world):
    with Story(world, "invite-codes") as story:
        family, path, found = story.family, story.path, Findings()
        sofie = story.client("sofie")
        know(story, "leen", ["leen"])
        first = sofie.post(path + "/helpers", helper_body(family)).must(201).json()["id"]
        second = sofie.post(path + "/helpers", helper_body(family, name="Piet")).must(201).json()["id"]
        third = sofie.post(path + "/helpers", helper_body(family, name="An")).must(201).json()["id"]
        older, newer = invite(sofie, path, first), invite(sofie, path, first)
        gone, late = invite(sofie, path, second), invite(sofie, path, third)
        found.same(states(sofie, path)[older["id"]], "revoked", "one at a time")
        sofie.post(f"{path}/invitations/{gone['id']}/revocation", None).must(204)
        sofie.post(f"{path}/invitations/{newer['id']}/handover", None).must(204)
        found.same([states(sofie, path)[i["id"]] for i in (newer, gone, late)], ["handed_over", "revoked", "open"], "as it stands")
        found.same(story.client("leen").get(path + "/invitations").must(200).json()["invitations"], [], "not for the family")
        join(story, newer["code"], "nadia").must(201)
        story.instance.sql("kring", f"UPDATE invitation SET expires_at = '2026-01-01' WHERE id = '{late['id']}'")
        never = join(story, "0000-0000-0000-0000-0000-0000-0000", "een-ander")
        found.same((never.status, never.problem()), (403, "bad-code"), never)
        for what, code, login, password in (
            ("nonsense", "??", "een-ander", PASSWORD),
            ("used", newer["code"], "weer-een", PASSWORD),
            ("replaced", older["code"], "weer-een", PASSWORD),
            ("revoked", gone["code"], "weer-een", PASSWORD),
            ("late", late["code"], "nog-een", PASSWORD),
            ("an account with a wrong password", late["code"], "nadia", "niet het goede woord"),
        ):
            found.same(join(story, code, login, password).bare(), never.bare(), what)
        found.same(story.instance.sql("kring", "SELECT count(*) FROM membership WHERE as_id = '%s'" % third), "0", "nobody came in")
        found.check("2026" in story.instance.sql("kring", f"SELECT used_at FROM invitation WHERE id = '{newer['id']}'"), "used")
        stored = story.instance.sql("kring", "SELECT * FROM invitation")
        found.check(newer["code"] not in stored and newer["code"].replace("-", "") not in stored, "the code is nowhere")
        for _ in range(12):
            last = join(story, "0000-0000-0000-0000-0000-0000-0001", "nadia")
        found.same(last.problem(), "too-many-requests", last)
        found.same(Client(story.instance, world.watch).ask("POST", "/v1/session", {"login": "nadia", "password": PASSWORD}).status, 429,
                   "one bucket for both doors")
        found.close(14)


@test("invite: a helper of one family joins another with the log-in that he has, and reads nothing there yet; both are on the log")
def _(world):
    files, found = [world.copy_of(BE, name) for name in ("invite-one", "invite-two")], Findings()
    for file, name in zip(files, ("invite-one", "invite-two")):
        file.write_text(file.read_text("utf-8").replace('"demo-vlaanderen"', f'"{name}"'), "utf-8")
    with Instance(world.place, "invite-both", scenarios=files, settings=QUICK) as one:
        here, there = one.demo["families"]
        story, path = SimpleNamespace(instance=one, world=world), "/v1/families/" + there["id"]
        sofie = Client(one, world.watch, "sofie", there["ref"]).log_in()
        body = {**helper_body(None, agreed_by=[there["people"]["leen"]]), "name": "Els Moens"}
        made = sofie.post(path + "/helpers", body).must(201).json()["id"]
        again = sofie.post(path + "/helpers", {**body, "name": "Piet"}).must(201).json()["id"]
        els, person = one.account("els"), one.account("leen")
        code = invite(sofie, path, made)["code"]
        found.same(join(story, code, els["login"], "niet haar wachtwoord").problem(), "bad-code", "a password that is not hers")
        found.same(join(story, code, person["login"], person["password"]).problem(), "bad-code", "a person becomes no helper")
        found.same(join(story, code, els["login"], els["password"]).must(201).json(), {"family": there["id"], "as": "helper"}, "joined")
        client = Client(one, world.watch, "els").log_in()
        found.same({f["id"] for f in client.get("/v1/families").must(200).json()["families"]}, {here["id"], there["id"]}, "both")
        found.same((bool(client.plan("/v1/families/" + here["id"])), client.plan(path)), (True, []), "here as ever, there nothing yet")
        found.same(join(story, invite(sofie, path, again)["code"], els["login"], els["password"]).problem(), "bad-code",
                   "an account is one person in one family")
        found.check("invitation.join" in [r["kind"] for r in client.log(path)], "her own line")
        lines = sofie.log(path)
        found.check({"helper.add", "invitation.make"} <= {r["kind"] for r in lines}, "the coordinator's")
        found.check(code not in json.dumps(lines) and els["login"] not in json.dumps(lines), "never a value")
        found.close(9)


@test("invite: a parent gets no code for anybody; the coordinator is asked, and the answer is the same for each (R-35)")
def _(world):
    with Story(world, "invite-parent") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, leen = story.client("sofie"), story.client("leen")
        answers = []
        for who in ("fatima", "tom", "ilyas", "noor"):
            reply = leen.post(path + "/invitations", {"for": family.id_of(who)})
            if reply.status == 201:
                answers.append({k for k in reply.json()})
            found.check(reply.status in (201, 403), who, reply)
        found.same(answers, [{"id"}] * len(answers), "an id and no code, whoever it is")
        found.check(len(answers) >= 3, answers)
        unknown = leen.post(path + "/invitations", {"for": "00000000-0000-4000-8000-00000000abcd"})
        hidden = story.client("karim").post(path + "/invitations", {"for": family.id_of("tom")})
        found.same((hidden.status, hidden.body), (unknown.status, unknown.body), "whom he may not know is nobody")
        found.same(hidden.status, 403)
        asked = [t for t in sofie.get(path + "/tasks").must(200).json()["tasks"] if t["kind"] in ("outside_plan", "invite_asked")]
        found.same(len(asked), len(answers), "for the coordinator")
        found.check({"outside_plan", "invite_asked"} <= {t["kind"] for t in asked}, "who decides for no child is outside the plan", asked)
        found.check(not any(k in ("outside_plan", "invite_asked") for k in kinds(leen, path)), "and for nobody else")
        found.same(story.instance.sql("kring", "SELECT count(*) FROM invitation"), "0", "no code was made")
        found.same(story.client("els").post(path + "/invitations", {"for": family.id_of("leen")}).status, 403, "nor by a helper")
        found.close(10)


@test("invite: a minor joins with a code that a helper handed over and a contact that only he uses; checked again after six months (R-38)")
def _(world):
    def unknown(data):
        next(m for m in data["members"] if m["id"] == "noor").update(account=False)
        data["events"] = [e for e in data["events"] if e["type"] != "handover"]  # sofie is still there in summer
        next(t for t in data["team"] if t["id"] == "sofie").pop("until", None)

    with Story(world, "invite-minor", change=unknown) as story:
        family, path, found = story.family, story.path, Findings()
        sofie, lotte, noor = story.client("sofie"), story.client("lotte"), family.id_of("noor")
        fien = sofie.post(path + "/people", {"call_name": "Fien", "born": "2012-03-04"}).must(201).json()["id"]
        hers, made = invite(sofie, path, fien), invite(sofie, path, noor)
        found.same(join(story, made["code"], "een", contact="noor@mail.example").problem(), "bad-code", "not handed over yet")
        lotte.post(f"{path}/invitations/{made['id']}/handover", None).must(204)
        lotte.post(f"{path}/invitations/{hers['id']}/handover", None).must(204)  # she does not know fien: as for one that is not there
        found.same([states(sofie, path)[i["id"]] for i in (made, hers)], ["handed_over", "open"], "by a helper who knows her")
        sofie.post(f"{path}/invitations/{hers['id']}/handover", None).must(204)
        join(story, hers["code"], "fien", contact="0470 12 34 56").must(201)
        helper = sofie.post(path + "/helpers", helper_body(family)).must(201).json()["id"]
        join(story, invite(sofie, path, helper)["code"], "nadia@caw.example").must(201)
        used = join(story, made["code"], "twee", contact="+32 470/12.34.56")
        found.same((used.problem(), used.json()["errors"][0]["pointer"]), ("unprocessable", "/contact"), "somebody's, and not whose")
        found.same(join(story, made["code"], "drie", contact="Nadia@CAW.example").bare(), used.bare(), "a log-in counts as well")
        found.same(join(story, made["code"], "vier").problem(), "unprocessable", "she needs one of her own")
        found.same(join(story, made["code"], "vijf", contact="bel me").problem(), "unprocessable", "and a real one")
        found.same(join(story, "0000-0000-0000-0000-0000-0000-0000", "zes6", contact="0470 12 34 56").problem(), "bad-code", "a code first")
        join(story, made["code"], "noor", contact="noor@mail.example").must(201)
        stored = story.instance.sql("kring", "SELECT * FROM person_contact")
        found.check("noor@mail" not in stored and "47012" not in stored and stored.count("\n") == 1, "sealed", stored)
        found.check("contact_check" not in kinds(sofie, path), "for half a year")
        found.same(sofie.post(f"{path}/people/{family.id_of('ilyas')}/contact-check", None).status, 403, "who has none")
        story.at("2026-07-15T12:00:00+02:00")
        sofie = story.client("sofie")
        due = [t for t in sofie.get(path + "/tasks").must(200).json()["tasks"] if t["kind"] == "contact_check"]
        found.check(fien in {t["of"] for t in due}, "the coordinator is reminded", due)
        found.check(all(t["due"] < "2026-07-31" for t in due), due)
        found.same(story.client("leen").post(f"{path}/people/{fien}/contact-check", None).status, 403, "a helper looks")
        sofie.post(f"{path}/people/{fien}/contact-check", None).must(204)
        found.check(fien not in {t["of"] for t in sofie.get(path + "/tasks").json()["tasks"] if t["kind"] == "contact_check"}, "done")
        found.close(14)


@test("invite: who is kept out is invited as anybody is; his code never works, and the safety role learns of it (R-58)")
def _(world):
    with Story(world, "invite-blocked") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, leen = story.client("sofie"), story.client("leen")
        made = sofie.post(path + "/helpers", helper_body(family)).must(201).json()["id"]
        other = sofie.post(path + "/helpers", helper_body(family, name="Piet")).must(201).json()["id"]
        before = kinds(sofie, path).count("safety_alert")
        free = sofie.post(path + "/invitations", {"for": other}).must(201)
        lock = {"about": [family.id_of("leen")], "not_for": made}
        leen.post(path + "/locks", lock).must(201)
        kept = sofie.post(path + "/invitations", {"for": made}).must(201)
        shape = lambda r: (r.status, sorted(r.json()), sorted(k for k, _ in r.headers), len(r.body))
        found.same(shape(kept), shape(free), "looks like any other")
        found.same(states(sofie, path)[kept.json()["id"]], "open", "in the list too")
        found.same(kinds(sofie, path).count("safety_alert"), before + 1, "an alert for the safety role")
        wrong = join(story, "0000-0000-0000-0000-0000-0000-0000", "iemand")
        found.same(join(story, kept.json()["code"], "iemand").bare(), wrong.bare(), "as a wrong code")
        found.same(kinds(sofie, path).count("safety_alert"), before + 2, "and another one")
        found.check("safety_alert" not in kinds(leen, path) + kinds(story.client("els"), path), "for nobody else")
        alert = next(t for t in sofie.get(path + "/tasks").json()["tasks"] if t["kind"] == "safety_alert")
        found.same(alert["about"], [], "it names nobody whom sofie may not know")
        story.client("els").post(f"{path}/tasks/{alert['id']}/done", None).must(204)
        found.same(kinds(sofie, path).count("safety_alert"), before + 2, "not els's to close")
        sofie.post(f"{path}/tasks/{alert['id']}/done", None).must(204)
        found.same(kinds(sofie, path).count("safety_alert"), before + 1, "done")
        join(story, free.json()["code"], "piet").must(201)
        found.close(9)


@test("invite: what the ex-partner learns by inviting, adding and trying codes: that he may not, and nothing else (R-35, R-58)")
def _(world):
    with Story(world, "invite-ex") as story:
        family, path, found = story.family, story.path, Findings()
        sofie, leen, karim = story.client("sofie"), story.client("leen"), story.client("karim")
        made = sofie.post(path + "/helpers", helper_body(family)).must(201).json()["id"]
        code = invite(sofie, path, made)["code"]
        account = story.instance.account("karim")
        wrong = join(story, "0000-0000-0000-0000-0000-0000-0000", account["login"], account["password"])
        look = lambda: [karim.get(path + p).bare() for p in ("/people", "/team", "/tasks", "/invitations", "/notices", "/plan")]
        found.same(join(story, code, account["login"], account["password"]).bare(), wrong.bare(), "he is somebody here already")
        found.same(kinds(sofie, path).count("safety_alert"), 0, "no reason to worry")
        sofie.post(path + "/court-decisions", {"kind": "contact_ban", "person": family.id_of("karim"), "protects": [family.id_of("leen")],
                                               "evidence": "order"})
        lock = {"about": [family.id_of("leen")], "not_for": family.id_of("karim")}
        leen.post(path + "/locks", lock).must(201)
        found.same(join(story, code, account["login"], account["password"]).bare(), wrong.bare(), "the same answer")
        alerts = [t["of"] for t in sofie.get(path + "/tasks").json()["tasks"] if t["kind"] == "safety_alert"]
        found.same(alerts, [family.id_of("karim")], "and the safety role knows who it was")
        before = look()
        leen.post(path + "/people", {"call_name": "Wout", "born": "2020-02-02", "homes": [family.id_of("H1")]}).must(201)
        leen.post(path + "/invitations", {"for": family.id_of("fatima")})
        absent = "00000000-0000-4000-8000-00000000abcd"
        nobody = karim.post(path + "/invitations", {"for": absent})
        for whom in (made, family.id_of("tom"), family.id_of("kindje")):
            found.same(karim.post(path + "/invitations", {"for": whom}).bare(), nobody.bare(), family.ref_of(whom) if whom != made else "made")
        home = karim.post(path + "/people", {"call_name": "X", "homes": [family.id_of("H1")]})
        found.same(home.bare(), karim.post(path + "/people", {"call_name": "X", "homes": [absent]}).bare(), "a home that he does not know")
        found.same(karim.post(f"{path}/people/{family.id_of('kindje')}/birth", {"born_at": "2026-01-19T03:00:00Z"}).bare(),
                   karim.post(f"{path}/people/{absent}/birth", {"born_at": "2026-01-19T03:00:00Z"}).bare(), "nor a birth")
        found.same(look(), before, "and what he reads is what it was")
        found.same(sofie.post(path + "/helpers", helper_body(family, name="Piet")).status, 201, "it goes on")
        for target in ("handover", "revocation"):
            found.same(karim.post(f"{path}/invitations/{absent}/{target}", None).status, 403, target)
        found.close(13)
