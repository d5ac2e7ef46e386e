"""What a person gave and stopped, he can prove: signed receipts, verified by another program than ours (openssl), with
nobody asked."""
import base64
import datetime
import hashlib
import json
import subprocess
import time

from command_line import Kring
from family import CATALOGUE
from harness import Findings, expect, same, test
from instance import QUICK, Instance
from client import Client
from sharing import VERSION, Story, digest, shown
from withdrawal import grant_of, new_grant
from world import BE

LABELS = {row["id"]: row for row in CATALOGUE}
ASKED = "Wil je dit delen?"


def agreed(*what, **more):
    """A new grant, with the words that were shown before it (R-10)."""
    return {**new_grant(*what), "text": shown(ASKED), **more}


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Verifier:
    """RFC 7515, 7638 and 8037 once more, with openssl for the curve."""

    def __init__(self, folder, jwks):
        self.folder, self.keys = folder, {}
        for jwk in jwks["keys"]:
            canonical = json.dumps({k: jwk[k] for k in ("crv", "kty", "x")}, separators=(",", ":"))
            thumbprint = encode(hashlib.sha256(canonical.encode()).digest())
            same(thumbprint, jwk["kid"], "the key's name")
            pem = folder / f"{thumbprint}.pem"
            body = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + decode(jwk["x"])).decode()
            pem.write_text(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
            self.keys[thumbprint] = pem

    def holds(self, jws):
        head = json.loads(decode(jws["protected"]))
        if head["kid"] not in self.keys:
            return False
        same((head["alg"], head["typ"]), ("EdDSA", "kring-receipt"), "the head")
        message, signature = self.folder / "message", self.folder / "signature"
        message.write_bytes(f"{jws['protected']}.{jws['payload']}".encode())
        signature.write_bytes(decode(jws["signature"]))
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self.keys[head["kid"]], "-rawin"]
        done = subprocess.run([*command, "-in", message, "-sigfile", signature], capture_output=True, check=False)
        expect(done.returncode in (0, 1), done.stderr)
        return done.returncode == 0

    def read(self, jws):
        expect(self.holds(jws), "a signature does not hold")
        return json.loads(decode(jws["payload"]))


def verifier(world, instance=None):
    stranger = world.stranger() if instance is None else Client(instance, world.watch)
    return Verifier(world.folder("receipts"), stranger.get("/v1/receipt-keys").must(200).json())


def receipts(client, grant):
    """All pages."""
    found, cursor = [], ""
    while True:
        page = client.get(f"{grant}/receipts{cursor}").must(200).json()
        found += page["receipts"]
        if "next" not in page:
            return found
        cursor = f"?cursor={page['next']}"


def fields_of(content):
    return [p["pii_attribute_id"] for p in purpose(content)["pii_information"]]


def deeds(contents):
    return [(c["event"]["event_state"], fields_of(c)) for c in contents]


def purpose(content):
    (one,) = content["processing"]["purposes"]
    return one


