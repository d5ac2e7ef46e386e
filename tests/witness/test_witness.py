#!/usr/bin/env python3
"""kring-witness over real HTTP: every answer of C2SP tlog-witness, and that it never cosigns two histories, whatever happens to it.

  test_witness.py KRING-WITNESS [TEST]...
"""
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from log import Key, Log, Tree, b64, cosigned_at, holds  # noqa: E402

PROGRAM = sys.argv.pop(1)
# A process that nobody may trace can't look for its own leaks; the fuzzer does.
ENV = os.environ | {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
NAME = "ombudsman.example/witness"


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, env=ENV, timeout=30)


class Witness:
    def __init__(self, folder, *logs, listen="127.0.0.1:0"):
        words = [w for log in logs for w in ("--log", log.key.vkey)]
        self.trouble = open(Path(folder) / "trouble", "w+", encoding="utf-8")
        self.process = subprocess.Popen([PROGRAM, "serve", "--dir", str(folder), "--listen", listen, *words], stdout=subprocess.PIPE,
                                        stderr=self.trouble, text=True, env=ENV)
        said = self.process.stdout.readline()
        found = re.fullmatch(r"witness: listening on (.*):(\d+)\n", said)
        assert found, f"it said {said!r} and ended with {self.process.wait(10)}"
        self.host, self.port = found[1].strip("[]"), int(found[2])

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=20)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.process.stdout.close()
        self.trouble.seek(0)
        self.said = self.trouble.read()
        self.trouble.close()
        return code


def post(witness, body, connection=None, path="/add-checkpoint", method="POST"):
    c = connection or witness.connect()
    try:
        c.request(method, path, body.encode() if isinstance(body, str) else body)
        answer = c.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        if not connection:
            c.close()


class Case(unittest.TestCase):
    logs = ()

    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name) / "witness"
        made = run("init", "--dir", str(self.folder), "--name", NAME)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.vkey = made.stdout.strip()
        self.log = Log()
        self.witness = None
        self.start()

    def start(self, *logs):
        self.witness = Witness(self.folder, *(logs or (self.log,)))

    def tearDown(self):
        if self.witness and self.witness.process.poll() is None:
            self.assertEqual(self.witness.end(), 0)

    def kept(self):
        """What the state file says: origin -> (size, root)."""
        lines = (self.folder / "state").read_text("utf-8").splitlines()[1:]
        return {lines[i]: (int(lines[i + 1]), lines[i + 2]) for i in range(0, len(lines), 3)}

    def kept_of(self, log):
        return self.kept().get(log.key.name, (0, b64(Tree().root(0))))

    def assert_cosigned(self, log, old, size, **changed):
        status, kind, body = post(self.witness, log.body(old, size, **changed))
        self.assertEqual(status, 200, body)
        self.assertEqual(kind, "text/plain; charset=utf-8")
        self.assertLess(abs(cosigned_at(body, self.vkey, log.text(size)) - time.time()), 30)
        self.assertEqual(self.kept_of(log), (size, b64(log.tree.root(size))))

    def assert_status(self, wanted, body, **how):
        status, _, text = post(self.witness, body, **how)
        self.assertEqual(status, wanted, f"{text!r} to {body[:200]!r}")

    def assert_conflict(self, body, size):
        self.assertEqual(post(self.witness, body), (409, "text/x.tlog.size", f"{size}\n"))


