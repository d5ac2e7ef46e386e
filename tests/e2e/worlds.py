"""Two worlds that differ only in what karim may not see: every answer to him is the same, byte for byte (T5, T8,
R-30, R-60).

The second world is made by the oracle: it lacks each entry, grant, person and helper that he may not know of, and
every name, address and birth date that he may not read is another one. Ids are made of the file's own names, so what
is in both has one id.
"""
import base64
import json
import os
import re
import subprocess
import sys
import time
import uuid

from client import Client
from family import CATALOGUE, FIELDS, REGISTER, Family
from harness import Findings, expect, same, test
from instance import QUICK, ROOT, Instance, build
from sharing import terms
from world import BE

sys.path.insert(0, str(ROOT / "tests/log"))
from hammer import settle  # noqa: E402
from logs import disclosed  # noqa: E402

VIEWER = "karim"


def reads_register(family, view, field, who):
    return any(
        view.reads_any(row)
        for row in view.w.entries
        if row[0] == REGISTER and FIELDS[row[1]] == field and row[4] == family.mask([who])
    )


def without_hidden(path, viewer=VIEWER, some=lambda: True):
    """The scenario as it would be if what he may not see had never been; or `some` of it."""
    family = Family(path)
    data = json.loads(path.read_text("utf-8"))
    view = family.view(viewer, family.moment(data["demo_at"]))
    known = {family.subject_ref(x) for x in view.known(True)}
    removed = {"people": [], "entries": 0, "grants": 0}

    data["entries"] = [e for e, row in zip(data["entries"], view.w.entries) if view.reads_any(row) or not some()]
    kept = []
    for c, row in zip(data["consents"], view.w.grants):
        c["fields"] = [f for f in c["fields"] if view.sees_grant_field(row, FIELDS.index(f)) or not some()]
        for part in ("withdrawn", "four_eyes"):
            if part in c:
                c[part] = {f: v for f, v in c[part].items() if f in c["fields"]}
        # what he was asked, or is to receive, he knows of
        asked = lambda r: viewer in [*r.get("yes", []), *r.get("no", []), c["to"]]
        c["refused"] = [r for r in c.get("refused", []) if r["field"] in c["fields"] or asked(r)]
        c.pop("note", None), c.pop("protective", None)
        if c["fields"]:
            kept.append(c)
    removed["grants"], removed["entries"] = len(data["consents"]) - len(kept), len(family.data["entries"]) - len(
        data["entries"]
    )
    data["consents"] = kept
    data["events"] = [e for e in data["events"] if e["type"] == "handover"]
    data.pop("trusted_person", None)

    whose = [[h["managers"] for h in data["households"]], [m.get("data_owner_until_birth") for m in data["members"]]]
    spoken_of = json.dumps([data["entries"], data["consents"], data["authority"], data["capacity"], whose])
    shown = {m for h in data["households"] if reads_register(family, view, "household_members", h["id"]) for m in h["members"]}
    gone = lambda m: m["id"] not in known | (shown if viewer != VIEWER else set()) and (viewer == VIEWER or (f'"{m["id"]}"' not in spoken_of and some()))
    hidden = [m["id"] for m in data["members"] if gone(m)]
    data["members"] = [m for m in data["members"] if m["id"] not in hidden]
    for m in data["members"]:
        m["households"] = [h for h in m["households"]]
        m.pop("note", None)
        if not reads_register(family, view, "member_identity", m["id"]):
            m["name"] = m["name"].split()[0] + " Heelanders"
            m["born"] = m["born"] and "1970-01-01"
        if not reads_register(family, view, "family_role", m["id"]):
            m["role"] = "iets anders"
        if m.get("lang") and not reads_register(family, view, "preferred_language", m["id"]):
            m["lang"] = "fr"
    for h in data["households"]:
        h["members"] = [m for m in h["members"] if m not in hidden]
        if not reads_register(family, view, "household_address", h["id"]):
            h["address"] = "Elders 1, 1000 Nergens"
    for a in data["authority"]:
        if not reads_register(family, view, "legal_authority", a["child"]):
            a["evidence"], a["form"] = "iets anders", "anders"
        a.pop("conflict_about", None)

    text = json.dumps([data["entries"], data["consents"], data["events"]], ensure_ascii=False)
    helpers = [
        t["id"]
        for i, t in enumerate(data["team"])
        if view.sees_helper(i) == "hidden" and f'"{t["id"]}' not in text and some()
    ]
    data["team"] = [t for t in data["team"] if t["id"] not in helpers]
    data["break_glass_roles"] = [r for r in data["break_glass_roles"] if r not in helpers]
    removed["people"] = hidden + helpers
    return data, removed


