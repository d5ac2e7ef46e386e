"""A log as C2SP describes it, written again from the RFCs (8032, 6962) so that it shares no mistake with the program it tests."""
import base64
import hashlib

# ---- Ed25519, RFC 8032 section 5.1, in extended coordinates ----

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(a, b):
    n, m = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = m - n, d - c, d + c, m + n
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = _add(result, point)
        point, n = _add(point, point), n >> 1
    return result


def _x_of(y, odd):
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - xx) % P:
        raise ValueError("no point")
    return P - x if x & 1 != odd else x


def _pack(point):
    z = pow(point[2], -1, P)
    return (point[1] * z % P | (point[0] * z % P & 1) << 255).to_bytes(32, "little")


def _unpack(raw):
    y = int.from_bytes(raw, "little")
    odd, y = y >> 255, y & 2**255 - 1
    x = _x_of(y, odd)
    return x, y, 1, x * y % P


_Y = 4 * pow(5, -1, P) % P
BASE = (_x_of(_Y, 0), _Y, 1, _x_of(_Y, 0) * _Y % P)


def _hash_to_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


class Key:
    def __init__(self, name, seed, kind=1):
        digest = hashlib.sha512(bytes([seed]) * 32).digest()
        self.name, self.kind, self.prefix = name, kind, digest[32:]
        self.secret = int.from_bytes(digest[:32], "little") & 2**254 - 8 | 2**254
        self.public = _pack(_times(self.secret, BASE))

    @property
    def id(self):
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def sign(self, message):
        r = _hash_to_number(self.prefix, message)
        point = _pack(_times(r, BASE))
        s = (r + _hash_to_number(point, self.public, message) * self.secret) % ORDER
        return point + s.to_bytes(32, "little")

    def line(self, text):
        return f"— {self.name} {b64(self.id + self.sign(text.encode()))}\n"


def holds(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    k = _hash_to_number(signature[:32], public, message)
    return s < ORDER and _pack(_times(s, BASE)) == _pack(_add(_unpack(signature[:32]), _times(k, _unpack(public))))


# ---- notes ----

def b64(raw):
    return base64.b64encode(raw).decode()


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def cosigned_at(line, vkey, text):
    """The time of a cosignature line, or an AssertionError."""
    name, shown_id, key = vkey.split("+", 2)
    public = base64.b64decode(key)[1:]
    assert base64.b64decode(key)[0] == 4 and key_id(name, 4, public).hex() == shown_id
    assert line.startswith(f"— {name} ") and line.endswith("\n") and line.count("\n") == 1, line
    raw = base64.b64decode(line[:-1].rsplit(" ", 1)[1], validate=True)
    assert len(raw) == 4 + 8 + 64 and raw[:4].hex() == shown_id
    time = int.from_bytes(raw[4:12], "big")
    assert holds(public, f"cosignature/v1\ntime {time}\n{text}".encode(), raw[12:])
    return time


# ---- trees, RFC 6962 section 2.1, by its own definitions ----

def _sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def _split(n):
    return 1 << (n - 1).bit_length() - 1


class Tree:
    """Leaves that are numbers; from `fork` on those of a liar."""

    def __init__(self, fork=None):
        self.fork, self.known = fork, {}

    def _mth(self, begin, end):
        if (begin, end) not in self.known:
            if end - begin == 1:
                liar = b"!" if self.fork is not None and begin >= self.fork else b""
                value = _sha(b"\0", str(begin).encode(), liar)
            else:
                middle = begin + _split(end - begin)
                value = _sha(b"\1", self._mth(begin, middle), self._mth(middle, end))
            self.known[begin, end] = value
        return self.known[begin, end]

    def root(self, size):
        return self._mth(0, size) if size else _sha()

    def proof(self, old, size):
        return [] if old in (0, size) else self._subproof(old, 0, size, True)

    def _subproof(self, old, begin, end, whole):
        if old == end - begin:
            return [] if whole else [self._mth(begin, end)]
        k = _split(end - begin)
        if old <= k:
            return self._subproof(old, begin, begin + k, whole) + [self._mth(begin + k, end)]
        return self._subproof(old - k, begin + k, end, False) + [self._mth(begin, begin + k)]


class Log:
    def __init__(self, name="log.example/families", seed=1, fork=None):
        self.key, self.tree, self.notes = Key(name, seed), Tree(fork), {}

    def text(self, size):
        return f"{self.key.name}\n{size}\n{b64(self.tree.root(size))}\n"

    def note(self, size):
        if size not in self.notes:
            self.notes[size] = self.text(size) + "\n" + self.key.line(self.text(size))
        return self.notes[size]

    def body(self, old, size, proof=None, note=None):
        proof = self.tree.proof(old, size) if proof is None else proof
        return f"old {old}\n" + "".join(b64(h) + "\n" for h in proof) + "\n" + (note or self.note(size))
