"""What every yes brings along: the words that were shown, and releases after a warning; and an instance of its own for
stories in which the clock goes on."""
import hashlib
import json
import re

from client import Client
from family import ROOT, Family
from instance import QUICK, Instance, build
from world import BE

TEXTS = json.loads((ROOT / "proto/texts.json").read_text("utf-8"))


def version():
    """Of the words that were compiled in."""
    tables = (build() / "proto/texts_tables.c").read_text("utf-8")
    return re.search(r'text_set_version\[[^]]*\] = "([0-9a-f]{16})"', tables).group(1)


VERSION = version()


def digest(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def shown(text="Wil je dit delen?", language="nl"):
    """R-10: which words, as they stood there."""
    return {"version": VERSION, "hash": digest(text), "language": language}


def terms():
    """Of a grant that needs nothing more: a ground for secret-bearers (R-03), and the words."""
    return {"secrecy_ground": "subject_release", "text": shown()}


def warning(secrecy="discretion", language="nl"):
    """R-43: the hash of the warning about somebody without professional secrecy."""
    return digest(TEXTS["texts"][f"warning.{secrecy}"][language])


def at_peace(data):
    """No two holders of authority are known to disagree (R-32)."""
    for a in data["authority"]:
        a["conflict_flag"] = False
        a.pop("conflict_since", None)


class Story:
    """A family of its own, in an instance of its own."""

    def __init__(self, world, name, clock=None, scenario=BE, change=None, settings=None, seeded=False):
        old = json.loads(scenario.read_text("utf-8"))["id"]
        copy = world.copy_of(scenario, name, change)
        copy.write_text(copy.read_text("utf-8").replace(f'"{old}"', f'"{name}"'), "utf-8")  # an entry may be about the family
        self.world, self.file = world, copy
        self.instance = Instance(
            world.place, name, scenarios=[copy], settings={**QUICK, **(settings or {})}, clock=clock, seeded=seeded
        )

    def __enter__(self):
        self.instance.start()
        self.family = Family(self.file, self.instance.demo["families"][0])
        self.path = "/v1/families/" + self.family.ids["id"]
        self.known = {}
        return self

    def __exit__(self, *_):
        self.instance.wipe()

    def client(self, ref):
        if ref not in self.known:
            self.known[ref] = Client(self.instance, self.world.watch, ref).log_in()
        return self.known[ref]

    def twin(self, ref):
        """Another session."""
        return Client(self.instance, self.world.watch, ref).log_in()

    def at(self, moment):
        """The same family, later."""
        self.instance.stop()
        self.instance.clock = moment
        self.instance.start()
        self.known = {}

    def ids(self, *refs):
        return [self.family.id_of(ref) for ref in refs]

    def id(self, ref):
        return self.family.id_of(ref)

    # ---- asking and answering ----

    def question(self, fields=("need_school",), about=("ilyas",), **more):
        return {
            "about": self.ids(*about),
            "fields": [{"field": f} if isinstance(f, str) else f for f in fields],
            "purpose": "om samen te werken met de school",
            "goal": "Ilyas gaat graag naar school",
            "until": "2026-06-30T00:00:00Z",
            "secrecy_ground": "subject_release",
            **more,
        }

    def ask(self, ref, fields=("need_school",), about=("ilyas",), **more):
        made = self.client(ref).post(self.path + "/requests", self.question(fields, about, **more)).must(201)
        return made.json()["id"]

    def answer(self, ref, request, yes=(), no=(), **more):
        body = {"text": shown(), "child_view": {"asked": True}, **more}
        if yes:
            body["yes"] = [{"field": f} if isinstance(f, str) else f for f in yes]
        if no:
            body["no"] = list(no)
        return self.client(ref).post(f"{self.path}/requests/{request}/reply", body)

    def requests(self, ref):
        return self.client(ref).get(self.path + "/requests").must(200).json()["requests"]

    def request(self, ref, request):
        return self.client(ref).get(f"{self.path}/requests/{request}").must(200).json()

    def states(self, ref, request):
        return {f["field"]: f["state"] for f in self.request(ref, request)["fields"]}

    def reads(self, ref):
        return {e["field"] for e in self.client(ref).plan(self.path)}

    def count(self, table):
        return int(self.instance.sql("kring", f"SELECT count(*) FROM {table}"))

    # ---- giving ----

    def grant(self, to="els", about=("H1",), fields=("need_money",), **more):
        return {
            "about": self.ids(*about),
            "recipient": self.id(to),
            "fields": list(fields),
            "purpose": "om de rekeningen te bekijken",
            "until": "2026-06-30T00:00:00Z",
            "secrecy_ground": "subject_release",
            "text": shown(),
            **more,
        }

    def give(self, ref="leen", **more):
        return self.client(ref).post(self.path + "/grants", self.grant(**more)).must(201).header("Location")

    def told(self, ref):
        return self.client(ref).get(self.path + "/emergencies").must(200).json()["emergencies"]

    def grants(self, ref):
        return self.client(ref).get(self.path + "/grants").must(200).json()["grants"]


class Visit(Story):
    """The same in the family of the shared instance that is there to be changed: quicker, and without another clock."""

    def __init__(self, world):
        self.world, self.instance, self.family, self.known = world, world.shared, world.races, {}
        self.path = world.path(world.races)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self.known.values():
            client.close()

    def client(self, ref):
        if ref not in self.known:
            self.known[ref] = self.world.fresh(ref, self.family.ref)
        return self.known[ref]

    def twin(self, ref):
        return self.world.fresh(ref, self.family.ref)


def faults(reply):
    """The places of a 422."""
    return sorted(e.get("pointer", "") for e in reply.json().get("errors", [])) if reply.status == 422 else reply
