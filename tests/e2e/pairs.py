"""Many pairs of worlds over TLS and PostgreSQL (T5, T8, R-30, R-60): each a family of its own on two instances, that differ only in what
one reader may not see. What is taken away is rolled: some of what the oracle says that he can't read; what others then do is rolled too,
in one of the two. A pair asks all lists of the contract and a sample of everything else that worlds.py asks.

./dev prove asks for 200 pairs, CI for a few; --pairs and --seed say how many and which.
"""
import json
import random

from client import Client
from family import FIELDS, Family
from harness import Findings, expect, test
from instance import QUICK, Instance
from world import BE
from worlds import blank, differs, questions, readers_alike, rows_of, without_hidden

HIDDEN = "hidden"
READERS = ("karim", "karim", "karim", "tom", "dirk", "els", "joke", "hanne", "ruben", "bram", "amina")
BATCH, SAMPLE, PATIENCE = 15, 110, 900  # kringd load takes 24 scenarios

WRITES = (  # by whom, of what
    ("leen", "need_money", "H1"),
    ("leen", "pregnancy", "leen"),
    ("leen", "debts_detail", "leen"),
    ("leen", "parent_view", "leen"),
    ("noor", "private_note_youth", "noor"),
    ("noor", "mental_wellbeing", "noor"),
    ("leen", "housing_risk", "H1"),
)


class Pair:
    def __init__(self, world, seed):
        self.dice = random.Random(seed)
        self.ref, self.seed = f"pair-{seed}", seed
        self.reader = self.dice.choice(READERS)
        share = self.dice.choice((0.3, 0.6, 1.0))
        self.data, self.removed = without_hidden(BE, self.reader, lambda: self.dice.random() < share)
        self.busy = self.dice.randrange(2)
        family = Family(BE)
        self.view = family.view(self.reader, family.moment(family.data["demo_at"]))
        hidden = [w for w in WRITES if w[0] != self.reader and self.is_hidden(family, w)]
        self.writes = self.dice.sample(hidden, min(len(hidden), self.dice.randint(1, 3)))
        self.locks = self.dice.random() < 0.5 and self.is_hidden(family, ("leen", "debts_detail", "leen")) and self.reader != "sofie"

    def is_hidden(self, family, write):
        _, field, about = write
        return self.view.ask(FIELDS.index(field), {family.subject(about)})[0] == HIDDEN

    def scenarios(self, world):
        """The family as it is, and without what he may not see: files of both."""
        out = []
        for n, data in enumerate((json.loads(BE.read_text("utf-8")), self.data)):
            path = world.place / f"{self.ref}.{n}.json"
            path.write_text(json.dumps({**data, "id": self.ref}, ensure_ascii=False), "utf-8")
            path.chmod(0o644)
            out.append(path)
        return out

    def enter(self, instance, watch, ref):
        return Client(instance, watch, ref, self.ref).log_in()

    def live(self, instance, watch, busy):
        """What the others do meanwhile, in one of the worlds; all of it between people of whom he knows or not, about what he does not read."""
        family = instance.family(self.ref)
        path, ids = "/v1/families/" + family["id"], {**family["people"], **family["households"]}
        for who, field, about in self.writes if busy else ():
            client = self.enter(instance, watch, who)
            made = client.post(path + "/entries", {"field": field, "about": [ids[about]], "text": f"Nieuw {self.seed}."}).must(201)
            client.get(made.header("Location")).must(200)
            client.ask("PUT", made.header("Location"), {"text": "Anders."}, headers={"If-Match": made.header("ETag")}).must(200)
        if busy and self.locks:
            lock = {"about": [ids["leen"]], "fields": ["debts_detail"], "not_for": {**family["people"], **family["helpers"]}[self.reader]}
            self.enter(instance, watch, "leen").post(path + "/locks", lock).must(201)
        return self.enter(instance, watch, self.reader)

    def asked(self, first, contract, alike):
        every = questions(first, contract, alike, self.reader, self.ref)
        lists = [t for t in every if "?" not in t and t.count("/") <= 4]
        rest = [t for t in every if t not in lists and "/givers" not in t]
        # See-as tells that another reads it too, also by a grant that the reader does not see (SECURITY.md, Previews)
        rest = [t for t in rest if "?as=" not in t]
        if self.locks or self.writes:
            rest = [t for t in rest if "debts_detail" not in t]
        return lists + self.dice.sample(rest, min(SAMPLE, len(rest)))

    def compare(self, first, second, world, found):
        clients = [self.live(instance, world.watch, n == self.busy) for n, instance in enumerate((first, second))]
        alike = sorted(readers_alike(first, self.data, self.ref))
        for target in self.asked(first, world.contract, alike):
            replies = [client.get(target) for client in clients]
            answers = [rows_of(r, alike) if "/who-sees-what" in target else blank(target, r) for r in replies]
            found.check(answers[0] == answers[1], self.ref, self.reader, target, differs(*answers))


def batch(world, pairs, found):
    files = list(zip(*(pair.scenarios(world) for pair in pairs)))
    settings = {**QUICK, "refusals_a_minute": 10000}
    name = pairs[0].ref
    files = [[BE, *side] for side in files]  # the first family has the plain logins, whoever is missing from the others
    both = [Instance(world.place, f"{name}-{w}", f, settings=settings, seeded=True).launch() for w, f in zip("ab", files)]
    try:
        first, second = (instance.await_ready(PATIENCE) for instance in both)
        for pair in pairs:
            pair.compare(first, second, world, found)
    finally:
        for instance in both:
            instance.wipe()


@test("pairs of worlds: families that differ in what one reader may not see are the same to him")
def _(world):
    found, seed, count = Findings(), world.options.seed, world.options.pairs
    pairs = [Pair(world, seed + n) for n in range(count)]
    expect(any(p.removed["entries"] and p.removed["grants"] for p in pairs) and any(p.writes for p in pairs), "nothing was hidden")
    for at in range(0, count, BATCH):
        batch(world, pairs[at : at + BATCH], found)
    found.close(100 * count)
    removed = [sum(len(p.removed[k]) if k == "people" else p.removed[k] for p in pairs) for k in ("entries", "grants", "people")]
    return f"{count} pairs from seed {seed}, {found.checked} requests; {removed[0]} entries, {removed[1]} grants, {removed[2]} people and helpers are in one of the two only"
