"""Assembles the parts of the contract into one OpenAPI 3.1 document, checks it, and makes tables of it.

What follows from an operation's shape (a body can be bad JSON, a session can be missing) is added here, so that no
operation forgets it; what is particular stands in its `x-kring-problems`. The problems and their statuses are
base/result.h's own table.
"""
import json
import re

from strict import Fault, c_bool, c_string, exact_keys, fail_unless, load, write

METHODS = {"get": "M_GET", "post": "M_POST", "put": "M_PUT", "delete": "M_DELETE"}
COURSES = ("PUBLIC", "LOG", "READ", "WRITE", "LOGIN", "JOIN")
MEDIA = {"LOG": {"text/plain", "application/octet-stream"}}
FORMATS = {"uuid": "UUID", "field": "FIELD", "date-time": "MOMENT", "date": "DATE", "token": "TOKEN", "line": "LINE",
           "text": "TEXT"}
SIZES = {"uuid": (36, 36), "field": (1, 31), "date-time": (20, 40), "date": (10, 10)}  # the format itself bounds them
EXACT_INTEGER = 2**53 - 1

OPERATION_KEYS = {"operationId", "x-kring-course", "x-kring-problems", "tags", "summary", "description", "parameters",
                  "requestBody", "responses"}
SCHEMA_KEYS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"format", "pattern", "enum", "minLength", "maxLength"},
    "integer": {"minimum", "maximum", "default"},
    "boolean": set(),
}


# ------ assembling ------

def merge(into, part, where):
    """Two parts may share objects but never a leaf: nothing is silently overwritten."""
    for key, value in part.items():
        if key not in into:
            into[key] = value
            continue
        fail_unless(isinstance(value, dict) and isinstance(into[key], dict), where,
                    f"{key} stands in another part too")
        merge(into[key], value, where)


def read_problems(header):
    """{slug: (status, title)} out of KRING_RESULTS, the one table of everything that can go wrong."""
    rows = re.findall(r'X\(\w+, (\d+), "([a-z-]+)", "([^"]+)"\)', open(header, encoding="utf-8").read())
    fail_unless(len(rows) > 20, header, "no table of results")
    problems = {}
    for status, slug, title in rows:
        fail_unless(problems.setdefault(slug, (int(status), title))[0] == int(status), header,
                    f"{slug} has two statuses")
    return problems


def resolve(doc, node, where):
    if not (isinstance(node, dict) and "$ref" in node):
        return node
    at = doc
    for key in node["$ref"].removeprefix("#/").split("/"):
        fail_unless(isinstance(at, dict) and key in at, where, f"{node['$ref']} leads nowhere")
        at = at[key]
    return at


