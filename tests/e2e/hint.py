"""Writing hints over TLS: the six leaks of the domain, offsets, who would read it in which home; and nobody is told of whom he
may not know, by a name, a length or a reader (R-30, R-44, R-46, R-46b, R-47)."""
import json
import uuid

from client import Client
from harness import Findings, expect, same, test
from sharing import terms
from instance import QUICK, Instance
from world import BE

ABSENT = "5e1f0000-0000-4000-8000-0000000000e1"
SECRET = "Zevenslaper kwartelkoning"  # words of no list, to look for where they may not be


def ask(client, family, field, about, text, kind="fact", language=None):
    body = {"field": field, "about": [family.id_of(a) if a in known(family) else a for a in about], "text": text}
    path = f"/v1/families/{family.ids['id']}/hints" + (f"?language={language}" if language else "")
    return client.post(path, body | ({"kind": kind} if kind else {}))


def known(family):
    return {*family.people, *family.homes, *family.helpers, family.ref, "family"}


def hints_of(reply):
    return reply.must(200).json()["hints"]


def words_of(text, hints):
    """[(kind, the words it is about)]; the places are counted alike in bytes and in characters."""
    out = []
    for h in hints:
        piece = text.encode()[h["from"]:h["to"]].decode() if "from" in h else None
        expect(piece is None or piece == text[h["from_char"]:h["to_char"]], "bytes and characters", h)
        out.append((h["kind"], piece))
    return out


# domain.md, section 4: where each sentence stood, and what must be told of it.
LEAKS = [
    ("family_priorities", ["family"], "huur geregeld voor de geboorte", {("money_word", "huur"), ("pregnancy_word", "geboorte")}),
    ("need_housing", ["H1"], "plaats nodig voor een baby", {("pregnancy_word", "baby")}),
    ("carrying_capacity", ["family"], "tot de geboorte", {("pregnancy_word", "geboorte")}),
    ("need_leisure", ["ilyas"], "blijven voetballen, ook als het geld krap is", {("money_word", "geld")}),
    ("residence_schedule", ["noor", "ilyas"], "Noor en Ilyas week om week, Ilyas zaterdag bij papa",
     {("several_people", None), ("both_homes", None)}),
    ("family_story", ["H1"], "ik werk aan mijn herstel", {("addiction_word", "mijn herstel")}),
]


@test("hints: each of the six sentences that leaked gives a hint where it stood, in three languages")
def _(world):
    leen, family, found = world.client("leen"), world.be, Findings()
    for field, about, text, wanted in LEAKS:
        for language in (None, "nl", "fr", "en"):
            hints = hints_of(ask(leen, family, field, about, text, language=language))
            told = set(words_of(text, hints))
            found.check(wanted <= told, field, text, told)
            for h in hints:
                found.check(len(h["sentence"].split()) > 3 and "{" not in h["sentence"], h)
        found.same(hints, hints_of(ask(leen, family, field, about, text, language="en")), "the same again")
    nl, fr, en = (hints_of(ask(leen, family, *LEAKS[3][:3], language=l))[0] for l in ("nl", "fr", "en"))
    found.same(nl, hints_of(ask(leen, family, *LEAKS[3][:3]))[0], "without a language, the family's")
    found.check("Geld: wat is nodig" in nl["sentence"] and "Argent" in fr["sentence"] and "Money" in en["sentence"], nl, fr, en)
    found.same({h["field"] for h in (nl, fr, en)}, {"need_money"}, "the better place")
    found.close(70)


@test("hints: harmless texts of the demonstration give none that speak of others")
def _(world):
    leen, family, found = world.client("leen"), world.be, Findings()
    quiet = {
        "need_leisure": (["ilyas"], "Vervoer naar de voetbalclub op woensdag."),
        "need_school": (["ilyas"], "Extra leestijd en een rustige plek."),
        "carrying_capacity": (["H1"], "Maximaal twee afspraken per week tot eind maart. Niet op vrijdag."),
        "need_money": (["H1"], "Hulp bij rekeningen en energiekosten; lidgeld voetbal."),
        "debts_detail": (["leen"], "Achterstal energie 1.140 euro, huur 2 maanden. Afbetaling loopt."),
        "pregnancy": (["leen"], "Uitgerekend 20 maart 2026. De baby groeit goed."),
    }
    for field, (about, text) in quiet.items():
        told = words_of(text, hints_of(ask(leen, family, field, about, text)))
        found.same([t for t in told if t[0] != "both_homes"], [], field, text)
    own = ask(world.client("noor"), family, "private_note_youth", ["noor"], "Mama drinkt alcohol. Bel 0470 00 00 00.", kind=None)
    found.same(hints_of(own), [], "own space")
    found.close(7)


