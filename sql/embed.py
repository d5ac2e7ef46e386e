#!/usr/bin/env python3
"""Turns sql/ into constant C tables: named statements with the types of their parameters and columns, and migrations.

    embed.py statements --dir DIR --source statements.c --header statements.h [--all NAME] [--depfile FILE]
    embed.py migrations --data DIR --keys DIR --source migrations.c [--depfile FILE]

A statement is a block of a .sql file:

    -- name: session_find
    -- db: data                          (data, keys or both; data when left out)
    -- params: token_hash bytea, now timestamptz
    -- returns: account_id uuid, kind text
    SELECT ...;

It is strict: what it does not understand it refuses, with file and line. It also refuses what no statement of ours may do: read
the clock (moments are parameters), or leave a setting on a pooled connection (security.md 2d, pitfall 3).
"""
import argparse
import hashlib
import os
import re
import sys

TYPES = ('bool', 'bytea', 'int8', 'int4', 'text', 'date', 'timestamptz', 'uuid')
NAME = re.compile(r'[a-z][a-z0-9_]{0,47}\Z')
HEADER = re.compile(r'-- (name|db|params|returns):(.*)\Z')
LIMIT = 40  # PARAMS_MAX, COLUMNS_MAX
NOT_STATEMENTS = ('roles.sql',)

FORBIDDEN = (
    (r'\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(', 'moments are parameters, never the clock'),
    (r'\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b', 'moments are parameters, never the clock'),
    (r'\A\s*(set|reset|discard|listen|prepare|declare|copy|do|create|alter|drop|truncate|grant|revoke|explain)\b',
     'this verb has no place in a served statement'),
    (r'\bset_config\s*\((?![^()]*(\([^()]*\)[^()]*)*,\s*true\s*\))', 'set_config must be local to the transaction: (..., true)'),
    (r'\brow_security\b', 'the second wall is not a setting'),
    (r'\bsession_authorization\b|\bset\s+role\b', 'a statement never changes its role'),
)


class Fault(Exception):
    pass


def fault(path, line, what):
    raise Fault(f'{path}:{line}: {what}')


def read_ascii(path):
    with open(path, 'rb') as f:
        raw = f.read()
    try:
        return raw, raw.decode('ascii')
    except UnicodeDecodeError as e:
        fault(path, raw[:e.start].count(b'\n') + 1, 'only ASCII is allowed')


def fields(text, path, line):
    """`a uuid, b text[]` -> [(name, type)]"""
    made = []
    for part in (p.strip() for p in text.split(',')):
        words = part.split()
        if len(words) != 2:
            fault(path, line, f'expected "name type", found "{part}"')
        name, kind = words
        if not NAME.match(name):
            fault(path, line, f'not a name: "{name}"')
        if kind.removesuffix('[]') not in TYPES:
            fault(path, line, f'unknown type "{kind}" (known: {", ".join(TYPES)}, and arrays of them)')
        if name in (n for n, _ in made):
            fault(path, line, f'"{name}" is there twice')
        made.append((name, kind))
    if len(made) > LIMIT:
        fault(path, line, f'more than {LIMIT}')
    return made


def code_only(sql, path, line):
    """The statement without literals, quoted names and comments, so that the checks below look at code."""
    out, i = [], 0
    while i < len(sql):
        if sql.startswith('--', i):
            end = sql.find('\n', i)
            i = len(sql) if end < 0 else end
        elif sql[i] in '\'"':
            end = i + 1
            while True:
                end = sql.find(sql[i], end)
                if end < 0:
                    fault(path, line, 'a quote is not closed')
                if not sql.startswith(sql[i] * 2, end):
                    break
                end += 2
            out.append(sql[i] * 2)
            i = end + 1
        elif sql.startswith('/*', i) or sql.startswith('$$', i):
            fault(path, line, 'block comments and dollar quotes are not used in statements')
        else:
            out.append(sql[i])
            i += 1
    return ''.join(out)


def check_sql(s):
    path, line = s['path'], s['line']
    code = code_only(s['sql'], path, line)
    if ';' in code:
        fault(path, line, 'one statement a block')
    for pattern, why in FORBIDDEN:
        if re.search(pattern, code, re.I):
            fault(path, line, why)
    used = {int(n) for n in re.findall(r'\$(\d+)', code)}
    if used != set(range(1, len(s['params']) + 1)):
        fault(path, line, f'uses {sorted(used)} but declares {len(s["params"])} parameters')