def operations(doc):
    for path, item in doc["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, item, operation


def parameters_of(doc, item, operation):
    where = operation["operationId"]
    return [resolve(doc, p, where) for p in item.get("parameters", []) + operation.get("parameters", [])]


def has_header(parameters, name):
    return any(p["in"] == "header" and p["name"] == name for p in parameters)


def problems_of(doc, method, item, operation):
    """What an operation of this shape can always meet, then its own."""
    course, parameters = operation["x-kring-course"], parameters_of(doc, item, operation)
    # An unknown parameter, a body where none belongs, a foreign Origin: never ignored, whatever the operation.
    slugs = ["bad-query", "bad-body", "cross-site"]
    if "requestBody" in operation:
        slugs += ["unsupported-media-type", "bad-json"]
    if has_header(parameters, "Idempotency-Key"):
        slugs += ["bad-request", "idempotency-key-reused"]
    if has_header(parameters, "If-Match"):
        slugs += ["precondition-required", "precondition-failed"]
    if any(p["name"] == "cursor" for p in parameters):
        slugs += ["bad-cursor"]
    if course in ("READ", "WRITE"):
        slugs += ["unauthenticated"]
    if any(p["in"] == "path" for p in parameters):
        # Refusing a live session is a line on the log, so a session that is refused over and over is told to wait.
        slugs += ["not-found"] if course == "LOG" else ["not-found", "too-many-requests"]
    if course != "PUBLIC":
        slugs += ["unavailable"]
    return slugs + operation.get("x-kring-problems", [])


def problem_response(status, slugs, problems):
    headers = {401: {"WWW-Authenticate": {"$ref": "#/components/headers/WwwAuthenticate"}},
               429: {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
               503: {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}}
    schema = {"$ref": "#/components/schemas/Problem",
              "properties": {"type": {"enum": [f"/problems/{slug}" for slug in slugs]}, "status": {"const": status}}}
    response = {"description": "; ".join(problems[slug][1] for slug in slugs)}
    if status in headers:
        response["headers"] = headers[status]
    return response | {"x-kring-problems": slugs, "content": {"application/problem+json": {"schema": schema}}}


def add_not_modified(doc):
    """Whoever gets an ETag may come back with If-None-Match."""
    for _, method, _, operation in operations(doc):
        if method == "get" and "ETag" in operation["responses"].get("200", {}).get("headers", {}):
            operation["responses"]["304"] = {"description": "The reader has it (If-None-Match)",
                                             "headers": {"ETag": {"$ref": "#/components/headers/ETag"}}}


def add_problems(doc, problems):
    for path, method, item, operation in operations(doc):
        where, by_status = operation["operationId"], {}
        for slug in problems_of(doc, method, item, operation):
            fail_unless(slug in problems, where, f"{slug} is no problem of base/result.h")
            slugs = by_status.setdefault(problems[slug][0], [])
            if slug not in slugs:
                slugs.append(slug)
        for status, slugs in by_status.items():
            fail_unless(str(status) not in operation["responses"], where, f"{status} is described twice")
            operation["responses"][str(status)] = problem_response(status, slugs, problems)
        operation["responses"] = dict(sorted(operation["responses"].items()))
        operation.pop("x-kring-problems", None)
        if operation["x-kring-course"] in ("PUBLIC", "LOG", "LOGIN", "JOIN"):
            operation["security"] = []
    for slug in doc["x-kring-transport-problems"]:
        fail_unless(slug in problems, "x-kring-transport-problems", f"{slug} is no problem of base/result.h")


def assemble(options):
    doc = {}
    for path in options.parts:
        merge(doc, load(path), path)
    doc["info"]["version"] = options.version
    fields = [field["id"] for field in load(options.catalogue)["fields"]]
    doc["components"]["schemas"]["Field"]["enum"] = fields
    check_document(doc)
    add_not_modified(doc)
    add_problems(doc, read_problems(options.results))
    return doc


# ------ checking ------

def check_references(doc, node, where):
    if isinstance(node, dict):
        if "$ref" in node:
            fail_unless(isinstance(node["$ref"], str) and node["$ref"].startswith("#/"), where,
                        "a reference leads outside")
            resolve(doc, node, where)
        for key, value in node.items():
            check_references(doc, value, f"{where}/{key}")
    elif isinstance(node, list):
        for value in node:
            check_references(doc, value, where)


def check_object(schema, where):
    fail_unless(schema.get("additionalProperties") is False, where, "an object must refuse what it does not know")
    unknown = set(schema.get("required", [])) - set(schema.get("properties", {}))
    fail_unless(not unknown, where, f"required, but not described: {', '.join(sorted(unknown))}")
    for name, member in schema.get("properties", {}).items():
        check_schema(member, f"{where}/{name}")


def check_schema(schema, where):
    if schema is True or "$ref" in schema:
        return
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    fail_unless(kinds[0] in SCHEMA_KEYS and kinds[1:] in ([], ["null"]), where, f"no such type: {kind}")
    unknown = set(schema) - SCHEMA_KEYS[kinds[0]] - {"type", "description"}
    fail_unless(not unknown, where, f"not known for {kinds[0]}: {', '.join(sorted(unknown))}")
    fail_unless("pattern" not in schema or re.compile(schema["pattern"]), where, "bad pattern")
    if kinds[0] == "object":
        check_object(schema, where)
    if kinds[0] == "array":
        fail_unless("items" in schema, where, "an array must say what it holds")
        check_schema(schema["items"], f"{where}/items")


def check_path_parameters(path, parameters, where):
    named = re.findall(r"{(\w+)}", path)
    described = [p["name"] for p in parameters if p["in"] == "path"]
    fail_unless(named == described, where, f"the path names {named}, the parameters {described}")


def check_parameter(doc, parameter, where):
    exact_keys({k: v for k, v in parameter.items() if k not in ("required", "description", "explode")},
               {"name", "in", "schema"}, where)
    fail_unless(parameter["in"] in ("path", "query", "header"), where, f"{parameter['name']}: no such place")
    schema = resolve(doc, parameter["schema"], where)
    check_schema(schema, f"{where}/{parameter['name']}")
    if parameter["in"] == "path":
        fail_unless(schema.get("format") in ("uuid", "rest") and parameter.get("required") is True, where,
                    "a path parameter is a UUID, or all the rest of the path")
    if parameter["in"] == "header":
        fail_unless(parameter["name"] in ("Idempotency-Key", "If-Match"), where,
                    f"no such header: {parameter['name']}")


def check_responses(doc, operation, where):
    good = [status for status in operation["responses"] if status.startswith("2")]
    fail_unless(len(good) == 1, where, "exactly one success")
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        fail_unless(bool(content) == (status != "204"), where, f"{status}: content, but for 204")
        media = MEDIA.get(operation["x-kring-course"], {"application/json"})
        fail_unless(set(content) <= media, where, f"{status}: {' or '.join(sorted(media))} only")
        for media in content.values():
            check_schema(media["schema"], f"{where}/{status}")


def asks_in_body(method, operation, parameters):
    """A question that does not belong in an address, where logs and histories keep it: a POST that changes nothing."""
    conditions = has_header(parameters, "Idempotency-Key") or has_header(parameters, "If-Match")
    return (method, operation["x-kring-course"]) == ("post", "READ") and "requestBody" in operation and not conditions


def check_operation(doc, path, method, item, operation):
    where = operation.get("operationId", f"{method} {path}")
    fail_unless(method in METHODS, where, f"no such method: {method}")
    unknown = set(operation) - OPERATION_KEYS
    fail_unless(not unknown, where, f"unknown key {', '.join(sorted(unknown))}")
    for key in ("operationId", "x-kring-course", "tags", "summary", "responses"):
        fail_unless(key in operation, where, f"missing key {key}")
    fail_unless(re.fullmatch(r"[a-z][a-z_]*", where), where, "operationId must be lower-case words")
    fail_unless(operation["x-kring-course"] in COURSES, where, f"x-kring-course must be one of {', '.join(COURSES)}")
    fail_unless(set(operation["tags"]) <= {tag["name"] for tag in doc["tags"]}, where, "a tag is not described")
    parameters = parameters_of(doc, item, operation)
    reads = method == "get" or asks_in_body(method, operation, parameters)
    fail_unless(reads == (operation["x-kring-course"] in ("PUBLIC", "LOG", "READ")), where, "a GET changes nothing, all others do")
    for parameter in parameters:
        check_parameter(doc, parameter, where)
    fail_unless(len({(p["in"], p["name"]) for p in parameters}) == len(parameters), where, "a parameter stands twice")
    check_path_parameters(path, parameters, where)
    check_responses(doc, operation, where)


def used_components(doc):
    return set(re.findall(r'"\$ref": "#/components/(\w+/\w+)"', json.dumps(doc)))


def check_document(doc):
    exact_keys(doc, {"openapi", "info", "servers", "security", "tags", "x-kring-transport-problems", "paths",
                     "components"}, "document")
    check_references(doc, doc, "#")
    shapes, names = set(), set()
    for path, method, item, operation in operations(doc):
        check_operation(doc, path, method, item, operation)
        name, shape = operation["operationId"], (method, re.sub(r"{\w+}", "{}", path))
        fail_unless(name not in names, name, "two operations have this operationId")
        fail_unless(shape not in shapes, name, f"two operations answer {method} {path}")
        names.add(name), shapes.add(shape)
    for name, schema in doc["components"]["schemas"].items():
        check_schema(schema, name)
    ours = {f"{kind}/{name}" for kind in ("schemas", "parameters") for name in doc["components"][kind]}
    # Those that only add_problems refers to.
    unused = ours - used_components(doc) - {"schemas/Problem", "schemas/ProblemPlace"}
    fail_unless(not unused, "document", f"nothing refers to {', '.join(sorted(unused))}")


# ------ tables ------

class Tables:
    """Static rows, each made once: two schemas of one shape are one table."""

    def __init__(self, doc):
        self.doc, self.names, self.rows = doc, {}, []

    def add(self, kind, prefix, body):
        key = (kind, body)
        if key not in self.names:
            self.names[key] = f"{prefix}_{len(self.names)}"
            self.rows.append(f"static const {kind.replace('@', self.names[key])} = {body};\n")
        return self.names[key]

    def schema(self, node, where):
        node = resolve(self.doc, node, where)
        kind = node.get("type")
        maker = {"object": self.object, "array": self.array, "string": self.string, "integer": self.integer,
                 "boolean": self.boolean}.get(kind)
        fail_unless(maker, where, f"a request can't hold {kind}")
        return self.add("schema @", "schema", maker(node, where))

    def object(self, node, where):
        required, rows = node.get("required", []), []
        for name, member in node["properties"].items():
            fail_unless(re.fullmatch(r"[a-z][a-z_]*", name), where,
                        f"a member's name must be lower-case words: {name}")
            kind = self.schema(member, f"{where}/{name}")
            rows.append(f"{{{c_string(name)}, &{kind}, {c_bool(name in required)}}}")
        members = self.add("schema_member @[]", "members", "{" + ", ".join(rows) + "}")
        return f"{{.kind = SCHEMA_OBJECT, .object = {{.members = {members}, .count = {len(rows)}}}}}"

    def array(self, node, where):
        fail_unless("minItems" in node and "maxItems" in node, where,
                    "a list from outside needs minItems and maxItems")
        items, unique = self.schema(node["items"], where), c_bool(node.get("uniqueItems", False))
        bounds = f".min = {node['minItems']}, .max = {node['maxItems']}"
        return f"{{.kind = SCHEMA_ARRAY, .array = {{.items = &{items}, {bounds}, .unique = {unique}}}}}"

    def string(self, node, where):
        name = node.get("format")
        fail_unless("pattern" not in node, where, "requests have formats, not patterns")
        fail_unless(name is None or name in FORMATS, where, f"no such format: {name}")
        if "enum" in node and name != "field":
            words = self.add("char *const @[]", "words", "{" + ", ".join(map(c_string, node["enum"])) + "}")
            return f"{{.kind = SCHEMA_ENUM, .choice = {{.words = {words}, .count = {len(node['enum'])}}}}}"
        low, high = SIZES.get(name, (node.get("minLength"), node.get("maxLength")))
        fail_unless(isinstance(low, int) and isinstance(high, int) and low <= high, where,
                    "a string from outside needs minLength and maxLength")
        form = f"FORMAT_{FORMATS.get(name, 'NONE')}"
        return f"{{.kind = SCHEMA_STRING, .string = {{.min = {low}, .max = {high}, .format = {form}}}}}"

    def integer(self, node, where):
        low, high = node.get("minimum"), node.get("maximum")
        fail_unless(isinstance(low, int) and isinstance(high, int) and -EXACT_INTEGER <= low <= high <= EXACT_INTEGER,
                    where, "an integer from outside needs minimum and maximum")
        return f"{{.kind = SCHEMA_INTEGER, .integer = {{.min = INT64_C({low}), .max = INT64_C({high})}}}}"

    @staticmethod
    def boolean(_node, _where):
        return "{.kind = SCHEMA_BOOL}"

    def query(self, parameters, where):
        rows = []
        for p in (p for p in parameters if p["in"] == "query"):
            node = resolve(self.doc, p["schema"], where)
            many = node.get("type") == "array"
            value, times = (node["items"], node["maxItems"]) if many else (node, 1)
            fail_unless(resolve(self.doc, value, where).get("type") not in ("object", "array"), where,
                        f"{p['name']} must be a scalar")
            fail_unless(0 < times < 256, where, f"{p['name']}: too often")
            kind, required = self.schema(value, where), c_bool(p.get("required", False))
            rows.append(f"{{{c_string(p['name'])}, &{kind}, {required}, {times}}}")
        return (self.add("query_param @[]", "query", "{" + ", ".join(rows) + "}") if rows else "NULL"), len(rows)

    def segments(self, path, parameters):
        rests = {p["name"] for p in parameters if resolve(self.doc, p["schema"], path).get("format") == "rest"}
        rows = []
        for part in path.removeprefix("/").split("/"):
            text = part.strip("{}")
            kind = "SEGMENT_TEXT" if part == text else "SEGMENT_REST" if text in rests else "SEGMENT_ID"
            fail_unless(kind != "SEGMENT_REST" or path.endswith(part), path, "what takes the rest stands at the end")
            rows.append(f"{{{c_string(text)}, {len(text)}, {kind}}}")
        return self.add("path_segment @[]", "path", "{" + ", ".join(rows) + "}"), len(rows)

    def body(self, operation):
        if "requestBody" not in operation:
            return "NULL"
        where, body = operation["operationId"], operation["requestBody"]
        fail_unless(body.get("required") is True and set(body["content"]) == {"application/json"}, where,
                    "a body is required and JSON")
        schema = body["content"]["application/json"]["schema"]
        fail_unless(resolve(self.doc, schema, where).get("type") == "object", where, "a body is an object")
        return "&" + self.schema(schema, where)


def route_row(tables, path, method, item, operation):
    name, parameters = operation["operationId"], parameters_of(tables.doc, item, operation)
    segments, segment_count = tables.segments(path, parameters)
    query, query_count = tables.query(parameters, name)
    statuses = sorted(map(int, operation["responses"]))
    success = next(status for status in statuses if status < 300)
    listed = tables.add("uint16_t @[]", "statuses", "{" + ", ".join(map(str, statuses)) + "}")
    return (f"    {{.method = {METHODS[method]}, .operation = {c_string(name)}, .template = {c_string(path)},\n"
            f"     .segments = {segments}, .segment_count = {segment_count}, .parameter_count = {path.count('{')},\n"
            f"     .course = COURSE_{operation['x-kring-course']}, .endpoint = &endpoint_{name},\n"
            f"     .body = {tables.body(operation)}, .query = {query}, .query_count = {query_count},\n"
            f"     .idempotent = {c_bool(has_header(parameters, 'Idempotency-Key'))}, "
            f".if_match = {c_bool(has_header(parameters, 'If-Match'))},\n"
            f"     .success = {success}, .statuses = {listed}, .status_count = {len(statuses)}}},\n")


def byte_rows(data):
    return "".join("    " + ",".join(map(str, data[i:i + 28])) + ",\n" for i in range(0, len(data), 28))


def c_tables(doc):
    tables, served = Tables(doc), as_served(doc).encode("utf-8")
    routes = [route_row(tables, *row) for row in operations(doc)]
    names = [operation["operationId"] for _, _, _, operation in operations(doc)]
    endpoints = [f"extern const struct endpoint endpoint_{name};\n" for name in names]
    return "".join([
        "/* Generated by proto/generate.py from the parts of the contract in proto/; do not edit. */\n",
        '#include "json/contract.h"\n\n', *endpoints, "\n", *tables.rows,
        "\nconst route routes[] = {\n", *routes, f"}};\n\nconst size_t route_count = {len(routes)};\n\n",
        f"const uint8_t openapi_json[] = {{\n{byte_rows(served)}}};\n\n",
        f"const size_t openapi_json_len = {len(served)};\n"])


def as_served(doc):
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


def make(options):
    if not options.results or not options.catalogue:
        raise Fault("contract needs --results and --catalogue")
    doc = assemble(options)
    write(options.out, c_tables(doc) if options.out.endswith(".c") else as_served(doc) + "\n")