@test("hints: names, addresses, contact and kind; the places in the text, whatever letters it has")
def _(world):
    leen, family, found = world.client("leen"), world.be, Findings()
    text = "Élève 漢字 \U0001f600: Tom, Karim Haddou, Kaaistraat; 9999 Waterdijk, jo@example.org, 0470 12 34 56."
    hints = hints_of(ask(leen, family, "parent_view", ["leen"], text, kind=None))
    told = words_of(text, hints)
    for wanted in (("names_other_person", "Tom"), ("place", "Kaaistraat"), ("place", "9999 Waterdijk"),
                   ("third_person_contact", "jo@example.org"), ("third_person_contact", "0470 12 34 56"), ("several_people", None),
                   ("kind_missing", None)):
        found.check(wanted in told, wanted, told)
    found.same({h["person"] for h in hints if (h["kind"], h.get("from_char")) == ("names_other_person", text.index("Tom"))},
               {family.id_of("tom")}, "whose name it is")
    long = "geld é " * 571
    reply = ask(leen, family, "parent_view", ["leen"], long[:4000])
    found.check(reply.must(200).json()["more"] and len(reply.json()["hints"]) == 8, "a long row of one word")
    found.same(ask(leen, family, "parent_view", ["leen"], long + "xxxx").problem(), "bad-body", "a text of more than 4000")
    found.same(ask(leen, family, "parent_view", ["leen"], "\U0001f600" * 4000).status, 200, "4000 of four bytes each")
    for body in ({}, {"field": "nonsense"}, {"text": ""}, {"about": []}, {"kind": "rumour"}, {"more": 1}):
        good = {"field": "parent_view", "about": [family.id_of("leen")], "text": "x"}
        faulty = body and {**good, **body}
        found.same(leen.post(world.path() + "/hints", faulty).problem(), "bad-body", body)
    found.same(ask(leen, family, "parent_view", ["leen"], "x", language="de").problem(), "bad-query", "a language that is none")
    found.close(15)


def preview(reply, family):
    lines = reply.must(200).json().get("preview")
    return lines and {line.get("label", line["at"]): sorted(family.ref_of(r) for r in line["readers"]) for line in lines}


@test("hints: the preview names who else would read it in which home, and agrees with the access question")
def _(world):
    family, found = world.be, Findings()
    fields = ["need_leisure", "need_school", "residence_schedule", "pregnancy", "need_money", "parent_view", "safety_plan", "goals"]
    for ref in ("leen", "karim", "noor", "tom", "fatima"):
        if ref not in family.accounts():
            continue
        client = world.client(ref)
        people = {p["id"] for p in client.get(world.path() + "/people").must(200).json()["people"]}
        team = {h["id"] for h in client.get(world.path() + "/team").must(200).json()["team"]}
        for field in fields:
            for who in ("leen", "ilyas", "noor", "karim", "H1", "H2", "tom"):
                lines = ask(client, family, field, [who], "Rust.").must(200).json().get("preview")
                shown = {r for line in lines or [] for r in line["readers"]}
                found.check(shown <= people | team, ref, field, who, "somebody whom he may not know")
                if lines is None:
                    continue
                for reader in people | team:
                    asked = f"{world.path()}/access?viewer={reader}&field={field}&about={family.id_of(who)}"
                    allowed = client.get(asked).must(200).json()["allowed"]
                    if reader != family.id_of(ref):
                        found.same(reader in shown, allowed, ref, field, who, family.ref_of(reader))
    leen = preview(ask(world.client("leen"), family, "need_leisure", ["ilyas"], "Rust."), family)
    found.check("Bij mama" in leen and "karim" in leen["elsewhere"] and "Bij papa" not in leen, leen)
    noor = preview(ask(world.client("noor"), family, "need_leisure", ["noor"], "Rust."), family)
    found.check({"Bij mama", "Bij papa", "elsewhere", "team"} <= set(noor), noor)
    found.same(preview(ask(world.client("els"), family, "need_housing", ["H1"], "Rust."), family), None,
               "who reads it is not a helper's to know (R-107)")
    found.close(400)
    return f"{found.checked} comparisons"


