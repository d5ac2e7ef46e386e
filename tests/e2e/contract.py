"""Holds every response of the end-to-end tests against openapi.json, and keeps count of what was produced.

    contract = Contract("openapi.json")
    contract.check("plan_get", 200, headers, body)     # Violation with the place, or silence
    contract.check(None, 405, headers, body)           # refused before it reached an operation
    contract.save("seen.jsonl"); Contract.load(...)    # several test programs, one sum
    contract.missing()                                 # what the contract lists and no test produced: must be empty

The contract is then exact in both directions: nothing comes that is not in it, and nothing is in it that never comes.
Standard library only. Understands the part of JSON Schema that the contract uses and refuses to guess about the rest.
"""
import json
import re
from urllib.parse import urlsplit

JSON_TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
FORMATS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "date-time": r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])"
                 r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)",
    "date": r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])",
    "field": r"[a-z_]+",
    "token": r"[A-Za-z0-9._~-]*",
    "line": "[^\x00-\x1f\x7f-\x9f\u2028\u2029]*",
    "text": "[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]*",
}
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems",
            "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "default",
            "description", "$ref"}
# On every response, whoever made it (security.md 2f).
HEADERS_ALWAYS = {
    "cache-control": r".+",
    "content-security-policy": r".*default-src 'none'.*",
    "referrer-policy": r"no-referrer",
    "strict-transport-security": r"max-age=\d{8,}.*",
    "x-content-type-options": r"nosniff",
}
HEADERS_NEVER = ("server", "x-powered-by")


class Violation(AssertionError):
    """A response that is not what the contract says."""


def demand(condition, where, what):
    if not condition:
        raise Violation(f"{where}: {what}")


def strict_json(body, where):
    """What Python's parser lets through and ours would not: duplicate names, NaN, bytes that are not UTF-8."""
    def members(pairs):
        names = [name for name, _ in pairs]
        demand(len(set(names)) == len(names), where, "a member name stands twice")
        return dict(pairs)

    def refuse(word):
        raise Violation(f"{where}: {word} is not JSON")

    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=members, parse_constant=refuse)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Violation(f"{where}: not JSON: {error}") from None


def fold(headers):
    """Names in lower case; a header that came twice keeps both values."""
    pairs, out = headers.items() if hasattr(headers, "items") else headers, {}
    for name, value in pairs:
        out.setdefault(name.lower(), []).append(value)
    return out