def act(instance, watch, busy):
    """What happens meanwhile. In the busy world the others read, write, share and ask; karim, hanne, dirk and noor do
    the same in both."""
    family = instance.demo["families"][0]
    path = "/v1/families/" + family["id"]

    def enter(ref):
        return Client(instance, watch, ref).log_in()

    karim, hanne = enter(VIEWER), enter("hanne")  # whose look at ilyas he sees, and at noor not
    karim.get(path + "/plan").must(200), hanne.get(path + "/plan").must(200)
    karim.post(
        path + "/entries",
        {"field": "parent_view", "about": [family["people"]["karim"]], "text": "Van mij."},
        headers={"Idempotency-Key": "the-same-in-both-worlds"},
    ).must(201)
    if busy:
        leen = enter("leen")
        for ref in ("amina", "lotte", "bram", "tom", "els"):
            enter(ref).get(path + "/plan").must(200)
        home = family["households"]["H1"]
        leen.post(path + "/entries", {"field": "need_money", "about": [home], "text": "Weer een rekening."}).must(201)
        made = leen.post(
            path + "/entries", {"field": "pregnancy", "about": [family["people"]["leen"]], "text": "Alles goed."}
        ).must(201)
        leen.ask(
            "PUT", made.header("Location"), {"text": "Alles heel goed."}, headers={"If-Match": made.header("ETag")}
        ).must(200)
        leen.post(made.header("Location") + "/erasures", None).must(201), leen.post(path + "/erasures", None).must(201)
        grant = leen.post(
            path + "/grants",
            {
                "about": [home],
                "recipient": family["helpers"]["bram"],
                "fields": ["need_daily_life"],
                "purpose": "x",
                "until": "2026-06-30T00:00:00Z",
                **terms(),
            },
        ).must(201)
        leen.post(grant.header("Location") + "/withdrawal", {}).must(200)
        leen.get(f"{path}/access?viewer={family['helpers']['els']}&field=need_money&about={home}").must(200)
        leen.get(path + "/log").must(200)
        enter("auditor").get(
            f"{path}/access?viewer={family['people']['karim']}&field=pregnancy&about={family['people']['leen']}"
        ).must(200)
        leen.post(path + "/people", {"call_name": "Wout", "born": "2020-02-02", "homes": [home]}).must(201)
        second = leen.post(path + "/people", {"call_name": "Kleintje", "due": "2026-06-01", "owner": family["people"]["leen"], "homes": [home]}).must(201).json()["id"]
        leen.post(f"{path}/people/{second}/birth", {"born_at": "2026-01-19T03:00:00+01:00"}).must(204)
        sofie = enter("sofie")
        helper = {"name": "Nadia", "role": "vroedvrouw", "secrecy": "professional", "goal": "zorg", "until": "2026-12-31T00:00:00Z",
                  "agreed_by": [family["people"]["leen"]]}
        came = sofie.post(path + "/helpers", helper).must(201).json()["id"]
        sofie.post(path + "/invitations", {"for": came}).must(201)
        leen.post(path + "/invitations", {"for": family["people"]["tom"]}).must(201)
        enter("tom").post(path + "/entries", {"field": "need_money", "about": [home], "text": "Mag niet."}).must(403)
    for client in (hanne, enter("dirk"), enter("noor")):
        client.get(path + "/plan").must(200)
    return karim


def readers_alike(first, data, family=None):
    """Those to whom nothing is given of which he may not know, and those of whom he may not know at all. A preview tells who else reads
    what he reads himself (law of sharing), so of the others it may tell him of what he does not see as a grant."""
    told = {c["id"]: (c["fields"], c["about"]) for c in data["consents"]}
    others = {
        c["to"] for c in json.loads(BE.read_text("utf-8"))["consents"] if told.get(c["id"]) != (c["fields"], c["about"])
    } & {t["id"] for t in data["team"] + data["members"]}
    ids = first.family(family)
    return {v for kind in ("people", "helpers") for ref, v in ids[kind].items() if ref not in others}