@test("hints: a reader whom the writer may not know does not show, and changes nothing")
def _(world):
    family, ref, found = world.races, world.races.ref, Findings()
    noor, karim = world.client("noor", ref), world.client("karim", ref)
    asked = {"field": "residence_schedule", "about": ["noor"], "text": "Week om week."}
    before = {who: ask(world.client(who, ref), family, **asked).must(200) for who in ("karim", "noor")}
    for recipient in ("tom", "lotte"):
        noor.post(world.path(family) + "/grants", {
            "about": [family.id_of("noor")], "recipient": family.id_of(recipient), "fields": ["residence_schedule"],
            "purpose": "de week plannen", "until": "2026-06-30T00:00:00Z", **terms(),
        }).must(201)
    found.same(ask(karim, family, **asked).bare(), before["karim"].bare(), "karim, who knows neither")
    shown = preview(ask(noor, family, **asked), family)
    found.check("tom" in shown["Bij mama"] and "lotte" in shown["team"], "noor, who gave it", shown)
    found.check(shown != preview(before["noor"], family), "noor, before and after")
    found.close(3)


@test("hints: nobody is told of whom he may not know; hidden and absent ids are one")
def _(world):
    family, found = world.be, Findings()
    text = "Tom en het kindje op komst wonen bij mama in de Kaaistraat, met Tom De Wael."
    for ref, hidden in (("karim", ["tom", "kindje", "H1"]), ("els", ["karim", "noor", "H2"])):
        client = world.client(ref)
        for who in hidden:
            for field in ("need_money", "contact_log", "residence_schedule"):
                ids = (family.id_of(who), ABSENT, world.races.id_of(who))
                answers = {repr(ask(client, family, field, [i], text).bare()) for i in ids}
                found.same(len(answers), 1, ref, who, field, answers)
    answer = ask(world.client("karim"), family, "need_leisure", ["ilyas"], text).must(200)
    found.check(not [h for h in answer.json()["hints"] if h["kind"] == "names_other_person"], "karim is told of no name", answer)
    for who in ("tom", "kindje", "H1"):
        found.check(family.id_of(who).encode() not in answer.body, "its id", who)
    body = {"field": "goals", "about": [ABSENT], "text": "x"}
    found.same(world.client("auditor").post(world.path() + "/hints", body).status, 404, "the auditor writes nothing")
    found.close(20)


@test("hints: two worlds, with and without Tom and the unborn: karim's answers are the same, byte for byte")
def _(world):
    from worlds import VIEWER, without_hidden

    data, removed = without_hidden(BE)
    expect({"tom", "kindje"} <= set(removed["people"]), removed)
    second_file = world.place / "hint-second.json"
    second_file.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    second_file.chmod(0o644)
    texts = [
        "Tom De Wael en het kindje op komst wonen bij mama, Kaaistraat 12, 9999 Waterdijk.",
        "Leen Vermeiren, Noor, Ilyas, Fatima, Karim Haddou en Tom: geld, geboorte, herstel.",
        "Op zaterdag is Ilyas bij mama, op zondag bij papa in het Molenveld 48.",
        "Rust.",
    ]
    fields = ["need_leisure", "residence_schedule", "parent_view", "need_money", "pregnancy", "family_story"]
    with Instance(world.place, "hint1", [BE], settings=QUICK, seeded=True).launch() as first, Instance(
        world.place, "hint2", [second_file], settings=QUICK, seeded=True
    ).launch() as second:
        ids = first.family()
        path = f"/v1/families/{ids['id']}/hints"
        same(ids["id"], second.family()["id"], "the family's id")
        one, two = (Client(i, world.watch, VIEWER).log_in() for i in (first, second))
        subjects = [*ids["people"].values(), *ids["households"].values(), ids["id"], str(uuid.UUID(int=9, version=4))]
        found = Findings()
        for text in texts:
            for field in fields:
                for about in [[s] for s in subjects] + [subjects[:4]]:
                    body = {"field": field, "about": about, "text": text}
                    answers = [c.post(path, body) for c in (one, two)]
                    found.same(answers[0].bare(), answers[1].bare(), field, text, about)
                    found.same(answers[0].status, 200, field)
        found.close(400)
        return f"{found.checked} comparisons; the second lacks {len(removed['people'])} people and helpers"


