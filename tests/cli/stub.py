"""A Kring server that answers from a script: real TLS, real sockets, canned answers.

Every request and every canned answer is held against the contract in proto/, so that the stub cannot drift away from
it: a request that the contract does not know, or an answer that it does not allow, is a fault that the test reports.
"""
import http.server
import json
import re
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
TOKEN = re.compile(r"[A-Za-z0-9._~-]+")


class Contract:
    """As much of OpenAPI 3.1 as proto/ uses."""

    def __init__(self, folder):
        self.paths, self.components = {}, {"schemas": {}, "parameters": {}}
        self.fields = {f["id"] for f in json.loads((folder / "catalogue.json").read_text())["fields"]}
        for part in sorted(folder.glob("*.json")):
            document = json.loads(part.read_text())
            self.paths.update(document.get("paths", {}))
            for kind, members in document.get("components", {}).items():
                self.components.setdefault(kind, {}).update(members)

    def follow(self, node):
        while isinstance(node, dict) and "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self.components[kind][name]
        return node

    def route(self, path):
        for template, item in self.paths.items():
            names = re.findall(r"{(\w+)}", template)
            match = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", template), path)
            if match and all(UUID.fullmatch(value) for value in match.groups()):
                return item, dict(zip(names, match.groups()))
        return None, None

    def check(self, schema, value, where, faults):
        schema = self.follow(schema)
        if schema is True:
            return
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if value is None and "null" in kinds:
            return
        if "object" in kinds:
            self.check_object(schema, value, where, faults)
        elif "array" in kinds:
            if not isinstance(value, list):
                faults.append(f"{where}: no array")
                return
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
                faults.append(f"{where}: {len(value)} items")
            for i, item in enumerate(value):
                self.check(schema["items"], item, f"{where}/{i}", faults)
        elif "string" in kinds:
            self.check_string(schema, value, where, faults)
        elif "integer" in kinds:
            if not isinstance(value, int) or isinstance(value, bool) or value < schema.get("minimum", value):
                faults.append(f"{where}: no such integer")
        elif "boolean" in kinds and not isinstance(value, bool):
            faults.append(f"{where}: no boolean")

    def check_object(self, schema, value, where, faults):
        if not isinstance(value, dict):
            faults.append(f"{where}: no object")
            return
        members = schema.get("properties", {})
        faults.extend(f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value)
        for name, inner in value.items():
            if name in members:
                self.check(members[name], inner, f"{where}/{name}", faults)
            else:
                faults.append(f"{where}: {name} is unknown")

    def check_string(self, schema, value, where, faults):
        shape = {"uuid": UUID, "date-time": MOMENT, "token": TOKEN, "date": re.compile(r"\d{4}-\d\d-\d\d")}.get(
            schema.get("format")
        )
        good = isinstance(value, str) and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
        good = good and (not shape or shape.fullmatch(value)) and ("enum" not in schema or value in schema["enum"])
        good = good and ("pattern" not in schema or re.search(schema["pattern"], value))
        if not good or (schema.get("format") == "field" and value not in self.fields):
            faults.append(f"{where}: {value!r} does not fit")

    def check_request(self, request, faults):
        item, _ = self.route(request.path)
        operation = (item or {}).get(request.method.lower())
        where = f"{request.method} {request.path}"
        if not operation:
            faults.append(f"{where}: not in the contract")
            return None
        parameters = [self.follow(p) for p in item.get("parameters", []) + operation.get("parameters", [])]
        self.check_query(request, {p["name"]: p for p in parameters if p["in"] == "query"}, where, faults)
        for p in parameters:
            value = request.headers.get(p["name"])
            if p["in"] == "header" and value is None:
                faults.append(f"{where}: {p['name']} is missing")
            elif p["in"] == "header":
                self.check(p["schema"], value, f"{where} {p['name']}", faults)
        body = operation.get("requestBody")
        if body:
            self.check(body["content"]["application/json"]["schema"], request.json(), where, faults)
        elif request.body:
            faults.append(f"{where}: a body that nobody asked for")
        return operation

    def check_query(self, request, known, where, faults):
        for name, values in request.query.items():
            if name not in known:
                faults.append(f"{where}: ?{name} is unknown")
                continue
            schema = self.follow(known[name]["schema"])
            many = schema.get("type") == "array"
            value = values if many else int(values[0]) if schema.get("type") == "integer" else values[0]
            self.check(schema, value, f"{where}?{name}", faults)
            if len(values) > 1 and not many:
                faults.append(f"{where}: ?{name} stands twice")
        faults.extend(
            f"{where}: ?{name} is missing"
            for name, p in known.items()
            if p.get("required") and name not in request.query
        )

    def check_answer(self, operation, answer, where, faults):
        if not answer.checked:
            return
        if answer.status >= 400:
            self.check(self.components["schemas"]["Problem"], json.loads(answer.body), where, faults)
            return
        response = operation["responses"].get(str(answer.status))
        if not response:
            faults.append(f"{where}: no status {answer.status} in the contract")
        elif "content" in response:
            self.check(response["content"]["application/json"]["schema"], json.loads(answer.body), where, faults)
        elif answer.body:
            faults.append(f"{where}: a body that the contract does not know")


class Request:
    def __init__(self, handler):
        parts = urlsplit(handler.path)
        self.method, self.path, self.headers = handler.command, unquote(parts.path), handler.headers
        self.query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    def json(self):
        return json.loads(self.body)


class Answer:
    def __init__(self, status, body=b"", headers=None, kind=None, checked=True):
        self.status, self.headers, self.checked = status, dict(headers or {}), checked
        self.body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.kind = kind or ("application/problem+json" if status >= 400 else "application/json")


def problem(status, kind, title="Something", headers=None, **more):
    return Answer(status, {"type": f"/problems/{kind}", "title": title, "status": status, **more}, headers)


DROP = object()  # read the request, then close the connection without a word


class Stub:
    """`answers` maps (method, path) to an Answer, DROP, a list of these (one a request, the last for ever), or a
    function of the request."""

    def __init__(self, certificate, contract):
        self.answers, self.requests, self.faults, self.contract = {}, [], [], contract
        self.hang_up = False
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except (ssl.SSLError, ConnectionError, socket.timeout):
                    self.close_connection = True

            def answer(self):
                stub.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that breaks off the handshake is what several tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.with_suffix(".pem"), certificate.with_suffix(".key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def choose(self, request):
        found = self.answers.get((request.method, request.path))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(request)
        return found if found is not None else problem(404, "not-found", "There is nothing here for you")

    def answer(self, handler):
        if self.hang_up:
            handler.connection.close()  # with the request unread: the client's next write meets a reset
            handler.close_connection = True
            return
        request = Request(handler)
        operation = self.contract.check_request(request, self.faults)
        answer = self.choose(request)
        self.requests.append(request)
        if answer is DROP:
            handler.close_connection = True
            return
        if operation:
            self.contract.check_answer(operation, answer, f"answer to {request.method} {request.path}", self.faults)
        handler.send_response(answer.status)
        if answer.body:
            handler.send_header("Content-Type", answer.kind)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)


def openssl(*arguments):
    subprocess.run(
        ["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def make_certificate(folder, name, alt_names):
    """A self-signed certificate that is its own authority."""
    base = Path(folder) / name
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        2,
        "-subj",
        f"/CN={name}",
        "-addext",
        f"subjectAltName={alt_names}",
        "-keyout",
        base.with_suffix(".key"),
        "-out",
        base.with_suffix(".pem"),
    )
    return base