class Protocol(Case):
    def test_a_log_grows(self):
        sizes = [0, 1, 2, 3, 4, 7, 8, 9, 100, 255, 256, 257, 1000]
        for old, size in zip([0] + sizes, sizes):
            self.assert_cosigned(self.log, old, size)
            self.assert_cosigned(self.log, size, size)  # the same again: cosigned again

    def test_it_goes_on_after_a_restart(self):
        self.assert_cosigned(self.log, 0, 10)
        self.assertEqual(self.witness.end(signal.SIGINT), 0)
        self.start()
        self.assert_conflict(self.log.body(0, 20), 10)
        self.assert_cosigned(self.log, 10, 20)

    def test_a_connection_is_kept(self):
        c = self.witness.connect()
        for size in range(1, 6):
            self.assertEqual(post(self.witness, self.log.body(size - 1, size), c)[0], 200)
        self.assertEqual(post(self.witness, "garbage", c)[0], 400)
        self.assertEqual(post(self.witness, self.log.body(5, 6), c)[0], 200)
        c.close()

    def test_what_else_is_asked(self):
        self.assert_status(404, self.log.body(0, 1), path="/")
        self.assert_status(404, self.log.body(0, 1), path="/add-checkpoint/")
        self.assert_status(404, "", path="/checkpoint", method="GET")
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            self.assert_status(405, "", method=method)

    def test_another_log_is_unknown(self):
        self.assert_status(404, Log("other.example", 2).body(0, 5))
        self.assert_status(404, Log("log.example/families/", 1).body(0, 5))

    def test_the_size_is_told_to_who_is_signed(self):
        self.assert_cosigned(self.log, 0, 10)
        self.assert_conflict(self.log.body(0, 20), 10)
        self.assert_conflict(self.log.body(9, 20), 10)
        self.assert_conflict(self.log.body(11, 20), 10)
        self.assert_conflict(self.log.body(0, 0), 10)
        self.assert_conflict(self.log.body(5, 5), 10)
        self.assert_status(403, Log(seed=9).body(0, 20))

    def test_an_old_size_larger_than_the_checkpoint(self):
        self.assert_cosigned(self.log, 0, 10)
        for old in (10, 11, 2**62, 2**64 - 1):
            self.assert_status(400, self.log.body(old, 9, proof=[]))

    def test_bad_proofs(self):
        self.assert_status(422, self.log.body(0, 5, proof=[b"a" * 32]))  # from nothing there is nothing to prove
        self.assert_cosigned(self.log, 0, 10)
        good = self.log.tree.proof(10, 25)
        bad = [[], good[:-1], good[1:], good + good[:1], good[::-1], [bytes(32)] * len(good), self.log.tree.proof(9, 25),
               self.log.tree.proof(10, 26)]
        for i in range(len(good)):
            bad.append(good[:i] + [bytes([good[i][0] ^ 1]) + good[i][1:]] + good[i + 1:])
        for proof in bad:
            self.assert_status(422, self.log.body(10, 25, proof=proof))
        self.assert_status(422, self.log.body(10, 10, proof=[bytes(32)]))
        self.assertEqual(self.kept_of(self.log)[0], 10)
        self.assert_cosigned(self.log, 10, 25)

    def test_63_lines_are_read_and_64_are_not(self):
        self.assert_status(422, self.log.body(0, 5, proof=[bytes(32)] * 63))
        self.assert_status(400, self.log.body(0, 5, proof=[bytes(32)] * 64))


