"""What ends: texts that somebody wants erased, plans that are paused, closed and kept no longer, legal holds, a death (R-73, R-77,
R-80 to R-82, C-21). What is erased is beyond recall: each test puts a backup of the data back and shows that nothing opens."""
import json
import signal
import time
from datetime import datetime, timedelta, timezone

from emergency import later
from sharing import Story
from harness import Findings, same, test
from preview import replay
from right import entry_of

LATER = 20  # seconds that the eraser may take on a busy machine


def wait(what, seconds=LATER):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    return what()


def mine(client, path):
    return client.get(path + "/erasures").must(200).json()["erasures"]


def decisions(client, path):
    return {d["entry"]: d for e in mine(client, path) for d in e["decisions"]}


def decide(client, path, request, entry, who, outcome="erased"):
    return client.post(f"{path}/erasures/{request}/decisions", {"entry": entry, "asked_by": who, "outcome": outcome})


def bodies(story, entries):
    ids = ", ".join(f"'{e}'" for e in entries)
    return story.instance.sql(
        "kring", f"SELECT entry_id, version, encode(envelope, 'hex') FROM body WHERE entry_id IN ({ids}) ORDER BY 1, 2"
    )


def put_back(story, rows):
    """As a restored backup of the data would, with the decisions forgotten as well."""
    for row in rows.splitlines():
        entry, version, envelope = row.split("|")
        story.instance.sql(
            "kring",
            f"INSERT INTO body VALUES ('{story.family.ids['id']}', '{entry}', {version}, decode('{envelope}', 'hex'))",
        )


def forget_decisions(story):
    story.instance.sql(
        "kring",
        "DELETE FROM erasure_done; DELETE FROM erasure_decision; DELETE FROM erasure_request; "
        "UPDATE family SET version = version + 1; UPDATE family_due SET due_at = 'infinity'",
    )


def epochs_of(rows):
    """The epoch in each envelope's head: u8 format, u8 algorithm, u32be epoch."""
    return {(row.split("|")[0], int(row.split("|")[2][4:12], 16)) for row in rows.splitlines()}


@test("erasure: what leen asked is erased, with its key; a backup of the bodies that is put back opens nothing (R-73)")
def _(world):
    with Story(world, "erase-one") as story:
        path, found, leen_id = story.path, Findings(), story.family.id_of("leen")
        leen, sofie, bram, karim = (story.client(r) for r in ("leen", "sofie", "bram", "karim"))
        made = leen.post(
            path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "Dit wil ik weg."}
        ).must(201)
        kept = leen.post(path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "Dit blijft."}).must(
            201
        )
        goal = entry_of(bram, path, "debts_detail")
        entry, other = (m.header("Location").rsplit("/", 1)[1] for m in (made, kept))
        found.same(
            [
                karim.post(f"{path}/entries/{goal}/erasures", None).status,
                bram.post(f"{path}/entries/{goal}/erasures", None).status,
            ],
            [404, 403],
            "what he may not know of is absent; bram reads it, and it is not about him",
        )
        before, tags = bodies(story, [goal]), {r.ref: r.get(path + "/plan").header("ETag") for r in (karim, sofie)}
        logs = {r.ref: [line["id"] for line in r.log(path)] for r in (karim, bram)}
        asked = leen.post(f"{path}/entries/{goal}/erasures", None).must(201).json()["id"]
        found.same(
            {r.ref: r.get(path + "/plan").header("ETag") for r in (karim, sofie)},
            tags,
            "asking changes no reader's tag",
        )
        for reader in (karim, bram):
            new = [line for line in reader.log(path) if line["id"] not in logs[reader.ref]]
            found.check(not any("eras" in line["kind"] for line in new), reader.ref, "nor his log")
        found.same([e["id"] for e in mine(bram, path)], [asked], "bram wrote it: he may decide")
        found.same(mine(karim, path), [], "karim knows nothing of it")
        found.same([decide(c, path, asked, goal, leen_id).status for c in (karim, leen)], [403, 403], "not theirs")
        found.same(decide(bram, path, asked, entry, leen_id).status, 403, "that was not asked")
        decide(bram, path, asked, goal, leen_id).must(204)
        found.same(decide(bram, path, asked, goal, leen_id).status, 403, "once")
        found.same(
            [r.get(f"{path}/entries/{goal}").status for r in (leen, bram)], [404, 404], "gone for everybody, at once"
        )
        gone = wait(lambda: decisions(leen, path).get(goal, {}).get("keys_gone_at"))
        found.check(gone, "its keys are gone")
        row = decisions(leen, path)[goal]
        found.same((row["outcome"], row["reason"]), ("erased", "Gewist. Niemand kan dit nog lezen."), "in plain words")
        found.same(row["backups_gone_at"], shifted(row["keys_gone_at"], days=7), "when the last backup of keys is gone")
        found.same(bodies(story, [goal]), "", "no body is left")
        texts = [leen.get(f"{path}/entries/{e}").must(200).json()["body"]["text"] for e in (entry, other)]
        found.same(texts, ["Dit wil ik weg.", "Dit blijft."], "the others of the same owner are sealed anew, and open")
        again = leen.post(
            path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "En dit is nieuw."}
        ).must(201)
        found.same(
            leen.get(again.header("Location")).must(200).json()["body"]["text"], "En dit is nieuw.", "and new ones too"
        )
        code, out, err = replay(story.instance)
        found.check(code == 0, "every look agrees with the facts of its time", out[-300:], err[-300:])
        owner = story.instance.sql("kring", f"SELECT owner_id FROM entry WHERE id = '{goal}'")
        left = story.instance.sql("kring_keys", f"SELECT epoch FROM owner_key WHERE owner_id = '{owner}'").split()
        found.same((left, {e for _, e in epochs_of(before)}), (["2"], {1}), "the key that could open it is destroyed")
        put_back(story, before)
        forget_decisions(story)
        for how in ("running", "restarted"):
            reply = bram.get(f"{path}/entries/{goal}")
            found.same((reply.status >= 500, b"euro" in reply.body), (True, False), how, "0 of them opens")
            if how == "running":
                story.at(story.instance.clock)
                bram = story.client("bram")
        found.close(20)