@test("hints: the record tells who asked of which field and about whom; the text is nowhere")
def _(world):
    leen, noor, family, found = world.client("leen"), world.client("noor"), world.be, Findings()
    entries = world.shared.sql("kring", "SELECT count(*) FROM entry")
    ask(leen, family, "need_leisure", ["ilyas"], f"{SECRET} en geld").must(200)
    ask(noor, family, "child_voice", ["noor"], f"{SECRET} en geld").must(200)
    found.same(world.shared.sql("kring", "SELECT count(*) FROM entry"), entries, "nothing was written")
    hers = ("hint.ask", family.id_of("leen"))
    by_leen = [r for r in leen.log(world.path(), at_least=50) if (r["kind"], r["actor"].get("id")) == hers]
    found.check(by_leen, "her own line")
    line = by_leen[0]
    found.check({"field": "need_leisure", "about": [family.id_of("ilyas")]} in
                [{k: i[k] for k in ("field", "about")} for i in line["items"]], "of what, about whom", line)
    found.check(SECRET not in json.dumps(line), "the text")
    # Whoever the question does not concern sees at most that something was read, never of which field she thought.
    ask(leen, family, "pregnancy", ["leen"], "Rust.").must(200)
    for ref in ("karim", "noor", "tom"):
        log = world.client(ref).log(world.path(), at_least=100)
        lines = [r for r in log if (r["kind"], r["actor"].get("id")) == hers]
        told = {(i.get("field"), *map(family.ref_of, i["about"])) for r in lines for i in r["items"]}
        found.check(("pregnancy", "leen") not in told and ("need_money", "H1") not in told, ref, told)
    found.check(SECRET not in (world.shared.data / "log/kringd.log").read_text("utf-8", "replace"), "the server's own log")
    for database in ("kring", "kring_keys"):
        dump = world.place / f"hint-{database}.sql"
        try:
            world.shared.dump(database, dump)
        except AssertionError:
            continue
        found.check(SECRET.encode() not in dump.read_bytes() and b"Zevenslaper" not in dump.read_bytes(), "the database", database)
    found.close(8)


@test("hints: from a page it is a request that needs our own origin; a foreign family and one that is not there are one")
def _(world):
    leen, family, found = world.client("leen"), world.be, Findings()
    body = {"field": "parent_view", "about": [family.id_of("leen")], "text": "x"}
    evil = {"Origin": "https://evil.example"}
    found.same(leen.ask("POST", world.path() + "/hints", body, headers=evil).problem(), "cross-site", "a foreign page")
    foreign = [leen.post(f"/v1/families/{i}/hints", body).bare() for i in (world.races.ids["id"], ABSENT)]
    found.same(foreign[0], foreign[1], "foreign and absent")
    found.same(leen.ask("GET", world.path() + "/hints").status, 405, "a question in an address")
    found.close(3)


@test("hints: on the command line they stand under the words")
def _(world):
    from command_line import Kring

    leen, found = Kring(world, "leen").log_in(), Findings()
    text = "blijven voetballen, ook als het geld krap is"
    lines = leen.run("hint", "--field", "need_leisure", "--about", "Ilyas", "--lang", "nl", stdin=text + "\n").splitlines()
    found.same(lines[0].strip(), text, "the text")
    found.same(lines[1], " " * lines[0].index("geld") + "^^^^", "the marks")
    found.check("Geld: wat is nodig" in lines[2], "the better place", lines[2])
    found.check(any("Bij mama" in line for line in lines) and any("Karim" in line for line in lines), "who would read it", lines)
    shown = leen.json("hint", "--field", "need_leisure", "--about", "Ilyas", stdin=text)
    found.same([h["kind"] for h in shown["hints"]][:1], ["money_word"], "as JSON")
    leen.run("hint", "--field", "need_leisure", stdin=text, code=2)
    found.close(5)
