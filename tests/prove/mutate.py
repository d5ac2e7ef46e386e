#!/usr/bin/env python3
"""Changes the policy, one token at a time, and shows that the policy's tests notice.

A mutant is server/policy/*.c with one operator swapped or dropped (&& || < <= > >= == != ! & | ~), one returned true or false turned
round, or one early way out (return, continue) gone. Its file is compiled, linked with what is prepared, and run against the stories,
then the properties and what one alone can do (fixed seeds), then the oracle. Lines with must() are left out: what they stop is a bug.
Memory beyond the last row of a family is poisoned, so that a loop which goes one too far is caught.

    mutate.py CATALOGUE_TABLES.c [--sample N] [--seed S] [--jobs J] [--only PART-OF-FILE[:LINE]] [--verbose]

Prints each mutant that survived, and the counts. A survivor that changes nothing is listed, with the reason, in mutate_equal.json; any
other fails the run, and so does a list that names what is no longer there. --sample takes so many at random (its seed is printed).
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
POLICY = os.path.join(ROOT, "server", "policy")
TESTS = os.path.join(ROOT, "tests", "policy")
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-w", "-O0", "-fsanitize=address", "-fno-sanitize-recover=all", f"-I{ROOT}/server", f"-I{TESTS}"]
SWAPS = {"&&": "||", "||": "&&", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&": "|", "|": "&", "&=": "|=", "|=": "&="}
DROPS = {"!", "~"}
TOKEN = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|//[^\n]*|^[ \t]*#(?:\\\n|[^\n])*|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||"
                   r"[-+*/%&|^]=|[A-Za-z_]\w*|\d\w*|\s+|.", re.S | re.M)

Mutant = collections.namedtuple("Mutant", "file line at end old new text nth")


def mutants_of(path):
    """Every one of a file, in its order."""
    source = open(path, encoding="utf-8").read()
    lines = source.split("\n")
    tokens = [(m.group(), m.start()) for m in TOKEN.finditer(source)]
    code = [(t, at) for t, at in tokens if not t.isspace() and not t.startswith(("/*", "//")) and not t.lstrip().startswith("#")]
    seen = collections.Counter()
    depth = 0
    for i, (token, at) in enumerate(code):
        depth += {"{": 1, "}": -1}.get(token, 0)
        before = code[i - 1][0] if i else ""
        after = code[i + 1][0] if i + 1 < len(code) else ""
        line = source.count("\n", 0, at) + 1
        text = lines[line - 1].strip()
        if depth == 0 or "must(" in text:
            continue
        found = []
        if token in SWAPS and not (token == "&" and not re.match(r"[\w)\]]", before[-1:])) and before != "return":
            found.append((at + len(token), SWAPS[token]))
        if token in DROPS:
            found.append((at + 1, ""))
        if token == "return" and after in ("true", "false"):
            end = code[i + 1][1] + len(after)
            found.append((end, "return " + ("false" if after == "true" else "true")))
        if token in ("return", "continue") and before in (")", "else") and "for EACH_SUBJECT" not in text.split(token)[0]:
            found.append((source.index(";", at), ""))
        for end, new in found:
            old = source[at:end]
            key = (text, old, new)
            seen[key] += 1
            yield Mutant(os.path.basename(path), line, at, end, old, new, text, seen[key])


def describe(m):
    return f"server/policy/{m.file}:{m.line}: `{m.old}` -> `{m.new or 'nothing'}` (no. {m.nth}) in: {m.text}"


def key(m):
    return (m.file, m.text, m.old, m.new, m.nth)


class Bench:
    """What is compiled once: the tests, and every file of the policy as it is."""

    def __init__(self, tables, work):
        self.work = work
        sources = glob.glob(f"{ROOT}/server/base/*.c") + glob.glob(f"{POLICY}/*.c") + glob.glob(f"{TESTS}/stories/*.c") + [tables]
        sources += [f"{TESTS}/{name}.c" for name in ("world", "rules", "properties", "alone", "worlds")]
        self.objects = {source: f"{work}/{i}.o" for i, source in enumerate(sources)}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda pair: run(["gcc", *FLAGS, "-c", pair[0], "-o", pair[1]], check=True), self.objects.items()))
        self.common = [o for s, o in self.objects.items() if s.startswith(f"{ROOT}/server/base/") or s in (tables, f"{TESTS}/world.c")]
        self.stories = [o for s, o in self.objects.items() if s.startswith(f"{TESTS}/stories/")]
        shutil.copy(os.path.join(ROOT, "proto", "catalogue.json"), work)

    def link(self, test, replaced, obj, out):
        objects = [obj if os.path.basename(s) == replaced and s.startswith(POLICY) else o for s, o in self.objects.items() if s.startswith(POLICY)]
        main = [self.objects[f"{TESTS}/{test}.c"]] + (self.stories if test == "rules" else [])
        run(["gcc", "-fsanitize=address", "-fuse-ld=gold", *main, *objects, *self.common, "-lcmocka", "-lcrypto", "-o", out], check=True)


def run(command, check=False, seconds=60, env=None, out=subprocess.DEVNULL):
    """The exit code; -1 when it takes for ever, which is noticed too."""
    try:
        done = subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, timeout=seconds, env={**os.environ, **(env or {})}, check=False)
    except subprocess.TimeoutExpired:
        return -1
    if check and done.returncode:
        raise RuntimeError(" ".join(command))
    return done.returncode


# The worlds' answers are compared with those of the policy as it is, which the oracle agrees with; a difference is put to the oracle.
STEPS = [
    ("rules", lambda exe: [exe], {}),
    ("properties", lambda exe: [exe], {"POLICY_SEED": "1", "POLICY_WORLDS": "150"}),
    ("alone", lambda exe: [exe], {"POLICY_SEED": "1", "POLICY_WORLDS": "150"}),
    ("worlds", lambda exe: [sys.executable, f"{TESTS}/oracle.py", f"{ROOT}/proto/catalogue.json", exe, "250", "1"], {}),
]
QUIET = {"ASAN_OPTIONS": "detect_leaks=0"}


def answers(exe, path):
    with open(path, "wb") as out:
        code = run([exe, "250", "1"], out=out, env=QUIET)
    return code


def judge(bench, m):
    """By what it was noticed; None if it survived."""
    with tempfile.TemporaryDirectory(dir=bench.work) as here:
        source = open(os.path.join(POLICY, m.file), encoding="utf-8").read()
        path = f"{here}/{m.file}"
        with open(path, "w", encoding="utf-8") as out:
            out.write(source[:m.at] + m.new + source[m.end:])
        if run(["gcc", *FLAGS, "-c", path, "-o", f"{here}/mutant.o"]):
            return "compiler"
        for test, command, env in STEPS:
            exe = f"{here}/{test}"
            bench.link(test, m.file, f"{here}/mutant.o", exe)
            if test == "worlds" and answers(exe, f"{here}/answers") == 0 and same(f"{here}/answers", f"{bench.work}/answers"):
                continue
            if run(command(exe), env={**QUIET, **env}):
                return test
        return None


def same(a, b):
    with open(a, "rb") as x, open(b, "rb") as y:
        return x.read() == y.read()


def try_unchanged(bench):
    """The tests must pass on the policy as it is, or nothing that follows means anything."""
    for test, command, env in STEPS:
        exe = f"{bench.work}/{test}.as-it-is"
        bench.link(test, None, None, exe)
        if test == "worlds":
            answers(exe, f"{bench.work}/answers")
        if run(command(exe), env={**QUIET, **env}):
            sys.exit(f"the policy as it is fails {test}")


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("tables")
    ask.add_argument("--sample", type=int)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    ask.add_argument("--jobs", type=int, default=os.cpu_count())
    ask.add_argument("--only")
    ask.add_argument("--verbose", action="store_true")
    given = ask.parse_args()

    every = [m for path in sorted(glob.glob(f"{POLICY}/*.c")) for m in mutants_of(path)]
    listed = {(row["file"], row["line"], row["old"], row["new"], row["nth"]): row["why"]
              for row in json.load(open(f"{HERE}/mutate_equal.json", encoding="utf-8"))}
    stale = sorted(set(listed) - {key(m) for m in every})
    tried = every
    if given.only:
        name, _, line = given.only.partition(":")
        tried = [m for m in every if name in m.file and (not line or m.line == int(line))]
    if given.sample is not None:
        print(f"mutate: seed {given.seed}")
        tried = sorted(random.Random(given.seed).sample(tried, min(given.sample, len(tried))))
    tried = [m for m in tried if key(m) not in listed] if given.sample is not None else tried

    work = tempfile.mkdtemp(prefix="kring-mutate.")
    try:
        bench = Bench(os.path.abspath(given.tables), work)
        try_unchanged(bench)
        by, survived = collections.Counter(), []
        with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
            for m, noticed in zip(tried, pool.map(lambda one: judge(bench, one), tried)):
                by[noticed] += 1
                if noticed is None and key(m) not in listed:
                    survived.append(m)
                    print("survived", describe(m), flush=True)
                elif noticed is not None and key(m) in listed:
                    print("listed, but noticed", describe(m), flush=True)
                elif given.verbose and noticed:
                    print(f"killed by {noticed}", describe(m), flush=True)
    finally:
        shutil.rmtree(work)

    killed = sum(n for noticed, n in by.items() if noticed)
    print(f"mutate: {len(tried)} of {len(every)} mutants, {killed} killed (" + ", ".join(f"{by[t]} {t}" for t, *_ in STEPS)
          + f", {by['compiler']} compiler), {by[None] - len(survived)} listed as equal, {len(survived)} survived")
    for row in stale:
        print("no such mutant any more:", row)
    sys.exit(bool(survived or stale))


if __name__ == "__main__":
    main()