def finish(s, seen):
    path, line = s['path'], s['line']
    body = '\n'.join(s['body']).strip()
    if not body.endswith(';'):
        fault(path, line, f'statement "{s["name"]}" does not end with ";"')
    s['sql'] = body[:-1].rstrip()
    if not s['sql']:
        fault(path, line, f'statement "{s["name"]}" is empty')
    if s['name'] in seen:
        fault(path, line, f'statement "{s["name"]}" is there twice')
    seen.add(s['name'])
    check_sql(s)
    return s


def header_line(current, key, value, path, line):
    if current is None:
        fault(path, line, f'"{key}" before "name"')
    if current['body']:
        fault(path, line, f'"{key}" inside a statement')
    if key in current['told']:
        fault(path, line, f'"{key}" twice')
    current['told'].add(key)
    if key == 'db':
        if value not in ('data', 'keys', 'both'):
            fault(path, line, 'db is data, keys or both')
        current['db'] = value
    else:
        current[key] = fields(value, path, line)


def statements_of(path, seen):
    text = read_ascii(path)[1]
    made, current, ended = [], None, False
    for number, raw in enumerate(text.split('\n'), 1):
        line = raw.rstrip()
        match = HEADER.match(line)
        if match and match[1] == 'name':
            if current:
                made.append(finish(current, seen))
            name = match[2].strip()
            if not NAME.match(name):
                fault(path, number, f'not a name: "{name}"')
            current, ended = dict(name=name, db='data', params=[], returns=[], told=set(), body=[], path=path, line=number), False
        elif match:
            header_line(current, match[1], match[2].strip(), path, number)
        elif line.startswith('--') and re.match(r'--\s*(name|db|params|returns)\s*:', line):
            fault(path, number, 'write it as "-- key: value"')
        elif line.startswith('--') or not line:
            continue
        elif current is None or ended:
            fault(path, number, 'SQL without a "-- name:"')
        else:
            current['body'].append(line)
            ended = code_only(line, path, number).rstrip().endswith(';') if "'" not in line else line.endswith(';')
    if current:
        made.append(finish(current, seen))
    return made


