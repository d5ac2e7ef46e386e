"""sql/embed.py refuses what it does not understand, and what no statement of ours may do. usage: test_embed.py EMBED"""
import os
import re
import subprocess
import sys
import tempfile

EMBED = sys.argv[1]
HEAD = '-- name: one\n-- params: a uuid\n'

REFUSED = {
    'no semicolon': HEAD + 'SELECT $1',
    'two statements': HEAD + 'SELECT $1; SELECT 2;',
    'two statements on lines': HEAD + 'SELECT $1;\nSELECT 2;',
    'empty': HEAD + ';',
    'SQL before a name': 'SELECT 1;\n',
    'unknown type': '-- name: one\n-- params: a varchar\nSELECT $1;',
    'type without name': '-- name: one\n-- params: uuid\nSELECT $1;',
    'a parameter twice': '-- name: one\n-- params: a uuid, a uuid\nSELECT $1, $2;',
    'a name twice': HEAD + 'SELECT $1;\n' + HEAD + 'SELECT $1;',
    'a name that is no name': '-- name: One-Two\nSELECT 1;',
    'a header twice': HEAD + '-- params: b uuid\nSELECT $1;',
    'a header inside': HEAD + 'SELECT $1\n-- returns: a uuid\n, 2;',
    'a header before the name': '-- params: a uuid\n-- name: one\nSELECT $1;',
    'a misspelt header': '-- name: one\n--params: a uuid\nSELECT $1;',
    'unknown database': '-- name: one\n-- db: both,keys\nSELECT 1;',
    'an undeclared parameter': HEAD + 'SELECT $1, $2;',
    'an unused parameter': '-- name: one\n-- params: a uuid, b uuid\nSELECT $1;',
    'a parameter only in a string': HEAD + "SELECT '$1';",
    'a parameter only in a comment': HEAD + 'SELECT 1 -- $1\n;',
    'not ASCII': HEAD + "SELECT $1, 'caf\u00e9';",
    'an open quote': HEAD + "SELECT $1, 'x;",
    'the clock': HEAD + 'SELECT $1, now();',
    'the clock, spelt out': HEAD + 'SELECT $1, CURRENT_TIMESTAMP;',
    'the clock, spaced': HEAD + 'SELECT $1, Clock_Timestamp ( );',
    'a session setting': '-- name: one\nSET kring.families = 1;',
    'a session setting by function': HEAD + "SELECT set_config('kring.families', $1, false);",
    'a session setting by function, nested': HEAD + "SELECT set_config('kring.families', coalesce($1, 'x'), false);",
    'a setting without its third word': HEAD + "SELECT set_config('kring.families', $1);",
    'the wall off': HEAD + "SELECT set_config('a', $1, true), current_setting('x') AS row_security;",
    'explain': HEAD + 'EXPLAIN SELECT $1;',
    'truncate': '-- name: one\nTRUNCATE record;',
    'copy': '-- name: one\nCOPY record TO STDOUT;',
    'a block comment': HEAD + 'SELECT /* ; */ $1;',
    'a dollar quote': HEAD + 'SELECT $1, $$;$$;',
}

TAKEN = {
    'plain': HEAD + 'SELECT $1;',
    'comment before and after': '-- why\n\n' + HEAD + '-- returns: a uuid\nSELECT $1;\n\n-- the end\n',
    'a semicolon in a string': HEAD + "SELECT $1, ';';",
    'a quote in a string': HEAD + "SELECT $1, 'it''s; so';",
    'a question mark and a backslash': HEAD + "SELECT $1, '??/\\';",
    'no parameters': '-- name: one\nSELECT 1;',
    'a local setting': HEAD + "SELECT set_config('kring.families', ($1::uuid[])::text, true);",
    'keys': '-- name: one\n-- db: keys\nSELECT 1;',
    'words that only look forbidden': HEAD + 'SELECT $1, known, settings, nowhere FROM updated_at;',
    'the clock in a string': HEAD + "SELECT $1, 'now()';",
}


def embed(text):
    with tempfile.TemporaryDirectory() as d:
        sub = os.path.join(d, 'sql')
        os.mkdir(sub)
        with open(os.path.join(sub, 'x.sql'), 'w', encoding='utf-8') as f:
            f.write(text)
        out = os.path.join(d, 's.c')
        done = subprocess.run([sys.executable, EMBED, 'statements', '--dir', sub, '--source', out, '--header', os.path.join(d, 's.h')],
                              capture_output=True, text=True)
        return done, open(out).read() if done.returncode == 0 else ''


def migrate(files):
    with tempfile.TemporaryDirectory() as d:
        for name, text in files.items():
            path = os.path.join(d, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
        return subprocess.run([sys.executable, EMBED, 'migrations', '--data', os.path.join(d, 'data'), '--keys', os.path.join(d, 'keys'),
                               '--source', os.path.join(d, 'm.c')], capture_output=True, text=True).returncode


failed = 0


def expect(condition, what):
    global failed
    if not condition:
        failed += 1
        print('not as expected:', what)


for what, text in REFUSED.items():
    done, _ = embed(text)
    expect(done.returncode == 1, f'refuses {what}')
    expect(re.search(r'x\.sql:\d+: ', done.stderr), f'{what}: names file and line ({done.stderr.strip()})')
    expect('Traceback' not in done.stderr, f'{what}: no traceback')
for what, text in TAKEN.items():
    done, _ = embed(text)
    expect(done.returncode == 0, f'takes {what}: {done.stderr.strip()}')

made = embed('-- name: one\n-- db: both\n-- params: a uuid, b timestamptz[]\n-- returns: c int8, d text[]\nSELECT $1, $2;')[1]
expect('{"a", TYPE_UUID}, {"b", TYPE_TIMESTAMPTZ_ARRAY}' in made, 'parameter types')
expect('{"c", TYPE_INT8}, {"d", TYPE_TEXT_ARRAY}' in made, 'column types')
expect('DATABASE_BOTH' in made and '"SELECT $1, $2"' in made, 'database and text')
expect(embed('-- name: one\nSELECT ' + ', '.join(['1'] * 3000) + ';')[1].count('static const char one__sql[] = {') == 1, 'long text is an array')

K = {'keys/001_k.sql': 'SELECT 1;'}
expect(migrate({'data/001_a.sql': 'SELECT 1;', 'data/002_b.sql': 'SELECT 2;', **K}) == 0, 'numbered migrations')
expect(migrate({'data/002_a.sql': 'SELECT 1;', **K}) == 1, 'a first migration that is not 001')
expect(migrate({'data/001_a.sql': 'SELECT 1;', 'data/003_b.sql': 'SELECT 2;', **K}) == 1, 'a gap')
expect(migrate({'data/001_a.sql': 'SELECT 1;', 'data/001_b.sql': 'SELECT 2;', **K}) == 1, 'a number twice')
expect(migrate({'data/001_a.sql': 'BEGIN;\nSELECT 1;\nCOMMIT;', **K}) == 1, 'a migration with its own transaction')
expect(migrate({'data/001_a.sql': 'SELECT 1; -- \u00e9', **K}) == 1, 'a migration that is not ASCII')

print(f'{len(REFUSED)} refused, {len(TAKEN)} taken, {failed} not as expected')
sys.exit(failed > 0)
