"""T7: whoever a safety lock keeps out of some fields reads, writes, gives and asks as he would if there were no lock and nothing behind
it; and T9: what he gives then reaches nobody."""
import re

from client import Client
from harness import Findings, same, test
from sharing import Story, at_peace, shown

FIELDS = ["other_caregivers", "separation_agreements", "documents"]
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(rb"20\d\d-\d\d-\d\dT[0-9:.]+Z?")


class Acts:
    """What one person does, and every answer that he got: ids that are new are numbered in the order in which he meets them, moments
    that are new are blanked."""

    def __init__(self, client, known):
        self.client, self.said, self.names = client, [], {i.encode(): i.encode() for i in known}

    def name(self, found):
        return self.names.setdefault(found.group(0), b"(new %d)" % len(self.names))

    def do(self, method, target, body=None, **more):
        reply = self.client.post(target, body) if method == "POST" else self.client.ask(method, target, body, **more)
        status, headers, content = reply.bare()
        headers = [(k, v) for k, v in headers if k.lower() not in ("etag", "content-length")]
        text = repr((status, sorted(headers))).encode() + b"\n" + content
        text = re.sub(rb'"(cursor|next|signature|payload|protected)":"[^"]*"', rb'"\1":""', MOMENT.sub(b"(then)", UUID.sub(self.name, text)))
        self.said.append((method, UUID.sub(self.name, target.encode()), text))
        return reply


def look(acts, story):
    """Whatever a member can ask of what is locked."""
    path, ilyas, karim = story.path, story.id("ilyas"), story.id("karim")
    for noun in ("plan", "people", "households", "team", "grants", "requests", "tasks", "notices", "emergencies", "safeguards", "log",
                 "restrictions", "export", "who-sees-what", f"who-sees-what?about={ilyas}",
                 f"readable?viewer={karim}&at=2026-01-21T12:00:00Z", f"plan?as={karim}", f"plan?about={ilyas}"):
        acts.do("GET", f"{path}/{noun}")
    for field in FIELDS:
        for viewer in ("karim", "leen", "hanne", "joke"):
            acts.do("GET", f"{path}/access?viewer={story.id(viewer)}&field={field}&about={ilyas}")
        acts.do("GET", f"{path}/givers?field={field}&about={ilyas}")
        give = {"about": [ilyas], "recipient": story.id("hanne"), "fields": [{"field": field}], "until": "2026-06-30T00:00:00Z"}
        acts.do("POST", f"{path}/what-if", {"give": give})
        acts.do("POST", f"{path}/hints", {"field": field, "about": [ilyas], "text": "Ilyas voetbalt graag met Noor."})


def act(acts, story):
    """Everything that he might try with it."""
    path, ilyas = story.path, story.id("ilyas")
    for field in FIELDS:
        body = {"field": field, "about": [ilyas], "text": f"Van Karim, over {field}."}
        made = acts.do("POST", path + "/entries", body)
        if made.status == 201:
            where = made.header("Location")
            acts.do("GET", where)
            acts.do("POST", where + "/statements", {"text": "Dat blijf ik erbij zeggen."})
            acts.do("PUT", where, {"text": "Anders gezegd."}, headers={"If-Match": acts.client.get(where).header("ETag")})
            acts.do("GET", where)
        given = acts.do("POST", path + "/grants", story.grant("hanne", ["ilyas"], [field], child_view={"asked": True}))
        if given.status == 201:
            acts.do("GET", given.header("Location"))
            acts.do("GET", given.header("Location") + "/receipts")
        question = story.question([field], ["ilyas"], recipient=story.id("hanne"), text=shown(), child_view={"asked": True})
        asked = acts.do("POST", path + "/requests", question)
        if asked.status == 201:
            acts.do("GET", asked.header("Location"))
            yield asked.header("Location"), field


def behind(story):
    """The lock, and what the others do behind it."""
    path, ilyas = story.path, story.id("ilyas")
    lock = {"about": [ilyas], "fields": FIELDS, "not_for": story.id("karim")}
    story.client("sofie").post(path + "/locks", lock).must(201)
    for field in FIELDS:
        text = {"field": field, "about": [ilyas], "text": "Niet voor zijn vader."}
        made = story.client("leen").post(path + "/entries", text).must(201)
        story.client("leen").post(made.header("Location") + "/statements", {"text": "Ook dat niet."})
    asked = story.ask("joke", FIELDS[:2])
    story.answer("leen", asked, yes=FIELDS[:2]).must(200)


def of_fields(story, ref):
    return {e["body"]["text"] for e in story.client(ref).plan(story.path) if e["field"] in FIELDS}