def c_string(text, indent):
    lines = text.split('\n')
    quoted = [line.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?') for line in lines]
    return ('\n' + indent).join(f'"{q}\\n"' if i + 1 < len(lines) else f'"{q}"' for i, q in enumerate(quoted))


def c_text(name, text):
    """A constant; ISO C only promises string literals of 4095 characters, so a longer one is an array."""
    if len(text) < 4000:
        return f'static const char {name}[] =\n    {c_string(text, "    ")};\n'
    codes = [str(b) for b in text.encode('ascii')] + ['0']
    rows = [', '.join(codes[i:i + 30]) for i in range(0, len(codes), 30)]
    return f'static const char {name}[] = {{\n    ' + ',\n    '.join(rows) + ',\n};\n'


def c_type(kind):
    return 'TYPE_' + kind.upper().replace('[]', '_ARRAY')


def c_fields(name, suffix, some):
    if not some:
        return ''
    inner = ', '.join(f'{{"{n}", {c_type(k)}}}' for n, k in some)
    return f'static const statement_field {name}__{suffix}[] = {{{inner}}};\n'


def statement_source(s):
    name = s['name']
    ref = lambda suffix, some: f'{name}__{suffix}' if some else 'NULL'
    return (c_text(f'{name}__sql', s['sql']) + c_fields(name, 'params', s['params']) + c_fields(name, 'columns', s['returns'])
            + f'const statement stmt_{name} = {{"{name}", {name}__sql, DATABASE_{s["db"].upper()}, {len(s["params"])}, '
            + f'{len(s["returns"])}, {ref("params", s["params"])}, {ref("columns", s["returns"])}}};\n\n')


def write_statements(options):
    paths = sorted(os.path.join(options.dir, f) for f in os.listdir(options.dir)
                   if f.endswith('.sql') and f not in NOT_STATEMENTS)
    seen, made = set(), []
    for path in paths:
        made += statements_of(path, seen)
    if not made:
        raise Fault(f'{options.dir}: no statement')
    guard = 'KRING_' + re.sub(r'\W', '_', os.path.basename(options.header)).upper()
    head = [f'/* Made by sql/embed.py from the statements of sql/. Do not edit. */\n#ifndef {guard}\n#define {guard}\n\n',
            '#include "db/statement.h"\n\n']
    for s in made:
        head.append(f'extern const statement stmt_{s["name"]};\n')
        if s['returns']:
            head.append('enum { ' + ', '.join(f'{s["name"]}__{n}' for n, _ in s['returns']) + ' };\n')
    head.append('\n#endif\n')
    body = [f'/* Made by sql/embed.py from the statements of sql/. Do not edit. */\n#include "{os.path.basename(options.header)}"\n\n']
    body += [statement_source(s) for s in made]
    if options.all == 'statements_all':
        extern = ''
    else:
        extern = f'extern const statement *const {options.all}[];\nextern const size_t {options.all}_count;\n'
    count = 'statements_count' if options.all == 'statements_all' else f'{options.all}_count'
    body.append(extern + f'const statement *const {options.all}[] = {{\n' + ''.join(f'    &stmt_{s["name"]},\n' for s in made) + '};\n')
    body.append(f'const size_t {count} = sizeof {options.all} / sizeof *{options.all};\n')
    write(options.header, ''.join(head))
    write(options.source, ''.join(body))
    write_depfile(options, options.source, [options.dir] + paths)


def migrations_in(folder):
    made = []
    for name in sorted(f for f in os.listdir(folder) if f.endswith('.sql')):
        path = os.path.join(folder, name)
        match = re.match(r'(\d{3})_([a-z0-9_]+)\.sql\Z', name)
        if not match or int(match[1]) != len(made) + 1:
            raise Fault(f'{path}: migrations are named 001_word.sql, 002_word.sql, ... without a gap')
        raw, text = read_ascii(path)
        if '\0' in text:
            raise Fault(f'{path}: holds a zero byte')
        if re.search(r'^\s*(begin|start\s+transaction|commit|rollback)\s*;', text, re.I | re.M):
            raise Fault(f'{path}: the runner begins and commits')
        made.append((int(match[1]), match[2], text, hashlib.sha256(raw).hexdigest(), path))
    return made


def migrations_source(label, some):
    out = [c_text(f'{label}_{v}', text) for v, _, text, _, _ in some]
    rows = []
    for v, name, _, digest, _ in some:
        octets = ', '.join(f'0x{digest[i:i + 2]}' for i in range(0, 64, 2))
        rows.append(f'    {{{v}, "{name}", {label}_{v},\n     {{{octets}}}}},\n')
    out.append(f'static const migration {label}_list[] = {{\n' + ''.join(rows) + '};\n')
    out.append(f'const migrations {label}_migrations = {{{label}_list, {len(some)}}};\n\n')
    return ''.join(out)


def write_migrations(options):
    sets = [('data', migrations_in(options.data)), ('keys', migrations_in(options.keys))]
    for label, some in sets:
        if not some:
            raise Fault(f'{label}: no migration')
    write(options.source, '/* Made by sql/embed.py from sql/migrations and sql/keys. Do not edit. */\n#include "db/statement.h"\n\n'
          + ''.join(migrations_source(label, some) for label, some in sets))
    write_depfile(options, options.source, [options.data, options.keys] + [m[4] for _, some in sets for m in some])


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)


def write_depfile(options, target, inputs):
    """The folder itself is an input: a file that is added or removed changes what is made."""
    if options.depfile:
        escape = lambda p: p.replace(' ', '\\ ')
        write(options.depfile, f'{escape(target)}: ' + ' '.join(escape(os.path.abspath(i)) for i in inputs) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(dest='what', required=True)
    s = sub.add_parser('statements')
    s.add_argument('--dir', required=True)
    s.add_argument('--source', required=True)
    s.add_argument('--header', required=True)
    s.add_argument('--all', default='statements_all')
    s.add_argument('--depfile')
    m = sub.add_parser('migrations')
    m.add_argument('--data', required=True)
    m.add_argument('--keys', required=True)
    m.add_argument('--source', required=True)
    m.add_argument('--depfile')
    options = parser.parse_args()
    try:
        write_statements(options) if options.what == 'statements' else write_migrations(options)
    except Fault as e:
        sys.exit(f'embed.py: {e}')


main()