@test("receipts: leen gives and stops, and proves each without the server; what was there before never changes")
def _(world):
    found, family, check = Findings(), world.be, verifier(world)
    leen, path = world.client("leen"), world.path()
    body = agreed(family, "els", ["H1"], ["need_housing", "need_money"])
    grant = leen.post(path + "/grants", body).must(201).header("Location")
    before = receipts(leen, grant)
    (given,) = [check.read(r) for r in before]
    found.same(deeds([given]), [("given", ["need_money", "need_housing"])], "given")
    found.same(given["header"]["schema_version"], "ISO/IEC TS 27560:2023", "the structure")
    found.same(given["header"]["record_id"], grant.rsplit("/", 1)[1], "which grant")
    found.same((given["header"]["pii_principal_id"], given["event"]["entity_id"]), (family.id_of("leen"),) * 2, "who")
    found.same(given["event"]["entity_name"], "Leen", "her name")
    one, (to,) = purpose(given), purpose(given)["recipient_third_parties"]
    found.same(one["purpose"], body["purpose"], "why")
    text = {"of": "text", "language": "nl", "version": VERSION, "sha256": digest(ASKED)}
    found.same(given["processing"]["privacy_notice"], text, "the text that was shown")
    found.same([(a["id"], a["kind"]) for a in one["about"]], [(family.id_of("H1"), "household")], "about")
    found.same((to["party_id"], to["party_type"]), (family.id_of("els"), "helper"), "to")
    found.same(to["party_name"], "Els Moens", "to")
    for p in one["pii_information"]:
        found.same(p["pii_type"], LABELS[p["pii_attribute_id"]]["nl"], "a label in the family's language")
        found.same(p["level"], "exact", "how much of it")
    found.same(one["jurisdiction"], "BE-VLG", "the law")
    found.check(one["withdrawal_method"]["url"].endswith(grant + "/withdrawal"), "how to stop")
    shown = leen.get(grant).must(200).json()
    found.same(given["event"]["validity_duration"], {"from": shown["from"], "until": shown["until"]}, "for how long")
    leen.post(grant + "/withdrawal", {"fields": ["need_money"]}).must(200)
    leen.post(grant + "/withdrawal", {}).must(200)
    after = receipts(leen, grant)
    found.same(after[0], before[0], "the first one, byte for byte")
    contents = [check.read(r) for r in after]
    found.same(
        deeds(contents),
        [("given", ["need_money", "need_housing"]), ("withdrawn", ["need_money"]), ("withdrawn", ["need_housing"])],
        "all three",
    )
    found.same(len({c["header"]["receipt_id"] for c in contents}), 3, "each has a name of its own")
    for c in contents[1:]:
        notice = {"of": "purpose", "language": "nl", "sha256": digest(body["purpose"])}
        found.same(c["processing"]["privacy_notice"], notice, "nothing was asked before stopping")
        found.same(c["event"]["validity_duration"]["until"], c["event"]["event_time"], "it was good until then")
    found.same(receipts(leen, grant), after, "asked again")
    pages, cursor = [], ""
    while cursor is not None:
        page = leen.get(f"{grant}/receipts?limit=1{cursor}").must(200).json()
        pages += page["receipts"]
        cursor = f"&cursor={page['next']}" if "next" in page else None
    found.same(pages, after, "page by page")
    found.same(receipts(world.client("sofie"), grant_of(world, family, "A-C01")), [], "who received it gave nothing")
    found.close(20)


