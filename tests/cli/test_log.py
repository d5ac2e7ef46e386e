#!/usr/bin/env python3
"""`kring log verify` against logs that another program made, and against every damage to them.

  test_log.py KRING LOG_FOLDER          LOG_FOLDER: tests/log

Standard library and the openssl command only.
"""
import copy
import functools
import http.server
import json
import os
import random
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[2])
from stub import make_certificate  # noqa: E402
from logs import Key, Log, Record, b64, note, root_of, tile_path, tiles_of, write  # noqa: E402

KRING = Path(sys.argv[1]).resolve()
RANDOM = random.Random(1)
SLOW = any(os.environ.get(name) for name in ("KRING_SLOW", "ASAN_OPTIONS", "UBSAN_OPTIONS"))


def lines(*records):
    return "".join(json.dumps(r) + "\n" for r in records).encode()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Path(tempfile.mkdtemp(prefix="kring-log-"))
        cls.key = Key.new("log.example/1")
        cls.witnesses = [Key.new(f"witness{i}.example", 4) for i in range(3)]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.root))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def log(self, log, name="log"):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return log.write(self.folder / name)

    def kring(self, *arguments, stdin=b""):
        done = subprocess.run([KRING, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False,
                              env={"HOME": str(self.folder), "LANG": "en_GB.UTF-8", "PATH": os.environ["PATH"],
                                   **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}})
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def verify(self, *arguments, code=0, key=None, says=""):
        got, out, err = self.kring("log", "verify", "--key", (key or self.key).vkey(), *arguments)
        self.assertEqual(got, code, (arguments, out, err))
        self.assertIn(says, out if code <= 1 else err)
        return out if code <= 1 else err


