"""What ends: texts that somebody wants erased, plans that are paused, closed and kept no longer, legal holds, a death (R-73, R-77,
R-80 to R-82, C-21). What is erased is beyond recall: each test puts a backup of the data back and shows that nothing opens."""
import json
import signal
import time
from datetime import datetime, timedelta, timezone

from emergency import Story, later
from harness import Findings, same, test
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
    return story.instance.sql("kring", f"SELECT entry_id, version, encode(envelope, 'hex') FROM body WHERE entry_id IN ({ids}) ORDER BY 1, 2")


def put_back(story, rows):
    """As a restored backup of the data would, with the decisions forgotten as well."""
    for row in rows.splitlines():
        entry, version, envelope = row.split("|")
        story.instance.sql("kring", f"INSERT INTO body VALUES ('{story.family.ids['id']}', '{entry}', {version}, decode('{envelope}', 'hex'))")


def forget_decisions(story):
    story.instance.sql("kring", "DELETE FROM erasure_done; DELETE FROM erasure_decision; DELETE FROM erasure_request; "
                       "UPDATE family SET version = version + 1; UPDATE family_due SET due_at = 'infinity'")


def epochs_of(rows):
    """The epoch in each envelope's head: u8 format, u8 algorithm, u32be epoch."""
    return {(row.split("|")[0], int(row.split("|")[2][4:12], 16)) for row in rows.splitlines()}


@test("erasure: what leen asked is erased, with its key; a backup of the bodies that is put back opens nothing (R-73)")
def _(world):
    with Story(world, "erase-one") as story:
        path, found, leen_id = story.path, Findings(), story.family.id_of("leen")
        leen, sofie, bram, karim = (story.client(r) for r in ("leen", "sofie", "bram", "karim"))
        made = leen.post(path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "Dit wil ik weg."}).must(201)
        kept = leen.post(path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "Dit blijft."}).must(201)
        goal = entry_of(bram, path, "debts_detail")
        entry, other = (m.header("Location").rsplit("/", 1)[1] for m in (made, kept))
        found.same([karim.post(f"{path}/entries/{goal}/erasures", None).status, bram.post(f"{path}/entries/{goal}/erasures", None).status],
                   [404, 403], "what he may not know of is absent; bram reads it, and it is not about him")
        before, tags = bodies(story, [goal]), {r.ref: r.get(path + "/plan").header("ETag") for r in (karim, sofie)}
        logs = {r.ref: [line["id"] for line in r.log(path)] for r in (karim, bram)}
        asked = leen.post(f"{path}/entries/{goal}/erasures", None).must(201).json()["id"]
        found.same({r.ref: r.get(path + "/plan").header("ETag") for r in (karim, sofie)}, tags, "asking changes no reader's tag")
        for reader in (karim, bram):
            new = [line for line in reader.log(path) if line["id"] not in logs[reader.ref]]
            found.check(not any("eras" in line["kind"] for line in new), reader.ref, "nor his log")
        found.same([e["id"] for e in mine(bram, path)], [asked], "bram wrote it: he may decide")
        found.same(mine(karim, path), [], "karim knows nothing of it")
        found.same([karim, leen] and [decide(c, path, asked, goal, leen_id).status for c in (karim, leen)], [403, 403], "not theirs")
        found.same(decide(bram, path, asked, entry, leen_id).status, 403, "that was not asked")
        decide(bram, path, asked, goal, leen_id).must(204)
        found.same(decide(bram, path, asked, goal, leen_id).status, 403, "once")
        found.same([r.get(f"{path}/entries/{goal}").status for r in (leen, bram)], [404, 404], "gone for everybody, at once")
        gone = wait(lambda: decisions(leen, path).get(goal, {}).get("keys_gone_at"))
        found.check(gone, "its keys are gone")
        row = decisions(leen, path)[goal]
        found.same((row["outcome"], row["reason"]), ("erased", "Gewist. Niemand kan dit nog lezen."), "in plain words")
        found.same(row["backups_gone_at"], shifted(row["keys_gone_at"], days=7), "when the last backup of keys is gone")
        found.same(bodies(story, [goal]), "", "no body is left")
        texts = [leen.get(f"{path}/entries/{e}").must(200).json()["body"]["text"] for e in (entry, other)]
        found.same(texts, ["Dit wil ik weg.", "Dit blijft."], "the others of the same owner are sealed anew, and open")
        again = leen.post(path + "/entries", {"field": "parent_view", "about": [leen_id], "text": "En dit is nieuw."}).must(201)
        found.same(leen.get(again.header("Location")).must(200).json()["body"]["text"], "En dit is nieuw.", "and new ones too")
        owner = story.instance.sql("kring", f"SELECT owner_id FROM entry WHERE id = '{goal}'")
        left = story.instance.sql("kring_keys", f"SELECT epoch FROM owner_key WHERE owner_id = '{owner}'").split()
        found.same((left, {e for _, e in epochs_of(before)}), (["2"], {1}), "the key that could open it is destroyed")
        put_back(story, before)
        forget_decisions(story)
        for how in ("running", "restarted"):
            reply = bram.get(f"{path}/entries/{goal}")
            found.check(reply.status >= 500 and b"debt" not in reply.body and b"euro" not in reply.body, how, reply.status, "0 of them opens")
            if how == "running":
                story.instance.stop(), story.instance.start()
                bram = story.client("bram")
        found.close(19)


def shifted(moment, **by):
    at = datetime.fromisoformat(moment.replace("Z", "+00:00")) + timedelta(**by)
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