def rows_of(reply, alike):
    """A matrix, as far as it is about these readers."""
    status, headers, body = reply.bare()
    if status != 200:
        return status, headers, body
    data = json.loads(body)
    data["rows"] = [row for row in data["rows"] if row["reader"] in alike]
    return status, [h for h in headers if h[0] != "Content-Length"], json.dumps(data).encode()


def questions(first, contract, alike, viewer=VIEWER, family=None):
    """Every GET of the contract, with his ids, with those that only the first world knows, and with those that nobody
    knows."""
    ids = first.family(family)
    path = "/v1/families/" + ids["id"]
    himself = {**ids["people"], **ids["helpers"]}[viewer]
    random = [str(uuid.UUID(int=n, version=4)) for n in (7, 8)]
    subjects = [*ids["people"].values(), *ids["households"].values(), ids["id"], random[0]]
    everybody = [*ids["people"].values(), *ids["helpers"].values(), random[1]]
    rows = lambda what: first.sql("kring", f"SELECT id FROM {what} AND family_id = '{ids['id']}' ORDER BY id").split()
    entries = rows("entry WHERE kind IN ('plan', 'register', 'grant', 'name')")
    asked = [
        "/v1/account",
        "/v1/families",
        "/v1/families?limit=1",
        "/v1/sessions",
        "/healthz",
        "/v1/openapi.json",
        "/v1/receipt-keys",
        path,
        path + "/people",
        path + "/households",
        path + "/team",
        path + "/plan",
        path + "/grants",
        path + "/requests",
        path + "/requests?not_agreed=true",
        path + "/log",
        path + "/log?limit=3",
        path + "/log?language=fr",
        "/v1/log",
        "/v1/signs",
        "/v1/log?family=" + ids["id"],
        path + "/log?from=2020-01-01T00:00:00Z&until=2030-01-01T00:00:00Z",
    ]
    asked += [f"{path}/plan?section={s}" for s in "ABCDEFGHI"] + [
        f"{path}/plan?field={row['id']}" for row in CATALOGUE
    ]
    asked += [f"{path}/plan?about={s}" for s in subjects] + [
        f"{path}/{what}?limit={n}" for what in ("plan", "grants") for n in (1, 2, 5)
    ]
    asked += [f"{path}/entries/{e}" for e in entries + random] + [
        f"{path}/grants/{g}{what}" for g in [*ids["grants"].values(), *random] for what in ("", "/receipts")
    ]
    for field in (
        "pregnancy",
        "need_money",
        "safety_plan",
        "private_note_youth",
        "debts_detail",
        "child_voice",
        "residence_schedule",
        "household_members",
    ):
        asked += [f"{path}/access?viewer={v}&field={field}&about={s}" for v in everybody for s in subjects]
        asked += [f"{path}/givers?field={field}&about={s}" for s in subjects]
        asked += [f"{path}/log?field={field}"]
    asked += [f"{path}/requests/{r}" for r in [*rows("request WHERE true"), random[0]]]
    asked += [f"{path}/access?viewer={himself}&entry={e}" for e in entries + random]
    asked += [
        f"{path}/access?viewer={v}&field=need_money&about={ids['households']['H1']}&at=2026-03-20T12:00:00Z"
        for v in everybody
    ]
    asked += [f"{path}/plan?as={v}{more}" for v in alike for more in ("", "&limit=2")]
    asked += [f"{path}/log?person={v}" for v in everybody]
    asked += [f"{path}/who-sees-what"] + [f"{path}/who-sees-what?about={s}" for s in subjects]
    asked += [f"{path}/readable?viewer={v}&at={at}" for v in alike for at in ("2025-12-01T12:00:00Z", "2026-03-20T12:00:00Z")]
    asked += [
        f"{path}/{noun}"
        for noun in ("emergencies", "safeguards", "tasks", "notices", "handovers", "restrictions", "export", "erasures", "ending", "invitations")
    ]
    asked += [f"/v1/texts/{language}" for language in ("nl", "fr", "en")]
    asked += ["/v1/safety-points/BE-VLG", "/v1/safety-points/NL"]
    asked += [f"/v1/families/{random[0]}{p}" for p in ("", "/plan", "/log")]
    named = {contract.operation_of("GET", a) for a in asked}
    every = {name for name, (method, _, _) in contract.operations.items() if method == "GET"} - {"readyz"}
    every -= {"audit_checkpoint", "audit_tile"}  # how many records there are is public (SECURITY.md)
    expect(named == every, named ^ every)
    return asked