class Contract:
    def __init__(self, document):
        if not isinstance(document, dict):
            with open(document, encoding="utf-8") as file:
                document = json.load(file)
        self.doc, self.operations, self.seen = document, {}, set()
        self.transport = set(document["x-kring-transport-problems"])
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method != "parameters":
                    self.operations[operation["operationId"]] = (method.upper(), path, operation)

    # ------ finding ------

    def operation_of(self, method, target):
        """The operation that a request line names, or None."""
        path = urlsplit(target).path
        for name, (its_method, template, _) in self.operations.items():
            shape = re.sub(r"\\{(\w+)\\}", lambda m: ".+" if m[1] == "tile" else "[^/]+", re.escape(template))
            if its_method == method and re.fullmatch(shape, path):
                return name
        return None

    def wants_key(self, method, target):
        """Whether it is a creating POST, which needs an Idempotency-Key."""
        name = self.operation_of(method, target)
        parameters = self.operations[name][2].get("parameters", []) if name else []
        return any(p.get("$ref", "").endswith("/IdempotencyKey") for p in parameters)

    def resolve(self, node):
        at = self.doc
        for key in node["$ref"].removeprefix("#/").split("/"):
            at = at[key]
        return at

    def listed(self):
        """Everything that the contract says can come: (operation, status, problem or None)."""
        out = {(None, self.transport_status(slug), slug) for slug in self.transport}
        for name, (_, _, operation) in self.operations.items():
            for status, response in operation["responses"].items():
                out |= {(name, int(status), slug) for slug in response.get("x-kring-problems", [None])}
        return out

    @staticmethod
    def transport_status(slug):
        return {"bad-request": 400, "not-found": 404, "method-not-allowed": 405, "request-timeout": 408,
                "body-too-large": 413, "uri-too-long": 414, "expectation-failed": 417, "headers-too-large": 431,
                "http-version": 505}[slug]

    # ------ checking ------

    def check(self, operation, status, headers, body):
        where, headers = f"{operation or 'before any operation'} {status}", fold(headers)
        self.check_common_headers(headers, where)
        slug = self.problem_of(headers, body, where)
        if self.is_transport(operation, status, slug):
            self.check_transport(status, slug, headers, body, where)
            self.seen.add((None, status, slug))
            return
        demand(operation in self.operations, where, "no such operation")
        responses = self.operations[operation][2]["responses"]
        demand(str(status) in responses, where, f"not listed; listed are {', '.join(responses)} ({body[:300]!r})")
        self.check_response(responses[str(status)], headers, body, where)
        self.seen.add((operation, status, slug))

    def is_transport(self, operation, status, slug):
        """A listed problem of the operation itself counts for the operation."""
        if slug not in self.transport:
            return False
        if operation not in self.operations:
            return True
        return slug not in self.operations[operation][2]["responses"].get(str(status), {}).get("x-kring-problems", [])

    @staticmethod
    def problem_of(headers, body, where):
        if not headers.get("content-type", [""])[0].startswith("application/problem+json"):
            return None
        problem = strict_json(body, where)
        demand(isinstance(problem, dict) and isinstance(problem.get("type"), str), where, "a problem without a type")
        return problem["type"].removeprefix("/problems/")

    @staticmethod
    def check_common_headers(headers, where):
        for name, pattern in HEADERS_ALWAYS.items():
            values = headers.get(name, [])
            demand(len(values) == 1 and re.fullmatch(pattern, values[0]), where, f"{name} is {values}")
        for name in HEADERS_NEVER:
            demand(name not in headers, where, f"{name} tells too much")

    def check_transport(self, status, slug, headers, body, where):
        demand(status == self.transport_status(slug), where, f"{slug} has another status")
        demand(status != 405 or "allow" in headers, where, "405 needs Allow (RFC 9110)")
        problem = strict_json(body, where)
        self.check_value({"$ref": "#/components/schemas/Problem"}, problem, where)
        demand(problem["status"] == status, where, "the problem names another status")

    def check_response(self, response, headers, body, where):
        for name, header in response.get("headers", {}).items():
            header = self.resolve(header) if "$ref" in header else header
            values = headers.get(name.lower(), [])
            demand(values or not header.get("required"), where, f"{name} is missing")
            for value in values:
                self.check_value(header["schema"], value, f"{where} {name}")
        content = response.get("content")
        if content is None:
            demand(not body and "content-type" not in headers, where, "a body where none belongs")
            return
        (media, shape), = content.items()
        types = headers.get("content-type", [])
        demand(types in ([media], [f"{media}; charset=utf-8"]), where, f"Content-Type is {types}, not {media}")
        value = strict_json(body, where) if media.endswith("json") else body.decode("latin-1")
        self.check_value(shape["schema"], value, where)

    def check_value(self, schema, value, where):
        if schema is True:
            return
        unknown = set(schema) - KEYWORDS
        demand(not unknown, where, f"the checker does not know {', '.join(sorted(unknown))}")
        if "$ref" in schema:
            self.check_value(self.resolve(schema), value, where)
        if "type" in schema:
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            demand(any(JSON_TYPES[kind](value) for kind in kinds), where, f"{value!r} is not {' or '.join(kinds)}")
        demand("enum" not in schema or value in schema["enum"], where, f"{value!r} is none of {schema.get('enum')}")
        demand("const" not in schema or value == schema["const"], where, f"{value!r} is not {schema.get('const')!r}")
        if isinstance(value, dict):
            self.check_members(schema, value, where)
        elif isinstance(value, list):
            self.check_items(schema, value, where)
        elif isinstance(value, str):
            self.check_string(schema, value, where)
        elif isinstance(value, int) and not isinstance(value, bool):
            demand(schema.get("minimum", value) <= value <= schema.get("maximum", value), where,
                   f"{value} is out of bounds")

    def check_members(self, schema, value, where):
        known = schema.get("properties", {})
        missing = [name for name in schema.get("required", []) if name not in value]
        demand(not missing, where, f"missing {', '.join(missing)}")
        if schema.get("additionalProperties") is False:
            demand(set(value) <= set(known), where,
                   f"not in the contract: {', '.join(sorted(set(value) - set(known)))}")
        for name in value:
            if name in known:
                self.check_value(known[name], value[name], f"{where}/{name}")

    def check_items(self, schema, value, where):
        demand(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)), where,
               f"{len(value)} items")
        if schema.get("uniqueItems"):
            demand(len({json.dumps(item, sort_keys=True) for item in value}) == len(value), where,
                   "an item stands twice")
        for position, item in enumerate(value):
            self.check_value(schema.get("items", True), item, f"{where}/{position}")

    @staticmethod
    def check_string(schema, value, where):
        demand(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)), where,
               f"{len(value)} characters")
        demand("pattern" not in schema or re.search(schema["pattern"], value), where,
               f"{value!r} does not fit {schema.get('pattern')}")
        if "format" in schema:
            demand(schema["format"] in FORMATS, where, f"the checker does not know the format {schema['format']}")
            demand(re.fullmatch(FORMATS[schema["format"]], value), where, f"{value!r} is no {schema['format']}")

    # ------ counting ------

    def missing(self):
        return sorted(self.listed() - self.seen, key=lambda row: (row[0] or "", row[1], row[2] or ""))

    def report(self):
        missing, listed = self.missing(), self.listed()
        lines = [f"{len(listed) - len(missing)} of {len(listed)} listed responses were produced"]
        for operation, status, slug in missing:
            lines.append(f"  never: {operation or 'before any operation'} {status} {slug or ''}".rstrip())
        return "\n".join(lines)

    def save(self, path):
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in sorted(self.seen, key=str))

    def load(self, path):
        with open(path, encoding="utf-8") as file:
            self.seen |= {tuple(json.loads(line)) for line in file}
