"""Logs made up by a program that shares nothing with ours: trees, tiles, notes, cosignatures and proofs, from the specifications
(RFC 6962, C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-proof).

    log = Log(Key.new("log.example/1"), 300)
    log.write(folder), log.vkey(), log.line(Record(...), index)
"""
import base64
import hashlib
import os
import random
import struct
import subprocess
import uuid
from pathlib import Path

WIDTH, LEVELS = 256, 8
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


class Key:
    """Ed25519 of a log (type 1) or of a witness (type 4), by the openssl command."""

    def __init__(self, name, seed, kind=1):
        self.name, self.kind, self.der = name, kind, PKCS8 + seed
        self.public = self.openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=self.der)[-32:]
        self.id = sha(name.encode(), b"\n", bytes([kind]), self.public)[:4]

    @classmethod
    def new(cls, name, kind=1):
        return cls(name, os.urandom(32), kind)

    @staticmethod
    def openssl(*arguments, stdin=b"", **more):
        return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=True, **more).stdout

    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def sign(self, text):
        """openssl wants files to sign what is not hashed first."""
        key, message = (os.memfd_create(n) for n in ("key", "message"))
        try:
            os.write(key, self.der), os.write(message, text)
            return self.openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", f"/proc/self/fd/{key}", "-in",
                                f"/proc/self/fd/{message}", pass_fds=(key, message))
        finally:
            os.close(key), os.close(message)

    def line(self, text, time=1700000000):
        if self.kind == 1:
            return f"— {self.name} {b64(self.id + self.sign(text))}\n"
        signature = self.sign(b"cosignature/v1\ntime %d\n" % time + text)
        return f"— {self.name} {b64(self.id + struct.pack('>Q', time) + signature)}\n"


# ---- the tree ----


def entry_of(commitment):
    return b"\x01\x01" + commitment


def leaf_of(commitment):
    return sha(b"\x00", entry_of(commitment))


def root_of(leaves):
    """By the definition, so that it can't share a mistake with tiles."""
    if not leaves:
        return sha()
    row = list(leaves)
    while len(row) > 1:
        above = [sha(b"\x01", row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = above + ([row[-1]] if len(row) % 2 else [])
    return row[0]


def inclusion(index, leaves):
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return inclusion(index, leaves[:k]) + [root_of(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root_of(leaves[:k])]


def tile_path(level, number, width):
    name = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03d}/{name}"
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def tiles_of(commitments):
    """{path: bytes} of the whole tree."""
    out, level, row = {}, 0, [leaf_of(c) for c in commitments]
    for n in range(0, len(commitments), WIDTH):
        part = commitments[n:n + WIDTH]
        out[tile_path("entries", n // WIDTH, len(part))] = b"".join(b"\x00\x22" + entry_of(c) for c in part)
    while row:
        for n in range(0, len(row), WIDTH):
            part = row[n:n + WIDTH]
            out[tile_path(level, n // WIDTH, len(part))] = b"".join(part)
        row = [root_of(row[n:n + WIDTH]) for n in range(0, len(row) - len(row) % WIDTH, WIDTH)]
        level += 1
    return out


def note(key, size, root, witnesses=(), origin=None):
    text = f"{origin or key.name}\n{size}\n{b64(root)}\n".encode()
    return text + b"\n" + "".join(k.line(text) for k in (key, *witnesses)).encode()


class Log:
    def __init__(self, key, commitments, witnesses=()):
        self.key, self.commitments = key, commitments if isinstance(commitments, list) else [os.urandom(32) for _ in range(commitments)]
        self.leaves = [leaf_of(c) for c in self.commitments]
        self.note = note(key, len(self.leaves), root_of(self.leaves), witnesses)

    def files(self):
        return {"checkpoint": self.note, **tiles_of(self.commitments)}

    def write(self, folder):
        return write(folder, self.files())

    def proof(self, index, extra):
        hashes = "".join(b64(h) + "\n" for h in inclusion(index, self.leaves))
        return f"c2sp.org/tlog-proof@v1\nextra {b64(extra)}\nindex {index}\n{hashes}\n" + self.note.decode()


def write(folder, files):
    for path, content in files.items():
        file = Path(folder) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Path(folder)


# ---- records (server/flow/record.h) ----


def disclosed(proof):
    """(how many hashes stand for the record, [(place, content) of each part that is opened])"""
    extra = base64.b64decode(proof.split("\n")[1].removeprefix("extra "))
    slots = int.from_bytes(extra[1:3], "big")
    at, parts = 3 + 32 * slots, []
    while at < len(extra):
        end = at + 20 + int.from_bytes(extra[at + 18:at + 20], "big")
        parts.append((int.from_bytes(extra[at:at + 2], "big"), extra[at + 20:end]))
        at = end
    return slots, parts

KINDS = ["system", "person", "helper", "auditor", "operator"]


def short(text):
    return bytes([len(text.encode())]) + text.encode()


class Record:
    """One look at some entries, as a row of JSON and as the parts that the log commits to."""

    def __init__(self, items=3, kind="plan.read", note=b""):
        self.family, self.id, self.viewer = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        self.kind, self.at, self.note = kind, 1768906800123456, note
        self.items = [(uuid.uuid4(), i + 1, "need_money", "R-02", uuid.uuid4()) for i in range(items)]
        grounds = b"".join(entry.bytes + ground.bytes for entry, *_, ground in self.items)
        self.server, self.session = uuid.uuid4(), uuid.uuid4()
        parts = [self.head(), self.access(), os.urandom(12), note, grounds, *map(self.item, self.items)]
        self.salts, self.parts = [os.urandom(16) for _ in parts], parts
        slots = 64
        while slots < len(parts):
            slots *= 4
        self.places = [*range(5), *random.SystemRandom().sample(range(5, slots), len(self.items))]
        self.hashes = [os.urandom(32) for _ in range(slots)]
        for place, salt, part in zip(self.places, self.salts, parts):
            self.hashes[place] = sha(salt, part)
        self.commitment = sha(b"kring-audit-1\x00", *self.hashes)

    def head(self):
        return (self.family.bytes + self.id.bytes + struct.pack(">QB", self.at, KINDS.index("helper")) + self.viewer.bytes
                + short("done") + short(self.kind))

    def access(self):
        return (self.server.bytes + struct.pack(">Q", 7) + bytes(16) + self.session.bytes + bytes(16) + bytes([198, 51, 100, 0, 0, 0, 24])
                + short("terminal") + short("coordinator") + short("care"))

    def access_json(self):
        return {"server": str(self.server), "session": str(self.session), "network": "198.51.100.0/24", "program": "terminal",
                "role": "coordinator", "purpose": "care"}

    @staticmethod
    def item(row):
        entry, version, field, rule, _ = row
        return entry.bytes + struct.pack(">HB", version, 3) + short(rule) + short(field)

    def extra(self, shown=None):
        out = b"\x01" + struct.pack(">H", len(self.hashes)) + b"".join(self.hashes)
        for i in shown if shown is not None else [0, *range(5, len(self.parts))]:
            out += struct.pack(">H", self.places[i]) + self.salts[i] + struct.pack(">H", len(self.parts[i])) + self.parts[i]
        return out

    def json(self, **more):
        return {
            "id": str(self.id), "at": "2026-01-20T11:00:00.123456Z", "kind": self.kind, "outcome": "done", "emergency": False,
            "actor": {"kind": "helper", "id": str(self.viewer)},
            "items": [{"field": f, "about": [], "entry": str(e), "version": v, "rule": r, "ground": str(g)} for e, v, f, r, g in self.items],
            **more,
        }