def suppositions(first, alike):
    """What karim may ask what-if about: his own and the children's, to everybody, and grants of both worlds."""
    ids, absent = first.family(), str(uuid.UUID(int=9, version=4))
    readers = [*sorted(alike), absent]
    mine = [ids["people"][VIEWER], ids["people"]["ilyas"], ids["households"]["H2"], ids["households"]["H1"]]
    give = {"fields": [{"field": f} for f in ("need_school", "need_money")], "until": "2026-06-30T00:00:00Z"}
    asked = [{"give": {**give, "about": [about], "recipient": r}} for about in mine for r in readers]
    to = {c["id"]: c["to"] for c in json.loads(BE.read_text("utf-8"))["consents"]}
    actors = {**ids["people"], **ids["helpers"]}
    for grant in [g for ref, g in ids["grants"].items() if actors[to[ref]] in alike] + [absent]:
        asked += [{"withdraw": {"grant": grant}}, {"pause": grant}]
    return asked


def blank(target, reply):
    """Status, headers but Date, and body. What is new with each request in any world is blanked: moments and ids of
    records and sessions; and of a cursor the seal, which is made with the installation's own key."""
    status, headers, body = reply.bare()
    if status != 200 or not body:
        return status, headers, body
    path, data = target.split("?")[0], json.loads(body)
    if path.endswith("/receipt-keys"):
        body = json.dumps([{k: len(v) if k in ("x", "kid") else v for k, v in key.items()} for key in data["keys"]])
        return status, headers, body.encode()
    if path.endswith("/export"):
        return status, headers, re.sub(rb'"made_at":"[^"]*"', b'"made_at":""', body)
    if path.endswith("/receipts"):
        # each installation signs with a key of its own, and names itself by its port
        said = [base64.urlsafe_b64decode(r["payload"] + "==") for r in data["receipts"]]
        return status, headers, re.sub(rb"https://localhost:\d+", b"(us)", b"\n".join(said))
    if path.endswith(("/log", "/sessions")):
        for row in data.get("records", []) + data.get("sessions", []):
            row["id"] = "…"
            for moment in ("at", "created_at", "last_seen_at"):
                row.pop(moment, None)
            if path.endswith("/log"):
                row["items"] = [{k: v for k, v in i.items()} for i in row["items"]]
        if "next" in data:
            data["next"] = len(data["next"])
        headers = [(k, v) for k, v in headers if k != "Content-Length"]
        return status, headers, json.dumps(data).encode()
    if isinstance(data, dict) and "next" in data:
        seal, cursor = 16, data["next"]
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[:16]
        body = body.replace(cursor.encode(), place.hex().encode() + str(len(cursor) * seal).encode())
    return status, headers, body


def differs(one, two):
    """Where two answers part, shortly."""
    if one[0] != two[0]:
        return f"status {one[0]} and {two[0]}: {one[2][:200]!r} {two[2][:200]!r}"
    if one[1] != two[1]:
        return f"headers {sorted(set(one[1]) ^ set(two[1]))}"
    at = next((i for i, (a, b) in enumerate(zip(one[2], two[2])) if a != b), min(len(one[2]), len(two[2])))
    return f"body at {at}: {one[2][max(0, at - 150):at + 80]!r} and {two[2][max(0, at - 10):at + 80]!r}"


def own_writes(instance, watch):
    """What karim wrote has a random id in each world."""
    karim = Client(instance, watch, VIEWER).log_in()
    plan = karim.plan("/v1/families/" + instance.family()["id"])
    return [e["id"] for e in plan if e["body"]["text"] == "Van mij."], [
        e["written_at"] for e in plan if e["body"]["text"] == "Van mij."
    ]


# ---- proofs, by bytes ----