def shifted(moment, **by):
    at = datetime.fromisoformat(moment.replace("Z", "+00:00")) + timedelta(**by)
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@test("erasure: everything about leen: text by text, what is about others too stays, and each says why (R-73, T9)")
def _(world):
    with Story(world, "erase-all") as story:
        path, found, family = story.path, Findings(), story.family
        leen, sofie, karim, noor = (story.client(r) for r in ("leen", "sofie", "karim", "noor"))
        me = family.id_of("leen")
        shared = next(e["id"] for e in leen.plan(path) if me in e["about"] and len(e["about"]) > 1)
        alone = [e["id"] for e in leen.plan(path) if e["about"] == [me]]
        asked = leen.post(path + "/erasures", None).must(201).json()["id"]
        mine_, hers = mine(leen, path)[0], {e["entry"]: e for r in mine(sofie, path) for e in r["open"]}
        found.same(
            {e["entry"] for e in mine_["open"]},
            {e["id"] for e in leen.plan(path) if me in e["about"] and e["level"] == "exact"},
            "all of it",
        )
        visible = {e["id"] for e in sofie.plan(path)}
        found.same(
            set(hers), {e for e in (x["entry"] for x in mine_["open"]) if e in visible}, "sofie is told of nothing new"
        )
        found.same([mine(c, path) for c in (karim, noor)], [[], []], "others see no request")
        known = [e for e in alone if e in hers]
        together = next(
            (e["id"] for e in sofie.plan(path) if me in e["about"] and len(e["about"]) > 1 and e["id"] in hers), shared
        )
        reply = decide(sofie, path, asked, together, me)
        found.same(
            (reply.status, reply.json().get("errors", [{}])[0].get("pointer")),
            (422, "/outcome"),
            "it is the children's too",
        )
        decide(sofie, path, asked, together, me, "kept_subject").must(204)
        for entry, outcome in zip(known, ("kept_law", "kept_claim")):
            decide(sofie, path, asked, entry, me, outcome).must(204)
        told = decisions(leen, path)
        found.same(told[together]["reason"], "Bewaard. Het gaat ook over iemand anders.", "why")
        found.check(all("keys_gone_at" not in d for d in told.values()), "nothing went")
        found.same(leen.get(f"{path}/entries/{together}").status, 200, "it is there")
        hidden = [e for e in (x["entry"] for x in mine_["open"]) if e not in visible]
        if hidden:
            found.same(
                decide(sofie, path, asked, hidden[0], me, "kept_law").status,
                403,
                "of what she may not know she decides nothing",
            )
        found.same(
            decide(sofie, path, asked, "00000000-0000-4000-8000-00000000abcd", me, "kept_law").status,
            403,
            "as of what is not there",
        )
        found.same(
            karim.post(f"{path}/entries/{hidden[0] if hidden else shared}/erasures", None).status in (403, 404),
            True,
            "karim",
        )
        own = noor.post(
            path + "/entries",
            {"field": "private_note_youth", "about": [family.id_of("noor")], "text": "Alleen van mij."},
        ).must(201)
        noor.post(own.header("Location") + "/erasures", None).must(201)
        found.same(noor.get(own.header("Location")).status, 404, "her own space: at once, on her word alone")
        found.same([r for r in mine(sofie, path) if r["asked_by"] == family.id_of("noor")], [], "and nobody is told")
        found.check(
            wait(lambda: [d for d in decisions(noor, path).values() if "keys_gone_at" in d]), "its key is gone too"
        )
        found.close(12)


