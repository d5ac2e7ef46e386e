"""Makes the pgbench script that does exactly the SQL of a read whose facts and bodies are cached: the two statements of a group of one,
taken from sql/ as they stand, in one pipeline. Only their parameters are put in as expressions, since pgbench can't pass arrays.

    exact.py SQL_FOLDER SEALED_BYTES >exact.pgbench
"""
import re
import sys
from pathlib import Path

folder, sealed = Path(sys.argv[1]), int(sys.argv[2])


def statement(file, name):
    text = (folder / file).read_text()
    body = re.search(rf"^-- name: {name}\n(.*?);\n", text, re.S | re.M).group(1)
    return "\n".join(line for line in body.splitlines() if not line.startswith("--"))


def filled(sql, values):
    return re.sub(r"\$(\d+)", lambda m: values[int(m.group(1)) - 1], sql)


family = "md5('family ' || :family)::uuid"
token = "rtrim(translate(encode(sha256(('session ' || :professional)::bytea), 'base64'), '+/', '-_'), '=')"
lists = [
    f"sha256({token}::bytea)", "now() - interval '12 hours'", family, "1::int8", "gen_random_uuid()", ":counter::int8",
    "'plan.read'::text", "'done'::text", "false", "gen_random_uuid()", f"repeat('x', {sealed})::bytea",
]
print(r"""\set family random(0, 999)
\set k random(0, 5)
\set professional (:family * 7 + :k * 50) % 300
\set counter random(1, 1000000000)
\startpipeline""")
print(filled(statement("facts.sql", "context_set"), [f"'{{' || {family} || '}}'"]) + ";")
print(filled(statement("disclose.sql", "disclose"), [f"ARRAY[{e}]" for e in lists] + ["gen_random_uuid()", "now()"]
             + [f"ARRAY[{e}]" for e in ("gen_random_uuid()", "3::int4", "'R-02'::text", "sha256('x')")]) + ";")
print(r"\endpipeline")