FIRST_ITEM = 5  # of the places of a record: what stands before has a fixed one
LOOKS = 150
HEAD_IDS = slice(16, 40)  # in the head: the record's id and its moment


def proof_shape(proof, own, found):
    """A proof with all that must differ between any two logs replaced by its kind, and everything else as it stands.

    Replaced: salts and the record's hashes (random); its id and moment (new in each world); the place of an item (drawn by lot: its
    range is checked here, its distribution below); index, the tree's hashes and the checkpoint with its signatures (they follow from how
    many records there are of all families, which is public, and from the log's own key). Kept: the number of the record's hashes, which
    parts are opened in which order, how long each is and what it says, and each line of the text with its kind and length."""
    slots, parts = disclosed(proof)
    shape, places = [slots, len(base64.b64decode(proof.split("\n")[1].removeprefix("extra ")))], []
    for place, content in parts:
        if place == 0:
            content = content[:HEAD_IDS.start] + content[HEAD_IDS.stop:]
        elif place >= FIRST_ITEM:
            places.append(place)
        shape.append((min(place, FIRST_ITEM), content.hex().replace(own.replace("-", ""), "(own)")))
    found.check(len(set(places)) == len(places) and all(FIRST_ITEM <= p < slots for p in places), "places", places, slots)
    head, note = proof.split("\n\n", 1)
    words = [line.split(" ")[0] for line in head.split("\n")[:3]]
    tree = head.split("\n")[3:]
    size, index = int(note.split("\n")[1]), int(head.split("\n")[2].split(" ")[1])
    found.check(index < size and len(tree) <= size.bit_length() and all(len(h) == 44 for h in tree), "the way to the root", index, size)
    return [*shape, words, [len(line) for line in note.split("\n")[2:3]], note.count("\n")], places


def line_shape(line, own, found):
    """A line in the order of its members, with its proof's shape, and the places of the items that it opens."""
    shape, places = proof_shape(line["proof"], own, found) if "proof" in line else (None, [])
    kept = {k: "…" if k in ("id", "at") else shape if k == "proof" else v for k, v in line.items()}
    return json.dumps(kept).replace(own, "(own)"), places


def without_moments(text, lines):
    """Lengths may be compared: moments and ids have one length each, and what has not is taken out whole."""
    for line in lines:
        text = text.replace(json.dumps(line["proof"], ensure_ascii=False), '""') if "proof" in line else text
    return len(text)


def proven_lines(instance, client, path):
    """Page after page: (the length of each answer without its proofs, its lines)."""
    lengths, lines, cursor = [], [], ""
    while True:
        reply = client.get(f"{path}/log?proofs=yes&limit=200{cursor}").must(200)
        page = reply.json()
        lengths.append(without_moments(reply.body.decode(), page["records"]))
        lines += page["records"]
        if "next" not in page:
            return lengths, lines
        cursor = "&cursor=" + page["next"]