class Signatures(Case):
    def test_whose_signature(self):
        log, text = self.log, self.log.text(5)
        stranger = Key("stranger.example", 7)
        namesake = Key(log.key.name, 7)
        good, other = log.key.line(text), log.key.line(log.text(6))
        forged = f"— {log.key.name} {b64(log.key.id + bytes(64))}\n"
        as_witness = Key(log.key.name, 1, kind=4).line(text)
        for lines in (stranger.line(text), namesake.line(text), other, forged, as_witness, stranger.line(text) + other, good + forged):
            self.assert_status(403, log.body(0, 5, note=text + "\n" + lines))
        self.assertEqual(self.kept(), {})
        self.assert_cosigned(log, 0, 5, note=text + "\n" + stranger.line(text) + namesake.line(text) + good)

    def test_one_log_does_not_sign_for_another(self):
        other = Log("other.example", 2)
        self.witness.end()
        self.start(self.log, other)
        text = self.log.text(5)
        for lines in (other.key.line(text), Key(other.key.name, 1).line(text)):
            self.assert_status(403, self.log.body(0, 5, note=text + "\n" + lines))
        self.assertEqual(self.kept(), {})

    def test_a_log_may_change_its_key(self):
        new = Log(seed=2)
        self.witness.end()
        self.start(self.log, new)
        self.assert_cosigned(self.log, 0, 5)
        self.assert_cosigned(new, 5, 9)
        self.assert_cosigned(self.log, 9, 12)

    def test_extension_lines_are_cosigned_as_they_are(self):
        text = self.log.text(5) + "an extension\n"
        status, _, line = post(self.witness, self.log.body(0, 5, note=text + "\n" + self.log.key.line(text)))
        self.assertEqual(status, 200)
        cosigned_at(line, self.vkey, text)
        with self.assertRaises(AssertionError):
            cosigned_at(line, self.vkey, self.log.text(5))

    def test_the_reference_signer_is_that_of_rfc_8032(self):
        self.assertTrue(holds(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), b"", bytes.fromhex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")))
        self.assertFalse(holds(self.log.key.public, b"a", self.log.key.sign(b"b")))


class Histories(Case):
    def test_a_fork_is_refused(self):
        liar = Log(fork=8)  # the same key, another history from leaf 8 on
        self.assert_cosigned(self.log, 0, 8)
        self.assert_cosigned(liar, 8, 8)  # so far they are one
        self.assert_cosigned(self.log, 8, 20)
        self.assert_conflict(liar.body(20, 20), 20)  # both signed, one size, two roots
        self.assert_conflict(liar.body(8, 20), 20)
        for size in (21, 32, 100):
            self.assert_status(422, liar.body(20, size))
            self.assert_status(422, self.log.body(20, size, note=liar.note(size)))
        self.assert_cosigned(self.log, 20, 21)
        self.witness.end()
        self.assertIn("TWO TREES OF ONE SIZE: log.example/families signed size 20", self.witness.said)
        self.assertIn(liar.tree.root(20).hex(), self.witness.said)

    def test_an_empty_tree_has_one_root(self):
        text = f"{self.log.key.name}\n0\n{b64(bytes(32))}\n"
        self.assert_conflict(self.log.body(0, 0, note=text + "\n" + self.log.key.line(text)), 0)
        self.assert_cosigned(self.log, 0, 0)

    def test_logs_are_apart(self):
        other = Log("other.example", 2)
        self.witness.end()
        self.start(self.log, other)
        self.assert_cosigned(self.log, 0, 10)
        self.assert_cosigned(other, 0, 3)
        self.assert_cosigned(self.log, 10, 11)
        self.assertEqual(self.kept_of(other)[0], 3)

    def test_a_log_that_comes_back_goes_on_where_it_was(self):
        other = Log("other.example", 2)
        self.assert_cosigned(self.log, 0, 10)
        self.witness.end()
        self.start(other)
        self.assert_status(404, self.log.body(10, 11))
        self.assert_cosigned(other, 0, 3)
        self.witness.end()
        self.start()
        self.assert_conflict(self.log.body(0, 11), 10)

    def test_a_full_disk_cosigns_nothing(self):
        self.assert_cosigned(self.log, 0, 10)
        (self.folder / "state.new").mkdir()  # what it writes first can't be opened
        self.assert_status(503, self.log.body(10, 20))
        self.assert_conflict(self.log.body(20, 30), 10)
        self.assertEqual(self.kept_of(self.log)[0], 10)
        self.assertEqual(post(self.witness, self.log.body(10, 10))[0], 200)  # kept already
        (self.folder / "state.new").rmdir()
        self.assert_cosigned(self.log, 10, 20)

    def test_many_at_once_make_one_history(self):
        """Two branches race: whatever was cosigned lies on one of them."""
        branches = [self.log, Log(fork=0)]
        for branch in branches:
            for size in range(1, 25):
                branch.note(size)  # signing is slow, racing is not
        cosigned, faults, lock = set(), [], threading.Lock()

        def race(branch):
            c, size = self.witness.connect(), 0
            while size < 24:
                status, _, body = post(self.witness, branch.body(size, size + 1), c)
                if status == 200:
                    with lock:
                        cosigned.add((size + 1, branch.text(size + 1)))
                    size += 1
                elif status == 409:
                    told = int(body)
                    if told == size:
                        break
                    size = told
                elif status == 422:
                    break
                else:
                    faults.append((status, body))
                    break
            c.close()

        threads = [threading.Thread(target=race, args=(branches[i % 2],)) for i in range(12)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        self.assertEqual(faults, [])
        self.assertEqual(sorted(size for size, _ in cosigned), list(range(1, 25)), "each size once")
        self.assertIn(1, [sum(1 for s in range(1, 25) if (s, b.text(s)) in cosigned) // 24 for b in branches])

    def test_killed_at_any_moment_it_remembers_what_it_cosigned(self):
        told, chance = 0, random.Random(1)
        for _ in range(30):
            kept = self.kept_of(self.log)[0]
            heard = [kept]

            def grow(witness, size):
                c = witness.connect()
                try:
                    while True:
                        status, _, body = post(witness, self.log.body(size, size + 1), c)
                        if status != 200:
                            raise AssertionError(f"{status} {body}")
                        size += 1
                        heard.append(size)
                except (OSError, http.client.HTTPException):
                    c.close()

            thread = threading.Thread(target=grow, args=(self.witness, kept))
            thread.start()
            time.sleep(chance.uniform(0.002, 0.08))
            self.witness.end(signal.SIGKILL)
            thread.join()
            told = max(heard)
            size, root = self.kept_of(self.log)
            self.assertGreaterEqual(size, told, "a cosignature was given that it forgot")
            self.assertLessEqual(size, told + 1)
            self.assertEqual(root, b64(self.log.tree.root(size)))
            self.start()
        self.assertGreater(told, 30)
        self.assert_conflict(self.log.body(0, told), self.kept_of(self.log)[0])


class Garbage(Case):
    def test_almost_requests(self):
        note, line = self.log.note(5), b64(bytes(32)) + "\n"
        bad = ["", "\n", "\n\n", "old", "old\n", "old \n\n" + note, "old 0\n", "old 0\n\n", "old 0\n" + note, "old 00\n\n" + note,
               "old 01\n\n" + note, "old -0\n\n" + note, "old +1\n\n" + note, "old 0 \n\n" + note, "old  0\n\n" + note, "Old 0\n\n" + note,
               "old 0\r\n\r\n" + note, "old 18446744073709551616\n\n" + note, "old 0x0\n\n" + note, "size 0\n\n" + note, "\nold 0\n\n" + note,
               "old 0\n" + line[:-2] + "\n\n" + note, "old 0\n" + line.replace("=", "") + "\n" + note, "old 0\n " + line + "\n" + note,
               "old 0\n" + b64(bytes(31)) + "\n\n" + note, "old 0\n" + b64(bytes(33)) + "\n\n" + note, "old 0\n" + line[:-1] + "\n" + note,
               "old 0\n\n" + note[:-1], "old 0\n\n" + note + "\n", "old 0\n\n" + note + "x", "old 0\n\n" + self.log.text(5),
               "old 0\n\n" + self.log.text(5) + "\n", "old 0\n\n\n" + note, "old 0\n\n" + note.replace("—", "-"), "old 0\n\n" + note * 2,
               "old 0\n\n" + note.replace("\n5\n", "\n05\n"), "old 0\n\n" + note.replace("\n5\n", "\n-5\n"),
               "old 0\n\n" + note.replace("\n5\n", "\n4611686018427387905\n"), "old 0\n\n" + self.log.text(5) + "\n" + self.log.key.line("x\n") * 17]
        for body in bad:
            self.assert_status(400, body)
        for body in (b"\0" * 1000, bytes(range(256)) * 4, b"old 0\n\n\xff\n5\n", note.encode() + b"\0"):
            self.assert_status(400, body)
        self.assertEqual(self.kept(), {})
        self.assert_cosigned(self.log, 0, 5)

    def test_no_byte_can_be_changed(self):
        body, chance = self.log.body(0, 5).encode(), random.Random(2)
        for at in range(len(body)):
            changed = body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1:]
            status = post(self.witness, changed)[0]
            self.assertIn(status, (400, 403, 404, 409), changed)
        self.assertEqual(self.kept(), {})

    def test_random_bytes(self):
        chance = random.Random(3)
        good = self.log.body(0, 5).encode()
        for _ in range(300):
            body = bytearray(good)
            for _ in range(chance.randrange(1, 6)):
                at = chance.randrange(len(body))
                body[at:at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
            if bytes(body) != good:
                self.assertIn(post(self.witness, bytes(body))[0], (400, 403, 404, 409, 422))

    def test_too_much(self):
        self.assert_status(413, self.log.body(0, 5) + "x" * 70000)
        with socket.create_connection((self.witness.host, self.witness.port), timeout=20) as s:  # in chunks: the end is not told before
            s.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n")
            sent = 0
            try:
                while sent < 100 << 20:
                    sent += s.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                self.fail("it read 100 MiB")
            except OSError:
                pass
        self.assert_cosigned(self.log, 0, 5)

    def test_who_never_ends_holds_nobody_up(self):
        waiting = []
        for begun in (b"", b"POST /add", b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold 0\n"):
            for _ in range(10):
                s = socket.create_connection((self.witness.host, self.witness.port), timeout=20)
                s.sendall(begun)
                waiting.append(s)
        self.assert_cosigned(self.log, 0, 5)
        for s in waiting:
            s.close()
        self.assert_cosigned(self.log, 5, 6)


class Commands(Case):
    def serve(self, *words):
        return run("serve", "--dir", str(self.folder), *words)

    def ends(self, code, *words):
        done = self.serve(*words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, r"\Awitness: .*\n\Z")

    def test_one_state_has_one_witness(self):
        self.ends(75, "--listen", "127.0.0.1:0", "--log", self.log.key.vkey)
        self.witness.end(signal.SIGKILL)
        self.start()  # the kernel let go of it

    def test_init_never_overwrites(self):
        before = (self.folder / "key").read_bytes()
        self.witness.end()
        for name in (NAME, "another.example"):
            self.assertEqual(run("init", "--dir", str(self.folder), "--name", name).returncode, 73)
        (self.folder / "state").unlink()
        self.assertEqual(run("init", "--dir", str(self.folder), "--name", NAME).returncode, 73)
        self.assertFalse((self.folder / "state").exists(), "an old key beside a new state")
        self.assertEqual((self.folder / "key").read_bytes(), before)
        self.assertEqual((self.folder / "key").stat().st_mode & 0o777, 0o600)

    def test_init_beside_a_state_without_a_key(self):
        self.assert_cosigned(self.log, 0, 5)
        self.witness.end()
        (self.folder / "key").unlink()
        self.assertEqual(run("init", "--dir", str(self.folder), "--name", NAME).returncode, 73)
        self.assertEqual(self.kept_of(self.log)[0], 5)
        self.assertEqual(sorted(f.name for f in self.folder.iterdir()), ["state", "trouble"])

    def test_the_key_is_shown_again(self):
        self.witness.end()
        self.assertEqual(run("key", "--dir", str(self.folder)).stdout.strip(), self.vkey)
        self.assertTrue(self.vkey.startswith(NAME + "+"))

    def test_without_its_memory_it_does_not_start(self):
        self.assert_cosigned(self.log, 0, 10)
        self.witness.end()
        state, words = self.folder / "state", ("--listen", "127.0.0.1:0", "--log", self.log.key.vkey)
        good = state.read_bytes()
        for length in range(len(good)):
            state.write_bytes(good[:length])
            self.ends(65, *words)
        for bad in (good + b"\n", good + good, good.replace(b" 1\n", b" 2\n"), good.replace(b" 1\n", b" 0\n"), good.replace(b"10", b"010"),
                    good.replace(b" 1\n", b" 2\n") + good.split(b"\n", 1)[1]):
            state.write_bytes(bad)
            self.ends(65, *words)
        state.unlink()
        self.ends(65, *words)
        state.write_bytes(good)
        self.start()
        self.assert_conflict(self.log.body(0, 11), 10)

    def test_a_key_that_is_not_its_own(self):
        self.witness.end()
        key, words = self.folder / "key", ("--listen", "127.0.0.1:0", "--log", self.log.key.vkey)
        good = key.read_text()
        key.chmod(0o640)
        self.ends(77, *words)
        key.chmod(0o600)
        for bad in ("", good[:-1], good + "\n", good.replace("ombudsman", "ombudsmen"), good[:-10] + "AAAAAAAAA\n", good.replace("PRIVATE", "PUBLIC")):
            key.write_text(bad)
            self.ends(66, *words)
        key.unlink()
        self.ends(66, *words)

    def test_settings(self):
        self.witness.end()
        conf, listen, log = self.folder / "witness.conf", ("--listen", "127.0.0.1:0"), ("--log", self.log.key.vkey)
        self.ends(78, *listen)
        self.ends(78, *log)
        for bad in ("127.0.0.1", "localhost:80", ":80", "::1:80", "[::1]", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:080", "[]:1"):
            self.ends(78, "--listen", bad, *log)
        for bad in ("", "x", self.log.key.vkey + "x", self.vkey, self.log.key.vkey.replace("log.", "lag.")):
            self.ends(78, *listen, "--log", bad)
        for bad in ("nonsense = 1\n", "log\n", "[x]\nlog = y\n", "log = y\n", f"listen = {'1' * 3000}\n", "log = \x1b[2J\n"):
            conf.write_text(bad)
            self.ends(78, *listen, *log)
        conf.write_text(f"# ours\n\nlog = {Log('other.example', 2).key.vkey}\nlisten = 192.0.2.1:1\n; and no more\n")
        self.start()  # the command line's address wins
        self.assert_cosigned(self.log, 0, 5)
        self.assert_cosigned(Log("other.example", 2), 0, 5)

    def test_usage(self):
        self.witness.end()
        folder = str(self.folder)
        for words in ((), ("dance",), ("serve",), ("serve", "--dir"), ("serve", "--dir", folder, "--quick", "1"), ("init", "--dir", folder),
                      ("init", "--name", "x"), ("init", "--dir", folder + "2", "--name", "a b"), ("init", "--dir", folder + "2", "--name", "a+b"),
                      ("init", "--dir", folder + "2", "--name", "")):
            self.assertEqual(run(*words).returncode, 64, words)
        self.assertFalse(Path(folder + "2").exists())
        self.assertEqual(run("serve", "--dir", folder + "2", "--listen", "127.0.0.1:0").returncode, 66)
        self.assertEqual(run("--help").returncode, 0)
        self.assertIn("kring-witness", run("--version").stdout)

    def test_an_address_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.witness.end()
            self.ends(69, "--listen", f"127.0.0.1:{taken.getsockname()[1]}", "--log", self.log.key.vkey)

    def test_over_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("no IPv6 here")
        self.witness.end()
        self.witness = Witness(self.folder, self.log, listen="[::1]:0")
        self.assert_cosigned(self.log, 0, 5)


if __name__ == "__main__":
    unittest.main()
