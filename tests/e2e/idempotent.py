"""Doing it twice makes it once (design.md 3), and whoever writes over what he has not seen is told so, with nothing
lost."""
import threading
import uuid

from harness import Findings, same, test
from sharing import terms


def view_body(family, text, field="parent_view"):
    return {"field": field, "about": [family.id_of("leen")], "text": text}


@test("idempotency: the same key and request again gives the same id, and one entry")
def _(world):
    leen, path, family, found = world.client("leen"), world.path(), world.be, Findings()
    key, body = str(uuid.uuid4()), view_body(world.be, "Eenmaal.")
    before = len(leen.plan(path))
    first = leen.post(path + "/entries", body, key).must(201)
    again = leen.post(path + "/entries", body, key).must(201)
    found.same(again.bare(), first.bare(), "the replay's answer")
    found.same(len(leen.plan(path)), before + 1, "entries")
    found.same(
        leen.post(path + "/entries", view_body(family, "Anders."), key).problem(),
        "idempotency-key-reused",
        "another text",
    )
    found.same(
        leen.post(
            path + "/grants",
            {
                "about": [family.id_of("leen")],
                "recipient": family.id_of("bram"),
                "fields": ["need_parenting"],
                "purpose": "x",
                "until": "2026-06-30T00:00:00Z",
            },
            key,
        ).problem(),
        "idempotency-key-reused",
        "another operation",
    )
    found.same(
        world.client("karim")
        .post(path + "/entries", {"field": "parent_view", "about": [family.id_of("karim")], "text": "Van mij."}, key)
        .status,
        201,
        "another account has keys of its own",
    )
    found.same(
        leen.twin().log_in().post(path + "/entries", body, key).bare(), first.bare(), "another session of the account"
    )
    grant = {
        "about": [family.id_of("leen")],
        "recipient": family.id_of("bram"),
        "fields": ["need_parenting"],
        "purpose": "steun",
        "until": "2026-06-30T00:00:00Z",
        **terms(),
    }
    key = str(uuid.uuid4())
    one, two = (leen.post(path + "/grants", grant, key).must(201) for _ in range(2))
    found.same(one.bare(), two.bare(), "a grant")
    leen.post(one.header("Location") + "/withdrawal", {}).must(200)
    for wrong in ("short", "x" * 65, "with blanks in it x", "é" * 16):
        found.same(
            leen.post(path + "/entries", body, wrong.encode("latin-1")).problem(), "bad-request", "the key", wrong
        )
    found.close(11)


@test("idempotency: forty at the same instant make one entry, and all hear its id")
def _(world):
    leen, path, found = world.client("leen"), world.path(), Findings()
    before = len(leen.plan(path))
    for round_ in range(5):
        key, body, twins, answers = (
            str(uuid.uuid4()),
            view_body(world.be, f"Tegelijk {round_}."),
            [leen.twin() for _ in range(8)],
            [],
        )
        for t in twins:
            t.get(path).must(200)
        gate = threading.Barrier(len(twins))

        def write(client, gate=gate, body=body, key=key, answers=answers):
            gate.wait()
            answers.append(client.post(path + "/entries", body, key))

        threads = [threading.Thread(target=write, args=(t,)) for t in twins]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        found.same([a.status for a in answers], [201] * 8, "statuses", answers)
        found.same(len({a.json().get("id") for a in answers}), 1, "ids")
    found.same(len(leen.plan(path)), before + 5, "entries")
    found.close(11)


@test("If-Match: of two who revise the same version one is told, and nothing is lost")
def _(world):
    leen, path, found = world.client("leen"), world.path(), Findings()
    made = leen.post(path + "/entries", view_body(world.be, "Eerste.")).must(201)
    target, tag = made.header("Location"), made.header("ETag")
    found.same(leen.get(target).header("ETag"), tag, "the tag of writing is the tag of reading")
    twins, answers, gate = [leen.twin() for _ in range(8)], [], threading.Barrier(8)

    def revise(client, n):
        gate.wait()
        answers.append(
            (
                client.ask(
                    "PUT",
                    target,
                    {"text": f"Versie van {n}.", "reason": "zo is het juister"},
                    headers={"If-Match": tag},
                ),
                n,
            )
        )

    threads = [threading.Thread(target=revise, args=(t, n)) for n, t in enumerate(twins)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    found.same(sorted(a.status for a, _ in answers), [200] + [412] * 7, "one is first")
    winner = next(n for a, n in answers if a.status == 200)
    read = leen.get(target).must(200).json()
    found.same(
        (read["version"], read["body"]["text"], read["body"]["reason"]),
        (2, f"Versie van {winner}.", "zo is het juister"),
        "what stands there",
    )
    found.same(
        [(h["version"], h["body"]["text"]) for h in sorted(read["history"], key=lambda h: h["version"])],
        [(1, "Eerste."), (2, f"Versie van {winner}.")],
        "history",
    )
    found.same(
        leen.ask("DELETE", target, headers={"If-Match": tag}).problem(),
        "precondition-failed",
        "withdrawing the old version",
    )
    leen.ask("DELETE", target, headers={"If-Match": leen.get(target).header("ETag")}).must(204)
    found.same(leen.get(target).status, 404, "withdrawn")
    found.close(6)


@test("texts: what is written comes back byte for byte, whatever it holds; what no text may hold is refused")
def _(world):
    leen, path, family, found = world.client("leen"), world.path(), world.be, Findings()
    texts = [
        "x",
        "é́ ﷽ 👩‍👧‍👦 \u202b",
        '"\\/\b'.replace("\b", ""),
        "</script><b>&amp;",
        "een\nregel\ten tab",
        "'; DROP TABLE entry; --",
        "%s%n",
        "a" * 4000,
        "ꙮ" * 4000,
        "{}",
        "null",
        "\u2066",
    ]
    for text in texts:
        made = leen.post(path + "/entries", view_body(family, text)).must(201)
        found.same(leen.get(made.header("Location")).json()["body"]["text"], text, "a text")
        leen.ask("DELETE", made.header("Location"), headers={"If-Match": made.header("ETag")}).must(204)
    for text in ("", "a" * 4001, "\u0000", "\u0007", "\u2028", 7, None, ["x"]):
        reply = leen.post(path + "/entries", view_body(family, text))
        found.check(reply.problem() in ("bad-body", "bad-json"), "taken:", repr(text)[:30], reply)
        found.check("pointer" in str(reply.json().get("errors")), "without the place", reply)
    for raw in (
        b'{"field":"parent_view","about":[],"text":"\xff"}',
        b'{"text":"x",}',
        b"",
        b"[]",
        b'{"a":1}{"a":1}',
        b"\xef\xbb\xbf{}",
        b"[" * 40,
        b"1e400",
        b'{"text":"\\ud800"}',
    ):
        reply = leen.post(path + "/entries", raw, headers={"Content-Type": "application/json"})
        found.check(reply.problem() in ("bad-body", "bad-json"), "taken:", raw, reply)
    same(leen.get(path).status, 200, "and it lives")
    found.close(30)