def reach_hanne(story):
    """By the auditor's question, so that the log has the same lines whatever the answer is."""
    ask = f"{story.path}/access?viewer={story.id('hanne')}&about={story.id('ilyas')}&field="
    return [story.client("auditor").get(ask + field).must(200).json()["allowed"] for field in FIELDS]


def meanwhile(story, asked, locked):
    """The others look in both worlds. Behind the lock leen answers too, and T9 shows: what he gave alone reaches nobody; she, who
    knows nothing of that, says yes to what he asked, and her word counts."""
    found = Findings()
    leens, karims = of_fields(story, "leen"), of_fields(story, "karim")
    given = [g for g in story.grants("karim") if {f["field"] for f in g["fields"]} <= set(FIELDS)]
    hers = {g["id"]: g for g in story.grants("leen")}
    before = reach_hanne(story)
    for where, field in asked if locked else ():
        story.answer("leen", where.rsplit("/", 1)[1], yes=[field]).must(200)
    after = reach_hanne(story)
    states = [{f["state"] for g in gs for f in g["fields"]} for gs in (given, [hers[g["id"]] for g in given])]
    found.same(karims, {"Anders gezegd."}, "karim reads what he wrote")
    found.check("Anders gezegd." in leens, "leen reads it", leens)
    found.check(len(given) >= 2, "he gave in good faith", given)
    found.same(states, [{"active", "ended"}, {"paused" if locked else "active", "ended"}], "as he and as leen sees them")
    found.same(before, [False] * 3 if locked else [True, True, False], "what hanne reads by his word")
    found.same(after, [True] * 3 if locked else before, "and by leen's")
    found.close(6)


def behind_his_words(story, locked):
    """Leen reads his texts in both worlds. Behind the lock she makes a new version, says something beside it, asks for a correction."""
    leen = story.client("leen")
    for e in leen.plan(story.path):
        if e["field"] not in FIELDS or e["body"]["text"] != "Anders gezegd.":
            continue
        where = f"{story.path}/entries/{e['id']}"
        if locked:
            leen.post(where + "/statements", {"text": "Zo was het niet."}).must(201)
            leen.post(where + "/corrections", {"text": "Zo was het wel."}).must(201)
        tag = leen.get(where).must(200).header("ETag")
        if locked:
            leen.ask("PUT", where, {"text": "Zoals leen het zegt."}, headers={"If-Match": tag}).must(200)


def take_back(acts, story):
    """His own words, each of them: a correction that he asks of himself, and then they are gone."""
    for e in acts.client.plan(story.path):
        if e["field"] not in FIELDS:
            continue
        where = f"{story.path}/entries/{e['id']}"
        acts.do("POST", where + "/corrections", {"text": "Toch niet."})
        acts.do("GET", story.path + "/tasks")
        acts.do("DELETE", where, headers={"If-Match": acts.client.get(where).header("ETag")})
        acts.do("GET", where)


@test("lock: karim can tell neither by reading nor by writing, giving or asking whether there is a lock (T7)")
def _(world):
    said, found = {}, Findings()
    for locked in (True, False):
        with Story(world, "lock-acts", seeded=True, change=at_peace) as story:
            ids = story.family.ids
            known = [ids["id"], *(v for kind in ("people", "helpers", "households", "grants") for v in ids[kind].values())]
            known += story.instance.sql("kring", "SELECT id FROM entry").split()
            if locked:
                behind(story)
            acts = Acts(Client(story.instance, world.watch, "karim").log_in(), known)
            look(acts, story)
            asked = list(act(acts, story))
            meanwhile(story, asked, locked)
            look(acts, story)
            behind_his_words(story, locked)
            look(acts, story)
            take_back(acts, story)
            look(acts, story)
            left = of_fields(story, "leen")
            found.same("Zoals leen het zegt." in left, locked, "what leen made of it is hers (T9)", left)
            found.same(of_fields(story, "karim"), set(), "what was his is gone for him")
            for where, _ in asked:
                acts.do("GET", where)
                acts.do("POST", where + "/withdrawal", None)
            said[locked] = acts.said
    same(len(said[True]), len(said[False]), "as many questions")
    for one, two in zip(said[True], said[False]):
        found.check(one == two, one[0], one[1], parts(one[2], two[2]))
    found.close(110)
    return f"{len(said[True])} answers"


def parts(one, two):
    at = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
    return f"{one[:30]!r} at {at}: {one[max(0, at - 120):at + 80]!r} and {two[max(0, at - 20):at + 80]!r}"