def kill_when(story, sql_ready, sql="kring"):
    """kill -9 as soon as the database says so; the demonstration starts it again."""
    wait(lambda: story.instance.sql(sql, sql_ready) not in ("", "0", "f"), 5)
    return story.instance.kill_server()


@test("erasure: killed at any step it goes on by itself, and every text but the erased one opens (R-73)")
def _(world):
    with Story(world, "erase-kill") as story:
        path, found, family = story.path, Findings(), story.family
        leen, bram = story.client("leen"), story.client("bram")
        me = family.id_of("leen")
        moments = [
            "SELECT count(*) FROM erasure_decision",
            "SELECT count(*) FROM owner_epoch",
            "SELECT count(*) FROM erasure_done",
        ]
        steps, texts = ["now"] + moments, {}
        for n, step in enumerate(steps):
            made = [
                leen.post(path + "/entries", {"field": "parent_view", "about": [me], "text": f"Tekst {n} {k}."}).must(
                    201
                )
                for k in "ab"
            ]
            gone, stays = (m.header("Location") for m in made)
            texts[stays] = f"Tekst {n} b."
            story.instance.sql("kring", "SELECT 1")
            asked = leen.post(gone + "/erasures", None).must(201).json()["id"]
            sofie = story.client("sofie")
            entry = gone.rsplit("/", 1)[1]
            count = 0 if step == "now" else int(story.instance.sql("kring", step))
            open_ = {e["entry"] for r in mine(sofie, path) for e in r["open"]}
            decider = sofie if entry in open_ else None
            if decider:
                decide(decider, path, asked, entry, me).must(204)
            else:  # nobody but leen may know of it: the database decides in their place, as its owner
                story.instance.sql(
                    "kring",
                    f"INSERT INTO erasure_decision VALUES ('{family.ids['id']}', '{asked}', '{entry}', 'erased', "
                    f"'{me}', now()); UPDATE family SET version = version + 1; INSERT INTO family_due VALUES "
                    f"('{family.ids['id']}', '-infinity') ON CONFLICT (family_id) DO UPDATE SET due_at = '-infinity'",
                )
            if step != "now":
                wait(lambda: int(story.instance.sql("kring", step)) > count, 8)
            story.instance.kill_server()
            story.known = {}
            back = wait(lambda: healthy(story), 60)
            found.check(back, "it is back")
            leen, bram = story.client("leen"), story.client("bram")
            found.check(wait(lambda: "keys_gone_at" in decisions(leen, path).get(entry, {}), 60), step, "it is done")
            found.same(bodies(story, [entry]), "", step, "the body is gone")
        for target, text in texts.items():
            found.same(leen.get(target).must(200).json()["body"]["text"], text, "what stays opens")
        owner = story.instance.sql("kring", f"SELECT DISTINCT owner_id FROM entry WHERE owner_id = '{me}'")
        epochs = story.instance.sql("kring_keys", f"SELECT epoch FROM owner_key WHERE owner_id = '{owner}'").split()
        newest = story.instance.sql("kring", f"SELECT max(epoch) FROM owner_epoch WHERE owner_id = '{owner}'")
        found.check(
            newest in epochs and all(int(e) >= int(newest) for e in epochs), "no older key is left", epochs, newest
        )
        found.close(15)


def healthy(story):
    try:
        return story.twin("leen").get(story.path + "/people").status == 200
    except Exception:
        return False


def turn(client, path, kind):
    return client.post(path + "/ending", {"kind": kind})


def state(client, path):
    return client.get(path + "/ending").must(200).json()