def exported(world, instance):
    """The lines of kring log export, as whoever keeps his log has them."""
    home = world.folder(f"home-{instance.name}")

    def kring(*arguments):
        done = subprocess.run([build() / "clients/cli/kring", *map(str, arguments)], capture_output=True, text=True, check=False,
                              env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"})
        same(done.returncode, 0, arguments, done.stderr)
        return done.stdout

    kring("login", "--demo", instance.data / "demo.json", VIEWER)
    settle(instance)
    return kring("log", "export", "--family", instance.family()["id"]).splitlines()


def chi_square(counts):
    """(of these counts against equal ones, how much of it chance alone gives hardly ever: six standard deviations)"""
    mean, free = sum(counts) / len(counts), len(counts) - 1
    return sum((c - mean) ** 2 / mean for c in counts), free + 6 * (2 * free) ** 0.5


def check_places_tell_nothing(places_of_lines, found, what):
    """Places of 64, over all lines: none is likelier, and neither the item before nor the distance to it says anything, whether others
    stand between them or not."""
    flat = [p for places in places_of_lines for p in places]
    free, pairs = 64 - FIRST_ITEM, [(a, b) for places in places_of_lines for a, b in zip(places, places[1:])]
    got, most = chi_square([flat.count(p) for p in range(FIRST_ITEM, 64)])
    found.check(got < most, what, "places are not equally likely", got, most, len(flat))
    gaps = [(b - a) % free for a, b in pairs]  # from 1 to 58
    got, most = chi_square([gaps.count(g) for g in range(1, free)])
    found.check(got < most, what, "distances are not equally likely", got, most, len(gaps))
    return len(flat)


def compare_proofs(world, instances, clients, own, found):
    path = "/v1/families/" + instances[0].family()["id"]
    for i in instances:
        hanne = Client(i, world.watch, "hanne").log_in()
        for _ in range(LOOKS):  # at ilyas, which he sees, and in the first world at what he does not, in between
            hanne.get(path + "/plan").must(200)
        settle(i)
    time.sleep(1)
    told = [proven_lines(i, c, path) for i, c in zip(instances, clients)]
    found.same(told[0][0], told[1][0], "lengths of pages with proofs")
    found.same(*(len(lines) for _, lines in told), "lines")
    shapes, places = [], []
    for (_, lines), mine in zip(told, own):
        made = [line_shape(line, mine, found) for line in lines]
        shapes.append([shape for shape, _ in made])
        places.append([p for (_, p), line in zip(made, lines) if "proof" in line and disclosed(line["proof"])[0] == 64])
    for one, two in zip(*shapes):
        found.check(one == two, "a line with its proof", differs((0, [], one.encode()), (0, [], two.encode())))
    found.check(sum("proof" in line for line in told[0][1]) > 300, "few lines have a proof")
    placed = sum(check_places_tell_nothing(p, found, f"world {n}") for n, p in enumerate(places, 1))
    files = [exported(world, i) for i in instances]
    found.same(*map(len, files), "lines of the export")
    for one, two in zip(*([line_shape(json.loads(line), mine, found)[0] for line in lines] for lines, mine in zip(files, own))):
        found.check(one == two, "a line of the export", differs((0, [], one.encode()), (0, [], two.encode())))
    return placed


@test("two worlds: every GET of the contract as karim is the same with and without what he may not see")
def _(world):
    data, removed = without_hidden(BE)
    second_file = world.place / "second.json"
    second_file.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    second_file.chmod(0o644)
    expect(
        {"tom", "kindje", "amina", "lotte", "bram"} <= set(removed["people"])
        and removed["grants"] >= 10
        and removed["entries"] >= 15,
        removed,
    )
    settings = {**QUICK, "refusals_a_minute": 10000}
    with Instance(world.place, "world1", [BE], settings=settings, seeded=True).launch() as first, Instance(
        world.place, "world2", [second_file], settings=settings, seeded=True
    ).launch() as second:
        same(first.family()["id"], second.family()["id"], "the family's id")
        one, two = act(first, world.watch, True), act(second, world.watch, False)
        ids = [own_writes(i, world.watch) for i in (first, second)]
        alike = readers_alike(first, data)
        found, asked = Findings(), questions(first, world.contract, alike)
        for target in asked:
            if ids[0][0][0] in target:
                continue
            replies = [c.get(target) for c in (one, two)]
            matrix = "/who-sees-what" in target
            answers = [rows_of(r, alike) if matrix else blank(target, r) for r in replies]
            # his own new entry: its id and moment are new in each world
            answers = [
                (
                    s,
                    [h for h in hs if h[0] != "ETag"] if b and any(i.encode() in b for i in own[0]) else hs,
                    b.replace(own[0][0].encode(), b"(own)").replace(own[1][0].encode(), b"(now)"),
                )
                for (s, hs, b), own in zip(answers, ids)
            ]
            found.check(answers[0] == answers[1], target, differs(*answers))
        for body in suppositions(first, alike):
            target = f"/v1/families/{first.family()['id']}/what-if"
            answers = [c.post(target, body).bare() for c in (one, two)]
            answers = [(s, h, re.sub(rb'"at":"[^"]*"', b'"at":""', b)) for s, h, b in answers]
            found.check(answers[0] == answers[1], target, body, differs(*answers))
        placed = compare_proofs(world, (first, second), (one, two), [own[0][0] for own in ids], found)
        found.close(1500)
        return f"{found.checked} requests, {placed} places of items; the second lacks {removed['entries']} entries, {removed['grants']} grants, {len(removed['people'])} people and helpers"