class Whole(Case):
    def test_sizes(self):
        """Every shape of right edge: none, one leaf, full and partial tiles of one, two and three levels."""
        for size in (0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537, 70000):
            folder = self.log(Log(self.key, size))
            self.verify("--dir", folder, says=f"with {size} records")

    def test_languages_and_json(self):
        folder = self.log(Log(self.key, 5))
        self.verify("--dir", folder, "--lang", "nl", says="ok: het log is heel, met 5 regels")
        self.verify("--dir", folder, "--lang", "fr", says="ok: le journal est entier, avec 5 lignes")
        told = json.loads(self.verify("--dir", folder, "--json"))
        self.assertEqual((told["ok"], told["size"], told["origin"], told["faults"]), (True, 5, self.key.name, []))
        (folder / "tile/0/000.p/5").write_bytes(bytes(160))
        told = json.loads(self.verify("--dir", folder, "--json", code=1))
        self.assertEqual((told["ok"], told["fault_count"], len(told["faults"])), (False, 6, 6))

    def test_a_full_tile_takes_a_partial_ones_place(self):
        log = Log(self.key, 300)
        files = log.files()
        for level in (0, "entries"):
            partial = files.pop(tile_path(level, 1, 44))
            files[tile_path(level, 1, 256)] = partial + bytes(len(partial) // 44 * 212)
        self.verify("--dir", write(self.folder / "log", files))

    def test_arguments(self):
        folder = self.log(Log(self.key, 3))
        good = self.key.vkey()
        for arguments, code in [
            ([], 64), (["--key", good], 64), (["--dir", folder], 64), (["--key", "x", "--dir", folder], 64),
            (["--key", good[:-2] + "AA", "--dir", folder], 64), (["--key", self.witnesses[0].vkey(), "--dir", folder], 64),
            (["--key", good, "--dir", folder, "--url", "https://x"], 64), (["--key", good, "--dir", folder, "--mirror", folder], 64),
            (["--key", good, "--dir", folder, "--bogus"], 64), (["--key", good, "--dir", folder, "--dir", folder], 64),
            (["--key", good, "--url", "http://localhost/audit"], 64), (["--key", good, "--url", "https://localhost/a?b"], 64),
            (["--key", good, "--url", "https://localhost/a b"], 64), (["--key", good, "--dir", folder, "extra"], 64),
            (["--key", good, "--url", "https://127.0.0.1:1/audit"], 69), (["--key", good, "--dir", folder, "--records", folder / "no"], 65),
            (["--key", good, "--dir", folder, "--policy", folder / "no"], 65), (["--key", good, "--dir", folder, "--checkpoint", folder], 65),
            (["--demo", folder / "no"], 65), (["--key", good, "--dir", folder, "--family", "x"], 64),
            (["--key", good, "--dir", folder, "--family", "x", "--records", "/dev/null"], 64),
            (["--key", good, "--dir", self.folder / "nothing"], 1), (["--key", good, "--records", "/dev/null"], 0),
        ]:
            got = self.kring("log", "verify", *arguments)
            self.assertEqual(got[0], code, (arguments, got))
            self.assertEqual(bool(got[2]), code > 1, (arguments, got))
        self.assertEqual(self.kring("log", "export", "--bogus")[0], 2)
        self.assertEqual(self.kring("log", "export")[0], 3)


class History(Case):
    def test_it_only_grows(self):
        saved, commitments = self.folder / "saved", [os.urandom(32) for _ in range(700)]
        for size in (0, 1, 200, 256, 300, 300, 700):
            folder = self.log(Log(self.key, commitments[:size]))
            before = saved.exists()
            self.verify("--dir", folder, "--checkpoint", saved, says="it only grew since the last time" if before else "first time")
            self.assertEqual(saved.read_bytes(), (folder / "checkpoint").read_bytes())
            self.assertEqual(saved.stat().st_mode & 0o777, 0o600)
        kept = saved.read_bytes()
        for size in (0, 1, 699):
            self.verify("--dir", self.log(Log(self.key, commitments[:size])), "--checkpoint", saved, code=1, says="had 700")
        for at in (0, 255, 256, 699):
            other = list(commitments)
            other[at] = os.urandom(32)
            for more in ([], [os.urandom(32)] * 9):
                folder = self.log(Log(self.key, other + more))
                self.verify("--dir", folder)
                self.verify("--dir", folder, "--checkpoint", saved, code=1, says="the first 700 records are not those")
        self.assertEqual(saved.read_bytes(), kept, "a fault never becomes what the next look is held against")

    def test_a_saved_file_that_is_none(self):
        folder, saved = self.log(Log(self.key, 3)), self.folder / "saved"
        other = Key.new("log.example/2")
        for content in (b"", b"x", note(other, 3, bytes(32)), (folder / "checkpoint").read_bytes()[:-3]):
            saved.write_bytes(content)
            self.verify("--dir", folder, "--checkpoint", saved, code=65)
            self.assertEqual(saved.read_bytes(), content)


class Damage(Case):
    """No changed byte, missing file or swapped tile passes, and each is named."""

    def each(self, folder, changes):
        """(path, bytes or None, what must be named) one after another, each undone."""

        def one(work):
            number, (path, content, says) = work
            copy_ = self.folder / f"copy{number % 8}-{number}"
            shutil.copytree(folder, copy_)
            file = copy_ / path
            file.unlink() if content is None else file.write_bytes(content)
            self.verify("--dir", copy_, code=1, says=says)
            shutil.rmtree(copy_)

        with ThreadPoolExecutor(2) as pool:
            return len(list(pool.map(one, enumerate(changes))))

    def flips(self, files, step):
        for path, content in files.items():
            for at in range(RANDOM.randrange(step), len(content), step):
                changed = bytearray(content)
                changed[at] ^= 1 << RANDOM.randrange(8)
                where = "checkpoint" if path == "checkpoint" else "entries tile" if "entries" in path else path.replace("tile/", "tile ")
                yield path, bytes(changed), where

    def test_every_byte(self):
        log = Log(self.key, 5)
        self.assertGreater(self.each(self.log(log), self.flips(log.files(), 9 if SLOW else 1)), 50)

    def test_bytes_of_every_tile_of_many(self):
        log = Log(self.key, 66000)
        files = log.files()
        some = {p: files[p] for p in ["tile/2/000.p/1", "tile/1/000", "tile/1/001.p/1", "tile/0/000", "tile/0/256", "tile/0/257.p/208",
                                      "tile/entries/000", "tile/entries/257.p/208", "checkpoint"]}
        folder = self.log(log)
        for path, content, says in list(self.flips(some, 3000)) + list(self.flips({"tile/2/000.p/1": some["tile/2/000.p/1"]}, 17)):
            (folder / path).write_bytes(content)
            self.verify("--dir", folder, code=1, says=says)
            (folder / path).write_bytes(files[path])
        self.verify("--dir", folder)

    def test_the_place_is_named(self):
        log = Log(self.key, 1000)
        files, folder = log.files(), self.log(log)
        entries = bytearray(files["tile/entries/003.p/232"])
        entries[17 * 36 + 9] ^= 1
        (folder / "tile/entries/003.p/232").write_bytes(entries)
        self.verify("--dir", folder, code=1, says="entries tile 3, entry 17 (leaf 785): its hash is not the one in tile 0/003.p/232")
        self.log(log)
        tile = bytearray(files["tile/0/002"])
        tile[100 * 32] ^= 1
        (folder / "tile/0/002").write_bytes(tile)
        out = self.verify("--dir", folder, code=1, says="entries tile 2, entry 100 (leaf 612): its hash is not the one in tile 0/002")
        self.assertIn("tile 1/000.p/3, hash 2: it is not that of tile 0/002", out)

    def test_files_missing_cut_swapped(self):
        log = Log(self.key, 600)
        files = log.files()
        changes = [(p, None, "it is not there") for p in files]
        changes += [(p, c[:-1], "") for p, c in files.items()] + [(p, c + b"\0", "") for p, c in files.items()]
        changes += [(p, b"", "") for p in files]
        changes += [("tile/0/000", files["tile/0/001"], "tile 0/000"), ("tile/0/001", files["tile/0/000"], "tile 0/001"),
                    ("tile/entries/000", files["tile/entries/001"], "entries tile 0")]
        self.assertGreater(self.each(self.log(log), changes), 30)

    def test_swapped_in_both(self):
        """Two records that change places, or one that is taken out, in entries and tiles alike: only the root knows."""
        log = Log(self.key, 600)
        for change in (lambda c: c.__setitem__(slice(0, 2), c[1::-1]), lambda c: c.__setitem__(300, os.urandom(32)),
                       lambda c: (c.pop(10), c.append(os.urandom(32)))):
            other = list(log.commitments)
            change(other)
            folder = write(self.folder / "log", {"checkpoint": log.note, **tiles_of(other)})
            self.verify("--dir", folder, code=1, says="its root is not the one that the tiles make")

    def test_signed_by_others(self):
        log, stranger = Log(self.key, 3), Key.new("log.example/1")
        folder = self.log(log)
        self.verify("--dir", folder, key=stranger, code=1, says="not signed with this log's key")
        (folder / "checkpoint").write_bytes(note(self.key, 3, root_of(log.leaves), origin="log.example/3"))
        self.verify("--dir", folder, code=1, says="it is of another log")

    def test_many_faults(self):
        log = Log(self.key, 256)
        folder = self.log(log)
        (folder / "tile/entries/000").write_bytes(bytes(36 * 256))
        out = self.verify("--dir", folder, code=1, says="not ok: 256 faults")
        self.assertIn("and 236 more", out)
        self.assertEqual(len(out.splitlines()), 22)


class Policy(Case):
    def policy(self, *rows):
        return self.file("policy", "".join(r + "\n" for r in rows))

    def rows(self):
        return [f"witness w{i} {w.vkey()} https://example" for i, w in enumerate(self.witnesses)]

    def test_quorums(self):
        some = self.log(Log(self.key, 9, self.witnesses[:2]))
        for quorum, met in [
            (["quorum none"], True), (["quorum w0"], True), (["quorum w2"], False), (["group g any w0 w2", "quorum g"], True),
            (["group g all w0 w2", "quorum g"], False), (["group g all w0 w1", "quorum g"], True),
            (["group g 2 w0 w1 w2", "quorum g"], True), (["group g 3 w0 w1 w2", "quorum g"], False),
            (["group a any w0 w2", "group b all a w1", "quorum b"], True), (["group a all w0 w2", "group b any a w1", "quorum b"], True),
            (["group a all w0 w2", "group b all a w1", "quorum b"], False), (["group a any w2", "quorum a"], False),
        ]:
            policy = self.policy("# who must have seen it", "", f"log {self.key.vkey()}\thttps://example", *self.rows(), *quorum)
            self.verify("--dir", some, "--policy", policy, code=0 if met else 1, says="2 witnesses signed" if met else "too few")

    def test_the_log_must_be_listed(self):
        folder, other = self.log(Log(self.key, 3)), Key.new("log.example/2")
        self.verify("--dir", folder, "--policy", self.policy(f"log {other.vkey()}", "quorum none"), code=1, says="does not list")
        only = self.policy(f"log {self.key.vkey()}", "quorum none")
        self.assertEqual(self.kring("log", "verify", "--dir", folder, "--policy", only)[0], 0, "its one log is the key")

    def test_a_forged_cosignature_counts_for_nothing(self):
        log = Log(self.key, 3, self.witnesses[:1])
        forged = log.note.replace(b64(self.witnesses[0].id)[:4].encode(), b"AAAA")
        for content in (forged, note(self.key, 3, root_of(log.leaves)), log.note.replace(b"witness0", b"witness9")):
            folder = self.log(log)
            (folder / "checkpoint").write_bytes(content)
            self.verify("--dir", folder, "--policy", self.policy(*self.rows(), "quorum w0"), code=1, says="too few")

    def test_policies_that_are_none(self):
        folder, rows = self.log(Log(self.key, 3)), self.rows()
        for bad in [
            [], rows, [*rows, "quorum w9"], [*rows, "quorum w0", "quorum w0"], ["quorum w0", *rows], [*rows, "quorum"],
            [*rows, "quorum w0 w1"], [*rows, "group g 0 w0", "quorum g"], [*rows, "group g 2 w0", "quorum g"], [*rows, "group g 01 w0", "quorum g"],
            [*rows, "group g all", "quorum g"], [*rows, "group g most w0", "quorum g"], [*rows, "group g any g", "quorum g"],
            [*rows, "group g any w0 w0", "quorum g"], [*rows, "group g any w0", "group h any w0", "quorum g"],
            [*rows, "group none any w0", "quorum none"], [*rows, "group w0 any w1", "quorum w0"], [rows[0], rows[0], "quorum w0"],
            [rows[0], rows[0].replace("w0", "x"), "quorum w0"], ["witness w0", "quorum none"], ["Witness w0", "quorum none"],
            ["log x", "quorum none"], [f"log {self.witnesses[0].vkey()}", "quorum none"], [f"witness w {self.key.vkey()}", "quorum none"],
            [f"log {self.key.vkey()}"] * 2 + ["quorum none"], ["quorum none\r"], ["# \x01", "quorum none"], ["quorum none", "group g any none"],
        ]:
            self.verify("--dir", folder, "--policy", self.policy(*bad), code=65)
        self.verify("--dir", folder, "--policy", self.file("p", "quorum none"), code=65)


class Lines(Case):
    def setUp(self):
        super().setUp()
        self.records = [Record(items=n) for n in (0, 1, 3, 59, 60, 61, 300)]
        self.made = Log(self.key, [os.urandom(32) for _ in range(20)] + [r.commitment for r in self.records] + [os.urandom(32)] * 3)

    def line(self, i, **more):
        r = self.records[i]
        return r.json(proof=self.made.proof(20 + i, r.extra()), **more)

    def test_good_lines(self):
        folder = self.log(self.made)
        all_ = lines(*(self.line(i) for i in range(len(self.records))), self.records[0].json())
        path = self.file("lines", all_)
        self.verify("--dir", folder, "--records", path, says="7 of your lines proven; 1 lines without a proof")
        self.verify("--records", path, says="ok: 7 of your lines proven")
        one = self.file("one", lines(self.line(2)))
        self.verify("--records", one, "--records", path, says="8 of your lines")
        self.verify("--records", one, "--family", self.records[2].family)
        self.verify("--records", one, "--family", self.records[1].family, code=1, says="another family")
        grown = Log(self.key, self.made.commitments + [os.urandom(32)])
        self.verify("--dir", self.log(grown), "--records", path, says="7 of your lines")
        older = Log(self.key, self.made.commitments[:-1])
        self.verify("--dir", self.log(older), "--records", path, says="7 of them are newer than this log")

    def test_a_line_shows_less_than_the_record(self):
        r = self.records[2]
        shown = r.json(proof=self.made.proof(22, r.extra([0, 5, 7])))
        del shown["items"][1]
        self.verify("--records", self.file("less", lines(shown)))
        hidden = copy.deepcopy(shown)
        hidden["items"][0]["ground"] = None
        self.verify("--records", self.file("less", lines(hidden)))

    def test_the_grounds(self):
        r = self.records[2]
        told = r.json(proof=self.made.proof(22, r.extra([0, *range(4, len(r.parts))])))
        self.verify("--records", self.file("told", lines(told)))
        for ground in (str(uuid.uuid4()), None, told["items"][1]["ground"]):
            other = copy.deepcopy(told)
            other["items"][0]["ground"] = ground
            self.verify("--records", self.file("told", lines(other)), code=1, says="ground differs")

    def test_from_where(self):
        r = self.records[2]
        proof = self.made.proof(22, r.extra([0, 1, *range(5, len(r.parts))]))
        good = r.access_json()
        self.verify("--records", self.file("told", lines(r.json(proof=proof, access=good))))
        changes = [{name: None} for name in good] + [{name: "x"} for name in good]
        changes += [{"account": str(r.id)}, {"organisation": str(r.id)}, {"network": "198.51.100.0/48"}]
        for change in changes:
            line = r.json(proof=proof, access={**good, **change})
            self.verify("--records", self.file("told", lines(line)), code=1, says="from where it was differs")
        self.verify("--records", self.file("told", lines(r.json(proof=proof))), code=1, says="from where it was differs")

    def test_places_are_no_order(self):
        """Items come as the line has them, wherever their hashes stand; the first parts come first, and in their order."""
        r = self.records[2]
        for shown, good in [([0, 7, 5, 6], [2, 0, 1]), ([0, 6, 5], [1, 0])]:
            line = r.json(proof=self.made.proof(22, r.extra(shown)))
            line["items"] = [line["items"][i] for i in good]
            self.verify("--records", self.file("line", lines(line)))
        for shown in ([0, 5, 6, 7, 4], [0, 4, 3, 5, 6, 7], [5, 0, 6, 7], [0, 5, 6, 7, 7], [0, 0, 5, 6, 7]):
            line = r.json(proof=self.made.proof(22, r.extra(shown)))
            self.verify("--records", self.file("line", lines(line)), code=1, says=":1: record")

    def test_the_note(self):
        entry, who = Record().items[0][0], os.urandom(16)
        for note_, item in [(b"e" + entry.bytes + bytes([0, 0, 0, 2]), {"entry": str(entry), "version": 2, "rule": "R-14", "ground": None}),
                            (b"a" + who + b"\x00" + bytes(16), {"field": "X"})]:
            r = Record(items=1, note=note_)
            log = Log(self.key, [r.commitment, os.urandom(32)])
            line = r.json(proof=log.proof(0, r.extra([0, 3, 5])))
            self.verify("--records", self.file("note", lines(line)))
            line["items"].append({"about": [], **item})
            self.verify("--records", self.file("note", lines(line)), code=1 if "field" in item else 0)
            line["items"][1]["version"] = 3
            self.verify("--records", self.file("note", lines(line)), code=1)

    def test_members_that_differ(self):
        good, other = self.line(2), self.line(1)
        entry = good["items"][0]["entry"]

        def changed(change):
            line = copy.deepcopy(good)
            change(line)
            return line

        changes = {
            "id": lambda l: l.update(id=other["id"]), "at differs": lambda l: l.update(at="2026-01-20T11:00:00.123457Z"),
            "kind": lambda l: l.update(kind="plan.reap"), "outcome": lambda l: l.update(outcome="refused"),
            "actor": lambda l: l["actor"].update(kind="person"), "actor differs": lambda l: l["actor"].update(id=entry),
            "entry differs": lambda l: l["items"][1].update(entry=entry), "version": lambda l: l["items"][0].update(version=9),
            "rule": lambda l: l["items"][0].update(rule="R-17"), "field": lambda l: l["items"][0].update(field="need_housing"),
            "fewer": lambda l: l["items"].pop(),
            "more items": lambda l: l["items"].append(dict(l["items"][0])), "differs": lambda l: l["items"].reverse(),
            "not the one": lambda l: None, "is no text": lambda l: l.update(proof=7), "no items": lambda l: l.pop("items"),
            "in the tree": lambda l: l.update(proof=other["proof"].replace("index 21", "index 22")),
        }
        del changes["not the one"]
        for says, change in changes.items():
            self.verify("--records", self.file("line", lines(good, changed(change))), code=1, says=":2: record")
            self.verify("--records", self.file("line", lines(good, changed(change))), code=1, says=says)
        for bad in (b"\n", b"{}x\n", b"[]\n", b'{"id":1,"id":2}\n', b"\xff\n", b'{"proof":""}\n'):
            self.verify("--records", self.file("line", lines(good) + bad), code=1, says=":2: record -")

    def test_proofs_that_are_none(self):
        line, r = self.line(2), self.records[2]
        p, extra = line["proof"], r.extra()
        head, signed = p.split("\n\n", 1)

        def with_extra(new):
            return p.replace(b64(extra), b64(new))

        cut = struct_parts(extra)
        bad = [
            "", p[1:], p.replace("@v1", "@v2"), p.replace("\nextra ", "\nExtra "), p.replace("extra ", "extra  "), p.replace("index 22", "index 022"),
            p.replace("index 22", "index 21"), p.replace("index 22", "index -1"), head + "\n" + signed, p.replace("\n\n", "\n\n\n", 1),
            p[:-2], p + "\n", p.replace("\n", "\r\n"), "\n".join(head.split("\n")[:-1]) + "\n\n" + signed,
            head + "\n" + head.split("\n")[-1] + "\n\n" + signed, p.replace(f"{self.key.name}\n", "log.example/2\n"),
            head + "\n\n" + Log(self.key, 30).note.decode(), head + "\n\n" + note(Key.new(self.key.name), 30, root_of(self.made.leaves)).decode(),
            with_extra(b"\x02" + extra[1:]), with_extra(extra[:-1]), with_extra(extra + b"\0"), with_extra(b""), with_extra(extra[:3]),
            with_extra(extra[:1] + b"\0\x3f" + extra[3:3 + 63 * 32] + b"".join(cut)), with_extra(extra[:3 + 64 * 32]),
            with_extra(extra[:3 + 64 * 32] + b"".join(reversed(cut))), with_extra(extra + cut[-1]), with_extra(extra[:3 + 64 * 32] + b"".join(cut[1:])),
            with_extra(extra[:3 + 64 * 32] + b"\xff\xff" + cut[0][2:]),
        ]
        for i, proof in enumerate(bad):
            self.verify("--records", self.file("line", lines({**line, "proof": proof})), code=1, says=":1: record")
        for at in range(0, len(extra), 61 if SLOW else 13):
            changed = bytearray(extra)
            changed[at] ^= 1 << RANDOM.randrange(8)
            self.verify("--records", self.file("line", lines({**line, "proof": with_extra(bytes(changed))})), code=1)
        self.verify("--records", self.file("line", lines(line)))

    def test_another_history(self):
        """A proof that holds by itself, by a checkpoint that the key signed, of a tree that is not this log's."""
        other = Log(self.key, [os.urandom(32)] + [r.commitment for r in self.records])
        line = self.records[2].json(proof=other.proof(3, self.records[2].extra()))
        path = self.file("line", lines(line))
        self.verify("--records", path)
        self.verify("--records", path, "--dir", self.log(self.made), code=1, says="of another history")

    def test_witnesses_of_a_line(self):
        policy = self.file("policy", f"witness w {self.witnesses[0].vkey()}\nquorum w\n")
        path = self.file("line", lines(self.line(1)))
        self.verify("--records", path, "--policy", policy, code=1, says="too few witnesses")
        seen = Log(self.key, self.made.commitments, self.witnesses[:1])
        line = self.records[1].json(proof=seen.proof(21, self.records[1].extra()))
        self.verify("--records", self.file("line", lines(line)), "--policy", policy)


class Handler(http.server.SimpleHTTPRequestHandler):
    """A folder below /audit, and what a test says instead: {path: status or bytes}."""

    protocol_version, instead, asked = "HTTP/1.1", {}, []

    def do_GET(self):
        self.asked.append(self.path)
        what = self.instead.get(self.path)
        if what is None and self.path.startswith("/audit/"):
            self.path = self.path.removeprefix("/audit")
            return super().do_GET()
        body = what if isinstance(what, bytes) else b'{"type":"/problems/unauthenticated","title":"x","status":401}'
        self.send_response(200 if isinstance(what, bytes) else what or 401)
        self.send_header("Location", "https://localhost/elsewhere"), self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body))), self.end_headers()
        return self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that goes away is what some tests are about


