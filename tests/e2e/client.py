"""HTTP as an account speaks it. Every answer is held against the contract, unless the same bytes were held against it
before.

    leen = Client(instance, contract, "leen").log_in()
    leen.get("/v1/families").json()

A reply keeps status, headers in order, body, and when it was asked for and came. `raw` speaks bytes, for what no
library would send.
"""
import http.client
import json
import socket
import ssl
import threading
import time
import uuid

from harness import Failure, expect


class Reply:
    def __init__(self, status, headers, body, began, method, target):
        self.status, self.headers, self.body, self.began, self.ended = status, headers, body, began, time.monotonic()
        self.method, self.target = method, target

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def problem(self):
        kind = self.header("Content-Type") or ""
        return self.json()["type"].removeprefix("/problems/") if kind.startswith("application/problem+json") else None

    def bare(self):
        """What must be equal where two answers must be equal."""
        return self.status, [(k, v) for k, v in self.headers if k != "Date"], self.body

    def must(self, *statuses):
        if self.status not in (statuses or (200, 201, 204)):
            raise Failure(
                f"{self.method} {self.target}: {self.status}, wanted {statuses or '2xx'}: {self.body[:400]!r}"
            )
        return self

    def __repr__(self):
        return f"{self.method} {self.target} -> {self.status} {self.body[:200]!r}"


class Watch:
    """The contract, asked once for each different answer; safe from many threads."""

    def __init__(self, contract):
        self.contract, self.known, self.lock, self.violations = contract, set(), threading.Lock(), []

    def see(self, reply):
        key = hash((reply.method, reply.target.split("?")[0], reply.bare()[0], tuple(reply.bare()[1]), reply.body))
        if key in self.known:
            return
        with self.lock:
            head = reply.method == "HEAD"
            operation = self.contract.operation_of("GET" if head else reply.method, reply.target)
            if head:
                self.contract.check_common_headers(self.contract_fold(reply.headers), reply.target)
                return
            self.contract.check(operation, reply.status, reply.headers, reply.body)
            self.known.add(key)

    @staticmethod
    def contract_fold(headers):
        out = {}
        for name, value in headers:
            out.setdefault(name.lower(), []).append(value)
        return out


class Client:
    def __init__(self, instance, watch, ref=None, family=None, address="localhost"):
        self.instance, self.watch, self.ref = instance, watch, ref
        self.account = instance.account(ref, family) if ref else None
        self.address, self.token, self.device, self.connection = address, None, None, None
        self.retries = True
        self.context = ssl.create_default_context(cafile=instance.demo["ca"])

    # ---- requests ----

    def connect(self):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.address, self.instance.port, context=self.context, timeout=40
            )
        return self.connection

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, target, body=None, headers=None, token=True):
        """Exactly what is said: no header but Host and the token is added. `body` is bytes or something for JSON."""
        headers = dict(headers or {})
        if token and self.token and "Authorization" not in headers and "Cookie" not in headers:
            headers["Authorization"] = "Bearer " + (self.token if token is True else token)
        if body is not None and not isinstance(body, (bytes, bytearray)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        reply = self.send(method, target, body, headers)
        self.watch.see(reply)
        return reply

    def send(self, method, target, body, headers):
        fresh = self.connection is None or self.connection.sock is None
        try:
            return self.exchange(method, target, body, headers)
        except (
            http.client.RemoteDisconnected,
            ConnectionResetError,
            BrokenPipeError,
            ssl.SSLEOFError,
            ssl.SSLZeroReturnError,
        ):
            self.close()
            if fresh or not self.retries:
                raise
            return self.exchange(method, target, body, headers)  # the kept connection had been closed for idleness

    def exchange(self, method, target, body, headers):
        connection = self.connect()
        began = time.monotonic()
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return Reply(response.status, response.getheaders(), response.read(), began, method, target)

    def get(self, target, **more):
        return self.ask("GET", target, **more)

    def post(self, target, body, key=None, **more):
        """With a new Idempotency-Key where the operation wants one."""
        headers = dict(more.pop("headers", None) or {})
        if self.watch.contract.wants_key("POST", target):
            headers.setdefault("Idempotency-Key", key or str(uuid.uuid4()))
        return self.ask("POST", target, body, headers=headers, **more)

    # ---- the account ----

    def log_in(self):
        headers = {"Cookie": self.device} if self.device else None
        reply = self.ask(
            "POST",
            "/v1/session",
            {"login": self.account["login"], "password": self.account["password"]},
            headers=headers,
            token=False,
        )
        reply.must(201)
        self.token = reply.json()["token"]
        for name, value in reply.headers:
            if name.lower() == "set-cookie" and value.startswith("__Host-kring-device="):
                self.device = value.split(";")[0]
        return self

    def twin(self):
        """The same session over a connection of its own."""
        other = Client(self.instance, self.watch, None, address=self.address)
        other.account, other.ref, other.token, other.device, other.context = (
            self.account,
            self.ref,
            self.token,
            self.device,
            self.context,
        )
        return other

    # ---- what is asked often ----

    def plan(self, path):
        """All pages, in the order of the plan."""
        entries, cursor = [], ""
        while True:
            page = self.get(f"{path}/plan{cursor}").must(200).json()
            entries += page["entries"]
            if "next" not in page:
                return entries
            cursor = f"?cursor={page['next']}"

    def log(self, path, at_least=0, **query):
        """All pages, or as many as have so many lines; newest first."""
        records = []
        for page in self.pages(path, **query):
            records += page
            if at_least and len(records) >= at_least:
                break
        return records

    def lines(self, path, **query):
        """One after the other, for a log that is longer than memory should be."""
        for page in self.pages(path, **query):
            yield from page

    def pages(self, path, **query):
        cursor = None
        while True:
            asked = "&".join(
                f"{k}={v}" for k, v in {**query, "limit": 500, **({"cursor": cursor} if cursor else {})}.items()
            )
            page = self.get(f"{path}/log?{asked}").must(200).json()
            yield page["records"]
            cursor = page.get("next")
            if not cursor:
                return


def open_tls(instance, address="127.0.0.1", timeout=20):
    """A TLS connection over which any bytes can be sent."""
    context = ssl.create_default_context(cafile=instance.demo["ca"])
    plain = socket.create_connection((address, instance.port), timeout)
    return context.wrap_socket(plain, server_hostname="localhost")


def read_replies(tls, method="GET", limit=1 << 20):
    """All bytes until the server closes, cut into replies."""
    data = b""
    try:
        while len(data) < limit:
            piece = tls.recv(65536)
            if not piece:
                break
            data += piece
    except (ConnectionResetError, ssl.SSLError, socket.timeout):
        pass
    return split_replies(data, method)


def split_replies(data, method="GET"):
    replies = []
    while data:
        head, gap, rest = data.partition(b"\r\n\r\n")
        expect(gap, f"half a reply: {data[:200]!r}")
        lines = head.decode("latin-1").split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        length = int(next((v for k, v in headers if k.lower() == "content-length"), 0))
        replies.append(Reply(int(lines[0].split()[1]), headers, rest[:length], 0, method, "raw"))
        data = rest[length:]
    return replies