@test(
    "ending: two words pause and close a plan; helpers then read nothing; it says how long it is kept (C-21, R-80, T9)"
)
def _(world):
    with Story(world, "plan-closed") as story:
        path, found = story.path, Findings()
        leen, karim, sofie, els, noor, auditor = (
            story.client(r) for r in ("leen", "karim", "sofie", "els", "noor", "auditor")
        )
        first = state(leen, path)
        found.same((first["state"], first["copy"]), ("open", True), "a copy is offered before")
        found.same(
            state(karim, path), first | {"kept_until": state(karim, path)["kept_until"]}, "alike for all of the family"
        )
        found.same([turn(c, path, "closing").status for c in (sofie, els, noor)], [403] * 3, "the family asks")
        found.same(turn(sofie, path, "closed").status, 403, "not unasked")
        before = len(els.plan(path))
        turn(leen, path, "pausing").must(201)
        found.same([turn(c, path, "paused").status for c in (leen, karim)], [403, 403], "one parent cuts nobody off")
        turn(sofie, path, "paused").must(201)
        found.same((state(leen, path)["state"], els.plan(path), bool(leen.plan(path))), ("paused", [], True), "paused")
        turn(karim, path, "resumed").must(201)
        found.same((state(leen, path)["state"], len(els.plan(path))), ("open", before), "and goes on")
        turn(leen, path, "closing").must(201)
        found.same(
            [state(c, path)["state"] for c in (leen, karim, sofie, els)], ["closing"] * 4, "everybody sees it coming"
        )
        for who in ("leen", "karim"):
            turn(story.client(who), path, "reopened").must(201)
            found.same((state(leen, path)["state"], turn(sofie, path, "closed").status), ("open", 403), "stopped by", who)
            turn(leen, path, "closing").must(201)
        story.at("2026-02-20T12:00:00+01:00")
        leen, karim, wim, els, noor, auditor = (  # who coordinates by then
            story.client(r) for r in ("leen", "karim", "wim", "els", "noor", "auditor")
        )
        found.same(turn(leen, path, "closed").status, 403, "a month later, but by herself (T9)")
        turn(karim, path, "reopened").must(201)
        turn(karim, path, "closing").must(201)
        turn(wim, path, "closed").must(201)
        closed = state(leen, path)
        found.same((closed["state"], els.plan(path), wim.plan(path)), ("closed", [], []), "closed")
        found.same(leen.get(path + "/export").status, 200, "the copy")
        found.check(300 < (moment(closed["kept_until"]) - moment(closed["since"])).days < 400, closed)
        found.same(auditor.get(path + "/ending").must(200).json()["state"], "closed", "the auditor")
        own = noor.post(
            path + "/entries",
            {"field": "private_note_youth", "about": [story.family.id_of("noor")], "text": "Van mij."},
        )
        held = {"reason": "complaint", "text": "Er loopt een klacht.", "review_at": "2026-06-01T00:00:00Z"}
        auditor.post(path + "/legal-hold", held).must(201)
        target = own.must(201).header("Location")
        found.same(
            (noor.post(target + "/erasures", None).status, noor.get(target).status),
            (403, 200),
            "while a hold stands nothing goes (R-82)",
        )
        auditor.post(path + "/legal-hold/end", None).must(204)
        found.same((noor.post(target + "/erasures", None).status, noor.get(target).status), (201, 404), "then it does")
        found.close(15)


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@test(
    "ending: at its end date all of a family is crypto-erased, not while a hold stands; a stub and the log stay (R-81, R-82)"
)
def _(world):
    with Story(world, "plan-erased") as story:
        path, found, family = story.path, Findings(), story.family.ids["id"]
        leen, sofie, auditor = (story.client(r) for r in ("leen", "sofie", "auditor"))
        hold = {"reason": "court_case", "text": "Een zaak loopt nog.", "review_at": "2026-06-01T00:00:00Z"}
        entry = leen.plan(path)[0]["id"]
        turn(leen, path, "closing").must(201), turn(sofie, path, "closed").must(201)
        end = moment(state(leen, path)["kept_until"])
        found.same([c.post(path + "/legal-hold", hold).status for c in (leen, sofie)], [403, 403], "the officer's")
        found.same(
            auditor.post(path + "/legal-hold", {**hold, "review_at": "2027-01-01T00:00:00Z"}).problem(),
            "unprocessable",
            "six months",
        )
        found.same(
            auditor.post(path + "/legal-hold", {**hold, "review_at": "2025-01-01T00:00:00Z"}).problem(),
            "unprocessable",
            "over",
        )
        kept = story.instance.sql(
            "kring",
            f"SELECT entry_id, version, encode(envelope, 'hex') FROM body WHERE family_id = '{family}' ORDER BY 1, 2",
        )
        story.at((end - timedelta(days=100)).isoformat())
        auditor, leen = story.client("auditor"), story.client("leen")
        auditor.post(path + "/legal-hold", {**hold, "review_at": (end + timedelta(days=30)).isoformat()}).must(201)
        found.check(
            "held_until" in auditor.get(path + "/ending").json() and "held_until" not in state(leen, path),
            "told to the officer alone",
        )
        own = next(e["id"] for e in leen.plan(path) if e["about"] == [story.family.id_of("leen")])
        leen.post(f"{path}/entries/{own}/erasures", None).must(201)
        story.at((end + timedelta(days=1)).isoformat())
        time.sleep(7)
        leen, auditor = story.client("leen"), story.client("auditor")
        found.check(leen.plan(path), "held: nothing is erased")
        auditor.post(path + "/legal-hold/end", None).must(204)
        found.check(
            wait(lambda: story.instance.sql("kring", "SELECT count(*) FROM erasure_done") == "1"), "due, and done"
        )
        found.same(
            (story.client("leen").plan(path), state(story.client("leen"), path)["state"]),
            ([], "erased"),
            "nobody reads it",
        )
        left = story.instance.sql(
            "kring_keys",
            f"SELECT (SELECT count(*) FROM owner_key WHERE family_id = '{family}'), (SELECT count(*) "
            f"FROM family_key WHERE family_id = '{family}'), (SELECT count(*) FROM audit_key WHERE family_id = '{family}')",
        )
        found.same(left, "0|0|1", "all keys but the log's")
        found.same(story.instance.sql("kring", "SELECT count(*) FROM body"), "0", "no body")
        kinds = {r["kind"] for r in story.client("auditor").log(path)}
        found.check(
            {"plan.erase", "plan.erased", "plan.hold", "plan.lift", "plan.turn"} <= kinds, "the log stands", kinds
        )
        put_back(story, kept)
        story.instance.sql(
            "kring",
            "DELETE FROM erasure_done; DELETE FROM plan_event; UPDATE family SET version = version + 1; "
            "UPDATE family_due SET due_at = 'infinity'",
        )
        story.at((end + timedelta(days=2)).isoformat())
        reader = story.client("leen")
        replies = [
            reader.get(f"{path}/entries/{entry}"),
            reader.get(path + "/plan"),
            reader.get(path + "/people"),
            reader.get(path + "/export"),
        ]
        found.same([r.status >= 500 for r in replies], [True] * 4, "a backup that is put back opens nothing")
        found.same(auditor and story.client("auditor").get(path + "/log").status, 200, "and the log still opens")
        found.close(12)