class Served(Case):
    """The same over TLS."""

    def setUp(self):
        super().setUp()
        self.made = Log(self.key, 600)
        certificate = make_certificate(self.folder, "server", "DNS:localhost")
        self.ca = certificate.with_suffix(".pem")
        Handler.instead, Handler.asked = {}, []
        self.server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=self.log(self.made)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, certificate.with_suffix(".key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"https://localhost:{self.server.server_address[1]}"
        self.place = ["--url", self.url + "/audit", "--ca", self.ca]
        self.saved = self.folder / ".local/state/kring/log-log.example%2F1.checkpoint"

    def tearDown(self):
        self.server.shutdown(), self.server.server_close()

    def session(self, **more):
        path = self.folder / ".local/state/kring/session.json"
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        path.write_text(json.dumps({"url": self.url, "ca": str(self.ca), "token": "t", "expires_at": "2030-01-01T00:00:00Z", **more}))
        path.chmod(0o600)

    def test_all_of_it_once_and_what_was_seen(self):
        self.verify(*self.place, says="with 600 records; seen for the first time now")
        self.assertEqual(sorted(Handler.asked), sorted("/audit/" + p for p in self.made.files()))
        self.assertEqual(self.saved.read_bytes(), self.made.note)
        self.verify(*self.place, "--url", self.url + "/audit/", code=64)
        self.verify("--url", self.url + "/audit/", "--ca", self.ca, says="it only grew since the last time (600)")
        Handler.instead["/audit/checkpoint"] = Log(self.key, 3).note
        self.verify(*self.place, code=1, says="history: the log has 3 records, and had 600")

    def test_a_copy(self):
        copy_ = self.folder / "a/copy"
        self.verify(*self.place, "--mirror", copy_)
        self.assertEqual({str(p.relative_to(copy_)): p.read_bytes() for p in copy_.rglob("*") if p.is_file()}, self.made.files())
        self.verify("--dir", copy_)
        self.verify(*self.place, "--mirror", "/proc/no", code=65)

    def test_what_the_server_may_do(self):
        tile = "/audit/tile/0/001"
        for what, code, says in [(404, 1, "tile 0/001: it is not there"), (500, 69, "HTTP 500"), (503, 69, "HTTP 503"), (429, 69, "HTTP 429"),
                                 (302, 69, "HTTP 302"), (401, 69, "HTTP 401"), (b"", 1, "tile 0/001: 0 bytes, not 8192"),
                                 (bytes(8193), 1, "tile 0/001: 8193 bytes"), (bytes(8192), 1, "its hash is not the one in tile 0/001"), (bytes(17 << 20), 69, "")]:
            Handler.instead = {tile: what}
            self.verify(*self.place, code=code, says=says)
            self.assertFalse(self.saved.exists(), what)
        for what, code in ((404, 1), (500, 69), (b"", 1), (b"<html>", 1)):
            Handler.instead = {"/audit/checkpoint": what}
            self.verify(*self.place, code=code)
        Handler.instead = {}
        self.verify("--url", self.url + "/audit", code=69)
        self.verify("--url", self.url + "/other", "--ca", self.ca, code=69)

    def test_of_the_session_or_the_demo(self):
        self.session(log_url=self.url + "/audit", log_key=self.key.vkey())
        self.assertIn("the server gave no proofs", self.kring("log", "verify")[1])
        self.assertIn("/v1/families?limit=100", Handler.asked)
        self.session()
        self.assertEqual(self.kring("log", "verify")[0], 64, "no key")
        self.verify(says="with 600 records")
        self.session(log_url=self.url + "/audit", log_key="nonsense")
        self.assertEqual(self.kring("log", "verify")[0], 64)
        demo = {"url": self.url, "ca": "server.pem", "log": {"url": self.url + "/audit", "vkey": self.key.vkey()}}
        self.assertEqual(self.kring("log", "verify", "--demo", self.file("demo.json", json.dumps(demo)))[0], 0)
        for bad in ({**demo, "log": None}, {**demo, "log": {"url": self.url}}, {"url": self.url}, []):
            self.assertEqual(self.kring("log", "verify", "--demo", self.file("demo.json", json.dumps(bad)))[0], 65)


def struct_parts(extra):
    parts, rest = [], extra[3 + 64 * 32:]
    while rest:
        end = 20 + int.from_bytes(rest[18:20], "big")
        parts.append(rest[:end])
        rest = rest[end:]
    return parts


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