@test("receipts: one changed bit, anywhere, and openssl says no")
def _(world):
    check, found = verifier(world), Findings()
    good = receipts(world.client("leen"), grant_of(world, world.be, "A-C03"))[0]
    found.check(check.holds(good), "as it came")
    for part in ("payload", "signature"):
        raw = bytearray(decode(good[part]))
        for at in range(0, len(raw), 1 + len(raw) // 16):
            raw[at] ^= 1 << at % 8
            found.check(not check.holds({**good, part: encode(bytes(raw))}), part, at)
            raw[at] ^= 1 << at % 8
    found.close(20)


def own_deeds(family, ref, row, at):
    """What the scenario says that `ref` did in this consent until then."""
    givers = [g for g in [*row["by"], *row.get("co_signed", [])] if g in family.people]
    if row["basis"] not in ("consent", "6.1.a") or ref not in givers or family.moment(row["from"]) > at:
        return None
    refused = {r["field"] for r in row.get("refused", [])}
    fields = [f["id"] for f in CATALOGUE if f["id"] in row["fields"] and f["id"] not in refused]
    rows = [(family.moment(row["from"]), 0, "given", fields)]
    if givers == [ref]:
        ended = {f: family.moment(m) for f, m in row.get("withdrawn", {}).items()}
        for day in row.get("reconfirmed", []):
            when = family.moment(day)
            rows.append((when, 1, "reconfirmed", [f for f in fields if ended.get(f, when + 1) > when]))
        # who of several withdrew is not in the file
        for when in set(ended.values()):
            rows.append((when, 2, "withdrawn", [f for f in fields if ended.get(f) == when]))
    return [(state, names) for when, _, state, names in sorted(rows) if when <= at]


def names_of(client, path):
    """Whom and what he knows by name, from his own lists."""
    people = {p["id"]: p["call_name"] for p in client.get(path + "/people").must(200).json()["people"]}
    homes = {h["id"]: h["label"] for h in client.get(path + "/households").must(200).json()["households"]}
    team = {t["id"]: t["name"] for t in client.get(path + "/team").must(200).json()["team"]}
    return {**people, **homes, **team}


def as_of(contents, at):
    """Without what earlier tests did since."""
    return [c for c in contents if rfc3339(c["event"]["event_time"]) <= at]


def rfc3339(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 10**6)


def look(found, check, client, family, row, at):
    """One reader, one grant: 404 where the grant is, an empty list for who did nothing, else exactly his own."""
    path = "/v1/families/" + family.ids["id"]
    grant = f"{path}/grants/{family.id_of(row['id'])}"
    wanted = own_deeds(family, client.ref, row, at)
    if client.get(grant).status == 404:
        found.same(client.get(grant + "/receipts").problem(), "not-found", client.ref, row["id"], "hidden")
        return 0
    contents = as_of([check.read(r) for r in receipts(client, grant)], at)
    got = [(state, sorted(fields)) for state, fields in deeds(contents)]
    found.same(got, [(s, sorted(f)) for s, f in wanted or []], client.ref, row["id"])
    if not contents:
        return 0
    known = names_of(client, path)
    for c in contents:
        found.same(c["event"]["entity_id"], family.id_of(client.ref), client.ref, row["id"], "whose")
        seen = client.get(grant).must(200).json()
        found.same([a["id"] for a in purpose(c)["about"]], seen["about"], client.ref, row["id"], "about whom")
        named = [(a["id"], a.get("name")) for a in purpose(c)["about"]]
        named += [(t["party_id"], t.get("party_name")) for t in purpose(c)["recipient_third_parties"]]
        for an_id, name in named:
            found.same(name, known.get(an_id), client.ref, row["id"], "a name that he knows")
    return len(contents)


@test("receipts: for every grant and every account, one's own and nobody else's; no name that its reader can't know")
def _(world):
    found, check, count = Findings(), verifier(world), 0
    at = world.be.moment(world.be.data["demo_at"])  # the clock of a demo is its first family's
    for family in filter(None, (world.be, world.nl)):
        for ref in family.accounts():
            client = world.fresh(ref, None if family is world.be else family.ref)
            for row in family.data["consents"]:
                if family.moment(row["from"]) <= at:
                    count += look(found, check, client, family, row, at)
    found.check(count >= 50, f"only {count} receipts")
    found.close(500)
    return f"{count} receipts, {found.checked} things compared"


@test("receipts: a young person who stops what others gave gets that one; they keep theirs")
def _(world):
    family, found, check = world.races, Findings(), verifier(world)
    path, ref = world.path(family), family.ref
    noor, leen = world.client("noor", ref), world.client("leen", ref)
    body = agreed(family, "lotte", ["noor"], ["need_school"], secrecy_ground="subject_release")
    grant = noor.post(path + "/grants", body).must(201).header("Location")
    giver, an_id = family.id_of("leen"), grant.rsplit("/", 1)[1]
    world.shared.sql(
        "kring",
        f"""UPDATE consent_grant SET givers = ARRAY['{giver}'::uuid] WHERE id = '{an_id}';
        UPDATE family SET version = version + 1 WHERE id = '{family.ids['id']}'""",
    )
    found.same(receipts(noor, grant), [], "noor, who only is spoken of")
    noor.post(grant + "/withdrawal", {}).must(200)
    (stopped,) = [check.read(r) for r in receipts(noor, grant)]
    found.same(deeds([stopped]), [("withdrawn", ["need_school"])], "noor's")
    found.same(stopped["event"]["entity_id"], family.id_of("noor"), "whose")
    found.same([a["id"] for a in purpose(stopped)["about"]], [family.id_of("noor")], "about")
    found.same(deeds([check.read(r) for r in receipts(leen, grant)]), [("given", ["need_school"])], "leen's")
    found.close(5)


def said(check, client, grant):
    return [check.read(r) for r in receipts(client, grant)]


@test("receipts: of two who must say yes each has his own word; less, again and no longer are deeds, a pause is none")
def _(world):
    found = Findings()
    with Story(world, "receipt-answers") as story:
        check, leen, karim, hanne = verifier(world, story.instance), *map(story.client, ("leen", "karim", "hanne"))
        asked = story.ask("hanne", ["need_leisure", "need_school"])
        story.answer("leen", asked, yes=["need_leisure", "need_school"]).must(200)
        (made,) = story.answer("karim", asked, yes=["need_leisure"]).must(200).json()["grants"]
        grant = f"{story.path}/grants/{made}"
        (hers,), (his,) = said(check, leen, grant), said(check, karim, grant)
        for ref, one in (("leen", hers), ("karim", his)):
            found.same(deeds([one]), [("given", ["need_leisure"])], ref)
            found.same(one["event"]["entity_id"], story.id(ref), ref, "whose")
            found.same(one["processing"]["privacy_notice"]["sha256"], digest(ASKED), ref, "what was shown")
            found.same(purpose(one)["purpose"], "om samen te werken met de school", ref, "what was asked")
        found.check(hers["event"]["event_time"] < his["event"]["event_time"], "each at the moment of his own word")
        found.same(said(check, hanne, grant), [], "who asked gave nothing")
        karim.post(grant + "/withdrawal", {}).must(200)
        found.same([d for d, _ in deeds(said(check, karim, grant))], ["given", "withdrawn"], "karim stopped it")
        found.same([d for d, _ in deeds(said(check, leen, grant))], ["given"], "leen did not")

        grant = story.give(fields=("need_money", "need_housing"))
        for deed in ("pause", "resume", "confirm"):
            leen.post(f"{grant}/{deed}", None).must(200)
        until, lower = "2026-04-01T00:00:00Z", [{"field": "need_money", "level": "derived"}]
        body = {"until": until, "fields": lower, "purpose": "alleen in het kort"}
        newer = f"{story.path}/grants/{leen.post(grant + '/narrow', body).must(200).json()['grant']}"
        contents = said(check, leen, grant)
        wanted = [
            ("given", ["need_money", "need_housing"]),
            ("reconfirmed", ["need_money", "need_housing"]),
            ("withdrawn", ["need_money"]),
            ("narrowed", ["need_housing"]),
        ]
        found.same(deeds(contents), wanted, "the old one")
        found.same(contents[3]["event"]["validity_duration"]["until"][:19], until[:19], "until then")
        (given,) = said(check, leen, newer)
        found.same(deeds([given]), [("given", ["need_money"])], "what took its place")
        found.same([p["level"] for p in purpose(given)["pii_information"]], ["derived"], "how much of it")
        found.same(purpose(given)["purpose"], "alleen in het kort", "why")
        story.give(to="sofie", about=("leen", "H1"), fields=("team_members",))  # so that she knows els
        told = {"basis": "legal_duty", "secrecy_ground": "legal_duty", "told_on": "2026-01-10T00:00:00Z"}
        grant = story.give("sofie", about=("leen",), fields=("need_parenting",), **told)
        found.same(said(check, leen, grant), [], "nobody gave that (R-04)")
        leen.post(grant + "/objection", {"text": "Dat wil ik niet."}).must(200)
        (objected,) = said(check, leen, grant)
        found.same(deeds([objected]), [("objected", ["need_parenting"])], "but she objects")
        found.same(purpose(objected)["lawful_basis"], "legal_duty", "to what")
    found.close(20)


@test("receipts: looking at them is on the log")
def _(world):
    leen, path, family = world.client("leen"), world.path(), world.be
    receipts(leen, grant_of(world, family, "A-C03"))
    newest = leen.log(path, at_least=1)[0]
    same((newest["kind"], newest["actor"]["id"]), ("receipt.read", family.id_of("leen")), "the newest line")
    expect(newest["items"], "without the grant")


@test("receipts: kring keeps them, and verifies them with nobody asked")
def _(world):
    found, leen, family = Findings(), Kring(world, "leen").log_in(), world.be
    kept = world.folder("home-leen") / "kept"
    body = agreed(family, "els", ["H1"], ["need_housing"])
    made = world.client("leen").post(world.path() + "/grants", body).must(201).header("Location")
    grant = made.rsplit("/", 1)[1]
    leen.run("grant", "withdraw", grant)
    told = leen.run("receipt", "list", grant)
    found.check("shared" in told and "stopped sharing" in told, "the list", told)
    leen.run("receipt", "list", grant, "--out", str(kept))
    (keys,) = kept.glob("receipt-keys-*.json")
    files = sorted(p for p in kept.iterdir() if p != keys)
    found.same(len(files), 2, "kept")
    check = Verifier(world.folder("receipts"), json.loads(keys.read_text()))
    nobody, server = Kring(world, "nobody"), (world.shared.demo["url"], "--ca", world.shared.demo["ca"])
    for file in files:
        found.check(check.holds(json.loads(file.read_text())), file.name, "by openssl")
        told = nobody.run("receipt", "verify", str(file), "--keys", str(keys))
        found.check("genuine" in told and "Els Moens" in told and "Leen" in told, file.name, told)
        asked = nobody.run("receipt", "verify", str(file), "--keys", *server)
        found.check("genuine" in asked, file.name, "with the key that the server publishes", asked)
    changed = json.loads(files[0].read_text())
    changed["payload"] = encode(decode(changed["payload"]).replace(b'"Leen"', b'"Kees"'))
    files[0].write_text(json.dumps(changed))
    told = nobody.run("receipt", "verify", str(files[0]), "--keys", str(keys), code=1)
    found.check("changed" in told and "Kees" not in told, "a changed one", told)
    nobody.run("receipt", "verify", str(files[1]), code=2)
    told = Kring(world, "sofie").log_in().run("receipt", "list", family.id_of("A-C01"))
    found.check("nothing here" in told, "who received it", told)
    found.close(10)


def restarted(world, instance, before):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if instance.server_pid() not in (None, before):
                return Client(instance, world.watch, "leen").log_in()
        except OSError:
            pass
        time.sleep(0.2)
    return expect(False, "the server did not come back")


@test("receipts: the key outlives the server; an instance that never had one gets one at its start")
def _(world):
    found = Findings()
    with Instance(world.place, "receipt-key", scenarios=[BE], settings=QUICK) as instance:
        leen = Client(instance, world.watch, "leen").log_in()
        ids = instance.family()
        grant = f"/v1/families/{ids['id']}/grants/{ids['grants']['A-C04']}"
        old_keys, old = leen.get("/v1/receipt-keys").json(), receipts(leen, grant)
        check = Verifier(world.folder("receipts"), old_keys)
        leen = restarted(world, instance, instance.kill_server())
        found.same(leen.get("/v1/receipt-keys").json(), old_keys, "the key, after kill -9")
        found.same(receipts(leen, grant), old, "the receipts, byte for byte")
        # As an instance from before there were receipts: the row is not there.
        same(instance.sql("kring_keys", "SELECT count(*) FROM service_key WHERE purpose = 'receipt'"), "1", "one key")
        instance.sql("kring_keys", "DELETE FROM service_key WHERE purpose = 'receipt'")
        leen = restarted(world, instance, instance.kill_server())
        new_keys, new = leen.get("/v1/receipt-keys").json(), receipts(leen, grant)
        found.check(new_keys != old_keys, "another key")
        fresh = Verifier(world.folder("receipts"), new_keys)
        found.same([fresh.holds(r) for r in new], [True, True], "new ones, under it")
        found.same([fresh.holds(r) for r in old], [False, False], "old ones, under it")
        found.same([check.holds(r) for r in old], [True, True], "old ones, under the key that was kept")
        found.same([r["payload"] for r in new], [r["payload"] for r in old], "what they say")
        count = "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '%receipt%'"
        found.same(instance.sql("kring", count), "0", "nothing of them is stored")
    found.close(7)