@test(
    "ending: after a death the account reads nothing, others go on deciding without her, and what she gave goes on (R-77)"
)
def _(world):
    with Story(world, "death") as story:
        path, found, family = story.path, Findings(), story.family
        sofie, karim, leen, els = (story.client(r) for r in ("sofie", "karim", "leen", "els"))
        body = {"person": family.id_of("leen"), "died_at": "2026-01-19T08:00:00Z"}
        found.same(
            [c.post(path + "/deaths", body).status for c in (karim, els)], [403, 403], "the coordinator notes it"
        )
        found.same(
            sofie.post(path + "/deaths", {**body, "died_at": "2030-01-01T00:00:00Z"}).problem(),
            "unprocessable",
            "lies ahead",
        )
        before = len(els.plan(path))
        found.check(before and leen.plan(path), "read so far")
        asked = story.ask("hanne", ["need_leisure"])
        found.same(story.answer("karim", asked, yes=["need_leisure"]).must(200).json()["grants"], [], "both parents decide")
        sofie.post(path + "/deaths", body).must(204)
        found.same(sofie.post(path + "/deaths", body).status, 403, "once")
        found.same(
            (leen.plan(path), leen.get(path + "/export").must(200).json()["entries"]),
            ([], []),
            "her account reads nothing",
        )
        found.same(
            leen.post(path + "/entries", {"field": "parent_view", "about": [family.id_of("leen")], "text": "x"}).status,
            403,
            "nor writes",
        )
        found.same(len(els.plan(path)), before, "els reads what was given to her, until its own end")
        made = story.answer("karim", asked, yes=["need_leisure"]).must(200).json()["grants"]
        found.same(len(made), 1, "he decides alone now")
        found.check("need_leisure" in story.reads("hanne"), "and she who asked reads it")
        found.close(10)
